"""The gradient doctor: what is wrong with a gradient, read off the numbers.

Hand over a cost, its gradients and the parameters. The doctor takes the derivative of the cost by
itself, without algebra, and looks for the fault that turns the right gradient into yours:

    python gradient_doctor.py your_file.py

for a file that defines `cost(parameters)`, `gradient(parameters)` (or a dictionary of gradients) and
the dictionary `parameters`; `X`, `Y`, `m`, `K`, `lam` and `logits` are used where the file has them.
Examples stand in columns: X is (D, m), Y is (K, m), W is (K, D), b is (K, 1) or (K,).

How it judges. g is yours, g* is the derivative. A fault is named only if it leaves nothing of g over but
rounding: ‖g − what the fault makes of g*‖ ≤ tolerance · ‖g‖. Of the faults that fit, those of the fewest
parts are named, all of them; a number that is fitted and not known counts as one part more.

Source: the faults that students ask about; the derivations stand on the page of the same name.
"""

from __future__ import annotations

import inspect
import runpy
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cost = Callable[..., Any]

PLACES = "one-over-m/twice-or-never/"  # where to read on: pages of the site
NO_FACTOR = "one-over-m/not-a-factor/"
DOCTOR = "one-over-m/gradient-doctor/"
DZ = "one-over-m/dz/"
LAYERS = "one-over-m/layer-after-layer/"
SIGN = "quality/ascent-and-descent/"
SHAPES = "quality/template-matching/"
LOSSES = "quality/softmax-gradient/"

ROUNDING = 1e-7  # two float64 gradients that differ by less, relatively, count as the same
DOUBTFUL = 1e-3  # a derivative that is known no better than this decides nothing

# ---- 1. The derivative without algebra


def _complex_step(f: Cost, x: Array) -> Array:
    """∂f/∂x, entry by entry: Im f(x + ih)/h. Nothing is subtracted, so h may be as small as one likes."""
    slopes = np.empty(x.shape)
    for place in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[place] += 1e-30j
        slopes[place] = np.imag(f(moved)) / 1e-30
    return slopes


def _slope_along(f: Cost, x: Array, u: Array) -> tuple[float, float]:
    """The slope of f in the direction u, by Richardson's extrapolation, and how far it may be off.

    It may be off by what the extrapolation changed, by the rounding of f over the step, and by what the
    next best step says instead. A second difference over the step shrinks with the step, unless there is
    a kink: then f has two slopes, and this is how far they are apart.
    """

    def along(steps: NDArray[np.floating[Any]]) -> Array:
        return np.array([f(x + s * u) for s in steps])

    h = 10.0 ** -np.arange(2, 7)
    middle, up, down = f(x), along(h), along(-h)
    coarse, fine = (up - down) / (2 * h), (along(h / 2) - along(-h / 2)) / h
    slopes = (4 * fine - coarse) / 3
    single = (up == up.astype(np.float32)).all() and up.min() < up.max()  # the cost is float32 inside
    noise = 2 * abs(np.spacing(np.float32(middle) if single else middle))
    bends = (up - 2 * middle + down) / h
    kink = np.abs([bends[-1], 10 * bends[-1] - bends[-2]]).min() - 20 * noise / h[-1]  # of a parabola the second is 0
    bounds = np.where(np.isfinite(slopes), np.abs(slopes - fine) + 4 * noise / h, np.inf)
    best, second = np.argsort(bounds)[:2]
    bound = np.max([bounds[best], abs(slopes[best] - slopes[second]), kink])
    return float(slopes[best]), float(np.nan_to_num(bound, nan=np.inf))


def _differences(f: Cost, x: Array) -> tuple[Array, Array]:
    """∂f/∂x, entry by entry, and how far each may be off."""
    slopes, bounds = np.empty(x.shape), np.empty(x.shape)
    for place in np.ndindex(x.shape):
        size, u = max(1.0, float(abs(x[place]))), np.zeros(x.shape)
        u[place] = size
        slope, bound = _slope_along(f, x, u)
        slopes[place], bounds[place] = slope / size, bound / size
    return slopes, bounds


def _derivative(f: Cost, x: Array) -> tuple[Array, Array, str]:
    """∂f/∂x, how far each entry may be off, and how it was taken.

    By complex step if the code takes complex numbers and agrees with a difference in one random
    direction; abs, a cast to float or a norm spoils it, and then by differences.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
            slopes = _complex_step(f, x)
    except Exception:  # whatever the code cannot do with complex numbers
        return *_differences(f, x), "differences"
    u = np.random.default_rng(0).normal(size=x.shape)
    along, bound = _slope_along(f, x, u)
    if slopes.any() and abs((slopes * u).sum() - along) <= bound:  # all 0: the imaginary part may have been lost
        return slopes, np.full(x.shape, bound), "complex step"
    return *_differences(f, x), "differences"


# ---- 2. What brings the right gradient nearest to yours


# --8<-- [start:best_factor]
def _best_factor(g: Array, right: Array) -> tuple[float, float]:
    """The c that brings c g* nearest to g, and what is left over, as a part of ‖g‖."""
    c = (right * g).sum() / (right**2).sum()
    return float(c), float(np.linalg.norm(g - c * right) / np.linalg.norm(g))


# --8<-- [end:best_factor]


# --8<-- [start:factor_and_penalty]
def _across(right: Array, W: Array) -> Array:
    """What of W is perpendicular to g*."""
    left: Array = W - (right * W).sum() / (right**2).sum() * right
    return left


def _factor_and_penalty(g: Array, right: Array, W: Array) -> tuple[float, float, float]:
    """The c and k that bring c g* + k W nearest to g, and what is left over, as a part of ‖g‖."""
    k, _ = _best_factor(g, _across(right, W))
    c, _ = _best_factor(g - k * W, right)
    return c, k, float(np.linalg.norm(g - c * right - k * W) / np.linalg.norm(g))


# --8<-- [end:factor_and_penalty]


def _sine(right: Array, W: Array) -> float:
    """The sine of the angle between the two; not a number if one of them is 0."""
    return float(np.linalg.norm(_across(right, W)) / np.linalg.norm(W))


def _is_vector(a: Array) -> bool:
    """Whether all entries stand in a row, as those of a bias do."""
    return a.size == max(a.shape, default=1)


# ---- 3. Factors that have a name


class Factor(NamedTuple):
    """A factor by its name: its value, the parts of the name, and on what condition it has that value."""

    value: float
    name: str
    parts: tuple[str, ...]
    provided: str = ""


def _power(letter: str, p: int) -> str:
    written = {1: "{}", 2: "{}²", 3: "{}³", -1: "1/{}", -2: "1/{}²", -3: "1/{}³"}
    return written[p].format(letter)


# --8<-- [start:named_factors]
def _named_factors(m: int, K: int) -> list[Factor]:
    """Every product of a sign, 2 or ½, a power of m, and K or 1/K; a size of 1 is left out."""
    signs, halves = {"": 1.0, "−1": -1.0}, {"": 1.0, "2": 2.0, "½": 0.5}
    of_m = {"": 1.0} | {_power("m", p): float(m) ** p for p in (1, -1, 2, -2, 3, -3) if m > 1}
    of_K = {"": 1.0} | {_power("K", p): float(K) ** p for p in (1, -1) if K > 1}
    made = []
    for names in product(signs, halves, of_m, of_K):
        value = signs[names[0]] * halves[names[1]] * of_m[names[2]] * of_K[names[3]]
        parts = tuple(name for name in names if name)
        made.append(Factor(value, " · ".join(parts), parts))
    return [one for one in made if len(one.parts) <= 3]


# --8<-- [end:named_factors]


def _guessed_factors(c: float, m: int, K: int) -> Iterator[Factor]:
    """Where a size is not known: what a whole number, or one over it, could be."""
    if c == 0:
        return
    signed, size = ("−1",) if c < 0 else (), abs(c)
    count, turn = (size, {1: 1, 2: 2}) if size > 1 else (1 / size, {1: -1, 2: -2})
    for letter, known, noun, powers in (("m", m, "examples", (1, 2)), ("K", K, "classes", (1,))):
        for p in powers:
            root = round(count ** (1 / p))
            if not known and root**p == round(count) <= 10_000:
                parts = (*signed, _power(letter, turn[p]))
                value = (-1.0) ** len(signed) * float(root) ** turn[p]
                yield Factor(value, " · ".join(parts), parts, f", if there are {root} {noun}")


# ---- 4. What is found


class Reading(NamedTuple):
    """One fault that makes your gradient of the right one: in words, its numbers, and where to read on."""

    says: str
    why: str
    read_on: tuple[str, ...]  # pages of the site
    residual: float  # what it leaves unexplained, as a part of ‖g‖
    parts: int  # of how many faults and fitted numbers it is made
    numbers: dict[str, float]


class Finding(NamedTuple):
    """What the doctor says of one parameter.

    `verdict`: "right", "explained" (one reading), "ambiguous" (several), "nearly" (almost right),
    "unexplained", or "unclear" (the derivative itself is not known well enough).
    """

    parameter: str
    shape: tuple[int, ...]
    verdict: str
    readings: tuple[Reading, ...]
    residual: float
    method: str
    uncertainty: float  # of the derivative, as a part of ‖g*‖
    note: str


class Report(NamedTuple):
    """The findings, one for each parameter. Print it to read it."""

    cost: float
    averaging: str  # "mean" or "sum" over the examples, "" where that could not be tried
    m: int  # 0 where it is not known
    K: int
    findings: tuple[Finding, ...]

    @property
    def right(self) -> bool:
        """Whether every gradient is right."""
        return all(one.verdict == "right" for one in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """The report in plain numbers, words, lists and dictionaries."""
        findings = {
            one.parameter: {
                **one._asdict(),
                "shape": list(one.shape),
                "readings": [reading._asdict() for reading in one.readings],
            }
            for one in self.findings
        }
        return {**self._asdict(), "right": self.right, "findings": findings}

    def __str__(self) -> str:
        good = sum(one.verdict == "right" for one in self.findings)
        sizes = [f"{name} = {value}" for name, value in (("m", self.m), ("K", self.K)) if value]
        methods = dict.fromkeys(one.method for one in self.findings)  # each once, as they came
        about = [f"cost {self.cost:.6g}" + (f", a {self.averaging} over the examples" if self.averaging else "")]
        about += [", ".join(sizes)] * bool(sizes) + [f"derivatives by {' and '.join(methods)}"]
        lines = [f"{good} of {len(self.findings)} gradients right", "; ".join(about)]
        alike: dict[Any, list[Finding]] = {}
        for one in self.findings:
            key = one.verdict, tuple((r.says, r.why) for r in one.readings), one.note
            alike.setdefault(key, []).append(one)
        for group in alike.values():
            lines += ["", *_lines(group)]
        return "\n".join(lines)


def _lines(group: list[Finding]) -> Iterator[str]:
    """What is printed of findings that say the same."""
    first = group[0]
    names = ", ".join(f"{one.parameter} {one.shape}" for one in group)
    what = first.readings[0].says if first.verdict == "explained" else first.verdict
    yield f"{names}: {what}"
    for reading in first.readings:
        if first.verdict == "ambiguous":
            yield f"  either {reading.says}" if reading is first.readings[0] else f"  or {reading.says}"
        yield f"  {reading.why}"
        yield f"  read on: {', '.join(reading.read_on)}"
    if first.note:
        yield f"  {first.note}"
    yield f"  left over: {_part(max(one.residual for one in group))}"


def _part(x: float) -> str:
    return "nothing but rounding" if x < 1e-12 else f"{x:.1e} of the gradient"


# ---- 5. The faults


class _Try(NamedTuple):
    """What may have happened: `view` of your gradient would be `right`, but for a factor and a penalty."""

    says: str
    why: str
    read_on: str
    view: Array
    right: Array


class _Case:
    """All that is known about the patient."""

    value: float  # of the cost
    averaging: str
    lam: float
    logits: Cost | None
    right: dict[str, Array]
    tolerance: float  # of the parameter that is judged

    def __init__(self, cost: Cost, parameters: dict[str, Array], X: Any, Y: Any, m: int, K: int) -> None:
        self.cost, self.parameters, self.X, self.Y, self.m, self.K = cost, parameters, X, Y, m, K
        self.takes_data = _arguments(cost) == 3
        self._examples: list[dict[str, Array]] | None = None

    def derivative(self, cost: Cost, name: str) -> tuple[Array, Array, str]:
        """∂cost/∂(the parameter `name`), as `_derivative` gives it."""
        return _derivative(lambda moved: cost({**self.parameters, name: moved}), self.parameters[name])

    def examples(self) -> list[dict[str, Array]]:
        """The gradients of each example alone; none where the cost takes no data, or none of this size."""
        if self._examples is None:
            batch = range(len(self.X.T)) if self.takes_data else ()
            try:
                self._examples = [{name: self._of_example(i, name) for name in self.parameters} for i in batch]
            except Exception:  # the size of the batch stands in the code
                self._examples = []
        return self._examples

    def _of_example(self, i: int, name: str) -> Array:
        x, y = self.X[..., i : i + 1], self.Y[..., i : i + 1]
        return self.derivative(lambda p: _number(self.cost(p, x, y)), name)[0]


def _shapes(g: Array, right: Array) -> Iterator[_Try]:
    """Your gradient in the shape that it should have."""
    if g.shape == right.shape:
        yield _Try("", "", "", g, right)
    if g.ndim == 2 and g.T.shape == right.shape and min(g.shape) > 1:
        why = f"Of A Bᵀ and B Aᵀ the other one: a gradient has its parameter's shape {right.shape}."
        yield _Try("transposed", why, SHAPES, g.T, right)
    if g.shape != right.shape and g.size == right.size and _is_vector(right):
        why = f"Subtracted from the parameter it broadcasts to a matrix; keepdims=True keeps the shape {right.shape}."
        yield _Try(f"the right numbers in the shape {g.shape}", why, NO_FACTOR, g.reshape(right.shape), right)
    if g.ndim == 2 and _is_vector(right) and g.size > right.size:
        for axis in (1, 0):
            if g.shape[1 - axis] == right.size:
                for words, reduced in (("sum", g.sum(axis)), ("mean", g.mean(axis))):
                    why = f"A bias serves every example: take the {words} over axis {axis}, keepdims=True."
                    yield _Try("not summed over the examples", why, NO_FACTOR, reduced.reshape(right.shape), right)


def _exchanged(name: str, g: Array, case: _Case) -> Iterator[_Try]:
    """The gradient of another parameter."""
    for other, right in case.right.items():
        if other != name and right.shape == g.shape:
            why = f"It is the derivative in {other}: two names were exchanged."
            yield _Try(f"the gradient of {other}", why, LAYERS, g, right)


def _biases(name: str, g: Array, case: _Case) -> Iterator[_Try]:
    """What a bias gradient, one number for each row, is mistaken for."""
    right = case.right[name]
    n = right.size
    if not _is_vector(right) or g.size not in (1, n):
        return
    if n > 1:
        total = np.full(g.shape, right.sum())
        why = "Without an axis, np.sum and np.mean run over the rows too: axis=1, keepdims=True."
        yield _Try("summed over all rows", why, NO_FACTOR, g, total)
        yield _Try("averaged over all rows", why, NO_FACTOR, g, total / n)
    for other, dW in case.right.items():
        if dW.ndim == 2 and len(dW) == n and dW.shape[1] > 1:
            why = f"dZ Xᵀ, summed up: right only if each column of what enters {other} sums to 1."
            if g.size == n:
                yield _Try(f"the row sums of the gradient of {other}", why, NO_FACTOR, g, dW.sum(1).reshape(g.shape))
            if n > 1:
                yield _Try(f"the sum of the gradient of {other}", why, NO_FACTOR, g, np.full(g.shape, dW.sum()))


def _others(name: str, g: Array, case: _Case) -> Iterator[_Try]:
    """The gradient of one example, the sum over the wrong axis, the gradient of another loss."""
    if g.shape == case.right[name].shape:
        for i, one in enumerate(case.examples()):
            why = f"The loop over the examples overwrites where it should add up: column {i} of X alone, from 0."
            yield _Try(f"the gradient of example {i} alone", why, DZ, g, one[name])
    if g.size == len(case.examples()):
        dZ = np.stack([one[name] for one in case.examples()], axis=-1)  # (n, m), or (n, 1, m)
        c, _ = _best_factor(case.right[name], dZ.sum(axis=-1))  # 1/m, or 1 if the cost is a sum
        why = "One number for each example, where one for each row belongs: axis=1, not axis=0."
        wrong = c * dZ.reshape(-1, g.size).sum(axis=0).reshape(g.shape)
        yield _Try("summed over the wrong axis", why, NO_FACTOR, g, wrong)
    if case.logits is not None and g.shape == case.right[name].shape:
        losses = dict(_gradients_of_losses(name, case.logits, case))
        own = (loss for loss, slope in losses.items() if _best_factor(case.right[name], slope)[1] < 1e-6)
        why = f"Your cost is {next(own, 'another one')}."
        for loss, slope in losses.items():
            yield _Try(f"the gradient of {loss}", why, LOSSES, g, slope)


def _zeros(name: str, g: Array, case: _Case) -> list[Reading]:
    """How a gradient comes to be 0, but for rounding. P − Y of a softmax sums to 0 over the classes."""
    right, found = case.right[name], []
    cancels = abs(right.sum()) <= 1e-9 * np.abs(right).sum()
    for size, words in ((case.m, "the wrong axis"), (1, "all rows")):
        if cancels and g.size == size:
            why = "Over the classes, P − Y sums to 0: axis=1 sums over the examples."
            found.append(Reading(f"summed over {words}", why, (NO_FACTOR,), 0.0, 1, {}))
    if not g.any() or not found:
        why = "It was never computed, or something in front of it is 0."
        found.append(Reading("0 everywhere", why, (LAYERS,), 0.0, 1, {}))
    return found


def _softmax(Z: Array) -> Array:
    t = np.exp(Z - Z.max(axis=0))
    P: Array = t / t.sum(axis=0)
    return P


def _sigmoid(Z: Array) -> Array:
    A: Array = 1 / (1 + np.exp(-Z))
    return A


def _losses(Z: Array, Y: Array) -> dict[str, Array]:
    """dZ, (K, m), of the losses that are taken for one another, each without the 1/m."""
    A, P = _sigmoid(Z), _softmax(Z)
    S, C = _softmax(P) - Y, 2 * (P - Y)  # by P, of a second softmax and of a squared error
    return {
        "softmax cross-entropy": P - Y,
        "softmax cross-entropy, the softmax taken twice": P * (S - (P * S).sum(axis=0)),
        "softmax cross-entropy, probabilities where logits belong": S,
        "softmax cross-entropy, logits where probabilities belong": Y.sum(axis=0) / Z.sum(axis=0) - Y / Z,
        "softmax cross-entropy, the slope of the softmax left out": -Y / P,
        "squared error of the softmax": P * (C - (P * C).sum(axis=0)),
        "sigmoid cross-entropy": A - Y,
        "sigmoid cross-entropy, the sigmoid taken twice": A * (1 - A) * (_sigmoid(A) - Y),
        "sigmoid cross-entropy, probabilities where logits belong": _sigmoid(A) - Y,
        "sigmoid cross-entropy, the slope of the sigmoid left out": (A - Y) / (A * (1 - A)),
        "squared error of the sigmoid": 2 * A * (1 - A) * (A - Y),
        "squared error of the logits": 2 * (Z - Y),
    }


def _gradients_of_losses(name: str, logits: Cost, case: _Case) -> Iterator[tuple[str, Array]]:
    """For each loss, the mean gradient in the parameter `name`: dZ carried back through the logits."""
    Z = logits(case.parameters)
    for loss, dZ in _losses(Z, case.Y).items():
        if len(Z) > 1 or "softmax" not in loss:
            through = lambda p, dZ=dZ: (dZ * logits(p)).sum() / Z.shape[1]  # noqa: E731
            yield loss, case.derivative(through, name)[0]


# ---- 6. The judgement


def _fits(tried: _Try, W: Array, case: _Case) -> Iterator[Reading]:
    """The readings of one attempt: as it is, with a factor, with a penalty, with both."""
    nothing = np.linalg.norm(tried.right) <= 1e-12 * np.linalg.norm(tried.view)
    if not nothing:
        yield from _with_factor(tried, W, case)
    # A number that is fitted needs another one that it could have failed to fit.
    if tried.view.shape == W.shape and W.size > 1 and W.any() and not (nothing and tried.says):
        yield from _with_penalty(tried, W, case)
    if tried.view.shape == W.shape and W.size > 2 and _sine(tried.right, W) > 1e-4 and not tried.says:
        yield from _with_both(tried, W, case)


def _with_factor(tried: _Try, W: Array, case: _Case) -> Iterator[Reading]:
    c, left = _best_factor(tried.view, tried.right)
    if left > case.tolerance:
        return
    named = _names(c, case.tolerance, case)
    for factor in named:
        parts = bool(tried.says) + len(factor.parts)
        yield _reading(tried, parts, left, [_times(factor)], _meaning(factor, W, case), factor=c)
    if not named and W.size > 1 and not tried.says:
        why = "All entries are off by the same factor, and it is none that I know."
        yield _reading(tried, 2, left, [f"times {c:.6g}"], [(why, DOCTOR)], factor=c)


def _with_penalty(tried: _Try, W: Array, case: _Case) -> Iterator[Reading]:
    g, right = tried.view, tried.right
    k, left = _best_factor(g, W)
    if left <= case.tolerance and right.any() and not tried.says:
        why = "The derivative of the data term is missing."
        yield _reading(tried, 2, left, [f"nothing but {k:.6g} times the parameter"], [(why, NO_FACTOR)], weight=k)
    k, _ = _best_factor(g - right, W)
    left = float(np.linalg.norm(g - right - k * W) / np.linalg.norm(g))
    if left <= case.tolerance:
        for says, why, kappa in _penalties(1.0, k, case):
            yield _reading(tried, bool(tried.says) + 2, left, [says], [(why, NO_FACTOR)], penalty=kappa, weight=k)


def _with_both(tried: _Try, W: Array, case: _Case) -> Iterator[Reading]:
    c, k, left = _factor_and_penalty(tried.view, tried.right, W)
    if left > case.tolerance:
        return
    named = _names(c, case.tolerance, case)
    for factor in named:
        for says, why, kappa in _penalties(c, k, case) if factor.parts else ():
            reasons = [*_meaning(factor, W, case), (why, NO_FACTOR)]
            numbers = {"factor": c, "penalty": kappa, "weight": k}
            yield _reading(tried, len(factor.parts) + 2, left, [_times(factor), says], reasons, **numbers)
    if not named:
        why = "A factor and a multiple of the parameter explain it together; I know neither number."
        words = [f"times {c:.6g}", f"{k:.6g} times the parameter"]
        yield _reading(tried, 4, left, words, [(why, NO_FACTOR)], factor=c, weight=k)


def _reading(
    tried: _Try, parts: int, left: float, says: list[str], reasons: list[tuple[str, str]], **numbers: float
) -> Reading:
    words = [one for one in (tried.says, *(one.replace("-", "−") for one in says)) if one]
    reasons = [(why, page) for why, page in [(tried.why, tried.read_on), *reasons] if why]
    sentences, pages = [why for why, _ in reasons], dict.fromkeys(page for _, page in reasons)
    says_all = ", and ".join(words).replace(", and but ", ", but ")
    return Reading(says_all, " ".join(sentences), tuple(pages), left, parts, numbers)


def _names(c: float, tolerance: float, case: _Case) -> list[Factor]:
    """The names of a factor: those of the fewest parts."""
    known = [one for one in _named_factors(case.m, case.K) if abs(c - one.value) <= tolerance * abs(one.value)]
    known = known or [
        one for one in _guessed_factors(c, case.m, case.K) if abs(c - one.value) <= tolerance * abs(one.value)
    ]
    if any(part in one.parts for one in known for part in ("2", "½")):  # or a size that is not known
        known += _guessed_factors(c, case.m, case.K)
    return [one for one in known if len(one.parts) == min(len(other.parts) for other in known)]


def _times(factor: Factor) -> str:
    if not factor.parts:
        return ""
    value = f" = {factor.value:.6g}" if "m" in factor.name or "K" in factor.name else ""
    return f"times {factor.name}{value}{factor.provided}"


def _meaning(factor: Factor, W: Array, case: _Case) -> list[tuple[str, str]]:
    """Why a gradient may carry this factor, part by part."""
    twice = "np.mean and 1/m, one of the two is enough" if _is_vector(W) else "in dZ, and again"
    of_m = {
        "mean": ("The division by m is missing.", f"It is divided by m twice: {twice}."),
        "sum": (
            "It is multiplied by m, and the cost is a sum.",
            "It is the gradient of the mean, and the cost is a sum.",
        ),
        "": (
            "If the cost is a mean, the division by m is missing.",
            f"If the cost is a mean, it is divided by m twice ({twice}); if a sum, it is the gradient of the mean.",
        ),
    }[case.averaging]
    found = []
    for part in factor.parts:
        if part == "−1":
            found.append(("The sign is turned: target minus prediction, or a step uphill.", SIGN))
        elif part in ("2", "½"):
            found.append(("The derivative of a square brings a 2, and a cost with ½ in front takes it away.", DOCTOR))
        elif "K" in part:
            found.append(("The classes are averaged in one of the two, and added up in the other.", DOCTOR))
        elif len(part.removeprefix("1/")) > 1:
            found.append((f"The factor {part} is not one 1/m too few or too many, but several.", PLACES))
        else:
            found.append((of_m[part == "1/m"], PLACES))
    return found


def _penalties(c: float, k: float, case: _Case) -> list[tuple[str, str, float]]:
    """How c g* + k W comes about, where the cost holds (κ/2)‖W‖²: in words, why, and κ.

    Then g* is d + κ W, where d is of the data. A gradient c d + s W is c g* + (s − c κ) W: each way to
    get the penalty wrong is an s/κ, and gives κ = k / (s/κ − c).
    """
    ways = {"the penalty missing": 0.0, "the penalty twice": 2 * c, "but not the penalty": 1.0}
    if case.lam:  # then κ is known, but for the form of the penalty
        m = max(case.m, 1)
        forms = {"(λ/2)‖W‖²": 1.0, "λ‖W‖²": 2.0} | ({"(λ/2m)‖W‖²": 1 / m, "(λ/m)‖W‖²": 2 / m} if m > 1 else {})
        more = {"the penalty times −1": -1.0, "the penalty times ½": 0.5}
        more |= {"the penalty times m": float(m), "the penalty times 1/m": 1 / m}
        found = [
            (says, f"The cost holds {form}, and its derivative {size * case.lam:.6g} W.", size * case.lam)
            for says, s in (ways | more if c == 1 else ways).items()
            for form, size in forms.items()
            if s != c and abs(k / (s - c) / (size * case.lam) - 1) <= 1e-6
        ]
        if found:
            return found
    ways = {
        "the penalty missing or too small": 0.0,
        "the penalty twice or too large": 2 * c,
        "but not the penalty": 1.0,
    }
    kappas = {says: k / (s - c) for says, s in ways.items() if s != c}
    return [
        (f"{says} (κ = {kappa:.6g})", _of_kappa(kappa, says, case), kappa)
        for says, kappa in kappas.items()
        if kappa > 0
    ]


def _of_kappa(kappa: float, says: str, case: _Case) -> str:
    name = says.split(" or")[0].removeprefix("but ")
    over_m = f", {kappa * case.m:.6g} if it is (λ/2m)‖W‖²" if case.m > 1 else ""
    return f"If {name}, λ is {kappa:.6g} where the cost holds (λ/2)‖W‖², {kappa / 2:.6g} if it is λ‖W‖²{over_m}."


def _judge(name: str, g: Array, slope: tuple[Array, Array, str], precision: float, case: _Case) -> Finding:
    """The finding for one parameter."""
    right, bound, method = slope
    W = case.parameters[name]
    largest = max(float(np.abs(one).max()) for one in case.right.values())
    size, unsure = max(float(np.linalg.norm(one)) for one in (g, right)) or 1.0, float(np.linalg.norm(bound))
    uncertainty = unsure / size
    case.tolerance = max(ROUNDING, 30 * precision, 10 * uncertainty)

    def finding(verdict: str, residual: float, *readings: Reading, note: str = "") -> Finding:
        return Finding(name, W.shape, verdict, readings, residual, method, uncertainty, note)

    difference = float(np.linalg.norm(g - right)) if g.shape == right.shape else np.inf
    if size <= 1e-12 * largest + unsure <= 1e-6 * max(largest, abs(case.value)):  # both are 0, but for rounding
        return finding("right", 0.0)
    if uncertainty > DOUBTFUL:
        note = f"The derivative itself is known to {uncertainty:.0e} only: there is a kink, or noise."
        return finding("unclear", 1.0, note=note)
    if difference <= case.tolerance * size:
        return finding("right", difference / size)
    if np.linalg.norm(g) <= 1e-12 * largest:
        zeros = _zeros(name, g, case)
        return finding("explained" if len(zeros) == 1 else "ambiguous", 0.0, *zeros)
    quick = [*_shapes(g, right), *_exchanged(name, g, case), *_biases(name, g, case)]
    for source in (quick, _others(name, g, case)):
        fitting = [one for tried in source for one in _fits(tried, W, case)]
        if fitting:
            best = [one for one in fitting if one.parts == min(other.parts for other in fitting)]
            verdict = "explained" if len(best) == 1 else "ambiguous"
            return finding(verdict, max(one.residual for one in best), *best)
    if g.shape != right.shape:
        return finding(
            "unexplained", 1.0, note=f"Its shape is {g.shape}, and the parameter has {right.shape}.{_hint(case)}"
        )
    if difference <= DOUBTFUL * size:
        note = "More than rounding, and little: an ε inside a logarithm, something clipped, or float32."
        return finding("nearly", difference / size, note=note)
    off = np.abs(g - right)
    place = tuple(int(one) for one in np.unravel_index(off.argmax(), off.shape))
    count = (off > case.tolerance * size).sum()
    c, left = _best_factor(g, right) if right.any() else (0.0, 1.0)
    where = f"{count} of {g.size} entries differ, most {list(place)}: {g[place]:.6g} for {right[place]:.6g}."
    note = f"{where} The nearest multiple is {c:.3g} times the derivative.{_hint(case)}"
    return finding("unexplained", left, note=note)


def _hint(case: _Case) -> str:
    """What else could be handed over, so that more can be tried."""
    examples = "" if case.takes_data else " Single examples could be tried with X, Y and a cost(parameters, X, Y)."
    return examples + ("" if case.logits is not None else " Other losses could be tried with logits and Y.")


# ---- 7. The consultation


def diagnose(
    cost: Cost,
    gradient: Cost | Mapping[str, Any],
    parameters: Mapping[str, Any],
    X: Any = None,
    Y: Any = None,
    *,
    m: int = 0,
    K: int = 0,
    lam: float = 0.0,
    logits: Cost | None = None,
) -> Report:
    """Compare `gradient` with the derivative of `cost` at `parameters`, and say what explains the difference.

    `parameters` is a dictionary of arrays; `gradient` a dictionary with the same names, or with a "d" before
    them, or a function that gives one. With X, (D, m), and Y, (K, m), cost and gradient may be functions of
    (parameters, X, Y); then single examples are tried too. `lam` is the λ of a penalty. `logits`, a function
    of (parameters) or (parameters, X) with values of Y's shape, lets other losses be tried.

    Raises ValueError for a cost that is no single finite number or not the same twice, for a gradient that
    lacks a parameter, and for anything that is no array of finite real numbers.

    >>> half_square = lambda p: (p["w"] ** 2).sum() / 2
    >>> report = diagnose(half_square, lambda p: {"dw": 3 * p["w"]}, {"w": [1.0, 2.0]}, m=3)
    >>> report.findings[0].readings[0].says
    'times m = 3'
    """
    case = _admit(cost, parameters, X, Y, m, K)
    with np.errstate(all="ignore"):  # a step may leave the domain; what is not finite is dealt with
        case.lam, case.logits = _positive_or_zero("lam", lam), _logits(logits, case)
        case.value = _value(case)
        given, precisions = _gradients(gradient, case)
        slopes = {name: case.derivative(_on_all(case), name) for name in case.parameters}
        case.right = {name: slope for name, (slope, _, _) in slopes.items()}
        case.averaging = _averaging(case)
        found = [_judge(name, given[name], slopes[name], precisions[name], case) for name in case.parameters]
    return Report(case.value, case.averaging, case.m, case.K, tuple(found))


def _arguments(function: Cost) -> int:
    """How many arguments the function asks for; those that have a value already do not count."""
    try:
        arguments = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # some builtins show none
        return 1
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.kind in by_position and one.default is one.empty for one in arguments)


def _array(name: str, value: Any) -> Array:
    """`value` as floats; ValueError unless it is an array of finite real numbers."""
    try:
        given = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected an array, got rows of different lengths") from None
    if given.dtype.kind not in "iuf" or not given.size:
        raise ValueError(f"{name}: expected real numbers, got dtype {given.dtype} and shape {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError(f"{name}: expected finite numbers, got {given[~np.isfinite(given)][0]}")
    return given.astype(np.float64)


def _positive_or_zero(name: str, value: Any, whole: bool = False) -> Any:
    if np.ndim(value) or np.asarray(value).dtype.kind not in ("iu" if whole else "iuf") or not 0 <= value < np.inf:
        raise ValueError(f"{name}: expected a {'whole ' * whole}number from 0, got {value!r}")
    return value


def _admit(cost: Cost, parameters: Mapping[str, Any], X: Any, Y: Any, m: int, K: int) -> _Case:
    """The case, with the sizes that X and Y tell."""
    if not callable(cost):
        raise ValueError(f"cost: expected a function of the parameters, got {type(cost).__name__}")
    if not isinstance(parameters, Mapping) or not parameters:
        raise ValueError(f"parameters: expected a dictionary of arrays, got {type(parameters).__name__} {parameters!r}")
    values = {name: _array(f"parameters[{name!r}]", value) for name, value in parameters.items()}
    m, K = _positive_or_zero("m", m, whole=True), _positive_or_zero("K", K, whole=True)
    X, Y = (None if one is None else _array(name, one) for name, one in (("X", X), ("Y", Y)))
    for name, one in (("X", X), ("Y", Y)):
        if one is not None and one.ndim:
            if m and one.shape[-1] != m:
                raise ValueError(f"{name}: expected {m} examples, in columns, got shape {one.shape}")
            m = one.shape[-1]
    if Y is not None and Y.ndim == 2 and not K:
        K = len(Y)
    if _arguments(cost) not in (1, 3):
        raise ValueError(
            f"cost: expected a function of (parameters) or (parameters, X, Y), got {_arguments(cost)} arguments"
        )
    if _arguments(cost) == 3 and (X is None or Y is None):
        raise ValueError("cost: expected X and Y beside it, since it takes (parameters, X, Y)")
    return _Case(cost, values, X, Y, m, K)


def _number(value: Any) -> Any:
    """The cost as one number, real or complex."""
    if np.size(value) != 1 or np.asarray(value).dtype.kind not in "iufc":
        raise ValueError(f"cost: expected one number, got {type(value).__name__} of shape {np.shape(value)}")
    return np.asarray(value).reshape(())[()]


def _on_all(case: _Case) -> Cost:
    """The cost of all examples, as a function of the parameters. What it does to them is done to a copy."""
    data = (case.X, case.Y) if case.takes_data else ()
    return lambda p: _number(case.cost({name: one.copy() for name, one in p.items()}, *data))


def _value(case: _Case) -> float:
    first, second = (_on_all(case)(case.parameters) for _ in range(2))
    if np.iscomplexobj(first) or not np.isfinite(first):
        raise ValueError(f"cost: expected a finite real number, got {first}")
    if first != second:
        raise ValueError(f"cost: expected the same number for the same parameters, got {first} and {second}")
    return float(first)


def _gradients(gradient: Cost | Mapping[str, Any], case: _Case) -> tuple[dict[str, Array], dict[str, float]]:
    """Your gradients by the parameters' names, and the precision of each."""
    if callable(gradient):
        data = (case.X, case.Y) if _arguments(gradient) == 3 else ()
        gradient = gradient({name: one.copy() for name, one in case.parameters.items()}, *data)
    if not isinstance(gradient, Mapping):
        raise ValueError(
            f"gradient: expected a dictionary, or a function that gives one, got {type(gradient).__name__}"
        )
    found, precisions = {}, {}
    for name in case.parameters:
        key = name if name in gradient else f"d{name}"
        if key not in gradient:
            raise ValueError(
                f"gradient: expected an entry {name!r} or 'd{name}', got {', '.join(map(repr, gradient)) or 'none'}"
            )
        found[name] = _array(f"gradient[{key!r}]", gradient[key])
        kind = np.asarray(gradient[key]).dtype
        precisions[name] = float(np.finfo(kind if kind.kind == "f" else np.float64).eps)
    return found, precisions


def _logits(logits: Cost | None, case: _Case) -> Cost | None:
    """The logits as a function of the parameters alone."""
    if logits is None:
        return None
    if case.Y is None:
        raise ValueError("logits: expected Y beside it, got none")
    data = (case.X,) if _arguments(logits) == 2 else ()
    Z = logits(case.parameters, *data)
    if np.shape(Z) != np.shape(case.Y):
        raise ValueError(f"logits: expected the shape of Y, {np.shape(case.Y)}, got {np.shape(Z)}")
    return lambda p: logits(p, *data)


def _averaging(case: _Case) -> str:
    """Whether the cost is a mean or a sum over the examples: what the same batch costs two and three times over."""
    repeated = ([np.concatenate([one] * n, axis=-1) for one in (case.X, case.Y)] for n in (1, 2, 3))
    try:
        one, two, three = (case.cost(case.parameters, *data) for data in repeated)
    except Exception:  # it takes no data, or the size of the batch stands in the code
        return ""
    small = 1e-9 * abs(one)
    if abs((one - two) - 3 * (two - three)) <= small:  # all the same, or with a penalty over m
        return "mean"
    return "sum" if abs((three - two) - (two - one)) <= small else ""


# ---- 8. From the command line


def main(arguments: list[str]) -> int:
    """Diagnose the file that is named; 0 if all is right, 1 if not, 2 if the file cannot be judged.

    Raises ValueError for anything but one argument.

    >>> main(["no_such_file.py"])
    no_such_file.py: expected a file, there is none
    2
    """
    if len(arguments) != 1:
        raise ValueError(f"arguments: expected the name of one file, got {len(arguments)}")
    path = Path(*arguments)
    if not path.is_file():
        print(f"{path}: expected a file, there is none")
        return 2
    sys.path.insert(0, str(path.parent))  # so that it finds what stands beside it
    try:
        names = runpy.run_path(str(path))
    finally:
        sys.path.remove(str(path.parent))
    missing = [name for name in ("cost", "gradient", "parameters") if name not in names]
    if missing:
        print(f"{path}: expected it to define cost, gradient and parameters, got no {' and no '.join(missing)}")
        return 2
    known = {name: names[name] for name in ("X", "Y", "m", "K", "lam", "logits") if name in names}
    try:
        report = diagnose(names["cost"], names["gradient"], names["parameters"], **known)
    except ValueError as error:
        print(f"{path}: {error}")
        return 2
    print(report)
    return 0 if report.right else 1


# ---- 9. Three patients


class Batch(NamedTuple):
    """Five examples of two features in three classes, and where the weights stand."""

    X: Array  # (2, 5)
    Y: Array  # (3, 5)
    parameters: dict[str, Array]  # W (3, 2), b (3, 1)


def _batch() -> Batch:
    X = np.array([[1.0, -2.0, 0.5, 3.0, -1.0], [0.5, 1.0, -1.5, 2.0, -0.5]])
    W = np.array([[0.5, -1.0], [0.25, 0.75], [-0.5, 1.5]])
    return Batch(X, np.eye(3)[:, [0, 1, 2, 2, 0]], {"W": W, "b": np.array([[0.1], [-0.2], [0.4]])})


def _cross_entropy(p: Mapping[str, Any], X: Array, Y: Array) -> Any:
    """The average cross-entropy of the batch."""
    Z = p["W"] @ X + p["b"]  # (K, m)
    return -(Y * (Z - np.log(np.exp(Z).sum(axis=0)))).sum() / X.shape[1]


# --8<-- [start:sum_for_mean]
def _sum_for_mean(p: Mapping[str, Array], X: Array, Y: Array) -> dict[str, Array]:
    """Backpropagation of the first patient: the 1/m stands in db alone."""
    m = X.shape[1]
    dZ = _softmax(p["W"] @ X + p["b"]) - Y  # (K, m)
    return {"dW": dZ @ X.T, "db": dZ.sum(axis=1, keepdims=True) / m}


# --8<-- [end:sum_for_mean]


# --8<-- [start:two_faults]
def _two_faults(p: Mapping[str, Array], X: Array, Y: Array) -> dict[str, Array]:
    """The second patient: target minus prediction, and the penalty of the cost left out."""
    m = X.shape[1]
    dZ = Y - _softmax(p["W"] @ X + p["b"])  # (K, m)
    return {"dW": dZ @ X.T / m, "db": dZ.mean(axis=1)}


# --8<-- [end:two_faults]


# --8<-- [start:another_loss]
def _softmax_twice(p: Mapping[str, Any], X: Array, Y: Array) -> Any:
    """The cost of the third patient: a function that expects logits is given probabilities."""
    t = np.exp(p["W"] @ X + p["b"])  # (K, m)
    P = t / t.sum(axis=0)
    return -(Y * (P - np.log(np.exp(P).sum(axis=0)))).sum() / X.shape[1]


# --8<-- [end:another_loss]


def example_best_factor() -> None:
    # --8<-- [start:best_factor-example]
    right = np.array([0.25, -0.5, 1.0])
    for yours in (4 * right, 4 * right + [0.0, 0.0, 0.5]):
        c, left = _best_factor(yours, right)
        print(f"{yours.tolist()}: times {c:.4f}, left over {left:.4f}")
    # --8<-- [end:best_factor-example]


def example_factor_and_penalty() -> None:
    # --8<-- [start:factor_and_penalty-example]
    right, W = np.array([0.25, -0.5, 1.0]), np.array([1.0, 2.0, -1.0])
    yours = -2 * right + 0.5 * W
    c, k, left = _factor_and_penalty(yours, right, W)
    print(f"{yours.tolist()}: times {c:.4f}, and {k:.4f} W, left over {left:.4f}")
    # --8<-- [end:factor_and_penalty-example]


def example_named_factors() -> None:
    # --8<-- [start:named_factors-example]
    for m, K in ((5, 3), (3, 3)):
        found = [one.name for one in _named_factors(m, K) if one.value == 3.0 and len(one.parts) == 1]
        print(f"m = {m}, K = {K}: a factor of 3 is {' or '.join(found)}")
    # --8<-- [end:named_factors-example]


def example_sum_for_mean() -> None:
    # --8<-- [start:sum_for_mean-example]
    X, Y, parameters = _batch()
    print(diagnose(_cross_entropy, _sum_for_mean, parameters, X, Y))
    # --8<-- [end:sum_for_mean-example]


def example_two_faults() -> None:
    # --8<-- [start:two_faults-example]
    X, Y, parameters = _batch()
    lam = 0.5

    def cost(p: Mapping[str, Any]) -> Any:
        return _cross_entropy(p, X, Y) + lam / 2 * (p["W"] ** 2).sum()

    def gradient(p: Mapping[str, Array]) -> dict[str, Array]:
        return _two_faults(p, X, Y)

    print(diagnose(cost, gradient, parameters, m=5, K=3, lam=lam))
    # --8<-- [end:two_faults-example]


def example_another_loss() -> None:
    # --8<-- [start:another_loss-example]
    X, Y, parameters = _batch()

    def gradient(p: Mapping[str, Array]) -> dict[str, Array]:
        dZ = (_softmax(p["W"] @ X + p["b"]) - Y) / 5
        return {"dW": dZ @ X.T, "db": dZ.sum(axis=1, keepdims=True)}

    def logits(p: Mapping[str, Any]) -> Any:
        return p["W"] @ X + p["b"]

    print(diagnose(_softmax_twice, gradient, parameters, X, Y, logits=logits))
    # --8<-- [end:another_loss-example]


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(sys.argv[1:]))
    example_best_factor()
    example_factor_and_penalty()
    example_named_factors()
    example_sum_for_mean()
    example_two_faults()
    example_another_loss()
