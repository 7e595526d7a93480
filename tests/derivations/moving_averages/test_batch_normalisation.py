"""What batch normalisation gives, undoes and forgets: derivation, snippet, and numbers that know neither."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
import pytest

from derivations import check, library
from derivations.calculus import Claim, Ruling
from derivations.moving_averages import batch_normalisation as derived
from snippets.moving_averages import batch_normalisation as snippet
from tests import oracles
from tests.derivations.voice import exact_value

EPS = 2.0**-10


def drawn(m: int) -> list[float]:
    return [float(x) for x in np.random.default_rng(m).normal(3, 2, size=m).round(3)]


def at(z: list[float], gamma: float = 1.0, beta: float = 0.0) -> dict[str, Any]:
    moments = {"mu": statistics.fmean(z), "var_z": statistics.pvariance(z)}
    return {"scores": z, "m": len(z), "epsilon": EPS, "gain": gamma, "bn_shift": beta, **moments}


@pytest.mark.parametrize("m", [1, 2, 5, 8])
def test_mean_and_deviation_in_three_voices(m: int) -> None:
    z, gamma, beta = drawn(m), -1.5, 0.25
    given = snippet.batch_norm([z], [gamma], [beta], EPS)[0]
    share = statistics.pvariance(z) / (statistics.pvariance(z) + EPS)
    for chain, expected, found in (
        (derived.normalised_mean, 0.0, snippet.normalise([z], EPS)[0].mean()),
        (derived.normalised_variance, share, snippet.normalise([z], EPS)[0].var()),
        (derived.given_mean, beta, given.mean()),
        (derived.given_deviation, abs(gamma) * share**0.5, given.std()),
    ):
        assert oracles.close(found, expected, least=1e-14)
        for line in chain.lines:
            value = exact_value(line, (*derived.MOMENTS, derived.given_score), **at(z, gamma, beta))
            assert oracles.close(value, expected, least=1e-14)


def test_undone_on_its_own_batch_and_on_no_other() -> None:
    z, other = drawn(6), drawn(7)
    gamma, beta = float(np.sqrt(np.var(z) + EPS)), float(np.mean(z))
    for i, expected in enumerate(z, 1):
        for line in derived.undone.lines:
            assert oracles.close(exact_value(line, derived.undone.where, i=i, **at(z, gamma, beta)), expected)
    assert oracles.close(snippet.batch_norm([z], [gamma], [beta], EPS)[0], z)
    assert np.abs(snippet.batch_norm([other], [gamma], [beta], EPS)[0] - other).max() > 0.05
    for changed in (snippet.batch_norm([z], [gamma], [0.0], EPS), snippet.batch_norm([z], [np.std(z)], [beta], EPS)):
        assert np.abs(changed[0] - z).max() > 1e-5  # both are needed, and the root with ε


def test_a_bias_goes_and_a_factor_leaves_a_smaller_eps() -> None:
    z, s = drawn(5), 8.0
    plain, smaller = snippet.normalise([z], EPS)[0], snippet.normalise([z], EPS / s**2)[0]
    assert oracles.close(snippet.normalise([np.array(z) - 11.5], EPS)[0], plain)
    assert oracles.close(snippet.normalise([s * np.array(z)], EPS)[0], smaller)
    assert np.abs(smaller - plain).max() > 1e-6
    for i in range(1, 6):
        for chain, more, expected in (
            (derived.bias_goes, {"u": -11.5}, plain[i - 1]),
            (derived.scale_goes, {"scale": s}, smaller[i - 1] ** 2),
        ):
            for line in chain.lines:
                assert oracles.close(exact_value(line, chain.where, i=i, **at(z), **more), expected)


@pytest.mark.parametrize(
    ("name", "ruling"),
    [
        ("S4-061", Ruling.TRUE),
        ("S4-062", Ruling.FALSE),
        ("S4-069", Ruling.CONDITIONAL),
        ("S4-070", Ruling.TRUE),
        ("S4-075", Ruling.TRUE),
    ],
)
def test_the_ledger_rules_by_computing(name: str, ruling: Ruling) -> None:
    claim = library.find(name).value
    assert isinstance(claim, Claim)
    assert claim.stated is not None
    assert check.ruling(name).ruling == ruling
