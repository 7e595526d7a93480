"""The prover doubted: every slip that digits refute is handed to it, and it must prove none.

One slip that digits refute and the prover proves is an unsound prover, and a red build. The whole run takes half an
hour of a processor, so it can be done in parts: of so many, one has its turn.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace

from rich.console import Console
from rich.progress import Progress

from derivations import check, exact, library
from derivations.calculus import Derivation, Induction, Link, Relation
from derivations.prover import Kind, prove
from derivations.slips import Slip, slips

SECONDS = 3.0


@dataclass(frozen=True)
class Result:
    """How many refuted slips the prover saw, and how it answered."""

    outcomes: dict[str, int] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def tried(self) -> int:
        return sum(self.outcomes.values())

    def __str__(self) -> str:
        told = ", ".join(f"{n} {kind}" for kind, n in sorted(self.outcomes.items()))
        return f"refuted slips handed to the prover: {self.tried} ({told}) in {self.seconds:.0f} s"


def wrong_links(derivation: Derivation, turn: int, parts: int) -> Iterator[tuple[Link, Slip]]:
    """The links with a slip in the lower line that digits refute by value, at an ordinary point: every `parts`-th."""
    count = 0
    for link in derivation.links:
        if link.step.relation is not Relation.EQ:
            continue
        trial = None
        for slip in slips(link.below):
            count += 1
            if count % parts != turn:
                continue
            trial = trial or check.Trial(link, derivation)
            try:
                broken = trial.breaks(link.above, slip.line)
            except (exact.Undefined, exact.NoRule, ZeroDivisionError, OverflowError, RecursionError):
                continue
            if broken is not None:
                yield replace(link, step=replace(link.step, expr=slip.line)), slip


def _one(name: str, part: str, turn: int, parts: int) -> tuple[dict[str, int], list[str]]:
    value = library.find(name).value
    chain = getattr(value, part) if part else value
    outcomes: dict[str, int] = {}
    problems = []
    for link, slip in wrong_links(chain, turn, parts):
        answer = prove(link, chain, SECONDS)
        outcomes[str(answer.kind)] = outcomes.get(str(answer.kind), 0) + 1
        if answer.kind is Kind.PROVED:
            problems.append(
                f"{name}: the prover proves a slip that digits refute: link {link.number}, "
                f"{slip.description} ({answer.detail})"
            )
    return outcomes, problems


def run(
    found: Iterable[library.Named], turn: int = 0, parts: int = 1, quiet: bool = True, jobs: int | None = None
) -> Result:
    """Hand the refuted slips of these derivations to the prover: the part whose turn it is, 0 to `parts` − 1.

    Raises ValueError when there is no such part.
    """
    if not 0 <= turn < parts:
        raise ValueError(f"turn: expected a part from 0 to {parts - 1}, got {turn}")
    started = time.perf_counter()
    todo: list[tuple[str, str, int, int]] = []
    for one in found:
        todo += [(one.name, p, turn, parts) for p in (("base", "step") if isinstance(one.value, Induction) else ("",))]
    outcomes: dict[str, int] = {}
    problems: list[str] = []
    console = Console(stderr=True, quiet=quiet)
    with (
        ProcessPoolExecutor(max_workers=jobs or os.cpu_count()) as pool,
        Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar,
    ):
        task = bar.add_task("doubting the prover", total=len(todo))
        for counts, faults in pool.map(_one, *zip(*todo, strict=True)) if todo else ():
            problems += faults
            for kind, n in counts.items():
                outcomes[kind] = outcomes.get(kind, 0) + n
            bar.advance(task)
    return Result(outcomes, tuple(problems), time.perf_counter() - started)
