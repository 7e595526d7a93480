"""KaTeX inside Python: what it accepts, what it refuses, what it remembers."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import markdown
import pytest

from press import katex


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty store of formulas, so that each test renders its own."""
    monkeypatch.setattr(katex, "CACHE", tmp_path / "katex.sqlite")
    katex._store.cache_clear()
    yield tmp_path / "katex.sqlite"
    katex._store().close()
    katex._store.cache_clear()


def page(text: str) -> str:
    extensions = ["pymdownx.arithmatex", "pymdownx.superfences", "press.katex"]
    settings = {"pymdownx.arithmatex": {"generic": True}}
    return markdown.markdown(text, extensions=extensions, extension_configs=settings)


def test_a_formula_is_mathml_and_html(store: Path) -> None:
    made = katex.render(r"\frac{1}{m}")
    assert "<mfrac><mn>1</mn><mi>m</mi></mfrac>" in made
    assert 'class="katex-html"' in made
    assert 'aria-hidden="true"' in made


def test_a_display_sets_its_limits_above_and_below(store: Path) -> None:
    assert "op-limits" in katex.render(r"\sum_{i=1}^N p_i", display=True)
    assert "op-limits" not in katex.render(r"\sum_{i=1}^N p_i")


@pytest.mark.parametrize(
    "tex", [r"\frac{1}{m", r"\nosuchcommand", "x_1_2", "ŷ", r"\begin{aligned}x\end{cases}", "100%"]
)
def test_bad_tex_is_refused_by_name(store: Path, tex: str) -> None:
    with pytest.raises(katex.BadTeX) as fault:
        katex.render(tex)
    assert repr(tex) in str(fault.value)


@pytest.mark.parametrize("tex", ["", "  \n"])
def test_nothing_is_no_formula(store: Path, tex: str) -> None:
    with pytest.raises(ValueError, match="tex: expected a formula"):
        katex.render(tex)


def test_no_formula_can_bring_a_link_or_markup(store: Path) -> None:
    with pytest.raises(katex.BadTeX):
        katex.render(r"\href{javascript:alert(1)}{x}")
    assert "<script" not in katex.render(r"\text{<script>}")


def test_search_reads_a_formula_once(store: Path) -> None:
    made = katex.render(r"\beta")
    assert made.count("data-search-exclude") == 2
    assert made.index("<mi>β</mi>") < made.index("data-search-exclude")


def test_a_formula_is_remembered_with_its_edition(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = katex.render(r"\alpha")
    asked: list[tuple[str, bool]] = []

    def run(tex: str, display: bool) -> str:
        asked.append((tex, display))
        return first

    monkeypatch.setattr(katex, "_run", run)
    monkeypatch.setattr(katex, "_out_of_the_index", lambda made: made)
    assert katex.render(r"\alpha") == first
    assert asked == []
    katex.render(r"\alpha", display=True)
    monkeypatch.setattr(katex, "_edition", lambda: "another version of KaTeX")
    katex.render(r"\alpha")
    assert asked == [(r"\alpha", True), (r"\alpha", False)]


@pytest.mark.parametrize("display", [False, True])
def test_the_markup_stays_well_formed(store: Path, display: bool) -> None:
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        open: list[str]

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    reader = Reader()
    reader.open = []
    reader.feed(katex.render(r"\left(\frac{1}{m}\right)\sqrt{x}", display))
    assert reader.open == []


def test_markup_of_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a span katex-html last"):
        katex._out_of_the_index('<span class="katex">x</span>')


def test_an_interpreter_that_has_rendered_ends() -> None:
    # The engine's thread once kept one in ten from ending.
    code = "from press import katex; katex._run('m', False)"
    root = Path(katex.__file__).parents[1]
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, cwd=root)


def test_a_refused_formula_is_not_remembered(store: Path) -> None:
    for _ in range(2):
        with pytest.raises(katex.BadTeX):
            katex.render(r"\nosuchcommand")
    assert sqlite3.connect(store).execute("SELECT count(*) FROM formula").fetchone() == (0,)


def test_missing_packages_are_named(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(katex, "KATEX", tmp_path / "node_modules" / "katex")
    katex.version.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match="npm ci"):
            katex.version()
    finally:
        katex.version.cache_clear()


def test_budget_of_a_remembered_formula(store: Path) -> None:
    formulas = [rf"\sum_{{i=1}}^{{{n}}} \log p^{{(i)}}" for n in range(200)]
    for one in formulas:
        katex.render(one)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        for one in formulas:
            katex.render(one)
        took.append(time.perf_counter() - began)
    # 0.2 s for an unchanged build of 1,800 formulas; ten times that, in the best of five, would be a broken store.
    assert min(took) / len(formulas) < 0.001


def test_typed_symbols_of_a_page_are_rendered(store: Path) -> None:
    made = page(r"The factor $\beta$ and $m < 1$, and $a_1$ in *emphasis with $dW$*.")
    assert made.count('<span class="om-typed"><span class="katex">') == 4
    assert "arithmatex" not in made
    assert "<mo>&lt;</mo>" in made


def test_a_sign_that_closes_on_a_symbol_stays_with_it(store: Path) -> None:
    """The span keeps to one line: else a line would begin with the comma."""
    made = page(r"With a margin $x$, and (a step $s$), and $dW$ alone.")
    ends = re.findall(r'<span class="om-typed">.*?</om-visible></span>(.*?)</span>', made)
    assert ends == [",", "),", ""]


def test_a_listing_keeps_its_dollars(store: Path) -> None:
    made = page("```\ncost = '$m$'\n```\n\nand `$m$`, and \\$5.")
    assert "katex" not in made
    assert made.count("$m$") == 2


def test_maths_in_raw_html_of_the_press_is_rendered(store: Path) -> None:
    assert "katex" in page('<div><span class="arithmatex">\\(x\\)</span></div>')


def test_bad_tex_on_a_page_stops_it(store: Path) -> None:
    with pytest.raises(katex.BadTeX):
        page(r"A slip: $\nosuchcommand$.")
