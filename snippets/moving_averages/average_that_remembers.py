"""The exponentially weighted average: one number of state, and a weight for every value so far.

`x` is (t,), the values in the order in which they come; β, here `beta`, is the share of the old average that is
kept. β = 0 remembers nothing: the average is the newest value. β = 1 learns nothing: it stays at 0, where it began.

Source: notes of a deep-learning course, course 2, on exponentially weighted averages.
"""

from __future__ import annotations

from collections import deque

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
    given = float(_finite("beta", beta, 0))
    if not 0 <= given <= 1:
        raise ValueError(f"beta: expected a number from 0 to 1, got {given}")
    return given


def _from_one(name: str, value: int) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: expected a whole number from 1, got {value!r}")
    return int(value)


# --8<-- [start:average]
def average(x: ArrayLike, beta: float) -> Array:
    """The average after each value, (t,), begun at 0.

    Raises ValueError for an x that is not (t,), real and finite, and for a beta outside [0, 1].

    >>> average([40.0, 49.0, 45.0], beta=0.5)
    array([20.  , 34.5 , 39.75])
    """
    x, beta = _finite("x", x, 1), _share(beta)  # (t,)
    v, after = 0.0, []
    for value in x:
        v = beta * v + (1 - beta) * value  # all that is kept from one value to the next is v
        after.append(v)
    return np.array(after)


# --8<-- [end:average]


# --8<-- [start:weights]
def weights(t: int, beta: float) -> Array:
    """What each of t values weighs in the average after the last of them, (t,), the oldest first.

    Raises ValueError for a t that is no whole number from 1, and for a beta outside [0, 1].

    >>> weights(3, beta=0.5)
    array([0.125, 0.25 , 0.5  ])
    """
    t, beta = _from_one("t", t), _share(beta)
    return np.array((1 - beta) * beta ** np.arange(t)[::-1])


# --8<-- [end:weights]


# --8<-- [start:window]
def window_means(x: ArrayLike, size: int) -> Array:
    """The plain mean of the last `size` values, from the first full window on, (t − size + 1,).

    Raises ValueError for an x that is not (t,), real and finite, and for a size that is no whole number from 1 to t.

    >>> window_means([40.0, 49.0, 45.0, 41.0], size=2)
    array([44.5, 47. , 43. ])
    """
    x, size = _finite("x", x, 1), _from_one("size", size)  # (t,)
    if size > len(x):
        raise ValueError(f"size: expected at most {len(x)}, as x has, got {size}")
    kept = deque(x[:size], maxlen=size)  # the buffer: a value must be known when it leaves
    mean, means = x[:size].mean(), [x[:size].mean()]
    for value in x[size:]:
        mean += (value - kept[0]) / size
        kept.append(value)  # and the oldest one falls out
        means.append(mean)
    return np.array(means)


# --8<-- [end:window]


def example_average() -> None:
    # --8<-- [start:average-example]
    x = [40.0, 49.0, 45.0]  # °F, the first three days of the notes
    for beta in (0.0, 0.5, 0.9, 1.0):
        print(f"beta {beta}:", *(f"{v:7.3f}" for v in average(x, beta)))
    # --8<-- [end:average-example]


def example_weights() -> None:
    # --8<-- [start:weights-example]
    x = np.array([40.0, 49.0, 45.0])
    own = weights(3, beta=0.9)
    print("weights     ", *(f"{one:.4f}" for one in own), f"together {own.sum():.4f}")
    print(f"weighted sum {own @ x:.4f}")
    print(f"recursion    {average(x, beta=0.9)[-1]:.4f}")
    # --8<-- [end:weights-example]


def example_window() -> None:
    # --8<-- [start:window-example]
    x = np.arange(1000.0)
    print(f"window of 19: {window_means(x, 19)[-1]:.4f} from 19 numbers that are kept")
    print(f"beta 0.9:     {average(x, beta=0.9)[-1]:.4f} from one")
    # --8<-- [end:window-example]


if __name__ == "__main__":
    example_average()
    example_weights()
    example_window()
