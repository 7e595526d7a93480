"""The quality of a classifier is a geometric mean.

p[i] is the probability that the classifier gave to the right class of example i, shape (N,), and
Q_mean = (p[0] · p[1] · … · p[N-1]) ** (1/N). It lies between 0 and 1; 1/K is not a lower bound.
P is K×N, one column for each example. Classes and examples count from 0 here, from 1 in the maths.

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


def _probabilities(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless every entry is a number in [0, 1]."""
    p = _numbers(name, value, axes)
    outside = p[(p < 0) | (p > 1)]
    if outside.size:
        raise ValueError(f"{name}: expected probabilities in [0, 1], got {outside[0]}")
    return p


# --8<-- [start:right_class]
def right_class(P: ArrayLike, labels: ArrayLike) -> Array:
    """What each example gave to its right class: P is (K, N), labels (N,) counts from 0.

    Raises ValueError for columns that do not sum to 1 and for labels outside 0 to K-1.

    >>> right_class([[0.1, 0.7], [0.9, 0.3]], [1, 0])
    array([0.9, 0.7])
    """
    P, labels = _columns_and_labels(P, labels)  # (K, N), (N,)
    return P[labels, np.arange(labels.size)]  # (N,)


# --8<-- [end:right_class]


def _columns_and_labels(P: ArrayLike, labels: ArrayLike) -> tuple[Array, NDArray[np.intp]]:
    P = _probabilities("P", P, 2)
    sums = P.sum(axis=0)
    if not np.allclose(sums, 1, rtol=0, atol=1e-6):
        worst = np.argmax(np.abs(sums - 1))
        raise ValueError(f"P: expected columns that sum to 1, got {sums[worst]:.6g} in column {worst}")
    _numbers("labels", labels, 1)
    c = np.asarray(labels)
    if c.dtype.kind == "f":
        raise ValueError(f"labels: expected whole numbers, got dtype {c.dtype}")
    if c.shape != P.shape[1:]:
        raise ValueError(f"labels: expected shape {P.shape[1:]}, one for each column of P, got {c.shape}")
    outside = c[(c < 0) | (c >= len(P))]
    if outside.size:
        raise ValueError(f"labels: expected 0 to {len(P) - 1}, got {outside[0]}")
    return P, c.astype(np.intp)


# --8<-- [start:q_mean]
def q_mean(p: ArrayLike) -> float:
    """The geometric mean of the probabilities p, shape (N,), by way of their logs.

    A probability of 0 makes it 0. Raises ValueError for an empty p, NaN, or an entry outside [0, 1].

    >>> round(q_mean([0.25, 1.0]), 6)
    0.5
    """
    p = _probabilities("p", p, 1)  # (N,)
    with np.errstate(divide="ignore"):  # log 0 = -inf, and exp(-inf) = 0
        return float(np.exp(np.mean(np.log(p))))


# --8<-- [end:q_mean]


# --8<-- [start:q_mean_product]
def q_mean_product(p: ArrayLike) -> float:
    """The same mean as it is written on paper. The product underflows to 0 when N is large.

    Raises ValueError as `q_mean` does.

    >>> q_mean_product([0.25, 1.0])
    0.5
    """
    p = _probabilities("p", p, 1)  # (N,)
    return float(np.prod(p) ** (1 / p.size))


# --8<-- [end:q_mean_product]


# --8<-- [start:arithmetic_mean]
def arithmetic_mean(p: ArrayLike) -> float:
    """The ordinary average of p, shape (N,): never below `q_mean`, equal when all entries agree.

    Raises ValueError as `q_mean` does.

    >>> arithmetic_mean([0.25, 1.0])
    0.625
    """
    return float(np.mean(_probabilities("p", p, 1)))


# --8<-- [end:arithmetic_mean]


# --8<-- [start:perplexity]
def perplexity(p: ArrayLike) -> float:
    """1/Q_mean: the number of equally likely classes that would leave the network as unsure.

    A probability of 0 makes it infinite. Raises ValueError as `q_mean` does.

    >>> round(perplexity([0.25, 0.25]), 6)
    4.0
    """
    p = _probabilities("p", p, 1)  # (N,)
    with np.errstate(divide="ignore", over="ignore"):  # beyond the largest float: inf
        return float(np.exp(-np.mean(np.log(p))))


# --8<-- [end:perplexity]


def example_right_class() -> None:
    # --8<-- [start:right_class-example]
    P = [
        [0.10, 0.80, 0.05, 0.60, 0.10],
        [0.10, 0.10, 0.60, 0.10, 0.40],
        [0.70, 0.05, 0.20, 0.00, 0.10],
        [0.10, 0.05, 0.15, 0.30, 0.40],
    ]
    print(right_class(P, [2, 0, 1, 3, 1]))
    # --8<-- [end:right_class-example]


def example_q_mean() -> None:
    # --8<-- [start:q_mean-example]
    print(f"good network: {q_mean([0.80, 0.95, 0.90, 0.70, 0.80]):.4f}")
    print(f"bad network:  {q_mean([0.24, 0.25, 0.20, 0.25, 0.30]):.4f}, below 1/K = {1 / 4}")
    # --8<-- [end:q_mean-example]


def example_q_mean_product() -> None:
    # --8<-- [start:q_mean_product-example]
    for N in (500, 1000):
        p = np.full(N, 0.25)
        print(f"N = {N}: product {q_mean_product(p):.2f}, logs {q_mean(p):.2f}")
    # --8<-- [end:q_mean_product-example]


def example_arithmetic_mean() -> None:
    # --8<-- [start:arithmetic_mean-example]
    sure, one_miss = [0.80, 0.95, 0.90, 0.70, 0.80], [0.99, 0.99, 0.99, 0.99, 0.01]
    for p in (sure, one_miss):
        print(f"arithmetic {arithmetic_mean(p):.4f}, geometric {q_mean(p):.4f}")
    # --8<-- [end:arithmetic_mean-example]


def example_perplexity() -> None:
    # --8<-- [start:perplexity-example]
    print(f"uniform over 4 classes: {perplexity([0.25, 0.25, 0.25]):.4f}")
    print(f"good network: {perplexity([0.80, 0.95, 0.90, 0.70, 0.80]):.4f}")
    print(f"one certain mistake: {perplexity([0.80, 0.95, 0.00, 0.70, 0.80])}")
    # --8<-- [end:perplexity-example]


if __name__ == "__main__":
    example_right_class()
    example_q_mean()
    example_q_mean_product()
    example_arithmetic_mean()
    example_perplexity()
