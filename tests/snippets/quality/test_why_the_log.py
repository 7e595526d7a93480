"""The gradient of a product three ways, underflow, mini-batches: against 50-digit loops and complex steps."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import why_the_log
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

SMALL_P, SMALL_DP = [0.8, 0.5, 0.25], [0.1, -0.2, 0.3]
CASES = [
    (SMALL_P, SMALL_DP),
    ([0.3], [2.0]),
    ([0.9, 0.2, 0.7, 0.4, 0.6], [1.0, -3.0, 0.5, 0.0, 2.5]),
    ([1, 0.5], [1, 2]),
]
METHODS = ("product_rule", "prefix_suffix", "log_derivative")


def derivative_of_the_product(p: list[float], dp: list[float]) -> float:
    """d/dt of Π (p[i] + t dp[i]) at t = 0, by a complex step."""

    def at(t: list[complex]) -> complex:
        total = 1 + 0j
        for one, slope in zip(p, dp, strict=True):
            total *= one + t[0] * slope
        return total

    return oracles.complex_step(at, [0.0])[0]


def test_product_rule_prefix_suffix_and_log_derivative_agree_with_the_complex_step(snippet: Any) -> None:
    for p, dp in CASES:
        for name in METHODS:
            got = getattr(snippet, name)(p, dp)
            assert type(got) is float
            assert oracles.close(got, derivative_of_the_product(p, dp))


def test_product_rule_and_prefix_suffix_take_a_factor_of_zero(snippet: Any) -> None:
    for p in ([0.8, 0.0, 0.25], [0.0, 0.5, 0.25], [0.0, 0.0, 0.5], [0.0]):
        dp = [0.1, -0.2, 0.3][: len(p)]
        assert oracles.close(snippet.product_rule(p, dp), derivative_of_the_product(p, dp), least=1e-30)
        assert oracles.close(snippet.prefix_suffix(p, dp), derivative_of_the_product(p, dp), least=1e-30)


def test_gradient_of_the_loss_is_the_mean_of_the_log_derivatives(snippet: Any) -> None:
    for p, dp in CASES:
        expected = -sum(oracles.exact(d) / oracles.exact(one) for one, d in zip(p, dp, strict=True)) / len(p)
        assert oracles.close(snippet.gradient_of_the_loss(p, dp), float(expected))
        assert type(snippet.gradient_of_the_loss(p, dp)) is float


def test_operations_are_counted(snippet: Any) -> None:
    for N in (2, 7, 30):
        assert snippet.operations(snippet.product_rule, N) == N * (N - 1)
        assert snippet.operations(snippet.prefix_suffix, N) == 4 * N - 2
        assert snippet.operations(snippet.log_derivative, N) == 2 * N
        assert snippet.operations(lambda p, dp: None, N) == 0
    assert snippet.operations(snippet.log_derivative, 1) == 2  # one division, one multiplication


def test_operations_counts_what_is_really_computed(snippet: Any) -> None:
    values = [snippet.Counted(one) for one in SMALL_P], [snippet.Counted(one) for one in SMALL_DP]
    for name in METHODS:
        got = getattr(snippet, name)(*(np.array(one, dtype=object) for one in values))
        assert oracles.close(got, derivative_of_the_product(SMALL_P, SMALL_DP))
    six, three = snippet.Counted(6.0), snippet.Counted(3.0)
    before = snippet.Counted.made
    assert [(six * three).value, (six / three).value, (six + three).value, (2 * six).value] == [18, 2, 9, 12]
    assert snippet.Counted.made == before + 3
    seen: list[float] = []
    snippet.operations(lambda p, dp: seen.extend([*map(float, p), *map(float, dp)]), 3)
    assert len(seen) == 6
    assert all(0 < one < 1 for one in seen)


def test_factors_until_zero_agrees_with_multiplying(snippet: Any) -> None:
    for p in (0.5, 0.25, 0.1, 0.3, 0.499, 1e-200, 5e-324):
        product, n = 1.0, 0
        while product:
            product, n = product * p, n + 1
        assert snippet.factors_until_zero(p) == n
        assert type(snippet.factors_until_zero(p)) is int


def test_over_all_batches_agrees_with_a_loop(snippet: Any) -> None:
    p = [0.7, 0.8, 0.6, 0.3, 0.4]
    for m in range(1, 6):
        L, Q = snippet.over_all_batches(p, m)
        qualities = [oracles.geometric_mean(batch) for batch in combinations(p, m)]
        assert oracles.close(L, float(sum(-oracles.mp.log(one) for one in qualities) / len(qualities)))
        assert oracles.close(Q, float(sum(qualities) / len(qualities)))
        assert type(L) is type(Q) is float


def test_gradients_refuse_bad_input(snippet: Any) -> None:
    for name in (*METHODS, "gradient_of_the_loss"):
        call = getattr(snippet, name)
        refuses_what_is_no_array(lambda p, call=call: call(p, [1.0, 1.0]), "p", 1)
        refuses_what_is_no_array(lambda dp, call=call: call([0.5, 0.5], dp), "dp", 1)
        refuses("p: expected probabilities in [0, 1], got 1.5", call, [0.5, 1.5, -0.5], [1.0, 1.0, 1.0])
        refuses("p: expected probabilities in [0, 1], got -0.5", call, [-0.5, 1.0], [1.0, 1.0])
        refuses("dp: expected shape (2,), as p has, got (3,)", call, [0.5, 0.5], [1.0, 1.0, 1.0])
        refuses("dp: expected finite numbers, got -inf", call, [0.5, 0.5, 0.5], [1.0, -np.inf, np.inf])
    for name in ("log_derivative", "gradient_of_the_loss"):
        says = "p: expected probabilities that dp can be divided by, got "
        refuses(says + "0.0", getattr(snippet, name), [0.5, 0.0, 5e-324], [1.0, 1.0, 1.0])
        refuses(says + "0.0", getattr(snippet, name), [0.5, 0.0], [1.0, 0.0])
        refuses(says + "5e-324", getattr(snippet, name), [0.5, 5e-324, 0.0], [1.0, 1.0, 1.0])


def test_operations_refuse_bad_sizes(snippet: Any) -> None:
    refuses_what_is_no_whole_number(lambda N: snippet.operations(snippet.product_rule, N), "N", 1)


def test_factors_until_zero_refuses_other_factors(snippet: Any) -> None:
    for bad in (0.0, -0.25, 0.6, 1.0, np.inf):
        refuses(f"p: expected a number above 0 and up to 0.5, got {bad}", snippet.factors_until_zero, bad)
    refuses_what_is_no_array(snippet.factors_until_zero, "p", 0)


def test_over_all_batches_refuses_bad_input(snippet: Any) -> None:
    call = snippet.over_all_batches
    refuses_what_is_no_array(lambda p: call(p, 1), "p", 1)
    refuses("p: expected probabilities in [0, 1], got 1.5", call, [1.5], 1)
    refuses("p: expected probabilities above 0, got 0 at 1", call, [0.5, 0.0], 1)
    refuses_what_is_no_whole_number(lambda m: call([0.5, 0.5], m), "m", 1, "from 1 to 2")
    refuses("m: expected a whole number from 1 to 2, got 3", call, [0.5, 0.5], 3)
    assert call([1.0, 1.0], 2) == (0, 1)


def test_example_of_the_three_gradients(snippet: Any) -> None:
    slope = derivative_of_the_product(SMALL_P, SMALL_DP)
    assert printed(snippet.example_product_rule) == [f"product rule: {slope:.4f}"]
    assert printed(snippet.example_log_derivative) == [f"log-derivative: {slope:.4f}"]
    assert printed(snippet.example_prefix_suffix) == [
        f"prefix and suffix: {slope:.4f}",
        f"with a factor of 0: {derivative_of_the_product([0.8, 0.0, 0.25], SMALL_DP):.4f}",
    ]


def test_gradient_of_the_loss_example(snippet: Any) -> None:
    assert printed(snippet.example_gradient_of_the_loss) == [
        "gradient of the product: 0.0",
        f"gradient of the loss:    {-2.0 / 0.25:.1f}",
    ]


def test_operations_example(snippet: Any) -> None:
    assert printed(snippet.example_operations) == [
        f"N = {N}: product rule {N * (N - 1)}, prefix and suffix {4 * N - 2}, log-derivative {2 * N}"
        for N in (10, 100, 200)
    ]


def test_factors_until_zero_example(snippet: Any) -> None:
    lines = []
    for p in (0.5, 0.25, 0.1):  # the first n with p**n rounded to 0: at most half of the smallest float
        n = 1
        while oracles.exact(p) ** n > oracles.mp.mpf(2) ** -1075:
            n += 1
        lines.append(f"a product of {p}s is 0 from N = {n}")
    assert printed(snippet.example_factors_until_zero) == lines


def test_over_all_batches_example(snippet: Any) -> None:
    p, lines = [0.70, 0.80, 0.60, 0.30, 0.40], []
    for m in (1, 2, 5):
        qualities = [oracles.geometric_mean(batch) for batch in combinations(p, m)]
        L = float(-oracles.mp.log(oracles.geometric_mean(p)))  # the same for every m
        lines.append(f"m = {m}: average L {L:.4f}, average Q {float(sum(qualities) / len(qualities)):.4f}")
    assert printed(snippet.example_over_all_batches) == lines


FACTORS = st.lists(st.tuples(st.floats(0.01, 1), st.floats(-10, 10)), min_size=1, max_size=12)


@given(FACTORS)
def test_three_ways_one_gradient(pairs: list[tuple[float, float]]) -> None:
    p, dp = (list(one) for one in zip(*pairs, strict=True))
    expected = derivative_of_the_product(p, dp)
    scale = sum(abs(one) for one in dp) + 1
    for name in METHODS:
        assert getattr(why_the_log, name)(p, dp) == pytest.approx(expected, rel=1e-9, abs=1e-12 * scale)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=7), st.data())
def test_batches_estimate_the_loss_without_bias_and_the_quality_too_high(p: list[float], data: st.DataObject) -> None:
    m = data.draw(st.integers(1, len(p)))
    L, Q = why_the_log.over_all_batches(p, m)
    whole = oracles.geometric_mean(p)
    assert np.isclose(L, float(-oracles.mp.log(whole)), rtol=1e-9, atol=1e-12)
    assert float(whole) * (1 - 1e-12) <= Q
