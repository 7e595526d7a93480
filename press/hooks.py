"""What a Markdown extension can't do: forget at the start of a build, judge all pages at its end, write files."""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.utils import CountHandler

log = logging.getLogger("mkdocs")

_STALE = re.compile(
    r"(derivations|snippets|press\.(components|coverage|faults|figures|markdown|measured|scan|store|sympy_source|trust))(\.|$)"
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
    from press import components, faults, markdown, trust

    faults.clear()
    trust.forget()
    components.warm()
    markdown.configure(
        config.markdown_extensions, config.mdx_configs or {}, config.use_directory_urls, Path(config.docs_dir)
    )
    return config


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


__all__: list[Any] = ["on_config", "on_post_build", "on_startup"]
