"""What losses are divided by: the definitions and chains against the snippet that the libraries were compared with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from derivations.calculus import Definition
from derivations.sum_or_mean import library_conventions as derived
from snippets.sum_or_mean import library_conventions as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 4), (2, 1), (4, 3)]  # K, m


def batch(K: int, m: int) -> dict[str, Any]:
    rng = np.random.default_rng(10 * K + m)
    Z = rng.normal(size=(K, m))
    return {
        "K": K,
        "m": m,
        "Z": Z,
        "P": np.exp(Z) / np.exp(Z).sum(axis=0),
        "Y": rng.dirichlet(np.ones(K), size=m).T,
        "ells": rng.uniform(0, 3, size=m),
        "wt": rng.uniform(0.5, 2, size=m),
        "class_weight": rng.uniform(0.5, 2, size=K),
        "terms": rng.normal(size=(K, m)),
        "epsilon": 0.125,
    }


def body(one: Definition, **at: Any) -> float:
    return exact_value(one.body, **at)


@pytest.mark.parametrize(("K", "m"), SIZES)
def test_every_divisor_is_that_of_the_snippet(K: int, m: int) -> None:
    at = batch(K, m)
    ells, weights = at["ells"], at["wt"]
    kept = np.ones(m)
    kept[1:] = np.arange(m - 1) % 2
    assert oracles.close(body(derived.weighted_mean_loss, **at), snippet.weighted_mean(ells, weights))
    assert oracles.close(body(derived.weighted_loss_over_count, **at), snippet.weighted_over_count(ells, weights))
    assert oracles.close(body(derived.kept_mean_loss, counting=kept, **at), snippet.weighted_mean(ells, kept))
    found = body(derived.loss_over_nonzero, counting=kept, **at)
    assert oracles.close(found, snippet.weighted_mean(weights * ells, kept))
    assert oracles.close(body(derived.mean_over_entries, **at), snippet.over_entries(at["terms"]), least=1e-14)
    assert oracles.close(body(derived.mean_over_examples, **at), snippet.over_examples(at["terms"]), least=1e-14)


@pytest.mark.parametrize(("K", "m"), SIZES)
def test_class_weights_and_smoothing_are_those_of_the_snippet(K: int, m: int) -> None:
    at = batch(K, m)
    Z, Y, weights = at["Z"], at["Y"], at["class_weight"]
    soft = snippet.cross_entropies(Z, Y, weights)
    assert oracles.close(body(derived.weighted_soft_loss, **at), soft.mean())
    smooth = snippet.cross_entropies(Z, snippet.smoothed(Y, 0.125), weights)
    assert oracles.close(body(derived.weighted_smoothed_loss, **at), smooth.sum() / (weights @ Y).sum())
    for k in range(K):
        found = exact_value(derived.smoothed_target.body, K=K, y=Y[:, 0], epsilon=0.125, k=k + 1)
        assert oracles.close(found, snippet.smoothed(Y, 0.125)[k, 0])


@pytest.mark.parametrize("y", [0.0, 0.25, 1.0])
def test_the_binary_loss_is_that_of_the_snippet(y: float) -> None:
    found = body(derived.weighted_binary_loss, z_binary=0.75, y_binary=y, positive_weight=3.0)
    assert oracles.close(found, snippet.binary_cross_entropies([[0.75]], [[y]], positive=3.0)[0, 0])


@pytest.mark.parametrize(("K", "m"), SIZES)
def test_every_line_of_every_chain_is_the_same_number(K: int, m: int) -> None:
    at = batch(K, m)
    ells, weights = at["ells"], at["wt"]
    for chain, expected in (
        (derived.weights_over_count, snippet.weighted_over_count(ells, weights)),
        (derived.equal_weights_cancel, math.fsum(ells) / m),
        (derived.entries_against_examples, snippet.over_examples(at["terms"])),
    ):
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, x=2.0, **at), expected, least=1e-14)
    one = {"K": K, "y": at["Y"][:, 0], "pi": at["P"][:, 0], "epsilon": 0.125}
    smooth = snippet.cross_entropies(at["Z"][:, :1], snippet.smoothed(at["Y"][:, :1], 0.125))[0]
    for line in derived.label_smoothing.lines:
        assert oracles.close(exact_value(line, derived.label_smoothing.where, **one), smooth)
    scores = np.exp(at["Z"][:, :1])  # positive
    for line in derived.scores_as_probabilities.lines:
        found = exact_value(line, K=K, positive_score=scores[:, 0], c=1)
        assert oracles.close(found, -math.log(snippet.normalised(scores)[0, 0]))
