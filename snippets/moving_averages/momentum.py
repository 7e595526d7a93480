"""Momentum with 1 − β and without, with the learning rate inside, and Nesterov's in the two ways it is written.

A walk takes `gradient`, a function of the weights w, (n,), and one learning rate for each step. `beta` is one number,
or one for each step. It gives the weights before and after each step, (steps + 1, n).

Source: notes of a deep-learning course for the average; Sutskever, Martens, Dahl and Hinton (2013) for Nesterov's.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Gradient = Callable[[Array], ArrayLike]


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


def _settings(rates: ArrayLike, beta: ArrayLike) -> Array:
    """Learning rate and β of each step, (steps, 2); ValueError for a rate not positive, or a β outside [0, 1)."""
    lrs = _finite("rates", rates, 1)
    if lrs.min() <= 0:
        raise ValueError(f"rates: expected positive numbers, got {lrs.min()}")
    betas = _finite("beta", beta, 1 if np.iterable(beta) else 0)
    if betas.shape not in ((), lrs.shape):
        raise ValueError(f"beta: expected one number, or one for each of {lrs.size} rates, got shape {betas.shape}")
    outside = betas[(betas < 0) | (betas >= 1)]
    if outside.size:
        raise ValueError(f"beta: expected numbers from 0 and below 1, got {outside[0]}")
    return np.column_stack([lrs, np.broadcast_to(betas, lrs.shape)])


def _slope(gradient: Gradient, at: Array) -> Array:
    """The gradient at these weights; ValueError unless it is finite and has their shape."""
    if not callable(gradient):
        raise ValueError(f"gradient: expected a function of the weights, got {gradient!r}")
    dw = _finite("gradient", gradient(at), 1)
    if dw.shape != at.shape:
        raise ValueError(f"gradient: expected shape {at.shape}, as w has, got {dw.shape}")
    return dw


# --8<-- [start:forms]
def along_the_average(gradient: Gradient, w: ArrayLike, rates: ArrayLike, beta: ArrayLike = 0.9) -> Array:
    """v ← βv + (1 − β)dw, w ← w − lr v. The weights before and after each step, (steps + 1, n).

    Raises ValueError for weights or gradients that are not finite vectors of one shape, rates that are not positive,
    and a β outside [0, 1).

    >>> along_the_average(lambda w: w, [4.0], [1.0, 1.0], beta=0.5)[:, 0]
    array([4., 2., 0.])
    """
    at = _finite("w", w, 1)
    path, v = [at], np.zeros_like(at)  # each of shape (n,)
    for lr, keep in _settings(rates, beta):
        v = keep * v + (1 - keep) * _slope(gradient, at)
        at = at - lr * v
        path.append(at)
    return np.array(path)


def along_the_buffer(gradient: Gradient, w: ArrayLike, rates: ArrayLike, beta: ArrayLike = 0.9) -> Array:
    """v ← βv + dw, w ← w − lr v. The weights before and after each step, (steps + 1, n).

    Raises ValueError as `along_the_average` does.

    >>> along_the_buffer(lambda w: w, [4.0], [0.5, 0.5], beta=0.5)[:, 0]
    array([4., 2., 0.])
    """
    at = _finite("w", w, 1)
    path, v = [at], np.zeros_like(at)  # each of shape (n,)
    for lr, keep in _settings(rates, beta):
        v = keep * v + _slope(gradient, at)
        at = at - lr * v
        path.append(at)
    return np.array(path)


# --8<-- [end:forms]


# --8<-- [start:rate_inside]
def rate_inside(
    gradient: Gradient, w: ArrayLike, rates: ArrayLike, beta: ArrayLike = 0.9, repaired: bool = False
) -> Array:
    """v ← βv + lr dw, w ← w − v; repaired, what is kept is brought to the new rate.

    Raises ValueError as `along_the_average` does.

    >>> rate_inside(lambda w: w, [4.0], [0.5, 0.25], beta=0.5)[:, 0]
    array([4. , 2. , 0.5])
    >>> rate_inside(lambda w: w, [4.0], [0.5, 0.25], beta=0.5, repaired=True)[:, 0]
    array([4., 2., 1.])
    """
    at = _finite("w", w, 1)
    path, v, before = [at], np.zeros_like(at), np.inf  # before the first step nothing is kept
    for lr, keep in _settings(rates, beta):
        v = keep * v * (lr / before if repaired else 1) + lr * _slope(gradient, at)
        at = at - v
        path.append(at)
        before = lr
    return np.array(path)


# --8<-- [end:rate_inside]


# --8<-- [start:nesterov]
def nesterov(gradient: Gradient, w: ArrayLike, rates: ArrayLike, beta: ArrayLike = 0.9) -> Array:
    """The buffer, with the gradient taken where the old buffer alone would carry w.

    Raises ValueError as `along_the_average` does.

    >>> nesterov(lambda w: w, [4.0], [0.5, 0.5], beta=0.5)[:, 0]
    array([4. , 2. , 0.5])
    """
    at = _finite("w", w, 1)
    path, v = [at], np.zeros_like(at)  # each of shape (n,)
    for lr, keep in _settings(rates, beta):
        v = keep * v + _slope(gradient, at - lr * keep * v)
        at = at - lr * v
        path.append(at)
    return np.array(path)


def nesterov_ahead(gradient: Gradient, w: ArrayLike, rates: ArrayLike, beta: ArrayLike = 0.9) -> Array:
    """The same as libraries write it: it keeps the point that looks ahead.

    Raises ValueError as `along_the_average` does.

    >>> nesterov_ahead(lambda w: w, [4.0], [0.5, 0.5], beta=0.5)[:, 0]
    array([ 4.  ,  1.  , -0.25])
    """
    at = _finite("w", w, 1)
    path, v = [at], np.zeros_like(at)  # each of shape (n,)
    for lr, keep in _settings(rates, beta):
        dw = _slope(gradient, at)
        v = keep * v + dw
        at = at - lr * (dw + keep * v)
        path.append(at)
    return np.array(path)


# --8<-- [end:nesterov]


def apart(kind: str) -> float:
    """How far two walks have come apart after 12 steps, if the buffer has 1 − β at its learning rates.

    `kind` is "schedule" (the rate is halved), "beta moves" (from one half to 0.9), "rate inside" the buffer or
    "repaired" (it is halved there), or "rate left alone" (without 1 − β). Raises ValueError for another kind.

    >>> apart("schedule") < 1e-12
    True
    """
    early = np.arange(12) < 4
    rates = np.where(early, 0.5, 0.25)
    betas = np.where(early & (kind == "beta moves"), 0.5, 0.9)
    walks: dict[str, Callable[[], Array]] = {
        "schedule": lambda: along_the_buffer(_bowl, START, (1 - betas) * rates, betas),
        "beta moves": lambda: along_the_buffer(_bowl, START, (1 - betas) * rates, betas),
        "rate inside": lambda: rate_inside(_bowl, START, (1 - betas) * rates, betas),
        "repaired": lambda: rate_inside(_bowl, START, (1 - betas) * rates, betas, repaired=True),
        "rate left alone": lambda: along_the_buffer(_bowl, START, rates, betas),
    }
    if kind not in walks:
        raise ValueError(f"kind: expected one of {', '.join(walks)}, got {kind!r}")
    return float(np.linalg.norm(walks[kind]()[-1] - along_the_average(_bowl, START, rates, betas)[-1]))


START = np.array([4.0, 1.0])


def _bowl(w: Array) -> Array:
    """The gradient, (2,), of ½(w₁² + 4w₂²)."""
    return np.array([1.0, 4.0]) * w


def example_forms() -> None:
    # --8<-- [start:forms-example]
    schedule = np.array([0.5, 0.5, 0.25, 0.25])
    print("average           ", along_the_average(_bowl, [4.0, 1.0], schedule)[-1])
    print("buffer, (1 − β) lr", along_the_buffer(_bowl, [4.0, 1.0], (1 - 0.9) * schedule)[-1])
    print("buffer, lr        ", along_the_buffer(_bowl, [4.0, 1.0], schedule)[-1])
    # --8<-- [end:forms-example]


def example_rate_inside() -> None:
    # --8<-- [start:rate_inside-example]
    for kind in ("schedule", "beta moves", "rate inside", "repaired", "rate left alone"):
        print(f"{kind:15}  apart {apart(kind):.1e}")
    # --8<-- [end:rate_inside-example]


def example_nesterov() -> None:
    # --8<-- [start:nesterov-example]
    seen: list[float] = []

    def slope(w: Array) -> Array:
        seen.append(w.item())  # where the gradient is taken
        return w

    for walk in (nesterov, nesterov_ahead):
        seen.clear()
        path = walk(slope, [4.0], [0.25] * 4)
        print(f"{walk.__name__}: weights {path.ravel().round(3)}")
        print(f"  gradients at {np.round(seen, 3)}")
    # --8<-- [end:nesterov-example]


if __name__ == "__main__":
    example_forms()
    example_rate_inside()
    example_nesterov()
