"""The ledger as it was built: its cards against `trust.json`, every line once, and the filter as a reader uses it."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from .conftest import Site
from .server import Server
from .survey import DESK, PHONE, Setting, visit

LINES = "claims/lines/"
LENGTHS = {"S0": 41, "S1": 50, "S2": 78, "S3": 660, "S4": 419}  # counted in the texts themselves


def read(site: Site, page: str) -> BeautifulSoup:
    path = site.root / page / "index.html"
    if not path.is_file():
        pytest.fail(f"no page {page}", pytrace=False)
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def cards(site: Site) -> list[tuple[str, str, str]]:
    """(claim, verdict, page) of every card with an anchor, in the whole site."""
    found = []
    for path in sorted(site.root.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for tag in re.findall(r"<aside [^>]*\bom-claim\b[^>]*>", text):
            name = re.search(r'\bid="?([\w-]+)', tag)
            ruling = re.search(r'\bdata-ruling="?(\w+)', tag)
            if name and ruling:
                found.append((name[1], ruling[1], str(path.parent.relative_to(site.root))))
    return found


def test_each_claim_has_one_card(cards: list[tuple[str, str, str]]) -> None:
    assert cards
    assert [name for name, many in Counter(name for name, _, _ in cards).items() if many > 1] == []
    assert {Path(page).parts[0] for _, _, page in cards} == {"claims"}


def test_the_trust_report_counts_the_cards(site: Site, cards: list[tuple[str, str, str]]) -> None:
    told = json.loads((site.root / "trust.json").read_text(encoding="utf-8"))["claims"]
    assert told.pop("total") == len(cards)
    assert {kind: many for kind, many in told.items() if many} == Counter(ruling for _, ruling, _ in cards)


def test_each_card_leads_to_a_page_that_is_there(site: Site, cards: list[tuple[str, str, str]]) -> None:
    gone = []
    for page in sorted({page for _, _, page in cards}):
        for card in read(site, page).select("aside.om-claim[id]"):
            for link in card.select(".om-claim-foot a"):
                target = urldefrag(urljoin(f"/{page}/", str(link["href"])))
                there = site.root / target.url.strip("/") / "index.html"
                anchor = target.fragment
                if not there.is_file() or (anchor and f'id="{anchor}"' not in there.read_text(encoding="utf-8")):
                    gone.append(f"{card['id']}: {link['href']}")
    assert gone == []


# ---- line by line


@pytest.fixture(scope="module")
def page(site: Site) -> BeautifulSoup:
    return read(site, LINES)


def test_every_line_stands_in_one_row_in_order(page: BeautifulSoup) -> None:
    for key, length in LENGTHS.items():
        rows = page.select(f'.om-ledger[data-source="{key}"] > li[data-first]')
        lines = [n for row in rows for n in range(int(str(row["data-first"])), int(str(row["data-last"])) + 1)]
        assert lines == list(range(1, length + 1)), key
        assert [row["id"] for row in rows] == [f"{key}-L{row['data-first']}" for row in rows]
        assert all(row.select("[data-claim]") or "data-silent" in row.attrs for row in rows)


def test_every_claim_is_told_once_with_the_verdict_of_its_card(
    page: BeautifulSoup, cards: list[tuple[str, str, str]]
) -> None:
    ruled = {name: (ruling, where) for name, ruling, where in cards}
    told = page.select(".om-ledger [data-kind]")
    assert Counter(str(one["data-claim"]) for one in told) == Counter(list(ruled))
    for one in page.select(".om-ledger [data-claim]"):
        name = str(one["data-claim"])
        (badge,) = one.select(".om-ruling")
        link = one.select("a")[0]
        assert badge["data-ruling"] == ruled[name][0]
        assert urljoin(f"/{LINES}", str(link["href"])) == f"/{ruled[name][1]}/#{name}"


def test_the_table_counts_what_is_below(page: BeautifulSoup) -> None:
    (table,) = page.select("article table.om-trust")
    rows = {
        row.select("th")[0].get_text(): [one.get_text() for one in row.select("td")] for row in table.select("tbody tr")
    }
    for key, length in LENGTHS.items():
        listed = page.select(f'.om-ledger[data-source="{key}"]')[0]

        def many(rows: Any) -> int:
            return sum(int(str(one["data-last"])) - int(str(one["data-first"])) + 1 for one in rows)

        silent = many(listed.select("li[data-silent]"))
        claims = len(listed.select("[data-kind]"))
        assert [int(one) for one in rows[key]] == [length, length - silent, silent, claims], key


# ---- the filter


def shown(page: Page) -> set[str]:
    """Claims that a reader sees, said in full or going on."""
    return set(
        page.evaluate(
            "() => [...document.querySelectorAll('[data-claim]')].filter((one) => one.checkVisibility())"
            ".map((one) => one.dataset.claim)"
        )
    )


def told(page: Page) -> str:
    return str(page.locator(".om-filter output").inner_text())


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_it_filters_by_keyboard_and_the_address_keeps_it(
    width: int, browser: Browser, server: Server, cards: list[tuple[str, str, str]]
) -> None:
    with visit(browser, server, LINES, Setting(width)) as found:
        page = found.page
        every = shown(page)
        assert every == {name for name, _, _ in cards}
        assert told(page).startswith(f"{len(every)} claims on {sum(LENGTHS.values()):,} lines")
        page.locator('.om-filter [name="source"]').focus()
        page.keyboard.type("S3")
        page.keyboard.press("Tab")
        page.keyboard.type("fal")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        false = {name for name, ruling, _ in cards if ruling == "false" and name.startswith("S3-")}
        assert shown(page) == false
        assert told(page).startswith(f"{len(false)} claims on ")
        assert parse_qs(urlsplit(page.url).query) == {"source": ["S3"], "verdict": ["false"]}
        page.keyboard.type("s3-006")
        assert shown(page) == {"S3-006"}
        assert told(page) == "1 claim on 1 line"
        page.reload()
        assert shown(page) == {"S3-006"}
        page.keyboard.press("Escape")
        page.locator(".om-filter button").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("() => !location.search")
        assert shown(page) == every
        assert not found.faults


def test_a_line_is_found_by_its_number_and_by_its_anchor(browser: Browser, server: Server) -> None:
    with visit(browser, server, LINES, Setting(DESK)) as found:
        page = found.page
        page.locator('.om-filter [name="words"]').fill("L426")
        rows = page.evaluate(
            "() => [...document.querySelectorAll('.om-ledger > li')].filter((one) => one.checkVisibility())"
            ".map((one) => [one.dataset.first, one.dataset.last])"
        )
        assert rows
        assert all(int(first) <= 426 <= int(last) for first, last in rows)
        page.locator('.om-filter [name="words"]').fill("no such words anywhere")
        assert told(page) == "Nothing fits. Choose less, or show all."
        wanted = page.evaluate(
            "() => { const row = [...document.querySelectorAll('.om-ledger[data-source=S4] > li')]"
            ".find((one) => +one.dataset.last > +one.dataset.first); return [row.id, row.dataset.last] }"
        )
        page.evaluate("(line) => { location.hash = `S4-L${line}` }", wanted[1])
        page.wait_for_function("() => !location.search")
        assert page.locator(f"#{wanted[0]}").is_visible()
        page.wait_for_function("() => scrollY > 500")
        assert not found.faults


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("?verdict=silent", set[str]()), ("?verdict=nothing&source=S0&kind=question", {"question"})],
)
def test_an_address_that_was_given(query: str, wanted: set[str], browser: Browser, server: Server) -> None:
    """Silent lines alone; and a verdict that there is none of is no verdict."""
    with visit(browser, server, LINES + query, Setting(DESK)) as found:
        page = found.page
        kinds = page.evaluate(
            "() => [...document.querySelectorAll('[data-kind]')].filter((one) => one.checkVisibility())"
            ".map((one) => one.dataset.kind)"
        )
        assert set(kinds) == wanted
        assert page.locator(".om-ledger > li:visible").count() > 0


def test_without_javascript_everything_is_listed_and_no_control_is_shown(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(server.url(LINES))
        assert page.locator(".om-filter").is_hidden()
        rows = page.locator(".om-ledger > li")
        assert rows.count() == page.locator(".om-ledger > li:visible").count() > 0
    finally:
        context.close()


# ---- errata


def test_a_text_to_send_names_its_mistakes_with_whole_addresses(browser: Browser, server: Server) -> None:
    with visit(browser, server, "errata/", Setting(DESK)) as found:
        page = found.page
        texts = page.locator(".om-upstream")
        assert texts.count() == len(LENGTHS) + 1
        for number in range(texts.count()):
            texts.nth(number).locator("summary").click()
            text = texts.nth(number).locator("pre").inner_text()
            links = re.findall(r"https?://\S+/claims/[\w-]+/#([\w-]+)", text)
            assert len(links) == len(re.findall(r"^\d+\. ", text, re.MULTILINE)) > 0
            assert all(str(texts.nth(number).locator("summary").inner_text()).endswith(one[:2]) for one in links)
        assert not found.faults
