"""`.ci/run` with stand-ins for make and Chromium: what it runs, in which order, and what stops it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = (
    "bash",
    "cat",
    "diff",
    "dirname",
    "env",
    "find",
    "grep",
    "id",
    "mkdir",
    "mktemp",
    "rm",
    "tail",
    "tee",
    "wc",
    "cp",
)

# `fails`: the target that fails. `differs`: no two sites are the same.
MAKE = """#!/bin/sh
echo "$*" | sed 's/SITE=.*/SITE/' >> calls
echo "CI=$CI SLOW_SHARE=$SLOW_SHARE" >> calls.env
case "$2" in SITE=*) mkdir "${2#SITE=}"; if [ -e differs ]; then echo "$2"; fi > "${2#SITE=}/index.html" ;; esac
case "$1" in test|slow|browser) echo "==== 7 passed, 3 deselected in 4.56s ($1) ===="; echo more ;; esac
[ ! -e fails ] || [ "$1" != "$(cat fails)" ]
"""
CHROMIUM = "#!/bin/sh\necho Chromium 1.2.3\n"
APT = '#!/bin/sh\necho "$*" >> apt\n[ "$1" != install ] || cp chromium-to-be bin/chromium\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/run", tmp_path / ".ci/run")
    (tmp_path / "bin").mkdir()
    for tool in (*TOOLS, "sed"):
        found = shutil.which(tool)
        assert found, f"{tool} is not there"
        (tmp_path / "bin" / tool).symlink_to(found)
    for name, text in {
        "bin/make": MAKE,
        "bin/chromium": CHROMIUM,
        "bin/apt-get": APT,
        "bin/git": "#!/bin/sh\necho 0123456789abcdee\n",
        "bin/sudo": '#!/bin/sh\n"$@"\n',
    }.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def run(folder: Path) -> tuple[int, list[str], list[str]]:
    """Exit status, the make commands that it ran, and the last lines that it printed."""
    environment = {"PATH": str(folder / "bin"), "TMPDIR": str(folder)}
    done = subprocess.run([folder / ".ci/run"], env=environment, capture_output=True, text=True, check=False)
    return done.returncode, (folder / "calls").read_text().splitlines(), done.stdout.splitlines()


ALL = ["test", "check", "slow", "all-slips", "libraries", "site SITE", "clean", "site SITE", "browser"]


def test_it_runs_all_and_ends_with_pytest_s_closing_lines(folder: Path) -> None:
    status, calls, said = run(folder)
    assert status == 0
    assert calls == ALL
    assert set((folder / "calls.env").read_text().splitlines()) == {"CI=1 SLOW_SHARE=2/4"}  # the commit ends in e, 14
    assert "1 files, all the same" in said
    assert [line.split("==== ")[1] for line in said[-3:]] == [
        f"7 passed, 3 deselected in 4.56s ({target}) ====" for target in ("slow", "browser", "test")
    ]


@pytest.mark.parametrize("target", ["test", "check", "slow", "all-slips", "libraries", "site", "browser"])
def test_whatever_fails_stops_it(folder: Path, target: str) -> None:
    (folder / "fails").write_text(target)
    status, calls, _ = run(folder)
    assert status != 0
    assert calls[-1].split(" ")[0] == target


def test_builds_that_differ_stop_it(folder: Path) -> None:
    (folder / "differs").touch()
    status, calls, _ = run(folder)
    assert status != 0
    assert calls == ALL[:-1]


def test_a_missing_chromium_is_installed(folder: Path) -> None:
    (folder / "bin/chromium").rename(folder / "chromium-to-be")
    status, calls, _ = run(folder)
    assert status == 0
    assert calls == ALL
    assert (folder / "apt").read_text().splitlines() == [
        "update -qq",
        "install -y -qq --no-install-recommends chromium",
    ]
