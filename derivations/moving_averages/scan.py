"""The moving average as a scan: steps that may be joined in any order, blocks, and what they carry.

Notation: a step is the map v ↦ a·v + b; of three steps one after the other `keep_1` and `add_1` belong to the first.
`average[n]` begins at 0, `average_on[n]` takes in the same values and begins at the carry, t steps in a block.
Source: the recursion is that of the notes of course 2 (S4), lines 75–104; the rest is elementary.
"""

from __future__ import annotations

from sympy import Eq, Piecewise

from derivations.calculus import Definition, Given, Induction, Rule, calc, eq
from derivations.moving_averages.average_that_remembers import exponential_average, first_value, one_value_more
from derivations.notation import (
    add_1,
    add_2,
    add_3,
    average,
    average_on,
    beta,
    carry,
    keep_1,
    keep_2,
    keep_3,
    n,
    signal,
    t,
    v_old,
)
from derivations.rules import applying, in_turn, joined_powers, multiplied_out

# ---- two steps are a step, and three may be joined in any order

each_term_multiplied = Rule("multiply out", "each term by the factor", rewrite=multiplied_out)

steps_join = calc(
    keep_2 * (keep_1 * v_old + add_1) + add_2,
    eq(keep_1 * keep_2 * v_old + (keep_2 * add_1 + add_2), by=each_term_multiplied),
    title="Two steps, one after the other, are one step",
)
steps_associate = calc(
    keep_3 * (keep_2 * add_1 + add_2) + add_3,
    eq(keep_2 * keep_3 * add_1 + (keep_3 * add_2 + add_3), by=each_term_multiplied),
    title="Of three steps, the first two or the last two may be joined first",
)

# ---- a block: its own part, and what the carry leaves of itself

average_from_carry = Definition(
    average_on[n],
    Piecewise(
        (beta * carry + (1 - beta) * signal[1], Eq(n, 1)), (beta * average_on[n - 1] + (1 - beta) * signal[n], True)
    ),
    "the average that goes on from a carry",
    piecewise_recursive=True,
)
BOTH = (exponential_average, average_from_carry)

first_from_carry = Given(
    Eq(average_on[1], beta * carry + (1 - beta) * signal[1]), words="the block begins at the carry"
)
one_more_from_carry = Given(
    Eq(average_on[t], beta * average_on[t - 1] + (1 - beta) * signal[t]), words="one step of the average"
)
split_before = Given(
    Eq(average_on[t - 1], beta ** (t - 1) * carry + average[t - 1]), words="the claim for one step less"
)

carry_and_own = Induction(
    claim=Eq(average_on[t], beta**t * carry + average[t]),
    on=t,
    first=1,
    base=calc(
        average_on[1],
        eq(
            beta * carry + (1 - beta) * signal[1],
            by=Rule(
                "the first step",
                first_from_carry.words,
                needs=(first_from_carry,),
                rewrite=applying(first_from_carry.says),
            ),
        ),
        eq(
            beta * carry + average[1],
            by=Rule(
                "the first step",
                first_value.words,
                needs=(first_value,),
                rewrite=applying(first_value.says),
                lower=True,
            ),
        ),
        where=BOTH,
    ),
    step=calc(
        average_on[t],
        eq(
            beta * average_on[t - 1] + (1 - beta) * signal[t],
            by=Rule(
                "one step",
                one_more_from_carry.words,
                needs=(one_more_from_carry,),
                rewrite=applying(one_more_from_carry.says),
            ),
        ),
        eq(
            beta * (beta ** (t - 1) * carry + average[t - 1]) + (1 - beta) * signal[t],
            by=Rule(
                "induction hypothesis", split_before.words, needs=(split_before,), rewrite=applying(split_before.says)
            ),
        ),
        eq(
            beta**t * carry + (beta * average[t - 1] + (1 - beta) * signal[t]),
            by=Rule(
                "one more β for the carry",
                "multiplied out, the carry's power gains one",
                rewrite=in_turn(multiplied_out, joined_powers),
            ),
        ),
        eq(
            beta**t * carry + average[t],
            by=Rule(
                "one step",
                one_value_more.words,
                needs=(one_value_more,),
                rewrite=applying(one_value_more.says),
                lower=True,
            ),
        ),
        where=BOTH,
    ),
    title="A block is its own average, begun at 0, and what is left of the carry",
)
