"""What is wrong with a page: collected in one run, printed as file:line, fatal to the build."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable
from dataclasses import dataclass

log = logging.getLogger("mkdocs.press")


@dataclass(frozen=True, order=True)
class Fault:
    """One fault: the file as seen from the repository's root, the 1-based line, what was expected, what was there."""

    page: str
    line: int
    expected: str
    was: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: expected {self.expected}, got {self.was}"


class Wrong(ValueError):
    """A use on a page that cannot be drawn; the page and the line are added by who knows them."""

    def __init__(self, expected: str, was: str) -> None:
        super().__init__(f"expected {expected}, got {was}")
        self.expected, self.was = expected, was

    def at(self, page: str, line: int) -> Fault:
        return Fault(page, line, self.expected, self.was)


def nearest(name: str, names: Iterable[str]) -> str:
    """The known names closest to a wrong one, as a clause for an error message; "" where none is close."""
    close = difflib.get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    return f" (nearest: {', '.join(close)})" if close else ""


_found: set[Fault] = set()


def add(fault: Fault) -> None:
    """Keeps a fault and prints it at once; the second time it is silent.

    It is logged as an error of MkDocs, so a strict build fails even where no hook runs.
    """
    if fault not in _found:
        _found.add(fault)
        log.error(str(fault))


def found() -> list[Fault]:
    """All faults since `clear`, by page and line."""
    return sorted(_found)


def clear() -> None:
    _found.clear()
