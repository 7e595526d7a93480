"""Components drawn from planted values: what is true is shown, what is not is refused, with what was expected."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import warnings
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from sympy import Limit, MatrixSymbol, OneMatrix, Rational, Symbol, expand, preorder_traversal

from derivations import check, library, tex
from derivations.calculus import Derivation, Entry
from derivations.prover import Kind, Outcome
from press import components, measured, store, sympy_source
from press.faults import Wrong

PLANTED = '''
"""Values for the press to draw: one of each kind, and false ones."""

from sympy import Eq, Product, Rational, S, Sum, log

from derivations.calculus import Claim, Definition, Given, Kind, Quantity, Rule, Ruling, Source, calc, eq, le
from derivations.notation import N, Q, L, i, p
from derivations.rules import by_definition, log_of_a_power, log_of_a_product

quality = Definition(Q, Product(p[i], (i, 1, N)) ** (1 / N), "the quality")
loss = Definition(L, -Sum(log(p[i]), (i, 1, N)) / N, "the loss")
lonely = Definition(L, Sum(p[i], (i, 1, N)), "a sum that nothing uses")

chain = calc(
    -log(Q),
    eq(-log(Product(p[i], (i, 1, N)) ** (1 / N)), by=by_definition(quality)),
    eq(-log(Product(p[i], (i, 1, N))) / N, by=log_of_a_power),
    eq(-Sum(log(p[i]), (i, 1, N)) / N, by=log_of_a_product),
    eq(L, by=by_definition(loss, lower=True)),
    where=(quality, loss),
    title="The log of $Q$ & the loss",
    source=Source("A lecture", "L1"),
)

# A lost 1/N.
false_chain = calc(
    -log(Q),
    eq(-Sum(log(p[i]), (i, 1, N)), by=Rule("a slip", "words")),
    where=(quality, loss),
)

DATA = {N: 2, p: ("1/4", "1")}
half = Quantity(Q, "the quality of two examples", (quality,), DATA)
share = Quantity(Sum(p[i], (i, 1, N)) / 3, "a share", (), DATA)
count = Quantity(Sum(p[i], (i, 1, N)) * 4, "a count", (), DATA)
in_thousands = Quantity(Sum(p[i], (i, 1, N)) * 4000, "many", (), DATA)

CLAIMS = (
    Claim("T-001", Source("A lecture", "L9"), "the loss is the sum, says it", Kind.IDENTITY,
          stated=Eq(L, -Sum(log(p[i]), (i, 1, N))), where=(loss,), because="A factor of $1/N$ is lost.",
          rests_on=("chain", "half")),
    Claim("T-002", Source("A lecture", "L10"), "the quality of two is about a half", Kind.NUMBER,
          stated=Eq(Q, Rational(1, 2)), where=(quality,), at=DATA, places=2),
    Claim("T-003", Source("A lecture", "L11"), "logs are <nicer>", Kind.OPINION,
          ruling=Ruling.OPINION, because="Taste."),
)
'''


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[library.Library]:
    path = tmp_path_factory.mktemp("planted") / "planted_values.py"
    path.write_text(PLANTED, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("planted_values", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["planted_values"] = module
    spec.loader.exec_module(module)
    yield library.collect(iter([module]))
    del sys.modules["planted_values"]


REPORTS: dict[str, check.Report] = {}


@pytest.fixture(autouse=True)
def behind_the_doors(planted: library.Library, monkeypatch: pytest.MonkeyPatch) -> None:
    def report(name: str, mutate: bool = False) -> check.Report:
        if name not in REPORTS:
            REPORTS[name] = check.compute(name, planted.find(name).value, mutate)
        return REPORTS[name]

    monkeypatch.setattr(library, "load", lambda: planted)
    monkeypatch.setattr(check, "report", report)
    monkeypatch.setattr(check, "ruling", lambda name: check.rule_on(planted.find(name).value))
    monkeypatch.setattr(measured, "load", dict)
    monkeypatch.setattr(store, "kept", lambda key, make, **_: json.loads(json.dumps(make())))


def html(kind: str, argument: str) -> str:
    return str(components.draw(kind, argument)["html"])


def tex_of(made: str) -> list[str]:
    """The TeX that KaTeX carries along in its MathML."""
    import html as escapes

    return [escapes.unescape(one) for one in re.findall(r"<annotation[^>]*>(.*?)</annotation>", made, re.DOTALL)]


# ---- derivations


def test_a_derivation_has_each_line_with_its_rule_and_verdict() -> None:
    piece = components.draw("derivation", "chain")
    made = piece["html"]
    assert made.count('<li class="om-line"') == 4
    assert made.count('<span class="om-verdict" data-verdict="proved"') == 4
    assert 'id="chain" data-verdict="proved"' in made
    rules = re.findall(r'<div class="om-rule"><details><summary>(.*?)</summary>', made)
    assert rules == ["definition of the quality", "log of a power", "log of a product", "definition of the loss"]
    lines = ["chain", "chain-1", "chain-2", "chain-3", "chain-4"]
    assert piece["ids"] == [*lines, "chain-where-quality", "chain-where-loss"]
    assert made.count('<a class="om-permanent" href="om:eq/chain/"') == 1
    assert all(f'id="{one}"' in made for one in piece["ids"])
    assert piece["equations"] == 4


def test_only_the_first_line_has_a_left_side(planted: library.Library) -> None:
    made = html("derivation", "chain")
    lefts = re.findall(r'<span class="om-left">(.*?)</span><span class="om-rel">', made, re.DOTALL)
    assert [bool(one) for one in lefts] == [True, False, False, False]
    assert tex_of(lefts[0]) == [rf"\displaystyle {tex.tex(planted.find('chain').value.start)}"]


def test_what_it_rests_on_is_folded_and_there(planted: library.Library) -> None:
    made = html("derivation", "chain")
    assert '<details class="om-more">' in made
    assert tex.tex(planted.find("quality").value) in tex_of(made)
    assert re.search(r"<p>\d+ slips were planted in its lines; \d+ were refuted\.</p>", made)
    assert 'class="om-copy"' in made
    assert 'href="om:how-it-is-checked.md"' in made
    assert "Source: A lecture, L1." in made
    assert "&amp; the loss" in made


def test_where_an_inequality_is_tight_is_no_hypothesis() -> None:
    from derivations.quality.geometric_mean import geometric_below_arithmetic as below

    made = components._more("below", below, (below,), check.compute("below", below))
    assert "all probabilities are equal" in made.split("Both sides are equal")[1].split("</section>")[0]
    assert "Needed by a rule" not in made


def test_a_derivation_shows_its_definitions() -> None:
    assert components.draw("derivation", "chain")["shows"] == ["chain", "quality", "loss"]


def test_how_a_line_was_checked_is_told_in_words() -> None:
    made = components.draw("derivation", "chain")["html"]
    told = re.findall(r"<li>(Line \d: .*?)</li>", made)
    assert len(told) == 4
    agree = re.compile(r"Worked out in digits it holds at \d+ random points\.$")
    assert all(one.startswith(f"Line {n}: proved for all sizes. ") for n, one in enumerate(told, 1))
    assert all(agree.search(one) for one in told)
    assert "With the quality written out, the difference of the two sides comes to 0." in told[0]

    def line(proof: str, digits: str) -> str:
        outcomes = Outcome(Kind.PROVED, proof), Outcome(Kind.AGREES, digits)
        return components._checked(check.LinkReport(1, check.Verdict.PROVED, *outcomes, "loose"), ())

    assert line("opened S, p, w; it follows", "8 points, 6 tight") == (
        "<li>Line 1: proved for all sizes. With S, p and w written out, it follows. Worked out in digits it holds at "
        "8 random points, and both sides are equal at 6 where they should be.</li>"
    )
    assert line("nothing opened; it follows", "") == "<li>Line 1: proved for all sizes. It follows.</li>"
    assert line("after 3 s", "no point") == "<li>Line 1: proved for all sizes (after 3 s). Digits: no point.</li>"


@pytest.mark.parametrize("kind", ["derivation", "equation", "eq", "verdict"])
def test_a_false_derivation_is_refused_with_its_counterexample(kind: str) -> None:
    with pytest.raises(Wrong, match=r"expected the derivation false_chain to hold, got link 1 .*refuted at N = "):
        components.draw(kind, "false_chain")


@pytest.mark.parametrize(
    ("kind", "argument", "expected", "was"),
    [
        ("derivation", "chian", "a name of the library", "chian (nearest: chain, false_chain)"),
        ("derivation", "quality", "the name of a derivation", "quality, a Definition"),
        ("equation", "chain:9", "a line of chain, 1 to 4", "9"),
        ("equation", "chain:x", "a name, or a name and the number of a line (NAME:2)", "chain:x"),
        ("equation", "quality:1", "a derivation, where a line's number is given", "quality, a Definition"),
        ("equation", "half", "the name of an equation", "half, a Quantity"),
        ("equation", "T-001", "an equation that holds (a claim is shown by its card)", "T-001, false"),
        (
            "equation",
            "lonely",
            "a definition that a derivation, a quantity, a claim or a fact uses",
            "lonely, which none does",
        ),
        ("num", "chain:.2f", "the name of a quantity", "chain, a Derivation"),
        ("num", "share", "a format such as .3f for a number that is not whole", "none"),
        ("num", "share:.3q", "a Python format such as .3f or .1%", ".3q"),
        ("verdict", "quality", "the name of a derivation or a claim", "quality, a Definition"),
        ("verdict", "T-001:title", "the name of a derivation before :title", "T-001"),
        ("claim", "chain", "the id of a claim", "chain, a Derivation"),
        ("claims", "S9", "a source with claims", "S9"),
        (
            "claims",
            "T wrong",
            "one of the rulings true, conditional, false, misleading, open, opinion, answered, or links",
            "wrong",
        ),
    ],
)
def test_a_wrong_use_says_what_was_expected(kind: str, argument: str, expected: str, was: str) -> None:
    with pytest.raises(Wrong) as told:
        components.draw(kind, argument)
    assert (told.value.expected, told.value.was) == (expected, was)


def test_any_exception_becomes_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(argument: str) -> dict[str, object]:
        raise RuntimeError("something else")

    monkeypatch.setitem(components._DRAWERS, "num", fail)
    with pytest.raises(Wrong, match="expected num it to be drawn, got RuntimeError: something else"):
        components.draw("num", "it")


# ---- equations


def both(left: object, right: object) -> str:
    """As the printer sets them; how it does so is tests/derivations' to judge."""
    return f"{tex.tex(left)} = {tex.tex(right)}"


@pytest.mark.parametrize("argument", ["chain", "chain:4", "T-002", "quality"])
def test_an_equation_is_what_its_name_states(argument: str, planted: library.Library) -> None:
    chain, quality = planted.find("chain").value, planted.find("quality").value
    states = {
        "chain": both(chain.start, chain.end),
        "chain:4": both(chain.lines[3], chain.lines[4]),
        "T-002": both(quality.head, Rational(1, 2)),
        "quality": both(quality.head, quality.body),
    }
    assert components.equation_tex(argument) == states[argument]
    assert html("equation", argument).startswith(f'<div class="om-eq-display" data-name="{argument}">')
    assert html("eq", argument).startswith(f'<span class="om-eq" data-name="{argument}">')


def test_the_ends_of_a_chain_stand_in_its_weakest_relation() -> None:
    from sympy import Eq

    from derivations.calculus import Given, Relation, Rule, approx, calc, eq, ge, gt, le, lt

    x = Symbol("x", positive=True)
    because, tight = Rule("r", "words"), Given(Eq(x, 1))

    def of(*steps: object) -> Relation:
        return components._relation_of(calc(x, *steps), "it")  # type: ignore[arg-type]

    same, less, under = eq(x, by=because), le(x, by=because, tight=tight), lt(x, by=because)
    more, over, near = ge(x, by=because, tight=tight), gt(x, by=because), approx(x, by=because, small=x, order=1)
    assert of(same, same) is Relation.EQ
    assert of(same, less) is Relation.LE
    assert of(less, under, same) is Relation.LT
    assert of(more, same) is Relation.GE
    assert of(more, over) is Relation.GT
    assert of(near, same) is Relation.APPROX
    for steps in ((less, more), (near, less), (under, over)):
        with pytest.raises(Wrong, match="whose ends can be compared"):
            of(*steps)


# ---- numbers


@pytest.mark.parametrize(
    ("argument", "text"),
    [
        ("half:.3f", "0.500"),
        ("share:.3f", "0.417"),
        ("share:.1%", "41.7\u202f%"),
        ("share:.2e", "4.17 × 10<sup>−1</sup>"),
        ("share:/", "5/12"),
        ("count", "5"),
        ("in_thousands:,d", "5,000"),
        ("in_thousands", "5000"),
    ],
)
def test_a_number_is_computed_and_formatted(argument: str, text: str) -> None:
    made = html("num", argument)
    assert re.fullmatch(r'<span class="om-num" data-name="\w+" title="[^"]+">(.*)</span>', made)[1] == text  # type: ignore[index]


@pytest.mark.parametrize(
    ("number", "spec", "text"),
    [
        (Fraction(-1, 3), ".3f", "−0.333"),
        (Fraction(1, 8), ".2f", "0.12"),
        (Fraction(3, 8), ".2f", "0.38"),
        (Fraction(2, 3), ".60f", None),
        (Fraction(1, 10**20), ".1e", "1.0 × 10<sup>−20</sup>"),
        (10**20, ".1e", "1.0 × 10<sup>20</sup>"),
        (Fraction(-5), "", "−5"),
    ],
)
def test_rounding_is_exact(number: Fraction, spec: str, text: str | None) -> None:
    if text is None:
        with pytest.raises(Wrong, match="at most 40 digits"):
            components.written(number, spec)
    else:
        assert components.written(number, spec) == text


def test_a_number_is_not_rounded_twice() -> None:
    # To 4 places first it would be 0.1250, and to 2 then 0.12; rounded once it is 0.13.
    assert components.written(Fraction(125001, 1000000), ".2f") == "0.13"


# ---- verdicts and claims


def test_a_verdict_is_computed() -> None:
    assert "proved for all sizes</span>" in html("verdict", "chain")
    assert 'data-verdict="proved"' in html("verdict", "chain:2")
    assert 'data-ruling="false">false</span>' in html("verdict", "T-001")


def test_a_verdict_can_say_what_it_is_about() -> None:
    made = html("verdict", "chain:title")
    assert made.startswith('<a href="om:eq/chain/">The log of <')
    assert made.endswith(f" &amp; the loss</a> {html('verdict', 'chain')}")


def test_a_false_claim_shows_where_it_fails_and_what_holds_instead(planted: library.Library) -> None:
    piece = components.draw("claim card", "T-001")
    made = piece["html"]
    assert 'class="om-claim" data-ruling="false"' in made
    assert re.search(r"It fails at <span.*?</span> = \d+", made)
    assert "A lecture, L9" in made
    chain = planted.find("chain").value
    assert both(chain.start, chain.end) in tex_of(made)
    assert "the quality of two examples: " in made
    assert "Computed" in made
    assert "half" in piece["shows"]
    assert piece["ids"] == []


def test_an_opinion_says_that_it_was_reasoned() -> None:
    made = html("claim card", "T-003")
    assert "A reasoned verdict" in made
    assert "logs are &lt;nicer&gt;" in made


def test_a_claim_that_holds_at_the_printed_places_is_true() -> None:
    assert 'data-ruling="true"' in html("claim card", "T-002")


def test_a_printed_decimal_is_shown_as_printed() -> None:
    made = html("claim card", "T-002")
    assert tex_of(made)[0].endswith(" = 0.50")


@pytest.mark.parametrize(("many", "folded"), [(6, False), (7, True)])
def test_a_point_of_many_values_is_folded(many: int, folded: bool) -> None:
    values = tuple((f"p[{n}]", "-1/2") for n in range(many))
    found = check.Counterexample((("N", "5"),), values, "-0.1", "-37/100", "=")
    made = components._counterexample(found, 2)
    assert ("<details class" in made) is folded
    assert re.search(r"It fails at <span.*?</span> = 5", made)
    assert made.count("</span> = −1/2") == many
    assert "p[5]" not in made, "names are set as the notation table has them"
    assert "the left side is −0.1, the right side is −0.37." in made


def test_the_ledger_has_each_claim_once_with_an_anchor() -> None:
    assert components.draw("claims", "T")["ids"] == ["T-001", "T-002", "T-003"]
    assert components.draw("claims", "T false")["ids"] == ["T-001"]
    assert 'id="T-001"' in html("claims", "T false")
    assert "None." in html("claims", "T misleading")


def test_a_claims_link_leads_to_the_ledger() -> None:
    assert html("claim", "T-001") == (
        '<a class="om-claim-link" data-ruling="false" href="om:claims/t.md#T-001">T-001</a>'
    )


def test_a_source_in_parts_has_a_page_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "PARTS", {"T": ((1, "t-begin"), (10, "t-middle"), (11, "t-end"))})
    monkeypatch.setattr(components.store, "kept", lambda key, make: make())
    assert [components.ledger(f"T-00{n}") for n in (1, 2, 3)] == [
        f"claims/t-{n}.md" for n in ("begin", "middle", "end")
    ]
    assert components.draw("claims", "T-middle")["ids"] == ["T-002"]
    assert 'href="om:claims/t-end.md#T-003"' in html("claim", "T-003")
    assert 'href="om:claims/t-end.md#T-003"' in html("claims", "T-end opinion")
    with pytest.raises(Wrong, match="expected a part of T: t-begin, t-middle, t-end, got T"):
        components.draw("claims", "T")


def test_links_of_a_part_keep_the_anchors_that_its_cards_had_and_show_nothing() -> None:
    piece = components.draw("claims", "T links")
    assert piece["ids"] == ["T-001", "T-002", "T-003"]
    assert piece["shows"] == []
    assert piece["html"].startswith("<div"), "a list that is not in a block of its own would stand in a paragraph"
    for name in piece["ids"]:
        assert f'<li id="{name}">{html("claim", name)}</li>' in piece["html"]


def test_claims_stand_in_the_order_of_their_source(monkeypatch: pytest.MonkeyPatch) -> None:
    places = {"T-001": 12, "T-002": 9, "T-003": 10}
    monkeypatch.setattr(components, "line", places.__getitem__)
    monkeypatch.setattr(components.store, "kept", lambda key, make: make())
    assert components.draw("claims", "T")["ids"] == ["T-002", "T-003", "T-001"]


# ---- as SymPy


def test_the_sympy_text_runs_alone_and_gives_the_lines(planted: library.Library) -> None:
    chain = planted.find("chain").value
    space: dict[str, object] = {}
    text = sympy_source.source("chain", chain)
    assert "derivations" not in text
    exec(text, space)
    assert tuple(space["lines"]) == chain.lines  # type: ignore[arg-type]
    assert space["where"] == {one.head: one.body for one in chain.where}


def test_fractions_and_odd_names_survive_as_python() -> None:
    x = Symbol("lambda", positive=True)
    expr = x ** Rational(1, 3) + Rational(1, 7)
    text = sympy_source.text_of(expr)
    assert eval(text, {"Rational": Rational, "lambda_": x}) == expr


def test_a_matrix_of_ones_is_not_the_number_one() -> None:
    X, m = MatrixSymbol("X", 2, 3), Symbol("m", integer=True, positive=True)
    expr = X * OneMatrix(3, m)
    assert eval(sympy_source.text_of(expr), {"OneMatrix": OneMatrix, "X_matrix": X, "m": m}) == expr


@pytest.mark.parametrize("side", ["+", "-"])
def test_a_limit_keeps_its_side(side: str) -> None:
    x = Symbol("x")
    expr = Limit(1 / x, x, 0, side)
    assert eval(sympy_source.text_of(expr), {"Limit": Limit, "x": x}) == expr
    assert list(sympy_source._declarations([expr])) == ["x = Symbol('x')"]


def test_the_sympy_text_of_every_derivation_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    found = library.load().derivations
    for name, named in found.items():
        chains = [named.value] if isinstance(named.value, Derivation) else [named.value.base, named.value.step]
        space: dict[str, list[object]] = {}
        text = sympy_source.source(name, named.value)
        assert not re.search(r"#.*[$\\`]", text), f"{name}: markup in a comment"
        exec(text, space)
        got = [line for key in ("lines", "base_lines", "step_lines") for line in space.get(key, [])]
        wanted = [line for chain in chains for line in chain.lines]
        assert len(got) == len(wanted), name
        for one, other in zip(got, wanted, strict=True):
            if not any(isinstance(node, Entry) for node in preorder_traversal(other)):  # SymPy opens entries
                same = one == other or expand(one - other) == 0  # SymPy itself turns −(1 − y) into y − 1
                assert same, f"{name}: {one} is not {other}"


# ---- snippets

SNIPPET = '''
"""A snippet."""


# --8<-- [start:double]
def double(x: int) -> int:
    """Twice x."""
    return 2 * x


# --8<-- [end:double]


def example_double() -> None:
    # --8<-- [start:double-example]
    for x in (1, 2):
        print(f"<{double(x)}>")
    # --8<-- [end:double-example]


# --8<-- [start:bare]
y = 1
# --8<-- [end:bare]

# --8<-- [start:raises]
z = 1
# --8<-- [end:raises]

# --8<-- [start:silent]
z = 2
# --8<-- [end:silent]

# --8<-- [start:warns]
z = 2
# --8<-- [end:warns]


# --8<-- [start:raises-example]
def example_raises() -> None:
    raise ValueError("no")
# --8<-- [end:raises-example]


# --8<-- [start:silent-example]
def example_silent() -> None:
    pass
# --8<-- [end:silent-example]


# --8<-- [start:warns-example]
def example_warns() -> None:
    import warnings

    warnings.warn("overflow", RuntimeWarning)
    print(1)
# --8<-- [end:warns-example]
'''


@pytest.fixture
def snippet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "snippets" / "topic" / "idea.py"
    path.parent.mkdir(parents=True)
    path.write_text(SNIPPET, encoding="utf-8")
    monkeypatch.setattr(components, "ROOT", tmp_path)
    return path


def test_a_section_is_shown_with_what_its_example_printed(snippet: Path) -> None:
    made = html("snippet", "topic/idea:double")
    text = re.sub(r"<[^>]+>", "", made)
    assert "def double(x: int) -&gt; int:" in text
    assert "for x in (1, 2):\n    print(" in text
    assert "def example_double" not in text
    assert "--8&lt;--" not in text
    assert "<samp>&lt;2&gt;\n&lt;4&gt;</samp>" in made
    assert 'href="om:snippets/topic/idea.py" download' in made


def test_the_output_follows_the_code(snippet: Path) -> None:
    snippet.write_text(SNIPPET.replace("2 * x", "3 * x"), encoding="utf-8")
    assert "&lt;3&gt;\n&lt;6&gt;" in html("snippet", "topic/idea:double")


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("topic/idea", "a file and a section"),
        ("topic/ideas:double", r"a file of snippets/, got topic/ideas \(nearest: topic/idea\)"),
        ("../secret:double", "a file of snippets/"),
        ("topic/idea:duoble", r"a section of snippets/topic/idea.py, got duoble \(nearest: double\)"),
        ("topic/idea:bare", "a section bare-example in snippets/topic/idea.py, got none"),
        ("topic/idea:raises", r"to run example_raises\(\), got ValueError: no"),
        ("topic/idea:warns", r"to run example_warns\(\), got RuntimeWarning: overflow"),
        ("topic/idea:silent", "to print something, got nothing"),
    ],
)
def test_a_snippet_that_cannot_be_shown_is_refused(argument: str, told: str, snippet: Path) -> None:
    with warnings.catch_warnings():  # a build, other than pytest, only prints warnings
        warnings.simplefilter("ignore")
        with pytest.raises(Wrong, match=told):
            components.draw("snippet", argument)


# ---- measured, doubled


def _three(x: int) -> int:
    return 3 * x


def test_a_measured_number_says_what_ran(monkeypatch: pytest.MonkeyPatch) -> None:
    one = measured.Measured("how many", _three, (4,))
    monkeypatch.setattr(measured, "load", lambda: {"twelve": one})
    monkeypatch.setattr(measured, "position", lambda name: ("press/measured/t.py", 1))
    assert html("num", "twelve").endswith('_three(4)">12</span>')


def test_what_ran_holds_no_address() -> None:
    one = measured.Measured("how many", _three, (_three,), {"x": 4})
    assert one.ran.endswith("._three(_three, x=4)")


def test_a_measurement_gives_the_same_number_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for name, one in measured.load().items():
        assert one.value() == one.value(), name
        # of a snippet, or of the record of `make bench`, which times them: seconds are no test's business
        assert one.run.__module__.startswith(("snippets.", "press.bench")), name
        assert measured.position(name)[0].startswith("press/measured/")


@pytest.mark.parametrize("answer", [float("nan"), float("inf")])
def test_a_measured_number_is_finite(answer: float) -> None:
    with pytest.raises(ValueError, match="expected a finite number"):
        measured.Measured("it", lambda: answer).value()


def test_a_name_both_exact_and_measured_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one = measured.Measured("how many", _three, (4,))
    monkeypatch.setattr(measured, "load", lambda: {"half": one})
    monkeypatch.setattr(measured, "position", lambda name: ("press/measured/t.py", 1))
    with pytest.raises(Wrong, match="one value of a name, got half, a measured quantity and a quantity"):
        components.draw("num", "half:.1f")


def test_a_doubled_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def load() -> library.Library:
        raise library.DoubledName("chain: stands in a:1 and in b:2")

    monkeypatch.setattr(library, "load", load)
    with pytest.raises(Wrong, match=r"one value of a name, got chain: stands in a:1 and in b:2"):
        components.draw("eq", "chain")


# ---- notation


def test_the_notation_page_is_the_table() -> None:
    from derivations.notation import TABLE

    made = html("notation", "")
    for row in TABLE.values():
        assert f"<code>{row.code or row.name}</code>" in made
    assert made.count("<tr><td>") == len(TABLE)
    assert '<th scope="col">shape</th>' in html("notation", "array")
    assert '<th scope="col">shape</th>' not in html("notation", "index")
    with pytest.raises(Wrong, match="one of size, index"):
        components.draw("notation", "words")


def test_the_meaning_of_an_array_names_the_indices_that_its_symbol_shows() -> None:
    """“a_j: mean of the losses of batch k” leaves a reader to guess."""
    from derivations.notation import TABLE

    things = "example|position|class|unit|layer|feature|part|batch|rank|step"
    named = 0
    for row in (one for one in TABLE.values() if one.kind == "array"):
        said = re.findall(rf"\b(?:{things}) ([a-z]'?)(?![\w'-])|\b([a-z]) steps\b", row.meaning)
        letters = {one or other for one, other in said} - {"c"}  # the class that is right, in any symbol
        assert letters <= set(re.findall("[a-z]'?", _below_and_above(row))), row.name
        named += len(letters)
    assert named > 70


def _below_and_above(row: object) -> str:
    return "".join(re.findall(r"[_^]\{([^{}]*)\}", components.symbol_tex(row)))


def test_a_harmless_slip_is_shown_as_maths_by_the_line_it_makes() -> None:
    from derivations.quality.separable_data import loss_always_falls

    (listed,) = loss_always_falls.equivalents
    shown = components._slip(listed, (loss_always_falls,))
    assert shown.startswith("Line 2, plus one: ")
    assert "<math" in shown
    first = next(one for number, one in check.line_slips(loss_always_falls) if number == 0)
    assert components._slip(f"line 0: {first.description}", (loss_always_falls,)).startswith("First line, ")
    assert components._slip("line 9: no such slip", (loss_always_falls,)) == "line 9: no such slip"


@pytest.mark.parametrize(
    ("lines", "verdict", "told"),
    [
        (1, "refuted", "It is refuted."),
        (2, "refuted", "Both lines are refuted."),
        (1, "agrees to many digits", "It agrees to many digits."),
        (2, "agrees to many digits", "Both lines agree to many digits."),
        (3, "agrees to many digits", "All 3 lines agree to many digits."),
    ],
)
def test_one_verdict_for_all_lines_is_a_sentence(lines: int, verdict: str, told: str) -> None:
    assert components._of_all(lines, verdict) == told
