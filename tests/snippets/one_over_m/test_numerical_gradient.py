"""Derivatives without algebra, against derivatives that mpmath takes to 30 digits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from snippets.one_over_m import numerical_gradient
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

POINT = [0.5, -1.25, 2.0]


def bumpy(x: Any) -> Any:
    """A function that takes floats, complex numbers and mpmath's."""
    exp = mpmath.exp if isinstance(x[0], mpmath.mpf) else np.exp
    return x[0] ** 3 * x[1] - 2 / x[2] + exp(x[0] * x[2]) + x[1] ** 2


def exact(f: Callable[[Any], Any], x: list[float]) -> list[float]:
    with mpmath.workdps(40):
        at = [mpmath.mpf(one) for one in x]
        return [
            float(mpmath.diff(lambda t, n=n: f([*at[:n], t, *at[n + 1 :]]), at[n])) for n in range(len(x))
        ]  # fmt: skip


EXACT = exact(bumpy, POINT)


def third(n: int) -> float:
    """The third derivative of `bumpy` in x[n]."""
    return [6 * POINT[1] + POINT[2] ** 3 * math.exp(1), 0.0, 12 / POINT[2] ** 4 + POINT[0] ** 3 * math.exp(1)][n]


def test_central_difference_is_off_by_a_sixth_of_the_third_derivative(snippet: Any) -> None:
    for h in (1e-2, 1e-3):
        found = snippet.central_difference(bumpy, POINT, h)
        assert found.shape == (3,)
        for n in range(3):
            assert abs(found[n] - EXACT[n] - third(n) * h**2 / 6) < 5 * h**4 + 1e-11
    assert np.allclose(snippet.central_difference(bumpy, POINT), EXACT, rtol=1e-8, atol=0)
    default, same = snippet.central_difference(bumpy, POINT), snippet.central_difference(bumpy, POINT, 1e-5)
    assert default.tolist() == same.tolist()


def test_richardson_is_off_by_less_and_says_by_how_much(snippet: Any) -> None:
    for h in (1e-1, 1e-2, 1e-3):
        found, bound = snippet.richardson(bumpy, POINT, h)
        coarse, fine = snippet.central_difference(bumpy, POINT, h), snippet.central_difference(bumpy, POINT, h / 2)
        assert np.allclose(found, fine + (fine - coarse) / 3, rtol=1e-14, atol=0)
        off = np.abs(found - EXACT)
        assert (off <= bound).all()
        assert (off < h**4 + 1e-11).all()
        rounding = 4 * 2.0**-52 * abs(float(bumpy(POINT))) / h
        assert np.allclose(bound - rounding, np.abs(found - fine), rtol=1e-9, atol=1e-15)
        turned, same_bound = snippet.richardson(lambda x: -bumpy(x), POINT, h)
        assert (turned.tolist(), same_bound.tolist()) == ((-found).tolist(), bound.tolist())
    default, same = snippet.richardson(bumpy, POINT), snippet.richardson(bumpy, POINT, 1e-3)
    assert default[0].tolist() == same[0].tolist()


def test_complex_step_has_nothing_to_cancel(snippet: Any) -> None:
    for h in (1e-10, 1e-30, 1e-200):
        assert np.allclose(snippet.complex_step(bumpy, POINT, h), EXACT, rtol=1e-14, atol=0)
    for n, off in enumerate(snippet.complex_step(bumpy, POINT, 1e-2) - np.array(EXACT)):
        assert abs(off + third(n) * 1e-4 / 6) < 1e-7
    default, same = snippet.complex_step(bumpy, POINT), snippet.complex_step(bumpy, POINT, 1e-30)
    assert default.tolist() == same.tolist()


def test_one_entry_is_moved_at_a_time_and_x_is_left_as_it_was(snippet: Any) -> None:
    for way in (snippet.central_difference, lambda f, x: snippet.richardson(f, x)[0], snippet.complex_step):
        x = np.array([1.0, 2.0])
        assert np.allclose(way(lambda x: 3 * x[0] + x[1] ** 2, x), [3, 4], rtol=1e-8, atol=0)
        assert x.tolist() == [1.0, 2.0]
        assert np.allclose(way(lambda x: np.array([x[0] ** 2]), [3]), [6], rtol=1e-8, atol=0)
        assert np.allclose(way(lambda x: np.array([[x[0] ** 2]]), [3]), [6], rtol=1e-8, atol=0)


def test_arguments_are_checked(snippet: Any) -> None:
    ways = (snippet.central_difference, snippet.richardson, snippet.complex_step)
    for way in ways:
        refuses_what_is_no_array(lambda x, way=way: way(bumpy, x), "x", 1, finite=True)
        refuses_what_is_no_array(lambda h, way=way: way(lambda x: x[0] ** 2, [1.0], h), "h", 0, finite=True)
        refuses("x: expected finite numbers, got nan", way, lambda x: x[0] ** 2, [1.0, np.nan])
        for h in (0.0, -1e-5):
            refuses(f"h: expected a positive number, got {h}", way, lambda x: x[0] ** 2, [1.0], h)
    for way in ways[:2]:
        refuses("f: expected one number, got shape (2,)", way, lambda x: x, [1.0, 2.0])
        refuses("f: expected finite numbers, got nan", way, lambda x: np.nan, [1.0])
        refuses("f: expected real numbers, got dtype complex128", way, lambda x: 1j * x[0], [1.0])
    says = "f: expected one complex number, got dtype"
    refuses(f"{says} complex128 and shape (2,)", snippet.complex_step, lambda x: x, [1.0, 2.0])
    refuses(f"{says} float64 and shape ()", snippet.complex_step, lambda x: abs(x[0]), [1.0])
    refuses("f: expected finite numbers, got nan", snippet.complex_step, lambda x: x[0] * np.nan, [1.0])


def off(found: float) -> float:
    return abs(found - 2)


def central(h: float) -> float:
    return float((np.log(0.5 + h) - np.log(0.5 - h)) / (2 * h))


def test_central_difference_example(snippet: Any) -> None:
    steps = (1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11)
    assert printed(snippet.example_central_difference) == [f"h = {h:.0e}: off by {off(central(h)):.0e}" for h in steps]


def test_richardson_example(snippet: Any) -> None:
    lines = []
    for h in (1e-1, 1e-2, 1e-3):
        slope = (4 * central(h / 2) - central(h)) / 3
        bound = abs(slope - central(h / 2)) + 4 * 2.0**-52 * abs(float(np.log(0.5))) / h
        lines.append(f"h = {h:.0e}: off by {off(slope):.0e}, the bound says {bound:.0e}")
    assert printed(snippet.example_richardson) == lines


def test_complex_step_example(snippet: Any) -> None:
    lines = []
    for h in (1e-1, 1e-3, 1e-5, 1e-10, 1e-30):
        slope = float(np.log(np.complex128(0.5 + h * 1j)).imag / h)
        lines.append(f"h = {h:.0e}: off by {off(slope):.0e}")
    assert printed(snippet.example_complex_step) == lines


@given(st.lists(st.floats(0.25, 3), min_size=3, max_size=3))
def test_the_three_ways_agree_with_exact_derivatives(x: list[float]) -> None:
    expected = np.array(exact(bumpy, x))
    size = 1 + abs(float(bumpy(x)))
    slopes, bound = numerical_gradient.richardson(bumpy, x)
    assert np.allclose(numerical_gradient.complex_step(bumpy, x), expected, rtol=1e-13, atol=1e-13 * size)
    assert np.allclose(numerical_gradient.central_difference(bumpy, x), expected, rtol=1e-7, atol=1e-8 * size)
    assert (np.abs(slopes - expected) <= bound + 1e-12 * size).all()


def test_scipy_takes_a_step_to_one_side_of_half_the_digits() -> None:
    f, slope = (lambda x: float(np.exp(x[0]))), np.exp(0.5)
    h = 2.0**-26
    found = optimize.check_grad(f, lambda x: np.array([slope]), [0.5])
    assert found == abs((f([0.5 + h]) - f([0.5])) / h - slope)
    assert 1e-9 < found / slope < 1e-7
