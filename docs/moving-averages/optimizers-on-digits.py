# %% [markdown]
# # Optimisers on real digits: the size of every step, measured
#
# SGD, momentum in both its forms, RMSprop, Adam and AdamW learn to read the same images in the same
# order, and every step that they take is measured. Then Adam loses its corrections, one by one, and
# its gradients are made small until ε is felt. Both have been derived: [the steps](rmsprop-and-adam.md)
# and [the place of ε](epsilon-placement.md).
#
# **In short.** Each with a learning rate of its own choice, all six read about equally many digits. What differs
# is that rate, and the first steps: Adam moves each weight by the learning rate, RMSprop by about three of
# them, and Adam corrected for momentum alone by more than thirty. And where gradients are small, ε
# under the root spoils a training that the same ε beside it leaves in peace.

# %%
import sys

sys.path.insert(0, ".")  # run it from the project's root, where snippets/ is

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from snippets.quality.softmax import softmax
from snippets.quality.softmax_gradient import one_hot
from snippets.quality.template_matching import shuffled_batches
from snippets.sum_or_mean.equivalent_learning_rate import (
    Memory,
    adam,
    adam_inside,
    adamw,
    momentum_average,
    momentum_buffer,
    rmsprop,
    sgd,
)

# %% [markdown]
# ## The data and the network
#
# `load_digits` of scikit-learn: small grey images of handwritten digits, one in each column of X,
# with a row of ones below them for the bias. One layer, softmax on top, weights that begin at 0.

# %%
digits = load_digits()
X = np.vstack([digits.data.T / 16, np.ones(digits.target.size)])  # (D, N)
labels = digits.target  # (N,)
Y = one_hot(labels, 10)  # (K, N)
N, m, epochs, seed = 17 * 64, 64, 6, 1
batches = shuffled_batches(N, m, epochs, seed)
print(f"{N} images to train on, {labels.size - N} held out, {len(batches)} updates")


# %%
def train(step, lr, scale=1.0, **settings):
    """The weights before and after each update, (updates + 1, K, D), on the cost times `scale`."""
    W, memory, path = np.zeros((10, len(X))), Memory(), []
    path.append(W)
    for batch in batches:
        x, y = X[:, batch], Y[:, batch]
        dW = (softmax(W @ x) - y) @ x.T / m  # (K, D)
        W, memory = step(W, scale * dW, memory, lr, **settings)
        path.append(W)
    return np.array(path)


def cost(W):
    """The mean cross-entropy over the images to train on."""
    return -np.log(softmax(W @ X[:, :N])[labels[:N], np.arange(N)]).mean()


def right(W):
    """Share of the images held out that are read right."""
    return ((W @ X[:, N:]).argmax(axis=0) == labels[N:]).mean()


lit = X[:, batches[0]].max(axis=1) > 0  # (D,): pixels that are dark in all these images have a gradient of 0


def sizes(path, lr):
    """How far the weights of these pixels move at each update, in learning rates: root mean square, (updates,)."""
    return np.sqrt((np.diff(path[:, :, lit], axis=0) ** 2).mean(axis=(1, 2))) / lr


# %% [markdown]
# ## Side by side
#
# Each gets four learning rates to choose from, and keeps the one that leaves the lowest cost on the
# images to train on. A step is the root mean square over the weights of all pixels that are lit in
# the first batch.

# %%
rates = {
    "SGD": (sgd, [1.0, 3.0, 10.0, 30.0]),
    "momentum, buffer": (momentum_buffer, [0.3, 1.0, 3.0, 10.0]),
    "momentum, average": (momentum_average, [3.0, 10.0, 30.0, 100.0]),
    "RMSprop": (rmsprop, [0.003, 0.01, 0.03, 0.1]),
    "Adam": (adam, [0.03, 0.1, 0.3, 1.0]),
    "AdamW": (adamw, [0.03, 0.1, 0.3, 1.0]),
}
decay = {"AdamW": {"lam": 0.01}}
best = {}
print("                   learning rate    cost  right on held out   step: first   last")
for name, (step, choice) in rates.items():
    paths = {lr: train(step, lr, **decay.get(name, {})) for lr in choice}
    lr = min(paths, key=lambda one: cost(paths[one][-1]))
    path, moved = paths[lr], sizes(paths[lr], lr)
    best[name] = lr, path, moved
    print(f"{name:17}  {lr:13}  {cost(path[-1]):6.3f}  {right(path[-1]):17.1%}  {moved[0]:12.4f}  {moved[-1]:5.3f}")

shares = [right(path[-1]) for _, path, _ in best.values()]
print(f"between the best and the worst: {max(shares) - min(shares):.1%} of the images held out")
assert max(shares) - min(shares) < 0.05
assert abs(best["Adam"][2][0] - 1) < 0.01 > abs(best["AdamW"][2][0] - 1)  # the learning rate, but for ε
assert abs(best["RMSprop"][2][0] - np.sqrt(10)) < 0.01

# %% [markdown]
# The steps of SGD and of momentum are as small as the gradients are. Adam's first step is the
# learning rate for every weight whose gradient is not tiny, and RMSprop's the root of ten of them: its
# average begins at 0 and is not corrected. Later the gradients change their signs from batch to
# batch. Then the average of the gradients gets small beside that of the squares, and Adam's steps
# with it; RMSprop has no average of gradients, and its steps stay long.
#
# The two forms of momentum are [one algorithm](momentum.md) at two learning rates, one ten times the other:

# %%
buffer, average = train(momentum_buffer, 0.1), train(momentum_average, 1.0)
print(f"largest difference of a weight: {np.abs(buffer - average).max():.0e}")
assert np.abs(buffer - average).max() < 1e-12

# %% [markdown]
# ## Adam without its corrections
#
# The memory of a step holds the averages as they are, before any correction. So a step with other
# corrections can be made of it.


# %%
def with_corrections(of_gradients, of_squares):
    """Adam's step with these of its two corrections."""

    def step(W, dW, memory, lr, eps=1e-8):
        _, memory = adam(W, dW, memory, lr)
        v = memory.v / (1 - 0.9**memory.n) if of_gradients else memory.v
        s = memory.s / (1 - 0.999**memory.n) if of_squares else memory.s
        return W - lr * v / (np.sqrt(s) + eps), memory

    return step


lr = best["Adam"][0]
corrected = {
    "both": train(with_corrections(True, True), lr),
    "momentum": train(with_corrections(True, False), lr),
    "squares": train(with_corrections(False, True), lr),
    "neither": train(with_corrections(False, False), lr),
}
assert np.abs(corrected["both"] - train(adam, lr)).max() < 1e-12
print("corrected   first step   cost after: 1 update   12 updates   all")
for name, path in corrected.items():
    after = [cost(path[n]) for n in (1, 12, -1)]
    print(f"{name:9}  {sizes(path, lr)[0]:11.3f}  {after[0]:21.3f}  {after[1]:11.3f}  {after[2]:4.3f}")

first = {name: sizes(path, lr)[0] for name, path in corrected.items()}
for name, expected in (("momentum", np.sqrt(1000)), ("squares", 0.1), ("neither", np.sqrt(10))):
    assert abs(first[name] / first["both"] - expected) < 1e-3 * expected
start, end = cost(np.zeros((10, len(X)))), {name: cost(path[-1]) for name, path in corrected.items()}
assert cost(corrected["momentum"][1]) > 20 * start  # thrown far out by the first update
assert end["momentum"] > 5 * end["both"] > 4 * end["squares"]
assert end["momentum"] > end["neither"] > end["both"]

# %% alt="Both corrections: about one learning rate at first. Momentum's alone: thirty times as much, falling slowly."
figure, ax = plt.subplots(figsize=(5.0, 2.8))
for (name, path), line in zip(corrected.items(), ("-", "--", "-.", ":"), strict=True):
    ax.semilogy(range(1, len(batches) + 1), sizes(path, lr), line, label=name)
ax.set_title("size of a step of Adam, in learning rates", loc="left")
ax.set_xlabel("update")
ax.grid(axis="y")
ax.legend(title="corrected", ncols=2)
plt.show()

# %% [markdown]
# With momentum's correction alone the first update throws every weight far out: the cost is tens of
# times that of weights of 0, and at the end still several times that of Adam with both. Without any correction it is
# less bad, and steps that are too short at first do next to no harm. This network forgives a lot,
# because its cost has one valley: there is a way back from everywhere.
#
# ## Where ε is felt
#
# Now the cost is measured in another unit, and the gradients are small. Adam ought not to notice. Four
# scales, ε beside the root and under it, always the same number.

# %%
print("cost times   beside the root   under it   first step: beside    under")
felt = {}
for scale in (1.0, 1e-2, 1e-4, 1e-6):
    beside, under = train(adam, lr, scale), train(adam_inside, lr, scale)
    felt[scale] = beside, under
    steps = [sizes(path, lr)[0] for path in (beside, under)]
    print(f"{scale:10}  {right(beside[-1]):16.1%}  {right(under[-1]):9.1%}  {steps[0]:18.4f}  {steps[1]:7.4f}")

same = cost(felt[1.0][0][-1])
assert abs(cost(felt[1e-4][0][-1]) - same) < 0.1 * same  # beside the root: next to nothing has happened
assert cost(felt[1e-4][1][-1]) > 5 * same  # under it: another training
assert start > cost(felt[1e-6][1][-1]) > 0.9 * start  # hardly begun

# %% [markdown]
# Beside the root, a cost ten thousand times as small makes no difference that matters. Under the root it does:
# there ε is felt by every gradient that is not large beside its root. And at a millionth, where even
# beside the root the steps are shorter, the training with ε under the root has hardly begun when it ends.
#
# The right answers hide it for a while: a softmax of small scores has the same largest one. Watch the
# cost, or the steps.

# %%
print("cost times   cost: beside    under")
for scale, (beside, under) in felt.items():
    print(f"{scale:10}  {cost(beside[-1]):13.3f}  {cost(under[-1]):7.3f}")

# %% [markdown]
# ## What would be visible
#
# To know that these comparisons can fail: multiply ε along with the cost, as each form wants it, and
# both trainings are what they were.

# %%
scale = 2.0**-20
again = np.abs(train(adam, lr, scale, eps=1e-8 * scale) - felt[1.0][0]).max()
under = np.abs(train(adam_inside, lr, scale, eps=1e-8 * scale**2) - felt[1.0][1]).max()
wrong = np.abs(train(adam_inside, lr, scale, eps=1e-8 * scale) - felt[1.0][1]).max()
print(f"largest difference of a weight: beside {again:.0e}, under {under:.0e}; under, ε times the scale {wrong:.0e}")
assert again == under == 0 < 1e-3 < wrong

# %% [markdown]
# ## Where it goes next
#
# Why a factor goes into ε once or twice is told by
# [the equivalent learning rate](../sum-or-mean/equivalent-learning-rate.md), and why a first step is
# what it is by [RMSprop and Adam](rmsprop-and-adam.md).
