"""What a reader takes away: for each page a test, a notebook and how to cite it; for each equation an address."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any

from press import components, coverage, faults, permanent, store
from press.faults import Wrong
from press.takeaway import files
from press.takeaway.offline import NAME as ZIP

TOPICS = ("quality", "one-over-m", "sum-or-mean", "moving-averages")
BIBTEX = "one-over-m.bib"


def _key(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()


@cache
def sources() -> tuple[coverage.Page, ...]:
    """All pages and labs as they stand, read once a build (`forget` before the next)."""
    return tuple(coverage.pages())


def forget() -> None:
    sources.cache_clear()
    pages.cache_clear()


@cache
def pages() -> dict[str, files.Page]:
    """The Markdown pages of the topics, by path under `docs/`."""
    made = {}
    for one in sources():
        if one.path.endswith(".md") and one.path.partition("/")[0] in TOPICS:
            path, text = one.path, "\n".join(part.text for part in one.parts)
            found = store.kept(_key(path, text), partial(_read, path, text), of=f"reads of {path}")
            title, answer, *shown = found
            made[path] = files.Page(path, title, answer, *map(tuple, shown))
    return made


def _read(path: str, text: str) -> list[Any]:
    one = files.read(path, text)
    return [one.title, one.answer, one.derivations, one.snippets, one.examples]


def homes() -> dict[str, tuple[permanent.Home, str]]:
    """Where every equation of the site stands, and its title."""

    def make() -> dict[str, list[str]]:
        names = components.names()
        known = components.load().names
        stems = {name: f"{one.topic}/{one.stem}.md".replace("_", "-") for name, one in known.items() if name in names}
        chains = {name: files.chains(name, known[name].value) for name, kind in names.items() if kind == "derivation"}
        where = {name: components._named_definitions(parts.values()) for name, parts in chains.items()}
        found = permanent.homes(sources(), stems, where)
        return {
            name: [one.page, one.anchor, _title(known[name].value, name)]
            for name, one in found.items()
            if name in known
        }

    kept = store.kept(_key([asdict(one) for one in sources()]), make, of="homes of equations")
    return {name: (permanent.Home(page, anchor), title) for name, (page, anchor, title) in kept.items()}


def _title(value: Any, name: str) -> str:
    said = getattr(value, "title", "") or getattr(value, "words", "") or getattr(value, "says", "")
    bare = re.sub(r"\{(?:eq|num|claim)\}|[`$]", "", said if isinstance(said, str) else "").replace("\\", "")
    return bare[:1].upper() + bare[1:] if bare else name


def written(site_name: str, site: str = "") -> dict[str, str]:
    """Every file that the site brings for taking away, by its path in the site; the zip is made of the site itself."""
    made = {BIBTEX: "\n".join(files.bibtex(one.path, one.title, site) for one in pages().values())}
    for one in pages().values():
        if not one.derivations and not one.snippets:
            continue
        try:
            both = store.kept(_key(asdict(one), site), partial(_both, one, site), of=f"to take away of {one.path}")
            made[one.test], made[one.notebook] = both
        except Wrong as fault:
            faults.add(fault.at(f"docs/{one.path}", 1))
        except Exception as fault:  # whatever it is, the build goes on to the next fault and then fails
            told = Wrong("a test and a notebook of the page", f"{type(fault).__name__}: {fault}")
            faults.add(told.at(f"docs/{one.path}", 1))
    for name, (home, title) in homes().items():
        made[permanent.path(name)] = permanent.stub(name, home, title, site_name, site)
    return made


def _both(page: files.Page, site: str) -> list[str]:
    return [files.as_test(page, site), files.as_notebook(page, site)]


# ---- on the pages


def foot(path: str, site: str = "") -> str:
    """The folded section at the foot of a topic's page; nothing for other pages."""
    page = pages().get(path)
    if page is None:
        return ""
    items = []
    if page.derivations or page.snippets:
        what = " and ".join(
            (["each derivation, line by line"] if page.derivations else [])
            + (["the code with its examples"] if page.snippets else [])
        )
        needs = "<code>pip install numpy sympy pytest</code>"
        test, notebook = (one.rpartition("/")[2] for one in (page.test, page.notebook))
        items.append(f'<a href="{test}" download>A test of this page</a>, one file that runs alone: {what}. {needs}')
        items.append(f'<a href="{notebook}" download>The same as a notebook</a>')
    if page.derivations:
        items.append("The # below a derivation is its permanent address: by name, wherever the page may move.")
    cite = escape(files.bibtex(path, page.title, site), quote=False)
    items.append(f'To cite: <button type="button" class="om-copy">copy</button><pre>{cite}</pre>')
    listed = "".join(f"<li>{one}</li>" for one in items)
    return f'<details class="om-more om-take"><summary>Take away</summary><ul>{listed}</ul></details>'


def table() -> dict[str, Any]:
    """The fence ```takeaway: every page of the topics with its files, and those of the whole site."""
    rows = "".join(_row(one) for one in pages().values() if one.derivations or one.snippets)
    head = "".join(f'<th scope="col">{one}</th>' for one in ("page", "test", "notebook"))
    html = (
        f'<ul class="om-take-all"><li><a href="om:{ZIP}" download>The whole site</a>, a zip that works from disk</li>'
        f'<li><a href="om:{BIBTEX}" download>All pages for BibTeX</a></li></ul>'
        '<section class="om-scroll" tabindex="0" aria-label="what each page offers"><table class="om-trust">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
    )
    return {"html": html, "ids": [], "shows": [], "equations": 0}


def _row(page: files.Page) -> str:
    test, notebook = (one.rpartition("/")[2] for one in (page.test, page.notebook))
    return (
        f'<tr><td><a href="om:{page.path}">{components.words(page.title)}</a></td>'
        f'<td><a href="om:{page.test}" download>{test}</a></td>'
        f'<td><a href="om:{page.notebook}" download>{notebook}</a></td></tr>'
    )


def write(folder: Path, texts: dict[str, str]) -> None:
    """Puts the files into the site."""
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
