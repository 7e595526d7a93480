"""The cost of an epoch in three voices: derivation, snippet, and plain means of a flat list of losses."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest

from derivations.sum_or_mean import epoch_cost as derived
from snippets.sum_or_mean import epoch_cost as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(4, 4, 2), (3, 1), (2, 5, 1, 3), (6,)]


def drawn(sizes: tuple[int, ...]) -> tuple[list[float], list[list[float]], dict[str, Any]]:
    """Losses of all examples, the same in batches, and the point: examples are dealt out in a shuffled order."""
    rng = np.random.default_rng(sum(n * 10**k for k, n in enumerate(sizes)))
    N, B = sum(sizes), len(sizes)
    losses = rng.exponential(size=N)
    order, ends = rng.permutation(N), np.cumsum((0, *sizes))
    member, batches = np.zeros((B, N)), []
    for k in range(B):
        inside = order[ends[k] : ends[k + 1]]
        member[k, inside] = 1
        batches.append(list(losses[inside]))
    return list(losses), batches, {"N": N, "batches": B, "member": member, "losses": losses}


def lines_say(chain: Any, expected: float, at: dict[str, Any], **more: Any) -> bool:
    """Does every line of the chain have this value?"""
    return all(
        oracles.close(exact_value(line, chain.where, **at, **more), expected, least=1e-13) for line in chain.lines
    )


@pytest.mark.parametrize("sizes", SIZES)
def test_sums_divided_once_and_weighted_averages_are_the_mean_of_all(sizes: tuple[int, ...]) -> None:
    losses, batches, at = drawn(sizes)
    expected = statistics.fmean(losses)
    averages = [statistics.fmean(one) for one in batches]
    assert oracles.close(snippet.four_costs(batches)["sums, divided once"], expected)
    assert oracles.close(snippet.pooled_mean(sizes, averages), expected)
    for chain in (derived.sums_divided_once, derived.pooled_means, derived.average_of_averages):
        assert lines_say(chain, expected, at)


@pytest.mark.parametrize("sizes", SIZES)
def test_the_average_of_averages_lacks_the_covariance(sizes: tuple[int, ...]) -> None:
    losses, batches, _ = drawn(sizes)
    averages = [statistics.fmean(one) for one in batches]
    lacks = statistics.fmean(losses) - statistics.fmean(averages)
    assert oracles.close(snippet.covariance_over_size(sizes, averages), lacks, least=1e-15)
    if len(sizes) > 1:
        assert abs(lacks) > 1e-3  # or nothing was tried
        assert oracles.close(lacks, np.cov(sizes, averages, ddof=0)[0, 1] / statistics.fmean(sizes))
        where = (derived.covariance_of_sizes, derived.average_size, derived.average_of_the_averages)
        at = {"batches": len(sizes), "counts": np.array(sizes), "means": averages}
        population = np.cov(sizes, averages, ddof=0)[0, 1]
        assert oracles.close(exact_value(derived.covariance_of_sizes.head, where, **at), population)


@pytest.mark.parametrize(("m", "count"), [(4, 3), (1, 5), (7, 1)])
def test_with_equal_sizes_it_is_right_and_its_sum_is_not(m: int, count: int) -> None:
    losses, batches, _ = drawn((m,) * count)
    expected = statistics.fmean(losses)
    averages = [statistics.fmean(one) for one in batches]
    costs = snippet.four_costs(batches)
    assert oracles.close(costs["average of averages"], expected)
    assert oracles.close(costs["sum of averages"], count * expected)
    assert oracles.close(costs["averages, over N"], expected / m)
    at = {"batches": count, "means": averages, "m": m}
    assert lines_say(derived.equal_sizes, expected, {**at, "counts": np.full(count, m)})
    assert lines_say(derived.sum_of_averages, count * expected, at)


@pytest.mark.parametrize(("m", "count", "left"), [(32, 34, 24), (64, 17, 1), (5, 3, 5)])
def test_a_smaller_last_batch(m: int, count: int, left: int) -> None:
    before, last = 1.25, 3.0
    losses = [before] * m * (count - 1) + [last] * left
    batches = snippet.cut(losses, m)
    costs = snippet.four_costs(batches)
    at = {"batches": count, "m": m, "left_over": left, "mean_before": before, "mean_last": last}
    off = costs["average of averages"] - statistics.fmean(losses)
    assert lines_say(derived.ragged_last, off, at)
    assert (off == 0) == (left == m)
    kept = [one for batch in snippet.cut(losses, m, drop_last=True) for one in batch]
    assert kept == losses[: m * (count - 1) + (left if left == m else 0)]


def test_the_weight_of_an_example_is_its_slope() -> None:
    """The average of the averages, differentiated by the complex step in one loss at a time."""
    sizes = (4, 4, 2)
    losses, _, at = drawn(sizes)

    def average(of: list[complex]) -> complex:
        averages = (sum(x * y for x, y in zip(row, of, strict=True)) / sum(row) for row in at["member"])
        return complex(sum(averages) / len(sizes))

    slopes = oracles.complex_step(average, losses)
    for i, slope in enumerate(slopes):
        own = int(np.argmax(at["member"][:, i]))
        assert oracles.close(slope, 1 / (3 * sizes[own]))
        place = {**at, "counts": np.array(sizes), "i": i + 1, "batch2": own + 1}
        assert all(
            oracles.close(exact_value(line, derived.weight_of_an_example.where, **place), slope)
            for line in derived.weight_of_an_example.lines[1:]
        )
    assert oracles.close(max(slopes) / min(slopes), 4 / 2)


def test_the_running_cost_is_j_only_where_nothing_moves() -> None:
    losses, _, at = drawn((4, 4, 2))
    still = {**at, "moving": np.tile(losses, (3, 1))}
    assert lines_say(derived.running_cost, statistics.fmean(losses), still)
    moved = still["moving"] * np.array([[1.0], [0.9], [0.5]])
    running = exact_value(derived.cost_that_runs.body, **{**at, "moving": moved})
    assert running < statistics.fmean(losses) - 0.01
    before, epoch_cost, after = snippet.during_an_epoch(16, 0.0)
    assert before == after
    assert oracles.close(epoch_cost, before)


def test_the_snippets_epoch_is_the_running_cost_of_the_derivation() -> None:
    """Losses at the weights that each batch met, from 50-digit softmax, put into the derivation's formula."""
    rng = np.random.default_rng(8)
    X, Y, size, lr = rng.normal(size=(2, 5)), np.eye(3)[:, [0, 2, 1, 1, 0]], 2, 0.3
    weights = np.zeros((3, 2))
    moving, member = np.zeros((3, 5)), np.zeros((3, 5))
    for k, start in enumerate(range(0, 5, size)):
        inside = slice(start, start + size)
        moving[k] = [float(one) for one in oracles.losses_of_scores(weights @ X, Y)]
        member[k, inside] = 1
        P = np.array(oracles.by_column(oracles.softmax_column, weights @ X[:, inside]))
        weights = weights - lr * (P - Y[:, inside]) @ X[:, inside].T
    found, epoch_cost = snippet.epoch(np.zeros((3, 2)), X, Y, size, lr)
    assert oracles.close(found, weights, least=1e-15)
    running = exact_value(derived.cost_that_runs.body, N=5, batches=3, member=member, moving=moving)
    assert oracles.close(running, epoch_cost)
