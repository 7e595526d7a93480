"""What undoes a factor of the cost: the learning rate for SGD and momentum, ε for Adam, a threshold for clipping.

Notation: the cost is multiplied by c > 0 (m, where a sum stands for a mean), and a dash marks what comes of it:
`grad_scaled` is g', the gradient of the cost times c. `average[n]` takes in a times the value of step n: a = 1 is
the buffer of momentum, a = 1 − β the exponentially weighted average.
Source: forum thread on course 2, week 3 (S0), lines 31–35; question on sum or mean (S2), lines 44 and 65–67.
"""

from __future__ import annotations

from sympy import Eq, Expr, IndexedBase, Max, Min, Piecewise, Sum, sqrt

from derivations.calculus import Definition, Given, Induction, Rule, Source, calc, eq
from derivations.notation import (
    D,
    average,
    average_scaled,
    beta,
    d,
    d2,
    epsilon,
    eta,
    g,
    g_scaled,
    grad,
    grad_scaled,
    intake,
    lam,
    loss_scale,
    max_norm,
    n,
    rates,
    s_hat,
    s_hat_scaled,
    signal,
    t,
    threshold,
    v_hat,
    v_hat_scaled,
    w,
    w_start,
    walk,
    walk_scaled,
)
from derivations.rules import (
    applying,
    cancelled,
    dividing_above_and_below,
    in_turn,
    linear_sums,
    multiplied_out,
    positive_factors_out,
)

THREAD, QUESTION = "forum thread on course 2, week 3", "question on sum or mean"
c = loss_scale

# ---- averages of the gradients, and of their squares

moving_average = Definition(
    average[n],
    Piecewise((intake * signal[1], Eq(n, 1)), (beta * average[n - 1] + intake * signal[n], True)),
    "the moving average",
    piecewise_recursive=True,
)
moving_average_scaled = Definition(
    average_scaled[n],
    Piecewise((intake * (c * signal[1]), Eq(n, 1)), (beta * average_scaled[n - 1] + intake * (c * signal[n]), True)),
    "the moving average of values c times as large",
    piecewise_recursive=True,
)
AVERAGES = (moving_average, moving_average_scaled)

first_taken_in = Given(Eq(average[1], intake * signal[1]), words="the first average, which begins at 0")
first_taken_in_scaled = Given(Eq(average_scaled[1], intake * (c * signal[1])), words="it begins at 0 too")
larger_before = Given(Eq(average_scaled[t - 1], c * average[t - 1]), words="the claim for one step less")
taken_in = Given(Eq(average[t], beta * average[t - 1] + intake * signal[t]), words="one step of the average")
taken_in_scaled = Given(
    Eq(average_scaled[t], beta * average_scaled[t - 1] + intake * (c * signal[t])),
    words="β of the old value, and a times the new one",
)

average_scales = Induction(
    claim=Eq(average_scaled[t], c * average[t]),
    on=t,
    first=1,
    base=calc(
        average_scaled[1],
        eq(
            intake * (c * signal[1]),
            by=Rule(
                "the first step",
                first_taken_in_scaled.words,
                needs=(first_taken_in_scaled,),
                rewrite=applying(first_taken_in_scaled.says),
            ),
        ),
        eq(
            c * average[1],
            by=Rule(
                "the first step",
                first_taken_in.words,
                needs=(first_taken_in,),
                rewrite=applying(first_taken_in.says),
                lower=True,
            ),
        ),
        where=AVERAGES,
    ),
    step=calc(
        average_scaled[t],
        eq(
            beta * average_scaled[t - 1] + intake * (c * signal[t]),
            by=Rule(
                "one step of the average",
                taken_in_scaled.words,
                needs=(taken_in_scaled,),
                rewrite=applying(taken_in_scaled.says),
            ),
        ),
        eq(
            beta * (c * average[t - 1]) + intake * (c * signal[t]),
            by=Rule(
                "induction hypothesis",
                larger_before.words,
                needs=(larger_before,),
                rewrite=applying(larger_before.says),
            ),
        ),
        eq(
            c * average[t],
            by=Rule(
                "one step of the average",
                "c stands before both terms",
                needs=(taken_in,),
                rewrite=in_turn(applying(taken_in.says), multiplied_out),
                lower=True,
            ),
        ),
        where=AVERAGES,
    ),
    title="The average of values c times as large is c times the average",
)

# ---- SGD and momentum: the same weights after any number of steps, for any schedule of learning rates

weight_by_steps = Definition(
    walk[n],
    Piecewise((w_start - rates[1] * average[1], Eq(n, 1)), (walk[n - 1] - rates[n] * average[n], True)),
    "the weight after the steps",
    piecewise_recursive=True,
)
weight_by_steps_scaled = Definition(
    walk_scaled[n],
    Piecewise(
        (w_start - rates[1] / c * average_scaled[1], Eq(n, 1)),
        (walk_scaled[n - 1] - rates[n] / c * average_scaled[n], True),
    ),
    "the weight on the cost times c, with each learning rate divided by c",
    piecewise_recursive=True,
)
WALKS = (weight_by_steps, weight_by_steps_scaled)

velocities = Given(
    Eq(average_scaled[n], c * average[n]),
    each=((n, t),),
    fix=average_scaled[n],
    words="from the same weights, the gradient is c times as large, and so is what is averaged",
)
first_step = Given(Eq(walk[1], w_start - rates[1] * average[1]), words="from the same weight")
first_step_scaled = Given(
    Eq(walk_scaled[1], w_start - rates[1] / c * average_scaled[1]), words="with the learning rate over c"
)
same_before = Given(Eq(walk_scaled[t - 1], walk[t - 1]), words="the claim for one step less")
stepped = Given(Eq(walk[t], walk[t - 1] - rates[t] * average[t]), words="on the cost itself")
stepped_scaled = Given(
    Eq(walk_scaled[t], walk_scaled[t - 1] - rates[t] / c * average_scaled[t]),
    words="on the cost times c, with the learning rate over c",
)

same_path = Induction(
    claim=Eq(walk_scaled[t], walk[t]),
    on=t,
    first=1,
    base=calc(
        walk_scaled[1],
        eq(
            w_start - rates[1] / c * average_scaled[1],
            by=Rule(
                "the first step",
                first_step_scaled.words,
                needs=(first_step_scaled,),
                rewrite=applying(first_step_scaled.says),
            ),
        ),
        eq(
            w_start - rates[1] * average[1],
            by=Rule("c times the average", velocities.words, needs=(velocities,), rewrite=applying(velocities.says)),
        ),
        eq(
            walk[1],
            by=Rule(
                "the first step", first_step.words, needs=(first_step,), rewrite=applying(first_step.says), lower=True
            ),
        ),
        where=WALKS,
    ),
    step=calc(
        walk_scaled[t],
        eq(
            walk_scaled[t - 1] - rates[t] / c * average_scaled[t],
            by=Rule("one step", stepped_scaled.words, needs=(stepped_scaled,), rewrite=applying(stepped_scaled.says)),
        ),
        eq(
            walk_scaled[t - 1] - rates[t] * average[t],
            by=Rule("c times the average", velocities.words, needs=(velocities,), rewrite=applying(velocities.says)),
        ),
        eq(
            walk[t - 1] - rates[t] * average[t],
            by=Rule(
                "induction hypothesis",
                same_before.words,
                needs=(velocities, same_before),
                rewrite=applying(same_before.says),
            ),
        ),
        eq(walk[t], by=Rule("one step", stepped.words, needs=(stepped,), rewrite=applying(stepped.says), lower=True)),
        where=WALKS,
    ),
    title="With every learning rate over c: the same weights after any number of steps",
    source=Source(QUESTION, "L65"),
)

# ---- steps that divide by the size of the gradients

c_times_the_average = Given(Eq(v_hat_scaled, c * v_hat), fix=v_hat_scaled, words="{eq}`average_scales`, of gradients")
c_squared = Given(
    Eq(s_hat_scaled, c**2 * s_hat), fix=s_hat_scaled, words="the same of their squares, which are c² times as large"
)
averages_carry_c = Rule(
    "averages carry the factor",
    "c the average of the gradients, c² that of their squares",
    needs=(c_times_the_average, c_squared),
    rewrite=in_turn(applying(c_times_the_average.says), applying(c_squared.says)),
)
c_cancels = Rule("the factor cancels", "above and below the line", rewrite=cancelled)
divided_by_c = Rule("divide above and below by $c$", "a quotient stays what it is", rewrite=dividing_above_and_below(c))

adam_outside = calc(
    eta * v_hat_scaled / (sqrt(s_hat_scaled) + c * epsilon),
    eq(eta * (c * v_hat) / (c * sqrt(s_hat) + c * epsilon), by=averages_carry_c),
    eq(eta * v_hat / (sqrt(s_hat) + epsilon), by=divided_by_c),
    title="Adam, ε beside the root: ε times c, and the step is the same",
)
adam_inside = calc(  # squared: the root is left out, and c is positive, so that signs are kept
    (eta * v_hat_scaled) ** 2 / (s_hat_scaled + c**2 * epsilon),
    eq((eta * (c * v_hat)) ** 2 / (c**2 * s_hat + c**2 * epsilon), by=averages_carry_c),
    eq((eta * v_hat) ** 2 / (s_hat + epsilon), by=c_cancels),
    title="Adam, ε under the root: ε times c²; here the square of the step",
)
adam_untouched = calc(
    eta * v_hat_scaled / (sqrt(s_hat_scaled) + epsilon),
    eq(eta * (c * v_hat) / (c * sqrt(s_hat) + epsilon), by=averages_carry_c),
    eq(eta * v_hat / (sqrt(s_hat) + epsilon / c), by=divided_by_c),
    title="Adam as it stands: the sum sees an ε that is c times as small",
)
adamw_step = calc(
    (1 - eta * lam) * w - eta * v_hat_scaled / (sqrt(s_hat_scaled) + c * epsilon),
    eq((1 - eta * lam) * w - eta * (c * v_hat) / (c * sqrt(s_hat) + c * epsilon), by=averages_carry_c),
    eq((1 - eta * lam) * w - eta * v_hat / (sqrt(s_hat) + epsilon), by=divided_by_c),
    title="AdamW: the decay does not meet the gradient",
)

# ---- a penalty in the loss, and clipping

c_times_the_gradient = Given(Eq(grad_scaled, c * grad), fix=grad_scaled, words="the gradient of the cost times c")
gradient_carries_c = Rule(
    "constant factor",
    c_times_the_gradient.words,
    needs=(c_times_the_gradient,),
    rewrite=applying(c_times_the_gradient.says),
)

penalty_scales = calc(
    grad_scaled + c * lam * w,
    eq(c * grad + c * lam * w, by=gradient_carries_c),
    eq(
        c * (grad + lam * w), by=Rule("common factor", "c stands before both terms", rewrite=multiplied_out, lower=True)
    ),
    title="A penalty in the loss: λ times c",
)
clip_by_value_scales = calc(
    Max(-c * threshold, Min(c * threshold, grad_scaled)),
    eq(Max(-c * threshold, Min(c * threshold, c * grad)), by=gradient_carries_c),
    eq(
        c * Max(-threshold, Min(threshold, grad)),
        by=Rule(
            "a positive factor comes out", "the larger of two numbers stays the larger", rewrite=positive_factors_out
        ),
    ),
    title="Clipping by value: the threshold times c",
)

every_entry = Given(
    Eq(g_scaled[d], c * g[d]), each=((d, D),), fix=g_scaled[d], words="every entry of the gradient is c times as large"
)
entries_carry_c = Rule("constant factor", every_entry.words, needs=(every_entry,), rewrite=applying(every_entry.says))
length_carries_c = Rule("length of a multiple", "c² comes out of the sum, and c out of the root", rewrite=linear_sums)


def length(of: IndexedBase) -> Expr:
    return sqrt(Sum(of[d2] ** 2, (d2, 1, D)))


clip_by_norm_scales = calc(
    g_scaled[d] * Min(1, c * max_norm / length(g_scaled)),
    eq(c * g[d] * Min(1, c * max_norm / sqrt(Sum((c * g[d2]) ** 2, (d2, 1, D)))), by=entries_carry_c),
    eq(c * (g[d] * Min(1, max_norm / length(g))), by=length_carries_c),
    title="Clipping by norm: the threshold times c",
)
clipped_all_the_same = calc(
    g_scaled[d] * max_norm / length(g_scaled),
    eq(c * g[d] * max_norm / sqrt(Sum((c * g[d2]) ** 2, (d2, 1, D))), by=entries_carry_c),
    eq(g[d] * max_norm / length(g), by=length_carries_c),
    title="Where both gradients are longer than the threshold, the factor is gone",
)
