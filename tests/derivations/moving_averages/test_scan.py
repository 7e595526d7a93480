"""Steps that are joined, and a block with its carry, in three voices: the chains' lines, the snippet, a loop."""

from __future__ import annotations

import numpy as np
import pytest

from derivations.moving_averages import scan as derived
from snippets.moving_averages import scan as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIGNAL = [2.0, -1.0, 0.5, 4.0, 3.0]


def stepped(v: float, *steps: tuple[float, float]) -> float:
    for keep, add in steps:
        v = keep * v + add
    return v


def test_joined_steps_do_what_the_steps_did() -> None:
    first, second, third = (0.5, 2.0), (-0.25, 1.5), (3.0, -0.75)
    at = {"keep_1": 0.5, "add_1": 2.0, "keep_2": -0.25, "add_2": 1.5, "keep_3": 3.0, "add_3": -0.75}
    for line in derived.steps_join.lines:
        assert exact_value(line, v_old=4.0, **at) == stepped(4.0, first, second)
    for line in derived.steps_associate.lines:
        assert exact_value(line, **at) == stepped(first[1], second, third)


@pytest.mark.parametrize("beta", [0.25, 0.9])
@pytest.mark.parametrize("carry", [0.0, -3.0])
def test_a_block_goes_on_from_its_carry(beta: float, carry: float) -> None:
    chain, at = derived.carry_and_own, {"beta": beta, "carry": carry, "signal": SIGNAL}
    ours, v = snippet.moving_average(SIGNAL, beta, start=carry), carry
    for n, x in enumerate(SIGNAL, 1):
        v = beta * v + (1 - beta) * x
        assert oracles.close(ours[n - 1], v, least=1e-14)
        for line in (chain.claim.lhs, chain.claim.rhs):
            assert oracles.close(exact_value(line, chain.where, t=n, **at), v, least=1e-14)
    for line in chain.step.lines:
        assert oracles.close(exact_value(line, chain.where, t=len(SIGNAL), **at), v, least=1e-14)
    for line in chain.base.lines:
        assert oracles.close(exact_value(line, chain.where, **at), ours[0], least=1e-14)


def test_blocks_are_that_recursion_with_a_power_of_beta() -> None:
    """The ends of the blocks, and each block's own part, by the snippet alone: for every length of a block."""
    x, beta, carry = np.array(SIGNAL * 4), 0.75, 2.0
    for block in (1, 2, 4, 5, 10):
        ends = snippet.moving_average(x, beta, start=carry)[block - 1 :: block]
        own = snippet.moving_average(x.reshape(-1, block), beta)[:, -1]
        assert oracles.close(ends, beta**block * np.array([carry, *ends[:-1]]) + own)
