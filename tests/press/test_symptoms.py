"""The page of symptoms: each has an anchor that stays and leads somewhere; every page is found by what one sees."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from press import coverage
from tests.press import reading

PAGE = "symptoms.md"
UNREACHED: dict[str, str] = {}
"""Pages of a topic to which no symptom leads, each with the reason."""


def faults(text: str, unreached: dict[str, str]) -> list[str]:
    """What is wrong with a page of symptoms."""
    told = []
    sections = [one for one in reading.split(text) if one.level == 3]
    anchors = [one.anchor for one in sections]
    told += [f"#{one}: twice" for one in {one for one in anchors if anchors.count(one) > 1}]
    # An anchor that follows from the words would change with them.
    typed = re.findall(r"^### .*\{ #([\w-]+) \}\s*$", text, re.MULTILINE)
    told += [f"#{one}: no anchor of its own in the heading" for one in anchors if one not in typed]
    for one in sections:
        links = reading.links(one.body, PAGE)
        told += [f"#{one.anchor}: a link to {gone}, which is not there" for gone in reading.astray(links)]
        if "→" not in one.body or not reading.links(one.body.split("→", 1)[1], PAGE):
            told.append(f"#{one.anchor}: points nowhere")
    reached = {page for page, _ in reading.links(text, PAGE)}
    pages = set(reading.topic_pages())
    told += [f"{page}: no symptom leads there" for page in pages - reached - unreached.keys()]
    told += [f"{page}: listed, but a symptom leads there" for page in unreached.keys() & reached]
    return sorted(told)


def test_every_symptom_leads_somewhere_and_every_page_is_reached() -> None:
    assert faults(reading.text_of(PAGE), UNREACHED) == []


def test_no_topic_is_left_behind() -> None:
    reached = Counter(page.split("/")[0] for page, _ in reading.links(reading.text_of(PAGE), PAGE) if "/" in page)
    topics = {page.split("/")[0] for page in reading.topic_pages()}
    assert reached.keys() == topics
    assert min(reached.values()) >= max(reached.values()) / 2, reached


def test_symptoms_on_other_pages_lead_to_one() -> None:
    """The home page and the topics name some of them; a link there holds an anchor of this page."""
    wanted = {
        (page.path, anchor)
        for page in coverage.pages()
        for part in page.parts
        for path, anchor in reading.links(part.text, page.path)
        if path == PAGE and anchor
    }
    assert wanted
    anchors = {one.anchor for one in reading.split(reading.text_of(PAGE))}
    assert [one for one in sorted(wanted) if one[1] not in anchors] == []


EVERYWHERE = " ".join(f"[x]({page})" for page in reading.topic_pages())
GOOD = f"""# What do you see?

### It is hot {{ #hot }}

Cool it. → [Temperature](quality/softmax.md#temperature) {EVERYWHERE}
"""


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("", "", None),
        ("### It is hot { #hot }", "### It is hot { #hot }\n\n→ [x](index.md)\n\n### So hot { #hot }", "#hot: twice"),
        ("{ #hot }", "", "no anchor of its own"),
        ("softmax.md#temperature", "softmax.md#temper", "a link to quality/softmax.md#temper"),
        ("(quality/softmax.md#temperature)", "(quality/softmix.md)", "a link to quality/softmix.md"),
        ("→ ", "", "#hot: points nowhere"),
        ("[x](quality/convexity.md)", "", "quality/convexity.md: no symptom leads there"),
    ],
)
def test_a_planted_fault_is_told(was: str, becomes: str, told: str | None) -> None:
    assert was in GOOD
    found = faults(GOOD.replace(was, becomes, 1) if was else GOOD, {})
    assert found == [] if told is None else any(told in one for one in found), found


def test_an_exception_that_is_none_is_told() -> None:
    assert faults(GOOD, {"quality/softmax.md": "no reason"}) == [
        "quality/softmax.md: listed, but a symptom leads there"
    ]
