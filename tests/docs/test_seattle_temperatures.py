"""The lab on Seattle's temperatures: its tables worked out another way, and its own checks refuse a planted slip."""

from __future__ import annotations

import csv
import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tests.docs.cells import Namespace, at_the_readers, cells, execute, execute_changed, lab_at, on_the_page

LAB = lab_at("docs/moving-averages/seattle-temperatures.py")
BETAS = (0.5, 0.9, 0.98)


def test_the_days_are_those_of_the_file(lab: Namespace) -> None:
    found = find_spec("vega_datasets")
    assert found is not None
    assert found.submodule_search_locations
    with Path(found.submodule_search_locations[0], "_data", "seattle-weather.csv").open(encoding="utf-8") as rows:
        assert lab["days"].tolist() == [float(row["temp_max"]) for row in csv.DictReader(rows)]


def rows(lab: Namespace, pattern: str) -> list[tuple[float, ...]]:
    found = re.findall(pattern, lab["printed"], re.MULTILINE)
    return [tuple(map(float, one)) for one in found]


def weighted(days: list[float], beta: float) -> tuple[float, float]:
    """The average begun at 0, and the weighted mean."""
    own = [beta**k for k in range(len(days))][::-1]
    mean = float(np.average(days, weights=own))
    return (1 - beta) * sum(own) * mean, mean


def test_the_start(lab: Namespace) -> None:
    table = rows(lab, r"^ ?([\d.]+) (?:un)?corrected +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$")
    assert [row[0] for row in table] == [0.5, 0.5, 0.9, 0.9, 0.98, 0.98]
    for raw, right in zip(table[::2], table[1::2], strict=True):
        expected = [weighted(lab["days"][:n].tolist(), raw[0]) for n in (1, 10, 50, 200)]
        assert np.allclose(raw[1:], [one for one, _ in expected], atol=0.0051)
        assert np.allclose(right[1:], [one for _, one in expected], atol=0.0051)


def test_the_lag(lab: Namespace) -> None:
    table = rows(lab, r"^β = +([\d.]+) +([\d.]+) +([\d.]+) +(\d+) +([\d.]+)$")
    assert [row[0] for row in table] == list(BETAS)
    turn = 2 * np.pi / 365.25
    for beta, late, formula, ramp, plain in table:
        angle = np.arctan2(beta * np.sin(turn), 1 - beta * np.cos(turn)) / turn
        assert formula == pytest.approx(angle, abs=0.051)
        assert late == pytest.approx(angle, abs=0.3)
        assert ramp == round(beta / (1 - beta))
        assert plain == pytest.approx(ramp, abs=0.5)
    assert table[-1][1] < table[-1][4] - 5  # the average is the quicker one


def test_the_noise(lab: Namespace) -> None:
    table = rows(lab, r"^β = +([\d.]+) +(0\.\d{3}) +(0\.\d{3}) +(0\.\d{3}) +(0\.\d{3})$")
    assert [row[0] for row in table] == list(BETAS)
    for beta, promised, as_it_lies, shuffled, _ in table:
        assert promised == pytest.approx((1 - beta) / (1 + beta), abs=0.00051)
        for printed, values in ((as_it_lies, lab["rest"]), (shuffled, lab["shuffled"])):
            own = beta ** np.arange(len(values))
            smooth = np.convolve(values, own)[: len(values)] / np.cumsum(own)
            assert printed == pytest.approx(np.var(smooth[366:]) / np.var(values), abs=0.00051)
    times = [row[2] / row[1] for row in table]
    assert 1.5 < times[0] < times[1] < times[2]


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_what_it_finds_does_not_hang_on_one_shuffle(seed: int) -> None:
    execute_changed(LAB, {"default_rng(1)": f"default_rng({seed})"})


def test_the_page_prints_what_was_tested(lab: Namespace) -> None:
    assert on_the_page(LAB) == lab["printed"]


@pytest.mark.slow
def test_the_readers_own_run_prints_the_same(lab: Namespace) -> None:
    assert at_the_readers(LAB) == lab["printed"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("corrected(days, beta)).max()", "average(days, beta)).max()"),
        ("x.ewm(span=span(beta))", "x.ewm(span=span(beta) + 1e-6)"),
        ("from_first(days, beta)).max()", "corrected(days, beta)).max()"),
    ],
)
def test_a_difference_to_pandas_is_refused(right: str, wrong: str) -> None:
    names: Namespace = {}
    *before, comparison = cells(LAB, holding="largest difference to pandas")
    slipped = comparison.replace(right, wrong)
    assert slipped != comparison
    execute(LAB, before, names)
    with pytest.raises(AssertionError):
        execute(LAB, [slipped], names)
