"""Batch normalisation forwards: against sums written out, with exact fractions where no root is taken."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

Z = [[2.0, 4.0, 9.0, 5.0, -1.5], [0.5, 0.25, -0.125, 1.0, 8.0], [1e-3, 2e-3, 0.0, -1e-3, 5e-3]]
GAMMA, BETA = [-1.5, 0.5, 2.0], [0.25, -3.0, 1.0]


def moments(z: list[float]) -> tuple[Fraction, Fraction]:
    exact = [Fraction(one) for one in z]
    mean = sum(exact, Fraction(0)) / len(exact)
    return mean, sum(((one - mean) ** 2 for one in exact), Fraction(0)) / len(exact)


def normal(z: list[float], eps: float) -> list[float]:
    mean, variance = moments(z)
    return [float(one - mean) / math.sqrt(variance + Fraction(eps)) for one in map(Fraction, z)]


def given(z: list[float], gamma: float, beta: float, eps: float = 1e-5) -> list[float]:
    return [gamma * one + beta for one in normal(z, eps)]


def test_every_unit_is_normalised_by_itself(snippet: Any) -> None:
    for eps in (1e-5, 0.25, 4):
        assert oracles.close(snippet.normalise(Z, eps), [normal(z, eps) for z in Z], least=1e-15)
    assert oracles.close(snippet.normalise(Z), [normal(z, 1e-5) for z in Z], least=1e-15)
    assert snippet.normalise([[3], [4]]).tolist() == [[0.0], [0.0]]
    assert snippet.normalise(np.array([[1, 3]], dtype=np.uint8), 3.0).tolist() == [[-0.5, 0.5]]


def test_it_is_multiplied_and_shifted(snippet: Any) -> None:
    for eps in (1e-5, 0.25):
        expected = [given(*row, eps) for row in zip(Z, GAMMA, BETA, strict=True)]
        assert oracles.close(snippet.batch_norm(Z, GAMMA, BETA, eps), expected, least=1e-14)
    expected = [given(*row) for row in zip(Z, GAMMA, BETA, strict=True)]
    assert oracles.close(snippet.batch_norm(Z, GAMMA, BETA), expected, least=1e-14)


def test_bad_input_is_named(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.normalise, "Z", 2, finite=True)
    refuses_what_is_no_array(lambda eps: snippet.normalise([[0.5]], eps), "eps", 0, finite=True)
    refuses_what_is_no_array(lambda Z: snippet.batch_norm(Z, [1, 1], [0, 0]), "Z", 2, finite=True)
    refuses_what_is_no_array(lambda gamma: snippet.batch_norm([[0.5]] * 2, gamma, [0, 0]), "gamma", 1, finite=True)
    refuses_what_is_no_array(lambda beta: snippet.batch_norm([[0.5]] * 2, [1, 1], beta), "beta", 1, finite=True)
    for bad in (0.0, -0.25):
        refuses(f"eps: expected a positive number, got {bad}", snippet.normalise, [[0.5]], bad)
        refuses(f"eps: expected a positive number, got {bad}", snippet.batch_norm, [[0.5]], [1], [0], bad)
    two = [[0.5]] * 2
    for wrong in ([1.0], [1.0, 2.0, 3.0]):
        says = f"expected 2 entries, one for each unit, got {len(wrong)}"
        refuses(f"gamma: {says}", snippet.batch_norm, two, wrong, [0, 0])
        refuses(f"beta: {says}", snippet.batch_norm, two, [0, 0], wrong)


def test_normalise_example(snippet: Any) -> None:
    expected = []
    for z in ([2.0, 4.0, 9.0, 6.0], [0.002, 0.004, 0.009, 0.006]):
        after = normal(z, 1e-5)
        before, behind = (math.sqrt(moments(one)[1]) for one in (z, after))
        expected.append(f"deviation {before:.6f} -> {behind:.6f}, scores {np.array(after).round(3)}")
    assert printed(snippet.example_normalise) == expected


def test_batch_norm_example(snippet: Any) -> None:
    z, other = [2.0, 4.0, 9.0, 6.0], [3.0, 1.0, 2.0, 8.0]
    lines = []
    for batch in (z, [one + 100 for one in z], [8 * one for one in z]):
        found = given(batch, -1.5, 0.25, 0.5)
        mean, variance = moments(found)
        deviation = math.sqrt(variance)
        lines.append(
            f"{np.array(batch)} -> {np.array(found).round(4)}, mean {float(mean):.4f}, deviation {deviation:.4f}"
        )
    mean, variance = moments(z)
    for batch in (z, other):
        found = given(batch, math.sqrt(variance + Fraction(1, 2)), float(mean), 0.5)
        lines.append(f"{np.array(batch)} -> {np.array(found).round(4)}")
    assert printed(snippet.example_batch_norm) == lines
