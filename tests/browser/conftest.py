"""The built site, surveyed once for all tests, and the budget table that the run prints and keeps.

BROWSER_SITE names another folder than site/; BROWSER_PAGES keeps to pages whose path matches a regular expression.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from . import tools
from .budgets import Table
from .server import Server
from .survey import Fault, Measure, chromium, ended_after, survey

KEPT = tools.ROOT / ".cache/browser/budgets.md"
TABLE = pytest.StashKey[Table]()


@dataclass(frozen=True)
class Site:
    root: Path
    base: str
    files: tuple[Path, ...]

    @property
    def pages(self) -> tuple[str, ...]:
        """All but the addresses of equations, which only lead on: test_takeaway.py follows them."""
        found = (each.relative_to(self.root).as_posix().removesuffix("index.html") for each in self.files)
        return tuple(each for each in found if not each.startswith("eq/"))


@dataclass(frozen=True)
class Survey:
    faults: list[Fault]
    measures: list[Measure]

    def of(self, *checks: str) -> list[Fault]:
        return [each for each in self.faults if each.check in checks]


def listed(faults: Iterable[Fault]) -> str:
    """One line a fault, with the settings and the pages in which it shows."""
    places: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for each in faults:
        places[each.what].add((each.page or "(home)", each.where))
    by_page: dict[tuple[str, str], list[str]] = defaultdict(list)
    for what, seen in places.items():
        for page in sorted({page for page, _ in seen}):
            where = "; ".join(sorted(where for at, where in seen if at == page))
            by_page[what, where].append(page)
    lines = sorted(f"{', '.join(pages)}: {what}  [{where}]" for (what, where), pages in by_page.items())
    return f"{len(lines)} faults\n" + "\n".join(f"  {each}" for each in lines)


def none_of(faults: Iterable[Fault]) -> None:
    """Fails with all of them, one a line, and no traceback."""
    if found := [*faults]:
        pytest.fail(listed(found), pytrace=False)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TABLE] = Table()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    table = config.stash[TABLE]
    if table.rows:
        table.write(KEPT)
        terminalreporter.section("budgets")
        terminalreporter.write_line(table.markdown())
        terminalreporter.write_line(f"kept in {KEPT.relative_to(tools.ROOT)}")


@pytest.fixture(scope="session")
def table(pytestconfig: pytest.Config) -> Table:
    return pytestconfig.stash[TABLE]


@pytest.fixture(scope="session", autouse=True)
def _tools() -> None:
    if gone := tools.missing():
        pytest.skip(
            f"not there: {', '.join(gone)}; `make node` brings node packages, the system's packages bring chromium"
        )


@pytest.fixture(scope="session")
def site() -> Site:
    root = Path(os.environ.get("BROWSER_SITE", tools.ROOT / "site")).resolve()
    if not (root / "index.html").is_file():
        pytest.skip(f"no built site in {root.name}/: `make site` builds it")
    wanted = re.compile(os.environ.get("BROWSER_PAGES", ""))
    files = [each for each in sorted(root.rglob("*.html")) if wanted.search(each.relative_to(root).as_posix())]
    # 404.html names its files from the root of the host, which tells where the site will stand.
    found = re.search(r'(?:href|src)="?(/(?:[\w.~-]+/)*)assets/', (root / "404.html").read_text(encoding="utf-8"))
    return Site(root, found[1] if found else "/", tuple(files))


@pytest.fixture(scope="session")
def surveyed(site: Site, request: pytest.FixtureRequest) -> Survey:
    terminal: pytest.TerminalReporter | None = request.config.pluginmanager.get_plugin("terminalreporter")
    tell: Callable[[str], None] = terminal.write_line if terminal and terminal.verbosity > 0 else lambda line: None
    return Survey(*survey(site.root, site.base, site.pages, tell=tell))


@pytest.fixture(scope="session")
def server(site: Site) -> Iterator[Server]:
    with Server(site.root, site.base) as running:
        yield running


TEST_SECONDS = 1800  # the longest types every wording of every question, and takes a sixth of that


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running, ended_after(TEST_SECONDS, running):
        yield running
