"""Cutting M examples into mini-batches of m: where each begins and ends, how many there are, what is left for the last.

Notation: examples and mini-batches are counted from 1; `batch` is the number k of a mini-batch.
Source: notes of a deep-learning course (S4), lines 9 to 17, whose formula holds where m divides M.
"""

from __future__ import annotations

from sympy import Eq, Expr, Min, S, Sum, ceiling, floor

from derivations.calculus import Definition, Derivation, Given, Rewrite, Rule, Source, calc, eq, ge, le
from derivations.notation import B, M, batch, first_of, last_of, m
from derivations.rules import applying, by_definition, constant_sums, in_turn, multiplied_out, opening

NOTES = "notes of a deep-learning course"
count = ceiling(M / m)
full = floor(M / m)

first_example = Definition(first_of[batch], (batch - 1) * m + 1, "the first example of a mini-batch")
last_example = Definition(last_of[batch], Min(batch * m, M), "the last example of a mini-batch")

multiplied = Rule("algebra", "multiplied out, both sides are the same", rewrite=multiplied_out)

# ---- what is left for the last one


def rounded_up_as(new: Expr) -> Rewrite:
    """⌈M/m⌉ → the bound that it cannot pass."""

    def run(line: Expr, _: Derivation) -> Expr:
        return line.xreplace({count: new})

    return run


def the_end_first(line: Expr, _: Derivation) -> Expr:
    """min(m ⌈M/m⌉, M) → M."""
    return line.replace(lambda e: isinstance(e, Min) and set(e.args) == {m * count, M}, lambda e: M)


left_over = M - m * (count - 1)

size_of_the_last = calc(
    last_of[count] - first_of[count] + 1,
    eq(
        M - first_of[count] + 1,
        by=Rule(
            "the last one ends with the set",
            "rounded up, the number of batches times their size is at least M",
            rewrite=in_turn(opening("last_of"), the_end_first),
        ),
    ),
    eq(left_over, by=by_definition(first_example)),
    where=(first_example, last_example),
    title="The last mini-batch has what the others have left",
)

evenly = Given(Eq(M, m * B), fix=M, words="m divides M")

last_is_at_most_full = calc(
    left_over,
    le(
        M - m * (M / m - 1),
        by=Rule(
            "rounding up does not lower", "a number is at most the whole number above it", rewrite=rounded_up_as(M / m)
        ),
        tight=evenly,
    ),
    eq(m, by=multiplied),
    title="The last mini-batch holds at most m examples",
)

one_too_many = Given(Eq(M, m * B + 1), fix=M, words="the others take all but one")

last_is_not_empty = calc(
    left_over,
    ge(
        M - m * ((M + m - 1) / m - 1),
        by=Rule(
            "rounding up adds little",
            "the next multiple of m is at most m − 1 away from a whole number",
            rewrite=rounded_up_as((M + m - 1) / m),
        ),
        tight=one_too_many,
    ),
    eq(S.One, by=multiplied),
    title="The last mini-batch holds at least one example",
)

nobody_is_left_out = calc(
    Sum(m, (batch, 1, count - 1)) + left_over,
    eq(
        M,
        by=Rule("equal terms", "as many as there are, times one of them; the rest cancels", rewrite=constant_sums),
    ),
    title="All but the last are full, and together they hold every example",
)

# ---- without the short one

kept_in_full_batches = calc(
    Sum(m, (batch, 1, full)),
    eq(
        m * full,
        by=Rule("equal terms", "as many as there are, times one of them", rewrite=constant_sums),
    ),
    title="Without the short batch only the full ones are kept",
)


def rounded_down_as(new: Expr) -> Rewrite:
    """⌊M/m⌋ → the bound that it cannot fall below."""

    def run(line: Expr, _: Derivation) -> Expr:
        return line.xreplace({full: new})

    return run


all_but_one = Given(Eq(M, m * B - 1), fix=M, words="one example more would fill the last batch")

left_out_of_full_batches = calc(
    M - m * full,
    le(
        m - 1,
        by=Rule(
            "rounding down takes little",
            "of m numbers in a row one is a multiple of m, so at most m − 1 of them are lost",
            rewrite=rounded_down_as((M - m + 1) / m),
        ),
        tight=all_but_one,
    ),
    title="It leaves out fewer than a full batch",
)

# ---- the formula of the notes

in_the_notes = batch * (M / B) - M / B + 1

notes_where_m_divides = calc(
    in_the_notes,
    eq(batch * m - m + 1, by=Rule("equal batches", evenly.says, needs=(evenly,), rewrite=applying(evenly.says))),
    eq((batch - 1) * m + 1, by=Rule(multiplied.name, multiplied.says, rewrite=multiplied_out, lower=True)),
    eq(first_of[batch], by=by_definition(first_example, lower=True)),
    where=(first_example,),
    domain={batch: (1, B)},
    title="With B equal mini-batches the notes count as we do",
    source=Source(NOTES, "L13"),
)
