"""The building of figures: what is asked for by name, what goes into the site, what is kept, what stops it."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from press import figures
from press.figures import build, hooks
from press.figures.quality import FIGURES

MOST = 90_000  # bytes, gzip: what a page with a figure may load more than one without


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own."""
    monkeypatch.setattr(build, "CACHE", tmp_path)
    return tmp_path / "quality.json"


def test_every_declared_figure_is_there() -> None:
    declared = [one.name for topic in build.TOPICS for one in build.figures(topic)]
    assert figures.names() == set(declared)
    assert len(set(declared)) == len(declared), "two figures of one name"
    drawings = {one.stem for topic in build.TOPICS for one in (build.HERE / topic).glob("*.js")}
    assert drawings - figures.names() == {"plane"}, "a drawing that no figure declares"


def test_a_wrong_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(figures.UnknownFigure, match=r"got 'landscap'; near: landscape") as fault:
        figures.figure_html("landscap")
    assert isinstance(fault.value, ValueError)
    with pytest.raises(figures.UnknownFigure):
        figures.needs("landscap")


def test_what_a_figure_needs_is_in_the_site() -> None:
    assets = figures.assets()
    for name in figures.names():
        assert set(figures.needs(name)) <= set(assets)
    for name in figures.names():
        assert sum(len(gzip.compress(assets[one])) for one in figures.needs(name)) <= MOST
    for path, content in assets.items():
        assert path.startswith("assets/figures/")
        assert str(build.ROOT).encode() not in content
        assert b"http://" not in content.replace(b"http://www.w3.org", b"")
        assert b"https://" not in content


def test_two_builds_are_the_same_bytes(kept: Path) -> None:
    first = build.built("quality")
    kept.unlink()
    assert build.built("quality") == first


def test_an_unchanged_build_reads_what_was_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build.built("quality")

    def make(topic: str) -> Any:
        raise AssertionError(f"{topic} was built anew")

    monkeypatch.setattr(build, "_make", make)
    assert build.built("quality") == first


@pytest.mark.parametrize("damage", ["", "{", "{}", '{"edition": "x"}'])
def test_a_damaged_cache_is_built_anew(damage: str, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = build.Built({"a": "b"}, "c", "d", {"e": "f"})
    monkeypatch.setattr(build, "_make", lambda topic: made)
    kept.write_text(damage)
    assert build.built("quality") == made
    assert json.loads(kept.read_text())["edition"] == build.edition("quality")


imports = build._imports


@cache
def imports_of(path: Path, text: bytes) -> list[Path]:
    return imports(path)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trees that figures are made from, copied, so that a file can be changed."""
    root = tmp_path_factory.mktemp("copy")
    for tree in ("press", "derivations", "snippets"):
        shutil.copytree(build.ROOT / tree, root / tree, ignore=shutil.ignore_patterns("__pycache__"))
    for pin in ("package-lock.json", "requirements.txt"):
        shutil.copy(build.ROOT / pin, root / pin)
    return root


@pytest.fixture
def change(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Changes a file of the copy, which is whole again after the test. What did not change is not parsed again."""
    monkeypatch.setattr(build, "ROOT", copy)
    monkeypatch.setattr(build, "HERE", copy / "press" / "figures")
    monkeypatch.setattr(build, "_imports", lambda path: imports_of(path, path.read_bytes()))
    was: dict[Path, bytes] = {}

    def longer(name: str) -> None:
        path = copy / name
        was[path] = path.read_bytes()
        path.write_bytes(was[path] + b"\n")

    yield longer
    for path, text in was.items():
        path.write_bytes(text)


@pytest.mark.parametrize(
    "changed",
    [
        "press/figures/quality/landscape.js",
        "press/figures/quality/plane.js",
        "press/figures/quality/formulas.py",
        "press/figures/quality/__init__.py",
        "press/figures/kit.js",
        "press/figures/figures.css",
        "press/figures/build.py",
        "press/figures/javascript.py",
        "derivations/quality/ascent_and_descent.py",
        "derivations/quality/geometric_mean.py",
        "derivations/rewriting.py",
        "derivations/notation.py",
        "package-lock.json",
    ],
)
def test_a_changed_source_is_another_edition(changed: str, change: Callable[[str], None]) -> None:
    before = build.edition("quality")
    change(changed)
    assert build.edition("quality") != before


def test_a_snippet_that_a_figure_runs_is_a_source(change: Callable[[str], None]) -> None:
    before = build.edition("one_over_m")
    change("snippets/one_over_m/precision.py")
    assert build.edition("one_over_m") != before


def test_what_figures_are_not_made_from_changes_nothing(change: Callable[[str], None]) -> None:
    before = build.edition("quality")
    for other in ("press/katex.py", "derivations/prover.py"):
        change(other)
    assert build.edition("quality") == before


def planted(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(build, "entry", lambda topic: script)


def test_a_drawing_that_raises_stops_the_build_by_name(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, 'globalThis.figures = { render() { throw new Error("planted"); } };')
    with pytest.raises(build.FigureFault, match=rf"{FIGURES[0].name}: its drawing raised (?s:.*)planted"):
        build.built("quality")
    assert not kept.exists()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("const figures = ;", "do not bundle"),
        ('import { noSuchFormula } from "formulas"; console.log(noSuchFormula);', "noSuchFormula"),
        ('import "no-such-package";', "no-such-package"),
    ],
)
def test_a_script_that_does_not_bundle_stops_the_build(
    script: str, said: str, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted(monkeypatch, script)
    with pytest.raises(build.FigureFault, match=said):
        build.built("quality")


def test_a_figure_without_a_drawing_stops_the_build(copy: Path, change: Callable[[str], None]) -> None:
    drawing = "press/figures/quality/underflow.js"
    change(drawing)
    (copy / drawing).unlink()
    with pytest.raises(
        build.FigureFault, match=r"underflow: expected its drawing at press/figures/quality/underflow\.js"
    ):
        build.entry("quality")


def test_without_the_front_end_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "ESBUILD", build.ROOT / "no" / "esbuild")
    with pytest.raises(FileNotFoundError, match=r"no/esbuild: not installed; run `npm ci`"):
        build.stylesheet()


# ---- pages


class Page:
    url = "quality/softmax/"


def test_a_page_with_figures_loads_their_script_once() -> None:
    html = (
        f"<html><head></head><body>{figures.figure_html('temperature')}{figures.figure_html('underflow')}</body></html>"
    )
    out = hooks.on_post_page(html, page=Page(), config=None)
    script, style = figures.needs("temperature")
    assert out.count('<script type="module"') == 1
    assert f'<script type="module" src="../../{script}"></script>' in out
    assert out.count(f'<link rel="stylesheet" href="../../{style}">') == 1


def test_a_page_without_a_figure_loads_nothing() -> None:
    html = "<html><head></head><body><p>figure</p></body></html>"
    assert hooks.on_post_page(html, page=Page(), config=None) == html
