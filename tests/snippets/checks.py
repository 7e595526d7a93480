"""What the tests of the snippets share: refusals, printed output, and the examples at large."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest


def refuses(message: str, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """`call` raises a ValueError that says exactly `message`."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared below
        call(*args, **kwargs)
    assert str(caught.value) == message


def refuses_what_is_no_array(call: Callable[[Any], Any], name: str, axes: int, finite: bool = False) -> None:
    """`call`, a function of the argument `name`, refuses everything that is no array of real numbers."""
    good = np.full((2,) * axes, 0.5)
    if axes:
        refuses(f"{name}: expected an array, got rows of different lengths", call, [[0.5], [0.5, 0.5]])
        empty = good[:0]
        refuses(f"{name}: expected {axes} axes and at least one entry, got shape {empty.shape}", call, empty)
    refuses(f"{name}: expected real numbers, got dtype complex128", call, good.astype(complex))
    refuses(f"{name}: expected real numbers, got dtype bool", call, good.astype(bool))
    refuses(f"{name}: expected real numbers, got dtype object", call, good.astype(object))
    refuses(f"{name}: expected real numbers, got dtype <U3", call, good.astype("<U3"))
    for other in {axes - 1, axes + 1} - {-1}:
        shape = (2,) * other
        refuses(f"{name}: expected {axes} axes and at least one entry, got shape {shape}", call, np.full(shape, 0.5))
    for bad in (np.nan, np.inf, -np.inf) if finite else (np.nan,):
        spoilt = good.copy()
        spoilt[(-1,) * axes] = -np.inf if finite else 0.5
        spoilt[(0,) * axes] = bad  # the first is named
        says = f"expected finite numbers, got {bad}" if finite else "expected numbers, got NaN"
        refuses(f"{name}: {says}", call, spoilt)


def refuses_what_is_no_distribution(call: Callable[[Any], Any], name: str) -> None:
    """`call`, a function of the (2, 2) argument `name`, refuses columns that hold no probabilities of sum 1."""
    refuses(f"{name}: expected probabilities in [0, 1], got -0.25", call, [[-0.25, 0.5], [1.25, 0.5]])
    refuses(f"{name}: expected probabilities in [0, 1], got 1.25", call, [[1.25, 0.5], [-0.25, 0.5]])
    for last in (0.9, 1.2, 0.999995):  # the other column is less wrong, to the other side
        other = 1 + (1 - last) / 2
        P = [[0.5, 0.75], [other - 0.5, last - 0.75]]
        refuses(f"{name}: expected columns that sum to 1, got {last:.6g} in column 1", call, P)
    call([[0.5, 0.75], [0.5, 0.25 - 5e-7]])  # as rounded as float32 is


def refuses_what_is_no_whole_number(call: Callable[[Any], Any], name: str, least: int, says: str = "") -> None:
    """`call`, a function of the argument `name`, refuses what is no whole number from `least`."""
    says = says or f"from {least}"
    for bad in (least - 1, np.int64(least - 1), float(least), True, None, "1", [least]):
        refuses(f"{name}: expected a whole number {says}, got {bad!r}", call, bad)
    call(least)
    call(np.int64(least))
    call(np.uint8(least))


def refuses_what_are_no_labels(call: Callable[[Any], Any], name: str, finite: bool = False) -> None:
    """`call`, a function of the argument `name` of shape (2,), refuses what are no whole numbers 0 or 1."""
    refuses_what_is_no_array(call, name, 1, finite)
    refuses(f"{name}: expected whole numbers, got dtype float64", call, [0.0, 1.0])
    call([0, 1])
    call(np.array([1, 0], dtype=np.uint8))


def printed(example: Callable[[], None]) -> list[str]:
    """The lines that an example prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        example()
    return out.getvalue().splitlines()
