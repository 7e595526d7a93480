"""Softmax: it sums to one, ignores a shift, has the Jacobian diag p − p pᵀ, and hardens as it cools.

Notation: one example; `z[k]` the scores, `pi[k]` the probabilities, `tau` the temperature.
Source: CS5242 lecture 4 (S3), line 165; notes of a deep-learning course (S4), “Softmax”.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, Limit, S, Sum, exp, log

from derivations.calculus import Definition, Given, Quantity, Rule, Source, approx, calc, eq
from derivations.notation import (
    S_,
    D,
    K,
    W,
    along,
    d,
    epsilon,
    f,
    f2,
    j,
    k,
    pi,
    r,
    s,
    shift,
    tau,
    u,
    x,
    y,
    z,
    z1,
    z2,
)
from derivations.rules import (
    applying,
    by_definition,
    differentiating,
    differentiating_only,
    dividing_above_and_below,
    exponentials,
    exponentials_by_their_tangent,
    in_turn,
    joined_exponentials,
    limits_of_exponentials,
    linear_sums,
    linearity_backwards,
    linearity_of_the_sum,
    log_powers,
    log_products,
    multiplied_out,
    opening,
    quoting,
    sifting_property,
    using,
)

LECTURE = "CS5242 lecture 4"
NOTES = "Deep-learning course notes, course 2"

sum_of_exponentials = Definition(S_, Sum(exp(z[j]), (j, 1, K)), "the sum of exponentials")
softmax = Definition(pi[k], exp(z[k]) / S_, "softmax", Source(LECTURE, "L165"))

softmax_sums_to_one = calc(
    Sum(pi[k], (k, 1, K)),
    eq(Sum(exp(z[k]) / S_, (k, 1, K)), by=by_definition(softmax)),
    eq(Sum(exp(z[k]), (k, 1, K)) / S_, by=linearity_of_the_sum),
    eq(S.One, by=by_definition(sum_of_exponentials)),
    where=(sum_of_exponentials, softmax),
    title="Softmax gives probabilities that sum to one",
)

log_of_softmax = calc(
    log(pi[k]),
    eq(log(exp(z[k]) / S_), by=by_definition(softmax)),
    eq(
        z[k] - log(S_),
        by=Rule(
            "log of a quotient, and of an exponential",
            Eq(log(exp(u) / x), u - log(x)),
            rewrite=in_turn(log_products, log_powers),
        ),
    ),
    where=(sum_of_exponentials, softmax),
    title="The logarithm of softmax is the score less one number for all classes",
)

logarithm_of_softmax = Rule(
    "logarithm of softmax", "for every class, {eq}`log_of_softmax`", rewrite=quoting(log_of_softmax)
)

slope_of_log_softmax = calc(
    Derivative(log(pi[k]), z[r]),
    eq(Derivative(z[k] - log(S_), z[r]), by=logarithm_of_softmax),
    eq(
        KroneckerDelta(k, r) - Derivative(S_, z[r]) / S_,
        by=Rule(
            "derivative of a logarithm", "the derivative of what stands inside, over it", rewrite=differentiating()
        ),
    ),
    eq(
        KroneckerDelta(k, r) - exp(z[r]) / S_,
        by=Rule(
            "derivative of the sum of exponentials",
            "only its term $r$ depends on $z_r$",
            rewrite=differentiating_only("S"),
        ),
    ),
    eq(KroneckerDelta(k, r) - pi[r], by=by_definition(softmax, lower=True)),
    where=(sum_of_exponentials, softmax),
    domain={k: (1, K)},
    title="The slope of log-softmax is one less a probability, or minus a probability",
)

shift_invariance = calc(
    exp(z[k] + shift) / Sum(exp(z[j] + shift), (j, 1, K)),
    eq(
        exp(shift) * exp(z[k]) / Sum(exp(shift) * exp(z[j]), (j, 1, K)),
        by=Rule("exponential of a sum", Eq(exp(u + x), exp(u) * exp(x)), rewrite=exponentials),
    ),
    eq(
        exp(z[k]) / Sum(exp(z[j]), (j, 1, K)),
        by=Rule(
            "a constant leaves the sum, and cancels", "the same factor stands above and below", rewrite=linear_sums
        ),
    ),
    title="Adding a number to every score changes nothing",
)

softmax_jacobian = calc(
    Derivative(pi[r], z[s]),
    eq(
        KroneckerDelta(r, s) * exp(z[r]) / S_ - exp(z[r]) * Derivative(S_, z[s]) / S_**2,
        by=Rule(
            "quotient rule",
            "the change of the numerator over the denominator, less the quotient times that of the denominator",
            rewrite=differentiating("pi"),
        ),
    ),
    eq(
        KroneckerDelta(r, s) * exp(z[r]) / S_ - exp(z[r]) * exp(z[s]) / S_**2,
        by=Rule(
            "derivative of the sum of exponentials",
            "only one term of the sum depends on $z_s$",
            rewrite=differentiating_only("S"),
        ),
    ),
    eq(
        pi[r] * (KroneckerDelta(r, s) - pi[s]),
        by=by_definition(softmax, lower=True),
    ),
    where=(sum_of_exponentials, softmax),
    title="The Jacobian of softmax is diag p − p pᵀ",
)

probabilities_sum_to_one = Given(Eq(Sum(pi[k], (k, 1, K)), 1), fix=pi[K], words="the probabilities sum to one")

jacobian_rows_sum_to_zero = calc(
    Sum(pi[r] * (KroneckerDelta(r, k) - pi[k]), (k, 1, K)),
    eq(pi[r] - pi[r] * Sum(pi[k], (k, 1, K)), by=sifting_property),
    eq(
        S.Zero,
        by=Rule("probabilities sum to one", probabilities_sum_to_one.says, needs=(probabilities_sum_to_one,)),
    ),
    title="Each row of the Jacobian sums to zero: together, all scores move nothing",
)

scores_of_one = Definition(z[k], Sum(W[k, d] * f[d], (d, 1, D)), "the scores")

quotient_in_a_logarithm = Rule(
    "log of a quotient", Eq(log(pi[r] / pi[s]), log(pi[r]) - log(pi[s])), rewrite=in_turn(log_products, log_powers)
)

log_ratio_is_affine = calc(
    log(pi[r] / pi[s]),
    eq(log(pi[r]) - log(pi[s]), by=quotient_in_a_logarithm),
    eq(z[r] - z[s], by=logarithm_of_softmax),
    eq(Sum(W[r, d] * f[d], (d, 1, D)) - Sum(W[s, d] * f[d], (d, 1, D)), by=by_definition(scores_of_one)),
    eq(Sum((W[r, d] - W[s, d]) * f[d], (d, 1, D)), by=linearity_backwards),
    where=(sum_of_exponentials, softmax, scores_of_one),
    title="Between two classes the boundary is straight",
)

boundary_along_a_line = calc(
    Sum((W[r, d] - W[s, d]) * (along * f[d] + (1 - along) * f2[d]), (d, 1, D)),
    eq(
        along * Sum((W[r, d] - W[s, d]) * f[d], (d, 1, D)) + (1 - along) * Sum((W[r, d] - W[s, d]) * f2[d], (d, 1, D)),
        by=linearity_of_the_sum,
    ),
    title="Between two points, the lead of class r over class s is a weighted mean of its leads at the two",
)

# u is the score of the class in between, at any one point of the plane
in_between = Given(
    Eq(u, along * z1 + (1 - along) * z2),
    fix=u,
    words="the score of a third class is a weighted mean of two others', as with weights that are",
)
leads_of_a_class_in_between = calc(
    along * (u - z1) + (1 - along) * (u - z2),
    eq(
        u - along * z1 - z2 + along * z2,
        by=Rule("multiplying out", "the shares of $u$ add up to one", rewrite=multiplied_out),
    ),
    eq(
        S.Zero,
        by=Rule("in between", in_between.says, needs=(in_between,), rewrite=in_turn(using(in_between), multiplied_out)),
    ),
    title="A class in between leads one of its two neighbours at most: it has no region",
)

two_classes = calc(
    exp(z1) / (exp(z1) + exp(z2)),
    eq(
        1 / (1 + exp(z2) / exp(z1)),
        by=Rule("divide above and below", "by e to the first score", rewrite=dividing_above_and_below(exp(z1))),
    ),
    eq(
        1 / (1 + exp(z2 - z1)),
        by=Rule("quotient of exponentials", Eq(exp(z2) / exp(z1), exp(z2 - z1)), rewrite=joined_exponentials),
    ),
    title="With two classes softmax is the logistic function of the difference",
)

target = Given(Eq(y[2], 1 - y[1]), fix=y[2], words="the two targets sum to one")
second_probability = Eq(exp(z2) / (exp(z1) + exp(z2)), 1 - exp(z1) / (exp(z1) + exp(z2)), evaluate=False)
binary_cross_entropy = calc(
    -y[1] * log(exp(z1) / (exp(z1) + exp(z2))) - y[2] * log(exp(z2) / (exp(z1) + exp(z2))),
    eq(
        -y[1] * log(exp(z1) / (exp(z1) + exp(z2))) - (1 - y[1]) * log(exp(z2) / (exp(z1) + exp(z2))),
        by=Rule("the two targets sum to one", target.says, needs=(target,)),
    ),
    eq(
        -y[1] * log(exp(z1) / (exp(z1) + exp(z2))) - (1 - y[1]) * log(1 - exp(z1) / (exp(z1) + exp(z2))),
        by=Rule("the two probabilities sum to one", second_probability, rewrite=applying(second_probability)),
    ),
    eq(
        -y[1] * log(1 / (1 + exp(-(z1 - z2)))) - (1 - y[1]) * log(1 - 1 / (1 + exp(-(z1 - z2)))),
        by=Rule(
            "two classes",
            "softmax is the logistic function of the difference of the scores, {eq}`two_classes`",
            rewrite=quoting(two_classes),
        ),
    ),
    domain={K: (2, 2)},
    title="With two classes cross-entropy is the binary cross-entropy of logistic regression",
)

tempered_softmax = Definition(pi[k], exp(z[k] / tau) / Sum(exp(z[j] / tau), (j, 1, K)), "softmax at temperature τ")
tempered_ratio = calc(
    pi[r] / pi[s],
    eq(
        exp(z[r] / tau) / exp(z[s] / tau),
        by=Rule(
            "definition of softmax; the sum cancels",
            "both probabilities have the same denominator",
            rewrite=opening("pi"),
        ),
    ),
    eq(
        exp(-(z[s] - z[r]) / tau),
        by=Rule("quotient of exponentials", Eq(exp(z2) / exp(z1), exp(z2 - z1)), rewrite=joined_exponentials),
    ),
    where=(tempered_softmax,),
    title="At temperature τ, the odds between two classes depend on their gap over τ",
)

# x is the gap between the scores of two classes
odds_when_cold = calc(
    Limit(exp(-x / tau), tau, 0, "+"),
    eq(
        S.Zero,
        by=Rule("limit of an exponential", "x/τ grows without end as τ falls to 0", rewrite=limits_of_exponentials),
    ),
    equivalents={
        "line 0: sign: the whole line → -Limit(exp(-x/tau), tau, 0, dir='+')": "Minus nothing is nothing.",
        "line 0: lost factor: -x/tau → Limit(exp(-1/tau), tau, 0, dir='+')": "Any gap will do, a gap of 1 too.",
        "line 0: doubled factor: -x/tau → Limit(exp(-x**2/tau), tau, 0, dir='+')": "The square of a gap is a gap.",
        "line 0: inverted factor: -x/tau → Limit(exp(-1/(tau*x)), tau, 0, dir='+')": (
            "The reciprocal of a positive gap is positive, and any positive gap will do."
        ),
        "line 0: doubled factor: -x/tau → Limit(exp(-x/tau**2), tau, 0, dir='+')": (
            "Near 0 the square of the temperature falls faster still."
        ),
    },
    title="Cold: whoever trails by the gap x is left with nothing, however small the gap",
)

# ε is 1/τ
odds_when_hot = calc(
    exp(-x * epsilon),
    approx(
        1 - x * epsilon,
        by=Rule(
            "tangent of the exponential at 0",
            "near 0 the exponential grows as fast as its argument, up to second order",
            rewrite=exponentials_by_their_tangent,
        ),
        small=epsilon,
        order=2,
    ),
    title="Hot: the odds are even, but for the gap x times the reciprocal ε of the temperature",
)

# ---- the numbers of the notes (S4, L394–396)
NOTES_SCORES = ("5", "2", "-1", "3")
_notes = {K: 4, z: NOTES_SCORES}
notes_first = Quantity(pi[1], "first probability of softmax(5, 2, −1, 3)", (sum_of_exponentials, softmax), _notes)
notes_sum = Quantity(S_, "sum of the exponentials of 5, 2, −1, 3", (sum_of_exponentials,), _notes)
