"""`make site` builds exactly when something that the site is made from, or the site itself, has changed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path

import mkdocs.__main__
import pytest

from press import __main__ as press
from press import store
from press.labs import run as labs


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with one file in each tree."""
    for tree in press.TREES:
        (tmp_path / "project" / tree).mkdir(parents=True)
        (tmp_path / "project" / tree / "one.txt").write_text(tree)
    for name in ("mkdocs.yml", "requirements.txt"):
        (tmp_path / "project" / name).write_text(name)
    return tmp_path / "project"


@pytest.fixture
def builds(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What MkDocs was called for; it writes the page that it finds, and fails where that says so."""
    called: list[str] = []

    def cli(arguments: list[str], prog_name: str) -> None:
        page = (root / "docs/one.txt").read_text()
        called.append(page)
        site = Path(arguments[arguments.index("--site-dir") + 1])
        (site / "assets").mkdir(parents=True)
        (site / "assets/style.css").write_text("style")
        if page == "at fault":
            sys.exit(1)
        (site / "index.html").write_text(page)
        sys.exit(0)

    monkeypatch.setattr(mkdocs.__main__, "cli", cli)
    for name in press.LATER:
        monkeypatch.setitem(sys.modules, name, sys)  # as it is after the test
    return called


def run(root: Path) -> int:
    return press.main([str(root.parent / "site")], root)


EDITS: dict[str, Callable[[Path], object]] = {
    **{tree: lambda root, tree=tree: (root / tree / "one.txt").write_text("edited") for tree in press.TREES},  # type: ignore[misc]
    "a file more": lambda root: (root / "snippets/two.txt").write_text(""),
    "a file less": lambda root: (root / "tests/one.txt").unlink(),
    "settings": lambda root: (root / "mkdocs.yml").write_text("edited"),
    "pins": lambda root: (root / "requirements.txt").write_text("edited"),
    "the site's page": lambda root: (root.parent / "site/index.html").write_text("edited"),
    "a page of the site is lost": lambda root: (root.parent / "site/index.html").unlink(),
    "something in the site": lambda root: (root.parent / "site/more.html").write_text(""),
    "no record": lambda root: (root / press.BUILT).unlink(),
    "half a record": lambda root: (root / press.BUILT).write_text("{"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_build_follows_each_change_and_nothing_else(root: Path, builds: list[str], edit: str) -> None:
    assert run(root) == 0
    assert (root.parent / "site/index.html").read_text() == "docs"
    assert run(root) == 0
    (root / "docs/one.txt").touch()
    (root / "docs/__pycache__").mkdir()
    (root / "docs/__pycache__/one.pyc").write_text("")
    assert run(root) == 0
    assert len(builds) == 1
    EDITS[edit](root)
    assert run(root) == 0
    assert len(builds) == 2
    assert run(root) == 0
    assert len(builds) == 2
    assert sorted(path.name for path in (root.parent / "site").iterdir()) == ["assets", "index.html"]


@pytest.mark.parametrize("name", press.ASKED)
def test_a_setting_of_the_environment_counts(
    root: Path, builds: list[str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(root)
    monkeypatch.setenv(name, "17")
    run(root)
    run(root)
    assert len(builds) == 2


def test_a_package_that_came_counts(
    root: Path, builds: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    run(root)
    known = store.environment()
    (tmp_path / "later-1.0.dist-info").mkdir()
    assert store.environment() != known
    run(root)
    assert len(builds) == 2


def test_labs_are_started_before_mkdocs_and_only_where_a_build_is_due(
    root: Path, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    at: list[tuple[list[Path], int]] = []
    monkeypatch.setattr(labs, "ahead", lambda found: at.append(([one.path for one in found], len(builds))))
    lab = root / "docs/lab.py"
    lab.write_text("# %% [markdown]\n# # A lab\n")
    run(root)
    run(root)
    assert at == [([lab], 0)]
    assert len(builds) == 1


def test_two_folders_are_two_sites(root: Path, builds: list[str]) -> None:
    run(root)
    assert press.main([str(root.parent / "other")], root) == 0
    assert len(builds) == 2
    assert (root.parent / "other/index.html").is_file()


def test_a_build_that_fails_leaves_the_site_as_it_was(root: Path, builds: list[str]) -> None:
    run(root)
    (root / "docs/one.txt").write_text("at fault")
    assert run(root) == 1
    assert run(root) == 1
    assert len(builds) == 3
    assert (root.parent / "site/index.html").read_text() == "docs"
    assert sorted(path.name for path in root.parent.iterdir()) == ["project", "site"]
    (root / "docs/one.txt").write_text("mended")
    assert run(root) == 0
    assert (root.parent / "site/index.html").read_text() == "mended"


def test_what_is_edited_during_a_build_is_built_again(
    root: Path, builds: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = mkdocs.__main__.cli

    def slow(arguments: list[str], prog_name: str) -> None:
        (root / "derivations/one.txt").write_text(f"edited {len(builds)}")
        theirs(arguments, prog_name=prog_name)

    monkeypatch.setattr(mkdocs.__main__, "cli", slow)
    run(root)
    run(root)
    assert len(builds) == 2


def test_a_file_in_the_place_of_the_site_is_named(
    root: Path, builds: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (root.parent / "site").write_text("mine")
    assert run(root) == 2
    assert "FOLDER: expected a folder, got the file" in capsys.readouterr().err
    assert press.main(["a", "b"], root) == 2
    assert "expected at most one folder, got a b" in capsys.readouterr().err
    assert not builds


def test_a_module_that_is_imported_later_is_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "slow_one").mkdir()
    (tmp_path / "slow_one/__init__.py").write_text("import sys\nsys.executed = True\nanswer = 42\n")
    (tmp_path / "slow_one/part.py").write_text("from slow_one import answer\nhalf = answer / 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "executed", False, raising=False)
    name = "slow_one"
    monkeypatch.setitem(sys.modules, name, press._Later(name))
    slow_one = importlib.import_module(name)
    assert not sys.executed  # type: ignore[attr-defined]
    assert slow_one.answer == 42
    assert sys.executed  # type: ignore[attr-defined]
    assert importlib.import_module(f"{name}.part").half == 21
    with pytest.raises(AttributeError, match="no_such"):
        slow_one.no_such  # noqa: B018
    del sys.modules["slow_one.part"]
