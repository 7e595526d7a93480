"""The tool “Which denominator did I get?”: its arithmetic against the definitions and the snippet, its messages."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from derivations import library
from derivations.calculus import Definition
from derivations.sum_or_mean import library_conventions, which_denominator
from press import libraries
from press.figures.sum_or_mean import FIGURES, WAYS
from snippets.sum_or_mean import which_denominator as snippet
from tests.derivations.voice import exact_value

(FIGURE,) = (one for one in FIGURES if one.name == "which_denominator")
DATA: dict[str, Any] = dict(FIGURE.data)
EXAMPLE: dict[str, str] = DATA["example"]
EMPTY = dict.fromkeys(EXAMPLE, "")
PARTS = (which_denominator.mean_of_a_part, which_denominator.weighted_mean_of_a_part)
DEFINED: dict[str, Definition] = {
    "sum": which_denominator.report_sum,
    "sum / micro-batches": which_denominator.report_batches,
    "mean, all positions": which_denominator.report_positions,
    "mean, kept positions": library_conventions.kept_mean_loss,
    "mean, all outputs": which_denominator.report_entries,
    "half the mean": which_denominator.report_half,
    "mean, kept / ranks": which_denominator.report_kept_over_ranks,
    "mean of micro-batch means": which_denominator.report_means,
    "sum of micro-batch means": which_denominator.report_means_sum,
    "sum of means / positions": which_denominator.report_means_over_m,
    "mean of rank means": which_denominator.report_means,
    "sum of rank means": which_denominator.report_means_sum,
    "weighted sum": which_denominator.report_weighted_sum,
    "weighted / weights": which_denominator.report_weights,
    "weighted / positions": which_denominator.report_weights_over_m,
    "weighted / kept": which_denominator.report_weights_over_kept,
    "weighted / nonzero weights": library_conventions.loss_over_nonzero,
    "mean of weighted means": which_denominator.report_weighted_means,
}


@pytest.fixture
def draw(engine_of: Callable[[str], Any]) -> Callable[..., dict[str, Any]]:
    engine = engine_of("sum_or_mean")
    return lambda **state: engine.call("figures.draw", "which_denominator", {**EMPTY, **state}, DATA)


def panel(drawn: dict[str, Any], name: str) -> ElementTree.Element:
    (markup,) = (one["markup"] for one in drawn["panels"] if one["id"] == name)
    return ElementTree.fromstring(markup)


def table(drawn: dict[str, Any]) -> dict[str, list[float]]:
    """Numerator, denominator and result of each way; nan where there is no value, nothing where a field is wrong."""
    rows = panel(drawn, "ways").iterfind("tbody/tr")
    found = {}
    for row in rows:
        name = row.find("th/span")
        assert name is not None
        found[str(name.text)] = [float(one.attrib["value"] or "nan") for one in row.iter("data")]
    return found


def marked(drawn: dict[str, Any]) -> list[str]:
    rows = panel(drawn, "ways").iterfind("tbody/tr[@class='om-fits']")
    return [str(name.text) for row in rows if (name := row.find("th/span")) is not None]


def cut(rng: Any, m: int) -> list[int]:
    """Sizes from 1 that add up to m."""
    ends = sorted(rng.choice(np.arange(1, m), size=rng.integers(0, m), replace=False).tolist()) if m > 1 else []
    return [b - a for a, b in zip([0, *ends], [*ends, m], strict=True)]


def cases() -> list[dict[str, Any]]:
    rng = np.random.default_rng(4)
    made = []
    for n in range(60):
        m = int(rng.integers(1, 9))
        kept = rng.integers(0, 2, size=m)
        kept[rng.integers(m)] = 1
        made.append(
            {
                "losses": (rng.normal(size=m) if n % 3 else rng.exponential(size=m)).round(4).tolist(),
                "weights": (rng.uniform(0, 3, size=m).round(3) * (rng.random(m) > 0.2)).tolist(),
                "kept": kept.tolist() if n % 2 else [1] * m,
                "parts": cut(rng, m),
                "ranks": cut(rng, m),
                "outputs": int(rng.integers(1, 5)),
            }
        )
    return made


def typed(case: dict[str, Any]) -> dict[str, str]:
    words = {name: " ".join(map(str, case[name])) for name in ("losses", "weights", "parts", "ranks")}
    ignored = " ".join(str(n) for n, counts in enumerate(case["kept"], 1) if not counts)
    return {**words, "ignored": ignored, "outputs": str(case["outputs"])}


def alike(got: float, expected: float) -> bool:
    return (np.isnan(got) and np.isnan(expected)) or got == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_each_way_is_the_snippets(draw: Callable[..., Any]) -> None:
    without = 0
    for case in cases():
        found, expected = table(draw(**typed(case))), snippet.report(**case)
        assert list(found) == list(expected)
        for way, (numerator, denominator) in expected.items():
            value = numerator / denominator if denominator else np.nan
            without += np.isnan(value)
            for got, wanted in zip(found[way], (numerator, denominator, value), strict=True):
                assert alike(got, wanted), (way, case)
    assert without > 10  # parts in which nothing counts were among them


def test_each_way_is_the_definition_that_the_page_shows(draw: Callable[..., Any]) -> None:
    assert list(DEFINED) == list(snippet.report([1.0]))
    some = [one for one in cases() if len(one["losses"]) > 3][:8]
    assert any(0 in one["weights"] for one in some)
    for case in some:
        found, m = table(draw(**typed(case))), len(case["losses"])
        for way, one in DEFINED.items():
            sizes = case["ranks" if "rank" in way else "parts"]
            ends = np.cumsum(sizes)
            places = np.arange(m)
            inside = [[float(end - size <= n < end) for n in places] for size, end in zip(sizes, ends, strict=True)]
            at = {
                "m": m,
                "K": case["outputs"],
                "batches": len(sizes),
                "ells": case["losses"],
                "wt": case["weights"],
                "counting": case["kept"],
                "in_part": inside,
            }
            if "nonzero" in way:  # its χ is 0 where the weight is
                at["counting"] = [a * (w != 0) for a, w in zip(case["kept"], case["weights"], strict=True)]
            if np.isnan(found[way][2]):
                continue
            assert found[way][2] == pytest.approx(exact_value(one.head, (one, *PARTS), **at), rel=1e-12, abs=1e-14), way


def test_the_ways_that_fit_are_the_snippets(draw: Callable[..., Any]) -> None:
    rng, several = np.random.default_rng(5), 0
    for case in cases():
        reported = snippet.report(**case)
        values = [n / d for n, d in reported.values() if d and np.isfinite(n)]
        for places in (1, 4):
            seen = f"{values[rng.integers(len(values))]:.{places}f}"
            drawn, expected = draw(**typed(case), seen=seen), snippet.which(seen, reported)
            assert marked(drawn) == expected
            several += len(expected) > 1
            assert all(way in drawn["says"] for way in expected[:4])
            assert (f"and {len(expected) - 4} more" in drawn["says"]) == (len(expected) > 4)
    assert several


def test_where_losses_alone_were_entered_it_asks_for_more(draw: Callable[..., Any]) -> None:
    state = {"losses": "1 2 3", "seen": "2"}
    assert draw(**state)["says"].endswith("Enter what else the batch had, to tell them apart.")
    for more in ({"weights": "1 2 1"}, {"ignored": "2"}, {"parts": "2 1"}, {"ranks": "2 1"}, {"outputs": "2"}):
        assert draw(**state, **more)["says"].endswith("More digits or another batch may tell them apart."), more


@pytest.mark.parametrize("seen", ["3.6", "43.2", "1e-5", "-2", "+7.7e3"])
def test_the_nearest_is_the_snippets(seen: str, draw: Callable[..., Any]) -> None:
    losses = "0.9 2.1 0.4 3.2 2.5 1.7"
    says, reported = draw(losses=losses, seen=seen)["says"], snippet.report([float(one) for one in losses.split()])
    assert says.startswith(f"None of them gives {seen}")
    if seen.startswith("-"):
        assert says.endswith("none has its sign.")
        return
    way, ratio = snippet.nearest(seen, reported)
    assert f"Nearest is: {way}." in says
    found = re.search(r"is ([\d.]+)(?:·10\S+)? times", says)
    assert found
    assert f"{ratio:.3e}".startswith(f"{float(found[1]):.3e}".split("e", maxsplit=1)[0])


WRONG = [
    ("losses", "", "Losses: expected at least one number, got none."),
    ("losses", "1 two 3", "Losses: expected numbers, got “two”."),
    ("losses", "1 1e999", "Losses: expected numbers, got “1e999”."),
    ("weights", "1 2", "Weights: expected 3 numbers, one for each loss, got 2."),
    ("losses", "0,5 1.5", "Losses: expected a decimal point, got “0,5”."),
    ("weights", "1,0; 2; 1", "Weights: expected a decimal point, got “1,0”."),
    ("weights", "1 2 0x3", "Weights: expected numbers, got “0x3”."),
    ("ignored", "4", "Ignored positions: expected whole numbers from 1 to 3, got “4”."),
    ("ignored", "0", "Ignored positions: expected whole numbers from 1 to 3, got “0”."),
    ("ignored", "3 1 2", "Ignored positions: expected at least one position that counts, got all 3 ignored."),
    ("parts", "2 2", "Micro-batches: expected sizes that add up to 3, got a sum of 4."),
    ("parts", "3 0", "Micro-batches: expected sizes from 1, got “0”."),
    ("ranks", "1.5 1.5", "Ranks: expected sizes from 1, got “1.5”."),
    ("ranks", "1 1", "Ranks: expected sizes that add up to 3, got a sum of 2."),
    ("outputs", "0", "Outputs: expected a whole number from 1, got “0”."),
    (
        "outputs",
        "two or three or more of them",
        "Outputs: expected a whole number from 1, got “two or three or more…”.",
    ),
    ("seen", "1.5.2", "Number seen: expected a number, got “1.5.2”."),
    ("seen", "1,52", "Number seen: expected a decimal point, got “1,52”."),
    ("losses", "1,52", "Losses: expected a decimal point, got “1,52”."),
]


@pytest.mark.parametrize(("field", "text", "says"), WRONG)
def test_what_is_wrong_is_named(field: str, text: str, says: str, draw: Callable[..., Any]) -> None:
    drawn = draw(**{"losses": "1 2 3", field: text})
    assert drawn["faults"] == {field: says}
    assert drawn["says"] == says
    assert panel(drawn, "answer").text == says
    assert marked(drawn) == []
    assert all(bool(row) == (field == "seen") for row in table(drawn).values())


def test_a_minus_sign_from_the_table_is_read(draw: Callable[..., Any]) -> None:
    drawn = draw(losses="\u22124 \u22122.5e\u22121 3", weights="1 \u22122 1", seen="\u22121.25")
    typed = draw(losses="-4 -2.5e-1 3", weights="1 -2 1", seen="-1.25")
    assert not drawn["faults"]
    assert {**drawn, "shown": None} == {**typed, "shown": None}
    shown = [one.text for one in panel(drawn, "ways").iter("data")]
    pasted = [one for one in shown if one and "\u2212" in one]
    assert pasted
    assert not any(draw(losses="1 2", seen=one)["faults"] for one in pasted)


def test_commas_between_several_losses_are_no_decimal_points(draw: Callable[..., Any]) -> None:
    for text in ("1,2,3", "1.0,2.0,3.0", "1, 2, 3"):
        assert table(draw(losses=text)) == table(draw(losses="1 2 3"))


def test_one_loss_is_told_as_one(draw: Callable[..., Any]) -> None:
    assert draw(losses="1.5")["says"].startswith("1 loss, of which 1 counts.")
    assert draw(losses="1 2 3", ignored="2")["says"].startswith("3 losses, of which 2 count.")


def test_the_number_seen_strikes_through_no_title(draw: Callable[..., Any]) -> None:
    for seen in ("0.43", "-0.5", "1.6167"):
        lines = panel(draw(**{**EXAMPLE, "seen": seen}), "line")
        titles = [float(one.attrib["y"]) for one in lines.iter() if one.attrib.get("class") == "om-note"]
        struck = [one for one in lines.iter() if one.attrib.get("class") == "om-line-b"]
        assert len(titles) == len(struck) == 3
        for one in struck:
            top, bottom = float(one.attrib["y1"]), float(one.attrib["y2"])
            assert all(bottom < y - 10 or top > y + 3 for y in titles)


def test_every_field_can_be_wrong_at_once(draw: Callable[..., Any]) -> None:
    drawn = draw(losses="x", weights="x", ignored="x", parts="x", ranks="x", outputs="x", seen="x")
    assert set(drawn["faults"]) == set(EXAMPLE)
    assert drawn["faults"]["ignored"] == "Ignored positions: expected whole numbers from 1, got “x”."


def test_markup_in_a_field_stays_text(draw: Callable[..., Any]) -> None:
    drawn = draw(losses="<b>&amp</b>")
    assert panel(drawn, "answer").text == "Losses: expected numbers, got “<b>&amp</b>”."


def test_the_address_brings_the_case_back(engine_of: Callable[[str], Any]) -> None:
    engine = engine_of("sum_or_mean")

    def there_and_back(state: dict[str, str]) -> Any:
        text = engine.call("figures.toFragment", "which_denominator", state)
        assert re.fullmatch(r"[\w=&%+.!~*'()-]*", text)
        return engine.call("figures.fromFragment", "which_denominator", text, DATA)

    assert there_and_back(EXAMPLE) == EXAMPLE
    odd = {**EMPTY, "losses": "1 & = # % “ü” +3", "seen": "-1e+5"}
    assert there_and_back(odd) == odd
    for foreign in ("", "where-it-goes-next", "losses=%E0%A4%A", "seen=1"):
        assert engine.call("figures.fromFragment", "which_denominator", foreign, DATA) is None
    cut_off = engine.call("figures.fromFragment", "which_denominator", "losses=" + "1+" * 5000, DATA)
    assert len(cut_off["losses"]) == 4000


def test_the_example_is_the_snippets(draw: Callable[..., Any]) -> None:
    (way,) = marked(draw(**EXAMPLE))
    assert way == "mean of micro-batch means"
    values = [row[2] for row in table(draw(**EXAMPLE)).values()]
    assert len({f"{one:.4f}" for one in values}) == len(values), "two ways of the example give one number"


def test_below_each_way_stand_the_libraries_of_the_record(draw: Callable[..., Any]) -> None:
    shown = {}
    for row in panel(draw(**EXAMPLE), "ways").iterfind("tbody/tr"):
        small, name = row.find("th/small"), row.find("th/span")
        assert name is not None
        if small is not None:
            shown[str(name.text)] = str(small.text).split(", ")
    facts, record = libraries.load(), libraries.read()["facts"]
    for way, formula in WAYS.items():
        fit = [one for name, one in facts.items() if one.formula == formula and record[name]["held"]]
        expected = {one.library.removesuffix("-cpu") for one in fit}
        assert set(shown.pop(way)) == expected
        # the formula of the atlas and that of the page are one, where nothing is ignored or where it has no weights
        found = library_formulas()[formula]
        at = {"m": 3, "K": 2, "ells": [1.5, 0.25, 4.0], "wt": [2.0, 1.0, 0.5], "counting": [1, 1, 1]}
        at |= {"P": [[math.exp(-1.5), math.exp(-0.25), math.exp(-4.0)]] * 2, "Y": [[1, 1, 1], [0, 0, 0]]}
        at |= {"terms": [[1.0, 0.25, 4.0], [0.5, 0.0, 0.0]]}
        here = exact_value(DEFINED[way].head, (DEFINED[way],), **at)
        assert here == pytest.approx(exact_value(found.head, (found,), **at))
    assert not shown


def library_formulas() -> dict[str, Definition]:
    everything = library.load().definitions
    return {formula: everything[formula].value for formula in WAYS.values()}
