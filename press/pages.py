"""What a page was rendered to, kept by everything that it was rendered from.

MkDocs renders every page at every build, and Material reads each again for its search. A page that is as it was, on a
site with the same pages and settings, with nothing changed that a component is drawn from, gives what it gave before.
A page that a fault or a warning was found on is not kept: the next build must find it again.
What the theme's templates write around it is kept in the same way.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import jinja2
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents

from press import faults, store
from press.faults import Fault


class _NotKept(Exception):
    """Something was wrong with the page; it is rendered all the same."""


def render(page: Page, config: MkDocsConfig, files: Files) -> None:
    """`Page.render`, from the store where nothing that it reads has changed."""
    text = page.markdown or ""

    def made() -> dict[str, Any]:
        known = len(faults.found())
        with _warnings() as said:
            _render(page, config, files)
        if said or len(faults.found()) != known:
            raise _NotKept
        return _plain(page)

    state = ""
    # Numbers of the whole site, or a list of its pages: another page may have changed them.
    if "{trust}" in text or "```trust" in text:
        from press import trust

        with suppress(faults.Wrong):  # which is found again where it is shown
            state += trust.text()
    if "```takeaway" in text:
        from press import takeaway

        state += takeaway.state()
    if "```map" in text:  # it shows which page shows what
        from press import map as results

        state += results.state()
    if "```architecture" in text:  # it shows the tests as well
        from press import architecture

        state += architecture.state()
    key = _key(text, _settings(config.config_file_path), config.site_url, _beside(files), state)
    try:
        given = store.kept(key, made, of=f"page {page.file.src_uri}")
    except _NotKept:
        return
    if page.content is None:
        _restore(page, given, files)


def _render(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Renders it, and refuses an id that stands twice: a heading may be called as a derivation is."""
    Page.render(page, config, files)
    ids = Counter(re.findall(r'<[^>]+? id="([^"]+)"', page.content or ""))
    written = Path(page.file.abs_src_path or "").read_text(encoding="utf-8").splitlines()
    for one in (one for one, many in ids.items() if many > 1):
        line = next((n for n, text in enumerate(written, 1) if re.search(rf"#{re.escape(one)}\b", text)), 1)
        faults.add(Fault(f"docs/{page.file.src_uri}", line, f"the id {one} once on a page", f"{ids[one]} of them"))


def entries(page: Page, add: Callable[[Page], None], index: list[Any]) -> None:
    """What `add` adds to the search index for a page, from the store where the page is as it was."""

    def made() -> list[Any]:
        before = len(index)
        add(page)
        new = index[before:]
        del index[before:]
        return new

    toc = [_link(one) for one in page.toc]
    index += store.kept(_key(str(page.title), page.meta, toc, page.content), made, of=f"search {page.url}")


def keep_around(env: jinja2.Environment, config: MkDocsConfig, files: Files) -> None:
    """What a template writes around a page's content is kept by all that templates are given.

    That is the page with what MkDocs and hooks tell of it, the settings, and of each page its address, name and header.
    """
    every = [one.page for one in files.documentation_pages() if one.page]
    listed = [[one.url, str(one.title), one.meta] for one in every]
    site = _key(_settings(config.config_file_path), config.site_url, config.theme.name, listed)

    class Around(jinja2.Template):
        def render(self, *args: Any, **kwargs: Any) -> str:
            context = dict(*args, **kwargs)
            page = context.get("page")
            if page is None or not page.content:
                return super().render(context)

            def made() -> list[str]:
                whole = jinja2.Template.render(self, context)
                return whole.split(page.content)

            own = [part for name, one in vars(page).items() if isinstance(one, str) for part in (name, one)]
            told = {name: one for name, one in context.items() if name not in ("config", "nav", "page", "pages")}
            toc = [_link(one) for one in page.toc]
            key = _key(site, str(self.name), page.url, str(page.title), page.meta, toc, told, *own)
            return str(page.content.join(store.kept(key, made, of=f"around {page.url}")))

    env.template_class = Around


@store.once
def _settings(file: str) -> str:
    return Path(file).read_text(encoding="utf-8")


@store.once
def _beside(files: Files) -> str:
    return json.dumps(sorted(file.src_uri for file in files))


def _key(*parts: Any) -> str:
    made = hashlib.sha256()
    for one in parts:  # a page's text as it is: to spell it as JSON takes longer than to hash it
        text = one if isinstance(one, str) else json.dumps(one, default=str)
        made.update(f"{type(one).__name__} {len(text)}\0{text}".encode())
    return made.hexdigest()


class _Listener(logging.Handler):
    def __init__(self, said: list[logging.LogRecord]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record)


@contextmanager
def _warnings() -> Iterator[list[logging.LogRecord]]:
    """The warnings of MkDocs, such as of a link that leads nowhere."""
    said: list[logging.LogRecord] = []
    listener = _Listener(said)
    log = logging.getLogger("mkdocs")
    log.addHandler(listener)
    try:
        yield said
    finally:
        log.removeHandler(listener)


def _plain(page: Page) -> dict[str, Any]:
    links = page.links_to_anchors or {}
    return {
        "content": page.content,
        "toc": [_link(one) for one in page.toc],
        "title": page._title_from_render,
        "ids": sorted(page.present_anchor_ids or ()),
        "links": {file.src_uri: anchors for file, anchors in links.items()},
    }


def _restore(page: Page, given: dict[str, Any], files: Files) -> None:
    page.content = given["content"]
    page.toc = TableOfContents([*_anchors(given["toc"])])
    page._title_from_render = given["title"]
    page.present_anchor_ids = set(given["ids"])
    found = {files.get_file_from_path(path): anchors for path, anchors in given["links"].items()}
    page.links_to_anchors = {file: anchors for file, anchors in found.items() if file is not None}


def _link(one: AnchorLink) -> list[Any]:
    return [one.title, one.id, one.level, [_link(below) for below in one.children]]


def _anchors(given: Iterable[list[Any]]) -> Iterator[AnchorLink]:
    for title, anchor, level, below in given:
        made = AnchorLink(title, anchor, level)
        made.children = [*_anchors(below)]
        yield made
