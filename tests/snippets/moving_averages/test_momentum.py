"""Momentum against sums written out over all gradients met so far; Nesterov's against its own velocity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

CURVATURES = [1.0, 0.5, 3.0]
START = [4.0, -1.0, 0.5]
RATES = [0.5, 0.25, 0.375, 0.0625, 0.1]
BETAS = [0.5, 0.75, 0.0, 0.25, 0.9]


def bowl(w: Any) -> Any:
    return np.array(CURVATURES) * (w - 1)


def walked(form: str, rates: list[float], betas: list[float], curvature: float, start: float) -> list[float]:
    """One weight: at each step the sum of all gradients so far, each with all the β's that it has met since."""
    path, met = [start], list[float]()
    for n, lr in enumerate(rates):
        met.append(curvature * (path[-1] - 1))
        total = 0.0
        for k, slope in enumerate(met):
            weight = float(np.prod(betas[k + 1 : n + 1]))
            weight *= {"average": lr * (1 - betas[k]), "buffer": lr, "inside": rates[k]}[form]
            total += weight * slope
        path.append(path[-1] - total)
    return path


def columns(form: str, rates: list[float], betas: list[float]) -> Any:
    each = zip(CURVATURES, START, strict=True)
    return np.transpose([walked(form, rates, betas, curvature, start) for curvature, start in each])


def test_walks_are_sums_over_all_gradients(snippet: Any) -> None:
    for name, form in (("along_the_average", "average"), ("along_the_buffer", "buffer"), ("rate_inside", "inside")):
        walk = getattr(snippet, name)
        assert oracles.close(walk(bowl, START, RATES, BETAS), columns(form, RATES, BETAS))
        assert oracles.close(walk(bowl, START, RATES, 0.75), columns(form, RATES, [0.75] * 5))
        assert oracles.close(walk(bowl, START, RATES), columns(form, RATES, [0.9] * 5))
        plain = walk(bowl, START, RATES, 0)
        assert oracles.close(plain, columns("buffer", RATES, [0] * 5))  # β of 0 is gradient descent
    repaired = snippet.rate_inside(bowl, START, RATES, 0.75, repaired=True)
    assert oracles.close(repaired, columns("buffer", RATES, [0.75] * 5))


def test_the_map_of_learning_rates(snippet: Any) -> None:
    for beta in (0.25, 0.9):
        average = snippet.along_the_average(bowl, START, RATES, beta)
        assert oracles.close(snippet.along_the_buffer(bowl, START, [(1 - beta) * lr for lr in RATES], beta), average)


def test_nesterov_in_both_forms(snippet: Any) -> None:
    """As its authors write it: a velocity that is a step, and the gradient where that step alone would lead."""
    for beta in (0.0, 0.5, 0.9):
        for rates in (RATES, [0.25] * 6):
            betas = [beta] * len(rates)
            for column, (curvature, start) in enumerate(zip(CURVATURES, START, strict=True)):
                theta, step, before, path = start, 0.0, rates[0], [start]
                for lr in rates:
                    kept = beta * step * lr / before
                    step = kept - lr * curvature * (theta + kept - 1)
                    theta, before = theta + step, lr
                    path.append(theta)
                assert oracles.close(snippet.nesterov(bowl, START, rates, betas)[:, column], path)
                if rates != RATES:  # at one rate, the other form is one kept step ahead of it
                    looks = [w + beta * (w - old) for old, w in zip([start, *path], path, strict=False)]
                    assert oracles.close(snippet.nesterov_ahead(bowl, START, rates, beta)[:, column], looks)
    one, other = (
        walk(bowl, START, RATES, BETAS)[2] for walk in (snippet.nesterov, snippet.nesterov_ahead)
    )  # by default and by step
    v1 = bowl(np.array(START))
    w1 = np.array(START) - RATES[0] * v1
    v2 = BETAS[1] * v1 + bowl(w1 - RATES[1] * BETAS[1] * v1)
    assert oracles.close(one, w1 - RATES[1] * v2)
    ahead1 = np.array(START) - RATES[0] * (1 + BETAS[0]) * v1
    u2 = BETAS[1] * v1 + bowl(ahead1)
    assert oracles.close(other, ahead1 - RATES[1] * (bowl(ahead1) + BETAS[1] * u2))
    for walk in (snippet.nesterov, snippet.nesterov_ahead):
        assert (walk(bowl, START, RATES) == walk(bowl, START, RATES, 0.9)).all()


def test_how_far_apart(snippet: Any) -> None:
    rates = [0.5] * 4 + [0.25] * 8
    still, moving = [0.9] * 12, [0.5] * 4 + [0.9] * 8

    def at_the_end(form: str, betas: list[float], shared: bool = True) -> float:
        own = [lr * (1 - beta) if shared else lr for lr, beta in zip(rates, betas, strict=True)]
        ends = [
            walked(form, own, betas, curvature, start + 1)[-1]
            - walked("average", rates, betas, curvature, start + 1)[-1]
            for curvature, start in ((1.0, 4.0), (4.0, 1.0))
        ]
        return math.hypot(*ends)

    assert snippet.apart("schedule") < 1e-12
    assert snippet.apart("repaired") < 1e-12
    assert oracles.close(snippet.apart("beta moves"), at_the_end("buffer", moving))
    assert oracles.close(snippet.apart("rate inside"), at_the_end("inside", still))
    assert oracles.close(snippet.apart("rate left alone"), at_the_end("buffer", still, shared=False))
    assert type(snippet.apart("beta moves")) is float
    listed = "schedule, beta moves, rate inside, repaired, rate left alone"
    refuses(f"kind: expected one of {listed}, got 'nesterov'", snippet.apart, "nesterov")


WALKS = "along_the_average", "along_the_buffer", "rate_inside", "nesterov", "nesterov_ahead"


def test_every_walk_refuses(snippet: Any) -> None:
    for name in WALKS:
        walk = getattr(snippet, name)

        def run(
            w: Any = (1.0, 2.0), rates: Any = (0.5,), beta: Any = 0.5, gradient: Any = bowl, walk: Any = walk
        ) -> Any:
            return walk(gradient, w, rates, beta)

        refuses("w: expected finite numbers, got inf", run, [1.0, np.inf, -np.inf])
        refuses("w: expected 1 axes and at least one entry, got shape ()", run, 1.0)
        refuses("rates: expected 1 axes and at least one entry, got shape (0,)", run, [1.0], [])
        for bad in (0.0, -0.5):
            refuses(f"rates: expected positive numbers, got {bad}", run, [1.0], [0.5, bad])
        for bad in (-0.25, 1.0, 1.5):
            refuses(f"beta: expected numbers from 0 and below 1, got {bad}", run, [1.0], [0.5, 0.5], [0.5, bad])
            refuses(f"beta: expected numbers from 0 and below 1, got {bad}", run, [1.0], [0.5, 0.5], bad)
        refuses("beta: expected numbers from 0 and below 1, got -1.0", run, [1.0], [0.5, 0.5], [-1, 2])
        says = "beta: expected one number, or one for each of 2 rates, got shape (1,)"
        refuses(says, run, [1.0], [0.5, 0.5], [0.5])
        refuses("beta: expected finite numbers, got nan", run, [1.0], [0.5], np.nan)
        refuses("beta: expected an array, got rows of different lengths", run, [1.0], [0.5], [[0.5], [0.5, 0.5]])
        refuses("gradient: expected a function of the weights, got [1.0, 8.0]", run, gradient=[1.0, 8.0])
        refuses("gradient: expected shape (2,), as w has, got (1,)", run, gradient=lambda w: w[:1])
        refuses("gradient: expected finite numbers, got nan", run, gradient=lambda w: w * np.nan)
    refuses_what_is_no_array(lambda w: snippet.nesterov(lambda at: at, w, [0.5]), "w", 1, finite=True)


# ---- what the page prints


def test_forms_example(snippet: Any) -> None:
    rates, rows = [0.5, 0.5, 0.25, 0.25], []
    for text, form, share in (
        ("average", "average", 1),
        ("buffer, (1 − β) lr", "buffer", 0.1),
        ("buffer, lr", "buffer", 1),
    ):
        own = [share * lr for lr in rates]
        end = [walked(form, own, [0.9] * 4, h, w + 1)[-1] - 1 for h, w in ((1.0, 4.0), (4.0, 1.0))]
        rows.append(f"{text:18} {np.array(end).round(8)}")
    assert printed(snippet.example_forms) == rows


def test_rate_inside_example(snippet: Any) -> None:
    kinds = "schedule", "beta moves", "rate inside", "repaired", "rate left alone"
    assert printed(snippet.example_rate_inside) == [f"{kind:15}  apart {snippet.apart(kind):.1e}" for kind in kinds]


def test_nesterov_example(snippet: Any) -> None:
    theta, step, path, seen = 4.0, 0.0, [4.0], []
    for _ in range(4):
        seen.append(theta + 0.9 * step)
        step = 0.9 * step - 0.25 * seen[-1]
        theta += step
        path.append(theta)
    looks = [*seen, theta + 0.9 * step]
    assert printed(snippet.example_nesterov) == [
        line
        for name, weights in (("nesterov", path), ("nesterov_ahead", looks))
        for line in (f"{name}: weights {np.array(weights).round(3)}", f"  gradients at {np.array(seen).round(3)}")
    ]
