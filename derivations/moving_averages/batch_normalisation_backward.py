"""The backward pass of batch normalisation: the mean and the part along ẑ are taken out, by a 1/m of their own.

Notation: as in `batch_normalisation`; `dz_tilde[i]` is the slope of the cost in what is passed on for example i, and
`dz_unit[i]` the slope of the cost in its score. A bar marks means over the batch.
Source: Ioffe and Szegedy, “Batch normalization”, 2015, section 3; the short form is derived here.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, S, Sum, sqrt

from derivations.calculus import Definition, Given, Rule, calc, eq
from derivations.moving_averages.batch_normalisation import (
    LAYER,
    MOMENTS,
    about_the_mean,
    given_score,
    mean_of_scores,
    normalised_score,
    squares_of_the_normalised,
    variance_of_scores,
    zero_on_average,
)
from derivations.notation import (
    bn_shift,
    dz_tilde,
    dz_unit,
    epsilon,
    gain,
    i,
    i2,
    m,
    mean_up,
    mean_up_z,
    mu,
    scores,
    var_z,
    z_norm,
    z_tilde,
)
from derivations.rules import (
    applying,
    by_definition,
    differentiating,
    differentiating_only,
    in_turn,
    linear_sums,
    linearity_of_the_sum,
    opening,
    quoting,
    sifting_sums,
    using,
)

root = sqrt(var_z + epsilon)

of_any = {i2: (1, m)}

# ---- through the mean and the variance

slope_of_the_mean = calc(
    Derivative(mu, scores[i2]),
    eq(
        1 / m,
        by=Rule(
            "derivative of a sum", "one term of m depends on it", rewrite=in_turn(differentiating("mu"), sifting_sums)
        ),
    ),
    where=(mean_of_scores,),
    domain=of_any,
    title="The mean moves by 1/m of what one score moves",
)
slope_of_the_variance = calc(
    Derivative(var_z, scores[i2]),
    eq(
        Derivative(Sum(scores[i] ** 2, (i, 1, m)) / m - mu**2, scores[i2]),
        by=Rule("definition of the variance", "multiplied out: the mean of the squares less the square of the mean"),
    ),
    eq(
        2 * scores[i2] / m - 2 * mu * Derivative(mu, scores[i2]),
        by=Rule(
            "derivative of squares",
            "one term of m is left of the sum",
            rewrite=in_turn(differentiating(), sifting_sums),
        ),
    ),
    eq(
        2 * (scores[i2] - mu) / m,
        by=Rule("slope of the mean", "{eq}`slope_of_the_mean`", rewrite=quoting(slope_of_the_mean)),
    ),
    where=(mean_of_scores, variance_of_scores),
    domain=of_any,
    title="The variance moves by 2/m of the distance from the mean",
)
slope_of_the_normalised = calc(
    Derivative(z_norm[i], scores[i2]),
    eq(
        (KroneckerDelta(i, i2) - Derivative(mu, scores[i2])) / root
        - (scores[i] - mu) * Derivative(var_z, scores[i2]) / (2 * root**3),
        by=Rule("quotient rule", "the numerator moves, and the root does", rewrite=differentiating_only("z_norm")),
    ),
    eq(
        (KroneckerDelta(i, i2) - 1 / m) / root - (scores[i] - mu) * (2 * (scores[i2] - mu) / m) / (2 * root**3),
        by=Rule(
            "slopes of mean and variance",
            "{eq}`slope_of_the_mean`, {eq}`slope_of_the_variance`",
            rewrite=in_turn(quoting(slope_of_the_mean), quoting(slope_of_the_variance)),
        ),
    ),
    eq(
        (KroneckerDelta(i, i2) - 1 / m - z_norm[i] * z_norm[i2] / m) / root,
        by=by_definition(normalised_score, lower=True),
    ),
    where=MOMENTS,
    domain=of_any,
    title="A score moves every normalised score of its batch",
)

# ---- the backward pass

mean_from_above = Definition(mean_up, Sum(dz_tilde[i], (i, 1, m)) / m, "the mean of the slopes from above")
mean_along = Definition(
    mean_up_z, Sum(dz_tilde[i] * z_norm[i], (i, 1, m)) / m, "the mean of these slopes times the normalised scores"
)
through_the_layer = Definition(
    dz_unit[i], gain / root * (dz_tilde[i] - mean_up - z_norm[i] * mean_up_z), "the slope below batch normalisation"
)
BARS = (mean_from_above, mean_along)

backward = calc(
    Sum(dz_tilde[i] * Derivative(z_tilde[i], scores[i2]), (i, 1, m)),
    eq(
        Sum(dz_tilde[i] * (gain * Derivative(z_norm[i], scores[i2])), (i, 1, m)),
        by=Rule("derivative of a linear function", "γ stays, the shift goes", rewrite=differentiating_only("z_tilde")),
    ),
    eq(
        Sum(
            dz_tilde[i] * (gain * ((KroneckerDelta(i, i2) - 1 / m - z_norm[i] * z_norm[i2] / m) / root)),
            (i, 1, m),
        ),
        by=Rule(
            "slope of the normalised score",
            "{eq}`slope_of_the_normalised`",
            rewrite=quoting(slope_of_the_normalised),
        ),
    ),
    eq(
        gain
        / root
        * (dz_tilde[i2] - Sum(dz_tilde[i], (i, 1, m)) / m - z_norm[i2] * (Sum(dz_tilde[i] * z_norm[i], (i, 1, m)) / m)),
        by=Rule(
            "sifting property, and linearity of the sum",
            "one term is left of the first sum; what holds no index comes out of the others",
            rewrite=in_turn(linear_sums, sifting_sums),
        ),
    ),
    eq(
        dz_unit[i2],
        by=Rule(
            "definition of both means, and of the slope below",
            "a bar is a mean over the batch",
            rewrite=opening("dz_unit", "mean_up", "mean_up_z"),
            lower=True,
        ),
    ),
    where=(*LAYER, *BARS, through_the_layer),
    domain=of_any,
    title="The slope of the cost in each score of the batch",
)

# ---- what is taken out of the gradient

slopes_about = Given(
    Eq(Sum(dz_tilde[i], (i, 1, m)) / m, mean_up), fix=dz_tilde[m], words="what is taken away is their mean"
)
no_mean = calc(
    Sum(dz_unit[i], (i, 1, m)) / m,
    eq(
        Sum(gain / root * (dz_tilde[i] - mean_up - z_norm[i] * mean_up_z), (i, 1, m)) / m,
        by=by_definition(through_the_layer),
    ),
    eq(
        gain / root * (Sum(dz_tilde[i], (i, 1, m)) / m - mean_up - mean_up_z * (Sum(z_norm[i], (i, 1, m)) / m)),
        by=linearity_of_the_sum,
    ),
    eq(
        S.Zero,
        by=Rule(
            "both means",
            "of the slopes, and of the normalised scores: {eq}`normalised_mean`",
            needs=(slopes_about, zero_on_average),
            rewrite=using(slopes_about, zero_on_average),
        ),
    ),
    where=(through_the_layer,),
    title="The gradient has no mean left",
)
along_the_scores = calc(
    Sum(dz_unit[i] * z_norm[i], (i, 1, m)) / m,
    eq(
        Sum(gain / root * (dz_tilde[i] - mean_up - z_norm[i] * mean_up_z) * z_norm[i], (i, 1, m)) / m,
        by=by_definition(through_the_layer),
    ),
    eq(
        gain
        / root
        * (mean_up_z - mean_up * (Sum(z_norm[i], (i, 1, m)) / m) - mean_up_z * (Sum(z_norm[i] ** 2, (i, 1, m)) / m)),
        by=Rule(
            "linearity of the sum, definition of the mean",
            "what holds no index comes out",
            rewrite=in_turn(linear_sums, applying(Eq(Sum(dz_tilde[i] * z_norm[i], (i, 1, m)), m * mean_up_z))),
        ),
    ),
    eq(
        gain / root * mean_up_z * (1 - Sum(z_norm[i] ** 2, (i, 1, m)) / m),
        by=Rule(
            "the normalised scores have the mean zero",
            "{eq}`normalised_mean`",
            needs=(about_the_mean,),
            rewrite=applying(Eq(Sum(z_norm[i], (i, 1, m)), 0)),
        ),
    ),
    eq(
        gain / root * mean_up_z * (epsilon / (var_z + epsilon)),
        by=Rule(
            "variance of the normalised scores",
            squares_of_the_normalised.words,
            needs=(squares_of_the_normalised,),
        ),
    ),
    where=(variance_of_scores, normalised_score, mean_along, through_the_layer),
    title="Along the normalised scores, the share of ε is left",
)

# ---- the two learnt numbers

slope_in_gain = calc(
    Sum(dz_tilde[i] * Derivative(z_tilde[i], gain), (i, 1, m)),
    eq(
        Sum(dz_tilde[i] * z_norm[i], (i, 1, m)),
        by=Rule("derivative of a linear function", "of γ", rewrite=differentiating("z_tilde")),
    ),
    where=(given_score,),
    title="The slope in γ: a sum, and no 1/m",
)
slope_in_shift = calc(
    Sum(dz_tilde[i] * Derivative(z_tilde[i], bn_shift), (i, 1, m)),
    eq(
        Sum(dz_tilde[i], (i, 1, m)),
        by=Rule("derivative of a linear function", "of the shift", rewrite=differentiating("z_tilde")),
    ),
    where=(given_score,),
    title="The slope in the shift",
    equivalents=dict.fromkeys(
        (
            "line 0: lost factor: Derivative(z_tilde[i], bn_shift)*dz_tilde[i] → Sum(dz_tilde[i], (i, 1, m))",
            "line 0: doubled factor: Derivative(z_tilde[i], bn_shift)*dz_tilde[i] → "
            "Sum(Derivative(z_tilde[i], bn_shift)**2*dz_tilde[i], (i, 1, m))",
            "line 0: inverted factor: Derivative(z_tilde[i], bn_shift)*dz_tilde[i] → "
            "Sum(dz_tilde[i]/Derivative(z_tilde[i], bn_shift), (i, 1, m))",
        ),
        "the slope in the shift is 1, and so are its square and its reciprocal",
    ),
)
