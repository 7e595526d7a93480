"""Cost and gradient against loops and complex steps; descent against its closed form on a parabola."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # D = 2, m = 4
TARGETS = [1.0, 0.0, -1.0, 2.0]
w = [1.0, -0.5]


def with_one(call: Callable[..., Any], place: int, *good: Any) -> Callable[[Any], Any]:
    """A function of one of the arguments; the others are good."""
    return lambda bad: call(*good[:place], bad, *good[place + 1 :])


def total(at: Any, y: Any = TARGETS) -> Any:
    """The sum of half the squared errors, a loop over the examples; complex weights too."""
    return sum((at[0] * a + at[1] * b - target) ** 2 / 2 for a, b, target in zip(*X, y, strict=True))


DIVISORS = {"sum": 1, "mean": 4}


def test_cost_and_gradient(snippet: Any) -> None:
    slopes = np.array(oracles.complex_step(total, w))
    for reduction, divisor in DIVISORS.items():
        assert oracles.close(snippet.cost(w, X, TARGETS, reduction), total(w) / divisor)
        assert oracles.close(snippet.gradient(w, X, TARGETS, reduction), slopes / divisor)


def test_steps(snippet: Any) -> None:
    assert snippet.down([1.0, 2.0], [4.0, -8.0], 0.25).tolist() == [0.0, 4.0]
    assert snippet.up([1.0, 2.0], [4.0, -8.0], 0.25).tolist() == [2.0, 0.0]
    for step in (snippet.down, snippet.up):
        for place, (name, axes) in enumerate((("w", 1), ("dw", 1), ("lr", 0))):
            refuses_what_is_no_array(with_one(step, place, [0.5, 0.5], [0.5, 0.5], 0.1), name, axes, finite=True)
        refuses("dw: expected shape (1,), as w has, got (2,)", step, [0.5], [0.5, 0.5], 0.1)
        for bad in (0.0, -0.5):
            refuses(f"lr: expected a positive number, got {bad}", step, [0.5], [0.5], bad)


def test_descent_is_one_step_after_the_other(snippet: Any) -> None:
    for reduction, divisor in DIVISORS.items():
        path, at = snippet.descend(w, X, TARGETS, 0.05, 3, reduction), list(w)
        assert path.shape == (4, 2)
        assert path[0].tolist() == w
        for found in path[1:]:
            slopes = oracles.complex_step(total, at)
            at = [one - 0.05 * slope / divisor for one, slope in zip(at, slopes, strict=True)]
            assert oracles.close(found, at)
    given = np.array(w)
    snippet.descend(given, X, TARGETS, 0.05, 1, "sum")
    assert given.tolist() == w


def test_descent_takes_the_step_that_it_is_given(snippet: Any) -> None:
    for step, factor in ((snippet.down, 0.9), (snippet.up, 1.1)):
        path = snippet.descend([1.0], [[1.0]], [0.0], 0.1, 5, "sum", step)
        assert oracles.close(path[:, 0], [factor**n for n in range(6)])


def test_the_limit_is_two_over_the_largest_curvature(snippet: Any) -> None:
    a, b, c = 14.25, 3.75, 7.5  # Σx², Σxx', Σx'² of the two features
    assert (a, b, c) == tuple(float(np.dot(X[r], X[s])) for r, s in ((0, 0), (0, 1), (1, 1)))
    largest = (a + c) / 2 + (((a - c) / 2) ** 2 + b**2) ** 0.5
    assert oracles.close(snippet.stability_limit(X, "sum"), 2 / largest)
    assert oracles.close(snippet.stability_limit(X, "mean"), 8 / largest)
    apart = [[2.0, 0.0, 0.0], [0.0, -3.0, 0.0], [0.0, 0.0, 1.0]]  # each weight has a curvature of its own
    assert oracles.close(snippet.stability_limit(apart, "sum"), 2 / 9)


def test_refusals(snippet: Any) -> None:
    for call in (snippet.cost, snippet.gradient):
        refuses_what_is_no_array(with_one(call, 0, w, X, TARGETS, "sum"), "w", 1, finite=True)
        refuses_what_is_no_array(with_one(call, 1, w, X, [0.0, 1.0], "sum"), "X", 2, finite=True)
        refuses_what_is_no_array(with_one(call, 2, w, X, TARGETS, "sum"), "y", 1, finite=True)
        refuses("X: expected shape (1, 4), from w and y, got (2, 4)", call, [1.0], X, TARGETS, "sum")
        refuses("X: expected shape (2, 3), from w and y, got (2, 4)", call, w, X, TARGETS[1:], "sum")
        refuses("reduction: expected 'sum' or 'mean', got 'average'", call, w, X, TARGETS, "average")
    refuses_what_is_no_array(lambda bad: snippet.stability_limit(bad, "sum"), "X", 2, finite=True)
    refuses("X: expected an entry other than 0, got none", snippet.stability_limit, [[0.0, 0.0]], "sum")
    refuses("reduction: expected 'sum' or 'mean', got ''", snippet.stability_limit, X, "")


def test_descent_refuses(snippet: Any) -> None:
    refuses("X: expected shape (1, 4), from w and y, got (2, 4)", snippet.descend, [1.0], X, TARGETS, 0.1, 1, "sum")
    refuses("reduction: expected 'sum' or 'mean', got 'max'", snippet.descend, w, X, TARGETS, 0.1, 1, "max")
    refuses_what_is_no_array(lambda bad: snippet.descend(w, X, TARGETS, bad, 1, "sum"), "lr", 0, finite=True)
    for bad in (0.0, -0.5):
        refuses(f"lr: expected a positive number, got {bad}", snippet.descend, w, X, TARGETS, bad, 1, "sum")
    refuses_what_is_no_whole_number(lambda bad: snippet.descend(w, X, TARGETS, 0.01, bad, "sum"), "steps", 1)


# ---- what the page prints


def test_gradient_example(snippet: Any) -> None:
    expected = []
    for at in ([0.0, 0.0], w):
        slopes = np.array(oracles.complex_step(total, at))
        expected.append(f"w {at}  sum   cost {total(at):7.5f}  gradient {slopes}")
        expected.append(f"w {at}  mean  cost {total(at) / 4:7.5f}  gradient {slopes / 4}")
    assert printed(snippet.example_gradient) == expected


def walked(lr: float, steps: int) -> float:
    """A quarter of the sum after descent on the sum, a loop over the steps."""
    at = [0.0, 0.0]
    for _ in range(steps):
        at = [one - lr * slope for one, slope in zip(at, oracles.complex_step(total, at), strict=True)]
    return float(total(at) / 4)


def test_descend_example(snippet: Any) -> None:
    mean, with_sum, divided = printed(snippet.example_descend)
    assert mean == f"mean  lr   0.25  cost of the mean {walked(0.25 / 4, 20):.4g}"
    assert with_sum == f"sum   lr   0.25  cost of the mean {walked(0.25, 20):.4g}"
    assert divided == f"sum   lr 0.0625  cost of the mean {walked(0.25 / 4, 20):.4g}"
    assert walked(0.25, 20) > 1e9 * walked(0.25 / 4, 20)


def test_stability_example(snippet: Any) -> None:
    limit = 2 / ((14.25 + 7.5) / 2 + (((14.25 - 7.5) / 2) ** 2 + 3.75**2) ** 0.5)
    assert printed(snippet.example_stability) == [
        f"{reduction:4}  lr {share * limit * m:.4f}  cost of the mean {walked(share * limit, 100):.4g}"
        for reduction, m in (("mean", 4), ("sum", 1))
        for share in (0.95, 1.05)
    ]
    assert walked(0.95 * limit, 100) < 0.03 < 1e6 < walked(1.05 * limit, 100)


def test_sign_example(snippet: Any) -> None:
    assert printed(snippet.example_sign) == [
        f"down  {0.5:.4f} → {0.9**40 / 2:.4f}",
        f"up    {0.5:.4f} → {1.1**40 / 2:.4f}",
    ]
