"""Why the factor can wait, layer after layer: backpropagation is linear in dZ.

Notation: two layers with D inputs, H hidden units and K classes, examples in columns; then L layers of H units
each, where a narrower layer is one whose missing units have zero weights. `dZ2`, `dZ1`, `dZl` are the course's,
without the 1/m; a bar says that backpropagation started from a multiple, mostly 1/m times as much.
Source: the question on the extra 1/m (S1), lines 31–33, where no proof is given.
"""

from __future__ import annotations

from sympy import Derivative, Eq, HadamardProduct, MatMul, Max, Min, Ne, OneMatrix, Piecewise, S, Sum, exp, log, tanh

from derivations.calculus import Definition, Entry, Given, Induction, Rule, Source, calc, eq
from derivations.notation import (
    A1,
    G1,
    T1,
    W1,
    W2,
    Z1,
    Z2,
    D,
    Gl,
    H,
    J,
    K,
    P,
    Wl,
    X,
    Y,
    below,
    d,
    dZ1,
    dZ1_bar,
    dZ2,
    dZ2_bar,
    dZl,
    dZl_bar,
    i,
    i2,
    inputs,
    j,
    k,
    layer,
    layers,
    m,
    matrix,
    r,
    s,
    threshold,
    top,
    u,
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
    over_one_denominator,
    piece_by_piece,
    positive_factors_out,
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

always_one = Given(Eq(X[s, i], 1), each=((i, m),), fix=X[s, i], words="the feature is 1 in every example")
_ONE = "The feature is 1 in every example, and so are its square and its reciprocal."
hidden_bias = calc(
    Sum(dZ1[unit, i] * X[s, i], (i, 1, m)) / m,
    eq(
        Sum(dZ1[unit, i], (i, 1, m)) / m,
        by=Rule("the feature is always 1", always_one.says, needs=(always_one,)),
    ),
    eq(Entry(MatMul(1 / m, matrix(dZ1), OneMatrix(m, 1), evaluate=False), unit, 1), by=matrix_product),
    title="A bias is the weight of a feature that is always 1",
    equivalents={
        "line 0: lost factor: X[s, i]*dZ1[unit, i] → Sum(dZ1[unit, i], (i, 1, m))/m": _ONE,
        "line 0: doubled factor: X[s, i]*dZ1[unit, i] → Sum(X[s, i]**2*dZ1[unit, i], (i, 1, m))/m": _ONE,
        "line 0: inverted factor: X[s, i]*dZ1[unit, i] → Sum(dZ1[unit, i]/X[s, i], (i, 1, m))/m": _ONE,
    },
)

one_layer_down = calc(
    dZ1[unit, i],
    eq(Sum(W2[k, unit] * dZ2[k, i], (k, 1, K)) * G1[unit, i], by=by_definition(dz_of_the_hidden)),
    eq(
        Entry(HadamardProduct(MatMul(matrix(W2).T, matrix(dZ2), evaluate=False), matrix(G1)), unit, i),
        by=matrix_product,
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

# ---- the slopes of three activations

sigmoid_activation = Definition(A1[unit, i], 1 / (1 + exp(-Z1[unit, i])), "the sigmoid")
tanh_activation = Definition(A1[unit, i], tanh(Z1[unit, i]), "the hyperbolic tangent")
relu_activation = Definition(A1[unit, i], Piecewise((Z1[unit, i], Z1[unit, i] > 0), (S.Zero, True)), "ReLU")

slope_of_the_sigmoid = calc(
    Derivative(A1[unit, i], Z1[unit, i]),
    eq(
        exp(-Z1[unit, i]) / (1 + exp(-Z1[unit, i])) ** 2,
        by=Rule("derivative of a reciprocal", "minus the derivative, over the square", rewrite=differentiating("A1")),
    ),
    eq(
        1 / (1 + exp(-Z1[unit, i])) * (1 - 1 / (1 + exp(-Z1[unit, i]))),
        by=Rule(
            "over one denominator",
            "the second factor is what the first lacks to 1",
            rewrite=over_one_denominator,
            lower=True,
        ),
    ),
    eq(A1[unit, i] * (1 - A1[unit, i]), by=by_definition(sigmoid_activation, lower=True)),
    where=(sigmoid_activation,),
    title="The slope of the sigmoid, from its own value",
)

slope_of_tanh = calc(
    Derivative(A1[unit, i], Z1[unit, i]),
    eq(
        1 - tanh(Z1[unit, i]) ** 2,
        by=Rule("derivative of the hyperbolic tangent", "one minus its square", rewrite=differentiating("A1")),
    ),
    eq(1 - A1[unit, i] ** 2, by=by_definition(tanh_activation, lower=True)),
    where=(tanh_activation,),
    title="The slope of tanh, from its own value",
)

not_at_the_kink = Given(Ne(Z1[unit, i], 0), words="the score is not at the kink")
slope_of_relu = calc(
    Derivative(A1[unit, i], Z1[unit, i]),
    eq(
        Piecewise((S.One, Z1[unit, i] > 0), (S.Zero, True)),
        by=Rule(
            "derivative piece by piece",
            "off the kink the same piece holds all around the score",
            needs=(not_at_the_kink,),
            rewrite=piece_by_piece("A1"),
        ),
    ),
    where=(relu_activation,),
    title="The slope of ReLU, off the kink",
)

# ---- L layers, by induction from the top

dz_of_a_layer = Definition(
    dZl[layer, unit, i],
    Piecewise(
        (top[unit, i], Eq(layer, layers)),
        (Sum(Wl[layer + 1, unit2, unit] * dZl[layer + 1, unit2, i], (unit2, 1, H)) * Gl[layer, unit, i], True),
    ),
    "dZ of a layer",
    piecewise_recursive=True,
)
multiplied_dz_of_a_layer = Definition(
    dZl_bar[layer, unit, i],
    Piecewise(
        (u * top[unit, i], Eq(layer, layers)),
        (Sum(Wl[layer + 1, unit2, unit] * dZl_bar[layer + 1, unit2, i], (unit2, 1, H)) * Gl[layer, unit, i], True),
    ),
    "dZ of a layer, when the top is multiplied",
    piecewise_recursive=True,
)
backward = (dz_of_a_layer, multiplied_dz_of_a_layer)

here, above = layers - below, layers - below + 1
dz_at_the_top = Given(Eq(dZl[layers, unit, i], top[unit, i]))
multiplied_dz_at_the_top = Given(Eq(dZl_bar[layers, unit, i], u * top[unit, i]))
dz_one_layer_down = Given(
    Eq(dZl[here, unit, i], Sum(Wl[above, unit2, unit] * dZl[above, unit2, i], (unit2, 1, H)) * Gl[here, unit, i])
)
multiplied_dz_one_layer_down = Given(
    Eq(
        dZl_bar[here, unit, i],
        Sum(Wl[above, unit2, unit] * dZl_bar[above, unit2, i], (unit2, 1, H)) * Gl[here, unit, i],
    )
)
one_layer_higher = Given(
    Eq(dZl_bar[above, unit, i], u * dZl[above, unit, i]), each=((unit, H),), words="the claim for the layer above"
)

factor_reaches_every_layer = Induction(
    claim=Eq(dZl_bar[here, unit, i], u * dZl[here, unit, i]),
    on=below,
    first=0,
    base=calc(
        dZl_bar[layers, unit, i],
        eq(
            u * top[unit, i],
            by=Rule("the start", "the top is multiplied", needs=(multiplied_dz_at_the_top,)),
        ),
        eq(
            u * dZl[layers, unit, i],
            by=Rule("the start", "the other starts from the top itself", needs=(dz_at_the_top,), lower=True),
        ),
        where=backward,
    ),
    step=calc(
        dZl_bar[here, unit, i],
        eq(
            Sum(Wl[above, unit2, unit] * dZl_bar[above, unit2, i], (unit2, 1, H)) * Gl[here, unit, i],
            by=Rule("one layer down", "weights transposed, then the slope", needs=(multiplied_dz_one_layer_down,)),
        ),
        eq(
            Sum(Wl[above, unit2, unit] * (u * dZl[above, unit2, i]), (unit2, 1, H)) * Gl[here, unit, i],
            by=Rule("induction hypothesis", one_layer_higher.words, needs=(one_layer_higher,)),
        ),
        eq(
            u * (Sum(Wl[above, unit2, unit] * dZl[above, unit2, i], (unit2, 1, H)) * Gl[here, unit, i]),
            by=linearity_of_the_sum,
        ),
        eq(
            u * dZl[here, unit, i],
            by=Rule("one layer down", "weights transposed, then the slope", needs=(dz_one_layer_down,), lower=True),
        ),
        where=backward,
    ),
    title="A factor at the top multiplies dZ of every layer below",
    source=Source(QUESTION, "L33"),
)

factor_in_every_layer = Given(
    Eq(dZl_bar[layer, unit, i], u * dZl[layer, unit, i]),
    each=((i, m),),
    words="the induction above",
)
one_over_m_at_the_top = Given(Eq(u, 1 / m), fix=u, words="the factor is 1/m")
by_the_induction = Rule("the induction above", factor_in_every_layer.says, needs=(factor_in_every_layer,))
with_one_over_m = Rule("the factor is $1/m$", one_over_m_at_the_top.says, needs=(one_over_m_at_the_top,))

every_weight = calc(
    Sum(dZl_bar[layer, unit, i] * inputs[layer, unit2, i], (i, 1, m)),
    eq(Sum(u * dZl[layer, unit, i] * inputs[layer, unit2, i], (i, 1, m)), by=by_the_induction),
    eq(u * Sum(dZl[layer, unit, i] * inputs[layer, unit2, i], (i, 1, m)), by=linearity_of_the_sum),
    eq(Sum(dZl[layer, unit, i] * inputs[layer, unit2, i], (i, 1, m)) / m, by=with_one_over_m),
    where=backward,
    title="Every dW: the sum of what carries the factor is the mean of what does not",
    source=Source(QUESTION, "L33"),
)

every_bias = calc(
    Sum(dZl_bar[layer, unit, i], (i, 1, m)),
    eq(Sum(u * dZl[layer, unit, i], (i, 1, m)), by=by_the_induction),
    eq(u * Sum(dZl[layer, unit, i], (i, 1, m)), by=linearity_of_the_sum),
    eq(Sum(dZl[layer, unit, i], (i, 1, m)) / m, by=with_one_over_m),
    where=backward,
    title="Every db: the same",
    source=Source(QUESTION, "L33"),
)

# ---- where it breaks: something that is not linear in dZ

threshold_goes_along = calc(
    Max(-threshold / m, Min(threshold / m, dZ2[k, i] / m)),
    eq(
        Max(-threshold, Min(threshold, dZ2[k, i])) / m,
        by=Rule(
            "a positive factor comes out",
            "the larger of two numbers stays the larger when both are divided by $m$",
            rewrite=positive_factors_out,
        ),
    ),
    title="Clipping with a threshold that is divided too",
)
