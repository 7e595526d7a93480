"""Batch normalisation at test time: numbers that are kept from training, and a layer that they fold into.

Examples stand in columns. A batch of scores is `Z`, (H, m), for H units; W, (H, D), and b, (H,), are the weights and
the bias of the layer that makes them from X, (D, m). `gamma`, `beta`, `mu` and `var`, (H,), have one entry a unit.

Source: Ioffe and Szegedy, “Batch normalization”, 2015; notes of a deep-learning course, lines 310-319.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def _each_unit(units: int, **given: ArrayLike) -> list[Array]:
    """The arguments as floats, (H, 1); ValueError unless each has one entry for each unit."""
    found = {name: _finite(name, value, 1) for name, value in given.items()}
    for name, one in found.items():
        if one.size != units:
            raise ValueError(f"{name}: expected {units} entries, one for each unit, got {one.size}")
        if name == "var" and (one < 0).any():
            raise ValueError(f"var: expected variances from 0, got {one.min()}")
    return [one[:, None] for one in found.values()]


def _positive(name: str, value: float) -> float:
    given = float(_finite(name, value, 0))
    if given <= 0:
        raise ValueError(f"{name}: expected a positive number, got {given}")
    return given


def _batches(batches: Sequence[ArrayLike] | Array, keep: float) -> tuple[list[Array], float]:
    """The batches and `keep` as floats; ValueError unless they are as `running_statistics` wants them."""
    share = float(_finite("keep", keep, 0))
    if not 0 <= share < 1:
        raise ValueError(f"keep: expected a number from 0, below 1, got {share}")
    if not isinstance(batches, Sequence | np.ndarray):
        raise ValueError(f"batches: expected a sequence of arrays, got {batches!r}")
    if not len(batches):
        raise ValueError("batches: expected at least one, got none")
    scores = [_finite(f"batches[{n}]", Z, 2) for n, Z in enumerate(batches)]
    H = len(scores[0])
    for n, Z in enumerate(scores):
        if len(Z) != H or Z.shape[1] < 2:
            raise ValueError(f"batches[{n}]: expected {H} rows of at least 2 examples, got shape {Z.shape}")
    return scores, share


# --8<-- [start:running_statistics]
def running_statistics(batches: Sequence[ArrayLike] | Array, keep: float = 0.9) -> tuple[Array, Array]:
    """Mean and variance of each unit for the test, (H,) and (H,): averages over the batches, corrected.

    The variance of a batch is divided by m - 1, so that it is right on average. Raises ValueError for no batch, for
    scores that are not finite, a batch of fewer than two examples or of other units, and a `keep` outside [0, 1).

    >>> running_statistics([[[1.0, 3.0]], [[5.0, 9.0]]], keep=0.5)
    (array([5.33333333]), array([6.]))
    """
    scores, keep = _batches(batches, keep)
    mu, var = np.zeros(1), np.zeros(1)
    for Z in scores:  # (H, m)
        mu = keep * mu + (1 - keep) * Z.mean(axis=1)
        var = keep * var + (1 - keep) * Z.var(axis=1, ddof=1)
    share = 1 - keep ** len(scores)  # what the weights add up to
    return mu / share, var / share


# --8<-- [end:running_statistics]


# --8<-- [start:at_test_time]
def at_test_time(
    Z: ArrayLike, mu: ArrayLike, var: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5
) -> Array:
    """What the layer passes on for each example by itself, (H, m), by a mean and a variance that are kept.

    Raises ValueError for numbers that are not finite, a negative variance, a mu, var, gamma or beta without one
    entry for each unit, and an eps that is not positive.

    >>> at_test_time([[1.0, 4.0]], mu=[2.0], var=[3.0], gamma=[4.0], beta=[1.0], eps=1.0)
    array([[-1.,  5.]])
    """
    Z = _finite("Z", Z, 2)  # (H, m)
    mu, var, gamma, beta = _each_unit(len(Z), mu=mu, var=var, gamma=gamma, beta=beta)  # (H, 1) each
    given: Array = gamma * (Z - mu) / np.sqrt(var + _positive("eps", eps)) + beta
    return given


# --8<-- [end:at_test_time]


# --8<-- [start:fold]
def fold(
    W: ArrayLike, b: ArrayLike, mu: ArrayLike, var: ArrayLike, gamma: ArrayLike, beta: ArrayLike, eps: float = 1e-5
) -> tuple[Array, Array]:
    """Weights, (H, D), and bias, (H,), that give by themselves what layer and normalisation give at test time.

    Raises ValueError as `at_test_time` does.

    >>> fold([[1.0, 4.0]], b=[7.0], mu=[2.0], var=[3.0], gamma=[4.0], beta=[1.0], eps=1.0)
    (array([[2., 8.]]), array([11.]))
    """
    W = _finite("W", W, 2)  # (H, D)
    b, mu, var, gamma, beta = _each_unit(len(W), b=b, mu=mu, var=var, gamma=gamma, beta=beta)  # (H, 1) each
    factor = gamma / np.sqrt(var + _positive("eps", eps))  # (H, 1)
    return factor * W, (factor * (b - mu) + beta).ravel()


# --8<-- [end:fold]


def example_running_statistics() -> None:
    # --8<-- [start:running_statistics-example]
    rng = np.random.default_rng(1)
    batches = rng.normal(3.0, 2.0, size=(400, 1, 4))  # of a mean of 3 and a variance of 4
    for count in (1, 5, 40, len(batches)):
        (mu,), (var,) = running_statistics(batches[:count], keep=0.99)
        begun = 1 - 0.99**count  # what the weights add up to
        print(f"{count:3} batches: mean {mu:.3f}, variance {var:.3f}; not corrected {begun * mu:.3f}")
    # --8<-- [end:running_statistics-example]


def example_at_test_time() -> None:
    # --8<-- [start:at_test_time-example]
    kept = ([3.0], [4.0], [1.5], [0.25])  # mu, var, gamma, beta
    for z in (1.0, 3.0, 8.0):
        print(f"{z} -> {at_test_time([[z]], *kept).item():.4f}")
    # --8<-- [end:at_test_time-example]


def example_fold() -> None:
    # --8<-- [start:fold-example]
    W, b, X = np.array([[2.0, -1.0], [0.5, 3.0]]), np.array([0.25, -2.0]), np.array([[1.0, 0.5, 4.0], [2.0, 1.0, -1.0]])
    kept = ([1.5, 1.0], [2.0, 6.0], [-0.5, 2.0], [3.0, 0.0], 0.25)  # mu, var, gamma, beta, eps
    print(at_test_time(W @ X + b[:, None], *kept))  # the layer, then its normalisation
    W, b = fold(W, b, *kept)
    print(W @ X + b[:, None])  # the layer alone
    # --8<-- [end:fold-example]


if __name__ == "__main__":
    example_running_statistics()
    example_at_test_time()
    example_fold()
