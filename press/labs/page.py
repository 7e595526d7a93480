"""A lab's page: its words, read as every page's are, and its code and output, laid out by mkdocs-jupyter.

The words are rendered in one piece by MkDocs itself, so that roles, links, anchors and the table of
contents are those of any page. The pieces go into a notebook beside the executed cells, and
mkdocs-jupyter turns that into HTML with the template of this package, which is small, has no style
and asks no other host.
"""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from press.labs import picture
from press.labs.script import Lab

TEMPLATES = Path(__file__).resolve().with_name("templates")
END = "<!-- end of the lab -->"  # what mkdocs-jupyter writes below it is its own style sheet

_PLACEHOLDER = re.compile(r'(?:<p>)?<div data-om-cell="(\d+)"[^>]*></div>(?:</p>)?')
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\[]*)\]\((?P<path>[^):\s]+?)\.(?:md|py)(?P<anchor>#[^)\s]*)?\)")


def compose(lab: Lab, executed: Any, words: str, links: Mapping[str, str]) -> Any:
    """A notebook whose cells carry their HTML, for mkdocs-jupyter with this package's template.

    `words` is the HTML of `lab.markdown`; `links` has the page's own addresses of "style",
    "script" and "notebook".
    """
    from nbformat.v4 import new_markdown_cell

    pieces = _PLACEHOLDER.split(words)
    order = [str(number) for number, cell in enumerate(lab.cells, 1) if cell.kind == "code"]
    if pieces[1::2] != order:
        raise lab.fault(1, f"every code cell at the top level of the page: {', '.join(order)}", ", ".join(pieces[1::2]))
    notebook = copy.deepcopy(executed)
    notebook.metadata["lab"] = dict(links)
    cells = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            if piece.strip():
                cells.append(new_markdown_cell("", id=f"words-{place}", metadata={"html": piece.strip()}))
            continue
        number = int(piece)
        cell = notebook.cells[number - 1]
        cell.metadata["html"] = highlighted(cell.source)
        for shown, output in enumerate(one for one in cell.outputs if "data" in one):
            if "image/svg+xml" in output.data:
                drawn = output.data["image/svg+xml"]
                output.data["image/svg+xml"] = picture.inline(drawn, lab.cells[number - 1].alt, f"c{number}-{shown}-")
        cells.append(cell)
    notebook.cells = cells
    return notebook


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
            cell.source = _LINK.sub(lambda found: _public(found, site), _spelled_out(cell.source))
    return str(nbformat.writes(notebook)) + "\n"


def _public(found: re.Match[str], site: str) -> str:
    # `site` ends in the page's own folder: its neighbours are one up.
    return (
        f"[{found['text']}]({urljoin(site, '../' + found['path'])}/{found['anchor'] or ''})" if site else found["text"]
    )


def _spelled_out(source: str) -> str:
    from press import components, coverage
    from press.scan import scan

    made, at = [], 0
    for use in scan(source).uses:
        drawn = components.draw(coverage.kind_of(use), use.argument)["html"]
        tex = [html.unescape(one) for one in re.findall(r"<annotation[^>]*>(.*?)</annotation>", drawn, re.DOTALL)]
        if use.kind in ("eq", "equation") and tex:
            plain = f"\n$$\n{tex[0]}\n$$\n" if use.block else f"${tex[0]}$"
        else:
            plain = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", drawn)).split())
        made += [source[at : use.start], plain]
        at = use.end
    return "".join([*made, source[at:]])
