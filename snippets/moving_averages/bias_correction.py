"""The average that begins at 0, divided by the weights that it has; and the ways in which that goes wrong.

`x` is (t,), the values in the order in which they come; β, here `beta`, is the share of the old average that is
kept, from 0 up to but not 1: with β = 1 nothing is taken in, and there are no weights to divide by.

Source: notes of a deep-learning course, course 2, on bias correction; the faults of code from the threads that
the page names.
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


def _values(x: ArrayLike, beta: float) -> tuple[Array, float]:
    x, beta = _finite("x", x, 1), float(_finite("beta", beta, 0))
    if not 0 <= beta < 1:
        raise ValueError(f"beta: expected a number from 0 up to, but not 1, got {beta}")
    return x, beta


# --8<-- [start:corrected]
def corrected(x: ArrayLike, beta: float) -> Array:
    """The average after each value, (t,), begun at 0 and divided by the sum of its weights.

    Raises ValueError for an x that is not (t,), real and finite, and for a beta outside [0, 1).

    >>> corrected([40.0, 49.0, 45.0], beta=0.5)
    array([40.        , 46.        , 45.42857143])
    """
    x, beta = _values(x, beta)  # (t,)
    v, after = 0.0, []
    for t, value in enumerate(x, 1):
        v = beta * v + (1 - beta) * value  # goes on as it is
        after.append(v / (1 - beta**t))  # is told corrected
    return np.array(after)


def corrected_in_steps(x: ArrayLike, beta: float) -> Array:
    """The same, (t,), from its own last value: a step towards each new one, by a share that falls from 1 to 1 − β.

    Raises ValueError as `corrected` does.

    >>> corrected_in_steps([40.0, 49.0, 45.0], beta=0.5)
    array([40.        , 46.        , 45.42857143])
    """
    x, beta = _values(x, beta)  # (t,)
    v, after = 0.0, []
    for t, value in enumerate(x, 1):
        v += (1 - beta) / (1 - beta**t) * (value - v)
        after.append(v)
    return np.array(after)


# --8<-- [end:corrected]


# --8<-- [start:misprints]
def misprinted(x: ArrayLike, beta: float) -> Array:
    """The printed line taken at its word, (t,): v/(1 − βᵗ) is what the recursion gives, so v is less.

    Raises ValueError as `corrected` does.

    >>> misprinted([40.0, 40.0], beta=0.5)
    array([10.  , 18.75])
    """
    x, beta = _values(x, beta)
    v, after = 0.0, []
    for t, value in enumerate(x, 1):
        v = (1 - beta**t) * (beta * v + (1 - beta) * value)
        after.append(v)
    return np.array(after)


def fed_back(x: ArrayLike, beta: float) -> Array:
    """The corrected value goes into the next step, (t,), and is corrected again.

    Raises ValueError as `corrected` does.

    >>> fed_back([40.0, 40.0], beta=0.5)
    array([40.        , 53.33333333])
    """
    x, beta = _values(x, beta)
    v, after = 0.0, []
    for t, value in enumerate(x, 1):
        v = (beta * v + (1 - beta) * value) / (1 - beta**t)
        after.append(v)
    return np.array(after)


# --8<-- [end:misprints]


# --8<-- [start:slips]
def slipped(x: ArrayLike, beta: float) -> dict[str, Array]:
    """What three slips of the correction give, each (t,): multiplied, with β² for βᵗ, and without the t.

    Raises ValueError as `corrected` does.

    >>> slipped([40.0, 40.0], beta=0.5)["without the t"]
    array([40., 60.])
    """
    x, beta = _values(x, beta)  # (t,)
    steps = np.arange(1, len(x) + 1)
    weights = 1 - beta**steps  # (t,)
    v = corrected(x, beta) * weights
    return {"times": v * weights, "squared": v / (1 - beta**2), "without the t": v / (1 - beta)}


# --8<-- [end:slips]


# --8<-- [start:first]
def from_first(x: ArrayLike, beta: float) -> Array:
    """The average after each value, (t,), begun at the first value and not corrected.

    Raises ValueError as `corrected` does.

    >>> from_first([40.0, 49.0, 45.0], beta=0.5)
    array([40.  , 44.5 , 44.75])
    """
    x, beta = _values(x, beta)
    v, after = x[0], [x[0]]
    for value in x[1:]:
        v = beta * v + (1 - beta) * value
        after.append(v)
    return np.array(after)


# --8<-- [end:first]


def example_corrected() -> None:
    # --8<-- [start:corrected-example]
    x = [40.0, 49.0, 45.0]  # °F, the first three days of the notes
    print("corrected:    ", corrected(x, beta=0.9).round(3).tolist())
    print("in steps:     ", corrected_in_steps(x, beta=0.9).round(3).tolist())
    # --8<-- [end:corrected-example]


def example_misprints() -> None:
    # --8<-- [start:misprints-example]
    days = 1, 2, 100, 200, 1000
    x = np.full(days[-1], 40.0)  # 40 °F every day
    print("day       ", *(f"{day:8}" for day in days))
    for name, average in (("corrected", corrected), ("misprinted", misprinted), ("fed back", fed_back)):
        told = average(x, beta=0.98)
        print(f"{name:10}", *(f"{told[day - 1]:8.3g}" for day in days))
    # --8<-- [end:misprints-example]


def example_slips() -> None:
    # --8<-- [start:slips-example]
    steps = 1, 2, 10, 5000
    x = np.ones(steps[-1])  # 1 at every step
    print("step         ", *(f"{t:8}" for t in steps))
    for name, told in slipped(x, beta=0.999).items():
        print(f"{name:13}", *(f"{told[t - 1]:8.3g}" for t in steps))
    # --8<-- [end:slips-example]


def example_first() -> None:
    # --8<-- [start:first-example]
    x = np.array([80.0] + [40.0] * 9)  # one hot day, and then nine at 40
    for name, average in (("corrected", corrected), ("from the first", from_first)):
        print(f"{name:14}", average(x, beta=0.9)[[0, 1, 4, -1]].round(2).tolist())
    # --8<-- [end:first-example]


if __name__ == "__main__":
    example_corrected()
    example_misprints()
    example_slips()
    example_first()
