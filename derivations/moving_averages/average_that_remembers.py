"""An average that keeps β of its old value: what each value so far weighs in it, and what it has to store.

Notation: `signal[n]` is the value of step n, `average[n]` the average after it, begun at 0; t steps were taken.
Source: notes of course 2 (S4), lines 75–104.
"""

from __future__ import annotations

from sympy import Eq, Piecewise, Sum

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, Source, calc, eq
from derivations.notation import average, beta, n, signal, t, window_after, window_before
from derivations.rules import (
    applying,
    by_definition,
    empty_sums,
    factors_into_sums,
    factors_out_of_sums,
    in_turn,
    joined_powers,
    last_terms,
)
from derivations.sum_or_mean.optimizer_conventions import geometric_series

NOTES = "notes of a deep-learning course"

# ---- the recursion, and every weight

exponential_average = Definition(
    average[n],
    Piecewise(((1 - beta) * signal[1], Eq(n, 1)), (beta * average[n - 1] + (1 - beta) * signal[n], True)),
    "the exponentially weighted average",
    piecewise_recursive=True,
)

first_value = Given(Eq(average[1], (1 - beta) * signal[1]), words="the average begins at 0")
one_value_more = Given(
    Eq(average[t], beta * average[t - 1] + (1 - beta) * signal[t]), words="β of the old value, and 1 − β of the new one"
)
unrolled_before = Given(
    Eq(average[t - 1], (1 - beta) * Sum(beta ** (t - 1 - n) * signal[n], (n, 1, t - 1))),
    words="the claim for one step less",
)

average_unrolled = Induction(
    claim=Eq(average[t], (1 - beta) * Sum(beta ** (t - n) * signal[n], (n, 1, t))),
    on=t,
    first=1,
    base=calc(
        average[1],
        eq(
            (1 - beta) * signal[1],
            by=Rule("the first step", first_value.words, needs=(first_value,), rewrite=applying(first_value.says)),
        ),
        eq(
            (1 - beta) * Sum(beta ** (1 - n) * signal[n], (n, 1, 1)),
            by=Rule("one term", "a sum of one term", rewrite=in_turn(last_terms(1), empty_sums), lower=True),
        ),
        where=(exponential_average,),
    ),
    step=calc(
        average[t],
        eq(
            beta * average[t - 1] + (1 - beta) * signal[t],
            by=Rule("one step", one_value_more.words, needs=(one_value_more,), rewrite=applying(one_value_more.says)),
        ),
        eq(
            beta * ((1 - beta) * Sum(beta ** (t - 1 - n) * signal[n], (n, 1, t - 1))) + (1 - beta) * signal[t],
            by=Rule(
                "induction hypothesis",
                unrolled_before.words,
                needs=(unrolled_before,),
                rewrite=applying(unrolled_before.says),
            ),
        ),
        eq(
            (1 - beta) * (Sum(beta ** (t - n) * signal[n], (n, 1, t - 1)) + signal[t]),
            by=Rule(
                "one more β for every older value",
                "β goes into the sum, where every power gains one",
                rewrite=in_turn(factors_into_sums, joined_powers),
            ),
        ),
        eq(
            (1 - beta) * Sum(beta ** (t - n) * signal[n], (n, 1, t)),
            by=Rule(
                "the last term", "the newest value has β to the power of nought", rewrite=last_terms(t), lower=True
            ),
        ),
        where=(exponential_average,),
    ),
    title="The average after t steps, as a sum over all values so far",
    source=Source(NOTES, "L84"),
)

weights_sum = calc(
    Sum((1 - beta) * beta ** (t - n), (n, 1, t)),
    eq(
        (1 - beta) * Sum(beta ** (t - n), (n, 1, t)),
        by=Rule("common factor", "it holds no index", rewrite=factors_out_of_sums),
    ),
    eq(1 - beta**t, by=geometric_series),
    title="All weights together lack β to the power of t",
)

# ---- what a plain mean over a window must store

mean_of_window = Definition(window_before, Sum(signal[n], (n, 1, t - 1)) / (t - 1), "the mean of the window")
mean_of_next_window = Definition(window_after, Sum(signal[n], (n, 2, t)) / (t - 1), "the mean of the next window")

window_moves = calc(
    window_after,
    eq(Sum(signal[n], (n, 2, t)) / (t - 1), by=by_definition(mean_of_next_window)),
    eq(
        (Sum(signal[n], (n, 1, t - 1)) + signal[t] - signal[1]) / (t - 1),
        by=Rule("one value in, one value out", "the two windows share all others"),
    ),
    eq(
        window_before + (signal[t] - signal[1]) / (t - 1),
        by=by_definition(mean_of_window, lower=True),
    ),
    where=(mean_of_window, mean_of_next_window),
    title="A window's mean needs the value that it leaves behind",
)

# ---- the numbers of the notes (S4, L71–84)

_hundred = {beta: "0.9", t: 100}
weight_of_day_98 = Quantity((1 - beta) * beta ** (t - n), "what day 98 weighs on day 100", at={**_hundred, n: 98})
hundred_weights = Quantity(weights_sum.end, "all hundred weights together", at=_hundred)
third_day = Quantity(
    average[3],
    "average of London's first three days",
    (exponential_average,),
    {beta: "0.9", signal: ("40", "49", "45")},
    unit="°F",
)
