"""A snippet, a claim, a lab and a figure of CONTRIBUTING, carried from their own text to what a reader sees."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import shutil
import sys
import types
from pathlib import Path

import pytest

from press import components
from press.labs import script
from tests.setup.test_four_steps import ROOT, run, templates
from tests.test_house import wrong_arrows

SNIPPET = "snippets/quality/shifted_mean.py"
TEST = "tests/snippets/quality/test_shifted_mean.py"
CLAIMS = "derivations/quality/claims.py"
LAB = "docs/quality/shifted-numbers.py"
FORMULAS = "press/figures/quality/formulas.py"
FIGURES = "press/figures/quality/__init__.py"
DRAWING = "press/figures/quality/shifted_mean.js"


def module(text: str, name: str) -> types.ModuleType:
    made = types.ModuleType(name)
    exec(compile(text, name, "exec"), made.__dict__)
    return made


def failing(snippet: str) -> list[str]:
    """The tests of the template's test file that fail with this text of the snippet."""
    under = module(snippet, "shifted_mean")
    found = []
    for name, test in vars(module(templates()[TEST], "test_shifted_mean")).items():
        if name.startswith("test_"):
            try:
                test(under)
            except AssertionError:
                found.append(name)
    return found


def test_the_snippet_holds_and_its_doctest_is_its_output() -> None:
    text = templates()[SNIPPET]
    assert failing(text) == []
    made = module(text, "shifted_mean")
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(verbose=False)
    for one in finder.find(made, module=False, globs=made.__dict__):
        runner.run(one)
    assert runner.tries == 1
    assert runner.failures == 0


@pytest.mark.parametrize(
    ("right", "wrong", "red"),
    [
        ("mean() + u", "mean() - u", "test_it_is_the_mean_of_the_shifted_numbers"),
        ("mean() + u", "sum() + u", "test_it_is_the_mean_of_the_shifted_numbers"),
        ("or not a.size", "", "test_no_numbers_are_refused"),
        ("a.ndim != 1 or", "", "test_no_numbers_are_refused"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the mean of nothing, which the template refuses
def test_a_slip_in_the_snippet_is_seen_by_its_test(right: str, wrong: str, red: str) -> None:
    text = templates()[SNIPPET]
    assert right in text
    assert red in failing(text.replace(right, wrong))


def test_the_snippet_stands_on_a_page_with_what_it_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / SNIPPET).parent.mkdir(parents=True)
    (tmp_path / SNIPPET).write_text(templates()[SNIPPET], encoding="utf-8")
    assert list(wrong_arrows(tmp_path)) == []
    monkeypatch.setattr(components, "ROOT", tmp_path)
    html = components._snippet("quality/shifted_mean:shifted_mean")["html"]
    assert "<samp>13.0</samp>" in html
    assert "8&lt;" not in html


JUDGED = """
import json
from derivations import check
from press import components
cards = {one: components.draw("claim card", one)["html"] for one in ("S3-999", "S3-998")}
print(json.dumps([[check.ruling(one).ruling.value, html] for one, html in cards.items()]))
"""


def test_the_claim_is_judged_and_a_slip_in_it_refuted(tmp_path: Path) -> None:
    for tree in ("derivations", "press"):
        shutil.copytree(ROOT / tree, tmp_path / tree)
    for name in ("package.json", "requirements-libraries.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    template = templates()[CLAIMS]
    slip = template.replace("S3-999", "S3-998").replace("K + u)", "K + K * u)").replace("MORE", "WRONG")
    assert slip.count("K * u") == 1
    path = tmp_path / CLAIMS
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{template}\n{slip}", encoding="utf-8")
    done = run(tmp_path, "-c", JUDGED)
    assert done.returncode == 0, done.stderr
    (right, card), (wrong, refuted) = json.loads(done.stdout)
    assert (right, wrong) == ("true", "false")
    assert "Computed" in card
    assert "It fails at" in refuted


def test_the_lab_is_read_and_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / LAB).parent.mkdir(parents=True)
    (tmp_path / LAB).write_text(templates()[LAB], encoding="utf-8")
    lab = script.Lab(tmp_path / LAB, tmp_path)
    assert [cell.kind for cell in lab.cells] == ["markdown", "code"]
    assert lab.cells[0].source.startswith("# Ten added")
    monkeypatch.setitem(sys.modules, "snippets.quality.shifted_mean", module(templates()[SNIPPET], "shifted_mean"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        module(lab.cells[1].source, "lab")
    first, second = printed.getvalue().split()
    assert first == second == "14.0"


DRAWN = """
import json
from dataclasses import replace
from derivations.notation import u
from press.figures import build
from press.figures.quality import formulas

def shown(engine):
    return [engine.call("figures.draw", figure.name, {"u": at}, figure.data)["readout"] for at in (-3, 0.5, 3)]

(figure,) = build.figures("quality")
markup = build._make("quality").markup[figure.name]
right = shown(build.engine("quality"))
(formula,) = formulas.FORMULAS
formulas.FORMULAS = (replace(formula, expr=u * formula.expr),)
print(json.dumps([markup, right, shown(build.engine("quality"))]))
"""


def test_the_figure_shows_the_mean_and_a_slip_in_its_formula_shows(tmp_path: Path) -> None:
    for tree in ("derivations", "press"):
        shutil.copytree(ROOT / tree, tmp_path / tree)
    shutil.copy(ROOT / "package.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    given = templates()
    for place in ("derivations/quality/shifted_mean.py", DRAWING):
        (tmp_path / place).write_text(given[place], encoding="utf-8")
    for place, kept in ((FORMULAS, "FORMULAS"), (FIGURES, "FIGURES")):
        path = tmp_path / place
        # The topic's other figures have tests of their own.
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{given[place]}\n{kept} = {kept}[-1:]\n", encoding="utf-8")
    done = run(tmp_path, "-c", DRAWN)
    assert done.returncode == 0, done.stderr
    markup, right, wrong = json.loads(done.stdout)
    assert [float(mean) for ((_, mean),) in right] == [0, 3.5, 6]
    assert wrong != right
    assert 'data-figure="shifted_mean"' in markup
    assert "The mean moves as far as every number." in markup
    assert markup.count('class="om-fill-a"') == 3
