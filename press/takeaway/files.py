"""What a reader takes home of a page: a test that runs alone, a notebook of the same, and how to cite it.

All three are drawn from what the page shows: its derivations, its snippet, what the snippet's examples printed.
"""

from __future__ import annotations

import ast
import datetime
import json
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press import components, store
from press.faults import Wrong
from press.scan import scan

if TYPE_CHECKING:
    from derivations.calculus import Derivation, Given, Induction

WORKER = Path(__file__).with_name("worker.py")
NEEDS = ("numpy", "sympy", "pytest")
_FUTURE = "from __future__ import annotations\n"
_MARKER = re.compile(r"^[ \t]*# --8<-- \[.*\][ \t]*\n", re.MULTILINE)
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_ANSWER = re.compile(r"^\*\*In short\.\*\* (.+?)(?:\n\s*\n|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A page of a topic, by its path under `docs/`, and what it shows."""

    path: str
    title: str
    answer: str  # Markdown, with the roles of the press
    derivations: tuple[str, ...]
    snippets: tuple[str, ...]  # stems, as `quality/geometric_mean`
    examples: tuple[str, ...]  # names of sections

    @property
    def url(self) -> str:
        return self.path.removesuffix(".md").removesuffix(".py") + "/"

    @property
    def stem(self) -> str:
        return self.path.rpartition("/")[2].removesuffix(".md").removesuffix(".py").replace("-", "_")

    @property
    def test(self) -> str:
        """Site path of the test."""
        return f"{self.url}test_{self.stem}.py"

    @property
    def notebook(self) -> str:
        return f"{self.url}{self.stem}.ipynb"


def read(path: str, text: str) -> Page:
    """The page at `path` under `docs/`, from its text without the front matter. Raises Wrong where it has no title."""
    uses = [use for use in scan(text).uses if use.block]
    chains = tuple(dict.fromkeys(use.argument for use in uses if use.kind == "derivation"))
    sections = [use.argument.partition(":") for use in uses if use.kind == "snippet"]
    title, answer = _HEADING.search(text), _ANSWER.search(text)
    if not title:
        raise Wrong("a title, # …", "none")
    stems = tuple(dict.fromkeys(stem for stem, _, _ in sections))
    return Page(path, title[1], answer[1] if answer else "", chains, stems, tuple(name for _, _, name in sections))


# ---- the lines


def chains(name: str, value: Derivation | Induction) -> dict[str, Derivation]:
    """The chain by its name; of an induction its base and its step."""
    from derivations.calculus import Derivation

    return {name: value} if isinstance(value, Derivation) else {f"{name}_base": value.base, f"{name}_step": value.step}


def function(name: str, chain: Derivation, title: str) -> str:
    """A Python function `lines_of_NAME` that gives the chain in plain SymPy, with all that its letters are drawn from.

    Raises NoPoint where a letter is in no row of the notation table.
    """
    from derivations.calculus import label
    from derivations.notation import TABLE
    from derivations.sampler import need, settings
    from press import sympy_source
    from press.sympy_source import text_of

    own = {n: step.by.needs for n, step in enumerate(chain.steps, 1) if step.by.needs}
    tight = {n: step.tight for n, step in enumerate(chain.steps, 1) if step.tight}
    given = [*chain.given, *(one for many in (*own.values(), *tight.values()) for one in many)]
    wanted = need(chain.lines, chain.meanings, chain.domain, given)
    # A letter that stands only in hypotheses of one link, or in a definition, is drawn with the others.
    domain = {symbol.name: ends for symbol, ends in chain.domain.items()}
    arguments: dict[str, list[str]] = {}
    arguments["where"] = [f"{text_of(one.head)}: {text_of(one.body)}," for one in chain.where]
    arguments["sizes"] = [f"{one!r}: {_both(one, domain, settings())}," for one in wanted.sizes]
    arguments["indices"] = [f"{one.name!r}: {text_of(wanted.ranges[one])}," for one in wanted.free]
    arguments["numbers"] = [
        f"{one!r}: {_ends(*domain.get(one, (TABLE[one].low, TABLE[one].high)))}," for one in wanted.numbers
    ]
    arguments["arrays"] = [
        f"{one!r}: ({_tuple(map(text_of, TABLE[one].shape))}, {_ends(TABLE[one].low, TABLE[one].high)}),"
        for one in wanted.arrays
    ]
    everywhere = {0: chain.given} if chain.given else {}
    arguments["given"] = [f"{n}: [{', '.join(map(_given, many))}]," for n, many in {**everywhere, **own}.items()]
    arguments["tight"] = [f"{n}: [{', '.join(map(_given, many))}]," for n, many in tight.items()]
    arguments["small"] = [
        f"{n}: ({label(step.small)!r}, {step.order}),"
        for n, step in enumerate(chain.steps, 1)
        if step.small is not None
    ]
    written = ["    lines=[", f"        {text_of(chain.start)},"]
    for step in chain.steps:
        written.append(f"        {text_of(step.expr)},  # {sympy_source.plain(step.by.name)}")
    relations = ", ".join(repr(_RELATIONS[str(step.relation)]) for step in chain.steps)
    written += ["    ],", f"    relations=[{relations}],"]
    for key, items in arguments.items():
        if items:
            written += [f"    {key}={{", *(f"        {one}" for one in items), "    },"]
    body = "\n".join(["return Chain(", *written, ")"])
    met = [*chain.lines, *(side for one in chain.where for side in (one.head, one.body))]
    met += [
        part
        for one in given
        for part in (one.says, one.fix, *(x for pair in one.each for x in pair))
        if part is not None
    ]
    met += [*wanted.ranges.values(), *(side for one in wanted.arrays for side in TABLE[one].shape)]
    declared = list(sympy_source._declarations(met))
    head = [sympy_source._imports(body, declared), "", *declared]
    if "entry(" in body:
        head += ["", *sympy_source._ENTRY, ""]
    text = "\n".join([*head, body])
    return f'def lines_of_{name}() -> Chain:\n    """{_plain(title)}"""\n{textwrap.indent(text, "    ")}\n'


_RELATIONS = {"=": "==", "≤": "<=", "≥": ">=", "<": "<", ">": ">", "≈": "~"}


def _both(name: str, domain: dict[str, tuple[Any, Any]], two: Sequence[dict[str, int]]) -> tuple[int, ...]:
    """The two values that checks give a size, within what the chain is meant for."""
    if name not in domain:
        return tuple(one[name] for one in two)
    low, high = (int(end) for end in domain[name])
    return tuple(min(max(one[name], low), high) for one in two)


def _ends(low: Any, high: Any) -> str:
    from sympy import sympify

    from press.sympy_source import text_of

    return f"({', '.join('None' if one is None else text_of(sympify(one)) for one in (low, high))})"


def _tuple(items: Iterable[str]) -> str:
    made = list(items)
    return f"({', '.join(made)}{',' * (len(made) == 1)})"


def _given(one: Given) -> str:
    from press.sympy_source import text_of

    told = [text_of(one.says)]
    if one.each or one.fix is not None:
        told.append(_tuple(f"({text_of(index)}, {text_of(top)})" for index, top in one.each))
    if one.fix is not None:
        told.append(text_of(one.fix))
    return f"Given({', '.join(told)})"


def _plain(text: str) -> str:
    """A sentence without markup, safe in a docstring."""
    bare = re.sub(r"\{(?:eq|num|claim)\}|[`$*]", "", text).replace("\\", "")
    return bare.replace('"', "'")


# ---- the test


def as_test(page: Page, site: str = "") -> str:
    """The page's test as one file: `pip install numpy sympy pytest` is all that it needs.

    Raises Wrong where two parts of it would share a name.
    """
    named = _chains(page)
    blocks = [_head(page, site), _FUTURE]
    parts = {"the lines of the page": "\n\n".join(function(n, chain, title) for n, (chain, title) in named.items())}
    parts |= {f"the code of the page, {stem.rpartition('/')[2]}.py": _snippet(stem) for stem in page.snippets}
    parts["how a line is worked out"] = _worker() if named else ""
    parts["the tests"] = _tests(page, list(named))
    taken: dict[str, str] = {}
    for part, text in parts.items():
        for name in _names(text):
            if taken.setdefault(name, part) != part:
                raise Wrong(f"{name} once in the test of {page.path}", f"it in {taken[name]} and in {part}")
    rule = "# " + "-" * 8
    for part, text in parts.items():
        if text.strip():
            blocks.append(f"{rule} {part}\n\n{text.strip()}\n")
    return "\n\n".join(blocks)


def _chains(page: Page) -> dict[str, tuple[Derivation, str]]:
    made = {}
    for name in page.derivations:
        value = components.find(name).value
        for part, chain in chains(name, value).items():
            made[part] = (chain, value.title or name)
    return made


def _names(text: str) -> set[str]:
    """What a piece of a module binds at its top level, imports left out: those bind the same thing."""
    found: set[str] = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.AST):
                found |= {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}
    return found


def _head(page: Page, site: str) -> str:
    cited = citation()
    return "\n".join(
        [
            f'"""{_plain(page.title)}',
            "",
            f"The page: {address(page, site)}",
            f"{cited['license']} licence, {cited['author']}. Made with {versions()}.",
            "",
            f"pip install {' '.join(NEEDS)}",
            f"pytest {page.test.rpartition('/')[2]}",
            '"""',
            "",
        ]
    )


def _snippet(stem: str) -> str:
    text = (store.ROOT / "snippets" / f"{stem}.py").read_text(encoding="utf-8")
    return _MARKER.sub("", text).replace(_FUTURE, "", 1)


def _worker() -> str:
    text = WORKER.read_text(encoding="utf-8")
    tree = ast.parse(text)
    end = tree.body[0].end_lineno or 0
    return "\n".join(text.splitlines()[end:]).replace(_FUTURE, "", 1).strip() + "\n"


def _tests(page: Page, names: list[str]) -> str:
    made = ["import pytest", ""]
    if names:
        entries = "".join(f"    {one!r}: lines_of_{one},\n" for one in names)
        made += [f"CHAINS = {{\n{entries}}}", _TEST_LINES]
    if page.snippets:
        made.append(_TEST_SNIPPET)
        shown = "".join(f"    ({name!r}, {printed!r}),\n" for name, printed in _printed(page).items())
        made.append(_TEST_EXAMPLES.format(shown=shown))
    return "\n".join(made)


_TEST_LINES = """
LINKS = [(name, number) for name, chain in CHAINS.items() for number in range(1, len(chain().lines))]


@pytest.mark.parametrize(("name", "number"), LINKS)
def test_each_line_follows_from_the_one_above(name: str, number: int) -> None:
    assert check(CHAINS[name](), number) > 0

"""
_TEST_SNIPPET = """
def test_the_examples_in_the_docstrings() -> None:
    import doctest
    import sys

    assert doctest.testmod(sys.modules[__name__]).failed == 0

"""
_TEST_EXAMPLES = """
EXAMPLES = [
{shown}]


@pytest.mark.parametrize(("name", "printed"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_the_code_prints_what_the_page_shows(name: str, printed: str, capsys: pytest.CaptureFixture[str]) -> None:
    globals()[f"example_{{name}}"]()
    assert capsys.readouterr().out == printed
"""


def _printed(page: Page) -> dict[str, str]:
    """What each example of the page's snippets prints."""
    made = {}
    for stem in page.snippets:
        path = store.ROOT / "snippets" / f"{stem}.py"
        text = path.read_text(encoding="utf-8")
        for name in page.examples:
            if components.section(text, f"{name}-example") is not None:
                made[name] = components.run_example(path, f"example_{name}")
    return made


# ---- the notebook


def as_notebook(page: Page, site: str = "") -> str:
    """The same as a notebook, without output: title, short answer, then lines and code, cell by cell. As JSON."""
    cited = citation()
    cells = [
        _words(f"# {page.title}\n\n{_spelled(page)}"),
        _words(
            f"The page: {address(page, site)} · {cited['license']} licence, {cited['author']} · "
            f"made with {versions()}. It runs with `pip install {' '.join(NEEDS[:2])}` and Jupyter."
        ),
    ]
    if page.derivations:
        cells += [
            _words("## How a line is worked out\n\nRun this first. It draws random points and compares the lines."),
            _code(f"{_FUTURE}\n{_worker()}{_SHOW}"),
        ]
    for name in page.derivations:
        value = components.find(name).value
        cells.append(_words(f"## {value.title or name}\n\n`{name}`"))
        for part, chain in chains(name, value).items():
            cells.append(_code(f"{function(part, chain, value.title or name)}\n\nshow(lines_of_{part}())"))
    for stem in page.snippets:
        cells += [_words(f"## The code\n\n`{stem.rpartition('/')[2]}.py`"), _code(f"{_FUTURE}\n{_snippet(stem)}")]
    for name in page.examples:
        cells.append(_code(f"example_{name}()"))
    numbered = [{"id": f"cell-{number}", **cell} for number, cell in enumerate(cells, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {
        "cells": numbered,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


_SHOW = '''

def show(chain: Chain) -> None:
    """Each line set by SymPy, then whether it holds against the one above."""
    from IPython.display import Math, display

    signs = {"==": "=", "<=": r"\\le", ">=": r"\\ge", "~": r"\\approx"}
    display(Math(sympy.latex(chain.lines[0])))
    for number, (relation, line) in enumerate(zip(chain.relations, chain.lines[1:], strict=True), 1):
        display(Math(f"{signs.get(relation, relation)} {sympy.latex(line)}"))
        print(f"line {number} holds at {check(chain, number)} random points")
'''


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(text: str) -> dict[str, Any]:
    source = text.strip("\n").splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}


def _spelled(page: Page) -> str:
    """The short answer with its roles as plain TeX or text, and links without targets."""
    from press.labs.page import _spelled_out

    bare = re.sub(r"(?<!!)\[([^\]\[]*)\]\([^)\s]*\)", r"\1", page.answer)
    return _spelled_out(bare, page.path)


# ---- how to cite


@cache
def citation() -> dict[str, str]:
    """Author, title, licence and version as CITATION.cff has them. Raises Wrong where one is missing."""
    text = (store.ROOT / "CITATION.cff").read_text(encoding="utf-8")
    made = {}
    for key in ("title", "version", "license", "date-released"):
        found = re.search(rf'^{key}: "?(.+?)"?$', text, re.MULTILINE)
        if not found:
            raise Wrong(f"{key} in CITATION.cff", "none")
        made[key] = found[1]
    authors = re.findall(r"^  - name: (.+)$", text, re.MULTILINE)
    if not authors:
        raise Wrong("an author with a name in CITATION.cff", "none")
    return made | {"author": " and ".join(authors)}


def dated() -> datetime.date:
    """The commit's date, as the Makefile gives it; without make, the date of the release."""
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or 0)
    if seconds:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()
    return datetime.date.fromisoformat(citation()["date-released"])


def bibtex(path: str, title: str, site: str = "") -> str:
    """The entry of the page at `path` under `docs/`; its key is the path and never changes."""
    cited, day = citation(), dated()
    where = path.removesuffix(".md").removesuffix(".py").removesuffix("index").strip("/")
    fields = {
        "author": f"{{{{{cited['author']}}}}}",
        "title": f"{{{_tex(title)}}}",
        "howpublished": f"{{A page of {cited['title']}, version {cited['version']}}}",
        "year": f"{{{day.year}}}",
        "month": f"{day:%b}".lower(),
    }
    if site:
        fields["url"] = f"{{{site.rstrip('/')}/{where}/}}"
    told = ",\n".join(f"  {key:<12} = {value}" for key, value in fields.items())
    return f"@misc{{one-over-m:{where.replace('/', ':')},\n{told},\n}}\n"


def _tex(title: str) -> str:
    """A title for BibTeX: its maths stays maths, code becomes plain, and what is special is escaped."""
    pieces = re.split(r"(\$[^$]+\$)", title.replace("`", ""))
    return "".join(one if one.startswith("$") else re.sub(r"([&%#_{}])", r"\\\1", one) for one in pieces)


# ---- what both name


def address(page: Page, site: str = "") -> str:
    """The page's public address, or its path in the site where the site has none."""
    return f"{site.rstrip('/')}/{page.url}" if site else f"{page.url} of the site “One over m”"


@cache
def versions() -> str:
    python = ".".join(map(str, sys.version_info[:2]))
    return f"Python {python}, " + ", ".join(f"{one} {metadata.version(one)}" for one in ("numpy", "sympy"))
