"""Twice or never: what a wrong 1/m does to the gradient, and what repeating or cutting the batch shows of it.

Notation: X is D×m, W is K×D; `dZ` is the course's, without the 1/m, `dZ_bar` has it inside; `times` is how
often the factor was written. `slopes[i, part]` is the slope, in one weight, of the loss of example i of a part.
Source: public threads, each named in the ledger (GH); the question on the extra 1/m (S1), line 37, which warns
of writing the factor more than once.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Sum

from derivations.calculus import Given, Rule, calc, eq
from derivations.notation import (
    B,
    J,
    W,
    X,
    dZ,
    dZ_bar,
    i,
    m,
    part,
    r,
    s,
    slope,
    slopes,
    times,
)
from derivations.one_over_m.deferred_or_absorbed import (
    absorbed_dz,
    absorbed_weights,
    cost_as_a_mean,
    deferred_dz,
    deferred_weights,
    factor_into_the_sum,
    loss_of_an_example,
)
from derivations.quality.template_matching import (
    scores,
    softmax_of_scores,
    targets_sum_to_one,
)
from derivations.rules import (
    applying,
    constant_sums,
    powers_of_products,
    quoting,
)

OPENED = ("J", "P", "Z", "dZ", "ells")  # what a link to the gradient needs
NETWORK = (scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz)
added_up = Sum(dZ[r, i] * X[s, i], (i, 1, m))

kept_for_dw = Rule(
    "the deferred book",
    "the course's dZ, the inputs and one $1/m$: {eq}`deferred_weights`",
    needs=(targets_sum_to_one,),
    rewrite=quoting(deferred_weights, -2),
    lower=True,
)
carried_in_dz = Rule(
    "the absorbed book",
    "with the $1/m$ in dZ the sum alone is the gradient: {eq}`absorbed_weights`",
    needs=(targets_sum_to_one,),
    rewrite=quoting(absorbed_weights, -2),
    lower=True,
)

# ---- how far off: once too often, once too seldom, any number of times

divided_twice = calc(
    Sum(dZ_bar[r, i] * X[s, i], (i, 1, m)) / m,
    eq(Derivative(J, W[r, s]) / m, by=carried_in_dz, opens=("dZ_bar", *OPENED)),
    where=(*NETWORK, absorbed_dz),
    title="In both places: m times too small",
)

never_divided = calc(
    added_up,
    eq(m * Derivative(J, W[r, s]), by=kept_for_dw, opens=OPENED),
    where=NETWORK,
    title="In neither: m times too large",
)

divided_some_times = calc(
    added_up / m**times,
    eq(m ** (1 - times) * Derivative(J, W[r, s]), by=kept_for_dw, opens=OPENED),
    where=NETWORK,
    title="Written any number of times",
)

# ---- a batch in parts, and a batch that is repeated

equal_terms = Rule("equal terms", "the sum of B equal terms is B of them", rewrite=constant_sums)
power_of_a_product = Rule("power of a product", Eq((B * m) ** times, B**times * m**times), rewrite=powers_of_products)
copies = Given(
    Eq(slopes[i, part], slope[i]),
    each=((i, m), (part, B)),
    fix=slopes[i, part],
    words="every part is a copy of the first",
)

repeated_batch = calc(
    Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / (B * m) ** times,
    eq(
        Sum(Sum(slope[i], (i, 1, m)), (part, 1, B)) / (B * m) ** times,
        by=Rule("the batch, B times over", copies.says, needs=(copies,), rewrite=applying(copies.says)),
    ),
    eq(B * Sum(slope[i], (i, 1, m)) / (B * m) ** times, by=equal_terms),
    eq(
        B ** (1 - times) * (Sum(slope[i], (i, 1, m)) / m**times),
        by=power_of_a_product,
    ),
    title="Repeat the batch, and the factor shows",
)

batch_in_parts = calc(
    Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / (B * m) ** times,
    eq(Sum(Sum(slopes[i, part], (i, 1, m)), (part, 1, B)) / (B**times * m**times), by=power_of_a_product),
    eq(B ** (-times) * Sum(Sum(slopes[i, part], (i, 1, m)) / m**times, (part, 1, B)), by=factor_into_the_sum),
    title="Cut the batch, and the factor shows",
)
