"""What libraries divide a loss by: the examples, the entries, the weights, or the labels that count.

Scores Z and targets Y are (K, m), examples in columns; a library's rows are these columns. Each
function is one convention, plainly; which library has which stands in the atlas.
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


def _pair(names: tuple[str, str], one: ArrayLike, other: ArrayLike, axes: int) -> tuple[Array, Array]:
    """Both as floats; ValueError unless they have one shape, and no entry of the second is negative."""
    first, second = _finite(names[0], one, axes), _finite(names[1], other, axes)
    if first.shape != second.shape:
        raise ValueError(f"{names[1]}: expected shape {first.shape}, as {names[0]} has, got {second.shape}")
    if (second < 0).any():
        raise ValueError(f"{names[1]}: expected nothing below 0, got {second[second < 0][0]}")
    return first, second


def cross_entropies(Z: ArrayLike, Y: ArrayLike, class_weights: ArrayLike | None = None) -> Array:
    """The loss of each example, (m,): −Σ y log p over its classes, for scores Z and targets Y, both (K, m).

    `class_weights`, (K,), puts a factor before the term of each class. Raises ValueError for shapes
    that do not match, negative targets or weights, and numbers that are not finite.

    >>> cross_entropies([[0.0], [0.0]], [[1.0], [0.0]]).round(4)
    array([0.6931])
    """
    Z, Y = _pair(("Z", "Y"), Z, Y, 2)  # (K, m), (K, m)
    ones = np.ones(len(Z))
    _, w = _pair(("a row of classes", "class_weights"), ones, ones if class_weights is None else class_weights, 1)
    t = Z - Z.max(axis=0)  # (K, m)
    log_p = t - np.log(np.exp(t).sum(axis=0))  # (K, m)
    losses: Array = -(w[:, None] * Y * log_p).sum(axis=0)  # (m,)
    return losses


# --8<-- [start:smoothed]
def smoothed(Y: ArrayLike, epsilon: float) -> Array:
    """Targets (K, m) with the share `epsilon` of each spread over all K classes, the right one included.

    Raises ValueError for targets below 0, and for an `epsilon` outside of 0 to 1.

    >>> smoothed([[1.0], [0.0]], 0.1).round(4)[:, 0]
    array([0.95, 0.05])
    """
    Y, _ = _pair(("Y", "Y"), Y, Y, 2)  # (K, m)
    share = float(_finite("epsilon", epsilon, 0))
    if not 0 <= share <= 1:
        raise ValueError(f"epsilon: expected a number from 0 to 1, got {share}")
    return (1 - share) * Y + share / len(Y)


# --8<-- [end:smoothed]


# --8<-- [start:weighted_mean]
def weighted_mean(values: ArrayLike, weights: ArrayLike) -> float:
    """Σ w v / Σ w over the examples, (m,). A weight of 0 leaves one out; all 0 give NaN.

    Raises ValueError for shapes that do not match, and for negative weights.

    >>> weighted_mean([1.0, 3.0], [1.0, 3.0])
    2.5
    """
    v, w = _pair(("values", "weights"), values, weights, 1)
    return float(w @ v / w.sum()) if w.any() else float("nan")


# --8<-- [end:weighted_mean]


def weighted_over_count(values: ArrayLike, weights: ArrayLike) -> float:
    """Σ w v / m over the m examples: one that weighs 0 is still counted.

    Raises ValueError as `weighted_mean` does.

    >>> weighted_over_count([1.0, 3.0], [1.0, 3.0])
    5.0
    """
    v, w = _pair(("values", "weights"), values, weights, 1)
    return float(w @ v / len(v))


def over_examples(terms: ArrayLike) -> float:
    """Σ over all K·m entries, divided by the m examples (columns). Raises ValueError for what is not finite.

    >>> over_examples([[1.0, 2.0], [3.0, 4.0]])
    5.0
    """
    terms = _finite("terms", terms, 2)  # (K, m)
    return float(terms.sum() / terms.shape[1])


# --8<-- [start:over_entries]
def over_entries(terms: ArrayLike) -> float:
    """Σ over all K·m entries, divided by K·m. Raises ValueError for what is not finite.

    >>> over_entries([[1.0, 2.0], [3.0, 4.0]])
    2.5
    """
    return float(_finite("terms", terms, 2).mean())


# --8<-- [end:over_entries]


def binary_cross_entropies(Z: ArrayLike, Y: ArrayLike, positive: float = 1.0) -> Array:
    """For each score its own loss, (K, m): −c y log p − (1 − y) log(1 − p), with p the sigmoid of z.

    `positive`, c, weighs the term of the targets that are 1. Raises ValueError for shapes that do not match.

    >>> binary_cross_entropies([[0.0]], [[1.0]]).round(4)
    array([[0.6931]])
    """
    Z, Y = _pair(("Z", "Y"), Z, Y, 2)  # (K, m), (K, m)
    c = float(_finite("positive", positive, 0))
    losses: Array = c * Y * np.logaddexp(0, -Z) + (1 - Y) * np.logaddexp(0, Z)  # (K, m)
    return losses


def divergences(P: ArrayLike, Y: ArrayLike) -> Array:
    """y (log y − log p) for each entry, (K, m): added up over a column, the divergence of its example.

    Raises ValueError for a probability that is not positive.

    >>> divergences([[0.5], [0.5]], [[0.25], [0.75]]).round(4)[:, 0]
    array([-0.1733,  0.3041])
    """
    P, Y = _pair(("P", "Y"), P, Y, 2)  # (K, m), (K, m)
    for name, given in (("P", P), ("Y", Y)):
        if (given <= 0).any():
            raise ValueError(f"{name}: expected numbers above 0, got {given[given <= 0][0]}")
    parts: Array = Y * (np.log(Y) - np.log(P))  # (K, m)
    return parts


def normalised(Z: ArrayLike) -> Array:
    """Z, (K, m), over the sum of each column: what becomes of scores that are taken for probabilities.

    Raises ValueError for a score that is not positive.

    >>> normalised([[1.0], [3.0]])[:, 0]
    array([0.25, 0.75])
    """
    Z = _finite("Z", Z, 2)  # (K, m)
    if (Z <= 0).any():
        raise ValueError(f"Z: expected numbers above 0, got {Z[Z <= 0][0]}")
    shares: Array = Z / Z.sum(axis=0)  # (K, m)
    return shares


def example_weighted_mean() -> None:
    # --8<-- [start:weighted_mean-example]
    Z, labels = np.array([[2.0, 0.5, 1.0], [1.0, 2.5, -0.5]]), np.array([0, 0, 1])  # K = 2, m = 3
    losses = cross_entropies(Z, np.eye(2)[:, labels])
    weights = np.array([1.0, 5.0])[labels]  # of each label's class
    print(losses.round(4), weights)
    print(f"by the weights {weighted_mean(losses, weights):.4f}")
    print(f"by the count   {weighted_over_count(losses, weights=weights):.4f}")
    first_two = [1, 1, 0]
    print(f"of two: {weighted_mean(losses, first_two):.4f} or {weighted_over_count(losses, weights=first_two):.4f}")
    # --8<-- [end:weighted_mean-example]


def example_over_entries() -> None:
    # --8<-- [start:over_entries-example]
    P, Y = np.array([[0.5, 0.25], [0.25, 0.25], [0.25, 0.5]]), np.full((3, 2), 1 / 3)
    terms = divergences(P, Y)
    print(f"over examples {over_examples(terms):.6f}, over entries {over_entries(terms):.6f}")
    # --8<-- [end:over_entries-example]


def example_smoothed() -> None:
    # --8<-- [start:smoothed-example]
    Z, Y = np.array([[2.0, 0.5], [1.0, 1.5], [0.2, 2.0]]), np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    print(smoothed(Y, 0.1).round(4))
    print(f"sharp {cross_entropies(Z, Y).mean():.5f}, smoothed {cross_entropies(Z, smoothed(Y, 0.1)).mean():.5f}")
    # --8<-- [end:smoothed-example]


if __name__ == "__main__":
    example_weighted_mean()
    example_over_entries()
    example_smoothed()
