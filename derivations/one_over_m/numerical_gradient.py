"""A derivative without algebra: differences, Richardson's extrapolation, the complex step, and the best step.

Notation: h is the step. A function is known by its value and its first five derivatives at x, and taken to be
the polynomial that they make; of other functions the lines hold but for terms of higher order in h.
Source: elementary numerical analysis. The step into the complex plane: Lyness and Moler, 1967; Squire and
Trapp, 1998. The extrapolation: Richardson, 1911.
"""

from __future__ import annotations

from sympy import Add, Eq, Expr, Rational

from derivations.calculus import Definition, Derivation, Given, Quantity, Rule, approx, calc, eq, ge
from derivations.notation import (
    bend,
    best_h,
    f0,
    f1,
    f2x,
    f3,
    f4,
    f5,
    f_ahead,
    f_back,
    f_half_ahead,
    f_half_back,
    f_imaginary,
    roundoff_of_f,
    step_h,
)
from derivations.rules import in_turn, multiplied_out, opening, using

h = step_h


def taylor(step: Expr) -> Expr:
    """The polynomial of degree five, at x + step."""
    return f0 + f1 * step + f2x * step**2 / 2 + f3 * step**3 / 6 + f4 * step**4 / 24 + f5 * step**5 / 120


ahead = Definition(f_ahead, taylor(h), "Taylor's polynomial a step ahead")
back = Definition(f_back, taylor(-h), "Taylor's polynomial a step back")
half_ahead = Definition(f_half_ahead, taylor(h / 2), "Taylor's polynomial half a step ahead")
half_back = Definition(f_half_back, taylor(-h / 2), "Taylor's polynomial half a step back")
to_the_side = Definition(
    f_imaginary,
    f1 * h - f3 * h**3 / 6 + f5 * h**5 / 120,
    "the imaginary part of Taylor's polynomial, a step to the side",
)

at_both_ends = Rule(
    "Taylor's polynomial",
    "the function at both ends of the step",
    rewrite=in_turn(opening("f_ahead", "f_back", "f_half_ahead", "f_half_back", "f_imaginary"), multiplied_out),
)


def small_terms(words: str, order: int) -> Rule:
    """Powers of h from this one on are left out."""

    def run(line: Expr, _: Derivation) -> Expr:
        return Add(*(t for t in Add.make_args(line) if t.as_coeff_exponent(h)[1] < order))

    return Rule("small step", words, rewrite=run)


def without_the_double_root(line: Expr, _: Derivation) -> Expr:
    """Leave out what holds the square of the distance from the best step."""
    return Add(*(t for t in Add.make_args(line) if not t.has((h - best_h) ** 2)))


forward_difference = calc(
    (f_ahead - f0) / h,
    eq(f1 + f2x * h / 2 + f3 * h**2 / 6 + f4 * h**3 / 24 + f5 * h**4 / 120, by=at_both_ends),
    approx(f1, by=small_terms("the first term that is left out has one factor h", 1), small=h, order=1),
    where=(ahead,),
    title="A difference to one side is off by a multiple of the step",
)

central_difference = calc(
    (f_ahead - f_back) / (2 * h),
    eq(f1 + f3 * h**2 / 6 + f5 * h**4 / 120, by=at_both_ends),
    approx(f1 + f3 * h**2 / 6, by=small_terms("the next term has four factors h", 4), small=h, order=4),
    approx(f1, by=small_terms("and this one has two", 2), small=h, order=2),
    where=(ahead, back),
    title="A central difference is off by a multiple of the squared step",
)

richardson_step = calc(
    (4 * (f_half_ahead - f_half_back) / h - (f_ahead - f_back) / (2 * h)) / 3,
    eq(f1 - f5 * h**4 / 480, by=at_both_ends),
    approx(f1, by=small_terms("the squares of h have cancelled", 4), small=h, order=4),
    where=(ahead, back, half_ahead, half_back),
    title="Two central differences, mixed, lose the squared step",
)

what_richardson_changes = calc(
    (f_half_ahead - f_half_back) / h - (4 * (f_half_ahead - f_half_back) / h - (f_ahead - f_back) / (2 * h)) / 3,
    eq(f3 * h**2 / 24 + f5 * h**4 / 384, by=at_both_ends),
    approx(f3 * h**2 / 24, by=small_terms("the next term has four factors h", 4), small=h, order=4),
    where=(ahead, back, half_ahead, half_back),
    title="What the mixing changes is what the finer difference was off by",
)

complex_step_slope = calc(
    f_imaginary / h,
    eq(f1 - f3 * h**2 / 6 + f5 * h**4 / 120, by=at_both_ends),
    approx(f1, by=small_terms("the first term that is left out has two factors h", 2), small=h, order=2),
    where=(to_the_side,),
    title="A step to the side: no difference is taken, so nothing cancels",
)

# ---- the best step: rounding over h against a multiple of h²

best_of_all = Given(
    Eq(roundoff_of_f, 2 * bend * best_h**3), fix=roundoff_of_f, words="the best step, cubed, is the noise over twice q"
)
at_the_best_step = Given(Eq(h, best_h), fix=h, words="the step is the best one")

best_step = calc(
    roundoff_of_f / h + bend * h**2,
    eq(
        2 * bend * best_h**3 / h + bend * h**2,
        by=Rule("the best step", best_of_all.words, needs=(best_of_all,), rewrite=using(best_of_all)),
    ),
    eq(
        3 * bend * best_h**2 + bend * (h - best_h) ** 2 * (h + 2 * best_h) / h,
        by=Rule("a double root", "at the best step both sides and their slopes agree"),
    ),
    ge(
        3 * bend * best_h**2,
        by=Rule(
            "a square is not negative",
            "what is left out is a square times positive numbers",
            rewrite=without_the_double_root,
        ),
        tight=at_the_best_step,
    ),
    title="Rounding grows as the step shrinks: the best step is a cube root",
)

best_step_of_a_double = Quantity(
    (roundoff_of_f / (2 * bend)) ** Rational(1, 3),
    "the best step of a central difference in float64, for a function whose value and third derivative are 1",
    (),
    {roundoff_of_f: Rational(1, 2**53), bend: Rational(1, 6)},
)
