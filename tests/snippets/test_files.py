"""What every snippet's file is: alone, with sections that a page can show, examples that run, doctests that pass."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.harness import load
from tests.snippets.checks import printed

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "snippets").rglob("*.py"))
MARKER = re.compile(r"^ *# --8<-- \[(start|end):([\w-]+)\]$", re.MULTILINE)

snippet_files = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def module(path: Path) -> ModuleType:
    return load(compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True))


def sections(text: str) -> dict[str, str]:
    """The text between each pair of markers; ValueError for one that is not closed in its turn, or doubled."""
    found: dict[str, str] = {}
    open_at: tuple[str, int] | None = None
    for marker in MARKER.finditer(text):
        kind, name = marker.groups()
        if kind == "start" and open_at is None and name not in found:
            open_at = name, marker.end()
        elif kind == "end" and open_at is not None and open_at[0] == name:
            found[name] = text[open_at[1] : marker.start()]
            open_at = None
        else:
            raise ValueError(f"{name}: expected a start and an end, once each, got another {kind}")
    if open_at:
        raise ValueError(f"{open_at[0]}: expected an end, got none")
    return found


def test_there_are_files() -> None:
    assert FILES


@snippet_files
def test_each_section_has_an_example_and_each_example_a_section(path: Path) -> None:
    found = sections(path.read_text(encoding="utf-8"))
    shown = {name for name in found if not name.endswith("-example")}
    examples = {name.removesuffix("-example") for name in found if name.endswith("-example")}
    defined = {name.removeprefix("example_") for name in vars(module(path)) if name.startswith("example_")}
    assert shown
    assert shown == examples == defined


@snippet_files
def test_the_main_block_runs_every_example_in_the_order_of_the_file(path: Path) -> None:
    alone = subprocess.run(
        [sys.executable, "-W", "error", "-I", str(path)], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    made = module(path)
    examples = [value for name, value in vars(made).items() if name.startswith("example_")]
    told = [printed(example) for example in examples]
    assert alone.stdout.splitlines() == [line for lines in told for line in lines]
    assert all(told)


@snippet_files
def test_a_shown_section_is_short_enough_to_read(path: Path) -> None:
    for name, text in sections(path.read_text(encoding="utf-8")).items():
        if name.endswith("-example"):
            assert len(text.strip().splitlines()) <= 25, name
            continue
        for node in ast.parse(text).body:
            assert ast.get_docstring(node) if isinstance(node, ast.FunctionDef | ast.ClassDef) else False, name
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:]
                assert body[-1].end_lineno is not None
                assert body[-1].end_lineno - body[0].lineno < 10, name


@snippet_files
def test_every_public_function_has_a_doctest_and_says_what_it_refuses(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith(("_", "example_"))
    ]
    assert public
    for node in public:
        words = ast.get_docstring(node) or ""
        assert ">>> " in words, node.name
        assert "Raises ValueError" in " ".join(words.split()), node.name


def test_the_copies_of_a_check_are_the_same_in_every_file() -> None:
    copies: dict[str, set[str]] = {}
    for path in FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name in ("_numbers", "_finite", "_whole"):
                copies.setdefault(node.name, set()).add(ast.unparse(node))
    assert {name: len(texts) for name, texts in copies.items()} == {"_numbers": 1, "_finite": 1, "_whole": 1}


@pytest.mark.parametrize(
    "text",
    [
        "# --8<-- [start:a]\n",
        "# --8<-- [end:a]\n",
        "# --8<-- [start:a]\n# --8<-- [end:b]\n",
        "# --8<-- [start:a]\n# --8<-- [start:b]\n# --8<-- [end:b]\n# --8<-- [end:a]\n",
        "# --8<-- [start:a]\n# --8<-- [end:a]\n# --8<-- [start:a]\n# --8<-- [end:a]\n",
    ],
)
def test_sections_that_do_not_close_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        sections(text)
