"""The sizes of steps, in three voices: the chains' lines, the snippet's steps, plain arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.calculus import Derivation
from derivations.moving_averages import rmsprop_and_adam as derived
from snippets.moving_averages import rmsprop_and_adam as snippet
from tests import oracles
from tests.derivations.voice import exact_value

GRADIENTS = [2.0, -1.0, 0.5, 4.0, -3.0]
BETAS = {"beta1": 0.75, "beta2": 0.875}


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-14)


@pytest.mark.parametrize("t", [1, 2, 40])
@pytest.mark.parametrize("g", [0.5, -3.0])
def test_under_equal_gradients(t: int, g: float) -> None:
    equal = [g] * t
    at = {**BETAS, "t": t, "grad": g, "gradients": equal}
    agree(derived.average_of_equal, snippet.average(equal, 0.75, corrected=False)[-1], **at)
    agree(derived.squares_of_equal, snippet.average(np.square(equal), 0.875, corrected=False)[-1], **at)
    v, s = (snippet.average(one, b, corrected=True)[-1] for one, b in ((equal, 0.75), (np.square(equal), 0.875)))
    for eps in (1e-8, 0.25):
        step = 0.125 * snippet.adam(equal, 0.75, 0.875, eps)[-1]
        agree(derived.adam_on_equal, step, v_hat=v, s_hat=s, grad=g, eta=0.125, epsilon=eps)
        assert oracles.close(step, 0.125 * g / (abs(g) + eps))


@pytest.mark.parametrize("t", [1, 3, 5])
def test_each_missing_correction_is_a_factor(t: int) -> None:
    seen, eta = GRADIENTS[:t], 0.125
    v, s = snippet.average(seen, 0.75, True)[-1], snippet.average(np.square(seen), 0.875, True)[-1]
    at = {**BETAS, "t": t, "eta": eta, "v_hat": v, "s_hat": s, "grad": seen[-1]}
    for chain, corrected in (
        (derived.uncorrected, "neither"),
        (derived.momentum_corrected, "momentum"),
        (derived.squares_corrected, "squares"),
    ):
        agree(chain, eta * snippet.adam(seen, 0.75, 0.875, 1e-30, corrected)[-1], **at)
    agree(derived.rmsprop_step, eta * snippet.rmsprop(seen, 0.875, 1e-30)[-1], **at)


def test_the_bound() -> None:
    t = len(GRADIENTS)
    at = {**BETAS, "t": t}
    longest = snippet.bound(t, 0.75, 0.875)[-1]
    for seen, tight in ((GRADIENTS, False), (list(snippet.growing(t, 0.75, 0.875)), True)):
        above, *middle, below, last = (
            exact_value(line, derived.adam_bound.where, gradients=seen, **at) for line in derived.adam_bound.lines
        )
        assert oracles.close(below, last)
        assert oracles.close([above] * len(middle), middle)
        assert (above < 0.99 * below) is not tight
        step = snippet.adam(seen, 0.75, 0.875, 1e-30)[-1]
        assert oracles.close(step**2 / longest**2, above / below)
    assert oracles.close(above, below)


def test_a_penalty_in_the_gradient() -> None:
    at = {"eta": 0.125, "lam": 0.5, "w": -1.5, "s_hat": 4.0, "epsilon": 0.25, "v_hat": 3.0}
    agree(derived.penalty_divided, 0.125 * (3.0 - 0.75) / 2.25, **at)
    for lam in (0.25, 2.0):
        seen = [lam * -1.5] * 3
        v, s = snippet.average(seen, 0.75, True)[-1], snippet.average(np.square(seen), 0.875, True)[-1]
        at = {"eta": 0.125, "lam": lam, "w": -1.5, "v_hat": v, "s_hat": s}
        agree(derived.penalty_alone, 0.125 * snippet.adam(seen, 0.75, 0.875, 1e-30)[-1], **at)
