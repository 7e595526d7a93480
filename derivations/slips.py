"""The third doubt: a line, a definition or a claim with one slip of the pen.

A slip is what a student or an editor does: a lost or doubled factor, m for m − 1, a sign, a power,
β for 1 − β, multiply for divide, a shifted index, a lost sum. Every one must be refuted by digits;
one that cannot be is an equivalent and says why, or is a hole in the doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sympy
from sympy import (
    Add,
    Derivative,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Limit,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Mul,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    Transpose,
    exp,
    log,
)

from derivations.calculus import Entry
from derivations.notation import TABLE
from derivations.rewriting import CannotRewrite, same_up_to_names


@dataclass(frozen=True)
class Slip:
    """What was done, to which part, and the line that comes out."""

    what: str
    node: Any
    line: Expr

    @property
    def part(self) -> str:
        """The part in print, which is slow, and which most slips are never asked for."""
        return str(self.node)

    @property
    def description(self) -> str:
        return f"{self.what}: {self.part} → {self.line}"


def _kind(e: Any) -> str:
    row = TABLE.get(e.name) if isinstance(e, Symbol) else None
    return row.kind if row else ""


def _places(e: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Every part that a pen can slip in, with the way to it."""
    yield path, e
    if isinstance(e, (Indexed, MatrixSymbol)):
        return
    if isinstance(e, (Sum, Product, Derivative, Limit, Entry)):
        yield from _places(e.args[0], (*path, 0))
        return
    for n, a in enumerate(e.args):
        if isinstance(a, sympy.Basic):
            yield from _places(a, (*path, n))


def _put(e: Any, path: tuple[int, ...], new: Any) -> Any:
    if not path:
        return new
    args = list(e.args)
    args[path[0]] = _put(args[path[0]], path[1:], new)
    if isinstance(e, Derivative):
        return Derivative(*args, evaluate=False)
    if isinstance(e, MatMul):
        return MatMul(*args, evaluate=False)
    return e.func(*args)


def _at(node: Any) -> Iterator[tuple[str, Any]]:
    """The slips of one part."""
    times = MatMul if isinstance(node, MatrixExpr) else Mul
    if isinstance(node, (Add, MatAdd)):
        for a in node.args:
            rest = [b for b in node.args if b is not a]
            yield "lost term", node.func(*rest) if len(rest) > 1 else rest[0]
            yield "sign of a term", node.func(*rest, -a)
        small = [a for a in node.args if isinstance(a, Symbol) and a.name.startswith("epsilon")]
        roots = [a for a in node.args if isinstance(a, Pow) and a.exp == Rational(1, 2)]
        if small and roots:
            yield "ε moved inside the root", sympy.sqrt(roots[0].base + small[0])
        if len(node.args) == 2 and S.One in node.args and isinstance(node, Add):
            (other,) = [a for a in node.args if a != 1] or [None]
            if isinstance(-other, Symbol):
                yield "1 − x becomes x", -other
    if isinstance(node, (Mul, MatMul)):
        for a in node.args:
            rest = [b for b in node.args if b is not a]
            if isinstance(a, MatrixExpr):
                continue
            if a == -1:
                yield "sign", times(*rest)
                continue
            yield "lost factor", times(*rest) if rest else S.One
            yield "doubled factor", times(*node.args, a)
            yield "inverted factor", times(*rest, 1 / a)
        matrices = [b for b in node.args if isinstance(b, MatrixExpr)]
        if len(matrices) == 2:
            scalars = [b for b in node.args if not isinstance(b, MatrixExpr)]
            yield "swapped product", (MatMul, (*scalars, matrices[1], matrices[0]))
    if isinstance(node, Transpose):
        yield "lost transpose", node.arg
    if isinstance(node, Pow):
        if node.exp != -1:
            yield "power + 1", node.base ** (node.exp + 1)
            yield "power − 1", node.base ** (node.exp - 1)
            if not node.exp.is_number:
                yield "lost power", node.base
        else:
            yield "multiplied for divided", node.base
    if isinstance(node, Rational) and not isinstance(node, Integer):
        yield "doubled number", 2 * node
    if isinstance(node, Integer) and abs(node) > 1:
        yield "number + 1", node + 1
    if _kind(node) == "size":
        yield "size − 1", node - 1
        yield "size + 1", node + 1
    if _kind(node) == "number" and TABLE[node.name].high == 1:
        yield "1 − rate for rate", 1 - node
        yield "rate squared for rate", node**2
    if isinstance(node, (Sum, Product)):
        *inner, (i, lo, hi) = node.limits
        yield "starts one late", node.func(node.function, *inner, (i, lo + 1, hi))
        if hi != sympy.oo:
            yield "ends one early", node.func(node.function, *inner, (i, lo, hi - 1))
        if not inner:
            yield "lost sum", node.function.xreplace({i: lo})
        yield "sum for product", (Product if isinstance(node, Sum) else Sum)(node.function, *node.limits)
    if isinstance(node, Indexed):
        ix = node.indices
        for n in range(len(ix)):
            for step in (1, -1):
                yield "shifted index", node.base[(*ix[:n], ix[n] + step, *ix[n + 1 :])]
        if len(ix) == 2 and ix[0] != ix[1]:
            yield "swapped indices", node.base[ix[1], ix[0]]
    if isinstance(node, log):
        yield "lost log", node.args[0]
    if isinstance(node, exp):
        yield "sign in an exponent", exp(-node.args[0])
    if isinstance(node, KroneckerDelta):
        yield "lost delta", S.One
    if isinstance(node, Entry):
        m, r, s = node.args
        yield "swapped indices", Entry(m, s, r)


def _parts(e: Any) -> Counter[Any]:
    """What a line is made of, whatever its symbols are called."""
    return Counter(x.func if x.args else x if x.is_Number else None for x in sympy.preorder_traversal(e))


def slips(e: Expr) -> Iterator[Slip]:
    """Every slip of a line, once each, without those that only rename bound indices."""
    seen: set[Any] = {e}
    parts = _parts(e)

    def new(x: Any) -> bool:
        if not isinstance(x, (Expr, MatrixExpr)) or x.has(sympy.nan, sympy.zoo) or x in seen:
            return False
        seen.add(x)
        if _parts(x) != parts:  # no renaming adds a part; the long way is for the few that are left
            return True
        try:
            return not same_up_to_names(e, x)
        except CannotRewrite:
            return True

    whole = [("sign", -e), ("plus one", e + 1)] if e != 0 else [("plus one", S.One)]
    sizes = sorted((x for x in e.free_symbols if _kind(x) == "size"), key=str)
    whole += [(f"times {n}", e * n) for n in sizes] + [(f"over {n}", e / n) for n in sizes] if e != 0 else []
    for what, x in whole:
        if new(x):
            yield Slip(what, "the whole line", x)
    for path, node in _places(e):
        if not isinstance(node, (Expr, MatrixExpr)):
            continue
        for what, made in _at(node):
            try:
                part = made[0](*made[1], evaluate=False) if isinstance(made, tuple) else made
                line = _put(e, path, part)
            except (TypeError, ValueError, IndexError, NotImplementedError, AttributeError):
                continue  # not a well-formed line: no pen would leave it so (shapes that do not fit, say)
            if new(line):
                yield Slip(what, node, line)
