"""The page of questions: each question of the ledger has its answer there, and no answer rests on nothing."""

from __future__ import annotations

import re

import pytest

from derivations import library
from derivations.calculus import Kind
from press import components
from tests.press import reading
from tests.press.reading import Section

PAGE = "questions.md"
SHORTEST = 3  # sentences of a complete answer


def asked() -> set[str]:
    """The ids of all questions in the ledger."""
    return {name for name, named in library.load().claims.items() if named.value.kind is Kind.QUESTION}


def wordings(section: Section) -> list[str]:
    """Other words for a question, from its line “Also asked as”."""
    found = re.search(r"^Also asked as: (.+)$\n\{ \.om-asked \}", section.body, re.MULTILINE)
    return [one.strip() for one in found[1].split(";")] if found else []


def faults(text: str, ids: set[str]) -> list[str]:
    """What is wrong with a page of questions, beside the questions that it has to answer."""
    sections = [one for one in reading.split(text) if one.level == 3]
    anchors = [one.anchor for one in sections]
    told = [f"{one}: twice" for one in {one for one in anchors if anchors.count(one) > 1}]
    wanted = {f"q-{one.lower()}": one for one in ids}
    told += [f"{wanted[one]}: no heading with the anchor {one}" for one in wanted.keys() - set(anchors)]
    told += [f"{one}: no question of the ledger" for one in set(anchors) - wanted.keys()]
    pages = set(reading.topic_pages())
    for one in sections:
        links = reading.links(one.body, PAGE)
        told += [f"{one.anchor}: a link to {gone}, which is not there" for gone in reading.astray(links)]
        if not any(page in pages for page, _ in links):
            told.append(f"{one.anchor}: no link to a page of a topic")
        answer = one.body.split("{ .om-asked }")[-1].split("\nChecked: ")[0]
        uses = [(use.kind, use.argument) for use in one.uses]
        if not any(kind in ("eq", "num") for kind, _ in uses):
            told.append(f"{one.anchor}: no equation or number that was checked")
        if not any(kind == "verdict" for kind, _ in uses):
            told.append(f"{one.anchor}: no verdict")
        if re.search(r"(?:Checked:|;|,) \{verdict\}`[^`:]+`", one.body):
            told.append(f"{one.anchor}: a verdict without a word on what it is about")
        if one.anchor in wanted and ("claim", wanted[one.anchor]) not in uses:
            told.append(f"{one.anchor}: no link to {wanted[one.anchor]}")
        if len(re.findall(r"[.?!](?=\s|$)", answer)) < SHORTEST:
            told.append(f"{one.anchor}: an answer of fewer than {SHORTEST} sentences")
        if len(wordings(one)) < 2:
            told.append(f"{one.anchor}: fewer than two other wordings")
    return sorted(told)


def test_every_question_is_answered() -> None:
    assert faults(reading.text_of(PAGE), asked()) == []


GOOD = """# Questions

### Why? { #q-s9-001 }

Also asked as: how come; for what reason
{ .om-asked }

Because of this. And of that: {eq}`batch_gradient`. Nothing else.

Checked: {verdict}`batch_gradient:title`; {claim}`S9-001`. Read on: [there](quality/softmax.md#temperature).
"""


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("", "", None),
        ("q-s9-001", "q-s9-002", "S9-001: no heading"),
        ("q-s9-001", "q-s9-002", "no question of the ledger"),
        ("softmax.md", "softmix.md", "a link to quality/softmix.md"),
        ("#temperature", "#hot", "a link to quality/softmax.md#hot"),
        ("quality/softmax.md#temperature", "index.md", "no link to a page of a topic"),
        ("{eq}`batch_gradient`", "see", "no equation or number"),
        ("{verdict}`batch_gradient:title`", "yes", "no verdict"),
        ("batch_gradient:title", "batch_gradient", "a verdict without a word"),
        ("{claim}`S9-001`", "it", "no link to S9-001"),
        ("Nothing else.", "", "fewer than 3 sentences"),
        ("; for what reason", "", "fewer than two other wordings"),
        ("### Why? { #q-s9-001 }", "### Why? { #q-s9-001 }\n\n### Why? { #q-s9-001 }", "twice"),
    ],
)
def test_a_planted_fault_is_told(was: str, becomes: str, told: str | None) -> None:
    assert was in GOOD
    found = faults(GOOD.replace(was, becomes, 1) if was else GOOD, {"S9-001"})
    if told is None:
        assert found == []
    else:
        assert any(told in one for one in found), found


def test_the_card_of_a_question_leads_to_its_answer() -> None:
    for name in sorted(asked()):
        html = components.draw("claim card", name)["html"]
        assert f'href="om:questions.md#q-{name.lower()}"' in html, name
    told = next(name for name in library.load().claims if name not in asked())
    assert "questions.md" not in components.draw("claim card", told)["html"]
