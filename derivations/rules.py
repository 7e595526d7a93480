"""Rules that more than one page uses: the field's own names, each with its statement.

A statement that is a relation is doubted like any link; one in words is a reviewed reason. The
functions at the top make the rewrites: what a rule does to a line when it is run.
"""

from __future__ import annotations

from sympy import (
    Add,
    Derivative,
    Eq,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Le,
    Mul,
    Pow,
    Product,
    Sum,
    Symbol,
    exp,
    log,
    powsimp,
)

from derivations.calculus import Definition, Derivation, Given, Rewrite, Rule, label
from derivations.notation import K, N, a, b, i, k, p, r, u, x
from derivations.rewriting import (
    LINEAR,
    Context,
    derive,
    normal,
    open_entries,
    positive,
    sift,
    substitute,
    unfold,
)
from derivations.sampler import need

# ---- rewrites


def opening(*names: str) -> Rewrite:
    """Open these abbreviations."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        return unfold(line, derivation.meanings, names)

    return run


def differentiating(*names: str) -> Rewrite:
    """Carry out the derivatives, with these abbreviations open and the others unknown functions."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        folded = {n: one for n, one in derivation.meanings.items() if n not in names}
        return derive(unfold(line, derivation.meanings, names), folded)

    return run


def differentiating_only(name: str) -> Rewrite:
    """Carry out the derivatives of this one abbreviation, and sift; it stays folded elsewhere."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        folded = {n: one for n, one in derivation.meanings.items() if n != name}
        found = need([line, *derivation.lines], derivation.meanings, derivation.domain)
        ranges = {ix: (Integer(1), found.ranges[ix]) for ix in found.free}
        return line.replace(
            lambda e: isinstance(e, Derivative) and isinstance(e.expr, (Symbol, Indexed)) and label(e.expr) == name,
            lambda e: sift(derive(unfold(e, derivation.meanings, [name]), folded), ranges),
        )

    return run


def joined_exponentials(line: Expr, _: Derivation) -> Expr:
    """eᵃ eᵇ → e^{a+b}, and eᵃ / eᵇ → e^{a−b}."""
    return powsimp(line, deep=True, combine="exp")


def last_terms(upper: Expr) -> Rewrite:
    """Split the last term off every sum that runs to `upper`."""

    def split(e: Sum) -> Expr:
        ((ix, lo, hi),) = e.limits
        return Sum(e.function, (ix, lo, hi - 1)) + e.function.xreplace({ix: hi})

    def run(line: Expr, _: Derivation) -> Expr:
        return line.replace(lambda e: isinstance(e, Sum) and len(e.limits) == 1 and e.limits[0][2] == upper, split)

    return run


def matrix_entries(line: Expr, _: Derivation) -> Expr:
    """Write entries of matrix products as sums."""
    return open_entries(line)


def sifting_sums(line: Expr, derivation: Derivation) -> Expr:
    """Use up Kronecker deltas whose two indices run over the same range."""
    found = need([line, *derivation.lines], derivation.meanings, derivation.domain)
    return sift(line, {ix: (Integer(1), found.ranges[ix]) for ix in found.free})


def log_powers(line: Expr, _: Derivation) -> Expr:
    """log aᶜ → c log a, for a > 0."""
    return line.replace(
        lambda e: isinstance(e, log) and isinstance(e.args[0], Pow) and positive(e.args[0].base),
        lambda e: e.args[0].exp * log(e.args[0].base),
    )


def log_products(line: Expr, _: Derivation) -> Expr:
    """log ∏ a → Σ log a and log(ab) → log a + log b, for positive factors."""

    def opened(e: Expr) -> Expr:
        inside = e.args[0]
        if isinstance(inside, Product):
            return Sum(log(inside.function), *inside.limits)
        return Add(*(log(b) if not isinstance(b, exp) else b.args[0] for b in inside.args))

    def fits(e: Expr) -> bool:
        return (
            isinstance(e, log)
            and isinstance(e.args[0], (Product, Mul))
            and all(positive(b) for b in (Mul.make_args(e.args[0]) if isinstance(e.args[0], Mul) else [e.args[0]]))
        )

    return line.replace(fits, opened)


def exponentials(line: Expr, _: Derivation) -> Expr:
    """e^{a+b} → eᵃ eᵇ."""
    return line.replace(
        lambda e: isinstance(e, exp) and isinstance(e.args[0].expand(), Add),
        lambda e: Mul(*(exp(b) for b in e.args[0].expand().args)),
    )


def linear_sums(line: Expr, _: Derivation) -> Expr:
    """Sums split and constants taken out: linearity, and nothing else."""
    return normal(line, LINEAR)


def in_turn(*steps: Rewrite) -> Rewrite:
    """One rewrite after the other."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        for step in steps:
            line = step(line, derivation)
        return line

    return run


def replacing(old: Expr, new: Expr) -> Rewrite:
    """Write `new` for a sum, wherever linearity shows it."""

    def run(line: Expr, _: Derivation) -> Expr:
        return normal(line, LINEAR).xreplace({normal(old, LINEAR): new})

    return run


def factors_of_exponentials(line: Expr, derivation: Derivation) -> Expr:
    """e^{a+b} → eᵃ eᵇ everywhere, and common factors out of sums."""
    return normal(exponentials(line, derivation), LINEAR)


def using(*given: Given) -> Rewrite:
    """Put hypotheses in, wherever linearity shows what they speak of."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        found = need([line, *derivation.lines], derivation.meanings, derivation.domain, given)
        known = Context({ix: (Integer(1), found.ranges[ix]) for ix in found.free}, given, linear=True)
        return substitute(normal(line, known), given)

    return run


def by_definition(one: Definition, lower: bool = False) -> Rule:
    """The definition of an abbreviation: opened in the upper line, or (`lower`) in the lower one."""
    return Rule(f"definition of {one.says}", f"what {one.says} means", rewrite=opening(one.label), lower=lower)


# ---- logarithms
log_of_a_power = Rule("log of a power", Eq(log(x**u), u * log(x)), rewrite=log_powers)
log_of_a_product = Rule(
    "log of a product", Eq(log(Product(p[i], (i, 1, N))), Sum(log(p[i]), (i, 1, N))), rewrite=log_products
)
log_of_a_quotient = Rule(
    "log of a quotient", Eq(log(x / p[i]), log(x) - log(p[i])), rewrite=in_turn(log_products, log_powers), lower=True
)
logarithm_and_exponential = Rule(
    "exponential and logarithm undo each other", Eq(exp(Sum(log(p[i]), (i, 1, N))), Product(p[i], (i, 1, N)))
)
log_tangent = Rule("the logarithm lies below its tangent at 1", Le(log(x), x - 1))

# ---- sums
sifting_property = Rule("sifting property", Eq(Sum(a[k] * KroneckerDelta(k, r), (k, 1, K)), a[r]), rewrite=sifting_sums)
linearity_of_the_sum = Rule(
    "linearity of the sum",
    Eq(Sum(x * a[k] + b[k], (k, 1, K)), x * Sum(a[k], (k, 1, K)) + Sum(b[k], (k, 1, K))),
    rewrite=linear_sums,
)
linearity_backwards = Rule("linearity of the sum", linearity_of_the_sum.says, rewrite=linear_sums, lower=True)
matrix_product = Rule(
    "a sum over examples is a matrix product",
    "an entry of a product is the sum, along a row and a column, of products of entries",
    rewrite=matrix_entries,
    lower=True,
)
algebra = Rule("algebra", "both sides are the same rational expression")
