r"""LaTeX as a textbook sets it, from expressions that SymPy has sorted its own way.

What is set how is read from the notation table: the LaTeX of a name, where its indices stand, and,
by the order of the rows, which factor and which term comes first. Factors: numbers, parameters,
arrays, deltas, functions, derivatives, sums. Terms: the first is positive where any is; 1 − β but
t − 1; a sum that stops short of its last term before that term. A denominator without a sum stands
in front of a sum, a logarithm or a derivative (`\frac{1}{m} \sum`). Parentheses grow only where
something tall is inside. The text depends on the expression and on the table, on nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from sympy import (
    Abs,
    Add,
    Basic,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Function,
    Ge,
    Gt,
    Identity,
    Indexed,
    IndexedBase,
    Integral,
    KroneckerDelta,
    Le,
    Limit,
    Lt,
    MatAdd,
    MatMul,
    MatrixExpr,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    Ne,
    OneMatrix,
    Piecewise,
    Pow,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    ceiling,
    exp,
    floor,
    log,
    preorder_traversal,
    sympify,
)
from sympy.core.function import AppliedUndef
from sympy.core.relational import Relational
from sympy.matrices.expressions.hadamard import HadamardProduct
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.printing.latex import LatexPrinter

from derivations import notation
from derivations.calculus import Definition, Derivation, Entry, Given, Relation, label

BIG = (Sum, Product, Integral, Limit)  # a sign that takes all that follows it
GROWS = re.compile(r"\\(sum|prod|frac|int|lim|begin)(?![a-zA-Z])")
SIGNS = {
    Relation.EQ: "=",
    Relation.LE: r"\le",
    Relation.GE: r"\ge",
    Relation.LT: "<",
    Relation.GT: ">",
    Relation.APPROX: r"\approx",
    Eq: "=",
    Ne: r"\ne",
    Le: r"\le",
    Ge: r"\ge",
    Lt: "<",
    Gt: ">",
}
# Which index letter suits a nameless bound index, by the role that it plays.
LETTERS = {"example": ("i", "i2"), "class": ("k", "j", "l", "r"), "feature": ("d", "s"), "step": ("i", "j")}


class UnsetName(ValueError):
    """A name without a row in the notation table: there is no telling how to set it."""


def tex(x: Any) -> str:
    """LaTeX of an expression, a relation, a definition (head = body) or a hypothesis.

    Raises UnsetName (a ValueError) for a name that the notation table lacks, and TypeError for what
    is neither of the four.
    """
    if isinstance(x, Definition):
        return f"{tex(x.head)} = {tex(x.body)}"
    if isinstance(x, Given):
        letters = [tex(i) for i, _ in x.each]
        each = ", ".join(letters[:-1]) + r" \text{ and } " * (len(letters) > 1) + "".join(letters[-1:])
        return tex(x.says) + (rf" \quad \text{{for every }} {each}" if each else "")
    if isinstance(x, (int, float, Fraction)):
        x = sympify(x)
    if not isinstance(x, Basic):
        raise TypeError(f"x: expected an expression, a relation, a Definition or a Given, got {type(x).__name__}")
    return str(Textbook(x).doprint(x))


def relation(r: Relation | Relational | type[Relational]) -> str:
    r"""The sign of a relation: "=", r"\le", r"\approx" …  Raises TypeError where it is none."""
    key = r if isinstance(r, (Relation, type)) else type(r)
    if key not in SIGNS:
        raise TypeError(f"r: expected a Relation or a Relational, got {r!r}")
    return SIGNS[key]


def line_parts(derivation: Derivation) -> list[tuple[str, str]]:
    """Relation and expression of every line; the first line has no relation."""
    steps = [(relation(step.relation), tex(step.expr)) for step in derivation.steps]
    return [("", tex(derivation.start)), *steps]


def aligned(derivation: Derivation) -> str:
    """The whole chain as one display, aligned at the relation signs."""
    (_, start), *steps = line_parts(derivation)
    lines = " \\\\\n".join(f"&{sign} {line}" for sign, line in steps)
    return f"\\begin{{aligned}}\n{start} {lines}\n\\end{{aligned}}"


# ---- what kind of thing a factor is


def _is_number(a: Expr) -> bool:
    return bool(a.is_Number or (a.is_number and not a.has(Function)))


def _is_scalar(a: Expr) -> bool:
    """Made of numbers, parameters and sizes by + × and powers alone."""
    if isinstance(a, (Add, Mul)):
        return all(_is_scalar(b) for b in a.args)
    if isinstance(a, Pow):
        return _is_scalar(a.base) and _is_scalar(a.exp)
    return isinstance(a, Symbol) or bool(a.is_Number) or a is S.Exp1


def _is_below(a: Expr) -> bool:
    """Does it belong below a fraction line? Symbolic exponents stay exponents."""
    return isinstance(a, Pow) and bool(a.exp.is_Rational) and bool(a.exp.is_negative)


def _is_function(a: Expr) -> bool:
    return isinstance(a, Function) and not isinstance(
        a, (exp, KroneckerDelta, Abs, floor, ceiling, Max, Min, AppliedUndef, Piecewise)
    )


def _plural(a: Expr) -> bool:
    """A sum of terms: needs parentheses as a factor."""
    return isinstance(a, (Add, Piecewise))


def _flat(e: Expr) -> Iterator[Expr]:
    for a in Mul.make_args(e):
        if isinstance(a, Mul) and a is not e:
            yield from _flat(a)
        else:
            yield a


def _flat_terms(e: Expr) -> Iterator[Expr]:
    for a in e.args:
        if isinstance(a, Add):
            yield from _flat_terms(a)
        else:
            yield a


def _names(e: Basic) -> Iterator[str]:
    """Names in `e`, without the indices of arrays and of sums."""
    if isinstance(e, Indexed):
        yield label(e)
    elif isinstance(e, (MatrixSymbol, Symbol)):
        yield e.name
    elif isinstance(e, (Sum, Product)):
        bound = {i.name for i in e.variables}
        yield from (n for n in _names(e.function) if n not in bound)
    elif isinstance(e, Entry):
        yield from _names(e.args[0])
    elif not isinstance(e, (KroneckerDelta, OneMatrix, Identity)):  # their indices and shapes don't count
        for a in e.args:
            yield from _names(a)


class Textbook(LatexPrinter):  # type: ignore[misc]
    """Prints one expression; knows its names, so that a nameless index gets a letter that is free."""

    def __init__(self, whole: Basic) -> None:
        super().__init__({"order": "none", "root_notation": True})
        self.place = {name: n for n, name in enumerate(notation.TABLE)}
        symbols = {a for a in preorder_traversal(whole) if isinstance(a, Symbol)}
        self.used = {a.name for a in symbols if not _nameless(a)}
        self.letters: dict[Symbol, str] = {}
        self.slashed = False  # in exponents and subscripts fractions lie flat
        self.known: dict[Any, str] = {}  # ordering prints what printing prints again
        bound = {i for a in preorder_traversal(whole) if isinstance(a, (Sum, Product)) for i in a.variables}
        for a in preorder_traversal(whole):
            if isinstance(a, Symbol) and _nameless(a) and a not in bound and a not in self.letters:
                self.letters[a] = self._free_letter(a, whole)

    def _print(self, expr: Any, **more: Any) -> str:
        key = (expr, self.slashed, *self.letters.items())
        if key not in self.known:
            self.known[key] = str(super()._print(expr, **more))
        return self.known[key]

    # -- names

    def _row(self, name: str) -> notation.Row:
        if name not in notation.TABLE:
            raise UnsetName(f"{name}: expected a row in the notation table, found none")
        return notation.TABLE[name]

    def _free_letter(self, i: Symbol, body: Basic) -> str:
        """The name of a row that suits the index and that nothing else in the expression has."""
        taken = self.used | set(self.letters.values())
        roles = [
            role
            for a in preorder_traversal(body)
            if isinstance(a, Indexed) and label(a) in notation.TABLE
            for role, at in zip(self._row(label(a)).roles, a.indices, strict=False)
            if at == i
        ]
        suited = [name for role in sorted(roles) for name in LETTERS.get(role, ())]
        rows = [name for name, row in notation.TABLE.items() if row.kind == "index"]
        own = [i.name] if i.name in rows else []
        for name in (*own, *suited, *rows):
            if name not in taken and name in notation.TABLE:
                return str(name)
        raise UnsetName(f"{i}: every index letter of the notation table is taken")

    def _print_Symbol(self, e: Symbol, style: str = "plain") -> str:
        return self._row(self.letters.get(e, e.name)).latex

    _print_Dummy = _print_Symbol

    def _print_MatrixSymbol(self, e: MatrixSymbol, style: str = "plain") -> str:
        return self._whole(self._row(e.name))

    def _print_IndexedBase(self, e: IndexedBase) -> str:
        return self._whole(self._row(str(e.label)))

    @staticmethod
    def _whole(row: notation.Row) -> str:
        """The array as a whole; a vector has the small letter of its entries unless the table says otherwise."""
        small = len(row.shape) == 1 and row.capital == row.name and "{0}" not in row.latex
        return row.latex if small else row.capital

    def _print_Indexed(self, e: Indexed) -> str:
        return self._entry(self._row(label(e)), e.indices)

    def _print_MatrixElement(self, e: MatrixElement) -> str:
        if not isinstance(e.parent, MatrixSymbol):
            return self._print(Entry(e.parent, e.i + 1, e.j + 1))
        return self._entry(self._row(e.parent.name), (e.i + 1, e.j + 1))  # SymPy counts from 0

    def _entry(self, row: notation.Row, indices: Any) -> str:
        at = [self._flatly(i) for i in indices]
        if "{0}" in row.latex:
            return row.latex.format(*at)
        roles = row.roles or ("class",) * len(at)
        if len(roles) != len(at):
            raise ValueError(f"{row.name}: expected {len(roles)} indices as in the notation table, got {len(at)}")
        below = _side_by_side([i for i, role in zip(at, roles, strict=True) if role != "example"])
        above = ", ".join(i for i, role in zip(at, roles, strict=True) if role == "example")
        head = row.latex
        if below and "_" in head:  # the name has an index of its own
            head, own = head.split("_", 1)
            below = f"{own.removeprefix('{').removesuffix('}')},{below}"
        if above and ("^" in head or "'" in head):
            head = f"({head})"
        return head + (f"_{{{below}}}" if below else "") + (f"^{{({above})}}" if above else "")

    def _print_Entry(self, e: Entry) -> str:
        matrix, *at = e.args
        below = _side_by_side([self._flatly(i) for i in at])
        text = self._print(matrix)
        if isinstance(matrix, MatrixSymbol) and "_" not in text and "^" not in text:
            return f"{text}_{{{below}}}"
        return f"{_fenced('[', text, ']')}_{{{below}}}"

    # -- order

    def _first(self, e: Basic) -> tuple[int, str]:
        return min(((self.place.get(n, len(self.place)), n) for n in _names(e)), default=(len(self.place), ""))

    def _kind(self, a: Expr) -> int:
        if _is_number(a):
            return 0
        if isinstance(a, BIG):
            return 8
        if isinstance(a, Derivative):
            return 7
        if a.has(*BIG) and not isinstance(a, Add):  # a sum of terms gets parentheses anyway
            return 6
        if _is_function(a):
            return 5
        if a.has(KroneckerDelta) and not a.has(Indexed, Entry):
            return 4
        if a.has(Indexed, Entry, MatrixElement):
            return 3
        return 2 if isinstance(a, (exp, Pow)) and not a.as_base_exp()[1].is_number else 1

    def _factor_key(self, a: Expr) -> Any:
        """Place of a factor in a product."""
        indices = [self._first(i) for b in preorder_traversal(a) if isinstance(b, Indexed) for i in b.indices]
        return (self._kind(a), self._first(a)[0], _plural(a), indices, self._print(a))

    def _factors_in_order(self, factors: list[Expr]) -> list[Expr]:
        """By kind and place; but a bracket comes after a factor that it holds: q (p − q), not (p − q) q."""
        single = {a: self._first(a)[0] for a in factors if not _plural(a)}

        def key(a: Expr) -> Any:
            kind, place, *rest = self._factor_key(a)
            if _plural(a):
                place = max([place, *(at for b, at in single.items() if a.has(b))])
            return (kind, kind == 1 and _plural(a), place, *rest)  # λ (K − 1), though sizes come first in the table

        return sorted(factors, key=key)

    def _term_key(self, term: Expr, rising: bool, counting: bool, even: bool) -> Any:
        """Place of a term in a sum: simple before involved, then by parameters, then by arrays."""
        if _is_number(term):
            return (9 if counting else 0, [], [], "")
        weight = 2
        outside = [a for a in _flat(term) if not (isinstance(a, Pow) and a.exp == S.Half)]  # a root comes early
        if even:
            pass
        elif any(a.has(*BIG) for a in outside):
            weight = 1 if any(_stops_short(a) for a in _flat(term)) else 6
        elif term.has(Derivative):
            weight = 5
        elif any(_is_function(a) for a in _flat(term)):
            weight = 3
        factors = sorted((a for a in _flat(term) if not _is_number(a)), key=self._factor_key)
        parameters: list[Any] = []
        arrays: list[Any] = []
        for a in factors:
            base, power = a.as_base_exp()
            degree = (power if rising else -power) if power.is_Rational and not isinstance(a, exp) else S.Zero
            key = (self._first(a)[0], _plural(a), float(degree), self._print(base))
            (parameters if _is_scalar(a) else arrays).append(key)
        return (weight, parameters, arrays, self._print(term))

    def _in_order(self, terms: tuple[Expr, ...]) -> list[Expr]:
        rising = any(_is_number(a) for a in terms)
        rest = [a for a in terms if not _is_number(a)]
        counting = all(self._counts(a) for a in rest)
        even = all(isinstance(a, (Sum, Indexed)) and not _stops_short(a) for a in rest)  # Σ w x + b: as in the table
        ordered = sorted(
            terms,  # f(x) + h f′(x) + …: what is largest for a small step leads
            key=lambda a: (_power_of_the_step(a), self._term_key(a, rising and not counting, counting, even)),
        )
        lead = next((n for n, a in enumerate(ordered) if not _negative(a)), 0)
        return [ordered[lead], *ordered[:lead], *ordered[lead + 1 :]]

    def _counts(self, a: Expr) -> bool:
        """Arithmetic of sizes and indices, where one writes t − 1 and K + 1."""
        kinds = {notation.TABLE[n].kind for n in _names(a) if n in notation.TABLE}
        return _is_scalar(a) and kinds <= {"size", "index"} and not any(_is_below(b) for b in preorder_traversal(a))

    # -- sums of terms

    def _print_Add(self, e: Add, order: Any = None) -> str:
        return self._terms(self._in_order(tuple(_flat_terms(e))))

    def _terms(self, ordered: list[Expr]) -> str:
        out = ""
        for n, a in enumerate(ordered):
            minus, text = self._signed(a)
            if isinstance(a, (Piecewise, MatAdd)):
                text = _paren(text)
            out += ("-" if minus else "") if n == 0 else (" - " if minus else " + ")
            out += text
        return out

    # -- products and fractions

    def _signed(self, a: Expr) -> tuple[bool, str]:
        """Is there a minus in front, and what follows it."""
        if isinstance(a, MatMul):
            return _negative(a), self._matrix_product(a)
        if isinstance(a, (Mul, Pow)):
            return _negative(a), self._product(a)
        if a.is_Number and a.is_negative:
            return True, self._print(-a)
        return False, self._print(a)

    def _print_Mul(self, e: Mul) -> str:
        minus, text = self._signed(e)
        return "-" * minus + text

    def _parts(self, e: Expr) -> tuple[list[Expr], list[Expr]]:
        """Factors above and below the line, without the sign, in order."""
        above: list[Expr] = []
        below: list[Expr] = []
        for a in _flat(e):
            if isinstance(a, Rational):
                above += [S(abs(a.p))] * (abs(a.p) != 1)
                below += [S(a.q)] * (a.q != 1)
            elif a.is_Number:
                above.append(abs(a))
            elif _is_below(a):
                below.append(Pow(a.base, -a.exp))
            else:
                above.append(a)
        return self._factors_in_order(above), self._factors_in_order(below)

    def _product(self, e: Expr) -> str:
        above, below = self._parts(e)
        if not below:
            return self._join(above, alone=len(above) == 1 and not isinstance(e, Mul)) or "1"
        if self.slashed and not e.has(*BIG, Derivative):
            bottom = self._join(below)
            return f"{self._join(above) or 1}/{bottom if len(below) == 1 else _paren(bottom)}"
        lead, rest = self._leading(above, below)
        front = rf"\frac{{{self._join(lead, alone=True) or 1}}}{{{self._join(below, alone=True)}}}"
        return f"{front} {self._join(rest)}" if rest else front

    def _leading(self, above: list[Expr], below: list[Expr]) -> tuple[list[Expr], list[Expr]]:
        """What stands over the line, and what after the fraction."""
        bare = not any(a.has(*BIG, Function) or a.has(S.Half) for a in below)
        if not bare:
            return above, []
        scalars = all(_is_scalar(a) for a in below)
        sizes = all(self._counts(a) for a in below)
        operators = any(a.has(*BIG, Derivative) for a in above)
        functions = scalars and any(_is_function(a) for a in above)
        terms = sizes and any(isinstance(a.as_base_exp()[0], Add) and not _is_scalar(a) for a in above)
        if not (operators or functions or terms):
            return above, []
        lead = [a for a in above if _is_scalar(a)]
        if not sizes and not any(a.has(*BIG) for a in above):  # y/p · ∂p/∂w
            lead = [a for a in above if _is_scalar(a) or not (_plural(a) or _is_function(a) or a.has(Derivative))]
        return lead, [a for a in above if a not in lead]

    def _join(self, factors: list[Expr], alone: bool = False) -> str:
        """Factors side by side; `alone`: nothing stands next to them that a + could be read into."""
        out = ""
        for n, a in enumerate(factors):
            text = self._print(a)
            last = n == len(factors) - 1
            swallows = (isinstance(a, BIG) or self._bare_function(a) or self._bare_derivative(a)) and not last
            if (_plural(a) and not (alone and last and n == 0)) or swallows:
                text = _paren(text)
            if not out:
                out = text
            elif text[0].isdigit() or (text.startswith(r"\frac") and factors[n - 1].is_Number):
                out += rf" \cdot {text}"
            elif isinstance(a, BIG) and last and not out.endswith(")"):
                out += rf"\, {text}"
            else:
                out += f" {text}"
        return out

    def _print_Pow(self, e: Pow) -> str:
        base, power = e.args
        if _is_below(e):
            return self._product(e)
        if power == S.Half:
            return rf"\sqrt{{{self._print(base)}}}"
        if _is_function(base) and not isinstance(base, log) and power.is_Integer:
            return self._applied(base, power=f"^{{{power}}}")
        return f"{self._base(base)}^{{{self._flatly(power)}}}"

    def _base(self, a: Expr) -> str:
        """What an exponent can stand on."""
        text = self._print(a)
        whole = isinstance(a, (Symbol, Indexed, Entry, KroneckerDelta, Abs, floor, ceiling, MatrixElement))
        whole = whole or (bool(a.is_Integer) and not a.is_negative) or a is S.Exp1
        whole = whole and not text.startswith(r"\cos")  # a symbol, but its exponent would seem the angle's
        return text if whole and "^" not in text and "'" not in text else _paren(text)

    def _print_Rational(self, e: Rational) -> str:
        if e.q == 1:
            return str(e.p)
        flat = f"{abs(e.p)}/{e.q}" if self.slashed else rf"\frac{{{abs(e.p)}}}{{{e.q}}}"
        return f"-{flat}" if e.p < 0 else flat

    @contextmanager
    def _flat_fractions(self, flat: bool) -> Iterator[None]:
        before, self.slashed = self.slashed, flat
        try:
            yield
        finally:
            self.slashed = before

    def _flatly(self, e: Expr) -> str:
        with self._flat_fractions(True):
            return self._print(e)

    # -- big signs

    def _print_Sum(self, e: Sum) -> str:
        return self._big(e, r"\sum")

    def _print_Product(self, e: Product) -> str:
        return self._big(e, r"\prod")

    def _big(self, e: Sum | Product, sign: str) -> str:
        """One sign for each limit, the outermost first."""
        before, out = dict(self.letters), ""
        for i, *ends in reversed(e.limits):
            edges = [self._flatly(x) for x in ends]
            if _nameless(i):
                self.letters[i] = self._free_letter(i, e.function)
            out += f"{sign}_{{{self._print(i)}"
            out += f"={edges[0]}}}^{{{edges[1]}}} " if len(edges) == 2 else "} "
        text = self._print(e.function)
        if _plural(e.function) or _negative(e.function):
            text = _paren(text)
        self.letters = before
        return out + text

    def _print_Limit(self, e: Limit) -> str:
        body, x, to, side = e.args
        way = f"^{{{side}}}" if str(side) in "+-" and to not in (S.Infinity, S.NegativeInfinity) else ""
        text = self._print(body)
        text = _paren(text) if _plural(body) or _negative(body) else text
        return rf"\lim_{{{self._print(x)} \to {self._flatly(to)}{way}}} {text}"

    def _print_Derivative(self, e: Derivative) -> str:
        order = sum(n for _, n in e.variable_count)
        power = f"^{{{self._flatly(order)}}}" if order != 1 else ""
        below = []
        for x, n in sorted(e.variable_count, key=lambda pair: self._factor_key(pair[0])):
            text = self._print(x)
            if n != 1:
                text = f"{self._base(x)}^{{{self._flatly(n)}}}"
            below.append(rf"\partial {text}")
        text = self._print(e.expr)
        if not self._bare_derivative(e):
            return rf"\frac{{\partial{power} {text}}}{{{' '.join(below)}}}"
        simple = isinstance(e.expr, (Sum, Product, Pow, exp)) and not _is_below(e.expr)
        if not simple and not self._bare_function(e.expr):
            text = _paren(text)
        return rf"\frac{{\partial{power}}}{{{' '.join(below)}}} {text}"

    def _bare_derivative(self, a: Expr) -> bool:
        """A ∂/∂x whose operand stands after it."""
        return isinstance(a, Derivative) and not isinstance(a.expr, (Symbol, Indexed, Entry, AppliedUndef))

    # -- functions

    def _bare_function(self, a: Expr) -> bool:
        """Set without parentheses, so that a factor behind it would be read into it."""
        return _is_function(a) and len(a.args) == 1 and self._needs_none(a.args[0])

    def _needs_none(self, a: Expr) -> bool:
        """Can it stand behind log without parentheses?"""
        if isinstance(a, (Symbol, Indexed, Entry, Sum, Product, exp, Abs, floor, ceiling, log, AppliedUndef)):
            return True
        if bool(a.is_Integer) and not a.is_negative:
            return True
        if isinstance(a, Rational):
            return not a.is_negative
        if isinstance(a, Pow) and not _is_below(a):  # √x, and (…)^{1/N} with parentheses of its own
            return a.exp == S.Half or self._base(a.base) != self._print(a.base)
        if isinstance(a, (Mul, Pow)) and not _negative(a) and not self.slashed:
            above, below = self._parts(a)
            return bool(below) and not self._leading(above, below)[1]  # one fraction
        return False

    def _applied(self, a: Expr, power: str = "") -> str:
        """A named function of one argument or more."""
        name = str(type(a).__name__).lower()
        known = {"log", "tanh", "sin", "cos", "tan", "sinh", "cosh", "max", "min"}
        sign = (rf"\{name}" if name in known else rf"\operatorname{{{name}}}") + power
        if len(a.args) == 1 and self._needs_none(a.args[0]):
            return f"{sign} {self._print(a.args[0])}"
        arguments = sorted(a.args, key=self._factor_key) if isinstance(a, (Max, Min)) else a.args
        return sign + _paren(", ".join(self._print(x) for x in arguments))

    def _print_Function(self, e: Function, exp: Any = None) -> str:
        if isinstance(e, AppliedUndef):
            name = e.func.__name__
            head = notation.TABLE[name].latex if name in notation.TABLE else name
            return head + _paren(", ".join(self._print(x) for x in e.args))
        return self._applied(e)

    _print_log = _print_Max = _print_Min = _print_tanh = _print_Function

    def _print_exp(self, e: exp, exp: Any = None) -> str:
        power = e.args[0]
        if _lies_flat(power):
            return f"e^{{{self._flatly(power)}}}"
        with self._flat_fractions(False):
            return r"\exp" + _paren(self._print(power))

    def _print_Abs(self, e: Abs, exp: Any = None) -> str:
        return _fenced(r"\lvert ", self._print(e.args[0]), r" \rvert")

    def _print_floor(self, e: floor, exp: Any = None) -> str:
        return _fenced(r"\lfloor ", self._print(e.args[0]), r" \rfloor")

    def _print_ceiling(self, e: ceiling, exp: Any = None) -> str:
        return _fenced(r"\lceil ", self._print(e.args[0]), r" \rceil")

    def _print_KroneckerDelta(self, e: KroneckerDelta, exp: Any = None) -> str:
        def simple_first(i: Expr) -> Any:
            return (not isinstance(i, Symbol), self._first(i), self._print(i))

        return rf"\delta_{{{_side_by_side([self._flatly(i) for i in sorted(e.args[:2], key=simple_first)])}}}"

    def _print_Piecewise(self, e: Piecewise) -> str:
        rows = []
        for value, when in e.args:
            text = r"\text{otherwise}" if when == S.true else rf"\text{{if }} {self._print(when)}"
            rows.append(f"{self._print(value)} & {text}")
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def _print_Lambda(self, e: Any) -> str:
        names = ", ".join(self._print(i) for i in e.variables)
        return rf"{names if len(e.variables) == 1 else _paren(names)} \mapsto {self._print(e.expr)}"

    def _print_Relational(self, e: Relational) -> str:
        return f"{self._print(e.lhs)} {relation(e)} {self._print(e.rhs)}"

    # -- matrices

    def _factor(self, a: Expr) -> str:
        return _paren(self._print(a)) if isinstance(a, (MatAdd, HadamardProduct)) else self._print(a)

    def _matrix_product(self, e: MatMul) -> str:
        """Scalars in front, the matrices in the order in which they are multiplied."""
        scalars = [a for a in e.args if not isinstance(a, MatrixExpr)]
        above, below = self._parts(Mul(*scalars, evaluate=False)) if scalars else ([], [])
        front = self._join(above)
        if below:
            front = rf"\frac{{{self._join(above, alone=True) or 1}}}{{{self._join(below, alone=True)}}}"
        matrices = [r"\mathbf{1}" if isinstance(a, OneMatrix) else self._factor(a) for a in e.args if a not in scalars]
        return " ".join([front] * bool(front) + matrices)

    def _print_MatMul(self, e: MatMul) -> str:
        return "-" * _negative(e) + self._matrix_product(e)

    def _print_MatAdd(self, e: MatAdd) -> str:
        def key(a: Expr) -> Any:
            factors = [b for b in a.args if isinstance(b, MatrixExpr)] if isinstance(a, MatMul) else [a]
            weighted = isinstance(a, MatMul) and len(factors) < len(a.args) and not _negative(a)
            return (not isinstance(a, (OneMatrix, Identity)), weighted, [self._first(b) for b in factors])

        ordered = sorted(e.args, key=lambda a: (key(a), self._print(a)))
        lead = next((n for n, a in enumerate(ordered) if not _negative(a)), 0)
        return self._terms([ordered[lead], *ordered[:lead], *ordered[lead + 1 :]])

    def _print_HadamardProduct(self, e: HadamardProduct) -> str:
        def key(a: Expr) -> Any:  # it commutes, and SymPy has sorted it
            return (not isinstance(a, MatMul), self._first(a), isinstance(a, MatAdd), self._print(a))

        return r" \odot ".join(
            _paren(self._print(a)) if isinstance(a, MatAdd) or _negative(a) else self._print(a)
            for a in sorted(e.args, key=key)
        )

    def _print_Transpose(self, e: Any) -> str:
        return f"{self._matrix_base(e.arg)}^{{\\top}}"

    def _print_Inverse(self, e: Any) -> str:
        return f"{self._matrix_base(e.arg)}^{{-1}}"

    def _print_MatPow(self, e: Any) -> str:
        return f"{self._matrix_base(e.base)}^{{{self._flatly(e.exp)}}}"

    def _print_HadamardPower(self, e: Any) -> str:
        return rf"{self._matrix_base(e.base)}^{{\odot {self._flatly(e.exp)}}}"

    def _matrix_base(self, a: Expr) -> str:
        if isinstance(a, OneMatrix):
            return r"\mathbf{1}"
        text = self._print(a)
        return text if isinstance(a, MatrixSymbol) and "^" not in text else _paren(text)

    def _print_OneMatrix(self, e: OneMatrix) -> str:
        return "1"

    def _print_ZeroMatrix(self, e: Any) -> str:
        return "0"

    def _print_Identity(self, e: Identity) -> str:
        return "I"

    def _print_Trace(self, e: Any) -> str:
        return rf"\operatorname{{tr}}{_paren(self._print(e.arg))}"

    def _print_DiagMatrix(self, e: Any) -> str:
        return rf"\operatorname{{diag}}{_paren(self._print(e.args[0]))}"

    _print_DiagonalMatrix = _print_DiagMatrix

    def emptyPrinter(self, expr: Any) -> str:
        raise TypeError(f"x: expected something that can be set, got {type(expr).__name__}: {expr}")

    def _print_Basic(self, expr: Basic) -> str:
        return self.emptyPrinter(expr)


# ---- small parts


def _nameless(i: Symbol) -> bool:
    """A Dummy, or one of the names that `alpha` gives: of no consequence, so a letter is found for it."""
    return isinstance(i, Dummy) or bool(re.fullmatch(r"_\d+", i.name))


def _negative(a: Expr) -> bool:
    """Is a minus to be set in front of it?"""
    if isinstance(a, (Mul, MatMul)):
        numbers = [b for b in (_flat(a) if isinstance(a, Mul) else a.args) if not isinstance(b, MatrixExpr)]
        return sum(_negative(b) for b in numbers if b.is_Number or isinstance(b, Mul)) % 2 == 1
    return bool(a.is_Number and a.is_negative)


def _power_of_the_step(term: Expr) -> int:
    """n of c hⁿ, for the step h of a difference; 0 where there is no h, or not as a power."""
    rest, power = term.as_coeff_exponent(notation.step_h)
    return int(power) if power.is_Integer and not rest.has(notation.step_h) else 0


def _stops_short(a: Expr) -> bool:
    """Is it a sum that leaves out its last term, as in Σ_{i=1}^{t−1}?"""
    if not isinstance(a, Sum):
        return False
    ends = a.limits[-1][1:]
    return len(ends) == 2 and ends[0] == 1 and isinstance(ends[1], Add) and ends[1].as_coeff_Add()[0].is_negative


def _lies_flat(e: Expr) -> bool:
    """Can it be an exponent of e: no big sign, and at most a plain a/b?"""
    if e.has(*BIG, Derivative, Piecewise):
        return False
    for a in preorder_traversal(e):
        if isinstance(a, (Mul, Pow, Rational)):
            below = [b for b in _flat(a) if _is_below(b) or (isinstance(b, Rational) and b.q != 1)]
            if len(below) > 1:
                return False
            if below and isinstance(below[0], Pow) and not isinstance(below[0].base, (Symbol, Indexed)):
                return False
    return True


def _side_by_side(indices: list[str]) -> str:
    """kr, but t−1,k; a command needs a space before a letter."""
    plain = all(re.fullmatch(r"\w|\\[a-zA-Z]+", i) for i in indices)
    if not plain:
        return ", ".join(indices)
    out = ""
    for i in indices:
        out += (" " if re.search(r"\\[a-zA-Z]+$", out) and i[0].isalpha() else "") + i
    return out


def _fenced(left: str, text: str, right: str) -> str:
    return rf"\left{left}{text}\right{right.strip()}" if GROWS.search(text) else f"{left}{text}{right}"


def _paren(text: str) -> str:
    return _fenced("(", text, ")")
