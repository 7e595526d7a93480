"""Figures: markup for a page, and the scripts that make it live.

A figure is declared in its topic (`press.figures.quality`), drawn by the JavaScript file of the
same name, and computes with formulas compiled from SymPy objects. A page that shows one loads the
topic's script; without JavaScript the picture of the opening state stands.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from press.figures.build import TOPICS, Built, FigureFault, built

__all__ = ["FigureFault", "UnknownFigure", "assets", "figure_html", "forget", "names", "needs"]


class UnknownFigure(ValueError):
    """No figure has this name."""


@cache
def _all() -> dict[str, Built]:
    return {topic: built(topic) for topic in TOPICS}


def forget() -> None:
    """Reads everything anew at the next call: `mkdocs serve` calls it before each build."""
    _all.cache_clear()


def names() -> set[str]:
    """The names of all figures."""
    return {name for made in _all().values() for name in made.markup}


def _topic(name: str) -> Built:
    for made in _all().values():
        if name in made.markup:
            return made
    near = get_close_matches(name, names(), n=3, cutoff=0.4)
    hint = f"; near: {', '.join(near)}" if near else ""
    raise UnknownFigure(f"figure: expected one of {len(names())} names, got {name!r}{hint}")


def figure_html(name: str) -> str:
    """The `<figure>` of one name: static SVG, controls (off until the script runs), caption, data.

    A name may stand once on a page, because its parts carry ids. Raises UnknownFigure (a
    ValueError) with the nearest names.
    """
    return _topic(name).markup[name]


def needs(name: str) -> tuple[str, str]:
    """The site paths of the module script and the stylesheet that a page with this figure loads."""
    made = _topic(name)
    return made.script, made.style


def assets() -> dict[str, bytes]:
    """What goes into the site: path from the site's root, and content."""
    return {path: text.encode() for made in _all().values() for path, text in made.files.items()}
