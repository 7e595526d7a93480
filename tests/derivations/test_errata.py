"""Every claim that is false or misleading stands in exactly one erratum, and every erratum shows what it says."""

from __future__ import annotations

from collections import Counter

import pytest

from derivations import check, library
from derivations.calculus import Ruling
from derivations.errata import ERRATA, UPSTREAM, Erratum, Harm
from press import components, coverage
from press.scan import scan

EVERYTHING = library.load()


@pytest.fixture(scope="module")
def wrong() -> set[str]:
    return {n for n in EVERYTHING.claims if check.ruling(n).ruling in (Ruling.FALSE, Ruling.MISLEADING)}


def test_every_wrong_claim_is_in_one_erratum_and_no_other_is(wrong: set[str]) -> None:
    many = Counter(name for one in ERRATA for name in one.claims)
    assert sorted(wrong - set(many)) == [], "in no erratum"
    assert sorted(set(many) - wrong) == [], "neither false nor misleading"
    assert [name for name, number in many.items() if number > 1] == []


def test_the_worst_stands_first() -> None:
    order = list(Harm)
    assert [one.harm for one in ERRATA] == sorted((one.harm for one in ERRATA), key=order.index)
    assert {one.harm for one in ERRATA} == set(order)


def test_names_are_anchors_and_unique() -> None:
    names = [one.name for one in ERRATA]
    assert len(set(names)) == len(names)
    assert not set(names) & {harm.name.lower() for harm in Harm}
    assert all(name.replace("-", "").isalpha() and name.islower() for name in names)


@pytest.mark.parametrize("one", ERRATA, ids=[one.name for one in ERRATA])
def test_an_erratum_shows_something_computed(one: Erratum, wrong: set[str]) -> None:
    """Only where no claim of it has a formula may an example be missing."""
    kinds = components.names()
    computed = {name for name in one.claims if check.ruling(name).computed}
    assert one.example or not computed
    for name in one.example:
        assert name in kinds, f"{name}: nothing has this name"
        assert kinds[name] in ("claim", "quantity", "measured", "derivation", "definition")
        if kinds[name] == "claim":
            assert name in wrong
            assert check.ruling(name).computed


@pytest.mark.parametrize("one", ERRATA, ids=[one.name for one in ERRATA])
def test_nothing_is_typed_that_could_be_drawn(one: Erratum) -> None:
    for text in (one.title, one.why, one.right):
        found = scan(text)
        assert not found.faults
        assert coverage.typed(found, one.name) == []


def test_every_source_with_a_mistake_can_be_told() -> None:
    assert set(UPSTREAM) == {name.partition("-")[0] for one in ERRATA for name in one.claims}


def test_an_erratum_is_about_a_claim() -> None:
    with pytest.raises(ValueError, match="x: expected the claims that it is about, got none"):
        Erratum("x", "X", Harm.CODE, (), "Why.", "Right.", ())
