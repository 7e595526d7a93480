"""Where a moving average begins, and whether its start is corrected."""

from __future__ import annotations

from typing import Any

from press.libraries import fact
from snippets.sum_or_mean import optimizer_conventions as ours

X = (1.0, 2.0, 4.0)


@fact(
    "optax",
    table="averages",
    formula="average_from_zero",
    ours=lambda: ours.averages(X, 0.9, "zero"),
    shows="optax.ema(0.9, debias=False)",
)
def optax_ema_plain() -> Any:
    """Begun at 0, where `debias` is off."""
    import jax.numpy as jnp
    import optax

    rule = optax.ema(0.9, debias=False)
    state, told = rule.init(jnp.array(0.0)), []
    for one in X:
        average, state = rule.update(jnp.array(one), state)
        told.append(average)
    return told


@fact(
    "optax",
    table="averages",
    formula="average_corrected",
    ours=lambda: ours.averages(X, 0.9, "corrected"),
    shows="optax.ema(0.9)",
)
def optax_ema() -> Any:
    """Begun at 0 and corrected, by default."""
    import jax.numpy as jnp
    import optax

    rule = optax.ema(0.9)
    state, told = rule.init(jnp.array(0.0)), []
    for one in X:
        average, state = rule.update(jnp.array(one), state)
        told.append(average)
    return told


@fact(
    "pandas",
    table="averages",
    formula="adjusted_is_corrected",
    ours=lambda: ours.averages(X, 0.9, "corrected"),
    threads=("pandas-dev/pandas#8861", "pandas-dev/pandas#31178", "pandas-dev/pandas#54328"),
)
def pandas_ewm() -> Any:
    """By default (`adjust=True`) divided by the sum of its own weights, which is the same correction."""
    import pandas

    return pandas.Series(X).ewm(alpha=0.1).mean()


@fact(
    "pandas",
    table="averages",
    formula="average_from_first",
    ours=lambda: ours.averages(X, 0.9, "first"),
    threads=("pandas-dev/pandas#24814", "pandas-dev/pandas#18863"),
)
def pandas_ewm_recursion() -> Any:
    """With `adjust=False` the average begins at the first value: neither at 0 nor corrected."""
    import pandas

    return pandas.Series(X).ewm(alpha=0.1, adjust=False).mean()


@fact(
    "torch",
    table="averages",
    formula="average_from_first",
    ours=lambda: ours.averages(X, 0.9, "first"),
    shows="AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9))",
)
def torch_averaged_model() -> Any:
    """The average of a model's weights begins at the first copy."""
    import torch
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    model = torch.nn.Linear(1, 1, bias=False).double()
    averaged, told = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9)), []
    for one in X:
        model.weight.data.fill_(one)
        averaged.update_parameters(model)
        told.append(averaged.module.weight.item())
    return told


@fact(
    "tensorflow-cpu",
    table="averages",
    formula="average_from_first",
    ours=lambda: ours.averages(X, 0.9, "first"),
    precision="float32",
    shows="tf.train.ExponentialMovingAverage(0.9)",
)
def tensorflow_ema() -> Any:
    """The average of a variable begins at its first value."""
    import tensorflow as tf

    v, average, told = tf.Variable(0.0), tf.train.ExponentialMovingAverage(0.9), []
    for one in X:
        v.assign(one)
        average.apply([v])
        told.append(average.average(v).numpy())
    return told


@fact(
    "keras",
    table="averages",
    formula="average_from_first",
    ours=lambda: ours.averages(X, 0.9, "first"),
    shows="keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9)",
)
def keras_ema() -> Any:
    """The average of the weights that an optimiser keeps begins at the weights after the first step."""
    import jax.numpy as jnp
    import keras
    import numpy as np

    optimizer = keras.optimizers.SGD(1.0, use_ema=True, ema_momentum=0.9)
    w, told, before = keras.Variable(np.array(0.0), dtype="float64"), [], 0.0
    optimizer.build([w])
    for one in X:
        optimizer.apply([jnp.array(before - one)])  # moves the weight there
        told.append(float(optimizer._model_variables_moving_average[0].value))
        before = one
    return told


@fact(
    "torch",
    table="averages",
    formula="mean_so_far",
    ours=lambda: [1.0, 3 / 2, 7 / 3],
    shows="AveragedModel(model)",
)
def torch_swa() -> Any:
    """Without a function of yours, the plain mean of all copies."""
    import torch
    from torch.optim.swa_utils import AveragedModel

    model = torch.nn.Linear(1, 1, bias=False).double()
    averaged, told = AveragedModel(model), []
    for one in X:
        model.weight.data.fill_(one)
        averaged.update_parameters(model)
        told.append(averaged.module.weight.item())
    return told
