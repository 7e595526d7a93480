"""The gradient doctor against planted faults: each by its name, right code clean, noise left unexplained."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from snippets.one_over_m import gradient_doctor
from snippets.one_over_m.gradient_doctor import diagnose
from tests.snippets.checks import printed, refuses

ROOT = Path(__file__).parents[3]
Parameters = dict[str, Any]
Dice = np.random.Generator

# ---- networks of the tests' own: examples in columns, softmax or one sigmoid unit at the end


def probabilities(Z: Any) -> Any:
    if len(Z) == 1:
        return 1 / (1 + np.exp(-Z))
    t = np.exp(Z - Z.max(axis=0))
    return t / t.sum(axis=0)


def cross_entropy(P: Any, Y: Any) -> Any:
    return -(Y * np.log(P)).sum() if len(P) > 1 else -(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum()


def from_logits(Z: Any, Y: Any) -> Any:
    """The same, without a probability that rounds to 0 or 1."""
    return (
        (np.log(np.exp(Z).sum(axis=0)) * Y.sum(axis=0) - (Y * Z).sum(axis=0)).sum()
        if len(Z) > 1
        else (np.log(1 + np.exp(Z)) - Y * Z).sum()
    )


class Softmax:
    """W X + b and a softmax; the cost is a mean, and with `lam` it holds (λ/2)‖W‖²."""

    def __init__(self, rng: Dice, K: int = 3, D: int = 2, m: int = 5, lam: float = 0.0) -> None:
        self.parameters: Parameters = {"W": rng.normal(size=(K, D)), "b": rng.normal(size=(K, 1))}
        self.X, self.Y = rng.normal(size=(D, m)), np.eye(K)[:, rng.integers(K, size=m)]
        self.K, self.D, self.m, self.lam = K, D, m, lam

    def logits(self, p: Parameters) -> Any:
        return p["W"] @ self.X + p["b"]

    def cost(self, p: Parameters, X: Any, Y: Any) -> Any:
        return cross_entropy(probabilities(p["W"] @ X + p["b"]), Y) / X.shape[1] + self.lam / 2 * (p["W"] ** 2).sum()

    def cost_alone(self, p: Parameters) -> Any:
        return self.cost(p, self.X, self.Y)

    @property
    def dZ(self) -> Any:
        return probabilities(self.logits(self.parameters)) - self.Y

    @property
    def dW(self) -> Any:
        return self.dZ @ self.X.T / self.m + self.lam * self.parameters["W"]

    @property
    def db(self) -> Any:
        return self.dZ.sum(axis=1, keepdims=True) / self.m


class Deep:
    """L layers of random sizes, activation, reduction and penalty, with their right gradients."""

    def __init__(self, rng: Dice) -> None:
        pick = lambda *choices: choices[rng.integers(len(choices))]  # noqa: E731
        self.L, self.m, self.column = int(rng.integers(1, 4)), int(rng.integers(1, 8)), pick(True, False)
        sizes = [int(one) for one in rng.integers(1, 5, size=self.L + 1)]
        self.lam, self.over_m, self.summed = pick(0.0, 0.1, 1.0), pick(True, False), pick(True, False)
        self.activation, self.naive = pick("sigmoid", "tanh", "relu"), False
        self.parameters: Parameters = {}
        for l in range(1, self.L + 1):
            self.parameters[f"W{l}"] = rng.normal(size=(sizes[l], sizes[l - 1]))
            self.parameters[f"b{l}"] = rng.normal(size=(sizes[l], 1) if self.column else sizes[l])
        labels = rng.integers(max(2, sizes[-1]), size=self.m)
        self.X = rng.normal(size=(sizes[0], self.m))
        self.Y = labels[None, :].astype(float) if sizes[-1] == 1 else np.eye(sizes[-1])[:, labels]

    def forward(self, p: Parameters, X: Any) -> list[Any]:
        g = {"sigmoid": lambda z: 1 / (1 + np.exp(-z)), "tanh": np.tanh, "relu": lambda z: np.maximum(z, 0)}
        A = [X]
        for l in range(1, self.L + 1):
            b = p[f"b{l}"]
            Z = p[f"W{l}"] @ A[-1] + (b if self.column else b[:, None])
            A.append(Z if l == self.L else g[self.activation](Z))
        return A

    def cost(self, p: Parameters, X: Any, Y: Any) -> Any:
        Z = self.forward(p, X)[-1]
        loss = cross_entropy(probabilities(Z), Y) if self.naive else from_logits(Z, Y)
        data = loss / (1 if self.summed else X.shape[1])
        squares = sum((p[f"W{l}"] ** 2).sum() for l in range(1, self.L + 1))
        return data + self.lam / 2 / (X.shape[1] if self.over_m else 1) * squares

    def gradient(self, p: Parameters, X: Any, Y: Any, again: float = 1.0) -> Parameters:
        """`again` is multiplied onto dZ at every layer."""
        slope = {"sigmoid": lambda a: a * (1 - a), "tanh": lambda a: 1 - a * a, "relu": lambda a: (a > 0) * 1.0}
        A, m, g = self.forward(p, X), X.shape[1], {}
        dZ = (probabilities(A[-1]) - Y) / (1 if self.summed else m)
        for l in range(self.L, 0, -1):
            dZ = dZ * again
            g[f"dW{l}"] = dZ @ A[l - 1].T + self.lam / (m if self.over_m else 1) * p[f"W{l}"]
            g[f"db{l}"] = dZ.sum(axis=1, keepdims=self.column)
            dZ = p[f"W{l}"].T @ dZ * slope[self.activation](A[l - 1]) if l > 1 else dZ
        return g


def diagnosed(snippet: Any, one: Softmax, dW: Any = None, db: Any = None, alone: bool = False, **more: Any) -> Any:
    """The findings for W and b; the right gradient where none is given."""
    gradient = {"dW": one.dW if dW is None else dW, "db": one.db if db is None else db}
    data = () if alone else (one.X, one.Y)
    report = snippet.diagnose(one.cost_alone if alone else one.cost, gradient, one.parameters, *data, **more)
    sound(snippet, report)
    return report.findings


def sound(snippet: Any, report: Any) -> None:
    """What holds for every report, whatever it says."""
    told = report.as_dict()
    assert json.loads(json.dumps(told))["right"] is report.right
    assert isinstance(report.findings, tuple)
    assert list(told["findings"]) == [one.parameter for one in report.findings]
    text = str(report)
    for one in report.findings:
        assert told["findings"][one.parameter]["verdict"] == one.verdict
        assert (len(one.readings) == 1) == (one.verdict == "explained")
        assert (len(one.readings) > 1) == (one.verdict == "ambiguous")
        assert len({reading.parts for reading in one.readings}) <= 1
        assert one.note == "" or re.search(r"[.]( I could try more with .*[.])?$", one.note)
        for reading in one.readings:
            assert reading.residual <= one.residual <= 1e-6
            assert reading.why.endswith(".")
            assert reading.says in text
            assert reading.why in text
            assert ", ".join(reading.read_on) in text
            for page in reading.read_on:
                assert page.endswith("/")
                assert page.count("/") == 2


def says(finding: Any) -> list[str]:
    return [reading.says for reading in finding.readings]


def explained(finding: Any, words: str, **numbers: float) -> None:
    """One reading, in these words, with these numbers."""
    assert says(finding) == [words]
    assert finding.verdict == "explained"
    assert finding.readings[0].numbers == pytest.approx(numbers, rel=1e-6)


# ---- one model, each fault by its name. These run against broken doctors too, so they are quick.

ONE = Softmax(np.random.default_rng(7))  # K = 3, D = 2, m = 5
PENALISED = Softmax(np.random.default_rng(8), lam=0.3)
SHAPE_WHY = "Subtracted from the parameter it broadcasts to a matrix; keepdims=True keeps the shape (3, 1)."
TWICE_OR_NEVER, NOT_A_FACTOR = ("one-over-m/twice-or-never/",), ("one-over-m/not-a-factor/",)
DOCTOR = ("one-over-m/gradient-doctor/",)


def test_right_gradients_are_clean(snippet: Any) -> None:
    for one in (ONE, PENALISED):
        for alone in (False, True):
            for finding, name in zip(diagnosed(snippet, one, alone=alone), "Wb", strict=True):
                assert (finding.parameter, finding.verdict, finding.readings) == (name, "right", ())
                assert finding.shape == one.parameters[name].shape
                assert finding.method == "complex step"
                assert finding.residual < 1e-14
                assert finding.uncertainty < 1e-8
                assert finding.note == ""


FACTORS = {  # by name: value, why for a mean, where to read on
    "m = 5": (5, "The division by m is missing.", TWICE_OR_NEVER),
    "1/m = 0.2": (1 / 5, "It is divided by m twice: in dZ, and again.", TWICE_OR_NEVER),
    "m² = 25": (25, "The factor m² is not one 1/m too few or too many, but several.", TWICE_OR_NEVER),
    "1/m² = 0.04": (1 / 25, "The factor 1/m² is not one 1/m too few or too many, but several.", TWICE_OR_NEVER),
    "m³ = 125": (125, "The factor m³ is not one 1/m too few or too many, but several.", TWICE_OR_NEVER),
    "1/m³ = 0.008": (1 / 125, "The factor 1/m³ is not one 1/m too few or too many, but several.", TWICE_OR_NEVER),
    "K = 3": (3, "The classes are averaged in one of the two, and added up in the other.", DOCTOR),
    "1/K = 0.333333": (1 / 3, "The classes are averaged in one of the two, and added up in the other.", DOCTOR),
    "2": (2, "The derivative of a square brings a 2, and a cost with ½ in front takes it away.", DOCTOR),
    "½": (1 / 2, "The derivative of a square brings a 2, and a cost with ½ in front takes it away.", DOCTOR),
    "−1": (-1, "The sign is turned: target minus prediction, or a step uphill.", ("quality/ascent-and-descent/",)),
}


def test_named_factors_are_named(snippet: Any) -> None:
    for name, (value, why, pages) in FACTORS.items():
        W, b = diagnosed(snippet, ONE, value * ONE.dW, value * ONE.db)
        explained(W, f"times {name}", factor=value)
        explained(b, f"times {name}", factor=value)
        assert W.readings[0].why == why
        assert W.readings[0].read_on == b.readings[0].read_on == pages
        assert W.readings[0].parts == 1
        assert b.readings[0].why == why.replace("in dZ, and again", "np.mean and 1/m, one of the two is enough")


def test_several_factors_are_told_apart(snippet: Any) -> None:
    for name, value in {
        "−1 · m = −5": -5,
        "−1 · 1/m = −0.2": -1 / 5,
        "2 · 1/m = 0.4": 2 / 5,
        "m · K = 15": 15,
        "1/m · 1/K = 0.0666667": 1 / 15,
        "−1 · ½": -1 / 2,
        "−1 · 2 · m² = −50": -50,
    }.items():
        explained(diagnosed(snippet, ONE, value * ONE.dW)[0], f"times {name}", factor=value)
    reading = diagnosed(snippet, ONE, -5 * ONE.dW)[0].readings[0]
    assert reading.why == f"{FACTORS['−1'][1]} {FACTORS['m = 5'][1]}"
    assert reading.read_on == ("quality/ascent-and-descent/", "one-over-m/twice-or-never/")
    assert reading.parts == 2
    assert diagnosed(snippet, ONE, 6 * ONE.dW)[0].readings[0].read_on == DOCTOR  # 2 · K: one page for both, named once
    finding = diagnosed(snippet, ONE, 3.3 * ONE.dW)[0]
    explained(finding, "times 3.3", factor=3.3)
    assert finding.readings[0].why == "All entries are off by the same factor, and it is none that I know."
    assert finding.readings[0].read_on == DOCTOR
    explained(diagnosed(snippet, ONE, -10 / 3 * ONE.dW)[0], "times −3.33333", factor=-10 / 3)  # of four parts


def test_what_cannot_be_told_apart_is_ambiguous(snippet: Any) -> None:
    same = Softmax(np.random.default_rng(3), K=3, D=2, m=3)
    W, b = diagnosed(snippet, same, 3 * same.dW, same.db / 3)
    assert says(W) == ["times K = 3", "times m = 3"]
    assert says(b) == ["times 1/K = 0.333333", "times 1/m = 0.333333"]
    two = Softmax(np.random.default_rng(3), K=3, D=2, m=2)
    assert says(diagnosed(snippet, two, 2 * two.dW)[0]) == ["times m = 2", "times 2"]
    assert says(diagnosed(snippet, two, -2 * two.dW)[0]) == ["times −1 · m = −2", "times −1 · 2"]
    one = Softmax(np.random.default_rng(3), K=3, D=2, m=1)
    assert [finding.verdict for finding in diagnosed(snippet, one, one.m * one.dW)] == ["right", "right"]


def test_without_sizes_a_whole_number_is_several_things(snippet: Any) -> None:
    def told(value: float, **sizes: int) -> list[str]:
        return says(diagnosed(snippet, ONE, value * ONE.dW, alone=True, **sizes)[0])

    assert told(7) == ["times m = 7, if there are 7 examples", "times K = 7, if there are 7 classes"]
    assert told(-1 / 7) == [
        "times −1 · 1/m = −0.142857, if there are 7 examples",
        "times −1 · 1/K = −0.142857, if there are 7 classes",
    ]
    assert told(1 / 9) == [
        "times 1/m = 0.111111, if there are 9 examples",
        "times 1/m² = 0.111111, if there are 3 examples",
        "times 1/K = 0.111111, if there are 9 classes",
    ]
    assert told(2) == ["times 2", "times m = 2, if there are 2 examples", "times K = 2, if there are 2 classes"]
    assert told(2, m=5) == ["times 2", "times K = 2, if there are 2 classes"]
    assert told(2, m=5, K=3) == ["times 2"]
    assert told(7, K=3) == ["times m = 7, if there are 7 examples"]
    assert told(5, m=5) == ["times m = 5"]
    assert told(-1) == ["times −1"]
    assert told(10_000) == [
        "times m = 10000, if there are 10000 examples",
        "times m² = 10000, if there are 100 examples",
        "times K = 10000, if there are 10000 classes",
    ]
    assert told(10_001) == ["times 10001"]
    assert told(2e5) == ["times 200000"]
    assert told(7.0001) == ["times 7.0001"]
    assert told(6.9999) == ["times 6.9999"]
    assert told(0.0080001, m=5) == ["times 0.0080001"]
    assert told(0.5) == [
        "times ½",
        "times 1/m = 0.5, if there are 2 examples",
        "times 1/K = 0.5, if there are 2 classes",
    ]
    assert told(5, m=5, K=5) == ["times K = 5", "times m = 5"]
    reading = diagnosed(snippet, ONE, 7 * ONE.dW, alone=True, m=7)[0].readings[0]
    assert reading.why == "If the cost is a mean, the division by m is missing."
    reading = diagnosed(snippet, ONE, ONE.dW / 7, alone=True, m=7)[0].readings[0]
    assert reading.why == (
        "If the cost is a mean, it is divided by m twice (in dZ, and again); if a sum, it is the gradient of the mean."
    )


def test_averaging_is_found_out(snippet: Any) -> None:
    """The same batch two and three times over: what becomes of the cost."""

    def report(cost: Any, dW: Any) -> Any:
        return snippet.diagnose(cost, {"dW": dW, "db": ONE.db}, ONE.parameters, ONE.X, ONE.Y)

    def total(p: Parameters, X: Any, Y: Any) -> Any:
        return ONE.cost(p, X, Y) * X.shape[1]

    def penalised(p: Parameters, X: Any, Y: Any) -> Any:
        return ONE.cost(p, X, Y) + 0.1 / X.shape[1] * (p["W"] ** 2).sum()

    def odd(p: Parameters, X: Any, Y: Any) -> Any:
        return ONE.cost(p, X, Y) * X.shape[1] ** 0.5

    assert report(ONE.cost, ONE.dW).averaging == "mean"
    assert report(penalised, ONE.dW + 0.04 * ONE.parameters["W"]).averaging == "mean"
    assert report(lambda p, X, Y: total(p, X, Y) + 4, ONE.dW).averaging == "sum"
    assert report(odd, ONE.dW).averaging == ""
    for scale in (1e-9, -1e-9, -1, 1e9):
        assert report(lambda p, X, Y, scale=scale: scale * total(p, X, Y), ONE.dW).averaging == "sum"
        assert report(lambda p, X, Y, scale=scale: scale * ONE.cost(p, X, Y), ONE.dW).averaging == "mean"

    def labelled(p: Parameters, X: Any, Y: Any) -> Any:
        return cross_entropy(probabilities(p["W"] @ X + p["b"]), np.eye(3)[:, Y.astype(int)]) / len(Y)

    labels = ONE.Y.argmax(axis=0)
    told = snippet.diagnose(labelled, {"dW": 5 * ONE.dW, "db": ONE.db}, ONE.parameters, ONE.X, labels)
    assert (told.averaging, told.m, told.K) == ("mean", 5, 0)
    example = {"dW": ONE.dZ[:, 1:2] @ ONE.X[:, 1:2].T, "db": ONE.db}
    told = snippet.diagnose(labelled, example, ONE.parameters, ONE.X, labels)
    assert says(told.findings[0]) == ["the gradient of example 1 alone"]
    found = report(total, ONE.dW)
    explained(found.findings[0], "times 1/m = 0.2", factor=1 / 5)
    assert found.findings[0].readings[0].why == "It is the gradient of the mean, and the cost is a sum."
    assert report(total, 25 * ONE.dW).findings[0].readings[0].why == "It is multiplied by m, and the cost is a sum."
    assert report(total, 5 * ONE.dW).findings[0].verdict == "right"


def test_shapes_are_read(snippet: Any) -> None:
    W, _ = diagnosed(snippet, ONE, ONE.dW.T)
    explained(W, "transposed", factor=1)
    why = "Of A Bᵀ and B Aᵀ the other one: a gradient has its parameter's shape (3, 2)."
    assert (W.readings[0].why, W.readings[0].read_on) == (why, ("quality/template-matching/",))
    explained(diagnosed(snippet, ONE, -5 * ONE.dW.T)[0], "transposed, and times −1 · m = −5", factor=-5)
    square = Softmax(np.random.default_rng(3), K=3, D=3)
    explained(diagnosed(snippet, square, square.dW.T)[0], "transposed", factor=1)
    assert diagnosed(snippet, ONE, 3.3 * ONE.dW.T)[0].verdict == "unexplained"
    for db, words in ((ONE.db.ravel(), "(3,)"), (ONE.db.T, "(1, 3)")):
        b = diagnosed(snippet, ONE, db=db)[1]
        explained(b, f"the right numbers in the shape {words}", factor=1)
        assert (b.readings[0].why, b.readings[0].read_on) == (SHAPE_WHY, NOT_A_FACTOR)
    finding = diagnosed(snippet, ONE, ONE.dW.ravel())[0]
    assert (finding.verdict, finding.residual) == ("unexplained", 1)
    assert (
        finding.note
        == "Its shape is (6,), and the parameter has (3, 2). Other losses could be tried with logits and Y."
    )


def test_biases_are_read(snippet: Any) -> None:
    def told(db: Any, one: Softmax = ONE, alone: bool = False) -> Any:
        return diagnosed(snippet, one, db=np.asarray(db), alone=alone)[1]

    for words, db in (("sum", ONE.dZ / 5), ("mean", ONE.dZ)):
        for axis, turned in ((1, db), (0, db.T)):
            b = told(turned)
            explained(b, "not summed over the examples", factor=1)
            why = f"A bias serves every example: take the {words} over axis {axis}, keepdims=True."
            assert (b.readings[0].why, b.readings[0].read_on) == (why, NOT_A_FACTOR)
    explained(told(-ONE.dZ), "not summed over the examples, and times −1", factor=-1)
    explained(told(ONE.dZ.mean(axis=1, keepdims=True) / 5), "times 1/m = 0.2", factor=1 / 5)
    explained(told(ONE.dZ.sum(axis=1)), "the right numbers in the shape (3,), and times m = 5", factor=5)
    b = told(ONE.dW.sum(axis=1))
    explained(b, "the row sums of the gradient of W", factor=1)
    why = "dZ Xᵀ, summed up: right only if each column of what enters W sums to 1."
    assert (b.readings[0].why, b.readings[0].read_on) == (why, NOT_A_FACTOR)


def sigmoids(seed: int, K: int = 2, D: int = 3, m: int = 4) -> tuple[Any, ...]:
    """K sigmoid units: cost, parameters, X, Y, dZ. The columns of dZ do not sum to 0."""
    rng = np.random.default_rng(seed)
    p = {"W": rng.normal(size=(K, D)), "b": rng.normal(size=(K, 1))}
    X, Y = rng.normal(size=(D, m)), (rng.random(size=(K, m)) < 0.5) * 1.0

    def cost(p: Parameters, X: Any, Y: Any) -> Any:
        A = 1 / (1 + np.exp(-p["W"] @ X - p["b"]))
        return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum() / X.shape[1]

    return cost, p, X, Y, 1 / (1 + np.exp(-p["W"] @ X - p["b"])) - Y


def test_biases_over_the_wrong_axis(snippet: Any) -> None:
    cost, p, X, Y, dZ = sigmoids(1)

    def told(db: Any) -> Any:
        report = snippet.diagnose(cost, {"dW": dZ @ X.T / 4, "db": db}, p, X, Y)
        sound(snippet, report)
        assert report.findings[0].verdict == "right"
        return report.findings[1]

    for axis0 in (dZ.sum(axis=0) / 4, dZ.sum(axis=0, keepdims=True) / 4):
        b = told(axis0)
        explained(b, "summed over the wrong axis", factor=1)
        assert b.readings[0].why.startswith(
            "One number for each example, where one for each row belongs: axis=1, not axis=0."
        )
    for db, words in (
        (dZ.sum() / 4, "summed over all rows"),
        (np.full((2, 1), dZ.sum() / 4), "summed over all rows"),
        (dZ.mean(), "averaged over all rows"),
        ((dZ @ X.T).sum() / 4, "the sum of the gradient of W"),
        ((dZ @ X.T).sum(), "the sum of the gradient of W, and times m = 4"),
        ((dZ @ X.T).sum(axis=1) / 4, "the row sums of the gradient of W"),
    ):
        assert says(told(db)) == [words]
        assert told(db).readings[0].read_on == NOT_A_FACTOR + TWICE_OR_NEVER * ("times" in words)
    for wrong in (np.full(4, dZ.sum() / 4), np.full((4, 4), dZ.sum() / 4)):  # of no size that a sum has
        assert told(wrong).verdict == "unexplained"
    W = snippet.diagnose(cost, {"dW": np.full((2, 3), dZ.sum() / 4), "db": dZ.sum(axis=1) / 4}, p, X, Y).findings[0]
    assert W.verdict == "unexplained"
    W = snippet.diagnose(
        cost, {"dW": np.full((2, 3), (dZ @ X.T).sum() / 4), "db": dZ.sum(axis=1) / 4}, p, X, Y
    ).findings[0]
    assert W.verdict == "unexplained"
    single, q, one_X, one_Y, d = sigmoids(2, K=1)
    found = snippet.diagnose(single, {"W": d @ one_X.T / 4, "b": (d @ one_X.T).sum() / 4}, q, one_X, one_Y).findings[1]
    explained(found, "the row sums of the gradient of W", factor=1)
    why = "Without an axis, np.sum and np.mean run over the rows too: axis=1, keepdims=True."
    assert told(dZ.sum() / 4).readings[0].why == told(dZ.mean()).readings[0].why == why

    sums = lambda p, X, Y: cost(p, X, Y) * X.shape[1]  # noqa: E731
    report = snippet.diagnose(sums, {"W": dZ @ X.T, "b": dZ.sum(axis=0)}, p, X, Y)
    explained(report.findings[1], "summed over the wrong axis", factor=1)
    found = snippet.diagnose(lambda p: cost(p, X, Y), {"W": dZ @ X.T / 4, "b": dZ.sum(axis=0)}, p, m=4).findings[1]
    assert found.verdict == "unexplained"
    assert found.note.startswith(
        "Its shape is (4,), and the parameter has (2, 1). Single examples could be tried with X,"
    )


def test_a_gradient_of_zeros(snippet: Any) -> None:
    for db, expected in (
        (ONE.dZ.sum(axis=0), ["summed over the wrong axis"]),
        (ONE.dZ.sum(axis=0, keepdims=True), ["summed over the wrong axis"]),
        (ONE.dZ.sum() + 1e-17, ["summed over all rows"]),
        (np.zeros((3, 1)), ["0 everywhere"]),
        (np.zeros(5), ["summed over the wrong axis", "0 everywhere"]),
        (0.0, ["summed over all rows", "0 everywhere"]),
        (np.full((3, 1), 1e-16), ["0 everywhere"]),
    ):
        b = diagnosed(snippet, ONE, db=db)[1]
        assert says(b) == expected
        assert b.verdict == ("explained" if len(expected) == 1 else "ambiguous")
        assert all(reading.residual == 0 and reading.parts == 1 and reading.numbers == {} for reading in b.readings)
    readings = diagnosed(snippet, ONE, db=0.0)[1].readings
    assert readings[0].why == "Over the classes, P − Y sums to 0: axis=1 sums over the examples."
    assert readings[1].why == "It was never computed, or something in front of it is 0."
    assert [one.read_on for one in readings] == [NOT_A_FACTOR, ("one-over-m/layer-after-layer/",)]
    for seed in (1, 2, 3):
        cost, p, X, Y, dZ = sigmoids(seed)
        found = snippet.diagnose(cost, {"W": dZ @ X.T / 4, "b": np.zeros(4)}, p, X, Y).findings[1]
        assert says(found) == ["0 everywhere"]
        other = Softmax(np.random.default_rng(seed))
        assert says(diagnosed(snippet, other, db=1e-30 + 0 * other.X[0])[1]) == ["summed over the wrong axis"]
    single = snippet.diagnose(lambda p: p["w"] ** 2, {"w": 0.0}, {"w": 3.0}, m=1).findings[0]
    assert says(single) == ["0 everywhere"]
    wrapped = snippet.diagnose(lambda p: p["w"] ** 2, {"w": [6.0]}, {"w": 3.0}, m=7).findings[0]
    assert says(wrapped) == ["the right numbers in the shape (1,)"]


def test_penalties_are_told_from_factors(snippet: Any) -> None:
    W, d = PENALISED.parameters["W"], PENALISED.dW - 0.3 * PENALISED.parameters["W"]
    lacks, over = "the penalty missing or too small", "the penalty twice or too large"
    for dW, expected in (
        (d, {lacks: 0.3}),
        (d + 0.6 * W, {over: 0.3}),
        (d + 0.1 * W, {lacks: 0.2}),
        (-d, {f"times −1, and {lacks}": 0.3, "times −1, but not the penalty": 0.15}),
        (-d + 0.3 * W, {f"times −1, and {lacks}": 0.6, "times −1, but not the penalty": 0.3}),
        (-d - 0.6 * W, {f"times −1, and {over}": 0.3}),
        (5 * d, {f"times m = 5, and {lacks}": 0.3, "times m = 5, but not the penalty": 0.375}),
        (d / 5 + 0.3 * W, {f"times 1/m = 0.2, and {over}": 1.2, "times 1/m = 0.2, but not the penalty": 0.3}),
    ):
        found = diagnosed(snippet, PENALISED, dW)[0]
        assert says(found) == [f"{says} (κ = {kappa:.6g})" for says, kappa in expected.items()]
        assert [one.numbers["penalty"] for one in found.readings] == pytest.approx(list(expected.values()))
        assert {one.parts for one in found.readings} == {3 if "," in says(found)[0] else 2}
        assert found.readings[-1].numbers["weight"] == pytest.approx(
            float(np.vdot(dW - d, W) / np.vdot(W, W)) - 0.3
        ) or ("factor" in found.readings[0].numbers)
    missing = diagnosed(snippet, PENALISED, d)[0].readings[0]
    expected = (
        "If the penalty missing, λ is 0.3 where the cost holds (λ/2)‖W‖², 0.15 if it is λ‖W‖², 1.5 if it is (λ/2m)‖W‖²."
    )
    assert (missing.why, missing.read_on) == (expected, NOT_A_FACTOR)
    assert missing.numbers == pytest.approx({"penalty": 0.3, "weight": -0.3})
    both = diagnosed(snippet, PENALISED, -d)[0].readings[1]
    assert both.numbers == pytest.approx({"factor": -1, "penalty": 0.15, "weight": 0.3})
    assert both.why == (
        "The sign is turned: target minus prediction, or a step uphill. If not the penalty, λ is 0.15 "
        "where the cost holds (λ/2)‖W‖², 0.075 if it is λ‖W‖², 0.75 if it is (λ/2m)‖W‖²."
    )
    alone = diagnosed(snippet, PENALISED, d, alone=True)[0].readings[0]
    assert alone.why == "If the penalty missing, λ is 0.3 where the cost holds (λ/2)‖W‖², 0.15 if it is λ‖W‖²."
    w, v = np.array([0.0, 1.0, -2.0]), np.array([2.0, 0.0, 0.5])
    cost = lambda p: (v * p["w"]).sum()  # noqa: E731
    for g, words in (
        (v - 0.5 * w, f"{lacks} (κ = 0.5)"),
        (-v + 0.5 * w, f"times −1, and {lacks} (κ = 0.5)"),
        (2 * w, "nothing but 2 times the parameter"),
        (-10 * v + 0.5 * w, f"times −1 · 2 · m = −10, and {lacks} (κ = 0.05)"),
        (1.7 * v + 0.5 * w, "times 1.7, and 0.5 times the parameter"),
    ):
        assert words in says(snippet.diagnose(cost, {"w": g}, {"w": w}, m=5, K=3).findings[0])
    pair = snippet.diagnose(lambda p: (p["w"] * [1.0, 3.0]).sum(), {"w": [1.3, 3.9]}, {"w": [1.0, 1.0]}, m=5, K=3)
    explained(pair.findings[0], "times 1.3", factor=1.3)
    only = diagnosed(snippet, PENALISED, 0.3 * W)[0]
    explained(only, "nothing but 0.3 times the parameter", weight=0.3)
    assert only.readings[0].why == "The derivative of the data term is missing."
    assert (only.readings[0].read_on, only.readings[0].parts) == (NOT_A_FACTOR, 2)
    free = diagnosed(snippet, PENALISED, 1.7 * d - W)[0]
    explained(free, "times 1.7, and −1.51 times the parameter", factor=1.7, weight=-1.51)
    assert (
        free.readings[0].why == "A factor and a multiple of the parameter explain it together; I know neither number."
    )
    assert (free.readings[0].read_on, free.readings[0].parts) == (NOT_A_FACTOR, 4)
    bias = diagnosed(snippet, PENALISED, db=PENALISED.db + 0.3 * PENALISED.parameters["b"])[1]
    explained(bias, f"{over} (κ = 0.3)", penalty=0.3, weight=0.3)


def test_a_known_lambda_names_the_form(snippet: Any) -> None:
    W, d = PENALISED.parameters["W"], PENALISED.dW - 0.3 * PENALISED.parameters["W"]
    half, whole = "The cost holds (λ/2)‖W‖², and its derivative", "The cost holds λ‖W‖², and its derivative"
    for lam, dW, expected in (
        (0.3, d, {"the penalty missing": f"{half} 0.3 W.", "the penalty times ½": f"{whole} 0.6 W."}),
        (0.15, d, {"the penalty missing": f"{whole} 0.3 W.", "the penalty times −1": f"{half} 0.15 W."}),
        (0.3, d + 0.6 * W, {"the penalty twice": f"{half} 0.3 W."}),
        (0.3, d + 1.5 * W, {"the penalty times m": f"{half} 0.3 W."}),
        (
            1.5,
            d,
            {
                "the penalty missing": "The cost holds (λ/2m)‖W‖², and its derivative 0.3 W.",
                "the penalty times ½": "The cost holds (λ/m)‖W‖², and its derivative 0.6 W.",
            },
        ),
        (
            0.75,
            d,
            {
                "the penalty missing": "The cost holds (λ/m)‖W‖², and its derivative 0.3 W.",
                "the penalty times −1": "The cost holds (λ/2m)‖W‖², and its derivative 0.15 W.",
            },
        ),
        (0.3, d + 0.15 * W, {"the penalty times ½": f"{half} 0.3 W."}),
        (1.5, d + 1.5 * W, {"the penalty times m": "The cost holds (λ/2m)‖W‖², and its derivative 0.3 W."}),
        (
            0.3,
            -d,
            {
                "times −1, and the penalty missing": f"{half} 0.3 W.",
            },
        ),
        (0.3, 5 * d + 0.3 * W, {"times m = 5, but not the penalty": f"{half} 0.3 W."}),
        (0.3, d + 0.06 * W, {"the penalty times −1": None, "the penalty times 1/m": f"{half} 0.3 W."}),
    ):
        found = diagnosed(snippet, PENALISED, dW, lam=lam)[0]
        assert says(found) == list(expected)
        sizes = {"(λ/2)‖W‖²": 1.0, "λ‖W‖²": 2.0, "(λ/2m)‖W‖²": 1 / 5, "(λ/m)‖W‖²": 2 / 5}
        for reading in found.readings:
            form = re.findall(r"The cost holds (.*), and its", reading.why)[0]
            assert reading.numbers["penalty"] == pytest.approx(sizes[form] * lam)
        for reading, why in zip(found.readings, expected.values(), strict=True):
            assert why is None or reading.why.endswith(why)
    turned = diagnosed(snippet, PENALISED, 5 * d - 0.3 * W, lam=0.3)[0]
    assert not any("times −1" in one for one in says(turned))  # a rare pair of faults is not looked for
    five = diagnosed(snippet, PENALISED, 5 * d + 3 * W, lam=0.3)[0]
    assert "times m = 5, and the penalty twice" in says(five)
    alone = diagnosed(snippet, PENALISED, d, alone=True, lam=0.3)[0]  # without m, two forms are left
    assert says(alone) == ["the penalty missing", "the penalty times ½"]
    for m, over_m in ((1, ""), (2, ", 0.6 if it is (λ/2m)‖W‖²")):
        other = Softmax(np.random.default_rng(8), m=m, lam=0.3)
        lacking = diagnosed(snippet, other, other.dW - 0.3 * other.parameters["W"])[0]
        assert lacking.readings[0].why.endswith(f"0.15 if it is λ‖W‖²{over_m}.")
        again = diagnosed(snippet, other, other.dW - 0.3 * other.parameters["W"], lam=0.3)[0]
        assert says(again)[0] == "the penalty missing"
        assert len(again.readings) == (2 if m == 1 else 5)
    found = diagnosed(snippet, PENALISED, d + 0.11 * W, lam=0.3)[0]  # no form of λ gives that
    explained(found, "the penalty missing or too small (κ = 0.19)", penalty=0.19, weight=-0.19)


def test_parallel_gradients_are_ambiguous(snippet: Any) -> None:
    """Where the parameter is a multiple of the gradient, a factor and a penalty are one and the same."""
    cost = lambda p: 2 * (p["w"] ** 2).sum()  # noqa: E731
    w = np.array([1.0, -2.0, 0.5])
    found = snippet.diagnose(cost, {"w": 5.2 * w}, {"w": w}, m=7, K=3).findings[0]
    assert says(found) == [
        "times 1.3",
        "nothing but 5.2 times the parameter",
        "the penalty twice or too large (κ = 1.2)",
    ]
    assert found.verdict == "ambiguous"
    one = snippet.diagnose(cost, {"w": 5.2 * w[:1]}, {"w": w[:1]}, m=7, K=3).findings[0]
    assert one.verdict == "unexplained"  # one number fits any factor and any penalty
    assert one.note.startswith(
        "1 of 1 entries differ, most [0]: 5.2 for 4. The nearest multiple is 1.3 times the derivative."
    )
    assert says(snippet.diagnose(cost, {"w": 28 * w[:1]}, {"w": w[:1]}, m=7).findings[0]) == ["times m = 7"]
    two = snippet.diagnose(cost, {"w": [5.2, 1.0]}, {"w": [1.0, 2.0]}, m=7, K=3).findings[0]
    assert two.verdict == "unexplained"
    assert two.note.startswith("2 of 2 entries differ, most [1]: 1 for 8. ")
    zero = snippet.diagnose(cost, {"w": [0.0, 1.0]}, {"w": [0.0, 0.0]}).findings[0]
    assert zero.residual == 1
    third = snippet.diagnose(cost, {"w": [1.0, 4.0]}, {"w": [0.0, 1.0]}).findings[0]
    assert third.note.startswith(
        "1 of 2 entries differ, most [0]: 1 for 0. The nearest multiple is 1 times the derivative."
    )
    assert zero.note.startswith(
        "1 of 2 entries differ, most [1]: 1 for 0. The nearest multiple is 0 times the derivative."
    )


def test_other_gradients_are_recognised(snippet: Any) -> None:
    for i in range(5):
        example = ONE.dZ[:, i : i + 1] @ ONE.X[:, i : i + 1].T
        W, b = diagnosed(snippet, ONE, example, ONE.dZ[:, i : i + 1] / 5)
        explained(W, f"the gradient of example {i} alone", factor=1)
        explained(b, f"the gradient of example {i} alone, and times 1/m = 0.2", factor=1 / 5)
        why = f"The loop over the examples overwrites where it should add up: column {i} of X alone, from 0."
        assert (W.readings[0].why, W.readings[0].read_on) == (why, ("one-over-m/dz/",))
    last = PENALISED.dZ[:, 4:] @ PENALISED.X[:, 4:].T + 0.3 * PENALISED.parameters["W"]
    explained(diagnosed(snippet, PENALISED, last)[0], "the gradient of example 4 alone", factor=1)
    a, b = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    cost = lambda p: (p["a"] ** 2).sum() / 2 + (p["b"] ** 3).sum()  # noqa: E731
    report = snippet.diagnose(cost, {"a": 3 * b**2, "b": a}, {"a": a, "b": b})
    assert [says(one) for one in report.findings] == [["the gradient of b"], ["the gradient of a"]]
    assert report.findings[0].readings[0].why == "It is the derivative in b: two names were exchanged."
    assert report.findings[0].readings[0].read_on == ("one-over-m/layer-after-layer/",)


def losses(Z: Any, Y: Any) -> dict[str, Any]:
    """The losses themselves, to be differentiated by complex steps."""
    P, A = (lambda Z=Z: np.exp(Z) / np.exp(Z).sum(axis=0))(), 1 / (1 + np.exp(-Z))
    again = np.exp(P) / np.exp(P).sum(axis=0)
    binary = lambda a: -(Y * np.log(a) + (1 - Y) * np.log(1 - a)).sum()  # noqa: E731
    return {
        "softmax cross-entropy": -(Y * np.log(P)).sum(),
        "softmax cross-entropy, the softmax taken twice": -(Y * np.log(again)).sum(),
        "softmax cross-entropy, logits where probabilities belong": -(Y * np.log(Z / Z.sum(axis=0))).sum(),
        "squared error of the softmax": ((P - Y) ** 2).sum(),
        "sigmoid cross-entropy": binary(A),
        "sigmoid cross-entropy, the sigmoid taken twice": binary(1 / (1 + np.exp(-A))),
        "squared error of the sigmoid": ((A - Y) ** 2).sum(),
        "squared error of the logits": ((Z - Y) ** 2).sum(),
    }


def slope(f: Callable[[Any], Any], Z: Any) -> Any:
    found = np.zeros(Z.shape)
    for at in np.ndindex(Z.shape):
        moved = Z.astype(complex)
        moved[at] += 1e-30j
        found[at] = f(moved).imag / 1e-30
    return found


def test_softmax_of_large_scores(snippet: Any) -> None:
    assert snippet._softmax(np.array([[1000.0], [-1000.0]])).tolist() == [[1.0], [0.0]]
    P = snippet._softmax(np.array([[1000.0, -1000.0, 3.0], [999.0, -1001.0, 3.0]]))
    expected = [[1 / (1 + np.exp(-1))] * 2 + [0.5], [1 / (1 + np.exp(1))] * 2 + [0.5]]
    assert np.allclose(P, expected, rtol=1e-14, atol=0)


def test_the_sine_of_an_angle(snippet: Any) -> None:
    right = np.array([3.0, 0.0, 4.0])
    assert snippet._sine(right, np.array([0.0, 2.0, 0.0])) == pytest.approx(1)
    assert snippet._sine(right, np.array([0.0, 0.0, 2.0])) == pytest.approx(3 / 5)
    assert snippet._sine(right, -7 * right) < 1e-15


def test_the_gradient_of_another_loss_is_named(snippet: Any) -> None:
    rng = np.random.default_rng(5)
    # positive, so that the logits have a logarithm
    X, Y, p = rng.uniform(0.1, 2, size=(2, 4)), np.eye(3)[:, [0, 2, 1, 1]], {"W": rng.uniform(0.1, 2, size=(3, 2))}
    logits = lambda p: p["W"] @ X  # noqa: E731
    Z = logits(p)
    P, A = np.exp(Z) / np.exp(Z).sum(axis=0), 1 / (1 + np.exp(-Z))
    rules = {name: slope(lambda Z, name=name: losses(Z, Y)[name], Z) for name in losses(Z, Y)} | {
        "softmax cross-entropy, probabilities where logits belong": np.exp(P) / np.exp(P).sum(axis=0) - Y,
        "softmax cross-entropy, the slope of the softmax left out": -Y / P,
        "sigmoid cross-entropy, probabilities where logits belong": 1 / (1 + np.exp(-A)) - Y,
        "sigmoid cross-entropy, the slope of the sigmoid left out": -Y / A + (1 - Y) / (1 - A),
    }
    for own in ("softmax cross-entropy", "sigmoid cross-entropy, the sigmoid taken twice"):
        cost = lambda p, own=own: losses(logits(p), Y)[own] / 4  # noqa: E731
        for name, dZ in rules.items():
            if name == own:
                continue
            carried = (lambda p, X: p["W"] @ X) if "error" in name else logits
            report = snippet.diagnose(cost, {"W": dZ @ X.T / 4}, p, X, Y, logits=carried)
            sound(snippet, report)
            explained(report.findings[0], f"the gradient of {name}", factor=1)
            assert report.findings[0].readings[0].why == f"Your cost is {own}."
            assert report.findings[0].readings[0].read_on == ("quality/softmax-gradient/",)
        summed = snippet.diagnose(cost, {"W": rules["squared error of the logits"] @ X.T}, p, X, Y, logits=logits)
        explained(summed.findings[0], "the gradient of squared error of the logits, and times m = 4", factor=4)
    odd = snippet.diagnose(lambda p: (logits(p) ** 4).sum(), {"W": (P - Y) @ X.T / 4}, p, X, Y, logits=logits)
    explained(odd.findings[0], "the gradient of softmax cross-entropy", factor=1)
    assert odd.findings[0].readings[0].why == "Your cost is another one."
    one = snippet.diagnose(
        lambda p: ((1 / (1 + np.exp(-p["W"] @ X)) - Y[:1]) ** 2).sum() / 4,
        {"W": (1 / (1 + np.exp(-p["W"][:1] @ X)) - Y[:1]) @ X.T / 4},
        {"W": p["W"][:1]},
        X,
        Y[:1],
        logits=logits,
    )
    constant = snippet.diagnose(
        lambda p: ((1 / (1 + np.exp(-p["W"] @ X)) - Y[:1]) ** 2).sum() / 4,
        {"W": (1 - Y[:1]) @ X.T / 4},
        {"W": p["W"][:1]},
        X,
        Y[:1],
        logits=logits,
    )
    assert constant.findings[0].verdict == "unexplained"  # a softmax of one class is no loss
    pair = {"W": p["W"][:2]}
    S = np.exp(pair["W"] @ X) / np.exp(pair["W"] @ X).sum(axis=0)
    two = snippet.diagnose(
        lambda p: ((p["W"] @ X - Y[:2]) ** 2).sum() / 4, {"W": (S - Y[:2]) @ X.T / 4}, pair, X, Y[:2], logits=logits
    )
    explained(two.findings[0], "the gradient of softmax cross-entropy", factor=1)
    assert two.findings[0].readings[0].why == "Your cost is squared error of the logits."
    explained(one.findings[0], "the gradient of sigmoid cross-entropy", factor=1)
    assert one.findings[0].readings[0].why == "Your cost is squared error of the sigmoid."


# ---- what cannot be named


def test_noise_is_left_unexplained(snippet: Any) -> None:
    noisy = ONE.dW.copy()
    noisy[2, 1] += 1
    W, b = diagnosed(snippet, ONE, noisy)
    assert (W.verdict, W.readings, b.verdict) == ("unexplained", (), "right")
    c = float(np.vdot(ONE.dW, noisy) / np.vdot(ONE.dW, ONE.dW))
    assert W.note == (
        f"1 of 6 entries differ, most [2, 1]: {noisy[2, 1]:.6g} for {ONE.dW[2, 1]:.6g}. "
        f"The nearest multiple is {c:.3g} times the derivative. Other losses could be tried with logits and Y."
    )
    assert W.residual == pytest.approx(float(np.linalg.norm(noisy - c * ONE.dW) / np.linalg.norm(noisy)))
    alone = diagnosed(snippet, ONE, noisy, alone=True)[0]
    single = " Single examples could be tried with X, Y and a cost(parameters, X, Y)."
    assert alone.note.endswith(single + " Other losses could be tried with logits and Y.")
    logits = lambda p, X: p["W"] @ X + p["b"]  # noqa: E731
    told = diagnosed(snippet, ONE, noisy, logits=logits)[0]
    assert told.note.endswith("times the derivative.")


def test_a_gradient_that_is_nearly_right(snippet: Any) -> None:
    bent = ONE.dW * (1 + 1e-5 * np.array([[1, -1], [2, 0], [1, 3]]))
    W, _ = diagnosed(snippet, ONE, bent)
    assert (W.verdict, W.readings) == ("nearly", ())
    assert W.note == "More than rounding, and little: an ε inside a logarithm, something clipped, or float32."
    assert W.residual == pytest.approx(float(np.linalg.norm(bent - ONE.dW) / np.linalg.norm(bent)), rel=1e-9)
    straight = diagnosed(snippet, ONE, ONE.dW + 2e-3 * (bent - ONE.dW))[0]
    assert straight.verdict == "right"
    assert straight.residual == pytest.approx(2e-3 * W.residual, rel=1e-3)
    assert diagnosed(snippet, ONE, ONE.dW + 9e-3 * (bent - ONE.dW) / W.residual * 0.1)[0].verdict == "nearly"
    assert diagnosed(snippet, ONE, ONE.dW + 11e-3 * (bent - ONE.dW) / W.residual * 0.1)[0].verdict == "unexplained"
    assert diagnosed(snippet, ONE, ONE.dW.astype(np.float32))[0].verdict == "right"  # float32 is known to be coarse
    assert diagnosed(snippet, ONE, ONE.dW.astype(np.float32).astype(float))[0].verdict in ("right", "nearly")
    explained(diagnosed(snippet, ONE, (5 * ONE.dW).astype(np.float32))[0], "times m = 5", factor=5)


def test_code_that_takes_no_complex_numbers_is_differentiated_by_differences(snippet: Any) -> None:
    def cast(p: Parameters) -> float:
        return float(ONE.cost_alone(p))  # refuses a complex number

    def dropped(p: Parameters) -> Any:
        return np.real(ONE.cost_alone(p))  # loses the imaginary part without a word

    def stored(p: Parameters) -> Any:
        Z = np.zeros((3, 5))
        Z[:] = p["W"] @ ONE.X + p["b"]  # loses it with a warning
        return cross_entropy(probabilities(Z), ONE.Y) / 5

    def absolute(p: Parameters) -> Any:
        return ONE.cost_alone(p) + np.linalg.norm(p["W"]) ** 2  # takes it, and is not analytic

    def strict(p: Parameters) -> Any:
        if p["W"].dtype == complex or p["b"].dtype == complex:
            raise TypeError("expected real numbers")
        return ONE.cost_alone(p)

    def taken_away(p: Parameters) -> Any:
        return ONE.cost_alone(p) - np.linalg.norm(p["W"]) ** 2

    for cost, more in ((cast, 0), (dropped, 0), (stored, 0), (strict, 0), (absolute, 2), (taken_away, -2)):
        dW = ONE.dW + more * ONE.parameters["W"]
        found = snippet.diagnose(cost, {"W": dW, "b": 5 * ONE.db}, ONE.parameters, m=5, K=3).findings
        assert found[0].verdict == "right"
        assert found[0].method == "differences"
        assert 0 < found[0].uncertainty < 1e-8
        explained(found[1], "times m = 5", factor=5)
        assert found[1].method == ("complex step" if more else "differences")
    half = snippet.diagnose(lambda p: p["w"][0] ** 2, {"w": [6.0, 0.0]}, {"w": [3.0, 1.0]})
    assert (half.right, half.findings[0].method) == (True, "complex step")  # one slope is 0, and not all


def test_single_precision_is_found_out(snippet: Any) -> None:
    verdicts = []
    for seed in (3, 5, 57):
        one = Deep(np.random.default_rng(seed))
        for rounded in (np.float32, lambda cost: float(np.float32(cost))):
            cost = lambda p, one=one, rounded=rounded: rounded(np.real(one.cost(p, one.X, one.Y)))  # noqa: E731
            found = snippet.diagnose(cost, one.gradient(one.parameters, one.X, one.Y), one.parameters).findings
            verdicts += [finding.verdict for finding in found]
    assert set(verdicts) == {"right", "unclear"}
    bowl = lambda p: np.float32((p["w"] ** 2).sum() / 2)  # noqa: E731
    w = np.array([100.0, -300.0, 200.0])
    found = snippet.diagnose(bowl, {"w": 5 * w}, {"w": w}, m=5, K=3).findings[0]
    assert says(found) == ["times m = 5"]
    assert 1e-7 < found.uncertainty < 1e-3
    given = (w * (1 + 1e-6 * np.array([1, -1, 1]))).astype(np.float32)
    assert snippet.diagnose(lambda p: (p["w"] ** 2).sum() / 2, {"w": given}, {"w": w}).right
    _, bound = snippet._slope_along(lambda x: (x[0] - 0.01) * 3 + 0.5, np.zeros(1), np.ones(1))
    assert bound < 1e-9  # one value of many is a round number


def test_differences_know_how_far_off_they_are(snippet: Any) -> None:
    """Against slopes that are known: smooth, at a kink, noisy, large and small entries, out of the domain."""
    x, u = np.array([0.3, -1.2]), np.array([1.0, 0.5])
    for f, known in (
        (lambda x: np.exp(x).sum(), float(np.exp(x) @ u)),
        (lambda x: np.sin(3 * x).prod(), float(3 * np.cos(0.9) * np.sin(-3.6) + 0.5 * 3 * np.cos(-3.6) * np.sin(0.9))),
        (lambda x: (x**4).sum(), float(4 * x**3 @ u)),
        (lambda x: np.float32((x**2).sum()), float(2 * x @ u)),
        (lambda x: float(np.float32((x**2).sum())), float(2 * x @ u)),
    ):
        found, bound = snippet._slope_along(f, x, u)
        assert abs(found - known) <= bound
        assert bound <= (1e-2 if f(x) == np.float32(f(x)) else 1e-8)
    for away in (0.0, 1e-9, 1e-7):  # at a kink, or next to it, there are two slopes, 2 apart
        _, bound = snippet._slope_along(lambda x, away=away: np.abs(x[0] - 0.3 - away) + x.sum() ** 2, x, u)
        assert 1 < bound < 3
    with np.errstate(invalid="ignore", divide="ignore"):
        found, bound = snippet._slope_along(lambda x: np.log(x).sum(), np.array([5e-3]), np.array([1.0]))
        assert abs(found - 200) <= bound < 1e-3
        assert snippet._slope_along(lambda x: np.log(-x).sum(), np.array([1.0]), np.array([1.0]))[1] == np.inf
    far = np.array([-1e6, 1e6])
    for away in (5e-5, -5e-5):  # a kink that the smallest steps do not reach
        found, bound = snippet._slope_along(lambda x, away=away: np.abs(x[0] - 0.3 - away) + x[0] ** 2, x, u)
        assert abs(found - 0.6 + np.sign(away)) <= bound < 1e-4
    rng = np.random.default_rng(4)
    for rounded in (lambda v: v + 1e-9 * np.sin(1e13 * v), lambda v: float(np.float32(v)), lambda v: np.float32(v)):
        for at in rng.uniform(-2, 2, size=400):
            f = lambda x, rounded=rounded: rounded(np.sin(x[0]) + 2 * x[0])  # noqa: E731
            found, bound = snippet._slope_along(f, np.array([at]), np.ones(1))
            assert abs(found - np.cos(at) - 2) <= bound < 0.1
    slopes, bounds = snippet._differences(lambda x: (x**2).sum(), far)
    assert (np.abs(slopes - 2 * far) <= bounds).all()
    assert (bounds < 1e-2).all()
    for sign in (1, -1):
        _, bound = snippet._slope_along(lambda x, sign=sign: sign * np.abs(x[0] - 0.3), x, u)
        assert 1 < bound < 3
    slopes, bounds = snippet._differences(lambda x: (x**3).sum() / 3, np.array([[10.0, 0.001], [-3.0, 2.0]]))
    assert (np.abs(slopes - np.array([[100.0, 1e-6], [9.0, 4.0]])) <= bounds).all()
    assert (bounds < 1e-6).all()


def test_a_kink_is_said_to_be_unclear(snippet: Any) -> None:
    """ReLU at 0: its slope is 0 or 1, as one likes, and no difference can tell."""
    cost = lambda p: np.maximum(p["w"], 0).sum() + (p["v"] ** 2).sum()  # noqa: E731
    report = snippet.diagnose(cost, {"w": [0.0, 1.0], "v": [2.0]}, {"w": [0.0, 1.0], "v": [1.0]})
    w, v = report.findings
    assert (w.verdict, w.readings, v.verdict) == ("unclear", (), "right")
    assert w.residual == 1
    assert w.uncertainty > 0.01
    assert w.note == f"The derivative itself is known to {w.uncertainty:.0e} only: there is a kink, or noise."
    beside = snippet.diagnose(cost, {"w": [0.0, 1.0], "v": [2.0]}, {"w": [-0.1, 1.0], "v": [1.0]})
    assert beside.right


def test_gradients_of_zero_are_right_where_the_derivative_is_zero(snippet: Any) -> None:
    flat = lambda p: (p["w"] ** 2).sum() + 0 * p["v"].sum()  # noqa: E731
    for rounding in (0.0, 1e-17):
        report = snippet.diagnose(flat, {"w": [2.0], "v": [rounding, 0.0]}, {"w": [1.0], "v": [1.0, 2.0]})
        assert report.right
    for sign in (1, -1):
        bowl = lambda p, sign=sign: sign + float((p["w"] ** 2).sum())  # noqa: E731
        for rounding in (0.0, 1e-17):
            found = snippet.diagnose(bowl, {"w": [rounding, 0.0]}, {"w": [0.0, 0.0]}).findings[0]
            assert (found.verdict, found.residual) == ("right", 0)
        steep = lambda p, sign=sign: 1e6 + sign * p["w"][0] ** 2 + 0 * p["v"].sum()  # noqa: E731
        given = {"w": [2.0 * sign, 0.0], "v": [1e-8]}
        assert snippet.diagnose(steep, given, {"w": [1.0, 2.0], "v": [1.0]}).right
        only = lambda p, sign=sign: sign * p["w"][0] + 0 * p["v"].sum()  # noqa: E731
        report = snippet.diagnose(only, {"w": [1.0 * sign, 0.0], "v": [1e-13]}, {"w": [0.0, 2.0], "v": [1.0]})
        assert report.right
    coarse = lambda p: np.float32(p["w"] ** 2 + 1e-5 * p["v"])  # noqa: E731
    found = snippet.diagnose(coarse, {"w": 2.2, "v": 5e-5}, {"w": 1.1, "v": 0.7}).findings
    assert [one.verdict for one in found] == ["right", "unclear"]
    report = snippet.diagnose(flat, {"w": [2.0], "v": [0.1, 0.2]}, {"w": [1.0], "v": [1.0, 2.0]})
    explained(report.findings[1], "the penalty twice or too large (κ = 0.1)", penalty=0.1, weight=0.1)


# ---- what is refused


def test_only_the_ratio_of_two_gradients_counts(snippet: Any) -> None:
    """A cost in other units: the same findings, for gradients of 1e-9 and of 1e9."""
    for scale in (1e-9, 1e9):
        for dW, db, verdicts in (
            (ONE.dW, ONE.db, ("right", "right")),
            (5 * ONE.dW, ONE.dZ, ("times m = 5", "not summed over the examples")),
            (ONE.dW + np.eye(3)[:, :2] * 0.1, ONE.db + 0.05, ("unexplained", "unexplained")),
            (0 * ONE.dW, -ONE.db, ("0 everywhere", "times −1")),
            (ONE.dW + 0.2 * ONE.parameters["W"], ONE.db, ("the penalty twice or too large", "right")),
            (-ONE.dW + 0.2 * ONE.parameters["W"], ONE.db, ("times −1, and the penalty missing or too small", "right")),
            (
                -10 * ONE.dW - 0.2 * ONE.parameters["W"],
                ONE.db,
                ("times −1 · 2 · m = −10, and the penalty twice or too large", "right"),
            ),
        ):
            cost = lambda p, X, Y, scale=scale: scale * ONE.cost(p, X, Y)  # noqa: E731
            report = snippet.diagnose(cost, {"W": scale * dW, "b": scale * db}, ONE.parameters, ONE.X, ONE.Y)
            for finding, expected in zip(report.findings, verdicts, strict=True):
                words = [one.partition(" (κ")[0] for one in says(finding)] or [finding.verdict]
                assert expected in words, (scale, words)
                assert expected != "unexplained" or re.match(r"[23] of ", finding.note)
            flat = snippet.diagnose(
                lambda p, X, Y: 0 * ONE.cost(p, X, Y), {"W": 0 * dW, "b": 0 * ONE.db}, ONE.parameters, ONE.X, ONE.Y
            )
            assert flat.right


def test_a_cost_that_holds_the_size_of_the_batch(snippet: Any) -> None:
    """Single examples and copies cannot be tried; the rest can."""

    def cost(p: Parameters, X: Any, Y: Any) -> Any:
        return cross_entropy(probabilities(p["W"] @ X + p["b"]), Y + np.zeros((3, 5)).reshape(Y.shape)) / 5

    report = snippet.diagnose(cost, {"W": 5 * ONE.dW, "b": ONE.db[::-1]}, ONE.parameters, ONE.X, ONE.Y)
    assert report.averaging == ""
    explained(report.findings[0], "times m = 5", factor=5)
    assert report.findings[1].verdict == "unexplained"


def test_a_cost_in_an_array_of_one_entry(snippet: Any) -> None:
    cost = lambda p, X, Y: np.reshape(ONE.cost(p, X, Y), (1, 1))  # noqa: E731
    example = ONE.dZ[:, 2:3] @ ONE.X[:, 2:3].T
    found = snippet.diagnose(cost, {"W": example, "b": ONE.db}, ONE.parameters, ONE.X, ONE.Y).findings
    explained(found[0], "the gradient of example 2 alone", factor=1)
    assert found[1].verdict == "right"


def test_nobody_is_warned_of_lost_imaginary_parts(snippet: Any) -> None:
    def stored(p: Parameters) -> Any:
        Z = np.zeros((3, 5))
        Z[:] = p["W"] @ ONE.X + p["b"]
        return cross_entropy(probabilities(Z), ONE.Y) / 5

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert snippet.diagnose(stored, {"W": ONE.dW, "b": ONE.db}, ONE.parameters).right
    assert caught == []


def test_costs_that_cannot_be_judged_are_refused(snippet: Any) -> None:
    p = {"w": [1.0, 2.0]}

    def call(cost: Any) -> Any:
        return snippet.diagnose(cost, {"w": [0.0, 0.0]}, p)

    refuses("cost: expected a function of the parameters, got float", call, 3.0)
    refuses("cost: expected one number, got ndarray of shape (2,)", call, lambda p: p["w"])
    refuses("cost: expected one number, got NoneType of shape ()", call, lambda p: None)
    refuses("cost: expected one number, got str of shape ()", call, lambda p: "1")
    refuses("cost: expected one number, got bool of shape ()", call, lambda p: True)
    refuses("cost: expected a finite real number, got nan", call, lambda p: np.nan)
    refuses("cost: expected a finite real number, got inf", call, lambda p: np.inf)
    refuses("cost: expected a finite real number, got 1j", call, lambda p: 1j)
    refuses("cost: expected one number, got str of shape ()", call, max)  # its arguments cannot be looked up
    says_both = "cost: expected X and Y beside it, since it takes (parameters, X, Y)"
    refuses(says_both, call, lambda p, X, Y: 0.0)
    for data in ({"X": [[1.0]]}, {"Y": [[1.0]]}):
        refuses(
            says_both, lambda one, data=data: snippet.diagnose(lambda p, X, Y: 0.0, one, p, **data), {"w": [0.0, 0.0]}
        )
    says_two = "cost: expected a function of (parameters) or (parameters, X, Y), got 2 arguments"
    refuses(says_two, call, lambda p, X: 0.0)
    rolls = iter([1.0, 2.0])
    refuses("cost: expected the same number for the same parameters, got 1.0 and 2.0", call, lambda p: next(rolls))
    for one in (lambda p: [[(p["w"][0] * 0)]], lambda p: np.array([[0.0]]), lambda p: 0, lambda p: np.float32(0)):
        assert call(one).right


def test_parameters_and_gradients_are_checked(snippet: Any) -> None:
    square = lambda p: (np.concatenate([one.ravel() for one in p.values()]) ** 2).sum()  # noqa: E731

    def call(gradient: Any, parameters: Any, **more: Any) -> Any:
        return snippet.diagnose(square, gradient, parameters, **more)

    refuses("parameters: expected a dictionary of arrays, got list [1.0]", call, {}, [1.0])
    refuses("parameters: expected a dictionary of arrays, got dict {}", call, {}, {})
    for name, bad in (
        ("parameters['w']", lambda w: ({"w": [2.0, 4.0]}, {"w": w})),
        ("gradient['dw']", lambda w: ({"dw": w}, {"w": [1.0, 2.0]})),
    ):
        refuses(f"{name}: expected an array, got rows of different lengths", call, *bad([[1.0], [1.0, 2.0]]))
        refuses(f"{name}: expected real numbers, got dtype complex128 and shape (1,)", call, *bad([1j]))
        refuses(f"{name}: expected real numbers, got dtype <U1 and shape (1,)", call, *bad(["1"]))
        refuses(f"{name}: expected real numbers, got dtype bool and shape (1,)", call, *bad([True]))
        refuses(f"{name}: expected real numbers, got dtype float64 and shape (0,)", call, *bad([]))
        refuses(f"{name}: expected finite numbers, got nan", call, *bad([1.0, np.nan, np.inf]))
    refuses("gradient: expected a dictionary, or a function that gives one, got list", call, [2.0], {"w": [1.0]})
    refuses(
        "gradient: expected a dictionary, or a function that gives one, got ndarray",
        call,
        lambda p: p["w"],
        {"w": [1.0]},
    )
    refuses(
        "gradient: expected an entry 'v' or 'dv', got 'dw', 'x'", call, {"dw": [2.0], "x": 1}, {"w": [1.0], "v": [2.0]}
    )
    refuses("gradient: expected an entry 'w' or 'dw', got none", call, {}, {"w": [1.0]})
    assert call({"w": [2, 4]}, {"w": [1, 2]}).right  # whole numbers are numbers
    for name in ("m", "K"):
        for bad_size in (-1, 1.0, "2", [1], True):
            refuses(
                f"{name}: expected a whole number from 0, got {bad_size!r}", call, {}, {"w": [1.0]}, **{name: bad_size}
            )
    for lam in (-0.5, np.nan, np.inf, "2", [1.0], True):
        refuses(f"lam: expected a number from 0, got {lam!r}", call, {}, {"w": [1.0]}, lam=lam)


def test_data_are_checked(snippet: Any) -> None:
    call = lambda **more: diagnosed(snippet, ONE, alone=True, **more)  # noqa: E731
    refuses("X: expected 4 examples, in columns, got shape (2, 5)", call, X=ONE.X, m=4)
    refuses("Y: expected 5 examples, in columns, got shape (3, 4)", call, X=ONE.X, Y=ONE.Y[:, :4])
    refuses("X: expected finite numbers, got nan", call, X=[[np.nan]])
    refuses("Y: expected real numbers, got dtype <U1 and shape (1,)", call, Y=["a"])
    refuses("logits: expected Y beside it, got none", call, logits=lambda p: ONE.X)
    refuses("logits: expected the shape of Y, (3, 5), got (2, 5)", call, X=ONE.X, Y=ONE.Y, logits=lambda p: ONE.X)
    report = snippet.diagnose(ONE.cost_alone, {"W": ONE.dW, "b": ONE.db}, ONE.parameters, ONE.X, ONE.Y)
    assert (report.m, report.K, report.averaging, report.right) == (5, 3, "", True)
    labels = snippet.diagnose(ONE.cost_alone, {"W": ONE.dW, "b": ONE.db}, ONE.parameters, ONE.X, [0, 1, 2, 0, 1])
    assert (labels.m, labels.K) == (5, 0)
    assert snippet.diagnose(ONE.cost, {"W": ONE.dW, "b": ONE.db}, ONE.parameters, ONE.X, ONE.Y, K=7).K == 7
    assert snippet.diagnose(ONE.cost_alone, {"W": ONE.dW, "b": ONE.db}, ONE.parameters).m == 0


def test_what_is_handed_over_is_left_as_it_was(snippet: Any) -> None:
    p, before = {"w": np.array([1.0, 2.0])}, [1.0, 2.0]

    def rude(p: Parameters) -> Any:
        value = (p["w"] ** 2).sum()
        p["w"] *= 0
        return value

    def also_rude(p: Parameters) -> Any:
        given = 2 * p["w"]
        p["w"] += 1
        return {"w": given}

    assert snippet.diagnose(rude, also_rude, p).right
    assert p["w"].tolist() == before
    assert snippet.diagnose(lambda p, X=1, Y=2: (p["w"] ** 2).sum(), {"w": p["w"] * 2}, p).right
    assert snippet.diagnose(
        lambda p, *rest, k=1: (p["w"] ** 2).sum(), lambda p, X, Y: {"w": X.sum() * p["w"]}, p, [2.0], [1.0]
    ).right


# ---- the report


def test_the_report_reads_well(snippet: Any) -> None:
    report = snippet.diagnose(ONE.cost, {"W": 5 * ONE.dW, "b": 5 * ONE.db}, ONE.parameters, ONE.X, ONE.Y)
    value = float(ONE.cost_alone(ONE.parameters))
    assert str(report).splitlines() == [
        "0 of 2 gradients right",
        f"cost {value:.6g}, a mean over the examples; m = 5, K = 3; derivatives by complex step",
        "",
        "W (3, 2), b (3, 1): times m = 5",
        "  The division by m is missing.",
        "  read on: one-over-m/twice-or-never/",
        "  left over: nothing but rounding",
    ]
    assert (report.cost, report.m, report.K, report.averaging, report.right) == (value, 5, 3, "mean", False)
    noisy = ONE.dW + np.eye(3)[:, :2] * 0.01
    report = snippet.diagnose(lambda p: float(ONE.cost_alone(p)), {"W": noisy, "b": 2 * ONE.db}, ONE.parameters)
    W, b = report.findings
    assert str(report).splitlines() == [
        "0 of 2 gradients right",
        f"cost {value:.6g}; derivatives by differences",
        "",
        "W (3, 2): unexplained",
        f"  {W.note}",
        f"  left over: {W.residual:.1e} of the gradient",
        "",
        "b (3, 1): ambiguous",
        "  either times 2",
        f"  {b.readings[0].why}",
        "  read on: one-over-m/gradient-doctor/",
        "  or times m = 2, if there are 2 examples",
        f"  {b.readings[1].why}",
        "  read on: one-over-m/twice-or-never/",
        "  or times K = 2, if there are 2 classes",
        f"  {b.readings[2].why}",
        "  read on: one-over-m/gradient-doctor/",
        f"  left over: {b.residual:.1e} of the gradient",
    ]
    report = snippet.diagnose(ONE.cost, {"W": ONE.dW, "b": ONE.db}, ONE.parameters, ONE.X, ONE.Y)
    assert str(report).splitlines()[:1] + str(report).splitlines()[2:] == [
        "2 of 2 gradients right",
        "",
        "W (3, 2), b (3, 1): right",
        "  left over: nothing but rounding",
    ]
    mixed = snippet.diagnose(
        lambda p: (p["w"] ** 2).sum() + np.abs(p["v"]).sum(), {"w": [2.0], "v": [1.0]}, {"w": [1.0], "v": [2.0]}
    )
    assert str(mixed).splitlines()[1] == "cost 3; derivatives by complex step and differences"
    read = snippet.diagnose(ONE.cost, {"W": 5 * ONE.dW, "b": ONE.db}, ONE.parameters, ONE.X, ONE.Y)
    assert read.as_dict()["findings"]["W"]["readings"] == [read.findings[0].readings[0]._asdict()]
    told = report.as_dict()
    assert set(told) == {"cost", "averaging", "m", "K", "findings", "right"}
    assert told["findings"]["W"] == {**report.findings[0]._asdict(), "shape": [3, 2], "readings": []}


STUDENT = """
import numpy as np
X, Y = np.array([[1.0, -2.0, 0.5]]), np.array([[1.0, 0.0, 1.0]])
parameters = {"w": np.array([[0.5]])}
def cost(p, X, Y): return ((p["w"] @ X - Y) ** 2).sum() / X.shape[1]
def gradient(p, X, Y): return {"dw": %s * (p["w"] @ X - Y) @ X.T}
if __name__ == "__main__": raise SystemExit("not to be run")
"""


def test_main_reads_a_file(snippet: Any) -> None:
    says = "expected it to define cost, gradient and parameters, got"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "student.py"

        def told(text: str) -> tuple[int, list[str]]:
            path.write_text(text, encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()) as out:
                code = snippet.main([str(path)])
            return code, out.getvalue().splitlines()

        before = list(sys.path)
        code, lines = told(STUDENT % "2")
        assert (code, lines[0], lines[3]) == (1, "0 of 1 gradients right", "w (1, 1): times m = 3")
        code, lines = told(STUDENT % "2 / 3")
        assert (code, lines[0]) == (0, "1 of 1 gradients right")
        (Path(folder) / "beside_it.py").write_text("factor = 2 / 3")
        code, lines = told("from beside_it import factor\n" + STUDENT % "factor")
        assert (code, lines[0]) == (0, "1 of 1 gradients right")
        assert list(sys.path) == before
        sys.modules.pop("beside_it")
        code, lines = told(STUDENT % "2 / 3" + "m = 4")
        assert (code, lines) == (2, [f"{path}: X: expected 4 examples, in columns, got shape (1, 3)"])
        code, lines = told(STUDENT % "1" + "K = 3\nlam = 0.1\nlogits = lambda p: p['w'] @ X\n")
        assert (code, lines[1].endswith("; m = 3, K = 3; derivatives by complex step")) == (1, True)
        penalised = STUDENT.replace("[[1.0, -2.0, 0.5]]", "[[1.0, -2.0, 0.25], [2.0, 1.0, 0.75]]")
        penalised = penalised.replace("[[0.5]]", "[[0.5, 1.0]]")
        penalised = penalised.replace("X.shape[1]", 'X.shape[1] + 0.2 * (p["w"] ** 2).sum()') % "2 / 3"
        assert told(penalised)[1][3].startswith("w (1, 2): the penalty missing or too small")
        assert told(penalised + "lam = 0.4\n")[1][3:5] == ["w (1, 2): ambiguous", "  either the penalty missing"]
        another = penalised.replace("+ 0.2 *", "+ 0 *").replace(
            '(p["w"] @ X - Y) @', '(1 / (1 + np.exp(-p["w"] @ X)) - Y) @'
        )
        another = another.replace("2 / 3", "1 / 3") + "logits = lambda p, X: p['w'] @ X\n"
        assert told(another)[1][3] == "w (1, 2): the gradient of sigmoid cross-entropy"
        assert told("cost = None") == (2, [f"{path}: {says} no gradient and no parameters"])
        assert told("") == (2, [f"{path}: {says} no cost and no gradient and no parameters"])
        path.unlink()
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert snippet.main([str(path)]) == 2
        assert out.getvalue() == f"{path}: expected a file, there is none\n"
    refuses("arguments: expected the name of one file, got 0", snippet.main, [])
    refuses("arguments: expected the name of one file, got 2", snippet.main, ["a", "b"])


# ---- the examples of the page


def test_best_factor_example(snippet: Any) -> None:
    right = np.array([0.25, -0.5, 1.0])
    lines = []
    for yours in (4 * right, 4 * right + [0, 0, 0.5]):
        c, *_ = np.linalg.lstsq(right[:, None], yours, rcond=None)
        left = np.linalg.norm(yours - c[0] * right) / np.linalg.norm(yours)
        lines.append(f"{yours.tolist()}: times {c[0]:.4f}, left over {left:.4f}")
    assert printed(snippet.example_best_factor) == lines


def test_factor_and_penalty_example(snippet: Any) -> None:
    assert printed(snippet.example_factor_and_penalty) == [
        "[0.0, 2.0, -2.5]: times -2.0000, and 0.5000 W, left over 0.0000"
    ]
    rng = np.random.default_rng(1)
    for n in (3, 8):
        g, right, W = rng.normal(size=(3, n))
        expected, *_ = np.linalg.lstsq(np.stack([right, W], axis=1), g, rcond=None)
        c, k, left = snippet._factor_and_penalty(g, right, W)
        assert [c, k] == pytest.approx(expected)
        assert left == pytest.approx(np.linalg.norm(g - c * right - k * W) / np.linalg.norm(g))


def test_named_factors_example(snippet: Any) -> None:
    assert printed(snippet.example_named_factors) == [
        "m = 5, K = 3: a factor of 3 is K",
        "m = 3, K = 3: a factor of 3 is K or m",
    ]
    assert len(snippet._named_factors(1, 1)) == 2 * 3
    assert {"m", "1/m", "K", "1/K"} <= {one.name for one in snippet._named_factors(2, 2)}
    assert list(snippet._guessed_factors(0.0, 0, 0)) == []
    assert max(len(one.parts) for one in snippet._named_factors(5, 3)) == 3


PATIENT_X = np.array([[1.0, -2.0, 0.5, 3.0, -1.0], [0.5, 1.0, -1.5, 2.0, -0.5]])
PATIENT_W, PATIENT_B = np.array([[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]]), np.array([[0.1], [-0.2], [0.4]])
PATIENT_Y = np.eye(3)[:, [0, 1, 2, 2, 0]]


def patient_cost() -> float:
    P = probabilities(PATIENT_W @ PATIENT_X + PATIENT_B)
    return float(-np.mean(np.log((P * PATIENT_Y).sum(axis=0))))


def test_sum_for_mean_example(snippet: Any) -> None:
    assert printed(snippet.example_sum_for_mean) == [
        "1 of 2 gradients right",
        f"cost {patient_cost():.6g}, a mean over the examples; m = 5, K = 3; derivatives by complex step",
        "",
        "W (3, 2): times m = 5",
        "  The division by m is missing.",
        "  read on: one-over-m/twice-or-never/",
        "  left over: nothing but rounding",
        "",
        "b (3, 1): right",
        "  left over: nothing but rounding",
    ]


def test_two_faults_example(snippet: Any) -> None:
    cost = patient_cost() + 0.5 / 2 * float((PATIENT_W**2).sum())
    sign = "The sign is turned: target minus prediction, or a step uphill."
    assert printed(snippet.example_two_faults) == [
        "0 of 2 gradients right",
        f"cost {cost:.6g}; m = 5, K = 3; derivatives by complex step",
        "",
        "W (3, 2): times −1, and the penalty missing",
        f"  {sign} The cost holds (λ/2)‖W‖², and its derivative 0.5 W.",
        "  read on: quality/ascent-and-descent/, one-over-m/not-a-factor/",
        "  left over: nothing but rounding",
        "",
        "b (3, 1): the right numbers in the shape (3,), and times −1",
        f"  {SHAPE_WHY} {sign}",
        "  read on: one-over-m/not-a-factor/, quality/ascent-and-descent/",
        "  left over: nothing but rounding",
    ]


def test_another_loss_example(snippet: Any) -> None:
    P = probabilities(probabilities(PATIENT_W @ PATIENT_X + PATIENT_B))
    cost = float(-np.mean(np.log((P * PATIENT_Y).sum(axis=0))))
    assert printed(snippet.example_another_loss) == [
        "0 of 2 gradients right",
        f"cost {cost:.6g}, a mean over the examples; m = 5, K = 3; derivatives by complex step",
        "",
        "W (3, 2), b (3, 1): the gradient of softmax cross-entropy",
        "  Your cost is softmax cross-entropy, the softmax taken twice.",
        "  read on: quality/softmax-gradient/",
        "  left over: nothing but rounding",
    ]


# ---- at large: random networks, random shapes. These do not run against broken doctors.


@pytest.mark.parametrize("part", [0, 1, *(pytest.param(part, marks=pytest.mark.slow) for part in range(2, 10))])
def test_right_code_comes_back_clean_in_1000_random_cases(part: int) -> None:
    for seed in range(100 * part, 100 * part + 100):
        one = Deep(np.random.default_rng(seed))
        data = (one.X, one.Y)
        if seed % 2:
            report = diagnose(one.cost, one.gradient, one.parameters, *data)
            assert report.m == one.m
        else:
            given = one.gradient(one.parameters, *data)
            report = diagnose(lambda p, one=one, data=data: one.cost(p, *data), given, one.parameters)
        assert report.right, f"seed {seed}\n{report}"


def test_a_cost_that_loses_its_digits_is_never_taken_for_a_fault() -> None:
    """log(1 − p) where p rounds to 1: what is left of the cost is noise, and the doctor says so."""
    verdicts = set()
    for seed in range(60):
        one = Deep(np.random.default_rng(seed))
        one.naive, one.parameters = True, {name: 4 * value for name, value in one.parameters.items()}
        with np.errstate(divide="ignore", invalid="ignore"):
            finite = np.isfinite(one.cost(one.parameters, one.X, one.Y))
        if finite:
            found = diagnose(one.cost, one.gradient, one.parameters, one.X, one.Y).findings
            verdicts |= {finding.verdict for finding in found}
    assert verdicts == {"right", "unclear"}


def random_softmax(seed: int, **more: float) -> Softmax:
    """Sizes that are all different, so that no two faults are the same by accident."""
    rng = np.random.default_rng(seed)
    D, K, m = rng.choice([3, 4, 5, 7, 9, 11], size=3, replace=False)
    return Softmax(rng, int(K), int(D), int(m), **more)


@pytest.mark.parametrize("seed", range(8))
def test_every_fault_at_random_sizes(seed: int) -> None:
    one = random_softmax(seed)
    m, K, dZ, dW, db = one.m, one.K, one.dZ, one.dW, one.db
    example = int(np.random.default_rng(seed).integers(m))
    column = slice(example, example + 1)
    for wrong, words in (
        (m * dW, f"times m = {m}"),
        (dW / m, f"times 1/m = {1 / m:.6g}"),
        (dW / m**2, f"times 1/m² = {1 / m**2:.6g}"),
        (K * dW, f"times K = {K}"),
        (-dW, "times −1"),
        (dW / 2, "times ½"),
        (-m * dW, f"times −1 · m = −{m}"),
        (dW.T, "transposed"),
        (m * dW.T, f"transposed, and times m = {m}"),
        (dZ[:, column] @ one.X[:, column].T, f"the gradient of example {example} alone"),
        (0 * dW, "0 everywhere"),
    ):
        assert says(diagnosed(gradient_doctor, one, wrong)[0]) == [words], (one.K, one.D, one.m)
    for wrong, words in (
        (dZ, "not summed over the examples"),
        (dZ / m, "not summed over the examples"),
        (dZ.sum(axis=0, keepdims=True) / m, "summed over the wrong axis"),
        (db.ravel(), f"the right numbers in the shape ({K},)"),
        (m * db, f"times m = {m}"),
        (db / m, f"times 1/m = {1 / m:.6g}"),
        (dW.sum(axis=1), "the row sums of the gradient of W"),
    ):
        assert says(diagnosed(gradient_doctor, one, db=wrong)[1]) == [words], (one.K, one.D, one.m)
    assert (
        diagnosed(gradient_doctor, one, np.random.default_rng(seed).normal(size=dW.shape))[0].verdict == "unexplained"
    )


@pytest.mark.parametrize("seed", range(8))
def test_penalties_at_random_sizes(seed: int) -> None:
    lam = float(np.random.default_rng(seed).uniform(0.01, 2))
    one = random_softmax(seed, lam=lam)
    m, W, d = one.m, one.parameters["W"], one.dW - lam * one.parameters["W"]
    for wrong, words in (
        (d, "the penalty missing"),
        (d + 2 * lam * W, "the penalty twice"),
        (m * d + lam * W, f"times m = {m}, but not the penalty"),
        (m * d, f"times m = {m}, and the penalty missing"),
        (-d, "times −1, and the penalty missing"),
        (d / m + lam * W, f"times 1/m = {1 / m:.6g}, but not the penalty"),
    ):
        found = diagnosed(gradient_doctor, one, wrong, lam=lam)[0]
        kappas = {reading.says: reading.numbers["penalty"] for reading in found.readings}
        assert kappas[words] == pytest.approx(lam), (one.K, one.D, one.m)
        assert diagnosed(gradient_doctor, one, wrong)[0].verdict in ("explained", "ambiguous")


@pytest.mark.parametrize("rounded", [np.float32, lambda cost: float(np.float32(cost))])
def test_a_cost_in_single_precision_is_never_taken_for_a_fault(rounded: Any) -> None:
    """Its derivative is known to three digits or so, and no better; the doctor finds that out by itself."""
    verdicts = []
    for seed in range(60):
        one = Deep(np.random.default_rng(seed))
        cost = lambda p, one=one: rounded(np.real(one.cost(p, one.X, one.Y)))  # noqa: E731
        found = diagnose(cost, one.gradient(one.parameters, one.X, one.Y), one.parameters).findings
        verdicts += [finding.verdict for finding in found]
    assert set(verdicts) <= {"right", "unclear"}
    assert verdicts.count("right") > len(verdicts) / 3


@pytest.mark.parametrize("seed", range(12))
def test_a_second_division_in_every_layer_adds_up_on_the_way_down(seed: int) -> None:
    """1/m onto dZ once too often at each layer: one 1/m more with each layer from the top, exactly as it is written."""
    one = Deep(np.random.default_rng(100 + seed))
    one.lam, one.m = 0.0, 7
    one.X = np.random.default_rng(seed).normal(size=(len(one.X), 7))
    one.Y = one.Y[:, np.random.default_rng(seed).integers(one.Y.shape[1], size=7)]
    report = diagnose(one.cost, one.gradient(one.parameters, one.X, one.Y, again=1 / 7), one.parameters, one.X, one.Y)
    for finding in report.findings:
        above = one.L - int(finding.parameter[1:]) + 1
        if finding.verdict == "right":  # every unit below is off: 0 divided is 0
            assert not finding.uncertainty > 1e-3
        else:
            assert (
                finding.readings[0].numbers.get("factor", 0.0) == pytest.approx(7.0**-above)
                or says(finding)[0] == "0 everywhere"
            )


# ---- cases that people asked about in public, written anew


def test_once_in_dz_or_once_in_dw_is_right_and_both_is_not() -> None:
    """Row 32 of the collection: the 1/m may stand in dZ or in dW and db; in both it is 1/m²."""
    for seed in range(5):
        one = random_softmax(seed)
        absorbed, deferred = one.dZ / one.m, one.dZ
        sums = {"axis": 1, "keepdims": True}
        for dW, db in (
            (absorbed @ one.X.T, absorbed.sum(**sums)),
            (deferred @ one.X.T / one.m, deferred.sum(**sums) / one.m),
        ):
            assert [finding.verdict for finding in diagnosed(gradient_doctor, one, dW, db)] == ["right", "right"]
        both = diagnosed(gradient_doctor, one, absorbed @ one.X.T / one.m, absorbed.sum(**sums) / one.m)
        neither = diagnosed(gradient_doctor, one, deferred @ one.X.T, deferred.sum(**sums))
        assert [says(one) for one in both] == [[f"times 1/m = {1 / one.m:.6g}"]] * 2
        assert [says(finding) for finding in neither] == [[f"times m = {one.m}"]] * 2


@pytest.mark.parametrize("K", [1, 3])
def test_a_bias_gradient_from_the_weights_looks_right_for_inputs_that_sum_to_one(K: int) -> None:
    """Row 33: db as the sum of dZ Xᵀ over m. Wrong, unless every column of X sums to 1."""
    for seed in range(5):
        cost, p, X, Y, _ = sigmoids(seed, K=K)
        for columns, verdict in ((X, "explained"), (np.abs(X) / np.abs(X).sum(axis=0), "right")):
            dZ = 1 / (1 + np.exp(-p["W"] @ columns - p["b"])) - Y
            dW = dZ @ columns.T / 4
            found = diagnose(cost, {"dW": dW, "db": dW.sum(axis=1, keepdims=True)}, p, columns, Y).findings
            assert [one.verdict for one in found] == ["right", verdict]
            if verdict == "explained":
                assert says(found[1]) == ["the row sums of the gradient of W"]


# ---- the command, and the pages that it names


@pytest.mark.parametrize(
    "command", [["-m", "snippets.one_over_m.gradient_doctor"], ["snippets/one_over_m/gradient_doctor.py"]]
)
def test_the_published_commands_run(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(STUDENT % "2", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-W", "error", *command, str(tmp_path / "student.py")],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "w (1, 1): times m = 3" in ran.stdout.splitlines()


def test_every_page_that_it_names_is_there() -> None:
    pages = [value for name, value in vars(gradient_doctor).items() if name.isupper() and str(value).endswith("/")]
    assert len(pages) == 8
    assert [page for page in pages if not (ROOT / "docs" / f"{page.rstrip('/')}.md").is_file()] == []
