"""Works the lines of a derivation out in digits, at random points, and compares neighbours.

This file is written whole into each page's test and notebook: it needs SymPy, and the mpmath that comes with it.
It reads SymPy's trees and asks SymPy to simplify nothing, so a mistake of its simplifier can't hide one of a line.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import mpmath
import sympy

DIGITS = mpmath.mp.clone()
DIGITS.dps = 70
CLOSE = DIGITS.mpf(10) ** -20  # two values this near are equal; a slip is larger by far
STEP = DIGITS.mpf(10) ** -15  # of a central difference: exact to some 30 digits
TRIES = 200


@dataclass(frozen=True)
class Given:
    """A hypothesis, for every value of the indices in `each`; `fix` names the entry that it is solved for."""

    says: Any
    each: tuple[tuple[Any, Any], ...] = ()
    fix: Any = None


@dataclass(frozen=True)
class Chain:
    """Lines, each in its relation to the one above, and where their letters are drawn from.

    `sizes`: two values each. `indices`: the last value of each, counted from 1. `numbers`: the open interval, with
    None where it has no end. `arrays`: shape and interval. `given`, `tight` and `small` go by a line's number, `given`
    under 0 for every line; `tight` is where both sides of ≤ are equal; `small` has the letter and the order of ≈.
    """

    lines: Sequence[Any]
    relations: Sequence[str]
    where: Mapping[Any, Any] = field(default_factory=dict)
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    indices: Mapping[str, Any] = field(default_factory=dict)
    numbers: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    arrays: Mapping[str, tuple[tuple[Any, ...], tuple[Any, Any]]] = field(default_factory=dict)
    given: Mapping[int, Sequence[Given]] = field(default_factory=dict)
    tight: Mapping[int, Sequence[Given]] = field(default_factory=dict)
    small: Mapping[int, tuple[str, int]] = field(default_factory=dict)


def check(chain: Chain, number: int, seed: int = 0) -> int:
    """Compares line `number` with the one above it; says at how many points. Raises AssertionError where it fails."""
    above, below, relation = chain.lines[number - 1], chain.lines[number], chain.relations[number - 1]
    given = [*chain.given.get(0, ()), *chain.given.get(number, ())]
    points = 0
    for point in drawn(chain, given, seed):
        if relation == "~":
            _point_same_order(point, above, below, *chain.small[number])
        else:
            _point_compare(point, above, below, relation)
        points += 1
    if number in chain.tight:
        for point in drawn(chain, [*given, *chain.tight[number]], seed):
            _point_compare(point, above, below, "==")
            points += 1
    return points


def _point_compare(point: Point, above: Any, below: Any, relation: str) -> None:
    a, b = point(above), point(below)
    equal = abs(a - b) <= CLOSE * max(1, abs(a), abs(b))
    holds = {"==": equal, "<=": a < b or equal, ">=": a > b or equal, "<": a < b, ">": a > b}[relation]
    assert holds, f"{DIGITS.nstr(a, 15)} {relation} {DIGITS.nstr(b, 15)} is false at {point}"


def _point_same_order(point: Point, above: Any, below: Any, small: str, order: int) -> None:
    """The error must shrink by 10^order when the small letter shrinks by 10."""
    errors = []
    for power in (8, 9):
        near = Point({**point.numbers, small: DIGITS.mpf(10) ** -power}, point.arrays, point.where)
        errors.append(abs(near(above) - near(below)))
    shrinks = errors[0] == 0 or (errors[1] > 0 and errors[0] / errors[1] >= DIGITS.mpf("0.99") * 10**order)
    assert shrinks, f"the error goes from {errors[0]} to {errors[1]}, expected order {order}, at {point}"


# ---- points


def drawn(chain: Chain, given: Sequence[Given], seed: int = 0) -> Iterator[Point]:
    """Points at both settings of the sizes, at the first of them with every index at 1 and at its last value too."""
    where = {_bare_name(head): (tuple(getattr(head, "indices", ())), body) for head, body in chain.where.items()}
    for turn in (0, 1):
        sizes = {name: DIGITS.mpf(both[turn]) for name, both in chain.sizes.items()}
        plain = Point(sizes, {}, {})
        rng = random.Random(f"{seed} {turn}")
        for corner in ("first", "last", "between") if chain.indices and turn == 0 else ("between",):
            for _ in range(TRIES):
                tops = {name: plain.whole(top) for name, top in chain.indices.items()}
                picked = {
                    name: {"first": 1, "last": top}.get(corner, rng.randint(1, top)) for name, top in tops.items()
                }
                numbers = sizes | {name: DIGITS.mpf(at) for name, at in picked.items()}
                numbers |= {name: _point_draw(rng, *ends) for name, ends in chain.numbers.items()}
                arrays = {
                    name: {
                        index: _point_draw(rng, *ends)
                        for index in itertools.product(*(range(1, plain.whole(side) + 1) for side in shape))
                    }
                    for name, (shape, ends) in chain.arrays.items()
                }
                if all(_point_meet(one, numbers, arrays, where) for one in given) and _point_inside(
                    chain, numbers, arrays
                ):
                    point = Point(numbers, arrays, where)
                    if all(_point_holds(one, point) for one in given):
                        yield point
                        break
            else:
                raise AssertionError("no point satisfies the hypotheses")


def _point_draw(rng: random.Random, low: Any, high: Any) -> Any:
    """Strictly inside the interval; a side without an end reaches a distance of 2."""
    bottom = Fraction(low) if low is not None else -2 if high is None else Fraction(high) - 2
    top = Fraction(high) if high is not None else bottom + (4 if low is None else 2)
    at = bottom + (top - bottom) * Fraction(rng.randint(1, 96), 97)
    return DIGITS.mpf(at.numerator) / at.denominator


def _point_meet(
    given: Given, numbers: dict[str, Any], arrays: dict[str, dict[Any, Any]], where: Mapping[str, Any]
) -> bool:
    """Solves a linear hypothesis for the entry that it names; others are met by drawing again."""
    if given.fix is None:
        return True
    for values in _point_every(given, Point(numbers, {}, {})):
        here = Point(numbers, arrays, where)
        name = _bare_name(given.fix)
        store: dict[Any, Any] = numbers if isinstance(given.fix, sympy.Symbol) else arrays[name]
        key = name if store is numbers else tuple(here.whole(one, values) for one in given.fix.indices)
        if key not in store:
            return False
        sides = []
        for trial in (0, 1):
            store[key] = DIGITS.mpf(trial)
            here = Point(numbers, arrays, where)
            sides.append(here(given.says.lhs, values) - here(given.says.rhs, values))
        if sides[0] == sides[1]:
            return False
        store[key] = sides[0] / (sides[0] - sides[1])
    return True


def _point_every(given: Given, point: Point) -> Iterator[dict[Any, Any]]:
    tops = [range(1, point.whole(top) + 1) for _, top in given.each]
    for values in itertools.product(*tops):
        yield dict(zip([index for index, _ in given.each], map(DIGITS.mpf, values), strict=True))


def _point_holds(given: Given, point: Point) -> bool:
    return all(point.holds(given.says, values) for values in _point_every(given, point))


def _point_inside(chain: Chain, numbers: Mapping[str, Any], arrays: Mapping[str, Mapping[Any, Any]]) -> bool:
    """What was solved for must still lie in its interval."""
    drawn = [(ends, [numbers[name]]) for name, ends in chain.numbers.items()]
    drawn += [(ends, list(arrays[name].values())) for name, (_, ends) in chain.arrays.items()]
    return all((low is None or x >= low) and (high is None or x <= high) for (low, high), xs in drawn for x in xs)


def _bare_name(head: Any) -> str:
    bare = head.base.label if isinstance(head, sympy.Indexed) else head
    return str(bare.name)


# ---- the value of an expression at a point


class Point:
    """Values of the letters; an abbreviation in `where` is worked out where it stands.

    `moved` is what a derivative adds to an entry while it is taken.
    """

    def __init__(
        self,
        numbers: Mapping[str, Any],
        arrays: Mapping[str, Mapping[tuple[int, ...], Any]],
        where: Mapping[str, tuple[tuple[Any, ...], Any]],
        moved: Mapping[tuple[str, tuple[int, ...]], Any] | None = None,
    ) -> None:
        self.numbers, self.arrays, self.where, self.moved = numbers, arrays, where, dict(moved or {})
        self.known: dict[tuple[str, tuple[int, ...]], Any] = {}
        self.values: dict[tuple[Any, ...], Any] = {}

    def __str__(self) -> str:
        told = {**self.numbers, **{f"{name}{[*ix]}": x for name, all_ in self.arrays.items() for ix, x in all_.items()}}
        return ", ".join(f"{name} = {DIGITS.nstr(x, 6)}" for name, x in told.items())

    def __call__(self, e: Any, at: Mapping[Any, Any] | None = None) -> Any:
        """The value of `e`; `at` has those of the bound indices."""
        at = at or {}
        if isinstance(e, int):
            return DIGITS.mpf(e)
        work = WORK.get(type(e)) or next((one for kind, one in WORK.items() if isinstance(e, kind)), None)
        if work is None:
            raise NotImplementedError(f"no rule for {type(e).__name__}")
        if not isinstance(e, DEAR):
            return work(self, e, at)
        key = e, tuple(at.get(x) for x in _letters(e))  # the sum below a fraction is the same for each term above it
        if key not in self.values:
            self.values[key] = work(self, e, at)
        return self.values[key]

    def whole(self, e: Any, at: Mapping[Any, Any] | None = None) -> int:
        x = self(e, at)
        near = int(DIGITS.nint(x))
        assert abs(x - near) < CLOSE, f"{e} is {x}, expected a whole number"
        return near

    def entry(self, name: str, index: tuple[int, ...] = ()) -> Any:
        key = name, index
        if key not in self.known:
            if name in self.where:
                parameters, body = self.where[name]
                self.known[key] = self(body, dict(zip(parameters, map(DIGITS.mpf, index), strict=True)))
            else:
                self.known[key] = self.arrays[name][index] if index else self.numbers[name]
            self.known[key] += self.moved.get(key, 0)
        return self.known[key]

    def holds(self, says: Any, at: Mapping[Any, Any] | None = None) -> bool:
        if says in (sympy.true, sympy.false):
            return bool(says)
        if isinstance(says, sympy.And | sympy.Or):
            each = [self.holds(one, at) for one in says.args]
            return all(each) if isinstance(says, sympy.And) else any(each)
        a, b = self(says.lhs, at), self(says.rhs, at)
        equal = abs(a - b) <= CLOSE * max(1, abs(a), abs(b))
        return bool(
            {"==": equal, "!=": not equal, "<": a < b, "<=": a < b or equal, ">": a > b, ">=": a > b or equal}[
                says.rel_op
            ]
        )


@functools.cache
def _letters(e: Any) -> tuple[Any, ...]:
    return tuple(e.atoms(sympy.Symbol))  # not free_symbols: a Derivative leaves the indices of its variable out


DEAR = (sympy.Sum, sympy.Product, sympy.exp, sympy.log, sympy.Derivative, sympy.Limit)


def _work_symbol(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    return at[e] if e in at else p.entry(e.name)


def _work_power(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    base, exponent = p(e.base, at), p(e.exp, at)
    if exponent == int(exponent):
        return base ** int(exponent)
    assert base >= 0, f"a root of {base}"
    return base**exponent


def _work_over(fold: Callable[[list[Any]], Any]) -> Callable[[Point, Any, Mapping[Any, Any]], Any]:
    def work(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
        def loop(limits: Sequence[Any], at: Mapping[Any, Any]) -> Any:
            if not limits:
                return p(e.function, at)
            index, low, high = limits[-1]
            values = range(p.whole(low, at), p.whole(high, at) + 1)
            return fold([loop(limits[:-1], {**at, index: DIGITS.mpf(n)}) for n in values])

        return loop(e.limits, at)

    return work


def _work_log(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    x = p(e.args[0], at)
    assert x > 0, f"the logarithm of {x}"
    return DIGITS.log(x)


def _work_piecewise(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    return next(p(value, at) for value, condition in e.args if p.holds(condition, at))


def _work_derivative(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    """By central differences, one for each variable and each time it is asked for."""
    variables = [x for x, times in e.variable_count for _ in range(int(times))]
    total = DIGITS.mpf(0)
    for signs in itertools.product((1, -1), repeat=len(variables)):
        moved, here, sign = dict(p.moved), dict(at), 1
        for x, one in zip(variables, signs, strict=True):
            sign *= one
            if x in here:
                here[x] += one * STEP
                continue
            index = tuple(p.whole(i, at) for i in x.indices) if isinstance(x, sympy.Indexed) else ()
            moved[_bare_name(x), index] = moved.get((_bare_name(x), index), 0) + one * STEP
        total += sign * Point(p.numbers, p.arrays, p.where, moved)(e.expr, here)
    return total / (2 * STEP) ** len(variables)


def _work_limit(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    """Goes close from the side that is asked for, and extrapolates."""
    body, x, to, side = e.args
    powers = [DIGITS.mpf(10) ** n for n in (8, 10, 12, 14)]
    if to in (sympy.oo, -sympy.oo):
        steps = [h if to == sympy.oo else -h for h in powers]
    else:
        steps = [p(to, at) + (-1 if str(side) == "-" else 1) / h for h in powers]
    values, order = [], 1
    for step in steps:
        inner = Point({**p.numbers, x.name: step}, p.arrays, p.where, p.moved)
        values.append(inner(body, {**at, x: step}))
    while len(values) > 1:
        values = [(100**order * b - a) / (100**order - 1) for a, b in itertools.pairwise(values)]
        order += 1
    return values[0]


def _work_floor(p: Point, x: Any) -> Any:
    near = DIGITS.nint(x)
    return near if abs(x - near) < CLOSE else DIGITS.floor(x)


def _work_matrix_entry(p: Point, e: Any, at: Mapping[Any, Any]) -> Any:
    return p.entry(e.parent.name, (p.whole(e.i, at) + 1, p.whole(e.j, at) + 1))  # SymPy counts from 0


WORK: dict[type, Callable[[Point, Any, Mapping[Any, Any]], Any]] = {
    sympy.Rational: lambda p, e, at: DIGITS.mpf(int(e.p)) / int(e.q),
    sympy.Symbol: _work_symbol,
    sympy.Indexed: lambda p, e, at: p.entry(_bare_name(e), tuple(p.whole(i, at) for i in e.indices)),
    sympy.matrices.expressions.matexpr.MatrixElement: _work_matrix_entry,
    sympy.Add: lambda p, e, at: sum(p(x, at) for x in e.args),
    sympy.Mul: lambda p, e, at: DIGITS.fprod(p(x, at) for x in e.args),
    sympy.Pow: _work_power,
    sympy.Sum: _work_over(lambda values: sum(values, DIGITS.mpf(0))),
    sympy.Product: _work_over(lambda values: DIGITS.fprod(values)),
    sympy.KroneckerDelta: lambda p, e, at: DIGITS.mpf(int(p(e.args[0], at) == p(e.args[1], at))),
    sympy.exp: lambda p, e, at: DIGITS.exp(p(e.args[0], at)),
    sympy.core.numbers.Exp1: lambda p, e, at: DIGITS.e * 1,
    sympy.log: _work_log,
    sympy.tanh: lambda p, e, at: DIGITS.tanh(p(e.args[0], at)),
    sympy.Piecewise: _work_piecewise,
    sympy.Derivative: _work_derivative,
    sympy.Limit: _work_limit,
    sympy.Abs: lambda p, e, at: abs(p(e.args[0], at)),
    sympy.Max: lambda p, e, at: max(p(x, at) for x in e.args),
    sympy.Min: lambda p, e, at: min(p(x, at) for x in e.args),
    sympy.floor: lambda p, e, at: _work_floor(p, p(e.args[0], at)),
    sympy.ceiling: lambda p, e, at: -_work_floor(p, -p(e.args[0], at)),
}
