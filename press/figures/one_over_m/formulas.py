"""The formulas that the figures of `one_over_m` evaluate, drawn from the topic's derivations.

Every formula is a checked object of a derivation, at the sizes and entries of its figure; a sum over
the batch has one formula for each batch size. Thresholds of number formats come as decimal logarithms,
because those of float64 lie at the ends of what JavaScript holds.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Indexed, IndexedBase, Rational, Symbol, expand_log, log

from derivations.notation import (
    A1,
    G1,
    W1,
    W2,
    Z1,
    Z2,
    D,
    H,
    K,
    P,
    W,
    X,
    Y,
    Z,
    bias,
    bits,
    dZ,
    dZ2,
    dZ_bar,
    e_max,
    ells,
    i,
    k,
    m,
    r,
    s,
    threshold,
    unit,
)
from derivations.one_over_m.any_number_of_layers import slope_of_tanh, tanh_activation, threshold_goes_along
from derivations.one_over_m.deferred_or_absorbed import (
    absorbed_bias,
    absorbed_dz,
    absorbed_weights,
    cost_as_a_mean,
    deferred_bias,
    deferred_dz,
    deferred_weights,
    loss_of_an_example,
)
from derivations.one_over_m.layer_after_layer import (
    dz_of_the_hidden,
    dz_of_the_output,
    hidden_scores,
    output_probabilities,
    output_scores,
)
from derivations.one_over_m.precision import largest_float, lost_to_zero, overflow_begins, smallest_normal
from derivations.quality.template_matching import scores_with_bias, softmax_of_scores
from press.figures.model import Formula

LARGEST_BATCH = 8


def names(stem: str, count: int) -> tuple[Symbol, ...]:
    """Plain symbols stem1 … for the entries of an array."""
    return tuple(Symbol(f"{stem}{n}", real=True) for n in range(1, count + 1))


def filled(entries: Iterable[Indexed], symbols: Iterable[Symbol]) -> dict[Indexed, Symbol]:
    """Which entry each plain symbol stands for."""
    return dict(zip(entries, symbols, strict=True))


def row(base: IndexedBase, count: int) -> list[Indexed]:
    """The first row of an array, or its first column where it has but one entry a row."""
    return [base[1, n] for n in range(1, count + 1)]


def column(base: IndexedBase, count: int) -> list[Indexed]:
    return [base[n, 1] for n in range(1, count + 1)]


FIRST = {k: 1, i: 1}
one_p, one_y = Symbol("p", positive=True), Symbol("y", real=True)
INSIDE = (Rational(1, 100), Rational(99, 100))
chance = {one_p: INSIDE, one_y: (0, 1)}
batch = {m: (1, LARGEST_BATCH)}

# ---- a softmax layer of three classes and two features

ws, xs, zs, ps, ys = names("w", 2), names("x", 2), names("z", 3), names("p", 3), names("y", 3)
ds = names("d", LARGEST_BATCH)
b = Symbol("b", real=True)
entries_of_x, ls = names("x", LARGEST_BATCH), names("l", LARGEST_BATCH)
near = dict.fromkeys((*ws, *xs, *zs, b), (-3, 3))
drawn = {**dict.fromkeys(ds, (-1, 1)), **dict.fromkeys(entries_of_x, (-3, 3)), **dict.fromkeys(ls, (0, 5))}

LAYER = (
    Formula(
        "score",
        scores_with_bias.body,
        (*ws, b, *xs),
        near,
        scores_with_bias.says,
        (),
        {**FIRST, D: 2},
        {**filled(row(W, 2), ws), **filled(column(X, 2), xs), bias[1]: b},
    ),
    Formula(
        "softmax3",
        softmax_of_scores.body,
        zs,
        near,
        "first entry of softmax over 3 classes",
        (),
        {**FIRST, K: 3},
        filled(column(Z, 3), zs),
    ),
    Formula(
        "exampleLoss",
        loss_of_an_example.body,
        (*ps, *ys),
        {**dict.fromkeys(ps, INSIDE), **dict.fromkeys(ys, (0, 1))},
        loss_of_an_example.says,
        (),
        {i: 1, K: 3},
        {**filled(column(P, 3), ps), **filled(column(Y, 3), ys)},
    ),
    Formula(
        "deferredDz",
        deferred_dz.body,
        (one_p, one_y),
        chance,
        deferred_dz.says,
        (),
        FIRST,
        {P[1, 1]: one_p, Y[1, 1]: one_y},
    ),
    Formula(
        "absorbedDz",
        absorbed_dz.body,
        (one_p, one_y, m),
        {**chance, **batch},
        absorbed_dz.says,
        (),
        FIRST,
        {P[1, 1]: one_p, Y[1, 1]: one_y},
    ),
)


def over_the_batch(count: int) -> tuple[Formula, ...]:
    """The sums over a batch of this size: dW and db of both books, and the cost."""

    def made(stem: str, line: Expr, base: IndexedBase, weights: bool, title: str) -> Formula:
        slots = filled(row(base, count), ds[:count])
        arguments = ds[:count]
        if weights:
            slots |= filled(row(X, count), entries_of_x[:count])
            arguments += entries_of_x[:count]
        return Formula(f"{stem}{count}", line, arguments, drawn, title, (), {m: count, r: 1, s: 1}, slots)

    return (
        made("deferredWeights", deferred_weights.lines[2], dZ, True, deferred_weights.title),
        made("absorbedWeights", absorbed_weights.lines[4], dZ_bar, True, absorbed_weights.title),
        made("deferredBias", deferred_bias.lines[2], dZ, False, deferred_bias.title),
        made("absorbedBias", absorbed_bias.lines[4], dZ_bar, False, absorbed_bias.title),
        Formula(
            f"cost{count}",
            cost_as_a_mean.body,
            ls[:count],
            drawn,
            cost_as_a_mean.says,
            (),
            {m: count},
            filled([ells[n] for n in range(1, count + 1)], ls[:count]),
        ),
    )


SUMS = tuple(one for count in range(1, LARGEST_BATCH + 1) for one in over_the_batch(count))

# ---- two layers, two units each

us, hs = names("u", 2), names("h", 2)
one_g, one_z = Symbol("g", real=True), Symbol("z", real=True)
two = {**dict.fromkeys((*ws, *xs, *us, *hs, one_z), (-3, 3)), one_g: (0, 1)}
HIDDEN = {unit: 1, i: 1}
THROUGH = {**filled(column(W2, 2), us), **filled(column(dZ2, 2), hs)}
clip = threshold_goes_along.end * m

LAYERS = (
    Formula(
        "hiddenScore",
        hidden_scores.body,
        (*ws, *xs),
        two,
        hidden_scores.says,
        (),
        {**HIDDEN, D: 2},
        {**filled(row(W1, 2), ws), **filled(column(X, 2), xs)},
    ),
    Formula("activation", tanh_activation.body, (one_z,), two, tanh_activation.says, (), HIDDEN, {Z1[1, 1]: one_z}),
    Formula("slopeOfTanh", slope_of_tanh.end, (one_g,), two, slope_of_tanh.title, (), HIDDEN, {A1[1, 1]: one_g}),
    Formula(
        "outputScore",
        output_scores.body,
        (*us, *hs),
        two,
        output_scores.says,
        (),
        {**FIRST, H: 2},
        {**filled(row(W2, 2), us), **filled(column(A1, 2), hs)},
    ),
    Formula(
        "softmax2",
        output_probabilities.body,
        zs[:2],
        near,
        "first entry of softmax over 2 classes",
        (),
        {**FIRST, K: 2},
        filled(column(Z2, 2), zs[:2]),
    ),
    Formula(
        "outputDz",
        dz_of_the_output.body,
        (one_p, one_y),
        chance,
        dz_of_the_output.says,
        (),
        FIRST,
        {P[1, 1]: one_p, Y[1, 1]: one_y},
    ),
    Formula(
        "hiddenDz",
        dz_of_the_hidden.body,
        (*us, *hs, one_g),
        two,
        dz_of_the_hidden.says,
        (),
        {**HIDDEN, K: 2},
        {**THROUGH, G1[1, 1]: one_g},
    ),
    Formula(
        "hiddenDa",
        dz_of_the_hidden.body / G1[unit, i],
        (*us, *hs),
        two,
        "dA of the hidden layer: its dZ before the slope of the activation",
        (),
        {**HIDDEN, K: 2},
        THROUGH,
    ),
    Formula(
        "clipped",
        clip,
        (one_z, threshold),
        {one_z: (-1, 1), threshold: (Rational(1, 100), 1)},
        "an entry of dZ, clipped",
        (),
        FIRST,
        {dZ2[1, 1]: one_z},
    ),
)

# ---- number formats

FORMAT = {bits: (8, 53), e_max: (15, 1023), m: (1, 65536)}


def decimals(name: str, size: Expr, says: str, *arguments: Symbol) -> Formula:
    """The decimal logarithm of a threshold, its powers taken apart."""
    return Formula(name, expand_log(log(size), force=True) / log(10), arguments, FORMAT, says)


overflow, zero = overflow_begins.end / m, lost_to_zero.steps[-1].by.needs[0].says.rhs
FORMATS = (
    decimals("largestFloat", largest_float.body, largest_float.says, bits, e_max),
    decimals("overflowsFrom", overflow, "m entries of this size overflow when added", bits, e_max, m),
    decimals("thinBelow", m * smallest_normal.body, "an entry below this loses bits when divided by m", e_max, m),
    decimals("lostUpTo", zero, "an entry up to this is 0 when divided by m", bits, e_max, m),
)

FORMULAS: tuple[Formula, ...] = (*LAYER, *SUMS, *LAYERS, *FORMATS)
