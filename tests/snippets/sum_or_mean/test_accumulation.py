"""Accumulators against flat lists of tokens; the weights against the pooled mean that they have to give."""

from __future__ import annotations

import math
import statistics
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

SHORT = [[4.0, -1.0], [2.0, 3.0]]
LONG = [[0.3333, 1.1111], [1.0, 0.25], [0.25, 0.5], [0.75, 1.5], [0.5, 0.75]]
ONE = [[-2.0, 7.0]]
CASES = ([LONG, SHORT], [SHORT, LONG, ONE], [ONE, SHORT], [LONG[:2], SHORT], [LONG])


def mean_of(tokens: Any) -> list[float]:
    """The mean of each column, one list of numbers at a time."""
    return [statistics.fmean(column) for column in zip(*tokens, strict=True)]


def all_tokens(parts: Any) -> list[list[float]]:
    return [token for part in parts for token in part]


def test_the_three_accumulators(snippet: Any) -> None:
    for parts in CASES:
        found = snippet.accumulators(parts)
        assert list(found) == ["never divided", "mean of means", "pooled"]
        means = [mean_of(part) for part in parts]
        expected = [
            [math.fsum(column) for column in zip(*means, strict=True)],
            mean_of(means),
            mean_of(all_tokens(parts)),
        ]
        for one, other in zip(found.values(), expected, strict=True):
            assert oracles.close(one, other)


def test_one_column_stays_one(snippet: Any) -> None:
    assert {one.shape for one in snippet.accumulators([[[1.0], [3.0]], [[8.0]]]).values()} == {(1,)}


def test_parts_may_stand_in_one_array(snippet: Any) -> None:
    parts = np.arange(12.0).reshape(2, 3, 2)
    assert oracles.close(snippet.accumulators(parts)["pooled"], [5.0, 6.0])


def test_weighted_means_of_ranks_are_the_pooled_mean(snippet: Any) -> None:
    for parts in CASES:
        weights = snippet.restoring_weights([len(part) for part in parts])
        assert oracles.close(weights.mean(), 1.0)
        assert oracles.close(snippet.average_over_ranks(parts, weights), mean_of(all_tokens(parts)))
        plain = snippet.average_over_ranks(parts, np.ones(len(parts)))
        assert oracles.close(plain, mean_of([mean_of(part) for part in parts]))


def test_weights_are_what_they_are_by_hand(snippet: Any) -> None:
    assert oracles.close(snippet.restoring_weights([5, 2]), [10 / 7, 4 / 7])
    assert snippet.restoring_weights([3, 3, 3]).tolist() == [1, 1, 1]
    assert oracles.close(snippet.average_over_ranks([SHORT, ONE], [2, 3]), [0.0, 11.5])


def test_averaged_shares_lack_the_number_of_ranks(snippet: Any) -> None:
    for parts in CASES:
        expected = [one / len(parts) for one in mean_of(all_tokens(parts))]
        assert oracles.close(snippet.average_of_shares(parts), expected)


# ---- what is refused


def test_parts_are_checked(snippet: Any) -> None:
    for call in (snippet.accumulators, snippet.average_of_shares, partial(snippet.average_over_ranks, weights=[1, 1])):
        refuses("parts: expected at least one, got none", call, [])
        says = "parts[1]: expected 2 columns, as parts[0] has, got 3"
        refuses(says, call, [LONG, [[1.0, 2.0, 3.0]]])
    refuses_what_is_no_array(lambda bad: snippet.accumulators([SHORT, bad]), "parts[1]", 2, finite=True)


def test_counts_and_weights_are_checked(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.restoring_weights, "counts", 1, finite=True)
    refuses("counts: expected positive numbers, got 0.0", snippet.restoring_weights, [1, 0])
    refuses("counts: expected positive numbers, got -2.0", snippet.restoring_weights, [-2, 3])
    refuses_what_is_no_array(partial(snippet.average_over_ranks, [SHORT, LONG]), "weights", 1, finite=True)
    refuses("weights: expected 2, one for each part, got 3", snippet.average_over_ranks, [SHORT, LONG], [1, 1, 1])


# ---- what the page shows


def rounded(numbers: Any) -> str:
    return str(np.round(numbers, 4))


def test_accumulators_example(snippet: Any) -> None:
    expected = []
    for name, parts in (("5 and 2 tokens", [LONG, SHORT]), ("2 and 2 tokens", [LONG[:2], SHORT])):
        means = [mean_of(part) for part in parts]
        expected += [
            name,
            f"  never divided {rounded(np.sum(means, axis=0))}",
            f"  mean of means {rounded(mean_of(means))}",
            f"  pooled        {rounded(mean_of(all_tokens(parts)))}",
        ]
    assert printed(snippet.example_accumulators) == expected


def test_restoring_weights_example(snippet: Any) -> None:
    pooled = mean_of(LONG + SHORT)
    assert printed(snippet.example_restoring_weights) == [
        f"weights:  {rounded([10 / 7, 4 / 7])}",
        f"without:  {rounded(mean_of([mean_of(LONG), mean_of(SHORT)]))}",
        f"with:     {rounded(pooled)}",
        f"pooled:   {rounded(pooled)}",
    ]


def test_shares_example(snippet: Any) -> None:
    pooled = np.array(mean_of(LONG + SHORT))
    assert printed(snippet.example_shares) == [f"{rounded(pooled / 2)} times 2 ranks: {rounded(pooled)}"]
