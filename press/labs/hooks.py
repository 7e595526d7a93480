"""Labs in MkDocs: run while the configuration is read, rendered by mkdocs-jupyter, offered for download."""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

STYLE = "assets/lab.css"

_labs: dict[str, Any] = {}  # by path under docs/
_notebooks: dict[str, File] = {}
_runs: Future[Any] | None = None


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
    """Puts the words in front of mkdocs-jupyter's rendering, which it has set on the page by now."""
    lab = _labs.get(page.file.src_uri)
    if lab:
        theirs = page.render
        page.nb_url = ""  # type: ignore[attr-defined]  # mkdocs-jupyter's one download; the template has two

        def render(config: MkDocsConfig, files: Files) -> None:
            _render(page, lab, theirs, config, files)

        page.render = render  # type: ignore[method-assign]
    return page


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    from press.labs.script import Faulty

    lab = _labs.get(page.file.src_uri)
    if not lab:
        return markdown
    try:
        return str(lab.markdown)
    except Faulty:  # said when it is rendered
        return f"# {lab.path.stem}\n"


def _render(page: Page, lab: Any, theirs: Any, config: MkDocsConfig, files: Files) -> None:
    from mkdocs_jupyter import convert

    from press import faults, markdown, pages
    from press.labs.page import lay_out
    from press.labs.script import Faulty

    def mkdocs_jupyter(notebook: Path) -> str:
        script, page.file.abs_src_path = page.file.abs_src_path, str(notebook)
        try:
            theirs(config, files)
        finally:
            page.file.abs_src_path = script
        return page.content or ""

    assert _runs
    pages.render(page, config, files)
    words, contents = page.content or "", page.toc
    if not _runs.done():  # a lab has changed, so it will be asked for; its imports take as long as a lab
        _ = convert.nb2html
    ran = _runs.result()[lab]
    notebook = _notebooks[page.file.src_uri]
    links = {
        "style": _link(page, STYLE),
        "script": _link(page, f"{_home(page.file)}{lab.path.name}"),
        "notebook": _link(page, notebook.url),
        "site": (page.canonical_url or "") if config.site_url else "",
    }
    try:
        if isinstance(ran, Faulty):
            raise ran
        page.content, notebook.content_string = lay_out(lab, ran, words, links, mkdocs_jupyter)
    except Faulty as fault:
        faults.add(fault.fault)
        page.content = markdown.red(fault.fault, block=True) + words
    page.toc = contents  # mkdocs-jupyter reads one off the cells


def _home(file: File | None) -> str:
    """The folder of a lab's page in the site; "" or with a stroke at its end."""
    assert file
    return file.url if file.url.endswith("/") else file.url[: file.url.rfind("/") + 1]


def _link(page: Page, url: str) -> str:
    from mkdocs.utils import get_relative_url

    return get_relative_url(url, page.url)
