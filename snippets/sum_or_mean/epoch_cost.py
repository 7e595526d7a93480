"""The cost of an epoch: sums divided once, averages weighted by their sizes, and what is not the cost.

Logits and labels are (C, m), examples in columns, as in the exercise. An epoch is a list of batches, each
with the losses of its examples; the last one may be smaller. The loop at the end adds up while it trains.

Source: an exercise of course 2, week 3, and the forum thread on it.
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


def _same_shape(name: str, value: Array, other: str, shape: tuple[int, ...]) -> Array:
    if value.shape != shape:
        raise ValueError(f"{name}: expected shape {shape}, as {other} has, got {value.shape}")
    return value


def _size(size: int) -> int:
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        raise ValueError(f"size: expected a whole number from 1, got {size!r}")
    return size


def _parts(batches: Sequence[ArrayLike]) -> list[Array]:
    if not len(batches):
        raise ValueError("batches: expected at least one, got none")
    return [_finite(f"batches[{k}]", one, 1) for k, one in enumerate(batches)]


def _counted(counts: ArrayLike, means: ArrayLike) -> tuple[Array, Array]:
    n, a = _finite("counts", counts, 1), _finite("means", means, 1)
    if n.min() <= 0:
        raise ValueError(f"counts: expected positive numbers, got {n.min()}")
    return n, _same_shape("means", a, "counts", n.shape)


# --8<-- [start:reduce_sum_cost]
def losses_of_examples(logits: ArrayLike, labels: ArrayLike) -> Array:
    """The cross-entropy of each example, (m,), of logits and labels of shape (C, m): nothing is reduced.

    Raises ValueError for two shapes, no entries, and numbers that are not finite.

    >>> losses_of_examples([[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]]).round(4)
    array([0.6931, 0.6931])
    """
    z = _finite("logits", logits, 2)  # (C, m)
    y = _same_shape("labels", _finite("labels", labels, 2), "logits", z.shape)  # (C, m)
    z = z - z.max(axis=0)  # nothing overflows
    log_p = z - np.log(np.exp(z).sum(axis=0))  # (C, m)
    losses: Array = -(y * log_p).sum(axis=0)  # (m,)
    return losses


def reduce_sum_cost(logits: ArrayLike, labels: ArrayLike) -> float:
    """What the line of the exercise computes: the sum of the losses.

    Raises ValueError as `losses_of_examples` does.

    >>> round(reduce_sum_cost([[0.0, 0.0], [0.0, 0.0]], [[1, 0], [0, 1]]), 4)
    1.3863
    """
    return float(losses_of_examples(logits, labels).sum())


# --8<-- [end:reduce_sum_cost]


# --8<-- [start:cut]
def cut(losses: ArrayLike, size: int, drop_last: bool = False) -> list[Array]:
    """The losses in batches of `size`; the last one holds what is left, and may be dropped.

    Raises ValueError for losses that are no list of finite numbers, and a size that is no whole
    number from 1.

    >>> [batch.tolist() for batch in cut([1, 2, 3, 4, 5], 2)]
    [[1.0, 2.0], [3.0, 4.0], [5.0]]
    """
    losses, size = _finite("losses", losses, 1), _size(size)
    stop = losses.size - losses.size % size if drop_last else losses.size
    return [losses[start : start + size] for start in range(0, stop, size)]


# --8<-- [end:cut]


# --8<-- [start:four_costs]
def four_costs(batches: Sequence[ArrayLike]) -> dict[str, float]:
    """The cost of an epoch, right in the first entry only. Raises ValueError for no batch, or an empty one.

    >>> list(four_costs([[1, 3, 2, 2], [8]]).values())
    [3.2, 5.0, 10.0, 2.0]
    """
    cut = _parts(batches)
    B, N = len(cut), sum(one.size for one in cut)
    sums, averages = sum(float(one.sum()) for one in cut), sum(float(one.mean()) for one in cut)
    return {
        "sums, divided once": sums / N,
        "average of averages": averages / B,
        "sum of averages": averages,
        "averages, over N": averages / N,
    }


# --8<-- [end:four_costs]


# --8<-- [start:pooled_mean]
def pooled_mean(counts: ArrayLike, means: ArrayLike) -> float:
    """Averages, each weighted by the number of examples behind it.

    Raises ValueError for two shapes, and for counts that are not positive.

    >>> pooled_mean([2, 1], [2.0, 8.0])
    4.0
    """
    n, a = _counted(counts, means)  # (B,), (B,)
    return float((n * a).sum() / n.sum())


def covariance_over_size(counts: ArrayLike, means: ArrayLike) -> float:
    """Cov(n, a) / n̄: what the average of the averages lacks. Raises ValueError as `pooled_mean` does.

    >>> covariance_over_size([2, 1], [2.0, 8.0])
    -1.0
    """
    n, a = _counted(counts, means)  # (B,), (B,)
    return float((n * a).mean() / n.mean() - a.mean())


# --8<-- [end:pooled_mean]


def _softmax(logits: Array) -> Array:
    P: Array = np.exp(logits - logits.max(axis=0))
    P /= P.sum(axis=0)
    return P


def _checked(W: ArrayLike, X: ArrayLike, Y: ArrayLike, lr: float) -> tuple[Array, Array, Array]:
    if not float(_finite("lr", lr, 0)) >= 0:
        raise ValueError(f"lr: expected a number from 0, got {lr}")
    W, X, Y = _finite("W", W, 2), _finite("X", X, 2), _finite("Y", Y, 2)
    _same_shape("W", W, "Y @ X.T", (len(Y), len(X)))
    return W, X, _same_shape("Y", Y, "W @ X", (len(W), X.shape[1]))


# --8<-- [start:during_an_epoch]
def epoch(W: ArrayLike, X: ArrayLike, Y: ArrayLike, size: int, lr: float) -> tuple[Array, float]:
    """One epoch of descent on the sums, as in the exercise: the weights after it, and its epoch_cost.

    W is (C, D), X is (D, m) and Y is (C, m); m is the number of all examples. Raises ValueError for
    shapes that do not match, a size that is no whole number from 1, and a negative rate.

    >>> round(epoch([[0.0], [0.0]], [[1.0, 2.0]], [[1, 0], [0, 1]], size=2, lr=0.1)[1], 4)
    0.6931
    """
    weights, X, Y = _checked(W, X, Y, lr)
    m, size, epoch_cost = X.shape[1], _size(size), 0.0
    for start in range(0, m, size):
        x, y = X[:, start : start + size], Y[:, start : start + size]  # the last batch may be smaller
        logits = weights @ x  # (C, size)
        epoch_cost += reduce_sum_cost(logits, y)
        weights = weights - lr * (_softmax(logits) - y) @ x.T  # the gradient of the sum: no 1/m
    epoch_cost /= m
    return weights, epoch_cost


def during_an_epoch(size: int, lr: float) -> tuple[float, float, float]:
    """J at the start, the epoch_cost, and J at the end, for three classes of points in the plane.

    Raises ValueError as `epoch` does.

    >>> [round(cost, 4) for cost in during_an_epoch(size=50, lr=0.0)]
    [1.0996, 1.0996, 1.0996]
    """
    angles = np.arange(50) * 2.4  # 50 points, class after class in turn
    X = np.array([np.cos(angles), np.sin(angles), np.ones(50)])  # (3, 50)
    right = np.digitize(angles % (2 * np.pi), [2 * np.pi / 3, 4 * np.pi / 3])
    Y = np.eye(3)[:, right]  # (3, 50)
    W = np.diag([1.0, -1.0, 0.5])  # anywhere
    after, epoch_cost = epoch(W, X, Y, size, lr)
    return reduce_sum_cost(W @ X, Y) / 50, epoch_cost, reduce_sum_cost(after @ X, Y) / 50


# --8<-- [end:during_an_epoch]


def example_reduce_sum_cost() -> None:
    # --8<-- [start:reduce_sum_cost-example]
    logits = [[2.25, -1.0, 0.5, 0.0, 1.0], [0.0, 1.5, -0.75, 1.0, 0.5], [-1.0, 0.5, 1.0, 3.0, -2.0]]  # (3, 5)
    labels = np.eye(3)[:, [0, 1, 0, 2, 1]]  # (3, 5)
    print(losses_of_examples(logits, labels).round(4))
    print(f"{reduce_sum_cost(logits, labels):.4f} is the sum")
    print(f"{reduce_sum_cost(logits, labels) / 5:.4f} would be the mean")
    # --8<-- [end:reduce_sum_cost-example]


def example_four_costs() -> None:
    # --8<-- [start:four_costs-example]
    losses = [0.5, 1.5, 1.0, 2.0, 0.25, 0.75, 1.25, 1.75, 4.0, 6.0]
    for size in (5, 4):
        batches = cut(losses, size)
        print("batches of", [len(batch) for batch in batches])
        for name, cost in four_costs(batches).items():
            print(f"  {name:19} {cost:.4f}")
    # --8<-- [end:four_costs-example]


def example_pooled_mean() -> None:
    # --8<-- [start:pooled_mean-example]
    losses = [0.5, 1.5, 1.0, 2.0, 0.25, 0.75, 1.25, 1.75, 4.0, 6.0]
    batches = cut(losses, 4)
    counts, means = [one.size for one in batches], [float(one.mean()) for one in batches]
    print("sizes", counts, "averages", means)
    print("weighted by size:        ", pooled_mean(counts, means))
    print("average of averages:     ", round(sum(means) / len(means), 4))
    print("Cov(n, a)/n̄, what it lacks:", round(covariance_over_size(counts, means), 4))
    # --8<-- [end:pooled_mean-example]


def example_cut() -> None:
    # --8<-- [start:cut-example]
    losses = [0.5, 1.5, 1.0, 2.0, 0.25, 0.75, 1.25, 1.75, 4.0, 6.0]
    for drop_last in (False, True):
        batches = cut(losses, 4, drop_last)
        print(f"drop_last={drop_last}:", four_costs(batches)["sums, divided once"], "of", sum(map(len, batches)))
    # --8<-- [end:cut-example]


def example_during_an_epoch() -> None:
    # --8<-- [start:during_an_epoch-example]
    print("lr     J before   epoch_cost   J after")
    for lr in (0.0, 0.02, 0.2):
        print("{:4}   {:8.4f}   {:10.4f}   {:7.4f}".format(lr, *during_an_epoch(size=16, lr=lr)))
    # --8<-- [end:during_an_epoch-example]


if __name__ == "__main__":
    example_reduce_sum_cost()
    example_four_costs()
    example_pooled_mean()
    example_cut()
    example_during_an_epoch()
