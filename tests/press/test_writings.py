"""How the sources write it: names that exist, places inside the texts, nothing twice, and both tables on the page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from derivations import library, notation
from derivations.sources import TEXTS, lines_of
from derivations.written import LETTERS, WRITTEN, Letter, Meaning, Written
from press import components, ledger, writings
from press.scan import scan
from tests.press import reading

PAGE = "notation-of-the-sources.md"
LENGTHS = {text.key: text.lines for text in TEXTS}


def _place(source: str, place: str) -> list[str]:
    numbers = lines_of(place)
    if source not in LENGTHS:
        return [f"{source} is no text"]
    return [] if numbers and max(numbers) <= LENGTHS[source] else [f"{place} is no place in {source}"]


def faults(written: tuple[Written, ...], letters: tuple[Letter, ...]) -> list[str]:
    """What is wrong with the two lists."""
    library.load()  # topics enter their symbols when they are imported
    told = []
    keys = [(one.symbol, one.source, one.tex) for one in written]
    told += [f"{key}: twice" for key in {one for one in keys if keys.count(one) > 1}]
    for one in written:
        if one.symbol not in notation.TABLE:
            told.append(f"{one.symbol}: no name of the notation table")
        told += [f"{one.symbol}: {fault}" for fault in _place(one.source, one.place)]
    told += [f"{key}: a text of which no symbol is listed" for key in LENGTHS.keys() - {one.source for one in written}]
    names = [one.name for one in letters]
    told += [f"{name}: twice" for name in {one for one in names if names.count(one) > 1}]
    known = {(one.symbol, one.source) for one in written}
    for letter in letters:
        if len({one.means for one in letter.meanings}) < 2:
            told.append(f"{letter.name}: one meaning only")
        for meaning in letter.meanings:
            told += [f"{letter.name}: {fault}" for fault in _place(meaning.source, meaning.place)]
            if meaning.symbol and (meaning.symbol, meaning.source) not in known:
                told.append(f"{letter.name}: {meaning.source} is not listed as writing {meaning.symbol}")
    return sorted(told)


def test_the_lists_agree_with_the_table_the_texts_and_each_other() -> None:
    assert faults(WRITTEN, LETTERS) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"symbol": "nobody"}, "nobody: no name"),
        ({"source": "S9"}, "S9 is no text"),
        ({"place": "L9999"}, "L9999 is no place"),
        ({"place": "there"}, "there is no place"),
    ],
)
def test_a_planted_writing_is_told(broken: dict[str, str], told: str) -> None:
    found = faults((replace(WRITTEN[0], **broken), *WRITTEN[1:]), LETTERS)  # type: ignore[arg-type]
    assert any(told in one for one in found), found


def test_other_planted_faults_are_told() -> None:
    assert any("twice" in one for one in faults((*WRITTEN, WRITTEN[0]), LETTERS))
    assert any("twice" in one for one in faults(WRITTEN, (*LETTERS, LETTERS[0])))
    rest = tuple(one for one in WRITTEN if one.source != "S0")
    assert "S0: a text of which no symbol is listed" in faults(rest, ())
    lonely = Letter("q", "q", (Meaning("S3", "L1", "a thing", "q"), Meaning("S3", "L9999", "a thing", "")))
    assert faults(WRITTEN, (lonely,)) == [
        "q: L9999 is no place in S3",
        "q: S3 is not listed as writing q",
        "q: one meaning only",
    ]


def test_the_page_shows_every_writing_and_every_letter() -> None:
    drawn = [use.argument for use in scan(reading.text_of(PAGE)).uses if use.kind == "notation"]
    assert drawn == ["letters", "written"]
    table = writings.draw("written")["html"]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.DOTALL)
    assert len(rows) == len({one.symbol for one in WRITTEN})
    heads = re.findall(r'<th scope="col">(.*?)</th>', table)
    assert heads[3:] == [text.key for text in TEXTS]
    for name, row in zip(sorted({one.symbol for one in WRITTEN}, key=[*notation.TABLE].index), rows, strict=True):
        cells = re.findall(r"<td>(.*?)</td>", row, re.DOTALL)
        assert len(cells) == len(heads)
        for key, cell in zip(heads[3:], cells[3:], strict=True):
            places = [one.place for one in WRITTEN if (one.symbol, one.source) == (name, key)]
            shown = re.findall(r"<small>(.*?)</small>", cell)
            assert [re.sub(r"<[^>]+>", "", one) for one in shown] == places
    letters = writings.draw("letters")
    assert letters["ids"] == [f"letter-{one.name}" for one in LETTERS]
    assert all(f'id="{one}"' in letters["html"] for one in letters["ids"])
    assert letters["html"].count("<td>") == 3 * sum(len(one.meanings) for one in LETTERS)
    assert components.draw("notation", "written")["html"] == table


def test_a_place_leads_to_its_line() -> None:
    """Each part of it to the row of the ledger that has its first line."""
    rows = {
        key: re.findall(r'<li id="(.*?)" data-first="(\d+)" data-last="(\d+)"', ledger.draw(key)["html"])
        for key in LENGTHS
    }
    linked = 0
    for table in ("written", "letters"):
        for anchor, line in re.findall(
            r'<a href="om:claims/lines\.md#(.*?)">L(\d+).*?</a>', writings.draw(table)["html"]
        ):
            (found,) = (row for row, first, last in rows[anchor[:2]] if int(first) <= int(line) <= int(last))
            assert found == anchor
            linked += 1
    assert linked >= len(WRITTEN) + sum(len(one.meanings) for one in LETTERS)
