"""Conventions of optimisers and averages, against loops and closed forms. The libraries are run by `make libraries`."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

VALUES = [1.0, -2.0, 4.0, 0.5]


def weighted(beta: float, first: float, later: float) -> list[float]:
    """After each step: the first value and the later ones by their own factors, and β to the power of their age."""
    return [
        math.fsum((later if n else first) * beta ** (t - n) * x for n, x in enumerate(VALUES[: t + 1]))
        for t in range(len(VALUES))
    ]


def test_averages_are_sums_of_weights_by_age(snippet: Any) -> None:
    assert oracles.close(snippet.averages(VALUES, 0.75, "buffer"), weighted(0.75, 1, 1))
    assert oracles.close(snippet.averages(VALUES, 0.75, "zero"), weighted(0.75, 0.25, 0.25))
    assert oracles.close(snippet.averages(VALUES, 0.75, "first"), weighted(0.75, 1, 0.25))
    corrected = [v / (1 - 0.75 ** (n + 1)) for n, v in enumerate(weighted(0.75, 0.25, 0.25))]
    assert oracles.close(snippet.averages(VALUES, 0.75, "corrected"), corrected)
    assert snippet.averages(VALUES, 1, "buffer").tolist() == np.cumsum(VALUES).tolist()
    for form in ("zero", "corrected", "first", "buffer"):
        assert snippet.averages(VALUES, 0, form).tolist() == VALUES


def walk(hat: bool) -> list[float]:
    """Adam by its own recursion, in the order of the two algorithms."""
    w = m = v = 0.0
    path = []
    for t, g in enumerate(VALUES, 1):
        m, v = 0.75 * m + 0.25 * g, 0.9375 * v + 0.0625 * g * g
        if hat:
            w -= 0.5 * math.sqrt(1 - 0.9375**t) / (1 - 0.75**t) * m / (math.sqrt(v) + 0.125)
        else:
            w -= 0.5 * (m / (1 - 0.75**t)) / (math.sqrt(v / (1 - 0.9375**t)) + 0.125)
        path.append(w)
    return path


def test_adam_in_both_orders(snippet: Any) -> None:
    asked = {"lr": 0.5, "beta1": 0.75, "beta2": 0.9375, "eps": 0.125}
    assert oracles.close(snippet.adam(VALUES, **asked), walk(False))
    assert oracles.close(snippet.adam(VALUES, **asked, hat=True), walk(True))


def test_over_the_root_with_its_constant_beside_or_under(snippet: Any) -> None:
    squares = [4.0, 9.0, 0.0, 2.25]
    beside = np.cumsum([0.5 * g / (math.sqrt(s) + 0.25) for g, s in zip(VALUES, squares, strict=True)])
    under = np.cumsum([0.5 * g / math.hypot(math.sqrt(s), 0.5) for g, s in zip(VALUES, squares, strict=True)])
    assert oracles.close(snippet.over_the_root(VALUES, squares, 0.5, 0.25), -beside)
    assert oracles.close(snippet.over_the_root(VALUES, squares, 0.5, 0.25, under=True), -under)


def test_decay_variance_running_and_leaf(snippet: Any) -> None:
    assert oracles.close(snippet.decayed(3.0, 0.5, 0.25, 3), [3 * 0.875, 3 * 0.875**2, 3 * 0.875**3])
    assert oracles.close(snippet.variance(VALUES), np.var(VALUES))
    assert oracles.close(snippet.variance(VALUES, fewer=1), np.var(VALUES, ddof=1))
    assert snippet.variance([3.0]) == 0
    assert oracles.close(snippet.running(VALUES, 2.0, 0.25), [1.75, 0.8125, 1.609375, 1.33203125])
    assert snippet.leaf([1.0, -4.0], [0.5, 1.5], 1.0) == 1
    assert snippet.leaf([1.0], [0.25], 0.0) == -4
    assert type(snippet.variance([1, 2])) is type(snippet.leaf([1], [1], 0)) is float


def test_bad_input_is_named(snippet: Any) -> None:
    for call, name, axes in (
        (partial(snippet.averages, beta=0.5, form="zero"), "values", 1),
        (partial(snippet.averages, VALUES, form="zero"), "beta", 0),
        (partial(snippet.adam, lr=1.0, beta1=0.5, beta2=0.5, eps=1.0), "gradients", 1),
        (lambda e: snippet.adam(VALUES, 1.0, 0.5, 0.5, e), "eps", 0),
        (lambda lr: snippet.adam(VALUES, lr, 0.5, 0.5, 1.0), "lr", 0),
        (partial(snippet.over_the_root, squares=[1.0, 1.0], lr=1.0, eps=1.0), "gradients", 1),
        (partial(snippet.over_the_root, [1.0, 1.0], lr=1.0, eps=1.0), "squares", 1),
        (lambda e: snippet.over_the_root(VALUES, VALUES, 1.0, e), "eps", 0),
        (lambda lr: snippet.over_the_root([1.0], [1.0], lr, 1.0), "lr", 0),
        (partial(snippet.decayed, lr=0.5, lam=0.5, steps=1), "w", 0),
        (lambda lr: snippet.decayed(1.0, lr, 0.5, 1), "lr", 0),
        (lambda lam: snippet.decayed(1.0, 0.5, lam, 1), "lam", 0),
        (snippet.variance, "values", 1),
        (partial(snippet.running, start=0.0, share=0.5), "statistics", 1),
        (lambda start: snippet.running(VALUES, start, 0.5), "start", 0),
        (lambda share: snippet.running(VALUES, 0.0, share), "share", 0),
        (partial(snippet.leaf, hessians=[1.0, 1.0], lam=1.0), "gradients", 1),
        (partial(snippet.leaf, [1.0, 1.0], lam=1.0), "hessians", 1),
        (partial(snippet.leaf, [1.0], [1.0]), "lam", 0),
    ):
        refuses_what_is_no_array(call, name, axes, finite=True)
    refuses("values: expected finite numbers, got nan", snippet.variance, [1.0, math.nan])
    refuses("form: expected one of buffer, zero, corrected, first, got 'sma'", snippet.averages, VALUES, 0.5, "sma")
    for form, bad in (("zero", 1.0), ("corrected", 1.0), ("first", 1.0), ("buffer", 1.5), ("buffer", -0.5)):
        refuses(f"beta: expected a number from 0, below 1, got {bad}", snippet.averages, VALUES, bad, form)
    refuses("squares: expected shape (4,), got (1,)", snippet.over_the_root, VALUES, [1.0], 1.0, 1.0)
    refuses("hessians: expected shape (1,), got (2,)", snippet.leaf, [1.0], [1.0, 1.0], 1.0)
    refuses("hessians: expected a sum, with lam, above 0, got 0.0", snippet.leaf, [1.0], [0.0], 0.0)
    refuses("hessians: expected a sum, with lam, above 0, got -0.5", snippet.leaf, [1.0], [-1.0], 0.5)
    refuses("values: expected more than 1, got 1", snippet.variance, [3.0], fewer=1)


def test_the_examples_print_what_they_compute(snippet: Any) -> None:
    assert printed(snippet.example_averages) == [
        "buffer    [1.   2.9  6.61]",
        "zero      [0.1   0.29  0.661]",
        f"corrected [1.     {0.29 / 0.19:.4f} {0.661 / 0.271:.4f}]",
        "first     [1.   1.1  1.39]",
    ]
    lines = printed(snippet.example_adam)
    for hat, line in zip((False, True), lines, strict=True):
        path, w, m, v = [], 0.0, 0.0, 0.0
        for t, g in enumerate([0.01, -0.02, 0.03], 1):
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            share = 1 - 0.999**t
            w -= 0.1 * m / (1 - 0.9**t) / (math.sqrt(v / share) + 1e-3 / (math.sqrt(share) if hat else 1))
            path.append(w)
        assert line == str(np.round(path, 5))
    assert printed(snippet.example_leaf) == [f"{2 / 7:.6f}", f"{2e-3 / (6e-3 + 1):.6f}"]
