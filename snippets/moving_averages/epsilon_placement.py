"""Where ε stands in Adam, and how small a gradient may be before it shortens the step.

The gradient is the same at every step: then the corrected averages are that gradient and its square. Steps are in
learning rates: 1 is the whole of it.

Source: notes of course 2 write ε under the root; Adam's paper beside it, and in a second order of the lines beside
the root of the average that is not corrected.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
PLACES = ("beside", "under", "uncorrected")


def _positive(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless it is real, finite, positive, not empty, with `axes` axes."""
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
    if (given <= 0).any():
        raise ValueError(f"{name}: expected positive numbers, got {given[given <= 0][0]}")
    return given.astype(np.float64)


def _enlarged(eps: float, n: int, beta2: float) -> float:
    """ε over the root of what the weights of n steps add up to; ValueError for an n that is no step, and a beta2."""
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 1:
        raise ValueError(f"n: expected a whole number from 1, got {n!r}")
    share = float(_positive("beta2", beta2, 0))
    if share >= 1:
        raise ValueError(f"beta2: expected a number below 1, got {share}")
    return float(_positive("eps", eps, 0) / np.sqrt(1 - share**n))


# --8<-- [start:step]
def step(gradients: ArrayLike, eps: float, place: str, n: int = 1, beta2: float = 0.999) -> Array:
    """How long step n of Adam is for each size of a gradient, (sizes,), that is the same at every step.

    "beside" the root, as published; "under" it; "uncorrected": beside the root of an average that is not corrected.
    Raises ValueError for gradients and an eps that are not positive, another place, and an n that is no step.

    >>> step([1.0], 1.0, "beside"), step([3.0], 16.0, "under"), step([1.0], 0.5, "uncorrected", beta2=0.75)
    (array([0.5]), array([0.6]), array([0.5]))
    """
    if place not in PLACES:
        raise ValueError(f"place: expected one of {', '.join(PLACES)}, got {place!r}")
    g, larger = _positive("gradients", gradients, 1), _enlarged(eps, n, beta2)  # (sizes,)
    below = {"beside": g + eps, "under": np.sqrt(g**2 + eps), "uncorrected": g + larger}[place]  # (sizes,)
    sizes: Array = g / below
    return sizes


# --8<-- [end:step]


# --8<-- [start:half]
def half(eps: float, place: str, n: int = 1, beta2: float = 0.999) -> float:
    """The size of a gradient that is left half a step. Raises ValueError as `step` does.

    >>> half(0.75, "under"), half(0.75, "beside"), half(0.75, "uncorrected", beta2=0.75)
    (0.5, 0.75, 1.5)
    """
    if place not in PLACES:
        raise ValueError(f"place: expected one of {', '.join(PLACES)}, got {place!r}")
    larger = _enlarged(eps, n, beta2)
    return {"beside": float(eps), "under": float(np.sqrt(eps / 3)), "uncorrected": larger}[place]


# --8<-- [end:half]


def example_step() -> None:
    # --8<-- [start:step-example]
    sizes = [1e-4, 1e-6, 1e-8, 1e-10]
    for place, n in (("beside", 1), ("under", 1), ("uncorrected", 1), ("uncorrected", 1000)):
        print(f"{place:12} step {n:4}", *(f"{one:8.1e}" for one in step(sizes, 1e-8, place, n)))
    # --8<-- [end:step-example]


def example_half() -> None:
    # --8<-- [start:half-example]
    for eps in (1e-8, 1e-7):
        print(f"ε {eps}: half a step is left at", *(f"{half(eps, place):.1e} ({place})" for place in PLACES))
    # --8<-- [end:half-example]


if __name__ == "__main__":
    example_step()
    example_half()
