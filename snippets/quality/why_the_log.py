"""Why the log: underflow and mini-batches. The gradient of a product is not the reason.

p[i] is the probability that the network gives to the right class of example i, and dp[i] its
derivative with respect to one parameter; both have shape (N,), and examples count from 0. The
gradient of p[0] · p[1] · … · p[N-1] takes N(N-1) multiplications by the plain product rule, but
about 4N by prefix and suffix products and about 2N by the log-derivative.

Source: CS5242 (NUS), lecture 4, whose reason for the log is the cost of that gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

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


def _probabilities(value: ArrayLike) -> Array:
    p = _numbers("p", value, 1)
    outside = p[(p < 0) | (p > 1)]
    if outside.size:
        raise ValueError(f"p: expected probabilities in [0, 1], got {outside[0]}")
    return p


def _factors(p: ArrayLike, dp: ArrayLike, positive: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """p and dp as arrays of floats, or of `Counted` numbers, which pass as they are."""
    if isinstance(p, np.ndarray) and any(isinstance(one, Counted) for one in p.flat):
        return p, np.asarray(dp)
    p, dp = _probabilities(p), _numbers("dp", dp, 1)
    if dp.shape != p.shape:
        raise ValueError(f"dp: expected shape {p.shape}, as p has, got {dp.shape}")
    if not np.isfinite(dp).all():
        raise ValueError(f"dp: expected finite numbers, got {dp[~np.isfinite(dp)][0]}")
    with np.errstate(all="ignore"):
        lost = ~np.isfinite(dp / p)
    if positive and lost.any():
        raise ValueError(f"p: expected probabilities that dp can be divided by, got {p[lost][0]}")
    return p, dp


# --8<-- [start:product_rule]
def product_rule(p: ArrayLike, dp: ArrayLike) -> float:
    """The derivative of the product, term by term: each dp[i] times all the other factors.

    Raises ValueError for p outside [0, 1], NaN, an empty p, shapes that differ.

    >>> product_rule([0.5, 0.5], [1.0, 3.0])
    2.0
    """
    p, dp = _factors(p, dp, positive=False)  # (N,), (N,)
    return float(np.sum([dp[i] * np.prod(np.delete(p, i)) for i in range(p.size)]))


# --8<-- [end:product_rule]


# --8<-- [start:prefix_suffix]
def prefix_suffix(p: ArrayLike, dp: ArrayLike) -> float:
    """The same derivative from the products before and after each factor, each computed once.

    A factor of 0 does no harm. Raises ValueError as `product_rule` does.

    >>> prefix_suffix([0.5, 0.0, 0.5], [1.0, 3.0, 1.0])
    0.75
    """
    p, dp = _factors(p, dp, positive=False)  # (N,), (N,)
    before = np.cumprod(np.append(1, p[:-1]))  # (N,): 1, p[0], p[0] p[1], …
    after = np.cumprod(np.append(1, p[:0:-1]))[::-1]  # (N,): …, p[N-2] p[N-1], p[N-1], 1
    return float(np.sum(dp * before * after))


# --8<-- [end:prefix_suffix]


# --8<-- [start:log_derivative]
def log_derivative(p: ArrayLike, dp: ArrayLike) -> float:
    """The same derivative as the product times the derivative of its log: one pass.

    Raises ValueError as `product_rule` does, and for a p too small to divide by.

    >>> log_derivative([0.5, 0.5], [1.0, 3.0])
    2.0
    """
    p, dp = _factors(p, dp, positive=True)  # (N,), (N,)
    return float(np.prod(p) * np.sum(dp / p))


# --8<-- [end:log_derivative]


# --8<-- [start:gradient_of_the_loss]
def gradient_of_the_loss(p: ArrayLike, dp: ArrayLike) -> float:
    """The derivative of -log Q_mean, an average over examples: no product is left to underflow.

    Raises ValueError as `log_derivative` does.

    >>> gradient_of_the_loss([0.5, 0.5], [1.0, 3.0])
    -4.0
    """
    p, dp = _factors(p, dp, positive=True)  # (N,), (N,)
    return float(np.mean(-dp / p))


# --8<-- [end:gradient_of_the_loss]


# --8<-- [start:operations]
class Counted:
    """A number that counts every multiplication and division it takes part in."""

    made = 0

    def __init__(self, value: float) -> None:
        self.value = value

    def __float__(self) -> float:
        return self.value

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.value + other.value)

    def __mul__(self, other: Counted | float) -> Counted:
        Counted.made += 1
        return Counted(self.value * float(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Counted) -> Counted:
        Counted.made += 1
        return Counted(self.value / other.value)


def operations(method: Callable[[Any, Any], Any], N: int) -> int:
    """How many multiplications and divisions `method` makes for N factors.

    Raises ValueError for N below 1.

    >>> operations(product_rule, 100)
    9900
    """
    p = _counted(N)  # (N,), each counts
    Counted.made = 0
    method(p, p)
    return Counted.made


# --8<-- [end:operations]


def _counted(N: int) -> NDArray[np.object_]:
    if np.asarray(N).dtype.kind not in "iu" or np.ndim(N) or N < 1:
        raise ValueError(f"N: expected a whole number from 1, got {N!r}")
    return np.array([Counted(0.5) for _ in range(N)])


# --8<-- [start:factors_until_zero]
def factors_until_zero(p: float) -> int:
    """How many factors p, multiplied one by one, until the float64 product is exactly 0.

    For p up to 1/2: above that the product gets stuck at a subnormal number instead. Raises
    ValueError for any other p.

    >>> factors_until_zero(0.5)
    1075
    """
    products = np.cumprod(np.full(1075, _small(p)))  # (1075,): enough for 0.5, the slowest to vanish
    return int(np.argmin(products)) + 1


# --8<-- [end:factors_until_zero]


def _small(p: float) -> Array:
    value = _numbers("p", p, 0)
    if not 0 < value <= 0.5:
        raise ValueError(f"p: expected a number above 0 and up to 0.5, got {value}")
    return value


# --8<-- [start:over_all_batches]
def over_all_batches(p: ArrayLike, m: int) -> tuple[float, float]:
    """The averages of L = -log Q_mean and of Q_mean over every mini-batch of m of the N examples.

    The first is the L of all N examples, the second is not their Q_mean. Raises ValueError for a
    p outside (0, 1], and for m outside 1 to N.

    >>> L, Q = over_all_batches([0.25, 1.0], 1)
    >>> round(L, 4), round(Q, 4)
    (0.6931, 0.625)
    """
    p = _batchable(p, m)  # (N,)
    batches = list(combinations(p, m))  # (number of batches, m)
    losses = -np.log(batches).mean(axis=1)  # (number of batches,)
    return float(losses.mean()), float(np.exp(-losses).mean())


# --8<-- [end:over_all_batches]


def _batchable(p: ArrayLike, m: int) -> Array:
    p = _probabilities(p)
    if not p.all():
        raise ValueError(f"p: expected probabilities above 0, got 0 at {np.argmin(p)}")
    if np.asarray(m).dtype.kind not in "iu" or np.ndim(m) or not 1 <= m <= p.size:
        raise ValueError(f"m: expected a whole number from 1 to {p.size}, got {m!r}")
    return p


def example_product_rule() -> None:
    # --8<-- [start:product_rule-example]
    p, dp = np.array([0.8, 0.5, 0.25]), np.array([0.1, -0.2, 0.3])
    print(f"product rule: {product_rule(p, dp):.4f}")
    # --8<-- [end:product_rule-example]


def example_prefix_suffix() -> None:
    # --8<-- [start:prefix_suffix-example]
    p, dp = np.array([0.8, 0.5, 0.25]), np.array([0.1, -0.2, 0.3])
    print(f"prefix and suffix: {prefix_suffix(p, dp):.4f}")
    print(f"with a factor of 0: {prefix_suffix([0.8, 0.0, 0.25], dp):.4f}")
    # --8<-- [end:prefix_suffix-example]


def example_log_derivative() -> None:
    # --8<-- [start:log_derivative-example]
    p, dp = np.array([0.8, 0.5, 0.25]), np.array([0.1, -0.2, 0.3])
    print(f"log-derivative: {log_derivative(p, dp):.4f}")
    # --8<-- [end:log_derivative-example]


def example_gradient_of_the_loss() -> None:
    # --8<-- [start:gradient_of_the_loss-example]
    p, dp = np.full(1000, 0.25), np.full(1000, 2.0)
    print(f"gradient of the product: {log_derivative(p, dp)}")
    print(f"gradient of the loss:    {gradient_of_the_loss(p, dp):.1f}")
    # --8<-- [end:gradient_of_the_loss-example]


def example_operations() -> None:
    # --8<-- [start:operations-example]
    for N in (10, 100, 200):
        counts = [operations(method, N) for method in (product_rule, prefix_suffix, log_derivative)]
        print(f"N = {N}: product rule {counts[0]}, prefix and suffix {counts[1]}, log-derivative {counts[2]}")
    # --8<-- [end:operations-example]


def example_factors_until_zero() -> None:
    # --8<-- [start:factors_until_zero-example]
    for p in (0.5, 0.25, 0.1):
        print(f"a product of {p}s is 0 from N = {factors_until_zero(p)}")
    # --8<-- [end:factors_until_zero-example]


def example_over_all_batches() -> None:
    # --8<-- [start:over_all_batches-example]
    p = [0.70, 0.80, 0.60, 0.30, 0.40]
    for m in (1, 2, 5):
        L, Q = over_all_batches(p, m)
        print(f"m = {m}: average L {L:.4f}, average Q {Q:.4f}")
    # --8<-- [end:over_all_batches-example]


if __name__ == "__main__":
    example_product_rule()
    example_prefix_suffix()
    example_log_derivative()
    example_gradient_of_the_loss()
    example_operations()
    example_factors_until_zero()
    example_over_all_batches()
