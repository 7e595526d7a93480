"""A JavaScript engine for each topic's figures, with its formulas loaded, shared by all tests of figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from press.figures import build


@pytest.fixture(scope="session")
def formulas_of() -> Callable[[str], str]:
    """By topic: its formulas in JavaScript, which SymPy takes seconds for."""
    return cache(build.compiled)


@pytest.fixture(scope="session")
def engine_of(formulas_of: Callable[[str], str]) -> Callable[[str], Any]:
    """By topic: figures under `figures`, formulas under their own names."""

    @cache
    def made(topic: str) -> Any:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(build, "compiled", formulas_of)
            one = build.engine(topic)
        one.eval(formulas_of(topic).replace("export const ", "var "))
        return one

    return made


@pytest.fixture(scope="session")
def engine(engine_of: Callable[[str], Any]) -> Any:
    """The engine of the topic `quality`."""
    return engine_of("quality")
