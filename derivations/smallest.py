"""The smallest example that shows a claim to be false: the fewest sizes, then the simplest numbers, that refute it.

A ruling needs one point where a claim fails, and takes one where nothing degenerates. A reader wants one that can be
worked out by hand. Both are evaluated by the same exact arithmetic; the search only tries simple points first.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from derivations import cache as kept
from derivations import check, exact, sampler
from derivations.calculus import Claim, Derivation
from derivations.check import Counterexample
from derivations.notation import TABLE

LARGEST = 3  # no size beyond: what needs more is no small example
LEAST = {"K": 2}  # of one class there is nothing to tell
TRIES = 24  # draws at each setting of the sizes


def simple(low: Any, high: Any) -> list[Fraction]:
    """Numbers strictly inside (low, high), the simplest first; None is no bound.

    >>> [str(one) for one in simple(0, 1)]
    ['1/2', '1/4', '3/4', '1/10', '1/5', '3/10', '2/5']
    >>> [str(one) for one in simple(None, None)][:4]
    ['1', '0', '2', '-1']
    """
    found = [
        Fraction(n, d)
        for d in (1, 2, 4, 10)
        for n in (1, 0, 2, -1, 3, *range(4, 10), -2, -3)
        if (low is None or Fraction(n, d) > low) and (high is None or Fraction(n, d) < high)
    ]
    return list(dict.fromkeys(found))[:7]


def cost(point: exact.Point) -> tuple[int, Fraction]:
    """How hard a point is to work with by hand: long fractions first, then large numbers."""
    numbers = [*point.scalars.values(), *(x for entries in point.arrays.values() for x in entries.values())]
    if any(not isinstance(x, Fraction) for x in numbers):
        return 10**6, Fraction(0)
    return sum(x.denominator - 1 for x in numbers), sum((abs(x) for x in numbers), Fraction(0))


def smallest(claim: Claim) -> Counterexample | None:
    """The smallest point found at which `stated` fails; None for a claim that fails at no small one.

    One where a strict inequality fails by two equal sides is taken only where there is no other: it tells little.
    Raises ValueError for a claim without a formula. A claim at numbers of its own fails there, and nowhere else.
    """
    if claim.stated is None:
        raise ValueError(f"claim: expected one with a formula, got {claim.id}")
    if claim.at:
        return check.rule_on(claim).counterexample
    chain = check.as_link(claim.stated, claim.where, claim.given, claim.domain, claim.id)
    wanted = sampler.need([chain.start, chain.end], chain.meanings, chain.domain, chain.given)
    level = None
    for sizes in _sizes(wanted.sizes, sampler._narrowed(chain.domain)):
        found = _at(chain, wanted, sizes, random.Random(f"{claim.id}/{sorted(sizes.items())}"))
        if found is not None and found.left != found.right:
            return found
        level = level or found
    return level


def _sizes(names: tuple[str, ...], narrowed: Mapping[str, tuple[int, int]]) -> Iterator[dict[str, int]]:
    """All settings, those with the smallest sum first."""
    ranges = []
    for name in names:
        low, high = narrowed.get(name, (LEAST.get(name, 1), LARGEST))
        ranges.append(range(low, min(high, max(low, LARGEST)) + 1))
    for values in sorted(product(*ranges), key=lambda one: (sum(one), one)):
        yield dict(zip(names, values, strict=True))


def _at(chain: Derivation, wanted: sampler.Need, sizes: dict[str, int], rng: random.Random) -> Counterexample | None:
    """The simplest point of these sizes that breaks the link, of all that were tried."""
    plain = exact.Point({n: Fraction(v) for n, v in sizes.items()}, {}, {})
    tops = {x: plain.whole(wanted.ranges[x]) for x in wanted.free}
    corners = [dict.fromkeys(wanted.free, 1), dict(tops)]
    best: tuple[Any, exact.Point, Any, Any] | None = None
    for corner in corners[: 1 if corners[0] == corners[1] else 2]:
        scalars = {**{n: Fraction(v) for n, v in sizes.items()}, **{x.name: Fraction(v) for x, v in corner.items()}}
        for turn in range(TRIES):
            point = _point(chain, wanted, scalars, rng, turn)
            broken = None if point is None else _breaks(chain, point)
            if point is None or broken is None:
                continue
            price = broken[0] == broken[1], cost(point)
            if best is None or price < best[0]:
                best = price, point, *broken
    if best is None:
        return None
    relation = chain.links[0].step.relation
    return check.counterexample(best[1], (chain.start, chain.end), best[2], best[3], str(relation), chain.given)


def _breaks(chain: Derivation, point: exact.Point) -> tuple[Any, Any] | None:
    try:
        left, right = check.plain(point, chain.start), check.plain(point, chain.end)
        return None if check.holds(chain.links[0].step.relation, left, right) else (left, right)
    except (exact.Undefined, RecursionError):  # a recursion that is read before its first value has no end
        return None


def _point(
    chain: Derivation, wanted: sampler.Need, fixed: Mapping[str, Fraction], rng: random.Random, turn: int
) -> exact.Point | None:
    """Simple numbers that satisfy the hypotheses: at first all the same, then more and more mixed."""
    domain = {x.name: bounds for x, bounds in chain.domain.items()}
    reach = 1 + turn // 4

    def draw(low: Any, high: Any) -> Fraction:
        return rng.choice(simple(low, high)[:reach])

    bounds = {name: domain.get(name, (TABLE[name].low, TABLE[name].high)) for name in wanted.numbers}
    scalars = {**fixed, **{name: draw(*bounds[name]) for name in wanted.numbers}}
    plain = exact.Point(scalars, {}, {})
    arrays: dict[str, dict[tuple[int, ...], Any]] = {}
    for name in wanted.arrays:
        row = TABLE[name]
        entries = product(*(range(1, plain.whole(top) + 1) for top in row.shape))
        arrays[name] = {index: draw(row.low, row.high) for index in entries}
    point = exact.Point(scalars, arrays, chain.meanings)
    if not all(sampler._meet(one, point, scalars, arrays, chain) for one in chain.given):
        return None
    point = exact.Point(scalars, arrays, chain.meanings)
    if not all(sampler._meet(replace(one, fix=None), point, scalars, arrays, chain) for one in chain.given):
        return None  # solving for one entry broke what another was solved for
    inside = [(scalars[name], *bounds[name]) for name in wanted.numbers]
    inside += [(x, TABLE[name].low, TABLE[name].high) for name in wanted.arrays for x in arrays[name].values()]
    for x, low, high in inside:
        number = exact.real(x)
        if (low is not None and number <= low) or (high is not None and number >= high):
            return None
    return point


# ---- kept by content


@cache
def _method() -> str:
    """The search and what it calls, as they stand."""
    paths = (Path(one) for one in (__file__, check.__file__, exact.__file__, sampler.__file__))
    return hashlib.sha256(b"\0".join(one.read_bytes() for one in paths)).hexdigest()


def of(claim: Claim) -> Counterexample | None:
    """`smallest`, kept until the claim, a row of the notation table or the search changes."""
    told = repr(claim)
    rows = [repr(row) for row in TABLE.values() if row.name in told]
    key = hashlib.sha256("\0".join([_method(), told, *rows]).encode()).hexdigest()[:24]
    path = kept.folder() / f"smallest-{claim.id}-{key}.json"
    found = kept._kept(path)
    if found is None:
        made = smallest(claim)
        found = {"example": None if made is None else asdict(made)}
        kept._keep(path, found)
    return kept._counterexample(found["example"])
