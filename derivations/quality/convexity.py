"""Cross-entropy is convex in the scores, and so in the weights: there are no bad local optima.

Notation: one example; `z[k]` the scores, `pi[k]` the probabilities, `v` a direction in the space of the
scores, `V` one in the space of the weights.
Source: standard; see S. Boyd and L. Vandenberghe, Convex Optimization, section 3.1.5 (log-sum-exp).
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, Rational, S, Sum, exp, log

from derivations.calculus import Definition, Given, Rule, calc, eq, ge
from derivations.notation import S_, D, K, V, W, d, ell, f, j, k, pi, q, r, s, shift, u, v, y, z
from derivations.quality.softmax import (
    probabilities_sum_to_one,
    softmax,
    softmax_jacobian,
    softmax_sums_to_one,
    sum_of_exponentials,
)
from derivations.quality.softmax_gradient import (
    all_probability,
    example_loss,
    gradient_of_cross_entropy,
    targets_sum_to_one_here,
)
from derivations.rules import (
    applying,
    differentiating,
    in_turn,
    leaving_out_squares,
    linear_sums,
    linearity_backwards,
    linearity_of_the_sum,
    log_tangent_at,
    quoting,
    sifting_sums,
    using,
)

given_targets = Rule("targets sum to one", targets_sum_to_one_here.says, needs=(targets_sum_to_one_here,))

hessian_of_cross_entropy = calc(
    Derivative(ell, z[r], z[s]),
    eq(
        Derivative(pi[r], z[s]),
        by=Rule(
            "gradient of cross-entropy",
            "the gradient is p − y, and the targets do not move with the scores",
            needs=(targets_sum_to_one_here,),
            rewrite=in_turn(quoting(gradient_of_cross_entropy), differentiating()),
        ),
    ),
    eq(
        pi[r] * (KroneckerDelta(r, s) - pi[s]),
        by=Rule("Jacobian of softmax", "diag p − p pᵀ", rewrite=quoting(softmax_jacobian)),
    ),
    where=(sum_of_exponentials, softmax, example_loss),
    title="The Hessian is diag p − p pᵀ, whatever the targets",
)

curvature_is_never_negative = calc(
    Sum(Sum(v[j] * (pi[j] * KroneckerDelta(j, k) - pi[j] * pi[k]) * v[k], (k, 1, K)), (j, 1, K)),
    eq(
        Sum(pi[k] * v[k] ** 2, (k, 1, K)) - Sum(pi[k] * v[k], (k, 1, K)) ** 2,
        by=Rule(
            "sifting, and a product of sums",
            "the double sum is the mean of the squares less the square of the mean",
            rewrite=in_turn(sifting_sums, linear_sums),
        ),
    ),
    eq(
        Sum(Sum(pi[j] * pi[k] * (v[j] - v[k]) ** 2, (k, 1, K)), (j, 1, K)) / 2,
        by=Rule(
            "variance as a sum over pairs",
            "half the mean squared difference of two draws, multiplied out",
            needs=(probabilities_sum_to_one,),
            rewrite=using(probabilities_sum_to_one),
            lower=True,
        ),
    ),
    ge(
        S.Zero,
        by=Rule("a sum of squares", "each term is a square times two probabilities", rewrite=leaving_out_squares),
        tight=Given(Eq(v[k], Rational(2, 3)), each=((k, K),), fix=v[k], words="all entries of v are equal"),
    ),
    title="The curvature is never negative",
)

curvature_of_a_shift = calc(
    Sum(pi[k] * shift**2, (k, 1, K)) - Sum(pi[k] * shift, (k, 1, K)) ** 2,
    eq(shift**2 * Sum(pi[k], (k, 1, K)) - (shift * Sum(pi[k], (k, 1, K))) ** 2, by=linearity_of_the_sum),
    eq(S.Zero, by=all_probability),
    title="Along a shift of all scores there is no curvature at all",
)

moved_scores = Definition(
    z[k], Sum((W[k, d] + u * V[k, d]) * f[d], (d, 1, D)), "the scores on a line through the weights"
)
direction_of_scores = Definition(v[k], Sum(V[k, d] * f[d], (d, 1, D)), "the direction in which the scores move")

curvature_in_the_weights = calc(
    Derivative(ell, u, u),
    eq(
        Sum(pi[k] * v[k] ** 2, (k, 1, K)) - Sum(pi[k] * v[k], (k, 1, K)) ** 2,
        by=Rule(
            "chain rule",
            "the scores are linear in the weights, so only the curvature in the scores is left",
            needs=(targets_sum_to_one_here,),
        ),
        opens=("S", "ell", "pi", "v", "z"),
    ),
    where=(sum_of_exponentials, softmax, example_loss, moved_scores, direction_of_scores),
    title="Along every line through the weights the curvature is that of the scores",
)

# ---- the tangent, without a second derivative

prediction_after_a_step = Definition(
    q[k],
    exp(z[k] + v[k]) / Sum(exp(z[j] + v[j]), (j, 1, K)),
    "the prediction after the scores have moved by v",
)

one_number = log(Sum(exp(z[j] + v[j]), (j, 1, K))) - log(S_)
same_for_all_classes = Eq(log(pi[k] / q[k]) + v[k], one_number)

rise_above_the_tangent = calc(
    Sum(y[k] * log(pi[k] / q[k]), (k, 1, K)) - Sum((pi[k] - y[k]) * v[k], (k, 1, K)),
    eq(
        Sum(pi[k] * log(pi[k] / q[k]), (k, 1, K)) + Sum((y[k] - pi[k]) * (log(pi[k] / q[k]) + v[k]), (k, 1, K)),
        by=linearity_backwards,
        opens=(),
    ),
    eq(
        Sum(pi[k] * log(pi[k] / q[k]), (k, 1, K)) + Sum((y[k] - pi[k]) * one_number, (k, 1, K)),
        by=Rule("logarithm of softmax, twice", same_for_all_classes, rewrite=applying(same_for_all_classes)),
        opens=("pi", "q"),
    ),
    eq(
        Sum(pi[k] * log(pi[k] / q[k]), (k, 1, K)),
        by=Rule(
            "targets and probabilities sum to one",
            "so a number that is the same for all classes drops out",
            needs=(targets_sum_to_one_here,),
            rewrite=in_turn(linear_sums, applying(targets_sum_to_one_here.says), quoting(softmax_sums_to_one)),
        ),
        opens=("S", "pi"),
    ),
    where=(sum_of_exponentials, softmax, prediction_after_a_step),
    title="What the loss rises above its tangent is the divergence of the two predictions",
)

same_prediction = Given(Eq(q[k], pi[k]), each=((k, K),), fix=q[k], words="both predictions are the same")
other_probability = Given(Eq(Sum(q[k], (k, 1, K)), 1), fix=q[K], words="and so do those of the other prediction")

log_of_a_reciprocal = Eq(log(pi[k] / q[k]), -log(q[k] / pi[k]))
divergence_is_never_negative = calc(
    Sum(pi[k] * log(pi[k] / q[k]), (k, 1, K)),
    eq(
        -Sum(pi[k] * log(q[k] / pi[k]), (k, 1, K)),
        by=Rule("log of a reciprocal", log_of_a_reciprocal, rewrite=applying(log_of_a_reciprocal)),
    ),
    ge(-Sum(pi[k] * (q[k] / pi[k] - 1), (k, 1, K)), by=log_tangent_at(q[k] / pi[k]), tight=same_prediction),
    eq(Sum(pi[k], (k, 1, K)) - Sum(q[k], (k, 1, K)), by=linearity_of_the_sum),
    eq(
        S.Zero,
        by=Rule(
            "both sum to one",
            "each is a distribution over the classes",
            needs=(probabilities_sum_to_one, other_probability),
        ),
    ),
    title="A divergence is never negative, so the loss never falls below its tangent",
)
