"""Sound rewriting of indexed sums whose sizes are symbols.

Everything here treats a bound index as what it is: a name of no consequence. SymPy's own
`.as_dummy()` and `.dummy_eq()` capture in nested sums, its `diff` captures an index that is bound in
the expression, and its delta sums drop range conditions; none of them is used.

`normal` is the one normal form: products of sums become one sum over all their indices, split again
into factors that share no index, Kronecker deltas are summed away where the ranges agree, positive
products become exponentials of sums of logarithms. `zero` decides whether an expression vanishes: it
answers True, or None for “cannot tell”; refuting is left to digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import permutations, product
from typing import Any

from sympy import (
    Abs,
    Add,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Indexed,
    IndexedBase,
    Integer,
    Integral,
    KroneckerDelta,
    Lambda,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    OneMatrix,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    Transpose,
    cancel,
    exp,
    expand_log,
    log,
    tanh,
    together,
)
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.hadamard import HadamardProduct

from derivations import notation
from derivations.calculus import Definition, Entry, Given, label

BINDERS = (Sum, Product)


class CannotRewrite(ValueError):
    """The expression holds something that no rule here is sound for."""


@dataclass(frozen=True)
class Context:
    """What is known while lines are compared: the ranges of free indices, and the hypotheses.

    `linear`: the normal form knows linearity of sums and nothing else (no sifting, no logarithm or
    exponential laws). A rule that is run is compared in it, so that no rule does another's work.
    """

    ranges: Mapping[Symbol, tuple[Expr, Expr]] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    linear: bool = False

    def __hash__(self) -> int:
        return hash((frozenset(self.ranges.items()), self.given, self.linear))

    def within(self, limits: Iterable[tuple[Symbol, Expr, Expr]]) -> Context:
        """The same, inside a sum: its indices are free there, with its limits as their ranges."""
        return replace(self, ranges={**self.ranges, **{i: (lo, hi) for i, lo, hi in limits}})


EMPTY = Context()
LINEAR = Context(linear=True)


# ---- bound indices


def _named(name: str, lower: Expr, dummy: bool) -> Symbol:
    """An index symbol with the assumptions that its lower limit proves, and no more."""
    sign = {"positive": True} if lower.is_positive else {"nonnegative": True} if lower.is_nonnegative else {}
    return (Dummy if dummy else Symbol)(name, integer=True, **sign)


def fresh(e: Expr) -> Expr:
    """Every bound index replaced by a new Dummy: nothing can be captured any more."""
    return _fresh(e, {})


def _fresh(e: Expr, names: Mapping[Symbol, Symbol]) -> Expr:
    if isinstance(e, BINDERS):
        inner = dict(names)
        limits: list[tuple[Symbol, Expr, Expr]] = []
        for i, lo, hi in reversed(e.limits):  # outermost first: inner limits may name outer indices
            lo, hi = _fresh(lo, inner), _fresh(hi, inner)
            inner[i] = _named(i.name, lo, dummy=True)
            limits.append((inner[i], lo, hi))
        return e.func(_fresh(e.function, inner), *reversed(limits))
    if isinstance(e, (Integral, Lambda)):
        raise CannotRewrite(f"no sound renaming is written for {type(e).__name__}")
    if not _binds(e):
        return e.xreplace(names) if names else e
    return e.func(*(_fresh(a, names) for a in e.args))


@lru_cache(maxsize=1 << 14)
def _binds(e: Any) -> bool:
    """Is an index bound somewhere in it?"""
    return not isinstance(e, Indexed) and (isinstance(e, (*BINDERS, Integral, Lambda)) or any(map(_binds, e.args)))


@lru_cache(maxsize=1 << 12)
def alpha(e: Expr) -> Expr:
    """Bound indices named by depth from the outside, so that equal lines look equal.

    Independent indices with the same limits are put into one order, whichever way they came.
    """
    taken = [int(x.name[1:]) for x in e.free_symbols if x.name[:1] == "_" and x.name[1:].isdigit()]
    return _alpha(e, 1 + max(taken, default=-1), {})


def _alpha(e: Expr, level: int, names: Mapping[Symbol, Symbol]) -> Expr:
    """`names` is what the indices that are bound around `e` are called now: all are put in at once, at the leaves."""
    if isinstance(e, BINDERS):
        if len(e.limits) > 1:
            return _ordered(_fresh(e, names), level)
        ((i, lo, hi),) = e.limits
        lo, hi = _alpha(lo, level, names), _alpha(hi, level, names)
        name = _named(f"_{level}", lo, dummy=False)
        return e.func(_alpha(e.function, level + 1, {**names, i: name}), (name, lo, hi))
    if isinstance(e, (Integral, Lambda)):
        raise CannotRewrite(f"no sound renaming is written for {type(e).__name__}")
    if not _binds(e):
        return e.xreplace(names) if names else e
    return e.func(*(_alpha(a, level, names) for a in e.args))


def _ordered(e: Expr, level: int) -> Expr:
    """The same for what `fresh` gives, with independent indices in one order."""
    if isinstance(e, BINDERS):
        best, best_key = None, None
        orders = list(_orders(e.limits))
        for limits in orders:
            names: dict[Symbol, Symbol] = {}
            named: list[tuple[Symbol, Expr, Expr]] = []
            for n, (i, lo, hi) in enumerate(reversed(limits)):
                lo, hi = _ordered(lo.xreplace(names), level + n), _ordered(hi.xreplace(names), level + n)
                names[i] = _named(f"_{level + n}", lo, dummy=False)
                named.append((names[i], lo, hi))
            made = e.func(_ordered(e.function.xreplace(names), level + len(names)), *reversed(named))
            if len(orders) == 1:
                return made
            key = str(made)
            if best_key is None or key < best_key:
                best, best_key = made, key
        return best
    if not _binds(e):
        return e
    return e.func(*(_ordered(a, level) for a in e.args))


def _orders(limits: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Every order of the limits that means the same; just the given one where they depend on each other."""
    bound = {i for i, _, _ in limits}
    if len(limits) < 2 or any((lo + hi).free_symbols & bound for _, lo, hi in limits):
        yield tuple(limits)
        return
    groups: dict[str, list[Any]] = {}
    for one in limits:
        groups.setdefault(str(one[1:]), []).append(one)
    for choice in product(*(permutations(groups[key]) for key in sorted(groups))):
        yield tuple(one for group in choice for one in group)


def sift(e: Expr, ranges: Mapping[Symbol, tuple[Expr, Expr]]) -> Expr:
    """The sifting property alone, everywhere: Σ_k a_k δ_{kr} = a_r where k and r run over the same range."""
    e = fresh(open_entries(e))

    def walk(x: Expr, known: Context) -> Expr:
        if isinstance(x, Sum):
            body = walk(x.function, known.within(x.limits))
            out = []
            for term in Add.make_args(body.expand() if body.has(KroneckerDelta) else body):
                factors, limits = _collapsed(list(Mul.make_args(term)), list(x.limits), known)
                out.append(Sum(Mul(*factors), *limits) if limits else Mul(*factors))
            return Add(*out)
        if not x.args or isinstance(x, Indexed) or not x.has(Sum):
            return x
        return x.func(*(walk(a, known) for a in x.args))

    return walk(e, Context(ranges))


def same_up_to_names(a: Expr, b: Expr) -> bool:
    """Are the two the same expression but for the names of bound indices?"""
    return bool(alpha(a) == alpha(b))


# ---- abbreviations and matrix entries


def open_entry(e: Entry) -> Expr:
    """An entry of a matrix expression as an indexed expression, with fresh indices."""
    return _entry(*e.args)


def _entry(m: Expr, r: Expr, s: Expr) -> Expr:
    if isinstance(m, MatrixSymbol):
        row = notation.TABLE.get(m.name)
        if row is None:
            raise CannotRewrite(f"{m.name} is not in the notation table")
        return row.symbol[r, s]
    if isinstance(m, MatAdd):
        return Add(*(_entry(a, r, s) for a in m.args))
    if isinstance(m, Transpose):
        return _entry(m.arg, s, r)
    if isinstance(m, HadamardProduct):
        return Mul(*(_entry(a, r, s) for a in m.args))
    if isinstance(m, OneMatrix):
        return S.One
    if isinstance(m, MatMul):
        scalars = [a for a in m.args if not isinstance(a, MatrixExpr)]
        matrices = [a for a in m.args if isinstance(a, MatrixExpr)]
        if len(matrices) == 1:
            return Mul(*scalars, _entry(matrices[0], r, s))
        q = Dummy("q", integer=True, positive=True)
        rest = MatMul(*matrices[1:], evaluate=False) if len(matrices) > 2 else matrices[1]
        return Mul(*scalars, Sum(_entry(matrices[0], r, q) * _entry(rest, q, s), (q, 1, matrices[0].shape[1])))
    raise CannotRewrite(f"no entry rule for {type(m).__name__}")


def open_entries(e: Expr) -> Expr:
    return e.replace(lambda x: isinstance(x, Entry), open_entry)


def heads(e: Expr) -> set[str]:
    """The names that stand in an expression: symbols, arrays, matrices."""
    found = {label(x) for x in e.atoms(Indexed)} | {x.name for x in e.atoms(MatrixSymbol)}
    arrays = {str(x) for x in e.atoms(IndexedBase)}
    return found | {x.name for x in e.atoms(Symbol) if not isinstance(x, Dummy) and x.name not in arrays} | arrays


def unfold(e: Expr, where: Mapping[str, Definition], only: Iterable[str] | None = None) -> Expr:
    """Open the abbreviations named in `only` (None: all that are not recursive), again and again."""
    names = {n for n, one in where.items() if not one.piecewise_recursive} if only is None else set(only)
    e = open_entries(e)
    for _ in range(24):
        found = [
            x for x in e.atoms(Indexed, Symbol) if not isinstance(x, Dummy) and label(x) in names and label(x) in where
        ]
        found = [x for x in found if isinstance(x, Indexed) == isinstance(where[label(x)].head, Indexed)]
        if not found:
            return fresh(e)
        opened = open_entries(replace_outside_derivative_variables(e, {x: _body(x, where[label(x)]) for x in found}))
        if opened == e:  # what is left stands in derivative variables only, where it is a name
            return fresh(e)
        e = opened
    raise CannotRewrite(f"definitions of {sorted(names)} do not come to an end")


def _body(x: Expr, one: Definition) -> Expr:
    """The body of a definition at the indices of `x`; its own bound indices are fresh, so nothing is captured."""
    return fresh(open_entries(one.body)).xreplace(dict(zip(one.parameters, getattr(x, "indices", ()), strict=True)))


def replace_outside_derivative_variables(e: Expr, to: Mapping[Expr, Expr]) -> Expr:
    """`xreplace`, but a derivative's variable keeps its name, and its expression treats that name as free."""
    if e in to:
        return to[e]
    if isinstance(e, Derivative):
        kept = {label(x) for x, _ in e.variable_count}
        inner = {x: y for x, y in to.items() if label(x) not in kept}
        return Derivative(replace_outside_derivative_variables(e.expr, inner), *e.variable_count, evaluate=False)
    if not e.args or isinstance(e, Indexed):
        return e
    return e.func(*(replace_outside_derivative_variables(a, to) for a in e.args))


# ---- derivatives


def derive(e: Expr, where: Mapping[str, Definition] | None = None) -> Expr:
    """Carry out every derivative. A folded abbreviation stays as an unknown: the chain rule, and no more.

    `where` has every abbreviation, open ones too: a folded one may move with the variable through an open one.
    """
    return _derive(fresh(e), where or {})


def _derive(e: Expr, where: Mapping[str, Definition]) -> Expr:
    if isinstance(e, Derivative):
        inner = _derive(e.expr, where)
        for x, times in e.variable_count:
            for _ in range(int(times)):
                inner = _diff(inner, x, where)
        return inner
    if not e.args or isinstance(e, Indexed) or not e.has(Derivative):
        return e
    return e.func(*(_derive(a, where) for a in e.args))


def depends(name: str, on: str, where: Mapping[str, Definition], seen: frozenset[str] = frozenset()) -> bool:
    """Does the abbreviation `name` depend, through the definitions, on `on`?"""
    if name == on:
        return True
    if name not in where or name in seen:
        return False
    return any(depends(n, on, where, seen | {name}) for n in heads(open_entries(where[name].body)))


def _diff(e: Expr, x: Expr, where: Mapping[str, Definition]) -> Expr:
    """d e / d x for a Symbol or an Indexed `x`. Bound indices in `e` are fresh Dummies, so `x` cannot be captured."""
    if isinstance(e, Entry):
        e = fresh(open_entry(e))
    if isinstance(e, (Symbol, Indexed)):
        if label(e) == label(x):
            if isinstance(x, Symbol):
                return S.One
            return Mul(*(KroneckerDelta(a, b) for a, b in zip(e.indices, x.indices, strict=True)))
        if depends(label(e), label(x), where):
            return Derivative(e, x, evaluate=False)
        return S.Zero
    if isinstance(e, Derivative):
        if any(depends(n, label(x), where) for n in heads(e.expr)):
            return Derivative(e.expr, *e.variable_count, (x, 1), evaluate=False)
        return S.Zero
    if e.is_number or isinstance(e, KroneckerDelta):
        return S.Zero
    if isinstance(e, Add):
        return Add(*(_diff(a, x, where) for a in e.args))
    if isinstance(e, Mul):
        return Add(*(Mul(*e.args[:n], _diff(a, x, where), *e.args[n + 1 :]) for n, a in enumerate(e.args)))
    if isinstance(e, Pow):
        in_base, in_power = _diff(e.base, x, where), _diff(e.exp, x, where)
        out = S.Zero
        if in_base != 0:
            out += e.exp * Pow(e.base, e.exp - 1) * in_base
        if in_power != 0:
            if not positive(e.base):
                raise CannotRewrite(f"derivative of {e}: the base is not known to be positive")
            out += e * log(e.base) * in_power
        return out
    if isinstance(e, exp):
        return e * _diff(e.args[0], x, where)
    if isinstance(e, log):
        return _diff(e.args[0], x, where) / e.args[0]
    if isinstance(e, tanh):
        return (1 - e**2) * _diff(e.args[0], x, where)
    if isinstance(e, Sum):
        inner = _diff(e.function, x, where)
        return S.Zero if inner == 0 else Sum(inner, *e.limits)
    if isinstance(e, Product):
        inner = _diff(e.function, x, where)
        if inner == 0:
            return S.Zero
        if not positive(e.function):
            raise CannotRewrite("derivative of a product whose factors are not known to be positive")
        return e * fresh(Sum(inner / e.function, *e.limits))
    if isinstance(e, Piecewise):
        if any(label(x) in heads(c) for _, c in e.args if c not in (S.true, S.false)):
            raise CannotRewrite(f"derivative of a Piecewise whose condition depends on {x}")
        return Piecewise(*((_diff(v, x, where), c) for v, c in e.args))
    if isinstance(e, AppliedUndef):
        raise CannotRewrite(f"{e}: functions are not differentiated here, arrays and symbols are")
    raise CannotRewrite(f"no derivative rule for {type(e).__name__}")


# ---- signs


def nonempty(limits: Iterable[tuple[Symbol, Expr, Expr]]) -> bool:
    return all((hi - lo).is_nonnegative for _, lo, hi in limits)


def positive(e: Expr) -> bool:
    """Is `e` > 0 for certain? Sums need a range that cannot be empty (SymPy's own answer forgets that)."""
    if isinstance(e, Sum):
        return nonempty(e.limits) and positive(e.function)
    if isinstance(e, Product):
        return positive(e.function)
    if isinstance(e, exp):
        return positive_real(e.args[0])
    if isinstance(e, log):  # log(1 + x) for x > 0
        return positive(e.args[0] - 1)
    if isinstance(e, Mul):
        signs = [1 if positive(a) else -1 if negative(a) else 0 for a in e.args]
        return 0 not in signs and signs.count(-1) % 2 == 0
    if isinstance(e, Add):
        return _below_its_top(e) or (any(map(positive, e.args)) and all(map(nonnegative, e.args)))
    if isinstance(e, Pow):
        return positive(e.base) and bool(e.exp.is_real)
    return bool(e.is_positive) and not e.has(*BINDERS)


def negative(e: Expr) -> bool:
    """Is a factor < 0 for certain: by SymPy's assumptions, as x − 1 for x < 1, or as log x for x < 1?"""
    if isinstance(e, log):
        return _below_its_top(1 - e.args[0])
    if isinstance(e, Add):
        return _below_its_top(-e)
    if isinstance(e, Sum):
        return nonempty(e.limits) and positive(-e.function)
    return bool(e.is_negative) and not e.has(*BINDERS)


def _below_its_top(e: Expr) -> bool:
    """Is `e` c − x for a letter that the notation table keeps below some h ≤ c?"""
    if len(e.args) != 2 or not isinstance(e, Add):
        return False
    c, x = e.args if e.args[0].is_number else e.args[::-1]
    if not isinstance(-x, (Symbol, Indexed)) or not c.is_Rational:
        return False
    row = notation.TABLE.get(label(-x))
    return row is not None and row.high is not None and c >= row.high


def positive_real(e: Expr) -> bool:
    """Is `e` a real number for certain? Logarithms need positive arguments."""
    if isinstance(e, log):
        return positive(e.args[0])
    if isinstance(e, BINDERS):
        return positive_real(e.function)
    if isinstance(e, (Add, Mul)):
        return all(positive_real(a) for a in e.args)
    return bool(e.is_real) and not e.has(log)


def nonnegative(e: Expr) -> bool:
    """Is `e` ≥ 0 for certain?"""
    if positive(e):
        return True
    if isinstance(e, BINDERS):
        return nonnegative(e.function)
    if isinstance(e, Add):
        return all(nonnegative(a) for a in e.args)
    if isinstance(e, Mul):
        return all(nonnegative(a) for a in e.args)
    if isinstance(e, Pow):
        return (nonnegative(e.base) and bool(e.exp.is_positive)) or (
            bool(e.exp.is_even) and bool(e.base.is_real) and bool(e.exp.is_positive)
        )
    return bool(e.is_nonnegative) and not e.has(*BINDERS)


# ---- the normal form


@lru_cache(maxsize=1 << 13)  # a proof comes back to the same parts with every opening
def normal(e: Expr, context: Context = EMPTY) -> Expr:
    """The normal form of an expression without open derivatives; equal sums come out equal."""
    return alpha(_normal(fresh(open_entries(e)), context))


def _expanded(e: Expr) -> Expr:
    """One level of multiplying out; what stands inside functions and sums is normal already."""
    return e.expand(deep=False, mul=True, multinomial=True, power_exp=True, power_base=True, log=False, basic=False)


def _multiplied(factors: Iterable[Expr]) -> Expr:
    out = S.One
    for factor in factors:
        factor = _expanded(factor) if isinstance(factor, Pow) else factor
        out = Add(*(Mul(a, b) for a in Add.make_args(out) for b in Add.make_args(factor)))
    # a product may have closed up into a power of a sum; open that too
    return Add(
        *(
            _expanded(a) if any(isinstance(b, Pow) and isinstance(b.base, Add) for b in Mul.make_args(a)) else a
            for a in Add.make_args(out)
        )
    )


def _normal(e: Expr, context: Context) -> Expr:
    if isinstance(e, Indexed):
        return e.base[tuple(ix.expand() for ix in e.indices)]
    if isinstance(e, KroneckerDelta):
        return KroneckerDelta(*(ix.expand() for ix in e.args))
    if not e.args or (e.is_number and not e.has(log, exp)):
        return e
    if isinstance(e, Derivative):
        return e
    if isinstance(e, Sum):
        return _sum(_normal(e.function, context.within(e.limits)), e.limits, context)
    if isinstance(e, Product):
        body = _normal(e.function, context.within(e.limits))
        if positive(body) and not context.linear:
            return _exp(_sum(_log(body), e.limits, context))
        return alpha(Product(body, *e.limits))
    args = [_normal(a, context) if isinstance(a, Expr) else a for a in e.args]
    if isinstance(e, Add):
        return Add(*args)
    if isinstance(e, Mul):
        return _multiplied(args)
    if context.linear and isinstance(e, (exp, log, tanh)):
        return e.func(*args)
    if isinstance(e, exp):
        return _exp(args[0])
    if isinstance(e, log):
        return _log(args[0])
    if isinstance(e, Pow):
        return _multiplied([Pow(*args)]) if context.linear else _power(*args)
    if isinstance(e, tanh):
        grown = _exp(2 * args[0])
        return (grown - 1) * Pow(grown + 1, -1)
    if isinstance(e, Piecewise):
        return Piecewise(*((_normal(v, context), c) for v, c in e.args))
    if isinstance(e, (Max, Min)) and not context.linear:
        return _extreme(e.func, args)
    if isinstance(e, Abs) and not context.linear:
        return _absolute(args[0])
    return e.func(*args)


def positive_factors(args: Iterable[Expr]) -> tuple[Expr, list[Expr]]:
    """The product of the positive factors that all arguments share, and the arguments without them."""
    lists = [list(Mul.make_args(a)) for a in args]
    common = [f for f in lists[0] if positive(f) and all(f in other for other in lists[1:])]
    for factors in lists:  # taken out of the list: a division may leave f/f standing
        for f in common:
            factors.remove(f)
    return Mul(*common), [Mul(*factors) for factors in lists]


def _extreme(kind: type[Expr], args: list[Expr]) -> Expr:
    """The largest or smallest of the arguments, with the positive factors that they share taken out."""
    common, rest = positive_factors(args)
    return _multiplied([common, kind(*rest)])


def _absolute(e: Expr) -> Expr:
    """The absolute value, with the positive factors that its terms share taken out."""
    common, rest = positive_factors(Add.make_args(e))
    content, rest = Add(*rest).primitive()
    return _multiplied([common, content, Abs(rest)])


def _power(base: Expr, power: Expr) -> Expr:
    if isinstance(base, exp):  # (eˣ)ᶜ = e^{cx} for real x
        return _exp(_multiplied([base.args[0], power]))
    if isinstance(base, Mul):
        good = [a for a in base.args if positive(a)] if not power.is_integer else list(base.args)
        rest = [a for a in base.args if a not in good]
        if good and len(good) + len(rest) > 1:
            return _multiplied([*(_power(a, power) for a in good), *([Pow(Mul(*rest), power)] if rest else [])])
    if isinstance(base, Pow) and positive(base.base):
        return _power(base.base, _multiplied([base.exp, power]))
    if isinstance(power, Add) and positive(base):
        return _multiplied([_power(base, a) for a in power.args])
    return _multiplied([Pow(base, power)])


def _exp(e: Expr) -> Expr:
    """exp of a normal expression, as a product with one factor for each term; e^{c log x} is xᶜ."""
    out = []
    for term in Add.make_args(e):
        logs = [a for a in Mul.make_args(term) if isinstance(a, log)]
        if len(logs) == 1 and positive(logs[0].args[0]):
            out.append(_power(logs[0].args[0], term / logs[0]))
        else:
            out.append(exp(term))
    return _multiplied(out)


def _log(e: Expr) -> Expr:
    """log of a normal expression; products, powers and exponentials open where that is sound."""
    if isinstance(e, exp) and positive(e):
        return e.args[0]
    if isinstance(e, Pow) and positive(e.base) and e.exp.is_real:
        return _multiplied([e.exp, _log(e.base)])
    if e.is_Rational and e > 0:
        return expand_log(log(e), factor=True)
    if isinstance(e, Mul):
        good = [a for a in e.args if positive(a)]
        rest = [a for a in e.args if not positive(a)]
        if good and (rest or len(good) > 1):
            return Add(*(_log(a) for a in good), *([log(Mul(*rest))] if rest else []))
    return log(e)


def _sum(body: Expr, limits: Iterable[Any], context: Context) -> Expr:
    return Add(*(_piece(term, list(limits), context) for term in Add.make_args(body)))


def _piece(term: Expr, limits: list[Any], context: Context) -> Expr:
    """One product summed over its indices, as a coefficient times sums that share no index."""
    factors, limits = _opened(term, limits)
    if not context.linear:
        factors, limits = _collapsed(factors, limits, context)
    factors = [b for a in factors for b in Mul.make_args(a)]
    bound = {i for i, _, _ in limits}
    loose = [a for a in factors if not a.free_symbols & bound]
    tied = [a for a in factors if a.free_symbols & bound]
    out = [Mul(*loose)]
    for group in _components(limits, tied):
        mine = [a for a in tied if a.free_symbols & {i for i, _, _ in group}]
        out.append(_component(group, mine, context))
    return _multiplied(out)


def _opened(term: Expr, limits: list[Any]) -> tuple[list[Expr], list[Any]]:
    """The factors of a term, with every sum among them opened into the common limits."""
    todo, factors, limits = list(Mul.make_args(term)), [], list(limits)
    while todo:
        a = todo.pop()
        if isinstance(a, Sum):
            inner = fresh(a)
            limits = [*inner.limits, *limits]
            todo += Mul.make_args(inner.function)
        elif isinstance(a, Pow) and isinstance(a.base, Sum) and a.exp.is_Integer and a.exp > 1:
            todo += [a.base] * int(a.exp)
        else:
            factors.append(a)
    return factors, limits


def _range(e: Expr, limits: list[Any], context: Context) -> tuple[Expr, Expr] | None:
    for i, lo, hi in limits:
        if i == e:
            return lo, hi
    if e in context.ranges:
        return context.ranges[e]
    return None


def _collapsed(factors: list[Expr], limits: list[Any], context: Context) -> tuple[list[Expr], list[Any]]:
    """The sifting property: Σ_k a_k δ_{kr} = a_r, only where k and r are known to run over the same range."""
    while True:
        for delta in (a for a in factors if isinstance(a, KroneckerDelta)):
            for q, x in (delta.args, delta.args[::-1]):
                own = next(((lo, hi) for i, lo, hi in limits if i == q), None)
                if own is None or _range(x, limits, context) != own:
                    continue
                if any(q in (lo + hi).free_symbols for _, lo, hi in limits):
                    continue
                factors = [a.xreplace({q: x}) for a in factors if a is not delta]
                limits = [one for one in limits if one[0] != q]
                break
            else:
                continue
            break
        else:
            return factors, limits


def _components(limits: list[Any], factors: list[Expr]) -> list[list[Any]]:
    """The limits, in groups whose indices meet in a factor or in a limit."""
    groups = [{i} for i, _, _ in limits]
    ties = [a.free_symbols for a in factors] + [{i} | (lo + hi).free_symbols for i, lo, hi in limits]
    for tie in ties:
        touched = [g for g in groups if g & tie]
        if len(touched) > 1:
            groups = [g for g in groups if not g & tie] + [set().union(*touched)]
    return [[one for one in limits if one[0] in g] for g in groups]


def _component(limits: list[Any], factors: list[Expr], context: Context) -> Expr:
    if not factors and len(limits) == 1:
        ((_, lo, hi),) = limits
        if not (hi - lo + 1).is_nonnegative:
            raise CannotRewrite(f"a range from {lo} to {hi} may be reversed")
        return (hi - lo + 1).expand()
    for n, (q, lo, hi) in enumerate(limits):
        if any(q in (a + b).free_symbols for _, a, b in limits):
            continue
        mine = [a for a in factors if q in a.free_symbols]
        others = [a for a in factors if q not in a.free_symbols]
        rest = limits[:n] + limits[n + 1 :]
        whole = alpha(Sum(Mul(*mine), (q, lo, hi)))
        for a in others:  # Σ_k e^{z_k} / Σ_k e^{z_k}
            if isinstance(a, Pow) and alpha(a.base) == whole and not context.linear:
                return _piece(Mul(*others, whole), rest, context)
        known = _known(whole, context.within(limits))
        if known is not None:
            return _sum(_multiplied([*others, _normal(fresh(known), context.within(rest))]), rest, context)
    return alpha(Sum(Mul(*factors), *limits))


def _known(whole: Sum, context: Context) -> Expr | None:
    """What a hypothesis says of this very sum, for some value of the indices that it is meant for."""
    ((q, lo, hi),) = whole.limits
    for one in context.given:
        if not isinstance(one.says, Eq):
            continue
        left = normal(one.says.lhs, LINEAR)
        factor, sums = Mul(*(x for x in Mul.make_args(left) if not isinstance(x, Sum))), left.atoms(Sum)
        if len(sums) != 1 or left != factor * next(iter(sums)) or not positive(factor):
            continue
        (pattern,) = sums
        if len(pattern.limits) != 1:
            continue
        ((k, *limits),) = pattern.limits
        at: dict[Symbol, Expr] = {}
        loose = {i for i, _ in one.each}
        if limits != [lo, hi] or not unify(pattern.function.xreplace({k: q}), whole.function, loose, at):
            continue
        if set(at) != loose or any(q in x.free_symbols for x in at.values()):
            continue
        if all(
            _in_range(x, size, context) for x, (_, size) in zip((at[i] for i, _ in one.each), one.each, strict=True)
        ):
            return (fresh(one.says.rhs) / factor).xreplace(at)
    return None


def unify(pattern: Expr, e: Expr, loose: set[Symbol], at: dict[Symbol, Expr]) -> bool:
    """Is `e` the pattern, with each loose index replaced by one and the same expression? Fills `at`."""
    if pattern in loose:
        return bool(at.setdefault(pattern, e) == e)
    if not pattern.atoms(Symbol) & loose:  # a derivative's free symbols are not those of its variable
        return bool(pattern == e)
    if type(pattern) is not type(e) or len(pattern.args) != len(e.args):
        return False
    orders = permutations(e.args) if isinstance(pattern, (Add, Mul)) and len(e.args) < 6 else [e.args]
    for order in orders:
        tried = dict(at)
        if all(unify(p, x, loose, tried) for p, x in zip(pattern.args, order, strict=True)):
            at.update(tried)
            return True
    return False


def _in_range(x: Expr, size: Expr, context: Context) -> bool:
    """Is the index x one of 1 … size, which a hypothesis speaks of?"""
    return x == 1 or context.ranges.get(x) == (S.One, size)


def substitute(e: Expr, given: Iterable[Given]) -> Expr:
    """Use hypotheses of the form symbol = expression or entry = expression."""
    for one in given:
        if not isinstance(one.says, Eq) or isinstance(one.says.lhs, Sum):
            continue
        left, right = one.says.args
        if not one.each or not isinstance(left, Indexed):
            e = replace_outside_derivative_variables(e, {left: right}) if isinstance(left, (Symbol, Indexed)) else e
            continue
        loose = {i for i, _ in one.each}
        # an entry that stands here has its indices in range, so the hypothesis must hold for the whole range
        row = notation.TABLE.get(label(left))
        slots = dict(zip(left.indices, row.shape, strict=True)) if row is not None and row.shape else {}
        if any(slots.get(i) != size for i, size in one.each):
            continue
        to = {}
        for x in e.atoms(Indexed):
            if label(x) != label(left):
                continue
            at: dict[Symbol, Expr] = {}
            fits = all(
                at.setdefault(pattern, value) == value if pattern in loose else pattern == value
                for pattern, value in zip(left.indices, x.indices, strict=True)
            )
            if fits and set(at) == loose:
                to[x] = fresh(right).xreplace(at)
        e = replace_outside_derivative_variables(e, to)
    return e


# ---- deciding zero


def forget() -> None:
    """Work everything out anew: for a test that plants a fault, before it and after."""
    for one in (alpha, normal, _zero):
        one.cache_clear()


def zero(e: Expr, context: Context = EMPTY, depth: int = 0) -> bool | None:
    """True if `e` vanishes at every point of the context; None if that cannot be told."""
    return _zero(normal(e, context), context, depth)


@lru_cache(maxsize=1 << 13)  # of normal forms: whatever the bound indices were called
def _zero(e: Expr, context: Context, depth: int) -> bool | None:
    if e == 0:
        return True
    if (e.is_number and not e.has(*BINDERS)) or depth > 6:
        return None
    free = [x for x in e.atoms(KroneckerDelta) if not _under_binder(e, x)]
    if free:  # the two cases of a delta between free indices
        a, b = free[0].args
        if isinstance(b, Symbol) or isinstance(a, Symbol):
            old, new = (b, a) if isinstance(b, Symbol) else (a, b)
            unequal = zero(e.xreplace({free[0]: S.Zero}), context, depth + 1)
            return unequal and zero(e.xreplace({free[0]: S.One}).xreplace({old: new}), context, depth + 1)
    e = _peeled(e, context)
    if e == 0:
        return True
    if _rational_zero(e, context, depth):
        return True
    e = _grouped(e, context, depth)
    if e == 0 or _rational_zero(e, context, depth):
        return True
    return _logarithms(e, context, depth)


def _holds_bound(x: Expr, e: Expr) -> bool:
    """Does `x` hold an index, free in it, that a larger sum of `e` binds?"""
    return any(x != y and y.has(x) and set(y.variables) & x.free_symbols for y in e.atoms(*BINDERS))


def _under_binder(e: Expr, x: Expr) -> bool:
    """Does `x` hold an index that is bound somewhere in `e`?"""
    bound = {i for y in e.atoms(*BINDERS) for i in y.variables}
    return bool(x.free_symbols & bound)


def _peeled(e: Expr, context: Context) -> Expr:
    """Where sums differ by whole steps of their upper limit, split the last terms off the longer ones."""
    to = {}
    for x in e.atoms(Sum):  # from a to b is from 1 to b less from 1 to a − 1
        if len(x.limits) == 1 and x.limits[0][1] != 1 and x.limits[0][1].is_positive and not _holds_bound(x, e):
            ((i, lo, hi),) = x.limits
            to[x] = Sum(x.function, (i, 1, hi)) - Sum(x.function, (i, 1, lo - 1))
    e = normal(e.xreplace(to), context) if to else e
    sums = [x for x in e.atoms(Sum) if len(x.limits) == 1]
    to = {}
    for x in sums:
        ((i, lo, hi),) = x.limits
        shorter = [y.limits[0][2] for y in sums if y.limits[0][1] == lo and (hi - y.limits[0][2]).is_Integer]
        steps = max((int(hi - h) for h in shorter), default=0)
        if steps > 0:
            to[x] = Sum(x.function, (i, lo, hi - steps)) + Add(
                *(x.function.xreplace({i: hi - n}) for n in range(steps))
            )
        elif (hi - lo).is_Integer and hi - lo < 12:
            to[x] = Add(*(x.function.xreplace({i: lo + n}) for n in range(int(hi - lo) + 1)))
    return normal(e.xreplace(to), context) if to else e


def _generators(e: Expr, context: Context, depth: int) -> Expr:
    """`e` as a rational function: what is not rational becomes a symbol, congruent things the same one."""
    table: list[tuple[Expr, Symbol]] = []

    def atom(x: Expr) -> Expr:
        for known, name in table:
            if x == known or _congruent(x, known, context, depth):
                return name
        name = Dummy(f"g{len(table)}", real=True, positive=True if positive(x) else None)
        table.append((x, name))
        return name

    least: dict[tuple[Expr, Expr], Expr] = {}
    for x in e.atoms(Pow):  # aᵗ⁻¹ and aᵗ are one generator, the lower power, which has a value where they stand
        whole, rest = x.exp.as_coeff_Add()
        if rest != 0 and whole.is_Integer and rest.is_integer:
            least[x.base, rest] = min(least.get((x.base, rest), whole), whole)

    def walk(x: Expr) -> Expr:
        if isinstance(x, Pow) and (x.base, x.exp.as_coeff_Add()[1]) in least:
            whole, rest = x.exp.as_coeff_Add()
            low = least[x.base, rest]
            return atom(Pow(x.base, rest + low)) * Pow(walk(x.base), whole - low)
        if isinstance(x, (Add, Mul)):
            return x.func(*(walk(a) for a in x.args))
        if isinstance(x, Pow) and x.exp.is_Integer:
            return Pow(walk(x.base), x.exp)
        if isinstance(x, Pow) and x.exp.is_Rational:
            return Pow(atom(Pow(x.base, Rational(1, x.exp.q))), x.exp.p)
        if isinstance(x, exp):
            c, rest = x.args[0].as_coeff_Mul()
            if c.is_Rational:
                return Pow(atom(exp(rest / c.q)), Integer(c.p))
        if x.is_number and x.is_Rational:
            return x
        return x if isinstance(x, Symbol) else atom(x)

    return walk(e)


def _congruent(x: Expr, y: Expr, context: Context, depth: int) -> bool:
    """Same head, arguments that are equal for certain."""
    if type(x) is not type(y) or isinstance(x, (Indexed, Symbol, KroneckerDelta, Derivative)) or depth > 3:
        return False
    if isinstance(x, BINDERS):
        if x.limits != y.limits:
            return False
        return bool(zero(x.function - y.function, context.within(x.limits), depth + 1))
    if len(x.args) != len(y.args) or not all(isinstance(a, Expr) for a in (*x.args, *y.args)):
        return False
    return all(a == b or zero(a - b, context, depth + 1) for a, b in zip(x.args, y.args, strict=True))


def _rational_zero(e: Expr, context: Context, depth: int) -> bool:
    if e.count_ops() > 4000:
        return False
    return bool(cancel(together(_generators(e, context, depth))) == 0)


def _grouped(e: Expr, context: Context, depth: int) -> Expr:
    """Sums with the same limits, taken together: do their bodies cancel?"""
    groups: dict[Any, list[Expr]] = {}
    rest = []
    for term in Add.make_args(e):
        sums = [a for a in Mul.make_args(term) if isinstance(a, Sum)]
        if len(sums) == 1:
            groups.setdefault(sums[0].limits, []).append(term / sums[0] * sums[0].function)
        else:
            rest.append(term)
    for limits, bodies in groups.items():
        if len(bodies) > 1 and zero(Add(*bodies), context.within(limits), depth + 1):
            continue
        rest += [Sum(Add(*bodies), *limits)]
    return normal(Add(*rest), context)


def _logarithms(e: Expr, context: Context, depth: int) -> bool | None:
    """A sum of logarithms with whole coefficients vanishes where the product of their arguments is 1.

    All logarithms here are real, so their arguments are positive wherever the line has a value.
    """
    logs = [x for x in e.atoms(log) if not _under_binder(e, x)]
    if not logs or depth > 3:
        return None
    names = {x: Dummy(real=True) for x in logs}
    flat = e.xreplace(names)
    if any(x.has(*names.values()) for x in flat.atoms(Sum, Product, exp, log)):
        return None
    # by monomials in everything that is neither a logarithm nor a term of one
    buckets: dict[Expr, list[tuple[Expr, Expr]]] = {}
    plain = S.Zero
    for term in Add.make_args(flat.expand()):
        inside = [n for n in names.values() if term.has(n)]
        if len(inside) == 1 and (term / inside[0]).expand().has(inside[0]) is False:
            c, mono = (term / inside[0]).as_coeff_Mul()
            back = next(x for x, n in names.items() if n == inside[0])
            buckets.setdefault(mono, []).append((c, back.args[0]))
        elif inside:
            return None
        else:
            plain += term
    total = S.One
    for mono, members in buckets.items():
        if mono == 1:
            total *= Mul(*(Pow(a, c) for c, a in members))
            continue
        if any(not c.is_Integer for c, _ in members):
            return None
        # what multiplies this monomial, logarithms and the rest, must vanish by itself
        part = Add(
            *(
                t
                for t in Add.make_args(plain.expand())
                if (t / mono).is_real is not None and not (t / mono).has(*_letters(mono))
            )
        )
        plain = (plain - part).expand()
        if not zero(Mul(*(Pow(a, c) for c, a in members), exp((part / mono).expand())) - 1, context, depth + 1):
            return None
    return zero(total * exp(plain) - 1, context, depth + 1)


def _letters(mono: Expr) -> tuple[Expr, ...]:
    return tuple(mono.atoms(Indexed) or mono.free_symbols)
