"""What may go to JavaScript, and every kind of thing that may not, with the name of the culprit."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import (
    Expr,
    Function,
    IndexedBase,
    Integer,
    KroneckerDelta,
    Piecewise,
    Product,
    Sum,
    Symbol,
    exp,
    floor,
    gamma,
    log,
    oo,
    sqrt,
    symbols,
)

from derivations.calculus import Definition
from press.figures.javascript import NotJavaScript, body, function, module
from press.figures.model import Formula

x, t = symbols("x t", positive=True)
i = Symbol("i", integer=True, positive=True)
n = Symbol("n", integer=True, positive=True)
p = IndexedBase("p", positive=True)


def formula(expr: Expr, *arguments: Symbol, name: str = "f", **more: Any) -> Formula:
    return Formula(name, expr, arguments, dict.fromkeys(arguments, (0, 1)), "a test", **more)


def test_a_closed_form_goes_through() -> None:
    assert function(formula(exp(-x) / sqrt(t), x, t)) == "export const f = (x, t) => Math.exp(-x)/Math.sqrt(t);"
    assert body(formula(2 ** (-floor(t / 10)), t)) == "Math.pow(2, -Math.floor((1/10)*t))"


def test_a_sum_of_known_length_is_written_out() -> None:
    mean = Sum(p[i], (i, 1, n)) / n
    slots = dict(zip([p[1], p[2], p[3]], symbols("p1:4"), strict=True))
    assert body(formula(mean, *slots.values(), at={n: 3}, slots=slots)) == "(1/3)*p1 + (1/3)*p2 + (1/3)*p3"


def test_a_sum_with_a_closed_form_is_closed() -> None:
    assert "Sum" not in body(formula(Sum(i, (i, 1, n)), n))


def test_an_abbreviation_is_opened() -> None:
    y = Symbol("y", positive=True)
    assert body(formula(1 / y, x, where=(Definition(y, exp(x)),))) == "Math.exp(-x)"


def test_a_guarded_branch_goes_through() -> None:
    assert "?" in body(formula(Piecewise((x, x > 1), (x**2, True)), x))


UNKNOWN = Sum(exp(i**2 * x), (i, 1, n))
REFUSED = {
    "a sum without a closed form": (formula(UNKNOWN, x, n), "'Sum'"),
    "a sum in the branch not taken": (formula(Piecewise((x, x < 2), (UNKNOWN, True)), x, n), "'Sum'"),
    "an infinite sum": (formula(Sum(exp(-(i**2) * x), (i, 1, oo)), x), "'Sum'"),
    "a product without a closed form": (formula(Product(1 + exp(i * x), (i, 1, n)), x, n), "Product"),
    "an entry that no slot fills": (formula(p[1] + x, x), "entries of p"),
    "a sum over entries": (formula(Sum(p[i], (i, 1, n)), n), "entries of p"),
    "a Kronecker delta": (formula(KroneckerDelta(i, n) * x, x, i, n), "KroneckerDelta"),
    "a function that Math lacks": (formula(gamma(x), x), "f: "),
    "an unknown function": (formula(Function("q")(x), x), "f: "),
    "a name that is no argument": (formula(x + t, x), "'t'"),
    "a name that JavaScript keeps": (formula(Symbol("new") + 1, Symbol("new")), "'new'"),
    "infinity": (formula(x + oo, x), "'Number'"),
    "a number that float64 cannot hold": (formula(x + Integer(2**53 + 1), x), "2^53"),
    "an argument that is no name": (formula(Symbol("x y") + 1, Symbol("x y")), "'x y'"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(what: str) -> None:
    given, culprit = REFUSED[what]
    with pytest.raises(NotJavaScript) as fault:
        function(given)
    assert str(fault.value).startswith("f: ")
    assert culprit in str(fault.value)


def test_a_member_that_math_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("press.figures.javascript.jscode", lambda _: "Math.gamma(x)")
    with pytest.raises(NotJavaScript, match=r"got 'Math\.gamma'"):
        body(formula(x, x))


@pytest.mark.parametrize(
    "text", ["x; alert(x)", "x /* y */", "// Not supported\nx", "x[0]", "`x`", "x.y", "x => x", "{}"]
)
def test_text_that_is_no_expression(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("press.figures.javascript.jscode", lambda _: text)
    with pytest.raises(NotJavaScript):
        body(formula(x, x))


def test_a_doubled_name() -> None:
    with pytest.raises(NotJavaScript, match="two for f"):
        module((formula(x, x), formula(log(x), x)))


def test_an_argument_without_a_domain() -> None:
    with pytest.raises(ValueError, match="domain of f: expected an interval for t"):
        Formula("f", x * t, (x, t), {x: (0, 1)}, "a test")
