"""The formulas that the figures of `moving_averages` evaluate, drawn from the topic's derivations."""

from __future__ import annotations

from sympy import Derivative, Rational, Symbol, tanh

from derivations.moving_averages.average_that_remembers import exponential_average, weights_sum
from derivations.moving_averages.batch_normalisation import (
    given_deviation,
    given_score,
    mean_of_scores,
    normalised_score,
    variance_of_scores,
)
from derivations.moving_averages.bias_correction import multiplied_average
from derivations.moving_averages.epsilon_placement import (
    a_third,
    epsilon_enlarged,
    half_under,
    hat_on_equal,
    under_on_equal,
)
from derivations.moving_averages.learning_rate_decay import (
    FLOOR,
    PUSHED,
    SQUARED,
    error_floor,
    exponential_rate,
    inverse_rate,
    root_rate,
    stairs_rate,
)
from derivations.moving_averages.momentum_speed import limit_of_the_buffer, two_steps_back
from derivations.moving_averages.rmsprop_and_adam import adam_on_equal
from derivations.moving_averages.saddles_and_plateaus import (
    leaves_a_saddle,
    level_in_one,
    near_level,
    slope_on_a_plateau,
    steps_to_leave,
)
from derivations.notation import (
    D,
    H,
    T,
    average,
    beta,
    beta2,
    bn_shift,
    decay,
    delta,
    epoch,
    epsilon,
    eta,
    eta0,
    fade,
    fall,
    from_zero,
    gain,
    grad,
    h_1,
    h_2,
    i,
    k_root,
    kappa,
    m,
    mu,
    n,
    noise_b,
    offset,
    radius,
    repeated,
    scores,
    signal,
    t,
    times_at,
    u,
    var_z,
    w1,
    w2,
    z_far,
)
from derivations.sum_or_mean.optimizer_conventions import average_corrected
from derivations.sum_or_mean.sum_is_m_times_mean import PARABOLA
from press.figures.model import Formula

old, new = Symbol("old", real=True), Symbol("value", real=True)
factor = Symbol("factor", positive=True)
share = {beta: (0, Rational(255, 256))}

small = {grad: (Rational(1, 10**12), 1), epsilon: (Rational(1, 10**12), Rational(1, 100))}
later = {**small, beta2: (Rational(1, 2), Rational(999, 1000)), t: (1, 3000)}

zs = tuple(Symbol(f"z{k}", real=True) for k in range(1, 9))
moments = {mu: (-1, 9), var_z: (0, 9), epsilon: (Rational(1, 1024), 1), gain: (-2, 2), bn_shift: (-2, 2)}


def of_batch(count: int) -> tuple[Formula, ...]:
    """Mean and variance of so many scores, each an argument; a single score has no variance."""
    given = zs[:count]
    slots = {scores[k]: one for k, one in enumerate(given, 1)}
    drawn = dict.fromkeys(given, (-1, 9))
    mean = Formula(f"batchMean{count}", mu, given, drawn, mean_of_scores.says, (mean_of_scores,), {m: count}, slots)
    if count == 1:
        return (mean,)
    both = (mean_of_scores, variance_of_scores)
    return (
        mean,
        Formula(f"batchVariance{count}", var_z, given, drawn, variance_of_scores.says, both, {m: count}, slots),
    )


schedule = {
    eta0: (Rational(1, 32), 1), decay: (1, 1), fade: (Rational(1, 2), Rational(31, 32)), k_root: (1, 2), T: (1, 10),
    epoch: (0, 1000),
}  # fmt: skip
noisy = {eta: (0, 1), u: (-8, 8), noise_b: (0, 2)}

wide = {H: (1, 64), D: (1, 64)}
valleys = w1**4 / 4 - w1**2 / 2 + u * w1  # two of them, one tilted down
tilted = {w1: (-2, 2), u: (0, Rational(1, 2)), eta: (0, Rational(1, 4))}
level = {w1: (-3, 3), w2: (-3, 3), h_1: (-1, 1), h_2: (-1, 1)}

now = Symbol("now", real=True)
long_bowl = {
    eta: (Rational(1, 128), 2), beta: (0, Rational(63, 64)), kappa: (1, 25), u: (-12, 12), now: (-60, 60),
    old: (-60, 60),
}  # fmt: skip

FORMULAS: tuple[Formula, ...] = (
    # ---- average_that_remembers
    Formula(
        "averaged",
        exponential_average.body.args[1][0],
        (beta, old, new),
        {**share, old: (-8, 32), new: (-8, 40)},
        exponential_average.says,
        (),
        {n: 2},
        {average[1]: old, signal[2]: new},
    ),
    Formula(
        "weightOf",
        weights_sum.start.function,
        (beta, t, n),
        {**share, t: (48, 366), n: (1, 48)},
        "weight of the value of step n after t steps",
    ),
    Formula("weightsSoFar", weights_sum.end, (beta, t), {**share, t: (1, 366)}, weights_sum.title),
    # ---- bias_correction
    Formula(
        "corrected",
        average_corrected.body,
        (beta, t, from_zero),
        {**share, t: (1, 184), from_zero: (-8, 40)},
        average_corrected.says,
    ),
    Formula(
        "multiplied",
        multiplied_average.body.args[1][0],
        (beta, factor, old, new),
        {**share, factor: (Rational(1, 128), 128), old: (-8, 40), new: (-8, 40)},
        multiplied_average.says,
        (),
        {n: 2},
        {times_at[2]: factor, repeated[1]: old, signal[2]: new},
    ),
    # ---- batch_normalisation
    *(one for count in range(1, len(zs) + 1) for one in of_batch(count)),
    Formula(
        "givenOn",
        given_score.head,
        (zs[0], mu, var_z, epsilon, gain, bn_shift),
        {zs[0]: (-1, 9), **moments},
        given_score.says,
        (normalised_score, given_score),
        {i: 1, m: len(zs)},
        {scores[1]: zs[0]},
    ),
    Formula("deviationGiven", given_deviation.end, (gain, var_z, epsilon), moments, given_deviation.title),
    Formula("activated", tanh(u), (u,), {u: (-9, 9)}, "an activation, entry by entry"),
    Formula("biasParameters", H * D + H, (H, D), wide, "weights and biases of a layer"),
    Formula("normalisedParameters", H * D + 2 * H, (H, D), wide, "weights of a layer, and a γ and a β for each unit"),
    # ---- epsilon_placement, in learning rates
    Formula("stepBeside", adam_on_equal.end, (grad, epsilon), small, adam_on_equal.title, (), {eta: 1}),
    Formula("stepUnder", under_on_equal.end, (grad, epsilon), small, under_on_equal.title, (), {eta: 1}),
    Formula(
        "stepUncorrected",
        hat_on_equal.end,
        (grad, epsilon, beta2, t),
        later,
        hat_on_equal.title,
        (epsilon_enlarged,),
        {eta: 1},
    ),
    Formula("halfUnder", a_third.says.rhs, (epsilon,), small, half_under.title),
    Formula("enlarged", epsilon_enlarged.body, (epsilon, beta2, t), later, epsilon_enlarged.says),
    # ---- learning_rate_decay
    Formula("inverseRate", inverse_rate.body, (eta0, decay, epoch), schedule, inverse_rate.says),
    Formula("exponentialRate", exponential_rate.body, (eta0, fade, epoch), schedule, exponential_rate.says),
    Formula("rootRate", root_rate.body, (eta0, k_root, epoch), {**schedule, epoch: (1, 1000)}, root_rate.says),
    Formula("stairsRate", stairs_rate.body, (eta0, T, epoch), schedule, stairs_rate.says),
    Formula("squareAfter", SQUARED, (eta, u, noise_b), noisy, "mean squared distance after a noisy step"),
    Formula("floorOfError", FLOOR, (eta, noise_b), noisy, error_floor.title),
    Formula("pushed", PUSHED, (eta, u, noise_b), {**noisy, noise_b: (-8, 8)}, "where a noisy step leads"),
    # ---- saddles_and_plateaus
    Formula("saddleLevel", near_level.body, (w1, w2, h_1, h_2), level, near_level.says),
    Formula(
        "saddleStep",
        w1 - eta * level_in_one.lines[1],
        (w1, eta, h_1),
        {w1: (-2, 3), eta: (0, 1), h_1: (-1, 1)},
        "a weight after a step of descent",
    ),
    Formula(
        "awayAfter",
        leaves_a_saddle.claim.rhs,
        (eta, fall, offset, t),
        {eta: (0, 1), fall: (0, 1), offset: (Rational(1, 10**12), 1), t: (1, 200)},
        leaves_a_saddle.title,
    ),
    Formula(
        "stepsOut",
        steps_to_leave.body,
        (radius, offset, eta, fall),
        {radius: (2, 3), offset: (Rational(1, 10**12), 1), eta: (Rational(1, 10), 1), fall: (Rational(1, 2), 1)},
        steps_to_leave.says,
    ),
    Formula("sigmoidAt", slope_on_a_plateau.start.expr, (z_far,), {z_far: (0, 9)}, "the sigmoid"),
    Formula("sigmoidSlope", slope_on_a_plateau.lines[1], (z_far,), {z_far: (0, 9)}, "its slope"),
    Formula("valleyHeight", valleys, (w1, u), tilted, "a cost of one weight with two valleys"),
    Formula("valleyStep", w1 - eta * Derivative(valleys, w1), (w1, eta, u), tilted, "its weight a step later"),
    # ---- momentum_speed
    Formula("bowlHeight", PARABOLA, (kappa, u), long_bowl, "height of a bowl along one axis"),
    Formula("limitOfBuffer", limit_of_the_buffer.expr, (beta, kappa), long_bowl, limit_of_the_buffer.says),
    Formula(
        "nextDistance",
        two_steps_back.end,
        (eta, beta, kappa, now, old),
        long_bowl,
        two_steps_back.title,
        (),
        {t: 3},
        {delta[2]: now, delta[1]: old},
    ),
)
