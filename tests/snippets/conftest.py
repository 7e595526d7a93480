"""Each test takes the snippet of its own stem as an argument, so that a broken one can be passed in."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest


@pytest.fixture
def snippet(request: pytest.FixtureRequest) -> ModuleType:
    """snippets/<topic>/<stem>.py for tests/snippets/<topic>/test_<stem>.py."""
    return importlib.import_module(request.module.__name__.removeprefix("tests.").replace(".test_", "."))
