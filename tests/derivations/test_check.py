"""The doubt, doubted: it accepts what is true, refuses a planted error of each kind, and can say “cannot tell”."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from sympy import (
    Derivative,
    Eq,
    Function,
    Ge,
    Gt,
    KroneckerDelta,
    Le,
    Lt,
    Max,
    Min,
    Ne,
    Piecewise,
    Product,
    Rational,
    S,
    Sum,
    Symbol,
    exp,
    floor,
    log,
)
from sympy.core.relational import Relational

from derivations import check, exact, library
from derivations.calculus import (
    Claim,
    Definition,
    Derivation,
    Entry,
    Given,
    Induction,
    Kind,
    Quantity,
    Relation,
    Rule,
    Ruling,
    Source,
    Step,
    approx,
    calc,
    eq,
    ge,
    gt,
    le,
    lt,
)
from derivations.check import Verdict
from derivations.notation import (
    S_,
    D,
    E,
    H,
    J,
    K,
    L,
    N,
    P,
    Q,
    W,
    X,
    Y,
    Z,
    a,
    b,
    below,
    d,
    ell,
    epsilon,
    eta,
    i,
    j,
    k,
    kappa,
    layers,
    m,
    matrix,
    p,
    pc,
    pi,
    q,
    r,
    s,
    t,
    u,
    unit,
    unit2,
    v1,
    x,
    z,
)
from derivations.one_over_m import any_number_of_layers
from derivations.prover import Kind as Ended
from derivations.prover import limited, prove
from derivations.rules import differentiating, opening, sifting_sums
from derivations.sampler import reach
from derivations.slips import slips

WHY = Rule("because", "a reason")
SOURCE = Source("a test")


def report(chain: Derivation | Induction, slips: bool = False) -> check.Report:
    return check.compute("planted", chain, slips)


def verdict(above: Any, below: Any, **more: Any) -> Verdict:
    return report(calc(above, eq(below, by=WHY), **more)).verdict


# ---- equality, for every size

softmax = Definition(P[k, i], exp(Z[k, i]) / Sum(exp(Z[j, i]), (j, 1, K)))
scores = Definition(Z[k, i], Sum(W[k, d] * X[d, i], (d, 1, D)))
cost = Definition(J, -Sum(Sum(Y[k, i] * log(P[k, i]), (k, 1, K)), (i, 1, m)) / m)
targets = Given(Eq(Sum(Y[k, i], (k, 1, K)), 1), each=((i, m),), fix=Y[K, i])
network = (cost, softmax, scores)
known = Rule("targets sum to one", targets.says, needs=(targets,))
RIGHT = Sum((P[r, i] - Y[r, i]) * X[s, i], (i, 1, m)) / m


def gradient(below: Any, rule: Rule = known) -> Derivation:
    return calc(Derivative(J, W[r, s]), eq(below, by=rule), where=network)


def test_a_gradient_is_proved_for_every_size() -> None:
    assert report(gradient(RIGHT)).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("lost 1/m", RIGHT * m),
        pytest.param("doubled 1/m", RIGHT / m, marks=pytest.mark.slow),
        pytest.param("m − 1 for m", RIGHT * m / (m - 1), marks=pytest.mark.slow),
        ("sign", -RIGHT),
        ("K for m", RIGHT * m / K),
        ("transposed", Sum((P[r, i] - Y[r, i]) * X[r, i], (i, 1, m)) / m),
        ("sum ends early", Sum((P[r, i] - Y[r, i]) * X[s, i], (i, 1, m - 1)) / m),
        pytest.param("sum starts late", Sum((P[r, i] - Y[r, i]) * X[s, i], (i, 2, m)) / m, marks=pytest.mark.slow),
        pytest.param("square", Sum((P[r, i] - Y[r, i]) ** 2 * X[s, i], (i, 1, m)) / m, marks=pytest.mark.slow),
        pytest.param("plus one", RIGHT + 1, marks=pytest.mark.slow),
        pytest.param("shifted index", Sum((P[r, i] - Y[r, i]) * X[s - 1, i], (i, 1, m)) / m, marks=pytest.mark.slow),
    ],
)
def test_a_wrong_gradient_is_refuted_or_has_no_value(what: str, wrong: Any) -> None:
    found = report(gradient(wrong))
    assert not found.good, what
    link = found.links[0]
    assert link.verdict is Verdict.REFUTED or link.digits.kind is Ended.EXCEPTION
    assert link.proof.kind is not Ended.PROVED
    if link.verdict is Verdict.REFUTED:
        assert link.counterexample is not None
        assert {"K", "m", "D", "r", "s"} <= {n for n, _ in link.counterexample.sizes}
        assert link.counterexample.left != link.counterexample.right
        assert "is refuted" in found.problems[0]
        assert "K = " in found.problems[0]


def test_a_folded_name_moves_with_the_variable_through_an_open_one() -> None:
    """The prover once took its derivative for 0 there: of the chain ell → S → u it saw no link with S open."""
    inner, outer = Definition(S_, exp(u)), Definition(ell, log(S_))
    found = report(calc(Derivative(ell, u), eq(S_ - exp(u), by=WHY), where=(outer, inner))).links[0]
    assert found.verdict is Verdict.REFUTED
    assert found.proof.kind is Ended.CANNOT_TELL
    chain = calc(Derivative(ell, u), eq(S.One, by=WHY), where=(outer, inner))
    line = Derivative(ell, u) + Derivative(S_, u)
    assert differentiating("S")(line, chain) == Derivative(ell, u) + exp(u)


def test_a_gradient_without_its_hypothesis_is_refuted() -> None:
    assert report(gradient(RIGHT, WHY)).verdict is Verdict.REFUTED


def test_a_softmax_over_the_wrong_axis_is_refuted() -> None:
    wrong = replace(softmax, body=exp(Z[k, i]) / Sum(exp(Z[k, r]), (r, 1, m)))
    chain = calc(Sum(P[k, i], (k, 1, K)), eq(S.One, by=WHY), where=(wrong,), domain={i: (1, m)})
    assert report(chain).verdict is Verdict.REFUTED


def test_what_digits_cannot_tell_apart_and_symbols_cannot_prove_agrees() -> None:
    """A sum that only a theorem about geometric series closes."""
    above = Sum(2**i, (i, 1, N))
    assert report(calc(above, eq(2 ** (N + 1) - 2, by=WHY))).verdict in (Verdict.SMALL, Verdict.AGREES)


def test_a_link_that_is_proved_for_small_sizes_says_so() -> None:
    found = report(calc(Sum(2**i * a[1], (i, 1, K)), eq((2 ** (K + 1) - 2) * a[1], by=WHY)))
    assert found.verdict is Verdict.SMALL
    assert str(found.verdict) == "proved for sizes up to 3"


def test_a_name_without_a_row_is_a_fault() -> None:
    stranger = Symbol("stranger", real=True)
    found = report(calc(stranger + 1, eq(1 + stranger * 1 + 0 * x + stranger - stranger, by=WHY)))
    assert any("stranger has no row" in problem for problem in found.problems)


def test_what_the_evaluator_does_not_know_is_a_fault() -> None:
    f = Function("f")
    found = report(calc(f(x), eq(f(x) * x / x + f(x) - f(2 * x / 2) + 0, by=WHY)))
    assert not found.good


def test_a_line_that_repeats_the_one_above_is_a_fault() -> None:
    found = report(calc(x * u, eq(u * x, by=WHY)))
    assert any("repeats" in problem for problem in found.problems)


def test_a_line_without_a_value_is_no_verdict() -> None:
    found = report(
        calc(
            log(-x),
            eq(log(-x) * 1 + log(x) - log(x) + u - u + 0 * x, by=WHY)
            if False
            else eq(2 * log(-x) / 2 + 0 + x - x + S.Zero * u, by=WHY),
        )
    )
    assert found.links[0].digits.kind is Ended.EXCEPTION or found.problems


# ---- outcomes are different things


def test_a_hypothesis_that_says_what_the_link_says_is_a_fault() -> None:
    circle = Rule("given", "", needs=(Given(Eq(x, u), fix=x),))
    assert any("says what the link says" in problem for problem in report(calc(x, eq(u, by=circle))).problems)
    assert not any("says what" in problem for problem in report(calc(2 * x, eq(2 * u, by=circle))).problems)


def test_an_inequality_says_where_it_is_tight() -> None:
    with pytest.raises(ValueError, match="tight: expected the hypotheses"):
        le(x, by=Rule("", ""), tight=())


def test_an_unnamed_rule_that_states_what_is_false_is_a_fault() -> None:
    true, false = Eq(Sum(1, (k, 1, K)), K), Eq(Sum(1, (k, 1, K)), K + 1)
    for says, bad in ((true, False), (false, True)):
        chain = calc(1 / Sum(1, (k, 1, K)), eq(1 / K, by=Rule("a sum of ones counts", says)))
        assert any("a sum of ones counts" in problem for problem in report(chain).problems) is bad


def test_a_lemma_of_a_number_below_one_says_nothing_of_the_others() -> None:
    """−log p ≥ 0 for 0 < p < 1, and not for every x > 0."""
    lemma = Rule("a probability's logarithm", Le(log(pc), 0))
    chain = calc(log(x), le(S.Zero, by=lemma, tight=AT_ONE))
    assert prove(chain.links[0], chain).kind is Ended.CANNOT_TELL
    assert report(chain).verdict is Verdict.REFUTED


def test_a_common_factor_that_sympy_does_not_cancel_is_taken_away() -> None:
    """2**(2 − K − N) over itself stays a product of two powers in SymPy: no loop, and the rest is compared."""
    common = 2 ** (2 - K - N)
    for more, less, ended in ((1 + x, S.One, Ended.PROVED), (u, S.One, Ended.CANNOT_TELL)):
        chain = calc(common * more, ge(common * less, by=WHY, tight=AT_ONE))
        assert prove(chain.links[0], chain).kind is ended


@pytest.mark.parametrize("says", [Eq(S.One, 2), Eq(x, -1), Gt(x, 0)])
def test_a_hypothesis_that_sympy_has_decided_is_refused(says: Any) -> None:
    with pytest.raises(ValueError, match="says: expected a relation that leaves something open"):
        Given(says)


TOUCHED = Given(Eq(u, 1 / x), fix=u)
BOUNDED: list[tuple[Relational, Any, Any, bool]] = [
    (Ge(u, 1 / x), x * u, ge(S.One, by=WHY, tight=TOUCHED), True),
    (Ge(u, 1 / x), 1 - x * u, le(S.Zero, by=WHY, tight=TOUCHED), True),
    (Le(u, 1 / x), x * u, le(S.One, by=WHY, tight=TOUCHED), True),
    (Gt(u, 1 / x), x * u, gt(S.One, by=WHY), True),
    (Lt(u, 1 / x), x * u - K, lt(S.One, by=WHY), True),
    (Ge(u, 1 / x), x * u, gt(S.One, by=WHY), False),  # it may be equal
    (Ge(u, 1 / x), x * u, le(S.One, by=WHY, tight=TOUCHED), False),  # the other side
    (Ge(u, 1 / x), v1 * u, ge(v1 / x, by=WHY, tight=TOUCHED), False),  # a factor that may be negative
    (Ge(u, 1 / x), u**2, ge(x**-2, by=WHY, tight=TOUCHED), False),  # no straight line
    (Ge(u, v1), u * x, ge(S.Zero, by=WHY, tight=TOUCHED), False),  # a bound that may be negative
]


@pytest.mark.parametrize(("says", "start", "step", "proved"), BOUNDED)
def test_a_line_is_least_where_its_letter_is_at_its_bound(
    says: Relational, start: Any, step: Step, proved: bool
) -> None:
    needs = (Given(says),)
    chain = calc(start, replace(step, by=Rule("bound", "", needs=needs)))
    assert prove(chain.links[0], chain).kind is (Ended.PROVED if proved else Ended.CANNOT_TELL)
    chain = calc(start, step)  # and never without the hypothesis
    assert prove(chain.links[0], chain).kind is Ended.CANNOT_TELL


def test_a_positive_factor_comes_out_of_an_absolute_value() -> None:
    for factor, ended in ((x, Ended.PROVED), (Rational(2, 3) * x, Ended.PROVED), (u, Ended.CANNOT_TELL)):
        chain = calc(abs(factor * u - factor), eq(factor * abs(u - 1), by=WHY))
        assert prove(chain.links[0], chain).kind is ended


def test_what_has_no_derivative_has_no_tangent() -> None:
    chain = calc(floor(x), le(x, by=WHY, tight=AT_ONE))
    assert prove(chain.links[0], chain).kind is Ended.CANNOT_TELL


def test_the_time_limit_is_an_outcome_of_its_own() -> None:
    link = gradient(RIGHT).links[0]
    assert prove(link, gradient(RIGHT), seconds=0.001).kind is Ended.TIME_OUT


def test_an_exception_of_the_prover_is_an_outcome_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("derivations.prover._compare", fall)
    outcome = prove(gradient(RIGHT).links[0], gradient(RIGHT))
    assert outcome.kind is Ended.EXCEPTION
    assert "planted" in outcome.detail
    assert any("the prover raised" in problem for problem in report(gradient(RIGHT)).problems)


def test_a_check_that_raises_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(*_: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(check, "doubt", fall)
    found = report(gradient(RIGHT))
    assert found.verdict is Verdict.UNKNOWN
    assert "the check raised RuntimeError: planted" in found.problems[0]


def test_a_prover_that_proves_what_digits_refute_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivations.prover.zero", lambda *_: True)
    found = report(gradient(-RIGHT))
    assert any("it is unsound" in problem for problem in found.problems)


def test_no_limit_outlives_its_work() -> None:
    assert limited(5, lambda: 3) == 3


# ---- inequalities


def arithmetic_and_square(below: Any, tight: Given) -> Derivation:
    return calc(x * 2, le(below, by=Rule("a square is not negative", "(x − 1)² ≥ 0"), tight=tight))


AT_ONE = Given(Eq(x, 1), fix=x)


def test_an_inequality_with_its_tight_point() -> None:
    assert report(arithmetic_and_square(x**2 + 1, AT_ONE)).verdict is Verdict.PROVED


def test_an_inequality_the_wrong_way_round_is_refuted() -> None:
    assert report(calc(x**2 + 1, le(2 * x, by=WHY, tight=AT_ONE))).verdict is Verdict.REFUTED


def test_an_inequality_that_is_not_tight_where_it_says_is_refuted() -> None:
    found = report(arithmetic_and_square(x**2 + 2, AT_ONE))
    assert found.verdict is Verdict.REFUTED
    assert found.links[0].counterexample is not None
    assert "tight" in found.links[0].counterexample.relation


def test_greater_and_strict() -> None:
    assert report(calc(x**2 + 1, ge(2 * x, by=WHY, tight=AT_ONE))).verdict is Verdict.PROVED
    assert report(calc(-exp(u), lt(S.Zero, by=WHY))).verdict is Verdict.PROVED
    assert report(calc(exp(u), gt(S.Zero, by=WHY))).verdict is Verdict.PROVED
    assert report(calc(exp(u), lt(S.Zero, by=WHY))).verdict is Verdict.REFUTED
    assert report(calc(u, lt(u + 0 * x, by=WHY))).verdict is Verdict.REFUTED


def test_a_lemma_is_used_term_by_term() -> None:
    tangent = Rule("tangent", Le(log(x), x - 1))
    ones = Given(Eq(p[i], 1), each=((i, N),), fix=p[i])
    good = calc(Sum(log(p[i]), (i, 1, N)), le(Sum(p[i], (i, 1, N)) - N, by=tangent, tight=ones))
    assert report(good).verdict is Verdict.PROVED
    bad = calc(Sum(log(p[i]), (i, 1, N)), le(Sum(p[i], (i, 1, N)) - 2 * N, by=tangent, tight=ones))
    assert report(bad).verdict is Verdict.REFUTED


def test_the_lemma_itself_is_doubted() -> None:
    assert check.compute("lemma", Rule("tangent", Le(log(x), x - 1))).good
    assert check.compute("lemma", Rule("tangent", Ge(log(x), x - 1))).verdict is Verdict.REFUTED


# ---- order


def test_an_order_is_proved_and_a_wrong_one_refuted() -> None:
    assert report(calc(exp(epsilon), approx(1 + epsilon, by=WHY, small=epsilon, order=2))).verdict is Verdict.PROVED
    assert report(calc(exp(epsilon), approx(1 + epsilon, by=WHY, small=epsilon, order=3))).verdict is Verdict.REFUTED
    assert (
        report(calc(exp(epsilon), approx(1 + 2 * epsilon, by=WHY, small=epsilon, order=2))).verdict is Verdict.REFUTED
    )


def test_an_inequality_that_fails_near_zero_only_is_refuted() -> None:
    inner, squares = Sum(a[k] * b[k], (k, 1, K)), Sum(a[k] ** 2, (k, 1, K)) * Sum(b[k] ** 2, (k, 1, K))
    for says, verdict in ((Le(inner**2, squares), Verdict.AGREES), (Le(2 * inner, squares), Verdict.REFUTED)):
        chain = check.as_link(says, (), (), {}, "Cauchy–Schwarz")
        assert check.judge(chain.links[0], chain).verdict is verdict


# ---- rules that can be run


def test_a_rewrite_must_give_the_written_line() -> None:
    sifted = Rule("sifting", "", rewrite=sifting_sums)
    chain = calc(Sum(a[k] * KroneckerDelta(k, r), (k, 1, K)), eq(a[r], by=sifted))
    assert report(chain).links[0].rewrite == "strict"


def test_a_true_line_under_a_false_reason_fails() -> None:
    sifted = Rule("sifting", "", rewrite=sifting_sums)
    chain = calc(Sum(2 * a[k], (k, 1, K)), eq(2 * Sum(a[k], (k, 1, K)), by=sifted))
    found = report(chain)
    assert found.verdict is Verdict.PROVED
    assert not found.good
    assert any("does not change the line" in problem for problem in found.problems)


def test_a_rule_that_gives_something_else_fails() -> None:
    quality = Definition(Q, Product(p[i], (i, 1, N)))
    chain = calc(
        Q, eq(exp(Sum(log(p[i]), (i, 1, N))), by=Rule("definition", "", rewrite=opening("Q"))), where=(quality,)
    )
    assert any("gives" in problem for problem in report(chain).problems)


def test_a_rewrite_that_raises_fails() -> None:
    def fall(line: Any, chain: Derivation) -> Any:
        raise RuntimeError("planted")

    found = report(
        calc(
            2 * x,
            eq(x + x + u - u + 0, by=Rule("broken", "", rewrite=fall))
            if False
            else eq(x * 2 + S.Zero, by=Rule("broken", "", rewrite=fall)),
        )
    )
    assert any("raised RuntimeError: planted" in problem for problem in found.problems)


# ---- slips


def test_every_slip_of_a_good_chain_is_refuted() -> None:
    found = report(calc(Sum(2 * a[k], (k, 1, K)), eq(2 * Sum(a[k], (k, 1, K)), by=WHY)), slips=True)
    assert found.problems == ()
    score = found.links[0].mutants
    assert score.made == score.killed > 10


def test_a_slip_that_nobody_refutes_is_named() -> None:
    """0 times anything is 0: a doubled factor is invisible."""
    zero = Given(Eq(u, 0), fix=u)
    found = report(calc(3 * u, eq(S.Zero, by=Rule("u is 0", zero.says, needs=(zero,)))), slips=True)
    assert any("nobody refuted the slip “line 0: doubled factor" in problem for problem in found.problems)


def test_an_equivalent_slip_is_listed_with_its_reason_and_only_if_it_is_one() -> None:
    zero = Given(Eq(u, 0), fix=u)
    rule = Rule("u is 0", zero.says, needs=(zero,))
    survivors = report(calc(3 * u, eq(S.Zero, by=rule)), slips=True).links[0].mutants.survived
    listed = dict.fromkeys(survivors, "0 times anything is 0")
    good = report(calc(3 * u, eq(S.Zero, by=rule), equivalents=listed), slips=True)
    assert good.problems == ()
    assert len(good.links[0].mutants.equivalent) == len(survivors)
    wrong = report(
        calc(2 * x, eq(x + x * 1 + 0 * u, by=WHY), equivalents={"line 0: sign: the whole line": "not so"}), slips=True
    )
    assert any("repeats" in p or "listed as equivalent, but refuted" in p for p in wrong.problems)
    stale = report(calc(3 * u, eq(S.Zero, by=rule), equivalents={**listed, "line 7: no such slip": "gone"}), slips=True)
    assert any("listed as equivalent, but not made" in problem for problem in stale.problems)


def test_a_slip_in_a_definition_that_the_chain_uses_is_refuted_or_left_to_another_voice() -> None:
    found = report(gradient(RIGHT), slips=True)
    scores = dict(found.definitions)
    assert set(scores) == {"J", "P", "Z"}
    assert all(score.made == score.killed + len(score.survived) for score in scores.values())
    assert scores["J"].killed > 5


@pytest.mark.parametrize("name", ["bias_goes", "backward"])
@pytest.mark.parametrize("dearest_first", [False, True])
def test_a_slip_of_a_definition_is_refuted_whichever_link_is_asked_first(name: str, dearest_first: bool) -> None:
    """The links are asked in an order of their cost, and one answer ends it; here every link is asked of every slip."""
    chain: Derivation = library.find(name).value
    trials: dict[int, check.Trial] = {}
    for link in chain.links:
        assert check.doubt(link, chain, trials)[0].kind is Ended.AGREES
    assert all(trial.seconds > 0 for trial in trials.values())
    for n, trial in trials.items():
        trial.seconds = -n if dearest_first else n
    scores = check.mutate(chain, trials)[1]
    for one in reach(chain.lines, chain.meanings):
        mutants = list(slips(one.body))[::3]
        for slip in mutants:
            where = {**chain.meanings, one.label: replace(one, body=slip.line)}
            refuted = [check._refuted([(trials[x.number], x.above, x.below)], where) for x in chain.links]
            assert any(refuted) is (slip.description not in scores[one.label].survived), slip.description


def test_a_slip_that_is_listed_as_equivalent_and_refuted_is_a_fault() -> None:
    chain = calc(Sum(2 * a[k], (k, 1, K)), eq(2 * Sum(a[k], (k, 1, K)), by=WHY))
    for n, slip in list(check.line_slips(chain))[::4]:
        description = f"line {n}: {slip.description}"
        found = report(replace(chain, equivalents={description: "not so"}), slips=True)
        assert any(f"listed as equivalent, but refuted: {description}" in problem for problem in found.problems)


# ---- induction

summed = Eq(Sum(i, (i, 1, t)), t * (t + 1) / 2)
hypothesis = Given(Eq(Sum(i, (i, 1, t - 1)), (t - 1) * t / 2))


def gauss(**change: Any) -> Induction:
    made = {
        "claim": summed,
        "on": t,
        "first": 0,
        "base": calc(Sum(i, (i, 1, 0)), eq(S.Zero, by=WHY)),
        "step": calc(
            Sum(i, (i, 1, t)),
            eq(Sum(i, (i, 1, t - 1)) + t, by=Rule("last term", "")),
            eq((t - 1) * t / 2 + t, by=Rule("induction hypothesis", "", needs=(hypothesis,))),
            eq(t * (t + 1) / 2, by=WHY),
        ),
    }
    return Induction(**{**made, **change})


def test_an_induction_is_two_chains_and_a_claim() -> None:
    found = report(gauss(), slips=True)
    assert found.good
    assert found.verdict is Verdict.PROVED
    assert found.claim is not None
    assert found.claim.made == found.claim.killed > 5


@pytest.mark.parametrize(
    ("what", "change"),
    {
        "base, last line": {"base": calc(Sum(i, (i, 1, 0)), eq(S.One, by=WHY))},
        "step, last line": {"claim": Eq(summed.lhs, t * (t + 2) / 2)},
        "step, first line": {"claim": Eq(2 * summed.lhs, summed.rhs)},
        "no rule of the step needs": {
            "step": calc(Sum(i, (i, 1, t)), eq(Sum(i, (i, 1, t - 1)) + t, by=WHY), eq(t * (t + 1) / 2, by=WHY))
        },
    }.items(),
)
def test_an_induction_that_does_not_fit_is_a_fault(what: str, change: dict[str, Any]) -> None:
    assert any(what in problem for problem in report(gauss(**change)).problems)


def scaled(each: tuple[tuple[Any, Any], ...], base: Any = None) -> Induction:
    """dZ of every unit, layer after layer; the hypothesis is the claim of the layer above, for the units in `each`."""
    hypothesis = replace(any_number_of_layers.one_layer_higher, each=each)
    found = any_number_of_layers.factor_reaches_every_layer
    start, above, *steps = found.step.steps
    above = replace(above, by=replace(above.by, needs=(hypothesis,)))
    return replace(
        found, step=replace(found.step, steps=(start, above, *steps)), base=replace(found.base, **(base or {}))
    )


def test_an_induction_may_suppose_its_claim_for_every_value_of_the_claims_own_indices() -> None:
    assert report(scaled(((unit, H),))).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("each", "base"),
    [
        pytest.param(((below, layers),), {}, id="for every layer"),
        pytest.param(((unit, H), (below, layers)), {}, id="for every unit and layer"),
        pytest.param(((unit, K),), {}, id="another range"),
        pytest.param(((unit2, H),), {}, id="an index that the claim does not have"),
        pytest.param(((unit, H),), {"domain": {unit: (1, K)}}, id="a base for some units only"),
    ],
)
def test_an_induction_may_not_suppose_more_than_its_claim_says(each: Any, base: Any) -> None:
    problems = report(scaled(each, base)).problems
    assert any("no rule of the step needs" in problem for problem in problems)


# ---- derivatives off a kink, and extremes


def test_a_piece_is_differentiated_where_the_letter_is_not_at_the_kink() -> None:
    ramp, step = Piecewise((x, x > 1), (S.One, True)), Piecewise((S.One, x > 1), (S.Zero, True))
    off = Rule("off the kink", "", needs=(Given(Ne(x, 1)),))
    assert report(calc(Derivative(ramp, x), eq(step, by=off))).verdict is Verdict.PROVED
    assert report(calc(Derivative(ramp, x), eq(1 - step, by=off))).verdict is Verdict.REFUTED
    for loose in (Rule("somewhere", ""), Rule("off another kink", "", needs=(Given(Ne(x, 2)),))):
        found = report(calc(Derivative(ramp, x), eq(step, by=loose)))
        assert any("condition depends on x" in problem for problem in found.problems)


def test_a_factor_leaves_an_extreme_only_where_it_is_positive() -> None:
    for kind in (Max, Min):
        assert verdict(kind(u / m, x / m), kind(u, x) / m) is Verdict.PROVED
        assert verdict(kind(u / m, x), kind(u, x) / m) is Verdict.REFUTED
        assert verdict(kind(-u, -x), -kind(u, x)) is Verdict.REFUTED


# ---- matrix entries


def test_an_entry_is_its_sum_and_not_its_transpose() -> None:
    product_of = Entry(matrix(E) * matrix(X).T, r, s)
    assert verdict(Sum(E[r, i] * X[s, i], (i, 1, m)), product_of) is Verdict.PROVED
    assert verdict(Sum(E[r, i] * X[s, i], (i, 1, m)), product_of / m) is Verdict.REFUTED


# ---- definitions, quantities, claims


def test_a_definition_with_a_loose_index_is_a_fault() -> None:
    assert check.compute("loose", Definition(ell, a[k])).problems
    assert check.compute("tight", Definition(ell, Sum(a[k], (k, 1, K)))).good


def test_a_quantity_is_exact_and_refuses_floats() -> None:
    mean = Quantity(Sum(p[i], (i, 1, N)) / N, "mean", (), {N: 2, p: ("0.1", "0.2")})
    assert check.quantity_value(mean) == Fraction(3, 20)
    assert check.compute("no value", Quantity(p[3], "out of range", (), {N: 2, p: ("0.1", "0.2")})).problems
    with pytest.raises(TypeError, match=r"got the float 0\.1"):
        check.quantity_value(replace(mean, at={N: 2, p: (0.1, 0.2)}))


def claim(**more: Any) -> Claim:
    return Claim("T-1", SOURCE, "says", Kind.IDENTITY, **more)


def test_a_true_claim_a_false_one_and_a_conditional_one() -> None:
    one = Given(Eq(Sum(q[k], (k, 1, K)), 1), fix=q[K])
    whole = Eq(Sum(q[k] + 1, (k, 1, K)), 1 + K)
    assert (
        check.rule_on(claim(stated=Eq(Sum(a[k] + b[k], (k, 1, K)), Sum(b[k], (k, 1, K)) + Sum(a[k], (k, 1, K))))).ruling
        is Ruling.TRUE
    )
    false = check.rule_on(claim(stated=whole))
    assert false.ruling is Ruling.FALSE
    assert false.counterexample is not None
    conditional = check.rule_on(claim(stated=whole, conditions=(one,)))
    assert conditional.ruling is Ruling.CONDITIONAL
    assert conditional.problems == ()
    needless = check.rule_on(claim(stated=whole, given=(one,), conditions=(one,)))
    assert any("expected to be refuted without" in problem for problem in needless.problems)


def test_the_prover_is_not_asked_of_a_claim_that_digits_refute(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def watched(link: Any, chain: Any, seconds: float) -> Any:
        asked.append(link.above)
        return prove(link, chain, seconds)

    monkeypatch.setattr(check, "prove", watched)
    total = Sum(a[k] + 1, (k, 1, K))
    assert check.rule_on(claim(stated=Eq(total, K + 1))).ruling is Ruling.FALSE
    assert asked == []
    assert check.rule_on(claim(stated=Eq(total, Sum(a[k], (k, 1, K)) + K))).ruling is Ruling.TRUE
    assert asked == [total]
    assert report(calc(total, eq(K + 1, by=WHY))).verdict is Verdict.REFUTED
    assert asked == [total, total], "of a chain it is: it must not prove what is false"


def test_a_printed_decimal_stands_for_what_rounds_to_it() -> None:
    third = {"at": {N: 1, p: ("0.3333",)}, "places": 2}
    assert check.rule_on(claim(stated=Eq(p[1], Rational("0.33"), evaluate=False), **third)).ruling is Ruling.TRUE
    assert check.rule_on(claim(stated=Eq(p[1], Rational("0.34"), evaluate=False), **third)).ruling is Ruling.FALSE


def test_a_reasoned_claim_needs_a_reason_and_a_computed_one_has_no_typed_ruling() -> None:
    with pytest.raises(ValueError, match="needs a ruling and a reason"):
        claim()
    with pytest.raises(ValueError, match="computed, not typed"):
        claim(stated=Eq(x, u), ruling=Ruling.TRUE)
    assert not check.rule_on(claim(ruling=Ruling.OPINION, because="taste")).computed


def test_a_question_is_answered_and_neither_true_nor_false() -> None:
    asked = {"because": "Answer: no."}
    assert Claim("T-1", SOURCE, "Is it?", Kind.QUESTION, ruling=Ruling.ANSWERED, **asked).stated is None
    for kind, ruling in ((Kind.QUESTION, Ruling.TRUE), (Kind.STATEMENT, Ruling.ANSWERED)):
        with pytest.raises(ValueError, match="a question is answered, and nothing else is"):
            Claim("T-1", SOURCE, "Is it?", kind, ruling=ruling, **asked)


# ---- bad input to the types


def test_types_refuse_what_makes_no_sense() -> None:
    with pytest.raises(ValueError, match="steps: expected at least one"):
        calc(x)
    with pytest.raises(ValueError, match="expected one meaning"):
        calc(x, eq(u, by=WHY), where=(Definition(L, x), Definition(L, u)))
    with pytest.raises(ValueError, match="expected distinct index symbols"):
        Definition(Z[k, k], x)
    with pytest.raises(ValueError, match="expected a Symbol or an Indexed"):
        Definition(x + 1, u)
    with pytest.raises(ValueError, match="order: expected a positive integer"):
        approx(x, by=WHY, small=epsilon, order=0)


def test_a_counterexample_reads_as_one() -> None:
    found = report(calc(eta * kappa, eq(eta / kappa, by=WHY))).links[0].counterexample
    assert found is not None
    assert str(found).startswith("at eta = ")
    assert str(found).endswith("is false")


def test_relations_hold_as_they_should() -> None:
    one, two = Fraction(1), Fraction(2)
    wanted = {
        Relation.EQ: (False, True),
        Relation.LE: (True, True),
        Relation.LT: (True, False),
        Relation.GE: (False, True),
        Relation.GT: (False, False),
    }
    for relation, (apart, same) in wanted.items():
        assert check.holds(relation, one, two) is apart
        assert check.holds(relation, one, exact.real(one)) is same
    assert pi is not z
