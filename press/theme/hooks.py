"""What the theme needs of MkDocs beyond templates: fonts, a description for each page, no dates.

Nothing here reads or changes what a page says, so a move to another site generator loses only
this file.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
from collections.abc import Callable, Iterable
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files

from press.theme import fonts

LONGEST = 155  # characters of a description that search engines show

_characters: set[str] = set()
_fonts: set[str] = set()
_rare: dict[str, set[str]] = {}
_pages: list[Any] = []


@event_priority(50)  # before the search plugin asks for the theme's environment
def on_config(config: Any) -> Any:
    # Two builds of one commit are the same bytes: no build date in sitemap.xml.gz or in a plot.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")
    _characters.clear()
    _fonts.clear()
    _rare.clear()
    config.theme.get_env = partial(_environment, config.theme.get_env)
    return config


class _Templates(jinja2.FileSystemLoader):
    """Lists no folder whose name begins with a dot: MkDocs drops what lies there, Material's 10,000 icons above all."""

    def list_templates(self) -> list[str]:
        found: set[str] = set()
        for start in self.searchpath:
            for folder, below, names in os.walk(start):
                below[:] = [one for one in below if not one.startswith(".")]
                found.update((Path(folder) / one).relative_to(start).as_posix() for one in names)
        return sorted(found)


def _environment(make: Callable[[], jinja2.Environment]) -> jinja2.Environment:
    """The theme's environment, with compiled templates kept by their content."""
    made = make()
    made.loader = (
        _Templates(made.loader.searchpath) if isinstance(made.loader, jinja2.FileSystemLoader) else made.loader
    )
    kept = fonts.ROOT / ".cache" / "templates" / metadata.version("jinja2")
    kept.mkdir(parents=True, exist_ok=True)
    made.bytecode_cache = jinja2.FileSystemBytecodeCache(str(kept))
    return made


def on_files(files: Files, config: Any) -> Files:
    files.append(File.generated(config, fonts.STYLESHEET, content=fonts.stylesheet()))
    return files


def on_nav(nav: Any, config: Any, files: Files) -> Any:
    _pages[:] = nav.pages
    return nav


def on_page_content(content: str, page: Any, config: Any, files: Files) -> str:
    return with_copy_buttons(in_a_frame(whole(content)))


def whole(content: str) -> str:
    """A formula keeps its comma, or its “-th”, on its line; a short piece of code is not cut at its hyphen."""
    if "</om-visible>" in content:
        content = content.replace("</om-visible></span></span>-th", "</om-visible></span>-th</span>")
        content = _FORMULA.sub(_with_its_stop, content)
    return re.sub(r"<code>(?=[^<]*[^\w<])([^<]{1,14})</code>", r'<code class="om-whole">\1</code>', content)


# From its beginning to its first end, so that none is taken for the next one; typed ones hold their comma already.
_FORMULA = re.compile(
    r'(?P<eq><span class="om-eq" [^>]*>)?(?P<set><span class="katex">.*?</om-visible></span>(?(eq)</span>))'
    r"(?P<stop>[,.;:!?)\]”’]{0,2})(?P<typed></span>)?",
    re.DOTALL,
)


def _with_its_stop(found: re.Match[str]) -> str:
    if not found["stop"] or found["typed"]:
        return found[0]
    begin, end = (found["eq"], "") if found["eq"] else ("<span>", "</span>")
    return f'{begin[:-1]} data-led>{found["set"]}{end}<span class="om-stop">{found["stop"]}</span>'


def with_copy_buttons(content: str) -> str:
    """Every listing runs as it stands, so it is worth copying; one that has its button before it keeps that."""
    button = '<button type="button" class="om-copy">copy</button>'

    if '<div class="language-' not in content:
        return content

    def with_button(found: re.Match[str]) -> str:
        return found[0] if content.endswith("</button>", 0, found.start()) else found[0] + button

    return re.sub(r'<div class="language-\w+ highlight">', with_button, content)  # no look-behind: it is slow


def in_a_frame(content: str) -> str:
    """Each table in the frame that Material's script would give it: that script styles the whole page anew."""
    if "<table>" not in content:
        return content
    frame = '<div class="md-typeset__scrollwrap"><div class="md-typeset__table">'
    return re.sub(
        r"<table>(.*?)</table>", rf'{frame}<table class="om-rows">\1</table></div></div>', content, flags=re.DOTALL
    )


def on_page_context(context: dict[str, Any], page: Any, config: Any, nav: Any) -> dict[str, Any]:
    words, shown = _kept(
        page, "content", page.content, lambda: [description(page.content), fonts.shown_by(page.content)]
    )
    if not page.meta.get("description"):
        page.meta["description"] = words or config.site_description
    _fonts.update(shown)
    context["om_preload"] = [f"{fonts.FOLDER}/{name}" for name in shown]
    return context


def on_post_page(output: str, page: Any, config: Any) -> str:
    signs, rare = _kept(
        page, "output", output, lambda: [_text(output), {n: _text(s) for n, s in fonts.rare_in(output).items()}]
    )
    _characters.update(signs)
    for font, some in rare.items():
        _rare.setdefault(font, set()).update(some)
    return output


def _text(signs: Iterable[str]) -> str:
    return "".join(sorted(set(signs)))


def _kept(page: Any, what: str, text: str, make: Callable[[], Any]) -> Any:
    """What is read off a page's text, kept by that text."""
    from press import store

    return store.kept(hashlib.sha256(text.encode()).hexdigest(), make, of=f"{what} {page.url}")


def on_post_build(config: Any) -> None:
    site = Path(config.site_dir)
    fonts.write(site, _characters, _fonts, _rare)
    set_index_aside(site / "search", {page.url: found for page in _pages if (found := names(page))})


def names(page: Any) -> list[str]:
    """What a page is called beside its title, which states the finding: as in the navigation, and by `words`."""
    # The first of a topic's pages goes by the name of the topic there.
    own = page.parent.title if page.is_index and page.parent else page.meta.get("short") or page.meta.get("title")
    return [*([own] if own else []), *(page.meta.get("search") or {}).get("words", [])]


def set_index_aside(folder: Path, called: dict[str, list[str]]) -> None:
    """Leave an empty index where Material fetches one on every visit; assets/search.js takes the whole one.

    The whole one knows what the page at each address is `called`, so that it is found, and found first, by that.
    """
    whole = folder / "search_index.json"
    index = json.loads(whole.read_text(encoding="utf-8"))
    index["config"]["fields"]["tags"]["boost"] = 1  # not a million: a question has many of these words
    for entry in index["docs"]:
        if entry["location"] in called:
            entry["tags"] = called[entry["location"]]
    (folder / "index.json").write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    whole.write_text(json.dumps(index | {"docs": []}, separators=(",", ":")), encoding="utf-8")


def description(content: str) -> str:
    """The first paragraph of a page as plain text, cut at a word: the finding stands first.

    Of a formula, the MathML is read; its TeX and the visible half would say it twice more.
    """
    found = re.search(r"<p>(.*?)</p>", content, re.DOTALL)
    if not found:
        return ""
    text = re.sub(r"<annotation.*?</annotation>", "", found[1], flags=re.DOTALL)
    text = re.sub(r'<om-visible class="katex-html".*?</om-visible>', "", text, flags=re.DOTALL)
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())
    if len(text) <= LONGEST:
        return text
    return text[:LONGEST].rsplit(" ", 1)[0].rstrip(" ,;:–—") + " …"
