"""What the press has drawn before, kept by the content of everything that it is drawn from.

The key is coarse on purpose: one fingerprint of all of `derivations/`, `snippets/` and `press/` and of the
pinned packages. Nothing can go stale, and an unchanged build imports neither SymPy nor NumPy.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TREES = ("derivations", "snippets", "press")
PINS = ("requirements.txt", "package-lock.json")
KEPT = 3  # fingerprints, so that an edit and its undoing cost nothing

_lock = RLock()


def fingerprint(root: Path = ROOT) -> str:
    """A hash of all that a component can depend on, besides the page it stands on."""
    made = hashlib.sha256(sys.version.encode())
    paths = [root / pin for pin in PINS]
    for tree in TREES:
        paths += sorted(one for one in (root / tree).rglob("*") if one.is_file() and "__pycache__" not in one.parts)
    for path in paths:
        if path.is_file():
            made.update(str(path.relative_to(root)).encode() + b"\0")
            made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()


@cache
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


def kept(key: str, make: Callable[[], Any], path: Path = ROOT / ".cache" / "press.sqlite") -> Any:
    """The JSON value under `key`, made and kept where it is not there. What `make` raises is not kept."""
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
        store.execute("INSERT OR REPLACE INTO piece VALUES (?, ?, ?)", (edition, key, value))
    return json.loads(value)
