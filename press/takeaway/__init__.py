"""What a reader takes away: for each page a test, a notebook and how to cite it; for each equation an address."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict
from functools import partial
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


@store.once
def _sources() -> dict[str, tuple[files.Page | None, list[list[str]]]]:
    """Each page and lab by its path under `docs/`: what a topic's page offers, and the equations that it shows."""
    made = {}
    for one in coverage.pages():
        text = "\n\n".join(part.text for part in one.parts)
        page, shown = store.kept(_key(one.path, text), partial(_read, one.path, text), of=f"to take off {one.path}")
        if page:
            title, answer, *named = page
            page = files.Page(one.path, title, answer, *map(tuple, named))
        made[one.path] = page, shown
    return made


def _read(path: str, text: str) -> list[Any]:
    page = None
    if path.partition("/")[0] in TOPICS:
        one = files.read(path, text)
        page = [one.title, one.answer, one.derivations, one.snippets, one.examples]
    return [page, permanent.uses(text)]


def pages() -> dict[str, files.Page]:
    """The pages and labs of the topics, by path under `docs/`, in the topics' order."""
    found = {path: page for path, (page, _) in _sources().items() if page}
    return dict(sorted(found.items(), key=lambda one: TOPICS.index(one[0].partition("/")[0])))


def homes() -> dict[str, tuple[permanent.Home, str]]:
    """Where every equation of the site stands, and its title."""
    facts = store.kept("what names are", _facts)
    own = {name: page for name, (page, _, _) in facts.items()}
    where = {name: inside for name, (_, _, inside) in facts.items() if inside}
    found = permanent.homes({path: shown for path, (_, shown) in _sources().items()}, own, where)
    return {name: (home, facts[name][1]) for name, home in found.items() if name in facts}


def _facts() -> dict[str, list[Any]]:
    """Of each named value the page it belongs to, its title, and the definitions in its small print."""
    made: dict[str, list[Any]] = {}
    kinds = components.names()
    for name, one in components.load().names.items():
        page = f"{one.topic}/{one.stem}.md".replace("_", "-")
        chain = kinds[name] == "derivation"
        inside = components._named_definitions(files.chains(name, one.value).values()) if chain else []
        made[name] = [page, _title(one.value, name), inside]
    return made


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
            key = _key(asdict(one), site, files.citation())
            both = store.kept(key, partial(_both, one, site), of=f"to take away of {one.path}")
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
            (["the derivations line by line"] if page.derivations else [])
            + (["the code with its examples"] if page.snippets else [])
        )
        needs = "<code>pip install numpy sympy pytest</code>"
        test, notebook = (one.rpartition("/")[2] for one in (page.test, page.notebook))
        items.append(f'<a href="{test}" download>A test of this page</a>, one file that runs alone, {what}: {needs}')
        items.append(f'<a href="{notebook}" download>The same as a notebook</a>')
    if page.derivations:
        items.append("The # below a derivation is its permanent address: by name, wherever the page may move.")
    cite = escape(files.bibtex(path, page.title, site), quote=False)
    items.append(f'To cite: <button type="button" class="om-copy">copy</button><pre>{cite}</pre>')
    listed = "".join(f"<li>{one}</li>" for one in items)
    return f'<details class="om-more om-take"><summary>Take away</summary><ul>{listed}</ul></details>'


@store.once
def state() -> str:
    """What the table is drawn from, for whoever keeps it."""
    return json.dumps([asdict(one) for one in pages().values()])


def table() -> dict[str, Any]:
    """The fence ```takeaway: every page of the topics with its files, and those of the whole site."""
    rows = "".join(_row(one) for one in pages().values() if one.derivations or one.snippets)
    head = "".join(f'<th scope="col">{one}</th>' for one in ("page", "test", "notebook"))
    body = f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
    html = (
        '<div class="om-take-all"><ul>'
        f'<li><a href="om:{ZIP}" download>The whole site</a>, a zip that works from disk</li>'
        f'<li><a href="om:{BIBTEX}" download>All pages for BibTeX</a></li></ul>'
        '<section class="om-scroll" tabindex="0" aria-label="what each page offers">'
        f'<table class="om-trust om-notation">{body}</table></section></div>'
    )
    return {"html": html, "ids": [], "shows": [], "equations": 0}


def _row(page: files.Page) -> str:
    cells = [f'<a href="om:{page.path}">{components.words(page.title)}</a>']
    for word, path in (("test", page.test), ("notebook", page.notebook)):
        name = escape(f"{word}: {path.rpartition('/')[2]}")
        cells.append(f'<a href="om:{path}" download aria-label="{name}">{word}</a>')
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def write(folder: Path, texts: dict[str, str]) -> None:
    """Puts the files into the site."""
    homes = {os.path.dirname(path) for path in texts}
    for home in homes:
        os.makedirs(folder / home, exist_ok=True)
    for path, text in texts.items():
        with open(f"{folder}/{path}", "wb") as file:  # half a thousand: a Path for each takes longer than the file
            file.write(text.encode())
