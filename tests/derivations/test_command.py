"""The command line, the library of names, and the kept verdicts."""

from __future__ import annotations

import json
import types
from pathlib import Path
from typing import Any

import pytest
from sympy import Eq, Sum

import derivations
from derivations import __main__ as command
from derivations import cache, check, library
from derivations.calculus import Rule, calc, eq
from derivations.notation import K, a, k, x


def planted(tmp_path: Path, name: str, **values: Any) -> types.ModuleType:
    """A module as if it stood in a topic, with these values; the file shows where each name is made."""
    path = tmp_path / f"{name}.py"
    path.write_text("\n".join(f"{n} = ..." for n in values) + "\n", encoding="utf-8")
    module = types.ModuleType(f"derivations.planted.{name}")
    module.__file__ = str(path)
    vars(module).update(values)
    return module


GOOD = calc(Sum(2 * a[k], (k, 1, K)), eq(2 * Sum(a[k], (k, 1, K)), by=Rule("linearity", "")))
BAD = calc(Sum(2 * a[k], (k, 1, K)), eq(3 * Sum(a[k], (k, 1, K)), by=Rule("linearity", "")))


@pytest.fixture
def with_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library holds one good and one wrong chain; verdicts are kept in a folder of the test's own."""
    found = {
        n: library.Named(n, v, "derivations.rules", "planted", "stem", 1) for n, v in {"good": GOOD, "bad": BAD}.items()
    }
    monkeypatch.setattr(library, "load", lambda: library.Library(found))
    monkeypatch.setattr(cache, "many", lambda names, mutate: (check.compute(n.name, n.value, mutate) for n in names))
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))


@pytest.mark.usefixtures("with_bad")
def test_check_fails_when_one_fails_and_names_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check"]) == 1
    told = capsys.readouterr().out
    assert "FAULT bad: link 1 (linearity) is refuted at K = " in told
    assert "FAULT good" not in told
    assert command.main(["check", "good"]) == 0


@pytest.mark.usefixtures("with_bad")
def test_json_is_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["check", "bad", "good", "--json", "--mutate"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["name"] for one in told["reports"]] == ["bad", "good"]
    assert told["reports"][0]["links"][0]["counterexample"]["sizes"]
    assert told["reports"][1]["links"][0]["mutants"]["made"] > 0
    assert len(told["faults"]) == 1


@pytest.mark.usefixtures("with_bad")
def test_the_table_fails_with_a_bad_chain(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 1
    assert "refuted" in capsys.readouterr().out


def test_show_prints_a_chain_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["show", "to_cross_entropy"]) == 0
    told = capsys.readouterr().out
    assert "-log(Q)" in told
    assert "log of a product" in told
    assert "where" in told


def test_an_unknown_name_is_told_with_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["show", "to_cross_entopy"]) == 1
    assert "nearest: to_cross_entropy" in capsys.readouterr().err


def test_a_doubled_name_is_refused(tmp_path: Path) -> None:
    one, other = planted(tmp_path, "one", chain=GOOD), planted(tmp_path, "other", chain=BAD)
    with pytest.raises(library.DoubledName, match=r"chain: stands in derivations\.planted\.one:1 and in .*other:1"):
        library.collect(iter([one, other]))


def test_an_imported_value_belongs_to_the_module_that_made_it(tmp_path: Path) -> None:
    maker = planted(tmp_path, "maker", chain=GOOD)
    user = planted(tmp_path, "user", other=BAD)
    user.chain = GOOD  # type: ignore[attr-defined]
    found = library.collect(iter([maker, user]))
    assert found.find("chain").module == "derivations.planted.maker"
    assert set(found.names) == {"chain", "other"}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("chains = (calc({}, {}),)", r"planted\.made\.chains: expected a Derivation with a public name"),
        ("chains = {{'one': calc({}, {})}}", r"planted\.made\.chains: expected a Derivation"),
        ("_chain = calc({}, {})", r"planted\.made\._chain: expected a Derivation"),
        ("globals()['ch' + 'ain'] = calc({}, {})", r"planted\.made\.chain: expected a Derivation"),
    ],
)
def test_a_value_that_would_not_be_checked_is_refused(tmp_path: Path, source: str, fault: str) -> None:
    with pytest.raises(library.UnnamedValue, match=fault):
        library.collect(iter([written(tmp_path, source)]))


@pytest.mark.parametrize("source", ["if True:\n    chain = calc({}, {})", "chain, other = calc({}, {}), 3"])
def test_a_value_is_found_wherever_it_is_named(tmp_path: Path, source: str) -> None:
    assert set(library.collect(iter([written(tmp_path, source)])).names) == {"chain"}


def test_a_name_that_is_given_twice_in_a_module_is_refused(tmp_path: Path) -> None:
    with pytest.raises(library.DoubledName, match=r"chain: stands in .*made:4 and in .*made:5"):
        library.collect(iter([written(tmp_path, "chain = calc({0}, {1})\nchain = calc({0}, {1})")]))


def written(folder: Path, source: str) -> types.ModuleType:
    """A module `derivations.planted.made` with this source; {} are a first line and a step."""
    head = "from derivations.calculus import Rule, calc, eq\nfrom derivations.notation import u\nRULE = None\n"
    path = folder / "made.py"
    path.write_text(head + source.format("u + u - u * 2 + 1 + u", "eq(u, by=Rule('', ''))"), encoding="utf-8")
    module = types.ModuleType("derivations.planted.made")
    module.__file__ = str(path)
    exec(path.read_text(encoding="utf-8"), vars(module))
    return module


def test_a_relative_import_is_refused(tmp_path: Path) -> None:
    """The closure of a kept verdict would not see it."""
    path = tmp_path / "made.py"
    path.write_text("from .softmax import softmax\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"made\.py:1: expected an import by the module's whole name"):
        list(cache.imports(path))


def test_the_graph_is_read_from_the_values() -> None:
    assert {"quality", "loss", "log_of_a_product"} <= set(library.rests_on("to_cross_entropy"))


# ---- kept verdicts


def test_a_verdict_is_kept_and_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))
    name = "to_cross_entropy"
    first = check.report(name, mutate=True)
    monkeypatch.setattr(check, "compute", lambda *_: pytest.fail("computed again"))
    assert check.report(name, mutate=True) == first
    assert check.report(name) == first, "a report with slips serves as one without"


def test_a_broken_file_is_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))
    check.report("softmax_sums_to_one")
    (kept,) = (tmp_path / "verdicts").glob("*.json")
    kept.write_text("{", encoding="utf-8")
    assert check.report("softmax_sums_to_one").good


def test_a_file_that_was_edited_meanwhile_has_no_kept_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "softmax_sums_to_one"
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))
    rules = next(path for path in cache.closure("derivations.rules") if path.name == "rules.py")
    before = rules.stat().st_mtime
    monkeypatch.setattr(derivations, "READ_FROM", before)  # as if it had been saved since
    assert not cache.settled(library.find(name).module)
    assert check.report(name).good
    assert check.ruling("S3-003").computed
    assert not list(tmp_path.rglob("*.json"))
    monkeypatch.undo()
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))
    check.report(name)
    assert list(tmp_path.rglob("*.json"))
    monkeypatch.setattr(derivations, "READ_FROM", before)
    assert not cache.is_kept(library.find(name), mutate=False), "a kept verdict is not read either"


def test_a_row_that_is_added_meanwhile_unsettles_only_what_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "derivations.quality.geometric_mean"
    (table,) = (path for path in cache.closure(module) if path.name == "notation.py")
    others = max(path.stat().st_mtime for path in cache._rests_on(module) if path != table)
    real = Path.stat
    later = type("Stat", (), {"st_mtime": others + 10})()
    monkeypatch.setattr(Path, "stat", lambda self, **how: later if self == table else real(self, **how))
    monkeypatch.setattr(derivations, "READ_FROM", others + 5)
    source = table.read_text(encoding="utf-8")
    monkeypatch.setattr(derivations, "NOTATION", source.replace("kappa = number(", "kappa  = number("))
    assert cache.settled(module)
    monkeypatch.setattr(derivations, "NOTATION", source.replace("N = size(", "N  = size("))
    assert not cache.settled(module)


def test_the_key_changes_with_what_a_module_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "derivations.quality.cross_entropy"
    files = {path.name for path in cache.closure(module)}
    assert {"cross_entropy.py", "geometric_mean.py", "rules.py", "notation.py", "rewriting.py"} <= files
    assert "convexity.py" not in files
    before = cache.key(module)
    edited = tmp_path / "geometric_mean.py"
    (original,) = (p for p in cache.closure(module) if p.name == "geometric_mean.py")
    edited.write_bytes(original.read_bytes() + b"\n# edited\n")
    real = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: real(edited) if self == original else real(self))
    cache.key.cache_clear()
    try:
        assert cache.key(module) != before
        assert cache.key("derivations.rules") == cache.key("derivations.rules")
    finally:
        cache.key.cache_clear()


def test_the_key_changes_with_the_rows_of_the_notation_that_a_module_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "derivations.quality.geometric_mean"  # uses p over N examples, and no curvature
    (table,) = (path for path in cache.closure(module) if path.name == "notation.py")
    real = Path.read_text

    def key_with(before: str, after: str) -> str:
        source = table.read_text(encoding="utf-8")
        assert source.count(before) == 1, f"{before}: expected once in the notation table"
        with monkeypatch.context() as patch:
            edited = source.replace(before, after)
            patch.setattr(Path, "read_text", lambda self, **how: edited if self == table else real(self, **how))
            cache.key.cache_clear()
            return cache.key(module)

    try:
        as_it_is = key_with("N = size(", "N = size(")
        assert key_with('"h", "curvature of a parabola", 0', '"h", "curvature of a parabola", 1') == as_it_is
        assert (
            key_with("kappa = number(", 'unheard_of = number("unheard_of", "o", "a new letter")\nkappa = number(')
            == as_it_is
        )
        assert (
            key_with('"examples in the training set", at=(5, 3)', '"examples in the training set", at=(5, 4)')
            != as_it_is
        )
        assert key_with("    if row.name in TABLE:", "    if row.name not in TABLE:") != as_it_is
    finally:
        cache.key.cache_clear()


def test_every_rule_with_a_formula_is_doubted() -> None:
    formulas = [one for one in library.load().rules.values() if check.states_something(one.value)]
    assert len(formulas) >= 5
    assert all(check.report(one.name).good for one in formulas)
    wrong = Rule("wrong", Eq(Sum(x * a[k], (k, 1, K)), Sum(a[k], (k, 1, K))))
    assert check.compute("wrong", wrong).verdict is check.Verdict.REFUTED


def test_work_is_begun_with_what_takes_long() -> None:
    every = sorted(library.load().names.values(), key=cache._effort)
    order = [one.name for one in every]
    assert order.index("hidden_weights") > 0.95 * len(order)
    assert cache._effort(library.find("S3-003")) < cache._effort(library.find("hidden_weights"))


def test_many_checks_each_value_once_and_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE_OVER_M_CACHE", str(tmp_path))
    names = ["softmax_sums_to_one", "S3-003", "log_of_a_product", "gradient_of_loss"]
    found = [library.find(n) for n in names if n in library.load().names]
    for _ in range(2):  # computed by the workers, then read
        made = list(cache.many(found, mutate=False, jobs=1))
        told = {one.id if isinstance(one, check.ClaimReport) else one.name: one for one in made}
        assert len(made) == len(told) == len(found)
        assert all(cache.is_kept(one, mutate=False) for one in found)
