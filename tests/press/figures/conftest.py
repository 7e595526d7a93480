"""One JavaScript engine for all tests of figures, with the topic's figures and formulas loaded."""

from __future__ import annotations

from typing import Any

import pytest

from press.figures import build
from press.figures.javascript import module
from press.figures.quality.formulas import FORMULAS


@pytest.fixture(scope="session")
def engine() -> Any:
    """Figures under `figures`, formulas under their own names."""
    made = build.engine("quality")
    made.eval(module(FORMULAS).replace("export const ", "var "))
    return made
