"""Optimisers, penalties and averages: definitions and chains against the snippet that libraries were compared with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from derivations.sum_or_mean import optimizer_conventions as derived
from snippets.sum_or_mean import optimizer_conventions as snippet
from tests import oracles
from tests.derivations.voice import exact_value

VALUES = np.array([1.0, -2.0, 4.0, 0.5])
BETA, BETA2, LR, EPS = 0.75, 0.9375, 0.5, 0.125


@pytest.mark.parametrize("t", [1, 2, 4])
def test_averages_are_those_of_the_snippet(t: int) -> None:
    at = {"t": t, "beta": BETA, "signal": VALUES[:t]}
    for one, form in (
        (derived.buffer_of_momentum, "buffer"),
        (derived.average_from_zero, "zero"),
        (derived.average_adjusted, "corrected"),
        (derived.average_from_first, "first"),
    ):
        assert oracles.close(exact_value(one.body, **at), snippet.averages(VALUES, BETA, form)[t - 1], least=1e-15)
    chain = derived.adjusted_is_corrected
    for line in chain.lines:
        found = exact_value(line, chain.where, **at)
        assert oracles.close(found, snippet.averages(VALUES, BETA, "corrected")[t - 1], least=1e-15)
    for line in derived.constant_gradients.lines:
        found = exact_value(line, t=t, beta=BETA, x=3.0)
        assert oracles.close(found, snippet.averages([3.0] * t, BETA, "buffer")[-1])
    both = derived.weights_add_up
    for line in both.base.lines if t == 1 else both.step.lines:
        assert oracles.close(exact_value(line, t=t, beta=BETA), math.fsum(BETA**n for n in range(t)))
    assert oracles.close(exact_value(derived.mean_so_far.body, **at), np.mean(VALUES[:t]), least=1e-15)


@pytest.mark.parametrize("t", [1, 2, 4])
def test_a_step_of_adam_in_both_forms_is_that_of_the_snippet(t: int) -> None:
    at: dict[str, Any] = {
        "t": t,
        "beta1": BETA,
        "beta2": BETA2,
        "eta": LR,
        "epsilon": EPS,
        "v_hat": snippet.averages(VALUES, BETA, "corrected")[t - 1],
        "s_hat": snippet.averages(VALUES**2, BETA2, "corrected")[t - 1],
    }
    steps = {hat: np.diff(snippet.adam(VALUES, LR, BETA, BETA2, EPS, hat), prepend=0)[t - 1] for hat in (False, True)}
    assert oracles.close(exact_value(derived.adam_published.body, **at), -steps[False])
    for line in derived.eps_hat.lines:
        assert oracles.close(exact_value(line, derived.eps_hat.where, **at), -steps[True])


def test_roots_and_decay_are_those_of_the_snippet() -> None:
    at = {"eta": LR, "epsilon": EPS, "grad": -2.0, "s_raw": 9.0}
    assert oracles.close(exact_value(derived.eps_beside.body, **at), -snippet.over_the_root([-2.0], [9.0], LR, EPS)[0])
    under = snippet.over_the_root([-2.0], [9.0], LR, EPS, under=True)[0]
    assert oracles.close(exact_value(derived.eps_under.body, **at), -under)
    found = exact_value(derived.decayed_weight.body, t=3, eta=LR, lam=0.25, w=3.0)
    assert oracles.close(found, snippet.decayed(3.0, LR, 0.25, 3)[-1])
    found = exact_value(derived.decay_in_the_gradient.body, grad=1.5, lam=0.25, w=3.0)
    assert found == 2.25


@pytest.mark.parametrize("m", [2, 4])
def test_variances_and_running_statistics_are_those_of_the_snippet(m: int) -> None:
    at, where = {"m": m, "x_one": VALUES[:m]}, (derived.mean_of_the_feature,)
    assert oracles.close(exact_value(derived.variance_by_m.body, where, **at), snippet.variance(VALUES[:m]))
    chain = derived.unbiased_against_biased
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), snippet.variance(VALUES[:m], fewer=1))
    found = exact_value(derived.running_by_the_new.body, running=2.0, of_batch=5.0, share_new=0.25)
    assert found == snippet.running([5.0], 2.0, 0.25)[0]
    found = exact_value(derived.running_by_the_old.body, running=2.0, of_batch=5.0, beta=0.75)
    assert found == snippet.running([5.0], 2.0, 0.25)[0]


@pytest.mark.parametrize("m", [1, 3])
def test_a_leaf_has_no_slope_where_the_snippet_puts_it(m: int) -> None:
    rng = np.random.default_rng(m)
    g, h, lam = rng.normal(size=m), rng.uniform(0.5, 2, size=m), 0.75
    at = {"m": m, "slope": g, "hessian": h, "lam": lam}
    best = snippet.leaf(g, h, lam)
    assert oracles.close(exact_value(derived.leaf_weight.body, **at), best)
    assert oracles.close(exact_value(derived.hessian_of_a_leaf.body, **at), h.sum())
    chain = derived.leaf_slope
    for value, expected in ((best, 0.0), (0.5, g.sum() + 0.5 * (h.sum() + lam))):
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, leaf=value, **at), expected, least=1e-14)

    def cost(theta: float) -> float:
        return exact_value(derived.leaf_cost.body, leaf=theta, **at)

    assert min(cost(best - 0.01), cost(best + 0.01)) > cost(best)


def test_costs_with_a_penalty() -> None:
    ells, w = [0.5, 1.5, 1.0], [1.0, -2.0]
    chain = derived.c_as_lambda
    for line in chain.lines:
        found = exact_value(line, chain.where, m=3, ells=ells, C_inverse=0.5, w=3.0)
        assert oracles.close(found, 0.5 * 3.0 + 4.5)
    found = exact_value(derived.cost_with_alpha.body, m=3, D=2, ells=ells, weight=w, alpha=6.0)
    assert oracles.close(found, 1 + 5.0)
    assert exact_value(derived.squares_added.body, D=2, weight=w, lam=0.25) == 1.25
    # the lasso: no slope of its cost, half the mean square and α w, where its weight is positive
    x, y, alpha = np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0]), 0.5
    found = exact_value(derived.lasso_weight.body, mean_xx=(x * x).mean(), mean_xy=(x * y).mean(), alpha=alpha)
    assert abs(((found * x - y) * x).mean() + alpha) < 1e-14
