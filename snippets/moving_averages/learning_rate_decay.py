"""Learning-rate decay: four schedules, how far they can travel, and what noise they leave.

A schedule gives the learning rates of so many epochs, (epochs,). Epochs are counted from 0; the one over the root
is counted from 1, because it divides by the root. The noise is that of a gradient on a bowl of curvature 1.

Source: notes of a deep-learning course; the staircase is that of CS5242 (NUS), lecture 4.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _number(name: str, value: float, low: float, high: float = np.inf) -> float:
    """`value` as a float; ValueError unless it is one real number strictly between `low` and `high`."""
    given = np.asarray(value)
    if given.dtype.kind not in "iuf" or given.ndim or not low < given < high:
        raise ValueError(f"{name}: expected a number above {low} and below {high}, got {value!r}")
    return float(given)


def _counted(name: str, value: int) -> Array:
    """0, 1, …, value − 1; ValueError unless `value` is a whole number from 1."""
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < 1:
        raise ValueError(f"{name}: expected a whole number from 1, got {value!r}")
    return np.arange(float(value))


# --8<-- [start:schedules]
def inverse(lr0: float, decay: float, epochs: int) -> Array:
    """lr0 / (1 + decay · epoch), (epochs,). Raises ValueError for settings that are not positive.

    >>> inverse(1.0, 1.0, 4)
    array([1.        , 0.5       , 0.33333333, 0.25      ])
    """
    return _number("lr0", lr0, 0) / (1 + _number("decay", decay, 0) * _counted("epochs", epochs))


def exponential(lr0: float, base: float, epochs: int) -> Array:
    """lr0 · base ** epoch, (epochs,). Raises ValueError for an lr0 that is not positive, a base outside (0, 1).

    >>> exponential(1.0, 0.5, 4)
    array([1.   , 0.5  , 0.25 , 0.125])
    """
    return _number("lr0", lr0, 0) * _number("base", base, 0, 1) ** _counted("epochs", epochs)


def root(lr0: float, k: float, epochs: int) -> Array:
    """lr0 · k / √epoch, with epochs from 1, (epochs,). Raises ValueError for settings that are not positive.

    >>> root(1.0, 1.0, 4)
    array([1.        , 0.70710678, 0.57735027, 0.5       ])
    """
    return _number("lr0", lr0, 0) * _number("k", k, 0) / np.sqrt(1 + _counted("epochs", epochs))


def staircase(lr0: float, every: int, epochs: int) -> Array:
    """lr0, halved after each `every` epochs, (epochs,). Raises ValueError for an lr0 that is not positive.

    >>> staircase(1.0, 2, 4)
    array([1. , 1. , 0.5, 0.5])
    """
    return _number("lr0", lr0, 0) * 0.5 ** (_counted("epochs", epochs) // len(_counted("every", every)))


# --8<-- [end:schedules]


def _rates(rates: ArrayLike, high: float = np.inf) -> Array:
    """`rates` as floats, (epochs,); ValueError unless each is at least 0 and below `high`."""
    try:
        given = np.asarray(rates)
    except ValueError:
        raise ValueError("rates: expected a row of numbers, got rows of different lengths") from None
    if given.dtype.kind not in "iuf" or given.ndim != 1 or not given.size:
        raise ValueError(f"rates: expected a row of numbers, got shape {given.shape} and dtype {given.dtype}")
    outside = given[~((given >= 0) & (given < high))]
    if outside.size:
        raise ValueError(f"rates: expected numbers from 0 and below {high}, got {outside[0]}")
    return given.astype(np.float64)


# --8<-- [start:travel]
def travel(rates: ArrayLike) -> Array:
    """How far the rates can have carried the weights after each epoch, where no step of rate 1 is longer than 1.

    One step an epoch, (epochs,). Raises ValueError for rates that are negative or not finite.

    >>> travel([1.0, 0.5, 0.25])
    array([1.  , 1.5 , 1.75])
    """
    return np.cumsum(_rates(rates))


# --8<-- [end:travel]


# --8<-- [start:squared_distance]
def squared_distance(rates: ArrayLike, start: float = 1.0, noise: float = 1.0) -> Array:
    """The mean squared distance to the optimum before and after each step on a noisy bowl, (steps + 1,).

    The gradient is the distance plus noise of this standard deviation. Exact, nothing is drawn. Raises ValueError
    for rates outside [0, 2), for which a bowl of curvature 1 runs away, and settings that are not positive.

    >>> squared_distance([1.0, 0.5], start=2.0)
    array([4. , 1. , 0.5])
    """
    path = [_number("start", start, 0) ** 2]
    for lr in _rates(rates, high=2):
        path.append((1 - lr) ** 2 * path[-1] + (lr * _number("noise", noise, 0)) ** 2)
    return np.array(path)


# --8<-- [end:squared_distance]


def error_floor(lr: float, noise: float = 1.0) -> float:
    """Where the mean squared distance goes at a constant rate. Raises ValueError for a rate outside (0, 2).

    >>> error_floor(1.0, noise=3.0)
    9.0
    """
    return _number("lr", lr, 0, 2) / (2 - lr) * _number("noise", noise, 0) ** 2


def example_schedules() -> None:
    # --8<-- [start:schedules-example]
    print("inverse            ", inverse(0.2, 1.0, 5).round(4))
    print("exponential        ", exponential(0.2, 0.95, 5).round(4))
    print("  as printed       ", (0.95 ** np.arange(5)).round(4))
    print("root, from epoch 1 ", root(0.2, k=1.0, epochs=5).round(4))
    print("staircase          ", staircase(0.2, 2, 5))
    # --8<-- [end:schedules-example]


SCHEDULES = ("inverse", "exponential", "root", "staircase")


def _schedule(name: str, epochs: int) -> Array:
    """A schedule of that name, as in the example, over so many epochs."""
    made = {
        "inverse": lambda: inverse(0.2, 1.0, epochs),
        "exponential": lambda: exponential(0.2, 0.95, epochs),
        "root": lambda: root(0.2, k=1.0, epochs=epochs),
        "staircase": lambda: staircase(0.2, 10, epochs),
    }
    return made[name]()


def example_travel() -> None:
    # --8<-- [start:travel-example]
    counts = 10, 100, 1000, 10_000
    print("epochs     ", *(f"{n:6}" for n in counts))
    for name in SCHEDULES:
        far = travel(_schedule(name, counts[-1]))
        print(f"{name:11}", *(f"{far[n - 1]:6.3f}" for n in counts))
    # --8<-- [end:travel-example]


def example_squared_distance() -> None:
    # --8<-- [start:squared_distance-example]
    counts = 10, 100, 1000
    print("epochs     ", *(f"{n:6}" for n in counts))
    for name in ("constant", *SCHEDULES):
        rates = np.full(counts[-1], 0.2) if name == "constant" else _schedule(name, counts[-1])
        left = squared_distance(rates, start=4.0)
        print(f"{name:11}", *(f"{left[n]:.4f}" for n in counts))
    print(f"floor of the constant rate: {error_floor(0.2):.4f}")
    # --8<-- [end:squared_distance-example]


if __name__ == "__main__":
    example_schedules()
    example_travel()
    example_squared_distance()
