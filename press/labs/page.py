"""A lab's page: its words, read as every page's are, and its code and output, laid out by mkdocs-jupyter.

The words are rendered in one piece by MkDocs itself, so that roles, links, anchors and the table of
contents are those of any page. The pieces go into a notebook beside the executed cells, and
mkdocs-jupyter turns that into HTML with the template of this package, which is small, has no style
and asks no other host. The notebook holds marks in place of HTML that is ready: nbconvert reads and
rewrites all that it is given, attributes, empty elements and all.
"""

from __future__ import annotations

import copy
import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from press.labs import picture, run
from press.labs.closure import write
from press.labs.script import Lab

HERE = Path(__file__).resolve().parent
TEMPLATES = HERE / "templates"
END = "<!-- end of the lab -->"  # what mkdocs-jupyter writes below it is its own style sheet

_STYLE = '<link rel="stylesheet" href="{style}">\n'
_TAKE = """
<p class="om-lab-take">This page is a script, run when the site was built. Take it home:
<a href="{script}" download>the script</a> or <a href="{notebook}" download>the notebook with its output</a>.</p>
"""

_PLACEHOLDER = re.compile(r'(?:<p>)?<div data-om-cell="(\d+)"[^>]*></div>(?:</p>)?')
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\[]*)\]\((?P<path>[^):\s]+?)\.(?:md|py)(?P<anchor>#[^)\s]*)?\)")


def lay_out(
    lab: Lab, ran: Path, words: str, links: Mapping[str, str], mkdocs_jupyter: Callable[[Path], str]
) -> tuple[str, str]:
    """HTML of the page and the notebook to download, from the last build where nothing changed.

    `ran` is where the executed notebook is kept, `words` the HTML of `lab.markdown`; `links` has the addresses of
    "style", "script" and "notebook" as seen from the page, and that of the "site", or "". `mkdocs_jupyter` gives
    its HTML of a notebook. Raises Faulty where the words leave no place for a cell.
    """
    name = lab.path.relative_to(lab.root).with_suffix("").as_posix().replace("/", ".")
    kept = lab.root / ".cache" / "labs" / "pages" / f"{name}.json"
    facts = [ran.read_text(encoding="utf-8"), lab.text, words, json.dumps(links, sort_keys=True)]
    facts += _printers()
    key = hashlib.sha256("\0".join(facts).encode()).hexdigest()
    if kept.is_file():
        made = json.loads(kept.read_text(encoding="utf-8"))
        if made["key"] == key:
            return made["content"], made["notebook"]
    executed = run.read(ran, lab)
    composed = compose(lab, executed, words, links)
    prepared = kept.with_suffix(".ipynb")
    write(prepared, json.dumps(composed.notebook))
    content = composed.filled(mkdocs_jupyter(prepared))
    notebook = taken_home(lab, executed, links["site"])
    write(kept, json.dumps({"key": key, "content": content, "notebook": notebook}))
    return content, notebook


@cache
def _printers() -> tuple[str, ...]:
    """What lays labs out: versions and texts."""
    versions = (metadata.version(name) for name in ("mkdocs-jupyter", "nbconvert", "pygments"))
    texts = sorted([*HERE.glob("*.py"), *TEMPLATES.rglob("*.j2")])
    return (*versions, *(path.read_text(encoding="utf-8") for path in texts))


@dataclass
class Composed:
    """`notebook` is for mkdocs-jupyter; `ready` has the HTML for each mark in what it makes of it."""

    notebook: Any
    ready: dict[str, str] = field(default_factory=dict)

    def mark(self, ready: str) -> str:
        mark = f"<!--om-{len(self.ready)}-->"
        self.ready[mark] = ready
        return mark

    def filled(self, content: str) -> str:
        """The page: `content` as mkdocs-jupyter gives it, without its style, with the HTML in place."""
        made = content.partition(END)[0]
        for mark, ready in self.ready.items():
            made = made.replace(mark, ready, 1)
        return made.strip() + "\n"


def compose(lab: Lab, executed: Any, words: str, links: Mapping[str, str]) -> Composed:
    """A notebook of `words`, the HTML of `lab.markdown`, and of the code cells of `executed`.

    `links` as for `lay_out`. Raises Faulty where the words leave no place for a cell.
    """
    from nbformat.v4 import new_markdown_cell

    pieces = _PLACEHOLDER.split(words)
    order = [str(number) for number, cell in enumerate(lab.cells, 1) if cell.kind == "code"]
    if pieces[1::2] != order:
        raise lab.fault(1, f"every code cell at the top level of the page: {', '.join(order)}", ", ".join(pieces[1::2]))
    if "</h1>" not in pieces[0]:
        raise lab.fault(1, "a title, # …, in the first cell", "none")
    made = Composed(copy.deepcopy(executed))
    pieces[0] = _STYLE.format(**links) + pieces[0] + _TAKE.format(**links)
    cells = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            if piece.strip():
                cells.append(new_markdown_cell("", id=f"words-{place}", metadata={"html": made.mark(piece.strip())}))
            continue
        number = int(piece)
        cell = made.notebook.cells[number - 1]
        cell.metadata["html"] = made.mark(highlighted(cell.source))
        for shown, output in enumerate(one for one in cell.outputs if "data" in one):
            if "image/svg+xml" in output.data:
                drawn = picture.inline(output.data["image/svg+xml"], lab.cells[number - 1].alt, f"c{number}-{shown}-")
                output.data["image/svg+xml"] = made.mark(drawn)
        cells.append(cell)
    made.notebook.cells = cells
    return made


def blank(root: Path) -> Path:
    """A notebook with an empty cell of each kind, in the cache."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    place = root / ".cache" / "labs" / "pages" / "blank.ipynb"
    cells = [new_markdown_cell("", id="words", metadata={"html": ""}), new_code_cell("", id="code")]
    write(place, json.dumps(new_notebook(cells=cells)))
    return place


def highlighted(source: str) -> str:
    """Python as a listing, the same HTML as a page's fence gives."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    formatter = HtmlFormatter(cssclass="language-python highlight", wrapcode=True)
    return str(highlight(source, PythonLexer(), formatter)).strip()


def taken_home(lab: Lab, executed: Any, site: str = "") -> str:
    """The notebook that a reader downloads, with its output, as JSON.

    A role or fence becomes plain TeX or text, which Jupyter can show. A link to a page becomes one
    to `site`, the page's public address, or loses its target where there is none.
    """
    import nbformat

    notebook = copy.deepcopy(executed)
    for cell in notebook.cells:
        cell.metadata.pop("alt", None)
        if cell.cell_type == "markdown":
            cell.source = _LINK.sub(lambda found: _public(found, site), _spelled_out(cell.source, lab.path.name))
    return str(nbformat.writes(notebook)) + "\n"


def _public(found: re.Match[str], site: str) -> str:
    # `site` ends in the page's own folder: its neighbours are one up.
    return (
        f"[{found['text']}]({urljoin(site, '../' + found['path'])}/{found['anchor'] or ''})" if site else found["text"]
    )


def _spelled_out(source: str, page: str) -> str:
    from press.markdown import Place, draw
    from press.scan import scan

    made, at = [], 0
    for use in scan(source).uses:
        drawn, fault = draw(use, Place(page), {})
        tex = [html.unescape(one) for one in re.findall(r"<annotation[^>]*>(.*?)</annotation>", drawn, re.DOTALL)]
        if fault:  # said where the page is read
            plain = source[use.start : use.end]
        elif use.kind in ("eq", "equation") and tex:
            plain = f"\n$$\n{tex[0]}\n$$\n" if use.block else f"${tex[0]}$"
        else:
            plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", drawn)).split())
        made += [source[at : use.start], plain]
        at = use.end
    return "".join([*made, source[at:]])
