"""`make serve` and `make test` set up what they need once: the Makefile's own recipes, with stand-ins for the tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Each stand-in writes down how it was called. `.fail-pip`, `.fail-npm`: it stops halfway.
PYTHON = f"""#!/bin/sh
if [ "$1" = -c ]; then exec "{sys.executable}" "$@"; fi
echo "python $*" >> calls
if [ "$2" = venv ]; then rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python"; fi
if [ "$2" = pip ]; then
  [ ! -e .fail-pip ] || exit 1
  case "$*" in *requirements-node.txt) printf '#!/bin/sh\\nexit 0\\n' > .venv/bin/node; chmod +x .venv/bin/node ;; esac
fi
"""
NPM = """#!/bin/sh
[ "$1" != --version ] || exit 0
echo "npm $*" >> calls
rm -rf node_modules && mkdir node_modules
[ ! -e .fail-npm ] || exit 1
"""
# The Makefile's question is put to the real Node, which may be told to be an old one.
REAL_NODE = shutil.which("node", path=f"{ROOT / '.venv/bin'}:{os.environ['PATH']}")
OLD = "Object.defineProperty(process.versions, 'node', {value: '18.20.1'});"
NODE = f"""#!/bin/sh
if [ -e .no-node ]; then exit 127; fi
if [ -e .old-node ]; then exec "{REAL_NODE}" "$1" "{OLD} $2"; fi
exec "{REAL_NODE}" "$@"
"""

VENV = "python -m venv --clear .venv"
PIP = "python -m pip install --quiet --require-hashes -r requirements.txt"
NODE_WHEEL = "python -m pip install --quiet --require-hashes -r requirements-node.txt"
CI = "npm ci --include=dev --no-progress --loglevel=error"


@dataclass
class Checkout:
    """A folder with the project's Makefile and pins, where `make` finds the stand-ins."""

    folder: Path

    def make(self, *targets: str) -> tuple[int, list[str], str]:
        """Exit status, the calls that it made, and what it said."""
        calls = self.folder / "calls"
        calls.unlink(missing_ok=True)
        done = subprocess.run(
            ["make", *targets],
            cwd=self.folder,
            env={**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "MAKEFLAGS": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, calls.read_text().splitlines() if calls.exists() else [], done.stdout + done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    assert REAL_NODE, "node: neither on the PATH nor in .venv, run `make node`"
    for name in (
        "Makefile", "requirements.txt", "requirements-node.txt", "requirements-libraries.txt", "package-lock.json"
    ):  # fmt: skip
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "bin").mkdir()
    for name, text in (("python3", PYTHON), ("npm", NPM), ("node", NODE)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return Checkout(tmp_path)


@pytest.mark.parametrize(
    ("target", "run"),
    [
        ("serve", "python -m mkdocs serve"),
        ("test", "python -m pytest"),
        ("site", "python -m press "),
    ],
)
def test_the_first_run_sets_up_and_the_second_only_runs(checkout: Checkout, target: str, run: str) -> None:
    status, calls, _ = checkout.make(target)
    assert status == 0
    assert calls[:3] == [VENV, PIP, CI]
    assert [call.startswith(run) for call in calls[3:]] == [True]

    status, again, _ = checkout.make(target)
    assert status == 0
    assert again == calls[3:]


LIBRARIES = [
    "python -m venv --clear .venv-libraries",
    "python -m pip install --quiet -r requirements-libraries.txt",
    "python -m press.libraries",
]


def test_the_libraries_have_an_environment_of_their_own(checkout: Checkout) -> None:
    (checkout.folder / ".fail-pip").touch()
    status, calls, _ = checkout.make("libraries")
    assert (status, calls) != (0, LIBRARIES)
    assert calls == LIBRARIES[:2]  # cut short
    (checkout.folder / ".fail-pip").unlink()
    assert checkout.make("libraries")[:2] == (0, LIBRARIES)
    assert checkout.make("libraries")[:2] == (0, LIBRARIES[2:])
    assert checkout.make("libraries", "RECORD=1")[1] == [f"{LIBRARIES[2]} --record"]
    pins = checkout.folder / "requirements-libraries.txt"
    pins.write_text(pins.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert checkout.make("libraries")[1] == LIBRARIES


def test_the_port_may_be_chosen(checkout: Checkout) -> None:
    _, calls, _ = checkout.make("serve", "PORT=8123")
    assert calls[-1].endswith("--dev-addr 127.0.0.1:8123")


@pytest.mark.parametrize(
    ("pins", "expected"),
    [
        ("requirements.txt", [VENV, PIP]),
        ("package-lock.json", [CI]),
    ],
)
def test_changed_pins_are_set_up_anew(checkout: Checkout, pins: str, expected: list[str]) -> None:
    checkout.make("python", "node")
    with (checkout.folder / pins).open("a") as file:
        file.write("\n")
    assert checkout.make("python", "node")[1] == expected


def test_touching_the_pins_is_not_changing_them(checkout: Checkout) -> None:
    checkout.make("python", "node")
    (checkout.folder / "requirements.txt").touch()
    (checkout.folder / "package-lock.json").touch()
    assert checkout.make("python", "node")[1] == []


@pytest.mark.parametrize(
    ("fault", "first", "second"),
    [
        (".fail-pip", [VENV, PIP], [VENV, PIP, CI]),
        (".fail-npm", [VENV, PIP, CI], [CI]),
    ],
)
def test_a_set_up_cut_short_is_no_set_up(checkout: Checkout, fault: str, first: list[str], second: list[str]) -> None:
    (checkout.folder / fault).touch()
    status, calls, _ = checkout.make("test")
    assert status != 0
    assert calls == first
    (checkout.folder / fault).unlink()
    assert checkout.make("python", "node")[1] == second


def test_an_environment_whose_python_has_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.make("python")
    (checkout.folder / ".venv/bin/python").unlink()
    assert checkout.make("python")[1] == [VENV, PIP]


@pytest.mark.parametrize("fault", [".no-node", ".old-node"])
def test_where_node_is_missing_or_old_a_pinned_one_is_taken(checkout: Checkout, fault: str) -> None:
    (checkout.folder / fault).touch()
    assert checkout.make("node")[1] == [VENV, PIP, NODE_WHEEL, CI]
    # Later packages find it in .venv.
    (checkout.folder / "node_modules/.pins").unlink()
    assert checkout.make("node")[1] == [CI]


def test_an_old_python_is_refused_by_name(checkout: Checkout) -> None:
    old = checkout.folder / "bin/python3.9"
    old.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.version_info = (3, 9, 2); $2"\n')
    old.chmod(0o755)
    status, calls, said = checkout.make("python", "PYTHON=python3.9")
    assert status != 0
    assert calls == []
    assert "PYTHON=python3.9 is Python 3.9, expected 3.11 or newer" in said
