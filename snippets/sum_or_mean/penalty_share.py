"""A penalty beside a sum keeps one m-th of its strength: penalised costs, and ridge regression with both.

`losses` holds m losses, one for each example; the penalty is one number, in which no example has a part. For the
ridge X is (D, m), examples in columns, y is (m,); a loss is half a squared error, the penalty half of ‖w‖².

Source: the question on sum or mean, whose code reduces losses and penalty together; the page names it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
REDUCTIONS: dict[str, Callable[[Array], float]] = {"mean": np.mean, "sum": np.sum}


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


def _refuse_below_zero(penalty: float, lam: float) -> None:
    for name, value in (("penalty", penalty), ("lam", lam)):
        if _finite(name, value, 0) < 0:
            raise ValueError(f"{name}: expected a number from 0, got {value}")


def _reduction(name: object) -> str:
    if not isinstance(name, str) or name not in REDUCTIONS:
        raise ValueError(f"reduction: expected 'mean' or 'sum', got {name!r}")
    return name


# --8<-- [start:costs]
def outside(losses: ArrayLike, penalty: float, lam: float, reduction: str) -> float:
    """Reduce the (m,) losses, then add λ times the penalty, once.

    Raises ValueError for losses that are empty or not finite, for a λ or a penalty below 0, and for
    a reduction other than 'mean' and 'sum'.

    >>> outside([1.0, 3.0], penalty=5.0, lam=0.1, reduction="sum")
    4.5
    """
    losses = _finite("losses", losses, 1)  # (m,)
    _refuse_below_zero(penalty, lam)
    return float(REDUCTIONS[_reduction(reduction)](losses) + lam * penalty)


def inside(losses: ArrayLike, penalty: float, lam: float, reduction: str) -> float:
    """Add λ times the penalty to each of the (m,) losses, then reduce. Raises ValueError as `outside` does.

    >>> inside([1.0, 3.0], penalty=5.0, lam=0.1, reduction="sum")
    5.0
    """
    losses = _finite("losses", losses, 1)  # (m,)
    _refuse_below_zero(penalty, lam)
    return float(REDUCTIONS[_reduction(reduction)](losses + lam * penalty))


# --8<-- [end:costs]


# --8<-- [start:ridge]
def ridge(X: ArrayLike, y: ArrayLike, lam: float, reduction: str) -> Array:
    """The weights, (D,), at which the mean or the sum of the losses, plus λ/2 ‖w‖², is least.

    Raises ValueError for an X that is not (D, m) or a y that is not (m,), for numbers that are not
    finite, for a λ that is not positive, and for a reduction other than 'mean' and 'sum'.

    >>> ridge([[1.0, 1.0]], [2.0, 4.0], lam=1.0, reduction="mean")
    array([1.5])
    >>> ridge([[1.0, 1.0]], [2.0, 4.0], lam=1.0, reduction="sum")
    array([2.])
    """
    X, y, lam = _finite("X", X, 2), _finite("y", y, 1), float(_finite("lam", lam, 0))  # (D, m), (m,)
    if X.shape[1] != len(y):
        raise ValueError(f"y: expected {X.shape[1]} numbers, as X has columns, got {len(y)}")
    if lam <= 0:
        raise ValueError(f"lam: expected a positive number, got {lam}")
    D, m = X.shape
    examples = m if _reduction(reduction) == "mean" else 1
    w = np.linalg.solve(X @ X.T / examples + lam * np.eye(D), X @ y / examples)  # (D,)
    return np.asarray(w)


# --8<-- [end:ridge]


def example_costs() -> None:
    # --8<-- [start:costs-example]
    losses, penalty, lam = np.array([0.5, 1.5, 0.25, 1.75]), 10.0, 0.02
    print("penalty's share of the cost   4 examples   8 examples")
    for place in (outside, inside):
        for reduction in ("mean", "sum"):
            shares = []
            for batch in (losses, np.tile(losses, 2)):
                whole, bare = place(batch, penalty, lam, reduction), place(batch, penalty, 0.0, reduction)
                shares.append(1 - bare / whole)
            print(f"{place.__name__:>7} the {reduction:4}               {shares[0]:10.4f}   {shares[1]:10.4f}")
    # --8<-- [end:costs-example]


def example_ridge() -> None:
    # --8<-- [start:ridge-example]
    X = np.array([[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]])  # (2, 4)
    y, lam = np.array([2.5, -1.0, -1.0, 7.0]), 2.0
    for m, (data, targets) in ((4, (X, y)), (8, (np.tile(X, 2), np.tile(y, 2)))):
        print(f"m = {m}  mean, lam   ", ridge(data, targets, lam, "mean").round(4))
        print("       sum,  lam   ", ridge(data, targets, lam, "sum").round(4))
        print("       sum,  lam m ", ridge(data, targets, lam * m, "sum").round(4))
    # --8<-- [end:ridge-example]


if __name__ == "__main__":
    example_costs()
    example_ridge()
