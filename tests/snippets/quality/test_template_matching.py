"""Template matching as mini-batch gradient descent, against complex steps of the average loss."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import template_matching
from tests import oracles
from tests.snippets.checks import (
    printed,
    refuses,
    refuses_what_are_no_labels,
    refuses_what_is_no_array,
    refuses_what_is_no_distribution,
    refuses_what_is_no_whole_number,
)

W = [[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]  # K = 3, D = 2
b = [0.1, -0.2, 0.4]
X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # m = 4
Y = [[1.0, 0.0, 0.2, 0.0], [0.0, 1.0, 0.3, 0.0], [0.0, 0.0, 0.5, 1.0]]
EXAMPLE_W, EXAMPLE_B = [[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]], [0.0, 0.0, -0.5]
EXAMPLE_X = [[3.0, 0.0, 1.0], [0.0, 3.0, 1.0]]
EYE = oracles.one_hot([0, 1, 2], 3)


def scores(templates: Any, offsets: Any, examples: Any) -> list[list[float]]:
    return [
        [sum(w * x for w, x in zip(row, column, strict=True)) + offset for column in oracles.columns(examples)]
        for row, offset in zip(templates, offsets, strict=True)
    ]


def slopes(templates: Any, offsets: Any, examples: Any, targets: Any) -> tuple[list[list[float]], list[float]]:
    """The average loss's derivatives by each entry of W and b, one complex step each."""
    K, D = len(templates), len(templates[0])
    entries = [one for row in templates for one in row] + list(offsets)
    flat = oracles.complex_step(lambda at: oracles.batch_loss(at, examples, targets, K), entries)
    return [flat[k * D : (k + 1) * D] for k in range(K)], flat[K * D :]


def descend(examples: Any, targets: Any, lr: float, batches: Any) -> tuple[list[list[float]], list[float]]:
    """Mini-batch gradient descent from 0 with complex-step gradients, entry by entry."""
    templates, offsets = [[0.0] * len(examples) for _ in targets], [0.0 for _ in targets]
    for batch in batches:
        dW, db = slopes(
            templates,
            offsets,
            [[row[i] for i in batch] for row in examples],
            [[row[i] for i in batch] for row in targets],
        )
        templates = [
            [w - lr * d for w, d in zip(row, drow, strict=True)] for row, drow in zip(templates, dW, strict=True)
        ]
        offsets = [one - lr * d for one, d in zip(offsets, db, strict=True)]
    return templates, offsets


def test_predict_agrees_with_fifty_digits(snippet: Any) -> None:
    assert oracles.close(snippet.predict(W, b, X), oracles.by_column(oracles.softmax_column, scores(W, b, X)))
    assert snippet.predict([[1e308], [-1e308]], [0.0, 0.0], [[1.0, -1.0]]).tolist() == [[1, 0], [0, 1]]
    assert snippet.predict([[1.0], [-1.0]], [0.0, 0.0], [[1000.0, 0.0]]).tolist() == [[1, 0.5], [0, 0.5]]


def test_gradients_agree_with_the_complex_step(snippet: Any) -> None:
    for given_W, given_b in ((W, b), (np.zeros((3, 2)), np.zeros(3))):
        for got, expected in zip(
            snippet.gradients(given_W, given_b, X, Y), slopes(given_W, given_b, X, Y), strict=True
        ):
            assert oracles.close(got, expected, least=1e-15)


def test_update_is_a_step_of_descent(snippet: Any) -> None:
    dW, db = slopes(W, b, X, Y)
    new_W, new_b = snippet.update(W, b, X, Y, 0.3)
    assert oracles.close(new_W, np.array(W) - 0.3 * np.array(dW))
    assert oracles.close(new_b, np.array(b) - 0.3 * np.array(db))


def test_train_is_mini_batch_gradient_descent(snippet: Any) -> None:
    batches = [[0, 2], [3, 1, 0], [1]]
    got = snippet.train(X, Y, 0.4, [np.array(batch, dtype=np.uint8) for batch in batches])
    for one, expected in zip(got, descend(X, Y, 0.4, batches), strict=True):
        assert oracles.close(one, expected)
    for one in snippet.train(X, Y, 0.4, []):
        assert not one.any()


def test_shuffled_batches_take_each_column_once_an_epoch(snippet: Any) -> None:
    for N, m, epochs in ((10, 4, 3), (6, 2, 2), (3, 5, 1), (1, 1, 1), (5, 2, 0)):
        batches = snippet.shuffled_batches(N, m, epochs, seed=3)
        sizes = [m] * (N // m) + ([N % m] if N % m else [])
        assert [len(one) for one in batches] == sizes * epochs
        taken = [column for batch in batches for column in batch.tolist()]
        assert [sorted(taken[e * N : (e + 1) * N]) for e in range(epochs)] == [list(range(N))] * epochs
    orders = {tuple(snippet.shuffled_batches(20, 20, 1, seed)[0]) for seed in range(3)}
    assert len(orders) == 3
    first, second = snippet.shuffled_batches(20, 20, 2, seed=0)
    assert first.tolist() != second.tolist()
    assert [one.tolist() for one in snippet.shuffled_batches(20, 20, 2, seed=0)] == [first.tolist(), second.tolist()]


def test_model_is_checked(snippet: Any) -> None:
    calls = (
        snippet.predict,
        lambda W, b, X: snippet.gradients(W, b, X, np.full((2, 2), 0.5)),
        lambda W, b, X: snippet.update(W, b, X, np.full((2, 2), 0.5), 0.5),
    )
    good = np.full((2, 2), 0.5)
    for call in calls:
        refuses_what_is_no_array(lambda W, call=call: call(W, [0.0, 0.0], good), "W", 2, finite=True)
        refuses_what_is_no_array(lambda b, call=call: call(good, b, good), "b", 1, finite=True)
        refuses_what_is_no_array(lambda X, call=call: call(good, [0.0, 0.0], X), "X", 2, finite=True)
        refuses("b: expected shape (2,), one for each row of W, got (3,)", call, good, [0.0] * 3, good)
        refuses("b: expected shape (2,), one for each row of W, got (3,)", call, np.ones((2, 3)), [0.0] * 3, good)
        refuses(
            "X: expected 3 rows, one for each column of W, got 2", call, np.ones((2, 3)), [0.0] * 2, np.ones((2, 4))
        )
        says = "W X + b: expected finite numbers, got inf"
        refuses(says, call, [[1e308, 1e308]] * 2, [0.0, 0.0], [[1.0, 1.0], [1.0, 1.0]])


def test_labels_and_rate_are_checked(snippet: Any) -> None:
    good = np.full((2, 2), 0.5)
    for call in (snippet.gradients, lambda *args: snippet.update(*args, 0.5)):
        refuses_what_is_no_array(lambda Y, call=call: call(good, [0.0, 0.0], good, Y), "Y", 2, finite=True)
        refuses_what_is_no_distribution(lambda Y, call=call: call(good, [0.0, 0.0], good, Y), "Y")
        refuses("Y: expected shape (2, 3), got (3, 2)", call, good, [0.0] * 2, np.ones((2, 3)), np.ones((3, 2)) / 3)
    for bad in (0.0, -0.5):
        refuses(f"lr: expected a positive number, got {bad}", snippet.update, W, b, X, Y, bad)
    refuses_what_is_no_array(lambda lr: snippet.update(W, b, X, Y, lr), "lr", 0, finite=True)


def test_train_refuses_bad_batches(snippet: Any) -> None:
    call = snippet.train
    refuses_what_is_no_array(lambda X: call(X, [[1.0, 1.0]], 0.5, []), "X", 2, finite=True)
    refuses_what_is_no_array(lambda Y: call([[1.0, 1.0]], Y, 0.5, []), "Y", 2, finite=True)
    refuses("Y: expected 4 columns, as X has, got 2", call, X, [[0.5, 0.5]] * 3, 0.5, [[0]])
    refuses_what_are_no_labels(lambda batch: call(X, Y, 0.5, [[0], batch]), "batches", finite=True)
    refuses("batches: expected columns 0 to 3, got 4", call, X, Y, 0.5, [[0, 4, -1]])
    refuses("batches: expected columns 0 to 3, got -1", call, X, Y, 0.5, [[0, -1, 4]])
    refuses("lr: expected a positive number, got 0.0", call, X, Y, 0, [[0]])


def test_shuffled_batches_refuse_bad_sizes(snippet: Any) -> None:
    good = {"N": 5, "m": 2, "epochs": 1, "seed": 0}
    for name, least in (("N", 1), ("m", 1), ("epochs", 0), ("seed", 0)):
        refuses_what_is_no_whole_number(
            lambda value, name=name: snippet.shuffled_batches(**{**good, name: value}), name, least
        )


def test_predict_example(snippet: Any) -> None:
    Z = scores(EXAMPLE_W, EXAMPLE_B, [[3.0, 0.0], [0.0, 3.0]])
    P = np.array(oracles.by_column(oracles.softmax_column, Z)).round(3)
    assert printed(snippet.example_predict) == str(P).splitlines()


def test_gradients_example(snippet: Any) -> None:
    dW, _ = slopes(EXAMPLE_W, EXAMPLE_B, EXAMPLE_X, EYE)
    assert printed(snippet.example_gradients) == [f"dW: {np.round(dW, 4).tolist()}"]


def test_update_example(snippet: Any) -> None:
    dW, _ = slopes(EXAMPLE_W, EXAMPLE_B, EXAMPLE_X, EYE)
    step = (np.array(EXAMPLE_W) - 0.6 * np.array(dW)).round(4).tolist()
    assert printed(snippet.example_update) == [f"template matching: {step}", f"gradient descent:  {step}"]


def test_train_example(snippet: Any) -> None:
    X6 = [[2.0, 3.0, -2.0, -1.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0, 3.0, 2.0]]
    Y6, lines = oracles.one_hot([0, 0, 1, 1, 2, 2], 3), []
    for epochs in (0, 1, 10, 100):
        templates, offsets = descend(X6, Y6, 0.5, [[0, 2, 4], [1, 3, 5]] * epochs)
        losses = oracles.losses_of_scores(scores(templates, offsets, X6), Y6)
        lines.append(f"{epochs} epochs: Q_mean {float(oracles.mp.exp(-sum(losses) / 6)):.4f}")
    assert printed(snippet.example_train) == lines


def test_shuffled_batches_example(snippet: Any) -> None:
    assert printed(snippet.example_shuffled_batches) == [
        "sizes: [4, 4, 2]",
        f"each column once: {list(range(10))}",
    ]


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_the_gradient_is_the_complex_step_for_any_sizes(K: int, D: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    model = rng.normal(size=(K, D)), rng.normal(size=K), rng.normal(size=(D, m)), rng.dirichlet(np.ones(K), size=m).T
    dW, db = template_matching.gradients(*model)
    expected_W, expected_b = slopes(*(one.tolist() for one in model))
    assert np.allclose(dW, expected_W, atol=1e-13)
    assert np.allclose(db, expected_b, atol=1e-13)
    assert abs(dW.sum(axis=0)).max() < 1e-13
