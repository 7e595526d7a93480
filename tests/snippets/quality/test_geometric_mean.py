"""The quality as a geometric mean, against 50-digit products."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import geometric_mean
from tests import oracles
from tests.snippets.checks import (
    printed,
    refuses,
    refuses_what_are_no_labels,
    refuses_what_is_no_array,
    refuses_what_is_no_distribution,
)

GOOD = [0.80, 0.95, 0.90, 0.70, 0.80]
BAD = [0.24, 0.25, 0.20, 0.25, 0.30]
MISS = [0.99, 0.99, 0.99, 0.99, 0.01]
TABLE = [
    [0.10, 0.80, 0.05, 0.60, 0.10],
    [0.10, 0.10, 0.60, 0.10, 0.40],
    [0.70, 0.05, 0.20, 0.00, 0.10],
    [0.10, 0.05, 0.15, 0.30, 0.40],
]
OF_P = ("q_mean", "q_mean_product", "arithmetic_mean", "perplexity")
PROBABILITIES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_means_agree_with_fifty_digits(snippet: Any) -> None:
    for p in (GOOD, BAD, MISS, [0.5], [1.0, 1.0], [1e-300, 0.7, 3e-5], [1, 0.25]):
        mean = oracles.geometric_mean(p)
        assert oracles.close(snippet.q_mean(p), float(mean))
        assert oracles.close(snippet.perplexity(p), float(1 / mean))
        assert oracles.close(snippet.arithmetic_mean(p), float(oracles.arithmetic_mean(p)))
        assert oracles.close(snippet.q_mean_product(p), float(mean))
        for name in OF_P:
            assert type(getattr(snippet, name)(p)) is float


def test_q_mean_survives_where_the_product_underflows(snippet: Any) -> None:
    p = [0.25] * 538
    assert snippet.q_mean_product(p) == 0
    assert snippet.q_mean_product(p[1:]) > 0.2
    assert oracles.close(snippet.q_mean(p * 100), 0.25)


def test_limits_of_probabilities(snippet: Any) -> None:
    for p in ([0.0, 0.9], [0.0], [0, 1]):
        assert snippet.q_mean(p) == 0
        assert snippet.q_mean_product(p) == 0
        assert snippet.perplexity(p) == np.inf
    assert snippet.q_mean([1.0]) == snippet.perplexity([1.0]) == 1
    assert snippet.perplexity([5e-324]) == np.inf  # 2e323 is beyond the largest float
    assert snippet.q_mean([5e-324, 5e-324]) == 5e-324


def test_right_class_takes_one_entry_of_each_column(snippet: Any) -> None:
    labels = [2, 0, 1, 3, 1]
    assert snippet.right_class(TABLE, labels).tolist() == [TABLE[c][i] for i, c in enumerate(labels)]
    assert snippet.right_class(TABLE, np.array(labels, dtype=np.uint8)).tolist() == [0.7, 0.8, 0.6, 0.3, 0.4]
    assert snippet.right_class([[0.3], [0.7 - 5e-7]], [1]).tolist() == [0.7 - 5e-7]  # as rounded as float32 is


def test_every_mean_refuses_bad_probabilities(snippet: Any) -> None:
    for name in OF_P:
        call = getattr(snippet, name)
        refuses_what_is_no_array(call, "p", 1)
        refuses("p: expected probabilities in [0, 1], got 1.5", call, [0.5, 1.5, 1.25])
        refuses("p: expected probabilities in [0, 1], got -0.5", call, [0.5, -0.5])
        refuses("p: expected probabilities in [0, 1], got inf", call, [np.inf])


def test_right_class_refuses_bad_input(snippet: Any) -> None:
    call = snippet.right_class
    refuses_what_is_no_array(lambda P: call(P, [0, 1]), "P", 2)
    refuses_what_is_no_distribution(lambda P: call(P, [0, 1]), "P")
    P = [[0.5, 0.5, 0.25], [0.5, 0.5, 0.75]]
    refuses_what_are_no_labels(lambda labels: call(np.full((2, 2), 0.5), labels), "labels")
    refuses("labels: expected shape (3,), one for each column of P, got (2,)", call, P, [0, 1])
    refuses("labels: expected 0 to 1, got 2", call, P, [0, 2, 3])
    refuses("labels: expected 0 to 1, got -1", call, P, [0, 1, -1])


def test_right_class_example(snippet: Any) -> None:
    assert printed(snippet.example_right_class) == [str(np.array([0.7, 0.8, 0.6, 0.3, 0.4]))]


def test_q_mean_example(snippet: Any) -> None:
    assert printed(snippet.example_q_mean) == [
        f"good network: {float(oracles.geometric_mean(GOOD)):.4f}",
        f"bad network:  {float(oracles.geometric_mean(BAD)):.4f}, below 1/K = 0.25",
    ]


def test_q_mean_product_example(snippet: Any) -> None:
    assert printed(snippet.example_q_mean_product) == [
        "N = 500: product 0.25, logs 0.25",
        "N = 1000: product 0.00, logs 0.25",
    ]


def test_arithmetic_mean_example(snippet: Any) -> None:
    assert printed(snippet.example_arithmetic_mean) == [
        f"arithmetic {float(oracles.arithmetic_mean(p)):.4f}, geometric {float(oracles.geometric_mean(p)):.4f}"
        for p in (GOOD, MISS)
    ]


def test_perplexity_example(snippet: Any) -> None:
    assert printed(snippet.example_perplexity) == [
        "uniform over 4 classes: 4.0000",
        f"good network: {float(1 / oracles.geometric_mean(GOOD)):.4f}",
        "one certain mistake: inf",
    ]


@given(PROBABILITIES)
def test_the_geometric_mean_is_never_above_the_arithmetic_one(p: list[float]) -> None:
    assert 0 <= geometric_mean.q_mean(p) <= geometric_mean.arithmetic_mean(p) * (1 + 1e-12) <= 1 + 1e-12


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=30))
def test_quality_times_perplexity_is_one(p: list[float]) -> None:
    assert oracles.close(geometric_mean.q_mean(p) * geometric_mean.perplexity(p), 1)
    assert oracles.close(geometric_mean.q_mean(p), float(oracles.geometric_mean(p)))


@given(PROBABILITIES, st.randoms())
def test_the_order_of_the_examples_does_not_matter(p: list[float], order: Any) -> None:
    shuffled = order.sample(p, len(p))
    assert oracles.close(geometric_mean.q_mean(shuffled), geometric_mean.q_mean(p), rel=1e-9)
