"""What a library's mean divides by: the examples, the entries, the weights, or the labels that count.

Notation: `ells[i]` is the loss of example i, `wt[i]` its weight, `counting[i]` 1 or 0; `terms[k, i]` are entries of a
loss, K for each of m examples; `class_weight[k]` is the weight of class k.
Source: the documentation of the libraries, each formula run against the library itself (press/libraries).
"""

from __future__ import annotations

from sympy import Sum, exp, log

from derivations.calculus import Definition, Rule, calc, eq
from derivations.notation import (
    J,
    J_count,
    J_entries,
    J_examples,
    J_kept,
    J_nonzero,
    J_smooth,
    J_soft,
    J_weights,
    K,
    P,
    Y,
    c,
    class_weight,
    counting,
    ell_binary,
    ells,
    epsilon,
    i,
    j,
    k,
    m,
    pi,
    positive_score,
    positive_weight,
    softened,
    terms,
    wt,
    x,
    y,
    y_binary,
    z_binary,
)
from derivations.one_over_m.deferred_or_absorbed import cost_as_a_mean
from derivations.rules import by_definition, cancelled, constant_sums, in_turn, linear_sums, log_powers, log_products

all_weights = Sum(wt[i], (i, 1, m))
all_entries = Sum(Sum(terms[k, i], (k, 1, K)), (i, 1, m))
smooth_entry = (1 - epsilon) * Y[k, i] + epsilon / K

# ---- one definition for each thing that is divided by

weighted_mean_loss = Definition(
    J_weights, Sum(wt[i] * ells[i], (i, 1, m)) / all_weights, "the weighted mean: divided by the sum of the weights"
)
weighted_loss_over_count = Definition(
    J_count, Sum(wt[i] * ells[i], (i, 1, m)) / m, "weighted, and divided by the number of examples"
)
kept_mean_loss = Definition(
    J_kept,
    Sum(counting[i] * ells[i], (i, 1, m)) / Sum(counting[i], (i, 1, m)),
    "the mean over the labels that count",
)
loss_over_nonzero = Definition(
    J_nonzero,
    Sum(wt[i] * counting[i] * ells[i], (i, 1, m)) / Sum(counting[i], (i, 1, m)),
    "weighted, and divided by how many of the weights are not zero",
)
weighted_soft_loss = Definition(
    J_soft,
    -Sum(Sum(class_weight[k] * Y[k, i] * log(P[k, i]), (k, 1, K)), (i, 1, m)) / m,
    "class weights, targets that are probabilities: divided by the number of examples",
)
weighted_smoothed_loss = Definition(
    J_smooth,
    -Sum(Sum(class_weight[k] * smooth_entry * log(P[k, i]), (k, 1, K)), (i, 1, m))
    / Sum(Sum(class_weight[k] * Y[k, i], (k, 1, K)), (i, 1, m)),
    "class weights, labels that are smoothed: each term has the weight of its class, the divisor that of the labels",
)
mean_over_entries = Definition(J_entries, all_entries / (K * m), "divided by the number of entries")
mean_over_examples = Definition(J_examples, all_entries / m, "divided by the number of examples")
smoothed_target = Definition(softened[k], (1 - epsilon) * y[k] + epsilon / K, "a target, smoothed over all classes")
weighted_binary_loss = Definition(
    ell_binary,
    positive_weight * y_binary * log(1 + exp(-z_binary)) + (1 - y_binary) * log(1 + exp(z_binary)),
    "binary cross-entropy of one score, the positive term weighted",
)

# ---- how they stand to each other

weights_over_count = calc(
    J_count,
    eq(Sum(wt[i] * ells[i], (i, 1, m)) / m, by=by_definition(weighted_loss_over_count)),
    eq(all_weights / m * J_weights, by=by_definition(weighted_mean_loss, lower=True)),
    where=(weighted_loss_over_count, weighted_mean_loss),
    title="Divided by the count, a weighted loss is the weighted mean times the mean weight",
)

equal_weights_cancel = calc(
    Sum(x * ells[i], (i, 1, m)) / Sum(x, (i, 1, m)),
    eq(
        Sum(ells[i], (i, 1, m)) / m,
        by=Rule(
            "a common factor goes in front of a sum, and cancels",
            "linearity above, equal terms below",
            rewrite=in_turn(linear_sums, constant_sums, cancelled),
        ),
    ),
    eq(J, by=by_definition(cost_as_a_mean, lower=True)),
    where=(cost_as_a_mean,),
    title="Weights that are all the same cancel, and that of a single example always does",
)

label_smoothing = calc(
    -Sum(softened[k] * log(pi[k]), (k, 1, K)),
    eq(
        -Sum(((1 - epsilon) * y[k] + epsilon / K) * log(pi[k]), (k, 1, K)),
        by=by_definition(smoothed_target),
    ),
    eq(
        -(1 - epsilon) * Sum(y[k] * log(pi[k]), (k, 1, K)) - epsilon / K * Sum(log(pi[k]), (k, 1, K)),
        by=Rule("linearity of the sum", "a sum of two terms, and what holds no class in front", rewrite=linear_sums),
    ),
    where=(smoothed_target,),
    title="Label smoothing mixes the cross-entropy with the mean over all classes",
)

entries_against_examples = calc(
    J_examples,
    eq(all_entries / m, by=by_definition(mean_over_examples)),
    eq(K * J_entries, by=by_definition(mean_over_entries, lower=True)),
    where=(mean_over_examples, mean_over_entries),
    title="A mean over entries is K times smaller than one over examples",
)

scores_as_probabilities = calc(
    -log(positive_score[c] / Sum(positive_score[j], (j, 1, K))),
    eq(
        log(Sum(positive_score[j], (j, 1, K))) - log(positive_score[c]),
        by=Rule("log of a quotient", "the difference of the logarithms", rewrite=in_turn(log_products, log_powers)),
    ),
    title="Scores that are taken for probabilities are only divided by their sum",
)
