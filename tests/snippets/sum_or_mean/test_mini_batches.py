"""Pieces against their first and last numbers; the cost along the way against a loop over examples."""

from __future__ import annotations

import math
from functools import partial
from itertools import pairwise, permutations
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

X = [[1.0, -2.0, 0.5, 3.0, 1.5], [0.5, 1.0, -1.5, 2.0, -1.0]]
Y = [2.5, -1.0, -1.0, 7.0, 0.5]
ORDERS = [[3, 0, 4, 1, 2], [2, 1, 0, 4, 3]]


def test_each_piece_goes_from_its_first_to_its_last(snippet: Any) -> None:
    for M in range(1, 14):
        for size in range(1, 16):
            count = math.ceil(M / size)
            pieces = [list(range((k - 1) * size, min(k * size, M))) for k in range(1, count + 1)]
            assert [one.tolist() for one in snippet.batches(range(M), size)] == pieces
            full = [one for one in pieces if len(one) == size]
            assert [one.tolist() for one in snippet.batches(np.arange(M), size, drop_last=True)] == full
            assert snippet.number_of_batches(M, size) == count
            assert snippet.number_of_batches(M, size, drop_last=True) == len(full)


def test_over_all_orders_each_batch_is_fair_and_two_are_not_independent(snippet: Any) -> None:
    orders = list(permutations(range(5)))
    means = [snippet.batch_means(Y, order, 2) for order in orders]
    assert oracles.close(means[7], [np.mean([Y[i] for i in orders[7][k : k + 2]]) for k in (0, 2, 4)])
    first, second, last = np.transpose(means)
    for one in (first, second, last):
        assert oracles.close(one.mean(), np.mean(Y))
    assert np.cov(first, second)[0, 1] < -0.1  # what the one has taken, the other cannot have


def test_the_cost_is_taken_before_each_step(snippet: Any) -> None:
    for size in (1, 2, 5):
        w, expected = [0.0, 0.0], []
        for order in ORDERS:
            for start in range(0, 5, size):
                here = order[start : start + size]
                errors = [w[0] * X[0][i] + w[1] * X[1][i] - Y[i] for i in here]
                expected.append(math.fsum(e * e for e in errors) / 2 / len(here))
                slopes = [math.fsum(e * X[d][i] for e, i in zip(errors, here, strict=True)) / len(here) for d in (0, 1)]
                w = [w[d] - 0.125 * slopes[d] for d in (0, 1)]
        assert oracles.close(snippet.cost_curve(X, Y, 0.125, size, ORDERS), expected, least=1e-14)


def test_waves_are_two_waves_and_a_third_that_no_weights_reach(snippet: Any) -> None:
    features, targets = snippet._waves(8)
    for i in range(8):
        turn = 2 * math.pi * i / 8
        assert oracles.close(features[:, i], [math.cos(turn), math.cos(turn) / 2 + math.sin(turn) / 4], least=1e-12)
        expected = -math.cos(turn) - 2 * math.sin(turn) + math.cos(5 * turn)
        assert oracles.close(targets[i], expected, least=1e-12)


def test_rises_counts_where_the_cost_grew(snippet: Any) -> None:
    M, size, epochs = 12, 5, 3
    shuffle = np.random.default_rng(0)
    orders = [shuffle.permutation(M) for _ in range(epochs)]
    a, b, c = 1 / 2, 1 / 4, 1 / 8 + 1 / 32  # mean products of the two waves
    limit = 2 / ((a + c) / 2 + math.hypot((a - c) / 2, b))
    costs = snippet.cost_curve(*snippet._waves(M), 0.75 * limit, size, orders)
    grew = sum(later > sooner for sooner, later in pairwise(costs))
    assert 0 < grew < len(costs) - 1
    assert snippet.rises(0.75, size, M, epochs) == grew


def test_full_batches_fall_below_the_limit_and_not_above(snippet: Any) -> None:
    assert [snippet.rises(share, 100, 100, 20) for share in (0.1, 0.9, 0.999)] == [0, 0, 0]
    assert snippet.rises(1.05, 100, 100, 20) > 5
    assert type(snippet.rises(0.5, 50, 100, 2)) is int


def test_a_cost_that_stays_does_not_rise(snippet: Any) -> None:
    assert snippet.rises(0.5, 1, M=1, epochs=4) == 0  # one example, and one step that fits it


def test_bad_input_is_named(snippet: Any) -> None:
    refuses_what_is_no_whole_number(partial(snippet.batches, [0, 1, 2]), "size", 1)
    refuses_what_is_no_whole_number(lambda M: snippet.number_of_batches(M, 2), "M", 1)
    refuses_what_is_no_whole_number(partial(snippet.number_of_batches, 5), "size", 1)
    refuses_what_is_no_whole_number(partial(snippet.rises, 0.5, 1, epochs=2), "M", 1)
    refuses_what_is_no_whole_number(lambda epochs: snippet.rises(0.5, 5, 10, epochs), "epochs", 1)
    for bad in ([], [0, 1, 1], [1, 2, 3], [0, 2]):
        refuses(f"order: expected each of 0 … M − 1 once, got {bad}", snippet.batches, bad, 2)
    refuses_what_is_no_array(lambda values: snippet.batch_means(values, [1, 0], 2), "values", 1, finite=True)
    refuses("values: expected 5 numbers, as order has, got 4", snippet.batch_means, Y[:4], ORDERS[0], 2)
    curve = partial(snippet.cost_curve, lr=0.5, size=2, orders=[[0, 1]])
    refuses_what_is_no_array(lambda x: curve(x, [0.5, 1.0]), "X", 2, finite=True)
    refuses_what_is_no_array(lambda y: curve([[1.0, 2.0]], y), "y", 1, finite=True)
    refuses_what_is_no_array(lambda lr: snippet.cost_curve(X, Y, lr, 2, ORDERS), "lr", 0, finite=True)
    for lr in (0.0, -0.5):
        refuses(f"lr: expected a positive number, got {lr}", snippet.cost_curve, X, Y, lr, 2, ORDERS)
    said = "X, y, orders: expected one M, got shapes"
    refuses(f"{said} (2, 5), (4,) and (2, 5)", snippet.cost_curve, X, Y[:4], 0.5, 2, ORDERS)
    refuses(f"{said} (2, 5), (5,) and (5,)", snippet.cost_curve, X, Y, 0.5, 2, ORDERS[0])
    refuses(f"{said} (2, 5), (5,) and (1, 4)", snippet.cost_curve, X, Y, 0.5, 2, [[0, 1, 2, 3]])
    refuses(
        "order: expected each of 0 … M − 1 once, got [0, 1, 2, 3, 5]",
        snippet.cost_curve,
        X,
        Y,
        0.5,
        2,
        [[0, 1, 2, 3, 5]],
    )


def test_batches_example(snippet: Any) -> None:
    assert printed(snippet.example_batches) == [
        "size 4: [4, 4, 2], with drop_last [4, 4]",
        "size 5: [5, 5], with drop_last [5, 5]",
        "size 8: [8, 2], with drop_last [8]",
    ]


def test_batch_means_example(snippet: Any) -> None:
    order = np.random.default_rng(1).permutation(40)
    shares = [sum(i >= 30 for i in order[k : k + 10].tolist()) / 10 for k in (0, 10, 20, 30)]
    assert printed(snippet.example_batch_means) == [f"as it lies {[0.0, 0.0, 0.0, 1.0]}", f"shuffled   {shares}"]


def test_cost_curve_example(snippet: Any) -> None:
    expected = []
    for size, epochs, steps in ((100, 20, 19), (20, 4, 19)):
        for share in (0.5, 0.99, 1.01):
            found = snippet.rises(share, size, 100, epochs)
            expected.append(f"size {size:3}, lr {share} of the limit: the cost rose {found} of {steps} times")
    assert printed(snippet.example_cost_curve) == expected
