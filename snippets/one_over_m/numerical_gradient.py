"""A derivative without algebra: what a function does when its argument is moved a little.

Three ways to the gradient of a function f of n numbers, entry by entry: a central difference, the same with
Richardson's extrapolation and a bound on its error, and a step into the complex plane, where nothing is
subtracted and so nothing cancels. The gradient of a program can be checked against any of them.

Source: elementary numerical analysis; the complex step is due to Lyness and Moler (1967).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Function = Callable[[NDArray[np.complex128] | Array], complex | float]


def _finite(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless it is real, finite, not empty, with `axes` axes."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    if given.ndim != axes or not given.size:
        raise ValueError(f"{name}: expected {axes} axes and at least one entry, got shape {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"{name}: expected finite numbers, got {given[~np.isfinite(given)][0]}")
    return given.astype(np.float64)


def _step(h: float) -> float:
    value = float(_finite("h", h, 0))
    if value <= 0:
        raise ValueError(f"h: expected a positive number, got {value}")
    return value


def _value(f: Function, x: Array) -> float:
    """f(x) as a float; ValueError unless it is one finite real number."""
    found = f(x)
    if np.size(found) != 1:
        raise ValueError(f"f: expected one number, got shape {np.shape(found)}")
    return float(_finite("f", np.asarray(found).reshape(()), 0))


# --8<-- [start:central_difference]
def central_difference(f: Function, x: ArrayLike, h: float = 1e-5) -> Array:
    """∂f/∂x, (n,): the slope of the line through f(x + h) and f(x − h), one entry moved at a time.

    x is (n,). Raises ValueError for a step that is not positive, and where f or x is not finite and real.

    >>> central_difference(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 0.0]).round(9)
    array([4., 3.])
    """
    x, h = _finite("x", x, 1), _step(h)  # (n,)
    steps = h * np.eye(x.size)  # (n, n)
    return np.array([(_value(f, x + e) - _value(f, x - e)) / (2 * h) for e in steps])


# --8<-- [end:central_difference]


# --8<-- [start:richardson]
def richardson(f: Function, x: ArrayLike, h: float = 1e-3) -> tuple[Array, Array]:
    """∂f/∂x, (n,), from the steps h and h/2 so that their errors cancel, and a bound on what is left, (n,).

    The bound is what the extrapolation changed, and the rounding of f over the step: safe where f is smooth
    over a small step, no proof, as both steps can be off alike. Raises ValueError as `central_difference` does.

    >>> slopes, bound = richardson(lambda x: x[0] ** 3, [1.0])
    >>> slopes.round(9), bool(abs(slopes[0] - 3) <= bound[0] < 1e-6)
    (array([3.]), True)
    """
    x = _finite("x", x, 1)
    coarse, fine = central_difference(f, x, h), central_difference(f, x, h / 2)  # (n,), (n,)
    slopes = (4 * fine - coarse) / 3
    rounding = 4 * np.finfo(np.float64).eps * abs(_value(f, x)) / h
    return slopes, np.abs(slopes - fine) + rounding


# --8<-- [end:richardson]


# --8<-- [start:complex_step]
def complex_step(f: Function, x: ArrayLike, h: float = 1e-30) -> Array:
    """∂f/∂x, (n,): the imaginary part of f(x + ih), over h. Nothing is subtracted, so h may be tiny.

    f must be written for complex numbers: no abs, no norm, no cast to float. Raises ValueError for a step
    that is not positive, an x that is not finite and real, and an f that gives anything but one finite
    complex number.

    >>> complex_step(lambda x: x[0] ** 2 + 3 * x[1], [2.0, 0.0])
    array([4., 3.])
    """
    x, h = _finite("x", x, 1), _step(h)
    steps = 1j * h * np.eye(x.size)  # (n, n)
    return np.array([_imaginary(f, x + e) / h for e in steps])


# --8<-- [end:complex_step]


def _imaginary(f: Function, x: NDArray[np.complex128]) -> float:
    found = np.asarray(f(x))
    if found.size != 1 or found.dtype.kind != "c":
        raise ValueError(f"f: expected one complex number, got dtype {found.dtype} and shape {found.shape}")
    return float(_finite("f", found.reshape(()).imag, 0))


def example_central_difference() -> None:
    # --8<-- [start:central_difference-example]
    for h in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11):
        (slope,) = central_difference(np.log, [0.5], h)
        print(f"h = {h:.0e}: off by {abs(slope - 2):.0e}")
    # --8<-- [end:central_difference-example]


def example_richardson() -> None:
    # --8<-- [start:richardson-example]
    for h in (1e-1, 1e-2, 1e-3):
        (slope,), (bound,) = richardson(np.log, [0.5], h)
        print(f"h = {h:.0e}: off by {abs(slope - 2):.0e}, the bound says {bound:.0e}")
    # --8<-- [end:richardson-example]


def example_complex_step() -> None:
    # --8<-- [start:complex_step-example]
    for h in (1e-1, 1e-3, 1e-5, 1e-10, 1e-30):
        (slope,) = complex_step(np.log, [0.5], h)
        print(f"h = {h:.0e}: off by {abs(slope - 2):.0e}")
    # --8<-- [end:complex_step-example]


if __name__ == "__main__":
    example_central_difference()
    example_richardson()
    example_complex_step()
