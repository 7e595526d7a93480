# %% [markdown]
# # Running statistics on real mini-batches of digits
#
# A small network with one normalised layer learns to read digits, and keeps a mean and a variance of
# every unit on the way. Which of them should it be tested with? [The derivation](batch-normalisation-at-test-time.md)
# says what each is on average; here are all of them, on the same images, and what the network reads
# with each.
#
# **In short.** The variances within batches of two are half of what they should be, on average, and
# $m/(m-1)$ repairs it. A running mean that is not corrected is too small for hundreds of batches, and
# a network that is tested early with such numbers gives scores that are off by several times as much.
# After many batches nobody notices, and the wrong factor of the variance moves the scores, but hardly
# an answer. A network that normalises each image by itself reads nothing. Folded into the weights, the
# numbers that are kept give the same scores.

# %%
import sys

sys.path.insert(0, ".")  # run it from the project's root, where snippets/ is

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from snippets.moving_averages.batch_normalisation import batch_norm
from snippets.moving_averages.batch_normalisation_at_test_time import at_test_time, fold, running_statistics
from snippets.moving_averages.batch_normalisation_backward import backward
from snippets.quality.softmax import softmax
from snippets.quality.softmax_gradient import one_hot
from snippets.quality.template_matching import shuffled_batches

# %% [markdown]
# ## The images, and a layer that is not trained yet
#
# `load_digits` of scikit-learn: small grey images, one in each column of X. The first 1280 are to
# train on. Thirty-two units with random weights give the scores that are to be normalised.

# %%
digits = load_digits()
X, labels = digits.data.T / 16, digits.target  # (D, N), (N,)
N, H, seed = 1280, 32, 1
rng = np.random.default_rng(seed)
W = rng.normal(size=(H, len(X))) / 8
Z = W @ X[:, :N]  # (H, N)
mean_of_all, variance_of_all = Z.mean(axis=1), Z.var(axis=1, ddof=1)
print(f"{N} images to train on, {labels.size - N} held out, {H} units")

# %% [markdown]
# ## The variance within a batch
#
# Twenty shuffled epochs for every batch size. The variances of all batches are averaged for each
# unit, once divided by m and once by one fewer, and divided by the variance of all images.

# %%
sizes = (2, 4, 16, 64, 256)
within = {}
for m in sizes:
    batches = np.array(shuffled_batches(N, m, 20, seed))  # (batches, m)
    scores = Z[:, batches]  # (H, batches, m)
    biased, unbiased = (scores.var(axis=2, ddof=fewer).mean(axis=1) / variance_of_all for fewer in (0, 1))
    within[m] = biased.mean(), unbiased.mean()
    assert abs(within[m][0] / ((m - 1) / m) - 1) < 0.02
    assert abs(within[m][1] - 1) < 0.02
    print(f"m = {m:3}: over m {biased.mean():.3f}, (m - 1)/m {(m - 1) / m:.3f}; over m - 1 {unbiased.mean():.3f}")

# %% [markdown]
# The factor does not depend on the images, nor on the units: only on the size of the batch.
#
# ## The running mean, corrected and not
#
# Batches of 64, and an average with $\beta = 0.99$. A running mean that begins at 0 and is not
# corrected has taken in a small share only.

# %%
keep = 0.99
batches = shuffled_batches(N, 64, 20, seed)
counts = np.unique(np.geomspace(1, len(batches), 40).astype(int))
unit = np.abs(mean_of_all).argmax()  # the one whose mean is farthest from 0
corrected = np.array([running_statistics([Z[[unit]][:, b] for b in batches[:n]], keep)[0][0] for n in counts])
as_it_is = corrected * (1 - keep**counts)

for n in (1, 20, 100, 400):
    (mu,), _ = running_statistics([Z[[unit]][:, b] for b in batches[:n]], keep)
    share = mu / mean_of_all[unit]
    print(f"{n:3} batches: {share:6.1%} of the mean of all, not corrected {share * (1 - keep**n):6.1%}")

# %% alt="Corrected, the running mean is right from the first batch on; as it is, it begins near 0."
fig, ax = plt.subplots(figsize=(5.0, 2.8))
ax.axhline(mean_of_all[unit], label="mean of all images", linestyle=":")
ax.plot(counts, corrected, label="corrected")
ax.plot(counts, as_it_is, label="not corrected", linestyle="--")
ax.set_xscale("log")
ax.set_xlabel("batches so far")
ax.set_ylabel("running mean of a unit")
ax.legend()
plt.show()

# %% [markdown]
# ## A network is trained on small batches
#
# The normalised units, then max(0, ·), then softmax over the ten digits. Batches of four, so that the
# variance over m is off by a quarter. There is no bias below the normalisation: it would be idle.


# %%
m, lr, eps = 4, 0.1, 1e-5
Y = one_hot(labels, 10)  # (K, N)


def relu(Z):
    return np.maximum(Z, 0)


def train(updates):
    """The parameters after so many updates, and the scores of every batch on the way."""
    rng = np.random.default_rng(seed)
    W, V, c = rng.normal(size=(H, len(X))) / 8, rng.normal(size=(10, H)) / 8, np.zeros(10)
    gamma, beta, seen = np.ones(H), np.zeros(H), []
    for batch in shuffled_batches(N, m, 5, seed)[:updates]:
        x, y = X[:, batch], Y[:, batch]
        Z = W @ x  # (H, m)
        A = relu(batch_norm(Z, gamma, beta, eps))
        dS = (softmax(V @ A + c[:, None]) - y) / m  # (K, m), with the 1/m of the cost
        dZ, dgamma, dbeta = backward((V.T @ dS) * (A > 0), Z, gamma, eps)
        V, c = V - lr * dS @ A.T, c - lr * dS.sum(axis=1)
        W, gamma, beta = W - lr * dZ @ x.T, gamma - lr * dgamma, beta - lr * dbeta
        seen.append(Z)
    return (W, gamma, beta, V, c), seen


# %% [markdown]
# ## The same network, tested with different numbers
#
# Once early, after 40 updates, and once at the end. "One pass" takes mean and variance of all training
# images with the weights as they are: what the averages are meant to come near to. The last row
# takes each image for a batch of its own.


# %%
def statistics(network, seen):
    """Mean and variance of every unit, by name."""
    W, *_ = network
    Z_train = W @ X[:, :N]
    mu, var = running_statistics(seen, keep)
    begun = 1 - keep ** len(seen)  # what the weights add up to
    return {
        "one pass over all": (Z_train.mean(axis=1), Z_train.var(axis=1, ddof=1)),
        "running, corrected, over m - 1": (mu, var),
        "running, corrected, over m": (mu, var * (m - 1) / m),
        "running, not corrected": (begun * mu, begun * var),
        "running, variance begun at 1": (begun * mu, begun * var + 1 - begun),
    }


def scores_of(network, normalised):
    _, _, _, V, c = network
    return V @ relu(normalised) + c[:, None]


def test(network, seen):
    """The scores of the images held out, (K, 517), by name."""
    W, gamma, beta, _, _ = network
    Z = W @ X[:, N:]
    tested = {
        name: scores_of(network, at_test_time(Z, mu, var, gamma, beta, eps))
        for name, (mu, var) in statistics(network, seen).items()
    }
    alone = np.hstack([batch_norm(Z[:, [i]], gamma, beta, eps) for i in range(Z.shape[1])])
    return tested | {"each image by itself": scores_of(network, alone)}


def right(S):
    return (S.argmax(axis=0) == labels[N:]).mean()


results = {}
for updates in (40, 1600):
    network, seen = train(updates)
    results[updates] = tested = test(network, seen)
    reference = tested["one pass over all"]
    off = {name: np.abs(S - reference).mean() for name, S in tested.items()}
    assert off["running, corrected, over m - 1"] < off["running, corrected, over m"]
    assert (off["running, not corrected"] > 3 * off["running, corrected, over m - 1"]) == (updates == 40)
    assert right(tested["each image by itself"]) < 0.2
    print(f"after {updates} updates")
    for name, S in tested.items():
        print(f"  {name:30} right {right(S):6.1%}, scores off by {off[name]:.3f}")

# %% [markdown]
# After 40 updates the correction decides: without it the scores are off by several times as much, and
# in this run many digits are lost for it; with other shuffles it was from none to as many. At the end
# the correction is 1, and three rows are the same. The variance over m is the worse guess of the two: its scores are
# off by more. But all scores of a unit are too large by one factor then, and which digit has the largest
# score hardly changes. Do not take the right answers for a proof of the right variance.
#
# An image by itself has the mean of its own score and no variance, so that every image gets the same
# scores, and the network has one answer for all.
#
# ## Folded into the layer
#
# With numbers that are kept, normalising is part of the weights. The layer had no bias; folded, it has.

# %%
W, gamma, beta, V, c = network
mu, var = running_statistics(seen, keep)
W_folded, b_folded = fold(W, np.zeros(H), mu, var, gamma, beta, eps)
S = V @ relu(W_folded @ X[:, N:] + b_folded[:, None]) + c[:, None]
kept = results[1600]["running, corrected, over m - 1"]
assert np.allclose(S, kept, rtol=1e-12, atol=1e-12)
print(f"{S.size} scores, largest difference {np.abs(S - kept).max():.0e}, the largest score {kept.max():.1f}")

# %% [markdown]
# To know that the comparison can fail, fold with the variance over m.

# %%
W_wrong, b_wrong = fold(W, np.zeros(H), mu, var * (m - 1) / m, gamma, beta, eps)
S = V @ relu(W_wrong @ X[:, N:] + b_wrong[:, None]) + c[:, None]
assert np.abs(S - kept).max() > 0.1
print(f"largest difference {np.abs(S - kept).max():.1f}")

# %% [markdown]
# ## Where it goes next
#
# What a moving average remembers is told by [the memory's length](memory-length.md), and why it begins too
# small by [bias correction](bias-correction.md).
