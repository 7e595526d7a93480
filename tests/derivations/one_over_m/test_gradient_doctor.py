"""The chains of the gradient doctor, against least squares by another road and against the snippet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.one_over_m import gradient_doctor as derived
from snippets.one_over_m import gradient_doctor
from tests import oracles
from tests.derivations.voice import exact_value

SEEDS = pytest.mark.parametrize("seed", range(5))


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    g, right, W = np.random.default_rng(seed).normal(size=(3, 2 + seed))
    return g, right, W


def value(line: Any, **at: Any) -> float:
    return exact_value(line, (derived.nearest, derived.angle, derived.perpendicular_part), **at)


@SEEDS
def test_the_nearest_factor_leaves_what_the_snippet_says(seed: int) -> None:
    g, right, _ = drawn(seed)
    c, left = gradient_doctor._best_factor(g, right)
    at = {"D": g.size, "mine": g, "true": right}
    least = value(derived.nearest_factor.end, **at)
    assert oracles.close(least, (left * np.linalg.norm(g)) ** 2, rel=1e-10)
    for factor in (c, c + 0.3, c - 2.0, 0.0):
        lines = [value(line, **at, factor=factor) for line in derived.nearest_factor.lines]
        assert oracles.close(lines[0], float(np.sum((g - factor * right) ** 2)), rel=1e-11)
        assert oracles.close(lines[1:3], [lines[0]] * 2, rel=1e-11)
        assert lines[0] >= least - 1e-12
        assert (lines[0] - least < 1e-12) == (factor == c)
    for line in derived.left_over.lines:
        assert oracles.close(value(line, **at), left**2, rel=1e-10)


@SEEDS
def test_the_share_of_a_penalty_is_read_off_the_gap(seed: int) -> None:
    _, right, W = drawn(seed)
    for k in (0.25, -1.5):
        k_found, _ = gradient_doctor._best_factor(right + k * W - right, W)
        at = {"D": W.size, "mine": right + k * W, "true": right, "weight": W, "surplus": k}
        for line in derived.share_of_the_penalty.lines:
            assert oracles.close(value(line, **at), k)
        assert oracles.close(k_found, k)


@SEEDS
def test_a_factor_and_a_penalty_are_told_apart(seed: int) -> None:
    _, right, W = drawn(seed)
    c, k = 5.0, -0.75
    g = c * right + k * W
    assert oracles.close(gradient_doctor._factor_and_penalty(g, right, W)[:2], [c, k], rel=1e-9)
    at = {"D": W.size, "mine": g, "true": right, "weight": W, "factor": c, "surplus": k}
    across = W - (W @ right) / (right @ right) * right
    for chain, expected in (
        (derived.two_faults_at_once, float(k * across @ across)),
        (derived.own_shadow, float(across @ across)),
        (derived.perpendicular, 0.0),
        (derived.length_of_the_perpendicular_part, float(across @ across)),
    ):
        for line in chain.lines:
            assert oracles.close(value(line, **at), expected, rel=1e-9, least=1e-12)
    sine = gradient_doctor._sine(right, W)
    gram = [value(line, **at) for line in derived.told_apart_unless_parallel.lines]
    assert oracles.close(gram[:2], [float(sine**2 * (right @ right) * (W @ W))] * 2, rel=1e-9)
    at["weight"] = -2 * right
    assert abs(value(derived.told_apart_unless_parallel.start, **at)) < 1e-12
    assert gradient_doctor._sine(right, -2 * right) < 1e-12


@SEEDS
def test_the_ways_to_get_a_penalty_wrong_are_the_ones_that_the_snippet_reads(seed: int) -> None:
    """A data term times c and s W for the penalty: the snippet's κ, from c and k alone, is the one that went in."""
    _, data, W = drawn(seed)
    kappa = 0.4
    right = data + kappa * W
    case = gradient_doctor._Case(lambda p: 0.0, {}, None, None, 7, 0)
    case.lam = 0.0
    for c, s, words in ((3.0, 0.0, "missing"), (3.0, 6.0, "twice"), (3.0, 1.0, "not"), (1.0, 0.0, "missing")):
        own = s * kappa
        at = {"D": W.size, "factor": c, "coefficient": kappa, "own": own, "true": right, "weight": W}
        for n in range(W.size):
            for line in derived.ways_to_get_the_penalty_wrong.lines:
                assert oracles.close(value(line, d=n + 1, **at), float(c * data[n] + own * W[n]), rel=1e-10)
        k = own - c * kappa
        found = {says: one for says, _, one in gradient_doctor._penalties(c, k, case)}
        assert [one for says, one in found.items() if words in says] == [pytest.approx(kappa)]
