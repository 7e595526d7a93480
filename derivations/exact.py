"""The second doubt: the value of an expression at a point, by arithmetic of our own.

Fractions for as long as they last; 70-digit floats from the first exp, log or root on, compared to
50 digits. Derivatives are taken by nilpotent numbers (ε² = 0, one ε for each derivative), limits by
going close. The evaluator reads SymPy's trees and calls nothing of SymPy that simplifies,
substitutes or differentiates, so that it shares no mistake with the prover.

Source: nilpotent (dual) numbers as in forward-mode automatic differentiation, W. K. Clifford 1871.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from itertools import count, pairwise
from math import isqrt
from typing import Any

import mpmath
import sympy

from derivations.calculus import Definition, Entry, label

DIGITS = 50
context = mpmath.mp.clone()
context.dps = DIGITS + 20
CLOSE = context.mpf(10) ** -DIGITS
# What is left of numbers around 1 that cancel: below this two values are both nothing. A probability of 1e−40 is not.
NOTHING = context.mpf(10) ** -(DIGITS + 12)
# A limit is taken by extrapolation, which costs digits; two extrapolations must agree to this.
LIMIT_CLOSE = context.mpf(10) ** -20

Number = Any  # Fraction or mpf
Value = Any  # Number or Jet


class Undefined(ArithmeticError):
    """The expression has no value at this point: an index out of range, log of 0, a reversed range."""


class NoRule(NotImplementedError):
    """The evaluator does not know this construct."""


# Asked by `type(x) is Fraction` where it is asked often: `isinstance` goes the long way of abstract classes.


def real(x: Number) -> Any:
    """A number as a 70-digit float."""
    return _float(x.numerator, x.denominator) if type(x) is Fraction or type(x) is int else x


@lru_cache(maxsize=1 << 12)
def _float(p: int, q: int) -> Any:
    return context.mpf(p) / q


class Jet:
    """A number plus nilpotent parts: {frozenset of ε's: coefficient}; the empty set is the value itself."""

    __slots__ = ("parts",)

    def __init__(self, parts: Mapping[frozenset[int], Number]) -> None:
        self.parts = parts

    @property
    def value(self) -> Number:
        return self.parts.get(frozenset(), Fraction(0))


def lift(x: Value) -> Jet:
    return x if isinstance(x, Jet) else Jet({frozenset(): x})


def _plain(op: Callable[[Any, Any], Any], a: Number, b: Number) -> Number:
    if type(a) is Fraction and type(b) is Fraction:
        return op(a, b)
    return op(real(a), real(b))


def add(a: Value, b: Value) -> Value:
    if type(a) is Jet or type(b) is Jet:
        a, b = lift(a), lift(b)
        out = dict(a.parts)
        for key, x in b.parts.items():
            out[key] = _plain(operator.add, out[key], x) if key in out else x
        return Jet(out)
    return _plain(operator.add, a, b)


def mul(a: Value, b: Value) -> Value:
    if type(a) is Jet or type(b) is Jet:
        if type(b) is not Jet:
            return Jet({p: _plain(operator.mul, x, b) for p, x in a.parts.items()})
        if type(a) is not Jet:
            return Jet({p: _plain(operator.mul, a, x) for p, x in b.parts.items()})
        out: dict[frozenset[int], Number] = {}
        for p, x in a.parts.items():
            for q, y in b.parts.items():
                if not p & q:
                    z = _plain(operator.mul, x, y)
                    out[p | q] = _plain(operator.add, out[p | q], z) if p | q in out else z
        return Jet(out)
    return _plain(operator.mul, a, b)


def neg(a: Value) -> Value:
    return mul(Fraction(-1), a)


def _taylor(x: Jet, derivatives: Callable[[Number, int], Number]) -> Jet:
    """f(v + n) = Σ f⁽ᵏ⁾(v) nᵏ / k!, a finite sum since n is nilpotent."""
    nil = Jet({key: y for key, y in x.parts.items() if key})
    out: Value = Jet({frozenset(): derivatives(x.value, 0)})
    term: Value = nil
    for k in range(1, len(frozenset().union(*x.parts)) + 1):
        if k > 1:
            term = mul(mul(term, nil), Fraction(1, k))
        out = add(out, mul(term, derivatives(x.value, k)))
    return lift(out)


def power(a: Value, b: Value) -> Value:
    if isinstance(b, Jet):
        return function("exp", mul(b, function("log", a)))
    if isinstance(a, Jet):

        def derivatives(v: Number, k: int) -> Number:
            falling: Number = Fraction(1)
            for n in range(k):
                falling = _plain(operator.mul, falling, _plain(operator.sub, b, Fraction(n)))
            if falling == 0:
                return Fraction(0)
            return _plain(operator.mul, falling, power(v, _plain(operator.sub, b, Fraction(k))))

        return _taylor(a, derivatives)
    if isinstance(b, Fraction) and b.denominator == 1:
        if a == 0 and b < 0:
            raise Undefined("0 to a negative power")
        if abs(b) > 10_000:
            raise Undefined(f"power {b} is out of reach")
        return a ** int(b)
    if a < 0 or (a == 0 and b <= 0):
        raise Undefined("a fractional power of a number that is not positive")
    if a == 0:
        return Fraction(0)
    if isinstance(a, Fraction) and b in (Fraction(1, 2), Fraction(-1, 2)):
        p, q = isqrt(a.numerator), isqrt(a.denominator)
        if p * p == a.numerator and q * q == a.denominator:
            return Fraction(p, q) if b > 0 else Fraction(q, p)
    return real(a) ** real(b)


def _log_derivative(v: Number, k: int) -> Number:
    if k == 0:
        return function("log", v)
    sign, factorial = Fraction((-1) ** (k - 1)), Fraction(1)
    for n in range(1, k):
        factorial *= n
    return _plain(operator.mul, sign * factorial, power(v, Fraction(-k)))


def function(name: str, x: Value) -> Value:
    """exp, log or tanh."""
    if name == "tanh":  # (e²ˣ − 1)/(e²ˣ + 1)
        grown = function("exp", mul(Fraction(2), x))
        return mul(add(grown, Fraction(-1)), power(add(grown, Fraction(1)), Fraction(-1)))
    if isinstance(x, Jet):
        return _taylor(x, (lambda v, k: function("exp", v)) if name == "exp" else _log_derivative)
    if name == "log":
        if x <= 0:
            raise Undefined("log of a number that is not positive")
        return Fraction(0) if x == 1 else _transcendental("log", *_ratio(x))
    return Fraction(1) if x == 0 else _transcendental("exp", *_ratio(x))


def _ratio(x: Number) -> tuple[Any, int]:
    return (x.numerator, x.denominator) if type(x) is Fraction else (x, 1)


@lru_cache(maxsize=1 << 13)  # a slip elsewhere leaves most arguments as they were
def _transcendental(name: str, p: Any, q: int) -> Any:
    return (context.exp if name == "exp" else context.log)(context.mpf(p) / q)


class Point:
    """A point: sizes, indices and numbers by symbol name; arrays by name, 1-based entries by index tuple.

    `where` gives the abbreviations by name; they are evaluated by name, never substituted.
    `seeds` names the entries that carry an ε while a derivative is taken.
    `outer` is a point that differs from this one in nothing but the names `fresh` (what they are made of,
    or their seeds): what does not reach one of them has its value there, and is asked for there.
    """

    def __init__(
        self,
        scalars: Mapping[str, Number],
        arrays: Mapping[str, Mapping[tuple[int, ...], Number]],
        where: Mapping[str, Definition],
        seeds: Mapping[tuple[str, tuple[int, ...]], tuple[int, ...]] | None = None,
        indices: Mapping[sympy.Symbol, Value] | None = None,
        outer: Point | None = None,
        fresh: frozenset[str] = frozenset(),
    ) -> None:
        self.scalars, self.arrays, self.where = scalars, arrays, where
        self.seeds = dict(seeds or {})
        self.indices = {_slot(x): _tidy(v) for x, v in (indices or {}).items()}  # whole numbers as int
        self.outer, self.fresh = outer, fresh
        self.cache: dict[tuple[str, tuple[int, ...]], Value] = {}
        self.values: dict[tuple[Any, ...], Value] = {}  # of an expression and the bound indices in it
        self.active: set[tuple[str, tuple[int, ...]]] = set()

    def under(self, where: Mapping[str, Definition]) -> Point:
        """The same numbers with other meanings."""
        fresh = frozenset(n for n in {*where, *self.where} if where.get(n) is not self.where.get(n))
        return Point(self.scalars, self.arrays, where, self.seeds, outer=self, fresh=fresh)

    # -- what is known already

    @cached_property
    def touched(self) -> frozenset[str]:
        """The names whose value can differ from the one at `outer`: the fresh ones, and all that is made of them."""
        found, more = set(self.fresh), True
        while more:
            made_of = [n for n, one in self.where.items() if n not in found and not _parts(n, one).isdisjoint(found)]
            found.update(made_of)
            more = bool(made_of)
        return frozenset(found)

    # -- names

    def entry(self, name: str, index: tuple[int, ...]) -> Value:
        key = (name, index)
        found = self.cache.get(key)
        if found is not None:
            return found
        if self.outer is not None and name in self.where and name not in self.touched:
            out = self.cache[key] = self.outer.entry(name, index)
            return out
        if name in self.where:
            one = self.where[name]
            if key in self.active:
                raise Undefined(f"{name}{list(index)} is defined by itself")
            if len(one.parameters) != len(index):
                raise Undefined(f"{name} takes {len(one.parameters)} indices, got {len(index)}")
            outer, self.indices = self.indices, dict(zip(map(_slot, one.parameters), index, strict=True))
            self.active.add(key)
            try:
                self.check_range(name, index)
                out = self(one.body)
            finally:
                self.indices = outer
                self.active.discard(key)
        elif index == () and name in self.scalars:
            out = self.scalars[name]
        else:
            try:
                out = self.arrays[name][index]
            except KeyError:
                raise Undefined(f"{name}{list(index)} lies outside its range, or has no value") from None
        for epsilon in self.seeds.get(key, ()):
            out = add(out, Jet({frozenset([epsilon]): Fraction(1)}))
        self.cache[key] = out
        return out

    def check_range(self, name: str, index: tuple[int, ...]) -> None:
        from derivations.notation import TABLE

        row = TABLE.get(name)
        if row is None or not row.shape or self.where[name].piecewise_recursive:
            return
        for n, top in zip(index, row.shape, strict=True):
            if not 1 <= n <= self.whole(top):
                raise Undefined(f"{name}{list(index)} lies outside its range")

    def whole(self, e: Any) -> int:
        return _whole(e)(self)

    # -- constructs

    def _derivative(self, e: Any) -> Value:
        seeds = {key: list(tags) for key, tags in self.seeds.items()}
        indices = dict(self.indices)
        mine: list[int] = []
        used = [t for tags in self.seeds.values() for t in tags] + [
            t for x in self.indices.values() if isinstance(x, Jet) for part in x.parts for t in part
        ]
        tag = max(used, default=0)
        for x, times in e.variable_count:
            for _ in range(int(times)):
                tag += 1
                mine.append(tag)
                if isinstance(x, sympy.Indexed):
                    key = (label(x), tuple(map(self.whole, x.indices)))
                elif _slot(x) in indices:
                    indices[_slot(x)] = add(_number(indices[_slot(x)]), Jet({frozenset([tag]): Fraction(1)}))
                    continue
                else:
                    key = (str(x), ())
                seeds.setdefault(key, []).append(tag)
        carried = {k: tuple(v) for k, v in seeds.items()}
        fresh = frozenset(k[0] for k, tags in carried.items() if tags != self.seeds.get(k))
        inner = Point(self.scalars, self.arrays, self.where, carried, outer=self, fresh=fresh)
        inner.indices = indices
        out = lift(inner(e.expr))
        want = frozenset(mine)
        parts = {key - want: x for key, x in out.parts.items() if want <= key}
        if any(parts):
            return Jet(parts)
        return parts.get(frozenset(), Fraction(0))

    def _limit(self, e: Any) -> Value:
        """Go close from the side that is asked for, twice, and extrapolate."""
        body, x, to, side = e.args
        if to in (sympy.oo, -sympy.oo):
            steps = [context.mpf(10) ** n * (1 if to == sympy.oo else -1) for n in (8, 10, 12, 14)]
        else:
            centre, sign = self(to), -1 if str(side) == "-" else 1
            steps = [real(centre) + sign * context.mpf(10) ** -n for n in (8, 10, 12, 14)]
        values = []
        for h in steps:
            outer, self.indices = self.indices, {**self.indices, _slot(x): h}
            kept, self.cache = self.cache, {}
            known, self.values = self.values, {}
            try:
                values.append(real(self(body)))
            finally:
                self.indices, self.cache, self.values = outer, kept, known
        table = values  # Richardson, for errors that go with whole powers of the step
        best = []
        order = 1
        while len(table) > 1:
            table = [(100**order * b - a) / (100**order - 1) for a, b in pairwise(table)]
            best.append(table[-1])
            order += 1
        if abs(best[-1] - best[-2]) > LIMIT_CLOSE * max(1, abs(best[-1])):
            raise Undefined(f"no limit in sight for {e}")
        return best[-1]

    def matrix(self, m: Any, r: int, c: int) -> Value:
        """Entry (r, c), 1-based, of a matrix expression."""
        if isinstance(m, sympy.MatrixSymbol):
            return self.entry(m.name, (r, c))
        if isinstance(m, sympy.MatAdd):
            return _fold(add, Fraction(0), (self.matrix(a, r, c) for a in m.args))
        if isinstance(m, sympy.Transpose):
            return self.matrix(m.arg, c, r)
        if isinstance(m, sympy.HadamardProduct):
            return _fold(mul, Fraction(1), (self.matrix(a, r, c) for a in m.args))
        if isinstance(m, sympy.OneMatrix):
            if not (1 <= r <= self.whole(m.shape[0]) and 1 <= c <= self.whole(m.shape[1])):
                raise Undefined(f"entry {r}, {c} lies outside {m}")
            return Fraction(1)
        if isinstance(m, sympy.MatMul):
            scale = _fold(mul, Fraction(1), (self(a) for a in m.args if not isinstance(a, sympy.MatrixExpr)))
            head, *tail = [a for a in m.args if isinstance(a, sympy.MatrixExpr)]
            if not tail:
                return mul(scale, self.matrix(head, r, c))
            rest = sympy.MatMul(*tail, evaluate=False) if len(tail) > 1 else tail[0]
            inner, other = self.whole(head.shape[1]), self.whole(rest.shape[0])
            if inner != other:
                raise Undefined(f"a matrix product of widths {inner} and {other}")
            terms = (mul(self.matrix(head, r, q), self.matrix(rest, q, c)) for q in range(1, inner + 1))
            return mul(scale, _fold(add, Fraction(0), terms))
        raise NoRule(f"no rule for {type(m).__name__}")

    def holds(self, c: Any) -> bool:
        """Is a condition true at this point?"""
        if c in (sympy.true, sympy.false):
            return bool(c == sympy.true)
        if isinstance(c, sympy.And):
            return all(map(self.holds, c.args))
        if isinstance(c, sympy.Or):
            return any(map(self.holds, c.args))
        left, right = lift(self(c.lhs)).value, lift(self(c.rhs)).value
        if isinstance(c, sympy.Eq):
            return gap(left, right) is None
        if isinstance(c, sympy.Ne):
            return gap(left, right) is not None
        order = {sympy.Lt: operator.lt, sympy.Le: operator.le, sympy.Gt: operator.gt, sympy.Ge: operator.ge}
        return bool(order[type(c)](real(left), real(right)))

    def __call__(self, e: Any) -> Value:
        return rule(e)(self)

    def _piecewise(self, e: Any) -> Value:
        for value, condition in e.args:
            if self.holds(condition):
                return self(value)
        raise Undefined("no branch of a Piecewise applies")

    def _absolute(self, e: Any) -> Value:
        x = self(e.args[0])
        v = lift(x).value
        if v == 0 and isinstance(x, Jet):
            raise Undefined("the derivative of |x| at 0")
        return x if v >= 0 else neg(x)

    def _extreme(self, e: Any, better: Callable[[Any, Any], bool]) -> Value:
        best, *rest = map(self, e.args)
        for x in rest:
            if better(real(lift(x).value), real(lift(best).value)):
                best = x
        return best


def _fold(op: Callable[[Value, Value], Value], start: Value, values: Iterable[Value]) -> Value:
    """`start` is neutral: the value of nothing."""
    out = None
    for v in values:
        out = v if out is None else op(out, v)
    return start if out is None else out


@lru_cache(maxsize=1 << 16)
def _dear(e: Any) -> bool:
    """Is it cheaper to look a value up than to work it out? A few sums and products of entries are not worth it."""
    if isinstance(e, (sympy.Symbol, sympy.Indexed, sympy.Number)):
        return False
    dear = (sympy.Sum, sympy.Product, sympy.Derivative, sympy.Limit, sympy.exp, sympy.log, sympy.tanh, sympy.Pow, Entry)
    return isinstance(e, dear) or any(_dear(x) for x in e.args)


@lru_cache(maxsize=1 << 16)
def _reads(e: Any) -> tuple[frozenset[str], tuple[sympy.Symbol, ...]]:
    """The names in an expression (of bound indices too), and its symbols in a fixed order: some are bound outside."""
    if isinstance(e, sympy.Symbol):
        return frozenset([e.name]), (e,)
    names = {e.name} if isinstance(e, sympy.MatrixSymbol) else set[str]()
    symbols: dict[sympy.Symbol, None] = {}
    for part in e.args:
        if isinstance(part, sympy.Basic):
            more, here = _reads(part)
            names |= more
            symbols.update(dict.fromkeys(here))
    return frozenset(names), tuple(symbols)


def _parts(name: str, one: Definition) -> frozenset[str]:
    """The names that an abbreviation is made of."""
    return _reads(one.body)[0] | _sizes(name)


@cache
def _sizes(name: str) -> frozenset[str]:
    """The sizes that the range of an abbreviation's indices is read from."""
    from derivations.notation import TABLE

    row = TABLE.get(name)
    return frozenset(x.name for top in row.shape for x in top.free_symbols) if row else frozenset()


def _floor(x: Value) -> Fraction:
    """Exact for a fraction. A float that is a whole number but for its last digits could be on either side of it."""
    if isinstance(x, Jet):
        raise NoRule("the derivative of a whole number")
    if isinstance(x, Fraction):
        return Fraction(x.numerator // x.denominator)
    if abs(x - context.nint(x)) <= CLOSE * max(1, abs(x)):
        raise Undefined(f"{context.nstr(x, 12)} is too near a whole number to be rounded down or up")
    return Fraction(int(context.floor(x)))


# ---- expressions as functions of the point: each is read once, and worked out at many

Rule = Callable[[Point], Value]
_slots = count()
_WHOLE = {n: Fraction(n) for n in range(-100, 101)}


@cache
def _slot(x: sympy.Symbol) -> int:
    """Under which a point keeps the value of a bound index: quicker to look up than a symbol."""
    return next(_slots)


def _number(x: Any) -> Value:
    """The value of a bound index as a number."""
    if type(x) is int:
        return _WHOLE.get(x) or Fraction(x)
    return x


def _tidy(x: Value) -> Any:
    return x.numerator if type(x) is Fraction and x.denominator == 1 else x


@lru_cache(maxsize=1 << 16)
def rule(e: Any) -> Rule:
    """How to work an expression out. What is dear is worked out once for the bound indices that stand in it."""
    make = RULES.get(type(e)) or next((r for kind, r in RULES.items() if isinstance(e, kind)), None)
    if make is None:
        return _no_rule(f"no rule for {type(e).__name__}")
    work = make(e)
    if not _dear(e):
        return work
    names, symbols = _reads(e)
    slots, mark = tuple(map(_slot, symbols)), next(_slots)

    def known(at: Point) -> Value:
        indices = at.indices
        key = (mark, *[indices.get(n) for n in slots])
        found = at.values.get(key)
        if found is None:
            outer = at.outer
            if outer is not None and at.touched.isdisjoint(names):
                kept, outer.indices = outer.indices, indices
                try:
                    found = known(outer)
                finally:
                    outer.indices = kept
            else:
                found = work(at)
            at.values[key] = found
        return found

    return known


def _no_rule(what: str) -> Rule:
    def refuse(at: Point) -> Value:
        raise NoRule(what)

    return refuse


@lru_cache(maxsize=1 << 16)
def _whole(e: Any) -> Callable[[Point], int]:
    """How to work out an index or a size. Raises Undefined where it is not a whole number."""
    if isinstance(e, sympy.Integer):
        fixed = int(e)
        return lambda at: fixed
    slot, work = _slot(e) if isinstance(e, sympy.Symbol) else -1, rule(e)

    def whole(at: Point) -> int:
        n = at.indices.get(slot)  # most indices are bare
        if type(n) is int:
            return n
        n = work(at)
        if type(n) is not Fraction or n.denominator != 1:
            raise Undefined(f"{e} is not a whole number here")
        return n.numerator

    return whole


def _symbol(e: Any) -> Rule:
    slot, name = _slot(e), e.name

    def work(at: Point) -> Value:
        found = at.indices.get(slot)
        return at.entry(name, ()) if found is None else _number(found)

    return work


def _constant(e: Any) -> Rule:
    fixed = Fraction(int(e.p), int(e.q))
    return lambda at: fixed


def _indexed(e: Any) -> Rule:
    name, indices = label(e), tuple(map(_whole, e.indices))

    def work(at: Point) -> Value:
        index = tuple([n(at) for n in indices])
        found = at.cache.get((name, index))
        return at.entry(name, index) if found is None else found

    return work


def _folded(op: Callable[[Value, Value], Value], start: Value) -> Callable[[Any], Rule]:
    def make(e: Any) -> Rule:
        parts = tuple(map(rule, e.args))

        def work(at: Point) -> Value:
            out = None
            for part in parts:
                x = part(at)
                out = x if out is None else op(out, x)
            return start if out is None else out

        return work

    return make


def _over(op: Callable[[Value, Value], Value], start: Value) -> Callable[[Any], Rule]:
    def loop(inner: Rule, i: Any, lo: Any, hi: Any) -> Rule:
        if hi == sympy.oo:
            return _no_rule("an infinite sum")
        slot, first, last = _slot(i), _whole(lo), _whole(hi)

        def work(at: Point) -> Value:
            low, high, out = first(at), last(at), start
            if high < low - 1:
                raise Undefined("a reversed range")
            outer = at.indices
            bound = at.indices = dict(outer)
            try:
                for n in range(low, high + 1):
                    bound[slot] = n
                    x = inner(at)
                    out = x if n == low else op(out, x)
            finally:
                at.indices = outer
            return out

        return work

    def make(e: Any) -> Rule:
        inner = rule(e.function)
        for limits in e.limits:
            inner = loop(inner, *limits)
        return inner

    return make


def _power(e: Any) -> Rule:
    base, exponent = rule(e.base), rule(e.exp)
    return lambda at: power(base(at), exponent(at))


def _delta(e: Any) -> Rule:
    a, b = map(rule, e.args[:2])
    return lambda at: _WHOLE[int(a(at) == b(at))]


def _of(name: str) -> Callable[[Any], Rule]:
    def make(e: Any) -> Rule:
        inner = rule(e.args[0])
        return lambda at: function(name, inner(at))

    return make


def _entry(e: Any) -> Rule:
    r, c = _whole(e.args[1]), _whole(e.args[2])
    return lambda at: at.matrix(e.args[0], r(at), c(at))


def _read(work: Callable[[Point, Any], Value]) -> Callable[[Any], Rule]:
    """A rule that reads the expression at each point: what is asked for seldom."""
    return lambda e: lambda at: work(at, e)


RULES: dict[type, Callable[[Any], Rule]] = {
    sympy.Rational: _constant,
    sympy.Symbol: _symbol,
    sympy.Indexed: _indexed,
    sympy.Add: _folded(add, Fraction(0)),
    sympy.Mul: _folded(mul, Fraction(1)),
    sympy.Pow: _power,
    sympy.Sum: _over(add, Fraction(0)),
    sympy.Product: _over(mul, Fraction(1)),
    sympy.KroneckerDelta: _delta,
    sympy.exp: _of("exp"),
    sympy.log: _of("log"),
    sympy.tanh: _of("tanh"),
    sympy.core.numbers.Exp1: _read(lambda at, e: function("exp", Fraction(1))),
    sympy.Piecewise: _read(Point._piecewise),
    sympy.Derivative: _read(Point._derivative),
    sympy.Limit: _read(Point._limit),
    sympy.Abs: _read(Point._absolute),
    sympy.Max: _read(lambda at, e: at._extreme(e, operator.gt)),
    sympy.Min: _read(lambda at, e: at._extreme(e, operator.lt)),
    sympy.floor: _read(lambda at, e: _floor(at(e.args[0]))),
    sympy.ceiling: _read(lambda at, e: -_floor(neg(at(e.args[0])))),
    Entry: _entry,
}


def gap(a: Number, b: Number, close: Any = None) -> Number | None:
    """None where the two are equal (exactly, or to 50 digits); otherwise a − b."""
    if isinstance(a, Jet) or isinstance(b, Jet):
        raise NoRule("a nilpotent part is left over")
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return None if a == b else a - b
    a, b = real(a), real(b)
    if not (context.isfinite(a) and context.isfinite(b)):
        raise Undefined("a value that is not finite")
    if close is not None:
        return None if abs(a - b) <= close * max(1, abs(a), abs(b)) else a - b
    return None if abs(a - b) <= max(NOTHING, CLOSE * max(abs(a), abs(b))) else a - b
