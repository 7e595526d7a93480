"""A sum of losses is m times their mean, and so is each of its derivatives: what that changes, and what not.

Notation: `J` is the mean of the m losses of a batch, `J_sum` their sum; `kappa` is the curvature h of a parabola,
`u` the distance to its bottom, `eta` the learning rate.
Source: forum thread on course 2, week 3 (S0), lines 31–35; question on sum or mean (S2), lines 63–67.
"""

from __future__ import annotations

from sympy import Derivative, Sum

from derivations.calculus import Definition, Rule, Source, calc, eq
from derivations.notation import (
    J,
    J_sum,
    W,
    d,
    ells,
    ells_there,
    eta,
    f0,
    f_ahead,
    factor,
    i,
    k,
    kappa,
    m,
    r,
    s,
    step_h,
    u,
)
from derivations.one_over_m.deferred_or_absorbed import cost_as_a_mean, loss_of_an_example, mean_of_gradients
from derivations.quality.template_matching import scores, softmax_of_scores
from derivations.rules import (
    by_definition,
    differentiating,
    in_turn,
    multiplied_out,
    multiplying_out,
    quoting,
)

THREAD, QUESTION = "forum thread on course 2, week 3", "question on sum or mean"

cost_as_a_sum = Definition(J_sum, Sum(ells[i], (i, 1, m)), "the cost as a sum")

sum_is_m_times_mean = calc(
    J_sum,
    eq(Sum(ells[i], (i, 1, m)), by=by_definition(cost_as_a_sum)),
    eq(m * J, by=by_definition(cost_as_a_mean, lower=True)),
    where=(cost_as_a_mean, cost_as_a_sum),
    title="The sum of the losses is m times their mean",
    source=Source(QUESTION, "L63"),
)

NETWORK = (scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean, cost_as_a_sum)

gradient_of_the_sum = calc(
    Derivative(J_sum, W[r, s]),
    eq(
        Sum(Derivative(ells[i], W[r, s]), (i, 1, m)),
        by=Rule(
            "the gradient of a sum is the sum of the gradients",
            "differentiation is linear",
            rewrite=differentiating("J_sum"),
        ),
    ),
    eq(
        m * Derivative(J, W[r, s]),
        by=Rule(mean_of_gradients.name, mean_of_gradients.says, rewrite=mean_of_gradients.rewrite, lower=True),
    ),
    where=NETWORK,
    title="Every derivative of the sum is m times that of the mean",
    source=Source(THREAD, "L31"),
)

common_factor = Rule("common factor", "multiplied out, both sides are the same", rewrite=multiplied_out, lower=True)

factor_of_a_quotient = calc(
    (factor * f_ahead - factor * f0) / step_h,
    eq(factor * ((f_ahead - f0) / step_h), by=common_factor),
    title="From the definition of a derivative: a constant factor stands outside",
    source=Source(QUESTION, "L63"),
)

order_is_kept = calc(
    Sum(ells[i], (i, 1, m)) - Sum(ells_there[i], (i, 1, m)),
    eq(m * (Sum(ells[i], (i, 1, m)) / m - Sum(ells_there[i], (i, 1, m)) / m), by=common_factor),
    title="Between any two places, the sum and the mean rise and fall together",
    source=Source(THREAD, "L35"),
)

# two curvatures, cross-multiplied: of the sum and of the mean they have one ratio

same_proportion = calc(
    Derivative(J_sum, W[r, s], W[r, s]) * Derivative(J, W[k, d], W[k, d]),
    eq(
        m * Derivative(J, W[r, s], W[r, s]) * Derivative(J, W[k, d], W[k, d]),
        by=Rule(
            "the sum is $m$ times the mean",
            "in every derivative: {eq}`sum_is_m_times_mean`",
            rewrite=in_turn(quoting(sum_is_m_times_mean), differentiating()),
        ),
        opens=("J_sum", "J"),
    ),
    eq(
        Derivative(J, W[r, s], W[r, s]) * Derivative(J_sum, W[k, d], W[k, d]),
        by=Rule(
            "the sum is $m$ times the mean",
            "the same, for the other curvature",
            rewrite=in_turn(quoting(sum_is_m_times_mean), differentiating()),
            lower=True,
        ),
        opens=("J_sum", "J"),
    ),
    where=NETWORK,
    title="Any two curvatures stand in the same proportion",
)

# ---- what a step does, on a parabola

PARABOLA = kappa * u**2 / 2  # the mean; the figure walks on both
STEPPED = (1 - eta * (m * kappa)) * u  # a step on the sum; with m = 1, on the mean

stable_for_the_sum = calc(
    STEPPED**2 - u**2,
    eq(-eta * m * kappa * (2 - eta * m * kappa) * u**2, by=multiplying_out),
    title="What a step on the sum does to the squared distance from the bottom of a parabola",
    source=Source(THREAD, "L35"),
)

plus_climbs = calc(
    ((1 + eta * kappa) * u) ** 2 - u**2,
    eq(eta * kappa * (2 + eta * kappa) * u**2, by=multiplying_out),
    title="With a plus, no learning rate is small enough",
    source=Source(QUESTION, "L67"),
)
