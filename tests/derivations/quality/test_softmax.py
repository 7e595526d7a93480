"""Softmax, its Jacobian, temperature and regions: derivation, snippet, and 50 digits, complex steps or SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import scipy.special

from derivations import check
from derivations.quality import softmax as derived
from snippets.quality import softmax as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(K, seed) for K in (2, 3, 6) for seed in range(3)]


def scores(K: int, seed: int) -> list[float]:
    drawn: list[float] = np.random.default_rng(seed).normal(scale=2, size=K).tolist()
    return drawn


@pytest.mark.parametrize(("K", "seed"), SIZES)
def test_softmax_and_its_logarithm_in_three_voices(K: int, seed: int) -> None:
    z = scores(K, seed)
    expected = [float(one) for one in oracles.softmax_column(z)]
    at: dict[str, Any] = {"K": K, "z": z}
    for k in range(K):
        for line in derived.log_of_softmax.lines:
            assert oracles.close(exact_value(line, derived.log_of_softmax.where, k=k + 1, **at), math.log(expected[k]))
    assert oracles.close(snippet.softmax([[one] for one in z]).ravel(), expected)
    assert oracles.close(snippet.log_softmax([[one] for one in z]).ravel(), np.log(expected))
    for line in derived.softmax_sums_to_one.lines:
        assert oracles.close(exact_value(line, derived.softmax_sums_to_one.where, **at), 1)


@pytest.mark.parametrize(("K", "seed"), SIZES)
def test_a_shift_changes_neither_the_chain_nor_the_snippet(K: int, seed: int) -> None:
    z, shift = scores(K, seed), 1.75
    expected = [float(one) for one in oracles.softmax_column(z)]
    for k in range(K):
        lines = [exact_value(line, K=K, z=z, shift=shift, k=k + 1) for line in derived.shift_invariance.lines]
        assert oracles.close(lines, [expected[k]] * len(lines))
    assert oracles.close(snippet.softmax([[one + shift] for one in z]).ravel(), expected)


@pytest.mark.parametrize(("K", "seed"), SIZES)
def test_the_jacobian_in_three_voices(K: int, seed: int) -> None:
    z = scores(K, seed)
    expected = oracles.softmax_jacobian(z)
    got = snippet.jacobian(z)
    assert oracles.close(got, expected, least=1e-15)
    p = [float(one) for one in oracles.softmax_column(z)]
    for r in range(K):
        for s in range(K):
            at: dict[str, Any] = {"K": K, "z": z, "r": r + 1, "s": s + 1}
            for line in derived.softmax_jacobian.lines:
                found = exact_value(line, derived.softmax_jacobian.where, **at)
                assert oracles.close(found, expected[r][s], least=1e-15)
            for line in derived.slope_of_log_softmax.lines:
                found = exact_value(line, derived.slope_of_log_softmax.where, K=K, z=z, k=r + 1, r=s + 1)
                assert oracles.close(found, expected[r][s] / p[r], least=1e-14)
        total = exact_value(derived.jacobian_rows_sum_to_zero.start, K=K, pi=p, r=r + 1)
        assert oracles.close([total, got[r].sum()], [0, 0], least=1e-15)


@pytest.mark.parametrize("tau", [0.2, 1.0, 7.0])
def test_odds_at_a_temperature_in_three_voices(tau: float) -> None:
    z = scores(4, 8)
    tempered = snippet.with_temperature([[one] for one in z], tau).ravel()
    for r, s in ((1, 3), (4, 2), (2, 2)):
        expected = math.exp((z[r - 1] - z[s - 1]) / tau)
        for line in derived.tempered_ratio.lines:
            assert oracles.close(exact_value(line, derived.tempered_ratio.where, K=4, z=z, tau=tau, r=r, s=s), expected)
        assert oracles.close(tempered[r - 1] / tempered[s - 1], expected)


def test_cold_is_the_hard_max_and_hot_is_even() -> None:
    z = [[5.0], [2.0], [-1.0], [3.0]]
    assert exact_value(derived.odds_when_cold.start, x=0.01) == exact_value(derived.odds_when_cold.end) == 0
    assert snippet.with_temperature(z, 1e-6).tolist() == snippet.hard_max(z).tolist()
    tied = [[5.0], [2.0], [5.0]]
    assert snippet.with_temperature(tied, 1e-6).tolist() == snippet.hard_max(tied).tolist() == [[0.5], [0], [0.5]]
    # the chain leaves out half the square of the gap over the temperature
    gap, temperature = 3.0, 1e5
    odds, line = (exact_value(one, x=gap, epsilon=1 / temperature) for one in derived.odds_when_hot.lines)
    hot = snippet.with_temperature([[0.0], [gap]], temperature).ravel()
    assert oracles.close(hot[0] / hot[1], odds)
    assert oracles.close(odds - line, (gap / temperature) ** 2 / 2, rel=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_borders_are_straight_and_regions_convex(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K, D = 4, 3
    W, x, x2 = rng.normal(size=(K, D)), rng.normal(size=D), rng.normal(size=D)
    at: dict[str, Any] = {"K": K, "D": D, "W": W, "f": x}
    p = [float(one) for one in oracles.softmax_column(list(W @ x))]
    for r, s in ((1, 2), (4, 1)):
        for line in derived.log_ratio_is_affine.lines:
            found = exact_value(line, derived.log_ratio_is_affine.where, r=r, s=s, **at)
            assert oracles.close(found, math.log(p[r - 1] / p[s - 1]), least=1e-12)
        for along in (0.0, 0.3, 1.0):
            lines = [
                exact_value(line, r=r, s=s, f2=x2, along=along, **at) for line in derived.boundary_along_a_line.lines
            ]
            expected = (W[r - 1] - W[s - 1]) @ (along * x + (1 - along) * x2)
            assert oracles.close(lines, [expected] * 2, least=1e-12)
    # the winner at both ends wins in between, bias or not
    b, ends = rng.normal(size=(K, 1)), rng.normal(size=(D, 200))
    winners = snippet.softmax(W @ ends + b).argmax(axis=0)
    for k in set(winners.tolist()):
        same = ends[:, winners == k]
        for along in (0.25, 0.5, 0.9):
            between = along * same + (1 - along) * same[:, ::-1]
            for tau in (0.5, 1.0, 4.0):
                assert (snippet.with_temperature(W @ between + b, tau).argmax(axis=0) == k).all()


def test_a_region_can_be_empty() -> None:
    x = np.linspace(-9, 9, 2001)[None, :]
    Z = np.array([[-1.0], [0.0], [1.0]]) @ x + np.array([[0.0], [-1.0], [0.0]])
    assert set(snippet.softmax(Z).argmax(axis=0).tolist()) == {0, 2}


@pytest.mark.parametrize("along", [0.1, 0.5, 0.8])
def test_a_class_in_between_wins_nowhere(along: float) -> None:
    rng = np.random.default_rng(7)
    W, x = rng.normal(size=(3, 2)), rng.normal(size=(2, 500))
    b = rng.normal(size=3)
    W[2], b[2] = along * W[0] + (1 - along) * W[1], along * b[0] + (1 - along) * b[1]
    Z = W @ x + b[:, None]
    assert set(snippet.softmax(Z).argmax(axis=0).tolist()) == {0, 1}
    first, second = Z[2] - Z[0], Z[2] - Z[1]
    assert (np.maximum(first, second) > 0.1).any(), "it does lead one of the two"
    for z1, z2, u in Z.T[:5]:
        lines = [
            exact_value(line, u=u, z1=z1, z2=z2, along=along) for line in derived.leads_of_a_class_in_between.lines
        ]
        assert oracles.close(lines, [0] * 3, least=1e-12)


@pytest.mark.parametrize(("z1", "z2"), [(2.0, -1.0), (0.5, 0.5), (-3.0, 1.25)])
def test_two_classes_are_logistic_regression_in_four_voices(z1: float, z2: float) -> None:
    expected = float(oracles.softmax_column([z1, z2])[0])
    lines = [exact_value(line, z1=z1, z2=z2) for line in derived.two_classes.lines]
    assert oracles.close(lines, [expected] * 3)
    assert oracles.close(snippet.sigmoid([z1 - z2]), [expected])
    assert oracles.close(scipy.special.expit(z1 - z2), expected)
    y = [0.25, 0.75]
    loss = float(oracles.losses_of_scores([[z1], [z2]], [[one] for one in y])[0])
    found = [exact_value(line, K=2, z1=z1, z2=z2, y=y) for line in derived.binary_cross_entropy.lines]
    assert oracles.close(found, [loss] * 4)


def test_with_two_classes_all_entries_of_the_jacobian_have_one_size() -> None:
    assert np.ptp(np.abs(snippet.jacobian([0.3, -1.1]))) < 1e-15
    assert np.ptp(np.abs(snippet.jacobian([0.3, -1.1, 0.8]))) > 0.05


def test_scipy_takes_the_largest_score_off_first() -> None:
    for z in ([1000.0, 1001.0], [0.0, -1000.0], [5.0, 2.0, -1.0, 3.0]):
        Z = np.array(z)[:, None]
        assert oracles.close(scipy.special.softmax(z), snippet.softmax(Z).ravel())
        assert oracles.close(scipy.special.log_softmax(z), snippet.log_softmax(Z).ravel(), least=1e-15)
    assert np.isnan(snippet.softmax_as_defined([[1000.0], [1001.0]])).all()
    a = [-800.0, -1.5, 0.0, 3.0, 800.0]
    assert oracles.close(scipy.special.expit(a), snippet.sigmoid(a))


def test_the_numbers_of_the_notes_are_those_of_the_snippet() -> None:
    z = np.array([[5.0], [2.0], [-1.0], [3.0]])
    assert oracles.close(float(check.value("notes_first")), snippet.softmax(z)[0, 0])
    assert oracles.close(float(check.value("notes_sum")), np.exp(z).sum())
