"""The third voices: what the snippets and the derivations are compared with, sharing no code with either.

Sums and products are plain loops over 50-digit numbers (mpmath); derivatives come from the
complex step, f'(x) = Im f(x + ih)/h with h = 1e-30, which subtracts nothing and so loses nothing.
Labels count from 0. A matrix is a list of rows; columns are examples.
"""

from __future__ import annotations

import cmath
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from mpmath import mp, mpf

mp.dps = 50

Row = Sequence[float]
Rows = Sequence[Row]

STEP = 1e-30


def exact(x: Any) -> Any:
    """The 50-digit number that a float stands for."""
    return mpf(float(x))


def close(got: Any, expected: Any, rel: float = 1e-12, least: float = 0.0) -> bool:
    """Whether arrays of one shape agree, entry by entry, to `rel` of what is expected or to `least`; inf is itself."""
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    return got.shape == expected.shape and bool(np.allclose(got, expected, rtol=rel, atol=least))


# ---- means of probabilities


def product(values: Sequence[Any]) -> Any:
    total = mpf(1)
    for value in values:
        total *= exact(value)
    return total


def geometric_mean(p: Row) -> Any:
    return mp.root(product(p), len(p)) if product(p) else mpf(0)


def arithmetic_mean(p: Row) -> Any:
    return sum((exact(one) for one in p), mpf(0)) / len(p)


# ---- softmax and cross-entropy, column by column


def columns(matrix: Any) -> list[list[Any]]:
    return [list(column) for column in zip(*matrix, strict=True)]


def softmax_column(z: Row, temperature: float = 1) -> list[Any]:
    powers = [mp.exp(exact(one) / exact(temperature)) for one in z]
    return [one / sum(powers) for one in powers]


def log_softmax_column(z: Row) -> list[Any]:
    top = max(exact(one) for one in z)
    log_sum = mp.log(sum(mp.exp(exact(one) - top) for one in z)) + top
    return [exact(one) - log_sum for one in z]


def by_column(function: Callable[..., list[Any]], Z: Any, *more: Any) -> list[list[float]]:
    """`function` of each column, put back as rows of floats."""
    made = [[float(one) for one in function(column, *more)] for column in columns(Z)]
    return [list(row) for row in zip(*made, strict=True)]


def losses_of_probabilities(P: Any, Y: Any) -> list[Any]:
    """-Σ y log p for each column; a class with y = 0 is left out, p = 0 elsewhere costs infinity."""
    totals = []
    for p, y in zip(columns(P), columns(Y), strict=True):
        total = mpf(0)
        for one, weight in zip(p, y, strict=True):
            if weight:
                total += mp.inf if one == 0 else -exact(weight) * mp.log(exact(one))
        totals.append(total)
    return totals


def losses_of_scores(Z: Any, Y: Any) -> list[Any]:
    """-Σ y log softmax(z) for each column."""
    totals = []
    for z, y in zip(columns(Z), columns(Y), strict=True):
        totals.append(-sum(exact(weight) * one for one, weight in zip(log_softmax_column(z), y, strict=True)))
    return totals


def one_hot(labels: Sequence[int], K: int) -> list[list[float]]:
    return [[1.0 if label == k else 0.0 for label in labels] for k in range(K)]


# ---- derivatives by the complex step


def complex_step(function: Callable[[list[complex]], complex], x: Row) -> list[float]:
    """The gradient of a function of a list of numbers, written without abs, max or comparison."""
    slopes = []
    for i in range(len(x)):
        nudged = [complex(one) for one in x]
        nudged[i] += 1j * STEP
        slopes.append(function(nudged).imag / STEP)
    return slopes


def complex_losses(z: Sequence[complex], y: Row) -> complex:
    """-Σ y log softmax(z) of one column, in complex numbers."""
    log_sum = cmath.log(sum(cmath.exp(one) for one in z))
    return sum((weight * (log_sum - one) for one, weight in zip(z, y, strict=True)), 0j)


def batch_loss(entries: Sequence[complex], X: Any, Y: Any, K: int, bias: bool = True) -> complex:
    """The average cross-entropy of W (K×D, row by row) followed by b (K) on X (D×m) and Y (K×m)."""
    D = len(X)
    total = 0j
    for x, y in zip(columns(X), columns(Y), strict=True):
        z = [sum((entries[k * D + d] * x[d] for d in range(D)), entries[K * D + k] if bias else 0j) for k in range(K)]
        total += complex_losses(z, y)
    return total / len(columns(X))


def softmax_jacobian(z: Row) -> list[list[float]]:
    """∂p[i]/∂z[j], one complex step for each j."""
    rows = []
    for i in range(len(z)):

        def entry(at: list[complex], i: int = i) -> complex:
            return cmath.exp(at[i]) / sum(cmath.exp(one) for one in at)

        rows.append(complex_step(entry, z))
    return rows


# ---- second derivatives, by central differences in 50 digits


def log_sum_exp_hessian(z: Row) -> list[list[float]]:
    step = mpf(10) ** -12

    def value(at: list[Any]) -> Any:
        return mp.log(sum(mp.exp(one) for one in at))

    def at(*nudges: tuple[int, Any]) -> Any:
        point = [exact(one) for one in z]
        for place, size in nudges:
            point[place] += size
        return value(point)

    K = range(len(z))
    return [
        [
            float(
                (
                    at((i, step), (j, step))
                    - at((i, step), (j, -step))
                    - at((i, -step), (j, step))
                    + at((i, -step), (j, -step))
                )
                / (4 * step**2)
            )
            for j in K
        ]
        for i in K
    ]
