"""Batch normalisation backwards: the mean and the part along the normalised scores are taken out of the slopes.

Examples stand in columns: `Z`, (H, m), are the scores of H units, `dZ_tilde`, (H, m), the slopes of the cost in what
the layer gives on, `gamma`, (H,), its factors. The two divisions by m belong to the mean and the variance of the
batch: they stand there whether the cost is a mean or a sum.

Source: Ioffe and Szegedy, “Batch normalization”, 2015, section 3.
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


def _given(dZ_tilde: ArrayLike, Z: ArrayLike, gamma: ArrayLike, eps: float) -> tuple[Array, Array, Array, float]:
    """The arguments as floats; ValueError unless they fit each other and eps is positive."""
    dZ_tilde, Z, gamma = _finite("dZ_tilde", dZ_tilde, 2), _finite("Z", Z, 2), _finite("gamma", gamma, 1)
    if dZ_tilde.shape != Z.shape:
        raise ValueError(f"dZ_tilde: expected shape {Z.shape}, as Z has, got {dZ_tilde.shape}")
    if gamma.size != len(Z):
        raise ValueError(f"gamma: expected {len(Z)} entries, one for each unit, got {gamma.size}")
    small = float(_finite("eps", eps, 0))
    if small <= 0:
        raise ValueError(f"eps: expected a positive number, got {small}")
    return dZ_tilde, Z, gamma, small


# --8<-- [start:backward]
def backward(dZ_tilde: ArrayLike, Z: ArrayLike, gamma: ArrayLike, eps: float = 1e-5) -> tuple[Array, Array, Array]:
    """The slopes of the cost in the scores, (H, m), in gamma, (H,), and in the shift beta, (H,).

    Raises ValueError for numbers that are not finite, shapes that do not fit, and an eps that is not positive.

    >>> backward([[1.0, 0.0]], [[1.0, 3.0]], gamma=[4.0], eps=3.0)
    (array([[ 0.75, -0.75]]), array([-0.5]), array([1.]))
    """
    dZ_tilde, Z, gamma, eps = _given(dZ_tilde, Z, gamma, eps)
    m = Z.shape[1]
    root = np.sqrt(Z.var(axis=1, keepdims=True) + eps)  # (H, 1)
    Z_norm = (Z - Z.mean(axis=1, keepdims=True)) / root  # (H, m)
    dbeta = dZ_tilde.sum(axis=1)  # (H,)
    dgamma = (dZ_tilde * Z_norm).sum(axis=1)  # (H,)
    dZ = gamma[:, None] / root * (dZ_tilde - dbeta[:, None] / m - Z_norm * dgamma[:, None] / m)  # (H, m)
    return dZ, dgamma, dbeta


# --8<-- [end:backward]


# --8<-- [start:as_if_constant]
def as_if_constant(dZ_tilde: ArrayLike, Z: ArrayLike, gamma: ArrayLike, eps: float = 1e-5) -> Array:
    """The slopes in the scores, (H, m), if mean and variance did not depend on them: wrong in training.

    Raises ValueError as `backward` does.

    >>> as_if_constant([[1.0, 0.0]], [[1.0, 3.0]], gamma=[4.0], eps=3.0)
    array([[2., 0.]])
    """
    dZ_tilde, Z, gamma, eps = _given(dZ_tilde, Z, gamma, eps)
    dZ: Array = gamma[:, None] / np.sqrt(Z.var(axis=1, keepdims=True) + eps) * dZ_tilde
    return dZ


# --8<-- [end:as_if_constant]


def example_backward() -> None:
    # --8<-- [start:backward-example]
    Z, dZ_tilde = np.array([[2.0, 4.0, 9.0, 6.0]]), np.array([[0.5, -1.0, 0.25, 2.0]])
    for eps in (1e-5, 1.0):
        dZ, _, _ = backward(dZ_tilde, Z, [1.5], eps)
        along = (dZ * Z).mean() / np.sqrt(Z.var() + eps)  # dZ has no mean, so that of Z need not be taken off
        print(f"{dZ.ravel().round(4)}, along the scores {along:.6f}")
    for times in (1, 4):  # a mean over m = 4, and a sum
        dZ, dgamma, dbeta = backward(times * dZ_tilde / 4, Z, [1.5])
        print(f"{dZ.ravel().round(4)}, dgamma {dgamma.round(4)}, dbeta {dbeta}")
    # --8<-- [end:backward-example]


def example_as_if_constant() -> None:
    # --8<-- [start:as_if_constant-example]
    Z, dZ_tilde = np.array([[2.0, 4.0, 9.0, 6.0]]), np.array([[0.5, -1.0, 0.25, 2.0]])
    for m in (4, 2, 1):
        right, _, _ = backward(dZ_tilde[:, :m], Z[:, :m], [1.5], eps=0.5)
        wrong = as_if_constant(dZ_tilde[:, :m], Z[:, :m], [1.5], eps=0.5)
        print(f"m = {m}: {right.ravel().round(4)}, as if constant {wrong.ravel().round(4)}")
    # --8<-- [end:as_if_constant-example]


if __name__ == "__main__":
    example_backward()
    example_as_if_constant()
