"""RMSprop and Adam: the size of a step, with both averages corrected, with one, and with neither.

Notation: one weight, whose gradient at step n is `gradients[n]`; v and s are the averages of the gradients and of
their squares after t steps, begun at 0; a hat means divided by what their weights add up to. ε stands beside the
root, as published, and is left out where the corrections alone are looked at.
Source: notes of course 2 (S4), lines 165–217.
"""

from __future__ import annotations

from sympy import Abs, Eq, Expr, S, Sum, sqrt

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq, le
from derivations.notation import (
    beta1,
    beta2,
    epsilon,
    eta,
    fitted,
    grad,
    gradients,
    lam,
    n,
    overlap,
    s_hat,
    s_raw,
    step_published,
    t,
    v_hat,
    v_raw,
    w,
)
from derivations.rules import (
    applying,
    by_definition,
    factors_out_of_sums,
    in_turn,
    leaving_out_squares,
    multiplied_out,
    opening,
)
from derivations.sum_or_mean.optimizer_conventions import adam_published, first_average, second_average

NOTES = "notes of course 2"


def fading(beta: Expr, of: Expr) -> Expr:
    """The sum of `of` over the steps, each with as many β as steps have come after it."""
    return Sum(beta ** (t - n) * of, (n, 1, t))


def weights(beta: Expr) -> Expr:
    """What the steps count for, added up."""
    return fading(beta, S.One)


# ---- the two averages

average_of_gradients = Definition(v_raw, (1 - beta1) * fading(beta1, gradients[n]), "the average of the gradients")
average_of_squares = Definition(
    s_raw, (1 - beta2) * fading(beta2, gradients[n] ** 2), "the average of the squared gradients"
)
corrected_gradients = Definition(v_hat, v_raw / (1 - beta1**t), "the corrected average of the gradients")
corrected_squares = Definition(s_hat, s_raw / (1 - beta2**t), "the corrected average of the squares")

# ---- equal gradients: what each correction is for

equal_so_far = Given(
    Eq(gradients[n], grad), each=((n, t),), fix=gradients[n], words="every gradient so far was the same"
)
weights_of = {
    beta: Given(Eq(weights(beta), (1 - beta**t) / (1 - beta)), words="{eq}`weights_add_up`") for beta in (beta1, beta2)
}
equal_gradients = Rule(
    "equal gradients", equal_so_far.words, needs=(equal_so_far,), rewrite=applying(equal_so_far.says)
)


def weights_added(beta: Expr) -> Rule:
    one = weights_of[beta]
    return Rule("geometric series", one.words, needs=(one,), rewrite=applying(one.says))


in_front = Rule("linearity of the sum", "a constant goes in front", rewrite=factors_out_of_sums)

average_of_equal = calc(
    (1 - beta1**t) * v_hat,
    eq(v_raw, by=by_definition(corrected_gradients)),
    eq((1 - beta1) * fading(beta1, gradients[n]), by=by_definition(average_of_gradients)),
    eq((1 - beta1) * fading(beta1, grad), by=equal_gradients),
    eq((1 - beta1) * grad * weights(beta1), by=in_front),
    eq((1 - beta1**t) * grad, by=weights_added(beta1)),
    where=(corrected_gradients, average_of_gradients),
    title="Under equal gradients the corrected average is the gradient, after any number of steps",
    source=Source(NOTES, "L197–209"),
)
squares_of_equal = calc(
    (1 - beta2**t) * s_hat,
    eq(s_raw, by=by_definition(corrected_squares)),
    eq((1 - beta2) * fading(beta2, gradients[n] ** 2), by=by_definition(average_of_squares)),
    eq((1 - beta2) * fading(beta2, grad**2), by=equal_gradients),
    eq((1 - beta2) * grad**2 * weights(beta2), by=in_front),
    eq((1 - beta2**t) * grad**2, by=weights_added(beta2)),
    where=(corrected_squares, average_of_squares),
    title="Under equal gradients the corrected average of squares is their square",
)

gradient_itself = Given(Eq(v_hat, grad), fix=v_hat, words="{eq}`average_of_equal`")
square_itself = Given(Eq(s_hat, grad**2), fix=s_hat, words="{eq}`squares_of_equal`")

adam_on_equal = calc(
    step_published,
    eq(eta * v_hat / (sqrt(s_hat) + epsilon), by=by_definition(adam_published)),
    eq(
        eta * grad / (Abs(grad) + epsilon),
        by=Rule(
            "equal gradients",
            "the root of a square is its size",
            needs=(gradient_itself, square_itself),
            rewrite=in_turn(applying(gradient_itself.says), applying(square_itself.says)),
        ),
    ),
    where=(adam_published,),
    title="Under equal gradients every step of Adam is the learning rate, but for ε",
    source=Source(NOTES, "L211–215"),
)

# ---- what a missing correction multiplies the step by, whatever the gradients

lacks = Rule("what begins at 0", "lacks the share that its weights lack", rewrite=opening("v_raw", "s_raw"))

uncorrected = calc(
    eta * v_raw / sqrt(s_raw),
    eq((1 - beta1**t) / sqrt(1 - beta2**t) * (eta * v_hat / sqrt(s_hat)), by=lacks),
    where=(first_average, second_average),
    title="With neither correction",
)
momentum_corrected = calc(
    eta * v_hat / sqrt(s_raw),
    eq(1 / sqrt(1 - beta2**t) * (eta * v_hat / sqrt(s_hat)), by=lacks),
    where=(second_average,),
    title="With the correction of momentum alone",
    source=Source(NOTES, "L187"),
)
squares_corrected = calc(
    eta * v_raw / sqrt(s_hat),
    eq((1 - beta1**t) * (eta * v_hat / sqrt(s_hat)), by=lacks),
    where=(first_average,),
    title="With the correction of the squares alone",
)
rmsprop_step = calc(
    eta * grad / sqrt(s_raw),
    eq(1 / sqrt(1 - beta2**t) * (eta * grad / sqrt(s_hat)), by=lacks),
    where=(second_average,),
    title="RMSprop, which corrects nothing",
    source=Source(NOTES, "L165–181"),
)

# ---- how far a step can go, whatever the gradients

fading_overlap = Definition(overlap, weights(beta1**2 / beta2), "the sum that bounds the ratio")
nearest_multiple = Definition(fitted, fading(beta1, gradients[n]) / overlap, "the multiple that comes nearest")
left_over = Sum(beta2 ** (t - n) * (gradients[n] - fitted * (beta1 / beta2) ** (t - n)) ** 2, (n, 1, t))
growing = Given(
    Eq(gradients[n], grad * (beta1 / beta2) ** (t - n)),
    each=((n, t),),
    fix=gradients[n],
    words="gradients that grow by β₂/β₁ at each step",
)
adam_bound = calc(
    (v_raw / (1 - beta1)) ** 2 / overlap,
    eq(fading(beta1, gradients[n]) ** 2 / overlap, by=by_definition(average_of_gradients)),
    eq(
        fading(beta2, gradients[n] ** 2) - left_over,
        by=Rule("completing the square", "multiplied out, the terms that were added cancel"),
    ),
    le(
        fading(beta2, gradients[n] ** 2),
        by=Rule("a sum of squares", "what is taken away is not negative", rewrite=leaving_out_squares),
        tight=growing,
    ),
    eq(s_raw / (1 - beta2), by=by_definition(average_of_squares, lower=True)),
    where=(average_of_gradients, average_of_squares, fading_overlap, nearest_multiple),
    title="No gradients make the one average larger than this, measured by the other",
)

# ---- a penalty in the loss, and a decay beside it

penalty_divided = calc(
    eta * (v_hat + lam * w) / (sqrt(s_hat) + epsilon),
    eq(
        eta * v_hat / (sqrt(s_hat) + epsilon) + eta * lam / (sqrt(s_hat) + epsilon) * w,
        by=Rule("term by term", "a quotient of a sum is a sum of quotients", rewrite=multiplied_out),
    ),
    title="A penalty in the gradient is divided along with it",
)
only_the_penalty = Given(Eq(v_hat, lam * w), fix=v_hat, words="the penalty is all the gradient that there is")
and_its_square = Given(Eq(s_hat, (lam * w) ** 2), fix=s_hat, words="so its square is what the squares average to")
penalty_alone = calc(
    eta * v_hat / sqrt(s_hat),
    eq(
        eta * w / Abs(w),
        by=Rule(
            "only the penalty",
            "a positive $\\lambda$ stands above and below",
            needs=(only_the_penalty, and_its_square),
            rewrite=in_turn(applying(only_the_penalty.says), applying(and_its_square.says)),
        ),
    ),
    title="Where the penalty stands alone, its strength is gone",
)

# ---- numbers, at the usual settings

FIRST, SECOND = {beta1: "0.9"}, {beta2: "0.999"}

uncorrected_first = Quantity(
    (1 - beta1) / sqrt(1 - beta2), "first step of Adam without its corrections, in learning rates", (), FIRST | SECOND
)
momentum_corrected_first = Quantity(
    1 / sqrt(1 - beta2), "first step with momentum's correction alone, in learning rates", (), SECOND
)
momentum_corrected_tenth = Quantity(
    1 / sqrt(1 - beta2**t), "step ten with momentum's correction alone, in learning rates", (), {**SECOND, t: 10}
)
momentum_corrected_later = Quantity(
    1 / sqrt(1 - beta2**t), "step 1000 with momentum's correction alone, in learning rates", (), {**SECOND, t: 1000}
)
squares_corrected_first = Quantity(
    1 - beta1, "first step with the correction of the squares alone, in learning rates", (), FIRST
)
rmsprop_first = Quantity(
    1 / sqrt(1 - beta2),
    "first step of RMSprop that keeps nine tenths of its average, in learning rates",
    (),
    {beta2: "0.9"},
)
bound_in_the_end = Quantity(
    (1 - beta1) / sqrt((1 - beta2) * (1 - beta1**2 / beta2)),
    "the longest that a step of Adam can be after many steps, in learning rates",
    (),
    FIRST | SECOND,
)
growth_of_gradients = Quantity(
    beta2 / beta1, "factor by which the gradients of the longest step grow", (), FIRST | SECOND
)
