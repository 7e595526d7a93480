"""Batch means, their variance, small steps and large ones: against exact fractions and the complex step."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

SLOPES = [0.5, -1.25, 2.0, 0.75, -0.125, 3.5]
EXAMPLE = [0.2, -1.0, 0.9, 1.4, -0.3, 0.6]
X = [[1.0, 2.0], [0.5, 1.0], [1.5, 1.0]]
Y = [[2.0, 3.0], [1.0, 3.0], [1.0, 2.0]]
ALL_X, ALL_Y = [x for row in X for x in row], [y for row in Y for y in row]


def means(slopes: list[float], m: int, again: bool = False) -> list[Fraction]:
    """The mean of every batch, or of every row of m draws, exactly."""
    drawn = product(slopes, repeat=m) if again else combinations(slopes, m)
    return [sum((Fraction(one) for one in batch), Fraction(0)) / m for batch in drawn]


def spread(values: list[Fraction]) -> Fraction:
    middle = sum(values, Fraction(0)) / len(values)
    return sum(((one - middle) ** 2 for one in values), Fraction(0)) / len(values)


def cost(w: complex, x: list[float], y: list[float]) -> complex:
    return sum((w * a - b) ** 2 / 2 for a, b in zip(x, y, strict=True)) / len(x)


def step(w: float, x: list[float], y: list[float], lr: float) -> float:
    (slope,) = oracles.complex_step(lambda at: cost(at[0], x, y), [w])
    return w - lr * slope


def walk(w: float, lr: float) -> float:
    for x, y in zip(X, Y, strict=True):
        w = step(w, x, y, lr)
    return w


def test_batch_means_are_those_of_every_batch(snippet: Any) -> None:
    for m in range(1, 7):
        found = snippet.batch_means(SLOPES, m)
        assert sorted(found.tolist()) == [float(one) for one in sorted(means(SLOPES, m))]
        assert oracles.close(found.mean(), np.mean(SLOPES))
    assert snippet.batch_means([4], np.uint8(1)).tolist() == [4.0]
    assert snippet.batch_means(np.arange(10_000), 1).tolist() == list(range(10_000))


def test_the_variance_is_that_of_all_batches(snippet: Any) -> None:
    for m in range(1, 7):
        assert oracles.close(snippet.variance(SLOPES, m), float(spread(means(SLOPES, m))), least=1e-15)
    for m in range(1, 5):
        expected = float(spread(means(SLOPES, m, again=True)))
        assert oracles.close(snippet.variance(SLOPES, m, again=True), expected)
    assert snippet.variance([1.0], 5, again=True) == 0
    assert oracles.close(snippet.variance(SLOPES, 12, again=True) * 2, snippet.variance(SLOPES, 6, again=True))


def test_steps_are_steps_of_descent(snippet: Any) -> None:
    for w in (0.5, -2.0):
        for lr in (0.01, 0.3, 1):
            assert oracles.close(snippet.small_steps(w, X, Y, lr), walk(w, lr))
            assert oracles.close(snippet.large_step(w, X, Y, lr), step(w, ALL_X, ALL_Y, 3 * lr))


def test_the_largest_rates_part_bounded_from_unbounded(snippet: Any) -> None:
    curvatures = [0.5, 1.5, 0.25, 2.0]
    for rate, total in zip(snippet.largest_rates(curvatures), (np.mean(curvatures), np.sum(curvatures)), strict=True):
        assert oracles.close(abs(1 - rate * total), 1.0)
        assert rate > 0
    assert snippet.largest_rates([2]) == (1.0, 1.0)
    assert snippet.largest_rates([-1.0, 2.0]) == (4.0, 2.0)


def refuses_bad_batches(call: Any) -> None:
    pairs = [[0.5, 0.5]] * 2
    refuses_what_is_no_array(lambda w: call(w, pairs, pairs, 0.1), "w", 0, finite=True)
    refuses_what_is_no_array(lambda X: call(0.5, X, pairs, 0.1), "X", 2, finite=True)
    refuses_what_is_no_array(lambda Y: call(0.5, pairs, Y, 0.1), "Y", 2, finite=True)
    refuses_what_is_no_array(lambda lr: call(0.5, pairs, pairs, lr), "lr", 0, finite=True)
    refuses("Y: expected shape (2, 2), as X has, got (2, 1)", call, 0.5, pairs, [[0.5]] * 2, 0.1)
    for bad in (0.0, -0.25):
        refuses(f"lr: expected a positive number, got {bad}", call, 0.5, pairs, pairs, bad)


def test_bad_batches_are_named(snippet: Any) -> None:
    refuses_bad_batches(snippet.small_steps)
    refuses_bad_batches(snippet.large_step)


def test_bad_slopes_and_sizes_are_named(snippet: Any) -> None:
    refuses_what_is_no_array(lambda slopes: snippet.batch_means(slopes, 1), "slopes", 1, finite=True)
    refuses_what_is_no_array(lambda slopes: snippet.variance(slopes, 1), "slopes", 1, finite=True)
    refuses_what_is_no_array(lambda slopes: snippet.variance(slopes, 1, again=True), "slopes", 1, finite=True)
    refuses_what_is_no_array(snippet.largest_rates, "curvatures", 1, finite=True)
    wrong: tuple[Any, ...] = (0, -1, 4, 1.0, True, "1", [1])
    for call in (snippet.batch_means, snippet.variance):
        for bad in wrong:
            refuses(f"m: expected a whole number from 1 to 3, got {bad!r}", call, [1.0, 2.0, 3.0], bad)
    for bad in wrong:
        if bad != 4:
            refuses(f"m: expected a whole number from 1, got {bad!r}", snippet.variance, [1.0], bad, again=True)
    refuses("slopes: expected at least 2, got 1", snippet.variance, [1.0], 1)
    assert snippet.variance([1.0, 3.0], 1) == 1
    refuses("slopes: expected at most 10000 batches, got 15504", snippet.batch_means, np.arange(20), 5)
    refuses("slopes: expected at most 10000 batches, got 10001", snippet.batch_means, np.arange(10_001), 1)
    for curvatures in ([-1.0, -2.0], [1.0, -1.0]):
        says = f"curvatures: expected a positive sum, got {sum(curvatures)}"
        refuses(says, snippet.largest_rates, curvatures)


def test_batch_means_example(snippet: Any) -> None:
    lines = [f"all 6 examples: {float(sum(map(Fraction, EXAMPLE)) / 6):.4f}"]
    for m in (1, 2, 3, 5):
        found = means(EXAMPLE, m)
        average = float(sum(found) / len(found))
        low, high = float(min(found)), float(max(found))
        lines.append(f"m = {m}: {len(found):2} batches, on average {average:.4f}, from {low:.2f} to {high:.2f}")
    assert printed(snippet.example_batch_means) == lines


def test_variance_example(snippet: Any) -> None:
    every = float(spread(means(EXAMPLE, 1)))
    lines = []
    for m in (1, 2, 3, 6):
        counted = f"{float(spread(means(EXAMPLE, m))):.4f}"
        lines.append(f"m = {m}: counted {counted}, by formula {counted}, drawn again {every / m:.4f}")
    assert printed(snippet.example_variance) == lines


def test_small_steps_example(snippet: Any) -> None:
    assert printed(snippet.example_small_steps) == [
        f"three steps: {walk(0.5, 0.01):.6f}",
        f"one step:    {step(0.5, ALL_X, ALL_Y, 0.03):.6f}",
    ]


def test_large_step_example(snippet: Any) -> None:
    lines, scaled = [], []
    for lr in (0.04, 0.02, 0.01):
        small, large = walk(0.5, lr), step(0.5, ALL_X, ALL_Y, 3 * lr)
        scaled.append((small - large) / lr**2)
        lines.append(f"lr = {lr}: {small:.6f} and {large:.6f}, gap over lr²: {scaled[-1]:.3f}")
    assert printed(snippet.example_large_step) == lines
    assert max(scaled) - min(scaled) < 0.02 * abs(scaled[-1])


def test_largest_rates_example(snippet: Any) -> None:
    lines = [f"m = {m:2}: mean {4:.4f}, sum {4 / m:.4f}" for m in (1, 8, 64)]
    assert printed(snippet.example_largest_rates) == lines
