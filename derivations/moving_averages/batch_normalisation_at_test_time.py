"""At test time batch normalisation needs numbers of its own: what the batches give for them, and where they go.

Notation: as in `batch_normalisation`; `pulls[i]` are N = `pool` numbers that batches of m are drawn from, here the
scores of a unit; a hat marks the mean and variance that are kept for the test. `signal[n]` is the mean of batch n.
Source: notes of a deep-learning course (S4), lines 310–319; Ioffe and Szegedy, “Batch normalization”, 2015.
"""

from __future__ import annotations

from typing import Any

from sympy import Eq, Expr, Rational, Sum, sqrt

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq
from derivations.moving_averages.batch_normalisation import NOTES, given_score, normalised_score
from derivations.moving_averages.bias_correction import multiplied_average
from derivations.notation import (
    S2,
    D,
    beta,
    bias_one,
    bn_shift,
    corrected_t,
    d,
    epsilon,
    expected_var,
    expected_var_again,
    f,
    folded_bias,
    folded_weight,
    from_zero,
    gain,
    i,
    m,
    mu,
    mu_run,
    pool,
    pulls,
    repeated,
    scores,
    sigma2,
    signal,
    spread,
    spread_again,
    t,
    times_at,
    var_run,
    var_z,
    weight,
    z_tilde,
)
from derivations.rules import (
    applying,
    by_definition,
    linearity_of_the_sum,
    opening,
    quoting,
)
from derivations.sum_or_mean.batch_size import (
    average_over_batches,
    noise,
    noise_of_draws,
    one_denominator,
    one_in_a_batch,
    two_in_a_batch,
    variance_of_draws,
    variance_of_slopes,
    variance_over_batches,
    variance_over_n,
)
from derivations.sum_or_mean.optimizer_conventions import average_corrected, average_from_zero

# ---- a batch of one

its_own_mean = Given(Eq(mu, scores[i]), fix=mu, words="the mean of a batch of one is its only score")

one_example = calc(
    z_tilde[i],
    eq(
        gain * ((scores[i] - mu) / sqrt(var_z + epsilon)) + bn_shift,
        by=Rule(
            "definition of both scores", "normalised, multiplied and shifted", rewrite=opening("z_tilde", "z_norm")
        ),
    ),
    eq(
        bn_shift,
        by=Rule("a batch of one", its_own_mean.words, needs=(its_own_mean,), rewrite=applying(its_own_mean.says)),
    ),
    where=(normalised_score, given_score),
    title="A batch of one example gives the shift, whatever the example",
    source=Source(NOTES, "L310"),
)

# ---- what the variance within a batch is on average

squares = Sum(pulls[i] ** 2, (i, 1, pool))
total = Sum(pulls[i], (i, 1, pool))
variance_within = Definition(
    expected_var,
    squares / pool - ((total / pool) ** 2 + spread),
    "the variance within a batch, on average",
)
variance_within_draws = Definition(
    expected_var_again,
    squares / pool - ((total / pool) ** 2 + spread_again),
    "the variance within m draws, on average",
)
WITHIN = (
    variance_within,
    average_over_batches,
    variance_over_batches,
    one_in_a_batch,
    two_in_a_batch,
    variance_of_slopes,
)
noise_of_the_means = Rule("variance of the batch means", "{eq}`noise`", rewrite=quoting(noise))


def sum_of_squares(variance: Expr, over: Expr) -> Rule:
    return Rule(
        "definition of the variance of all",
        "multiplied out, it is the sum of the squares less the square of the sum over N",
        rewrite=applying(Eq(squares, over * variance + total**2 / pool)),
    )


too_small = calc(
    expected_var,
    eq(
        squares / pool - ((total / pool) ** 2 + spread),
        by=by_definition(variance_within),
    ),
    eq(squares / pool - ((total / pool) ** 2 + (1 - m / pool) * S2 / m), by=noise_of_the_means),
    eq(
        ((pool - 1) * S2 + total**2 / pool) / pool - ((total / pool) ** 2 + (1 - m / pool) * S2 / m),
        by=sum_of_squares(S2, pool - 1),
    ),
    eq((m - 1) / m * S2, by=one_denominator),
    where=WITHIN,
    title="The variance within a batch is too small, on average, by (m − 1)/m",
)
too_small_in_draws = calc(
    expected_var_again,
    eq(squares / pool - ((total / pool) ** 2 + spread_again), by=by_definition(variance_within_draws)),
    eq(
        squares / pool - ((total / pool) ** 2 + sigma2 / m),
        by=Rule("variance of the mean of m draws", "{eq}`noise_of_draws`", rewrite=quoting(noise_of_draws)),
    ),
    eq(
        (pool * sigma2 + total**2 / pool) / pool - ((total / pool) ** 2 + sigma2 / m),
        by=sum_of_squares(sigma2, pool),
    ),
    eq((m - 1) / m * sigma2, by=one_denominator),
    where=(variance_within_draws, variance_of_draws, variance_over_n),
    title="With each example drawn anew, the same factor before the variance over N",
)

# ---- running statistics: five batches whose mean is 3

five: dict[Any, Any] = {beta: Rational(9, 10), t: 5, signal: (3, 3, 3, 3, 3)}
as_printed = Quantity(
    repeated[t],
    "what the printed recursion makes of five batches with the mean 3",
    (multiplied_average,),
    {**five, times_at: tuple(1 - five[beta] ** n for n, _ in enumerate(five[signal], 1))},
)
left_uncorrected = Quantity(from_zero, "the same, not corrected", (average_from_zero,), five)
rightly_corrected = Quantity(
    corrected_t, "the same, corrected at the end", (average_corrected, average_from_zero), five
)

# ---- folded into the layer

weight_with_gamma = Definition(folded_weight[d], gain * weight[d] / sqrt(var_run + epsilon), "the folded weight")
bias_with_the_rest = Definition(
    folded_bias, gain * (bias_one - mu_run) / sqrt(var_run + epsilon) + bn_shift, "the folded bias"
)
folds = calc(
    gain * ((Sum(weight[d] * f[d], (d, 1, D)) + bias_one - mu_run) / sqrt(var_run + epsilon)) + bn_shift,
    eq(
        Sum(gain * weight[d] / sqrt(var_run + epsilon) * f[d], (d, 1, D))
        + (gain * (bias_one - mu_run) / sqrt(var_run + epsilon) + bn_shift),
        by=linearity_of_the_sum,
    ),
    eq(
        Sum(folded_weight[d] * f[d], (d, 1, D)) + folded_bias,
        by=Rule(
            "definition of the folded weights and bias",
            "all that is constant at test time",
            rewrite=opening("folded_weight", "folded_bias"),
            lower=True,
        ),
    ),
    where=(weight_with_gamma, bias_with_the_rest),
    title="At test time batch normalisation is part of the layer's weights and bias",
)
