"""The ledger of the forum thread on the cost of an epoch (S0), of the question on sum or mean (S2), and of the
mini-batch pages of the notes of course 2 (S4).

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned ruling.
`L27` is line 27 of the source's text.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Integer, KroneckerDelta, Le, Sum, exp, log, sqrt

from derivations.calculus import Claim, Given, Kind, Ruling, Source
from derivations.notation import (
    B,
    D,
    J,
    J_count,
    J_epoch,
    J_running,
    J_sum,
    J_weights,
    K,
    M,
    N,
    Omega,
    P,
    W,
    Y,
    Z,
    adjusted_t,
    batch,
    batch2,
    batches,
    beta2,
    c,
    counts,
    covariance,
    d,
    ells,
    ells_there,
    epsilon,
    eta,
    f0,
    f_ahead,
    factor,
    first_of,
    from_first,
    grad,
    grad_scaled,
    i,
    j,
    k,
    kappa,
    lam,
    last_of,
    loss_scale,
    losses,
    m,
    mean_before,
    mean_count,
    mean_of_means,
    means,
    own,
    pi,
    pull1,
    r,
    s,
    s_hat,
    s_hat_scaled,
    slope,
    step_h,
    step_hat,
    sums,
    t,
    u,
    v_hat,
    v_hat_scaled,
    w,
    wt,
    x,
    y,
    z,
)
from derivations.one_over_m.deferred_or_absorbed import cost_as_a_mean, loss_of_an_example
from derivations.quality.softmax import softmax, sum_of_exponentials
from derivations.quality.template_matching import softmax_of_scores, targets_sum_to_one
from derivations.sum_or_mean.accumulation import added_up, all_tokens
from derivations.sum_or_mean.epoch_cost import (
    average_of_the_averages,
    average_size,
    cost_of_the_epoch,
    cost_that_runs,
    covariance_of_sizes,
    held,
    in_one_batch,
    mean_of_a_batch,
    over_the_batches,
    same_size,
    size_of_a_batch,
    still,
    sum_of_a_batch,
)
from derivations.sum_or_mean.equivalent_learning_rate import c_squared, c_times_the_average, c_times_the_gradient
from derivations.sum_or_mean.library_conventions import weighted_loss_over_count, weighted_mean_loss
from derivations.sum_or_mean.mini_batches import count as number_of_batches
from derivations.sum_or_mean.mini_batches import evenly, first_example, last_example
from derivations.sum_or_mean.optimizer_conventions import (
    adam_hat,
    average_adjusted,
    average_from_first,
    first_average,
    second_average,
)
from derivations.sum_or_mean.sum_is_m_times_mean import NETWORK as SUM_AND_MEAN
from derivations.sum_or_mean.sum_is_m_times_mean import cost_as_a_sum


def _thread(line: str) -> Source:
    return Source("forum thread on course 2, week 3", line)


def _question(line: str) -> Source:
    return Source("question on sum or mean", line)


def _notes(line: str) -> Source:
    return Source("notes of a deep-learning course", line)


SUM_IS_M_TIMES_MEAN = "sum-or-mean/sum-is-m-times-mean.md"
EQUIVALENT_LEARNING_RATE = "sum-or-mean/equivalent-learning-rate.md"
PENALTY_SHARE = "sum-or-mean/penalty-share.md"
MINI_BATCHES = "sum-or-mean/mini-batches.md"
BATCH_SIZE = "sum-or-mean/batch-size.md"
EPOCH_COST = "sum-or-mean/epoch-cost.md"
MEAN_SUM_OR_MAX = "sum-or-mean/mean-sum-or-max.md"
ACCUMULATION = "sum-or-mean/accumulation.md"
LIBRARY_CONVENTIONS = "sum-or-mean/library-conventions.md"
OPTIMIZER_CONVENTIONS = "sum-or-mean/optimizer-conventions.md"

equal_averages = Given(
    Eq(means[batch], mean_before), each=((batch, batches),), fix=means[batch], words="all batches cost the same"
)

weights_of_mean_one = Given(Eq(Sum(wt[i], (i, 1, m)), m), fix=wt[m], words="the weights are 1 on average")
softmaxed = exp(z[k]) / Sum(exp(z[j]), (j, 1, K))

uncorrelated = Given(Eq(covariance, 0), fix=means[batches], words="sizes and averages of the batches are uncorrelated")
full_batches = Given(Eq(N, m * batches), fix=N, words="the batches hold $m$ examples each, and all of them")

no_penalty = Given(Eq(own, 0), fix=own, words="there is no penalty")

CLAIMS: tuple[Claim, ...] = (
    # ---- equivalent_learning_rate
    Claim(
        "S0-015",
        _thread("L31"),
        "With a sum, the updates of the parameters become much larger.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "With SGD and with momentum, as many times larger as the mini-batch has examples. Public copies of the "
            "exercise run Adam, which divides by the size of the gradients: its updates stay as they are, up to ε."
        ),
        rests_on=("average_scales", "adam_untouched"),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    Claim(
        "S0-016",
        _thread("L31"),
        "Is it okay that the updates become so much larger?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: for the place of the minimum it is. For the steps, as long as the rate stays below its limit.",
        rests_on=("order_is_kept", "stable_for_the_sum"),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-017",
        _thread("L31"),
        "Is there no problem because the learning rate is small?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: no, that is not the reason. There is none because the optimiser is Adam.",
        rests_on=("adam_untouched",),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    Claim(
        "S0-026",
        _thread("L35"),
        "A sum may require another learning rate.",
        Kind.IDENTITY,
        stated=Eq(w - eta / loss_scale * grad_scaled, w - eta * grad),
        given=(c_times_the_gradient,),
        because="For SGD and momentum, and it is the old one over $m$. Adam needs none.",
        rests_on=("same_path", "adam_untouched"),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    Claim(
        "S2-012",
        _question("L44"),
        "The learning rate is sensitive to the magnitude of the loss, that is, of the gradient.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "Of the gradient, yes, and only with optimisers that do not divide by its size. The magnitude of the loss "
            "is another thing: a number added to it changes no gradient."
        ),
        rests_on=("same_path", "adam_untouched"),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    Claim(
        "S2-020",
        _question("L65"),
        "The learning rate can be chosen so that the final updates are equal.",
        Kind.IDENTITY,
        stated=Eq(w - eta / loss_scale * grad_scaled, w - eta * grad),
        given=(c_times_the_gradient,),
        rests_on=("same_path",),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    Claim(
        "S2-022",
        _question("L67"),
        "The learning rate for the sum is that for the average over B; then both products are the same.",
        Kind.IDENTITY,
        stated=Eq(eta * Derivative(J, W[r, s]), eta / m * Derivative(J_sum, W[r, s])),
        where=SUM_AND_MEAN,
        rests_on=("gradient_of_the_sum", "same_path"),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    Claim(
        "S4-051",
        _notes("L197–217"),
        "Adam, as its formulas stand: what a constant factor of the cost does to it is not said.",
        Kind.STATEMENT,
        stated=Eq(
            (eta * v_hat_scaled) ** 2 / (s_hat_scaled + loss_scale**2 * epsilon), (eta * v_hat) ** 2 / (s_hat + epsilon)
        ),
        given=(c_times_the_average, c_squared),
        because="Nothing, if ε goes along: c² times, where it stands under the root, as in these notes.",
        rests_on=("adam_inside", "adam_untouched"),
        page=EQUIVALENT_LEARNING_RATE,
    ),
    # ---- sum_is_m_times_mean
    Claim(
        "S0-014",
        _thread("L31"),
        "With a sum, the gradient is as many times larger as the mini-batch has examples.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J_sum, W[r, s]), m * Derivative(J, W[r, s])),
        where=SUM_AND_MEAN,
        rests_on=("gradient_of_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-023",
        _thread("L35"),
        "A sum in the place of the mean makes no difference to the result of back propagation.",
        Kind.IDENTITY,
        stated=Eq(Sum(slope[i], (i, 1, m)), Sum(slope[i], (i, 1, m)) / m, evaluate=False),
        because=(
            "Both sides are a derivative by one weight, from the examples' own slopes. That of the sum is $m$ times as "
            "large. What stays is where it is zero: the minimum."
        ),
        rests_on=("gradient_of_the_sum", "order_is_kept"),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-024",
        _thread("L35"),
        "Minimising J and minimising m times J give the same parameters.",
        Kind.IDENTITY,
        stated=Eq(
            Sum(ells_there[i], (i, 1, m)) - Sum(ells[i], (i, 1, m)),
            m * (Sum(ells_there[i], (i, 1, m)) / m - Sum(ells[i], (i, 1, m)) / m),
            evaluate=False,
        ),
        because=(
            "Of any two places the same one is lower, because $m$ is positive. It speaks of the minimum, not of the "
            "way there, and of a cost in which everything is multiplied, a penalty too."
        ),
        rests_on=("order_is_kept",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-025",
        _thread("L35"),
        "The gradients are derivatives of the cost, so with a sum they are larger.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J_sum, W[r, s]) ** 2, m**2 * Derivative(J, W[r, s]) ** 2),
        where=SUM_AND_MEAN,
        because="It takes back what was said two sentences before.",
        rests_on=("gradient_of_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-027",
        _thread("L35"),
        "With larger gradients, oscillation and divergence are more likely.",
        Kind.STATEMENT,
        stated=Eq(
            ((1 - eta * (m * kappa)) * u) ** 2 - u**2,
            -eta * m * kappa * (2 - eta * m * kappa) * u**2,
            evaluate=False,
        ),
        because=(
            "Here $u$ is the distance from the bottom of a valley, and $h$ its curvature. The right side is positive, "
            "so the swings grow, once the learning rate is above an $m$-th of the limit for the mean."
        ),
        rests_on=("stable_for_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-028",
        _thread("L35"),
        "A constant factor does not change the shape of the cost surface.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "The curves of equal cost stay, and so does the ratio of any two curvatures. Every slope and every "
            "curvature is multiplied by $m$, and that is what a step feels."
        ),
        rests_on=("same_proportion", "gradient_of_the_sum"),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-036",
        _thread("L35"),
        "A constant factor does not move the local minima.",
        Kind.IDENTITY,
        stated=Eq(
            (Sum(ells_there[i], (i, 1, m)) - Sum(ells[i], (i, 1, m)))
            * (Sum(ells_there[i], (i, 1, m)) / m - Sum(ells[i], (i, 1, m)) / m),
            m * (Sum(ells_there[i], (i, 1, m)) / m - Sum(ells[i], (i, 1, m)) / m) ** 2,
            evaluate=False,
        ),
        because="Towards every place near by, sum and mean rise or fall together: their product is $m$ times a square.",
        rests_on=("order_is_kept",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-017",
        _question("L63"),
        "The only difference is a factor: the sum is B times the average.",
        Kind.IDENTITY,
        stated=Eq(J_sum, m * J),
        where=SUM_AND_MEAN,
        because="Of the data's share. A penalty that is added to it is not multiplied.",
        rests_on=("sum_is_m_times_mean",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-038",
        _question("L63"),
        "The derivative of the sum is B times that of the average, whatever one differentiates by.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J_sum, W[r, s]), m * Derivative(J, W[r, s])),
        where=SUM_AND_MEAN,
        because="As the formula in its brackets has it; its B is our $m$.",
        rests_on=("gradient_of_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-039",
        _question("L63"),
        "In its words: the derivative of a variable with respect to the loss becomes B times as large.",
        Kind.IDENTITY,
        stated=Eq(1 / (m * grad), m * (1 / grad), evaluate=False),
        because="The words are the wrong way round, and would make it as many times smaller. The formula is right.",
        rests_on=("gradient_of_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-019",
        _question("L63"),
        "By the definition of a derivative, a constant factor of the function is a factor of the derivative.",
        Kind.IDENTITY,
        stated=Eq((factor * f_ahead - factor * f0) / step_h, factor * ((f_ahead - f0) / step_h), evaluate=False),
        because="The factor has to be constant: it is not, where batches of several sizes follow one another.",
        rests_on=("factor_of_a_quotient",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-021",
        _question("L67"),
        "The update rule of gradient descent adds the learning rate times the derivative of the loss.",
        Kind.IDENTITY,
        stated=Le(kappa * ((1 + eta * kappa) * u) ** 2 / 2, kappa * u**2 / 2),
        because="A wrong sign, in both of its rules. On a parabola, the loss after such a step is higher than before.",
        rests_on=("plus_climbs",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    # ---- epoch_cost
    Claim(
        "S0-001",
        _thread("L8"),
        "The cost of a mini-batch is computed by adding up the cross-entropies that the function returns.",
        Kind.IDENTITY,
        stated=Eq(-Sum(Sum(Y[k, i] * log(P[k, i]), (k, 1, K)), (i, 1, m)), J_sum),
        where=(loss_of_an_example, cost_as_a_sum),
        because="The function returns one loss per example, and the line adds them up. Nothing in it divides.",
        rests_on=("sums_divided_once",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-030",
        _thread("L6"),
        "The exercise was passed with this line.",
        Kind.EMPIRICAL,
        ruling=Ruling.OPEN,
        because="Its grader is not public. A sum is what the line that divides by all examples needs.",
        rests_on=("sums_divided_once",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-031",
        _thread("L8"),
        "The function is handed raw scores, and told so: it takes the softmax itself.",
        Kind.IDENTITY,
        stated=Eq(
            log(Sum(exp(Z[k, i]), (k, 1, K))) - Sum(Y[k, i] * Z[k, i], (k, 1, K)),
            -Sum(Y[k, i] * log(P[k, i]), (k, 1, K)),
        ),
        where=(softmax_of_scores,),
        conditions=(targets_sum_to_one,),
        because="The loss comes straight from the scores, and takes no logarithm of a number that has become 0.",
        page=EPOCH_COST,
    ),
    Claim(
        "S0-032",
        _thread("L8"),
        "Labels and scores have their classes in rows, so both are transposed for the function.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because=(
            "It takes its softmax along the last axis. Without the transposes it takes classes for examples and gives "
            "another number; the line was run in TensorFlow, with and without."
        ),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-002",
        _thread("L10"),
        "That is not the cost of the lectures: it is the sum of the losses, not their average.",
        Kind.IDENTITY,
        stated=Eq(J_sum, m * J),
        where=(cost_as_a_mean, cost_as_a_sum),
        because="It is the cost of the lectures times the size of the mini-batch.",
        rests_on=("sum_is_m_times_mean",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-003",
        _thread("L11"),
        "Is a division by the size of the mini-batch built into the function?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: not into the function. The class of nearly the same name divides, unless told otherwise.",
        page=EPOCH_COST,
    ),
    Claim(
        "S0-005",
        _thread("L14, L16"),
        "After the last mini-batch, the exercise divides what was added up by m.",
        Kind.IDENTITY,
        stated=Eq(over_the_batches(sums[batch]) / N, J_epoch),
        where=(sum_of_a_batch, cost_of_the_epoch),
        given=(in_one_batch,),
        because="Right for sums, where m is the number of training examples, here N.",
        rests_on=("sums_divided_once",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-006",
        _thread("L18"),
        "The epoch_cost is the sum of the costs of all mini-batches.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="Until the line that divides it.",
        page=EPOCH_COST,
    ),
    Claim(
        "S0-033",
        _thread("L18"),
        "With 1,024 examples, there are 16 mini-batches of 64.",
        Kind.NUMBER,
        stated=Eq(N / m, Integer(16), evaluate=False),
        at={N: 1024, m: 64},
        rests_on=("batches_of_the_exercise",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-034",
        _thread("L18"),
        "In each mini-batch the cost is the sum of its losses, divided by the size of the batch.",
        Kind.IDENTITY,
        stated=Eq(J_sum, Sum(ells[i], (i, 1, m)) / m),
        where=(cost_as_a_sum,),
        because=(
            "So in the lectures. The code on line 8 does not divide, as the asker suspects on line 10: the worry that "
            "follows comes from reading a sum as a mean."
        ),
        rests_on=("sum_is_m_times_mean",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-007",
        _thread("L18"),
        "Of 16 mini-batches, the sum of the costs is 16 times the cost of one of them.",
        Kind.IDENTITY,
        stated=Eq(over_the_batches(means[batch]), batches * means[1]),
        conditions=(equal_averages,),
        because="It is 16 times their average. Of each of them only if they all cost the same.",
        rests_on=("sum_of_averages", "batches_of_the_exercise"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-008",
        _thread("L18"),
        "With 1,024 examples in batches of 64, the cost of the epoch is the sum of the mean costs over 16.",
        Kind.IDENTITY,
        stated=Eq(
            over_the_batches(means[batch]) / batches,
            over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
        ),
        given=(same_size,),
        because="All these batches have one size.",
        rests_on=("equal_sizes", "batches_of_the_exercise"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-009",
        _thread("L20–21"),
        "Divided by m, the number of all examples, the cost comes out smaller than it should.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because="If the costs of the batches are means: then by the size of a batch. If they are sums, it is right.",
        rests_on=("sum_of_averages", "sums_divided_once"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-035",
        _thread("L21"),
        "Mean costs, added up and divided by 1,024 where 16 would be right, come out too small by the size of a batch.",
        Kind.IDENTITY,
        stated=Eq(m * (over_the_batches(means[batch]) / N), over_the_batches(means[batch]) / batches),
        given=(full_batches,),
        because="That size is 64 here. Only if the costs are means; those of the exercise are sums.",
        rests_on=("sum_of_averages", "batches_of_the_exercise"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-010",
        _thread("L21"),
        "The m of that line is the number of all training examples.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="Read in public copies of the exercise: it is counted before the data are cut into batches.",
        page=EPOCH_COST,
    ),
    Claim(
        "S0-011",
        _thread("L23"),
        "If the cost of a batch is a sum, the notebook computes the cost of the epoch correctly.",
        Kind.IDENTITY,
        stated=Eq(J_running, J_epoch),
        where=(cost_that_runs, cost_of_the_epoch),
        given=(in_one_batch,),
        conditions=(still,),
        because="It is a mean over all examples. But the parameters move between the batches, so it is the cost at no "
        "one set of them.",
        rests_on=("running_cost",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-012",
        _thread("L26"),
        "A comment on the exercise, as a picture.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. What the asker took from it stands in the next line of the thread.",
        page=EPOCH_COST,
    ),
    Claim(
        "S0-013",
        _thread("L28"),
        "The definition of the cost was changed so that it describes an epoch better.",
        Kind.STATEMENT,
        ruling=Ruling.OPEN,
        because="It speaks of what somebody meant. What can be checked is what the change does.",
        rests_on=("sums_divided_once",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-018",
        _thread("L33"),
        "With sums, the cost of the epoch comes out the same if one waits with the division until its end.",
        Kind.IDENTITY,
        stated=Eq(over_the_batches(sums[batch]), N * J_epoch),
        where=(sum_of_a_batch, cost_of_the_epoch),
        given=(in_one_batch,),
        because="For batches of any sizes.",
        rests_on=("sums_divided_once",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-019",
        _thread("L33"),
        "An average of averages is the cost of the epoch only where the batch size divides the number of examples.",
        Kind.IDENTITY,
        stated=Eq(mean_of_means + covariance / mean_count, mean_of_means),
        where=(average_size, average_of_the_averages, covariance_of_sizes),
        conditions=(uncorrelated,),
        because=(
            "The left side is the cost of the epoch, the right side the average of the averages. Batches of one size "
            "meet the condition, others only by luck. Below, a last batch of $r$ examples and the mean $a_B$ follows "
            "batches of $m$ examples and the mean $a$."
        ),
        rests_on=("average_of_averages", "ragged_last"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-020",
        _thread("L33"),
        "A sum of averages fails, too, where the batch size does not divide the number of examples.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "With batches of equal sizes it fails as well: it is as many times too large as there are batches. With "
            "unequal ones it is that many times the average of the averages."
        ),
        rests_on=("sum_of_averages", "equal_sizes"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-021",
        _thread("L33"),
        "With all batches of one size, the average of the averages works.",
        Kind.IDENTITY,
        stated=Eq(
            over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
            over_the_batches(means[batch]) / batches,
        ),
        conditions=(same_size,),
        rests_on=("equal_sizes",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-029",
        _thread("all of it"),
        "Unsaid: with sums all examples count the same in an epoch; with means, those of a small batch count more.",
        Kind.IDENTITY,
        stated=Eq(Derivative(over_the_batches(sums[batch]) / N, losses[i]), 1 / N),
        where=(sum_of_a_batch,),
        given=(in_one_batch,),
        domain={i: (1, N)},
        because="With means, the weight of an example is inverse to the size of its batch.",
        rests_on=("weight_of_an_example",),
        page=EPOCH_COST,
    ),
    # ---- accumulation
    Claim(
        "GH-006",
        Source("huggingface/transformers", "pull request 34191, 2024"),
        "Averaging the losses of micro-batches over the accumulation steps gives the loss of the whole batch.",
        Kind.IDENTITY,
        stated=Eq(
            over_the_batches(means[batch]) / batches,
            over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
        ),
        conditions=(same_size,),
        because="It was taken for granted until the thread compared both on sequences of unequal lengths.",
        rests_on=("two_parts", "equal_sizes", "shares_add_up"),
        page=ACCUMULATION,
    ),
    Claim(
        "GH-007",
        Source("huggingface/transformers", "pull requests 18297 and 19494, 2022"),
        "Over several devices, losses are to be multiplied by their token counts, added, and divided by all tokens.",
        Kind.IDENTITY,
        stated=Eq(
            over_the_batches(counts[batch] * means[batch]) / over_the_batches(counts[batch]),
            J_epoch,
        ),
        where=(size_of_a_batch, sum_of_a_batch, mean_of_a_batch, cost_of_the_epoch),
        given=(in_one_batch,),
        because="Both threads say so of scripts that averaged the devices' averages.",
        rests_on=("pooled_means", "restored"),
        page=ACCUMULATION,
    ),
    Claim(
        "GH-008",
        Source("huggingface/transformers", "pull request 34373, 2024"),
        "Divided by the tokens of all devices, a loss has to be multiplied by the number of devices.",
        Kind.IDENTITY,
        stated=Eq(
            over_the_batches(batches * (counts[batch] * means[batch] / all_tokens)) / batches, added_up / all_tokens
        ),
        because="Because the devices' gradients are averaged afterwards.",
        rests_on=("shares_averaged",),
        page=ACCUMULATION,
    ),
    Claim(
        "GH-009",
        Source("hiyouga/LlamaFactory", "issue 7443, 2025"),
        "With the same batch, the loss printed is in proportion to the number of accumulation steps.",
        Kind.EMPIRICAL,
        stated=Eq(over_the_batches(means[batch]), batches * mean_of_means),
        where=(average_of_the_averages,),
        because="As it must be where averages are added up and not divided. Its numbers were not run again here.",
        rests_on=("sum_of_averages",),
        page=ACCUMULATION,
    ),
    Claim(
        "GH-010",
        Source("pytorch/pytorch", "issue 38174 and pull request 42577, 2020"),
        "A process that has run out of data stays in the average of the gradients, with zeros.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because="By default. Asked to, PyTorch divides by the processes that still have data. Both were run.",
        rests_on=("average_of_the_averages",),
        page=ACCUMULATION,
    ),
    Claim(
        "GH-011",
        Source("ml-explore/mlx-lm", "pull request 1413, 2026"),
        "Averages over micro-batches of unequal length favour the tokens of the short ones.",
        Kind.IDENTITY,
        stated=Eq(Derivative(mean_of_means, losses[i]), 1 / (batches * counts[batch2])),
        where=(sum_of_a_batch, mean_of_a_batch, average_of_the_averages),
        given=(held,),
        domain={batch2: (1, batches)},
        because="The weight of a token is inverse to the number of tokens in its part.",
        rests_on=("weight_of_an_example",),
        page=ACCUMULATION,
    ),
    # ---- penalty_share
    Claim(
        "S2-001",
        _question("L4"),
        "The CIFAR-10 tutorial minimises the average cross-entropy loss across the batch.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because="Of the data's share. What it minimises is a total, with the weight decay of some layers added.",
        rests_on=("penalty_inside_the_mean",),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-002",
        _question("L11–12, L18"),
        "The labels are a vector with one entry for each example, and the cross-entropy of each example is one number.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="The loss comes out for every example by itself; the mean is taken in a line of its own.",
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-031",
        _question("L7–8"),
        "The function adds the penalty to all trainable variables, and summaries for the losses.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "It adds up what was collected elsewhere. Read in public copies of the tutorial: two layers have a weight "
            "decay, the other layers and all biases have none. Nor does the code quoted write a summary."
        ),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-032",
        _question("L14"),
        "What the function returns is a single float.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="A sum of scalars: the mean over the batch, and one number for each term of weight decay.",
        rests_on=("penalty_inside_the_mean",),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-033",
        _question("L16, L20"),
        "The cross-entropies are averaged across the batch.",
        Kind.IDENTITY,
        stated=Eq(-Sum(Sum(Y[k, i] * log(P[k, i]), (k, 1, K)), (i, 1, m)) / m, J),
        where=(loss_of_an_example, cost_as_a_mean),
        because="One mean, over the examples; the classes are added up inside.",
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-034",
        _question("L17"),
        "The labels are made whole numbers first.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="They are indices of classes, counted from 0. One-hot columns would go into another function.",
        page=LIBRARY_CONVENTIONS,
    ),
    Claim(
        "S2-035",
        _question("L10, L18–19"),
        "From scores and the index of the right class, the function gives the cross-entropy.",
        Kind.IDENTITY,
        stated=Eq(log(Sum(exp(z[k]), (k, 1, K))) - z[c], -Sum(KroneckerDelta(k, c) * log(pi[k]), (k, 1, K))),
        where=(sum_of_exponentials, softmax),
        domain={c: (1, K)},
        because="An index says as much as a one-hot column; hence the word “sparse”.",
        rests_on=("one_hot_cross_entropy",),
        page=LIBRARY_CONVENTIONS,
    ),
    Claim(
        "S2-036",
        _question("L18–21, L25"),
        "The code hands over scores and labels by their places, and collects the losses in the graph.",
        Kind.EMPIRICAL,
        ruling=Ruling.CONDITIONAL,
        because=(
            "In the TensorFlow of its day. In TensorFlow 2.21, which was run, labels come before scores, so the line "
            "raises an error; the collections are gone."
        ),
        page=LIBRARY_CONVENTIONS,
    ),
    Claim(
        "S2-003",
        _question("L21, L23–25"),
        "The total loss is the mean cross-entropy plus all the terms of weight decay.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because=(
            "The terms of weight decay are added once, outside the mean, and not divided by the size of the batch. The "
            "comment in its code says that the penalty is added for all variables; the function adds what was "
            "collected elsewhere."
        ),
        rests_on=("penalty_inside_the_mean", "sum_with_penalty"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-004",
        _question("L27"),
        "The code stands in a file of the tutorial, on a certain line.",
        Kind.STATEMENT,
        ruling=Ruling.OPEN,
        because="The file has changed since, and its lines with it.",
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-005",
        _question("L29"),
        "Why is the sum over the batch not minimised instead?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: so that penalty, learning rate and number printed keep their meaning.",
        rests_on=("sum_with_penalty",),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-006",
        _question("L29"),
        "Does it make a difference?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because=(
            "Answer: to the length of the steps, unless the optimiser divides by the size of the gradient; to the "
            "minimum as soon as a penalty stands outside."
        ),
        rests_on=("sum_with_penalty", "adam_untouched"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-007",
        _question("L29, L61"),
        "How would it affect the backward pass?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: by one factor, the same for every derivative.",
        rests_on=("gradient_of_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-009",
        _question("L36"),
        "There is usually a penalty on the parameters that does not depend on the input.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="So its size does not grow with the batch, while a sum of losses does.",
        rests_on=("sum_with_penalty",),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-010",
        _question("L40"),
        "Its code adds the penalty to the losses, and takes the mean of the result.",
        Kind.IDENTITY,
        stated=Eq(Sum(ells[i] + lam * Omega, (i, 1, m)) / m, J + lam * Omega),
        where=(cost_as_a_mean,),
        because=(
            "It is the same as the mean loss plus the penalty. With a sum in the same place the ratio of the two would "
            "be kept as well."
        ),
        rests_on=("penalty_inside_the_mean", "penalty_inside_the_sum"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-037",
        _question("L38–39"),
        "The penalty is TensorFlow's L2 loss of the weights.",
        Kind.IDENTITY,
        stated=Eq(Derivative(Sum(Sum(W[k, d] ** 2, (d, 1, D)), (k, 1, K)) / 2, W[r, s]), W[r, s]),
        because="It is half the sum of squares, and its derivative the weight itself: no root, and no factor of two.",
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-011",
        _question("L42"),
        "Averaging keeps the ratio of loss and penalty fixed when the size of the batch changes.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "On average over batches: the mean loss of one batch still depends on which examples it holds. Exact for "
            "a batch that is repeated, where the ratio under a sum is off by the number of copies."
        ),
        rests_on=("sum_with_penalty", "penalty_inside_the_mean"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-024",
        _question("L70"),
        "Using the sum might cause problems with the penalty on the weights.",
        Kind.IDENTITY,
        stated=Eq(Sum(ells[i], (i, 1, m)) + lam * Omega, m * (J + lam / m * Omega)),
        where=(cost_as_a_mean,),
        because="It does, where it is added to the sum: beside a mean an $m$-th of $\\lambda$ would be as strong.",
        rests_on=("sum_with_penalty", "ridge_slope_of_the_sum"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S2-025",
        _question("L70"),
        "To tune the factor of the penalty for several batch sizes may be as annoying as to tune the learning rate.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because=(
            "Nothing needs tuning: beside a sum, multiply $\\lambda$ by $m$. Or add the penalty to each loss, before "
            "the sum."
        ),
        rests_on=("sum_with_penalty", "penalty_inside_the_sum"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S4-009",
        _notes("L35"),
        "In the cost of a mini-batch of 1,000, the penalty is $\\lambda$ over twice 1,000.",
        Kind.DEFINITION,
        ruling=Ruling.MISLEADING,
        because=(
            "It is consistent with itself. But for the whole set of 100,000 the same rule divides by 100 times as "
            "much, so the mini-batches follow another cost than the one they stand for, and the balance depends on "
            "the size of the batch."
        ),
        rests_on=("penalty_of_a_mini_batch", "times_too_strong"),
        page=PENALTY_SHARE,
    ),
    # ---- batch_size
    Claim(
        "S2-013",
        _question("L44"),
        "The learning rate is sensitive to the size of the gradient, so the average seems the better choice.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because=(
            "Much speaks for it: the mean is right on average for every batch size, and the rate that it allows does "
            "not depend on it. What still depends on it is the noise."
        ),
        rests_on=("unbiased", "noise", "stable_for_the_sum"),
        page=BATCH_SIZE,
    ),
    Claim(
        "S2-014",
        _question("L49, L51"),
        "When the mini-batch becomes k times as large, multiply the learning rate by k.",
        Kind.EMPIRICAL,
        ruling=Ruling.CONDITIONAL,
        because=(
            "Quoted rightly. Exact while the slopes stand still, else with an error of second order in the rate; its "
            "paper warms the rate up, and finds a size beyond which the rule fails."
        ),
        rests_on=("linear_scaling", "two_steps"),
        page=BATCH_SIZE,
    ),
    Claim(
        "S2-015",
        _question("L53"),
        "To multiply the learning rate by k is the same as to multiply the gradient by k and keep the rate.",
        Kind.IDENTITY,
        stated=Eq(w - B * eta * (pull1 + own * w), w - eta * (B * pull1 + own * w)),
        conditions=(no_penalty,),
        because=(
            "For plain descent. With weight decay beside the loss, with momentum at the switch, or under Adam, it is "
            "not; its own paper says so of the first two. Here $B$ is the k of the claim, and $s$ the strength of the "
            "penalty: 0 where there is none, and below it stands as $\\lambda$."
        ),
        rests_on=("scaled_loss", "momentum_at_the_switch"),
        page=BATCH_SIZE,
    ),
    Claim(
        "S2-016",
        _question("L53"),
        "So taking the average is not necessary.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "A sum at a fixed rate is a mean at a rate that grows with the batch: the scaling rule without its warm-up "
            "and without an end. The paper asks for the opposite, to divide by all examples of all workers."
        ),
        rests_on=("linear_scaling", "stable_for_the_sum"),
        page=BATCH_SIZE,
    ),
    Claim(
        "S2-023",
        _question("L70"),
        "The scaling rule suggests that the sum might be a little more appropriate.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because="It rests on the guess above. The rule is one for the learning rate, and it ends at a certain size.",
        rests_on=("linear_scaling",),
        page=BATCH_SIZE,
    ),
    Claim(
        "S2-030",
        _question("L32"),
        "To be right on average, minimise the average; where the worst case matters, the maximum.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because=(
            "A choice, as it says, and one between two objectives. Between sum and mean there is no such choice: they "
            "have one minimum."
        ),
        rests_on=("mean_below_soft", "soft_below_worst", "order_is_kept"),
        page=MEAN_SUM_OR_MAX,
    ),
    Claim(
        "S2-040",
        _question("L70"),
        "The average seems to be the more popular.",
        Kind.EMPIRICAL,
        ruling=Ruling.TRUE,
        because="Without weights nearly every library that was run divides by the number of examples.",
        page=LIBRARY_CONVENTIONS,
    ),
    # ---- library_conventions
    Claim(
        "GH-013",
        Source("google-deepmind/optax", "issue 1040"),
        "The softmax cross-entropy is the logarithm of the probabilities' average, weighted by the labels.",
        Kind.IDENTITY,
        stated=Eq(
            log(Sum(y[k] * exp(z[k]), (k, 1, K)) / Sum(exp(z[j]), (j, 1, K))),
            -Sum(y[k] * log(softmaxed), (k, 1, K)),
        ),
        rests_on=("loss_of_an_example",),
        page=LIBRARY_CONVENTIONS,
        because=(
            "So the documentation had it; the issue was mended within days, and the code was right all along. The "
            "minus was lost, and with labels that are probabilities an average must not be drawn into the logarithm."
        ),
    ),
    Claim(
        "GH-014",
        Source("keras-team/keras", "issues 13329 and 19740"),
        "The mean of the weighted losses is their weighted average.",
        Kind.IDENTITY,
        stated=Eq(J_count, J_weights),
        where=(weighted_loss_over_count, weighted_mean_loss),
        conditions=(weights_of_mean_one,),
        rests_on=("weights_over_count",),
        page=LIBRARY_CONVENTIONS,
        because=(
            "The code takes the one, the threads expect the other, which is also what the metric of the same name "
            "reports. Keras added a reduction for it, five years after the first thread."
        ),
    ),
    # ---- mini_batches
    Claim(
        "S4-001",
        _notes("L7"),
        "Vectorised code needs no loop over the examples. A large set does not fit into memory; mini-batches do.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="There is a second reason: a step after each mini-batch, and not one for each pass over the set.",
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-002",
        _notes("L9"),
        "100,000 examples in 100 mini-batches make 1,000 in each.",
        Kind.NUMBER,
        stated=Eq(M / B, Integer(1000), evaluate=False),
        at={M: 100_000, B: 100},
        rests_on=("notes_where_m_divides",),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-003",
        _notes("L11, L13"),
        "Mini-batch t begins with the example tM/T − M/T + 1, for M examples in T mini-batches.",
        Kind.IDENTITY,
        stated=Eq(batch * M / number_of_batches - M / number_of_batches + 1, (batch - 1) * m + 1),
        conditions=(evenly,),
        domain={batch: (1, number_of_batches)},
        because=(
            "Here $k$ is its t. Where the mini-batches are equal. Else it gives fractions: the first mini-batch would "
            "end within an example. Shuffling, without which the mini-batches of a sorted set are biased, is not "
            "mentioned."
        ),
        rests_on=("notes_where_m_divides", "size_of_the_last"),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-004",
        _notes("L17"),
        "The size of a mini-batch is the size of the set over the number of mini-batches.",
        Kind.IDENTITY,
        stated=Eq(M / number_of_batches, m),
        given=(Given(Le(m, M), words="a mini-batch is no larger than the set"),),
        conditions=(evenly,),
        because="Where it comes out even. Else the last one is smaller.",
        rests_on=("size_of_the_last",),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-005",
        _notes("L19"),
        "A loop runs over the mini-batches, and vectorised code inside each.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="So does the snippet on the page.",
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-006",
        _notes("L25"),
        "One pass over the 100,000 examples, in mini-batches of 1,000, is a loop of 5,000 steps.",
        Kind.NUMBER,
        stated=Eq(M / m, Integer(5000), evaluate=False),
        at={M: 100_000, m: 1000},
        because=(
            "Above the loop the notes cut these 100,000 into 100 mini-batches. A loop of 5,000 needs a set of five "
            "million, or fifty passes."
        ),
        rests_on=("nobody_is_left_out",),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-007",
        _notes("L27–33"),
        "The scores are Wx + b, and the activations the sigmoid of the scores; the second line is written twice.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "The repeated line stands where the next layers should. And the braces around t mean two things: the "
            "mini-batch at x, the weights before the step at W."
        ),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-008",
        _notes("L35"),
        "The cost of a mini-batch is a sum up to n, divided by 1,000.",
        Kind.DEFINITION,
        ruling=Ruling.MISLEADING,
        because=(
            "It is a mean only where n is 1,000, and n is not introduced. Read as the number of all examples, as in "
            "the rest of the notes, the sum would be the whole set's, a hundred times too large for the divisor."
        ),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-010",
        _notes("L39"),
        "One step for each mini-batch: the weights, less the learning rate times the derivative of its cost.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because="With the derivative by the weights as they were before the step.",
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-011",
        _notes("L44–47"),
        "Each mini-batch makes one step of gradient descent, as if it were the whole set.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="The code is the same. The cost that it descends is another one for every mini-batch.",
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-012",
        _notes("L50–61"),
        "Two pictures show the cost along the way, of the full batch and of mini-batches.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because=(
            "They are lost. We ran both: below its limit the cost of full batches falls at every step, that of "
            "mini-batches rises again and again."
        ),
        page=MINI_BATCHES,
    ),
    # ---- mini_batches: what the lines say besides
    Claim(
        "S4-200",
        _notes("L9"),
        "The first mini-batch holds the examples 1 to 1,000.",
        Kind.NUMBER,
        stated=Eq(last_of[batch] - first_of[batch] + 1, Integer(1000)),
        where=(first_example, last_example),
        at={M: 100_000, m: 1000, batch: 1},
        rests_on=("notes_where_m_divides",),
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-201",
        _notes("L35"),
        "With n for all 100,000 examples, as it stands at line 415, the sum divided by 1,000 is a mean.",
        Kind.NUMBER,
        stated=Eq(Sum(x, (i, 1, M)) / m, x, evaluate=False),
        at={M: 100_000, m: 1000, x: 1},
        because="Losses of 1 each would have the mean 100.",
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-202",
        _notes("L35"),
        "The penalty of the mini-batch's cost is that of the cost of all examples, which it stands for.",
        Kind.IDENTITY,
        stated=Eq(lam / (2 * m) * x, lam / (2 * M) * x),
        given=(evenly,),
        because=(
            "Implied: a mini-batch is to give the gradient of the whole cost, but for noise. Its data term does; its "
            "penalty is as many times too strong as there are mini-batches."
        ),
        rests_on=("penalty_of_a_mini_batch", "times_too_strong"),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S4-203",
        _notes("L35"),
        "The penalty adds up the squared weights; the sum names no index, and a {t} stands at the weights.",
        Kind.DEFINITION,
        ruling=Ruling.MISLEADING,
        because=(
            "It runs over the layers, and in the course their number stands at W. As printed it could be a sum over "
            "mini-batches. That biases are left out is a choice, and unsaid."
        ),
        page=PENALTY_SHARE,
    ),
    Claim(
        "S4-204",
        _notes("L37"),
        "Back-propagation computes the gradients with respect to the cost.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because="Of the cost, with respect to the weights and biases: the next formula has it the right way round.",
        page=MINI_BATCHES,
    ),
    Claim(
        "S4-205",
        _notes("L44–45"),
        "The step of a pass through the loop takes the mini-batch after it, t + 1.",
        Kind.STATEMENT,
        stated=Le(batch + 1, M / m),
        at={M: 100_000, m: 1000, batch: 100},
        because=(
            "Here $k$ is its t. The loop takes mini-batch t: so say the two lines inside it. And after the last one "
            "there is no next, until the next pass over the set."
        ),
        rests_on=("notes_where_m_divides",),
        page=MINI_BATCHES,
    ),
    # ---- optimizer_conventions
    Claim(
        "GH-015",
        Source("keras-team/keras", "issue 17391"),
        "Compared with the paper's formula, this Adam divides ε by the root of 1 − β₂ᵗ.",
        Kind.IDENTITY,
        stated=Eq(step_hat, eta * v_hat / (sqrt(s_hat) + epsilon / sqrt(1 - beta2**t))),
        where=(adam_hat, first_average, second_average),
        rests_on=("eps_hat",),
        page=OPTIMIZER_CONVENTIONS,
        because=(
            "The title of the issue calls it wrong. The paper gives this order as well, and calls that ε by another "
            "name, which Keras says in its documentation."
        ),
    ),
    Claim(
        "GH-016",
        Source("pandas-dev/pandas", "issue 24814"),
        "With adjust=True the average begins at the first value and is a recursion from there.",
        Kind.IDENTITY,
        stated=Eq(adjusted_t, from_first),
        where=(average_adjusted, average_from_first),
        rests_on=("adjusted_is_corrected",),
        page=OPTIMIZER_CONVENTIONS,
        because=(
            "Here $\\bar v_t$ is the average with that setting, and $v_t^{1}$ the one that begins at the first value. "
            "So the documentation had it; the two settings were exchanged, and a reader found it."
        ),
    ),
    # ---- questions that had no claim of their own
    Claim(
        "S0-090",
        _thread("L18, L20–21"),
        "With a division by the number of all training examples, is the cost of an epoch not too small?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: it would be, for costs that are means. Those of the exercise are sums.",
        rests_on=("sums_divided_once", "sum_of_averages"),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-091",
        _thread("L24"),
        "Has the asker misunderstood something?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: no. What the thread leaves open is the gradient, {claim}`S0-022`.",
        rests_on=("sums_divided_once",),
        page=EPOCH_COST,
    ),
    Claim(
        "S0-092",
        _thread("L35"),
        "Minimise $J$, or a constant times $J$: the same parameters, are they not?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: the same minimum, for a constant above 0 that multiplies all of the cost. Not the same walk.",
        rests_on=("order_is_kept", "stable_for_the_sum"),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S2-090",
        _question("L32"),
        "Where the worst case matters, should the largest loss be minimised, and neither sum nor mean?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: one may. It is another objective, with another minimum, and a soft maximum lies between.",
        rests_on=("slope_of_the_mean_square", "largest_is_least_midway"),
        page="sum-or-mean/mean-sum-or-max.md",
    ),
)
