"""How each of the five texts writes what the notation table calls by one name, and letters that mean several things.

A writing is LaTeX, or code where the text has code; `place` names its lines, as in `derivations.sources`.
The notation page shows both lists; a test compares them with the table, with the texts' lengths and with each other.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """`symbol`, a name of the notation table, as the text `source` writes it at `place`; in `code` or as LaTeX."""

    symbol: str
    source: str
    tex: str
    place: str
    code: bool = False


@dataclass(frozen=True)
class Meaning:
    """What a letter means at one `place`; `symbol`, our name for it in the notation table, where we have one."""

    source: str
    place: str
    means: str
    symbol: str = ""


@dataclass(frozen=True)
class Letter:
    """A letter, as LaTeX, that means different things; `name` in plain letters, for an anchor."""

    name: str
    tex: str
    meanings: tuple[Meaning, ...]


def _code(symbol: str, source: str, text: str, place: str) -> Written:
    return Written(symbol, source, text, place, code=True)


WRITTEN: tuple[Written, ...] = (
    # ---- sizes and indices
    Written("N", "S0", "m", "L16–21"),
    Written("N", "S3", "N", "L155"),
    Written("N", "S4", "m", "L7"),
    Written("m", "S1", "m", "L6, L27"),
    Written("m", "S2", "B", "L63"),
    _code("m", "S2", "batch_size", "L12"),
    Written("m", "S3", "m", "L517"),
    Written("m", "S4", "m", "L46, L310–313"),
    Written("m", "S4", "n", "L269–272"),
    Written("K", "S3", "K", "L95"),
    Written("K", "S4", "C", "L348"),
    Written("K", "S4", "c", "L354–365"),
    Written("K", "S4", "n^{[L]}", "L356"),
    Written("B", "S2", "k", "L51–53"),
    Written("layer", "S1", "[2]", "L10–12"),
    Written("layer", "S4", "[l]", "L285"),
    Written("layers", "S4", "L", "L356–361"),
    Written("c", "S3", r"\mathrm{cl}(i)", "L129"),
    Written("i", "S3", "i", "L99"),
    Written("i", "S4", "i", "L271"),
    Written("batch", "S4", "t", "L13, L25"),
    Written("t", "S4", "t", "L75–80"),
    # ---- the network
    Written("X", "S3", r"\mathbf{x}^{(i)}", "L103"),
    Written("X", "S3", "X", "L550"),
    Written("X", "S4", "x", "L9"),
    _code("Y", "S0", "labels", "L8"),
    _code("Y", "S2", "labels", "L11–17"),
    Written("Y", "S4", "y", "L409"),
    _code("Z", "S0", "logits", "L8"),
    Written("Z", "S1", "Z", "L4"),
    _code("Z", "S2", "logits", "L10"),
    Written("Z", "S4", "z^{[L]}", "L361"),
    Written("P", "S3", r"\mathbf{p}^{(i)}", "L163"),
    Written("P", "S4", r"\hat y", "L356"),
    Written("P", "S4", "a^{[L]}", "L361"),
    Written("E", "S3", "E", "L550"),
    Written("W", "S1", "W", "L4"),
    Written("W", "S2", "W", "L67"),
    _code("W", "S2", "weights", "L39"),
    Written("W", "S3", "W", "L165"),
    Written("W", "S3", "w_{ij}", "L285"),
    Written("W", "S3", "w_{rs}", "L471"),
    Written("W", "S4", r"W^{\{t\}}", "L29"),
    Written("W", "S4", "w", "L378"),
    Written("b_vector", "S1", "b", "L4"),
    Written("b_vector", "S3", r"\mathbf{b}", "L165"),
    Written("b_vector", "S4", "b", "L29"),
    Written("dZ", "S1", "dZ", "L6, L31"),
    Written("dZ", "S4", "dz^{[L]}", "L419"),
    Written("dZ_bar", "S1", "dZ", "L33"),
    Written("dX", "S1", "dA", "L6"),
    Written("w1", "S3", "w_{11}", "L235, L254"),
    Written("w2", "S3", "w_{21}", "L235, L254"),
    # ---- costs and losses
    Written("Q", "S3", r"Q_{\text{mean}}", "L79"),
    Written("Qs", "S3", "Q", "L235"),
    Written("L", "S3", r"\mathcal{L}", "L386"),
    Written("ell", "S3", r"\ell^{(i)}", "L409"),
    _code("ell", "S2", "cross_entropy", "L18"),
    Written("ell", "S4", r"\ell", "L35, L409"),
    Written("J", "S0", "J", "L35"),
    Written("J", "S2", r"L_{AVG}", "L63"),
    _code("J", "S2", "cross_entropy_mean", "L20"),
    Written("J", "S3", r"\mathcal{L}^B", "L550"),
    Written("J", "S4", "J", "L35"),
    Written("J", "S4", r"J^{\{t\}}", "L37"),
    _code("J_sum", "S0", "cost", "L8"),
    Written("J_sum", "S0", "m * J", "L35"),
    Written("J_sum", "S2", r"L_{SUM}", "L63"),
    _code("J_epoch", "S0", "epoch_cost", "L16"),
    Written("loss_scale", "S2", "c", "L63"),
    # ---- steps and penalties
    Written("eta", "S2", r"\lambda", "L65–67"),
    Written("eta", "S3", r"\mathrm{lr}", "L235"),
    Written("eta", "S4", r"\alpha", "L39"),
    _code("lam", "S2", "beta", "L40"),
    Written("lam", "S4", r"\lambda", "L35"),
    _code("Omega", "S2", "regularizer", "L39"),
    Written("Omega", "S4", r"\|W\|_F^2", "L35"),
    Written("eta0", "S4", r"\alpha_0", "L234"),
    Written("decay", "S4", r"\text{decayrate}", "L234"),
    Written("epoch", "S4", r"\text{epoch number}", "L234"),
    Written("fade", "S4", "n", "L240"),
    Written("k_root", "S4", "k", "L245"),
    # ---- averages and what is built on them
    Written("beta", "S4", r"\beta", "L80"),
    Written("signal", "S4", r"\theta_t", "L69, L80"),
    Written("average", "S4", "v_t", "L80"),
    Written("gradients", "S4", "dw", "L147"),
    Written("velocity", "S4", "v_{dw}", "L149"),
    Written("beta1", "S4", r"\beta", "L197"),
    Written("beta2", "S4", r"\beta_2", "L175"),
    Written("v_raw", "S4", "v_{dw}", "L197"),
    Written("s_raw", "S4", "S_{dw}", "L175, L201"),
    Written("v_hat", "S4", r"v_{dw}^{\text{corrected}}", "L205"),
    Written("s_hat", "S4", r"S_{dw}^{\text{corrected}}", "L209"),
    Written("epsilon", "S4", r"\epsilon", "L179, L273"),
    # ---- batch normalisation
    Written("scores", "S4", "z^{(i)}", "L269"),
    Written("mu", "S4", r"\mu", "L271"),
    Written("var_z", "S4", r"\sigma^2", "L272"),
    Written("z_norm", "S4", r"z_{\text{norm}}^{(i)}", "L273"),
    Written("z_tilde", "S4", r"\tilde z^{(i)}", "L274"),
    Written("gain", "S4", r"\gamma", "L274"),
    Written("bn_shift", "S4", r"\beta", "L274"),
    Written("mu_run", "S4", r"\nu", "L317"),
)


LETTERS: tuple[Letter, ...] = (
    Letter(
        "beta",
        r"\beta",
        (
            Meaning("S2", "L40", "the strength of a penalty", "lam"),
            Meaning("S4", "L80", "the share that a moving average keeps", "beta"),
            Meaning("S4", "L197", "the same of Adam's gradients, elsewhere with the index 1", "beta1"),
            Meaning("S4", "L175", "the same of the squares, with the index 2", "beta2"),
            Meaning("S4", "L274", "the learnt shift of batch normalisation", "bn_shift"),
            Meaning("S4", "L317", "the share of a running statistic, in the chapter that has the shift", "beta"),
        ),
    ),
    Letter(
        "m",
        "m",
        (
            Meaning("S0", "L16–21", "examples of the whole training set", "N"),
            Meaning("S1", "L6, L27", "examples of the batch", "m"),
            Meaning("S3", "L517", "examples of the mini-batch", "m"),
            Meaning("S4", "L7", "examples of the whole set", "N"),
            Meaning("S4", "L46, L310–313", "examples of the mini-batch", "m"),
        ),
    ),
    Letter(
        "n",
        "n",
        (
            Meaning("S4", "L35", "the last example of a sum that is divided by 1000", ""),
            Meaning("S4", "L240", "what the learning rate is multiplied by in each epoch", "fade"),
            Meaning("S4", "L269–272", "examples of the mini-batch", "m"),
            Meaning("S4", "L356", "units of a layer, with the layer in brackets: of the last one, classes", "K"),
            Meaning("S4", "L415", "examples over which the cost is a mean", "m"),
        ),
    ),
    Letter(
        "dz",
        "dZ",
        (
            Meaning("S1", "L27", "small letters: the derivative of the loss of one example", "dZ"),
            Meaning("S1", "L6, L31", "capitals: the same for each example of a batch, in columns, not divided", "dZ"),
            Meaning("S1", "L33", "the same with the 1/m moved into it", "dZ_bar"),
            Meaning("S4", "L419", "said to be the derivative of the cost, given as prediction minus target", "dZ"),
        ),
    ),
    Letter(
        "dw",
        "dW",
        (
            Meaning("S1", "L6, L27", "left column: the derivative of one example's loss", ""),
            Meaning("S1", "L29–33", "right column: the derivative of the cost of the batch", ""),
            Meaning("S4", "L147", "the gradient that an optimiser takes in", "gradients"),
        ),
    ),
    Letter(
        "i",
        "i",
        (
            Meaning("S3", "L99–103", "an example, in parentheses", "i"),
            Meaning("S3", "L285", "a row of the weights; elsewhere in the lecture that row is r", ""),
            Meaning("S4", "L271", "an example, in parentheses", "i"),
        ),
    ),
    Letter(
        "lambda",
        r"\lambda",
        (
            Meaning("S2", "L65–67", "the learning rate", "eta"),
            Meaning("S4", "L35", "the strength of the penalty", "lam"),
        ),
    ),
    Letter(
        "b",
        "B",
        (
            Meaning("S2", "L63", "the size of the batch", "m"),
            Meaning("S3", "L523–525", "the set of the indices in the batch", ""),
        ),
    ),
    Letter(
        "t",
        "t",
        (
            Meaning("S4", "L13, L25", "the number of a mini-batch", "batch"),
            Meaning("S4", "L75–80", "a day, or a step", "t"),
            Meaning("S4", "L361", "the exponential of a score", ""),
        ),
    ),
    Letter(
        "epsilon",
        r"\varepsilon",
        (
            Meaning("S4", "L94", "what a moving average takes of the new value", ""),
            Meaning("S4", "L179, L273", "a small number that keeps a root away from zero", "epsilon"),
        ),
    ),
    Letter(
        "sigma",
        r"\sigma",
        (
            Meaning("S4", "L31", "the activation", ""),
            Meaning("S4", "L272", "squared: the variance of a unit's scores", "var_z"),
        ),
    ),
    Letter(
        "l",
        "L",
        (
            Meaning("S2", "L63", "the cost, with what was done over the batch as its index", "J"),
            Meaning("S3", "L386", "in script: the mean loss over the training set", "L"),
            Meaning("S4", "L356–361", "the last layer, in brackets", "layers"),
        ),
    ),
    Letter(
        "k",
        "k",
        (
            Meaning("S2", "L51–53", "how many times larger the batch becomes", "B"),
            Meaning("S4", "L245", "a factor of the learning rate", "k_root"),
        ),
    ),
    Letter(
        "c",
        "c",
        (
            Meaning("S2", "L63", "any constant in front of the loss", "loss_scale"),
            Meaning("S4", "L354–365", "the number of classes, also written as a capital", "K"),
        ),
    ),
    Letter(
        "braces",
        r"x^{\square}",
        (
            Meaning("S4", "L9, L29", "braces: a mini-batch; on the weights, the step they are ready for", "batch"),
            Meaning("S4", "L269, L285", "parentheses: an example", "i"),
            Meaning("S4", "L285, L361", "brackets: a layer", "layer"),
            Meaning("S1", "L10–12", "brackets: a layer", "layer"),
            Meaning("S3", "L99–103", "parentheses: an example", "i"),
        ),
    ),
)
