"""The soft maximum in 60 digits, its weights by the complex step, its minimiser on a fine grid."""

from __future__ import annotations

from functools import partial
from typing import Any

import mpmath
import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

LOSSES = [0.5, 1.0, -1.5, 5.0, 2.0]
TARGETS = [0.0, 0.25, 3.0, -1.0]


def soft(losses: Any, tau: float) -> float:
    with mpmath.workdps(60):
        total = mpmath.fsum(mpmath.exp(mpmath.mpf(one) / tau) for one in losses)
        return float(tau * mpmath.log(total / len(losses)))


def test_the_soft_maximum_is_its_definition(snippet: Any) -> None:
    for tau in (0.05, 0.5, 1.0, 20.0):
        found = snippet.soft_maximum(LOSSES, tau)
        assert oracles.close(found, soft(LOSSES, tau))
        assert np.mean(LOSSES) < found < max(LOSSES) < found + tau * np.log(5) + 1e-14
    assert oracles.close(snippet.soft_maximum([1000.0, -1000.0], 0.5), soft([1000.0, -1000.0], 0.5))
    assert type(snippet.soft_maximum([1, 2], 1)) is float


def test_the_weights_are_its_slopes(snippet: Any) -> None:
    def cost(at: list[complex]) -> complex:
        return complex(0.75 * np.log(np.exp(np.array(at) / 0.75).mean()))

    weights = snippet.weights_of_examples(LOSSES, 0.75)
    assert oracles.close(weights, oracles.complex_step(cost, LOSSES))
    assert oracles.close(weights.sum(), 1.0)
    assert oracles.close(snippet.weights_of_examples([1000.0, 999.0], 1.0), 1 / (1 + np.exp([-1.0, 1.0])))


def test_the_minimiser_is_the_best_of_a_fine_grid(snippet: Any) -> None:
    for tau in (0.1, 1.0, 30.0):
        found = snippet.minimiser(TARGETS, tau)
        grid = np.linspace(-1, 3, 4001)
        costs = [soft([(w - y) ** 2 for y in TARGETS], tau) for w in grid[::20]]
        assert abs(found - grid[::20][int(np.argmin(costs))]) <= 0.011
        near = [soft([(found + step - y) ** 2 for y in TARGETS], tau) for step in (-1e-5, 0.0, 1e-5)]
        assert near[1] < near[0]
        assert near[1] < near[2]
    assert abs(snippet.minimiser(TARGETS, 1e9) - np.mean(TARGETS)) < 1e-7
    assert abs(snippet.minimiser(TARGETS, 1e-3) - 1.0) < 1e-3  # midway
    assert snippet.minimiser([2.0, 2.0], 1.0) == 2.0
    assert snippet.minimiser([0.0, 2.0], 1.0) == 1.0  # a slope of 0 at the first midpoint, which is kept
    wide = 2.0**40  # forty halvings leave whole numbers
    assert snippet.minimiser([0.0, 0.0, wide], 1e60) == (wide - 1) / 3
    assert snippet.minimiser([0.0, wide, wide], 1e60) == (2 * wide - 2) / 3
    assert type(snippet.minimiser([1, 2], 1)) is float


def test_bad_input_is_named(snippet: Any) -> None:
    for call, name in (
        (snippet.soft_maximum, "losses"),
        (snippet.weights_of_examples, "losses"),
        (snippet.minimiser, "targets"),
    ):
        refuses_what_is_no_array(partial(call, tau=1.0), name, 1, finite=True)
        refuses_what_is_no_array(partial(call, [1.0, 2.0]), "tau", 0, finite=True)
        refuses(f"{name}: expected finite numbers, got nan", call, [0.5, float("nan")], 1.0)
        for tau in (0.0, -1.0):
            refuses(f"tau: expected a positive number, got {tau}", call, [1.0, 2.0], tau)


def test_soft_maximum_example(snippet: Any) -> None:
    losses = [0.5, 1.0, 1.5, 5.0]
    expected = [f"mean          {sum(losses) / 4:.4f}   weights {np.array([0.25] * 4)}"]
    for tau in (100.0, 2.0, 0.1):
        weights = np.array(oracles.softmax_column(losses, tau), float).round(4)
        expected.append(f"tau = {tau:5}   {soft(losses, tau):.4f}   weights {weights}")
    assert printed(snippet.example_soft_maximum) == [*expected, f"max           {5:.4f}"]


def test_minimiser_example(snippet: Any) -> None:
    targets = [0.0, 0.0, 3.0]
    expected = [f"mean of the targets   {1:.4f}"]
    expected += [f"least at tau = {tau:6}  {snippet.minimiser(targets, tau):.4f}" for tau in (1000.0, 10.0, 1.0, 0.01)]
    assert printed(snippet.example_minimiser) == [*expected, f"midway                {1.5:.4f}"]
