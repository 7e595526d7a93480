"""The formulas that the figures of `sum_or_mean` evaluate, drawn from the topic's derivations."""

from __future__ import annotations

from sympy import Rational

from derivations.notation import batches, lam, left_over, m, mean_before, mean_last, mean_xx, mean_xy
from derivations.sum_or_mean.epoch_cost import AVERAGED, POOLED, ragged_last
from derivations.sum_or_mean.penalty_share import ridge_of_the_mean, ridge_of_the_sum
from press.figures.model import Formula

STRENGTHS = (Rational(1, 100), 64 * 100)  # λ as it is set, and m times as much
means = {mean_xx: (Rational(1, 8), 4), mean_xy: (-6, 6), lam: STRENGTHS}

last_batch = {mean_before: (0, 8), mean_last: (0, 8), batches: (1, 33), m: (1, 64), left_over: (1, 64)}

FORMULAS: tuple[Formula, ...] = (
    # ---- epoch_cost
    Formula("averageOfAverages", AVERAGED, (mean_before, mean_last, batches), last_batch, "average of the averages"),
    Formula("pooledAverage", POOLED, (mean_before, mean_last, batches, m, left_over), last_batch, "cost of the epoch"),
    Formula(
        "offByTheLast",
        ragged_last.end,
        (mean_before, mean_last, batches, m, left_over),
        last_batch,
        ragged_last.title,
    ),
    # ---- penalty_share
    Formula("ridgeOfTheMean", ridge_of_the_mean.body, (mean_xx, mean_xy, lam), means, ridge_of_the_mean.says),
    Formula(
        "ridgeOfTheSum",
        ridge_of_the_sum.body,
        (mean_xx, mean_xy, lam, m),
        {**means, m: (1, 64)},
        ridge_of_the_sum.says,
    ),
)
