"""The whole site as a zip that works from disk: unpacked anywhere, opened as file://…/index.html, search included.

A browser gives a page from disk less than one from a server: a link to a folder shows the folder, and scripts that
are modules, workers and fetched files are refused. So links get their `index.html`, modules become plain scripts, and
the search takes the way that Material has for files: the index as a script, where its bundle looks for one under
file:. Material's `offline` plugin brings its worker by a shim from another host; here the worker's own text is started
from a blob, which needs no shim.

The same site gives the same bytes. What was squeezed before is kept by its content, so an unchanged site costs no
more than reading it.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

from press import store
from press.faults import Wrong

NAME = "one-over-m.zip"
FOLDER = "one-over-m"  # what it unpacks to
SHIM = "assets/offline.js"
INDEX = "search/search_index.js"
LEFT_OUT = re.compile(
    r"404\.html|sitemap\.xml(\.gz)?|.*\.map|assets/javascripts/(lunr|workers)/.*|assets/(search|token-set)\.js"
    rf"|search/.*\.json|{re.escape(NAME)}"
)
_HREF = re.compile(r'(?P<before>\shref=")(?P<path>[^"#?:]*)(?P<after>[^"]*")')
_REFRESH = re.compile(r'(?P<before>content="0; url=|location\.replace\(")(?P<path>[^"#?:]*)(?P<after>[^"]*")')
_ZIP_LINK = re.compile(rf'<a href="[^"]*{re.escape(NAME)}"[^>]*>')
_MODULE = re.compile(r'<script type="module" src="(?P<src>[^"]+)">')
_PRELOAD = re.compile(r'<link rel="preload"[^>]*>\s*')
_BUNDLE = re.compile(r'<script src="(?P<up>[^"]*)assets/javascripts/bundle\.')
_IMPORT = re.compile(r"(?:^|[;}\s])(?:import\s*[\w{*\"']|export\s*[\w{*])")

_STARTS_A_WORKER = """// The search runs in a worker. A page from disk may start none from a file, but one from a blob.
const workerText = {text}
const ServedWorker = window.Worker
window.Worker = class extends ServedWorker {{
  constructor() {{
    super(URL.createObjectURL(new Blob([workerText], {{ type: "text/javascript" }})))
  }}
}}
"""


CACHE = store.ROOT / ".cache" / "offline.sqlite"


def write(site: Path, cache: Path = CACHE) -> None:
    """Writes the zip of the built site into it. Raises Wrong for a script that a page from disk can't load."""
    (site / NAME).write_bytes(b"".join(packed(squeezed(site, cache))))


def contents(site: Path) -> dict[str, tuple[str, bytes]]:
    """Every file of the zip by its path below the folder: what becomes of it, and what it is made of."""
    made = {INDEX: ("index", (site / "search/index.json").read_bytes())}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and not LEFT_OUT.fullmatch(name):
            made[name] = "page" if name.endswith(".html") else "", path.read_bytes()
    workers = sorted((site / "assets/javascripts/workers").glob("search.*.js"))
    if len(workers) != 1:
        raise Wrong("one search worker of Material", f"{len(workers)}")
    worker = workers[0].read_bytes().partition(b"//# sourceMappingURL")[0]
    made[SHIM] = "shim", worker + b"\n" + (site / "assets/token-set.js").read_bytes()
    return made


def turned(kind: str, path: str, raw: bytes) -> bytes:
    """A file as disk needs it."""
    if not kind:
        return raw
    text = raw.decode()
    turn: dict[str, Callable[[str], str]] = {
        "page": page,
        "shim": shim,
        "index": index,
        "module": partial(script, path),
    }
    return turn[kind](text).encode()


def modules(raw: bytes) -> list[str]:
    """The scripts that a page loads as modules, by their paths in the site."""
    return [one["src"].rpartition("../")[2] for one in _MODULE.finditer(raw.decode())]


def page(text: str) -> str:
    """A page as disk needs it."""
    text = _ZIP_LINK.sub("<a>", text)  # the zip is not in the zip
    text = _HREF.sub(_to_file, text)
    text = _REFRESH.sub(_to_file, text)
    text = _PRELOAD.sub("", text)  # asked for as from another host, and refused
    text = _MODULE.sub(r'<script defer src="\g<src>">', text)
    return _BUNDLE.sub(rf'<script src="\g<up>{SHIM}"></script>\n    \g<0>', text)


def _to_file(found: re.Match[str]) -> str:
    return f"{found['before']}{file_of(found['path'])}{found['after']}"


def file_of(path: str) -> str:
    """A folder's address with the name of its page."""
    if path.endswith("/"):
        return f"{path}index.html"
    return f"{path}/index.html" if path.rpartition("/")[2] in (".", "..") else path


def script(path: str, text: str) -> str:
    """A module as a plain script: its names stay its own. Raises Wrong for one that imports or exports."""
    if _IMPORT.search(text):
        raise Wrong(f"{path} to load from disk", "a module that imports or exports")
    return f"(() => {{\n{text}\n}})()\n"


def shim(text: str) -> str:
    """Starts Material's own worker, whose text it holds."""
    return _STARTS_A_WORKER.format(text=json.dumps(text))


def index(text: str) -> str:
    """The search index as the script that Material's bundle loads under file:."""
    found = json.loads(text)
    for entry in found["docs"]:
        path, mark, anchor = entry["location"].partition("#")
        entry["location"] = f"{file_of(path) if path else 'index.html'}{mark}{anchor}"
    return f"var __index = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))}\n"


# ---- the zip. The standard library's writer squeezes everything anew each time; this one takes what is squeezed.

_DATE = (1 << 5) | 1  # the first of January 1980, the earliest that a zip can say
_UTF8, _DEFLATED, _VERSION, _UNIX = 0x800, 8, 20, 3


Squeezed = tuple[int, int, bytes]  # checksum, size and deflated bytes


def packed(files: dict[str, Squeezed]) -> Iterator[bytes]:
    """The bytes of the zip, piece by piece: local entries, then the directory and its end (APPNOTE 4.3)."""
    directory, offset = [], 0
    for path, (crc, size, data) in sorted(files.items()):
        name = f"{FOLDER}/{path}".encode()
        facts = struct.pack("<HHHHLLLHH", _UTF8, _DEFLATED, 0, _DATE, crc, len(data), size, len(name), 0)
        local = struct.pack("<4sH", b"PK\x03\x04", _VERSION) + facts + name
        mode = 0o100644 << 16
        directory.append(
            struct.pack("<4sBBH", b"PK\x01\x02", _VERSION, _UNIX, _VERSION)
            + facts
            + struct.pack("<HHHLL", 0, 0, 0, mode, offset)
            + name
        )
        offset += len(local) + len(data)
        yield local
        yield data
    whole = b"".join(directory)
    yield whole
    yield struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, len(directory), len(directory), len(whole), offset, 0)


def squeezed(site: Path, cache: Path = CACHE) -> dict[str, Squeezed]:
    """Every file of the zip, turned and deflated once for each content that it was made of."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    edition = hashlib.sha256(Path(__file__).read_bytes() + zlib.ZLIB_RUNTIME_VERSION.encode()).hexdigest()
    files = contents(site)
    used: dict[str, tuple[int, int, bytes, str]] = {}
    with closing(sqlite3.connect(cache, isolation_level=None, timeout=30)) as kept:
        kept.execute("PRAGMA journal_mode=WAL")
        kept.execute("PRAGMA synchronous=OFF")
        kept.execute(
            "CREATE TABLE IF NOT EXISTS piece (key TEXT PRIMARY KEY, crc INTEGER, size INTEGER, data BLOB, loads TEXT)"
        )
        known = {key: (crc, size, data, loads) for key, crc, size, data, loads in kept.execute("SELECT * FROM piece")}

        def piece(path: str, kind: str, raw: bytes) -> tuple[int, int, bytes, str]:
            key = f"{edition} {kind} {hashlib.sha256(raw).hexdigest()}"
            if key not in known:
                content = turned(kind, path, raw)
                engine = zlib.compressobj(6, zlib.DEFLATED, -15)
                data = engine.compress(content) + engine.flush()
                loads = " ".join(modules(raw)) if kind == "page" else ""
                known[key] = zlib.crc32(content), len(content), data, loads
            used[key] = known[key]
            return known[key]

        before = set(known)
        pages = {path: piece(path, kind, raw) for path, (kind, raw) in files.items() if kind == "page"}
        plain = {path for *_, loads in pages.values() for path in loads.split()}  # modules until now
        made = {path: one[:3] for path, one in pages.items()}
        for path, (kind, raw) in files.items():
            if kind != "page":
                made[path] = piece(path, "module" if path in plain else kind, raw)[:3]
        kept.execute("BEGIN")
        kept.executemany("DELETE FROM piece WHERE key=?", [(key,) for key in before - set(used)])
        new = [(key, *one) for key, one in used.items() if key not in before]
        kept.executemany("INSERT OR REPLACE INTO piece VALUES (?, ?, ?, ?, ?)", new)
        kept.execute("COMMIT")
    return made
