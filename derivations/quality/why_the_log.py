"""Why the logarithm: not because the gradient of a product is expensive, but for range, batches and shape.

Notation: a network of one weight w, whose right-class probabilities are p[i].
Source: CS5242 lecture 4 (S3), “Optimizing product is slow”, lines 370–392.
"""

from __future__ import annotations

from sympy import Derivative, Product, Sum, ceiling, log

from derivations.calculus import Quantity, Rule, Source, calc, eq
from derivations.notation import L, N, i, i2, p, pc, w
from derivations.quality.ascent_and_descent import one_weight_probability
from derivations.quality.cross_entropy import loss
from derivations.rules import differentiating, linearity_of_the_sum, product_rule

gradient_by_log_derivative = calc(
    Derivative(Product(p[i], (i, 1, N)), w),
    eq(
        Product(p[i], (i, 1, N)) * Sum(Derivative(p[i], w) / p[i], (i, 1, N)),
        by=Rule(
            "log-derivative",
            "the derivative of f is f times that of log f, and the logarithm of a product is a sum",
            rewrite=differentiating(),
        ),
    ),
    where=(one_weight_probability,),
    title="The gradient of a product is the product times one sum",
)

gradient_by_prefix_and_suffix = calc(
    Derivative(Product(p[i], (i, 1, N)), w),
    eq(
        Sum(
            Derivative(p[i], w) * Product(p[i2], (i2, 1, i - 1)) * Product(p[i2], (i2, i + 1, N)),
            (i, 1, N),
        ),
        by=Rule(
            "product rule",
            "each term leaves one factor out: a prefix product times a suffix product",
            rewrite=product_rule(i2),
        ),
    ),
    where=(one_weight_probability,),
    title="The product rule needs only prefix and suffix products",
)

mean_of_the_gradients = calc(
    Derivative(L, w),
    eq(
        -Sum(Derivative(p[i], w) / p[i], (i, 1, N)) / N,
        by=Rule(
            "the gradient of a mean is the mean of the gradients",
            "the derivative is linear",
            rewrite=differentiating("L"),
        ),
    ),
    where=(one_weight_probability, loss),
    title="The gradient of the loss is a mean, one term an example",
)

naive_multiplications = calc(
    Sum(N - 1, (i, 1, N)),
    eq(N * (N - 1), by=linearity_of_the_sum),
    title="Written out, the product rule costs N(N − 1) multiplications",
)

# ---- where a float64 product of equal factors becomes 0: the smallest number is 2⁻¹⁰⁷⁴, and half of it rounds to 0
underflow_after = Quantity(
    ceiling(1075 * log(2) / -log(pc)), "factors of a quarter after which a float64 product is 0", (), {pc: "0.25"}
)
digits_of_the_product = Quantity(
    -N * log(pc) / log(10),
    "decimal places before the first digit of a product of 50,000 quarters",
    (),
    {pc: "0.25", N: 50000},
)
naive_at_full_size = Quantity(
    N * (N - 1),
    "multiplications of the plain product rule for 50,000 factors",
    (),
    {N: 50000},
    source=Source("CS5242 lecture 4", "L374"),
)
