"""Two ways to keep the books: the 1/m of the mean kept for dW and db, or carried in dZ from the start.

Notation: X is D×m, the inputs of the layer (A of the layer below, in a deeper network); Y and P are K×m;
`dZ` is the course's, without the 1/m, `dZ_bar` has it inside.
Source: the question on the extra 1/m (S1), lines 6 and 31–33.
"""

from __future__ import annotations

from sympy import Derivative, Expr, MatMul, OneMatrix, Sum, exp, log

from derivations.calculus import Definition, Entry, Rule, Source, calc, eq
from derivations.notation import J, K, P, W, X, Y, Z, bias, dZ, dZ_bar, ells, i, i2, j, k, m, matrix, r, s
from derivations.quality.template_matching import (
    all_targets,
    derivatives_of_logarithms,
    scores,
    scores_with_bias,
    slope_in_the_scores,
    softmax_of_scores,
    targets_sum_to_one,
    total,
)
from derivations.rules import (
    by_definition,
    differentiating,
    differentiating_only,
    factors_out_of_sums,
    in_turn,
    linearity_backwards,
    log_powers,
    log_products,
    matrix_product,
    opening,
    quoting,
    sifting_sums,
)

loss_of_an_example = Definition(ells[i], -Sum(Y[k, i] * log(P[k, i]), (k, 1, K)), "the loss of one example")
cost_as_a_mean = Definition(J, Sum(ells[i], (i, 1, m)) / m, "the cost of the batch")
deferred_dz = Definition(dZ[k, i], P[k, i] - Y[k, i], "the course's dZ")
absorbed_dz = Definition(dZ_bar[k, i], (P[k, i] - Y[k, i]) / m, "dZ with the 1/m in it")

mean_of_gradients = Rule(
    "the gradient of a mean is the mean of the gradients",
    "differentiation is linear, and $1/m$ is a constant",
    rewrite=differentiating("J"),
)

gradient_of_the_mean = calc(
    Derivative(J, W[r, s]),
    eq(Sum(Derivative(ells[i], W[r, s]), (i, 1, m)) / m, by=mean_of_gradients),
    where=(scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean),
    title="The gradient of the mean is the mean of the gradients",
)

# ---- one example: no 1/m anywhere

loss_in_the_scores = -Sum(Y[k, i] * (Z[k, i] - log(total)), (k, 1, K))


def loss_by_the_scores(of: Expr) -> Expr:
    """The derivative of one example's loss by the derivatives of its scores."""
    inside = Sum(exp(Z[j, i]) * Derivative(Z[j, i], of), (j, 1, K)) / total
    return -Sum(Y[k, i] * (Derivative(Z[k, i], of) - inside), (k, 1, K))


loss_by_logarithms = Rule(
    "definition of the loss, and logarithm of softmax",
    "{eq}`log_of_softmax`, for this example",
    rewrite=in_turn(opening("ells", "P"), log_products, log_powers),
)

weights_of_one_example = calc(
    Derivative(ells[i], W[r, s]),
    eq(Derivative(loss_in_the_scores, W[r, s]), by=loss_by_logarithms, opens=("P", "ells")),
    eq(loss_by_the_scores(W[r, s]), by=derivatives_of_logarithms, opens=()),
    eq(
        (exp(Z[r, i]) / total * Sum(Y[k, i], (k, 1, K)) - Y[r, i]) * X[s, i],
        by=Rule(
            "derivative of a linear function, and sifting",
            "the weight stands in one score, times a feature",
            rewrite=in_turn(differentiating_only("Z"), sifting_sums),
        ),
        opens=("Z",),
    ),
    eq(
        (P[r, i] * Sum(Y[k, i], (k, 1, K)) - Y[r, i]) * X[s, i],
        by=by_definition(softmax_of_scores, lower=True),
        opens=("P",),
    ),
    eq((P[r, i] - Y[r, i]) * X[s, i], by=all_targets),
    eq(dZ[r, i] * X[s, i], by=by_definition(deferred_dz, lower=True)),
    where=(scores, softmax_of_scores, loss_of_an_example, deferred_dz),
    title="One example: the weights",
)

bias_of_one_example = calc(
    Derivative(ells[i], bias[r]),
    eq(Derivative(loss_in_the_scores, bias[r]), by=loss_by_logarithms, opens=("P", "ells")),
    eq(loss_by_the_scores(bias[r]), by=derivatives_of_logarithms, opens=()),
    eq(
        exp(Z[r, i]) / total * Sum(Y[k, i], (k, 1, K)) - Y[r, i],
        by=Rule(
            "derivative of a linear function, and sifting",
            "the bias stands in one score, alone",
            rewrite=in_turn(differentiating_only("Z"), sifting_sums),
        ),
        opens=("Z",),
    ),
    eq(
        P[r, i] * Sum(Y[k, i], (k, 1, K)) - Y[r, i],
        by=by_definition(softmax_of_scores, lower=True),
        opens=("P",),
    ),
    eq(P[r, i] - Y[r, i], by=all_targets),
    eq(dZ[r, i], by=by_definition(deferred_dz, lower=True)),
    where=(scores_with_bias, softmax_of_scores, loss_of_an_example, deferred_dz),
    title="One example: the bias",
    equivalents={
        "line 2: doubled factor: exp(Z[j, i])*Derivative(Z[j, i], b_vector[r]) → "
        "-Sum((Derivative(Z[k, i], b_vector[r]) - Sum(exp(Z[j, i])*Derivative(Z[j, i], b_vector[r])**2, (j, 1, K))"
        "/Sum(exp(Z[j, i]), (j, 1, K)))*Y[k, i], (k, 1, K))": (
            "A bias moves its own score one for one and no other: the derivative is 1 or 0, its own square."
        )
    },
)

# ---- the batch, deferred: 1/m stands at dW and db

one_example_each = Rule(
    "gradient of one example",
    "for every $i$, {eq}`weights_of_one_example`",
    needs=(targets_sum_to_one,),
    rewrite=quoting(weights_of_one_example),
)
one_example_each_bias = Rule(
    "gradient of one example",
    "for every $i$, {eq}`bias_of_one_example`",
    needs=(targets_sum_to_one,),
    rewrite=quoting(bias_of_one_example),
)

deferred_weights = calc(
    Derivative(J, W[r, s]),
    eq(Sum(Derivative(ells[i], W[r, s]), (i, 1, m)) / m, by=mean_of_gradients),
    eq(Sum(dZ[r, i] * X[s, i], (i, 1, m)) / m, by=one_example_each),
    eq(Entry(MatMul(1 / m, matrix(dZ), matrix(X).T, evaluate=False), r, s), by=matrix_product),
    where=(scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz),
    title="Deferred: the factor waits for dW",
    source=Source("question on the extra 1/m", "L6, L31"),
)

deferred_bias = calc(
    Derivative(J, bias[r]),
    eq(Sum(Derivative(ells[i], bias[r]), (i, 1, m)) / m, by=mean_of_gradients),
    eq(Sum(dZ[r, i], (i, 1, m)) / m, by=one_example_each_bias),
    eq(Entry(MatMul(1 / m, matrix(dZ), OneMatrix(m, 1), evaluate=False), r, 1), by=matrix_product),
    where=(scores_with_bias, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz),
    title="Deferred: the factor waits for db",
    source=Source("question on the extra 1/m", "L6, L31"),
)

# ---- the batch, absorbed: 1/m stands in dZ

factor_into_the_sum = Rule(
    "a constant factor goes into the sum", linearity_backwards.says, rewrite=factors_out_of_sums, lower=True
)

absorbed_weights = calc(
    Derivative(J, W[r, s]),
    eq(
        Sum(dZ[r, i] * X[s, i], (i, 1, m)) / m,
        by=Rule("deferred", "the chain above", needs=(targets_sum_to_one,), rewrite=quoting(deferred_weights, -2)),
    ),
    eq(Sum((P[r, i] - Y[r, i]) * X[s, i], (i, 1, m)) / m, by=by_definition(deferred_dz)),
    eq(Sum((P[r, i] - Y[r, i]) / m * X[s, i], (i, 1, m)), by=factor_into_the_sum),
    eq(Sum(dZ_bar[r, i] * X[s, i], (i, 1, m)), by=by_definition(absorbed_dz, lower=True)),
    eq(Entry(MatMul(matrix(dZ_bar), matrix(X).T, evaluate=False), r, s), by=matrix_product),
    where=(scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz, absorbed_dz),
    title="Absorbed: dZ carries the factor, dW adds up",
    source=Source("question on the extra 1/m", "L33"),
)

absorbed_bias = calc(
    Derivative(J, bias[r]),
    eq(
        Sum(dZ[r, i], (i, 1, m)) / m,
        by=Rule("deferred", "the chain above", needs=(targets_sum_to_one,), rewrite=quoting(deferred_bias, -2)),
    ),
    eq(Sum(P[r, i] - Y[r, i], (i, 1, m)) / m, by=by_definition(deferred_dz)),
    eq(Sum((P[r, i] - Y[r, i]) / m, (i, 1, m)), by=factor_into_the_sum),
    eq(Sum(dZ_bar[r, i], (i, 1, m)), by=by_definition(absorbed_dz, lower=True)),
    eq(Entry(MatMul(matrix(dZ_bar), OneMatrix(m, 1), evaluate=False), r, 1), by=matrix_product),
    where=(scores_with_bias, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz, absorbed_dz),
    title="Absorbed: dZ carries the factor, db adds up",
    source=Source("question on the extra 1/m", "L33"),
)

absorbed_is_the_slope = calc(
    Derivative(J, Z[r, i2]),
    eq(
        (P[r, i2] - Y[r, i2]) / m,
        by=Rule(
            "gradient in the scores",
            "{eq}`slope_in_the_scores`, before the error is named",
            needs=(targets_sum_to_one,),
            rewrite=quoting(slope_in_the_scores, 4),
        ),
    ),
    eq(dZ_bar[r, i2], by=by_definition(absorbed_dz, lower=True)),
    where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean, absorbed_dz),
    title="The absorbed dZ is the derivative of the cost",
)
