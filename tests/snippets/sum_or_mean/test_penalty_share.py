"""Penalised costs against sums typed again; the ridge against a least-squares solver that knows no penalty."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

LOSSES = [0.5, 1.5, 0.25, 1.75, 3.0]
X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0], [2.0, 0.25, 1.0, -1.0]]
Y = [2.5, -1.0, -1.0, 7.0]


def test_costs_are_the_sums_of_what_they_hold(snippet: Any) -> None:
    penalty, lam = 10.0, 0.02
    total = math.fsum(LOSSES)
    assert oracles.close(snippet.outside(LOSSES, penalty, lam, "mean"), total / 5 + lam * penalty)
    assert oracles.close(snippet.outside(LOSSES, penalty, lam, "sum"), total + lam * penalty)
    assert oracles.close(snippet.inside(LOSSES, penalty, lam, "mean"), total / 5 + lam * penalty)
    assert oracles.close(snippet.inside(LOSSES, penalty, lam, "sum"), total + 5 * lam * penalty)
    for place in (snippet.outside, snippet.inside):
        assert place(LOSSES, penalty, 0, "sum") == place(LOSSES, 0, lam, "sum") == total


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_ridge_is_least_squares_with_a_row_for_each_weight(reduction: str, snippet: Any) -> None:
    lam = 0.75
    each = 1 / len(Y) if reduction == "mean" else 1.0  # what one example counts
    rows = np.vstack([math.sqrt(each) * np.transpose(X), math.sqrt(lam) * np.eye(3)])
    targets = [*(math.sqrt(each) * y for y in Y), 0.0, 0.0, 0.0]
    expected = np.linalg.lstsq(rows, np.array(targets), rcond=None)[0]
    assert oracles.close(snippet.ridge(X, Y, lam, reduction), expected)


def test_the_ridge_of_the_mean_does_not_see_a_repeated_batch(snippet: Any) -> None:
    twice = np.tile(X, 2), np.tile(Y, 2)
    assert oracles.close(snippet.ridge(*twice, 2, "mean"), snippet.ridge(X, Y, 2, "mean"))
    assert oracles.close(snippet.ridge(*twice, 4, "sum"), snippet.ridge(X, Y, 2, "sum"))
    assert not oracles.close(snippet.ridge(*twice, 2, "sum"), snippet.ridge(X, Y, 2, "sum"), rel=1e-2)


def test_bad_input_is_named(snippet: Any) -> None:
    for place in (snippet.outside, snippet.inside):
        refuses_what_is_no_array(lambda x, place=place: place(x, 1.0, 1.0, "mean"), "losses", 1, finite=True)
        refuses_what_is_no_array(lambda x, place=place: place(LOSSES, x, 1.0, "mean"), "penalty", 0, finite=True)
        refuses_what_is_no_array(lambda x, place=place: place(LOSSES, 1.0, x, "mean"), "lam", 0, finite=True)
        refuses("penalty: expected a number from 0, got -1.0", place, LOSSES, -1.0, 1.0, "mean")
        refuses("lam: expected a number from 0, got -0.5", place, LOSSES, 1.0, -0.5, "mean")
        for bad in ("none", None, ["sum"]):
            refuses(f"reduction: expected 'mean' or 'sum', got {bad!r}", place, LOSSES, 1.0, 1.0, bad)
    refuses_what_is_no_array(lambda x: snippet.ridge(x, [1.0, 2.0], 1.0, "sum"), "X", 2, finite=True)
    refuses_what_is_no_array(lambda y: snippet.ridge([[1.0, 2.0]], y, 1.0, "sum"), "y", 1, finite=True)
    refuses_what_is_no_array(lambda lam: snippet.ridge(X, Y, lam, "sum"), "lam", 0, finite=True)
    refuses("y: expected 4 numbers, as X has columns, got 3", snippet.ridge, X, Y[:3], 1.0, "sum")
    for bad_lam in (0.0, -1.0):
        refuses(f"lam: expected a positive number, got {bad_lam}", snippet.ridge, X, Y, bad_lam, "sum")
    refuses("reduction: expected 'mean' or 'sum', got 'max'", snippet.ridge, X, Y, 1.0, "max")


def test_the_examples_tell_the_story(snippet: Any) -> None:
    shares = [line.split()[-2:] for line in printed(snippet.example_costs)[1:]]
    moved = [first != second for first, second in shares]
    assert moved == [False, True, False, False]
    lines = [line.split("[")[1] for line in printed(snippet.example_ridge)]
    assert lines[0] == lines[2] == lines[3] == lines[5]
    assert len({lines[0], lines[1], lines[4]}) == 3
