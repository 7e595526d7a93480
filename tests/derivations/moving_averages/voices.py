"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

As in `quality/voices.py`: a function of the numbers at a point, that never reads the definition. Arrays
are NumPy arrays whose entry [0] is the maths' entry 1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from scipy.integrate import quad

from tests.derivations.voice import Pin, Place, Voice


def _averaged(at: Place) -> float:
    """The n-th value of a convolution with falling powers."""
    n = at["n"]
    return float(np.convolve(at["signal"][:n], (1 - at["beta"]) * at["beta"] ** np.arange(n))[n - 1])


def _faded(at: Place, name: str) -> float:
    """All values so far, each times β to the power of its age."""
    n = at["n"]
    return math.fsum(at["beta"] ** (n - k) * at[name][k - 1] for k in range(1, n + 1))


def _after_moves(at: Place, name: str, share: float) -> float:
    """The weight at the start, less every move so far."""
    n = at["n"]
    return float(at["w_start"] - share * np.dot(at["rates"][:n], at[name][:n]))


def _sizes(steps: int, first: bool, second: bool, beta2: float = 0.999) -> list[float]:
    """Steps of Adam in learning rates, under gradients of 1, one after the other: which average is corrected."""
    v, s, found = 0.0, 0.0, []
    for n in range(1, steps + 1):
        v, s = v + (1 - v) / 10, s + (1 - s) * (1 - beta2)
        found.append(v / (1 - 0.9**n if first else 1) / math.sqrt(s / (1 - beta2**n if second else 1)))
    return found


def _least_squares(at: Place) -> float:
    """What (β₁/β₂)^(t − n) is multiplied by to come nearest to the gradients, where β₂^(t − n) weighs the squares."""
    ages = np.arange(at["t"])[::-1]
    heavy = at["beta2"] ** (ages / 2)
    shape = heavy * (at["beta1"] / at["beta2"]) ** ages
    return float(np.linalg.lstsq(shape[:, None], heavy * at["gradients"][: at["t"]])[0][0])


def _half_under(epsilon: float) -> float:
    """The gradient at which a step with ε under the root is half of what it would be, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if middle / math.hypot(middle, math.sqrt(epsilon)) < 0.5 else (low, middle)
    return low


def _last_weighted(values: Any, beta: float) -> float:
    """Σ β^(t − n) value n, by Horner's scheme."""
    total = 0.0
    for one in values:
        total = total * beta + float(one)
    return total


def _multiplied(at: Place) -> float:
    """Every value times its own factors, from its step to the last."""
    n, beta, factors = at["n"], at["beta"], at["times_at"]
    return math.fsum(
        (1 - beta) * beta ** (n - k) * math.prod(factors[k - 1 : n]) * at["signal"][k - 1] for k in range(1, n + 1)
    )


def _within_draws(at: Place) -> float:
    """The mean variance of every row of m examples, each drawn from all."""
    totals, squares = np.zeros(1), np.zeros(1)
    for _ in range(at["m"]):
        totals = np.add.outer(totals, at["pulls"]).ravel()
        squares = np.add.outer(squares, np.square(at["pulls"])).ravel()
    return float(np.mean(squares / at["m"] - (totals / at["m"]) ** 2))


def _printed_five(mean: float) -> float:
    """Five batches of one mean, by the recursion as it is printed."""
    v = 0.0
    for n in range(1, 6):
        v = (1 - 0.9**n) * (v - (v - mean) / 10)
    return v


def _down_the_stairs(rate: float, left: float, every: int) -> float:
    """One stair after the other: the rate is halved, and so many epochs fewer are left."""
    return rate if left < every else _down_the_stairs(rate / 2, left - every, every)


DEFINITIONS: Mapping[str, Voice] = {
    # average_that_remembers
    "exponential_average": Voice(_averaged),
    "mean_of_window": Voice(lambda at: float(np.mean(at["signal"][: at["t"] - 1]))),
    "mean_of_next_window": Voice(lambda at: float(np.mean(at["signal"][1 : at["t"]]))),
    # memory_length
    "steps_for_a_share": Voice(lambda at: math.log2(1 - at["held"]) / math.log2(at["beta"])),
    "long_run_age": Voice(lambda at: 1 / (1 / at["beta"] - 1)),
    "long_run_noise": Voice(lambda at: (1 - at["beta"]) ** 2 / (1 - at["beta"] ** 2)),
    "matching_window": Voice(lambda at: 1 + 2 / (1 / at["beta"] - 1)),
    # bias_correction
    "average_hat": Voice(lambda at: float(at["average"][at["n"] - 1] / -math.expm1(at["n"] * math.log(at["beta"])))),
    "multiplied_average": Voice(_multiplied),
    "all_factors": Voice(lambda at: math.prod(at["times_at"][: at["n"]])),
    "sum_of_weights": Voice(lambda at: math.fsum((1 - at["beta"]) * at["beta"] ** k for k in range(at["t"]))),
    # momentum: sums over all gradients, and over all moves
    "velocity_by_steps": Voice(lambda at: (1 - at["beta"]) * _faded(at, "gradients")),
    "buffer_by_steps": Voice(lambda at: _faded(at, "gradients")),
    "walk_along_the_average": Voice(lambda at: _after_moves(at, "velocity", 1.0)),
    "walk_along_the_buffer": Voice(lambda at: _after_moves(at, "buffers", 1 - at["beta"])),
    "folded_by_steps": Voice(lambda at: at["rates"][at["n"] - 1] * _faded(at, "gradients")),
    "look_ahead": Voice(
        lambda at: math.fsum([at["walk"][at["n"] - 1], -at["buffers"][at["n"] - 1] * at["eta"] * at["beta"]])
    ),
    # batch_normalisation
    "mean_of_scores": Voice(lambda at: float(np.mean(at["scores"]))),
    "variance_of_scores": Voice(lambda at: float(np.var(at["scores"])), opens=("mean_of_scores",)),
    "moved_mean": Voice(lambda at: float(np.mean(at["scores"])) + at["u"]),
    "moved_variance": Voice(lambda at: float(np.var(at["scores"])), opens=("moved_mean",)),
    "enlarged_mean": Voice(lambda at: math.fsum(at["scores"]) / len(at["scores"]) * at["scale"]),
    "enlarged_variance": Voice(lambda at: float(np.std(at["scores"]) * at["scale"]) ** 2, opens=("enlarged_mean",)),
    "normalised_score": Voice(
        lambda at: (at["scores"][at["i"] - 1] - at["mu"]) / math.hypot(math.sqrt(at["var_z"]), math.sqrt(at["epsilon"]))
    ),
    "given_score": Voice(lambda at: float(np.polyval([at["gain"], at["bn_shift"]], at["z_norm"][at["i"] - 1]))),
    # batch_normalisation_backward
    "mean_from_above": Voice(lambda at: float(np.mean(at["dz_tilde"]))),
    "mean_along": Voice(lambda at: float(np.average(at["dz_tilde"] * at["z_norm"]))),
    "through_the_layer": Voice(
        lambda at: (
            (at["dz_tilde"][at["i"] - 1] - math.fsum([at["mean_up"], at["z_norm"][at["i"] - 1] * at["mean_up_z"]]))
            * at["gain"]
            / math.hypot(math.sqrt(at["var_z"]), math.sqrt(at["epsilon"]))
        )
    ),
    # batch_normalisation_at_test_time: every batch counted out, every row of draws
    "variance_within": Voice(
        lambda at: float(np.mean([np.var(one) for one in itertools.combinations(at["pulls"], at["m"])])),
        opens=("one_in_a_batch", "two_in_a_batch", "average_over_batches", "variance_over_batches"),
    ),
    "variance_within_draws": Voice(_within_draws, opens=("variance_of_draws",)),
    "weight_with_gamma": Voice(
        lambda at: (
            at["weight"][at["d"] - 1] * at["gain"] / math.hypot(math.sqrt(at["var_run"]), math.sqrt(at["epsilon"]))
        )
    ),
    "bias_with_the_rest": Voice(
        lambda at: float(
            np.polyval(
                [at["gain"] / math.hypot(math.sqrt(at["var_run"]), math.sqrt(at["epsilon"])), at["bn_shift"]],
                at["bias_one"] - at["mu_run"],
            )
        )
    ),
    # rmsprop_and_adam
    "average_of_gradients": Voice(
        lambda at: (1 - at["beta1"]) * _last_weighted(at["gradients"][: at["t"]], at["beta1"])
    ),
    "average_of_squares": Voice(
        lambda at: (1 - at["beta2"]) * _last_weighted(np.square(at["gradients"][: at["t"]]), at["beta2"])
    ),
    "corrected_gradients": Voice(lambda at: at["v_raw"] / (1 - math.prod([at["beta1"]] * at["t"]))),
    "corrected_squares": Voice(lambda at: at["s_raw"] / (1 - math.prod([at["beta2"]] * at["t"]))),
    "fading_overlap": Voice(lambda at: _last_weighted([1] * at["t"], at["beta1"] ** 2 / at["beta2"])),
    "epsilon_enlarged": Voice(
        lambda at: at["epsilon"] / math.sqrt((1 - at["beta2"]) * _last_weighted([1] * at["t"], at["beta2"]))
    ),
    "nearest_multiple": Voice(_least_squares, opens=("fading_overlap",)),
    # scan: one value more, before the first, that is worth the carry
    "average_from_carry": Voice(
        lambda at: float(
            np.dot(
                [at["carry"], *((1 - at["beta"]) * at["signal"][: at["n"]])], at["beta"] ** np.arange(at["n"], -1, -1.0)
            )
        )
    ),
    # learning_rate_decay
    "inverse_rate": Voice(lambda at: at["eta0"] / float(np.polyval([at["decay"], 1.0], at["epoch"]))),
    "exponential_rate": Voice(lambda at: at["eta0"] * math.exp(at["epoch"] * math.log(at["fade"]))),
    "root_rate": Voice(lambda at: math.prod([at["k_root"], at["eta0"], at["epoch"] ** -0.5])),
    "stairs_rate": Voice(lambda at: _down_the_stairs(at["eta0"], at["epoch"], at["T"])),
    # saddles_and_plateaus
    "near_level": Voice(
        lambda at: float(np.array([at["w1"], at["w2"]]) @ np.diag([at["h_1"], at["h_2"]]) @ [at["w1"], at["w2"]]) / 2
    ),
    "away_by_steps": Voice(
        lambda at: float(at["offset"] * np.prod(np.full(at["n"], 1 + at["eta"] * at["fall"]))), at={"n": (1, 2, 5)}
    ),
    "steps_to_leave": Voice(
        lambda at: float(
            np.emath.logn(1 + at["eta"] * at["fall"], at["radius"])
            - np.emath.logn(1 + at["eta"] * at["fall"], at["offset"])
        )
    ),
}

QUANTITIES: Mapping[str, Pin] = {
    # batch_normalisation_at_test_time
    "as_printed": Pin(lambda: _printed_five(3.0)),
    "left_uncorrected": Pin(lambda: 3 * (1 - 0.9**5)),
    "rightly_corrected": Pin(lambda: 3.0, spare={"beta": "equal values average to themselves, at any β"}),
    # memory_length
    "mass_of_10": Pin(lambda: math.fsum(0.1 * 0.9**k for k in range(10))),
    "mass_of_50": Pin(lambda: math.fsum(0.02 * 0.98**k for k in range(50))),
    "power_at_tenth": Pin(lambda: 0.9**10),
    "one_over_e": Pin(lambda: 1 / math.e),
    "for_95_percent": Pin(lambda: math.log10(0.05) / math.log10(0.9)),
    "half_life": Pin(lambda: 1 / -math.log2(0.9)),
    # bias_correction
    "flat_after_100": Pin(lambda: 40 - 40 * math.exp(100 * math.log(0.98))),
    "flat_after_200": Pin(lambda: 40 - 40 * math.exp(200 * math.log(0.98))),
    "steps_to_a_hundredth": Pin(lambda: 2 / -math.log10(0.98)),
    "misprinted_second": Pin(lambda: (1 - 0.98**2) * (0.98 * 0.02 * 0.8 + 0.8)),
    "fed_back_second": Pin(lambda: 40 / (1 - 0.98**2)),
    "first_weighs_corrected": Pin(lambda: 0.9**9 / sum(0.9**k for k in range(10))),
    "first_weighs": Pin(lambda: 0.9**9),
    # average_that_remembers
    "weight_of_day_98": Pin(lambda: 81 / 1000),
    "hundred_weights": Pin(lambda: math.fsum(0.1 * 0.9**k for k in range(100))),
    "third_day": Pin(lambda: float(np.dot([40, 49, 45], [0.081, 0.09, 0.1]))),
    # momentum: a gradient of 1, for as long as doubles notice
    "steps_grow_to": Pin(lambda: math.fsum(0.9**k for k in range(400))),
    # rmsprop_and_adam: step by step, and a sum in the place of its limit
    "uncorrected_first": Pin(lambda: _sizes(1, False, False)[-1]),
    "momentum_corrected_first": Pin(lambda: _sizes(1, True, False)[-1]),
    "momentum_corrected_tenth": Pin(lambda: _sizes(10, True, False)[-1]),
    "momentum_corrected_later": Pin(lambda: _sizes(1000, True, False)[-1]),
    "squares_corrected_first": Pin(lambda: _sizes(1, False, True)[-1]),
    "rmsprop_first": Pin(lambda: _sizes(1, True, False, 0.9)[-1]),
    "bound_in_the_end": Pin(lambda: 0.1 * math.sqrt(math.fsum((0.81 / 0.999) ** k for k in range(400)) / 0.001)),
    "growth_of_gradients": Pin(lambda: 1.11),
    # epsilon_placement: decimals by the decimal module, halves by bisection
    "acts_like": Pin(lambda: Decimal("1e-8").sqrt()),
    "half_under_rule": Pin(lambda: _half_under(1e-8)),
    "half_under_keras": Pin(lambda: _half_under(1e-7)),
    "beside_small": Pin(lambda: 1 / (1 + 1e-4)),
    "under_small": Pin(lambda: math.cos(math.pi / 4)),
    "beside_tiny": Pin(lambda: 100 / 101),
    "under_tiny": Pin(lambda: math.sin(math.atan(0.01))),
    "hat_tiny": Pin(lambda: 1 / (1 + 0.01 / math.sqrt(0.001))),
    # learning_rate_decay: so many epochs that the rest is less than rounding
    "exponential_reach": Pin(lambda: math.fsum(0.2 * 0.95**e for e in range(2000))),
    "stairs_before_six": Pin(lambda: math.ldexp(0.2, -2)),
    "reach_as_printed": Pin(lambda: math.fsum(0.95**e for e in range(2000))),
    # saddles_and_plateaus: the angle to the pole, from 0 to 45 degrees; half its sine is the density
    "cap_of_the_sphere": Pin(lambda: quad(lambda angle: math.sin(angle) / 2, 0, math.pi / 4)[0]),
    # momentum_speed: roots and limits by NumPy's polynomials, gains by loops
    "break_even": Pin(lambda: math.tan(math.pi / 4 + math.atan(math.sqrt(0.9)))),
    "still_the_root": Pin(lambda: math.tan(math.pi / 4 + math.atan(math.sqrt(0.9))) ** 2),
    "root_of_beta": Pin(lambda: math.exp(math.log(0.9) / 2)),
    "limit_of_the_buffer": Pin(lambda: (1.9 - float(np.roots([1.0, 1.9, 0.9]).sum())) / 25),
    "limit_of_the_average": Pin(lambda: math.fsum([1.9, 1.9]) * 10 / 25),
    "damped": Pin(lambda: 0.1 * math.fsum((-0.9) ** k for k in range(500))),
}
