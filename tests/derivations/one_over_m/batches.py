"""A drawn batch, its slopes by the complex step, and the value of every line of a chain at it."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 2, 4), (2, 3, 1), (4, 1, 6)]  # K, D, m
LAM = 0.75


def batch(K: int, D: int, m: int) -> dict[str, Any]:
    """Weights, inputs and soft targets; the errors P − Y; and the slopes of the mean loss, by the complex step."""
    rng = np.random.default_rng(1000 * K + 10 * D + m)
    W, b, X = rng.normal(size=(K, D)), rng.normal(size=K), rng.normal(size=(D, m))
    Y = rng.dirichlet(np.ones(K), size=m).T

    def penalised(at: list[complex]) -> complex:
        return oracles.batch_loss(at, X, Y, K, bias=False) + LAM / (2 * m) * sum(w * w for w in at)

    weights = list(W.ravel())
    with_bias = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, K), [*weights, *b])
    P = np.array(oracles.by_column(oracles.softmax_column, W @ X))
    P_bias = np.array(oracles.by_column(oracles.softmax_column, W @ X + b[:, None]))
    return {
        "at": {"K": K, "D": D, "m": m, "W": W, "X": X, "Y": Y},
        "b": b,
        "dZ": P - Y,
        "dZ with bias": P_bias - Y,
        "dW": np.reshape(oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, K, bias=False), weights), (K, D)),
        "dW with penalty": np.reshape(oracles.complex_step(penalised, weights), (K, D)),
        "db": np.reshape(with_bias[K * D :], (K, 1)),
    }


def lines_say(chain: Any, expected: Any, at: dict[str, Any], **more: Any) -> bool:
    """Does every line of the chain have this value?"""
    return all(
        oracles.close(exact_value(line, chain.where, **at, **more), expected, least=1e-13) for line in chain.lines
    )
