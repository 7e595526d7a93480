"""One softmax layer on four examples, and sums over them in plain loops."""

from __future__ import annotations

from typing import Any

from tests import oracles

X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # D = 2, m = 4
ERRORS = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]  # K = 3
W = [[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]
Y = [[1.0, 0.0, 0.2, 0.0], [0.0, 1.0, 0.3, 0.0], [0.0, 0.0, 0.5, 1.0]]
GOOD = [[0.5, -0.25], [0.25, 1.0]]


def added_up(dZ: Any, x: Any) -> list[list[float]]:
    """Σ over the examples of dZ[r] x[s], a loop for each entry."""
    return [[sum(e * one for e, one in zip(row, feature, strict=True)) for feature in x] for row in dZ]


def over(entries: Any, number: float) -> list[list[float]]:
    return [[one / number for one in row] for row in entries]


def softmax_errors() -> list[list[float]]:
    Z = [[sum(w * x for w, x in zip(row, column, strict=True)) for column in oracles.columns(X)] for row in W]
    P = oracles.by_column(oracles.softmax_column, Z)
    return [[p - y for p, y in zip(*rows, strict=True)] for rows in zip(P, Y, strict=True)]
