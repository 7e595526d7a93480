"""What every test shares: the same random examples in each run, and no skip where CI counts on the check."""

from __future__ import annotations

import gc
import os
import zlib
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

HERE = Path(__file__).parent
SHARE = os.environ.get("SLOW_SHARE", "0/1")  # CI has 90 minutes; all slow tests and the browser's need more

# Before NumPy comes: each core has its worker, and threads of linear algebra would only wait for each other.
for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

# Trees of symbols hold few cycles, and to look for them takes a sixth of the time.
gc.set_threshold(100_000, 50, 100)

# The same commit gets the same verdict; EXAMPLES=fresh (each night) draws anew.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("fresh", derandomize=False, deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("EXAMPLES", "same"))


def pytest_report_header(config: pytest.Config) -> str | None:
    """Says what a run leaves out, so that nothing is left out silently."""
    chosen = config.getoption("markexpr")
    if not chosen:
        return None
    share = "" if SHARE == "0/1" else f"; of the slow ones, share {SHARE}: every night runs all"
    return f"chosen: {chosen} (make browser, make slow and make all-slips run the rest){share}"


def in_share(name: str, share: str) -> bool:
    """Each test is in one of so many shares: 1/4 is the second of four."""
    turn, of = map(int, share.split("/"))
    return zlib.crc32(name.encode()) % of == turn


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves slow tests to another commit's turn where there is no time for all of them."""
    slow = [one for one in items if one.get_closest_marker("slow")]
    left = {one.nodeid for one in slow if not in_share(one.nodeid, SHARE)}
    config.hook.pytest_deselected(items=[one for one in items if one.nodeid in left])
    items[:] = [one for one in items if one.nodeid not in left]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: no look for cycles need go through it."""
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where no test of the browser is wanted, Playwright need not be imported to find them."""
    return True if collection_path == HERE / "browser" and "not browser" in config.getoption("markexpr") else None


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.is_relative_to(HERE / "browser"):
        item.add_marker(pytest.mark.browser)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"CI is set, and a check that cannot run is an error there. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report
