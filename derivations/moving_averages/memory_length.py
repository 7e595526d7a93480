"""How long an exponentially weighted average remembers: mass, age, half-life, and the plain window that matches.

Notation: `epsilon` is 1 − β; what is 3 steps old has age 3, and the newest value has age 0; t steps were taken.
Source: notes of course 2 (S4), lines 82–94.
"""

from __future__ import annotations

from sympy import Eq, Integer, Sum, exp, log

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, approx, calc, eq, lt
from derivations.notation import beta, epsilon, held, mean_age, n, noise_left, span, steps_held, t
from derivations.rules import (
    algebra,
    applying,
    by_definition,
    empty_sums,
    factors_into_sums,
    in_turn,
    joined_powers,
    last_terms,
    log_tangent,
    logs_by_their_tangent,
    power_as_an_exponential,
)

as_exponential = Rule(power_as_an_exponential.name, power_as_an_exponential.says)

# ---- one over e

below_one_over_e = calc(
    (1 - epsilon) ** (1 / epsilon),
    eq(exp(log(1 - epsilon) / epsilon), by=as_exponential),
    lt(
        exp(-1),
        by=Rule(log_tangent.name, log_tangent.says, rewrite=logs_by_their_tangent(1 - epsilon)),
    ),
    equivalents={
        "line 2: plus one: the whole line → exp(-1) + 1": "A larger bound is a bound.",
        "line 2: sign in an exponent: exp(-1) → E": "A larger bound is a bound.",
    },
    title="(1 − ε) to the power of 1/ε is below 1/e, for every ε",
)
near_one_over_e = calc(
    (1 - epsilon) ** (1 / epsilon),
    eq(exp(log(1 - epsilon) / epsilon), by=as_exponential),
    approx(
        exp(-1 - epsilon / 2 - epsilon**2 / 3),
        by=Rule("series of the logarithm at 1", "its first three terms, over ε"),
        small=epsilon,
        order=3,
    ),
    approx(
        exp(-1) * (1 - epsilon / 2 - 5 * epsilon**2 / 24),
        by=Rule("series of the exponential at 0", "its first three terms"),
        small=epsilon,
        order=3,
    ),
    title="How far below 1/e it is",
)

# ---- how many of the newest values hold a share q of all weight

steps_for_a_share = Definition(steps_held, log(1 - held) / log(beta), "how many steps hold a share")
mass_held = calc(
    1 - beta**steps_held,
    eq(
        1 - exp(steps_held * log(beta)),
        by=as_exponential,
    ),
    eq(1 - exp(log(1 - held)), by=by_definition(steps_for_a_share)),
    where=(steps_for_a_share,),
    title="That many of the newest values hold the share q",
)

# ---- lag and mean age

ramp_before = Given(
    Eq(
        Sum(beta ** (t - 1 - n) * n, (n, 1, t - 1)),
        (t - 1) / (1 - beta) - beta * (1 - beta ** (t - 1)) / (1 - beta) ** 2,
    ),
    words="the claim for one step less",
)
ramp = Induction(
    claim=Eq(Sum(beta ** (t - n) * n, (n, 1, t)), t / (1 - beta) - beta * (1 - beta**t) / (1 - beta) ** 2),
    on=t,
    first=1,
    base=calc(
        Sum(beta ** (1 - n) * n, (n, 1, 1)),
        eq(Integer(1), by=Rule("one term", "it is one", rewrite=in_turn(last_terms(Integer(1)), empty_sums))),
        eq(1 / (1 - beta) - beta / (1 - beta), by=algebra),
    ),
    step=calc(
        Sum(beta ** (t - n) * n, (n, 1, t)),
        eq(
            Sum(beta ** (t - n) * n, (n, 1, t - 1)) + t,
            by=Rule("the last term", "stands alone", rewrite=last_terms(t)),
        ),
        eq(
            beta * Sum(beta ** (t - 1 - n) * n, (n, 1, t - 1)) + t,
            by=Rule(
                "a factor before the sum",
                "every older weight has one more β",
                rewrite=in_turn(factors_into_sums, joined_powers),
                lower=True,
            ),
        ),
        eq(
            beta * ((t - 1) / (1 - beta) - beta * (1 - beta ** (t - 1)) / (1 - beta) ** 2) + t,
            by=Rule(
                "induction hypothesis",
                ramp_before.words,
                needs=(ramp_before,),
                rewrite=applying(ramp_before.says),
            ),
        ),
        eq(t / (1 - beta) - beta * (1 - beta**t) / (1 - beta) ** 2, by=algebra),
    ),
    title="The step numbers themselves, with weights that fall by β",
)
of_a_ramp = Given(ramp.claim, words="{eq}`ramp`")
lag = calc(
    t - (1 - beta) * Sum(beta ** (t - n) * n, (n, 1, t)),
    eq(
        t - (1 - beta) * (t / (1 - beta) - beta * (1 - beta**t) / (1 - beta) ** 2),
        by=Rule("a ramp", of_a_ramp.words, needs=(of_a_ramp,), rewrite=applying(of_a_ramp.says)),
    ),
    eq(beta * (1 - beta**t) / (1 - beta), by=algebra),
    title="On a ramp that gains one a step, the average comes late, in the end by β over 1 − β",
)

# ---- noise

squared_weights = Given(
    Eq(Sum(beta ** (2 * (t - n)), (n, 1, t)), (1 - beta ** (2 * t)) / (1 - beta**2)),
    words="{eq}`weights_add_up`, with β² for β",
)
noise_of_the_average = calc(
    Sum(((1 - beta) * beta ** (t - n)) ** 2, (n, 1, t)),
    eq(
        (1 - beta) ** 2 * Sum(beta ** (2 * (t - n)), (n, 1, t)),
        by=Rule("common factor", "it holds no index"),
    ),
    eq(
        (1 - beta) ** 2 * (1 - beta ** (2 * t)) / (1 - beta**2),
        by=Rule(
            "geometric series",
            squared_weights.words,
            needs=(squared_weights,),
            rewrite=applying(squared_weights.says),
        ),
    ),
    eq((1 - beta) / (1 + beta) * (1 - beta ** (2 * t)), by=algebra),
    title="The squares of the weights add up to the share of the noise that is left",
)

# ---- the plain window that matches

long_run_age = Definition(mean_age, beta / (1 - beta), "the mean age")
long_run_noise = Definition(noise_left, (1 - beta) / (1 + beta), "the noise left")
matching_window = Definition(span, (1 + beta) / (1 - beta), "the window that matches")

as_late = calc(
    (span - 1) / 2,
    eq(((1 + beta) / (1 - beta) - 1) / 2, by=by_definition(matching_window)),
    eq(beta / (1 - beta), by=algebra),
    eq(mean_age, by=by_definition(long_run_age, lower=True)),
    where=(matching_window, long_run_age),
    title="A plain window of s values has the same mean age",
)
as_noisy = calc(
    1 / span,
    eq((1 - beta) / (1 + beta), by=by_definition(matching_window)),
    eq(noise_left, by=by_definition(long_run_noise, lower=True)),
    where=(matching_window, long_run_noise),
    title="A plain window of s values leaves the same share of the noise",
)

# ---- the numbers of the notes (S4, L86 and L94)

_in_its_window = 1 - beta ** (1 / (1 - beta))
mass_of_10 = Quantity(_in_its_window, "what the last ten values weigh", at={beta: "0.9"})
mass_of_50 = Quantity(_in_its_window, "what the last fifty values weigh", at={beta: "0.98"})
_power = (1 - epsilon) ** (1 / epsilon)
power_at_tenth = Quantity(_power, "(1 − ε) to the power of 1/ε", at={epsilon: "0.1"})
one_over_e = Quantity(exp(-1), "1/e")
for_95_percent = Quantity(
    steps_held,
    "newest values that hold nineteen twentieths of the weight",
    (steps_for_a_share,),
    {held: "0.95", beta: "0.9"},
)
half_life = Quantity(steps_held, "half-life, in steps", (steps_for_a_share,), {held: "0.5", beta: "0.9"})
