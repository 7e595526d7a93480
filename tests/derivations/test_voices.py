"""Each definition and each quantity of a topic, and each slip of it, against a voice that never read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from sympy import Expr

from derivations import check, exact, library, slips
from derivations.calculus import Definition, Derivation, Quantity
from derivations.sampler import points
from tests.derivations import voice as voices
from tests.derivations.voice import Place, Voice

CLOSE = 1e-12
APART = 1e-9  # a slip that stays nearer than this to the voice at every point is not refuted
NO_VALUE = (exact.Undefined, exact.NoRule, ZeroDivisionError, OverflowError, KeyError, RecursionError)


LIBRARY = library.load()
DEFINED, NUMBERED = sorted(LIBRARY.definitions), sorted(LIBRARY.quantities)
DEFINITIONS, QUANTITIES = voices.load()


def definition(name: str) -> Definition:
    found: Definition = LIBRARY.find(name).value
    return found


def meanings(name: str, voice: Voice) -> dict[str, Definition]:
    found = [definition(one) for one in (name, *voice.opens)]
    return {one.label: one for one in found}


def places(name: str, voice: Voice) -> Iterator[exact.Point]:
    """Points for the body: its own names drawn, the head's indices at their corners or at `voice.at`."""
    one = definition(name)
    others = tuple(definition(other) for other in voice.opens)
    if not voice.at:
        chain = Derivation(one.body, (), others)
        yield from points([one.body], chain, seed=7)
        return
    ((index, tried),) = voice.at.items()
    drawn = {
        "delta0": Fraction(3, 7),
        "offset": Fraction(3, 7),
        "fall": Fraction(4, 5),
        "eta": Fraction(1, 3),
        "kappa": Fraction(4, 5),
        "M": Fraction(25),
        "m": Fraction(4),
    }
    for n in tried:
        yield exact.Point({index: Fraction(n), **drawn}, {}, {})


def plain(x: Any) -> float:
    return float(exact.real(x))


def as_numbers(point: exact.Point) -> Place:
    """The point as floats: whole numbers stay whole, arrays become NumPy arrays."""
    made: dict[str, Any] = {
        name: int(x) if isinstance(x, Fraction) and x.denominator == 1 else plain(x)
        for name, x in point.scalars.items()
    }
    for name, entries in point.arrays.items():
        shape = tuple(np.max(list(entries), axis=0))
        made[name] = np.empty(shape)
        for index, x in entries.items():
            made[name][tuple(n - 1 for n in index)] = plain(x)
    return made


def value_at(point: exact.Point, one: Definition, where: dict[str, Definition], body: Expr | None = None) -> float:
    known = where if body is None else {**where, one.label: replace(one, body=body)}
    return plain(exact.Point(point.scalars, point.arrays, known)(one.head))


def gap(got: float, expected: float) -> float:
    return abs(got - expected) / max(1.0, abs(expected))


def near(got: Any, expected: Any, close: float) -> bool:
    """Exactly where `close` is 0."""
    return bool(got == expected) if close == 0 else gap(plain(got), float(expected)) <= close


@pytest.mark.parametrize("name", DEFINED)
def test_a_definition_says_what_its_voice_says(name: str) -> None:
    assert name in DEFINITIONS, f"{name}: expected a voice in voices.py, got none"
    voice, one = DEFINITIONS[name], definition(name)
    where = meanings(name, voice)
    heard = 0
    for point in places(name, voice):
        assert gap(value_at(point, one, where), voice.says(as_numbers(point))) < CLOSE
        heard += 1
    assert heard


@pytest.mark.parametrize("name", DEFINED)
def test_each_slip_of_a_definition_is_refuted_by_its_voice(name: str) -> None:
    voice, one = DEFINITIONS[name], definition(name)
    where = meanings(name, voice)
    spoken = [(point, voice.says(as_numbers(point))) for point in places(name, voice)]

    def stands(body: Expr) -> bool:
        try:
            return all(gap(value_at(point, one, where, body), said) < APART for point, said in spoken)
        except NO_VALUE:
            return False  # no value where the definition has one

    made = list(slips.slips(one.body))
    assert made, f"{name}: no slip was made"
    survived = {slip.description for slip in made if stands(slip.line)}
    assert survived == set(voice.equivalents), f"{name}: nobody refuted {sorted(survived - set(voice.equivalents))}"


@pytest.mark.parametrize("name", NUMBERED)
def test_a_quantity_is_the_number_that_was_worked_out_another_way(name: str) -> None:
    assert name in QUANTITIES, f"{name}: expected a pin in voices.py, got none"
    pin = QUANTITIES[name]
    assert near(check.value(name), pin.number(), pin.close)


@pytest.mark.parametrize("name", NUMBERED)
def test_each_slip_of_a_quantity_is_refuted_by_its_number(name: str) -> None:
    pin, one = QUANTITIES[name], LIBRARY.find(name).value
    assert isinstance(one, Quantity)
    expected = pin.number()

    def stands(expr: Expr) -> bool:
        try:
            return near(check.quantity_value(replace(one, expr=expr)), expected, 10 * pin.close)
        except NO_VALUE:
            return False

    made = list(slips.slips(one.expr))
    assert made, f"{name}: no slip was made"
    survived = {slip.description for slip in made if stands(slip.line)}
    assert survived == set(pin.equivalents), f"{name}: nobody refuted {sorted(survived - set(pin.equivalents))}"


def nudged(at: Mapping[Any, Any]) -> Iterator[tuple[str, dict[Any, Any]]]:
    """The data of a quantity with one number changed: by 1 where it is a size, by a hundredth otherwise."""

    def more(x: Any) -> Any:
        return x + 1 if isinstance(x, int) else Fraction(str(x)) + Fraction(1, 100)

    for key, x in at.items():
        if isinstance(x, tuple):
            for n, one in enumerate(x):
                yield f"{key}[{n + 1}]", {**at, key: (*x[:n], more(one), *x[n + 1 :])}
        else:
            yield str(key), {**at, key: more(x)}


@pytest.mark.parametrize("name", NUMBERED)
def test_each_datum_of_a_quantity_counts(name: str) -> None:
    pin, one = QUANTITIES[name], LIBRARY.find(name).value
    expected = pin.number()
    spare = set()
    for datum, at in nudged(one.at):
        try:
            if near(check.quantity_value(replace(one, at=at)), expected, 10 * pin.close):
                spare.add(datum)
        except NO_VALUE:
            continue  # no value where the right data have one
    assert spare == set(pin.spare), f"{name}: nobody noticed another {sorted(spare - set(pin.spare))}"


def test_there_is_no_voice_without_a_definition_and_no_pin_without_a_quantity() -> None:
    assert sorted(DEFINITIONS) == DEFINED
    assert sorted(QUANTITIES) == NUMBERED
