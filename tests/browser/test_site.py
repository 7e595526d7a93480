"""Every page and lab, in both themes, on a phone, a tablet and a desk: each test lists all faults of its kind."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from . import budgets
from .budgets import Table, kilobytes
from .conftest import Site, Survey, none_of
from .server import Server
from .survey import DESK, KINDS, LOOKS, PHONE, Setting, Theme, Visit, visit
from .tools import EXCUSES, broken_links, invalid_html

CHECKS = {
    "console": "the console is silent and every request is answered",
    "other host": "nothing is asked of another host",
    "theme": "the theme asked for is the theme drawn",
    "axe": "axe finds nothing, in both themes, on a phone and at a desk, with every disclosure open",
    "overflow": "nothing is wider than the window, and nothing is cut off",
    "labels": "a figure's words are inside it, large enough, and apart",
    "maths": "maths is MathML, and no TeX is left to see",
    "layout shift": "nothing moves while the page loads",
    "without JavaScript": "the page reads right with JavaScript off",
    "keyboard": "every control, copy button and disclosure works from the keyboard",
}


# Those that the design gives a budget, under the name that the table has for them.
COUNTED = {
    "other host": "requests to another host",
    "axe": "axe violations, both themes",
    "layout shift": "layout shifts",
    "console": "console errors and failed requests",
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: CHECKS[check])
def test_every_page(surveyed: Survey, table: Table, check: str) -> None:
    faults = surveyed.of(check)
    if check in COUNTED:
        pages = len({each.page for each in surveyed.measures})
        table.add(COUNTED[check], f"all {pages}", str(len(faults)), "0", "over" if faults else "held")
    none_of(faults)


def test_the_survey_saw_something_of_each_kind(surveyed: Survey, table: Table) -> None:
    """A check that found nothing to look at has checked nothing."""
    seen = {
        kind: int(sum(each.value for each in surveyed.measures if each.what == kind))
        for kind in (*KINDS, "controls", "copy buttons")
    }
    table.add("looked at", "all", ", ".join(f"{count} {kind}" for kind, count in seen.items()))
    restarts = sum(each.what == "restarts" for each in surveyed.measures)
    table.add("stages that broke off, gone through again", "all", str(restarts))
    assert all(seen.values()), seen


def test_the_survey_knows_no_other_check(surveyed: Survey) -> None:
    assert {each.check for each in surveyed.faults} <= {*CHECKS}


def test_html_is_valid(site: Site) -> None:
    faults, _ = invalid_html(site.root, site.files)
    none_of(faults)


def test_every_excuse_is_needed(site: Site) -> None:
    _, needed = invalid_html(site.root, site.files)
    assert not {*EXCUSES} - needed, "no page needs it any more"


def test_links_and_anchors_lead_somewhere(server: Server, site: Site) -> None:
    faults = broken_links(server, site.pages)
    none_of(faults)


def test_first_visits_are_light(site: Site, surveyed: Survey, table: Table) -> None:
    """A lab's pictures count as figures."""
    figures = {each.page for each in surveyed.measures if each.what == "figures" and each.value} | {*labs(site)}
    over = []
    for each in surveyed.measures:
        if each.what != "bytes":
            continue
        most = budgets.FIRST_VISIT_WITH_FIGURE if each.page in figures else budgets.FIRST_VISIT
        held = each.value <= most
        what = "first visit, with a figure" if each.page in figures else "first visit"
        table.add(what, each.page, kilobytes(each.value), kilobytes(most), "held" if held else "over")
        if not held:
            over.append(f"{each.page or '(home)'}: {what}: {kilobytes(each.value)}, at most {kilobytes(most)}")
    if over:
        pytest.fail("\n".join(over), pytrace=False)


def lab_bytes(html: str) -> int:
    """Bytes, gzip, of a lab's HTML without its pictures: images held in the page, and drawings that a cell printed."""
    soup = BeautifulSoup(html, "html.parser")
    for picture in soup.select('img[src^="data:"], .jp-OutputArea svg, .om-output svg'):
        picture.decompose()
    return len(gzip.compress(str(soup).encode(), compresslevel=6, mtime=0))


def labs(site: Site) -> list[str]:
    """Pages that were run: a lab's page stands beside the script that it offers for download."""
    return [each for each in site.pages if (site.root / each / f"{Path(each).name}.py").is_file()]


def test_labs_are_light(site: Site, table: Table) -> None:
    over = []
    for page in labs(site):
        size = lab_bytes((site.root / page / "index.html").read_text(encoding="utf-8"))
        held = size <= budgets.LAB_HTML
        verdict = "held" if held else "over"
        table.add("lab, HTML without pictures", page, kilobytes(size), kilobytes(budgets.LAB_HTML), verdict)
        if not held:
            over.append(f"{page}: HTML without pictures: {kilobytes(size)}, at most {kilobytes(budgets.LAB_HTML)}")
    if over:
        pytest.fail("\n".join(over), pytrace=False)


# ---- what is the same on every page: tried on the home page


def lightness(found: Visit) -> str:
    return "light" if not found.probe("theme", "light") else "dark"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_switch_works_from_the_keyboard_and_is_kept(browser: Browser, server: Server, theme: Theme) -> None:
    with visit(browser, server, "", Setting(DESK, theme)) as found:
        assert lightness(found) == theme
        for _ in range(40):
            found.page.keyboard.press("Tab")
            if found.page.evaluate("!!document.activeElement.closest('.om-theme')"):
                break
        else:
            pytest.fail("Tab does not reach the theme switch")
        found.page.keyboard.press("Enter")
        for _ in range(LOOKS):
            if (switched := lightness(found)) != theme:
                break
            found.page.wait_for_timeout(50)
        assert switched != theme, "Enter on the theme switch does not change the theme"
        found.load()
        assert lightness(found) == switched, "the choice is forgotten on the next page"
        none_of(found.faults)


def test_search_works_from_the_keyboard(browser: Browser, server: Server, site: Site) -> None:
    words = BeautifulSoup((site.root / "index.html").read_text(encoding="utf-8"), "html.parser").select(
        "article p, main p"
    )
    word = max(re.findall(r"[A-Za-z]{4,}", " ".join(each.get_text() for each in words)), key=len)
    with visit(browser, server, "", Setting(DESK)) as found:
        found.page.keyboard.press("/")
        assert found.page.evaluate("document.activeElement.matches('input[name=query]')"), "/ does not open the search"
        found.page.keyboard.type(word, delay=20)
        first = found.page.wait_for_selector(".md-search-result__item a", state="visible")
        assert first is not None
        found.page.wait_for_timeout(300)
        found.axe()
        found.page.keyboard.press("ArrowDown")
        with found.page.expect_navigation():
            found.page.keyboard.press("Enter")
        found.settle()
        assert word.lower() in found.page.inner_text("body").lower()
        none_of(found.faults)


def test_search_works_on_the_phone(browser: Browser, server: Server) -> None:
    with visit(browser, server, "", Setting(PHONE)) as found:
        found.page.keyboard.press("/")
        found.page.keyboard.type("gradient", delay=20)
        found.page.wait_for_selector(".md-search-result__item a", state="visible")
        found.page.wait_for_timeout(300)
        # Its overlay is drawn larger than the window, and grows nothing.
        wide = found.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE, f"the page is {wide} px wide while searching"
        found.axe()
        none_of(found.faults)


def test_every_page_is_in_the_list_of_pages(site: Site) -> None:
    home = BeautifulSoup((site.root / "index.html").read_text(encoding="utf-8"), "html.parser")
    listed = {str(each["href"]).removesuffix("index.html").removeprefix("./") for each in home.select("nav a[href]")}
    left_out = {*site.pages} - {"" if each == "." else each for each in listed} - {"", "404.html"}
    assert not left_out, f"no entry leads to {', '.join(sorted(left_out))}"


def test_unknown_address_gets_the_404_page(browser: Browser, server: Server) -> None:
    with visit(browser, server, "no/such/page/", Setting(DESK)) as found:
        found.ask("axe", "overflow", DESK)
        none_of(each for each in found.faults if each.what != "/no/such/page/ answered 404")
        assert found.page.inner_text("h1")
