"""The formulas that the figures of `quality` evaluate, drawn from the topic's derivations.

What stands in a derivation is taken from there; what a figure needs beyond it is written here in
the same notation. The landscape is the lecture's, rebuilt in `ascent_and_descent`: its gradient,
its steps and its loss are derivatives that SymPy takes.

Source: CS5242 lecture 4, lines 72 to 561.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Derivative, Expr, Indexed, IndexedBase, Rational, Sum, Symbol, exp, log, sqrt

from derivations.calculus import Quantity
from derivations.notation import (
    A,
    D,
    E,
    K,
    L,
    Ls,
    N,
    P,
    Q,
    Qs,
    T,
    X,
    Y,
    eta,
    i,
    k,
    m,
    n0,
    p,
    pc,
    pi,
    r,
    s,
    scale,
    tau,
    v1,
    v2,
    w1,
    w2,
    z,
)
from derivations.quality.ascent_and_descent import landscape, landscape_loss, top_height
from derivations.quality.cross_entropy import loss, to_cross_entropy
from derivations.quality.geometric_mean import (
    arithmetic_mean,
    perplexity_is_the_reciprocal,
    quality,
    uniform_probability,
)
from derivations.quality.learning_rate import (
    distance_to_go,
    largest_stable_ascent,
    largest_stable_descent,
    rate_after_two_halvings,
    schedule_travel,
    steepest_slope,
)
from derivations.quality.softmax import softmax, sum_of_exponentials, tempered_softmax
from derivations.quality.template_matching import batch_gradient, error
from derivations.quality.why_the_log import digits_of_the_product
from press.figures.model import Formula

INSIDE = (Rational(1, 100), Rational(99, 100))
"""The probabilities that a slider gives: never 0 or 1, because no softmax gives them."""


def names(stem: str, count: int) -> tuple[Symbol, ...]:
    """Plain symbols stem1 … for the entries of an array."""
    return tuple(Symbol(f"{stem}{n}", real=True) for n in range(1, count + 1))


def filled(entries: Iterable[Indexed], symbols: Iterable[Symbol]) -> dict[Indexed, Symbol]:
    """Which entry each plain symbol stands for."""
    return dict(zip(entries, symbols, strict=True))


def entries(base: IndexedBase, count: int) -> list[Indexed]:
    return [base[n] for n in range(1, count + 1)]


def number(name: str, quantity: Quantity) -> Formula:
    """A named number of the derivations, as a formula without arguments."""
    return Formula(name, quantity.expr, (), {}, quantity.says, quantity.where, quantity.at)


# ---- quality, loss and perplexity

EXAMPLES = 5
ps = names("p", EXAMPLES)
p_slots = filled(entries(p, EXAMPLES), ps)
p_domain = dict.fromkeys(ps, INSIDE)
own, other, wanted = (Symbol(name, positive=True) for name in ("own", "other", "wanted"))

moved_entry: Expr = other * (1 - wanted) / (1 - own)
"""Another class's probability when the right one's goes from `own` to `wanted` and the column keeps its sum."""

QUALITY = (
    Formula("geometricMean", Q, ps, p_domain, quality.says, (quality,), {N: EXAMPLES}, p_slots),
    Formula("arithmeticMean", A, ps, p_domain, arithmetic_mean.says, (arithmetic_mean,), {N: EXAMPLES}, p_slots),
    Formula("averageLoss", L, ps, p_domain, loss.says, (loss,), {N: EXAMPLES}, p_slots),
    Formula("uniform", uniform_probability.end, (K,), {K: (2, 20)}, "what a uniform guess gives each class"),
    Formula("lossOf", to_cross_entropy.start, (Q,), {Q: (Rational(1, 1000), 1)}, "loss at a quality"),
    Formula("qualityOf", exp(-L), (L,), {L: (0, 7)}, "quality at a loss"),
    Formula("perplexityOf", perplexity_is_the_reciprocal.start, (Q,), {Q: (Rational(1, 1000), 1)}, "perplexity"),
    Formula(
        "rescaled",
        moved_entry,
        (other, own, wanted),
        {other: (0, Rational(99, 100)), own: INSIDE, wanted: INSIDE},
        "entry of a column whose right entry is moved",
    ),
)

# ---- the landscape

plane = {w1: (-3, 4), w2: (-4, 4)}
rates = {eta: (Rational(1, 100), 8)}
steps = {**plane, **rates}
bell = (landscape_loss, landscape)
bowl = (landscape_loss,)
up1, up2 = Derivative(Qs, w1), Derivative(Qs, w2)
down1, down2 = Derivative(Ls, w1), Derivative(Ls, w2)
point = (w1, w2)

INTERVAL = int(schedule_travel.at[T])
reach: Expr = steepest_slope.expr * schedule_travel.expr
"""Slope at most, times all learning rates together."""

LANDSCAPE = (
    Formula("landscape", Qs, point, plane, "quality at two weights", bell),
    Formula("landscapeByW1", up1, point, plane, "derivative of the quality in the first weight", bell),
    Formula("landscapeByW2", up2, point, plane, "derivative of the quality in the second weight", bell),
    Formula("landscapeSlope", sqrt(up1**2 + up2**2), point, plane, "length of the gradient", bell),
    Formula(
        "directionalSlope",
        v1 * up1 + v2 * up2,
        (w1, w2, v1, v2),
        {**plane, v1: (-1, 1), v2: (-1, 1)},
        "slope of the quality along a direction of length 1",
        bell,
    ),
    Formula("ascentW1", w1 + eta * up1, (*point, eta), steps, "first weight after a step uphill", bell),
    Formula("ascentW2", w2 + eta * up2, (*point, eta), steps, "second weight after a step uphill", bell),
    Formula("lossLandscape", Ls, point, plane, "loss at two weights", bowl),
    Formula("lossByW1", down1, point, plane, "derivative of the loss in the first weight", bowl),
    Formula("lossByW2", down2, point, plane, "derivative of the loss in the second weight", bowl),
    Formula("lossSlope", sqrt(down1**2 + down2**2), point, plane, "length of the loss's gradient", bowl),
    Formula("descentW1", w1 - eta * down1, (*point, eta), steps, "first weight after a step downhill", bowl),
    Formula("descentW2", w2 - eta * down2, (*point, eta), steps, "second weight after a step downhill", bowl),
    Formula("toTheTop", distance_to_go.expr, point, plane, "distance to the top"),
    Formula(
        "halved",
        rate_after_two_halvings.expr,
        (eta, n0),
        {**rates, n0: (0, 200)},
        "rate halved every ten steps",
        (),
        {T: INTERVAL},
    ),
    Formula(
        "reach", reach, (eta,), rates, "no path is longer", steepest_slope.where, {**steepest_slope.at, T: INTERVAL}
    ),
    number("highest", top_height),
    number("stableOnQuality", largest_stable_ascent),
    number("stableOnLoss", largest_stable_descent),
)

# ---- softmax

b, x1, x2 = (Symbol(name, real=True) for name in ("b", "x1", "x2"))
zs = names("z", 6)
z_domain = dict.fromkeys(zs, (-8, 8))
biased = Symbol("biased", integer=True, nonnegative=True)

linear_score: Expr = w1 * x1 + w2 * x2 + b
parameters: Expr = K * D + biased * K
three = dict.fromkeys((w1, w2, b, x1, x2), (-3, 3))

SOFTMAX = (
    *(
        Formula(
            f"softmax{n}",
            pi[1],
            (tau, *zs[:n]),
            {tau: (Rational(1, 20), 10), **z_domain},
            f"first entry of softmax over {n} classes, at a temperature",
            (tempered_softmax,),
            {K: n},
            filled(entries(z, n), zs[:n]),
        )
        for n in (3, 4, 5, 6)
    ),
    Formula(
        "logSoftmax4",
        log(pi[1]),
        zs[:4],
        z_domain,
        "first entry of log-softmax over 4 classes",
        (softmax, sum_of_exponentials),
        {K: 4},
        filled(entries(z, 4), zs[:4]),
    ),
    Formula("score", linear_score, (w1, w2, b, x1, x2), three, "score of a class at a point of the plane"),
    Formula("parameters", parameters, (K, D, biased), {K: (2, 10), D: (1, 4000), biased: (0, 1)}, "entries of W and b"),
)

# ---- template matching

target, chance = Symbol("target", real=True), Symbol("chance", real=True)
es, xs = names("e", EXAMPLES), names("x", EXAMPLES)
row_of_e = [E[1, n] for n in range(1, EXAMPLES + 1)]
row_of_x = [X[1, n] for n in range(1, EXAMPLES + 1)]
unit = {target: (0, 1), chance: (0, 1)}

TEMPLATES = (
    Formula(
        "error", error.body, (target, chance), unit, error.says, (), {k: 1, i: 1}, {Y[1, 1]: target, P[1, 1]: chance}
    ),
    Formula(
        "gradientEntry",
        batch_gradient.end,
        (*es, *xs),
        {**dict.fromkeys(es, (-1, 1)), **dict.fromkeys(xs, (-3, 3))},
        batch_gradient.title,
        (),
        {m: EXAMPLES, r: 1, s: 1},
        {**filled(row_of_e, es), **filled(row_of_x, xs)},
    ),
)

# ---- underflow

UNDERFLOW = (
    Formula(
        "log10OfProduct",
        -digits_of_the_product.expr,
        (N, pc),
        {N: (1, 50000), pc: INSIDE},
        "decimal exponent of a product of N equal factors",
    ),
    Formula(
        "meanOfLogs",
        Sum(log(pc), (i, 1, N)) / N,
        (N, pc),
        {N: (1, 100), pc: INSIDE},
        "mean of the logs of N equal factors",
    ),
)

# ---- two classes along a ray of weights

g = IndexedBase("g", real=True)
"""Margin of example i: its right score minus the other one."""

gs = names("g", 4)
g_slots = filled(entries(g, 4), gs)
g_domain = dict.fromkeys(gs, (-3, 3))
ray = {scale: (-20, 20), **g_domain}

margin_loss: Expr = Sum(log(1 + exp(-scale * g[i])), (i, 1, N)) / N
margin_slope: Expr = -Sum(g[i] / (1 + exp(scale * g[i])), (i, 1, N)) / N
"""Its derivative, in the form whose exponential may overflow without harm."""

MARGINS = (
    Formula("marginLoss", margin_loss, (scale, *gs), ray, "loss at s times the weights", (), {N: 4}, g_slots),
    Formula("marginSlope", margin_slope, (scale, *gs), ray, "its derivative in s", (), {N: 4}, g_slots),
    Formula("steepestMargin", Sum(abs(g[i]), (i, 1, N)) / N, gs, g_domain, "no slope is steeper", (), {N: 4}, g_slots),
)

FORMULAS: tuple[Formula, ...] = (*QUALITY, *LANDSCAPE, *SOFTMAX, *TEMPLATES, *UNDERFLOW, *MARGINS)
