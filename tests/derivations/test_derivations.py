"""Every named value of the project: no faults, and no slip of the pen that nobody would notice."""

from __future__ import annotations

import random

import pytest

from derivations import check, library, soundness
from derivations.calculus import Claim, Definition, Derivation, Induction, Quantity, Rule

EVERYTHING = library.load()
CHAINS = sorted(EVERYTHING.derivations)


DOUBTED = sorted(
    n
    for n, one in EVERYTHING.names.items()
    if isinstance(one.value, (Derivation, Induction, Definition, Quantity, Rule))
)


@pytest.mark.parametrize("name", DOUBTED)
def test_value(name: str) -> None:
    """Doubted by symbols, by digits and by every slip; a fault is named with its line."""
    report = check.report(name, mutate=True)
    assert report.problems == ()
    if name in CHAINS:
        scores = [link.mutants for link in report.links]
        made = sum(score.made for score in scores)
        assert made > 0
        assert sum(score.killed for score in scores) == made - sum(len(score.equivalent) for score in scores)


@pytest.mark.parametrize("name", sorted(EVERYTHING.claims))
def test_claim(name: str) -> None:
    assert check.ruling(name).problems == ()


def test_at_least_nineteen_links_in_twenty_are_proved_for_all_sizes() -> None:
    links = [link for n in CHAINS for link in check.report(n).links]
    proved = sum(link.verdict is check.Verdict.PROVED for link in links)
    assert 20 * proved >= 19 * len(links)
    assert not any(link.verdict in (check.Verdict.UNKNOWN, check.Verdict.REFUTED) for link in links)


def test_the_prover_proves_no_refuted_slip_of_a_fixed_sample() -> None:
    """A fixed number of chains, however many there are; `make all-slips` hands it every slip of every chain."""
    chains = [EVERYTHING.find(n) for n in random.Random("prover").sample(CHAINS, 10)]
    result = soundness.run(chains, parts=25, jobs=1)
    assert result.problems == ()
    assert result.tried > 10


def test_every_formula_of_a_claim_is_computed() -> None:
    for one in EVERYTHING.claims.values():
        assert isinstance(one.value, Claim)
        assert check.ruling(one.name).computed == (one.value.stated is not None)


def test_inductions_and_chains_are_all_there_is() -> None:
    assert all(isinstance(EVERYTHING.find(n).value, (Derivation, Induction)) for n in CHAINS)
    assert len(CHAINS) >= 30
