"""One numerator and its denominators, means of parts, pooling: derivation, snippet, loops over fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from derivations.calculus import Derivation
from derivations.sum_or_mean import which_denominator as derived
from snippets.sum_or_mean import which_denominator as snippet
from tests.derivations.voice import exact_value

PARTS = ([4, 2], [1, 3, 2], [6])
DEFINED = (
    *derived.one_numerator.where,
    *derived.one_weighted_numerator.where,
    *derived.equal_weights_in_parts.where,
    derived.report_means_over_m,
    derived.report_means_sum,
)


def drawn(sizes: list[int]) -> dict[str, Any]:
    rng = np.random.default_rng(len(sizes))
    ends = np.cumsum(sizes)
    inside = [[float(end - size <= n < end) for n in range(6)] for size, end in zip(sizes, ends, strict=True)]
    return {
        "ells": rng.exponential(size=6).round(3).tolist(),
        "wt": rng.uniform(0.25, 3, size=6).round(2).tolist(),
        "counting": [1, 0, 1, 1, 1, 0] if sizes[0] > 1 else [1, 1, 1, 0, 1, 0],
        "in_part": inside,
        "m": 6,
        "batches": len(sizes),
        "K": 3,
    }


def values(at: dict[str, Any], sizes: list[int]) -> dict[str, float]:
    found = snippet.report(at["ells"], at["wt"], at["counting"], parts=sizes, outputs=at["K"])
    return {way: numerator / denominator for way, (numerator, denominator) in found.items()}


def lines(chain: Derivation, at: dict[str, Any]) -> list[float]:
    return [exact_value(line, DEFINED, **at) for line in chain.lines]


@pytest.mark.parametrize("sizes", PARTS)
def test_a_result_times_its_denominator_is_the_numerator(sizes: list[int]) -> None:
    at = drawn(sizes)
    rows = list(zip(at["ells"], at["wt"], at["counting"], strict=True))
    total = float(sum(Fraction(loss) for loss, _, counts in rows if counts))
    weighted = float(sum(Fraction(loss) * Fraction(weight) for loss, weight, counts in rows if counts))
    assert lines(derived.one_numerator, at) == pytest.approx([total] * 7)
    assert lines(derived.one_weighted_numerator, at) == pytest.approx([weighted] * 4)
    found = values(at, sizes)
    assert (found["sum"], found["weighted sum"]) == pytest.approx((total, weighted))
    for way, divisor in (
        ("sum / micro-batches", len(sizes)),
        ("mean, all positions", 6),
        ("mean, kept positions", 4),
        ("mean, all outputs", 18),
        ("half the mean", 12),
    ):
        assert found[way] * divisor == pytest.approx(total)


@pytest.mark.parametrize("sizes", PARTS)
def test_the_ratio_of_two_results_is_that_of_their_denominators(sizes: list[int]) -> None:
    at = drawn(sizes)
    found = values(at, sizes)
    assert lines(derived.positions_against_kept, at) == pytest.approx([found["mean, all positions"]] * 3)
    assert found["mean, all positions"] / found["mean, kept positions"] == pytest.approx(4 / 6)


@pytest.mark.parametrize("sizes", PARTS)
def test_pooled_parts_leave_no_trace_and_means_do(sizes: list[int]) -> None:
    at = drawn(sizes)
    found, kept = values(at, sizes), [bool(one) for one in at["counting"]]
    pooled = float(np.mean([loss for loss, counts in zip(at["ells"], kept, strict=True) if counts]))
    assert lines(derived.pooled_over_parts, at) == pytest.approx([pooled] * 4)
    assert found["mean, kept positions"] == pytest.approx(pooled)
    assert (found["mean of micro-batch means"] == pytest.approx(pooled)) == (len(sizes) == 1)


@pytest.mark.parametrize("sizes", PARTS)
def test_means_over_positions_are_divided_twice(sizes: list[int]) -> None:
    at = drawn(sizes)
    found = values(at, sizes)
    ends = [0, *np.cumsum(sizes)]
    means = []
    for a, b in pairwise(ends):
        means.append(np.mean([at["ells"][n] for n in range(a, b) if at["counting"][n]]))
    assert lines(derived.means_over_positions, at) == pytest.approx([sum(means) / 6] * 4)
    assert found["sum of means / positions"] == pytest.approx(sum(means) / 6)
    assert found["mean of micro-batch means"] == pytest.approx(np.mean(means))


@pytest.mark.parametrize("sizes", PARTS)
def test_equal_weights_cancel_from_weighted_means_alone(sizes: list[int]) -> None:
    at = {**drawn(sizes), "wt": [2.5] * 6, "x": 2.5}
    found = values(at, sizes)
    expected = found["mean of micro-batch means"]
    assert lines(derived.equal_weights_in_parts, at) == pytest.approx([expected] * 5)
    assert found["mean of weighted means"] == pytest.approx(expected)
    assert found["weighted / kept"] == pytest.approx(2.5 * found["mean, kept positions"])
