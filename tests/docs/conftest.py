"""Fixtures of the labs' tests: the test file names its lab `LAB`."""

from __future__ import annotations

import pytest

from tests.docs.cells import Namespace, cells, execute


@pytest.fixture(scope="module", autouse=True)
def _no_window() -> None:
    import matplotlib

    matplotlib.use("agg")


@pytest.fixture(scope="module")
def lab(request: pytest.FixtureRequest) -> Namespace:
    """Every name of the lab after its last cell, and under `printed` all that it printed."""
    names: Namespace = {}
    names["printed"] = execute(request.module.LAB, cells(request.module.LAB), names)
    return names
