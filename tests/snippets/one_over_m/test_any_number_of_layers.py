"""An L-layer network, forward and backward, against plain loops and complex steps of the average loss."""

from __future__ import annotations

import cmath
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from tests import oracles
from tests.snippets.checks import (
    printed,
    refuses,
    refuses_what_is_no_array,
    refuses_what_is_no_distribution,
    refuses_what_is_no_whole_number,
)

HIDDEN = ("sigmoid", "tanh", "relu")
G: dict[str, Callable[[complex], complex]] = {
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    "tanh": lambda z: 1 - 2 / (cmath.exp(2 * z) + 1),
    "relu": lambda z: z if z.real > 0 else 0j,
}
X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # m = 4
Y = [[1.0, 0.0, 0.2, 0.0], [0.0, 1.0, 0.3, 0.0], [0.0, 0.0, 0.5, 1.0]]  # K = 3
WEIGHTS = [
    np.array([[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5], [1.25, 0.5], [-1.0, -0.75]]),  # 5 units
    np.array([[0.5, -0.25, 0.75, -1.0, 0.5], [-0.5, 1.0, 0.25, 0.75, -1.25]]),  # 2 units
    np.array([[1.5, -0.5], [0.75, 1.0], [-1.25, 0.25]]),
]
BIASES = [np.array([[0.1], [-0.2], [0.4], [-0.3], [0.2]]), np.array([[0.3], [-0.1]]), np.array([[0.2], [-0.4], [0.1]])]
PLANE = np.full((2, 2), 0.5)


def steepness(hidden: str, z: float) -> float:
    return oracles.complex_step(lambda at: G[hidden](at[0]), [z])[0]


def run(hidden: str, weights: Any, biases: Any, examples: Any = X) -> list[list[list[complex]]]:
    """What `forward` gives but for the softmax, by plain loops over complex numbers."""
    made = [[[complex(x) for x in row] for row in examples]]
    for n, (W, b) in enumerate(zip(weights, biases, strict=True), 1):
        columns = oracles.columns(made[-1])
        Z = [
            [sum((w * a for w, a in zip(row, column, strict=True)), one[0] + 0j) for column in columns]
            for row, one in zip(W, b, strict=True)
        ]
        made.append([[G[hidden](z) for z in row] for row in Z] if n < len(weights) else Z)
    return made


def cost(hidden: str, weights: Any, biases: Any) -> complex:
    pairs = zip(oracles.columns(run(hidden, weights, biases)[-1]), oracles.columns(Y), strict=True)
    return sum((oracles.complex_losses(z, y) for z, y in pairs), 0j) / 4


def slopes(hidden: str, depth: int, which: int, of: str) -> Any:
    """∂cost by the weights or the biases of a layer, one complex step for each."""
    weights, biases = WEIGHTS[-depth:] if depth < 3 else WEIGHTS, BIASES[-depth:] if depth < 3 else BIASES
    made = {"weights": list(weights), "biases": list(biases)}
    shape = np.shape(made[of][which])

    def moved(entries: list[complex]) -> complex:
        changed = {name: list(arrays) for name, arrays in made.items()}
        changed[of][which] = np.reshape(np.array(entries), shape)
        return cost(hidden, changed["weights"], changed["biases"])

    return np.reshape(oracles.complex_step(moved, list(np.ravel(made[of][which]))), shape)


def test_activation(snippet: Any) -> None:
    Z = [[-3.0, -0.5, 0.0], [0.25, 2.0, 30.0]]
    for hidden in HIDDEN:
        expected = [[G[hidden](complex(z)).real for z in row] for row in Z]
        assert oracles.close(snippet.activation(Z, hidden), expected)
    assert snippet.activation([[-1e4, 1e4]], "sigmoid").tolist() == [[0, 1]]
    for hidden in HIDDEN:
        refuses_what_is_no_array(partial(snippet.activation, hidden=hidden), "Z", 2, finite=True)
    refuses("hidden: expected one of sigmoid, tanh, relu, got 'gelu'", snippet.activation, [[0.0]], "gelu")


def test_slope(snippet: Any) -> None:
    Z = [-3.0, -0.5, 0.25, 2.0]
    for hidden in HIDDEN:
        expected = [steepness(hidden, z) for z in Z]
        assert oracles.close(snippet.slope(snippet.activation([Z], hidden), hidden), [expected], least=1e-15)
    assert snippet.slope([[0.0, -0.0, 1e-300]], "relu").tolist() == [[0, 0, 1]]  # the custom at the kink
    for hidden in HIDDEN:
        refuses_what_is_no_array(partial(snippet.slope, hidden=hidden), "A", 2, finite=True)
    refuses("hidden: expected one of sigmoid, tanh, relu, got 'Tanh'", snippet.slope, [[0.0]], "Tanh")


def test_forward(snippet: Any) -> None:
    for hidden in HIDDEN:
        got = snippet.forward(X, WEIGHTS, BIASES, hidden)
        expected = run(hidden, WEIGHTS, BIASES)
        assert len(got) == 4
        for one, other in zip(got[:3], expected[:3], strict=True):
            assert oracles.close(one, np.real(other), least=1e-15)
        P = oracles.by_column(oracles.softmax_column, np.real(expected[3]))
        assert oracles.close(got[3], P)
    for one, other in zip(
        snippet.forward(X, WEIGHTS, BIASES), snippet.forward(X, WEIGHTS, BIASES, "tanh"), strict=True
    ):
        assert (one == other).all()
    alone = snippet.forward(X, [[[1.0, 0.0], [0.0, 0.0]]], [[[0.0], [1000.0]]])
    assert len(alone) == 2
    assert alone[1].tolist() == [[0, 0, 0, 0], [1, 1, 1, 1]]  # e^1000 is no number
    apart = snippet.forward([[1000.0, -1000.0]], [[[1.0], [1.0]]], [[[0.0], [0.0]]])
    assert apart[1].tolist() == [[0.5, 0.5], [0.5, 0.5]]  # each column has a largest score of its own


def test_forward_refuses_what_does_not_fit(snippet: Any) -> None:
    one, two = [[1.0, 0.0]], [[1.0], [0.0]]
    refuses("weights: expected at least one layer, got none", snippet.forward, X, [], [])
    refuses("biases: expected 1, one for each layer, got 2", snippet.forward, X, [one], [[[0.0]], [[0.0]]])
    refuses("biases: expected 1, one for each layer, got 0", snippet.forward, X, [one], [])
    refuses(
        "weights[1]: expected 1 columns, one for each unit below, got 2",
        snippet.forward, X, [one, one], [[[0.0]], [[0.0]]],
    )  # fmt: skip
    three = [one, [[1.0], [0.0]], [[0.0, 0.0, 0.0]]]
    refuses(
        "weights[2]: expected 2 columns, one for each unit below, got 3",
        snippet.forward, X, three, [[[0.0]]] * 3,
    )  # fmt: skip
    refuses("biases[1]: expected shape (2, 1), got (1, 2)", snippet.forward, X, [one, two], [[[0.0]], one])
    refuses("biases[0]: expected shape (1, 1), got (2, 1)", snippet.forward, X, [one, two], [two, two])
    refuses("X: expected 1 rows, one for each column of weights[0], got 2", snippet.forward, X, [two], [two])
    refuses("hidden: expected one of sigmoid, tanh, relu, got None", snippet.forward, X, WEIGHTS, BIASES, None)
    refuses_what_is_no_array(lambda X: snippet.forward(X, [PLANE], [[[0.0], [0.0]]]), "X", 2, finite=True)
    refuses_what_is_no_array(lambda W: snippet.forward(X, [W], [[[0.0], [0.0]]]), "weights[0]", 2, finite=True)
    refuses_what_is_no_array(
        lambda W: snippet.forward(X, [PLANE, W], [[[0.0], [0.0]]] * 2), "weights[1]", 2, finite=True
    )
    # a (2, 2) bias has the wrong shape, so only what is no array at all
    for at, biases in ((0, [[[np.nan], [0.0]], [[0.0], [0.0]]]), (1, [[[0.0], [0.0]], [[0.0], [np.nan]]])):
        refuses(f"biases[{at}]: expected finite numbers, got nan", snippet.forward, X, [PLANE, PLANE], biases)
    for weights, biases in (([[[1e308, 0.0]]], [[[0.0]]]), ([[[1.0, 0.0]], [[1e308]]], [[[0.0]], [[1e308]]])):
        refuses(
            "W A + b: expected finite numbers, got inf",
            snippet.forward, [[10.0], [0.0]], weights, biases, "relu",
        )  # fmt: skip


def test_backward(snippet: Any) -> None:
    for hidden in HIDDEN:
        for depth in (1, 3):
            weights, biases = (WEIGHTS, BIASES) if depth == 3 else (WEIGHTS[2:], BIASES[2:])
            A = snippet.forward(X, weights, biases, hidden)
            ways = [snippet.backward(A, Y, weights, hidden, place) for place in ("deferred", "absorbed")]
            for n in range(depth):
                dW, db = (slopes(hidden, depth, n, of) for of in ("weights", "biases"))
                for way in ways:
                    assert len(way) == depth
                    assert oracles.close(way[n][1], dW, least=1e-15)
                    assert oracles.close(way[n][2], db, least=1e-15)
                assert oracles.close(ways[0][n][0], ways[1][n][0] * 4)
                assert oracles.close(ways[0][n][0].sum(axis=1, keepdims=True), db * 4, least=1e-15)
            assert (ways[0][-1][0] == A[-1] - np.array(Y)).all()
    for one, other in zip(
        snippet.backward(A, Y, WEIGHTS),
        snippet.backward(A, Y, WEIGHTS, "tanh", "deferred", np.inf),
        strict=True,
    ):
        assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_backward_with_a_threshold(snippet: Any) -> None:
    """Every dZ is cut before anything is made of it."""
    A = snippet.forward(X, WEIGHTS, BIASES)
    for place, after in (("deferred", 4), ("absorbed", 1)):
        limit = 0.06
        whole = snippet.backward(A, Y, WEIGHTS, "tanh", place)
        made = snippet.backward(A, Y, WEIGHTS, "tanh", place, limit)
        above = np.clip(whole[2][0], -limit, limit)
        assert (abs(above) == limit).any()
        assert (made[2][0] == above).all()
        for n in (1, 0):
            through = WEIGHTS[n + 1].T @ above * (1 - A[n + 1] ** 2)
            above = np.where(through > limit, limit, np.where(through < -limit, -limit, through))
            assert oracles.close(made[n][0], above, least=1e-16)
        for n in range(3):
            assert oracles.close(made[n][1], made[n][0] @ A[n].T / after, least=1e-16)
            assert oracles.close(made[n][2][:, 0], made[n][0].sum(axis=1) / after, least=1e-16)


def test_backward_refuses_what_does_not_fit(snippet: Any) -> None:
    A = snippet.forward(X, WEIGHTS, BIASES)
    refuses("weights: expected at least one layer, got none", snippet.backward, A, Y, [])
    refuses("A: expected 4 arrays, the inputs and one for each layer, got 3", snippet.backward, A[:3], Y, WEIGHTS)
    refuses("A: expected 2 arrays, the inputs and one for each layer, got 4", snippet.backward, A, Y, WEIGHTS[:1])
    refuses("A[0]: expected shape (2, 4), got (3, 4)", snippet.backward, [A[3], *A[1:]], Y, WEIGHTS)
    refuses("A[2]: expected shape (2, 4), got (5, 4)", snippet.backward, [*A[:2], A[1], A[3]], Y, WEIGHTS)
    refuses("A[1]: expected shape (5, 4), got (5, 3)", snippet.backward, [A[0], A[1][:, :3], *A[2:]], Y, WEIGHTS)
    refuses(
        "hidden: expected one of sigmoid, tanh, relu, got 'elu'",
        snippet.backward, [PLANE, PLANE], PLANE, [PLANE], "elu",
    )  # fmt: skip
    refuses("A[3]: expected shape (3, 4), got (3, 3)", snippet.backward, [*A[:3], A[3][:, :3]], Y, WEIGHTS)
    refuses("Y: expected shape (3, 4), got (3, 3)", snippet.backward, A, np.array(Y)[:, :3], WEIGHTS)
    refuses("Y: expected shape (3, 4), got (4, 3)", snippet.backward, A, np.transpose(Y), WEIGHTS)
    refuses("hidden: expected one of sigmoid, tanh, relu, got 'elu'", snippet.backward, A, Y, WEIGHTS, "elu")
    refuses("place: expected one of deferred, absorbed, got 'both'", snippet.backward, A, Y, WEIGHTS, "tanh", "both")
    for bad in (0, -1.0, np.nan, "1", None, True, [1.0], 1j):
        says = f"threshold: expected a positive number, got {bad!r}"
        refuses(says, snippet.backward, A, Y, WEIGHTS, "tanh", "deferred", bad)
    snippet.backward(A, Y, WEIGHTS, "tanh", "deferred", 1)
    snippet.backward(A, Y, WEIGHTS, "tanh", "deferred", np.uint8(1))

    def alone(**change: Any) -> Any:
        given = {"A": [PLANE, PLANE], "Y": PLANE, "weights": [PLANE], **change}
        return snippet.backward(given["A"], given["Y"], given["weights"])

    refuses_what_is_no_array(lambda one: alone(weights=[one]), "weights[0]", 2, finite=True)
    refuses_what_is_no_array(lambda one: alone(A=[one, PLANE]), "A[0]", 2, finite=True)
    refuses_what_is_no_array(lambda one: alone(A=[PLANE, one]), "A[1]", 2, finite=True)
    refuses_what_is_no_array(lambda one: alone(Y=one), "Y", 2, finite=True)
    refuses_what_is_no_distribution(lambda one: alone(Y=one), "Y")


def test_difference(snippet: Any) -> None:
    rng = np.random.default_rng(3)
    for hidden in HIDDEN:
        assert snippet.difference(X, Y, WEIGHTS, BIASES, hidden) == 0  # m = 4 is a power of two
    examples, targets = rng.normal(size=(2, 7)), rng.dirichlet(np.ones(3), size=7).T
    assert snippet.difference(examples, targets, WEIGHTS, BIASES) < 1e-15
    A = snippet.forward(examples, WEIGHTS, BIASES, "sigmoid")
    for limits in ((0.05, 0.05), (np.inf, 0.01), (0.01, np.inf)):
        late = snippet.backward(A, targets, WEIGHTS, "sigmoid", "deferred", limits[0])
        early = snippet.backward(A, targets, WEIGHTS, "sigmoid", "absorbed", limits[1])
        gaps = [abs(one[n] - other[n]).max() for one, other in zip(late, early, strict=True) for n in (1, 2)]
        assert snippet.difference(examples, targets, WEIGHTS, BIASES, "sigmoid", limits) == max(gaps) > 0.01
    A = snippet.forward(np.multiply(examples, 10), WEIGHTS[2:], BIASES[2:])
    ((_, late, _),) = snippet.backward(A, targets, WEIGHTS[2:], threshold=0.05)
    ((_, early, _),) = snippet.backward(A, targets, WEIGHTS[2:], place="absorbed")
    found = snippet.difference(np.multiply(examples, 10), targets, WEIGHTS[2:], BIASES[2:], thresholds=(0.05, np.inf))
    assert found == abs(late - early).max()  # the weights', which is the largest with large inputs
    # only a bias moves: with inputs of 0 the one layer's dW is 0
    blank = np.zeros((2, 4))
    assert snippet.difference(blank, Y, WEIGHTS[2:], BIASES[2:], thresholds=(0.01, np.inf)) > 0.01
    assert snippet.difference(examples, targets, WEIGHTS, BIASES, thresholds=(0.1, 0.1 / 7)) < 1e-15
    refuses("hidden: expected one of sigmoid, tanh, relu, got ''", snippet.difference, X, Y, WEIGHTS, BIASES, "")


def test_initial(snippet: Any) -> None:
    weights, biases = snippet.initial([100, 400, 3], seed=5)
    assert [W.shape for W in weights] == [(400, 100), (3, 400)]
    assert [b.tolist() for b in biases] == [[[0]] * 400, [[0]] * 3]
    for W, into in zip(weights, (100, 400), strict=True):
        assert W.std() * np.sqrt(into) == pytest.approx(1, abs=0.05)
        assert abs(W.mean()) * np.sqrt(into) < 0.1
    again, other = snippet.initial([100, 400, 3], 5)[0], snippet.initial([100, 400, 3], 6)[0]
    assert (again[0] == weights[0]).all()
    assert (again[1] == weights[1]).all()
    assert (other[0] != weights[0]).any()
    assert snippet.initial([1, 1], 0)[0][0].shape == (1, 1)
    for few in ([], [3]):
        says = f"units: expected the inputs and at least one layer, got {len(few)} counts"
        refuses(says, snippet.initial, few, 0)
    refuses_what_is_no_whole_number(lambda n: snippet.initial([n, 2], 0), "units[0]", 1)
    refuses_what_is_no_whole_number(lambda n: snippet.initial([2, n], 0), "units[1]", 1)
    refuses_what_is_no_whole_number(lambda seed: snippet.initial([2, 2], seed), "seed", 0)


def network(units: list[int]) -> tuple[list[Any], list[Any]]:
    """What `initial` draws from seed 0."""
    rng = np.random.default_rng(0)
    shapes = zip(units[1:], units[:-1], strict=True)
    return [rng.normal(size=shape) / shape[1] ** 0.5 for shape in shapes], [np.zeros((n, 1)) for n in units[1:]]


def test_the_examples_of_an_activation(snippet: Any) -> None:
    Z = [-2.0, -0.5, 0.5, 2.0]
    rows = {hidden: [G[hidden](complex(z)).real for z in Z] for hidden in HIDDEN}
    assert printed(snippet.example_activation) == [
        f"{hidden:8} {[[round(one, 3) for one in row]]}" for hidden, row in rows.items()
    ]
    steep = {hidden: [[round(steepness(hidden, z), 4) for z in Z]] for hidden in HIDDEN}
    assert printed(snippet.example_slope) == [
        line for hidden, row in steep.items() for line in (f"{hidden:8} {row}", f"  nudged {row}")
    ]


def test_the_examples_of_a_network(snippet: Any) -> None:
    weights, biases = network([5, 4, 3, 2])
    examples, labels = np.random.default_rng(1).normal(size=(5, 6)), [0, 1, 0, 0, 1, 1]
    P = oracles.by_column(oracles.softmax_column, np.real(run("tanh", weights, biases, examples)[-1]))
    assert printed(snippet.example_forward) == [
        "A0: (5, 6)", "A1: (4, 6)", "A2: (3, 6)", "A3: (2, 6)", f"P: {[[round(p, 2) for p in row] for row in P]}",
    ]  # fmt: skip
    A = snippet.forward(examples, weights, biases)
    made = snippet.backward(A, oracles.one_hot(labels, 2), weights)
    assert printed(snippet.example_backward) == [
        "largest entry  deferred absorbed",
        *(
            f"layer {n}: {name} {one.shape} {abs(one).max():.4f}   {abs(one).max() / (6 if name == 'dZ' else 1):.4f}"
            for n, layer in enumerate(made, 1)
            for name, one in zip(("dZ", "dW", "db"), layer, strict=True)
        ),
    ]
    assert printed(snippet.example_initial) == [
        f"layer {n}: W {W.shape}, spread {W.std():.3f}; b {b.shape}"
        for n, (W, b) in enumerate(zip(*network([64, 32, 10]), strict=True), 1)
    ]


def test_the_example_of_the_difference(snippet: Any) -> None:
    lines = printed(snippet.example_difference)
    assert len(lines) == 8
    weights, biases = network([20, 15, 10, 5])
    rng = np.random.default_rng(1)
    for m, three in ((64, lines[:3]), (100, lines[3:6])):
        examples, targets = rng.normal(size=(20, m)), np.eye(5)[:, rng.integers(5, size=m)]
        for hidden, line in zip(HIDDEN, three, strict=True):
            found = snippet.difference(examples, targets, weights, biases, hidden)
            assert line == f"m = {m:3}, {hidden:7}  {found:.1e}"
            assert found == 0 if m == 64 else 0 < found < 1e-15
    clipped = [
        snippet.difference(examples, targets, weights, biases, thresholds=limits)
        for limits in ((0.005, 0.005), (0.005, 0.005 / 100))
    ]
    assert lines[6] == f"both clipped at 0.005  {clipped[0]:.1e}"
    assert lines[7] == f"and at 0.005/m         {clipped[1]:.1e}"
    assert clipped[0] > 0.001
    assert clipped[1] < 1e-15
