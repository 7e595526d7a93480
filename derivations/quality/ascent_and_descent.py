"""Ascent on Q and descent on L go the same way, at different speed: ∇L = −∇Q/Q.

Notation: a network of one weight w, with p as a function of it; and a landscape of two weights that has
the lecture's maximum at (1.1, 0.8) and its starting value 0.28 at (−1, −2).
Source: CS5242 lecture 4 (S3), “Maximizing the quality”, lines 187–298.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Rational, Sum, exp, log, sqrt

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq, le
from derivations.notation import D, L, Ls, N, Q, Qs, c1, c2, d, d2, direction, eta, g, h, i, p, u, v1, v2, w, w1, w2
from derivations.quality.cross_entropy import loss
from derivations.quality.geometric_mean import quality
from derivations.rules import (
    chain_rule,
    differentiating,
    differentiating_only,
    folding,
    in_turn,
    joined_powers,
    leaving_out_squares,
    linear_sums,
)

LECTURE = "CS5242 lecture 4"

one_weight_probability = Definition(p[i], 1 / (1 + exp(-w * h[i])), "the probability, in a network of one weight")

gradients_are_parallel = calc(
    Derivative(L, w),
    eq(
        -Sum(Derivative(p[i], w) / p[i], (i, 1, N)) / N,
        by=Rule(
            "derivative of a logarithm",
            "the derivative of log f is the derivative of f, divided by f",
            rewrite=differentiating("L"),
        ),
    ),
    eq(
        -Derivative(Q, w) / Q,
        by=Rule(
            "log-derivative of a product",
            "the relative change of a product is the sum of the relative changes",
            rewrite=in_turn(differentiating_only("Q"), joined_powers, folding("Q")),
            lower=True,
        ),
    ),
    where=(one_weight_probability, quality, loss),
    title="The gradient of L is minus the gradient of Q, divided by Q",
)

# ---- a landscape: positive definite curvature, one maximum
TOP = Rational("0.833822")
H11, H12, H22 = Rational("0.486"), Rational("-0.228"), Rational("0.347")
M1, M2 = Rational("1.1"), Rational("0.8")

landscape_loss = Definition(
    Ls,
    -log(TOP) + (H11 * (w1 - M1) ** 2 + 2 * H12 * (w1 - M1) * (w2 - M2) + H22 * (w2 - M2) ** 2) / 2,
    "the loss of the landscape",
)
landscape = Definition(Qs, exp(-Ls), "the landscape")

walk_1 = Definition(w1, c1 + u * v1, "the first weight, on a straight walk")
walk_2 = Definition(w2, c2 + u * v2, "the second weight, on a straight walk")
slope_along_a_direction = calc(
    Derivative(Qs, u),
    eq(
        -Qs * Derivative(Ls, u),
        by=Rule(
            "derivative of an exponential",
            "an exponential times the derivative of its exponent",
            rewrite=in_turn(differentiating("Qs"), folding("Qs")),
        ),
    ),
    eq(
        -Qs * (v1 * Derivative(Ls, w1) + v2 * Derivative(Ls, w2)),
        by=Rule(
            "chain rule",
            "each weight changes at the rate of its component",
            rewrite=in_turn(chain_rule(w1, w2), differentiating_only("w1"), differentiating_only("w2")),
        ),
    ),
    where=(walk_1, walk_2, landscape_loss, landscape),
    title="The slope along a direction is its inner product with the gradient",
)

steepest_direction = calc(
    Sum(g[d] * direction[d], (d, 1, D)) ** 2,
    eq(
        Sum(g[d] ** 2, (d, 1, D)) * Sum(direction[d] ** 2, (d, 1, D))
        - Sum(Sum((g[d] * direction[d2] - g[d2] * direction[d]) ** 2, (d2, 1, D)), (d, 1, D)) / 2,
        by=Rule(
            "Lagrange's identity",
            "multiplied out, the double sum is what is missing to the product of the squares",
            rewrite=linear_sums,
            lower=True,
        ),
    ),
    le(
        Sum(g[d] ** 2, (d, 1, D)) * Sum(direction[d] ** 2, (d, 1, D)),
        by=Rule("a sum of squares", "what is taken away is not negative", rewrite=leaving_out_squares),
        tight=Given(Eq(direction[d], 2 * g[d]), each=((d, D),), fix=direction[d], words="u points along the gradient"),
    ),
    title="No direction of length one is steeper than the gradient's",
)

start_height = Quantity(
    Qs,
    "height of the landscape at the lecture's start",
    (landscape_loss, landscape),
    {w1: -1, w2: -2},
    source=Source(LECTURE, "L335"),
)
top_height = Quantity(
    Qs, "height of the landscape's top", (landscape_loss, landscape), {w1: M1, w2: M2}, source=Source(LECTURE, "L254")
)
start_slope = Quantity(
    sqrt(Derivative(Qs, w1) ** 2 + Derivative(Qs, w2) ** 2),
    "length of the quality's gradient at the lecture's start",
    (landscape_loss, landscape),
    {w1: -1, w2: -2},
)
start_slope_of_the_loss = Quantity(
    sqrt(Derivative(Ls, w1) ** 2 + Derivative(Ls, w2) ** 2),
    "length of the loss's gradient at the lecture's start",
    (landscape_loss,),
    {w1: -1, w2: -2},
)
step_up_1, step_up_2 = (
    Quantity(
        one + eta * Derivative(Qs, one),
        f"{which} weight after the first step of ascent",
        (landscape_loss, landscape),
        {w1: -1, w2: -2, eta: "2.5"},
    )
    for one, which in ((w1, "first"), (w2, "second"))
)
step_down_1, step_down_2 = (
    Quantity(
        one - eta * Derivative(Ls, one),
        f"{which} weight after the first step of descent",
        (landscape_loss,),
        {w1: -1, w2: -2, eta: "2.5"},
    )
    for one, which in ((w1, "first"), (w2, "second"))
)
top_slope_1 = Quantity(
    Derivative(Qs, w1), "slope at the top, along the first weight", (landscape_loss, landscape), {w1: M1, w2: M2}
)
top_slope_2 = Quantity(
    Derivative(Qs, w2), "slope at the top, along the second weight", (landscape_loss, landscape), {w1: M1, w2: M2}
)
start_speed_up = Quantity(
    1 / Qs,
    "how much longer the loss's gradient is than the quality's, at the lecture's start",
    (landscape_loss, landscape),
    {w1: -1, w2: -2},
)
top_speed_up = Quantity(
    1 / Qs,
    "how much longer the loss's gradient is than the quality's, near the top",
    (landscape_loss, landscape),
    {w1: M1, w2: M2},
)
