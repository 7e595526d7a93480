"""The gradient of cross-entropy in the scores is ŷ − y, if and only if the targets sum to one.

Notation: one example; `z[k]` the scores, `pi[k]` the probabilities, `y[k]` the targets, `ell` the loss.
Source: notes of a deep-learning course (S4), line 419; CS5242 lecture 4 (S3), lines 547–550.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, S, Sum, exp, log

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq
from derivations.notation import S_, K, ell, j, k, pi, r, y, z
from derivations.quality.softmax import log_of_softmax, probabilities_sum_to_one, softmax, sum_of_exponentials
from derivations.rules import (
    by_definition,
    differentiating,
    differentiating_only,
    in_turn,
    linear_sums,
    linearity_of_the_sum,
    opening,
    quoting,
    sifting_property,
    using,
)

example_loss = Definition(ell, -Sum(y[k] * log(pi[k]), (k, 1, K)), "the loss of one example")

targets_sum_to_one_here = Given(Eq(Sum(y[k], (k, 1, K)), 1), fix=y[K], words="the targets sum to one")

gradient_for_any_targets = calc(
    Derivative(ell, z[r]),
    eq(
        Derivative(-Sum(y[k] * (z[k] - log(S_)), (k, 1, K)), z[r]),
        by=Rule(
            "definition of the loss, and logarithm of softmax",
            "for every class, {eq}`log_of_softmax`",
            rewrite=in_turn(opening("ell"), quoting(log_of_softmax)),
        ),
    ),
    eq(
        Derivative(S_, z[r]) / S_ * Sum(y[k], (k, 1, K)) - Sum(y[k] * KroneckerDelta(k, r), (k, 1, K)),
        by=Rule(
            "derivative of a logarithm, and of a linear function",
            "the derivative of what stands inside, over it",
            rewrite=in_turn(differentiating(), linear_sums),
        ),
    ),
    eq(
        Derivative(S_, z[r]) / S_ * Sum(y[k], (k, 1, K)) - y[r],
        by=sifting_property,
    ),
    eq(
        exp(z[r]) / S_ * Sum(y[k], (k, 1, K)) - y[r],
        by=Rule(
            "derivative of the sum of exponentials",
            "only its term $r$ depends on $z_r$",
            rewrite=differentiating_only("S"),
        ),
    ),
    eq(pi[r] * Sum(y[k], (k, 1, K)) - y[r], by=by_definition(softmax, lower=True)),
    where=(sum_of_exponentials, softmax, example_loss),
    title="The gradient for targets that sum to anything",
)

gradient_of_cross_entropy = calc(
    Derivative(ell, z[r]),
    eq(
        pi[r] * Sum(y[k], (k, 1, K)) - y[r],
        by=Rule("the gradient for any targets", "the chain above", rewrite=quoting(gradient_for_any_targets)),
    ),
    eq(
        pi[r] - y[r],
        by=Rule(
            "targets sum to one",
            targets_sum_to_one_here.says,
            needs=(targets_sum_to_one_here,),
            rewrite=using(targets_sum_to_one_here),
        ),
    ),
    where=(sum_of_exponentials, softmax, example_loss),
    title="The gradient is the probability minus the target",
)

all_probability = Rule("probabilities sum to one", probabilities_sum_to_one.says, needs=(probabilities_sum_to_one,))

gradient_sums_to_zero = calc(
    Sum(pi[j] * Sum(y[k], (k, 1, K)) - y[j], (j, 1, K)),
    eq(Sum(pi[j], (j, 1, K)) * Sum(y[k], (k, 1, K)) - Sum(y[j], (j, 1, K)), by=linearity_of_the_sum),
    eq(S.Zero, by=all_probability),
    title="The gradient sums to zero over the classes, whatever the targets",
)

short_formula_sums_to = calc(
    Sum(pi[k] - y[k], (k, 1, K)),
    eq(Sum(pi[k], (k, 1, K)) - Sum(y[k], (k, 1, K)), by=linearity_of_the_sum),
    eq(1 - Sum(y[k], (k, 1, K)), by=all_probability),
    title="Probability minus target sums to what the targets miss",
)

# ---- the handwritten example of the notes: a cat, class 2 of 4, and what the network made of it
NOTES = "notes of a deep-learning course"
NOTES_TARGETS = (0, 1, 0, 0)
NOTES_PROBABILITIES = ("0.3", "0.2", "0.1", "0.4")
notes_loss = Quantity(
    ell,
    "loss of the notes' cat",
    (example_loss,),
    {K: 4, y: NOTES_TARGETS, pi: NOTES_PROBABILITIES},
    source=Source(NOTES, "L415"),
)
