"""Ascent on Q and descent on L = -log Q: the same direction, a different speed.

The landscape has two parameters, w of shape (2,), and one maximum of Q at w = (1.1, 0.8):
Q(w) = TOP · exp(-½ (w - PEAK)ᵀ H (w - PEAK)). On it ∇L = -∇Q/Q. Entries count from 0.

Source: CS5242 (NUS), lecture 4; its figure is lost, so H and TOP are chosen to have Q(-1, -2) = 0.28.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

PEAK: Array = np.array([1.1, 0.8])  # (2,)
H: Array = np.array([[0.486, -0.228], [-0.228, 0.347]])  # (2, 2)
TOP = 0.833822


def _vector(name: str, value: ArrayLike, size: int | None = 2) -> Array:
    """`value` as floats of shape (size,); ValueError unless it is real, finite and of that shape."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    if given.ndim != 1 or not given.size or size not in (None, given.size):
        raise ValueError(f"{name}: expected shape ({size or 'n'},), got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"{name}: expected finite numbers, got {given}")
    return given.astype(np.float64)


# --8<-- [start:landscape]
def quality(w: ArrayLike) -> float:
    """Q at w, shape (2,). Raises ValueError for another shape, NaN or an infinite entry.

    >>> quality([1.1, 0.8])
    0.833822
    """
    d = _vector("w", w) - PEAK  # (2,)
    with np.errstate(over="ignore"):  # so far out that Q is 0
        return float(TOP * np.exp(-(d @ H @ d) / 2))


def loss(w: ArrayLike) -> float:
    """L = -log Q at w, shape (2,): a bowl. Raises ValueError as `quality` does.

    >>> round(loss([1.1, 0.8]), 4)
    0.1817
    """
    d = _vector("w", w) - PEAK  # (2,)
    with np.errstate(over="ignore"):  # so far out that L is beyond the largest float
        return float(d @ H @ d / 2 - np.log(TOP))


# --8<-- [end:landscape]


# --8<-- [start:gradients]
def gradient_of_quality(w: ArrayLike) -> Array:
    """∇Q at w, shape (2,). Raises ValueError as `quality` does.

    >>> gradient_of_quality([1.1, 0.8])
    array([-0., -0.])
    """
    d = _vector("w", w) - PEAK  # (2,)
    return -quality(w) * (H @ d)  # (2,)


def gradient_of_loss(w: ArrayLike) -> Array:
    """∇L = -∇Q/Q at w, shape (2,). Raises ValueError as `quality` does.

    >>> gradient_of_loss([1.1, 0.8])
    array([0., 0.])
    """
    d = _vector("w", w) - PEAK  # (2,)
    return H @ d  # (2,)


# --8<-- [end:gradients]


def _run(gradient: Callable[[Array], ArrayLike], w: ArrayLike, lr: float, steps: int) -> Array:
    """Check the arguments of `ascent` and `descent`; the start of a path, shape (n,)."""
    if not callable(gradient):
        raise ValueError(f"gradient: expected a function of w, got {gradient!r}")
    w = _vector("w", w, None)
    if np.asarray(lr).dtype.kind not in "iuf" or np.ndim(lr) or not 0 < lr < np.inf:
        raise ValueError(f"lr: expected a positive number, got {lr!r}")
    if np.asarray(steps).dtype.kind not in "iu" or np.ndim(steps) or steps < 0:
        raise ValueError(f"steps: expected a whole number from 0, got {steps!r}")
    return w


def _slope_at(w: Array, gradient: Callable[[Array], ArrayLike]) -> Array:
    """The gradient at a finite w, itself finite and of the shape of w."""
    return _vector("gradient", gradient(_vector("w", w, None)), w.size)


# --8<-- [start:ascent]
def ascent(gradient: Callable[[Array], ArrayLike], w: ArrayLike, lr: float, steps: int) -> Array:
    """Climb: w ← w + lr ∇Q(w). The path from w, shape (steps + 1, n).

    Raises ValueError for a learning rate that is not positive, a negative number of steps, a w
    that is not a finite vector, and when w or the gradient stops being one on the way.

    >>> ascent(lambda w: -w, [4.0], lr=0.5, steps=2)
    array([[4.],
           [2.],
           [1.]])
    """
    path = [_run(gradient, w, lr, steps)]  # (n,)
    with np.errstate(over="ignore"):  # a path that leaves the floats ends in the error
        for _ in range(steps):
            slope = _slope_at(path[-1], gradient)  # (n,)
            path.append(path[-1] + lr * slope)
    return np.array(path)


# --8<-- [end:ascent]


# --8<-- [start:descent]
def descent(gradient: Callable[[Array], ArrayLike], w: ArrayLike, lr: float, steps: int) -> Array:
    """Go down: w ← w - lr ∇L(w). The path from w, shape (steps + 1, n).

    Raises ValueError as `ascent` does.

    >>> descent(lambda w: w, [4.0], lr=0.5, steps=2)
    array([[4.],
           [2.],
           [1.]])
    """
    path = [_run(gradient, w, lr, steps)]  # (n,)
    with np.errstate(over="ignore"):  # a path that leaves the floats ends in the error
        for _ in range(steps):
            slope = _slope_at(path[-1], gradient)  # (n,)
            path.append(path[-1] - lr * slope)
    return np.array(path)


# --8<-- [end:descent]


# --8<-- [start:slope]
def slope(gradient: ArrayLike, direction: ArrayLike) -> float:
    """How fast the landscape rises along `direction`: the gradient times the unit vector, both (n,).

    Largest along the gradient, where it is the gradient's length; 0 along the level set. Raises
    ValueError for shapes that differ, entries that are not finite, and a direction of length 0.

    >>> slope([3.0, 4.0], [3.0, 4.0]), slope([3.0, 4.0], [-4.0, 3.0])
    (5.0, 0.0)
    """
    g, u = _slope_of(gradient, direction)  # (n,), (n,)
    return float(g @ u / np.linalg.norm(u))


# --8<-- [end:slope]


def _slope_of(gradient: ArrayLike, direction: ArrayLike) -> tuple[Array, Array]:
    g = _vector("gradient", gradient, None)
    u = _vector("direction", direction, g.size)
    if not u.any():
        raise ValueError(f"direction: expected a vector with a length, got {u}")
    return g, u


def example_landscape() -> None:
    # --8<-- [start:landscape-example]
    for w in ([-1.0, -2.0], [1.1, 0.8]):
        print(f"w = {w}: Q = {quality(w):.4f}, L = {loss(w):.4f}, exp(-L) = {np.exp(-loss(w)):.4f}")
    # --8<-- [end:landscape-example]


def example_gradients() -> None:
    # --8<-- [start:gradients-example]
    for w in ([-1.0, -2.0], [0.0, 0.0]):
        up, down = gradient_of_quality(w), -gradient_of_loss(w)
        print("uphill on Q", up.round(3), " downhill on L", down.round(3), " ratio", (down / up).round(3))
    # --8<-- [end:gradients-example]


def example_ascent() -> None:
    # --8<-- [start:ascent-example]
    path = ascent(gradient_of_quality, [-1.0, -2.0], lr=0.625, steps=40)
    for t in (0, 5, 10, 20, len(path) - 1):
        print(f"step {t}: Q = {quality(path[t]):.4f}")
    # --8<-- [end:ascent-example]


def example_descent() -> None:
    # --8<-- [start:descent-example]
    path = descent(gradient_of_loss, [-1.0, -2.0], lr=0.625, steps=40)
    for t in (0, 5, 10, 20, len(path) - 1):
        print(f"step {t}: Q = {quality(path[t]):.4f}")
    # --8<-- [end:descent-example]


def example_slope() -> None:
    # --8<-- [start:slope-example]
    g = gradient_of_quality([-1.0, -2.0])  # (2,)
    uphill = np.arctan2(g[1], g[0])
    for degrees in (0, 45, 90):
        off = np.radians(degrees)
        u = [np.cos(uphill + off), np.sin(uphill + off)]
        print(f"{degrees} degrees off the gradient: slope {abs(slope(g, u)):.4f}")
    # --8<-- [end:slope-example]


if __name__ == "__main__":
    example_landscape()
    example_gradients()
    example_ascent()
    example_descent()
    example_slope()
