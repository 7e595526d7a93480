"""Learning-rate decay: how far the usual schedules can travel in all, and which of them let the noise die out.

Notation: `epoch` is e, counted from 0, `eta0` the first learning rate, `decay` d, `fade` ρ, `k_root` k. A block is
the t epochs from t to 2t − 1: with each block the number of epochs doubles. `u` is a distance to the optimum.
Source: notes of a deep-learning course (S4), lines 222–247; Robbins and Monro (1951) for the two sums.
"""

from __future__ import annotations

from sympy import Eq, S, Sum, floor, sqrt

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, Source, calc, eq
from derivations.notation import (
    T,
    decay,
    epoch,
    eta,
    eta0,
    eta_exponential,
    eta_inverse,
    eta_root,
    eta_stairs,
    fade,
    k_root,
    n,
    noise_b,
    t,
    u,
)
from derivations.rules import (
    applying,
    cancelled,
    empty_sums,
    last_terms,
    multiplied_out,
    over_one_denominator,
    quoting,
)

NOTES = "notes of a deep-learning course"

# ---- the four schedules

inverse_rate = Definition(eta_inverse, eta0 / (1 + decay * epoch), "one over the epochs", source=Source(NOTES, "L234"))
exponential_rate = Definition(eta_exponential, eta0 * fade**epoch, "exponential decay", source=Source(NOTES, "L240"))
root_rate = Definition(eta_root, eta0 * k_root / sqrt(epoch), "one over the root", source=Source(NOTES, "L245"))
stairs_rate = Definition(eta_stairs, eta0 * 2 ** (-floor(epoch / T)), "a staircase", source=Source(NOTES, "L247"))

# ---- exponential decay: a fixed way in all

travelled_before = Given(
    Eq(Sum(eta0 * fade ** (n - 1), (n, 1, t - 1)), eta0 * (1 - fade ** (t - 1)) / (1 - fade)),
    words="the claim for one epoch less",
)
exponential_travel = Induction(
    claim=Eq(Sum(eta0 * fade ** (n - 1), (n, 1, t)), eta0 * (1 - fade**t) / (1 - fade)),
    on=t,
    first=0,
    base=calc(
        Sum(eta0 * fade ** (n - 1), (n, 1, 0)),
        eq(S.Zero, by=Rule("empty sum", "no epoch, no travel", rewrite=empty_sums)),
    ),
    step=calc(
        Sum(eta0 * fade ** (n - 1), (n, 1, t)),
        eq(
            Sum(eta0 * fade ** (n - 1), (n, 1, t - 1)) + eta0 * fade ** (t - 1),
            by=Rule("last term", "a sum to t is the sum to t − 1 and its last term", rewrite=last_terms(t)),
        ),
        eq(
            eta0 * (1 - fade ** (t - 1)) / (1 - fade) + eta0 * fade ** (t - 1),
            by=Rule(
                "induction hypothesis",
                travelled_before.words,
                needs=(travelled_before,),
                rewrite=applying(travelled_before.says),
            ),
        ),
        eq(
            eta0 * (1 - fade**t) / (1 - fade),
            by=Rule("over one denominator", "a product of powers is a power"),
        ),
    ),
    title="The learning rates of exponential decay add up to a geometric series",
)

travel_of_epochs = Given(exponential_travel.claim, words="{eq}`exponential_travel`")
exponential_remainder = calc(
    eta0 / (1 - fade) - Sum(eta0 * fade ** (n - 1), (n, 1, t)),
    eq(
        eta0 / (1 - fade) - eta0 * (1 - fade**t) / (1 - fade),
        by=Rule(
            "travel of t epochs",
            travel_of_epochs.words,
            needs=(travel_of_epochs,),
            rewrite=quoting(exponential_travel),
        ),
    ),
    eq(eta0 * fade**t / (1 - fade), by=Rule("one denominator", "what is left is the power", rewrite=multiplied_out)),
    title="Exponential decay: what is left of the travel is never used up",
)

# ---- what a doubling of the epochs adds: t epochs, each beside a bound that is the same for all

here = t + n - 1  # an epoch of the block
common_denominator = Rule("common denominator", "both fractions over one denominator", rewrite=over_one_denominator)
common_denominator_below = Rule(common_denominator.name, common_denominator.says, rewrite=cancelled, lower=True)

inverse_keeps_going = calc(
    eta0 / (1 + decay * here) - eta0 / (1 + 2 * decay * t),
    eq(eta0 * decay * (t - n + 1) / ((1 + decay * here) * (1 + 2 * decay * t)), by=common_denominator),
    domain={n: (1, t)},
    title="One over the epochs: no rate of a block is below the bound",
)
inverse_block = calc(
    t * eta0 / (1 + 2 * decay * t),
    eq(eta0 / (2 * decay) - eta0 / (2 * decay * (1 + 2 * decay * t)), by=common_denominator_below),
    title="One over the epochs: t times the bound does not fade",
)
inverse_settles = calc(
    eta0**2 / (decay * t) ** 2 - (eta0 / (1 + decay * here)) ** 2,
    eq(
        eta0**2 * (1 + decay * (n - 1)) * (1 + decay * (2 * t + n - 1)) / ((decay * t) ** 2 * (1 + decay * here) ** 2),
        by=common_denominator,
    ),
    domain={n: (1, t)},
    title="One over the epochs: no square of a block is above the bound",
)
root_does_not_settle = calc(
    (eta0 * k_root) ** 2 / here - (eta0 * k_root) ** 2 / (2 * t),
    eq((eta0 * k_root) ** 2 * (t - n + 1) / (2 * t * here), by=common_denominator),
    domain={n: (1, t)},
    title="One over the root: no square of a block is below the bound",
)

# ---- a constant learning rate under noise

FLOOR = eta / (2 - eta) * noise_b**2
PUSHED = (1 - eta) * u - eta * noise_b  # where a step leads from u, if the noise pushes one way
PUSHED_BACK = (1 - eta) * u + eta * noise_b
SQUARED = (1 - eta) ** 2 * u**2 + eta**2 * noise_b**2

error_floor = calc(
    (PUSHED**2 + PUSHED_BACK**2) / 2 - FLOOR,
    eq(
        SQUARED - FLOOR,
        by=Rule("noise to either side", "the mixed terms cancel", rewrite=multiplied_out),
    ),
    eq(
        (1 - eta) ** 2 * (u**2 - FLOOR),
        by=Rule("common factor", "over one denominator, both sides are the same"),
    ),
    title="Under noise the squared distance goes to a floor, and not below",
)

# ---- numbers

exponential_reach = Quantity(
    eta0 / (1 - fade), "travel that exponential decay never exceeds", (), {eta0: "0.2", fade: "0.95"}
)
reach_as_printed = Quantity(
    1 / (1 - fade), "the same of the schedule as printed, without its first rate", (), {fade: "0.95"}
)
stairs_before_six = Quantity(
    eta_stairs,
    "learning rate at epoch 5 of a staircase of two epochs",
    (stairs_rate,),
    {eta0: "0.2", T: 2, epoch: 5},
)
