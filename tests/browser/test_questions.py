"""Who types a question finds its answer: the page's own wordings, put to the search that the site has."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from .conftest import Site
from .server import Server
from .survey import DESK, Setting, visit

PAGE = "questions/"
# What is asked in a word or two is found on its own page all the same: the questions do not stand before everything.
TOPICS = {
    "softmax": "quality/softmax/",
    "momentum": "moving-averages/momentum/",
    "gradient accumulation": "sum-or-mean/accumulation/",
    "cross-entropy": "quality/cross-entropy/",
    "dZ": "one-over-m/dz/",
}
TOP = 3  # pages of the result, in the order in which they are shown


def wordings(html: str) -> dict[str, str]:
    """{words: anchor}: each question's heading, and the other wordings below it."""
    found: dict[str, str] = {}
    for heading in BeautifulSoup(html, "html.parser").select("article h3[id^=q-]"):
        below = heading.find_next_sibling("p", class_="om-asked")
        assert below is not None, f"{heading['id']}: no other wordings below it"
        for permalink in heading.select(".headerlink"):
            permalink.decompose()
        others = below.get_text().strip().removeprefix("Also asked as: ").split(";")
        found |= dict.fromkeys([heading.get_text().strip(), *(one.strip() for one in others)], str(heading["id"]))
    return found


def test_a_question_is_found_by_its_words(browser: Browser, server: Server, site: Site) -> None:
    page = site.root / PAGE / "index.html"
    if not page.is_file():
        pytest.fail("the site has no page of questions")
    asked = wordings(page.read_text(encoding="utf-8"))
    assert len(asked) > 2 * len({*asked.values()}), "each question has two other wordings at least"
    missed = []
    wanted = {words: f"{PAGE}#{anchor}" for words, anchor in asked.items()} | TOPICS
    with visit(browser, server, "", Setting(DESK)) as found:
        found.page.keyboard.press("/")
        field = found.page.locator("input[name=query]")
        nothing = found.page.locator(".md-search-result__item").first

        def put(words: str) -> None:
            field.fill(words)
            field.press("End")  # the search listens to keys

        for words, place in wanted.items():
            put("")
            nothing.wait_for(state="detached")
            put(words)
            nothing.wait_for(state="attached")
            results = found.page.eval_on_selector_all(
                ".md-search-result__item",
                "(all, top) => all.slice(0, top).map((one) => [...one.querySelectorAll('a')].map((a) => a.href))",
                TOP,
            )
            plain = {re.sub(r"\?[^#]*", "", link) for links in results for link in links}
            if not any(link.endswith(f"/{place}") for link in plain):
                shown = "; ".join(link.split("/", 3)[-1] for links in results for link in links[:2])
                missed.append(f"“{words}” does not find {place}, but {shown}")
    if missed:
        pytest.fail(f"{len(missed)} of {len(wanted)}:\n" + "\n".join(missed), pytrace=False)
