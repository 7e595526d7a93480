"""Where libraries put a penalty, Adam's ε, momentum's share, and what batch normalisation and averages divide by.

Notation: `signal[n]` is the value of step n, a gradient or a number that is averaged; t steps were taken.
`x_one[i]` is a feature of example i; `slope[i]` and `hessian[i]` are the derivatives of its loss by its score.
Source: the documentation of the libraries, each formula run against the library itself (press/libraries).
"""

from __future__ import annotations

from sympy import Derivative, Eq, Integer, Sum, sqrt

from derivations.calculus import Definition, Given, Induction, Rule, calc, eq
from derivations.notation import (
    J_C,
    C_inverse,
    D,
    H_leaf,
    J,
    J_alpha,
    J_leaf,
    R_keras,
    adjusted_t,
    alpha,
    beta,
    beta1,
    beta2,
    buffer_t,
    corrected_t,
    d,
    ells,
    epsilon,
    eta,
    from_first,
    from_zero,
    g_decayed,
    grad,
    hessian,
    i,
    lam,
    leaf,
    leaf_best,
    m,
    mean_t,
    mean_x,
    mean_xx,
    mean_xy,
    n,
    of_batch,
    running,
    running_kept,
    running_next,
    s_hat,
    s_raw,
    share_new,
    signal,
    slope,
    step_beside,
    step_hat,
    step_published,
    step_under,
    t,
    v_hat,
    v_raw,
    var_m,
    var_m1,
    w,
    w_decayed,
    w_lasso,
    weight,
    x,
    x_one,
)
from derivations.one_over_m.deferred_or_absorbed import cost_as_a_mean
from derivations.rules import (
    applying,
    by_definition,
    differentiating,
    dividing_above_and_below,
    empty_sums,
    factors_into_sums,
    factors_out_of_sums,
    in_turn,
    joined_powers,
    last_terms,
    multiplied_out,
    opening,
)

squares = Sum(weight[d] ** 2, (d, 1, D))

# ---- penalties

cost_with_c = Definition(J_C, C_inverse * Sum(ells[i], (i, 1, m)) + w**2 / 2, "the cost with C before the losses")
cost_with_alpha = Definition(
    J_alpha, Sum(ells[i], (i, 1, m)) / m + alpha / (2 * m) * squares, "the cost with the penalty over the batch"
)
squares_added = Definition(R_keras, lam * squares, "the penalty without a half")
decay_in_the_gradient = Definition(g_decayed, grad + lam * w, "weight decay that goes into the gradient")
lasso_weight = Definition(w_lasso, (mean_xy - alpha) / mean_xx, "the lasso, of a mean with a half")
leaf_cost = Definition(
    J_leaf,
    Sum(slope[i] * leaf + hessian[i] * leaf**2 / 2, (i, 1, m)) + lam / 2 * leaf**2,
    "the cost of a leaf, to second order",
)
leaf_weight = Definition(
    leaf_best, -Sum(slope[i], (i, 1, m)) / (Sum(hessian[i], (i, 1, m)) + lam), "the value of a leaf"
)

hessian_of_a_leaf = Definition(H_leaf, Sum(hessian[i], (i, 1, m)), "what a leaf must hold at least")

c_as_lambda = calc(
    J_C,
    eq(C_inverse * Sum(ells[i], (i, 1, m)) + w**2 / 2, by=by_definition(cost_with_c)),
    eq(
        C_inverse * m * (Sum(ells[i], (i, 1, m)) / m + w**2 / (2 * C_inverse * m)),
        by=Rule("common factor", "multiplied out, both sides are the same", rewrite=multiplied_out, lower=True),
    ),
    eq(C_inverse * m * (J + w**2 / (2 * C_inverse * m)), by=by_definition(cost_as_a_mean, lower=True)),
    where=(cost_with_c, cost_as_a_mean),
    title="C before the sum of the losses is a penalty of 1 over m C on their mean",
)

# ---- Adam's two forms, and roots

first_average = Definition(v_raw, (1 - beta1**t) * v_hat, "the average of gradients, not corrected")
second_average = Definition(s_raw, (1 - beta2**t) * s_hat, "the average of squares, not corrected")
adam_published = Definition(step_published, eta * v_hat / (sqrt(s_hat) + epsilon), "Adam as published")
adam_hat = Definition(
    step_hat,
    eta * sqrt(1 - beta2**t) / (1 - beta1**t) * v_raw / (sqrt(s_raw) + epsilon),
    "Adam with the correction in its rate",
)
eps_beside = Definition(step_beside, eta * grad / (sqrt(s_raw) + epsilon), "ε beside the root")
eps_under = Definition(step_under, eta * grad / sqrt(s_raw + epsilon), "ε under the root")
decayed_weight = Definition(w_decayed, (1 - eta * lam) ** t * w, "decay on its own, times the rate")

root_of_weights = sqrt(1 - beta2**t)

eps_hat = calc(
    step_hat,
    eq(eta * root_of_weights / (1 - beta1**t) * v_raw / (sqrt(s_raw) + epsilon), by=by_definition(adam_hat)),
    eq(
        eta * root_of_weights * v_hat / (root_of_weights * sqrt(s_hat) + epsilon),
        by=Rule(
            "definition of both averages",
            "what begins at 0 lacks the share that its weights lack",
            rewrite=opening("v_raw", "s_raw"),
        ),
    ),
    eq(
        eta * v_hat / (sqrt(s_hat) + epsilon / root_of_weights),
        by=Rule(
            "divide above and below by the root",
            "a quotient stays what it is",
            rewrite=dividing_above_and_below(root_of_weights),
        ),
    ),
    where=(adam_hat, first_average, second_average),
    title="With the correction in its rate, Adam has an ε that is larger in its first steps",
)

# ---- averages

weighted_sum = Sum(beta ** (t - n) * signal[n], (n, 1, t))
buffer_of_momentum = Definition(buffer_t, weighted_sum, "the buffer")
average_from_zero = Definition(from_zero, (1 - beta) * weighted_sum, "the average begun at 0")
average_corrected = Definition(corrected_t, from_zero / (1 - beta**t), "the average begun at 0, corrected")
average_adjusted = Definition(
    adjusted_t, weighted_sum / Sum(beta ** (t - n), (n, 1, t)), "the average over its own weights"
)
average_from_first = Definition(
    from_first,
    beta ** (t - 1) * signal[1] + (1 - beta) * Sum(beta ** (t - n) * signal[n], (n, 2, t)),
    "the average begun at the first value",
)
mean_so_far = Definition(mean_t, Sum(signal[n], (n, 1, t)) / t, "the mean so far")

weights_before = Given(
    Eq(Sum(beta ** (t - 1 - n), (n, 1, t - 1)), (1 - beta ** (t - 1)) / (1 - beta)), words="the claim for one step less"
)

weights_add_up = Induction(
    claim=Eq(Sum(beta ** (t - n), (n, 1, t)), (1 - beta**t) / (1 - beta)),
    on=t,
    first=1,
    base=calc(
        Sum(beta ** (1 - n), (n, 1, 1)),
        eq(Integer(1), by=Rule("one term", "it is one", rewrite=in_turn(last_terms(Integer(1)), empty_sums))),
    ),
    step=calc(
        Sum(beta ** (t - n), (n, 1, t)),
        eq(
            Sum(beta ** (t - n), (n, 1, t - 1)) + 1,
            by=Rule("the last term", "stands alone, and is one", rewrite=last_terms(t)),
        ),
        eq(
            beta * Sum(beta ** (t - 1 - n), (n, 1, t - 1)) + 1,
            by=Rule(
                "a factor before the sum",
                "every older weight has one more β",
                rewrite=in_turn(factors_into_sums, joined_powers),
                lower=True,
            ),
        ),
        eq(
            beta * ((1 - beta ** (t - 1)) / (1 - beta)) + 1,
            by=Rule(
                "induction hypothesis",
                weights_before.words,
                needs=(weights_before,),
                rewrite=applying(weights_before.says),
            ),
        ),
        eq((1 - beta**t) / (1 - beta), by=Rule("over one denominator", "a product of powers is a power")),
    ),
    title="Weights that fall by β at each step add up to a geometric series",
)

geometric_weights = Given(weights_add_up.claim, words="{eq}`weights_add_up`")
geometric_series = Rule(
    "geometric series", geometric_weights.words, needs=(geometric_weights,), rewrite=applying(geometric_weights.says)
)

adjusted_is_corrected = calc(
    adjusted_t,
    eq(weighted_sum / Sum(beta ** (t - n), (n, 1, t)), by=by_definition(average_adjusted)),
    eq(
        (1 - beta) * weighted_sum / (1 - beta**t),
        by=geometric_series,
    ),
    eq(from_zero / (1 - beta**t), by=by_definition(average_from_zero, lower=True)),
    eq(corrected_t, by=by_definition(average_corrected, lower=True)),
    where=(average_adjusted, average_from_zero, average_corrected),
    title="An average over its own weights is the one begun at 0, corrected",
)
constant_gradients = calc(
    Sum(beta ** (t - n) * x, (n, 1, t)),
    eq(
        x * Sum(beta ** (t - n), (n, 1, t)),
        by=Rule("linearity of the sum", "a constant goes in front", rewrite=factors_out_of_sums),
    ),
    eq(
        x * ((1 - beta**t) / (1 - beta)),
        by=geometric_series,
    ),
    title="Under equal gradients the buffer grows towards 1 over 1 − β of them",
)

# ---- batch normalisation

mean_of_the_feature = Definition(mean_x, Sum(x_one[i], (i, 1, m)) / m, "the mean of the feature")
off_the_mean = Sum((x_one[i] - mean_x) ** 2, (i, 1, m))
variance_by_m = Definition(var_m, off_the_mean / m, "the variance by m")
variance_by_m1 = Definition(var_m1, off_the_mean / (m - 1), "the variance by one fewer")
running_by_the_new = Definition(running_next, (1 - share_new) * running + share_new * of_batch, "a share of the new")
running_by_the_old = Definition(running_kept, beta * running + (1 - beta) * of_batch, "a share of the old")

unbiased_against_biased = calc(
    var_m1,
    eq(off_the_mean / (m - 1), by=by_definition(variance_by_m1)),
    eq(m / (m - 1) * var_m, by=by_definition(variance_by_m, lower=True)),
    where=(mean_of_the_feature, variance_by_m1, variance_by_m),
    title="Divided by one fewer, a variance is larger by m over m − 1",
)
leaf_slope = calc(
    Derivative(J_leaf, leaf),
    eq(
        Sum(slope[i] + hessian[i] * leaf, (i, 1, m)) + lam * leaf,
        by=Rule("derivative of powers", "term by term", rewrite=differentiating("J_leaf")),
    ),
    where=(leaf_cost,),
    title="The slope of a leaf's cost: the penalty stands beside a sum",
)
