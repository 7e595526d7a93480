"""Each step against Adam walked step by step; half a step by bisection."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

PLACES = ("beside", "under", "uncorrected")


def walked(g: float, eps: float, place: str, n: int, b2: float) -> float:
    """Step n of Adam with β₁ = 0.5, under gradients g."""
    v, s = 0.0, 0.0
    for _ in range(n):
        v, s = (v + g) / 2, b2 * s + (1 - b2) * g * g
    left = math.fsum((1 - b2) * b2**k for k in range(n))
    v, corrected = v / (1 - 0.5**n), s / left
    if place == "under":
        return v / math.sqrt(corrected + eps)
    return v / (math.sqrt(corrected) + eps) if place == "beside" else v * math.sqrt(left) / (math.sqrt(s) + eps)


def test_a_step_is_the_step_of_adam(snippet: Any) -> None:
    sizes = [2.0, 0.25, 1e-5]
    for place in PLACES:
        for eps in (0.5, 1e-8):
            assert oracles.close(snippet.step(sizes, eps, place), [walked(g, eps, place, 1, 0.999) for g in sizes])
            for n, b2 in ((1, 0.75), (3, 0.75), (6, 0.5)):
                expected = [walked(g, eps, place, n, b2) for g in sizes]
                assert oracles.close(snippet.step(sizes, eps, place, n, b2), expected)


def test_half_a_step(snippet: Any) -> None:
    for place in PLACES:
        for eps in (2, 1e-8):
            for n, b2 in ((1, 0.999), (1, 0.75), (3, 0.5)):
                low, high = 0.0, 100.0
                for _ in range(80):
                    middle = (low + high) / 2
                    low, high = (middle, high) if walked(middle, eps, place, n, b2) < 0.5 else (low, middle)
                found = snippet.half(eps, place, n, b2)
                assert type(found) is float
                assert oracles.close(found, middle, rel=1e-9)
        assert snippet.half(1e-8, place) == snippet.half(1e-8, place, 1, 0.999)


def test_refusals(snippet: Any) -> None:
    refuses_what_is_no_array(lambda bad: snippet.step(bad, 0.5, "under"), "gradients", 1, finite=True)
    refuses("gradients: expected finite numbers, got inf", snippet.step, [0.5, math.inf], 0.5, "under")
    for bad in (0.0, -0.5):
        refuses(f"gradients: expected positive numbers, got {bad}", snippet.step, [0.5, bad, -3.0], 0.5, "under")
    for call in (partial(snippet.step, [0.5]), snippet.half):
        refuses_settings(call)


def refuses_settings(call: Callable[..., Any]) -> None:
    refuses_what_is_no_array(lambda bad: call(bad, "beside"), "eps", 0, finite=True)
    refuses_what_is_no_array(lambda bad: call(0.5, "beside", 1, bad), "beta2", 0, finite=True)
    refuses_what_is_no_whole_number(lambda n: call(0.5, "beside", n), "n", 1)
    for bad in (0.0, -0.5):
        refuses(f"eps: expected positive numbers, got {bad}", call, bad, "beside")
        refuses(f"beta2: expected positive numbers, got {bad}", call, 0.5, "beside", 1, bad)
    for bad in (1.0, 1.5):
        refuses(f"beta2: expected a number below 1, got {bad}", call, 0.5, "beside", 1, bad)
    refuses("place: expected one of beside, under, uncorrected, got 'inside'", call, 0.5, "inside")


# ---- what the page prints


def test_step_example(snippet: Any) -> None:
    sizes = [10.0**-n for n in (4, 6, 8, 10)]
    expected = []
    for place, n in ((PLACES[0], 1), (PLACES[1], 1), (PLACES[2], 1), (PLACES[2], 1000)):
        row = (f"{walked(g, 1e-8, place, n, 0.999):8.1e}" for g in sizes)
        expected.append(" ".join([f"{place:12} step {n:4}", *row]))
    assert printed(snippet.example_step) == expected


def test_half_example(snippet: Any) -> None:
    root = math.sqrt(1 - 0.999)
    assert printed(snippet.example_half) == [
        f"ε {eps}: half a step is left at {eps:.1e} (beside) {math.sqrt(eps / 3):.1e} (under) "
        f"{eps / root:.1e} (uncorrected)"
        for eps in (1e-8, 1e-7)
    ]
