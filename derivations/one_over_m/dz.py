"""The course's dZ is not ∂J/∂Z: it is m times that, and its column i is the derivative of one example's loss.

Notation: Z, P, Y and `dZ` are K×m; `dX` is `dZ` one layer down, D×m; with logistic output there is one
score, one probability a and one target y for each example.
Source: notes of a deep-learning course (S4), line 419, which call ŷ − y the derivative of J;
the question on the extra 1/m (S1), lines 6 and 12.
"""

from __future__ import annotations

from sympy import Derivative, KroneckerDelta, MatMul, Sum, exp, log

from derivations.calculus import Definition, Entry, Rule, Source, calc, eq
from derivations.notation import (
    D,
    J,
    K,
    P,
    W,
    X,
    Y,
    Z,
    a_logistic,
    d,
    dP,
    dX,
    dZ,
    dz_logistic,
    ells,
    i,
    i2,
    k,
    m,
    matrix,
    r,
    s,
    y_logistic,
    z_logistic,
)
from derivations.one_over_m.deferred_or_absorbed import (
    cost_as_a_mean,
    deferred_dz,
    loss_by_logarithms,
    loss_in_the_scores,
    loss_of_an_example,
    mean_of_gradients,
)
from derivations.quality.template_matching import all_targets, scores, softmax_of_scores, targets_sum_to_one, total
from derivations.rules import (
    by_definition,
    cancelled,
    chain_rule,
    differentiating,
    differentiating_only,
    in_turn,
    over_one_denominator,
    own_entry,
    product_over_classes,
    quoting,
    sifting_property,
    sifting_sums,
)

dz_below = Definition(dX[d, i], Sum(W[k, d] * dZ[k, i], (k, 1, K)), "dZ one layer down")
dz_above = Definition(dP[k, i], -Y[k, i] / P[k, i], "the derivative by the probability")

# ---- softmax output

dz_of_one_example = calc(
    Derivative(ells[i], Z[r, i2]),
    eq(Derivative(loss_in_the_scores, Z[r, i2]), by=loss_by_logarithms, opens=("P", "ells")),
    eq(
        (exp(Z[r, i]) / total * Sum(Y[k, i], (k, 1, K)) - Y[r, i]) * KroneckerDelta(i, i2),
        by=Rule(
            "derivative of a logarithm, and sifting",
            "a score moves the loss of its own example, and of no other",
            rewrite=in_turn(differentiating(), sifting_sums),
        ),
        opens=(),
    ),
    eq(
        (P[r, i] * Sum(Y[k, i], (k, 1, K)) - Y[r, i]) * KroneckerDelta(i, i2),
        by=by_definition(softmax_of_scores, lower=True),
        opens=("P",),
    ),
    eq((P[r, i] - Y[r, i]) * KroneckerDelta(i, i2), by=all_targets),
    eq(dZ[r, i] * KroneckerDelta(i, i2), by=by_definition(deferred_dz, lower=True)),
    where=(softmax_of_scores, loss_of_an_example, deferred_dz),
    domain={i2: (1, m)},
    title="Column i of dZ is the derivative of the loss of example i",
)

cost_in_the_scores = calc(
    Derivative(J, Z[r, i2]),
    eq(Sum(Derivative(ells[i], Z[r, i2]), (i, 1, m)) / m, by=mean_of_gradients),
    eq(
        Sum(dZ[r, i] * KroneckerDelta(i, i2), (i, 1, m)) / m,
        by=Rule(
            "the chain above",
            "for every $i$, {eq}`dz_of_one_example`",
            needs=(targets_sum_to_one,),
            rewrite=quoting(dz_of_one_example),
        ),
    ),
    eq(dZ[r, i2] / m, by=sifting_property),
    where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz),
    title="The derivative of the cost by a score is dZ over m",
)

dz_is_m_times_the_slope = calc(
    dZ[r, i2],
    eq(
        m * Derivative(J, Z[r, i2]),
        by=Rule(
            "the chain above, times m",
            "{eq}`cost_in_the_scores`",
            needs=(targets_sum_to_one,),
            rewrite=quoting(cost_in_the_scores),
            lower=True,
        ),
    ),
    where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz),
    title="dZ is m times the derivative of the cost",
    source=Source("notes of a deep-learning course", "L419"),
)

# ---- below and above dZ

cost_in_the_inputs = calc(
    Derivative(J, X[s, i2]),
    eq(
        Sum(Sum(Derivative(J, Z[k, i]) * Derivative(Z[k, i], X[s, i2]), (k, 1, K)), (i, 1, m)),
        by=Rule("chain rule", "an input reaches the cost through the scores alone", rewrite=chain_rule(Z[k, i])),
    ),
    eq(
        Sum(Sum(dZ[k, i] / m * Derivative(Z[k, i], X[s, i2]), (k, 1, K)), (i, 1, m)),
        by=Rule(
            "the derivative by a score",
            "{eq}`cost_in_the_scores`",
            needs=(targets_sum_to_one,),
            rewrite=quoting(cost_in_the_scores),
        ),
    ),
    eq(
        Sum(W[k, s] * dZ[k, i2], (k, 1, K)) / m,
        by=Rule(
            "derivative of a linear function, and sifting",
            "an input of example $i'$ stands in the $K$ scores of that example, each time with a weight",
            rewrite=in_turn(differentiating_only("Z"), sifting_sums),
        ),
        opens=("Z",),
    ),
    eq(dX[s, i2] / m, by=by_definition(dz_below, lower=True)),
    where=(scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz, dz_below),
    title="One layer down: the same m",
)

dz_below_as_a_product = calc(
    dX[s, i],
    eq(Sum(W[k, s] * dZ[k, i], (k, 1, K)), by=by_definition(dz_below)),
    eq(Entry(MatMul(matrix(W).T, matrix(dZ), evaluate=False), s, i), by=product_over_classes),
    where=(dz_below,),
    domain={i: (1, m), s: (1, D)},
    title="One layer down is a matrix product",
)

cost_in_the_probabilities = calc(
    Derivative(J, P[r, i2]),
    eq(Sum(Derivative(ells[i], P[r, i2]), (i, 1, m)) / m, by=mean_of_gradients),
    eq(
        -Y[r, i2] / P[r, i2] / m,
        by=Rule(
            "derivative of a logarithm",
            "only the loss of example $i'$ holds this probability, in one term",
            rewrite=in_turn(differentiating("ells"), sifting_sums),
        ),
    ),
    eq(dP[r, i2] / m, by=by_definition(dz_above, lower=True)),
    where=(loss_of_an_example, cost_as_a_mean, dz_above),
    title="Above: the same m",
)

# ---- logistic output

sigmoid = Definition(a_logistic[i], 1 / (1 + exp(-z_logistic[i])), "the sigmoid")
binary_loss = Definition(
    ells[i],
    -y_logistic[i] * log(a_logistic[i]) - (1 - y_logistic[i]) * log(1 - a_logistic[i]),
    "the binary cross-entropy of one example",
)
logistic_dz = Definition(dz_logistic[i], a_logistic[i] - y_logistic[i], "the course's dz")

slope_of_the_logistic = calc(
    Derivative(a_logistic[i], z_logistic[i]),
    eq(
        exp(-z_logistic[i]) / (1 + exp(-z_logistic[i])) ** 2,
        by=Rule(
            "derivative of a reciprocal",
            "minus the derivative of what stands below, over its square",
            rewrite=differentiating("a_logistic"),
        ),
    ),
    eq(
        1 / (1 + exp(-z_logistic[i])) * (1 - 1 / (1 + exp(-z_logistic[i]))),
        by=Rule(
            "over one denominator",
            "the second factor is what the first lacks to 1",
            rewrite=over_one_denominator,
            lower=True,
        ),
    ),
    eq(a_logistic[i] * (1 - a_logistic[i]), by=by_definition(sigmoid, lower=True)),
    where=(sigmoid,),
    title="The slope of the sigmoid",
)

logistic_gradient = calc(
    Derivative(ells[i], z_logistic[i]),
    eq(
        ((1 - y_logistic[i]) / (1 - a_logistic[i]) - y_logistic[i] / a_logistic[i])
        * Derivative(a_logistic[i], z_logistic[i]),
        by=Rule(
            "chain rule",
            "the loss in the probability, the probability in the score",
            rewrite=differentiating("ells"),
        ),
    ),
    eq(
        ((1 - y_logistic[i]) / (1 - a_logistic[i]) - y_logistic[i] / a_logistic[i])
        * a_logistic[i]
        * (1 - a_logistic[i]),
        by=Rule("slope of the sigmoid", "{eq}`slope_of_the_logistic`", rewrite=quoting(slope_of_the_logistic)),
    ),
    eq(
        a_logistic[i] - y_logistic[i],
        by=Rule("algebra", "over one denominator, which then cancels", rewrite=cancelled),
    ),
    eq(dz_logistic[i], by=by_definition(logistic_dz, lower=True)),
    where=(sigmoid, binary_loss, logistic_dz),
    title="Logistic output: prediction minus target, for one example",
)

logistic_cost_in_the_scores = calc(
    Derivative(J, z_logistic[i2]),
    eq(Sum(Derivative(ells[i], z_logistic[i2]), (i, 1, m)) / m, by=mean_of_gradients),
    eq(
        Sum(Derivative(ells[i], z_logistic[i]) * KroneckerDelta(i, i2), (i, 1, m)) / m,
        by=Rule(
            "a score moves the loss of its own example",
            "no other score stands in the loss of an example",
            rewrite=own_entry,
        ),
    ),
    eq(
        Sum(dz_logistic[i] * KroneckerDelta(i, i2), (i, 1, m)) / m,
        by=Rule(
            "gradient of one example", "for every $i$, {eq}`logistic_gradient`", rewrite=quoting(logistic_gradient)
        ),
    ),
    eq(dz_logistic[i2] / m, by=sifting_property),
    where=(sigmoid, binary_loss, cost_as_a_mean, logistic_dz),
    domain={i2: (1, m)},
    title="Logistic output: the derivative of the cost is dz over m",
)
