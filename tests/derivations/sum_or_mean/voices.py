"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

As in `quality/voices.py`: a function of the numbers at a point, that never reads the definition. Arrays
are NumPy arrays whose entry [0] is the maths' entry 1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from snippets.sum_or_mean import optimizer_conventions
from tests.derivations.voice import Pin, Place, Voice


def _one_more(at: Place, square: float) -> float:
    """Least squares through the origin, with one more example whose feature has this square and whose target is 0."""
    features, targets = np.append(at["x_one"], math.sqrt(square)), np.append(at["y_one"], 0.0)
    return float(np.linalg.lstsq(features[:, None], targets, rcond=None)[0][0])


def _steps_of(at: Place, start: float, new: float, older: float) -> float:
    """A recursion over t steps: `older` of the old value and `new` of the new one."""
    value = start
    for one in at["signal"][: at["t"]]:
        value = older * value + new * one
    return float(value)


def _smooth(target: Any, share: float) -> Any:
    """Targets mixed with the uniform distribution, by a weighted average of the two."""
    uniform = np.full_like(target, 1 / len(target))
    return np.average([target, uniform], axis=0, weights=[1 - share, share])


def _two_logs(score: float, target: float, positive: float) -> float:
    """Minus the logarithms of the sigmoid and of what it leaves, weighted."""
    p = 1 / (1 + math.exp(-score))
    return -(positive * target * math.log(p) + (1 - target) * math.log1p(-p))


def _row(at: Place, name: str) -> Any:
    """The row of an array, or its entry, that belongs to the point's batch."""
    return at[name][at["batch"] - 1]


def _batches(at: Place) -> list[tuple[int, ...]]:
    """Every batch of m different examples out of N = `pool`."""
    return list(itertools.combinations(range(at["pool"]), at["m"]))


def _batch_means(at: Place) -> list[float]:
    return [math.fsum(at["pulls"][i] for i in batch) / at["m"] for batch in _batches(at)]


def _means_of_draws(at: Place) -> Any:
    """The mean of every row of m examples, each drawn from all."""
    totals = np.zeros(1)
    for _ in range(at["m"]):
        totals = np.add.outer(totals, at["pulls"]).ravel()
    return totals / at["m"]


def _unrolled(at: Place, c: float = 1.0) -> float:
    """The moving average as a sum over all that it took in."""
    n = at["n"]
    return math.fsum(at["beta"] ** (n - k) * at["intake"] * c * at["signal"][k - 1] for k in range(1, n + 1))


def _walked(at: Place, moves: Any, over: float = 1.0) -> float:
    """The weight at the start, less all moves, each times its learning rate."""
    n = at["n"]
    return float(at["w_start"] - np.dot(at["rates"][:n], moves[:n]) / over)


def _pairs(at: Place) -> Any:
    """Size and average of each batch."""
    return zip(at["counts"], at["means"], strict=True)


DEFINITIONS: Mapping[str, Voice] = {
    # sum_is_m_times_mean
    "cost_as_a_sum": Voice(lambda at: math.fsum(at["ells"])),
    # equivalent_learning_rate
    "moving_average": Voice(_unrolled),
    "moving_average_scaled": Voice(lambda at: _unrolled(at, at["loss_scale"])),
    "weight_by_steps": Voice(lambda at: _walked(at, at["average"])),
    "weight_by_steps_scaled": Voice(lambda at: _walked(at, at["average_scaled"], at["loss_scale"])),
    # penalty_share: least squares with one more example, of feature √(mλ) or √λ and target 0
    "squared_error": Voice(
        lambda at: math.dist([at["w_one"] * at["x_one"][at["i"] - 1]], [at["y_one"][at["i"] - 1]]) ** 2 / 2
    ),
    "mean_of_squares": Voice(lambda at: float(np.var(at["x_one"]) + np.mean(at["x_one"]) ** 2)),
    "mean_of_products": Voice(lambda at: float(np.vdot(at["x_one"], at["y_one"])) / len(at["y_one"])),
    "ridge_of_the_mean": Voice(
        lambda at: _one_more(at, at["m"] * at["lam"]), opens=("mean_of_squares", "mean_of_products")
    ),
    "ridge_of_the_sum": Voice(lambda at: _one_more(at, at["lam"]), opens=("mean_of_squares", "mean_of_products")),
    # library_conventions: averages by NumPy, each example one by one
    "weighted_mean_loss": Voice(lambda at: float(np.average(at["ells"], weights=at["wt"]))),
    "weighted_loss_over_count": Voice(lambda at: float(np.mean(at["wt"] * at["ells"]))),
    "kept_mean_loss": Voice(lambda at: float(np.average(at["ells"], weights=at["counting"]))),
    "loss_over_nonzero": Voice(lambda at: float(np.average(at["wt"] * at["ells"], weights=at["counting"]))),
    "weighted_soft_loss": Voice(
        lambda at: -float(np.mean(np.sum(at["class_weight"][:, None] * at["Y"] * np.log(at["P"]), axis=0)))
    ),
    "weighted_smoothed_loss": Voice(
        lambda at: (
            -math.fsum((_smooth(at["Y"], at["epsilon"]) * np.log(at["P"])).T @ at["class_weight"])
            / math.fsum(at["class_weight"] @ at["Y"])
        )
    ),
    "mean_over_entries": Voice(lambda at: float(np.mean(at["terms"]))),
    "mean_over_examples": Voice(lambda at: float(np.mean(np.sum(at["terms"], axis=0)))),
    "smoothed_target": Voice(lambda at: float(_smooth(at["y"][:, None], at["epsilon"])[at["k"] - 1, 0])),
    "weighted_binary_loss": Voice(lambda at: _two_logs(at["z_binary"], at["y_binary"], at["positive_weight"])),
    # optimizer_conventions: recursions step by step, and NumPy's own averages and variances
    "cost_with_c": Voice(lambda at: at["C_inverse"] * math.fsum(at["ells"]) + float(np.square(at["w"])) / 2),
    "cost_with_alpha": Voice(
        lambda at: float(np.mean(at["ells"] + at["alpha"] * np.linalg.norm(at["weight"]) ** 2 / 2 / len(at["ells"])))
    ),
    "squares_added": Voice(lambda at: at["lam"] * float(np.linalg.norm(at["weight"])) ** 2),
    "decay_in_the_gradient": Voice(lambda at: math.fsum([at["grad"], at["w"] * at["lam"]])),
    "lasso_weight": Voice(lambda at: float(np.linalg.solve([[at["mean_xx"]]], [at["mean_xy"] - at["alpha"]])[0])),
    "leaf_cost": Voice(
        lambda at: (
            math.fsum(g * at["leaf"] + h * at["leaf"] ** 2 / 2 for g, h in zip(at["slope"], at["hessian"], strict=True))
            + at["lam"] * at["leaf"] ** 2 / 2
        )
    ),
    "leaf_weight": Voice(lambda at: optimizer_conventions.leaf(at["slope"], at["hessian"], at["lam"])),
    "hessian_of_a_leaf": Voice(lambda at: math.fsum(at["hessian"])),
    "first_average": Voice(lambda at: at["v_hat"] * (1 - math.prod([at["beta1"]] * at["t"]))),
    "second_average": Voice(lambda at: at["s_hat"] * (1 - math.prod([at["beta2"]] * at["t"]))),
    "adam_published": Voice(lambda at: at["eta"] / (math.sqrt(at["s_hat"]) + at["epsilon"]) * at["v_hat"]),
    "adam_hat": Voice(
        lambda at: (
            at["eta"]
            * math.sqrt(1 - math.prod([at["beta2"]] * at["t"]))
            * at["v_raw"]
            / (1 - math.prod([at["beta1"]] * at["t"]))
            / (math.sqrt(at["s_raw"]) + at["epsilon"])
        )
    ),
    "eps_beside": Voice(
        lambda at: -float(optimizer_conventions.over_the_root([at["grad"]], [at["s_raw"]], at["eta"], at["epsilon"])[0])
    ),
    "eps_under": Voice(
        lambda at: at["eta"] * at["grad"] / math.hypot(math.sqrt(at["s_raw"]), math.sqrt(at["epsilon"]))
    ),
    "decayed_weight": Voice(
        lambda at: float(optimizer_conventions.decayed(at["w"], at["eta"], at["lam"], at["t"])[-1])
    ),
    "buffer_of_momentum": Voice(lambda at: _steps_of(at, 0.0, 1.0, at["beta"])),
    "average_from_zero": Voice(lambda at: _steps_of(at, 0.0, 1 - at["beta"], at["beta"])),
    "average_corrected": Voice(lambda at: at["from_zero"] / (1 - math.prod([at["beta"]] * at["t"]))),
    "average_adjusted": Voice(
        lambda at: float(np.average(at["signal"][: at["t"]], weights=at["beta"] ** np.arange(at["t"])[::-1]))
    ),
    "average_from_first": Voice(lambda at: _steps_of(at, float(at["signal"][0]), 1 - at["beta"], at["beta"])),
    "mean_so_far": Voice(lambda at: float(np.mean(at["signal"][: at["t"]]))),
    "mean_of_the_feature": Voice(lambda at: float(np.mean(at["x_one"]))),
    "variance_by_m": Voice(lambda at: float(np.var(at["x_one"])), opens=("mean_of_the_feature",)),
    "variance_by_m1": Voice(lambda at: float(np.var(at["x_one"], ddof=1)), opens=("mean_of_the_feature",)),
    "running_by_the_new": Voice(
        lambda at: float(np.average([at["running"], at["of_batch"]], weights=[1 - at["share_new"], at["share_new"]]))
    ),
    "running_by_the_old": Voice(
        lambda at: float(np.average([at["running"], at["of_batch"]], weights=[at["beta"], 1 - at["beta"]]))
    ),
    # epoch_cost: what a batch holds is picked out by its row
    "size_of_a_batch": Voice(lambda at: math.fsum(_row(at, "member"))),
    "sum_of_a_batch": Voice(lambda at: float(np.vdot(_row(at, "member"), at["losses"]))),
    "mean_of_a_batch": Voice(lambda at: float(np.linalg.solve([[_row(at, "counts")]], [_row(at, "sums")])[0])),
    "cost_of_the_epoch": Voice(lambda at: float(np.mean(at["losses"]))),
    "average_size": Voice(lambda at: float(np.mean(at["counts"]))),
    "average_of_the_averages": Voice(lambda at: float(np.mean(at["means"]))),
    "covariance_of_sizes": Voice(
        lambda at: float(np.mean([n * a - at["mean_count"] * at["mean_of_means"] for n, a in _pairs(at)]))
    ),
    # accumulation: a mean with NumPy's own weights; what a part is of the average part
    "pooled_average": Voice(lambda at: float(np.average(at["means"], weights=at["counts"]))),
    "restoring_weight": Voice(lambda at: float(_row(at, "counts") / np.mean(at["counts"]))),
    "cost_that_runs": Voice(lambda at: float(np.vdot(at["member"], at["moving"])) / at["member"].shape[1]),
    # batch_size: over all batches, each counted out
    "one_in_a_batch": Voice(lambda at: float(np.mean([0 in batch for batch in _batches(at)]))),
    "two_in_a_batch": Voice(lambda at: float(np.mean([{0, 1} <= set(batch) for batch in _batches(at)]))),
    "average_over_batches": Voice(lambda at: float(np.mean(_batch_means(at))), opens=("one_in_a_batch",)),
    "variance_over_batches": Voice(
        lambda at: float(np.var(_batch_means(at))),
        opens=("one_in_a_batch", "two_in_a_batch", "average_over_batches"),
    ),
    "variance_of_slopes": Voice(lambda at: float(np.var(at["pulls"], ddof=1))),
    "variance_of_draws": Voice(lambda at: float(np.var(_means_of_draws(at)))),
    "mean_of_the_large_batch": Voice(lambda at: float(np.mean([np.mean(batch) for batch in at["slopes"].T]))),
    "variance_over_n": Voice(lambda at: float(np.var(at["pulls"]))),
    # which_denominator
    "report_sum": Voice(lambda at: float(at["counting"] @ at["ells"])),
    "report_positions": Voice(lambda at: float(np.mean(at["counting"] * at["ells"]))),
    "report_entries": Voice(lambda at: float(np.mean(np.tile(at["counting"] * at["ells"], (at["K"], 1)))) / at["K"]),
    "report_half": Voice(lambda at: float(np.mean(at["counting"] * at["ells"] / 2))),
    "report_batches": Voice(lambda at: float(at["counting"] @ at["ells"]) / at["batches"]),
    "report_kept_over_ranks": Voice(lambda at: float(np.average(at["ells"], weights=at["counting"])) / at["batches"]),
    "report_weighted_sum": Voice(lambda at: float(at["counting"] * at["wt"] @ at["ells"])),
    "report_weights": Voice(lambda at: float(np.average(at["ells"], weights=at["counting"] * at["wt"]))),
    "report_weights_over_m": Voice(lambda at: float(np.mean(at["counting"] * at["wt"] * at["ells"]))),
    "report_weights_over_kept": Voice(
        lambda at: float((at["counting"] * at["wt"]) @ at["ells"]) / math.fsum(at["counting"])
    ),
    "mean_of_a_part": Voice(
        lambda at: float(np.average(at["ells"], weights=at["counting"] * at["in_part"][at["batch"] - 1]))
    ),
    "weighted_mean_of_a_part": Voice(
        lambda at: float(np.average(at["ells"], weights=at["counting"] * at["wt"] * at["in_part"][at["batch"] - 1]))
    ),
    "report_means": Voice(lambda at: float(np.mean(at["part_means"]))),
    "report_means_sum": Voice(lambda at: math.fsum(at["part_means"])),
    "report_means_over_m": Voice(lambda at: math.fsum(at["part_means"]) / at["m"]),
    "report_weighted_means": Voice(lambda at: float(np.mean(at["weighted_part_means"]))),
    # mini_batches: the whole set, cut up
    "first_example": Voice(lambda at: range(1, 10**6, at["m"])[at["batch"] - 1], at={"batch": (1, 2, 6)}),
    "last_example": Voice(lambda at: range(1, at["M"] + 1)[: at["batch"] * at["m"]][-1], at={"batch": (1, 2, 6, 7)}),
    # mean_sum_or_max: two losses at a time
    "soft_maximum": Voice(
        lambda at: float(np.logaddexp.reduce(at["ells"] / at["tau"]) - math.log(len(at["ells"]))) * at["tau"]
    ),
}

QUANTITIES: Mapping[str, Pin] = {
    # epoch_cost
    "batches_of_the_exercise": Pin(lambda: len(range(0, 1024, 64))),
    "two_hard_ones": Pin(lambda: float(np.mean([0.05] * 16 + [8]) / np.mean([0.05] * 1024 + [8] * 2))),
    "weight_in_24": Pin(lambda: Fraction(1, 24) / Fraction(1, 32)),
    # penalty_share
    "times_too_strong": Pin(lambda: len(range(0, 100_000, 1000))),
}
