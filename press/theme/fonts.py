"""The site's fonts: taken from the installed packages at build, cut down to what the pages use.

A font keeps only the glyphs of characters that stand somewhere in the site (and of ASCII), which
is a third of its weight. The result depends on the font, on the characters and on fontTools alone,
so it is kept under .cache by their hash, and two builds write the same bytes.
"""

from __future__ import annotations

import hashlib
import html
import io
import os
import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import fontTools

from press import formula

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
SERIF = MODULES / "@fontsource-variable" / "source-serif-4" / "files"
CACHE = ROOT / ".cache" / "fonts"
FOLDER = "assets/fonts"
STYLESHEET = "assets/katex.css"

# Which class of KaTeX's markup shows which font, as its stylesheet says.
CLASSES = {
    "katex": "KaTeX_Main-Regular",
    "mathnormal": "KaTeX_Math-Italic",
    "mathit": "KaTeX_Main-Italic",
    "mathbf": "KaTeX_Main-Bold",
    "boldsymbol": "KaTeX_Math-BoldItalic",
    "mathcal": "KaTeX_Caligraphic-Regular",
    "mathbb": "KaTeX_AMS-Regular",
    "amsrm": "KaTeX_AMS-Regular",
    "mathsf": "KaTeX_SansSerif-Regular",
    "mathtt": "KaTeX_Typewriter-Regular",
    "texttt": "KaTeX_Typewriter-Regular",
    "delimsizing size1": "KaTeX_Size1-Regular",
    "delimsizing size2": "KaTeX_Size2-Regular",
    "delimsizing size3": "KaTeX_Size3-Regular",
    "delimsizing size4": "KaTeX_Size4-Regular",
    "delim-size1": "KaTeX_Size1-Regular",
    "delim-size4": "KaTeX_Size4-Regular",
    "op-symbol small-op": "KaTeX_Size1-Regular",
    "op-symbol large-op": "KaTeX_Size2-Regular",
}

# Classes that stand for single signs, and so for a whole font that shows only those.
RARE = ("mathit", "mathbf", "boldsymbol", "mathcal", "mathsf", "mathtt")

# Always kept: letters, digits and punctuation, so that a script may write any of them.
ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))
KERNING = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "lnum", "tnum"]


@dataclass(frozen=True)
class Face:
    """A font file as it will be served; `axes` narrows a variable font (value or range by axis).

    `tags`: the elements that it sets, as alternatives of a pattern.
    """

    source: Path
    name: str
    axes: tuple[tuple[str, float | tuple[float, float]], ...] = ()
    tags: str = ""


@cache
def faces() -> tuple[Face, ...]:
    """Every font that the stylesheets name. Raises FileNotFoundError where a package is missing."""
    katex = MODULES / "katex" / "dist" / "fonts"
    maths = [Face(path, path.name) for path in sorted(katex.glob("*.woff2"))]
    if not maths:
        raise FileNotFoundError(f"{katex}: expected KaTeX's fonts, found none; has `npm ci` run?")
    if not SERIF.is_dir():
        raise FileNotFoundError(f"{SERIF}: expected the reading face, found nothing; has `npm ci` run?")
    text = (
        Face(SERIF / "source-serif-4-latin-wght-normal.woff2", "SourceSerif.woff2", (("wght", (400, 700)),), "p"),
        Face(
            SERIF / "source-serif-4-latin-wght-italic.woff2", "SourceSerif-Italic.woff2", (("wght", 400),), "em|i|var"
        ),
    )
    return (*text, *maths)


@cache
def stylesheet() -> str:
    """KaTeX's own stylesheet with our font files, and without the formats that no browser asks for."""
    css = (MODULES / "katex" / "dist" / "katex.min.css").read_text(encoding="utf-8")
    css, count = re.subn(
        r"src:url\(fonts/([\w-]+\.woff2)\) format\(\"woff2\"\),[^;}]*", r'src:url(fonts/\1) format("woff2")', css
    )
    if count == 0 or ".woff)" in css:
        raise ValueError("katex.min.css: expected @font-face rules with woff2 first, found another form")
    return css + formula.STYLE


def shown_by(content: str) -> list[str]:
    """The font files that a page with this content shows, to be fetched before it is laid out."""
    classes = "".join(set(re.findall(r'class=("[^"]*")', content)))  # thousands of elements, few classes
    found = {f"{font}.woff2" for mark, font in CLASSES.items() if re.search(rf'[" ]{mark}[" ]', classes)}
    return sorted(found | {face.name for face in faces() if face.tags and re.search(rf"<(?:{face.tags})[ >]", content)})


def rare_in(content: str) -> dict[str, set[str]]:
    """The signs that this content sets in a font of `RARE`, by the font's file."""
    found: dict[str, set[str]] = {}
    for mark, text in re.findall(rf'class="[^"]*\b({"|".join(RARE)})\b[^"]*"[^>]*>([^<]+)<', content):
        found.setdefault(f"{CLASSES[mark]}.woff2", set()).update(html.unescape(text))
    return found


def write(
    site: Path,
    characters: Iterable[str],
    shown: Container[str] | None = None,
    rare: Mapping[str, Iterable[str]] | None = None,
) -> None:
    """Write every face below `site`, cut down to `characters`, or to those that `rare` has for its file.

    One that is not among the names `shown` is fetched by no page, so it is written as it came.
    """
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    # no line breaks; but spaces of all widths, and KaTeX's own signs, of which one is the slash of “not equal”
    every = ALWAYS | {one for one in characters if unicodedata.category(one) != "Cc"}
    used = [face for face in faces() if shown is None or face.name in shown]
    for face in faces():
        if face not in used:
            (folder / face.name).write_bytes(face.source.read_bytes())
    wanted = ["".join(sorted((rare or {}).get(face.name, every))) for face in used]
    if all(_recipe(face, some).is_file() for face, some in zip(used, wanted, strict=True)):
        made = list(map(cut, used, wanted))
    else:
        with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
            made = list(pool.map(cut, used, wanted))
    for face, content in zip(used, made, strict=True):
        (folder / face.name).write_bytes(content)


def cut(face: Face, characters: str) -> bytes:
    """The face as woff2 with the glyphs of `characters` only; from .cache where nothing changed.

    A character that the face does not have changes nothing: a new sign on a page costs one font.
    """
    kept = _recipe(face, characters)
    return _kept(kept.name, lambda: _cut(face.source.read_bytes(), face, characters))


def _recipe(face: Face, characters: str) -> Path:
    """Where the face is kept, cut down to these characters."""
    original = face.source.read_bytes()
    mark = hashlib.sha256(original).hexdigest()[:20]
    known = set(_kept(f"{mark}.txt", lambda: _characters(original)).decode())
    shown = "".join(one for one in characters if one in known)
    recipe = hashlib.sha256(f"{fontTools.version} {face.axes} {KERNING} {shown}".encode()).hexdigest()[:20]
    return CACHE / f"{mark}-{recipe}.woff2"


def _kept(name: str, make: Callable[[], bytes]) -> bytes:
    """What `make` gave for this name in an earlier build, or gives now."""
    kept = CACHE / name
    if kept.is_file():
        return kept.read_bytes()
    made = make()
    CACHE.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=CACHE, delete=False) as part:
        part.write(made)
    Path(part.name).replace(kept)  # whole or not at all: other builds may run
    return made


# fontTools is slow to import, and an unchanged build cuts nothing.


def _characters(original: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    return "".join(map(chr, sorted(TTFont(io.BytesIO(original)).getBestCmap()))).encode()


def _cut(original: bytes, face: Face, characters: str) -> bytes:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(io.BytesIO(original), recalcTimestamp=False)  # no date of today in the file
    options = Options()
    options.layout_features = KERNING
    options.hinting = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(one) for one in characters])
    subsetter.subset(font)
    if face.axes:
        # Written and read again first: the instancer trips over tables that were cut lazily.
        font.flavor = None
        between = io.BytesIO()
        font.save(between)
        font = TTFont(io.BytesIO(between.getvalue()), recalcTimestamp=False)
        font = instancer.instantiateVariableFont(font, dict(face.axes))
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
