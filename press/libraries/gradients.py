"""Where the 1/m stands in what automatic differentiation returns: the weights, the bias, the scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from press.libraries import fact
from snippets.one_over_m import deferred_or_absorbed as ours
from snippets.one_over_m import not_a_factor
from snippets.quality.softmax import softmax

W, b = ((0.5, -1.0), (0.25, 0.75), (-0.5, 0.5)), (0.1, -0.2, 0.3)  # 3 classes, 2 inputs
X = ((1.0, -2.0, 2.0, 0.5), (2.0, 1.0, -1.0, -0.5))  # 4 examples in the columns
WORDS = ((0.5, 0.0, 0.25, 1.0), (0.5, 1.0, 0.75, 0.0))  # the same, but every column sums to 1
LABELS = (0, 1, 2, 1)
Y = np.eye(3)[:, list(LABELS)]


def _probabilities(inputs: Any) -> Any:
    return softmax(np.array(W) @ np.array(inputs) + np.array(b)[:, None])


def _flat(*parts: Any) -> list[float]:
    """All entries, row by row, part after part."""
    return [float(one) for part in parts for one in np.asarray(part).ravel()]


def _misread(inputs: Any) -> Any:
    """What the rows of dW, added up, miss of db."""
    P = _probabilities(inputs)
    return (not_a_factor.bias_from_the_weights(P - Y, inputs) - not_a_factor.bias(P - Y)).ravel()


def _layer(inputs: Any) -> tuple[Any, Any, Any]:
    """A linear layer, its scores of the batch, which keep their gradient, and the labels."""
    import torch

    layer = torch.nn.Linear(2, 3, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(W, dtype=torch.float64))
        layer.bias.copy_(torch.tensor(b, dtype=torch.float64))
    z = layer(torch.tensor(inputs, dtype=torch.float64).T)
    z.retain_grad()
    return layer, z, torch.tensor(LABELS)


@fact(
    "torch",
    table="gradients",
    formula="absorbed_is_the_slope",
    ours=lambda: _flat(ours.absorbed(_probabilities(X), X, Y)[0]),
    shows="z.grad",
)
def torch_gradient_of_the_scores() -> Any:
    """The gradient of the mean in the scores has the factor already."""
    from torch.nn.functional import cross_entropy

    _, z, y = _layer(X)
    cross_entropy(z, y).backward()
    return z.grad.T


@fact(
    "torch",
    table="gradients",
    formula="absorbed_weights",
    ours=lambda: _flat(*ours.absorbed(_probabilities(X), X, Y)[1:]),
    threads=("SkalskiP/ILearnDeepLearning.py#29", "hunkim/DeepLearningZeroToAll#173", "udlbook/udlbook#152"),
    shows="layer.weight.grad, layer.bias.grad",
)
def torch_gradient_of_the_mean() -> Any:
    """Weights, then biases. The mean divides once, and the backward pass adds up."""
    from torch.nn.functional import cross_entropy

    layer, z, y = _layer(X)
    cross_entropy(z, y).backward()
    return _flat(layer.weight.grad, layer.bias.grad)


@fact(
    "jax",
    table="gradients",
    formula="deferred_weights",
    ours=lambda: _flat(ours.deferred(_probabilities(X), X, Y)[1]),
)
def jax_gradient_of_the_sum() -> Any:
    """The losses are added up, and their gradient is divided at the end."""
    import jax
    import jax.numpy as jnp

    x, y, m = jnp.array(X), jnp.array(Y), len(LABELS)

    def total(w: Any) -> Any:
        return -(y * jax.nn.log_softmax(w @ x + jnp.array(b)[:, None], axis=0)).sum()

    w = jnp.array(W)
    return jax.grad(total)(w) / m


@fact(
    "tensorflow-cpu",
    table="gradients",
    formula="absorbed_weights",
    ours=lambda: _flat(ours.absorbed(_probabilities(X), X, Y)[1]),
)
def tensorflow_gradient_of_the_mean() -> Any:
    """Here too the mean has divided, and the backward pass adds up."""
    import tensorflow as tf

    w = tf.Variable(W, dtype=tf.float64)
    with tf.GradientTape() as tape:
        scores = tf.transpose(w @ tf.constant(X, tf.float64)) + tf.constant(b, tf.float64)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(LABELS, scores)
        cost = tf.reduce_mean(losses)
    return tape.gradient(cost, w)


@fact(
    "jax",
    table="gradients",
    formula="weights_of_one_example",
    ours=lambda: _flat(ours.per_example(_probabilities(X), X, Y)[0][0]),
)
def jax_gradient_of_each_example() -> Any:
    """A gradient for each example, without a factor; this is the first one's."""
    import jax
    import jax.numpy as jnp

    def loss(w: Any, x: Any, y: Any) -> Any:
        return -(y * jax.nn.log_softmax(w @ x + jnp.array(b))).sum()

    w, x, y = jnp.array(W), jnp.array(X), jnp.array(Y)
    return jax.vmap(jax.grad(loss), in_axes=(None, 1, 1))(w, x, y)[0]


@fact(
    "torch",
    table="gradients",
    formula="bias_from_the_weights",
    ours=lambda: _flat(not_a_factor.bias(_probabilities(WORDS) - Y)),
    threads=(
        "rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization#62",
        "rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization#64",
    ),
)
def torch_rows_added_up() -> Any:
    """Where every column of the inputs sums to one, the rows of the weights' gradient give the bias's."""
    from torch.nn.functional import cross_entropy

    layer, z, y = _layer(WORDS)
    cross_entropy(z, y).backward()
    return layer.weight.grad.sum(axis=1)


@fact(
    "torch",
    table="gradients",
    formula="gap_of_the_bias",
    ours=lambda: _flat(_misread(X)),
)
def torch_rows_added_up_elsewhere() -> Any:
    """Where the columns have other sums, the rows of the weights' gradient miss the bias's by this."""
    from torch.nn.functional import cross_entropy

    layer, z, y = _layer(X)
    cross_entropy(z, y).backward()
    return layer.weight.grad.sum(axis=1) - layer.bias.grad
