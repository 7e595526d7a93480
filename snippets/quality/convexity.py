"""The average cross-entropy is convex in W; Q_mean is not concave.

The Hessian of one example's loss by its scores z, (K,), is diag(p) - ppᵀ, with p = softmax(z), (K,).
Whatever v, (K,): vᵀ(diag(p) - ppᵀ)v = ½ ΣΣ p[i] p[j] (v[i] - v[j])², which is never negative, and
0 for v constant. The scores are linear in W, so a chord between any two W lies above the loss.
W is K×D, X is D×m; classes count from 0 here, from 1 in the maths.

Source: CS5242 (NUS), lecture 4, for the loss; the Hessian is a standard result.
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


# --8<-- [start:hessian]
def hessian(z: ArrayLike) -> Array:
    """diag(p) - ppᵀ, (K, K), the second derivatives of the loss by the scores z, (K,), for any label.

    Raises ValueError for a z that is not a finite vector.

    >>> hessian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = _softmax(z)  # (K,)
    return np.diag(p) - np.outer(p, p)  # (K, K)


# --8<-- [end:hessian]


def _softmax(z: ArrayLike) -> Array:
    z = _finite("z", z, 1)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        t = np.exp(z - z.max())
    p: Array = t / t.sum()
    return p


# --8<-- [start:curvature]
def curvature(z: ArrayLike, v: ArrayLike) -> float:
    """vᵀ(diag(p) - ppᵀ)v, for z and v of shape (K,), as a sum over pairs of classes: never below 0.

    Raises ValueError for shapes that differ or entries that are not finite.

    >>> curvature([0.0, 0.0], [1.0, -1.0])
    1.0
    """
    p, v = _softmax(z), _direction(v, z)  # (K,), (K,)
    gaps = v[:, None] - v[None, :]  # (K, K)
    return float((np.outer(p, p) * gaps**2).sum() / 2)


# --8<-- [end:curvature]


def _direction(v: ArrayLike, z: ArrayLike) -> Array:
    v = _finite("v", v, 1)
    if v.shape != np.shape(z):
        raise ValueError(f"v: expected shape {np.shape(z)}, as z has, got {v.shape}")
    return v


# --8<-- [start:loss]
def loss(W: ArrayLike, X: ArrayLike, labels: ArrayLike) -> float:
    """The average cross-entropy of the templates W, (K, D), on X, (D, m), with labels (m,) from 0.

    Raises ValueError for shapes that do not match, labels out of range, an empty batch, numbers
    that are not finite.

    >>> round(loss([[0.0], [0.0]], [[3.0]], [1]), 4)
    0.6931
    """
    Z, c = _scores(W, X, labels)  # (K, m), (m,)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        Z = Z - Z.max(axis=0)  # (K, m); the largest is 0
    losses = np.log(np.exp(Z).sum(axis=0)) - Z[c, np.arange(c.size)]  # (m,)
    return float(losses.mean())


# --8<-- [end:loss]


def _scores(W: ArrayLike, X: ArrayLike, labels: ArrayLike) -> tuple[Array, NDArray[np.intp]]:
    W, X = _finite("W", W, 2), _finite("X", X, 2)
    if len(X) != W.shape[1]:
        raise ValueError(f"X: expected {W.shape[1]} rows, one for each column of W, got {len(X)}")
    _finite("labels", labels, 1)
    c = np.asarray(labels)
    if c.dtype.kind == "f":
        raise ValueError(f"labels: expected whole numbers, got dtype {c.dtype}")
    if c.shape != X.shape[1:]:
        raise ValueError(f"labels: expected shape {X.shape[1:]}, one for each column of X, got {c.shape}")
    outside = c[(c < 0) | (c >= len(W))]
    if outside.size:
        raise ValueError(f"labels: expected 0 to {len(W) - 1}, got {outside[0]}")
    with np.errstate(all="ignore"):  # what overflows is refused on the next line
        Z = _finite("W X", W @ X, 2)
    return Z, c.astype(np.intp)


# --8<-- [start:height_of_chord]
def height_of_chord(
    A: ArrayLike,
    B: ArrayLike,
    X: ArrayLike,
    labels: ArrayLike,
    t: float,
) -> tuple[float, float]:
    """The chord of the loss between the weights A and B, (K, D), above its graph at (1-t) A + t B.

    Two numbers: for L, never below 0; for -Q_mean, of either sign. Raises ValueError as `loss`
    does, for a B of another shape than A, and for a t outside [0, 1].

    >>> L, Q = height_of_chord([[0.0], [0.0]], [[0.0], [2.0]], [[3.0]], [1], t=0.5)
    >>> round(L, 4), round(Q, 4)
    (0.2992, 0.2038)
    """
    A, B, t = _segment(A, B, t)  # (K, D), (K, D)
    start, end, between = (loss(W, X, labels) for W in (A, B, (1 - t) * A + t * B))
    of_loss = (1 - t) * start + t * end - between
    of_quality = np.exp(-between) - (1 - t) * np.exp(-start) - t * np.exp(-end)
    return of_loss, float(of_quality)


# --8<-- [end:height_of_chord]


def _segment(A: ArrayLike, B: ArrayLike, t: float) -> tuple[Array, Array, float]:
    A, B, t = _finite("A", A, 2), _finite("B", B, 2), float(_finite("t", t, 0))
    if B.shape != A.shape:
        raise ValueError(f"B: expected shape {A.shape}, as A has, got {B.shape}")
    if not 0 <= t <= 1:
        raise ValueError(f"t: expected a number in [0, 1], got {t}")
    return A, B, t


def example_hessian() -> None:
    # --8<-- [start:hessian-example]
    eigenvalues = np.linalg.eigvalsh(hessian([2.0, 1.0, 0.0]))
    print("eigenvalues:", abs(eigenvalues).round(4))
    # --8<-- [end:hessian-example]


def example_curvature() -> None:
    # --8<-- [start:curvature-example]
    z = [2.0, 1.0, 0.0]
    for v in ([1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0]):
        print(f"along {v}: {curvature(z, v):.4f} = {abs(v @ hessian(z) @ v):.4f}")
    # --8<-- [end:curvature-example]


def example_loss() -> None:
    # --8<-- [start:loss-example]
    X, labels = [[1.0, -1.0, 2.0]], [0, 1, 1]  # (1, 3), (3,)
    for s in (-4.0, -2.0, 0.0, 2.0, 4.0):
        L = loss([[s], [0.0]], X, labels)
        print(f"s = {s:4.1f}: L = {L:.4f}, Q_mean = {np.exp(-L):.4f}")
    # --8<-- [end:loss-example]


def example_height_of_chord() -> None:
    # --8<-- [start:height_of_chord-example]
    X, labels = [[1.0, -1.0, 2.0]], [0, 1, 1]  # (1, 3), (3,)
    for far in (2.0, 8.0):
        L, Q = height_of_chord([[0.0], [0.0]], [[far], [0.0]], X, labels, t=0.25)
        print(f"from 0 to {far}: chord above L by {L:.4f}, above -Q_mean by {Q:.4f}")
    # --8<-- [end:height_of_chord-example]


if __name__ == "__main__":
    example_hessian()
    example_curvature()
    example_loss()
    example_height_of_chord()
