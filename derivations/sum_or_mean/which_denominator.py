"""Which denominator did I get? Every way to make one number of many losses: a numerator over a denominator.

Notation: `ells[i]` is the loss at position i of m, `counting[i]` 1 where it counts and 0 where it is ignored, `wt[i]`
its weight; `in_part[k, i]` is 1 if position i stands in micro-batch k of B, or on rank k.
Source: the public threads named in the ledger (GH), where people compare two such numbers; here each by itself.
"""

from __future__ import annotations

from sympy import Eq, Sum

from derivations.calculus import Definition, Given, Rule, calc, eq
from derivations.notation import (
    J_kept,
    K,
    batch,
    batches,
    counting,
    ells,
    i,
    in_part,
    m,
    part_means,
    r_batches,
    r_entries,
    r_half,
    r_means,
    r_means_over_m,
    r_means_sum,
    r_positions,
    r_sum,
    r_weighted_means,
    r_weighted_sum,
    r_weights,
    r_weights_over_m,
    weighted_part_means,
    wt,
)
from derivations.rules import adding_first, applying, by_definition, in_turn, linear_sums, opening
from derivations.sum_or_mean.library_conventions import kept_mean_loss

added = Sum(counting[i] * ells[i], (i, 1, m))
number_kept = Sum(counting[i], (i, 1, m))
added_weighted = Sum(wt[i] * counting[i] * ells[i], (i, 1, m))
weights_kept = Sum(wt[i] * counting[i], (i, 1, m))

# ---- one numerator, several denominators
report_sum = Definition(r_sum, added, "the sum of the losses that count")
report_positions = Definition(r_positions, added / m, "the mean over all positions")
report_entries = Definition(r_entries, added / (K * m), "the mean over all outputs")
report_half = Definition(r_half, added / (2 * m), "half the mean over all positions")
report_batches = Definition(r_batches, added / batches, "the sum over the number of micro-batches")

# ---- with weights
report_weighted_sum = Definition(r_weighted_sum, added_weighted, "the weighted sum")
report_weights = Definition(r_weights, added_weighted / weights_kept, "the weighted mean over the weights that count")
report_weights_over_m = Definition(r_weights_over_m, added_weighted / m, "the weighted sum over all positions")

# ---- in parts
mean_of_a_part = Definition(
    part_means[batch],
    Sum(in_part[batch, i] * counting[i] * ells[i], (i, 1, m)) / Sum(in_part[batch, i] * counting[i], (i, 1, m)),
    "the mean of a micro-batch",
)
weighted_mean_of_a_part = Definition(
    weighted_part_means[batch],
    Sum(in_part[batch, i] * wt[i] * counting[i] * ells[i], (i, 1, m))
    / Sum(in_part[batch, i] * wt[i] * counting[i], (i, 1, m)),
    "the weighted mean of a micro-batch",
)
report_means = Definition(r_means, Sum(part_means[batch], (batch, 1, batches)) / batches, "the mean of means")
report_means_sum = Definition(r_means_sum, Sum(part_means[batch], (batch, 1, batches)), "the sum of means")
report_means_over_m = Definition(
    r_means_over_m, Sum(part_means[batch], (batch, 1, batches)) / m, "the sum of means over all positions"
)
report_weighted_means = Definition(
    r_weighted_means,
    Sum(weighted_part_means[batch], (batch, 1, batches)) / batches,
    "the mean of weighted means",
)

# ---- how they stand to each other

positions_against_kept = calc(
    r_positions,
    eq(added / m, by=by_definition(report_positions)),
    eq(number_kept / m * J_kept, by=by_definition(kept_mean_loss, lower=True)),
    where=(report_positions, kept_mean_loss),
    title="One numerator: the two results stand as their denominators do, whatever the losses",
)

in_one_part = Given(
    Eq(Sum(in_part[batch, i], (batch, 1, batches)), 1),
    each=((i, m),),
    fix=in_part[batches, i],
    words="every position stands in one micro-batch",
)
pooled_over_parts = calc(
    Sum(Sum(in_part[batch, i] * counting[i] * ells[i], (i, 1, m)), (batch, 1, batches))
    / Sum(Sum(in_part[batch, i] * counting[i], (i, 1, m)), (batch, 1, batches)),
    eq(
        Sum(counting[i] * ells[i] * Sum(in_part[batch, i], (batch, 1, batches)), (i, 1, m))
        / Sum(counting[i] * Sum(in_part[batch, i], (batch, 1, batches)), (i, 1, m)),
        by=Rule("exchanging two sums", "position by position instead of part by part", rewrite=adding_first(batch)),
    ),
    eq(
        added / number_kept,
        by=Rule(
            "every position once",
            in_one_part.words,
            needs=(in_one_part,),
            rewrite=in_turn(applying(in_one_part.says), linear_sums),
        ),
    ),
    eq(J_kept, by=by_definition(kept_mean_loss, lower=True)),
    where=(kept_mean_loss,),
    title="Sums and counts pooled first, and divided once: the parts leave no trace",
)

means_over_positions = calc(
    r_means_over_m,
    eq(
        Sum(part_means[batch], (batch, 1, batches)) / m,
        by=by_definition(report_means_over_m),
    ),
    eq(
        batches / m * r_means,
        by=Rule(
            "definition of the mean of means",
            "what was added up is B times the mean of means",
            rewrite=opening("r_means"),
            lower=True,
        ),
    ),
    where=(report_means_over_m, report_means),
    title="Means that are added up and divided by m are divided twice",
)
