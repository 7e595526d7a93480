"""Running statistics, test time and folding: against weighted averages of exact fractions, and straight lines."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

BATCHES = [
    [[1.0, 3.0, 2.5], [0.5, -8.0, 1.0]],
    [[5.0, 9.0], [-1.0, 0.25]],
    [[2.0, 2.0, 4.0, 7.0], [3.0, 1.0, 4.0, 1.0]],
]
MU, VAR, GAMMA, BETA = [2.0, -1.5], [3.0, 0.0], [4.0, -0.5], [1.0, 0.25]
Z = [[1.0, 4.0, -2.0], [0.5, 0.0, 7.0]]
W, B, X = [[1.0, -2.0, 0.5], [0.0, 3.0, 1.5]], [0.75, -4.0], [[1.0, 2.0], [-1.0, 0.5], [4.0, 8.0]]


def moments(z: Any) -> tuple[Fraction, Fraction]:
    """Mean, and variance over one fewer."""
    exact = [Fraction(float(one)) for one in z]
    mean = sum(exact, Fraction(0)) / len(exact)
    return mean, sum(((one - mean) ** 2 for one in exact), Fraction(0)) / (len(exact) - 1)


def averaged(values: list[Fraction], keep: float) -> float:
    """Weights that fall by `keep` from the last value backwards, over their sum."""
    weights = [Fraction(keep) ** (len(values) - n) for n in range(1, len(values) + 1)]
    return float(sum((a * b for a, b in zip(weights, values, strict=True)), Fraction(0)) / sum(weights))


def given(z: float, unit: int, eps: float) -> float:
    return GAMMA[unit] * (z - MU[unit]) / math.sqrt(VAR[unit] + eps) + BETA[unit]


def test_running_statistics_are_weighted_averages(snippet: Any) -> None:
    for keep in (0, 0.5, 0.9, 0.99):
        for count in (1, 2, 3):
            each = [[moments(batch[unit]) for batch in BATCHES[:count]] for unit in (0, 1)]
            found = snippet.running_statistics(BATCHES[:count], keep)
            for n in (0, 1):
                assert oracles.close(found[n], [averaged([one[n] for one in unit], keep) for unit in each], rel=1e-11)
    for one, other in zip(snippet.running_statistics(BATCHES), snippet.running_statistics(BATCHES, 0.9), strict=True):
        assert one.tolist() == other.tolist()
    assert snippet.running_statistics(np.array([[[2, 4]]], dtype=np.uint8), 0.5)[1].tolist() == [2.0]


def test_each_example_is_given_by_itself(snippet: Any) -> None:
    for eps in (0.25, 4):
        expected = [[given(z, unit, eps) for z in row] for unit, row in enumerate(Z)]
        assert oracles.close(snippet.at_test_time(Z, MU, VAR, GAMMA, BETA, eps), expected)
    expected = [[given(z, unit, 1e-5) for z in row] for unit, row in enumerate(Z)]
    assert oracles.close(snippet.at_test_time(Z, MU, VAR, GAMMA, BETA), expected)


def test_folded_weights_give_the_same(snippet: Any) -> None:
    for more in ((0.25,), ()):
        weights, bias = snippet.fold(W, B, MU, VAR, GAMMA, BETA, *more)
        assert (weights.shape, bias.shape) == ((2, 3), (2,))
        for unit in (0, 1):
            for x in zip(*X, strict=True):
                score = math.fsum([*(a * b for a, b in zip(W[unit], x, strict=True)), B[unit]])
                folded = math.fsum([*(a * b for a, b in zip(weights[unit], x, strict=True)), bias[unit]])
                assert oracles.close(folded, given(score, unit, *(more or (1e-5,))), rel=1e-10)


def test_bad_batches_are_named(snippet: Any) -> None:
    run = snippet.running_statistics
    refuses_what_is_no_array(lambda Z: run([Z], 0.5), "batches[0]", 2, finite=True)
    refuses_what_is_no_array(lambda Z: run([[[0.5, 0.5]] * 2, Z], 0.5), "batches[1]", 2, finite=True)
    refuses_what_is_no_array(lambda keep: run(BATCHES, keep), "keep", 0, finite=True)
    for keep in (-0.25, 1.0, 1.5):
        refuses(f"keep: expected a number from 0, below 1, got {keep}", run, BATCHES, keep)
    refuses("batches: expected at least one, got none", run, [])
    refuses("batches: expected a sequence of arrays, got 0.5", run, 0.5)
    run(np.array(BATCHES[:1]))
    refuses("batches[0]: expected 1 rows of at least 2 examples, got shape (1, 1)", run, [[[0.5]]])
    for bad in ([[0.5]] * 2, [[0.5, 0.5]], [[0.5, 0.5]] * 3):
        says = f"batches[1]: expected 2 rows of at least 2 examples, got shape {np.shape(bad)}"
        refuses(says, run, [[[0.5, 1.0]] * 2, bad])


def refuses_bad_settings(name: str, snippet: Any) -> None:
    kept = [MU, VAR, GAMMA, BETA]

    def call(kept: list[Any], first: Any = W, eps: Any = 0.5) -> Any:
        return snippet.fold(first, B, *kept, eps) if name == "W" else snippet.at_test_time(first, *kept, eps)

    refuses_what_is_no_array(lambda first: call(kept, first), name, 2, finite=True)
    refuses_what_is_no_array(lambda eps: call(kept, eps=eps), "eps", 0, finite=True)
    for bad in (0.0, -0.25):
        refuses(f"eps: expected a positive number, got {bad}", call, kept, eps=bad)
    for n, other in enumerate(("mu", "var", "gamma", "beta")):

        def changed(one: Any, n: int = n) -> Any:
            return call([*kept[:n], one, *kept[n + 1 :]])

        refuses_what_is_no_array(changed, other, 1, finite=True)
        for wrong in ([1.0], [1.0, 2.0, 3.0]):
            refuses(f"{other}: expected 2 entries, one for each unit, got {len(wrong)}", changed, wrong)
    refuses("var: expected variances from 0, got -0.5", call, [MU, [2.0, -0.5], GAMMA, BETA])


def test_bad_settings_are_named(snippet: Any) -> None:
    refuses_bad_settings("Z", snippet)
    refuses_bad_settings("W", snippet)


def test_a_bad_bias_is_named(snippet: Any) -> None:
    kept = [MU, VAR, GAMMA, BETA]
    refuses_what_is_no_array(lambda b: snippet.fold(W, b, *kept), "b", 1, finite=True)
    refuses("b: expected 2 entries, one for each unit, got 3", snippet.fold, W, [1.0, 2.0, 3.0], *kept)


def test_running_statistics_example(snippet: Any) -> None:
    drawn = np.random.default_rng(1).normal(3.0, 2.0, size=(400, 4))
    expected = []
    for count in (1, 5, 40, 400):
        weights = 0.01 * 0.99 ** np.arange(count)[::-1]
        mean, variance = (np.average(each[:count], weights=weights) for each in (drawn.mean(1), drawn.var(1) * 4 / 3))
        missing = weights @ drawn.mean(1)[:count]
        expected.append(f"{count:3} batches: mean {mean:.3f}, variance {variance:.3f}; not corrected {missing:.3f}")
    assert printed(snippet.example_running_statistics) == expected


def test_at_test_time_example(snippet: Any) -> None:
    expected = [f"{z} -> {1.5 * (z - 3) / math.sqrt(4 + 1e-5) + 0.25:.4f}" for z in (1.0, 3.0, 8.0)]
    assert printed(snippet.example_at_test_time) == expected


def test_fold_example(snippet: Any) -> None:
    rows = []
    for w, b, mean, root, gamma, beta in (([2.0, -1.0], 0.25, 1.5, 1.5, -0.5, 3.0), ([0.5, 3.0], -2.0, 1.0, 2.5, 2, 0)):
        scores = [w[0] * x + w[1] * y + b for x, y in ((1.0, 2.0), (0.5, 1.0), (4.0, -1.0))]
        rows.append([gamma * (z - mean) / root + beta for z in scores])
    assert printed(snippet.example_fold) == 2 * str(np.array(rows)).splitlines()
