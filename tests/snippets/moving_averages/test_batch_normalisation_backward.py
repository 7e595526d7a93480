"""The backward pass: against the complex step through the four lines written out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

Z = [[2.0, 4.0, 9.0, 5.5, -1.5], [0.5, 0.25, -0.125, 1.0, 8.0]]
UP = [[0.5, -1.0, 0.25, 2.0, -0.125], [1.0, 0.75, -2.0, 0.5, 3.0]]
GAMMA = [-1.5, 0.5]
EXAMPLE, FROM_ABOVE = [2.0, 4.0, 9.0, 6.0], [0.5, -1.0, 0.25, 2.0]


def cost(z: list[complex], up: list[float], gamma: complex, beta: complex, eps: float) -> complex:
    """What is given on, each times its slope from above."""
    mean = sum(z) / len(z)
    variance = sum((one - mean) ** 2 for one in z) / len(z)
    return sum(d * (gamma * (one - mean) * (variance + eps) ** -0.5 + beta) for d, one in zip(up, z, strict=True))


def slopes(z: list[float], up: list[float], gamma: float, eps: float) -> list[float]:
    """In the scores, then in gamma and beta."""
    m = len(z)
    return oracles.complex_step(lambda at: cost(at[:m], up, at[m], at[m + 1], eps), [*z, gamma, 0.75])


def constant(z: list[float], up: list[float], gamma: float, eps: float) -> list[float]:
    mean = math.fsum(z) / len(z)
    root = math.sqrt(math.fsum((one - mean) ** 2 for one in z) / len(z) + eps)
    return [gamma * d / root for d in up]


def test_every_slope_is_that_of_the_cost(snippet: Any) -> None:
    for eps in (1e-5, 0.25, 4):
        dZ, dgamma, dbeta = snippet.backward(UP, Z, GAMMA, eps)
        for unit, one in enumerate(zip(Z, UP, GAMMA, strict=True)):
            found = [*dZ[unit], dgamma[unit], dbeta[unit]]
            assert oracles.close(found, slopes(*one, eps), rel=1e-11, least=1e-14)
    for found, expected in zip(snippet.backward(UP, Z, GAMMA), snippet.backward(UP, Z, GAMMA, 1e-5), strict=True):
        assert found.tolist() == expected.tolist()
    assert snippet.backward([[3]], [[7]], [2], 1)[0].tolist() == [[0.0]]


def test_as_if_mean_and_variance_stood_still(snippet: Any) -> None:
    for more in ((0.25,), ()):
        expected = [constant(*one, *(more or (1e-5,))) for one in zip(Z, UP, GAMMA, strict=True)]
        assert oracles.close(snippet.as_if_constant(UP, Z, GAMMA, *more), expected)


def refuses_bad_input(call: Any) -> None:
    two = [[0.5, 0.5]] * 2
    refuses_what_is_no_array(lambda dZ: call(dZ, two, [1, 1]), "dZ_tilde", 2, finite=True)
    refuses_what_is_no_array(lambda Z: call(two, Z, [1, 1]), "Z", 2, finite=True)
    refuses_what_is_no_array(lambda gamma: call(two, two, gamma), "gamma", 1, finite=True)
    refuses_what_is_no_array(lambda eps: call(two, two, [1, 1], eps), "eps", 0, finite=True)
    refuses("dZ_tilde: expected shape (2, 2), as Z has, got (1, 2)", call, two[:1], two, [1, 1])
    for wrong in ([1.0], [1.0, 2.0, 3.0]):
        refuses(f"gamma: expected 2 entries, one for each unit, got {len(wrong)}", call, two, two, wrong)
    for bad in (0.0, -0.25):
        refuses(f"eps: expected a positive number, got {bad}", call, two, two, [1, 1], bad)


def test_bad_input_is_named(snippet: Any) -> None:
    refuses_bad_input(snippet.backward)
    refuses_bad_input(snippet.as_if_constant)


def test_backward_example(snippet: Any) -> None:
    expected = []
    for eps in (1e-5, 1.0):
        found = slopes(EXAMPLE, FROM_ABOVE, 1.5, eps)[:4]
        normal = constant(EXAMPLE, [z - 5.25 for z in EXAMPLE], 1.0, eps)
        expected.append(f"{np.array(found).round(4)}, along the scores {np.dot(found, normal) / 4:.6f}")
    for times in (1, 4):
        *found, dgamma, dbeta = slopes(EXAMPLE, [times * d / 4 for d in FROM_ABOVE], 1.5, 1e-5)
        told = [np.array(one).round(4) for one in (found, [dgamma], [dbeta])]  # dbeta has four digits
        expected.append(f"{told[0]}, dgamma {told[1]}, dbeta {told[2]}")
    assert printed(snippet.example_backward) == expected


def test_as_if_constant_example(snippet: Any) -> None:
    expected = []
    for m in (4, 2, 1):
        right = slopes(EXAMPLE[:m], FROM_ABOVE[:m], 1.5, 0.5)[:m]
        wrong = constant(EXAMPLE[:m], FROM_ABOVE[:m], 1.5, 0.5)
        expected.append(f"m = {m}: {np.array(right).round(4)}, as if constant {np.array(wrong).round(4)}")
    assert printed(snippet.example_as_if_constant) == expected
