"""Each step against sums written out over all its gradients; the walks against loops; the table against both."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np

from tests import oracles
from tests.snippets.checks import printed, refuses, refuses_what_is_no_array

GRADIENTS = [[2.0, -1.0], [0.5, 4.0], [-3.0, 0.25]]
LR = 0.25


def run(snippet: Any, name: str, w: list[float], gradients: list[list[float]], **settings: float) -> Any:
    """The weights after all the steps; neither the weights nor the memory that went in has changed."""
    at, memory = np.array(w), snippet.Memory()
    for dw in gradients:
        given, before = (at, *memory), [np.array(one) for one in (at, *memory)]
        at, memory = getattr(snippet, name)(at, np.array(dw), memory, **settings)
        assert all((one == other).all() for one, other in zip(given, before, strict=True))
    return at


def averaged(values: list[float], keep: float, take: float) -> float:
    """Σ keep^(n − k) · take · value k, without a recursion."""
    return sum(keep ** (len(values) - 1 - k) * take * value for k, value in enumerate(values))


def moves(name: str, seen: list[float], eps: float = 1e-8) -> float:
    """How far, in units of the learning rate, one weight moves after these gradients."""
    n, squares = len(seen), [one**2 for one in seen]
    first, second = averaged(seen, 0.9, 1 - 0.9) / (1 - 0.9**n), averaged(squares, 0.999, 1 - 0.999) / (1 - 0.999**n)
    return {
        "sgd": lambda: seen[-1],
        "momentum_buffer": lambda: averaged(seen, 0.9, 1),
        "momentum_average": lambda: averaged(seen, 0.9, 1 - 0.9),
        "rmsprop": lambda: seen[-1] / (math.sqrt(averaged(squares, 0.9, 1 - 0.9)) + eps),
        "adam": lambda: first / (math.sqrt(second) + eps),
        "adam_inside": lambda: first / math.sqrt(second + eps),
    }[name]()


FIRST = ("sgd", "momentum_buffer", "momentum_average")
SECOND = ("rmsprop", "adam", "adam_inside")


def test_steps_are_sums_over_all_gradients(snippet: Any) -> None:
    cases: list[tuple[str, list[list[float]], dict[str, float]]] = [(name, GRADIENTS, {}) for name in FIRST + SECOND]
    cases += [(name, GRADIENTS, {"eps": 0.5}) for name in SECOND]
    cases += [(name, [[1e-6, -1e-4]], {}) for name in SECOND]  # beside so small a gradient ε shows
    for name, gradients, settings in cases:
        found = run(snippet, name, [1.5, 1.5], gradients, lr=LR, **settings)
        for entry in range(2):
            seen = [dw[entry] for dw in gradients]
            moved = sum(moves(name, seen[: n + 1], settings.get("eps", 1e-8)) for n in range(len(seen)))
            assert oracles.close(found[entry], 1.5 - LR * moved)


def test_averages_with_a_beta_of_their_own(snippet: Any) -> None:
    for beta in (0.5, 0.75):
        seen = [2.0, 0.5]
        for name, take in (("momentum_buffer", 1.0), ("momentum_average", 1 - beta)):
            expected = -LR * (averaged(seen[:1], beta, take) + averaged(seen, beta, take))
            found = run(snippet, name, [0.0, 0.0], [[one, one] for one in seen], lr=LR, beta=beta)
            assert oracles.close(found, [expected] * 2)


def test_two_places_for_a_penalty(snippet: Any) -> None:
    plain: dict[str, float] = {}
    for settings in (plain, {"lam": 2.0, "eps": 0.125}):
        lam, eps = settings.get("lam", 0.5), settings.get("eps", 1e-8)
        at = dict.fromkeys(("adamw", "adam_with_penalty", "sgd_with_penalty"), 1.5)
        seen: list[float] = []
        for n, (dw, _) in enumerate(GRADIENTS, 1):
            seen.append(dw + lam * at["adam_with_penalty"])
            at["adam_with_penalty"] -= LR * moves("adam", seen, eps)
            at["adamw"] -= LR * (moves("adam", [one for one, _ in GRADIENTS[:n]], eps) + lam * at["adamw"])
            at["sgd_with_penalty"] -= LR * (dw + lam * at["sgd_with_penalty"])
        for name, expected in at.items():
            given = {key: value for key, value in settings.items() if name != "sgd_with_penalty" or key == "lam"}
            assert oracles.close(run(snippet, name, [1.5, 0.0], GRADIENTS, lr=LR, **given)[0], expected)
    tiny = [[1e-6, -1e-4]]  # no weight, no penalty: ε shows
    for name in ("adamw", "adam_with_penalty"):
        assert oracles.close(
            run(snippet, name, [0.0, 0.0], tiny, lr=LR), [-LR * moves("adam", [one]) for one in tiny[0]]
        )


def test_clipping(snippet: Any) -> None:
    for given, by_norm, by_value in (
        ([3.0, -4.0], [1.5, -2.0], [2.5, -2.5]),
        ([3.0, 0.0], [2.5, 0.0], [2.5, 0.0]),
        ([1.5, 2.0], [1.5, 2.0], [1.5, 2.0]),
        ([1.5, -0.5], [1.5, -0.5], [1.5, -0.5]),
    ):
        for name, expected in (("clipped_by_norm", by_norm), ("clipped_by_value", by_value)):
            assert oracles.close(run(snippet, name, [0.0, 0.0], [given], lr=1, threshold=2.5), -np.array(expected))
    assert oracles.close(run(snippet, "clipped_by_norm", [0.0, 0.0], [[3.0, 4.0]], lr=1), [-0.3, -0.4])
    assert oracles.close(run(snippet, "clipped_by_value", [0.0, 0.0], [[3.0, 4.0]], lr=1), [-0.5, -0.5])


def test_the_bowl(snippet: Any) -> None:
    def cost(at: list[complex]) -> complex:
        a, b = at[0] - 1, at[1] + 2
        return a * a / 2 + a * b / 2 + b * b / 4

    for at in ([0.0, 0.0], [1.0, -2.0], [-0.75, 3.0]):
        assert oracles.close(snippet._bowl(np.array(at)), oracles.complex_step(cost, at))


def test_a_walk_is_one_step_after_the_other(snippet: Any) -> None:
    lrs, factors, at, expected = [0.5, 0.25, 0.125, 0.0625], [2.0, 1.0, 3.0], [0.0, 0.0], [[0.0, 0.0]]
    for n, lr in enumerate(lrs):
        a, b = at[0] - 1, at[1] + 2
        c = factors[n % 3]
        at = [at[0] - lr * c * (a + b / 2), at[1] - lr * c * (a + b) / 2]
        expected.append(at)
    assert oracles.close(snippet.walk(snippet.sgd, lrs, factors), expected)
    clipped = snippet.walk(snippet.clipped_by_value, [1.0], [64], threshold=0.25)
    assert clipped.tolist() == [[0.0, 0.0], [0.0, -0.25]]
    buffered = snippet.walk(snippet.momentum_buffer, [0.5, 0.5], [2.0])
    assert oracles.close(buffered, [[0, 0], [0, -0.5], [0.25, -1.2]])


def test_every_step_refuses(snippet: Any) -> None:
    others = "adamw", "sgd_with_penalty", "adam_with_penalty", "clipped_by_norm", "clipped_by_value"
    for name in (*FIRST, *SECOND, *others):
        step = getattr(snippet, name)
        good = {"w": 0.5, "dw": 0.5, "memory": snippet.Memory(), "lr": 0.5}
        refuses("dw: expected shape (1,), as w has, got (2,)", step, **{**good, "w": [0.5], "dw": [0.5, 0.5]})
        for one in ("w", "dw"):
            refuses(f"{one}: expected finite numbers, got inf", step, **{**good, one: [0.5, np.inf, -np.inf]})
            refuses(f"{one}: expected 1 axes and at least one entry, got shape (0,)", step, **{**good, one: []})
        for one in inspect.signature(step).parameters:
            if one != "memory":
                refuses(f"{one}: expected finite numbers, got inf", step, **{**good, one: np.inf})
                refuses(f"{one}: expected real numbers, got dtype bool", step, **{**good, one: True})
            if one not in ("memory", "w", "dw"):
                says = f"{one}: expected 0 axes and at least one entry, got shape (2,)"
                refuses(says, step, **{**good, one: [0.5, 0.5]})
                for bad in (0.0, -0.5):
                    refuses(f"{one}: expected positive numbers, got {bad}", step, **{**good, one: bad})


def test_refusals(snippet: Any) -> None:
    for name, call in {
        "lrs": lambda bad: snippet.walk(snippet.sgd, bad, [1.0]),
        "factors": lambda bad: snippet.walk(snippet.sgd, [0.5], bad),
    }.items():
        refuses_what_is_no_array(call, name, 1, finite=True)
        for bad in (0.0, -1.0):
            refuses(f"{name}: expected positive numbers, got {bad}", call, [0.5, bad, -3.0])
    refuses("eps: expected positive numbers, got 0.0", snippet.walk, snippet.adam, [0.5], [1.0], eps=0.0)
    assert snippet.walk(snippet.sgd, [1], np.array([1], dtype=np.uint8)).tolist() == [[0, 0], [0, 0.5 - 1]]
    refuses("step: expected one of the table, got walk", snippet.difference, snippet.walk)
    refuses("step: expected one of the table, got adam", snippet.difference, "adam")
    wrong = "lr", "eps", "threshold"
    refuses("repairs: expected some of lr, lam, got eps", snippet.difference, snippet.sgd_with_penalty, wrong)
    refuses("factors: expected positive numbers, got 0.0", snippet.difference, snippet.sgd, (), [0.0])


REPAIRED = {
    "sgd": {"lr": -1},
    "momentum_buffer": {"lr": -1},
    "momentum_average": {"lr": -1},
    "rmsprop": {"eps": 1},
    "adam": {"eps": 1},
    "adam_inside": {"eps": 2},
    "adamw": {"eps": 1},
    "sgd_with_penalty": {"lr": -1, "lam": 1},
    "adam_with_penalty": {"eps": 1, "lam": 1},
    "clipped_by_norm": {"lr": -1, "threshold": 1},
    "clipped_by_value": {"lr": -1, "threshold": 1},
}
SETTINGS = {"lr": 0.125, "eps": 1e-8, "lam": 0.5, "threshold": 0.4}


def apart(snippet: Any, name: str, scale: dict[str, float], factors: list[float]) -> float:
    """The largest distance between two walks of 20 steps, each loop written here."""
    paths = []
    once: tuple[list[float], dict[str, float]] = [1.0], {}
    for times, own in (once, (factors, scale)):
        settings = {key: SETTINGS[key] * own.get(key, 1) for key in REPAIRED[name] if key != "lr"}
        if name == "adamw":
            settings["lam"] = 0.5
        at, memory, path = np.zeros(2), snippet.Memory(), []
        for n in range(20):
            a, b = at[0] - 1, at[1] + 2
            dw = times[n % len(times)] * np.array([a + b / 2, a / 2 + b / 2])
            lr = SETTINGS["lr"] * own.get("lr", 1) / (1 if n < 10 else 2)
            at, memory = getattr(snippet, name)(at, dw, memory, lr, **settings)
            path.append(at)
        paths.append(np.array(path))
    return float(abs(paths[0] - paths[1]).max())


def test_the_table(snippet: Any) -> None:
    for name, powers in REPAIRED.items():
        step = getattr(snippet, name)
        assert snippet.difference(step, tuple(powers)) == 0  # 64 is a power of two: not even rounding differs
        assert snippet.difference(step, tuple(powers), [48.0]) < 1e-12
        raw = snippet.difference(step)
        assert oracles.close(raw, apart(snippet, name, {}, [64.0]))
        assert raw > 1e-8
        for one in powers:
            if len(powers) > 1:  # half of a repair is none
                expected = apart(snippet, name, {one: 64.0 ** powers[one]}, [64.0])
                assert oracles.close(snippet.difference(step, (one,)), expected)
                assert expected > 1e-8


def test_a_ragged_batch_is_not_a_constant_factor(snippet: Any) -> None:
    factors = [64.0, 64.0, 64.0, 16.0]
    expected = apart(snippet, "adam", {"eps": 64.0}, factors)
    assert oracles.close(snippet.difference(snippet.adam, ("eps",), factors), expected)
    assert expected > 0.05


# ---- what the page prints


def test_steps_example(snippet: Any) -> None:
    first, second = np.array([2.0, 4.0]), np.array([-1.0, 3.0])
    expected = []
    for name, v1, v2 in (
        ("sgd", first, second),
        ("momentum_buffer", first, 0.9 * first + second),
        ("momentum_average", first / 10, (0.9 * first + second) / 10),
    ):
        for c in (1, 64):
            kept = 0.0 if name == "sgd" else c * v2
            w = np.array([1.0, -1.0]) - 0.25 * (v1 + v2)
            expected.append(f"{name:16}  cost times {c:2}  w {w}  v {kept}")
    assert printed(snippet.example_steps) == expected


def test_adaptive_example(snippet: Any) -> None:
    expected = []
    for name in SECOND:
        for c in (1, 64):
            step = np.array([-moves(name, [c * one]) for one in (1e-6, -1e-3)]).round(5)
            expected.append(f"{name:11}  cost times {c:2}  first step {step}")
    assert printed(snippet.example_adaptive) == expected


def test_clipping_example(snippet: Any) -> None:
    assert printed(snippet.example_clipping) == [
        f"{name:16}  cost times {c:2}  threshold {threshold:5}  step {np.array(step)}"
        for name, small, large in (
            ("clipped_by_norm", [-1.5, -2.0], [-96.0, -128.0]),
            ("clipped_by_value", [-2.5, -2.5], [-160.0, -160.0]),
        )
        for c, threshold, step in ((1, 2.5, small), (64, 2.5, small), (64, 160.0, large))
    ]


def test_walk_example(snippet: Any) -> None:
    expected = []
    for c, lr in ((1, 0.125), (64, 0.125), (64, 0.125 / 64)):
        at = [0.0, 0.0]
        for _ in range(4):
            a, b = at[0] - 1, at[1] + 2
            at = [at[0] - lr * c * (a + b / 2), at[1] - lr * c * (a + b) / 2]
        expected.append(f"cost times {c:2}  lr {lr:.4f}  w {np.array(at)}")
    assert printed(snippet.example_walk) == expected


def test_difference_example(snippet: Any) -> None:
    assert printed(snippet.example_difference) == [
        f"{name:17}  as it is {apart(snippet, name, {}, [64.0]):7.1e}  adjusted {0:.1e}" for name in REPAIRED
    ]
