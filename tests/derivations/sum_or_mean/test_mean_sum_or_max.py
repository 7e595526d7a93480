"""The soft maximum between mean and maximum, in three voices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.sum_or_mean import mean_sum_or_max as derived
from snippets.sum_or_mean import mean_sum_or_max as snippet
from tests import oracles
from tests.derivations.voice import exact_value

LOSSES = np.array([0.5, 1.25, -0.75, 2.0])


@pytest.mark.parametrize("tau", [0.5, 2.0])
def test_every_form_of_the_soft_maximum_is_the_snippets(tau: float) -> None:
    at: dict[str, Any] = {"m": 4, "ells": LOSSES, "tau": tau, "worst": 2.0}
    soft = snippet.soft_maximum(LOSSES, tau)
    assert oracles.close(exact_value(derived.soft_maximum.body, **at), soft)
    for line in derived.soft_from_worst.lines:
        assert oracles.close(exact_value(line, derived.soft_from_worst.where, **at), soft)
    for line in derived.shares_are_one.lines:
        assert oracles.close(exact_value(line, derived.shares_are_one.where, **at), 1.0)


@pytest.mark.parametrize("tau", [0.5, 2.0])
def test_the_chains_end_where_they_say(tau: float) -> None:
    at: dict[str, Any] = {"m": 4, "ells": LOSSES, "tau": tau, "worst": 2.0}
    soft = snippet.soft_maximum(LOSSES, tau)
    mean, *above = (exact_value(line, derived.mean_below_soft.where, **at) for line in derived.mean_below_soft.lines)
    assert oracles.close(mean, LOSSES.mean() / tau)
    assert all(oracles.close(one, soft / tau) for one in above)
    first, second, third, last = (
        exact_value(line, derived.soft_below_worst.where, **at) for line in derived.soft_below_worst.lines
    )
    assert oracles.close([first, second], [soft, soft])
    assert oracles.close([third, last], [2.0, 2.0])


def test_the_weights_are_the_slopes() -> None:
    weights = snippet.weights_of_examples(LOSSES, 0.75)
    for n in range(4):
        for line in derived.soft_weights.lines:
            found = exact_value(line, derived.soft_weights.where, m=4, ells=LOSSES, tau=0.75, i2=n + 1)
            assert oracles.close(found, weights[n])


def test_both_minimisers() -> None:
    targets = np.array([0.0, 0.5, 3.0])
    for w in (targets.mean(), 2.0):
        for line in derived.slope_of_the_mean_square.lines:
            found = exact_value(line, m=3, y_one=targets, w=w)
            assert oracles.close(found, 2 * (w - targets.mean()), least=1e-12)
    ends: dict[str, Any] = {"target_low": 0.0, "target_high": 3.0}
    for w in (1.5, 1.0, 2.5):
        largest = max((w - y) ** 2 for y in targets)
        first, *_, last = (exact_value(line, w=w, **ends) for line in derived.largest_is_least_midway.lines)
        assert first == largest
        assert (last == largest) == (w == 1.5)
        assert last <= largest
