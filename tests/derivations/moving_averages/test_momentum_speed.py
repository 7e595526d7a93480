"""The speed of momentum: the chains' lines, eigenvalues by NumPy, and runs of the snippets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from derivations import check
from derivations.calculus import Derivation
from derivations.moving_averages import momentum_speed as derived
from snippets.moving_averages import momentum, momentum_speed
from tests import oracles
from tests.derivations.voice import exact_value


def agree(chain: Derivation, expected: float, **at: Any) -> None:
    for line in chain.lines:
        assert oracles.close(exact_value(line, chain.where, **at), expected, rel=1e-9, least=1e-12)


def roots(lr: float, beta: float, h: float) -> Any:
    """The eigenvalues of the matrix that takes two distances to the next two."""
    return np.linalg.eigvals(np.array([[1 + beta - lr * h, -beta], [1.0, 0.0]]))


@pytest.mark.parametrize(("lr", "beta"), [(0.25, 0.5), (1.0, 0.9), (2.0, 0.25)])
def test_two_steps_back_is_a_run(lr: float, beta: float) -> None:
    h = 1.25
    path = momentum.along_the_buffer(lambda w: h * w, [2.0], [lr] * 4, beta)[:, 0]
    buffers = -np.diff(path) / lr
    at = {"eta": lr, "beta": beta, "kappa": h, "t": 4, "delta": path[1:], "buffers": buffers}
    agree(derived.two_steps_back, path[4], **at)


@pytest.mark.parametrize(("lr", "beta"), [(0.02, 0.5), (3.49, 0.75), (0.002, 0.9)])
def test_the_roots(lr: float, beta: float) -> None:
    one, other = roots(lr, beta, 1.0)
    assert oracles.close(one * other, beta)
    at = {"root1": float(one), "root2": float(other), "eta": lr, "kappa": 1.0, "beta": beta}
    agree(derived.above_minus_one, float((1 + one) * (1 + other)), **at)
    agree(derived.below_one, float((1 - one) * (1 - other)), **at)
    agree(derived.complex_pair, float(one - other) ** 2, eta=lr, kappa=1.0, beta=beta)


@pytest.mark.parametrize("beta", [0.25, 0.9])
def test_limits_and_the_best_factor(beta: float) -> None:
    limit = 2 * (1 + beta)
    for times, stable in ((0.999, True), (1.001, False)):
        assert bool(abs(roots(times * limit, beta, 1.0)).max() < 1) is stable
    for lr in np.geomspace(1e-3, limit, 50):
        assert abs(roots(lr, beta, 1.0)).max() >= math.sqrt(beta) - 1e-9
    edges = (1 - math.sqrt(beta)) ** 2, (1 + math.sqrt(beta)) ** 2
    for lr in np.linspace(*edges, 7)[1:-1]:
        assert oracles.close(abs(roots(lr, beta, 1.0)), [math.sqrt(beta)] * 2)
    assert oracles.close(float(check.value("limit_of_the_buffer")) * 25, 3.8)
    for name, walk in (
        ("limit_of_the_buffer", momentum.along_the_buffer),
        ("limit_of_the_average", momentum.along_the_average),
    ):
        for times, stable in ((0.99, True), (1.01, False)):
            lr = times * float(check.value(name))
            end = abs(walk(lambda w: 25 * w, [1.0], [lr] * 2500, 0.9)[-1, 0])
            assert bool(end < 1e-3) is stable


@pytest.mark.parametrize("kappa", [1.5, 10.0, 37.0, 38.0, 400.0])
def test_who_wins(kappa: float) -> None:
    lr, left = momentum_speed.best_descent([0.5, 0.5 * kappa])
    agree(derived.tuned_flat, 1 - lr * 0.5, kappa=0.5, cond=kappa)
    agree(derived.tuned_steep, 1 - lr * 0.5 * kappa, kappa=0.5, cond=kappa)
    agree(derived.who_wins, left - math.sqrt(0.9), cond=kappa, beta=0.9)
    _, with_momentum = momentum_speed.momentum_at_its_best(0.9, [0.5, 0.5 * kappa])
    assert (with_momentum < left) == (kappa > float(check.value("break_even")))
    assert oracles.close(with_momentum, float(check.value("root_of_beta")), rel=1e-6)


def test_up_to_where_momentum_is_at_its_best() -> None:
    last = float(check.value("still_the_root"))
    for kappa, best in ((0.99 * last, True), (1.01 * last, False)):
        _, left = momentum_speed.momentum_at_its_best(0.9, [1.0, kappa])
        assert (left < float(check.value("root_of_beta")) + 1e-4) is best


def test_gains() -> None:
    for beta in (0.5, 0.9):
        for chain, signal in (
            (derived.constant_gain, np.ones(800)),
            (derived.alternating_gain, (-1.0) ** np.arange(801)),
        ):
            agree(chain, momentum_speed.held(3 * signal, beta), grad=3.0, beta=beta)
    assert oracles.close(0.1 * momentum_speed.held((-1.0) ** np.arange(801), 0.9), float(check.value("damped")))
