"""The architecture page, on a planted house and on this one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from press import architecture
from press.faults import Wrong
from tests.test_house import MAY_IMPORT

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for name, text in {
        "derivations/__init__.py": '"""The maths."""\n',
        "derivations/value.py": '"""A `value`."""\n',
        "derivations/topic/__init__.py": "",
        "derivations/topic/stem.py": "from derivations.value import one\n",
        "press/draw.py": '"""Draws\nit."""\ndef f():\n    from derivations.topic import stem\n',
        "press/page.py": "import press.draw\n",
        "tests/test_all.py": "from press import page\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_planted_house_is_read(house: Path) -> None:
    found = architecture.arrows(house)
    assert found == {
        "derivations": set(),
        "snippets": set(),
        "docs": set(),
        "tests": {"press"},
        "press": {"derivations"},
    }
    assert architecture.way(house, "press.page", "derivations.value") == [
        "press.page",
        "press.draw",
        "derivations.topic.stem",
        "derivations.value",
    ]
    html, ids = architecture._modules(house, "derivations")
    assert ids == ["module-derivations-topic", "module-derivations-value"]
    assert "A <code>value</code>." in html
    assert '<a href="#module-derivations-value">' in html


def test_no_way_and_no_such_module_are_refused(house: Path) -> None:
    with pytest.raises(Wrong, match=r"imports that lead from derivations\.value"):
        architecture.way(house, "derivations.value", "press.draw")
    with pytest.raises(Wrong, match="a module of derivations or press"):
        architecture.way(house, "press.pagge", "press.draw")


def test_the_arrows_of_this_house_are_those_that_its_rules_allow() -> None:
    found = architecture.arrows(ROOT)
    assert found["derivations"] == found["snippets"] == set()
    assert found["press"] == {"derivations", "snippets"}
    assert found["tests"] == {"derivations", "snippets", "press"}
    assert all(not MAY_IMPORT[tree] & set(architecture.TREES) - {tree} for tree in ("derivations", "snippets"))


@pytest.mark.parametrize("tree", ["derivations", "press"])
def test_every_module_stands_there_with_what_it_says_of_itself(tree: str) -> None:
    html, ids = architecture._modules(ROOT, tree)
    page = BeautifulSoup(html, "html.parser")
    entries = {one.code.get_text(): one.select("p")[1].get_text() for one in page.select(".om-result") if one.code}
    there = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts[:2]).removesuffix(".__init__")
        for path in (ROOT / tree).rglob("*.py")
    }
    assert set(entries) == there - {tree}
    assert all(len(said) > 10 for said in entries.values()), [name for name, said in entries.items() if len(said) <= 10]
    assert all(str(link["href"])[1:] in ids for link in page.select("a"))


def test_the_commands_are_make_s_own_help() -> None:
    told = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {
        name: said.strip() for name, said in re.findall(r"^make (\S+) +(.*)$", told, re.MULTILINE)
    } == architecture.commands(ROOT)


def test_the_rules_are_the_tests_names() -> None:
    html = architecture._rules(ROOT)
    for file in architecture.HOUSE:
        for name in re.findall(r"^def test_(\w+)", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE):
            assert f"<li>{name.replace('_', ' ')}</li>" in html


def test_another_word_is_refused() -> None:
    with pytest.raises(Wrong, match="trees, modules derivations"):
        architecture.draw("modules tests")
