"""The gallery: no lost figure is missing from it, and each card leads to something that stands on its page."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree

import pytest

from derivations import library
from derivations.calculus import Kind
from derivations.sources import TEXTS, lines_of
from press import components, coverage, gallery
from press.faults import Wrong
from press.gallery import LOST, Lost
from press.scan import scan
from tests.press import reading

PAGE = "gallery.md"


def lost_claims() -> set[str]:
    return {name for name, named in library.load().claims.items() if named.value.kind is Kind.LOST}


@cache
def blocks(page: str) -> list[tuple[str, str]]:
    """What stands on a page as a block of its own."""
    return [(use.kind, use.argument) for use in scan(reading.text_of(page)).uses if use.block]


def faults(listed: tuple[Lost, ...], claims: set[str]) -> list[str]:
    """What is wrong with a list of lost figures, beside the ledger's claims that a figure is lost."""
    ids = [one.id for one in listed]
    told = [f"{one}: twice" for one in {one for one in ids if ids.count(one) > 1}]
    named = {name for one in listed for name in one.claims}
    told += [f"{name}: a lost figure of the ledger that is not listed" for name in claims - named]
    told += [f"{name}: no lost figure of the ledger" for name in named - claims]
    lengths = {text.key: text.lines for text in TEXTS}
    known = components.figure_names()
    for one in listed:
        numbers = lines_of(one.place)
        if one.source not in lengths or not numbers or max(numbers) > lengths[one.source]:
            told.append(f"{one.id}: {one.place} is no place in {one.source}")
        if not (coverage.DOCS / one.page).is_file():
            told.append(f"{one.id}: no page {one.page}")
            continue
        ways = [bool(one.figure), any(one.use), bool(one.picture), bool(one.reason)]
        if sum(ways) != 1 or bool(one.now) is bool(one.reason):
            told.append(f"{one.id}: one figure, one object of a page, one picture of a lab, or one reason")
        uses = blocks(one.page)
        if one.figure and one.figure not in known:
            told.append(f"{one.id}: no figure {one.figure}")
        elif one.figure and ("figure", one.figure) not in uses:
            told.append(f"{one.id}: {one.figure} does not stand on {one.page}")
        elif one.panel:
            try:
                gallery.picture(one.figure, one.panel, "light")
            except Wrong as fault:
                told.append(f"{one.id}: {fault}")
        if any(one.use) and one.use not in uses:
            told.append(f"{one.id}: no {one.use[0]} {one.use[1]} on {one.page}")
        described = (coverage.DOCS / one.page).read_text(encoding="utf-8")
        if one.picture and f'# %% alt="{one.picture}' not in described:
            told.append(f"{one.id}: no picture “{one.picture}…” in {one.page}")
    return sorted(told)


def test_no_lost_figure_is_missing_and_none_points_nowhere() -> None:
    assert faults(LOST, lost_claims()) == []


def test_every_text_has_a_part_of_the_page_and_every_figure_a_place_there() -> None:
    drawn = [(use.kind, use.argument) for use in scan(reading.text_of(PAGE)).uses if use.kind == "gallery"]
    assert [argument for _, argument in drawn] == ["", *sorted({one.source for one in LOST})]
    assert {gallery.anchor(one) for one in LOST} <= reading.anchors(PAGE)


FIRST = next(one for one in LOST if one.figure and one.claims)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"figure": "no_such_figure"}, "no figure no_such_figure"),
        ({"page": "quality/softmax.md"}, "does not stand on quality/softmax.md"),
        ({"page": "quality/softmix.md"}, "no page quality/softmix.md"),
        ({"place": "L9999"}, "L9999 is no place"),
        ({"place": "there"}, "there is no place"),
        ({"claims": ()}, "that is not listed"),
        ({"claims": (*FIRST.claims, "S0-001")}, "S0-001: no lost figure of the ledger"),
        ({"panel": "no_such_panel"}, "no_such_panel"),
        ({"reason": "none"}, "or one reason"),
        ({"now": ""}, "or one reason"),
        ({"figure": "", "use": ("snippet", "quality/softmax:none")}, "no snippet quality/softmax:none"),
        ({"figure": "", "picture": "A picture of nothing"}, "no picture “A picture of nothing…”"),
    ],
)
def test_a_planted_fault_is_told(broken: dict[str, object], told: str) -> None:
    listed = tuple(replace(one, **broken) if one is FIRST else one for one in LOST)  # type: ignore[arg-type]
    assert any(told in one for one in faults(listed, lost_claims())), faults(listed, lost_claims())


def test_a_figure_listed_twice_is_told() -> None:
    assert f"{FIRST.id}: twice" in faults((*LOST, FIRST), lost_claims())


def test_the_count_is_that_of_the_list() -> None:
    html = gallery.draw("")["html"]
    reasons = sum(bool(one.reason) for one in LOST)
    assert re.findall(r"<strong>(\d+)</strong>", html) == [str(len(LOST)), str(len(LOST) - reasons), str(reasons)]


@pytest.mark.parametrize("theme", gallery.THEMES)
def test_a_small_picture_stands_alone(theme: str) -> None:
    """It is XML, asks nothing of a page or another file, and has a value for every colour it uses."""
    for one in LOST:
        if not one.figure:
            continue
        text = gallery.picture(one.figure, one.panel, theme)
        root = ElementTree.fromstring(text)
        assert root.tag == f"{{{gallery.SVG}}}svg"
        style = text[text.index("<style>") : text.index("</style>")]
        used, given = set(re.findall(r"var\((--[\w-]+)", style)), set(re.findall(r"[{;](--[\w-]+):", style))
        assert used <= given, (one.id, used - given)
        assert not re.search(r"url\(|@import|href=", text), one.id
        drawn = {name for group in re.findall(r'class="([^"]*)"', text) for name in group.split()}
        known = set(re.findall(r"\.(om-[\w-]+)", gallery.STYLE.read_text(encoding="utf-8")))
        assert {name for name in drawn & known if not re.search(rf"\.{name}(?![\w-])", style)} == set(), one.id


def test_the_themes_differ_in_their_colours_alone() -> None:
    light, dark = (gallery.picture(FIRST.figure, FIRST.panel, theme) for theme in gallery.THEMES)
    assert light != dark
    assert light[light.index("</style>") :] == dark[dark.index("</style>") :]


def test_the_pictures_of_the_page_are_files_of_the_site() -> None:
    files = gallery.files()
    for source in {one.source for one in LOST}:
        asked = re.findall(r'src="om:([^"]+)"', gallery.draw(source)["html"])
        assert set(asked) <= files.keys()
    with pytest.raises(Wrong, match="a text that lost figures"):
        gallery.draw("S9")
