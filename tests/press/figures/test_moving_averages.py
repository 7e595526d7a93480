"""The figures of moving_averages: what their readouts say, computed again in NumPy or taken from the snippets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from press.figures.moving_averages import FIGURES, RATES
from snippets.moving_averages import (
    batch_normalisation,
    batch_normalisation_backward,
    bias_correction,
    epsilon_placement,
    learning_rate_decay,
    momentum,
    momentum_speed,
    saddles_and_plateaus,
)
from tests.press.figures.drawn import drawn, plain, readout

BY_NAME = {one.name: one for one in FIGURES}


@pytest.fixture
def engine(engine_of: Callable[[str], Any]) -> Any:
    return engine_of("moving_averages")


# ---- temperatures


def test_the_temperatures_are_seattles() -> None:
    from vega_datasets import local_data

    year = local_data.seattle_weather().query("date < '2013'")
    assert BY_NAME["temperatures"].data["days"] == year["temp_max"].tolist()


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("day", [1, 11, 150, 366])
def test_the_average_is_the_weighted_sum_of_the_days_so_far(beta: float, day: int, engine: Any) -> None:
    days = np.array(BY_NAME["temperatures"].data["days"][:day])
    weights = (1 - beta) * beta ** np.arange(day)[::-1]
    shown = readout(engine, "temperatures", beta=beta, day=day)
    assert plain(shown["temperature of the day"]) == days[-1]
    assert plain(shown["average *v_t*"]) == pytest.approx(weights @ days, abs=5.1e-4)
    assert plain(shown["weight of the day"]) == pytest.approx(1 - beta, abs=5.1e-5)
    assert plain(shown["all weights together"]) == pytest.approx(weights.sum(), abs=5.1e-5)
    if day > 10:
        assert plain(shown["of ten days before"]) == pytest.approx(weights[-11], abs=5.1e-5)
    else:
        assert shown["of ten days before"] == "none yet"


# ---- normalised_batches


@pytest.mark.parametrize(("m", "gamma", "beta"), [(8, 1.0, 0.0), (8, -2.0, 1.5), (5, 0.5, -1.0), (2, 1.0, 0.0)])
@pytest.mark.parametrize(("halved", "eps"), [(0, -4.0), (0, 0.0), (6, -4.0)])
def test_the_scores_given_on_are_those_of_the_snippet(
    m: int, gamma: float, beta: float, halved: int, eps: float, engine: Any
) -> None:
    Z = np.array([BY_NAME["normalised_batches"].data["scores"][:m]]) / 2**halved
    given = batch_normalisation.batch_norm(Z, [gamma], [beta], 10**eps)
    moved = {"m": m, "gamma": gamma, "beta": beta, "halved": halved, "eps": eps}
    shown = readout(engine, "normalised_batches", **moved)
    for name, expected in (
        ("mean before", Z.mean()),
        ("deviation before", Z.std()),
        ("mean after", given.mean()),
        ("deviation after", given.std()),
        ("deviation after, by formula", given.std()),
    ):
        assert plain(shown[name]) == pytest.approx(expected, abs=5.1e-5), name


def test_a_batch_of_one_gives_the_shift(engine: Any) -> None:
    for gamma in (-2.0, 1.0):
        shown = readout(engine, "normalised_batches", m=1, gamma=gamma, beta=0.5)
        assert (shown["mean after"], shown["deviation after"]) == ("0.5000", "0.0000")


# ---- covered_layers


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("offset", [0, 2])
@pytest.mark.parametrize(("unit", "step"), [(1, 0), (2, 40), (4, 17)])
def test_what_is_seen_is_that_of_the_snippet(offset: int, rate: float, unit: int, step: int, engine: Any) -> None:
    shown = readout(engine, "covered_layers", offset=str(offset), rate=str(rate), unit=unit, step=step)
    for name, normalised in (("not normalised", False), ("normalised", True)):
        X, y, weights = batch_normalisation_backward.ring(offset)
        seen = batch_normalisation_backward.seen_by_the_next(X, y, weights, rate, 41, normalised)[:, :, unit - 1]
        assert plain(shown[f"mean at this step, {name}"]) == pytest.approx(seen[step, 0], abs=5.1e-4)
        assert plain(shown[f"deviation at this step, {name}"]) == pytest.approx(seen[step, 1], abs=5.1e-4)
        moved = np.abs(np.diff(seen[:, 0])).max()
        assert plain(shown[f"largest move in a step, {name}"]) == pytest.approx(moved, abs=1.1e-3)


def test_centring_the_inputs_is_nothing_to_the_normalised_run() -> None:
    runs = BY_NAME["covered_layers"].data["runs"]
    for rate in map(str, RATES):
        assert runs["0"][rate]["normalised"] == runs["2"][rate]["normalised"]
        assert runs["0"][rate]["bias"] != runs["2"][rate]["bias"]


# ---- normalised_layer


@pytest.mark.parametrize(("gamma", "beta"), [(1.0, 0.5), (-2.0, 2.0), (0.0, -1.0)])
def test_one_unit_on_its_way_is_that_of_the_snippet(gamma: float, beta: float, engine: Any) -> None:
    Z = np.array([BY_NAME["normalised_layer"].data["scores"]])
    for normalised in (True, False):
        shown = readout(engine, "normalised_layer", normalised=normalised, gamma=gamma, beta=beta)
        given = batch_normalisation.batch_norm(Z, [gamma], [beta]) if normalised else Z + beta
        assert plain(shown["mean of the scores"]) == pytest.approx(Z.mean(), abs=5.1e-5)
        assert plain(shown["first example: passed on"]) == pytest.approx(given[0, 0], abs=5.1e-5)
        assert plain(shown["first example: after tanh"]) == pytest.approx(np.tanh(given[0, 0]), abs=5.1e-5)


@pytest.mark.parametrize(("units", "inputs"), [(1, 1), (4, 3), (64, 7)])
def test_what_is_to_be_learnt_is_counted(units: int, inputs: int, engine: Any) -> None:
    weights, each = np.zeros((units, inputs)), np.zeros(units)
    for normalised, learnt in ((True, (weights, each, each)), (False, (weights, each))):
        shown = readout(engine, "normalised_layer", normalised=normalised, units=units, inputs=inputs)
        assert int(shown["numbers to learn"]) == sum(one.size for one in learnt)


# ---- bias_correction


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.95, 0.99])
@pytest.mark.parametrize("day", [1, 2, 30, 184])
@pytest.mark.parametrize("flat", [False, True])
def test_right_missing_and_misprinted_are_those_of_the_snippet(beta: float, day: int, flat: bool, engine: Any) -> None:
    days = np.array(BY_NAME["bias_correction"].data["days"][:day])
    days = np.full(day, 20.0) if flat else days
    shown = readout(engine, "bias_correction", beta=beta, day=day, flat=flat)
    right = bias_correction.corrected(days, beta)[-1]
    assert plain(shown["right"]) == pytest.approx(right, abs=5.1e-4)
    assert plain(shown["missing"]) == pytest.approx(right * (1 - beta**day), abs=5.1e-4)
    assert plain(shown["misprinted"]) == pytest.approx(bias_correction.misprinted(days, beta)[-1], abs=5.1e-4)
    back, _, power = shown["fed back"].removesuffix(" °C").partition("·10")
    power = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")) or "0"
    assert float(back) * 10.0 ** int(power) == pytest.approx(bias_correction.fed_back(days, beta)[-1], rel=6e-4)
    if flat:
        assert shown["right"] == "20.000 °C"


def test_the_second_half_of_the_year() -> None:
    assert BY_NAME["bias_correction"].data["days"] == BY_NAME["temperatures"].data["days"][182:]


# ---- effective_step


def power(text: str) -> float:
    """A number as `significant` writes it."""
    digits, _, raised = text.partition("·10")
    return float(digits) * 10.0 ** int(raised.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or "0")


@pytest.mark.parametrize("epsilon", [1e-12, 1e-8, 1e-2])
@pytest.mark.parametrize("k", [0, 4, 12])
@pytest.mark.parametrize("gradient", [1e-12, 1e-6, 1.0])
def test_the_steps_and_the_halves_are_those_of_the_snippet(
    epsilon: float, k: int, gradient: float, engine: Any
) -> None:
    shown = readout(engine, "effective_step", epsilon=epsilon, k=k, gradient=gradient)
    t = BY_NAME["effective_step"].data["steps"][k]
    assert drawn(engine, "effective_step", k=k)["shown"]["k"] == str(t)
    for place, name in (("beside",) * 2, ("under",) * 2, ("uncorrected", "beside, not corrected")):
        words = name if "," in name else f"{name} the root"
        step = epsilon_placement.step([gradient], epsilon, place, t)[0]
        assert power(shown[f"step, ε {words}"]) == pytest.approx(step, rel=6e-3)
        half = epsilon_placement.half(epsilon, place, t)
        assert power(shown[f"half a step is left at, ε {words}"]) == pytest.approx(half, rel=6e-3)


# ---- schedules, around_the_minimum

WORDS = {
    "inverse": "one over the epochs", "exponential": "exponential", "root": "one over the root", "stairs": "staircase"
}  # fmt: skip


def falling(name: str, lr: float, epochs: int) -> Any:
    """The rates of the figures' schedule, by the snippet."""
    return {
        "inverse": lambda: learning_rate_decay.inverse(lr, 1.0, epochs),
        "exponential": lambda: learning_rate_decay.exponential(lr, 0.95, epochs),
        "root": lambda: learning_rate_decay.root(lr, 1.0, epochs),
        "stairs": lambda: learning_rate_decay.staircase(lr, 10, epochs),
    }[name]()


def roughly(text: str) -> float:
    """A number of the readout, which may stand in powers of ten."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹\u2212", "-0123456789-")
    return float(text.replace("·10", "e").translate(raised))


@pytest.mark.parametrize(("lr", "far", "noise"), [(0.2, 4.0, 1.0), (0.05, 2.0, 0.05), (1.0, 8.0, 2.0)])
def test_travel_and_noise_are_those_of_the_snippet(lr: float, far: float, noise: float, engine: Any) -> None:
    made = drawn(engine, "schedules", lr=lr, far=far, noise=noise)
    shown, arrive = dict(made["readout"]), []
    assert roughly(shown["floor of a constant rate"]) == pytest.approx(
        learning_rate_decay.error_floor(lr, noise), rel=6e-3
    )
    for name, text in WORDS.items():
        rates = falling(name, lr, 1000)
        travel = learning_rate_decay.travel(rates)[-1]
        arrive += [text] if travel >= far else []
        assert roughly(shown[f"travel, {text}"]) == pytest.approx(travel, rel=6e-3)
        left = learning_rate_decay.squared_distance(rates, far, noise)[-1]
        assert roughly(shown[f"left of the square, {text}"]) == pytest.approx(left, rel=6e-3)
    said = f"far enough: {', '.join(arrive)}" if arrive else "no travel is far enough"
    assert made["says"] == f"After 1000 epochs {said}."


@pytest.mark.parametrize("schedule", WORDS)
@pytest.mark.parametrize(("lr", "noise"), [(0.5, 1.0), (1.0, 0.0), (0.05, 2.0)])
def test_the_walks_around_the_minimum(schedule: str, lr: float, noise: float, engine: Any) -> None:
    data = BY_NAME["around_the_minimum"].data
    shown = readout(engine, "around_the_minimum", lr=lr, noise=noise, schedule=schedule)
    for text, rates in (("constant rate", np.full(60, lr)), ("with decay", falling(schedule, lr, 60))):
        at, late = np.array(data["start"]), []
        for n, (rate, kick) in enumerate(zip(rates, data["kicks"], strict=True), 1):
            at = at - rate * (at + noise * np.array(kick))
            late += [at @ at] if n >= 31 else []
        assert roughly(shown[f"second half, {text}"]) == pytest.approx(np.mean(late), rel=6e-3, abs=1e-30)
    assert roughly(shown["last rate, with decay"]) == pytest.approx(falling(schedule, lr, 60)[-1], rel=6e-3)
    both = 2 * learning_rate_decay.error_floor(lr, noise) if noise else 0
    assert roughly(shown["floor of the constant rate, both weights"]) == pytest.approx(both, rel=6e-3)


# ---- saddle_and_plateau


@pytest.mark.parametrize(("offset", "far"), [(1e-4, 6.0), (1e-12, 0.5), (1.0, 8.0)])
def test_the_steps_from_saddle_and_plateau_are_the_snippets(offset: float, far: float, engine: Any) -> None:
    shown = readout(engine, "saddle_and_plateau", offset=offset, far=far)
    assert shown["which is left at a distance of"] == "2"
    assert int(shown["steps to leave the saddle"]) == saddles_and_plateaus.steps_to_leave(offset, 1.0, 0.2, 2.0)
    assert roughly(shown["by the formula"]) == pytest.approx(np.log(2 / offset) / np.log(1.2), rel=6e-3)
    assert roughly(shown["offset after ten steps"]) == pytest.approx(offset * 1.2**10, rel=6e-3)
    assert int(shown["steps to the middle of the sigmoid"]) == saddles_and_plateaus.steps_on_a_plateau(far, 1.0)
    assert roughly(shown["slope at the start of the plateau"]) == pytest.approx(1 / (2 + 2 * np.cosh(far)), rel=6e-3)


# ---- two_valleys


@pytest.mark.parametrize("rate", [0.02, 0.2])
@pytest.mark.parametrize(("start", "tilt"), [(1.5, 0.2), (-1.5, 0.2), (0.0, 0.0), (0.1, 0.3), (1.7, 0.0)])
def test_descent_ends_in_the_valley_where_it_began(start: float, tilt: float, rate: float, engine: Any) -> None:
    made = drawn(engine, "two_valleys", start=start, tilt=tilt, rate=rate)
    shown, cost = dict(made["readout"]), np.polynomial.Polynomial([0, tilt, -0.5, 0, 0.25])
    walk = [start]
    for _ in range(60):
        walk.append(walk[-1] - rate * cost.deriv()(walk[-1]))
    lowest = min(cost(root.real) for root in cost.deriv().roots() if abs(root.imag) < 1e-9)
    assert plain(shown["weight after the last step"]) == pytest.approx(walk[-1], abs=5.1e-4)
    assert plain(shown["cost there"]) == pytest.approx(cost(walk[-1]), abs=5.1e-5)
    assert plain(shown["lowest cost"]) == pytest.approx(lowest, abs=5.1e-5)
    moving = abs(walk[-1] - walk[-2]) > 1e-4
    there = cost(walk[-1]) - lowest < 1e-3
    words = "is still on its way" if moving else "ends in a lowest place" if there else "ends higher than the lowest"
    assert words in made["says"]
    assert shown["descent in 60 steps"].startswith(words)


# ---- momentum_bowl


@pytest.mark.parametrize("plain_form", [True, False])
@pytest.mark.parametrize(("lr", "beta"), [(0.077, 0.9), (0.01, 0.98), (0.05, 0.0), (2.0, 0.5)])
def test_both_walks_are_those_of_the_snippet(lr: float, beta: float, plain_form: bool, engine: Any) -> None:
    data = BY_NAME["momentum_bowl"].data
    made = drawn(engine, "momentum_bowl", lr=lr, beta=beta, plain=plain_form)
    shown, h = dict(made["readout"]), np.array(data["curvatures"], dtype=float)
    form = momentum.along_the_buffer if plain_form else momentum.along_the_average
    for text, walk, kept in (("gradient descent", momentum.along_the_buffer, 0.0), ("momentum", form, beta)):
        limit = roughly(shown[f"limit, {text}"])
        share = 1 if plain_form or text != "momentum" else 1 - kept
        for times, stable in ((0.99, True), (1.01, False)):
            assert (momentum_speed.factor(times * limit * share, kept, h) < 1) is stable
        end = shown[f"distance after 60 steps, {text}"]
        path = walk(lambda w: h * w, data["start"], [lr] * 60, kept)
        if end == "it left the picture":
            assert abs(path).max() > 60
        else:
            assert roughly(end) == pytest.approx(np.linalg.norm(path[-1]), rel=6e-3)
        assert f"{text} {'arrives' if lr < limit else 'runs away'}" in made["says"]
