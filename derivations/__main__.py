"""`python -m derivations`: the table of derivations, one chain, or the check.

python -m derivations                        the table: verdicts, links, mutants
python -m derivations show NAME              one value, line by line
python -m derivations check [NAME…]          doubt them; exit status 1 when anything fails
    --mutate                                 with every slip of every line and definition
    --prover [TURN/PARTS]                    hand every refuted slip to the prover, or one part: it must prove none
    --json                                   for machines
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from derivations import cache, check, library, soundness
from derivations.calculus import Claim, Definition, Derivation, Induction, Quantity, Rule


def _score(reports: list[check.Score]) -> str:
    made, killed = sum(s.made for s in reports), sum(s.killed for s in reports)
    same = sum(len(s.equivalent) for s in reports)
    return f"{killed}/{made}" + (f" ({same} equivalent)" if same else "")


def _checked(found: list[library.Named], mutate: bool, quiet: bool) -> list[Any]:
    """Reports in the order of the names, with a progress bar where someone watches."""
    done = {}
    console = Console(stderr=True, quiet=quiet)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("doubting", total=len(found))
        for one in cache.many(found, mutate):
            done[one.id if isinstance(one, check.ClaimReport) else one.name] = one
            bar.advance(task)
    return [done[one.name] for one in found]


def _named(names: list[str], everything: library.Library) -> list[library.Named]:
    kinds = (Derivation, Induction, Definition, Quantity, Claim, Rule)
    if names:
        return [everything.find(n) for n in names]
    return [one for one in everything.names.values() if isinstance(one.value, kinds)]


def table(mutate: bool = False) -> int:
    """Print the table of derivations; 1 if one of them is not good."""
    found = list(library.load().derivations.values())
    out = Table("derivation", "verdict", "links", "rewrites", "slips refuted", "s", title="Derivations")
    bad = 0
    for one, report in zip(found, _checked(found, mutate, quiet=False), strict=True):
        forms = [link.rewrite for link in report.links]
        runs = sum(f in ("strict", "loose") for f in forms)
        slips = _score([link.mutants for link in report.links]) if report.mutated else "–"
        bad += not report.good
        out.add_row(
            f"{one.topic}/{one.stem}: {one.name}",
            report.verdict,
            str(len(forms)),
            f"{runs}/{len(forms)}",
            slips,
            f"{report.seconds:.2f}",
        )
    Console(width=None if sys.stdout.isatty() else 160).print(out)
    return int(bad > 0)


def show(name: str) -> int:
    """Print one value, line by line, with what is known of it."""
    found = library.find(name)
    value = found.value
    print(f"{name}  ({found.module}, line {found.line})")
    if isinstance(value, Claim):
        told = check.ruling(name)
        print(f"{value.source}: {value.says}\n{told.ruling}{'' if told.computed else ' (reasoned)'}  {told.detail}")
        if told.counterexample:
            print(told.counterexample)
        return int(bool(told.problems))
    report = check.report(name)
    chains = (
        [("base", value.base), ("step", value.step)]
        if isinstance(value, Induction)
        else [("", value)]
        if isinstance(value, Derivation)
        else []
    )
    links = iter(report.links)
    for title, chain in chains:
        if title:
            print(f"{title}:")
        print(f"    {chain.start}")
        for link in chain.links:
            known = next(links)
            print(f"  {link.step.relation} {link.below}")
            print(f"        [{link.step.by.name}] {known.verdict}; rewrite: {known.rewrite}")
            print(f"        {known.proof.kind}: {known.proof.detail}")
        for one in chain.where:
            print(f"    where {one.head} = {one.body}")
    if isinstance(value, Quantity):
        print(f"{value.says}: {value.expr} = {check.show(check.value(name), 20)} {value.unit}".rstrip())
    if isinstance(value, Definition):
        print(f"{value.head} = {value.body}")
    if isinstance(value, Rule):
        print(value.says)
    print(report.verdict)
    for problem in report.problems:
        print(f"FAULT {problem}")
    return int(bool(report.problems))


def _part(told: str) -> tuple[int, int]:
    """(1, 4) of 1/4, the second of four parts."""
    turn, _, parts = told.partition("/")
    if not (turn.isdecimal() and parts.isdecimal() and int(turn) < int(parts)):
        raise argparse.ArgumentTypeError(f"expected a part as in 0/4 to 3/4, got {told}")
    return int(turn), int(parts)


def run(names: list[str], mutate: bool, prover: tuple[int, int] | None, as_json: bool) -> int:
    """Check; print what fails; 1 if anything does."""
    everything = library.load()
    found = _named(names, everything)
    reports = _checked(found, mutate, quiet=as_json)
    faults = [p for one in reports for p in one.problems]
    told: dict[str, Any] = {"reports": [asdict(one) for one in reports]}
    if prover:
        doubted = [one for one in found if isinstance(one.value, (Derivation, Induction))]
        result = soundness.run(doubted, *prover, quiet=as_json)
        faults += result.problems
        told["prover"] = asdict(result)
    if as_json:
        print(json.dumps({**told, "faults": faults}, ensure_ascii=False, indent=1, default=str))
        return int(bool(faults))
    chains = [one for one in reports if isinstance(one, check.Report)]
    links = [link for one in chains for link in one.links]
    for fault in faults:
        print(f"FAULT {fault}")
    for verdict in check.ORDER:
        count = sum(link.verdict is verdict for link in links)
        if count:
            print(f"{count:5d} links {verdict}")
    if mutate:
        scores = [link.mutants for link in links] + [one.claim for one in chains if one.claim]
        definitions = [s for one in chains for _, s in one.definitions]
        print(f"      slips of lines and claims refuted: {_score(scores)}; of definitions: {_score(definitions)}")
    if prover:
        print(f"      {result}")
    print(f"{len(reports)} values checked, {len(faults)} faults")
    return int(bool(faults))


def main(argv: list[str] | None = None) -> int:
    """The command line. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m derivations", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command")
    one = commands.add_parser("show", help="print one value, line by line")
    one.add_argument("name")
    many = commands.add_parser("check", help="doubt all, or the named ones")
    many.add_argument("names", nargs="*", metavar="NAME")
    many.add_argument("--mutate", action="store_true", help="with every slip of every line and definition")
    many.add_argument(
        "--prover",
        nargs="?",
        const=(0, 1),
        type=_part,
        metavar="TURN/PARTS",
        help="hand refuted slips to the prover, of 3/4 the last quarter of them: it must prove none",
    )
    many.add_argument("--json", action="store_true", help="for machines")
    asked = parser.parse_args(argv)
    try:
        if asked.command == "show":
            return show(asked.name)
        if asked.command == "check":
            return run(asked.names, asked.mutate, asked.prover, asked.json)
        return table()
    except (library.UnknownName, library.DoubledName) as fault:
        print(fault, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
