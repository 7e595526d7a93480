"""Builds a topic's figures: the script for the browser, and the static picture of each figure.

esbuild bundles the figures with their compiled formulas; the same bundle runs inside Python
(mini-racer) to draw the static pictures, so that both come from one piece of code. The result is
kept under `.cache/figures` and used again while every file that it was made from is unchanged.
"""

from __future__ import annotations

import ast
import hashlib
import html
import json
import os
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press import store

if TYPE_CHECKING:
    from press.figures.model import Figure

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CACHE = ROOT / ".cache" / "figures"
TOPICS = tuple(sorted(path.parent.name for path in HERE.glob("*/__init__.py")))
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
TARGET = "es2022"


class FigureFault(RuntimeError):
    """A figure cannot be built: JavaScript that does not bundle, or a drawing that raises."""


@dataclass(frozen=True)
class Built:
    """What a topic's figures become: the markup of each, and the files of the site that they need."""

    markup: dict[str, str]
    script: str  # site path of the module that makes them live
    style: str
    files: dict[str, str]


def _imports(path: Path) -> list[Path]:
    """The project's own modules that a module imports, packages included."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{one.name}" for one in node.names)
    found = []
    for name in names:
        if name.split(".")[0] in ("press", "derivations", "snippets"):
            stem = ROOT.joinpath(*name.split("."))
            found += [one for one in (stem.with_suffix(".py"), stem / "__init__.py") if one.is_file()]
    return found


def sources(topic: str) -> list[Path]:
    """Every file that a topic's figures are made from: modules reached by import, drawings, pins."""
    seen: set[Path] = set()
    ahead = [HERE / "build.py", HERE / "javascript.py", *(HERE / topic).glob("*.py")]
    while ahead:
        path = ahead.pop()
        if path not in seen:
            seen.add(path)
            ahead += _imports(path)
    facts = HERE.parent / "libraries"
    if facts / "__init__.py" in seen:  # what it loads, it finds by looking into its own folder
        seen.update((*facts.glob("*.py"), *facts.glob("*.json")))
    drawings = [*HERE.glob("*.js"), *HERE.glob("*.css"), *(HERE / topic).glob("*.js")]
    pins = [one for one in (ROOT / "package-lock.json", ROOT / "requirements.txt") if one.is_file()]
    return sorted([*seen, *drawings, *pins])


def edition(topic: str) -> str:
    """A hash of every source's place and bytes."""
    digest = hashlib.sha256()
    for path in sources(topic):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def built(topic: str) -> Built:
    """A topic's figures, from the cache where nothing has changed.

    Raises FigureFault where a figure does not bundle or does not draw, NotJavaScript (a
    ValueError) where a formula has no closed form, FileNotFoundError without the front end.
    """
    whole = store.current()  # nothing at all has changed: no source need be parsed for its imports
    kept = CACHE / f"{topic}.json"
    found, known = None, ""
    try:
        record = json.loads(kept.read_text("utf-8"))
        found = Built(record["markup"], record["script"], record["style"], record["files"])
        if record["whole"] == whole:
            return found
        known = record["edition"]
    except (FileNotFoundError, json.JSONDecodeError, KeyError):
        pass
    now = edition(topic)
    made = found if found and known == now else _make(topic)
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=CACHE, suffix=".part", delete=False, encoding="utf-8") as file:
        json.dump({"edition": now, "whole": whole, **asdict(made)}, file)
    os.replace(file.name, kept)  # another build may be reading
    return made


def figures(topic: str) -> tuple[Figure, ...]:
    """The figures that a topic declares. Imports SymPy."""
    found: tuple[Figure, ...] = import_module(f"press.figures.{topic}").FIGURES
    return found


def entry(topic: str) -> str:
    """The script that esbuild starts from."""
    lines = [f'import {{ offline, start }} from "{(HERE / "figure.js").as_posix()}";']
    for figure in figures(topic):
        drawing = HERE / topic / f"{figure.name}.js"
        if not drawing.is_file():
            raise FigureFault(
                f"{figure.name}: expected its drawing at {drawing.relative_to(ROOT).as_posix()}, found none"
            )
        lines.append(f'import {figure.name} from "{drawing.as_posix()}";')
    lines += [
        f"const figures = {{ {', '.join(one.name for one in figures(topic))} }};",
        'if (typeof document === "undefined") globalThis.figures = offline(figures);',
        "else start(figures);",
    ]
    return "\n".join(lines) + "\n"


def compiled(topic: str) -> str:
    """The topic's formulas as a JavaScript module. Raises NotJavaScript."""
    from press.figures.javascript import module

    return module(import_module(f"press.figures.{topic}.formulas").FORMULAS)


def bundle(topic: str, form: str = "esm") -> str:
    """The topic's figures and formulas as one minified script, "esm" or "iife"."""
    with tempfile.TemporaryDirectory() as place:
        formulas = Path(place) / "formulas.js"
        formulas.write_text(compiled(topic), "utf-8")
        return _esbuild(
            entry(topic),
            "--bundle",
            f"--format={form}",
            f"--alias:formulas={formulas}",
            "--legal-comments=none",
            "--log-override:import-is-undefined=error",
        )


def stylesheet() -> str:
    """The style of all figures, minified."""
    return _esbuild((HERE / "figures.css").read_text("utf-8"), "--loader=css")


def _esbuild(source: str, *asked: str) -> str:
    if not ESBUILD.exists():
        raise FileNotFoundError(f"{ESBUILD.relative_to(ROOT).as_posix()}: not installed; run `npm ci`")
    command = [str(ESBUILD), "--minify", f"--target={TARGET}", "--charset=utf8", "--log-level=warning", *asked]
    ran = subprocess.run(command, input=source, capture_output=True, text=True, cwd=ROOT, check=False)
    if ran.returncode or ran.stderr.strip():
        raise FigureFault(f"figures do not bundle:\n{ran.stderr.strip()}")
    return ran.stdout


def engine(topic: str) -> Any:
    """A JavaScript engine in which `figures` holds the topic's figures (`offline` in figure.js)."""
    from py_mini_racer import MiniRacer

    made = MiniRacer()
    made.eval(bundle(topic, "iife"))
    return made


def _make(topic: str) -> Built:
    from py_mini_racer import JSEvalException

    drawing = engine(topic)
    markup = {}
    for figure in figures(topic):
        try:
            drawn = drawing.call("figures.render", figure.name, figure.data)
        except JSEvalException as fault:
            raise FigureFault(f"{figure.name}: its drawing raised {fault}") from fault
        markup[figure.name] = _wrapped(figure, drawn)
    script, style = bundle(topic), stylesheet()
    script_path, style_path = _address(topic, "js", script), _address("figures", "css", style)
    return Built(markup, script_path, style_path, {script_path: script, style_path: style})


def _address(stem: str, ending: str, content: str) -> str:
    mark = hashlib.sha256(content.encode()).hexdigest()[:10]
    return f"assets/figures/{stem}.{mark}.{ending}"


def _wrapped(figure: Figure, drawn: Any) -> str:
    for fault in ("NaN", "undefined", "Infinity"):
        if fault in drawn:
            raise FigureFault(f"{figure.name}: expected finite numbers in its picture, got {fault}")
    kept = json.dumps(figure.data, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    caption = f"<strong>{html.escape(figure.title)}</strong> {html.escape(figure.caption)}"
    return (
        f'<figure class="om-figure" id="figure-{figure.name.replace("_", "-")}" data-figure="{figure.name}">'
        f'<div class="om-figure-body" data-search-exclude>{drawn}</div>'
        f'<script type="application/json">{kept}</script>'
        f"<figcaption>{caption}</figcaption></figure>"
    )
