"""Rounding, the ends of a format and loss scaling: derivation, snippet, and NumPy's own float16."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from derivations import check
from derivations.calculus import Derivation
from derivations.one_over_m import precision as derived
from snippets.one_over_m import precision as snippet
from tests import oracles
from tests.derivations.voice import exact_value

FORMATS = {"float16": (11, 15), "bfloat16": (8, 127), "float32": (24, 127)}
# no powers of two: the evaluator refuses the floor of a logarithm that is whole but for its last digits
NUMBERS = (1.25, 1 / 3, 0.1, 1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-11, 777.777, 1e-3)


def exact(name: str) -> Fraction:
    found: Fraction = check.value(name)
    return found


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("x", NUMBERS)
def test_a_power_of_two_commutes_with_rounding_in_three_voices(form: str, x: float) -> None:
    bits, chain = FORMATS[form][0], derived.power_of_two_commutes
    for k in (1, 3, 4):
        expected = float(snippet.rounded(2.0**k * x, form))
        assert expected == 2.0**k * float(snippet.rounded(x, form))
        for line in chain.lines:
            assert exact_value(line, chain.where, x=x, bits=bits, doublings=k) == expected
    if form != "bfloat16":
        assert exact_value(derived.rounded_float.head, derived.ROUNDING, x=x, bits=bits) == float(
            np.dtype(form).type(x)
        )


def test_another_factor_does_not_commute() -> None:
    x = 1 / 3
    assert snippet.rounded(3 * x, "float16") != 3 * snippet.rounded(x, "float16")


@pytest.mark.parametrize("form", FORMATS)
def test_the_bound_on_the_error_holds_and_is_met(form: str) -> None:
    bits = FORMATS[form][0]
    bound = Fraction(1, 2**bits + 1)
    x = np.random.default_rng(0).uniform(0.5, 8, size=2000)
    errors = [
        abs(Fraction(float(r)) - Fraction(one)) / Fraction(one)
        for one, r in zip(x, snippet.rounded(x, form), strict=True)
    ]
    assert max(errors) <= bound
    worst = 1 + 2.0**-bits
    assert abs(Fraction(float(snippet.rounded(worst, form))) - Fraction(worst)) / Fraction(worst) == bound
    chain = derived.relative_error
    left, right = (exact_value(line, chain.where, x=worst, bits=bits) for line in (chain.start, chain.end))
    assert oracles.close(left, right)
    assert oracles.close(right, bound)


def test_the_ends_of_float16_are_numpys() -> None:
    half = np.finfo(np.float16)
    assert exact("float16_largest") == float(half.max)
    assert exact("float16_smallest") == float(half.smallest_normal)
    assert exact("float16_tiny") == float(half.smallest_subnormal)
    over, lost = float(exact("float16_overflow")), float(exact("float16_zero"))
    with np.errstate(over="ignore"):
        assert [np.float16(x) for x in (math.nextafter(over, 0), over)] == [half.max, np.inf]
    assert [float(np.float16(x)) for x in (lost, math.nextafter(lost, 1))] == [0, float(half.smallest_subnormal)]


@pytest.mark.parametrize("m", [1, 7, 64, 100, 4096, 65536])
def test_the_thresholds_of_an_entry_hold_in_numpys_float16(m: int) -> None:
    tie = Fraction(exact_value(derived.entry_at_the_tie.says.rhs, m=m, bits=11, e_max=15))
    for entry, wanted in ((math.nextafter(float(tie), 0), 0.0), (math.nextafter(float(tie), 1), 2.0**-24)):
        with np.errstate(under="ignore"):
            assert float(np.float16(np.float64(entry) / m)) == wanted
        found = exact_value(derived.divided_entry.head, derived.NEAR_ZERO, entry=entry, m=m, bits=11, e_max=15)
        assert found == wanted
    for k in (1, 2, 3, 5):  # ties go to the even multiple
        between = Fraction(2 * k - 1, 2) * Fraction(m, 2**24)
        found = exact_value(derived.divided_entry.head, derived.NEAR_ZERO, entry=float(between), m=m, bits=11, e_max=15)
        assert found == float(np.float16(float(between / m)))
    over = exact_value(derived.entry_just_too_large.says.rhs, m=m, bits=11, e_max=15)
    with np.errstate(over="ignore"):
        assert np.isinf(np.float16(m * math.nextafter(over, math.inf)))
        assert np.isfinite(np.float16(m * math.nextafter(over, 0)))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("m", [64, 1000])
def test_the_snippets_limits_are_the_derivations(form: str, m: int) -> None:
    bits, top = FORMATS[form]
    found = snippet.limits(form, m)
    assert oracles.close(found["overflow"], exact_value(derived.entry_too_large.says.rhs, m=m, bits=bits, e_max=top))
    assert oracles.close(found["zero"], exact_value(derived.ZERO, m=m, bits=bits, e_max=top))
    thin = m * exact_value(derived.smallest_normal.body, e_max=top)
    assert oracles.close(found["subnormal"], thin)


def test_a_running_sum_of_ones_stops_where_the_chain_says() -> None:
    for form, bits in (("bfloat16", 8), ("float16", 11)):
        chain = derived.stalled_sum
        stop = exact_value(chain.end, chain.where, bits=bits)
        assert exact_value(chain.start, chain.where, x=2**bits + 1, bits=bits) == stop
        assert snippet.add_up(np.ones(2**bits + 50), form, "sequential") == stop
    total = np.float16(0)
    for _ in range(2100):
        total = np.float16(total + np.float16(1))
    assert total == 2**11
    assert exact("stalled_mean") == float(snippet.mean(np.ones(4096), "bfloat16", "absorbed", "sequential"))


def test_the_split_leaves_a_root_of_m() -> None:
    chain = derived.split_sum
    for m in (16, 4096):
        before, _ = snippet.divisors("split", m)
        total = float(snippet.add_up(np.full(m, 3.0) / before, "float64"))
        for line in chain.lines:
            assert exact_value(line, m=m, entry=3.0) == total


def scaled(chain: Derivation, c: float) -> None:
    """Every line against the complex step of the scaled cost, at every score."""
    rng = np.random.default_rng(1)
    K, m = 3, 4
    Z, Y = rng.normal(size=(K, m)), rng.dirichlet(np.ones(K), size=m).T

    def cost(entries: list[complex]) -> complex:
        rows = [entries[k * m : (k + 1) * m] for k in range(K)]
        columns = zip(oracles.columns(rows), oracles.columns(Y), strict=True)
        return c * sum((oracles.complex_losses(z, y) for z, y in columns), 0j) / m

    slopes = np.reshape(oracles.complex_step(cost, list(Z.ravel())), (K, m))
    for r in range(K):
        for i in range(m):
            for line in chain.lines:
                found = exact_value(line, chain.where, K=K, m=m, Z=Z, Y=Y, r=r + 1, i2=i + 1, loss_scale=c)
                assert oracles.close(found, slopes[r, i], least=1e-14)
    if c == m:
        P = np.array(oracles.by_column(oracles.softmax_column, Z))
        assert oracles.close(slopes, P - Y, least=1e-14)  # the course's dZ


def test_to_wait_is_to_scale_the_loss_by_m() -> None:
    scaled(derived.scaled_scores, 4.0)
    scaled(derived.scaled_scores, 0.375)


def test_a_scale_in_the_window_keeps_both_ends_of_float16_and_one_outside_does_not() -> None:
    small, large = 3e-8, 2.0
    at = {"bits": 11, "e_max": 15, "g_small": small, "g_large": large}
    ends = (derived.largest_float, derived.smallest_normal)
    low = exact_value(derived.scale_just_enough.says.rhs, ends, **at)
    high = exact_value(derived.scale_at_the_end.says.rhs, ends, **at)
    room = exact_value(derived.window_of_scales.end, ends, **at)
    assert oracles.close(high / low, room)
    assert oracles.close(room, exact_value(derived.window_of_scales.start, ends, **at))
    half = np.finfo(np.float16)
    with np.errstate(all="ignore"):
        for c, keeps in ((low * 1.01, True), (high * 0.99, True), (low / 4, False), (high * 1.1, False)):
            lifted, spared = np.float16(c * small) >= half.smallest_normal, np.isfinite(np.float16(c * large))
            assert bool(lifted and spared) == keeps
    assert exact("room_in_float16") == float(half.max) / float(half.smallest_normal)
