"""`make site`: `python -m press [FOLDER]` builds the site there, unless nothing has changed since it did.

`python -m mkdocs build` builds the same bytes, always. Here a build goes into a folder beside the site's, which it
replaces when it is whole: one that fails leaves the site as it was.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

from press import store
from press.store import ROOT

BUILT = Path(".cache", "site.json")
TREES = ("docs", "derivations", "snippets", "press", "tests")  # the page of the architecture shows the tests too
ASKED = ("SITE_URL", "SOURCE_DATE_EPOCH")  # the environment's part in a site
# Only a lab that has changed needs these, and they take as long to import as all the rest.
LATER = ("jupytext", "mkdocs_jupyter.convert")


def made_from(root: Path = ROOT) -> str:
    """A hash of all that a site is made from: the trees, the files beside them, packages, settings."""
    files = sorted(path.name for path in root.iterdir() if path.is_file())
    front_end = root / "node_modules" / ".pins"
    parts = [
        store.fingerprint(root, TREES, files),
        json.dumps(store.environment(root)),
        front_end.read_text(encoding="utf-8") if front_end.is_file() else "",
        *(os.environ.get(name, "") for name in ASKED),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def content(site: Path) -> str:
    """A hash of a folder's files, by path and bytes."""
    made = hashlib.sha256()
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        made.update(path.relative_to(site).as_posix().encode() + b"\0")
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()


def is_built(site: Path, root: Path = ROOT) -> bool:
    """Is the site in this folder what the last build put there, and was it built from what is here now?"""
    try:
        kept = json.loads((root / BUILT).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return False
    return bool(kept.get(str(site)) == [made_from(root), content(site)])


def build(site: Path, root: Path = ROOT) -> int:
    """Builds into `site`. The exit status: not 0, and `site` as it was, where there was a fault."""
    for name in LATER:
        sys.modules.setdefault(name, _Later(name))
    from press.labs import run, script

    run.ahead(script.find(root / "docs", root))
    from mkdocs.__main__ import cli

    begun = made_from(root)
    (root / BUILT).unlink(missing_ok=True)
    part, old = (site.with_name(f".{site.name}.{what}") for what in ("part", "old"))
    for folder in (part, old):
        shutil.rmtree(folder, ignore_errors=True)
    status: Any = 0
    try:
        cli(["build", "--site-dir", str(part)], prog_name="mkdocs")
    except SystemExit as end:
        status = end.code
    if status:
        shutil.rmtree(part, ignore_errors=True)
        return status if isinstance(status, int) else 1
    if site.is_dir():
        site.rename(old)
    part.rename(site)
    away = Thread(target=shutil.rmtree, args=[old], kwargs={"ignore_errors": True})
    away.start()
    built = content(site)
    if made_from(root) == begun:  # or something was edited meanwhile
        (root / BUILT).parent.mkdir(exist_ok=True)
        (root / BUILT).write_text(json.dumps({str(site): [begun, built]}), encoding="utf-8")
    away.join()
    return 0


class _Later(ModuleType):
    """Stands for a module until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    if len(arguments) > 1:
        print(f"expected at most one folder, got {' '.join(arguments)}", file=sys.stderr)
        return 2
    os.environ.setdefault("SOURCE_DATE_EPOCH", "0")  # as press/theme/hooks.py does
    site = Path(arguments[0] if arguments else root / "site").absolute()
    if site.exists() and not site.is_dir():
        print(f"FOLDER: expected a folder, got the file {site}", file=sys.stderr)
        return 2
    if is_built(site, root):
        print(f"{site.name}/ is built, and nothing that it is made from has changed")
        return 0
    return build(site, root)


if __name__ == "__main__":
    status = main(sys.argv[1:])
    if not status:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)  # to take down all that was imported takes longer than to draw a page
    gc.collect()  # MkDocs takes its handler from the log when it goes, which must not be when all else has gone
    sys.exit(status)
