"""The average that begins at 0 and is divided by its weights: why, how, and in which ways it is printed wrong.

Notation: `average[n]` is the average after n steps, begun at 0, and `corrected[n]` the same over 1 − βⁿ;
`repeated[n]` is multiplied by `times_at[n]` at every step and goes on from there, which is what the misprint says.
Source: notes of course 2 (S4), lines 107–117.
"""

from __future__ import annotations

from sympy import Eq, Integer, Piecewise, Rational, Sum, log

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, Source, calc, eq
from derivations.moving_averages.average_that_remembers import (
    NOTES,
    exponential_average,
    one_value_more,
)
from derivations.notation import (
    average,
    beta,
    corrected,
    from_first,
    from_zero,
    met,
    n,
    repeated,
    signal,
    t,
    times_at,
    together_t,
    x,
)
from derivations.rules import (
    applying,
    by_definition,
    empty_sums,
    factors_out_of_sums,
    in_turn,
    last_terms,
    multiplied_out,
)
from derivations.sum_or_mean.optimizer_conventions import average_from_first, average_from_zero, geometric_series

# ---- why the first averages are small, and what the division gives

constant_out = Rule("constant factor", "it holds no index", rewrite=factors_out_of_sums)
constant_average = calc(
    Sum((1 - beta) * beta ** (t - n) * x, (n, 1, t)),
    eq(x * (1 - beta) * Sum(beta ** (t - n), (n, 1, t)), by=constant_out),
    eq(x * (1 - beta**t), by=geometric_series),
    title="Under a value that stays at x, the average begun at 0 lacks a share of it",
)
sum_of_weights = Definition(together_t, 1 - beta**t, "the sum of all weights")
corrected_weights = calc(
    Sum((1 - beta) * beta ** (t - n) / together_t, (n, 1, t)),
    eq((1 - beta) * Sum(beta ** (t - n), (n, 1, t)) / together_t, by=constant_out),
    eq((1 - beta**t) / together_t, by=geometric_series),
    eq(Integer(1), by=by_definition(sum_of_weights)),
    where=(sum_of_weights,),
    title="The weights of the corrected average add up to one",
)

# ---- the recursion of the corrected average itself

average_hat = Definition(corrected[n], average[n] / (1 - beta**n), "the corrected average", Source(NOTES, "L115"))
CORRECTED = (exponential_average, average_hat)

corrected_recursion = calc(
    corrected[t],
    eq(average[t] / (1 - beta**t), by=by_definition(average_hat)),
    eq(
        (beta * average[t - 1] + (1 - beta) * signal[t]) / (1 - beta**t),
        by=Rule("one step", one_value_more.words, needs=(one_value_more,), rewrite=applying(one_value_more.says)),
    ),
    eq(
        (beta * (1 - beta ** (t - 1)) * corrected[t - 1] + (1 - beta) * signal[t]) / (1 - beta**t),
        by=by_definition(average_hat, lower=True),
    ),
    eq(
        corrected[t - 1] + (1 - beta) / (1 - beta**t) * (signal[t] - corrected[t - 1]),
        by=Rule("old and new share add up to one", "β less its power is 1 − βᵗ less 1 − β"),
    ),
    where=CORRECTED,
    title="The corrected average goes a step towards each new value, and the first step all the way",
)

# ---- the correction inside the recursion: what the misprint and the feedback do

multiplied_average = Definition(
    repeated[n],
    Piecewise(
        (times_at[1] * ((1 - beta) * signal[1]), Eq(n, 1)),
        (times_at[n] * (beta * repeated[n - 1] + (1 - beta) * signal[n]), True),
    ),
    "an average that is multiplied at every step",
    piecewise_recursive=True,
)
all_factors = Definition(
    met[n],
    Piecewise((times_at[1], Eq(n, 1)), (times_at[n] * met[n - 1], True)),
    "the product of all factors so far",
    piecewise_recursive=True,
)
first_multiplied = Given(Eq(repeated[1], times_at[1] * ((1 - beta) * signal[1])), words="it begins at 0")
multiplied_step = Given(
    Eq(repeated[t], times_at[t] * (beta * repeated[t - 1] + (1 - beta) * signal[t])),
    words="a step of the average, multiplied before it goes on",
)
first_factor = Given(Eq(met[1], times_at[1]), words="the first factor alone")
one_factor_more = Given(Eq(met[t], times_at[t] * met[t - 1]), words="one factor more at each step")
multiplied_before = Given(
    Eq(
        repeated[t - 1],
        (1 - beta) * met[t - 1] * Sum(beta ** (t - 1 - n) * times_at[n] / met[n] * signal[n], (n, 1, t - 1)),
    ),
    words="the claim for one step less",
)
multiplied_again = Induction(
    claim=Eq(
        repeated[t],
        (1 - beta) * met[t] * Sum(beta ** (t - n) * times_at[n] / met[n] * signal[n], (n, 1, t)),
    ),
    on=t,
    first=1,
    base=calc(
        repeated[1],
        eq(
            times_at[1] * ((1 - beta) * signal[1]),
            by=Rule(
                "the first step",
                first_multiplied.words,
                needs=(first_multiplied,),
                rewrite=applying(first_multiplied.says),
            ),
        ),
        eq(
            (1 - beta) * met[1] * Sum(beta ** (1 - n) * times_at[n] / met[n] * signal[n], (n, 1, 1)),
            by=Rule("one term", "a sum of one term", rewrite=in_turn(last_terms(Integer(1)), empty_sums), lower=True),
        ),
        where=(multiplied_average, all_factors),
    ),
    step=calc(
        repeated[t],
        eq(
            times_at[t] * (beta * repeated[t - 1] + (1 - beta) * signal[t]),
            by=Rule(
                "one step", multiplied_step.words, needs=(multiplied_step,), rewrite=applying(multiplied_step.says)
            ),
        ),
        eq(
            times_at[t]
            * (
                beta
                * ((1 - beta) * met[t - 1] * Sum(beta ** (t - 1 - n) * times_at[n] / met[n] * signal[n], (n, 1, t - 1)))
                + (1 - beta) * signal[t]
            ),
            by=Rule(
                "induction hypothesis",
                multiplied_before.words,
                needs=(multiplied_before,),
                rewrite=applying(multiplied_before.says),
            ),
        ),
        eq(
            (1 - beta)
            * (
                met[t] * Sum(beta ** (t - n) * times_at[n] / met[n] * signal[n], (n, 1, t - 1))
                + times_at[t] * signal[t]
            ),
            by=Rule("one factor more", "for every value so far", needs=(one_factor_more,)),
        ),
        eq(
            (1 - beta) * met[t] * Sum(beta ** (t - n) * times_at[n] / met[n] * signal[n], (n, 1, t)),
            by=Rule(
                "the last term",
                "the newest value has met one factor only",
                rewrite=in_turn(last_terms(t), multiplied_out),
                lower=True,
            ),
        ),
        where=(multiplied_average, all_factors),
    ),
    title="Multiplied at every step, a value keeps every factor that it has met",
)

factors_of_the_misprint = Given(
    Eq(times_at[n], 1 - beta**n), each=((n, t),), fix=times_at[n], words="it is solved for v at every step"
)
factors_fed_back = Given(
    Eq(times_at[n], 1 / (1 - beta**n)), each=((n, t),), fix=times_at[n], words="the corrected value goes on"
)

any_values = Given(multiplied_again.claim, words="{eq}`multiplied_again`")
same_value = Given(Eq(signal[n], x), each=((n, t),), fix=signal[n], words="the value stays at x")
multiplied_constant = calc(
    repeated[t],
    eq(
        (1 - beta) * met[t] * Sum(beta ** (t - n) * times_at[n] / met[n] * signal[n], (n, 1, t)),
        by=Rule("the closed form", any_values.words, needs=(any_values,), rewrite=applying(any_values.says)),
    ),
    eq(
        (1 - beta) * met[t] * Sum(beta ** (t - n) * times_at[n] / met[n] * x, (n, 1, t)),
        by=Rule("equal values", same_value.words, needs=(same_value,), rewrite=applying(same_value.says)),
    ),
    eq(x * (1 - beta) * met[t] * Sum(beta ** (t - n) * times_at[n] / met[n], (n, 1, t)), by=constant_out),
    where=(multiplied_average, all_factors),
    title="Multiplied at every step, under a value that stays at x",
)

# ---- where to begin: at 0, or at the first value

zero_or_first = calc(
    from_first,
    eq(
        beta ** (t - 1) * signal[1] + (1 - beta) * Sum(beta ** (t - n) * signal[n], (n, 2, t)),
        by=by_definition(average_from_first),
    ),
    eq(
        beta**t * signal[1] + (1 - beta) * Sum(beta ** (t - n) * signal[n], (n, 1, t)),
        by=Rule("the first term", "the sum takes in its first term, and what it lacks to the weight stays outside"),
    ),
    eq(from_zero + beta**t * signal[1], by=by_definition(average_from_zero, lower=True)),
    where=(average_from_first, average_from_zero),
    title="Begun at the first value: what is lacking goes to that value",
)

# ---- 40 °F every day with a β of 0.98, as in the notes (L111), and a first value that is far off

_flat = {beta: "0.98", x: "40"}
flat_after_100 = Quantity(constant_average.end, "uncorrected average of day 100", at={**_flat, t: 100}, unit="°F")
flat_after_200 = Quantity(constant_average.end, "uncorrected average of day 200", at={**_flat, t: 200}, unit="°F")
steps_to_a_hundredth = Quantity(
    log(Rational(1, 100)) / log(beta), "steps until the correction changes a hundredth", at={beta: "0.98"}
)
misprinted_second = Quantity(
    repeated[2],
    "second value of the misprint, under 40 °F every day",
    (multiplied_average,),
    {beta: "0.98", times_at: ("0.02", "0.0396"), signal: ("40", "40")},
    unit="°F",
)
fed_back_second = Quantity(
    repeated[2],
    "second value with the corrected one fed back, under 40 °F every day",
    (multiplied_average,),
    {beta: "0.98", times_at: ("50", "2500/99"), signal: ("40", "40")},
    unit="°F",
)
_tenth = {beta: "0.9", t: 10}
first_weighs_corrected = Quantity(
    (1 - beta) * beta ** (t - 1) / together_t,
    "what the first of ten values weighs, corrected",
    (sum_of_weights,),
    _tenth,
)
first_weighs = Quantity(
    beta ** (t - 1), "what the first of ten values weighs, where the average begins at it", at=_tenth
)
