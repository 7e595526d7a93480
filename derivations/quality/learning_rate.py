"""The learning rate: what is too large, what is too small, and how far a halving schedule can travel.

Notation: `eta` is the learning rate, `kappa` the curvature h of a parabola, `delta[n]` the distance to its
optimum after n steps; `T` steps lie between two halvings.
Source: CS5242 lecture 4 (S3), “Learning rate”, lines 320–356.
"""

from __future__ import annotations

from sympy import Eq, KroneckerDelta, Piecewise, S, Sum

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, Source, calc, eq, le
from derivations.notation import K, T, c, delta, delta0, eta, k, kappa, n, n0, pi, t, u
from derivations.rules import algebra

LECTURE = "CS5242 lecture 4"

distance_by_recursion = Definition(
    delta[n0],
    Piecewise((delta0, Eq(n0, 0)), ((1 - eta * kappa) * delta[n0 - 1], True)),
    "the distance to the optimum",
    piecewise_recursive=True,
)
one_step = Given(Eq(delta[t], (1 - eta * kappa) * delta[t - 1]), words="one step of descent on a parabola")
one_step_back = Given(Eq(delta[t - 1], (1 - eta * kappa) ** (t - 1) * delta0), words="the claim for one step less")
at_the_start = Given(Eq(delta[0], delta0))

distance_after_t_steps = Induction(
    claim=Eq(delta[t], (1 - eta * kappa) ** t * delta0),
    on=t,
    first=0,
    base=calc(
        delta[0],
        eq(
            delta0,
            by=Rule(
                "starting point", "before the first step the distance is the first distance", needs=(at_the_start,)
            ),
        ),
        where=(distance_by_recursion,),
    ),
    step=calc(
        delta[t],
        eq(
            (1 - eta * kappa) * delta[t - 1],
            by=Rule("one step of descent", "the slope is h times the distance", needs=(one_step,)),
        ),
        eq(
            (1 - eta * kappa) * ((1 - eta * kappa) ** (t - 1) * delta0),
            by=Rule("induction hypothesis", one_step_back.words, needs=(one_step_back,)),
        ),
        eq((1 - eta * kappa) ** t * delta0, by=Rule("one more power", "a · aᵗ⁻¹ = aᵗ")),
        where=(distance_by_recursion,),
    ),
    title="On a parabola every step multiplies the distance by 1 − ηh",
)

travel_so_far = Given(
    Eq(Sum(T * eta * 2 ** (1 - n), (n, 1, t - 1)), 2 * T * eta * (1 - 2 ** (1 - t))),
    words="the claim for one plateau less",
)
halving_travel = Induction(
    claim=Eq(Sum(T * eta * 2 ** (1 - n), (n, 1, t)), 2 * T * eta * (1 - 2 ** (-t))),
    on=t,
    first=0,
    base=calc(
        Sum(T * eta * 2 ** (1 - n), (n, 1, 0)),
        eq(S.Zero, by=Rule("empty sum", "no plateau, no travel")),
    ),
    step=calc(
        Sum(T * eta * 2 ** (1 - n), (n, 1, t)),
        eq(
            Sum(T * eta * 2 ** (1 - n), (n, 1, t - 1)) + T * eta * 2 ** (1 - t),
            by=Rule("last term", "a sum to t is the sum to t − 1 and its last term"),
        ),
        eq(
            2 * T * eta * (1 - 2 ** (1 - t)) + T * eta * 2 ** (1 - t),
            by=Rule("induction hypothesis", travel_so_far.words, needs=(travel_so_far,)),
        ),
        eq(2 * T * eta * (1 - 2 ** (-t)), by=algebra),
    ),
    title="The learning rates of t plateaux add up to 2Tη(1 − 2⁻ᵗ)",
)

travel_of_plateaux = Given(halving_travel.claim, words="the induction above")
halving_remainder = calc(
    2 * T * eta - Sum(T * eta * 2 ** (1 - n), (n, 1, t)),
    eq(
        2 * T * eta - 2 * T * eta * (1 - 2 ** (-t)),
        by=Rule("travel of t plateaux", travel_of_plateaux.says, needs=(travel_of_plateaux,)),
    ),
    eq(2 * T * eta * 2 ** (-t), by=algebra),
    title="What is left of 2Tη halves with every plateau, and is never used up",
)

probabilities_sum_to_one_here = Given(Eq(Sum(pi[k], (k, 1, K)), 1), fix=pi[K], words="the probabilities sum to one")
certain = Given(Eq(pi[k], KroneckerDelta(k, 1)), each=((k, K),), fix=pi[k], words="the network is certain of one class")

bounded_error = calc(
    Sum((pi[k] - KroneckerDelta(k, c)) ** 2, (k, 1, K)),
    eq(Sum(pi[k] ** 2, (k, 1, K)) - 2 * pi[c] + 1, by=Rule("square, and sift", "the delta is its own square")),
    le(
        Sum(pi[k], (k, 1, K)) - 2 * pi[c] + 1,
        by=Rule("a probability is at least its square", "0 < p < 1"),
        tight=certain,
    ),
    eq(
        2 * (1 - pi[c]),
        by=Rule("probabilities sum to one", probabilities_sum_to_one_here.says, needs=(probabilities_sum_to_one_here,)),
    ),
    domain={c: (1, K)},
    title="The squared length of p − y is at most 2(1 − p_c)",
)

# ---- the numbers of the lecture
schedule_travel = Quantity(
    2 * T * eta,
    "sum of all learning rates of the lecture's schedule",
    (),
    {T: 10, eta: "2.5"},
    source=Source(LECTURE, "L353"),
)
ratio_of_rates = Quantity(
    eta / u, "the large learning rate over the small one", (), {eta: 5, u: "0.625"}, source=Source(LECTURE, "L344")
)
