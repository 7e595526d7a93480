"""The pins hold what was asked for, with hashes and without a host; each command that is named somewhere is there."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGE = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
LOCK = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))

PINS = {"requirements.txt": ("site", "dev"), "requirements-node.txt": ("node",)}


def entries(file: str) -> list[str]:
    """The pins of a file, each with its hashes on one line."""
    return (ROOT / file).read_text(encoding="utf-8").replace("\\\n", "").splitlines()


@pytest.mark.parametrize("file", PINS)
def test_every_python_pin_has_a_version_and_a_hash(file: str) -> None:
    assert entries(file)
    for entry in entries(file):
        assert re.match(r"[a-z0-9.-]+==\S+ (; .+? )?( *--hash=sha256:[0-9a-f]{64})+ *$", entry), entry


@pytest.mark.parametrize("file", PINS)
def test_what_pyproject_asks_for_is_pinned(file: str) -> None:
    pinned = {}
    for entry in entries(file):
        pin = Requirement(entry.split("--hash")[0])
        pinned.setdefault(canonicalize_name(pin.name), []).append(str(pin.specifier).removeprefix("=="))
    for group in PINS[file]:
        for asked in map(Requirement, PROJECT["dependency-groups"][group]):
            versions = pinned.get(canonicalize_name(asked.name), [])
            assert versions, f"{asked.name}: not in {file}, run `make pins`"
            for version in versions:
                assert asked.specifier.contains(version), f"{asked} is pinned to {version}, run `make pins`"


def test_no_pin_is_a_release_candidate() -> None:
    for file in PINS:
        for entry in entries(file):
            (specifier,) = Requirement(entry.split("--hash")[0]).specifier
            assert not re.search(r"\d(a|b|rc|\.dev)\d", specifier.version), entry


def test_every_front_end_pin_has_its_integrity_and_no_host() -> None:
    assert {key: LOCK["packages"][""].get(key) for key in ("dependencies", "devDependencies")} == {
        key: PACKAGE.get(key) for key in ("dependencies", "devDependencies")
    }
    for name, package in LOCK["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name


@pytest.mark.parametrize("name", [*PACKAGE["dependencies"], *PACKAGE["devDependencies"]])
def test_every_front_end_package_is_used(name: str) -> None:
    # A path in Python is written in parts, so the last part is what is looked for.
    own = [
        path
        for tree in ("press", "tests/browser")
        for path in (ROOT / tree).rglob("*")
        if path.suffix in (".py", ".js")
    ]
    assert any(name.split("/")[-1] in path.read_text(encoding="utf-8") for path in own)


def test_every_front_end_import_is_asked_for() -> None:
    made = {"formulas"}  # compiled from the derivations when the figures are bundled
    for path in (ROOT / "press").rglob("*.js"):
        for name in re.findall(r"""\bfrom ["']([^."'][^"']*)["']""", path.read_text(encoding="utf-8")):
            assert name in made | PACKAGE["dependencies"].keys(), f"{path.relative_to(ROOT)} imports {name}"


def test_no_front_end_pin_moves_with_a_tag() -> None:
    # Without a host in the lock, npm asks anew what a tag means, and the lock is out of step one day.
    overridden = PACKAGE["overrides"]
    for name, package in LOCK["packages"].items():
        for needed, wanted in package.get("dependencies", {}).items():
            if re.fullmatch(r"[a-z]+", wanted):
                assert needed in overridden.get(name.split("node_modules/")[-1], {}), f"{name}: {needed}@{wanted}"


def test_one_version_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["project"]["version"]
    assert citation["license"] == PACKAGE["license"] == PROJECT["project"]["license"]


# ---- commands


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def test_make_alone_lists_each_command_in_one_line() -> None:
    listed = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    named = [line.split()[1] for line in listed.stdout.splitlines()]
    assert set(named) == targets() - {"python", "node", "environment"}
    assert len(named) == len(set(named))


@pytest.mark.parametrize(
    "file",
    [
        "README.md",
        "CONTRIBUTING.md",
        ".ci/run",
        *(str(path.relative_to(ROOT)) for path in sorted((ROOT / ".github/workflows").glob("*.yml"))),
    ],
)
def test_every_command_that_is_named_is_there(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|run: |^ *|run \w+ )make ([a-z][a-z-]*)", text, re.MULTILINE))
    assert named <= targets()
    assert named or "run: .ci/run" in text


def test_continuous_integration_runs_the_readme_s_commands() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for target in ("test", "check", "slow", "all-slips", "libraries", "browser"):
        assert re.search(rf"^run \w+ make {target}$", script, re.MULTILINE), target
