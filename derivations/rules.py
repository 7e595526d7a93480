"""Rules that more than one page uses: the field's own names, each with its statement.

A statement that is a relation is doubted like any link; one in words is a reviewed reason. The
functions at the top make the rewrites: what a rule does to a line when it is run.
"""

from __future__ import annotations

from sympy import (
    Abs,
    Add,
    Derivative,
    Dummy,
    Eq,
    Expr,
    Indexed,
    Integer,
    KroneckerDelta,
    Le,
    Limit,
    Max,
    Min,
    Mul,
    Piecewise,
    Pow,
    Product,
    S,
    Sum,
    Symbol,
    cancel,
    exp,
    fraction,
    limit,
    log,
    powsimp,
    preorder_traversal,
    together,
)
from sympy.core.relational import Relational

from derivations.calculus import Definition, Derivation, Given, Induction, Rewrite, Rule, label
from derivations.notation import TABLE, K, N, a, b, i, k, p, r, u, x
from derivations.rewriting import (
    LINEAR,
    Context,
    alpha,
    depends,
    derive,
    fresh,
    nonnegative,
    normal,
    open_entries,
    positive,
    positive_factors,
    replace_outside_derivative_variables,
    sift,
    substitute,
    unfold,
    unify,
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
        return derive(unfold(line, derivation.meanings, names), derivation.meanings)

    return run


def differentiating_only(name: str) -> Rewrite:
    """Carry out the derivatives of this one abbreviation, and sift; it stays folded elsewhere."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        found = need([line, *derivation.lines], derivation.meanings, derivation.domain)
        ranges = {ix: (Integer(1), found.ranges[ix]) for ix in found.free}
        return line.replace(
            lambda e: isinstance(e, Derivative) and isinstance(e.expr, (Symbol, Indexed)) and label(e.expr) == name,
            lambda e: sift(derive(unfold(e, derivation.meanings, [name]), derivation.meanings), ranges),
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


def factors_into_sums(line: Expr, _: Derivation) -> Expr:
    """c Σ a → Σ c a, for every factor c that stands before one sum."""

    def inside(e: Mul) -> Expr:
        sums = [f for f in e.args if isinstance(f, Sum)]
        if len(sums) != 1:
            return e
        one = fresh(sums[0])
        return Sum(Mul(*(f for f in e.args if f is not sums[0]), one.function), *one.limits)

    return line.replace(lambda e: isinstance(e, Mul), inside)


def factors_out_of_sums(line: Expr, _: Derivation) -> Expr:
    """Σ c a → c Σ a, for every factor c that holds no index of the sum."""

    def outside(e: Sum) -> Expr:
        bound = set(e.variables)
        factors = Mul.make_args(e.function)
        held = [f for f in factors if f.atoms(Symbol) & bound]
        if not held:
            return e
        return Mul(*(f for f in factors if f not in held), Sum(Mul(*held), *e.limits))

    return line.replace(lambda e: isinstance(e, Sum), outside)


def adding_first(index: Symbol) -> Rewrite:
    """Σ_d Σ_i a_i b_{di} → Σ_i a_i Σ_d b_{di}: the sum over this index is the inner one."""

    def exchanged(e: Sum) -> Expr:
        inner = [one for one in e.limits if one[0] == index]
        outer = [one for one in e.limits if one[0] != index]
        if not inner or not outer or any(index in (lo + hi).free_symbols for _, lo, hi in outer):
            return e
        factors = Mul.make_args(e.function)
        held = [f for f in factors if index in f.atoms(Symbol)]
        return Sum(Mul(*(f for f in factors if f not in held), Sum(Mul(*held), *inner)), *outer)

    def run(line: Expr, _: Derivation) -> Expr:
        return line.replace(lambda e: isinstance(e, Sum), exchanged)

    return run


def constant_sums(line: Expr, _: Derivation) -> Expr:
    """Σ c → n c, for n terms that do not depend on the index."""

    def counted(e: Sum) -> Expr:
        limits = list(e.limits)
        held = e.function.atoms(Symbol).union(*((lo + hi).free_symbols for _, lo, hi in limits))
        rest = [one for one in limits if one[0] in held]
        times = Mul(*(hi - lo + 1 for ix, lo, hi in limits if ix not in held))
        return times * (Sum(e.function, *rest) if rest else e.function)

    return line.replace(lambda e: isinstance(e, Sum), counted)


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


def applying(says: Relational) -> Rewrite:
    """Put the right side of a statement for its left side, wherever that stands, for any value of its free indices.

    A derivative that is taken once more has the inner one replaced.
    """
    pattern = alpha(open_entries(says.lhs))
    loose = {x for x in pattern.atoms(Symbol) if x.name in TABLE and TABLE[x.name].kind == "index"}

    def run(line: Expr, _: Derivation) -> Expr:
        every = (e for e in preorder_traversal(open_entries(line)) if isinstance(e, Expr))
        found = {e: _instance(e, pattern, says.rhs, loose) for e in every}
        return replace_outside_derivative_variables(line, {e: new for e, new in found.items() if new is not None})

    return run


def _instance(e: Expr, pattern: Expr, right: Expr, loose: set[Symbol]) -> Expr | None:
    """`right` for the values of the loose indices at which `e` is the pattern; None if it is not."""
    at: dict[Symbol, Expr] = {}
    if type(e) is type(pattern) and unify(pattern, alpha(e), loose, at):
        return fresh(open_entries(right)).xreplace(at)
    number, rest = e.as_coeff_Mul()
    if number != 1 and rest != 1:  # the instance, taken away or several times
        inner = _instance(rest, pattern, right, loose)
        return None if inner is None else Mul(number, inner)
    if isinstance(e, Derivative) and len(e.variables) > 1:
        for n, one in enumerate(e.variables):
            inner = _instance(Derivative(e.expr, one, evaluate=False), pattern, right, loose)
            if inner is not None:
                return Derivative(inner, *e.variables[:n], *e.variables[n + 1 :], evaluate=False)
    return None


def quoting(chain: Derivation | Induction, line: int = -1) -> Rewrite:
    """Put what a chain came to (or one of its lines) for what it began with, wherever that stands."""
    says = chain.claim if isinstance(chain, Induction) else Eq(chain.start, chain.lines[line], evaluate=False)
    return applying(says)


def folding(name: str) -> Rewrite:
    """Write this abbreviation, which has no index, for its meaning."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        one = derivation.meanings[name]
        meant = alpha(one.body)
        found = (e for e in preorder_traversal(line) if type(e) is type(meant) and alpha(e) == meant)
        return replace_outside_derivative_variables(line, dict.fromkeys(found, one.head))

    return run


def chain_rule(*through: Expr) -> Rewrite:
    """df/du → Σ df/dz · dz/du over these abbreviations (all entries of an array), f being a function of them alone."""

    def opened(e: Derivative, derivation: Derivation) -> Expr:
        (of,) = e.variables
        terms = []
        for one in through:
            slope = Derivative(e.expr, one, evaluate=False) * Derivative(one, of, evaluate=False)
            sizes = TABLE[label(one)].shape if isinstance(one, Indexed) else ()
            limits = [(ix, 1, top) for ix, top in zip(getattr(one, "indices", ()), sizes, strict=True)]
            terms.append(fresh(Sum(slope, *limits)) if limits else slope)
        return Add(*terms)

    def run(line: Expr, derivation: Derivation) -> Expr:
        names = {label(one) for one in through}
        found = [
            e
            for e in line.atoms(Derivative)
            if len(e.variables) == 1
            and label(e.expr) not in names
            and any(depends(label(e.expr), n, derivation.meanings) for n in names)
        ]
        return replace_outside_derivative_variables(line, {e: opened(e, derivation) for e in found})

    return run


def own_entry(line: Expr, derivation: Derivation) -> Expr:
    """∂f_i/∂z_j → ∂f_i/∂z_i δ_{ij}, for an f_i that holds no other entry of z."""

    def opened(e: Derivative) -> Expr | None:
        (of,) = e.variables
        held = {x for x in unfold(e.expr, derivation.meanings).atoms(Indexed) if label(x) == label(of)}
        if len(held) != 1:
            return None
        (own,) = held
        if own == of or not set().union(*(x.free_symbols for x in own.indices)) <= e.expr.free_symbols:
            return None  # its own index must be the function's, not one that a sum runs over
        pairs = zip(own.indices, of.indices, strict=True)
        return Derivative(e.expr, own, evaluate=False) * Mul(*(KroneckerDelta(x, y) for x, y in pairs))

    found = {e: opened(e) for e in line.atoms(Derivative) if len(e.variables) == 1}
    return replace_outside_derivative_variables(line, {e: new for e, new in found.items() if new is not None})


def piece_by_piece(name: str) -> Rewrite:
    """The derivative of an abbreviation that is defined by cases: that of every piece, where its case stands."""

    def run(line: Expr, derivation: Derivation) -> Expr:
        opened = unfold(line, derivation.meanings, [name])
        return opened.replace(
            lambda e: isinstance(e, Derivative) and isinstance(e.expr, Piecewise),
            lambda e: Piecewise(*((derive(Derivative(v, *e.variables, evaluate=False)), at) for v, at in e.expr.args)),
        )

    return run


def product_rule(other: Symbol) -> Rewrite:
    """(Π f)′ → Σ f′ times the factors before it and the factors after it, which are numbered by `other`."""

    def opened(e: Derivative) -> Expr:
        ((ix, low, top),) = e.expr.limits
        before = Product(e.expr.function.xreplace({ix: other}), (other, low, ix - 1))
        after = Product(e.expr.function.xreplace({ix: other}), (other, ix + 1, top))
        return Sum(Derivative(e.expr.function, *e.variables, evaluate=False) * before * after, (ix, low, top))

    def run(line: Expr, _: Derivation) -> Expr:
        return replace_outside_derivative_variables(
            line, {e: opened(e) for e in line.atoms(Derivative) if isinstance(e.expr, Product)}
        )

    return run


def multiplied_out(line: Expr, _: Derivation) -> Expr:
    """Products and whole powers of sums multiplied out, and no law of powers, logarithms or Σ."""
    return line.expand(log=False, power_base=False, power_exp=False, basic=False)


def joined_powers(line: Expr, _: Derivation) -> Expr:
    """xᵃ xᵇ → xᵃ⁺ᵇ."""
    return powsimp(alpha(line), deep=True, combine="exp")


def powers_of_products(line: Expr, _: Derivation) -> Expr:
    """(ab)ᶜ → aᶜ bᶜ, for positive factors."""
    return line.replace(
        lambda e: isinstance(e, Pow) and isinstance(e.base, Mul) and all(map(positive, e.base.args)),
        lambda e: Mul(*(f**e.exp for f in e.base.args)),
    )


def over_one_denominator(line: Expr, _: Derivation) -> Expr:
    """a/b + c/d → (ad + bc)/(bd); exponentials stay as they are."""
    names = {e: Dummy() for e in line.atoms(exp)}
    return together(line.xreplace(names)).xreplace({name: e for e, name in names.items()})


def cancelled(line: Expr, _: Derivation) -> Expr:
    """Over one denominator, with the factors above and below that are the same taken away."""
    return cancel(line)


def positive_factors_out(line: Expr, _: Derivation) -> Expr:
    """max(ca, cb) → c max(a, b), min alike, and |ca + cb| → c |a + b|, for a positive c."""

    def opened(e: Expr) -> Expr:
        parts = Add.make_args(e.args[0]) if isinstance(e, Abs) else e.args
        common, rest = positive_factors(parts)
        return Mul(common, e.func(Add(*rest)) if isinstance(e, Abs) else e.func(*rest))

    return line.replace(lambda e: isinstance(e, (Max, Min, Abs)), opened)


def powers_as_exponentials(line: Expr, _: Derivation) -> Expr:
    """(Π a)ᶜ → e^{c log Π a}, for a > 0."""
    return line.replace(
        lambda e: isinstance(e, Pow) and isinstance(e.base, Product) and positive(e.base),
        lambda e: exp(e.exp * log(e.base), evaluate=False),
    )


def constant_products(line: Expr, _: Derivation) -> Expr:
    """Π c → cⁿ, for n factors that do not depend on the index."""
    return line.replace(
        lambda e: isinstance(e, Product) and len(e.limits) == 1 and e.limits[0][0] not in e.function.free_symbols,
        lambda e: e.function ** (e.limits[0][2] - e.limits[0][1] + 1),
    )


def empty_sums(line: Expr, _: Derivation) -> Expr:
    """A sum that ends one before it begins is 0."""
    return line.replace(lambda e: isinstance(e, Sum) and any(hi - lo == -1 for _, lo, hi in e.limits), lambda e: S.Zero)


def squares_multiplied_out(line: Expr, _: Derivation) -> Expr:
    """(a − b)² → a² − 2ab + b², and δ² → δ for a Kronecker delta."""
    line = line.replace(
        lambda e: isinstance(e, Pow) and isinstance(e.base, Add) and e.exp == 2, lambda e: e.expand(deep=False)
    )
    return line.replace(
        lambda e: isinstance(e, Pow) and isinstance(e.base, KroneckerDelta) and e.exp.is_positive, lambda e: e.base
    )


def dividing_above_and_below(divisor: Expr) -> Rewrite:
    """a / b → (a/x) / (b/x), term by term, for quotients whose denominator is a sum that holds x."""

    def opened(e: Expr) -> Expr | None:
        top, bottom = fraction(e)
        if not (isinstance(bottom, Add) and bottom.has(divisor)):
            return None
        return Add(*(t / divisor for t in Add.make_args(top))) / Add(*(t / divisor for t in bottom.args))

    def run(line: Expr, _: Derivation) -> Expr:
        found = {e: opened(e) for e in preorder_traversal(line) if isinstance(e, (Mul, Pow))}
        return replace_outside_derivative_variables(line, {e: new for e, new in found.items() if new is not None})

    return run


def logs_by_their_tangent(*of: Expr) -> Rewrite:
    """log x → x − 1, for these x (none named: for every x)."""

    def run(line: Expr, _: Derivation) -> Expr:
        return line.replace(lambda e: isinstance(e, log) and (not of or e.args[0] in of), lambda e: e.args[0] - 1)

    return run


def exponentials_by_their_tangent(line: Expr, _: Derivation) -> Expr:
    """eˣ → 1 + x."""
    return line.replace(lambda e: isinstance(e, exp), lambda e: 1 + e.args[0])


def geometric_series_in(small: Symbol, order: int) -> Rewrite:
    """c / (a + b) → c/a · (1 − b/a + (b/a)² − …), where b vanishes with `small`, without the terms from `order` on."""

    def run(line: Expr, _: Derivation) -> Expr:
        above, below = fraction(line)
        first = below.xreplace({small: S.Zero})
        ratio = (below - first) / first
        terms = [above / first * (-ratio) ** n for n in range(order)]
        return Add(*(t for t in terms if t.as_coeff_exponent(small)[1] < order))

    return run


def limits_of_exponentials(line: Expr, _: Derivation) -> Expr:
    """lim e^g → 0, where g falls without end."""

    def vanishes(e: Expr) -> bool:
        return (
            isinstance(e, Limit) and isinstance(e.args[0], exp) and limit(e.args[0].args[0], *e.args[1:]) == -S.Infinity
        )

    return line.replace(vanishes, lambda e: S.Zero)


def _is_a_square(e: Expr) -> bool:
    """A square, or a sum of squares, each times something not negative."""
    if isinstance(e, Sum):
        return _is_a_square(e.function)
    factors = Mul.make_args(e)
    sums = [f for f in factors if isinstance(f, Sum)]
    if len(sums) == 1:
        return nonnegative(e / sums[0]) and _is_a_square(sums[0])
    rest = [f for f in factors if not (isinstance(f, Pow) and f.exp == 2)]
    return len(rest) < len(factors) and nonnegative(Mul(*rest))


def leaving_out_squares(line: Expr, _: Derivation) -> Expr:
    """a − Σ b² → a; and Σ b² → 0, where that is all there is."""
    return S.Zero if _is_a_square(line) else Add(*(t for t in Add.make_args(line) if not _is_a_square(-t)))


def leaving_out_what_is_taken_away(line: Expr, _: Derivation) -> Expr:
    """a − b → a, for a b that is not negative."""
    return Add(*(t for t in Add.make_args(line) if not nonnegative(-t)))


def leaving_out_what_is_added(line: Expr, _: Derivation) -> Expr:
    """a + b → a, for a b that is not negative."""
    return Add(*(t for t in Add.make_args(line) if not nonnegative(t)))


def at_its_bound(given: Given) -> Rewrite:
    """x → b, for a hypothesis x ≤ b or x ≥ b: the line grows or falls with x, which the check finds out."""

    def run(line: Expr, _: Derivation) -> Expr:
        return line.xreplace({given.says.lhs: given.says.rhs})

    return run


def by_definition(one: Definition, lower: bool = False) -> Rule:
    """The definition of an abbreviation: opened in the upper line, or (`lower`) in the lower one."""
    return Rule(f"definition of {one.says}", f"what {one.says} means", rewrite=opening(one.label), lower=lower)


# ---- logarithms
log_of_a_power = Rule("log of a power", Eq(log(x**u), u * log(x)), rewrite=log_powers)
log_of_a_product = Rule(
    "log of a product", Eq(log(Product(p[i], (i, 1, N))), Sum(log(p[i]), (i, 1, N))), rewrite=log_products
)
log_of_a_product_backwards = Rule("log of a product", log_of_a_product.says, rewrite=log_products, lower=True)
log_of_a_quotient = Rule(
    "log of a quotient", Eq(log(x / p[i]), log(x) - log(p[i])), rewrite=in_turn(log_products, log_powers), lower=True
)
power_as_an_exponential = Rule(
    "exponential and logarithm undo each other", Eq(x**u, exp(u * log(x))), rewrite=powers_as_exponentials
)
power_for_an_exponential = Rule(
    power_as_an_exponential.name, power_as_an_exponential.says, rewrite=powers_as_exponentials, lower=True
)
log_tangent = Rule("the logarithm lies below its tangent at 1", Le(log(x), x - 1))


def log_tangent_at(*of: Expr) -> Rule:
    """The same, run: put in for the logarithms of these."""
    return Rule(log_tangent.name, log_tangent.says, rewrite=logs_by_their_tangent(*of))


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
product_over_classes = Rule(
    "a sum over classes is a matrix product", matrix_product.says, rewrite=matrix_product.rewrite, lower=True
)
multiplying_out = Rule("algebra", "multiplied out, both sides are the same", rewrite=multiplied_out)
algebra = Rule("algebra", "both sides are the same rational expression")
