"""Penalised costs against sums typed again; the ridge against a least-squares solver that knows no penalty."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

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
        assert type(place([1, 2], 3, 1, "sum")) is float


def least_squares(x: Any, y: Any, lam: float, each: float) -> Any:
    """The ridge by a solver that knows no penalty: a row for each weight; `each` is what one example counts."""
    rows = np.vstack([math.sqrt(each) * np.transpose(x), math.sqrt(lam) * np.eye(len(x))])
    targets = [*(math.sqrt(each) * one for one in y), *(0.0 for _ in x)]
    return np.linalg.lstsq(rows, np.array(targets), rcond=None)[0]


def test_ridge_is_least_squares_with_a_row_for_each_weight(snippet: Any) -> None:
    for reduction, each in (("mean", 1 / 4), ("sum", 1.0)):
        assert oracles.close(snippet.ridge(X, Y, 0.75, reduction), least_squares(X, Y, 0.75, each))


def test_the_ridge_of_the_mean_does_not_see_a_repeated_batch(snippet: Any) -> None:
    twice = np.tile(X, 2), np.tile(Y, 2)
    assert oracles.close(snippet.ridge(*twice, 2, "mean"), snippet.ridge(X, Y, 2, "mean"))
    assert oracles.close(snippet.ridge(*twice, 4, "sum"), snippet.ridge(X, Y, 2, "sum"))
    assert not oracles.close(snippet.ridge(*twice, 2, "sum"), snippet.ridge(X, Y, 2, "sum"), rel=1e-2)


def test_bad_input_is_named(snippet: Any) -> None:
    for place in (snippet.outside, snippet.inside):
        refuses_what_is_no_array(partial(place, penalty=1.0, lam=1.0, reduction="mean"), "losses", 1, finite=True)
        refuses_what_is_no_array(partial(place, LOSSES, lam=1.0, reduction="mean"), "penalty", 0, finite=True)
        refuses_what_is_no_array(partial(place, LOSSES, 1.0, reduction="mean"), "lam", 0, finite=True)
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


def test_costs_example(snippet: Any) -> None:
    penalty, total = 0.02 * 10, 0.5 + 1.5 + 0.25 + 1.75
    shares = {  # of the whole cost, with 4 examples and with 8
        "outside the mean": [penalty / (total / 4 + penalty)] * 2,
        "outside the sum": [penalty / (total + penalty), penalty / (2 * total + penalty)],
        "inside the mean": [penalty / (total / 4 + penalty)] * 2,
        "inside the sum": [4 * penalty / (total + 4 * penalty)] * 2,
    }
    head, *lines = printed(snippet.example_costs)
    assert head == "penalty's share of the cost   4 examples   8 examples"
    for line, (name, (first, second)) in zip(lines, shares.items(), strict=True):
        place, reduction = name.split(" the ")
        assert line == f"{place:>7} the {reduction:4}               {first:10.4f}   {second:10.4f}"


def test_ridge_example(snippet: Any) -> None:
    x, y, lam = X[:2], Y, 2.0
    of_the_mean = least_squares(x, y, lam, 1 / 4).round(4)
    expected = []
    for m, copies in ((4, 1), (8, 2)):
        expected += [
            f"m = {m}  mean, lam    {of_the_mean}",
            f"       sum,  lam    {least_squares(x, y, lam, copies).round(4)}",
            f"       sum,  lam m  {of_the_mean}",
        ]
    assert printed(snippet.example_ridge) == expected
