"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

A definition that both lines of a chain share is invisible to the chain, so each has a voice here: a
function of the numbers at a point, in loops over floats or by the snippet. It never reads the
definition. Arrays are NumPy arrays whose entry [0] is the maths' entry 1.

A quantity's voice is one number, worked out from the lecture's figures as they stand in the source.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import mpmath
import numpy as np

from snippets.quality import ascent_and_descent, cross_entropy, geometric_mean, learning_rate, softmax
from tests import oracles
from tests.derivations.voice import Pin, Place, Voice


def _total(terms: Any) -> float:
    return math.fsum(float(one) for one in terms)


def _distance(at: Place) -> float:
    """The parabola h w²/2 has its optimum at 0, so the weight itself is the distance."""
    path = learning_rate.descend(lambda w: at["kappa"] * w, [at["delta0"]], [at["eta"]] * max(at["n0"], 1))
    return float(path[at["n0"], 0])


def _landscape_loss(at: Place) -> float:
    d1, d2 = at["w1"] - 1.1, at["w2"] - 0.8
    total: float = (0.486 * d1 * d1 - 2 * 0.228 * d1 * d2 + 0.347 * d2 * d2) / 2 - math.log(0.833822)
    return total


def _cross_entropy(target: Any, probability: Any) -> float:
    return -_total(y * math.log(p) for y, p in zip(target, probability, strict=True))


def _two_scores(right: Any) -> Any:
    return np.stack([right, np.zeros_like(right)])


DEFINITIONS: Mapping[str, Voice] = {
    # geometric_mean
    "quality": Voice(lambda at: geometric_mean.q_mean(at["p"])),
    "arithmetic_mean": Voice(lambda at: geometric_mean.arithmetic_mean(at["p"])),
    "perplexity": Voice(lambda at: geometric_mean.perplexity(at["p"])),
    # cross_entropy
    "loss": Voice(lambda at: _total(-math.log(one) for one in at["p"]) / len(at["p"])),
    "rescaled_entry": Voice(  # the others share what the right one leaves, as they did before
        lambda at: at["pi"][at["k"] - 1] / (1 - at["pi"][at["c"] - 1]) * (1 - at["wanted"])
    ),
    # ascent_and_descent
    "one_weight_probability": Voice(
        # two scores, w h and 0: the network of one weight is a softmax of two classes
        lambda at: float(softmax.softmax([[at["w"] * at["h"][at["i"] - 1]], [0.0]])[0, 0])
    ),
    "landscape_loss": Voice(_landscape_loss),
    "landscape": Voice(lambda at: ascent_and_descent.quality([at["w1"], at["w2"]]), opens=("landscape_loss",)),
    "walk_1": Voice(lambda at: _total([at["c1"], at["u"] * at["v1"]])),
    "walk_2": Voice(lambda at: _total([at["c2"], at["u"] * at["v2"]])),
    # learning_rate
    "distance_by_recursion": Voice(_distance, at={"n0": (0, 1, 2, 5)}),
    # softmax
    "sum_of_exponentials": Voice(lambda at: _total(math.exp(one) for one in at["z"])),
    "softmax": Voice(
        lambda at: float(softmax.softmax(at["z"][:, None])[at["k"] - 1, 0]),
        opens=("sum_of_exponentials",),
    ),
    "scores_of_one": Voice(lambda at: _total(w * x for w, x in zip(at["W"][at["k"] - 1], at["f"], strict=True))),
    "tempered_softmax": Voice(
        lambda at: float(softmax.with_temperature(at["z"][:, None], at["tau"])[at["k"] - 1, 0]),
    ),
    # softmax_gradient
    "example_loss": Voice(lambda at: _cross_entropy(at["y"], at["pi"])),
    # template_matching
    "scores": Voice(
        lambda at: _total(w * x for w, x in zip(at["W"][at["k"] - 1], at["X"][:, at["i"] - 1], strict=True))
    ),
    "softmax_of_scores": Voice(lambda at: float(softmax.softmax(at["Z"])[at["k"] - 1, at["i"] - 1])),
    "batch_cost": Voice(
        lambda at: _total(_cross_entropy(y, p) for y, p in zip(at["Y"].T, at["P"].T, strict=True)) / at["Y"].shape[1]
    ),
    "error": Voice(lambda at: float(at["Y"][at["k"] - 1, at["i"] - 1] - at["P"][at["k"] - 1, at["i"] - 1])),
    "scores_with_bias": Voice(
        lambda at: _total(
            [
                *(w * x for w, x in zip(at["W"][at["k"] - 1], at["X"][:, at["i"] - 1], strict=True)),
                at["b_vector"][at["k"] - 1],
            ]
        )
    ),
    # convexity
    "moved_scores": Voice(
        lambda at: float(((at["W"] + at["u"] * at["V"]) @ at["f"])[at["k"] - 1]),
    ),
    "direction_of_scores": Voice(lambda at: float((at["V"] @ at["f"])[at["k"] - 1])),
    "prediction_after_a_step": Voice(
        lambda at: float(softmax.softmax((at["z"] + at["v"])[:, None])[at["k"] - 1, 0]),
    ),
    # separable_data: cross-entropy of the scores 0 and −sγ, the right class first
    "loss_along_the_ray": Voice(
        lambda at: float(cross_entropy.cross_entropy_of_scores(np.append(0, -at["scale"] * at["gamma"])[:, None], [0]))
    ),
    # and of two scores, s times the margin and 0
    "two_class_loss": Voice(
        lambda at: float(
            cross_entropy.cross_entropy_of_scores(_two_scores(at["scale"] * at["margin"]), [0] * len(at["margin"]))
        )
    ),
    "two_class_probability": Voice(
        lambda at: float(softmax.softmax(_two_scores(at["scale"] * at["margin"]))[0, at["i"] - 1])
    ),
}

# ---- quantities. The figures of the lecture, from the lines named in each quantity's source.

GOOD = (0.80, 0.95, 0.90, 0.70, 0.80)
BAD = (0.24, 0.25, 0.20, 0.25, 0.30)
SLIDE = (0.70, 0.80, 0.60, 0.30, 0.40)
START, PEAK = np.array([-1.0, -2.0]), np.array([1.1, 0.8])
HESSIAN = [[0.486, -0.228], [-0.228, 0.347]]


def _loss(p: tuple[float, ...]) -> Any:
    return -mpmath.log(oracles.geometric_mean(p))


def _steepest() -> float:
    """The longest gradient: on a grid of directions and radii around the peak, then on ever finer grids."""
    best, middle, span = 0.0, (np.pi / 2, 1.5), (np.pi / 2, 1.45)
    for _ in range(6):
        found = middle
        for angle in np.linspace(middle[0] - span[0], middle[0] + span[0], 61):
            for radius in np.linspace(middle[1] - span[1], middle[1] + span[1], 61):
                at = PEAK + radius * np.array([np.cos(angle), np.sin(angle)])
                length = float(np.linalg.norm(ascent_and_descent.gradient_of_quality(at)))
                if length > best:
                    best, found = length, (float(angle), float(radius))
        middle, span = found, (span[0] / 10, span[1] / 10)
    return best


def _first_step(walk: Callable[..., Any], gradient: Callable[..., Any]) -> Any:
    return walk(gradient, START, lr=2.5, steps=1)[1]


def _curvature_of_the_quality() -> Any:
    """Minus the second derivatives at the peak, by differences of the gradient; made symmetric."""
    step = 1e-4
    rows = [
        (ascent_and_descent.gradient_of_quality(PEAK + e) - ascent_and_descent.gradient_of_quality(PEAK - e))
        / (2 * step)
        for e in step * np.eye(2)
    ]
    return -(np.array(rows) + np.array(rows).T) / 2


def _product_is_zero(p: float) -> int:
    product, n = 1.0, 0
    while product:
        product, n = product * p, n + 1
    return n


def _flat(w: str) -> Mapping[str, str]:
    """The slips of a slope that is 0 at the top."""
    reason = "Where a height is flat, so is the height turned over, squared, or taken from 1."
    slips = (
        f"sign: the whole line → -Derivative(Qs, {w})",
        f"1 − rate for rate: Qs → Derivative(1 - Qs, {w})",
        f"rate squared for rate: Qs → Derivative(Qs**2, {w})",
    )
    return dict.fromkeys(slips, reason)


_PLATEAU = {"n0": "The rate stays the same for ten steps."}

QUANTITIES: Mapping[str, Pin] = {
    # geometric_mean
    "good_quality": Pin(lambda: oracles.geometric_mean(GOOD)),
    "good_arithmetic": Pin(lambda: oracles.arithmetic_mean(GOOD)),
    "bad_quality": Pin(lambda: oracles.geometric_mean(BAD)),
    "bad_arithmetic": Pin(lambda: oracles.arithmetic_mean(BAD)),
    "slide_quality": Pin(lambda: oracles.geometric_mean(SLIDE)),
    "good_perplexity": Pin(lambda: 1 / oracles.geometric_mean(GOOD)),
    "bad_perplexity": Pin(lambda: 1 / oracles.geometric_mean(BAD)),
    "slide_perplexity": Pin(lambda: 1 / oracles.geometric_mean(SLIDE)),
    # cross_entropy
    "good_loss": Pin(lambda: _loss(GOOD)),
    "bad_loss": Pin(lambda: _loss(BAD)),
    "slide_loss": Pin(lambda: _loss(SLIDE)),
    "first_loss": Pin(
        lambda: mpmath.log(10) - mpmath.log(7),
        spare=dict.fromkeys(
            ("N", "p[2]", "p[3]", "p[4]", "p[5]"), "The first example's loss does not read the others."
        ),
    ),
    "uniform_loss": Pin(lambda: cross_entropy.entropy([0.25] * 4)),
    "entries_of_the_weights": Pin(lambda: np.zeros((4, 32 * 32 * 3)).size, close=0.0),
    "entries_with_biases": Pin(lambda: np.zeros((4, 32 * 32 * 3)).size + np.zeros(4).size, close=0.0),
    # why_the_log
    "underflow_after": Pin(lambda: _product_is_zero(0.25), close=0.0),
    "digits_of_the_product": Pin(lambda: 50000 * 2 * mpmath.log10(2)),
    "naive_at_full_size": Pin(lambda: 50000 * 49999, close=0.0),
    # ascent_and_descent
    "start_slope": Pin(
        lambda: np.linalg.norm(ascent_and_descent.gradient_of_quality(START)),
        equivalents=dict.fromkeys(
            (
                "1 − rate for rate: Qs → sqrt(Derivative(Qs, w2)**2 + Derivative(1 - Qs, w1)**2)",
                "1 − rate for rate: Qs → sqrt(Derivative(Qs, w1)**2 + Derivative(1 - Qs, w2)**2)",
            ),
            "A height taken from 1 has the slopes of the other sign, and the length squares them.",
        ),
    ),
    "start_slope_of_the_loss": Pin(lambda: np.linalg.norm(ascent_and_descent.gradient_of_loss(START))),
    "step_up_1": Pin(lambda: _first_step(ascent_and_descent.ascent, ascent_and_descent.gradient_of_quality)[0]),
    "step_up_2": Pin(lambda: _first_step(ascent_and_descent.ascent, ascent_and_descent.gradient_of_quality)[1]),
    "step_down_1": Pin(lambda: _first_step(ascent_and_descent.descent, ascent_and_descent.gradient_of_loss)[0]),
    "step_down_2": Pin(lambda: _first_step(ascent_and_descent.descent, ascent_and_descent.gradient_of_loss)[1]),
    "start_height": Pin(lambda: ascent_and_descent.quality(START)),
    "top_height": Pin(lambda: ascent_and_descent.quality(PEAK)),
    "top_slope_1": Pin(lambda: ascent_and_descent.gradient_of_quality(PEAK)[0], equivalents=_flat("w1")),
    "top_slope_2": Pin(lambda: ascent_and_descent.gradient_of_quality(PEAK)[1], equivalents=_flat("w2")),
    "start_speed_up": Pin(
        lambda: (
            np.linalg.norm(ascent_and_descent.gradient_of_loss(START))
            / np.linalg.norm(ascent_and_descent.gradient_of_quality(START))
        )
    ),
    "top_speed_up": Pin(lambda: math.exp(ascent_and_descent.loss(PEAK))),
    # learning_rate
    "schedule_travel": Pin(lambda: learning_rate.travel(learning_rate.halving(2.5, 10, 2000))),
    "ratio_of_rates": Pin(lambda: mpmath.mpf(5) * 1000 / 625),
    "rate_after_two_halvings": Pin(
        lambda: learning_rate.halving(2.5, 10, 21)[20],
        spare=_PLATEAU,
        equivalents={"size − 1: T → eta/2**floor(n0/(T - 1))": "In 20 steps fit two whole plateaux of 9 as of 10."},
    ),
    "rate_after_ten_halvings": Pin(lambda: learning_rate.halving(2.5, 10, 101)[100], spare=_PLATEAU),
    "largest_stable_descent": Pin(
        lambda: learning_rate.largest_stable_rate(HESSIAN),
        spare=dict.fromkeys(("w1", "w2"), "A bowl has the same curvature everywhere."),
    ),
    "largest_stable_ascent": Pin(lambda: learning_rate.largest_stable_rate(_curvature_of_the_quality()), close=1e-8),
    "steepest_slope": Pin(_steepest),
    "reach": Pin(lambda: _steepest() * learning_rate.travel(learning_rate.halving(2.5, 10, 2000))),
    "distance_to_go": Pin(lambda: np.linalg.norm(PEAK - START)),
    "short_travel": Pin(lambda: learning_rate.travel(learning_rate.halving(0.25, 10, 2000))),
    # softmax
    "notes_first": Pin(lambda: oracles.softmax_column([5, 2, -1, 3])[0]),
    "notes_sum": Pin(lambda: sum(mpmath.exp(one) for one in (5, 2, -1, 3))),
    # softmax_gradient
    "notes_loss": Pin(
        lambda: mpmath.log(5),  # a fifth for the right class
        spare=dict.fromkeys(("pi[1]", "pi[3]", "pi[4]"), "The loss reads the right class's entry and no other."),
    ),
}
