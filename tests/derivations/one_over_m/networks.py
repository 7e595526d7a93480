"""Drawn networks, the derivatives of their cost by complex steps, and the gradients that the snippet gives."""

from __future__ import annotations

import cmath
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from snippets.one_over_m import any_number_of_layers as snippet
from tests import oracles

G: dict[str, Callable[[complex], complex]] = {
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    "tanh": lambda z: 1 - 2 / (cmath.exp(2 * z) + 1),
    "relu": lambda z: z if z.real > 0 else 0j,
}


def network(units: list[int], m: int) -> dict[str, Any]:
    """A drawn network without biases, a batch with soft targets, and the gradient of its cost by complex steps."""
    rng = np.random.default_rng([*units, m])
    weights = [rng.normal(size=(out, into)) for into, out in pairwise(units)]
    return {"weights": weights, "X": rng.normal(size=(units[0], m)), "Y": rng.dirichlet(np.ones(units[-1]), size=m).T}


def slopes(drawn: dict[str, Any], hidden: str) -> list[Any]:
    """∂cost/∂W of each layer, one complex step for each weight."""

    def cost(weights: list[Any]) -> complex:
        total = 0j
        for x, y in zip(drawn["X"].T, drawn["Y"].T, strict=True):
            a: Any = x
            for W in weights[:-1]:
                a = np.array([G[hidden](z) for z in W @ a])
            total += oracles.complex_losses(list(weights[-1] @ a), y)
        return complex(total / drawn["X"].shape[1])

    def by(n: int) -> Any:
        def moved(entries: list[complex]) -> complex:
            changed = list(drawn["weights"])
            changed[n] = np.reshape(np.array(entries), changed[n].shape)
            return cost(changed)

        return np.reshape(oracles.complex_step(moved, list(drawn["weights"][n].ravel())), drawn["weights"][n].shape)

    return [by(n) for n in range(len(drawn["weights"]))]


def backwards(drawn: dict[str, Any], hidden: str, place: str) -> tuple[list[Any], list[Any]]:
    """The activations and the gradients that the snippet gives."""
    biases = [np.zeros((len(W), 1)) for W in drawn["weights"]]
    A = snippet.forward(drawn["X"], drawn["weights"], biases, hidden)
    return A, snippet.backward(A, drawn["Y"], drawn["weights"], hidden, place)
