"""“Add a derivation in four steps” of CONTRIBUTING, carried from its own text to a page."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = re.compile(
    r"<!-- template: (?P<place>\S+) -->\n\n(?P<fence> *`{3,})\w+\n(?P<text>.*?)\n(?P=fence)\n", re.DOTALL
)


def templates(section: str = "") -> dict[str, str]:
    """The blocks that CONTRIBUTING marks, by the file that they are for; of one section, where it is named."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    if section:
        text = text.split(f"## {section}\n")[1].split("\n## ")[0]
    return {one["place"]: textwrap.dedent(one["text"]) + "\n" for one in TEMPLATE.finditer(text)}


STEPS = "Add a derivation in four steps"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the trees that the four steps touch, with the template's files in their places."""
    for tree in ("derivations", "snippets", "press", "docs"):
        shutil.copytree(ROOT / tree, tmp_path / tree)
    for name in ("package.json", "requirements-libraries.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    for place, text in templates(STEPS).items():
        if "/" in place:
            (tmp_path / place).write_text(text, encoding="utf-8")
    return tmp_path


def run(house: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ONE_OVER_M_CACHE": str(house / ".cache"), "PYTHONPATH": str(house)}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"  # what came with the copy is read; of an edited file none is kept
    return subprocess.run(
        [sys.executable, *words], cwd=house, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def command() -> list[str]:
    return templates()["command"].split()[1:]


SHOW = (
    "from pathlib import Path; from press import markdown; page = 'quality/shifted-mean.md'; "
    "print(markdown.to_html((Path('docs') / page).read_text('utf-8'), page))"
)


def test_the_text_holds_the_three_files_of_the_steps() -> None:
    assert set(templates(STEPS)) == {"derivations/quality/shifted_mean.py", "command", "docs/quality/shifted-mean.md"}


# What `python -m` does, so that the page can be shown in the same process, which has imported SymPy by then.
DOUBT_AND_SHOW = """
import runpy, sys
sys.argv = ["-m", *{words}]
try:
    runpy.run_module("{module}", run_name="__main__", alter_sys=True)
except SystemExit as end:
    print("status", end.code or 0)
{show}
"""


def doubted_and_shown(house: Path) -> subprocess.CompletedProcess[str]:
    _, module, *words = command()
    return run(house, "-c", DOUBT_AND_SHOW.format(module=module, words=words, show=SHOW))


def test_the_template_is_doubted_and_stands_on_a_page(house: Path) -> None:
    assert command()[0] == "-m"
    done = doubted_and_shown(house)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "status 0\n" in done.stdout
    assert "2 links proved for all sizes" in done.stdout
    assert 'id="mean_of_shifted"' in done.stdout
    assert 'data-verdict="proved"' in done.stdout
    assert "om-fault" not in done.stdout
    assert done.stdout.count("katex-mathml") >= 4


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("+ K * u", "+ u"),
        pytest.param("(k, 1, K)) / K + u", "(k, 1, K)) + u", marks=pytest.mark.slow),
        pytest.param("K + u, by", "K - u, by", marks=pytest.mark.slow),
    ],
)
def test_a_slip_in_the_template_is_named(house: Path, right: str, wrong: str) -> None:
    path = house / "derivations/quality/shifted_mean.py"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    done = doubted_and_shown(house)
    assert "status 1\n" in done.stdout, done.stderr
    assert "FAULT mean_of_shifted: link" in done.stdout
    assert "om-fault" in done.stdout


def test_the_house_names_what_is_still_missing(house: Path) -> None:
    from tests.test_house import missing_stems

    missing = list(missing_stems(house))
    assert any("snippets/quality/shifted_mean.py" in one for one in missing)


def test_what_a_figure_consists_of_is_what_every_figure_has() -> None:
    _, section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Add a figure\n")
    tests = "".join(one.read_text(encoding="utf-8") for one in (ROOT / "tests/press/figures").glob("test_*.py"))
    for topic in (one for one in (ROOT / "press/figures").iterdir() if (one / "formulas.py").is_file()):
        names = [one.name for one in importlib.import_module(f"press.figures.{topic.name}").FIGURES]
        assert (topic / "formulas.py").read_text(encoding="utf-8").count("FORMULAS: ") == 1
        for name in names:
            drawing = (topic / f"{name}.js").read_text(encoding="utf-8")
            for word in ('"formulas"', '"../kit.js"', "controls", "draw(", "panels", "readout", "says"):
                assert word in section, word
                # a figure that works something out by itself has a test of its own, against the snippet
                own = word == '"formulas"' and f'"{name}"' in tests
                assert own or word in drawing, f"{topic.name}/{name}.js: {word}"
    for path in re.findall(r"`((?:press|tests)/[\w/]+)`", section):
        assert (ROOT / path).exists(), path
