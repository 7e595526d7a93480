"""Right on average, how far off, and the learning rate: derivation, snippet, and all batches counted out."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest

from derivations.sum_or_mean import batch_size as derived
from derivations.sum_or_mean.sum_is_m_times_mean import stable_for_the_sum
from snippets.sum_or_mean import batch_size as snippet
from tests import oracles
from tests.derivations.voice import exact_value

SIZES = [(3, 2), (5, 2), (6, 4), (7, 5), (7, 7), (8, 1)]  # N, m


def slopes(N: int) -> list[float]:
    return [float(x) for x in np.random.default_rng(N).normal(size=N).round(3)]


@pytest.mark.parametrize(("N", "m"), SIZES)
def test_the_hypotheses_hold_for_all_batches(N: int, m: int) -> None:
    """Each example stands in equally many batches, each pair too, and as the two hypotheses say."""
    batches = list(combinations(range(N), m))
    alone = {sum(i in batch for batch in batches) for i in range(N)}
    together = {sum({i, j} <= set(batch) for batch in batches) for i, j in combinations(range(N), 2)}
    assert len(alone) == len(together) == 1
    counted = {"ways": len(batches), "ways_with": alone.pop(), "ways_with_both": together.pop(), "pool": N, "m": m}
    for given in (derived.places, derived.places_beside_one):
        assert exact_value(given.says.lhs, (), **counted) == pytest.approx(exact_value(given.says.rhs, (), **counted))
    for chain, share in ((derived.share_of_one, "ways_with"), (derived.share_of_two, "ways_with_both")):
        for line in chain.lines:
            found = exact_value(line, chain.where, **counted)
            assert found == pytest.approx(counted[share] / counted["ways"])


@pytest.mark.parametrize(("N", "m"), SIZES)
def test_the_average_and_the_variance_in_three_voices(N: int, m: int) -> None:
    pulls = slopes(N)
    at = {"pulls": pulls, "pool": N, "m": m}
    means = [sum(Fraction(one) for one in batch) / m for batch in combinations(pulls, m)]
    middle = sum(means) / len(means)
    variance = float(sum((one - middle) ** 2 for one in means) / len(means))
    for chain, expected in ((derived.unbiased, float(middle)), (derived.noise, variance)):
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, **at), expected, least=1e-15)
    assert oracles.close(snippet.batch_means(pulls, m).mean(), float(middle))
    assert oracles.close(snippet.variance(pulls, m), variance, least=1e-15)


@pytest.mark.parametrize(("N", "m"), [(3, 2), (5, 3)])
def test_the_variance_of_draws_in_three_voices(N: int, m: int) -> None:
    pulls, chain = slopes(N), derived.noise_of_draws
    totals = np.zeros(1)
    for _ in range(m):
        totals = np.add.outer(totals, pulls).ravel()
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, pulls=pulls, pool=N, m=m), np.var(totals / m))
    assert oracles.close(snippet.variance(pulls, m, again=True), np.var(totals / m))


def test_the_whole_set_has_no_noise_and_large_sets_forget_their_size() -> None:
    pulls, chain = slopes(6), derived.noise
    assert exact_value(chain.end, chain.where, pulls=pulls, pool=6, m=6) == 0
    at = {"S2": 1.0, "m": 32}
    for N, least in ((64, 0.5), (100_000, 0.999)):
        share = exact_value(chain.end, (), pool=N, **at) * 32
        assert least - 1e-4 < share < 1


def test_linear_scaling_is_exact_while_the_slopes_stand_still() -> None:
    given = np.random.default_rng(1).normal(size=(4, 3))  # (m, B)
    eta, w = 0.125, 2.0
    walked = w
    for batch in given.T:
        walked -= eta * batch.mean()
    chain = derived.linear_scaling
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, slopes=given, m=4, B=3, eta=eta, u=w), walked)
    assert oracles.close(w - 3 * eta * given.mean(), walked)


def test_two_steps_and_one_of_twice_the_rate_differ_as_the_chain_says() -> None:
    X, Y = [[1.0, 2.0], [0.5, 3.0]], [[2.0, -1.0], [1.0, 1.5]]
    w, chain, gaps = 0.75, derived.two_steps, []
    first, second = (
        float(np.mean([x * (w * x - y) for x, y in zip(*rows, strict=True)])) for rows in zip(X, Y, strict=True)
    )
    curvature = float(np.mean(np.square(X[1])))
    for eta in (0.1, 0.05, 0.025):
        at = {"w": w, "eta": eta, "pull1": first, "pull2": second, "kappa": curvature}
        small, large = snippet.small_steps(w, X, Y, eta), snippet.large_step(w, X, Y, eta)
        assert oracles.close(exact_value(chain.start, (), **at), small)
        assert oracles.close(exact_value(chain.lines[1], (), **at), small)
        assert oracles.close(exact_value(chain.end, (), **at), large)
        gaps.append(small - large)
        assert oracles.close(gaps[-1], eta**2 * curvature * first, rel=1e-9)
    assert [a / b for a, b in pairwise(gaps)] == pytest.approx([4, 4])


def test_a_scaled_loss_is_a_scaled_rate_only_without_a_penalty() -> None:
    w, k, eta, chain = 1.5, 4, 0.125, derived.scaled_loss
    for lam in (0.0, 0.5):

        def cost(at: list[complex], times: float, lam: float = lam) -> complex:
            return times * (at[0] - 3) ** 2 / 2 + lam * at[0] ** 2 / 2

        by_rate = w - k * eta * oracles.complex_step(lambda at: cost(at, 1), [w])[0]
        by_loss = w - eta * oracles.complex_step(lambda at: cost(at, k), [w])[0]
        assert (by_rate == pytest.approx(by_loss)) == (lam == 0)
        for line in chain.lines:
            found = exact_value(line, w=w, B=k, eta=eta, lam=lam, pull1=w - 3)
            assert oracles.close(found, by_rate)


def test_a_larger_rate_multiplies_the_buffer_and_a_larger_gradient_does_not() -> None:
    """Two walks of PyTorch's form of momentum: the switch comes after two steps, and a third one follows."""
    chain, eta, beta, k = derived.momentum_at_the_switch, 0.125, 0.75, 4
    for before in ([0.5, -2.0], [0.0, 0.0]):
        w, b = 1.5, 0.0
        for slope in before:
            b = beta * b + slope
            w -= eta * b
        by_rate = w - k * eta * (beta * b + 3.0)
        by_gradient = w - eta * (beta * b + k * 3.0)
        assert (by_rate == pytest.approx(by_gradient)) == (b == 0)
        for line in chain.lines:
            assert oracles.close(exact_value(line, w=w, B=k, eta=eta, beta=beta, buffer_t=b, pull1=3.0), by_rate)


def test_the_limit_of_the_rate_shrinks_with_m_for_the_sum_alone() -> None:
    curvatures, chain = [0.5, 1.5, 0.25, 2.0, 0.75], stable_for_the_sum
    mean, total = snippet.largest_rates(curvatures)
    assert mean == pytest.approx(len(curvatures) * total)
    for share in (0.9, 1.0, 1.1):
        at = {"kappa": np.mean(curvatures), "m": 5, "eta": share * total, "u": 2.0}
        stepped = 2.0 - share * total * math.fsum(h * 2.0 for h in curvatures)
        for line in chain.lines:
            assert oracles.close(exact_value(line, chain.where, **at), stepped**2 - 4, least=1e-14)
        assert (stepped**2 - 4 > 1e-9) == (share > 1)
