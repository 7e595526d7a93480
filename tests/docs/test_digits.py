"""The lab on digits: what it prints makes sense to an outsider, and its own checks refuse a planted slip."""

from __future__ import annotations

import sys
import types
from typing import Any

import numpy as np
import pytest

from tests.docs.cells import Namespace, at_the_readers, cells, execute, execute_changed, lab_at, on_the_page

LAB = lab_at("docs/quality/digits.py")


def test_nothing_is_held_out_and_trained_on(lab: Namespace) -> None:
    both = np.concatenate([lab["training"], lab["held_out"]])
    assert sorted(both) == list(range(1797))
    used = np.concatenate([lab["training"][batch] for batch in lab["batches"]])
    assert set(used) == set(lab["training"])


def test_it_starts_at_chance_and_ends_far_above(lab: Namespace) -> None:
    history, K = lab["history"], lab["K"]
    np.testing.assert_allclose(history[0, :, 0], 1 / K, rtol=1e-12)
    np.testing.assert_allclose(history[0, :, 1], K, rtol=1e-12)
    np.testing.assert_allclose(history[0, :, 2], np.log(K), rtol=1e-12)
    assert (np.diff(history[:, 0, 2]) < 0).all()  # the loss that is descended falls in every epoch
    assert (history[-1, :, 0] > 5 / K).all()


def test_it_ends_where_an_independent_fit_of_the_same_model_does(lab: Namespace) -> None:
    # scikit-learn minimises the same cross-entropy by another method, and stops growing W by a
    # penalty where the lab stops by its number of epochs: near, not equal.
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss

    X, labels, held_out = lab["X"], lab["labels"], lab["held_out"]
    other = LogisticRegression(C=1.0, max_iter=1000).fit(X[:, lab["training"]].T, labels[lab["training"]])
    P = other.predict_proba(X[:, held_out].T)
    _, _, L, accuracy = lab["history"][-1, 1]
    assert accuracy == pytest.approx(other.score(X[:, held_out].T, labels[held_out]), abs=0.02)
    assert pytest.approx(log_loss(labels[held_out], P), rel=0.1) == L


def test_the_last_row_is_what_scikit_learn_computes(lab: Namespace) -> None:
    from sklearn.metrics import accuracy_score, log_loss

    labels, P = lab["labels"][lab["held_out"]], lab["P"]
    Q, perplexity, L, accuracy = lab["history"][-1, 1]
    assert pytest.approx(log_loss(labels, P.T), rel=1e-12) == L
    assert pytest.approx(np.exp(-L), rel=1e-12) == Q
    assert pytest.approx(np.exp(L), rel=1e-12) == perplexity
    assert accuracy == accuracy_score(labels, P.argmax(axis=0))


def test_a_tenth_carries_most_of_the_loss(lab: Namespace) -> None:
    assert lab["tenth"].size == lab["held_out"].size // 10
    assert lab["share"] == pytest.approx(np.sort(lab["costs"])[-36:].sum() / lab["costs"].sum())
    assert lab["share"] > 0.5


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_what_it_finds_does_not_hang_on_one_shuffle(seed: int) -> None:
    # Its own assertions are the findings; the figures are left out.
    execute_changed(LAB, {"seed=0": f"seed={seed}"})


def test_the_page_prints_what_was_tested(lab: Namespace) -> None:
    assert on_the_page(LAB) == lab["printed"]


@pytest.mark.slow
def test_the_readers_own_run_prints_the_same(lab: Namespace) -> None:
    assert at_the_readers(LAB) == lab["printed"]


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(lambda dW, m: dW * m, id="1/m lost"),
        pytest.param(lambda dW, m: dW / m, id="1/m twice"),
        pytest.param(lambda dW, m: dW * m / (m - 1), id="m - 1"),
        pytest.param(lambda dW, m: -dW, id="sign"),
        pytest.param(lambda dW, m: dW[:, ::-1], id="features swapped"),
    ],
)
def test_the_complex_step_refuses_a_slip(slip: Any) -> None:
    names: Namespace = {}
    code = cells(LAB, holding="by_complex_steps(")
    execute(LAB, code[:-1], names)
    true = names["gradients"]

    def wrong(W: Any, b: Any, X: Any, Y: Any) -> Any:
        dW, db = true(W, b, X, Y)
        return slip(dW, X.shape[1]), db

    names["gradients"] = wrong
    with pytest.raises(AssertionError):
        execute(LAB, code[-1:], names)


@pytest.mark.parametrize("name", ["q_mean", "perplexity", "cross_entropy"])
def test_the_three_measures_hold_each_other(name: str) -> None:
    names: Namespace = {}
    code = cells(LAB, holding="def measure(")
    execute(LAB, code[:-1], names)
    true = names[name]
    names[name] = lambda *given: true(*given) * (1 + 1e-9)
    with pytest.raises(AssertionError):
        execute(LAB, code[-1:], names)


def test_a_library_is_asked_where_one_is_installed(lab: Namespace) -> None:
    installed = [name for name in ("torch", "jax") if _importable(name)]
    said = f"{installed[0]} gives the same gradient" if installed else "neither torch nor jax is installed here"
    assert said in lab["printed"]
    assert lab["library"] == (installed[0] if installed else None)


@pytest.mark.parametrize("right", [True, False])
def test_a_library_that_disagrees_stops_the_lab(right: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    names: Namespace = {}
    code = cells(LAB, holding="by_autograd(")
    execute(LAB, code[:-1], names)
    gradient = names["dW"] if right else names["dW"] * 32 / 31
    jax = types.ModuleType("jax")
    jax.config = types.SimpleNamespace(update=lambda name, value: None)  # type: ignore[attr-defined]
    jax.grad = lambda average: lambda W: gradient  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch", None)  # an import of it fails
    monkeypatch.setitem(sys.modules, "jax", jax)
    if right:
        assert "jax gives the same gradient" in execute(LAB, code[-1:], names)
    else:
        with pytest.raises(AssertionError):
            execute(LAB, code[-1:], names)


def _importable(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True
