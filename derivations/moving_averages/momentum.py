"""Momentum with and without the factor 1 − β: one walk, if the learning rate follows; and Nesterov's, in two ways.

Notation: `gradients[n]` is the gradient of step n in one weight, `velocity[n]` the average form, `buffers[n]` the
plain form without the factor, `rates[n]` the learning rate of the step. A dash marks the walk along the buffer.
Source: notes of a deep-learning course (S4), lines 128–163; Sutskever, Martens, Dahl and Hinton (2013) for Nesterov.
"""

from __future__ import annotations

from sympy import Eq, Piecewise

from derivations.calculus import Definition, Given, Induction, Quantity, Rule, Source, calc, eq
from derivations.notation import (
    ahead,
    beta,
    beta_next,
    buffers,
    eta,
    folded,
    gradients,
    n,
    rates,
    t,
    velocity,
    w_start,
    walk,
    walk_plain,
)
from derivations.rules import applying, by_definition, in_turn, multiplied_out, multiplying_out

NOTES = "notes of a deep-learning course"

# ---- the average and the buffer

velocity_by_steps = Definition(
    velocity[n],
    Piecewise(((1 - beta) * gradients[1], Eq(n, 1)), (beta * velocity[n - 1] + (1 - beta) * gradients[n], True)),
    "momentum as an average",
    piecewise_recursive=True,
)
buffer_by_steps = Definition(
    buffers[n],
    Piecewise((gradients[1], Eq(n, 1)), (beta * buffers[n - 1] + gradients[n], True)),
    "momentum as a buffer",
    piecewise_recursive=True,
)
FORMS = (velocity_by_steps, buffer_by_steps)

first_velocity = Given(Eq(velocity[1], (1 - beta) * gradients[1]), words="the average begins at 0")
first_buffer = Given(Eq(buffers[1], gradients[1]), words="the buffer begins at 0 too")
velocity_before = Given(Eq(velocity[t - 1], (1 - beta) * buffers[t - 1]), words="the claim for one step less")
velocity_step = Given(
    Eq(velocity[t], beta * velocity[t - 1] + (1 - beta) * gradients[t]), words="β of the old, 1 − β of the new"
)
buffer_step = Given(Eq(buffers[t], beta * buffers[t - 1] + gradients[t]), words="β of the old, and all of the new")

average_is_a_share_of_the_buffer = Induction(
    claim=Eq(velocity[t], (1 - beta) * buffers[t]),
    on=t,
    first=1,
    base=calc(
        velocity[1],
        eq(
            (1 - beta) * gradients[1],
            by=Rule(
                "the first step", first_velocity.words, needs=(first_velocity,), rewrite=applying(first_velocity.says)
            ),
        ),
        eq(
            (1 - beta) * buffers[1],
            by=Rule(
                "the first step",
                first_buffer.words,
                needs=(first_buffer,),
                rewrite=applying(first_buffer.says),
                lower=True,
            ),
        ),
        where=FORMS,
    ),
    step=calc(
        velocity[t],
        eq(
            beta * velocity[t - 1] + (1 - beta) * gradients[t],
            by=Rule(
                "one step of the average",
                velocity_step.words,
                needs=(velocity_step,),
                rewrite=applying(velocity_step.says),
            ),
        ),
        eq(
            beta * (1 - beta) * buffers[t - 1] + (1 - beta) * gradients[t],
            by=Rule(
                "induction hypothesis",
                velocity_before.words,
                needs=(velocity_before,),
                rewrite=applying(velocity_before.says),
            ),
        ),
        eq(
            (1 - beta) * (beta * buffers[t - 1] + gradients[t]),
            by=Rule("common factor", "multiplied out, both sides are the same", rewrite=multiplied_out),
        ),
        eq(
            (1 - beta) * buffers[t],
            by=Rule(
                "one step of the buffer",
                buffer_step.words,
                needs=(buffer_step,),
                rewrite=applying(buffer_step.says),
                lower=True,
            ),
        ),
        where=FORMS,
    ),
    title="The average is 1 − β times the buffer, at every step",
    source=Source(NOTES, "L163"),
)

# ---- the walks, for any schedule

walk_along_the_average = Definition(
    walk[n],
    Piecewise((w_start - rates[1] * velocity[1], Eq(n, 1)), (walk[n - 1] - rates[n] * velocity[n], True)),
    "the weight on its walk along the average",
    piecewise_recursive=True,
)
walk_along_the_buffer = Definition(
    walk_plain[n],
    Piecewise(
        (w_start - (1 - beta) * rates[1] * buffers[1], Eq(n, 1)),
        (walk_plain[n - 1] - (1 - beta) * rates[n] * buffers[n], True),
    ),
    "the weight on its walk along the buffer, with 1 − β at each learning rate",
    piecewise_recursive=True,
)
WALKS = (walk_along_the_average, walk_along_the_buffer)

a_share_at_each_step = Given(
    Eq(velocity[n], (1 - beta) * buffers[n]),
    each=((n, t),),
    fix=velocity[n],
    words="{eq}`average_is_a_share_of_the_buffer`: from the same weights the gradients are the same",
)
average_walk_starts = Given(Eq(walk[1], w_start - rates[1] * velocity[1]), words="from the first weight")
buffer_walk_starts = Given(
    Eq(walk_plain[1], w_start - (1 - beta) * rates[1] * buffers[1]), words="from the same weight"
)
same_weight_before = Given(Eq(walk_plain[t - 1], walk[t - 1]), words="the claim for one step less")
average_walk_steps = Given(Eq(walk[t], walk[t - 1] - rates[t] * velocity[t]), words="along the average")
buffer_walk_steps = Given(
    Eq(walk_plain[t], walk_plain[t - 1] - (1 - beta) * rates[t] * buffers[t]),
    words="along the buffer, with 1 − β at the learning rate",
)

same_walk = Induction(
    claim=Eq(walk_plain[t], walk[t]),
    on=t,
    first=1,
    base=calc(
        walk_plain[1],
        eq(
            w_start - (1 - beta) * rates[1] * buffers[1],
            by=Rule(
                "the first step",
                buffer_walk_starts.words,
                needs=(buffer_walk_starts,),
                rewrite=applying(buffer_walk_starts.says),
            ),
        ),
        eq(
            w_start - rates[1] * velocity[1],
            by=Rule(
                "a share of the buffer",
                a_share_at_each_step.words,
                needs=(a_share_at_each_step,),
                rewrite=applying(a_share_at_each_step.says),
                lower=True,
            ),
        ),
        eq(
            walk[1],
            by=Rule(
                "the first step",
                average_walk_starts.words,
                needs=(average_walk_starts,),
                rewrite=applying(average_walk_starts.says),
                lower=True,
            ),
        ),
        where=WALKS,
    ),
    step=calc(
        walk_plain[t],
        eq(
            walk_plain[t - 1] - (1 - beta) * rates[t] * buffers[t],
            by=Rule(
                "one step",
                buffer_walk_steps.words,
                needs=(buffer_walk_steps,),
                rewrite=applying(buffer_walk_steps.says),
            ),
        ),
        eq(
            walk[t - 1] - (1 - beta) * rates[t] * buffers[t],
            by=Rule(
                "induction hypothesis",
                same_weight_before.words,
                needs=(a_share_at_each_step, same_weight_before),
                rewrite=applying(same_weight_before.says),
            ),
        ),
        eq(
            walk[t - 1] - rates[t] * velocity[t],
            by=Rule(
                "a share of the buffer",
                a_share_at_each_step.words,
                needs=(a_share_at_each_step,),
                rewrite=applying(a_share_at_each_step.says),
                lower=True,
            ),
        ),
        eq(
            walk[t],
            by=Rule(
                "one step",
                average_walk_steps.words,
                needs=(average_walk_steps,),
                rewrite=applying(average_walk_steps.says),
                lower=True,
            ),
        ),
        where=WALKS,
    ),
    title="With 1 − β at every learning rate the buffer walks where the average walks",
    source=Source(NOTES, "L163"),
)

# ---- where the map fails

so_far_a_share = Given(
    Eq(velocity[t - 1], (1 - beta) * buffers[t - 1]),
    fix=velocity[t - 1],
    words="with one β until here, {eq}`average_is_a_share_of_the_buffer`",
)
beta_moved = calc(
    beta_next * velocity[t - 1] + (1 - beta_next) * gradients[t]
    - (1 - beta_next) * (beta_next * buffers[t - 1] + gradients[t]),
    eq(
        beta_next * (1 - beta) * buffers[t - 1] + (1 - beta_next) * gradients[t]
        - (1 - beta_next) * (beta_next * buffers[t - 1] + gradients[t]),
        by=Rule(
            "a share of the buffer",
            so_far_a_share.words,
            needs=(so_far_a_share,),
            rewrite=applying(so_far_a_share.says),
        ),
    ),
    eq(beta_next * (beta_next - beta) * buffers[t - 1], by=multiplying_out),
    title="Where β changes, the old buffer carries the wrong factor",
)  # fmt: skip

inside_so_far = Given(
    Eq(folded[t - 1], rates[t - 1] * buffers[t - 1]),
    fix=folded[t - 1],
    words="under one learning rate the two are the same so far",
)
rate_moved = calc(
    beta * folded[t - 1] + rates[t] * gradients[t] - rates[t] * (beta * buffers[t - 1] + gradients[t]),
    eq(
        beta * (rates[t - 1] * buffers[t - 1])
        + rates[t] * gradients[t]
        - rates[t] * (beta * buffers[t - 1] + gradients[t]),
        by=Rule("the rate inside", inside_so_far.words, needs=(inside_so_far,), rewrite=applying(inside_so_far.says)),
    ),
    eq(beta * (rates[t - 1] - rates[t]) * buffers[t - 1], by=multiplying_out),
    title="With the learning rate inside, old gradients keep their old rates",
)

folded_by_steps = Definition(
    folded[n],
    Piecewise(
        (rates[1] * gradients[1], Eq(n, 1)),
        (beta * rates[n] / rates[n - 1] * folded[n - 1] + rates[n] * gradients[n], True),
    ),
    "the buffer with its learning rate inside, repaired",
    piecewise_recursive=True,
)
REPAIRED = (folded_by_steps, buffer_by_steps)
first_folded = Given(Eq(folded[1], rates[1] * gradients[1]), words="the first gradient, times its rate")
folded_before = Given(Eq(folded[t - 1], rates[t - 1] * buffers[t - 1]), words="the claim for one step less")
folded_step = Given(
    Eq(folded[t], beta * rates[t] / rates[t - 1] * folded[t - 1] + rates[t] * gradients[t]),
    words="what is kept changes to the new rate first",
)
repaired_rate_inside = Induction(
    claim=Eq(folded[t], rates[t] * buffers[t]),
    on=t,
    first=1,
    base=calc(
        folded[1],
        eq(
            rates[1] * gradients[1],
            by=Rule("the first step", first_folded.words, needs=(first_folded,), rewrite=applying(first_folded.says)),
        ),
        eq(
            rates[1] * buffers[1],
            by=Rule(
                "the first step",
                first_buffer.words,
                needs=(first_buffer,),
                rewrite=applying(first_buffer.says),
                lower=True,
            ),
        ),
        where=REPAIRED,
    ),
    step=calc(
        folded[t],
        eq(
            beta * rates[t] / rates[t - 1] * folded[t - 1] + rates[t] * gradients[t],
            by=Rule("one step", folded_step.words, needs=(folded_step,), rewrite=applying(folded_step.says)),
        ),
        eq(
            beta * rates[t] * buffers[t - 1] + rates[t] * gradients[t],
            by=Rule(
                "induction hypothesis",
                folded_before.words,
                needs=(folded_before,),
                rewrite=applying(folded_before.says),
            ),
        ),
        eq(
            rates[t] * buffers[t],
            by=Rule(
                "one step of the buffer",
                buffer_step.words,
                needs=(buffer_step,),
                rewrite=in_turn(applying(buffer_step.says), multiplied_out),
                lower=True,
            ),
        ),
        where=REPAIRED,
    ),
    title="With the ratio of two rates at what is kept, the learning rate may stand inside",
)

steps_grow_to = Quantity(
    1 / (1 - beta), "how many times a gradient that stays the buffer comes to hold, at the usual β", (), {beta: "0.9"}
)

# ---- Nesterov: the gradient is taken ahead, where the buffer alone would carry the weight

look_ahead = Definition(ahead[n], walk[n] - eta * beta * buffers[n], "the look ahead")
one_step_of_nesterov = Given(
    Eq(walk[t], walk[t - 1] - eta * buffers[t]), fix=walk[t], words="along the buffer, at one learning rate"
)
new_gradient = Given(
    Eq(gradients[t], buffers[t] - beta * buffers[t - 1]),
    fix=gradients[t],
    words="what the buffer holds beyond β of the old one",
)
nesterov_where_it_looks = calc(
    ahead[t],
    eq(walk[t] - eta * beta * buffers[t], by=by_definition(look_ahead)),
    eq(
        walk[t - 1] - eta * buffers[t] - eta * beta * buffers[t],
        by=Rule(
            "one step",
            one_step_of_nesterov.words,
            needs=(one_step_of_nesterov,),
            rewrite=applying(one_step_of_nesterov.says),
        ),
    ),
    eq(
        ahead[t - 1] + eta * beta * buffers[t - 1] - eta * buffers[t] - eta * beta * buffers[t],
        by=by_definition(look_ahead, lower=True),
    ),
    eq(
        ahead[t - 1] - eta * (gradients[t] + beta * buffers[t]),
        by=Rule(
            "the new gradient",
            new_gradient.words,
            needs=(new_gradient,),
            rewrite=in_turn(applying(new_gradient.says), multiplied_out),
            lower=True,
        ),
    ),
    where=(look_ahead,),
    title="Kept at the look ahead, Nesterov's step is the new gradient and β of the buffer",
    source=Source("Sutskever, Martens, Dahl and Hinton 2013", "section 2"),
)
