"""Schedules epoch by epoch; travel as a loop; the mean squared distance over every way the noise can fall."""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_whole_number


def one_by_one(name: str, lr0: float, setting: float, epochs: int) -> list[float]:
    rate, rates = lr0, list[float]()
    for e in range(epochs):
        if name == "staircase" and e and e % setting == 0:
            rate /= 2
        if name == "exponential" and e:
            rate *= setting
        rates.append({"inverse": lr0 / (1 + setting * e), "root": lr0 * setting / math.sqrt(e + 1)}.get(name, rate))
    return rates


SETTINGS = (
    ("inverse", 0.2, 1.0), ("inverse", 3, 0.25), ("exponential", 0.2, 0.95), ("exponential", 2.0, 0.5),
    ("root", 0.2, 1.0), ("root", 0.5, 3.0), ("staircase", 0.2, 2), ("staircase", 1.5, 3),
)  # fmt: skip


def test_schedules_epoch_by_epoch(snippet: Any) -> None:
    for name, lr0, setting in SETTINGS:
        for epochs in (1, 7):
            found = getattr(snippet, name)(lr0, setting, epochs)
            assert oracles.close(found, one_by_one(name, lr0, setting, epochs))
            assert found.dtype == float


def test_travel_adds_up(snippet: Any) -> None:
    assert snippet.travel([3, 1, 0, 0.5]).tolist() == [3, 4, 4, 4.5]
    assert oracles.close(snippet.travel(snippet.exponential(0.2, 0.95, 400))[-1], 4, rel=1e-8)


def over_all_signs(rates: list[float], start: float, noise: float) -> list[float]:
    """The mean over every row of signs that noise of this size can have."""
    rows = []
    for signs in itertools.product((-1, 1), repeat=len(rates)):
        at, row = start, [start**2]
        for lr, sign in zip(rates, signs, strict=True):
            at -= lr * (at + sign * noise)
            row.append(at**2)
        rows.append(row)
    return [float(one) for one in np.mean(rows, axis=0)]


def test_squared_distance_over_every_noise(snippet: Any) -> None:
    rates = [0.5, 1.25, 0.0, 0.2, 1.9]
    for start, noise in ((1.0, 1.0), (3.0, 0.5)):
        assert oracles.close(snippet.squared_distance(rates, start, noise), over_all_signs(rates, start, noise))
    assert oracles.close(snippet.squared_distance(rates), over_all_signs(rates, 1.0, 1.0))


def test_the_floor_is_where_a_constant_rate_stays(snippet: Any) -> None:
    for lr in (0.1, 0.5, 1.5):
        floor = snippet.error_floor(lr, noise=3.0)
        assert oracles.close(snippet.squared_distance([lr], start=math.sqrt(floor), noise=3.0), [floor] * 2)
        assert oracles.close(snippet.squared_distance([lr] * 400, start=7.0, noise=3.0)[-1], floor)
        assert oracles.close(snippet.error_floor(lr), floor / 9)


def test_schedules_refuse(snippet: Any) -> None:
    calls = {
        "inverse": ("decay", 1.0, np.inf), "exponential": ("base", 0.5, 1), "root": ("k", 1.0, np.inf)
    }  # fmt: skip
    for name, (setting, good, high) in calls.items():
        call = getattr(snippet, name)
        outside: tuple[Any, ...] = (0.0, -1.0, math.inf, math.nan, True, "1", None, [0.5], 1j)
        for bad in outside:
            refuses(f"{setting}: expected a number above 0 and below {high}, got {bad!r}", call, 0.5, bad, 3)
        assert call(0.5, np.float32(good), 3).shape == (3,)
    refuses("base: expected a number above 0 and below 1, got 1", snippet.exponential, 0.5, 1, 3)
    refuses_what_is_no_whole_number(lambda every: snippet.staircase(0.5, every, 3), "every", 1)
    for name, _, given in SETTINGS:
        call = getattr(snippet, name)
        refuses("lr0: expected a number above 0 and below inf, got 0", call, 0, given, 3)
        refuses_what_is_no_whole_number(partial(call, 0.5, given), "epochs", 1)


def test_rates_refuse(snippet: Any) -> None:
    for call, high in ((snippet.travel, np.inf), (snippet.squared_distance, 2)):
        for bad in (-0.5, high, math.nan):
            refuses(f"rates: expected numbers from 0 and below {high}, got {float(bad)}", call, [0.5, bad, -7])
        refuses("rates: expected a row of numbers, got rows of different lengths", call, [[0.5], [0.5, 0.5]])
        refuses("rates: expected a row of numbers, got shape () and dtype float64", call, 0.5)
        refuses("rates: expected a row of numbers, got shape (0,) and dtype float64", call, [])
        refuses("rates: expected a row of numbers, got shape (1, 2) and dtype float64", call, [[0.5, 0.5]])
        refuses("rates: expected a row of numbers, got shape (1,) and dtype bool", call, [True])
        assert call(np.array([1], dtype=np.uint8))[-1] == 1
    for name in ("start", "noise"):
        for bad in (0.0, math.inf):
            says = f"{name}: expected a number above 0 and below inf, got {bad!r}"
            refuses(says, snippet.squared_distance, [0.5], **{name: bad})
    refuses("noise: expected a number above 0 and below inf, got 0.0", snippet.error_floor, 0.5, 0.0)
    for bad in (0.0, 2.0):
        refuses(f"lr: expected a number above 0 and below 2, got {bad}", snippet.error_floor, bad)


# ---- what the page prints

SHOWN = (("inverse", 1.0), ("exponential", 0.95), ("root", 1.0), ("staircase", 10))


def test_schedules_example(snippet: Any) -> None:
    rows = {
        name: np.round(one_by_one(name, 0.2, 2 if name == "staircase" else setting, 5), 4) for name, setting in SHOWN
    }
    assert printed(snippet.example_schedules) == [
        f"inverse             {rows['inverse']}",
        f"exponential         {rows['exponential']}",
        f"  as printed        {np.round([0.95**e for e in range(5)], 4)}",
        f"root, from epoch 1  {rows['root']}",
        f"staircase           {rows['staircase']}",
    ]


def test_travel_example(snippet: Any) -> None:
    expected = ["epochs          10    100   1000  10000"]
    for name, setting in SHOWN:
        rates = one_by_one(name, 0.2, setting, 10_000)
        far = " ".join(f"{math.fsum(rates[:n]):6.3f}" for n in (10, 100, 1000, 10_000))
        expected.append(f"{name:11} {far}")
    assert printed(snippet.example_travel) == expected


def test_squared_distance_example(snippet: Any) -> None:
    expected = ["epochs          10    100   1000"]
    for name, setting in (("constant", 0.2), *SHOWN):
        rates = [0.2] * 1000 if name == "constant" else one_by_one(name, 0.2, setting, 1000)
        left, seen = 16.0, []
        for lr in rates:
            left += lr * (lr * (left + 1) - 2 * left)  # multiplied out
            seen.append(left)
        expected.append(f"{name:11} " + " ".join(f"{seen[n - 1]:.4f}" for n in (10, 100, 1000)))
    expected.append(f"floor of the constant rate: {1 / 9:.4f}")
    assert printed(snippet.example_squared_distance) == expected
