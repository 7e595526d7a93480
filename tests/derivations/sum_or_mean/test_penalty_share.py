"""The penalty's share in three voices: derivation, snippet, and sums and slopes taken another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.sum_or_mean import penalty_share as derived
from snippets.sum_or_mean import penalty_share as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [1, 3, 6]


def batch(m: int) -> dict[str, Any]:
    rng = np.random.default_rng(m)
    return {"m": m, "x_one": rng.normal(size=m), "y_one": rng.normal(size=m), "lam": 0.75}


@pytest.mark.parametrize("m", SIZES)
def test_costs_inside_and_outside(m: int) -> None:
    losses = np.random.default_rng(m).uniform(0, 3, size=m)
    at = {"m": m, "ells": losses, "lam": 0.75, "Omega": 2.5}
    for chain, place, reduction in (
        (derived.sum_with_penalty, snippet.outside, "sum"),
        (derived.penalty_inside_the_mean, snippet.inside, "mean"),
        (derived.penalty_inside_the_sum, snippet.inside, "sum"),
    ):
        expected = place(losses, 2.5, 0.75, reduction)
        assert all(oracles.close(exact_value(line, chain.where, **at), expected) for line in chain.lines)


@pytest.mark.parametrize("m", SIZES)
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_slope_is_zero_at_the_ridge_and_the_complex_step_elsewhere(reduction: str, m: int) -> None:
    at = batch(m)
    chain = derived.ridge_slope_of_the_mean if reduction == "mean" else derived.ridge_slope_of_the_sum
    (solution,) = snippet.ridge([at["x_one"]], at["y_one"], at["lam"], reduction)
    name = derived.ridge_of_the_mean if reduction == "mean" else derived.ridge_of_the_sum
    assert oracles.close(exact_value(name.body, chain.where, **at), solution)

    def cost(entries: list[complex]) -> complex:
        (w,) = entries
        total = complex(sum((w * x - y) ** 2 / 2 for x, y in zip(at["x_one"], at["y_one"], strict=True)))
        return total / (m if reduction == "mean" else 1) + 0.75 / 2 * w * w

    for w in (-1.5, 0.25, solution):
        (slope,) = oracles.complex_step(cost, [w])
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, w_one=w, **at), slope, least=1e-14)
    assert abs(oracles.complex_step(cost, [solution])[0]) < 1e-12


def test_the_mean_step_of_an_epoch_has_the_penalty_as_often_as_there_are_batches() -> None:
    B, m, lam, w = 4, 3, 0.5, 1.25
    slopes = np.random.default_rng(0).normal(size=(m, B))
    steps = [slopes[:, n].mean() + lam / m * w for n in range(B)]
    for line in derived.penalty_of_a_mini_batch.lines:
        assert oracles.close(exact_value(line, B=B, m=m, lam=lam, w_one=w, slopes=slopes), float(np.mean(steps)))
    full = slopes.mean() + lam / slopes.size * w
    assert oracles.close(float(np.mean(steps)) - full, (B - 1) * lam / slopes.size * w)


@pytest.mark.parametrize("m", SIZES)
def test_the_three_spellings_are_one_penalty(m: int) -> None:
    at = {"m": m, "w_one": -1.5, "lam": 0.75, "lam_plain": 0.375, "lam_shared": 0.75 * m}
    for line in derived.three_spellings.lines:
        assert oracles.close(exact_value(line, **at), 0.375 * 1.5 * 1.5)
