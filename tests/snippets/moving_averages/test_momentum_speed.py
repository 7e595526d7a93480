"""Factors against eigenvalues of the step's matrix; the best of many rates; the buffer as a loop."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses


def by_eigenvalues(lr: float, beta: float, curvatures: list[float]) -> float:
    """The spectral radius of the step of momentum, which maps buffer and distance to buffer and distance."""
    steps = [np.array([[beta, h], [-lr * beta, 1 - lr * h]]) for h in curvatures]
    return max(float(abs(np.linalg.eigvals(one)).max()) for one in steps)


def test_the_factor_is_the_larger_eigenvalue(snippet: Any) -> None:
    for lr in (0.01, 0.25, 1.0, 2.5, 3.9):
        for beta in (0.0, 0.25, 0.9):
            for curvatures in ([1.0], [0.5, 3.0], [3.0, 0.125, 1.0]):
                found = snippet.factor(lr, beta, curvatures)
                assert oracles.close(found, by_eigenvalues(lr, beta, curvatures), rel=1e-7)
    assert snippet.factor(1, 0, [3]) == 2
    assert type(snippet.factor(0.5, 0.9, [1.0])) is float


def test_the_best_of_many_rates(snippet: Any) -> None:
    for curvatures in ([1.0, 3.0], [25.0, 0.5, 2.0], [2.0, 2.0]):
        lr, left = snippet.best_descent(curvatures)
        tried = [by_eigenvalues(one, 0.0, curvatures) for one in np.linspace(0.2, 1.8, 81) * lr]
        assert oracles.close(left, tried[40], least=1e-12)
        assert left <= min(tried) + 1e-12
        for beta in (0.5, 0.81):
            lr, left = snippet.momentum_at_its_best(beta, curvatures)
            assert oracles.close(lr, (1 - math.sqrt(beta)) ** 2 / min(curvatures))
            assert oracles.close(left, by_eigenvalues(lr, beta, curvatures), rel=1e-6)
            tried = [by_eigenvalues(one, beta, curvatures) for one in np.geomspace(0.01, 4, 60)]
            assert min(tried) > math.sqrt(beta) - 1e-6
    assert oracles.close(snippet.momentum_at_its_best(0.81, [3.0, 1.0])[1], 0.9, rel=1e-6)


def test_what_the_buffer_holds(snippet: Any) -> None:
    for beta in (0, 0.5, 0.9):
        for signal in ([3, 1, 2], [1.0]):
            v = 0.0
            for one in signal:
                v = beta * v + one
            assert oracles.close(snippet.held(np.array(signal, dtype=float), beta), v)
    assert snippet.held([3, 1], 0.5) == 2.5


def test_refusals(snippet: Any) -> None:
    for call in (
        lambda h: snippet.factor(0.5, 0.5, h),
        snippet.best_descent,
        lambda h: snippet.momentum_at_its_best(0.5, h),
    ):
        for bad in (0.0, -1.0, math.inf, math.nan):
            refuses(f"curvatures: expected positive numbers, got {bad}", call, [1.0, bad, -7.0])
        refuses("curvatures: expected a row of numbers, got rows of different lengths", call, [[1.0], [1.0, 2.0]])
        refuses("curvatures: expected a row of numbers, got shape () and dtype float64", call, 1.0)
        refuses("curvatures: expected a row of numbers, got shape (0,) and dtype float64", call, [])
        refuses("curvatures: expected a row of numbers, got shape (1,) and dtype bool", call, [True])
        call(np.array([1], dtype=np.uint8))
    rates: tuple[Any, ...] = (0.0, -1.0, math.inf, True, "1", [0.5])
    for bad in rates:
        refuses(f"lr: expected a positive number, got {bad!r}", snippet.factor, bad, 0.5, [1.0])
    betas: tuple[Any, ...] = (-0.5, 1.0, math.nan, False, [0.0], 1j)
    for bad in betas:
        says = f"beta: expected a number from 0 and below 1, got {bad!r}"
        refuses(says, snippet.factor, 0.5, bad, [1.0])
        refuses(says, snippet.held, [1.0], bad)
        refuses(says, snippet.momentum_at_its_best, bad, [1.0])
    assert snippet.momentum_at_its_best(0, [2.0]) == (0.5, 0)
    says = "signal: expected a row of finite numbers, got rows of different lengths"
    refuses(says, snippet.held, [[1.0], [1.0, 2.0]], 0.5)
    for signal in ([1.0, math.nan], [True], [[1.0]], 1.0, []):
        refuses(f"signal: expected a row of finite numbers, got {signal!r}", snippet.held, signal, 0.5)


# ---- what the page prints


def test_factor_example(snippet: Any) -> None:
    assert printed(snippet.example_factor) == [
        f"{name:8} curvature 1, rate {lr}: factor {by_eigenvalues(lr, beta, [1.0]):.3f}"
        for name, lr, beta in (
            ("descent", 0.5, 0.0),
            ("descent", 2.5, 0.0),
            ("momentum", 2.5, 0.9),
            ("momentum", 3.9, 0.9),
        )
    ]


def test_best_example(snippet: Any) -> None:
    expected = []
    for kappa in (10, 37, 38, 100, 1000):
        lr, slow = 2 / (1 + kappa), 1 - math.sqrt(0.9)
        expected += [
            f"κ {kappa:4}  descent  at rate {lr:.5f}: factor {by_eigenvalues(lr, 0.0, [1.0, kappa]):.5f}",
            f"κ {kappa:4}  momentum at rate {slow**2:.5f}: factor {math.sqrt(0.9):.5f}",
        ]
    assert printed(snippet.example_best) == expected


def test_held_example(snippet: Any) -> None:
    assert printed(snippet.example_held) == [
        f"{name:11}  buffer {buffer:.4f}  average {buffer / 10:.4f}"
        for name, buffer in (("constant", (1 - 0.9**60) / 0.1), ("alternating", (1 + 0.9**61) / 1.9))
    ]
