"""Both ways to keep the books against complex steps of the average loss, and of each example's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.one_over_m import deferred_or_absorbed
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_distribution

W = [[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]  # K = 3, D = 2
b = [0.1, -0.2, 0.4]
X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # m = 4
Y = [[1.0, 0.0, 0.2, 0.0], [0.0, 1.0, 0.3, 0.0], [0.0, 0.0, 0.5, 1.0]]
EXAMPLE = (
    [[count / 6 for count in row] for row in ([4, 1, 1, 2], [1, 3, 2, 3], [1, 2, 3, 1])],
    [[1.0, -2.0, 2.0, 0.5], [2.0, 1.0, -1.0, -0.5]],
    oracles.one_hot([0, 1, 2, 1], 3),
)
HALVES = np.full((2, 2), 0.5)


def probabilities(templates: Any, offsets: Any, examples: Any) -> list[list[float]]:
    Z = np.array(templates) @ np.array(examples) + np.array(offsets)[:, None]
    return oracles.by_column(oracles.softmax_column, Z)


def slopes(templates: Any, offsets: Any, examples: Any, targets: Any) -> tuple[Any, Any]:
    """The average loss's derivatives by each entry of W and b, one complex step each."""
    K, D = np.shape(templates)
    flat = oracles.complex_step(
        lambda at: oracles.batch_loss(at, examples, targets, K), [*np.ravel(templates), *offsets]
    )
    return np.reshape(flat[: K * D], (K, D)), np.array(flat[K * D :])


def by_hand(P: Any, examples: Any, targets: Any) -> tuple[Any, Any, Any]:
    """P − Y, and the means over the examples of its products with X and of itself, in loops."""
    K, D, m = len(P), len(examples), len(P[0])
    dZ = [[P[k][i] - targets[k][i] for i in range(m)] for k in range(K)]
    dW = [[sum(dZ[k][i] * examples[d][i] for i in range(m)) / m for d in range(D)] for k in range(K)]
    return dZ, dW, [sum(row) / m for row in dZ]


def test_deferred_gives_the_slopes_of_the_cost_and_the_errors_of_each_example(snippet: Any) -> None:
    P = probabilities(W, b, X)
    dZ, dW, db = snippet.deferred(P, X, Y)
    assert oracles.close(dZ, np.subtract(P, Y))
    for got, expected in zip((dW, db), slopes(W, b, X, Y), strict=True):
        assert oracles.close(got, expected, least=1e-15)


def test_absorbed_gives_the_slopes_of_the_cost_throughout(snippet: Any) -> None:
    P = probabilities(W, b, X)
    Z = np.array(W) @ np.array(X) + np.array(b)[:, None]
    dZ, dW, db = snippet.absorbed(P, X, Y)

    def cost(entries: list[complex]) -> complex:
        rows = [entries[k * 4 : k * 4 + 4] for k in range(3)]
        pairs = zip(oracles.columns(rows), oracles.columns(Y), strict=True)
        return sum((oracles.complex_losses(z, y) for z, y in pairs), 0j) / 4

    assert oracles.close(dZ.ravel(), oracles.complex_step(cost, list(Z.ravel())), least=1e-15)
    for got, expected in zip((dW, db), slopes(W, b, X, Y), strict=True):
        assert oracles.close(got, expected, least=1e-15)


def test_each_example_has_the_slopes_of_its_own_loss(snippet: Any) -> None:
    dW_each, db_each = snippet.per_example(probabilities(W, b, X), X, Y)
    assert dW_each.shape == (4, 3, 2)
    assert db_each.shape == (4, 3)
    for i in range(4):
        alone = slopes(W, b, [[row[i]] for row in X], [[row[i]] for row in Y])
        assert oracles.close(dW_each[i], alone[0], least=1e-15)
        assert oracles.close(db_each[i], alone[1], least=1e-15)


def test_the_batch_is_checked(snippet: Any) -> None:
    for call in (snippet.deferred, snippet.absorbed, snippet.per_example):
        for name, at in (("P", 0), ("X", 1), ("Y", 2)):

            def alone(value: Any, call: Any = call, at: int = at) -> Any:
                return call(*[value if n == at else HALVES for n in range(3)])

            refuses_what_is_no_array(alone, name, 2, finite=True)
            if name != "X":
                refuses_what_is_no_distribution(alone, name)
        refuses("Y: expected shape (2, 2), as P has, got (3, 2)", call, HALVES, HALVES, np.full((3, 2), 1 / 3))
        refuses("Y: expected shape (2, 2), as P has, got (2, 1)", call, HALVES, HALVES, HALVES[:, :1])
        refuses("X: expected 2 columns, as P has, got 3", call, HALVES, np.ones((2, 3)), HALVES)
        refuses("X: expected 1 columns, as P has, got 2", call, HALVES[:, :1], HALVES, HALVES[:, :1])
        call([[1, 0], [0, 1]], np.ones((5, 2)), [[0, 1], [1, 0]])  # sure, and wrong


def test_deferred_example(snippet: Any) -> None:
    dZ, dW, db = by_hand(*EXAMPLE)
    assert printed(snippet.example_deferred) == lines(dZ, dW, db)


def test_absorbed_example(snippet: Any) -> None:
    dZ, dW, db = by_hand(*EXAMPLE)
    assert printed(snippet.example_absorbed) == lines(np.divide(dZ, 4), dW, db)


def lines(dZ: Any, dW: Any, db: Any) -> list[str]:
    named = (("dZ:", dZ), ("dW:", dW), ("db:", db))
    return [line for name, one in named for line in (name, *str(np.round(one, 4)).splitlines())]


def test_per_example_example(snippet: Any) -> None:
    P, examples, targets = EXAMPLE
    each = [by_hand(*([[row[i]] for row in one] for one in (P, examples, targets)))[1] for i in range(4)]
    _, dW, _ = by_hand(*EXAMPLE)
    told = [f"example {i}: {np.round(one, 4).tolist()}" for i, one in enumerate(each)]
    assert printed(snippet.example_per_example) == [*told, f"their mean: {np.round(dW, 4).tolist()}"]


@given(st.integers(1, 5), st.integers(1, 4), st.integers(1, 70), st.integers(0, 2**32 - 1))
def test_both_ways_and_the_mean_of_the_examples_are_one(K: int, D: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    P, Y = rng.dirichlet(np.ones(K), size=m).T, rng.dirichlet(np.ones(K), size=m).T
    X = rng.normal(size=(D, m))
    late, early = deferred_or_absorbed.deferred(P, X, Y), deferred_or_absorbed.absorbed(P, X, Y)
    each = deferred_or_absorbed.per_example(P, X, Y)
    assert np.allclose(late[0], m * early[0], rtol=1e-12, atol=0)
    for n in (1, 2):
        assert np.allclose(late[n], early[n], rtol=0, atol=1e-14)
        assert np.allclose(late[n], each[n - 1].mean(axis=0), rtol=0, atol=1e-14)
        if m in (1, 2, 4, 8, 16, 32, 64):  # a power of two moves the exponent, and no digit
            assert (late[n] == early[n]).all()
