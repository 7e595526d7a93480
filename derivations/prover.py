"""The first doubt: SymPy's symbols close the gap between two lines for every size, or cannot tell.

Abbreviations are opened as sparingly as will do; the folded ones are unknown functions to the chain
rule. Refuting is for digits. An exception and a time-out are outcomes of their own, never a verdict.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import FrameType
from typing import Any, TypeVar

from sympy import (
    AccumBounds,
    Add,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Ge,
    Gt,
    Indexed,
    Le,
    Limit,
    Lt,
    Mul,
    Ne,
    S,
    Sum,
    Symbol,
    factor,
    log,
)

from derivations.calculus import Derivation, Given, Link, Relation, Rule
from derivations.notation import TABLE
from derivations.rewriting import (
    CannotRewrite,
    Context,
    alpha,
    derive,
    heads,
    negative,
    nonempty,
    nonnegative,
    normal,
    open_entries,
    positive,
    positive_factors,
    substitute,
    unfold,
    zero,
)
from derivations.sampler import NoPoint, need

T = TypeVar("T")
SECONDS = 120.0  # the longest proof takes 6 on an idle machine, and a lent one may be ten times slower


class Kind(StrEnum):
    """How a doubt ended. They are different things and are printed as such."""

    PROVED = "proved"
    AGREES = "agrees"
    REFUTED = "refuted"
    CANNOT_TELL = "cannot tell"
    TIME_OUT = "time-out"
    EXCEPTION = "exception"


@dataclass(frozen=True)
class Outcome:
    """How a doubt ended, by what, and how long it took."""

    kind: Kind
    detail: str = ""
    seconds: float = 0.0


class TimeOut(BaseException):
    """The time limit struck. No `except Exception` on the way may take it for a fault of its own."""


def limited(seconds: float, work: Callable[[], T]) -> T:
    """Run `work` for at most `seconds` of this process's own time, so that a verdict does not hang on who else runs.

    Raises TimeOut. Outside the main thread there is no limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        return work()

    def ring(_number: int, frame: FrameType | None) -> None:
        while frame is not None:  # an exception raised in a finaliser would be swallowed: the bell rings again
            if frame.f_code.co_name in ("__del__", "gc_callback"):
                return
            frame = frame.f_back
        signal.setitimer(signal.ITIMER_PROF, 1.0)  # should someone swallow it, once more
        raise TimeOut

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.05)  # again soon, where it must not ring
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def context(link: Link, derivation: Derivation, given: tuple[Given, ...]) -> Context:
    """The ranges of the free indices, as the sampler reads them, and the hypotheses."""
    try:
        found = need([link.above, link.below], derivation.meanings, derivation.domain, given)
        ranges: Mapping[Symbol, Any] = {x: (S.One, found.ranges[x]) for x in found.free}
    except NoPoint:
        ranges = {}
    return Context(ranges, given)


def openings(link: Link, derivation: Derivation) -> Iterator[frozenset[str]]:
    """Which abbreviations to open, few first."""
    where = derivation.meanings
    if link.step.opens is not None:
        yield frozenset(link.step.opens)
        return

    def visible(e: Expr) -> frozenset[str]:
        return frozenset(n for n in heads(open_entries(e)) if n in where and not where[n].piecewise_recursive)

    a, b = visible(link.above), visible(link.below)
    seen: set[frozenset[str]] = set()
    tries = [frozenset[str](), a ^ b, *(frozenset([n]) for n in sorted(a | b)), a | b]
    grown = a ^ b
    for _ in range(6):
        grown |= frozenset(n for one in grown for n in visible(where[one].body))
        tries.append(grown)
    tries.append(frozenset(n for n, one in where.items() if not one.piecewise_recursive))
    for only in tries:
        if only not in seen:
            seen.add(only)
            yield only


def prepared(e: Expr, derivation: Derivation, only: frozenset[str], given: tuple[Given, ...]) -> Expr:
    """A line with the chosen abbreviations open, derivatives carried out and hypotheses put in."""
    opened = unfold(e, derivation.meanings, only)
    if not opened.has(Derivative):
        return _limits(substitute(opened, given))
    settled = _settled(opened, given)
    opened = derive(opened.xreplace(settled), derivation.meanings).xreplace({flag: c for c, flag in settled.items()})
    # a derivative's variable was a name; in what the derivative left behind it is an abbreviation again
    return _limits(substitute(unfold(opened, derivation.meanings, only), given))


def _settled(e: Expr, given: tuple[Given, ...]) -> Mapping[Any, Any]:
    """Comparisons of a letter with a number that it is known to differ from: the same all around the point.

    So they are constants to a derivative, and each is a condition on a letter of its own while it is taken.
    """
    apart = [
        {g.says.lhs, g.says.rhs}
        for g in given
        if isinstance(g.says, Ne) and not g.each and isinstance(g.says.lhs, (Symbol, Indexed)) and g.says.rhs.is_number
    ]
    return {c: Eq(Dummy(), 0) for c in e.atoms(Gt, Ge, Lt, Le) if {c.lhs, c.rhs} in apart}


def _limits(e: Expr) -> Expr:
    """Limits by SymPy, of expressions without sums; digits look over its shoulder."""

    def taken(x: Limit) -> Expr:
        value = x.doit()
        if x.has(Sum) or value.has(Limit, AccumBounds) or x.args[1] in value.free_symbols:
            raise ValueError(f"no limit found for {x}")
        return value

    return e.replace(lambda x: isinstance(x, Limit), taken)


def prove(link: Link, derivation: Derivation, seconds: float = SECONDS) -> Outcome:
    """Proved for every size, or cannot tell, or how it failed."""
    started = time.perf_counter()

    def done(kind: Kind, detail: str = "") -> Outcome:
        return Outcome(kind, detail, time.perf_counter() - started)

    try:
        how = limited(seconds, lambda: _prove(link, derivation))
    except TimeOut:
        return done(Kind.TIME_OUT, f"after {seconds:g} s")
    except Exception as fault:  # an internal error must never wear the face of a verdict
        return done(Kind.EXCEPTION, f"{type(fault).__name__}: {fault}")
    return done(Kind.PROVED, how) if how is not None else done(Kind.CANNOT_TELL)


def _prove(link: Link, derivation: Derivation) -> str | None:
    given = (*derivation.given, *link.step.by.needs)
    known = context(link, derivation, given)
    last: Exception | None = None
    later: list[tuple[frozenset[str], Expr, Expr]] = []

    def lines() -> Iterator[tuple[frozenset[str], Expr, Expr]]:
        nonlocal last
        for only in openings(link, derivation):
            try:
                a = prepared(link.above, derivation, only, given)
                b = prepared(link.below, derivation, only, given)
            except ValueError as fault:  # this opening is none; another may do
                last = fault
                continue
            if a.has(Derivative) is b.has(Derivative):
                yield only, a, b
            else:  # what one side differentiates is still folded: seldom enough, and slow to find out
                later.append((only, a, b))
        yield from later

    for only, a, b in lines():
        try:
            how = _compare(a, b, link, known)
        except ValueError as fault:
            last = fault
            continue
        if how is not None:
            opened = f"opened {', '.join(sorted(only))}" if only else "nothing opened"
            return f"{opened}; {how}"
    if last is not None:
        raise last
    return None


def _compare(a: Expr, b: Expr, link: Link, known: Context) -> str | None:
    relation = link.step.relation
    a, b = alpha(a), alpha(b)
    if relation is Relation.EQ:
        return "the difference of the two sides comes to 0" if zero(a - b, known) else None
    if relation is Relation.APPROX:
        return _vanishes_to_order(a - b, link.step.small, link.step.order, known)
    if relation in (Relation.GE, Relation.GT):
        a, b = b, a
    return at_most(a, b, link.step.by, known, strict=relation in (Relation.LT, Relation.GT), tight=link.step.tight)


def _vanishes_to_order(gap: Expr, small: Symbol | None, order: int, known: Context) -> str | None:
    """gap = O(small**order): it and its first order − 1 derivatives vanish at 0."""
    if small is None:
        return None
    for _ in range(order):
        if not zero(gap.xreplace({small: S.Zero}), known):
            return None
        gap = derive(Derivative(gap, small, evaluate=False))
    return f"the difference of the two sides has no term below order {order}"


def at_most(a: Expr, b: Expr, rule: Rule, known: Context, strict: bool, tight: tuple[Given, ...]) -> str | None:
    """Why a ≤ b (or a < b), if that can be told."""
    sign = positive if strict else nonnegative
    for form, x in (("as written", b - a), ("multiplied out", normal(b - a, known))):
        if sign(x) or sign(factor(x)):
            return f"the difference of the two sides, {form}, has one sign everywhere"
    gathered = _gathered(normal(b - a, known))
    if gathered is not None and nonempty(gathered.limits) and sign(factor(gathered.function)):
        return "the difference of the two sides, gathered into one sum, has one sign in every term"
    if isinstance(a, Sum) and isinstance(b, Sum) and a.limits == b.limits:
        inner = at_most(a.function, b.function, rule, known.within(a.limits), False, tight)
        if inner is not None and not strict:
            return f"term by term: {inner}"
    common, (left, right) = positive_factors((a, b))
    if common != 1:
        inner = at_most(left, right, rule, known, strict, tight)
        if inner is not None:
            return inner
    inner = _at_a_bound(b - a, known, strict)
    if inner is not None:
        return inner
    if isinstance(rule.says, (Le, Lt)) and not rule.needs:  # a lemma under hypotheses is no lemma for every value
        if _instance(b - a, rule.says, known) and not (strict and isinstance(rule.says, Le)):
            return f"the line is a case of the rule “{rule.name}”"
        if not strict and _termwise(a, b, rule.says, known):
            return f"the line is a sum of cases of the rule “{rule.name}”"
    return _tangent(b - a, known, strict)


def _at_a_bound(gap: Expr, known: Context, strict: bool) -> str | None:
    """A gap that is c x + d, where a hypothesis bounds the letter x on the side on which the gap is least."""
    sign = positive if strict else nonnegative
    flat = normal(gap, known)
    for says in (g.says for g in known.given if not g.each and isinstance(g.says, (Le, Lt, Ge, Gt))):
        x, bound = says.lhs, says.rhs
        if not isinstance(x, Symbol) or bound.has(x):
            continue
        slope, rest = flat.coeff(x), flat.coeff(x, 0)
        if slope == 0 or not zero(flat - slope * x - rest, known) or slope.has(x) or rest.has(x):
            continue
        if not (positive(slope) if isinstance(says, (Ge, Gt)) else negative(slope) or positive(-slope)):
            continue
        least = normal(slope * bound + rest, known)
        if sign(least) or sign(factor(least)) or (zero(least, known) and (not strict or isinstance(says, (Lt, Gt)))):
            return f"the difference of the two sides is least where {x} is at its bound, and has one sign there"
    return None


def _gathered(e: Expr) -> Sum | None:
    """A sum of sums over one index with the same limits, as one sum."""
    limits, body = None, S.Zero
    for term in Add.make_args(e):
        sums = [y for y in Mul.make_args(term) if isinstance(y, Sum)]
        if len(sums) != 1 or len(sums[0].limits) != 1 or limits not in (None, sums[0].limits):
            return None
        limits = sums[0].limits
        body += term / sums[0] * sums[0].function
    return Sum(body, *limits) if limits is not None else None


def _values(gap: Expr) -> list[Expr]:
    """What the letter of a lemma about log x may stand for: positive arguments of logarithms, and quotients."""
    plain = sorted({y.args[0] for y in gap.atoms(log)}, key=str)
    return [x for x in (*plain, *(x / y for x in plain for y in plain if x != y)) if positive(x)]


def _instance(gap: Expr, lemma: Le | Lt, known: Context) -> bool:
    """Is gap ≥ 0 the lemma, times something positive, with its one letter replaced by a positive expression?"""
    letters = [x for x in lemma.free_symbols if isinstance(x, Symbol)]
    row = TABLE.get(letters[0].name) if len(letters) == 1 else None
    if row is None or row.high is not None or (row.low or 0) > 0:  # the lemma must hold for every positive number
        return False
    claim = lemma.rhs - lemma.lhs
    flat = normal(gap, known)
    weights = {-flat.coeff(y) for y in flat.atoms(log)} | {flat.coeff(y) for y in flat.atoms(log)}
    for value in _values(gap) + [x for x in _values(flat) if x not in _values(gap)]:
        for weight in sorted((w for w in weights if w != 0 and positive(w)), key=str):
            if zero(gap - weight * claim.xreplace({letters[0]: value}), known):
                return True
    return False


def _only_sum(term: Expr) -> Sum | None:
    """The sum in a product of a sum and other factors."""
    sums = [y for y in Mul.make_args(term) if isinstance(y, Sum)]
    return sums[0] if len(sums) == 1 else None


def _termwise(a: Expr, b: Expr, lemma: Any, known: Context) -> bool:
    """Is b − a a positive multiple of a sum whose every term is an instance of the lemma?"""
    terms = [(term, _only_sum(term)) for term in Add.make_args((b - a).expand())]
    limits = next((y.limits for _, y in terms if y is not None), None)
    if limits is None or len(limits) != 1:
        return False
    ((i, lo, hi),) = limits
    if not nonempty(limits):  # a term that is spread over no terms is lost
        return False
    scale, body = None, S.Zero
    for term, y in terms:
        if y is None:  # a term without a sum is spread over its range
            y = Sum(1 / (hi - lo + 1), (i, lo, hi))
        if len(y.limits) != 1 or y.limits[0][1:] != (lo, hi):
            return False
        outside = term if _only_sum(term) is None else term / y
        if scale is None:
            scale = Mul(*(f for f in Mul.make_args(outside) if positive(f)))
        body += outside / scale * y.function.xreplace({y.limits[0][0]: i})
    return scale is not None and positive(scale) and _instance(body, lemma, known.within(limits))


def _tangent(gap: Expr, known: Context, strict: bool) -> str | None:
    """A convex function of one positive letter that touches 0 with slope 0 at 1 is nowhere negative."""
    letters = [x for x in gap.free_symbols if isinstance(x, Symbol) and not x.is_integer]
    if strict or len(letters) != 1 or len(gap.free_symbols) != 1:
        return None
    (x,) = letters
    try:
        slope = derive(Derivative(gap, x, evaluate=False))
        bend = normal(derive(Derivative(slope, x, evaluate=False)), known)
    except CannotRewrite:  # without a derivative there is no tangent
        return None
    for touch in (S.One, S.Zero):
        if touch == 0 and x.is_positive:
            continue
        at = {x: touch}
        if zero(gap.xreplace(at), known) and zero(slope.xreplace(at), known) and nonnegative(bend):
            return f"the difference of the two sides is convex in {x}, and touches 0 with slope 0 at {touch}"
    return None


__all__ = ["Kind", "Outcome", "TimeOut", "at_most", "context", "limited", "negative", "openings", "prepared", "prove"]
