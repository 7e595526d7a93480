"""The ledger of the forum thread on the cost of an epoch (S0), of the question on sum or mean (S2), and of the
mini-batch pages of the notes of course 2 (S4).

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned ruling.
`L27` is line 27 of the source's text.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Le, Sum

from derivations.calculus import Claim, Kind, Ruling, Source
from derivations.notation import (
    J,
    J_sum,
    W,
    ells,
    ells_there,
    eta,
    f0,
    f_ahead,
    factor,
    i,
    kappa,
    m,
    r,
    s,
    slope,
    step_h,
    u,
)
from derivations.sum_or_mean.sum_is_m_times_mean import NETWORK as SUM_AND_MEAN


def _thread(line: str) -> Source:
    return Source("forum thread on course 2, week 3", line)


def _question(line: str) -> Source:
    return Source("question on sum or mean", line)


SUM_IS_M_TIMES_MEAN = "sum-or-mean/sum-is-m-times-mean.md"

CLAIMS: tuple[Claim, ...] = (
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
        because="At one learning rate: the right side is positive from $2/(mh)$ on, for the mean from $2/h$ on.",
        rests_on=("stable_for_the_sum",),
        page=SUM_IS_M_TIMES_MEAN,
    ),
    Claim(
        "S0-028",
        _thread("L35"),
        "A constant factor changes neither the shape of the cost surface nor where its local minima are.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "The minima and the curves of equal cost stay, and so does the ratio of any two curvatures. Every slope "
            "and every curvature is multiplied by $m$, and that is what a step feels."
        ),
        rests_on=("order_is_kept", "ratio_of_curvatures", "gradient_of_the_sum"),
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
)
