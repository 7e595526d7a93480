"""What rests on what: the edges between named values, read from the values themselves and typed nowhere.

A value rests on the definitions in its `where`, on its hypotheses, on the rules of its steps and on what those need.
A hypothesis or a rule is itself a result where it holds an induction's claim, where its rewrite quotes a chain, or
where it names one in its words (`{eq}`NAME``). A definition rests on another where its body uses the other's head,
something opens both, and the other was there when it was written. A quantity rests on the chain that ends in it.
"""

from __future__ import annotations

import inspect
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

_NAMED = re.compile(r"\{(eq|num|verdict|claim)\}`([^`:]+)")


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
    stated = _stated(library)
    ends = _ends(library)
    below: dict[str, dict[str, None]] = {name: {} for name in library.names}
    for name, one in library.names.items():
        value, found = one.value, below[name]
        for part in _parts(value):
            if id(part) in owner:
                found[owner[id(part)]] = None
            elif isinstance(part, Rule | Given):
                found.update(dict.fromkeys(_reasons(part, one, owner, stated, library)))
        if isinstance(value, Rule | Given):
            found.update(dict.fromkeys(_reasons(value, one, owner, stated, library)))
        if isinstance(value, Quantity) and value.expr in ends:
            found[ends[value.expr]] = None
        if isinstance(value, Claim):  # a number that was measured is no value of this tree: the press looks for it
            found.update(dict.fromkeys(other for other in value.rests_on if other in library.names))
            found.update(dict.fromkeys(_in_words([value.because], library)))
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
            yield from (step.by, *step.tight)


def _stated(library: Library) -> dict[Any, list[str]]:
    """{a statement: its names}: a named rule's and an induction's own object; of a chain, its start with each line."""
    found: dict[Any, list[str]] = {}
    for name, one in library.rules.items():
        if isinstance(one.value.says, Relational):
            found.setdefault((Rule, id(one.value.says)), []).append(name)
    for name, one in library.derivations.items():
        claim = getattr(one.value, "claim", None)
        if claim is not None:
            for key in ((Rule, id(claim)), (Given, id(claim)), (claim.lhs, claim.rhs)):
                found.setdefault(key, []).append(name)
        for line in getattr(one.value, "lines", ())[1:]:
            found.setdefault((one.value.start, line), []).append(name)
    return found


def _reasons(
    one: Rule | Given, of: Named, owner: Mapping[int, str], stated: Mapping[Any, list[str]], library: Library
) -> Iterator[str]:
    """What a rule or a hypothesis rests on: what it needs, whose statement it has, what it puts in, what it quotes."""
    needs = one.needs if isinstance(one, Rule) else ()
    for need in needs:
        yield from [owner[id(need)]] if id(need) in owner else _reasons(need, of, owner, stated, library)
    keys: list[Any] = [(type(one), id(one.says))]
    for held in _held(getattr(one, "rewrite", None)):
        if isinstance(held, Relational) and all(held != need.says for need in needs):
            keys.append((held.lhs, held.rhs))
    for key in keys:  # several chains may show the same: the first that was there when this was written
        yield from [name for name in stated.get(key, []) if _written_before(library.names[name], of)][:1]
    said = [getattr(one, "words", ""), one.says if isinstance(one.says, str) else ""]
    yield from _in_words([text for text in said if all(text != need.words for need in needs)], library)


def _held(rewrite: Any) -> Iterator[Any]:
    """What a rewrite closes over, and what the rewrites do that it is made of."""
    if inspect.isfunction(rewrite):
        for value in inspect.getclosurevars(rewrite).nonlocals.values():
            yield from _held(value)
    elif isinstance(rewrite, tuple):
        for value in rewrite:
            yield from _held(value)
    else:
        yield rewrite


def _ends(library: Library) -> dict[Expr, str]:
    """{end of a chain: its name}, where only one chain ends there, and in more than a symbol."""
    found: dict[Expr, list[str]] = {}
    for name, one in library.derivations.items():
        for chain in chains(one.value)[-1:]:
            if chain.end.args and not isinstance(chain.end, Indexed):
                found.setdefault(chain.end, []).append(name)
    return {end: names[0] for end, names in found.items() if len(names) == 1}


def _in_words(texts: list[str], library: Library) -> Iterator[str]:
    """The names that words show (`{eq}`NAME``), but for measured numbers. Raises UnknownName where there is none."""
    for role, name in (found for text in texts for found in _NAMED.findall(text)):
        if name in library.names:
            yield name
        elif role != "num":  # what was measured is no value of this tree
            raise UnknownName(f"words: expected a name of the library, got {name!r} in {texts}")


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
