"""Margins, rays and gradients of separable data, against 50 digits and complex steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import separable_data
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_are_no_labels, refuses_what_is_no_array

W = [[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]  # K = 3, D = 2
X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # m = 4
LABELS = [0, 1, 2, 2]
RAY_W, RAY_X, RAY_LABELS = [[1.0], [-0.5]], [[2.0, -1.0, -3.0]], [0, 1, 1]


def scores(templates: Any, examples: Any, s: float = 1.0) -> list[list[Any]]:
    return [
        [
            oracles.exact(s) * sum(oracles.exact(w) * oracles.exact(x) for w, x in zip(row, column, strict=True))
            for column in oracles.columns(examples)
        ]
        for row in templates
    ]


def mean_loss(templates: Any, examples: Any, labels: list[int], s: float = 1.0) -> Any:
    """The average loss at s·W in 400 digits."""
    with oracles.mp.workdps(400):  # 1 + exp(-600) is to be told from 1
        total = oracles.mpf(0)
        for z, c in zip(oracles.columns(scores(templates, examples, s)), labels, strict=True):
            total += oracles.mp.log(sum(oracles.mp.exp(one - z[c]) for one in z))
        return total / len(labels)


def gradient_length(templates: Any, examples: Any, labels: list[int], s: float = 1.0) -> float:
    """The norm of the gradient at s·W, its entries summed over the examples in 400 digits."""
    K, D, columns = len(templates), len(examples), oracles.columns(examples)
    square = oracles.mpf(0)
    with oracles.mp.workdps(400):  # p is to be told from 1
        for k in range(K):
            for d in range(D):
                entry = oracles.mpf(0)
                for x, z, c in zip(columns, oracles.columns(scores(templates, examples, s)), labels, strict=True):
                    p = oracles.mp.exp(z[k]) / sum(oracles.mp.exp(one) for one in z)
                    entry += (p - (1 if k == c else 0)) * oracles.exact(x[d])
                square += (entry / len(labels)) ** 2
        return float(oracles.mp.sqrt(square))


def test_margins_agree_with_a_loop(snippet: Any) -> None:
    expected = []
    for z, c in zip(oracles.columns(scores(W, X)), LABELS, strict=True):
        expected.append(float(z[c] - max(one for k, one in enumerate(z) if k != c)))
    assert oracles.close(snippet.margins(W, X, LABELS), expected)
    assert snippet.margins([[2], [2]], [[1, 3]], np.array([0, 1], dtype=np.uint8)).tolist() == [0, 0]


def test_loss_along_ray_agrees_with_fifty_digits(snippet: Any) -> None:
    for s in (-3.0, 0, 1.0, 2.5, 20.0):
        assert oracles.close(snippet.loss_along_ray(W, X, LABELS, s), float(mean_loss(W, X, LABELS, s)))
    assert type(snippet.loss_along_ray(W, X, LABELS, 1.0)) is float
    for s in (50.0, 100.0, 300.0):  # where 1 + exp(-s) is 1 in float64
        got = snippet.loss_along_ray(RAY_W, RAY_X, RAY_LABELS, s)
        assert got > 0
        assert oracles.close(got, float(mean_loss(RAY_W, RAY_X, RAY_LABELS, s)))
    assert snippet.loss_along_ray(RAY_W, [[1.0]], [0], 1e308) == 0
    assert snippet.loss_along_ray([[1.0], [-1.0]], [[1.0]], [1], 1e308) == np.inf


def test_gradient_length_agrees_with_fifty_digits_and_the_complex_step(snippet: Any) -> None:
    for s in (0.0, 1.0, 2.5):
        got = snippet.gradient_length(s * np.array(W), X, LABELS)
        assert oracles.close(got, gradient_length(W, X, LABELS, s))
        flat = [s * one for row in W for one in row]
        Y = oracles.one_hot(LABELS, 3)
        steps = oracles.complex_step(lambda at, Y=Y: oracles.batch_loss(at, X, Y, 3, bias=False), flat)
        assert oracles.close(got, float(np.linalg.norm(steps)))
    assert type(snippet.gradient_length(W, X, LABELS)) is float
    assert snippet.gradient_length([[1.0], [-1.0]], [[1000.0, 1.0]], [0, 0]) > 0.08  # of the second alone
    assert oracles.close(
        snippet.gradient_length([[100.0], [-50.0]], RAY_X, RAY_LABELS),
        gradient_length(RAY_W, RAY_X, RAY_LABELS, 100.0),
    )
    assert oracles.close(snippet.gradient_length([[1e308], [-1e308]], [[1.0]], [1]), np.sqrt(2))


def test_longest_gradient_is_reached_and_never_passed(snippet: Any) -> None:
    for examples in (X, [[3, 1], [4, 1]], [[-2.0]]):
        longest = max(sum(one**2 for one in column) for column in oracles.columns(examples))
        assert oracles.close(snippet.longest_gradient(examples), float(np.sqrt(2 * longest)))
    assert type(snippet.longest_gradient(X)) is float


def test_kind_of_point_knows_the_four_kinds(snippet: Any) -> None:
    for kind, diagonals in {
        "minimum": ([2.0, 1.0], [1e-11, 1.0], [3.0]),
        "maximum": ([-2.0, -1.0], [-1e-11, -1.0], [-3.0]),
        "saddle": ([2.0, -1.0, 0.0], [1.0, -1e-11], [1e-11, -1.0, 3.0]),
        "cannot tell": ([1.0, 0.0], [-1.0, 0.0], [0.0, 0.0], [1.0, 1e-13], [1.0, -1e-13], [-1.0, 1e-13], [0.0]),
    }.items():
        for diagonal in diagonals:
            assert snippet.kind_of_point(np.diag(diagonal)) == kind
    assert snippet.kind_of_point([[0, 1], [1, 0]]) == "saddle"


def test_templates_examples_and_labels_are_checked(snippet: Any) -> None:
    good = np.full((2, 2), 0.5)
    for call in (snippet.margins, snippet.gradient_length, lambda *given: snippet.loss_along_ray(*given, 2.0)):
        refuses_what_is_no_array(lambda W, call=call: call(W, good, [0, 1]), "W", 2, finite=True)
        refuses_what_is_no_array(lambda X, call=call: call(good, X, [0, 1]), "X", 2, finite=True)
        refuses("W: expected at least 2 rows, one for each class, got 1", call, [[1.0, 1.0]], good, [0, 0])
        refuses("X: expected 3 rows, one for each column of W, got 2", call, np.ones((2, 3)), np.ones((2, 4)), [0] * 4)
        refuses_what_are_no_labels(lambda labels, call=call: call(good, good, labels), "labels", finite=True)
        says = "labels: expected shape (2,), one for each column of X, got (3,)"
        refuses(says, call, good, good, [0, 1, 0])
        refuses("labels: expected 0 to 1, got 2", call, good, good, [2, -1])
        refuses("labels: expected 0 to 1, got -1", call, good, good, [-1, 2])
        refuses("s W X: expected finite numbers, got inf", call, [[1e308, 1e308]] * 2, good * 4, [0, 1])
    refuses_what_is_no_array(lambda s: snippet.loss_along_ray(good, good, [0, 1], s), "s", 0, finite=True)
    refuses("s W X: expected finite numbers, got inf", snippet.loss_along_ray, 4 * good, 4 * good, [0, 1], 1e308)


def test_longest_gradient_and_kind_of_point_refuse_bad_input(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.longest_gradient, "X", 2, finite=True)
    refuses_what_is_no_array(snippet.kind_of_point, "H", 2, finite=True)
    for bad in ([[1.0, 2.0]], [[1.0, 2.0], [3.0, 1.0]]):
        refuses(f"H: expected a symmetric matrix, got {bad}", snippet.kind_of_point, bad)


def test_margins_example(snippet: Any) -> None:
    assert printed(snippet.example_margins) == [
        f"separates: {np.array([2 * 2.0, 2 * 1.0, 2 * 3.0])}",
        f"does not:  {np.array([2 * 1.0, -2 * 1.0, 2 * 2.0])}",
    ]


def test_loss_along_ray_example(snippet: Any) -> None:
    assert printed(snippet.example_loss_along_ray) == [
        f"s = {s:4.1f}: L = {float(mean_loss(RAY_W, RAY_X, RAY_LABELS, s)):.2e}" for s in (1.0, 2.0, 5.0, 10.0)
    ]


def test_gradient_length_example(snippet: Any) -> None:
    assert printed(snippet.example_gradient_length) == [
        f"s = {s:4.1f}: length {gradient_length(RAY_W, RAY_X, RAY_LABELS, s):.2e}" for s in (1.0, 2.0, 5.0, 10.0)
    ]


def test_longest_gradient_example(snippet: Any) -> None:
    assert printed(snippet.example_longest_gradient) == [
        f"bound: {3 * np.sqrt(2):.4f}",
        *(f"wrong side, s = {s}: {gradient_length(RAY_W, [[3.0]], [1], s):.4f}" for s in (0.0, 1.0, 1000.0)),
    ]


def test_kind_of_point_example(snippet: Any) -> None:
    def hessian(a: float, b: float) -> list[list[float]]:  # of ½ (ab - 1)², term by term
        return [[b * b, 2 * a * b - 1], [2 * a * b - 1, a * a]]

    kinds = {(0.0, 0.0): "saddle", (4.0, 0.25): "cannot tell"}
    for point, kind in kinds.items():
        (a, b), (_, d) = hessian(*point)
        assert kind == ("saddle" if a * d - b * b < 0 else "cannot tell")  # the product of the two eigenvalues
    assert printed(snippet.example_kind_of_point) == [
        f"at {list(point)}: {hessian(*point)}, {kind}" for point, kind in kinds.items()
    ]


@given(st.integers(2, 4), st.integers(1, 3), st.integers(1, 4), st.floats(0, 50), st.integers(0, 2**32 - 1))
def test_no_gradient_is_longer_than_the_bound(K: int, D: int, m: int, s: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    templates, examples, labels = s * rng.normal(size=(K, D)), rng.normal(size=(D, m)), rng.integers(0, K, m)
    bound = separable_data.longest_gradient(examples)
    assert separable_data.gradient_length(templates, examples, labels) <= bound * (1 + 1e-12)


@given(st.floats(0.01, 10), st.floats(0.01, 5), st.floats(0, 30))
def test_a_ray_that_separates_never_stops_falling(x: float, step: float, s: float) -> None:
    here = separable_data.loss_along_ray(RAY_W, [[x, -x]], [0, 1], s)
    further = separable_data.loss_along_ray(RAY_W, [[x, -x]], [0, 1], s + step)
    assert 0 < further < here or 1.5 * x * (s + step) > 700  # where exp is 0 in float64
