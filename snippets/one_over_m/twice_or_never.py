"""Twice or never: gradients with a misplaced 1/m, and the tests that tell them apart.

One layer: X is (D, m), examples in columns; dZ, (K, m), holds in column i the slopes of the loss of
example i by its own scores, with no 1/m inside, P - Y for a softmax. The cost is a mean over the batch, so
dW = (1/m) dZ Xᵀ, (K, D), and db = (1/m) dZ 1, (K, 1). A penalty λ/(2m) ‖W‖² adds (λ/m) W to dW.
The other functions are wrong on purpose, and named for what is wrong with them.

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


def _penalty(W: ArrayLike, lam: float, shape: tuple[int, int]) -> tuple[Array, float]:
    W, strength = _finite("W", W, 2), float(_finite("lam", lam, 0))
    if W.shape != shape:
        raise ValueError(f"W: expected shape {shape}, got {W.shape}")
    if strength < 0:
        raise ValueError(f"lam: expected a number from 0, got {strength}")
    return W, strength


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


# --8<-- [start:bias]
def bias(dZ: ArrayLike) -> Array:
    """db = (1/m) dZ 1, (K, 1), the shape of b. Raises ValueError for what is no array (K, m).

    >>> bias([[1.0, 2.0], [3.0, 5.0]])
    array([[1.5],
           [4. ]])
    """
    dZ = _finite("dZ", dZ, 2)  # (K, m)
    db: Array = dZ.sum(axis=1, keepdims=True) / dZ.shape[1]  # (K, 1)
    return db


def bias_without_keepdims(dZ: ArrayLike) -> Array:
    """Wrong beside a b of shape (K, 1): (K,). Raises ValueError as `bias` does.

    >>> bias_without_keepdims([[1.0, 2.0], [3.0, 5.0]])
    array([1.5, 4. ])
    """
    dZ = _finite("dZ", dZ, 2)  # (K, m)
    db: Array = dZ.sum(axis=1) / dZ.shape[1]  # (K,)
    return db


def bias_over_the_wrong_axis(dZ: ArrayLike) -> Array:
    """Wrong: added up over the classes, (m,). Raises ValueError as `bias` does.

    >>> bias_over_the_wrong_axis([[1.0, 2.0], [3.0, 5.0]])
    array([2. , 3.5])
    """
    dZ = _finite("dZ", dZ, 2)  # (K, m)
    db: Array = dZ.sum(axis=0) / dZ.shape[1]  # (m,)
    return db


def bias_not_summed(dZ: ArrayLike) -> Array:
    """Wrong: not added up at all, (K, m). Raises ValueError as `bias` does.

    >>> bias_not_summed([[1.0, 2.0], [3.0, 5.0]])
    array([[0.5, 1. ],
           [1.5, 2.5]])
    """
    dZ = _finite("dZ", dZ, 2)  # (K, m)
    db: Array = dZ / dZ.shape[1]  # (K, m)
    return db


# --8<-- [end:bias]


# --8<-- [start:step]
def step(b: ArrayLike, db: ArrayLike, lr: float) -> Array:
    """b - lr · db, in the shape of b and no other.

    Raises ValueError for a db of another shape, which NumPy would stretch without a word, for
    numbers that are not finite, and for a learning rate that is not positive.

    >>> step([[0.0], [0.0]], [[1.0], [-2.0]], lr=0.5)
    array([[-0.5],
           [ 1. ]])
    """
    b, db, rate = _finite("b", b, np.ndim(b)), _finite("db", db, np.ndim(db)), float(_finite("lr", lr, 0))
    if db.shape != b.shape:
        raise ValueError(f"db: expected shape {b.shape}, as b has, got {db.shape}")
    if rate <= 0:
        raise ValueError(f"lr: expected a positive number, got {rate}")
    return b - rate * db


# --8<-- [end:step]


# --8<-- [start:bias_from_the_weights]
def bias_from_the_weights(dZ: ArrayLike, X: ArrayLike) -> Array:
    """Rows of dW added up, (K, 1): db if every column of X sums to 1, and wrong otherwise.

    Raises ValueError as `weights` does.

    >>> bias_from_the_weights([[1.0, 2.0]], [[1.0, 3.0], [0.0, -2.0]])
    array([[1.5]])
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    db: Array = (dZ @ X.T / m).sum(axis=1, keepdims=True)  # (K, 1)
    return db


# --8<-- [end:bias_from_the_weights]


# --8<-- [start:weights_with_penalty]
def weights_with_penalty(dZ: ArrayLike, X: ArrayLike, W: ArrayLike, lam: float) -> Array:
    """dW = (1/m) (dZ Xᵀ + λW), (K, D), for a cost with λ/(2m) ‖W‖² added: one factor for both.

    Raises ValueError as `weights` does, for a W of another shape than dW, and for λ below 0.

    >>> weights_with_penalty([[1.0, -1.0]], [[4.0, 2.0]], [[3.0]], lam=2.0)
    array([[4.]])
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    W, lam = _penalty(W, lam, (len(dZ), len(X)))  # (K, D)
    return (dZ @ X.T + lam * W) / m  # (K, D)


def penalty_divided_again(dZ: ArrayLike, X: ArrayLike, W: ArrayLike, lam: float) -> Array:
    """Wrong: λ/m divided by m once more. Raises ValueError as `weights_with_penalty` does.

    >>> penalty_divided_again([[1.0, -1.0]], [[4.0, 2.0]], [[3.0]], lam=2.0)
    array([[2.5]])
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    W, lam = _penalty(W, lam, (len(dZ), len(X)))  # (K, D)
    return (dZ @ X.T + lam / m * W) / m  # (K, D)


# --8<-- [end:weights_with_penalty]


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


def example_bias() -> None:
    # --8<-- [start:bias-example]
    dZ = np.array([[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]])
    b = 3, 1  # the shape of b: K = 3 classes; m = 4 examples
    for form in (bias, bias_without_keepdims, bias_over_the_wrong_axis, bias_not_summed):
        db = form(dZ)
        print(f"{form.__name__:24}  db {db.shape!s:6}  b - lr * db {np.broadcast_shapes(b, db.shape)}")
    print("over the wrong axis:", bias_over_the_wrong_axis(dZ))
    # --8<-- [end:bias-example]


def example_step() -> None:
    # --8<-- [start:step-example]
    dZ = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]
    b, lr = np.zeros((3, 1)), 0.5
    print(step(b, bias(dZ), lr).tolist())
    try:
        step(b, bias_without_keepdims(dZ), lr)
    except ValueError as refusal:
        print(refusal)
    # --8<-- [end:step-example]


def example_bias_from_the_weights() -> None:
    # --8<-- [start:bias_from_the_weights-example]
    dZ = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]
    words = [[0.5, 0.0, 0.25, 1.0], [0.5, 1.0, 0.75, 0.0]]  # every column sums to 1
    hidden = [[1.0, 0.0, 0.5, 3.0], [0.5, 2.0, 0.0, 2.0]]  # the columns do not
    print("db:            ", bias(dZ).ravel())
    print("from the words:", bias_from_the_weights(dZ, words).ravel())
    print("from hidden:   ", bias_from_the_weights(dZ, hidden).ravel())
    # --8<-- [end:bias_from_the_weights-example]


def example_weights_with_penalty() -> None:
    # --8<-- [start:weights_with_penalty-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]
    dZ = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]
    W, lam = np.array([[1.0, -2.0], [0.5, 4.0], [-1.0, 2.0]]), 0.5
    right = weights_with_penalty(dZ, X, W, lam)
    print("forgotten:     gap / W =", ((weights(dZ, X) - right) / W).tolist())
    print("divided again: gap / W =", ((penalty_divided_again(dZ, X, W, lam) - right) / W).tolist())
    for strength in (lam, 0.0):
        once, twice = (weights_with_penalty(np.tile(dZ, n), np.tile(X, n), W, strength) for n in (1, 2))
        c, left = factor(twice, once)
        print(f"right, batch twice, lam {strength}: factor {c:.4f}, left over {left:.4f}")
    # --8<-- [end:weights_with_penalty-example]


if __name__ == "__main__":
    example_weights()
    example_factor()
    example_batch_twice()
    example_bias()
    example_step()
    example_bias_from_the_weights()
    example_weights_with_penalty()
