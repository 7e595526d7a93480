"""Both ways to keep the books: derivation, snippet, complex step, scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from derivations.calculus import Derivation
from derivations.one_over_m import deferred_or_absorbed as derived
from snippets.one_over_m import deferred_or_absorbed as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 2, 4), (2, 3, 1), (4, 1, 3)]  # K, D, m


class Batch:
    """Weights, bias, inputs, soft targets; the slopes of the cost and of each loss by the complex step."""

    def __init__(self, K: int, D: int, m: int) -> None:
        rng = np.random.default_rng(100 * K + 10 * D + m)
        self.K, self.D, self.m = K, D, m
        self.W, self.b, self.X = rng.normal(size=(K, D)), rng.normal(size=K), rng.normal(size=(D, m))
        self.Y = rng.dirichlet(np.ones(K), size=m).T
        self.Z = self.W @ self.X + self.b[:, None]
        self.P = np.array(oracles.by_column(oracles.softmax_column, self.Z))

    def slopes(self, columns: Any, bias: bool = True) -> tuple[Any, Any]:
        """Of the average loss of these examples, by W and b. Without a bias the scores are W X alone."""
        X, Y, entries = self.X[:, columns], self.Y[:, columns], [*self.W.ravel(), *(self.b if bias else ())]
        flat = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, self.K, bias), entries)
        size = self.K * self.D
        return np.reshape(flat[:size], (self.K, self.D)), np.array(flat[size:])

    def at(self, bias: bool, **more: Any) -> dict[str, Any]:
        given = {"K": self.K, "D": self.D, "m": self.m, "W": self.W, "X": self.X, "Y": self.Y, **more}
        return {**given, "b_vector": self.b} if bias else given


def values(chain: Derivation, at: dict[str, Any]) -> list[float]:
    return [exact_value(line, chain.where, **at) for line in chain.lines]


def agree(chain: Derivation, at: dict[str, Any], expected: float) -> None:
    for found in values(chain, at):
        assert oracles.close(found, expected, least=1e-13)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_each_example_has_the_slopes_of_its_own_loss_in_three_voices(K: int, D: int, m: int) -> None:
    drawn = Batch(K, D, m)
    dW_each, db_each = snippet.per_example(drawn.P, drawn.X, drawn.Y)
    for i in range(m):
        dW, db = drawn.slopes([i])
        assert oracles.close(dW_each[i], dW, least=1e-14)
        assert oracles.close(db_each[i], db, least=1e-14)
        without, _ = drawn.slopes([i], bias=False)
        for r in range(K):
            agree(derived.bias_of_one_example, drawn.at(True, i=i + 1, r=r + 1), db[r])
            for s in range(D):
                agree(derived.weights_of_one_example, drawn.at(False, i=i + 1, r=r + 1, s=s + 1), without[r, s])


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_both_ways_give_the_slopes_of_the_cost_in_three_voices(K: int, D: int, m: int) -> None:
    drawn = Batch(K, D, m)
    dW, db = drawn.slopes(range(m))
    without, _ = drawn.slopes(range(m), bias=False)
    for way in (snippet.deferred, snippet.absorbed):
        _, got_W, got_b = way(drawn.P, drawn.X, drawn.Y)
        assert oracles.close(got_W, dW, least=1e-14)
        assert oracles.close(got_b, db, least=1e-14)
    for r in range(K):
        for chain in (derived.deferred_bias, derived.absorbed_bias):
            agree(chain, drawn.at(True, r=r + 1), db[r])
        for s in range(D):
            for chain in (derived.gradient_of_the_mean, derived.deferred_weights, derived.absorbed_weights):
                agree(chain, drawn.at(False, r=r + 1, s=s + 1), without[r, s])


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_only_the_absorbed_dz_is_the_slope_of_the_cost(K: int, D: int, m: int) -> None:
    drawn = Batch(K, D, m)

    def cost(entries: list[complex]) -> complex:
        rows = [entries[k * m : (k + 1) * m] for k in range(K)]
        pairs = zip(oracles.columns(rows), oracles.columns(drawn.Y), strict=True)
        return sum((oracles.complex_losses(z, y) for z, y in pairs), 0j) / m

    slopes = np.reshape(oracles.complex_step(cost, list(drawn.Z.ravel())), (K, m))
    for r in range(K):
        for i in range(m):
            at = {"K": K, "m": m, "Z": drawn.Z, "Y": drawn.Y, "r": r + 1, "i2": i + 1}
            agree(derived.absorbed_is_the_slope, at, slopes[r, i])
    late, early = (way(drawn.P, drawn.X, drawn.Y)[0] for way in (snippet.deferred, snippet.absorbed))
    assert oracles.close(early, slopes, least=1e-14)
    assert oracles.close(late, slopes, least=1e-14) == (m == 1)  # where the mistake hides


def test_the_same_examples_twice_over_keep_both_gradients_and_halve_the_absorbed_dz() -> None:
    drawn = Batch(3, 2, 3)
    once = [np.array(one) for one in (drawn.P, drawn.X, drawn.Y)]
    twice = [np.tile(one, 2) for one in once]
    for way, kept in ((snippet.deferred, 1.0), (snippet.absorbed, 0.5)):
        alone, both = way(*once), way(*twice)
        assert oracles.close(both[0], np.tile(kept * alone[0], 2))
        for n in (1, 2):
            assert oracles.close(both[n], alone[n], least=1e-15)


@pytest.mark.parametrize("K", [2, 3])
def test_scikit_learn_keeps_its_books_the_deferred_way(K: int) -> None:
    """Its backward pass, with two classes as one logistic output: undivided deltas, divided gradients."""
    rng = np.random.default_rng(K)
    D, m = 4, 7
    X, labels = rng.normal(size=(D, m)), np.array([0, 1, 0, 1, 1, 0, K - 1])
    network = MLPClassifier(hidden_layer_sizes=(), solver="sgd", alpha=0, batch_size=m, max_iter=1)
    network.partial_fit(X.T, labels, classes=range(K))
    W, b = network.coefs_[0].T, network.intercepts_[0]
    Z = W @ X + b[:, None]
    if K == 2:  # one score stands for the second class against the first, whose score is 0
        Z = np.vstack([np.zeros(m), Z])
    P, Y = np.array(oracles.by_column(oracles.softmax_column, Z)), np.eye(K)[:, labels]
    targets = Y.T if K > 2 else Y[1:].T
    activations: list[Any] = [X.T, None]
    deltas: list[Any] = [None]
    coefs: list[Any] = [None]
    intercepts: list[Any] = [None]
    network._backprop(X.T, targets, None, activations, deltas, coefs, intercepts)
    dZ, dW, db = (one[-len(W) :] for one in snippet.deferred(P, X, Y))
    for got, expected in zip((deltas[0], coefs[0]), (dZ, dW), strict=True):
        assert oracles.close(np.transpose(got), expected, least=1e-14)
    assert oracles.close(intercepts[0], db, least=1e-14)
    early = snippet.absorbed(P, X, Y)[0][-len(W) :]
    assert not oracles.close(np.transpose(deltas[0]), early, least=1e-3)
