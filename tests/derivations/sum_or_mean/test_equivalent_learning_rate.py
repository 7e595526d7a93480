"""What undoes a factor, in three voices: the chains' lines, one step of the snippet, plain arithmetic."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.calculus import Derivation
from derivations.sum_or_mean import equivalent_learning_rate as derived
from snippets.sum_or_mean import equivalent_learning_rate as snippet
from tests import oracles
from tests.derivations.voice import exact_value

FACTORS = [1.0, 64.0, 0.3]
GRADIENTS = [2.0, -1.0, 0.5, 4.0]


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-14)


def one_step(step: Any, w: float, dw: float, **settings: float) -> float:
    moved, _ = step(np.array([w]), np.array([dw]), snippet.Memory(), **settings)
    return float(moved[0])


@pytest.mark.parametrize("c", FACTORS)
@pytest.mark.parametrize(("beta", "intake"), [(0.75, 1.0), (0.75, 0.25), (0.5, 1.0)])
def test_both_averages_of_momentum(c: float, beta: float, intake: float) -> None:
    step = snippet.momentum_buffer if intake == 1 else snippet.momentum_average
    at = {"beta": beta, "intake": intake, "loss_scale": c, "signal": GRADIENTS}
    memory = snippet.Memory()
    for n, dw in enumerate(GRADIENTS, 1):
        _, memory = step(np.zeros(1), np.array([c * dw]), memory, 1.0, beta)
        v = float(np.ravel(memory.v)[0])
        for line in (derived.average_scales.claim.lhs, derived.average_scales.claim.rhs):
            assert oracles.close(exact_value(line, derived.AVERAGES, t=n, **at), v, least=1e-14)
    agree(derived.average_scales.base, c * intake * GRADIENTS[0], **at)
    agree(derived.average_scales.step, v, t=len(GRADIENTS), **at)


@pytest.mark.parametrize("c", FACTORS)
def test_the_walk_under_a_schedule(c: float) -> None:
    """The gradients are those that the snippet's walk met, by differences of its weights."""
    rates = [0.5, 0.25, 0.25, 0.125]
    plain, divided = (snippet.walk(snippet.momentum_buffer, np.divide(rates, over), [over]) for over in (1, c))
    assert oracles.close(divided, plain, least=1e-14)
    velocity = -np.diff(plain[:, 0]) / rates
    at = {
        "rates": rates, "loss_scale": c, "w_start": 0.0,
        "average": velocity, "average_scaled": [float(c) * float(v) for v in velocity],
    }  # fmt: skip
    agree(derived.same_path.base, plain[1, 0], **at)
    agree(derived.same_path.step, plain[4, 0], t=4, **at)


@pytest.mark.parametrize("c", FACTORS)
@pytest.mark.parametrize("eps", [1e-8, 0.125])
def test_adam_both_ways_and_its_decay(c: float, eps: float) -> None:
    """After one step both corrected averages are the gradient and its square."""
    dw, lr, lam, w = 1e-3, 0.25, 0.5, 1.5
    at = {
        "loss_scale": c, "epsilon": eps, "eta": lr, "lam": lam, "w": w,
        "v_hat": dw, "v_hat_scaled": c * dw, "s_hat": dw**2, "s_hat_scaled": c**2 * dw**2,
    }  # fmt: skip
    agree(derived.adam_outside, -one_step(snippet.adam, 0.0, c * dw, lr=lr, eps=c * eps), **at)
    agree(derived.adam_inside, one_step(snippet.adam_inside, 0.0, c * dw, lr=lr, eps=c**2 * eps) ** 2, **at)
    agree(derived.adam_untouched, -one_step(snippet.adam, 0.0, c * dw, lr=lr, eps=eps), **at)
    agree(derived.adam_untouched, -one_step(snippet.adam, 0.0, dw, lr=lr, eps=eps / c), **at)
    agree(derived.adamw_step, one_step(snippet.adamw, w, c * dw, lr=lr, lam=lam, eps=c * eps), **at)
    agree(derived.adamw_step, one_step(snippet.adamw, w, dw, lr=lr, lam=lam, eps=eps), **at)


@pytest.mark.parametrize("c", FACTORS)
def test_a_penalty_in_the_loss(c: float) -> None:
    dw, lam, w = -0.75, 0.5, 1.5
    moved = w - one_step(snippet.sgd_with_penalty, w, c * dw, lr=1.0, lam=c * lam)
    assert oracles.close(moved, c * (w - one_step(snippet.sgd_with_penalty, w, dw, lr=1.0, lam=lam)))
    agree(derived.penalty_scales, moved, grad=dw, grad_scaled=c * dw, lam=lam, loss_scale=c, w=w)


@pytest.mark.parametrize("c", FACTORS)
@pytest.mark.parametrize("threshold", [0.5, 20.0])
def test_clipping_with_a_threshold_that_grows_along(c: float, threshold: float) -> None:
    g = np.array([3.0, -4.0])
    for step, chain in ((snippet.clipped_by_norm, None), (snippet.clipped_by_value, derived.clip_by_value_scales)):
        once, grown = (-step(np.zeros(2), times * g, snippet.Memory(), 1.0, times * threshold)[0] for times in (1, c))
        assert oracles.close(grown, c * once)
        for d in range(2):
            if chain is None:
                at = {"D": 2, "g": g, "g_scaled": c * g, "max_norm": threshold, "loss_scale": c, "d": d + 1}
                agree(derived.clip_by_norm_scales, grown[d], **at)
            else:
                agree(chain, grown[d], grad=g[d], grad_scaled=c * g[d], threshold=threshold, loss_scale=c)


@pytest.mark.parametrize("c", [2.0, 64.0])
def test_where_both_are_clipped_the_factor_is_gone(c: float) -> None:
    g = np.array([3.0, -4.0])
    once, larger = (-snippet.clipped_by_norm(np.zeros(2), k * g, snippet.Memory(), 1.0, 2.5)[0] for k in (1, c))
    assert oracles.close(larger, once)
    for d in range(2):
        at = {"D": 2, "g": g, "g_scaled": c * g, "max_norm": 2.5, "loss_scale": c, "d": d + 1}
        agree(derived.clipped_all_the_same, once[d], **at)
