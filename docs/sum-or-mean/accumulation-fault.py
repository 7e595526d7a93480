# %% [markdown]
# # Average lines of unequal length, and train on another loss
#
# [The formulas](accumulation.md) say that an average of micro-batch averages is not the average over
# the batch, unless all micro-batches hold the same number of tokens. How much is that in a real
# text, for the loss that is printed, for the gradient, and for what is learnt?
#
# **In short.** With one line of text a micro-batch, the loss at the start is right up to rounding, and
# the gradient is already far off. After training, the loss that is printed is the better one, and the
# model is the worse one: it has learnt the short lines at the expense of the long. Sums over the
# number of all tokens mend it.

# %%
import codecs
import contextlib
import io
import sys

sys.path.insert(0, ".")  # run it from the project's root, where snippets/ is

import matplotlib.pyplot as plt
import numpy as np

from snippets.sum_or_mean.accumulation import accumulators, restoring_weights

# %% [markdown]
# ## Twenty lines, letter by letter
#
# The text is the Zen of Python, which comes with Python itself. Each line is a sequence, each letter
# a token, and the model guesses a letter from the one before: a softmax with one weight for each
# pair of letters.

# %%
with contextlib.redirect_stdout(io.StringIO()):  # it prints itself when it is imported
    import this
lines = [line.lower() for line in codecs.decode(this.s, "rot13").splitlines() if line]
letters = sorted(set("".join(lines)))
K = len(letters)
place = {letter: k for k, letter in enumerate(letters)}
sequences = [np.array([place[letter] for letter in line]) for line in lines]
parts = [(line[:-1], line[1:]) for line in sequences]  # (before, letter to be guessed), n tokens each
counts = np.array([len(target) for _, target in parts])
print(f"{len(parts)} lines, {K} letters and signs, {counts.sum()} tokens")
print(f"the shortest line has {counts.min()} tokens, the longest {counts.max()}, the average {counts.mean():.1f}")

# %% [markdown]
# ## The loss and the gradient of a part


# %%
def part_of(W, part):
    """The losses of the tokens, (n,), and the gradient of their sum by W, (K, K); column k holds what follows k."""
    before, target = part
    scores = W[:, before]  # (K, n)
    scores = scores - scores.max(axis=0)
    P = np.exp(scores) / np.exp(scores).sum(axis=0)
    losses = -np.log(P[target, np.arange(target.size)])
    P[target, np.arange(target.size)] -= 1  # P - Y
    gradient = np.zeros_like(W)
    np.add.at(gradient.T, before, P.T)
    return losses, gradient


def accumulated(W, parts, way):
    """Loss and gradient of the whole text, accumulated part by part."""
    tokens = sum(target.size for _, target in parts)
    loss, gradient = 0.0, np.zeros_like(W)
    for part in parts:
        losses, slopes = part_of(W, part)
        divisor = tokens if way == "pooled" else losses.size * len(parts)
        loss += losses.sum() / divisor
        gradient += slopes / divisor
    return loss, gradient


def whole(W):
    """The same from the text in one piece: no part, nothing to accumulate."""
    together = tuple(np.concatenate(side) for side in zip(*parts, strict=True))
    losses, slopes = part_of(W, together)
    return losses.mean(), slopes / losses.size


WAYS = ("pooled", "mean of means")

# %% [markdown]
# ## At the start
#
# With all weights zero, every letter is as likely as any other and every token costs the same. So
# the average of the averages is the right loss, whatever the lengths: it takes a difference in
# size *and* a difference in average. A gradient is no average of equal numbers, and is off at once.

# %%
start = np.zeros((K, K))
true_loss, true_gradient = whole(start)
for way in WAYS:
    loss, gradient = accumulated(start, parts, way)
    off = np.linalg.norm(gradient - true_gradient) / np.linalg.norm(true_gradient)
    print(f"{way:13}  loss {loss:.6f}, off by {abs(loss - true_loss):.0e}; gradient off by {off:.1%}")
    assert abs(loss - true_loss) < 1e-14
    assert off < 1e-14 if way == "pooled" else off > 0.01

# %% [markdown]
# ## After training
#
# The same start, the same learning rate, the same number of steps; only the divisor differs. Each
# model is then judged on all tokens alike.


# %%
def train(way, parts, steps=300, lr=20.0):
    """The weights after training, and after each step the loss that was printed and the one over all tokens."""
    W, history = np.zeros((K, K)), []
    for _ in range(steps):
        loss, gradient = accumulated(W, parts, way)
        history.append((loss, whole(W)[0]))
        W = W - lr * gradient
    return W, np.array(history)


def on_each_line(W):
    """The average loss of each line."""
    return np.array([part_of(W, part)[0].mean() for part in parts])


runs = {way: train(way, parts) for way in WAYS}
short = counts < np.median(counts)
print("trained on     prints   over all tokens   short lines   long lines")
for way, (W, _) in runs.items():
    printed, _ = accumulated(W, parts, way)
    means = on_each_line(W)
    groups = [np.average(means[group], weights=counts[group]) for group in (short, ~short)]
    print(f"{way:13}  {printed:.4f}            {whole(W)[0]:.4f}        {groups[0]:.4f}       {groups[1]:.4f}")

losses = {way: whole(W)[0] for way, (W, _) in runs.items()}
assert losses["pooled"] < losses["mean of means"]
assert accumulated(runs["mean of means"][0], parts, "mean of means")[0] < losses["pooled"]  # what is printed

# %% alt="For means of means the printed loss falls below that of the pooled model, the true one stays above."
figure, ax = plt.subplots(figsize=(5.0, 2.8))
reference = runs["pooled"][1][:, 1]
for way, column, line, text in (
    ("mean of means", 1, "-", "mean of means, over all tokens"),
    ("pooled", 1, "-", "pooled, printed and over all tokens"),
    ("mean of means", 0, "--", "mean of means, as printed"),
):
    curve = runs[way][1][:, column] - reference
    ax.plot(curve, color=f"C{WAYS.index(way)}", linestyle=line)
    ax.text(curve.size, curve[100:].max() + 0.003, text, ha="right", va="bottom")
ax.set_ylim(-0.08, 0.055)
ax.set_title("loss, less that of the pooled model over all tokens", loc="left")
ax.set_xlabel("step")
ax.grid(axis="y")
plt.show()

# %% [markdown]
# ## The mend, in two forms
#
# Sums over the number of all tokens, as `pooled` above. Or, where each part hands over an average and
# somebody else averages them, each average times its weight.

# %%
W, _ = runs["mean of means"]
_, expected = whole(W)
per_part = np.array([part_of(W, part)[1].ravel() / part[1].size for part in parts])  # averages, (B, K K)
weighted = (restoring_weights(counts)[:, None] * per_part).mean(axis=0).reshape(K, K)
for name, found in (("sums over all tokens", accumulated(W, parts, "pooled")[1]), ("weighted averages", weighted)):
    gap = np.abs(found - expected).max()
    assert gap < 1e-15
    print(f"{name:20}  off by {gap:.0e} at most, of entries up to {np.abs(expected).max():.3f}")

tokens = [part_of(W, part)[0][:, None] for part in parts]  # losses as columns: one entry a token
for way, found in accumulators(tokens).items():
    print(f"the snippet, {way:13}  {found[0]:8.4f}")

# %% [markdown]
# ## Where it hides
#
# Put several lines in a micro-batch, and lengths even out; cut the text in pieces of one length, and
# the fault is gone. A test on such pieces passes.

# %%
text = np.concatenate(sequences)
size = 40
pieces = [text[first : first + size + 1] for first in range(0, text.size - size, size)]
same = [(piece[:-1], piece[1:]) for piece in pieces]
print("a micro-batch holds   parts   gradient off by")
cuts = {f"{n} line{'s' * (n > 1)}": [parts[k : k + n] for k in range(0, len(parts), n)] for n in (1, 2, 5, 10)}
for label, cut in (*cuts.items(), (f"{size} letters", [[piece] for piece in same])):
    joined = [tuple(np.concatenate(side) for side in zip(*group, strict=True)) for group in cut]
    _, right = accumulated(start, joined, "pooled")
    _, found = accumulated(start, joined, "mean of means")
    off = np.linalg.norm(found - right) / np.linalg.norm(right)
    assert (off < 1e-14) == (label == f"{size} letters")
    print(f"{label:19}   {len(joined):5}   {off:15.1%}")

# %% [markdown]
# ## Where it goes next
#
# The same fault with a batch instead of a text is [the average of the averages](epoch-cost.md).
# What [a sum in place of a mean](sum-is-m-times-mean.md) does to the step is another question: here
# every way divides, and by numbers of the same size.
