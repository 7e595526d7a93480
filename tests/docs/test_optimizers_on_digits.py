"""The lab on optimisers: its trainings written out by hand, its tables read again, and planted slips refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.docs.cells import Namespace, at_the_readers, cells, execute, execute_changed, lab_at, on_the_page

LAB = lab_at("docs/moving-averages/optimizers-on-digits.py")
UPDATES = 4


def slopes(lab: Namespace, W: Any, batch: Any) -> Any:
    """The mean over a batch of the slopes of the cross-entropy, one image after the other."""
    total = np.zeros_like(W)
    for n in batch:
        odds = np.exp(W @ lab["X"][:, n])
        odds /= odds.sum()
        odds[lab["labels"][n]] -= 1
        total += np.outer(odds, lab["X"][:, n])
    return total / len(batch)


def by_hand(lab: Namespace, name: str, lr: float, scale: float = 1.0, missing: str = "", under: bool = False) -> Any:
    """The first updates, each from the gradients so far, by sums and not by recursions."""
    W, seen, path = np.zeros((10, 65)), [], [np.zeros((10, 65))]
    for n, batch in enumerate(lab["batches"][:UPDATES], 1):
        seen.append(scale * slopes(lab, W, batch))

        def faded(beta: float, power: int, n: int = n) -> Any:
            return sum(beta ** (n - k) * one**power for k, one in enumerate(seen, 1))

        if name == "SGD":
            move = seen[-1]
        elif name.startswith("momentum"):
            move = faded(0.9, 1) * (1 if "buffer" in name else 0.1)
        elif name == "RMSprop":
            move = seen[-1] / (np.sqrt(0.1 * faded(0.9, 2)) + 1e-8)
        else:
            v = 0.1 * faded(0.9, 1) / (1 if "v" in missing else 1 - 0.9**n)
            s = 0.001 * faded(0.999, 2) / (1 if "s" in missing else 1 - 0.999**n)
            move = v / (np.sqrt(s + 1e-8) if under else np.sqrt(s) + 1e-8) + (0.01 * W if name == "AdamW" else 0)
        W = W - lr * move
        path.append(W)
    return np.array(path)


def same(found: Any, expected: Any) -> None:
    # A slope that cancels is rounding, which Adam divides by ε.
    np.testing.assert_allclose(found[: UPDATES + 1], expected, rtol=1e-7, atol=1e-7)


def test_the_trainings_are_what_they_are_by_hand(lab: Namespace) -> None:
    for name, (lr, path, _) in lab["best"].items():
        assert len(path) == len(lab["batches"]) + 1
        same(path, by_hand(lab, name, lr))
    for name, missing in (("both", ""), ("momentum", "s"), ("squares", "v"), ("neither", "vs")):
        same(lab["corrected"][name], by_hand(lab, "Adam", lab["lr"], missing=missing))
    for scale, (beside, under) in lab["felt"].items():
        same(beside, by_hand(lab, "Adam", lab["lr"], scale))
        same(under, by_hand(lab, "Adam", lab["lr"], scale, under=True))


def cost(lab: Namespace, W: Any) -> float:
    scores = W @ lab["X"][:, : lab["N"]]
    picked = scores[lab["labels"][: lab["N"]], np.arange(lab["N"])]
    return float(np.mean(np.log(np.exp(scores).sum(axis=0)) - picked))


def right(lab: Namespace, W: Any) -> float:
    answers = (W @ lab["X"][:, lab["N"] :]).argmax(axis=0)
    return float(np.mean(answers == lab["labels"][lab["N"] :]))


def size(lab: Namespace, path: Any, update: int, lr: float) -> float:
    lit = lab["X"][:, lab["batches"][0]].sum(axis=1) > 0
    return float(np.linalg.norm((path[update] - path[update - 1])[:, lit]) / np.sqrt(10 * lit.sum()) / lr)


def test_each_has_the_best_of_its_learning_rates(lab: Namespace) -> None:
    for name, (step, choice) in lab["rates"].items():
        ends = {lr: cost(lab, lab["train"](step, lr, **lab["decay"].get(name, {}))[-1]) for lr in choice}
        assert lab["best"][name][0] == min(ends, key=ends.__getitem__)


def test_the_tables_are_those_of_the_runs(lab: Namespace) -> None:
    numbers = r" +([\d.]+)" * 2 + r" +([\d.]+)%" + r" +([\d.]+)" * 2 + "$"
    rows = re.findall(r"^(\w+(?:, \w+)?)" + numbers, lab["printed"], re.MULTILINE)
    assert [row[0] for row in rows] == list(lab["rates"])
    for name, rate, end, share, first, last in rows:
        lr, path, _ = lab["best"][name]
        assert float(rate) == lr
        assert float(end) == pytest.approx(cost(lab, path[-1]), abs=6e-4)
        assert float(share) == pytest.approx(100 * right(lab, path[-1]), abs=0.051)
        assert float(first) == pytest.approx(size(lab, path, 1, lr), abs=6e-5)
        assert float(last) == pytest.approx(size(lab, path, -1, lr), abs=6e-4)
    rows = re.findall(r"^(both|momentum|squares|neither)" + r" +([\d.]+)" * 4 + "$", lab["printed"], re.MULTILINE)
    assert [row[0] for row in rows] == list(lab["corrected"])
    for name, first, *costs in rows:
        path = lab["corrected"][name]
        assert float(first) == pytest.approx(size(lab, path, 1, lab["lr"]), abs=6e-4)
        assert [float(one) for one in costs] == pytest.approx([cost(lab, path[n]) for n in (1, 12, -1)], abs=6e-4)
    scale = r"^ *(1\.0|0\.01|0\.0001|1e-06)"
    rows = re.findall(scale + r" +([\d.]+)%" * 2 + r" +([\d.]+)" * 2 + "$", lab["printed"], re.MULTILINE)
    costs = re.findall(scale + r" +([\d.]+)" * 2 + "$", lab["printed"], re.MULTILINE)
    assert [float(row[0]) for row in rows] == [float(row[0]) for row in costs] == list(lab["felt"])
    for (at, *shares), (_, *ends) in zip([(r[0], *r[1:]) for r in rows], costs, strict=True):
        for k, path in enumerate(lab["felt"][float(at)]):
            assert float(shares[k]) == pytest.approx(100 * right(lab, path[-1]), abs=0.051)
            assert float(shares[2 + k]) == pytest.approx(size(lab, path, 1, lab["lr"]), abs=6e-5)
            assert float(ends[k]) == pytest.approx(cost(lab, path[-1]), abs=6e-4)


def test_what_the_words_say(lab: Namespace) -> None:
    steps = {name: [size(lab, path, at, lr) for at in (1, -1)] for name, (lr, path, _) in lab["best"].items()}
    assert all(steps[name][0] < 0.05 for name in lab["rates"] if name == "SGD" or name.startswith("momentum"))
    assert steps["RMSprop"][1] > 0.5 > 0.1 > steps["Adam"][1]
    start, corrected = np.log(10), lab["corrected"]
    assert cost(lab, corrected["momentum"][1]) > 20 * start
    assert cost(lab, corrected["squares"][-1]) < 1.25 * cost(lab, corrected["both"][-1])
    shares = [right(lab, under[-1]) for _, under in lab["felt"].values()]
    assert min(shares) > 0.8  # the right answers hide it
    assert cost(lab, lab["felt"][1e-6][1][-1]) > 0.9 * start


def test_what_it_finds_does_not_hang_on_one_shuffle() -> None:
    execute_changed(LAB, {"seed = 17 * 64, 64, 6, 1": "seed = 17 * 64, 64, 6, 2"})


def test_the_page_prints_what_was_tested(lab: Namespace) -> None:
    assert on_the_page(LAB) == lab["printed"]


@pytest.mark.slow
def test_the_readers_own_run_prints_the_same(lab: Namespace) -> None:
    assert at_the_readers(LAB) == lab["printed"]


@pytest.mark.parametrize(
    ("holding", "right_one", "wrong_one"),
    [
        ("corrected = {", "1 - 0.999**memory.n", "1 - 0.99**memory.n"),
        ("corrected = {", "(True, False)", "(True, True)"),
        ("felt = {}", "adam_inside", "adam"),
        ("again = ", "eps=1e-8 * scale**2", "eps=1e-8 * scale"),
        ("again = ", "2.0**-20", "2.0**-20 * 1.1"),
    ],
)
def test_a_slip_is_refused(holding: str, right_one: str, wrong_one: str, lab: Namespace) -> None:
    *_, cell = cells(LAB, holding=holding)
    wrong = cell.replace(right_one, wrong_one)
    assert wrong != cell
    with pytest.raises(AssertionError):
        execute(LAB, [wrong], dict(lab))
