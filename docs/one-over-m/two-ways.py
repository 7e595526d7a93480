# %% [markdown]
# # Two ways of keeping the books, one trained network
#
# The 1/m of the mean can [wait for dW and db or be carried in dZ](deferred-or-absorbed.md), and
# [the gradients are the same](any-number-of-layers.md). On paper. What is left of it after hundreds of
# updates in a computer, where every product is rounded?
#
# **In short.** With batches of 64 images the two trainings end with the same weights, to the last
# bit. With batches of 100 they differ from the first step on, in the last digits, and give the same
# answer to every image.

# %%
import sys

sys.path.insert(0, ".")  # run it from the project's root, where snippets/ is

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from snippets.one_over_m.any_number_of_layers import (
    PLACES,
    backward,
    difference,
    forward,
    initial,
)
from snippets.quality.softmax_gradient import one_hot
from snippets.quality.template_matching import shuffled_batches

# %% [markdown]
# ## The data and the network
#
# `load_digits` of scikit-learn: small grey images of handwritten digits, one in each column of X.
# The number of images to train on is a multiple of 64, so that every batch of 64 is full. The
# network has a hidden layer with tanh, and softmax on top.

# %%
digits = load_digits()
X = digits.data.T / 16  # (D, N), ink between 0 and 1
labels = digits.target  # (N,)
D, N = X.shape
H, K = 32, len(digits.target_names)
Y = one_hot(labels, K)  # (K, N)
training, held_out = np.arange(22 * 64), np.arange(22 * 64, N)
print(f"D = {D} pixels, H = {H} hidden units, K = {K} classes")
print(f"{training.size} images to train on, {held_out.size} held out")

# %% [markdown]
# ## One step, both ways
#
# Before any training: take one batch, and the gradients both ways. dZ differs by m in every layer,
# as it must. dW and db should not.

# %%
weights, biases = initial([D, H, K], seed=0)


def steps(chosen):
    """For a batch, the gradients of both layers: deferred, and absorbed."""
    A = forward(X[:, chosen], weights, biases)
    return [backward(A, Y[:, chosen], weights, place=place) for place in PLACES]


for m in (64, 100):
    late, early = steps(training[:m])
    for layer in range(2):
        ratio = late[layer][0] / early[layer][0]  # of dZ
        assert np.allclose(ratio, m, rtol=1e-12, atol=0)
    gap = difference(X[:, training[:m]], Y[:, training[:m]], weights, biases)
    largest = max(np.abs(dW).max() for _, dW, _ in late)
    assert gap < 1e-15
    print(f"m = {m:3}: dZ deferred is {m} times dZ absorbed, in both layers;")
    print(f"         dW and db differ by {gap:.1e} at most, dW goes up to {largest:.2f}")

# %% [markdown]
# ## A whole training, both ways
#
# The same start, the same batches in the same order, the same learning rate. The only difference is
# the place of the division. An update subtracts the gradient times the learning rate, and nothing in
# the loop knows about m. (With batches of 100 the last of an epoch is smaller, and divides by its own
# size.)


# %%
def train(place, m, epochs, lr):
    """Weights and biases after each epoch, as two lists of two layers; from the same start each time."""
    weights, biases = initial([D, H, K], seed=0)
    history = [([W.copy() for W in weights], [b.copy() for b in biases])]
    batches = shuffled_batches(training.size, m, epochs, seed=1)
    updates = len(batches) // epochs  # in an epoch
    for n, batch in enumerate(batches, 1):
        chosen = training[batch]
        A = forward(X[:, chosen], weights, biases)
        gradients = backward(A, Y[:, chosen], weights, place=place)
        for layer, (_, dW, db) in enumerate(gradients):
            weights[layer] = weights[layer] - lr * dW
            biases[layer] = biases[layer] - lr * db
        if n % updates == 0:
            history.append((list(weights), list(biases)))
    return history


def apart(one, other):
    """The largest difference between two states of the network, in any weight or bias."""
    pairs = zip([*one[0], *one[1]], [*other[0], *other[1]], strict=True)
    return max(np.abs(a - b).max() for a, b in pairs)


epochs, lr = 20, 0.5
runs = {m: [train(place, m, epochs, lr) for place in PLACES] for m in (64, 100)}
gaps = {m: [apart(*states) for states in zip(*both, strict=True)] for m, both in runs.items()}

print("largest difference between deferred and absorbed, in any weight or bias")
print("epoch   m = 64   m = 100")
for epoch in (0, 1, 2, 5, 10, 20):
    print(f"{epoch:5d}  {gaps[64][epoch]:7.0e}  {gaps[100][epoch]:8.1e}")

# %% [markdown]
# ## Bit for bit, where m is a power of two
#
# Dividing by 64 changes the exponent of a number and none of its digits, so it does not matter
# whether it comes before the products and sums or after them: every rounding on the way is the same.
# Not nearly the same. All bits are compared here, and not only the values.

# %%
late, early = (run[-1] for run in runs[64])
for name, one, other in zip(("weights", "biases"), late, early, strict=True):
    for layer in range(2):
        assert one[layer].tobytes() == other[layer].tobytes()
        print(f"{name} of layer {layer + 1}: {one[layer].size} numbers, identical in all 64 bits")

# %% [markdown]
# ## In the last digits, where it is not
#
# One hundredth is no binary fraction, so each division rounds, and rounds something else. The
# difference begins in the last digit and is carried along by every update that follows. What does
# it change? Not the answer to any image.

# %%
late, early = (run[-1] for run in runs[100])
weight = max(np.abs(W).max() for W in late[0])
gap = gaps[100][-1]
assert 0 < gap < 1e-10
print(f"m = 100: {gap:.1e} in the worst weight or bias; the largest weight is {weight:.1f}")
print()
print("                       right on   right on   answers that")
print("                       training   held out         differ")
for m in (64, 100):
    answers = [forward(X, *run[-1])[-1].argmax(axis=0) for run in runs[m]]
    differ = int((answers[0] != answers[1]).sum())
    assert differ == 0
    for place, answer in zip(PLACES, answers, strict=True):
        right = answer == labels
        shares = right[training].mean(), right[held_out].mean()
        print(f"m = {m:3}, {place:8}          {shares[0]:6.1%}     {shares[1]:6.1%}         {differ:6d}")

# %% alt="Over the epochs the difference for m = 100 grows to a few last digits of 1; for m = 64 there is none."
figure, ax = plt.subplots(figsize=(5.0, 2.6))
ax.semilogy(range(1, epochs + 1), gaps[100][1:], label="m = 100")
ax.axhline(np.finfo(float).eps, linestyle="--", color="0.5", label="last digit of 1")
ax.set_title("largest difference in a weight or bias (m = 64: 0)", loc="left")
ax.set_xlabel("epoch")
ax.grid(axis="y")
ax.legend(loc="center right")
plt.show()

# %% [markdown]
# ## What would be visible
#
# To know that the comparison can fail, forget the place of the factor: divide twice. dW is then m
# times too small, and after as many epochs the network knows less.

# %%
correct = runs[64][0][-1]


def train_twice(m, epochs, lr):
    """As `train`, with 1/m in dZ and once more at dW and db."""
    return train("absorbed", m, epochs, lr / m)[-1]


slow = train_twice(64, epochs, lr)
P_right, P_slow = (forward(X[:, held_out], *state)[-1] for state in (correct, slow))
shares = [(P.argmax(axis=0) == labels[held_out]).mean() for P in (P_right, P_slow)]
assert apart(correct, slow) > 0.1
print(f"divided once:  {shares[0]:.1%} right on held out")
print(f"divided twice: {shares[1]:.1%} right on held out")
print(f"largest difference in a weight or bias: {apart(correct, slow):.1f}")

# %% [markdown]
# So the place is a matter of taste, and the number of times is not.
#
# ## Where it goes next
#
# Here float64 hid the rounding. [Fewer bits](precision.md) do not always. And if your own gradients
# are off by a factor, [the doctor](gradient-doctor.md) says which.
