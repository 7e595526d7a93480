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
from tests.mutation.mutator import Mutant, count, keys, mutants

FILES = sorted((harness.ROOT / "snippets").glob("*/*.py"))
SAMPLE = 30  # mutants of a snippet that are tried every day
PART = 8_000  # characters of a snippet, some 400 mutants, for each test that tries them all: work for all cores


def parts(path: Path) -> int:
    """By the length of the file: to count its mutants takes too long where tests are only collected."""
    return -(-len(path.read_text(encoding="utf-8")) // PART)


every_snippet = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
every_part = pytest.mark.parametrize(
    ("path", "part"),
    [(path, part) for path in FILES for part in range(parts(path))],
    ids=lambda one: one.stem if isinstance(one, Path) else str(one),
)


def made(path: Path, every: int = 1) -> list[Mutant]:
    found = list(mutants(path, every))
    assert found, f"{path}: expected mutants, got none"
    return found


def its_tests(path: Path) -> list[harness.Check]:
    """The tests, once they have all passed on the snippet as it is."""
    found = harness.checks(path.stem, path.parent.name)
    whole = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    took = harness.times(whole, found)
    assert len(took) == len(found), f"{path}: expected its tests to pass before anything is broken"
    return sorted(found, key=lambda one: took[one])


def report(left: list[Mutant]) -> str:
    return "\n".join([f"{len(left)} mutants that no test refuses:", *(str(one) for one in left)])


def test_every_snippet_is_broken() -> None:
    assert FILES


@every_snippet
def test_a_sample_of_broken_snippets_is_refused(path: Path) -> None:
    every = max(1, count(path) // SAMPLE)
    sample = [one for one in made(path, every) if one.key not in EQUIVALENT]
    assert len(sample) > 10, f"{path.stem}: expected more than 10 mutants in the sample, got {len(sample)}"
    left = harness.survivors(sample, its_tests(path))
    assert not left, report(left)


@pytest.mark.slow
@every_part
def test_every_broken_snippet_is_refused(path: Path, part: int) -> None:
    every = made(path)
    tried = every[len(every) * part // parts(path) : len(every) * (part + 1) // parts(path)]
    left = harness.survivors(tried, its_tests(path))
    unexplained = [one for one in left if one.key not in EQUIVALENT]
    assert not unexplained, report(unexplained)
    refused = {one.key for one in tried if one.key in EQUIVALENT} - {one.key for one in left}
    assert not refused, f"equivalents: expected mutants that pass every test, but a test refuses {sorted(refused)}"


def test_each_equivalent_is_one_mutant() -> None:
    names = Counter(key for path in FILES for key in keys(path))
    assert {key: names[key] for key in EQUIVALENT} == dict.fromkeys(EQUIVALENT, 1)
