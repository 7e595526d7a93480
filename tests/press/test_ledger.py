"""The ledger's lines and the errata, drawn: what they refuse, and what a reader gets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from derivations import check, library, sampler, smallest, sources
from derivations.calculus import Claim, Kind, Ruling, Source
from derivations.check import Counterexample
from derivations.errata import ERRATA, UPSTREAM, Harm
from press import components, errata, ledger
from press.faults import Wrong

DOCS = Path(__file__).resolve().parents[2] / "docs"


def _claim(name: str, place: str, says: str = "It says so.") -> Claim:
    return Claim(name, Source("a text", place), says, Kind.OPINION, ruling=Ruling.OPINION, because="One may.")


@pytest.fixture
def text(monkeypatch: pytest.MonkeyPatch) -> sources.Text:
    made = sources.Text("S0", "a text", 7, {"blank": "L2, L6–7"})
    claims = {
        "S0-001": _claim("S0-001", "L1, L3–5"),
        "S0-002": _claim("S0-002", "L4"),
        "S0-003": _claim("S0-003", "all of it"),
    }
    monkeypatch.setattr(sources, "TEXTS", (made,))
    monkeypatch.setattr(ledger, "_claims", lambda: claims)
    monkeypatch.setattr(components, "ruling", lambda name: SimpleNamespace(ruling=Ruling.OPINION))
    monkeypatch.setattr(components, "ledger", lambda name: "claims/s0.md")
    return made


def rows(html: str) -> list[tuple[str, list[str]]]:
    found = BeautifulSoup(html, "html.parser").select(".om-ledger > li")
    return [(str(row["id"]), [p.get_text() for p in row.select("p")]) for row in found]


def test_a_row_for_each_run_of_lines(text: sources.Text) -> None:
    drawn = ledger.draw("S0")
    told = "opinion opinion It says so."
    assert rows(drawn["html"]) == [
        ("S0-all", [f"S0-003 {told}"]),
        ("S0-L1", [f"S0-001 {told}"]),
        ("S0-L2", ["Blank."]),
        ("S0-L3", ["S0-001 opinion goes on"]),
        ("S0-L4", ["S0-001 opinion goes on", f"S0-002 {told}"]),
        ("S0-L5", ["S0-001 opinion goes on"]),
        ("S0-L6", ["Blank."]),
    ]
    assert drawn["ids"] == [anchor for anchor, _ in rows(drawn["html"])]
    cells = BeautifulSoup(ledger.draw("counts")["html"], "html.parser").select("tbody tr")[0].select("td")
    assert [one.get_text() for one in cells] == ["7", "4", "3", "3"]


def test_a_line_that_nobody_accounts_for_is_a_fault(text: sources.Text, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TEXTS", (replace(text, lines=9),))
    with pytest.raises(Wrong, match="every line of S0 to be judged or silent, got S0: missing lines: L8–9"):
        ledger.draw("S0")
    monkeypatch.setattr(sources, "TEXTS", (replace(text, silent={"blank": "here"}),))
    with pytest.raises(Wrong, match="expected silent lines that are lines"):
        ledger.draw("counts")


@pytest.mark.parametrize(
    ("says", "plain"),
    [(r"A $\lambda$ and $w_{11}$, epoch_cost.", "A λ and w₁₁, epoch_cost."), ("5 $1/m$ {t}", "5 1/m {t}")],
)
def test_small_formulas_are_said_in_letters(says: str, plain: str) -> None:
    assert ledger._plain(_claim("S0-001", "L1", says)) == plain


@pytest.mark.parametrize("says", [r"$\frac{1}{m}$", r"$x^{(i)}$", "{num}`mass_of_10`", "one $ alone"])
def test_a_formula_that_is_none_of_letters_is_a_fault(says: str) -> None:
    with pytest.raises(Wrong, match="expected S0-001 to say it in plain letters"):
        ledger._plain(_claim("S0-001", "L1", says))


@pytest.mark.parametrize(("module", "near"), [(ledger, "S33"), (errata, "choices")])
def test_an_unknown_argument_is_refused(module: Any, near: str) -> None:
    with pytest.raises(Wrong, match=f"got {near} "):
        module.draw(near)


def test_the_pages_headings_are_the_groups() -> None:
    found = re.findall(r"^## (.*) \{ #(\w+) \}$", (DOCS / "errata.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert found[:-1] == [(harm.value, harm.name.lower()) for harm in Harm]
    texts = re.findall(
        r"^## (\w+): .* \{ #(\w+) \}$", (DOCS / "claims/lines.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert texts == [(key, key.lower()) for key in [*(one.key for one in sources.TEXTS), "GH"]]


def test_every_erratum_is_drawn_in_its_group_and_told_upstream() -> None:
    drawn = [anchor for harm in Harm for anchor in errata.draw(harm.name.lower())["ids"]]
    assert drawn == [one.name for one in ERRATA]
    told = BeautifulSoup(errata.draw("upstream")["html"], "html.parser")
    for key, text in zip(UPSTREAM, told.select("pre"), strict=True):
        points = re.findall(r"^\d+\. (.*)\.$", text.get_text(), re.MULTILINE)
        mine = [one.title for one in ERRATA if any(name.startswith(f"{key}-") for name in one.claims)]
        assert points == mine
        places = sum(name.startswith(f"{key}-") for one in ERRATA for name in one.claims)
        assert len(re.findall(r"^   - .*: “", text.get_text(), re.MULTILINE)) == places
        assert not re.search(r"\{\w+\}`", text.get_text()), "a role that was not written out"


def test_a_counterexample_can_be_worked_out_by_hand() -> None:
    """Not the point that the ruling was found at: its numbers have no pattern, so that nothing cancels by accident."""
    claims = {name: one.value for name, one in library.load().claims.items()}
    shown = [components.draw("claim card", name)["html"] for name, one in claims.items() if one.stated is not None]
    assert sum("om-counterexample" in one for one in shown) > 50
    assert not [one for one in shown if f"/{sampler.GRID}" in one]


def test_a_card_shows_every_hypothesis_and_the_numbers_of_a_claim_about_numbers() -> None:
    """Without them its formula says something else: 1 − β₂ᵗ is 0 at step 0 alone."""
    claims = {name: one.value for name, one in library.load().claims.items() if one.value.stated is not None}
    cards = {name: BeautifulSoup(components.draw("claim card", name)["html"], "html.parser") for name in claims}
    for name, one in claims.items():
        given = [found for found in cards[name].select("p") if found.get_text() == "Given"]
        assert len(given) == bool(one.given), name
        if given:
            hypotheses = given[0].find_next_sibling("ul")
            assert hypotheses is not None
            assert len(hypotheses.select("li")) == len(one.given), name
        tried = [found for found in cards[name].select("p") if re.match(r"At .* sides? (is|are) ", found.get_text())]
        assert len(tried) == (bool(one.at) and check.ruling(name).counterexample is None), name
    told = next(one.get_text() for one in cards["S4-175"].select("p") if one.get_text().startswith("At "))
    assert told.endswith("both sides are 0.")
    assert "= 0.999" in told


# Each claim is about something with such sizes and numbers; without its hypothesis the search finds a point outside.
EXIST: dict[str, Callable[[dict[str, Fraction]], bool]] = {
    "S0-019": lambda at: at["batches"] >= 2,  # of one batch there is no covariance
    "S1-005": lambda at: all(at[f"Y[1, {i}]"] + at[f"Y[2, {i}]"] == 1 for i in (1, 2)),
    "S3-074": lambda at: at["B"] >= 2 and at["slopes[1, 1]"] == at["slope[1]"],
    "S4-004": lambda at: at["m"] <= at["M"],
    "S4-062": lambda at: at["m"] >= 2,  # of one score there is no deviation
    "S4-079": lambda at: at["m"] >= 2,
    "S4-069": lambda at: at["m"] >= 2 and "var_z" not in at,  # the variance is that of the scores
    "S4-174": lambda at: at["t"] >= 2 and at["grad"] != 0,
    "S4-219": lambda at: at["pi[1]"] + at["pi[2]"] == 1 == at["q[1]"] + at["q[2]"],
}


@pytest.mark.parametrize("name", EXIST)
def test_a_smallest_example_can_be_met(name: str) -> None:
    found = smallest.of(library.load().claims[name].value)
    assert found is not None
    at = {one: Fraction(number) for one, number in (*found.sizes, *found.values)}
    assert EXIST[name](at), f"{name}: {found}"


def test_a_smallest_example_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Counterexample((("m", "2"),), (("beta", "0.5"), ("signal[1]", "-1")), "-1", "3", "=")
    monkeypatch.setattr(errata, "_smallest", lambda name: found)
    shown = BeautifulSoup(errata._example("S0-023"), "html.parser")
    shown.select(".om-claim-stated")[0].extract()
    assert shown.get_text().strip() == "It fails at m = 2, β = 0.5, x1 = −1: the left side is −1, the right side 3."
    assert errata._told("S0-023").endswith(
        "at $m = 2$, $\\beta = 0.5$, $x_{1} = -1$, the left side is -1, the right side 3"
    )
    monkeypatch.setattr(
        errata, "_smallest", lambda name: replace(found, values=tuple((f"signal[{n}]", "1") for n in range(1, 10)))
    )
    assert BeautifulSoup(errata._example("S0-023"), "html.parser").select("details")


def test_a_claim_that_nothing_small_refutes_is_no_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smallest, "of", lambda claim: None)
    errata._smallest.cache_clear()
    with pytest.raises(Wrong, match="a small point that refutes S0-023, got none"):
        errata._smallest("S0-023")
    errata._smallest.cache_clear()


def test_a_card_says_under_what_each_result_holds() -> None:
    """The title of a derivation says it: “Under equal gradients …”; its equation alone may be false elsewhere."""
    seen = 0
    for name, one in library.load().claims.items():
        html = str(components.draw("claim card", name)["html"])
        for other in one.value.rests_on:
            named = library.load().names.get(other)
            if named is not None and (title := getattr(named.value, "title", "")):
                assert f"<li>{components.words(title)}: " in html, (name, other)
                seen += 1
    assert seen > 300
