"""An address for every checked equation, by its name: `eq/NAME/`, a small page that leads to where it stands.

Pages may be renamed and a derivation may move; its name stays. The page and the anchor are read from the sources
of the pages at each build, so nothing here is typed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from press import coverage
from press.scan import scan

FOLDER = "eq"
# A derivation is its own best place, then an equation on a line of its own, then one within a sentence.
_RANKS = {"derivation": 0, "equation": 1, "eq": 2}


@dataclass(frozen=True)
class Home:
    """Where an equation stands: the page, by its path under `docs/`, and the anchor in it."""

    page: str
    anchor: str


def anchor(kind: str, argument: str) -> str | None:
    """The anchor of an equation's first use on a page; None for what brings its own, or is no equation."""
    return f"eq-{argument.replace(':', '-')}" if kind in ("equation", "eq") else None


def with_anchor(html: str, name: str) -> str:
    """The drawn equation with `name` as its id."""
    return html.replace(" data-name=", f' id="{escape(name)}" data-name=', 1)


def homes(
    pages: Iterable[coverage.Page], stems: Mapping[str, str], where: Mapping[str, Iterable[str]]
) -> dict[str, Home]:
    """Every equation that the pages show, by name, and the best place that shows it.

    `stems` has the page that each name belongs to, by topic and stem: it goes first. `where` has the definitions
    that stand in the small print of each derivation: a definition that is shown nowhere else is at home there.
    """
    best: dict[str, tuple[tuple[int, int, int], Home]] = {}
    place = 0

    def offer(name: str, rank: int, page: str, where_: str) -> None:
        nonlocal place
        place += 1
        key = (rank, stems.get(name, page) != page, place)
        if name not in best or key < best[name][0]:
            best[name] = key, Home(page, where_)

    for page in pages:
        for part in page.parts:
            for use in scan(part.text).uses:
                name = use.argument.partition(":")[0]
                if use.block and use.kind == "derivation":
                    offer(name, 0, page.path, name)
                    for one in where.get(name, ()):
                        offer(one, 3, page.path, in_where(name, one))
                elif use.kind in _RANKS:
                    offer(name, _RANKS[use.kind], page.path, anchor(use.kind, use.argument) or name)
    return {name: home for name, (_, home) in sorted(best.items())}


def in_where(chain: str, definition: str) -> str:
    """The anchor of a definition in a derivation's small print."""
    return f"{chain}-where-{definition}"


def stub(name: str, home: Home, title: str, site_name: str, site: str = "") -> str:
    """The page at `eq/NAME/`. `eq/NAME/#2` leads to line 2 of a derivation where there is JavaScript."""
    from press.markdown import url_of

    url = url_of(home.page)
    target = f"../../{url}"
    canonical = f"{site.rstrip('/')}/{url}" if site else target
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{escape(name)} · {escape(site_name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="canonical" href="{escape(canonical)}">
<script>location.replace("{target}#{home.anchor}" + location.hash.replace("#", "-"))</script>
<meta http-equiv="refresh" content="0; url={escape(target)}#{home.anchor}">
</head>
<body>
<h1>{escape(title)}</h1>
<p><a href="{escape(target)}#{home.anchor}">Where it stands</a></p>
</body>
</html>
"""


def path(name: str) -> str:
    """The file of a name's stub in the site."""
    return posixpath.join(FOLDER, name, "index.html")
