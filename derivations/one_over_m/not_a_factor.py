"""Faults of a gradient that are no factor: a penalty lost on the way, a bias summed over the wrong axis or from dW.

Notation: X is D×m, W is K×D; `dZ` is the course's, without the 1/m. `lam` is the strength of a penalty on the
squared weights. `slopes[i, part]` is the slope, in one weight, of the loss of example i of a part of a batch.
Source: public threads, each named in the ledger (GH).
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Derivative, Eq, KroneckerDelta, MatAdd, MatMul, S, Sum

from derivations.calculus import Definition, Entry, Given, Rule, calc, eq
from derivations.notation import (
    B,
    D,
    J,
    J_penalised,
    K,
    W,
    X,
    Y,
    bias,
    d,
    dZ,
    i,
    i2,
    k,
    lam,
    m,
    matrix,
    part,
    r,
    s,
    slope,
    slopes,
)
from derivations.one_over_m.deferred_or_absorbed import (
    cost_as_a_mean,
    deferred_bias,
    deferred_dz,
    loss_of_an_example,
)
from derivations.one_over_m.twice_or_never import (
    NETWORK,
    OPENED,
    added_up,
    copies,
    kept_for_dw,
)
from derivations.quality.template_matching import (
    all_targets,
    scores_with_bias,
    softmax_of_scores,
    targets_sum_to_one,
)
from derivations.rules import (
    adding_first,
    applying,
    constant_sums,
    differentiating,
    factors_into_sums,
    factors_out_of_sums,
    in_turn,
    linear_sums,
    matrix_product,
    multiplied_out,
    opening,
    quoting,
    sifting_sums,
)

the_deferred_book = replace(kept_for_dw, lower=False)
linearity = Rule("linearity of the sum", "a constant factor may stand inside or outside", rewrite=linear_sums)

# ---- a penalty has a 1/m of its own

penalised_cost = Definition(
    J_penalised,
    J + lam / (2 * m) * Sum(Sum(W[k, d] ** 2, (d, 1, D)), (k, 1, K)),
    "the cost with a penalty",
)
WITH_PENALTY = (*NETWORK, penalised_cost)

penalised_gradient = calc(
    Derivative(J_penalised, W[r, s]),
    eq(
        Derivative(J, W[r, s]) + lam / m * W[r, s],
        by=Rule(
            "derivative of a sum of squares",
            "of all the squares one moves, and its slope is twice the weight",
            rewrite=in_turn(differentiating("J_penalised"), sifting_sums),
        ),
        opens=("J_penalised",),
    ),
    eq(added_up / m + lam / m * W[r, s], by=the_deferred_book, opens=OPENED),
    eq(
        (added_up + lam * W[r, s]) / m,
        by=Rule("common factor", "both terms are over m", rewrite=multiplied_out, lower=True),
    ),
    eq(
        Entry(
            MatMul(1 / m, MatAdd(MatMul(matrix(dZ), matrix(X).T, evaluate=False), lam * matrix(W)), evaluate=False),
            r,
            s,
        ),
        by=matrix_product,
    ),
    where=WITH_PENALTY,
    title="One 1/m for both: the sum over the batch, and the penalty",
)

whole_gradient = Rule(
    "gradient with the penalty",
    "the chain above",
    needs=(targets_sum_to_one,),
    rewrite=quoting(penalised_gradient, 2),
    lower=True,
)

penalty_divided_again = calc(
    added_up / m + lam / m**2 * W[r, s],
    eq(
        added_up / m + lam / m * W[r, s] - (1 - 1 / m) * (lam / m * W[r, s]),
        by=Rule(
            "one share is all of it less the others",
            "multiplied out, both sides are the same",
            rewrite=multiplied_out,
            lower=True,
        ),
    ),
    eq(
        Derivative(J_penalised, W[r, s]) - (1 - 1 / m) * (lam / m * W[r, s]),
        by=whole_gradient,
        opens=("J_penalised", *OPENED),
    ),
    where=WITH_PENALTY,
    title="The penalty divided again: most of it is lost",
)

penalty_forgotten = calc(
    added_up / m,
    eq(Derivative(J_penalised, W[r, s]) - lam / m * W[r, s], by=whole_gradient, opens=("J_penalised", *OPENED)),
    where=WITH_PENALTY,
    title="The penalty forgotten: off by a multiple of the weight",
)

penalty_of_a_repeated_batch = calc(
    (Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) + lam * W[r, s]) / (B * m),
    eq(
        (Sum(Sum(slope[i], (i, 1, m)), (part, 1, B)) + lam * W[r, s]) / (B * m),
        by=Rule("the batch, B times over", copies.says, needs=(copies,), rewrite=applying(copies.says)),
    ),
    eq(
        Sum(slope[i], (i, 1, m)) / m + lam / (B * m) * W[r, s],
        by=Rule(
            "equal terms, and a fraction for each",
            "the sum of B equal terms is B of them",
            rewrite=in_turn(constant_sums, multiplied_out),
        ),
    ),
    title="A penalty over m notices the repetition, in code that is right",
)

# ---- the bias

wrong_axis_is_zero = calc(
    Sum(dZ[k, i2], (k, 1, K)) / m,
    eq(
        (1 - Sum(Y[k, i2], (k, 1, K))) / m,
        by=Rule(
            "definition of dZ, and softmax sums to one",
            "each column of P is a softmax",
            rewrite=in_turn(opening("dZ"), linear_sums, opening("P"), linear_sums),
        ),
    ),
    eq(S.Zero, by=all_targets),
    where=(softmax_of_scores, deferred_dz),
    title="db over the wrong axis is zero, after a softmax",
)

columns_sum_to_one = Given(
    Eq(Sum(X[d, i], (d, 1, D)), 1), each=((i, m),), fix=X[D, i], words="the features of each example add up to one"
)

bias_from_the_weights = calc(
    Sum(Sum(dZ[r, i] * X[d, i], (i, 1, m)) / m, (d, 1, D)),
    eq(
        Sum(dZ[r, i] * Sum(X[d, i], (d, 1, D)), (i, 1, m)) / m,
        by=Rule(
            "order of two sums",
            "over the features first, then over the examples; constant factors stand where they may",
            rewrite=in_turn(factors_into_sums, adding_first(d), factors_out_of_sums),
        ),
    ),
    eq(
        Sum(dZ[r, i], (i, 1, m)) / m,
        by=Rule(
            "columns sum to one",
            columns_sum_to_one.says,
            needs=(columns_sum_to_one,),
            rewrite=applying(columns_sum_to_one.says),
        ),
    ),
    eq(
        Derivative(J, bias[r]),
        by=Rule(
            "the deferred book",
            "{eq}`deferred_bias`",
            needs=(targets_sum_to_one,),
            rewrite=quoting(deferred_bias, -2),
            lower=True,
        ),
        opens=OPENED,
    ),
    where=(scores_with_bias, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz),
    title="Rows of dW added up: right where the columns of X sum to one",
)

gap_of_the_bias = calc(
    Sum(Sum(dZ[r, i] * X[d, i], (i, 1, m)) / m, (d, 1, D)) - Sum(dZ[r, i], (i, 1, m)) / m,
    eq(Sum(dZ[r, i] * (Sum(X[d, i], (d, 1, D)) - 1), (i, 1, m)) / m, by=linearity),
    title="Each example adds its own share to the gap",
)

gap_of_one_example = calc(
    Sum(KroneckerDelta(i, i2) * (Sum(X[d, i], (d, 1, D)) - 1), (i, 1, m)) / m,
    eq(
        (Sum(X[d, i2], (d, 1, D)) - 1) / m,
        by=Rule(
            "sifting property",
            Eq(Sum(KroneckerDelta(i, i2) * slope[i], (i, 1, m)), slope[i2]),
            rewrite=sifting_sums,
        ),
    ),
    title="An error in one example alone shows that example's column",
)
