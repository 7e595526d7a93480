"""Twice or never: gradients with a misplaced 1/m, and what a batch that is repeated or cut tells of it.

One layer: X is (D, m), examples in columns; dZ, (K, m), holds in column i the slopes of the loss of
example i by its own scores, with no 1/m inside, P - Y for a softmax. The cost is a mean over the batch, so
dW = (1/m) dZ Xᵀ, (K, D). Two functions are wrong on purpose, and named for what is wrong with them.

Source: public threads where each fault was met; the page names them.
"""

from __future__ import annotations

from collections.abc import Callable

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


def _batch(dZ: ArrayLike, X: ArrayLike) -> tuple[Array, Array, int]:
    """dZ, X and m; ValueError unless the shapes are (K, m) and (D, m)."""
    dZ, X = _finite("dZ", dZ, 2), _finite("X", X, 2)
    if dZ.shape[1] != X.shape[1]:
        raise ValueError(f"X: expected {dZ.shape[1]} columns, as dZ has, got {X.shape[1]}")
    return dZ, X, dZ.shape[1]


# --8<-- [start:weights]
def weights(dZ: ArrayLike, X: ArrayLike) -> Array:
    """dW = (1/m) dZ Xᵀ, (K, D): the factor once.

    Raises ValueError for shapes that do not match, an empty batch and numbers that are not finite.

    >>> weights([[1.0, -1.0]], [[4.0, 2.0]])
    array([[1.]])
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    return dZ @ X.T / m  # (K, D)


def weights_divided_twice(dZ: ArrayLike, X: ArrayLike) -> Array:
    """Wrong: the factor in dZ, and again in dW. Raises ValueError as `weights` does.

    >>> weights_divided_twice([[1.0, -1.0]], [[4.0, 2.0]])
    array([[0.5]])
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    return (dZ / m) @ X.T / m  # (K, D)


def weights_never_divided(dZ: ArrayLike, X: ArrayLike) -> Array:
    """Wrong: the factor nowhere. Raises ValueError as `weights` does.

    >>> weights_never_divided([[1.0, -1.0]], [[4.0, 2.0]])
    array([[2.]])
    """
    dZ, X, _ = _batch(dZ, X)  # (K, m), (D, m)
    return dZ @ X.T  # (K, D)


# --8<-- [end:weights]


# --8<-- [start:factor]
def factor(found: ArrayLike, expected: ArrayLike) -> tuple[float, float]:
    """The number c that brings c · expected nearest to found, and what it leaves over.

    The rest is relative to the largest entry found: where it is next to nothing, found is c times
    what was expected, in every entry. Raises ValueError for two shapes, and where everything found
    or expected is 0.

    >>> factor([[3.0, 6.0]], [[1.0, 2.0]])
    (3.0, 0.0)
    """
    found, expected = _pair(found, expected)
    c = float((found * expected).sum() / (expected * expected).sum())
    left = np.abs(found - c * expected).max() / np.abs(found).max()
    return c, float(left)


# --8<-- [end:factor]


def _pair(found: ArrayLike, expected: ArrayLike) -> tuple[Array, Array]:
    expected = _finite("expected", expected, np.ndim(expected))
    found = _finite("found", found, np.ndim(found))
    if found.shape != expected.shape:
        raise ValueError(f"found: expected shape {expected.shape}, got {found.shape}")
    for name, value in (("found", found), ("expected", expected)):
        if not value.any():
            raise ValueError(f"{name}: expected an entry other than 0, got none")
    return found, expected


Gradient = Callable[[Array, Array], Array]  # of dZ, (K, m), and X, (D, m)


# --8<-- [start:batch_twice]
def batch_twice(gradient: Gradient, dZ: ArrayLike, X: ArrayLike) -> tuple[float, float]:
    """What repeating the batch does to a gradient: `factor` of twice over against once.

    1: the 1/m stands once. 2: it is missing. 1/2: it stands twice. Raises ValueError as `weights`
    and `factor` do.

    >>> batch_twice(weights_never_divided, [[1.0, -1.0]], [[4.0, 2.0]])
    (2.0, 0.0)
    """
    dZ, X, _ = _batch(dZ, X)  # (K, m), (D, m)
    return factor(gradient(np.tile(dZ, 2), np.tile(X, 2)), gradient(dZ, X))


def batch_in_halves(gradient: Gradient, dZ: ArrayLike, X: ArrayLike) -> tuple[float, float]:
    """What cutting the batch does to a gradient: `factor` of the whole, against its two halves added.

    1/2: the 1/m stands once. 1: it is missing. 1/4: it stands twice. Raises ValueError as `weights`
    and `factor` do, and for an odd number of examples.

    >>> batch_in_halves(weights_never_divided, [[1.0, -1.0]], [[4.0, 2.0]])
    (1.0, 0.0)
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    if m % 2:
        raise ValueError(f"dZ: expected an even number of columns, got {m}")
    first, second = slice(0, m // 2), slice(m // 2, m)
    halves = gradient(dZ[:, first], X[:, first]) + gradient(dZ[:, second], X[:, second])
    return factor(gradient(dZ, X), halves)


# --8<-- [end:batch_twice]


def example_weights() -> None:
    # --8<-- [start:weights-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # (2, 4)
    dZ = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]  # (3, 4)
    for form in (weights, weights_divided_twice, weights_never_divided):
        print(f"{form.__name__:21}  dW: {form(dZ, X).round(3).tolist()}")
    # --8<-- [end:weights-example]


def example_factor() -> None:
    # --8<-- [start:factor-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]
    dZ = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]
    right = weights(dZ, X)  # in your own code: the derivative of your cost, taken numerically
    for name, found in (
        ("divided twice", weights_divided_twice(dZ, X)),
        ("never divided", weights_never_divided(dZ, X)),
        ("one example", weights(np.array(dZ)[:, :1], np.array(X)[:, :1])),
    ):
        print(name, "→ factor {:.3f}, left over {:.2f}".format(*factor(found, right)))
    # --8<-- [end:factor-example]


def example_batch_twice() -> None:
    # --8<-- [start:batch_twice-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]
    dZ = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]
    right = weights(dZ, X)
    print("form                   length   is off by   batch twice   halves added")
    for form in (weights, weights_divided_twice, weights_never_divided):
        dW = form(dZ, X)
        (off, _), (twice, _) = factor(dW, right), batch_twice(form, dZ, X)
        halves, _ = batch_in_halves(form, dZ, X)
        print(f"{form.__name__:21}  {np.linalg.norm(dW):6.4f}   {off:9}   {twice:11}   {halves:12}")
    # --8<-- [end:batch_twice-example]


if __name__ == "__main__":
    example_weights()
    example_factor()
    example_batch_twice()
