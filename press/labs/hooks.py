"""Labs in MkDocs: run while the other pages are drawn, laid out by mkdocs-jupyter last, offered for download."""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

STYLE = "assets/lab.css"

# By path under docs/.
_labs: dict[str, Any] = {}
_words: dict[str, str] = {}  # as HTML
_notebooks: dict[str, File] = {}
_theirs: dict[str, Any] = {}  # how mkdocs-jupyter renders the page
_runs: Future[Any] | None = None
_files: Files


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Starts the labs that changed; a kernel takes its time while MkDocs reads the pages."""
    global _runs
    # Or nbconvert, as it is imported, loads the exporters of all that is installed, to list them.
    os.environ.setdefault("NBCONVERT_DISABLE_CONFIG_EXPORTERS", "1")
    from mkdocs_jupyter.config import settings

    from press.labs import page, run, script

    settings.templates_dir = str(page.TEMPLATES)
    docs = Path(config.docs_dir)
    _labs.clear()
    _notebooks.clear()
    _labs.update({lab.path.relative_to(docs).as_posix(): lab for lab in script.find(docs, docs.parent)})
    _runs = run.begin(list(_labs.values()))
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the downloads: the script as it is, and the notebook, which is written once it has run.

    The labs come last: all other pages are drawn while those that changed run.
    """
    global _files
    _files = files
    for name, lab in _labs.items():
        own = files.get_file_from_path(name)
        if own:
            files.remove(own)
            files.append(own)
        home = _home(own)
        files.append(File.generated(config, f"{home}{lab.path.name}", content=lab.text))
        _notebooks[name] = File.generated(config, f"{home}{lab.path.stem}.ipynb", content="")
        files.append(_notebooks[name])
    return files


def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """A lab's words are rendered as any page's; what mkdocs-jupyter has set on the page by now is kept for later."""
    if page.file.src_uri in _labs:
        _theirs[page.file.src_uri] = page.render
        page.nb_url = ""  # type: ignore[attr-defined]  # mkdocs-jupyter's one download; the template has two

        def render(config: MkDocsConfig, files: Files) -> None:
            from press import pages

            pages.render(page, config, files)
            _words[page.file.src_uri] = page.content or ""
            if _runs and not _runs.done():  # time to read the templates, which takes as long as to use them
                from press.labs.page import blank

                _laid_out(page, blank(Path(config.docs_dir).parent), config)

        page.render = render  # type: ignore[method-assign]
    return page


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    from press.labs.script import Faulty

    lab = _labs.get(page.file.src_uri)
    if not lab:
        return markdown
    try:
        return str(lab.markdown)
    except Faulty:  # said when it is laid out
        return f"# {lab.path.stem}\n"


@event_priority(100)  # others read what the page has to say
def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    """Puts code and output among the words. Labs come last, so all other pages are written by now."""
    from press import faults, markdown
    from press.labs.page import lay_out
    from press.labs.script import Faulty

    lab = _labs.get(page.file.src_uri)
    if not lab:
        return context
    assert _runs
    ran, words, notebook = _runs.result()[lab], _words[page.file.src_uri], _notebooks[page.file.src_uri]
    links = {
        "style": _link(page, STYLE),
        "script": _link(page, f"{_home(page.file)}{lab.path.name}"),
        "notebook": _link(page, notebook.url),
        "site": (page.canonical_url or "") if config.site_url else "",
    }
    try:
        if isinstance(ran, Faulty):
            raise ran
        content, notebook.content_string = lay_out(lab, ran, words, links, lambda it: _laid_out(page, it, config))
        notebook.copy_file()  # MkDocs has written all files by now
    except Faulty as fault:
        faults.add(fault.fault)
        content = markdown.red(fault.fault, block=True) + words
    page.content = config.plugins.on_page_content(content, page=page, config=config, files=_files)
    return context


def _laid_out(page: Page, notebook: Path, config: MkDocsConfig) -> str:
    """mkdocs-jupyter's HTML of a notebook in the place of the page's script; the page stays as it is."""
    before = page.file.abs_src_path, page.content, page.toc
    page.file.abs_src_path = str(notebook)
    try:
        _theirs[page.file.src_uri](config, _files)
        return page.content or ""
    finally:
        page.file.abs_src_path, page.content, page.toc = before


def _home(file: File | None) -> str:
    """The folder of a lab's page in the site; "" or with a stroke at its end."""
    assert file
    return file.url if file.url.endswith("/") else file.url[: file.url.rfind("/") + 1]


def _link(page: Page, url: str) -> str:
    from mkdocs.utils import get_relative_url

    return get_relative_url(url, page.url)
