"""Each measure of memory against the weights themselves, one by one and far enough back."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

BETAS = (0.125, 0.5, 0.9, 0.98)


def weights(beta: float, steps: int = 4000) -> list[float]:
    """The newest first."""
    return [(1 - beta) * beta**k for k in range(steps)]


def test_mass_is_what_the_newest_weigh(snippet: Any) -> None:
    for beta in (0.0, *BETAS):
        for steps in (0, 1, 2, 10):
            assert oracles.close(snippet.mass(steps, beta), math.fsum(weights(beta)[:steps]), least=1e-15)
    assert oracles.close(snippet.mass(2.5, 0.25), 1 - 0.5**5)


def test_so_many_steps_hold_that_share(snippet: Any) -> None:
    for beta in BETAS:
        for share in (0.05, 0.5, 0.95):
            steps = snippet.steps_for(share, beta)
            below, above = math.floor(steps), math.ceil(steps)
            own = weights(beta)
            assert math.fsum(own[:below]) <= share + 1e-12
            assert math.fsum(own[:above]) >= share - 1e-12
            assert oracles.close(beta**steps, 1 - share)
    assert snippet.steps_for(0.95, 0) == 0


def test_mean_age_span_and_noise(snippet: Any) -> None:
    for beta in (0.0, *BETAS):
        own = weights(beta)
        age = math.fsum(k * one for k, one in enumerate(own))
        assert oracles.close(snippet.mean_age(beta), age, least=1e-14)
        assert oracles.close(snippet.span(beta), 1 / math.fsum(one * one for one in own))
        assert oracles.close(snippet.noise_left(own), math.fsum(one * one for one in own))
        assert oracles.close((snippet.span(beta) - 1) / 2, age, least=1e-14)  # the mean of 0 … span − 1
        assert oracles.close(snippet.lag_on_a_ramp(beta, 3000), age, rel=1e-9, least=1e-9)


def test_the_lag_on_a_short_ramp(snippet: Any) -> None:
    for steps in (1, 3):
        v = math.fsum(one * (steps - k) for k, one in enumerate(weights(0.5, steps)))
        assert oracles.close(snippet.lag_on_a_ramp(0.5, steps), steps - v)


def test_bad_input_is_named(snippet: Any) -> None:
    shares = (
        partial(snippet.mass, 1),
        partial(snippet.steps_for, 0.5),
        snippet.mean_age,
        snippet.span,
        partial(snippet.lag_on_a_ramp, steps=2),
    )
    for call in shares:
        refuses_what_is_no_array(call, "beta", 0, finite=True)
        for bad in (-0.25, 1.0, 9.0):
            refuses(f"beta: expected a number from 0 up to, but not 1, got {bad}", call, bad)
    refuses_what_is_no_array(partial(snippet.mass, beta=0.5), "steps", 0, finite=True)
    refuses("steps: expected a number from 0, got -0.5", snippet.mass, -0.5, 0.5)
    refuses_what_is_no_array(partial(snippet.steps_for, beta=0.5), "share", 0, finite=True)
    for bad in (0.0, 1.0, -1.0, 1.5):
        refuses(f"share: expected a number between 0 and 1, got {bad}", snippet.steps_for, bad, 0.5)
    refuses_what_is_no_whole_number(partial(snippet.lag_on_a_ramp, 0.5), "steps", 1)
    refuses_what_is_no_array(snippet.noise_left, "weights", 1, finite=True)
    refuses("weights: expected finite numbers, got nan", snippet.noise_left, [1.0, np.nan, 2.0])


# ---- what the page prints


def test_measures_example(snippet: Any) -> None:
    expected = [" beta  1/(1-beta)  mass in it  mean age  half-life  95 % of the mass    span"]
    for beta in (0.5, 0.9, 0.98, 0.99, 0.999):
        k = round(1 / (1 - beta))
        mass, half, most = 1 - beta**k, math.log2(0.5) / math.log2(beta), math.log2(0.05) / math.log2(beta)
        row = f"{beta:5}  {k:10d}  {mass:10.3f}  {k - 1:8d}  {half:9.1f}  {most:16.1f}  {2 * k - 1:6d}"
        expected.append(row)
    assert printed(snippet.example_measures) == expected


def test_measured_example(snippet: Any) -> None:
    expected = ["after 2000 steps"]
    for beta, size in ((0.5, 3), (0.9, 19), (0.98, 99)):
        late = (size - 1) / 2
        expected.append(f"beta {beta}: late by {late:.4f}, a window of {size} by {late:.4f}")
        expected.append(f"          noise left {1 / size:.5f}, by the window {1 / size:.5f}")
    assert printed(snippet.example_measured) == expected
    assert np.isclose(snippet.noise_left(weights(0.98)), 1 / 99)
