"""Mini-batches: cut an order of the examples into pieces, and watch the cost along the way.

`order` holds the numbers of the M examples, from 0, in the order in which they are taken: `np.arange(M)`, or a
shuffled one. For the cost X is (D, M), examples in columns, y is (M,), w is (D,); a loss is half a squared error.

Source: notes of a deep-learning course, course 2, on mini-batch gradient descent.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


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


def _from_one(name: str, value: int) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name}: expected a whole number from 1, got {value!r}")
    return int(value)


def _run(X: ArrayLike, y: ArrayLike, orders: ArrayLike, lr: float) -> tuple[Array, Array, Whole, float]:
    X, y, lr = _finite("X", X, 2), _finite("y", y, 1), float(_finite("lr", lr, 0))
    orders = np.asarray(orders)
    if lr <= 0:
        raise ValueError(f"lr: expected a positive number, got {lr}")
    if len(y) != X.shape[1] or orders.ndim != 2 or orders.shape[1] != len(y):
        raise ValueError(f"X, y, orders: expected one M, got shapes {X.shape}, {y.shape} and {orders.shape}")
    return X, y, orders, lr


# --8<-- [start:batches]
def batches(order: ArrayLike, size: int, drop_last: bool = False) -> list[Whole]:
    """The order cut into pieces of `size`; the last may be shorter, and is left out with `drop_last`.

    Raises ValueError for an order that does not hold each of 0 … M − 1 once, and for a size that is
    no whole number from 1.

    >>> batches([3, 1, 4, 0, 2], size=2)
    [array([3, 1]), array([4, 0]), array([2])]
    """
    order, size = np.asarray(order), _from_one("size", size)  # (M,)
    if not order.size or not np.array_equal(np.sort(order), np.arange(order.size)):
        raise ValueError(f"order: expected each of 0 … M − 1 once, got {order.tolist()}")
    M = len(order)
    end = M - M % size if drop_last else M
    return [order[start : start + size] for start in range(0, end, size)]  # a slice stops at the end by itself


def number_of_batches(M: int, size: int, drop_last: bool = False) -> int:
    """How many pieces that makes: M over size, rounded up, or down with `drop_last`.

    Raises ValueError for an M or a size that is no whole number from 1.

    >>> number_of_batches(5, 2), number_of_batches(5, 2, drop_last=True)
    (3, 2)
    """
    M, size = _from_one("M", M), _from_one("size", size)
    return M // size if drop_last else -(-M // size)  # // rounds down: turned around, it rounds up


# --8<-- [end:batches]


# --8<-- [start:batch_means]
def batch_means(values: ArrayLike, order: ArrayLike, size: int) -> Array:
    """The mean over each mini-batch of a number that each of the M examples has.

    Raises ValueError for values that are not (M,) or not finite, and as `batches` does.

    >>> batch_means([5.0, 1.0, 3.0], order=[2, 0, 1], size=2)
    array([4., 1.])
    """
    values, pieces = _finite("values", values, 1), batches(order, size)
    if len(values) != np.size(order):
        raise ValueError(f"values: expected {np.size(order)} numbers, as order has, got {len(values)}")
    return np.array([values[batch].mean() for batch in pieces])


# --8<-- [end:batch_means]


# --8<-- [start:cost_curve]
def cost_curve(X: ArrayLike, y: ArrayLike, lr: float, size: int, orders: ArrayLike) -> Array:
    """The mean loss of each mini-batch just before its step, from w = 0; one epoch for each row of `orders`.

    Raises ValueError for shapes that do not match, numbers that are not finite, a learning rate that
    is not positive, and as `batches` does.

    >>> cost_curve([[1.0, 1.0]], [2.0, 4.0], lr=0.5, size=1, orders=[[0, 1], [0, 1]])
    array([2.     , 4.5    , 0.125  , 1.53125])
    """
    X, y, orders, lr = _run(X, y, orders, lr)  # (D, M), (M,), (epochs, M)
    w, costs = np.zeros(len(X)), []
    for order in orders:
        for batch in batches(order, size):
            error = w @ X[:, batch] - y[batch]  # (b,)
            costs.append(error @ error / (2 * len(batch)))
            w -= lr * (X[:, batch] @ error) / len(batch)
    return np.array(costs)


def _waves(M: int) -> tuple[Array, Array]:
    """X (2, M) and y (M,) without a random number: two waves, and targets that no weights fit exactly."""
    turn = 2 * math.pi * np.arange(M) / M
    X = np.array([np.cos(turn), np.cos(turn) / 2 + np.sin(turn) / 4])
    return X, 3 * X[0] - 8 * X[1] + np.cos(5 * turn)


def rises(share: float, size: int, M: int, epochs: int) -> int:
    """How often the cost of one step is above that of the step before, on two waves, at this share of 2/λ_max.

    Full batches where size = M. Raises ValueError as `cost_curve` does.

    >>> rises(0.99, size=100, M=100, epochs=20)
    0
    """
    X, y = _waves(_from_one("M", M))
    limit = 2 / np.linalg.eigvalsh(X @ X.T / M).max()  # λ_max: the largest curvature of the full cost
    shuffle = np.random.default_rng(0)
    orders = [shuffle.permutation(M) for _ in range(_from_one("epochs", epochs))]
    return int((np.diff(cost_curve(X, y, share * limit, size, orders)) > 0).sum())


# --8<-- [end:cost_curve]


def example_batches() -> None:
    # --8<-- [start:batches-example]
    order = np.arange(10)
    for size in (4, 5, 8):
        cut, kept = batches(order, size), batches(order, size, drop_last=True)
        print(f"size {size}: {[len(one) for one in cut]}, with drop_last {[len(one) for one in kept]}")
    # --8<-- [end:batches-example]


def example_batch_means() -> None:
    # --8<-- [start:batch_means-example]
    label = np.array([0] * 30 + [1] * 10)  # a set that is sorted by class
    M = len(label)
    shuffled = np.random.default_rng(1).permutation(M)
    for name, order in (("as it lies", np.arange(M)), ("shuffled", shuffled)):
        print(f"{name:10}", batch_means(label, order, 10).tolist())
    # --8<-- [end:batch_means-example]


def example_cost_curve() -> None:
    # --8<-- [start:cost_curve-example]
    M = 100
    for size, epochs in ((100, 20), (20, 4)):
        steps = number_of_batches(M, size) * epochs
        for share in (0.5, 0.99, 1.01):
            found = rises(share, size, M, epochs)
            print(f"size {size:3}, lr {share} of the limit: the cost rose {found} of {steps - 1} times")
    # --8<-- [end:cost_curve-example]


if __name__ == "__main__":
    example_batches()
    example_batch_means()
    example_cost_curve()
