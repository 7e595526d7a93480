"""A JavaScript engine for each topic's figures, with its formulas loaded, shared by all tests of figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from press.figures import build
from press.figures.javascript import module


@pytest.fixture(scope="session")
def engine_of() -> Callable[[str], Any]:
    """By topic: figures under `figures`, formulas under their own names."""

    @cache
    def made(topic: str) -> Any:
        one = build.engine(topic)
        formulas = import_module(f"press.figures.{topic}.formulas").FORMULAS
        one.eval(module(formulas).replace("export const ", "var "))
        return one

    return made


@pytest.fixture(scope="session")
def engine(engine_of: Callable[[str], Any]) -> Any:
    """The engine of the topic `quality`."""
    return engine_of("quality")
