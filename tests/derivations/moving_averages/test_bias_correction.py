"""The correction in three voices: the chains' lines, the snippet, and weighted means by NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from derivations.calculus import Derivation
from derivations.moving_averages import bias_correction as derived
from snippets.moving_averages import bias_correction as snippet
from tests import oracles
from tests.derivations.voice import exact_value

X = [3.0, -1.5, 8.0, 0.25, 4.0]
BETAS = [0.125, 0.5, 0.9]


def agree(chain: Derivation, expected: float, **at: object) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-14)


@pytest.mark.parametrize("beta", BETAS)
def test_a_value_that_stays(beta: float) -> None:
    for t in (1, 2, 7):
        v = snippet.corrected([4.0] * t, beta)[-1] * (1 - beta**t)
        agree(derived.constant_average, v, beta=beta, t=t, x=4.0)
        agree(derived.corrected_weights, 1.0, beta=beta, t=t)


@pytest.mark.parametrize("beta", BETAS)
def test_the_recursion_of_the_corrected_average(beta: float) -> None:
    told = snippet.corrected_in_steps(X, beta)
    for t in range(2, 6):
        expected = np.average(X[:t], weights=beta ** np.arange(t)[::-1])
        assert oracles.close(told[t - 1], expected)
        agree(derived.corrected_recursion, expected, beta=beta, t=t, signal=X)


@pytest.mark.parametrize("beta", BETAS)
def test_multiplied_at_every_step(beta: float) -> None:
    lacking = [1 - beta**n for n in range(1, 6)]
    for factors, run in ((lacking, snippet.misprinted), ([1 / one for one in lacking], snippet.fed_back)):
        for t in range(2, 6):
            at = {"beta": beta, "t": t, "times_at": factors}
            chain = derived.multiplied_again
            for line in (chain.claim.lhs, chain.claim.rhs, *chain.step.lines):
                assert oracles.close(exact_value(line, chain.where, signal=X, **at), run(X, beta)[t - 1], least=1e-14)
            agree(derived.multiplied_constant, run([7.0] * t, beta)[-1], signal=[7.0] * 5, x=7.0, **at)
        agree(derived.multiplied_again.base, run(X, beta)[0], beta=beta, t=1, times_at=factors, signal=X)


@pytest.mark.parametrize("beta", BETAS)
def test_zero_or_first(beta: float) -> None:
    for t in (1, 3, 5):
        agree(derived.zero_or_first, snippet.from_first(X, beta)[t - 1], beta=beta, t=t, signal=X)
