"""A check that cannot run is a named skip at a desk, and an error in CI."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CONFTEST = Path(__file__).parents[1] / "conftest.py"

CASES = {
    "test_inside.py": "import pytest\ndef test_one(): pytest.skip('no browser here')\n",
    "test_mark.py": "import pytest\n@pytest.mark.skipif(True, reason='no browser here')\ndef test_one(): pass\n",
    "test_file.py": "import pytest\npytest.skip('no browser here', allow_module_level=True)\n",
    "test_import.py": "import pytest\npytest.importorskip('no_browser', reason='no browser here')\n",
}
QUIET = ("-p", "no:cacheprovider", "--continue-on-collection-errors")
EXPECTED_FAILURE = (
    "import pytest\n@pytest.mark.xfail(reason='mended one day', strict=True)\ndef test_one(): assert False\n"
)


def outcomes(folder: Path, ci: str) -> dict[str, str]:
    """The word that pytest's summary gives each file, for files that it names with the reason."""
    shutil.copy(CONFTEST, folder)
    for name, text in {**CASES, "test_expected.py": EXPECTED_FAILURE}.items():
        (folder / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", *QUIET, "-c", os.devnull, f"--rootdir={folder}"],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")} | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith(("SKIPPED", "FAILED", "ERROR", "XFAIL"))]
    assert done.stdout.count("no browser here") >= len(CASES), done.stdout
    return {name: line.split(" ")[0] for name in (*CASES, "test_expected.py") for line in lines if name in line}


def test_a_skip_is_named_at_a_desk(tmp_path: Path) -> None:
    assert outcomes(tmp_path, ci="") == dict.fromkeys(CASES, "SKIPPED") | {"test_expected.py": "XFAIL"}


def test_a_skip_is_an_error_in_ci(tmp_path: Path) -> None:
    expected = {
        "test_inside.py": "FAILED",
        "test_mark.py": "ERROR",
        "test_file.py": "ERROR",
        "test_import.py": "ERROR",
    }
    assert outcomes(tmp_path, ci="1") == expected | {"test_expected.py": "XFAIL"}


SLOW = "import pytest\n@pytest.mark.slow\n@pytest.mark.parametrize('n', range(12))\ndef test_slow(n): pass\n"


def passed(folder: Path, share: str) -> int:
    shutil.copy(CONFTEST, folder)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = slow\n")
    (folder / "test_slow.py").write_text(f"{SLOW}def test_plain(): pass\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, "-c", "pytest.ini", f"--rootdir={folder}"],
        cwd=folder,
        env=os.environ | {"SLOW_SHARE": share},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"(\d+) passed", done.stdout)
    assert found, done.stdout
    return int(found[1])


def test_ci_runs_a_share_of_the_slow_tests_and_all_others(tmp_path: Path) -> None:
    assert passed(tmp_path, "0/1") == 13
    assert 2 < passed(tmp_path, "1/2") < 11


def test_the_shares_are_every_test_once() -> None:
    spec = importlib.util.spec_from_file_location("shared", CONFTEST)
    assert spec
    assert spec.loader
    conftest = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conftest)
    names = [f"test_{n}" for n in range(50)]
    for of in (2, 3):
        turns = [[conftest.in_share(name, f"{turn}/{of}") for turn in range(of)] for name in names]
        assert all(turn.count(True) == 1 for turn in turns)
