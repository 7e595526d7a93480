"""The Hessian and the chords, against 50-digit differences and loops."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import convexity
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_are_no_labels, refuses_what_is_no_array

W = [[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]  # K = 3, D = 2
V = [[-1.5, 0.5], [2.0, 0.0], [0.75, -0.25]]
X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # m = 4
LABELS = [0, 1, 2, 2]
LINE, TWO = [[1.0, -1.0, 2.0]], [0, 1, 1]  # the data of the examples


def mean_loss(templates: Any, examples: Any, labels: list[int]) -> Any:
    """The average loss in 50 digits."""
    Z = [
        [sum(oracles.exact(w) * oracles.exact(x) for w, x in zip(row, column, strict=True)) for column in columns]
        for row in templates
        for columns in [oracles.columns(examples)]
    ]
    total = oracles.mpf(0)
    for i, c in enumerate(labels):
        column = [row[i] for row in Z]
        total += oracles.mp.log(sum(oracles.mp.exp(one) for one in column)) - column[c]
    return total / len(labels)


def chord(A: Any, B: Any, examples: Any, labels: list[int], t: float) -> list[float]:
    """How far the chords of L and of -Q_mean lie above the graph, in 50 digits."""
    s = oracles.exact(t)
    between = [
        [(1 - s) * oracles.exact(a) + s * oracles.exact(b) for a, b in zip(ra, rb, strict=True)]
        for ra, rb in zip(A, B, strict=True)
    ]
    heights = []
    for of in (lambda L: L, lambda L: -oracles.mp.exp(-L)):
        ends = (1 - s) * of(mean_loss(A, examples, labels)) + s * of(mean_loss(B, examples, labels))
        Z = oracles.mpf(0)
        for i, c in enumerate(labels):
            x = [oracles.exact(row[i]) for row in examples]
            z = [sum(w * one for w, one in zip(row, x, strict=True)) for row in between]
            Z += oracles.mp.log(sum(oracles.mp.exp(one) for one in z)) - z[c]
        heights.append(float(ends - of(Z / len(labels))))
    return heights


def quadratic_form(z: list[float], v: list[float]) -> float:
    H = oracles.log_sum_exp_hessian(z)
    return sum(v[i] * H[i][j] * v[j] for i in range(len(v)) for j in range(len(v)))


def test_hessian_agrees_with_second_differences(snippet: Any) -> None:
    for z in ([2.0, 1.0, 0.0], [0.0, 0.0], [5.0, 2.0, -1.0, 3.0], [0.7]):
        assert oracles.close(snippet.hessian(z), oracles.log_sum_exp_hessian(z), least=1e-12)
    assert snippet.hessian([1e308, -1e308]).tolist() == [[0, 0], [0, 0]]


def test_curvature_agrees_with_the_quadratic_form(snippet: Any) -> None:
    for z, v in (([2.0, 1.0, 0.0], [1.0, -1.0, 0.0]), ([0.5, 0.25], [3.0, 1.0]), ([5.0, 2.0, -1.0], [0.5, -2.0, 1.5])):
        assert oracles.close(snippet.curvature(z, v), quadratic_form(z, v), rel=1e-10)
        assert type(snippet.curvature(z, v)) is float
    assert snippet.curvature([2.0, 1.0, 0.0], [7, 7, 7]) == 0


def test_loss_agrees_with_fifty_digits(snippet: Any) -> None:
    for templates, examples, labels in ((W, X, LABELS), (V, X, LABELS), ([[3], [0]], LINE, TWO)):
        assert oracles.close(snippet.loss(templates, examples, labels), float(mean_loss(templates, examples, labels)))
    assert type(snippet.loss(W, X, np.array(LABELS, dtype=np.uint8))) is float
    assert snippet.loss([[1e308], [-1e308]], [[1.0]], [0]) == 0
    assert snippet.loss([[1.0], [-1.0]], [[1000.0, 0.0]], [0, 0]) == np.log(2) / 2
    assert snippet.loss([[1e308], [-1e308]], [[1.0, 1.0]], [0, 1]) == np.inf


def test_height_of_chord_agrees_with_fifty_digits(snippet: Any) -> None:
    for t in (0.25, 0.5, 0.8):
        got = snippet.height_of_chord(W, V, X, LABELS, t)
        assert oracles.close(got, chord(W, V, X, LABELS, t), rel=1e-9)
        assert [type(one) for one in got] == [float, float]
    for t in (0, 1):
        assert np.allclose(snippet.height_of_chord(W, V, X, LABELS, t), 0, atol=1e-15)


def test_functions_of_scores_refuse_bad_input(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.hessian, "z", 1, finite=True)
    refuses_what_is_no_array(lambda z: snippet.curvature(z, [1.0, 1.0]), "z", 1, finite=True)
    refuses_what_is_no_array(lambda v: snippet.curvature([1.0, 1.0], v), "v", 1, finite=True)
    refuses("v: expected shape (2,), as z has, got (3,)", snippet.curvature, [1.0, 1.0], [1.0, 1.0, 1.0])


def test_loss_refuses_bad_input(snippet: Any) -> None:
    good = np.full((2, 2), 0.5)
    for call in (
        snippet.loss,
        lambda *given: snippet.height_of_chord(np.zeros((2, 3)), np.zeros((2, 3)), *given[1:], 1),
    ):
        refuses("X: expected 3 rows, one for each column of W, got 2", call, np.zeros((2, 3)), np.ones((2, 4)), [0, 1])
    refuses_what_is_no_array(lambda W: snippet.loss(W, good, [0, 1]), "W", 2, finite=True)
    refuses_what_is_no_array(lambda X: snippet.loss(good, X, [0, 1]), "X", 2, finite=True)
    refuses_what_are_no_labels(lambda labels: snippet.loss(good, good, labels), "labels", finite=True)
    says = "labels: expected shape (2,), one for each column of X, got (3,)"
    refuses(says, snippet.loss, good, good, [0, 1, 0])
    refuses("labels: expected 0 to 1, got 2", snippet.loss, good, good, [2, -1])
    refuses("labels: expected 0 to 1, got -1", snippet.loss, good, good, [-1, 2])
    refuses("W X: expected finite numbers, got inf", snippet.loss, [[1e308, 1e308]] * 2, good * 4, [0, 1])


def test_height_of_chord_refuses_bad_input(snippet: Any) -> None:
    good, call = np.full((2, 2), 0.5), snippet.height_of_chord
    refuses_what_is_no_array(lambda A: call(A, good, good, [0, 1], 0.5), "A", 2, finite=True)
    refuses_what_is_no_array(lambda B: call(good, B, good, [0, 1], 0.5), "B", 2, finite=True)
    refuses_what_is_no_array(lambda t: call(good, good, good, [0, 1], t), "t", 0, finite=True)
    refuses("B: expected shape (2, 2), as A has, got (2, 1)", call, good, good[:, :1], good, [0, 1], 0.5)
    for bad in (-0.5, 1.5):
        refuses(f"t: expected a number in [0, 1], got {bad}", call, good, good, good, [0, 1], bad)


def test_hessian_example(snippet: Any) -> None:
    H = oracles.mp.matrix(oracles.log_sum_exp_hessian([2.0, 1.0, 0.0]))
    values = np.sort([abs(float(one)) for one in oracles.mp.eigsy(H, eigvals_only=True)])
    assert printed(snippet.example_hessian) == [f"eigenvalues: {values.round(4)}"]


def test_curvature_example(snippet: Any) -> None:
    lines = []
    for v in ([1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [0.0, 1.0, -1.0]):
        form = abs(quadratic_form([2.0, 1.0, 0.0], v))
        lines.append(f"along {v}: {form:.4f} = {form:.4f}")
    assert printed(snippet.example_curvature) == lines


def test_loss_example(snippet: Any) -> None:
    lines = []
    for s in (-4.0, -2.0, 0.0, 2.0, 4.0):
        L = mean_loss([[s], [0.0]], LINE, TWO)
        lines.append(f"s = {s:4.1f}: L = {float(L):.4f}, Q_mean = {float(oracles.mp.exp(-L)):.4f}")
    assert printed(snippet.example_loss) == lines


def test_height_of_chord_example(snippet: Any) -> None:
    lines = []
    for far in (2.0, 8.0):
        L, Q = chord([[0.0], [0.0]], [[far], [0.0]], LINE, TWO, 0.25)
        lines.append(f"from 0 to {far}: chord above L by {L:.4f}, above -Q_mean by {Q:.4f}")
    assert printed(snippet.example_height_of_chord) == lines


@given(st.integers(2, 4), st.integers(1, 3), st.integers(1, 4), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_no_chord_lies_below_the_loss(K: int, D: int, m: int, t: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    A, B, examples = rng.normal(0, 3, (K, D)), rng.normal(0, 3, (K, D)), rng.normal(0, 3, (D, m))
    assert convexity.height_of_chord(A, B, examples, rng.integers(0, K, m), t)[0] >= -1e-12


@given(st.lists(st.tuples(st.floats(-30, 30), st.floats(-30, 30)), min_size=1, max_size=6))
def test_the_quadratic_form_is_the_sum_over_pairs_and_never_negative(pairs: list[tuple[float, float]]) -> None:
    z, v = (np.array(one) for one in zip(*pairs, strict=True))
    form = convexity.curvature(z, v)
    assert form >= 0
    assert np.isclose(v @ convexity.hessian(z) @ v, form, rtol=1e-9, atol=1e-10)
