"""The misplaced factors in three voices: derivation, snippet, complex step; the public code, run as it was met."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations.one_over_m import twice_or_never as derived
from snippets.one_over_m import twice_or_never as snippet
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


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_twice_is_m_times_too_small_and_never_m_times_too_large(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at, dZ, right = drawn["at"], drawn["dZ"], drawn["dW"]
    forms = {
        0: (derived.never_divided, snippet.weights_never_divided),
        1: (None, snippet.weights),
        2: (derived.divided_twice, snippet.weights_divided_twice),
    }
    for times, (chain, form) in forms.items():
        expected = right * float(m) ** (1 - times)
        assert oracles.close(form(dZ, at["X"]), expected, least=1e-14)
        for r, s in ((0, 0), (K - 1, D - 1), (K - 1, 0)):
            place = {"r": r + 1, "s": s + 1}
            assert lines_say(derived.divided_some_times, expected[r, s], at, times=times, **place)
            if chain is not None:
                assert lines_say(chain, expected[r, s], at, **place)


@pytest.mark.parametrize(("m", "parts"), [(4, 2), (3, 5), (1, 2)])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_repeated_batch_and_a_cut_one_count_the_factors(m: int, parts: int, times: int) -> None:
    rng = np.random.default_rng(10 * m + parts)
    slope = rng.normal(size=m)
    form = (snippet.weights_never_divided, snippet.weights, snippet.weights_divided_twice)[times]
    one = slope[None, :], np.ones((1, m))
    again = form(np.tile(slope, parts)[None, :], np.ones((1, parts * m)))[0, 0]
    assert oracles.close(again, parts ** (1 - times) * form(*one)[0, 0])
    at = {"m": m, "B": parts, "times": times, "slope": slope, "slopes": np.tile(slope[:, None], parts)}
    assert lines_say(derived.repeated_batch, again, at)

    slopes = rng.normal(size=(m, parts))
    whole = form(slopes.ravel()[None, :], np.ones((1, parts * m)))[0, 0]
    added = sum(form(slopes[:, n][None, :], np.ones((1, m)))[0, 0] for n in range(parts))
    assert oracles.close(whole, parts**-times * added)
    assert lines_say(derived.batch_in_parts, whole, {**at, "slopes": slopes})
    if parts == 2:
        columns = np.concatenate([slopes[:, 0], slopes[:, 1]])[None, :]
        assert oracles.close(snippet.batch_in_halves(form, columns, np.ones((1, 2 * m))), [2.0**-times, 0], least=1e-12)


@pytest.mark.parametrize(("K", "D", "m"), SIZES)
def test_a_penalty_is_divided_once_with_all_the_rest(K: int, D: int, m: int) -> None:
    drawn = batch(K, D, m)
    at, dZ, right = drawn["at"], drawn["dZ"], drawn["dW with penalty"]
    W, X = at["W"], at["X"]
    assert oracles.close(snippet.weights_with_penalty(dZ, X, W, LAM), right, least=1e-14)
    again, forgotten = snippet.penalty_divided_again(dZ, X, W, LAM), snippet.weights(dZ, X)
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
    for form in (snippet.weights_divided_twice, snippet.weights_never_divided):
        assert form(dZ, X).tolist() == snippet.weights(dZ, X).tolist()
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


def test_the_batch_that_was_stacked_upon_itself() -> None:
    """Examples in rows, as there: without a mean the gradient doubles with each stacking."""
    rng = np.random.default_rng(4)
    x, error = rng.normal(size=(4, 2)), rng.normal(size=(4, 3))
    once = x.T @ error
    for times in (2, 4, 8):
        stacked = np.vstack([x] * times).T @ np.vstack([error] * times)
        assert oracles.close(stacked, times * once)


def test_the_mean_taken_by_the_loss_and_again_by_the_optimiser() -> None:
    drawn = batch(3, 2, 4)
    averaged_by_the_loss = drawn["dZ"] / 4
    assert oracles.close(averaged_by_the_loss @ drawn["at"]["X"].T, drawn["dW"], least=1e-14)
    assert oracles.close(averaged_by_the_loss @ drawn["at"]["X"].T / 4, drawn["dW"] / 4, least=1e-14)
