"""The filter of the map of results, and its drawings on a phone."""

from __future__ import annotations

from playwright.sync_api import Browser

from .server import Server
from .survey import DESK, PHONE, Setting, visit


def test_the_filter_leaves_no_heading_over_nothing(browser: Browser, server: Server) -> None:
    with visit(browser, server, "map/", Setting(DESK)) as found:
        page = found.page
        told, field = page.locator(".om-map-filter output"), page.locator(".om-map-filter input")
        headings = page.locator(".md-content h2:visible")
        every = headings.count()
        assert page.locator(".om-map > .om-results:only-child .om-result").count()
        field.fill("zzzz")
        assert told.inner_text() == "no entry has these words"
        assert headings.count() == 0
        field.fill("sifting")
        assert told.inner_text().startswith("1 of ")
        assert headings.count() == 1
        field.fill("")
        assert (told.inner_text(), headings.count()) == ("", every)
        assert not found.faults


def test_a_drawing_that_is_moved_sideways_fades_at_its_edge(browser: Browser, server: Server) -> None:
    with visit(browser, server, "map/", Setting(PHONE)) as found:
        wide = found.page.eval_on_selector_all(
            ".om-map-drawing",
            "(all) => all.filter((one) => one.scrollWidth > one.clientWidth)"
            ".map((one) => getComputedStyle(one).backgroundImage)",
        )
        assert wide
        assert all(one.count("linear-gradient") == 4 for one in wide)
