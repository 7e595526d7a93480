"""A factor at the top reaches every dW and db: an L-layer network, forward and backward, with the 1/m in either place.

A network of L layers, examples in columns: weights[l - 1] is (n_l, n_{l-1}), biases[l - 1] is (n_l, 1),
X is (n_0, m), and the last layer is softmax over K = n_L classes with the average cross-entropy as its
cost. `place` says where the 1/m of that average stands: "deferred" leaves dZ without it and divides dW
and db, "absorbed" divides dZ at the top and nothing after that. dW and db are the same either way.

Source: the question on the extra 1/m in dW and db, and its answer, which gives no proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Gradients = list[tuple[Array, Array, Array]]

HIDDEN = ("sigmoid", "tanh", "relu")
PLACES = ("deferred", "absorbed")


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


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"{name}: expected one of {', '.join(known)}, got {value!r}")
    return value


def _weights(weights: Sequence[ArrayLike]) -> list[Array]:
    """The weights as floats; ValueError unless each layer takes what the layer below gives."""
    made: list[Array] = []
    for n, one in enumerate(weights):
        W = _finite(f"weights[{n}]", one, 2)
        if made and W.shape[1] != len(made[-1]):
            raise ValueError(
                f"weights[{n}]: expected {len(made[-1])} columns, one for each unit below, got {W.shape[1]}"
            )
        made.append(W)
    if not made:
        raise ValueError("weights: expected at least one layer, got none")
    return made


def _biases(biases: Sequence[ArrayLike], weights: list[Array]) -> list[Array]:
    if len(biases) != len(weights):
        raise ValueError(f"biases: expected {len(weights)}, one for each layer, got {len(biases)}")
    made = []
    for n, one in enumerate(biases):
        b = _finite(f"biases[{n}]", one, 2)
        if b.shape != (len(weights[n]), 1):
            raise ValueError(f"biases[{n}]: expected shape ({len(weights[n])}, 1), got {b.shape}")
        made.append(b)
    return made


def _scores(W: Array, A: Array, b: Array) -> Array:
    with np.errstate(all="ignore"):  # what overflows is refused on the next line
        return _finite("W A + b", W @ A + b, 2)


def _softmax(Z: Array) -> Array:
    t = np.exp(Z - Z.max(axis=0))  # (K, m)
    P: Array = t / t.sum(axis=0)
    return P


# --8<-- [start:activation]
def activation(Z: ArrayLike, hidden: str) -> Array:
    """g(Z), entry by entry, (n, m): sigmoid, tanh or relu.

    Raises ValueError for another name, and for scores that are not finite.

    >>> activation([[-2.0, 0.0, 2.0]], "relu")
    array([[0., 0., 2.]])
    """
    Z = _finite("Z", Z, 2)  # (n, m)
    if _one_of("hidden", hidden, HIDDEN) == "sigmoid":
        return (1 + np.tanh(Z / 2)) / 2  # 1 / (1 + exp(-Z)), without overflow
    return np.tanh(Z) if hidden == "tanh" else np.maximum(Z, 0)


# --8<-- [end:activation]


# --8<-- [start:slope]
def slope(A: ArrayLike, hidden: str) -> Array:
    """g'(Z), (n, m), from A = g(Z); for relu 0 at the kink, as is the custom.

    Raises ValueError for another name, and for activations that are not finite.

    >>> slope([[0.0, 0.5, 1.0]], "sigmoid")
    array([[0.  , 0.25, 0.  ]])
    """
    A = _finite("A", A, 2)  # (n, m)
    if _one_of("hidden", hidden, HIDDEN) == "sigmoid":
        return A * (1 - A)
    return 1 - A**2 if hidden == "tanh" else (A > 0).astype(np.float64)


# --8<-- [end:slope]


# --8<-- [start:forward]
def forward(
    X: ArrayLike, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], hidden: str = "tanh"
) -> list[Array]:
    """[A0, A1, …, AL]: the inputs, the activations of each layer, (n_l, m), and last P, (K, m).

    Raises ValueError for layers that do not fit, an unknown activation, and numbers that are not finite.

    >>> A = forward([[0.5]], weights=[[[2.0]], [[1.0], [1.0]]], biases=[[[-1.0]], [[0.0], [0.0]]])
    >>> [one.tolist() for one in A]
    [[[0.5]], [[0.0]], [[0.5], [0.5]]]
    """
    Ws = _weights(weights)  # (n_l, n_{l-1}) each
    bs = _biases(biases, Ws)  # (n_l, 1) each
    A = [_inputs(X, Ws[0])]  # (n_0, m)
    for n in range(len(Ws) - 1):
        A.append(activation(_scores(Ws[n], A[n], bs[n]), hidden))  # (n_l, m)
    A.append(_softmax(_scores(Ws[-1], A[-1], bs[-1])))  # (K, m)
    return A


# --8<-- [end:forward]


def _inputs(X: ArrayLike, W: Array) -> Array:
    X = _finite("X", X, 2)
    if len(X) != W.shape[1]:
        raise ValueError(f"X: expected {W.shape[1]} rows, one for each column of weights[0], got {len(X)}")
    return X


# --8<-- [start:backward]
def backward(
    A: Sequence[ArrayLike],
    Y: ArrayLike,
    weights: Sequence[ArrayLike],
    hidden: str = "tanh",
    place: str = "deferred",
    threshold: float = np.inf,
) -> Gradients:
    """(dZ, dW, db) of each layer from the first on: (n_l, m), (n_l, n_{l-1}), (n_l, 1).

    A is what `forward` gave, Y, (K, m), holds labels that sum to 1. Each dZ is clipped, entry by entry,
    to ±threshold. Raises ValueError for shapes that do not fit, labels that are no probabilities, an
    unknown activation or place, and a threshold that is not positive.

    >>> A = forward([[2.0, 4.0]], weights=[[[0.0], [0.0]]], biases=[[[0.0], [0.0]]])
    >>> for place in ("deferred", "absorbed"):
    ...     ((dZ, dW, db),) = backward(A, [[1.0, 1.0], [0.0, 0.0]], [[[0.0], [0.0]]], place=place)
    ...     print(dZ[0], dW[0], db[0])
    [-0.5 -0.5] [-1.5] [-0.5]
    [-0.25 -0.25] [-1.5] [-0.5]
    """
    As, Y, Ws, limit = _checked(A, Y, weights, hidden, place, threshold)
    before, after = (1, Y.shape[1]) if place == "deferred" else (Y.shape[1], 1)  # 1 and m, or m and 1
    dZ, made = (As[-1] - Y) / before, []  # (K, m)
    for n in reversed(range(len(Ws))):  # layer n + 1 takes A[n], (n_l, m), through Ws[n]
        if n + 1 < len(Ws):
            dZ = Ws[n + 1].T @ dZ * slope(As[n + 1], hidden)  # (n_l, m)
        dZ = np.clip(dZ, -limit, limit)  # (n_l, m)
        made.append((dZ, dZ @ As[n].T / after, dZ.sum(axis=1, keepdims=True) / after))
    return made[::-1]


# --8<-- [end:backward]


def _checked(
    A: Sequence[ArrayLike], Y: ArrayLike, weights: Sequence[ArrayLike], hidden: str, place: str, threshold: float
) -> tuple[list[Array], Array, list[Array], float]:
    Ws = _weights(weights)
    units = [Ws[0].shape[1], *map(len, Ws)]
    if len(A) != len(units):
        raise ValueError(f"A: expected {len(units)} arrays, the inputs and one for each layer, got {len(A)}")
    As = [_finite(f"A[{n}]", one, 2) for n, one in enumerate(A)]
    for n, one in enumerate(As):
        if one.shape != (units[n], As[0].shape[1]):
            raise ValueError(f"A[{n}]: expected shape ({units[n]}, {As[0].shape[1]}), got {one.shape}")
    _one_of("hidden", hidden, HIDDEN)
    _one_of("place", place, PLACES)
    limit = np.asarray(threshold)
    if limit.dtype.kind not in "iuf" or limit.ndim or not limit > 0:
        raise ValueError(f"threshold: expected a positive number, got {threshold!r}")
    return As, _targets(Y, As[-1].shape), Ws, float(limit)


def _targets(Y: ArrayLike, shape: tuple[int, ...]) -> Array:
    Y = _finite("Y", Y, 2)
    if Y.shape != shape:
        raise ValueError(f"Y: expected shape {shape}, got {Y.shape}")
    outside = Y[(Y < 0) | (Y > 1)]
    if outside.size:
        raise ValueError(f"Y: expected probabilities in [0, 1], got {outside[0]}")
    sums = Y.sum(axis=0)
    if not np.allclose(sums, 1, rtol=0, atol=1e-6):
        worst = np.argmax(np.abs(sums - 1))
        raise ValueError(f"Y: expected columns that sum to 1, got {sums[worst]:.6g} in column {worst}")
    return Y


# --8<-- [start:difference]
def difference(
    X: ArrayLike,
    Y: ArrayLike,
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    hidden: str = "tanh",
    thresholds: tuple[float, float] = (np.inf, np.inf),
) -> float:
    """The largest difference in any dW or db between deferred and absorbed, clipped at the two thresholds.

    Raises ValueError as `forward` and `backward` do.

    >>> difference([[2.0, 4.0]], [[1.0, 1.0], [0.0, 0.0]], [[[0.0], [0.0]]], [[[0.0], [0.0]]])
    0.0
    """
    A = forward(X, weights, biases, hidden)
    late = backward(A, Y, weights, hidden, "deferred", thresholds[0])
    early = backward(A, Y, weights, hidden, "absorbed", thresholds[1])
    pairs = [(late[n][of], early[n][of]) for n in range(len(late)) for of in (1, 2)]  # dW and db of each layer
    return max(float(np.abs(one - other).max()) for one, other in pairs)


# --8<-- [end:difference]


# --8<-- [start:initial]
def initial(units: Sequence[int], seed: int) -> tuple[list[Array], list[Array]]:
    """Weights, (n_l, n_{l-1}), drawn with variance 1/n_{l-1}, and biases of zeros, (n_l, 1), for n_0, n_1, …, n_L.

    Raises ValueError for fewer than two counts of units, for a count below 1, and for a seed below 0.

    >>> weights, biases = initial([4, 3, 2], seed=0)
    >>> [W.shape for W in weights], [b.shape for b in biases]
    ([(3, 4), (2, 3)], [(3, 1), (2, 1)])
    """
    rng = np.random.default_rng(_whole("seed", seed, 0))
    n = [_whole(f"units[{at}]", one, 1) for at, one in enumerate(units)]
    if len(n) < 2:
        raise ValueError(f"units: expected the inputs and at least one layer, got {len(n)} counts")
    weights = [rng.normal(size=(out, into)) / np.sqrt(into) for into, out in pairwise(n)]
    return weights, [np.zeros((out, 1)) for out in n[1:]]


# --8<-- [end:initial]


def _whole(name: str, value: int, least: int) -> int:
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < least:
        raise ValueError(f"{name}: expected a whole number from {least}, got {value!r}")
    return value


def example_activation() -> None:
    # --8<-- [start:activation-example]
    Z = [[-2.0, -0.5, 0.5, 2.0]]
    for hidden in HIDDEN:
        print(f"{hidden:8}", activation(Z, hidden).round(3).tolist())
    # --8<-- [end:activation-example]


def example_slope() -> None:
    # --8<-- [start:slope-example]
    Z = np.array([[-2.0, -0.5, 0.5, 2.0]])
    for hidden in HIDDEN:
        nudged = (activation(Z + 1e-6, hidden) - activation(Z - 1e-6, hidden)) / 2e-6
        print(f"{hidden:8}", slope(activation(Z, hidden), hidden).round(4).tolist())
        print("  nudged", nudged.round(4).tolist())
    # --8<-- [end:slope-example]


def example_forward() -> None:
    # --8<-- [start:forward-example]
    weights, biases = initial([5, 4, 3, 2], seed=0)  # L = 3 layers
    X = np.random.default_rng(1).normal(size=(5, 6))  # m = 6 examples
    for n, A in enumerate(forward(X, weights, biases)):
        print(f"A{n}: {A.shape}")
    print("P:", A.round(2).tolist())
    # --8<-- [end:forward-example]


def example_backward() -> None:
    # --8<-- [start:backward-example]
    weights, biases = initial([5, 4, 3, 2], seed=0)
    X, Y = np.random.default_rng(1).normal(size=(5, 6)), np.eye(2)[:, [0, 1, 0, 0, 1, 1]]  # m = 6
    A = forward(X, weights, biases)
    late, early = (backward(A, Y, weights, place=place) for place in PLACES)
    print("largest entry  deferred absorbed")
    for n in range(len(late)):
        for of, name in enumerate(("dZ", "dW", "db")):
            one, other = late[n][of], early[n][of]
            print(f"layer {n + 1}: {name} {one.shape} {np.abs(one).max():.4f}   {np.abs(other).max():.4f}")
    # --8<-- [end:backward-example]


def example_difference() -> None:
    # --8<-- [start:difference-example]
    weights, biases = initial([20, 15, 10, 5], seed=0)
    rng = np.random.default_rng(1)
    for m in (64, 100):
        X, Y = rng.normal(size=(20, m)), np.eye(5)[:, rng.integers(5, size=m)]
        for hidden in HIDDEN:
            print(f"m = {m:3}, {hidden:7}  {difference(X, Y, weights, biases, hidden):.1e}")
    print(f"both clipped at 0.005  {difference(X, Y, weights, biases, thresholds=(0.005, 0.005)):.1e}")
    print(f"and at 0.005/m         {difference(X, Y, weights, biases, thresholds=(0.005, 0.005 / m)):.1e}")
    # --8<-- [end:difference-example]


def example_initial() -> None:
    # --8<-- [start:initial-example]
    weights, biases = initial([64, 32, 10], seed=0)
    for n, W in enumerate(weights):
        print(f"layer {n + 1}: W {W.shape}, spread {W.std():.3f}; b {biases[n].shape}")
    # --8<-- [end:initial-example]


if __name__ == "__main__":
    example_activation()
    example_slope()
    example_forward()
    example_backward()
    example_difference()
    example_initial()
