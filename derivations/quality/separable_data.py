"""On separable data the loss has no minimum: more weight always helps. And a zero gradient is no optimum.

Notation: one example with margins `gamma[k]` (right score minus score k) at weights W; `scale` is s, and
the network uses s W.
Source: CS5242 lecture 4 (S3), lines 248–259 and 462.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Limit, S, Sum, exp, log, oo

from derivations.calculus import Definition, Rule, calc, eq, gt, lt
from derivations.notation import K, ell, gamma, k, scale, u, x
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
    title="With positive margins the loss falls for ever",
)

loss_is_never_zero = calc(
    log(1 + Sum(exp(-scale * gamma[k]), (k, 1, K))),
    gt(S.Zero, by=Rule("logarithm of more than one", "an exponential is positive")),
    title="And it never reaches 0",
)

two_class_infimum = calc(
    Limit(log(1 + exp(-x * scale)), scale, oo),
    eq(S.Zero, by=Rule("limit of the exponential", "e^{−xs} goes to 0 as s grows")),
    title="It comes as close to 0 as you like",
)

flat_is_not_best = calc(
    Derivative(u**3, u),
    eq(3 * u**2, by=Rule("power rule", Eq(Derivative(u**3, u), 3 * u**2), rewrite=differentiating())),
    title="The gradient of the cube of u vanishes at 0, where it has no optimum",
)
