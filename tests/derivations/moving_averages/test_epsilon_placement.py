"""Where ε stands, in three voices: the chains' lines, the snippet's steps, plain arithmetic."""

from __future__ import annotations

import math
from typing import Any

import pytest

from derivations.calculus import Derivation
from derivations.moving_averages import epsilon_placement as derived
from snippets.moving_averages import epsilon_placement as snippet
from tests import oracles
from tests.derivations.voice import exact_value


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected)


@pytest.mark.parametrize("eps", [1e-8, 0.25])
@pytest.mark.parametrize("r", [0.0, 1e-6, 0.5, -3.0])
def test_one_root_against_two(eps: float, r: float) -> None:
    one, *middle, last = (exact_value(line, rms=r, epsilon=eps) for line in derived.epsilon_sandwich.lines)
    assert oracles.close(one, math.hypot(r, math.sqrt(eps)) ** 2)
    assert oracles.close(middle, [one, *[(abs(r) + math.sqrt(eps)) ** 2] * 2])
    assert middle[-1] <= last * (1 + 1e-12)
    assert (middle[-1] > one) is (r != 0)
    assert oracles.close(middle[-1], last) is (abs(r) == math.sqrt(eps))


@pytest.mark.parametrize("g", [2.0, 1e-4, 1e-9])
@pytest.mark.parametrize("t", [1, 5])
def test_the_three_forms(g: float, t: int) -> None:
    for eps in (1e-8, 0.25):
        at = {"v_hat": g, "s_hat": g**2, "grad": g, "eta": 0.125, "epsilon": eps}
        agree(derived.under_on_equal, 0.125 * snippet.step([g], eps, "under")[0], **at)
        step = 0.125 * snippet.step([g], eps, "uncorrected", t, 0.875)[0]
        agree(derived.hat_on_equal, step, beta2=0.875, t=t, **at)


@pytest.mark.parametrize("eps", [1e-8, 0.25])
def test_half_a_step(eps: float) -> None:
    for chain, place in ((derived.half_beside, "beside"), (derived.half_under, "under")):
        at_half = snippet.half(eps, place)
        assert oracles.close(snippet.step([at_half], eps, place), [0.5])
        agree(chain, 0.0625, eta=0.125, epsilon=eps, grad=at_half)
