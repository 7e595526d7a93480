"""Run a snippet's tests, in this process, against a broken version of it."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import io
import warnings
from collections.abc import Callable
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


def fails(code: CodeType, tests: list[Check]) -> bool:
    """Whether a test fails, or the module cannot even be loaded. Warnings are errors."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("error")
        try:
            module = load(code)
            for test in tests:
                test(snippet=module)  # type: ignore[call-arg]
        except (Exception, pytest.fail.Exception):
            return True
    return False


def survivors(mutants: list[Mutant], tests: list[Check]) -> list[Mutant]:
    """The mutants that every test accepts. The tests that name the broken function run first."""
    left = []
    for mutant in mutants:
        name = mutant.function.removeprefix("_").removeprefix("example_").split(".")[0]
        first = [test for test in tests if name and name in test.__name__]  # type: ignore[attr-defined]
        if not fails(mutant.code, [*first, *(test for test in tests if test not in first)]):
            left.append(mutant)
    return left
