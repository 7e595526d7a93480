"""A loopback server that answers as GitHub Pages would: gzip, a redirect to a folder's slash, 404.html.

Every byte it sends is counted, so a page's weight is what the browser fetched, worker scripts and preloads included.
"""

from __future__ import annotations

import gzip
import mimetypes
import sys
import threading
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

COMPRESSED = ("text/", "application/javascript", "application/json", "application/xml", "image/svg+xml")


@dataclass(frozen=True)
class Sent:
    """One answer: the path as it was asked for, the status, the bytes of headers and body on the wire, the method."""

    path: str
    status: int
    size: int
    method: str = "GET"


@cache
def _squeezed(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    # Of five that wait at once, the default, the sixth is dropped: it asks again after 1 s, 2 s, 4 s, or gives up.
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle is no fault; anything else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@dataclass
class Server:
    """Serves `root` under `base` on a free port of 127.0.0.1, in a thread, for as long as the `with` block runs.

    `base` is the path of the published site (`/one-over-m/`), so that absolute links, as on 404.html, are tried too.
    """

    root: Path
    base: str = "/"
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not (self.base.startswith("/") and self.base.endswith("/")):
            raise ValueError(f"base: got {self.base!r}, expected a path that starts and ends with '/'")
        if not self.root.is_dir():
            raise ValueError(f"root: got {self.root}, expected a folder with the built site")
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            wbufsize = -1  # one packet for headers and body

            def do_GET(self) -> None:
                server._answer(self)

            do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = _Quiet(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def url(self, page: str) -> str:
        """The address of a page, `page` being its path below the site's root (`quality/softmax/`)."""
        return f"{self.origin}{self.base}{page}"

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        asked = unquote(urlsplit(request.path).path)
        status, found, location = self._find(asked)
        body = b""
        headers: dict[str, str] = {"Cache-Control": "max-age=600", "Server": "GitHub.com"}
        if location:
            headers["Location"] = location
        if found:
            kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
            if kind.startswith("text/") or kind in COMPRESSED:
                headers["Content-Type"] = f"{kind}; charset=utf-8"
            else:
                headers["Content-Type"] = kind
            if kind.startswith(COMPRESSED) and "gzip" in request.headers.get("Accept-Encoding", ""):
                body = _squeezed(found, found.stat().st_mtime_ns)
                headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
            else:
                body = found.read_bytes()
        headers["Content-Length"] = str(len(body))
        request.send_response_only(status)
        for name, value in headers.items():
            request.send_header(name, value)
        size = sum(len(name) + len(value) + 4 for name, value in headers.items())
        if request.command != "HEAD":
            size += len(body)
        self.sent.append(Sent(asked, status, size, request.command))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(body)
            request.wfile.flush()

    def _find(self, asked: str) -> tuple[HTTPStatus, Path | None, str | None]:
        """Status, file and redirect for a path, as Pages answers it."""
        below = asked.removeprefix(self.base)
        target = (self.root / below).resolve()
        if asked.startswith(self.base) and target.is_relative_to(self.root.resolve()):
            folder = below == "" or below.endswith("/")
            if target.is_dir() and not folder:
                return HTTPStatus.MOVED_PERMANENTLY, None, f"{asked}/"
            file = target / "index.html" if folder else target
            if file.is_file():
                return HTTPStatus.OK, file, None
        missing = self.root / "404.html"
        return HTTPStatus.NOT_FOUND, missing if missing.is_file() else None, None
