"""The ledger of CS5242 lecture 4 (S3): what it says, in our words, and what we found.

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned
ruling. `L79` is line 79 of the source's text. Figures that the extraction lost are said to be lost.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Ge, Integer, KroneckerDelta, Le, MatMul, Product, Rational, Sum, exp, log

from derivations.calculus import Claim, Entry, Kind, Ruling, Source
from derivations.notation import (
    D,
    E,
    J,
    K,
    L,
    N,
    P,
    Q,
    Qs,
    W,
    X,
    c,
    d,
    direction,
    ell,
    eta,
    g,
    i,
    k,
    m,
    matrix,
    p,
    pi,
    r,
    s,
    u,
    w,
    w1,
    w2,
    z,
)
from derivations.quality.ascent_and_descent import M1, M2, landscape, landscape_loss, one_weight_probability
from derivations.quality.cross_entropy import loss
from derivations.quality.geometric_mean import BAD, GOOD, SLIDE, quality
from derivations.quality.separable_data import loss_along_the_ray
from derivations.quality.softmax import softmax, sum_of_exponentials
from derivations.quality.template_matching import batch_cost, error, scores, softmax_of_scores, targets_sum_to_one

CLASSES, PIXELS = 4, 32 * 32 * 3  # the lecture's network: 4 classes, colour pictures of 32 by 32

# the five columns of probabilities on line 421, as printed; the rows are the classes
PRINTED = (
    ("0.05", "0.80", "0.05", "0.05", "0.00"),
    ("0.05", "0.20", "0.60", "0.60", "0.40"),
    ("0.70", "0.00", "0.20", "0.05", "0.10"),
    ("0.20", "0.00", "0.10", "0.30", "0.40"),
)


def _at(line: str) -> Source:
    return Source("CS5242 lecture 4", line)


_five = {N: 5}

CLAIMS = (
    # ---- the quality of a network
    Claim(
        "S3-001", _at("L40–41"), "The quality of a network is its confidence in the right classes of the training set.",
        Kind.DEFINITION, ruling=Ruling.TRUE, because="A definition in words; line 157 gives the formula.", page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-002", _at("L43–66"), "The example has four classes and five labelled pictures: horse, cat, dog, deer, dog.",
        Kind.STATEMENT, ruling=Ruling.TRUE,
        because="With the class order of lines 170–173 the labels are 3, 1, 2, 4, 2, as on line 420; the order of line 43 is another one. The pictures are lost.",
        page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-003", _at("L79"), "The good network has a quality of 0.83.", Kind.NUMBER,
        stated=Eq(Q, Rational("0.83"), evaluate=False), where=(quality,), at={**_five, p: GOOD}, places=2,
        rests_on=("quality",), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-004", _at("L81"), "So the network gives the right class 83 % confidence on average.", Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because="The quality is a geometric mean, not the average of the five probabilities. That both round to the same two digits here is an accident of these numbers.",
        rests_on=("geometric_below_arithmetic", "good_quality", "good_arithmetic"), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-005", _at("L83"), "The best classification has a quality of about 1.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="1 is the supremum and is not attained: softmax gives every class a probability below 1, but one as close to 1 as you like.",
        rests_on=("best_network",), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-006", _at("L91"), "The bad network has a quality of 0.24.", Kind.NUMBER,
        stated=Eq(Q, Rational("0.24"), evaluate=False), where=(quality,), at={**_five, p: BAD}, places=2,
        because="A slip of rounding.", rests_on=("bad_quality",), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-007", _at("L93"), "So the bad network gives the right class 24 % confidence.", Kind.NUMBER,
        stated=Eq(100 * Q, Integer(24), evaluate=False), where=(quality,), at={**_five, p: BAD}, places=0,
        because="The same slip of rounding, in per cent.", rests_on=("bad_quality",), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-008", _at("L95"), "Random classification has a quality of 1/K.", Kind.IDENTITY,
        stated=Eq(Product(1 / K, (i, 1, N)) ** (1 / N), 1 / K), rests_on=("uniform_quality",), page="quality/geometric-mean.md",
        because="Of a network that gives every class the same probability. One that guesses at random with full confidence has quality 0.",
    ),
    Claim(
        "S3-009", _at("L107–139"), "The classes of the five pictures are 3, 1, 2, 4, 2.", Kind.STATEMENT,
        ruling=Ruling.TRUE, because="It agrees with line 420.", page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-010", _at("L145"), "The quality of the third slide, whose value is not printed, is the exponential of minus its average loss.", Kind.NUMBER,
        stated=Eq(Q, exp(-L)), where=(quality, loss), at={**_five, p: SLIDE},
        rests_on=("slide_quality", "slide_loss"), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-011", _at("L147–149"), "The quality is the N-th root of the product of the entries cl(i) of the N outputs.", Kind.DEFINITION,
        ruling=Ruling.TRUE, because="The definition, written for five examples.", rests_on=("quality",), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-012", _at("L157"), "The quality of N examples is the geometric mean of their right-class probabilities.", Kind.DEFINITION,
        ruling=Ruling.TRUE, because="The definition that this topic starts from.", rests_on=("quality",), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-013", _at("L161"), "Each factor is how confident the network is of the right class.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="As a name for the number. That a confidence of 0.8 is right eight times in ten (calibration) is not implied.", page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-014", _at("L165"), "The scores are Wx + b, and the network has 12,288 parameters.", Kind.NUMBER,
        stated=Eq(K * D + K, Integer(12288), evaluate=False), at={K: CLASSES, D: PIXELS},
        because="With the bias there are K more. Line 400 drops the bias without a word.", page="quality/softmax.md",
    ),
    Claim(
        "S3-015", _at("L167"), "The output has four entries.", Kind.STATEMENT, ruling=Ruling.TRUE, because="One for each of the four classes.",
        page="quality/softmax.md",
    ),
    Claim(
        "S3-016", _at("L170–173"), "The example output 0.10, 0.10, 0.60, 0.20 is a distribution.", Kind.NUMBER,
        stated=Eq(Sum(pi[k], (k, 1, K)), 1), at={K: 4, pi: ("0.10", "0.10", "0.60", "0.20")},
        because="It sums to one; it is none of the five outputs of line 421.", page="quality/softmax.md",
    ),
    # ---- gradient ascent on the quality
    Claim(
        "S3-017", _at("L187"), "Learning is maximising the quality over the parameters.", Kind.DEFINITION, ruling=Ruling.TRUE,
        because="A definition of what is meant by learning here.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-018", _at("L188"), "The maximisation is done by gradient ascent.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="It says what the lecture does.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-019", _at("L195"), "A template has 3,072 entries.", Kind.NUMBER, stated=Eq(D, Integer(3072), evaluate=False), at={D: PIXELS},
        page="quality/template-matching.md",
    ),
    Claim(
        "S3-020", _at("L200"), "Four templates make 12,288 weights.", Kind.NUMBER,
        stated=Eq(K * D, Integer(12288), evaluate=False), at={K: CLASSES, D: PIXELS}, because="Without a bias.",
        page="quality/template-matching.md",
    ),
    Claim(
        "S3-021", _at("L207–208"), "Each setting of the weights has one quality, and all of them together are a landscape.", Kind.DEFINITION,
        ruling=Ruling.TRUE, because="For a fixed training set.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-022", _at("L209"), "A landscape over twelve thousand weights cannot be seen.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Slices along two directions can.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-023", _at("L210"), "For a picture, let the quality depend on two weights only.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="An assumption for the sake of the picture, and said to be one.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-024", _at("L218"), "Start at random weights.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Any start works here, since the loss is convex in the weights; 0 works as well.",
        rests_on=("curvature_in_the_weights",), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-025", _at("L219"), "The gradient is the direction of steepest ascent.", Kind.IDENTITY,
        stated=Le(
            Sum(g[d] * direction[d], (d, 1, D)) ** 2,
            Sum(g[d] ** 2, (d, 1, D)) * Sum(direction[d] ** 2, (d, 1, D)),
        ),
        because="By the Cauchy–Schwarz inequality: no direction of the same length has a larger inner product with the gradient.",
        rests_on=("steepest_direction",), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-026", _at("L220"), "Stop when the maximum is reached.", Kind.STATEMENT, ruling=Ruling.MISLEADING,
        because="With a fixed learning rate the distance shrinks by a factor at each step and is not 0 after finitely many; a stopping rule is needed.",
        rests_on=("distance_after_t_steps",), page="quality/separable-data.md",
    ),
    Claim(
        "S3-027", _at("L235"), "Each step adds the learning rate times the gradient.", Kind.DEFINITION, ruling=Ruling.TRUE,
        because="The equals sign is an assignment; as an equation it would force the gradient to be 0.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-028", _at("L237"), "Displacements are proportional to the gradient.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="With the learning rate as the factor.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-029", _at("L239"), "The gradient is perpendicular to the level sets.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="The slope along a direction is its inner product with the gradient, and along a level set the slope is 0. It needs a gradient that is not 0.",
        rests_on=("slope_along_a_direction",), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-030", _at("L240"), "The length of the gradient is proportional to the slope.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="It equals the slope in the steepest direction: the factor is 1.", rests_on=("steepest_direction",), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-031", _at("L248"), "The top of the landscape is flat.", Kind.STATEMENT, ruling=Ruling.CONDITIONAL,
        because="If there is a top: a maximum at finite weights, where the quality is differentiable. Then it is flat to first order.",
        rests_on=("top_slope_1", "top_slope_2"), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-032", _at("L249"), "There the steps stop, since the gradient is zero.", Kind.STATEMENT, ruling=Ruling.CONDITIONAL,
        because="Separable data have no such point: the loss falls for ever along a ray of weights. And a gradient of zero need not mark a maximum.",
        rests_on=("loss_always_falls", "flat_is_not_best"), page="quality/separable-data.md",
    ),
    Claim(
        "S3-033", _at("L255–256"), "The maximum of the picture lies at weights 1.1 and 0.8.", Kind.LOST, ruling=Ruling.OPEN,
        because="The landscape is lost. Ours is built to have its maximum there.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-034", _at("L259"), "Both slopes vanish there.", Kind.NUMBER,
        stated=Eq(Derivative(Qs, w1) ** 2 + Derivative(Qs, w2) ** 2, 0), where=(landscape_loss, landscape), at={w1: M1, w2: M2},
        because="Computed for our landscape.", rests_on=("top_slope_1", "top_slope_2"), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-035", _at("L271–281"), "The gradient has as many entries as there are weights: 2, or 12,288.", Kind.NUMBER,
        stated=Eq(K * D, Integer(12288), evaluate=False), at={K: CLASSES, D: PIXELS}, page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-036", _at("L285–298"), "The update can be written entry by entry, as a vector or as a matrix.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Reshaping is linear. On line 294 the left side of the equation has got lost in the text.", page="quality/ascent-and-descent.md",
    ),
    # ---- the learning rate
    Claim(
        "S3-037", _at("L319"), "With too large a learning rate the algorithm diverges.", Kind.STATEMENT, ruling=Ruling.CONDITIONAL,
        because="On a parabola, beyond 2 over the curvature. The cross-entropy of a softmax has a bounded gradient: its steps cannot grow without bound, and too large a rate makes the weights hop.",
        rests_on=("distance_after_t_steps", "bounded_error"), page="quality/learning-rate.md",
    ),
    Claim(
        "S3-038", _at("L320"), "With too small a learning rate it takes too long.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="On a parabola each step multiplies the distance by 1 − ηh, which is close to 1 for a small rate.",
        rests_on=("distance_after_t_steps",), page="quality/learning-rate.md",
    ),
    Claim(
        "S3-039", _at("L324"), "A learning rate of 5.0 is too large for the picture.", Kind.LOST, ruling=Ruling.OPEN,
        because="The animation is lost; on our landscape that rate ends in a cycle of two points.", page="quality/learning-rate.md",
    ),
    Claim(
        "S3-040", _at("L335–339"), "At the start, weights −1 and −2, the quality is 0.28.", Kind.NUMBER,
        stated=Eq(Qs, Rational("0.28"), evaluate=False), where=(landscape_loss, landscape), at={w1: -1, w2: -2}, places=2,
        because="The animation is lost; our landscape is built to agree.", rests_on=("start_height",), page="quality/learning-rate.md",
    ),
    Claim(
        "S3-041", _at("L344–345"), "0.625 is 8 times smaller than 5.0.", Kind.NUMBER, stated=Eq(eta / u, 8), at={eta: 5, u: "0.625"},
        rests_on=("ratio_of_rates",), page="quality/learning-rate.md",
    ),
    Claim(
        "S3-042", _at("L351"), "A schedule is the best way.", Kind.OPINION, ruling=Ruling.OPINION,
        because="Sound advice where steps are noisy. A schedule that halves for ever also limits how far the weights can travel.",
        rests_on=("halving_remainder",), page="quality/learning-rate.md",
    ),
    Claim(
        "S3-043", _at("L353–354"), "Start with 2.5 and halve every 10 steps.", Kind.DEFINITION, ruling=Ruling.TRUE,
        because="A definition. All its learning rates add up to a finite number, which bounds the travel.",
        rests_on=("schedule_travel", "halving_travel"), page="quality/learning-rate.md",
    ),
    Claim(
        "S3-044", _at("L356"), "An animation shows the schedule at work.", Kind.LOST, ruling=Ruling.OPEN, because="It is lost; ours stands on the page.",
        page="quality/learning-rate.md",
    ),
    # ---- the loss
    Claim(
        "S3-045", _at("L370"), "The quality is a product of functions.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Up to the power 1/N.", rests_on=("quality",), page="quality/why-the-log.md",
    ),
    Claim(
        "S3-046", _at("L374"), "The gradient of a product of 50,000 terms is expensive.", Kind.STATEMENT, ruling=Ruling.FALSE,
        because="Only if the product rule is written out term by term. By the log-derivative, or with prefix and suffix products, the cost grows like N. The reasons for the logarithm are others: range, mini-batches, convexity.",
        rests_on=("gradient_by_log_derivative", "gradient_by_prefix_and_suffix", "naive_multiplications", "underflow_after"),
        page="quality/why-the-log.md",
    ),
    Claim(
        "S3-047", _at("L378"), "The gradient of a sum is much cheaper.", Kind.STATEMENT, ruling=Ruling.MISLEADING,
        because="Cheaper than the product rule written out; of the same order as the two better ways.",
        rests_on=("gradient_by_log_derivative", "gradient_by_prefix_and_suffix"), page="quality/why-the-log.md",
    ),
    Claim(
        "S3-048", _at("L380"), "The logarithm of a product is the sum of the logarithms.", Kind.IDENTITY,
        stated=Eq(log(Product(p[i], (i, 1, N))), Sum(log(p[i]), (i, 1, N))), because="For positive factors.",
        rests_on=("log_of_a_product",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-049", _at("L384–390"), "Minus the logarithm of the quality is the mean of minus the logarithms.", Kind.IDENTITY,
        stated=Eq(-log(Q), -Sum(log(p[i]), (i, 1, N)) / N), where=(quality,), rests_on=("to_cross_entropy",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-050", _at("L384–390"), "So maximising the quality is minimising the loss.", Kind.IDENTITY,
        stated=Eq(Derivative(L, w), -Derivative(Q, w) / Q), where=(one_weight_probability, quality, loss),
        because="Not said in so many words. The two gradients point opposite ways and vanish together.",
        rests_on=("gradients_are_parallel",), page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-051", _at("L392"), "The loss is much easier to differentiate.", Kind.OPINION, ruling=Ruling.OPINION,
        because="Reasonable: one term an example.", rests_on=("mean_of_the_gradients",), page="quality/why-the-log.md",
    ),
    Claim(
        "S3-052", _at("L396–397"), "The loss is the cross-entropy of information theory.", Kind.IDENTITY,
        stated=Eq(-Sum(KroneckerDelta(k, c) * log(pi[k]), (k, 1, K)), -log(pi[c])), domain={c: (1, K)},
        because="Between the one-hot target and the output.", rests_on=("one_hot_cross_entropy", "entropy_plus_divergence"), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-053", _at("L400"), "Minus the logarithm of an entry of softmax is minus that entry of log-softmax.", Kind.IDENTITY,
        stated=Eq(-log(pi[c]), log(Sum(exp(z[k]), (k, 1, K))) - z[c]), where=(sum_of_exponentials, softmax), domain={c: (1, K)},
        because="The bias of line 165 is missing here.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-054", _at("L402"), "The loss is a function of 12,288 parameters.", Kind.NUMBER,
        stated=Eq(K * D, Integer(12288), evaluate=False), at={K: CLASSES, D: PIXELS}, because="Without a bias.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-055", _at("L398"), "The cross-entropy is a function of W.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="For a fixed training set: the data are constants, the weights are what moves.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-056", _at("L409–414"), "The loss is the average over the examples of minus the logarithm of the right class's probability.", Kind.DEFINITION,
        ruling=Ruling.TRUE, because="The definition in words.", rests_on=("loss",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-057", _at("L421"), "The five outputs of the table are distributions.", Kind.NUMBER,
        stated=Eq(Sum(Sum(P[k, i], (k, 1, K)), (i, 1, m)), m), at={K: 4, m: 5, P: PRINTED},
        because="The third and the fifth column fall short of one. The right classes' entries, and so the losses, are not touched.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-058", _at("L420"), "The row of class indices of the table is 3, 1, 2, 4, 2.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="As on lines 107–139.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-060", _at("L425"), "The loss of the table is a fifth of the sum of five negative logarithms.", Kind.NUMBER,
        stated=Eq(5 * L, -log(p[1]) - log(p[2]) - log(p[3]) - log(p[4]) - log(p[5])), where=(loss,), at={**_five, p: SLIDE},
        page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-061", _at("L426"), "The first of them is −0.37.", Kind.NUMBER,
        stated=Eq(-log(p[1]), Rational("-0.37"), evaluate=False), at={**_five, p: SLIDE}, places=2,
        because="Wrong in sign and in the last digit. A loss is never negative.", rests_on=("first_loss",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-062", _at("L426"), "The average loss is 0.68.", Kind.NUMBER,
        stated=Eq(L, Rational("0.68"), evaluate=False), where=(loss,), at={**_five, p: SLIDE}, places=2,
        because="Nor does the printed row give it.", rests_on=("slide_loss",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-063", _at("L434"), "The quality lies between 1/K and 1.", Kind.IDENTITY, stated=Ge(Q, 1 / K), where=(quality,),
        because="Of a single network it is false, and the lecture's own bad network lies below. True of the best one: weights of 0 give exactly 1/K, so the best is at least that.",
        rests_on=("uniform_quality", "bad_quality"), page="quality/geometric-mean.md",
    ),
    Claim(
        "S3-064", _at("L436"), "The loss is at most log K.", Kind.IDENTITY, stated=Le(L, log(K)), where=(loss,),
        because="log K is the loss of even bets, not a maximum: a confident mistake costs any amount.",
        rests_on=("uniform_loss",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-065", _at("L438"), "Minus the logarithm of 0.25 is 1.4.", Kind.NUMBER,
        stated=Eq(log(K), Rational("1.4"), evaluate=False), at={K: 4}, places=1, rests_on=("uniform_loss",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-066", _at("L438"), "The loss should be as close to 0 as possible.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Of the training loss. Of new data it says nothing.", page="quality/separable-data.md",
    ),
    # ---- minimisation and mini-batches
    Claim(
        "S3-067", _at("L457–459"), "The mean of the losses is called the total loss.", Kind.STATEMENT, ruling=Ruling.MISLEADING,
        because="It is the average; a total is a sum, N times as large. The two words are where sum and mean get mixed up.",
        rests_on=("loss",), page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-068", _at("L462"), "Ideally the loss becomes 0.", Kind.IDENTITY, stated=Eq(ell, 0), where=(loss_along_the_ray,),
        because="No finite weights give it: on separable data the loss falls for ever and stays above 0; on other data it has a minimum above 0.",
        rests_on=("loss_always_falls", "loss_far_out"), page="quality/separable-data.md",
    ),
    Claim(
        "S3-069", _at("L471–487"), "Each step takes the learning rate times the gradient away.", Kind.DEFINITION, ruling=Ruling.TRUE,
        because="Gradient descent, entry by entry and as a matrix.", page="quality/ascent-and-descent.md",
    ),
    Claim(
        "S3-070", _at("L511"), "The gradient of the loss is the mean of the examples' gradients.", Kind.IDENTITY,
        stated=Eq(Derivative(L, w), Sum(Derivative(-log(p[i]), w), (i, 1, N)) / N), where=(one_weight_probability, loss),
        rests_on=("mean_of_the_gradients",), page="quality/why-the-log.md",
    ),
    Claim(
        "S3-071", _at("L517"), "A mini-batch averages only m of the gradients.", Kind.DEFINITION, ruling=Ruling.TRUE,
        because="The definition of a mini-batch step.", page="quality/why-the-log.md",
    ),
    Claim(
        "S3-072", _at("L517, L531"), "That is more efficient.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="A step costs m/N of the work. How many steps are needed is another question.", page="quality/why-the-log.md",
    ),
    Claim(
        "S3-073", _at("L521–525"), "The mean over a batch drawn at random approximates the mean over all.", Kind.IDENTITY,
        stated=Eq(Sum(m / N * p[i], (i, 1, N)) / m, Sum(p[i], (i, 1, N)) / N),
        because="On average over the draws it is exact, if each example is in the batch with probability m/N.", page="quality/why-the-log.md",
    ),
    Claim(
        "S3-074", _at("L532"), "Data are redundant, so a part gives almost the same gradient.", Kind.EMPIRICAL, ruling=Ruling.CONDITIONAL,
        because="Exactly the same for exact copies; otherwise the error falls like one over the square root of m.", page="quality/why-the-log.md",
    ),
    Claim(
        "S3-075", _at("L535"), "The mean over all N is labelled mini-batch gradient, the mean over B full-batch gradient.", Kind.STATEMENT,
        ruling=Ruling.FALSE, because="The labels are swapped; compare lines 511 and 521.", page="quality/template-matching.md",
    ),
    Claim(
        "S3-076", _at("L540"), "Batches of one generalise best but are slow.", Kind.EMPIRICAL, ruling=Ruling.OPINION,
        because="Contested, and different from task to task. The name is right.", page="quality/template-matching.md",
    ),
    Claim(
        "S3-077", _at("L541"), "Batches of 200 generalise well and are fastest.", Kind.EMPIRICAL, ruling=Ruling.OPINION,
        because="A convention. 200 is an example.", page="quality/template-matching.md",
    ),
    Claim(
        "S3-078", _at("L542"), "The full batch gives the exact gradient, generalises poorly and is slowest.", Kind.EMPIRICAL, ruling=Ruling.OPINION,
        because="The first part is true by definition; the others are contested.", page="quality/template-matching.md",
    ),
    Claim(
        "S3-079", _at("L547–550"), "The mini-batch gradient is −(1/m) E Xᵀ. No proof is given.", Kind.IDENTITY,
        stated=Eq(Derivative(J, W[r, s]), Entry(MatMul(-1 / m, matrix(E), matrix(X).T, evaluate=False), r, s)),
        where=(scores, softmax_of_scores, batch_cost, error), conditions=(targets_sum_to_one,),
        because="With E = Y − P, and targets that sum to one.", rests_on=("batch_gradient",), page="quality/template-matching.md",
    ),
    Claim(
        "S3-080", _at("L548, L553, L591, L593"), "So template matching was mini-batch gradient descent all along.", Kind.STATEMENT, ruling=Ruling.CONDITIONAL,
        because="If its error was built from softmax probabilities, which an earlier lecture decides. An error of predicted against true class, as in a perceptron, is another update.",
        rests_on=("batch_gradient",), page="quality/template-matching.md",
    ),
    Claim(
        "S3-081", _at("L561"), "The learning rate multiplies the gradient by the sign ∘.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Multiplication by a number; the sign usually means an entry-wise product.", page="quality/template-matching.md",
    ),
    Claim(
        "S3-082", _at("L577–589"), "Summary: the full gradient is the mean over N, the mini-batch gradient the mean over B.", Kind.STATEMENT,
        ruling=Ruling.TRUE, because="Here the labels are right, unlike on line 535.", rests_on=("mean_of_the_gradients",), page="quality/template-matching.md",
    ),
    # ---- the lab
    Claim(
        "S3-083", _at("L611–613"), "The criterion of the lab is PyTorch's cross-entropy.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="By its documentation it takes raw scores, applies log-softmax and takes the mean over the batch. Our own test of the library comes with a later topic.",
        page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-084", _at("L617"), "The two labels of the demonstration are 2 and 3.", Kind.STATEMENT, ruling=Ruling.TRUE,
        because="Class indices that count from 0, so there are at least four classes.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-085", _at("L622"), "A batch of scores is made.", Kind.LOST, ruling=Ruling.OPEN, because="The cell is lost.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-086", _at("L636"), "Exercise: complete the criterion.", Kind.QUESTION, ruling=Ruling.TRUE,
        because="Answer: the cross-entropy criterion without arguments, as in the demonstration.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-087", _at("L639–650"), "Exercise: three points belong to classes 0, 1 and 1; write the labels.", Kind.QUESTION, ruling=Ruling.TRUE,
        because="Answer: one class index for each point, in their order, as whole numbers.", page="quality/cross-entropy.md",
    ),
    Claim(
        "S3-088", _at("L654"), "A diagram shows what the criterion does.", Kind.LOST, ruling=Ruling.OPEN,
        because="It is lost. Scores and labels go in, a number comes out: log-softmax, pick, mean.", page="quality/cross-entropy.md",
    ),
)  # fmt: skip
