"""Each test takes the snippet of its own stem as an argument, so that a broken one can be passed in."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest


@pytest.fixture
def snippet(request: pytest.FixtureRequest) -> ModuleType:
    """snippets/quality/<stem>.py for tests/snippets/quality/test_<stem>.py."""
    stem = request.module.__name__.rpartition("test_")[2]
    return importlib.import_module(f"snippets.quality.{stem}")
