"""Ascent and descent on the landscape, against 50-digit values and complex-step gradients."""

from __future__ import annotations

import cmath
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snippets.quality import ascent_and_descent
from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_whole_number

START = [-1.0, -2.0]
POINTS = (START, [1.1, 0.8], [0.0, 0.0], [3.0, -0.5], [-40.0, 25.0])


def complex_loss(w: list[complex]) -> complex:
    a, b = w[0] - 1.1, w[1] - 0.8
    return (0.486 * a * a - 2 * 0.228 * a * b + 0.347 * b * b) / 2 - cmath.log(0.833822)


def complex_quality(w: list[complex]) -> complex:
    return cmath.exp(-complex_loss(w))


def walk(function: Any, w: list[float], lr: float, steps: int) -> list[list[float]]:
    """The path of w + lr·slope (lr < 0 goes down), with complex-step slopes."""
    path = [w]
    for _ in range(steps):
        w = [one + lr * slope for one, slope in zip(w, oracles.complex_step(function, w), strict=True)]
        path.append(w)
    return path


def test_landscape_agrees_with_its_formula(snippet: Any) -> None:
    for w in POINTS:
        assert oracles.close(snippet.quality(w), complex_quality([complex(one) for one in w]).real)
        assert oracles.close(snippet.loss(w), complex_loss([complex(one) for one in w]).real)
        assert type(snippet.quality(w)) is type(snippet.loss(w)) is float
    assert snippet.quality([1.1, 0.8]) == 0.833822
    assert f"{snippet.quality([-1, -2]):.4f}" == "0.2800"  # what the lecture prints at its start
    assert snippet.quality([1e200, 0.0]) == 0
    assert snippet.loss([1e200, 0.0]) == np.inf


def test_gradients_agree_with_the_complex_step(snippet: Any) -> None:
    for w in POINTS:
        assert oracles.close(snippet.gradient_of_quality(w), oracles.complex_step(complex_quality, w), least=1e-30)
        assert oracles.close(snippet.gradient_of_loss(w), oracles.complex_step(complex_loss, w), least=1e-30)


def test_ascent_and_descent_walk_as_complex_steps_do(snippet: Any) -> None:
    up = snippet.ascent(snippet.gradient_of_quality, START, lr=0.625, steps=7)
    assert oracles.close(up, walk(complex_quality, START, 0.625, 7))
    down = snippet.descent(snippet.gradient_of_loss, START, lr=0.625, steps=7)
    assert oracles.close(down, walk(complex_loss, START, -0.625, 7))
    for run in (snippet.ascent, snippet.descent):
        assert run(lambda w: w, [1, 2, 3], 1, 0).tolist() == [[1, 2, 3]]
        assert run(lambda w: 0 * w, np.array([4.0]), np.float32(0.5), 2).tolist() == [[4], [4], [4]]


def test_slope_is_the_directional_derivative(snippet: Any) -> None:
    for direction in ([1.0, 0.0], [-2.0, 3.0], [0.3, 0.4]):
        length = np.hypot(*direction)
        along = oracles.complex_step(
            lambda t, d=direction, n=length: complex_quality([START[0] + t[0] * d[0] / n, START[1] + t[0] * d[1] / n]),
            [0.0],
        )
        assert oracles.close(snippet.slope(snippet.gradient_of_quality(START), direction), along[0])
    assert snippet.slope([3.0, 4.0], [3, 4]) == 5
    assert type(snippet.slope([3.0], [2.0])) is float


def refuses_vectors(call: Any, name: str, size: int | None) -> None:
    shape = "n" if size is None else size
    refuses(f"{name}: expected an array, got rows of different lengths", call, [[1.0], [1.0, 2.0]])
    refuses(f"{name}: expected real numbers, got dtype complex128", call, [1j, 1.0])
    refuses(f"{name}: expected real numbers, got dtype bool", call, [True, False])
    refuses(f"{name}: expected real numbers, got dtype <U1", call, ["a", "b"])
    refuses(f"{name}: expected shape ({shape},), got (0,)", call, [])
    refuses(f"{name}: expected shape ({shape},), got (1, 2)", call, [[1.0, 2.0]])
    refuses(f"{name}: expected shape ({shape},), got ()", call, 1.0)
    if size is not None:
        refuses(f"{name}: expected shape ({shape},), got ({size + 1},)", call, [1.0] * (size + 1))
    for bad in (np.nan, np.inf, -np.inf):
        refuses(f"{name}: expected finite numbers, got {np.array([1.0, bad])}", call, [1.0, bad])


def test_landscape_and_gradients_refuse_bad_points(snippet: Any) -> None:
    for name in ("quality", "loss", "gradient_of_quality", "gradient_of_loss"):
        refuses_vectors(getattr(snippet, name), "w", 2)


def test_ascent_and_descent_refuse_bad_input(snippet: Any) -> None:
    def flat(w: Any) -> Any:
        return 0 * w

    for run in (snippet.ascent, snippet.descent):
        refuses_vectors(lambda w, run=run: run(flat, w, 0.5, 1), "w", None)
        refuses_vectors(lambda g, run=run: run(lambda w: g, [1.0, 2.0], 0.5, 1), "gradient", 2)
        refuses("gradient: expected a function of w, got [1.0]", run, [1.0], [1.0], 0.5, 1)
        for bad in (0, 0.0, -0.5, np.inf, np.nan, "1", None, True, [0.5], 1j):
            refuses(f"lr: expected a positive number, got {bad!r}", run, flat, [1.0], bad, 1)
        refuses_what_is_no_whole_number(lambda steps, run=run: run(flat, [1.0], 0.5, steps), "steps", 0)
    for run, sign in ((snippet.ascent, 1.0), (snippet.descent, -1.0)):
        refuses("w: expected finite numbers, got [inf]", run, lambda w, s=sign: s * w, [1.0], 1e200, 3)


def test_slope_refuses_bad_vectors(snippet: Any) -> None:
    refuses_vectors(lambda g: snippet.slope(g, [1.0, 1.0]), "gradient", None)
    refuses_vectors(lambda u: snippet.slope([1.0, 1.0], u), "direction", 2)
    refuses("direction: expected a vector with a length, got [0. 0.]", snippet.slope, [1.0, 1.0], [0.0, 0.0])


def test_landscape_example(snippet: Any) -> None:
    lines = []
    for w in (START, [1.1, 0.8]):
        Q, L = complex_quality([complex(one) for one in w]).real, complex_loss([complex(one) for one in w]).real
        lines.append(f"w = {w}: Q = {Q:.4f}, L = {L:.4f}, exp(-L) = {Q:.4f}")
    assert printed(snippet.example_landscape) == lines


def test_gradients_example(snippet: Any) -> None:
    lines = []
    for w in (START, [0.0, 0.0]):
        up = np.array(oracles.complex_step(complex_quality, w)).round(3)
        down = -np.array(oracles.complex_step(complex_loss, w)).round(3)
        Q = complex_quality([complex(one) for one in w]).real
        lines.append(f"uphill on Q {up}  downhill on L {down}  ratio {np.full(2, 1 / Q).round(3)}")
    assert printed(snippet.example_gradients) == lines


def test_ascent_and_descent_examples(snippet: Any) -> None:
    up = walk(complex_quality, START, 0.625, 40)
    down = walk(complex_loss, START, -0.625, 40)
    for example, path in ((snippet.example_ascent, up), (snippet.example_descent, down)):
        assert printed(example) == [
            f"step {t}: Q = {complex_quality([complex(one) for one in path[t]]).real:.4f}" for t in (0, 5, 10, 20, 40)
        ]


def test_slope_example(snippet: Any) -> None:
    steepest = np.hypot(*oracles.complex_step(complex_quality, START))
    assert printed(snippet.example_slope) == [
        f"{degrees} degrees off the gradient: slope {steepest * share:.4f}"
        for degrees, share in ((0, 1), (45, np.sqrt(0.5)), (90, 0))
    ]


FINITE = st.floats(-5, 5)


@given(st.tuples(FINITE, FINITE))
def test_both_gradients_point_the_same_way(w: tuple[float, float]) -> None:
    Q = ascent_and_descent.quality(w)
    assert np.allclose(ascent_and_descent.gradient_of_loss(w), -ascent_and_descent.gradient_of_quality(w) / Q)
    assert np.isclose(ascent_and_descent.loss(w), -np.log(Q))


@given(st.tuples(FINITE, FINITE), st.floats(0, 6.3))
def test_no_direction_is_steeper_than_the_gradient(w: tuple[float, float], angle: float) -> None:
    g = ascent_and_descent.gradient_of_quality(w)
    slope = ascent_and_descent.slope(g, [np.cos(angle), np.sin(angle)])
    assert abs(slope) <= np.linalg.norm(g) * (1 + 1e-12)
    if g.any():
        assert ascent_and_descent.slope(g, [-g[1], g[0]]) == pytest.approx(0, abs=1e-12)
