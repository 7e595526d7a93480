"""−log Q_mean, cross-entropy, entropy and divergence: derivation, snippet and 50-digit loops."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations import check
from derivations.notation import L, c, k, rescaled
from derivations.quality import cross_entropy as derived
from snippets.quality import cross_entropy as snippet
from snippets.quality.geometric_mean import q_mean
from tests import oracles
from tests.derivations.voice import exact_value

PROBABILITIES = st.lists(st.floats(0.001, 1), min_size=1, max_size=12)


def distributions(K: int, seed: int) -> tuple[list[float], list[float]]:
    """Two of them, with no entry near 0."""
    drawn = np.random.default_rng(seed).uniform(0.1, 1, (2, K))
    q, p = drawn / drawn.sum(axis=1, keepdims=True)
    return q.tolist(), p.tolist()


@given(PROBABILITIES)
def test_minus_log_quality_is_the_average_loss_in_three_voices(p: list[float]) -> None:
    expected = float(-mpmath.log(oracles.geometric_mean(p)))
    columns = [p, [1 - one for one in p]]
    assert oracles.close(exact_value(L, [derived.loss], N=len(p), p=p), expected, least=1e-12)
    assert oracles.close(snippet.cross_entropy(columns, [0] * len(p)), expected, least=1e-12)
    assert oracles.close(-math.log(q_mean(p)), expected, least=1e-12)
    for line in derived.to_cross_entropy.lines:
        assert oracles.close(exact_value(line, derived.to_cross_entropy.where, N=len(p), p=p), expected, least=1e-12)
    for line in derived.quality_from_the_loss.lines:
        assert oracles.close(exact_value(line, derived.quality_from_the_loss.where, N=len(p), p=p), q_mean(p))


@pytest.mark.parametrize("K", [2, 3, 5])
@pytest.mark.parametrize("wanted", [0.02, 0.5, 0.98])
def test_a_column_whose_right_entry_is_moved_sums_to_one_and_keeps_proportions(K: int, wanted: float) -> None:
    column, _ = distributions(K, K)
    for right in range(K):
        at: dict[str, Any] = {"K": K, "c": right + 1, "pi": column, "wanted": wanted}
        others = [n for n in range(K) if n != right]
        moved = [exact_value(rescaled[k, c], [derived.rescaled_entry], **at | {"k": n + 1}) for n in others]
        assert oracles.close(wanted + sum(moved), 1.0)
        assert oracles.close(
            [one / column[n] for one, n in zip(moved, others, strict=True)], [moved[0] / column[others[0]]] * (K - 1)
        )
        for line in derived.rescaled_column.lines:
            assert oracles.close(exact_value(line, derived.rescaled_column.where, **at), 1.0)


@pytest.mark.parametrize("K", [2, 3, 7])
@pytest.mark.parametrize("seed", range(5))
def test_cross_entropy_is_entropy_plus_divergence_in_three_voices(K: int, seed: int) -> None:
    q, p = distributions(K, seed)
    at: dict[str, Any] = {"K": K, "q": q, "pi": p}
    cross, split, quotient = (exact_value(line, **at) for line in derived.entropy_plus_divergence.lines)
    expected = float(oracles.losses_of_probabilities([[one] for one in p], [[one] for one in q])[0])
    assert oracles.close([cross, split, quotient], [expected] * 3)
    assert oracles.close(snippet.cross_entropy(np.array(p)[:, None], np.array(q)[:, None]), expected)
    assert oracles.close(snippet.entropy(q) + snippet.divergence(q, p), expected)
    floor = exact_value(derived.entropy_is_the_floor.start, **at)
    assert oracles.close(snippet.entropy(q), floor)
    assert floor < expected
    assert oracles.close(snippet.entropy(q), snippet.cross_entropy(np.array(q)[:, None], np.array(q)[:, None]))


@pytest.mark.parametrize("K", [2, 4])
def test_a_one_hot_target_picks_one_logarithm(K: int) -> None:
    _, p = distributions(K, 11)
    for right in range(1, K + 1):
        lines = [exact_value(line, K=K, c=right, pi=p) for line in derived.one_hot_cross_entropy.lines]
        assert oracles.close(lines, [-math.log(p[right - 1])] * 2)
        assert oracles.close(snippet.cross_entropy(np.array(p)[:, None], [right - 1]), -math.log(p[right - 1]))


def test_the_quality_of_the_lecture_and_its_loss_are_one_number() -> None:
    for network in ("good", "bad", "slide"):
        quality, loss = (float(check.value(f"{network}_{one}")) for one in ("quality", "loss"))
        assert oracles.close(math.exp(-loss), quality)


def test_libraries_give_the_same_numbers() -> None:
    labels, P = [2, 0, 1, 1], np.random.default_rng(3).dirichlet(np.ones(3), 4).T  # (3, 4)
    metrics = pytest.importorskip("sklearn.metrics")
    assert oracles.close(metrics.log_loss(labels, P.T), snippet.cross_entropy(P, labels))
    assert oracles.close(metrics.log_loss(labels, P.T, normalize=False), snippet.cross_entropy(P, labels, "sum"))
    q, p = distributions(5, 2)
    stats = pytest.importorskip("scipy.stats")
    assert oracles.close(stats.entropy(q), snippet.entropy(q))
    assert oracles.close(stats.entropy(q, p), snippet.divergence(q, p))


def test_a_sum_for_a_mean_moves_no_optimum_and_multiplies_every_gradient() -> None:
    """One weight, grid search: the same best weight, and N times the slope."""
    h = np.array([1.5, -0.4, 0.7])
    weights = np.linspace(-3, 6, 901)
    losses = np.log1p(np.exp(-weights[:, None] * h))  # (901, 3)
    assert np.argmin(losses.mean(axis=1)) == np.argmin(losses.sum(axis=1))
    assert oracles.close(np.gradient(losses.sum(axis=1)), 3 * np.gradient(losses.mean(axis=1)), least=1e-12)
