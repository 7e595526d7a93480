"""Momentum in three voices: the chains' lines, walks of the snippet, and plain arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.calculus import Derivation
from derivations.moving_averages import momentum as derived
from snippets.moving_averages import momentum as snippet
from tests import oracles
from tests.derivations.voice import exact_value

RATES = [0.5, 0.25, 0.25, 0.125]
STEPS = len(RATES)


def bowl(w: Any) -> Any:
    return 0.75 * w - 0.5


def velocities(path: Any) -> Any:
    """What each step was, in units of its learning rate."""
    return -np.diff(path[:, 0]) / RATES


def met(path: Any) -> Any:
    return np.array([bowl(w) for w in path[:-1, 0]])


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-13)


@pytest.mark.parametrize("beta", [0.25, 0.5, 0.875])
def test_one_walk_along_both(beta: float) -> None:
    average = snippet.along_the_average(bowl, [2.0], RATES, beta)
    buffer = snippet.along_the_buffer(bowl, [2.0], [(1 - beta) * lr for lr in RATES], beta)
    assert oracles.close(buffer, average)
    at: dict[str, Any] = {"beta": beta, "gradients": met(average)}
    for n, v in enumerate(velocities(average), 1):
        claim = derived.average_is_a_share_of_the_buffer.claim
        for side in (claim.lhs, claim.rhs):
            assert oracles.close(exact_value(side, derived.FORMS, t=n, **at), v, least=1e-13)
    agree(derived.average_is_a_share_of_the_buffer.base, velocities(average)[0], **at)
    agree(derived.average_is_a_share_of_the_buffer.step, velocities(average)[-1], t=STEPS, **at)
    v = velocities(average)
    walk = {"beta": beta, "rates": RATES, "w_start": 2.0, "velocity": v, "buffers": v / (1 - beta)}
    agree(derived.same_walk.base, average[1, 0], **walk)
    agree(derived.same_walk.step, average[-1, 0], t=STEPS, **walk)


@pytest.mark.parametrize("beta", [0.25, 0.5, 0.875])
def test_a_beta_that_changes(beta: float) -> None:
    """At the last step β moves to 0.75: how far the step is off, by two runs."""
    betas = [beta, beta, beta, 0.75]
    average = snippet.along_the_average(bowl, [2.0], RATES, betas)
    buffer = snippet.along_the_buffer(bowl, [2.0], [(1 - b) * lr for b, lr in zip(betas, RATES, strict=True)], betas)
    off = velocities(average)[-1] - velocities(buffer)[-1]
    kept = velocities(average)[-2]
    at = {"beta": beta, "beta_next": 0.75, "gradients": met(average), "t": STEPS}
    agree(derived.beta_moved, off, velocity=[0, 0, kept, 0], buffers=[0, 0, kept / (1 - beta), 0], **at)


def test_a_rate_inside_the_buffer() -> None:
    """The rate falls at the last step; before, it was the same all along."""
    beta, rates = 0.75, [0.5, 0.5, 0.5, 0.25]
    inside = snippet.rate_inside(bowl, [2.0], rates, beta)
    outside = snippet.along_the_buffer(bowl, [2.0], rates, beta)
    assert oracles.close(inside[:-1], outside[:-1])
    off = float((outside - inside)[-1, 0])  # the step inside is longer by so much
    buffers = -np.diff(outside[:, 0]) / rates
    at = {"beta": beta, "rates": rates, "gradients": met(outside), "buffers": buffers, "t": STEPS}
    agree(derived.rate_moved, off, folded=rates * buffers, **at)
    assert off > 0.1


@pytest.mark.parametrize("beta", [0.25, 0.875])
def test_the_repair_of_a_rate_inside(beta: float) -> None:
    path = snippet.rate_inside(bowl, [2.0], RATES, beta, repaired=True)
    assert oracles.close(path, snippet.along_the_buffer(bowl, [2.0], RATES, beta))
    steps, at = -np.diff(path[:, 0]), {"beta": beta, "rates": RATES, "gradients": met(path)}
    agree(derived.repaired_rate_inside.base, steps[0], **at)
    agree(derived.repaired_rate_inside.step, steps[-1], t=STEPS, **at)


@pytest.mark.parametrize("beta", [0.25, 0.875])
def test_nesterov_where_it_looks(beta: float) -> None:
    rates = [0.25] * STEPS
    weights = snippet.nesterov(bowl, [2.0], rates, beta)[:, 0]
    ahead = snippet.nesterov_ahead(bowl, [2.0], rates, beta)[:, 0]
    buffers = -np.diff(weights) / 0.25
    at = {"eta": 0.25, "beta": beta, "t": STEPS, "walk": weights[1:], "buffers": buffers}
    agree(derived.nesterov_where_it_looks, ahead[-1], gradients=[bowl(w) for w in ahead[:-1]], **at)
