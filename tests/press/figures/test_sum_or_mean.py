"""The figures of sum_or_mean: what their readouts say, computed again in NumPy or taken from the snippets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from press.figures.sum_or_mean import EXAMPLES, FIGURES, RATES, STEPS
from snippets.sum_or_mean import batch_size, mini_batches, penalty_share, sum_is_m_times_mean
from tests.press.figures.drawn import drawn, plain, readout

BY_NAME = {one.name: one for one in FIGURES}


@pytest.fixture
def engine(engine_of: Callable[[str], Any]) -> Any:
    return engine_of("sum_or_mean")


# ---- regularisation_path


def design(m: int) -> tuple[Any, Any]:
    """Three features whose means of products are those of the figure, and the targets, for m ≥ 3 examples."""
    data = BY_NAME["regularisation_path"].data
    rows = np.linalg.qr(np.random.default_rng(m).normal(size=(m, 3)))[0].T * np.sqrt(m)  # each of mean square 1
    X = rows * np.sqrt(data["xx"])[:, None]
    return X, (np.array(data["xy"]) / data["xx"]) @ X


@pytest.mark.parametrize("m", [3, 16, 64])
@pytest.mark.parametrize("lam", [0.01, 1.0, 30.0])
def test_the_weights_are_those_of_the_snippet(lam: float, m: int, engine: Any) -> None:
    for times in (False, True):
        shown = readout(engine, "regularisation_path", m=m, lam=lam, times=times)
        for reduction in ("mean", "sum"):
            strength = m * lam if times and reduction == "sum" else lam
            weights = penalty_share.ridge(*design(m), strength, reduction)
            for n, w in enumerate(weights, 1):
                assert plain(shown[f"weight {n}, {reduction}"]) == pytest.approx(w, abs=5.1e-5)
        if times:
            assert all(shown[f"weight {n}, mean"] == shown[f"weight {n}, sum"] for n in (1, 2, 3))


def test_the_path_tells_what_its_points_are_made_of(engine: Any) -> None:
    """A reader can work out each point from what is printed."""
    shown = readout(engine, "regularisation_path", m=16, lam=1.0, times=False)
    squares, products = ([plain(one) for one in words.split(", ")] for words in list(shown.values())[-2:])
    for n, (xx, xy) in enumerate(zip(squares, products, strict=True), 1):
        assert plain(shown[f"weight {n}, mean"]) == pytest.approx(xy / (xx + 1), abs=5.1e-5)
        assert plain(shown[f"weight {n}, sum"]) == pytest.approx(xy / (xx + 1 / 16), abs=5.1e-5)


# ---- sum_against_mean


@pytest.mark.parametrize(("lr", "m"), [(0.2, 8), (0.3, 8), (1.9, 1), (2.1, 1), (0.05, 16), (3, 16)])
def test_a_step_of_the_figure_is_a_step_of_the_snippet(lr: float, m: int, engine: Any) -> None:
    """One weight along the steep direction, from a distance of 1: m equal examples have the mean's curvature."""
    steep = BY_NAME["sum_against_mean"].data["curvature"][1]
    X = [[np.sqrt(steep)] * m]
    for over in (False, True):
        made = drawn(engine, "sum_against_mean", lr=lr, m=m, over=over)
        shown, fates = dict(made["readout"]), made["says"].split(": ")[1].split("; ")
        for reduction, fate in zip(("mean", "sum"), fates, strict=True):
            rate = lr / m if over and reduction == "sum" else lr
            after = sum_is_m_times_mean.descend([1.0], X, [0.0] * m, rate, 1, reduction)[1, 0]
            times = plain(shown[f"second weight squared, per step, {reduction}"].removeprefix("× "))
            assert times == pytest.approx(after**2, rel=6e-3)
            assert plain(shown[f"learning rate, {reduction}"]) == pytest.approx(rate, rel=6e-3)
            limit = sum_is_m_times_mean.stability_limit(X, reduction)
            assert ("comes nearer" in fate, "runs away" in fate) == (rate < limit, rate > limit)


# ---- gradient_noise


@pytest.mark.parametrize(("N", "m"), [(10, 1), (10, 3), (10, 10), (6, 4), (2, 1), (2, 2)])
def test_the_noise_is_that_of_the_snippet(N: int, m: int, engine: Any) -> None:
    slopes = BY_NAME["gradient_noise"].data["slopes"][:N]
    means = batch_size.batch_means(slopes, m)
    shown = readout(engine, "gradient_noise", N=N, m=m)
    assert shown["batches of this size"] == str(means.size)
    for name, expected in (
        ("their average", np.mean(slopes)),
        ("mean of all examples", np.mean(slopes)),
        ("variance, counted", means.var()),
        ("variance, by formula", batch_size.variance(slopes, m)),
        ("variance, drawn anew", batch_size.variance(slopes, m, again=True)),
    ):
        assert plain(shown[name]) == pytest.approx(expected, abs=5.1e-5), name


def test_a_batch_is_never_larger_than_the_set(engine: Any) -> None:
    data = dict(BY_NAME["gradient_noise"].data)
    assert engine.call("figures.changed", "gradient_noise", "N", {"N": 4, "m": 7}, data) == {"m": 4}
    assert engine.call("figures.changed", "gradient_noise", "m", {"N": 4, "m": 7}, data) == {"N": 7}
    assert engine.call("figures.changed", "gradient_noise", "m", {"N": 7, "m": 7}, data) is None


# ---- batches_in_turn


@pytest.mark.parametrize(("t", "m", "M"), [(1, 8, 26), (4, 8, 26), (5, 8, 26), (12, 12, 12), (12, 1, 40), (9, 5, 17)])
def test_each_step_takes_the_next_batch(t: int, m: int, M: int, engine: Any) -> None:
    made = drawn(engine, "batches_in_turn", t=t, m=m, M=M)
    shown, every = dict(made["readout"]), [one + 1 for one in mini_batches.batches(np.arange(M), m)]
    epoch, k = divmod(t - 1, len(every))
    assert int(shown["first example"]) == every[k][0]
    assert int(shown["last example"]) == every[k][-1]
    assert int(shown["examples in this batch"]) == len(every[k])
    assert int(shown["batches in an epoch"]) == len(every)
    edges = np.linspace(0, M, len(every) + 1)  # cut into equal parts, as the notes do
    assert plain(shown["first, by the formula of the notes"]) == pytest.approx(edges[k] + 1, abs=5.1e-3)
    assert plain(shown["last, by the formula of the notes"]) == pytest.approx(edges[k + 1], abs=5.1e-3)
    assert made["says"].startswith(f"Step {t} is batch {k + 1} of {len(every)} in epoch {epoch + 1}:")


# ---- cost_curves


def costs(size: int, share: float) -> Any:
    """The same runs with the weights as rows, without the snippet's loop or its step: residuals by hand."""
    turn = 2 * np.pi * np.arange(EXAMPLES) / EXAMPLES
    rows = np.stack([np.cos(turn), np.cos(turn) / 2 + np.sin(turn) / 4], axis=1)
    targets = rows @ [3, -8] + np.cos(5 * turn)
    rate = share * 2 / (np.linalg.norm(rows, 2) ** 2 / EXAMPLES)
    shuffle, w, found = np.random.default_rng(0), np.zeros(2), []
    while len(found) < STEPS:
        for batch in np.split(shuffle.permutation(EXAMPLES), EXAMPLES // size):
            missed = targets[batch] - rows[batch] @ w
            found.append(np.mean(missed**2) / 2)
            w = w + rate * np.mean(missed[:, None] * rows[batch], axis=0)
    return np.array(found[:STEPS])


@pytest.mark.parametrize("share", RATES)
@pytest.mark.parametrize("size", [5, 20, 50])
def test_the_cost_curves_are_those_of_descent(size: int, share: float, engine: Any) -> None:
    curves = BY_NAME["cost_curves"].data["curves"]
    shown = readout(engine, "cost_curves", size=str(size), rate=str(share))
    for what, each in (("full batch", EXAMPLES), ("mini-batches", size)):
        wanted = costs(each, share)
        assert curves[str(each)][str(share)] == pytest.approx(wanted, rel=6e-4)
        count = int((np.diff(wanted) > 0).sum())
        assert shown[f"{what}, rises"] == f"{count} of {STEPS - 1} times"
        assert plain(shown[f"last cost, {what}"]) == pytest.approx(wanted[-1], rel=6e-3)
