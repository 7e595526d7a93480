"""What a Markdown extension can't do: forget at the start of a build, judge all pages at its end, write files."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler

log = logging.getLogger("mkdocs")

_STALE = re.compile(
    r"(derivations|snippets|press\.(architecture|atlas|bench|components|coverage|errata|faults|figures|gallery|ledger|libraries|map|markdown|measured|pages|permanent|scan|store|sympy_source|takeaway|trust|writings))(\.|$)"
)
_serving = False
_edition = ""


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    global _serving
    _serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """A fault stops a build; under `mkdocs serve` it stands on the page in red, and the page is fresh."""
    global _edition
    if _serving:
        config.strict = False
        for handler in [one for one in log.handlers if isinstance(one, CountHandler)]:
            log.removeHandler(handler)  # MkDocs has begun to count before it asks the hooks
    now = _fingerprint()
    if _edition and now != _edition:
        # A derivation or a snippet was edited under `mkdocs serve`: what was imported, and what holds it, is stale.
        for name in [one for one in sys.modules if _STALE.match(one)]:
            del sys.modules[name]
            if name.startswith("press."):  # `from press import x` would find it on the package
                vars(sys.modules["press"]).pop(name.split(".")[1], None)
    _edition = now
    from press import components, faults, markdown, store

    faults.clear()
    store.forget()
    components.warm()
    markdown.configure(
        config.markdown_extensions, config.mdx_configs or {}, config.use_directory_urls, Path(config.docs_dir)
    )
    return config


def on_pre_build(config: MkDocsConfig) -> None:
    """MkDocs empties the site's folder first. While it serves, a writer waits: the old files go while it builds."""
    if not _serving or not os.path.isdir(config.site_dir):
        return
    aside = tempfile.mkdtemp(prefix="mkdocs_", suffix="_old")
    for one in os.listdir(config.site_dir):
        shutil.move(os.path.join(config.site_dir, one), aside)
    Thread(target=shutil.rmtree, args=[aside], kwargs={"ignore_errors": True}).start()


def on_serve(server: Any, config: MkDocsConfig, builder: Callable[..., None]) -> None:
    """Looks for changes every fifth of a second, where MkDocs does every half."""
    from watchdog.observers.polling import PollingObserver

    watched = [config.docs_dir, config.config_file_path]  # what it watches by now
    for path in watched:
        server.unwatch(path)
    server.observer = PollingObserver(timeout=0.2)
    for path in watched:
        server.watch(path)


def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """A page is rendered anew where it, or what it is drawn from, has changed. A lab has a way of its own."""
    if page.file.src_uri.endswith(".md"):

        def render(config: MkDocsConfig, files: Files) -> None:
            from press import pages

            pages.render(page, config, files)

        page.render = render  # type: ignore[method-assign]
    return page


def on_env(env: Any, config: MkDocsConfig, files: Any) -> None:
    """The search plugin parses each page tag by tag, most of them of formulas: it is given less to read.

    And a template is asked again only where what it is given has changed.
    """
    from press import pages

    pages.keep_around(env, config, files)
    for plugin in config.plugins.values():
        index: Any = getattr(plugin, "search_index", None)
        if hasattr(index, "add_entry_from_context"):
            index.add_entry_from_context = _leanly(index.add_entry_from_context)
            _spared(config.plugins.events["page_context"], plugin, index)


_ITS_OWN = re.compile(r'data-search-\w+="')


def _spared(events: list[Any], plugin: Any, index: Any) -> None:
    """After a page is indexed, the plugin looks for its own attributes through all of it, the slow way."""
    for at, theirs in enumerate(events):
        if theirs == plugin.on_page_context:

            def ours(context: Any, *, page: Any, config: Any, nav: Any, theirs: Any = theirs) -> Any:
                if not plugin.config.enabled or _ITS_OWN.search(page.content):
                    return theirs(context, page=page, config=config, nav=nav)
                index.add_entry_from_context(page)
                return None

            events[at] = ours


def _leanly(add: Callable[[Any], None]) -> Callable[[Any], None]:
    def leanly(page: Any) -> None:
        whole, page.content = page.content, lean(page.content)
        try:
            add(page)
        finally:
            page.content = whole

    def added(page: Any) -> None:
        from press import pages

        pages.entries(page, leanly, add.__self__.entries)  # type: ignore[attr-defined]

    return added


_UNREAD = re.compile(
    # The visible half of a formula is its MathML once more; nobody searches for a derivation's small print.
    r'<om-visible class="katex-html".*?</om-visible>|<details class="om-more">.*?</details>(?=<figcaption>)',
    re.DOTALL,
)
_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_SOURCE_OR_TAG = re.compile(r"<annotation\b.*?</annotation>|<[^>]+>", re.DOTALL)
_PERMANENT = re.compile(r'\xa0<a class="om-permanent"[^>]*>#</a>')
_TOKEN = re.compile(r'<span class="\w{1,3}">([^<]*)</span>')


def lean(content: str) -> str:
    """A page's HTML as the search index needs it: formulas and code as plain text."""
    content = _PERMANENT.sub("", _UNREAD.sub("", content))
    content = _MATH.sub(lambda found: _SOURCE_OR_TAG.sub("", found[0]), content)
    return _TOKEN.sub(r"\1", content)


def on_post_build(config: MkDocsConfig) -> None:
    from press import coverage, faults, trust
    from press.faults import Wrong

    shown = trust.survey()
    for fault in sorted({*shown.faults, *coverage.unseen(shown), *coverage.spoken()}):
        faults.add(fault)
    try:
        trust.write(Path(config.site_dir))
    except Wrong as fault:
        faults.add(fault.at("trust.json", 1))
    many = len(faults.found())
    if many and not _serving:
        raise Abort(f"{many} fault{'s' if many > 1 else ''}, each with its line above")


def _fingerprint() -> str:
    from press import store

    return store.fingerprint()


__all__: list[Any] = [
    "on_config",
    "on_env",
    "on_post_build",
    "on_pre_build",
    "on_pre_page",
    "on_serve",
    "on_startup",
]
