"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

As in `quality/voices.py`: a function of the numbers at a point, that never reads the definition. Arrays
are NumPy arrays whose entry [0] is the maths' entry 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from tests.derivations.voice import Pin, Place, Voice


def _entry(at: Place, array: Any) -> float:
    """The entry of a K×m array at the point's class and example."""
    return float(array[at["k"] - 1, at["i"] - 1])


_QUARTERS = tuple(Fraction(n, 4) for n in range(33))  # ties among them
_ROUNDING = ("exponent_of_x", "scaled_significand", "rounded_significand")
_DOUBLED = ("exponent_after_doublings", "significand_after_doublings", "rounded_significand_after_doublings")


def _rounded(x: float, bits: int) -> float:
    """The nearest of the floats with so many bits, by looking at both neighbours; a tie goes to the even one."""
    step = Fraction(2) ** (math.frexp(x)[1] - bits)
    below = Fraction(x) // step
    left, right = Fraction(x) - below * step, (below + 1) * step - Fraction(x)
    up = right < left or (right == left and below % 2 == 1)
    return float((below + up) * step)


def _at(at: Place) -> tuple[int, int]:
    """The place of the point's unit and example."""
    return at["unit"] - 1, at["i"] - 1


def _down_to(layer: int, dZ: Any, weights: Any, slopes: Any) -> Any:
    """dZ of a layer, from that of the output layer; the first entry of `weights` is W of layer 1."""
    for n in range(len(weights) - 1, layer - 1, -1):
        dZ = slopes[n - 1] * (weights[n].T @ dZ)
    return dZ


def _taylor(at: Place, step: complex) -> complex:
    """The polynomial of degree five, in complex arithmetic."""
    slopes = [at.get(name, 0.25) for name in ("f0", "f1", "f2x", "f3", "f4", "f5")]  # those that a body lacks: any
    return sum(one * step**n / math.factorial(n) for n, one in enumerate(slopes))


DEFINITIONS: Mapping[str, Voice] = {
    # numerical_gradient
    "ahead": Voice(lambda at: _taylor(at, at["step_h"]).real),
    "back": Voice(lambda at: _taylor(at, -at["step_h"]).real),
    "half_ahead": Voice(lambda at: _taylor(at, at["step_h"] / 2).real),
    "half_back": Voice(lambda at: _taylor(at, -at["step_h"] / 2).real),
    "to_the_side": Voice(lambda at: _taylor(at, 1j * at["step_h"]).imag),
    # gradient_doctor
    "nearest": Voice(lambda at: float(np.linalg.lstsq(at["true"][:, None], at["mine"], rcond=None)[0][0])),
    "angle": Voice(
        lambda at: float(at["mine"] / np.linalg.norm(at["mine"]) @ (at["true"] / np.linalg.norm(at["true"])))
    ),
    "perpendicular_part": Voice(
        lambda at: float(
            (at["weight"] - at["true"] * np.linalg.lstsq(at["true"][:, None], at["weight"], rcond=None)[0])[at["d"] - 1]
        )
    ),
    # deferred_or_absorbed: the loss is minus the logarithm of the likelihood of one example
    "loss_of_an_example": Voice(
        lambda at: -math.log(math.prod(at["P"][:, at["i"] - 1] ** at["Y"][:, at["i"] - 1])),
    ),
    "cost_as_a_mean": Voice(lambda at: float(np.mean(at["ells"]))),
    "deferred_dz": Voice(lambda at: _entry(at, np.subtract(at["P"], at["Y"]))),
    "absorbed_dz": Voice(lambda at: _entry(at, np.subtract(at["P"], at["Y"])) / at["P"].shape[1]),
    # dz
    "dz_below": Voice(lambda at: float((at["W"].T @ at["dZ"])[at["d"] - 1, at["i"] - 1])),
    "dz_above": Voice(lambda at: -_entry(at, np.divide(at["Y"], at["P"]))),
    "sigmoid": Voice(lambda at: (1 + math.tanh(at["z_logistic"][at["i"] - 1] / 2)) / 2),
    "binary_loss": Voice(
        lambda at: (
            -math.log(
                at["a_logistic"][at["i"] - 1] ** at["y_logistic"][at["i"] - 1]
                * (1 - at["a_logistic"][at["i"] - 1]) ** (1 - at["y_logistic"][at["i"] - 1])
            )
        )
    ),
    "logistic_dz": Voice(lambda at: float(np.subtract(at["a_logistic"], at["y_logistic"])[at["i"] - 1])),
    # layer_after_layer: one column at a time
    "hidden_scores": Voice(lambda at: float((at["W1"] @ at["X"])[at["unit"] - 1, at["i"] - 1])),
    "tangent_of_the_activation": Voice(
        lambda at: math.fsum([at["T1"][_at(at)], at["G1"][_at(at)] * at["Z1"][_at(at)]])
    ),
    "output_scores": Voice(lambda at: float((at["W2"] @ at["A1"])[at["k"] - 1, at["i"] - 1])),
    "output_probabilities": Voice(
        lambda at: 1 / math.fsum(math.exp(z - at["Z2"][at["k"] - 1, at["i"] - 1]) for z in at["Z2"][:, at["i"] - 1])
    ),
    "dz_of_the_output": Voice(lambda at: _entry(at, np.subtract(at["P"], at["Y"]))),
    "absorbed_dz_of_the_output": Voice(lambda at: _entry(at, np.subtract(at["P"], at["Y"])) / at["P"].shape[1]),
    "dz_of_the_hidden": Voice(lambda at: float(((at["W2"].T @ at["dZ2"]) * at["G1"])[_at(at)])),
    "absorbed_dz_of_the_hidden": Voice(lambda at: float(((at["W2"].T @ at["dZ2_bar"]) * at["G1"])[_at(at)])),
    # any_number_of_layers
    "sigmoid_activation": Voice(lambda at: (1 + math.tanh(at["Z1"][_at(at)] / 2)) / 2),
    "tanh_activation": Voice(lambda at: 1 - 2 / (math.exp(2 * at["Z1"][_at(at)]) + 1)),
    "relu_activation": Voice(lambda at: (at["Z1"][_at(at)] + abs(at["Z1"][_at(at)])) / 2),
    "dz_of_a_layer": Voice(lambda at: _down_to(at["layer"], at["top"], at["Wl"], at["Gl"])[_at(at)]),
    "multiplied_dz_of_a_layer": Voice(
        lambda at: _down_to(at["layer"], at["u"] * at["top"], at["Wl"], at["Gl"])[_at(at)]
    ),
    # not_a_factor
    "penalised_cost": Voice(lambda at: at["J"] + at["lam"] * float(np.vdot(at["W"], at["W"])) / (at["m"] + at["m"])),
    # precision: the standard library's own floats; `frexp` gives |x| = f 2^e with 1/2 ≤ f < 1
    "exponent_of_x": Voice(lambda at: math.frexp(at["x"])[1] - 1),
    "scaled_significand": Voice(lambda at: math.frexp(at["x"])[0] * 2 ** at["bits"], opens=("exponent_of_x",)),
    "rounded_significand": Voice(lambda at: round(at["significand"]), at={"significand": _QUARTERS}),
    "rounded_float": Voice(lambda at: _rounded(at["x"], at["bits"]), opens=_ROUNDING),
    "exponent_after_doublings": Voice(lambda at: math.frexp(at["x"])[1] - 1 + at["doublings"]),
    "significand_after_doublings": Voice(
        lambda at: math.frexp(at["x"])[0] * 2 ** at["bits"], opens=("exponent_after_doublings",)
    ),
    "rounded_significand_after_doublings": Voice(lambda at: round(at["significand2"]), at={"significand2": _QUARTERS}),
    "rounded_after_doublings": Voice(
        lambda at: _rounded(math.ldexp(at["x"], at["doublings"]), at["bits"]), opens=_DOUBLED
    ),
    "largest_float": Voice(lambda at: math.fsum(2.0 ** (at["e_max"] - bit) for bit in range(at["bits"]))),
    "smallest_normal": Voice(lambda at: 1 / 2 ** (at["e_max"] - 1)),
    "smallest_step": Voice(lambda at: 1 / 2 ** (at["e_max"] - 1) / 2 ** (at["bits"] - 1)),
    "counted_in_steps": Voice(lambda at: at["entry"] / at["tiny"] / at["m"]),
    "rounded_steps": Voice(lambda at: round(at["steps"]), at={"steps": _QUARTERS}),
    "divided_entry": Voice(lambda at: math.prod((at["tiny"], at["whole_steps"]))),
}

# ---- precision: NumPy's own float16, and bfloat16 as the upper half of a float32


def _half(x: float) -> float:
    with np.errstate(all="ignore"):
        return float(np.float16(x))


def _first(holds: Callable[[float], bool], low: float, high: float) -> float:
    """The smallest float64 between `low` and `high` where it holds, which it does from there on."""
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _upper_half(pattern: int) -> float:
    return float(np.array([pattern << 16], dtype=np.uint32).view(np.float32)[0])


def _overflows() -> Fraction:
    return Fraction(_first(lambda x: math.isinf(_half(x)), 1.0, 1e6))


def _kept() -> float:
    """The first float64 that float16 does not round to 0; the one before it is the last that is lost."""
    return _first(lambda x: _half(x) > 0, 0.0, 1.0)


def _lost() -> Fraction:
    return Fraction(math.nextafter(_kept(), 0.0))


def _worst(bits: int) -> Fraction:
    """The error of rounding 1 + 2⁻ᵖ, the worst place, over that number."""
    x = 1 + Fraction(1, 2**bits)
    return (x - 1) / x


def _stalls(bits: int) -> int:
    total = 0
    while _rounded(total + 1, bits) > total:
        total += 1
    return total


_HALF = np.finfo(np.float16)


def _best_step() -> float:
    """Where rounding over h and h²/6 together are least: by bisection of the slope."""
    low, high = mpmath.mpf(10) ** -8, mpmath.mpf(10) ** -3
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if middle / 3 < mpmath.mpf(2) ** -53 / middle**2 else (low, middle)
    return low


QUANTITIES: Mapping[str, Pin] = {
    # numerical_gradient
    "best_step_of_a_double": Pin(_best_step),
    # precision
    "float16_largest": Pin(lambda: float(_HALF.max), close=0),
    "float16_overflow": Pin(_overflows, close=0),
    "float16_smallest": Pin(lambda: float(_HALF.smallest_normal), close=0),
    "float16_tiny": Pin(lambda: float(_HALF.smallest_subnormal), close=0),
    "float16_zero": Pin(_lost, close=0),
    "bfloat16_largest": Pin(lambda: _upper_half(0x7F7F), close=0),
    "bfloat16_tiny": Pin(lambda: _upper_half(0x0001), close=0),
    "overflow_at_64": Pin(lambda: _overflows() / 64, close=0),
    "overflow_at_4096": Pin(lambda: _overflows() / 4096, close=0),
    "zero_at_64": Pin(lambda: _lost() * 64, close=0),
    "zero_at_4096": Pin(lambda: _lost() * 4096, close=0),
    "thin_at_4096": Pin(lambda: float(_HALF.smallest_normal) * 4096, close=0),
    "roundoff_64": Pin(lambda: _worst(53), close=0),
    "roundoff_32": Pin(lambda: _worst(24), close=0),
    "roundoff_16": Pin(lambda: _worst(11), close=0),
    "roundoff_b16": Pin(lambda: _worst(8), close=0),
    "stalled_at": Pin(lambda: _stalls(8), close=0),
    "stalled_mean": Pin(lambda: Fraction(_stalls(8), 4096), close=0),
    "room_in_float16": Pin(lambda: float(_HALF.max) / float(_HALF.smallest_normal), close=0),
}
