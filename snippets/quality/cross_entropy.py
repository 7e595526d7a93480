"""−log Q_mean is the average cross-entropy, for every N.

The loss of one example is minus the log of the probability of its right class; its average over
the examples is −log Q_mean. P and Y are K×m, one column for each example; labels count from 0
here, from 1 in the maths. An index label stands for a one-hot column of Y.

Source: CS5242 (NUS), lecture 4; C. E. Shannon, "A mathematical theory of communication" (1948).
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


def _distributions(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless each column holds probabilities that sum to 1."""
    p = _numbers(name, value, axes)
    outside = p[(p < 0) | (p > 1)]
    if outside.size:
        raise ValueError(f"{name}: expected probabilities in [0, 1], got {outside[0]}")
    sums = np.atleast_1d(p.sum(axis=0))
    if not np.allclose(sums, 1, rtol=0, atol=1e-6):
        worst = np.argmax(np.abs(sums - 1))
        raise ValueError(f"{name}: expected columns that sum to 1, got {sums[worst]:.6g} in column {worst}")
    return p


def _scores(Z: ArrayLike) -> Array:
    """Z as floats; ValueError for +inf, or a column of nothing but -inf (-inf rules a class out)."""
    Z = _numbers("Z", Z, 2)
    highest = Z.max(axis=0)
    if not np.isfinite(highest).all():
        raise ValueError(f"Z: expected a finite largest score in each column, got {highest}")
    return Z


def _targets(labels: ArrayLike, K: int, m: int) -> Array:
    """Labels of shape (m,), or the columns of a (K, m) array, as columns of probabilities."""
    try:
        c = np.asarray(labels)
    except ValueError:
        raise ValueError("labels: expected an array, got rows of different lengths") from None
    if c.ndim == 2:
        Y = _distributions("labels", c, 2)
        if Y.shape != (K, m):
            raise ValueError(f"labels: expected shape ({m},) or ({K}, {m}), got {Y.shape}")
        return Y
    if c.dtype.kind not in "iu":
        raise ValueError(f"labels: expected whole numbers or one-hot columns, got dtype {c.dtype}")
    if c.shape != (m,):
        raise ValueError(f"labels: expected shape ({m},) or ({K}, {m}), got {c.shape}")
    outside = c[(c < 0) | (c >= K)]
    if outside.size:
        raise ValueError(f"labels: expected 0 to {K - 1}, got {outside[0]}")
    return np.eye(K)[:, c]


# --8<-- [start:reduce]
def reduce(losses: ArrayLike, reduction: str = "mean") -> Array | np.float64:
    """The m losses as they are ("none"), their "sum", or their "mean": the one that divides by m.

    Raises ValueError for another reduction, NaN, an empty batch.

    >>> float(reduce([1.0, 3.0], "sum")), float(reduce([1.0, 3.0], "mean"))
    (4.0, 2.0)
    """
    losses = _numbers("losses", losses, 1)  # (m,)
    if reduction == "none":
        return losses
    if reduction in ("sum", "mean"):
        number: np.float64 = losses.sum() if reduction == "sum" else losses.mean()
        return number
    raise ValueError(f"reduction: expected 'none', 'sum' or 'mean', got {reduction!r}")


# --8<-- [end:reduce]


# --8<-- [start:cross_entropy]
def cross_entropy(P: ArrayLike, labels: ArrayLike, reduction: str = "mean") -> Array | np.float64:
    """Cross-entropy of predicted probabilities P, (K, m), against labels, (m,) or (K, m).

    `reduction` "none" gives shape (m,), "sum" and "mean" one number. A probability of 0 for the
    right class costs infinity. Raises ValueError for columns that do not sum to 1, labels out of
    range, shapes that do not match, NaN, an empty batch, an unknown reduction.

    >>> round(float(cross_entropy([[0.5, 1.0], [0.5, 0.0]], [1, 0], reduction="sum")), 6)
    0.693147
    """
    P = _distributions("P", P, 2)  # (K, m)
    Y = _targets(labels, *P.shape)  # (K, m)
    with np.errstate(divide="ignore"):  # -log 0 = inf
        cost = -np.log(P)  # (K, m)
    losses = np.sum(Y * np.where(Y > 0, cost, 0.0), axis=0)  # (m,); a class without weight costs nothing
    return reduce(losses, reduction)


# --8<-- [end:cross_entropy]


# --8<-- [start:cross_entropy_of_scores]
def cross_entropy_of_scores(Z: ArrayLike, labels: ArrayLike, reduction: str = "mean") -> Array | np.float64:
    """The same from raw scores Z, (K, m), as libraries compute it: the logs are never undone.

    Scores of ±1e308 give the limit; -inf rules a class out. Raises ValueError for NaN and +inf
    in Z, and as `cross_entropy` does.

    >>> float(cross_entropy_of_scores([[0.0], [-1e308]], [0]))
    0.0
    """
    Z = _scores(Z)  # (K, m)
    Y = _targets(labels, *Z.shape)  # (K, m)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        Z = Z - Z.max(axis=0)  # (K, m); the largest is 0
    cost = np.log(np.exp(Z).sum(axis=0)) - Z  # (K, m) = -log softmax
    losses = np.sum(Y * np.where(Y > 0, cost, 0.0), axis=0)  # (m,)
    return reduce(losses, reduction)


# --8<-- [end:cross_entropy_of_scores]


# --8<-- [start:entropy]
def entropy(q: ArrayLike) -> float:
    """H(q), in nats, of one distribution of shape (K,): what no prediction can save.

    Raises ValueError unless q holds probabilities that sum to 1.

    >>> round(entropy([0.5, 0.5, 0.0]), 4)
    0.6931
    """
    q = _distributions("q", q, 1)  # (K,)
    q = q[q > 0]  # 0 log 0 counts as 0
    return float(np.sum(q * -np.log(q)))


# --8<-- [end:entropy]


# --8<-- [start:divergence]
def divergence(q: ArrayLike, p: ArrayLike) -> float:
    """KL(q‖p), in nats: what predicting p, (K,), costs beyond H(q) when q, (K,), is the truth.

    Infinite where p rules out what q allows. Raises ValueError unless both hold probabilities
    that sum to 1 and have the same shape.

    >>> divergence([0.5, 0.5], [0.5, 0.5])
    0.0
    """
    q, p = _pair(q, p)  # (K,), (K,)
    with np.errstate(divide="ignore"):  # log 0 = -inf
        return float(np.sum(q[q > 0] * (np.log(q[q > 0]) - np.log(p[q > 0]))))


# --8<-- [end:divergence]


def _pair(q: ArrayLike, p: ArrayLike) -> tuple[Array, Array]:
    q, p = _distributions("q", q, 1), _distributions("p", p, 1)
    if q.shape != p.shape:
        raise ValueError(f"p: expected shape {q.shape}, as q has, got {p.shape}")
    return q, p


def example_reduce() -> None:
    # --8<-- [start:reduce-example]
    losses = -np.log([0.7, 0.8, 0.6, 0.3, 0.4])
    for reduction in ("none", "sum", "mean"):
        print(reduction, np.round(reduce(losses, reduction), 4))
    # --8<-- [end:reduce-example]


def example_cross_entropy() -> None:
    # --8<-- [start:cross_entropy-example]
    P = np.array(
        [
            [0.10, 0.80, 0.05, 0.60, 0.10],
            [0.10, 0.10, 0.60, 0.10, 0.40],
            [0.70, 0.05, 0.20, 0.00, 0.10],
            [0.10, 0.05, 0.15, 0.30, 0.40],
        ]
    )
    labels = [2, 0, 1, 3, 1]
    losses = cross_entropy(P, labels, reduction="none")
    print("losses:", losses.round(4))
    print(f"mean {losses.mean():.4f}, Q_mean = exp(-mean) = {np.exp(-losses.mean()):.4f}")
    # --8<-- [end:cross_entropy-example]


def example_cross_entropy_of_scores() -> None:
    # --8<-- [start:cross_entropy_of_scores-example]
    Z = [[-1.2, 0.5, 5.0, -0.5], [1.4, -1.4, -0.5, 2.0]]
    print(f"four examples: {cross_entropy_of_scores(Z, [1, 0, 0, 1]):.5f}")
    print(f"all scores 0:  {cross_entropy_of_scores(np.zeros((2, 3)), [0, 1, 1]):.5f} = log 2")
    print("huge scores:  ", cross_entropy_of_scores([[1e308, 1e308], [-1e308, -1e308]], [0, 1], "none"))
    # --8<-- [end:cross_entropy_of_scores-example]


def example_entropy() -> None:
    # --8<-- [start:entropy-example]
    for q in ([1.0, 0.0, 0.0, 0.0], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25]):
        print(f"{q}: {entropy(q):.4f}")
    # --8<-- [end:entropy-example]


def example_divergence() -> None:
    # --8<-- [start:divergence-example]
    q, p = np.array([0.7, 0.2, 0.1]), np.array([0.5, 0.25, 0.25])
    whole = cross_entropy(p[:, None], q[:, None])
    print(f"H(q, p) = {whole:.4f} = {entropy(q):.4f} + {divergence(q, p):.4f}")
    # --8<-- [end:divergence-example]


if __name__ == "__main__":
    example_reduce()
    example_cross_entropy()
    example_cross_entropy_of_scores()
    example_entropy()
    example_divergence()
