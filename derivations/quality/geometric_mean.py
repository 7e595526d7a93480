"""The quality of a classifier is the geometric mean of the probabilities of the right classes.

Notation: `p[i]` is the probability that the network gives to the right class of example i, i = 1 … N;
`Q` the quality, `A` the arithmetic mean of the same numbers.
Source: CS5242 lecture 4 (S3), “Neural network quality”.
"""

from __future__ import annotations

from sympy import Eq, Product, Rational, S, Sum, exp, log

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq, le
from derivations.notation import A, K, N, Q, i, p
from derivations.rules import algebra, by_definition, linearity_of_the_sum, log_of_a_power, log_of_a_product, log_tangent

SOURCE = Source("CS5242 lecture 4", "L157")

quality = Definition(Q, Product(p[i], (i, 1, N)) ** (1 / N), "the quality", SOURCE)
arithmetic_mean = Definition(A, Sum(p[i], (i, 1, N)) / N, "the arithmetic mean")

all_equal = Given(Eq(p[i], A), each=((i, N),), words="all probabilities are equal")

geometric_below_arithmetic = calc(
    log(Q / A),
    eq(Sum(log(p[i] / A), (i, 1, N)) / N, by=Rule("log of the mean ratio", "the logarithm of a geometric mean is the mean of the logarithms")),
    le(Sum(p[i] / A - 1, (i, 1, N)) / N, by=log_tangent, tight=Given(Eq(p[i], Rational(1, 3)), each=((i, N),), fix=p[i])),
    eq(Sum(p[i], (i, 1, N)) / (N * A) - 1, by=linearity_of_the_sum),
    eq(S.Zero, by=by_definition(arithmetic_mean)),
    where=(quality, arithmetic_mean),
    title="The geometric mean is at most the arithmetic mean",
)

GOOD = ("0.80", "0.95", "0.90", "0.70", "0.80")
quality_of_good = Quantity(Q, "quality of the good network", (quality,), {N: 5, p: GOOD}, source=SOURCE)
