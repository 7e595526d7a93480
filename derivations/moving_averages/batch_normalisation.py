"""Batch normalisation gives the mean β and the standard deviation |γ|σ/√(σ² + ε): what it keeps, and what it forgets.

Notation: one unit; `scores[i]` is its score for example i of a batch of m, `mu` and `var_z` their mean and variance
over the batch (divided by m), `gain` is γ, and `bn_shift` is the shift that the field writes β.
Source: notes of a deep-learning course (S4), lines 261–308; Ioffe and Szegedy, “Batch normalization”, 2015.
"""

from __future__ import annotations

from sympy import Abs, Eq, S, Sum, sqrt

from derivations.calculus import Definition, Given, Rule, Source, calc, eq
from derivations.notation import (
    bn_shift,
    epsilon,
    gain,
    i,
    m,
    mu,
    mu2,
    scale,
    scores,
    u,
    var_z,
    var_z2,
    z_norm,
    z_tilde,
)
from derivations.rules import (
    applying,
    by_definition,
    dividing_above_and_below,
    in_turn,
    linear_sums,
    linearity_of_the_sum,
    opening,
    using,
)

NOTES = "notes of a deep-learning course"

# ---- the four lines of the algorithm

mean_of_scores = Definition(mu, Sum(scores[i], (i, 1, m)) / m, "the mean", Source(NOTES, "L271"))
off_the_mean = Sum((scores[i] - mu) ** 2, (i, 1, m))
variance_of_scores = Definition(var_z, off_the_mean / m, "the variance", Source(NOTES, "L272"))
normalised_score = Definition(
    z_norm[i], (scores[i] - mu) / sqrt(var_z + epsilon), "the normalised score", Source(NOTES, "L273")
)
given_score = Definition(z_tilde[i], gain * z_norm[i] + bn_shift, "the score that is passed on", Source(NOTES, "L274"))
MOMENTS = (mean_of_scores, variance_of_scores, normalised_score)
LAYER = (*MOMENTS, given_score)

# ---- mean and variance of what it gives

about_the_mean = Given(
    Eq(Sum(scores[i], (i, 1, m)) / m, mu), fix=scores[m], words="what is taken away is the mean of the batch"
)
normalised_mean = calc(
    Sum(z_norm[i], (i, 1, m)) / m,
    eq(Sum((scores[i] - mu) / sqrt(var_z + epsilon), (i, 1, m)) / m, by=by_definition(normalised_score)),
    eq((Sum(scores[i], (i, 1, m)) / m - mu) / sqrt(var_z + epsilon), by=linearity_of_the_sum),
    eq(
        S.Zero,
        by=Rule("definition of the mean", about_the_mean.words, needs=(about_the_mean,), rewrite=using(about_the_mean)),
    ),
    where=(normalised_score,),
    title="The normalised scores of a batch have the mean zero, exactly",
)
normalised_variance = calc(
    Sum(z_norm[i] ** 2, (i, 1, m)) / m,
    eq(Sum(((scores[i] - mu) / sqrt(var_z + epsilon)) ** 2, (i, 1, m)) / m, by=by_definition(normalised_score)),
    eq(off_the_mean / m / (var_z + epsilon), by=linearity_of_the_sum),
    eq(
        var_z / (var_z + epsilon),
        by=Rule("definition of the variance", "what the variance means", rewrite=applying(Eq(off_the_mean, m * var_z))),
    ),
    where=(variance_of_scores, normalised_score),
    title="Their variance is not one: ε takes a share",
)

zero_on_average = Given(Eq(Sum(z_norm[i], (i, 1, m)), 0), fix=z_norm[m], words="{eq}`normalised_mean`")
given_mean = calc(
    Sum(z_tilde[i], (i, 1, m)) / m,
    eq(Sum(gain * z_norm[i] + bn_shift, (i, 1, m)) / m, by=by_definition(given_score)),
    eq(gain * (Sum(z_norm[i], (i, 1, m)) / m) + bn_shift, by=linearity_of_the_sum),
    eq(
        bn_shift,
        by=Rule(
            "the normalised scores have the mean zero",
            zero_on_average.words,
            needs=(zero_on_average,),
            rewrite=using(zero_on_average),
        ),
    ),
    where=(given_score,),
    title="The mean of what is passed on is the shift",
)
squares_of_the_normalised = Given(
    Eq(Sum(z_norm[i] ** 2, (i, 1, m)), m * var_z / (var_z + epsilon)), words="{eq}`normalised_variance`"
)
given_deviation = calc(
    sqrt(Sum((z_tilde[i] - bn_shift) ** 2, (i, 1, m)) / m),
    eq(sqrt(Sum((gain * z_norm[i]) ** 2, (i, 1, m)) / m), by=by_definition(given_score)),
    eq(
        Abs(gain) * sqrt(Sum(z_norm[i] ** 2, (i, 1, m)) / m),
        by=Rule("root of a multiple", "γ² comes out of the sum, and |γ| out of the root", rewrite=linear_sums),
    ),
    eq(
        Abs(gain) * sqrt(var_z) / sqrt(var_z + epsilon),
        by=Rule(
            "variance of the normalised scores",
            squares_of_the_normalised.words,
            needs=(squares_of_the_normalised,),
            rewrite=using(squares_of_the_normalised),
        ),
    ),
    where=(variance_of_scores, normalised_score, given_score),
    title="Its standard deviation is |γ|, but for ε",
)

# ---- undone, on its own batch

gain_of_this_batch = Given(Eq(gain, sqrt(var_z + epsilon)), fix=gain, words="γ is the root that divides")
shift_of_this_batch = Given(Eq(bn_shift, mu), fix=bn_shift, words="the shift is the mean of this batch")
same_mean = Given(Eq(mu2, mu), fix=mu2, words="the other batch has the same mean")
same_variance = Given(Eq(var_z2, var_z), fix=var_z2, words="the other batch has the same variance")

undone = calc(
    z_tilde[i],
    eq(
        gain * ((scores[i] - mu) / sqrt(var_z + epsilon)) + bn_shift,
        by=Rule(
            "definition of both scores", "normalised, multiplied and shifted", rewrite=opening("z_tilde", "z_norm")
        ),
    ),
    eq(
        scores[i],
        by=Rule(
            "γ and the shift of this batch",
            "what was divided is multiplied, what was taken away is added",
            needs=(gain_of_this_batch, shift_of_this_batch),
            rewrite=in_turn(applying(gain_of_this_batch.says), applying(shift_of_this_batch.says)),
        ),
    ),
    where=(normalised_score, given_score),
    title="With the root for γ and the mean for the shift, nothing has happened",
    source=Source(NOTES, "L291"),
)

# ---- what it forgets


moved_mean = Definition(mu2, Sum(scores[i] + u, (i, 1, m)) / m, "the mean of the moved scores")
moved_variance = Definition(var_z2, Sum((scores[i] + u - mu2) ** 2, (i, 1, m)) / m, "the variance of the moved scores")
MOVED = (moved_mean, moved_variance, *MOMENTS)

bias_goes = calc(
    (scores[i] + u - mu2) / sqrt(var_z2 + epsilon),
    eq(
        (scores[i] - mu) / sqrt(var_z2 + epsilon),
        by=Rule(
            "the mean moves along", "the mean of m equal numbers is that number", rewrite=applying(Eq(mu2, mu + u))
        ),
    ),
    eq(
        (scores[i] - mu) / sqrt(var_z + epsilon),
        by=Rule("the variance stays", "no score is nearer to the mean", rewrite=applying(Eq(var_z2, var_z))),
    ),
    eq(z_norm[i], by=by_definition(normalised_score, lower=True)),
    where=MOVED,
    title="A bias of the layer is taken away with the mean",
)

enlarged_mean = Definition(mu2, Sum(scale * scores[i], (i, 1, m)) / m, "the mean of the enlarged scores")
enlarged_variance = Definition(
    var_z2, Sum((scale * scores[i] - mu2) ** 2, (i, 1, m)) / m, "the variance of the enlarged scores"
)
scale_goes = calc(  # squared: the root is left out, and s is positive, so that signs are kept
    (scale * scores[i] - mu2) ** 2 / (var_z2 + epsilon),
    eq(
        scale**2 * (scores[i] - mu) ** 2 / (scale**2 * var_z + epsilon),
        by=Rule(
            "mean and variance of multiples",
            "s times the mean, and s² times the variance",
            rewrite=in_turn(applying(Eq(mu2, scale * mu)), applying(Eq(var_z2, scale**2 * var_z))),
        ),
    ),
    eq(
        (scores[i] - mu) ** 2 / (var_z + epsilon / scale**2),
        by=Rule(
            "divide above and below by $s^2$",
            "a quotient stays what it is",
            rewrite=dividing_above_and_below(scale**2),
        ),
    ),
    where=(enlarged_mean, enlarged_variance, mean_of_scores, variance_of_scores),
    title="A factor of the weights leaves nothing but a smaller ε; here squared",
)
