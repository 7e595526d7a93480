"""Slips of every kind are made, each once, and none that only renames."""

from __future__ import annotations

import pytest
from sympy import Derivative, KroneckerDelta, MatMul, Product, Rational, Sum, exp, log, sqrt

from derivations.calculus import Entry
from derivations.notation import D, E, K, N, X, Y, Z, a, epsilon, i, k, m, matrix, p, r, s, x
from derivations.rewriting import same_up_to_names
from derivations.slips import slips

LINES = {
    "lost factor": 2 * Sum(a[k], (k, 1, K)) / K,
    "doubled factor": 2 * Sum(a[k], (k, 1, K)) / K,
    "inverted factor": x * Sum(a[k], (k, 1, K)),
    "multiplied for divided": 1 / x,
    "sign": -x * 3,
    "sign of a term": x - 3,
    "lost term": x - 3,
    "power + 1": x**2,
    "power − 1": x**2,
    "lost power": x**N,
    "size − 1": Sum(a[k], (k, 1, K)) / K,
    "size + 1": Sum(a[k], (k, 1, K)) / K,
    "times K": Sum(a[k], (k, 1, K)) / K,
    "over K": Sum(a[k], (k, 1, K)) / K,
    "starts one late": Sum(a[k], (k, 1, K)),
    "ends one early": Sum(a[k], (k, 1, K)),
    "lost sum": Sum(a[k], (k, 1, K)),
    "sum for product": Product(p[i], (i, 1, N)),
    "shifted index": Z[k, i],
    "swapped indices": Z[k, i],
    "lost log": log(x),
    "sign in an exponent": exp(x),
    "lost delta": exp(KroneckerDelta(k, r)),
    "lost transpose": Entry(matrix(E).T * matrix(E), r, s),
    "1 − rate for rate": epsilon * x,
    "rate squared for rate": exp(epsilon),
    "1 − x becomes x": (1 - epsilon) * x,
    "ε moved inside the root": x / (sqrt(x + 1) + epsilon),
    "plus one": x,
    "number + 1": 2 * x,
    "doubled number": x + Rational(1, 2),
}


@pytest.mark.parametrize("what", LINES)
def test_each_kind_of_slip_is_made(what: str) -> None:
    assert what in {one.what for one in slips(LINES[what])}


@pytest.mark.parametrize("line", LINES.values(), ids=list(LINES))
def test_no_slip_is_made_twice_and_none_only_renames(line: object) -> None:
    made = [one.line for one in slips(line)]  # type: ignore[arg-type]
    assert len(made) == len(set(made)) > 0
    assert not any(same_up_to_names(line, one) for one in made)  # type: ignore[arg-type]


def test_slips_reach_into_sums_derivatives_and_entries() -> None:
    assert any("Y" in str(one.part) for one in slips(Sum(Sum(Y[k, i] * Z[k, i], (k, 1, K)), (i, 1, m))))
    assert any("size" in one.what or one.what == "sign" for one in slips(Derivative(x**2, x)))
    entry = Entry(MatMul(-1 / m, matrix(E), matrix(X).T, evaluate=False), r, s)
    assert {"sign", "lost factor", "size − 1"} & {one.what for one in slips(entry)}
    assert D is not N


def test_a_swap_of_bound_indices_that_means_the_same_is_no_slip() -> None:
    line = Sum(Sum(a[k] * a[r], (k, 1, K)), (r, 1, K))
    assert all(one.line != Sum(Sum(a[r] * a[k], (r, 1, K)), (k, 1, K)) for one in slips(line))
