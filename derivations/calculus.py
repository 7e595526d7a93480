"""A derivation is a value: a chain of expressions, each line licensed by a named rule.

The types of the calculus, and nothing that runs: rendering, checking, mutating and graphing are
functions of these values and stand in modules of their own (`tex`, `check`, `slips`, `library`).

Notation: `N`, `m`, `K`, `D` … are sizes; an array is an `IndexedBase` whose shape stands in the
notation table beside its name, because a shape inside the base would change under `subs`.
Indices are 1-based, as in print.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sympy import Expr, Indexed, Lambda, Symbol, sympify
from sympy.core.relational import Relational


class Entry(Expr):  # type: ignore[misc]
    """Entry (r, s) of a matrix expression, 1-based and left unevaluated.

    SymPy's own `(A*B)[r, s]` is 0-based and expands at once.
    """

    is_commutative = True

    def __new__(cls, matrix: Any, row: Any, column: Any) -> Entry:
        made: Entry = Expr.__new__(cls, sympify(matrix), sympify(row), sympify(column))
        return made


class Relation(StrEnum):
    """How a line stands to the line above it."""

    EQ = "="
    LE = "≤"
    GE = "≥"
    LT = "<"
    GT = ">"
    APPROX = "≈"


@dataclass(frozen=True)
class Source:
    """Where a statement comes from: a short name, and the place in it."""

    name: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.name}, {self.place}" if self.place else self.name


@dataclass(frozen=True)
class Given:
    """A hypothesis, for every value of the indices in `each`.

    `each` pairs an index with the size it runs to. `fix` is the entry that the sampler solves
    the (affine) equation for, so that random points satisfy it; an inequality has none and is
    met by drawing again.
    """

    says: Relational
    each: tuple[tuple[Symbol, Expr], ...] = ()
    fix: Expr | None = None
    words: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.says, Relational):  # SymPy decides what it can: 1 = 2 is False, and no relation
            raise ValueError(f"says: expected a relation that leaves something open, got {self.says!r}")


@dataclass(frozen=True)
class Definition:
    """`head` is an abbreviation for `body`: a `Symbol`, or an `Indexed` with bare index symbols.

    On a page it stays folded; a check opens only what it needs, with fresh bound indices.
    """

    head: Expr
    body: Expr
    says: str = ""
    source: Source | None = None
    piecewise_recursive: bool = False

    def __post_init__(self) -> None:
        if isinstance(self.head, Indexed):
            bad = [i for i in self.head.indices if not isinstance(i, Symbol)]
            if bad or len(set(self.head.indices)) != len(self.head.indices):
                raise ValueError(f"head: expected distinct index symbols, got {self.head}")
        elif type(self.head) is not Symbol:
            raise ValueError(f"head: expected a Symbol or an Indexed, got {self.head!r}")

    @property
    def label(self) -> str:
        """The name under which the evaluator and the prover know the abbreviation."""
        return label(self.head)

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        return tuple(self.head.indices) if isinstance(self.head, Indexed) else ()

    @property
    def function(self) -> Lambda:
        return Lambda(self.parameters, self.body)


def label(head: Expr) -> str:
    """The bare name of a symbol, an array or one of its entries."""
    bare = head.base.label if isinstance(head, Indexed) else head
    return bare.name if isinstance(bare, Symbol) else str(bare)  # the evaluator asks often; printing is slow


# A rewrite reads a line and the definitions in reach, and gives the line that the rule makes of it.
Rewrite = Callable[[Expr, "Derivation"], Expr]


@dataclass(frozen=True)
class Rule:
    """A reason: the field's own name for it, its statement, what it needs.

    `says` is a relation that is itself checked, or words. `rewrite`, where the rule can be run,
    must turn the upper line into the lower one (`lower=True`: the lower one into the upper one,
    for rules of notation), and must change the line that it reads. A rule without a rewrite is
    a reviewed reason only.
    """

    name: str
    says: Relational | str
    needs: tuple[Given, ...] = ()
    rewrite: Rewrite | None = None
    lower: bool = False


@dataclass(frozen=True)
class Step:
    """One line below the first: its relation to the line above, and the rule that licenses it.

    `tight`: for ≤ and ≥, the hypotheses under which both sides agree (the sampler makes them
    true). `small`, `order`: for ≈, the error is O(small**order). `opens`: abbreviations to open
    first, where the search for them is slow.
    """

    relation: Relation
    expr: Expr
    by: Rule
    tight: tuple[Given, ...] = ()
    small: Symbol | None = None
    order: int = 0
    opens: tuple[str, ...] | None = None


def eq(expr: Any, *, by: Rule, opens: tuple[str, ...] | None = None) -> Step:
    """The line equals the one above."""
    return Step(Relation.EQ, sympify(expr), by, opens=opens)


def _somewhere(tight: tuple[Given, ...] | Given) -> tuple[Given, ...]:
    found = tight if isinstance(tight, tuple) else (tight,)
    if not found:
        raise ValueError("tight: expected the hypotheses under which both sides agree, got none")
    return found


def le(expr: Any, *, by: Rule, tight: tuple[Given, ...] | Given) -> Step:
    """The line above is at most this one; `tight` says where the two are equal."""
    return Step(Relation.LE, sympify(expr), by, tight=_somewhere(tight))


def ge(expr: Any, *, by: Rule, tight: tuple[Given, ...] | Given) -> Step:
    """The line above is at least this one; `tight` says where the two are equal."""
    return Step(Relation.GE, sympify(expr), by, tight=_somewhere(tight))


def lt(expr: Any, *, by: Rule) -> Step:
    """The line above is less than this one, at every point of the domain."""
    return Step(Relation.LT, sympify(expr), by)


def gt(expr: Any, *, by: Rule) -> Step:
    """The line above is greater than this one, at every point of the domain."""
    return Step(Relation.GT, sympify(expr), by)


def approx(expr: Any, *, by: Rule, small: Symbol, order: int) -> Step:
    """The line differs from the one above by O(small**order) as `small` goes to 0."""
    if order < 1:
        raise ValueError(f"order: expected a positive integer, got {order}")
    return Step(Relation.APPROX, sympify(expr), by, small=small, order=order)


@dataclass(frozen=True)
class Link:
    """Two neighbouring lines and what stands between them."""

    number: int
    above: Expr
    step: Step

    @property
    def below(self) -> Expr:
        return self.step.expr


@dataclass(frozen=True)
class Derivation:
    """A chain `start R₁ line₁ R₂ line₂ …`; `where` holds the abbreviations that it uses.

    `domain` narrows or adds to the notation table: a number to an open interval (low, high), an
    index to (1, size). `given` are hypotheses of the whole chain. `equivalents` lists the slips
    that are known to be no mistakes, each with its reason, by the slip's own description.
    """

    start: Expr
    steps: tuple[Step, ...]
    where: tuple[Definition, ...] = ()
    domain: Mapping[Symbol, tuple[Any, Any]] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    title: str = ""
    source: Source | None = None
    equivalents: Mapping[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[Expr, ...]:
        return (self.start, *(step.expr for step in self.steps))

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(
            Link(n, above, step) for n, (above, step) in enumerate(zip(self.lines, self.steps, strict=False), 1)
        )

    @property
    def meanings(self) -> Mapping[str, Definition]:
        return {one.label: one for one in self.where}

    @property
    def end(self) -> Expr:
        return self.lines[-1]


def calc(start: Any, *steps: Step, where: tuple[Definition, ...] = (), **more: Any) -> Derivation:
    """A chain of at least one step. Raises ValueError for no step or a doubled abbreviation."""
    if not steps:
        raise ValueError("steps: expected at least one, got none")
    labels = [one.label for one in where]
    doubled = sorted({name for name in labels if labels.count(name) > 1})
    if doubled:
        raise ValueError(f"where: expected one meaning for each name, got two for {', '.join(doubled)}")
    return Derivation(sympify(start), steps, where, **more)


@dataclass(frozen=True)
class Induction:
    """`claim` holds for every `on` ≥ `first`: a base chain, and a step chain from on − 1 to on.

    The check compares the ends of both chains and the hypothesis that the step uses with the
    claim itself.
    """

    claim: Relational
    on: Symbol
    first: int
    base: Derivation
    step: Derivation
    title: str = ""
    source: Source | None = None

    @property
    def where(self) -> tuple[Definition, ...]:
        return self.step.where


@dataclass(frozen=True)
class Quantity:
    """A named exact number: an expression, the definitions it opens, and the data it is read at.

    `at` gives scalars by symbol and arrays by base as nested tuples, 1-based entry first.
    """

    expr: Expr
    says: str
    where: tuple[Definition, ...] = ()
    at: Mapping[Any, Any] = field(default_factory=dict)
    unit: str = ""
    source: Source | None = None


class Kind(StrEnum):
    """What sort of thing a source says."""

    IDENTITY = "identity"
    NUMBER = "number"
    STATEMENT = "statement"
    DEFINITION = "definition"
    EMPIRICAL = "empirical"
    OPINION = "opinion"
    QUESTION = "question"
    LOST = "lost"


class Ruling(StrEnum):
    """The verdict on a claim. The first three are computed where the claim has a formula."""

    TRUE = "true"
    CONDITIONAL = "true with conditions"
    FALSE = "false"
    MISLEADING = "misleading"
    OPEN = "cannot be checked"
    OPINION = "opinion"
    ANSWERED = "answered"  # of a question, which is neither true nor false


@dataclass(frozen=True)
class Claim:
    """What a source says, paraphrased, and what the project found.

    Computed claims have `stated`: a relation, refuted or proved as a link under `given`. With
    `conditions` the relation must fail without them and hold with them. A number says `stated`
    as the exact value against the printed decimal, compared at the printed decimals (`places`).
    Claims without a formula carry `ruling` and `because`, a reasoned verdict, and say so.
    """

    id: str
    source: Source
    says: str
    kind: Kind
    stated: Relational | None = None
    where: tuple[Definition, ...] = ()
    given: tuple[Given, ...] = ()
    conditions: tuple[Given, ...] = ()
    domain: Mapping[Symbol, tuple[Any, Any]] = field(default_factory=dict)
    at: Mapping[Any, Any] = field(default_factory=dict)
    places: int | None = None
    ruling: Ruling | None = None
    because: str = ""
    rests_on: tuple[str, ...] = ()
    page: str = ""

    def __post_init__(self) -> None:
        if self.stated is None and (self.ruling is None or not self.because):
            raise ValueError(f"{self.id}: a claim without a formula needs a ruling and a reason")
        if self.stated is not None and self.ruling is not None:
            raise ValueError(f"{self.id}: the ruling of a claim with a formula is computed, not typed")
        if (self.kind is Kind.QUESTION) is not (self.ruling is Ruling.ANSWERED):
            raise ValueError(f"{self.id}: a question is answered, and nothing else is; got {self.kind}, {self.ruling}")


Exact = Fraction | Any  # a Fraction until exp, log or a root; a 70-digit mpf from there on
