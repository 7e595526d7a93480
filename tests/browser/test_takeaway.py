"""What a reader takes away: the foot of a page, the addresses of equations, and the zip, opened from disk."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page

from press import takeaway
from press.takeaway import offline

from .conftest import Site
from .server import Server
from .survey import DESK, PHONE, Setting, visit

PAGE = "quality/geometric-mean/"
CHAIN = "geometric_below_arithmetic"
_ID = re.compile(r'\sid="([^"]+)"')


# ---- addresses of equations


@pytest.fixture(scope="module")
def texts(site: Site) -> dict[str, str]:
    """Every page of the site, by its address."""
    return {
        path.relative_to(site.root).as_posix().removesuffix("index.html"): path.read_text(encoding="utf-8")
        for path in site.root.rglob("index.html")
    }


def test_every_address_leads_to_an_anchor(texts: dict[str, str]) -> None:
    ids = {path: set(_ID.findall(text)) for path, text in texts.items()}
    addresses = {path: text for path, text in texts.items() if path.startswith("eq/")}
    assert len(addresses) > 200
    lost = []
    for path, text in addresses.items():
        ways = set(re.findall(r'content="0; url=([^"]+)"', text)) | set(re.findall(r'<a href="([^"]+)"', text))
        assert len(ways) == 1, path
        page, _, anchor = urljoin(f"/{path}", ways.pop()).removeprefix("/").partition("#")
        if anchor not in ids.get(page, ()):
            lost.append(f"{path}: expected #{anchor} on {page}")
    assert not lost, "\n".join(lost)


def test_every_equation_that_is_shown_has_an_address(texts: dict[str, str]) -> None:
    """Named, in a derivation or an equation, on any page; what a claim's card quotes has its own anchor."""
    shown: set[str] = set()
    for path, text in texts.items():
        if not path.startswith("eq/"):
            shown |= set(re.findall(r'<figure class="om-derivation" id="(\w+)"', text))
            shown |= set(re.findall(r'class="om-eq(?:-display)?" id="[^"]+" data-name="(\w+)', text))
    assert len(shown) > 200
    assert not {f"eq/{name}/" for name in shown} - set(texts)


def test_each_derivation_shows_its_address(texts: dict[str, str]) -> None:
    for path, text in texts.items():
        for figure in re.findall(r'<figure class="om-derivation".*?</figure>', text, re.DOTALL):
            name = _ID.findall(figure)[0]
            found = re.findall(r'<a class="om-permanent" href="([^"]+)"', figure)
            assert [urljoin(f"/{path}", one) for one in found] == [f"/eq/{name}/"], f"{path}: {name}"


def test_addresses_stay_out_of_search_and_sitemap(site: Site) -> None:
    index = json.loads((site.root / "search/index.json").read_text(encoding="utf-8"))
    assert index["docs"]
    assert not [one["location"] for one in index["docs"] if one["location"].startswith("eq/")]
    assert "/eq/" not in (site.root / "sitemap.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_address_leads_there(javascript: bool, browser: Browser, server: Server) -> None:
    with visit(browser, server, f"eq/{CHAIN}/", Setting(DESK, javascript=javascript)) as found:
        found.page.wait_for_url(f"**/{PAGE}#{CHAIN}")
        assert not found.faults


def test_a_line_has_an_address_too(browser: Browser, server: Server) -> None:
    page = browser.new_page()
    page.goto(server.url(f"eq/{CHAIN}/#2"))
    page.wait_for_url(f"**/{PAGE}#{CHAIN}-2")
    page.wait_for_timeout(500)
    assert page.url.endswith(f"{PAGE}#{CHAIN}-2")
    assert page.locator(f"#{CHAIN}-2").is_visible()


# ---- the foot of a page


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_foot_by_keyboard(width: int, browser: Browser, server: Server) -> None:
    with visit(browser, server, PAGE, Setting(width)) as found:
        page = found.page
        page.focus(".om-take summary")
        page.keyboard.press("Enter")
        assert page.locator(".om-take a[download]").count() == 2
        page.focus(".om-take .om-copy")
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('.om-take .om-copy').textContent == 'copied'")
        entry = page.evaluate("navigator.clipboard.readText()")
        assert entry.startswith("@misc{one-over-m:quality:geometric-mean,")
        assert entry.count("{") == entry.count("}")
        found.ask("overflow", "overflow", width)
        assert not found.faults
        for link in page.locator(".om-take a[download]").all():
            assert page.request.get(urljoin(page.url, link.get_attribute("href") or "")).ok


def test_the_permanent_link_is_in_reach(browser: Browser, server: Server) -> None:
    with visit(browser, server, PAGE, Setting(DESK)) as found:
        link = found.page.locator(f"#{CHAIN} .om-permanent")
        link.focus()
        assert found.page.evaluate("document.activeElement.matches('.om-permanent')")
        found.page.keyboard.press("Enter")
        found.page.wait_for_url(f"**/{PAGE}#{CHAIN}", wait_until="commit")


# ---- the zip, from disk


@pytest.fixture(scope="module")
def unpacked(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk")
    with zipfile.ZipFile(site.root / offline.NAME) as found:
        assert found.testzip() is None
        found.extractall(folder)
    return folder / offline.FOLDER


@contextmanager
def from_disk(browser: Browser, file: Path, javascript: bool = True) -> Iterator[tuple[Page, list[str]]]:
    """A page opened as a file, and what the console and the network complain of."""
    context = browser.new_context(java_script_enabled=javascript, viewport={"width": DESK, "height": 900})
    page, said = context.new_page(), []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(error.message))
    # What was under way when the reader went on is no fault.
    page.on(
        "requestfailed",
        lambda asked: said.append(f"{asked.url}: {asked.failure}") if "ABORTED" not in str(asked.failure) else None,
    )
    page.on("request", lambda asked: said.append(asked.url) if asked.url.startswith("http") else None)
    page.goto(file.as_uri())
    try:
        yield page, said
    finally:
        context.close()


def test_search_from_disk(browser: Browser, unpacked: Path) -> None:
    with from_disk(browser, unpacked / "index.html") as (page, said):
        page.keyboard.press("/")
        page.keyboard.type("bias correction")
        link = page.wait_for_selector(".md-search-result__item a", state="visible")
        assert link
        target = str(link.get_attribute("href")).partition("?")[0]
        assert target.startswith(unpacked.as_uri())
        link.click()
        page.wait_for_url(f"{target}*")
        assert "correction" in page.inner_text("article").lower()
        assert said == []


def test_a_figure_from_disk(browser: Browser, unpacked: Path) -> None:
    with from_disk(browser, unpacked / "moving-averages/bias-correction/index.html") as (page, said):
        figure = page.locator("figure.om-figure").first
        slider = figure.locator("input[type=range]").first
        figure.scroll_into_view_if_needed()
        before = figure.locator("svg").first.inner_html()
        slider.focus()
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(500)
        assert figure.locator("svg").first.inner_html() != before
        assert said == []


@pytest.mark.parametrize("javascript", [True, False])
def test_links_from_disk(javascript: bool, browser: Browser, unpacked: Path) -> None:
    with from_disk(browser, unpacked / "index.html", javascript) as (page, said):
        page.goto((unpacked / "quality/index.html").as_uri())
        page.click("article a[href$='cross-entropy/index.html']")
        page.wait_for_url("**/quality/cross-entropy/index.html*")
        assert page.locator(".om-derivation").count() > 3
        page.goto((unpacked / "eq" / CHAIN / "index.html").as_uri())
        page.wait_for_url(f"**/{PAGE}index.html#{CHAIN}")
        assert said == []


def test_every_link_in_the_zip_leads_to_a_file_of_it(unpacked: Path) -> None:
    lost = set()
    for path in unpacked.rglob("*.html"):
        for target in set(re.findall(r'\s(?:href|src)="([^"#?:]+)[^":]*"', path.read_text(encoding="utf-8"))):
            if not (path.parent / target).resolve().is_file():
                lost.add(f"{path.relative_to(unpacked)}: {target}")
    assert not lost, "\n".join(sorted(lost)[:20])


def test_the_zip_holds_every_page_and_every_file_to_take_away(site: Site, unpacked: Path) -> None:
    for page in site.pages:
        assert page == "404.html" or (unpacked / page / "index.html").is_file(), page
    for one in takeaway.pages().values():
        for path in (one.test, one.notebook) if one.derivations or one.snippets else ():
            assert (unpacked / path).read_bytes() == (site.root / path).read_bytes()
