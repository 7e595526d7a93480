"""Kinds of level points by Sylvester's minors; steps by loops in fractions and by bounds; shares by another test."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from tests.snippets.checks import printed, refuses, refuses_what_is_no_whole_number


def test_kinds_of_level_points(snippet: Any) -> None:
    kind = snippet.kind_of_level_point
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((3, 3)))[0]
    for curvatures, expected in (
        ([1.0, 2.0, 3.0], "minimum"),
        ([-1.0, -2.0, -3.0], "maximum"),
        ([1.0, 2.0, -3.0], "saddle"),
        ([-1.0, -2.0, 3.0], "saddle"),
        ([1.0, 0.0, -3.0], "saddle"),
        ([1.0, 2.0, 0.0], "cannot be told"),
        ([-1.0, -2.0, 0.0], "cannot be told"),
        ([0.0, 0.0, 0.0], "cannot be told"),
        ([1.0, 2.0, 1e-9], "minimum"),
        ([-1.0, -2.0, -1e-9], "maximum"),
        ([1.0, 2.0, -1e-9], "saddle"),
    ):
        for scale in (1.0, 1e-6, 1e6):
            H = scale * (turn * curvatures) @ turn.T
            assert kind((H + H.T) / 2) == expected
    assert kind([[1, 2], [2, 1]]) == "saddle"
    assert kind(np.array([[2, 1], [1, 2]], dtype=np.uint8)) == "minimum"


def test_steps_to_leave(snippet: Any) -> None:
    for offset, fall, lr, radius in ((0.25, 1.0, 1.0, 1.0), (1e-6, 0.5, 0.25, 3.0), (2.0, 1.0, 1.0, 1.0)):
        y, steps = Fraction(offset), 0
        while y < radius:
            y *= 1 + Fraction(lr) * Fraction(fall)
            steps += 1
        assert snippet.steps_to_leave(offset, fall, lr, radius) == steps
    assert snippet.steps_to_leave(0.25, 1, 1) == 2
    assert snippet.steps_to_leave(1.0, 1, 1) == 0


def test_steps_on_a_plateau(snippet: Any) -> None:
    """Each step is shorter than lr · e^−z, and longer than half the slope's bound beyond z = 1."""
    for z, lr in ((0.125, 1.0), (0.5, 0.25), (3.0, 1.0), (7.0, 2.0)):
        at, steps = z, 0
        while at > 0:
            at -= lr / (2 + 2 * math.cosh(at))
            steps += 1
        assert snippet.steps_on_a_plateau(z, lr) == steps
        assert steps >= (math.exp(z) - 1) / lr / math.exp(lr / 4)


def test_a_step_onto_the_middle_is_the_last(snippet: Any) -> None:
    met = 0
    for z in np.arange(1, 20) / 16:
        a = 1 / (1 + math.exp(-z))
        lr = z / (a * (1 - a))
        if lr * a * (1 - a) == z:
            assert snippet.steps_on_a_plateau(z, lr) == 1
            met += 1
    assert met


def test_share_definite(snippet: Any) -> None:
    for d, draws, seed in ((1, 400, 0), (2, 400, 3), (3, 400, 1)):
        rng = np.random.default_rng(seed)
        definite = 0
        for square in rng.standard_normal((draws, d, d)):
            H = square + square.T
            definite += all(np.linalg.det(H[:k, :k]) > 0 for k in range(1, d + 1))
        assert snippet.share_definite(d, draws, seed) == definite / draws


def test_refusals(snippet: Any) -> None:
    for bad in (
        [[1.0, 2.0]],
        [1.0],
        1.0,
        np.zeros((0, 0)),
        [[1j]],
        [[True]],
        [["1"]],
    ):
        given = np.asarray(bad)
        says = f"H: expected a square matrix of real numbers, got dtype {given.dtype}, shape {given.shape}"
        refuses(says, snippet.kind_of_level_point, bad)
    refuses("H: expected a square matrix, got rows of different lengths", snippet.kind_of_level_point, [[1], [1, 2]])
    for bad in (np.nan, np.inf):
        refuses(f"H: expected finite numbers, got {bad}", snippet.kind_of_level_point, [[1.0, bad], [-np.inf, 1.0]])
    says = "H: expected a symmetric matrix, got one that differs from its transpose"
    refuses(says, snippet.kind_of_level_point, [[1.0, 2.0], [0.0, 1.0]])
    good = {"offset": 0.5, "fall": 0.5, "lr": 0.5, "radius": 1.0}
    for name in good:
        for bad in (0.0, -1.0, np.nan, np.inf, True, "1", [0.5]):
            says = f"{name}: expected a finite number above 0, got {bad!r}"
            refuses(says, snippet.steps_to_leave, **{**good, name: bad})
    for name in ("z", "lr"):
        says = f"{name}: expected a finite number above 0, got 0.0"
        refuses(says, snippet.steps_on_a_plateau, **{"z": 0.5, "lr": 0.5, name: 0.0})
    y = 1e-9
    for _ in range(10_000):
        y *= 1 + 1e-6
    says = f"lr: expected to leave within 10000 steps, got no further than {y:.3g} with 1e-06"
    refuses(says, snippet.steps_to_leave, 1e-9, 1, 1e-6)
    says = "lr: expected to arrive within 10000 steps, got no further than 20 with 0.5"
    refuses(says, snippet.steps_on_a_plateau, 20, 0.5)
    assert snippet.steps_to_leave(0.999 / (1 + 1e-6) ** 9998.5, 1, 1e-6, 0.999) == 9999
    share = {"d": 1, "draws": 1, "seed": 1}
    for name in share:
        least = 0 if name == "seed" else 1
        refuses_what_is_no_whole_number(
            lambda bad, name=name: snippet.share_definite(**{**share, name: bad}), name, least
        )


# ---- what the page prints


def test_kind_of_level_point_example(snippet: Any) -> None:
    assert printed(snippet.example_kind_of_level_point) == [
        "x² + y²   curvatures [2. 2.]   minimum",
        "−x² − y²  curvatures [-2. -2.] maximum",
        "x² − y²   curvatures [-2.  2.] saddle",
        "xy        curvatures [-1.  1.] saddle",
        "x³        curvatures [0.]      cannot be told",
        "x⁴        curvatures [0.]      cannot be told",
    ]


def test_steps_to_leave_example(snippet: Any) -> None:
    expected = []
    for power in (1, 2, 4, 8, 16):
        steps = power * math.log(10) / math.log(1.1)
        expected.append(f"offset 1e-{power:02}  {math.ceil(steps)} steps, by the formula {steps:.1f}")
    assert printed(snippet.example_steps_to_leave) == expected


def test_steps_on_a_plateau_example(snippet: Any) -> None:
    expected = []
    for z in (1, 2, 4, 8):
        at, steps = float(z), 0
        while at > 0:
            at -= 1 / (2 + 2 * math.cosh(at))
            steps += 1
        expected.append(f"from z = {z}: {steps} steps")
    assert printed(snippet.example_steps_on_a_plateau) == expected


def test_share_definite_example(snippet: Any) -> None:
    lines = printed(snippet.example_share_definite)
    for line, d in zip(lines, (1, 2, 3, 4, 6), strict=True):
        square = np.random.default_rng(0).standard_normal((10_000, d, d))
        minors = [np.linalg.det((square + square.transpose(0, 2, 1))[:, :k, :k]) > 0 for k in range(1, d + 1)]
        assert line == f"d = {d}: {np.all(minors, axis=0).mean():.4f}"
