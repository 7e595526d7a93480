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

FILES = sorted((harness.ROOT / "snippets").glob("*/*.py"))
EVERY = 5  # the day's sample is each fifth mutant


every_snippet = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def made(path: Path, every: int = 1) -> list[Mutant]:
    found = list(mutants(path, every))
    assert found, f"{path}: expected mutants, got none"
    return found


def its_tests(path: Path) -> list[harness.Check]:
    """The tests, once they have all passed on the snippet as it is."""
    found = harness.checks(path.stem, path.parent.name)
    whole = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    assert not harness.fails(whole, found), f"{path}: expected its tests to pass before anything is broken"
    return found


def report(left: list[Mutant]) -> str:
    return "\n".join([f"{len(left)} mutants that no test refuses:", *(str(one) for one in left)])


def test_every_snippet_is_broken() -> None:
    assert FILES


@every_snippet
def test_a_sample_of_broken_snippets_is_refused(path: Path) -> None:
    sample = [one for one in made(path, EVERY) if one.key not in EQUIVALENT]
    assert len(sample) > 10, f"{path.stem}: expected more than 10 mutants in the sample, got {len(sample)}"
    left = harness.survivors(sample, its_tests(path))
    assert not left, report(left)


@pytest.mark.slow
@every_snippet
def test_every_broken_snippet_is_refused(path: Path) -> None:
    left = harness.survivors(made(path), its_tests(path))
    unexplained = [one for one in left if one.key not in EQUIVALENT]
    assert not unexplained, report(unexplained)
    claimed = {key for key in EQUIVALENT if key.startswith(f"{path.stem}.")}
    refused = claimed - {one.key for one in left}
    assert not refused, f"equivalents: expected mutants that pass every test, but a test refuses {sorted(refused)}"


def test_each_equivalent_is_one_mutant() -> None:
    names = Counter(key for path in FILES for key in keys(path))
    assert {key: names[key] for key in EQUIVALENT} == dict.fromkeys(EQUIVALENT, 1)
