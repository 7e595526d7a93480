"""The record of the libraries speaks for the facts as they stand, and the atlas shows it; each refusal is tried."""

from __future__ import annotations

import builtins
import copy
import dataclasses
import json
import math
import re
import symtable
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from press import atlas, components, libraries, scan
from press.faults import Wrong
from press.libraries import Fact, stumbles
from press.libraries import __main__ as command

ROOT = Path(__file__).parents[2]
FACTS, RECORD = libraries.load(), libraries.read()
CLASS_WEIGHTS = "torch_cross_entropy_weights"


def test_the_record_speaks_for_every_fact() -> None:
    assert FACTS
    assert libraries.faults(RECORD, FACTS) == []


def spoilt(**changes: Any) -> dict[str, Any]:
    """The record with the row of one fact changed."""
    record = copy.deepcopy(RECORD)
    record["facts"][CLASS_WEIGHTS] |= changes
    return record


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"held": False}, "did not hold"),
        ({"code": "0"}, "its call has changed"),
        ({"returned": [3.0]}, "torch returned [3.0], our snippet gives"),
        ({"returned": []}, "torch returned [], our snippet gives"),
        ({"returned": ["nan"]}, "torch returned [nan], our snippet gives"),
    ],
)
def test_a_spoilt_row_is_refused(changes: dict[str, Any], says: str) -> None:
    (wrong,) = libraries.faults(spoilt(**changes), FACTS)
    assert wrong.startswith(CLASS_WEIGHTS)
    assert says in wrong


def test_a_record_of_other_facts_or_versions_is_refused() -> None:
    fewer = {name: one for name, one in FACTS.items() if name != CLASS_WEIGHTS}
    assert libraries.faults(RECORD, fewer) == [f"{CLASS_WEIGHTS}: in the record, but no fact of this name"]
    record = copy.deepcopy(RECORD)
    del record["facts"][CLASS_WEIGHTS]
    (wrong,) = libraries.faults(record, FACTS)
    assert wrong.startswith(f"{CLASS_WEIGHTS}: not in the record")
    (wrong,) = libraries.faults(RECORD | {"versions": RECORD["versions"] | {"torch": "1.0"}}, FACTS)
    assert wrong.startswith("torch: recorded with 1.0, pinned is ")
    without = {name: version for name, version in RECORD["versions"].items() if name != "torch"}
    assert any("no version of torch" in one for one in libraries.faults(RECORD | {"versions": without}, FACTS))


def test_there_is_no_record_where_there_is_no_file(tmp_path: Path) -> None:
    wrong = libraries.faults(libraries.read(tmp_path / "none.json"), FACTS)
    assert len(wrong) == len(FACTS)


# ---- a fact


def made(body: str, precision: str = "float64") -> Fact:
    """A fact of a library that is not there."""
    return libraries.fact(
        "torch", table="losses", formula="cost_as_a_mean", ours=lambda: [1.0, 2.0], precision=precision
    )(_CALLS[body])


def _plain() -> Any:
    """It says so.

    And more, which is not shown.
    """
    value = 1.0
    return [value, 2.0]


def _silent() -> Any:
    return 1.0


def _lost() -> Any:
    """It names what no listing brings along."""
    return len(ROOT.parts)


_CALLS = {"plain": _plain, "silent": _silent, "lost": _lost}


def test_a_fact_shows_its_body_and_its_last_line() -> None:
    one = made("plain")
    assert one.says == "It says so."
    assert one.shown == "[value, 2.0]"
    assert one.code == "value = 1.0\nreturn [value, 2.0]"


@pytest.mark.parametrize("name", FACTS)
def test_the_run_that_is_shown_is_a_script(name: str) -> None:
    one = FACTS[name]
    assert unbound(one.listing) == set()
    assert one.shown in one.listing
    assert not re.search(r"\b(press|snippets)\b", one.listing)


def unbound(script: str) -> set[str]:
    """The names that a script reads and that neither it nor Python has."""

    def read(table: symtable.SymbolTable) -> set[str]:
        own = {one.get_name() for one in table.get_symbols() if one.is_referenced() and one.is_global()}
        return own.union(*map(read, table.get_children()))

    top = symtable.symtable(script, "listing", "exec")
    given = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    return read(top) - given - {*dir(builtins), "__name__"}


def test_a_name_that_a_listing_lacks_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unbound("def f(x: Any):\n    return Path(x, *[y for y in z])\nf(w := 1, w)\n") == {"Any", "Path", "z"}
    one = FACTS["xgboost_metric_weights"]
    monkeypatch.setattr(libraries, "_imports", lambda *_: [])
    assert unbound(one.listing) == {"np", "Any"}


def test_a_listing_sets_what_its_number_needs_before_the_library_is_there() -> None:
    """The runner gives the other value: a listing without its setting returns another number there, too."""
    for library, settings in libraries.SETTINGS.items():
        listings = [one.listing for one in FACTS.values() if one.library == library]
        lines = "\n".join(f'os.environ["{name}"] = "{value}"' for name, value in settings.items())
        assert all(one.startswith(f"import os\n\n# before the library is imported\n{lines}\n") for one in listings)
        assert all(command.ENVIRONMENT[name] != value for name, value in settings.items())


def test_a_listing_that_starts_processes_can_be_read_by_them() -> None:
    for one in FACTS.values():
        assert ("import multiprocessing" in one.listing) == ('if __name__ == "__main__":' in one.listing)


def test_a_call_that_is_not_in_the_code_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from press.libraries import losses

    other = dataclasses.replace(FACTS[CLASS_WEIGHTS], shows="cross_entropy(z)")
    monkeypatch.setattr(losses, CLASS_WEIGHTS, other)
    with pytest.raises(ValueError, match=r"shows: expected a part of the run .*, got 'cross_entropy\(z\)'"):
        libraries.load()


def test_agreement_is_by_precision() -> None:
    assert made("plain").agrees([1.0, math.nan], [1 + 1e-13, math.nan])
    assert not made("plain").agrees([1.0], [1 + 1e-9])
    assert made("plain", "float32").agrees([1.0], [1 + 1e-6])
    assert not made("plain", "float32").agrees([1.0], [1 + 1e-5])
    assert not made("plain", "exact").agrees([1.0], [1 + 1e-15])
    assert not made("plain").agrees([1.0], [1.0, 1.0])
    assert not made("plain").agrees([math.nan], [1.0])
    assert made("plain").agrees([math.inf], [math.inf])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"library": "theano"}, "library: expected one of"),
        ({"table": "loss"}, "table: expected one of"),
        ({"precision": "float16"}, "precision: expected one of"),
        ({"threads": ("#1",)}, "threads: expected owner/repository#number"),
    ],
)
def test_a_fact_that_names_nothing_is_refused(change: dict[str, Any], says: str) -> None:
    asked = {"library": "torch", "table": "losses", "formula": "x", "ours": _plain} | change
    with pytest.raises(ValueError, match=re.escape(says)):
        libraries.fact(asked.pop("library"), **asked)(_plain)


def test_a_fact_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="expected a docstring"):
        made("silent")


def test_a_change_of_what_a_call_uses_changes_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    from press.libraries import losses

    one = FACTS[CLASS_WEIGHTS]
    before = one.digest
    monkeypatch.setattr(losses, "WEIGHTS", (1.0, 2.0, 4.0))
    assert one.digest != before
    assert "WEIGHTS = (1.0, 2.0, 4.0)" in one.listing


def test_no_library_is_imported_by_the_list() -> None:
    """The pages are built where no library is installed."""
    import subprocess

    blocked = ["torch", "tensorflow", "keras", "jax", "optax", "pandas", "xgboost", "lightgbm", "sklearn", "sympy"]
    code = (
        f"import sys\nfor one in {blocked}: sys.modules[one] = None\n"
        "from press import libraries\nprint(len(libraries.load()))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) == len(FACTS)


# ---- the run


def test_a_run_names_the_fact_what_was_recorded_and_what_came() -> None:
    one, row = FACTS[CLASS_WEIGHTS], RECORD["facts"][CLASS_WEIGHTS]
    assert command.judge(one, {"returned": row["returned"]}, row) == []
    changed = command.judge(one, {"returned": [3.0]}, row)
    assert changed == [
        f"{CLASS_WEIGHTS}: recorded {row['returned']}, torch now returns [3.0]",
        f"{CLASS_WEIGHTS}: torch returns [3.0], our snippet gives {libraries.numbers(one.ours())}",
    ]
    (raised,) = command.judge(one, {"raised": "ImportError: no"}, row)
    assert raised == f"{CLASS_WEIGHTS}: could not be run with torch: ImportError: no"


def test_what_is_run_is_the_listing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    facts = {name: made(name) for name in ("plain", "lost")}
    monkeypatch.setattr(libraries, "load", lambda: facts)
    command.child("torch")
    assert json.loads(capsys.readouterr().out.strip().removeprefix(command.MARK)) == {
        "plain": {"returned": [1.0, 2.0]},
        "lost": {"raised": "NameError: name 'ROOT' is not defined"},
    }


def answers(changes: dict[str, dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """A run in which every library returns what was recorded, but for these facts."""

    def run(library: str) -> dict[str, Any]:
        own = [name for name, one in FACTS.items() if one.library == library]
        return {name: changes.get(name, {"returned": RECORD["facts"][name]["returned"]}) for name in own}

    return run


def test_the_command_says_how_many_held_and_fails_on_one_that_did_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "argv", ["press.libraries"])
    monkeypatch.setattr(command.metadata, "version", lambda name: f"{libraries.pins()[name]}+cpu")
    monkeypatch.setattr(command, "run", answers({}))
    assert command.main() == 0
    assert capsys.readouterr().out == f"{len(FACTS)} facts, {len(FACTS)} held\n"

    monkeypatch.setattr(command, "run", answers({CLASS_WEIGHTS: {"raised": "ImportError: no"}}))
    assert command.main() == 1
    told = capsys.readouterr().out.splitlines()
    assert told == [
        f"{CLASS_WEIGHTS}: could not be run with torch: ImportError: no",
        f"{len(FACTS)} facts, {len(FACTS) - 1} held",
    ]

    written = tmp_path / "record.json"
    monkeypatch.setattr(libraries, "RECORD", written)
    monkeypatch.setattr(sys, "argv", ["press.libraries", "--record"])
    assert command.main() == 1
    rows = libraries.read(written)["facts"]
    assert [name for name, row in rows.items() if not row["held"]] == [CLASS_WEIGHTS]


def test_another_version_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["press.libraries"])
    monkeypatch.setattr(command, "run", answers({}))
    others = libraries.pins() | {"torch": "1.0"}
    monkeypatch.setattr(command.metadata, "version", lambda name: others[name])
    assert command.main() == 1
    pinned = libraries.pins()["torch"]
    assert f"torch: pinned is {pinned}, installed is 1.0" in capsys.readouterr().out


def test_every_library_of_the_pins_has_a_fact_and_a_name() -> None:
    asked = {one.library for one in FACTS.values()}
    assert asked == set(atlas.NAMES) == set(RECORD["versions"])


def test_the_pins_are_versions_without_a_hash_or_a_host() -> None:
    for line in libraries.PINS.read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line), line


# ---- the atlas


@pytest.mark.parametrize("table", sorted({one.table for one in FACTS.values()}))
def test_a_table_shows_every_fact_of_its_own_once(table: str) -> None:
    piece = atlas.draw(table)
    own = [one for one in FACTS.values() if one.table == table]
    assert sorted(piece["ids"]) == sorted(f"fact-{one.name}" for one in own)
    assert set(piece["shows"]) == {one.formula for one in own}
    assert piece["equations"] == len(set(piece["shows"]))
    assert piece["html"].count("it returned") == len(own)


def test_a_formula_of_every_fact_is_a_checked_one() -> None:
    known = components.names()
    assert {known[one.formula] for one in FACTS.values()} <= {"derivation", "definition"}


# The survey of public threads that the atlas began with has so many rows.
ROWS_OF_THE_SURVEY = 33


def test_the_rows_are_those_of_the_survey_and_more() -> None:
    said = [row.says for row in stumbles.ROWS]
    assert len(set(said)) == len(said) >= ROWS_OF_THE_SURVEY


def test_a_row_names_facts_and_claims_that_are_there() -> None:
    known = components.names()
    for row in stumbles.ROWS:
        assert set(row.facts) <= set(FACTS), row.says
        assert {known.get(name) for name in row.claims} <= {"claim"}, row.says


def test_what_names_a_thread_stands_in_a_row() -> None:
    """A fact or a claim that was met in a public thread is one that people stumble over."""
    facts = {name for row in stumbles.ROWS for name in row.facts}
    claims = {name for row in stumbles.ROWS for name in row.claims}
    assert [name for name, one in FACTS.items() if one.threads and name not in facts] == []
    known = components.names()
    assert [name for name in known if name.startswith("GH-") and name not in claims] == []


def test_the_rows_link_to_where_their_facts_stand() -> None:
    html = atlas.draw("stumbles")["html"]
    assert html.count("<li>") == len(stumbles.ROWS)
    for row in stumbles.ROWS:
        assert all(f'#fact-{name}"' in html for name in row.facts)
        assert all(f'#{name}"' in html for name in row.claims)
    for table, page in atlas.HOMES.items():
        uses = scan.scan((ROOT / "docs" / page).read_text(encoding="utf-8")).uses
        shown = {use.argument for use in uses if use.kind == "libraries"}
        own = {f"fact {one.name}" for one in FACTS.values() if one.table == table}
        assert table in shown or own <= shown, f"{page} shows the facts of {table}"


def test_a_row_of_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="a row: expected a fact or a claim"):
        stumbles.Row("a row")
    monkeypatch.setattr(stumbles, "ROWS", (stumbles.Row("a row", ("torch_adams",)),))
    with pytest.raises(Wrong, match="facts in the row “a row”"):
        atlas.draw("stumbles")


def test_a_card_holds_every_fact_of_its_library() -> None:
    for library in atlas.NAMES:
        own = [one for one in FACTS.values() if one.library == library]
        card = atlas.draw(f"card {library}")["html"]
        assert card.count("\n- ") == len(own)
        assert RECORD["versions"][library] in card
        parts = re.findall(r"\n\*\*(\w+)\*\*\n\n((?:- .*\n)+)\nLetters: (.*)\.", card)
        assert [part.lower() for part, *_ in parts] == [one for one in atlas.CARD if one in {x.table for x in own}]
        for part, lines, letters in parts:
            assert lines.count("\n") == sum(one.table == part.lower() for one in own)
            assert letters
    assert set(atlas.CARD) == set(libraries.TABLES)


def test_a_card_says_what_its_letters_mean() -> None:
    """Those of its own formulas, part by part; counting indices are none."""
    card = atlas.draw("card torch")["html"]
    _, _, losses = card.partition("**Losses**")
    _, _, letters = losses.partition("Letters: ")
    letters = letters.partition("\n")[0]
    assert "$m$ examples in the mini-batch;" in letters
    assert r"$\omega_{k}$ weight of class k;" in letters
    assert not re.search(r"\$[ijk]\$ |learning rate", letters)


@pytest.mark.parametrize("argument", ["loss", "fact nothing", "card theano", "cards torch", "fact", ""])
def test_what_is_not_there_is_named(argument: str) -> None:
    with pytest.raises(Wrong):
        atlas.draw(argument)


def test_a_record_that_does_not_speak_stops_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    atlas._kept.cache_clear()
    monkeypatch.setattr(libraries, "read", lambda: spoilt(held=False))
    try:
        with pytest.raises(Wrong, match="did not hold"):
            atlas.draw("losses")
        assert atlas.counts() == {"facts": len(FACTS), "held": len(FACTS) - 1}
    finally:
        atlas._kept.cache_clear()


def test_the_fence_is_one_of_the_press() -> None:
    (use,) = scan.scan("```libraries\nlosses\n```\n").uses
    assert (use.kind, use.argument) == ("libraries", "losses")
