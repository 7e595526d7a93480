"""Sum and mean in three voices: derivation, snippet, complex step; a published sign, run as it was printed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations import check
from derivations.calculus import Derivation, Ruling
from derivations.sum_or_mean import sum_is_m_times_mean as derived
from derivations.sum_or_mean.claims import CLAIMS
from snippets.sum_or_mean import sum_is_m_times_mean as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 2, 4), (2, 3, 1), (4, 1, 3)]  # K, D, m


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-13)


@pytest.mark.parametrize("m", [1, 2, 7])
def test_the_sum_is_m_times_the_mean_here_and_everywhere(m: int) -> None:
    rng = np.random.default_rng(m)
    here, there = rng.normal(size=(2, m))
    total = sum(here.tolist())
    agree(derived.sum_is_m_times_mean, total, m=m, ells=here)
    agree(derived.order_is_kept, total - sum(there.tolist()), m=m, ells=here, ells_there=there)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_the_gradient_of_the_sum(K: int, D: int, m: int) -> None:
    """`batch_loss` is a mean; its complex steps know of no sum."""
    rng = np.random.default_rng(100 * K + 10 * D + m)
    W, X, Y = rng.normal(size=(K, D)), rng.normal(size=(D, m)), rng.dirichlet(np.ones(K), size=m).T
    slopes = np.reshape(
        oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, K, bias=False), list(W.ravel())), (K, D)
    )
    for r, s in {(0, 0), (K - 1, D - 1), (K - 1, 0)}:
        at = {"K": K, "D": D, "m": m, "W": W, "X": X, "Y": Y, "r": r + 1, "s": s + 1}
        agree(derived.gradient_of_the_sum, m * slopes[r, s], **at)


@pytest.mark.parametrize("reduction", ["sum", "mean"])
def test_the_limit_of_the_learning_rate(reduction: str) -> None:
    """One weight, one example: the squared distance shrinks below the snippet's limit and grows above it."""
    x, m, u = 1.5, 3, 0.75
    X = [[x] * m]
    times = m if reduction == "sum" else 1
    for share in (0.5, 0.98, 1.02):
        lr = share * snippet.stability_limit(X, reduction)
        after = snippet.descend([u], X, [0.0] * m, lr, 1, reduction)[-1, 0]
        agree(derived.stable_for_the_sum, after**2 - u**2, m=times, eta=lr, kappa=x * x, u=u)
        assert (after**2 < u**2) == (share < 1)


def test_the_ratio_of_curvatures_in_the_snippet() -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(2, 6))
    by_reduction = []
    for reduction in ("sum", "mean"):
        columns = [snippet.gradient(e, X, np.zeros(6), reduction) for e in np.eye(2)]  # the Hessian's
        by_reduction.append(np.linalg.eigvalsh(np.array(columns)))
    assert oracles.close(by_reduction[0], 6 * by_reduction[1])
    assert oracles.close(by_reduction[0][1] / by_reduction[0][0], by_reduction[1][1] / by_reduction[1][0])


@pytest.mark.parametrize(("K", "D", "m"), SIZES[:1])
def test_the_ratio_of_curvatures_of_a_softmax_layer(K: int, D: int, m: int) -> None:
    """Second derivatives by the probabilities of the classes: x² p (1 − p), added up for the sum, averaged else."""
    rng = np.random.default_rng(2)
    W, X, Y = rng.normal(size=(K, D)), rng.normal(size=(D, m)), rng.dirichlet(np.ones(K), size=m).T
    P = np.array(oracles.by_column(oracles.softmax_column, W @ X))

    def curvature(r: int, s: int) -> float:
        return float(sum(X[s, n] ** 2 * P[r, n] * (1 - P[r, n]) for n in range(m)))

    expected = curvature(0, 1) * (curvature(2, 0) / m)
    at = {"K": K, "D": D, "m": m, "W": W, "X": X, "Y": Y, "r": 1, "s": 2, "k": 3, "d": 1}
    agree(derived.same_proportion, expected, **at)


@pytest.mark.parametrize("factor", [-2.0, 0.5, 64.0])
def test_a_constant_factor_of_a_difference(factor: float) -> None:
    h, f0, ahead = 0.125, 0.75, 1.5
    agree(derived.factor_of_a_quotient, factor * 6, factor=factor, f_ahead=ahead, f0=f0, step_h=h)


def test_the_published_plus_climbs_and_is_refuted() -> None:
    for lr in (0.001, 0.1, 3.0):
        before, after = snippet.descend([0.5], [[2.0]], [0.0], lr, 1, "sum", snippet.up)[:, 0]
        assert after**2 > before**2
        agree(derived.plus_climbs, after**2 - before**2, eta=lr, kappa=4, u=0.5)
    (claim,) = (one for one in CLAIMS if one.id == "S2-021")
    found = check.rule_on(claim)
    assert found.ruling is Ruling.FALSE
    assert found.counterexample is not None
