"""On separable data the loss has no minimum: more weight always helps. And a zero gradient is no optimum.

Notation: one example with margins `gamma[k]` (right score minus score k) at weights W, where k runs over the
K classes besides the right one; `scale` is s, and the network uses s W.
Source: CS5242 lecture 4 (S3), lines 248–259 and 462.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, S, Sum, exp, log

from derivations.calculus import Definition, Given, Rule, approx, calc, eq, gt, lt
from derivations.notation import K, c, ell, epsilon, gamma, k, pi, scale, u, v, x, y
from derivations.quality.convexity import direction_of_scores, moved_scores
from derivations.quality.softmax import softmax, sum_of_exponentials
from derivations.quality.softmax_gradient import example_loss, targets_sum_to_one_here
from derivations.rules import by_definition, differentiating, exponentials

loss_along_the_ray = Definition(
    ell,
    log(1 + Sum(exp(-scale * gamma[k]), (k, 1, K))),
    "the loss on the ray of weights s W",
)

loss_always_falls = calc(
    Derivative(ell, scale),
    eq(
        -Sum(gamma[k] * exp(-scale * gamma[k]), (k, 1, K)) / (1 + Sum(exp(-scale * gamma[k]), (k, 1, K))),
        by=Rule(
            "derivative of a logarithm", "the derivative of what stands inside, over it", rewrite=differentiating("ell")
        ),
    ),
    lt(S.Zero, by=Rule("signs", "margins and exponentials are positive")),
    where=(loss_along_the_ray,),
    equivalents={
        "line 2: plus one: the whole line → 1": (
            "What is below 0 is below 1: a strict bound may be weakened and stays true."
        )
    },
    title="With positive margins the loss falls for ever",
)

loss_is_never_zero = calc(
    ell,
    eq(log(1 + Sum(exp(-scale * gamma[k]), (k, 1, K))), by=by_definition(loss_along_the_ray)),
    gt(S.Zero, by=Rule("logarithm of a number above 1", "each exponential is positive")),
    where=(loss_along_the_ray,),
    title="At every scale the loss is above zero",
)

one_right_class = Given(Eq(y[k], KroneckerDelta(k, c)), each=((k, K),), fix=y[k], words="class c is right")
slope_in_a_direction = calc(
    Derivative(ell, u),
    eq(
        Sum((pi[k] - y[k]) * v[k], (k, 1, K)),
        by=Rule("chain rule", "the gradient p − y, times how fast each score moves", needs=(targets_sum_to_one_here,)),
    ),
    eq(
        Sum(pi[k] * v[k], (k, 1, K)) - v[c],
        by=Rule("one class is right", one_right_class.says, needs=(one_right_class,)),
    ),
    eq(
        -Sum(pi[k] * (v[c] - v[k]), (k, 1, K)),
        by=Rule("softmax sums to one", "so $v_c$ is $v_c$ times the sum of the probabilities"),
    ),
    where=(sum_of_exponentials, softmax, example_loss, moved_scores, direction_of_scores),
    title="From any weights, the slope in a direction V is minus the mean margin that V gives",
)

loss_far_out = calc(
    log(1 + K * epsilon),
    approx(
        K * epsilon,
        by=Rule(
            "tangent of the logarithm at 1", "near 1 the logarithm grows as fast as its argument, up to second order"
        ),
        small=epsilon,
        order=2,
    ),
    title="Far out the loss is the odds ε of one wrong class, times the number K of wrong classes",
)
odds_fall_exponentially = calc(
    exp(-x * (scale + u)),
    eq(
        exp(-scale * x) * exp(-u * x),
        by=Rule(
            "exponential of a sum",
            "each step along the ray multiplies the odds by the same factor",
            rewrite=exponentials,
        ),
    ),
    title="Equal steps along the ray multiply the odds by equal factors",
)

flat_is_not_best = calc(
    Derivative(u**3, u),
    eq(3 * u**2, by=Rule("power rule", Eq(Derivative(u**3, u), 3 * u**2), rewrite=differentiating())),
    title="The gradient of the cube of u vanishes at 0, where it has no optimum",
)

# ε is the probability that the right class misses
small_loss = calc(
    -log(1 - epsilon),
    approx(
        epsilon,
        by=Rule(
            "tangent of the logarithm at 1", "near 1 the logarithm grows as fast as its argument, up to second order"
        ),
        small=epsilon,
        order=2,
    ),
    title="A small loss is as large as the error that drives the gradient",
)
