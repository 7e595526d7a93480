"""The formulas that the figures of `sum_or_mean` evaluate, drawn from the topic's derivations."""

from __future__ import annotations

from sympy import Rational, Symbol

from derivations.notation import (
    B,
    M,
    batch,
    batches,
    counts,
    eta,
    kappa,
    lam,
    left_over,
    m,
    mean_before,
    mean_last,
    mean_xx,
    mean_xy,
    pool,
    pulls,
    u,
)
from derivations.notation import means as means_of_parts
from derivations.sum_or_mean.accumulation import pooled_average, shares_add_up
from derivations.sum_or_mean.batch_size import noise, noise_of_draws, unbiased, variance_of_slopes, variance_over_n
from derivations.sum_or_mean.epoch_cost import (
    AVERAGED,
    POOLED,
    average_of_the_averages,
    ragged_last,
    sum_of_averages,
)
from derivations.sum_or_mean.mini_batches import count as number_of_batches
from derivations.sum_or_mean.mini_batches import first_example, last_example
from derivations.sum_or_mean.penalty_share import ridge_of_the_mean, ridge_of_the_sum
from derivations.sum_or_mean.sum_is_m_times_mean import PARABOLA, STEPPED, stable_for_the_sum
from press.figures.model import Formula

STRENGTHS = (Rational(1, 100), 64 * 100)  # λ as it is set, and m times as much
means = {mean_xx: (Rational(1, 8), 4), mean_xy: (-6, 6), lam: STRENGTHS}

last_batch = {mean_before: (0, 8), mean_last: (0, 8), batches: (1, 33), m: (1, 64), left_over: (1, 64)}

valley = {eta: (Rational(1, 256), 4), m: (1, 16), kappa: (Rational(1, 8), 1), u: (-8, 8)}

MOST_EXAMPLES = 10
gs = tuple(Symbol(f"g{n}", real=True) for n in range(1, MOST_EXAMPLES + 1))


def of_examples(count: int) -> tuple[Formula, ...]:
    """Mean and noise of the slopes of so many examples, each an argument."""
    given = gs[:count]
    slots = {pulls[n]: one for n, one in enumerate(given, 1)}
    drawn = {**dict.fromkeys(given, (-2, 2)), m: (1, count)}
    mean = Formula(f"meanSlope{count}", unbiased.end, given, drawn, unbiased.title, (), {pool: count}, slots)
    if count == 1:
        return (mean,)
    return (
        mean,
        Formula(
            f"noise{count}", noise.end, (*given, m), drawn, noise.title, (variance_of_slopes,), {pool: count}, slots
        ),
        Formula(
            f"noiseOfDraws{count}",
            noise_of_draws.end,
            (*given, m),
            drawn,
            noise_of_draws.title,
            (variance_over_n,),
            {pool: count},
            slots,
        ),
    )


# three parts: their tokens and their averages
tokens = tuple(Symbol(f"n{k}", positive=True) for k in (1, 2, 3))
averages = tuple(Symbol(f"a{k}", real=True) for k in (1, 2, 3))
of_three = {**dict.fromkeys(tokens, (1, 32)), **dict.fromkeys(averages, (0, 8))}
their_averages = {means_of_parts[k]: averages[k - 1] for k in (1, 2, 3)}
both = {**{counts[k]: tokens[k - 1] for k in (1, 2, 3)}, **their_averages}
share_of_the_first = {**{counts[k]: tokens[k - 1] for k in (1, 2, 3)}, means_of_parts[1]: averages[0]}

cut = {batch: (1, 12), m: (1, 12), M: (12, 40), B: (1, 40)}

FORMULAS: tuple[Formula, ...] = (
    # ---- mini_batches
    Formula("batchesOf", number_of_batches, (M, m), cut, "mini-batches in an epoch"),
    Formula("firstOf", first_example.body, (batch, m), cut, first_example.says),
    Formula("lastOf", last_example.body, (batch, m, M), cut, last_example.says),
    Formula("notesFirst", batch * M / B - M / B + 1, (batch, M, B), cut, "the first example, by the notes"),
    Formula("notesLast", batch * M / B, (batch, M, B), cut, "the last example, by the notes"),
    # ---- batch_size
    *(one for count in range(1, MOST_EXAMPLES + 1) for one in of_examples(count)),
    # ---- epoch_cost
    Formula("averageOfAverages", AVERAGED, (mean_before, mean_last, batches), last_batch, "average of the averages"),
    Formula("pooledAverage", POOLED, (mean_before, mean_last, batches, m, left_over), last_batch, "cost of the epoch"),
    Formula(
        "offByTheLast",
        ragged_last.end,
        (mean_before, mean_last, batches, m, left_over),
        last_batch,
        ragged_last.title,
    ),
    # ---- sum_is_m_times_mean
    Formula("parabola", PARABOLA, (kappa, u), valley, "the mean of the losses, in one direction"),
    Formula("stepped", STEPPED, (eta, m, kappa, u), valley, "distance to the bottom after a step on the sum"),
    Formula("changeOfSquare", stable_for_the_sum.end, (eta, m, kappa, u), valley, stable_for_the_sum.title),
    # ---- accumulation
    Formula(
        "addedUp", sum_of_averages.start, averages, of_three, sum_of_averages.title, (), {batches: 3}, their_averages
    ),
    Formula(
        "meanOfMeans",
        average_of_the_averages.body,
        averages,
        of_three,
        average_of_the_averages.says,
        (),
        {batches: 3},
        their_averages,
    ),
    Formula(
        "pooledOfThree",
        pooled_average.body,
        (*tokens, *averages),
        of_three,
        pooled_average.says,
        (),
        {batches: 3},
        both,
    ),
    Formula(
        "shareOfTheFirst",
        shares_add_up.start.function,
        (*tokens, averages[0]),
        of_three,
        "share of the first part",
        (),
        {batches: 3, batch: 1},
        share_of_the_first,
    ),
    # ---- penalty_share
    Formula("ridgeOfTheMean", ridge_of_the_mean.body, (mean_xx, mean_xy, lam), means, ridge_of_the_mean.says),
    Formula(
        "ridgeOfTheSum",
        ridge_of_the_sum.body,
        (mean_xx, mean_xy, lam, m),
        {**means, m: (1, 64)},
        ridge_of_the_sum.says,
    ),
)
