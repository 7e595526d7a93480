"""Level points, saddles and plateaus in three voices: the chains' lines, the snippet, loops and random matrices."""

from __future__ import annotations

import math

import numpy as np
import pytest

from derivations.moving_averages import saddles_and_plateaus as derived
from snippets.moving_averages import saddles_and_plateaus as snippet
from tests import oracles
from tests.derivations.voice import exact_value


def test_the_slope_at_a_level_point_is_zero_whatever_the_curvatures() -> None:
    for h_1, h_2 in ((2.0, 0.5), (2.0, -0.5), (-2.0, -0.5), (0.0, 0.0)):
        for w1 in (0.0, 0.75):
            slope = oracles.complex_step(lambda w, h=h_1, g=h_2: (h * w[0] ** 2 + g * w[1] ** 2) / 2, [w1, -1.5])[0]
            got = exact_value(derived.level_in_one.lines[1], derived.level_in_one.where, h_1=h_1, w1=w1)
            assert oracles.close(got, slope)
    assert exact_value(derived.level_in_one.end) == 0


@pytest.mark.parametrize(("lr", "fall", "offset"), [(0.1, 1.0, 1e-6), (0.5, 0.25, 0.01), (2.0, 3.0, 1e-3)])
def test_a_saddle_is_left_after_so_many_steps(lr: float, fall: float, offset: float) -> None:
    at = {"eta": lr, "fall": fall, "offset": offset, "radius": 1.0}
    chain, y = derived.leaves_a_saddle, offset
    for n in range(1, 6):
        y += lr * fall * y
        for line in (chain.claim.lhs, chain.claim.rhs):
            assert oracles.close(exact_value(line, chain.where, t=n, **at), y)
    steps = exact_value(derived.steps_to_leave.body, **at)
    assert snippet.steps_to_leave(offset, fall, lr) == math.ceil(steps)
    for line in derived.left_after.lines:
        assert oracles.close(exact_value(line, derived.left_after.where, **at), 1.0, rel=1e-9)
    nearer = exact_value(derived.steps_to_leave.body, **{**at, "offset": offset / 2})
    for line in derived.half_as_far.lines:
        assert oracles.close(exact_value(line, derived.half_as_far.where, **at), nearer)


def test_the_slope_of_a_plateau() -> None:
    for z in (0.5, 4.0, 20.0):
        (slope,) = oracles.complex_step(lambda x: 1 / (1 + np.exp(-x[0])), [z])
        assert oracles.close(exact_value(derived.slope_on_a_plateau.end, z_far=z), slope)
        assert math.exp(-z) / 4 < slope < math.exp(-z)


def test_two_by_two_matrices_fill_a_cone() -> None:
    """Definite exactly where (half the sum, half the difference, b) lies within 45° of the axis; share of the cap."""
    rng = np.random.default_rng(1)
    draws, inside = 20_000, 0
    for a, b, c in rng.standard_normal((draws, 3)) * [math.sqrt(2), 1, math.sqrt(2)]:
        at = {"a_11": float(a), "a_12": float(b), "a_22": float(c)}
        if inside + b > -9 and a < -4:  # a few of them by the chain's own lines
            for line in derived.two_by_two.lines:
                assert oracles.close(exact_value(line, **at), a * c - b * b, rel=1e-9)
        inside += (a + c) / 2 > math.hypot((a - c) / 2, b)
    share = exact_value(derived.cap_of_the_sphere.expr)
    spread = math.sqrt(share * (1 - share) / draws)
    assert abs(inside / draws - share) < 4 * spread
    assert abs(snippet.share_definite(2, draws, seed=0) - share) < 4 * spread
