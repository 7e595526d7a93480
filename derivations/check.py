"""Doubt: every link by symbols, by digits and by slips; every rule by its rewrite; every claim by its formula.

Verdicts are computed here and nowhere typed. A report is plain data, so that it can be kept
(`derivations.cache`) and printed by anyone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import sympy
from sympy import Expr, Integer, Symbol
from sympy.core.relational import Relational

from derivations import exact, library
from derivations.calculus import (
    Claim,
    Definition,
    Derivation,
    Given,
    Induction,
    Link,
    Quantity,
    Relation,
    Rewrite,
    Rule,
    Ruling,
    Step,
    label,
)
from derivations.notation import TABLE
from derivations.prover import SECONDS, Kind, Outcome, TimeOut, limited, prepared, prove
from derivations.rewriting import LINEAR, CannotRewrite, Context, normal, open_entries, same_up_to_names, zero
from derivations.rules import using
from derivations.sampler import NoPoint, need, points, reach, settings
from derivations.slips import Slip, slips

SMALL_SIZES = (1, 2, 3)
SMALL_SECONDS = 60.0
REFUTED_SECONDS = 1.0


class Verdict(StrEnum):
    """What is known of a link, a derivation or a rule's statement."""

    PROVED = "proved for all sizes"
    SMALL = f"proved for sizes up to {SMALL_SIZES[-1]}"
    AGREES = f"agrees to {exact.DIGITS} digits"
    REFUTED = "refuted"
    UNKNOWN = "unknown"

    @property
    def short(self) -> str:
        """One word, for markup."""
        return self.name.lower()


# from best to worst: a chain is worth what its worst link is
ORDER = (Verdict.PROVED, Verdict.SMALL, Verdict.AGREES, Verdict.UNKNOWN, Verdict.REFUTED)


@dataclass(frozen=True)
class Counterexample:
    """Where a link breaks: the sizes and indices, the values of what stands in it, and both sides."""

    sizes: tuple[tuple[str, str], ...]
    values: tuple[tuple[str, str], ...]
    left: str
    right: str
    relation: str

    def __str__(self) -> str:
        at = ", ".join(f"{n} = {v}" for n, v in (*self.sizes, *self.values))
        return f"at {at}: {self.left} {self.relation} {self.right} is false"


@dataclass(frozen=True)
class Score:
    """Slips made, refuted, known as equivalent (with the reason), and those that nobody refuted."""

    made: int = 0
    killed: int = 0
    equivalent: tuple[tuple[str, str], ...] = ()
    survived: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinkReport:
    """What the three doubts said of one link."""

    number: int
    verdict: Verdict
    proof: Outcome
    digits: Outcome
    rewrite: str  # "strict", "loose", "reason only" or "fails"
    mutants: Score = field(default_factory=Score)
    counterexample: Counterexample | None = None


@dataclass(frozen=True)
class Report:
    """What is known of a named derivation, definition or rule."""

    name: str
    verdict: Verdict
    links: tuple[LinkReport, ...]
    seconds: float
    problems: tuple[str, ...] = ()
    mutated: bool = False
    definitions: tuple[tuple[str, Score], ...] = ()  # `survived`: left to the third voice
    claim: Score | None = None  # of an induction

    @property
    def good(self) -> bool:
        return not self.problems and self.verdict in ORDER[:3]


@dataclass(frozen=True)
class ClaimReport:
    """The ruling on a claim, and how it came about."""

    id: str
    ruling: Ruling
    computed: bool
    detail: str = ""
    counterexample: Counterexample | None = None
    value: str = ""
    problems: tuple[str, ...] = ()


# ---- digits


def show(x: Any, digits: int = 12) -> str:
    """A number for a reader: whole, a short decimal that is exact, a short fraction, or a rounded decimal."""
    if isinstance(x, Fraction):
        if (x * 10**4).denominator == 1:
            return f"{x.numerator / x.denominator:.4f}".rstrip("0").rstrip(".") if abs(x) < 10**9 else str(x)
        if len(str(x)) <= 9:
            return str(x)
    return str(exact.context.nstr(exact.real(x), digits)).removesuffix(".0")


class _Reads(dict[Any, Any]):
    """A mapping that keeps the keys it was asked for."""

    def __init__(self, entries: Mapping[Any, Any]) -> None:
        super().__init__(entries)
        self.asked: set[Any] = set()

    def __getitem__(self, key: Any) -> Any:
        self.asked.add(key)
        return super().__getitem__(key)


def _read(point: exact.Point, lines: Iterable[Expr], given: Iterable[Given]) -> exact.Point:
    """The point with those numbers alone that the lines and the hypotheses read there."""
    scalars, arrays = _Reads(point.scalars), {name: _Reads(entries) for name, entries in point.arrays.items()}
    at = exact.Point(scalars, arrays, point.where)
    for line in lines:
        at(line)
    for one in given:
        for values in product(*(range(1, at.whole(top) + 1) for _, top in one.each)):
            bind = {i: Fraction(v) for (i, _), v in zip(one.each, values, strict=True)}
            exact.Point(scalars, arrays, point.where, indices=bind).holds(one.says)
    return exact.Point(
        {n: v for n, v in point.scalars.items() if n in scalars.asked},
        {n: {ix: v for ix, v in entries.items() if ix in arrays[n].asked} for n, entries in point.arrays.items()},
        point.where,
    )


def counterexample(
    point: exact.Point, lines: Iterable[Expr], left: Any, right: Any, relation: str, given: Iterable[Given] = ()
) -> Counterexample:
    """The point in words: sizes and indices first, then numbers and the entries of small arrays.

    What a sampler drew and neither a line nor a hypothesis reads is left out.
    """
    point = _read(point, lines, given)
    sizes = [(n, show(v)) for n, v in sorted(point.scalars.items()) if TABLE[n].kind in ("size", "index")]
    values = [(n, show(v)) for n, v in sorted(point.scalars.items()) if TABLE[n].kind not in ("size", "index")]
    for name, entries in sorted(point.arrays.items()):
        for ix, v in sorted(entries.items()):
            values.append((f"{name}[{', '.join(map(str, ix))}]", show(v)))
    return Counterexample(tuple(sizes), tuple(values), show(left), show(right), relation)


def plain(point: exact.Point, e: Expr) -> Any:
    out = point(e)
    return exact.lift(out).value if isinstance(out, exact.Jet) else out


HOLDS: dict[Relation, Callable[[Any, Any], bool]] = {
    Relation.EQ: lambda a, b: exact.gap(a, b) is None,
    Relation.LE: lambda a, b: a <= b or exact.gap(a, b) is None,
    Relation.GE: lambda a, b: a >= b or exact.gap(a, b) is None,
    Relation.LT: lambda a, b: a < b and exact.gap(a, b) is not None,
    Relation.GT: lambda a, b: a > b and exact.gap(a, b) is not None,
}


def holds(relation: Relation, a: Any, b: Any) -> bool:
    if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
        a, b = exact.real(a), exact.real(b)
    return bool(HOLDS[relation](a, b))


@dataclass
class Trial:
    """One link with the points it is doubted at; lines can be exchanged for slips.

    `relation` at ordinary points; equality at the tight ones; for ≈ the error at two steps of the
    small letter.
    """

    link: Link
    derivation: Derivation
    seconds: float = 0.0  # that the doubt took

    def __post_init__(self) -> None:
        step = self.link.step
        given = (*self.derivation.given, *step.by.needs)
        lines = [self.link.above, self.link.below]
        # an inequality between different powers breaks near 0 or far from it
        edges = (0, 1) if step.relation in (Relation.EQ, Relation.APPROX) else (0, 1, 2)
        self.free = list(points(lines, self.derivation, given, seed=self.link.number, edges=edges))
        self.tight = (
            list(points(lines, self.derivation, (*given, *step.tight), seed=-self.link.number)) if step.tight else []
        )

    def breaks(
        self, above: Expr, below: Expr, where: Mapping[str, Definition] | None = None
    ) -> tuple[exact.Point, Any, Any, str] | None:
        """The first point at which the link is false, both sides, and the relation that fails. Raises Undefined.

        With definitions of its own (`where`), two points: what is not refuted there is shared by both sides as a
        rule, stays equal at all of them, and is refuted by the third voice.
        """
        relation = self.link.step.relation
        if relation is Relation.APPROX:
            return self._order_breaks(above, below, where)
        free = self.free if where is None else self.free[:3:2]
        for sample, wanted in [(p, relation) for p in free] + [(p, Relation.EQ) for p in self.tight]:
            point = sample if where is None else sample.under(where)
            a, b = plain(point, above), plain(point, below)
            if not holds(wanted, a, b):
                return point, a, b, str(wanted) if wanted is relation else "= (where it is tight)"
        return None

    def _order_breaks(
        self, above: Expr, below: Expr, where: Mapping[str, Definition] | None
    ) -> tuple[exact.Point, Any, Any, str] | None:
        """The error must shrink by 10^order when the small letter shrinks by 10."""
        step = self.link.step
        assert step.small is not None
        for sample in self.free:
            errors = []
            for power in (8, 9):
                scalars = {**sample.scalars, step.small.name: Fraction(1, 10**power)}
                point = exact.Point(scalars, sample.arrays, where if where is not None else sample.where)
                a, b = plain(point, above), plain(point, below)
                errors.append(abs(exact.real(a) - exact.real(b)))
            if errors[1] == 0 and errors[0] == 0:
                continue
            if errors[1] == 0 or errors[0] / errors[1] < exact.context.mpf(10) ** step.order * exact.context.mpf(
                "0.99"
            ):
                return point, a, b, f"≈ up to order {step.order}"
        return None


def doubt(
    link: Link, derivation: Derivation, trials: dict[int, Trial] | None = None
) -> tuple[Outcome, Counterexample | None]:
    """Evaluate both sides at every point; the points are left in `trials`, by the link's number."""
    started = time.perf_counter()
    try:
        trial = Trial(link, derivation)
        if trials is not None:
            trials[link.number] = trial
        broken = trial.breaks(link.above, link.below)
        trial.seconds = time.perf_counter() - started
    except (NoPoint, exact.NoRule) as fault:
        return Outcome(Kind.CANNOT_TELL, f"{type(fault).__name__}: {fault}", time.perf_counter() - started), None
    except exact.Undefined as fault:
        return Outcome(
            Kind.EXCEPTION, f"undefined at a point of the domain: {fault}", time.perf_counter() - started
        ), None
    seconds = time.perf_counter() - started
    if broken is None:
        return Outcome(
            Kind.AGREES, f"{len(trial.free)} points" + (f", {len(trial.tight)} tight" if trial.tight else ""), seconds
        ), None
    point, a, b, relation = broken
    given = (*derivation.given, *link.step.by.needs)
    found = counterexample(point, (link.above, link.below), a, b, relation, given)
    return Outcome(Kind.REFUTED, str(found), seconds), found


# ---- small sizes


def prove_small(link: Link, derivation: Derivation) -> bool:
    """The fallback: every combination of sizes up to 3 and of free indices, entries as symbols. Only for =."""
    if link.step.relation is not Relation.EQ:
        return False
    given = (*derivation.given, *link.step.by.needs)
    if any(isinstance(g.says.lhs, sympy.Sum) for g in given):
        return False
    everything = frozenset(n for n, one in derivation.meanings.items() if not one.piecewise_recursive)
    try:
        a, b = (prepared(x, derivation, everything, given) for x in (link.above, link.below))
        sizes = sorted(
            (
                x
                for x in (a - b).free_symbols
                if isinstance(x, Symbol) and x.name in TABLE and TABLE[x.name].kind == "size"
            ),
            key=str,
        )
        if not sizes:
            return False

        def go() -> bool:
            from derivations.prover import context

            ranges = context(link, derivation, given).ranges
            for values in product(SMALL_SIZES, repeat=len(sizes)):
                fixed = {n: Integer(v) for n, v in zip(sizes, values, strict=True)}
                gap = (a - b).xreplace(fixed)
                free = [x for x in ranges if x in gap.free_symbols]
                tops = [ranges[x][1].xreplace(fixed) for x in free]
                for at in product(*(range(1, int(top) + 1) for top in tops)):
                    if not zero(gap.xreplace(dict(zip(free, map(Integer, at), strict=True))), Context()):
                        return False
            return True

        return limited(SMALL_SECONDS, go)
    except (TimeOut, CannotRewrite, ValueError, TypeError):
        return False


# ---- rewrites


def rewrite_form(link: Link, derivation: Derivation) -> tuple[str, str]:
    """Does the rule, run, give the written line, and does it change the line it reads?"""
    rule = link.step.by
    if rule.rewrite is None:
        # a rule that is nothing but its hypotheses can be run: put them in. If that is not all, it is a reason only.
        if not rule.needs:
            return "reason only", ""
        form, _ = _run(link, derivation, using(*rule.needs))
        return (form, "") if form != "fails" else ("reason only", "")
    return _run(link, derivation, rule.rewrite)


def _run(link: Link, derivation: Derivation, rewrite: Rewrite) -> tuple[str, str]:
    rule = link.step.by
    read, written = (link.below, link.above) if rule.lower else (link.above, link.below)
    try:
        made = limited(SMALL_SECONDS, lambda: rewrite(read, derivation))
    except TimeOut:
        return "fails", f"rule “{rule.name}” did not come to an end"
    except Exception as fault:
        return "fails", f"rule “{rule.name}” raised {type(fault).__name__}: {fault}"
    if same_up_to_names(made, read):
        return "fails", f"rule “{rule.name}” does not change the line {read}"
    try:
        opened = open_entries(made), open_entries(written)
        if same_up_to_names(*opened):
            return "strict", ""
        if normal(opened[0], LINEAR) == normal(opened[1], LINEAR):
            return "loose", ""
    except CannotRewrite:
        pass
    return "fails", f"rule “{rule.name}” gives {made}, but the line says {written}"


# ---- slips


def _refuted(trials: Iterable[tuple[Trial, Expr, Expr]], where: Mapping[str, Definition] | None = None) -> bool:
    for trial, above, below in trials:
        try:
            if trial.breaks(above, below, where) is not None:
                return True
        except (exact.Undefined, exact.NoRule, ZeroDivisionError, OverflowError, KeyError, RecursionError):
            return True  # a line without a value where the right one has one
    return False


def line_slips(derivation: Derivation) -> Iterator[tuple[int, Slip]]:
    """Every slip of every line, with the line's number, 0 for the first."""
    for n, line in enumerate(derivation.lines):
        for slip in slips(line):
            yield n, slip


@lru_cache(maxsize=1024)
def _slips_of(body: Expr) -> tuple[Slip, ...]:
    """The slips of a definition, which many chains use."""
    return tuple(slips(body))


def mutate(
    derivation: Derivation, doubted: Mapping[int, Trial]
) -> tuple[dict[int, Score], dict[str, Score], list[str]]:
    """Scores by link (a line counts with the link above it, the first with the first), and by definition.

    The slips are tried at the points where the links were doubted.
    """
    links = derivation.links
    trials = [doubted[link.number] for link in links]
    problems: list[str] = []
    made: dict[int, list[Slip]] = {}
    survived: dict[int, list[str]] = {}
    equivalent: dict[int, list[tuple[str, str]]] = {}
    used: set[str] = set()
    for n, slip in line_slips(derivation):
        link = max(n, 1)
        made.setdefault(link, []).append(slip)
        broken = []
        if n >= 1:
            broken.append((trials[n - 1], links[n - 1].above, slip.line))
        if n < len(links):
            broken.append((trials[n], slip.line, links[n].below))
        refuted = _refuted(broken)
        if refuted and not any(known.startswith(f"line {n}: {slip.what}: ") for known in derivation.equivalents):
            continue  # most are, and a description is slow to print
        description = f"line {n}: {slip.description}"
        if refuted:
            if description in derivation.equivalents:
                problems.append(f"listed as equivalent, but refuted: {description}")
        elif description in derivation.equivalents:
            used.add(description)
            equivalent.setdefault(link, []).append((description, derivation.equivalents[description]))
        else:
            survived.setdefault(link, []).append(description)
    problems += [
        f"listed as equivalent, but not made: {d}"
        for d in derivation.equivalents
        if d not in used and not d.startswith("claim:") and not any(d in p for p in problems)
    ]
    scores = {}
    for link_ in links:
        n = link_.number
        total, gone, same = len(made.get(n, [])), survived.get(n, []), equivalent.get(n, [])
        if total == 0:
            problems.append(f"link {n}: no slip was made of it")
        scores[n] = Score(total, total - len(gone) - len(same), tuple(same), tuple(gone))
    definitions = {}
    for one in reach(derivation.lines, derivation.meanings):
        mutants = _slips_of(one.body)
        left = []
        users = [
            (t, x) for t, x in zip(trials, links, strict=True) if one in reach([x.above, x.below], derivation.meanings)
        ]
        # one link that refutes will do: the quick ones first, and first of all the one that refuted the last slip
        users.sort(key=lambda user: user[0].seconds)
        for slip in mutants:
            where = {**derivation.meanings, one.label: replace(one, body=slip.line)}
            for n, (t, x) in enumerate(users):
                if _refuted([(t, x.above, x.below)], where):
                    users.insert(0, users.pop(n))
                    break
            else:
                left.append(slip.description)
        definitions[one.label] = Score(len(mutants), len(mutants) - len(left), (), tuple(left))
    return scores, definitions, problems


# ---- reports


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=ORDER.index, default=Verdict.UNKNOWN)


def judge(
    link: Link, derivation: Derivation, trials: dict[int, Trial] | None = None, refuted_too: bool = True
) -> LinkReport:
    """The verdict on one link, by symbols and by digits, and whether its rule, run, gives it.

    `refuted_too`: what digits refute is handed to the prover too, which must not prove it. A claim that is
    refuted, and a rule's statement, end there: nobody asks what the prover would have said.
    """
    digits, found = doubt(link, derivation, trials)
    if digits.kind is not Kind.REFUTED:
        proof = prove(link, derivation, SECONDS)
    elif refuted_too:
        proof = prove(link, derivation, REFUTED_SECONDS)  # it need not think long
    else:
        proof = Outcome(Kind.CANNOT_TELL, "not asked: digits refute it")
    form, _ = rewrite_form(link, derivation)
    if digits.kind is Kind.REFUTED:
        verdict = Verdict.REFUTED
    elif digits.kind is Kind.EXCEPTION:
        verdict = Verdict.UNKNOWN
    elif proof.kind is Kind.PROVED:
        verdict = Verdict.PROVED
    elif prove_small(link, derivation):
        verdict = Verdict.SMALL
    elif digits.kind is Kind.AGREES:
        verdict = Verdict.AGREES
    else:
        verdict = Verdict.UNKNOWN
    return LinkReport(link.number, verdict, proof, digits, form, counterexample=found)


def _check_chain(
    derivation: Derivation, with_slips: bool
) -> tuple[list[LinkReport], list[str], tuple[tuple[str, Score], ...]]:
    links, problems = [], []
    trials: dict[int, Trial] = {}
    for link in derivation.links:
        one = judge(link, derivation, trials)
        links.append(one)
        if link.above == link.below:
            problems.append(f"link {link.number}: the line repeats the one above (SymPy may have evaluated it)")
        if one.verdict is Verdict.REFUTED:
            problems.append(f"link {link.number} ({link.step.by.name}) is refuted {one.digits.detail}")
            if one.proof.kind is Kind.PROVED:
                problems.append(f"link {link.number}: the prover proves what digits refute: it is unsound")
        elif one.verdict is Verdict.UNKNOWN:
            problems.append(
                f"link {link.number} ({link.step.by.name}): {one.proof.kind} {one.proof.detail}; "
                f"digits: {one.digits.kind} {one.digits.detail}"
            )
        if one.proof.kind is Kind.EXCEPTION:
            problems.append(f"link {link.number}: the prover raised {one.proof.detail}")
        if one.digits.kind is Kind.CANNOT_TELL:
            problems.append(f"link {link.number}: no digits: {one.digits.detail}")
        if one.rewrite == "fails":
            problems.append(f"link {link.number}: {rewrite_form(link, derivation)[1]}")
        problems += _stated(link, derivation)
        if _assumed(link, derivation):
            problems.append(f"link {link.number}: a hypothesis says what the link says")
    definitions: tuple[tuple[str, Score], ...] = ()
    if with_slips and not problems:
        scores, found, faults = mutate(derivation, trials)
        problems += faults
        links = [replace(one, mutants=scores[one.number]) for one in links]
        definitions = tuple(found.items())
        for one in links:
            problems += [f"link {one.number}: nobody refuted the slip “{s}”" for s in one.mutants.survived]
    return links, problems, definitions


def _assumed(link: Link, derivation: Derivation) -> bool:
    """Is the link itself among its hypotheses? Then every doubt would pass it.

    One that is solved for no entry is met by the definitions alone, a step of a recursion say: that is no circle.
    """
    pair = {link.above, link.below}
    given = (g for g in (*derivation.given, *link.step.by.needs) if g.fix is not None and not g.each)
    return any({g.says.lhs, g.says.rhs} == pair for g in given)


def states_something(rule: Rule) -> bool:
    """Is the rule's statement a relation of its own, and not just one of its hypotheses by name?"""
    return isinstance(rule.says, Relational) and all(rule.says != g.says for g in rule.needs)


def _stated(link: Link, derivation: Derivation) -> list[str]:
    """A rule's statement stands on the page, so one that is a relation is doubted, named or not."""
    rule = link.step.by
    if not states_something(rule):
        return []
    assert isinstance(rule.says, Relational)
    chain = as_link(rule.says, derivation.where, rule.needs, derivation.domain, rule.name)
    one = judge(chain.links[0], chain, refuted_too=False)
    if one.verdict in ORDER[:3]:
        return []
    return [f"link {link.number}: the rule “{rule.name}” says {rule.says}: {one.verdict} {one.digits.detail}"]


def _fits(one: Induction) -> list[str]:
    """The ends of both chains, and the hypothesis, against the claim."""
    problems = []

    def at(e: Any, value: Any) -> Any:
        return e.subs(one.on, value)

    pairs = [
        ("base, first line", one.base.start, at(one.claim.lhs, one.first)),
        ("base, last line", one.base.end, at(one.claim.rhs, one.first)),
        ("step, first line", one.step.start, one.claim.lhs),
        ("step, last line", one.step.end, one.claim.rhs),
    ]
    for what, got, want in pairs:
        if not same_up_to_names(got, want):
            problems.append(f"induction, {what}: expected {want}, got {got}")
    free = one.claim.free_symbols - {one.on}
    sides = [one.claim.lhs, one.claim.rhs]
    ranges = [need(sides, chain.meanings, chain.domain).ranges for chain in (one.base, one.step)]

    def allowed(g: Given) -> bool:
        """Its indices are free in the claim and run as far there, in both chains; `on` is not among them."""
        return all(i in free and all(found.get(i) == size for found in ranges) for i, size in g.each)

    used = [g.says for s in one.step.steps for g in s.by.needs if allowed(g)]
    wanted = (at(one.claim.lhs, one.on - 1), at(one.claim.rhs, one.on - 1))
    if not any(same_up_to_names(u.lhs, wanted[0]) and same_up_to_names(u.rhs, wanted[1]) for u in used):
        problems.append(f"induction: no rule of the step needs the claim one step back, {wanted[0]} = {wanted[1]}")
    return problems


def _claim_slips(one: Induction) -> tuple[Score, list[str]]:
    """Slips of the claim, at the first whole numbers from `first` on."""
    sides = Derivation(
        one.claim.lhs,
        (Step(Relation.EQ, one.claim.rhs, Rule("the claim", "")),),
        one.step.where,
        one.step.domain,
        one.step.given,
    )
    if label(one.on) not in TABLE or TABLE[label(one.on)].kind != "size":
        return Score(), [f"induction on {one.on}: it must be a size"]
    chosen = [settings()[0] | {one.on.name: n} for n in range(max(one.first, 1), max(one.first, 1) + 4)]
    sample = [p for at in chosen for p in points([sides.start, sides.end], sides, sides.given, sizes=(at,))]
    left, mutants, same = [], list(slips(one.claim.rhs)), []
    for slip in mutants:
        description = f"claim: {slip.description}"
        try:
            alive = all(holds(Relation.EQ, plain(p, one.claim.lhs), plain(p, slip.line)) for p in sample)
        except (exact.Undefined, ZeroDivisionError, RecursionError):
            alive = False  # no value where the claim has one
        if alive and description in one.step.equivalents:
            same.append((description, one.step.equivalents[description]))
        elif alive:
            left.append(description)
    problems = [f"induction: nobody refuted the slip “{s}” of the claim" for s in left] + (
        [] if mutants else ["induction: no slip was made of the claim"]
    )
    return Score(len(mutants), len(mutants) - len(left) - len(same), tuple(same), tuple(left)), problems


def compute(name: str, value: Any, with_slips: bool = False) -> Report:
    """The report on a value, computed now. A check that raises is a problem of its own, never a verdict."""
    try:
        return _compute(name, value, with_slips)
    except Exception as fault:
        return Report(
            name, Verdict.UNKNOWN, (), 0.0, (f"{name}: the check raised {type(fault).__name__}: {fault}",), with_slips
        )


def _compute(
    name: str, value: Derivation | Induction | Rule | Definition | Quantity, with_slips: bool = False
) -> Report:
    """The report on a value, computed now."""
    started = time.perf_counter()
    claim = None
    if isinstance(value, Induction):
        problems = _fits(value)
        links, more, definitions = _check_chain(value.base, False)
        step_links, step_more, definitions = _check_chain(value.step, with_slips)
        shift = len(links)
        links += [replace(one, number=one.number + shift) for one in step_links]
        problems += [*more, *step_more]
        if with_slips and not problems:
            claim, faults = _claim_slips(value)
            problems += faults
    elif isinstance(value, Derivation):
        links, problems, definitions = _check_chain(value, with_slips)
    elif isinstance(value, Rule):
        links, problems, definitions = (
            _check_chain(statement(value), with_slips=False) if states_something(value) else ([], [], ())
        )
    elif isinstance(value, Definition):
        return _definition(name, value, started)
    else:
        links, definitions = [], ()
        problems = []
        try:
            quantity_value(value)
        except (exact.Undefined, exact.NoRule, ValueError, TypeError) as fault:
            problems.append(f"{name}: no value: {fault}")
        verdict = Verdict.UNKNOWN if problems else Verdict.AGREES
        return Report(name, verdict, (), time.perf_counter() - started, tuple(problems))
    verdict = _worst(one.verdict for one in links) if links else Verdict.UNKNOWN
    if isinstance(value, Rule) and not states_something(value):
        verdict = Verdict.UNKNOWN
    return Report(
        name,
        verdict,
        tuple(links),
        time.perf_counter() - started,
        tuple(f"{name}: {p}" for p in problems),
        with_slips,
        definitions,
        claim,
    )


RELATIONS: dict[type, Relation] = {
    sympy.Eq: Relation.EQ,
    sympy.Le: Relation.LE,
    sympy.Ge: Relation.GE,
    sympy.Lt: Relation.LT,
    sympy.Gt: Relation.GT,
}


def statement(rule: Rule) -> Derivation:
    """A rule's statement as a chain of one link, so that it is doubted like any other."""
    assert isinstance(rule.says, Relational)
    return as_link(rule.says, (), rule.needs, {}, rule.name)


def as_link(
    says: Relational, where: tuple[Definition, ...], given: tuple[Given, ...], domain: Mapping[Symbol, Any], name: str
) -> Derivation:
    """A relation as a chain of one link."""
    return Derivation(says.lhs, (Step(RELATIONS[type(says)], says.rhs, Rule(name, "")),), where, domain, given)


def _definition(name: str, one: Definition, started: float) -> Report:
    """A definition is well formed: it has a value wherever its indices are in range, and only known names."""
    problems = []
    head_row = TABLE.get(one.label)
    if head_row is None:
        problems.append(f"{name}: {one.label} has no row in the notation table")
    loose = {
        x for x in one.body.free_symbols if isinstance(x, Symbol) and x.name in TABLE and TABLE[x.name].kind == "index"
    } - set(one.parameters)
    if loose:
        problems.append(
            f"{name}: the body holds the indices {sorted(map(str, loose))}, which the head {one.head} does not have"
        )
    return Report(
        name, Verdict.UNKNOWN if problems else Verdict.AGREES, (), time.perf_counter() - started, tuple(problems)
    )


# ---- quantities and claims


def data(at: Mapping[Any, Any]) -> tuple[dict[str, Any], dict[str, dict[tuple[int, ...], Any]]]:
    """Scalars and arrays of a quantity or claim, by name, 1-based; nested tuples become entries."""
    scalars: dict[str, Any] = {}
    arrays: dict[str, dict[tuple[int, ...], Any]] = {}

    def number(x: Any) -> Fraction:
        if isinstance(x, float):
            raise TypeError(f"at: expected exact numbers (strings, ints, fractions), got the float {x}")
        x = sympy.Rational(str(x)) if not isinstance(x, (int, Fraction)) else x
        return Fraction(int(x.p), int(x.q)) if isinstance(x, sympy.Rational) else Fraction(x)

    def fill(into: dict[tuple[int, ...], Any], prefix: tuple[int, ...], x: Any) -> None:
        if isinstance(x, (tuple, list)):
            for n, y in enumerate(x, 1):
                fill(into, (*prefix, n), y)
        else:
            into[prefix] = number(x)

    for key, x in at.items():
        if isinstance(x, (tuple, list)):
            fill(arrays.setdefault(str(key.label) if hasattr(key, "label") else str(key), {}), (), x)
        else:
            scalars[str(key)] = number(x)
    return scalars, arrays


def quantity_value(one: Quantity) -> Any:
    """The exact value: a Fraction, or a 70-digit float. Raises Undefined, NoRule."""
    scalars, arrays = data(one.at)
    return plain(exact.Point(scalars, arrays, {d.label: d for d in one.where}), one.expr)


def value(name: str) -> Any:
    """The value of a named quantity. Raises UnknownName; TypeError for something that is no quantity."""
    found = library.find(name).value
    if not isinstance(found, Quantity):
        raise TypeError(f"name: expected a quantity, got the {type(found).__name__} {name}")
    return quantity_value(found)


def rule_on(claim: Claim) -> ClaimReport:
    """The ruling on a claim: computed where it has a formula, reasoned where it has none."""
    if claim.stated is None:
        assert claim.ruling is not None
        return ClaimReport(claim.id, claim.ruling, False)
    if claim.at:
        return _rule_on_numbers(claim)
    without = _doubted(claim, claim.given)
    if not claim.conditions:
        if without.verdict is Verdict.REFUTED:
            return ClaimReport(claim.id, Ruling.FALSE, True, without.digits.detail, without.counterexample)
        if without.verdict in ORDER[:3]:
            return ClaimReport(claim.id, Ruling.TRUE, True, str(without.verdict))
        return ClaimReport(
            claim.id,
            Ruling.OPEN,
            True,
            problems=(f"{claim.id}: {without.proof.kind} {without.proof.detail}; {without.digits.detail}",),
        )
    with_them = _doubted(claim, (*claim.given, *claim.conditions))
    problems = []
    if without.verdict is not Verdict.REFUTED:
        problems.append(
            f"{claim.id}: expected to be refuted without its conditions, got {without.verdict} {without.digits.detail}"
        )
    if with_them.verdict not in ORDER[:3]:
        problems.append(
            f"{claim.id}: expected to hold under its conditions, got {with_them.verdict} {with_them.digits.detail}"
        )
    return ClaimReport(
        claim.id, Ruling.CONDITIONAL, True, str(with_them.verdict), without.counterexample, problems=tuple(problems)
    )


def _doubted(claim: Claim, given: tuple[Given, ...]) -> LinkReport:
    assert claim.stated is not None
    chain = as_link(claim.stated, claim.where, given, claim.domain, claim.id)
    return judge(chain.links[0], chain, refuted_too=False)


def _rule_on_numbers(claim: Claim) -> ClaimReport:
    try:
        left, right, told = _at_its_numbers(claim)
    except (exact.Undefined, exact.NoRule) as fault:
        return ClaimReport(claim.id, Ruling.OPEN, True, problems=(f"{claim.id}: no value: {fault}",))
    if claim.places is not None:  # a printed decimal stands for every number that rounds to it
        half = Fraction(1, 2 * 10**claim.places)
        good = abs(exact.real(left) - exact.real(right)) <= exact.real(half)
    else:
        assert claim.stated is not None
        good = holds(RELATIONS[type(claim.stated)], left, right)
    found = None if good else told
    return ClaimReport(
        claim.id, Ruling.TRUE if good else Ruling.FALSE, True, f"{show(left)} against {show(right)}", found, show(left)
    )


def _at_its_numbers(claim: Claim) -> tuple[Any, Any, Counterexample]:
    """Both sides of a claim at numbers of its own, and these numbers in words. Raises Undefined, NoRule."""
    assert claim.stated is not None
    scalars, arrays = data(claim.at)
    point = exact.Point(scalars, arrays, {d.label: d for d in claim.where})
    left, right = plain(point, claim.stated.lhs), plain(point, claim.stated.rhs)
    return left, right, counterexample(point, claim.stated.args, left, right, str(RELATIONS[type(claim.stated)]))


def where_it_was_tried(claim: Claim) -> Counterexample | None:
    """The numbers of a claim that has some of its own, and both sides there, whether it holds or fails."""
    return _at_its_numbers(claim)[2] if claim.stated is not None and claim.at else None


# ---- by name, kept


def report(name: str, mutate: bool = False) -> Report:
    """The report on a named derivation, rule, definition or quantity; kept until what it rests on changes."""
    from derivations import cache

    return cache.report(library.find(name), mutate)


def ruling(name: str) -> ClaimReport:
    """The ruling on a named claim; kept until what it rests on changes."""
    from derivations import cache

    return cache.ruling(library.find(name))
