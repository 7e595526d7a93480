"""Labs: read with their lines, run again exactly when something changed, every fault named, a page for a reader."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat
import pytest
from mkdocs.config import load_config
from mkdocs.structure.files import get_files

from press.labs import closure, page, picture, run, script
from press.labs.script import Faulty, Lab

ROOT = Path(__file__).resolve().parents[2]


def lab(root: Path, text: str, name: str = "docs/lab.py") -> Lab:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text).lstrip(), encoding="utf-8")
    return Lab(path, root)


# ---- reading


def test_words_keep_their_line_and_cells_leave_a_mark(tmp_path: Path) -> None:
    one = lab(
        tmp_path,
        """
        # %% [markdown]
        # # Title
        #
        # Words, $m$.

        # %%
        x = 1
        print(x)

        # %% [markdown]
        #   - indented
        # %% alt="A line."
        x
        """,
    )
    assert [(cell.kind, cell.line, cell.alt) for cell in one.cells] == [
        ("markdown", 1, ""),
        ("code", 6, ""),
        ("markdown", 10, ""),
        ("code", 12, "A line."),
    ]
    lines = one.markdown.split("\n")
    assert lines[1] == "# Title"
    assert lines[3] == "Words, $m$."
    assert lines[6] == script.placeholder(2)
    assert lines[10] == "  - indented"
    assert lines[12] == script.placeholder(4)
    assert not "".join(lines[7:10])
    assert len(lines) == len(one.text.split("\n"))


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("x = 1\n", 1, "cells that begin at # %%"),
        ("import os\n# %%\nx = 1\n", 1, "marker # %% on the first line"),
        ("# %% [markdown]\n# # T\nplain words\n", 3, "words behind #"),
        ("# %% [markdown]\n# # T\n# %%\n\nx = 1\n", 3, "below its marker"),
        ("# %% [raw]\n# x\n", 1, "a cell of code or [markdown]"),
    ],
)
def test_what_is_no_lab_is_named_with_its_line(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(Faulty) as raised:
        _ = lab(tmp_path, text).cells
    assert (raised.value.fault.page, raised.value.fault.line) == ("docs/lab.py", line)
    assert told in raised.value.fault.expected


def test_the_notebook_is_the_same_each_time(tmp_path: Path) -> None:
    one = lab(tmp_path, "# %%\nx = 1\n")
    first, second = nbformat.writes(one.notebook()), nbformat.writes(one.notebook())
    assert first == second
    assert sys.version.split()[0] not in first


# ---- what a lab rests on

LAB = """
# %% [markdown]
# # Title
# Words.

# %%
import numpy as np
from tools.near import twice

# %%
print(twice(np.int64(4)))
"""


@pytest.fixture
def project(tmp_path: Path) -> Lab:
    files = {
        "tools/near.py": "from . import far\nfrom tools.deep.down import nothing\n\ntwice = lambda x: far.add(x, x)\n",
        "tools/far.py": "def add(a, b):\n    return a + b\n",
        "tools/deep/__init__.py": "",
        "tools/deep/down.py": "def nothing():\n    import lazy\n",
        "lazy.py": "",
        "tools/unrelated.py": "",
        "docs/words.md": "# Words\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return lab(tmp_path, LAB)


def test_the_closure_is_what_the_imports_say(project: Lab) -> None:
    found = closure.closure(project)
    assert [path.relative_to(project.root).as_posix() for path in found.files] == [
        "docs/lab.py",
        "lazy.py",
        "tools/deep/__init__.py",
        "tools/deep/down.py",
        "tools/far.py",
        "tools/near.py",
    ]
    assert found.packages == ("numpy",)


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ("docs/lab.py", True),  # its last cell
        ("tools/near.py", True),
        ("tools/far.py", True),
        ("tools/deep/__init__.py", True),
        ("tools/deep/down.py", True),
        ("lazy.py", True),
        ("tools/unrelated.py", False),
        ("docs/words.md", False),
    ],
)
def test_the_key_changes_with_what_it_rests_on_and_with_nothing_else(project: Lab, edited: str, changes: bool) -> None:
    before = closure.key(project)
    path = project.root / edited
    path.touch()
    assert closure.key(Lab(project.path, project.root)) == before
    path.write_text(path.read_text() + "# a word more\n")
    assert (closure.key(Lab(project.path, project.root)) != before) is changes


def test_words_may_change_without_a_run(project: Lab) -> None:
    before = closure.key(project)
    other = lab(project.root, LAB.replace("Words.", "Other words.\n#\n# And more."))
    assert closure.key(other) == before
    described = lab(project.root, LAB.replace("# %%\nprint", '# %% alt="A line."\nprint'))
    assert closure.key(described) != before


def installed(folder: Path, name: str, version: str) -> None:
    """A distribution as an installer leaves it, with one module."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text("")
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "RECORD").write_text(f"{name}/__init__.py,,\n")


def test_the_key_changes_with_versions(project: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = closure.key(project)
    for package, changes in (("numpy", True), ("matplotlib", True), ("ruff", False)):
        with monkeypatch.context() as patch:
            installed(tmp_path / f"other-{package}", package, "0.0")
            patch.syspath_prepend(str(tmp_path / f"other-{package}"))
            assert (closure.key(project) != before) is changes, package
    assert closure.key(project) == before
    monkeypatch.setattr(sys, "version", "3.99")
    assert closure.key(project) != before


def test_a_package_in_another_version_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, here = tmp_path / "distributions.json", tmp_path / "here"
    installed(here, "laterlib", "2.5")
    monkeypatch.syspath_prepend(str(here))
    assert closure.versions(("laterlib",), known)["laterlib"] == "2.5"
    (here / "laterlib-2.5.dist-info").rename(here / "laterlib-2.6.dist-info")
    metadata = here / "laterlib-2.6.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("2.5", "2.6"))
    assert closure.versions(("laterlib",), known)["laterlib"] == "2.6"


def test_what_a_package_requires_counts_too(tmp_path: Path) -> None:
    found = closure.versions(("sklearn",), tmp_path / "distributions.json")
    assert {"scikit-learn", "scipy", "numpy", "ipykernel"} <= set(found)
    assert "ruff" not in found


def test_a_package_that_is_installed_later_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tmp_path / "distributions.json"
    assert "laterlib" not in closure.versions(("laterlib",), known)
    made = tmp_path / "later"
    installed(made, "laterlib", "2.5")
    monkeypatch.syspath_prepend(str(made))
    assert closure.versions(("laterlib",), known)["laterlib"] == "2.5"


def test_a_module_that_is_no_python_is_named(project: Lab) -> None:
    (project.root / "tools/far.py").write_text("def add(a, b:\n")
    with pytest.raises(Faulty, match=r"^tools/far.py:1: expected Python, got SyntaxError"):
        closure.key(project)


# ---- running

WITNESS = """
# %% [markdown]
# # Witness

# %%
import time

from tools import near

print(near.twice(4), time.time_ns())  # a run leaves its time
"""


def printed(one: Lab) -> str:
    got = run.execute([Lab(one.path, one.root)])
    ((one, ran),) = got.items()
    assert not isinstance(ran, Faulty), ran
    return "".join(output.text for cell in run.read(ran, one).cells for output in cell.get("outputs", []))


def test_a_lab_runs_again_exactly_when_something_changed(project: Lab) -> None:
    witness = lab(project.root, WITNESS)
    first = printed(witness)
    assert first.startswith("8 ")
    (project.root / "tools/unrelated.py").write_text("x = 1\n")
    assert printed(witness) == first
    far = project.root / "tools/far.py"
    kept = far.read_text()
    far.write_text("def add(a, b):\n    return a + b + 1\n")
    second = printed(witness)
    assert second.startswith("9 ")
    far.write_text(kept)
    assert printed(witness) == first  # undone: still known
    reworded = lab(project.root, WITNESS.replace("# # Witness", "# # Reworded"))
    assert printed(reworded) == first
    (ran,) = run.execute([reworded]).values()
    assert isinstance(ran, Path)
    assert run.read(ran, reworded).cells[0].source == "# Reworded"


def test_what_was_started_ahead_is_taken_once_and_only_for_the_same_labs(project: Lab) -> None:
    witness = lab(project.root, WITNESS)
    here = [Lab(witness.path, witness.root)]
    run.ahead(here)
    started = run._ahead[0][1]
    assert run.begin(here) is started
    (ran,) = started.result().values()
    assert isinstance(ran, Path)
    assert run.begin(here) is not started
    run.ahead(here)
    started = run._ahead[0][1]
    changed = [lab(project.root, WITNESS.replace("twice(4)", "twice(5)"))]
    assert run.begin(changed) is not started
    assert printed(changed[0]).startswith("10 ")


@pytest.mark.parametrize("silent", [run.STARTS - 1, run.STARTS])
def test_a_kernel_that_never_answers_is_started_anew(
    project: Lab, monkeypatch: pytest.MonkeyPatch, silent: int
) -> None:
    """jupyter_client gives up with a RuntimeError, and nbclient has ended the kernel by then."""
    from nbclient import NotebookClient

    theirs, tries = NotebookClient.async_start_new_kernel_client, []

    async def start(client: Any) -> Any:
        tries.append(client.startup_timeout)
        if len(tries) > silent:
            return await theirs(client)
        await client._async_cleanup_kernel()
        raise RuntimeError("Kernel didn't respond in 60 seconds")

    monkeypatch.setattr(NotebookClient, "async_start_new_kernel_client", start)
    witness = lab(project.root, WITNESS)
    if silent < run.STARTS:
        assert printed(witness).startswith("8 ")
    else:
        (got,) = run.execute([Lab(witness.path, witness.root)]).values()
        assert isinstance(got, Faulty)
        says = "expected a kernel that answers, at one of 3 starts, got Kernel didn't respond in 60 seconds"
        assert str(got.fault) == f"docs/lab.py:1: {says}"
    assert tries == [run.START] * run.STARTS


def test_every_faulty_lab_is_named_in_one_run(tmp_path: Path) -> None:
    lab(tmp_path, "# %%\nprint('good')\n", "docs/good.py")
    lab(tmp_path, "# %% [markdown]\n# # T\n\n# %%\nx = 1\ny = 2\nassert x == y, 'they differ'\n", "docs/planted.py")
    lab(tmp_path, "# %%\ndef f():\n    return 1 / 0\n\n\n# %%\nx = 1\nf()\n", "docs/within.py")
    lab(tmp_path, "# %%\nx = 1\nx +\n", "docs/syntax.py")
    lab(tmp_path, "# %%\nimport helper\n\nhelper.go(-1)\n", "docs/helped.py")
    lab(tmp_path, "# %%\nimport sys\nprint('oh', file=sys.stderr)\n", "docs/stderr.py")
    lab(tmp_path, "# %%\nimport numpy as np\nnp.log(np.zeros(1))\n", "docs/warned.py")
    lab(tmp_path, "# %%\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n", "docs/undescribed.py")
    lab(tmp_path, "# %%\nimport os\nos._exit(1)\n", "docs/died.py")
    (tmp_path / "helper.py").write_text("def go(n):\n    if n < 0:\n        raise ValueError(f'n: got {n}')\n")
    got = run.execute(script.find(tmp_path / "docs", tmp_path))
    faults = [str(one.fault) for one in got.values() if isinstance(one, Faulty)]
    assert len(got) == len(faults) + 1
    expected = [
        r"docs/died.py:1: expected the cell to run, got a kernel that died in it",
        r"docs/helped.py:4: expected the cell to run, got ValueError: n: got -1 \(raised at helper.py:3\)",
        r"docs/planted.py:7: expected the cell to run, got AssertionError: they differ",
        r"docs/stderr.py:1: expected nothing on stderr, got 'oh'",
        r"docs/syntax.py:3: expected Python, got SyntaxError: invalid syntax",
        r'docs/undescribed.py:1: expected alt="…" on the marker of a cell that draws, got none',
        r"docs/warned.py:3: expected the cell to run, got RuntimeWarning: divide by zero encountered in log",
        r"docs/within.py:8: expected the cell to run, got ZeroDivisionError: division by zero",
    ]
    for fault, pattern in zip(faults, expected, strict=True):
        assert re.fullmatch(pattern, fault), fault
    assert not list(tmp_path.glob(".cache/labs/docs.planted/*.ipynb"))  # a failed run is not kept


# ---- figures

DRAWING = """
# %% [markdown]
# # Drawing
# A figure and a number, `plain`. See the [words](words.md#there).

# %% alt="A falling line & its name."
import matplotlib.pyplot as plt
import numpy as np

figure, ax = plt.subplots()
ax.plot([2, 1], label="a < b")
ax.imshow(np.eye(2), cmap="Greys", interpolation="none")
ax.legend()
plt.show()

# %%
2 + 2

# %%
print({"any", "order", "of", "words", "in", "a", "set"})

# %% [markdown]
# ## The end
# Words after it.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with one lab, built; its folder, and the page."""
    root = tmp_path_factory.mktemp("site")
    lab(root, DRAWING, "docs/topic/drawing.py")
    (root / "docs/index.md").write_text("# Home\n\nTo the [lab](topic/drawing.py#the-end).\n")
    (root / "docs/topic/words.md").write_text("# Words\n\n## There\n\nYes.\n")
    (root / "mkdocs.yml").write_text(
        dedent(
            f"""
            site_name: Planted
            strict: true
            theme: {{name: null, custom_dir: theme}}
            hooks: [other.py, {ROOT / "press/labs/hooks.py"}]
            plugins:
              - mkdocs-jupyter: {{include: ["*.py"], execute: false, allow_errors: false, cache: false}}
            markdown_extensions: [toc]
            validation: {{links: {{anchors: warn}}}}
            """
        )
    )
    (root / "other.py").write_text(
        dedent(
            """
            def on_page_content(html, page, config, files):
                return html + "<p>one more line</p>"

            def on_page_context(context, page, config, nav):
                context["told"] = [word for word in ("om-plot", "one more line") if word in page.content]
                return context
            """
        )
    )
    (root / "theme").mkdir()
    (root / "theme/main.html").write_text(
        "<!doctype html><title>{{ page.title }}</title>{{ page.content }}<p>told: {{ told | join(', ') }}</p>"
        "<nav>{% for one in page.toc %}{% for two in one.children %}{{ two.url }}{% endfor %}{% endfor %}</nav>"
    )
    done = build(root, "site")
    assert done.returncode == 0, done.stderr
    return root, (root / "site/topic/drawing/index.html").read_text()


def build(root: Path, into: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(root / into)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_two_builds_from_nothing_are_the_same_bytes(site: tuple[Path, str]) -> None:
    root, _ = site
    for kept in root.glob(".cache/labs/*/*.ipynb"):
        kept.unlink()
    assert build(root, "again").returncode == 0
    for name in ("index.html", "drawing.py", "drawing.ipynb"):
        here = (root / "site/topic/drawing" / name).read_bytes()
        assert here == (root / "again/topic/drawing" / name).read_bytes(), name


def test_the_style_is_one_shared_file_and_no_other_host_is_asked(site: tuple[Path, str]) -> None:
    _, html = site
    assert "<style" not in html
    assert "<script" not in html
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert html.count("lab.css") == 1
    assert '<link rel="stylesheet" href="../../assets/lab.css">' in html
    assert (ROOT / "press/theme/templates/assets/lab.css").is_file()
    assert len(html) < 20_000


def test_the_words_are_those_of_any_page(site: tuple[Path, str]) -> None:
    _, html = site
    assert "<title>Drawing</title>" in html
    assert "<nav>#the-end</nav>" in html
    assert 'href="../words/#there"' in html  # resolved and checked by MkDocs
    assert html.index("Drawing</h1>") < html.index("om-plot") < html.index(">The end<") < html.index("Words after it")


def test_other_hooks_are_given_the_whole_page(site: tuple[Path, str]) -> None:
    _, html = site
    assert html.count("<p>one more line</p>") == 1
    assert "<p>told: om-plot, one more line</p>" in html


def test_output_is_labelled_and_has_no_prompt(site: tuple[Path, str]) -> None:
    _, html = site
    assert re.search(r'<pre[^>]*aria-label="Output 2"[^>]*>4</pre>', html)
    assert "In&nbsp;[" not in html
    assert "Out[" not in html
    assert html.count('<div class="language-python highlight">') == 3


def test_a_figure_follows_the_theme_and_is_described(site: tuple[Path, str]) -> None:
    _, html = site
    (svg,) = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert 'role="img" aria-label="A falling line &amp; its name."' in svg
    assert "viewBox=" in svg  # as written: nothing has read and rewritten it
    assert "var(--om-link, #0b5c66)" in svg
    assert "var(--om-ink, #22262b)" in svg
    assert "a &lt; b</text>" in svg  # text stays text
    assert 'width="2"' in svg  # an image keeps its size
    assert not re.findall(r'fill="(?:#ffffff|white)"', svg)
    for gone in (" style=", "<style", "metadata", "DejaVu", "xmlns", "xlink"):
        assert gone not in svg, gone
    ids = re.findall(r' id="([^"]+)"', svg)
    assert ids
    assert all(one.startswith("c2-0-") for one in ids)
    for reference in re.findall(r"url\(#([^)]+)\)", svg) + re.findall(r'href="#([^"]+)"', svg):
        assert reference in ids


def test_the_script_and_the_notebook_can_be_downloaded(site: tuple[Path, str]) -> None:
    root, html = site
    assert '<a href="drawing.py" download>' in html
    assert '<a href="drawing.ipynb" download>' in html
    home = root / "site/topic/drawing"
    assert (home / "drawing.py").read_text() == (root / "docs/topic/drawing.py").read_text()
    notebook = nbformat.read(home / "drawing.ipynb", as_version=4)
    nbformat.validate(notebook)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["markdown", "code", "code", "code", "markdown"]
    assert "image/svg+xml" in notebook.cells[1].outputs[0].data
    assert notebook.cells[2].outputs[0].data["text/plain"] == "4"
    assert "See the words." in notebook.cells[0].source  # no address is known: no broken link
    text = (home / "drawing.ipynb").read_text()
    for differs in ("execution", "iopub", sys.version.split()[0], str(root)):
        assert differs not in text.replace("execution_count", ""), differs


def test_labs_are_drawn_last(site: tuple[Path, str]) -> None:
    """All other pages are there by the time that one waits for a lab to end."""
    root, _ = site
    config = load_config(str(root / "mkdocs.yml"))
    config.plugins.on_config(config)
    files = config.plugins.on_files(get_files(config), config=config)
    own = [one.src_uri for one in files if one.src_uri in {"index.md", "topic/drawing.py", "topic/words.md"}]
    assert own[-1] == "topic/drawing.py", own


def test_a_planted_error_stops_the_build_and_the_others_are_named_too(site: tuple[Path, str]) -> None:
    root, _ = site
    lab(root, "# %% [markdown]\n# # One\n\n# %%\nx = 1\nassert x > 1\n", "docs/one.py")
    lab(root, "# %% [markdown]\n# # Two\n\n# %%\nraise KeyError('b')\n", "docs/two.py")
    lab(root, "x = 1\n", "docs/three.py")
    try:
        done = build(root, "faulty")
    finally:
        for name in ("one", "two", "three"):
            (root / f"docs/{name}.py").unlink()
    assert done.returncode != 0
    assert "docs/one.py:6: expected the cell to run, got AssertionError" in done.stderr
    assert "docs/two.py:5: expected the cell to run, got KeyError: 'b'" in done.stderr
    assert "docs/three.py:1: expected a percent script" in done.stderr


@pytest.mark.parametrize(
    ("svg", "alt"), [("<p/>", "a"), ("no", "a"), ("<svg xmlns='http://www.w3.org/2000/svg'/>", " ")]
)
def test_what_is_no_described_picture_is_refused(svg: str, alt: str) -> None:
    with pytest.raises(ValueError, match=r"^(svg|alt): expected"):
        picture.inline(svg, alt, "c1-")


def test_the_colours_of_figures_are_the_themes() -> None:
    css = (ROOT / "press/theme/templates/assets/om.css").read_text()
    light = css[: css.index('[data-md-color-scheme="slate"]')]
    for colour, name in picture.COLOURS.items():
        assert re.search(rf"{name}:\s*{colour}\b", light), f"{name}: expected {colour} in the light theme"
        assert len(re.findall(rf"{name}:", css)) >= 2, f"{name}: expected a value in the dark theme too"
    used = re.findall(r"\b[0-9a-f]{6}\b", run.STYLE.read_text())
    assert {f"#{one}" for one in used} <= set(picture.COLOURS)


def test_a_role_is_spelled_out_for_jupyter(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from press import components
    from press.faults import Wrong

    def draw(kind: str, argument: str) -> dict[str, Any]:
        if argument == "wrong":
            raise Wrong("a name", argument)
        drawn = "<annotation encoding='x'>a &lt; b</annotation>" if kind in ("eq", "equation") else "<b>0.825</b>"
        return {"html": drawn, "ids": []}

    monkeypatch.setattr(components, "draw", draw)
    one = lab(
        tmp_path,
        """
        # %% [markdown]
        # # T
        # Since {eq}`less`, {num}`quality:.3f`, {num}`wrong`, see [that](that-page.md#part) and [out](https://example.org).
        #
        # ```equation
        # less
        # ```
        """,
    )
    source = json.loads(page.taken_home(one, one.notebook(), "https://example.org/topic/lab/"))["cells"][0]["source"]
    text = "".join(source)
    assert "Since $a < b$, 0.825, {num}`wrong`, see" in text
    assert "$$\na < b\n$$" in text
    assert "[that](https://example.org/topic/that-page/#part)" in text
    assert "[out](https://example.org)" in text


def test_a_page_is_laid_out_anew_exactly_when_it_differs(tmp_path: Path) -> None:
    one = lab(tmp_path, "# %% [markdown]\n# # T\n\n# %%\n1\n")
    executed = one.notebook()
    executed.cells[1].execution_count = 1
    ran = tmp_path / "ran.ipynb"
    nbformat.write(executed, ran)
    words = "<h1>T</h1>" + script.placeholder(2)
    links = {"style": "s.css", "script": "lab.py", "notebook": "lab.ipynb", "site": ""}
    asked: list[str] = []

    def mkdocs_jupyter(path: Path) -> str:
        cells = json.loads(path.read_text())["cells"]
        asked.append("".join(cell["metadata"]["html"] for cell in cells))
        return asked[-1] + page.END + "<style>theirs</style>"

    first = page.lay_out(one, ran, words, links, mkdocs_jupyter)
    assert "<h1>T</h1>" in first[0]
    assert "theirs" not in first[0]
    assert page.lay_out(one, ran, words, links, mkdocs_jupyter) == first
    assert len(asked) == 1
    page.lay_out(one, ran, words.replace("T", "U"), links, mkdocs_jupyter)
    page.lay_out(one, ran, words, links | {"script": "other.py"}, mkdocs_jupyter)
    executed.cells[1].outputs = [nbformat.v4.new_output("stream", text="1")]
    nbformat.write(executed, ran)
    page.lay_out(one, ran, words, links, mkdocs_jupyter)
    assert len(asked) == 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("<p>no title</p>" + script.placeholder(2), "a title"),
        ("<h1>T</h1><p>the cell was swallowed</p>", "every code cell"),
    ],
)
def test_words_that_leave_no_place_are_named(tmp_path: Path, words: str, told: str) -> None:
    one = lab(tmp_path, "# %% [markdown]\n# # T\n\n# %%\n1\n")
    with pytest.raises(Faulty) as raised:
        page.compose(one, one.notebook(), words, {"style": "", "script": "", "notebook": ""})
    assert told in raised.value.fault.expected
