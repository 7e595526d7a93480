"""Each compiled formula against the exact evaluator, in two engines; and what the formulas claim to be."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from sympy import Derivative, Rational

from derivations.calculus import label
from derivations.exact import Point, real
from press.figures import build
from press.figures.model import Formula
from press.figures.moving_averages.formulas import FORMULAS as MOVING_AVERAGES
from press.figures.one_over_m.formulas import FORMULAS as ONE_OVER_M
from press.figures.quality import formulas
from press.figures.quality.formulas import FORMULAS as QUALITY
from press.figures.sum_or_mean.formulas import FORMULAS as SUM_OR_MEAN

TOPICS = {
    "moving_averages": MOVING_AVERAGES,
    "one_over_m": ONE_OVER_M,
    "quality": QUALITY,
    "sum_or_mean": SUM_OR_MEAN,
}
BY_NAME = {f"{topic}.{one.name}": one for topic, several in TOPICS.items() for one in several}
GRID = 1024  # points are multiples of 1/1024, which float64 holds exactly
DRAWN = 12
RELATIVE, ABSOLUTE = 1e-12, 1e-15


def points(formula: Formula) -> Iterator[tuple[Fraction, ...]]:
    """Both corners of the domain, the middle, and points drawn from inside; whole numbers where they are meant."""
    chance = random.Random(formula.name)

    def at(share: Fraction, symbol: Any) -> Fraction:
        low, high = (Fraction(*Rational(end).as_numer_denom()) for end in formula.domain[symbol])
        value = low + share * (high - low)
        if symbol.is_integer:
            return Fraction(round(value))
        return min(high, max(low, Fraction(round(value * GRID), GRID))) if low < high else low

    for share in (Fraction(0), Fraction(1, 2), Fraction(1)):
        yield tuple(Fraction(float(at(share, one))) for one in formula.arguments)
    for _ in range(DRAWN):
        yield tuple(Fraction(float(at(Fraction(chance.random()), one))) for one in formula.arguments)


def expected(formula: Formula, point: tuple[Fraction, ...]) -> Any:
    """The formula as the derivation writes it, at sizes and entries of the figure, by exact arithmetic."""
    value = dict(zip(formula.arguments, point, strict=True))
    arrays: dict[str, dict[tuple[int, ...], Fraction]] = {}
    for entry, slot in formula.slots.items():
        arrays.setdefault(label(entry), {})[tuple(map(int, entry.indices))] = value[slot]
    scalars = {str(one): number for one, number in value.items()}
    scalars |= {str(one): Fraction(str(Rational(fixed))) for one, fixed in formula.at.items()}
    # The exact evaluator refuses log 0 and 0/0; no point of a figure's domain may meet them.
    return real(Point(scalars, arrays, {one.label: one for one in formula.where})(formula.expr))


@cache
def exact_values(name: str) -> list[Any]:
    return [expected(BY_NAME[name], point) for point in points(BY_NAME[name])]


def unlike(got: float, exact: Any) -> bool:
    return not abs(got - exact) <= RELATIVE * abs(exact) + ABSOLUTE


def disagreements(values: Mapping[str, list[float]]) -> list[str]:
    """The formulas whose values differ from the exact ones, each with the first point where they do."""
    out = []
    for name, found in values.items():
        for point, got, exact in zip(points(BY_NAME[name]), found, exact_values(name), strict=True):
            if unlike(got, exact):
                out.append(f"{name}{tuple(map(float, point))}: JavaScript {got}, exact {exact}")
                break
    return out


def calls(topic: str) -> dict[str, list[list[float]]]:
    return {one.name: [[float(x) for x in point] for point in points(one)] for one in TOPICS[topic]}


def test_every_topic_with_figures_is_tested() -> None:
    assert tuple(sorted(TOPICS)) == build.TOPICS


@pytest.mark.parametrize("topic", TOPICS)
def test_formulas_in_the_engine_of_the_build(topic: str, engine_of: Callable[[str], Any]) -> None:
    engine = engine_of(topic)
    values = {
        f"{topic}.{name}": [engine.call(name, *point) for point in listed] for name, listed in calls(topic).items()
    }
    assert disagreements(values) == []


@pytest.mark.parametrize("topic", TOPICS)
def test_formulas_in_node(topic: str, formulas_of: Callable[[str], str]) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = (
        "const found = {};\n"
        "for (const [name, points] of Object.entries(JSON.parse(process.argv[1])))"
        " found[name] = points.map((point) => formulas[name](...point));\n"
        "console.log(JSON.stringify(found));\n"
    )
    names = ", ".join(one.name for one in TOPICS[topic])
    source = formulas_of(topic).replace("export const ", "const ") + f"const formulas = {{ {names} }};\n" + script
    ran = subprocess.run([node, "-e", source, json.dumps(calls(topic))], capture_output=True, text=True, check=True)
    assert disagreements({f"{topic}.{name}": found for name, found in json.loads(ran.stdout).items()}) == []


@pytest.mark.parametrize("name", BY_NAME)
def test_a_slip_in_any_formula_is_seen(name: str, engine_of: Callable[[str], Any]) -> None:
    topic, _, bare = name.partition(".")
    values = [engine_of(topic).call(bare, *map(float, point)) for point in points(BY_NAME[name])]
    for slip in (lambda x: -x, lambda x: x * (1 + 1e-9), lambda x: x + 1e-9):
        assert disagreements({name: [slip(x) for x in values]}), name


def test_a_wrong_sign_in_the_source_is_seen(engine: Any, formulas_of: Callable[[str], str]) -> None:
    wrong = formulas_of("quality").replace("export const ", "var slipped_").replace("w1 - 11/10", "w1 + 11/10")
    engine.eval(wrong)
    found = [engine.call("slipped_toTheTop", *point) for point in calls("quality")["toTheTop"]]
    assert disagreements({"quality.toTheTop": found})


# ---- a third voice: each formula written plainly, sharing nothing with the derivations

H = ((0.486, -0.228), (-0.228, 0.347))
TOP, WEST, SOUTH = 0.833822, 1.1, 0.8
LARGEST = max(np.linalg.eigvalsh(np.array(H)))


def bowl(a: float, b: float) -> float:
    d = np.array([a - WEST, b - SOUTH])
    return float(d @ np.array(H) @ d / 2 - math.log(TOP))


def bell(a: float, b: float) -> float:
    return math.exp(-bowl(a, b))


def down(a: float, b: float) -> Any:
    return np.array(H) @ np.array([a - WEST, b - SOUTH])


def up(a: float, b: float) -> Any:
    return -bell(a, b) * down(a, b)


def softmax(tau: float, *scores: float) -> float:
    grown = [math.exp(one / tau) for one in scores]
    return grown[0] / sum(grown)


def margins(scale: float, *given: float) -> float:
    return sum(math.log1p(math.exp(-scale * one)) for one in given) / len(given)


PLAIN: dict[str, Callable[..., Any]] = {
    "geometricMean": lambda *p: math.prod(p) ** (1 / len(p)),
    "arithmeticMean": lambda *p: sum(p) / len(p),
    "averageLoss": lambda *p: -sum(map(math.log, p)) / len(p),
    "uniform": lambda classes: 1 / classes,
    "lossOf": lambda quality: -math.log(quality),
    "qualityOf": lambda loss: math.exp(-loss),
    "perplexityOf": lambda quality: 1 / quality,
    "rescaled": lambda other, own, wanted: other / (1 - own) * (1 - wanted),
    "landscape": bell,
    "landscapeByW1": lambda a, b: up(a, b)[0],
    "landscapeByW2": lambda a, b: up(a, b)[1],
    "landscapeSlope": lambda a, b: np.linalg.norm(up(a, b)),
    "directionalSlope": lambda a, b, c, d: up(a, b) @ np.array([c, d]),
    "ascentW1": lambda a, b, rate: a + rate * up(a, b)[0],
    "ascentW2": lambda a, b, rate: b + rate * up(a, b)[1],
    "lossLandscape": bowl,
    "lossByW1": lambda a, b: down(a, b)[0],
    "lossByW2": lambda a, b: down(a, b)[1],
    "lossSlope": lambda a, b: np.linalg.norm(down(a, b)),
    "descentW1": lambda a, b, rate: a - rate * down(a, b)[0],
    "descentW2": lambda a, b, rate: b - rate * down(a, b)[1],
    "toTheTop": lambda a, b: math.hypot(a - WEST, b - SOUTH),
    "halved": lambda rate, n: rate / 2 ** (int(n) // 10),
    "reach": lambda rate: TOP * math.sqrt(LARGEST / math.e) * 10 * sum(rate / 2**n for n in range(100)),
    "highest": lambda: TOP,
    "stableOnQuality": lambda: 2 / (TOP * LARGEST),
    "stableOnLoss": lambda: 2 / LARGEST,
    **{f"softmax{n}": softmax for n in (3, 4, 5, 6)},
    "logSoftmax4": lambda *scores: math.log(softmax(1, *scores)),
    "score": lambda a, b, bias, x, y: a * x + b * y + bias,
    "weights": lambda classes, features: classes * features,
    "parameters": lambda classes, features: classes * (features + 1),
    "error": lambda target, chance: target - chance,
    "gradientEntry": lambda *both: -np.dot(both[:5], both[5:]) / 5,
    "log10OfProduct": lambda n, factor: n * math.log10(factor),
    "meanOfLogs": lambda n, factor: math.log(factor),
    "marginLoss": margins,
    "marginSlope": lambda s, *given: sum(-one / (1 + math.exp(s * one)) for one in given) / len(given),
    "steepestMargin": lambda *given: math.hypot(*given) / math.sqrt(len(given)),
}


def dots(*both: float) -> float:
    """The first half times the second, added up."""
    half = len(both) // 2
    return float(np.dot(both[:half], both[half:]))


HERE: dict[str, Callable[..., Any]] = {
    "score": lambda a, b, bias, x, y: a * x + b * y + bias,
    "softmax3": lambda *scores: softmax(1, *scores),
    "exampleLoss": lambda *both: -sum(y * math.log(p) for p, y in zip(both[:3], both[3:], strict=True)),
    "deferredDz": lambda chance, target: chance - target,
    "absorbedDz": lambda chance, target, m: (chance - target) / m,
    **{
        f"{stem}{m}": voice
        for m in range(1, 9)
        for stem, voice in {
            "deferredWeights": lambda *both: dots(*both) / (len(both) // 2),
            "absorbedWeights": dots,
            "deferredBias": lambda *d: np.mean(d),
            "absorbedBias": lambda *d: np.sum(d),
            "cost": lambda *losses: np.mean(losses),
        }.items()
    },
    "hiddenScore": lambda a, b, x, y: a * x + b * y,
    "activation": math.tanh,
    "slopeOfTanh": lambda a: (1 - a) * (1 + a),
    "outputScore": dots,
    "softmax2": lambda *scores: softmax(1, *scores),
    "outputDz": lambda chance, target: chance - target,
    "hiddenDz": lambda *all_: dots(*all_[:-1]) * all_[-1],
    "hiddenDa": dots,
    "clipped": lambda z, most: np.clip(z, -most, most),
    "largestFloat": lambda bits, top: math.log10(2 - 2.0 ** (1 - bits)) + top * math.log10(2),
    "overflowsFrom": lambda bits, top, m: math.log10(2 - 2.0**-bits) + top * math.log10(2) - math.log10(m),
    "thinBelow": lambda top, m: (1 - top) * math.log10(2) + math.log10(m),
    "lostUpTo": lambda bits, top, m: math.log10(m) + (2 - top - bits) * math.log10(2) - math.log10(2),
}


def spread_of_means(slopes: tuple[float, ...], m: int) -> float:
    """The variance of the means of all batches of m different slopes."""
    return float(np.var([np.mean(batch) for batch in combinations(slopes, m)]))


REDUCED: dict[str, Callable[..., Any]] = {
    # mini_batches: slices of a range
    "batchesOf": lambda M, m: len(range(0, round(M), round(m))),
    "firstOf": lambda k, m: 1 + round(m) * len(range(1, round(k))),
    "lastOf": lambda k, m, M: len(range(round(M))[: round(k * m)]),
    "notesFirst": lambda k, M, B: 1 + (k - 1) * (M / B),
    "notesLast": lambda k, M, B: M / (B / k),
    # epoch_cost: flat lists of averages and of losses
    "averageOfAverages": lambda before, last, count: np.average([before, last], weights=[count - 1, 1]),
    "pooledAverage": lambda before, last, count, m, left: np.average([before, last], weights=[(count - 1) * m, left]),
    "offByTheLast": lambda before, last, count, m, left: (
        np.average([before, last], weights=[count - 1, 1]) - np.average([before, last], weights=[(count - 1) * m, left])
    ),
    # sum_is_m_times_mean: a slope is curvature times distance
    "parabola": lambda h, u: 0.5 * h * u * u,
    "stepped": lambda rate, m, h, u: u - rate * m * (h * u),
    "changeOfSquare": lambda rate, m, h, u: (u - rate * m * (h * u)) ** 2 - u * u,
    # accumulation: NumPy's own means; a share is a dot product with all but one entry 0
    "addedUp": lambda *averages: np.sum(averages),
    "meanOfMeans": lambda *averages: np.mean(averages),
    "pooledOfThree": lambda *both: np.average(both[3:], weights=both[:3]),
    "shareOfTheFirst": lambda n1, n2, n3, a: np.average([a, 0, 0], weights=[n1, n2, n3]),
    # penalty_share: the two equations that say that the slope is 0, solved
    "ridgeOfTheMean": lambda xx, xy, lam: np.linalg.solve([[xx + lam]], [xy])[0],
    "ridgeOfTheSum": lambda xx, xy, lam, m: np.linalg.solve([[m * xx + lam]], [m * xy])[0],
}
for _count in range(1, 11):
    REDUCED[f"meanSlope{_count}"] = lambda *given: float(np.mean(given))
    if _count > 1:
        REDUCED[f"noise{_count}"] = lambda *given: spread_of_means(given[:-1], round(given[-1]))
        REDUCED[f"noiseOfDraws{_count}"] = lambda *given: float(np.var(given[:-1])) / round(given[-1])

MOVED: dict[str, Callable[..., Any]] = {
    # average_that_remembers: a step towards the new value; what a unit pulse leaves behind, in logarithms
    "averaged": lambda beta, old, new: old + (1 - beta) * (new - old),
    "weightOf": lambda beta, t, n: -math.expm1(math.log(beta)) * math.exp((t - n) * math.log(beta)) if beta else t == n,
    "weightsSoFar": lambda beta, t: -math.expm1(t * math.log(beta)) if beta else 1.0,
    # bias_correction
    "corrected": lambda beta, t, v: v / math.fsum((1 - beta) * beta**k for k in range(round(t))),
    "multiplied": lambda beta, f, old, new: f * old + f * (1 - beta) * (new - old),
    # epsilon_placement
    "stepBeside": lambda g, eps: 1 / (1 + eps / g),
    "stepUnder": lambda g, eps: math.cos(math.atan2(math.sqrt(eps), g)),
    "stepUncorrected": lambda g, eps, b, t: 1 / (1 + eps / g / math.sqrt(-math.expm1(t * math.log(b)))),
    "halfUnder": lambda eps: math.sqrt(3 * eps) / 3,
    "enlarged": lambda eps, b, t: eps * math.exp(-math.log(-math.expm1(t * math.log(b))) / 2),
    # learning_rate_decay: in logarithms; the staircase by whole divisions; noise as a right angle
    "inverseRate": lambda first, d, e: first / np.polyval([d, 1], e),
    "exponentialRate": lambda first, rho, e: math.exp(math.log(first) + e * math.log(rho)),
    "rootRate": lambda first, k, e: first * k * e**-0.5,
    "stairsRate": lambda first, T, e: math.ldexp(first, -int(e // T)),
    "squareAfter": lambda eta, u, s: math.hypot(u - eta * u, eta * s) ** 2,
    "floorOfError": lambda eta, s: s * s / (2 / eta - 1) if eta else 0.0,
    "pushed": lambda eta, u, s: u - eta * (u + s),
    # momentum_speed: a step with its buffer
    "bowlHeight": lambda h, u: h * u**2 / 2,
    "limitOfBuffer": lambda beta, h: (1 + beta) / h + (1 + beta) / h,
    "nextDistance": lambda eta, beta, h, now, old: now - eta * (beta * ((old - now) / eta) + h * now),
}
MOVED |= {
    # saddles_and_plateaus: a quadratic form; powers in logarithms; the sigmoid by the hyperbolic tangent
    "saddleLevel": lambda x, y, rises, falls: np.array([x, y]) @ np.diag([rises, falls]) @ [x, y] / 2,
    "saddleStep": lambda w, eta, h: np.polyval([1 - eta * h, 0], w),
    "awayAfter": lambda eta, fall, offset, t: math.exp(math.log(offset) + t * math.log1p(eta * fall)),
    "stepsOut": lambda far, offset, eta, fall: (math.log(far) - math.log(offset)) / math.log1p(eta * fall),
    "sigmoidAt": lambda z: (1 + math.tanh(z / 2)) / 2,
    "sigmoidSlope": lambda z: 1 / math.cosh(z / 2) ** 2 / 4,
    # batch_normalisation: NumPy's moments, and a straight line
    **{f"batchMean{k}": lambda *z: float(np.mean(z)) for k in range(1, 9)},
    **{f"batchVariance{k}": lambda *z: float(np.var(z)) for k in range(2, 9)},
    "givenOn": lambda z, mean, variance, eps, gamma, beta: np.polyval(
        [gamma, beta], (z - mean) / math.hypot(math.sqrt(variance), math.sqrt(eps))
    ),
    "activated": lambda u: math.expm1(2 * u) / (math.expm1(2 * u) + 2),
    "biasParameters": lambda H, D: np.ones((round(D) + 1, round(H))).sum(),
    "normalisedParameters": lambda H, D: np.ones((round(D) + 2, round(H))).sum(),
    # saddles_and_plateaus: by their coefficients
    "valleyHeight": lambda w, tilt: np.polyval([0.25, 0, -0.5, tilt, 0], w),
    "valleyStep": lambda w, eta, tilt: np.polyval([-eta, 0, 1 + eta, -eta * tilt], w),
    "deviationGiven": lambda gamma, variance, eps: math.hypot(gamma, 0) * math.sqrt(variance / (variance + eps)),
}

VOICES = {
    **{f"quality.{name}": one for name, one in PLAIN.items()},
    **{f"one_over_m.{name}": one for name, one in HERE.items()},
    **{f"sum_or_mean.{name}": one for name, one in REDUCED.items()},
    **{f"moving_averages.{name}": one for name, one in MOVED.items()},
}


def test_every_formula_has_its_third_voice() -> None:
    assert set(VOICES) == set(BY_NAME)


@pytest.mark.parametrize("name", BY_NAME)
def test_the_third_voice_agrees(name: str) -> None:
    for point, exact in zip(points(BY_NAME[name]), exact_values(name), strict=True):
        said = float(VOICES[name](*map(float, point)))
        assert said == pytest.approx(float(exact), rel=1e-9, abs=1e-12), (name, point)


# ---- what the formulas claim to be


def test_the_slope_along_a_ray_is_the_derivative_of_the_loss() -> None:
    given = BY_NAME["quality.marginSlope"]
    by_rule = Formula(
        "marginSlope",
        Derivative(BY_NAME["quality.marginLoss"].expr, formulas.scale),
        given.arguments,
        given.domain,
        "",
        (),
        given.at,
        given.slots,
    )
    for point in points(given):
        assert not unlike(float(expected(given, point)), expected(by_rule, point))


def test_no_slope_of_the_landscape_is_steeper_than_the_bound(engine: Any) -> None:
    bound = engine.call("reach", 1.0) / (2 * formulas.INTERVAL)
    steepest = engine.eval(
        "let most = 0;"
        "for (let a = -3; a <= 4; a += 0.05) for (let b = -4; b <= 4; b += 0.05)"
        " most = Math.max(most, landscapeSlope(a, b));"
        "most"
    )
    assert bound * 0.999 < steepest <= bound


def test_no_slope_along_a_ray_is_steeper_than_the_bound(engine: Any) -> None:
    for margins in ((1, 2, 0.5, 1.5), (1, -2, 0.5, 1.5), (-1, -1, -1, -1)):
        bound = engine.call("steepestMargin", *margins)
        slopes = [abs(engine.call("marginSlope", s, *margins)) for s in range(-60, 61)]
        assert max(slopes) <= bound
    assert max(slopes) > 0.99 * bound  # reached where all margins have one sign


def walk(engine: Any, kind: str, start: tuple[float, float], rates: list[float]) -> list[tuple[float, float]]:
    step = f"[{kind}W1(...at, rate), {kind}W2(...at, rate)]"
    script = f"var at = {json.dumps(start)}; JSON.stringify([at, ...{json.dumps(rates)}.map((rate) => (at = {step}))])"
    return [tuple(one) for one in json.loads(engine.eval(script))]


@pytest.mark.parametrize(("kind", "limit"), [("ascent", "stableOnQuality"), ("descent", "stableOnLoss")])
def test_the_limit_of_the_learning_rate_is_the_limit(kind: str, limit: str, engine: Any) -> None:
    start = (1.1 - 0.008, 0.8 + 0.006)  # near the top, where the quality is as good as its parabola
    away = {}
    for times in (0.98, 1.02):
        path = walk(engine, kind, start, [times * engine.call(limit)] * 60)
        away[times] = engine.call("toTheTop", *path[-1]) / engine.call("toTheTop", *start)
    assert away[0.98] < 1 < away[1.02]


# The first experiment's printed values, in the ledger of claims: F3.11 to F3.14.
PRINTED = {
    2.5: {0: 0.28, 1: 0.3614},
    5.0: {0: 0.28, 1: 0.4509, 60: 0.611},
    0.625: {5: 0.3909, 10: 0.5285, 20: 0.752, 40: 0.8319},
}


@pytest.mark.parametrize("rate", PRINTED)
def test_ascent_gives_the_ledgers_values(rate: float, engine: Any) -> None:
    path = walk(engine, "ascent", (-1.0, -2.0), [rate] * 60)
    for n, printed in PRINTED[rate].items():
        places = len(str(printed).split(".")[1])
        assert round(engine.call("landscape", *path[n]), places) == printed


def test_the_halved_rate_arrives_as_the_ledger_says(engine: Any) -> None:
    path = walk(engine, "ascent", (-1.0, -2.0), [engine.call("halved", 2.5, n) for n in range(60)])
    assert round(engine.call("toTheTop", *path[-1]), 4) == 0.0024


@pytest.mark.parametrize("rate", [0.1, 0.3, 1.0, 2.5, 8.0])
def test_no_path_under_the_halved_rate_is_longer_than_the_bound(rate: float, engine: Any) -> None:
    path = walk(engine, "ascent", (-1.0, -2.0), [engine.call("halved", rate, n) for n in range(200)])
    travelled = sum(((b[0] - a[0]) ** 2 + (b[1] - a[1]) ** 2) ** 0.5 for a, b in pairwise(path))
    assert travelled < engine.call("reach", rate)
