"""The backward pass: against the complex step through the four lines written out."""

from __future__ import annotations

import cmath
import math
import statistics
from itertools import pairwise
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

Z = [[2.0, 4.0, 9.0, 5.5, -1.5], [0.5, 0.25, -0.125, 1.0, 8.0]]
UP = [[0.5, -1.0, 0.25, 2.0, -0.125], [1.0, 0.75, -2.0, 0.5, 3.0]]
GAMMA = [-1.5, 0.5]
EXAMPLE, FROM_ABOVE = [2.0, 4.0, 9.0, 6.0], [0.5, -1.0, 0.25, 2.0]


def cost(z: list[complex], up: list[float], gamma: complex, beta: complex, eps: float) -> complex:
    """What is passed on, each times its slope from above."""
    mean = sum(z) / len(z)
    variance = sum((one - mean) ** 2 for one in z) / len(z)
    return sum(d * (gamma * (one - mean) * (variance + eps) ** -0.5 + beta) for d, one in zip(up, z, strict=True))


def slopes(z: list[float], up: list[float], gamma: float, eps: float) -> list[float]:
    """In the scores, then in gamma and beta."""
    m = len(z)
    return oracles.complex_step(lambda at: cost(at[:m], up, at[m], at[m + 1], eps), [*z, gamma, 0.75])


def constant(z: list[float], up: list[float], gamma: float, eps: float) -> list[float]:
    mean = math.fsum(z) / len(z)
    root = math.sqrt(math.fsum((one - mean) ** 2 for one in z) / len(z) + eps)
    return [gamma * d / root for d in up]


def test_every_slope_is_that_of_the_cost(snippet: Any) -> None:
    for eps in (1e-5, 0.25, 4):
        dZ, dgamma, dbeta = snippet.backward(UP, Z, GAMMA, eps)
        for unit, one in enumerate(zip(Z, UP, GAMMA, strict=True)):
            found = [*dZ[unit], dgamma[unit], dbeta[unit]]
            assert oracles.close(found, slopes(*one, eps), rel=1e-11, least=1e-14)
    for found, expected in zip(snippet.backward(UP, Z, GAMMA), snippet.backward(UP, Z, GAMMA, 1e-5), strict=True):
        assert found.tolist() == expected.tolist()
    assert snippet.backward([[3]], [[7]], [2], 1)[0].tolist() == [[0.0]]


def test_as_if_mean_and_variance_stood_still(snippet: Any) -> None:
    for more in ((0.25,), ()):
        expected = [constant(*one, *(more or (1e-5,))) for one in zip(Z, UP, GAMMA, strict=True)]
        assert oracles.close(snippet.as_if_constant(UP, Z, GAMMA, *more), expected)


# ---- what the next layer sees

FEATURES, TARGETS = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]], [1.0, -0.5, 0.75]
WEIGHTS = ([[0.5, -0.25], [1.0, 0.75], [-0.5, 1.25]], [[0.25, -1.0, 0.5], [0.75, 0.5, -0.25]], [1.5, -0.75])


def unfold(flat: list[Any], shapes: list[tuple[int, ...]]) -> list[Any]:
    made, at = [], 0
    for rows, *columns in shapes:
        size = rows * (columns[0] if columns else 1)
        piece, at = flat[at : at + size], at + size
        made.append([piece[n : n + columns[0]] for n in range(0, size, columns[0])] if columns else piece)
    return made


def second_layer(net: list[Any], inputs: list[list[float]], normalised: bool) -> list[list[complex]]:
    """What the second hidden layer passes on, unit by unit, in plain loops."""
    rows: list[list[complex]] = [list(map(complex, row)) for row in inputs]
    for weights, gain, shift in (net[0:3], net[3:6]):
        columns = list(zip(*rows, strict=True))
        scored = [[sum(w * one for w, one in zip(own, column, strict=True)) for column in columns] for own in weights]
        if normalised:
            scored = [normal(one) for one in scored]
        rows = [[cmath.tanh(g * z + b) for z in one] for g, b, one in zip(gain, shift, scored, strict=True)]
    return rows


def normal(z: list[complex]) -> list[complex]:
    mean = sum(z) / len(z)
    variance = sum((one - mean) ** 2 for one in z) / len(z)
    return [(one - mean) * (variance + 1e-5) ** -0.5 for one in z]


def watched(
    inputs: Any, targets: Any, weights: Any, lr: float, steps: int, normalised: bool
) -> list[list[list[float]]]:
    """The same descent by complex steps through the whole network: no backward pass at all."""
    W1, W2, w = ([*map(list, one)] if np.ndim(one) == 2 else list(one) for one in weights)
    start = [W1, [1.0] * len(W1), [0.0] * len(W1), W2, [1.0] * len(W2), [0.0] * len(W2), w]
    shapes, flat = [np.shape(one) for one in start], [float(u) for one in start for u in np.ravel(one)]
    fixed = [] if normalised else [*range(np.size(W1), np.size(W1) + len(W1))]
    fixed += [] if normalised else [k + np.size(W1) + 2 * len(W1) + np.size(W2) for k in range(len(W2))]

    def cost(at: list[Any]) -> Any:
        net = unfold(at, shapes)
        given = second_layer(net, inputs, normalised)
        told = [sum(v * row[i] for v, row in zip(net[-1], given, strict=True)) for i in range(len(targets))]
        return sum((one - y) ** 2 for one, y in zip(told, targets, strict=True)) / (2 * len(targets))

    seen = []
    for _ in range(steps):
        given = [[one.real for one in row] for row in second_layer(unfold(flat, shapes), inputs, normalised)]
        seen.append([[statistics.fmean(row) for row in given], [statistics.pstdev(row) for row in given]])
        slope = oracles.complex_step(cost, flat)
        flat = [u - (0 if k in fixed else lr * d) for k, (u, d) in enumerate(zip(flat, slope, strict=True))]
    return seen


def test_what_is_seen_is_that_of_descent(snippet: Any) -> None:
    for normalised in (False, True):
        found = snippet.seen_by_the_next(FEATURES, TARGETS, WEIGHTS, 0.5, 4, normalised)
        assert oracles.close(found, watched(FEATURES, TARGETS, WEIGHTS, 0.5, 4, normalised), rel=1e-9)


def test_the_ring(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.ring, "offset", 0, finite=True)
    X, y, (W1, W2, w) = snippet.ring(2.0)
    turns = [math.tau * n / 60 for n in range(60)]
    assert oracles.close(X, [[math.cos(u) + 2 for u in turns], [math.sin(u) + 2 for u in turns]])
    assert oracles.close(y, [math.cos(u) + math.sin(2 * u) for u in turns], least=1e-12)
    drawn = np.random.default_rng(0).normal(size=28).tolist()
    assert [*W1.ravel(), *W2.ravel(), *w] == drawn
    assert (W1.shape, W2.shape) == ((4, 2), (4, 4))
    assert snippet.ring(0.0)[0].tolist() == (np.stack([np.cos(np.array(turns)), np.sin(np.array(turns))])).tolist()


def refuses_bad_input(call: Any) -> None:
    two = [[0.5, 0.5]] * 2
    refuses_what_is_no_array(lambda dZ: call(dZ, two, [1, 1]), "dZ_tilde", 2, finite=True)
    refuses_what_is_no_array(lambda Z: call(two, Z, [1, 1]), "Z", 2, finite=True)
    refuses_what_is_no_array(lambda gamma: call(two, two, gamma), "gamma", 1, finite=True)
    refuses_what_is_no_array(lambda eps: call(two, two, [1, 1], eps), "eps", 0, finite=True)
    refuses("dZ_tilde: expected shape (2, 2), as Z has, got (1, 2)", call, two[:1], two, [1, 1])
    for wrong in ([1.0], [1.0, 2.0, 3.0]):
        refuses(f"gamma: expected 2 entries, one for each unit, got {len(wrong)}", call, two, two, wrong)
    for bad in (0.0, -0.25):
        refuses(f"eps: expected a positive number, got {bad}", call, two, two, [1, 1], bad)


def test_bad_input_is_named(snippet: Any) -> None:
    refuses_bad_input(snippet.backward)
    refuses_bad_input(snippet.as_if_constant)
    X, y, (W1, W2, w) = [[0.5, 1.0]] * 2, [1.0, 2.0], ([[0.5, 0.5]] * 2, [[0.5, 0.5]] * 2, [0.5, 0.5])

    def call(X: Any = X, y: Any = y, W1: Any = W1, W2: Any = W2, w: Any = w, lr: Any = 0.1, steps: Any = 1) -> Any:
        return snippet.seen_by_the_next(X, y, (W1, W2, w), lr, steps, False)

    for name, axes in (("X", 2), ("y", 1), ("W1", 2), ("W2", 2), ("w", 1)):
        refuses_what_is_no_array(lambda given, name=name: call(**{name: given}), name, axes, finite=True)
    refuses_what_is_no_array(lambda given: call(lr=given), "lr", 0, finite=True)
    for bad in (0.0, -0.5):
        refuses(f"lr: expected a positive number, got {bad}", call, lr=bad)
    refuses_what_is_no_whole_number(lambda given: call(steps=given), "steps", 1)
    for few in (0.5, [0.5, 0.5]):
        says = f"weights: expected W1, W2 and w, got {few!r}"
        refuses(says, snippet.seen_by_the_next, X, y, few, 0.1, 1, False)
    refuses("y: expected 3 entries, one for each example, got 2", call, X=[[0.5, 1.0, 1.5]] * 2)
    for name in ("W1", "W2"):
        refuses(f"{name}: expected 2 weights for each unit, got 3", call, **{name: [[0.5] * 3] * 2})
    refuses("w: expected 2 weights for each unit, got 1", call, w=[0.5])
    refuses("W2: expected 3 weights for each unit, got 2", call, W1=[[0.5, 0.5]] * 3)


def test_backward_example(snippet: Any) -> None:
    expected = []
    for eps in (1e-5, 1.0):
        found = slopes(EXAMPLE, FROM_ABOVE, 1.5, eps)[:4]
        normal = constant(EXAMPLE, [z - 5.25 for z in EXAMPLE], 1.0, eps)
        expected.append(f"{np.array(found).round(4)}, along the scores {np.dot(found, normal) / 4:.6f}")
    for times in (1, 4):
        *found, dgamma, dbeta = slopes(EXAMPLE, [times * d / 4 for d in FROM_ABOVE], 1.5, 1e-5)
        told = [np.array(one).round(4) for one in (found, [dgamma], [dbeta])]  # dbeta has four digits
        expected.append(f"{told[0]}, dgamma {told[1]}, dbeta {told[2]}")
    assert printed(snippet.example_backward) == expected


def test_as_if_constant_example(snippet: Any) -> None:
    expected = []
    for m in (4, 2, 1):
        right = slopes(EXAMPLE[:m], FROM_ABOVE[:m], 1.5, 0.5)[:m]
        wrong = constant(EXAMPLE[:m], FROM_ABOVE[:m], 1.5, 0.5)
        expected.append(f"m = {m}: {np.array(right).round(4)}, as if constant {np.array(wrong).round(4)}")
    assert printed(snippet.example_as_if_constant) == expected


def test_seen_by_the_next_example(snippet: Any) -> None:
    expected = []
    for offset in (2.0, 0.0):
        X, y, weights = snippet.ring(offset)
        for normalised in (False, True):
            means = snippet.seen_by_the_next(X, y, weights, 0.1, 41, normalised)[:, 0]
            moved = max(abs(after - before) for one in means.T.tolist() for before, after in pairwise(one))
            said = f"{moved:.3f} in a step at most, at last {means[40].round(3)}"
            expected.append(f"offset {offset:.0f}, normalised {normalised}: {said}")
    assert printed(snippet.example_seen_by_the_next) == expected
