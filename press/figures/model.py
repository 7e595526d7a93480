"""What a figure is made of: formulas that are SymPy objects, and the data that it opens with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Indexed, Rational, Symbol

from derivations.calculus import Definition
from derivations.rewriting import derive, unfold


@dataclass(frozen=True)
class Formula:
    """A closed scalar form that a figure evaluates, under the name that JavaScript knows it by.

    `expr` is written as in a derivation, with the abbreviations of `where`; sums over `Indexed` and
    derivatives are allowed. `at` gives what is fixed in the figure: sizes, free indices, places;
    `slots` gives the entries that are then left, as plain symbols. `domain` holds, for every
    argument, the closed interval in which the figure uses it; the grid of the parity test is drawn
    from there.
    """

    name: str
    expr: Expr
    arguments: tuple[Symbol, ...]
    domain: Mapping[Symbol, tuple[Any, Any]]
    says: str
    where: tuple[Definition, ...] = ()
    at: Mapping[Symbol, Any] = field(default_factory=dict)
    slots: Mapping[Indexed, Symbol] = field(default_factory=dict)

    def __post_init__(self) -> None:
        missing = [str(one) for one in self.arguments if one not in self.domain]
        if missing:
            raise ValueError(f"domain of {self.name}: expected an interval for {', '.join(missing)}, got none")

    @property
    def closed(self) -> Expr:
        """The expression opened, its sums and derivatives carried out, its entries as plain symbols."""
        expr = derive(unfold(self.expr, {one.label: one for one in self.where}))
        return expr.subs({one: Rational(value) for one, value in self.at.items()}).doit().xreplace(dict(self.slots))


@dataclass(frozen=True)
class Figure:
    """A figure of a topic; `name`.js beside the topic's `__init__.py` draws it.

    `data` goes to the browser as JSON: numbers, strings, lists and dictionaries only. A caption is
    plain text: what can be computed stands in the figure's own readout.
    """

    name: str
    title: str
    caption: str
    data: Mapping[str, Any] = field(default_factory=dict)
