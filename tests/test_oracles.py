"""The third voices and the helpers of the snippets' tests, tried both ways."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array


def test_close_tells_what_agrees_from_what_does_not() -> None:
    assert oracles.close([1.0, math.inf], [1.0 + 1e-14, math.inf])
    assert oracles.close(0.0, 1e-40, least=1e-30)
    for got, expected in (
        (1.0, 1.0 + 1e-9),
        (math.inf, -math.inf),
        (math.nan, math.nan),
        (0.0, 1e-40),
        ([1.0], 1.0),
        ([1.0], [1.0, 1.0]),
        (1e308, math.inf),
    ):
        assert not oracles.close(got, expected)


def test_complex_step_gives_derivatives_in_closed_form() -> None:
    assert oracles.complex_step(lambda x: x[0] ** 3 * x[1], [2.0, 5.0]) == [60.0, 8.0]
    p = scipy.special.softmax([0.3, -1.0, 2.0])
    assert np.allclose(oracles.softmax_jacobian([0.3, -1.0, 2.0]), np.diag(p) - np.outer(p, p), atol=1e-16)
    assert np.allclose(oracles.log_sum_exp_hessian([0.3, -1.0, 2.0]), np.diag(p) - np.outer(p, p), atol=1e-15)
    slopes = oracles.complex_step(lambda z: oracles.complex_losses(z, [0.0, 1.0, 0.0]), [0.3, -1.0, 2.0])
    assert np.allclose(slopes, p - [0, 1, 0])


def test_fifty_digits_agree_with_scipy() -> None:
    z = [0.3, -1.0, 2.0]
    assert oracles.close([float(one) for one in oracles.softmax_column(z)], scipy.special.softmax(z))
    assert oracles.close([float(one) for one in oracles.log_softmax_column(z)], scipy.special.log_softmax(z))
    assert oracles.close([float(one) for one in oracles.softmax_column(z, 2.0)], scipy.special.softmax(np.array(z) / 2))
    assert str(oracles.geometric_mean([0.5, 0.125]))[:8] == "0.25"
    assert oracles.geometric_mean([0.0, 0.5]) == 0
    assert oracles.arithmetic_mean([0.5, 0.25]) == 0.375


def test_losses_and_the_batch_loss_are_one() -> None:
    X, Y, W = [[1.0, -2.0]], [[1.0, 0.25], [0.0, 0.75]], [0.5, -0.25]
    Z = [[w * x for x in X[0]] for w in W]
    losses = oracles.losses_of_scores(Z, Y)
    P = oracles.by_column(oracles.softmax_column, Z)
    assert oracles.close([float(one) for one in losses], [float(one) for one in oracles.losses_of_probabilities(P, Y)])
    assert oracles.close(oracles.batch_loss([*map(complex, W), 0j, 0j], X, Y, 2).real, float(sum(losses) / 2))
    assert oracles.losses_of_probabilities([[0.0], [1.0]], [[1.0], [0.0]]) == [oracles.mp.inf]
    assert oracles.one_hot([1, 0], 3) == [[0, 1], [1, 0], [0, 0]]


def test_refuses_fails_where_nothing_is_raised_or_something_else_is_said() -> None:
    def raises() -> None:
        raise ValueError("p: expected this")

    refuses("p: expected this", raises)
    with pytest.raises(AssertionError):
        refuses("p: expected that", raises)
    with pytest.raises(pytest.fail.Exception):
        refuses("p: expected this", lambda: None)
    with pytest.raises(ZeroDivisionError):
        refuses("p: expected this", lambda: 1 / 0)


def test_a_function_that_checks_nothing_is_caught() -> None:
    for axes in (0, 1, 2):
        with pytest.raises(pytest.fail.Exception):
            refuses_what_is_no_array(lambda value: value, "p", axes)


def test_printed_gives_the_lines() -> None:
    assert printed(lambda: print("a", 1, "\nb")) == ["a 1 ", "b"]
