"""A lab as it is written: a percent script (jupytext's py:percent), and the line of each cell.

A cell begins at a line `# %%`; `# %% [markdown]` begins words, whose lines are comments. Named
settings follow on the marker's line: `alt="…"` describes the picture that the cell draws.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from press import store
from press.faults import Fault, Wrong

ROOT = Path(__file__).resolve().parents[2]

_MARKER = re.compile(r"# %%(?P<rest>.*)")
_HEADER = re.compile(r"# ---\n(?:#.*\n)*?# ---\n")


class Faulty(Exception):
    """A lab that cannot be read or run; carries the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class Cell:
    """`kind` is "code" or "markdown"; `line` is the 1-based line of the cell's marker."""

    kind: str
    source: str
    line: int
    alt: str = ""


@dataclass(frozen=True)
class Lab:
    """A script at `path` as it was when first read, in a project whose modules stand under `root`."""

    path: Path
    root: Path = ROOT

    @property
    def name(self) -> str:
        """The path as seen from the root, as faults print it."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def fault(self, line: int, expected: str, was: str) -> Faulty:
        return Faulty(Wrong(expected, was).at(self.name, line))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells with their lines, as jupytext reads them. Raises Faulty where it is no percent script."""
        key = f"cells {hashlib.sha256(self.text.encode()).hexdigest()}"
        kept = store.kept(key, lambda: [astuple(one) for one in self._read()], self.root / ".cache" / "press.sqlite")
        return tuple(Cell(*one) for one in kept)

    def _read(self) -> tuple[Cell, ...]:
        lines = self.text.splitlines()
        markers = [at for at, line in enumerate(lines) if _MARKER.match(line)]
        if not markers:
            raise self.fault(1, "a percent script, with cells that begin at # %%", "none")
        before = "".join(line + "\n" for line in lines[: markers[0]])
        if _HEADER.sub("", before, count=1).strip():
            raise self.fault(1, "a cell's marker # %% on the first line", repr(lines[0]))
        notebook = self.notebook()
        if len(notebook.cells) != len(markers):
            raise self.fault(1, f"as many cells as markers # %%, {len(markers)}", f"{len(notebook.cells)} cells")
        made = []
        for at, end, cell in zip(markers, [*markers[1:], len(lines)], notebook.cells, strict=True):
            body = lines[at + 1 : end]
            if not body or not body[0].strip():
                raise self.fault(at + 1, "the cell on the line below its marker", "an empty line")
            if cell.cell_type == "markdown":
                bare = next((n for n, line in enumerate(body) if line.strip() and not line.startswith("#")), None)
                if bare is not None:
                    raise self.fault(at + 2 + bare, "words behind #", repr(body[bare]))
            elif cell.cell_type != "code":
                raise self.fault(at + 1, "a cell of code or [markdown]", cell.cell_type)
            made.append(Cell(cell.cell_type, cell.source, at + 1, cell.metadata.get("alt", "")))
        return tuple(made)

    def notebook(self) -> Any:
        """A fresh notebook of the script, the same bytes each time: no random ids, no versions."""
        import jupytext

        notebook = jupytext.reads(self.text, fmt="py:percent")
        notebook.metadata = {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        for number, cell in enumerate(notebook.cells, 1):
            cell["id"] = f"cell-{number}"
        return notebook

    @cached_property
    def markdown(self) -> str:
        """The words as Markdown, each on the line where the script has it; code cells are place holders.

        So what is said of a line of this text holds for the same line of the script.
        """
        lines = self.text.splitlines()
        made = [""] * len(lines)
        for number, cell in enumerate(self.cells, 1):
            if cell.kind == "code":
                made[cell.line] = placeholder(number)
                continue
            end = next((one.line for one in self.cells if one.line > cell.line), len(lines) + 1) - 1
            made[cell.line : end] = [line.removeprefix("#").removeprefix(" ") for line in lines[cell.line : end]]
        return "\n".join(made) + "\n"


def placeholder(number: int) -> str:
    """Where code cell `number` goes among the words; passes through Python-Markdown as it stands."""
    return f'<div data-om-cell="{number}"></div>'


def find(folder: Path, root: Path = ROOT) -> tuple[Lab, ...]:
    """Every lab below `folder`, in order of path."""
    return tuple(Lab(path, root) for path in sorted(folder.rglob("*.py")) if "__pycache__" not in path.parts)
