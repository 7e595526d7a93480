"""Mean, soft maximum and maximum of the losses: three objectives, and the weight that each prefers.

`losses` holds m losses, one for each example; τ is a temperature above 0. For the minimiser there is one weight w
and a target for each example, and a loss is the square of their distance.

Source: a comment on the question on sum or mean, which proposes the maximum; the page names it.
"""

from __future__ import annotations

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


def _temperature(tau: float) -> float:
    found = float(_finite("tau", tau, 0))
    if found <= 0:
        raise ValueError(f"tau: expected a positive number, got {found}")
    return found


# --8<-- [start:soft_maximum]
def soft_maximum(losses: ArrayLike, tau: float) -> float:
    """τ log of the mean of e^{ℓ/τ}: the mean where τ is large, the maximum where it is small.

    The largest loss is taken off first, so no exponential overflows. Raises ValueError for losses
    that are empty or not finite, and for a τ that is not positive.

    >>> soft_maximum([2.0, 2.0], tau=0.5)
    2.0
    """
    losses, tau = _finite("losses", losses, 1), _temperature(tau)  # (m,)
    worst = losses.max()
    return float(worst + tau * np.log(np.exp((losses - worst) / tau).mean()))


def weights_of_examples(losses: ArrayLike, tau: float) -> Array:
    """What one more unit of each loss adds to the soft maximum, (m,): a softmax of the losses over τ.

    Raises ValueError as `soft_maximum` does.

    >>> weights_of_examples([1.0, 1.0], tau=1.0)
    array([0.5, 0.5])
    """
    losses, tau = _finite("losses", losses, 1), _temperature(tau)  # (m,)
    powers = np.exp((losses - losses.max()) / tau)
    return np.asarray(powers / powers.sum())


# --8<-- [end:soft_maximum]


# --8<-- [start:minimiser]
def minimiser(targets: ArrayLike, tau: float) -> float:
    """The weight at which the soft maximum of the squares (w − y)² is least, by forty bisections.

    Raises ValueError as `soft_maximum` does, of `targets`.

    >>> round(minimiser([0.0, 0.0, 3.0], tau=1e6), 4)
    1.0
    """
    targets = _finite("targets", targets, 1)  # (m,)
    low, high = targets.min(), targets.max()
    for _ in range(40):
        w = (low + high) / 2
        half_slope = weights_of_examples((w - targets) ** 2, tau) @ (w - targets)
        low, high = (low, w) if half_slope > 0 else (w, high)
    return float(low)


# --8<-- [end:minimiser]


def example_soft_maximum() -> None:
    # --8<-- [start:soft_maximum-example]
    losses = np.array([0.5, 1.0, 1.5, 5.0])
    print(f"mean          {losses.mean():.4f}   weights {np.full(4, 1 / 4)}")
    for tau in (100.0, 2.0, 0.1):
        print(f"tau = {tau:5}   {soft_maximum(losses, tau):.4f}   weights {weights_of_examples(losses, tau).round(4)}")
    print(f"max           {losses.max():.4f}")
    # --8<-- [end:soft_maximum-example]


def example_minimiser() -> None:
    # --8<-- [start:minimiser-example]
    targets = np.array([0.0, 0.0, 3.0])
    print(f"mean of the targets   {targets.mean():.4f}")
    for tau in (1000.0, 10.0, 1.0, 0.01):
        print(f"least at tau = {tau:6}  {minimiser(targets, tau):.4f}")
    print(f"midway                {(targets.min() + targets.max()) / 2:.4f}")
    # --8<-- [end:minimiser-example]


if __name__ == "__main__":
    example_soft_maximum()
    example_minimiser()
