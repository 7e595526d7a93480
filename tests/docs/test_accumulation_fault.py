"""The lab on the accumulation fault: its numbers from tables of letter pairs, and planted slips that it refuses."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests import oracles
from tests.docs.cells import Namespace, at_the_readers, cells, execute, execute_changed, lab_at, on_the_page

LAB = lab_at("docs/sum-or-mean/accumulation-fault.py")


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The Zen as Python prints it, in another process."""
    shown = subprocess.run([sys.executable, "-c", "import this"], capture_output=True, text=True, check=True).stdout
    return [line for line in shown.lower().splitlines() if line]


def tables(lab: Namespace, lines: list[str]) -> list[Any]:
    """How often one letter follows another, (K, K) for each line: row the letter that follows."""
    found = []
    for line in lines:
        pairs = Counter(pairwise(line))
        found.append(np.array([[pairs[before, after] for before in lab["letters"]] for after in lab["letters"]]))
    return found


def mean_loss(W: Any, table: Any) -> float:
    """The cross-entropy of each pair, as often as it occurs."""
    columns = zip(W.T, table.T, strict=True)
    costs = (np.logaddexp.reduce(scores) * times.sum() - scores @ times for scores, times in columns)
    return math.fsum(costs) / int(table.sum())


def test_the_text_is_the_one_that_python_prints(lab: Namespace, lines: list[str]) -> None:
    assert lab["lines"] == lines
    assert [len(line) - 1 for line in lines] == list(lab["counts"])
    assert f"{len(lines)} lines, {len(set(''.join(lines)))} letters and signs" in lab["printed"]


def test_the_gradient_is_that_of_the_whole_text(lab: Namespace, lines: list[str]) -> None:
    W = np.random.default_rng(5).normal(size=(lab["K"],) * 2)
    table = sum(tables(lab, lines))
    loss, gradient = lab["whole"](W)
    assert oracles.close(loss, mean_loss(W, table))

    def along(step: list[complex]) -> complex:
        moved = W + step[0] * V
        return complex((table.sum(axis=0) * np.log(np.exp(moved).sum(axis=0))).sum() - (table * moved).sum())

    for seed in range(3):
        V = np.random.default_rng(seed).normal(size=W.shape)
        (slope,) = oracles.complex_step(along, [0.0])
        assert oracles.close((gradient * V).sum(), slope / table.sum(), rel=1e-10)


def trained(lines: list[Any], weights: list[float], steps: int) -> Any:
    """Descent on the weighted mean of the lines' own losses, written with tables."""
    W = np.zeros(lines[0].shape)
    for _ in range(steps):
        P = np.exp(W) / np.exp(W).sum(axis=0)
        W = W - 20 * sum(
            w * (P * table.sum(axis=0) - table) / table.sum() for w, table in zip(weights, lines, strict=True)
        )
    return W


def test_both_models_are_what_tables_of_pairs_give(lab: Namespace, lines: list[str]) -> None:
    found = tables(lab, lines)
    lengths = [table.sum() for table in found]
    whole = sum(found)
    rows = re.findall(r"(pooled|mean of means) +([\d.]{6}) +([\d.]{6}) +([\d.]{6}) +([\d.]{6})\n", lab["printed"])
    assert [row[0] for row in rows] == ["pooled", "mean of means"]
    short = [n < np.median(lengths) for n in lengths]
    for (way, *numbers), weights in zip(
        rows, ([n / sum(lengths) for n in lengths], [1 / len(lines)] * len(lines)), strict=True
    ):
        W = trained(found, weights, 300)
        np.testing.assert_allclose(lab["runs"][way][0], W, rtol=0, atol=1e-9)
        printed = math.fsum(w * mean_loss(W, table) for w, table in zip(weights, found, strict=True))
        groups = [
            mean_loss(W, sum(table for table, one in zip(found, short, strict=True) if one == of))
            for of in (True, False)
        ]
        expected = [printed, mean_loss(W, whole), *groups]
        assert [float(one) for one in numbers] == pytest.approx(expected, abs=0.5001e-4)


def test_the_worse_model_prints_the_better_loss(lab: Namespace) -> None:
    pooled, means = (lab["runs"][way][1][-1] for way in ("pooled", "mean of means"))
    assert pooled[0] == pytest.approx(pooled[1], abs=1e-12)
    assert means[0] < pooled[0] - 0.02
    assert means[1] > pooled[1] + 0.02


def test_what_it_finds_does_not_hang_on_the_order_of_the_lines() -> None:
    execute_changed(LAB, {".splitlines() if line]": ".splitlines()[::-1] if line]"})


def test_the_page_and_the_readers_own_run_print_the_same(lab: Namespace) -> None:
    assert on_the_page(LAB) == at_the_readers(LAB) == lab["printed"]


def test_the_start_refuses_another_divisor() -> None:
    names: Namespace = {}
    *before, start = cells(LAB, holding="off > 0.01")
    changed = [source.replace("divisor = tokens if", "divisor = tokens + 1 if") for source in before]
    assert changed != before
    execute(LAB, changed, names)
    with pytest.raises(AssertionError):
        execute(LAB, [start], names)


@pytest.mark.parametrize("name", ["restoring_weights", "accumulated"])
def test_the_mend_refuses_a_slip(lab: Namespace, name: str) -> None:
    *_, mend = cells(LAB, holding="restoring_weights(counts)")
    true = lab[name]

    def wrong(*given: Any) -> Any:
        made = true(*given)
        return (made[0], made[1] * (1 + 1e-9)) if isinstance(made, tuple) else made * (1 + 1e-9)

    execute(LAB, [mend], dict(lab))
    with pytest.raises(AssertionError):
        execute(LAB, [mend], {**lab, name: wrong})
