"""The learning rate: what is too large, what is too small, and how far a halving schedule can travel.

Notation: `eta` is the learning rate, `kappa` the curvature h of a parabola, `delta[n]` the distance to its
optimum after n steps; `T` steps lie between two halvings.
Source: CS5242 lecture 4 (S3), “Learning rate”, lines 320–356.
"""

from __future__ import annotations

from sympy import Derivative, Eq, KroneckerDelta, Le, Piecewise, S, Sum, exp, floor, sqrt

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, Source, calc, eq, le
from derivations.notation import (
    D,
    E,
    K,
    Ls,
    Qs,
    T,
    X,
    c,
    d,
    delta,
    delta0,
    eta,
    f,
    i,
    i2,
    k,
    kappa,
    m,
    n,
    n0,
    pi,
    r,
    s,
    t,
    u,
    w1,
    w2,
)
from derivations.quality.ascent_and_descent import M1, M2, landscape, landscape_loss
from derivations.rules import (
    applying,
    empty_sums,
    in_turn,
    joined_powers,
    last_terms,
    leaving_out_squares,
    leaving_out_what_is_taken_away,
    linear_sums,
    multiplying_out,
    quoting,
    sifting_sums,
    squares_multiplied_out,
)

LECTURE = "CS5242 lecture 4"

distance_by_recursion = Definition(
    delta[n0],
    Piecewise((delta0, Eq(n0, 0)), ((1 - eta * kappa) * delta[n0 - 1], True)),
    "the distance to the optimum",
    piecewise_recursive=True,
)
one_step = Given(Eq(delta[t], (1 - eta * kappa) * delta[t - 1]), words="one step of descent on a parabola")
one_step_back = Given(Eq(delta[t - 1], (1 - eta * kappa) ** (t - 1) * delta0), words="the claim for one step less")
at_the_start = Given(Eq(delta[0], delta0))

distance_after_t_steps = Induction(
    claim=Eq(delta[t], (1 - eta * kappa) ** t * delta0),
    on=t,
    first=0,
    base=calc(
        delta[0],
        eq(
            delta0,
            by=Rule(
                "starting point", "before the first step the distance is the first distance", needs=(at_the_start,)
            ),
        ),
        where=(distance_by_recursion,),
    ),
    step=calc(
        delta[t],
        eq(
            (1 - eta * kappa) * delta[t - 1],
            by=Rule("one step of descent", "the slope is h times the distance", needs=(one_step,)),
        ),
        eq(
            (1 - eta * kappa) * ((1 - eta * kappa) ** (t - 1) * delta0),
            by=Rule("induction hypothesis", one_step_back.words, needs=(one_step_back,)),
        ),
        eq(
            (1 - eta * kappa) ** t * delta0,
            by=Rule("one more power", "one factor joins t − 1 equal ones", rewrite=joined_powers),
        ),
        where=(distance_by_recursion,),
    ),
    title="On a parabola every step multiplies the distance by 1 − ηh",
)

shrinks_below_two = calc(
    ((1 - eta * kappa) * u) ** 2 - u**2,
    eq(-eta * kappa * (2 - eta * kappa) * u**2, by=multiplying_out),
    title="What a step does to the squared distance",
)

travel_so_far = Given(
    Eq(Sum(T * eta * 2 ** (1 - n), (n, 1, t - 1)), 2 * T * eta * (1 - 2 ** (1 - t))),
    words="the claim for one plateau less",
)
halving_travel = Induction(
    claim=Eq(Sum(T * eta * 2 ** (1 - n), (n, 1, t)), 2 * T * eta * (1 - 2 ** (-t))),
    on=t,
    first=0,
    base=calc(
        Sum(T * eta * 2 ** (1 - n), (n, 1, 0)),
        eq(S.Zero, by=Rule("empty sum", "no plateau, no travel", rewrite=empty_sums)),
    ),
    step=calc(
        Sum(T * eta * 2 ** (1 - n), (n, 1, t)),
        eq(
            Sum(T * eta * 2 ** (1 - n), (n, 1, t - 1)) + T * eta * 2 ** (1 - t),
            by=Rule("last term", "a sum to t is the sum to t − 1 and its last term", rewrite=last_terms(t)),
        ),
        eq(
            2 * T * eta * (1 - 2 ** (1 - t)) + T * eta * 2 ** (1 - t),
            by=Rule("induction hypothesis", travel_so_far.words, needs=(travel_so_far,)),
        ),
        eq(2 * T * eta * (1 - 2 ** (-t)), by=multiplying_out),
    ),
    title="The learning rates of t plateaux add up to 2Tη(1 − 2⁻ᵗ)",
)

travel_of_plateaux = Given(halving_travel.claim, words="the induction above")
halving_remainder = calc(
    2 * T * eta - Sum(T * eta * 2 ** (1 - n), (n, 1, t)),
    eq(
        2 * T * eta - 2 * T * eta * (1 - 2 ** (-t)),
        by=Rule(
            "travel of t plateaux",
            travel_of_plateaux.says,
            needs=(travel_of_plateaux,),
            rewrite=quoting(halving_travel),
        ),
    ),
    eq(2 * T * eta * 2 ** (-t), by=multiplying_out),
    title="What is left of 2Tη halves with every plateau, and is never used up",
)

probabilities_sum_to_one_here = Given(Eq(Sum(pi[k], (k, 1, K)), 1), fix=pi[K], words="the probabilities sum to one")
certain = Given(Eq(pi[k], KroneckerDelta(k, 1)), each=((k, K),), fix=pi[k], words="the network is certain of one class")

square_and_sift = Rule(
    "square, and sift",
    "the delta is its own square",
    rewrite=in_turn(squares_multiplied_out, sifting_sums),
)
below_one = Le(pi[k] ** 2, pi[k])

bounded_error = calc(
    Sum((pi[k] - KroneckerDelta(k, c)) ** 2, (k, 1, K)),
    eq(Sum(pi[k] ** 2, (k, 1, K)) - 2 * pi[c] + 1, by=square_and_sift),
    le(
        Sum(pi[k], (k, 1, K)) - 2 * pi[c] + 1,
        by=Rule("a probability is at least its square", below_one, rewrite=applying(below_one)),
        tight=certain,
    ),
    eq(
        2 * (1 - pi[c]),
        by=Rule("probabilities sum to one", probabilities_sum_to_one_here.says, needs=(probabilities_sum_to_one_here,)),
    ),
    domain={c: (1, K)},
    title="The squared length of the error is at most twice what the probability of the right class misses",
)

certain_and_wrong = Given(
    Eq(pi[k], KroneckerDelta(k, c + 1) + KroneckerDelta(c, K) * KroneckerDelta(k, 1)),
    each=((k, K),),
    fix=pi[k],
    words="the network is certain of the class after c",
)
lacking = Eq(pi[k] ** 2, pi[k] - pi[k] * (1 - pi[k]))
bounded_gradient = calc(
    Sum(Sum(((pi[k] - KroneckerDelta(k, c)) * f[d]) ** 2, (d, 1, D)), (k, 1, K)),
    eq(
        Sum((pi[k] - KroneckerDelta(k, c)) ** 2, (k, 1, K)) * Sum(f[d] ** 2, (d, 1, D)),
        by=Rule(
            "a double sum of products is a product of sums",
            "each entry is one error times one feature",
            rewrite=linear_sums,
        ),
    ),
    eq(
        (Sum(pi[k] ** 2, (k, 1, K)) - 2 * pi[c] + 1) * Sum(f[d] ** 2, (d, 1, D)),
        by=square_and_sift,
    ),
    eq(
        (Sum(pi[k], (k, 1, K)) - 2 * pi[c] + 1) * Sum(f[d] ** 2, (d, 1, D))
        - Sum(pi[k] * (1 - pi[k]), (k, 1, K)) * Sum(f[d] ** 2, (d, 1, D)),
        by=Rule("what a square lacks", lacking, rewrite=applying(lacking)),
    ),
    le(
        (Sum(pi[k], (k, 1, K)) - 2 * pi[c] + 1) * Sum(f[d] ** 2, (d, 1, D)),
        by=Rule(
            "a probability lies between 0 and 1",
            "what is taken away is not negative",
            rewrite=leaving_out_what_is_taken_away,
        ),
        tight=certain,
    ),
    eq(
        2 * Sum(f[d] ** 2, (d, 1, D)) - 2 * pi[c] * Sum(f[d] ** 2, (d, 1, D)),
        by=Rule("probabilities sum to one", probabilities_sum_to_one_here.says, needs=(probabilities_sum_to_one_here,)),
    ),
    le(
        2 * Sum(f[d] ** 2, (d, 1, D)),
        by=Rule(
            "a probability is positive", "what is taken away is not negative", rewrite=leaving_out_what_is_taken_away
        ),
        tight=certain_and_wrong,
    ),
    domain={c: (1, K)},
    title="The gradient of one example is at most √2 times as long as its input",
)

mean_is_no_longer = calc(
    (Sum(E[r, i] * X[s, i], (i, 1, m)) / m) ** 2,
    eq(
        Sum((E[r, i] * X[s, i]) ** 2, (i, 1, m)) / m
        - Sum(Sum((E[r, i] * X[s, i] - E[r, i2] * X[s, i2]) ** 2, (i2, 1, m)), (i, 1, m)) / (2 * m**2),
        by=Rule(
            "variance as a sum over pairs",
            "multiplied out, the double sum is the mean of the squares less the square of the mean",
            rewrite=linear_sums,
            lower=True,
        ),
    ),
    le(
        Sum((E[r, i] * X[s, i]) ** 2, (i, 1, m)) / m,
        by=Rule("a sum of squares", "what is taken away is not negative", rewrite=leaving_out_squares),
        tight=Given(Eq(E[r, i] * X[s, i], u), each=((i, m),), fix=E[r, i], words="all examples pull alike"),
    ),
    title="The square of a mean is at most the mean of the squares",
)

# ---- the numbers of the lecture
schedule_travel = Quantity(
    2 * T * eta,
    "sum of all learning rates of the lecture's schedule",
    (),
    {T: 10, eta: "2.5"},
    source=Source(LECTURE, "L353"),
)
ratio_of_rates = Quantity(
    eta / u, "the large learning rate over the small one", (), {eta: 5, u: "0.625"}, source=Source(LECTURE, "L344")
)
rate_after_two_halvings = Quantity(
    eta * 2 ** (-floor(n0 / T)),
    "learning rate of the lecture's schedule at step 20",
    (),
    {T: 10, eta: "2.5", n0: 20},
    source=Source(LECTURE, "L353"),
)
rate_after_ten_halvings = Quantity(
    eta * 2 ** (-floor(n0 / T)),
    "learning rate of the lecture's schedule at step 100",
    (),
    {T: 10, eta: "2.5", n0: 100},
    source=Source(LECTURE, "L353"),
)

# ---- the landscape: the largest curvature is the larger eigenvalue of the two by two Hessian
_l11, _l12, _l22 = Derivative(Ls, w1, w1), Derivative(Ls, w1, w2), Derivative(Ls, w2, w2)
_top = {w1: M1, w2: M2}
largest_stable_descent = Quantity(
    2 / ((_l11 + _l22) / 2 + sqrt((_l11 - _l22) ** 2 / 4 + _l12**2)),
    "largest stable learning rate of descent on the landscape's loss",
    (landscape_loss,),
    _top,
)
largest_stable_ascent = Quantity(  # where the gradient is 0, the curvature of Q is Q times that of L
    2 / (Qs * ((_l11 + _l22) / 2 + sqrt((_l11 - _l22) ** 2 / 4 + _l12**2))),
    "largest stable learning rate of ascent, near the landscape's top",
    (landscape_loss, landscape),
    _top,
)
steepest_slope = Quantity(
    Qs * sqrt((_l11 + _l22) / 2 + sqrt((_l11 - _l22) ** 2 / 4 + _l12**2)) * exp(S(-1) / 2),
    "largest slope of the landscape, anywhere",
    (landscape_loss, landscape),
    _top,
)
reach = Quantity(
    steepest_slope.expr * schedule_travel.expr,
    "longest path that ascent on the landscape can take under the lecture's schedule",
    steepest_slope.where,
    {**steepest_slope.at, **schedule_travel.at},
)
distance_to_go = Quantity(
    sqrt((w1 - M1) ** 2 + (w2 - M2) ** 2),
    "distance from the lecture's start to the top",
    (),
    {w1: -1, w2: -2},
    source=Source(LECTURE, "L254, L335"),
)
short_travel = Quantity(
    2 * T * eta,
    "sum of all learning rates of a schedule that begins at a quarter",
    (),
    {T: 10, eta: "0.25"},
)
