"""The cost of an epoch against flat lists and 50-digit softmax; the loop against one that is written out."""

from __future__ import annotations

import math
import statistics
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import (
    printed,
    refuses,
    refuses_what_is_no_array,
    refuses_what_is_no_whole_number,
)

LOGITS = [[2.25, -1.0, 0.5, 0.0, 1.0], [0.0, 1.5, -0.75, 1.0, 0.5], [-1.0, 0.5, 1.0, 3.0, -2.0]]  # (3, 5)
LABELS = [[1.0, 0.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0, 0.0]]
SOFT = [[0.75, 0.0, 0.5, 0.1, 0.0], [0.25, 1.0, 0.25, 0.2, 1.0], [0.0, 0.0, 0.25, 0.7, 0.0]]
LOSSES = [0.5, 1.5, 1.0, 2.0, 0.25, 0.75, 1.25, 1.75, 4.0, 6.0]
X = [[1.0, -2.0, 0.5, 3.0, 0.25], [0.5, 1.0, -1.5, 2.0, -1.0]]
W = [[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]
GOOD = [[0.5, -0.25], [0.25, 1.0]]


def of_each(logits: Any, labels: Any) -> list[float]:
    return [float(one) for one in oracles.losses_of_scores(logits, labels)]


def test_the_line_of_the_exercise_adds_up_the_losses(snippet: Any) -> None:
    for labels in (LABELS, SOFT):
        losses = of_each(LOGITS, labels)
        assert oracles.close(snippet.losses_of_examples(LOGITS, labels), losses)
        assert oracles.close(snippet.reduce_sum_cost(LOGITS, labels), math.fsum(losses))


def test_large_scores_do_not_overflow(snippet: Any) -> None:
    logits = [[1000.0, -1000.0], [999.0, 0.0]]
    labels = [[0.0, 1.0], [1.0, 0.0]]
    assert oracles.close(snippet.losses_of_examples(logits, labels), of_each(logits, labels))


def test_batches_hold_the_losses_in_their_order(snippet: Any) -> None:
    for size in (1, 3, 4, 5, 10, 11, np.int64(4)):
        batches = snippet.cut(LOSSES, size)
        assert [one for batch in batches for one in batch] == LOSSES
        assert all(len(batch) == size for batch in batches[:-1])
        assert 1 <= len(batches[-1]) <= size
        kept = snippet.cut(LOSSES, size, drop_last=True)
        assert [list(one) for one in kept] == [list(one) for one in batches if len(one) == size]
    assert snippet.cut([3], 1)[0].dtype == np.float64


def test_the_four_costs(snippet: Any) -> None:
    names = ["sums, divided once", "average of averages", "sum of averages", "averages, over N"]
    for batches in ([[1.0, 3.0], [8.0]], [[2.0], [5.0, 0.5, 1.0], [4.0, 4.0]], [[1.5, 2.5]], np.ones((3, 2))):
        flat = [one for batch in batches for one in batch]
        averages = [statistics.fmean(batch) for batch in batches]
        found = snippet.four_costs(batches)
        assert list(found) == names
        expected = [statistics.fmean(flat), statistics.fmean(averages), math.fsum(averages), sum(averages) / len(flat)]
        assert oracles.close(list(found.values()), expected)
        counts = [len(batch) for batch in batches]
        assert oracles.close(snippet.pooled_mean(counts, averages), statistics.fmean(flat))
        lacks = statistics.fmean(flat) - statistics.fmean(averages)
        assert oracles.close(snippet.covariance_over_size(counts, averages), lacks, least=1e-15)


def test_counts_need_not_be_whole(snippet: Any) -> None:
    assert oracles.close(snippet.pooled_mean([0.5, 1.5], [2.0, 6.0]), 5.0)
    assert oracles.close(snippet.covariance_over_size([0.5, 1.5], [2.0, 6.0]), 1.0)


def by_hand(size: int, lr: float) -> tuple[list[list[float]], float]:
    """One epoch, example by example: the gradient of the sum of a batch is the sum of p − y times x."""
    weights = [list(row) for row in W]
    total = 0.0
    for start in range(0, 5, size):
        slopes = [[0.0] * 2 for _ in range(3)]
        for i in range(start, min(start + size, 5)):
            x = [row[i] for row in X]
            z = [sum(w * one for w, one in zip(row, x, strict=True)) for row in weights]
            p = [float(one) for one in oracles.softmax_column(z)]
            y = [row[i] for row in SOFT]
            total -= sum(t * math.log(q) for t, q in zip(y, p, strict=True))
            for k in range(3):
                for d in range(2):
                    slopes[k][d] += (p[k] - y[k]) * x[d]
        weights = [[w - lr * g for w, g in zip(*rows, strict=True)] for rows in zip(weights, slopes, strict=True)]
    return weights, total / 5


def test_an_epoch_is_what_it_is_by_hand(snippet: Any) -> None:
    for size, lr in ((2, 0.3), (5, 0.1), (1, 0.05), (7, 0.2), (2, 0)):
        weights, epoch_cost = by_hand(size, lr)
        found, cost = snippet.epoch(W, X, SOFT, size, lr)
        assert oracles.close(found, weights, least=1e-14)
        assert oracles.close(cost, epoch_cost)


def test_nothing_that_is_handed_in_is_changed(snippet: Any) -> None:
    weights, logits = np.array(W), np.array(LOGITS)
    snippet.epoch(weights, X, SOFT, 2, 0.3)
    snippet.losses_of_examples(logits, LABELS)
    assert weights.tolist() == W
    assert logits.tolist() == LOGITS


def test_large_scores_do_not_overflow_in_the_loop(snippet: Any) -> None:
    found, cost = snippet.epoch([[1000.0], [999.0]], [[1.0, -1.0]], [[0.0, 1.0], [1.0, 0.0]], 2, 0.5)
    p = 1 / (1 + math.exp(-1))  # of the first class for the first example; the second example has the other sign
    assert oracles.close(found, [[1000 - 0.5 * (p + p)], [999 + 0.5 * (p + p)]])
    assert oracles.close(cost, math.log(1 + math.e))
    found, cost = snippet.epoch([[1000.0], [0.0]], [[1.0]], [[0.0], [1.0]], 1, 0.5)
    assert oracles.close(found, [[999.5], [0.5]])
    assert cost == 1000


def points() -> tuple[Any, Any]:
    angles = [2.4 * n for n in range(50)]
    features = [[math.cos(one) for one in angles], [math.sin(one) for one in angles], [1.0] * 50]
    third = [int(one % math.tau / (math.tau / 3)) for one in angles]
    return features, oracles.one_hot(third, 3)


def test_before_and_after_are_measured_on_all_points(snippet: Any) -> None:
    features, labels = points()
    start = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 0.5]]

    def mean(weights: Any) -> float:
        scores = [[sum(w * x[i] for w, x in zip(row, features, strict=True)) for i in range(50)] for row in weights]
        return statistics.fmean(of_each(scores, labels))

    expected = mean(start)
    for size, lr in ((16, 0.02), (16, 0.2), (50, 0.1)):
        weights, cost = snippet.epoch(start, features, labels, size, lr)
        before, epoch_cost, after = snippet.during_an_epoch(size, lr)
        assert oracles.close([before, epoch_cost, after], [expected, cost, mean(weights)])


# ---- what is refused


def test_logits_and_labels_are_checked(snippet: Any) -> None:
    for call in (snippet.losses_of_examples, snippet.reduce_sum_cost):
        refuses_what_is_no_array(partial(call, labels=GOOD), "logits", 2, finite=True)
        refuses_what_is_no_array(partial(call, GOOD), "labels", 2, finite=True)
        says = "labels: expected shape (3, 5), as logits has, got (3, 4)"
        refuses(says, call, LOGITS, [row[:4] for row in LABELS])


def test_losses_and_sizes_are_checked(snippet: Any) -> None:
    refuses_what_is_no_array(lambda bad: snippet.cut(bad, 2), "losses", 1, finite=True)
    refuses_what_is_no_whole_number(lambda bad: snippet.cut(LOSSES, bad), "size", 1)
    refuses_what_is_no_whole_number(lambda bad: snippet.epoch(W, X, SOFT, bad, 0.1), "size", 1)
    refuses("batches: expected at least one, got none", snippet.four_costs, [])
    refuses_what_is_no_array(lambda bad: snippet.four_costs([[1.0], bad]), "batches[1]", 1, finite=True)


def test_counts_and_means_are_checked(snippet: Any) -> None:
    for call in (snippet.pooled_mean, snippet.covariance_over_size):
        refuses("means: expected shape (2,), as counts has, got (3,)", call, [1, 2], [1.0, 2.0, 3.0])
        refuses("counts: expected positive numbers, got 0.0", call, [1, 0], [1.0, 2.0])
        refuses("counts: expected positive numbers, got -1.0", call, [-1, 2], [1.0, 2.0])
    refuses_what_is_no_array(lambda bad: snippet.pooled_mean(bad, [1.0, 2.0]), "counts", 1, finite=True)
    refuses_what_is_no_array(lambda bad: snippet.pooled_mean([1, 2], bad), "means", 1, finite=True)
    refuses("counts: expected finite numbers, got nan", snippet.covariance_over_size, [1, math.nan], [1.0, 2.0])


def test_the_arguments_of_an_epoch_are_checked(snippet: Any) -> None:
    epoch = snippet.epoch
    refuses_what_is_no_array(lambda bad: epoch(bad, [[1.0], [1.0]], [[1.0], [0.0]], 1, 0.1), "W", 2, finite=True)
    refuses_what_is_no_array(lambda bad: epoch(GOOD, bad, [[1.0, 0.0], [0.0, 1.0]], 1, 0.1), "X", 2, finite=True)
    refuses_what_is_no_array(lambda bad: epoch(GOOD, GOOD, bad, 1, 0.1), "Y", 2, finite=True)
    refuses_what_is_no_array(lambda bad: epoch(W, X, SOFT, 2, bad), "lr", 0, finite=True)
    refuses("lr: expected a number from 0, got -0.5", epoch, W, X, SOFT, 2, -0.5)
    refuses("W: expected shape (3, 2), as Y @ X.T has, got (2, 2)", epoch, W[:2], X, SOFT, 2, 0.1)
    refuses("W: expected shape (3, 2), as Y @ X.T has, got (3, 3)", epoch, np.zeros((3, 3)), X, SOFT, 2, 0.1)
    refuses("Y: expected shape (3, 5), as W @ X has, got (3, 4)", epoch, W, X, [row[:4] for row in SOFT], 2, 0.1)


# ---- what the page shows


def test_reduce_sum_cost_example(snippet: Any) -> None:
    losses = of_each(LOGITS, LABELS)
    total = math.fsum(losses)
    assert printed(snippet.example_reduce_sum_cost) == [
        str(np.round(losses, 4)),
        f"{total:.4f} is the sum",
        f"{total / 5:.4f} would be the mean",
    ]


def cut_by_hand(size: int) -> list[list[float]]:
    return [LOSSES[start : start + size] for start in range(0, 10, size)]


def test_four_costs_example(snippet: Any) -> None:
    expected = []
    for size, lengths in ((5, [5, 5]), (4, [4, 4, 2])):
        averages = [statistics.fmean(one) for one in cut_by_hand(size)]
        expected += [
            f"batches of {lengths}",
            f"  sums, divided once  {statistics.fmean(LOSSES):.4f}",
            f"  average of averages {statistics.fmean(averages):.4f}",
            f"  sum of averages     {math.fsum(averages):.4f}",
            f"  averages, over N    {math.fsum(averages) / 10:.4f}",
        ]
    assert printed(snippet.example_four_costs) == expected


def test_pooled_mean_example(snippet: Any) -> None:
    averages = [statistics.fmean(one) for one in cut_by_hand(4)]
    pooled, plain = statistics.fmean(LOSSES), statistics.fmean(averages)
    assert printed(snippet.example_pooled_mean) == [
        f"sizes [4, 4, 2] averages {averages}",
        f"weighted by size:         {pooled}",
        f"average of averages:      {round(plain, 4)}",
        f"Cov(n, a)/n̄, what it lacks: {round(pooled - plain, 4)}",
    ]


def test_cut_example(snippet: Any) -> None:
    assert printed(snippet.example_cut) == [
        f"drop_last=False: {statistics.fmean(LOSSES)} of 10",
        f"drop_last=True: {statistics.fmean(LOSSES[:8])} of 8",
    ]


def test_during_an_epoch_example(snippet: Any) -> None:
    first, *lines = printed(snippet.example_during_an_epoch)
    assert first == "lr     J before   epoch_cost   J after"
    for line, lr in zip(lines, (0.0, 0.02, 0.2), strict=True):
        before, epoch_cost, after = snippet.during_an_epoch(16, lr)
        assert line == f"{lr:4}   {before:8.4f}   {epoch_cost:10.4f}   {after:7.4f}"
