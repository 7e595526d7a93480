"""The backward pass of batch normalisation: derivation, snippet, and the complex step through a network's cost."""

from __future__ import annotations

import cmath
import statistics
from typing import Any

import numpy as np
import pytest

from derivations.moving_averages import batch_normalisation
from derivations.moving_averages import batch_normalisation_backward as derived
from snippets.moving_averages import batch_normalisation as forward
from snippets.moving_averages import batch_normalisation_backward as snippet
from tests import oracles
from tests.derivations.voice import exact_value

EPS, GAMMA, BETA = 2.0**-6, -1.5, 0.25
EVERYTHING = (*batch_normalisation.LAYER, *derived.BARS, derived.through_the_layer)


def drawn(m: int) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(m)
    return [float(x) for x in rng.normal(2, 3, m).round(3)], [float(x) for x in rng.normal(size=m).round(3)]


def given_on(z: list[complex], gamma: complex = GAMMA, beta: complex = BETA) -> list[complex]:
    mean = sum(z) / len(z)
    root = cmath.sqrt(sum((one - mean) ** 2 for one in z) / len(z) + EPS)
    return [gamma * (one - mean) / root + beta for one in z]


def cost(given: list[complex], targets: list[float]) -> complex:
    """A mean of losses that are not linear in what is passed on."""
    return sum((cmath.tanh(a) - y) ** 2 for a, y in zip(given, targets, strict=True)) / len(given)


def at(z: list[float], up: list[float]) -> dict[str, Any]:
    return {"scores": z, "dz_tilde": up, "m": len(z), "epsilon": EPS, "gain": GAMMA, "bn_shift": BETA}


def agree(chain: Any, expected: float, **given: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, EVERYTHING, **given), expected, rel=1e-11, least=1e-13)


@pytest.mark.parametrize("m", [1, 2, 5])
def test_the_backward_pass_in_three_voices(m: int) -> None:
    z, targets = drawn(m)
    up = oracles.complex_step(lambda given: cost(given, targets), [one.real for one in given_on(list(z))])
    slopes = oracles.complex_step(lambda scores: cost(given_on(scores), targets), z)
    (in_gain,) = oracles.complex_step(lambda one: cost(given_on(list(z), gamma=one[0]), targets), [GAMMA])
    (in_shift,) = oracles.complex_step(lambda one: cost(given_on(list(z), beta=one[0]), targets), [BETA])
    for found, expected in zip(
        snippet.backward([up], [z], [GAMMA], EPS), ([slopes], [in_gain], [in_shift]), strict=True
    ):
        assert oracles.close(found, expected, rel=1e-11, least=1e-14)
    given = at(z, up)
    for i2 in range(1, m + 1):
        agree(derived.backward, slopes[i2 - 1], i2=i2, **given)
    agree(derived.slope_in_gain, in_gain, **given)
    agree(derived.slope_in_shift, in_shift, **given)
    assert oracles.close(forward.batch_norm([z], [GAMMA], [BETA], EPS)[0], [one.real for one in given_on(list(z))])


@pytest.mark.parametrize("m", [2, 4])
def test_the_slopes_of_mean_variance_and_normalised_scores(m: int) -> None:
    z, up = drawn(m)
    given = at(z, up)
    for i2 in range(1, m + 1):

        def nudged(function: Any, i2: int = i2) -> float:
            return oracles.complex_step(function, z)[i2 - 1]

        agree(derived.slope_of_the_mean, nudged(lambda at: sum(at) / m), i2=i2, **given)
        spread = nudged(lambda at: sum((one - sum(at) / m) ** 2 for one in at) / m)
        agree(derived.slope_of_the_variance, spread, i2=i2, **given)
        for i in range(1, m + 1):
            expected = nudged(lambda at, i=i: given_on(at, 1.0, 0.0)[i - 1])
            agree(derived.slope_of_the_normalised, expected, i=i, i2=i2, **given)


@pytest.mark.parametrize("m", [2, 6])
def test_what_is_taken_out(m: int) -> None:
    z, up = drawn(m)
    dZ, dgamma, _ = snippet.backward([up], [z], [GAMMA], EPS)
    normal = forward.normalise([z], EPS)[0]
    variance = statistics.pvariance(z)
    left = GAMMA * dgamma[0] / m * EPS / (variance + EPS) ** 1.5
    assert oracles.close(dZ.mean(), 0.0, least=1e-15)
    assert oracles.close(np.mean(dZ[0] * normal), left, rel=1e-9, least=1e-15)
    agree(derived.no_mean, 0.0, **at(z, up))
    agree(derived.along_the_scores, left, **at(z, up))


def test_the_reduction_of_the_cost_goes_through_untouched() -> None:
    """A sum is m times the mean, below as above: the two divisions inside belong to the batch's own moments."""
    z, up = drawn(5)
    mean = snippet.backward([[d / 5 for d in up]], [z], [GAMMA], EPS)
    for one, other in zip(mean, snippet.backward([up], [z], [GAMMA], EPS), strict=True):
        assert oracles.close(5 * one, other, least=1e-15)


def test_constants_are_another_gradient() -> None:
    z, up = drawn(5)
    wrong = snippet.as_if_constant([up], [z], [GAMMA], EPS)
    assert np.abs(wrong - snippet.backward([up], [z], [GAMMA], EPS)[0]).max() > 0.01
    frozen = statistics.fmean(z), statistics.pvariance(z) + EPS  # as at test time: then it is right
    slopes = oracles.complex_step(
        lambda at: sum(d * GAMMA * (one - frozen[0]) * frozen[1] ** -0.5 for d, one in zip(up, at, strict=True)), z
    )
    assert oracles.close(wrong[0], slopes)
