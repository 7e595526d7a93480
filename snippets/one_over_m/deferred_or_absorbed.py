"""Two ways to keep the books: the 1/m of the mean kept for dW and db, or carried in dZ.

A softmax layer with m examples in columns: its inputs X are (D, m), its probabilities P and the
targets Y are (K, m). The cost is the average cross-entropy of the batch. Both ways give the same
dW, (K, D), and db, (K,): the derivatives of the cost. Only what they call dZ differs, by m.

Source: the question on the extra 1/m in dW and db, and its answer.
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


def _distributions(name: str, value: ArrayLike) -> Array:
    """`value` as floats; ValueError unless each column holds probabilities that sum to 1."""
    given = _finite(name, value, 2)
    outside = given[(given < 0) | (given > 1)]
    if outside.size:
        raise ValueError(f"{name}: expected probabilities in [0, 1], got {outside[0]}")
    sums = given.sum(axis=0)
    if not np.allclose(sums, 1, rtol=0, atol=1e-6):
        worst = np.argmax(np.abs(sums - 1))
        raise ValueError(f"{name}: expected columns that sum to 1, got {sums[worst]:.6g} in column {worst}")
    return given


def _batch(P: ArrayLike, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array, Array]:
    """P, X, Y as floats; ValueError unless their shapes are (K, m), (D, m) and (K, m)."""
    P, X, Y = _distributions("P", P), _finite("X", X, 2), _distributions("Y", Y)
    if Y.shape != P.shape:
        raise ValueError(f"Y: expected shape {P.shape}, as P has, got {Y.shape}")
    if X.shape[1] != P.shape[1]:
        raise ValueError(f"X: expected {P.shape[1]} columns, as P has, got {X.shape[1]}")
    return P, X, Y


# --8<-- [start:deferred]
def deferred(P: ArrayLike, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array, Array]:
    """dZ, (K, m), dW, (K, D), and db, (K,), with the 1/m kept for the last two.

    Column i of dZ is the derivative of the loss of example i alone. Raises ValueError for shapes
    that do not match, and for columns of P or Y that are no probabilities.

    >>> dZ, dW, db = deferred([[0.5, 0.25], [0.5, 0.75]], [[4.0, 2.0]], [[1, 0], [0, 1]])
    >>> dZ.tolist(), dW.tolist(), db.tolist()
    ([[-0.5, 0.25], [0.5, -0.25]], [[-0.75], [0.75]], [-0.125, 0.125])
    """
    P, X, Y = _batch(P, X, Y)  # (K, m), (D, m), (K, m)
    m = X.shape[1]
    dZ = P - Y  # (K, m)
    dW = dZ @ X.T / m  # (K, D)
    db = dZ.sum(axis=1) / m  # (K,)
    return dZ, dW, db


# --8<-- [end:deferred]


# --8<-- [start:absorbed]
def absorbed(P: ArrayLike, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array, Array]:
    """dZ, (K, m), dW, (K, D), and db, (K,), with the 1/m carried in dZ.

    This dZ is the derivative of the cost. Raises ValueError as `deferred` does.

    >>> dZ, dW, db = absorbed([[0.5, 0.25], [0.5, 0.75]], [[4.0, 2.0]], [[1, 0], [0, 1]])
    >>> dZ.tolist(), dW.tolist(), db.tolist()
    ([[-0.25, 0.125], [0.25, -0.125]], [[-0.75], [0.75]], [-0.125, 0.125])
    """
    P, X, Y = _batch(P, X, Y)  # (K, m), (D, m), (K, m)
    m = X.shape[1]
    dZ = (P - Y) / m  # (K, m)
    dW = dZ @ X.T  # (K, D)
    db = dZ.sum(axis=1)  # (K,)
    return dZ, dW, db


# --8<-- [end:absorbed]


# --8<-- [start:per_example]
def per_example(P: ArrayLike, X: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    """∂ℓ/∂W, (m, K, D), and ∂ℓ/∂b, (m, K), of each example's own loss.

    Raises ValueError as `deferred` does.

    >>> dW_each, db_each = per_example([[0.5, 0.25], [0.5, 0.75]], [[4.0, 2.0]], [[1, 0], [0, 1]])
    >>> dW_each[:, :, 0].tolist(), db_each.tolist()
    ([[-2.0, 2.0], [0.5, -0.5]], [[-0.5, 0.5], [0.25, -0.25]])
    """
    P, X, Y = _batch(P, X, Y)  # (K, m), (D, m), (K, m)
    dZ = P - Y  # (K, m)
    dW_each: Array = dZ.T[:, :, None] * X.T[:, None, :]  # (m, K, 1) times (m, 1, D)
    return dW_each, dZ.T  # (m, K, D), (m, K)


# --8<-- [end:per_example]


def example_deferred() -> None:
    # --8<-- [start:deferred-example]
    P = np.array([[4, 1, 1, 2], [1, 3, 2, 3], [1, 2, 3, 1]]) / 6  # K = 3 classes, m = 4 examples
    X, Y = [[1.0, -2.0, 2.0, 0.5], [2.0, 1.0, -1.0, -0.5]], np.eye(3)[:, [0, 1, 2, 1]]  # D = 2
    dZ, dW, db = deferred(P, X, Y)
    print("dZ:", dZ.round(4), sep="\n")
    print("dW:", dW.round(4), sep="\n")
    print("db:", db.round(4), sep="\n")
    # --8<-- [end:deferred-example]


def example_absorbed() -> None:
    # --8<-- [start:absorbed-example]
    P = np.array([[4, 1, 1, 2], [1, 3, 2, 3], [1, 2, 3, 1]]) / 6
    X, Y = [[1.0, -2.0, 2.0, 0.5], [2.0, 1.0, -1.0, -0.5]], np.eye(3)[:, [0, 1, 2, 1]]
    dZ, dW, db = absorbed(P, X, Y)
    print("dZ:", dZ.round(4), sep="\n")
    print("dW:", dW.round(4), sep="\n")
    print("db:", db.round(4), sep="\n")
    # --8<-- [end:absorbed-example]


def example_per_example() -> None:
    # --8<-- [start:per_example-example]
    P = np.array([[4, 1, 1, 2], [1, 3, 2, 3], [1, 2, 3, 1]]) / 6
    X, Y = [[1.0, -2.0, 2.0, 0.5], [2.0, 1.0, -1.0, -0.5]], np.eye(3)[:, [0, 1, 2, 1]]
    dW_each, _ = per_example(P, X, Y)
    for i, one in enumerate(dW_each):
        print(f"example {i}:", one.round(4).tolist())
    print("their mean:", dW_each.mean(axis=0).round(4).tolist())
    # --8<-- [end:per_example-example]


if __name__ == "__main__":
    example_deferred()
    example_absorbed()
    example_per_example()
