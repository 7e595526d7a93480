"""Every line of every source is judged by a claim or listed as silent with its reason: never both, never neither.

`python -m pytest tests/derivations/test_sources.py -k S3` prints what is open of one text.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivations import library, sources
from derivations.calculus import Claim, Kind, Ruling, Source
from derivations.sources import TEXTS, Text, account, lines_of, place_of

CLAIMS = {name: one.value for name, one in library.load().claims.items()}


@pytest.mark.parametrize("text", TEXTS, ids=[one.key for one in TEXTS])
def test_every_line_is_judged_or_silent(text: Text) -> None:
    found = account(text, CLAIMS)
    if found.problems:
        pytest.fail("\n".join(found.problems), pytrace=False)


def test_every_claim_is_of_a_text_or_of_a_public_thread() -> None:
    assert {name.partition("-")[0] for name in CLAIMS} == {"GH", *(one.key for one in TEXTS)}


def _claim(name: str, place: str, of: str = "a text") -> Claim:
    return Claim(name, Source(of, place), "It says so.", Kind.OPINION, ruling=Ruling.OPINION, because="One may.")


WELL = Text("S9", "a text", 6, {"blank": "L2, L5–6"})
JUDGED = {one.id: one for one in (_claim("S9-001", "L1, L3–4"), _claim("S9-002", "L3"), _claim("S8-001", "L70"))}


def test_an_account_that_is_well() -> None:
    found = account(WELL, JUDGED | {"S9-003": _claim("S9-003", sources.WHOLE)})
    assert found.problems == ()
    assert found.judged == {1: ("S9-001",), 3: ("S9-001", "S9-002"), 4: ("S9-001",)}
    assert found.silent == {2: "blank", 5: "blank", 6: "blank"}


@pytest.mark.parametrize(
    ("text", "more", "told"),
    [
        (replace(WELL, lines=8), (), "S9: missing lines: L7–8"),
        (replace(WELL, silent={"blank": "L2, L4–6"}), (), "S9: judged and silent lines: L4"),
        (replace(WELL, lines=5), (), "S9: beyond the text lines: L6"),
        (WELL, (_claim("S9-003", "L9"),), "S9: beyond the text lines: L9"),
        (WELL, (_claim("S9-003", "near the end"),), "S9-003: expected lines such as L3, L5–7, got 'near the end'"),
        (WELL, (_claim("S9-003", "L4, L3"),), "S9-003: expected lines in order, each once, got 'L4, L3'"),
        (WELL, (_claim("S9-003", "L3–4, L4"),), "S9-003: expected lines in order, each once, got 'L3–4, L4'"),
        (WELL, (_claim("S9-003", "L3", "another"),), "S9-003: expected the source 'a text', got 'another'"),
    ],
)
def test_an_account_that_is_not(text: Text, more: tuple[Claim, ...], told: str) -> None:
    assert account(text, JUDGED | {one.id: one for one in more}).problems == (told,)


@pytest.mark.parametrize(
    ("silent", "told"),
    [
        ({"blank": "the end"}, "expected lines such as L3, L5–7, got 'the end' for 'blank'"),
        ({"blank": "L2, L5–6", "a name": "L5"}, "expected each line once, got L5 as 'blank' and 'a name'"),
    ],
)
def test_silent_lines_are_lines_and_named_once(silent: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match="silent of S9") as fault:
        account(replace(WELL, silent=silent), {})
    assert told in str(fault.value)


def test_a_place_and_its_lines() -> None:
    assert lines_of("L3, L5–7") == (3, 5, 6, 7)
    assert lines_of("L3 and L5") == ()
    assert place_of((7, 3, 5, 6, 3)) == "L3, L5–7"
    assert place_of(()) == ""
