"""From a SymPy expression to a JavaScript function, or an error that names what cannot go there.

`sympy.jscode` prints what it does not know (`Sum`, an unevaluated function) as text that is not
JavaScript, without an error, and in a branch not taken that text survives every test of values.
So the printed text is read again, and whatever it names beyond its arguments and `Math.*` is refused.
"""

from __future__ import annotations

import re

from sympy import IndexedBase, jscode
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.tensor.indexed import IndexException

from press.figures.model import Formula

MATH = re.compile(
    r"(?:E|LN10|LN2|LOG10E|LOG2E|PI|SQRT1_2|SQRT2|abs|a?(?:cos|sin|tan)h?|atan2|cbrt|ceil|exp|expm1|floor|log|log10|log1p"
    r"|log2|max|min|pow|round|sign|sqrt|trunc)\Z"
)
LARGEST_EXACT = 2**53
TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<math>Math\.(?P<member>\w+))"
    r"|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<comment>//|/\*)"
    r"|(?P<mark>===|!==|<=|>=|==|&&|\|\||[-+*/%()<>?:!,\s])"
    r"|(?P<other>.)"
)
KEPT = (
    r"await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for"
    r"|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return"
    r"|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|arguments|eval|Math"
)
IDENTIFIER = re.compile(rf"(?!(?:{KEPT})\Z)[A-Za-z_][A-Za-z0-9_]*\Z")


class NotJavaScript(ValueError):
    """A formula has no closed form that JavaScript can evaluate."""


def body(formula: Formula) -> str:
    """The JavaScript expression of a formula.

    Raises NotJavaScript, naming the formula and what stands in the way: a function or a name that
    is neither an argument nor in `Math`, a whole number that float64 cannot hold.
    """
    names = {str(one) for one in formula.arguments}
    closed = formula.closed
    arrays = sorted(str(base) for base in closed.atoms(IndexedBase))
    if arrays:
        raise NotJavaScript(f"{formula.name}: expected plain symbols, got entries of {', '.join(arrays)}")
    try:
        text = jscode(closed)
    except (PrintMethodNotImplementedError, IndexException, NotImplementedError) as fault:
        raise NotJavaScript(f"{formula.name}: SymPy prints no JavaScript for it: {fault}") from fault
    for token in TOKEN.finditer(text):
        kind, word = token.lastgroup, token.group()
        if token["name"] and word not in names:
            raise NotJavaScript(f"{formula.name}: expected only {', '.join(sorted(names))} and Math.*, got {word!r}")
        if token["math"] and not MATH.match(token["member"]):
            raise NotJavaScript(f"{formula.name}: expected a member of Math, got {word!r}")
        if kind in ("comment", "other"):
            raise NotJavaScript(f"{formula.name}: expected an expression, got {word!r} in {text!r}")
        if token["number"] and word.isdigit() and int(word) > LARGEST_EXACT:
            raise NotJavaScript(f"{formula.name}: expected numbers up to 2^53, got {word}")
    return " ".join(text.split())


def function(formula: Formula) -> str:
    """`export const name = (arguments) => expression;`. Raises NotJavaScript as `body` does."""
    for name in (formula.name, *map(str, formula.arguments)):
        if not IDENTIFIER.match(name):
            raise NotJavaScript(f"{formula.name}: expected a JavaScript name, got {name!r}")
    return f"export const {formula.name} = ({', '.join(map(str, formula.arguments))}) => {body(formula)};"


def module(formulas: tuple[Formula, ...]) -> str:
    """All formulas of a topic as one JavaScript module. Raises NotJavaScript for a doubled name."""
    names = [one.name for one in formulas]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise NotJavaScript(f"formulas: expected one for each name, got two for {', '.join(doubled)}")
    return "\n".join(function(one) for one in formulas) + "\n"
