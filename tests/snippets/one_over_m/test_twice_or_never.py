"""The right gradient against complex steps; each faulty form against its own loop; the tests on the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array
from tests.snippets.softmax_layer import ERRORS, GOOD, W, X, Y, added_up, over, softmax_errors


def test_the_right_form_is_the_derivative_of_the_mean(snippet: Any) -> None:
    slopes = oracles.complex_step(lambda at: oracles.batch_loss(at, X, Y, 3, bias=False), list(np.ravel(W)))
    assert oracles.close(snippet.weights(softmax_errors(), X), np.reshape(slopes, (3, 2)), least=1e-15)


def test_each_faulty_form_of_the_weights_is_what_it_is_named_for(snippet: Any) -> None:
    entries = added_up(ERRORS, X)
    assert oracles.close(snippet.weights(ERRORS, X), over(entries, 4))
    assert oracles.close(snippet.weights_divided_twice(ERRORS, X), over(entries, 16))
    assert oracles.close(snippet.weights_never_divided(ERRORS, X), entries)


def test_factor_is_the_nearest_multiple_and_tells_what_is_left(snippet: Any) -> None:
    assert snippet.factor([[3.0, 6.0]], [[1.0, 2.0]]) == (3.0, 0.0)
    assert snippet.factor([-1.0, 2.0], [2.0, -4.0]) == (-0.5, 0.0)
    assert snippet.factor(6.0, 4.0) == (1.5, 0.0)
    c, left = snippet.factor([2.0, -1.0, 4.0], [1.0, 2.0, 2.0])  # 8/9: apart by 10/9, 25/9 and 20/9
    assert oracles.close([c, left], [8 / 9, (25 / 9) / 4])
    assert snippet.factor([1.0, 0.0], [0.0, 1.0]) == (0.0, 1.0)


def test_repeating_and_cutting_the_batch_count_the_factors(snippet: Any) -> None:
    odd = [row[:3] for row in ERRORS], [row[:3] for row in X]
    forms = (snippet.weights_never_divided, snippet.weights, snippet.weights_divided_twice)
    for times, form in enumerate(forms):
        assert oracles.close(snippet.batch_twice(form, ERRORS, X), [2.0 ** (1 - times), 0], least=1e-15)
        assert oracles.close(snippet.batch_twice(form, *odd), [2.0 ** (1 - times), 0], least=1e-15)
        assert oracles.close(snippet.batch_in_halves(form, ERRORS, X), [2.0**-times, 0], least=1e-15)
        with pytest.raises(ValueError, match=r"^dZ: expected an even number of columns, got 3$"):
            snippet.batch_in_halves(form, *odd)
    summed = snippet.batch_twice(lambda dZ, x: dZ[:, :1] / dZ.shape[1], ERRORS, X)
    assert oracles.close(summed, [0.5, 0])


def test_the_halves_are_the_first_columns_and_the_last(snippet: Any) -> None:
    seen: list[Any] = []

    def gradient(dZ: Any, x: Any) -> Any:
        seen.append((dZ.tolist(), x.tolist()))
        return dZ.sum(axis=1) + x.sum()

    snippet.batch_in_halves(gradient, ERRORS, X)
    assert sorted(seen, key=str) == sorted(
        [
            ([row[:2] for row in ERRORS], [row[:2] for row in X]),
            ([row[2:] for row in ERRORS], [row[2:] for row in X]),
            (ERRORS, X),
        ],
        key=str,
    )


def test_batches_are_checked(snippet: Any) -> None:
    pairs = (
        snippet.weights,
        snippet.weights_divided_twice,
        snippet.weights_never_divided,
        lambda dZ, x: snippet.batch_twice(snippet.weights, dZ, x),
        lambda dZ, x: snippet.batch_in_halves(snippet.weights, dZ, x),
    )
    for call in pairs:
        refuses_what_is_no_array(lambda dZ, call=call: call(dZ, GOOD), "dZ", 2, finite=True)
        refuses_what_is_no_array(lambda x, call=call: call(GOOD, x), "X", 2, finite=True)
        refuses("X: expected 4 columns, as dZ has, got 3", call, ERRORS, [[0.5, 0.25, 1.0]])


def test_factors_are_checked(snippet: Any) -> None:
    for name, call in (
        ("found", lambda one: snippet.factor(one, GOOD)),
        ("expected", lambda one: snippet.factor(GOOD, one)),
    ):
        refuses(f"{name}: expected finite numbers, got nan", call, [[0.5, np.nan], [1.0, 2.0]])
        refuses(f"{name}: expected real numbers, got dtype bool", call, [[True, False], [True, True]])
    refuses("found: expected shape (2, 2), got (2,)", snippet.factor, [0.5, 1.0], GOOD)
    refuses("found: expected an entry other than 0, got none", snippet.factor, np.zeros((2, 2)), GOOD)
    refuses("expected: expected an entry other than 0, got none", snippet.factor, GOOD, np.zeros((2, 2)))


def test_weights_example(snippet: Any) -> None:
    lines = printed(snippet.example_weights)
    for line, name, number in zip(
        lines, ("weights", "weights_divided_twice", "weights_never_divided"), (4, 16, 1), strict=True
    ):
        expected = np.round(over(added_up(ERRORS, X), number), 3).tolist()
        assert line == f"{name:21}  dW: {expected}"


def test_factor_example(snippet: Any) -> None:
    right = np.array(over(added_up(ERRORS, X), 4))
    alone = np.array(added_up([row[:1] for row in ERRORS], [row[:1] for row in X]))
    c = (right * alone).sum() / (right * right).sum()
    left = abs(alone - c * right).max() / abs(alone).max()
    assert printed(snippet.example_factor) == [
        f"divided twice → factor {1 / 4:.3f}, left over {0:.2f}",
        f"never divided → factor {4:.3f}, left over {0:.2f}",
        f"one example → factor {c:.3f}, left over {left:.2f}",
    ]


def test_batch_twice_example(snippet: Any) -> None:
    head, *lines = printed(snippet.example_batch_twice)
    assert head == "form                   length   is off by   batch twice   halves added"
    entries = added_up(ERRORS, X)
    names = ("weights", "weights_divided_twice", "weights_never_divided")
    for line, name, times in zip(lines, names, (1, 2, 0), strict=True):
        length = sum((one / 4**times) ** 2 for row in entries for one in row) ** 0.5
        factors = f"{4.0 ** (1 - times):9}   {2.0 ** (1 - times):11}   {2.0**-times:12}"
        assert line == f"{name:21}  {length:6.4f}   {factors}"
