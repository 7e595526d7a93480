"""The learning rate: too large, too small, or halved every h steps.

A schedule gives the rate of step t = 0, 1, 2, …. Its rates add up to the distance that a gradient
of length 1 can carry: halved every h steps from lr0, that is never more than 2 h lr0. A bowl with
Hessian H, (n, n), is descended only if every rate is below 2 / (largest eigenvalue of H). Where
the gradient is bounded, too large a rate makes the path swing; it does not run away.

Source: CS5242 (NUS), lecture 4, for the rates 5.0, 0.625 and 2.5 halved every 10 steps.
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


def _whole(name: str, value: int, least: int) -> int:
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < least:
        raise ValueError(f"{name}: expected a whole number from {least}, got {value!r}")
    return value


def _positive(name: str, value: float) -> float:
    number = float(_finite(name, value, 0))
    if number <= 0:
        raise ValueError(f"{name}: expected a positive number, got {number}")
    return number


# --8<-- [start:constant]
def constant(lr0: float, steps: int) -> Array:
    """The same rate at each step, shape (steps,).

    Raises ValueError for a rate that is not positive, or for steps below 0.

    >>> constant(0.5, 3)
    array([0.5, 0.5, 0.5])
    """
    return np.full(_whole("steps", steps, 0), _positive("lr0", lr0))


# --8<-- [end:constant]


# --8<-- [start:halving]
def halving(lr0: float, every: int, steps: int) -> Array:
    """lr0, halved after each `every` steps: lr0 / 2 ** ⌊t / every⌋, shape (steps,).

    Raises ValueError as `constant` does, and for `every` below 1.

    >>> halving(8.0, 2, 5)
    array([8., 8., 4., 4., 2.])
    """
    t = np.arange(_whole("steps", steps, 0))  # (steps,)
    rates: Array = _positive("lr0", lr0) * np.power(0.5, t // _whole("every", every, 1))
    return rates


# --8<-- [end:halving]


# --8<-- [start:travel]
def travel(rates: ArrayLike, steepest: float = 1.0) -> float:
    """How far a path can get with `rates`, (steps,), where no gradient is longer than `steepest`.

    Raises ValueError for a rate below 0 or not finite, no rate, or a `steepest` that is not positive.

    >>> travel([8.0, 4.0, 2.0], steepest=0.5)
    7.0
    """
    return float(_rates(rates).sum() * _positive("steepest", steepest))


# --8<-- [end:travel]


def _rates(rates: ArrayLike) -> Array:
    given = _finite("rates", rates, 1)
    if given.min() < 0:
        raise ValueError(f"rates: expected numbers from 0, got {given.min()}")
    return given


# --8<-- [start:descend]
def descend(gradient: Callable[[Array], ArrayLike], w: ArrayLike, rates: ArrayLike) -> Array:
    """w ← w - rate ∇L(w), with one rate for each step. The path from w, shape (steps + 1, n).

    To climb, give minus the gradient. Raises ValueError for a w that is not a finite vector, for
    rates as `travel` does, and when w or the gradient stops being finite on the way.

    >>> descend(lambda w: w, [4.0], [0.5, 0.25])
    array([[4. ],
           [2. ],
           [1.5]])
    """
    path = [_finite("w", w, 1)]  # (n,)
    with np.errstate(over="ignore"):  # a path that leaves the floats ends in the error
        for rate in _rates(rates):
            path.append(path[-1] - rate * _slope_at(path[-1], gradient))  # (n,)
    return np.array(path)


# --8<-- [end:descend]


def _slope_at(w: Array, gradient: Callable[[Array], ArrayLike]) -> Array:
    slope = _finite("gradient", gradient(_finite("w", w, 1)), 1)
    if slope.shape != w.shape:
        raise ValueError(f"gradient: expected shape {w.shape}, as w has, got {slope.shape}")
    return slope


# --8<-- [start:largest_stable_rate]
def largest_stable_rate(H: ArrayLike) -> float:
    """2 / (largest eigenvalue of H): on the bowl ½ wᵀHw, (n, n), any rate below it goes down.

    Raises ValueError unless H is finite, square, symmetric, and has a positive eigenvalue.

    >>> round(largest_stable_rate([[1.0, 0.0], [0.0, 25.0]]), 6)
    0.08
    """
    return float(2 / np.linalg.eigvalsh(_hessian(H)).max())


# --8<-- [end:largest_stable_rate]


def _hessian(H: ArrayLike) -> Array:
    H = _finite("H", H, 2)
    if not np.array_equal(H, H.T):
        raise ValueError(f"H: expected a symmetric matrix, got {H.tolist()}")
    if np.linalg.eigvalsh(H).max() <= 0:
        raise ValueError(f"H: expected a positive eigenvalue, got {np.linalg.eigvalsh(H).max():.6g} as the largest")
    return H


def example_constant() -> None:
    # --8<-- [start:constant-example]
    print("too large:", constant(5.0, 4))
    print("8 times smaller:", constant(5.0 / 8, 4))
    # --8<-- [end:constant-example]


def example_halving() -> None:
    # --8<-- [start:halving-example]
    rates = halving(2.5, every=10, steps=101)
    for t in (0, 9, 10, 20, len(rates) - 1):
        print(f"step {t}: {rates[t]:.4f}")
    # --8<-- [end:halving-example]


def example_travel() -> None:
    # --8<-- [start:travel-example]
    for steps in (10, 20, 60, 1000):
        print(f"{steps} steps: {travel(halving(2.5, 10, steps)):.4f} of {2 * 10 * 2.5:.0f}")
    # --8<-- [end:travel-example]


def example_descend() -> None:
    # --8<-- [start:descend-example]
    peak, H = np.array([1.1, 0.8]), np.array([[0.486, -0.228], [-0.228, 0.347]])

    def quality(w: Array) -> float:
        return float(0.833822 * np.exp(-(w - peak) @ H @ (w - peak) / 2))

    def down(w: Array) -> Array:
        return np.asarray(quality(w) * H @ (w - peak))  # -∇Q, shape (2,)

    for name, rates in [
        ("5.0", constant(5.0, 60)),
        ("0.625", constant(0.625, 60)),
        ("2.5 halved", halving(2.5, 10, 60)),
    ]:
        path = descend(down, [-1.0, -2.0], rates)  # (61, 2)
        steps = (1, 10, 12, 20, len(path) - 1)
        print(f"{name}: " + ", ".join(f"Q = {quality(path[t]):.4f} ({t})" for t in steps))
    # --8<-- [end:descend-example]


def example_largest_stable_rate() -> None:
    # --8<-- [start:largest_stable_rate-example]
    print(f"bowl ½ w²: rates below {largest_stable_rate([[1.0]]):.1f}")
    rates = constant(2.5, 30)
    bowl = descend(lambda w: w, [1.0], rates).ravel()  # (31,); its gradient grows with w
    gorge = descend(np.tanh, [1.0], rates).ravel()  # (31,); log cosh w: the gradient is never above 1
    for t in (0, 10, len(bowl) - 1):
        print(f"step {t}: bowl {abs(bowl[t]):.1f}, bounded gradient {abs(gorge[t]):.4f}")
    # --8<-- [end:largest_stable_rate-example]


if __name__ == "__main__":
    example_constant()
    example_halving()
    example_travel()
    example_descend()
    example_largest_stable_rate()
