"""A power of two passes through rounding untouched, and what each place of the 1/m does at the ends of a format.

Notation: a format has p significant bits and exponents up to `e_max`. A float is a whole number of p bits
times a power of two; fl(x) is the nearest one, ties to even. Below the smallest full float the step stays
the same, down to 0. `entry` is the size of an entry of dZ before anything is divided by m.
Source: IEEE 754; the bound on the relative error as in C.-P. Jeannerod and S. M. Rump, “On relative errors
of floating-point operations” (2018); the question itself from the comments under the question on the
extra 1/m (S1), line 41.
"""

from __future__ import annotations

from sympy import Abs, Derivative, Eq, Expr, Ge, Gt, Integer, Le, Rational, S, Sum, ceiling, floor, log, sqrt

from derivations.calculus import (
    Definition,
    Derivation,
    Given,
    Quantity,
    Relation,
    Rewrite,
    Rule,
    Source,
    Step,
    calc,
    eq,
    ge,
    le,
)
from derivations.notation import (
    J,
    P,
    W,
    Y,
    Z,
    bits,
    doublings,
    dZ,
    e_max,
    entry,
    entry_over_m,
    exponent,
    exponent2,
    fl,
    fl2,
    g_large,
    g_small,
    i,
    i2,
    largest,
    loss_scale,
    m,
    r,
    s,
    significand,
    significand2,
    smallest,
    steps,
    tiny,
    whole_significand,
    whole_significand2,
    whole_steps,
    x,
)
from derivations.one_over_m.deferred_or_absorbed import deferred_dz
from derivations.quality.template_matching import (
    batch_cost,
    scores,
    slope_in_the_scores,
    softmax_of_scores,
    targets_sum_to_one,
)
from derivations.rules import (
    at_its_bound,
    by_definition,
    constant_sums,
    differentiating,
    in_turn,
    joined_powers,
    log_powers,
    log_products,
    multiplied_out,
    multiplying_out,
    opening,
    positive_factors_out,
    quoting,
    using,
)

TWO = Integer(2)


def nearest_even(number: Expr) -> Expr:
    """The whole number nearest to `number`; of two equally near ones the even one."""
    quarter = (2 * number - 1) / 4  # a whole number exactly where half up would end on an odd one
    return floor(number + Rational(1, 2)) + ceiling(quarter) - floor(quarter) - 1


def writing(old: Expr, new: Expr) -> Rewrite:
    """Put one name, known to be equal, for another."""

    def run(line: Expr, _: Derivation) -> Expr:
        return line.xreplace({old: new})

    return run


def joined(one: Definition, lower: bool = False) -> Rule:
    """A definition opened, and its powers of two multiplied into one."""
    return Rule(
        f"definition of {one.says}",
        f"what {one.says} means; powers of two are multiplied by adding their exponents",
        rewrite=in_turn(opening(one.label), joined_powers),
        lower=lower,
    )


# ---- a float, and the nearest one

exponent_of_x = Definition(exponent, floor(log(x) / log(2)), "the exponent of x")
scaled_significand = Definition(significand, x * TWO ** (bits - 1 - exponent), "the scaled significand of x")
rounded_significand = Definition(whole_significand, nearest_even(significand), "rounding, ties to even")
rounded_float = Definition(fl, whole_significand * TWO ** (exponent - bits + 1), "rounding to p significant bits")

exponent_after_doublings = Definition(
    exponent2, floor(log(TWO**doublings * x) / log(2)), "the exponent after k doublings"
)
significand_after_doublings = Definition(
    significand2, TWO**doublings * x * TWO ** (bits - 1 - exponent2), "the scaled significand after k doublings"
)
rounded_significand_after_doublings = Definition(
    whole_significand2, nearest_even(significand2), "rounding after k doublings"
)
rounded_after_doublings = Definition(
    fl2, whole_significand2 * TWO ** (exponent2 - bits + 1), "rounding to p significant bits after k doublings"
)

ROUNDING = (exponent_of_x, scaled_significand, rounded_significand, rounded_float)
DOUBLED = (
    exponent_after_doublings,
    significand_after_doublings,
    rounded_significand_after_doublings,
    rounded_after_doublings,
)


def whole_through_floor(line: Expr, _: Derivation) -> Expr:
    """⌊k + y⌋ → k + ⌊y⌋ for a whole number k, with the fraction inside written term by term."""
    return line.replace(lambda e: isinstance(e, floor), lambda e: floor(e.args[0].expand()))


exponent_grows = calc(
    exponent2,
    eq(floor(log(TWO**doublings * x) / log(2)), by=by_definition(exponent_after_doublings)),
    eq(
        floor((doublings * log(2) + log(x)) / log(2)),
        by=Rule(
            "logarithm of a product and of a power",
            "the logarithm of a product is a sum, that of a power a multiple",
            rewrite=in_turn(log_products, log_powers),
        ),
    ),
    eq(
        doublings + floor(log(x) / log(2)),
        by=Rule(
            "a whole number passes through the floor",
            "rounding down commutes with adding a whole number",
            rewrite=whole_through_floor,
        ),
    ),
    eq(doublings + exponent, by=by_definition(exponent_of_x, lower=True)),
    where=(exponent_of_x, exponent_after_doublings),
    domain={x: (0, 50)},
    title="Doubling a number adds one to its exponent",
)

the_exponent_grows = Rule(
    "the exponent grows by k", "{eq}`exponent_grows`", rewrite=writing(exponent2, doublings + exponent)
)

same_significand = calc(
    significand2,
    eq(
        x * TWO ** (doublings + bits - 1 - exponent2),
        by=joined(significand_after_doublings),
    ),
    eq(x * TWO ** (bits - 1 - exponent), by=the_exponent_grows),
    eq(significand, by=by_definition(scaled_significand, lower=True)),
    where=(exponent_of_x, scaled_significand, exponent_after_doublings, significand_after_doublings),
    domain={x: (0, 50)},
    title="Doubling a number leaves its significand alone",
)

power_of_two_commutes = calc(
    fl2,
    eq(
        whole_significand2 * TWO ** (exponent2 - bits + 1),
        by=by_definition(rounded_after_doublings),
    ),
    eq(
        whole_significand * TWO ** (exponent2 - bits + 1),
        by=Rule(
            "same significand, same rounding",
            "{eq}`same_significand`: what is rounded is the same number, whatever the rule for ties",
            rewrite=writing(whole_significand2, whole_significand),
        ),
    ),
    eq(whole_significand * TWO ** (doublings + exponent - bits + 1), by=the_exponent_grows),
    eq(TWO**doublings * fl, by=joined(rounded_float, lower=True)),
    where=(*ROUNDING, *DOUBLED),
    domain={x: (0, 50)},
    title="Multiplying by a power of two commutes with rounding",
    source=Source("IEEE 754"),
)

between_two_floats = Given(
    Eq(x, 1 + TWO**-bits), fix=x, words="x lies half-way between 1 and the next float, the worst place"
)

STEP = TWO ** (exponent - bits + 1)

relative_error = calc(
    Abs(fl - x) / x,
    eq(Abs(whole_significand * STEP - x) / x, by=by_definition(rounded_float)),
    eq(
        Abs(whole_significand * STEP - significand * STEP) / (significand * STEP),
        by=joined(scaled_significand, lower=True),
        opens=("significand",),
    ),
    eq(
        Abs(whole_significand - significand) / significand,
        by=Rule(
            "scale away the power of two",
            "the same power stands above and below the bar",
            rewrite=in_turn(positive_factors_out, joined_powers),
        ),
        opens=(),
    ),
    le(
        1 / (TWO**bits + 1),
        by=Rule(
            "nearest whole number",
            "what is lost is at most a half, and where the significand is within a half of its least value, at most "
            "what it exceeds it by",
        ),
        tight=between_two_floats,
    ),
    where=ROUNDING,
    domain={x: (0, 50)},
    title="One rounding moves a number by a fixed share of itself at most",
    source=Source("Jeannerod and Rump 2018"),
)

one_too_small = Given(Eq(x, TWO**bits + 1), fix=x, words="1 is added to a sum that has reached the p-th power of two")

stalled_sum = calc(
    fl,
    eq(whole_significand * TWO ** (exponent - bits + 1), by=by_definition(rounded_float)),
    eq(
        TWO**bits,
        by=Rule(
            "a tie goes to the even neighbour",
            "the new sum lies half-way between two floats, and the old sum is the even one",
            needs=(one_too_small,),
        ),
    ),
    where=ROUNDING,
    title="A running sum of ones stops growing",
)

# ---- the two ends of a format

largest_float = Definition(largest, (2 - TWO ** (1 - bits)) * TWO**e_max, "the largest float")
smallest_normal = Definition(smallest, TWO ** (1 - e_max), "the smallest full float")
smallest_step = Definition(tiny, TWO ** (2 - e_max - bits), "the smallest positive float")

overflow_begins = calc(
    (largest + TWO ** (e_max + 1)) / 2,
    eq(((2 - TWO ** (1 - bits)) * TWO**e_max + TWO ** (e_max + 1)) / 2, by=by_definition(largest_float)),
    eq(TWO ** (e_max + 1) - TWO ** (e_max - bits), by=multiplying_out),
    eq(
        (2 - TWO**-bits) * TWO**e_max,
        by=Rule("common factor", "both powers hold that of the largest exponent", rewrite=multiplied_out, lower=True),
    ),
    where=(largest_float,),
    title="Rounding goes to infinity from half a step above the largest float",
    source=Source("IEEE 754"),
)

OVERFLOW = (2 - TWO**-bits) * TWO**e_max
ZERO = m * TWO ** (1 - e_max - bits)

entry_too_large = Given(Ge(entry, OVERFLOW / m), words="the entries are that large")
entry_just_too_large = Given(Eq(entry, OVERFLOW / m), fix=entry, words="the entries are just that large")

sum_overflows = calc(
    Sum(entry, (i, 1, m)),
    eq(
        m * entry, by=Rule("a sum of equal terms", "m equal terms add up to m times one of them", rewrite=constant_sums)
    ),
    ge(
        OVERFLOW,
        by=Rule(
            "multiply by m",
            "m is positive, so the order stays",
            needs=(entry_too_large,),
            rewrite=at_its_bound(entry_too_large),
        ),
        tight=entry_just_too_large,
    ),
    domain={entry: (0, 100)},
    title="The deferred sum of m equal entries overflows",
)

split_sum = calc(
    Sum(entry / sqrt(m), (i, 1, m)),
    eq(
        sqrt(m) * entry,
        by=Rule(
            "a sum of equal terms",
            "m terms, each with one root of m below it, leave a root above",
            rewrite=constant_sums,
        ),
    ),
    title="With a root of m before the sum, a root of m is left",
)

counted_in_steps = Definition(steps, entry / (m * tiny), "an entry over m, in smallest floats")
rounded_steps = Definition(whole_steps, nearest_even(steps), "rounding near 0, ties to even")
divided_entry = Definition(entry_over_m, whole_steps * tiny, "rounding to a multiple of the smallest float")

entry_too_small = Given(Le(entry, ZERO), words="the entry is that small")
entry_not_too_small = Given(Gt(entry, ZERO), words="the entry is larger")
entry_of_m_tiny = Given(
    Eq(entry, m * TWO ** (2 - e_max - bits)), fix=entry, words="the entry is m times the smallest positive float"
)
entry_at_the_tie = Given(Eq(entry, ZERO), fix=entry, words="the entry is just that small")
NEAR_ZERO = (counted_in_steps, rounded_steps, divided_entry, smallest_step)
SMALL_ENTRIES = {entry: (0, Rational(1, 256))}
to_a_multiple = by_definition(divided_entry)

lost_to_zero = calc(
    entry_over_m,
    eq(whole_steps * tiny, by=to_a_multiple),
    eq(
        S.Zero,
        by=Rule("nearest whole number", "at most half a step from 0, and 0 is even", needs=(entry_too_small,)),
    ),
    where=NEAR_ZERO,
    domain=SMALL_ENTRIES,
    title="Absorbed, a small entry is lost",
)

lost_at_the_tie = calc(
    entry_over_m,
    eq(whole_steps * tiny, by=to_a_multiple),
    eq(
        S.Zero,
        by=Rule(
            "a tie goes to the even neighbour",
            "half a step is rounded to 0, which is even",
            needs=(entry_at_the_tie,),
            rewrite=in_turn(opening("whole_steps", "steps", "tiny"), using(entry_at_the_tie), joined_powers),
        ),
    ),
    where=NEAR_ZERO,
    domain=SMALL_ENTRIES,
    title="Half the smallest float rounds to zero",
)

kept_above_zero = calc(
    entry_over_m,
    eq(whole_steps * tiny, by=to_a_multiple),
    Step(
        Relation.GE,
        tiny,
        Rule("nearest whole number", "more than half a step rounds to a step at least", needs=(entry_not_too_small,)),
        tight=(entry_of_m_tiny,),
    ),
    where=NEAR_ZERO,
    domain=SMALL_ENTRIES,
    title="Absorbed, a larger entry is kept, with few bits",
)

# ---- deferral is loss scaling

constant_factor = Rule(
    "a constant factor passes through the derivative", "the derivative is linear", rewrite=differentiating()
)

scaled_scores = calc(
    Derivative(loss_scale * J, Z[r, i2]),
    eq(loss_scale * Derivative(J, Z[r, i2]), by=constant_factor),
    eq(
        loss_scale * (P[r, i2] - Y[r, i2]) / m,
        by=Rule(
            "gradient in the scores",
            "{eq}`slope_in_the_scores`, before the error is named",
            needs=(targets_sum_to_one,),
            rewrite=quoting(slope_in_the_scores, 4),
        ),
    ),
    eq(loss_scale * dZ[r, i2] / m, by=by_definition(deferred_dz, lower=True)),
    where=(softmax_of_scores, batch_cost, deferred_dz),
    title="Deferring is loss scaling by m",
)

scaling_is_undone = calc(
    Derivative(loss_scale * J, W[r, s]) / loss_scale,
    eq(Derivative(J, W[r, s]), by=constant_factor),
    where=(scores, softmax_of_scores, batch_cost),
    title="A loss scale is divided away at the end",
)

scale_large_enough = Given(Ge(loss_scale, smallest / g_small), words="the scale is that large")
scale_just_enough = Given(Eq(loss_scale, smallest / g_small), fix=loss_scale, words="the scale is just that large")
scale_small_enough = Given(Le(loss_scale, largest / g_large), words="the scale is that small")
scale_at_the_end = Given(Eq(loss_scale, largest / g_large), fix=loss_scale, words="the scale is just that small")

scale_lifts_the_small = calc(
    loss_scale * g_small,
    ge(
        smallest,
        by=Rule(
            "multiply by a positive number",
            "the order stays",
            needs=(scale_large_enough,),
            rewrite=at_its_bound(scale_large_enough),
        ),
        tight=scale_just_enough,
    ),
    where=(smallest_normal,),
    title="A loss scale keeps the small entries",
)

scale_spares_the_large = calc(
    loss_scale * g_large,
    le(
        largest,
        by=Rule(
            "multiply by a positive number",
            "the order stays",
            needs=(scale_small_enough,),
            rewrite=at_its_bound(scale_small_enough),
        ),
        tight=scale_at_the_end,
    ),
    where=(largest_float,),
    title="A loss scale must not drive out the large entries",
)

window_of_scales = calc(
    (largest / g_large) / (smallest / g_small),
    eq(
        (2 - TWO ** (1 - bits)) * TWO ** (2 * e_max - 1) * g_small / g_large,
        by=Rule(
            "definition of both ends",
            "what the largest and the smallest full float are",
            rewrite=opening("largest", "smallest"),
        ),
    ),
    where=(largest_float, smallest_normal),
    title="How much room there is for a loss scale",
)

# ---- numbers

_FLOAT16 = {bits: 11, e_max: 15}
_IEEE = Source("IEEE 754")

float16_largest = Quantity(largest, "the largest float16", (largest_float,), _FLOAT16, source=_IEEE)
float16_overflow = Quantity(OVERFLOW, "from here on a result is infinite in float16", (), _FLOAT16, source=_IEEE)
float16_smallest = Quantity(smallest, "the smallest full float16", (smallest_normal,), {e_max: 15}, source=_IEEE)
float16_tiny = Quantity(tiny, "the smallest positive float16", (smallest_step,), _FLOAT16, source=_IEEE)
float16_zero = Quantity(tiny / 2, "what rounds to 0 in float16", (smallest_step,), _FLOAT16, source=_IEEE)
bfloat16_largest = Quantity(largest, "the largest bfloat16", (largest_float,), {bits: 8, e_max: 127})
bfloat16_tiny = Quantity(tiny, "the smallest positive bfloat16", (smallest_step,), {bits: 8, e_max: 127})

_SMALL_BATCH = {**_FLOAT16, m: 64}
_BATCH = {**_FLOAT16, m: 4096}
overflow_at_64 = Quantity(OVERFLOW / m, "64 entries of this size overflow float16", (), _SMALL_BATCH)
overflow_at_4096 = Quantity(OVERFLOW / m, "4096 entries of this size overflow float16", (), _BATCH)
zero_at_64 = Quantity(ZERO, "an entry up to this is lost when divided by 64 in float16", (), _SMALL_BATCH)
zero_at_4096 = Quantity(ZERO, "an entry up to this is lost when divided by 4096 in float16", (), _BATCH)
thin_at_4096 = Quantity(
    m * smallest,
    "an entry below this loses bits when divided by 4096 in float16",
    (smallest_normal,),
    {e_max: 15, m: 4096},
)

roundoff_64 = Quantity(1 / (TWO**bits + 1), "largest relative error of one rounding in float64", (), {bits: 53})
roundoff_32 = Quantity(1 / (TWO**bits + 1), "largest relative error of one rounding in float32", (), {bits: 24})
roundoff_16 = Quantity(1 / (TWO**bits + 1), "largest relative error of one rounding in float16", (), {bits: 11})
roundoff_b16 = Quantity(1 / (TWO**bits + 1), "largest relative error of one rounding in bfloat16", (), {bits: 8})
stalled_at = Quantity(TWO**bits, "where a running sum of ones stops in bfloat16", (), {bits: 8})
stalled_mean = Quantity(TWO**bits / m, "the mean of 4096 ones by a running sum in bfloat16", (), {bits: 8, m: 4096})
room_in_float16 = Quantity(
    largest / smallest, "largest over smallest full float16", (largest_float, smallest_normal), _FLOAT16
)
