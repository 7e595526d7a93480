"""Why the factor can wait: one layer down, backpropagation is linear in dZ.

Two layers, examples in columns: X is (D, m), W of the output layer (K, H), dZ of the output layer (K, m),
P - Y for a softmax. G, (H, m), holds the slopes of the activation, of any: in column i those of example i.
A factor that dZ carries comes out in dZ of the hidden layer, (H, m), and so in its dW = dZ Xᵀ, (H, D).

Source: the question on the extra 1/m in dW and db, and its answer, which gives no proof.
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


# --8<-- [start:one_layer_down]
def one_layer_down(dZ: ArrayLike, W: ArrayLike, G: ArrayLike) -> Array:
    """dZ of the layer below, (H, m): the weights transposed, then the slopes, entry by entry.

    dZ is (K, m), W is (K, H), G is (H, m). Raises ValueError for shapes that do not match, an empty
    batch and numbers that are not finite.

    >>> one_layer_down([[0.5, -1.0]], W=[[4.0]], G=[[1.0, 0.25]])
    array([[ 2., -1.]])
    """
    dZ, W, G = _layer(dZ, W, G)  # (K, m), (K, H), (H, m)
    return W.T @ dZ * G  # (H, m)


# --8<-- [end:one_layer_down]


def _layer(dZ: ArrayLike, W: ArrayLike, G: ArrayLike) -> tuple[Array, Array, Array]:
    dZ, W, G = _finite("dZ", dZ, 2), _finite("W", W, 2), _finite("G", G, 2)
    if len(W) != len(dZ):
        raise ValueError(f"W: expected {len(dZ)} rows, as dZ has, got {len(W)}")
    if G.shape != (W.shape[1], dZ.shape[1]):
        raise ValueError(f"G: expected shape ({W.shape[1]}, {dZ.shape[1]}), got {G.shape}")
    return dZ, W, G


def example_one_layer_down() -> None:
    # --8<-- [start:one_layer_down-example]
    X = np.array([[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]])  # (2, 4): D = 2, m = 4
    W = [[1.0, -0.5], [0.5, 2.0], [-1.5, 0.25]]  # (3, 2): K = 3, H = 2
    G = [[1.0, 0.5, 0.75, 0.25], [0.5, 1.0, 0.0, 0.25]]  # any slopes will do
    dZ = np.array([[-0.5, 0.25, 0.125, 0.25], [0.25, -0.5, 0.125, 0.5], [0.25, 0.25, -0.25, -0.75]])
    for way, at_the_top, at_the_end in (("deferred", 1, 4), ("absorbed", 4, 1)):
        below = one_layer_down(dZ / at_the_top, W, G)
        print(f"{way}: first column of dZ {below[:, 0]}")
        print("          dW", (below @ X.T / at_the_end).tolist())
    # --8<-- [end:one_layer_down-example]


if __name__ == "__main__":
    example_one_layer_down()
