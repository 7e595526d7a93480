"""−log of the quality is the average cross-entropy, for every number of examples.

Notation: as in `geometric_mean`; `L` is the loss.
Source: CS5242 lecture 4 (S3), “New loss”, lines 384–390.
"""

from __future__ import annotations

from sympy import Product, Sum, log

from derivations.calculus import Definition, Source, calc, eq
from derivations.notation import L, N, Q, i, p
from derivations.quality.geometric_mean import quality
from derivations.rules import by_definition, log_of_a_power, log_of_a_product

loss = Definition(L, -Sum(log(p[i]), (i, 1, N)) / N, "the loss", Source("CS5242 lecture 4", "L390"))

to_cross_entropy = calc(
    -log(Q),
    eq(-log(Product(p[i], (i, 1, N)) ** (1 / N)), by=by_definition(quality)),
    eq(-log(Product(p[i], (i, 1, N))) / N, by=log_of_a_power),
    eq(-Sum(log(p[i]), (i, 1, N)) / N, by=log_of_a_product),
    eq(L, by=by_definition(loss, lower=True)),
    where=(quality, loss),
    title="−log of the quality is the average cross-entropy",
    source=Source("CS5242 lecture 4", "L384–390"),
)
