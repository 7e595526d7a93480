"""−log of the quality is the average cross-entropy, for every number of examples.

Notation: as in `geometric_mean`; `L` is the loss. For one example: `pi[k]` the probability that the
network gives to class k, `q[k]` the true frequencies, c the right class.
Source: CS5242 lecture 4 (S3), “New loss” and “Cross-entropy loss”, lines 384–400.
"""

from __future__ import annotations

from sympy import Eq, KroneckerDelta, Product, S, Sum, exp, log

from derivations.calculus import Definition, Given, Quantity, Rule, Source, calc, eq, le
from derivations.notation import D, K, L, N, Q, c, i, k, p, pi, q, rescaled, wanted
from derivations.quality.geometric_mean import BAD, GOOD, LECTURE, SLIDE, quality
from derivations.rules import (
    applying,
    by_definition,
    in_turn,
    linear_sums,
    linearity_backwards,
    linearity_of_the_sum,
    log_of_a_power,
    log_of_a_product,
    log_of_a_product_backwards,
    log_of_a_quotient,
    log_tangent_at,
    opening,
    power_for_an_exponential,
    sifting_property,
)

loss = Definition(L, -Sum(log(p[i]), (i, 1, N)) / N, "the loss", Source(LECTURE, "L390"))

to_cross_entropy = calc(
    -log(Q),
    eq(-log(Product(p[i], (i, 1, N)) ** (1 / N)), by=by_definition(quality)),
    eq(-log(Product(p[i], (i, 1, N))) / N, by=log_of_a_power),
    eq(-Sum(log(p[i]), (i, 1, N)) / N, by=log_of_a_product),
    eq(L, by=by_definition(loss, lower=True)),
    where=(quality, loss),
    title="Minus the logarithm of the quality is the average cross-entropy",
    source=Source(LECTURE, "L384–390"),
)

quality_from_the_loss = calc(
    exp(-L),
    eq(exp(Sum(log(p[i]), (i, 1, N)) / N), by=by_definition(loss)),
    eq(exp(log(Product(p[i], (i, 1, N))) / N), by=log_of_a_product_backwards),
    eq(Product(p[i], (i, 1, N)) ** (1 / N), by=power_for_an_exponential),
    eq(Q, by=by_definition(quality, lower=True)),
    where=(quality, loss),
    title="The quality is the exponential of minus the loss",
)

one_hot_cross_entropy = calc(
    -Sum(KroneckerDelta(k, c) * log(pi[k]), (k, 1, K)),
    eq(-log(pi[c]), by=sifting_property),
    domain={c: (1, K)},
    title="With a one-hot target, only the right class counts",
    source=Source(LECTURE, "L396–400"),
)

frequencies = Given(Eq(Sum(q[k], (k, 1, K)), 1), fix=q[K], words="the true frequencies sum to one")
probabilities = Given(Eq(Sum(pi[k], (k, 1, K)), 1), fix=pi[K], words="the probabilities sum to one")
both_sum_to_one = Rule(
    "both distributions sum to one",
    "the probabilities add up to one, and so do the frequencies",
    needs=(frequencies, probabilities),
)

entropy_plus_divergence = calc(
    -Sum(q[k] * log(pi[k]), (k, 1, K)),
    eq(
        -Sum(q[k] * log(q[k]), (k, 1, K)) + Sum(q[k] * (log(q[k]) - log(pi[k])), (k, 1, K)),
        by=linearity_backwards,
    ),
    eq(-Sum(q[k] * log(q[k]), (k, 1, K)) + Sum(q[k] * log(q[k] / pi[k]), (k, 1, K)), by=log_of_a_quotient),
    title="Cross-entropy is entropy plus Kullback–Leibler divergence",
)

entropy_is_the_floor = calc(
    -Sum(q[k] * log(q[k]), (k, 1, K)),
    eq(Sum(q[k] * log(pi[k] / q[k]), (k, 1, K)) - Sum(q[k] * log(pi[k]), (k, 1, K)), by=log_of_a_quotient),
    le(
        Sum(q[k] * (pi[k] / q[k] - 1), (k, 1, K)) - Sum(q[k] * log(pi[k]), (k, 1, K)),
        by=log_tangent_at(pi[k] / q[k]),
        tight=Given(Eq(pi[k], q[k]), each=((k, K),), fix=pi[k], words="the network gives the true frequencies"),
    ),
    eq(
        Sum(pi[k], (k, 1, K)) - Sum(q[k], (k, 1, K)) - Sum(q[k] * log(pi[k]), (k, 1, K)),
        by=linearity_of_the_sum,
    ),
    eq(-Sum(q[k] * log(pi[k]), (k, 1, K)), by=both_sum_to_one),
    title="No network has a lower expected cross-entropy than the entropy of the labels",
)

# ---- a column of the table whose right entry is moved; the others keep their proportions
rescaled_entry = Definition(
    rescaled[k, c], pi[k] * (1 - wanted) / (1 - pi[c]), "another class's probability, when the right one's is moved"
)
rescaled_column = calc(
    wanted + Sum(rescaled[k, c], (k, 1, K)) - rescaled[c, c],
    eq(
        wanted + (Sum(pi[k], (k, 1, K)) - pi[c]) * (1 - wanted) / (1 - pi[c]),
        by=Rule(
            "definition of the moved probabilities, and linearity of the sum",
            "the same factor stands in each term",
            rewrite=in_turn(opening("rescaled"), linear_sums),
        ),
    ),
    eq(
        S.One,
        by=Rule(
            "probabilities sum to one", probabilities.says, needs=(probabilities,), rewrite=applying(probabilities.says)
        ),
    ),
    where=(rescaled_entry,),
    domain={c: (1, K)},
    title="A column whose right entry is moved still sums to one",
)

# ---- the size of the lecture's network: K rows of D weights, and K biases
entries_of_the_weights = Quantity(
    K * D, "weights of the lecture's network", (), {K: 4, D: 3072}, source=Source(LECTURE, "L165")
)
entries_with_biases = Quantity(K * D + K, "its parameters with a bias for each class", (), {K: 4, D: 3072})

# ---- the numbers of the lecture
good_loss = Quantity(L, "loss of the good network", (loss,), {N: 5, p: GOOD}, source=Source(LECTURE, "L79"))
bad_loss = Quantity(L, "loss of the bad network", (loss,), {N: 5, p: BAD}, source=Source(LECTURE, "L91"))
slide_loss = Quantity(
    L, "loss of the network of the third slide", (loss,), {N: 5, p: SLIDE}, source=Source(LECTURE, "L425")
)
first_loss = Quantity(
    -log(p[1]), "loss of the first example of the third slide", (), {N: 5, p: SLIDE}, source=Source(LECTURE, "L426")
)
uniform_loss = Quantity(log(K), "loss of four even bets", (), {K: 4}, source=Source(LECTURE, "L438"))
