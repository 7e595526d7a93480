"""How long an exponentially weighted average remembers: five numbers, and what each is for.

β, here `beta`, is the share of the old average that is kept, from 0 up to but not 1: with β = 1 nothing is ever
forgotten or taken in. All numbers are those of the long run, when the start is forgotten; ages are in steps, and the
newest value has age 0.

Source: notes of a deep-learning course, course 2, on exponentially weighted averages.
"""

from __future__ import annotations

import math

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


def _share(beta: float) -> float:
    beta = float(_finite("beta", beta, 0))
    if not 0 <= beta < 1:
        raise ValueError(f"beta: expected a number from 0 up to, but not 1, got {beta}")
    return beta


# --8<-- [start:measures]
def mass(steps: float, beta: float) -> float:
    """What the newest `steps` values weigh, of 1 in all.

    Raises ValueError for steps below 0, and for a beta outside [0, 1).

    >>> round(mass(10, beta=0.9), 4)
    0.6513
    """
    steps, beta = float(_finite("steps", steps, 0)), _share(beta)
    if steps < 0:
        raise ValueError(f"steps: expected a number from 0, got {steps}")
    return 1 - math.pow(beta, steps)


def steps_for(share: float, beta: float) -> float:
    """How many of the newest values hold this share of the weight: 0.5 gives the half-life.

    Raises ValueError for a share outside (0, 1), and for a beta outside [0, 1).

    >>> round(steps_for(0.95, beta=0.9), 2)
    28.43
    """
    share, beta = float(_finite("share", share, 0)), _share(beta)
    if not 0 < share < 1:
        raise ValueError(f"share: expected a number between 0 and 1, got {share}")
    return math.log(1 - share) / math.log(beta) if beta else 0.0


def mean_age(beta: float) -> float:
    """The mean age of what the average holds: also its lag on a ramp.

    Raises ValueError for a beta outside [0, 1).

    >>> round(mean_age(0.9), 4)
    9.0
    """
    beta = _share(beta)
    return beta / (1 - beta)


def span(beta: float) -> float:
    """The plain window with the same mean age and the same noise.

    Raises ValueError for a beta outside [0, 1).

    >>> round(span(0.9), 4)
    19.0
    """
    beta = _share(beta)
    return (1 + beta) / (1 - beta)


# --8<-- [end:measures]


# --8<-- [start:measured]
def lag_on_a_ramp(beta: float, steps: int) -> float:
    """How far the average is behind a signal that grows by 1 a step, after so many steps.

    Raises ValueError for a beta outside [0, 1), and for steps that are no whole number from 1.

    >>> round(lag_on_a_ramp(0.9, 1000), 6)
    9.0
    """
    beta, x, v = _share(beta), 0.0, 0.0
    if not isinstance(steps, int | np.integer) or isinstance(steps, bool) or steps < 1:
        raise ValueError(f"steps: expected a whole number from 1, got {steps!r}")
    for _ in range(steps):
        x += 1
        v = beta * v + (1 - beta) * x
    return x - v


def noise_left(weights: ArrayLike) -> float:
    """The variance of a weighted sum of independent values of variance 1.

    Raises ValueError for weights that are not one axis of real, finite numbers.

    >>> noise_left([0.25, 0.25, 0.25, 0.25])
    0.25
    """
    weights = _finite("weights", weights, 1)  # (t,)
    return float(weights @ weights)


# --8<-- [end:measured]


def example_measures() -> None:
    # --8<-- [start:measures-example]
    print(" beta  1/(1-beta)  mass in it  mean age  half-life  95 % of the mass    span")
    for beta in (0.5, 0.9, 0.98, 0.99, 0.999):
        k = 1 / (1 - beta)
        row = k, mass(k, beta), mean_age(beta), steps_for(0.5, beta), steps_for(0.95, beta), span(beta)
        print("{:5}  {:10.0f}  {:10.3f}  {:8.0f}  {:9.1f}  {:16.1f}  {:6.0f}".format(beta, *row))
    # --8<-- [end:measures-example]


def example_measured() -> None:
    # --8<-- [start:measured-example]
    steps = 2000
    print(f"after {steps} steps")
    for beta in (0.5, 0.9, 0.98):
        own = (1 - beta) * beta ** np.arange(steps)
        size = round(span(beta))
        plain = np.full(size, 1 / size)
        print(
            f"beta {beta}: late by {lag_on_a_ramp(beta, steps):.4f}, a window of {size} by {np.arange(size).mean():.4f}"
        )
        print(f"          noise left {noise_left(own):.5f}, by the window {noise_left(plain):.5f}")
    # --8<-- [end:measured-example]


if __name__ == "__main__":
    example_measures()
    example_measured()
