"""Sum or mean of the losses: the same minimum, another gradient, another path.

A linear model with m examples in columns: inputs X, (D, m), targets y, (m,), weights w, (D,). The loss of an
example is half its squared error. `reduction` says how the m losses become one cost: "sum" or "mean".

Source: a forum thread and a question, both about what adding up instead of averaging does to training.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


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


def _batch(w: ArrayLike, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array, Array]:
    """w, X, y as floats; ValueError unless their shapes are (D,), (D, m) and (m,)."""
    w, X, y = _finite("w", w, 1), _finite("X", X, 2), _finite("y", y, 1)
    if X.shape != (len(w), len(y)):
        raise ValueError(f"X: expected shape {(len(w), len(y))}, from w and y, got {X.shape}")
    return w, X, y


def _divisor(reduction: str, m: int) -> int:
    """What the sum of m losses is divided by."""
    if reduction not in ("sum", "mean"):
        raise ValueError(f"reduction: expected 'sum' or 'mean', got {reduction!r}")
    return m if reduction == "mean" else 1


def _walkable(w: ArrayLike, dw: ArrayLike, lr: float) -> tuple[Array, Array, float]:
    """w, dw and lr as floats; ValueError unless the shapes are the same and the learning rate is positive."""
    w, dw, rate = _finite("w", w, 1), _finite("dw", dw, 1), float(_finite("lr", lr, 0))
    if dw.shape != w.shape:
        raise ValueError(f"dw: expected shape {w.shape}, as w has, got {dw.shape}")
    if rate <= 0:
        raise ValueError(f"lr: expected a positive number, got {rate}")
    return w, dw, rate


# --8<-- [start:gradient]
def cost(w: ArrayLike, X: ArrayLike, y: ArrayLike, reduction: str) -> float:
    """Sum or mean of half the squared errors.

    Raises ValueError for shapes that do not match, numbers that are not finite, and another reduction.

    >>> cost([1.0], [[2.0, 4.0]], [0.0, 1.0], "sum")
    6.5
    """
    w, X, y = _batch(w, X, y)  # (D,), (D, m), (m,)
    losses = (w @ X - y) ** 2 / 2  # (m,)
    return float(losses.sum() / _divisor(reduction, len(y)))


def gradient(w: ArrayLike, X: ArrayLike, y: ArrayLike, reduction: str) -> Array:
    """The derivative of the cost by the weights, (D,). Raises ValueError as `cost` does.

    >>> gradient([1.0], [[2.0, 4.0]], [0.0, 1.0], "sum")
    array([16.])
    """
    w, X, y = _batch(w, X, y)  # (D,), (D, m), (m,)
    return X @ (w @ X - y) / _divisor(reduction, len(y))  # (D,)


# --8<-- [end:gradient]


# --8<-- [start:sign]
def down(w: ArrayLike, dw: ArrayLike, lr: float) -> Array:
    """One step against the gradient.

    Raises ValueError for two shapes, numbers that are not finite, and a learning rate that is not positive.

    >>> down([1.0], [16.0], lr=0.0625)
    array([0.])
    """
    w, dw, lr = _walkable(w, dw, lr)  # (D,), (D,)
    return w - lr * dw


def up(w: ArrayLike, dw: ArrayLike, lr: float) -> Array:
    """Wrong for a cost: one step along the gradient. Raises ValueError as `down` does.

    >>> up([1.0], [16.0], lr=0.0625)
    array([2.])
    """
    w, dw, lr = _walkable(w, dw, lr)  # (D,), (D,)
    return w + lr * dw


# --8<-- [end:sign]


# --8<-- [start:descend]
def descend(
    w: ArrayLike, X: ArrayLike, y: ArrayLike, lr: float, steps: int, reduction: str, step: Callable[..., Array] = down
) -> Array:
    """The weights before and after each step, (steps + 1, D).

    Raises ValueError as `cost` does, for a learning rate that is not positive, and for less than one step.

    >>> descend([1.0], [[2.0, 4.0]], [0.0, 1.0], lr=0.0625, steps=1, reduction="sum")
    array([[1.],
           [0.]])
    """
    w, X, y = _batch(w, X, y)  # (D,), (D, m), (m,)
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 1:
        raise ValueError(f"steps: expected a whole number from 1, got {steps!r}")
    path = [w]
    for _ in range(steps):
        path.append(step(path[-1], gradient(path[-1], X, y, reduction), lr))
    return np.array(path)


# --8<-- [end:descend]


# --8<-- [start:stability]
def stability_limit(X: ArrayLike, reduction: str) -> float:
    """Below this learning rate descent comes to rest, above it runs away: 2 over the largest curvature.

    Raises ValueError for an X that is no array (D, m) of finite numbers or holds only zeros, and as `cost` does.

    >>> stability_limit([[2.0, 4.0]], "sum")
    0.1
    """
    X = _finite("X", X, 2)  # (D, m)
    if not X.any():
        raise ValueError("X: expected an entry other than 0, got none")
    curvatures = np.linalg.eigvalsh(X @ X.T / _divisor(reduction, X.shape[1]))  # (D,), ascending
    return float(2 / curvatures[-1])


# --8<-- [end:stability]


def example_gradient() -> None:
    # --8<-- [start:gradient-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]  # (2, 4): m = 4
    y = [1.0, 0.0, -1.0, 2.0]
    for w in ([0.0, 0.0], [1.0, -0.5]):
        for reduction in ("sum", "mean"):
            found, slopes = cost(w, X, y, reduction), gradient(w, X, y, reduction)
            print(f"w {w}  {reduction:4}  cost {found:7.5f}  gradient {slopes}")
    # --8<-- [end:gradient-example]


def example_sign() -> None:
    # --8<-- [start:sign-example]
    X, y = [[1.0]], [0.0]  # one example and one weight: the cost is w²/2
    for step in (down, up):
        path = descend([1.0], X, y, 0.1, 20, "sum", step)
        print(f"{step.__name__:4}  {cost(path[0], X, y, 'sum'):.4f} → {cost(path[-1], X, y, 'sum'):.4f}")
    # --8<-- [end:sign-example]


def example_descend() -> None:
    # --8<-- [start:descend-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]
    y = [1.0, 0.0, -1.0, 2.0]
    for reduction, lr in (("mean", 0.25), ("sum", 0.25), ("sum", 0.25 / 4)):
        path = descend([0.0, 0.0], X, y, lr, 20, reduction)
        print(f"{reduction:4}  lr {lr:6}  cost of the mean {cost(path[-1], X, y, 'mean'):.4g}")
    # --8<-- [end:descend-example]


def example_stability() -> None:
    # --8<-- [start:stability-example]
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]
    y = [1.0, 0.0, -1.0, 2.0]
    for reduction in ("mean", "sum"):
        limit = stability_limit(X, reduction)
        for share in (0.95, 1.05):
            path = descend([0.0, 0.0], X, y, share * limit, 100, reduction)
            print(f"{reduction:4}  lr {share * limit:.4f}  cost of the mean {cost(path[-1], X, y, 'mean'):.4g}")
    # --8<-- [end:stability-example]


if __name__ == "__main__":
    example_gradient()
    example_sign()
    example_descend()
    example_stability()
