"""Batch normalisation backwards: the mean and the part along the normalised scores are taken out of the slopes.

Examples stand in columns: `Z`, (H, m), are the scores of H units, `dZ_tilde`, (H, m), the slopes of the cost in what
the layer passes on, `gamma`, (H,), its factors. The two divisions by m belong to the mean and the variance of the
batch: they stand there whether the cost is a mean or a sum.

Source: Ioffe and Szegedy, “Batch normalization”, 2015, section 3; notes of a deep-learning course, line 304.
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


def _network(
    X: ArrayLike, y: ArrayLike, weights: tuple[ArrayLike, ArrayLike, ArrayLike], lr: float, steps: int
) -> list[Array]:
    """X, y, W1, W2 and w as floats; ValueError unless they fit each other, and lr and steps can be walked."""
    if not isinstance(weights, list | tuple) or len(weights) != 3:
        raise ValueError(f"weights: expected W1, W2 and w, got {weights!r}")
    rate = float(_finite("lr", lr, 0))
    if rate <= 0:
        raise ValueError(f"lr: expected a positive number, got {rate}")
    if not isinstance(steps, int | np.integer) or isinstance(steps, bool) or steps < 1:
        raise ValueError(f"steps: expected a whole number from 1, got {steps!r}")
    X, W1, W2 = _finite("X", X, 2), _finite("W1", weights[0], 2), _finite("W2", weights[1], 2)
    y, w = _finite("y", y, 1), _finite("w", weights[2], 1)
    if y.size != X.shape[1]:
        raise ValueError(f"y: expected {X.shape[1]} entries, one for each example, got {y.size}")
    for name, given, units in (("W1", W1, len(X)), ("W2", W2, len(W1)), ("w", w, len(W2))):
        if given.shape[-1] != units:
            raise ValueError(f"{name}: expected {units} weights for each unit, got {given.shape[-1]}")
    return [X, y, W1, W2, w]


# --8<-- [start:seen_by_the_next]
def seen_by_the_next(
    X: ArrayLike,
    y: ArrayLike,
    weights: tuple[ArrayLike, ArrayLike, ArrayLike],
    lr: float,
    steps: int,
    normalised: bool,
) -> Array:
    """Mean and deviation of what the second hidden layer passes on, before each step of descent, (steps, 2, H).

    Two hidden layers of tanh units, with weights W1, (H1, D), and W2, (H, H1), and one output with w, (H,), that is
    to come near y, (m,). Each step takes the gradient of half the mean square over all of X, (D, m). A layer that is
    not normalised has a bias, and its gamma stays 1.
    Raises ValueError for numbers that are not finite, shapes that do not fit, an lr that is not positive, and no step.

    >>> seen_by_the_next([[1.0, -1.0]], [0.0, 0.0], ([[1.0]], [[0.0]], [1.0]), lr=0.1, steps=1, normalised=False)
    array([[[0.],
            [0.]]])
    """
    X, y, *learnt = _network(X, y, weights, lr, steps)
    units = [len(W) for W in learnt[:2]]
    learnt += [start(H) for H in units for start in (np.ones, np.zeros)]  # gamma and beta of each layer
    seen = []
    for _ in range(steps):
        A2, slopes = _slopes(X, y, learnt, normalised)
        seen.append((A2.mean(axis=1), A2.std(axis=1)))
        learnt = [one - lr * slope for one, slope in zip(learnt, slopes, strict=True)]
    return np.array(seen)


def _slopes(X: Array, y: Array, learnt: list[Array], normalised: bool) -> tuple[Array, list[Array]]:
    """What the second layer passes on, (H, m), and the slope of the cost in each of what is learnt."""
    W1, W2, w, g1, b1, g2, b2 = learnt
    Z1 = W1 @ X  # (H1, m)
    A1 = np.tanh(_passed_on(Z1, g1, b1, normalised))
    Z2 = W2 @ A1  # (H, m)
    A2 = np.tanh(_passed_on(Z2, g2, b2, normalised))
    miss, back = (w @ A2 - y) / y.size, backward if normalised else _bias_alone
    dZ2, dg2, db2 = back(np.outer(w, miss) * (1 - A2**2), Z2, g2)
    dZ1, dg1, db1 = back(W2.T @ dZ2 * (1 - A1**2), Z1, g1)
    return A2, [dZ1 @ X.T, dZ2 @ A1.T, A2 @ miss, dg1, db1, dg2, db2]


def _passed_on(Z: Array, gamma: Array, beta: Array, normalised: bool) -> Array:
    """The scores as the layer gives them on, (H, m)."""
    if normalised:
        Z = (Z - Z.mean(axis=1, keepdims=True)) / np.sqrt(Z.var(axis=1, keepdims=True) + 1e-5)
    return gamma[:, None] * Z + beta[:, None]


def _bias_alone(dZ: Array, Z: Array, gamma: Array) -> tuple[Array, Array, Array]:
    """The backward pass of a layer that only adds a bias."""
    return dZ, np.zeros_like(gamma), dZ.sum(axis=1)


# --8<-- [end:seen_by_the_next]


def ring(offset: float) -> tuple[Array, Array, tuple[Array, Array, Array]]:
    """60 points of a circle about (offset, offset), (2, m), a wave of two periods on it, and weights to begin with.

    Raises ValueError for an offset that is not a finite number.

    >>> X, y, weights = ring(2.0)
    >>> X.mean(axis=1).round(6), y.shape, [one.shape for one in weights]
    (array([2., 2.]), (60,), [(4, 2), (4, 4), (4,)])
    """
    offset = float(_finite("offset", offset, 0))
    turn = 2 * np.pi * np.arange(60) / 60
    X, y = np.stack([np.cos(turn), np.sin(turn)]) + offset, np.cos(turn) + np.sin(2 * turn)
    draw = np.random.default_rng(0).normal
    return X, y, (draw(size=(4, 2)), draw(size=(4, 4)), draw(size=4))


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


def example_seen_by_the_next() -> None:
    # --8<-- [start:seen_by_the_next-example]
    for offset in (2.0, 0.0):
        data = ring(offset)  # points of a circle about (offset, offset), and random weights
        for normalised in (False, True):
            seen = seen_by_the_next(*data, lr=0.1, steps=41, normalised=normalised)
            moved = abs(np.diff(seen[:, 0], axis=0)).max()
            said = f"{moved:.3f} in a step at most, at last {seen[-1, 0].round(3)}"
            print(f"offset {offset:.0f}, normalised {normalised}: {said}")
    # --8<-- [end:seen_by_the_next-example]


if __name__ == "__main__":
    example_backward()
    example_as_if_constant()
    example_seen_by_the_next()
