"""On separable data the loss has no minimum: more weight always helps. And a zero gradient is no optimum.

Notation: one example with margins `gamma[k]` (right score minus score k) at weights W; `scale` is s, and
the network uses s W.
Source: CS5242 lecture 4 (S3), lines 248–259 and 462.
"""

from __future__ import annotations

from sympy import Derivative, Eq, S, Sum, exp, log

from derivations.calculus import Definition, Rule, approx, calc, eq, lt
from derivations.notation import K, ell, epsilon, gamma, k, scale, u, x
from derivations.rules import differentiating

loss_along_the_ray = Definition(
    ell, log(1 + Sum(exp(-scale * gamma[k]), (k, 1, K))), "the loss on the ray of weights s W"
)

loss_always_falls = calc(
    Derivative(ell, scale),
    eq(
        -Sum(gamma[k] * exp(-scale * gamma[k]), (k, 1, K)) / (1 + Sum(exp(-scale * gamma[k]), (k, 1, K))),
        by=Rule("derivative of a logarithm", "(log f)′ = f′/f", rewrite=differentiating("ell")),
    ),
    lt(S.Zero, by=Rule("signs", "margins and exponentials are positive")),
    where=(loss_along_the_ray,),
    equivalents={
        "line 2: plus one: the whole line → 1": "What is below 0 is below 1: a strict bound may be weakened and stays true."
    },
    title="With positive margins the loss falls for ever",
)

loss_far_out = calc(
    log(1 + (K - 1) * epsilon),
    approx(
        (K - 1) * epsilon,
        by=Rule("tangent of the logarithm at 1", "log(1 + x) = x up to second order"),
        small=epsilon,
        order=2,
    ),
    title="Far out the loss is K − 1 times the odds of one other class, and the odds fall exponentially",
)
odds_fall_exponentially = calc(
    exp(-(scale + u) * x),
    eq(
        exp(-scale * x) * exp(-u * x),
        by=Rule("exponential of a sum", "each step along the ray multiplies the odds by the same factor"),
    ),
    title="Equal steps along the ray multiply the odds by equal factors",
)

flat_is_not_best = calc(
    Derivative(u**3, u),
    eq(3 * u**2, by=Rule("power rule", Eq(Derivative(u**3, u), 3 * u**2), rewrite=differentiating())),
    title="The gradient of the cube of u vanishes at 0, where it has no optimum",
)
