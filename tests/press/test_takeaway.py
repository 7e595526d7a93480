"""What a reader takes away runs alone, can fail, and leads where it says."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
import sympy
from nbclient import NotebookClient
from sympy import Derivative, Eq, IndexedBase, KroneckerDelta, Limit, Max, Piecewise, Product, Sum, Symbol, exp, log

from press import components, coverage, permanent, takeaway
from press.faults import Wrong
from press.markdown import to_html
from press.takeaway import files, offline, worker
from press.takeaway.worker import Chain, Given, Point, check, drawn

SAMPLE = ("quality/geometric-mean.md", "sum-or-mean/mini-batches.md", "moving-averages/average-that-remembers.md")
# What `pip install numpy sympy pytest` brings.
BROUGHT = ("numpy", "sympy", "mpmath", "pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments")
REFUSES = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        first = name.partition(".")[0]
        if first not in {{*sys.stdlib_module_names, *{BROUGHT!r}}} and not first.startswith(("test_", "conftest")):
            raise ModuleNotFoundError(f"{{name}} does not come with numpy, sympy and pytest")

sys.meta_path.insert(0, Refuse())
"""


def pages() -> dict[str, files.Page]:
    return {path: one for path, one in takeaway.pages().items() if one.derivations or one.snippets}


def run(folder: Path) -> subprocess.CompletedProcess[str]:
    """pytest on a folder of tests, in a process that finds numpy, sympy, pytest and nothing else."""
    (folder / "conftest.py").write_text(REFUSES, encoding="utf-8")
    alone = {key: x for key, x in os.environ.items() if not key.startswith(("PYTEST", "PYTHONPATH"))}
    plain = ["-q", "--import-mode=importlib", "--tb=line", "-p", "no:cacheprovider", "-c", "/dev/null"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plain, "--rootdir", str(folder), str(folder)],
        cwd=folder,
        env=alone | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


# ---- the test of a page


def test_three_pages_pass_alone(tmp_path: Path) -> None:
    for path in SAMPLE:
        page = pages()[path]
        (tmp_path / Path(page.test).name).write_text(files.as_test(page), encoding="utf-8")
    ran = run(tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    asked = sum(
        len(files.chains(name, components.find(name).value)) for path in SAMPLE for name in pages()[path].derivations
    )
    assert int(re.search(r"(\d+) passed", ran.stdout)[1]) > asked  # type: ignore[index]


def test_planted_errors_are_red(tmp_path: Path) -> None:
    """A wrong line, a wrong docstring, a wrong output: each fails, and nothing else does."""
    text = files.as_test(pages()["quality/geometric-mean.md"])
    plants = {
        r"(            )1(/Sum\(1, \(j, 1, K\)\),)": r"\g<1>2\g<2>",
        r"(EXAMPLES = \[\n    \('\w+', ')": r"\g<1>not ",
        r"(>>> .+\n +)(\S+\n)": r"\g<1>7\g<2>",
    }
    for right, wrong in plants.items():
        text, made = re.subn(right, wrong, text, count=1)
        assert made == 1, right
    (tmp_path / "test_planted.py").write_text(text, encoding="utf-8")
    ran = run(tmp_path)
    first = pages()["quality/geometric-mean.md"].examples[0]
    assert set(re.findall(r"^FAILED .*?::(\S+)", ran.stdout, re.MULTILINE)) == {
        "test_each_line_follows_from_the_one_above[uniform_probability-1]",
        "test_each_line_follows_from_the_one_above[uniform_probability-2]",
        "test_the_examples_in_the_docstrings",
        f"test_the_code_prints_what_the_page_shows[{first}]",
    }


@pytest.mark.slow
def test_all_pages_pass_alone(tmp_path: Path) -> None:
    """In one process, because starting SymPy costs more than most pages."""
    for page in pages().values():
        (tmp_path / Path(page.test).name).write_text(files.as_test(page), encoding="utf-8")
    ran = run(tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", pages())
def test_a_page_is_taken_whole(path: str) -> None:
    page = pages()[path]
    text = files.as_test(page, "https://example.org/m/")
    tree = ast.parse(text)
    made = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name in page.derivations:
        for part in files.chains(name, components.find(name).value):
            assert f"lines_of_{part}" in made
    for stem in page.snippets:
        own = ast.parse((components.ROOT / "snippets" / f"{stem}.py").read_text(encoding="utf-8"))
        assert {node.name for node in own.body if isinstance(node, ast.FunctionDef)} <= made
    assert {f"example_{name}" for name in page.examples} <= made
    head = ast.get_docstring(tree) or ""
    assert f"https://example.org/m/{page.url}" in head
    assert "MIT" in head
    assert f"SymPy {sympy.__version__}".lower() in head.lower()
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {one.partition(".")[0] for one in imported} <= {*sys.stdlib_module_names, *BROUGHT}
    for name in page.derivations:
        for part, chain in files.chains(name, components.find(name).value).items():
            assert not re.search(r"#.*\$", files.function(part, chain, "")), f"{part}: markup in a comment"


def test_two_parts_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    page = pages()["quality/geometric-mean.md"]
    monkeypatch.setattr(files, "_snippet", lambda stem: "def check():\n    return 1\n")
    with pytest.raises(Wrong, match="check once"):
        files.as_test(page)


# ---- how a line is worked out

m, K = Symbol("m", integer=True, positive=True), Symbol("K", integer=True, positive=True)
i, k = Symbol("i", integer=True, positive=True), Symbol("k", integer=True, positive=True)
x, eps = Symbol("x", positive=True), Symbol("epsilon", positive=True)
p = IndexedBase("p", positive=True)


def value(e: Any, **numbers: Any) -> float:
    arrays = {"p": {(n,): worker.DIGITS.mpf(n) / 7 for n in range(1, 6)}}
    return float(Point({name: worker.DIGITS.mpf(one) for name, one in numbers.items()}, arrays, {})(e))


@pytest.mark.parametrize(
    ("e", "wanted"),
    [
        (Sum(p[i], (i, 1, m)), (1 + 2 + 3) / 7),
        (Sum(p[i] * p[k], (i, 1, k), (k, 1, m)), (1 * 1 + 3 * 2 + 6 * 3) / 49),
        (Product(p[i], (i, 1, m)), 6 / 343),
        (Derivative(Sum(p[i] ** 2, (i, 1, m)), p[2]), 4 / 7),
        (Derivative(x**3, (x, 2)), 6 * 1.5),
        (Limit((exp(eps) - 1) / eps, eps, 0, "+"), 1.0),
        (Limit((1 + x / K) / (2 + x), K, sympy.oo), 1 / 3.5),
        (Piecewise((1, x < 1), (2, True)), 2),
        (KroneckerDelta(k, 2) + Max(x, 1), 1.5),
        (sympy.ceiling(m / sympy.Integer(2)) + sympy.floor(x), 3),
        (sympy.tanh(log(x)) + abs(-x), 1.5 + (1.5**2 - 1) / (1.5**2 + 1)),
        (sympy.MatrixSymbol("p", 3, 3)[0, 0] * 0 + sympy.E, 2.718281828459045),
    ],
)
def test_values(e: Any, wanted: float) -> None:
    assert value(e, m=3, x=1.5, k=1, K=4) == pytest.approx(wanted, rel=1e-14)


def test_what_it_does_not_know_is_said() -> None:
    with pytest.raises(NotImplementedError, match="gamma"):
        value(sympy.gamma(x), x=2)
    with pytest.raises(AssertionError, match="logarithm"):
        value(log(x - 2), x=1)


@pytest.mark.parametrize(
    ("relation", "below", "holds"),
    [
        ("==", x * x, True),
        ("==", x * x + sympy.Rational(1, 10**15), False),
        ("<=", x * x, True),
        ("<=", x * x - 1, False),
        (">=", x * x, True),
        (">=", x * x + 1, False),
        ("<", x * x, False),
        ("<", x * x + 1, True),
        (">", x * x, False),
        (">", x * x - 1, True),
    ],
)
def test_a_relation_both_ways(relation: str, below: Any, holds: bool) -> None:
    chain = Chain([x**2, below], [relation], numbers={"x": (0, None)})
    if holds:
        assert check(chain, 1) == 2
    else:
        with pytest.raises(AssertionError, match="is false at x ="):
            check(chain, 1)


@pytest.mark.parametrize(
    ("below", "order", "holds"), [(1 - eps, 2, True), (1 - eps, 3, False), (1 - 2 * eps, 2, False)]
)
def test_an_approximation_has_its_order(below: Any, order: int, holds: bool) -> None:
    chain = Chain([1 / (1 + eps), below], ["~"], numbers={"epsilon": (0, 1)}, small={1: ("epsilon", order)})
    if holds:
        assert check(chain, 1)
    else:
        with pytest.raises(AssertionError, match="expected order"):
            check(chain, 1)


def test_hypotheses_are_met_and_needed() -> None:
    ones = Given(Eq(Sum(p[k], (k, 1, K)), 1), (), p[K])
    chain = Chain([Sum(p[k], (k, 1, K)), 1], ["=="], sizes={"K": (3, 4)}, arrays={"p": ((K,), (0, 1))})
    held = replace(chain, given={1: [ones]})
    assert check(held, 1) == 2
    for point in drawn(held, [ones]):
        assert abs(point(Sum(p[k], (k, 1, K))) - 1) < 1e-60
        assert all(0 <= one <= 1 for one in point.arrays["p"].values())
    with pytest.raises(AssertionError, match="is false"):
        check(chain, 1)
    with pytest.raises(AssertionError, match="no point"):
        check(replace(chain, given={1: [Given(Eq(p[1], 2), (), p[1])]}), 1)


def test_a_bound_holds_where_it_is_tight() -> None:
    half = Given(Eq(x, sympy.Rational(1, 2)), (), x)
    chain = Chain([x * (1 - x), sympy.Rational(1, 4)], ["<="], numbers={"x": (0, 1)}, tight={1: [half]})
    assert check(chain, 1) == 4
    with pytest.raises(AssertionError, match=r"== 0\.26 is false"):
        check(replace(chain, lines=[x * (1 - x), sympy.Rational(26, 100)]), 1)


def test_indices_reach_their_ends() -> None:
    chain = Chain([p[k], p[k]], ["=="], sizes={"K": (5, 3)}, indices={"k": K}, arrays={"p": ((K,), (0, 1))})
    seen = {int(point.numbers["k"]) for point in drawn(chain, [])}
    assert {1, 5} <= seen


# ---- the notebook


def test_a_notebook_is_one_and_the_same_bytes() -> None:
    page = pages()[SAMPLE[0]]
    text = files.as_notebook(page)
    assert text == files.as_notebook(page)
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    assert made.cells[0].source.startswith(f"# {page.title}")
    assert "geometric mean" in made.cells[0].source
    assert "{eq}" not in text
    assert [cell.id for cell in made.cells] == [f"cell-{n}" for n, _ in enumerate(made.cells, 1)]


def test_a_notebook_runs_from_top_to_bottom(tmp_path: Path) -> None:
    made = nbformat.reads(files.as_notebook(pages()[SAMPLE[0]]), as_version=4)
    made.cells.insert(0, nbformat.v4.new_code_cell(REFUSES.replace(repr(BROUGHT), repr((*BROUGHT, "IPython")))))
    NotebookClient(made, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    told = [out.get("text", "") for cell in made.cells if cell.cell_type == "code" for out in cell.outputs]
    assert sum("holds at" in one for one in told) > 5
    shown = [out for cell in made.cells if cell.cell_type == "code" for out in cell.outputs if "data" in out]
    assert any("text/latex" in out["data"] for out in shown)


# ---- how to cite


def test_an_entry_for_bibtex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1802000000")
    entry = files.bibtex("quality/why-the-log.md", r"Why the log is $-\log p$ & `q_mean` 100%", "https://example.org/m")
    assert entry.startswith("@misc{one-over-m:quality:why-the-log,\n")
    assert "year         = {2027}" in entry
    assert "month        = feb" in entry
    assert r"{Why the log is $-\log p$ \& q\_mean 100\%}" in entry
    assert "{https://example.org/m/quality/why-the-log/}" in entry
    assert "{{The One over m authors}}" in entry
    assert entry.count("{") == entry.count("}")
    assert "url" not in files.bibtex("quality/why-the-log.md", "Why")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert f"{{{files.citation()['date-released'][:4]}}}" in files.bibtex("a.md", "A")


def test_every_page_has_a_key_of_its_own() -> None:
    keys = [files.bibtex(one.path, one.title).partition(",")[0] for one in takeaway.pages().values()]
    assert len(set(keys)) == len(keys)


# ---- an address for each equation


def planted(**texts: str) -> dict[str, list[list[str]]]:
    return {f"quality/{name}.md": permanent.uses(text) for name, text in texts.items()}


def test_a_name_is_at_home_where_it_is_shown_best() -> None:
    first = "{eq}`a`, {eq}`b:2` and {eq}`c`\n\n```equation\nb\n```\n"
    second = "```equation\na:1\n```\n\n```derivation\nb\n```\n\n{eq}`c`\n"
    shown = planted(first=first, second=second)
    found = permanent.homes(shown, {"c": "quality/second.md"}, {"b": ["d", "a"]})
    assert {name: (one.page, one.anchor) for name, one in found.items()} == {
        "a": ("quality/second.md", "eq-a-1"),
        "b": ("quality/second.md", "b"),
        "c": ("quality/second.md", "eq-c"),
        "d": ("quality/second.md", "b-where-d"),
    }


def test_a_derivation_goes_before_its_own_page() -> None:
    shown = planted(own="{eq}`a`\n", other="```derivation\na\n```\n")
    assert permanent.homes(shown, {"a": "quality/own.md"}, {})["a"].page == "quality/other.md"


def test_the_first_of_a_page_has_the_anchor() -> None:
    html = to_html(
        "{eq}`rescaled_entry` and {eq}`rescaled_entry`\n\n```equation\nto_cross_entropy\n```\n", "quality/x.md"
    )
    assert html.count('id="eq-rescaled_entry"') == 1
    assert html.index('id="eq-rescaled_entry"') == html.index("om-eq") + 7
    assert '<div class="om-eq-display" id="eq-to_cross_entropy" data-name="to_cross_entropy">' in html


class Anchors(HTMLParser):
    """The ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids |= {value for name, value in attrs if name == "id" and value}


def test_every_equation_that_is_shown_has_an_address_that_leads_there() -> None:
    """Of two pages as they are drawn; tests/browser asks the whole site as it was built."""
    homes = takeaway.homes()
    for path in SAMPLE[:2]:
        text = (coverage.DOCS / path).read_text(encoding="utf-8")
        html = to_html(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL), path)
        ids = Anchors(html).ids
        shown = re.findall(r'class="om-eq(?:-display)?"[^>]* data-name="([\w-]+)', html)
        shown += re.findall(r'<figure class="om-derivation" id="(\w+)"', html)
        assert len(shown) > 5
        assert set(shown) <= set(homes)
        here = {home.anchor for home, _ in homes.values() if home.page == path}
        assert here
        assert here <= ids


def test_a_stub_leads_on_and_stays_out_of_the_search() -> None:
    home = permanent.Home("quality/geometric-mean.md", "uniform_quality")
    text = permanent.stub("uniform_quality", home, "A <title>", "One over m", "https://example.org/m/")
    target = "../../quality/geometric-mean/#uniform_quality"
    assert f'<meta http-equiv="refresh" content="0; url={target}">' in text
    assert f'<a href="{target}">' in text
    assert '<link rel="canonical" href="https://example.org/m/quality/geometric-mean/">' in text
    assert "noindex" in text
    assert "A &lt;title&gt;" in text
    assert len(text) < 1000


# ---- the foot


def test_the_foot_is_small_and_whole() -> None:
    page = pages()[SAMPLE[0]]
    html = takeaway.foot(page.path)
    assert html.count("<") / 2 <= 15
    assert f'href="{Path(page.test).name}"' in html
    assert f'href="{Path(page.notebook).name}"' in html
    assert "@misc{one-over-m:quality:geometric-mean," in html
    assert takeaway.foot("index.md") == ""
    assert "download" not in takeaway.foot("quality/index.md")
    assert "@misc{one-over-m:quality," in takeaway.foot("quality/index.md")
    assert "download" not in takeaway.foot("quality/digits.py"), "a lab's page offers its script and notebook itself"
    assert "@misc{one-over-m:quality:digits," in takeaway.foot("quality/digits.py")


def test_the_list_names_every_page() -> None:
    html = takeaway.table()["html"]
    assert html.startswith("<div")  # what begins a component that stands alone; a list would be put into a paragraph
    for page in pages().values():
        assert f'href="om:{page.test}"' in html
        assert f'href="om:{page.notebook}"' in html
        assert f'href="om:{page.path}"' in html
    assert f'href="om:{offline.NAME}"' in html


# ---- the zip


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    texts = {
        "index.html": '<a href="a/">A</a> <a href="./#x">here</a> <a href="https://example.org/">out</a>',
        "a/index.html": '<a href="..">up</a> <a href="../b.txt">b</a> <a href="#y">y</a> '
        '<a href="../one-over-m.zip" download>zip</a>'
        '<link rel="preload" href="../f.woff2" as="font" crossorigin>'
        '<script type="module" src="../assets/figures/one.js"></script>'
        '<script src="../assets/javascripts/bundle.0.min.js"></script>',
        "eq/n/index.html": '<meta http-equiv="refresh" content="0; url=../../a/#n">'
        '<script>location.replace("../../a/#n" + location.hash)</script>',
        "b.txt": "plain",
        "404.html": "<a href='/'>none</a>",
        "assets/figures/one.js": 'const a = 1; a.important = "export it";',
        "assets/javascripts/workers/search.0.min.js": "work()\n//# sourceMappingURL" + "=x.map",
        "assets/token-set.js": "// mends\nit()\n",
        "assets/javascripts/bundle.0.min.js": "1",
        "search/index.json": json.dumps(
            {"config": {}, "docs": [{"location": "a/#y"}, {"location": ""}, {"location": "a/"}]}
        ),
        "search/search_index.json": "{}",
    }
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


def unpacked(site: Path, tmp_path: Path) -> dict[str, bytes]:
    offline.write(site, tmp_path / "pieces.sqlite")
    with zipfile.ZipFile(site / offline.NAME) as found:
        assert found.testzip() is None
        assert {one.date_time for one in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        return {one.removeprefix("one-over-m/"): found.read(one) for one in found.namelist()}


def test_what_disk_needs(site: Path, tmp_path: Path) -> None:
    made = {path: content.decode() for path, content in unpacked(site, tmp_path).items()}
    assert made["index.html"] == (
        '<a href="a/index.html">A</a> <a href="./index.html#x">here</a> <a href="https://example.org/">out</a>'
    )
    one = made["a/index.html"]
    assert '<a href="../index.html">up</a> <a href="../b.txt">b</a> <a href="#y">y</a> <a>zip</a>' in one
    assert "preload" not in one
    assert '<script defer src="../assets/figures/one.js">' in one
    assert one.index('src="../assets/offline.js"') < one.index("bundle")
    assert 'url=../../a/index.html#n"' in made["eq/n/index.html"]
    assert 'replace("../../a/index.html#n" +' in made["eq/n/index.html"]
    assert made["assets/figures/one.js"].startswith("(() => {\nconst a")
    assert r'"work()\n\n// mends\nit()\n"' in made["assets/offline.js"]
    locations = [
        one["location"] for one in json.loads(made["search/search_index.js"].removeprefix("var __index = "))["docs"]
    ]
    assert locations == ["a/index.html#y", "index.html", "a/index.html"]
    assert not {"404.html", "search/index.json", "search/search_index.json", "one-over-m.zip"} & set(made)


@pytest.mark.parametrize(
    "text", ["import x from './x.js'", "const a=1;export{a}", "import{a}from'./a.js'", "import './b.js'"]
)
def test_a_module_that_imports_cannot_be_taken(text: str) -> None:
    with pytest.raises(Wrong, match="load from disk"):
        offline.script("one.js", text)


def test_the_zip_is_the_same_each_time(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(pieces: str) -> bytes:
        offline.write(site, tmp_path / pieces)
        return (site / offline.NAME).read_bytes()

    cold = made("one.sqlite")
    assert made("two.sqlite") == cold
    done: list[str] = []
    turned = offline.turned
    monkeypatch.setattr(offline, "turned", lambda kind, path, raw: done.append(path) or turned(kind, path, raw))
    assert made("one.sqlite") == cold
    assert done == []
    (site / "b.txt").write_text("other", encoding="utf-8")
    assert made("one.sqlite") != cold
    assert done == ["b.txt"]
