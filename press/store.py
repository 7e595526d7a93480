"""What the press has drawn before, kept by the content of everything that it is drawn from.

The key is coarse on purpose: one fingerprint of all of `derivations/`, `snippets/` and `press/` and of the
pinned packages. Nothing can go stale, and an unchanged build imports neither SymPy nor NumPy.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
TREES = ("derivations", "snippets", "press")
PINS = ("requirements.txt", "package-lock.json")
KEPT = 3  # fingerprints, so that an edit and its undoing cost nothing

Made = TypeVar("Made", bound=Callable[..., Any])

_lock = RLock()
_once: list[Any] = []


def once(make: Made) -> Made:
    """What `make` gives, computed once a build: `forget` before the next."""
    kept: Any = cache(make)
    _once.append(kept)
    return kept  # type: ignore[no-any-return]


def forget() -> None:
    """Before a build: the pages may have changed."""
    for kept in _once:
        kept.cache_clear()


_digests: dict[str, tuple[tuple[int, int, int], bytes]] = {}
SETTLED = 1.0  # seconds; a file may be written twice within one tick of its file system's clock


def _digest(path: str) -> bytes:
    """The hash of a file, read again when its times or size have changed, or its last change is this fresh."""
    try:
        status = os.stat(path)
    except FileNotFoundError:  # an editor's lock is a link to nowhere
        return b""
    stamp = status.st_mtime_ns, status.st_ctime_ns, status.st_size
    known = _digests.get(path)
    if known and known[0] == stamp:
        return known[1]
    made = hashlib.sha256(Path(path).read_bytes()).digest()
    if time.time() - max(status.st_mtime, status.st_ctime) > SETTLED:
        _digests[path] = stamp, made
    return made


def fingerprint(root: Path = ROOT, trees: Sequence[str] = TREES, beside: Sequence[str] = PINS) -> str:
    """A hash of Python's version, `trees` and files `beside` them: as a default, of all that a component can depend on
    besides the page it stands on."""
    made = hashlib.sha256(sys.version.encode())
    paths = [f"{root}/{one}" for one in beside if (root / one).is_file()]
    for tree in trees:
        for folder, below, names in os.walk(root / tree):
            below[:] = [one for one in below if one != "__pycache__"]
            paths += [f"{folder}/{name}" for name in names]
    for path in sorted(paths):
        made.update(path.removeprefix(str(root)).encode() + b"\0")
        made.update(_digest(path))
    return made.hexdigest()


def environment(root: Path = ROOT) -> list[list[Any]]:
    """Where packages lie, and when one last came, went or changed its version, which its folder has in its name.

    `root` is the project's folder, where none lie.
    """
    return [[one, os.stat(one).st_mtime_ns] for one in sys.path if os.path.isdir(one) and Path(one) != root]


@once
def current() -> str:
    """The fingerprint as it was when this build began."""
    return fingerprint()


@cache
def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    # It holds nothing that can't be made again: speed before safety against power cuts.
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=OFF")
    store.execute("CREATE TABLE IF NOT EXISTS piece (edition TEXT, key TEXT, value TEXT, UNIQUE (edition, key))")
    return store


def kept(key: str, make: Callable[[], Any], path: Path = ROOT / ".cache" / "press.sqlite", of: str = "") -> Any:
    """The JSON value under `key`, made and kept where it is not there. What `make` raises is not kept.

    `of` names what the value is one state of, a page as it is being written: only its newest state is kept.
    """
    if of:
        of = f"{of}:"
        key = f"{of}{key}"
    edition = current()
    with _lock:
        row = _open(path).execute("SELECT value FROM piece WHERE edition=? AND key=?", (edition, key)).fetchone()
    if row:
        return json.loads(row[0])
    value = json.dumps(make(), sort_keys=True)
    if fingerprint() != edition:
        return json.loads(value)  # a file was edited meanwhile: true now, but of which edition is not known
    with _lock:
        store = _open(path)
        editions = [one for (one,) in store.execute("SELECT edition FROM piece GROUP BY edition ORDER BY max(rowid)")]
        if edition not in editions:
            store.executemany("DELETE FROM piece WHERE edition=?", [(one,) for one in editions[: 1 - KEPT]])
        if of:
            store.execute("DELETE FROM piece WHERE edition=? AND substr(key, 1, ?)=?", (edition, len(of), of))
        store.execute("INSERT OR REPLACE INTO piece VALUES (?, ?, ?)", (edition, key, value))
    return json.loads(value)
