"""Accumulation in three voices: derivation, snippet, and the slopes of one model on all tokens by the complex step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.sum_or_mean import accumulation as derived
from derivations.sum_or_mean import epoch_cost
from snippets.sum_or_mean import accumulation as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(5, 2), (3, 1, 4), (2, 2, 2), (1, 6)]


def drawn(sizes: tuple[int, ...]) -> tuple[list[Any], list[float]]:
    """Per-token gradients of a softmax layer (3 classes, 2 features), a part at a time; that of the mean over all."""
    rng = np.random.default_rng(sum(n * 10**k for k, n in enumerate(sizes)))
    W, X = rng.normal(size=(3, 2)), rng.normal(size=(2, sum(sizes)))
    Y = np.eye(3)[:, rng.integers(0, 3, size=sum(sizes))]
    ends = np.cumsum((0, *sizes))

    def of_token(i: int) -> list[float]:
        one = slice(i, i + 1)
        return oracles.complex_step(lambda at: oracles.batch_loss(at, X[:, one], Y[:, one], 3, False), list(W.ravel()))

    tokens = [of_token(i) for i in range(sum(sizes))]
    whole = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, 3, bias=False), list(W.ravel()))
    return [np.array(tokens[ends[k] : ends[k + 1]]) for k in range(len(sizes))], whole


def lines_say(chain: Any, expected: float, **at: Any) -> bool:
    """Does every line of the chain have this value?"""
    return all(oracles.close(exact_value(line, chain.where, **at), expected, least=1e-13) for line in chain.lines)


@pytest.mark.parametrize("sizes", SIZES)
def test_pooled_is_the_gradient_of_all_tokens_and_weights_restore_it(sizes: tuple[int, ...]) -> None:
    parts, whole = drawn(sizes)
    weights = snippet.restoring_weights(sizes)
    assert oracles.close(snippet.accumulators(parts)["pooled"], whole, least=1e-14)
    assert oracles.close(snippet.average_over_ranks(parts, weights), whole, least=1e-14)
    assert oracles.close(len(sizes) * snippet.average_of_shares(parts), whole, least=1e-14)
    for entry in (0, 5):
        at = {"batches": len(sizes), "counts": np.array(sizes), "means": [part.mean(axis=0)[entry] for part in parts]}
        assert lines_say(derived.restored, whole[entry], **at)
        assert lines_say(derived.shares_add_up, whole[entry], **at)
        assert lines_say(derived.shares_averaged, whole[entry] / len(sizes), **at)


@pytest.mark.parametrize("sizes", SIZES)
def test_the_mean_of_means_is_off_by_the_covariance(sizes: tuple[int, ...]) -> None:
    parts, whole = drawn(sizes)
    found = snippet.accumulators(parts)
    assert oracles.close(found["never divided"], len(sizes) * found["mean of means"])
    for entry in (0, 5):
        means = [part.mean(axis=0)[entry] for part in parts]
        off = found["mean of means"][entry] - whole[entry]
        covariance = np.cov(sizes, means, ddof=0)[0, 1]
        assert oracles.close(off, -covariance / np.mean(sizes), least=1e-14)
        assert (abs(off) < 1e-14) == (len(set(sizes)) == 1)
        at = {"batches": len(sizes), "counts": np.array(sizes), "means": means}
        where = (epoch_cost.covariance_of_sizes, epoch_cost.average_size, epoch_cost.average_of_the_averages)
        assert oracles.close(exact_value(epoch_cost.covariance_of_sizes.head, where, **at), covariance, least=1e-14)
        if len(sizes) == 2:
            assert lines_say(derived.two_parts, off, **at)
