"""The gradient of softmax with cross-entropy is P - Y, where the labels of a column sum to 1.

Z, Y and the gradient are K×m, one column for each example; P = softmax(Z). Where a column of Y
does not sum to 1 the gradient is P times that sum, minus Y. Each column of the gradient is that
of one example's loss: no 1/m yet. Classes count from 0 here, from 1 in the maths.

Source: CS5242 (NUS), lecture 4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _numbers(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless it is real, without NaN, not empty, with `axes` axes."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    if given.ndim != axes or not given.size:
        raise ValueError(f"{name}: expected {axes} axes and at least one entry, got shape {given.shape}")
    if np.isnan(given).any():
        raise ValueError(f"{name}: expected numbers, got NaN")
    return given.astype(np.float64)


def _scores(Z: ArrayLike) -> Array:
    """Z as floats; ValueError for +inf, or a column of nothing but -inf."""
    Z = _numbers("Z", Z, 2)
    highest = Z.max(axis=0)
    if not np.isfinite(highest).all():
        raise ValueError(f"Z: expected a finite largest score in each column, got {highest}")
    return Z


def _scores_and_labels(Z: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    Z, Y = _scores(Z), _numbers("Y", Y, 2)
    if Y.shape != Z.shape:
        raise ValueError(f"Y: expected shape {Z.shape}, as Z has, got {Y.shape}")
    outside = Y[(Y < 0) | np.isinf(Y)]
    if outside.size:
        raise ValueError(f"Y: expected finite weights from 0, got {outside[0]}")
    return Z, Y


# --8<-- [start:one_hot]
def one_hot(labels: ArrayLike, K: int) -> Array:
    """Index labels, (m,), counted from 0, as columns of zeros with a single 1, (K, m).

    Raises ValueError for labels that are not whole numbers from 0 to K-1.

    >>> one_hot([1, 0], K=3)
    array([[0., 1.],
           [1., 0.],
           [0., 0.]])
    """
    c = _labels(labels, K)  # (m,)
    return np.eye(K)[:, c]  # (K, m)


# --8<-- [end:one_hot]


def _labels(labels: ArrayLike, K: int) -> NDArray[np.intp]:
    if np.asarray(K).dtype.kind not in "iu" or np.ndim(K) or K < 1:
        raise ValueError(f"K: expected a whole number from 1, got {K!r}")
    _numbers("labels", labels, 1)
    c = np.asarray(labels)
    if c.dtype.kind == "f":
        raise ValueError(f"labels: expected whole numbers, got dtype {c.dtype}")
    outside = c[(c < 0) | (c >= K)]
    if outside.size:
        raise ValueError(f"labels: expected 0 to {K - 1}, got {outside[0]}")
    return c.astype(np.intp)


# --8<-- [start:losses]
def losses(Z: ArrayLike, Y: ArrayLike) -> Array:
    """The loss of each example, (m,): minus the labels Y times log softmax(Z), both (K, m).

    Raises ValueError for shapes that differ, NaN, a negative or infinite label, +inf in Z.

    >>> losses([[0.0], [-7.0]], [[0.0], [2.0]]).round(4)
    array([14.0018])
    """
    Z, Y = _scores_and_labels(Z, Y)  # (K, m), (K, m)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        Z = Z - Z.max(axis=0)  # (K, m); the largest is 0
        cost = np.log(np.exp(Z).sum(axis=0)) - Z  # (K, m)
        weighted: Array = np.sum(Y * np.where(Y > 0, cost, 0.0), axis=0)  # (m,)
    return weighted


# --8<-- [end:losses]


# --8<-- [start:gradient]
def gradient(Z: ArrayLike, Y: ArrayLike) -> Array:
    """The derivatives of `losses` by the scores of its own column, (K, m): P times ΣY, minus Y.

    With labels that sum to 1 this is P - Y. Raises ValueError as `losses` does.

    >>> gradient([[0.0], [0.0]], [[1.0], [0.0]])
    array([[-0.5],
           [ 0.5]])
    """
    Z, Y = _scores_and_labels(Z, Y)  # (K, m), (K, m)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        t = np.exp(Z - Z.max(axis=0))  # (K, m)
    P = t / t.sum(axis=0)  # (K, m)
    dZ: Array = P * Y.sum(axis=0) - Y  # (K, m)
    return dZ


# --8<-- [end:gradient]


def example_one_hot() -> None:
    # --8<-- [start:one_hot-example]
    print(one_hot([2, 0, 1, 3, 1], K=4))
    # --8<-- [end:one_hot-example]


def example_losses() -> None:
    # --8<-- [start:losses-example]
    Z = [[5.0], [2.0], [-1.0], [3.0]]
    print("right class 0:", losses(Z, one_hot([0], K=4)).round(4))
    print("half 0, half 3:", losses(Z, [[0.5], [0.0], [0.0], [0.5]]).round(4))
    # --8<-- [end:losses-example]


def example_gradient() -> None:
    # --8<-- [start:gradient-example]
    z, step = np.array([[5.0], [2.0], [-1.0], [3.0]]), 1e-6
    nudges = step * np.eye(4)[:, :, None]  # (4, 4, 1): each moves one score
    for y in ([0.0, 1.0, 0.0, 0.0], [0.0, 0.6, 0.0, 0.3]):
        Y = np.reshape(y, (4, 1))
        nudged = [(losses(z + e, Y) - losses(z - e, Y)).item() / (2 * step) for e in nudges]
        formula = gradient(z, Y).ravel()
        print(f"labels sum to {sum(y):.1f}: formula", formula.round(3), " nudged", np.round(nudged, 3))
    # --8<-- [end:gradient-example]


if __name__ == "__main__":
    example_one_hot()
    example_losses()
    example_gradient()
