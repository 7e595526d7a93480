"""A page's source as its reader meets it: sections with their anchors, links, and what each section draws."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown import Markdown

from press import components, coverage
from press.scan import Use, scan

DOCS = coverage.DOCS
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"^(?P<hashes>#{1,6})\s")
_LINK = re.compile(r"(?<!!)\[(?P<words>(?:[^\[\]]|\[[^\]]*\])*)\]\((?P<target>[^()\s]+)\)")


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it, up to the next heading."""

    level: int
    title: str
    anchor: str
    body: str

    @property
    def uses(self) -> tuple[Use, ...]:
        return scan(self.body).uses


def text_of(page: str, docs: Path = DOCS) -> str:
    """The Markdown of a page, or of a lab's cells."""
    found = next(one for one in coverage.pages(docs) if one.path == page)
    return "\n\n".join(part.text for part in found.parts)


def split(text: str) -> list[Section]:
    """The sections of a text, with the anchors that Python-Markdown gives them."""
    lines, heads, fence = text.split("\n"), [], ""
    for number, line in enumerate(lines):
        ticks = _FENCE.match(line)
        if ticks:
            fence = "" if fence and ticks[1].startswith(fence) else fence or ticks[1]
        elif not fence and _HEADING.match(line):
            heads.append(number)
    made = Markdown(extensions=["attr_list", "toc"])
    html = made.convert("\n\n".join(lines[number] for number in heads))
    anchors = re.findall(r'<h\d[^>]* id="([^"]+)"', html)
    assert len(anchors) == len(heads), "a heading without an anchor"
    ends = [*heads[1:], len(lines)]
    sections = []
    for number, end, anchor in zip(heads, ends, anchors, strict=True):
        words = re.sub(r"\s*\{[^{}]*\}\s*$", "", lines[number]).lstrip("# ")
        found = _HEADING.match(lines[number])
        assert found
        sections.append(Section(len(found["hashes"]), words, anchor, "\n".join(lines[number + 1 : end])))
    return sections


@cache
def headings(page: str) -> frozenset[str]:
    """The anchors of a page's headings, and those typed as HTML."""
    text = text_of(page)
    return frozenset({one.anchor for one in split(text)} | set(re.findall(r'\sid="([^"]+)"', text)))


@cache
def anchors(page: str) -> frozenset[str]:
    """Every anchor of a page, those that its components bring included; draws them all."""
    found = set(headings(page))
    for use in scan(text_of(page)).uses:
        if use.block and use.kind != "trust":
            found |= set(components.draw(coverage.kind_of(use), use.argument)["ids"])
    return frozenset(found)


def links(text: str, page: str) -> list[tuple[str, str]]:
    """(page, anchor) of every link of a text that stays on the site; `page` is where the text stands."""
    made = []
    for one in _LINK.finditer(text):
        path, _, anchor = one["target"].partition("#")
        if "//" not in path:
            made.append((posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page, anchor))
    return made


def astray(found: list[tuple[str, str]], docs: Path = DOCS) -> list[str]:
    """The links among them that lead to no page, or to no place on it. A lab is linked to as a whole."""
    gone = []
    for page, anchor in found:
        if not (docs / page).is_file():
            gone.append(page)
        elif anchor and anchor not in headings(page) and anchor not in anchors(page):
            gone.append(f"{page}#{anchor}")
    return gone


def topic_pages() -> list[str]:
    """Every page and lab of the four topics, their front pages left out."""
    topics = ("quality/", "one-over-m/", "sum-or-mean/", "moving-averages/")
    return [one.path for one in coverage.pages() if one.path.startswith(topics) and not one.path.endswith("index.md")]
