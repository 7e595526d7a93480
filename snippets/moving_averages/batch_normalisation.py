"""Batch normalisation forwards: each unit gets the mean beta and about the standard deviation |gamma|.

Examples stand in columns: `Z`, (H, m), holds the scores of H units for the m examples of a batch, not yet
activated. `gamma` and `beta`, (H,), are learnt. Mean and variance are taken over the batch, along a row, and the
variance is divided by m.

Source: Ioffe and Szegedy, “Batch normalization”, 2015; notes of a deep-learning course, lines 271-274.
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


def _positive(name: str, value: float) -> float:
    given = float(_finite(name, value, 0))
    if given <= 0:
        raise ValueError(f"{name}: expected a positive number, got {given}")
    return given


def _each_unit(name: str, value: ArrayLike, units: int) -> Array:
    given = _finite(name, value, 1)
    if given.size != units:
        raise ValueError(f"{name}: expected {units} entries, one for each unit, got {given.size}")
    return given


# --8<-- [start:normalise]
def normalise(Z: ArrayLike, eps: float = 1e-5) -> Array:
    """The scores of each unit less their mean, over the root of their variance plus eps, (H, m).

    Raises ValueError for scores that are not finite and an eps that is not positive.

    >>> normalise([[1.0, 3.0]], eps=3.0)
    array([[-0.5,  0.5]])
    """
    Z = _finite("Z", Z, 2)  # (H, m)
    mu = Z.mean(axis=1, keepdims=True)  # (H, 1)
    var = ((Z - mu) ** 2).mean(axis=1, keepdims=True)  # (H, 1)
    Z_norm: Array = (Z - mu) / np.sqrt(var + _positive("eps", eps))
    return Z_norm


# --8<-- [end:normalise]


# --8<-- [start:batch_norm]
def batch_norm(Z: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5) -> Array:
    """What the layer passes on in training, (H, m): gamma times the normalised scores, plus beta.

    Raises ValueError as `normalise` does, and for a gamma or beta without one entry for each unit.

    >>> batch_norm([[1.0, 3.0]], gamma=[4.0], beta=[1.0], eps=3.0)
    array([[-1.,  3.]])
    """
    Z_norm = normalise(Z, eps)  # (H, m)
    H = len(Z_norm)
    return _each_unit("gamma", gamma, H)[:, None] * Z_norm + _each_unit("beta", beta, H)[:, None]


# --8<-- [end:batch_norm]


def example_normalise() -> None:
    # --8<-- [start:normalise-example]
    for z in ([2.0, 4.0, 9.0, 6.0], [0.002, 0.004, 0.009, 0.006]):  # the second unit, a thousandth of the first
        (given,) = normalise([z])
        print(f"deviation {np.std(z):.6f} -> {given.std():.6f}, scores {given.round(3)}")
    # --8<-- [end:normalise-example]


def example_batch_norm() -> None:
    # --8<-- [start:batch_norm-example]
    Z, other = np.array([[2.0, 4.0, 9.0, 6.0]]), np.array([[3.0, 1.0, 2.0, 8.0]])
    for batch in (Z, Z + 100, 8 * Z):
        given = batch_norm(batch, [-1.5], [0.25], eps=0.5)
        print(f"{batch.ravel()} -> {given.ravel().round(4)}, mean {given.mean():.4f}, deviation {given.std():.4f}")
    gamma, beta = np.sqrt(Z.var(axis=1) + 0.5), Z.mean(axis=1)  # of the first batch
    for batch in (Z, other):
        print(f"{batch.ravel()} -> {batch_norm(batch, gamma, beta, eps=0.5).ravel().round(4)}")
    # --8<-- [end:batch_norm-example]


if __name__ == "__main__":
    example_normalise()
    example_batch_norm()
