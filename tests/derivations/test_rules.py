"""The rewrites of `derivations.rules`, each both ways: what it does to a line, and what it leaves alone."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Abs, Derivative, Eq, KroneckerDelta, Le, Limit, Max, Min, Piecewise, Product, S, Sum, exp, log

from derivations.calculus import Definition, Derivation, Given, Rewrite, Rule, calc, eq
from derivations.notation import (
    S_,
    D,
    K,
    L,
    N,
    Q,
    a,
    b,
    c,
    d,
    ell,
    epsilon,
    g,
    h,
    i,
    i2,
    j,
    k,
    n,
    p,
    pi,
    q,
    r,
    s,
    t,
    tau,
    u,
    v,
    v1,
    w,
    w1,
    w2,
    x,
    y,
    z,
)
from derivations.rewriting import same_up_to_names
from derivations.rules import (
    adding_first,
    applying,
    at_its_bound,
    cancelled,
    chain_rule,
    constant_products,
    constant_sums,
    dividing_above_and_below,
    empty_sums,
    exponentials_by_their_tangent,
    factors_into_sums,
    factors_out_of_sums,
    folding,
    geometric_series_in,
    joined_powers,
    leaving_out_squares,
    leaving_out_what_is_added,
    leaving_out_what_is_taken_away,
    limits_of_exponentials,
    logs_by_their_tangent,
    multiplied_out,
    over_one_denominator,
    own_entry,
    piece_by_piece,
    positive_factors_out,
    powers_as_exponentials,
    powers_of_products,
    product_rule,
    quoting,
    squares_multiplied_out,
)

WHY = Rule("why", "")
ONES = Eq(Sum(pi[k], (k, 1, K)), 1)
SUM = Definition(S_, Sum(exp(z[j]), (j, 1, K)))
SOFTMAX = Definition(pi[k], exp(z[k]) / S_)
LOSS = Definition(ell, -Sum(y[k] * log(pi[k]), (k, 1, K)))
SCORES = Definition(z[k], a[k] * u)
QUALITY = Definition(Q, Product(p[i], (i, 1, N)) ** (1 / N))
FIRST, SECOND = Definition(w1, u * v1), Definition(w2, u**2)
HEIGHT = Definition(L, w1 * w2)
OWN = Definition(h[i], p[i] ** 2 + u * p[i])
RAMP = Definition(ell, Piecewise((u * x, u > 0), (S.Zero, True)))

SLOPE = calc(Derivative(ell, z[r]), eq(pi[r] - y[r], by=WHY), eq(S.Zero, by=WHY))
JACOBIAN = calc(Derivative(pi[r], z[s]), eq(pi[r] * (KroneckerDelta(r, s) - pi[s]), by=WHY))

squares = Sum((a[k] - b[k]) ** 2, (k, 1, K))

CASES: list[tuple[Rewrite, Any, Any, tuple[Definition, ...]]] = [
    # a lemma, for any value of its free indices, under a sum, in a derivative, with a number before it
    (applying(ONES), 2 * Sum(pi[j], (j, 1, K)) * a[r], 2 * a[r], ()),
    (applying(Eq(pi[k] ** 2, pi[k])), Sum(pi[j] ** 2 + g[d] ** 2, (j, 1, K)), Sum(pi[j] + g[d] ** 2, (j, 1, K)), ()),
    (applying(Eq(x * a[k], b[k])), u - 3 * x * a[r], u - 3 * b[r], ()),
    (quoting(SLOPE, 1), Derivative(ell, z[s]) * x, (pi[s] - y[s]) * x, ()),
    (quoting(SLOPE, 1), Derivative(ell, z[r], z[s]), Derivative(pi[r] - y[r], z[s]), ()),
    (quoting(SLOPE), Derivative(ell, z[s]) + x, x, ()),
    (
        quoting(JACOBIAN),
        Sum(Derivative(pi[k], z[r]), (k, 1, K)),
        Sum(pi[k] * (KroneckerDelta(k, r) - pi[r]), (k, 1, K)),
        (),
    ),
    (folding("S"), exp(z[r]) / Sum(exp(z[k]), (k, 1, K)), exp(z[r]) / S_, (SUM,)),
    # derivatives
    (
        chain_rule(w1, w2),
        x * Derivative(L, u),
        x * (Derivative(L, w1) * Derivative(w1, u) + Derivative(L, w2) * Derivative(w2, u)),
        (FIRST, SECOND, HEIGHT),
    ),
    (
        chain_rule(z[k]),
        Derivative(ell, u),
        Sum(Derivative(ell, z[k]) * Derivative(z[k], u), (k, 1, K)),
        (SUM, SOFTMAX, LOSS, SCORES),
    ),
    (
        product_rule(i2),
        Derivative(Product(p[i], (i, 1, N)), w),
        Sum(Derivative(p[i], w) * Product(p[i2], (i2, 1, i - 1)) * Product(p[i2], (i2, i + 1, N)), (i, 1, N)),
        (Definition(p[i], h[i] * w),),
    ),
    (
        own_entry,
        Sum(Derivative(h[i], p[i2]), (i, 1, N)),
        Sum(Derivative(h[i], p[i]) * KroneckerDelta(i, i2), (i, 1, N)),
        (OWN,),
    ),
    (piece_by_piece("ell"), 2 * Derivative(ell, u), 2 * Piecewise((x, u > 0), (S.Zero, True)), (RAMP,)),
    # sums
    (factors_into_sums, u / x * Sum(a[k] + b[k], (k, 1, K)), Sum(u / x * (a[k] + b[k]), (k, 1, K)), ()),
    (factors_out_of_sums, Sum(u / x * (a[k] + b[k]), (k, 1, K)), u / x * Sum(a[k] + b[k], (k, 1, K)), ()),
    (
        adding_first(k),
        Sum(g[d] * p[k] * q[k], (d, 1, D), (k, 1, K)),
        Sum(g[d] * Sum(p[k] * q[k], (k, 1, K)), (d, 1, D)),
        (),
    ),
    (
        constant_sums,
        Sum(a[k] * x, (k, 1, K), (d, 1, D)) + Sum(u, (k, 2, K)),
        D * Sum(a[k] * x, (k, 1, K)) + (K - 1) * u,
        (),
    ),
    # powers, products, quotients
    (powers_of_products, (u + x) / (K * x) ** t, (u + x) / (K**t * x**t), ()),
    (over_one_denominator, 1 / (1 + exp(-u)) + x, (1 + x * (1 + exp(-u))) / (1 + exp(-u)), ()),
    (cancelled, (u / x - (1 - u) / (1 - x)) * x * (1 - x), u - x, ()),
    (
        positive_factors_out,
        Max(-u / x, Min(u / x, v1 / x)) + Abs(u * x - v1 * x),
        Max(-u, Min(u, v1)) / x + x * Abs(u - v1),
        (),
    ),
    (at_its_bound(Given(Le(u, 1 / x))), x * u + v1, 1 + v1, ()),
    (joined_powers, x * x ** (t - 1), x**t, ()),
    (powers_as_exponentials, Product(p[i], (i, 1, N)) ** u, exp(u * log(Product(p[i], (i, 1, N)))), ()),
    (constant_products, Product(x, (i, 1, N)) * Product(p[i], (i, 1, N)), x**N * Product(p[i], (i, 1, N)), ()),
    (empty_sums, Sum(a[n], (n, 1, 0)) + Sum(a[n], (n, 1, 1)), Sum(a[n], (n, 1, 1)), ()),
    (multiplied_out, x * (u + x) - x**2, u * x, ()),
    (dividing_above_and_below(x), (x + u) / (x + w), (1 + u / x) / (1 + w / x), ()),
    (
        squares_multiplied_out,
        Sum((pi[k] - KroneckerDelta(k, c)) ** 2, (k, 1, K)),
        Sum(pi[k] ** 2 - 2 * pi[k] * KroneckerDelta(k, c) + KroneckerDelta(k, c), (k, 1, K)),
        (),
    ),
    # tangents, series, limits
    (logs_by_their_tangent(), log(x) + log(1 + u), x - 1 + u, ()),
    (logs_by_their_tangent(x / pi[k]), log(x / pi[k]) + log(x), x / pi[k] - 1 + log(x), ()),
    (exponentials_by_their_tangent, exp(-u * x) * 2, (1 - u * x) * 2, ()),
    (geometric_series_in(epsilon, 2), 1 / (1 + K * epsilon), 1 - K * epsilon, ()),
    (geometric_series_in(epsilon, 3), epsilon / (x + epsilon), epsilon / x - epsilon**2 / x**2, ()),
    (limits_of_exponentials, Limit(exp(-x / tau), tau, 0, "+") + u, u, ()),
    # what is left out
    (leaving_out_squares, u - squares / 2, u, ()),
    (leaving_out_squares, squares * x, S.Zero, ()),
    (leaving_out_what_is_taken_away, u - x * pi[k] * (1 - pi[k]), u, ()),
    (leaving_out_what_is_added, u + log(1 + exp(u)), u, ()),
]


def name(one: Any) -> str:
    return getattr(one, "__qualname__", "").split(".")[0]


def context(line: Any, where: tuple[Definition, ...]) -> Derivation:
    return calc(line, eq(S.Zero, by=WHY), where=where)


@pytest.mark.parametrize(("rewrite", "line", "made", "where"), CASES, ids=name)
def test_what_it_does(rewrite: Rewrite, line: Any, made: Any, where: tuple[Definition, ...]) -> None:
    assert not same_up_to_names(line, made)
    assert same_up_to_names(rewrite(line, context(line, where)), made)


LEFT_ALONE: list[tuple[Rewrite, Any, tuple[Definition, ...]]] = [
    (applying(ONES), Sum(pi[k], (k, 2, K)) + Sum(q[k], (k, 1, K)), ()),
    (applying(Eq(pi[k] ** 2, pi[k])), a[k] ** 2 + pi[k] ** 3, ()),
    (quoting(SLOPE), Derivative(L, z[r]), ()),
    (folding("S"), Sum(exp(z[k]), (k, 1, D)), (SUM,)),
    (chain_rule(w1), Derivative(Q, u), (FIRST, QUALITY)),
    (product_rule(i2), Derivative(Sum(p[i], (i, 1, N)), w), ()),
    (own_entry, Derivative(h[i], p[i2]), (Definition(h[i], p[i] * p[1]),)),
    (own_entry, Derivative(L, p[i2]), (Definition(L, Sum(p[i], (i, 1, N))),)),
    (piece_by_piece("ell"), Derivative(L, u), (RAMP,)),
    (factors_into_sums, Sum(a[k], (k, 1, K)) * Sum(b[k], (k, 1, K)), ()),
    (factors_out_of_sums, Sum(a[k] * (x + b[k]), (k, 1, K)) + Sum(u, (k, 1, K)), ()),
    (factors_out_of_sums, Sum(x * a[k], (k, 1, K)).func(Derivative(L, a[k]), (k, 1, K)), ()),
    (adding_first(n), Sum(a[n], (n, 1, t), (t, 1, K)), ()),
    (constant_sums, Sum(a[n], (n, 1, t), (t, 1, K)), ()),
    (powers_of_products, (u * x) ** t + x**t, ()),  # u may be negative
    (positive_factors_out, Max(u * x, u * v1) + Abs(u * x + v1), ()),  # u may be negative
    (joined_powers, exp(u) * x, ()),
    (powers_as_exponentials, Product(a[k], (k, 1, K)) ** u + x**u, ()),  # an a may be negative
    (constant_products, Product(p[i], (i, 1, N)), ()),
    (empty_sums, Sum(a[n], (n, 1, t)), ()),
    (multiplied_out, exp(u) * exp(x) + x ** (t + 1) + Sum(x * a[k], (k, 1, K)), ()),
    (dividing_above_and_below(x), u / x + exp(x), ()),
    (squares_multiplied_out, x**2 + KroneckerDelta(k, c) * pi[k], ()),
    (logs_by_their_tangent(x), log(1 + x), ()),
    (exponentials_by_their_tangent, log(x), ()),
    (limits_of_exponentials, Limit(exp(x / tau), tau, 0, "+") + Limit(exp(-x * tau), tau, 0, "+"), ()),
    (leaving_out_squares, u + squares, ()),  # added: leaving it out would be wrong for ≤
    (leaving_out_squares, u - Sum(a[k] * (a[k] - b[k]) ** 2, (k, 1, K)), ()),
    (leaving_out_squares, u - Sum(pi[k], (k, 1, K)), ()),  # not negative, but no squares
    (leaving_out_what_is_taken_away, u - v[k] + x, ()),
    (leaving_out_what_is_added, u - x, ()),
]


@pytest.mark.parametrize(("rewrite", "line", "where"), LEFT_ALONE, ids=name)
def test_what_it_leaves_alone(rewrite: Rewrite, line: Any, where: tuple[Definition, ...]) -> None:
    assert same_up_to_names(rewrite(line, context(line, where)), line)


def test_a_lemma_does_not_capture_an_index() -> None:
    """The bound index of the right side has the name of the index that the left side is used at."""
    lemma = applying(Eq(a[r], Sum(b[k] * v[r], (k, 1, K)), evaluate=False))
    line = Sum(a[k] ** 3, (k, 1, K))
    made = lemma(line, context(line, ()))
    assert same_up_to_names(made, Sum(Sum(b[j] * v[k], (j, 1, K)) ** 3, (k, 1, K)))
