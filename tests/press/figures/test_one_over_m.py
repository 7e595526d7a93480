"""The figures of one_over_m: what their readouts say, computed again in NumPy or taken from the snippets."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from press.figures.one_over_m import FIGURES, SIZES, assignments
from snippets.one_over_m import deferred_or_absorbed, precision
from tests.press.figures.drawn import drawn, plain, readout

BY_NAME = {one.name: one for one in FIGURES}
PLACES = range(4)
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


@pytest.fixture
def engine(engine_of: Callable[[str], Any]) -> Any:
    return engine_of("one_over_m")


def texts(made: dict[str, Any], panel: str) -> list[str]:
    (markup,) = (one["markup"] for one in made["panels"] if one["id"] == panel)
    return ["".join(one.itertext()) for one in ElementTree.fromstring(markup).iter("text")]


def numbers(made: dict[str, Any], panel: str, places: int) -> list[float]:
    return [plain(one) for one in texts(made, panel) if re.fullmatch(rf"\u2212?\d+\.\d{{{places}}}", one)]


def layer(m: int) -> tuple[Any, Any, Any]:
    data = BY_NAME["two_columns"].data
    X = np.array(data["X"][:m]).T  # (D, m)
    Z = np.array(data["W"]) @ X + np.array(data["b"])[:, None]
    P = np.exp(Z) / np.exp(Z).sum(axis=0)
    return P, X, np.eye(3)[:, np.array(data["right"][:m]) - 1]


@pytest.mark.parametrize("m", range(1, 9))
@pytest.mark.parametrize("way", ["deferred", "absorbed"])
def test_both_books_hold_the_numbers_of_the_snippet(way: str, m: int, engine: Any) -> None:
    dZ, dW, db = getattr(deferred_or_absorbed, way)(*layer(m))
    made = drawn(engine, "two_columns", m=m)
    assert numbers(made, way, 2) == pytest.approx(dZ.round(2).ravel(), abs=0.011)
    assert numbers(made, way, 4) == pytest.approx([*dW.ravel(), *db], abs=5.1e-5)
    assert numbers(made, "one", 4)[-9:] == pytest.approx([*dW.ravel(), *db], abs=5.1e-5)  # the nudged cost
    assert "dW, db: the derivative of J" in texts(made, way)
    assert readout(engine, "two_columns", m=m)["*dZ* deferred over *dZ* absorbed"] == f"{m:.4f}"


@pytest.mark.parametrize("example", range(1, 9))
def test_the_left_column_is_one_example(example: int, engine: Any) -> None:
    P, X, Y = (one[:, example - 1 : example] for one in layer(8))
    dz, dW, db = deferred_or_absorbed.deferred(P, X, Y)
    found = numbers(drawn(engine, "two_columns", m=8, i=example), "one", 4)
    assert found[:9] == pytest.approx([*dW.ravel(), *db], abs=5.1e-5)
    assert db == pytest.approx(dz.ravel())


@pytest.mark.parametrize("m", [2, 5, 8])
def test_each_mistake_is_off_by_m_in_its_own_direction(m: int, engine: Any) -> None:
    both, neither = (
        texts(drawn(engine, "two_columns", m=m, slip=one), panel)
        for one, panel in (("both", "absorbed"), ("neither", "deferred"))
    )
    assert both[-1] == f"dW, db: {m} times too small"
    assert neither[-1] == f"dW, db: {m} times too large"
    assert readout(engine, "two_columns", m=m, slip="both")["*dW* absorbed over the measured slope"] == f"{1 / m:.4f}"


def test_one_example_hides_every_mistake(engine: Any) -> None:
    for slip in ("once", "both", "neither"):
        made = drawn(engine, "two_columns", m=1, slip=slip)
        for panel in ("deferred", "absorbed"):
            assert texts(made, panel)[-1] == "dW, db: the derivative of J"


def test_the_code_in_the_columns_is_the_snippets() -> None:
    code = BY_NAME["two_columns"].data["code"]
    assert code["deferred"]["divided"] == assignments(deferred_or_absorbed.deferred, "dZ", "dW", "db")
    assert code["absorbed"]["plain"] == assignments(deferred_or_absorbed.absorbed, "dZ", "dW", "db")
    P, X, Y = layer(4)
    for way, form, times in (("deferred", "plain", 4.0), ("absorbed", "divided", 0.25)):
        names: dict[str, Any] = {"P": P, "X": X, "Y": Y, "m": 4}
        exec("\n".join(code[way][form]), names)  # the mistake, as it is shown
        assert names["dW"] == pytest.approx(times * deferred_or_absorbed.deferred(P, X, Y)[1])


def network(m: int) -> dict[str, Any]:
    """Backpropagation through the figure's two layers, without any 1/m but in the leaves."""
    data = BY_NAME["factor_on_the_graph"].data
    W1, W2, X = np.array(data["W1"]), np.array(data["W2"]), np.array(data["X"][:m]).T
    A1 = np.tanh(W1 @ X)
    P = np.exp(W2 @ A1) / np.exp(W2 @ A1).sum(axis=0)
    dZ2 = P - np.eye(2)[:, np.array(data["right"][:m]) - 1]
    dA1 = W2.T @ dZ2
    return {"dZ2": dZ2, "dA1": dA1, "dZ1": dA1 * (1 - A1**2), "A1": A1, "X": X}


@pytest.mark.parametrize("m", [1, 3, 4, 8])
@pytest.mark.parametrize("place", PLACES)
def test_every_leaf_is_divided_once_wherever_one_divides(place: int, m: int, engine: Any) -> None:
    made, plain_ = drawn(engine, "factor_on_the_graph", place=place, m=m), network(m)
    carries = [place < 1, place < 2, place < 3]  # dZ2, dA1, dZ1
    inner = [plain_[name][0, 0] / (m if has else 1) for name, has in zip(("dZ2", "dA1", "dZ1"), carries, strict=True)]
    leaves = [
        float(plain_["dZ2"][0] @ plain_["A1"][0]) / m,
        plain_["dZ2"][0].mean(),
        float(plain_["dZ1"][0] @ plain_["X"][0]) / m,
        plain_["dZ1"][0].mean(),
    ]
    assert numbers(made, "graph", 4) == pytest.approx([*inner, *leaves], abs=5.1e-5)
    said = texts(made, "graph")
    assert said.count("carries 1/m once") == 4 + sum(carries)
    assert said.count("carries no 1/m") == 3 - sum(carries)
    assert dict(made["readout"])["divisions on the way to each leaf"] == "1"


@pytest.mark.parametrize("place", PLACES)
def test_a_clipped_dz_keeps_its_value_only_before_the_division(place: int, engine: Any) -> None:
    m, most = 4, BY_NAME["factor_on_the_graph"].data["threshold"]
    found = network(m)
    through = np.clip(found["dZ1"] / (1 if place == 3 else m), -most, most)
    expected = float(through[0] @ found["X"][0]) / (m if place == 3 else 1)
    shown = readout(engine, "factor_on_the_graph", place=place, m=m, clip=True)
    assert plain(shown["first entry of *dW_1*"]) == pytest.approx(expected, rel=1e-4)
    assert shown["first entry of *dW_1*"] != shown["*dW_1* with nothing clipped"]
    assert (
        readout(engine, "factor_on_the_graph", place=(place + 1) % 4)["first entry of *dW_1*"]
        == shown["*dW_1* with nothing clipped"]
    )


@pytest.mark.parametrize("form", precision.FORMATS)
@pytest.mark.parametrize("place", precision.PLACES)
def test_errors_and_zeros_are_those_of_the_snippet(place: str, form: str, engine: Any) -> None:
    some = [16, 1000, 65536]
    errors, zeros = precision.against_m(form, place, some)
    data = BY_NAME["error_and_zeros"].data
    for m, error, share in zip(some, errors, zeros, strict=True):
        at = SIZES.index(m)
        kept = data["errors"][form][place][at]
        assert kept is None if math.isinf(error) else kept == pytest.approx(error, rel=0.006)
        shown = readout(engine, "error_and_zeros", format=form, at=SIZES.index(m))
        assert shown[f"error, {place}"].startswith("infinite") == math.isinf(error)
        assert plain(shown[f"zeros, {place}"].removesuffix(" %")) == pytest.approx(100 * share, abs=0.06)


@pytest.mark.parametrize("m", [1, 64, 4096])
def test_the_thresholds_are_those_of_the_snippet(m: int, engine: Any) -> None:
    for form in ("float32", "bfloat16", "float16"):
        limits, (bits, top) = precision.limits(form, m), precision.FORMATS[form]
        for name, formula, arguments in (
            ("overflow", "overflowsFrom", (bits, top, m)),
            ("subnormal", "thinBelow", (top, m)),
            ("zero", "lostUpTo", (bits, top, m)),
        ):
            assert 10 ** engine.call(formula, *arguments) == pytest.approx(limits[name], rel=1e-9)
        shown = readout(engine, "error_and_zeros", format=form, at=SIZES.index(m))
        for name, said in (("overflow", "entries that overflow, from"), ("zero", "entries that are lost, up to")):
            assert float(shown[said].translate(RAISED).replace("·10", "e")) == pytest.approx(limits[name], rel=0.006)


def test_only_float16_fails_and_each_way_at_its_own_end() -> None:
    errors, zeros = (BY_NAME["error_and_zeros"].data[kind] for kind in ("errors", "zeros"))
    for form in precision.FORMATS:
        lost = [place for place in precision.PLACES if None in errors[form][place]]
        gone = [place for place in precision.PLACES if max(zeros[form][place]) > 0.1]
        assert (lost, gone) == ((["deferred"], ["absorbed"]) if form == "float16" else ([], []))
