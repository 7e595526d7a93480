"""The ledger of the question on the extra 1/m (S1), and of two lines of S0 and S4 that turn on it.

A claim with a formula is ruled on by the same doubt as a derivation; one without carries a reasoned
ruling. `L27` is line 27 of the source's text. The question's two pictures, a derivation by hand and a
slide of the course, are lost. GH: public threads on GitHub, each named by its repository; the code that
they quote is written anew, in our notation.
"""

from __future__ import annotations

from sympy import Derivative, Eq, Ge, Le, MatMul, Max, Min, Sum

from derivations.calculus import Claim, Entry, Given, Kind, Ruling, Source
from derivations.notation import (
    D,
    J,
    K,
    P,
    W,
    X,
    Y,
    Z,
    bias,
    d,
    dZ,
    dZ_bar,
    ells,
    i,
    k,
    lam,
    m,
    matrix,
    r,
    s,
    threshold,
    u,
)
from derivations.one_over_m.deferred_or_absorbed import absorbed_dz, cost_as_a_mean, deferred_dz, loss_of_an_example
from derivations.one_over_m.not_a_factor import columns_sum_to_one
from derivations.one_over_m.twice_or_never import NETWORK, added_up
from derivations.quality.template_matching import scores, scores_with_bias, softmax_of_scores, targets_sum_to_one


def _at(line: str) -> Source:
    return Source("question on the extra 1/m", line)


TWO_WAYS = "one-over-m/deferred-or-absorbed.md"
NOT_THE_SLOPE = "one-over-m/dz.md"
PRECISION = "one-over-m/precision.md"
TWICE_OR_NEVER = "one-over-m/twice-or-never.md"
NOT_A_FACTOR = "one-over-m/not-a-factor.md"
ANY_LAYERS = "one-over-m/any-number-of-layers.md"

batch_of_one = Given(Eq(m, 1), fix=m, words="the batch is one example")
not_clipped = (
    Given(Le(u, threshold), words="the entry does not lie above the threshold"),
    Given(Ge(u, -threshold), words="nor below minus the threshold"),
)

CLAIMS = (
    # ---- the forum thread on an exercise of course 2
    Claim(
        "S0-022",
        Source("forum thread on course 2, week 3", "L33"),
        "The optimisation assignment of week 2 shows the method: add up the costs, and divide when the epoch is over.",
        Kind.STATEMENT,
        ruling=Ruling.MISLEADING,
        because=(
            "Of the cost it prints, yes. But its gradient, written out by hand, starts from a dZ with $1/m$ inside: "
            "that of the mean over the mini-batch. A library that differentiates the sum, as in week 3, gives a "
            "gradient $m$ times as large beside the same printed cost. Read in public copies of the assignment."
        ),
        rests_on=("absorbed_weights",),
        page=TWO_WAYS,
    ),
    # ---- the question
    Claim(
        "S1-001",
        _at("L4"),
        "A picture shows the derivatives of the cross-entropy cost by Z, W and b.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. Ours are derived on the page.",
        rests_on=("absorbed_is_the_slope", "absorbed_weights", "absorbed_bias"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-030",
        _at("L8"),
        "A slide of the course has six formulas for one example on the left, and six for a batch on the right.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because="It is lost. The page sets both columns side by side, and derives them.",
        rests_on=("deferred_weights", "deferred_bias"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-002",
        _at("L6"),
        "The asker's own dZ, dW, db and dA are right.",
        Kind.LOST,
        ruling=Ruling.OPEN,
        because=(
            "The picture is lost. What is said of it, a $1/m$ in dZ and none at dW and db, fits the derivatives of the"
            " cost, and then it is right."
        ),
        rests_on=("absorbed_is_the_slope",),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-031",
        _at("L6"),
        "Among the asker's derivatives is dA, that of the cost by the last activations.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J, P[r, i]), -Y[r, i] / (m * P[r, i])),
        where=(loss_of_an_example, cost_as_a_mean),
        because="The asker's is lost. Ours, by the last layer's probabilities, has the $1/m$ in it from the start.",
        rests_on=("absorbed_is_the_slope",),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-003",
        _at("L6"),
        "The slide has one more factor $1/m$ at dW and db.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J, W[r, s]), Sum((P[r, i] - Y[r, i]) * X[s, i], (i, 1, m)) / m),
        where=(scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean),
        given=(targets_sum_to_one,),
        because="It stands there, and it is not one too many: beside a dZ that has none it is needed.",
        rests_on=("deferred_weights", "deferred_bias"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-032",
        _at("L6"),
        "At db, too, the slide has one more factor $1/m$.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J, bias[r]), Sum(P[r, i] - Y[r, i], (i, 1, m)) / m),
        where=(scores_with_bias, softmax_of_scores, loss_of_an_example, cost_as_a_mean),
        given=(targets_sum_to_one,),
        because="Needed there for the same reason.",
        rests_on=("deferred_bias",),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-004",
        _at("L6"),
        "The slide's dZ has no $1/m$.",
        Kind.IDENTITY,
        stated=Eq(Derivative(ells[i], Z[r, i]), P[r, i] - Y[r, i]),
        where=(softmax_of_scores, loss_of_an_example),
        given=(targets_sum_to_one,),
        because="Its columns are the derivatives of the examples' own losses, and no mean has been taken yet.",
        rests_on=("dz_of_one_example", "cost_in_the_scores"),
        page=NOT_THE_SLOPE,
    ),
    Claim(
        "S1-005",
        _at("L6"),
        "The left column of the slide has the derivatives, the right column the same in NumPy.",
        Kind.IDENTITY,
        stated=Eq(Derivative(ells[1], W[r, s]), Derivative(J, W[r, s])),
        where=(scores, softmax_of_scores, loss_of_an_example, cost_as_a_mean),
        given=(targets_sum_to_one,),
        conditions=(batch_of_one,),
        because=(
            "As the answer says too, the left column is about one example and the right column about the batch. So dW "
            "stands for two quantities: a derivative of the loss on the left, and of the cost on the right."
        ),
        rests_on=("weights_of_one_example", "deferred_weights"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-006",
        _at("L10"),
        "Why is there a $1/m$ in dW and db?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: because the cost is a mean, and dZ has not divided yet.",
        rests_on=("gradient_of_the_mean",),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-007",
        _at("L12"),
        "Why is there none in dZ, in either column?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: by definition. The course's dZ is $m$ times the derivative of the cost.",
        rests_on=("dz_is_m_times_the_slope",),
        page=NOT_THE_SLOPE,
    ),
    Claim(
        "S1-008",
        _at("L14"),
        "Is something missing from the asker's way, or wrong with it?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: no. A dZ that carries the $1/m$ gives the same dW and db, without a factor there.",
        rests_on=("absorbed_weights", "absorbed_bias"),
        page=TWO_WAYS,
    ),
    # ---- the answer
    Claim(
        "S1-009",
        _at("L23"),
        "It comes from how the course defines its backpropagation.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="The two ways differ in what they call dZ, and in nothing else.",
        rests_on=("deferred_dz", "absorbed_dz"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-010",
        _at("L27"),
        "For one example the factor is 1 and can be left out.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J, Z[r, i]), P[r, i] - Y[r, i]),
        where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean),
        given=(targets_sum_to_one,),
        domain={m: (1, 1)},
        because="Checked for a batch of one. For larger batches the same formula is false: see {claim}`S4-099`.",
        page=NOT_THE_SLOPE,
    ),
    Claim(
        "S1-011",
        _at("L27"),
        "The course writes small letters for one example and capitals for a batch.",
        Kind.DEFINITION,
        ruling=Ruling.TRUE,
        because=(
            "As a habit of notation. It does not tell a derivative of the loss from one of the cost: dW is a capital in"
            " both columns of the slide, dz and dZ hold the same numbers."
        ),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-033",
        _at("L27"),
        "The left column is about one example only.",
        Kind.IDENTITY,
        stated=Eq(Derivative(ells[i], W[r, s]), (P[r, i] - Y[r, i]) * X[s, i]),
        where=(scores, softmax_of_scores, loss_of_an_example),
        given=(targets_sum_to_one,),
        because="Each entry of its dW is a product of two numbers: no sum over examples, and so nothing to divide.",
        rests_on=("weights_of_one_example",),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-012",
        _at("L31"),
        "The course defers the $1/m$ to dW and db, where others absorb it into dZ.",
        Kind.STATEMENT,
        ruling=Ruling.CONDITIONAL,
        because=(
            "Of that slide, and of the exercises of course 1. The optimisation assignment of course 2, in the same "
            "series, absorbs. Read in public copies of the assignments."
        ),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-034",
        _at("L31"),
        "To absorb the $1/m$ means to have it in dZ.",
        Kind.IDENTITY,
        stated=Eq(dZ_bar[r, i], Derivative(J, Z[r, i])),
        where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean, absorbed_dz),
        given=(targets_sum_to_one,),
        because="Then dZ is what its name promises, the derivative of the cost by the scores.",
        rests_on=("absorbed_is_the_slope",),
        page=NOT_THE_SLOPE,
    ),
    Claim(
        "S1-013",
        _at("L31"),
        "The slide's dZ is defined without the $1/m$.",
        Kind.IDENTITY,
        stated=Eq(dZ[r, i], m * Derivative(J, Z[r, i])),
        where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean, deferred_dz),
        given=(targets_sum_to_one,),
        rests_on=("dz_is_m_times_the_slope",),
        page=NOT_THE_SLOPE,
    ),
    Claim(
        "S1-014",
        _at("L33"),
        "Move the $1/m$ from dW and db into dZ: all dW and db keep their values.",
        Kind.IDENTITY,
        stated=Eq(
            Entry(MatMul(1 / m, matrix(dZ), matrix(X).T, evaluate=False), r, s),
            Entry(MatMul(matrix(dZ_bar), matrix(X).T, evaluate=False), r, s),
        ),
        where=(deferred_dz, absorbed_dz),
        because=(
            "The formula is about one layer. In the layers below it holds as long as nothing that is not linear is "
            "done to dZ or dA on the way; their own values do change, by $m$."
        ),
        rests_on=("deferred_weights", "absorbed_weights", "every_weight", "every_bias"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-035",
        _at("L33"),
        "With the factor moved, db keeps its value as dW does.",
        Kind.IDENTITY,
        stated=Eq(Sum(dZ[r, i], (i, 1, m)) / m, Sum(dZ_bar[r, i], (i, 1, m))),
        where=(deferred_dz, absorbed_dz),
        rests_on=("deferred_bias", "absorbed_bias"),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-036",
        _at("L33"),
        "With the factor moved, the layers below get the same dW and db.",
        Kind.IDENTITY,
        stated=Eq(Sum(W[k, d] * (dZ[k, i] / m), (k, 1, K)), Sum(W[k, d] * dZ[k, i], (k, 1, K)) / m),
        because="What a layer hands down is linear in its dZ, so the factor goes with it, down to every dW and db.",
        rests_on=("every_weight", "every_bias"),
        page=ANY_LAYERS,
    ),
    Claim(
        "S1-014-clipped",
        _at("L33"),
        "The same sentence names no condition, so the factor may move where an entry $u$ of dZ is clipped, too.",
        Kind.IDENTITY,
        stated=Eq(Max(-threshold, Min(threshold, u / m)), Max(-threshold, Min(threshold, u)) / m),
        conditions=not_clipped,
        because="Clipping is not linear. It cuts the larger dZ and spares the one that carries $1/m$.",
        rests_on=("threshold_goes_along",),
        page=ANY_LAYERS,
    ),
    Claim(
        "S1-015",
        _at("L37"),
        "Waiting with the $1/m$ might be for numerical stability.",
        Kind.EMPIRICAL,
        ruling=Ruling.MISLEADING,
        because=(
            "Offered as a guess. For $m$ a power of two nothing is rounded differently, barring overflow and "
            "underflow; for other $m$ neither way is better. In float16, where the range is short, each way fails on "
            "a side of its own."
        ),
        rests_on=("power_of_two_commutes", "overflow_at_4096", "zero_at_4096"),
        page=PRECISION,
    ),
    Claim(
        "S1-016",
        _at("L37"),
        "Or it is a matter of style.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because="The evidence is for it: one series of courses has both styles.",
        page=TWO_WAYS,
    ),
    Claim(
        "S1-017",
        _at("L37"),
        "Waiting might keep one from dividing twice by accident.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because=(
            "Perhaps. Counted in places, it is the other way round: deferred, each layer divides at two places, dW and"
            " db; absorbed, the whole network divides at one."
        ),
        page=TWO_WAYS,
    ),
    Claim(
        "S1-018",
        _at("L41"),
        "Where can one read about the numerical stability, and why would the asker's way harm it?",
        Kind.QUESTION,
        ruling=Ruling.ANSWERED,
        because="Answer: it would not, in the arithmetic of the course. The experiment is on its own page.",
        rests_on=("power_of_two_commutes",),
        page=PRECISION,
    ),
    Claim(
        "S1-019",
        _at("L44"),
        "It was a guess; surely others have a better answer.",
        Kind.OPINION,
        ruling=Ruling.OPINION,
        because="It can be settled by experiment.",
        page=PRECISION,
    ),
    # ---- the course notes
    Claim(
        "S4-099",
        Source("notes of a deep-learning course", "L419"),
        "Prediction minus target is the derivative of the cost J by the scores.",
        Kind.IDENTITY,
        stated=Eq(Derivative(J, Z[r, i]), P[r, i] - Y[r, i]),
        where=(softmax_of_scores, loss_of_an_example, cost_as_a_mean),
        given=(targets_sum_to_one,),
        because=(
            "The lines above it define J as a mean over the examples. Prediction minus target is the derivative of the "
            "loss of one of them, $m$ times as large. With one example there is no difference, and nothing to notice."
        ),
        rests_on=("cost_in_the_scores",),
        page=NOT_THE_SLOPE,
    ),
)

THREADS = (
    Claim(
        "GH-001",
        Source("rust0258/Deeplearning.ai-Natural-Language-Processing-Specialization", "issues 62 and 64"),
        "The gradient of a bias is that of the weights, added up along its rows.",
        Kind.IDENTITY,
        stated=Eq(Sum(Sum(dZ[r, i] * X[d, i], (i, 1, m)) / m, (d, 1, D)), Derivative(J, bias[r])),
        where=(scores_with_bias, *NETWORK[1:]),
        given=(targets_sum_to_one,),
        conditions=(columns_sum_to_one,),
        rests_on=("bias_from_the_weights", "gap_of_one_example"),
        page=NOT_A_FACTOR,
        because=(
            "The notebook does it in both layers. The first reads averaged one-hot words, whose entries add up to "
            "one: there it is right. The second reads hidden units, whose entries do not."
        ),
    ),
    Claim(
        "GH-002",
        Source("hunkim/DeepLearningZeroToAll", "issue 173"),
        "The gradient of an average cost is the plain product of errors and inputs.",
        Kind.IDENTITY,
        stated=Eq(added_up, Derivative(J, W[r, s])),
        where=NETWORK,
        given=(targets_sum_to_one,),
        rests_on=("never_divided", "repeated_batch"),
        page=TWICE_OR_NEVER,
        because=(
            "So the code had it for the weights, while it averaged the biases. The thread shows it by stacking the "
            "batch upon itself: the gradient grows with the number of examples. Below, $B$ counts the copies, and ν "
            "how often the factor $1/m$ was written."
        ),
    ),
    Claim(
        "GH-003",
        Source("borgwang/tinynn", "issue 12"),
        "The optimiser should divide the gradient by the batch size, here where the loss is averaged already.",
        Kind.IDENTITY,
        stated=Eq(Sum(dZ_bar[r, i] * X[s, i], (i, 1, m)) / m, Derivative(J, W[r, s])),
        where=(*NETWORK, absorbed_dz),
        given=(targets_sum_to_one,),
        rests_on=("divided_twice",),
        page=TWICE_OR_NEVER,
        because="The answer in the thread says so: look where the factor stands before you add one.",
    ),
    Claim(
        "GH-004",
        Source("andersbll/nnet", "issue 4"),
        "A weight-decay penalty enters the gradient of the weights with a minus.",
        Kind.IDENTITY,
        stated=Eq(
            added_up / m - lam * W[r, s],
            Derivative(J + lam / 2 * Sum(Sum(W[k, d] ** 2, (d, 1, D)), (k, 1, K)), W[r, s]),
        ),
        where=NETWORK,
        given=(targets_sum_to_one,),
        rests_on=("penalised_gradient",),
        page=NOT_A_FACTOR,
        because=(
            "So the code had it, and the thread asks why. The minus of descent comes once more when the gradient is "
            "taken off; in the gradient itself the penalty is added. Here it is not over $m$."
        ),
    ),
    Claim(
        "GH-005",
        Source("jimfleming/differentiation", "issue 1"),
        "A bias less a gradient of another shape becomes a matrix; subtracted in place it raises an error.",
        Kind.STATEMENT,
        ruling=Ruling.TRUE,
        because="Our tests run both lines, with each of the wrong shapes on the page.",
        page=NOT_A_FACTOR,
    ),
)
