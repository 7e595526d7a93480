"""The gradient in the scores, for targets of any sum: derivation, snippet, complex step."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.quality import softmax_gradient as derived
from snippets.quality import softmax_gradient as snippet
from tests import oracles
from tests.derivations.voice import exact_value


def example(K: int, seed: int, total: float) -> tuple[list[float], list[float], list[float]]:
    """Scores, targets of that sum, and the slopes of the loss by the complex step."""
    rng = np.random.default_rng(seed)
    z, y = rng.normal(scale=2, size=K), total * rng.dirichlet(np.ones(K))
    return z.tolist(), y.tolist(), oracles.complex_step(lambda at: oracles.complex_losses(at, y), z)


@pytest.mark.parametrize("K", [2, 3, 5])
@pytest.mark.parametrize("total", [0.4, 1.0, 2.5])
def test_the_gradient_for_any_targets_in_three_voices(K: int, total: float) -> None:
    z, y, slopes = example(K, K, total)
    at: dict[str, Any] = {"K": K, "z": z, "y": y}
    got = snippet.gradient([[one] for one in z], [[one] for one in y]).ravel()
    assert oracles.close(got, slopes, least=1e-15)
    for r in range(K):
        for line in derived.gradient_for_any_targets.lines:
            found = exact_value(line, derived.gradient_for_any_targets.where, r=r + 1, **at)
            assert oracles.close(found, slopes[r], least=1e-14)


@pytest.mark.parametrize("seed", range(4))
def test_prediction_minus_target_needs_targets_that_sum_to_one(seed: int) -> None:
    chain = derived.gradient_of_cross_entropy
    for total in (1.0, 0.9):
        z, y, slopes = example(4, seed, total)
        short = [exact_value(chain.end, chain.where, K=4, z=z, y=y, r=r + 1) for r in range(4)]
        p = [float(one) for one in oracles.softmax_column(z)]
        assert oracles.close(short, np.array(p) - y, least=1e-14)
        assert oracles.close(short, slopes, least=1e-14) == (total == 1)
        if total == 1:
            assert oracles.close(
                short, snippet.gradient([[one] for one in z], [[one] for one in y]).ravel(), least=1e-14
            )
        else:  # not along the true gradient either
            cosine = np.dot(short, slopes) / np.linalg.norm(short) / np.linalg.norm(slopes)
            assert cosine < 1 - 1e-6


@pytest.mark.parametrize("total", [0.3, 1.0, 1.7])
def test_the_gradient_sums_to_zero_and_the_short_formula_to_what_is_missing(total: float) -> None:
    z, y, slopes = example(5, 3, total)
    p = [float(one) for one in oracles.softmax_column(z)]
    at: dict[str, Any] = {"K": 5, "pi": p, "y": y}
    assert oracles.close([sum(slopes), exact_value(derived.gradient_sums_to_zero.start, **at)], [0, 0], least=1e-14)
    assert abs(snippet.gradient([[one] for one in z], [[one] for one in y]).sum()) < 1e-14
    for line in derived.short_formula_sums_to.lines:
        assert oracles.close(exact_value(line, **at), 1 - total, least=1e-14)


def test_labels_as_columns_sum_to_one() -> None:
    assert snippet.one_hot([2, 0, 1, 3, 1], K=4).sum(axis=0).tolist() == [1] * 5
