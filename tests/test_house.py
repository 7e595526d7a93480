"""The house's rules, each as a function that lists the faults of a tree, tried on a planted fault and on this one."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]

# What a tree may import beyond the standard library; the press may import anything but the tests.
MAY_IMPORT = {"derivations": {"derivations", "sympy", "mpmath", "rich"}, "snippets": {"numpy"}}
OURS = ("derivations", "snippets", "press", "tests")
OPTIONAL = ("torch", "jax")  # a lab compares with one of them where it is installed
LIBRARIES = {"torch", "tensorflow", "keras", "jax", "optax", "pandas", "xgboost", "lightgbm"}  # of `make libraries`

MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:work|home|root|Users|tmp|opt)/\w+|\b[A-Z]:\\\w+|file:///")
INDEX_HOST = re.compile(
    r"\b(?:pypi\.(?:org|python\.org)|pythonhosted\.org|npmjs\.(?:org|com)|yarnpkg\.com)\b|--(?:extra-)?index-url\b|"
    r"--find-links\b|--registry\b"
)
EXEMPT = ("LICENSE", "tests/test_house.py")  # they hold the words that the others must not
THIRD_PARTY = re.compile(
    r"\.(?:ipynb|whl|tgz|jar|wasm|woff2?|ttf|otf|eot|map|min\.js|min\.css)$|(?:^|/)(?:node_modules|vendor|third_party)/"
)
FOREIGN_BANNER = re.compile(r"Copyright \(c\)|^/\*!|@license\b|sourceMappingURL=", re.MULTILINE)
ALONE = {"claims", "map"}  # below docs/: pages for each source and for each topic, and no topic
MINIFIED = 1000  # characters in a line that no person wrote


# ---- the same stem in every tree


def stems(folder: Path, pattern: str) -> dict[str, Path]:
    found = (path for path in sorted(folder.glob(pattern)) if path.stem not in ("__init__", "index", "claims"))
    return {path.stem.removeprefix("test_").replace("-", "_"): path for path in found if path.stem[0] != "_"}


def missing_stems(root: Path) -> Iterator[str]:
    """For each stem of a topic, the trees where it has no file. A lab (docs/*/*.py) and an index stand alone."""
    holders = [
        *(path.parent for tree in ("derivations", "snippets") for path in root.glob(f"{tree}/*/*.py")),
        *(path.parent for path in root.glob("docs/*/*.md")),
        *(path.parent for path in root.glob("tests/*/*/test_*.py") if path.parts[-3] in ("derivations", "snippets")),
    ]
    for topic in sorted({folder.name.replace("-", "_") for folder in holders} - ALONE):
        hyphens = topic.replace("_", "-")
        labs = stems(root / "docs" / hyphens, "*.py")
        trees = {
            f"derivations/{topic}/{{}}.py": stems(root / "derivations" / topic, "*.py"),
            f"snippets/{topic}/{{}}.py": stems(root / "snippets" / topic, "*.py"),
            f"docs/{hyphens}/{{}}.md": stems(root / "docs" / hyphens, "*.md"),
            f"tests/snippets/{topic}/test_{{}}.py": stems(root / "tests/snippets" / topic, "test_*.py"),
        }
        extra = stems(root / "tests/derivations" / topic, "test_*.py")
        for stem in sorted({*extra, *(stem for files in trees.values() for stem in files)} - set(labs)):
            for place, files in trees.items():
                if stem not in files:
                    yield place.format(stem.replace("_", "-") if place.endswith(".md") else stem) + " is not there"
        for files in (trees[f"docs/{hyphens}/{{}}.md"], labs):
            yield from (f"docs/{hyphens}/{path.name}: expected hyphens" for path in files.values() if "_" in path.stem)


# ---- arrows run one way


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of all that is imported, by a statement or by a call with a name in it; "." for a relative one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." if node.level else str(node.module)
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            if called in ("import_module", "__import__") and isinstance(name, ast.Constant):
                yield node.lineno, str(name.value)


def wrong_arrows(root: Path) -> Iterator[str]:
    """Imports against the arrows: press → derivations, snippets; tests → all; a snippet knows NumPy alone."""
    for tree in ("derivations", "snippets", "press"):
        for path in sorted((root / tree).rglob("*.py")):
            for line, name in imports(ast.parse(path.read_text(encoding="utf-8"), str(path))):
                package = name.split(".")[0]
                if tree == "press":
                    wrong, expected = package == "tests", "nothing of the tests"
                elif not package:  # relative, so of this package: a snippet's file must run alone
                    wrong, expected = tree == "snippets", "no other snippet"
                else:
                    wrong = package not in MAY_IMPORT[tree] | sys.stdlib_module_names
                    expected = f"{', '.join(sorted(MAY_IMPORT[tree]))} or the standard library"
                if wrong:
                    yield f"{path.relative_to(root)}:{line}: imports {name}, expected {expected}"


@cache
def installed() -> Mapping[str, list[str]]:
    """The distributions that bring each package; which are there does not change while tests run."""
    return packages_distributions()


def undeclared_imports(root: Path) -> Iterator[str]:
    """Imports that pyproject.toml does not ask for: they are there by somebody else's grace."""
    groups = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    asked = {canonicalize_name(Requirement(one).name) for group in ("site", "dev") for one in groups[group]}
    brought_by = installed()
    for tree in ("derivations", "snippets", "press", "docs", "tests"):
        for path in sorted((root / tree).rglob("*.py")):
            for line, name in imports(ast.parse(path.read_text(encoding="utf-8"), str(path))):
                package = name.split(".")[0]
                if not package or package in {*sys.stdlib_module_names, *OURS, *OPTIONAL}:
                    continue
                if package in LIBRARIES and path.is_relative_to(root / "press/libraries"):
                    continue  # in an environment of their own
                if not asked & {canonicalize_name(one) for one in brought_by.get(package, ())}:
                    yield f"{path.relative_to(root)}:{line}: imports {name}, which pyproject.toml does not ask for"


# ---- what SymPy gets wrong without a word


def unsound_calls(root: Path) -> Iterator[str]:
    """Calls in derivations/ that give a wrong answer in silence: force=True, as_dummy, dummy_eq (they capture)."""
    for path in sorted((root / "derivations").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("as_dummy", "dummy_eq"):
                yield f"{path.relative_to(root)}:{node.lineno}: {node.attr} captures bound indices, use `alpha`"
            if (
                isinstance(node, ast.keyword)
                and node.arg == "force"
                and getattr(node.value, "value", True) is not False
            ):
                yield f"{path.relative_to(root)}:{node.value.lineno}: force= takes what is not true for granted"


# ---- what is in the repository


def tracked(root: Path) -> list[str]:
    # Root may run this on somebody else's checkout, which git refuses by itself.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip(f"git ls-files: {listed.stderr.strip()}")
    return [name for name in listed.stdout.split("\0") if name and (root / name).is_file()]


def foreign_places(root: Path, files: Iterable[str]) -> Iterator[str]:
    """Lines that name a path of one machine, or the host of a package index."""
    for name in files:
        if name in EXEMPT:
            continue
        for number, line in enumerate((root / name).read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
            for what, pattern in (("a machine's path", MACHINE_PATH), ("an index host", INDEX_HOST)):
                if found := pattern.search(line):
                    yield f"{name}:{number}: {what}: {found[0]}"


def foreign_files(root: Path, files: Iterable[str]) -> Iterator[str]:
    """Files that somebody else wrote, or a program: they are installed or built, never committed."""
    for name in files:
        text = (root / name).read_text(encoding="utf-8", errors="ignore")
        if THIRD_PARTY.search(name):
            yield f"{name}: expected to be installed or built"
        elif name not in EXEMPT and (found := FOREIGN_BANNER.search(text)):
            yield f"{name}: carries another's banner: {found[0]}"
        elif (
            name.endswith((".js", ".css", ".html", ".json", ".svg"))
            and max(map(len, text.splitlines()), default=0) > MINIFIED
        ):
            yield f"{name}: a line of more than {MINIFIED} characters"


# ---- this house


TREE_RULES: list[Callable[[Path], Iterator[str]]] = [missing_stems, wrong_arrows, undeclared_imports, unsound_calls]
FILE_RULES: list[Callable[[Path, Iterable[str]], Iterator[str]]] = [foreign_places, foreign_files]


@pytest.mark.parametrize("rule", TREE_RULES)
def test_the_tree_keeps(rule: Callable[[Path], Iterator[str]]) -> None:
    faults = list(rule(ROOT))
    assert not faults, "\n" + "\n".join(faults)


@pytest.mark.parametrize("rule", FILE_RULES)
def test_the_committed_files_keep(rule: Callable[[Path, Iterable[str]], Iterator[str]]) -> None:
    files = tracked(ROOT)
    assert "Makefile" in files
    faults = list(rule(ROOT, files))
    assert not faults, "\n" + "\n".join(faults)


# ---- the rules, each tried on a planted fault


COMPLETE = {
    "pyproject.toml": '[dependency-groups]\nsite = ["mkdocs>=1", "sympy", "numpy"]\ndev = ["PyYAML"]\n',
    "derivations/calculus.py": "import sympy\n",
    "derivations/sum_or_mean/__init__.py": "",
    "derivations/sum_or_mean/epoch_cost.py": "from derivations.calculus import calc\nfrom . import here\n",
    "snippets/sum_or_mean/epoch_cost.py": "import math\nimport numpy as np\nimport numpy.typing\n",
    "docs/sum-or-mean/index.md": "",
    "docs/sum-or-mean/epoch-cost.md": "see https://example.org/home/x and and/or\n",
    "docs/sum-or-mean/a-lab.py": "import press\ntry:\n    import torch\nexcept ImportError:\n    pass\n",
    "docs/how-it-is-checked.md": "",
    "tests/snippets/sum_or_mean/test_epoch_cost.py": "",
    "tests/derivations/test_exact.py": "import yaml\n",
    "press/pages.py": "import derivations\nimport snippets.sum_or_mean.epoch_cost\nimport mkdocs\n",
    "press/kit.js": "export const one = 1;\n",
}


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_a_complete_tree_has_no_fault(tmp_path: Path) -> None:
    plant(tmp_path, COMPLETE)
    assert [fault for rule in TREE_RULES for fault in rule(tmp_path)] == []
    assert [fault for rule in FILE_RULES for fault in rule(tmp_path, COMPLETE)] == []


@pytest.mark.parametrize(
    ("gone", "said"),
    [
        ("derivations/sum_or_mean/epoch_cost.py", "derivations/sum_or_mean/epoch_cost.py is not there"),
        ("snippets/sum_or_mean/epoch_cost.py", "snippets/sum_or_mean/epoch_cost.py is not there"),
        ("docs/sum-or-mean/epoch-cost.md", "docs/sum-or-mean/epoch-cost.md is not there"),
        ("tests/snippets/sum_or_mean/test_epoch_cost.py", "tests/snippets/sum_or_mean/test_epoch_cost.py is not there"),
    ],
)
def test_a_stem_missing_from_one_tree_is_named(tmp_path: Path, gone: str, said: str) -> None:
    plant(tmp_path, {name: text for name, text in COMPLETE.items() if name != gone})
    assert list(missing_stems(tmp_path)) == [said]


@pytest.mark.parametrize(
    ("stray", "said"),
    [
        ("derivations/sum_or_mean/other.py", 3),
        ("docs/sum-or-mean/other.md", 3),
        ("docs/other-topic/page.md", 3),
        ("tests/snippets/sum_or_mean/test_other.py", 3),
        ("tests/derivations/sum_or_mean/test_other.py", 4),
        ("docs/sum-or-mean/other_lab.py", 1),
    ],
)
def test_a_stem_in_one_tree_only_is_named(tmp_path: Path, stray: str, said: int) -> None:
    plant(tmp_path, COMPLETE | {stray: ""})
    assert len(list(missing_stems(tmp_path))) == said


@pytest.mark.parametrize(
    ("where", "text", "line"),
    [
        ("derivations/sum_or_mean/epoch_cost.py", "import sympy\nfrom snippets.quality import softmax\n", 2),
        ("derivations/library.py", "def load():\n    import press.trust\n", 2),
        ("derivations/library.py", "import importlib\nimportlib.import_module('tests.oracle')\n", 2),
        ("derivations/library.py", "from importlib import import_module\nimport_module(f'snippets.{1}')\n", 2),
        ("derivations/plot.py", "import matplotlib\n", 1),
        ("snippets/sum_or_mean/epoch_cost.py", "import numpy\nimport sympy\n", 2),
        ("snippets/sum_or_mean/epoch_cost.py", "from snippets.quality.softmax import softmax\n", 1),
        ("snippets/sum_or_mean/epoch_cost.py", "from .other import one\n", 1),
        ("snippets/sum_or_mean/epoch_cost.py", "import derivations\n", 1),
        ("press/pages.py", "from tests.oracle import one\n", 1),
    ],
)
def test_an_arrow_the_wrong_way_is_named(tmp_path: Path, where: str, text: str, line: int) -> None:
    plant(tmp_path, COMPLETE | {where: text})
    assert [fault.split(" imports")[0] for fault in wrong_arrows(tmp_path)] == [f"{where}:{line}:"]


@pytest.mark.parametrize("where", ["press/pages.py", "docs/sum-or-mean/a-lab.py", "tests/test_one.py"])
@pytest.mark.parametrize("module", ["pygments.lexers", "no_such_module"])
def test_an_import_that_nobody_asked_for_is_named(tmp_path: Path, where: str, module: str) -> None:
    plant(tmp_path, COMPLETE | {where: f"def one():\n    import {module}\n"})
    assert [fault.split(" imports")[0] for fault in undeclared_imports(tmp_path)] == [f"{where}:2:"]


@pytest.mark.parametrize(
    "text", ["e.as_dummy()", "f = e.dummy_eq", "expand_log(e, force=True)", "expand(e, force=flag)"]
)
def test_an_unsound_call_is_named(tmp_path: Path, text: str) -> None:
    plant(tmp_path, COMPLETE | {"derivations/prover.py": f"import sympy\n{text}\n"})
    assert [fault.split(" ")[0] for fault in unsound_calls(tmp_path)] == ["derivations/prover.py:2:"]


def test_force_that_is_off_is_no_fault(tmp_path: Path) -> None:
    plant(tmp_path, {"derivations/prover.py": "expand_log(e, force=False)\n"})
    assert list(unsound_calls(tmp_path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "cd /work/main",
        'open("/tmp/x")',
        "see file:///etc",
        "(/home/someone/x)",
        "--index-url x",
        "https://pypi.org/simple",
        '"resolved": "https://registry.npmjs.org/katex"',
    ],
)
def test_a_foreign_place_is_named(tmp_path: Path, line: str) -> None:
    plant(tmp_path, {"README.md": f"one\n{line}\n"})
    assert [fault.split(" ")[0] for fault in foreign_places(tmp_path, ["README.md"])] == ["README.md:2:"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("docs/lab.ipynb", "{}"),
        ("press/theme/katex.min.js", "1"),
        ("docs/font.woff2", ""),
        ("vendor/one.py", ""),
        ("press/plot.js", "x" * (MINIFIED + 1)),
        ("press/plot.js", "/*! someone's */"),
        ("press/plot.css", "/* Copyright (c) someone */"),
    ],
)
def test_a_foreign_file_is_named(tmp_path: Path, name: str, text: str) -> None:
    plant(tmp_path, {name: text})
    assert [fault.split(":")[0] for fault in foreign_files(tmp_path, [name])] == [name]
