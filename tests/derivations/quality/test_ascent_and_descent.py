"""∇L = −∇Q/Q, slopes and the landscape: derivation, snippet and complex step."""

from __future__ import annotations

import cmath

import numpy as np
import pytest
from sympy import Derivative

from derivations.notation import L, Ls, Q, Qs, u, w1, w2
from derivations.notation import w as weight
from derivations.quality import ascent_and_descent as derived
from derivations.quality.cross_entropy import loss
from derivations.quality.geometric_mean import quality
from snippets.quality import ascent_and_descent as snippet
from tests import oracles
from tests.derivations.voice import exact_value

WHERE = (derived.landscape_loss, derived.landscape)
PLACES = [(-1.0, -2.0), (0.0, 0.0), (1.1, 0.8), (2.5, -0.5), (-0.3, 1.7)]


def height(at: list[complex]) -> complex:
    d1, d2 = at[0] - 1.1, at[1] - 0.8
    return 0.833822 * cmath.exp(-(0.486 * d1 * d1 - 0.456 * d1 * d2 + 0.347 * d2 * d2) / 2)


@pytest.mark.parametrize("N", [1, 4, 6])
def test_the_gradients_of_quality_and_loss_are_parallel_in_a_network_of_one_weight(N: int) -> None:
    rng = np.random.default_rng(N)
    w, h = float(rng.uniform(-1, 1)), rng.uniform(-2, 2, N).tolist()
    at = {"N": N, "w": w, "h": h}
    chain = derived.gradients_are_parallel

    def mean_loss(x: list[complex]) -> complex:
        return sum((cmath.log(1 + cmath.exp(-x[0] * one)) for one in h), 0j) / N

    down = oracles.complex_step(mean_loss, [w])[0]
    up = oracles.complex_step(lambda x: cmath.exp(-mean_loss(x)), [w])[0]
    height_here = mean_loss([complex(w)]).real
    assert oracles.close([exact_value(line, chain.where, **at) for line in chain.lines], [down] * 3)
    assert oracles.close(down, -up / np.exp(-height_here))
    where = (derived.one_weight_probability, loss, quality)
    assert oracles.close(exact_value(Derivative(L, weight), where, **at), down)
    assert oracles.close(exact_value(Derivative(Q, weight), where, **at), up)


@pytest.mark.parametrize("place", PLACES)
def test_the_landscape_and_its_gradients_in_three_voices(place: tuple[float, float]) -> None:
    at = dict(zip(("w1", "w2"), place, strict=True))
    expected = oracles.complex_step(height, place)
    assert oracles.close(exact_value(Qs, WHERE, **at), height([complex(x) for x in place]).real)
    assert oracles.close(snippet.quality(place), height([complex(x) for x in place]).real)
    assert oracles.close(snippet.gradient_of_quality(place), expected, least=1e-15)
    chain = derived.slope_along_a_direction
    for v, one in (([1, 0], expected[0]), ([0, 1], expected[1])):
        walk = {"c1": place[0], "c2": place[1], "u": 0, "v1": v[0], "v2": v[1]}
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, **walk), one, least=1e-15)
    down = [exact_value(Derivative(Ls, one), WHERE, **at) for one in (w1, w2)]
    assert oracles.close(snippet.gradient_of_loss(place), down, least=1e-15)
    assert oracles.close(down, [-one / snippet.quality(place) for one in expected], least=1e-15)


@pytest.mark.parametrize("place", PLACES[:2])
def test_the_slope_along_a_direction_is_the_inner_product_and_none_along_the_level_line(
    place: tuple[float, float],
) -> None:
    g = snippet.gradient_of_quality(place)
    level = [-g[1], g[0]]
    chain = derived.slope_along_a_direction
    for v in ([1.0, 0.0], [0.6, 0.8], level):
        at = {"c1": place[0], "c2": place[1], "u": 0, "v1": v[0], "v2": v[1]}
        slopes = [exact_value(line, chain.where, **at) for line in chain.lines]
        assert oracles.close(slopes, [float(g @ v)] * 3, least=1e-15)
        assert oracles.close(snippet.slope(g, v) * np.linalg.norm(v), slopes[0], least=1e-15)
    assert abs(snippet.slope(g, level)) < 1e-15
    assert exact_value(Derivative(Qs, u), chain.where, c1=1.1, c2=0.8, u=0, v1=1, v2=1) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("D", [2, 5])
def test_no_direction_is_steeper_than_the_gradient(D: int) -> None:
    rng = np.random.default_rng(D)
    chain = derived.steepest_direction
    for _ in range(5):
        g, direction = rng.normal(size=D), rng.normal(size=D)
        first, second, last = (exact_value(x, chain.where, D=D, g=g, direction=direction) for x in chain.lines)
        assert oracles.close(first, float(g @ direction) ** 2)
        assert oracles.close(second, first)
        assert oracles.close(last, float(g @ g) * float(direction @ direction))
        assert abs(snippet.slope(g, direction)) <= snippet.slope(g, g)


def test_descent_is_ahead_of_ascent_at_the_same_rate() -> None:
    up = snippet.ascent(snippet.gradient_of_quality, [-1.0, -2.0], lr=0.625, steps=40)
    down = snippet.descent(snippet.gradient_of_loss, [-1.0, -2.0], lr=0.625, steps=40)
    assert all(snippet.quality(b) > snippet.quality(a) for a, b in zip(up[1:], down[1:], strict=True))


def test_a_minimiser_finds_the_top_on_the_loss_and_stands_still_on_the_quality() -> None:
    minimize = pytest.importorskip("scipy.optimize").minimize
    corner = np.array([-12.0, -12.0])
    on_the_loss = minimize(snippet.loss, corner, jac=snippet.gradient_of_loss)
    assert on_the_loss.success
    assert np.allclose(on_the_loss.x, [1.1, 0.8], atol=1e-4)
    on_the_quality = minimize(lambda w: -snippet.quality(w), corner, jac=lambda w: -snippet.gradient_of_quality(w))
    assert on_the_quality.success
    assert on_the_quality.nit == 0
    assert np.array_equal(on_the_quality.x, corner)
