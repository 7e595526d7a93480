"""A derivation as a Python text that runs by itself, with SymPy and nothing of ours."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any

import sympy
from sympy import Expr, IndexedBase, MatrixSymbol, Symbol, preorder_traversal
from sympy.printing.str import StrPrinter

from derivations.calculus import Definition, Derivation, Entry, Induction, Relation

_RELATIONS = {
    Relation.EQ: "==",
    Relation.LE: "<=",
    Relation.GE: ">=",
    Relation.LT: "<",
    Relation.GT: ">",
    Relation.APPROX: "is about",
}
_ENTRY = (
    "def entry(matrix, row, column):",
    '    """Counted from 1, as in print; SymPy counts from 0."""',
    "    return matrix[row - 1, column - 1]",
)


def identifier(name: str) -> str:
    """A Python name for a symbol's name."""
    made = re.sub(r"\W", "_", name)
    return f"{made}_" if keyword.iskeyword(made) or not made.isidentifier() else made


class _Printer(StrPrinter):  # type: ignore[misc]
    """SymPy's own text form, with every name an identifier and a matrix apart from its array."""

    def _print_Symbol(self, expr: Any) -> str:
        return identifier(expr.name)

    _print_Dummy = _print_Symbol

    def _print_IndexedBase(self, expr: Any) -> str:
        return identifier(str(expr.label))

    def _print_Indexed(self, expr: Any) -> str:
        return f"{self._print(expr.base)}[{', '.join(self._print(one) for one in expr.indices)}]"

    def _print_MatrixSymbol(self, expr: Any) -> str:
        return f"{identifier(expr.name)}_matrix"

    def _print_OneMatrix(self, expr: Any) -> str:
        return f"OneMatrix({', '.join(self._print(one) for one in expr.shape)})"  # SymPy prints the number 1

    def _print_Rational(self, expr: Any) -> str:
        return f"Rational({expr.p}, {expr.q})"  # 1/3 would be Python's float

    def _print_Limit(self, expr: Any) -> str:
        body, variable, point, direction = expr.args  # the direction is a Symbol named "+" or "-"
        return f"Limit({self._print(body)}, {self._print(variable)}, {self._print(point)}, dir={str(direction)!r})"

    def _print_Entry(self, expr: Any) -> str:
        return f"entry({', '.join(self._print(one) for one in expr.args)})"

    def _print_Relational(self, expr: Any) -> str:
        return f"{_CALLS[expr.rel_op]}({self._print(expr.lhs)}, {self._print(expr.rhs)})"


_CALLS = {"==": "Eq", "!=": "Ne", "<": "Lt", "<=": "Le", ">": "Gt", ">=": "Ge"}


def text_of(expr: Any) -> str:
    return str(_Printer().doprint(expr))


def plain(words: str) -> str:
    """A rule's name as a comment has it: its symbols without the dollars around them."""
    return words.replace("$", "")


def source(name: str, value: Derivation | Induction) -> str:
    """Symbols, the meanings of the abbreviations, the lines; printed at the end, line by line."""
    if isinstance(value, Derivation):
        return _render(name, [(name, value)])
    claim = f"# To show for every {value.on} >= {value.first}: {text_of(value.claim)}"
    return _render(name, [("base", value.base), ("step", value.step)], claim)


def _render(name: str, chains: list[tuple[str, Derivation]], claim: str = "") -> str:
    meanings: dict[str, Definition] = {}
    for _, chain in chains:
        meanings.update(chain.meanings)
    shown: list[Any] = [line for _, chain in chains for line in chain.lines]
    for one in meanings.values():
        shown += [one.head, one.body]
    body: list[str] = []
    if meanings:
        pairs = ",\n".join(f"    {text_of(one.head)}: {text_of(one.body)}" for one in meanings.values())
        body += ["where = {", pairs + ",", "}", ""]
    if claim:
        body += [claim, ""]
    for label, chain in chains:
        variable = "lines" if len(chains) == 1 else f"{label}_lines"
        body.append(f"{variable} = [")
        body.append(f"    {text_of(chain.start)},")
        for step in chain.steps:
            body.append(
                f"    {text_of(step.expr)},  # {_RELATIONS[step.relation]} the line above: {plain(step.by.name)}"
            )
        body += ["]", ""]
    variables = ["lines"] if len(chains) == 1 else [f"{label}_lines" for label, _ in chains]
    body += [f"for line in {' + '.join(variables)}:", "    print(line)"]
    declared = list(_declarations(shown))
    text = "\n".join(body)
    head = [f"# {name}", _imports(text, declared), "", *declared]
    if "entry(" in text:
        head += ["", "", *_ENTRY, ""]
    return "\n".join([*head, "", text]) + "\n"


def _declarations(shown: Iterable[Any]) -> Iterator[str]:
    """One line for all symbols with the same assumptions, then arrays, then matrices."""
    symbols: dict[str, Symbol] = {}
    arrays: dict[str, IndexedBase] = {}
    matrices: dict[str, MatrixSymbol] = {}
    for expr in shown:
        for node in preorder_traversal(expr):
            if isinstance(node, IndexedBase):
                arrays[identifier(str(node.label))] = node
            elif isinstance(node, MatrixSymbol):
                matrices[identifier(node.name)] = node
                for symbol in (one for side in node.shape for one in side.free_symbols):
                    symbols[identifier(symbol.name)] = symbol
    labels = {str(one.label) for one in arrays.values()}
    for expr in shown:
        for node in preorder_traversal(expr):
            if isinstance(node, Symbol) and node.name not in labels and node.name not in ("+", "-", "+-"):
                symbols[identifier(node.name)] = node
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, symbol in sorted(symbols.items()):
        groups.setdefault(_assumptions(symbol), []).append((name, symbol.name))
    for assumptions, members in sorted(groups.items()):
        left = ", ".join(name for name, _ in members)
        if len(members) == 1:
            yield f"{left} = Symbol({members[0][1]!r}{assumptions})"
        else:
            yield f"{left} = symbols({' '.join(name for _, name in members)!r}{assumptions})"
    for name, base in sorted(arrays.items()):
        yield f"{name} = IndexedBase({str(base.label)!r}{_assumptions(base.label)})"
    for name, one in sorted(matrices.items()):
        rows, columns = (text_of(side) for side in one.shape)
        yield f"{name}_matrix = MatrixSymbol({one.name!r}, {rows}, {columns})  # its entry (r, s) is {name}[r, s]"


def _assumptions(symbol: Any) -> str:
    given = getattr(symbol, "_assumptions_orig", {})
    return "".join(
        f", {name}={held}" for name, held in sorted(given.items()) if name != "commutative" and held is not None
    )


def _imports(text: str, declared: list[str]) -> str:
    code = re.sub(r"#.*", "", "\n".join([*declared, text]))
    code = re.sub(r"'[^']*'|\"[^\"]*\"", "", code)
    used = set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", code))
    own = {name.strip() for line in declared for name in line.partition(" = ")[0].split(",")}
    names = sorted(one for one in used - own if hasattr(sympy, one) and one not in ("source", "print", "lines"))
    return f"from sympy import {', '.join(names)}"


def entries(expr: Expr) -> bool:
    """Whether a line is a matrix's entry, which SymPy opens as soon as the text runs."""
    return any(isinstance(node, Entry) for node in preorder_traversal(expr))
