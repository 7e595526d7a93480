"""The page on how the house is built, drawn from its code: modules with what they say of themselves, and their arrows.

The fence ```architecture holds `trees`, for the trees and which imports which; `modules TREE`, for its modules with the
first line of their docstrings and what they import; `path FROM TO`, for a shortest way along imports; `rules`, for what
the house's tests hold, by their names; or `commands`, for what `make` says of itself.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

from press import store
from press.faults import Wrong, nearest

TREES = ("derivations", "snippets", "docs", "tests", "press")
HOUSE = ("tests/test_house.py", "tests/derivations/test_graph.py", "tests/setup/test_four_steps.py")


@store.once
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@store.once
def _tree(path: Path) -> ast.Module:
    return ast.parse(_text(path))


def modules(root: Path, tree: str) -> dict[str, Path]:
    """{dotted name: file} of a tree's modules; a package goes by its own name."""
    found = {}
    for path in sorted((root / tree).rglob("*.py")):
        words = path.relative_to(root).with_suffix("").parts
        found[".".join(words[:-1] if words[-1] == "__init__" else words)] = path
    return found


def imported(path: Path, known: Collection[str]) -> Iterator[str]:
    """Of the known modules those that a file imports, anywhere in it."""
    text = _text(path)
    asked = store.kept(f"imports {hashlib.sha256(text.encode()).hexdigest()}", lambda: _asked(path))
    return (one for names in asked if (one := next((each for each in names if each in known), "")))


def _asked(path: Path) -> list[list[str]]:
    """For each import of a file the modules that it may mean, the closest first."""
    found = []
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found.append([one.name for one in node.names])
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append([*(f"{node.module}.{one.name}" for one in node.names), node.module])
    return found


def first_line(path: Path) -> str:
    """The first paragraph's first line of a module's docstring."""
    return (ast.get_docstring(_tree(path)) or "").split("\n")[0]


def group(name: str) -> str:
    """A module as the page names it: a topic's stems and a package's own parts go by their folder."""
    words = name.split(".")
    return ".".join(words[:2]) if words[0] in ("derivations", "press") else words[0]


# ---- the fence


@store.once
def state() -> str:
    """A hash of the files that are shown and that the press's own fingerprint does not cover."""
    made = hashlib.sha256()
    for path in [*(one for tree in ("docs", "tests") for one in modules(store.ROOT, tree).values()), _makefile()]:
        made.update(path.read_bytes() if path.is_file() else b"")
    return made.hexdigest()


def draw(argument: str) -> dict[str, Any]:
    """What the fence ```architecture puts on a page, kept by the files that it is drawn from."""
    return dict(store.kept(f"{argument} {state()}", lambda: _draw(argument), of=f"architecture {argument}"))


def _draw(argument: str) -> dict[str, Any]:
    root = store.ROOT
    kind, _, rest = argument.partition(" ")
    words = rest.split()
    if kind == "trees" and not words:
        return _piece(_trees(root), [f"tree-{tree}" for tree in TREES])
    if kind == "modules" and len(words) == 1 and words[0] in ("derivations", "press"):
        return _piece(*_modules(root, words[0]))
    if kind == "path" and len(words) == 2:
        return _piece(_path(root, *words))
    if kind == "rules" and not words:
        return _piece(_rules(root))
    if kind == "commands" and not words:
        return _piece(_commands(root))
    raise Wrong("trees, modules derivations, modules press, path FROM TO, rules, or commands", argument)


def _makefile() -> Path:
    return store.ROOT / "Makefile"


def _piece(html: str, ids: Iterable[str] = ()) -> dict[str, Any]:
    return {"html": html, "ids": list(ids), "shows": [], "equations": 0}


def arrows(root: Path) -> dict[str, set[str]]:
    """{tree: the trees that it imports}."""
    every = {name for tree in TREES for name in modules(root, tree)}
    found: dict[str, set[str]] = {tree: set() for tree in TREES}
    for tree in TREES:
        for path in modules(root, tree).values():
            found[tree] |= {one.split(".")[0] for one in imported(path, every)} - {tree}
    return found


def _trees(root: Path) -> str:
    from press.map import Box, drawing

    found = arrows(root)
    boxes = {tree: Box(tree, tree, f"#tree-{tree}", _said(tree, found), "page", "") for tree in TREES}
    edges = [(other, tree) for tree in TREES for other in sorted(found[tree])]
    items = "".join(
        f'<li class="om-result" id="tree-{tree}"><p class="om-result-head"><code>{tree}/</code>, '
        f"{len(modules(root, tree))} modules. "
        f"{escape(_opening(root / tree), quote=False)}</p><p>{escape(_said(tree, found), quote=False)}</p></li>"
        for tree in TREES
    )
    picture = drawing(boxes, edges, "which tree imports which")
    return f'<div class="om-map">{picture}<ul class="om-results">{items}</ul></div>'


def _said(tree: str, found: Mapping[str, set[str]]) -> str:
    return f"{tree} imports {', '.join(sorted(found[tree])) or 'none of the others'}"


def _opening(folder: Path) -> str:
    file = folder / "__init__.py"
    return first_line(file) if file.is_file() else ""


def _modules(root: Path, tree: str) -> tuple[str, list[str]]:
    """A tree's modules, those of a folder together, with what each says of itself and which it imports."""
    own = modules(root, tree)
    known = {group(name) for name in own}
    uses: dict[str, set[str]] = {name: set() for name in known}
    for name, path in own.items():
        uses[group(name)] |= {group(one) for one in imported(path, own)} - {group(name), tree}
    ids, items = [], []
    for name in sorted(known - {tree}):
        inside = [one for one in own if one != name and one.startswith(f"{name}.")]
        anchor = f"module-{name.replace('.', '-')}"
        ids.append(anchor)
        links = [f'<a href="#module-{one.replace(".", "-")}"><code>{one}</code></a>' for one in sorted(uses[name])]
        below = f" ({len(inside)} modules)" if inside else ""
        row = f'<div class="om-result-row"><span>imports</span><p>{", ".join(links)}</p></div>' if links else ""
        items.append(
            f'<li class="om-result" id="{anchor}"><p class="om-result-head"><code>{name}</code>{below}</p>'
            f"<p>{_words(first_line(own[name]) if name in own else '')}</p>{row}</li>"
        )
    return f'<div class="om-map"><ul class="om-results">{"".join(items)}</ul></div>', ids


def _words(text: str) -> str:
    """A docstring's line: its code as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def way(root: Path, start: str, end: str) -> list[str]:
    """A shortest way along imports from one module to another, the first in name order. Raises Wrong for no way."""
    own = {**modules(root, "derivations"), **modules(root, "press")}
    for one in (start, end):
        if one not in own:
            raise Wrong("a module of derivations or press", f"{one}{nearest(one, own)}")
    came: dict[str, str] = {start: ""}
    ahead = [start]
    for name in ahead:
        for other in sorted(set(imported(own[name], own))):
            if other not in came:
                came[other] = name
                ahead.append(other)
    if end not in came:
        raise Wrong(f"imports that lead from {start} to {end}", "none")
    found = [end]
    while came[found[-1]]:
        found.append(came[found[-1]])
    return found[::-1]


def _path(root: Path, start: str, end: str) -> str:
    own = {**modules(root, "derivations"), **modules(root, "press")}
    items = "".join(
        f'<li class="om-result"><p class="om-result-head"><code>{name}</code></p>'
        f"<p>{_words(first_line(own[name]))}</p></li>"
        for name in reversed(way(root, start, end))
    )
    return f'<div class="om-map"><ol class="om-results">{items}</ol></div>'


def _rules(root: Path) -> str:
    """The tests that hold the rules of the house, as the sentences that their names are."""
    made = []
    for file in HOUSE:
        tests = [
            one.name.removeprefix("test_").replace("_", " ")
            for one in _tree(root / file).body
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
        ]
        items = "".join(f"<li>{escape(one, quote=False)}</li>" for one in tests)
        made.append(
            f'<details class="om-map-fold"><summary><code>{file}</code>, {len(tests)} tests</summary>'
            f"<p>{_words(first_line(root / file))}</p><ul>{items}</ul></details>"
        )
    return f'<div class="om-map">{"".join(made)}</div>'


def commands(root: Path) -> dict[str, str]:
    """{target: what `make` says of it}, in the Makefile's order."""
    return dict(re.findall(r"^([a-z-]+):[^\n]*? ## ([^\n]+)$", _text(root / "Makefile"), re.MULTILINE))


def _commands(root: Path) -> str:
    rows = "".join(
        f"<tr><td><code>make {name}</code></td><td>{escape(said, quote=False)}</td></tr>"
        for name, said in commands(root).items()
    )
    head = '<thead><tr><th scope="col">command</th><th scope="col">what it does</th></tr></thead>'
    return (
        '<section class="om-scroll" tabindex="0" aria-label="commands">'
        f'<table class="om-trust">{head}<tbody>{rows}</tbody></table></section>'
    )
