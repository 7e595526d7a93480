"""What the sources got wrong, in the order of the harm it does to a learner.

An erratum gathers the claims that are wrong for one reason. Claims that are false or misleading stand in exactly one;
a test holds it. What each claim says, and the ruling on it, stands in the ledger and not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Harm(Enum):
    """What a mistake does, worst first: the name of the group, and who is in it."""

    CODE = "Wrong numbers, and no error"
    CHOICE = "A wrong choice"
    BELIEF = "A wrong picture"
    READING = "A slip that stops a reader"

    @property
    def who(self) -> str:
        return _WHO[self]


_WHO = {
    Harm.CODE: "Who writes these as code gets other numbers than meant, and nothing complains.",
    Harm.CHOICE: "Who follows these sets a rate, a penalty or a rule for stopping wrongly, and trains worse for it.",
    Harm.BELIEF: "Who believes these trains no worse, and explains it wrongly.",
    Harm.READING: "Who works these out again gets something else, and looks for the mistake in the wrong place.",
}


@dataclass(frozen=True)
class Erratum:
    """One mistake: the claims that make it, what is right instead, and why it harms.

    `example` names what shows it on the smallest scale: a claim (its smallest refutation is searched for), an exact or
    measured quantity, or a derivation; a matter of words alone has none. Words may hold $symbols$ and
    {num}`NAME:format`, no typed number that could be computed. Within one group of harm, what is further off stands
    first, as far as two mistakes can be compared.
    """

    name: str
    title: str
    harm: Harm
    claims: tuple[str, ...]
    why: str
    right: str
    example: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError(f"{self.name}: expected the claims that it is about, got none")


@dataclass(frozen=True)
class Upstream:
    """Where a source is kept and how a correction reaches those who keep it; `begins` opens the text to send."""

    where: str
    how: str
    begins: str


UPSTREAM: Mapping[str, Upstream] = {
    "S0": Upstream(
        "a thread of the course's forum",
        "Reply in the thread.",
        "For whoever finds this thread later: some of it does not hold.",
    ),
    "S1": Upstream(
        "a site of questions and answers",
        "Put it under the answer as a comment, one point each, or suggest an edit.",
        "Some points of this question and its answer, worked out and checked:",
    ),
    "S2": Upstream(
        "a site of questions and answers",
        "Put it under the answer as a comment, one point each. For the sign in the update rules, suggest an edit.",
        "Some points of these answers, worked out and checked:",
    ),
    "S3": Upstream(
        "the slides of a lecture at a university",
        "Write to the lecturer, whose name stands on the first slide, with the year of the slides.",
        "Dear Professor, in the slides of lecture 4 of CS5242 (semester 1, 2021/22) I found the following:",
    ),
    "S4": Upstream(
        "a reader's notes in Markdown",
        "Open an issue where you found the notes; a pull request, if their text is there to be changed.",
        "I read the notes of course 2 line by line. These places do not hold:",
    ),
    "GH": Upstream(
        "public threads on GitHub",
        "Several were mended in the thread itself: read to its end, and write only where the code is still as it was.",
        "Worked out and checked, in case it still stands like this somewhere:",
    ),
}


ERRATA: tuple[Erratum, ...] = (
    # ---- wrong numbers, and no error
    Erratum(
        "misprinted-correction",
        "The bias correction is written as a recursion",
        Harm.CODE,
        ("S4-027", "S4-105", "S4-106", "S4-078", "GH-104"),
        "It is typed in as it stands, for averages and for the statistics that batch normalisation uses at test time. "
        "With $\\beta = 0.98$ and the corrected value fed back, "
        "the second value of a flat series of 40 is {num}`fed_back_second:.0f`.",
        "Keep the average uncorrected. Divide by $1-\\beta^t$ only what is told, and never put it back.",
        ("S4-027", "misprinted_second", "as_printed", "rightly_corrected"),
    ),
    Erratum(
        "ascent-for-descent",
        "The update adds the gradient",
        Harm.CODE,
        ("S2-021",),
        "A plus for a minus: both rules climb the loss, and the steps grow.",
        "Descent takes the gradient off: the learning rate times the derivative is subtracted.",
        ("S2-021",),
    ),
    Erratum(
        "powers-of-the-correction",
        "The correction with another power, or by multiplying",
        Harm.CODE,
        ("GH-101", "GH-102", "GH-103", "S4-188"),
        "Right at one step and wrong at all others, so a test of that one step passes.",
        "Divide by $1-\\beta^t$, with the number $t$ of values that this average has seen.",
        ("GH-103", "S4-188"),
    ),
    Erratum(
        "dz-of-one-example",
        "Prediction minus target is called the derivative of the cost",
        Harm.CODE,
        ("S4-099",),
        "It is that of one example's loss. Who believes the label leaves the factor out, or puts it in twice.",
        "The derivative of the cost by the scores is prediction minus target over $m$.",
        ("S4-099",),
    ),
    Erratum(
        "divided-never-or-twice",
        "The factor is lost, or comes twice",
        Harm.CODE,
        ("GH-002", "GH-003"),
        "Training still runs, $m$ times too fast or too slowly, and the learning rate is blamed.",
        "Divide once, anywhere between the loss and the update.",
        ("GH-002",),
    ),
    Erratum(
        "penalty-with-a-minus",
        "The penalty enters the gradient with a minus",
        Harm.CODE,
        ("GH-004",),
        "Weights are pushed away from zero by what was to pull them there.",
        "In the gradient the penalty is added; the minus of descent comes after.",
        ("GH-004",),
    ),
    Erratum(
        "first-rate-missing",
        "Exponential decay without the first learning rate",
        Harm.CODE,
        ("S4-054",),
        "Training begins at a rate of 1, whatever the problem.",
        "The first learning rate times the power of the epoch.",
        ("S4-054",),
    ),
    Erratum(
        "epsilon-under-the-root",
        "Adam with ε under the root, and the ε that was meant beside it",
        Harm.CODE,
        ("S4-049", "S4-050", "S4-176"),
        "Under the root that number acts like {num}`acts_like:.0e` beside it: small gradients hardly move a weight.",
        "ε beside the root, as published; or its square under it.",
        ("under_small", "beside_small"),
    ),
    Erratum(
        "swapped-labels",
        "The labels of the full and of the mini-batch gradient are swapped",
        Harm.CODE,
        ("S3-075",),
        "Who divides a mini-batch's sum by the size of the whole set gets a gradient that is too small by the number "
        "of mini-batches; for 1,024 examples in batches of 64 that is the number below.",
        "The mean over all examples is the full gradient; the mean over the $m$ of a batch is the mini-batch's.",
        ("batches_of_the_exercise",),
    ),
    Erratum(
        "mini-batch-algorithm",
        "The loop over mini-batches: its length, its layers and its divisor",
        Harm.CODE,
        ("S4-006", "S4-007", "S4-008", "S4-201", "S4-205"),
        "Taken as they stand, the lines run a loop fifty times too long, compute one layer twice, divide a sum of open "
        "length by the size of a batch, and take the wrong batch.",
        "One step for each mini-batch, one pair of lines for each layer, and a sum over the batch divided by its size.",
        ("S4-006", "S4-201", "S4-205"),
    ),
    Erratum(
        "settings-exchanged",
        "Two settings of an average are exchanged in the documentation",
        Harm.CODE,
        ("GH-016",),
        "Both give plausible numbers that differ most where the series begins.",
        "The adjusted average is the corrected one; the other begins at the first value and is a recursion from there.",
        ("GH-016",),
    ),
    Erratum(
        "logarithm-of-the-average",
        "A cross-entropy without its minus, with the average inside the logarithm",
        Harm.CODE,
        ("GH-013",),
        "Who writes a loss from that line maximises what was to be minimised.",
        "Minus the logarithms of the probabilities, weighted by the labels and then added.",
        ("GH-013",),
    ),
    Erratum(
        "variance-of-a-batch",
        "The variances of batches are averaged for the test",
        Harm.CODE,
        ("S4-079",),
        "Each batch measures from its own mean, so what is kept is too small; with small batches it shows.",
        "Multiply by $m$ and divide by one less than $m$.",
        ("S4-079",),
    ),
    # ---- a wrong choice
    Erratum(
        "correction-for-momentum-alone",
        "Adam is said to need the correction for momentum",
        Harm.CHOICE,
        ("S4-047", "S4-191"),
        "Who corrects momentum alone starts with steps that are far too long, and lowers the learning rate for all of "
        "training to survive them.",
        "Correct both averages. It is the one of the squares that shortens the first steps.",
        ("momentum_corrected_first",),
    ),
    Erratum(
        "no-difference",
        "A sum for a mean is said to change nothing in backpropagation",
        Harm.CHOICE,
        ("S0-023", "S0-028"),
        "The learning rate of a mean is kept for a sum, and training diverges.",
        "Every gradient and every curvature is $m$ times as large. What stays is where the minimum is.",
        ("S0-023",),
    ),
    Erratum(
        "printed-cost-and-gradient",
        "One printed cost is taken for one gradient",
        Harm.CHOICE,
        ("S0-022",),
        "Learning rates are carried from one assignment to the next, where the gradient is another one.",
        "A cost that is divided after the epoch says nothing of the gradient: that is of what was differentiated.",
        ("S0-023",),
    ),
    Erratum(
        "average-not-necessary",
        "The average is called unnecessary, because the learning rate can take its place",
        Harm.CHOICE,
        ("S2-016",),
        "It can for plain descent. With a penalty, with Adam or with clipping it can't, and a larger batch changes the "
        "problem that is solved.",
        "Take the mean; or, with a sum, scale the rate and everything else that is compared with the gradient.",
        ("penalty_left_alone",),
    ),
    Erratum(
        "penalty-by-batch-size",
        "A penalty over the size of the mini-batch",
        Harm.CHOICE,
        ("S4-009", "S4-202", "S4-203"),
        "The strength that was tuned at one batch size is another at the next.",
        "Divide the penalty by the number of all examples, or by nothing.",
        ("times_too_strong",),
    ),
    Erratum(
        "sum-of-averages",
        "A sum of averages is said to fail for uneven batches",
        Harm.CHOICE,
        ("S0-020",),
        "It suggests that even batches would save it.",
        "A sum of averages is too large by the number of batches, always.",
        ("batches_of_the_exercise",),
    ),
    Erratum(
        "never-reached",
        "A loss that becomes zero",
        Harm.CHOICE,
        ("S3-068",),
        "A loop that waits for it does not end.",
        "Stop by a rule: a number of steps, a small gradient, a loss on other data that rises.",
        ("S3-068",),
    ),
    Erratum(
        "sum-read-as-mean",
        "A cost that is a sum is read as a mean",
        Harm.CHOICE,
        ("S0-034",),
        "The division at the end of the epoch then looks like one too many, and is taken out or moved.",
        "Look whether the line that makes the cost divides. This one adds up.",
        ("S0-034",),
    ),
    # ---- a wrong picture
    Erratum(
        "bounds-of-the-best",
        "Bounds of the best network are given as bounds of every network",
        Harm.BELIEF,
        ("S3-063", "S3-064"),
        "Who sees a loss above log K takes it for a fault in the code. It is a confident mistake.",
        "A loss has no upper bound; log K is what even bets cost.",
        ("S3-063", "S3-064", "bad_quality"),
    ),
    Erratum(
        "cost-of-a-product",
        "The logarithm is taken because the gradient of a product is expensive",
        Harm.BELIEF,
        ("S3-046", "S3-047"),
        "It hides what does go wrong, which is that the product is 0 in a computer.",
        "Range, mini-batches and convexity. The product's gradient can be had at the cost of the sum's.",
        ("operations_of_the_product_rule", "operations_of_prefix_and_suffix", "underflow_after"),
    ),
    Erratum(
        "numerical-stability",
        "Waiting with the factor is explained by numerical stability",
        Harm.BELIEF,
        ("S1-015",),
        "Offered as a guess and repeated as a reason. In float64 and float32 neither way is better.",
        "In float16 both fail: the sum overflows where the factor waits, small entries vanish where it does not.",
        ("overflow_at_4096", "zero_at_4096"),
    ),
    Erratum(
        "level-points",
        "Level points are taken for optima, and optima for the trouble",
        Harm.BELIEF,
        ("S4-057", "S4-058"),
        "It sends a learner looking for better minima where a plateau or a saddle costs the time.",
        "A level point is a minimum only if the function rises on every side; with many weights that is rare.",
        ("S4-058", "definite_4"),
    ),
    Erratum(
        "past-values-in-a-buffer",
        "An exponential average is said to need a buffer of past values",
        Harm.BELIEF,
        ("S4-029",),
        "It takes away the one reason to prefer it.",
        "One number for each quantity is all it keeps. The mean over a moving window needs what it leaves behind.",
        ("window_moves",),
    ),
    Erratum(
        "last-ten",
        "An exponential average is taken for a mean of the last few values",
        Harm.BELIEF,
        ("S4-016", "S4-037", "S4-107", "S4-166", "S4-167"),
        "What happened before them seems forgotten, and it is not.",
        "Every value counts, each less than the next. One over $1-\\beta$ is the age at which a weight has fallen to "
        "about a third of the newest.",
        ("mass_of_10", "mass_of_50"),
    ),
    Erratum(
        "one-over-e",
        "A limit is written as an equation, and named as the reason for a name",
        Harm.BELIEF,
        ("S4-021", "S4-022"),
        "The number is close for the usual β, and the name comes from elsewhere.",
        "The weights are powers of β: they fall exponentially with age. The power tends to 1/e from below.",
        ("S4-021", "power_at_tenth", "one_over_e"),
    ),
    Erratum(
        "what-swings",
        "RMSprop is said to hold back what swings, and momentum to lengthen the steps",
        Harm.BELIEF,
        ("S4-041", "S4-174", "S4-190"),
        "Two methods get one reason, and a slip of the pen turns it round: oscillation is to be prevented.",
        "Momentum lets alternating gradients cancel. RMSprop divides by the size of the gradients, swinging or not.",
        ("S4-174", "damped"),
    ),
    Erratum(
        "average-of-that-day",
        "A day's temperature is said to be computed from the days before it",
        Harm.BELIEF,
        ("S4-015",),
        "The average is read as a forecast, or as that day's estimate.",
        "It holds that day too, and every day since the first; under a steady rise it comes late.",
        ("weight_of_day_98",),
    ),
    Erratum(
        "rate-and-size-of-the-loss",
        "The learning rate is said to depend on the size of the loss",
        Harm.BELIEF,
        ("S2-012",),
        "A loss that prints large numbers is divided for no reason.",
        "On the size of the gradient, and only for optimisers that do not divide by it.",
        ("sgd_as_it_is", "adam_as_it_is"),
    ),
    Erratum(
        "deviation-of-one",
        "Normalised scores are said to have a standard deviation of 1",
        Harm.BELIEF,
        ("S4-062",),
        "Next to nothing for large scores. For scores that hardly vary it is most of the variance.",
        "The share that ε takes is missing from it.",
        ("S4-062",),
    ),
    Erratum(
        "covariate-shift",
        "Batch normalisation is said to reduce the covariance shift",
        Harm.BELIEF,
        ("S4-072",),
        "The word leads a search astray, and the reason is disputed.",
        "Covariate shift: the inputs of a layer change their distribution. What is held is their mean and deviation.",
        ("given_mean",),
    ),
    Erratum(
        "total-for-average",
        "A mean is called the total",
        Harm.BELIEF,
        ("S3-067",),
        "Sum and mean get mixed up by their names, and with them the learning rate.",
        "The total is as many times the mean as there are examples.",
        ("sum_is_m_times_mean",),
    ),
    Erratum(
        "three-betas",
        "One letter for a learnt shift and for the share that an average keeps",
        Harm.BELIEF,
        ("S4-189",),
        "In code one overwrites the other.",
        "Mark one of them. The shift can be any number; the share lies between 0 and 1.",
        ("given_score",),
    ),
    # ---- a slip that stops a reader
    Erratum(
        "first-average",
        "A point slips in the first average",
        Harm.READING,
        ("S4-025",),
        "The fault that the correction is for looks ten times smaller than it is.",
        "The product of the two printed numbers.",
        ("S4-025",),
    ),
    Erratum(
        "losses-of-the-slide",
        "Two losses of the third slide",
        Harm.READING,
        ("S3-061", "S3-062", "S3-113"),
        "A loss with a minus makes a reader doubt the definition.",
        "The first loss is {num}`first_loss:.2f`, the average {num}`slide_loss:.2f`.",
        ("S3-061", "S3-062"),
    ),
    Erratum(
        "columns-that-do-not-add-up",
        "Columns that are no distributions",
        Harm.READING,
        ("S3-057",),
        "Who checks that a softmax adds up to 1 looks for a mistake in the softmax.",
        "The right classes' entries, and so the losses, are as they should be.",
        ("S3-057",),
    ),
    Erratum(
        "biases-not-counted",
        "The biases are written and not counted",
        Harm.READING,
        ("S3-014",),
        "A parameter count in code comes out larger.",
        "One more parameter for each class.",
        ("S3-014",),
    ),
    Erratum(
        "quality-rounded",
        "The bad network's quality is cut off",
        Harm.READING,
        ("S3-006", "S3-007"),
        "Small, and next to a chance level of a quarter it hides that the network is nearly as good as chance.",
        "Rounded, it is the chance level itself.",
        ("S3-006",),
    ),
    Erratum(
        "target-and-prediction",
        "Target first, or prediction first",
        Harm.READING,
        ("S4-219",),
        "The loss has its two arguments in one order in one place and in the other order in another.",
        "The logarithm is always that of the prediction. The order of the arguments is a convention: look it up.",
        ("S4-219",),
    ),
    Erratum(
        "numbers-of-epochs-and-classes",
        "What is counted from 0, and what from 1",
        Harm.READING,
        ("S4-179", "S4-210", "S4-211", "S4-212"),
        "A loop over epochs or classes is one off, and one schedule divides by 0.",
        "Say from where it is counted: parentheses for examples, brackets for layers, classes from 1 or from 0.",
        ("S4-211", "S4-179"),
    ),
    Erratum(
        "of-and-with-respect-to",
        "The derivative of what, with respect to what",
        Harm.READING,
        ("S2-039", "S4-204"),
        "Read word for word, the factor would divide where it multiplies.",
        "The derivative of the loss with respect to a weight.",
        ("S2-039",),
    ),
    Erratum(
        "penalty-of-some",
        "A function's description promises more than its code does",
        Harm.READING,
        ("S2-031",),
        "Who trusts it counts a penalty for layers and biases that have none.",
        "It adds up the penalties that were collected where the layers are made.",
        (),
    ),
    Erratum(
        "size-of-the-set",
        "The training set has two sizes",
        Harm.READING,
        ("S3-123",),
        "Who checks the number of mini-batches in a pass gets another one.",
        "50,000 pictures, as on the lines before.",
        ("S3-123",),
    ),
    Erratum(
        "weights-of-the-picture",
        "The two weights of the landscape change their names",
        Harm.READING,
        ("S3-108",),
        "The same picture is read as another slice of the quality.",
        "The weights of two classes for one pixel, $w_{11}$ and $w_{21}$, throughout.",
        (),
    ),
    Erratum(
        "degrees",
        "A temperature is cut off",
        Harm.READING,
        ("S4-102",),
        "None, except to whoever converts it back.",
        "Rounded, it is a degree more.",
        ("S4-102",),
    ),
)
