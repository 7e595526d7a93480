"""What taking away needs of MkDocs: the foot of each page, the files, and at the very end the zip of it all."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.pages import Page

# `press.takeaway` is imported in each call: press/hooks.py drops stale modules under `mkdocs serve`.

_serving = False
_writing: Thread | None = None


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    global _serving
    _serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    if _writing:
        _writing.join()  # before the folder is emptied
    return config


def on_page_context(context: dict[str, Any], page: Page, config: MkDocsConfig, nav: Any) -> dict[str, Any]:
    from press import takeaway

    context["om_take"] = takeaway.foot(page.file.src_uri, config.site_url or "")
    return context


@event_priority(50)  # before press/hooks.py counts the faults
def _files(config: MkDocsConfig) -> None:
    """Half a thousand small files; while it serves, a writer does not wait for them."""
    global _writing
    from press import takeaway

    texts = takeaway.written(config.site_name, config.site_url or "")
    if _serving:
        _writing = Thread(target=takeaway.write, args=[Path(config.site_dir), texts])
        _writing.start()
    else:
        takeaway.write(Path(config.site_dir), texts)


@event_priority(-100)  # when all other files are there
def _zip(config: MkDocsConfig) -> None:
    if _serving:
        return
    from press.takeaway import offline

    offline.write(Path(config.site_dir))


on_post_build = CombinedEvent(_files, _zip)
