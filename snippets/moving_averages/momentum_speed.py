"""How fast gradient descent and momentum are on a bowl: the factor of each step, its limits, and two gains.

Along an axis of curvature h the distance to the bottom is multiplied, in the long run, by the same factor at each
step: that of the larger root. The learning rates are those of the plain form, v ← βv + dw.

Source: notes of a deep-learning course for the method; its eigenvalues as in Polyak (1964).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _beta(beta: float) -> float:
    """`beta` as a float; ValueError unless it is one real number in [0, 1)."""
    given = np.asarray(beta)
    if given.dtype.kind not in "iuf" or given.ndim or not 0 <= given < 1:
        raise ValueError(f"beta: expected a number from 0 and below 1, got {beta!r}")
    return float(given)


def _rate(lr: float) -> float:
    """`lr` as a float; ValueError unless it is one real number, positive and finite."""
    given = np.asarray(lr)
    if given.dtype.kind not in "iuf" or given.ndim or not 0 < given < np.inf:
        raise ValueError(f"lr: expected a positive number, got {lr!r}")
    return float(given)


def _curvatures(curvatures: ArrayLike) -> Array:
    """The curvatures as floats, (n,); ValueError unless they are positive and finite."""
    try:
        given = np.asarray(curvatures)
    except ValueError:
        raise ValueError("curvatures: expected a row of numbers, got rows of different lengths") from None
    if given.dtype.kind not in "iuf" or given.ndim != 1 or not given.size:
        raise ValueError(f"curvatures: expected a row of numbers, got shape {given.shape} and dtype {given.dtype}")
    outside = given[~((given > 0) & (given < np.inf))]
    if outside.size:
        raise ValueError(f"curvatures: expected positive numbers, got {outside[0]}")
    return given.astype(np.float64)


def _signal(signal: ArrayLike) -> Array:
    """The gradients as floats, (steps,); ValueError unless they are finite, and at least one."""
    rows = "signal: expected a row of finite numbers, got "
    try:
        given = np.asarray(signal)
    except ValueError:
        raise ValueError(f"{rows}rows of different lengths") from None
    if given.dtype.kind not in "iuf" or given.ndim != 1 or not given.size or not np.isfinite(given).all():
        raise ValueError(f"{rows}{signal!r}")
    return given.astype(np.float64)


# --8<-- [start:factor]
def factor(lr: float, beta: float, curvatures: ArrayLike) -> float:
    """What is left of the distance after a step, in the long run, along the slowest axis. Below 1 it arrives.

    A β of 0 is gradient descent. Raises ValueError for an lr or curvatures that are not positive, a β outside [0, 1).

    >>> factor(0.25, 0.0, [1.0, 2.0])
    0.75
    """
    total = 1 + _beta(beta) - _rate(lr) * _curvatures(curvatures)  # (n,): the sum of two roots
    apart = np.emath.sqrt(total**2 - 4 * beta)  # their difference; imaginary for a pair of complex roots
    return float(abs(abs(total) + apart).max() / 2)


# --8<-- [end:factor]


# --8<-- [start:best]
def best_descent(curvatures: ArrayLike) -> tuple[float, float]:
    """The best learning rate of gradient descent, and its factor (κ − 1) / (κ + 1). Raises ValueError as `factor`.

    >>> best_descent([1.0, 3.0])
    (0.5, 0.5)
    """
    h = _curvatures(curvatures)
    return float(2 / (h.min() + h.max())), float((h.max() - h.min()) / (h.max() + h.min()))


def momentum_at_its_best(beta: float, curvatures: ArrayLike) -> tuple[float, float]:
    """The smallest rate at which the flattest axis is as fast as √β, and the factor there.

    No rate has a smaller factor than √β. With a large κ the steep axes are slower at this one, or run away.
    Raises ValueError as `factor`.

    >>> momentum_at_its_best(0.25, [1.0, 4.0])
    (0.25, 0.5)
    """
    lr = float((1 - np.sqrt(_beta(beta))) ** 2 / _curvatures(curvatures).min())
    return lr, factor(lr, beta, curvatures)


# --8<-- [end:best]


# --8<-- [start:held]
def held(signal: ArrayLike, beta: float) -> float:
    """What the buffer holds after these gradients, (steps,); times 1 − β it is the average.

    Raises ValueError for no gradient, for gradients that are not finite, and a β outside [0, 1).

    >>> held([1.0, -1.0, 1.0], 0.5)
    0.75
    """
    gradients = _signal(signal)  # (steps,)
    return float(gradients @ _beta(beta) ** np.arange(float(gradients.size))[::-1])


# --8<-- [end:held]


def example_factor() -> None:
    # --8<-- [start:factor-example]
    for name, lr, beta in (
        ("descent", 0.5, 0.0),
        ("descent", 2.5, 0.0),
        ("momentum", 2.5, 0.9),
        ("momentum", 3.9, 0.9),
    ):
        print(f"{name:8} curvature 1, rate {lr}: factor {factor(lr, beta, [1.0]):.3f}")
    # --8<-- [end:factor-example]


def example_best() -> None:
    # --8<-- [start:best-example]
    for kappa in (10.0, 37.0, 38.0, 100.0, 1000.0):
        for name, (lr, left) in (
            ("descent", best_descent([1.0, kappa])),
            ("momentum", momentum_at_its_best(0.9, [1.0, kappa])),
        ):
            print(f"κ {kappa:4.0f}  {name:8} at rate {lr:.5f}: factor {left:.5f}")
    # --8<-- [end:best-example]


def example_held() -> None:
    # --8<-- [start:held-example]
    for name, signal in (("constant", np.ones(60)), ("alternating", (-1.0) ** np.arange(61))):
        buffer = held(signal, 0.9)
        print(f"{name:11}  buffer {buffer:.4f}  average {(1 - 0.9) * buffer:.4f}")
    # --8<-- [end:held-example]


if __name__ == "__main__":
    example_factor()
    example_best()
    example_held()
