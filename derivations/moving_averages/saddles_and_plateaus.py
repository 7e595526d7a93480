"""Level points that are no minima: saddles and how long descent stays near them, plateaus, and random Hessians.

Notation: near a level point a direction has a curvature h; `fall` is |h| where it is negative, and `away[n]` the
distance from the saddle along that direction after n steps, begun at `offset`.
Source: notes of course 2 (S4), lines 249–255; the lecture that they are notes of says it otherwise.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Integer, Piecewise, S, exp, log, pi, sqrt

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, calc, eq
from derivations.notation import (
    J_level,
    a_11,
    a_12,
    a_22,
    away,
    eta,
    fall,
    h_1,
    h_2,
    n,
    offset,
    radius,
    steps_out,
    t,
    u,
    w1,
    w2,
    z_far,
)
from derivations.rules import (
    applying,
    by_definition,
    differentiating,
    joined_powers,
    multiplied_out,
    opening,
)

# ---- what a level point is

near_level = Definition(J_level, (h_1 * w1**2 + h_2 * w2**2) / 2, "the change of the cost near a level point")
at_the_point = Given(Eq(w1, 0), fix=w1, words="at the point itself")
level_in_one = calc(
    Derivative(J_level, w1),
    eq(h_1 * w1, by=Rule("derivative of a square", "the other term stands still", rewrite=differentiating("J_level"))),
    eq(S.Zero, by=Rule("at the point", at_the_point.words, needs=(at_the_point,), rewrite=applying(at_the_point.says))),
    where=(near_level,),
    title="The slope is zero there whatever the curvatures are",
)

level_cube = calc(
    (w1 + u) ** 3 - w1**3,
    eq(
        3 * w1**2 * u + 3 * w1 * u**2 + u**3,
        by=Rule("multiply out", "the first cube cancels", rewrite=multiplied_out),
    ),
    eq(u**3, by=Rule("at the point", at_the_point.words, needs=(at_the_point,), rewrite=applying(at_the_point.says))),
    title="From 0 the cube changes by a third power, which has either sign",
)

# ---- leaving a saddle

away_by_steps = Definition(
    away[n],
    Piecewise(((1 + eta * fall) * offset, Eq(n, 1)), ((1 + eta * fall) * away[n - 1], True)),
    "the distance from the saddle",
    piecewise_recursive=True,
)
first_away = Given(
    Eq(away[1], (1 + eta * fall) * offset), words="the slope is −|h| times the distance, and descent takes it away"
)
one_more_away = Given(Eq(away[t], (1 + eta * fall) * away[t - 1]), words="the same from wherever it stands")
grown_before = Given(Eq(away[t - 1], (1 + eta * fall) ** (t - 1) * offset), words="the claim for one step less")

leaves_a_saddle = Induction(
    claim=Eq(away[t], (1 + eta * fall) ** t * offset),
    on=t,
    first=1,
    base=calc(
        away[1],
        eq(
            (1 + eta * fall) ** Integer(1) * offset,
            by=Rule("the first step", first_away.words, needs=(first_away,), rewrite=applying(first_away.says)),
        ),
        where=(away_by_steps,),
    ),
    step=calc(
        away[t],
        eq(
            (1 + eta * fall) * away[t - 1],
            by=Rule("one step", one_more_away.words, needs=(one_more_away,), rewrite=applying(one_more_away.says)),
        ),
        eq(
            (1 + eta * fall) * ((1 + eta * fall) ** (t - 1) * offset),
            by=Rule(
                "induction hypothesis", grown_before.words, needs=(grown_before,), rewrite=applying(grown_before.says)
            ),
        ),
        eq(
            (1 + eta * fall) ** t * offset,
            by=Rule("one more power", "one factor joins t − 1 equal ones", rewrite=joined_powers),
        ),
        where=(away_by_steps,),
    ),
    title="Every step takes the weight further from the saddle, by the same factor",
)

steps_to_leave = Definition(
    steps_out, log(radius / offset) / log(1 + eta * fall), "the number of steps until the saddle is left"
)
as_an_exponential = Rule(
    "a power as an exponential",
    "a number to the power of x is e to the power of x times its logarithm",
)
left_after = calc(
    (1 + eta * fall) ** steps_out * offset,
    eq(exp(steps_out * log(1 + eta * fall)) * offset, by=as_an_exponential),
    eq(
        radius,
        by=Rule(
            "exponential and logarithm undo each other",
            "what the number of steps means, and δ cancels",
            rewrite=opening("steps_out"),
        ),
    ),
    where=(steps_to_leave,),
    title="After so many steps the distance is R",
)
half_as_far = calc(
    log(radius / (offset / 2)) / log(1 + eta * fall),
    eq(
        (log(radius / offset) + log(2)) / log(1 + eta * fall),
        by=Rule("log of a product", "of 2 and R/δ"),
    ),
    eq(
        steps_out + log(2) / log(1 + eta * fall),
        by=by_definition(steps_to_leave, lower=True),
    ),
    where=(steps_to_leave,),
    title="From half the distance it takes a fixed number of steps more",
)

# ---- a plateau: the tail of the sigmoid

slope_on_a_plateau = calc(
    Derivative(1 / (1 + exp(-z_far)), z_far),
    eq(
        exp(-z_far) / (1 + exp(-z_far)) ** 2,
        by=Rule("derivative of the sigmoid", "quotient and chain rule", rewrite=differentiating()),
    ),
    title="The slope of the sigmoid: an exponential, over a number from one to four",
)

# ---- random symmetric matrices

two_by_two = calc(
    a_11 * a_22 - a_12**2,
    eq(
        ((a_11 + a_22) / 2) ** 2 - (((a_11 - a_22) / 2) ** 2 + a_12**2),
        by=Rule("sum and difference", "their squares differ by the product", rewrite=multiplied_out, lower=True),
    ),
    title="The determinant of a symmetric matrix: a cone",
)
cap_of_the_sphere = Quantity(
    2 * pi * (1 - 1 / sqrt(2)) / (4 * pi),
    "share of the sphere within 45° of a pole: how often a random symmetric matrix of two rows is positive definite",
)
