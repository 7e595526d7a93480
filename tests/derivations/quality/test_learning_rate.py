"""Learning rates: the chains against runs of the snippet, and the bounds against random networks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from derivations import check
from derivations.notation import delta, t
from derivations.quality import learning_rate as derived
from snippets.quality import ascent_and_descent, learning_rate, template_matching
from tests import oracles
from tests.derivations.voice import exact_value


@pytest.mark.parametrize("steps", [1, 2, 7])
@pytest.mark.parametrize("rate", [0.3, 1.7, 2.4])
def test_the_distance_after_t_steps_is_that_of_a_run(steps: int, rate: float) -> None:
    start, curvature = -1.5, 0.75
    at: dict[str, Any] = {"t": steps, "delta0": start, "eta": rate, "kappa": curvature}
    claim = derived.distance_after_t_steps.claim
    path = learning_rate.descend(lambda w: curvature * w, [start], learning_rate.constant(rate, steps))
    assert oracles.close(exact_value(claim.rhs, **at), path[-1, 0])
    assert oracles.close(exact_value(delta[t], [derived.distance_by_recursion], **at), path[-1, 0])


@pytest.mark.parametrize("rate", [0.1, 1.0, 1.9, 2.0, 2.1, 5.0])
def test_a_step_comes_nearer_exactly_below_the_limit(rate: float) -> None:
    chain = derived.shrinks_below_two
    before, after = learning_rate.descend(lambda w: w, [1.5], [rate]).ravel()
    lines = [exact_value(line, eta=rate, kappa=1, u=1.5) for line in chain.lines]
    assert oracles.close(lines, [after**2 - before**2] * 2, least=1e-12)
    assert (after**2 < before**2) == (rate < learning_rate.largest_stable_rate([[1.0]]))


@pytest.mark.parametrize("plateaux", [1, 2, 6])
def test_the_travel_of_a_halving_schedule_is_the_sum_of_its_rates(plateaux: int) -> None:
    rate, every = 2.5, 10
    claim = derived.halving_travel.claim
    expected = learning_rate.travel(learning_rate.halving(rate, every, every * plateaux))
    for side in (claim.lhs, claim.rhs):
        assert oracles.close(exact_value(side, t=plateaux, T=every, eta=rate), expected)
    for line in derived.halving_remainder.lines:
        assert oracles.close(exact_value(line, t=plateaux, T=every, eta=rate), 2 * every * rate - expected)


@pytest.mark.parametrize("seed", range(6))
def test_the_gradient_of_an_example_is_bounded_by_its_input(seed: int) -> None:
    rng = np.random.default_rng(seed)
    K, D = int(rng.integers(2, 6)), int(rng.integers(1, 5))
    z, x, c = rng.normal(scale=3, size=K), rng.normal(size=D), int(rng.integers(K))
    p = [float(one) for one in oracles.softmax_column(list(z))]
    at: dict[str, Any] = {"K": K, "D": D, "c": c + 1, "pi": p, "f": x}

    def loss(entries: list[complex]) -> complex:
        columns = [[one] for one in x]
        return oracles.batch_loss(entries, columns, oracles.one_hot([c], K), K, bias=False)

    # weights whose scores are z: all of it on the first feature that is not 0
    weights = [[z[k] / x[0] if d == 0 else 0.0 for d in range(D)] for k in range(K)]
    slope = np.array(oracles.complex_step(loss, [one for row in weights for one in row]))
    length = float(slope @ slope)
    lines = [exact_value(line, **at) for line in derived.bounded_gradient.lines]
    assert oracles.close(lines[0], length, rel=1e-9)
    assert length <= lines[-1] == pytest.approx(2 * float(x @ x))
    errors = [exact_value(line, K=K, c=c + 1, pi=p) for line in derived.bounded_error.lines]
    assert oracles.close(errors[0] * float(x @ x), length, rel=1e-9)
    assert errors[0] <= errors[-1] + 1e-12


@pytest.mark.parametrize("m", [1, 2, 9])
def test_the_square_of_an_entry_of_the_gradient_is_at_most_the_mean_of_the_squares(m: int) -> None:
    K, D = 3, 2
    rng = np.random.default_rng(m)
    E, X = rng.normal(size=(K, m)), rng.normal(size=(D, m))
    for row in range(K):
        for column in range(D):
            at: dict[str, Any] = {"K": K, "D": D, "m": m, "r": row + 1, "s": column + 1, "E": E, "X": X}
            lines = [exact_value(line, **at) for line in derived.mean_is_no_longer.lines]
            assert oracles.close(lines[0], float((E @ X.T / m)[row, column]) ** 2)
            assert oracles.close(lines[1], lines[0], least=1e-14)
            assert oracles.close(lines[2], float(np.mean((E[row] * X[column]) ** 2)))
            assert lines[0] <= lines[2] + 1e-15


def test_a_step_on_cross_entropy_is_never_longer_than_the_bound() -> None:
    """Runs at a rate far too large: the weights move by at most lr √2 max‖x‖ a step."""
    rng = np.random.default_rng(4)
    K, D, m, rate = 3, 4, 6, 50.0
    X, Y = rng.normal(size=(D, m)), np.eye(K)[:, rng.integers(K, size=m)]
    bound = rate * math.sqrt(2) * float(np.linalg.norm(X, axis=0).max())
    W = rng.normal(size=(K, D))
    for step in range(1, 41):
        moved, _ = template_matching.update(W, np.zeros(K), X, Y, rate)
        assert np.linalg.norm(moved - W) <= bound
        W = moved
        assert np.linalg.norm(W) <= 10 + step * bound


def down(w: np.ndarray) -> np.ndarray:
    return -ascent_and_descent.gradient_of_quality(w)


def test_the_limit_of_ascent_tells_rates_that_arrive_from_a_rate_that_jumps() -> None:
    limit = float(check.value("largest_stable_ascent"))
    peak, start = np.array([1.1, 0.8]), [-1.0, -2.0]
    for rate in (0.625, 2.5, 0.98 * limit):
        end = learning_rate.descend(down, start, learning_rate.constant(rate, 2000))[-1]
        assert np.linalg.norm(end - peak) < 1e-6
    for rate in (1.02 * limit, 5.0):
        path = learning_rate.descend(down, start, learning_rate.constant(rate, 2000))
        assert oracles.close(path[-1], path[-3], rel=1e-6)  # there and back
        assert np.linalg.norm(path[-1] - path[-2]) > 0.1


def test_descent_on_the_bowl_runs_away_beyond_its_limit() -> None:
    limit = float(check.value("largest_stable_descent"))
    for rate, arrives in ((0.98 * limit, True), (1.02 * limit, False)):
        path = learning_rate.descend(
            ascent_and_descent.gradient_of_loss, [-1.0, -2.0], learning_rate.constant(rate, 400)
        )
        assert (np.linalg.norm(path[-1] - [1.1, 0.8]) < 3.5) == arrives


def test_a_schedule_that_begins_too_small_stops_short_of_the_top() -> None:
    reach = float(check.value("short_travel")) * float(check.value("steepest_slope"))
    assert reach < float(check.value("distance_to_go"))
    path = learning_rate.descend(down, [-1.0, -2.0], learning_rate.halving(0.25, 10, 2000))
    assert np.linalg.norm(path[-1] - path[0]) <= reach
    assert ascent_and_descent.quality(path[-1]) < 0.6
    enough = float(check.value("schedule_travel")) * float(check.value("steepest_slope"))
    assert enough > float(check.value("distance_to_go"))
