"""The extension: what it takes for its own, where it puts it, and the line that a fault names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markdown import Markdown

from press import components, coverage, faults
from press.faults import Wrong
from press.markdown import Place, PressExtension, relative, to_html, url_of

OTHERS = [
    "tables",
    "admonition",
    "attr_list",
    "md_in_html",
    "footnotes",
    "toc",
    "pymdownx.superfences",
    "pymdownx.details",
]
BLOCKS = ("derivation", "equation", "claim card", "claims", "snippet", "figure", "trust table", "notation")


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """Components that say what they were asked for; the name `wrong` is unknown."""
    asked: list[tuple[str, str]] = []

    def draw(kind: str, argument: str) -> dict[str, Any]:
        asked.append((kind, argument))
        if argument == "wrong":
            raise Wrong("a name of the library", "wrong (nearest: right)")
        ids = [argument] if kind == "derivation" else []
        tag = "div" if kind in BLOCKS else "span"
        html = f'<{tag} data-kind="{kind}">{argument}<a href="om:quality/other.md#here">x</a></{tag}>'
        return {"html": html, "ids": ids, "shows": [argument], "equations": 1}

    monkeypatch.setattr(components, "draw", draw)
    monkeypatch.setattr(coverage, "heads", frozenset)
    faults.clear()
    yield asked
    faults.clear()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    docs = tmp_path / "docs"
    (docs / "quality").mkdir(parents=True)
    (docs / "quality" / "other.md").write_text("# Other\n", encoding="utf-8")
    return Place("quality/page.md", 0, True, docs)


def html(text: str, place: Place) -> str:
    return Markdown(extensions=[*OTHERS, PressExtension(fixed=place)]).convert(text)


def told() -> list[str]:
    return [str(one) for one in faults.found()]


@pytest.mark.parametrize(
    ("fence", "kind"),
    [
        ("derivation", "derivation"),
        ("equation", "equation"),
        ("claim", "claim card"),
        ("claims", "claims"),
        ("snippet", "snippet"),
        ("figure", "figure"),
        ("trust", "trust table"),
        ("notation", "notation"),
    ],
)
def test_each_fence_is_drawn(fence: str, kind: str, place: Place) -> None:
    made = html(f"before\n\n```{fence}\nname\n```\n\nafter", place)
    assert f'<p>before</p>\n<div data-kind="{kind}">name' in made
    assert "</div>\n<p>after</p>" in made
    assert told() == []


@pytest.mark.parametrize("role", ["eq", "num", "verdict", "claim", "trust"])
def test_each_role_is_drawn_in_its_sentence(role: str, place: Place) -> None:
    made = html(f"so *{{{role}}}`a_b_c:.3f`* holds", place)
    assert f'<p>so <em><span data-kind="{role}">a_b_c:.3f' in made


def test_links_are_made_relative_to_the_page(place: Place) -> None:
    assert 'href="../other/#here"' in html("{eq}`a`", place)
    assert 'href="quality/other/#here"' in html("{eq}`a`", Place("index.md", 0, True, place.docs))
    assert 'href="other.html#here"' in html("{eq}`a`", Place("quality/page.md", 0, False, place.docs))


def test_a_link_to_no_page_is_a_fault_and_the_component_stands(place: Place) -> None:
    (place.docs / "quality" / "other.md").unlink()
    made = html("text\n\n{eq}`a`\n", place)
    assert told() == ["docs/quality/page.md:3: expected a link to a page that is there, got quality/other.md"]
    assert '<span data-kind="eq">a' in made


def test_urls_are_those_of_mkdocs() -> None:
    from mkdocs.structure.files import File

    for path in ("index.md", "quality/index.md", "quality/page.md", "how.md"):
        for directory in (True, False):
            want = File(path, "docs", "site", directory).url
            assert (url_of(path, directory) or "./") == want
    assert relative("snippets/quality/a.py", Place("quality/page.md")) == "../../snippets/quality/a.py"
    assert relative("quality/page.md", Place("quality/page.md")) == ""
    assert relative("index.md", Place("quality/page.md")) == "../../"


@pytest.mark.parametrize(
    "text",
    [
        "!!! note\n\n    text\n\n    ```equation\n    name\n    ```\n\n    more\n",
        "- item\n\n    ```equation\n    name\n    ```\n\n- item\n",
        "1. item\n    ```equation\n    name\n    ```\n",
        "??? question\n    ```equation\n    name\n    ```\n",
        "> quoted\n>\n> ```equation\n> name\n> ```\n",
        '<div markdown="1">\n\n```equation\nname\n```\n\n</div>\n',
        "~~~equation\nname\n~~~\n",
        "````equation\nname\n````\n",
        "```equation\n\nname\n\n```\n",
        "```  equation\nname\n```",
    ],
)
def test_fences_stand_inside_other_blocks(text: str, place: Place, drawn: list[tuple[str, str]]) -> None:
    made = html(text, place)
    assert drawn == [("equation", "name")]
    assert '<div data-kind="equation">name' in made
    assert "<p><div" not in made
    assert "```" not in made
    assert told() == []


@pytest.mark.parametrize("wrapper", ["<li>", "admonition", "<blockquote>"])
def test_a_fence_stays_inside_its_block(wrapper: str, place: Place) -> None:
    text = {
        "<li>": "- item\n\n    ```equation\n    name\n    ```\n\nafter",
        "admonition": "!!! note\n\n    ```equation\n    name\n    ```\n\nafter",
        "<blockquote>": "> ```equation\n> name\n> ```\n\nafter",
    }[wrapper]
    made = html(text, place)
    assert made.index(wrapper) < made.index('data-kind="equation"') < made.index("<p>after</p>")
    end = {"<li>": "</ul>", "admonition": "</div>\n<p>after", "<blockquote>": "</blockquote>"}[wrapper]
    assert made.index('data-kind="equation"') < made.index(end)


@pytest.mark.parametrize(
    "text",
    [
        "````bash\n```equation\nname\n```\n{eq}`a`\n````",
        "~~~bash\n```equation\nname\n```\n~~~",
        "A span ``{eq}`NAME` `` stays.",
        "A span `` ```equation `` stays.",
        "<!-- {eq}`a` -->",
        "<!--\n```equation\nname\n```\n-->".replace("```equation\nname\n```", "{eq}`a`"),
        r"\{eq} and {eq} and `{eq}`",
    ],
)
def test_what_stands_in_other_code_is_left_alone(text: str, place: Place, drawn: list[tuple[str, str]]) -> None:
    html(text, place)
    assert drawn == []
    assert told() == []


def test_a_wrong_name_is_told_with_page_line_and_nearest_names(place: Place) -> None:
    made = html("one\n\ntwo\n{eq}`wrong`\n\n!!! note\n    ```derivation\n    wrong\n    ```\n", place)
    assert told() == [
        "docs/quality/page.md:4: expected a name of the library, got wrong (nearest: right)",
        "docs/quality/page.md:7: expected a name of the library, got wrong (nearest: right)",
    ]
    assert made.count('class="om-fault"') == 2
    assert '<span class="om-fault" role="alert">' in made
    assert '<div class="om-fault" role="alert">' in made


@pytest.mark.parametrize(
    ("text", "expected", "was"),
    [
        ("```equation\n```", "one line with a name in the fence equation", "none"),
        ("```equation\na\nb\n```", "one line with a name in the fence equation", "2 lines"),
        ("```equation name\n```", "the name on the line below ```equation", "```equation name"),
        ("- ```equation\n  name\n  ```", "the fence equation on a line of its own", "one behind -"),
        ("```equation\nname\n", "a closing ```", "the end of the page"),
        ("{equation}`name`", "one of the roles eq, num, verdict, claim, trust", "{equation}"),
        ("{eq}` `", "a name in {eq}", "nothing"),
        ("# Title {eq}`name`", "a heading without an equation (the table of contents can't set one)", "{eq}`name`"),
        ("```derivation\na\n```\n\n```derivation\na\n```", "a once on a page", "a second one (the first is in line 1)"),
        ("so $a = b$", "a relation drawn by {eq}`NAME`, or a setting", "typed $a = b$"),
    ],
)
def test_a_misuse_is_a_fault(text: str, expected: str, was: str, place: Place) -> None:
    made = html(text, place)
    assert [(one.expected, one.was) for one in faults.found()] == [(expected, was)]
    assert "om-fault" in made


def test_every_fault_of_a_page_is_told_in_one_run(place: Place) -> None:
    html("{eq}`wrong`\n\n$a = b$\n\n{nom}`x`\n\n```equation\n```\n", place)
    assert [one.line for one in faults.found()] == [1, 3, 5, 7]


def test_what_another_extension_includes_does_not_move_the_lines(place: Place) -> None:
    (place.docs / "part.txt").write_text("one\n\ntwo\n\nthree\n", encoding="utf-8")
    included = {"pymdownx.snippets": {"base_path": [str(place.docs)], "check_paths": True}}
    md = Markdown(extensions=["pymdownx.snippets", PressExtension(fixed=place)], extension_configs=included)
    made = md.convert('--8<-- "part.txt"\n\n{eq}`wrong`\n')
    assert "three" in made
    assert [one.line for one in faults.found()] == [3]


def test_a_number_may_stand_in_a_heading(place: Place) -> None:
    made = html("# Title {num}`a`", place)
    assert "om-fault" not in made
    assert '<span data-kind="num">a' in made


def test_roles_stand_in_tables_and_raw_html(place: Place, drawn: list[tuple[str, str]]) -> None:
    made = html("| a | b |\n| - | - |\n| {num}`x` | y |\n\n<details><summary>{eq}`z`</summary></details>\n", place)
    assert '<td><span data-kind="num">x' in made
    assert '<summary><span data-kind="eq">z' in made


def test_a_cell_of_a_lab_goes_the_same_way(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "DOCS", place.docs)
    made = to_html("text\n\n{eq}`wrong` and {num}`a`", "quality/digits.py", 40)
    assert '<span data-kind="num">a' in made
    assert told() == ["docs/quality/digits.py:43: expected a name of the library, got wrong (nearest: right)"]


# ---- in MkDocs


def build(folder: Path, page: str) -> tuple[int, str, str]:
    """Runs MkDocs on one page in this process; exit status, log, the page's HTML."""
    import logging

    from mkdocs.commands.build import build as run
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort

    docs = folder / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "index.md").write_text(page, encoding="utf-8")
    (docs / "quality").mkdir(exist_ok=True)
    (docs / "quality" / "other.md").write_text("# Other\n\n## Here\n", encoding="utf-8")
    config = load_config(
        config_file=str(folder / "mkdocs.yml"),
        docs_dir=str(docs),
        site_dir=str(folder / "site"),
        site_name="test",
        theme={"name": "mkdocs"},
        plugins=[],
        strict=True,
        markdown_extensions=["press.markdown", "pymdownx.superfences"],
        validation={"links": {"anchors": "warn"}},
    )
    records: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: records.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("mkdocs").addHandler(handler)
    try:
        run(config)
        status = 0
    except Abort as fault:
        status = int(fault.code) if hasattr(fault, "code") else 1
    finally:
        logging.getLogger("mkdocs").removeHandler(handler)
    return status, "\n".join(records), (folder / "site" / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text("site_name: test\n", encoding="utf-8")
    return tmp_path


def test_mkdocs_names_the_line_below_front_matter_and_fails(folder: Path) -> None:
    page = "---\ntitle: A\n---\n\n\n# A\n\n{eq}`wrong`\n"
    status, log, made = build(folder, page)
    assert page.split("\n")[7] == "{eq}`wrong`"
    assert "docs/index.md:8: expected a name of the library" in log
    assert status != 0
    assert 'class="om-fault"' in made


def test_mkdocs_passes_where_nothing_is_wrong(folder: Path) -> None:
    status, _, made = build(folder, "# A\n\n```derivation\nchain\n```\n\n[there](#chain)\n")
    assert status == 0
    assert 'href="quality/other/#here"' in made
