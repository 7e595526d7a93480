"""The course's dZ is m times the derivative of the cost: nudge each score and see.

Scores Z, probabilities P and targets Y are (K, m), inputs X are (D, m), one column for each example.
With logistic output there is one score, one probability and one target for each example: (m,).
The cost is the average of the m losses; the course's dZ = P - Y holds the derivatives of the losses.

Source: notes of a deep-learning course, which call ŷ - y the derivative of the cost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _finite(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless it is real, finite, not empty, with `axes` axes."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    if given.ndim != axes or not given.size:
        raise ValueError(f"{name}: expected {axes} axes and at least one entry, got shape {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"{name}: expected finite numbers, got {given[~np.isfinite(given)][0]}")
    return given.astype(np.float64)


def _axes(value: ArrayLike) -> int:
    """How many axes `value` has; 0 where its rows have different lengths, which `_finite` refuses."""
    try:
        return np.ndim(value)
    except ValueError:
        return 0


def _probabilities(name: str, value: ArrayLike, axes: int) -> Array:
    given = _finite(name, value, axes)
    outside = given[(given < 0) | (given > 1)]
    if outside.size:
        raise ValueError(f"{name}: expected probabilities in [0, 1], got {outside[0]}")
    return given


def _targets(Y: ArrayLike, shape: tuple[int, ...], of: str) -> Array:
    """Y as floats; ValueError unless each column holds probabilities that sum to 1, in this shape."""
    Y = _probabilities("Y", Y, 2)
    if Y.shape != shape:
        raise ValueError(f"Y: expected shape {shape}, as {of} has, got {Y.shape}")
    sums = Y.sum(axis=0)
    if not np.allclose(sums, 1, rtol=0, atol=1e-6):
        worst = np.argmax(np.abs(sums - 1))
        raise ValueError(f"Y: expected columns that sum to 1, got {sums[worst]:.6g} in column {worst}")
    return Y


def _behind(Z: Array) -> Array:
    """Scores less the largest of their column; ValueError where that is beyond the largest float."""
    with np.errstate(over="ignore"):
        return _finite("Z - max Z", Z - Z.max(axis=0), 2)


# --8<-- [start:cost]
def cost(Z: ArrayLike, Y: ArrayLike) -> float:
    """The average cross-entropy of the targets Y with softmax(Z), both (K, m).

    Raises ValueError for shapes that differ, scores that are not finite, and targets that are no
    probabilities or do not sum to 1.

    >>> round(cost([[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]]), 4)
    0.6931
    """
    Z = _finite("Z", Z, 2)  # (K, m)
    Y = _targets(Y, Z.shape, "Z")  # (K, m)
    Z = _behind(Z)  # (K, m); the largest of each column is 0
    losses = np.sum(Y * (np.log(np.exp(Z).sum(axis=0)) - Z), axis=0)  # (m,)
    return float(losses.mean())


# --8<-- [end:cost]


# --8<-- [start:dz]
def dz(Z: ArrayLike, Y: ArrayLike) -> Array:
    """The course's dZ = P - Y, (K, m), with P = softmax(Z): each example's own derivative, without 1/m.

    Raises ValueError as `cost` does.

    >>> dz([[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]])
    array([[-0.5,  0.5],
           [ 0.5, -0.5]])
    """
    Z = _finite("Z", Z, 2)  # (K, m)
    Y = _targets(Y, Z.shape, "Z")  # (K, m)
    t = np.exp(_behind(Z))  # (K, m)
    dZ: Array = t / t.sum(axis=0) - Y  # (K, m)
    return dZ


# --8<-- [end:dz]


# --8<-- [start:nudged]
def nudged(function: Callable[[Array], float], at: ArrayLike) -> Array:
    """The derivatives of a function of an array, in the array's shape: nudge each entry up and down.

    Raises ValueError for an entry of `at` that is not finite, or a value of the function that is not.

    >>> nudged(lambda a: float(a[0, 0] * a[0, 1]), [[3.0, 5.0]]).round(6)
    array([[5., 3.]])
    """
    at = _finite("at", at, _axes(at))
    slopes, step = np.empty_like(at), 1e-6
    for place in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[place] += step
        down[place] -= step
        slopes[place] = (function(up) - function(down)) / (2 * step)
    return _finite("function", slopes, slopes.ndim)


# --8<-- [end:nudged]


# --8<-- [start:below]
def below(W: ArrayLike, dZ: ArrayLike) -> Array:
    """dX = Wᵀ dZ, (D, m), for scores Z = W X: what dZ becomes one layer down, the same m in it.

    Raises ValueError unless W is (K, D) and dZ (K, m).

    >>> below([[2.0], [4.0]], [[0.5, 1.0], [-0.5, 0.0]])
    array([[-1.,  2.]])
    """
    W, dZ = _finite("W", W, 2), _finite("dZ", dZ, 2)  # (K, D), (K, m)
    if len(dZ) != len(W):
        raise ValueError(f"dZ: expected {len(W)} rows, as W has, got {len(dZ)}")
    dX: Array = W.T @ dZ  # (D, m)
    return dX


# --8<-- [end:below]


def _logistic(z: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    z, y = _finite("z", z, 1), _probabilities("y", y, 1)
    if y.shape != z.shape:
        raise ValueError(f"y: expected shape {z.shape}, as z has, got {y.shape}")
    return z, y


# --8<-- [start:logistic_cost]
def logistic_cost(z: ArrayLike, y: ArrayLike) -> float:
    """The average binary cross-entropy of the targets y with sigmoid(z), both (m,).

    Raises ValueError for shapes that differ, scores that are not finite, targets outside 0 to 1.

    >>> round(logistic_cost([0.0, 0.0], [1, 0]), 4)
    0.6931
    """
    z, y = _logistic(z, y)  # (m,), (m,)
    losses = np.logaddexp(0.0, z) - y * z  # (m,); log(1 + eᶻ) - y z, without overflow
    return float(losses.mean())


# --8<-- [end:logistic_cost]


# --8<-- [start:logistic_dz]
def logistic_dz(z: ArrayLike, y: ArrayLike) -> Array:
    """The course's dz = a - y, (m,), with a = sigmoid(z).

    Raises ValueError as `logistic_cost` does.

    >>> logistic_dz([0.0, 0.0], [1, 0])
    array([-0.5,  0.5])
    """
    z, y = _logistic(z, y)  # (m,), (m,)
    a = np.exp(-np.logaddexp(0.0, -z))  # (m,); 1/(1 + e⁻ᶻ), without overflow
    return a - y  # (m,)


# --8<-- [end:logistic_dz]


def example_cost() -> None:
    # --8<-- [start:cost-example]
    Z = np.array([[2.0, 0.0, 1.0, -1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, -1.0, 0.5]])  # K = 3, m = 4
    Y = np.eye(3)[:, [0, 1, 2, 1]]
    each = [cost(Z[:, [i]], Y[:, [i]]) for i in range(4)]
    print("four losses:", np.round(each, 4).tolist())
    print("the cost:   ", round(cost(Z, Y), 4), "their mean", round(float(np.mean(each)), 4))
    # --8<-- [end:cost-example]


def example_dz() -> None:
    # --8<-- [start:dz-example]
    Z = np.array([[2.0, 0.0, 1.0, -1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, -1.0, 0.5]])
    Y = np.eye(3)[:, [0, 1, 2, 1]]
    print(dz(Z, Y).round(4))
    # --8<-- [end:dz-example]


def example_nudged() -> None:
    # --8<-- [start:nudged-example]
    Z = np.array([[2.0, 0.0, 1.0, -1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, -1.0, 0.5]])
    Y = np.eye(3)[:, [0, 1, 2, 1]]
    slopes = nudged(partial(cost, Y=Y), Z)
    print("slopes of the cost:", slopes.round(4), "four times that:", (4 * slopes).round(4), sep="\n")
    print("the first example alone:", nudged(partial(cost, Y=Y[:, :1]), Z[:, :1]).round(4), sep="\n")
    # --8<-- [end:nudged-example]


def example_below() -> None:
    # --8<-- [start:below-example]
    W = np.array([[1.0, -1.0], [0.5, 2.0], [-1.5, 0.5]])  # K = 3, D = 2
    X, Y = np.array([[1.0, -2.0, 0.5, 1.5], [0.5, 1.0, 2.0, -1.0]]), np.eye(3)[:, [0, 1, 2, 1]]  # m = 4
    slopes = nudged(lambda at: cost(W @ at, Y), X)
    print("dX:", below(W, dz(W @ X, Y)).round(4), "slopes of the cost:", slopes.round(4), sep="\n")
    # --8<-- [end:below-example]


def example_logistic_cost() -> None:
    # --8<-- [start:logistic_cost-example]
    z, y = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 0.0])  # m = 3
    print("cost:", round(logistic_cost(z, y), 4))
    # --8<-- [end:logistic_cost-example]


def example_logistic_dz() -> None:
    # --8<-- [start:logistic_dz-example]
    z, y = np.array([2.0, -1.0, 0.5]), np.array([1.0, 0.0, 0.0])
    dz, slopes = logistic_dz(z, y), nudged(partial(logistic_cost, y=y), z)
    print("dz:               ", dz.round(4).tolist())
    print("slope of the cost:", slopes.round(4).tolist())
    print("three times that: ", (3 * slopes).round(4).tolist())
    # --8<-- [end:logistic_dz-example]


if __name__ == "__main__":
    example_cost()
    example_dz()
    example_nudged()
    example_below()
    example_logistic_cost()
    example_logistic_dz()
