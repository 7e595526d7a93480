"""Change any single sign, factor, index or number in the source of a derivation: a check names it.

The source is edited as text, run under another name, and each named value that comes out different is
checked as it would be: a chain by all its doubts, a quantity and a definition against its voice, a claim
by its ruling. Every day a fixed sample, more under `slow`.
"""

from __future__ import annotations

import io
import random
import tokenize
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from derivations import check, library
from derivations.calculus import Definition, Derivation, Given, Induction, Quantity, Rule
from tests.derivations import test_voices as voiced

ROOT = Path(__file__).parents[2] / "derivations"
SOURCES = sorted(path for path in ROOT.glob("*/*.py") if path.stem not in ("__init__", "claims"))
SWAPS = {"+": "-", "-": "+", "*": "/", "/": "*", "**": "*"}
LIBRARY = library.load()
DEFINITIONS, QUANTITIES = voiced.DEFINITIONS, voiced.QUANTITIES

# What an edited line says, and why that is no mistake.
EQUIVALENT: dict[str, str] = {
    "tight=Given(Eq(direction[d], 3 * g[d]), each=": "any positive multiple of the gradient points along it",
    "tight=Given(Eq(v[k], Rational(3, 3)), each=": "any number will do, if all are equal",
    "tight=Given(Eq(v[k], Rational(2, 4)), each=": "any number will do, if all are equal",
    "all_equal = Given(Eq(p[i], Rational(2, 3)), each=": "any number will do, if all are equal",
    "all_equal = Given(Eq(p[i], Rational(1, 4)), each=": "any number will do, if all are equal",
    "certain = Given(Eq(pi[k], KroneckerDelta(k, 2)), each=": "the network may be certain of any class",
    "Eq(p[i], KroneckerDelta(i, N + 2)), each=": "no example is numbered N + 2 either",
    "Eq(pi[k], KroneckerDelta(k, c + 1) + KroneckerDelta(c, K) * KroneckerDelta(k, 2)),": "any wrong class will do",
    "Eq(pi[k], KroneckerDelta(k, c + 2) + KroneckerDelta(c, K) * KroneckerDelta(k, 1)),": "any wrong class will do",
    "Eq(pi[k], KroneckerDelta(k, c - 1) + KroneckerDelta(c, K) * KroneckerDelta(k, 1)),": "any wrong class will do",
    '{T: 10, eta: "2.5", n0: 21},': "the rate stays the same for ten steps",
    '{T: 10, eta: "2.5", n0: 101},': "the rate stays the same for ten steps",
    "domain={K: (2, 3)},": "the chain reads two of the classes",
    '-log(p[1]), "loss of the first example of the third slide", (), {N: 6,': "the first loss does not read N",
    "ceiling(1076 * log(2) / -log(pc)),": "as many quarters; its own test tells them apart",
    "SMALL_ENTRIES = {entry: (0, Rational(2, 256))}": "entries twice as large are small too",
    "SMALL_ENTRIES = {entry: (0, Rational(1, 257))}": "entries a little smaller are small too",
    "domain={x: (0, 51)},": "a float is rounded alike wherever it lies",
    "domain={x: (1, 50)},": "a float is rounded alike wherever it lies",
    "Sum(dZ1[unit, i] / X[s, i], (i, 1, m)) / m,": "the feature is 1, and so is its reciprocal",
    "domain={entry: (1, 100)},": "the entries that overflow are larger",
    "domain={entry: (0, 101)},": "the entries that overflow are no different above",
    "rewrite=quoting(penalised_gradient, 3),": "line 3 is line 2 over one denominator: linearity takes both",
    "Eq(Sum(in_part[batch, i], (batch, 1, batches)), 2),": "what stands in two parts counts twice above and below",
    "eq(Entry(MatMul(-1 / m, matrix(E), OneMatrix(m, 2), evaluate=False), r, 1),": "its first column is the same",
    "Sum(dz_tilde[i] / Derivative(z_tilde[i], bn_shift), (i, 1, m)),": "the slope in the shift is 1, as its reciprocal",
}


@dataclass(frozen=True)
class Edit:
    """One token exchanged for another."""

    path: Path
    line: int
    before: str
    after: str
    source: str

    @property
    def equivalent(self) -> bool:
        return any(self.after.startswith(one) for one in EQUIVALENT)


def edits(path: Path) -> Iterator[Edit]:
    """The source with one operator or one whole number changed, each in turn; words, imports and keywords stay."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        (row, start), (_, end) = token.start, token.end
        line = lines[row - 1] if row <= len(lines) else ""
        if token.type == tokenize.OP and token.string in SWAPS:
            new = SWAPS[token.string]
        elif token.type == tokenize.NUMBER and token.string.isdigit() and "first=" not in line:
            new = str(int(token.string) + 1)
        else:
            continue
        changed = line[:start] + new + line[end:]
        yield Edit(path, row, line.strip(), changed.strip(), "".join([*lines[: row - 1], changed, *lines[row:]]))


def module(edit: Edit) -> types.ModuleType:
    made = types.ModuleType(f"derivations.{edit.path.parent.name}.{edit.path.stem}")
    made.__file__ = str(edit.path)
    exec(compile(edit.source, made.__file__, "exec", dont_inherit=True), vars(made))
    return made


def written(value: Any) -> Any:
    """Everything that a value says, its rewrites with what they were made from, without addresses in memory."""
    if isinstance(value, types.FunctionType):
        return value.__qualname__, [written(cell.cell_contents) for cell in value.__closure__ or ()]
    if is_dataclass(value):
        return type(value).__name__, [written(getattr(value, one.name)) for one in fields(value)]
    if isinstance(value, Mapping):
        return [(str(one), written(other)) for one, other in value.items()]
    if isinstance(value, (tuple, list)):
        return [written(one) for one in value]
    return repr(value)


def problem(name: str, value: Any) -> bool:
    """Does a check of this value find fault with it?"""
    if isinstance(value, Definition):
        voice = DEFINITIONS[name]
        where = {**voiced.meanings(name, voice), value.label: value}
        try:
            return any(
                voiced.gap(voiced.value_at(at, value, where), voice.says(voiced.as_numbers(at))) > voiced.APART
                for at in voiced.places(name, voice)
            )
        except voiced.NO_VALUE:
            return True
    if isinstance(value, Quantity):
        pin = QUANTITIES[name]
        try:
            return not voiced.near(check.quantity_value(value), pin.number(), 10 * pin.close)
        except voiced.NO_VALUE:
            return True
    if isinstance(
        value, (Derivation, Induction)
    ):  # digits and rules first, for the slow prover is not needed to refute
        chains = (value.base, value.step) if isinstance(value, Induction) else (value,)
        if any(check.doubt(link, chain)[0].kind is not check.Kind.AGREES for chain in chains for link in chain.links):
            return True
    return bool(check.compute(name, value).problems)


def noticed(edit: Edit) -> bool | None:
    """Is a value refused that the edit changed? None where it changed none."""
    try:
        made = module(edit)
    except Exception:
        return True  # the module does not load
    changed = None
    named = {n: one.value for n, one in LIBRARY.names.items() if one.module == made.__name__}
    for name, was in named.items():
        now = vars(made).get(name)
        if written(now) == written(was):
            continue
        if isinstance(now, Given) or (isinstance(now, Rule) and isinstance(now.says, str)):
            continue  # doubted where it is used
        changed = False
        if problem(name, now):
            return True
    return changed


def survivors(sample: list[Edit]) -> list[str]:
    return [
        f"{one.path.relative_to(ROOT)}:{one.line}\n    - {one.before}\n    + {one.after}"
        for one in sample
        if noticed(one) is False
    ]


def sampled(path: Path, count: int) -> list[Edit]:
    every = [one for one in edits(path) if not one.equivalent]
    return random.Random(f"edits of {path.stem}").sample(every, min(count, len(every)))


every_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)


@every_source
def test_a_sample_of_edits_is_noticed(path: Path) -> None:
    left = survivors(sampled(path, 4))
    assert not left, "\n".join(["edits that no check notices:", *left])


@pytest.mark.slow
@every_source
def test_every_edit_is_noticed(path: Path) -> None:
    left = survivors(sampled(path, 10_000))
    assert not left, "\n".join(["edits that no check notices:", *left])


def test_each_equivalent_is_an_edit() -> None:
    made = [one.after for path in SOURCES for one in edits(path)]
    assert [one for one in EQUIVALENT if not any(after.startswith(one) for after in made)] == []


def test_a_source_that_nobody_edited_is_the_same() -> None:
    for path in SOURCES:
        assert noticed(Edit(path, 0, "", "", path.read_text(encoding="utf-8"))) is None


def test_a_value_that_no_check_reads_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "problem", lambda *_: False)
    assert len(survivors(sampled(ROOT / "quality" / "cross_entropy.py", 8))) == 8
