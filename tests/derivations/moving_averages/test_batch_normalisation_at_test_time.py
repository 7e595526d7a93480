"""A batch of one, what batches give on average, the misprint, and folding: derivation, snippet, all batches counted."""

from __future__ import annotations

import itertools
import statistics
from typing import Any

import numpy as np
import pytest

from derivations import check, library
from derivations.calculus import Claim, Ruling
from derivations.moving_averages import batch_normalisation, bias_correction
from derivations.moving_averages import batch_normalisation_at_test_time as derived
from snippets.moving_averages import batch_normalisation as training
from snippets.moving_averages import batch_normalisation_at_test_time as snippet
from tests import oracles
from tests.derivations.voice import exact_value

EPS = 2.0**-10


def numbers(N: int) -> list[float]:
    return [float(x) for x in np.random.default_rng(N).normal(size=N).round(3)]


@pytest.mark.parametrize("z", [-3.5, 0.0, 1e6])
def test_a_batch_of_one_gives_the_shift(z: float) -> None:
    given = {"scores": [z], "m": 1, "i": 1, "epsilon": EPS, "gain": -1.5, "bn_shift": 0.25}
    everything = batch_normalisation.LAYER
    for line in derived.one_example.lines:
        assert exact_value(line, everything, **given) == 0.25
    assert training.batch_norm([[z]], [-1.5], [0.25], EPS).tolist() == [[0.25]]


@pytest.mark.parametrize(("N", "m"), [(3, 2), (5, 2), (6, 4), (7, 7), (4, 1)])
def test_the_variance_within_all_batches(N: int, m: int) -> None:
    pulls = numbers(N)
    expected = statistics.fmean(statistics.pvariance(batch) for batch in itertools.combinations(pulls, m))
    for line in derived.too_small.lines:
        found = exact_value(line, derived.WITHIN, pulls=pulls, pool=N, m=m)
        assert oracles.close(found, expected, least=1e-14)
    if m > 1:
        assert oracles.close(expected * m / (m - 1), statistics.variance(pulls))


@pytest.mark.parametrize(("N", "m"), [(3, 2), (4, 3), (3, 1)])
def test_the_variance_within_all_draws(N: int, m: int) -> None:
    pulls, chain = numbers(N), derived.too_small_in_draws
    expected = statistics.fmean(statistics.pvariance(batch) for batch in itertools.product(pulls, repeat=m))
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, pulls=pulls, pool=N, m=m), expected, least=1e-14)


def test_the_snippets_variance_is_right_on_average() -> None:
    pulls = numbers(6)
    batches = [[list(one)] for one in itertools.combinations(pulls, 3)]
    each = [snippet.running_statistics([batch], 0.5) for batch in batches]
    assert oracles.close(np.mean([mu[0] for mu, _ in each]), statistics.fmean(pulls))
    assert oracles.close(np.mean([var[0] for _, var in each]), statistics.variance(pulls))


def test_the_misprint_is_worse_than_nothing() -> None:
    told = [check.value(name) for name in ("as_printed", "left_uncorrected", "rightly_corrected")]
    assert told[0] < told[1] < told[2] == 3
    (mu,), _ = snippet.running_statistics([[[2.0, 4.0]]] * 5, 0.9)
    assert oracles.close(mu, 3.0)
    before = 0.0
    for n in range(1, 6):
        factors = [1 - 0.9**k for k in range(1, n + 1)]  # that the printed line asks for
        given: dict[str, Any] = {"beta": 0.9, "t": n, "signal": [3.0] * n, "times_at": factors}
        before = (1 - 0.9**n) * (0.9 * before + 0.1 * 3)
        value = exact_value(derived.as_printed.expr, (bias_correction.multiplied_average,), **given)
        assert oracles.close(value, before)


def test_folded_in_three_voices() -> None:
    W, b, x = [[0.5, -2.0, 1.25]], [0.75], [3.0, -1.0, 0.5]
    kept = ([1.5], [2.0], [-0.5], [3.0], EPS)
    expected = -0.5 * (float(np.dot(W[0], x)) + 0.75 - 1.5) / (2 + EPS) ** 0.5 + 3
    weights, bias = snippet.fold(W, b, *kept)
    assert oracles.close(weights @ x + bias, [expected])
    assert oracles.close(snippet.at_test_time([[np.dot(W[0], x) + 0.75]], *kept), [[expected]])
    at = {"weight": W[0], "f": x, "D": 3, "bias_one": 0.75, "mu_run": 1.5, "var_run": 2.0}
    for line in derived.folds.lines:
        value = exact_value(line, derived.folds.where, gain=-0.5, bn_shift=3.0, epsilon=EPS, **at)
        assert oracles.close(value, expected)


@pytest.mark.parametrize(
    ("name", "ruling"), [("S4-077", Ruling.TRUE), ("S4-078", Ruling.FALSE), ("S4-079", Ruling.FALSE)]
)
def test_the_ledger_rules_by_computing(name: str, ruling: Ruling) -> None:
    claim = library.find(name).value
    assert isinstance(claim, Claim)
    assert claim.stated is not None
    assert check.ruling(name).ruling == ruling
