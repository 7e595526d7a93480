"""A third voice for each definition and each quantity of the topic: plain arithmetic, typed again.

As in `quality/voices.py`: a function of the numbers at a point, that never reads the definition. Arrays
are NumPy arrays whose entry [0] is the maths' entry 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from tests.derivations.voice import Pin, Place, Voice


def _averaged(at: Place) -> float:
    """The n-th value of a convolution with falling powers."""
    n = at["n"]
    return float(np.convolve(at["signal"][:n], (1 - at["beta"]) * at["beta"] ** np.arange(n))[n - 1])


def _faded(at: Place, name: str) -> float:
    """All values so far, each times β to the power of its age."""
    n = at["n"]
    return math.fsum(at["beta"] ** (n - k) * at[name][k - 1] for k in range(1, n + 1))


def _after_moves(at: Place, name: str, share: float) -> float:
    """The weight at the start, less every move so far."""
    n = at["n"]
    return float(at["w_start"] - share * np.dot(at["rates"][:n], at[name][:n]))


DEFINITIONS: Mapping[str, Voice] = {
    # average_that_remembers
    "exponential_average": Voice(_averaged),
    "mean_of_window": Voice(lambda at: float(np.mean(at["signal"][: at["t"] - 1]))),
    "mean_of_next_window": Voice(lambda at: float(np.mean(at["signal"][1 : at["t"]]))),
    # momentum: sums over all gradients, and over all moves
    "velocity_by_steps": Voice(lambda at: (1 - at["beta"]) * _faded(at, "gradients")),
    "buffer_by_steps": Voice(lambda at: _faded(at, "gradients")),
    "walk_along_the_average": Voice(lambda at: _after_moves(at, "velocity", 1.0)),
    "walk_along_the_buffer": Voice(lambda at: _after_moves(at, "buffers", 1 - at["beta"])),
    "folded_by_steps": Voice(lambda at: at["rates"][at["n"] - 1] * _faded(at, "gradients")),
    "look_ahead": Voice(
        lambda at: math.fsum([at["walk"][at["n"] - 1], -at["buffers"][at["n"] - 1] * at["eta"] * at["beta"]])
    ),
    # batch_normalisation
    "mean_of_scores": Voice(lambda at: float(np.mean(at["scores"]))),
    "variance_of_scores": Voice(lambda at: float(np.var(at["scores"])), opens=("mean_of_scores",)),
    "normalised_score": Voice(
        lambda at: (
            (at["scores"][at["i"] - 1] - at["mu"]) / math.hypot(math.sqrt(at["var_z"]), math.sqrt(at["epsilon"]))
        )
    ),
    "given_score": Voice(lambda at: float(np.polyval([at["gain"], at["bn_shift"]], at["z_norm"][at["i"] - 1]))),
}

QUANTITIES: Mapping[str, Pin] = {
    # average_that_remembers
    "weight_of_day_98": Pin(lambda: 81 / 1000),
    "hundred_weights": Pin(lambda: math.fsum(0.1 * 0.9**k for k in range(100))),
    "third_day": Pin(lambda: float(np.dot([40, 49, 45], [0.081, 0.09, 0.1]))),
    # momentum: a gradient of 1, for as long as doubles notice
    "steps_grow_to": Pin(lambda: math.fsum(0.9**k for k in range(400))),
}
