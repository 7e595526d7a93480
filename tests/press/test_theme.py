"""The theme, on a page that holds every component: what the templates, the fonts and the styles promise."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config

from press.theme import fonts, hooks

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = Path(__file__).parent / "fixtures"


class _Loader(yaml.SafeLoader):
    """Reads mkdocs.yml without its `!ENV`."""


_Loader.add_constructor("!ENV", lambda loader, node: "")


def make(site: Path, **more: Any) -> Path:
    """The fixtures as a site, with the project's own settings except what draws from derivations."""
    kept = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)
    extensions = [one for one in kept["markdown_extensions"] if one != "press.markdown"]
    config = load_config(
        str(ROOT / "mkdocs.yml"),
        docs_dir=str(FIXTURES),
        site_dir=str(site),
        nav=[{"Home": "index.md"}, {"A topic": ["components.md", "second.md"]}],
        hooks=[str(ROOT / "press" / "theme" / "hooks.py")],
        plugins=["search"],
        markdown_extensions=extensions,
        **more,
    )
    os.environ.pop("SOURCE_DATE_EPOCH", None)  # the theme has to set it
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("theme") / "site", site_url="https://example.org/")


def read(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def soup(site: Path, page: str) -> BeautifulSoup:
    return read((site / page).read_text(encoding="utf-8"))


PAGES = ("index.html", "components/index.html", "second/index.html")


@pytest.mark.parametrize("cut_anew", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_two_builds_are_the_same_bytes(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cut_anew: bool
) -> None:
    if cut_anew:
        monkeypatch.setattr(fonts, "CACHE", tmp_path / "cache")  # the fonts too
    monkeypatch.setattr("time.time", lambda: 4102444800.0)  # and it is another day
    again = make(tmp_path / "site", site_url="https://example.org/")
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    assert [one for one in files if (site / one).read_bytes() != (again / one).read_bytes()] == []


def test_the_sitemap_names_the_pages_and_no_date(site: Path) -> None:
    text = (site / "sitemap.xml").read_text(encoding="utf-8")
    assert re.findall("<loc>(.*?)</loc>", text) == [
        f"https://example.org/{one}" for one in ("", "components/", "second/")
    ]
    assert "lastmod" not in text
    assert (site / "sitemap.xml.gz").read_bytes()[4:8] == bytes(4)  # gzip's own date
    assert gzip.decompress((site / "sitemap.xml.gz").read_bytes()).decode() == text


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_asked_of_another_host(site: Path, page: str) -> None:
    found = soup(site, page)
    asked = [
        tag.get("src") or tag.get("href")
        for tag in found.select("script[src], img[src], iframe, link:not([rel=canonical])")
    ]
    assert asked
    assert [one for one in asked if one and re.match("(https?:)?//", str(one))] == []


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_a_description_a_named_search_and_one_nav(site: Path, page: str) -> None:
    found = soup(site, page)
    described = found.select_one("meta[name=description]")
    assert described
    assert 20 <= len(str(described["content"])) <= 200
    assert [one.get("aria-label") for one in found.select("[role=dialog]")] == ["Search"]
    names = [one.get("aria-label") for one in found.select("nav")]
    assert len(names) == len(set(names))
    assert all(names)
    assert len(found.select("nav.om-nav [aria-current=page]")) == 1


def test_a_description_is_the_first_paragraph_and_says_a_formula_once() -> None:
    from press.katex import render

    content = f"<h1>Title</h1><p>Divide by {render('m')} once,\n<em>not</em> twice &amp; never {render('m^2')}.</p>"
    assert hooks.description(content) == "Divide by m once, not twice & never m2."
    assert hooks.description("<h1>Title</h1>") == ""
    long = hooks.description(f"<p>{'word ' * 60}</p>")
    assert len(long) <= hooks.LONGEST + 2
    assert long.endswith("word …")


def test_a_table_gets_its_frame_at_build_and_keeps_its_rows() -> None:
    plain = "<table>\n<tbody><tr><td>1</td></tr></tbody>\n</table>"
    framed = read(hooks.in_a_frame(f"<p>before</p>{plain}<p>between</p>{plain}"))
    assert [one.get_text(strip=True) for one in framed.select("div.md-typeset__table > table.om-rows td")] == ["1", "1"]
    assert framed.select_one("p + div.md-typeset__scrollwrap + p + div.md-typeset__scrollwrap")
    ours = '<table class="om-trust"><tr><td>1</td></tr></table>'
    assert hooks.in_a_frame(ours) == ours


def test_a_formula_is_followed_by_its_stop_and_none_is_taken_for_the_next() -> None:
    one = '<span class="katex"><math>x</math><om-visible class="katex-html">x</om-visible></span>'
    eq = f'<span class="om-eq" data-name="x">{one}</span>'
    typed = f'<span class="om-typed">{one},</span>'
    page = read(hooks.whole(f"<p>{eq} and {one} of {typed} {eq}, {one}). {eq}is</p>"))
    assert [each.get_text() for each in page.select("[data-led] + .om-stop")] == [",", ")."]
    assert [each.get("data-name") for each in page.select("[data-led]")] == ["x", None]
    assert page.get_text() == read(f"<p>{eq} and {one} of {typed} {eq}, {one}). {eq}is</p>").get_text()
    counted = read(hooks.whole(f'the <span class="om-typed">{one}</span>-th'))
    assert counted.select(".om-typed")[0].get_text() == "xx-th"


def test_short_code_with_a_sign_in_it_is_not_cut() -> None:
    kept = read(hooks.whole("<code>-=</code> <code>m</code> <code>keep_dims</code> <code>f(x, y, z, axis=1)</code>"))
    assert [each.get_text() for each in kept.select("code.om-whole")] == ["-="]


def test_a_listing_has_one_copy_button() -> None:
    listing = '<div class="language-python highlight"><pre>m = 1</pre></div>'
    assert [one.text for one in read(hooks.with_copy_buttons(listing)).select(".highlight > button.om-copy")] == [
        "copy"
    ]
    named = f'<button type="button" class="om-copy">copy as SymPy</button>{listing}'
    assert hooks.with_copy_buttons(named) == named


def test_the_fonts_that_a_page_shows_are_preloaded_and_no_other(site: Path) -> None:
    def preloaded(page: str) -> list[str]:
        return [Path(str(one["href"])).name for one in soup(site, page).select("link[rel=preload][as=font]")]

    assert preloaded("second/index.html") == preloaded("404.html") == ["SourceSerif.woff2"]
    rich = preloaded("components/index.html")
    assert {
        "SourceSerif.woff2",
        "SourceSerif-Italic.woff2",
        "KaTeX_Main-Regular.woff2",
        "KaTeX_Math-Italic.woff2",
    } <= set(rich)
    assert "KaTeX_Size2-Regular.woff2" in rich
    assert "KaTeX_Fraktur-Regular.woff2" not in rich
    assert all((site / fonts.FOLDER / name).is_file() for name in rich)


def test_every_font_of_the_stylesheets_is_served_as_woff2(site: Path) -> None:
    named: set[str] = set()
    for sheet in ("katex.css", "om.css"):
        text = (site / "assets" / sheet).read_text(encoding="utf-8")
        named |= set(re.findall(r"url\((fonts/[^)]+)\)", text))
    assert len(named) > 20
    assert [one for one in sorted(named) if (site / "assets" / one).read_bytes()[:4] != b"wOF2"] == []


def test_classes_of_katex_show_the_fonts_that_its_stylesheet_says() -> None:
    css = fonts.stylesheet()
    for mark, font in fonts.CLASSES.items():
        family, _, style = font.partition("-")
        selector = "".join(f".{one}" for one in mark.split())
        rule = re.search(rf"{re.escape(selector)}(?:>span)?(?:,[^{{}}]*)?\{{([^}}]*)\}}", css)
        assert rule, mark
        assert family in rule[1], mark
        assert ("italic" in rule[1]) == ("Italic" in style), mark
        assert ("700" in rule[1]) == ("Bold" in style), mark


def test_a_rare_font_keeps_only_the_signs_that_are_set_in_it(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    from press.katex import render

    assert fonts.rare_in(f"<p>{render('m')} and 2 {render(chr(92) + 'mathbf{1}')}</p>") == {
        "KaTeX_Main-Bold.woff2": {"1"}
    }
    shown = {"KaTeX_Main-Bold.woff2", "KaTeX_Main-Regular.woff2"}
    fonts.write(tmp_path, {"m", "2"}, shown, {"KaTeX_Main-Bold.woff2": {"1"}})
    assert set(TTFont(tmp_path / fonts.FOLDER / "KaTeX_Main-Bold.woff2").getBestCmap()) == {ord("1")}
    assert ord("2") in TTFont(tmp_path / fonts.FOLDER / "KaTeX_Main-Regular.woff2").getBestCmap()


def test_a_font_keeps_the_characters_that_are_used_and_loses_the_others(tmp_path: Path) -> None:
    from fontTools.ttLib import TTFont

    fonts.write(tmp_path, {"β", "∑"}, {"KaTeX_Math-BoldItalic.woff2"})
    kept = TTFont(tmp_path / fonts.FOLDER / "KaTeX_Math-BoldItalic.woff2").getBestCmap()
    assert ord("β") in kept
    assert ord("W") in kept
    assert ord("γ") not in kept


def test_a_font_keeps_every_sign_that_a_formula_is_drawn_with(tmp_path: Path) -> None:
    """The slash of “not equal” is a sign of KaTeX's own, and no printable one: without it, the sign says “equal”."""
    from fontTools.ttLib import TTFont

    from press.katex import render

    drawn = BeautifulSoup(render(r"a \neq b,\ c \notin D"), "html.parser").select_one(".katex-html")
    assert drawn is not None
    signs = set(drawn.get_text())
    assert "\ue020" in signs
    fonts.write(tmp_path, signs, {"KaTeX_Main-Regular.woff2"})
    kept = {ord(one) for one in signs} & set(
        TTFont(fonts.MODULES / "katex/dist/fonts/KaTeX_Main-Regular.woff2").getBestCmap()
    )
    assert 0xE020 in kept
    assert kept <= set(TTFont(tmp_path / fonts.FOLDER / "KaTeX_Main-Regular.woff2").getBestCmap())


def test_a_font_that_no_page_shows_is_not_cut(tmp_path: Path) -> None:
    whole = {face.name: face.source.read_bytes() for face in fonts.faces()}
    fonts.write(tmp_path, {"β"}, {"KaTeX_Size1-Regular.woff2"})
    cut = {name for name in whole if (tmp_path / fonts.FOLDER / name).read_bytes() != whole[name]}
    assert cut == {"KaTeX_Size1-Regular.woff2"}


def test_a_character_that_a_font_lacks_does_not_cut_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "CACHE", tmp_path)
    face = next(one for one in fonts.faces() if one.name == "KaTeX_Size1-Regular.woff2")
    first = fonts.cut(face, "()∑")
    monkeypatch.setattr(fonts, "_cut", lambda *given: b"cut anew")
    assert fonts.cut(face, "()∑é") == first
    assert fonts.cut(face, "()∏") == b"cut anew"


def test_the_index_is_left_for_the_reader_who_searches(site: Path) -> None:
    stub = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    whole = json.loads((site / "search" / "index.json").read_text(encoding="utf-8"))
    assert stub["docs"] == []
    assert stub["config"] == whole["config"]
    assert any("geometric mean" in one["text"] for one in whole["docs"])
    assert any("geometric mean of p is never" in one["text"] for one in whole["docs"])
    assert not any("katex" in one["text"] or "\\frac" in one["text"] for one in whole["docs"])
    config = json.loads(str(soup(site, "index.html").select_one("#__config").string))  # type: ignore[union-attr]
    worker = re.fullmatch(r".*assets/search\.js\?worker=(.*)", config["search"])
    assert worker
    assert (site / "assets" / worker[1]).is_file()


def colours(scheme: str) -> dict[str, str]:
    css = (ROOT / "press" / "theme" / "templates" / "assets" / "om.css").read_text(encoding="utf-8")
    block = css.split(f'[data-md-color-scheme="{scheme}"] {{', 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--om-([a-z]+): (#[0-9a-f]{6});", block))


def contrast(one: str, other: str) -> float:
    """WCAG 2.1: the ratio of relative luminances."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_every_text_colour_is_readable_on_paper_and_on_inset(scheme: str) -> None:
    found = colours(scheme)
    texts = set(found) - {"paper", "inset", "line", "mark"}
    assert len(texts) > 8
    faint = [
        (name, ground, round(contrast(found[name], found[ground]), 2))
        for name in sorted(texts)
        for ground in ("paper", "inset")
        if contrast(found[name], found[ground]) < 4.5
    ]
    assert faint == []
    assert set(found) == set(colours("default"))


def test_verdicts_have_a_sign_each_so_that_colour_is_never_the_only_carrier() -> None:
    css = (ROOT / "press" / "theme" / "templates" / "assets" / "om.css").read_text(encoding="utf-8")
    for verdict in ("proved", "small", "agrees", "refuted", "unknown"):
        assert re.search(rf'\[data-verdict="{verdict}"\][^{{]*\{{[^}}]*--om-sign: "."', css), verdict
