"""Every figure at every control: finite, well-formed, of one size, and labelled."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from press import figures
from press.figures import build
from press.figures.model import Figure
from press.figures.quality import FIGURES

TOPIC = {one.name: topic for topic in build.TOPICS for one in build.figures(topic)}
BY_NAME = {one.name: one for topic in build.TOPICS for one in build.figures(topic)}
VOID = {"input", "br", "hr", "img"}


def ends(control: dict[str, Any]) -> list[Any]:
    """Values of a control: both ends and the middle of a slider, every option, some texts, both states of a box."""
    if control["kind"] == "slider":
        low, high = control["min"], control["max"]
        middle = math.sqrt(low * high) if control.get("log") else (low + high) / 2
        step = control.get("step", 0.01)
        return [low, round(middle) if step == 1 else middle, high]
    if control["kind"] == "choice":
        return [value for value, _ in control["options"]]
    if control["kind"] == "text":
        return ["", "7", "one", "0.001 -2e6 3 4 5 6"]
    return [False, True]


def states(engine: Any, figure: Figure) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a reader can bring about: one control at each of its values, all at an end, each button, a long play."""
    name, data = figure.name, dict(figure.data)
    opening = engine.call("figures.opening", name, data)
    controls = engine.call("figures.controls", name, data)
    yield "opening", opening

    def changed(control: str, state: dict[str, Any]) -> dict[str, Any]:
        return {**state, **(engine.call("figures.changed", name, control, state, data) or {})}

    valued = [one for one in controls if "name" in one]
    for control in valued:
        for value in ends(control):
            moved = changed(control["name"], {**opening, control["name"]: value})
            yield f"{control['name']} = {value}", moved
            for other in valued:
                if other is not control:
                    for end in (ends(other)[0], ends(other)[-1]):
                        both = changed(other["name"], {**moved, other["name"]: end})
                        yield f"{control['name']} = {value}, {other['name']} = {end}", both
    sliders = [one for one in controls if one["kind"] == "slider"]
    for end in ("min", "max"):
        state = {**opening, **{one["name"]: one[end] for one in sliders}}
        for one in sliders:
            state = changed(one["name"], state)
        yield f"every slider at its {end}", state
    for control in controls:
        for act, _ in control.get("buttons", ()):
            if act != "play":
                patch = engine.call("figures.act", name, act, opening, data)
                assert patch, f"{name}: button {act} does nothing"
                yield f"after {act}", {**opening, **patch}
    state, count = opening, 0
    while patch := engine.call("figures.tick", name, state, data):
        state, count = {**state, **patch}, count + 1
        assert count <= 200, f"{name}: plays for ever"
    yield "played to the end", state
    for panel in [one["id"] for one in engine.call("figures.draw", name, opening, data)["panels"]]:
        for x, y in ((0, 0), (180, 120), (359, 359), (-50, 500)):
            patch = engine.call("figures.drag", name, panel, x, y, opening, data)
            if patch:
                yield f"dragged {panel} to {x}, {y}", {**opening, **patch}


def shape(drawn: dict[str, Any]) -> list[Any]:
    """What must not change while a reader moves a control, or the page would jump."""
    boxes = [(one["id"], re.findall(r'^<\w+ (?:viewBox="([^"]+)")?', one["markup"])) for one in drawn["panels"]]
    return [boxes, [term for term, _ in drawn["readout"]]]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_state_draws(name: str, engine_of: Callable[[str], Any]) -> None:
    figure, engine = BY_NAME[name], engine_of(TOPIC[name])
    data = dict(figure.data)
    first, count = None, 0
    for what, state in states(engine, figure):
        drawn = engine.call("figures.draw", name, state, data)
        count += 1
        said = json.dumps(drawn, ensure_ascii=False)
        bad = re.search(r"NaN|undefined|Infinity|null|\[object", said)
        assert not bad, f"{name}, {what}: {said[max(0, bad.start() - 60) : bad.end() + 20]}"
        for panel in drawn["panels"]:
            ElementTree.fromstring(panel["markup"])
        assert drawn["says"].strip(), f"{name}, {what}: says nothing"
        first = first or shape(drawn)
        assert shape(drawn) == first, f"{name}, {what}: the figure changes its size"
    assert count > 4


@pytest.mark.parametrize("name", BY_NAME)
def test_every_control_changes_the_picture(name: str, engine_of: Callable[[str], Any]) -> None:
    engine = engine_of(TOPIC[name])
    data = dict(BY_NAME[name].data)
    opening = engine.call("figures.opening", name, data)
    for control in engine.call("figures.controls", name, data):
        if "name" in control:
            drawn = [
                engine.call("figures.draw", name, {**opening, control["name"]: value}, data)["panels"]
                for value in ends(control)
            ]
            assert all(a != b for a, b in pairwise(drawn)), f"{name}: {control['name']} changes nothing"


@pytest.mark.parametrize("name", BY_NAME)
def test_the_static_picture_is_the_opening_state(name: str, engine_of: Callable[[str], Any]) -> None:
    engine = engine_of(TOPIC[name])
    data = dict(BY_NAME[name].data)
    drawn = engine.call("figures.draw", name, engine.call("figures.opening", name, data), data)
    html = figures.figure_html(name)
    for panel in drawn["panels"]:
        assert panel["markup"] in html
    for control, shown in drawn["shown"].items():
        assert re.search(rf'<output for="om-{name}-{control}">{re.escape(shown)}</output>', html)


Box = tuple[float, float, float, float]


def written(picture: ElementTree.Element) -> list[tuple[str, Box]]:
    """The texts of a picture with about the room that each takes: left, top, right, bottom."""
    found = []
    for one in picture.iter("text"):
        text = "".join(one.itertext()).replace("\u200b", "").strip()
        kind = (one.get("class") or "").split()
        size = 11 if "om-tick" in kind else 15 if "om-haloed" in kind else 12
        wide, x, y = 0.53 * size * len(text), float(one.get("x", 0)), float(one.get("y", 0))
        left = x - {"middle": wide / 2, "end": wide}.get(one.get("text-anchor", ""), 0)
        box = (left, y - 0.75 * size, left + wide, y + 0.2 * size)
        if one.get("transform"):  # an axis label that reads upwards
            box = (x - 0.75 * size, y - wide / 2, x + 0.2 * size, y + wide / 2)
        found.append((text, box))
    return found


def collisions(markup: str) -> list[str]:
    """Pairs of texts that run into each other by more than 2 units both ways, and texts that leave the picture."""
    picture = ElementTree.fromstring(markup)
    if picture.tag != "svg":
        return []
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    found, bad = written(picture), []
    for n, (text, a) in enumerate(found):
        if a[0] < -2 or a[1] < -2 or a[2] > width + 2 or a[3] > height + 2:
            bad.append(f"{text!r} leaves the picture")
        for other, b in found[:n]:
            if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2:
                bad.append(f"{other!r} and {text!r}")
    return bad


@pytest.mark.parametrize("name", BY_NAME)
def test_no_label_runs_into_another(name: str, engine_of: Callable[[str], Any]) -> None:
    data, engine = dict(BY_NAME[name].data), engine_of(TOPIC[name])
    bad = {
        f"{name}, {panel['id']}: {one}": what
        for what, state in states(engine, BY_NAME[name])
        for panel in engine.call("figures.draw", name, state, data)["panels"]
        for one in collisions(panel["markup"])
    }
    assert bad == {}


def test_labels_that_run_into_each_other_are_seen() -> None:
    def picture(*texts: str) -> str:
        return f'<svg viewBox="0 0 360 100">{"".join(texts)}</svg>'

    first, far = '<text x="20" y="40">mean of all</text>', '<text x="20" y="60">mean of all</text>'
    near, over = '<text x="60" y="44">another</text>', '<text x="350" y="40">too far out</text>'
    assert collisions(picture(first, far)) == []
    assert collisions(picture(first, near)) == ["'mean of all' and 'another'"]
    assert collisions(picture(over)) == ["'too far out' leaves the picture"]


def passes(line: ElementTree.Element, box: Box) -> bool:
    """Whether a line, straight or of several parts, runs through a box."""
    if line.tag == "line":
        points = [(float(line.attrib[f"x{n}"]), float(line.attrib[f"y{n}"])) for n in (1, 2)]
    else:
        pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", line.attrib["d"])
        points = [(float(x), float(y)) for x, y in pairs]
    for (x, y), (to_x, to_y) in pairwise(points):
        parts = 1 + int(math.hypot(to_x - x, to_y - y))
        for n in range(parts + 1):
            at_x, at_y = x + (to_x - x) * n / parts, y + (to_y - y) * n / parts
            if box[0] < at_x < box[2] and box[1] < at_y < box[3]:
                return True
    return False


@pytest.mark.parametrize(
    ("name", "panel", "notes", "lines"),
    [
        ("number_lines", 0, r"quality|loss|perplexity|(1/)?Qmean", "om-line-(a|faint|quiet)"),
        ("predictions_table", 1, r"[1-5]|average loss", "om-line-(b|ink)"),
        ("underflow", 0, r"only 0 below here|0\.0", "om-line-(a|b).*"),
    ],
)
def test_no_line_runs_through_a_note(
    name: str, panel: int, notes: str, lines: str, engine_of: Callable[[str], Any]
) -> None:
    data, engine = dict(BY_NAME[name].data), engine_of(TOPIC[name])
    bad, count = [], 0
    for what, state in states(engine, BY_NAME[name]):
        picture = ElementTree.fromstring(engine.call("figures.draw", name, state, data)["panels"][panel]["markup"])
        boxes = [
            found
            for one, found in zip(picture.iter("text"), written(picture), strict=True)
            if "om-note" in (one.get("class") or "") and re.fullmatch(notes, found[0])
        ]
        drawn = [one for one in picture.iter() if re.fullmatch(lines, one.get("class") or "")]
        count += len(boxes) * len(drawn)
        bad += [f"{what}: {text!r}" for text, box in boxes for one in drawn if passes(one, box)]
    assert count > 50
    assert bad == []


class Reader(HTMLParser):
    """Collects elements with their attributes; fails where tags do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.within: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within.append(self.open[-1] if self.open else "")
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", BY_NAME)
def test_markup(name: str) -> None:
    reader = Reader()
    reader.feed(figures.figure_html(name))
    assert reader.open == []
    found = reader.elements
    assert found[0] == ("figure", {"class": "om-figure", "id": f"figure-{name.replace('_', '-')}", "data-figure": name})

    ids = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for tag, attributes in found if tag == "label"}
    seen: list[str] = []
    for tag, attributes in found:
        if tag == "input" and attributes["type"] == "range":
            assert attributes["id"] in labelled
        if tag == "input" and attributes["type"] in ("checkbox", "radio"):
            assert reader.within[len(seen)] == "label"
        seen.append(tag)
        if tag == "input" and attributes["type"] == "range":
            assert attributes["aria-valuetext"]
            assert float(attributes["min"]) <= float(attributes["value"]) <= float(attributes["max"])
        if tag == "output":
            assert attributes["for"] in ids
        if tag == "svg" and attributes.get("role") == "img":
            assert attributes["aria-label"].strip()
        if tag == "button":
            assert attributes["type"] == "button"
        assert not any(key.startswith("on") or key == "style" for key in attributes), (tag, attributes)
    controls = [attributes for tag, attributes in found if tag == "fieldset" and attributes["class"] == "om-controls"]
    assert len(controls) == 1
    assert "disabled" in controls[0], "a control that does nothing yet is offered"
    assert any(tag == "svg" and attributes.get("role") == "img" for tag, attributes in found)
    assert figures.figure_html(name).endswith("</figcaption></figure>")


def test_ids_are_unique_over_all_figures() -> None:
    ids = re.findall(r' id="([^"]+)"', "".join(map(figures.figure_html, sorted(figures.names()))))
    assert len(ids) == len(set(ids))


def test_the_table_of_predictions_sums_to_one_and_keeps_the_slides_right_entries() -> None:
    data = BY_NAME["predictions_table"].data
    for column in data["table"]:
        assert math.isclose(sum(column), 1, abs_tol=1e-12)
    from derivations.quality.geometric_mean import SLIDE

    assert [column[right - 1] for column, right in zip(data["table"], data["right"], strict=True)] == list(
        map(float, SLIDE)
    )
    for one in data["mended"]:
        column = list(data["table"][one["example"] - 1])
        assert not math.isclose(sum(column) - column[one["class"] - 1] + one["was"], 1)


def readout(engine: Any, name: str, **moved: Any) -> dict[str, str]:
    data = dict(BY_NAME[name].data)
    state = {**engine.call("figures.opening", name, data), **moved}
    return dict(engine.call("figures.draw", name, state, data)["readout"])


@pytest.mark.parametrize("factor", [0.02, 0.25, 0.5, 0.9, 0.98])
def test_underflow_is_where_pythons_floats_have_it(factor: float, engine: Any) -> None:
    product, count = 1.0, 0
    while product > 0 and count <= 50000:
        product, count = product * factor, count + 1
    shown = readout(engine, "underflow", p=factor)["first *n* with product 0.0"]
    assert shown == (str(count) if count <= 50000 else "none up to 50000")


def test_underflow_writes_numbers_that_float64_cannot_hold(engine: Any) -> None:
    shown = readout(engine, "underflow", p=0.25, n=50000)
    assert shown["product of *n* factors in float64"] == "0.0"
    assert shown["its true size, about"].endswith("·10⁻³⁰¹⁰³")  # 0.25^50000


def test_a_shift_changes_the_scores_and_no_probability(engine: Any) -> None:
    assert readout(engine, "temperature", shift=-3) == readout(engine, "temperature", shift=3)
    assert readout(engine, "temperature", tau=0.5) != readout(engine, "temperature", tau=2)


def test_the_minimum_along_a_ray_is_there_when_a_margin_is_negative(engine: Any) -> None:
    for last in (-2, -1, -0.1):
        assert readout(engine, "separable_scale", last=last)["minimum"].startswith("at ")
    for last in (0.1, 2):
        assert readout(engine, "separable_scale", last=last)["minimum"] == "none"


def test_the_slope_along_the_second_arrow_is_the_cosine_of_the_slope(engine: Any) -> None:
    def slope(turn: int) -> float:
        return float(readout(engine, "landscape", turn=turn)["slope along the second arrow"].replace("−", "-"))

    whole = slope(0)
    assert slope(180) == -whole
    assert slope(90) == 0
    assert math.isclose(slope(60), whole / 2, abs_tol=1e-4)


def test_regions_tile_the_square(engine: Any) -> None:
    """Each point of a grid belongs to the class whose bar is the highest there, at every temperature."""
    name = "softmax_regions"
    for classes in ("3", "4", "5", "6"):
        for tau in (0.05, 1, 10):
            won = [
                readout(engine, name, classes=classes, tau=tau, x1=x1, x2=x2)["largest score"]
                for x1 in (-2.5, 0, 2.5)
                for x2 in (-2.5, 0, 2.5)
            ]
            if tau == 0.05:
                first = won
            assert won == first
    assert readout(engine, name, classes="6")["classes with no region here"] == "6"


# ---- what the readouts say, computed again without JavaScript


def test_the_means_of_both_networks(engine: Any) -> None:
    for five in (BY_NAME["good_and_bad_network"].data["good"], BY_NAME["good_and_bad_network"].data["bad"]):
        shown = readout(engine, "good_and_bad_network", **{f"p{n}": p for n, p in enumerate(five, 1)})
        geometric, arithmetic = math.prod(five) ** 0.2, sum(five) / 5
        assert shown["geometric mean *Q_mean*"] == f"{geometric:.4f}"
        assert shown["arithmetic mean"] == f"{arithmetic:.4f}"
        assert shown["difference"] == f"{arithmetic - geometric:.4f}"
        assert shown["loss, minus log *Q_mean*"] == f"{-math.log(geometric):.4f}"
        assert float(shown["perplexity"]) == pytest.approx(1 / geometric, abs=5e-4)


def test_the_average_of_the_table_is_the_slides_rightly_computed(engine: Any) -> None:
    data = BY_NAME["predictions_table"].data
    right = [column[own - 1] for column, own in zip(data["table"], data["right"], strict=True)]
    average = -sum(map(math.log, right)) / 5
    shown = readout(engine, "predictions_table")
    assert shown == {"average loss *L*": f"{average:.5f}", "quality *Q_mean*": f"{math.exp(-average):.5f}"}


@pytest.mark.parametrize("picture", ["1", "2", "3", "4", "5"])
def test_a_moved_column_still_sums_to_one(picture: str, engine: Any) -> None:
    data = dict(BY_NAME["predictions_table"].data)
    drawn = engine.call("figures.draw", "predictions_table", {"picture": picture, "q": 0.37}, data)
    table = ElementTree.fromstring(drawn["panels"][0]["markup"])
    rows = [["".join(cell.itertext()).rstrip("*") for cell in row.findall("td")] for row in table.iter("tr")]
    column = [float(row[int(picture) - 1]) for row in rows[2:6]]
    assert column[data["right"][int(picture) - 1] - 1] == 0.37
    assert sum(column) == pytest.approx(1, abs=0.011)  # two decimals are shown


def test_the_gradient_is_the_matrix_product(engine: Any) -> None:
    data = BY_NAME["template_matching_matrices"].data
    scores, inputs = np.array(data["scores"], float), np.array(data["inputs"], float)
    chances = np.exp(scores) / np.exp(scores).sum(axis=0)
    targets = np.eye(len(scores))[:, np.array(data["right"]) - 1]
    gradient = -(targets - chances) @ inputs.T / scores.shape[1]
    for (row, column), entry in np.ndenumerate(gradient):
        shown = readout(engine, "template_matching_matrices", r=row + 1, s=column + 1)
        assert float(shown["entry (*r*, *s*) of the gradient"].replace("−", "-")) == pytest.approx(entry, abs=5.1e-5)


def test_the_network_has_as_many_parameters_as_the_lecture_says_and_its_bias(engine: Any) -> None:
    assert readout(engine, "network_diagram", biased=False)["parameters"] == str(4 * 32 * 32 * 3)
    assert readout(engine, "network_diagram", biased=True)["parameters"] == str(4 * 32 * 32 * 3 + 4)


def test_the_network_begins_with_the_example_of_the_notes(engine: Any) -> None:
    shown = readout(engine, "network_diagram")
    assert (shown["probability of the right class"], shown["loss"]) == ("0.2000", f"{math.log(5):.4f}")
    assert readout(engine, "network_diagram", right="4")["probability of the right class"] == "0.4000"


def test_the_region_of_a_point_is_the_largest_score(engine: Any) -> None:
    data = BY_NAME["softmax_regions"].data
    weights, biases = np.array(data["weights"]), np.array(data["biases"])
    for x1, x2 in ((-2.0, 2.0), (2.0, -2.9), (0.1, -0.2), (2.5, 2.5), (-2.9, -2.9)):
        for classes in (3, 4, 5, 6):
            scores = (weights @ np.array([x1, x2]) + biases)[:classes]
            chances = np.exp(scores / 0.7) / np.exp(scores / 0.7).sum()
            shown = readout(engine, "softmax_regions", classes=str(classes), x1=x1, x2=x2, tau=0.7)
            assert shown["largest score"] == f"class {scores.argmax() + 1}"
            assert shown["its probability"] == f"{chances.max():.4f}"


def test_a_rate_above_the_limit_blows_up_on_the_bowl_and_not_on_the_bell(engine: Any) -> None:
    def away(**moved: Any) -> tuple[float, float]:
        data = dict(BY_NAME["learning_rate_stability"].data)
        state = {**engine.call("figures.opening", "learning_rate_stability", data), **moved}
        said = engine.call("figures.draw", "learning_rate_stability", state, data)["says"]
        bell, bowl = re.findall(r"[\d.]+(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?(?= on the)", said)
        return tuple(float(one.translate(RAISED).replace("·10", "e")) for one in (bell, bowl))  # type: ignore[return-value]

    below, above = away(times=0.9), away(times=1.2)
    assert max(below) < 1e-3
    assert above[0] < 2
    assert above[1] > 1e4


@pytest.mark.parametrize("last", [-1.5, -0.5, -0.1])
def test_the_minimum_along_a_ray_is_where_the_loss_is_lowest(last: float, engine: Any) -> None:
    margins = np.array([*BY_NAME["separable_scale"].data["margins"], last])
    scales = np.arange(0, 12, 0.001)
    losses = np.log1p(np.exp(-np.outer(scales, margins))).mean(axis=1)
    shown = readout(engine, "separable_scale", last=last)["minimum"]
    assert float(shown.removeprefix("at ")) == pytest.approx(scales[losses.argmin()], abs=0.002)


@pytest.mark.parametrize("last", [-2, -0.5, 2])
def test_the_point_is_on_the_curve_of_the_loss(last: float, engine: Any) -> None:
    """At the far end of the scale, where the loss is largest when the last margin is negative."""
    name = "separable_scale"
    state = {**engine.call("figures.opening", name, dict(BY_NAME[name].data)), "last": last, "s": 12}
    picture = ElementTree.fromstring(
        engine.call("figures.draw", name, state, dict(BY_NAME[name].data))["panels"][0]["markup"]
    )
    (curve,) = (one for one in picture.iter("path") if one.get("class") == "om-line-a")
    (point,) = (one for one in picture.iter("circle") if one.get("class") == "om-now")
    assert curve.attrib["d"].endswith(f"{point.attrib['cx']},{point.attrib['cy']}")
    top = min(float(one.attrib["y1"]) for one in picture.iter("line") if one.get("class") == "om-grid")
    assert float(point.attrib["cy"]) >= top


def test_every_corner_of_the_map_is_on_the_surface(engine: Any) -> None:
    name, data = "landscape", dict(BY_NAME["landscape"].data)
    opening = engine.call("figures.opening", name, data)
    for w1 in data["across"]:
        for w2 in data["up"]:
            drawn = engine.call("figures.draw", name, {**opening, "w1": w1, "w2": w2}, data)["panels"][1]
            picture = ElementTree.fromstring(drawn["markup"])
            (stem,) = (one for one in picture.iter("line") if one.get("class") == "om-line-quiet")
            x, y = float(stem.attrib["x1"]), float(stem.attrib["y1"])
            ridges = [
                [tuple(map(float, pair.split(","))) for pair in re.findall(r"[\d.]+,[\d.]+", one.attrib["d"])]
                for one in picture.iter("path")
                if one.get("class") == "om-ridge"
            ]
            # a ridge line begins and ends on the ground, at the sides of the surface
            assert any(abs(ridge[0][1] - y) < 8 and ridge[0][0] <= x <= ridge[-1][0] for ridge in ridges), (w1, w2)


def test_the_number_lines_tell_each_network_apart(engine: Any) -> None:
    shown = readout(engine, "number_lines", q=0.3, classes=7)
    for name, five in BY_NAME["number_lines"].data["networks"]:
        quality = math.prod(five) ** 0.2
        assert shown[f"{name}: *Q_mean*, *L*"] == f"{quality:.4f}, {-math.log(quality):.4f}"
    assert shown["uniform guess: *Q_mean*, *L*, perplexity"] == f"{1 / 7:.4f}, {math.log(7):.4f}, 7.00"
    assert shown["loss, minus log *Q_mean*"] == f"{-math.log(0.3):.4f}"
    assert shown["perplexity"] == f"{1 / 0.3:.3f}"


@pytest.mark.parametrize(("n", "rate"), [(0, 2.5), (9, 2.5), (10, 1.25), (20, 0.625), (59, 0.078125)])
def test_the_schedule_halves_every_ten_steps(n: int, rate: float, engine: Any) -> None:
    shown = readout(engine, "ascent_in_action", lr=2.5, halving=True, t=n)
    assert float(shown["*η* now"]) == pytest.approx(rate, abs=5e-4)


def test_the_run_is_the_ledgers(engine: Any) -> None:
    """F3.11 to F3.14: values that the first experiment printed."""
    for rate, halving, n, quality in ((5, False, 1, 0.4509), (0.625, False, 20, 0.752), (2.5, True, 60, 0.8338)):
        shown = readout(engine, "ascent_in_action", lr=rate, halving=halving, t=n)
        assert float(shown["*Q*"]) == pytest.approx(quality, abs=5.1e-5)


@pytest.mark.parametrize("start", [(-1, -2), (-2, 0.5), (2, 2)])
def test_the_slope_of_the_loss_is_the_slope_of_the_quality_over_the_quality(
    start: tuple[float, float], engine: Any
) -> None:
    shown = readout(engine, "loss_landscape", w1=start[0], w2=start[1])
    assert shown["their ratio"] == shown["1/*Q*"]
    assert float(shown["slope of the loss"]) > float(shown["slope of the quality"])


RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


# ---- the check itself


def test_a_figure_that_changes_its_size_is_seen(engine: Any) -> None:
    data = dict(BY_NAME["temperature"].data)
    opening = engine.call("figures.opening", "temperature", data)
    drawn = engine.call("figures.draw", "temperature", opening, data)
    grown = json.loads(json.dumps(drawn).replace("0 0 360 240", "0 0 360 250"))
    assert shape(drawn) != shape(grown)
    assert shape(drawn) != shape({**drawn, "readout": drawn["readout"][:-1]})


@pytest.mark.parametrize(
    ("planted", "said"),
    [
        ("NaN", "expected finite numbers in its picture, got NaN"),
        ("<p>undefined</p>", "got undefined"),
    ],
)
def test_a_drawing_that_is_not_finite_stops_the_build(planted: str, said: str) -> None:
    with pytest.raises(build.FigureFault, match=re.escape(said)):
        build._wrapped(FIGURES[0], planted)


def test_the_far_end_of_each_slider_can_be_reached() -> None:
    """A browser rounds a slider to whole steps from its lower end, so the upper one must be a whole number of them."""
    for html in map(figures.figure_html, sorted(figures.names())):
        for low, high, step in re.findall(r'type="range"[^>]* min="([^"]+)" max="([^"]+)" step="([^"]+)"', html):
            if step != "any":
                steps = (float(high) - float(low)) / float(step)
                assert steps >= 3
                assert math.isclose(steps, round(steps), abs_tol=1e-6), (low, high, step)
