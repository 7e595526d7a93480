# %% [markdown]
# # A tenth of the images carries most of the loss
#
# What does a classifier learn when it is trained by template matching, and what do
# [$Q_{\mathrm{mean}}$ and perplexity](geometric-mean.md) and cross-entropy say about it while it does?
#
# **In short.** Ten templates, one for each digit, start as blanks and are moved towards the images
# that they miss. All three measures tell the same story at every epoch, for each can be computed
# from any other. Accuracy tells less: late in the training it gains little while they still gain.
# And of the loss that is left on images held out of the training, most sits in a tenth of them: the
# right class of the worst is all but ruled out.

# %%
import sys

sys.path.insert(0, ".")  # run it from the project's root, where snippets/ is

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from sklearn.datasets import load_digits

from snippets.quality.cross_entropy import cross_entropy
from snippets.quality.geometric_mean import (
    arithmetic_mean,
    perplexity,
    q_mean,
    right_class,
)
from snippets.quality.softmax_gradient import one_hot
from snippets.quality.template_matching import (
    gradients,
    predict,
    shuffled_batches,
    update,
)

# %% [markdown]
# ## The data: real digits, written by hand
#
# `load_digits` of scikit-learn holds small grey images, each with the digit that its writer meant.
# Every image becomes a column of X. The last fifth is held out as it stands, without shuffling:
# neighbours in the file may be by the same hand, and the question is how the network reads
# writing that it has not met.

# %%
digits = load_digits()
X = digits.data.T / 16  # (D, N), ink between 0 and 1
labels = digits.target  # (N,)
D, N = X.shape
K = len(digits.target_names)
training = np.arange(N * 4 // 5)
held_out = np.arange(N * 4 // 5, N)
print(f"D = {D} pixels, K = {K} classes, N = {N} images")
print(f"{training.size} to train on, {held_out.size} held out")


# %% alt="The first ten images of the data: the digits 0 to 9, each drawn in 8 by 8 grey squares."
def draw(ax, column, title, colours, **limits):
    """A column of D numbers as 8 by 8 pixels."""
    ax.imshow(column.reshape(8, 8), cmap=colours, interpolation="none", **limits)
    ax.set(title=title, xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="#dcd8cc")


ink = LinearSegmentedColormap.from_list("ink", ["#22262b00", "#22262bff"])
figure, axes = plt.subplots(2, 5, figsize=(5.0, 2.3))
for i, ax in enumerate(axes.flat):
    draw(ax, X[:, i], labels[i], ink)
plt.show()

# %% [markdown]
# ## Blank templates know nothing, exactly
#
# With W and b at zero all scores are equal, so softmax gives every class the same share, whatever
# the image. That is the one network whose quality is known before anything is measured: the share
# of one class.

# %%
W, b = np.zeros((K, D)), np.zeros(K)
P = predict(W, b, X)  # (K, N)
assert (P == 1 / K).all()
p = right_class(P, labels)  # (N,)
print(f"Q_mean        {q_mean(p):7.4f}   1/K   {1 / K:7.4f}")
print(f"perplexity    {perplexity(p):7.4f}   K     {K:7.4f}")
print(f"cross-entropy {cross_entropy(P, labels):7.4f}   log K {np.log(K):7.4f}")

# %% [markdown]
# ## The gradient, checked before it is trusted
#
# Template matching claims to be gradient descent on the batch's average cross-entropy, with the
# 1/m that the mean brings: {eq}`batch_gradient`. A complex step asks the loss itself. Give one
# entry of W a tiny imaginary part, and the imaginary part of the loss is the derivative by that
# entry; nothing is subtracted, so nothing cancels.


# %%
def loss(W, b, X, Y):
    """Average cross-entropy of a batch, by its definition; W may be complex."""
    Z = W @ X + b[:, None]  # (K, m)
    return np.mean(np.log(np.exp(Z).sum(axis=0)) - (Y * Z).sum(axis=0))


def by_complex_steps(W, b, X, Y, h=1e-30):
    """∂loss/∂W, (K, D), one entry at a time."""
    slopes = np.zeros(W.shape)
    for entry in np.ndindex(*W.shape):
        moved = W.astype(complex)
        moved[entry] += 1j * h
        slopes[entry] = loss(moved, b, X, Y).imag / h
    return slopes


rng = np.random.default_rng(7)
Y = one_hot(labels, K)  # (K, N)
B = rng.choice(training, size=32, replace=False)  # a mini-batch
W_some = rng.normal(size=(K, D))  # not at zero, where a slip could hide
b_some = rng.normal(size=K)
dW, db = gradients(W_some, b_some, X[:, B], Y[:, B])
asked = by_complex_steps(W_some, b_some, X[:, B], Y[:, B])
assert np.abs(dW - asked).max() < 1e-13
print(f"{asked.size} slopes of the loss, the steepest {np.abs(asked).max():.3f}")
print("template matching gives each of them to 13 decimal places")

# %% [markdown]
# A library's automatic differentiation is a third voice. It is asked where one is installed: the
# environment that builds this site pins none, and the project's tests ask wherever they find one.


# %%
def by_autograd(W, b, X, Y):
    """The name of an installed library, and its ∂loss/∂W, (K, D)."""
    try:
        import torch
    except ImportError:
        return by_jax(W, b, X, Y)
    W, b, X, Y = (torch.tensor(one, requires_grad=True) for one in (W, b, X, Y))
    Z = W @ X + b[:, None]
    torch.nn.functional.cross_entropy(Z.T, Y.T).backward()
    return "torch", W.grad.numpy()


def by_jax(W, b, X, Y):
    try:
        import jax
    except ImportError:
        return None, None
    jax.config.update("jax_enable_x64", True)

    def average(W):
        Z = W @ X + b[:, None]
        return -(Y * jax.nn.log_softmax(Z, axis=0)).sum(axis=0).mean()

    return "jax", np.asarray(jax.grad(average)(W))


library, theirs = by_autograd(W_some, b_some, X[:, B], Y[:, B])
if library is None:
    print("neither torch nor jax is installed here: not asked")
else:
    assert np.abs(dW - theirs).max() < 1e-13
    print(f"{library} gives the same gradient to 13 decimal places")

# %% [markdown]
# ## Training: three measures, one story
#
# After each epoch the three measures are computed separately, each by its own snippet, on the
# images that were trained on and on those that were held out. Two assertions hold them together:
# {eq}`to_cross_entropy`, as [derived](cross-entropy.md), and perplexity is exp of the cross-entropy.

# %%
epochs, m, lr = 30, 48, 0.5
batches = shuffled_batches(training.size, m, epochs, seed=0)
updates = len(batches) // epochs  # in an epoch


def measure(W, b, chosen):
    """Q_mean, perplexity, cross-entropy and accuracy on the chosen columns."""
    P = predict(W, b, X[:, chosen])
    p = right_class(P, labels[chosen])
    Q, unsure, L = q_mean(p), perplexity(p), cross_entropy(P, labels[chosen])
    assert np.isclose(Q, np.exp(-L), rtol=1e-12, atol=0)
    assert np.isclose(unsure, np.exp(L), rtol=1e-12, atol=0)
    return Q, unsure, L, np.mean(P.argmax(axis=0) == labels[chosen])


history = [(measure(W, b, training), measure(W, b, held_out))]
for epoch in range(epochs):
    for batch in batches[epoch * updates : (epoch + 1) * updates]:
        B = training[batch]
        W, b = update(W, b, X[:, B], Y[:, B], lr)
    history.append((measure(W, b, training), measure(W, b, held_out)))
history = np.array(history)  # (epochs + 1, 2, 4)

print("       training                    held out")
print("epoch      Q    1/Q      L  right      Q    1/Q      L  right")
for epoch in (0, 1, 2, 5, 10, 20, 30):
    seen, unseen = history[epoch]
    cells = "{:6.3f} {:6.3f} {:6.3f} {:6.1%}"
    print(f"{epoch:5d}", cells.format(*seen), cells.format(*unseen))

# %% alt="Over the epochs Q_mean rises, perplexity and cross-entropy fall; held-out images lag behind."
names = ("Q_mean", "perplexity", "cross-entropy")
groups = (("training", "-"), ("held out", "--"))
figure, axes = plt.subplots(3, 1, figsize=(5.0, 5.4), sharex=True)
for which, (ax, name) in enumerate(zip(axes, names, strict=True)):
    for side, (group, style) in enumerate(groups):
        ax.plot(history[:, side, which], style, label=group)
    ax.set_title(name, loc="left")
    ax.grid(axis="y")
axes[0].set_ylim(0, 1)
axes[0].legend(loc="lower right")
axes[1].set_yscale("log")
axes[1].set_yticks([1, 2, 5, 10], ["1", "2", "5", "10"])
axes[1].minorticks_off()
axes[2].set_ylim(0, None)
axes[2].set_xlabel("epoch")
plt.show()

# %% [markdown]
# Accuracy only asks which class came first. Late in the training few images change sides, while
# $Q_{\mathrm{mean}}$ asks how much of the certainty went to the right class, and goes on rising.

# %%
then, now = history[epochs // 3, 1], history[epochs, 1]  # held out
print(f"held out, from epoch {epochs // 3} to epoch {epochs}:")
print(f"  accuracy from {then[3]:.1%} to {now[3]:.1%}")
print(f"  Q_mean   from {then[0]:.1%} to {now[0]:.1%}")
assert now[0] - then[0] > 2 * abs(now[3] - then[3])

# %% [markdown]
# ## What was learnt: the templates
#
# Each row of W is as large as an image, so it can be looked at. Ink in the blue-green squares speaks
# for the digit, ink in the brown ones (orange on a dark page) against it. The templates are not average digits:
# they stress what tells a digit from the other nine, such as the empty middle of the zero.

# %%
middle = [[3, 3, 4, 4], [3, 4, 3, 4]]  # the four pixels at the centre
weights = W.reshape(K, 8, 8)[:, *middle].sum(axis=1)  # (K,)
assert weights.argmin() == 0
print("what full ink in the middle adds to the score of each digit:")
print("  ".join(f"{k}: {weight:+.1f}" for k, weight in enumerate(weights)))

# %% alt="Ten templates, one a digit: teal squares speak for it, brown against; the middle of zero is brown."
matching = LinearSegmentedColormap.from_list(
    "matching",
    ["#9a4b08ff", "#9a4b0800", "#0b5c6600", "#0b5c66ff"],
)
figure, axes = plt.subplots(2, 5, figsize=(5.0, 2.3))
for k, ax in enumerate(axes.flat):
    reach = np.abs(W[k]).max()
    draw(ax, W[k], k, matching, vmin=-reach, vmax=reach)
plt.show()

# %% [markdown]
# ## Where the loss sits: the right class ruled out
#
# The average cross-entropy adds up what single images cost, and that has no upper end: the closer the
# right class came to being ruled out, the more the image costs. So a few images decide what is left.

# %%
P = predict(W, b, X[:, held_out])  # (K, N held out)
p = right_class(P, labels[held_out])
costs = cross_entropy(P, labels[held_out], reduction="none")
worst = np.argsort(costs)[::-1]
tenth = worst[: held_out.size // 10]
share = costs[tenth].sum() / costs.sum()
assert share > 0.5
print(f"the {tenth.size} worst of {held_out.size} images carry {share:.0%} of the loss")
rest = np.delete(p, tenth)
print(f"Q_mean          {q_mean(p):.3f}, without them {q_mean(rest):.3f}")
print(f"arithmetic mean {arithmetic_mean(p):.3f}, without them {arithmetic_mean(rest):.3f}")

# %% alt="The eight held-out images that cost most, each with the digit meant and the digit read."
figure, axes = plt.subplots(2, 4, figsize=(5.0, 3.0))
for i, ax in zip(worst, axes.flat, strict=False):
    title = f"{labels[held_out[i]]}, read as {P[:, i].argmax()}"
    draw(ax, X[:, held_out[i]], title, ink)
plt.show()

# %%
print("meant     got   read as     got    cost")
for i in worst[:8]:
    meant, read = labels[held_out[i]], P[:, i].argmax()
    print(f"{meant:5d}  {p[i]:.4f}  {read:8d}  {P[read, i]:.4f}  {costs[i]:6.2f}")

# %% [markdown]
# ## Where it goes next
#
# Here the topic ends. Late in the training the loss of the images held out was still falling: give
# the script more epochs and see [how long that lasts](separable-data.md). What the lecture says
# about all of this is [judged claim by claim](../claims/s3.md).
