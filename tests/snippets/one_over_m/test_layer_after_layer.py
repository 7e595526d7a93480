"""One layer down: a plain loop over units and examples, complex steps of two layers, and a factor that comes out."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # D = 2, m = 4
ERRORS = [[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]]  # K = 3
W = [[1.0, -0.5], [0.5, 2.0], [-1.5, 0.25]]  # H = 2
G = [[1.0, 0.5, 0.75, 0.25], [0.5, 1.0, 0.0, 0.25]]


def loops(dZ: Any, weights: Any, slopes: Any) -> list[list[float]]:
    """The errors of an example through the weights of a unit, times the slope of the two."""
    return [
        [
            sum(row[h] * error for row, error in zip(weights, errors, strict=True)) * slopes[h][n]
            for n, errors in enumerate(oracles.columns(dZ))
        ]
        for h in range(len(slopes))
    ]


def test_one_layer_down_is_a_plain_loop(snippet: Any) -> None:
    assert oracles.close(snippet.one_layer_down(ERRORS, W, G), loops(ERRORS, W, G))
    assert snippet.one_layer_down([[2.0]], [[3.0, 5.0]], [[7.0], [11.0]]).tolist() == [[42], [110]]


def test_a_factor_comes_out_one_layer_down(snippet: Any) -> None:
    whole = snippet.one_layer_down(ERRORS, W, G)
    for factor in (1 / 4, -8.0, 0.0):
        assert (snippet.one_layer_down(np.multiply(factor, ERRORS), W, G) == factor * whole).all()


def test_it_gives_the_derivatives_by_the_hidden_scores(snippet: Any) -> None:
    """Of the sum of the losses, with units that square their scores: the slope is twice the score."""
    Z = np.array([[0.5, -1.0, 0.25, 1.5], [-0.75, 2.0, 1.0, -0.5]])
    Y = oracles.one_hot([0, 2, 1, 0], 3)

    def total(scores: list[complex]) -> complex:
        hidden = np.reshape(np.array(scores), (2, 4)) ** 2
        pairs = zip(oracles.columns(np.array(W) @ hidden), oracles.columns(Y), strict=True)
        return sum((oracles.complex_losses(z, y) for z, y in pairs), 0j)

    P = oracles.by_column(oracles.softmax_column, np.array(W) @ Z**2)
    found = snippet.one_layer_down(np.subtract(P, Y), W, 2 * Z)
    assert oracles.close(found, np.reshape(oracles.complex_step(total, list(Z.ravel())), (2, 4)), least=1e-14)


def test_arguments_are_checked(snippet: Any) -> None:
    plane = np.full((2, 2), 0.5)
    for name in ("dZ", "W", "G"):
        rest = {other: plane for other in ("dZ", "W", "G") if other != name}
        call = partial(snippet.one_layer_down, **rest)
        refuses_what_is_no_array(lambda one, call=call, name=name: call(**{name: one}), name, 2, finite=True)
    refuses("W: expected 3 rows, as dZ has, got 2", snippet.one_layer_down, ERRORS, G, G)
    refuses("W: expected 3 rows, as dZ has, got 4", snippet.one_layer_down, ERRORS, np.transpose(G), G)
    refuses("G: expected shape (2, 4), got (2, 2)", snippet.one_layer_down, ERRORS, W, plane)
    refuses("G: expected shape (2, 4), got (3, 4)", snippet.one_layer_down, ERRORS, W, ERRORS)


def test_the_example(snippet: Any) -> None:
    below = loops(ERRORS, W, G)
    dW = [[sum(e * x for e, x in zip(row, feature, strict=True)) / 4 for feature in X] for row in below]
    assert printed(snippet.example_one_layer_down) == [
        f"deferred: first column of dZ {np.array([row[0] for row in below])}",
        f"          dW {dW}",
        f"absorbed: first column of dZ {np.array([row[0] / 4 for row in below])}",
        f"          dW {dW}",
    ]
