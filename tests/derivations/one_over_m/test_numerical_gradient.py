"""The series of the differences, against differences of real polynomials and against the snippet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from derivations import check
from derivations.one_over_m import numerical_gradient as derived
from snippets.one_over_m import numerical_gradient
from tests import oracles
from tests.derivations.voice import exact_value

SLOPES = {"f0": 0.3, "f1": -1.7, "f2x": 2.5, "f3": -3.1, "f4": 1.2, "f5": 4.4}


def polynomial(x: Any) -> Any:
    """The polynomial with these derivatives at 0, by Horner's rule."""
    total: Any = 0
    for n, one in reversed(list(enumerate(SLOPES.values()))):
        total = one + total * x[0] / (n + 1)
    return total


def value(line: Any, h: float) -> float:
    where = (derived.ahead, derived.back, derived.half_ahead, derived.half_back, derived.to_the_side)
    return exact_value(line, where, step_h=h, **SLOPES)


@pytest.mark.parametrize("h", [0.5, 0.125])
def test_each_chain_is_what_the_snippet_computes(h: float) -> None:
    fine = float(numerical_gradient.central_difference(polynomial, [0.0], h / 2)[0])
    mixed = float(numerical_gradient.richardson(polynomial, [0.0], h)[0][0])
    for chain, found in (
        (derived.central_difference, numerical_gradient.central_difference(polynomial, [0.0], h)[0]),
        (derived.richardson_step, mixed),
        (derived.complex_step_slope, numerical_gradient.complex_step(polynomial, [0.0], h)[0]),
        (derived.forward_difference, (polynomial([h]) - polynomial([0.0])) / h),
        (derived.what_richardson_changes, fine - mixed),
    ):
        for line in chain.lines[:2]:
            assert oracles.close(value(line, h), float(found), rel=1e-11)


@pytest.mark.parametrize(
    ("chain", "order"),
    [
        (derived.forward_difference, 1),
        (derived.central_difference, 2),
        (derived.richardson_step, 4),
        (derived.complex_step_slope, 2),
    ],
)
def test_the_error_shrinks_with_its_order(chain: Any, order: int) -> None:
    assert chain.steps[-1].order == order
    errors = [value(chain.start, h) - SLOPES["f1"] for h in (0.02, 0.01)]
    assert errors[0] / errors[1] == pytest.approx(2**order, rel=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_step_is_the_lowest_point(seed: int) -> None:
    q, best = (float(one) for one in np.random.default_rng(seed).uniform(0.2, 2, size=2))
    at = {"bend": q, "best_h": best, "roundoff_of_f": 2 * q * best**3}
    total = lambda h: exact_value(derived.best_step.start, step_h=h, **at)  # noqa: E731
    least = exact_value(derived.best_step.end, step_h=best, **at)
    assert oracles.close(total(best), least)
    for h in np.linspace(0.1 * best, 3 * best, 30):
        assert total(float(h)) >= least - 1e-12


def test_the_best_step_of_a_double_is_where_a_cosine_is_differentiated_best() -> None:
    """A function whose value and third derivative are 1 in size: sin + cos, at 0, with its rounding."""
    best = float(check.value("best_step_of_a_double"))
    rng = np.random.default_rng(0)
    f = lambda x: np.sin(x) + np.cos(x)  # noqa: E731

    def error(h: float) -> float:
        x = rng.uniform(-0.1, 0.1, size=4000)
        return float(np.sqrt(np.mean(((f(x + h) - f(x - h)) / (2 * h) - (np.cos(x) - np.sin(x))) ** 2)))

    errors = {scale: error(scale * best) for scale in (0.1, 1, 10)}
    assert errors[1] < min(errors[0.1], errors[10])
