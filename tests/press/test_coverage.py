"""What a page may type and what it may not: each kind of fault is planted, each permitted form is let through."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from derivations import errata
from derivations.calculus import Claim, Definition, Kind, Ruling, Source
from derivations.errata import Erratum, Harm
from derivations.library import Library, Named
from derivations.notation import N, Q
from press import components, coverage, measured, store
from press.faults import Wrong
from press.scan import scan

TAKEN = frozenset({"Q", r"\hat y", "L"})


def typed(text: str) -> list[tuple[int, str]]:
    found = scan(textwrap.dedent(text))
    return [(one.line, one.was) for one in coverage.typed(found, "docs/x.md", TAKEN)]


@pytest.mark.parametrize(
    "text",
    [
        "$$Q = 1$$",
        "$$\nL\n$$",
        r"\[ L \]",
        r"\begin{align} L &= 1 \end{align}",
        "    $$ L $$",
        "> $$ L $$",
        "$$ without an end",
    ],
)
def test_typed_display_maths_is_a_fault(text: str) -> None:
    found = scan(text)
    assert any("displayed" in one.expected for one in coverage.typed(found, "docs/x.md", TAKEN))


@pytest.mark.parametrize(
    "tex",
    [
        r"dW = E X^\top",
        "a=b",
        r"Q \le 1",
        r"Q \leq A",
        r"a \approx b",
        r"L \propto m",
        r"x \to y",
        r"\theta \leftarrow \theta - g",
        "a ≈ b",
        "a < b",
        "a > b",
        r"a \ge b",
        r"a \ne b",
        "x → y",
        "Q = 0.825",
        "Q = 1",
        "m = n",
        r"p_k = \frac{1}{K}",
        r"\beta^t = 0.9 t",
        "K = 2 m",
        r"1 - \beta = 0.1",
        r"\hat y = 1",
    ],
)
def test_a_typed_relation_is_a_fault(tex: str) -> None:
    assert typed(f"So ${tex}$ holds.") == [(1, f"typed ${tex}$")]
    assert typed(rf"So \({tex}\) holds.") == [(1, f"typed ${tex}$")]


@pytest.mark.parametrize(
    "tex",
    [
        r"\beta",
        "dW",
        "m = 1",
        r"\beta = 0.9",
        r"K \ge 2",
        r"m > 1",
        r"\varepsilon = 10^{-8}",
        r"\alpha = \tfrac{1}{2}",
        r"\alpha = 1/2",
        r"\alpha = 5 \times 10^{-3}",
        r"m = 1, 10, 100",
        r"m \in \{1, 2, 3\}",
        r"0 < \beta < 1",
        r"i = 1, \dots, m",
        r"t \to \infty",
        r"m \to 0",
        "y_k = 1",
        r"p^{(i)}_k = 0",
        "N = 10\\,000".replace("\\,", ""),
        r"K \times m",
        r"W \in \mathbb{R}^{K \times D}",
        r"\lambda = -1",
    ],
)
def test_bare_symbols_and_settings_may_be_typed(tex: str) -> None:
    assert typed(f"Take ${tex}$ here.") == []


@pytest.mark.parametrize(
    ("text", "was"),
    [
        ("It is 0.825 then.", "typed 0.825"),
        ("It is 83.2 % then.", "typed 83.2 %"),
        ("About 83% of them.", "typed 83%"),
        ("About 83 % of them.", "typed 83 %"),
        ("It is 1e-16 off.", "typed 1e-16"),
        ("It is 2.5e-8 off.", "typed 2.5e-8"),
        ("It is −0.0025.", "typed −0.0025"),
        ("It is 1,024.5 wide.", "typed 1,024.5"),
        ("(0.5)", "typed 0.5"),
        ("| 0.24 | b |", "typed 0.24"),
        ("A bare $0.825$ too.", "typed $0.825$"),
        ("In code `0.825` too.", "typed `0.825`"),
        ("## A heading with 0.83", "typed 0.83"),
        ("**0.83**", "typed 0.83"),
        ("We find dW = E here.", "typed dW = E"),
        ("We find Q ≤ 1 here.", "typed Q ≤ 1"),
        ("We find Q = 1 here.", "typed Q = 1"),
        ("We find Q=A here.", "typed Q = A"),
        ("We find Q ≤A here.", "typed Q ≤ A"),
        ("We find Q &le; A here.", "typed Q ≤ A"),
        ("We find Q &#61; A here.", "typed Q = A"),
        ("We find Q &lt; A here.", "typed Q < A"),
        ("We find Q =\nA here.", "typed Q = A"),
        ("We find *Q* = **A**", "typed Q = A"),
        ("We find Q := A here.", "typed Q := A"),
        ("We find Q <= A here.", "typed Q <= A"),
        ("We find Q ⇒ A here.", "typed Q ⇒ A"),
        ("| Q | ≤ | A |", "typed | ≤ |"),
        ('[text](page.md "Q is 0.825")', "typed 0.825"),
        ("![Q ≤ A](picture.svg)", "typed Q ≤ A"),
        ('<img src="x.svg" alt="Q ≤ A">', "typed Q ≤ A"),
        ("<math><mi>Q</mi><mo>=</mo><mn>1</mn></math>", "typed Q = 1"),
        ("[^1]: It is 0.825.", "typed 0.825"),
        ("It is 0&#46;825.", "typed 0.825"),
        ("It is .825 then.", "typed .825"),
        ("It is 0,825 then.", "typed 0,825"),
        ("About ½ of it.", "typed ½"),
        ("About 83 per cent.", "typed 83"),
        ("It is 10⁻¹⁶ off.", "typed 10⁻¹⁶"),
        ("It is 10^-16 off.", "typed 10^-16"),
        ("It is proved for all sizes.", "typed proved for all sizes"),
        ("It agrees to 50 digits.", "typed agrees to 50 digits"),
        ("    >>> 1 + 1", "typed >>> 1 + 1"),
    ],
)
def test_a_typed_result_in_prose_is_a_fault(text: str, was: str) -> None:
    assert typed(text) == [(1, was)]


@pytest.mark.parametrize(
    "text",
    [
        "There are 1797 images of 8 by 8 in 10 classes, 1,797 in all.",
        "Python 3.11, SymPy 1.14, version 2.1 and version 1.14.0.",
        "See section 4.2, equation 34.5 (figure 3.2) and §2.1.",
        "On 2026-11-21 at 10:30.",
        "1. one\n2. two",
        "[text](page.md#section-0.5) and <https://example.org/1.5> and https://example.org/1.5.",
        "![a picture](figure-0.5.svg)",
        '<div style="width: 0.5em">text</div>',
        "<!-- 0.825 and $a = b$ -->",
        "`softmax(z / 0.5)` and `x = 0.5`",
        "K = 2 is logistic regression.",
        "From 1 to 3.",
        r"It costs \$5 and \$6.",
        "{ .class width=0.5 }".replace("{ .", "{."),
        "A role holds no prose: {num}`half:0.3f`, {eq}`a = b`.",
    ],
)
def test_what_is_no_result_may_be_typed(text: str) -> None:
    assert typed(text) == []


@pytest.mark.parametrize("language", ["python", "py", "", "text", "pycon", "math", "latex", "mermaid", "json", "html"])
def test_typed_code_is_a_fault_and_a_command_is_none(language: str) -> None:
    assert typed(f"```{language}\nprint(1)\n```") == [(1, f"a typed fence ```{language}")]
    assert typed("```bash\nmake serve\n```") == []


def test_the_line_is_the_files_line() -> None:
    assert typed("one\n\ntwo $a = b$\n\n```bash\n0.5\n```\n\n0.825\n") == [(3, "typed $a = b$"), (9, "typed 0.825")]


def test_cells_of_a_lab_keep_their_lines() -> None:
    script = "# ---\n# %% [markdown]\n# # Title\n#\n# text 0.5\n\n# %%\nx = 0.5  # $a = b$\n"
    script += '# %% [markdown]\n"""\nmore 0.25\n"""\n'
    cells = coverage.markdown_cells(script)
    assert [(one.first_line, one.text.strip()) for one in cells] == [(3, "# Title\n\ntext 0.5"), (10, "more 0.25")]
    found = [
        fault for cell in cells for fault in coverage.typed(scan(cell.text, cell.first_line), "docs/lab.py", TAKEN)
    ]
    assert [one.line for one in found] == [5, 11]
    assert [script.split("\n")[one.line - 1].lstrip("# ") for one in found] == ["text 0.5", "more 0.25"]


# ---- over all pages


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of pages, and a library of three names behind the components."""
    docs = tmp_path / "docs"
    docs.mkdir()
    known = {
        "chain": ("derivation", "derivations/t/a.py", 7),
        "body": ("definition", "derivations/t/a.py", 3),
        "size": ("quantity", "derivations/t/a.py", 20),
    }

    def draw(kind: str, argument: str) -> dict[str, object]:
        name = argument.partition(":")[0]
        if name not in known:
            raise Wrong("a name of the library", name)
        return {"html": name, "ids": [], "shows": [name], "equations": int(kind == "derivation")}

    monkeypatch.setattr(store, "kept", lambda key, make, **_: json.loads(json.dumps(make())))
    monkeypatch.setattr(components, "draw", draw)
    monkeypatch.setattr(components, "positions", lambda: known)
    monkeypatch.setattr(components, "figure_names", lambda: {"hill"})
    monkeypatch.setattr(components, "load", lambda: Library({}))
    monkeypatch.setattr(measured, "load", dict)
    monkeypatch.setattr(coverage, "heads", lambda: TAKEN)
    return docs


def test_a_name_that_no_page_shows_is_a_fault_at_its_own_line(planted: Path) -> None:
    (planted / "a.md").write_text("# Title\n", encoding="utf-8")
    assert [str(one) for one in coverage.faults(planted)] == [
        "derivations/t/a.py:3: expected a page that shows the definition body, got none",
        "derivations/t/a.py:7: expected a page with ```derivation chain, got none",
        "derivations/t/a.py:20: expected a page that shows the quantity size, got none",
        "press/figures:1: expected a page with ```figure hill, got none",
    ]


def test_all_shown_is_no_fault_and_a_lab_counts(planted: Path) -> None:
    (planted / "a.md").write_text("---\ntitle: A\n---\n\n```derivation\nchain\n```\n\n{eq}`body`\n", encoding="utf-8")
    (planted / "lab.py").write_text("# %% [markdown]\n# {num}`size:.2f` of them\n", encoding="utf-8")
    assert [one for one in coverage.faults(planted) if one.page != "press/figures"] == []


def test_an_equation_of_the_ends_does_not_count_as_the_derivation(planted: Path) -> None:
    (planted / "a.md").write_text("```equation\nchain\n```\n\n{eq}`body` {num}`size`\n", encoding="utf-8")
    assert [one.was for one in coverage.faults(planted) if "chain" in one.expected] == ["none"]


def test_a_dangling_name_is_a_fault_with_its_line(planted: Path) -> None:
    (planted / "a.md").write_text("---\ntitle: A\n---\n\ntext\n\n{eq}`chian`\n", encoding="utf-8")
    assert "docs/a.md:7: expected a name of the library, got chian" in map(str, coverage.faults(planted))


def test_front_matter_is_read_too(planted: Path) -> None:
    (planted / "a.md").write_text("---\ntitle: It is 0.83\ndescription: dW = E\n---\n\ntext\n", encoding="utf-8")
    told = [str(one) for one in coverage.faults(planted) if one.page == "docs/a.md"]
    assert told == [
        "docs/a.md:2: expected a number drawn by {num}`NAME:format`, got typed 0.83",
        "docs/a.md:3: expected a relation drawn by {eq}`NAME`, got typed dW = E",
    ]


def test_the_words_of_values_are_read_too(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Claim("T-1", Source("s"), "it is 0.24", Kind.OPINION, ruling=Ruling.OPINION, because="It is 0.246.")
    lib = Library(
        {
            "chain": Named("chain", Definition(Q, N, "so a = b"), "m", "t", "a", 7),
            "size": Named("size", claim, "m", "t", "a", 20),
        }
    )
    monkeypatch.setattr(components, "load", lambda: lib)
    assert [str(one) for one in coverage.spoken()] == [
        "derivations/t/a.py:7: expected a relation drawn by {eq}`NAME`, got typed a = b in “so a = b”",
        "derivations/t/a.py:20: expected a number drawn by {num}`NAME:format`, got typed 0.246 in “It is 0.246.”",
    ]


def _told_of(reason: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    claim = Claim("T-1", Source("s"), "$1-\\beta$ of it", Kind.OPINION, ruling=Ruling.OPINION, because=reason)
    lib = Library({"size": Named("size", claim, "m", "t", "a", 20)})
    monkeypatch.setattr(components, "load", lambda: lib)
    return [one.was for one in coverage.spoken()]


@pytest.mark.parametrize(
    "tex", [r"1-\beta^n", "(m-1)/m", "m - 1", r"1/(1-\beta)", "2/(mh)", r"\lambda/m", "mJ", r"\beta^{t+1}", "1/n"]
)
def test_a_reason_types_no_expression(tex: str, planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any(f"typed ${tex}$" in one for one in _told_of(f"It is ${tex}$ of it.", monkeypatch))


@pytest.mark.parametrize(
    "tex", ["m", r"\tilde v_n", "v_t^{0}", "w_{11}", "dW", "1/m", r"1-\beta^t", "m = 1", r"\beta_2 = 1"]
)
def test_a_reason_may_name_a_letter_a_setting_or_the_factor(
    tex: str, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _told_of(f"It is ${tex}$.", monkeypatch) == []


def test_nor_does_an_erratum(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Erratum("one", "A slip", Harm.READING, ("S4-079",), "None.", "Multiply by $m/(m-1)$.", ())
    monkeypatch.setattr(errata, "ERRATA", (one,))
    assert any("typed $m/(m-1)$" in was for was in _told_of("It is so.", monkeypatch))
