"""The formulas that the figures of `quality` evaluate, as SymPy objects.

The landscape is the lecture's, rebuilt: the figure was lost, and one bell over two weights meets
all that the slides say of it (0.28 at the start, a maximum at (1.1, 0.8)). Everything else about
it, its gradient, its steps, its loss, is differentiated from it by SymPy.

Source: CS5242 lecture 4, lines 72 to 561.
"""

from __future__ import annotations

from sympy import (
    Expr,
    IndexedBase,
    Integer,
    Matrix,
    Product,
    Rational,
    Sum,
    Symbol,
    cos,
    diff,
    exp,
    expand,
    expand_log,
    floor,
    log,
    oo,
    sin,
    sqrt,
)

from derivations.notation import D, K, N, i, k, m
from press.figures.model import Formula

INSIDE = (Rational(1, 100), Rational(99, 100))
"""The probabilities that a slider gives: never 0 or 1, because no softmax gives them."""


def slots(name: str, count: int, **assumptions: bool) -> tuple[Symbol, ...]:
    """Plain symbols name1 … for the entries of an array."""
    return tuple(Symbol(f"{name}{n}", **assumptions) for n in range(1, count + 1))


# ---- quality, loss and perplexity

p = IndexedBase("p", positive=True)
p_slots = slots("p", 5, positive=True)
Q, L, q, own, other = (Symbol(name, positive=True) for name in ("Q", "L", "q", "own", "other"))

geometric_mean: Expr = Product(p[i], (i, 1, N)) ** (1 / N)
arithmetic_mean: Expr = Sum(p[i], (i, 1, N)) / N
average_loss: Expr = -Sum(log(p[i]), (i, 1, N)) / N
"""Average cross-entropy; p[i] is the probability given to the right class of example i."""

five = {one: INSIDE for one in p_slots}
QUALITY = (
    Formula(
        "geometricMean",
        geometric_mean,
        p_slots,
        five,
        "quality of a classifier on five examples",
        {N: 5},
        {p: p_slots},
    ),
    Formula("arithmeticMean", arithmetic_mean, p_slots, five, "mean probability", {N: 5}, {p: p_slots}),
    Formula("averageLoss", average_loss, p_slots, five, "average cross-entropy", {N: 5}, {p: p_slots}),
    Formula("uniform", 1 / K, (K,), {K: (2, 20)}, "probability that a uniform guess gives each class"),
    Formula("lossOf", -log(Q), (Q,), {Q: (Rational(1, 1000), 1)}, "loss at a quality"),
    Formula("qualityOf", exp(-L), (L,), {L: (0, 7)}, "quality at a loss"),
    Formula("perplexityOf", 1 / Q, (Q,), {Q: (Rational(1, 1000), 1)}, "perplexity at a quality"),
    Formula(
        "rescaled",
        other * (1 - q) / (1 - own),
        (other, own, q),
        {other: (0, Rational(99, 100)), own: INSIDE, q: INSIDE},
        "another class's probability when the right one's goes from `own` to `q` and the column keeps its sum",
    ),
)

# ---- the landscape

w1, w2 = Symbol("w1", real=True), Symbol("w2", real=True)
lr = Symbol("lr", positive=True)
t = Symbol("t", integer=True, nonnegative=True)
angle = Symbol("angle", real=True)

HEIGHT = Rational("0.833822")
TOP = (Rational(11, 10), Rational(4, 5))
START = (Integer(-1), Integer(-2))
CURVATURE = Matrix([[Rational("0.486"), Rational("-0.228")], [Rational("-0.228"), Rational("0.347")]])

offset = Matrix([w1 - TOP[0], w2 - TOP[1]])
landscape: Expr = HEIGHT * exp(-(offset.T * CURVATURE * offset)[0, 0] / 2)
landscape_loss: Expr = expand(expand_log(-log(landscape)))
"""A paraboloid: what is left of a bell under −log."""

gradient = (diff(landscape, w1), diff(landscape, w2))
slope: Expr = sqrt(gradient[0] ** 2 + gradient[1] ** 2)
loss_gradient = (diff(landscape_loss, w1), diff(landscape_loss, w2))
loss_slope: Expr = sqrt(loss_gradient[0] ** 2 + loss_gradient[1] ** 2)

directional_slope: Expr = cos(angle) * gradient[0] + sin(angle) * gradient[1]
"""Slope in the direction that makes `angle` with the first axis."""

largest_curvature: Expr = max(CURVATURE.eigenvals(), key=lambda value: value.evalf())
"""λmax of the loss's Hessian; the quality's, at its top, is HEIGHT times as large."""

# The slope |Hd|·Q is greatest along the steepest axis, where dᵀHd = 1.
steepest_slope: Expr = HEIGHT * exp(-Rational(1, 2)) * sqrt(largest_curvature)

INTERVAL = 10
schedule: Expr = lr * 2 ** (-floor(t / INTERVAL))
schedule_total: Expr = Sum(INTERVAL * lr / 2**k, (k, 0, oo)).doit()
reach: Expr = steepest_slope * schedule_total

plane = {w1: (-3, 4), w2: (-4, 4)}
slow = {lr: (Rational(1, 100), 8)}
LANDSCAPE = (
    Formula("landscape", landscape, (w1, w2), plane, "quality at two weights"),
    Formula("landscapeByW1", gradient[0], (w1, w2), plane, "derivative of the quality in the first weight"),
    Formula("landscapeByW2", gradient[1], (w1, w2), plane, "derivative of the quality in the second weight"),
    Formula("landscapeSlope", slope, (w1, w2), plane, "length of the gradient"),
    Formula(
        "directionalSlope",
        directional_slope,
        (w1, w2, angle),
        {**plane, angle: (Rational(-63, 10), Rational(63, 10))},
        "slope of the quality in the direction at `angle` from the first axis",
    ),
    Formula("ascentW1", w1 + lr * gradient[0], (w1, w2, lr), {**plane, **slow}, "first weight after a step uphill"),
    Formula("ascentW2", w2 + lr * gradient[1], (w1, w2, lr), {**plane, **slow}, "second weight after a step uphill"),
    Formula("lossLandscape", landscape_loss, (w1, w2), plane, "loss at two weights"),
    Formula("lossByW1", loss_gradient[0], (w1, w2), plane, "derivative of the loss in the first weight"),
    Formula("lossByW2", loss_gradient[1], (w1, w2), plane, "derivative of the loss in the second weight"),
    Formula("lossSlope", loss_slope, (w1, w2), plane, "length of the loss's gradient"),
    Formula("descentW1", w1 - lr * loss_gradient[0], (w1, w2, lr), {**plane, **slow}, "first weight, a step down"),
    Formula("descentW2", w2 - lr * loss_gradient[1], (w1, w2, lr), {**plane, **slow}, "second weight, a step down"),
    Formula(
        "toTheTop",
        sqrt((w1 - TOP[0]) ** 2 + (w2 - TOP[1]) ** 2),
        (w1, w2),
        plane,
        "distance to the top of the landscape",
    ),
    Formula("halved", schedule, (lr, t), {**slow, t: (0, 200)}, "learning rate halved every ten steps"),
    Formula("halvedTotal", schedule_total, (lr,), slow, "sum of all learning rates of the halved schedule"),
    Formula("reach", reach, (lr,), slow, "no path under the halved schedule is longer"),
    Formula("highest", HEIGHT, (), {}, "quality at the top"),
    Formula("stableOnQuality", 2 / (HEIGHT * largest_curvature), (), {}, "largest stable learning rate of ascent"),
    Formula("stableOnLoss", 2 / largest_curvature, (), {}, "largest stable learning rate of descent"),
)

# ---- softmax

z = IndexedBase("z", real=True)
z_slots = slots("z", 6, real=True)
zc, tau, b = Symbol("zc", real=True), Symbol("tau", positive=True), Symbol("b", real=True)
x1, x2 = Symbol("x1", real=True), Symbol("x2", real=True)

softmax_entry: Expr = exp(zc / tau) / Sum(exp(z[k] / tau), (k, 1, K))
"""The entry of softmax for the score zc, one of z[1] … z[K], at temperature tau."""

log_softmax_entry: Expr = zc - log(Sum(exp(z[k]), (k, 1, K)))
linear_score: Expr = w1 * x1 + w2 * x2 + b
biased = Symbol("biased", integer=True, nonnegative=True)
parameters: Expr = K * D + biased * K

scores = {one: (-8, 8) for one in z_slots}
SOFTMAX = (
    *(
        Formula(
            f"softmax{n}",
            softmax_entry,
            (tau, zc, *z_slots[:n]),
            {tau: (Rational(1, 20), 10), zc: (-8, 8), **{one: scores[one] for one in z_slots[:n]}},
            f"entry of softmax over {n} classes for the score zc, at temperature tau",
            {K: n},
            {z: z_slots[:n]},
        )
        for n in (3, 4, 5, 6)
    ),
    Formula(
        "logSoftmax4",
        log_softmax_entry,
        (zc, *z_slots[:4]),
        {zc: (-8, 8), **{one: scores[one] for one in z_slots[:4]}},
        "entry of log-softmax over 4 classes for the score zc",
        {K: 4},
        {z: z_slots[:4]},
    ),
    Formula(
        "score",
        linear_score,
        (w1, w2, b, x1, x2),
        {w1: (-3, 3), w2: (-3, 3), b: (-3, 3), x1: (-3, 3), x2: (-3, 3)},
        "score of a class at a point of the plane",
    ),
    Formula(
        "parameters",
        parameters,
        (K, D, biased),
        {K: (2, 10), D: (1, 4000), biased: (0, 1)},
        "entries of W, and of b where there is one",
    ),
)

# ---- template matching

y, prob = Symbol("y", real=True), Symbol("prob", positive=True)
E, X = IndexedBase("E", real=True), IndexedBase("X", real=True)
e_slots, x_slots = slots("e", 5, real=True), slots("x", 5, real=True)
gradient_entry: Expr = -Sum(E[i] * X[i], (i, 1, m)) / m
"""Entry (r, s) of −(1/m)EXᵀ: E and X stand for row r of the one and row s of the other."""

TEMPLATES = (
    Formula("error", y - prob, (y, prob), {y: (0, 1), prob: (0, 1)}, "entry of E"),
    Formula(
        "gradientEntry",
        gradient_entry,
        (*e_slots, *x_slots),
        {**{one: (-1, 1) for one in e_slots}, **{one: (-3, 3) for one in x_slots}},
        "entry of the mini-batch gradient",
        {m: 5},
        {E: e_slots, X: x_slots},
    ),
)

# ---- underflow

n = Symbol("n", integer=True, positive=True)
factor = Symbol("factor", positive=True)
UNDERFLOW = (
    Formula(
        "log10OfProduct",
        n * log(factor) / log(10),
        (n, factor),
        {n: (1, 50000), factor: INSIDE},
        "decimal exponent of a product of n equal factors",
    ),
    Formula("meanOfLogs", log(factor), (factor,), {factor: INSIDE}, "mean of the logs of n equal factors"),
)

# ---- two classes, one weight: margins

g = IndexedBase("g", real=True)
g_slots = slots("g", 4, real=True)
s = Symbol("s", real=True)
margin_loss: Expr = Sum(log(1 + exp(-s * g[i])), (i, 1, N)) / N
"""Cross-entropy of two classes along the ray sW; g[i] is the margin of example i at W."""

margin_slope: Expr = -Sum(g[i] / (1 + exp(s * g[i])), (i, 1, N)) / N
"""Its derivative in s, in the form whose exponential may overflow without harm."""
margins = {one: (-3, 3) for one in g_slots}
ray = {s: (-20, 20), **margins}
MARGINS = (
    Formula("marginLoss", margin_loss, (s, *g_slots), ray, "loss at s times the weights", {N: 4}, {g: g_slots}),
    Formula("marginSlope", margin_slope, (s, *g_slots), ray, "its derivative in s", {N: 4}, {g: g_slots}),
    Formula(
        "steepestMargin",
        Sum(abs(g[i]), (i, 1, N)) / N,
        g_slots,
        margins,
        "no slope along the ray is steeper",
        {N: 4},
        {g: g_slots},
    ),
)

FORMULAS: tuple[Formula, ...] = (*QUALITY, *LANDSCAPE, *SOFTMAX, *TEMPLATES, *UNDERFLOW, *MARGINS)
