"""The evaluator against mpmath and Python's own fractions, which share no code with it."""

from __future__ import annotations

import random
from fractions import Fraction as F

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Abs,
    Derivative,
    Eq,
    IndexedBase,
    KroneckerDelta,
    Limit,
    Max,
    Min,
    Piecewise,
    Product,
    Rational,
    Sum,
    Symbol,
    ceiling,
    exp,
    floor,
    log,
    oo,
    sqrt,
    symbols,
    tanh,
)

from derivations import exact
from derivations.calculus import Definition, Entry
from derivations.notation import D, E, K, X, d, delta, delta0, i, j, k, m, matrix, n0, r, s, t

x, y = symbols("x y", real=True)
v = IndexedBase("v", real=True)
w = IndexedBase("w", real=True)
fractions = st.fractions(min_value=F(1, 10), max_value=3, max_denominator=50)
high = mpmath.mp.clone()
high.dps = 70


def at(e: sympy.Expr, **numbers: object) -> object:
    scalars = {n: a for n, a in numbers.items() if not isinstance(a, dict)}
    arrays = {n: a for n, a in numbers.items() if isinstance(a, dict)}
    return exact.Point(scalars, arrays, {})(e)  # type: ignore[arg-type]


def close(a: object, b: object) -> bool:
    return abs(exact.real(a) - b) < high.mpf(10) ** -48 * max(1, abs(b))  # type: ignore[operator]


def column(*values: object) -> dict[tuple[int, ...], object]:
    return {(n,): F(str(a)) for n, a in enumerate(values, 1)}


@given(fractions, fractions)
def test_rational_arithmetic_stays_exact(a: F, b: F) -> None:
    assert at((x + y) ** 3 / x - 2 * y, x=a, y=b) == (a + b) ** 3 / a - 2 * b


@given(fractions)
def test_functions_agree_with_mpmath(a: F) -> None:
    real = high.mpf(a.numerator) / a.denominator
    assert close(at(exp(x), x=a), high.exp(real))
    assert close(at(log(x), x=a), high.log(real))
    assert close(at(tanh(x), x=a), high.tanh(real))
    assert close(at(x ** Rational(1, 3), x=a), high.root(real, 3))


def test_roots_of_squares_stay_exact() -> None:
    assert at(sqrt(x), x=F(9, 4)) == F(3, 2)
    assert at(1 / sqrt(x), x=F(9, 4)) == F(2, 3)


def test_sums_products_deltas_and_cases() -> None:
    values = column(2, 3, 5)
    assert at(Sum(v[k], (k, 1, K)), K=F(3), v=values) == 10
    assert at(Product(v[k], (k, 1, K)), K=F(3), v=values) == 30
    assert at(Sum(KroneckerDelta(k, r) * v[k], (k, 1, K)), K=F(3), r=F(2), v=values) == 3
    assert at(Sum(Sum(v[j] * v[k], (j, 1, k)), (k, 1, K)), K=F(3), v=values) == 4 + 3 * 5 + 5 * 10
    assert at(Piecewise((1 / x, x > 0), (y, True)), x=F(0), y=F(7)) == 7
    assert at(Max(x, y) - Min(x, y) + Abs(x - y), x=F(1), y=F(3)) == 4
    assert at(floor(x) + ceiling(x), x=F(5, 2)) == 5


def test_bounds_of_an_inner_sum_may_name_the_outer_index() -> None:
    assert at(Sum(Product(v[j], (j, 1, k - 1)), (k, 1, K)), K=F(3), v=column(2, 3, 5)) == 1 + 2 + 6


@given(fractions, fractions)
def test_derivatives_agree_with_mpmath(a: F, b: F) -> None:
    f = exp(x * y) * log(x + y**2) / (1 + tanh(x))
    reals = [high.mpf(q.numerator) / q.denominator for q in (a, b)]

    def same(p: object, q: object) -> object:
        return high.exp(p * q) * high.log(p + q**2) / (1 + high.tanh(p))  # type: ignore[operator]

    for order, expression in (((1, 0), Derivative(f, x)), ((1, 1), Derivative(f, x, y)), ((2, 0), Derivative(f, x, x))):
        wanted = high.diff(same, reals, order)
        assert abs(exact.real(at(expression, x=a, y=b)) - wanted) < high.mpf(10) ** -15 * max(1, abs(wanted))


def test_second_derivatives_of_powers_are_exact() -> None:
    assert at(Derivative(x**5, x, x), x=F(2)) == 160
    assert at(Derivative(Derivative(x**5, x, evaluate=False), x, evaluate=False), x=F(2)) == 160
    assert at(Derivative(x**2, x, x, x), x=F(2)) == 0
    assert at(Derivative(x * Derivative(x**3, x, evaluate=False), x, evaluate=False), x=F(2)) == 9 * 4


def test_a_derivative_by_an_entry_and_through_a_definition() -> None:
    total = Definition(Symbol("S"), Sum(v[k] ** 2, (k, 1, K)))
    point = exact.Point({"K": F(3), "r": F(2)}, {"v": column(2, 3, 5)}, {"S": total})
    assert point(Derivative(Symbol("S") ** 2, v[r])) == 2 * 38 * 6


def test_a_derivative_by_an_abbreviation_treats_it_as_free() -> None:
    double = Definition(w[k], 2 * v[k])
    point = exact.Point({"K": F(3), "r": F(2)}, {"v": column(2, 3, 5)}, {"w": double})
    assert point(Derivative(Sum(w[k] ** 2, (k, 1, K)), w[r])) == 2 * 6
    assert point(Derivative(Sum(w[k] ** 2, (k, 1, K)), v[r])) == 8 * 3


def test_what_is_kept_is_what_a_new_point_gives() -> None:
    """Other meanings, other indices, other seeds: nothing is taken from where it was worked out differently."""
    scalars, arrays = {"K": F(3), "r": F(2), "s": F(3)}, {"v": column(2, 3, 5)}
    known = {
        "w": Definition(w[k], 2 * v[k]),
        "S": Definition(Symbol("S"), Sum(w[k] ** 2, (k, 1, K))),
        "T": Definition(Symbol("T"), Sum(v[k] ** 3, (k, 1, K))),
    }
    meanings = [
        known,
        known | {"w": Definition(w[k], v[k] ** 2 + v[r])},
        known | {"T": Definition(Symbol("T"), Sum(w[k] * v[s], (k, 1, K)))},
        {n: one for n, one in known.items() if n != "S"} | {"S": Definition(Symbol("S"), Symbol("T") + x)},
    ]
    asked = [
        Symbol("S") * Symbol("T"),
        Sum(w[k] * Derivative(Symbol("S") * Symbol("T"), v[k], evaluate=False), (k, 1, K)),
        Derivative(Derivative(Symbol("S") * v[r], v[s], evaluate=False), v[r], evaluate=False),
        Derivative(Sum(w[k] * Symbol("T"), (k, 1, K)), w[r], evaluate=False),
        Sum(Sum(w[k] * v[r], (k, 1, r)), (r, 1, K)) + Sum(w[k] * v[r], (k, 1, r)),
        Limit((Symbol("T") * x - x) / x, x, 0),
    ]
    point = exact.Point(scalars | {"x": F(7)}, arrays, known)
    for where in meanings * 2:
        for e in asked:
            assert point.under(where)(e) == exact.Point(scalars | {"x": F(7)}, arrays, where)(e), e


def test_a_recursion_runs_from_its_start() -> None:
    halved = Definition(delta[n0], Piecewise((delta0, Eq(n0, 0)), (delta[n0 - 1] / 2, True)), piecewise_recursive=True)
    point = exact.Point({"delta0": F(8), "t": F(3)}, {}, {"delta": halved})
    assert point(delta[t]) == 1


def test_entries_of_matrix_expressions_are_one_based_and_not_transposed() -> None:
    rng = random.Random(1)
    e = {(a, b): F(rng.randint(-9, 9)) for a in range(1, 4) for b in range(1, 5)}
    f = {(a, b): F(rng.randint(-9, 9)) for a in range(1, 3) for b in range(1, 5)}
    point = exact.Point({"K": F(3), "m": F(4), "D": F(2), "r": F(3), "s": F(1)}, {"E": e, "X": f}, {})
    wanted = sum(e[3, q] * f[1, q] for q in range(1, 5))
    assert point(Entry(matrix(E) * matrix(X).T, r, s)) == wanted
    assert point(Entry(-matrix(E) * matrix(X).T / m, r, s)) == -wanted / 4
    assert point(Entry(matrix(E) + 2 * matrix(E), r, s)) == 3 * e[3, 1]


def test_limits_by_going_close() -> None:
    assert abs(at(Limit((exp(x) - 1) / x, x, 0)) - 1) < high.mpf(10) ** -20  # type: ignore[operator]
    assert abs(at(Limit(1 / (1 + exp(-x)), x, oo)) - 1) < high.mpf(10) ** -20  # type: ignore[operator]
    with pytest.raises(exact.Undefined, match="no limit in sight"):
        at(Limit(log(x), x, 0))


@pytest.mark.parametrize(
    ("e", "what"),
    [
        (1 / x, "0 to a negative power"),
        (log(x), "log of a number that is not positive"),
        (sqrt(x - 1), "fractional power"),
        (v[4], "outside its range"),
        (v[0], "outside its range"),
        (Sum(v[k], (k, 1, n0 - 5)), "reversed range"),
        (Piecewise((x, x > 1)), "no branch"),
        (Derivative(Abs(x), x), "derivative of |x| at 0"),
        (Symbol("unknown"), "has no value"),
    ],
)
def test_what_has_no_value_says_so(e: sympy.Expr, what: str) -> None:
    with pytest.raises(exact.Undefined) as caught:
        at(e, x=F(0), n0=F(0), v=column(2, 3, 5))
    assert what in str(caught.value)


def test_a_definition_of_itself_has_no_value() -> None:
    circular = Definition(Symbol("S"), Symbol("S") + 1)
    with pytest.raises(exact.Undefined, match="defined by itself"):
        exact.Point({}, {}, {"S": circular})(Symbol("S"))


def test_a_definition_keeps_to_its_range() -> None:
    from derivations.notation import P, Z

    shifted = Definition(P[k, i], Z[k, i])
    point = exact.Point(
        {"K": F(2), "m": F(2)}, {"Z": {(a, b): F(1) for a in range(1, 9) for b in range(1, 9)}}, {"P": shifted}
    )
    assert point(P[2, 2]) == 1
    with pytest.raises(exact.Undefined, match="outside its range"):
        point(P[3, 1])


def test_what_the_evaluator_does_not_know_is_refused() -> None:
    with pytest.raises(exact.NoRule, match="sin"):
        at(sympy.sin(x), x=F(1))
    with pytest.raises(exact.NoRule, match="infinite sum"):
        at(Sum(x**k, (k, 1, oo)), x=F(1, 2))


def test_gap_is_none_only_for_equals() -> None:
    third = high.mpf(1) / 3
    assert exact.gap(F(1, 3), F(1, 3)) is None
    assert exact.gap(F(1, 3), F(1, 3) + F(1, 10**49)) is not None
    assert exact.gap(third, F(1, 3)) is None
    assert exact.gap(third + high.mpf(10) ** -45, F(1, 3)) is not None
    assert exact.gap(high.mpf(10) ** -45, F(0)) is not None


def test_nothing_of_the_simplifier_is_used() -> None:
    import ast
    from pathlib import Path

    tree = ast.parse(Path(exact.__file__).read_text(encoding="utf-8"))
    called = {getattr(n.func, "attr", getattr(n.func, "id", "")) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    assert not called & {"simplify", "expand", "subs", "xreplace", "replace", "doit", "diff", "evalf", "lambdify", "N"}
    assert D is not d


def test_a_small_number_is_compared_by_its_own_size() -> None:
    tiny = exact.context.mpf(10) ** -40
    assert exact.gap(tiny, tiny) is None
    assert exact.gap(tiny, 2 * tiny) is not None
    assert exact.gap(tiny**2, exact.context.mpf(0)) is None  # what cancelling leaves over


def test_what_is_nearly_whole_is_not_rounded() -> None:
    at = exact.Point({"x": F(1, 2)}, {}, {})
    assert at(sympy.ceiling(5 * x)) == 3
    assert at(sympy.floor(-3 * x)) == -2
    assert at(sympy.floor(4 * x)) == 2
    assert at(sympy.ceiling(sympy.log(x))) == 0
    with pytest.raises(exact.Undefined, match="too near a whole number"):
        at(sympy.ceiling(3 * sympy.log(x) / sympy.log(2 * x**2)))


def test_a_matrix_of_ones_has_its_shape() -> None:
    at = exact.Point({"m": F(3)}, {}, {})
    assert at(Entry(sympy.OneMatrix(m, 1), 3, 1)) == 1
    for row, column in ((4, 1), (3, 2)):
        with pytest.raises(exact.Undefined, match="lies outside"):
            at(Entry(sympy.OneMatrix(m, 1), row, column))
