"""Every denominator, and the way back from a number: against loops over exact fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.snippets.checks import printed, refuses, refuses_what_is_no_array, refuses_what_is_no_whole_number

LOSSES, WEIGHTS, KEPT = [0.9, 2.1, 0.4, 3.2, 2.5, 1.7], [1, 3, 0, 0.5, 2, 0.5], [1, 1, 1, 0, 1, 1]
FULL: dict[str, Any] = {"weights": WEIGHTS, "kept": KEPT, "parts": [4, 2], "ranks": [2, 4], "outputs": 3}
WAYS = [
    "sum",
    "sum / micro-batches",
    "mean, all positions",
    "mean, kept positions",
    "mean, all outputs",
    "half the mean",
    "mean, kept / ranks",
    "mean of micro-batch means",
    "sum of micro-batch means",
    "sum of means / positions",
    "mean of rank means",
    "sum of rank means",
    "weighted sum",
    "weighted / weights",
    "weighted / positions",
    "weighted / kept",
    "weighted / nonzero weights",
    "mean of weighted means",
]


def expected(
    losses: Any, weights: Any = None, kept: Any = None, parts: Any = None, ranks: Any = None, outputs: int = 1
) -> list[tuple[Any, Any]]:
    """Numerator and denominator of each way, position by position."""
    m = len(losses)
    rows = [
        (Fraction(loss), Fraction(weight), bool(counts))
        for loss, weight, counts in zip(losses, weights or [1] * m, kept or [1] * m, strict=True)
    ]

    def mean(some: Any) -> Any:
        return sum((loss * weight for loss, weight in some), Fraction(0)) / sum(weight for _, weight in some)

    def cut(sizes: Any) -> list[Any]:
        ends = [0]
        for size in sizes or [m]:
            ends.append(ends[-1] + size)
        return [[row for row in rows[a:b] if row[2]] for a, b in pairwise(ends)]

    used = [row for row in rows if row[2]]
    total = sum((loss for loss, _, _ in used), Fraction(0))
    weighted = sum((loss * weight for loss, weight, _ in used), Fraction(0))
    batches, across = cut(parts), cut(ranks)
    means = sum(mean([(loss, 1) for loss, _, _ in part]) for part in batches)
    rank_means = sum(mean([(loss, 1) for loss, _, _ in part]) for part in across)
    weighted_means = sum(mean([(loss, weight) for loss, weight, _ in part]) for part in batches)
    B, n, k = Fraction(len(batches)), Fraction(m), Fraction(len(used))
    return [
        (total, Fraction(1)),
        (total, B),
        (total, n),
        (total, k),
        (total, n * outputs),
        (total, n * 2),
        (total, k * len(across)),
        (means, B),
        (means, Fraction(1)),
        (means, n),
        (rank_means, Fraction(len(across))),
        (rank_means, Fraction(1)),
        (weighted, Fraction(1)),
        (weighted, sum((weight for _, weight, _ in used), Fraction(0))),
        (weighted, n),
        (weighted, k),
        (weighted, Fraction(sum(weight != 0 for _, weight, _ in used))),
        (weighted_means, B),
    ]


CASES: list[dict[str, Any]] = [
    {},
    FULL,
    {"kept": [1, 0, 1, 1, 0, 1], "parts": [1, 5]},
    {"weights": [0.25, 0, 3, 1, 1, 2], "ranks": [1, 2, 3], "outputs": np.int64(2)},
    {"parts": np.array([2, 2, 2], dtype=np.uint8), "kept": [0, 1, 1, 0, 1, 1]},
    {"ranks": [6], "parts": [1] * 6},
]


def test_every_way_is_that_of_exact_fractions(snippet: Any) -> None:
    for case in CASES:
        found = snippet.report(LOSSES, **case)
        assert list(found) == WAYS
        plain: dict[str, Any] = {name: list(one) if np.ndim(one) else int(one) for name, one in case.items()}
        for pair, exact in zip(found.values(), expected(LOSSES, **plain), strict=True):
            assert pair == pytest.approx(tuple(map(float, exact)), rel=1e-14)
            assert all(type(one) is float for one in pair)


def test_a_part_in_which_nothing_counts_has_no_mean(snippet: Any) -> None:
    found = snippet.report(LOSSES, kept=[0, 0, 1, 1, 1, 1], parts=[2, 4], ranks=[3, 3])
    undefined = {way for way, (numerator, _) in found.items() if np.isnan(numerator)}
    assert undefined == {
        "mean of micro-batch means",
        "sum of micro-batch means",
        "sum of means / positions",
        "mean of weighted means",
    }
    assert snippet.which("7.8", found) == ["sum", "weighted sum"]
    nothing = snippet.report([1.0, 2.0], kept=[0, 0])
    assert nothing["mean, kept positions"] == nothing["weighted / weights"] == (0.0, 0.0)
    assert snippet.which("0", nothing)[:3] == ["sum", "sum / micro-batches", "mean, all positions"]
    refuses("seen: expected a number with the sign of one of the results, got '2'", snippet.nearest, "2", nothing)


def test_a_number_is_known_to_the_digits_that_it_has(snippet: Any) -> None:
    found = {"third": (1.0, 3.0), "near": (0.3334, 1.0), "half": (0.5, 1.0), "none": (1.0, 0.0), "minus": (-1.0, 3.0)}
    for seen, ways in (
        ("0.3333", ["third"]),
        ("0.33335", ["third"][:0]),
        ("0.333", ["third", "near"]),
        ("0.3", ["third", "near"]),
        ("0.", ["third", "near", "half", "minus"]),
        ("5e-1", ["half"]),
        ("50.0e-2", ["half"]),
        ("-0.33", ["minus"]),
        ("0.45", []),
        ("0.55", []),
        (" 0.5 ", ["half"]),
    ):
        assert snippet.which(seen, found) == ways, seen
    # half a unit of the last digit away belongs to it, on either side
    assert snippet.which("0.4", {"edge": (0.35, 1.0), "other": (0.45, 1.0), "out": (0.4501, 1.0)}) == ["edge", "other"]
    assert snippet.which("-0.4", {"edge": (-0.35, 1.0), "other": (-0.45, 1.0), "out": (-0.4501, 1.0)}) == [
        "edge",
        "other",
    ]
    assert snippet.which("0.333333333333", {"third": (1.0, 3.0)}) == ["third"]


def test_the_nearest_is_nearest_in_proportion(snippet: Any) -> None:
    found = {"small": (1.0, 10.0), "large": (10.0, 2.0), "none": (0.0, 0.0), "minus": (-4.0, 1.0), "zero": (0.0, 1.0)}
    assert snippet.nearest("0.6", found) == ("small", pytest.approx(6))
    assert snippet.nearest("0.8", found) == ("large", pytest.approx(0.16))
    assert snippet.nearest("-1", found) == ("minus", pytest.approx(0.25))
    assert snippet.nearest("20", found) == ("large", pytest.approx(4))
    for bad in ("0", "-0.0"):
        refuses(
            f"seen: expected a number with the sign of one of the results, got {bad!r}", snippet.nearest, bad, found
        )


def test_bad_arguments_are_named(snippet: Any) -> None:
    refuses_what_is_no_array(snippet.report, "losses", 1, finite=True)
    refuses_what_is_no_array(lambda weights: snippet.report([1.0, 2.0], weights), "weights", 1, finite=True)
    for bad in (np.nan, np.inf):
        refuses(f"losses: expected finite numbers, got {bad}", snippet.report, [1.0, bad, 2.0])
    for name in ("weights", "kept"):
        says = f"{name}: expected 3 numbers, one for each loss, got 2"
        refuses(says, snippet.report, [1.0, 2.0, 3.0], **{name: [1, 1]})
    refuses("kept: expected 0 or 1 for each position, got 2.0", snippet.report, [1.0, 2.0, 3.0], kept=[1, 2, 0.5])
    refuses("kept: expected 0 or 1 for each position, got 0.5", snippet.report, [1.0, 2.0], kept=[0, 0.5])
    wrong: tuple[Any, ...] = ([1, 1], [2, 2], [3, 0], [4, -1], [1.0, 2.0], [[3]], 3, [], [True] * 3)
    for name in ("parts", "ranks"):
        for bad in wrong:
            says = f"{name}: expected whole numbers from 1 that add up to 3, got {bad!r}"
            refuses(says, snippet.report, [1.0, 2.0, 3.0], **{name: bad})
    refuses_what_is_no_whole_number(lambda outputs: snippet.report([1.0, 2.0], outputs=outputs), "outputs", 1)


def test_what_was_seen_is_checked(snippet: Any) -> None:
    found = snippet.report([1.0, 2.0])
    for call in (snippet.which, snippet.nearest):
        for bad in (1.5, None, 2):
            refuses(f"seen: expected the number as text, as it was printed, got {bad!r}", call, bad, found)
        for text in ("", "one", "1,5", "nan", "inf", "1.5.2"):
            refuses(f"seen: expected a number, got {text!r}", call, text, found)


def test_report_example(snippet: Any) -> None:
    lines = []
    for way, (above, below), whole in zip(
        WAYS, expected(LOSSES, **FULL), expected(LOSSES, **{**FULL, "kept": None}), strict=True
    ):
        value, other = float(above / below), float(whole[0] / whole[1])
        pair = f"{float(above):8.4f} /{float(below):5.1f}"
        lines.append(f"{way:28}{pair} ={value:8.4f}   nothing ignored:{other:8.4f}")
    assert printed(snippet.example_report) == lines


def fitting(seen: str, half: Fraction, case: dict[str, Any]) -> list[str]:
    return [
        way
        for way, (above, below) in zip(WAYS, expected(LOSSES, **case), strict=True)
        if abs(above / below - Fraction(seen)) <= half
    ]


def test_which_example(snippet: Any) -> None:
    lines, case = [], {"kept": KEPT, "parts": [4, 2]}
    for seen, places in (("1.6167", 4), ("1.52", 2), ("2", 0)):
        ways = fitting(seen, Fraction(1, 2 * 10**places), case)
        lines.append(f"seen {seen:6} fits {len(ways):2} of {len(WAYS)} ways, the first: {ways[0]}")
    plain = fitting("1.8", Fraction(1, 20), {})
    assert printed(snippet.example_which) == [*lines, f"nothing set, seen 1.8: {len(plain)} ways"]


def test_nearest_example(snippet: Any) -> None:
    total = sum(map(Fraction, LOSSES))
    assert printed(snippet.example_nearest) == [
        f"3.6 is {float(Fraction('3.6') / (total / 6)):.4f} times: mean, all positions",
        f"43.2 is {float(Fraction('43.2') / total):.4f} times: sum",
    ]
