"""Which variance, and whose momentum: batch normalisation and the functions of the name."""

from __future__ import annotations

from typing import Any

import numpy as np

from press.libraries import fact
from snippets.sum_or_mean import optimizer_conventions as ours

X = (1.0, 2.0, 4.0, 9.0)
BATCHES = ((1.0, 2.0), (4.0, 9.0), (5.0, 7.0))


@fact(
    "jax",
    table="normalisation",
    formula="variance_by_m",
    ours=lambda: ours.variance(X),
)
def jax_variance() -> Any:
    """Divides by the count, as NumPy does."""
    import jax.numpy as jnp

    return jnp.var(jnp.array(X))


@fact("tensorflow-cpu", table="normalisation", formula="variance_by_m", ours=lambda: ours.variance(X))
def tensorflow_moments() -> Any:
    """Divides by the count."""
    import tensorflow as tf

    x = tf.constant(X, tf.float64)
    return tf.nn.moments(x, axes=[0])[1]


@fact("scikit-learn", table="normalisation", formula="variance_by_m", ours=lambda: ours.variance(X))
def sklearn_scaler() -> Any:
    """The scaler divides by the count."""
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(np.array(X)[:, None]).var_


@fact(
    "torch",
    table="normalisation",
    formula="variance_by_m1",
    ours=lambda: ours.variance(X, fewer=1),
)
def torch_variance() -> Any:
    """Divides by one fewer."""
    import torch

    return torch.tensor(X, dtype=torch.float64).var()


@fact("pandas", table="normalisation", formula="variance_by_m1", ours=lambda: ours.variance(X, fewer=1))
def pandas_variance() -> Any:
    """Divides by one fewer."""
    import pandas

    return pandas.Series(X).var()


@fact(
    "torch",
    table="normalisation",
    formula="running_by_the_new",
    ours=lambda: ours.running([float(np.mean(X))], 0.0, 0.1),
    threads=("pytorch/examples#289", "pytorch/pytorch#15298"),
)
def torch_batch_norm_mean() -> Any:
    """`momentum` is the share of the new value, a tenth by default."""
    import torch

    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    layer(torch.tensor(X, dtype=torch.float64)[:, None])
    return layer.running_mean


@fact(
    "keras",
    table="normalisation",
    formula="running_by_the_old",
    ours=lambda: ours.running([float(np.mean(X))], 0.0, 1 - 0.99),
    precision="float32",
    threads=("huggingface/transformers#19454", "affinelayer/pix2pix-tensorflow#126"),
)
def keras_batch_norm_mean() -> Any:
    """`momentum` is the share of the old value, the same word for what the other leaves over."""
    import keras

    layer = keras.layers.BatchNormalization(dtype="float64")
    layer(np.array(X)[:, None], training=True)
    return layer.moving_mean.value


@fact(
    "torch",
    table="normalisation",
    formula="unbiased_against_biased",
    ours=lambda: ours.running([ours.variance(X, fewer=1)], 1.0, 0.1),
    threads=("pytorch/pytorch#1410", "pytorch/pytorch#77427", "pytorch/pytorch#106366"),
)
def torch_batch_norm_variance() -> Any:
    """It normalises by the variance over the count, and stores the one over one fewer."""
    import torch

    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    layer(torch.tensor(X, dtype=torch.float64)[:, None])
    return layer.running_var


@fact(
    "torch",
    table="normalisation",
    formula="variance_by_m",
    ours=lambda: (np.array(X) - 4) / np.sqrt(ours.variance(X) + 1e-5),
)
def torch_batch_norm_output() -> Any:
    """What leaves the layer in training was divided by the root of the variance over the count."""
    import torch

    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64)
    return layer(torch.tensor(X, dtype=torch.float64)[:, None])


@fact(
    "keras",
    table="normalisation",
    formula="running_by_the_old",
    ours=lambda: ours.running([ours.variance(X)], 1.0, 1 - 0.99),
    precision="float32",
    threads=("keras-team/keras#8982", "keras-team/keras#9028", "tinygrad/tinygrad#807"),
)
def keras_batch_norm_variance() -> Any:
    """It stores the variance over the count: weights carried over from PyTorch differ in small batches."""
    import keras

    layer = keras.layers.BatchNormalization(dtype="float64")
    layer(np.array(X)[:, None], training=True)
    return layer.moving_variance.value


@fact(
    "tensorflow-cpu",
    table="normalisation",
    formula="variance_by_m1",
    ours=lambda: ours.variance(X, fewer=1),
    precision="float32",
    threads=("keras-team/keras#8982",),
    shows="tf.compat.v1.nn.fused_batch_norm(x, [1.0], [0.0], is_training=True)",
)
def tensorflow_fused_batch_norm() -> Any:
    """The fused kernel hands back the variance over one fewer, and so disagrees with `tf.nn.moments`."""
    import tensorflow as tf

    x = np.array(X, np.float32).reshape(4, 1, 1, 1)
    _, _, variance = tf.compat.v1.nn.fused_batch_norm(x, [1.0], [0.0], is_training=True)
    return variance


@fact(
    "torch",
    table="normalisation",
    formula="mean_so_far",
    ours=lambda: float(np.mean([np.mean(one) for one in BATCHES])),
)
def torch_batch_norm_cumulative() -> Any:
    """With `momentum=None` it is the plain mean of all batches so far."""
    import torch

    layer = torch.nn.BatchNorm1d(1, dtype=torch.float64, momentum=None)
    for one in BATCHES:
        layer(torch.tensor(one, dtype=torch.float64)[:, None])
    return layer.running_mean
