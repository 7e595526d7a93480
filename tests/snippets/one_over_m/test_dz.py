"""The course's dZ against complex steps: of each example's own loss, and of the cost, m times smaller."""

from __future__ import annotations

import cmath
from functools import partial
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.one_over_m import dz as one
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_distribution

Z = [[2.0, 0.0, 1.0, -1.0], [0.0, 1.0, 1.0, 0.0], [1.0, 0.0, -1.0, 0.5]]  # the example's: K = 3, m = 4
HOT = oracles.one_hot([0, 1, 2, 1], 3)
SOFT = [[1.0, 0.0, 0.2, 0.0], [0.0, 1.0, 0.3, 0.5], [0.0, 0.0, 0.5, 0.5]]
W = [[1.0, -1.0], [0.5, 2.0], [-1.5, 0.5]]
X = [[1.0, -2.0, 0.5, 1.5], [0.5, 1.0, 2.0, -1.0]]
HALVES = np.full((2, 2), 0.5)


def own_slopes(scores: Any, targets: Any) -> Any:
    """Column by column: the derivatives of each example's loss by its own scores, one complex step each."""
    pairs = zip(oracles.columns(scores), oracles.columns(targets), strict=True)
    made = [oracles.complex_step(lambda at, y=y: oracles.complex_losses(at, y), z) for z, y in pairs]  # type: ignore[misc]
    return np.transpose(made)


def of_the_cost(scores: Any, targets: Any) -> Any:
    """The derivatives of the average loss by all scores at once, one complex step each."""
    K, m = len(scores), len(scores[0])

    def cost(entries: list[complex]) -> complex:
        rows = [entries[k * m : k * m + m] for k in range(K)]
        pairs = zip(oracles.columns(rows), oracles.columns(targets), strict=True)
        return sum((oracles.complex_losses(z, y) for z, y in pairs), 0j) / m

    return np.reshape(oracles.complex_step(cost, list(np.ravel(scores))), (K, m))


def binary(z: complex, y: float) -> complex:
    """The binary cross-entropy of one score, written with the probabilities of both classes."""
    right, wrong = cmath.log(1 / (1 + cmath.exp(-z))), cmath.log(1 / (1 + cmath.exp(z)))
    return complex(-y * right - (1 - y) * wrong)


def test_cost_is_the_mean_of_the_losses(snippet: Any) -> None:
    for targets in (HOT, SOFT):
        losses = oracles.losses_of_scores(Z, targets)
        assert oracles.close(snippet.cost(Z, targets), sum(losses) / 4)
    assert snippet.cost([[1e308], [0.0]], [[0.0], [1.0]]) == 1e308
    assert snippet.cost([[1e308], [0.0]], [[1.0], [0.0]]) == 0


def test_dz_holds_the_slopes_of_each_examples_own_loss(snippet: Any) -> None:
    for targets in (HOT, SOFT):
        got = snippet.dz(Z, targets)
        assert oracles.close(got, own_slopes(Z, targets), least=1e-15)
        assert oracles.close(got / 4, of_the_cost(Z, targets), least=1e-15)
    assert snippet.dz([[1000.0, -1000.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]).tolist() == [[1, -1], [-1, 1]]


def test_nudged_gives_derivatives(snippet: Any) -> None:
    def cubic(at: Any) -> float:
        return float(at[0, 0] ** 3 + 2 * at[0, 1] * at[1, 0] - at[1, 1])

    assert oracles.close(snippet.nudged(cubic, [[2, 3], [5, 7]]), [[12, 10], [6, -1]], least=1e-8)
    assert oracles.close(snippet.nudged(lambda at: float(at @ at), [1.0, -2.0, 3.0]), [2, -4, 6], least=1e-8)
    assert oracles.close(snippet.nudged(lambda at: float(at) ** 2, 3.0), 6.0, least=1e-8)
    nudges: list[float] = []

    def heard(at: Any) -> float:
        nudges.append(float(at))
        return 0.0

    snippet.nudged(heard, 0.0)
    assert sorted(nudges) == [-1e-6, 1e-6]
    given_to = np.array([1.0, 2.0])
    snippet.nudged(lambda at: float(at.sum()), given_to)
    assert given_to.tolist() == [1, 2]


def test_below_is_a_layer_down(snippet: Any) -> None:
    dZ = snippet.dz(np.array(W) @ X, HOT)
    expected = [[sum(W[k][d] * dZ[k][i] for k in range(3)) for i in range(4)] for d in range(2)]
    assert oracles.close(snippet.below(W, dZ), expected, least=1e-15)


def test_logistic_output(snippet: Any) -> None:
    z, y = [2.0, -1.0, 0.5, -3.0], [1.0, 0.0, 0.25, 1.0]
    assert oracles.close(snippet.logistic_cost(z, y), sum(binary(*pair).real for pair in zip(z, y, strict=True)) / 4)
    own = [
        oracles.complex_step(lambda at, y=y: binary(at[0], y), [z])[0]  # type: ignore[misc]
        for z, y in zip(z, y, strict=True)
    ]
    assert oracles.close(snippet.logistic_dz(z, y), own, least=1e-15)
    assert snippet.logistic_cost([1000.0, -1000.0], [0.0, 1.0]) == 1000
    assert snippet.logistic_dz([1000.0, -1000.0], [0.0, 1.0]).tolist() == [1, -1]


def test_scores_and_targets_are_checked(snippet: Any) -> None:
    for call in (snippet.cost, snippet.dz):
        refuses_what_is_no_array(partial(call, Y=HALVES), "Z", 2, finite=True)
        refuses_what_is_no_array(partial(call, HALVES), "Y", 2, finite=True)
        refuses_what_is_no_distribution(partial(call, HALVES), "Y")
        refuses("Y: expected shape (2, 2), as Z has, got (2, 1)", call, HALVES, HALVES[:, :1])
        refuses("Y: expected shape (2, 2), as Z has, got (4, 2)", call, HALVES, np.full((4, 2), 0.25))
        refuses("Z - max Z: expected finite numbers, got -inf", call, [[1e308], [-1e308]], [[0.5], [0.5]])
        call(HALVES, [[1, 0], [0, 1]])


def test_what_is_nudged_is_checked(snippet: Any) -> None:
    says = "at: expected an array, got rows of different lengths"
    refuses(says, snippet.nudged, lambda at: 0.0, [[1.0], [1.0, 2.0]])
    says = "at: expected 2 axes and at least one entry, got shape (2, 0)"
    refuses(says, snippet.nudged, lambda at: 0.0, np.ones((2, 0)))
    refuses("at: expected finite numbers, got nan", snippet.nudged, lambda at: 0.0, [1.0, np.nan])
    refuses("function: expected finite numbers, got inf", snippet.nudged, lambda at: np.inf if at > 0 else 0.0, 0.0)


def test_a_layer_down_is_checked(snippet: Any) -> None:
    refuses_what_is_no_array(lambda W: snippet.below(W, HALVES), "W", 2, finite=True)
    refuses_what_is_no_array(lambda dZ: snippet.below(HALVES, dZ), "dZ", 2, finite=True)
    refuses("dZ: expected 3 rows, as W has, got 2", snippet.below, np.ones((3, 2)), np.ones((2, 3)))


def test_logistic_output_is_checked(snippet: Any) -> None:
    halves = np.full(2, 0.5)
    for call in (snippet.logistic_cost, snippet.logistic_dz):
        refuses_what_is_no_array(partial(call, y=halves), "z", 1, finite=True)
        refuses_what_is_no_array(partial(call, halves), "y", 1, finite=True)
        refuses("y: expected shape (2,), as z has, got (1,)", call, halves, [0.5])
        refuses("y: expected probabilities in [0, 1], got -0.25", call, halves, [0.5, -0.25])
        refuses("y: expected probabilities in [0, 1], got 1.25", call, halves, [1.25, 1])
        call(halves, [0, 1])


def test_cost_example(snippet: Any) -> None:
    losses = [float(loss) for loss in oracles.losses_of_scores(Z, HOT)]
    mean = round(sum(losses) / 4, 4)
    assert printed(snippet.example_cost) == [
        f"four losses: {[round(loss, 4) for loss in losses]}",
        f"the cost:    {mean} their mean {mean}",
    ]


def rows(matrix: Any) -> list[str]:
    return str(np.round(matrix, 4)).splitlines()


def test_dz_example(snippet: Any) -> None:
    assert printed(snippet.example_dz) == rows(own_slopes(Z, HOT))


def test_nudged_example(snippet: Any) -> None:
    expected = ["slopes of the cost:", *rows(of_the_cost(Z, HOT)), "four times that:", *rows(own_slopes(Z, HOT))]
    first = rows(own_slopes(Z, HOT)[:, :1])
    assert printed(snippet.example_nudged) == [*expected, "the first example alone:", *first]


def test_below_example(snippet: Any) -> None:
    slopes = np.array(W).T @ of_the_cost(np.array(W) @ X, HOT)
    assert printed(snippet.example_below) == ["dX:", *rows(4 * slopes), "slopes of the cost:", *rows(slopes)]


def test_logistic_examples(snippet: Any) -> None:
    z, y = [2.0, -1.0, 0.5], [1.0, 0.0, 0.0]
    losses = [binary(*pair).real for pair in zip(z, y, strict=True)]
    own = [oracles.complex_step(lambda at, y=y: binary(at[0], y), [z])[0] for z, y in zip(z, y, strict=True)]  # type: ignore[misc]
    assert printed(snippet.example_logistic_cost) == [f"cost: {round(sum(losses) / 3, 4)}"]
    assert printed(snippet.example_logistic_dz) == [
        f"dz:                {[round(slope, 4) for slope in own]}",
        f"slope of the cost: {[round(slope / 3, 4) for slope in own]}",
        f"three times that:  {[round(slope, 4) for slope in own]}",
    ]


@given(st.integers(1, 4), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_dz_is_m_times_the_nudged_cost_for_any_sizes(K: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, targets = rng.normal(size=(K, m)), rng.dirichlet(np.ones(K), size=m).T
    assert np.allclose(one.dz(scores, targets), m * one.nudged(partial(one.cost, Y=targets), scores), atol=1e-8)
