"""Any number of layers: the chains against the snippet, and both against complex steps of whole networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations import check, library
from derivations.notation import dZl, dZl_bar, i, layer, unit
from derivations.one_over_m import any_number_of_layers as derived
from snippets.one_over_m import any_number_of_layers as snippet
from tests import oracles
from tests.derivations.one_over_m.networks import G, backwards, network, slopes
from tests.derivations.voice import exact_value

ACTIVATIONS = {
    "sigmoid": (derived.sigmoid_activation, derived.slope_of_the_sigmoid),
    "tanh": (derived.tanh_activation, derived.slope_of_tanh),
    "relu": (derived.relu_activation, derived.slope_of_relu),
}


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
