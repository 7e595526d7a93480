"""A mini-batch's mean gradient is right on average; its variance falls as (1 − m/N) S²/m; the rate need not follow.

Notation: `pulls[i]` is the slope, in one weight, of the loss of each of the N = `pool` examples; a batch holds m
different ones. `ways` counts the batches, `ways_with` those that hold a given example. `slopes[i, part]` are the
slopes of the examples of one of B batches.
Source: the answers to the question on sum or mean (S2), lines 44–70; P. Goyal et al., “Accurate, large minibatch
SGD”, 2017, for the linear scaling rule and its remarks; textbooks on sampling for the variance.
"""

from __future__ import annotations

from sympy import Add, Eq, Expr, Sum

from derivations.calculus import Definition, Derivation, Given, Rule, Source, approx, calc, eq
from derivations.notation import (
    S2,
    B,
    beta,
    buffer_t,
    chance,
    chance_of_both,
    eta,
    expected,
    i,
    i2,
    kappa,
    lam,
    m,
    part,
    pool,
    pull1,
    pull2,
    pull_all,
    pulls,
    sigma2,
    slopes,
    spread,
    spread_again,
    u,
    w,
    ways,
    ways_with,
    ways_with_both,
)
from derivations.rules import (
    algebra,
    applying,
    by_definition,
    cancelled,
    in_turn,
    linear_sums,
    multiplying_out,
    opening,
    quoting,
)

THREAD = "question on sum or mean"
GOYAL = "Goyal et al. 2017, arXiv:1706.02677"

one_denominator = Rule(
    "one denominator", "over one denominator, with what stands above and below taken away", rewrite=cancelled
)
total = Sum(pulls[i], (i, 1, pool))
squares = Sum(pulls[i] ** 2, (i, 1, pool))

# ---- how many batches there are, and in how many of them an example stands

places = Given(
    Eq(ways_with, m * ways / pool),
    fix=ways_with,
    words="the places of all batches, m in each, are shared alike by N examples",
)
places_beside_one = Given(
    Eq(ways_with_both, (m - 1) * ways_with / (pool - 1)),
    fix=ways_with_both,
    words="the places beside an example, m − 1 in each of its batches, are shared alike by the N − 1 others",
)
one_in_a_batch = Definition(chance, m / pool, "the share of batches that hold an example")
two_in_a_batch = Definition(
    chance_of_both, m * (m - 1) / (pool * (pool - 1)), "the share of batches that hold two examples"
)


def shared_alike(given: Given) -> Rule:
    return Rule("no example is preferred", given.words, needs=(given,), rewrite=applying(given.says))


share_of_one = calc(
    ways_with / ways,
    eq(
        m / pool,
        by=shared_alike(places),
    ),
    eq(chance, by=by_definition(one_in_a_batch, lower=True)),
    where=(one_in_a_batch,),
    title="An example stands in m of N batches",
)
share_of_two = calc(
    ways_with_both / ways,
    eq(
        (m - 1) / (pool - 1) * ways_with / ways,
        by=shared_alike(places_beside_one),
    ),
    eq(
        m * (m - 1) / (pool * (pool - 1)),
        by=shared_alike(places),
    ),
    title="Two examples stand in a batch together more seldom",
)

# ---- right on average, and how far off in the square

average_over_batches = Definition(expected, Sum(chance * pulls[i], (i, 1, pool)) / m, "the average of all batch means")
variance_over_batches = Definition(
    spread,
    chance / m**2 * squares + chance_of_both / m**2 * (total**2 - squares) - expected**2,
    "the variance of the batch means",
)
variance_of_slopes = Definition(
    S2,
    Sum((pulls[i] - Sum(pulls[i2], (i2, 1, pool)) / pool) ** 2, (i, 1, pool)) / (pool - 1),
    "the variance of all slopes",
)

unbiased = calc(
    expected,
    eq(
        Sum(m / pool * pulls[i], (i, 1, pool)) / m,
        by=Rule(
            "definition of the average, and counting batches",
            "each slope comes with the share of the batches that hold it",
            rewrite=opening("expected", "chance"),
        ),
    ),
    eq(
        total / pool,
        by=Rule("linearity of the sum", "a constant factor may stand inside or outside", rewrite=linear_sums),
    ),
    where=(average_over_batches, one_in_a_batch),
    title="A mini-batch is right on average",
    source=Source(THREAD, "L44"),
)

noise = calc(
    spread,
    eq(
        squares / (m * pool) + (m - 1) / (m * pool * (pool - 1)) * (total**2 - squares) - (total / pool) ** 2,
        by=Rule(
            "definition of the variance, and the two shares",
            "the mean of the squares less the square of the mean",
            rewrite=in_turn(opening("spread", "chance", "chance_of_both"), quoting(unbiased)),
        ),
    ),
    eq(
        (1 - m / pool) * ((squares - total**2 / pool) / (pool - 1)) / m,
        by=algebra,
    ),
    eq(
        (1 - m / pool) * S2 / m,
        by=Rule(
            "definition of the variance of all slopes",
            "multiplied out, it is the sum of the squares less the square of the sum over N",
            rewrite=in_turn(opening("S2"), linear_sums),
            lower=True,
        ),
    ),
    where=(variance_over_batches, average_over_batches, one_in_a_batch, two_in_a_batch, variance_of_slopes),
    title="The variance of a batch mean falls as (1 − m/N) S²/m",
    source=Source(THREAD, "L44"),
)

variance_of_draws = Definition(
    spread_again,
    squares / (m * pool) + (m - 1) / m * (total / pool) ** 2 - (total / pool) ** 2,
    "the variance of the mean of m draws",
)
variance_over_n = Definition(
    sigma2, Sum((pulls[i] - Sum(pulls[i2], (i2, 1, pool)) / pool) ** 2, (i, 1, pool)) / pool, "the variance over N"
)
noise_of_draws = calc(
    spread_again,
    eq(
        squares / (m * pool) + (m - 1) / m * (total / pool) ** 2 - (total / pool) ** 2,
        by=by_definition(variance_of_draws),
    ),
    eq((squares / pool - (total / pool) ** 2) / m, by=one_denominator),
    eq(
        sigma2 / m,
        by=Rule(
            "definition of the variance over N",
            "the mean of the squares less the square of the mean",
            rewrite=in_turn(opening("sigma2"), linear_sums),
            lower=True,
        ),
    ),
    where=(variance_of_draws, variance_over_n),
    title="Drawn anew each time, it falls as σ²/m",
)

# ---- batch size and learning rate

mean_of_the_large_batch = Definition(
    pull_all, Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / (B * m), "the mean slope of the large batch"
)
linear_scaling = calc(
    u - Sum(eta * (Sum(slopes[i, part], (i, 1, m)) / m), (part, 1, B)),
    eq(
        u - eta * Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / m,
        by=Rule("linearity of the sum", "a constant factor may stand inside or outside", rewrite=linear_sums),
    ),
    eq(u - B * eta * pull_all, by=by_definition(mean_of_the_large_batch, lower=True)),
    where=(mean_of_the_large_batch,),
    title="While the slopes stand still, B steps are one step with B times the rate",
    source=Source(GOYAL, "section 2.1"),
)


def below_second_order(line: Expr, _: Derivation) -> Expr:
    """The line without its terms in η² and beyond."""
    return Add(*(t for t in Add.make_args(line.expand()) if t.as_coeff_exponent(eta)[1] < 2))


two_steps = calc(
    (w - eta * pull1) - eta * (pull2 + kappa * ((w - eta * pull1) - w)),
    eq(w - eta * pull1 - eta * pull2 + eta**2 * kappa * pull1, by=multiplying_out),
    approx(
        w - 2 * eta * ((pull1 + pull2) / 2),
        by=Rule("first order in the learning rate", "a term with its square is left out", rewrite=below_second_order),
        small=eta,
        order=2,
    ),
    title="Two steps differ from one of twice the rate by the square of the rate",
    source=Source(GOYAL, "section 2.1"),
)

scaled_loss = calc(
    w - B * eta * (pull1 + lam * w),
    eq(
        (w - eta * (B * pull1 + lam * w)) - (B - 1) * eta * lam * w,
        by=multiplying_out,
    ),
    title="With a penalty, a scaled loss is not a scaled rate",
    source=Source(GOYAL, "remark 1"),
)

momentum_at_the_switch = calc(
    w - B * eta * (beta * buffer_t + pull1),
    eq(
        (w - eta * (beta * buffer_t + B * pull1)) - (B - 1) * eta * beta * buffer_t,
        by=multiplying_out,
    ),
    title="With momentum, the buffer holds gradients from before the switch",
    source=Source(GOYAL, "remark 2"),
)
