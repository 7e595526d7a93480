"""On separable data the loss has no minimum: more weight always helps. And a zero gradient is no optimum.

Notation: one example with margins `gamma[k]` (right score minus score k) at weights W, where k runs over the
R wrong classes, R = K − 1; `scale` is s, and the network uses s W.
Source: CS5242 lecture 4 (S3), lines 248–259 and 462.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, S, Sum, exp, log

from derivations.calculus import Definition, Given, Rule, approx, calc, eq, gt, le, lt
from derivations.notation import (
    D,
    K,
    L,
    N,
    V,
    c,
    d,
    ell,
    epsilon,
    f,
    gamma,
    i,
    j,
    k,
    margin,
    p,
    pi,
    scale,
    u,
    v,
    wrong,
    x,
    y,
    z,
)
from derivations.quality.convexity import direction_of_scores, moved_scores
from derivations.quality.softmax import softmax, softmax_sums_to_one, sum_of_exponentials
from derivations.quality.softmax_gradient import example_loss, gradient_of_cross_entropy, targets_sum_to_one_here
from derivations.rules import (
    applying,
    by_definition,
    chain_rule,
    differentiating,
    differentiating_only,
    dividing_above_and_below,
    exponentials,
    in_turn,
    leaving_out_squares,
    leaving_out_what_is_added,
    leaving_out_what_is_taken_away,
    linear_sums,
    logs_by_their_tangent,
    opening,
    quoting,
    sifting_sums,
    using,
)

loss_along_the_ray = Definition(
    ell,
    log(1 + Sum(exp(-scale * gamma[k]), (k, 1, wrong))),
    "the loss on the ray of weights s W",
)

loss_always_falls = calc(
    Derivative(ell, scale),
    eq(
        -Sum(gamma[k] * exp(-scale * gamma[k]), (k, 1, wrong)) / (1 + Sum(exp(-scale * gamma[k]), (k, 1, wrong))),
        by=Rule(
            "derivative of a logarithm", "the derivative of what stands inside, over it", rewrite=differentiating("ell")
        ),
    ),
    lt(S.Zero, by=Rule("signs", "margins and exponentials are positive", rewrite=leaving_out_what_is_taken_away)),
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
    eq(log(1 + Sum(exp(-scale * gamma[k]), (k, 1, wrong))), by=by_definition(loss_along_the_ray)),
    gt(
        S.Zero,
        by=Rule("logarithm of a number above 1", "each exponential is positive", rewrite=leaving_out_what_is_added),
    ),
    where=(loss_along_the_ray,),
    title="At every scale the loss is above zero",
)

# ---- many examples of two classes, some of them perhaps on the wrong side

two_class_loss = Definition(
    L,
    Sum(log(1 + exp(-scale * margin[i])), (i, 1, N)) / N,
    "the loss of N examples of two classes, on the ray of weights s W",
)

two_class_probability = Definition(
    p[i], 1 / (1 + exp(-scale * margin[i])), "the probability of the right one of two classes, on the ray"
)

the_other_class = Eq(1 - 1 / (1 + exp(-scale * margin[i])), 1 / (1 + exp(scale * margin[i])), evaluate=False)
slope_along_the_ray = calc(
    Derivative(L, scale),
    eq(
        -Sum(margin[i] * exp(-scale * margin[i]) / (1 + exp(-scale * margin[i])), (i, 1, N)) / N,
        by=Rule(
            "derivative of a logarithm", "the derivative of what stands inside, over it", rewrite=differentiating("L")
        ),
    ),
    eq(
        -Sum(margin[i] / (1 + exp(scale * margin[i])), (i, 1, N)) / N,
        by=Rule(
            "divide above and below",
            "by e to minus s times the margin, in each term",
            rewrite=dividing_above_and_below(exp(-scale * margin[i])),
        ),
    ),
    eq(
        -Sum(margin[i] * (1 - p[i]), (i, 1, N)) / N,
        by=Rule(
            "logistic function", the_other_class, rewrite=in_turn(opening("p"), applying(the_other_class)), lower=True
        ),
    ),
    where=(two_class_loss, two_class_probability),
    title="Each example pulls with its margin, times the probability that it misses",
)

alike = Given(Eq(margin[i] * (1 - p[i]), u), each=((i, N),), fix=margin[i], words="all examples pull alike")
all_missed = Given(  # the delta is 0 for each i; SymPy would call a bare 0 impossible
    Eq(p[i], KroneckerDelta(i, N + 1)), each=((i, N),), fix=p[i], words="every example is missed with certainty"
)
lacking_to_one = Eq((1 - p[i]) ** 2, 1 - (2 * p[i] * (1 - p[i]) + p[i] ** 2))
no_slope_is_steeper = calc(
    (Sum(margin[i] * (1 - p[i]), (i, 1, N)) / N) ** 2,
    eq(
        Sum((margin[i] * (1 - p[i])) ** 2, (i, 1, N)) / N
        - Sum(Sum((margin[i] * (1 - p[i]) - margin[j] * (1 - p[j])) ** 2, (j, 1, N)), (i, 1, N)) / (2 * N**2),
        by=Rule(
            "variance as a sum over pairs",
            "multiplied out, the double sum is the mean of the squares less the square of the mean",
            rewrite=linear_sums,
            lower=True,
        ),
    ),
    le(
        Sum((margin[i] * (1 - p[i])) ** 2, (i, 1, N)) / N,
        by=Rule("a sum of squares", "what is taken away is not negative", rewrite=leaving_out_squares),
        tight=alike,
    ),
    eq(
        Sum(margin[i] ** 2, (i, 1, N)) / N - Sum(margin[i] ** 2 * (2 * p[i] * (1 - p[i]) + p[i] ** 2), (i, 1, N)) / N,
        by=Rule("what a square lacks", lacking_to_one, rewrite=applying(lacking_to_one)),
    ),
    le(
        Sum(margin[i] ** 2, (i, 1, N)) / N,
        by=Rule(
            "a probability lies between 0 and 1",
            "what is taken away is not negative",
            rewrite=leaving_out_what_is_taken_away,
        ),
        tight=all_missed,
    ),
    title="The square of the slope is at most the mean of the squared margins",
)

one_right_class = Given(Eq(y[k], KroneckerDelta(k, c)), each=((k, K),), fix=y[k], words="class c is right")
slope_in_a_direction = calc(
    Derivative(ell, u),
    eq(
        Sum(Derivative(ell, z[k]) * Derivative(z[k], u), (k, 1, K)),
        by=Rule("chain rule", "each score moves at its own rate, and moves the loss", rewrite=chain_rule(z[k])),
    ),
    eq(
        Sum((pi[k] - y[k]) * Derivative(z[k], u), (k, 1, K)),
        by=Rule(
            "gradient of cross-entropy",
            "{eq}`gradient_of_cross_entropy`",
            needs=(targets_sum_to_one_here,),
            rewrite=quoting(gradient_of_cross_entropy),
        ),
    ),
    eq(
        Sum((pi[k] - y[k]) * Sum(V[k, d] * f[d], (d, 1, D)), (k, 1, K)),
        by=Rule(
            "derivative of a linear function", "the scores move on straight lines", rewrite=differentiating_only("z")
        ),
    ),
    eq(Sum((pi[k] - y[k]) * v[k], (k, 1, K)), by=by_definition(direction_of_scores, lower=True)),
    eq(
        Sum(pi[k] * v[k], (k, 1, K)) - v[c],
        by=Rule(
            "one class is right, and sifting",
            one_right_class.says,
            needs=(one_right_class,),
            rewrite=in_turn(using(one_right_class), sifting_sums),
        ),
    ),
    eq(
        -Sum(pi[k] * (v[c] - v[k]), (k, 1, K)),
        by=Rule(
            "softmax sums to one",
            "so $v_c$ is $v_c$ times the sum of the probabilities",
            rewrite=in_turn(linear_sums, quoting(softmax_sums_to_one)),
            lower=True,
        ),
        opens=("S", "ell", "pi", "v", "z"),
    ),
    where=(sum_of_exponentials, softmax, example_loss, moved_scores, direction_of_scores),
    title="From any weights, the slope in a direction V is minus the mean margin that V gives",
)

loss_far_out = calc(
    log(1 + wrong * epsilon),
    approx(
        wrong * epsilon,
        by=Rule(
            "tangent of the logarithm at 1",
            "near 1 the logarithm grows as fast as its argument, up to second order",
            rewrite=logs_by_their_tangent(),
        ),
        small=epsilon,
        order=2,
    ),
    title="Far out the loss is the odds ε of one wrong class, times the number R of wrong classes",
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
            "tangent of the logarithm at 1",
            "near 1 the logarithm grows as fast as its argument, up to second order",
            rewrite=logs_by_their_tangent(),
        ),
        small=epsilon,
        order=2,
    ),
    title="A small loss is as large as the error that drives the gradient",
)
