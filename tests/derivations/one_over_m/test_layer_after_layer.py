"""Two layers: the chains against the snippets, and both against complex steps of the network's cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.one_over_m import layer_after_layer as derived
from snippets.one_over_m import layer_after_layer as snippet
from tests import oracles
from tests.derivations.one_over_m.networks import G, backwards, network, slopes
from tests.derivations.voice import exact_value

SIZES = [(3, 4, 2, 5), (2, 3, 4, 1)]  # K, H, D, m


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
    for way in (late, early):  # the snippet of this page, from the errors at the top
        assert oracles.close(snippet.one_layer_down(way[1][0], W2, G1), way[0][0], least=1e-14)


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
