"""The quality of a classifier is the geometric mean of the probabilities of the right classes.

Notation: `p[i]` is the probability that the network gives to the right class of example i, i = 1 … N;
`Q` is their geometric mean, `A` their arithmetic mean, `PP` the perplexity.
Source: CS5242 lecture 4 (S3), “Neural network quality” and “Range of values”.
"""

from __future__ import annotations

from sympy import Eq, Product, Rational, Sum, exp, log

from derivations.calculus import Definition, Given, Quantity, Rule, Source, approx, calc, eq, le
from derivations.notation import PP, A, K, N, Q, epsilon, i, j, k, p, u, z
from derivations.rules import (
    by_definition,
    constant_products,
    geometric_series_in,
    in_turn,
    linear_sums,
    linearity_of_the_sum,
    log_of_a_product,
    log_of_a_quotient,
    log_powers,
    log_products,
    log_tangent_at,
    opening,
    power_as_an_exponential,
    replacing,
)

LECTURE = "CS5242 lecture 4"

quality = Definition(Q, Product(p[i], (i, 1, N)) ** (1 / N), "the quality", Source(LECTURE, "L157"))
arithmetic_mean = Definition(A, Sum(p[i], (i, 1, N)) / N, "the arithmetic mean")
perplexity = Definition(PP, exp(-Sum(log(p[i]), (i, 1, N)) / N), "the perplexity")

all_equal = Given(Eq(p[i], Rational(1, 3)), each=((i, N),), fix=p[i], words="all probabilities are equal")
log_of_the_quality = Rule(
    "logarithm of a geometric mean",
    Eq(log(Product(p[i], (i, 1, N)) ** (1 / N)), Sum(log(p[i]), (i, 1, N)) / N),
    rewrite=in_turn(opening("Q"), log_powers, log_products),
)
sum_is_n_means = Rule(
    "the sum is N times the mean",
    "N numbers add up to N times their mean",
    rewrite=replacing(Sum(p[i], (i, 1, N)), N * A),
)

geometric_below_arithmetic = calc(
    log(Q),
    eq(Sum(log(p[i]), (i, 1, N)) / N, by=log_of_the_quality),
    eq(Sum(log(A) + log(p[i] / A), (i, 1, N)) / N, by=log_of_a_quotient),
    le(Sum(log(A) + p[i] / A - 1, (i, 1, N)) / N, by=log_tangent_at(p[i] / A), tight=all_equal),
    eq(log(A) + Sum(p[i], (i, 1, N)) / (N * A) - 1, by=linearity_of_the_sum),
    eq(log(A), by=sum_is_n_means),
    where=(quality, arithmetic_mean),
    title="The geometric mean is at most the arithmetic mean",
)

perplexity_is_the_reciprocal = calc(
    1 / Q,
    eq(Product(p[i], (i, 1, N)) ** (-1 / N), by=by_definition(quality)),
    eq(exp(-log(Product(p[i], (i, 1, N))) / N), by=power_as_an_exponential),
    eq(exp(-Sum(log(p[i]), (i, 1, N)) / N), by=log_of_a_product),
    eq(PP, by=by_definition(perplexity, lower=True)),
    where=(quality, perplexity),
    title="Perplexity is one over the quality",
)

nothing_learned = Given(Eq(z[k], u), each=((k, K),), fix=z[k], words="all scores are equal, as with all weights at 0")
uniform_probability = calc(
    exp(z[k]) / Sum(exp(z[j]), (j, 1, K)),
    eq(1 / Sum(1, (j, 1, K)), by=Rule("all scores are equal", nothing_learned.says, needs=(nothing_learned,))),
    eq(1 / K, by=Rule("a sum of ones counts", Eq(Sum(1, (j, 1, K)), K), rewrite=linear_sums)),
    title="With equal scores every class gets 1/K",
)

uniform_quality = calc(
    Product(1 / K, (i, 1, N)) ** (1 / N),
    eq(
        1 / K,
        by=Rule(
            "the root undoes the power",
            "N equal factors, and the N-th root of their product",
            rewrite=constant_products,
        ),
    ),
    title="A network that spreads its bets evenly has quality 1/K",
)


# ε is the odds e^{−u} of one other class against the right one, which leads each of them by the score u
def geometric_series(order: int) -> Rule:
    """The first terms of the series in ε."""
    return Rule(
        "geometric series",
        "one over 1 + x is 1 − x + x² − …, and what is left out is of the next order",
        rewrite=geometric_series_in(epsilon, order),
    )


best_network = calc(
    1 / (1 + (K - 1) * epsilon),
    approx(1 - (K - 1) * epsilon, by=geometric_series(2), small=epsilon, order=2),
    title="Sure and right: close to 1",
)
worst_network = calc(
    epsilon / (epsilon + K - 1),
    approx(epsilon / (K - 1) - epsilon**2 / (K - 1) ** 2, by=geometric_series(3), small=epsilon, order=3),
    title="Sure and wrong: close to 0",
)

# ---- the numbers of the lecture
GOOD = ("0.80", "0.95", "0.90", "0.70", "0.80")
BAD = ("0.24", "0.25", "0.20", "0.25", "0.30")
SLIDE = ("0.70", "0.80", "0.60", "0.30", "0.40")


good_quality = Quantity(Q, "quality of the good network", (quality,), {N: 5, p: GOOD}, source=Source(LECTURE, "L79"))
good_arithmetic = Quantity(
    A,
    "arithmetic mean of the good network's probabilities",
    (arithmetic_mean,),
    {N: 5, p: GOOD},
    source=Source(LECTURE, "L79"),
)
bad_quality = Quantity(Q, "quality of the bad network", (quality,), {N: 5, p: BAD}, source=Source(LECTURE, "L91"))
bad_arithmetic = Quantity(
    A,
    "arithmetic mean of the bad network's probabilities",
    (arithmetic_mean,),
    {N: 5, p: BAD},
    source=Source(LECTURE, "L91"),
)
slide_quality = Quantity(
    Q, "quality of the network of the third slide", (quality,), {N: 5, p: SLIDE}, source=Source(LECTURE, "L145")
)
good_perplexity = Quantity(
    PP, "perplexity of the good network", (perplexity,), {N: 5, p: GOOD}, source=Source(LECTURE, "L79")
)
bad_perplexity = Quantity(
    PP, "perplexity of the bad network", (perplexity,), {N: 5, p: BAD}, source=Source(LECTURE, "L91")
)
slide_perplexity = Quantity(
    PP, "perplexity of the network of the third slide", (perplexity,), {N: 5, p: SLIDE}, source=Source(LECTURE, "L145")
)
