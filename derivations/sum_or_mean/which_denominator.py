"""Which denominator did I get? Every way to make one number of many losses: a numerator over a denominator.

Notation: `ells[i]` is the loss at position i of m, `counting[i]` 1 where it counts and 0 where it is ignored, `wt[i]`
its weight; `in_part[k, i]` is 1 if position i stands in micro-batch k of B, or on rank k.
Source: the public threads named in the ledger (GH), where people compare two such numbers; here each by itself.
"""

from __future__ import annotations

from sympy import Eq, Expr, Sum

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
    r_kept_over_ranks,
    r_means,
    r_means_over_m,
    r_means_sum,
    r_positions,
    r_sum,
    r_weighted_means,
    r_weighted_sum,
    r_weights,
    r_weights_over_kept,
    r_weights_over_m,
    weighted_part_means,
    wt,
    x,
)
from derivations.rules import adding_first, applying, by_definition, in_turn, linear_sums, opening, replacing
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
report_kept_over_ranks = Definition(
    r_kept_over_ranks, added / (batches * number_kept), "the mean over what counts, over the number of ranks"
)

# ---- with weights
report_weighted_sum = Definition(r_weighted_sum, added_weighted, "the weighted sum")
report_weights = Definition(r_weights, added_weighted / weights_kept, "the weighted mean over the weights that count")
report_weights_over_m = Definition(r_weights_over_m, added_weighted / m, "the weighted sum over all positions")
report_weights_over_kept = Definition(
    r_weights_over_kept, added_weighted / number_kept, "the weighted sum over the positions that count"
)

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


def the_same_numerator(before: str, new: Expr) -> Rule:
    """The line before, opened, and its numerator written by the next way."""
    numerator = added_weighted if before in ("r_weighted_sum", "r_weights_over_m", "r_weights_over_kept") else added
    return Rule(
        "one numerator",
        "a result times its own denominator is the numerator",
        rewrite=in_turn(opening(before), replacing(numerator, new)),
    )


one_numerator = calc(
    r_sum,
    eq(batches * r_batches, by=the_same_numerator("r_sum", batches * r_batches)),
    eq(m * r_positions, by=the_same_numerator("r_batches", m * r_positions)),
    eq(K * m * r_entries, by=the_same_numerator("r_positions", K * m * r_entries)),
    eq(2 * m * r_half, by=the_same_numerator("r_entries", 2 * m * r_half)),
    eq(
        batches * number_kept * r_kept_over_ranks,
        by=the_same_numerator("r_half", batches * number_kept * r_kept_over_ranks),
    ),
    eq(number_kept * J_kept, by=the_same_numerator("r_kept_over_ranks", number_kept * J_kept)),
    where=(
        report_sum,
        report_batches,
        report_positions,
        report_entries,
        report_half,
        report_kept_over_ranks,
        kept_mean_loss,
    ),
    title="Each result times its denominator is one and the same sum",
)
one_weighted_numerator = calc(
    r_weighted_sum,
    eq(m * r_weights_over_m, by=the_same_numerator("r_weighted_sum", m * r_weights_over_m)),
    eq(number_kept * r_weights_over_kept, by=the_same_numerator("r_weights_over_m", number_kept * r_weights_over_kept)),
    eq(weights_kept * r_weights, by=the_same_numerator("r_weights_over_kept", weights_kept * r_weights)),
    where=(report_weighted_sum, report_weights_over_m, report_weights_over_kept, report_weights),
    title="With weights there is another such sum",
)

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
    eq(Sum(part_means[batch], (batch, 1, batches)) / m, by=by_definition(report_means_over_m)),
    eq(r_means_sum / m, by=by_definition(report_means_sum, lower=True)),
    eq(
        batches / m * r_means,
        by=Rule(
            "definitions of both",
            "the sum of the means is B times the mean of means",
            rewrite=in_turn(
                opening("r_means_sum"), replacing(Sum(part_means[batch], (batch, 1, batches)), batches * r_means)
            ),
        ),
    ),
    where=(report_means_over_m, report_means_sum, report_means),
    title="Means that are added up and divided by m are divided twice",
)

equal_weights = Given(Eq(wt[i], x), each=((i, m),), fix=wt[i], words="all weights are the same")
equal_weights_in_parts = calc(
    r_weighted_means,
    eq(
        Sum(weighted_part_means[batch], (batch, 1, batches)) / batches,
        by=by_definition(report_weighted_means),
    ),
    eq(
        Sum(mean_of_a_part.body, (batch, 1, batches)) / batches,
        by=Rule(
            "equal weights cancel",
            equal_weights.words,
            needs=(equal_weights,),
            rewrite=in_turn(opening("weighted_part_means"), applying(equal_weights.says), linear_sums),
        ),
    ),
    eq(
        Sum(part_means[batch], (batch, 1, batches)) / batches,
        by=by_definition(mean_of_a_part, lower=True),
    ),
    eq(r_means, by=by_definition(report_means, lower=True)),
    where=(report_weighted_means, weighted_mean_of_a_part, mean_of_a_part, report_means),
    title="Weights that are all the same leave no trace in a weighted mean",
)
