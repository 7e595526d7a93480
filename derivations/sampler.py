"""Points at which a link is doubted: drawn from the declared domain and the link's own hypotheses.

All sizes differ and are at least 3 (D at least 2), so that nothing degenerates: at m = 1 a sum is a
mean. Each free index is taken at its first and its last value, equal to and different from its
neighbours. A hypothesis that is an equation is solved for the entry it names; an inequality is met by
drawing again. Where a quotient of sizes is rounded, two more settings stand where it jumps: one that
divides, and one that is one short of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Any

import sympy
from sympy import Expr, Indexed, IndexedBase, MatrixSymbol, Symbol

from derivations import exact
from derivations.calculus import Definition, Derivation, Entry, Given, label
from derivations.notation import TABLE, Row

GRID = 97  # draws are fractions with this denominator: exact, and nothing cancels by accident
BROKEN = [n for n in range(-2 * GRID, 2 * GRID) if n % GRID]  # numerators of those that are no whole numbers
TRIES = 200


def settings() -> tuple[dict[str, int], dict[str, int]]:
    """Two sets of sizes, from the notation table."""
    rows = [row for row in TABLE.values() if row.kind == "size"]
    return {row.name: row.at[0] for row in rows}, {row.name: row.at[1] for row in rows}


class NoPoint(ValueError):
    """No point satisfies the hypotheses, or a name has no row in the notation table."""


@dataclass(frozen=True)
class Need:
    """Everything that a set of expressions needs a value for."""

    sizes: tuple[str, ...]
    numbers: tuple[str, ...]
    arrays: tuple[str, ...]
    free: tuple[Symbol, ...]
    ranges: Mapping[Symbol, Expr]


def _bound(e: Any, inside: frozenset[Symbol] = frozenset()) -> Iterator[tuple[Any, frozenset[Symbol]]]:
    """Every node with the indices that are bound where it stands."""
    if isinstance(e, (sympy.Sum, sympy.Product)):
        here = inside | set(e.variables)
        yield e, inside
        yield from _bound(e.function, here)
        for _, lo, hi in e.limits:
            yield from _bound(lo, here)
            yield from _bound(hi, here)
    elif isinstance(e, sympy.Limit):
        body, x, to, _ = e.args
        yield from _bound(body, inside | {x})
        yield from _bound(to, inside)
    elif isinstance(e, Indexed):
        yield e, inside
        for ix in e.indices:
            yield from _bound(ix, inside)
    elif isinstance(e, (IndexedBase, MatrixSymbol)):
        yield e, inside
    else:
        yield e, inside
        for a in e.args:
            yield from _bound(a, inside)


def reach(expressions: Iterable[Any], where: Mapping[str, Definition]) -> list[Definition]:
    """The definitions that the expressions use, through one another."""
    found: dict[str, Definition] = {}
    todo = list(expressions)
    while todo:
        for x, _ in _bound(todo.pop()):
            if not isinstance(x, (Indexed, Symbol, MatrixSymbol)):
                continue
            name = x.name if isinstance(x, MatrixSymbol) else label(x)
            if name in where and name not in found:
                found[name] = where[name]
                todo.append(where[name].body)
    return list(found.values())


def need(
    lines: Iterable[Any],
    where: Mapping[str, Definition],
    domain: Mapping[Symbol, Any],
    given: Iterable[Given] = (),
) -> Need:
    """What must be drawn for these lines under these hypotheses. Raises NoPoint for a name without a row.

    The indices that a hypothesis runs over are bound in it. A free index runs over the size that the
    table gives for its slot, or over what `domain` says.
    """
    given = tuple(given)
    inside = [(e, frozenset[Symbol]()) for e in lines]
    inside += [(g.says, frozenset(i for i, _ in g.each)) for g in given]
    inside += [(one.body, frozenset(one.parameters)) for one in reach([e for e, _ in inside], where)]
    labels = {row.symbol.label for row in TABLE.values() if row.kind == "array"}
    sizes, numbers, arrays, free = set[str](), set[str](), set[str](), set[Symbol]()
    ranges: dict[Symbol, Expr] = {}

    def slots(indices: Iterable[Any], shape: Iterable[Any], bound: frozenset[Symbol]) -> None:
        for ix, top in zip(indices, shape, strict=False):
            if isinstance(ix, Symbol) and ix not in bound:
                ranges.setdefault(ix, top)

    for e, parameters in inside:
        for x, bound in _bound(e, parameters):
            if isinstance(x, Entry):
                slots(x.args[1:], x.args[0].shape, bound)
            elif isinstance(x, (Indexed, MatrixSymbol)):
                row = _row(x.name if isinstance(x, MatrixSymbol) else label(x))
                if row.name not in where:
                    arrays.add(row.name)
                sizes.update(y.name for top in row.shape for y in top.free_symbols)
                if isinstance(x, Indexed):
                    slots(x.indices, row.shape, bound)
            elif isinstance(x, Symbol) and x not in bound and x.name not in where and x not in labels:
                kind = _row(x.name).kind
                if kind == "index":
                    free.add(x)
                else:
                    (sizes if kind == "size" else numbers).add(x.name)
    for g in given:
        sizes.update(y.name for _, top in g.each for y in top.free_symbols)
    for x, (low, top) in domain.items():
        if _row(x.name).kind == "index":
            if low != 1:
                raise NoPoint(f"domain of {x.name}: expected an index that runs from 1, got one from {low}")
            ranges[x] = sympy.sympify(top)
            sizes.update(y.name for y in ranges[x].free_symbols if _row(y.name).kind == "size")
    missing = sorted(x.name for x in free if x not in ranges)
    if missing:
        raise NoPoint(f"the range of the free index {', '.join(missing)} is not known: give it in domain")
    ordered = tuple(sorted(free, key=str))
    return Need(tuple(sorted(sizes)), tuple(sorted(numbers)), tuple(sorted(arrays)), ordered, ranges)


def _row(name: str) -> Row:
    if name not in TABLE:
        raise NoPoint(f"{name} has no row in the notation table")
    return TABLE[name]


def _draw(rng: random.Random, low: Any, high: Any, edge: int | None = None) -> Fraction:
    """A fraction strictly inside (low, high); unbounded sides reach a distance of 2.

    `edge`: close to 0 low, 1 high; 2 near 0, without bounds.
    """
    if edge == 2:
        if low is None and high is None:
            return Fraction(rng.choice((-3, -2, -1, 1, 2, 3)), GRID)
        edge = None
    if edge is not None:
        low, high = (-2, 2) if low is None and high is None else (low, high)
    elif low is None and high is None:
        return Fraction(rng.choice(BROKEN), GRID)
    bottom = Fraction(low) if low is not None else Fraction(high) - 2
    top = Fraction(high) if high is not None else bottom + 2
    step = rng.randint(1, GRID - 1) if edge is None else (1, GRID - 1)[edge]
    return bottom + (top - bottom) * Fraction(step, GRID)


def _corners(free: tuple[Symbol, ...], tops: Mapping[Symbol, int], rng: random.Random) -> list[dict[Symbol, int]]:
    """First, last, all different where they can be, and one in between."""
    if not free:
        return [{}]
    first = dict.fromkeys(free, 1)
    last = {x: tops[x] for x in free}
    out = [first, last]
    for turn in (0, 1):
        out.append({x: (1 + (n + turn) % tops[x]) for n, x in enumerate(free)})
    out.append({x: rng.randint(1, tops[x]) for x in free})
    kept: list[dict[Symbol, int]] = []
    for one in out:
        if one not in kept:
            kept.append(one)
    return kept


def points(
    expressions: Iterable[Any],
    derivation: Derivation,
    given: Iterable[Given] = (),
    seed: int = 0,
    sizes: Iterable[Mapping[str, int]] | None = None,
    more: Mapping[Symbol, Any] | None = None,
    edges: Iterable[int] = (0, 1),
) -> Iterator[exact.Point]:
    """Points that satisfy the hypotheses, at every setting of the sizes and every corner of the free indices.

    `edges`: and everything small (0), everything large (1), every unbounded number near 0 (2).

    Raises NoPoint where a name is unknown or no draw satisfies the hypotheses.
    """
    expressions, given = list(expressions), tuple(given)
    wanted = need(expressions, derivation.meanings, {**derivation.domain, **(more or {})}, given)
    at_sizes = [*settings(), *_jumps(expressions, derivation)] if sizes is None else sizes
    for turn, at in enumerate(at_sizes):
        rng = random.Random(f"{seed}/{turn}")
        at = {**at, **{n: min(max(at[n], low), high) for n, (low, high) in _narrowed(derivation.domain).items()}}
        plain = exact.Point({n: Fraction(at[n]) for n in wanted.sizes}, {}, {})
        tops = {x: plain.whole(wanted.ranges[x]) for x in wanted.free}
        for corner in _corners(wanted.free, tops, rng):
            for _ in range(TRIES):
                point = _one(wanted, derivation, given, rng, at, corner)
                if point is not None:
                    yield point
                    break
            else:
                raise NoPoint("no point satisfies the hypotheses")
        for edge in edges:  # where inequalities break
            point = _one(wanted, derivation, given, rng, at, dict.fromkeys(wanted.free, 1), edge)
            if point is not None:
                yield point


def _jumps(expressions: Iterable[Any], derivation: Derivation) -> Iterator[dict[str, int]]:
    """For each rounded quotient of two sizes, M/m: M twice as large as m, and one less.

    Between its jumps a rounded number hides a slip of its argument: ⌊M/m⌋ is ⌊(M+1)/m⌋ nearly everywhere.
    """
    opened = [*expressions, *(one.body for one in reach(expressions, derivation.meanings))]
    base, _ = settings()
    sizes = {row.symbol for row in TABLE.values() if row.kind == "size"}
    seen = {node.args[0] for e in opened for node in sympy.sympify(e).atoms(sympy.floor, sympy.ceiling)}
    for quotient in sorted(seen, key=str):
        above, below = quotient.as_numer_denom()
        if {above, below} <= sizes:
            for less in (0, 1):
                yield {**base, above.name: 2 * base[below.name] - less}


def _narrowed(domain: Mapping[Symbol, Any]) -> dict[str, tuple[int, int]]:
    """The sizes that a chain is meant for. Raises NoPoint for none."""
    found = {x.name: (int(low), int(high)) for x, (low, high) in domain.items() if _row(x.name).kind == "size"}
    for n, (low, high) in found.items():
        if low > high:
            raise NoPoint(f"domain of {n}: expected a size from low to high, got one from {low} to {high}")
    return found


def _one(
    wanted: Need,
    derivation: Derivation,
    given: tuple[Given, ...],
    rng: random.Random,
    sizes: Mapping[str, int],
    corner: Mapping[Symbol, int],
    edge: int | None = None,
) -> exact.Point | None:
    scalars: dict[str, Any] = {n: Fraction(sizes[n]) for n in wanted.sizes}
    scalars |= {x.name: Fraction(v) for x, v in corner.items()}
    domain = {x.name: r for x, r in derivation.domain.items()}
    for name in wanted.numbers:
        row = TABLE[name]
        low, high = domain.get(name, (row.low, row.high))
        scalars[name] = _draw(rng, low, high, edge)
    plain = exact.Point(scalars, {}, {})
    arrays: dict[str, dict[tuple[int, ...], Any]] = {}
    for name in wanted.arrays:
        row = TABLE[name]
        ranges = [range(1, plain.whole(top) + 1) for top in row.shape]
        arrays[name] = {ix: _draw(rng, row.low, row.high, edge) for ix in product(*ranges)}
    point = exact.Point(scalars, arrays, derivation.meanings)
    for g in given:
        if not _meet(g, point, scalars, arrays, derivation):
            return None
    point = exact.Point(scalars, arrays, derivation.meanings)
    if not all(_meet(replace(g, fix=None), point, scalars, arrays, derivation) for g in given if g.fix is not None):
        return None  # solving for one entry broke what another was solved for
    for name in wanted.numbers:
        low, high = domain.get(name, (TABLE[name].low, TABLE[name].high))
        x = exact.real(scalars[name])
        if (low is not None and x < exact.real(Fraction(low))) or (high is not None and x > exact.real(Fraction(high))):
            return None
    for name in wanted.arrays:  # a solved entry must still lie in its domain
        row = TABLE[name]
        for x in arrays[name].values():
            if (row.low is not None and exact.real(x) < row.low) or (row.high is not None and exact.real(x) > row.high):
                return None
    return point


def _meet(
    g: Given, point: exact.Point, scalars: dict[str, Any], arrays: dict[str, Any], derivation: Derivation
) -> bool:
    """Make an equation true by solving for its entry; say whether the hypothesis holds."""
    tops = [point.whole(top) for _, top in g.each]
    for values in product(*(range(1, top + 1) for top in tops)):
        bind = {i: Fraction(v) for (i, _), v in zip(g.each, values, strict=True)}
        if g.fix is not None:
            name = label(g.fix)
            if isinstance(g.fix, Indexed):
                here = exact.Point(scalars, arrays, derivation.meanings, indices=bind)
                store: dict[Any, Any] = arrays[name]
                key: Any = tuple(map(here.whole, g.fix.indices))
                if key not in store:
                    return False
            else:
                store, key = scalars, name

            try:
                zero = _side(g, Fraction(0), store, key, scalars, arrays, derivation, bind)
                one = _side(g, Fraction(1), store, key, scalars, arrays, derivation, bind)
                slope = exact.add(one, exact.neg(zero))
                if slope == 0:
                    return False
                store[key] = exact.neg(exact.mul(zero, exact.power(slope, Fraction(-1))))
            except exact.Undefined:
                return False
        at = exact.Point(scalars, arrays, derivation.meanings, indices=bind)
        try:
            if not at.holds(g.says):
                return False
        except exact.Undefined:
            return False
    return True


def _side(
    g: Given,
    v: Fraction,
    store: dict[Any, Any],
    key: Any,
    scalars: dict[str, Any],
    arrays: dict[str, dict[tuple[int, ...], Any]],
    derivation: Derivation,
    bind: Mapping[Symbol, Fraction],
) -> Any:
    """Left side less right side of an equation, with the entry that is solved for at `v`."""
    store[key] = v
    at = exact.Point(scalars, arrays, derivation.meanings, indices=bind)
    return exact.add(at(g.says.lhs), exact.neg(at(g.says.rhs)))
