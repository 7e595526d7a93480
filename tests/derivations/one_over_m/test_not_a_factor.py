"""Penalties and biases in three voices: derivation, snippet, complex step; the public code, run as it was met."""

from __future__ import annotations

import numpy as np
import pytest

from derivations.one_over_m import not_a_factor as derived
from snippets.one_over_m import not_a_factor as snippet
from tests import oracles
from tests.derivations.one_over_m.batches import LAM, SIZES, batch, lines_say


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_a_penalty_is_divided_once_with_all_the_rest(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at, dZ, right = drawn["at"], drawn["dZ"], drawn["dW with penalty"]
    W, X = at["W"], at["X"]
    assert oracles.close(snippet.weights_with_penalty(dZ, X, W, LAM), right, least=1e-14)
    again, forgotten = snippet.penalty_divided_again(dZ, X, W, LAM), snippet.weights_with_penalty(dZ, X, W, 0)
    assert oracles.close(again - right, -(1 - 1 / m) * LAM / m * W, least=1e-14)
    assert oracles.close(forgotten - right, -LAM / m * W, least=1e-14)
    for r, s in ((0, 0), (K - 1, D - 1), (K - 1, 0)):
        place = {"r": r + 1, "s": s + 1, "lam": LAM}
        assert lines_say(derived.penalised_gradient, right[r, s], at, **place)
        assert lines_say(derived.penalty_divided_again, again[r, s], at, **place)
        assert lines_say(derived.penalty_forgotten, forgotten[r, s], at, **place)


@pytest.mark.parametrize("copies", [2, 3])
def test_the_penalty_of_a_repeated_batch_is_smaller_in_right_code(copies: int) -> None:
    drawn = batch(3, 2, 4)
    dZ, W, X = drawn["dZ"], drawn["at"]["W"], drawn["at"]["X"]
    once = snippet.weights_with_penalty(dZ, X, W, LAM)
    again = snippet.weights_with_penalty(np.tile(dZ, copies), np.tile(X, copies), W, LAM)
    assert oracles.close(again, once - (1 - 1 / copies) * LAM / 4 * W, least=1e-15)
    slope = dZ[1] * X[0]
    at = {"m": 4, "B": copies, "slope": slope, "slopes": np.tile(slope[:, None], copies), "W": W, "lam": LAM}
    assert lines_say(derived.penalty_of_a_repeated_batch, again[1, 0], {**at, "K": 3, "D": 2}, r=2, s=1)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_over_the_wrong_axis_the_errors_of_a_softmax_cancel(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at = drawn["at"]
    assert abs(snippet.bias_over_the_wrong_axis(drawn["dZ"])).max() < 1e-16
    for i in {0, m - 1}:
        assert lines_say(
            derived.wrong_axis_is_zero, 0, {"K": K, "m": m, "Z": at["W"] @ at["X"], "Y": at["Y"]}, i2=i + 1
        )


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_rows_of_dw_are_db_where_the_columns_of_x_sum_to_one(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at, dZ = drawn["at"], drawn["dZ with bias"]
    assert oracles.close(snippet.bias(dZ), drawn["db"], least=1e-14)
    words = np.random.default_rng(m).dirichlet(np.ones(D), size=m).T
    assert oracles.close(snippet.bias_from_the_weights(dZ, words), snippet.bias(dZ), least=1e-15)
    sums = at["X"].sum(axis=0)
    gap = snippet.bias_from_the_weights(dZ, at["X"]) - snippet.bias(dZ)
    for r in {0, K - 1}:
        plain = {"K": K, "D": D, "m": m, "X": at["X"], "dZ": dZ}
        assert lines_say(derived.gap_of_the_bias, gap[r, 0], plain, r=r + 1)
        P = np.array(oracles.by_column(oracles.softmax_column, at["W"] @ words + drawn["b"][:, None]))
        expected = snippet.bias(P - at["Y"])[r, 0]
        of_words = {**at, "X": words, "b_vector": drawn["b"]}
        assert lines_say(derived.bias_from_the_weights, expected, of_words, r=r + 1)
    for i in range(m):  # the converse: an error in one example alone shows what is missing in its column
        alone = np.zeros((K, m))
        alone[0, i] = 1
        shown = (snippet.bias_from_the_weights(alone, at["X"]) - snippet.bias(alone))[0, 0]
        assert oracles.close(shown, (sums[i] - 1) / m, least=1e-15)
        assert lines_say(derived.gap_of_one_example, shown, {"D": D, "m": m, "X": at["X"]}, i2=i + 1)


def test_with_one_example_none_of_it_shows() -> None:
    drawn = batch(3, 2, 1)
    dZ, X, W = drawn["dZ"], drawn["at"]["X"], drawn["at"]["W"]
    assert oracles.close(
        snippet.penalty_divided_again(dZ, X, W, LAM), snippet.weights_with_penalty(dZ, X, W, LAM), least=1e-16
    )
    assert snippet.bias_not_summed(dZ).tolist() == snippet.bias(dZ).tolist()


# ---- the public threads, with the code that they quote, written anew


def test_the_notebooks_biases_are_right_for_words_and_wrong_for_hidden_units() -> None:
    """Both lines of the thread: one layer reads averaged one-hot words, the other what a ReLU lets through."""
    rng = np.random.default_rng(3)
    V, H, m = 5, 3, 8
    words = np.array([np.bincount(rng.integers(0, V, size=4), minlength=V) / 4 for _ in range(m)]).T  # (V, m)
    hidden = np.maximum(rng.normal(size=(H, V)) @ words, 0)  # (H, m)
    l1, error = rng.normal(size=(H, m)), rng.normal(size=(V, m))
    as_printed_1 = np.sum((1 / m) * np.dot(l1, words.T), axis=1, keepdims=True)
    as_printed_2 = np.sum((1 / m) * np.dot(error, hidden.T), axis=1, keepdims=True)
    assert oracles.close(as_printed_1, np.mean(l1, axis=1, keepdims=True), least=1e-15)
    assert abs(as_printed_2 - np.mean(error, axis=1, keepdims=True)).max() > 0.1
