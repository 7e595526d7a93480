"""The lab on sum and mean: its trainings written out by hand, and its own checks refuse a planted slip."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.docs.cells import Namespace, at_the_readers, cells, execute, execute_changed, lab_at, on_the_page

LAB = lab_at("docs/sum-or-mean/sum-against-mean.py")
TRAINED = 17 * 64


def test_every_image_is_seen_once_in_an_epoch(lab: Namespace) -> None:
    for batches, count, last in ((lab["full"], TRAINED, 64), (lab["ragged"], TRAINED + 12, 12)):
        per_epoch = len(batches) // 10
        for epoch in range(10):
            own = batches[epoch * per_epoch : (epoch + 1) * per_epoch]
            assert [batch.size for batch in own] == [64] * 17 + ([12] if last == 12 else [])
            assert sorted(np.concatenate(own)) == list(range(count))


def slopes(lab: Namespace, W: Any, batch: Any) -> Any:
    """The sum over a batch of the slopes of the cross-entropy, one image after the other."""
    total = np.zeros_like(W)
    for n in batch:
        odds = np.exp(W @ lab["X"][:, n])
        odds /= odds.sum()
        odds[lab["labels"][n]] -= 1
        total += np.outer(odds, lab["X"][:, n])
    return total


def by_hand(lab: Namespace, name: str, reduction: str, **own: float) -> list[Any]:
    """The first five updates, from the formulas of the optimisers."""
    rate, lam, eps = own["lr"], own.get("lam", 0.0), own.get("eps", 0.0)
    W, v, s, made = np.zeros((10, 65)), 0.0, 0.0, []
    for n, batch in enumerate(lab["full"][:5], 1):
        dW = slopes(lab, W, batch) / (batch.size if reduction == "mean" else 1)
        if name.endswith("penalty"):
            dW = dW + lam * W
        if name.startswith("SGD"):
            W = W - rate * dW
        else:
            v, s = 0.9 * v + 0.1 * dW, 0.999 * s + 0.001 * dW**2
            move = v / (1 - 0.9**n) / (np.sqrt(s / (1 - 0.999**n)) + eps)
            W = W - rate * move - (rate * lam * W if name == "AdamW" else 0)
        made.append(W)
    return made


def test_the_trainings_are_what_they_are_by_hand(lab: Namespace) -> None:
    for name, (_, settings, repaired) in lab["cases"].items():
        mean, raw, done = lab["runs"][name]
        for path, reduction, own in ((mean, "mean", settings), (raw, "sum", settings), (done, "sum", repaired)):
            for found, expected in zip(path, by_hand(lab, name, reduction, **own), strict=False):
                # A slope that cancels is rounding, which Adam divides by ε.
                np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


def test_the_table_is_that_of_the_runs(lab: Namespace) -> None:
    rows = re.findall(r"^(\w+(?:, \w+)?) +(\d\.\de[+-]\d+) +(\d) +([\d.]+)% +([\d.]+)%$", lab["printed"], re.MULTILINE)
    assert [row[0] for row in rows] == list(lab["cases"])
    for name, raw, repaired, mean_right, raw_right in rows:
        mean, as_it_is, done = lab["runs"][name]
        assert float(raw) == pytest.approx(abs(as_it_is - mean).max(), rel=0.06)
        assert repaired == "0"
        assert done.tobytes() == mean.tobytes()
        for printed, path in ((mean_right, mean), (raw_right, as_it_is)):
            answers = (path[-1] @ lab["X"][:, TRAINED:]).argmax(axis=0)
            assert float(printed) == pytest.approx(100 * (answers == lab["labels"][TRAINED:]).mean(), abs=0.051)
        assert float(mean_right) > 85


def test_what_the_words_say(lab: Namespace) -> None:
    gap = {name: abs(raw - mean).max() for name, (mean, raw, _) in lab["runs"].items()}
    assert gap["SGD"] > 1 > gap["Adam, penalty"] > 0.1 > 1e-3 > max(gap["Adam"], gap["AdamW"])
    assert 64 / 12 > 5
    assert lab["uneven"]["Adam"][-1] > 0.01


@pytest.mark.parametrize("seed", [2, pytest.param(3, marks=pytest.mark.slow)])
def test_what_it_finds_does_not_hang_on_one_shuffle(seed: int) -> None:
    execute_changed(LAB, {"seed = 64, 10, 1": f"seed = 64, 10, {seed}"})


def test_the_page_prints_what_was_tested(lab: Namespace) -> None:
    assert on_the_page(LAB) == lab["printed"]


@pytest.mark.slow
def test_the_readers_own_run_prints_the_same(lab: Namespace) -> None:
    assert at_the_readers(LAB) == lab["printed"]


@pytest.mark.parametrize("repair", [{"lr": 0.5 / 65}, {"lr": 0.5}, {"lr": 0.5 / 64 * (1 + 1e-15)}])
def test_a_wrong_repair_is_refused(repair: dict[str, float]) -> None:
    names: Namespace = {}
    *before, comparison = cells(LAB, holding="runs[name] = mean, raw, done")
    wrong = comparison.replace('{"lr": 0.5 / m})', f"{repair})")
    assert wrong != comparison
    execute(LAB, before, names)
    with pytest.raises(AssertionError):
        execute(LAB, [wrong], names)
