"""Accumulation: micro-batches, or processes, with unequal numbers of tokens, and what is added up over them.

A part is a micro-batch, or what one process holds: an array (n, D), one gradient for each of its n tokens,
D entries each. Losses are the case D = 1. Each way gives one gradient, (D,), for all parts together.

Source: public threads on gradient accumulation and data-parallel training; the page names them.
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


def _parts(parts: Sequence[ArrayLike]) -> list[Array]:
    if not len(parts):
        raise ValueError("parts: expected at least one, got none")
    checked = [_finite(f"parts[{k}]", one, 2) for k, one in enumerate(parts)]
    for k, one in enumerate(checked):
        if one.shape[1] != checked[0].shape[1]:
            raise ValueError(f"parts[{k}]: expected {checked[0].shape[1]} columns, as parts[0] has, got {one.shape[1]}")
    return checked


# --8<-- [start:accumulators]
def accumulators(parts: Sequence[ArrayLike]) -> dict[str, Array]:
    """Three accumulators, each (D,), over parts of shape (n, D); the last one is the gradient of the whole.

    Raises ValueError for no part, an empty one, parts of different widths and numbers that are not finite.

    >>> {way: found.tolist() for way, found in accumulators([[[1.0], [3.0]], [[8.0]]]).items()}
    {'never divided': [10.0], 'mean of means': [5.0], 'pooled': [4.0]}
    """
    parts = _parts(parts)
    tokens = sum(len(part) for part in parts)  # counted before the first backward pass
    never = mean_of_means = pooled = np.zeros(1)  # (D,), once something is added
    for part in parts:
        never = never + part.mean(axis=0)
        mean_of_means = mean_of_means + part.mean(axis=0) / len(parts)
        pooled = pooled + part.sum(axis=0) / tokens
    return {"never divided": never, "mean of means": mean_of_means, "pooled": pooled}


# --8<-- [end:accumulators]


# --8<-- [start:restoring_weights]
def restoring_weights(counts: ArrayLike) -> Array:
    """What each part's mean is multiplied by, (B,), before the means are averaged: n B / Σ n.

    Raises ValueError for counts that are not positive.

    >>> restoring_weights([2, 1, 1])
    array([1.5 , 0.75, 0.75])
    """
    n = _finite("counts", counts, 1)  # (B,)
    if n.min() <= 0:
        raise ValueError(f"counts: expected positive numbers, got {n.min()}")
    weights: Array = n * n.size / n.sum()
    return weights


def average_over_ranks(parts: Sequence[ArrayLike], weights: ArrayLike) -> Array:
    """The mean over the processes of their own means, each times its weight: what an all-reduce leaves, (D,).

    Raises ValueError as `accumulators` does, and unless there is a weight for each part.

    >>> average_over_ranks([[[1.0], [3.0]], [[8.0]]], weights=[1, 1])
    array([5.])
    """
    parts, w = _parts(parts), _finite("weights", weights, 1)
    if len(w) != len(parts):
        raise ValueError(f"weights: expected {len(parts)}, one for each part, got {len(w)}")
    means = np.array([part.mean(axis=0) for part in parts])  # (B, D)
    found: Array = (w[:, None] * means).mean(axis=0)  # (D,)
    return found


# --8<-- [end:restoring_weights]


# --8<-- [start:shares]
def average_of_shares(parts: Sequence[ArrayLike]) -> Array:
    """Wrong by the number of processes: each sum over all tokens is a share already, and shares are added, (D,).

    Raises ValueError as `accumulators` does.

    >>> average_of_shares([[[1.0], [3.0]], [[8.0]]])
    array([2.])
    """
    parts = _parts(parts)
    tokens = sum(len(part) for part in parts)
    found: Array = np.mean([part.sum(axis=0) / tokens for part in parts], axis=0)
    return found


# --8<-- [end:shares]


def example_accumulators() -> None:
    # --8<-- [start:accumulators-example]
    short, long = [[4.0, -1.0], [2.0, 3.0]], [[0.3333, 1.1111], [1.0, 0.25], [0.25, 0.5], [0.75, 1.5], [0.5, 0.75]]
    for name, parts in (("5 and 2 tokens", [long, short]), ("2 and 2 tokens", [long[:2], short])):
        print(name)
        for way, found in accumulators(parts).items():
            print(f"  {way:13} {found.round(4)}")
    # --8<-- [end:accumulators-example]


def example_restoring_weights() -> None:
    # --8<-- [start:restoring_weights-example]
    short, long = [[4.0, -1.0], [2.0, 3.0]], [[0.3333, 1.1111], [1.0, 0.25], [0.25, 0.5], [0.75, 1.5], [0.5, 0.75]]
    weights = restoring_weights([len(long), len(short)])
    print("weights: ", weights.round(4))
    print("without: ", average_over_ranks([long, short], [1, 1]).round(4))
    print("with:    ", average_over_ranks([long, short], weights).round(4))
    print("pooled:  ", accumulators([long, short])["pooled"].round(4))
    # --8<-- [end:restoring_weights-example]


def example_shares() -> None:
    # --8<-- [start:shares-example]
    short, long = [[4.0, -1.0], [2.0, 3.0]], [[0.3333, 1.1111], [1.0, 0.25], [0.25, 0.5], [0.75, 1.5], [0.5, 0.75]]
    shares = average_of_shares([long, short])
    print(shares.round(4), "times 2 ranks:", (2 * shares).round(4))
    # --8<-- [end:shares-example]


if __name__ == "__main__":
    example_accumulators()
    example_restoring_weights()
    example_shares()
