"""The smallest example refutes its claim, is small, and is found again in the cache."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sympy import Eq, Integer, Lt, Sum

from derivations import check, errata, exact, library, smallest
from derivations.calculus import Claim, Given, Kind, Ruling, Source
from derivations.notation import Q, i, m, slope, u

CLAIMS = {name: one.value for name, one in library.load().claims.items()}
SHOWN = sorted({name for one in errata.ERRATA for name in one.example if name in CLAIMS})


def _claim(stated: Any, **more: Any) -> Claim:
    return Claim("T-001", Source("a test"), "It says so.", Kind.IDENTITY, stated=stated, **more)


def _number(text: str) -> Fraction:
    return Fraction(text)


@pytest.mark.parametrize("name", SHOWN)
def test_the_claim_fails_at_its_smallest_example(name: str) -> None:
    assert smallest.of(CLAIMS[name]) is not None
    _refutes(name)


def test_each_claim_that_fails_somewhere_does_so_at_its_smallest_example() -> None:
    """Its card shows that one."""
    fails = [name for name, one in CLAIMS.items() if one.stated is not None and check.ruling(name).counterexample]
    assert len(fails) > len(SHOWN)
    for name in fails:
        _refutes(name)


def _refutes(name: str) -> None:
    claim = CLAIMS[name]
    found = smallest.of(claim)
    if found is None:
        return
    if claim.at:
        assert found == check.ruling(name).counterexample
        return
    scalars, arrays = _data(found)
    assert claim.stated is not None
    point = exact.Point(scalars, arrays, {one.label: one for one in claim.where})
    left, right = check.plain(point, claim.stated.lhs), check.plain(point, claim.stated.rhs)
    assert (check.show(left), check.show(right)) == (found.left, found.right)
    assert not check.holds(check.RELATIONS[type(claim.stated)], left, right)
    assert all(int(size) <= smallest.LARGEST for _, size in found.sizes)


def _data(found: check.Counterexample) -> tuple[dict[str, Any], dict[str, dict[tuple[int, ...], Any]]]:
    scalars: dict[str, Any] = {n: _number(v) for n, v in found.sizes}
    arrays: dict[str, dict[tuple[int, ...], Any]] = {}
    for key, value in found.values:
        base, _, index = key.removesuffix("]").partition("[")
        if index:
            arrays.setdefault(base, {})[tuple(map(int, index.split(",")))] = _number(value)
        else:
            scalars[base] = _number(value)
    return scalars, arrays


def test_no_number_is_shown_that_nothing_reads() -> None:
    """Take any one away, and the formula or a hypothesis has no value."""
    for name, claim in CLAIMS.items():
        found = smallest.of(claim) if claim.stated is not None and check.ruling(name).counterexample else None
        if found is None:
            continue
        for key in (*found.sizes, *found.values):
            less = replace(
                found,
                sizes=tuple(one for one in found.sizes if one != key),
                values=tuple(one for one in found.values if one != key),
            )
            with pytest.raises((exact.Undefined, exact.NoRule)):
                _evaluate(claim, *_data(less))


def _evaluate(claim: Claim, scalars: dict[str, Any], arrays: dict[str, Any]) -> None:
    """The formula, and every hypothesis."""
    assert claim.stated is not None
    where = {one.label: one for one in claim.where}
    point = exact.Point(scalars, arrays, where)
    for side in claim.stated.args:
        point(side)
    for one in claim.given:
        for values in product(*(range(1, point.whole(top) + 1) for _, top in one.each)):
            bind = {index: Fraction(v) for (index, _), v in zip(one.each, values, strict=True)}
            exact.Point(scalars, arrays, where, indices=bind).holds(one.says)


def test_by_hand() -> None:
    """A sum is m times the mean: with one example nothing shows, with two examples and one slope of 1 it does."""
    found = smallest.smallest(_claim(Eq(Sum(slope[i], (i, 1, m)), Sum(slope[i], (i, 1, m)) / m, evaluate=False)))
    assert found is not None
    assert found.sizes == (("m", "2"),)
    slopes = [float(value) for _, value in found.values]
    assert (float(found.left), float(found.right)) == (sum(slopes), sum(slopes) / 2)
    assert set(slopes) <= {0, 1}


def test_sides_that_differ_tell_more() -> None:
    """At 0 both sides are 0, so a strict inequality fails there; below 0 one sees it fail."""
    found = smallest.smallest(_claim(Lt(u / 2, u)))
    assert found is not None
    assert found.left != found.right
    beyond = smallest.smallest(_claim(Lt(m, Integer(1), evaluate=False)))  # one example is level, two are not
    assert beyond is not None
    assert beyond.sizes == (("m", "2"),)
    level = smallest.smallest(_claim(Lt(u, u, evaluate=False)))
    assert level is not None
    assert level.left == level.right


def test_a_hypothesis_is_met() -> None:
    ones = Given(Eq(Sum(slope[i], (i, 1, m)), 1), fix=slope[1])
    found = smallest.smallest(_claim(Eq(m * slope[1], 1, evaluate=False), given=(ones,)))
    assert found is not None
    assert sum(Fraction(value) for _, value in found.values) == 1


def test_what_holds_has_none() -> None:
    assert smallest.smallest(_claim(Eq(Q + m, m + Q, evaluate=False))) is None


def test_a_claim_without_a_formula_is_refused() -> None:
    words = Claim("T-002", Source("a test"), "It.", Kind.OPINION, ruling=Ruling.OPINION, because="One may.")
    with pytest.raises(ValueError, match="claim: expected one with a formula, got T-002"):
        smallest.smallest(words)


def test_it_is_searched_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))
    one = _claim(Eq(m, Integer(1), evaluate=False))
    first = smallest.of(one)
    assert first is not None
    assert first.sizes == (("m", "2"),)
    monkeypatch.setattr(smallest, "smallest", lambda claim: pytest.fail(f"searched for {claim.id} again"))
    assert smallest.of(one) == first
    monkeypatch.setattr(smallest, "smallest", lambda claim: None)
    assert smallest.of(replace(one, stated=Eq(m, Integer(2), evaluate=False))) is None
