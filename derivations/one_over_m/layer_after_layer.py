"""Why the factor can wait: backpropagation is linear in dZ, shown in two layers with any activation.

Notation: D inputs, H hidden units and K classes, examples in columns. `dZ2` and `dZ1` are the course's,
without the 1/m; a bar says that backpropagation started from 1/m times as much.
Source: the question on the extra 1/m (S1), lines 31–33, where no proof is given.
"""

from __future__ import annotations

from sympy import Derivative, Eq, HadamardProduct, MatMul, Sum, exp, log

from derivations.calculus import Definition, Entry, Given, Rule, Source, calc, eq
from derivations.notation import (
    A1,
    G1,
    T1,
    W1,
    W2,
    Z1,
    Z2,
    D,
    H,
    J,
    K,
    P,
    X,
    Y,
    d,
    dZ1,
    dZ1_bar,
    dZ2,
    dZ2_bar,
    i,
    i2,
    j,
    k,
    m,
    matrix,
    r,
    s,
    unit,
    unit2,
)
from derivations.quality.template_matching import (
    all_targets,
    batch_cost,
    logarithms_of_softmax,
    targets_sum_to_one,
)
from derivations.rules import (
    adding_first,
    by_definition,
    chain_rule,
    differentiating,
    differentiating_only,
    factors_out_of_sums,
    in_turn,
    linearity_of_the_sum,
    matrix_product,
    opening,
    product_over_classes,
    quoting,
    sifting_sums,
)

QUESTION = "question on the extra 1/m"

# ---- two layers, for every K, H, D and m

hidden_scores = Definition(Z1[unit, i], Sum(W1[unit, d] * X[d, i], (d, 1, D)), "the hidden scores")
tangent_of_the_activation = Definition(
    A1[unit, i], T1[unit, i] + G1[unit, i] * Z1[unit, i], "the activation, by its tangent"
)
output_scores = Definition(Z2[k, i], Sum(W2[k, unit] * A1[unit, i], (unit, 1, H)), "the scores of the output layer")
output_probabilities = Definition(
    P[k, i], exp(Z2[k, i]) / Sum(exp(Z2[j, i]), (j, 1, K)), "softmax, of the output layer"
)
network = (hidden_scores, tangent_of_the_activation, output_scores, output_probabilities, batch_cost)

dz_of_the_output = Definition(dZ2[k, i], P[k, i] - Y[k, i], "dZ of the output layer")
dz_of_the_hidden = Definition(
    dZ1[unit, i], Sum(W2[k, unit] * dZ2[k, i], (k, 1, K)) * G1[unit, i], "dZ of the hidden layer"
)
absorbed_dz_of_the_output = Definition(dZ2_bar[k, i], (P[k, i] - Y[k, i]) / m, "dZ of the output layer, with the 1/m")
absorbed_dz_of_the_hidden = Definition(
    dZ1_bar[unit, i], Sum(W2[k, unit] * dZ2_bar[k, i], (k, 1, K)) * G1[unit, i], "dZ of the hidden layer, with the 1/m"
)

constants_out = Rule(
    linearity_of_the_sum.name,
    "what holds no index of a sum stands before it",
    rewrite=in_turn(adding_first(k), factors_out_of_sums),
)
by_both_definitions = Rule(
    "definition of dZ, of both layers",
    "the errors, through the weights, times the slope",
    rewrite=opening("dZ1", "dZ2"),
    lower=True,
)
total = Sum(exp(Z2[j, i]), (j, 1, K))
cost_in_the_output_scores = -Sum(Sum(Y[k, i] * (Z2[k, i] - log(total)), (k, 1, K)), (i, 1, m)) / m

slope_in_the_output_scores = calc(
    Derivative(J, Z2[r, i2]),
    eq(Derivative(cost_in_the_output_scores, Z2[r, i2]), by=logarithms_of_softmax, opens=("J", "P")),
    eq(
        (exp(Z2[r, i2]) / total.xreplace({i: i2}) * Sum(Y[k, i2], (k, 1, K)) - Y[r, i2]) / m,
        by=Rule(
            "derivative of a logarithm, and sifting",
            "a score moves the loss of its own example, and that is one of m",
            rewrite=in_turn(differentiating(), sifting_sums),
        ),
        opens=(),
    ),
    eq(
        (P[r, i2] * Sum(Y[k, i2], (k, 1, K)) - Y[r, i2]) / m,
        by=by_definition(output_probabilities, lower=True),
        opens=("P",),
    ),
    eq((P[r, i2] - Y[r, i2]) / m, by=all_targets),
    eq(dZ2[r, i2] / m, by=by_definition(dz_of_the_output, lower=True)),
    where=(output_probabilities, batch_cost, dz_of_the_output),
    title="Two layers: the cost in the scores of the output layer",
)

through_the_output_scores = Rule(
    "chain rule", "a weight reaches the cost through the output scores alone", rewrite=chain_rule(Z2[k, i])
)
gradient_in_the_output_scores = Rule(
    "gradient in the scores",
    "{eq}`slope_in_the_output_scores`, for each score of each example",
    needs=(targets_sum_to_one,),
    rewrite=quoting(slope_in_the_output_scores),
)

output_weights = calc(
    Derivative(J, W2[r, unit]),
    eq(
        Sum(Sum(Derivative(J, Z2[k, i]) * Derivative(Z2[k, i], W2[r, unit]), (k, 1, K)), (i, 1, m)),
        by=through_the_output_scores,
        opens=("J", "P", "Z2"),
    ),
    eq(
        Sum(Sum(dZ2[k, i] / m * Derivative(Z2[k, i], W2[r, unit]), (k, 1, K)), (i, 1, m)),
        by=gradient_in_the_output_scores,
        opens=("J", "P", "dZ2"),
    ),
    eq(
        Sum(dZ2[r, i] * A1[unit, i], (i, 1, m)) / m,
        by=Rule(
            "derivative of a linear function, and sifting",
            "the weight stands in one score, times an activation",
            rewrite=in_turn(differentiating_only("Z2"), sifting_sums),
        ),
        opens=("Z2",),
    ),
    eq(Entry(MatMul(1 / m, matrix(dZ2), matrix(A1).T, evaluate=False), r, unit), by=matrix_product),
    where=(output_scores, output_probabilities, batch_cost, dz_of_the_output),
    title="Two layers: the weights of the output layer",
)

slope_of_a_score = calc(
    Derivative(Z2[k, i], W1[unit, s]),
    eq(
        Sum(W2[k, unit2] * Derivative(A1[unit2, i], W1[unit, s]), (unit2, 1, H)),
        by=Rule(
            "a score is linear in the activations",
            "each hidden unit counts with its weight",
            rewrite=differentiating("Z2"),
        ),
    ),
    eq(
        W2[k, unit] * G1[unit, i] * X[s, i],
        by=Rule(
            "chain rule, and sifting",
            "the weight stands in the score of its own unit alone, times a feature",
            rewrite=in_turn(differentiating("A1", "Z1"), sifting_sums),
        ),
    ),
    where=(hidden_scores, tangent_of_the_activation, output_scores),
    title="Two layers: how a hidden weight moves a score",
)

hidden_weights = calc(
    Derivative(J, W1[unit, s]),
    eq(
        Sum(Sum(Derivative(J, Z2[k, i]) * Derivative(Z2[k, i], W1[unit, s]), (k, 1, K)), (i, 1, m)),
        by=through_the_output_scores,
        opens=("A1", "J", "P", "Z1", "Z2"),
    ),
    eq(
        Sum(Sum(dZ2[k, i] / m * Derivative(Z2[k, i], W1[unit, s]), (k, 1, K)), (i, 1, m)),
        by=gradient_in_the_output_scores,
        opens=("J", "P", "dZ2"),
    ),
    eq(
        Sum(Sum(dZ2[k, i] / m * W2[k, unit] * G1[unit, i] * X[s, i], (k, 1, K)), (i, 1, m)),
        by=Rule(
            "how a weight moves a score", "for every score, {eq}`slope_of_a_score`", rewrite=quoting(slope_of_a_score)
        ),
        opens=("A1", "Z1", "Z2"),
    ),
    eq(
        Sum(Sum(W2[k, unit] * dZ2[k, i], (k, 1, K)) * G1[unit, i] * X[s, i], (i, 1, m)) / m,
        by=constants_out,
        opens=(),
    ),
    eq(Sum(dZ1[unit, i] * X[s, i], (i, 1, m)) / m, by=by_definition(dz_of_the_hidden, lower=True), opens=("dZ1",)),
    eq(Entry(MatMul(1 / m, matrix(dZ1), matrix(X).T, evaluate=False), unit, s), by=matrix_product),
    where=(*network, dz_of_the_output, dz_of_the_hidden),
    title="Two layers: the weights of the hidden layer",
)

one_layer_down = calc(
    dZ1[unit, i],
    eq(Sum(W2[k, unit] * dZ2[k, i], (k, 1, K)) * G1[unit, i], by=by_definition(dz_of_the_hidden)),
    eq(
        Entry(HadamardProduct(MatMul(matrix(W2).T, matrix(dZ2), evaluate=False), matrix(G1)), unit, i),
        by=product_over_classes,
    ),
    where=(dz_of_the_hidden,),
    title="One layer down: the weights transposed, then the slope, entry by entry",
)

# ---- the same with the 1/m carried along

factor_one_layer_down = calc(
    dZ1_bar[unit, i],
    eq(Sum(W2[k, unit] * dZ2_bar[k, i], (k, 1, K)) * G1[unit, i], by=by_definition(absorbed_dz_of_the_hidden)),
    eq(
        Sum(W2[k, unit] * (P[k, i] - Y[k, i]) / m, (k, 1, K)) * G1[unit, i],
        by=by_definition(absorbed_dz_of_the_output),
    ),
    eq(Sum(W2[k, unit] * (P[k, i] - Y[k, i]), (k, 1, K)) * G1[unit, i] / m, by=constants_out),
    eq(
        dZ1[unit, i] / m,
        by=by_both_definitions,
    ),
    where=(dz_of_the_output, dz_of_the_hidden, absorbed_dz_of_the_output, absorbed_dz_of_the_hidden),
    title="A factor in dZ comes out one layer down",
)

factor_in_the_hidden_layer = Given(
    Eq(dZ1_bar[unit, i], dZ1[unit, i] / m), each=((i, m),), words="the chain above, for every example"
)
hidden_weights_absorbed = calc(
    Entry(MatMul(matrix(dZ1_bar), matrix(X).T, evaluate=False), unit, s),
    eq(
        Sum(dZ1_bar[unit, i] * X[s, i], (i, 1, m)),
        by=Rule("matrix product", matrix_product.says, rewrite=matrix_product.rewrite),
    ),
    eq(
        Sum(dZ1[unit, i] / m * X[s, i], (i, 1, m)),
        by=Rule(
            "the factor comes out one layer down",
            "for every example, {eq}`factor_one_layer_down`",
            needs=(factor_in_the_hidden_layer,),
        ),
    ),
    eq(Sum(dZ1[unit, i] * X[s, i], (i, 1, m)) / m, by=linearity_of_the_sum),
    eq(Entry(MatMul(1 / m, matrix(dZ1), matrix(X).T, evaluate=False), unit, s), by=matrix_product),
    where=(dz_of_the_output, dz_of_the_hidden, absorbed_dz_of_the_output, absorbed_dz_of_the_hidden),
    title="Absorbed at the top, deferred at the bottom: the same gradient",
    source=Source(QUESTION, "L33"),
)
