"""What rests on what: the edges between named values, read from the values themselves and typed nowhere.

A value rests on the definitions in its `where`, on its hypotheses, on the rules of its steps and on what those need.
A hypothesis or a rule is itself a result where it states what a chain has shown, or names one in its words
(`{eq}`NAME``). A definition rests on another where its body uses the other's head, something opens both, and the other
was there when it was written. A quantity rests on the chain whose end it is read at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

from sympy import Expr, Indexed, IndexedBase, Symbol, preorder_traversal
from sympy.core.relational import Relational

from derivations.calculus import Claim, Definition, Derivation, Given, Induction, Quantity, Rule, label
from derivations.library import Library, Named, UnknownName, load

_NAMED = re.compile(r"\{(?:eq|num|verdict|claim)\}`([^`:]+)")


class Circular(ValueError):
    """A value rests on itself."""


@dataclass(frozen=True)
class Graph:
    """`below[NAME]` are the names that NAME rests on, `above[NAME]` those that rest on it, both in the code's order."""

    below: Mapping[str, tuple[str, ...]]
    above: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]

    def reach(self, name: str, along: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
        """Everything that is met from a name on the way down (`below`) or up (`above`), without the name itself."""
        seen: set[str] = set()
        ahead = list(along[name])
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += along[one]
        return frozenset(seen)


def chains(value: Any) -> tuple[Derivation, ...]:
    """The chains of a derivation, or of both parts of an induction."""
    if isinstance(value, Induction):
        return value.base, value.step
    return (value,) if isinstance(value, Derivation) else ()


def graph(library: Library) -> Graph:
    """The whole graph. Raises UnknownName for a name in words that no value has, Circular where it bites its tail."""
    owner = {id(one.value): name for name, one in library.names.items()}
    shown = _shown(library)
    ends = _ends(library)
    below: dict[str, dict[str, None]] = {name: {} for name in library.names}
    for name, one in library.names.items():
        for part in _parts(one.value):
            below[name].update(dict.fromkeys(_named(part, owner, shown)))
        below[name].update(dict.fromkeys(_in_words(name, one.value, library)))
        if isinstance(one.value, Rule | Given):
            below[name].update(dict.fromkeys(_states(one.value, shown)))
        if isinstance(one.value, Quantity) and one.value.expr in ends:
            below[name][ends[one.value.expr]] = None
    for name, other in _bodies(library, owner):
        below[name][other] = None
    for name, found in below.items():
        found.pop(name, None)  # a chain may need, at one step, what it shows in another form
    try:
        order = tuple(TopologicalSorter(below).static_order())
    except CycleError as fault:
        raise Circular(f"expected no value that rests on itself, got {' → '.join(fault.args[1])}") from None
    above: dict[str, list[str]] = {name: [] for name in below}
    for name, found in below.items():
        for other in found:
            above[other].append(name)
    return Graph({n: tuple(f) for n, f in below.items()}, {n: tuple(f) for n, f in above.items()}, order)


def _parts(value: Any) -> Iterator[Any]:
    """What a value is made of: definitions, hypotheses and rules, named or not."""
    yield from getattr(value, "where", ())
    yield from getattr(value, "given", ())
    yield from getattr(value, "conditions", ())
    yield from getattr(value, "needs", ())
    for chain in chains(value):
        yield from (*chain.where, *chain.given)
        for step in chain.steps:
            yield step.by
            yield from (*step.by.needs, *step.tight)


def _named(part: Any, owner: Mapping[int, str], shown: Mapping[Any, str]) -> Iterator[str]:
    """The part's own name; without one, the result that it states."""
    if id(part) in owner:
        yield owner[id(part)]
    elif isinstance(part, Rule | Given):
        yield from _states(part, shown)


def _shown(library: Library) -> dict[Any, str]:
    """{what a chain has shown, as a relation or as its two ends: its name}; the first one, where two show the same."""
    found: dict[Any, str] = {}
    for name, one in library.derivations.items():
        value = one.value
        says = value.claim if isinstance(value, Induction) else (value.start, value.end)
        found.setdefault(says, name)
    return found


def _states(part: Rule | Given, shown: Mapping[Any, str]) -> Iterator[str]:
    says = part.says
    if isinstance(says, Relational):
        found = shown.get(says) or shown.get((says.lhs, says.rhs)) or shown.get((says.rhs, says.lhs))
        if found:
            yield found


def _ends(library: Library) -> dict[Expr, str]:
    """{end of a chain: its name}, where only one chain ends there, and in more than a symbol."""
    found: dict[Expr, list[str]] = {}
    for name, one in library.derivations.items():
        for chain in chains(one.value)[-1:]:
            if chain.end.args and not isinstance(chain.end, Indexed):
                found.setdefault(chain.end, []).append(name)
    return {end: names[0] for end, names in found.items() if len(names) == 1}


def _in_words(name: str, value: Any, library: Library) -> Iterator[str]:
    """The names that a value's words show: `{eq}`NAME``. Raises UnknownName for one that there is not."""
    said = [getattr(value, "words", ""), getattr(value, "because", "")]
    if isinstance(value, Rule) and isinstance(value.says, str):
        said.append(value.says)
    for other in (*(one for text in said for one in _NAMED.findall(text)), *getattr(value, "rests_on", ())):
        if other in library.names:
            yield other
        elif isinstance(value, Claim):
            continue  # a number that was measured is no value of this tree; the press finds it, or says so
        else:
            raise UnknownName(f"{name}: expected a name of the library in its words, got {other!r}")


def _bodies(library: Library, owner: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    """Definitions whose body uses another's head, where one value opens both: a label alone has many meanings.

    The other stands above it, or is imported: a symbol that is given a meaning later was free when it was used.
    """
    used: dict[str, frozenset[str]] = {}
    for one in library.names.values():
        for where in (getattr(one.value, "where", ()), *(chain.where for chain in chains(one.value))):
            known = {owner[id(each)]: each for each in where if id(each) in owner}
            for name, each in known.items():
                if name not in used:
                    used[name] = _labels(each)
                yield from (
                    (name, other)
                    for other, meaning in known.items()
                    if meaning.label != each.label
                    and meaning.label in used[name]
                    and _written_before(library.names[other], library.names[name])
                )


def _written_before(one: Named, other: Named) -> bool:
    if one.module == other.module:
        return one.line < other.line
    return any(value is one.value for value in vars(sys.modules[other.module]).values())


def _labels(one: Definition) -> frozenset[str]:
    return frozenset(
        label(part) for part in preorder_traversal(one.body) if isinstance(part, Symbol | Indexed | IndexedBase)
    ) - {str(index) for index in one.parameters}


@cache
def whole() -> Graph:
    """The graph of every named value of the project."""
    return graph(load())
