"""What the mean of a loss is divided by: cross-entropy, binary cross-entropy, squares, divergence."""

from __future__ import annotations

from typing import Any

import numpy as np

from press.libraries import fact
from snippets.sum_or_mean import library_conventions as ours

SCORES = ((2.0, 1.0, 0.1), (0.5, 2.5, -1.0), (1.0, -0.5, 3.0), (0.2, 0.3, -0.7))  # 4 examples, 3 classes
LABELS = (0, 2, 1, 0)
WEIGHTS = (1.0, 2.0, 5.0)  # of the classes

# The same in columns, as the snippets have it.
Z = np.transpose(SCORES)
Y = np.eye(3)[:, LABELS]
W = np.array(WEIGHTS)[list(LABELS)]  # of each example: that of its label


@fact(
    "torch",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), W),
    threads=("pytorch/pytorch#8062", "pytorch/pytorch#40560"),
)
def torch_cross_entropy_weights() -> Any:
    """With class weights, the mean divides by the sum of the weights of the labels, not by the count."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS)
    w = torch.tensor(WEIGHTS, dtype=torch.float64)
    return cross_entropy(z, y, weight=w)
