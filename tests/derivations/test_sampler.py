"""Points lie in the domain, meet the hypotheses, and leave nothing degenerate."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Eq, Expr, Gt, Sum, Symbol, ceiling, exp, floor

from derivations import exact
from derivations.calculus import Definition, Entry, Given, Rule, calc, eq
from derivations.notation import TABLE, D, K, M, P, W, X, Y, Z, a, i, j, k, m, matrix, p, pi, r, s, tau, u, x
from derivations.sampler import NoPoint, need, points, settings

PLAIN = calc(x, eq(x + 0 * u + u - u + x - x, by=Rule("because", "")))


def sample(*lines: object, given: tuple[Given, ...] = (), chain: object = PLAIN) -> list[exact.Point]:
    return list(points(lines, chain, given))  # type: ignore[arg-type]


def test_no_size_is_degenerate_and_none_equals_another() -> None:
    rows = [row for row in TABLE.values() if row.kind == "size"]
    for n, at in enumerate(settings()):
        assert at["m"] >= 3
        assert at["K"] >= 3
        assert at["m"] != at["K"]
        used = [at[name] for name in ("N", "K", "D")], [at[name] for name in ("m", "K", "D")]
        assert all(len(set(one)) == len(one) for one in used), n
    assert all(row.at[0] != row.at[1] for row in rows)


def test_numbers_and_entries_lie_in_their_domain() -> None:
    drawn = sample(Sum(pi[k] * tau * p[1], (k, 1, K)) + W[r, s] + Z[r, 1])
    assert any(v < 0 for point in drawn for v in point.arrays["W"].values())
    for point in drawn:
        assert all(0 < v < 1 for v in point.arrays["pi"].values())
        assert point.scalars["tau"] > 0
        assert 0 not in point.arrays["Z"].values()


def test_free_indices_take_their_corners() -> None:
    at = [(pt.scalars["r"], pt.scalars["s"]) for pt in sample(W[r, s])][:5]
    assert (1, 1) in at
    assert (3, 2) in at
    assert any(one != other for one, other in at)


def test_a_range_is_read_from_a_matrix_entry_and_from_the_domain() -> None:
    found = need([Entry(matrix(W) * matrix(X), r, s)], {}, {})
    assert found.ranges[r] == K
    assert found.ranges[s] == m
    assert need([r * x], {}, {r: (1, D)}).ranges[r] == D
    with pytest.raises(NoPoint, match="range of the free index r is not known"):
        need([r * x], {}, {})


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(NoPoint, match="stranger has no row"):
        sample(Symbol("stranger"))


def test_an_equation_is_solved_for_its_entry() -> None:
    one = Given(Eq(Sum(Y[k, i], (k, 1, K)), 1), each=((i, m),), fix=Y[K, i])
    for point in sample(Sum(Y[k, 1], (k, 1, K)), given=(one,)):
        columns = {b for _, b in point.arrays["Y"]}
        assert columns == set(range(1, int(point.scalars["m"]) + 1))
        for b in columns:
            assert sum(v for (_, c), v in point.arrays["Y"].items() if c == b) == 1


def test_an_inequality_is_met_by_drawing_again() -> None:
    assert all(point.scalars["u"] > 1 for point in sample(u, given=(Given(Gt(u, 1)),)))


def test_what_cannot_be_met_is_said() -> None:
    with pytest.raises(NoPoint, match="no point satisfies"):
        sample(u, given=(Given(Gt(u, 100)),))
    with pytest.raises(NoPoint, match="no point satisfies"):
        sample(pi[1], given=(Given(Eq(pi[1], 2), fix=pi[1]),))


def test_a_hypothesis_on_an_index_leaves_a_free_index_of_that_name_free() -> None:
    every = Given(Gt(a[k], -3), each=((k, K),))
    corners = {point.scalars["k"] for point in sample(a[k], given=(every,))}
    assert {Fraction(1), Fraction(3)} <= corners


def test_definitions_are_followed_and_not_drawn() -> None:
    soft = Definition(P[k, i], exp(Z[k, i]) / Sum(exp(Z[j, i]), (j, 1, K)))
    chain = calc(P[k, i], eq(P[k, i] + u - u + 0, by=Rule("", "")), where=(soft,))
    for point in sample(P[k, i], chain=chain):
        assert "P" not in point.arrays
        assert "Z" in point.arrays


def test_the_same_seed_gives_the_same_points() -> None:
    first, second = sample(W[r, s]), sample(W[r, s])
    assert [pt.arrays for pt in first] == [pt.arrays for pt in second]


def test_hypotheses_that_are_solved_one_after_the_other_all_hold() -> None:
    """The second is solved for a number that the first was solved with: such a point is none."""
    first, second = Given(Eq(x, u), fix=x), Given(Eq(u, x + 1), fix=u)
    with pytest.raises(NoPoint, match="no point satisfies"):
        sample(x + u, given=(first, second))


def test_a_solved_number_lies_in_its_domain() -> None:
    for point in sample(x + u, given=(Given(Eq(x, u), fix=x),)):
        assert point.scalars["x"] >= 0


def test_an_index_runs_from_one() -> None:
    with pytest.raises(NoPoint, match="domain of k: expected an index that runs from 1, got one from 2"):
        sample(a[k], chain=calc(a[k], eq(a[k] + u - u, by=Rule("", "")), domain={k: (2, K)}))


def test_a_size_is_the_one_that_the_chain_is_meant_for() -> None:
    chain = calc(Sum(a[k], (k, 1, K)), eq(a[1] + a[2], by=Rule("", "")), domain={K: (2, 2)})
    assert {point.scalars["K"] for point in sample(Sum(a[k], (k, 1, K)), chain=chain)} == {Fraction(2)}
    with pytest.raises(NoPoint, match="domain of K: expected a size from low to high"):
        sample(a[1], chain=calc(a[1], eq(a[1] + u - u, by=Rule("", "")), domain={K: (3, 2)}))


@pytest.mark.parametrize("rounded", [floor(M / m), ceiling(M / m)])
def test_a_rounded_quotient_is_doubted_where_it_jumps(rounded: Expr) -> None:
    """Elsewhere one example more or less in the set changes nothing, and a slip there would hide."""
    seen = {(point.scalars["M"] + 1) % point.scalars["m"] for point in sample(rounded)}
    assert {0, 1} <= seen
    inside = Definition(u, rounded, "a rounded quotient behind a name")
    behind = calc(u + x, eq(x + u + 0 * x, by=Rule("because", "")), where=(inside,))
    assert {0, 1} <= {(point.scalars["M"] + 1) % point.scalars["m"] for point in sample(u + x, chain=behind)}
    assert len(sample(M / m)) < len(sample(rounded))
