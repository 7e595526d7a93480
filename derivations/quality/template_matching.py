"""Template matching is mini-batch gradient descent: the gradient is −(1/m) E Xᵀ with E = Y − P.

Notation: X is D×m, Y and P are K×m, W is K×D; examples stand in columns.
Source: CS5242 lecture 4 (S3), “Connection to template matching”, lines 547–550, where no proof is given.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, MatAdd, MatMul, OneMatrix, S, Sum, exp, log

from derivations.calculus import Definition, Entry, Given, Rule, Source, calc, eq
from derivations.notation import D, E, J, K, P, W, X, Y, Z, bias, d, eta, i, i2, j, k, m, matrix, r, s
from derivations.rules import (
    applying,
    by_definition,
    in_turn,
    linear_sums,
    matrix_product,
    opening,
    quoting,
    sifting_property,
)

scores = Definition(Z[k, i], Sum(W[k, d] * X[d, i], (d, 1, D)), "the scores")
softmax_of_scores = Definition(P[k, i], exp(Z[k, i]) / Sum(exp(Z[j, i]), (j, 1, K)), "softmax")
batch_cost = Definition(J, -Sum(Sum(Y[k, i] * log(P[k, i]), (k, 1, K)), (i, 1, m)) / m, "the cost of the batch")
error = Definition(E[k, i], Y[k, i] - P[k, i], "the error")

targets_sum_to_one = Given(
    Eq(Sum(Y[k, i], (k, 1, K)), 1), each=((i, m),), fix=Y[K, i], words="the targets of each example sum to one"
)

all_targets = Rule(
    "targets sum to one",
    targets_sum_to_one.says,
    needs=(targets_sum_to_one,),
    rewrite=applying(targets_sum_to_one.says),
)

batch_gradient = calc(
    Derivative(J, W[r, s]),
    eq(
        -Sum(Sum(Y[k, i] * (KroneckerDelta(k, r) - P[r, i]), (k, 1, K)) * X[s, i], (i, 1, m)) / m,
        by=Rule(
            "derivative of log-softmax, and the chain rule",
            "{eq}`slope_of_log_softmax`, for each example; and the weight stands in one score, times a feature",
        ),
        opens=("J", "P", "Z"),
    ),
    eq(-Sum((Y[r, i] - P[r, i] * Sum(Y[k, i], (k, 1, K))) * X[s, i], (i, 1, m)) / m, by=sifting_property),
    eq(
        -Sum((Y[r, i] - P[r, i]) * X[s, i], (i, 1, m)) / m,
        by=all_targets,
    ),
    eq(-Sum(E[r, i] * X[s, i], (i, 1, m)) / m, by=by_definition(error, lower=True)),
    eq(Entry(MatMul(-1 / m, matrix(E), matrix(X).T, evaluate=False), r, s), by=matrix_product),
    where=(scores, softmax_of_scores, batch_cost, error),
    title="The mini-batch gradient is −(1/m) E Xᵀ",
    source=Source("CS5242 lecture 4", "L547–550"),
)

template_step = calc(
    W[r, s] - eta * Derivative(J, W[r, s]),
    eq(
        W[r, s] + eta * Sum(E[r, i] * X[s, i], (i, 1, m)) / m,
        by=Rule(
            "the mini-batch gradient",
            "the chain above",
            needs=(targets_sum_to_one,),
            rewrite=quoting(batch_gradient, 4),
        ),
        opens=("E", "J", "P", "Z"),
    ),
    eq(
        Entry(MatAdd(matrix(W), MatMul(eta / m, matrix(E), matrix(X).T, evaluate=False)), r, s),
        by=matrix_product,
    ),
    where=(scores, softmax_of_scores, batch_cost, error),
    title="A step of gradient descent is a template-matching update",
    source=Source("CS5242 lecture 4", "L553–561"),
)

scores_with_bias = Definition(Z[k, i], Sum(W[k, d] * X[d, i], (d, 1, D)) + bias[k], "the scores, with a bias")

bias_gradient = calc(
    Derivative(J, bias[r]),
    eq(
        -Sum(Sum(Y[k, i] * (KroneckerDelta(k, r) - P[r, i]), (k, 1, K)), (i, 1, m)) / m,
        by=Rule(
            "derivative of log-softmax, and the chain rule",
            "{eq}`slope_of_log_softmax`, for each example; and the bias stands in one score, alone",
        ),
        opens=("J", "P", "Z"),
    ),
    eq(-Sum(Y[r, i] - P[r, i] * Sum(Y[k, i], (k, 1, K)), (i, 1, m)) / m, by=sifting_property),
    eq(-Sum(Y[r, i] - P[r, i], (i, 1, m)) / m, by=all_targets),
    eq(-Sum(E[r, i], (i, 1, m)) / m, by=by_definition(error, lower=True)),
    eq(Entry(MatMul(-1 / m, matrix(E), OneMatrix(m, 1), evaluate=False), r, 1), by=matrix_product),
    where=(scores_with_bias, softmax_of_scores, batch_cost, error),
    title="The bias is a template for an input that is always 1",
)

slope_in_the_scores = calc(
    Derivative(J, Z[r, i2]),
    eq(
        (P[r, i2] * Sum(Y[k, i2], (k, 1, K)) - Y[r, i2]) / m,
        by=Rule("gradient of one example", "a score moves the loss of its own example, and that is one of m"),
    ),
    eq(
        (P[r, i2] - Y[r, i2]) / m,
        by=all_targets,
    ),
    eq(-E[r, i2] / m, by=by_definition(error, lower=True)),
    where=(softmax_of_scores, batch_cost, error),
    title="In the scores, the gradient of the cost already carries the 1/m",
)

errors_sum_to_zero = calc(
    Sum(E[k, i], (k, 1, K)),
    eq(
        Sum(Y[k, i], (k, 1, K)) - 1,
        by=Rule(
            "definition of the error, and softmax sums to one",
            "each column of P is a softmax",
            rewrite=in_turn(opening("E"), linear_sums, opening("P"), linear_sums),
        ),
    ),
    eq(S.Zero, by=all_targets),
    where=(softmax_of_scores, error),
    title="Each column of E sums to zero",
)
