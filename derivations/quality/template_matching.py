"""Template matching is mini-batch gradient descent: the gradient is −(1/m) E Xᵀ with E = Y − P.

Notation: X is D×m, Y and P are K×m, W is K×D; examples stand in columns.
Source: CS5242 lecture 4 (S3), “Connection to template matching”, lines 547–550, where no proof is given.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Expr, MatAdd, MatMul, OneMatrix, S, Sum, exp, log

from derivations.calculus import Definition, Entry, Given, Rule, Source, calc, eq
from derivations.notation import D, E, J, K, P, W, X, Y, Z, bias, d, eta, i, i2, j, k, m, matrix, r, s
from derivations.rules import (
    applying,
    by_definition,
    differentiating,
    differentiating_only,
    in_turn,
    linear_sums,
    log_powers,
    log_products,
    matrix_product,
    opening,
    quoting,
    sifting_sums,
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

total = Sum(exp(Z[j, i]), (j, 1, K))
cost_in_the_scores = -Sum(Sum(Y[k, i] * (Z[k, i] - log(total)), (k, 1, K)), (i, 1, m)) / m


def slopes_of_the_scores(of: Expr) -> Expr:
    """The derivative of the cost by the derivatives of the scores."""
    inside = Sum(exp(Z[j, i]) * Derivative(Z[j, i], of), (j, 1, K)) / total
    return -Sum(Sum(Y[k, i] * (Derivative(Z[k, i], of) - inside), (k, 1, K)), (i, 1, m)) / m


logarithms_of_softmax = Rule(
    "definition of the cost, and logarithm of softmax",
    "{eq}`log_of_softmax`, for each example",
    rewrite=in_turn(opening("J", "P"), log_products, log_powers),
)
derivatives_of_logarithms = Rule(
    "derivative of a logarithm, and of an exponential",
    "the derivative of what stands inside, over it; and an exponential times that of its exponent",
    rewrite=differentiating(),
)

batch_gradient = calc(
    Derivative(J, W[r, s]),
    eq(Derivative(cost_in_the_scores, W[r, s]), by=logarithms_of_softmax, opens=("J", "P")),
    eq(slopes_of_the_scores(W[r, s]), by=derivatives_of_logarithms, opens=()),
    eq(
        -Sum((Y[r, i] - exp(Z[r, i]) / total * Sum(Y[k, i], (k, 1, K))) * X[s, i], (i, 1, m)) / m,
        by=Rule(
            "derivative of a linear function, and sifting",
            "the weight stands in one score, times a feature",
            rewrite=in_turn(differentiating_only("Z"), sifting_sums),
        ),
        opens=("Z",),
    ),
    eq(
        -Sum((Y[r, i] - P[r, i] * Sum(Y[k, i], (k, 1, K))) * X[s, i], (i, 1, m)) / m,
        by=by_definition(softmax_of_scores, lower=True),
        opens=("P",),
    ),
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
            rewrite=quoting(batch_gradient, -2),
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
    eq(Derivative(cost_in_the_scores, bias[r]), by=logarithms_of_softmax, opens=("J", "P")),
    eq(slopes_of_the_scores(bias[r]), by=derivatives_of_logarithms, opens=()),
    eq(
        -Sum(Y[r, i] - exp(Z[r, i]) / total * Sum(Y[k, i], (k, 1, K)), (i, 1, m)) / m,
        by=Rule(
            "derivative of a linear function, and sifting",
            "the bias stands in one score, alone",
            rewrite=in_turn(differentiating_only("Z"), sifting_sums),
        ),
        opens=("Z",),
    ),
    eq(
        -Sum(Y[r, i] - P[r, i] * Sum(Y[k, i], (k, 1, K)), (i, 1, m)) / m,
        by=by_definition(softmax_of_scores, lower=True),
        opens=("P",),
    ),
    eq(-Sum(Y[r, i] - P[r, i], (i, 1, m)) / m, by=all_targets),
    eq(-Sum(E[r, i], (i, 1, m)) / m, by=by_definition(error, lower=True)),
    eq(Entry(MatMul(-1 / m, matrix(E), OneMatrix(m, 1), evaluate=False), r, 1), by=matrix_product),
    where=(scores_with_bias, softmax_of_scores, batch_cost, error),
    equivalents={
        "line 2: doubled factor: exp(Z[j, i])*Derivative(Z[j, i], b_vector[r]) → "
        "-Sum((Derivative(Z[k, i], b_vector[r]) - Sum(exp(Z[j, i])*Derivative(Z[j, i], b_vector[r])**2, (j, 1, K))"
        "/Sum(exp(Z[j, i]), (j, 1, K)))*Y[k, i], (k, 1, K), (i, 1, m))/m": (
            "A bias moves its own score one for one and no other: the derivative is 1 or 0, its own square."
        )
    },
    title="The bias is a template for an input that is always 1",
)

slope_in_the_scores = calc(
    Derivative(J, Z[r, i2]),
    eq(Derivative(cost_in_the_scores, Z[r, i2]), by=logarithms_of_softmax, opens=("J", "P")),
    eq(
        (exp(Z[r, i2]) / total.xreplace({i: i2}) * Sum(Y[k, i2], (k, 1, K)) - Y[r, i2]) / m,
        by=Rule(
            "derivative of a logarithm, and sifting",
            "a score moves the loss of its own example, and that is one of m",
            rewrite=in_turn(differentiating(), sifting_sums),
        ),
        opens=(),
    ),
    eq(
        (P[r, i2] * Sum(Y[k, i2], (k, 1, K)) - Y[r, i2]) / m,
        by=by_definition(softmax_of_scores, lower=True),
        opens=("P",),
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
