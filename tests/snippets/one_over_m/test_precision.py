"""The arithmetic of four formats, against fractions, against NumPy's own float16 and float32, and bit by bit."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from snippets.one_over_m import precision
from tests.snippets.checks import printed, refuses, refuses_what_is_no_whole_number

BITS = {"float64": 53, "float32": 24, "bfloat16": 8, "float16": 11}
TOP = {"float64": 1023, "float32": 127, "bfloat16": 127, "float16": 15}
NAMES = "float64, float32, bfloat16, float16"


def nearest(x: Any, form: str) -> float:
    """The nearest float of a format by exact fractions: the two floats around x, the nearer, the even one of a tie."""
    if not math.isfinite(x):
        return float(x)
    size, sign = abs(Fraction(x)), math.copysign(1.0, x)
    power = size.numerator.bit_length() - size.denominator.bit_length()  # of two at or above size, or one less
    power += size >= Fraction(2) ** power
    step = Fraction(2) ** (max(power, 2 - TOP[form]) - BITS[form])
    below = size // step
    left, right = size - below * step, (below + 1) * step - size
    found = (below + (right < left or (right == left and below % 2 == 1))) * step
    return sign * (math.inf if found >= 2 ** (TOP[form] + 1) else float(found))


def bit_trick(x: np.ndarray) -> np.ndarray:
    """bfloat16 as hardware makes it of a float32: add half of the last kept bit, less one where that bit is 0; cut."""
    word = x.astype(np.float32).view(np.uint32)
    kept = (word + 0x7FFF + ((word >> 16) & 1)) & np.uint32(0xFFFF0000)
    return np.asarray(kept.view(np.float32))


def patterns(name: str) -> np.ndarray:
    """Every finite float of 16 bits, as float64."""
    words = np.arange(2**16, dtype=np.uint16)
    every = words.view(np.float16) if name == "float16" else (words.astype(np.uint32) << 16).view(np.float32)
    return np.unique(every[np.isfinite(every)].astype(np.float64))


def same(got: Any, expected: Any) -> bool:
    """Bit for bit, NaN as NaN and the sign of 0 too."""
    return np.asarray(got, dtype=np.float64).tobytes() == np.asarray(expected, dtype=np.float64).tobytes()


def wild(rng: np.random.Generator, shape: Any) -> np.ndarray:
    """Numbers of every size that float16 tells apart, and beyond."""
    return np.asarray(np.ldexp(rng.normal(size=shape), rng.integers(-30, 18, size=shape)))


def total(terms: Any, form: str, sums: str) -> float:
    """The sum of numbers of a format, exactly and rounded once, or rounded at every step."""
    if sums == "wide":
        return nearest(sum(map(Fraction, terms)), form)
    found = 0.0
    for one in terms:
        found = nearest(Fraction(found) + Fraction(one), form)
    return found


def parts(place: str, m: int) -> tuple[Fraction, Fraction]:
    if place == "split":
        before = Fraction(2 ** round(math.log2(m) / 2))
        return before, m / before
    return (Fraction(m), Fraction(1)) if place == "absorbed" else (Fraction(1), Fraction(m))


def the_mean(terms: Any, form: str, place: str, sums: str) -> float:
    m = len(terms)
    before, after = parts(place, m)
    divided = [nearest(Fraction(nearest(one, form)) / before, form) for one in terms]
    return nearest(Fraction(total(divided, form, sums)) / after, form)


# ---- rounding


def test_rounded_is_the_nearest_float(snippet: Any) -> None:
    rng = np.random.default_rng(0)
    special = [
        0.0,
        -0.0,
        np.inf,
        -np.inf,
        65519.0,
        65520.0,
        -65520.0,
        2.0**-25,
        2.0**-14,
        1 + 2.0**-11,
        1 + 3 * 2.0**-11,
    ]
    for form, bits in BITS.items():
        ties = 1 + (2 * np.arange(5) + 1) * 2.0**-bits
        tiny = np.array([1, 2, 3, 5]) * 2.0 ** max(1 - TOP[form] - bits, -1074)
        ends = (2 - 2.0 ** (1 - bits)) * 2.0 ** TOP[form] * np.array([1, -1, 0.75])
        x = np.concatenate([special, ties, tiny, ends, wild(rng, 60)])
        assert same(snippet.rounded(x, form), [nearest(one, form) for one in x])
        assert np.isnan(snippet.rounded(np.nan, form))
        assert snippet.rounded(1 / 3, form).shape == ()
    assert snippet.rounded([[1, 2, 3]], "float16").dtype == np.float64
    top = (2 - 2.0**-24) * 2.0**127
    assert snippet.rounded([top, math.nextafter(top, 0)], "float32").tolist() == [np.inf, np.finfo(np.float32).max]


def test_rounded_is_numpys_float16_on_every_float_and_beside_every_tie(snippet: Any) -> None:
    floats = patterns("float16")
    middles = (floats[1:] + floats[:-1]) / 2
    x = np.concatenate([floats, middles, np.nextafter(middles, np.inf), np.nextafter(middles, -np.inf)])
    assert same(snippet.rounded(x, "float16"), x.astype(np.float16))
    assert np.array_equal(snippet.rounded(floats, "float16"), floats)


def test_rounded_is_the_upper_half_of_a_float32_on_every_bfloat16_and_beside_every_tie(snippet: Any) -> None:
    floats = patterns("bfloat16")
    middles = ((floats[1:] + floats[:-1]) / 2).astype(np.float32)
    x = np.concatenate([floats.astype(np.float32), middles])
    x = np.concatenate([x, np.nextafter(middles, np.float32(np.inf)), np.nextafter(middles, np.float32(-np.inf))])
    assert same(snippet.rounded(x, "bfloat16"), bit_trick(x))
    assert np.array_equal(snippet.rounded(floats, "bfloat16"), floats)
    assert nearest(1 + 2.0**-8 + 2.0**-40, "bfloat16") == snippet.rounded(1 + 2.0**-8 + 2.0**-40, "bfloat16")


def test_rounding_to_float64_first_changes_nothing_for_one_operation(snippet: Any) -> None:
    rng = np.random.default_rng(1)
    for name in ("float32", "float16"):
        with np.errstate(all="ignore"):
            a, b = (wild(rng, 4000).astype(name) for _ in range(2))
            for op in (np.add, np.multiply, np.divide):
                assert same(snippet.rounded(op(a.astype(np.float64), b.astype(np.float64)), name), op(a, b))


def test_rounded_refuses(snippet: Any) -> None:
    refuses(f"form: expected one of {NAMES}, got 'float8'", snippet.rounded, 1.0, "float8")
    refuses("x: expected real numbers, got dtype complex128", snippet.rounded, 1j, "float16")
    refuses("x: expected real numbers, got dtype bool", snippet.rounded, True, "float16")
    refuses("x: expected real numbers, got dtype <U1", snippet.rounded, "1", "float16")


# ---- the ends


def test_limits_are_met_by_trying(snippet: Any) -> None:
    for form in ("float32", "bfloat16", "float16"):
        for m in (1, 64, 4096):
            found = snippet.limits(form, m)
            over, thin, zero = found["overflow"], found["subnormal"], found["zero"]
            assert list(found) == ["overflow", "subnormal", "zero"]
            assert nearest(Fraction(over) * m, form) == math.inf
            assert nearest(Fraction(math.nextafter(over, 0)) * m, form) < math.inf
            assert nearest(Fraction(zero) / m, form) == 0
            assert nearest(Fraction(math.nextafter(zero, 1)) / m, form) > 0
            smallest = 2.0 ** (1 - TOP[form])
            assert thin / m == smallest
            full, lacking = (1 + 2.0 ** (1 - BITS[form])) * smallest, (1 - 2.0 ** -BITS[form]) * smallest
            assert nearest(full, form) == full
            assert nearest(lacking, form) != lacking
    assert snippet.limits("float64", 2)["zero"] == 5e-324
    assert snippet.limits("float64", 4)["zero"] == 5e-324 * 2
    refuses_what_is_no_whole_number(lambda m: snippet.limits("float16", m), "m", 1)
    refuses(f"form: expected one of {NAMES}, got 'half'", snippet.limits, "half", 1)


def test_divisors_multiply_to_m(snippet: Any) -> None:
    for m in (1, 2, 7, 64, 100, 1000, 4096, 65537):
        assert snippet.divisors("deferred", m) == (1, m)
        assert snippet.divisors("absorbed", m) == (m, 1)
        before, after = snippet.divisors("split", m)
        assert Fraction(before) * Fraction(after) == m
        assert math.frexp(before)[0] == 0.5
        assert 0.5 <= before / after <= 2
    refuses("place: expected one of deferred, absorbed, split, got 'both'", snippet.divisors, "both", 3)
    refuses_what_is_no_whole_number(lambda m: snippet.divisors("deferred", m), "m", 1)


# ---- sums and means


def test_add_up_rounds_once_or_at_every_step(snippet: Any) -> None:
    rng = np.random.default_rng(2)
    for form in BITS:
        terms = np.array([[nearest(one, form) for one in row] for row in rng.normal(size=(37, 3))])
        for sums in ("sequential", "wide"):
            if form == "float64" and sums == "wide":
                continue
            expected = [total(column, form, sums) for column in terms.T]
            assert same(snippet.add_up(terms, form, sums), expected)
    assert snippet.add_up(np.ones(300), "bfloat16", "sequential") == 256
    assert snippet.add_up(np.ones(300), "bfloat16") == 300
    assert snippet.add_up([1 + 2.0**-9, 0.0], "bfloat16", "sequential") == 1  # the terms are rounded too
    assert np.isnan(snippet.add_up([np.inf, -np.inf], "float16"))
    assert np.isnan(snippet.add_up([np.inf, -np.inf], "float16", "sequential"))
    assert snippet.add_up([1, 2], "float16").shape == ()


def test_mean_is_the_mean_by_fractions_in_every_place(snippet: Any) -> None:
    rng = np.random.default_rng(3)
    for form in ("float32", "bfloat16", "float16"):
        for m in (6, 16):
            terms = wild(rng, (m, 2)) / 64
            for place in ("deferred", "absorbed", "split"):
                for sums in ("wide", "sequential"):
                    expected = [the_mean(column, form, place, sums) for column in terms.T]
                    assert same(snippet.mean(terms, form, place, sums), expected)
    assert snippet.mean([1.0, 2.0], "float16", "split") == 1.5


def test_a_power_of_two_changes_no_bit_of_a_mean(snippet: Any) -> None:
    rng = np.random.default_rng(4)
    for form in ("float64", "float32", "bfloat16"):
        for m in (64, 256):
            terms = rng.normal(size=(m, 50))
            for sums in ("wide", "sequential"):
                found = [snippet.mean(terms, form, place, sums) for place in ("deferred", "absorbed", "split")]
                assert same(found[0], found[1])
                assert same(found[0], found[2])
        terms = rng.normal(size=(100, 50))
        assert not same(snippet.mean(terms, form, "deferred"), snippet.mean(terms, form, "absorbed"))


def test_a_mean_meets_the_limits(snippet: Any) -> None:
    for m in (64, 4096):
        found = snippet.limits("float16", m)
        over = np.full(m, float(np.float16(found["overflow"]) * np.float16(1.001)))
        assert [float(snippet.mean(over, "float16", place)) for place in ("deferred", "absorbed")] == [np.inf, over[0]]
        lost = np.full(m, found["zero"])
        assert snippet.mean(lost, "float16", "absorbed") == 0
        assert snippet.mean(lost, "float16", "deferred") == found["zero"]


def test_sums_and_means_refuse(snippet: Any) -> None:
    for call in (lambda x, f, s: snippet.add_up(x, f, s), lambda x, f, s: snippet.mean(x, f, "split", s)):
        refuses("sums: expected one of wide, sequential, got 'narrow'", call, [1.0], "float16", "narrow")
        refuses(f"form: expected one of {NAMES}, got 'half'", call, [1.0], "half", "wide")
        refuses("terms: expected at least one along the first axis, got shape ()", call, 1.0, "float16", "wide")
        refuses(
            "terms: expected at least one along the first axis, got shape (0, 2)",
            call,
            np.ones((0, 2)),
            "float16",
            "wide",
        )
        refuses("terms: expected real numbers, got dtype object", call, [None], "float16", "wide")
    refuses("place: expected one of deferred, absorbed, split, got ''", snippet.mean, [1.0], "float16", "")


# ---- the backward pass


def small_network() -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(3, 6))
    W1, W2 = rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
    A = np.maximum(W1 @ X, 0)
    return [W1, W2], [X, A], rng.normal(size=(2, 6)) / 50


def by_hand(weights: Any, inputs: Any, dZ: Any, form: str, place: str, sums: str) -> list[np.ndarray]:
    """The backward pass entry by entry, in fractions, rounded as the format rounds."""
    m = dZ.shape[1]
    before, after = parts(place, m)

    def near(a: Any) -> np.ndarray:
        return np.array([[nearest(one, form) for one in row] for row in a])

    def dot(a: Any, b: Any) -> float:
        products = [Fraction(p) * Fraction(q) for p, q in zip(a, b, strict=True)]
        return total(products if sums == "wide" else [nearest(one, form) for one in products], form, sums)

    def times(A: np.ndarray, B: np.ndarray) -> list[list[float]]:
        return [[dot(row, column) for column in B.T] for row in A]

    dZ = near([[Fraction(one) / before for one in row] for row in near(dZ)])
    found = []
    for W, A in list(zip(weights, inputs, strict=True))[::-1]:
        found.append(near([[Fraction(one) / after for one in row] for row in times(dZ, near(A).T)]))
        dZ = np.where(A > 0, times(near(W).T, dZ), 0.0)
    return found[::-1]


def test_backward_is_the_pass_by_hand(snippet: Any) -> None:
    given = small_network()
    for form in ("float32", "bfloat16", "float16"):
        for place in ("deferred", "absorbed", "split"):
            for sums in ("wide", "sequential"):
                expected = by_hand(*given, form, place, sums)
                for got, one in zip(snippet.backward(*given, form, place, sums), expected, strict=True):
                    assert np.array_equal(got, one)
    (_, W2), (X, A), dZ = given
    exact = [((W2.T @ dZ) * (A > 0)) @ X.T / 6, dZ @ A.T / 6]
    for place in ("deferred", "absorbed", "split"):
        for got, one in zip(snippet.backward(*given, "float64", place), exact, strict=True):
            assert np.allclose(got, one, rtol=1e-13, atol=1e-16)


def test_backward_does_not_change_a_bit_for_a_power_of_two(snippet: Any) -> None:
    for m in (64, 256):
        given = snippet.network(m)
        for form in ("float64", "float32", "bfloat16"):
            one, *others = (snippet.backward(*given, form, place) for place in ("deferred", "absorbed", "split"))
            for other in others:
                assert all(same(a, b) for a, b in zip(one, other, strict=True))
    given = snippet.network(100)
    one, other = (snippet.backward(*given, "float32", place) for place in ("deferred", "absorbed"))
    assert not all(same(a, b) for a, b in zip(one, other, strict=True))


def test_backward_carries_infinities_without_a_warning(snippet: Any) -> None:
    weights, inputs, _ = small_network()
    dZ = np.array([[7e4, -7e4, 0, 0, 1, 1], [0, 1, 2, 3, -7e4, 7e4]])
    found = snippet.backward(weights, inputs, dZ, "float16", "deferred")
    assert not np.isfinite(found[0]).all()
    refuses(
        "place: expected one of deferred, absorbed, split, got 'late'",
        snippet.backward,
        weights,
        inputs,
        dZ,
        "float16",
        "late",
    )
    refuses(f"form: expected one of {NAMES}, got ''", snippet.backward, weights, inputs, dZ, "", "split")
    refuses(
        "sums: expected one of wide, sequential, got ''", snippet.backward, weights, inputs, dZ, "float16", "split", ""
    )


def test_backward_refuses_weights_without_inputs(snippet: Any) -> None:
    weights, inputs, dZ = small_network()
    says = "inputs: expected 2, one for each of the weights, got 1"
    refuses(says, snippet.backward, weights, inputs[1:], dZ, "float16", "split")


def test_network_is_always_right_and_more_or_less_sure(snippet: Any) -> None:
    for m, confidence, seed in ((5, 2.0, 0), (40, 0.5, 3)):
        (W1, W2), (X, A), dZ = snippet.network(m, confidence, seed)
        assert [one.shape for one in (W1, W2, X, A, dZ)] == [(8, 8), (4, 8), (8, m), (8, m), (4, m)]
        assert np.array_equal(X, np.clip(X.round(), 0, 255))
        assert np.allclose(A, np.where(W1 @ X > 0, W1 @ X, 0))
        Z = confidence * (W2 @ A)
        P = np.exp(Z) / np.exp(Z).sum(axis=0)
        labels = P.argmax(axis=0)
        assert np.allclose(dZ + np.eye(4)[:, labels], P, atol=1e-6)
        assert ((dZ < 0).sum(axis=0) <= 1).all()
        assert np.array_equal(dZ[labels, range(m)] + 1, (dZ[labels, range(m)] + 1).astype(np.float32))
    assert np.isfinite(snippet.network(40, 1e6)[2]).all()  # the largest score is taken off, in each column
    more, less = snippet.network(40), snippet.network(7)
    assert np.array_equal(more[2][:, :7], less[2])
    assert np.array_equal(snippet.network(9, 2.0, 0)[2], snippet.network(9)[2])
    assert not np.array_equal(snippet.network(9, seed=1)[2], snippet.network(9)[2])
    rng = np.random.default_rng(0)
    drawn = np.float32(rng.normal(size=(8, 8)) / 256), np.float32(rng.normal(size=(4, 8)) / 2)
    assert all(map(np.array_equal, more[0], drawn))
    assert np.array_equal(more[1][0], rng.integers(0, 256, size=(40, 8)).T)


def test_network_refuses(snippet: Any) -> None:
    refuses_what_is_no_whole_number(snippet.network, "m", 1)
    refuses_what_is_no_whole_number(lambda seed: snippet.network(2, 1.0, seed), "seed", 0)
    for bad in (0.0, -1.0, np.inf, np.nan):
        refuses(f"confidence: expected a positive number, got {bad!r}", snippet.network, 2, bad)
    refuses("confidence: expected a positive number, got [1.0]", snippet.network, 2, [1.0])
    refuses("confidence: expected real numbers, got dtype <U1", snippet.network, 2, "2")
    snippet.network(2, 1)


def test_experiment_measures_the_error_and_the_zeros(snippet: Any) -> None:
    for m, place, confidence, sums in (
        (64, "absorbed", 4.0, "wide"),
        (6, "absorbed", 6.25, "wide"),
        (48, "split", 8.0, "sequential"),
    ):
        weights, inputs, dZ = precision.network(m, confidence)
        want = ((weights[1].T @ dZ) * (inputs[1] > 0)) @ inputs[0].T / m
        got = precision.backward(weights, inputs, dZ, "float16", place, sums)[0]
        part = {"absorbed": m, "split": 8}[place]
        with np.errstate(all="ignore"):
            begun = (dZ.astype(np.float16).astype(np.float64) / part).astype(np.float16)
        error, zeros = snippet.experiment(m, "float16", place, sums, confidence)
        assert math.isclose(error, np.linalg.norm(got - want) / np.linalg.norm(want), rel_tol=1e-6)
        assert zeros == np.mean((begun == 0) & (dZ != 0))
        assert zeros > 0
    assert snippet.experiment(16384, "float16", "deferred")[0] == math.inf
    assert snippet.experiment(64, "float16", "deferred") == snippet.experiment(64, "float16", "deferred", "wide", 2.0)


def test_against_m_is_one_experiment_for_each_size(snippet: Any) -> None:
    errors, zeros = snippet.against_m("float16", "absorbed", [8, 100])
    expected = [snippet.experiment(m, "float16", "absorbed") for m in (8, 100)]
    assert [(float(a), float(b)) for a, b in zip(errors, zeros, strict=True)] == expected
    assert snippet.SIZES == (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536)
    assert snippet.against_m.__defaults__ == (snippet.SIZES,)


# ---- what the examples print


def test_rounded_example(snippet: Any) -> None:
    lines = printed(snippet.example_rounded)
    for line, form in zip(lines, BITS, strict=False):
        assert line == f"{form}: 1/3 is off by {float(abs(Fraction(nearest(1 / 3, form)) - Fraction(1 / 3))):.0e}"
    assert lines[4:] == [
        "float16 of 65519: 65504.0",
        "float16 of 65520: inf",
        f"float16 of 3e-08: {2.0**-24}",
        "float16 of 2.98e-08: 0.0",
    ]


def test_limits_example(snippet: Any) -> None:
    lines = []
    for form in ("float16", "bfloat16", "float32"):
        for m in (64, 4096):
            over = float((2 - Fraction(1, 2 ** BITS[form])) * 2 ** TOP[form] / m)
            thin, zero = m * 2.0 ** (1 - TOP[form]), m * 2.0 ** (1 - TOP[form] - BITS[form])
            lines.append(f"{form}, m = {m}: overflow {over:.3g}, subnormal {thin:.3g}, zero {zero:.3g}")
    assert printed(snippet.example_limits) == lines


def test_divisors_example(snippet: Any) -> None:
    assert printed(snippet.example_divisors) == [
        "deferred: 4096 = (1.0, 4096.0), 1000 = (1.0, 1000.0)",
        "absorbed: 4096 = (4096.0, 1.0), 1000 = (1000.0, 1.0)",
        "split: 4096 = (64.0, 64.0), 1000 = (32.0, 31.25)",
    ]


def test_add_up_example(snippet: Any) -> None:
    stalled = nearest(256 + 1, "bfloat16") / 4096
    assert printed(snippet.example_add_up) == [
        "wide: the mean of 4096 ones in bfloat16 is [1.0, 1.0, 1.0]",
        f"sequential: the mean of 4096 ones in bfloat16 is {[stalled] * 3}",
    ]


def test_mean_example(snippet: Any) -> None:
    rng, lines = np.random.default_rng(0), []
    for m in (1024, 1000):
        for low in (-1, 0):
            terms = rng.uniform(low, 1, size=(m, 400)).astype(np.float32).astype(np.float64)
            exact = terms.sum(axis=0)
            deferred = (exact.astype(np.float32) / np.float32(m)).astype(np.float64)
            absorbed = (terms.astype(np.float32) / np.float32(m)).astype(np.float64).sum(axis=0).astype(np.float32)
            one, other = abs(deferred - exact / m), abs(absorbed - exact / m)
            lines.append(
                f"m = {m}, numbers from {low} to 1: same bits {np.sum(deferred == absorbed)} times, "
                f"deferred nearer {np.sum(one < other)}, absorbed nearer {np.sum(other < one)}"
            )
    lines += [
        "the mean of 8192 times -4: [-4.0, -4.0, -4.0]",
        "the mean of 32768 times -4: [-inf, -4.0, -4.0]",
    ]
    assert printed(snippet.example_mean) == lines


def test_network_example(snippet: Any) -> None:
    lines = []
    for confidence in (2.0, 8.0):
        sizes = np.sort(abs(precision.network(4096, confidence)[2]).ravel())
        low, middle, high = (sizes[round(share * (sizes.size - 1))] for share in (0.1, 0.5, 0.9))
        lines.append(
            f"confidence {confidence:g}: 16384 entries of dZ, sizes from {low:.0e} over {middle:.0e} to {high:.0e}"
        )
    assert printed(snippet.example_network) == lines


def test_backward_example(snippet: Any) -> None:
    lines = []
    for m in (64, 256, 1024, 1000):
        for form in ("float64", "float32", "bfloat16"):
            one, other = (precision.backward(*precision.network(m), form, p) for p in ("deferred", "absorbed"))
            equal = np.sum(one[0] == other[0]) + np.sum(one[1] == other[1])
            apart = max(float(np.max(np.abs(b - a))) for a, b in zip(one, other, strict=True))
            largest = max(float(np.max(np.abs(a))) for a in one)
            lines.append(f"m = {m}, {form}: {equal} of 96 entries of dW the same; apart by {apart / largest:.0e}")
    assert printed(snippet.example_backward) == lines


@cache
def lines_of_the_experiment() -> list[str]:
    """By the snippet as it is, so once for all the broken ones."""
    places = ("deferred", "absorbed", "split")
    lines = ["error of dW¹ and share of dZ that became 0: deferred, absorbed, split"]
    for m in (64, 4096, 16384):
        for form in BITS:
            pairs = [precision.experiment(m, form, place) for place in places]
            lines.append(f"m = {m}, {form}: " + "; ".join(f"{error:.0e} and {zeros:.0%}" for error, zeros in pairs))
    return lines


def test_experiment_example(snippet: Any) -> None:
    assert printed(snippet.example_experiment) == lines_of_the_experiment()


@given(st.floats(-1e6, 1e6), st.integers(0, 12))
def test_a_power_of_two_commutes_with_rounding_where_nothing_ends(x: float, k: int) -> None:
    for form in ("float32", "bfloat16"):
        assert (
            np.array_equal(precision.rounded(2.0**k * x, form), 2.0**k * precision.rounded(x, form)) or abs(x) < 1e-30
        )
