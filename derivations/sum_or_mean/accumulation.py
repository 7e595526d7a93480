"""Accumulation and data-parallel training: the average of averages, and the weights that mend it.

Notation: a part is a micro-batch, or what one process (rank) holds; part k has `counts[k]` tokens and `means[k]`,
the average over them of a loss, or of one entry of a gradient. `pooled` is the average over all tokens.
Source: public threads, each named in the ledger (GH).
"""

from __future__ import annotations

from sympy import Sum

from derivations.calculus import Definition, Rule, calc, eq
from derivations.notation import batch, batches, counts, means, other, pooled, weights_of_parts
from derivations.rules import (
    by_definition,
    linear_sums,
    quoting,
)
from derivations.sum_or_mean.epoch_cost import factored, over_the_batches

all_tokens = Sum(counts[other], (other, 1, batches))
added_up = over_the_batches(counts[batch] * means[batch])

pooled_average = Definition(pooled, added_up / all_tokens, "the average over all tokens")
restoring_weight = Definition(weights_of_parts[batch], batches * counts[batch] / all_tokens, "the weight of a part")

# ---- averages, multiplied before they are averaged

restored = calc(
    over_the_batches(weights_of_parts[batch] * means[batch]) / batches,
    eq(
        over_the_batches(batches * counts[batch] / all_tokens * means[batch]) / batches,
        by=by_definition(restoring_weight),
    ),
    eq(
        added_up / all_tokens,
        by=Rule(
            "linearity of the sum",
            "the number of parts and the number of tokens are the same for every part",
            rewrite=linear_sums,
        ),
    ),
    eq(pooled, by=by_definition(pooled_average, lower=True)),
    where=(restoring_weight, pooled_average),
    title="Each part's average, times its share of the tokens and the number of parts",
)

# ---- sums over the number of all tokens, added

shares_add_up = calc(
    over_the_batches(counts[batch] * means[batch] / all_tokens),
    eq(
        added_up / all_tokens,
        by=Rule("linearity of the sum", "the number of all tokens is the same for every part", rewrite=linear_sums),
    ),
    eq(pooled, by=by_definition(pooled_average, lower=True)),
    where=(pooled_average,),
    title="Each part's sum, over the number of all tokens: add them up",
)

shares_averaged = calc(
    over_the_batches(counts[batch] * means[batch] / all_tokens) / batches,
    eq(
        pooled / batches,
        by=Rule("shares add up", "{eq}`shares_add_up`", rewrite=quoting(shares_add_up)),
        opens=("pooled",),
    ),
    where=(pooled_average,),
    title="Average the shares over the processes, and the result is too small by their number",
)

# ---- two parts

two_parts = calc(
    (means[1] + means[2]) / 2 - (counts[1] * means[1] + counts[2] * means[2]) / (counts[1] + counts[2]),
    eq(
        (counts[2] - counts[1]) * (means[1] - means[2]) / (2 * (counts[1] + counts[2])),
        by=Rule("common denominator", "both fractions over the product, and factored", rewrite=factored),
    ),
    title="Two parts: it takes a difference in size and a difference in average",
)
