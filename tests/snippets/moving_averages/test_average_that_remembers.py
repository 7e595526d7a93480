"""The recursion against exact weighted sums; the weights against what a single pulse leaves behind."""

from __future__ import annotations

from fractions import Fraction
from functools import cache, partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

X = [3.0, -1.5, 8.0, 0.25, 4.0]
BETAS = (0.0, 0.125, 0.5, 0.9, 1.0)


def weighted(x: list[float], beta: float) -> float:
    """Every value times its own power, in fractions."""
    b, last = Fraction(beta), len(x) - 1
    return float(sum((1 - b) * b ** (last - n) * Fraction(one) for n, one in enumerate(x)))


def test_the_average_is_the_weighted_sum_of_all_so_far(snippet: Any) -> None:
    for beta in BETAS:
        expected = [weighted(X[: n + 1], beta) for n in range(len(X))]
        assert oracles.close(snippet.average(X, beta), expected, least=1e-14)


def test_the_weights_are_what_a_pulse_leaves_behind(snippet: Any) -> None:
    for beta in BETAS:
        for t in (1, 2, 7):
            pulses = [weighted([float(n == k) for n in range(t)], beta) for k in range(t)]
            assert oracles.close(snippet.weights(t, beta), pulses, least=1e-14)


def test_the_ends_of_the_range(snippet: Any) -> None:
    assert snippet.average(X, 0).tolist() == X
    assert snippet.average(X, 1).tolist() == [0.0] * 5
    assert snippet.weights(3, 0).tolist() == [0, 0, 1]
    assert snippet.weights(3, 1).tolist() == [0, 0, 0]


def test_window_means(snippet: Any) -> None:
    for size in range(1, 6):
        expected = [np.mean(X[k : k + size]) for k in range(6 - size)]
        assert oracles.close(snippet.window_means(X, size), expected, least=1e-14)
    assert snippet.window_means(np.array([2, 4], dtype=np.uint8), np.int64(2)).tolist() == [3.0]


def test_bad_input_is_named(snippet: Any) -> None:
    refuses_what_is_no_array(lambda x: snippet.average(x, 0.5), "x", 1, finite=True)
    refuses_what_is_no_array(lambda x: snippet.window_means(x, 1), "x", 1, finite=True)
    for call in (partial(snippet.average, X), partial(snippet.weights, 3)):
        refuses_what_is_no_array(call, "beta", 0, finite=True)
        for bad in (-0.25, 1.25, 9.0):
            refuses(f"beta: expected a number from 0 to 1, got {bad}", call, bad)
    refuses("x: expected finite numbers, got nan", snippet.average, [1.0, np.nan, 2.0], 0.5)
    refuses_what_is_no_whole_number(lambda t: snippet.weights(t, 0.5), "t", 1)
    refuses_what_is_no_whole_number(partial(snippet.window_means, X), "size", 1)
    refuses("size: expected at most 5, as x has, got 6", snippet.window_means, X, 6)


# ---- what the page prints


def test_average_example(snippet: Any) -> None:
    days = [40.0, 49.0, 45.0]
    assert printed(snippet.example_average) == [
        f"beta {beta}: " + " ".join(f"{weighted(days[: n + 1], beta):7.3f}" for n in range(3))
        for beta in (0.0, 0.5, 0.9, 1.0)
    ]


def test_weights_example(snippet: Any) -> None:
    assert printed(snippet.example_weights) == [
        "weights      0.0810 0.0900 0.1000 together 0.2710",
        "weighted sum 12.1500",
        "recursion    12.1500",
    ]


@cache
def average_of_many() -> float:
    """Its fractions have hundreds of digits; they are the same for every broken snippet."""
    return weighted([float(n) for n in range(500, 1000)], 0.9)


def test_window_example(snippet: Any) -> None:
    x = [float(n) for n in range(1000)]
    assert printed(snippet.example_window) == [
        f"window of 19: {sum(x[-19:]) / 19:.4f} from 19 numbers that are kept",
        f"beta 0.9:     {average_of_many():.4f} from one",
    ]
