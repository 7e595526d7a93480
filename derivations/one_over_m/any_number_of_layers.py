"""A factor at the top of a network of any depth reaches every weight and every bias below.

Notation: L layers of H units each, where a narrower layer is one whose missing units have zero weights;
examples in columns. `dZl` is the course's dZ of layer l, without the 1/m; a bar says that backpropagation
started from a multiple, mostly 1/m times as much.
Source: the question on the extra 1/m (S1), lines 31–33, where no proof is given.
"""

from __future__ import annotations

from sympy import Derivative, Eq, MatMul, Max, Min, Ne, OneMatrix, Piecewise, S, Sum, exp, tanh

from derivations.calculus import Definition, Entry, Given, Induction, Rule, Source, calc, eq
from derivations.notation import (
    A1,
    Z1,
    Gl,
    H,
    Wl,
    X,
    below,
    dZ1,
    dZ2,
    dZl,
    dZl_bar,
    i,
    inputs,
    k,
    layer,
    layers,
    m,
    matrix,
    s,
    threshold,
    top,
    u,
    unit,
    unit2,
)
from derivations.one_over_m.layer_after_layer import QUESTION
from derivations.rules import (
    by_definition,
    differentiating,
    linearity_of_the_sum,
    matrix_product,
    over_one_denominator,
    piece_by_piece,
    positive_factors_out,
)

# ---- by induction from the top

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

# ---- a bias is a weight, too

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
