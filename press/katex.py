"""TeX to HTML and MathML, rendered at build: KaTeX runs inside Python, never in the browser.

`render` is what every component of the press calls; the Markdown extension renders the bare
symbols that a page types (`$\\beta$`), which `pymdownx.arithmatex` leaves as `\\(…\\)`.
"""

from __future__ import annotations

import atexit
import html
import json
import re
import sqlite3
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from press import formula

ROOT = Path(__file__).resolve().parent.parent
KATEX = ROOT / "node_modules" / "katex"
CACHE = ROOT / ".cache" / "katex.sqlite"

# Bad TeX and everything that KaTeX would only warn about is an error of the build.
REFUSED = "#c0ffee"
OPTIONS = {"output": "htmlAndMathml", "strict": "error", "throwOnError": True, "trust": False, "errorColor": REFUSED}

_lock = RLock()  # `mkdocs serve` builds in one thread, the labs in others


class BadTeX(ValueError):
    """KaTeX refused the formula."""


def render(tex: str, display: bool = False) -> str:
    """HTML with MathML of one formula.

    `display` sets it as a display (limits above and below). The visible half and the TeX source
    are kept out of the search index, which reads the MathML.

    Raises ValueError where `tex` is empty, BadTeX (a ValueError) where KaTeX refuses it, and
    FileNotFoundError where the front-end packages are not installed.
    """
    if not tex.strip():
        raise ValueError(f"tex: expected a formula, got {tex!r}")
    key = (_edition(), display, tex)
    with _lock:
        kept = _store().execute("SELECT html FROM formula WHERE edition=? AND display=? AND tex=?", key).fetchone()
        if kept:
            return str(kept[0])
        made = _out_of_the_index(_run(tex, display))
        _store().execute("INSERT OR REPLACE INTO formula VALUES (?, ?, ?, ?)", (*key, made))
        return made


@cache
def version() -> str:
    """The installed version of KaTeX."""
    manifest = KATEX / "package.json"
    if not manifest.is_file():
        raise FileNotFoundError(f"{manifest}: KaTeX is not installed, expected `npm ci` to have run")
    return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])


@cache
def _edition() -> str:
    """All that decides what a formula looks like, besides the formula."""
    return f"{version()} {json.dumps(OPTIONS, sort_keys=True)} 6"


@cache
def _store() -> sqlite3.Connection:
    """The formulas of earlier builds; a file that several builds may write to at once."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(CACHE, isolation_level=None, check_same_thread=False, timeout=30)
    # It holds nothing that can't be made again: speed before safety against power cuts.
    store.execute("PRAGMA journal_mode=WAL")
    store.execute("PRAGMA synchronous=OFF")
    store.execute(
        "CREATE TABLE IF NOT EXISTS formula"
        " (edition TEXT, display INTEGER, tex TEXT, html TEXT, PRIMARY KEY (edition, display, tex)) WITHOUT ROWID"
    )
    return store


@cache
def _engine() -> Any:
    """A JavaScript engine with KaTeX in it; 0.06 s, so only made when a formula is new."""
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    # Left to the collector it waits, at the interpreter's end, for a thread that is gone already.
    atexit.register(engine.close)
    engine.eval((KATEX / "dist" / "katex.min.js").read_text(encoding="utf-8"))
    engine.eval(
        "function om(tex, display, options) {"
        " try { return [katex.renderToString(tex, Object.assign({displayMode: display}, options)), ''] }"
        " catch (error) { return ['', String(error.message)] } }"
    )
    return engine


def _run(tex: str, display: bool) -> str:
    # One argument list as JSON: what KaTeX says comes back as a value, not as a Python traceback.
    made, fault = json.loads(
        _engine().eval(f"JSON.stringify(om({json.dumps(tex)}, {json.dumps(display)}, {json.dumps(OPTIONS)}))")
    )
    if REFUSED in made:  # \href and the like are only painted in the error's colour
        fault = "a command that brings links or markup"
    if fault:
        raise BadTeX(f"tex: {tex!r}: {fault}")
    return str(made)


def _out_of_the_index(made: str) -> str:
    """A formula is written three times (MathML, its TeX, the visible half); search needs it once.

    Material's indexer ends an exclusion at the first inner end tag of the same name, so the visible
    half, spans within spans, gets a tag of its own; the stylesheet goes by the class.
    """
    made = made.replace("<annotation ", "<annotation data-search-exclude ", 1)
    before, _, visible = made.partition('<span class="katex-html" ')
    ends = "</span></span>" if "katex-display" in before else "</span>"  # what stands open around it
    if not visible.endswith(f"</span>{ends}"):
        raise ValueError(f"KaTeX {version()}: expected a span katex-html last, got …{made[-60:]}")
    visible = visible.removesuffix(f"</span>{ends}")
    marks, _, visible = visible.partition(">")
    before, opening, math = before.partition("<math ")
    math = formula.slim_mathml(opening + math.removesuffix("</span>")) + "</span>"
    visible = f"{marks}>{formula.slim(visible)}"
    return f'{before}{math}<om-visible class="katex-html" data-search-exclude {visible}</om-visible>{ends}'


# With the signs that close on it: a browser would begin a line with a comma after a formula.
_TYPED = re.compile(
    r'<(?P<tag>span|div) class="arithmatex">\\(?P<open>[(\[])(?P<tex>.*?)\\[)\]]</(?P=tag)>(?P<after>[,.;:!?)]*)',
    re.DOTALL,
)


class _Typed(Postprocessor):
    """Renders what arithmatex left, after everything else has been written out."""

    def run(self, text: str) -> str:
        return _TYPED.sub(self._one, text)

    @staticmethod
    def _one(found: re.Match[str]) -> str:
        display = found["open"] == "["
        made = render(html.unescape(found["tex"]).strip(), display)
        return f'<{found["tag"]} class="om-typed">{made}{found["after"]}</{found["tag"]}>'


class KatexExtension(Extension):
    """Needs `pymdownx.arithmatex` with `generic: true`."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Below `raw_html` (30), which brings back what the inline patterns have stashed.
        md.postprocessors.register(_Typed(md), "om_katex", 5)


def makeExtension(**settings: Any) -> KatexExtension:
    return KatexExtension(**settings)
