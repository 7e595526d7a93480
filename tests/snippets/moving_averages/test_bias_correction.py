"""Corrected averages against weighted means; the misprints and the slips against their own sums of products."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

X = [3.0, -1.5, 8.0, 0.25, 4.0]
BETAS = (0.0, 0.125, 0.5, 0.9)


def raw(x: list[float], beta: float) -> float:
    """The weighted sum of all values so far."""
    return math.fsum((1 - beta) * beta**k * one for k, one in enumerate(reversed(x)))


def so_far(x: list[float]) -> list[list[float]]:
    return [x[: n + 1] for n in range(len(x))]


def with_factors(x: list[float], beta: float, factors: list[float]) -> float:
    """Every value times its weight and the factors from its own step on."""
    t = len(x)
    return math.fsum((1 - beta) * beta ** (t - n - 1) * math.prod(factors[n:t]) * x[n] for n in range(t))


def test_the_corrected_average_is_a_weighted_mean(snippet: Any) -> None:
    for beta in BETAS:
        expected = [np.average(x, weights=[beta**k for k in range(len(x))][::-1]) for x in so_far(X)]
        assert oracles.close(snippet.corrected(X, beta), expected, least=1e-14)
        assert oracles.close(snippet.corrected_in_steps(X, beta), expected, least=1e-14)
    assert snippet.corrected(X, 0).tolist() == X
    near = snippet.corrected_in_steps(X, 1 - 1e-9)  # towards 1 it becomes the plain mean
    assert oracles.close(near, [np.mean(x) for x in so_far(X)], rel=1e-6)


def test_both_misprints(snippet: Any) -> None:
    for beta in BETAS[1:]:
        lacking = [1 - beta**t for t in range(1, 6)]
        expected = [with_factors(x, beta, lacking[: len(x)]) for x in so_far(X)]
        assert oracles.close(snippet.misprinted(X, beta), expected, least=1e-14)
        expected = [with_factors(x, beta, [1 / one for one in lacking[: len(x)]]) for x in so_far(X)]
        assert oracles.close(snippet.fed_back(X, beta), expected, least=1e-14)
    for name in ("misprinted", "fed_back"):
        assert getattr(snippet, name)(X, 0).tolist() == X


def test_both_misprints_arrive_in_the_end(snippet: Any) -> None:
    for name in ("misprinted", "fed_back"):
        assert oracles.close(getattr(snippet, name)([40.0] * 500, 0.9)[-1], 40.0, rel=1e-6)


def test_the_slips(snippet: Any) -> None:
    for beta in BETAS:
        told = snippet.slipped(X, beta)
        assert list(told) == ["times", "squared", "without the t"]
        v = np.array([raw(x, beta) for x in so_far(X)])
        assert oracles.close(told["times"], v * [1 - beta**t for t in range(1, 6)], least=1e-14)
        assert oracles.close(told["squared"], v / (1 - beta * beta), least=1e-14)
        assert oracles.close(told["without the t"], v / (1 - beta), least=1e-14)


def test_begun_at_the_first_value(snippet: Any) -> None:
    for beta in BETAS:
        expected = [raw(x, beta) + beta ** len(x) * X[0] for x in so_far(X)]
        assert oracles.close(snippet.from_first(X, beta), expected, least=1e-14)


def test_bad_input_is_named(snippet: Any) -> None:
    for name in ("corrected", "corrected_in_steps", "misprinted", "fed_back", "slipped", "from_first"):
        call = getattr(snippet, name)
        refuses_what_is_no_array(partial(call, beta=0.5), "x", 1, finite=True)
        refuses_what_is_no_array(partial(call, X), "beta", 0, finite=True)
        for bad in (-0.25, 1.0, 1.25):
            refuses(f"beta: expected a number from 0 up to, but not 1, got {bad}", call, X, bad)
        call(np.array([1, 2], dtype=np.uint8), 0)
        refuses("x: expected finite numbers, got nan", call, [1.0, np.nan, 2.0], 0.5)


# ---- what the page prints


def test_corrected_example(snippet: Any) -> None:
    days = [40.0, 49.0, 45.0]
    told = [round(float(np.average(x, weights=[0.9**k for k in range(len(x))][::-1])), 3) for x in so_far(days)]
    assert printed(snippet.example_corrected) == [f"corrected:     {told}", f"in steps:      {told}"]


def test_misprints_example(snippet: Any) -> None:
    lacking = [1 - 0.98**t for t in range(1, 1001)]
    expected = []
    for name, factors in (("misprinted", lacking), ("fed back", [1 / one for one in lacking])):
        told = [with_factors([40.0] * day, 0.98, factors[:day]) for day in (1, 2, 100, 200)]
        last = 40.0 if name == "misprinted" else snippet.fed_back([40.0] * 1000, 0.98)[-1]
        expected.append(" ".join([f"{name:10}", *(f"{one:8.3g}" for one in (*told, last))]))
    assert printed(snippet.example_misprints) == [
        "day               1        2      100      200     1000",
        "corrected        40       40       40       40       40",
        *expected,
    ]


def test_slips_example(snippet: Any) -> None:
    beta, steps = 0.999, (1, 2, 10, 5000)
    v = [1 - beta**t for t in steps]
    expected = ["step                 1        2       10     5000"]
    for name, told in (
        ("times", [one * one for one in v]),
        ("squared", [one / (1 - beta**2) for one in v]),
        ("without the t", [one / (1 - beta) for one in v]),
    ):
        expected.append(" ".join([f"{name:13}", *(f"{one:8.3g}" for one in told)]))
    assert printed(snippet.example_slips) == expected


def test_first_example(snippet: Any) -> None:
    days = (1, 2, 5, 10)
    hot = [0.1 * 0.9 ** (t - 1) / (1 - 0.9**t) for t in days]  # what the hot day weighs
    first = [0.9 ** (t - 1) for t in days]
    assert printed(snippet.example_first) == [
        f"corrected      {[round(40 + 40 * one, 2) for one in hot]}",
        f"from the first {[round(40 + 40 * one, 2) for one in first]}",
    ]
