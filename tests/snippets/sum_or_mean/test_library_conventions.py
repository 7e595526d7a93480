"""What libraries divide by, against fifty digits and plain loops. The libraries are run by `make libraries`."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

Z = [[2.0, 0.5, 1.0, -3.0], [1.0, 2.5, -0.5, 0.25], [0.1, -1.0, 3.0, 800.0]]  # K = 3, m = 4
Y = [[0.7, 0.0, 0.2, 0.0], [0.2, 0.0, 0.5, 0.0], [0.1, 1.0, 0.3, 1.0]]
P = [[0.5, 0.25, 0.1, 0.2], [0.25, 0.25, 0.6, 0.3], [0.25, 0.5, 0.3, 0.5]]
POSITIVE = [[0.7, 0.1, 0.2, 0.25], [0.2, 0.3, 0.5, 0.25], [0.1, 0.6, 0.3, 0.5]]


def test_cross_entropies_agree_with_fifty_digits(snippet: Any) -> None:
    assert oracles.close(snippet.cross_entropies(Z, Y), oracles.losses_of_scores(Z, Y))
    weights = [1.0, 2.0, 5.0]
    weighted = [[w * y for y in row] for w, row in zip(weights, Y, strict=True)]
    assert oracles.close(snippet.cross_entropies(Z, Y, weights), oracles.losses_of_scores(Z, weighted))


def test_smoothing_mixes_with_the_uniform_distribution(snippet: Any) -> None:
    assert snippet.smoothed(Y, 0).tolist() == Y
    assert oracles.close(snippet.smoothed(Y, 1), np.full((3, 4), 1 / 3))
    assert oracles.close(snippet.smoothed(Y, 0.3), [[0.7 * y + 0.1 for y in row] for row in Y], least=1e-16)
    assert oracles.close(snippet.smoothed(Y, 0.3).sum(axis=0), np.ones(4))


def test_weights_are_divided_by_or_counted(snippet: Any) -> None:
    values, weights = [1.0, 2.0, 4.0, 8.0], [0.5, 0.0, 3.0, 0.25]
    total = math.fsum(w * v for w, v in zip(weights, values, strict=True))
    assert oracles.close(snippet.weighted_mean(values, weights), total / 3.75)
    assert oracles.close(snippet.weighted_over_count(values, weights), total / 4)
    assert snippet.weighted_mean(values, [7.0] * 4) == snippet.weighted_over_count(values, [1] * 4) == 3.75
    assert math.isnan(snippet.weighted_mean(values, [0.0] * 4))
    assert snippet.weighted_over_count(values, [0.0] * 4) == 0
    assert snippet.weighted_mean([3.0], [1e-300]) == 3
    assert {type(call([1], [1])) for call in (snippet.weighted_mean, snippet.weighted_over_count)} == {float}


def test_entries_or_examples(snippet: Any) -> None:
    total = math.fsum(one for row in Z for one in row)
    assert oracles.close(snippet.over_examples(Z), total / 4)
    assert oracles.close(snippet.over_entries(Z), total / 12)
    assert type(snippet.over_examples([[1]])) is type(snippet.over_entries([[1]])) is float


def test_binary_cross_entropies_are_those_of_two_classes(snippet: Any) -> None:
    for z, row, targets in zip(Z, snippet.binary_cross_entropies(Z, Y), Y, strict=True):
        two = oracles.losses_of_scores([z, [0.0] * 4], [targets, [1 - y for y in targets]])
        assert oracles.close(row, two)
    three = snippet.binary_cross_entropies([[0.5, 0.5]], [[1.0, 0.0]], positive=3.0)
    assert oracles.close(three, [[3 * math.log1p(math.exp(-0.5)), math.log1p(math.exp(0.5))]])


def test_divergences_add_up_to_cross_entropy_less_entropy(snippet: Any) -> None:
    found = snippet.divergences(P, POSITIVE)
    expected = [[y * math.log(y / p) for y, p in zip(*pair, strict=True)] for pair in zip(POSITIVE, P, strict=True)]
    assert oracles.close(found, expected, least=1e-15)


def test_normalised_scores_keep_their_shares(snippet: Any) -> None:
    assert snippet.normalised([[1.0, 2.0], [3.0, 6.0]]).tolist() == [[0.25, 0.25], [0.75, 0.75]]


def test_bad_input_is_named(snippet: Any) -> None:
    for call, name, axes in (
        (partial(snippet.cross_entropies, Y=[[0.5, 0.5], [0.5, 0.5]]), "Z", 2),
        (partial(snippet.cross_entropies, [[0.5, 0.5], [0.5, 0.5]]), "Y", 2),
        (partial(snippet.cross_entropies, [[0.5, 0.5], [0.5, 0.5]], [[0.5, 0.5], [0.5, 0.5]]), "class_weights", 1),
        (partial(snippet.smoothed, epsilon=0.1), "Y", 2),
        (partial(snippet.smoothed, Y), "epsilon", 0),
        (partial(snippet.weighted_mean, weights=[1.0, 1.0]), "values", 1),
        (partial(snippet.weighted_mean, [1.0, 1.0]), "weights", 1),
        (partial(snippet.weighted_over_count, [1.0, 1.0]), "weights", 1),
        (partial(snippet.weighted_over_count, weights=[1.0, 1.0]), "values", 1),
        (snippet.over_examples, "terms", 2),
        (snippet.over_entries, "terms", 2),
        (partial(snippet.binary_cross_entropies, Y=[[0.5, 0.5], [0.5, 0.5]]), "Z", 2),
        (partial(snippet.binary_cross_entropies, [[0.5, 0.5], [0.5, 0.5]]), "Y", 2),
        (partial(snippet.binary_cross_entropies, [[0.5]], [[0.5]]), "positive", 0),
        (partial(snippet.divergences, Y=[[0.5, 0.5], [0.5, 0.5]]), "P", 2),
        (partial(snippet.divergences, [[0.5, 0.5], [0.5, 0.5]]), "Y", 2),
        (snippet.normalised, "Z", 2),
    ):
        refuses_what_is_no_array(call, name, axes, finite=True)
    refuses("Y: expected shape (3, 4), as Z has, got (3, 3)", snippet.cross_entropies, Z, [row[:3] for row in Y])
    refuses("Y: expected nothing below 0, got -0.5", snippet.cross_entropies, [[1.0, 1.0]], [[-0.5, -0.25]])
    refuses("Y: expected nothing below 0, got -0.5", snippet.smoothed, [[0.0, -0.5]], 0.1)
    refuses(
        "class_weights: expected shape (3,), as a row of classes has, got (2,)",
        snippet.cross_entropies, Z, Y, [1.0, 2.0],
    )  # fmt: skip
    refuses("weights: expected shape (2,), as values has, got (1,)", snippet.weighted_mean, [1.0, 2.0], [1.0])
    refuses("weights: expected nothing below 0, got -1.0", snippet.weighted_over_count, [1.0, 2.0], [3.0, -1.0])
    refuses("Y: expected shape (1, 1), as Z has, got (1, 2)", snippet.binary_cross_entropies, [[1.0]], [[0.5, 0.5]])
    refuses("Y: expected shape (1, 1), as P has, got (1, 2)", snippet.divergences, [[1.0]], [[0.5, 0.5]])
    for bad in (-0.25, 1.25):
        refuses(f"epsilon: expected a number from 0 to 1, got {bad}", snippet.smoothed, Y, bad)
    refuses("Z: expected numbers above 0, got 0.0", snippet.normalised, [[0.0]])
    for bad in (0.0, -0.5):
        refuses(f"Z: expected numbers above 0, got {bad}", snippet.normalised, [[1.0], [bad], [-1.0]])
        refuses(
            f"P: expected numbers above 0, got {bad}",
            snippet.divergences,
            [[1.0], [bad], [-1.0]],
            [[0.5], [0.5], [0.5]],
        )
    refuses("Y: expected numbers above 0, got 0.0", snippet.divergences, [[1.0], [0.5]], [[0.5], [0.0]])


def test_the_examples_print_what_they_compute(snippet: Any) -> None:
    losses = oracles.losses_of_scores([[2.0, 0.5, 1.0], [1.0, 2.5, -0.5]], [[1, 1, 0], [0, 0, 1]])
    total = losses[0] + losses[1] + 5 * losses[2]
    kept = losses[0] + losses[1]
    assert printed(snippet.example_weighted_mean) == [
        f"{np.array(losses, dtype=float).round(4)} [1. 1. 5.]",
        f"by the weights {float(total / 7):.4f}",
        f"by the count   {float(total / 3):.4f}",
        f"of two: {float(kept / 2):.4f} or {float(kept / 3):.4f}",
    ]
    whole = math.fsum(math.log(1 / 3 / p) / 3 for p in (0.5, 0.25, 0.25, 0.25, 0.25, 0.5))
    assert printed(snippet.example_over_entries) == [f"over examples {whole / 2:.6f}, over entries {whole / 6:.6f}"]
    Z = [[2.0, 0.5], [1.0, 1.5], [0.2, 2.0]]
    sharp = oracles.losses_of_scores(Z, [[1, 0], [0, 0], [0, 1]])
    soft = oracles.losses_of_scores(Z, [[28 / 30, 1 / 30], [1 / 30, 1 / 30], [1 / 30, 28 / 30]])
    assert printed(snippet.example_smoothed) == [
        "[[0.9333 0.0333]",
        " [0.0333 0.0333]",
        " [0.0333 0.9333]]",
        f"sharp {float(sum(sharp) / 2):.5f}, smoothed {float(sum(soft) / 2):.5f}",
    ]
