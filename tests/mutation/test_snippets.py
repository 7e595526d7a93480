"""Change any single sign, factor, index, comparison or call of a snippet: one of its tests fails.

Every day a fixed sample of the mutants, all of them under the marker `slow`. A survivor is named
with its file, line and change; the known equivalents stand in `equivalents`.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.mutation import harness
from tests.mutation.equivalents import EQUIVALENT
from tests.mutation.mutator import Mutant, keys, mutants

TOPIC = "quality"
STEMS = sorted(path.stem for path in (harness.ROOT / "snippets" / TOPIC).glob("*.py"))
EVERY = 5  # the day's sample is each fifth mutant


def file_of(stem: str) -> Path:
    return harness.ROOT / "snippets" / TOPIC / f"{stem}.py"


def made(stem: str, every: int = 1) -> list[Mutant]:
    found = list(mutants(file_of(stem), every))
    assert found, f"{file_of(stem)}: expected mutants, got none"
    return found


def its_tests(stem: str) -> list[harness.Check]:
    """The tests, once they have all passed on the snippet as it is."""
    found = harness.checks(stem, TOPIC)
    path = file_of(stem)
    whole = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    assert not harness.fails(whole, found), f"{path}: expected its tests to pass before anything is broken"
    return found


def report(left: list[Mutant]) -> str:
    return "\n".join([f"{len(left)} mutants that no test refuses:", *(str(one) for one in left)])


def test_every_snippet_is_broken() -> None:
    assert STEMS


@pytest.mark.parametrize("stem", STEMS)
def test_a_sample_of_broken_snippets_is_refused(stem: str) -> None:
    sample = [one for one in made(stem, EVERY) if one.key not in EQUIVALENT]
    assert len(sample) > 10, f"{stem}: expected more than 10 mutants in the sample, got {len(sample)}"
    left = harness.survivors(sample, its_tests(stem))
    assert not left, report(left)


@pytest.mark.slow
@pytest.mark.parametrize("stem", STEMS)
def test_every_broken_snippet_is_refused(stem: str) -> None:
    left = harness.survivors(made(stem), its_tests(stem))
    unexplained = [one for one in left if one.key not in EQUIVALENT]
    assert not unexplained, report(unexplained)
    claimed = {key for key in EQUIVALENT if key.startswith(f"{stem}.")}
    refused = claimed - {one.key for one in left}
    assert not refused, f"equivalents: expected mutants that pass every test, but a test refuses {sorted(refused)}"


def test_each_equivalent_is_one_mutant() -> None:
    names = Counter(key for stem in STEMS for key in keys(file_of(stem)))
    assert {key: names[key] for key in EQUIVALENT} == dict.fromkeys(EQUIVALENT, 1)
