"""Every named value of the project: no faults, and no slip of the pen that nobody would notice."""

from __future__ import annotations

import pytest

from derivations import check, library, soundness
from derivations.calculus import Claim, Derivation, Induction

EVERYTHING = library.load()
CHAINS = sorted(EVERYTHING.derivations)


@pytest.mark.parametrize("name", sorted(n for n, one in EVERYTHING.names.items() if n not in EVERYTHING.claims))
def test_value(name: str) -> None:
    """Doubted by symbols, by digits and by every slip; a fault is named with its line."""
    report = check.compute(name, EVERYTHING.find(name).value, with_slips=True)
    assert report.problems == ()


@pytest.mark.parametrize("name", sorted(EVERYTHING.claims))
def test_claim(name: str) -> None:
    assert check.rule_on(EVERYTHING.find(name).value).problems == ()


@pytest.mark.parametrize("name", CHAINS)
def test_slips_are_made_and_refuted(name: str) -> None:
    report = check.report(name, mutate=True)
    made = sum(link.mutants.made for link in report.links)
    killed = sum(link.mutants.killed for link in report.links)
    equivalent = sum(len(link.mutants.equivalent) for link in report.links)
    assert made > 0
    assert killed == made - equivalent


def test_at_least_nineteen_links_in_twenty_are_proved_for_all_sizes() -> None:
    links = [link for n in CHAINS for link in check.report(n, mutate=True).links]
    proved = sum(link.verdict is check.Verdict.PROVED for link in links)
    assert 20 * proved >= 19 * len(links)
    assert not any(link.verdict in (check.Verdict.UNKNOWN, check.Verdict.REFUTED) for link in links)


def test_the_prover_proves_no_refuted_slip_of_a_fixed_sample() -> None:
    """All of them are handed to it by `make all-slips`."""
    chains = [EVERYTHING.find(n) for n in CHAINS]
    result = soundness.run(chains, share=0.02, jobs=1)
    assert result.problems == ()
    assert result.tried > 10


def test_every_formula_of_a_claim_is_computed() -> None:
    for one in EVERYTHING.claims.values():
        assert isinstance(one.value, Claim)
        assert check.ruling(one.name).computed == (one.value.stated is not None)


def test_inductions_and_chains_are_all_there_is() -> None:
    assert all(isinstance(EVERYTHING.find(n).value, (Derivation, Induction)) for n in CHAINS)
    assert len(CHAINS) >= 30
