"""An average of ten million: v = βv + (1 − β)x along an axis, without a Python loop over the values.

One step is the map v ↦ av + b, and two such maps one after the other are a third, whichever two are joined first.
So the values may be cut into blocks of b. Times a triangular b × b matrix of powers of β, a block gives its own part
of every average in it; all that came before enters through its first value. What enters the blocks is the same
recursion again, with βᵇ in the place of β, on b times fewer numbers.

float32 and wider keep their type, carried from block to block in float64 at least; float16 and whole numbers become
float64. A NaN stays: from there on, every average of its lane is NaN. What is smaller than the smallest normal number
may be carried on as 0. A second thread touches the memory of a long result before it is written.

Source: the moving averages of a course's second part, in the form of a parallel scan.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

BLOCK = 16  # longer blocks cost more products, shorter ones more carries
ROWS = 256  # blocks in one product of matrices, small enough for BLAS to take it without copies or threads
PIECE = 1 << 18  # values at a time: they are in the cache when the next line wants them
LANES = 1 << 10


# --8<-- [start:scan]
@lru_cache(maxsize=64)
def _powers(beta: float, stride: int, dtype: np.dtype[Any]) -> Array:
    """β to the power of stride · (j − i) in row i and column j, and 0 below the diagonal; (BLOCK, BLOCK)."""
    lag = np.arange(BLOCK) - np.arange(BLOCK)[:, None]
    power = np.power(beta, stride * np.abs(lag))
    return np.where((lag < 0) | (power < np.finfo(dtype).tiny), 0, power).astype(dtype)


def _scan(u: Array, beta: float, stride: int, start: Array, out: Array) -> Array:
    """out[:, t] = β^stride · out[:, t − 1] + u[:, t] from `start`; u (lanes, n) is used up. The last ones of out."""
    whole = u.shape[1] // BLOCK * BLOCK
    if whole:
        start = _blocks(u[:, :whole], beta, stride, start, out[:, :whole])
    if whole < u.shape[1]:
        power, decay = _powers(beta, stride, u.dtype), beta**stride
        u[:, whole] += decay * start
        np.matmul(u[:, whole:], power[: u.shape[1] - whole, : u.shape[1] - whole], out=out[:, whole:])
        start = out[:, -1].astype(start.dtype)
    return start


def _blocks(u: Array, beta: float, stride: int, start: Array, out: Array) -> Array:
    """The same where n is a multiple of BLOCK: what enters the blocks is a scan of its own."""
    power, decay = _powers(beta, stride, u.dtype), beta**stride
    ends = np.empty((len(u), u.shape[1] // BLOCK), start.dtype)
    blocks = u.reshape(len(u), -1, ROWS if ends.shape[1] % ROWS == 0 else ends.shape[1], BLOCK)
    own = (blocks @ power[:, -1]).astype(start.dtype)  # the end of each block, begun at 0
    last = _scan(own.reshape(ends.shape), beta, stride * BLOCK, start, ends)
    ends[np.abs(ends) < np.finfo(u.dtype).tiny] = 0  # such numbers are slow
    u[:, 0] += decay * start
    u[:, BLOCK::BLOCK] += decay * ends[:, :-1]
    np.matmul(blocks, power, out=out.reshape(blocks.shape))
    return last


# --8<-- [end:scan]


def _touched(out: Array) -> Array:
    """The same array, when the system has found memory for it, which takes its time."""
    out.fill(0)
    return out


@np.errstate(invalid="ignore")  # 0 times a NaN or an infinity
def _averages(x: Array, beta: float, start: Array) -> Array:
    """The averages of x (lanes, n) from `start`, (lanes,), piece by piece; a second thread touches the next ones."""
    out = np.empty_like(x)
    lanes, n = x.shape
    with ThreadPoolExecutor(1) as other:
        for lane in range(0, lanes, LANES):
            some = slice(lane, lane + LANES)
            carry = start[some]
            width = PIECE // len(carry) // BLOCK * BLOCK
            scaled = np.empty((len(carry), width), x.dtype)
            pieces = [(some, slice(begin, begin + width)) for begin in range(0, n, width)]
            ahead = other.map if n > width else map  # a short one is not worth a thread
            for piece, room in zip(pieces, ahead(_touched, [out[one] for one in pieces]), strict=True):
                u = np.multiply(x[piece], 1 - beta, out=scaled[:, : room.shape[1]])
                carry = _scan(u, beta, 1, carry, room)
    return out


def _given(x: ArrayLike, beta: float, axis: int, start: ArrayLike | None) -> tuple[Array, Array, float]:
    """x with its axis last, flattened to lanes, (lanes, n), the start of each lane, and β. Raises ValueError."""
    try:
        x = np.asarray(x)
    except ValueError:
        raise ValueError("x: expected an array, got rows of different lengths") from None
    if x.dtype.kind not in "iuf":
        raise ValueError(f"x: expected real numbers, got dtype {x.dtype}")
    if not x.ndim or not x.size:
        raise ValueError(f"x: expected at least one axis and one value, got shape {x.shape}")
    row = isinstance(beta, list | tuple) or np.ndim(beta)
    if row or np.asarray(beta).dtype.kind not in "iuf" or not 0 <= beta <= 1:
        raise ValueError(f"beta: expected a number from 0 to 1, got {beta!r}")
    if isinstance(axis, bool) or not isinstance(axis, (int, np.integer)) or not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis: expected a whole number from {-x.ndim} to {x.ndim - 1}, got {axis!r}")
    dtype = x.dtype if x.dtype.kind == "f" and x.dtype.itemsize > 2 else float
    moved = np.moveaxis(x, axis, -1)
    try:
        first = moved[..., 0] if start is None else np.asarray(start)
    except ValueError:
        raise ValueError("start: expected one number or one for each lane, got rows of different lengths") from None
    if first.dtype.kind not in "iuf" or (start is not None and not np.isfinite(first).all()):
        raise ValueError(f"start: expected finite numbers or None, got {start!r}")
    if first.shape not in ((), moved.shape[:-1]):
        raise ValueError(f"start: expected one number or shape {moved.shape[:-1]}, got shape {first.shape}")
    shape = x.size // moved.shape[-1], moved.shape[-1]
    starts = np.broadcast_to(first, moved.shape[:-1]).ravel().astype(np.result_type(dtype, float))
    keep = starts.dtype.type(beta).item()  # 1 − β and the logarithm of β need all the digits of the starts
    return np.ascontiguousarray(moved, dtype).reshape(shape), starts, keep


def _without_lost(x: Array, beta: float, start: Array) -> Array:
    """The averages where a NaN had spoilt its whole block: from it on they are NaN, and before it they are not."""
    if np.isinf(x).any():
        raise ValueError(f"x: expected finite numbers or NaN, got {x[np.isinf(x)][0]}")
    lost = np.logical_or.accumulate(np.isnan(x), axis=1)
    out = _averages(np.where(lost, 0, x), beta, start)
    out[lost] = np.nan
    return out


# --8<-- [start:moving_average]
def moving_average(
    x: ArrayLike, beta: float, *, axis: int = -1, start: ArrayLike | None = 0.0, correct: bool = False
) -> Array:
    """v[t] = βv[t − 1] + (1 − β)x[t] along the axis, of x's shape; before the first value stands `start`.

    `start` is one number, one for each lane, or None for the first value itself. `correct` divides by 1 − βᵗ.
    A NaN stays: from there on its lane is NaN. Raises ValueError for anything but real numbers, an infinite
    one, no value at all, β outside [0, 1], an axis that is not there, a start of another shape, and a
    correction of an average that did not begin at 0 or, with β = 1, never leaves it.

    >>> moving_average([8.0, 4.0, 0.0], 0.5)
    array([4., 4., 2.])
    >>> moving_average([8.0, 4.0, 0.0], 0.5, start=None)
    array([8., 6., 3.])
    """
    values, first, keep = _given(x, beta, axis, start)
    if correct and (first.any() or beta == 1):
        raise ValueError(f"correct: expected a start of 0 and beta below 1, got {start!r} and {beta!r}")
    out = _averages(values, keep, first)
    if not np.isfinite(out[:, -1]).all():  # what is not finite gets through to the end of its lane
        out = _without_lost(values, keep, first)
    if correct and keep:
        out /= -np.expm1(np.arange(1, out.shape[1] + 1) * np.log(keep))
    shape = np.moveaxis(np.empty(np.shape(x), bool), axis, -1).shape
    return np.moveaxis(out.reshape(shape), -1, axis)


# --8<-- [end:moving_average]


def example_moving_average() -> None:
    # --8<-- [start:moving_average-example]
    x = [8.0, 4.0, 0.0, 4.0]
    print("from 0            ", moving_average(x, 0.5))
    print("corrected         ", moving_average(x, 0.5, correct=True).round(4))
    print("from the first    ", moving_average(x, 0.5, start=None))
    print("on from 16        ", moving_average(x, 0.5, start=16))
    print("with a NaN        ", moving_average([8.0, np.nan, *x], 0.5))
    print("down the columns  ", moving_average([[8, 0], [4, 2]], 0.5, axis=0).tolist())
    # --8<-- [end:moving_average-example]


def example_scan() -> None:
    # --8<-- [start:scan-example]
    for beta in (0.999, 0.999999, 1 - 1e-9):
        x = np.zeros(500_000)
        x[100_000] = 1  # what is left of it at the end, and by the closed form
        print(f"{moving_average(x, beta)[-1]:.9e}  {(1 - beta) * beta**399_999:.9e}")
    # --8<-- [end:scan-example]


if __name__ == "__main__":
    example_moving_average()
    example_scan()
