"""Cross-entropy, against 50-digit loops, SciPy and scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax
from scipy.stats import entropy as scipy_entropy
from sklearn.metrics import log_loss

from snippets.quality import cross_entropy
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_distribution

P = [
    [0.10, 0.80, 0.05, 0.60, 0.10],
    [0.10, 0.10, 0.60, 0.10, 0.40],
    [0.70, 0.05, 0.20, 0.00, 0.10],
    [0.10, 0.05, 0.15, 0.30, 0.40],
]
LABELS = [2, 0, 1, 3, 1]
SOFT = [[0.2, 0.5, 0.0, 0.25, 0.1], [0.3, 0.0, 1.0, 0.25, 0.6], [0.5, 0.25, 0.0, 0.0, 0.2], [0.0, 0.25, 0.0, 0.5, 0.1]]
Z = [[-1.2, 0.5, 5.0, -0.5], [1.4, -1.4, -0.5, 2.0]]


def test_cross_entropy_agrees_with_fifty_digits(snippet: Any) -> None:
    for labels, Y in ((LABELS, oracles.one_hot(LABELS, 4)), (SOFT, SOFT), (oracles.one_hot(LABELS, 4),) * 2):
        expected = [float(one) for one in oracles.losses_of_probabilities(P, Y)]
        assert oracles.close(snippet.cross_entropy(P, labels, "none"), expected)
        assert oracles.close(snippet.cross_entropy(P, labels, reduction="sum"), float(np.sum(expected)))
        assert oracles.close(snippet.cross_entropy(P, labels, reduction="mean"), float(np.mean(expected)))
        assert oracles.close(snippet.cross_entropy(P, labels), float(np.mean(expected)))


def test_cross_entropy_agrees_with_scikit_learn(snippet: Any) -> None:
    expected = log_loss(LABELS, np.transpose(P), labels=[0, 1, 2, 3])
    assert oracles.close(snippet.cross_entropy(P, LABELS), expected)
    assert oracles.close(
        np.exp(-snippet.cross_entropy(P, LABELS)), float(oracles.geometric_mean([0.7, 0.8, 0.6, 0.3, 0.4]))
    )


def test_cross_entropy_of_scores_agrees_with_fifty_digits_and_scipy(snippet: Any) -> None:
    labels = [1, 0, 0, 1]
    soft = [[0.0, 0.5, 0.125, 1.0], [1.0, 0.5, 0.875, 0.0]]
    for given_labels, Y in ((labels, oracles.one_hot(labels, 2)), (soft, soft)):
        expected = [float(one) for one in oracles.losses_of_scores(Z, Y)]
        assert oracles.close(snippet.cross_entropy_of_scores(Z, given_labels, "none"), expected)
        assert oracles.close(snippet.cross_entropy_of_scores(Z, given_labels, "sum"), float(np.sum(expected)))
        assert oracles.close(snippet.cross_entropy_of_scores(Z, given_labels), float(np.mean(expected)))
        assert oracles.close(expected, -np.sum(np.array(Y) * log_softmax(Z, axis=0), axis=0))


def test_reduce_takes_the_sum_or_the_mean_or_nothing(snippet: Any) -> None:
    assert snippet.reduce([1.0, 2.5, 4.0], "none").tolist() == [1, 2.5, 4]
    assert snippet.reduce([1.0, 2.5, 4.0], "sum") == 7.5
    assert snippet.reduce([1.0, 2.5, 4.0], "mean") == snippet.reduce([1, 2.5, 4]) == 2.5
    assert snippet.reduce([1.0, np.inf]) == np.inf
    refuses_what_is_no_array(snippet.reduce, "losses", 1)


def test_cross_entropy_limits(snippet: Any) -> None:
    sure = [[1.0, 0.0], [0.0, 1.0]]
    assert snippet.cross_entropy(sure, [0, 1], "none").tolist() == [0.0, 0.0]
    assert snippet.cross_entropy(sure, [1, 1], "none").tolist() == [np.inf, 0.0]
    assert snippet.cross_entropy(sure, [1, 1]) == np.inf
    assert snippet.cross_entropy(sure, sure, "sum") == 0
    assert snippet.cross_entropy([[1.0]], [0]) == 0


def test_cross_entropy_of_scores_limits(snippet: Any) -> None:
    huge = [[1e308, -1e308, 1e308, -np.inf], [-1e308, 1e308, 1e308, 3.0]]
    assert snippet.cross_entropy_of_scores(huge, [0, 1, 0, 1], "none").tolist() == [0, 0, np.log(2), 0]
    assert snippet.cross_entropy_of_scores(huge, [1, 0, 1, 0], "none").tolist() == [np.inf, np.inf, np.log(2), np.inf]
    assert snippet.cross_entropy_of_scores([[1000.0], [0.0]], [1]) == 1000
    assert snippet.cross_entropy_of_scores([[-1000.0], [0.0]], [[0.25], [0.75]]) == 250


def test_entropy_and_divergence_agree_with_scipy(snippet: Any) -> None:
    q, p = [0.7, 0.2, 0.1, 0.0], [0.25, 0.125, 0.5, 0.125]
    assert oracles.close(snippet.entropy(q), scipy_entropy(q))
    assert oracles.close(snippet.divergence(q, p), scipy_entropy(q, p))
    assert snippet.divergence(p, q) == np.inf
    assert snippet.divergence([0.0, 1.0], [0.0, 1.0]) == snippet.entropy([0.0, 1.0]) == 0
    assert oracles.close(snippet.divergence([1.0, 0.0], [1e-320, 1.0]), -np.log(1e-320))
    assert type(snippet.entropy(q)) is type(snippet.divergence(q, p)) is float


def test_cross_entropy_refuses_bad_probabilities(snippet: Any) -> None:
    call = snippet.cross_entropy
    refuses_what_is_no_array(lambda given: call(given, [0, 1]), "P", 2)
    refuses_what_is_no_distribution(lambda given: call(given, [0, 1]), "P")
    assert call([[0.5 - 5e-7], [0.5]], [1]) == np.log(2)


def test_cross_entropy_refuses_bad_labels(snippet: Any) -> None:
    for call in (snippet.cross_entropy, snippet.cross_entropy_of_scores):
        flat = np.full((2, 3), 0.5)
        refuses("labels: expected an array, got rows of different lengths", call, flat, [[0], [0, 1, 1]])
        refuses("labels: expected 0 to 1, got 2", call, flat, [0, 2, 3])
        refuses("labels: expected 0 to 1, got -1", call, flat, [0, 1, -1])
        refuses("labels: expected whole numbers or one-hot columns, got dtype float64", call, flat, [0.0, 1.0, 1.0])
        refuses("labels: expected whole numbers or one-hot columns, got dtype bool", call, flat, [True, True, False])
        refuses("labels: expected shape (3,) or (2, 3), got (2,)", call, flat, [0, 1])
        refuses("labels: expected shape (3,) or (2, 3), got (1, 1, 3)", call, flat, [[[0, 1, 1]]])
        refuses("labels: expected shape (3,) or (2, 3), got (3, 2)", call, flat, [[1, 0], [0, 1], [0, 0]])
        refuses("labels: expected probabilities in [0, 1], got -1.0", call, flat, [[2, 1, 1], [-1, 0, 0]][::-1])
        refuses("labels: expected columns that sum to 1, got 0 in column 2", call, flat, [[1, 1, 0], [0, 0, 0]])
        refuses("labels: expected real numbers, got dtype bool", call, flat, np.ones((2, 3), dtype=bool))
        refuses("labels: expected numbers, got NaN", call, flat, [[np.nan, 1, 1], [0, 0, 0]])


def test_cross_entropy_refuses_an_unknown_reduction(snippet: Any) -> None:
    refuses("reduction: expected 'none', 'sum' or 'mean', got 'Sum'", snippet.reduce, [1.0], "Sum")
    for call in (snippet.cross_entropy, snippet.cross_entropy_of_scores):
        for bad in ("average", None, "", 1):
            refuses(f"reduction: expected 'none', 'sum' or 'mean', got {bad!r}", call, [[0.5], [0.5]], [0], bad)


def test_cross_entropy_of_scores_refuses_bad_scores(snippet: Any) -> None:
    call = snippet.cross_entropy_of_scores
    refuses_what_is_no_array(lambda given: call(given, [0, 1]), "Z", 2)
    says = "Z: expected a finite largest score in each column, got "
    refuses(says + "[ 0. inf]", call, [[0.0, np.inf], [-np.inf, 1.0]], [0, 0])
    refuses(says + "[  0. -inf]", call, [[0.0, -np.inf], [-np.inf, -np.inf]], [0, 0])


def test_entropy_refuses_bad_distributions(snippet: Any) -> None:
    for call, name in (
        (snippet.entropy, "q"),
        (lambda q: snippet.divergence(q, [0.5, 0.5]), "q"),
        (lambda p: snippet.divergence([0.5, 0.5], p), "p"),
    ):
        refuses_what_is_no_array(call, name, 1)
        refuses(f"{name}: expected probabilities in [0, 1], got -0.5", call, [1.5, -0.5][::-1])
        refuses(f"{name}: expected columns that sum to 1, got 0.95 in column 0", call, [0.5, 0.45])
    refuses("p: expected shape (2,), as q has, got (3,)", snippet.divergence, [0.5, 0.5], [0.5, 0.25, 0.25])


def test_reduce_example(snippet: Any) -> None:
    losses = np.array([-float(oracles.mp.log(oracles.exact(p))) for p in (0.7, 0.8, 0.6, 0.3, 0.4)])
    assert printed(snippet.example_reduce) == [
        f"none {losses.round(4)}",
        f"sum {sum(losses):.4f}",
        f"mean {sum(losses) / 5:.4f}",
    ]


def test_cross_entropy_example(snippet: Any) -> None:
    losses = [float(one) for one in oracles.losses_of_probabilities(P, oracles.one_hot(LABELS, 4))]
    mean = sum(losses) / 5
    assert printed(snippet.example_cross_entropy) == [
        f"losses: {np.round(losses, 4)}",
        f"mean {mean:.4f}, Q_mean = exp(-mean) = {np.exp(-mean):.4f}",
    ]


def test_cross_entropy_of_scores_example(snippet: Any) -> None:
    mean = float(sum(oracles.losses_of_scores(Z, oracles.one_hot([1, 0, 0, 1], 2))) / 4)
    assert printed(snippet.example_cross_entropy_of_scores) == [
        f"four examples: {mean:.5f}",
        f"all scores 0:  {np.log(2):.5f} = log 2",
        "huge scores:   [ 0. inf]",
    ]


def test_entropy_example(snippet: Any) -> None:
    assert printed(snippet.example_entropy) == [
        f"{q}: {scipy_entropy(q):.4f}" for q in ([1.0, 0.0, 0.0, 0.0], [0.7, 0.1, 0.1, 0.1], [0.25, 0.25, 0.25, 0.25])
    ]


def test_divergence_example(snippet: Any) -> None:
    q, p = [0.7, 0.2, 0.1], [0.5, 0.25, 0.25]
    whole = float(oracles.losses_of_probabilities([[one] for one in p], [[one] for one in q])[0])
    assert printed(snippet.example_divergence) == [
        f"H(q, p) = {whole:.4f} = {scipy_entropy(q):.4f} + {scipy_entropy(q, p):.4f}"
    ]


@given(st.lists(st.lists(st.floats(-50, 50), min_size=3, max_size=3), min_size=1, max_size=5), st.data())
def test_both_forms_agree_and_reductions_add_up(columns: list[list[float]], data: st.DataObject) -> None:
    scores = np.transpose(columns)
    labels = data.draw(st.lists(st.integers(0, 2), min_size=len(columns), max_size=len(columns)))
    losses = cross_entropy.cross_entropy_of_scores(scores, labels, "none")
    probabilities = np.exp(log_softmax(scores, axis=0))
    assert np.allclose(cross_entropy.cross_entropy(probabilities, labels, "none"), losses, rtol=1e-6, atol=1e-12)
    assert oracles.close(cross_entropy.cross_entropy_of_scores(scores, labels, "sum"), losses.sum())
    assert oracles.close(cross_entropy.cross_entropy_of_scores(scores, labels), losses.mean())
    assert np.allclose(cross_entropy.cross_entropy_of_scores(scores + 7, labels, "none"), losses, atol=1e-12)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=6), st.data())
def test_cross_entropy_is_entropy_and_divergence(weights: list[int], data: st.DataObject) -> None:
    others = data.draw(st.lists(st.integers(1, 50), min_size=len(weights), max_size=len(weights)))
    q = (np.array(weights) + (not any(weights))) / (sum(weights) or len(weights))
    p = np.array(others) / sum(others)
    whole = cross_entropy.cross_entropy(p[:, None], q[:, None])
    assert np.isclose(whole, cross_entropy.entropy(q) + cross_entropy.divergence(q, p), atol=1e-12)
    assert cross_entropy.divergence(q, p) >= -1e-12
