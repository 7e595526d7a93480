"""Faults: told once, in order, with a hint where a name is nearly right."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from press import faults
from press.faults import Fault, Wrong, nearest


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    faults.clear()
    yield
    faults.clear()


def test_a_fault_reads_as_file_line_expected_and_was() -> None:
    fault = Wrong("a name", "nothing").at("docs/a.md", 12)
    assert str(fault) == "docs/a.md:12: expected a name, got nothing"


def test_each_is_logged_once_as_an_error_of_mkdocs(caplog: pytest.LogCaptureFixture) -> None:
    one = Fault("docs/a.md", 1, "a", "b")
    with caplog.at_level(logging.ERROR):
        faults.add(one)
        faults.add(one)
    told = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert told == [("mkdocs.press", "ERROR", str(one))]


def test_they_are_found_by_page_and_line() -> None:
    made = [Fault("docs/b.md", 1, "a", "b"), Fault("docs/a.md", 10, "a", "b"), Fault("docs/a.md", 9, "a", "b")]
    for one in made:
        faults.add(one)
    assert [(one.page, one.line) for one in faults.found()] == [("docs/a.md", 9), ("docs/a.md", 10), ("docs/b.md", 1)]
    faults.clear()
    assert faults.found() == []


def test_nearest_names() -> None:
    known = {"to_cross_entropy", "batch_gradient"}
    assert nearest("to_cros_entropy", known) == " (nearest: to_cross_entropy)"
    assert nearest("zzz", known) == ""
