"""ε under the root or beside it: two algorithms, and what each does to a small gradient.

Notation: r is the root of the corrected average of the squares, so that r² stands under the root. Steps are those
under equal gradients g, where the corrected averages are g and g².
Source: notes of course 2 (S4), lines 179–217; Adam's paper, algorithm 1 and the order after it.
"""

from __future__ import annotations

from sympy import Abs, Eq, sqrt

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq, le
from derivations.moving_averages.rmsprop_and_adam import gradient_itself, square_itself
from derivations.notation import beta2, eps_t, epsilon, eta, grad, rms, s_hat, t, v_hat
from derivations.rules import (
    applying,
    by_definition,
    in_turn,
    leaving_out_squares,
    leaving_out_what_is_taken_away,
    multiplied_out,
)

NOTES = "notes of course 2"

# ---- one root against two

cross = 2 * Abs(rms) * sqrt(epsilon)
no_gradients = Given(Eq(rms, 0), fix=rms, words="where all gradients were 0")
as_large_as_the_root = Given(Eq(rms, sqrt(epsilon)), fix=rms, words="where r is as large as the root of ε")

epsilon_sandwich = calc(
    rms**2 + epsilon,
    eq(
        (Abs(rms) + sqrt(epsilon)) ** 2 - cross,
        by=Rule("square of a sum", "multiplied out, it is the line above", rewrite=multiplied_out, lower=True),
    ),
    le(
        (Abs(rms) + sqrt(epsilon)) ** 2,
        by=Rule("a product", "what is taken away is not negative", rewrite=leaving_out_what_is_taken_away),
        tight=no_gradients,
    ),
    eq(
        2 * (rms**2 + epsilon) - (Abs(rms) - sqrt(epsilon)) ** 2,
        by=Rule("two squares", "the square of a sum and that of a difference add up to twice the squares"),
    ),
    le(
        2 * (rms**2 + epsilon),
        by=Rule("a square", "what is taken away is not negative", rewrite=leaving_out_squares),
        tight=as_large_as_the_root,
    ),
    title="The root of a sum against the sum of the roots, squared",
)

# ---- the three forms, under equal gradients

equal_so_far_too = Rule(
    "equal gradients",
    "the averages are the gradient and its square",
    needs=(gradient_itself, square_itself),
    rewrite=in_turn(applying(gradient_itself.says), applying(square_itself.says)),
)
under_on_equal = calc(
    eta * v_hat / sqrt(s_hat + epsilon),
    eq(eta * grad / sqrt(grad**2 + epsilon), by=equal_so_far_too),
    title="ε under the root",
    source=Source(NOTES, "L211–215"),
)
epsilon_enlarged = Definition(eps_t, epsilon / sqrt(1 - beta2**t), "what ε is worth at step t")
hat_on_equal = calc(
    eta * v_hat / (sqrt(s_hat) + epsilon / sqrt(1 - beta2**t)),
    eq(eta * grad / (Abs(grad) + epsilon / sqrt(1 - beta2**t)), by=equal_so_far_too),
    eq(eta * grad / (Abs(grad) + eps_t), by=by_definition(epsilon_enlarged, lower=True)),
    where=(epsilon_enlarged,),
    title="ε beside the root of the average that is not corrected",
)

# ---- the gradient at which half of the step is left

as_large = Given(Eq(grad, epsilon), fix=grad, words="a gradient as large as ε")
a_third = Given(Eq(grad, sqrt(epsilon / 3)), fix=grad, words="its square is a third of ε")

half_beside = calc(
    eta * grad / (Abs(grad) + epsilon),
    eq(eta / 2, by=Rule("as large as ε", as_large.words, needs=(as_large,), rewrite=applying(as_large.says))),
    title="Beside the root, half a step is left where the gradient is ε",
)
half_under = calc(
    eta * grad / sqrt(grad**2 + epsilon),
    eq(eta / 2, by=Rule("a third of ε", a_third.words, needs=(a_third,), rewrite=applying(a_third.says))),
    title="Under the root, where it is the root of a third of ε",
)

# ---- numbers: ε is 1e-8 as a rule, 1e-7 in Keras

RULE = {epsilon: "1e-8"}
_beside, _under = grad / (Abs(grad) + epsilon), grad / sqrt(grad**2 + epsilon)

acts_like = Quantity(sqrt(epsilon), "what the usual ε acts like beside the root, when it stands under it", (), RULE)
half_under_rule = Quantity(sqrt(epsilon / 3), "gradient that is left half a step, ε under the root", (), RULE)
half_under_keras = Quantity(
    sqrt(epsilon / 3), "the same, with the ε that is the default of Keras", (), {epsilon: "1e-7"}
)
beside_small = Quantity(
    _beside, "step at a gradient of a ten-thousandth, ε beside the root", (), {**RULE, grad: "1e-4"}
)
under_small = Quantity(_under, "step at a gradient of a ten-thousandth, ε under the root", (), {**RULE, grad: "1e-4"})
beside_tiny = Quantity(_beside, "step at a gradient of a millionth, ε beside the root", (), {**RULE, grad: "1e-6"})
under_tiny = Quantity(_under, "step at a gradient of a millionth, ε under the root", (), {**RULE, grad: "1e-6"})
hat_tiny = Quantity(
    grad / (Abs(grad) + eps_t),
    "first step at a gradient of a millionth, ε beside the root of the uncorrected average",
    (epsilon_enlarged,),
    {**RULE, grad: "1e-6", beta2: "0.999", t: 1},
)
