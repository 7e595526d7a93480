"""The lab on running statistics: its training by hand, its tables computed again, and planted slips refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.docs.cells import Namespace, at_the_readers, cells, execute, execute_changed, lab_at, on_the_page

LAB = lab_at("docs/moving-averages/running-statistics.py")


def numbers(lab: Namespace, pattern: str) -> list[tuple[float, ...]]:
    found = re.findall(pattern, lab["printed"], re.MULTILINE)
    assert found, pattern
    return [tuple(map(float, one)) for one in found]


def test_the_factor_of_the_variance_is_as_printed(lab: Namespace) -> None:
    rows = numbers(lab, r"^m = +(\d+): over m ([\d.]+), \(m - 1\)/m ([\d.]+); over m - 1 ([\d.]+)$")
    assert [row[0] for row in rows] == [2, 4, 16, 64, 256]
    for m, biased, factor, unbiased in rows:
        assert factor == pytest.approx(1 - 1 / m, abs=5.1e-4)
        assert (biased, unbiased) == pytest.approx(lab["within"][int(m)], abs=5.1e-4)
        assert biased / unbiased == pytest.approx(factor, abs=2e-3)


def test_the_untrained_scores_are_those_of_all_images(lab: Namespace) -> None:
    start = np.random.default_rng(1).normal(size=(32, 64)) / 8
    scores = start @ (lab["digits"].data[:1280].T / 16)
    np.testing.assert_allclose(lab["mean_of_all"], scores.mean(1))
    np.testing.assert_allclose(lab["variance_of_all"], scores.var(1) * 1280 / 1279)
    rows = numbers(lab, r"^ *(\d+) batches: +([\d.]+)% of the mean of all, not corrected +([\d.]+)%$")
    assert [row[0] for row in rows] == [1, 20, 100, 400]
    for n, corrected, raw in rows:
        assert corrected == pytest.approx(100, abs=1)
        assert raw == pytest.approx(corrected * (1 - 0.99**n), abs=0.1)


def by_hand(lab: Namespace, updates: int) -> tuple[Any, ...]:
    """The training with loops over units, and the gradient through mean and variance as a matrix for each unit."""
    rng = np.random.default_rng(1)
    W, V, c = rng.normal(size=(32, 64)) / 8, rng.normal(size=(10, 32)) / 8, np.zeros(10)
    gamma, beta = np.ones(32), np.zeros(32)
    order = np.random.default_rng(1).permutation(1280).reshape(-1, 4)
    for batch in order[:updates]:
        x = lab["digits"].data[batch].T / 16
        scores = W @ x
        root = np.sqrt(scores.var(axis=1) + 1e-5)
        normal = (scores - scores.mean(axis=1)[:, None]) / root[:, None]
        active = gamma[:, None] * normal + beta[:, None]
        A = np.where(active > 0, active, 0)
        odds = np.exp(V @ A + c[:, None])
        dS = odds / odds.sum(axis=0)
        dS[lab["digits"].target[batch], range(4)] -= 1
        up = (V.T @ dS / 4) * (active > 0)
        jacobians = [(np.eye(4) - 1 / 4 - np.outer(row, row) / 4) / one for row, one in zip(normal, root, strict=True)]
        dZ = np.array([g * d @ one for g, d, one in zip(gamma, up, jacobians, strict=True)])
        V, c = V - 0.1 * dS @ A.T / 4, c - 0.1 * dS.mean(axis=1)
        W, gamma, beta = W - 0.1 * dZ @ x.T, gamma - 0.1 * (up * normal).sum(1), beta - 0.1 * up.sum(1)
    return W, gamma, beta, V, c


def test_the_training_is_what_it_is_by_hand(lab: Namespace) -> None:
    network, seen = lab["train"](40)
    assert len(seen) == 40
    for found, expected in zip(network, by_hand(lab, 40), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-11)


def test_the_table_is_that_of_the_results(lab: Namespace) -> None:
    early, late = lab["printed"].split("after 40 updates")[1].split("after 1600 updates")
    for updates, told in ((40, early), (1600, late)):
        rows = re.findall(r"^  (\S.*\S) +right +([\d.]+)%, scores off by ([\d.]+)$", told, re.MULTILINE)
        assert [row[0] for row in rows] == list(lab["results"][updates])
        reference = lab["results"][updates]["one pass over all"]
        for name, share, off in rows:
            scores = lab["results"][updates][name]
            answers = scores.argmax(axis=0) == lab["digits"].target[1280:]
            assert float(share) == pytest.approx(100 * answers.mean(), abs=0.051)
            assert float(off) == pytest.approx(abs(scores - reference).mean(), abs=5.1e-4)


def test_what_the_words_say(lab: Namespace) -> None:
    early, late = lab["results"][40], lab["results"][1600]
    right = lab["right"]
    assert right(early["running, not corrected"]) < right(early["running, corrected, over m - 1"]) - 0.1
    names = ("running, not corrected", "running, variance begun at 1")
    for name in names:
        np.testing.assert_allclose(late[name], late["running, corrected, over m - 1"], atol=1e-4)
    assert abs(right(late["running, corrected, over m"]) - right(late["running, corrected, over m - 1"])) < 0.01
    alone = late["each image by itself"]
    assert np.ptp(alone, axis=1).max() == 0  # the same scores for every image
    assert right(late["one pass over all"]) > 0.85


@pytest.mark.parametrize("seed", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_what_it_finds_does_not_hang_on_one_shuffle(seed: int) -> None:
    execute_changed(LAB, {"seed = 1280, 32, 1": f"seed = 1280, 32, {seed}"})


def test_the_page_prints_what_was_tested(lab: Namespace) -> None:
    assert on_the_page(LAB) == lab["printed"]


@pytest.mark.slow
def test_the_readers_own_run_prints_the_same(lab: Namespace) -> None:
    assert at_the_readers(LAB) == lab["printed"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("np.zeros(H), mu", "np.ones(H), mu"),
        ("b_folded[:, None]", "0"),
        ("mu, var, gamma, beta, eps)", "mu, var, gamma, beta, 1e-4)"),
    ],
)
def test_a_wrong_fold_is_refused(right: str, wrong: str, lab: Namespace) -> None:
    comparison = cells(LAB, holding="assert np.allclose(S, kept")[-1]
    planted = comparison.replace(right, wrong)
    assert planted != comparison
    execute(LAB, [comparison], dict(lab))
    with pytest.raises(AssertionError):
        execute(LAB, [planted], dict(lab))
