"""The scan against the recursion in exact fractions, a loop in long doubles, closed forms of pulses, and SciPy."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from scipy.signal import lfilter

from tests.snippets.checks import printed, refuses

BETAS = (0.0, 0.5, 0.9, 0.999, 1 - 1e-9, 1.0)
EPS = np.finfo(float).eps


def recursion(x: Any, beta: float, start: float = 0.0) -> list[Fraction]:
    """The averages of what the floats stand for, without a rounding."""
    keep, v, averages = Fraction(beta), Fraction(start), []
    for one in x:
        v = keep * v + (1 - keep) * Fraction(float(one))
        averages.append(v)
    return averages


def long_loop(x: Any, beta: float, start: float = 0.0) -> Any:
    """The same in long doubles, one value after the other."""
    keep, v, averages = np.longdouble(beta), np.longdouble(start), np.empty(len(x), np.longdouble)
    for n, one in enumerate(x.astype(np.longdouble)):
        averages[n] = v = keep * v + (1 - keep) * one
    return averages


def noise(*shape: int) -> Any:
    return np.random.default_rng(0).standard_normal(shape)


def pulse_at(place: int, n: int, beta: float) -> Any:
    """The averages of zeros and a single 1, by the closed form."""
    averages = np.zeros(n)
    averages[place:] = (1 - beta) * np.power(beta, np.arange(n - place, dtype=float))
    return averages


def test_exact_fractions(snippet: Any) -> None:
    for n in (1, 2, 15, 16, 17, 33, 80):
        x = noise(n)
        for beta in BETAS:
            for start in (0.0, -2.5):
                expected = np.array([float(one) for one in recursion(x, beta, start)])
                got = snippet.moving_average(x, beta, start=start)
                assert got.dtype == np.float64
                assert abs(got - expected).max() <= 8 * EPS * max(abs(start), abs(x).max() * min(1, n * (1 - beta)))


def test_a_long_signal_in_long_doubles(snippet: Any) -> None:
    x = noise(5000)
    for beta in (0.9, 0.9999, 1 - 1e-9):
        expected = long_loop(x, beta, 3.0)
        assert abs(snippet.moving_average(x, beta, start=3.0) - expected).max() <= 8 * EPS * 3
        as_long = snippet.moving_average(x.astype(np.longdouble), beta, start=3.0)
        assert as_long.dtype == np.longdouble
        assert abs(as_long - expected).max() <= 64 * np.finfo(np.longdouble).eps * 3


def test_a_pulse_across_pieces(snippet: Any) -> None:
    n = snippet.PIECE + 5003
    for beta in (0.9, 0.9999, 1 - 1e-9):
        x = np.zeros(n)
        x[[7, n - 6000]] = 1
        got, expected = snippet.moving_average(x, beta), pulse_at(7, n, beta) + pulse_at(n - 6000, n, beta)
        seen = expected > 1e-290
        assert (abs(got - expected)[seen] <= 1e-12 * expected[seen]).all()
        assert (got[~seen] <= 1e-290).all()
        assert (got[:7] == 0).all()


def test_a_constant_stays(snippet: Any) -> None:
    """For every β, to the last bits, however long it goes on."""
    for beta in BETAS:
        for value in (-0.1, 1e300, 1e-290):
            got = snippet.moving_average(np.full(20_000, value), beta, start=None)
            assert abs(got / value - 1).max() <= 8 * EPS
    assert (snippet.moving_average(noise(50), 0.0, start=9.0) == noise(50)).all()
    assert (snippet.moving_average(noise(50), 1.0, start=9.0) == 9).all()


def test_lanes_along_every_axis(snippet: Any) -> None:
    for shape in ((3, 40, 5), (1, 1, 700), (1100, 20, 1), (2, 4200, 3)):
        x = noise(*shape)
        for axis in range(-3, 3):
            expected = lfilter([0.25], [1, -0.75], x, axis=axis)
            got = snippet.moving_average(x, 0.75, axis=axis)
            assert got.shape == shape
            assert abs(got - expected).max() <= 8 * EPS * abs(x).max()
    assert (snippet.moving_average(x, 0.75) == got).all()
    starts = np.array([2.0, -1.0])
    each = snippet.moving_average(x[:, :, 0], 0.75, start=starts)
    for one, lane, start in zip(each, x, starts, strict=True):
        assert abs(one - long_loop(lane[:, 0], 0.75, start)).max() <= 8 * EPS * abs(x).max()
    each = snippet.moving_average(x, 0.75, axis=1, start=np.ones((2, 3)))
    assert abs(each - snippet.moving_average(x, 0.75, axis=1, start=1)).max() == 0
    by_columns = snippet.moving_average(x[:, :, 0].T, 0.75, axis=0, start=None)
    assert abs(by_columns.T - snippet.moving_average(x[:, :, 0], 0.75, start=x[:, 0, 0])).max() == 0


def test_one_signal_goes_on_where_another_ended(snippet: Any) -> None:
    x = noise(3000)
    first = snippet.moving_average(x[:1234], 0.99, start=1.5)
    second = snippet.moving_average(x[1234:], 0.99, start=first[-1])
    together = np.concatenate([first, second])
    assert abs(together - snippet.moving_average(x, 0.99, start=1.5)).max() <= 8 * EPS * abs(x).max()


def test_types(snippet: Any) -> None:
    x = noise(40_000).astype(np.float32)
    for beta in (0.9, 1 - 1e-9):
        got = snippet.moving_average(x, beta, start=2.0)
        assert got.dtype == np.float32
        wide = snippet.moving_average(x.astype(float), beta, start=2.0)
        assert abs(got - wide).max() <= 8 * np.finfo(np.float32).eps * max(2, abs(x).max() * (1 - beta))
    for dtype in (np.int8, np.uint16, np.int64, np.float16):
        few = np.array([100, 3, 0, 77], dtype)
        assert snippet.moving_average(few, 0.5).dtype == np.float64
        assert snippet.moving_average(few, 0.5).tolist() == [50, 26.5, 13.25, 45.125]
    given = noise(100)
    before = given.copy()
    snippet.moving_average(given, 0.9)
    assert (given == before).all()


def test_corrected(snippet: Any) -> None:
    for beta in (0.0, 0.5, 0.9, 1 - 1e-9):
        x = 5 + noise(400)
        share = [1 - Fraction(beta) ** (t + 1) for t in range(60)]
        expected = [v / s for v, s in zip(recursion(x[:60], beta), share, strict=True)]
        got = snippet.moving_average(x, beta, correct=True)
        assert abs(got[:60] / np.array(expected, float) - 1).max() <= 16 * EPS
        assert abs(snippet.moving_average(np.full(400, 3.0), beta, correct=True) / 3 - 1).max() <= 16 * EPS
    two = snippet.moving_average([[8.0, 4.0], [2.0, 2.0]], 0.5, correct=True)
    assert abs(two - [[8, 16 / 3], [2, 2]]).max() <= 16 * EPS


def test_a_beta_in_few_digits_and_values_in_many(snippet: Any) -> None:
    """β counts for the number that it is, and its logarithm and 1 − β have the digits of the values."""
    for dtype in (np.float64, np.longdouble):
        x, eps = (5 + noise(60)).astype(dtype), np.finfo(dtype).eps
        for beta in (np.float16(0.9), np.float32(0.999), 0.1):
            exact = recursion(x.astype(float), float(beta))
            share = [1 - Fraction(float(beta)) ** (t + 1) for t in range(x.size)]
            for correct in (False, True):
                told = snippet.moving_average(x.astype(float).astype(dtype), beta, correct=correct)
                assert told.dtype == dtype
                for one, v, s in zip(told, exact, share, strict=True):
                    right = v / s if correct else v
                    assert abs(Fraction(*one.as_integer_ratio()) / right - 1) <= 16 * float(eps)


def test_a_nan_stays(snippet: Any) -> None:
    x = noise(2, 300)
    for beta in (0.0, 0.9, 1.0):
        whole = snippet.moving_average(x, beta, start=1.0)
        spoilt = x.copy()
        spoilt[0, [37, 200]] = np.nan
        got = snippet.moving_average(spoilt, beta, start=1.0)
        assert abs(got[0, :37] - whole[0, :37]).max() <= 8 * EPS * 4
        assert np.isnan(got[0, 37:]).all()
        assert (got[1] == whole[1]).all()
    assert np.isnan(snippet.moving_average([np.nan, 1.0], 0.5, start=None)).all()
    assert np.isnan(snippet.moving_average([4.0, np.nan, 1.0], 0.5, correct=True)).tolist() == [False, True, True]


def test_small_numbers(snippet: Any) -> None:
    """A tail that fades out ends at 0 instead of staying among the numbers that have lost their digits."""
    x = np.zeros(80_000)
    x[0] = 1e-250
    tail = snippet.moving_average(x, 0.99)
    assert 0 < tail[10_000] < 1e-290
    assert (tail[20_000:] == 0).all()
    assert not ((tail > 0) & (tail < np.finfo(float).tiny))[snippet.BLOCK * 900 :].any()


def test_refusals(snippet: Any) -> None:
    call = snippet.moving_average
    refuses("x: expected an array, got rows of different lengths", call, [[1.0], [1.0, 2.0]], 0.5)
    for bad in (np.array([1j]), np.array([True]), np.array(["1"]), np.array([None])):
        refuses(f"x: expected real numbers, got dtype {bad.dtype}", call, bad, 0.5)
    for empty in (np.zeros(()), np.zeros(0), np.zeros((3, 0))):
        refuses(f"x: expected at least one axis and one value, got shape {empty.shape}", call, empty, 0.5)
    for bad in (-1e-9, 1 + 1e-9, np.nan, [0.5], [[0.5], [0.5, 0.5]], True, "0.5"):
        refuses(f"beta: expected a number from 0 to 1, got {bad!r}", call, [1.0], bad)
    for bad in (1, -2, 0.0, True, None):
        refuses(f"axis: expected a whole number from -1 to 0, got {bad!r}", call, [1.0], 0.5, axis=bad)
    for bad in (np.nan, np.inf, "0", [True], [0.0, np.nan]):
        refuses(f"start: expected finite numbers or None, got {bad!r}", call, [1.0], 0.5, start=bad)
    says = "start: expected one number or one for each lane, got rows of different lengths"
    refuses(says, call, [1.0], 0.5, start=[[1.0], [1.0, 2.0]])
    for bad in ([1.0, 2.0], [[1.0]]):
        says = f"start: expected one number or shape (3,), got shape {np.shape(bad)}"
        refuses(says, call, np.ones((3, 4)), 0.5, start=bad)
    says = "start: expected one number or shape (2, 3), got shape (2,)"
    refuses(says, call, np.ones((2, 3, 4)), 0.5, start=[1.0, 2.0])
    for x in ([1.0, np.inf, np.nan, -np.inf], [1.0, np.inf]):
        for beta in (0.0, 0.5, 1.0):
            refuses("x: expected finite numbers or NaN, got inf", call, x, beta)
    for settings in ({"start": None}, {"start": 2.0}, {"start": [0.0, 1.0]}):
        says = f"correct: expected a start of 0 and beta below 1, got {settings['start']!r} and 0.5"
        refuses(says, call, np.ones((2, 4)), 0.5, correct=True, **settings)
    refuses("correct: expected a start of 0 and beta below 1, got 0.0 and 1", call, [1.0], 1, correct=True)
    assert call([2.0], np.float32(0.5), axis=np.int64(0)) == [1]
    assert call([2.0], 1) == [0]


# ---- what the page prints


def test_moving_average_example(snippet: Any) -> None:
    assert printed(snippet.example_moving_average) == [
        "from 0             [4. 4. 2. 3.]",
        f"corrected          {np.array([4 / 0.5, 4 / 0.75, 2 / 0.875, 3 / 0.9375]).round(4)}",
        "from the first     [8.  6.  3.  3.5]",
        "on from 16         [12.  8.  4.  4.]",
        "with a NaN         [ 4. nan nan nan nan nan]",
        "down the columns   [[4.0, 0.0], [4.0, 1.0]]",
    ]


def test_scan_example(snippet: Any) -> None:
    lines = printed(snippet.example_scan)
    assert len(lines) == 3
    for line, beta in zip(lines, (0.999, 0.999999, 1 - 1e-9), strict=True):
        expected = np.longdouble(1 - beta) * np.longdouble(beta) ** 399_999
        assert line == f"{expected:.9e}  {expected:.9e}"
