"""Lighthouse's phone profile on a sample: the home page, a topic page without a figure, one with, and a lab.

All pages would take ten minutes. The sample is the heaviest page of each kind, so it speaks for the rest.
Runs after the survey, with nothing beside it on the processor.
"""

from __future__ import annotations

import os

import pytest

from . import budgets
from .budgets import Table
from .conftest import Site, Survey
from .server import Server
from .test_site import labs
from .tools import lighthouse


def sample(site: Site, surveyed: Survey) -> dict[str, str]:
    """The kind and the page: the one whose first visit weighs most."""
    weight = {each.page: each.value for each in surveyed.measures if each.what == "bytes"}
    figures = {each.page: each.value for each in surveyed.measures if each.what == "figures"}
    ran = {*labs(site)}
    topic = {page for page in weight if "/" in page and page not in ran}
    kinds = {
        "home": {page for page in weight if page == ""},
        "topic page without a figure": {page for page in topic if not figures[page]},
        "topic page with a figure": {page for page in topic if figures[page]},
        "lab": ran & {*weight},
    }
    return {kind: max(pages, key=lambda page: weight[page]) for kind, pages in kinds.items() if pages}


def test_scores(site: Site, surveyed: Survey, server: Server, table: Table) -> None:
    under = []
    for kind, page in sample(site, surveyed).items():
        found = lighthouse(server.url(page))
        for category, score in found.scores.items():
            least = budgets.LIGHTHOUSE[category]
            held = score >= least
            runs = f" (median of {found.runs}, pace {found.pace:.0f})" if category == "performance" else ""
            table.add(
                f"Lighthouse {category}, {kind}", page, f"{score}{runs}", f"≥ {least}", "held" if held else "over"
            )
            fast = found.pace >= budgets.PACE
            if score < least and (category != "performance" or (fast and found.best < budgets.PERFORMANCE_FLOOR)):
                under.append(
                    f"{page or '(home)'}: {category} {score}, at least {least}: {'; '.join(found.lost[category])}"
                )
    load = os.getloadavg()[0]
    table.note(f"Lighthouse: the heaviest page of each kind stands for the others. Load at the end: {load:.1f}.")
    if under:
        pytest.fail("\n".join(under), pytrace=False)


def test_sample_has_every_kind(site: Site, surveyed: Survey) -> None:
    assert len(found := sample(site, surveyed)) == 4, f"got only {', '.join(found) or 'nothing'}"
