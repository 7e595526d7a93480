"""The figures of the topic `moving_averages`."""

from __future__ import annotations

import csv
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from press.figures.model import Figure
from snippets.moving_averages.batch_normalisation_backward import ring, seen_by_the_next

FIRST_YEAR = 366  # 2012 was a leap year


def seattle() -> list[float]:
    """The highest temperature of each day of 2012 in Seattle, °C, from the file that `vega_datasets` carries."""
    found = find_spec("vega_datasets")  # importing it would import pandas, for one column of a file
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("vega_datasets: expected to be installed, found none")
    file = Path(found.submodule_search_locations[0], "_data", "seattle-weather.csv")
    with file.open(newline="", encoding="utf-8") as rows:
        return [float(row["temp_max"]) for row in csv.DictReader(rows)][:FIRST_YEAR]


def kicks() -> dict[str, Any]:
    """Where a noisy walk begins, and the noise of each of its steps in both weights."""
    drawn = np.random.default_rng(11).normal(size=(60, 2))
    return {"start": [4.5, 2.5], "kicks": drawn.round(2).tolist()}


WATCHED = 41
RATES = (0.03, 0.1, 0.3)


def covered_layers() -> dict[str, Any]:
    """What the second hidden layer passes on, step by step, by offset of the inputs, learning rate and way."""
    runs: dict[str, Any] = {}
    for offset in (2, 0):
        runs[str(offset)] = {}
        for rate in RATES:
            made = runs[str(offset)][str(rate)] = {}
            for name, normalised in (("bias", False), ("normalised", True)):
                seen = seen_by_the_next(*ring(offset), rate, WATCHED, normalised).round(3).transpose(1, 2, 0)
                made[name] = {"means": seen[0].tolist(), "deviations": seen[1].tolist()}
    return {"runs": runs, "rates": list(RATES), "steps": WATCHED, "units": 4}


FIGURES: tuple[Figure, ...] = (
    Figure(
        "temperatures",
        "One number of memory, and every day so far has its weight in it.",
        "The highest temperature of each day of 2012 in Seattle (dots) and its exponentially weighted average (line), "
        "which begins at 0. The bars: what each day so far weighs in the average of the chosen day. Move β up: the "
        "weights reach further back, the line gets smoother and comes later, and it begins further below the dots.",
        {"days": seattle()},
    ),
    Figure(
        "bias_correction",
        "Divided by its weights the average is right from the first day; misprinted, it starts lower than uncorrected.",
        "Daily highest temperatures in Seattle from 1 July 2012 (dots). Solid: the average over its weights. "
        "Dashed: the average begun at 0. Dotted: the misprint at its word. The corrected value fed back stands in the "
        "readout: with a large β it leaves the picture on the second day. Let every day be alike, and the right "
        "one is right at once.",
        {"days": seattle()[182:]},
    ),
    Figure(
        "normalised_batches",
        "Whatever the scores were, what is passed on has the mean β and the deviation |γ|, but for ε.",
        "The scores of one unit for the examples of a batch (top), and what batch normalisation makes of them "
        "(bottom); each line is one example. The bars span one standard deviation to either side of the mean. Move γ "
        "and β. Then shrink the scores: while their variance is large beside ε nothing changes below, and then the "
        "bar does. With a batch of one, γ and the score have no say.",
        {"scores": [4.6, 7.8, 2.4, 5.5, 8.4, 1.2, 6.1, 3.6]},
    ),
    Figure(
        "normalised_layer",
        "Batch normalisation stands between the scores of a layer and its activation.",
        "A layer with the shape of each array on its way, for a batch of four examples, and one unit's four scores on "
        "that way. Take the normalisation out: then a bias stands where the shift stood, and the scores run into the "
        "flat ends of tanh. Count what is to be learnt: the bias goes, a factor and a shift come.",
        {"scores": [2.4, 4.6, 1.2, 7.8], "eps": 1e-5},
    ),
    Figure(
        "covered_layers",
        "Off centre, what the next layer is given jumps about; normalised, it moves by little steps.",
        "Cover the two hidden layers of a small network, and watch what they give the next one while they learn: the "
        "mean of one unit over sixty examples, with one standard deviation to either side. Each run is one start of "
        "the weights. Change the unit and the learning rate. Then centre the inputs: most of the jumping goes without "
        "any normalisation inside, and the normalised run stays as it was.",
        covered_layers(),
    ),
    Figure(
        "effective_step",
        "Under the root, ε takes hold of gradients that it does not touch beside it.",
        "How long a step of Adam is, in learning rates, for each size of a gradient that stays the same; both scales "
        "are logarithmic. Where a curve has its mark, half of the step is left. Move ε: beside the root the mark goes "
        "along with it, under the root half as fast. Move t: with an average that is not corrected, ε counts for more "
        "at first.",
        {"beta2": 0.999, "steps": [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 3000]},
    ),
    Figure(
        "schedules",
        "A travel without end can be shorter than a fixed one, in the epochs that there are.",
        "Four schedules over a thousand epochs, one step each, on a bowl of curvature 1. First: their rates added up, "
        "beside the distance to go. Second: the mean squared distance that noise leaves, exactly, beside the floor of "
        "a constant rate. Lower the first rate until the staircase no longer arrives. Then turn the noise down: what "
        "is left is the way that was not gone.",
        {"epochs": 1000, "decay": 1, "fade": 0.95, "k": 1, "every": 10},
    ),
    Figure(
        "around_the_minimum",
        "At a constant rate the noise keeps the weights around the minimum; with decay they come to rest.",
        "Sixty steps down a round bowl with the same noise, at a constant rate (squares) and with decay (dots). Turn "
        "the noise off: both arrive, the constant rate first, and with a first rate near its smallest the staircase "
        "stops on the way. Turn it up, and try the four schedules: one over the epochs may not arrive at all.",
        {"decay": 1, "fade": 0.95, "k": 1, "every": 10, **kicks()},
    ),
    Figure(
        "saddle_and_plateau",
        "A saddle lets go after a fixed number of steps more for each halving of the distance; a plateau does not.",
        "Saddle: descent from a place whose offset along the falling direction you choose. Make it a thousand times "
        "smaller, and a fixed number of steps comes on top. Plateau: descent on the sigmoid itself. Move its start "
        "outwards, and each unit multiplies the number of steps.",
        {"across": 2.0, "rate": 0.2, "rises": 1.0, "falls": -1.0, "radius": 2.0, "slide": 1.0},
    ),
    Figure(
        "two_valleys",
        "Over one weight, descent ends in the valley where it began, be it the lowest or not.",
        "Descent on a cost of one weight. Which valley it ends in is decided by its start. Begin in the middle "
        "without a tilt: the slope is zero there too, and descent stays on the top. Drawings of local optima look "
        "like this; with many weights such a valley would have to rise in all directions at once.",
        {"steps": 60},
    ),
    Figure(
        "momentum_bowl",
        "Momentum bears learning rates at which descent runs away, and runs past the bottom itself.",
        "Sixty steps on a bowl that is 25 times as steep upwards as sideways: gradient descent (squares) and momentum "
        "(dots) at the same learning rate. Raise it a little: descent leaves the picture. Raise it until momentum "
        "does. Put β to nought, and both walks are one. Then put 1 − β before the gradient: the walk is slower, "
        "and bears a larger rate.",
        {"start": [10, 1], "curvatures": [1, 25], "steps": 60},
    ),
)
