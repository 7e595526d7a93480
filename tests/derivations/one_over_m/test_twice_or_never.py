"""The misplaced factors in three voices: derivation, snippet, complex step; the public code, run as it was met."""

from __future__ import annotations

import numpy as np
import pytest

from derivations.one_over_m import twice_or_never as derived
from snippets.one_over_m import twice_or_never as snippet
from tests import oracles
from tests.derivations.one_over_m.batches import SIZES, batch, lines_say


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


def test_with_one_example_none_of_it_shows() -> None:
    drawn = batch(3, 2, 1)
    dZ, X = drawn["dZ"], drawn["at"]["X"]
    for form in (snippet.weights_divided_twice, snippet.weights_never_divided):
        assert form(dZ, X).tolist() == snippet.weights(dZ, X).tolist()


# ---- the public threads, with the code that they quote, written anew


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
