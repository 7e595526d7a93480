"""The building of figures: what is asked for by name, what goes into the site, what is kept, what stops it."""

from __future__ import annotations

import gzip
import json
import shutil
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


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The trees that figures are made from, copied, so that a file can be changed."""
    for tree in ("press", "derivations", "snippets"):
        shutil.copytree(build.ROOT / tree, tmp_path / tree, ignore=shutil.ignore_patterns("__pycache__"))
    for pin in ("package-lock.json", "requirements.txt"):
        shutil.copy(build.ROOT / pin, tmp_path / pin)
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "HERE", tmp_path / "press" / "figures")
    return tmp_path


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
def test_a_changed_source_is_another_edition(changed: str, copy: Path) -> None:
    before = build.edition("quality")
    path = copy / changed
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert build.edition("quality") != before


def test_a_snippet_that_a_figure_runs_is_a_source(copy: Path) -> None:
    before = build.edition("one_over_m")
    path = copy / "snippets" / "one_over_m" / "precision.py"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    assert build.edition("one_over_m") != before


def test_what_figures_are_not_made_from_changes_nothing(copy: Path) -> None:
    before = build.edition("quality")
    for other in ("press/katex.py", "derivations/prover.py"):
        path = copy / other
        path.write_text(path.read_text("utf-8") + "\n", "utf-8")
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


def test_a_figure_without_a_drawing_stops_the_build(copy: Path) -> None:
    (copy / "press" / "figures" / "quality" / "underflow.js").unlink()
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
