"""The map of results as it is drawn, against the graph and against the pages that it leads to."""

from __future__ import annotations

import json
import re
from functools import cache
from html import unescape

import pytest
from bs4 import BeautifulSoup, Tag

from derivations import graph, library
from press import components, coverage
from press import map as results
from press.faults import Wrong
from press.scan import scan

TOPICS = library.topics()
PAGES = {"pages": "map.md", "rules": "map.md", **{one: f"map/{one.replace('_', '-')}.md" for one in TOPICS}}


@cache
def piece(argument: str) -> BeautifulSoup:
    return BeautifulSoup(results.draw(argument)["html"], "html.parser")


@cache
def anchors(page: str) -> frozenset[str]:
    """The anchors that the pieces of a page of the map bring; of another page, those of its derivations and claims."""
    if page in PAGES.values():
        return frozenset(
            str(one["id"])
            for argument, place in PAGES.items()
            if place == page
            for one in piece(argument).select("[id]")
        )
    found = next(one for one in coverage.pages() if one.path == page)
    uses = [use for part in found.parts for use in scan(part.text, part.first_line).uses]
    return frozenset(
        anchor
        for use in uses
        if use.kind in ("derivation", "claims")
        for anchor in components.draw(coverage.kind_of(use), use.argument)["ids"]
    )


def dangling(html: BeautifulSoup) -> set[str]:
    """Links that lead to no page, or to no anchor of it."""
    wrong = set()
    for link in html.select("a[href]"):
        page, _, anchor = str(link["href"]).removeprefix("om:").partition("#")
        there = (coverage.DOCS / page).is_file()
        if not there or (anchor and anchor not in anchors(page)):
            wrong.add(str(link["href"]))
    return wrong


@pytest.mark.parametrize("argument", PAGES)
def test_every_link_leads_somewhere(argument: str) -> None:
    assert piece(argument).select("a[href]")
    assert dangling(piece(argument)) == set()


def test_a_planted_link_is_refused() -> None:
    planted = (
        '<a href="om:map/quality.md#nothing"></a><a href="om:map/other.md"></a><a href="om:map/quality.md#quality"></a>'
    )
    assert dangling(BeautifulSoup(planted, "html.parser")) == {"om:map/quality.md#nothing", "om:map/other.md"}


def test_every_value_has_one_entry_and_every_derivation_and_definition_a_box() -> None:
    known = library.load()
    entries = [
        str(one["id"]) for argument in PAGES if argument != "pages" for one in piece(argument).select(".om-result")
    ]
    assert sorted(entries) == sorted(set(known.names) - set(known.claims))
    for topic in TOPICS:
        boxes = {str(one["data-node"]) for one in piece(topic).select(".om-map-node:not(.om-map-far)")}
        own = {name for name, one in {**known.derivations, **known.definitions}.items() if one.topic == topic}
        assert boxes == own


def test_an_entry_tells_what_the_graph_tells() -> None:
    found = graph.whole()
    for argument in set(PAGES) - {"pages"}:
        for one in piece(argument).select(".om-result"):
            name = str(one["id"])
            rows = {row.span.get_text(): links(row) for row in one.select(".om-result-row") if row.span}
            assert rows.get("rests on", set()) == set(found.below[name])
            assert rows.get("rests on it", set()) | rows.get("claims", set()) == set(found.above[name])


def test_no_rule_is_listed_that_nothing_uses() -> None:
    above = graph.whole().above
    assert [name for name, one in library.load().names.items() if not one.topic and not above[name]] == []


def links(row: Tag) -> set[str]:
    return {str(link["href"]).partition("#")[2] for link in row.select("a")}


@pytest.mark.parametrize("argument", PAGES)
def test_no_two_links_of_a_list_read_alike(argument: str) -> None:
    """Two pages have a softmax of their own, and an index looks like another: a reader sees which is meant."""
    lists = piece(argument).select(".om-result-row, .om-map-counts")
    assert lists
    for one in lists:
        read = [link.get_text() for link in one.select("a")]
        assert len(set(read)) == len(read), read


def test_the_arrows_of_a_drawing_are_ways_of_the_graph_and_leave_none_out() -> None:
    found = graph.whole()
    for topic in TOPICS:
        for svg in piece(topic).select(".om-map-drawing"):
            boxes = {str(one["data-node"]) for one in svg.select("[data-node]")}
            arrows = {(str(one["data-from"]), str(one["data-to"])) for one in svg.select("path")}
            over: dict[str, set[str]] = {one: set() for one in boxes}
            for one, other in arrows:
                assert one in found.reach(other, found.below)
                over[one].add(other)
            own = {str(one["data-node"]) for one in svg.select("[data-node]:not(.om-map-far)")}
            for name in own:
                for other in boxes & set(found.below[name]):
                    assert name in walked(other, over), (other, name)


def walked(start: str, over: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        new = over[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def test_a_box_carries_the_verdict_of_its_derivation() -> None:
    for one in piece(TOPICS[0]).select('.om-map-node[data-kind="derivation"]')[::7]:
        verdict = components.report(str(one["data-node"])).verdict
        assert one["data-verdict"] == components.kind_of(verdict)
        assert one.select("title")[0].get_text().endswith(str(verdict.value))
        assert results.SIGNS[components.kind_of(verdict)] in one.get_text()


def test_boxes_lie_inside_and_apart_and_their_words_fit() -> None:
    for argument in (*TOPICS, "pages"):
        for svg in piece(argument).select("svg"):
            width, height = float(str(svg["width"])), float(str(svg["height"]))
            boxes = [[float(str(one[key])) for key in ("x", "y", "width", "height")] for one in svg.select("rect")]
            assert all(x >= 0 and y >= 0 and x + w <= width and y + h <= height for x, y, w, h in boxes)
            for number, (x, y, w, h) in enumerate(boxes):
                assert all(x + w <= u or u + s <= x or y + h <= v or v + t <= y for u, v, s, t in boxes[:number])
            for rows, (_, _, w, h) in zip(svg.select("text"), boxes, strict=True):
                told = [unescape(one.get_text()) for one in rows.select("tspan")]
                assert len(told) * results.LINE + 10 <= h
                assert all(results._width(one) <= w - 14 or " " not in one.removesuffix(" …") for one in told)


def test_what_is_laid_out_twice_is_the_same() -> None:
    boxes = [["a", 100, 24], ["b", 100, 38], ["c", 100, 24]]
    edges = [("a", "c"), ("b", "c")]
    first = results.layout(boxes, edges, "TB")
    assert json.dumps(first) == json.dumps(results.layout(boxes, edges, "TB"))
    place = {name: (x, y) for name, x, y in first["boxes"]}
    assert place["a"][1] < place["c"][1] > place["b"][1]
    sideways = {name: (x, y) for name, x, y in results.layout(boxes, edges, "LR")["boxes"]}
    assert sideways["a"][0] < sideways["c"][0] > sideways["b"][0]


def test_an_edge_that_follows_from_others_is_left_out() -> None:
    assert results.reduced({"c": ["a", "b"], "b": ["a"], "a": []}) == {"c": ["b"], "b": ["a"], "a": []}


def test_parts_that_no_edge_joins_are_apart() -> None:
    assert results.parts(["a", "b", "c", "d"], [("d", "b")]) == [["b", "d"], ["a"], ["c"]]


def test_another_word_is_refused() -> None:
    with pytest.raises(Wrong, match="one of pages, rules"):
        results.draw("qualities")


def test_the_pages_of_the_map_hold_a_fence_for_each_topic() -> None:
    for argument, page in PAGES.items():
        assert re.search(
            rf"^```map\n{argument}\n```$", (coverage.DOCS / page).read_text(encoding="utf-8"), re.MULTILINE
        )
