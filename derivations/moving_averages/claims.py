"""The ledger of the notes of course 2 (S4) on exponentially weighted averages and what is built on them.

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned ruling.
`L27` is line 27 of the source's text.
"""

from __future__ import annotations

from sympy import Abs, Derivative, Eq, Ge, Gt, Integer, Lt, Ne, Rational, Sum, exp, log, sqrt

from derivations.calculus import Claim, Given, Kind, Ruling, Source
from derivations.moving_averages.average_that_remembers import exponential_average, weights_sum
from derivations.moving_averages.batch_normalisation import (
    LAYER,
    MOMENTS,
    MOVED,
    bias_goes,
    gain_of_this_batch,
    given_mean,
    given_score,
    mean_of_scores,
    normalised_score,
    normalised_variance,
    same_mean,
    same_variance,
    shift_of_this_batch,
    variance_of_scores,
)
from derivations.moving_averages.batch_normalisation_at_test_time import WITHIN, its_own_mean, one_example
from derivations.moving_averages.bias_correction import factors_fed_back, factors_of_the_misprint, multiplied_average
from derivations.moving_averages.learning_rate_decay import exponential_rate, inverse_rate, root_rate
from derivations.moving_averages.momentum import so_far_a_share, velocity_by_steps
from derivations.moving_averages.saddles_and_plateaus import level_cube
from derivations.notation import (
    S2,
    K,
    a,
    average,
    b,
    beta,
    beta1,
    beta2,
    beta_next,
    bn_shift,
    buffers,
    cond,
    corrected_t,
    decay,
    epoch,
    epsilon,
    eta,
    eta0,
    eta_exponential,
    eta_inverse,
    eta_root,
    expected_var,
    fade,
    from_zero,
    gain,
    grad,
    gradients,
    i,
    i2,
    k,
    k_root,
    kappa,
    m,
    mu,
    mu2,
    n,
    pool,
    repeated,
    s_hat,
    s_raw,
    scores,
    signal,
    step_published,
    step_under,
    t,
    u,
    v_hat,
    var_z,
    var_z2,
    velocity,
    x,
    z_norm,
    z_tilde,
)
from derivations.sum_or_mean.batch_size import noise_of_draws
from derivations.sum_or_mean.optimizer_conventions import (
    adam_published,
    average_corrected,
    average_from_zero,
    eps_under,
    second_average,
)

AT_TEST_TIME = "moving-averages/batch-normalisation-at-test-time.md"
BATCH_NORMALISATION = "moving-averages/batch-normalisation.md"
NOTES = "notes of a deep-learning course"
AVERAGE_THAT_REMEMBERS = "moving-averages/average-that-remembers.md"
BIAS_CORRECTION = "moving-averages/bias-correction.md"
MEMORY_LENGTH = "moving-averages/memory-length.md"

SADDLES_AND_PLATEAUS = "moving-averages/saddles-and-plateaus.md"
EPSILON_PLACEMENT = "moving-averages/epsilon-placement.md"
RMSPROP_AND_ADAM = "moving-averages/rmsprop-and-adam.md"


def _notes(place: str) -> Source:
    return Source(NOTES, place)


# ---- average_that_remembers, memory_length, bias_correction

AVERAGES: tuple[Claim, ...] = (
    Claim(
        "S4-013",
        _notes("L65–71"),
        "A scatter of London's daily temperatures: 40, 49 and 45 °F at first, 60 and 56 in summer.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="The picture is lost; five days are printed. Ours shows a year of real days, in Seattle.",
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-101",
        _notes("L69"),
        "40 °F are 4 °C.",
        Kind.NUMBER,
        stated=Eq((u - 32) * Rational(5, 9), Integer(4)),
        at={u: "40"},
        places=0,
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-102",
        _notes("L69"),
        "60 °F are 15 °C.",
        Kind.NUMBER,
        stated=Eq((u - 32) * Rational(5, 9), Integer(15)),
        at={u: "60"},
        places=0,
        because="Cut off, not rounded.",
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-014",
        _notes("L75, L80"),
        "The average begins at 0, keeps β of what it was, and takes in 1 − β of the new temperature.",
        Kind.DEFINITION,
        stated=Eq(average[2], beta * ((1 - beta) * signal[1]) + (1 - beta) * signal[2]),
        where=(exponential_average,),
        because="It is the definition, and ours: here its first two steps from 0, for any β.",
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-015",
        _notes("L77"),
        "The temperature of a day is computed from the past several days.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "From that day too, which weighs the most, and from every day since the first. It is no estimate of that "
            "day: under a steady rise the average comes late."
        ),
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-017",
        _notes("L82"),
        "In the average of day 100, a day weighs more, the closer it is.",
        Kind.STATEMENT,
        stated=Eq(average[t], Sum((1 - beta) * beta ** (t - n) * signal[n], (n, 1, t))),
        where=(exponential_average,),
        because="Each day's weight is β times that of the day after it.",
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-103",
        _notes("L82"),
        "The average of day 100 mixes that day with all 99 days before it.",
        Kind.NUMBER,
        stated=Eq(weights_sum.end, Rational("0.99997"), evaluate=False),
        at={beta: "0.9", t: 100},
        places=5,
        because="The weights of these hundred days add up to all but β to the power of a hundred.",
        rests_on=("weights_sum",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-018",
        _notes("L84"),
        "Written out: a tenth of day 100, and of each day before it a tenth with one more factor of 0.9.",
        Kind.IDENTITY,
        stated=Eq(
            average[4],
            (1 - beta) * signal[4]
            + (1 - beta) * beta * signal[3]
            + (1 - beta) * beta**2 * signal[2]
            + (1 - beta) * beta**3 * signal[1],
        ),
        where=(exponential_average,),
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-022",
        _notes("L94"),
        "It is called exponential because (1 − ε) to the power of 1/ε is 1/e, for ε = 1 − β.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "It is called so because the weights are powers of β, that is, an exponential function of the age, for "
            "every β, also where that limit is far away."
        ),
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-104",
        _notes("L96"),
        "A subscript at v says what is averaged.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="It is a name. Here the average has the step below it, and what is averaged is written out.",
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-023",
        _notes("L101–105"),
        "The algorithm repeats one line: the new average is β of the old one and 1 − β of the next value.",
        Kind.IDENTITY,
        stated=Eq(average[t], beta * average[t - 1] + (1 - beta) * signal[t]),
        where=(exponential_average,),
        because="One variable is overwritten at each step, and nothing else is kept.",
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-029",
        _notes("L119"),
        "It is not very easy to do, as past values are held in a buffer that is updated at each observation.",
        Kind.STATEMENT,
        ruling=Ruling.FALSE,
        because=(
            "The next average is made from the old one and the new value alone: one number for each quantity. The mean "
            "over a moving window is the one that needs past values, because it must know what it leaves behind."
        ),
        rests_on=("average_unrolled", "window_moves"),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-030",
        _notes("L121–123"),
        "A linked page teaches the same with the same example.",
        Kind.OPINION,
        ruling=Ruling.OPEN,
        because="The link was not followed: it says nothing that could be checked here.",
        page=AVERAGE_THAT_REMEMBERS,
    ),
    # memory_length
    Claim(
        "S4-016",
        _notes("L82, L86"),
        "It is approximately an average over the last 1/(1 − β) values: 10, 50 and 2 days for 0.9, 0.98 and 0.5.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "The arithmetic is right, and the window is a figure of speech. The last ten values hold "
            "{num}`mass_of_10:.0%` of the weight, the last fifty {num}`mass_of_50:.0%`; every older day has some. The "
            "plain window that is as late and as noisy is nearly twice as long. Below, $s$ is its length, $\\bar k$ "
            "the mean age of what is averaged, and $\\rho$ the share of the noise that is left."
        ),
        rests_on=("weights_sum", "as_late", "as_noisy"),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-107",
        _notes("L86"),
        "With a β of 0.9 the average is over the last 10 days.",
        Kind.NUMBER,
        stated=Eq(1 - beta ** (1 / (1 - beta)), Integer(1)),
        at={beta: "0.9"},
        places=2,
        because="At its word: then all weight would be theirs. Line 82 says “approximately”, see {claim}`S4-016`.",
        rests_on=("weights_sum",),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-019",
        _notes("L86, L89–91"),
        "A figure shows the three averages in red, green and yellow.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. Ours has one average and a slider for β, over real days.",
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-020",
        _notes("L88"),
        "A smaller β gives a noisier average.",
        Kind.STATEMENT,
        stated=Eq(Derivative((1 - beta) / (1 + beta), beta), -2 / (1 + beta) ** 2),
        because="What is left of independent noise falls as β grows: its slope is negative.",
        rests_on=("noise_of_the_average",),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-108",
        _notes("L88"),
        "A smaller β follows changes more quickly.",
        Kind.STATEMENT,
        stated=Eq(Derivative(beta / (1 - beta), beta), 1 / (1 - beta) ** 2),
        because="The lag on a ramp grows with β: its slope is positive.",
        rests_on=("lag",),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-109",
        _notes("L88"),
        "A smaller β is more susceptible to outliers.",
        Kind.STATEMENT,
        stated=Eq((1 - beta) * x - (1 - beta_next) * x, (beta_next - beta) * x),
        because=(
            "An outlier of size $x$ moves the average by 1 − β of it when it comes: by more for the smaller of two β. "
            "With a larger β it stays longer."
        ),
        rests_on=("average_unrolled",),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-021",
        _notes("L94"),
        "(1 − ε) to the power of 1/ε is 1/e, for ε = 1 − β.",
        Kind.IDENTITY,
        stated=Eq((1 - epsilon) ** (1 / epsilon), exp(-1)),
        because="It is smaller for every ε, and tends to 1/e as ε vanishes. At one half it is a quarter.",
        rests_on=("below_one_over_e", "near_one_over_e"),
        page=MEMORY_LENGTH,
    ),
    # bias_correction
    Claim(
        "S4-024",
        _notes("L107"),
        "This average is not so accurate; bias correction computes it more accurately.",
        Kind.IDENTITY,
        stated=Eq(x - Sum((1 - beta) * beta ** (t - n) * x, (n, 1, t)), x * beta**t),
        because=(
            "Under a value that stays at $x$, it falls short at every step: by nearly all of $x$ at first, and by next "
            "to nothing once the weights of the steps so far add up to almost 1."
        ),
        rests_on=("constant_average",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-025",
        _notes("L111"),
        "With a β of 0.98 and a first day of 40 degrees, the first average is 8 degrees.",
        Kind.NUMBER,
        stated=Eq((1 - beta) * x, Integer(8)),
        at={beta: "0.98", x: "40"},
        because="A slip of the point, which makes the fault look ten times smaller than it is.",
        rests_on=("constant_average",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-026",
        _notes("L111–113"),
        "A figure shows the expected curve in green, and in purple the one that starts too low.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. Ours draws both over real days, and the misprinted one too.",
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-027",
        _notes("L115"),
        "The correction: instead of v, use v over 1 − βᵗ equal to β of the last v and 1 − β of the new value.",
        Kind.IDENTITY,
        stated=Eq(average[t] / (1 - beta**t), beta * average[t - 1] + (1 - beta) * signal[t]),
        where=(exponential_average,),
        because="The right side is v itself. The average goes on uncorrected, and what is told is v over 1 − βᵗ.",
        rests_on=("corrected_recursion",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-105",
        _notes("L115"),
        "The same line, solved for v at every step, gives the corrected average.",
        Kind.IDENTITY,
        stated=Eq(repeated[t], average[t] / (1 - beta**t)),
        where=(multiplied_average, exponential_average),
        given=(factors_of_the_misprint,),
        because=(
            "It multiplies at every step by what should divide once: lower than without any correction. Here "
            "$\\tilde v_n$ is what step $n$ gives, and $f_n$ the factor that the step puts on the average."
        ),
        rests_on=("multiplied_again", "multiplied_constant"),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-106",
        _notes("L115"),
        "The same line, with the corrected value on both sides, gives the corrected average.",
        Kind.IDENTITY,
        stated=Eq(repeated[t], average[t] / (1 - beta**t)),
        where=(multiplied_average, exponential_average),
        given=(factors_fed_back,),
        because=(
            "What was corrected once is corrected again, and the errors multiply. Here $\\tilde v_n$ is what step $n$ "
            "gives, and $f_n$ the factor that the step puts on the average."
        ),
        rests_on=("multiplied_again", "multiplied_constant"),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-028",
        _notes("L117"),
        "In the first steps 1 − βᵗ is small and raises v; later it comes close to 1.",
        Kind.STATEMENT,
        stated=Eq(1 - beta ** (t + 1) - (1 - beta**t), (1 - beta) * beta**t),
        because="It grows with every step, by the weight that comes in; what it lacks is a power that vanishes.",
        rests_on=("weights_sum",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "GH-101",
        Source("karpathy/convnetjs", "pull request 70"),
        "Adam's averages are corrected by multiplying with 1 − βᵗ, in the code that this request mends.",
        Kind.IDENTITY,
        stated=Eq(from_zero * (1 - beta**t), corrected_t),
        where=(average_corrected,),
        because=(
            "Here $v_t^{0}$ is the average that begins at 0, and $\\hat v_t$ the corrected one. To multiply makes "
            "small values smaller: the lack counts twice."
        ),
        rests_on=("corrected_weights",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "GH-102",
        Source("ufal/npfl114", "pull request 79"),
        "The correction divides by 1 − β², on the slide that this request mends.",
        Kind.IDENTITY,
        stated=Eq(from_zero / (1 - beta**2), corrected_t),
        where=(average_corrected,),
        because=(
            "Here $v_t^{0}$ is the average that begins at 0, and $\\hat v_t$ the corrected one. Right at the second "
            "step, and at no other: too small before, far too large later."
        ),
        rests_on=("corrected_weights",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "GH-103",
        Source("eriklindernoren/ML-From-Scratch", "issue 35"),
        "Adam's averages are divided by 1 − β, without the power t.",
        Kind.IDENTITY,
        stated=Eq(from_zero / (1 - beta), corrected_t),
        where=(average_corrected,),
        because=(
            "Here $v_t^{0}$ is the average that begins at 0, and $\\hat v_t$ the corrected one. Right at the first "
            "step. Later it is a sum, not a mean, and in the end too large by a factor of one over 1 − β."
        ),
        rests_on=("corrected_weights",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "GH-104",
        Source("frgfm/holocron", "issue 1"),
        "The average is corrected in place, so that the next step averages the corrected value.",
        Kind.IDENTITY,
        stated=Eq(repeated[t], average[t] / (1 - beta**t)),
        where=(multiplied_average, exponential_average),
        given=(factors_fed_back,),
        because=(
            "So an implementation of RAdam had it, as the issue points out; it was mended the same day. The "
            "corrections accumulate: under a value that stands still, the second average lies far above it. Here "
            "$\\tilde v_n$ is what step $n$ gives, and $f_n$ the factor that the step puts on the average."
        ),
        rests_on=("multiplied_again", "fed_back_second"),
        page=BIAS_CORRECTION,
    ),
)

# ---- batch_normalisation, batch_normalisation_at_test_time, batch_normalisation_backward

several = Given(Ge(m, 2), words="the batch is more than one example")

NORMALISATION: tuple[Claim, ...] = (
    # ---- batch_normalisation
    Claim(
        "S4-059",
        _notes("L261"),
        "Scaling the features makes training easier. What if we do it throughout the network, not to the input alone?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because=(
            "Answer: then each unit has the mean and, up to ε, the standard deviation that two learnt numbers say, "
            "whatever the layers below do. Its bias becomes idle, the size of its weights nearly so, and the examples "
            "of a batch depend on each other."
        ),
        rests_on=("given_mean", "given_deviation", "bias_goes", "scale_goes"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-060",
        _notes("L263"),
        "Normalising some or all units before their activation made the later layers learn faster.",
        Kind.EMPIRICAL,
        ruling=Ruling.OPEN,
        because=(
            "Before the activation is the place that the paper chose; after it is used too. How much faster depends "
            "on the network, the data and the learning rate. We have not run it."
        ),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-061",
        _notes("L263"),
        "Two learnt numbers control the mean and the standard deviation of the scores that are passed on.",
        Kind.STATEMENT,
        stated=Eq(given_mean.start, bn_shift),
        where=LAYER,
        because="The mean is the shift, exactly. The standard deviation is the size of γ, but for ε.",
        rests_on=("given_mean", "given_deviation"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-062",
        _notes("L263, L289"),
        "Without them the mean would be 0 and the standard deviation 1.",
        Kind.IDENTITY,
        stated=Eq(normalised_variance.start, 1),
        where=MOMENTS,
        given=(several,),
        because=(
            "The mean is 0. The variance lacks the share of ε: next to nothing where the variance of the scores is "
            "large, and most of it where it is small beside ε."
        ),
        rests_on=("normalised_mean", "normalised_variance"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-063",
        _notes("L273"),
        "The normalised score: the score less the mean, over the root of the variance plus ε.",
        Kind.DEFINITION,
        stated=Eq(z_norm[i], (scores[i] - mu) / sqrt(var_z + epsilon)),
        where=(normalised_score,),
        because="As in the paper, with ε under the root.",
        rests_on=("normalised_score",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-064",
        _notes("L269–272, L274, L313"),
        "Mean and variance of the intermediate values, divided by their number; then a factor and a shift.",
        Kind.DEFINITION,
        stated=Eq(z_tilde[i], gain * (scores[i] - Sum(scores[i2], (i2, 1, m)) / m) / sqrt(var_z + epsilon) + bn_shift),
        where=(mean_of_scores, normalised_score, given_score),
        because=(
            "As in the paper. The notes write $n$ for the size of the batch here and $m$ further down; we write $m$, "
            "and keep β for moving averages."
        ),
        rests_on=("mean_of_scores", "variance_of_scores", "given_score"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-065",
        _notes("L280"),
        "Using the new scores in the place of the old ones makes learning faster.",
        Kind.EMPIRICAL,
        ruling=Ruling.OPEN,
        because="A finding of experiments, not of the formula. We have not run it.",
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-066",
        _notes("L285"),
        "The layer's number is left out of the notation.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="Here the unit's number is left out too: each unit is normalised by itself.",
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-067",
        _notes("L287"),
        "ε is added to the variance so that nothing is divided by 0.",
        Kind.STATEMENT,
        stated=Eq(sqrt(var_z + epsilon), Rational(1, 100)),
        at={var_z: 0, epsilon: "1e-4"},
        because=(
            "A unit that gives all examples of a batch the same score has the variance 0. That ε also decides what a "
            "unit with a small variance passes on is not said."
        ),
        rests_on=("normalised_variance",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-068",
        _notes("L276, L289"),
        "γ and β are learnt with the other parameters, so that mean and standard deviation may be other than 0 and 1.",
        Kind.STATEMENT,
        stated=Eq(z_tilde[i] - z_tilde[i2], gain * (z_norm[i] - z_norm[i2])),
        where=(given_score,),
        domain={i2: (1, m)},
        because="Both have a gradient, and what is passed on has the mean and the deviation that they say.",
        rests_on=("given_mean", "given_deviation"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-069",
        _notes("L291"),
        "With the root of the variance plus ε for γ and the mean for β, the layer gives back what it was given.",
        Kind.IDENTITY,
        stated=Eq(gain * (scores[i] - mu2) / sqrt(var_z2 + epsilon) + bn_shift, scores[i]),
        where=(mean_of_scores, variance_of_scores),
        given=(
            gain_of_this_batch,
            shift_of_this_batch,
            several,
        ),
        conditions=(same_mean, same_variance),
        because=(
            "On the batch whose mean and variance they are. γ and β stay, and the next batch has a mean and a "
            "variance of its own: a dash marks them."
        ),
        rests_on=("undone",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-070",
        _notes("L263, L274"),
        "Not said: the bias of a normalised layer does nothing.",
        Kind.IDENTITY,
        stated=Eq(bias_goes.start, z_norm[i]),
        where=MOVED,
        because="It is taken away with the mean; the shift β does its work.",
        rests_on=("bias_goes", "scale_goes"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-071",
        _notes("L299"),
        "It works as the scaling of features does: no unit has values up to 1 where another has them up to 1,000.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "The ranges are evened out, but for γ, which is learnt and may differ from unit to unit. That training "
            "is easier for it is an analogy."
        ),
        rests_on=("given_deviation",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-072",
        _notes("L302"),
        "It reduces the covariance shift that the layers below cause.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "The word is covariate shift: the inputs of a layer change their distribution. Their mean and deviation "
            "are held by γ and β, the rest is not. Whether that is why it helps is disputed: Santurkar et al. "
            "(2018) add such a shift on purpose, and it helps all the same."
        ),
        rests_on=("given_mean", "given_deviation"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-073",
        _notes("L304"),
        "The layers learn more independently of each other.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because="A picture of what happens, not a statement that can be tested. Two moments are held, no more.",
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-074",
        _notes("L306"),
        "The noise of the batches' means and variances regularises a little; that is not what it is used for.",
        Kind.EMPIRICAL,
        ruling=Ruling.OPEN,
        because="The noise is there, and its size is known. How much it regularises is a matter of experiments.",
        rests_on=("noise", "noise_of_draws"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-075",
        _notes("L308"),
        "The larger the mini-batch, the weaker this effect.",
        Kind.STATEMENT,
        stated=Gt(noise_of_draws.end, noise_of_draws.end.xreplace({m: pool})),
        given=(Given(Gt(pool, m), words="a larger mini-batch, of $N$ examples"),),
        because="True of the noise: the variance of a batch's mean falls with the size of the batch.",
        rests_on=("noise_of_draws",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-130",
        _notes("L278"),
        "A picture shows the algorithm.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. Ours show the layer with the shape of each array, and a batch before and after.",
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-131",
        _notes("L293–295"),
        "A picture shows batch normalisation between the layers of a network.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. Ours shows one layer of it: between the scores and the activation, says the text.",
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-132",
        _notes("L304"),
        "With the layers below covered, what a layer is given looks like data; uncovered, it moves with their weights.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="The inputs of a layer are a function of all weights below it. Our figure watches them in training.",
        page=BATCH_NORMALISATION,
    ),
    # ---- batch_normalisation_at_test_time
    Claim(
        "S4-076",
        _notes("L310, L315"),
        "Mean and variance are those of a mini-batch, not of all data, and each mini-batch has its own.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="In training. So what is passed on for one example depends on the others of its batch.",
        rests_on=("mean_of_scores", "variance_of_scores"),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-077",
        _notes("L310, L313"),
        "On a single example of the test the equations mean nothing.",
        Kind.STATEMENT,
        stated=Eq(one_example.start, bn_shift),
        where=(normalised_score, given_score),
        given=(its_own_mean,),
        because=(
            "True in this sense: they are defined, for ε keeps the root from 0, but what they give is the shift, for "
            "every example. The network would say the same of all pictures."
        ),
        rests_on=("one_example",),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-133",
        _notes("L310"),
        "So what is to be done now?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because=(
            "Answer: keep one mean and one variance for each unit, averages over the batches, corrected for their "
            "start, the variances over one less than $m$. Then each example is passed on by itself, and the layer can "
            "be folded into its weights and bias."
        ),
        rests_on=("one_example", "too_small", "unbiased_against_biased", "folds"),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-134",
        _notes("L315–317"),
        "For the test, average the means of all mini-batches of the layer with falling weights, up to the last one.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="That is what the libraries do, though not all of them correct for the start.",
        rests_on=("average_corrected",),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-078",
        _notes("L317"),
        "At each batch, v over 1 − βᵗ is β times the last v and 1 − β times the mean of the batch.",
        Kind.IDENTITY,
        stated=Eq(repeated[t], from_zero / (1 - beta**t)),
        where=(multiplied_average, average_from_zero),
        given=(factors_of_the_misprint,),
        because=(
            "Solved for v at every step, it multiplies by what should divide once, at the end. Five batches whose "
            "mean is 3 give far less than no correction at all. Here $x_n$ is the mean of batch $n$, and "
            "$\\tilde v_n$ what its step gives, with the factor $f_n$."
        ),
        rests_on=("as_printed", "left_uncorrected", "rightly_corrected"),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-079",
        _notes("L317"),
        "Similarly for the variance: the batches' variances, averaged, are the variance for the test.",
        Kind.IDENTITY,
        stated=Eq(expected_var, S2),
        where=WITHIN,
        given=(several,),
        because=(
            "Averaged they are too small, by one example in $m$: each batch measures from its own mean. The paper "
            "multiplies by $m$ and divides by one less than $m$."
        ),
        rests_on=("too_small", "unbiased_against_biased"),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-080",
        _notes("L319"),
        "It is not the only way: any reasonable method that gives one mean and one variance for each layer will do.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because=(
            "One mean and variance for each unit, to be exact. A pass over the training set with the final weights "
            "is the cleanest; the lab compares it with averages."
        ),
        page=AT_TEST_TIME,
    ),
)

# ---- momentum, momentum_speed, learning_rate_decay

MOMENTUM = "moving-averages/momentum.md"
DECAY = "moving-averages/learning-rate-decay.md"
SPEED = "moving-averages/momentum-speed.md"
twice_over_the_curvature = Given(Eq(eta, 2 / kappa), fix=eta, words="the learning rate is two over the curvature")
elongated = Given(Gt(cond, (1 + sqrt(beta)) / (1 - sqrt(beta))), words="the bowl is that elongated")
same_beta = Given(Eq(beta_next, beta), fix=beta_next, words="β stays what it was")

DESCENT: tuple[Claim, ...] = (
    Claim(
        "S4-031",
        _notes("L128"),
        "Plain gradient descent is not the best optimiser for every problem.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because="Nothing is best for every problem. On a round bowl it is: one step of it arrives.",
        page=MOMENTUM,
    ),
    Claim(
        "S4-035",
        _notes("L132, L142–155"),
        "Momentum: β of the old average and 1 − β of the gradient, begun at 0, for weights and bias; step along it.",
        Kind.DEFINITION,
        stated=Eq(velocity[t], beta * velocity[t - 1] + (1 - beta) * gradients[t]),
        where=(velocity_by_steps,),
        because="It is the average form.",
        rests_on=("average_is_a_share_of_the_buffer",),
        page=MOMENTUM,
    ),
    Claim(
        "S4-037",
        _notes("L161"),
        "The usual β averages over the last ten steps.",
        Kind.NUMBER,
        stated=Eq(1 - beta ** (1 / (1 - beta)), Integer(1)),
        at={beta: "0.9"},
        places=2,
        because="The last ten hold about two thirds of the weight, older gradients the rest: {claim}`S4-107` again.",
        page=MOMENTUM,
    ),
    Claim(
        "S4-038",
        _notes("L161"),
        "In practice the average of momentum is not corrected for its start.",
        Kind.EMPIRICAL,
        ruling=Ruling.TRUE,
        because=(
            "Neither PyTorch nor Keras nor optax corrects it: the atlas ran them. They add the gradient whole, so "
            "their first step is that of gradient descent; in the average form it is 1 − β of that."
        ),
        page=MOMENTUM,
    ),
    Claim(
        "S4-039",
        _notes("L163"),
        "Without the factor 1 − β momentum is the same up to the choice of the learning rate.",
        Kind.IDENTITY,
        stated=Eq(
            beta_next * velocity[t - 1] + (1 - beta_next) * gradients[t],
            (1 - beta_next) * (beta_next * buffers[t - 1] + gradients[t]),
        ),
        given=(so_far_a_share,),
        conditions=(same_beta,),
        rests_on=("same_walk", "beta_moved", "rate_moved"),
        page=MOMENTUM,
        because=(
            "For every schedule, each learning rate 1 − β times as large. Not where β changes on the way, nor where "
            "the learning rate stands inside the buffer and changes."
        ),
    ),
    Claim(
        "S4-040",
        _notes("L163"),
        "The form with 1 − β is to be preferred, by intuition.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because=(
            "It keeps the length of a step when β is tuned. The other is what libraries do, and starts without a bias."
        ),
        page=MOMENTUM,
    ),
    Claim(
        "S4-041",
        _notes("L167"),
        "RMSprop, like momentum, is to provide oscillation across the valley.",
        Kind.STATEMENT,
        ruling=Ruling.FALSE,
        because="A slip of the pen: to prevent it, as line 136 has it.",
        page=RMSPROP_AND_ADAM,
    ),
    # ---- learning_rate_decay
    Claim(
        "S4-052",
        _notes("L226"),
        "Begin with large steps, and make them smaller as training goes on.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "Where the gradient is noisy: at a constant rate the distance goes to a floor that only a smaller rate "
            "lowers. Without noise a constant rate below its limit arrives by itself."
        ),
        rests_on=("error_floor", "distance_after_t_steps"),
        page=DECAY,
    ),
    Claim(
        "S4-111",
        _notes("L228–231"),
        "A picture shows the path with decay and without, around the minimum.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="The picture is lost. Ours is drawn anew, with noise that you can turn up.",
        page=DECAY,
    ),
    Claim(
        "S4-110",
        _notes("L232"),
        "What relation is to be followed when the learning rate is reduced?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because=(
            "Answer: one whose travel is at least the distance to go within the epochs there are, and whose last rates "
            "are small beside the noise that is allowed. The four of the notes differ in both."
        ),
        rests_on=("exponential_remainder", "inverse_keeps_going", "root_does_not_settle"),
        page=DECAY,
    ),
    Claim(
        "S4-053",
        _notes("L234–236"),
        "The learning rate is the first one over 1 plus the decay rate times the number of the epoch.",
        Kind.DEFINITION,
        stated=Eq(eta_inverse, eta0 / (1 + decay * epoch)),
        where=(inverse_rate,),
        because="Its travel has no end, and its squares add up to a fixed sum. But the travel is slow.",
        rests_on=("inverse_keeps_going", "inverse_block", "inverse_settles"),
        page=DECAY,
    ),
    Claim(
        "S4-054",
        _notes("L240"),
        "Exponential decay: the learning rate is a number below 1 to the power of the epoch.",
        Kind.DEFINITION,
        stated=Eq(eta_exponential, fade**epoch),
        where=(exponential_rate,),
        rests_on=("exponential_travel",),
        page=DECAY,
        because="The first rate is missing: as printed, training begins at a rate of 1, whatever the problem.",
    ),
    Claim(
        "S4-055",
        _notes("L242–245"),
        "The learning rate is a number k over the root of the epoch, times the first rate.",
        Kind.DEFINITION,
        stated=Eq(eta_root, k_root / sqrt(epoch) * eta0),
        where=(root_rate,),
        because="From epoch 1 on: at an epoch 0 it divides by zero. The first rate is k times what it is called.",
        rests_on=("root_does_not_settle",),
        page=DECAY,
    ),
    Claim(
        "S4-056",
        _notes("L247"),
        "Discrete steps, as explained before.",
        Kind.DEFINITION,
        ruling=Ruling.OPEN,
        because="Nothing before this line explains them. The lecture of the first topic has such steps: halvings.",
        rests_on=("halving_travel",),
        page=DECAY,
    ),
    # ---- momentum_speed
    Claim(
        "S4-032",
        _notes("L132"),
        "Momentum is almost always faster than gradient descent.",
        Kind.STATEMENT,
        stated=Lt(sqrt(beta), (cond - 1) / (cond + 1)),
        conditions=(elongated,),
        domain={cond: (1, 9)},
        rests_on=("who_wins", "complex_pair", "tuned_flat"),
        page=SPEED,
        because=(
            "On a bowl, with both learning rates tuned: only where the condition number is above a limit. On rounder "
            "bowls no learning rate makes momentum with this β as fast."
        ),
    ),
    Claim(
        "S4-033",
        _notes("L134"),
        "Gradient descent swings across the valley, so its learning rate cannot be raised, or it would diverge.",
        Kind.STATEMENT,
        stated=Eq(1 - eta * kappa, -1),
        given=(twice_over_the_curvature,),
        because=(
            "At two over the largest curvature a step changes the sign of the distance and nothing else; above it each "
            "swing is wider than the last. The flat direction has to live with that."
        ),
        rests_on=("shrinks_below_two",),
        page=SPEED,
    ),
    Claim(
        "S4-034",
        _notes("L134, L137–139, L156–159"),
        "Two pictures: the path of gradient descent on an elongated bowl, and momentum's in red.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="They are lost. Ours draws both on one bowl, and lets you move the learning rate and β.",
        page=SPEED,
    ),
    Claim(
        "S4-112",
        _notes("L136"),
        "Momentum makes the steps smaller across the valley, and larger along it.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "Against descent at the same learning rate. In the average form, alternating gradients nearly cancel, and "
            "one that stays keeps its length, no more. In the plain form it grows, and an alternating one is nearly "
            "halved."
        ),
        rests_on=("constant_gain", "alternating_gain"),
        page=SPEED,
    ),
    Claim(
        "S4-036",
        _notes("L159"),
        "Momentum damps the oscillation and takes a straighter way, with faster movement along the valley.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "It damps those of descent, which change sign at every step. It has slow ones of its own: with a pair of "
            "complex roots it runs past the bottom and comes back."
        ),
        rests_on=("alternating_gain", "complex_pair"),
        page=SPEED,
    ),
)

# ---- rmsprop_and_adam

ADAPTIVE: tuple[Claim, ...] = (
    Claim(
        "S4-120",
        _notes("L167"),
        "RMSprop speeds up the flat direction.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because=(
            "Each weight's step is divided by the size of its own gradients: shorter where it is steep, longer where "
            "it is flat."
        ),
        rests_on=("rmsprop_step",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-042",
        _notes("L171–177"),
        "The average of the squares keeps β₂ of what it was, and takes in 1 − β₂ of the new square, entry by entry.",
        Kind.DEFINITION,
        stated=Eq(
            (1 - beta2) * Sum(beta2 ** (t - n) * gradients[n] ** 2, (n, 1, t)),
            beta2 * ((1 - beta2) * Sum(beta2 ** (t - 1 - n) * gradients[n] ** 2, (n, 1, t - 1)))
            + (1 - beta2) * gradients[t] ** 2,
            evaluate=False,
        ),
        rests_on=("squares_of_equal",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-045",
        _notes("L171–181"),
        "RMSprop, as its formulas stand, corrects nothing.",
        Kind.IDENTITY,
        stated=Eq(eta * grad / sqrt(s_raw), 1 / sqrt(1 - beta2**t) * (eta * grad / sqrt(s_hat))),
        where=(second_average,),
        because="So its first step is {num}`rmsprop_first:.2f` learning rates long, at a β₂ of nine tenths.",
        rests_on=("rmsprop_step",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-046",
        _notes("L185"),
        "Adam turned out to perform better than momentum and RMSprop alone.",
        Kind.EMPIRICAL,
        ruling=Ruling.OPEN,
        because="Nothing is measured there. It hangs on the task, and on how long each learning rate was looked for.",
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-121",
        _notes("L185"),
        "Adam is a mixture of momentum and RMSprop.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because=(
            "With β₁ at 0 it is RMSprop, its average corrected. Where ε is by far the larger part of the divisor, it "
            "is momentum, at a learning rate over ε; or over the root of ε, where ε stands under the root."
        ),
        rests_on=("adam_on_equal",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-047",
        _notes("L187"),
        "In Adam, bias correction is needed for momentum.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "For both averages. With momentum's correction alone the first step is {num}`momentum_corrected_first:.1f` "
            "learning rates. The formulas below that sentence correct both."
        ),
        rests_on=("momentum_corrected", "uncorrected"),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-122",
        _notes("L191"),
        "All four averages begin at 0.",
        Kind.DEFINITION,
        stated=Eq(velocity[1], (1 - beta) * gradients[1]),
        where=(velocity_by_steps,),
        because=(
            "Of the first gradient only 1 − β stays then. That is why they have to be corrected: the weights of the "
            "steps do not add up to 1 yet."
        ),
        rests_on=("average_of_equal",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-048",
        _notes("L193–211"),
        "Both averages are corrected, by 1 − βᵗ and 1 − β₂ᵗ; some write β₁ for β.",
        Kind.IDENTITY,
        stated=Eq((1 - beta1) * Sum(beta1 ** (t - n), (n, 1, t)) / (1 - beta1**t), Integer(1), evaluate=False),
        because="Then the weights add up to 1. What t is goes unsaid: it counts the steps, and is 1 at the first.",
        rests_on=("average_of_equal", "squares_of_equal"),
        page=RMSPROP_AND_ADAM,
    ),
)

# ---- epsilon_placement

EPSILONS: tuple[Claim, ...] = (
    Claim(
        "S4-043",
        _notes("L179–181"),
        "RMSprop divides the gradient by the root of the average square plus ε.",
        Kind.DEFINITION,
        stated=Eq(step_under, eta * grad / sqrt(s_raw + epsilon)),
        where=(eps_under,),
        because=(
            "It is one of two conventions: Keras has it so, PyTorch has ε beside the root. With one ε they are two "
            "algorithms."
        ),
        rests_on=("adam_on_equal", "under_on_equal"),
        page=EPSILON_PLACEMENT,
    ),
    Claim(
        "S4-044",
        _notes("L179"),
        "ε is added so that nothing is divided by 0.",
        Kind.STATEMENT,
        stated=Ge(sqrt(s_hat + epsilon), sqrt(epsilon)),
        because=(
            "In both forms what is divided by is positive then, even where every gradient was 0. It does more: it "
            "shortens the steps of small gradients."
        ),
        rests_on=("adam_on_equal", "under_on_equal"),
        page=EPSILON_PLACEMENT,
    ),
    Claim(
        "S4-049",
        _notes("L213–215"),
        "Adam divides by the root of the corrected average square plus ε.",
        Kind.IDENTITY,
        stated=Eq(step_published, eta * v_hat / sqrt(s_hat + epsilon)),
        where=(adam_published,),
        because="Adam as published has ε beside the root.",
        rests_on=("adam_on_equal", "under_on_equal"),
        page=EPSILON_PLACEMENT,
    ),
    Claim(
        "S4-050",
        _notes("L217"),
        "As a rule β is 0.9, β₂ is 0.999 and ε is 1e-8.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "Those are the numbers of the paper, for an ε beside the root. Under the root, where these notes have it, "
            "this ε acts like {num}`acts_like:.0e`, and the notes do not say so."
        ),
        rests_on=("adam_on_equal", "under_on_equal"),
        page=EPSILON_PLACEMENT,
    ),
)

# ---- local optima

SADDLES: tuple[Claim, ...] = (
    Claim(
        "S4-057",
        _notes("L251"),
        "The problem of local optima: descent can get stuck in a local optimum instead of the global one.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "The lecture says so to take it back: with many weights nearly every level point is a saddle, and what "
            "costs time is plateaus. Already with four weights {num}`definite_4:.2%` of random symmetric matrices are "
            "positive definite. It can happen with few weights; in softmax regression it cannot, since its cost is "
            "convex."
        ),
        rests_on=("leaves_a_saddle", "two_by_two"),
        page=SADDLES_AND_PLATEAUS,
    ),
    Claim(
        "S4-058",
        _notes("L253"),
        "Optima are, in general, the points where the derivative is 0: read backwards, as a test for a minimum, on x³.",
        Kind.STATEMENT,
        stated=Ge(level_cube.end, 0),
        because=(
            "At a minimum inside the domain of a smooth function the derivative is 0. The converse fails: on x³ the "
            "derivative is 0 at 0, and to the left the function is lower; at a saddle it is lower along one direction."
        ),
        rests_on=("level_cube", "level_in_one"),
        page=SADDLES_AND_PLATEAUS,
    ),
    Claim(
        "S4-140",
        _notes("L249–255"),
        "The problem of local optima, with two drawings.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="The drawings are lost. Ours show two valleys over one weight, and a saddle and a plateau.",
        page=SADDLES_AND_PLATEAUS,
    ),
)

# ---- what the lines of the notes say besides: numbers on the way, what is left out, and what stands unsaid

AVERAGES_LINE_BY_LINE: tuple[Claim, ...] = (
    Claim(
        "S4-160",
        _notes("L69"),
        "49 °F are 9 °C.",
        Kind.NUMBER,
        stated=Eq((u - 32) * Rational(5, 9), Integer(9)),
        at={u: "49"},
        places=0,
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-161",
        _notes("L73, L77"),
        "The days look noisy; their moving average is smoother.",
        Kind.STATEMENT,
        stated=Eq(Sum(((1 - beta) * beta ** (t - n)) ** 2, (n, 1, t)), (1 - beta) / (1 + beta) * (1 - beta ** (2 * t))),
        because=(
            "Of the variance of independent noise this share is left, and it is below 1. The price is that the average "
            "comes late, which the notes do not say."
        ),
        rests_on=("noise_of_the_average", "lag"),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-162",
        _notes("L82"),
        "Day 99 weighs more than day 98, and that more than day 97: the effect falls exponentially.",
        Kind.STATEMENT,
        stated=Eq((1 - beta) * beta**n - (1 - beta) * beta ** (n + 1), (1 - beta) ** 2 * beta**n),
        domain={n: (1, t)},
        because="One day further back is one more factor of β, and what is lost by it is positive.",
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-163",
        _notes("L84"),
        "On the way: day 100's average is a tenth of day 100, and 0.9 times what day 99's average is made of.",
        Kind.IDENTITY,
        stated=Eq(average[4], (1 - beta) * signal[4] + beta * ((1 - beta) * signal[3] + beta * average[2])),
        where=(exponential_average,),
        because="Here for the fourth step and any β. The average of two days before stays as it is.",
        rests_on=("average_unrolled",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-164",
        _notes("L84"),
        "Not said: the four days written out hold about a third of the weight, 0.34; the dots stand for the rest.",
        Kind.NUMBER,
        stated=Eq(weights_sum.end, Rational("0.34"), evaluate=False),
        at={beta: "0.9", t: 4},
        places=2,
        rests_on=("weights_sum",),
        page=AVERAGE_THAT_REMEMBERS,
    ),
    Claim(
        "S4-165",
        _notes("L86"),
        "1/(1 − β) is 10 for a β of 0.9, 50 for 0.98, and 2 for 0.5.",
        Kind.NUMBER,
        stated=Eq(Sum(Abs(1 / (1 - a[k]) - b[k]), (k, 1, K)), Integer(0), evaluate=False),
        at={K: 3, a: ("0.9", "0.98", "0.5"), b: ("10", "50", "2")},
        because="With $a$ for the three β, and $b$ for what is said. What the numbers mean is {claim}`S4-016`.",
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-166",
        _notes("L86"),
        "With a β of 0.98 the average is over the last 50 days.",
        Kind.NUMBER,
        stated=Eq(1 - beta ** (1 / (1 - beta)), Integer(1)),
        at={beta: "0.98"},
        places=2,
        because="Taken at its word, as {claim}`S4-107`: those fifty days hold {num}`mass_of_50:.0%` of the weight.",
        rests_on=("weights_sum",),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-167",
        _notes("L86"),
        "With a β of 0.5 the average is over the last 2 days.",
        Kind.NUMBER,
        stated=Eq(1 - beta ** (1 / (1 - beta)), Integer(1)),
        at={beta: "0.5"},
        places=2,
        because="Taken at its word, as {claim}`S4-107`: they hold three quarters of the weight.",
        rests_on=("weights_sum",),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-168",
        _notes("L88"),
        "A smaller β has a shorter window.",
        Kind.STATEMENT,
        stated=Eq(Derivative((1 + beta) / (1 - beta), beta), 2 / (1 - beta) ** 2),
        because=(
            "The plain window that is as late and as noisy grows with β: its slope is positive. Below, $s$ is its "
            "length, $\\bar k$ the mean age of what is averaged, and $\\rho$ the share of the noise that is left."
        ),
        rests_on=("as_late", "as_noisy"),
        page=MEMORY_LENGTH,
    ),
    Claim(
        "S4-169",
        _notes("L111"),
        "From 0, the first average is 1 − β of the first day: 0.02 of it for a β of 0.98.",
        Kind.IDENTITY,
        stated=Eq(average[1], (1 - beta) * signal[1]),
        where=(exponential_average,),
        because="Up to here the line is right; the slip is in the product after it, {claim}`S4-025`.",
        rests_on=("average_unrolled",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-170",
        _notes("L111"),
        "As it begins at 0, the average is too low at first.",
        Kind.STATEMENT,
        stated=Lt((1 - beta**t) * u, u),
        conditions=(Given(Gt(u, 0), words="the values are above 0"),),
        because="It is too near to 0. For values below 0, such as frost in degrees Celsius, it is too high.",
        rests_on=("constant_average",),
        page=BIAS_CORRECTION,
    ),
    Claim(
        "S4-171",
        _notes("L117"),
        "After the first phase no correction is needed: what it changes is below one part in a hundred.",
        Kind.STATEMENT,
        stated=Lt(beta**t, Rational(1, 100)),
        conditions=(Given(Gt(t * log(1 / beta), log(100)), words="there were that many steps"),),
        because=(
            "How long the phase is goes unsaid. It is {num}`steps_to_a_hundredth:.0f` steps for the β of the example: "
            "with a step a day, more than half a year."
        ),
        rests_on=("weights_sum",),
        page=BIAS_CORRECTION,
    ),
)

alternating = Given(
    Eq(gradients[n], (-1) ** n * grad), each=((n, t),), fix=gradients[n], words="each gradient has the other sign"
)

DESCENT_LINE_BY_LINE: tuple[Claim, ...] = (
    Claim(
        "S4-190",
        _notes("L136, L159"),
        "Larger steps along the valley: at one learning rate, those of momentum, as here, outgrow those of descent.",
        Kind.STATEMENT,
        stated=Gt((1 - beta**t) * x, x),
        because=(
            "The lines name no learning rate; here both have the same. In the average form, under a gradient that "
            "stays at $x$, the steps come up to it from below. It is the plain form whose steps grow. What is won here "
            "is room for a larger learning rate."
        ),
        rests_on=("constant_gain",),
        page=SPEED,
    ),
    Claim(
        "S4-191",
        _notes("L187"),
        "Corrected for momentum alone, the step of Adam is the corrected one.",
        Kind.IDENTITY,
        stated=Eq(eta * v_hat / sqrt(s_raw), eta * v_hat / sqrt(s_hat)),
        where=(second_average,),
        because="Taken at its word. It is the average of the squares whose lack makes the first steps far too long.",
        rests_on=("momentum_corrected",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-172",
        _notes("L161"),
        "The most common β of momentum is 0.9.",
        Kind.EMPIRICAL,
        ruling=Ruling.OPEN,
        because=(
            "Nobody has counted. It is the number of papers and examples, and no library's default: PyTorch and Keras "
            "begin without momentum."
        ),
        page=MOMENTUM,
    ),
    Claim(
        "S4-173",
        _notes("L163"),
        "Not said: with a β of 0.9, leaving out 1 − β makes the same learning rate act as ten times that rate.",
        Kind.NUMBER,
        stated=Eq(1 / (1 - beta), Integer(10)),
        at={beta: "0.9"},
        because="That is what “only the learning rate” comes to for who copies the rate along with the code.",
        rests_on=("average_is_a_share_of_the_buffer",),
        page=MOMENTUM,
    ),
    Claim(
        "S4-174",
        _notes("L167"),
        "RMSprop holds back what swings, as momentum does: swinging gradients divide the step by more.",
        Kind.STATEMENT,
        stated=Gt(
            Sum(beta2 ** (t - n) * gradients[n] ** 2, (n, 1, t)),
            Sum(beta2 ** (t - n) * grad**2, (n, 1, t)),
        ),
        given=(alternating, Given(Ge(t, 2), words="there are two"), Given(Ne(grad, 0), words="and they are not 0")),
        because=(
            "Squared, they are the same as gradients that stay, so the step is as long. Momentum lets alternating "
            "gradients cancel; RMSprop shortens the directions whose gradients are large, swinging or not."
        ),
        rests_on=("squares_of_equal", "alternating_gain"),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-175",
        _notes("L205–211"),
        "Not said: t counts from 1. At 0, as code counts, the divisors are 0.",
        Kind.NUMBER,
        stated=Eq(1 - beta2**t, Integer(0)),
        at={beta2: "0.999", t: 0},
        because="And it counts steps, not epochs. The notes never set it, and never add 1 to it.",
        rests_on=("squares_of_equal",),
        page=RMSPROP_AND_ADAM,
    ),
    Claim(
        "S4-176",
        _notes("L213, L217"),
        "With an ε of 1e-8 these formulas make the step of the published Adam, for a gradient of 1e-4.",
        Kind.NUMBER,
        stated=Eq(grad / sqrt(grad**2 + epsilon), grad / (grad + epsilon), evaluate=False),
        at={grad: "1e-4", epsilon: "1e-8"},
        because=(
            "Implied by the number. In learning rates, on a gradient that stays: under the root, this ε takes away "
            "more than a quarter of a step that it leaves whole beside it."
        ),
        rests_on=("adam_on_equal", "under_on_equal"),
        page=EPSILON_PLACEMENT,
    ),
    Claim(
        "S4-177",
        _notes("L217"),
        "ε usually is 1e-8.",
        Kind.EMPIRICAL,
        ruling=Ruling.CONDITIONAL,
        because="In PyTorch, with ε beside the root. Keras begins with ten times as much: the atlas asked both.",
        page=EPSILON_PLACEMENT,
    ),
    Claim(
        "S4-178",
        _notes("L226"),
        "With each new epoch the learning rate decays, by a divisor that grows with the epochs.",
        Kind.STATEMENT,
        stated=Eq((1 + decay * (epoch + 1)) / eta0 - (1 + decay * epoch) / eta0, decay / eta0),
        because="One over the rate grows by the same amount in every epoch.",
        rests_on=("inverse_keeps_going",),
        page=DECAY,
    ),
    Claim(
        "S4-179",
        _notes("L236"),
        "The initial learning rate is that of the first epoch, number 1.",
        Kind.NUMBER,
        stated=Eq(eta0 / (1 + decay * epoch), eta0, evaluate=False),
        at={eta0: "0.2", decay: 1, epoch: 1},
        because=(
            "It is that of an epoch 0. From what number epochs are counted goes unsaid, and no one way fits all: the "
            "schedule over the root divides by 0 at an epoch 0."
        ),
        page=DECAY,
    ),
    Claim(
        "S4-180",
        _notes("L240"),
        "For an exponential decay, any number below 1 will do.",
        Kind.STATEMENT,
        stated=Gt(u**n, 0),
        domain={n: (1, t)},
        given=(Given(Lt(u, 1), words="the number is below 1"),),
        conditions=(Given(Gt(u, 0), words="and it is above 0"),),
        because=(
            "Here $u$ is the number, and $n$ counts the epochs. With a number below 0 every second learning rate is "
            "negative, and those steps go uphill."
        ),
        page=DECAY,
    ),
)

NORMALISATION_LINE_BY_LINE: tuple[Claim, ...] = (
    Claim(
        "S4-181",
        _notes("L261"),
        "Scaling the features makes the data round rather than elongated.",
        Kind.STATEMENT,
        stated=Eq((1 + u) / (1 - u), 1),
        domain={u: (0, 1)},
        conditions=(Given(Eq(u, 0), fix=u, words="the features are uncorrelated"),),
        because=(
            "Two features of variance 1 and correlation $u$ spread so many times as much along one diagonal as along "
            "the other. Scaling takes away different units, not correlation."
        ),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-182",
        _notes("L299"),
        "After it, all data are centred.",
        Kind.IDENTITY,
        stated=Eq(Sum(z_norm[i], (i, 1, m)), 0),
        where=MOMENTS,
        because="Each unit over its batch, before the shift is added; afterwards they are centred on the shift.",
        rests_on=("normalised_mean", "given_mean"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-183",
        _notes("L304"),
        "What the third layer is given controls its weights and those after it.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because=(
            "With the targets: the gradient of a layer's weights is the error times what the layer was given. The "
            "targets go unsaid."
        ),
        rests_on=("output_weights",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-184",
        _notes("L304"),
        "Batch normalisation controls the shift of what a layer is given, by its two learnt numbers.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "Mean and deviation, and only as fast as γ and β are learnt: they move too. And it is the score that is "
            "held; what comes out of the activation is held less."
        ),
        rests_on=("given_mean", "given_deviation"),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-185",
        _notes("L306"),
        "Its noise is like that of dropout.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because=(
            "Both are noise in training that the test leaves out. But dropout draws for each unit and example by "
            "itself, and here one mean and one variance move all examples of the batch together."
        ),
        rests_on=("noise_of_draws",),
        page=BATCH_NORMALISATION,
    ),
    Claim(
        "S4-186",
        _notes("L310"),
        "In these formulas m is the size of the mini-batch, not of the training set.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="Line 269 called it n, and line 415 takes n for all examples.",
        rests_on=("mean_of_scores",),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-187",
        _notes("L310"),
        "At the test a single example is predicted every time.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "It may be, and that is enough of a reason. Whoever predicts in batches could take their mean and "
            "variance, and would get another answer for the same picture in other company."
        ),
        rests_on=("one_example",),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-188",
        _notes("L317"),
        "Under the first average as under the second stands 1 − βᵗ, with the same t.",
        Kind.IDENTITY,
        stated=Eq((1 - beta) * x / (1 - beta**t), x),
        because=(
            "Each average has its own: the first is corrected with the power 1, the second with 2. With the t of the "
            "last batch, the first average of equal means $x$ comes out far too small."
        ),
        rests_on=("corrected_weights",),
        page=AT_TEST_TIME,
    ),
    Claim(
        "S4-189",
        _notes("L289, L291, L317"),
        "β is a learnt shift at first, and the share that an average keeps further down.",
        Kind.DEFINITION,
        ruling=Ruling.MISLEADING,
        because=(
            "One letter for two numbers of the same layer, and momentum and Adam have a third. The shift can be any "
            "number and is learnt; the share lies between 0 and 1 and is chosen. We mark the shift."
        ),
        rests_on=("given_score", "average_corrected"),
        page=AT_TEST_TIME,
    ),
)

CLAIMS: tuple[Claim, ...] = (
    *AVERAGES,
    *ADAPTIVE,
    *EPSILONS,
    *NORMALISATION,
    *DESCENT,
    *SADDLES,
    *AVERAGES_LINE_BY_LINE,
    *DESCENT_LINE_BY_LINE,
    *NORMALISATION_LINE_BY_LINE,
)
