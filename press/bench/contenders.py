"""Those who take part: each is made ready for an array outside the clock, and then called with nothing.

All but the copy give the averages that begin at the first value. SciPy, pandas and polars are imported inside, so
that the pages can be built without them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from snippets.moving_averages.scan import moving_average

Array = NDArray[np.float64]
Run = Callable[[], Any]


def signal(n: int) -> Array:
    """n values of a standard normal distribution, the same ones every time."""
    return np.random.default_rng(0).standard_normal(n)


def scan(x: Array, beta: float) -> Run:
    return lambda: moving_average(x, beta, start=None)


def copy(x: Array, beta: float) -> Run:
    return lambda: x.copy()


def lfilter(x: Array, beta: float) -> Run:
    from scipy.signal import lfilter as run  # type: ignore[import-untyped]

    return lambda: run([1 - beta], [1, -beta], x, zi=[beta * x[0]])[0]


def pandas(x: Array, beta: float) -> Run:
    from pandas import Series

    averaged = Series(x).ewm(alpha=1 - beta, adjust=False)
    return lambda: averaged.mean().to_numpy()


def polars(x: Array, beta: float) -> Run:
    from polars import Series

    series = Series(x)
    return lambda: series.ewm_mean(alpha=1 - beta, adjust=False).to_numpy()


CONTENDERS: dict[str, Callable[[Array, float], Run]] = {
    one.__name__: one for one in (scan, copy, lfilter, pandas, polars)
}
