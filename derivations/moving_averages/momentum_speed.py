"""How fast momentum is on a bowl: two roots whose product is β, a limit of stability, and who wins at which κ.

Notation: `kappa` is the curvature h along one axis, `cond` the condition number κ, `delta[n]` the distance to the
bottom after n steps of the plain form, the buffer. In the average form 1 − β stands at the learning rate.
Source: notes of a deep-learning course (S4), lines 128–163; Polyak (1964) for the method.
"""

from __future__ import annotations

from sympy import Eq, sqrt

from derivations.calculus import Given, Quantity, Rule, calc, eq
from derivations.notation import beta, buffers, cond, delta, eta, grad, kappa, root1, root2, t
from derivations.rules import (
    applying,
    cancelled,
    in_turn,
    multiplied_out,
    multiplying_out,
    over_one_denominator,
)

# ---- one step, without the buffer

slope_taken_in = Given(
    Eq(buffers[t], beta * buffers[t - 1] + kappa * delta[t - 1]),
    fix=buffers[t],
    words="the slope of a bowl is its curvature times the distance",
)
the_step_before = Given(
    Eq(buffers[t - 1], (delta[t - 2] - delta[t - 1]) / eta),
    fix=buffers[t - 1],
    words="the buffer is the last step, over the learning rate",
)
two_steps_back = calc(
    delta[t - 1] - eta * buffers[t],
    eq(
        delta[t - 1] - eta * (beta * buffers[t - 1] + kappa * delta[t - 1]),
        by=Rule(
            "one step of the buffer",
            slope_taken_in.words,
            needs=(slope_taken_in,),
            rewrite=applying(slope_taken_in.says),
        ),
    ),
    eq(
        (1 + beta - eta * kappa) * delta[t - 1] - beta * delta[t - 2],
        by=Rule(
            "the step before",
            the_step_before.words,
            needs=(the_step_before,),
            rewrite=in_turn(applying(the_step_before.says), multiplied_out),
        ),
    ),
    title="On a bowl, momentum's distance is a mixture of the last two",
)

# ---- the two roots of r² − (1 + β − ηh) r + β

their_product = Given(Eq(beta, root1 * root2), fix=beta, words="Vieta: the product of the roots is β")
their_sum = Given(
    Eq(kappa, (1 + beta - root1 - root2) / eta), fix=kappa, words="Vieta: the sum of the roots is 1 + β − ηh"
)
by_their_product = Rule(
    "product of the roots",
    their_product.words,
    needs=(their_product,),
    rewrite=applying(their_product.says),
    lower=True,
)
by_their_sum = Rule(
    "sum of the roots",
    their_sum.words,
    needs=(their_sum,),
    rewrite=in_turn(applying(their_sum.says), multiplied_out),
    lower=True,
)
above_minus_one = calc(
    (1 + root1) * (1 + root2),
    eq(1 + root1 + root2 + root1 * root2, by=multiplying_out),
    eq(1 + root1 + root2 + beta, by=by_their_product),
    eq(2 * (1 + beta) - eta * kappa, by=by_their_sum),
    title="No root is below −1 while the learning rate is below its limit",
)
below_one = calc(
    (1 - root1) * (1 - root2),
    eq(1 - root1 - root2 + root1 * root2, by=multiplying_out),
    eq(1 - root1 - root2 + beta, by=by_their_product),
    eq(eta * kappa, by=by_their_sum),
    title="No root is above 1 for any positive learning rate",
)
complex_pair = calc(
    (1 + beta - eta * kappa) ** 2 - 4 * beta,
    eq(
        (eta * kappa - (1 - sqrt(beta)) ** 2) * (eta * kappa - (1 + sqrt(beta)) ** 2),
        by=Rule("difference of squares", "multiplied out, both sides are the same", rewrite=multiplied_out, lower=True),
    ),
    title="The roots are a pair of complex numbers between two learning rates",
)

# ---- gradient descent, tuned, and who wins

tuned_flat = calc(
    1 - 2 / (kappa + cond * kappa) * kappa,
    eq((cond - 1) / (cond + 1), by=Rule("one denominator", "the curvature cancels", rewrite=cancelled)),
    title="Tuned descent along the flat axis",
)
tuned_steep = calc(
    1 - 2 / (kappa + cond * kappa) * (cond * kappa),
    eq(-(cond - 1) / (cond + 1), by=Rule("one denominator", "the curvature cancels", rewrite=cancelled)),
    title="Tuned descent along the steep axis: as fast, to and fro",
)
who_wins = calc(
    (cond - 1) / (cond + 1) - sqrt(beta),
    eq(
        ((1 - sqrt(beta)) * cond - (1 + sqrt(beta))) / (cond + 1),
        by=Rule("one denominator", "both sides are the same", rewrite=over_one_denominator),
    ),
    title="By how much tuned descent is slower than the root of β",
)
break_even = Quantity(
    (1 + sqrt(beta)) / (1 - sqrt(beta)),
    "condition number below which tuned descent is faster than momentum with the usual β",
    (),
    {beta: "0.9"},
)
still_the_root = Quantity(
    ((1 + sqrt(beta)) / (1 - sqrt(beta))) ** 2,
    "condition number up to which momentum with the usual β can be as fast as the root of β",
    (),
    {beta: "0.9"},
)
root_of_beta = Quantity(sqrt(beta), "what momentum leaves of the distance at each step, at best", (), {beta: "0.9"})
limit_of_the_buffer = Quantity(
    2 * (1 + beta) / kappa,
    "largest stable learning rate of the plain form, at curvature 25",
    (),
    {beta: "0.9", kappa: 25},
)
limit_of_the_average = Quantity(
    2 * (1 + beta) / (1 - beta) / kappa,
    "largest stable learning rate of the average form, at curvature 25",
    (),
    {beta: "0.9", kappa: 25},
)

# ---- gradients that stay, gradients that alternate: what the buffer comes to hold

constant_gain = calc(
    beta * (grad / (1 - beta)) + grad,
    eq(grad / (1 - beta), by=Rule("one denominator", "both sides are the same", rewrite=over_one_denominator)),
    title="A gradient that stays: the buffer holds 1 over 1 − β of it",
)
alternating_gain = calc(
    beta * (-grad / (1 + beta)) + grad,
    eq(grad / (1 + beta), by=Rule("one denominator", "both sides are the same", rewrite=cancelled)),
    title="A gradient that alternates: the buffer holds 1 over 1 + β of it",
)
damped = Quantity(
    (1 - beta) / (1 + beta),
    "share of an alternating gradient that the average keeps, at the usual β",
    (),
    {beta: "0.9"},
)
