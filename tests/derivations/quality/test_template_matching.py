"""The mini-batch gradient, the bias, the step: derivation, snippet, complex step, scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from derivations.quality import template_matching as derived
from snippets.quality import template_matching as snippet
from snippets.quality.softmax import hard_max
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 2, 4), (2, 3, 1), (4, 1, 3)]  # K, D, m


def batch(K: int, D: int, m: int) -> dict[str, Any]:
    """Weights, bias, inputs, soft targets; and the slopes by each weight and bias, by the complex step."""
    rng = np.random.default_rng(100 * K + 10 * D + m)
    W, b, X = rng.normal(size=(K, D)), rng.normal(size=K), rng.normal(size=(D, m))
    Y = rng.dirichlet(np.ones(K), size=m).T
    flat = [*W.ravel(), *b]
    with_bias = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, K), flat)
    without = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, K, bias=False), list(W.ravel()))
    return {
        "at": {"K": K, "D": D, "m": m, "W": W, "X": X, "Y": Y},
        "b": b,
        "dW": np.reshape(without, (K, D)),
        "db": np.array(with_bias[K * D :]),
        "dW with bias": np.reshape(with_bias[: K * D], (K, D)),
    }


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_the_gradient_of_the_weights_in_three_voices(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at, chain = drawn["at"], derived.batch_gradient
    dW, _ = snippet.gradients(at["W"], np.zeros(K), at["X"], at["Y"])
    assert oracles.close(dW, drawn["dW"], least=1e-14)
    for r in range(K):
        for s in range(D):
            for line in chain.lines:
                found = exact_value(line, chain.where, r=r + 1, s=s + 1, **at)
                assert oracles.close(found, drawn["dW"][r, s], least=1e-13)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_the_gradient_of_the_bias_in_three_voices(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at, chain = drawn["at"], derived.bias_gradient
    dW, db = snippet.gradients(at["W"], drawn["b"], at["X"], at["Y"])
    assert oracles.close(dW, drawn["dW with bias"], least=1e-14)
    assert oracles.close(db, drawn["db"], least=1e-14)
    for r in range(K):
        for line in chain.lines:
            found = exact_value(line, chain.where, r=r + 1, b_vector=drawn["b"], **at)
            assert oracles.close(found, drawn["db"][r], least=1e-13)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_a_step_of_descent_is_a_template_update_in_three_voices(K: int, D: int, m: int) -> None:
    drawn, eta = batch(K, D, m), 0.375
    at, chain = drawn["at"], derived.template_step
    expected = at["W"] - eta * drawn["dW"]
    matched, _ = snippet.update(at["W"], np.zeros(K), at["X"], at["Y"], eta)
    # `update` moves the bias too; from a bias of 0 the weights' step does not notice
    assert oracles.close(matched, expected, least=1e-14)
    for r in range(K):
        for line in chain.lines:
            found = exact_value(line, chain.where, r=r + 1, s=D, eta=eta, **at)
            assert oracles.close(found, expected[r, D - 1], least=1e-13)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_in_the_scores_the_gradient_carries_the_factor_once(K: int, D: int, m: int) -> None:
    drawn, chain = batch(K, D, m)["at"], derived.slope_in_the_scores
    Z = drawn["W"] @ drawn["X"]

    def cost(entries: list[complex]) -> complex:
        rows = [entries[k * m : (k + 1) * m] for k in range(K)]
        columns = zip(oracles.columns(rows), oracles.columns(drawn["Y"]), strict=True)
        return sum((oracles.complex_losses(z, y) for z, y in columns), 0j) / m

    slopes = np.reshape(oracles.complex_step(cost, list(Z.ravel())), (K, m))
    for r in range(K):
        for i in range(m):
            for line in chain.lines:
                found = exact_value(line, chain.where, K=K, m=m, Z=Z, Y=drawn["Y"], r=r + 1, i2=i + 1)
                assert oracles.close(found, slopes[r, i], least=1e-14)
    P = np.array(oracles.by_column(oracles.softmax_column, Z))
    assert oracles.close(slopes * m, P - drawn["Y"], least=1e-14)
    assert oracles.close(slopes, P - drawn["Y"], least=1e-14) == (m == 1)  # where the mistake hides


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_errors_and_gradients_sum_to_zero_in_each_column(K: int, D: int, m: int) -> None:
    at, chain = batch(K, D, m)["at"], derived.errors_sum_to_zero
    Z = at["W"] @ at["X"]
    for i in range(m):
        for line in chain.lines:
            assert abs(exact_value(line, chain.where, K=K, m=m, Z=Z, Y=at["Y"], i=i + 1)) < 1e-14
    dW, db = snippet.gradients(at["W"], np.zeros(K), at["X"], at["Y"])
    assert abs(dW.sum(axis=0)).max() < 1e-14
    assert abs(db.sum()) < 1e-14
    if m != K and m > 1:  # softmax over the wrong axis is found out
        wrong = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        assert abs((at["Y"] - wrong).sum(axis=0)).max() > 0.01


def test_the_same_batch_twice_over_has_the_same_gradient() -> None:
    at = batch(3, 2, 4)["at"]
    model = at["W"], np.zeros(3)
    once = snippet.gradients(*model, at["X"], at["Y"])
    twice = snippet.gradients(*model, np.tile(at["X"], 2), np.tile(at["Y"], 2))
    for one, other in zip(once, twice, strict=True):
        assert oracles.close(one, other)


def test_an_error_made_of_decisions_belongs_to_another_loss() -> None:
    rng = np.random.default_rng(5)
    W, X, labels = rng.normal(size=(3, 2)), rng.normal(size=(2, 9)), rng.integers(0, 3, size=9)
    Y, eye = np.eye(3)[:, labels], np.eye(6).reshape(6, 3, 2)
    decided = Y - hard_max(W @ X)  # (3, 9)

    def behind(W: np.ndarray) -> float:
        Z = W @ X
        return float(np.mean(Z.max(axis=0) - Z[labels, range(9)]))

    nudged = [(behind(W + 1e-6 * one) - behind(W - 1e-6 * one)) / 2e-6 for one in eye]
    assert oracles.close(-decided @ X.T / 9, np.reshape(nudged, (3, 2)), least=1e-8)
    dW, _ = snippet.gradients(W, np.zeros(3), X, Y)
    assert abs(dW + decided @ X.T / 9).max() > 0.1
    right = (decided == 0).all(axis=0)
    assert right.any()
    assert (abs(Y - snippet.predict(W, np.zeros(3), X))[:, right] > 0).all()


def test_scikit_learns_network_without_a_hidden_layer_makes_the_same_step() -> None:
    rng = np.random.default_rng(0)
    K, D, m, lr = 3, 4, 7, 0.3
    X, labels = rng.normal(size=(D, m)), np.array([0, 1, 2, 0, 1, 2, 2])
    W, b = rng.normal(size=(K, D)), rng.normal(size=K)
    network = MLPClassifier(
        hidden_layer_sizes=(), solver="sgd", momentum=0, alpha=0, batch_size=m, learning_rate_init=lr, shuffle=False
    )
    network.partial_fit(X.T, labels, classes=[0, 1, 2])  # makes the arrays
    network.coefs_[0][...], network.intercepts_[0][...] = W.T, b
    network.partial_fit(X.T, labels)
    new_W, new_b = snippet.update(W, b, X, np.eye(K)[:, labels], lr)
    assert oracles.close(network.coefs_[0].T, new_W, least=1e-14)
    assert oracles.close(network.intercepts_[0], new_b, least=1e-14)
