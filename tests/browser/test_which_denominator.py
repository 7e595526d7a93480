"""The tool “Which denominator did I get?” as a reader uses it: keyboard, address, messages, and its numbers."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from snippets.sum_or_mean import which_denominator as snippet

from .server import Server
from .survey import DESK, PHONE, Setting, visit

PAGE = "sum-or-mean/which-denominator/"
FIELDS = ("losses", "ignored", "weights", "parts", "ranks", "outputs", "seen")
CASES: list[dict[str, Any]] = [
    {"losses": [1.5, 2.25, 0.125, 4.0], "kept": [1, 1, 0, 1], "parts": [1, 3], "ranks": [2, 2], "outputs": 2},
    {"losses": [0.7, 0.1, 3.3], "weights": [2, 0.5, 1], "parts": [2, 1]},
    {"losses": [-1.0, 2.0, 5.0, 0.5, 0.25], "kept": [0, 0, 1, 1, 1], "parts": [2, 3], "weights": [1, 2, 3, 4, 5]},
    {"losses": [1e-7, 3e4]},
]


def field(page: Page, name: str) -> Any:
    return page.locator(f"#om-which_denominator-{name}")


def type_in(page: Page, words: dict[str, str]) -> None:
    """Every field by the keyboard alone, from the first on with the tabulator."""
    field(page, "losses").focus()
    for name in FIELDS:
        assert page.evaluate("document.activeElement.name") == name
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.type(words.get(name, ""))
        page.keyboard.press("Tab")


def typed(case: dict[str, Any]) -> dict[str, str]:
    words: dict[str, str] = {
        name: " ".join(map(str, case[name])) for name in ("losses", "weights", "parts", "ranks") if name in case
    }
    ignored = [str(n) for n, counts in enumerate(case.get("kept", []), 1) if not counts]
    return words | {"ignored": " ".join(ignored), "outputs": str(case.get("outputs", ""))}


def results(page: Page) -> dict[str, list[float]]:
    found = page.evaluate(
        "() => [...document.querySelectorAll('.om-ways tbody tr')].map((row) =>"
        " [row.querySelector('th span').textContent, [...row.querySelectorAll('data')].map((each) => each.value)])"
    )
    return {name: [float(one or "nan") for one in values] for name, values in found}


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_the_numbers_are_those_of_the_snippet(width: int, browser: Browser, server: Server) -> None:
    with visit(browser, server, PAGE, Setting(width)) as found:
        for case in CASES:
            type_in(found.page, typed(case))
            expected = snippet.report(**case)
            shown = results(found.page)
            assert list(shown) == list(expected)
            for way, (numerator, denominator) in expected.items():
                value = numerator / denominator if denominator else np.nan
                assert shown[way] == pytest.approx([numerator, denominator, value], rel=1e-12, nan_ok=True), way
        assert not found.faults


def test_a_number_finds_its_way_and_the_address_keeps_it(browser: Browser, server: Server) -> None:
    with visit(browser, server, PAGE, Setting(DESK)) as found:
        page = found.page
        type_in(page, {**typed(CASES[0]), "seen": "2.9375"})
        says = page.locator('[data-panel="answer"]').inner_text()
        (way,) = snippet.which("2.9375", snippet.report(**CASES[0]))
        assert way in says
        assert page.locator(".om-ways .om-fits th span").all_inner_texts() == [way]
        address = page.url
        assert "losses=1.5+2.25" in address
        other = page.context.new_page()
        other.goto(address)
        other.wait_for_selector("figure[data-live]")
        assert {name: field(other, name).input_value() for name in FIELDS} == {
            name: field(page, name).input_value() for name in FIELDS
        }
        assert other.locator('[data-panel="answer"]').inner_text() == says
        other.evaluate("location.hash = 'losses=1+2+3&seen=2'")
        other.wait_for_function("document.querySelector('#om-which_denominator-losses').value === '1 2 3'")
        assert "fits" in other.locator('[data-panel="answer"]').inner_text()
        assert not found.faults


def test_a_wrong_field_is_named_and_nothing_moves(browser: Browser, server: Server) -> None:
    with visit(browser, server, PAGE, Setting(390)) as found:
        page = found.page
        place = "() => document.querySelector('#figure-which-denominator figcaption').getBoundingClientRect().top"
        field(page, "losses").focus()
        before, top = page.evaluate(place), page.evaluate("scrollY")
        tries: list[tuple[str, str, str]] = [
            ("weights", "1 2", "Weights: expected 6 numbers, one for each loss, got 2."),
            ("parts", "4 4", "Micro-batches: expected sizes that add up to 6, got a sum of 8."),
            ("seen", "abc", "Number seen: expected a number, got “abc”."),
        ]
        for name, text, says in tries:
            kept = field(page, name).input_value()
            field(page, name).fill(text)
            assert page.locator(f"#om-which_denominator-{name}-note").inner_text() == says
            assert field(page, name).get_attribute("aria-invalid") == "true"
            assert page.locator('[data-panel="answer"]').inner_text() == says
            assert page.evaluate(place) - before == pytest.approx(top - page.evaluate("scrollY"), abs=0.6)
            field(page, name).fill(kept)
            assert field(page, name).get_attribute("aria-invalid") == "false"
        page.wait_for_function("document.querySelector('.om-says').textContent.includes('micro-batch')")
        field(page, "seen").fill("1.5")
        assert page.evaluate(place) - before == pytest.approx(top - page.evaluate("scrollY"), abs=0.6)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert not found.faults


def test_without_javascript_the_worked_case_stands(browser: Browser, server: Server) -> None:
    with visit(browser, server, PAGE, Setting(DESK, javascript=False)) as found:
        page = found.page
        assert re.search(r"1\.6167 is: mean of micro-batch means", page.locator('[data-panel="answer"]').inner_text())
        assert page.locator(".om-ways tbody tr").count() == len(snippet.report([1.0]))
        assert not field(page, "losses").is_visible()
