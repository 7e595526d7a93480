"""The formulas that the figures of `quality` evaluate, drawn from the topic's derivations.

Every formula is a checked object of a derivation, at the sizes and entries of its figure. The landscape
is the lecture's, rebuilt in `ascent_and_descent`: its gradient, its steps and its loss are derivatives
that SymPy takes.

Source: CS5242 lecture 4, lines 72 to 561.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Derivative, Indexed, IndexedBase, Rational, Symbol, log, sqrt

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
    W,
    X,
    Y,
    bias,
    c,
    eta,
    i,
    k,
    m,
    margin,
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
    wanted,
    z,
)
from derivations.quality.ascent_and_descent import (
    landscape,
    landscape_loss,
    slope_along_a_direction,
    start_slope,
    start_slope_of_the_loss,
    step_down_1,
    step_down_2,
    step_up_1,
    step_up_2,
    top_height,
)
from derivations.quality.cross_entropy import (
    entries_of_the_weights,
    entries_with_biases,
    loss,
    quality_from_the_loss,
    rescaled_entry,
    to_cross_entropy,
)
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
    reach,
    schedule_travel,
)
from derivations.quality.separable_data import no_slope_is_steeper, slope_along_the_ray, two_class_loss
from derivations.quality.softmax import softmax, sum_of_exponentials, tempered_softmax
from derivations.quality.template_matching import batch_gradient, error, scores_with_bias
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
own, other = (Symbol(name, positive=True) for name in ("own", "other"))

QUALITY = (
    Formula("geometricMean", Q, ps, p_domain, quality.says, (quality,), {N: EXAMPLES}, p_slots),
    Formula("arithmeticMean", A, ps, p_domain, arithmetic_mean.says, (arithmetic_mean,), {N: EXAMPLES}, p_slots),
    Formula("averageLoss", L, ps, p_domain, loss.says, (loss,), {N: EXAMPLES}, p_slots),
    Formula("uniform", uniform_probability.end, (K,), {K: (2, 20)}, "what a uniform guess gives each class"),
    Formula("lossOf", to_cross_entropy.start, (Q,), {Q: (Rational(1, 1000), 1)}, "loss at a quality"),
    Formula("qualityOf", quality_from_the_loss.start, (L,), {L: (0, 7)}, "quality at a loss"),
    Formula("perplexityOf", perplexity_is_the_reciprocal.start, (Q,), {Q: (Rational(1, 1000), 1)}, "perplexity"),
    Formula(
        "rescaled",
        rescaled_entry.body,
        (other, own, wanted),
        {other: (0, Rational(99, 100)), own: INSIDE, wanted: INSIDE},
        rescaled_entry.says,
        (),
        {c: 1, k: 2},
        {pi[1]: own, pi[2]: other},
    ),
)

# ---- the landscape

plane = {w1: (-3, 4), w2: (-4, 4)}
rates = {eta: (Rational(1, 100), 8)}
steps = {**plane, **rates}
bell = (landscape_loss, landscape)
bowl = (landscape_loss,)
uphill = slope_along_a_direction.end
point = (w1, w2)

INTERVAL = int(schedule_travel.at[T])

LANDSCAPE = (
    Formula("landscape", Qs, point, plane, "quality at two weights", bell),
    Formula(
        "landscapeByW1",
        uphill.subs({v1: 1, v2: 0}),
        point,
        plane,
        "derivative of the quality in the first weight",
        bell,
    ),
    Formula(
        "landscapeByW2",
        uphill.subs({v1: 0, v2: 1}),
        point,
        plane,
        "derivative of the quality in the second weight",
        bell,
    ),
    Formula("landscapeSlope", start_slope.expr, point, plane, start_slope.says, bell),
    Formula(
        "directionalSlope",
        uphill,
        (w1, w2, v1, v2),
        {**plane, v1: (-1, 1), v2: (-1, 1)},
        "slope of the quality along a direction of length 1",
        bell,
    ),
    Formula("ascentW1", step_up_1.expr, (*point, eta), steps, "first weight after a step uphill", bell),
    Formula("ascentW2", step_up_2.expr, (*point, eta), steps, "second weight after a step uphill", bell),
    Formula("lossLandscape", Ls, point, plane, "loss at two weights", bowl),
    Formula("lossByW1", Derivative(Ls, w1), point, plane, "derivative of the loss in the first weight", bowl),
    Formula("lossByW2", Derivative(Ls, w2), point, plane, "derivative of the loss in the second weight", bowl),
    Formula("lossSlope", start_slope_of_the_loss.expr, point, plane, start_slope_of_the_loss.says, bowl),
    Formula("descentW1", step_down_1.expr, (*point, eta), steps, "first weight after a step downhill", bowl),
    Formula("descentW2", step_down_2.expr, (*point, eta), steps, "second weight after a step downhill", bowl),
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
        "reach",
        reach.expr,
        (eta,),
        rates,
        reach.says,
        reach.where,
        {one: x for one, x in reach.at.items() if one != eta},
    ),
    number("highest", top_height),
    number("stableOnQuality", largest_stable_ascent),
    number("stableOnLoss", largest_stable_descent),
)

# ---- softmax

b, x1, x2 = (Symbol(name, real=True) for name in ("b", "x1", "x2"))
weights_and_point = {W[1, 1]: w1, W[1, 2]: w2, X[1, 1]: x1, X[2, 1]: x2, bias[1]: b}
zs = names("z", 6)
z_domain = dict.fromkeys(zs, (-8, 8))
network = {K: (2, 10), D: (1, 4000)}
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
    Formula(
        "score",
        scores_with_bias.body,
        (w1, w2, b, x1, x2),
        three,
        "score of a class at a point of the plane",
        (),
        {k: 1, i: 1, D: 2},
        weights_and_point,
    ),
    Formula("weights", entries_of_the_weights.expr, (K, D), network, "entries of W"),
    Formula("parameters", entries_with_biases.expr, (K, D), network, "entries of W and b"),
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
        -loss.body.xreplace({p[i]: pc}),
        (N, pc),
        {N: (1, 100), pc: INSIDE},
        "mean of the logs of N equal factors",
    ),
)

# ---- two classes along a ray of weights

gs = names("g", 4)
g_slots = filled(entries(margin, 4), gs)
g_domain = dict.fromkeys(gs, (-3, 3))
ray = {scale: (-20, 20), **g_domain}
pull = slope_along_the_ray.lines[2]
"""The form whose exponential may overflow without harm."""

MARGINS = (
    Formula("marginLoss", two_class_loss.body, (scale, *gs), ray, two_class_loss.says, (), {N: 4}, g_slots),
    Formula("marginSlope", pull, (scale, *gs), ray, "its derivative in s", (), {N: 4}, g_slots),
    Formula(
        "steepestMargin",
        sqrt(no_slope_is_steeper.end),
        gs,
        g_domain,
        "no slope is steeper",
        (),
        {N: 4},
        g_slots,
    ),
)

FORMULAS: tuple[Formula, ...] = (*QUALITY, *LANDSCAPE, *SOFTMAX, *TEMPLATES, *UNDERFLOW, *MARGINS)
