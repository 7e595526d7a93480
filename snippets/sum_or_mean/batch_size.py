"""A mini-batch's mean gradient is right on average; its variance is (1 - m/N) S²/m.

`slopes`, (N,), holds the slope of each example's loss in one weight. A batch takes m different ones,
and its mean is the slope that the step sees. k steps with rate lr are about one step with rate k lr
over all k batches, with an error that falls with the square of lr. And while the rate that a mean
allows does not depend on the batch, the rate that a sum allows shrinks with 1/m.

Source: Goyal et al., “Accurate, large minibatch SGD”, 2017, for the linear scaling rule.
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
MOST = 10_000  # batches that are worth counting out


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


def _size(m: int, most: int | None = None) -> int:
    if np.asarray(m).dtype.kind not in "iu" or np.ndim(m) or m < 1 or (most is not None and m > most):
        to = "" if most is None else f" to {most}"
        raise ValueError(f"m: expected a whole number from 1{to}, got {m!r}")
    return m


def _rate(lr: float) -> float:
    value = float(_finite("lr", lr, 0))
    if value <= 0:
        raise ValueError(f"lr: expected a positive number, got {value}")
    return value


# --8<-- [start:batch_means]
def batch_means(slopes: ArrayLike, m: int) -> Array:
    """The mean slope of every batch of m different examples, (C,), C being how many such batches there are.

    Raises ValueError for slopes that are not finite, an m below 1 or beyond their number, and more
    than ten thousand batches.

    >>> batch_means([1.0, 2.0, 6.0], m=2)
    array([1.5, 3.5, 4. ])
    """
    slopes = _finite("slopes", slopes, 1)  # (N,)
    m = _size(m, slopes.size)
    if comb(slopes.size, m) > MOST:
        raise ValueError(f"slopes: expected at most {MOST} batches, got {comb(slopes.size, m)}")
    batches = np.array(list(combinations(range(slopes.size), m)))  # (C, m)
    means: Array = slopes[batches].mean(axis=1)  # (C,)
    return means


# --8<-- [end:batch_means]


# --8<-- [start:variance]
def variance(slopes: ArrayLike, m: int, again: bool = False) -> float:
    """The variance of the mean of a batch: (1 - m/N) S²/m, or σ²/m if each draw is from all N `again`.

    Raises ValueError for slopes that are not finite; without `again` for fewer than two of them, and
    for an m below 1 or beyond their number.

    >>> variance([1.0, 2.0, 6.0], m=2), variance([1.0, 2.0, 6.0], m=3)
    (1.1666666666666667, 0.0)
    """
    slopes = _finite("slopes", slopes, 1)  # (N,)
    N = slopes.size
    if again:
        return float(slopes.var() / _size(m))
    if N < 2:
        raise ValueError(f"slopes: expected at least 2, got {N}")
    return float((1 - _size(m, N) / N) * slopes.var(ddof=1) / m)


# --8<-- [end:variance]


def _batches(w: float, X: ArrayLike, Y: ArrayLike) -> tuple[float, Array, Array]:
    X, Y = _finite("X", X, 2), _finite("Y", Y, 2)
    if X.shape != Y.shape:
        raise ValueError(f"Y: expected shape {X.shape}, as X has, got {Y.shape}")
    return float(_finite("w", w, 0)), X, Y


# --8<-- [start:small_steps]
def small_steps(w: float, X: ArrayLike, Y: ArrayLike, lr: float) -> float:
    """One step for each of k batches, the rows of X and Y, (k, m), on the mean of (w x - y)²/2.

    Raises ValueError for numbers that are not finite, shapes that differ and a rate that is not positive.

    >>> small_steps(0.0, [[1.0], [1.0]], [[2.0], [2.0]], lr=0.5)
    1.5
    """
    w, X, Y = _batches(w, X, Y)
    lr = _rate(lr)
    for n in range(len(X)):
        w = w - lr * float((X[n] * (w * X[n] - Y[n])).mean())
    return w


# --8<-- [end:small_steps]


# --8<-- [start:large_step]
def large_step(w: float, X: ArrayLike, Y: ArrayLike, lr: float) -> float:
    """One step with the rate k lr on the mean over all k batches, the rows of X and Y, (k, m).

    Raises ValueError as `small_steps` does.

    >>> large_step(0.0, [[1.0], [1.0]], [[2.0], [2.0]], lr=0.5)
    2.0
    """
    w, X, Y = _batches(w, X, Y)
    k = len(X)
    return w - k * _rate(lr) * float((X * (w * X - Y)).mean())


# --8<-- [end:large_step]


# --8<-- [start:largest_rates]
def largest_rates(curvatures: ArrayLike) -> tuple[float, float]:
    """The rate below which descent is stable: on the mean of m losses, and on their sum.

    `curvatures`, (m,), are those of the losses in one weight. Raises ValueError if one is not finite,
    or their sum is not positive.

    >>> largest_rates([1.0, 3.0])
    (1.0, 0.5)
    """
    curvatures = _finite("curvatures", curvatures, 1)  # (m,)
    total = float(curvatures.sum())
    if total <= 0:
        raise ValueError(f"curvatures: expected a positive sum, got {total}")
    return 2 * curvatures.size / total, 2 / total


# --8<-- [end:largest_rates]


def example_batch_means() -> None:
    # --8<-- [start:batch_means-example]
    slopes = [0.2, -1.0, 0.9, 1.4, -0.3, 0.6]
    print(f"all {len(slopes)} examples: {np.mean(slopes):.4f}")
    for m in (1, 2, 3, 5):
        means = batch_means(slopes, m)
        low, high = means.min(), means.max()
        print(f"m = {m}: {means.size:2} batches, on average {means.mean():.4f}, from {low:.2f} to {high:.2f}")
    # --8<-- [end:batch_means-example]


def example_variance() -> None:
    # --8<-- [start:variance-example]
    slopes = [0.2, -1.0, 0.9, 1.4, -0.3, 0.6]
    for m in (1, 2, 3, 6):
        counted, again = batch_means(slopes, m).var(), variance(slopes, m, again=True)
        print(f"m = {m}: counted {counted:.4f}, by formula {variance(slopes, m):.4f}, drawn again {again:.4f}")
    # --8<-- [end:variance-example]


def example_small_steps() -> None:
    # --8<-- [start:small_steps-example]
    X, Y = [[1.0, 2.0], [0.5, 1.0], [1.5, 1.0]], [[2.0, 3.0], [1.0, 3.0], [1.0, 2.0]]  # k = 3 batches of m = 2
    print(f"three steps: {small_steps(0.5, X, Y, lr=0.01):.6f}")
    print(f"one step:    {large_step(0.5, X, Y, lr=0.01):.6f}")
    # --8<-- [end:small_steps-example]


def example_large_step() -> None:
    # --8<-- [start:large_step-example]
    X, Y = [[1.0, 2.0], [0.5, 1.0], [1.5, 1.0]], [[2.0, 3.0], [1.0, 3.0], [1.0, 2.0]]
    for lr in (0.04, 0.02, 0.01):
        small, large = small_steps(0.5, X, Y, lr), large_step(0.5, X, Y, lr)
        print(f"lr = {lr}: {small:.6f} and {large:.6f}, gap over lr²: {(small - large) / lr**2:.3f}")
    # --8<-- [end:large_step-example]


def example_largest_rates() -> None:
    # --8<-- [start:largest_rates-example]
    for m in (1, 8, 64):
        mean, total = largest_rates([0.5] * m)
        print(f"m = {m:2}: mean {mean:.4f}, sum {total:.4f}")
    # --8<-- [end:largest_rates-example]


if __name__ == "__main__":
    example_batch_means()
    example_variance()
    example_small_steps()
    example_large_step()
    example_largest_rates()
