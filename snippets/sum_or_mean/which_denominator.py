"""Which denominator did I get? Each way to make one number of many losses, as numerator and denominator.

`losses`, (m,), holds the loss of each position; `weights`, (m,), their weights; `kept`, (m,), is 1 where
a position counts and 0 where it is ignored. `parts` and `ranks` are the sizes of the micro-batches, and
of what each rank holds, in the order of the positions. A number that was printed is compared with each
way to the digits that it has.

Source: written for this page; the ways are those that people compare in the threads of the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise

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


def _whole(name: str, value: int, least: int) -> int:
    if np.asarray(value).dtype.kind not in "iu" or np.ndim(value) or value < least:
        raise ValueError(f"{name}: expected a whole number from {least}, got {value!r}")
    return value


def _arrays(losses: ArrayLike, weights: ArrayLike | None, kept: ArrayLike | None) -> tuple[Array, Array, Array]:
    """Losses, weights and the mask of the positions that count, (m,) each."""
    losses = _finite("losses", losses, 1)
    found = [losses]
    for name, given in (("weights", weights), ("kept", kept)):
        one = np.ones(losses.size) if given is None else _finite(name, given, 1)
        if one.size != losses.size:
            raise ValueError(f"{name}: expected {losses.size} numbers, one for each loss, got {one.size}")
        found.append(one)
    outside = found[2][(found[2] != 0) & (found[2] != 1)]
    if outside.size:
        raise ValueError(f"kept: expected 0 or 1 for each position, got {outside[0]}")
    return found[0], found[1], found[2]


def _cuts(name: str, sizes: ArrayLike | None, m: int) -> list[slice]:
    """The positions of each part; one part of all where no sizes are given."""
    given = np.array([m]) if sizes is None else np.asarray(sizes)
    if given.dtype.kind not in "iu" or given.ndim != 1 or (given < 1).any() or given.sum() != m:
        raise ValueError(f"{name}: expected whole numbers from 1 that add up to {m}, got {sizes!r}")
    return [slice(start, end) for start, end in pairwise([0, *given.cumsum()])]


def _over(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator else float("nan")


def _means(losses: Array, by: Array, cuts: list[slice]) -> float:
    """The (weighted) means of the parts, added up."""
    return sum(_over(float(by[part] @ losses[part]), float(by[part].sum())) for part in cuts)


# --8<-- [start:report]
def report(
    losses: ArrayLike,
    weights: ArrayLike | None = None,
    kept: ArrayLike | None = None,
    parts: ArrayLike | None = None,
    ranks: ArrayLike | None = None,
    outputs: int = 1,
) -> dict[str, tuple[float, float]]:
    """Numerator and denominator of each way; what is not given: weights of 1, nothing ignored, one part, one output.

    Raises ValueError for numbers that are not finite, lengths that differ from that of the losses, a
    `kept` that is not 0 or 1, sizes that do not add up to it, and outputs below 1.

    >>> found = report([1.0, 2.0, 6.0], kept=[1, 1, 0])
    >>> found["sum"], found["mean, all positions"], found["mean, kept positions"]
    ((3.0, 1.0), (3.0, 3.0), (3.0, 2.0))
    """
    losses, w, chi = _arrays(losses, weights, kept)  # (m,) each
    B, R = _cuts("parts", parts, losses.size), _cuts("ranks", ranks, losses.size)
    K = _whole("outputs", outputs, 1)
    one = _of_losses(losses, chi, len(B), K)
    return {**one, **_of_parts(losses, chi, B, R), **_of_weighted(losses, chi, w, B)}


def _of_losses(losses: Array, chi: Array, batches: int, K: int) -> dict[str, tuple[float, float]]:
    """The losses that count, added up, over all that one might divide by."""
    total, m = float(chi @ losses), losses.size
    over = {
        "sum": 1,
        "sum / micro-batches": batches,
        "mean, all positions": m,
        "mean, kept positions": chi.sum(),
        "mean, all outputs": K * m,
        "half the mean": 2 * m,
    }
    return {way: (total, float(count)) for way, count in over.items()}


def _of_parts(losses: Array, chi: Array, parts: list[slice], ranks: list[slice]) -> dict[str, tuple[float, float]]:
    """The means of the parts, put together."""
    means, on_ranks = _means(losses, chi, parts), _means(losses, chi, ranks)
    return {
        "mean, kept / ranks": (float(chi @ losses), float(chi.sum()) * len(ranks)),
        "mean of micro-batch means": (means, float(len(parts))),
        "sum of micro-batch means": (means, 1.0),
        "sum of means / positions": (means, float(losses.size)),
        "mean of rank means": (on_ranks, float(len(ranks))),
        "sum of rank means": (on_ranks, 1.0),
    }


def _of_weighted(losses: Array, chi: Array, w: Array, parts: list[slice]) -> dict[str, tuple[float, float]]:
    """The weighted losses that count, over all that one might divide by."""
    total = float(chi * w @ losses)
    return {
        "weighted sum": (total, 1.0),
        "weighted / weights": (total, float(chi @ w)),
        "weighted / positions": (total, float(losses.size)),
        "weighted / kept": (total, float(chi.sum())),
        "weighted / nonzero weights": (total, float(np.count_nonzero(chi * w))),
        "mean of weighted means": (_means(losses, chi * w, parts), float(len(parts))),
    }


# --8<-- [end:report]


def _read(seen: str) -> tuple[float, float]:
    """A printed number, and half a unit of its last digit."""
    if not isinstance(seen, str):
        raise ValueError(f"seen: expected the number as text, as it was printed, got {seen!r}")
    try:
        number = Decimal(seen)
    except InvalidOperation:
        number = Decimal("nan")
    places = number.as_tuple().exponent
    if not isinstance(places, int):
        raise ValueError(f"seen: expected a number, got {seen!r}")
    return float(number), 0.5 * 10.0**places


# --8<-- [start:which]
def which(seen: str, found: Mapping[str, tuple[float, float]]) -> list[str]:
    """The ways whose value is the number that was seen, to the digits that it was printed with.

    `seen` is text, because 1.50 says more than 1.5. Raises ValueError if it is no number.

    >>> which("1.5", report([1.0, 2.0, 6.0], kept=[1, 1, 0]))
    ['mean, kept positions', 'mean, kept / ranks', 'mean of micro-batch means', 'sum of micro-batch means', \
'mean of rank means', 'sum of rank means', 'weighted / weights', 'weighted / kept', 'weighted / nonzero weights', \
'mean of weighted means']
    """
    number, half = _read(seen)
    close = {way: abs(_over(*pair) - number) - half for way, pair in found.items()}
    return [way for way, beyond in close.items() if beyond <= 1e-9 * abs(number)]


# --8<-- [end:which]


# --8<-- [start:nearest]
def nearest(seen: str, found: Mapping[str, tuple[float, float]]) -> tuple[str, float]:
    """The way whose value is nearest in proportion, and what the number seen is times that value.

    Values of another sign, 0 and what is undefined are left out. Raises ValueError as `which` does, and
    if nothing is left.

    >>> nearest("16", report([1.0, 3.0]))
    ('sum', 4.0)
    """
    number, _ = _read(seen)
    ratios = {way: _over(number, _over(*pair)) for way, pair in found.items()}
    fit = {way: ratio for way, ratio in ratios.items() if ratio > 0}
    if not fit:
        raise ValueError(f"seen: expected a number with the sign of one of the results, got {seen!r}")
    way = min(fit, key=lambda one: abs(np.log(fit[one])))
    return way, fit[way]


# --8<-- [end:nearest]


def example_report() -> None:
    # --8<-- [start:report-example]
    losses, weights, kept = [0.9, 2.1, 0.4, 3.2, 2.5, 1.7], [1, 3, 0, 0.5, 2, 0.5], [1, 1, 1, 0, 1, 1]
    found = report(losses, weights, kept, parts=[4, 2], ranks=[2, 4], outputs=3)
    whole = report(losses, weights, parts=[4, 2], ranks=[2, 4], outputs=3)  # the same, with nothing ignored
    for way, (numerator, denominator) in found.items():
        value, other = numerator / denominator, whole[way][0] / whole[way][1]
        print(f"{way:28}{numerator:8.4f} /{denominator:5.1f} ={value:8.4f}   nothing ignored:{other:8.4f}")
    # --8<-- [end:report-example]


def example_which() -> None:
    # --8<-- [start:which-example]
    losses = [0.9, 2.1, 0.4, 3.2, 2.5, 1.7]
    found = report(losses, kept=[1, 1, 1, 0, 1, 1], parts=[4, 2])
    for seen in ("1.6167", "1.52", "2"):
        fits = which(seen, found)
        print(f"seen {seen:6} fits {len(fits):2} of {len(found)} ways, the first: {fits[0]}")
    print(f"nothing set, seen 1.8: {len(which('1.8', report(losses)))} ways")
    # --8<-- [end:which-example]


def example_nearest() -> None:
    # --8<-- [start:nearest-example]
    found = report([0.9, 2.1, 0.4, 3.2, 2.5, 1.7])
    for seen in ("3.6", "43.2"):
        way, ratio = nearest(seen, found)
        print(f"{seen} is {ratio:.4f} times: {way}")
    # --8<-- [end:nearest-example]


if __name__ == "__main__":
    example_report()
    example_which()
    example_nearest()
