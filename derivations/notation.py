"""The one notation table: symbol, LaTeX, role of each index, shape, domain, place in the order.

Printer, sampler, checks and the notation page read it. A name that stands in a derivation and not
here is an error. The order of the rows is the order of factors in print.

Examples stand in columns: X is D×m, Y and P are K×m, W is K×D. Indices are 1-based.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr, IndexedBase, MatrixSymbol, Symbol


@dataclass(frozen=True)
class Row:
    """One line of the table.

    `kind`: "size", "index", "number", "array" or "abbreviation". `roles`, one for each index:
    "class" and "feature" are set below, "example" above in parentheses, "step" below. `latex` may
    hold {0}, {1}: then it is a template for the indices and `roles` are not read. `low`, `high`:
    the open interval that entries are drawn from (None: unbounded). `capital`: how the matrix as
    a whole is set.
    """

    symbol: Any
    latex: str
    meaning: str
    kind: str
    shape: tuple[Any, ...] = ()
    roles: tuple[str, ...] = ()
    low: Any = None
    high: Any = None
    capital: str = ""
    code: str = ""

    @property
    def name(self) -> str:
        return str(self.symbol)


TABLE: dict[str, Row] = {}


def _enter(row: Row) -> Any:
    if row.name in TABLE:
        raise ValueError(f"{row.name}: already in the notation table")
    TABLE[row.name] = row
    return row.symbol


def size(name: str, meaning: str, latex: str = "") -> Symbol:
    """A whole number ≥ 1 that no check fixes."""
    return _enter(Row(Symbol(name, integer=True, positive=True), latex or name, meaning, "size"))


def index(name: str, meaning: str, latex: str = "") -> Symbol:
    """A 1-based index."""
    return _enter(Row(Symbol(name, integer=True, positive=True), latex or name, meaning, "index"))


def number(name: str, latex: str, meaning: str, low: Any = None, high: Any = None, code: str = "") -> Symbol:
    """A real parameter or abbreviation; positive as an assumption where `low` is at least 0."""
    sign = {"positive": True} if low is not None and low >= 0 else {"real": True}
    return _enter(Row(Symbol(name, **sign), latex, meaning, "number", low=low, high=high, code=code))


def array(
    name: str,
    *shape: Expr,
    latex: str,
    meaning: str,
    roles: tuple[str, ...],
    low: Any = None,
    high: Any = None,
    capital: str = "",
    code: str = "",
) -> IndexedBase:
    """An array of real entries; positive as an assumption where `low` is at least 0."""
    sign = {"positive": True} if low is not None and low >= 0 else {"real": True}
    base = IndexedBase(name, **sign)
    return _enter(Row(base, latex, meaning, "array", shape, roles, low, high, capital or name, code))


def matrix(base: IndexedBase) -> MatrixSymbol:
    """The matrix whose entries are base[r, s], with the shape that the table gives."""
    row = TABLE[str(base.label)]
    if len(row.shape) != 2:
        raise ValueError(f"base: expected an array with two indices, got {base} with shape {row.shape}")
    return MatrixSymbol(str(base.label), *row.shape)


# ---- sizes
N = size("N", "examples in the training set")
m = size("m", "examples in the mini-batch")
K = size("K", "classes")
D = size("D", "features of an example")

# ---- indices
i = index("i", "an example")
i2 = index("i2", "another example", "i'")
j = index("j", "a class, where k is taken")
k = index("k", "a class")
l = index("l", "a class, where j and k are taken", r"\ell")
r = index("r", "the class whose row is differentiated")
s = index("s", "the feature whose column is differentiated")
d = index("d", "a feature")
c = index("c", "the class that is right")

# ---- what a network says, and what is right
p = array(
    "p", N, latex="p_{{c}}^{{({0})}}", meaning="probability that the network gives to the right class of example i",
    roles=("example",), low=0, high=1, code="probabilities",
)  # fmt: skip
Y = array("Y", K, m, latex="y", meaning="target: 1 for the right class of example i, 0 elsewhere; or any soft label", roles=("class", "example"), capital="Y", code="Y")
P = array("P", K, m, latex="p", meaning="probability of class k for example i", roles=("class", "example"), low=0, high=1, capital="P", code="P")
Z = array("Z", K, m, latex="z", meaning="score (logit) of class k for example i", roles=("class", "example"), capital="Z", code="Z")
W = array("W", K, D, latex="w", meaning="weight of feature d in the score of class k; row k is the template of class k", roles=("class", "feature"), capital="W", code="W")
X = array("X", D, m, latex="x", meaning="feature d of example i", roles=("feature", "example"), capital="X", code="X")
E = array("E", K, m, latex="e", meaning="error: target minus probability", roles=("class", "example"), capital="E", code="E")

# ---- the quality and the loss
Q = number("Q", r"Q_{\mathrm{mean}}", "quality: the geometric mean of the right-class probabilities", low=0, high=1, code="q_mean")
L = number("L", r"\mathcal{L}", "loss: the average cross-entropy", code="loss")
J = number("J", "J", "cost of the mini-batch: the average cross-entropy of its m examples", code="cost")
A = number("A", "A", "arithmetic mean of the right-class probabilities", low=0, high=1)
x = number("x", "x", "any positive number", low=0)
u = number("u", "u", "any real number")
a = array("a", K, latex="a", meaning="any number for each class", roles=("class",))
y = array("t", K, latex="t", meaning="target of one example: one number for each class", roles=("class",))
z = array("z", K, latex="z", meaning="score (logit) of class k, for one example", roles=("class",))
pi = array("pi", K, latex="p", meaning="probability of class k, for one example", roles=("class",), low=0, high=1)
v = array("v", K, latex="v", meaning="a direction: any number for each class", roles=("class",))
