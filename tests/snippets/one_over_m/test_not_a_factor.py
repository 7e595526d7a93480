"""The right forms against complex steps; each faulty form of a penalty and of a bias against its own loop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array
from tests.snippets.softmax_layer import ERRORS, GOOD, W, X, Y, added_up, over, softmax_errors


def test_with_a_penalty_the_right_form_is_the_derivative_too(snippet: Any) -> None:
    def cost(at: list[complex]) -> complex:
        return oracles.batch_loss(at, X, Y, 3, bias=False) + 0.7 / (2 * 4) * sum(w * w for w in at)

    slopes = oracles.complex_step(cost, list(np.ravel(W)))
    found = snippet.weights_with_penalty(softmax_errors(), X, W, 0.7)
    assert oracles.close(found, np.reshape(slopes, (3, 2)), least=1e-15)


def test_the_right_form_of_the_bias_is_the_derivative_of_the_mean(snippet: Any) -> None:
    slopes = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, 3), [*np.ravel(W), 0.0, 0.0, 0.0])
    assert oracles.close(snippet.bias(softmax_errors()), np.reshape(slopes[6:], (3, 1)), least=1e-15)


def test_each_form_with_a_penalty_is_what_it_is_named_for(snippet: Any) -> None:
    entries = added_up(ERRORS, X)
    for form, share in ((snippet.weights_with_penalty, 4), (snippet.penalty_divided_again, 16)):
        expected = np.array(over(entries, 4)) + 0.5 / share * np.array(W)
        assert oracles.close(form(ERRORS, X, W, 0.5), expected)
        assert oracles.close(form(ERRORS, X, W, 0), over(entries, 4))


def test_each_faulty_form_of_the_bias_is_what_it_is_named_for(snippet: Any) -> None:
    rows = [sum(row) / 4 for row in ERRORS]
    assert oracles.close(snippet.bias(ERRORS), [[one] for one in rows])
    assert oracles.close(snippet.bias_without_keepdims(ERRORS), rows)
    assert oracles.close(snippet.bias_not_summed(ERRORS), over(ERRORS, 4))
    dZ = [[1.0, 2.0, 4.0], [0.5, -3.0, 7.0]]
    assert oracles.close(snippet.bias_over_the_wrong_axis(dZ), [0.5, -1 / 3, 11 / 3])
    assert snippet.bias_over_the_wrong_axis(ERRORS).tolist() == [0, 0, 0, 0]
    assert oracles.close(
        snippet.bias_from_the_weights(ERRORS, X), [[sum(row) / 4] for row in added_up(ERRORS, X)], least=1e-16
    )
    words = [[0.5, 0.0, 0.25, 1.0], [0.5, 1.0, 0.75, 0.0]]
    assert oracles.close(snippet.bias_from_the_weights(ERRORS, words), [[one] for one in rows])


def test_a_penalty_over_m_is_seen_when_the_batch_is_repeated(snippet: Any) -> None:
    twice = snippet.weights_with_penalty(np.tile(ERRORS, 2), np.tile(X, 2), W, 0.5)
    gap = twice - snippet.weights_with_penalty(ERRORS, X, W, 0.5)
    assert oracles.close(gap, -0.5 / 8 * np.array(W), least=1e-15)


def test_step_keeps_the_shape_of_b_where_numpy_would_stretch_it(snippet: Any) -> None:
    b = np.array([[0.1], [-0.2], [0.4]])
    rows = [sum(row) / 4 for row in ERRORS]
    expected = [[one - 0.3 * slope] for one, slope in zip([0.1, -0.2, 0.4], rows, strict=True)]
    assert oracles.close(snippet.step(b, snippet.bias(ERRORS), 0.3), expected, least=1e-17)
    assert oracles.close(snippet.step(b.ravel(), rows, 0.3), np.ravel(expected), least=1e-17)
    wrong = {
        "(3,)": (snippet.bias_without_keepdims(ERRORS), (3, 3)),
        "(4,)": (snippet.bias_over_the_wrong_axis(ERRORS), (3, 4)),
        "(3, 4)": (snippet.bias_not_summed(ERRORS), (3, 4)),
    }
    for shape, (db, stretched) in wrong.items():
        assert (b - 0.3 * db).shape == stretched
        refuses(f"db: expected shape (3, 1), as b has, got {shape}", snippet.step, b, db, 0.3)
        with pytest.raises(ValueError, match="broadcast"):
            b -= 0.3 * db  # in place there is no room to stretch
    assert (b.ravel() - 0.3 * snippet.bias(ERRORS)).shape == (3, 3)
    refuses("db: expected shape (3,), as b has, got (3, 1)", snippet.step, b.ravel(), snippet.bias(ERRORS), 0.3)


def test_a_stretched_bias_is_found_out_by_another_batch_size(snippet: Any) -> None:
    scores = np.array(W) @ np.array(X)
    stretched = np.zeros((3, 1)) - snippet.bias_not_summed(ERRORS)
    assert (scores + stretched).shape == (3, 4)
    square = np.zeros((3, 1)) - snippet.bias_without_keepdims(ERRORS)
    for other, matrix in ((scores[:, :3], stretched), (scores, square)):
        with pytest.raises(ValueError, match="broadcast"):
            other + matrix
    assert (scores[:, :3] + square).shape == (3, 3)  # as many examples as classes: it hides


def test_batches_are_checked(snippet: Any) -> None:
    pairs = (
        snippet.bias_from_the_weights,
        lambda dZ, x: snippet.weights_with_penalty(dZ, x, GOOD, 1.0),
        lambda dZ, x: snippet.penalty_divided_again(dZ, x, GOOD, 1.0),
    )
    for call in pairs:
        refuses_what_is_no_array(lambda dZ, call=call: call(dZ, GOOD), "dZ", 2, finite=True)
        refuses_what_is_no_array(lambda x, call=call: call(GOOD, x), "X", 2, finite=True)
        refuses("X: expected 4 columns, as dZ has, got 3", call, ERRORS, [[0.5, 0.25, 1.0]])
    for call in (
        snippet.bias,
        snippet.bias_without_keepdims,
        snippet.bias_over_the_wrong_axis,
        snippet.bias_not_summed,
    ):
        refuses_what_is_no_array(call, "dZ", 2, finite=True)


def test_penalties_are_checked(snippet: Any) -> None:
    for call in (snippet.weights_with_penalty, snippet.penalty_divided_again):
        refuses_what_is_no_array(lambda w, call=call: call(GOOD, GOOD, w, 1.0), "W", 2, finite=True)
        refuses_what_is_no_array(lambda lam, call=call: call(GOOD, GOOD, GOOD, lam), "lam", 0, finite=True)
        refuses("W: expected shape (3, 2), got (2, 3)", call, ERRORS, X, np.ones((2, 3)), 1.0)
        refuses("lam: expected a number from 0, got -0.5", call, ERRORS, X, W, -0.5)


def test_steps_are_checked(snippet: Any) -> None:
    for name, call in (
        ("b", lambda one: snippet.step(one, GOOD, 0.5)),
        ("db", lambda one: snippet.step(GOOD, one, 0.5)),
    ):
        refuses(f"{name}: expected finite numbers, got nan", call, [[0.5, np.nan], [1.0, 2.0]])
        refuses(f"{name}: expected real numbers, got dtype bool", call, [[True, False], [True, True]])
    refuses_what_is_no_array(lambda lr: snippet.step(GOOD, GOOD, lr), "lr", 0, finite=True)
    for bad in (0.0, -0.5):
        refuses(f"lr: expected a positive number, got {bad}", snippet.step, GOOD, GOOD, bad)


def test_weights_with_penalty_example(snippet: Any) -> None:
    right, forgotten, again, with_penalty, without = printed(snippet.example_weights_with_penalty)
    weights = np.array([[1.0, -2.0], [0.5, 4.0], [-1.0, 2.0]])
    expected = (np.array(added_up(ERRORS, X)) + 0.5 * weights) / 4
    assert right == f"right:         dW = {expected.round(3).tolist()}"
    assert forgotten == f"forgotten:     gap / W = {[[-0.5 / 4] * 2] * 3}"
    assert again == f"divided again: gap / W = {[[0.5 / 16 - 0.5 / 4] * 2] * 3}"
    assert with_penalty == f"right, batch twice, lam 0.5: largest gap {0.5 / 8 * abs(weights).max()}"
    assert without == f"right, batch twice, lam 0: largest gap {0.0}"


def test_bias_example(snippet: Any) -> None:
    *lines, last = printed(snippet.example_bias)
    assert lines == [
        "bias                      db (3, 1)  b - lr * db (3, 1)",
        "bias_without_keepdims     db (3,)    b - lr * db (3, 3)",
        "bias_over_the_wrong_axis  db (4,)    b - lr * db (3, 4)",
        "bias_not_summed           db (3, 4)  b - lr * db (3, 4)",
    ]
    assert last == f"over the wrong axis: {np.zeros(4)}"


def test_step_example(snippet: Any) -> None:
    assert printed(snippet.example_step) == [
        str([[-0.5 * sum(row) / 4] for row in ERRORS]),
        "db: expected shape (3, 1), as b has, got (3,)",
    ]


def test_bias_from_the_weights_example(snippet: Any) -> None:
    hidden = [[1.0, 0.0, 0.5, 3.0], [0.5, 2.0, 0.0, 2.0]]
    right = np.array([sum(row) / 4 for row in ERRORS])
    wrong = np.array([sum(row) / 4 for row in added_up(ERRORS, hidden)])
    assert printed(snippet.example_bias_from_the_weights) == [
        f"db:             {right}",
        f"from the words: {right}",
        f"from hidden:    {wrong}",
    ]
