"""Memory in three voices: the chains' lines, the snippet, and the weights one by one."""

from __future__ import annotations

import math

import pytest

from derivations.calculus import Derivation
from derivations.moving_averages import memory_length as derived
from snippets.moving_averages import memory_length as snippet
from tests import oracles
from tests.derivations.voice import exact_value

BETAS = [0.125, 0.5, 0.9]


def agree(chain: Derivation, expected: float, **at: object) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-13)


@pytest.mark.parametrize("eps", [0.5, 0.1, 0.02, 0.001])
def test_below_one_over_e_and_near_it(eps: float) -> None:
    power = math.exp(math.log1p(-eps) / eps)
    *lines, bound = [exact_value(line, epsilon=eps) for line in derived.below_one_over_e.lines]
    assert oracles.close(lines, [power] * len(lines), rel=1e-11)
    assert power < bound == pytest.approx(math.exp(-1), rel=1e-15)
    for line in derived.near_one_over_e.lines:
        assert abs(exact_value(line, epsilon=eps) - power) < eps**3


@pytest.mark.parametrize("beta", BETAS)
def test_mass_and_lag_and_noise(beta: float) -> None:
    for share in (0.5, 0.95):
        mass = snippet.mass(snippet.steps_for(share, beta), beta)
        agree(derived.mass_held, mass, beta=beta, held=share)
    for t in (1, 2, 7):
        own = [(1 - beta) * beta ** (t - n) for n in range(1, t + 1)]
        agree(derived.lag, snippet.lag_on_a_ramp(beta, t), beta=beta, t=t)
        total = math.fsum(n * one for n, one in enumerate(own, 1)) / (1 - beta)
        for line in (derived.ramp.claim.lhs, derived.ramp.claim.rhs, *(derived.ramp.step.lines if t > 1 else ())):
            assert oracles.close(exact_value(line, beta=beta, t=t), total)
        agree(derived.noise_of_the_average, snippet.noise_left(own), beta=beta, t=t)


@pytest.mark.parametrize("beta", BETAS)
def test_the_window_that_matches(beta: float) -> None:
    agree(derived.as_late, snippet.mean_age(beta), beta=beta)
    agree(derived.as_noisy, 1 / snippet.span(beta), beta=beta)
