"""The trust report counts what is there, and the hook stops a build that has a fault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from derivations import check, library
from derivations.prover import Kind, Outcome
from press import components, coverage, store, trust
from press.faults import Wrong

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "equations": {"shown", "checked"},
    "links": {"total", "proved_all_sizes", "proved_small", "agrees", "unknown"},
    "mutants": {"made", "killed", "equivalent"},
    "claims": {"total", "true", "conditional", "false", "misleading", "open", "opinion", "answered"},
    "snippets": {"functions", "doctests"},
    "libraries": {"facts", "held"},
}


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    store.forget()
    yield trust.collect()
    store.forget()


def test_every_number_of_the_design_is_there(collected: dict[str, Any]) -> None:
    for key, inner in KEYS.items():
        assert inner <= collected[key].keys(), key
    assert {"derivations", "figures", "versions"} <= collected.keys()


def test_the_counts_are_those_of_the_values(collected: dict[str, Any]) -> None:
    lib = library.load()
    links = [link for name in lib.derivations for link in components.report(name).links]
    assert collected["derivations"] == len(lib.derivations)
    assert collected["links"]["total"] == len(links)
    assert sum(collected["links"][key] for key in collected["links"] if key != "total") == len(links)
    assert collected["claims"]["total"] == len(lib.claims)
    assert sum(collected["rewrites"].values()) == len(links)
    assert collected["mutants"]["made"] == sum(row["made"] for row in collected["rows"])
    assert collected["links"]["proved_all_sizes"] == sum(link.verdict.name == "PROVED" for link in links)


def test_slips_are_counted_by_what_became_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    done = Outcome(Kind.PROVED, "", 0.0)
    score = check.Score(10, 7, (("a", "b"),), ("c", "d"))
    link = check.LinkReport(1, check.Verdict.SMALL, done, done, "loose", score)
    claim, inside = check.Score(5, 5), check.Score(6, 4, (), ("e", "f"))
    report = check.Report("x", check.Verdict.SMALL, (link, link), 0.0, (), True, (("q", inside),), claim)
    named = SimpleNamespace(topic="t", value=SimpleNamespace(title=""))
    monkeypatch.setattr(components, "names", lambda: {"x": "derivation"})
    monkeypatch.setattr(components, "report", lambda name: report)
    monkeypatch.setattr(components, "find", lambda name: named)
    made = trust._reports()
    assert made["mutants"] == {"made": 25, "killed": 19, "equivalent": 2}
    assert made["mutants_of_definitions"] == {"made": 6, "killed": 4, "left_to_the_snippets": 2}
    assert made["links"]["proved_small"] == made["rewrites"]["loose"] == made["links"]["total"] == 2


def test_a_typed_equation_is_shown_and_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "survey", lambda: coverage.Shown(equations=3, unchecked=2))
    trust.collect.cache_clear()
    assert trust.collect()["equations"] == {"shown": 5, "checked": 3}
    trust.collect.cache_clear()


def test_the_same_sources_give_the_same_bytes(collected: dict[str, Any]) -> None:
    first = trust.text()
    store.forget()
    assert trust.text() == first
    assert "seconds" not in first
    assert str(ROOT) not in first


def test_snippets_are_counted_by_what_a_reader_can_call(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        '"""Module.\n\n>>> 1\n1\n"""\n\n\ndef f():\n    """F.\n\n    >>> f()\n    >>> f()\n    """\n\n\n'
        "def _g(): ...\n\n\ndef example_f(): ...\n",
        encoding="utf-8",
    )
    assert trust._snippets(tmp_path) == {"functions": 1, "doctests": 3}


def test_a_role_draws_a_number_and_refuses_a_wrong_key(collected: dict[str, Any]) -> None:
    shown = trust.number("links.total")["html"]
    assert shown == f'<span class="om-num" data-trust="links.total">{collected["links"]["total"]:,}</span>'
    with pytest.raises(Wrong, match=r"expected a key of trust.json, got links.totl \(nearest: links.total"):
        trust.number("links.totl")
    with pytest.raises(Wrong, match="with one value"):
        trust.number("links")


def test_the_table_has_a_row_for_each_derivation(collected: dict[str, Any]) -> None:
    made = trust.table("derivations")["html"]
    assert made.count("<tr><td>") == collected["derivations"]
    with pytest.raises(Wrong, match="one of the tables"):
        trust.table("wrong")


def test_typed_equations_are_shown_but_not_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "heads", frozenset)
    monkeypatch.setattr(components, "draw", lambda kind, name: {"html": "", "ids": [], "shows": [name], "equations": 1})
    (tmp_path / "a.md").write_text("$$L$$\n\n$a = b$\n\n{eq}`x`\n", encoding="utf-8")
    shown = coverage.survey(tmp_path)
    assert (shown.equations, shown.unchecked) == (1, 2)


def test_snippets_come_along_as_files(tmp_path: Path, collected: dict[str, Any]) -> None:
    trust.write(tmp_path)
    assert json.loads((tmp_path / "trust.json").read_text(encoding="utf-8")) == json.loads(trust.text())
    for path in (ROOT / "snippets").rglob("*.py"):
        if path.name != "__init__.py":
            assert (tmp_path / path.relative_to(ROOT)).read_bytes() == path.read_bytes()


# ---- what is kept


def test_what_is_kept_changes_with_its_sources(tmp_path: Path) -> None:
    for tree in store.TREES:
        (tmp_path / tree).mkdir()
    source = tmp_path / "derivations" / "a.py"
    source.write_text("x = 1\n", encoding="utf-8")
    first = store.fingerprint(tmp_path)
    assert store.fingerprint(tmp_path) == first
    source.write_text("x = 2\n", encoding="utf-8")
    second = store.fingerprint(tmp_path)
    (tmp_path / "requirements.txt").write_text("sympy==1\n", encoding="utf-8")
    assert len({first, second, store.fingerprint(tmp_path)}) == 3


def test_a_fault_is_not_kept(tmp_path: Path) -> None:
    path, made = tmp_path / "kept.sqlite", []

    def fail() -> int:
        raise Wrong("a", "b")

    def work() -> int:
        made.append(1)
        return 7

    with pytest.raises(Wrong):
        store.kept("key", fail, path)
    assert [store.kept("key", work, path) for _ in range(3)] == [7, 7, 7]
    assert made == [1]


# ---- a whole build, in a copy of the house


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The calculus and the press as they are; one small topic, pages and settings of its own."""
    for tree in ("derivations", "snippets", "press"):
        topics = ("labs", *(name for one in library.topics() for name in (one, f"{one}.py")))
        shutil.copytree(ROOT / tree, tmp_path / tree, ignore=shutil.ignore_patterns(*topics))
    figures = tmp_path / "press" / "figures"
    shutil.rmtree(figures)
    figures.mkdir()
    (figures / "__init__.py").write_text("def names():\n    return {'hill'}\n", encoding="utf-8")
    for path in (tmp_path / "press" / "libraries").iterdir():  # the facts, which are of the topics that are left out
        if path.is_file() and path.name != "__init__.py":
            path.unlink()
    (tmp_path / "derivations" / "small").mkdir()
    (tmp_path / "derivations" / "small" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "derivations" / "small" / "chain.py").write_text(CHAIN, encoding="utf-8")
    for name in ("requirements.txt", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "how-it-is-checked.md").write_text("# How\n", encoding="utf-8")
    (tmp_path / "docs" / "claims.md").write_text("# Claims\n", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: test\nsite_url: ''\ntheme: {name: mkdocs}\nplugins: []\nstrict: true\nhooks: [press/hooks.py]\n"
        "markdown_extensions: [attr_list, pymdownx.superfences, press.markdown]\n",
        encoding="utf-8",
    )
    return tmp_path


CHAIN = """
from sympy import Product, Sum, log

from derivations.calculus import calc, eq
from derivations.notation import N, i, p
from derivations.rules import log_of_a_product

to_a_sum = calc(-log(Product(p[i], (i, 1, N))), eq(-Sum(log(p[i]), (i, 1, N)), by=log_of_a_product))
unseen = calc(log(Product(p[i], (i, 1, N))), eq(Sum(log(p[i]), (i, 1, N)), by=log_of_a_product))
"""


def run(house: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    # Compiled modules that came with the copy are read; of a file that a test edits none is kept.
    environment = {**os.environ, "ONE_OVER_M_CACHE": str(house / ".cache"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=house, env=environment, capture_output=True, text=True, check=False
    )


def test_search_finds_the_same_words_in_less_html() -> None:
    from material.plugins.search.plugin import Parser

    from press.hooks import lean
    from press.katex import render

    def sections(content: str) -> list[tuple[str, str]]:
        parser = Parser()
        parser.feed(content)
        parser.close()
        return [(str(one.id), " ".join("".join(one.text).split())) for one in parser.data]

    code = components.highlight("def f(x: int) -> int:\n    return x < 2\n")
    page = f"<h1 id='a'>A</h1><p>So {render('Q_{mean} < 1')}.</p><h2 id='b'>B</h2>{code}<p>More.</p>"
    more = (
        '<figure><details class="om-more"><details>small</details> print</details><figcaption>it</figcaption></figure>'
    )
    assert sections(lean(page)) == sections(page)
    assert len(lean(page)) < len(page) / 2
    assert lean(more) == "<figure><figcaption>it</figcaption></figure>"
    assert lean(f"<figcaption>it{components._permanent('chain')}</figcaption>") == "<figcaption>it</figcaption>"


def test_a_fault_stops_a_build_that_is_not_strict(house: Path) -> None:
    settings = (house / "mkdocs.yml").read_text(encoding="utf-8")
    (house / "mkdocs.yml").write_text(settings.replace("strict: true", "strict: false"), encoding="utf-8")
    (house / "docs" / "index.md").write_text("# A\n\n{eq}`wrong`\n", encoding="utf-8")
    done = run(house, ["-m", "mkdocs", "build", "-q"])
    assert done.returncode != 0
    assert "faults, each with its line above" in done.stdout + done.stderr


def test_a_build_tells_every_fault_of_every_page_and_fails(house: Path) -> None:
    (house / "docs" / "index.md").write_text(
        "---\ntitle: A\n---\n\n# A\n\n```derivation\nto_a_sum\n```\n\n{eq}`to_a_sun`\n\n## To a sum { #to_a_sum }\n",
        encoding="utf-8",
    )
    (house / "docs" / "b.md").write_text("# B\n\n$a = b$\n\n0.825\n", encoding="utf-8")
    done = run(house, ["-m", "mkdocs", "build", "-q"])
    assert done.returncode != 0
    told = [line.partition("- ")[2].strip() for line in done.stderr.splitlines() if line.startswith("ERROR")]
    assert told == [
        "docs/index.md:11: expected a name of the library, got to_a_sun (nearest: to_a_sum)",
        "docs/index.md:13: expected the id to_a_sum once on a page, got 2 of them",
        "docs/b.md:3: expected a relation drawn by {eq}`NAME`, or a setting, got typed $a = b$",
        "docs/b.md:5: expected a number drawn by {num}`NAME:format`, got typed 0.825",
        "derivations/small/chain.py:9: expected a page with ```derivation unseen, got none",
        "press/figures:1: expected a page with ```figure hill, got none",
    ]
    page = (house / "site" / "index.html").read_text(encoding="utf-8")
    assert '<figure class="om-derivation" id="to_a_sum" data-verdict="proved">' in page
    assert '<span class="om-fault" role="alert">docs/index.md:11: ' in page
    assert json.loads((house / "site" / "trust.json").read_text(encoding="utf-8"))["unseen"] == 2


SERVED = """
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config

def once():
    config = load_config("mkdocs.yml")
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)
    return Path("site/index.html").read_text(encoding="utf-8")

planted = Path("derivations/small/planted.py")
value = '''
from derivations.calculus import Quantity
from derivations.notation import N
planted = Quantity(N, "it", (), {N: %d})
'''
planted.write_text(value % 5)
assert 'data-name="planted" title="it">5</span>' in once()
planted.write_text(value % 7)
assert 'data-name="planted" title="it">7</span>' in once()
planted.write_text("from derivations.calculus import nothing")
assert "to import, got ImportError" in once()
"""


def test_a_served_site_stands_with_its_faults_and_reads_an_edited_derivation_anew(house: Path) -> None:
    (house / "docs" / "index.md").write_text("# A\n\n{num}`planted`\n", encoding="utf-8")
    done = run(house, ["-c", SERVED])
    assert done.returncode == 0, done.stderr[-2000:]


KEPT = """
import logging
from pathlib import Path
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from mkdocs.structure.pages import Page

rendered, said = [], []
render = Page.render
def watched(page, config, files):
    rendered.append(page.file.src_uri)
    render(page, config, files)
Page.render = watched
listener = logging.Handler(logging.WARNING)
listener.emit = lambda record: said.append(record.getMessage())
logging.getLogger("mkdocs").addHandler(listener)

def once():
    rendered.clear(), said.clear()
    config = load_config("mkdocs.yml")
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build(config)
    except Abort:
        assert said
    files = sorted(one for one in Path("site").rglob("*") if one.suffix in (".html", ".json"))
    return {str(one): one.read_bytes() for one in files if one.name != "sitemap.xml"}

a, b, c = (Path(f"docs/{name}.md") for name in "abc")
a.write_text("# A\\n\\nSee [it](b.md#there).\\n\\n## One\\n\\n{eq}`to_a_sum`\\n")
chains = "".join(f"```derivation\\n{name}\\n```\\n\\n" for name in ("to_a_sum", "unseen"))
b.write_text(f"# B\\n\\n## There\\n\\nWords. {{eq}}`unseen`\\n\\n{chains}")
c.write_text("# C\\n\\n{trust}`equations.shown`\\n")
every = {"a.md", "b.md", "c.md", "claims.md", "how-it-is-checked.md"}
"""

AGAIN = """
first = once()
assert set(rendered) == every and not said, (rendered, said)
assert b"Words." in first["site/search/search_index.json"]
assert once() == first and rendered == [], rendered

b.write_text(b.read_text().replace("Words", "Others"))
second = once()
assert rendered == ["b.md"] and not said, (rendered, said)
assert b"Others." in second["site/search/search_index.json"] and b"Others." in second["site/b/index.html"]
assert second["site/a/index.html"] == first["site/a/index.html"]

b.write_text(b.read_text().replace("Others.", "Others. {eq}`to_a_sum`"))
third = once()
assert set(rendered) == {"b.md", "c.md"} and not said, (rendered, said)  # a number of the whole site is another
assert third["site/c/index.html"] != second["site/c/index.html"]
"""

ANCHOR = """
once()
b.write_text(b.read_text().replace("## There", "## Elsewhere"))
once()
assert "a.md" not in rendered  # and its link is still looked at
assert any("there" in one for one in said), said
"""

FAULT = """
for wrong in ("{eq}`to_a_summ`", "[gone](d.md)", "$a = b$"):
    a.write_text(f"# A\\n\\n{wrong}\\n")
    once()
    before = sorted(set(said))
    assert any("a.md" in one for one in before), (wrong, said)
    once()
    assert sorted(set(said)) == before, (wrong, before, said)
"""


@pytest.mark.parametrize("script", [AGAIN, ANCHOR, FAULT], ids=["as it was", "an anchor that is gone", "a fault"])
def test_a_page_is_rendered_anew_when_it_or_what_it_shows_has_changed(house: Path, script: str) -> None:
    settings = (house / "mkdocs.yml").read_text(encoding="utf-8")
    settings = settings.replace("plugins: []", "plugins: [search]").replace("name: mkdocs", "name: material")
    (house / "mkdocs.yml").write_text(
        settings + "validation: {links: {anchors: warn, not_found: warn}}\n", encoding="utf-8"
    )
    (house / "press/figures/__init__.py").write_text("def names():\n    return set()\n", encoding="utf-8")
    done = run(house, ["-c", KEPT + script])
    assert done.returncode == 0, done.stderr[-3000:]
