"""Where SymPy 1.14 lies, and the guard that keeps each lie out of a verdict.

Each hazard has two tests: that our own code gets it right, and an expected failure that states what SymPy
ought to answer. When SymPy is mended, the expected failure passes, which `xfail_strict` makes red: then
the guard can be thought about again.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from sympy import (
    Derivative,
    Eq,
    Function,
    IndexedBase,
    KroneckerDelta,
    MatrixSymbol,
    OneMatrix,
    Piecewise,
    Product,
    S,
    Sum,
    Symbol,
    exp,
    expand_log,
    log,
    symbols,
)

from derivations import exact
from derivations.calculus import Definition, Entry
from derivations.notation import D, K, W, X, i, j, k, m, matrix, n0, r, s
from derivations.rewriting import (
    CannotRewrite,
    Context,
    alpha,
    derive,
    fresh,
    nonempty,
    normal,
    open_entries,
    positive,
    same_up_to_names,
    sift,
    zero,
)

x = IndexedBase("x", real=True)
y = IndexedBase("y", real=True)
z = IndexedBase("z", real=True)
p = IndexedBase("p", positive=True)
nested = Sum(x[i] * Sum(y[k, i], (k, 1, K)), (i, 1, m))
transposed = Sum(x[i] * Sum(y[i, k], (k, 1, K)), (i, 1, m))


def mended(reason: str) -> pytest.MarkDecorator:
    """SymPy is expected to fail this; when it does not, the build says so."""
    return pytest.mark.xfail(strict=True, reason=reason, raises=AssertionError)


def at(sizes: dict[str, int], **arrays: dict[tuple[int, ...], Fraction]) -> exact.Point:
    return exact.Point({n: Fraction(v) for n, v in sizes.items()}, arrays, {})


def table(rows: int, columns: int) -> dict[tuple[int, ...], Fraction]:
    return {(a, b): Fraction(3 * a * a + b, b + 1) for a in range(1, rows + 1) for b in range(1, columns + 1)}


def line(n: int) -> dict[tuple[int, ...], Fraction]:
    return {(a,): Fraction(2 * a + 1, a + 2) for a in range(1, n + 1)}


# ---- .as_dummy() and .dummy_eq() capture in nested sums (no issue found)


def test_nested_sums_over_transposed_indices_are_told_apart() -> None:
    point = at({"K": 3, "m": 3}, x=line(3), y=table(3, 3))
    assert point(nested) != point(transposed)
    assert not same_up_to_names(nested, transposed)
    assert zero(nested - transposed) is None


def test_nested_sums_with_other_names_are_the_same() -> None:
    renamed = Sum(x[r] * Sum(y[s, r], (s, 1, K)), (r, 1, m))
    assert renamed != nested
    assert same_up_to_names(nested, renamed)


def test_a_free_name_that_looks_like_ours_is_not_captured() -> None:
    ours = Symbol("_0", integer=True, positive=True)
    assert not same_up_to_names(Sum(y[ours, i], (i, 1, m)), Sum(y[i, i], (i, 1, m)))
    assert same_up_to_names(Sum(y[ours, i], (i, 1, m)), Sum(y[ours, r], (r, 1, m)))


@mended(".as_dummy() gives inner and outer index one name in nested sums")
def test_sympy_as_dummy_keeps_nested_indices_apart() -> None:
    assert nested.as_dummy() != transposed.as_dummy()


@mended(".dummy_eq() captures in nested sums")
def test_sympy_dummy_eq_tells_transposed_sums_apart() -> None:
    assert not nested.dummy_eq(transposed)


# ---- differentiating by an index that the expression binds (sympy#21891)


def test_derivative_by_a_bound_name_is_not_captured() -> None:
    assert zero(derive(Derivative(Sum(x[k] ** 2, (k, 1, K)), x[k])) - 2 * x[k], Context({k: (S.One, K)}))
    point = exact.Point({"K": Fraction(3), "k": Fraction(2)}, {"x": line(3)}, {})
    assert point(Derivative(Sum(x[j] ** 2, (j, 1, K)), x[k])) == 2 * line(3)[2,]


@mended("sympy#21891: the derivative captures the bound index")
def test_sympy_derivative_by_a_bound_name() -> None:
    got = sympy.diff(Sum(x[i] ** 2, (i, 1, 3)), x[i])
    assert not isinstance(got, Sum)


# ---- derivative by a function value (cf. sympy#6967)


def test_derivative_by_a_function_value_is_refused() -> None:
    f = Function("f")
    with pytest.raises(CannotRewrite, match="functions are not differentiated"):
        derive(Derivative(Sum(log(f(i)), (i, 1, m)), f(k)))


@mended("cf. sympy#6967: the derivative of a sum by a function value is 0")
def test_sympy_derivative_by_a_function_value() -> None:
    f = Function("f")
    assert sympy.diff(Sum(log(f(i)), (i, 1, m)), f(k)) != 0


# ---- the gradient that vanishes (no issue found)


def test_log_sum_exp_has_a_gradient_by_the_weight() -> None:
    lse = log(Sum(exp(Entry(matrix(W) * matrix(X), k, 1)), (k, 1, K)))
    point = at({"K": 2, "D": 2, "m": 1, "r": 1, "s": 2}, W=table(2, 2), X=table(2, 1))
    opened = open_entries(lse)
    assert point(Derivative(opened, W[r, s])) != 0
    soft = exp(Sum(W[r, j] * X[j, 1], (j, 1, D))) / Sum(exp(Sum(W[k, j] * X[j, 1], (j, 1, D))), (k, 1, K))
    ranges = Context({r: (S.One, K), s: (S.One, D)})
    assert zero(derive(Derivative(opened, W[r, s])) - soft * X[s, 1], ranges)


@mended("the gradient of an extracted entry by a whole MatrixSymbol is the zero matrix")
def test_sympy_gradient_of_an_extracted_entry() -> None:
    weights, example = MatrixSymbol("W", 2, 3), MatrixSymbol("x", 3, 1)
    lse = log((OneMatrix(1, 2) * (weights * example).applyfunc(exp))[0, 0])
    assert lse.diff(weights) != sympy.ZeroMatrix(2, 3)


# ---- delta sums: out of range, and leaked indices (sympy#27359)


def test_sifting_needs_the_same_range() -> None:
    inside = Sum(x[k] * KroneckerDelta(k, r), (k, 1, K))
    assert sift(inside, {r: (S.One, K)}) == x[r]
    assert sift(inside, {r: (S.One, D)}).has(KroneckerDelta)
    assert zero(inside - x[r], Context({r: (S.One, K)}))
    assert zero(inside - x[r]) is None, "nothing is known of the range of r"


def test_no_bound_index_leaks_from_a_delta_sum() -> None:
    e = Sum(Sum(KroneckerDelta(i, k) * y[k, i], (k, 1, K)), (i, 1, K))
    free = {a for a in normal(e).free_symbols if isinstance(a, Symbol)}
    assert free <= {K, Symbol("y")} | {y.label}


GUARDED = Sum(Piecewise((KroneckerDelta(i, j), x[i] > 0), (S.Zero, True)), (i, 1, K))


@mended("sympy#27359: simplifying a sum of a guarded delta leaks the bound index")
def test_sympy_guarded_delta_keeps_its_index_bound() -> None:
    assert i not in sympy.simplify(-GUARDED).free_symbols


def test_a_guarded_delta_keeps_its_index_bound() -> None:
    assert i not in normal(-GUARDED).free_symbols
    point = exact.Point({"K": Fraction(3), "j": Fraction(2)}, {"x": line(3)}, {})
    assert point(GUARDED) == 1


@mended("sympy#12751, #13993, #17433, #18388: the derivative of a sum by an entry is wrapped in a Piecewise")
def test_sympy_softmax_gradient_without_piecewise() -> None:
    assert not sympy.diff(log(Sum(exp(z[k]), (k, 1, K))), z[r]).doit().has(Piecewise)


def test_softmax_gradient_without_piecewise() -> None:
    got = derive(Derivative(log(Sum(exp(z[k]), (k, 1, K))), z[r]))
    assert zero(got - exp(z[r]) / Sum(exp(z[k]), (k, 1, K)), Context({r: (S.One, K)}))


# ---- products (sympy#13994, #17728)


def test_derivative_of_a_product_agrees_with_digits() -> None:
    """sympy#13994: right in 1.14; the exact evaluator looks over its shoulder at m = 3."""
    gap = Derivative(Product(p[i], (i, 1, m)), p[r])
    point = at({"m": 3, "r": 2}, p=line(3))
    assert point(gap) == line(3)[1,] * line(3)[3,]
    assert zero(derive(gap) - Product(p[i], (i, 1, m)) / p[r], Context({r: (S.One, m)}))


def test_derivative_of_a_product_of_unknown_sign_is_refused() -> None:
    with pytest.raises(CannotRewrite, match="not known to be positive"):
        derive(Derivative(Product(x[i], (i, 1, m)), x[r]))


def test_log_of_a_product_opens_for_positive_factors_only() -> None:
    assert zero(log(Product(p[i], (i, 1, m))) - Sum(log(p[i]), (i, 1, m)))
    assert zero(log(Product(x[i], (i, 1, m))) - Sum(log(x[i]), (i, 1, m))) is None


@mended("sympy#17728: the logarithm of a product of unknown sign stays, and force=True is unsound")
def test_sympy_force_is_sound() -> None:
    u, v = symbols("u v", real=True)
    forced = expand_log(log(u * v), force=True)
    assert forced.subs({u: -1, v: -1}) == 0


def test_logarithms_of_unknown_sign_are_not_split() -> None:
    u, v = symbols("u v", real=True)
    assert normal(log(u * v)) == log(u * v)


# ---- positive symbols delete guards (no issue)


def test_a_guard_at_zero_survives_for_a_nonnegative_letter() -> None:
    n = Symbol("n", nonnegative=True)
    guarded = Piecewise((n * log(n), n > 0), (S.Zero, True))
    assert exact.Point({"n": Fraction(0)}, {}, {})(guarded) == 0
    assert normal(guarded).has(Piecewise)


def test_a_recursion_keeps_its_start_only_with_a_nonnegative_index() -> None:
    from derivations.notation import t

    assert Eq(t, 0) == sympy.false, "a positive symbol is never 0, and SymPy says so at once"
    assert Eq(n0, 0) not in (sympy.true, sympy.false)


# ---- equality and simplify (sympy#15240, #14324, #19266, #19008)


def test_sums_with_other_bound_names_are_equal() -> None:
    assert zero(Sum(x[i], (i, 1, m)) - Sum(x[j], (j, 1, m)))


@mended("sympy#15240, #14324, #19266: sums that differ in a bound name compare unequal")
def test_sympy_equality_of_renamed_sums() -> None:
    assert Sum(x[i], (i, 1, m)) == Sum(x[j], (j, 1, m))


@mended("sympy#15240: .equals cannot tell")
def test_sympy_equals_of_renamed_sums() -> None:
    assert Sum(x[i], (i, 1, m)).equals(Sum(x[j], (j, 1, m)))


# ---- reversed and empty ranges (sympy#28289, #28746, #29849)


def test_a_reversed_range_has_no_value() -> None:
    with pytest.raises(exact.Undefined, match="reversed"):
        exact.Point({"n0": Fraction(0)}, {}, {})(Sum(i, (i, 1, n0 - 3)))


def test_an_empty_range_is_zero_or_one() -> None:
    assert at({}, x={})(Sum(x[i], (i, 1, 0))) == 0
    assert at({}, x={})(Product(x[i], (i, 1, 0))) == 1


def test_a_sum_that_may_be_empty_is_not_called_positive() -> None:
    may_be_empty = Sum(p[i], (i, 1, m - 1))
    assert not nonempty(may_be_empty.limits)
    assert not positive(may_be_empty)
    assert positive(Sum(p[i], (i, 1, m)))


@mended("sympy#28289, #28746, #29849: a sum from 1 to −3 is 3, by the reversed-range convention")
def test_sympy_reversed_sum_is_empty() -> None:
    assert Sum(i, (i, 1, -3)).doit() == 0


# ---- derivative order in sums (sympy#27852), simplify (sympy#19008), arrays (sympy#28950), printers (sympy#27112,
# #26888, #10934, #12313), geometric sums, infinite sums (sympy#30029): none of them is called

FORBIDDEN = {
    "as_dummy": "captures in nested sums",
    "dummy_eq": "captures in nested sums",
    "simplify": "sympy#19008: answers differently alone and inside an expression",
    "summation": "sympy#27852 and the Piecewise of a geometric sum",
    "deltasummation": "drops or leaks range conditions",
    "lambdify": "sympy#27112, #26888, #10934: 0-based arrays, sums and deltas",
    "convert_indexed_to_array": "sympy#28950: a delta sum becomes a scalar",
    "piecewise_fold": "sympy#27359, #17919: folds over bound indices",
    "diff": "sympy#21891: captures",
}


def test_nothing_of_the_calculus_calls_what_lies() -> None:
    import ast
    from pathlib import Path

    import derivations

    found = []
    for path in sorted(Path(derivations.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in FORBIDDEN:
                    found.append(f"{path.name}:{node.lineno}: {name}, which {FORBIDDEN[name]}")
                if any(word.arg == "force" for word in node.keywords):
                    found.append(f"{path.name}:{node.lineno}: force=, which is unsound")
    assert found == []


@mended("the geometric sum of a symbolic base comes out as a Piecewise that is easily dropped")
def test_sympy_geometric_sum_without_a_case() -> None:
    b = Symbol("b", positive=True)
    assert not sympy.summation(b**i, (i, 0, m)).has(Piecewise)


@mended("sympy#30029: an exponentially weighted sum at t = 0 is NaN")
def test_sympy_sum_at_zero() -> None:
    b, u = IndexedBase("b"), Symbol("u")
    got = Sum(i * b[i] * u**i / u, (i, 1, 2)).doit().subs(u, 0)
    assert got == b[1]


# ---- shapes inside a base change under substitution


@mended("a size inside IndexedBase(shape=…) changes under subs, and the base with it")
def test_sympy_base_keeps_its_shape() -> None:
    n = Symbol("n", integer=True, positive=True)
    shaped = IndexedBase("theta", shape=(n,))
    assert shaped[1].subs(n, n - 1) == shaped[1]


def test_our_arrays_hold_no_shape() -> None:
    from derivations.notation import TABLE

    assert all(row.symbol.shape is None for row in TABLE.values() if row.kind == "array")


# ---- dummies


def test_fresh_names_every_index_anew() -> None:
    a, b = fresh(nested), fresh(nested)
    assert a != b
    assert alpha(a) == alpha(b)
    shadowed = Sum(x[i] * Sum(y[i, i], (i, 1, K)), (i, 1, m))
    point = at({"K": 2, "m": 3}, x=line(3), y=table(2, 2))
    assert point(fresh(shadowed)) == point(shadowed)


def test_a_definition_is_opened_without_capture() -> None:
    from derivations.rewriting import unfold

    total = Definition(x[i], Sum(y[k, i], (k, 1, K)))
    opened = unfold(Sum(x[k] * z[k], (k, 1, m)), {"x": total})
    point = at({"K": 2, "m": 3}, y=table(2, 3), z=line(3))
    wanted = sum((table(2, 3)[a, b] * line(3)[b,] for a in (1, 2) for b in (1, 2, 3)), Fraction(0))
    assert point(opened) == wanted


first_name = symbols("_0", integer=True, positive=True)
second_name = symbols("_1", integer=True, positive=True)


@pytest.mark.parametrize(
    "e",
    [
        nested,
        Sum(z[i] * Sum(x[i], (i, 1, i)), (i, 1, m)),  # one name bound twice, and free in its own range
        Sum(z[i] * Sum(y[i, k] * Sum(x[j], (j, k, i)), (k, 1, i)), (i, 1, m)),
        Sum(x[second_name] * Sum(y[first_name, second_name], (first_name, 1, K)), (second_name, 1, m)),
        Sum(x[i] * first_name * Sum(y[second_name, i], (second_name, 1, K)), (i, 1, m)),  # a free name of ours
        Sum(x[k] * Sum(y[i, k] * z[j], (i, 1, K), (j, 1, m)), (k, 1, m)),  # a double sum in a sum
        Sum(x[k] * Sum(y[i, first_name] * z[k], (i, 1, k), (first_name, 1, m)), (k, 1, K)),
        exp(Sum(x[first_name] * Sum(z[k] ** first_name, (k, 1, first_name)), (first_name, 1, K))),
    ],
    ids=str,
)
def test_new_names_put_in_all_at_once_capture_nothing(e: sympy.Expr) -> None:
    point = at({"K": 2, "m": 3, "_0": 2}, x=line(3), y=table(3, 3), z=line(3))
    assert exact.gap(point(alpha(e)), point(e)) is None
    assert alpha(e) == alpha(fresh(e)) == alpha(alpha(e))
