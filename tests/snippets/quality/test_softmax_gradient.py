"""The gradient of softmax with cross-entropy, against complex steps and 50 digits."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import softmax_gradient
from tests import oracles
from tests.snippets.checks import (
    printed,
    refuses,
    refuses_what_are_no_labels,
    refuses_what_is_no_array,
    refuses_what_is_no_whole_number,
)

Z = [[5.0, -0.3, 2.0], [2.0, 0.4, 2.0], [-1.0, 1.7, 2.0], [3.0, -2.2, 2.0]]
LABELS = {
    "one-hot": oracles.one_hot([1, 3, 0], 4),
    "soft": [[0.2, 0.0, 0.25], [0.3, 1.0, 0.25], [0.5, 0.0, 0.25], [0.0, 0.0, 0.25]],
    "do not sum to 1": [[0.0, 2.0, 0.1], [0.6, 0.0, 0.1], [0.0, 3.0, 0.0], [0.3, 0.5, 0.0]],
    "none": [[0.0] * 3] * 4,
}
inf = np.inf


def slopes(z: list[float], y: list[float]) -> list[float]:
    return oracles.complex_step(lambda at: oracles.complex_losses(at, y), z)


def test_losses_agree_with_fifty_digits(snippet: Any) -> None:
    for Y in LABELS.values():
        assert oracles.close(snippet.losses(Z, Y), [float(one) for one in oracles.losses_of_scores(Z, Y)])


def test_gradient_agrees_with_the_complex_step(snippet: Any) -> None:
    for Y in LABELS.values():
        expected = [slopes(z, y) for z, y in zip(oracles.columns(Z), oracles.columns(Y), strict=True)]
        assert oracles.close(snippet.gradient(Z, Y), np.transpose(expected), least=1e-15)
    P = oracles.by_column(oracles.softmax_column, Z)
    assert oracles.close(snippet.gradient(Z, LABELS["soft"]), np.subtract(P, LABELS["soft"]), least=1e-15)


def test_losses_and_gradient_have_the_right_limits(snippet: Any) -> None:
    huge, Y = [[1e308, -1e308, -inf], [-1e308, 1e308, 7.0]], [[1.0, 1.0, 0.0], [0.0, 0.0, 2.0]]
    assert snippet.losses(huge, Y).tolist() == [0, inf, 0]
    assert snippet.gradient(huge, Y).tolist() == [[0, -1, 0], [0, 1, 0]]
    assert snippet.losses([[0.0], [-1e307]], [[0.0], [100.0]]).tolist() == [inf]  # beyond the largest float


def test_one_hot_agrees_with_a_loop(snippet: Any) -> None:
    for labels, K in (([1, 0], 3), ([2, 0, 1, 3, 1], 4), ([0], 1)):
        assert snippet.one_hot(labels, K).tolist() == oracles.one_hot(labels, K)
    assert snippet.one_hot(np.array([1], dtype=np.uint8), 2).tolist() == [[0], [1]]


def test_losses_and_gradient_refuse_bad_input(snippet: Any) -> None:
    for call in (snippet.losses, snippet.gradient):
        refuses_what_is_no_array(lambda given, call=call: call(given, [[0.5, 0.5]] * 2), "Z", 2)
        refuses_what_is_no_array(lambda given, call=call: call([[0.5, 0.5]] * 2, given), "Y", 2)
        says = "Z: expected a finite largest score in each column, got "
        refuses(says + "[ 0. inf]", call, [[0.0, inf], [-inf, 1.0]], [[1.0, 1.0], [0.0, 0.0]])
        refuses(says + "[  0. -inf]", call, [[0.0, -inf], [-inf, -inf]], [[1.0, 1.0], [0.0, 0.0]])
        refuses("Y: expected shape (2, 1), as Z has, got (1, 2)", call, [[0.0], [1.0]], [[0.0, 1.0]])
        refuses("Y: expected finite weights from 0, got -0.5", call, [[0.0], [1.0]], [[-0.5], [inf]])
        refuses("Y: expected finite weights from 0, got inf", call, [[0.0], [1.0]], [[inf], [-0.5]])


def test_one_hot_refuses_bad_labels(snippet: Any) -> None:
    refuses_what_is_no_whole_number(lambda K: snippet.one_hot([0], K), "K", 1)
    refuses_what_are_no_labels(lambda labels: snippet.one_hot(labels, 2), "labels")
    refuses("labels: expected 0 to 1, got 2", snippet.one_hot, [0, 2, -1], 2)
    refuses("labels: expected 0 to 1, got -1", snippet.one_hot, [0, -1, 2], 2)


def test_one_hot_example(snippet: Any) -> None:
    expected = str(np.array(oracles.one_hot([2, 0, 1, 3, 1], 4)))
    assert printed(snippet.example_one_hot) == expected.splitlines()


def test_losses_example(snippet: Any) -> None:
    z = [[5.0], [2.0], [-1.0], [3.0]]
    assert printed(snippet.example_losses) == [
        f"{words}: {np.array([float(oracles.losses_of_scores(z, y)[0])]).round(4)}"
        for words, y in (
            ("right class 0", [[1.0], [0.0], [0.0], [0.0]]),
            ("half 0, half 3", [[0.5], [0.0], [0.0], [0.5]]),
        )
    ]


def test_gradient_example(snippet: Any) -> None:
    lines = []
    for y in ([0.0, 1.0, 0.0, 0.0], [0.0, 0.6, 0.0, 0.3]):
        expected = np.round(slopes([5.0, 2.0, -1.0, 3.0], y), 3)
        lines.append(f"labels sum to {sum(y):.1f}: formula {expected}  nudged {expected}")
    assert printed(snippet.example_gradient) == lines


COLUMN = st.lists(st.tuples(st.floats(-20, 20), st.floats(0, 5)), min_size=1, max_size=6)


@given(COLUMN)
def test_the_gradient_is_the_complex_step_and_sums_to_zero(pairs: list[tuple[float, float]]) -> None:
    z, y = (list(one) for one in zip(*pairs, strict=True))
    got = softmax_gradient.gradient([[one] for one in z], [[one] for one in y]).ravel()
    assert np.allclose(got, slopes(z, y), atol=1e-12)
    assert abs(got.sum()) < 1e-12
