"""The cost of an epoch: sums divided once are exact; an average of averages is off by a covariance.

Notation: `member[k, i]` is 1 if example i stands in batch k; batch k has `counts[k]` examples, `sums[k]` is the
sum of their losses and `means[k]` the mean. `J_epoch` is the mean over all N examples at one set of parameters.
Source: forum thread on course 2, week 3 (S0), lines 11–33; the covariance is not in it.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Expr, KroneckerDelta, Rational, Sum, factor

from derivations.calculus import Definition, Derivation, Given, Quantity, Rule, Source, calc, eq
from derivations.notation import (
    J_epoch,
    J_running,
    N,
    batch,
    batch2,
    batches,
    counts,
    covariance,
    i,
    left_over,
    losses,
    m,
    mean_before,
    mean_count,
    mean_last,
    mean_of_means,
    means,
    member,
    moving,
    sums,
)
from derivations.rules import (
    adding_first,
    applying,
    by_definition,
    constant_sums,
    differentiating,
    in_turn,
    linear_sums,
    multiplied_out,
    quoting,
    sifting_sums,
    using,
)

THREAD = Source("forum thread on course 2, week 3", "L33")


def over_the_batches(of: Expr) -> Expr:
    return Sum(of, (batch, 1, batches))


size_of_a_batch = Definition(counts[batch], Sum(member[batch, i], (i, 1, N)), "the size of a batch")
sum_of_a_batch = Definition(sums[batch], Sum(member[batch, i] * losses[i], (i, 1, N)), "the sum of a batch")
mean_of_a_batch = Definition(means[batch], sums[batch] / counts[batch], "the average of a batch")
cost_of_the_epoch = Definition(J_epoch, Sum(losses[i], (i, 1, N)) / N, "the cost of the epoch")

in_one_batch = Given(
    Eq(over_the_batches(member[batch, i]), 1),
    each=((i, N),),
    fix=member[batches, i],
    words="each example stands in one batch",
)
each_counts_once = Rule(
    "each example stands in one batch",
    in_one_batch.says,
    needs=(in_one_batch,),
    rewrite=applying(in_one_batch.says),
)
exchange = Rule(
    "order of summation",
    "first over the batches, then over the examples: the terms are the same",
    rewrite=adding_first(batch),
)

# ---- sums, divided once

sums_divided_once = calc(
    over_the_batches(sums[batch]) / N,
    eq(over_the_batches(Sum(member[batch, i] * losses[i], (i, 1, N))) / N, by=by_definition(sum_of_a_batch)),
    eq(Sum(losses[i] * over_the_batches(member[batch, i]), (i, 1, N)) / N, by=exchange),
    eq(Sum(losses[i], (i, 1, N)) / N, by=each_counts_once),
    eq(J_epoch, by=by_definition(cost_of_the_epoch, lower=True)),
    where=(sum_of_a_batch, cost_of_the_epoch),
    title="Sums, divided once by the number of examples, give the cost of the epoch",
    source=THREAD,
)

# ---- means, weighted by the sizes of their batches

pooled_means = calc(
    over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
    eq(over_the_batches(sums[batch]) / over_the_batches(counts[batch]), by=by_definition(mean_of_a_batch)),
    eq(
        over_the_batches(sums[batch]) / over_the_batches(Sum(member[batch, i], (i, 1, N))),
        by=by_definition(size_of_a_batch),
    ),
    eq(
        over_the_batches(sums[batch]) / N,
        by=Rule(
            "each example stands in one batch",
            "summed over the batches first, each example gives 1",
            needs=(in_one_batch,),
            rewrite=using(in_one_batch),
        ),
    ),
    eq(
        J_epoch,
        by=Rule(
            "sums, divided once",
            "{eq}`sums_divided_once`",
            needs=(in_one_batch,),
            rewrite=quoting(sums_divided_once),
        ),
        opens=("sums", "J_epoch"),
    ),
    where=(size_of_a_batch, sum_of_a_batch, mean_of_a_batch, cost_of_the_epoch),
    title="Averages of batches, each weighted by the size of its batch, give it too",
    source=THREAD,
)

# ---- the average of the averages

average_size = Definition(mean_count, over_the_batches(counts[batch]) / batches, "the average size")
average_of_the_averages = Definition(
    mean_of_means, over_the_batches(means[batch]) / batches, "the average of the averages"
)
covariance_of_sizes = Definition(
    covariance,
    over_the_batches(counts[batch] * means[batch]) / batches - mean_count * mean_of_means,
    "the covariance of size and average",
)

average_of_averages = calc(
    J_epoch,
    eq(
        over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
        by=Rule(
            "averages weighted by size",
            "{eq}`pooled_means`",
            needs=(in_one_batch,),
            rewrite=quoting(pooled_means),
            lower=True,
        ),
        opens=("J_epoch", "counts", "means", "sums"),
    ),
    eq(
        over_the_batches(counts[batch] * means[batch]) / (batches * mean_count),
        by=by_definition(average_size, lower=True),
        opens=("mean_count",),
    ),
    eq(
        (covariance + mean_count * mean_of_means) / mean_count,
        by=by_definition(covariance_of_sizes, lower=True),
        opens=("covariance",),
    ),
    eq(
        mean_of_means + covariance / mean_count,
        by=Rule("divide each term", "each over the average size", rewrite=multiplied_out),
        opens=(),
    ),
    where=(
        size_of_a_batch,
        sum_of_a_batch,
        mean_of_a_batch,
        cost_of_the_epoch,
        average_size,
        average_of_the_averages,
        covariance_of_sizes,
    ),
    title="The average of the averages is off by a covariance",
    source=THREAD,
)

same_size = Given(Eq(counts[batch], m), each=((batch, batches),), fix=counts[batch], words="all batches have one size")
equal_sizes = calc(
    over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
    eq(
        over_the_batches(means[batch]) / batches,
        by=Rule(
            "batches of one size",
            "their size stands in every term above and below, and is taken out",
            needs=(same_size,),
            rewrite=in_turn(applying(same_size.says), constant_sums, linear_sums),
        ),
    ),
    eq(mean_of_means, by=by_definition(average_of_the_averages, lower=True)),
    where=(average_of_the_averages,),
    title="With batches of one size, the average of the averages is right",
    source=THREAD,
)

# ---- averages that are not divided

sum_of_averages = calc(
    over_the_batches(means[batch]),
    eq(batches * mean_of_means, by=by_definition(average_of_the_averages, lower=True)),
    where=(average_of_the_averages,),
    title="The sum of the averages is B times too large",
    source=THREAD,
)
# ---- a last batch that is smaller


def factored(line: Expr, _: Derivation) -> Expr:
    """Over one denominator, in factors."""
    return factor(line)


AVERAGED = ((batches - 1) * mean_before + mean_last) / batches
POOLED = ((batches - 1) * m * mean_before + left_over * mean_last) / ((batches - 1) * m + left_over)

ragged_last = calc(
    AVERAGED - POOLED,
    eq(
        (batches - 1) * (m - left_over) * (mean_last - mean_before) / (batches * ((batches - 1) * m + left_over)),
        by=Rule("common denominator", "both fractions over the product, and factored", rewrite=factored),
    ),
    title="What a smaller last batch does to the average of the averages",
)
held = Given(
    Eq(member[batch, i], KroneckerDelta(batch, batch2)),
    each=((batch, batches),),
    fix=member[batch, i],
    words="example i stands in one batch, and in no other",
)
weight_of_an_example = calc(
    Derivative(mean_of_means, losses[i]),
    eq(
        over_the_batches(member[batch, i] / counts[batch]) / batches,
        by=Rule(
            "derivative of a linear function",
            "of all the losses one moves, in the sum of its batch",
            rewrite=in_turn(differentiating("mean_of_means", "means", "sums"), sifting_sums),
        ),
        opens=("mean_of_means", "means", "sums"),
    ),
    eq(
        over_the_batches(KroneckerDelta(batch, batch2) / counts[batch]) / batches,
        by=Rule("its own batch", held.says, needs=(held,), rewrite=applying(held.says)),
    ),
    eq(
        1 / (batches * counts[batch2]),
        by=Rule("sifting property", "one term of the sum is left", rewrite=sifting_sums),
    ),
    where=(sum_of_a_batch, mean_of_a_batch, average_of_the_averages),
    domain={batch2: (1, batches)},
    title="The smaller its batch, the more an example counts",
)

# ---- the parameters move

cost_that_runs = Definition(
    J_running,
    over_the_batches(Sum(member[batch, i] * moving[batch, i], (i, 1, N))) / N,
    "the running cost of the epoch",
)
still = Given(
    Eq(moving[batch, i], losses[i]),
    each=((batch, batches), (i, N)),
    fix=moving[batch, i],
    words="the parameters stand still",
)
running_cost = calc(
    J_running,
    eq(
        over_the_batches(Sum(member[batch, i] * moving[batch, i], (i, 1, N))) / N,
        by=by_definition(cost_that_runs),
    ),
    eq(
        over_the_batches(Sum(member[batch, i] * losses[i], (i, 1, N))) / N,
        by=Rule("one set of parameters", still.says, needs=(still,), rewrite=applying(still.says)),
    ),
    eq(
        J_epoch,
        by=Rule(
            "sums, divided once",
            "{eq}`sums_divided_once`",
            needs=(in_one_batch,),
            rewrite=applying(Eq(sums_divided_once.lines[1], J_epoch)),
        ),
    ),
    where=(cost_of_the_epoch, cost_that_runs),
    title="The cost that an epoch adds up is J only where the parameters stand still",
    source=Source(THREAD.name, "L23"),
)

# ---- numbers

batches_of_the_exercise = Quantity(
    N / m, "mini-batches of 64 among 1024 examples", at={N: 1024, m: 64}, source=Source(THREAD.name, "L18")
)

two_hard_ones = Quantity(
    AVERAGED / POOLED,
    "the average of the averages over the cost: batches of 64, and a last one of two examples with a loss of 8, where "
    "the others have a twentieth",
    at={mean_before: Rational(1, 20), mean_last: 8, m: 64, left_over: 2, batches: 17},
)
weight_in_24 = Quantity(
    1 / (batches * left_over) / (1 / (batches * m)),
    "weight of an example in a batch of 24, over that of one in a batch of 32",
    at={m: 32, left_over: 24},
)
