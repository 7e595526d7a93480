"""The graph of what rests on what, against the source text: which names a module's statements mention."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from sympy import Eq, Symbol

from derivations import graph, library
from derivations.calculus import Definition, Given, Quantity, Rule, calc, eq
from derivations.library import Library, Named

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = library.load()
GRAPH = graph.whole()
EDGES = {(name, other) for name, found in GRAPH.below.items() for other in found}
KIND = {name: type(one.value).__name__ for name, one in LIBRARY.names.items()}
# What a statement mentions and takes only a part of: the name of a rule, the expression of a number.
PARTS_ONLY = {("Rule", "Rule"), ("Rule", "Definition"), ("Quantity", "Quantity"), ("Derivation", "Rule")}


# ---- the oracle: no value is looked at, only text


def statements(path: Path) -> tuple[dict[str, ast.AST], dict[str, tuple[str, str]]]:
    """What each name of a module is given, claims by their ids, and where its imports come from."""
    made: dict[str, ast.AST] = {}
    come: dict[str, tuple[str, str]] = {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("derivations"):
            come |= {one.asname or one.name: (str(node.module), one.name) for one in node.names}
        elif isinstance(node, ast.FunctionDef):
            made[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                made |= {one.id: node.value for one in ast.walk(target) if isinstance(one, ast.Name)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Claim":
            made[str(getattr(call.args[0], "value", ""))] = call
    return made, come


@cache
def modules() -> dict[str, tuple[dict[str, ast.AST], dict[str, tuple[str, str]]]]:
    found = ROOT.glob("derivations/**/*.py")
    return {".".join(one.relative_to(ROOT).with_suffix("").parts): statements(one) for one in found}


PLACES = {(one.module, name) for name, one in LIBRARY.names.items()}


@cache
def told(module: str, name: str) -> tuple[set[str], set[tuple[str, str]]]:
    """What a statement mentions in its words, and the places of the names that it reads."""
    made, come = modules()[module]
    words: set[str] = set()
    read: set[tuple[str, str]] = set()
    for node in ast.walk(made[name]) if name in made else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words |= set(re.findall(r"\{[a-z]+\}`([\w-]+)", node.value))
        elif isinstance(node, ast.keyword) and node.arg == "rests_on":
            words |= {str(each.value) for each in ast.walk(node) if isinstance(each, ast.Constant)}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.add(come.get(node.id, (module, node.id)))
    return words, read


def mentioned(module: str, name: str) -> set[str]:
    """The named values that a statement mentions, itself or through names that stand for no value of their own."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    ahead = [(module, name)]
    while ahead:
        words, read = told(*ahead.pop())
        found |= words
        for place in read:
            if place in PLACES and place != (module, name):
                found.add(place[1])
            elif place[0] in modules() and place not in seen:
                seen.add(place)
                ahead.append(place)
    return (found & set(LIBRARY.names)) - {name}


@cache
def mentions() -> dict[str, set[str]]:
    return {name: mentioned(one.module, name) for name, one in LIBRARY.names.items()}


def reached(name: str, along: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [*along[name]]
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += along[one]
    return seen


def written(name: str, position: int) -> set[str]:
    """The names in the first or the second argument of a definition, as it is written, and what they stand for."""
    made = modules()[LIBRARY.names[name].module][0]
    call = made[name]
    assert isinstance(call, ast.Call)
    found: set[str] = set()
    ahead: list[ast.AST] = [call.args[position]]
    while ahead:
        for one in ast.walk(ahead.pop()):
            if isinstance(one, ast.Name) and one.id not in found:
                found.add(one.id)
                ahead += [made[one.id]] if one.id in made else []
    return found


# ---- both ways


def test_every_value_that_is_mentioned_is_met() -> None:
    below = {name: set(found) for name, found in GRAPH.below.items()}
    missed = [
        (name, other)
        for name, found in mentions().items()
        for other in sorted(found - reached(name, below))
        if (KIND[name], KIND[other]) not in PARTS_ONLY and not _cut_out(name, other)
    ]
    assert not missed
    assert sum(map(len, mentions().values())) > 1000


def _cut_out(name: str, other: str) -> bool:
    """A tuple is mentioned and only a part of it is taken: `(one, *NETWORK[1:])`."""
    value = LIBRARY.names[name].value
    statement = modules()[LIBRARY.names[name].module][0][name]
    cut = any(isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) for node in ast.walk(statement))
    return cut and LIBRARY.names[other].value not in value.where


def test_every_edge_between_other_values_is_mentioned() -> None:
    invented = []
    for name, other in sorted(EDGES):
        if KIND[name] == KIND[other] == "Definition" or other in reached(name, mentions()):
            continue
        one, two = LIBRARY.names[name].value, LIBRARY.names[other].value
        same = isinstance(one, Quantity) and str(one.expr) == str(getattr(two, "end", ""))
        again = isinstance(one, Rule) and any(
            one.name == LIBRARY.names[each].value.name for each in mentions()[name] if KIND[each] == "Rule"
        )
        if not same and not again:
            invented.append((name, other))
    assert not invented


def test_a_definition_rests_on_another_where_the_source_writes_the_other_s_head() -> None:
    between = [(name, other) for name, other in EDGES if KIND[name] == KIND[other] == "Definition"]
    assert len(between) > 50
    for name, other in between:
        assert written(name, 1) & written(other, 0), (name, other)


def test_every_value_is_on_it_once_and_both_ways_agree() -> None:
    assert set(GRAPH.below) == set(GRAPH.above) == set(GRAPH.order) == set(LIBRARY.names)
    assert len(GRAPH.order) == len(set(GRAPH.order))
    assert {(name, other) for other, found in GRAPH.above.items() for name in found} == EDGES


def test_nothing_stands_before_what_it_rests_on() -> None:
    place = {name: number for number, name in enumerate(GRAPH.order)}
    assert all(place[other] < place[name] for name, other in EDGES)


def test_every_derivation_rests_on_something_or_is_algebra_alone() -> None:
    alone = [name for name in LIBRARY.derivations if not GRAPH.below[name]]
    assert len(alone) < len(LIBRARY.derivations) / 5


# ---- planted


x, y, z = Symbol("x"), Symbol("y"), Symbol("z")
first = Definition(y, x + 1, "one more")
second = Definition(z, 2 * y, "twice that")
lemma = calc(x, eq(x, by=Rule("nothing", "nothing is done")), title="A lemma")
given = Given(Eq(y, x), words="as in {eq}`lemma`")
result = calc(z, eq(2 * y, by=Rule("by the lemma", "it is given", needs=(given,))), where=(first, second))


def planted(**values: object) -> Library:
    return Library(
        {name: Named(name, value, __name__, "", "", line) for line, (name, value) in enumerate(values.items())}
    )


def test_planted_values_and_what_they_rest_on() -> None:
    found = graph.graph(planted(first=first, second=second, lemma=lemma, given=given, result=result))
    assert found.below == {
        "first": (),
        "second": ("first",),
        "lemma": (),
        "given": ("lemma",),
        "result": ("first", "second", "given"),
    }
    assert found.above["first"] == ("second", "result")
    assert found.reach("result", found.below) == {"first", "second", "given", "lemma"}
    assert found.reach("lemma", found.above) == {"given", "result"}


def test_a_definition_that_came_later_gives_no_meaning() -> None:
    found = graph.graph(planted(second=second, first=first, result=result, lemma=lemma))
    assert found.below["second"] == ()


def test_a_rewrite_that_quotes_a_chain_rests_on_it() -> None:
    from derivations.rules import applying, in_turn

    known = calc(x, eq(y, by=Rule("known", "it is known")), eq(z, by=Rule("known", "it is known")))
    for line in (y, z):
        rule = Rule("the chain above", "as above", rewrite=in_turn(applying(Eq(x, line, evaluate=False))))
        found = graph.graph(planted(known=known, result=calc(x, eq(line + 1, by=rule))))
        assert found.below["result"] == ("known",)
    rule = Rule("the chain above", "as above", rewrite=applying(Eq(x, z + 1, evaluate=False)))
    assert graph.graph(planted(known=known, result=calc(x, eq(z + 2, by=rule)))).below["result"] == ()


def test_a_dangling_name_is_named() -> None:
    bad = replace(given, words="as in {eq}`lema`")
    with pytest.raises(library.UnknownName, match="'lema'"):
        graph.graph(planted(lemma=lemma, given=bad))
    with pytest.raises(library.UnknownName, match="'lema'"):
        graph.graph(planted(lemma=lemma, result=calc(x, eq(y, by=Rule("r", "{eq}`lema`")))))


def test_a_circle_is_named() -> None:
    one = Given(Eq(y, x), words="{eq}`two`")
    two = calc(x, eq(y, by=Rule("given", "it is given", needs=(one,))))
    with pytest.raises(graph.Circular, match=r"one → two → one|two → one → two"):
        graph.graph(planted(one=one, two=two))
