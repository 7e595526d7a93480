"""Schedules in three voices: the chains' lines, the snippet's rates added up, and loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from derivations import check
from derivations.calculus import Derivation
from derivations.moving_averages import learning_rate_decay as derived
from snippets.moving_averages import learning_rate_decay as snippet
from snippets.quality import learning_rate
from tests import oracles
from tests.derivations.voice import exact_value


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, rel=1e-9, least=1e-14)


@pytest.mark.parametrize("epoch", [1, 2, 7])
def test_the_rates_of_the_snippet(epoch: int) -> None:
    at: dict[str, Any] = {"eta0": 0.2, "decay": 0.75, "fade": 0.95, "k_root": 1.5, "T": 3, "epoch": epoch}
    for definition, rate in (
        (derived.inverse_rate, snippet.inverse(0.2, 0.75, epoch + 1)[-1]),
        (derived.exponential_rate, snippet.exponential(0.2, 0.95, epoch + 1)[-1]),
        (derived.root_rate, snippet.root(0.2, 1.5, epoch)[-1]),
        (derived.stairs_rate, snippet.staircase(0.2, 3, epoch + 1)[-1]),
        (derived.stairs_rate, learning_rate.halving(0.2, 3, epoch + 1)[-1]),
    ):
        assert oracles.close(exact_value(definition.head, (definition,), **at), rate)


@pytest.mark.parametrize("epochs", [1, 3, 40])
def test_exponential_decay_has_a_fixed_travel(epochs: int) -> None:
    at: dict[str, Any] = {"t": epochs, "eta0": 0.2, "fade": 0.95}
    far = snippet.travel(snippet.exponential(0.2, 0.95, epochs))[-1]
    claim = derived.exponential_travel.claim
    for side in (claim.lhs, claim.rhs):
        assert oracles.close(exact_value(side, **at), far)
    reach = float(check.value("exponential_reach"))
    agree(derived.exponential_remainder, reach - far, **at)
    assert far < reach
    assert oracles.close(float(check.value("reach_as_printed")) * 0.2, reach)


@pytest.mark.parametrize("t", [1, 3, 8])
def test_blocks_of_epochs(t: int) -> None:
    """The epochs t … 2t − 1, each beside its bound, and all of them beside t times the bound."""
    at: dict[str, Any] = {"eta0": 0.2, "decay": 0.75, "k_root": 1.5, "t": t}
    inverse = snippet.inverse(0.2, 0.75, 2 * t)[t:]
    root = snippet.root(0.2, 1.5, 2 * t - 1)[t - 1 :]
    lowest = 0.2 / (1 + 2 * 0.75 * t)
    for n in range(1, t + 1):
        agree(derived.inverse_keeps_going, inverse[n - 1] - lowest, n=n, **at)
        agree(derived.inverse_settles, (0.2 / (0.75 * t)) ** 2 - inverse[n - 1] ** 2, n=n, **at)
        agree(derived.root_does_not_settle, root[n - 1] ** 2 - 0.3**2 / (2 * t), n=n, **at)
    agree(derived.inverse_block, t * lowest, **at)
    assert inverse.sum() > t * lowest
    assert (inverse**2).sum() < 0.2**2 / (0.75**2 * t)
    assert (root**2).sum() > 0.3**2 / 2


def test_what_a_doubling_adds_in_the_long_run() -> None:
    blocks = [(2**k, 2 ** (k + 1)) for k in range(3, 17)]
    inverse, root = snippet.inverse(1.0, 0.5, 2**17), snippet.root(1.0, 1.0, 2**17)
    added = [inverse[one:other].sum() for one, other in blocks]
    assert min(np.diff(added)) > 0  # more and more, up to log 2 over d
    assert oracles.close(added[-1], math.log(2) / 0.5, rel=1e-3)
    squares = np.array([(inverse[one:other] ** 2).sum() for one, other in blocks])
    assert (squares[1:] < 0.6 * squares[:-1]).all()
    assert oracles.close([(root[a - 1 : b - 1] ** 2).sum() for a, b in blocks[6:]], [math.log(2)] * 8, rel=1e-2)


@pytest.mark.parametrize("rate", [0.1, 0.75, 1.9])
def test_the_floor_of_the_error(rate: float) -> None:
    u, noise = 1.5, 0.8
    _, after = snippet.squared_distance([rate], start=u, noise=noise)
    floor = snippet.error_floor(rate, noise)
    agree(derived.error_floor, after - floor, eta=rate, u=u, noise_b=noise)
    assert oracles.close(exact_value(derived.FLOOR, eta=rate, noise_b=noise), floor)
