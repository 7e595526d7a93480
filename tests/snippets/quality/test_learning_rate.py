"""Schedules, travel, stability, against loops and exact fractions."""

from __future__ import annotations

import cmath
import math
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import learning_rate
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

START = [-1.0, -2.0]


def halved(lr0: float, every: int, steps: int) -> list[Fraction]:
    """The rates one by one: each `every` steps the rate is cut in two."""
    rates, rate = [], Fraction(lr0)
    for t in range(steps):
        if t and t % every == 0:
            rate /= 2
        rates.append(rate)
    return rates


def complex_quality(w: list[complex]) -> complex:
    a, b = w[0] - 1.1, w[1] - 0.8
    return 0.833822 * cmath.exp(-(0.486 * a * a - 2 * 0.228 * a * b + 0.347 * b * b) / 2)


def climb(rates: list[float]) -> list[float]:
    """Q along the ascent from the start, with complex-step slopes."""
    w, seen = START, [complex_quality([complex(one) for one in START]).real]
    for rate in rates:
        w = [one + rate * slope for one, slope in zip(w, oracles.complex_step(complex_quality, w), strict=True)]
        seen.append(complex_quality([complex(one) for one in w]).real)
    return seen


def test_constant_is_the_same_at_each_step(snippet: Any) -> None:
    assert snippet.constant(0.3, 4).tolist() == [0.3] * 4
    assert snippet.constant(2, 0).shape == (0,)


def test_halving_agrees_with_a_loop(snippet: Any) -> None:
    for lr0, every, steps in ((2.5, 10, 101), (8.0, 3, 10), (1, 1, 5), (0.3, 7, 0)):
        assert snippet.halving(lr0, every, steps).tolist() == [float(one) for one in halved(lr0, every, steps)]


def test_travel_adds_the_rates(snippet: Any) -> None:
    assert snippet.travel([0.5, 0.25, 0.0]) == 0.75
    assert snippet.travel([0.5, 0.25], steepest=3.0) == 2.25
    assert snippet.travel(snippet.halving(2.5, 10, 60)) == sum(halved(2.5, 10, 60))
    assert type(snippet.travel([1])) is float


def test_descend_steps_against_the_gradient(snippet: Any) -> None:
    path = snippet.descend(lambda w: [2 * w[0], w[1]], [4, 1], [0.5, 0.25, 0.0])
    assert path.tolist() == [[4, 1], [0, 0.5], [0, 0.375], [0, 0.375]]


def test_largest_stable_rate_is_where_a_bowl_stops_sinking(snippet: Any) -> None:
    for H in (
        [[1.0, 0.0], [0.0, 25.0]],
        [[2, 1], [1, 2]],
        [[0.486, -0.228], [-0.228, 0.347]],
        [[4.0]],
        [[1, 2], [2, 1]],
    ):
        rate = snippet.largest_stable_rate(H)
        characteristic = oracles.mp.eigsy(oracles.mp.matrix(H), eigvals_only=True)
        assert oracles.close(rate, float(2 / max(characteristic)))
        assert type(rate) is float
    H = np.diag([1.0, 25.0])
    below = snippet.descend(lambda w: H @ w, [1.0, 1.0], [0.99 * snippet.largest_stable_rate(H)] * 400)
    above = snippet.descend(lambda w: H @ w, [1.0, 1.0], [1.01 * snippet.largest_stable_rate(H)] * 400)
    assert abs(below[-1]).max() < 1e-3
    assert abs(above[-1]).max() > 1e3


def test_schedules_refuse_bad_input(snippet: Any) -> None:
    for call in (lambda lr0, steps: snippet.constant(lr0, steps), lambda lr0, steps: snippet.halving(lr0, 2, steps)):
        refuses_what_is_no_whole_number(lambda steps, call=call: call(0.5, steps), "steps", 0)
        for bad in (0.0, -0.5):
            refuses(f"lr0: expected a positive number, got {bad}", call, bad, 3)
        refuses_what_is_no_array(lambda lr0, call=call: call(lr0, 3), "lr0", 0, finite=True)
    refuses_what_is_no_whole_number(lambda every: snippet.halving(0.5, every, 3), "every", 1)
    assert snippet.halving(0.5, 1, 1).tolist() == [0.5]


def test_travel_refuses_bad_input(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.travel, "rates", 1, finite=True)
    refuses("rates: expected numbers from 0, got -0.5", snippet.travel, [0.5, -0.5, -0.25])
    refuses("steepest: expected a positive number, got 0.0", snippet.travel, [0.5], 0)
    refuses_what_is_no_array(lambda steepest: snippet.travel([0.5], steepest), "steepest", 0, finite=True)


def test_descend_refuses_bad_input(snippet: Any) -> None:
    def flat(w: Any) -> Any:
        return 0 * w

    refuses_what_is_no_array(lambda w: snippet.descend(flat, w, [0.5]), "w", 1, finite=True)
    refuses_what_is_no_array(lambda rates: snippet.descend(flat, [1.0], rates), "rates", 1, finite=True)
    refuses_what_is_no_array(lambda g: snippet.descend(lambda w: g, [1.0, 2.0], [0.5]), "gradient", 1, finite=True)
    refuses("rates: expected numbers from 0, got -0.5", snippet.descend, flat, [1.0], [0.5, -0.5])
    says = "gradient: expected shape (2,), as w has, got (1,)"
    refuses(says, snippet.descend, lambda w: [1.0], [1.0, 2.0], [0.5])
    refuses("w: expected finite numbers, got inf", snippet.descend, lambda w: w, [1.0], [1e200] * 3)


def test_largest_stable_rate_refuses_what_is_no_bowl(snippet: Any) -> None:
    call = snippet.largest_stable_rate
    refuses_what_is_no_array(call, "H", 2, finite=True)
    for bad in ([[1.0, 2.0]], [[1.0, 2.0], [3.0, 1.0]]):
        refuses(f"H: expected a symmetric matrix, got {bad}", call, bad)
    refuses("H: expected a positive eigenvalue, got -1 as the largest", call, [[-1.0, 0.0], [0.0, -2.0]])
    refuses("H: expected a positive eigenvalue, got -1 as the largest", call, [[-2.0, 1.0], [1.0, -2.0]])
    refuses("H: expected a positive eigenvalue, got 0 as the largest", call, [[0.0, 0.0], [0.0, -0.5]])


def test_constant_example(snippet: Any) -> None:
    assert printed(snippet.example_constant) == [
        f"too large: {np.array([5.0] * 4)}",
        f"8 times smaller: {np.array([0.625] * 4)}",
    ]


def test_halving_example(snippet: Any) -> None:
    rates = halved(2.5, 10, 101)
    assert printed(snippet.example_halving) == [f"step {t}: {float(rates[t]):.4f}" for t in (0, 9, 10, 20, 100)]


def test_travel_example(snippet: Any) -> None:
    assert printed(snippet.example_travel) == [
        f"{steps} steps: {float(sum(halved(2.5, 10, steps))):.4f} of 50" for steps in (10, 20, 60, 1000)
    ]


def test_descend_example(snippet: Any) -> None:
    schedules = {"5.0": [5.0] * 60, "0.625": [0.625] * 60, "2.5 halved": [float(one) for one in halved(2.5, 10, 60)]}
    lines = []
    for name, rates in schedules.items():
        Q = climb(rates)
        lines.append(f"{name}: " + ", ".join(f"Q = {Q[t]:.4f} ({t})" for t in (1, 10, 12, 20, 60)))
    assert printed(snippet.example_descend) == lines


def test_largest_stable_rate_example(snippet: Any) -> None:
    bowl, gorge, lines = 1.0, 1.0, ["bowl ½ w²: rates below 2.0"]
    for t in range(31):
        if t in (0, 10, 30):
            lines.append(f"step {t}: bowl {abs(bowl):.1f}, bounded gradient {abs(gorge):.4f}")
        bowl, gorge = bowl - 2.5 * bowl, gorge - 2.5 * math.tanh(gorge)
    assert printed(snippet.example_largest_stable_rate) == lines


@given(st.floats(1e-3, 100), st.integers(1, 50), st.integers(1, 400))
def test_a_halving_schedule_never_travels_2_h_lr0(lr0: float, every: int, steps: int) -> None:
    assert learning_rate.travel(learning_rate.halving(lr0, every, steps)) <= 2 * every * lr0 * (1 + 1e-12)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=30), st.floats(-100, 100))
def test_a_path_of_bounded_gradients_stays_within_the_travel(rates: list[float], w: float) -> None:
    path = learning_rate.descend(np.tanh, [w], rates)
    assert abs(path - path[0]).max() <= learning_rate.travel(rates) * (1 + 1e-9) + 1e-12
