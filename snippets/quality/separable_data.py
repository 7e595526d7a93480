"""Separable data has no optimum, and a gradient of zero is no optimum.

When W, (K, D), puts every example on the right side, each margin (the score of the right class
minus the best other score) is positive, and L(sW) falls for ever as s grows: it tends to 0 and
never gets there. The gradient shrinks too, and is at no point longer than √2 times the longest
example. X is D×m, labels (m,) count from 0 here, from 1 in the maths.

Source: CS5242 (NUS), lecture 4, which stops "at the top of the mountain".
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


def _scores(W: ArrayLike, X: ArrayLike, labels: ArrayLike, s: float = 1.0) -> tuple[Array, NDArray[np.intp]]:
    """The scores of sW on X, (K, m), and the labels; ValueError for what does not fit together."""
    W, X = _finite("W", W, 2), _finite("X", X, 2)
    if len(W) < 2:
        raise ValueError(f"W: expected at least 2 rows, one for each class, got {len(W)}")
    if len(X) != W.shape[1]:
        raise ValueError(f"X: expected {W.shape[1]} rows, one for each column of W, got {len(X)}")
    _finite("labels", labels, 1)
    c = np.asarray(labels)
    if c.dtype.kind == "f":
        raise ValueError(f"labels: expected whole numbers, got dtype {c.dtype}")
    if c.shape != X.shape[1:]:
        raise ValueError(f"labels: expected shape {X.shape[1:]}, one for each column of X, got {c.shape}")
    outside = c[(c < 0) | (c >= len(W))]
    if outside.size:
        raise ValueError(f"labels: expected 0 to {len(W) - 1}, got {outside[0]}")
    with np.errstate(all="ignore"):  # what overflows is refused on the next line
        Z = _finite("s W X", _finite("s", s, 0) * (W @ X), 2)
    return Z, c.astype(np.intp)


# --8<-- [start:margins]
def margins(W: ArrayLike, X: ArrayLike, labels: ArrayLike) -> Array:
    """The right class's score minus the best other one, (m,): all positive where W separates.

    Raises ValueError for shapes that do not match, labels out of range, fewer than 2 classes, an
    empty batch, numbers that are not finite.

    >>> margins([[1.0], [-1.0], [0.0]], [[2.0, -2.0]], [0, 0])
    array([ 2., -4.])
    """
    Z, c = _scores(W, X, labels)  # (K, m), (m,)
    right = Z[c, np.arange(c.size)]  # (m,)
    others = np.where(np.arange(len(Z))[:, None] == c, -np.inf, Z)  # (K, m)
    gaps: Array = right - others.max(axis=0)  # (m,)
    return gaps


# --8<-- [end:margins]


# --8<-- [start:loss_along_ray]
def loss_along_ray(W: ArrayLike, X: ArrayLike, labels: ArrayLike, s: float) -> float:
    """The average cross-entropy of sW: for a W that separates, the smaller the larger s is.

    Raises ValueError as `margins` does, and for an s that is not finite.

    >>> round(loss_along_ray([[1.0], [-1.0]], [[2.0]], [0], s=0.0), 4)
    0.6931
    """
    Z, c = _scores(W, X, labels, s)  # (K, m), (m,)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is ±inf
        gaps = Z - Z[c, np.arange(c.size)]  # (K, m); 0 at the right class
    losses = np.logaddexp.reduce(gaps)  # (m,), over the classes, and precise where the loss is tiny
    return float(losses.mean())


# --8<-- [end:loss_along_ray]


# --8<-- [start:gradient_length]
def gradient_length(W: ArrayLike, X: ArrayLike, labels: ArrayLike) -> float:
    """‖(1/m) (P - Y) Xᵀ‖, the Frobenius norm of the average cross-entropy's gradient by W.

    Raises ValueError as `margins` does.

    >>> round(gradient_length([[0.0], [0.0]], [[2.0]], [0]), 4)
    1.4142
    """
    Z, c = _scores(W, X, labels)  # (K, m), (m,)
    X, examples = np.asarray(X), np.arange(c.size)  # (D, m), (m,)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        t = np.exp(Z - Z.max(axis=0))  # (K, m)
    E = t / t.sum(axis=0)  # (K, m) = P
    E[c, examples] = 0.0
    E[c, examples] = -E.sum(axis=0)  # now P - Y, without the p - 1 that rounds to 0
    return float(np.linalg.norm(E @ X.T / c.size))


# --8<-- [end:gradient_length]


# --8<-- [start:longest_gradient]
def longest_gradient(X: ArrayLike) -> float:
    """√2 max‖x‖ over the columns of X, (D, m): no W, whatever the labels, has a longer gradient.

    So a step with learning rate lr is at most lr √2 max‖x‖ long. Raises ValueError for an X that
    is empty or not finite.

    >>> round(longest_gradient([[3.0, 1.0], [4.0, 1.0]]), 4)
    7.0711
    """
    X = _finite("X", X, 2)  # (D, m)
    return float(np.sqrt(2) * np.linalg.norm(X, axis=0).max())


# --8<-- [end:longest_gradient]


# --8<-- [start:kind_of_point]
def kind_of_point(H: ArrayLike) -> str:
    """What a point of zero gradient is, from its Hessian H, (n, n): the gradient alone cannot tell.

    Raises ValueError unless H is finite and symmetric.

    >>> kind_of_point([[2.0, 0.0], [0.0, 1.0]])
    'minimum'
    """
    curvatures = np.linalg.eigvalsh(_hessian(H))  # (n,)
    flat = np.abs(curvatures) <= 1e-12 * np.abs(curvatures).max()  # (n,), zero but for rounding
    signs = set(np.sign(np.where(flat, 0, curvatures)))
    if {-1, 1} <= signs:
        return "saddle"
    if 0 in signs:
        return "cannot tell"
    return "minimum" if 1 in signs else "maximum"


# --8<-- [end:kind_of_point]


def _hessian(H: ArrayLike) -> Array:
    H = _finite("H", H, 2)
    if not np.array_equal(H, H.T):
        raise ValueError(f"H: expected a symmetric matrix, got {H.tolist()}")
    return H


def example_margins() -> None:
    # --8<-- [start:margins-example]
    X, labels = [[2.0, -1.0, -3.0], [1.0, 1.0, -2.0]], [0, 1, 1]
    print("separates:", margins([[1.0, 0.0], [-1.0, 0.0]], X, labels))
    print("does not: ", margins([[0.0, 1.0], [0.0, -1.0]], X, labels))
    # --8<-- [end:margins-example]


def example_loss_along_ray() -> None:
    # --8<-- [start:loss_along_ray-example]
    W, X, labels = [[1.0], [-0.5]], [[2.0, -1.0, -3.0]], [0, 1, 1]
    for s in (1.0, 2.0, 5.0, 10.0):
        L = loss_along_ray(W, X, labels, s)
        print(f"s = {s:4.1f}: L = {L:.2e}")
    # --8<-- [end:loss_along_ray-example]


def example_gradient_length() -> None:
    # --8<-- [start:gradient_length-example]
    W, X, labels = np.array([[1.0], [-0.5]]), [[2.0, -1.0, -3.0]], [0, 1, 1]
    for s in (1.0, 2.0, 5.0, 10.0):
        length = gradient_length(s * W, X, labels)
        print(f"s = {s:4.1f}: length {length:.2e}")
    # --8<-- [end:gradient_length-example]


def example_longest_gradient() -> None:
    # --8<-- [start:longest_gradient-example]
    W, X = np.array([[1.0], [-0.5]]), [[3.0]]
    print(f"bound: {longest_gradient(X):.4f}")
    for s in (0.0, 1.0, 1000.0):
        print(f"wrong side, s = {s}: {gradient_length(s * W, X, [1]):.4f}")
    # --8<-- [end:longest_gradient-example]


def example_kind_of_point() -> None:
    # --8<-- [start:kind_of_point-example]
    for w in ([0.0, 0.0], [4.0, 0.25]):  # the gradient of ½ (w[0] w[1] - 1)² is 0 at both
        mixed = 2 * w[0] * w[1] - 1
        H = [[w[1] ** 2, mixed], [mixed, w[0] ** 2]]
        print(f"at {w}: {H}, {kind_of_point(H)}")
    # --8<-- [end:kind_of_point-example]


if __name__ == "__main__":
    example_margins()
    example_loss_along_ray()
    example_gradient_length()
    example_longest_gradient()
    example_kind_of_point()
