"""Softmax: from scores to probabilities, and what it does not notice.

Z is K×m, one column of scores for each example; each column of softmax(Z) sums to 1. A constant
added to a column changes nothing, which is why the largest score can be taken off first: then no
exponential overflows. A score of -inf rules a class out; +inf is refused. Classes count from 0
here, from 1 in the maths.

Source: CS5242 (NUS), lecture 4; deep-learning course notes, course 2, for the hard max.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def _numbers(name: str, value: ArrayLike, axes: int) -> Array:
    """`value` as floats; ValueError unless it is real, without NaN, not empty, with `axes` axes."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf":
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype}")
    if given.ndim != axes or not given.size:
        raise ValueError(f"{name}: expected {axes} axes and at least one entry, got shape {given.shape}")
    if np.isnan(given).any():
        raise ValueError(f"{name}: expected numbers, got NaN")
    return given.astype(np.float64)


def _scores(Z: ArrayLike) -> Array:
    """Z as floats; ValueError for +inf, or a column of nothing but -inf."""
    Z = _numbers("Z", Z, 2)
    highest = Z.max(axis=0)
    if not np.isfinite(highest).all():
        raise ValueError(f"Z: expected a finite largest score in each column, got {highest}")
    return Z


# --8<-- [start:softmax]
def softmax(Z: ArrayLike) -> Array:
    """Probabilities, (K, m), from scores Z, (K, m): exp(Z) over its column sums.

    Raises ValueError for NaN, +inf, a column of nothing but -inf, an empty Z, another shape.

    >>> softmax([[1000.0], [1000.0]])
    array([[0.5],
           [0.5]])
    """
    Z = _scores(Z)  # (K, m)
    with np.errstate(over="ignore"):  # a gap beyond the largest float is -inf
        t = np.exp(Z - Z.max(axis=0))  # (K, m); the largest is 1
    P: Array = t / t.sum(axis=0)  # (K, m)
    return P


# --8<-- [end:softmax]


# --8<-- [start:softmax_as_defined]
def softmax_as_defined(Z: ArrayLike) -> Array:
    """The definition taken literally, (K, m): NaN once a score passes 709, since exp overflows.

    Raises ValueError as `softmax` does.

    >>> softmax_as_defined([[0.0], [0.0]])
    array([[0.5],
           [0.5]])
    """
    Z = _scores(Z)  # (K, m)
    with np.errstate(over="ignore", invalid="ignore"):  # the failure is the point
        P: Array = np.exp(Z) / np.exp(Z).sum(axis=0)  # (K, m)
    return P


# --8<-- [end:softmax_as_defined]


# --8<-- [start:log_softmax]
def log_softmax(Z: ArrayLike) -> Array:
    """log softmax(Z), (K, m), without the exponential and its log undoing each other.

    Exact where softmax itself is 0; a gap beyond the largest float gives -inf. Raises ValueError
    as `softmax` does.

    >>> log_softmax([[0.0], [-1000.0]])
    array([[    0.],
           [-1000.]])
    """
    Z = _scores(Z)  # (K, m)
    with np.errstate(over="ignore"):
        Z = Z - Z.max(axis=0)  # (K, m); the largest is 0
    log_P: Array = Z - np.log(np.exp(Z).sum(axis=0))  # (K, m)
    return log_P


# --8<-- [end:log_softmax]


# --8<-- [start:jacobian]
def jacobian(z: ArrayLike) -> Array:
    """∂p[i]/∂z[j] = p[i] (1{i = j} - p[j]) for one column z, (K,): a symmetric (K, K) matrix.

    Its rows sum to 0: a shift of all scores changes nothing. Raises ValueError as `softmax` does.

    >>> jacobian([0.0, 0.0])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = softmax(_numbers("z", z, 1)[:, None]).ravel()  # (K,)
    return np.diag(p) - np.outer(p, p)  # (K, K)


# --8<-- [end:jacobian]


# --8<-- [start:with_temperature]
def with_temperature(Z: ArrayLike, T: float) -> Array:
    """softmax(Z / T), (K, m): the hard max as T → 0, uniform as T → ∞.

    Raises ValueError for a T that is not positive and finite, and as `softmax` does.

    >>> with_temperature([[2.0], [0.0]], T=1e-9)
    array([[1.],
           [0.]])
    """
    Z = _scores(Z)  # (K, m)
    with np.errstate(over="ignore"):  # halves: the gap of two floats may be beyond the largest
        return softmax((Z / 2 - Z.max(axis=0) / 2) / _temperature(T) * 2)


# --8<-- [end:with_temperature]


def _temperature(T: float) -> float:
    value = float(_numbers("T", T, 0))
    if not 0 < value < np.inf:
        raise ValueError(f"T: expected a positive number, got {value}")
    return value


# --8<-- [start:hard_max]
def hard_max(Z: ArrayLike) -> Array:
    """1 for the largest score of each column, (K, m); classes that tie share it.

    Raises ValueError as `softmax` does.

    >>> hard_max([[5.0, 1.0], [2.0, 1.0]])
    array([[1. , 0.5],
           [0. , 0.5]])
    """
    Z = _scores(Z)  # (K, m)
    largest = np.equal(Z, Z.max(axis=0))  # (K, m), true or false
    P: Array = largest / largest.sum(axis=0)  # (K, m)
    return P


# --8<-- [end:hard_max]


# --8<-- [start:sigmoid]
def sigmoid(a: ArrayLike) -> Array:
    """1 / (1 + exp(-a)), (m,): softmax for K = 2 and a = Z[0] - Z[1]. Right at ±inf too.

    Raises ValueError for NaN, an empty a, another shape.

    >>> sigmoid([0.0, 1e308, -1e308])
    array([0.5, 1. , 0. ])
    """
    with np.errstate(over="ignore"):  # 1 / (1 + inf) = 0
        return 1 / (1 + np.exp(-_numbers("a", a, 1)))  # (m,)


# --8<-- [end:sigmoid]


def example_softmax() -> None:
    # --8<-- [start:softmax-example]
    for shift in (0, 1000):
        z = np.array([[5.0], [2.0], [-1.0], [3.0]]) + shift
        print(z.ravel(), "gives", softmax(z).ravel().round(3))
    # --8<-- [end:softmax-example]


def example_softmax_as_defined() -> None:
    # --8<-- [start:softmax_as_defined-example]
    z = np.array([[1000.0], [1001.0]])
    print("as defined:   ", softmax_as_defined(z).ravel())
    print("largest first:", softmax(z).ravel().round(3))
    # --8<-- [end:softmax_as_defined-example]


def example_log_softmax() -> None:
    # --8<-- [start:log_softmax-example]
    z = np.array([[0.0], [-800.0]])
    with np.errstate(divide="ignore"):
        print("log of softmax:", np.log(softmax(z)).ravel())
    print("log_softmax:   ", log_softmax(z).ravel())
    # --8<-- [end:log_softmax-example]


def example_jacobian() -> None:
    # --8<-- [start:jacobian-example]
    print(jacobian([2.0, 1.0, 0.0]).round(3))
    # --8<-- [end:jacobian-example]


def example_with_temperature() -> None:
    # --8<-- [start:with_temperature-example]
    z = [[5.0], [2.0], [-1.0], [3.0]]
    for T in (0.1, 1.0, 10.0, 1000.0):
        print(f"T = {T}:", with_temperature(z, T).ravel().round(3))
    # --8<-- [end:with_temperature-example]


def example_hard_max() -> None:
    # --8<-- [start:hard_max-example]
    for z in ([[5.0], [2.0], [-1.0], [3.0]], [[5.0], [2.0], [5.0], [3.0]]):
        print(np.ravel(z), "gives", hard_max(z).ravel())
    # --8<-- [end:hard_max-example]


def example_sigmoid() -> None:
    # --8<-- [start:sigmoid-example]
    Z = np.array([[2.0, 0.5, -1.0], [1.0, 0.5, 1.0]])
    print("softmax, class 0:", softmax(Z)[0].round(4))
    print("sigmoid:         ", sigmoid(Z[0] - Z[1]).round(4))
    # --8<-- [end:sigmoid-example]


if __name__ == "__main__":
    example_softmax()
    example_softmax_as_defined()
    example_log_softmax()
    example_jacobian()
    example_with_temperature()
    example_hard_max()
    example_sigmoid()
