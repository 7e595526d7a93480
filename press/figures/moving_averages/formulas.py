"""The formulas that the figures of `moving_averages` evaluate, drawn from the topic's derivations."""

from __future__ import annotations

from sympy import Rational, Symbol

from derivations.moving_averages.average_that_remembers import exponential_average, weights_sum
from derivations.notation import average, beta, n, signal, t
from press.figures.model import Formula

old, new = Symbol("old", real=True), Symbol("value", real=True)
share = {beta: (0, Rational(255, 256))}

FORMULAS: tuple[Formula, ...] = (
    # ---- average_that_remembers
    Formula(
        "averaged",
        exponential_average.body.args[1][0],
        (beta, old, new),
        {**share, old: (-8, 32), new: (-8, 40)},
        exponential_average.says,
        (),
        {n: 2},
        {average[1]: old, signal[2]: new},
    ),
    Formula(
        "weightOf",
        weights_sum.start.function,
        (beta, t, n),
        {**share, t: (48, 366), n: (1, 48)},
        "weight of the value of step n after t steps",
    ),
    Formula("weightsSoFar", weights_sum.end, (beta, t), {**share, t: (1, 366)}, weights_sum.title),
)
