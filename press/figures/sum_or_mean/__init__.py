"""The figures of the topic `sum_or_mean`."""

from __future__ import annotations

import numpy as np

from press import libraries
from press.figures.model import Figure
from snippets.sum_or_mean import mini_batches

WAYS = {
    "sum": "cost_as_a_sum",
    "mean, all positions": "cost_as_a_mean",
    "mean, kept positions": "kept_mean_loss",
    "mean, all outputs": "mean_over_entries",
    "weighted / weights": "weighted_mean_loss",
    "weighted / positions": "weighted_loss_over_count",
    "weighted / nonzero weights": "loss_over_nonzero",
}
"""The formula that the atlas gives a way, where it has one."""


def libraries_by_way() -> dict[str, list[str]]:
    """The libraries of which a call was run and found to divide so, by the record of the atlas."""
    held = [name for name, row in libraries.read()["facts"].items() if row["held"]]
    known = libraries.load()
    divides = [(known[name].formula, known[name].library.removesuffix("-cpu")) for name in held if name in known]
    found = {way: {library for formula, library in divides if formula == wanted} for way, wanted in WAYS.items()}
    return {way: sorted(some) for way, some in found.items()}


EXAMPLES, STEPS = 100, 60
RATES = (0.25, 0.5, 0.99, 1.01)
"""Learning rates, as shares of the limit of the full batch."""


def cost_curves() -> dict[str, dict[str, list[float]]]:
    """The cost of each batch just before its step, by batch size and learning rate: runs of the page's snippet."""
    X, y = mini_batches._waves(EXAMPLES)  # the data of the run whose rises the page counts
    limit = 2 / np.linalg.eigvalsh(X @ X.T / EXAMPLES).max()
    made: dict[str, dict[str, list[float]]] = {}
    for size in (EXAMPLES, 50, 20, 5):
        shuffle = np.random.default_rng(0)
        orders = [shuffle.permutation(EXAMPLES) for _ in range(-(-STEPS * size // EXAMPLES))]
        runs = {share: mini_batches.cost_curve(X, y, share * limit, size, orders)[:STEPS] for share in RATES}
        made[str(size)] = {str(share): [float(f"{cost:.4g}") for cost in run] for share, run in runs.items()}
    return made


FIGURES: tuple[Figure, ...] = (
    Figure(
        "three_accumulators",
        "Only the pooled accumulator gives each part the say that its tokens earn.",
        "Three micro-batches, cut from one batch, and what has been accumulated after the last of them: the averages "
        "added up, their mean, and the sums over all tokens. The segments are what each part brought, the line the "
        "pooled value. Make the third part longer, or its loss smaller. With equal tokens, the second and the third "
        "bar agree.",
        {"first": 1, "second": 1.5},
    ),
    Figure(
        "average_of_averages",
        "One example too many, and the average of the averages can be far off.",
        "Full batches of 64, whose examples cost 1 on average, and a last one that holds what is left. The cost of the "
        "epoch follows the size of the last batch; the average of the averages does not look at it. Move the loss on "
        "the last batch away from 1, then its size, then the number of full batches. At 64 both agree.",
        {"m": 64, "before": 1},
    ),
    Figure(
        "sum_against_mean",
        "The sum walks as the mean does with m times the learning rate.",
        "Descent on a bowl of two weights, steep upwards and flat sideways. Solid: on the mean of the losses. Dashed: "
        "on their sum, with the same learning rate. Raise the learning rate: the sum swings and runs away long before "
        "the mean. Then give the sum the learning rate over m, and both paths are one.",
        {"start": [-3.6, 2.2], "curvature": [0.125, 1], "steps": 24},
    ),
    Figure(
        "gradient_noise",
        "The batches scatter around the mean of all, and the larger they are, the less.",
        "Each short line is the mean slope of one mini-batch, and every batch that there is has one. The bars span one "
        "standard deviation to either side, by the formula: solid for batches of different examples, dashed for "
        "examples that are drawn anew each time. The batch of all examples has no noise left, unless examples are "
        "drawn anew. Move m, then take fewer examples.",
        {"slopes": [0.2, -1.0, 0.9, 1.4, -0.3, 0.6, -0.7, 1.1, 0.0, 1.7]},
    ),
    Figure(
        "batches_in_turn",
        "Each step takes the next mini-batch, and the last one of an epoch takes what is left.",
        "The loop of mini-batch descent, step by step. The framed examples are in the batch of this step. Go on past "
        "the last batch: an epoch is over, and the first batch is next. Choose a size that does not divide the set: "
        "the formula of the notes then begins and ends within an example.",
    ),
    Figure(
        "cost_curves",
        "The cost of the full batch falls at every step; that of mini-batches goes up and down.",
        "The cost of each batch just before its step, on one set of a hundred examples: all of them at once, solid, "
        "and mini-batches of the size that you choose, dashed. The learning rate is a share of the largest that the "
        "full batch bears. Just above it the full batch rises too. Make the batches smaller, and single costs say "
        "ever less.",
        {"curves": cost_curves(), "examples": EXAMPLES, "rates": list(RATES)},
    ),
    Figure(
        "regularisation_path",
        "The same λ holds the weights of a sum less tightly than those of a mean.",
        "Three weights of a ridge regression whose features do not mix, against the strength of the penalty. Solid: "
        "the mean of the losses with the penalty beside it. Dashed: their sum, with the same penalty. Let the batch "
        "grow, and the dashed paths slide to the right. Multiply λ by m for the sum, and they lie on the solid ones. "
        "From the last two rows of numbers the formulas above give each point.",
        {"xx": [4, 1, 0.25], "xy": [6, -1.2, 0.2]},
    ),
    Figure(
        "which_denominator",
        "Which denominator did I get?",
        "Enter what went into a loss, and the number that came out. Each row is one way to divide; those that give the "
        "number are marked, here and on the line. Below a way stand the libraries of which a call was run and found to "
        "divide so: the atlas has the calls. Nothing leaves this page: the address holds the case, so that it can "
        "be sent to somebody.",
        {
            "example": {
                "losses": "0.9 2.1 0.4 3.2 2.5 1.7",
                "ignored": "4",
                "weights": "1 3 0 0.5 2 0.5",
                "parts": "4 2",
                "ranks": "2 4",
                "outputs": "3",
                "seen": "1.6167",
            },
            "libraries": libraries_by_way(),
        },
    ),
)
