"""The average in three voices: the chains' lines, the snippet, and NumPy's own weighted sums."""

from __future__ import annotations

import numpy as np
import pytest

from derivations.moving_averages import average_that_remembers as derived
from snippets.moving_averages import average_that_remembers as snippet
from tests import oracles
from tests.derivations.voice import exact_value

X = [3.0, -1.5, 8.0, 0.25, 4.0]


@pytest.mark.parametrize("beta", [0.125, 0.5, 0.9])
def test_the_recursion_and_every_line_of_its_sum(beta: float) -> None:
    recursed = snippet.average(X, beta)
    for t in range(1, len(X) + 1):
        expected = np.convolve(X[:t], (1 - beta) * beta ** np.arange(t))[t - 1]
        assert oracles.close(recursed[t - 1], expected, least=1e-14)
        at = {"beta": beta, "signal": X, "t": t}
        for line in (derived.average_unrolled.claim.lhs, derived.average_unrolled.claim.rhs):
            assert oracles.close(exact_value(line, derived.average_unrolled.where, **at), expected, least=1e-14)
        if t > 1:
            for line in derived.average_unrolled.step.lines:
                assert oracles.close(exact_value(line, derived.average_unrolled.where, **at), expected, least=1e-14)


@pytest.mark.parametrize("beta", [0.125, 0.5, 0.9])
def test_all_weights_together(beta: float) -> None:
    for t in (1, 2, 9):
        for line in derived.weights_sum.lines:
            assert oracles.close(exact_value(line, beta=beta, t=t), snippet.weights(t, beta).sum())


def test_a_window_moves_on() -> None:
    """The snippet's second window of t − 1 values is the chain's next window."""
    for t in (2, 3, 5):
        expected = snippet.window_means(X[:t], t - 1)[1]
        for line in derived.window_moves.lines:
            assert oracles.close(exact_value(line, derived.window_moves.where, signal=X, t=t), expected)
