"""Template matching is mini-batch gradient descent.

The rows of W, (K, D), are templates; the scores are W X + b for the examples in the columns of
X, (D, m). With E = Y - P, labels minus softmax probabilities, both (K, m), the update
W ← W + (lr/m) E Xᵀ is one step of gradient descent on the average cross-entropy of the batch, for
its gradient is -(1/m) E Xᵀ. The mean carries the 1/m. Examples count from 0 here, from 1 in the maths.

Source: CS5242 (NUS), lecture 4, which states the gradient without proof.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def _model(W: ArrayLike, b: ArrayLike, X: ArrayLike) -> tuple[Array, Array, Array]:
    """W, b, X as floats; ValueError unless their shapes are (K, D), (K,) and (D, m)."""
    W, b, X = _finite("W", W, 2), _finite("b", b, 1), _finite("X", X, 2)
    if b.shape != W.shape[:1]:
        raise ValueError(f"b: expected shape {W.shape[:1]}, one for each row of W, got {b.shape}")
    if len(X) != W.shape[1]:
        raise ValueError(f"X: expected {W.shape[1]} rows, one for each column of W, got {len(X)}")
    return W, b, X


def _targets(Y: ArrayLike, K: int, m: int) -> Array:
    Y = _finite("Y", Y, 2)
    if Y.shape != (K, m):
        raise ValueError(f"Y: expected shape ({K}, {m}), got {Y.shape}")
    outside = Y[(Y < 0) | (Y > 1)]
    if outside.size:
        raise ValueError(f"Y: expected probabilities in [0, 1], got {outside[0]}")
    sums = Y.sum(axis=0)
    if not np.allclose(sums, 1, rtol=0, atol=1e-6):
        worst = np.argmax(np.abs(sums - 1))
        raise ValueError(f"Y: expected columns that sum to 1, got {sums[worst]:.6g} in column {worst}")
    return Y


def _rate(lr: float) -> float:
    value = float(_finite("lr", lr, 0))
    if value <= 0:
        raise ValueError(f"lr: expected a positive number, got {value}")
    return value


# --8<-- [start:predict]
def predict(W: ArrayLike, b: ArrayLike, X: ArrayLike) -> Array:
    """P = softmax(W X + b), (K, m): how well each example matches each template.

    Raises ValueError for shapes that do not match, an empty batch, numbers that are not finite,
    and for scores beyond the largest float.

    >>> predict([[1.0], [1.0]], [0.0, 0.0], [[3.0]])
    array([[0.5],
           [0.5]])
    """
    W, b, X = _model(W, b, X)  # (K, D), (K,), (D, m)
    with np.errstate(all="ignore"):  # what overflows is refused on the next line
        Z = _finite("W X + b", W @ X + b[:, None], 2)  # (K, m)
        t = np.exp(Z - Z.max(axis=0))  # (K, m)
    P: Array = t / t.sum(axis=0)  # (K, m)
    return P


# --8<-- [end:predict]


# --8<-- [start:gradients]
def gradients(W: ArrayLike, b: ArrayLike, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    """dW = -(1/m) E Xᵀ, (K, D), and db = -(1/m) E 1, (K,), of the batch's average cross-entropy.

    Y, (K, m), holds one-hot or soft labels that sum to 1. Raises ValueError as `predict` does,
    and for labels of another shape or that are no probabilities.

    >>> dW, db = gradients([[0.0], [0.0]], [0.0, 0.0], [[4.0]], [[1.0], [0.0]])
    >>> dW[:, 0], db
    (array([-2.,  2.]), array([-0.5,  0.5]))
    """
    P, X = predict(W, b, X), np.asarray(X)  # (K, m), (D, m)
    E = _targets(Y, *P.shape) - P  # (K, m)
    m = X.shape[1]
    return -E @ X.T / m, -E.sum(axis=1) / m  # (K, D), (K,)


# --8<-- [end:gradients]


# --8<-- [start:update]
def update(W: ArrayLike, b: ArrayLike, X: ArrayLike, Y: ArrayLike, lr: float) -> tuple[Array, Array]:
    """One step of template matching: W + (lr/m) E Xᵀ, (K, D), and b + (lr/m) E 1, (K,).

    Raises ValueError as `gradients` does, and for a learning rate that is not positive.

    >>> W, b = update([[0.0], [0.0]], [0.0, 0.0], [[4.0]], [[1.0], [0.0]], lr=0.5)
    >>> W[:, 0], b
    (array([ 1., -1.]), array([ 0.25, -0.25]))
    """
    W, b, X = _model(W, b, X)  # (K, D), (K,), (D, m)
    P = predict(W, b, X)  # (K, m)
    E = _targets(Y, *P.shape) - P  # (K, m)
    step = _rate(lr) / X.shape[1]  # lr/m
    return W + step * E @ X.T, b + step * E.sum(axis=1)


# --8<-- [end:update]


# --8<-- [start:train]
def train(X: ArrayLike, Y: ArrayLike, lr: float, batches: Iterable[ArrayLike]) -> tuple[Array, Array]:
    """From W = 0, b = 0, one `update` for each mini-batch, given as the columns to take, (m,).

    X is (D, N), Y is (K, N). Raises ValueError as `update` does, and for a batch that is empty or
    names a column that X does not have.

    >>> W, b = train([[4.0]], [[1.0], [0.0]], lr=0.5, batches=[[0]])
    >>> W[:, 0], b
    (array([ 1., -1.]), array([ 0.25, -0.25]))
    """
    X, Y = _finite("X", X, 2), _finite("Y", Y, 2)  # (D, N), (K, N)
    W, b = np.zeros((len(Y), len(X))), np.zeros(len(Y))  # (K, D), (K,)
    for batch in batches:
        B = _columns(batch, X, Y)  # (m,)
        W, b = update(W, b, X[:, B], Y[:, B], lr)
    return W, b


# --8<-- [end:train]


def _columns(batch: ArrayLike, X: Array, Y: Array) -> NDArray[np.intp]:
    N = X.shape[1]
    if Y.shape[1] != N:
        raise ValueError(f"Y: expected {N} columns, as X has, got {Y.shape[1]}")
    _finite("batches", batch, 1)
    B = np.asarray(batch)
    if B.dtype.kind == "f":
        raise ValueError(f"batches: expected whole numbers, got dtype {B.dtype}")
    outside = B[(B < 0) | (B >= N)]
    if outside.size:
        raise ValueError(f"batches: expected columns 0 to {N - 1}, got {outside[0]}")
    return B.astype(np.intp)


# --8<-- [start:shuffled_batches]
def shuffled_batches(N: int, m: int, epochs: int, seed: int) -> list[NDArray[np.intp]]:
    """The columns 0 to N-1 in a new order each epoch, cut into batches of m; the last may be smaller.

    Raises ValueError for N or m below 1, and for epochs or a seed below 0.

    >>> [batch.size for batch in shuffled_batches(N=5, m=2, epochs=2, seed=0)]
    [2, 2, 1, 2, 2, 1]
    """
    rng = np.random.default_rng(_whole("seed", seed, 0))
    starts = range(0, _whole("N", N, 1), _whole("m", m, 1))
    orders = [rng.permutation(N) for _ in range(_whole("epochs", epochs, 0))]  # (epochs, N)
    return [order[i : i + m] for order in orders for i in starts]


# --8<-- [end:shuffled_batches]


def _whole(name: str, value: int, least: int) -> int:
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < least:
        raise ValueError(f"{name}: expected a whole number from {least}, got {value!r}")
    return value


def example_predict() -> None:
    # --8<-- [start:predict-example]
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), np.array([0.0, 0.0, -0.5])  # K = 3 templates, D = 2
    X = [[3.0, 0.0], [0.0, 3.0]]  # m = 2 examples
    print(predict(W, b, X).round(3))
    # --8<-- [end:predict-example]


def example_gradients() -> None:
    # --8<-- [start:gradients-example]
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), np.array([0.0, 0.0, -0.5])
    X = [[3.0, 0.0, 1.0], [0.0, 3.0, 1.0]]
    dW, _ = gradients(W, b, X, np.eye(3))
    print("dW:", dW.round(4).tolist())
    # --8<-- [end:gradients-example]


def example_update() -> None:
    # --8<-- [start:update-example]
    W, b = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]]), np.array([0.0, 0.0, -0.5])
    X, Y, lr = [[3.0, 0.0, 1.0], [0.0, 3.0, 1.0]], np.eye(3), 0.6
    matched, _ = update(W, b, X, Y, lr)
    dW, _ = gradients(W, b, X, Y)
    print("template matching:", matched.round(4).tolist())
    print("gradient descent: ", (W - lr * dW).round(4).tolist())
    # --8<-- [end:update-example]


def example_train() -> None:
    # --8<-- [start:train-example]
    X = np.array([[2.0, 3.0, -2.0, -1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0, 3.0, 2.0]])  # (2, 6)
    labels = [0, 0, 1, 1, 2, 2]
    Y = np.eye(3)[:, labels]  # (3, 6)
    for epochs in (0, 1, 10, 100):
        W, b = train(X, Y, lr=0.5, batches=[[0, 2, 4], [1, 3, 5]] * epochs)
        p = predict(W, b, X)[labels, range(6)]  # (6,)
        print(f"{epochs} epochs: Q_mean {np.exp(np.log(p).mean()):.4f}")
    # --8<-- [end:train-example]


def example_shuffled_batches() -> None:
    # --8<-- [start:shuffled_batches-example]
    batches = shuffled_batches(N=10, m=4, epochs=1, seed=0)
    print("sizes:", [batch.size for batch in batches])
    print("each column once:", sorted(np.concatenate(batches).tolist()))
    # --8<-- [end:shuffled_batches-example]


if __name__ == "__main__":
    example_predict()
    example_gradients()
    example_update()
    example_train()
    example_shuffled_batches()
