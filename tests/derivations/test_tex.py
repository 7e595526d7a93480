r"""The printer of `derivations.tex`: goldens of typography, and what must hold of every output.

The expected LaTeX is typed as a textbook has it. The names stand in a table of their own, so that
these tests don't hang on the content of the site.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sympy import (
    Abs,
    Add,
    Derivative,
    DiagMatrix,
    Dummy,
    Eq,
    Float,
    Ge,
    IndexedBase,
    KroneckerDelta,
    Lambda,
    Le,
    Limit,
    MatMul,
    MatrixSymbol,
    Max,
    Min,
    Mul,
    OneMatrix,
    Piecewise,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    Transpose,
    ceiling,
    exp,
    floor,
    log,
    oo,
    sqrt,
    tanh,
)
from sympy.matrices.expressions.hadamard import HadamardProduct

from derivations import notation, rewriting
from derivations.calculus import Definition, Entry, Given, Relation, Rule, approx, calc, eq, le
from derivations.notation import D, K, N, array, c, d, i, i2, j, k, l, m, number, r, s, size
from derivations.tex import UnsetName, aligned, line_parts, relation, tex

ROOT = Path(__file__).resolve().parents[2]

# ---- a table of the tests' own, with the sizes and indices of the real one

_real = notation.TABLE
notation.TABLE = {
    n: _real[n] for n in _real if n in ["N", "m", "K", "D", "i", "i2", "j", "k", "l", "r", "s", "d", "c", "step_h"]
}
H, B, t = (size(n, "", at=(3, 5)) for n in "HBt")
eta = number("eta", r"\eta", "", low=0)
T = number("T", "T", "", low=0)
beta = number("beta", r"\beta", "", low=0, high=1)
b1 = number("beta1", r"\beta_1", "", low=0, high=1)
u = number("u", "u", "")
Q = number("Q", "Q", "", low=0)
J = number("J", "J", "")
nbar = number("nbar", r"\bar{n}", "", low=0)
abar = number("abar", r"\bar{a}", "")
mhat = number("mhat", r"\hat{m}_t", "")
vhat = number("vhat", r"\hat{v}_t", "", low=0)
eps = number("eps", r"\varepsilon", "", low=0)
lam = number("lam", r"\lambda", "", low=0)
L = number("L", r"\mathcal{L}", "")
x0 = number("x0", "x", "")
cosine = number("cosine", r"\cos\varphi", "")
V = array("V", K, H, latex="v", meaning="", roles=("class", "class"))
W = array("W", K, D, latex="w", meaning="", roles=("class", "feature"))
dZ = array("dZ", K, m, latex="dZ_2", meaning="", roles=("class", "example"), capital="dZ_2")
A = array("A", H, m, latex="a", meaning="", roles=("class", "example"))
q = array("q", K, latex="q", meaning="", roles=("class",), low=0)
Y = array("Y", K, m, latex="y", meaning="", roles=("class", "example"))
P = array("P", K, m, latex="p", meaning="", roles=("class", "example"), low=0)
pk = array("pk", K, latex="p", meaning="", roles=("class",), low=0)
p = array("p", N, latex="p_{{c}}^{{({0})}}", meaning="", roles=("example",), low=0)
Z = array("Z", K, m, latex="z", meaning="", roles=("class", "example"))
z = array("z", K, latex="z", meaning="", roles=("class",))
X = array("X", D, m, latex="x", meaning="", roles=("feature", "example"))
n = array("n", B, latex="n", meaning="", roles=("step",), low=0)
a = array("a", B, latex="a", meaning="", roles=("step",))
b = array("b", K, latex="b", meaning="", roles=("class",))
v = array("v", t, latex="v", meaning="", roles=("step",))
theta = array("theta", t, latex=r"\theta", meaning="", roles=("step",))
MV, MW, MdZ, MA, MY, MP, MX = (notation.matrix(one) for one in (V, W, dZ, A, Y, P, X))
pvec = MatrixSymbol("pk", K, 1)
SAMPLE = notation.TABLE
notation.TABLE = _real


@pytest.fixture(autouse=True)
def sample_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notation, "TABLE", SAMPLE)


def over(body: Any, index: Symbol, high: Any) -> Sum:
    return Sum(body, (index, 1, high))


def average(upto: Any) -> Any:
    return (1 - beta) * Sum(beta ** (upto - i) * theta[i], (i, 1, upto))


def root(upto: Any) -> Any:
    return Product(p[i], (i, 1, upto)) ** (1 / upto)


residual = over((Y[r, i] - P[r, i]) * X[s, i], i, m)

GOLDEN: dict[str, tuple[Any, str]] = {
    # the small fraction in front
    "log": (-log(Q), r"-\log Q"),
    "log over a size": (-log(Q) / N, r"-\frac{1}{N} \log Q"),
    "log of a product": (-log(Product(p[i], (i, 1, N))) / N, r"-\frac{1}{N} \log \prod_{i=1}^{N} p_{c}^{(i)}"),
    "sum of logs": (-over(log(p[i]), i, N) / N, r"-\frac{1}{N} \sum_{i=1}^{N} \log p_{c}^{(i)}"),
    "residual": (-residual / m, r"-\frac{1}{m} \sum_{i=1}^{m} (y_{r}^{(i)} - p_{r}^{(i)}) x_{s}^{(i)}"),
    "rate over size": (
        W[r, s] + eta / m * residual,
        r"w_{rs} + \frac{\eta}{m} \sum_{i=1}^{m} (y_{r}^{(i)} - p_{r}^{(i)}) x_{s}^{(i)}",
    ),
    "one fraction of size and mean": (
        over((n[k] - nbar) * (a[k] - abar), k, B) / B / nbar,
        r"\frac{1}{B \bar{n}} \sum_{k=1}^{B} (n_{k} - \bar{n}) (a_{k} - \bar{a})",
    ),
    "fraction of a bracket": (
        (over(n[k] * a[k], k, B) / B - nbar * abar) / nbar,
        r"\frac{1}{\bar{n}} \left(\frac{1}{B} \sum_{k=1}^{B} n_{k} a_{k} - \bar{n} \bar{a}\right)",
    ),
    "difference over a size": ((P[k, i] - Y[k, i]) / m, r"\frac{1}{m} (p_{k}^{(i)} - y_{k}^{(i)})"),
    "entry over a size": (P[k, i] / m, r"\frac{p_{k}^{(i)}}{m}"),
    "bar after the fraction": (
        over(n[k] * a[k], k, B) / over(n[k], k, B) - abar,
        r"\frac{\sum_{k=1}^{B} n_{k} a_{k}}{\sum_{k=1}^{B} n_{k}} - \bar{a}",
    ),
    "log-derivative": (-Derivative(Q, W[r, s]) / Q, r"-\frac{1}{Q} \frac{\partial Q}{\partial w_{rs}}"),
    "sizes": ((K - 1) / K, r"\frac{K - 1}{K}"),
    "one less a reciprocal": (1 - 1 / K, r"1 - \frac{1}{K}"),
    "half a square": (x0**2 / 2, r"\frac{x^{2}}{2}"),
    "corrected": (
        average(t) / (1 - beta**t),
        r"\frac{1 - \beta}{1 - \beta^{t}} \sum_{i=1}^{t} \beta^{t - i} \theta_{i}",
    ),
    # order of factors and of terms
    "deltas": (
        -over(X[s, i] * over((KroneckerDelta(k, r) - P[r, i]) * Y[k, i], k, K), i, m) / m,
        r"-\frac{1}{m} \sum_{i=1}^{m} x_{s}^{(i)}\, \sum_{k=1}^{K} y_{k}^{(i)} (\delta_{kr} - p_{r}^{(i)})",
    ),
    "sum in a bracket": (
        -over((Y[r, i] - P[r, i] * over(Y[k, i], k, K)) * X[s, i], i, m) / m,
        r"-\frac{1}{m} \sum_{i=1}^{m} \left(y_{r}^{(i)} - p_{r}^{(i)}\, \sum_{k=1}^{K} y_{k}^{(i)}\right) x_{s}^{(i)}",
    ),
    "backward": (
        over(over(V[k, r] * (P[k, i] - Y[k, i]), k, K) * A[r, i] * (1 - A[r, i]) * X[s, i], i, m) / m,
        r"\frac{1}{m} \sum_{i=1}^{m} a_{r}^{(i)} (1 - a_{r}^{(i)}) x_{s}^{(i)}\, "
        r"\sum_{k=1}^{K} v_{kr} (p_{k}^{(i)} - y_{k}^{(i)})",
    ),
    "recursion": ((1 - beta) * theta[t] + beta * v[t - 1], r"\beta v_{t - 1} + (1 - \beta) \theta_{t}"),
    "closed form": (average(t), r"(1 - \beta) \sum_{i=1}^{t} \beta^{t - i} \theta_{i}"),
    "last term last": (
        (1 - beta) * theta[t] + (1 - beta) * Sum(beta ** (t - i) * theta[i], (i, 1, t - 1)),
        r"(1 - \beta) \sum_{i=1}^{t - 1} \beta^{t - i} \theta_{i} + (1 - \beta) \theta_{t}",
    ),
    "scores": (b[k] + over(W[k, d] * P[d, i], d, D), r"\sum_{d=1}^{D} w_{kd} p_{d}^{(i)} + b_{k}"),
    "penalty": (
        lam * over(over(W[k, d] ** 2, d, D), k, K) / 2 + L,
        r"\mathcal{L} + \frac{\lambda}{2} \sum_{k=1}^{K} \sum_{d=1}^{D} w_{kd}^{2}",
    ),
    "step": (W[r, s] - eta * Derivative(L, W[r, s]), r"w_{rs} - \eta \frac{\partial \mathcal{L}}{\partial w_{rs}}"),
    "jacobian": (pk[k] * (KroneckerDelta(k, j) - pk[j]), r"p_{k} (\delta_{jk} - p_{j})"),
    "log-softmax": (z[k] - log(over(exp(z[j]), j, K)), r"z_{k} - \log \sum_{j=1}^{K} e^{z_{j}}"),
    "polynomial": (1 - 2 * beta + beta**2, r"1 - 2 \beta + \beta^{2}"),
    "falling powers": (x0 + x0**2, r"x^{2} + x"),
    "bracket after what it holds": (
        over((log(q[k]) - log(pk[k])) * pk[k], k, K),
        r"\sum_{k=1}^{K} p_{k} (\log q_{k} - \log p_{k})",
    ),
    "square of a cosine, not of its angle": (1 - cosine**2, r"1 - (\cos\varphi)^{2}"),
    "number before a squared bracket": (
        Rational(2, 5) * (z[1] - Rational(1, 3)) ** 2,
        r"\frac{2}{5} \left(z_{1} - \frac{1}{3}\right)^{2}",
    ),
    "bracket of sizes": (lam * (K - 1) * z[k], r"\lambda (K - 1) z_{k}"),
    "counting": (N * (N - 1), r"N (N - 1)"),
    "two negatives": (-pk[1] - pk[2], r"-p_{1} - p_{2}"),
    "minus a bracket": (Mul(-1, pk[1] - z[1], evaluate=False), r"-(p_{1} - z_{1})"),
    "binary": (
        Y[1, i] * log(pk[1]) + (1 - Y[1, i]) * log(1 - pk[1]),
        r"y_{1}^{(i)} \log p_{1} + (1 - y_{1}^{(i)}) \log(1 - p_{1})",
    ),
    "shift": (exp(u + z[k]), r"e^{z_{k} + u}"),
    # powers, roots, logarithms, exponentials
    "geometric mean": (Eq(Q, root(N)), r"Q = \left(\prod_{i=1}^{N} p_{c}^{(i)}\right)^{1/N}"),
    "log of a root": (-log(root(N), evaluate=False), r"-\log \left(\prod_{i=1}^{N} p_{c}^{(i)}\right)^{1/N}"),
    "fifth root": (Pow(p[1] * z[2], Rational(1, 5), evaluate=False), r"(p_{c}^{(1)} z_{2})^{1/5}"),
    "square of an entry with an example": (P[c, i] ** 2, r"(p_{c}^{(i)})^{2}"),
    "square of an entry": (W[r, s] ** 2, r"w_{rs}^{2}"),
    "square of a log": (log(Q) ** 2, r"(\log Q)^{2}"),
    "square of a sum": (over(z[k], k, K) ** 2, r"\left(\sum_{k=1}^{K} z_{k}\right)^{2}"),
    "square of a tanh": (tanh(z[k]) ** 2, r"\tanh^{2} z_{k}"),
    "norm": (sqrt(over(z[k] ** 2, k, K)), r"\sqrt{\sum_{k=1}^{K} z_{k}^{2}}"),
    "adam": (mhat / (sqrt(vhat) + eps), r"\frac{\hat{m}_t}{\sqrt{\hat{v}_t} + \varepsilon}"),
    "log of a quotient": (over(q[k] * log(q[k] / pk[k]), k, K), r"\sum_{k=1}^{K} q_{k} \log \frac{q_{k}}{p_{k}}"),
    "log of two factors": (log(Y[k, i] * P[k, i]), r"\log(y_{k}^{(i)} p_{k}^{(i)})"),
    "log of a mean": (log(over(exp(z[k]), k, K) / K), r"\log\left(\frac{1}{K} \sum_{k=1}^{K} e^{z_{k}}\right)"),
    "log before a factor": (log(x0) * over(z[k], k, K), r"(\log x) \sum_{k=1}^{K} z_{k}"),
    "log of a reciprocal": (log(1 / K, evaluate=False), r"\log \frac{1}{K}"),
    "tall exponent": (
        exp(-over(log(p[i]), i, N) / N),
        r"\exp\left(-\frac{1}{N} \sum_{i=1}^{N} \log p_{c}^{(i)}\right)",
    ),
    "gaussian": (exp(-((x0 - u) ** 2) / (2 * T**2)), r"\exp\left(-\frac{(x - u)^{2}}{2 T^{2}}\right)"),
    "temperature": (
        exp(z[k] / T) / over(exp(z[j] / T), j, K),
        r"\frac{e^{z_{k}/T}}{\sum_{j=1}^{K} e^{z_{j}/T}}",
    ),
    "sigmoid": (1 / (1 + exp(-z[1])), r"\frac{1}{1 + e^{-z_{1}}}"),
    "differences": (1 / over(exp((z[j] - z[k]) / T), j, K), r"\frac{1}{\sum_{j=1}^{K} e^{(z_{j} - z_{k})/T}}"),
    "reciprocal root": (Q ** (-1 / N), r"Q^{-1/N}"),
    "numbers meet": (2 * 2**t, r"2 \cdot 2^{t}"),
    "schedule": (eta * 2 ** (-floor(t / 10)), r"\eta \cdot 2^{-\lfloor t/10 \rfloor}"),
    "decimal": (Float("0.95") * x0, r"0.95 x"),
    "rational": (-Rational(7, 2), r"-\frac{7}{2}"),
    # big signs
    "double sum": (
        over(over(W[k, d] ** 2, d, D), k, K),
        r"\sum_{k=1}^{K} \sum_{d=1}^{D} w_{kd}^{2}",
    ),
    "one sum, two limits": (
        Sum(W[k, d] ** 2, (d, 1, D), (k, 1, K)),
        r"\sum_{k=1}^{K} \sum_{d=1}^{D} w_{kd}^{2}",
    ),
    "product of sums": (
        over(q[k], k, K) * over(z[k], k, K),
        r"\left(\sum_{k=1}^{K} q_{k}\right) \sum_{k=1}^{K} z_{k}",
    ),
    "sum of sums": (over(-z[k], k, K), r"\sum_{k=1}^{K} (-z_{k})"),
    "sum of terms": (over(z[k] + 1, k, K), r"\sum_{k=1}^{K} (1 + z_{k})"),
    "series": (Sum(2 ** (-k), (k, 0, oo)), r"\sum_{k=0}^{\infty} 2^{-k}"),
    "prefix and suffix": (
        Product(p[j], (j, i + 1, N)) * Product(p[j], (j, 1, i - 1)),
        r"\left(\prod_{j=1}^{i - 1} p_{c}^{(j)}\right) \prod_{j=i + 1}^{N} p_{c}^{(j)}",
    ),
    # derivatives
    "partial": (Derivative(J, W[r, s]), r"\frac{\partial J}{\partial w_{rs}}"),
    "second": (Derivative(J, (W[r, s], 2)), r"\frac{\partial^{2} J}{\partial w_{rs}^{2}}"),
    "second, raised": (
        Derivative(J, (Z[k, i], 2)),
        r"\frac{\partial^{2} J}{\partial (z_{k}^{(i)})^{2}}",
    ),
    "mixed": (Derivative(J, z[j], z[k]), r"\frac{\partial^{2} J}{\partial z_{j} \partial z_{k}}"),
    "of a log": (Derivative(log(P[k, i]), Z[r, i]), r"\frac{\partial}{\partial z_{r}^{(i)}} \log p_{k}^{(i)}"),
    "of a mean": (
        Derivative(-over(log(p[i]), i, N) / N, p[i2]),
        r"\frac{\partial}{\partial p_{c}^{(i')}} \left(-\frac{1}{N} \sum_{i=1}^{N} \log p_{c}^{(i)}\right)",
    ),
    "of a power": (Derivative(x0**3, x0), r"\frac{\partial}{\partial x} x^{3}"),
    "chain rule": (
        -q[k] / pk[k] * Derivative(pk[k], z[j]),
        r"-\frac{q_{k}}{p_{k}} \frac{\partial p_{k}}{\partial z_{j}}",
    ),
    "limit": (Limit(exp(z[k] / T), T, 0, "+"), r"\lim_{T \to 0^{+}} e^{z_{k}/T}"),
    # functions
    "max": (Max(z[1], z[2]), r"\max(z_{1}, z_{2})"),
    "min": (Min(z[1], 0), r"\min(0, z_{1})"),
    "abs": (Abs(z[k]), r"\lvert z_{k} \rvert"),
    "tall abs": (Abs(over(z[k], k, K)), r"\left\lvert \sum_{k=1}^{K} z_{k}\right\rvert"),
    "ceiling": (ceiling(N / m), r"\left\lceil \frac{N}{m}\right\rceil"),
    "cases": (
        Piecewise((0, Eq(t, 1)), (beta * v[t - 1], True)),
        r"\begin{cases} 0 & \text{if } t = 1 \\ \beta v_{t - 1} & \text{otherwise} \end{cases}",
    ),
    "lambda": (Lambda((k, i), exp(Z[k, i])), r"(k, i) \mapsto e^{z_{k}^{(i)}}"),
    "inequality": (
        Le(root(N), over(p[i], i, N) / N),
        r"\left(\prod_{i=1}^{N} p_{c}^{(i)}\right)^{1/N} \le \frac{1}{N} \sum_{i=1}^{N} p_{c}^{(i)}",
    ),
    "at least": (Ge(Q, 0, evaluate=False), r"Q \ge 0"),
    "commands side by side": (W[l, k] * Y[l, i], r"w_{\ell k} y_{\ell}^{(i)}"),
    "a name with an index": (dZ[r, i], r"dZ_{2,r}^{(i)}"),
    # matrices
    "entry": (
        Entry(MatMul(-1 / m, MY - MP, MX.T, evaluate=False), r, s),
        r"\left[-\frac{1}{m} (Y - P) X^{\top}\right]_{rs}",
    ),
    "flat entry": (Entry(MatMul(-1, MY - MP, MX.T, evaluate=False), r, s), r"[-(Y - P) X^{\top}]_{rs}"),
    "order of matrices": (MX.T * MW.T, r"X^{\top} W^{\top}"),
    "absorbed": (
        Entry(HadamardProduct(MV.T * MdZ, MA, OneMatrix(H, m) - MA) * MX.T / m, r, s),
        r"\left[\frac{1}{m} (V^{\top} dZ_2 \odot A \odot (1 - A)) X^{\top}\right]_{rs}",
    ),
    "matrix step": (MW - eta * MY * MX.T / m, r"W - \frac{\eta}{m} Y X^{\top}"),
    "transposed bracket": (MatMul(Transpose(MY - MP), MV, evaluate=False), r"(Y - P)^{\top} V"),
    "ones": (MP * OneMatrix(m, 1), r"P \mathbf{1}"),
    "hessian": (DiagMatrix(pvec) - pvec * pvec.T, r"\operatorname{diag}(p) - p p^{\top}"),
    "one entry": (MW[0, 1], r"w_{12}"),
    # definitions and hypotheses
    "definition": (
        Definition(P[k, i], exp(Z[k, i]) / over(exp(Z[j, i]), j, K)),
        r"p_{k}^{(i)} = \frac{e^{z_{k}^{(i)}}}{\sum_{j=1}^{K} e^{z_{j}^{(i)}}}",
    ),
    "hypothesis": (
        Given(Eq(over(Y[k, i], k, K), 1), each=((i, m),)),
        r"\sum_{k=1}^{K} y_{k}^{(i)} = 1 \quad \text{for every } i",
    ),
    "for two": (
        Given(Ge(Y[k, i], 0), each=((k, K), (i, m))),
        r"y_{k}^{(i)} \ge 0 \quad \text{for every } k \text{ and } i",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_set_as_in_a_textbook(name: str) -> None:
    value, expected = GOLDEN[name]
    assert tex(value) == expected


@pytest.fixture(scope="module")
def katex() -> Callable[[str], str]:
    """KaTeX's own complaint about a formula, or nothing. Missing: an error in CI, a named skip elsewhere."""
    file = ROOT / "node_modules" / "katex" / "dist" / "katex.min.js"
    if not file.is_file():
        reason = "KaTeX is not installed (npm ci)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from py_mini_racer import MiniRacer

    engine = MiniRacer()
    engine.eval(file.read_text(encoding="utf-8"))
    engine.eval(
        "function fault(tex) { try { katex.renderToString(tex, {displayMode: true, strict: 'error'}); return '' }"
        " catch (error) { return String(error.message) } }"
    )
    return lambda formula: str(engine.eval(f"fault({json.dumps(formula)})"))


def test_katex_takes_every_one(katex: Callable[[str], str]) -> None:
    assert katex(r"x^{2") != "", "KaTeX takes anything here: the next lines would prove nothing"
    assert katex("é") != "", "KaTeX is not strict"
    assert {name: fault for name, (value, _) in GOLDEN.items() if (fault := katex(tex(value)))} == {}
    assert katex(aligned(CHAIN)) == ""


# ---- what holds of every output


def parts(value: Any) -> list[Any]:
    if isinstance(value, Definition):
        return [value.head, value.body]
    return [value.says] if isinstance(value, Given) else [value]


def nodes(x: Any) -> Iterator[Any]:
    """Everything in an expression but the shapes of its matrices, which are not in print."""
    yield x
    if not isinstance(x, (MatrixSymbol, OneMatrix)):
        for one in x.args:
            yield from nodes(one)


def stem(latex: str) -> str:
    return latex.split("_")[0]


@pytest.mark.parametrize("name", GOLDEN)
def test_every_name_and_every_index_appears(name: str) -> None:
    for part in parts(GOLDEN[name][0]):
        text, signs = tex(part), 0
        for node in nodes(part):
            if isinstance(node, MatrixSymbol):
                row = SAMPLE[node.name]
                assert row.capital in text or row.latex in text
            elif isinstance(node, Symbol) and node.name not in "+-":  # the side of a limit
                assert stem(SAMPLE[node.name].latex) in text
            elif isinstance(node, (Sum, Product)):
                sign = r"\sum" if isinstance(node, Sum) else r"\prod"
                signs += len(node.limits)
                for index, low, high in node.limits:
                    assert f"{sign}_{{{tex(index)}={tex(low)}}}^{{{tex(high)}}}" in text
        assert len(re.findall(r"\\(?:sum|prod)_", text)) == signs


@pytest.mark.parametrize("name", GOLDEN)
def test_parentheses_grow_only_where_they_must(name: str) -> None:
    text = tex(GOLDEN[name][0])
    open_at: list[tuple[int, bool]] = []
    for found in re.finditer(r"\\left|\\right|[()]", text):
        if found[0] in (r"\left", "("):
            grown = text[: found.start()].endswith(r"\left")
            if not grown:
                open_at.append((found.start(), found[0] == r"\left"))
        elif not text[: found.start()].endswith(r"\right"):
            start, grows = open_at.pop()
            inside = text[start : found.start()]
            assert grows == bool(re.search(r"\\(frac|sum|prod|lim|begin)", inside)), inside
    assert open_at == []
    assert not re.search(r"\(\([^()]*\)\)(?!\^)", text.replace(r"\left", "").replace(r"\right", "")), "doubled"


def test_different_expressions_look_different() -> None:
    texts = {name: tex(value) for name, (value, _) in GOLDEN.items() if name != "one sum, two limits"}
    assert len(set(texts.values())) == len(texts)


@pytest.mark.parametrize(
    "wrong",
    [
        residual / m,
        -residual,
        -residual / m**2,
        -residual / (m - 1),
        -over((Y[r, i] + P[r, i]) * X[s, i], i, m) / m,
        -over(Y[r, i] - P[r, i] * X[s, i], i, m) / m,
        -Sum((Y[r, i] - P[r, i]) * X[s, i], (i, 2, m)) / m,
        -Sum((Y[r, i] - P[r, i]) * X[s, i], (i, 1, m - 1)) / m,
        -over((Y[r, i] - P[r, i]) * X[r, i], i, m) / m,
        -over((Y[s, i] - P[r, i]) * X[s, i], i, m) / m,
        -over((P[r, i] - Y[r, i]) * X[s, i], i, m) / m,
    ],
)
def test_every_slip_can_be_seen(wrong: Any) -> None:
    assert tex(wrong) != GOLDEN["residual"][1]


def test_sign_and_order_of_a_matrix_product_survive() -> None:
    left = MatMul(-1 / m, MY - MP, MX.T, evaluate=False)
    assert tex(left) == r"-\frac{1}{m} (Y - P) X^{\top}"
    assert tex(MatMul(1 / m, MP - MY, MX.T, evaluate=False)) == r"\frac{1}{m} (P - Y) X^{\top}"
    assert tex(MatMul(-1, -1, MY, evaluate=False)) == "Y"
    assert tex(MatMul(MX.T, MW.T)) == r"X^{\top} W^{\top}"
    assert tex(Transpose(MatMul(MW, MX))) == r"(W X)^{\top}"


def test_a_sum_of_differences_keeps_its_signs() -> None:
    assert tex(Add(pk[1], -Add(pk[2], z[1], evaluate=False), evaluate=False)) == "p_{1} - p_{2} - z_{1}"
    assert tex(Mul(-1, Add(pk[2], z[1]), evaluate=False)) == "-(p_{2} + z_{1})"
    assert tex(Add(pk[1], Mul(-1, Add(pk[2], z[1]), evaluate=False), evaluate=False)) == "p_{1} - (p_{2} + z_{1})"
    assert tex(Mul(x0, Mul(-1, u, evaluate=False), evaluate=False)) == "-u x"


# ---- indices without a name


def test_a_nameless_index_gets_a_free_letter() -> None:
    first, second = (Dummy("_", integer=True, positive=True) for _ in range(2))
    nested = Sum(P[first, i] * Sum(Y[second, i] * W[second, k], (second, 1, K)), (first, 1, K))
    text = tex(nested)
    letters = re.findall(r"\\sum_\{([^=]*)=", text)
    assert len(set(letters)) == 2
    assert not {"i", "k"} & set(letters), text
    assert text == tex(rewriting.fresh(nested))


def test_neither_dummy_counters_nor_hash_seeds_are_seen() -> None:
    before = {name: tex(rewriting.alpha(value)) for name, value in ALPHA.items()}
    for _ in range(1234):
        Dummy("k")
    assert before == {name: tex(rewriting.alpha(value)) for name, value in ALPHA.items()}
    assert not any("_0" in text or "Dummy" in text for text in before.values())
    code = (
        "import importlib.util as u; s = u.spec_from_file_location('t', 'tests/derivations/test_tex.py');"
        "t = u.module_from_spec(s); s.loader.exec_module(t); t.notation.TABLE = t.SAMPLE;"
        "print([t.tex(x) for x, _ in t.GOLDEN.values()])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


ALPHA = {"softmax": log(over(exp(z[k]), k, K)) - over(Y[k, i] * z[k], k, K), "residual": -residual / m}


# ---- chains and errors

CHAIN = calc(
    -log(Q),
    eq(-over(log(p[i]), i, N) / N, by=Rule("a", "a")),
    le(L, by=Rule("b", "b"), tight=Given(Eq(u, 1), fix=u)),
    approx(1 - Q, by=Rule("c", "c"), small=u, order=1),
)


def test_lines_of_a_chain() -> None:
    assert line_parts(CHAIN) == [
        ("", r"-\log Q"),
        ("=", r"-\frac{1}{N} \sum_{i=1}^{N} \log p_{c}^{(i)}"),
        (r"\le", r"\mathcal{L}"),
        (r"\approx", "1 - Q"),
    ]
    text = aligned(CHAIN)
    assert text.splitlines() == [
        r"\begin{aligned}",
        r"-\log Q &= -\frac{1}{N} \sum_{i=1}^{N} \log p_{c}^{(i)} \\",
        r"&\le \mathcal{L} \\",
        r"&\approx 1 - Q",
        r"\end{aligned}",
    ]


def test_what_is_largest_for_a_small_step_leads() -> None:
    h = notation.step_h
    assert tex(Q * h**2 / 6 + J) == r"J + \frac{h^{2} Q}{6}"
    assert tex(u - J * h + Q * h**2) == r"u - h J + h^{2} Q"


def test_every_relation_has_a_sign() -> None:
    assert [relation(one) for one in Relation] == ["=", r"\le", r"\ge", "<", ">", r"\approx"]
    assert relation(Le(x0, u)) == r"\le"
    with pytest.raises(TypeError, match="r: expected"):
        relation("=")  # type: ignore[arg-type]


def test_a_name_without_a_row_is_an_error() -> None:
    with pytest.raises(UnsetName, match="stranger"):
        tex(Symbol("stranger") + 1)
    with pytest.raises(UnsetName, match="foreign"):
        tex(IndexedBase("foreign")[i])


def test_bad_input_is_named() -> None:
    with pytest.raises(TypeError, match="x: expected"):
        tex("x")
    with pytest.raises(ValueError, match="W: expected 2 indices"):
        tex(W[r])
    assert tex(3) == "3"
