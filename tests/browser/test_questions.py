"""Who types a question finds its answer, and who types what a page is called finds that page first.

Both are asked of the search that the site has, in the words that the pages themselves bring.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from .conftest import Site
from .server import Server
from .survey import DESK, Setting, visit

PAGE = "questions/"
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


@contextmanager
def search(browser: Browser, server: Server) -> Iterator[Callable[[str], list[list[str]]]]:
    """A function from words to what the site's search shows first: of each page, the addresses in it."""
    with visit(browser, server, "", Setting(DESK)) as found:
        found.page.keyboard.press("/")
        field = found.page.locator("input[name=query]")
        nothing = found.page.locator(".md-search-result__item").first

        def put(words: str) -> None:
            field.fill(words)
            field.press("End")  # the search listens to keys

        def answers(words: str) -> list[list[str]]:
            put("")
            nothing.wait_for(state="detached")
            put(words)
            nothing.wait_for(state="attached")
            shown = found.page.eval_on_selector_all(
                ".md-search-result__item",
                "(all, top) => all.slice(0, top).map((one) => [...one.querySelectorAll('a')].map((a) => a.href))",
                TOP,
            )
            return [[re.sub(r"\?[^#]*", "", link).split("/", 3)[-1] for link in page] for page in shown]

        yield answers


def test_a_question_is_found_by_its_words(browser: Browser, server: Server, site: Site) -> None:
    page = site.root / PAGE / "index.html"
    if not page.is_file():
        pytest.fail("the site has no page of questions")
    asked = wordings(page.read_text(encoding="utf-8"))
    assert len(asked) > 2 * len({*asked.values()}), "each question has two other wordings at least"
    missed = []
    with search(browser, server) as answers:
        for words, anchor in asked.items():
            shown = answers(words)
            if not any(f"{PAGE}#{anchor}" in page for page in shown):
                missed.append(f"“{words}” does not find #{anchor}, but {'; '.join(page[0] for page in shown)}")
    if missed:
        pytest.fail(f"{len(missed)} of {len(asked)}:\n" + "\n".join(missed), pytrace=False)


def test_every_digit_begins_a_word_that_is_found(browser: Browser, server: Server) -> None:
    """lunr mixed words with digits up, and found nothing for whatever began like one of them: see token-set.js."""
    with search(browser, server) as answers:
        for digit in "0123456789":
            assert answers(digit)


def names(site: Path) -> dict[str, set[str]]:
    """{what it is called: the pages that are}: titles, what the navigation says, and `words` of the front matter."""
    found: dict[str, set[str]] = {}
    docs = Path(__file__).parents[2] / "docs"
    asked = {}  # what the front matter asks of the search
    for page in docs.rglob("*.md"):
        place = page.relative_to(docs).with_suffix("").as_posix()
        text = page.read_text(encoding="utf-8")
        head = yaml.safe_load(text.split("\n---\n")[0].removeprefix("---\n")) if text.startswith("---\n") else {}
        asked[f"{place}/".removesuffix("index/")] = head.get("search", {})
    home = BeautifulSoup((site / "index.html").read_text(encoding="utf-8"), "html.parser")
    for topic in home.select("nav.om-nav > ul > li > details"):
        summary = topic.find("summary")
        assert summary is not None
        for link in topic.select("a"):
            place, name = str(link["href"]), link.get_text().strip()
            if asked.get(place, {}).get("exclude"):
                continue
            title = BeautifulSoup((site / place / "index.html").read_text(encoding="utf-8"), "html.parser").h1
            assert title is not None, place
            for permalink in title.select(".headerlink"):
                permalink.decompose()
            own = summary.get_text().strip() if name == "Overview" else name
            for one in (own, title.get_text().strip(), *asked.get(place, {}).get("words", [])):
                found.setdefault(one, set()).add(place)
    return found


def test_a_page_is_found_first_by_what_it_is_called(browser: Browser, server: Server, site: Site) -> None:
    """The titles are findings, so that nobody types them: what a page is called in the navigation leads there too."""
    wanted = names(site.root)
    assert len(wanted) > 100
    missed = []
    with search(browser, server) as answers:
        for name, places in wanted.items():
            shown = [page[0].split("#")[0] for page in answers(name)]
            if shown[0] not in places:
                missed.append(f"“{name}” finds {'; '.join(shown)} before {' or '.join(sorted(places))}")
    if missed:
        pytest.fail(f"{len(missed)} of {len(wanted)}:\n" + "\n".join(missed), pytrace=False)
