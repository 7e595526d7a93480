"""What a third voice is: a definition or a quantity worked out another way, by what never read it.

Each topic has its voices in `voices.py` beside its tests: `DEFINITIONS` and `QUANTITIES`, by name.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from sympy import Expr

from derivations import exact
from derivations.calculus import Definition
from derivations.check import data

Place = Mapping[str, Any]


def exact_value(e: Expr, where: Iterable[Definition] = (), **at: Any) -> float:
    """The evaluator's value of `e`, as a float. `at`: numbers and nested lists by name, at their float value."""

    def whole(x: Any) -> Any:
        return tuple(map(whole, x)) if isinstance(x, list | tuple | np.ndarray) else Fraction(float(x))

    scalars, arrays = data({name: whole(x) for name, x in at.items()})
    found = exact.Point(scalars, arrays, {one.label: one for one in where})(e)
    return float(exact.real(found))


@dataclass(frozen=True)
class Voice:
    """`says` maps the numbers at a point to the value of the definition's head.

    Names in `opens` are definitions that are opened too; what the body uses beyond them is drawn like
    any number. Free indices come in the point by name, 1-based. `at` gives the indices, or the numbers, to try where
    the notation table cannot. `equivalents`: slips that are no mistakes, each with its reason.
    """

    says: Callable[[Place], float]
    opens: tuple[str, ...] = ()
    at: Mapping[str, tuple[int | Fraction, ...]] = field(default_factory=dict)
    equivalents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Pin:
    """The number, worked out another way; `close` is how near a quantity must come, relative to it.

    `equivalents`: slips that are no mistakes; `spare`: data that may change without changing it. Each with its reason.
    """

    number: Callable[[], Any]
    close: float = 1e-12
    equivalents: Mapping[str, str] = field(default_factory=dict)
    spare: Mapping[str, str] = field(default_factory=dict)


TOPICS = sorted(path.parent.name for path in Path(__file__).parent.glob("*/voices.py"))


def load() -> tuple[dict[str, Voice], dict[str, Pin]]:
    """The voices of all topics: of definitions and of quantities. ValueError for a name that has two."""
    definitions: dict[str, Voice] = {}
    quantities: dict[str, Pin] = {}
    for topic in TOPICS:
        module = importlib.import_module(f"tests.derivations.{topic}.voices")
        doubled = definitions.keys() & module.DEFINITIONS | quantities.keys() & module.QUANTITIES
        if doubled:
            raise ValueError(f"{topic}/voices.py: expected new names, got a second voice for {sorted(doubled)}")
        definitions |= module.DEFINITIONS
        quantities |= module.QUANTITIES
    return definitions, quantities
