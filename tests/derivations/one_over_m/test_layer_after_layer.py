"""Layer after layer: the chains against the snippet, and both against complex steps of whole networks."""

from __future__ import annotations

import cmath
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from derivations import check, library
from derivations.notation import dZl, dZl_bar, i, layer, unit
from derivations.one_over_m import layer_after_layer as derived
from snippets.one_over_m import layer_after_layer as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 4, 2, 5), (2, 3, 4, 1)]  # K, H, D, m
G: dict[str, Callable[[complex], complex]] = {
    "sigmoid": lambda z: 1 / (1 + cmath.exp(-z)),
    "tanh": lambda z: 1 - 2 / (cmath.exp(2 * z) + 1),
    "relu": lambda z: z if z.real > 0 else 0j,
}
ACTIVATIONS = {
    "sigmoid": (derived.sigmoid_activation, derived.slope_of_the_sigmoid),
    "tanh": (derived.tanh_activation, derived.slope_of_tanh),
    "relu": (derived.relu_activation, derived.slope_of_relu),
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


def tangents(drawn: dict[str, Any], hidden: str) -> tuple[Any, Any]:
    """Where the tangent of each hidden unit meets the axis, and its slope, by the complex step."""
    Z = drawn["weights"][0] @ drawn["X"]
    steep = np.array([[oracles.complex_step(lambda at: G[hidden](at[0]), [z])[0] for z in row] for row in Z])
    value = np.array([[G[hidden](complex(z)).real for z in row] for row in Z])
    return value - steep * Z, steep


@pytest.mark.parametrize("hidden", G)
@pytest.mark.parametrize(("K", "H", "D", "m"), SIZES)
def test_two_layers_in_three_voices(K: int, H: int, D: int, m: int, hidden: str) -> None:
    """Every line, at the tangents of a real activation, is the derivative of the real network's cost."""
    drawn = network([D, H, K], m)
    dW1, dW2 = slopes(drawn, hidden)
    A, late = backwards(drawn, hidden, "deferred")
    _, early = backwards(drawn, hidden, "absorbed")
    T1, G1 = tangents(drawn, hidden)
    W1, W2 = drawn["weights"]
    at = {"K": K, "H": H, "D": D, "m": m, "W1": W1, "W2": W2, "X": drawn["X"], "Y": drawn["Y"], "T1": T1, "G1": G1}
    for way in (late, early):
        assert oracles.close(way[0][1], dW1, least=1e-14)
        assert oracles.close(way[1][1], dW2, least=1e-14)
    for h in (1, H):
        for line in derived.hidden_weights.lines:
            got = exact_value(line, derived.hidden_weights.where, unit=h, s=D, **at)
            assert oracles.close(got, dW1[h - 1, D - 1], least=1e-13)
        for line in derived.output_weights.lines:
            got = exact_value(line, derived.output_weights.where, unit=h, r=K, A1=A[1], **at)
            assert oracles.close(got, dW2[K - 1, h - 1], least=1e-13)
        for line in derived.hidden_weights_absorbed.lines:
            where = derived.hidden_weights_absorbed.where
            got = exact_value(line, where, unit=h, s=1, P=A[2], **at)
            assert oracles.close(got, dW1[h - 1, 0], least=1e-13)
        for line in derived.factor_one_layer_down.lines:
            got = exact_value(line, derived.factor_one_layer_down.where, unit=h, i=m, P=A[2], **at)
            assert oracles.close(got, early[0][0][h - 1, m - 1], least=1e-13)
        for line in derived.one_layer_down.lines:
            got = exact_value(line, derived.one_layer_down.where, unit=h, i=m, dZ2=late[1][0], **at)
            assert oracles.close(got, late[0][0][h - 1, m - 1], least=1e-13)


@pytest.mark.parametrize("hidden", G)
def test_how_a_hidden_weight_moves_a_score(hidden: str) -> None:
    K, H, D, m = SIZES[0]
    drawn = network([D, H, K], m)
    T1, G1 = tangents(drawn, hidden)
    W1, W2 = drawn["weights"]
    at = {"K": K, "H": H, "D": D, "m": m, "W1": W1, "W2": W2, "X": drawn["X"], "T1": T1, "G1": G1}
    for k, h, s, example in ((1, 1, 1, 1), (K, H, D, m), (2, 3, 1, 4)):

        def score(entry: list[complex], k: int = k, h: int = h, s: int = s, example: int = example) -> complex:
            x = drawn["X"][:, example - 1]
            moved = W1.astype(complex)
            moved[h - 1, s - 1] = entry[0]
            total: complex = sum((w * G[hidden](z) for w, z in zip(W2[k - 1], moved @ x, strict=True)), 0j)
            return total

        (expected,) = oracles.complex_step(score, [W1[h - 1, s - 1]])
        for line in derived.slope_of_a_score.lines:
            got = exact_value(line, derived.slope_of_a_score.where, k=k, unit=h, s=s, i=example, **at)
            assert oracles.close(got, expected, least=1e-14)


@pytest.mark.parametrize("m", [1, 5])
def test_a_bias_is_a_weight_whose_feature_is_one(m: int) -> None:
    drawn = network([3, 4, 2], m)
    drawn["X"][2] = 1
    _, made = backwards(drawn, "tanh", "deferred")
    dW, db = made[0][1], made[0][2]
    expected = slopes(drawn, "tanh")[0][:, 2]
    assert oracles.close(dW[:, 2], expected, least=1e-14)
    assert oracles.close(db[:, 0], expected, least=1e-14)
    for h in range(1, 5):
        for line in derived.hidden_bias.lines:
            got = exact_value(line, H=4, D=3, m=m, dZ1=made[0][0], X=drawn["X"], unit=h, s=3)
            assert oracles.close(got, expected[h - 1], least=1e-14)


@pytest.mark.parametrize("hidden", G)
def test_the_slope_of_an_activation_from_its_own_value(hidden: str) -> None:
    definition, chain = ACTIVATIONS[hidden]
    for z in (-30.0, -1.5, -0.25, 0.125, 2.0):
        (expected,) = oracles.complex_step(lambda at: G[hidden](at[0]), [z])
        at = {"H": 1, "m": 1, "unit": 1, "i": 1, "Z1": [[z]]}
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-14)
        value = exact_value(definition.head, [definition], **at)
        assert oracles.close(snippet.activation([[z]], hidden)[0, 0], value, least=1e-15)
        assert oracles.close(snippet.slope([[value]], hidden)[0, 0], expected, least=1e-14)


def padded(units: list[int], m: int, hidden: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A network whose layers differ in width, and the same as the induction sees it: all of H units, zeros beyond."""
    drawn = network(units, m)
    A, made = backwards(drawn, hidden, "deferred")
    L, H = len(units) - 1, max(units)
    at = {name: np.zeros((L, H, rest)) for name, rest in (("Wl", H), ("Gl", m), ("inputs", m))}
    for n, W in enumerate(drawn["weights"]):
        at["Wl"][n, : len(W), : W.shape[1]] = W
        at["Gl"][n] = 0.375  # the missing units have a slope like any other
        at["inputs"][n] = 0.625  # and an activation
        at["inputs"][n, : len(A[n])] = A[n]
        if n + 1 < L:
            at["Gl"][n, : len(W)] = snippet.slope(A[n + 1], hidden)
    top = np.zeros((H, m))
    top[: units[-1]] = A[-1] - drawn["Y"]
    return {**drawn, "A": A, "made": made}, {**at, "top": top, "layers": L, "H": H, "m": m}


@pytest.mark.parametrize("hidden", G)
@pytest.mark.parametrize(("units", "m"), [([2, 5, 3, 4, 2], 3), ([3, 2, 4], 1)])
def test_layers_of_different_widths_are_layers_of_one_width_with_zero_weights(
    units: list[int], m: int, hidden: str
) -> None:
    drawn, at = padded(units, m, hidden)
    true = slopes(drawn, hidden)
    for n, (dZ, dW, db) in enumerate(drawn["made"], 1):
        for h in (1, len(dZ)):
            for line in (dZl[layer, unit, i], dZl_bar[layer, unit, i] * m):
                got = exact_value(line, derived.backward, layer=n, unit=h, i=m, u=1 / m, **at)
                assert oracles.close(got, dZ[h - 1, m - 1], least=1e-14)
            for chain, expected in ((derived.every_weight, true[n - 1]), (derived.every_bias, db)):
                for line in chain.lines:
                    width = expected.shape[1]
                    got = exact_value(line, chain.where, layer=n, unit=h, unit2=width, u=1 / m, **at)
                    assert oracles.close(got, expected[h - 1, width - 1], least=1e-13)
        assert oracles.close(dW, true[n - 1], least=1e-14)
        if len(dZ) < at["H"]:  # the missing units take no part
            assert exact_value(dZl[layer, unit, i], derived.backward, layer=n, unit=at["H"], i=1, **at) == 0


@pytest.mark.parametrize("factor", [0.25, -3.0])
def test_the_factor_reaches_every_layer(factor: float) -> None:
    _, at = padded([2, 5, 3, 4, 2], 3, "tanh")
    claim = derived.factor_reaches_every_layer.claim
    for below in range(4):
        left, right = (
            exact_value(side, derived.backward, below=below, unit=2, i=3, u=factor, **at)
            for side in (claim.lhs, claim.rhs)
        )
        assert oracles.close(left, right, least=1e-15)
        start = exact_value(dZl[layer, unit, i], derived.backward, layer=4 - below, unit=2, i=3, **at)
        assert abs(start) > 1e-4  # or the claim would be empty here
        assert oracles.close(left, factor * start, least=1e-15)


def test_a_clipped_entry_does_not_follow_the_factor_unless_its_threshold_does() -> None:
    claim, chain = library.find("S1-014-clipped").value, derived.threshold_goes_along
    refuted = 0
    for value in (-3.0, -0.5, 0.25, 0.75, 40.0):
        for limit in (0.1, 0.6, 50.0):
            m = 4
            clip, along = np.clip(value, -limit, limit) / m, np.clip(value / m, -limit / m, limit / m)
            at: dict[str, Any] = {"K": 1, "m": m, "k": 1, "i": 1, "dZ2": [[value] * m], "threshold": limit}
            for line in chain.lines:
                assert oracles.close(exact_value(line, **at), clip)
            assert oracles.close(along, clip)
            left, right = (exact_value(side, m=m, u=value, threshold=limit) for side in claim.stated.args)
            assert oracles.close(left, np.clip(value / m, -limit, limit))
            assert oracles.close(right, clip)
            assert oracles.close(left, right) == (abs(value) <= limit)
            refuted += abs(value) > limit
    assert refuted == 8
    ruling = check.ruling("S1-014-clipped")
    assert ruling.ruling.value == "true with conditions"
    assert ruling.counterexample is not None


def test_the_cut_gradients_of_a_network_differ_until_the_threshold_is_divided() -> None:
    drawn = network([3, 5, 4, 3], 7)
    biases = [np.zeros((len(W), 1)) for W in drawn["weights"]]
    given = drawn["X"], drawn["Y"], drawn["weights"], biases, "tanh"
    assert snippet.difference(*given) < 1e-15
    assert snippet.difference(*given, thresholds=(0.1, 0.1)) > 0.01
    assert snippet.difference(*given, thresholds=(0.1, 0.1 / 7)) < 1e-15
