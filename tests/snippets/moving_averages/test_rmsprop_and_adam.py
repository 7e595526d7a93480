"""Each step against sums written out over all its gradients; the bound against gradients drawn at random."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

GRADIENTS = [2.0, -1.0, 0.5, 4.0, 0.25]


def averaged(values: list[float], beta: float, corrected: bool) -> float:
    """Σ (1 − β) β^(t − n) value n, over the sum of these weights where it is corrected."""
    weights = [(1 - beta) * beta ** (len(values) - 1 - k) for k in range(len(values))]
    return math.fsum(w * x for w, x in zip(weights, values, strict=True)) / (math.fsum(weights) if corrected else 1)


def steps_of(values: list[float], b1: float, b2: float, eps: float, momentum: bool, squares: bool) -> list[float]:
    """Every step, from all gradients up to it."""
    found = []
    for n in range(1, len(values) + 1):
        first = averaged(values[:n], b1, momentum)
        second = averaged([one**2 for one in values[:n]], b2, squares)
        found.append(first / (math.sqrt(second) + eps))
    return found


def test_the_average(snippet: Any) -> None:
    for beta in (0.0, 0.5, 0.75):
        for corrected in (False, True):
            expected = [averaged(GRADIENTS[:n], beta, corrected) for n in range(1, 6)]
            assert oracles.close(snippet.average(GRADIENTS, beta, corrected), expected)


def test_adam_with_every_choice(snippet: Any) -> None:
    for name, momentum, squares in (
        ("both", True, True),
        ("momentum", True, False),
        ("squares", False, True),
        ("neither", False, False),
    ):
        for values in (GRADIENTS, [1e-8, 3e-8]):
            expected = steps_of(values, 0.9, 0.999, 1e-8, momentum, squares)
            assert oracles.close(snippet.adam(values, corrected=name), expected)
        expected = steps_of(GRADIENTS, 0.5, 0.75, 0.25, momentum, squares)
        assert oracles.close(snippet.adam(GRADIENTS, 0.5, 0.75, 0.25, name), expected)
    assert oracles.close(snippet.adam(GRADIENTS), steps_of(GRADIENTS, 0.9, 0.999, 1e-8, True, True))


def test_rmsprop(snippet: Any) -> None:
    for values, settings in ((GRADIENTS, ()), ([1e-8, 3e-8], ()), (GRADIENTS, (0.5, 0.25))):
        b2, eps = settings or (0.9, 1e-8)
        assert oracles.close(snippet.rmsprop(values, *settings), steps_of(values, 0.0, b2, eps, False, False))


def test_the_peak(snippet: Any) -> None:
    for corrected, first, second in (("neither", 1, 1), ("momentum", 0, 1), ("squares", 1, 0)):
        for steps in (1, 5, 1000):
            sizes = [(1 - 0.9**t) ** first / math.sqrt(1 - 0.999**t) ** second for t in range(1, steps + 1)]
            found = snippet.peak(corrected, steps)
            if corrected != "squares" or steps < 1000:  # there it comes so near to 1 that rounding decides
                assert found[0] == sizes.index(max(sizes)) + 1
            assert oracles.close(found[1], max(sizes))
            assert [type(one) for one in found] == [int, float]  # as a page prints them


def test_the_bound_holds_and_is_reached(snippet: Any) -> None:
    rng = np.random.default_rng(5)
    for betas in ((), (0.5, 0.75), (0.75, 0.25), (0.0, 0.5)):
        longest = snippet.bound(12, *betas)
        for drawn in rng.standard_normal((20, 12)) * 10.0 ** rng.uniform(-3, 3, (20, 12)):
            assert (abs(snippet.adam(drawn, *betas)) <= longest * (1 + 1e-12)).all()
        for steps in range(1, 13):
            if betas != (0.0, 0.5):
                reached = snippet.growing(steps, *betas)
                assert oracles.close(snippet.adam(reached, *betas, eps=1e-30)[-1], longest[steps - 1])
                b1, b2 = betas or (0.9, 0.999)
                assert oracles.close(reached, [(b2 / b1) ** k for k in range(steps)])


def test_decay_step_by_step(snippet: Any) -> None:
    for scale, lam in ((0.0, 0.5), (0.5, 0.25), (3.0, 2.0), (1e-8, 0.5)):
        for beside in (False, True):
            w, seen = 1.0, []
            for n in range(1, 6):
                seen.append(scale * (-1) ** n + (0 if beside else lam * w))
                moved = steps_of(seen, 0.9, 0.999, 1e-8, True, True)[-1]
                w -= 0.01 * (moved + (lam * w if beside else 0))
                assert oracles.close(snippet.decayed(scale, lam, beside, n), w)
    assert snippet.decayed(0.5, 0.25, True) == snippet.decayed(0.5, 0.25, True, 200)


def test_refusals(snippet: Any) -> None:
    for call, name in (
        (lambda bad: snippet.average(bad, 0.5, True), "values"),
        (snippet.adam, "gradients"),
        (snippet.rmsprop, "gradients"),
    ):
        refuses_what_is_no_array(call, name, 1, finite=True)
        refuses(f"{name}: expected finite numbers, got inf", call, [0.5, math.inf])
    for name, share in {
        "beta": lambda bad: snippet.average([0.5], bad, True),
        "beta1": lambda bad: snippet.bound(1, bad, 0.5),
        "beta2": lambda bad: snippet.bound(1, 0.5, bad),
    }.items():
        refuses_what_is_no_array(share, name, 0, finite=True)
        for bad in (-0.25, 1.0, 1.5):
            refuses(f"{name}: expected a number from 0, below 1, got {bad}", share, bad)
    for name, positive in {
        "eps": lambda bad: snippet.adam([0.5], eps=bad),
        "beta2": lambda bad: snippet.bound(1, 0.5, bad),
        "beta1": lambda bad: snippet.growing(1, bad, 0.5),
    }.items():
        refuses(f"{name}: expected a positive number, got 0.0", positive, 0)
    for step in (snippet.adam, snippet.rmsprop):
        refuses("eps: expected a positive number, got -0.5", step, [0.5], eps=-0.5)
    for name, step in (("beta1", snippet.adam), ("beta2", snippet.adam), ("beta2", snippet.rmsprop)):
        refuses(f"{name}: expected a number from 0, below 1, got 1.0", step, [0.5], **{name: 1})
        refuses(f"{name}: expected finite numbers, got nan", step, [0.5], **{name: math.nan})
    refuses("beta2: expected a positive number, got 0.0", snippet.growing, 1, 0.5, 0)
    refuses("beta1: expected a number from 0, below 1, got 1.0", snippet.growing, 1, 1, 0.5)
    refuses("beta2: expected a number from 0, below 1, got 1.0", snippet.growing, 1, 0.5, 1)
    says = "corrected: expected one of both, momentum, squares, neither, got 'none'"
    refuses(says, snippet.adam, [0.5], corrected="none")
    for call in (snippet.bound, snippet.growing, lambda n: snippet.peak("neither", n)):
        refuses_what_is_no_whole_number(call, "steps", 1)
    refuses_what_is_no_whole_number(lambda n: snippet.decayed(0.5, 0.5, True, n), "steps", 1)
    refuses_what_is_no_array(lambda bad: snippet.decayed(bad, 0.5, True, 1), "scale", 0, finite=True)
    refuses_what_is_no_array(lambda bad: snippet.decayed(0.5, bad, True, 1), "lam", 0, finite=True)


# ---- what the page prints


def test_adam_example(snippet: Any) -> None:
    def row(name: str, first: bool, second: bool, b2: float = 0.999) -> str:
        sizes = [(1 - 0.9**t) ** first / math.sqrt(1 - b2**t) ** second for t in (1, 2, 12, 100, 1000)]
        return f"{name:9} " + " ".join(f"{one:8.4f}" for one in sizes)

    assert printed(snippet.example_adam) == [
        "step             1        2       12      100     1000",
        row("both", False, False),
        row("momentum", False, True),
        row("squares", True, False),
        row("neither", True, True),
        row("RMSprop", False, True, 0.9),
    ]


def test_bound_example(snippet: Any) -> None:
    expected = []
    for steps in (1, 10, 100):
        total = math.fsum((0.81 / 0.999) ** k for k in range(steps)) * (1 - 0.999**steps) / 0.001
        longest = 0.1 / (1 - 0.9**steps) * math.sqrt(total)
        expected.append(f"step {steps:3}  at most {longest:.4f}  reached {longest:.4f}")
    assert printed(snippet.example_bound) == expected


def test_decay_example(snippet: Any) -> None:
    expected = ["gradients     λ  in them  beside"]
    for scale in (0.0, 0.1, 10.0):
        for lam in (0.01, 0.1):
            ends = []
            for beside in (False, True):
                w, v, s = 1.0, 0.0, 0.0
                for n in range(1, 201):
                    g = (scale if n % 2 == 0 else -scale) + (0 if beside else lam * w)
                    v, s = v + (g - v) / 10, s + (g * g - s) / 1000
                    kept = w * (1 - 0.01 * lam) if beside else w
                    w = kept - 0.01 * (v / (1 - 0.9**n)) / (math.sqrt(s / (1 - 0.999**n)) + 1e-8)
                ends.append(w)
            coupled, aside = ends
            expected.append(f"    ±{scale:4}  {lam:4}  {coupled:7.4f}  {aside:.4f}")
    assert printed(snippet.example_decay) == expected
