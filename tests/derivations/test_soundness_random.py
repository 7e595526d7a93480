"""The prover doubted with expressions that nobody wrote: whatever it says of a random one, digits must not deny.

`normal`, `derive` and `sift` must keep the value; a sign that `positive`, `negative` or `nonnegative` sees must be
there; `zero` must prove no two expressions equal, and `at_most` none at most another, that differ at a point.
The points are the sampler's, the values the exact evaluator's. A fixed sample every day, more under `slow`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import Any

import pytest
from sympy import (
    Derivative,
    Eq,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Le,
    Mul,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    exp,
    log,
    sqrt,
)

from derivations import exact, rewriting
from derivations.calculus import Definition, Derivation, Given, Rule
from derivations.notation import D, K, N, P, W, X, Y, Z, a, b, d, i, i2, j, k, m, p, pi, q, r, s, u, w1, x, y
from derivations.prover import TimeOut, at_most, limited, prepared
from derivations.rewriting import Context, derive, negative, nonnegative, normal, positive, sift, substitute, zero
from derivations.sampler import NoPoint, points
from derivations.slips import slips

SECONDS = 4.0  # for one question to the prover; no question of the daily sample takes a tenth of it
SIZES = ({"N": 4, "m": 2, "K": 3, "D": 5},)
INDICES: dict[Symbol, tuple[Symbol, ...]] = {K: (k, j, r), m: (i, i2), D: (d, s), N: (i, i2)}
ARRAYS = ((a, (K,)), (b, (K,)), (p, (N,)), (pi, (K,)), (q, (K,)), (y, (K,)))
MATRICES = ((P, (K, m)), (Y, (K, m)), (Z, (K, m)), (W, (K, D)), (X, (D, m)))
NO_VALUE = (exact.Undefined, exact.NoRule, ZeroDivisionError, OverflowError, NoPoint, RecursionError)

HYPOTHESES: tuple[tuple[Given, ...], ...] = (
    (),
    (),
    (Given(Eq(Sum(Y[k, i], (k, 1, K)), 1), each=((i, m),), fix=Y[K, i]),),
    (Given(Eq(Sum(y[k], (k, 1, K)), 1), fix=y[K]),),
    (Given(Eq(Sum(b[k], (k, 1, K)), u), fix=b[1]),),
    (Given(Eq(a[k], u), each=((k, K),), fix=a[k]),),
    (Given(Eq(x * Sum(Y[k, i], (k, 1, K)), w1), each=((i, m),), fix=Y[1, i]),),
    (Given(Eq(w1, u * x), fix=w1),),
)
LEMMAS = (
    Rule("the logarithm lies below its tangent at 1", Le(log(x), x - 1)),
    Rule("no lemma", "nothing"),
)


@dataclass
class Maker:
    """Random expressions. `scope`: the indices that stand free, each with the size it runs to."""

    rng: random.Random
    scope: dict[Symbol, Symbol] = field(default_factory=dict)

    def index(self, size: Symbol) -> Expr:
        known = [one for one, top in self.scope.items() if top == size]
        return self.rng.choice([*known, *known, *known, Integer(1)])

    def leaf(self) -> Expr:
        match self.rng.randrange(9):
            case 0:
                return self.rng.choice([u, x, w1])
            case 1:
                return self.rng.choice([Integer(2), Integer(-1), Rational(1, 2), Integer(3)])
            case 2:
                return self.rng.choice([K, m, 1 / m, D])
            case 3 | 4:
                base, shape = self.rng.choice(ARRAYS)
            case 5 | 6:
                base, shape = self.rng.choice(MATRICES)
            case _:
                pairs = list(permutations(self.scope, 2))
                if not pairs:
                    return u
                return KroneckerDelta(*self.rng.choice(pairs))
        return base[tuple(self.index(size) for size in shape)]

    def make(self, depth: int) -> Expr:
        if depth == 0:
            return Mul(*(self.leaf() for _ in range(self.rng.choice((1, 2, 2, 3)))))
        match self.rng.randrange(12):
            case 0 | 1:
                return self.make(depth - 1) + self.make(depth - 1)
            case 2 | 3:
                return self.make(depth - 1) * self.make(depth - 1)
            case 4 | 5 | 6 | 7:
                return self.summed(depth, Sum)
            case 8:
                return self.summed(depth, Product)
            case 9:
                return exp(self.make(depth - 1))
            case 10:
                return log(self.make(depth - 1))
            case _:
                return Pow(self.make(depth - 1), self.rng.choice([2, -1, 3, Rational(1, 2), Rational(-1, 2), N]))

    def summed(self, depth: int, kind: Any) -> Expr:
        size = self.rng.choice(list(INDICES))
        unused = [one for one in INDICES[size] if one not in self.scope]
        if not unused:
            return self.leaf()
        index = self.rng.choice(unused)
        outer = dict(self.scope)
        self.scope[index] = size
        body = self.make(depth - 1)
        self.scope = outer
        low, high = self.rng.choice([(1, size)] * 6 + [(2, size), (1, size - 1)])
        return kind(body, (index, low, high))


def wrong_laws(e: Expr, rng: random.Random) -> Iterator[Expr]:
    """What a hasty hand makes of it: laws that do not hold, or not everywhere."""
    for one in sorted(e.atoms(Sum, Product, log, exp, Pow, Mul, KroneckerDelta), key=str):
        new: Expr | None = None
        if isinstance(one, Sum) and isinstance(one.function, Mul):
            first, *rest = one.function.args
            new = Sum(first, *one.limits) * Sum(Mul(*rest), *one.limits)
        elif isinstance(one, Product) or (isinstance(one, log) and isinstance(one.args[0], Product)):
            inside = one if isinstance(one, Product) else one.args[0]
            new = (
                exp(Sum(log(inside.function), *inside.limits))
                if inside is one
                else Sum(log(inside.function), *inside.limits)
            )
        elif isinstance(one, log):
            new = log(one.args[0] ** 2) / 2
        elif isinstance(one, exp):
            new = exp(one.args[0] ** 2)
        elif isinstance(one, Pow):
            new = sqrt(one.base**2) ** one.exp
        elif isinstance(one, KroneckerDelta):
            new = KroneckerDelta(one.args[0], rng.choice([*e.atoms(Indexed), one]).args[-1])
        if new is not None and new != one and isinstance(new, Expr):
            yield e.xreplace({one: new})


def variants(e: Expr, rng: random.Random, count: int) -> list[Expr]:
    """The expression, slips of it, slips of its normal form, and wrong laws."""
    made = [e]
    found = [one.line for one in slips(e)] + list(wrong_laws(e, rng))
    made += rng.sample(found, min(count, len(found)))
    return made


def answer(work: Callable[[], Any]) -> Any:
    """What the prover says within the time, or None."""
    try:
        return limited(SECONDS, work)
    except (TimeOut, ValueError, TypeError, NotImplementedError, RecursionError, AttributeError):
        return None


def values(e: Expr, sample: list[exact.Point]) -> list[Any]:
    """The value at each point; None where it has none."""
    made = []
    for point in sample:
        try:
            x_ = point(e)
            made.append(exact.lift(x_).value if isinstance(x_, exact.Jet) else x_)
        except NO_VALUE:
            made.append(None)
    return made


def differ(left: list[Any], right: list[Any], lost: bool = False) -> bool:
    """Do the two differ at a point where both have a value? `lost`: or where only the left one has."""
    return any(
        one is not None and (lost if other is None else exact.gap(one, other) is not None)
        for one, other in zip(left, right, strict=True)
    )


def doubt(seed: int, said: Counter[str]) -> list[str]:
    """The faults of one random expression, and in `said` how often the prover committed itself."""
    rng = random.Random(f"soundness {seed}")
    maker = Maker(rng)
    free = {r: K, s: D} if rng.random() < 0.5 else {k: K, i: m}
    maker.scope = dict(free)
    e = maker.make(rng.choice((1, 1, 2, 2, 3)))
    given = rng.choice(HYPOTHESES)
    if not isinstance(e, Expr) or e.has(S.NaN, S.ComplexInfinity, S.ImaginaryUnit) or e.count_ops() > 30:
        return []
    chain = Derivation(e, (), domain={index: (1, size) for index, size in free.items()})
    others = variants(e, rng, 4)
    try:
        sample = list(points([*others, *free], chain, given, seed=seed, sizes=SIZES))
    except NO_VALUE:
        return []
    known = Context({index: (S.One, size) for index, size in free.items()}, given)
    faults = []

    def keeps(what: str, made: Expr | None, before: Expr = e) -> None:
        if made is None:
            return
        said[what] += 1
        if differ(values(before, sample), values(made, sample), lost=True):
            faults.append(f"{what} of {before} under {[str(one.says) for one in given]}: {made}")

    keeps("normal", answer(lambda: normal(e, known)))
    keeps("linear", answer(lambda: normal(e, Context(linear=True))))
    keeps("sift", answer(lambda: sift(e, known.ranges)))
    keeps("substitute", answer(lambda: substitute(e, given)))
    letters = sorted(e.atoms(Indexed) | ({u, x} & e.free_symbols), key=str)
    scoped = [one for one in letters if one.free_symbols & set(INDICES[K] + INDICES[m] + INDICES[D]) <= set(free)]
    if scoped and not given:
        slope = Derivative(e, rng.choice(scoped), evaluate=False)
        keeps("derive", answer(lambda: derive(slope)), slope)

    found = [values(one, sample) for one in others]
    signs = ((positive, lambda v: v > 0), (negative, lambda v: v < 0), (nonnegative, lambda v: v >= 0))
    for one, at in zip(others, found, strict=True):
        for sign, holds in signs:
            if sign(one):
                said[sign.__name__] += 1
                if not all(holds(v) for v in at if v is not None):
                    faults.append(f"{sign.__name__}({one})")
    for n, (one, at) in enumerate(zip(others[1:], found[1:], strict=True)):
        if answer(lambda one=one: zero(e - one, known)):
            said["zero"] += 1
            if differ(found[0], at):
                faults.append(f"zero({e} − ({one})) under {[str(h.says) for h in given]}")
        if n:
            continue
        for above, below, left, right in ((e, one, found[0], at), (one, e, at, found[0])):
            lemma = rng.choice(LEMMAS)
            why = answer(lambda a=above, b=below, g=lemma: at_most(a, b, g, known, strict=False, tight=()))
            if why:
                said["at_most"] += 1
                if any(
                    v is not None and w is not None and exact.real(v) > exact.real(w) and exact.gap(v, w) is not None
                    for v, w in zip(left, right, strict=True)
                ):
                    faults.append(f"at_most({above}, {below}) by {lemma.name}: {why}")
    return faults


def run(seeds: range) -> Counter[str]:
    """Doubt with each of these seeds; how often each kind of answer was given. No clock ends it: a slow machine asks
    what a fast one asks."""
    said: Counter[str] = Counter()
    for seed in seeds:
        faults = doubt(seed, said)
        assert not faults, f"seed {seed}:\n" + "\n".join(faults)
    return said


def everything_has_one_range(_: Expr, limits: list[Any], __: Context) -> Any:
    return limits[0][1:]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("positive", lambda e: bool(e.is_real)),  # a real number is taken for a positive one
        ("_range", everything_has_one_range),  # deltas sift over any two ranges
        pytest.param(  # a product of sums for a sum of products
            "_components", lambda limits, _: [[one] for one in limits], marks=pytest.mark.slow
        ),
    ],
)
def test_the_doubt_sees_a_planted_fault(monkeypatch: pytest.MonkeyPatch, name: str, fault: Any) -> None:
    monkeypatch.setattr(rewriting, name, fault)
    rewriting.forget()
    try:
        with pytest.raises(AssertionError, match="seed"):
            run(range(400))
    finally:
        rewriting.forget()


def test_what_the_prover_says_of_random_expressions_is_true() -> None:
    said = run(range(40))
    assert min(said[one] for one in ("normal", "derive", "positive", "at_most")) > 0, said


@pytest.mark.slow
@pytest.mark.parametrize("start", range(1000, 5000, 1000))
def test_what_the_prover_says_of_many_random_expressions_is_true(start: int) -> None:
    run(range(start, start + 500))


def test_a_hypothesis_speaks_of_its_own_range_only() -> None:
    """Faults that were in the prover once: an index that leaked, and an entry beyond the range."""
    each = Given(Eq(p[i] * Sum(P[k, i], (k, 1, K)), 1), each=((i, N),))
    known = Context({i2: (S.One, N), i: (S.One, N)}, (each,))
    assert not zero(Sum(P[k, i2], (k, 1, K)) - 1 / p[i], known)
    assert zero(Sum(P[k, i2], (k, 1, K)) - 1 / p[i2], known)
    all_but_the_last = Given(Eq(a[k], u), each=((k, K - 1),))
    assert substitute(a[K], (all_but_the_last,)) == a[K]
    assert substitute(a[K], (Given(Eq(a[k], u), each=((k, K),)),)) == u


def _of(rng: random.Random, *letters: Expr) -> Expr:
    """A random smooth function of all these letters, positive ones and others."""
    one, other = rng.choice(letters), rng.choice(letters)
    made = [
        one * other,
        log(1 + one**2) + other,
        exp(one / 3) - 2 * other,
        one**2 - other / (1 + one**2),
        Sum(b[k] * one + other**2, (k, 1, K)),
    ]
    return rng.choice(made) + Rational(rng.randint(1, 5), 7) * sum(letters)


@pytest.mark.parametrize("seed", [*range(5), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(5, 15))])
def test_a_slope_is_the_same_whichever_names_are_open(seed: int) -> None:
    """A name that stays folded while one that it is made of is opened was once taken for constant."""
    rng = random.Random(seed)
    first = Definition(w1, _of(rng, u))
    second = Definition(a[k], _of(rng, w1, u, b[k]))
    third = Definition(x, exp(_of(rng, *rng.sample([w1, Sum(a[k], (k, 1, K)), u], 2)) / 9))
    line = Derivative(_of(rng, x, *rng.sample([w1, a[j], u], 2)), u)
    chain = Derivation(line, (), where=(first, second, third))
    point = next(points([line, *(one.body for one in chain.where)], chain))
    slope = exact.real(point(line))
    for count in range(4):
        for names in combinations(("w1", "a", "x"), count):
            derived = prepared(line, chain, frozenset(names), ())
            assert abs(exact.real(point(derived)) - slope) < Rational(1, 10**30) * (1 + abs(slope)), names
