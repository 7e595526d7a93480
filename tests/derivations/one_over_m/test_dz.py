"""The course's dZ is m times the slope of the cost: derivation, snippet, complex step; the slip is refuted."""

from __future__ import annotations

import cmath
from typing import Any

import numpy as np
import pytest

from derivations import check, library
from derivations.calculus import Claim, Derivation, Ruling
from derivations.one_over_m import dz as derived
from snippets.one_over_m import dz as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 2, 4), (2, 3, 1), (4, 1, 3)]  # K, D, m


def drawn(K: int, D: int, m: int) -> dict[str, Any]:
    rng = np.random.default_rng(100 * K + 10 * D + m)
    W, X = rng.normal(size=(K, D)), rng.normal(size=(D, m))
    return {"K": K, "D": D, "m": m, "W": W, "X": X, "Y": rng.dirichlet(np.ones(K), size=m).T}


def cost(Z: Any, Y: Any) -> complex:
    pairs = list(zip(oracles.columns(Z), oracles.columns(Y), strict=True))
    return sum((oracles.complex_losses(z, y) for z, y in pairs), 0j) / len(pairs)


def rows(entries: list[complex], height: int) -> list[list[complex]]:
    width = len(entries) // height
    return [entries[n * width : (n + 1) * width] for n in range(height)]


def slopes_in_the_scores(Z: Any, Y: Any) -> Any:
    flat = oracles.complex_step(lambda at: cost(rows(at, len(Z)), Y), list(np.ravel(Z)))
    return np.reshape(flat, np.shape(Z))


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-13)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_column_i_is_the_slope_of_loss_i_and_m_times_that_of_the_cost(K: int, D: int, m: int) -> None:
    given = drawn(K, D, m)
    Z, Y = given["W"] @ given["X"], given["Y"]
    slopes, dZ = slopes_in_the_scores(Z, Y), snippet.dz(Z, Y)
    own = np.hstack([slopes_in_the_scores(Z[:, [i]], Y[:, [i]]) for i in range(m)])
    assert oracles.close(dZ, own, least=1e-14)
    assert oracles.close(dZ / m, slopes, least=1e-14)
    assert oracles.close(dZ, slopes, least=1e-14) == (m == 1)  # where the mistake hides
    at = {"K": K, "m": m, "Z": Z, "Y": Y}
    for r in range(K):
        for i2 in range(m):
            agree(derived.cost_in_the_scores, slopes[r, i2], r=r + 1, i2=i2 + 1, **at)
            agree(derived.dz_is_m_times_the_slope, dZ[r, i2], r=r + 1, i2=i2 + 1, **at)
            for i in range(m):
                agree(derived.dz_of_one_example, own[r, i] * (i == i2), r=r + 1, i=i + 1, i2=i2 + 1, **at)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_one_layer_down_the_same_m(K: int, D: int, m: int) -> None:
    at = drawn(K, D, m)
    W, X, Y = at["W"], at["X"], at["Y"]

    def of_the_inputs(entries: list[complex]) -> complex:
        inputs = oracles.columns(rows(entries, D))
        Z = [[sum((w * x for w, x in zip(row, one, strict=True)), 0j) for one in inputs] for row in W.tolist()]
        return cost(Z, Y)

    slopes = np.reshape(oracles.complex_step(of_the_inputs, list(X.ravel())), (D, m))
    dX = snippet.below(W, snippet.dz(W @ X, Y))
    assert oracles.close(dX / m, slopes, least=1e-14)
    for s in range(D):
        for i in range(m):
            agree(derived.cost_in_the_inputs, slopes[s, i], s=s + 1, i2=i + 1, **at)
            agree(
                derived.dz_below_as_a_product, dX[s, i], K=K, D=D, m=m, W=W, dZ=snippet.dz(W @ X, Y), s=s + 1, i=i + 1
            )


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_above_the_same_m(K: int, D: int, m: int) -> None:
    at = drawn(K, D, m)
    P = np.array(oracles.by_column(oracles.softmax_column, at["W"] @ at["X"]))

    def of_the_probabilities(entries: list[complex]) -> complex:
        pairs = zip(at["Y"].ravel(), entries, strict=True)
        return -sum((y * cmath.log(p) for y, p in pairs), 0j) / m

    slopes = np.reshape(oracles.complex_step(of_the_probabilities, list(P.ravel())), (K, m))
    for r in range(K):
        for i in range(m):
            agree(derived.cost_in_the_probabilities, slopes[r, i], K=K, m=m, P=P, Y=at["Y"], r=r + 1, i2=i + 1)


@pytest.mark.parametrize("m", [1, 3])
def test_logistic_output_in_three_voices(m: int) -> None:
    rng = np.random.default_rng(m)
    z, y = rng.normal(scale=2, size=m), rng.uniform(size=m)

    def loss(z: complex, y: float) -> Any:
        return oracles.complex_losses([z, 0j], [y, 1 - y])  # softmax of two classes, the other's score 0

    def mean(at: list[complex]) -> complex:
        return complex(sum((loss(*pair) for pair in zip(at, y, strict=True)), 0j)) / m

    slopes, dz = oracles.complex_step(mean, list(z)), snippet.logistic_dz(z, y)
    assert oracles.close(dz / m, slopes, least=1e-14)
    at: dict[str, Any] = {"m": m, "z_logistic": z, "y_logistic": y}
    for i in range(m):
        a = float(oracles.softmax_column([z[i], 0.0])[0])
        agree(derived.slope_of_the_logistic, a * (1 - a), i=i + 1, **at)
        agree(derived.logistic_gradient, dz[i], i=i + 1, **at)
        agree(derived.logistic_cost_in_the_scores, slopes[i], i2=i + 1, **at)


def test_the_slip_is_refuted_by_a_batch_and_holds_for_one_example() -> None:
    said = check.ruling("S4-099")
    assert said.ruling is Ruling.FALSE
    assert said.computed
    assert said.counterexample is not None
    assert float(said.counterexample.right) / float(said.counterexample.left) == pytest.approx(
        int(dict(said.counterexample.sizes)["m"]), rel=1e-10
    )
    alone = check.ruling("S1-010")
    assert alone.ruling is Ruling.TRUE
    formulas = [library.find(name).value for name in ("S4-099", "S1-010")]
    assert all(isinstance(one, Claim) for one in formulas)
    assert formulas[0].stated == formulas[1].stated
