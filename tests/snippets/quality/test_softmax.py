"""Softmax and its kin, against 50 digits, SciPy and complex steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from snippets.quality import softmax as softmax_snippet
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

Z = [[5.0, -0.3, 2.0], [2.0, 0.4, 2.0], [-1.0, 1.7, 2.0], [3.0, -2.2, 2.0]]
OF_Z = ("softmax", "softmax_as_defined", "log_softmax", "hard_max")
z4 = [5.0, 2.0, -1.0, 3.0]
inf = np.inf


def test_softmax_agrees_with_fifty_digits_and_scipy(snippet: Any) -> None:
    expected = oracles.by_column(oracles.softmax_column, Z)
    assert oracles.close(snippet.softmax(Z), expected)
    assert oracles.close(snippet.softmax_as_defined(Z), expected)
    assert oracles.close(snippet.softmax(Z), scipy.special.softmax(Z, axis=0))
    assert oracles.close(snippet.softmax([[1, 2], [3, 4]]), scipy.special.softmax([[1, 2], [3, 4]], axis=0))


def test_log_softmax_agrees_with_fifty_digits_and_scipy(snippet: Any) -> None:
    for scores in (Z, [[-700.0, 1000.0], [700.0, -1000.0], [0.25, 999.0]]):
        assert oracles.close(snippet.log_softmax(scores), oracles.by_column(oracles.log_softmax_column, scores))
        assert oracles.close(snippet.log_softmax(scores), scipy.special.log_softmax(scores, axis=0))


def test_softmax_limits(snippet: Any) -> None:
    scores = [[1e308, 1e308, -1e308, -inf, 1000.0], [-1e308, 1e308, -1e308, 4.0, 0.0]]
    assert snippet.softmax(scores).tolist() == [[1, 0.5, 0.5, 0, 1], [0, 0.5, 0.5, 1, 0]]
    half = np.log(0.5)
    assert snippet.log_softmax(scores).tolist() == [[0, half, half, -inf, 0], [-inf, half, half, 0, -1000]]
    assert snippet.hard_max(scores).tolist() == [[1, 0.5, 0.5, 0, 1], [0, 0.5, 0.5, 1, 0]]
    assert np.isnan(snippet.softmax_as_defined([[1000.0, 0.0], [1001.0, 0.0]])).tolist() == [[True, False]] * 2
    assert np.isnan(snippet.softmax_as_defined([[710.0], [0.0]])).tolist() == [[True], [False]]


def test_jacobian_agrees_with_the_complex_step(snippet: Any) -> None:
    for z in (z4, [0.0, 0.0], [-0.3, 0.4, 1.7], [2.5]):
        assert oracles.close(snippet.jacobian(z), oracles.softmax_jacobian(z), least=1e-16)
    assert snippet.jacobian([1e308, -1e308]).tolist() == [[0, 0], [0, 0]]


def test_with_temperature_agrees_with_fifty_digits(snippet: Any) -> None:
    for T in (0.05, 0.5, 1, 3.0, 1e6):
        assert oracles.close(snippet.with_temperature(Z, T), oracles.by_column(oracles.softmax_column, Z, T))


def test_with_temperature_limits(snippet: Any) -> None:
    assert snippet.with_temperature(Z, 5e-324).tolist() == snippet.hard_max(Z).tolist()
    assert snippet.with_temperature(Z, 1e308).tolist() == [[0.25] * 3] * 4
    apart = [[1e308], [-1e308]]
    assert snippet.with_temperature(apart, 1e-3).tolist() == [[1], [0]]
    assert oracles.close(snippet.with_temperature(apart, 1e308), oracles.by_column(oracles.softmax_column, [[1], [-1]]))
    assert snippet.with_temperature([[-inf], [0.0]], 2.0).tolist() == [[0], [1]]


def test_hard_max_shares_among_ties(snippet: Any) -> None:
    assert snippet.hard_max(Z).tolist() == [[1, 0, 0.25], [0, 0, 0.25], [0, 1, 0.25], [0, 0, 0.25]]


def test_sigmoid_agrees_with_scipy(snippet: Any) -> None:
    a = [0.0, 3.5, -3.5, 40.0, -40.0, -700.0, 1e308, -1e308, inf, -inf]
    assert oracles.close(snippet.sigmoid(a), scipy.special.expit(a))


def test_functions_of_scores_refuse_bad_input(snippet: Any) -> None:
    for call in (*(getattr(snippet, name) for name in OF_Z), lambda given: snippet.with_temperature(given, 2.0)):
        refuses_what_is_no_array(call, "Z", 2)
        says = "Z: expected a finite largest score in each column, got "
        refuses(says + "[ 0. inf]", call, [[0.0, inf], [-inf, 1.0]])
        refuses(says + "[  0. -inf]", call, [[0.0, -inf], [-inf, -inf]])
    refuses_what_is_no_array(snippet.jacobian, "z", 1)
    refuses("Z: expected a finite largest score in each column, got [inf]", snippet.jacobian, [inf, 0.0])
    refuses_what_is_no_array(snippet.sigmoid, "a", 1)


def test_with_temperature_refuses_bad_temperatures(snippet: Any) -> None:
    for bad in (0.0, -1.0, inf, -inf):
        refuses(f"T: expected a positive number, got {bad}", snippet.with_temperature, Z, bad)
    refuses_what_is_no_array(lambda T: snippet.with_temperature(Z, T), "T", 0)


def test_softmax_example(snippet: Any) -> None:
    p = np.array([float(one) for one in oracles.softmax_column(z4)]).round(3)
    assert printed(snippet.example_softmax) == [f"{np.array(z4)} gives {p}", f"{np.array(z4) + 1000} gives {p}"]


def test_softmax_as_defined_example(snippet: Any) -> None:
    p = np.array([float(one) for one in oracles.softmax_column([1000.0, 1001.0])]).round(3)
    assert printed(snippet.example_softmax_as_defined) == ["as defined:    [nan nan]", f"largest first: {p}"]


def test_log_softmax_example(snippet: Any) -> None:
    exact = np.array([float(one) for one in oracles.log_softmax_column([0.0, -800.0])])
    assert printed(snippet.example_log_softmax) == ["log of softmax: [  0. -inf]", f"log_softmax:    {exact.round(9)}"]


def test_jacobian_example(snippet: Any) -> None:
    J = np.array(oracles.softmax_jacobian([2.0, 1.0, 0.0])).round(3)
    assert printed(snippet.example_jacobian) == str(J).splitlines()


def test_with_temperature_example(snippet: Any) -> None:
    assert printed(snippet.example_with_temperature) == [
        f"T = {T}: {np.array([float(one) for one in oracles.softmax_column(z4, T)]).round(3)}"
        for T in (0.1, 1.0, 10.0, 1000.0)
    ]


def test_hard_max_example(snippet: Any) -> None:
    assert printed(snippet.example_hard_max) == [
        f"{np.array(z4)} gives {np.array([1.0, 0.0, 0.0, 0.0])}",
        f"{np.array([5.0, 2.0, 5.0, 3.0])} gives {np.array([0.5, 0.0, 0.5, 0.0])}",
    ]


def test_sigmoid_example(snippet: Any) -> None:
    p = scipy.special.expit([1.0, 0.0, -2.0]).round(4)
    assert printed(snippet.example_sigmoid) == [f"softmax, class 0: {p}", f"sigmoid:          {p}"]


SCORES = arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.floats(-1e308, 1e308))
MODEST = arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 4)), elements=st.floats(-100, 100))


@given(SCORES)
def test_columns_sum_to_one_whatever_the_scores(scores: Any) -> None:
    for made in (softmax_snippet.softmax(scores), softmax_snippet.hard_max(scores)):
        assert np.allclose(made.sum(axis=0), 1)
        assert made.min() >= 0
    assert (softmax_snippet.log_softmax(scores) <= 0).all()
    assert np.allclose(softmax_snippet.with_temperature(scores, 1e300).sum(axis=0), 1)


@given(MODEST, st.floats(-100, 100))
def test_a_shift_of_all_scores_changes_nothing(scores: Any, shift: float) -> None:
    assert np.allclose(softmax_snippet.softmax(scores + shift), softmax_snippet.softmax(scores), atol=1e-12)
    assert np.allclose(softmax_snippet.log_softmax(scores + shift), softmax_snippet.log_softmax(scores), atol=1e-10)
    assert np.allclose(np.exp(softmax_snippet.log_softmax(scores)), softmax_snippet.softmax(scores), atol=1e-14)


@given(st.lists(st.floats(-300, 300), min_size=2, max_size=2))
def test_two_classes_are_a_sigmoid(z: list[float]) -> None:
    p = softmax_snippet.softmax([[z[0]], [z[1]]])[0, 0]
    assert np.isclose(softmax_snippet.sigmoid([z[0] - z[1]])[0], p, rtol=1e-9)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=6))
def test_the_jacobian_is_symmetric_and_its_rows_sum_to_zero(z: list[float]) -> None:
    J = softmax_snippet.jacobian(z)
    assert np.array_equal(J, J.T)
    assert abs(J.sum(axis=1)).max() < 1e-15
