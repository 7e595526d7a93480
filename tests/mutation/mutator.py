"""Break a Python file in one small place at a time: a sign, a factor, an index, a comparison, a call.

`mutants(path)` gives every version of the file that differs in one such place, compiled. Left
alone: docstrings, annotations, the words of messages, and the block under `if __name__ == …`,
whose output has a test of its own.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType
from typing import Any

OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
FUNCTIONS = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
    "any": "all",
    "all": "any",
    "prod": "sum",
    "cumprod": "cumsum",
    "zeros": "ones",
    "exp": "expm1",
    "log": "log1p",
    "isnan": "isfinite",
}
CONVERSIONS = {"array", "asarray", "float"}  # a call that only changes a type: no sign, factor or index
SYMMETRIC = {"allclose", "array_equal", "equal"}  # in their first two arguments
SKIPPED_FIELDS = {"annotation", "returns", "format_spec", "decorator_list"}


@dataclass(frozen=True)
class Mutant:
    """One broken version: where, the statement before and after, and the code to run."""

    path: Path
    line: int
    function: str
    before: str
    after: str
    code: CodeType

    @property
    def key(self) -> str:
        return key(self.path, self.function, self.before, self.after)

    def __str__(self) -> str:
        here = self.path.relative_to(Path.cwd()) if self.path.is_relative_to(Path.cwd()) else self.path
        return f"{here}:{self.line} in {self.function}\n    - {self.before}\n    + {self.after}"


def mutants(path: Path, every: int = 1) -> Iterator[Mutant]:
    """The versions of the file that are broken in one place, in the order of the tree; of them each `every`-th."""
    for tree, line, function, before, after in _changes(path, every):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # "z"[:, None] and the like
            code = compile(tree, str(path), "exec", dont_inherit=True)
        yield Mutant(path, line, function, before, after, code)


def keys(path: Path) -> list[str]:
    """The names of all the mutants of the file."""
    return [key(path, function, before, after) for _, _, function, before, after in _changes(path)]


def count(path: Path) -> int:
    """How many mutants the file has: without their names and their code, which take longer."""
    return sum(1 for _ in _exchanges(ast.parse(path.read_text(encoding="utf-8"))))


def key(path: Path, function: str, before: str, after: str) -> str:
    """The name of a mutant, which does not change when lines move."""
    return f"{path.stem}.{function}: {before} → {after}"


def _changes(path: Path, every: int = 1) -> Iterator[tuple[ast.Module, int, str, str, str]]:
    """The tree with one place broken, while the loop looks at it: with the line, the function, before and after."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    last: ast.stmt | None = None
    before = ""
    for node, field, place, function, statement, old, new in islice(_exchanges(tree), 0, None, every):
        if statement is not last:
            last, before = statement, _headline(statement)
        ast.fix_missing_locations(ast.copy_location(new, old if hasattr(old, "lineno") else statement))
        _put(node, field, place, new)
        after = "(gone)" if new is _GONE else _headline(statement)
        yield tree, getattr(old, "lineno", statement.lineno), function, before, after
        _put(node, field, place, old)


def _exchanges(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None, str, ast.stmt, ast.AST, ast.AST]]:
    """Every place of the tree as in `_places`, with what stands there and what can stand there instead."""
    for node, field, place, function, statement in _places(tree):
        holder = getattr(node, field)
        old = holder if place is None else holder[place]
        made = _replacements(node, field, old, function)
        same = ast.unparse(old) if made and isinstance(old, ast.expr) else None
        for new in made:
            if same is None or ast.unparse(new) != same:  # 1e308 + 1
                yield node, field, place, function, statement, old, new


_GONE = ast.Pass()


def _put(node: ast.AST, field: str, place: int | None, new: Any) -> None:
    if place is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[place] = new


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None, str, ast.stmt]]:
    """Every child of every node: its parent, the field, the place in a list, the function, the statement."""

    def walk(node: ast.AST, function: str, statement: ast.stmt | None) -> Iterator[Any]:
        for field, value in ast.iter_fields(node):
            if field in SKIPPED_FIELDS:
                continue
            for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if not isinstance(child, ast.AST) or _is_left_alone(child):
                    continue
                inside, within = function, child if isinstance(child, ast.stmt) else statement
                if isinstance(child, ast.FunctionDef | ast.ClassDef):
                    inside = f"{function}.{child.name}" if function else child.name
                if within is not None:
                    yield node, field, place, inside, within
                yield from walk(child, inside, within)

    yield from walk(tree, "", None)


def _is_left_alone(node: ast.AST) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):  # a docstring
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.If) and ast.unparse(node.test).startswith("__name__")


def _headline(statement: ast.stmt) -> str:
    """The statement as one line; of a compound one its head."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.If | ast.For | ast.With):
        head = copy(statement)
        head.body = [ast.Pass()]
        if isinstance(head, ast.If | ast.For):
            head.orelse = []
        if isinstance(head, ast.FunctionDef | ast.ClassDef):
            head.decorator_list = []
        return ast.unparse(head).splitlines()[0]
    return " ".join(ast.unparse(statement).split())


def _replacements(parent: ast.AST, field: str, old: ast.AST, function: str) -> list[ast.AST]:
    """What can stand in the place of `old` instead."""
    made: list[ast.AST] = []
    match old:
        case ast.operator():
            made += [new() for new in OPERATORS.get(type(old), ())]
        case ast.cmpop():
            made += [new() for new in COMPARISONS.get(type(old), ())]
        case ast.And():
            made.append(ast.Or())
        case ast.Or():
            made.append(ast.And())
        case ast.UnaryOp(operand=operand):
            made.append(operand)
        case ast.Constant(value=bool(value)):
            made.append(ast.Constant(not value))
        case ast.Constant(value=int(value) | float(value)):
            made += [ast.Constant(value + 1), _number(value - 1)]
        case ast.Constant(value=str(value)):
            words = isinstance(parent, ast.JoinedStr) or function.startswith("example_")
            made += [] if words else [ast.Constant(value + "b")]
        case ast.Constant(value=None):
            made.append(ast.Constant(0))
        case ast.Slice(lower=lower, upper=upper, step=step):
            made += [ast.Slice(None, upper, step)] if lower else []
            made += [ast.Slice(lower, None, step)] if upper else []
            made += [ast.Slice(lower, upper, None)] if step else []
        case ast.Call():
            made += _calls(old, whole=not function.startswith("example_"))
        case ast.Attribute(value=value, attr="T"):
            made.append(value)
        case ast.Attribute(value=value, attr=attr, ctx=ctx) if attr in FUNCTIONS:
            made.append(ast.Attribute(value, FUNCTIONS[attr], ctx))
        case ast.Expr() | ast.AugAssign() | ast.Raise():
            made.append(_GONE)
        case ast.Tuple(elts=[_, *rest], ctx=ast.Load()) if field == "slice" and rest:
            made.append(ast.Tuple([*rest, old.elts[0]], ast.Load()))
    if isinstance(parent, ast.Subscript) and field == "slice" and isinstance(old, ast.Name | ast.BinOp):
        made += [ast.BinOp(old, op, ast.Constant(1)) for op in (ast.Add(), ast.Sub())]
    if isinstance(parent, ast.If | ast.IfExp) and field == "test":
        made += [ast.UnaryOp(ast.Not(), old), ast.Constant(True), ast.Constant(False)]  # type: ignore[arg-type]
    if isinstance(parent, ast.Return) and isinstance(old, ast.expr) and not isinstance(old, ast.Constant | ast.Tuple):
        made.append(ast.UnaryOp(ast.USub(), old))
    return made


def _number(value: float) -> ast.expr:
    """A constant that unparses as it is read: a negative one is a minus sign and a constant."""
    return ast.Constant(value) if value >= 0 else ast.UnaryOp(ast.USub(), ast.Constant(-value))


def _calls(call: ast.Call, whole: bool) -> list[ast.AST]:
    """A call with a keyword dropped, with two arguments exchanged, or (`whole`) dropped itself for what it is of."""
    made: list[ast.AST] = []
    for dropped in call.keywords:
        made.append(ast.Call(call.func, call.args, [one for one in call.keywords if one is not dropped]))
    if len(call.args) >= 2 and not (isinstance(call.func, ast.Attribute) and call.func.attr in SYMMETRIC):
        made.append(ast.Call(call.func, [call.args[1], call.args[0], *call.args[2:]], call.keywords))
    if ast.unparse(call.func).rpartition(".")[2] in CONVERSIONS:
        return made
    if whole and call.args:
        first = call.args[0]
        made.append(first.value if isinstance(first, ast.Starred) else first)
    elif whole and isinstance(call.func, ast.Attribute):
        made.append(call.func.value)
    return made
