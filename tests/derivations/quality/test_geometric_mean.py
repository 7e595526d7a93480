"""The means and the perplexity: derivation, snippet and 50-digit loops give one number; the bounds that are not."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations import check
from derivations.notation import PP, A, Q
from derivations.quality import geometric_mean as derived
from snippets.quality import geometric_mean as snippet
from snippets.quality.softmax import softmax
from tests import oracles
from tests.derivations.voice import exact_value

PROBABILITIES = st.lists(st.floats(0.001, 1), min_size=1, max_size=12)


@given(PROBABILITIES)
def test_quality_arithmetic_mean_and_perplexity_have_one_value_in_three_voices(p: list[float]) -> None:
    geometric = float(oracles.geometric_mean(p))
    assert oracles.close(exact_value(Q, [derived.quality], N=len(p), p=p), geometric)
    assert oracles.close(snippet.q_mean(p), geometric)
    arithmetic = float(oracles.arithmetic_mean(p))
    assert oracles.close(exact_value(A, [derived.arithmetic_mean], N=len(p), p=p), arithmetic)
    assert oracles.close(snippet.arithmetic_mean(p), arithmetic)
    assert oracles.close(exact_value(PP, [derived.perplexity], N=len(p), p=p), 1 / geometric)
    assert oracles.close(snippet.perplexity(p), 1 / geometric)


@given(PROBABILITIES)
def test_the_geometric_mean_is_at_most_the_arithmetic_mean(p: list[float]) -> None:
    chain = derived.geometric_below_arithmetic
    lines = [exact_value(line, chain.where, N=len(p), p=p) for line in chain.lines]
    assert lines[0] <= lines[-1] + 1e-15
    assert oracles.close(lines[0], np.log(snippet.q_mean(p)), least=1e-12)
    assert oracles.close(lines[-1], np.log(snippet.arithmetic_mean(p)), least=1e-12)


@pytest.mark.parametrize("K", [2, 3, 4, 10])
def test_equal_scores_give_one_over_K(K: int) -> None:
    start = derived.uniform_probability.start
    assert oracles.close(exact_value(start, K=K, k=K, z=[0.7] * K), 1 / K)
    assert oracles.close(softmax(np.full((K, 5), 0.7)), np.full((K, 5), 1 / K))
    assert oracles.close(exact_value(derived.uniform_quality.start, N=5, K=K), 1 / K)
    assert oracles.close(snippet.q_mean(np.full(5, 1 / K)), 1 / K)


@pytest.mark.parametrize("K", [2, 4, 10])
def test_the_best_and_the_worst_network_are_softmax_of_one_lead(K: int) -> None:
    for lead in (1.0, 5.0, 9.0):
        odds = float(np.exp(-lead))
        for start, z in (
            (derived.best_network.start, [lead] + [0.0] * (K - 1)),
            (derived.worst_network.start, [-lead] + [0.0] * (K - 1)),
        ):
            assert oracles.close(exact_value(start, K=K, epsilon=odds), float(oracles.softmax_column(z)[0]))
            assert oracles.close(softmax([[one] for one in z])[0, 0], float(oracles.softmax_column(z)[0]))


@pytest.mark.parametrize("K", [2, 4, 10])
def test_what_the_series_leave_out_is_of_the_next_order(K: int) -> None:
    odds = 1e-4
    for chain, order in ((derived.best_network, 2), (derived.worst_network, 3)):
        start, end = (exact_value(line, K=K, epsilon=odds) for line in chain.lines)
        assert abs(start - end) < ((K - 1) * odds) ** order


def test_one_over_K_is_no_lower_bound() -> None:
    assert 0 < float(check.value("bad_quality")) < 1 / 4
    assert snippet.q_mean(softmax([[-30.0], [0.0], [0.0], [0.0]])[0]) < 1e-12


def test_to_two_places_the_good_network_does_not_tell_which_mean_was_taken() -> None:
    good = float(check.value("good_quality")), float(check.value("good_arithmetic"))
    assert good[0] < good[1]
    assert f"{good[0]:.2f}" == f"{good[1]:.2f}"


def test_libraries_take_logarithms_where_a_product_underflows() -> None:
    quarters = [0.25] * 1000
    assert statistics.geometric_mean(quarters) == pytest.approx(0.25)
    assert pytest.importorskip("scipy.stats").gmean(quarters) == pytest.approx(0.25)
    assert np.prod(quarters) == math.prod(quarters) == 0
