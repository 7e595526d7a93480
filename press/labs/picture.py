"""A matplotlib figure as part of the page: theme colours, the page's font, no ids that could clash.

The colours of `lab.mplstyle` become the theme's variables, with the printed colour as the fall-back,
so a figure follows light and dark without JavaScript. Nothing else about the drawing changes.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

# The colours of lab.mplstyle, and the theme's names for them.
COLOURS = {
    "#22262b": "--om-ink",
    "#5b5f64": "--om-quiet",
    "#dcd8cc": "--om-line",
    "#0b5c66": "--om-link",
    "#9a4b08": "--om-factor",
    "#1c5a92": "--om-agrees",
    "#23663a": "--om-proved",
    "#a32626": "--om-refuted",
}

_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def inline(svg: str, alt: str, prefix: str) -> str:
    """`svg` as an element of a page, described by `alt`; its ids begin with `prefix`.

    Raises ValueError where it is no SVG or `alt` is empty.
    """
    if not alt.strip():
        raise ValueError(f"alt: expected words that stand for the picture, got {alt!r}")
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"svg: expected a picture of matplotlib, got {svg[:40]!r} ({error})") from None
    if root.tag != f"{SVG}svg":
        raise ValueError(f"svg: expected an svg element, got {root.tag}")
    used = _used(root)
    for parent in list(root.iter()):
        for child in list(parent):
            # The stylesheet speaks of `*`, which would be the whole page; lab.css says it for figures.
            if child.tag in (f"{SVG}metadata", f"{SVG}style"):
                parent.remove(child)
    for element in root.iter():
        _plain(element, used, prefix)
    _without_empty(root)
    for name in ("version", "width", "height"):  # it is as wide as the page lets it be
        root.attrib.pop(name, None)
    root.attrib.update({"role": "img", "aria-label": alt})
    ElementTree.register_namespace("", SVG[1:-1])
    made = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    made = re.sub(r' xmlns(:\w+)?="[^"]*"', "", made)  # HTML knows both by itself
    return re.sub(r">\s+<", "><", made).strip()


def _used(root: ElementTree.Element) -> set[str]:
    """Ids that something on the picture refers to; matplotlib gives one to every group."""
    found = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            found.update(_REFERENCE.findall(value))
            if name == LINK and value.startswith("#"):
                found.add(value[1:])
    return found


def _plain(element: ElementTree.Element, used: set[str], prefix: str) -> None:
    """Attributes as a page wants them: no inline style, own ids, two decimals, theme colours."""
    element.tag = element.tag.removeprefix(SVG)
    made: dict[str, str] = {}
    for name, value in element.attrib.items():
        if name == "style":
            made |= _style(value)
        elif name == "id":
            if value in used:
                made["id"] = f"{prefix}{value}"
        elif name == LINK:
            made["href"] = f"#{prefix}{value[1:]}" if value.startswith("#") else "".join(value.split())
        else:
            made[name] = value
    for name, value in made.items():
        if name not in ("id", "href"):
            value = _NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), " ".join(value.split()))
            value = _COLOUR.sub(lambda found: _themed(found[0]), value)
            made[name] = _REFERENCE.sub(lambda found: f"url(#{prefix}{found[1]})", value)
    element.attrib.clear()
    element.attrib.update(made)


def _style(text: str) -> dict[str, str]:
    """Declarations as attributes, which SVG allows for each of these; the font is the page's."""
    pairs = (one.split(":", 1) for one in text.split(";") if ":" in one)
    return {name.strip(): value.strip() for name, value in pairs if name.strip() not in ("font", "font-family")}


def _themed(colour: str) -> str:
    return f"var({COLOURS[colour]}, {colour})" if colour in COLOURS else colour


def _without_empty(element: ElementTree.Element) -> None:
    """Drops groups that hold nothing and the invisible grounds of figure and axes."""
    for child in list(element):
        _without_empty(child)
        invisible = child.tag == "path" and child.get("fill") == "none" and "stroke" not in child.attrib
        if (child.tag in ("g", "defs") and not len(child)) or (invisible and "id" not in child.attrib):
            element.remove(child)
