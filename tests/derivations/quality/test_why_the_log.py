"""The gradient of a product: three chains, three functions and a complex step give one number; what they cost."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from derivations import check
from derivations.notation import pc
from derivations.quality import why_the_log as derived
from press import measured
from snippets.quality import ascent_and_descent
from snippets.quality import why_the_log as snippet
from tests import oracles
from tests.derivations.voice import exact_value


def network(N: int, seed: int) -> tuple[float, list[float], list[float], list[float]]:
    """A weight, the features of N examples, the probabilities and their derivatives in the weight."""
    rng = np.random.default_rng(seed)
    w, h = float(rng.uniform(-1, 1)), rng.uniform(-2, 2, N)
    p = 1 / (1 + np.exp(-w * h))
    return w, h.tolist(), p.tolist(), (p * (1 - p) * h).tolist()


def slope_of_the_product(w: float, h: list[float]) -> float:
    def product(at: list[complex]) -> complex:
        total = 1 + 0j
        for one in h:
            total /= 1 + cmath.exp(-at[0] * one)
        return total

    return oracles.complex_step(product, [w])[0]


def slope_of_the_loss(w: float, h: list[float]) -> float:
    return oracles.complex_step(lambda at: sum(cmath.log(1 + cmath.exp(-at[0] * one)) for one in h) / len(h), [w])[0]


@pytest.mark.parametrize("N", [1, 2, 5, 9])
@pytest.mark.parametrize("seed", range(3))
def test_every_way_to_the_gradient_of_the_product_gives_the_complex_step(N: int, seed: int) -> None:
    w, h, p, dp = network(N, seed)
    expected = slope_of_the_product(w, h)
    for chain in (derived.gradient_by_log_derivative, derived.gradient_by_prefix_and_suffix):
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, N=N, w=w, h=h), expected)
    for method in (snippet.product_rule, snippet.prefix_suffix, snippet.log_derivative):
        assert oracles.close(method(p, dp), expected, rel=1e-11)


@pytest.mark.parametrize("N", [1, 3, 8])
def test_the_gradient_of_the_loss_is_a_mean_in_three_voices(N: int) -> None:
    w, h, p, dp = network(N, N)
    expected = slope_of_the_loss(w, h)
    chain = derived.mean_of_the_gradients
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, N=N, w=w, h=h), expected)
    assert oracles.close(snippet.gradient_of_the_loss(p, dp), expected)


@pytest.mark.parametrize("N", [2, 3, 7, 40])  # one factor alone is still multiplied by an empty product
def test_the_product_rule_makes_as_many_multiplications_as_its_formula_says(N: int) -> None:
    counted = snippet.operations(snippet.product_rule, N)
    assert exact_value(derived.naive_multiplications.start, N=N) == counted
    assert exact_value(derived.naive_multiplications.end, N=N) == counted


def test_the_two_short_ways_cost_a_number_of_operations_proportional_to_the_factors() -> None:
    for method in (snippet.prefix_suffix, snippet.log_derivative):
        at = [snippet.operations(method, N) for N in (10, 20, 30)]
        assert at[2] - at[1] == at[1] - at[0] <= 4 * 10


def test_the_measured_counts_are_those_of_a_run() -> None:
    N = 200
    counts = {name: one.value() for name, one in measured.load().items() if name.startswith("operations_of")}
    assert counts["operations_of_the_product_rule"] == Fraction(N * (N - 1))
    assert counts["operations_of_prefix_and_suffix"] == snippet.operations(snippet.prefix_suffix, N)
    assert counts["operations_of_the_log_derivative"] == snippet.operations(snippet.log_derivative, N)


def test_a_product_of_quarters_is_zero_where_the_formula_says() -> None:
    n = int(check.value("underflow_after"))
    assert snippet.factors_until_zero(0.25) == n == measured.load()["quarters_until_zero"].value()
    assert np.prod(np.full(n - 1, 0.25)) > 0
    assert np.prod(np.full(n, 0.25)) == 0


def test_the_formula_counts_factors_of_other_sizes_too() -> None:
    """At a quarter 1075 and 1076 halvings are the same number of factors."""
    found = check.quantity_value(replace(derived.underflow_after, at={pc: "0.3"}))
    assert found == snippet.factors_until_zero(0.3)


def test_products_of_libraries_are_zero_from_there_on_and_the_mean_of_logs_is_not() -> None:
    n = int(check.value("underflow_after"))
    for product in (np.prod, math.prod):
        assert product([0.25] * n) == 0 < product([0.25] * (n - 1))
    assert pytest.importorskip("scipy.stats").gmean([0.25] * n) == pytest.approx(0.25)


def test_the_loss_of_the_landscape_is_convex_and_its_quality_is_neither_convex_nor_concave() -> None:
    def sags(height: Callable[[np.ndarray], float], a: np.ndarray, b: np.ndarray) -> bool:
        return height((a + b) / 2) < (height(a) + height(b)) / 2

    far, near = (np.array([-5.0, -5.0]), np.array([-3.0, -3.0])), (np.array([0.6, 0.4]), np.array([1.6, 1.2]))
    assert sags(ascent_and_descent.loss, *far)
    assert sags(ascent_and_descent.loss, *near)
    assert sags(ascent_and_descent.quality, *far)
    assert not sags(ascent_and_descent.quality, *near)


def test_the_average_quality_of_batches_is_too_high_and_more_so_for_small_ones() -> None:
    p = [0.7, 0.8, 0.6, 0.3, 0.4]
    losses, qualities = zip(*(snippet.over_all_batches(p, m) for m in range(1, 6)), strict=True)
    assert oracles.close(losses, [float(check.value("slide_loss"))] * 5)
    assert all(a > b for a, b in pairwise(qualities))
    assert oracles.close(qualities[-1], float(check.value("slide_quality")))
