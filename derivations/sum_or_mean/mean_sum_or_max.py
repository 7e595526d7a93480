"""Mean and max of the losses are two objectives; between them lies the soft maximum, τ log of the mean of e^{ℓ/τ}.

Notation: `ells[i]` is the loss of example i, `tau` the temperature, `worst` a number that no loss exceeds and that
one of them has. For the minimisers there is one weight w and a target for each example.
Source: a comment on the question on sum or mean (S2), which proposes the maximum.
"""

from __future__ import annotations

from sympy import Add, Derivative, Eq, Expr, Le, Max, Mul, S, Sum, exp, log

from derivations.calculus import Definition, Derivation, Given, Rule, calc, eq, ge, le
from derivations.notation import J_tau, ells, i, i2, m, target_high, target_low, tau, u, w, worst, x, y_one
from derivations.rules import (
    at_its_bound,
    by_definition,
    constant_sums,
    differentiating,
    factors_of_exponentials,
    in_turn,
    linear_sums,
    multiplied_out,
    opening,
    quoting,
    sifting_sums,
)

powers = Sum(exp(ells[i] / tau), (i, 1, m))
soft_maximum = Definition(J_tau, tau * log(powers / m), "the soft maximum")

shares = Sum(exp((ells[i] - J_tau) / tau), (i, 1, m)) / m
shares_are_one = calc(
    shares,
    eq(
        exp(-J_tau / tau) * powers / m,
        by=Rule("exponential of a sum", "a constant factor leaves the sum", rewrite=factors_of_exponentials),
    ),
    eq(S.One, by=Rule("definition of the soft maximum", "exp undoes log, and all cancels", rewrite=opening("J_tau"))),
    where=(soft_maximum,),
    title="Measured from the soft maximum, the exponentials have the mean 1",
)

all_alike = Given(Eq(ells[i], worst), each=((i, m),), fix=ells[i], words="all losses are equal")


def above_the_tangent(line: Expr, _: Derivation) -> Expr:
    """Σ ℓ/τ → Σ (J/τ + e^{(ℓ − J)/τ} − 1)."""
    return line.replace(
        lambda e: isinstance(e, Sum),
        lambda e: Sum(J_tau / tau + exp(e.function - J_tau / tau) - 1, *e.limits),
    )


mean_below_soft = calc(
    Sum(ells[i] / tau, (i, 1, m)) / m,
    le(
        Sum(J_tau / tau + exp((ells[i] - J_tau) / tau) - 1, (i, 1, m)) / m,
        by=Rule(
            "the exponential lies above its tangent at 0",
            "a number is at most its exponential, less one",
            rewrite=above_the_tangent,
        ),
        tight=all_alike,
    ),
    eq(
        J_tau / tau + shares - 1,
        by=Rule("linearity of the sum", "term by term; m equal terms are m of them", rewrite=linear_sums),
    ),
    eq(
        J_tau / tau,
        by=Rule("the exponentials have the mean 1", "{eq}`shares_are_one`", rewrite=quoting(shares_are_one)),
    ),
    where=(soft_maximum,),
    title="The mean is at most the soft maximum, here both over τ",
)

none_above = Given(Le(ells[i], worst), each=((i, m),), words="no loss is larger")

soft_below_worst = calc(
    J_tau,
    eq(tau * log(powers / m), by=by_definition(soft_maximum)),
    le(
        tau * log(Sum(exp(worst / tau), (i, 1, m)) / m),
        by=Rule("no loss is larger", none_above.says, needs=(none_above,), rewrite=at_its_bound(none_above)),
        tight=all_alike,
    ),
    eq(worst, by=Rule("equal terms", "m of them, over m; log undoes exp", rewrite=constant_sums)),
    where=(soft_maximum,),
    title="The soft maximum is at most the maximum",
)


def exponentials_out_of_logs(line: Expr, _: Derivation) -> Expr:
    """log(eᵃ b) → a + log b."""

    def opened(e: Expr) -> Expr:
        outside = [f for f in Mul.make_args(e.args[0]) if isinstance(f, exp)]
        rest = Mul(*(f for f in Mul.make_args(e.args[0]) if f not in outside))
        return Add(*(f.args[0] for f in outside)) + log(rest)

    return line.replace(lambda e: isinstance(e, log), opened).expand(log=False, power_base=False, power_exp=False)


soft_from_worst = calc(
    worst + tau * log(Sum(exp((ells[i] - worst) / tau), (i, 1, m)) / m),
    eq(
        worst + tau * log(exp(-worst / tau) * powers / m),
        by=Rule("exponential of a sum", "a constant factor leaves the sum", rewrite=factors_of_exponentials),
    ),
    eq(
        tau * log(powers / m),
        by=Rule(
            "log of a product, and of an exponential", Eq(log(exp(u) * x), u + log(x)), rewrite=exponentials_out_of_logs
        ),
    ),
    eq(J_tau, by=by_definition(soft_maximum, lower=True)),
    where=(soft_maximum,),
    title="Counted from the largest loss, no exponential overflows",
)

soft_weights = calc(
    Derivative(J_tau, ells[i2]),
    eq(
        exp(ells[i2] / tau) / powers,
        by=Rule(
            "derivative of a logarithm",
            "what stands inside has one term with it",
            rewrite=in_turn(differentiating("J_tau"), sifting_sums),
        ),
    ),
    where=(soft_maximum,),
    title="Each example weighs by a softmax of the losses",
)

slope_of_the_mean_square = calc(
    Derivative(Sum((w - y_one[i]) ** 2, (i, 1, m)) / m, w),
    eq(
        2 * (w - Sum(y_one[i], (i, 1, m)) / m),
        by=Rule(
            "derivative of a square",
            "twice the base, for every example",
            rewrite=in_turn(differentiating(), linear_sums),
        ),
    ),
    title="The mean of squares is least at the mean of the targets",
)

midway = Given(Eq(w, (target_low + target_high) / 2), fix=w, words="w is midway between the two")


def mean_of_two(line: Expr, _: Derivation) -> Expr:
    """max(a, b) → (a + b)/2."""
    return line.replace(lambda e: isinstance(e, Max), lambda e: sum(e.args, S.Zero) / 2)


def without_the_square(line: Expr, _: Derivation) -> Expr:
    """(w − a)² + b → b."""
    return Add(*(t for t in Add.make_args(line) if not t.has(w)))


largest_square = Max((w - target_low) ** 2, (w - target_high) ** 2)
largest_is_least_midway = calc(
    largest_square,
    ge(
        ((w - target_low) ** 2 + (w - target_high) ** 2) / 2,
        by=Rule(
            "the larger of two numbers is at least their mean",
            "and equal to it where they are equal",
            rewrite=mean_of_two,
        ),
        tight=midway,
    ),
    eq(
        (w - (target_low + target_high) / 2) ** 2 + (target_high - target_low) ** 2 / 4,
        by=Rule("completing the square", "multiplied out, both sides are the same", rewrite=multiplied_out, lower=True),
    ),
    ge(
        (target_high - target_low) ** 2 / 4,
        by=Rule("a square is not negative", "it is 0 at the midpoint", rewrite=without_the_square),
        tight=midway,
    ),
    title="The largest square is least midway between the extremes",
)
