"""Not a factor: a penalty lost on the way, a bias summed over the wrong axis, a bias made from the rows of dW.

One layer: X is (D, m), examples in columns; dZ, (K, m), holds in column i the slopes of the loss of
example i by its own scores, with no 1/m inside, P - Y for a softmax. The cost is a mean over the batch, so
dW = (1/m) dZ Xᵀ, (K, D), and db = (1/m) dZ 1, (K, 1). A penalty λ/(2m) ‖W‖² adds (λ/m) W to dW.
The other functions are wrong on purpose, and named for what is wrong with them.

Source: public threads where each fault was met; the page names them.
"""

from __future__ import annotations

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


# --8<-- [start:weights_with_penalty]
def weights_with_penalty(dZ: ArrayLike, X: ArrayLike, W: ArrayLike, lam: float) -> Array:
    """dW = (1/m) (dZ Xᵀ + λW), (K, D), for a cost with λ/(2m) ‖W‖² added: one factor for both.

    Raises ValueError for shapes that do not match, an empty batch, numbers that are not finite, a W of
    another shape than dW, and λ below 0.

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

    Raises ValueError for shapes that do not match, an empty batch and numbers that are not finite.

    >>> bias_from_the_weights([[1.0, 2.0]], [[1.0, 3.0], [0.0, -2.0]])
    array([[1.5]])
    """
    dZ, X, m = _batch(dZ, X)  # (K, m), (D, m)
    db: Array = (dZ @ X.T / m).sum(axis=1, keepdims=True)  # (K, 1)
    return db


# --8<-- [end:bias_from_the_weights]


def example_weights_with_penalty() -> None:
    # --8<-- [start:weights_with_penalty-example]
    X = np.array([[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]])
    dZ = np.array([[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]])
    W, lam = np.array([[1.0, -2.0], [0.5, 4.0], [-1.0, 2.0]]), 0.5
    right = weights_with_penalty(dZ, X, W, lam)
    print("right:         dW =", right.round(3).tolist())
    print("forgotten:     gap / W =", ((weights_with_penalty(dZ, X, W, 0) - right) / W).tolist())
    print("divided again: gap / W =", ((penalty_divided_again(dZ, X, W, lam) - right) / W).tolist())
    for strength in (lam, 0):
        once, twice = (weights_with_penalty(np.tile(dZ, n), np.tile(X, n), W, strength) for n in (1, 2))
        print(f"right, batch twice, lam {strength}: largest gap {np.abs(twice - once).max()}")
    # --8<-- [end:weights_with_penalty-example]


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


if __name__ == "__main__":
    example_weights_with_penalty()
    example_bias()
    example_step()
    example_bias_from_the_weights()
