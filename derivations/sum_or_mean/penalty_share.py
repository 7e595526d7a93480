"""A sum with the penalty λΩ is m times a mean with (λ/m)Ω: adding up weakens the penalty by the batch size.

Notation: `ells[i]` is the loss of example i of the batch, `Omega` a penalty on the weights, which holds no example;
J is the mean of the losses. In the closed form there is one weight w, one feature x and a target y for each example.
Source: the question on sum or mean (S2), lines 36 to 70; notes of a deep-learning course (S4), line 35.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Sum

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq
from derivations.notation import (
    B,
    J,
    N,
    Omega,
    ells,
    i,
    lam,
    lam_plain,
    lam_shared,
    m,
    mean_xx,
    mean_xy,
    part,
    slopes,
    w_mean,
    w_one,
    w_sum,
    x_one,
    y_one,
)
from derivations.one_over_m.deferred_or_absorbed import cost_as_a_mean
from derivations.rules import (
    applying,
    by_definition,
    cancelled,
    constant_sums,
    differentiating,
    in_turn,
    linear_sums,
    multiplied_out,
    opening,
)

all_losses = Sum(ells[i], (i, 1, m))
m_before_both = Rule("common factor", "multiplied out, both sides are the same", rewrite=multiplied_out, lower=True)

# ---- outside the reduction, and inside

sum_with_penalty = calc(
    all_losses + lam * Omega,
    eq(m * (all_losses / m + lam / m * Omega), by=m_before_both),
    eq(m * (J + lam / m * Omega), by=by_definition(cost_as_a_mean, lower=True)),
    where=(cost_as_a_mean,),
    title="Outside the sum, the penalty keeps one m-th of its strength",
)

same_for_each = Rule(
    "a constant is added as often as there are terms",
    "linearity of the sum, and equal terms",
    rewrite=in_turn(linear_sums, constant_sums),
)

penalty_inside_the_mean = calc(
    Sum(ells[i] + lam * Omega, (i, 1, m)) / m,
    eq(all_losses / m + lam * Omega, by=same_for_each),
    eq(J + lam * Omega, by=by_definition(cost_as_a_mean, lower=True)),
    where=(cost_as_a_mean,),
    title="Inside the mean: the same as outside it",
)

penalty_inside_the_sum = calc(
    Sum(ells[i] + lam * Omega, (i, 1, m)),
    eq(all_losses + m * lam * Omega, by=same_for_each),
    eq(m * (all_losses / m + lam * Omega), by=m_before_both),
    eq(m * (J + lam * Omega), by=by_definition(cost_as_a_mean, lower=True)),
    where=(cost_as_a_mean,),
    title="Inside the sum: the balance is that of the mean",
)

# ---- one weight, in closed form

squared_error = Definition(ells[i], (w_one * x_one[i] - y_one[i]) ** 2 / 2, "half a squared error")
mean_of_squares = Definition(mean_xx, Sum(x_one[i] ** 2, (i, 1, m)) / m, "the mean square of the feature")
mean_of_products = Definition(mean_xy, Sum(x_one[i] * y_one[i], (i, 1, m)) / m, "the mean product with the target")
ridge_of_the_mean = Definition(w_mean, mean_xy / (mean_xx + lam), "the ridge solution of the mean")
ridge_of_the_sum = Definition(w_sum, mean_xy / (mean_xx + lam / m), "the ridge solution of the sum")
REGRESSION = (squared_error, mean_of_squares, mean_of_products)

slopes_of_squares = Rule(
    "derivative of a square",
    "twice the base, times the base's own slope",
    rewrite=differentiating("ells"),
)
in_means = Rule(
    "linearity of the sum, and the two means",
    "multiplied out, what depends on the examples is their mean square and their mean product",
    rewrite=in_turn(opening("mean_xx", "mean_xy"), multiplied_out, linear_sums),
    lower=True,
)


def at_the_solution(name: str) -> Rule:
    """The slope is 0 at the solution and grows to its right."""
    return Rule(
        "definition of the ridge solution",
        "a straight line through 0 at the solution, and rising",
        rewrite=in_turn(opening(name), cancelled),
        lower=True,
    )


ridge_slope_of_the_mean = calc(
    Derivative(all_losses / m + lam / 2 * w_one**2, w_one),
    eq(Sum(x_one[i] * (w_one * x_one[i] - y_one[i]), (i, 1, m)) / m + lam * w_one, by=slopes_of_squares),
    eq((mean_xx + lam) * w_one - mean_xy, by=in_means),
    eq((mean_xx + lam) * (w_one - w_mean), by=at_the_solution("w_mean")),
    where=(*REGRESSION, ridge_of_the_mean),
    title="The mean with its penalty has its minimum here",
)

ridge_slope_of_the_sum = calc(
    Derivative(all_losses + lam / 2 * w_one**2, w_one),
    eq(Sum(x_one[i] * (w_one * x_one[i] - y_one[i]), (i, 1, m)) + lam * w_one, by=slopes_of_squares),
    eq(m * ((mean_xx + lam / m) * w_one - mean_xy), by=in_means),
    eq(m * (mean_xx + lam / m) * (w_one - w_sum), by=at_the_solution("w_sum")),
    where=(*REGRESSION, ridge_of_the_sum),
    title="The sum with the same penalty has it elsewhere",
)

# ---- one penalty in three spellings

no_half = Given(Eq(lam_plain, lam / 2), fix=lam_plain, words="half as large a λ, where the penalty has no half")
shared_out = Given(Eq(lam_shared, m * lam), fix=lam_shared, words="a λ that is m times as large, where it is over m")

three_spellings = calc(
    lam_plain * w_one**2,
    eq(
        lam / 2 * w_one**2,
        by=Rule("no half in front", no_half.says, needs=(no_half,), rewrite=applying(no_half.says)),
    ),
    eq(
        lam_shared / (2 * m) * w_one**2,
        by=Rule(
            "shared out among the examples",
            shared_out.says,
            needs=(shared_out,),
            rewrite=applying(shared_out.says),
            lower=True,
        ),
    ),
    title="One penalty in three spellings, each with its own λ",
)

# ---- λ over the size of the mini-batch

penalty_of_a_mini_batch = calc(
    Sum(Sum(slopes[i, part], (i, 1, m)) / m + lam / m * w_one, (part, 1, B)) / B,
    eq(Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / (B * m) + lam / m * w_one, by=same_for_each),
    eq(
        Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / (B * m)
        + lam / (B * m) * w_one
        + (B - 1) * (lam / (B * m) * w_one),
        by=Rule(
            "one share, and the others", "multiplied out, both sides are the same", rewrite=multiplied_out, lower=True
        ),
    ),
    title="Over m instead of Bm: the penalty of all B mini-batches, and B − 1 times that once more",
)

# the notes cut 100,000 examples into mini-batches of 1,000 (S4, lines 9 and 35)
times_too_strong = Quantity(
    N / m,
    "how much stronger a penalty over 1,000 is than one over 100,000",
    at={N: 100_000, m: 1000},
    source=Source("notes of a deep-learning course", "L9, L35"),
)
