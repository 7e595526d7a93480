"""An address for every checked equation, by its name: `eq/NAME/`, a small page that leads to where it stands.

Pages may be renamed and a derivation may move; its name stays. The page and the anchor are read from the sources
of the pages at each build, so nothing here is typed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

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


def uses(text: str) -> list[list[str]]:
    """The equations that a page's text shows: kind and argument of each use, in order."""
    found = [use for use in scan(text).uses if use.kind in _RANKS and use.block is not (use.kind == "eq")]
    return [[use.kind, use.argument] for use in found]


def homes(
    shown: Mapping[str, Iterable[Iterable[str]]], own: Mapping[str, str], where: Mapping[str, Iterable[str]]
) -> dict[str, Home]:
    """Every equation that the pages show, by name, and the best place that shows it.

    `shown` has the `uses` of each page, in the order of the pages; `own` the page that a name belongs to, which goes
    first; `where` the definitions that stand in the small print of each derivation: a definition that is shown
    nowhere else is at home there.
    """
    best: dict[str, tuple[tuple[int, bool], Home]] = {}

    def offer(name: str, rank: int, page: str, place: str) -> None:
        key = (rank, own.get(name, page) != page)
        if name not in best or key < best[name][0]:
            best[name] = key, Home(page, place)

    for page, many in shown.items():
        for kind, argument in many:
            name = argument.partition(":")[0]
            offer(name, _RANKS[kind], page, anchor(kind, argument) or name)
            for one in where.get(name, ()) if kind == "derivation" else ():
                offer(one, len(_RANKS), page, in_where(name, one))
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
