"""Level points: what the signs of the Hessian say, how long descent stays near a saddle or on a plateau.

Near a level point the cost is half of wᵀHw, and descent is w − lr·Hw. Random symmetric matrices have independent
normal entries, those on the diagonal of twice the variance, so that no direction is preferred.

Source: the chapter on local optima in a course's notes; here with what its lecture says instead.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

PATIENCE = 10_000


def _number(name: str, value: float, least: float = 0.0) -> float:
    """`value`; ValueError unless it is one finite number above `least`."""
    if np.ndim(value) or np.asarray(value).dtype.kind not in "iuf" or not least < value < math.inf:
        raise ValueError(f"{name}: expected a finite number above {least:g}, got {value!r}")
    return float(value)


def _whole(name: str, value: int, least: int) -> int:
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < least:
        raise ValueError(f"{name}: expected a whole number from {least}, got {value!r}")
    return value


def _symmetric(H: ArrayLike) -> NDArray[Any]:
    try:
        H = np.asarray(H)
    except ValueError:
        raise ValueError("H: expected a square matrix, got rows of different lengths") from None
    if H.dtype.kind not in "iuf" or H.ndim != 2 or not H.size or H.shape != H.T.shape:
        raise ValueError(f"H: expected a square matrix of real numbers, got dtype {H.dtype}, shape {H.shape}")
    if not np.isfinite(H).all():
        raise ValueError(f"H: expected finite numbers, got {H[~np.isfinite(H)][0]}")
    if (H != H.T).any():
        raise ValueError("H: expected a symmetric matrix, got one that differs from its transpose")
    return H


# --8<-- [start:kind_of_level_point]
def kind_of_level_point(H: ArrayLike) -> str:
    """What a point of slope 0 is, by the curvatures of H, (D, D). Raises ValueError for no symmetric real matrix.

    >>> kind_of_level_point([[2.0, 0.0], [0.0, -1.0]])
    'saddle'
    """
    curvatures = np.linalg.eigvalsh(_symmetric(H))
    rounding = 1e-12 * np.abs(curvatures).max()
    up, down = (curvatures > rounding).any(), (curvatures < -rounding).any()
    if up and down:
        return "saddle"
    if (np.abs(curvatures) <= rounding).any():
        return "cannot be told"
    return "minimum" if up else "maximum"


# --8<-- [end:kind_of_level_point]


# --8<-- [start:steps_to_leave]
def steps_to_leave(offset: float, fall: float, lr: float, radius: float = 1.0) -> int:
    """Steps of descent until the distance along a direction of curvature −fall is `radius`; it begins at `offset`.

    Raises ValueError for numbers that are not positive and finite, and where it takes more steps than PATIENCE.

    >>> steps_to_leave(offset=0.25, fall=1.0, lr=1.0)
    2
    """
    y, fall, lr = _number("offset", offset), _number("fall", fall), _number("lr", lr)
    radius = _number("radius", radius)
    for steps in range(PATIENCE):
        if y >= radius:
            return steps
        y -= lr * (-fall * y)
    raise ValueError(f"lr: expected to leave within {PATIENCE} steps, got no further than {y:.3g} with {lr}")


# --8<-- [end:steps_to_leave]


# --8<-- [start:steps_on_a_plateau]
def steps_on_a_plateau(z: float, lr: float) -> int:
    """Steps of descent on the sigmoid itself from z, far out on the upper plateau, to its middle at 0.

    Raises ValueError for numbers that are not positive and finite, and where it takes more steps than PATIENCE.

    >>> steps_on_a_plateau(z=0.125, lr=1.0)
    1
    """
    z, lr = _number("z", z), _number("lr", lr)
    for steps in range(PATIENCE):
        if z <= 0:
            return steps
        a = 1 / (1 + math.exp(-z))
        z -= lr * a * (1 - a)
    raise ValueError(f"lr: expected to arrive within {PATIENCE} steps, got no further than {z:.3g} with {lr}")


# --8<-- [end:steps_on_a_plateau]


# --8<-- [start:share_definite]
def share_definite(d: int, draws: int, seed: int) -> float:
    """How many of so many random symmetric d × d matrices have positive curvatures only.

    Raises ValueError for what is no whole number from 1, or 0 for the seed.

    >>> share_definite(d=1, draws=10_000, seed=0)
    0.4974
    """
    _whole("d", d, 1)
    _whole("draws", draws, 1)
    _whole("seed", seed, 0)
    square = np.random.default_rng(seed).standard_normal((draws, d, d))
    H = square + square.transpose(0, 2, 1)  # variance 2 beside the diagonal, 4 on it
    return float((np.linalg.eigvalsh(H)[:, 0] > 0).mean())


# --8<-- [end:share_definite]


def example_kind_of_level_point() -> None:
    # --8<-- [start:kind_of_level_point-example]
    for name, H in (
        ("x² + y²", [[2, 0], [0, 2]]),
        ("−x² − y²", [[-2, 0], [0, -2]]),
        ("x² − y²", [[2, 0], [0, -2]]),
        ("xy", [[0, 1], [1, 0]]),
        ("x³", [[0]]),
        ("x⁴", [[0]]),
    ):
        print(f"{name:9} curvatures {np.linalg.eigvalsh(H).round()!s:9} {kind_of_level_point(H)}")
    # --8<-- [end:kind_of_level_point-example]


def example_steps_to_leave() -> None:
    # --8<-- [start:steps_to_leave-example]
    for offset in (1e-1, 1e-2, 1e-4, 1e-8, 1e-16):
        by_formula = math.log(1 / offset) / math.log(1.1)
        print(f"offset {offset:.0e}  {steps_to_leave(offset, fall=1, lr=0.1)} steps, by the formula {by_formula:.1f}")
    # --8<-- [end:steps_to_leave-example]


def example_steps_on_a_plateau() -> None:
    # --8<-- [start:steps_on_a_plateau-example]
    for z in (1, 2, 4, 8):
        print(f"from z = {z}: {steps_on_a_plateau(z, lr=1)} steps")
    # --8<-- [end:steps_on_a_plateau-example]


def example_share_definite() -> None:
    # --8<-- [start:share_definite-example]
    for d in (1, 2, 3, 4, 6):
        print(f"d = {d}: {share_definite(d, draws=10_000, seed=0):.4f}")
    # --8<-- [end:share_definite-example]


if __name__ == "__main__":
    example_kind_of_level_point()
    example_steps_to_leave()
    example_steps_on_a_plateau()
    example_share_definite()
