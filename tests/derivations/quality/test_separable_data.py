"""Separable data: the loss that never arrives, slopes that never vanish, what a solver stops on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from derivations.notation import L, ell
from derivations.quality import separable_data as derived
from snippets.quality import separable_data as snippet
from snippets.quality.softmax import softmax
from tests import oracles
from tests.derivations.voice import exact_value

RAY_W, RAY_X, RAY_LABELS = [[1.0], [-0.5]], [[2.0, -1.0, -3.0]], [0, 1, 1]


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_loss_and_its_slope_along_a_ray_in_three_voices(scale: float, seed: int) -> None:
    gamma = np.random.default_rng(seed).uniform(0.2, 2.5, size=3)
    at: dict[str, Any] = {"wrong": 3, "gamma": gamma, "scale": scale}
    W = np.append(0, -gamma)[:, None]  # scores 0 and −γ on the input 1
    expected = float(oracles.losses_of_scores(scale * W, [[1], [0], [0], [0]])[0])
    assert oracles.close(snippet.loss_along_ray(W, [[1.0]], [0], scale), expected)
    assert oracles.close(exact_value(ell, [derived.loss_along_the_ray], **at), expected)
    for line in derived.loss_is_never_zero.lines[:2]:
        assert oracles.close(exact_value(line, derived.loss_is_never_zero.where, **at), expected)
    assert expected > 0

    def moved(at: list[complex]) -> complex:
        return oracles.complex_losses([at[0] * one for one in W.ravel()], [1, 0, 0, 0])

    (slope,) = oracles.complex_step(moved, [scale])
    lines = [exact_value(line, derived.loss_always_falls.where, **at) for line in derived.loss_always_falls.lines[:2]]
    assert oracles.close(lines, [slope] * 2)
    assert slope < 0


@pytest.mark.parametrize("scale", [0.5, 2.0, 5.0])
@pytest.mark.parametrize("seed", range(3))
def test_two_classes_along_a_ray_in_three_voices_and_no_slope_above_the_bound(scale: float, seed: int) -> None:
    margin = np.random.default_rng(seed).uniform(-2, 2, size=5)
    chain, at = derived.slope_along_the_ray, {"N": 5, "margin": margin, "scale": scale}

    def moved(s: list[complex]) -> complex:
        return sum(oracles.complex_losses([s[0] * one, 0], [1, 0]) for one in margin) / 5

    (slope,) = oracles.complex_step(moved, [scale])
    assert oracles.close(exact_value(L, [derived.two_class_loss], **at), moved([scale + 0j]).real)
    assert oracles.close([exact_value(line, chain.where, **at) for line in chain.lines], [slope] * 4)
    missed = 1 - softmax(np.stack([scale * margin, np.zeros(5)]))[0]
    first, second, third, fourth, last = (
        exact_value(line, N=5, margin=margin, p=1 - missed) for line in derived.no_slope_is_steeper.lines
    )
    assert oracles.close([first, second], [slope**2] * 2)
    assert oracles.close([third, fourth], [float((margin * missed) @ (margin * missed)) / 5] * 2)
    assert oracles.close(last, float(margin @ margin) / 5)
    assert first < third < last


@pytest.mark.parametrize("seed", range(4))
def test_no_place_is_level_where_some_direction_separates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K, D, m = 3, 6, 4
    X, labels = rng.normal(size=(D, m)), rng.integers(0, K, size=m)
    # as many features as examples, or more: some weights fit any labels
    V = (2 * np.eye(K)[:, labels] - 1) @ np.linalg.pinv(X)
    assert (snippet.margins(V, X, labels) > 0).all()
    W, chain = rng.normal(size=(K, D)), derived.slope_in_a_direction
    for i, c in enumerate(labels):
        at: dict[str, Any] = {"K": K, "D": D, "W": W, "V": V, "f": X[:, i], "y": np.eye(K)[c], "c": c + 1, "u": 0.5}
        z, v = (W + 0.5 * V) @ X[:, i], V @ X[:, i]
        expected = float(np.array(oracles.complex_step(lambda t, c=c: oracles.complex_losses(t, np.eye(K)[c]), z)) @ v)
        lines = [exact_value(line, chain.where, **at) for line in chain.lines]
        assert oracles.close(lines, [expected] * 7, rel=1e-9)
        p = softmax(z[:, None]).ravel()
        assert oracles.close(-sum(p[k] * (v[c] - v[k]) for k in range(K)), expected, rel=1e-9)
        assert expected < 0
    assert snippet.gradient_length(W, X, labels) > 0


def test_far_out_the_loss_is_the_odds_times_the_wrong_classes() -> None:
    for wrong, odds in ((1, 1e-3), (4, 1e-4)):
        loss, line = (exact_value(one, wrong=wrong, epsilon=odds) for one in derived.loss_far_out.lines)
        gaps = [[0.0]] + [[math.log(odds)]] * wrong
        assert oracles.close(loss, snippet.loss_along_ray(gaps, [[1.0]], [0], 1.0), rel=1e-9)
        assert oracles.close(line - loss, (wrong * odds) ** 2 / 2, rel=1e-2)
    before, product = (exact_value(one, scale=2, u=1.5, x=0.75) for one in derived.odds_fall_exponentially.lines)
    two, three_and_a_half = (
        softmax(np.array([[0.0], [-0.75 * s]])).ravel()[1] / softmax(np.array([[0.0], [-0.75 * s]])).ravel()[0]
        for s in (2, 3.5)
    )
    assert oracles.close([before, product], [three_and_a_half, two * math.exp(-0.75 * 1.5)])


def test_a_small_loss_is_the_error_and_the_gradient_falls_with_it() -> None:
    for epsilon in (1e-3, 1e-5):
        loss, error = (exact_value(one, epsilon=epsilon) for one in derived.small_loss.lines)
        assert oracles.close(loss - error, epsilon**2 / 2, rel=1e-2)
    losses = [snippet.loss_along_ray(RAY_W, RAY_X, RAY_LABELS, s) for s in (10, 15, 20)]
    lengths = [snippet.gradient_length(s * np.array(RAY_W), RAY_X, RAY_LABELS) for s in (10, 15, 20)]
    ratios = np.divide(lengths, losses)
    assert np.ptp(ratios) < 0.01 * ratios.mean()
    assert min(lengths) > 0


def test_the_cube_is_level_at_zero_and_falls_on_one_side() -> None:
    for u in (-0.5, 0.0, 2.0):
        (slope,) = oracles.complex_step(lambda at: at[0] ** 3, [u])
        lines = [exact_value(line, u=u) for line in derived.flat_is_not_best.lines]
        assert oracles.close(lines, [slope] * 2, least=1e-12)


def test_a_minimum_appears_with_one_example_on_the_wrong_side() -> None:
    scales = np.linspace(0, 30, 301)
    apart = [snippet.loss_along_ray(RAY_W, RAY_X, RAY_LABELS, s) for s in scales]
    mixed = [snippet.loss_along_ray(RAY_W, [[2.0, -1.0, -3.0, 0.5]], [*RAY_LABELS, 1], s) for s in scales]
    assert np.argmin(apart) == scales.size - 1
    assert 0 < np.argmin(mixed) < scales.size - 1


def test_in_float64_a_probability_that_rounds_to_one_has_loss_zero() -> None:
    z = np.array([[40.0], [0.0]])
    assert -math.log(softmax(z)[0, 0]) == 0
    assert snippet.loss_along_ray(z, [[1.0]], [0], 1.0) > 0


def test_few_examples_with_many_features_can_be_separated() -> None:
    rng = np.random.default_rng(9)
    for K, D, m in ((2, 5, 5), (4, 20, 12), (3, 9, 2)):
        X, labels = rng.normal(size=(D, m)), rng.integers(0, K, size=m)
        W = np.eye(K)[:, labels] @ np.linalg.pinv(X)
        assert (snippet.margins(W, X, labels) > 0).all()


def test_scikit_learn_stops_where_its_tolerance_says_unless_there_is_a_penalty() -> None:
    x = np.transpose(RAY_X)

    def weights(C: float) -> list[float]:
        tolerances = (1e-2, 1e-4, 1e-6, 1e-8)
        return [
            abs(LogisticRegression(C=C, tol=tol, max_iter=10000).fit(x, RAY_LABELS).coef_.item()) for tol in tolerances
        ]

    free, default = weights(np.inf), weights(LogisticRegression().C)
    assert np.diff(free).min() > 1
    assert oracles.close(default[-1], default[-2], rel=1e-3)
    assert default[-1] < 1
