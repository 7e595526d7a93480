"""How a fault is read off two gradients: the nearest factor, the share of a penalty, and when both can be told apart.

Notation: g is the gradient as it was handed over, g⋆ the derivative of the cost, w the parameter, each of
D entries. c is a factor, κ what a penalty adds: the cost holds (κ/2)‖w‖², and so g⋆ holds κ w.
Source: least squares, as in any text on it; Lagrange's identity; the faults are those of the snippet.
"""

from __future__ import annotations

from sympy import Add, Eq, Expr, S, Sum, sqrt

from derivations.calculus import Definition, Derivation, Given, Rule, calc, eq, ge
from derivations.notation import (
    D,
    across,
    coefficient,
    cosine,
    d,
    d2,
    factor,
    mine,
    nearest_c,
    own,
    surplus,
    true,
    u,
    weight,
)
from derivations.rules import (
    by_definition,
    in_turn,
    leaving_out_squares,
    linear_sums,
    multiplied_out,
    quoting,
    using,
)

ZERO = "0 is 0, whatever it is multiplied by"


def dot(one: Expr, other: Expr) -> Expr:
    """The sum of products, entry by entry."""
    return Sum(one * other, (d, 1, D))


g, star, w, perp = mine[d], true[d], weight[d], across[d]


def without_the_distance(line: Expr, _: Derivation) -> Expr:
    """Leave out the square of the distance from the nearest factor."""
    return Add(*(t for t in Add.make_args(line) if not t.has((factor - nearest_c) ** 2)))


multiply_out = Rule(
    "multiply out", "a square of a difference, term by term", rewrite=in_turn(multiplied_out, linear_sums)
)

# ---- one factor

nearest = Definition(nearest_c, dot(g, star) / dot(star, star), "the nearest factor")

nearest_factor = calc(
    dot(g - factor * star, g - factor * star),
    eq(dot(g, g) - 2 * factor * dot(g, star) + factor**2 * dot(star, star), by=multiply_out),
    eq(
        dot(g, g) - nearest_c**2 * dot(star, star) + (factor - nearest_c) ** 2 * dot(star, star),
        by=Rule("completing the square", "the sum of products is the nearest factor times the sum of squares"),
    ),
    ge(
        dot(g, g) - nearest_c**2 * dot(star, star),
        by=Rule("a square is not negative", "what is left out is a sum of squares", rewrite=without_the_distance),
        tight=Given(Eq(factor, nearest_c), fix=factor, words="the factor is the nearest one"),
    ),
    eq(dot(g, g) - dot(g, star) ** 2 / dot(star, star), by=by_definition(nearest)),
    where=(nearest,),
    title="The factor that brings the derivative nearest to a gradient",
)

angle = Definition(cosine, dot(g, star) / sqrt(dot(g, g) * dot(star, star)), "the cosine of the angle between the two")

left_over = calc(
    (dot(g, g) - dot(g, star) ** 2 / dot(star, star)) / dot(g, g),
    eq(
        1 - dot(g, star) ** 2 / (dot(g, g) * dot(star, star)),
        by=Rule("divide each term", "a difference over a number is the difference of the two over that number"),
    ),
    eq(1 - cosine**2, by=by_definition(angle, lower=True)),
    where=(angle,),
    title="What is left over is the squared sine of the angle",
)

# ---- a multiple of the parameter

handed_over = Given(
    Eq(g, star + surplus * w), each=((d, D),), fix=g, words="the gradient is the derivative and k times the parameter"
)

share_of_the_penalty = calc(
    dot(g - star, w) / dot(w, w),
    eq(
        Sum(surplus * w**2, (d, 1, D)) / dot(w, w),
        by=Rule("what the gradient holds too much", handed_over.words, needs=(handed_over,)),
    ),
    eq(surplus, by=Rule("constant factor", "k leaves the sum, and the sums cancel", rewrite=linear_sums)),
    title="What the gradient holds too much of the parameter",
)

ways_to_get_the_penalty_wrong = calc(
    factor * (star - coefficient * w) + own * w,
    eq(
        factor * star + (own - factor * coefficient) * w,
        by=Rule("sort by vectors", "what stands before the derivative, and what before the parameter"),
    ),
    title="A factor on the data term, and a penalty of its own",
)

# ---- both at once

perpendicular_part = Definition(
    perp,
    weight[d] - Sum(true[d2] * weight[d2], (d2, 1, D)) / Sum(true[d2] ** 2, (d2, 1, D)) * true[d],
    "the part of the parameter that is perpendicular to the derivative",
)

perpendicular = calc(
    dot(star, perp),
    eq(S.Zero, by=Rule("definition of the perpendicular part", "what is along the derivative is taken away")),
    where=(perpendicular_part,),
    title="The perpendicular part is perpendicular",
    equivalents={
        "line 0: sign: the whole line → -Sum(across[d]*true[d], (d, 1, D))": ZERO,
        "line 0: times D: the whole line → D*Sum(across[d]*true[d], (d, 1, D))": ZERO,
        "line 0: over D: the whole line → Sum(across[d]*true[d], (d, 1, D))/D": ZERO,
    },
)

own_shadow = calc(
    dot(w, perp),
    eq(
        dot(perp, perp),
        by=Rule("take the parameter apart", "what of it is along the derivative adds nothing: {eq}`perpendicular`"),
    ),
    where=(perpendicular_part,),
    title="The parameter meets its perpendicular part as that part meets itself",
)

both = Given(
    Eq(g, factor * star + surplus * w),
    each=((d, D),),
    fix=g,
    words="the gradient is c times the derivative and k times the parameter",
)

_ALONG, _ACROSS = "Sum(across[d]*true[d], (d, 1, D))", "surplus*Sum(across[d]*weight[d], (d, 1, D))"
_BOTH, _END = "factor*true[d] + surplus*weight[d]", "*across[d], (d, 1, D))"
UNSEEN_SLIPS = dict.fromkeys(
    (
        f"line 1: lost term: {_BOTH} → Sum(surplus*across[d]*weight[d], (d, 1, D))",
        f"line 1: sign of a term: {_BOTH} → Sum((-{_BOTH}){_END}",
        f"line 1: lost factor: factor*true[d] → Sum((surplus*weight[d] + true[d]){_END}",
        f"line 1: doubled factor: factor*true[d] → Sum((factor**2*true[d] + surplus*weight[d]){_END}",
        f"line 1: inverted factor: factor*true[d] → Sum((surplus*weight[d] + true[d]/factor){_END}",
        f"line 2: lost term: factor*{_ALONG} + {_ACROSS} → {_ACROSS}",
        f"line 2: sign of a term: factor*{_ALONG} + {_ACROSS} → -factor*{_ALONG} + {_ACROSS}",
        f"line 2: lost factor: factor*{_ALONG} → {_ACROSS} + {_ALONG}",
        f"line 2: doubled factor: factor*{_ALONG} → factor**2*{_ALONG} + {_ACROSS}",
        f"line 2: inverted factor: factor*{_ALONG} → {_ACROSS} + {_ALONG}/factor",
        f"line 2: doubled factor: factor*{_ALONG} → factor*{_ALONG}**2 + {_ACROSS}",
    ),
    "the derivative adds 0 here, so any multiple of it does: that is why the factor is invisible",
)

two_faults_at_once = calc(
    dot(g, perp),
    eq(
        Sum((factor * star + surplus * w) * perp, (d, 1, D)),
        by=Rule("both faults", both.words, needs=(both,), rewrite=using(both)),
    ),
    eq(
        factor * dot(star, perp) + surplus * dot(w, perp),
        by=Rule("linearity of the sum", "constants leave the sum", rewrite=in_turn(multiplied_out, linear_sums)),
    ),
    eq(
        surplus * dot(w, perp),
        by=Rule("perpendicular", "{eq}`perpendicular`", rewrite=quoting(perpendicular)),
    ),
    eq(surplus * dot(perp, perp), by=Rule("its own shadow", "{eq}`own_shadow`", rewrite=quoting(own_shadow))),
    where=(perpendicular_part,),
    title="Against the perpendicular part, the factor is invisible",
    equivalents=UNSEEN_SLIPS,
)

length_of_the_perpendicular_part = calc(
    dot(perp, perp),
    eq(dot(w, w) - dot(star, w) ** 2 / dot(star, star), by=Rule("Pythagoras", "the part along the derivative is gone")),
    eq(
        (dot(star, star) * dot(w, w) - dot(star, w) ** 2) / dot(star, star),
        by=Rule("common denominator", "both terms over the same sum"),
    ),
    where=(perpendicular_part,),
    title="How long the perpendicular part is",
)

told_apart_unless_parallel = calc(
    dot(star, star) * dot(w, w) - dot(star, w) ** 2,
    eq(
        Sum(Sum((true[d] * weight[d2] - true[d2] * weight[d]) ** 2, (d2, 1, D)), (d, 1, D)) / 2,
        by=Rule("Lagrange's identity", "a sum over pairs, each of them counted twice"),
    ),
    ge(
        S.Zero,
        by=Rule("a sum of squares", "squares are not negative", rewrite=leaving_out_squares),
        tight=Given(Eq(w, u * star), each=((d, D),), fix=w, words="the parameter is a multiple of the derivative"),
    ),
    title="The two faults can be told apart unless derivative and parameter are parallel",
)
