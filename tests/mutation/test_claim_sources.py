"""Change a sign, a number or an operator in what a source is said to state: the ruling changes, or its counterexample.

A claim that was computed false stays false under almost any edit, but it fails with other numbers. Every day a
fixed sample, all of them under `slow`.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from derivations import check, library
from derivations.calculus import Claim
from tests.mutation.test_derivation_sources import ROOT, Edit, edits, module

SOURCES = sorted(ROOT.glob("*/claims.py"))
LIBRARY = library.load()

SAME_ENTRY = "the second class has 0.60 in the third column and in the fourth"
LEVEL = "both slopes are 0 there, and so is whatever is made of them"

# The claim, and what an edited line says; and why that states the same.
_LEVEL = "stated=Eq(Derivative(Qs, w1) {} 2 {} Derivative(Qs, w2) {} {}, 0),"
EQUIVALENT: dict[tuple[str, str], str] = {
    ("S3-009", "Abs(P[2, 4] - p[3]),"): SAME_ENTRY,
    ("S3-011", "stated=Eq(Q**5, P[3, 1] * P[1, 2] * P[2, 4] * P[4, 4] * P[2, 5]),"): SAME_ENTRY,
    ("S3-025", "Sum(g[d] * direction[d], (d, 2, D)) ** 2,"): "true too: a shorter inner product obeys the same bound",
    ("S3-029", "Sum((g[d] - direction[d]) ** 2, (d, 1, D)),"): "minus u is a direction along the level set too",
    ("S3-034", _LEVEL.format("*", "+", "**", 2)): LEVEL,
    ("S3-034", _LEVEL.format("**", "-", "**", 2)): LEVEL,
    ("S3-034", _LEVEL.format("**", "+", "*", 2)): LEVEL,
    ("S3-034", _LEVEL.format("**", "+", "**", 3)): LEVEL,
    ("S3-034", _LEVEL.format("**", "+", "**", 2).replace(" 2 ", " 3 ")): LEVEL,
    (
        "S4-165",
        "stated=Eq(Sum(Abs(1 / (1 - a[k]) - b[k]), (k, 2, K)), Integer(0), evaluate=False),",
    ): "the first difference is 0, as all three are",
    ("S4-179", "stated=Eq(eta0 / (1 + decay / epoch), eta0, evaluate=False),"): "at an epoch 1 a product is a quotient",
    (
        "S3-058",
        "stated=Eq(-log(P[3, 1]) - log(P[1, 2]) - log(P[2, 4]) - log(P[4, 4]) - log(P[2, 5]), 5 * L),",
    ): SAME_ENTRY,
    ("S3-114", "stated=Le(Q, 2),"): "true too: a bound may be weakened",
    ("S3-116", "stated=Eq(+log(u), Integer(0), evaluate=False),"): "nought has no sign",
    ("S4-097", "stated=Eq(-Sum(y[k] * log(pi[k]), (k, 2, K)), -log(pi[2])),"): "the first class's target is 0",
}


def formulas(path: Path) -> dict[str, range]:
    """The lines on which each claim's formula stands, by the claim's id."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Claim":
            given = {one.arg: one.value for one in node.keywords}
            name = given.get("id", node.args[0] if node.args else None)
            if "stated" in given and isinstance(name, ast.Constant):
                found[str(name.value)] = range(given["stated"].lineno, (given["stated"].end_lineno or 0) + 1)
    return found


def edits_of_formulas(path: Path) -> Iterator[tuple[str, Edit]]:
    """Every edit of a formula, with the claim whose formula it is."""
    lines = {line: name for name, rows in formulas(path).items() for line in rows}
    for one in edits(path):
        if one.line in lines:
            yield lines[one.line], one


def claims(made: Any) -> dict[str, Claim]:
    held = [one for value in vars(made).values() for one in (value if isinstance(value, tuple) else (value,))]
    return {one.id: one for one in held if isinstance(one, Claim)}


def told(one: Claim) -> list[Any]:
    """The ruling and what it shows, for a claim about numbers; else what digits say, without and with its conditions.

    Digits decide on every ruling that an edit can change, and a slow proof is not needed to see that it does.
    """
    if one.at or one.stated is None:
        found = check.rule_on(one)
        return [found.ruling, str(found.counterexample), found.value, found.problems]
    said = []
    for given in (one.given, (*one.given, *one.conditions)):
        chain = check.as_link(one.stated, one.where, given, one.domain, one.id)
        outcome, _ = check.doubt(chain.links[0], chain)
        said.append((outcome.kind, outcome.detail))
    return said


@cache
def told_unedited(name: str) -> list[Any]:
    return told(LIBRARY.find(name).value)


def noticed(name: str, edit: Edit) -> bool:
    """Does the check say anything else of the edited claim? An edit that has no value to check is noticed."""
    try:
        edited = claims(module(edit))[name]
        return told(edited) != told_unedited(name)
    except Exception:
        return True


def survivors(sample: list[tuple[str, Edit]]) -> list[str]:
    return [
        f"{name}, {one.path.relative_to(ROOT)}:{one.line}\n    - {one.before}\n    + {one.after}"
        for name, one in sample
        if not noticed(name, one)
    ]


def sampled(path: Path, count: int) -> list[tuple[str, Edit]]:
    every = [(name, one) for name, one in edits_of_formulas(path) if (name, one.after) not in EQUIVALENT]
    return random.Random(f"claims of {path.parent.name}").sample(every, min(count, len(every)))


every_source = pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.parent.name)


@every_source
def test_a_sample_of_edits_changes_the_ruling(path: Path) -> None:
    left = survivors(sampled(path, 8))
    assert not left, "\n".join(["edits that change no ruling:", *left])


@pytest.mark.slow
@every_source
def test_every_edit_changes_the_ruling(path: Path) -> None:
    left = survivors(sampled(path, 10_000))
    assert not left, "\n".join(["edits that change no ruling:", *left])


def test_every_formula_is_found() -> None:
    for path in SOURCES:
        here = {n: one for n, one in LIBRARY.claims.items() if Path(*one.module.split(".")[1:]) == _stem(path)}
        assert set(formulas(path)) == {n for n, one in here.items() if one.value.stated is not None}


def _stem(path: Path) -> Path:
    return path.relative_to(ROOT).with_suffix("")


def test_each_equivalent_is_an_edit() -> None:
    made = {(name, one.after) for path in SOURCES for name, one in edits_of_formulas(path)}
    assert set(EQUIVALENT) <= made


def test_a_claim_that_nobody_edited_says_the_same() -> None:
    (path, *_) = SOURCES
    name, one = next(edits_of_formulas(path))
    same = Edit(path, one.line, one.before, one.before, path.read_text(encoding="utf-8"))
    assert not noticed(name, same)
    assert len(survivors([(name, same)])) == 1
