"""The figures of the topic `quality`: from the quality of a classifier to cross-entropy.

Captions say what to try and what to see. Numbers of the lecture are data here, each with its
place; everything computed from them is computed in the figure, from the compiled formulas.

Source: CS5242 lecture 4; the figures themselves were lost from the source.
"""

from __future__ import annotations

import math

from derivations.notation import w1, w2
from derivations.quality.ascent_and_descent import M1, M2, start_height
from derivations.quality.geometric_mean import BAD, GOOD
from derivations.quality.softmax import NOTES_SCORES
from derivations.quality.softmax_gradient import NOTES_PROBABILITIES, NOTES_TARGETS
from press.figures.model import Figure
from press.figures.quality import formulas

CLASSES = ["Cat", "Dog", "Horse", "Deer"]
"""In the order of lines 170 to 173, which the class numbers of line 420 follow."""

PICTURES = ["Horse", "Cat", "Dog", "Deer", "Dog"]
RIGHT = [3, 1, 2, 4, 2]  # line 420
TABLE = [  # line 421; columns 3 and 5 summed to 0.95 and 0.90, the marked entries mend them
    [0.05, 0.05, 0.70, 0.20],
    [0.80, 0.20, 0.00, 0.00],
    [0.05, 0.60, 0.20, 0.15],
    [0.05, 0.60, 0.05, 0.30],
    [0.10, 0.40, 0.10, 0.40],
]
MENDED = [{"example": 3, "class": 4, "was": 0.10}, {"example": 5, "class": 1, "was": 0.00}]

PLANE = {
    "start": [float(start_height.at[w]) for w in (w1, w2)],
    "top": [float(M1), float(M2)],
    "across": [-3.0, 4.0],
    "up": [-3.5, 3.5],
}

FIGURES: tuple[Figure, ...] = (
    Figure(
        "good_and_bad_network",
        "One bad picture costs more than one good picture earns.",
        "Each bar is the probability that a network gives to the right class of one picture. On the plain scale "
        "the arithmetic mean balances the bars; on the logarithmic one the geometric mean does. Lower one bar "
        "towards 0 and watch which mean follows.",
        {"pictures": PICTURES, "good": list(map(float, GOOD)), "bad": list(map(float, BAD)), "classes": len(CLASSES)},
    ),
    Figure(
        "predictions_table",
        "The loss reads one number in each column.",
        "Five pictures, four classes; the framed entry is the probability of the right class, and its loss stands"
        " below. Two columns of the slide did not sum to one: the entries marked * are mended, and no loss "
        "changes by it. Choose a picture and move its probability.",
        {"classes": CLASSES, "right": RIGHT, "table": TABLE, "mended": MENDED},
    ),
    Figure(
        "landscape",
        "The gradient is perpendicular to the level line, and as long as the steepest slope.",
        "Quality over two weights, as a map and as a surface. Drag the point or use the sliders. Turn the second "
        "arrow away from the gradient: the slope falls to nothing along the level line. At the top no direction "
        "climbs.",
        PLANE,
    ),
    Figure(
        "ascent_in_action",
        "The learning rate decides whether ascent arrives.",
        "Gradient ascent on the landscape from the lecture's starting point. A rate of 5 ends in a jump between "
        "two points, a small rate crawls, and a rate halved every ten steps can only travel a limited way in all:"
        " with a small first rate it stops short of the top.",
        {**PLANE, "steps": 60, "interval": formulas.INTERVAL},
    ),
    Figure(
        "number_lines",
        "Quality, loss and perplexity are one line with three scales.",
        "Quality lies between 0 and 1, the loss between 0 and infinity, the perplexity between 1 and infinity; "
        "good is on the right in all three. The uniform guess is a mark on the way, not an end of the line: the "
        "lecture's bad network lies beyond it.",
        {
            "networks": [
                ["bad network", list(map(float, BAD))],
                ["table of five", [TABLE[n][c - 1] for n, c in enumerate(RIGHT)]],
                ["good network", list(map(float, GOOD))],
            ],
            "classes": len(CLASSES),
        },
    ),
    Figure(
        "loss_landscape",
        "Same direction, different speed.",
        "Minus the logarithm turns the bell into a bowl. Ascent on the quality (solid) and descent on the loss "
        "(dashed) start at the same point, and each step starts at right angles to its level line. Far from the top "
        "the bell is flat and ascent hardly moves; on the bowl the step is longer by the factor one over the quality.",
        PLANE,
    ),
    Figure(
        "network_diagram",
        "One linear layer, log-softmax, one entry.",
        "The network and its loss, with the shape of every array; then one example on its way through, from four "
        "scores to one number. It begins with the probabilities of the deep-learning notes, where the second class is "
        "right and the fourth one leads. Raise the score of the right class, or choose another class to be right.",
        {
            "classes": CLASSES,
            "scores": [math.log(10 * float(one)) for one in NOTES_PROBABILITIES],
            "right": NOTES_TARGETS.index(1) + 1,
        },
    ),
    Figure(
        "template_matching_matrices",
        "One entry of the gradient is a row of errors times a row of inputs.",
        "Columns are the five examples of a mini-batch. Choose an entry of the gradient: the row of E and the row"
        " of X that make it are framed, and their products stand below. Filled squares are positive, hatched "
        "ones negative; each column of E sums to zero.",
        {
            "scores": [[2, -1, 0, 1, -1], [0, 1, 1, -1, 0], [1, 0, -1, 0, 2], [-1, 2, 0, 1, 1]],
            "right": [1, 2, 1, 3, 4],
            "inputs": [
                [1, 0, 2, -1, 1],
                [0, 2, 1, 1, -2],
                [2, -1, 0, 1, 1],
                [-1, 1, 1, 0, 2],
                [1, 1, -2, 2, 0],
                [0, -1, 1, 2, 1],
            ],
        },
    ),
    Figure(
        "softmax_regions",
        "The borders between classes are straight at every temperature.",
        "Each point of the plane goes to the class with the largest score. Temperature changes how fast the "
        "probability falls towards a border, and never where the border runs. Move the point, add classes; a "
        "class can be left with no region.",
        {
            "weights": [[2.0, 0.6], [-1.5, 1.4], [-0.3, -1.9], [0.3, 0.2], [1.0, 2.2], [0.2, 0.1]],
            "biases": [0.0, 0.2, -0.2, 0.7, -1.4, -1.5],
        },
    ),
    Figure(
        "temperature",
        "Temperature goes from the hard maximum to the uniform guess; a shift does nothing.",
        "Four scores, and softmax of the scores divided by the temperature. Add the same number to all scores: "
        "the scores move, the probabilities stand still.",
        {"scores": list(map(float, NOTES_SCORES))},
    ),
    Figure(
        "underflow",
        "The product is gone long before the data set ends; the mean of the logs stays.",
        "The product of equal probabilities, multiplied in float64 as a loop would. The dashed line is its true "
        "size. Below the shaded band float64 holds nothing but zero. A probability above a half does not get there: "
        "the product stops at a tiny number that rounding no longer makes smaller.",
        {"examples": 50000},
    ),
    Figure(
        "learning_rate_stability",
        "Too large a rate blows up only where the slope can grow without end.",
        "On the quality a rate above the limit ends in jumps, between two points or, far above it, among more; on the "
        "bowl of its loss the distance grows for ever. The slope of a two-class cross-entropy is bounded: however "
        "large the rate, the weight stays under the dotted line.",
        {"start": [1.3, 0.5], "top": PLANE["top"], "margins": [1.0, 2.0, 0.5, 1.5], "steps": 40},
    ),
    Figure(
        "separable_scale",
        "One example on the wrong side gives the loss its minimum.",
        "Loss of two classes when all weights are multiplied by s. With every margin positive it falls for ever "
        "and its slope never reaches zero. Move the last margin across zero: the minimum comes and goes.",
        {"margins": [2.0, 1.0, 1.5]},
    ),
)
