"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

As in `quality/voices.py`: a function of the numbers at a point, that never reads the definition. Arrays
are NumPy arrays whose entry [0] is the maths' entry 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.derivations.voice import Pin, Place, Voice


def _entry(at: Place, array: Any) -> float:
    """The entry of a K×m array at the point's class and example."""
    return float(array[at["k"] - 1, at["i"] - 1])


DEFINITIONS: Mapping[str, Voice] = {
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
    # twice_or_never
    "penalised_cost": Voice(lambda at: at["J"] + at["lam"] * float(np.vdot(at["W"], at["W"])) / (at["m"] + at["m"])),
}

QUANTITIES: Mapping[str, Pin] = {}
