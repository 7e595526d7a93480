# %% [markdown]
# # Sum against mean on real digits: what a learning rate undoes
#
# Two networks learn to read the same images in the same order. One takes the mean of the losses of
# each batch, the other their sum. [On paper](equivalent-learning-rate.md) one number of the
# optimiser makes them one, and it is not the same number for each. Here both are trained, and their
# weights are compared after every update, number by number.
#
# **In short.** With full batches the repaired runs agree to the last bit. SGD wants the learning
# rate over 64, Adam nothing but its ε, and a penalty in the loss λ times 64. As soon as one batch is
# smaller than the others, no constant does it: sum and mean then weigh the images differently.

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
    adam_with_penalty,
    adamw,
    sgd,
    sgd_with_penalty,
)

# %% [markdown]
# ## The data and the network
#
# `load_digits` of scikit-learn: small grey images of handwritten digits, one in each column of X,
# with a row of ones below them for the bias. One layer, softmax on top. The images to train on fill
# seventeen batches of 64.

# %%
digits = load_digits()
X = np.vstack([digits.data.T / 16, np.ones(digits.target.size)])  # (D, N)
labels = digits.target  # (N,)
Y = one_hot(labels, 10)  # (K, N)
m, epochs, seed = 64, 10, 1
full = shuffled_batches(17 * m, m, epochs, seed)
print(f"{17 * m} images to train on, {labels.size - 17 * m} held out, {len(full)} updates")

# %% [markdown]
# ## The same training twice
#
# An update computes the sum of the gradients of its batch, and divides by the number of images if
# the cost is a mean. Nothing else knows about the reduction.


# %%
def train(step, reduction, batches, lr, **settings):
    """The weights after each update, (updates, K, D), from weights of 0."""
    W, memory, path = np.zeros((10, len(X))), Memory(), []
    for batch in batches:
        x, y = X[:, batch], Y[:, batch]
        dW = (softmax(W @ x) - y) @ x.T  # (K, D), the sum
        if reduction == "mean":
            dW = dW / batch.size
        W, memory = step(W, dW, memory, lr, **settings)
        path.append(W)
    return np.array(path)


def apart(one, other):
    """The largest difference in any weight, after each update."""
    return np.abs(one - other).max(axis=(1, 2))


def right(W):
    """Share of the images held out that are read right."""
    held_out = slice(17 * m, None)
    return ((W @ X[:, held_out]).argmax(axis=0) == labels[held_out]).mean()


cases = {  # the step, what it has with the mean, and what it has to have with the sum
    "SGD": (sgd, {"lr": 0.5}, {"lr": 0.5 / m}),
    "Adam": (adam, {"lr": 0.01, "eps": 1e-8}, {"lr": 0.01, "eps": 1e-8 * m}),
    "SGD, penalty": (sgd_with_penalty, {"lr": 0.5, "lam": 0.01}, {"lr": 0.5 / m, "lam": 0.01 * m}),
    "Adam, penalty": (
        adam_with_penalty,
        {"lr": 0.01, "lam": 0.01, "eps": 1e-8},
        {"lr": 0.01, "lam": 0.01 * m, "eps": 1e-8 * m},
    ),
    "AdamW": (adamw, {"lr": 0.01, "lam": 0.01, "eps": 1e-8}, {"lr": 0.01, "lam": 0.01, "eps": 1e-8 * m}),
}

print("                   largest difference to the mean      right on held out")
print("                   sum as it is     sum repaired       mean  sum as it is")
runs = {}
for name, (step, settings, repaired) in cases.items():
    mean = train(step, "mean", full, **settings)
    raw = train(step, "sum", full, **settings)
    done = train(step, "sum", full, **repaired)
    runs[name] = mean, raw, done
    gaps = apart(raw, mean).max(), apart(done, mean).max()
    assert gaps[1] == 0  # 64 is a power of two: not even rounding differs
    print(f"{name:13}  {gaps[0]:16.1e}  {gaps[1]:15.0f}   {right(mean[-1]):8.1%}  {right(raw[-1]):12.1%}")

# %% [markdown]
# For SGD a sum with the old learning rate is another training: the weights are somewhere else, and
# far out. Adam hardly notices, with or without the decay of AdamW. A penalty in the loss changes that: it
# was weighed against a mean, and beside a sum it is next to nothing.
#
# ## A ragged last batch
#
# Twelve images more to train on, and the last batch of each epoch has 12 of them. What divides the
# sum now? The learning rate over 64 is no longer the mean's: for the last batch the mean divides by
# 12, and so gives each of its images more than five times the weight of the others.

# %%
N = 17 * m + 12
ragged = shuffled_batches(N, m, epochs, seed)
sizes = [batch.size for batch in ragged]
print(f"sizes of the batches of an epoch: {sizes[0]} ({sizes[:18].count(m)} times) and {sizes[17]}")


def each_its_own(W, dW, memory, lr):
    """SGD with the learning rate over the size of this batch: `memory` counts the updates."""
    n = memory.n
    return W - lr / sizes[n] * dW, memory._replace(n=n + 1)


uneven = {}
for name, step in (("SGD", sgd), ("Adam", adam)):
    _, settings, repaired = cases[name]
    mean = train(step, "mean", ragged, **settings)
    uneven[name] = apart(train(step, "sum", ragged, **repaired), mean)
mean = train(sgd, "mean", ragged, 0.5)
uneven["SGD, each batch its own"] = apart(train(each_its_own, "sum", ragged, 0.5), mean)
print("                         before the  after it  at the end")
print("                        short batch")
for name, gap in uneven.items():
    print(f"{name:24}  {gap[16]:9.0e}  {gap[17]:8.1e}  {gap[-1]:10.1e}")
assert uneven["SGD"][:17].max() == uneven["Adam"][:17].max() == 0
assert uneven["SGD"][17] > 1e-3 < uneven["Adam"][17]
assert uneven["SGD, each batch its own"].max() < 1e-12

# %% alt="Until the first short batch there is no difference. From there on the gaps of SGD and of Adam stay."
figure, ax = plt.subplots(figsize=(5.0, 2.6))
for (name, line), colour in zip((("SGD", "-"), ("Adam", "--")), ("C0", "C1"), strict=True):
    ax.plot(range(1, len(ragged) + 1), uneven[name], line, color=colour, label=f"{name}, repaired for 64")
ax.set_title("largest difference in a weight, sum against mean", loc="left")
ax.set_xlabel("update")
ax.grid(axis="y")
ax.legend()
plt.show()

# %% [markdown]
# SGD can still be repaired, with a learning rate over the size of each batch. Adam cannot, by any
# learning rate: its averages have taken in gradients on two scales. Which of the two trainings is
# better is another matter. The sum gives every image the same weight; that is an argument for it.
#
# ## What would be visible
#
# To know that the comparison can fail, repair by a number that is nearly right.

# %%
nearly = apart(train(sgd, "sum", full, 0.5 / (m + 1)), runs["SGD"][0])
forgotten = apart(train(sgd_with_penalty, "sum", full, 0.5 / m, lam=0.01), runs["SGD, penalty"][0])
assert min(nearly[0], forgotten[1]) > 1e-6
print(f"learning rate over {m + 1}: {nearly.max():.1e}")
print(f"λ left as it was:      {forgotten.max():.1e}")

# %% [markdown]
# ## Where it goes next
#
# Why λ has to grow along is told by [the penalty's share](penalty-share.md), and what a short batch
# does to the cost that is printed by [the cost of an epoch](epoch-cost.md).
