"""Run a snippet's tests, in this process, against a broken version of it."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest

from tests.mutation.mutator import Mutant

Check = Callable[[Any], None]

ROOT = Path(__file__).parents[2]


def checks(stem: str, topic: str) -> list[Check]:
    """The tests of a stem that take the snippet and nothing else; the properties are left out, as too slow."""
    tests = importlib.import_module(f"tests.snippets.{topic}.test_{stem}")
    found = [
        one
        for name, one in vars(tests).items()
        if name.startswith("test_") and list(inspect.signature(one).parameters) == ["snippet"]
        if not hasattr(one, "hypothesis")
    ]
    if not found:
        raise ValueError(f"stem: expected tests that take the snippet alone, got none for {stem!r}")
    return found


def load(code: CodeType) -> ModuleType:
    module = ModuleType("snippet_under_test")
    exec(code, vars(module))
    return module


@contextlib.contextmanager
def _without_diffs() -> Iterator[None]:
    """In CI pytest writes out how two long lists differ, which takes minutes; here nobody reads it."""
    kept = {name: os.environ.pop(name) for name in ("CI", "BUILD_NUMBER") if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


def refused_by(code: CodeType, tests: list[Check]) -> Check | str | None:
    """The test that fails, "import" where the module cannot even be loaded, or None. Warnings are errors."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()), _without_diffs():
        warnings.simplefilter("error")
        test: Check | str = "import"
        try:
            module = load(code)
            for test in tests:
                test(snippet=module)  # type: ignore[call-arg]
        except (Exception, pytest.fail.Exception):
            return test
    return None


def fails(code: CodeType, tests: list[Check]) -> bool:
    return refused_by(code, tests) is not None


def times(code: CodeType, tests: list[Check]) -> dict[Check, float]:
    """How long each test takes that the whole snippet passes."""
    took = {}
    for test in tests:
        began = time.perf_counter()
        if not fails(code, [test]):
            took[test] = time.perf_counter() - began
    return took


def survivors(mutants: list[Mutant], tests: list[Check]) -> list[Mutant]:
    """The mutants that every test accepts.

    The test that refused the last mutant of the same function runs first, then those that name the function. The
    order changes the time that this takes, and not what is left.
    """
    left = []
    last: dict[str, Check] = {}
    for mutant in mutants:
        name = mutant.function.removeprefix("_").removeprefix("example_").split(".")[0]
        named = [test for test in tests if name and name in getattr(test, "__name__", "")]
        first = [last[mutant.function]] if mutant.function in last else []
        order = list(dict.fromkeys([*first, *named, *tests]))
        found = refused_by(mutant.code, order)
        if found is None:
            left.append(mutant)
        elif not isinstance(found, str):
            last[mutant.function] = found
    return left
