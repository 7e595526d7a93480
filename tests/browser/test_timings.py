"""How long a build takes, and how long a save takes to be seen; on a copy of the checkout, so that its caches can go.

Seconds depend on the machine and on what else runs on it, so a budget that is missed is a warning in the table. Over
`MOST` times the budget is an error. One and the same build took from 1.25 to 2.51 s on two processors that had three
jobs each, so twice the budget says little; three times is what a build takes that runs a lab or checks a derivation
again although nothing changed. Where the processors are lent to other guests meanwhile, the time that they were gone is
told, and does not count towards an error: a loop of 0.22 s took 2.1 s in such an hour. It is what Linux calls steal, or
by how much a loop takes longer than at rest, since not every host tells its guests.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest

from .budgets import CEILINGS, SECONDS, Table
from .tools import ROOT

MOST = 3
AT_REST = 0.1  # seconds of `loop` on the machine that the budgets were set on
COLD = "make site, cold with every lab"
LINKED = (".venv", "node_modules")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as it stands, without what was built or cached; the environment is linked, not copied."""
    for tool in ("make", "git"):
        if not shutil.which(tool):
            pytest.skip(f"{tool} is not there")
    copy = tmp_path_factory.mktemp("checkout")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for name in LINKED:
        (copy / name).symlink_to(ROOT / name)
    return copy


def a_page(copy: Path) -> Path:
    """A page of the topic with much on it: the longest."""
    return max((copy / "docs/quality").glob("*.md"), key=lambda each: each.stat().st_size)


def address(page: Path) -> str:
    """Where the page stands below the site's root."""
    return "quality/" if page.stem == "index" else f"quality/{page.stem}/"


def a_lab(copy: Path) -> Path:
    return next(iter(sorted((copy / "docs/quality").glob("*.py"))))


def loop() -> float:
    """Seconds of a loop that is always the same: the middle one of three."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        sum(n * n for n in range(2_000_000))
        times.append(time.perf_counter() - began)
    return median(times)


class Stolen:
    """The share of the processors' time that was asked for and went to other guests, since this was made."""

    def __init__(self, told: Path = Path("/proc/stat"), loop: Callable[[], float] = loop) -> None:
        self._told, self._loop = told, loop
        self._begun = self._ticks()

    def _ticks(self) -> tuple[int, int]:
        """Ticks that were asked for, and of these the stolen ones; none where the system does not tell."""
        if not self._told.is_file():
            return 0, 0
        # user, nice, system, idle, iowait, irq, softirq, steal
        _, *ticks = self._told.read_text(encoding="ascii").splitlines()[0].split()[:9]
        spent = [int(each) for each in ticks]
        return sum(spent) - spent[3] - spent[4], spent[7]

    @property
    def share(self) -> float:
        asked, stolen = (now - then for now, then in zip(self._ticks(), self._begun, strict=True))
        return max(stolen / asked if asked else 0.0, 1 - AT_REST / self._loop())


def make_site(copy: Path) -> float:
    """Seconds of one `make site`; a build that fails is an error with what it printed."""
    began = time.perf_counter()
    done = subprocess.run(["make", "site"], cwd=copy, capture_output=True, text=True, check=False, timeout=1800)
    took = time.perf_counter() - began
    assert done.returncode == 0, f"make site failed:\n{(done.stdout + done.stderr)[-4000:]}"
    return took


def judged(table: Table, what: str, page: str, times: list[float], stolen: float = 0.0) -> None:
    """A row of the table; slow is a warning, and slow beyond any machine is an error. `stolen` is a share."""
    took, budget = median(times), SECONDS[what]
    spread = f", {min(times):.2f} to {max(times):.2f} in {len(times)} runs" if len(times) > 1 else ""
    own = took * (1 - stolen)
    verdict = "held" if took <= budget else "slow" if own <= MOST * budget else "over"
    gone = f", {stolen:.0%} of it stolen" if round(stolen, 2) else ""
    table.add(what, page, f"{took:.2f} s{spread}, load {os.getloadavg()[0]:.1f}{gone}", f"{budget} s", verdict)
    table.note(
        f"Seconds are those of this machine, with {os.cpu_count()} processors; the load is that of its last minute. "
        f"Over the budget is a warning, “slow”; over {MOST} times the budget is an error, “over”."
    )
    if verdict == "over" and own > CEILINGS.get(what, 0.0):
        pytest.fail(f"{what}: {took:.2f} s{spread}, over {MOST} times its budget of {budget} s", pytrace=False)


def test_make_site_cold(copy: Path, table: Table) -> None:
    shutil.rmtree(copy / ".cache", ignore_errors=True)
    stolen = Stolen()
    took = make_site(copy)
    judged(table, COLD, "all", [took], stolen.share)


def test_make_site_again(copy: Path, table: Table) -> None:
    stolen = Stolen()
    times = [make_site(copy) for _ in range(3)]
    judged(table, "make site, nothing changed", "all", times, stolen.share)


def test_make_site_after_a_page_changed(copy: Path, table: Table) -> None:
    page, times, stolen = a_page(copy), [], Stolen()
    for n in range(3):
        line = f"One more line, number {n}."
        page.write_text(page.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
        times.append(make_site(copy))
        assert line in (copy / "site" / address(page) / "index.html").read_text(encoding="utf-8"), "built anew"
    judged(table, "make site, one page changed", page.stem, times, stolen.share)


def test_make_site_after_a_lab_changed(copy: Path, table: Table) -> None:
    lab = a_lab(copy)
    lab.write_text(lab.read_text(encoding="utf-8") + "\n# %%\nprint('one more cell')\n", encoding="utf-8")
    stolen = Stolen()
    took = make_site(copy)
    share = stolen.share
    built = (copy / "site/quality" / lab.stem / "index.html").read_text(encoding="utf-8")
    assert built.count("one more cell") >= 2, "the cell and what it printed: the lab ran again"
    judged(table, "make site, one lab changed", lab.stem, [took], share)


@contextmanager
def served(copy: Path) -> Iterator[str]:
    """The address of `make serve`, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = copy / "serve.log"
    with log.open("w", encoding="utf-8") as said:
        running = subprocess.Popen(
            ["make", "serve", f"PORT={port}"], cwd=copy, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            until = time.monotonic() + 300
            while fetched(f"http://127.0.0.1:{port}/") is None:
                assert running.poll() is None, f"make serve ended:\n{log.read_text(encoding='utf-8')[-4000:]}"
                assert time.monotonic() < until, "make serve did not answer within 300 s"
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(running.pid, signal.SIGINT)
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.wait()


def fetched(url: str) -> str | None:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return str(answer.read().decode("utf-8"))
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def test_a_saved_page_is_soon_fresh(copy: Path, table: Table) -> None:
    page, times = a_page(copy), []
    with served(copy) as origin:
        url = f"{origin}/{address(page)}"
        stolen = Stolen()
        for n in range(3):
            mark = f"Saved and fresh, number {n}."
            time.sleep(1)  # as a writer would: the watcher is at rest
            began = time.perf_counter()
            page.write_text(page.read_text(encoding="utf-8") + f"\n{mark}\n", encoding="utf-8")
            while mark not in (fetched(url) or ""):
                assert time.perf_counter() - began < 60, f"{mark!r} was not on {url} within 60 s"
                time.sleep(0.02)
            times.append(time.perf_counter() - began)
    judged(table, "save a page under make serve, until it is fresh", page.stem, times, stolen.share)


def test_slow_beyond_any_machine_is_refused() -> None:
    table = Table()
    what = "make site, one lab changed"  # it has no ceiling of its own
    budget = SECONDS[what]
    judged(table, what, "all", [budget])
    judged(table, what, "all", [2 * budget])
    with pytest.raises(pytest.fail.Exception, match="over 3 times"):
        judged(table, what, "all", [3.1 * budget])
    assert [row.verdict for row in table.rows] == ["held", "slow", "over"]


def test_stolen_time_is_told_and_is_no_error(tmp_path: Path) -> None:
    told = tmp_path / "stat"
    told.write_text("cpu  100 0 100 500 50 0 0 10 0 0\ncpu0 1 1 1 1\n")
    stolen = Stolen(told, lambda: AT_REST)
    assert stolen.share == 0
    told.write_text("cpu  130 0 110 900 90 0 0 70 0 0\ncpu0 1 1 1 1\n")
    assert stolen.share == 0.6  # 60 of the 100 ticks that were asked for; nobody asked for the idle ones
    assert Stolen(tmp_path / "none", lambda: AT_REST).share == 0
    assert Stolen(tmp_path / "none", lambda: 4 * AT_REST).share == 0.75  # nobody told, and a quarter of the pace
    assert loop() > 0
    table = Table()
    what = "make site, one lab changed"
    judged(table, what, "all", [6 * SECONDS[what]], stolen.share)
    with pytest.raises(pytest.fail.Exception, match="over 3 times"):
        judged(table, what, "all", [8 * SECONDS[what]], stolen.share)
    assert [row.verdict for row in table.rows] == ["slow", "over"]
    assert "60% of it stolen" in table.rows[0].measured


def test_a_cold_build_is_refused_above_its_ceiling_and_told_below() -> None:
    table = Table()
    judged(table, COLD, "all", [CEILINGS[COLD]])
    with pytest.raises(pytest.fail.Exception, match="over 3 times"):
        judged(table, COLD, "all", [CEILINGS[COLD] + 1])
    assert [row.verdict for row in table.rows] == ["over", "over"]
