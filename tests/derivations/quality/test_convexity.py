"""Curvature, tangents and flat directions: derivation, snippet, differences in 50 digits, scikit-learn."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from derivations.quality import convexity as derived
from snippets.quality import convexity as snippet
from snippets.quality.softmax import softmax
from snippets.quality.template_matching import train
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(K, seed) for K in (2, 3, 5) for seed in range(3)]


def drawn(K: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[float]]:
    """Scores, a direction, soft targets; and the probabilities."""
    rng = np.random.default_rng(10 * K + seed)
    z, v = rng.normal(scale=1.5, size=(2, K))
    return z, v, rng.dirichlet(np.ones(K)), [float(one) for one in oracles.softmax_column(list(z))]


def loss(z: np.ndarray, y: np.ndarray) -> Any:
    return oracles.losses_of_scores([[one] for one in z], [[one] for one in y])[0]


@pytest.mark.parametrize(("K", "seed"), SIZES)
def test_the_hessian_in_three_voices(K: int, seed: int) -> None:
    z, _, y, _ = drawn(K, seed)
    expected = oracles.log_sum_exp_hessian(list(z))
    assert oracles.close(snippet.hessian(z), expected, least=1e-12)
    chain = derived.hessian_of_cross_entropy
    for r in range(K):
        for s in range(K):
            for line in chain.lines:
                found = exact_value(line, chain.where, K=K, z=z, y=y, r=r + 1, s=s + 1)
                assert oracles.close(found, expected[r][s], rel=1e-9, least=1e-12)


@pytest.mark.parametrize(("K", "seed"), SIZES)
def test_the_curvature_along_a_direction_in_three_voices(K: int, seed: int) -> None:
    z, v, _, p = drawn(K, seed)
    expected = float(v @ np.array(oracles.log_sum_exp_hessian(list(z))) @ v)
    *lines, floor = (exact_value(line, K=K, pi=p, v=v) for line in derived.curvature_is_never_negative.lines)
    assert oracles.close(lines, [expected] * 3, rel=1e-9)
    assert oracles.close(snippet.curvature(z, v), expected, rel=1e-9)
    assert floor == 0 < expected
    variance = sum(p[k] * v[k] ** 2 for k in range(K)) - sum(p[k] * v[k] for k in range(K)) ** 2
    assert oracles.close(expected, variance, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_curvature_in_the_weights_is_that_of_the_scores(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K, D, u = 3, 4, 0.25
    W, V, x, y = rng.normal(size=(K, D)), rng.normal(size=(K, D)), rng.normal(size=D), rng.dirichlet(np.ones(K))
    with mpmath.workdps(50):

        def along(t: Any) -> Any:
            z = [
                sum((mpmath.mpf(float(w)) + t * mpmath.mpf(float(g))) * mpmath.mpf(float(one)) for w, g, one in row)
                for row in (zip(W[k], V[k], x, strict=True) for k in range(K))
            ]
            return mpmath.log(sum(map(mpmath.exp, z))) - sum(
                mpmath.mpf(float(a)) * b for a, b in zip(y, z, strict=True)
            )

        expected = float(mpmath.diff(along, mpmath.mpf(u), 2))
    chain = derived.curvature_in_the_weights
    lines = [exact_value(line, chain.where, K=K, D=D, W=W, V=V, f=x, y=y, u=u) for line in chain.lines]
    assert oracles.close(lines, [expected] * 2, rel=1e-9)
    assert oracles.close(snippet.curvature((W + u * V) @ x, V @ x), expected, rel=1e-9)


@pytest.mark.parametrize(("K", "seed"), SIZES)
def test_the_rise_above_the_tangent_is_a_divergence(K: int, seed: int) -> None:
    z, v, y, p = drawn(K, seed)
    slope = np.array(oracles.complex_step(lambda at: oracles.complex_losses(at, y), list(z)))
    expected = float(loss(z + v, y) - loss(z, y)) - float(slope @ v)
    chain = derived.rise_above_the_tangent
    lines = [exact_value(line, chain.where, K=K, z=z, v=v, y=y) for line in chain.lines]
    assert oracles.close(lines, [expected] * 4, rel=1e-9)
    q = [float(one) for one in oracles.softmax_column(list(z + v))]
    assert oracles.close(softmax((z + v)[:, None]).ravel(), q)
    assert oracles.close(sum(a * math.log(a / b) for a, b in zip(p, q, strict=True)), expected, rel=1e-9)
    *above, tangent, differences, floor = (
        exact_value(line, K=K, pi=p, q=q) for line in derived.divergence_is_never_negative.lines
    )
    assert oracles.close(above, [expected] * 2, rel=1e-9)
    assert oracles.close([tangent, differences], [0, 0], least=1e-14)
    assert floor == 0 < expected


@pytest.mark.parametrize("K", [2, 3, 5])
def test_a_shift_is_a_flat_direction(K: int) -> None:
    z, _, _, p = drawn(K, 1)
    for line in derived.curvature_of_a_shift.lines:
        assert abs(exact_value(line, K=K, pi=p, shift=1.5)) < 1e-14
    assert snippet.curvature(z, [1.5] * K) == 0
    assert np.sum(np.linalg.eigvalsh(snippet.hessian(z)) < 1e-12) == 1  # flat in no other direction
    rng = np.random.default_rng(K)
    W, X, labels = rng.normal(size=(K, 3)), rng.normal(size=(3, 6)), rng.integers(0, K, size=6)
    moved = W + rng.normal(size=3)  # the same vector added to all templates
    assert oracles.close(snippet.loss(moved, X, labels), snippet.loss(W, X, labels))


def test_descent_from_zero_keeps_the_sum_of_the_templates_at_zero() -> None:
    rng = np.random.default_rng(3)
    X, labels = rng.normal(size=(4, 12)), rng.integers(0, 3, size=12)
    W, b = train(X, np.eye(3)[:, labels], 0.5, [np.arange(12)] * 50)
    assert abs(W.sum(axis=0)).max() < 1e-13
    assert abs(b.sum()) < 1e-13
    assert abs(W).max() > 0.1


def test_the_loss_lies_below_its_chords_and_minus_the_quality_does_not() -> None:
    rng = np.random.default_rng(4)
    of_quality = []
    for _ in range(200):
        A, B = rng.normal(scale=3, size=(2, 3, 2))
        X, labels = rng.normal(size=(2, 5)), rng.integers(0, 3, size=5)
        of_loss, one = snippet.height_of_chord(A, B, X, labels, float(rng.uniform()))
        assert of_loss > -1e-12
        of_quality.append(one)
    assert min(of_quality) < -0.01 < 0.01 < max(of_quality)


def test_two_solvers_of_scikit_learn_meet_on_data_that_overlap() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], 30)
    X = rng.normal(size=(90, 2)) + np.array([[0, 0], [1, 0], [0, 1]])[labels]
    found = [
        LogisticRegression(C=np.inf, solver=solver, tol=1e-10, max_iter=10000).fit(X, labels).predict_proba(X)
        for solver in ("lbfgs", "newton-cg")
    ]
    assert oracles.close(found[0], found[1], rel=1e-4)
