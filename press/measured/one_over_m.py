"""What running the snippets of the topic `one_over_m` gave: errors and shares, rounded where they are shown.

The network's numbers are the same on every machine: no BLAS, and probabilities rounded to float32.
"""

from __future__ import annotations

from press.measured import Measured
from snippets.one_over_m.precision import experiment


def _error(found: tuple[float, float]) -> float:
    return found[0]


def _zeros(found: tuple[float, float]) -> float:
    return found[1]


error_of_absorbed_float64 = Measured(
    "error of dW of the first layer, the 1/m absorbed, in float64, 1000 examples",
    experiment,
    (1000, "float64", "absorbed"),
    pick=_error,
)
zeros_of_absorbed = Measured(
    "share of dZ that became 0, the 1/m absorbed, in float16, 4096 examples",
    experiment,
    (4096, "float16", "absorbed"),
    pick=_zeros,
)
zeros_of_split = Measured(
    "share of dZ that became 0, the 1/m split, in float16, 4096 examples",
    experiment,
    (4096, "float16", "split"),
    pick=_zeros,
)
