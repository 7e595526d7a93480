"""Where Adam's ε stands, what a decay is multiplied by, and how large momentum's buffer grows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from press.libraries import fact
from snippets.moving_averages import momentum
from snippets.sum_or_mean import equivalent_learning_rate
from snippets.sum_or_mean import optimizer_conventions as ours

GRADIENTS = (1.0, -0.5, 2.0)
ONES = (1.0, 1.0, 1.0, 1.0)
SQUARED = np.square(GRADIENTS)
EPS = 0.01  # large enough to be seen


def _walk(step: Callable[[float], float], gradients: tuple[float, ...]) -> list[float]:
    """The weight after each gradient."""
    return [step(one) for one in gradients]


def _torch(make: Any, start: float = 0.0) -> Callable[[float], float]:
    import torch

    w = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    optimizer = make([w])

    def step(gradient: float) -> float:
        w.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        value: float = w.item()
        return value

    return step


def _keras(optimizer: Any, start: float = 0.0) -> Callable[[float], float]:
    import jax.numpy as jnp
    import keras

    w = keras.Variable(np.array(start), dtype="float64")
    optimizer.build([w])

    def step(gradient: float) -> float:
        optimizer.apply([jnp.array(gradient)])
        return float(w.value)

    return step


def _optax(rule: Any, start: float = 0.0) -> Callable[[float], float]:
    import jax.numpy as jnp
    import optax

    w = jnp.array(start)
    state = rule.init(w)

    def step(gradient: float) -> float:
        nonlocal w, state
        update, state = rule.update(jnp.array(gradient), state, w)
        w = optax.apply_updates(w, update)
        return float(w)

    return step


def _steps(step: Any, scale: float, **settings: float) -> list[float]:
    """The weight, from 1, after each step of our snippet on gradients that are `scale` times as large."""
    w, memory, path = np.ones(1), equivalent_learning_rate.Memory(), []
    for one in GRADIENTS:
        w, memory = step(w, np.array([scale * one]), memory, lr=0.1, **settings)
        path.append(float(w[0]))
    return path


# ---- Adam


def _adam(hat: bool = False, scale: float = 1.0, eps: float = EPS) -> Any:
    return ours.adam(scale * np.array(GRADIENTS), 0.1, 0.9, 0.999, eps, hat)


@fact(
    "torch",
    table="optimizers",
    formula="adam_published",
    ours=_adam,
    threads=("pytorch/pytorch#2060", "pytorch/pytorch#22628", "pytorch/pytorch#41477"),
    shows="torch.optim.Adam(w, lr=0.1, eps=EPS)",
)
def torch_adam() -> Any:
    """Adam as published: ε is added to the root of the corrected average."""
    import torch

    step = _torch(lambda w: torch.optim.Adam(w, lr=0.1, eps=EPS))
    return _walk(step, GRADIENTS)


@fact(
    "torch",
    table="optimizers",
    formula="adam_published",
    ours=lambda: _adam(eps=0.0),
    threads=(
        "karpathy/convnetjs#70",
        "karpathy/convnetjs#107",
        "ufal/npfl114#79",
        "eriklindernoren/ML-From-Scratch#35",
        "mbadry1/DeepLearning.ai-Summary#119",
        "mbadry1/DeepLearning.ai-Summary#121",
    ),
    shows="torch.optim.Adam(w, lr=0.1, eps=0)",
)
def torch_adam_corrected() -> Any:
    """Without ε the first step is the learning rate: both averages are divided by what their weights add up to.

    Where teaching code multiplies by it, or has the square of β for its power, the first steps are others.
    """
    import torch

    step = _torch(lambda w: torch.optim.Adam(w, lr=0.1, eps=0))
    return _walk(step, GRADIENTS)


@fact(
    "optax",
    table="optimizers",
    formula="adam_published",
    ours=_adam,
    shows="optax.adam(0.1, eps=EPS)",
)
def optax_adam() -> Any:
    """Adam as published."""
    import optax

    step = _optax(optax.adam(0.1, eps=EPS))
    return _walk(step, GRADIENTS)


@fact(
    "keras",
    table="optimizers",
    formula="eps_hat",
    ours=lambda: _adam(hat=True),
    precision="float32",
    threads=("keras-team/keras#17391", "tensorflow/tensorflow#9047", "tensorflow/tensorflow#35102"),
    shows="keras.optimizers.Adam(0.1, epsilon=EPS)",
)
def keras_adam() -> Any:
    """Both corrections stand in the rate, so the same ε weighs more, and most in the first steps."""
    import keras

    step = _keras(keras.optimizers.Adam(0.1, epsilon=EPS))
    return _walk(step, GRADIENTS)


@fact(
    "torch",
    table="optimizers",
    formula="adam_outside",
    ours=lambda: _adam(),
    threads=("huggingface/transformers#35504",),
    shows="torch.optim.Adam(w, lr=0.1, eps=1000 * EPS)",
)
def torch_adam_of_a_sum() -> Any:
    """Gradients a thousand times as large, and an ε a thousand times as large: the same walk."""
    import torch

    step = _torch(lambda w: torch.optim.Adam(w, lr=0.1, eps=1000 * EPS))
    return _walk(step, tuple(1000 * one for one in GRADIENTS))


@fact(
    "torch",
    table="optimizers",
    formula="adam_untouched",
    ours=lambda: _adam(eps=EPS / 1000),
    shows="torch.optim.Adam(w, lr=0.1, eps=EPS)",
)
def torch_adam_of_a_sum_untouched() -> Any:
    """Gradients a thousand times as large and the old ε: as if ε were a thousand times as small."""
    import torch

    step = _torch(lambda w: torch.optim.Adam(w, lr=0.1, eps=EPS))
    return _walk(step, tuple(1000 * one for one in GRADIENTS))


@fact("torch", table="optimizers", formula="adam_published", ours=lambda: 1e-8, precision="exact")
def torch_adam_default() -> Any:
    """Adam's default ε."""
    import torch

    return torch.optim.Adam([torch.zeros(1)]).defaults["eps"]


@fact("keras", table="optimizers", formula="eps_hat", ours=lambda: 1e-7, precision="exact")
def keras_adam_default() -> Any:
    """Adam's default ε: ten times that of PyTorch, and in the other place."""
    import keras

    return keras.optimizers.Adam().epsilon


# ---- over the root of an average of squares


@fact(
    "torch",
    table="optimizers",
    formula="eps_beside",
    ours=lambda: ours.over_the_root(GRADIENTS, ours.averages(SQUARED, 0.9, "zero"), 0.1, 0.5),
    shows="torch.optim.RMSprop(w, lr=0.1, alpha=0.9, eps=0.5)",
)
def torch_rmsprop() -> Any:
    """RMSprop: ε beside the root, of an average that begins at 0 and is not corrected."""
    import torch

    step = _torch(lambda w: torch.optim.RMSprop(w, lr=0.1, alpha=0.9, eps=0.5))
    return _walk(step, GRADIENTS)


@fact(
    "torch",
    table="optimizers",
    formula="eps_beside",
    ours=lambda: ours.over_the_root(ONES, ours.averages(ONES, 0.99, "zero"), 0.1, 0.0),
    shows="torch.optim.RMSprop(w, lr=0.1, alpha=0.99, eps=0)",
)
def torch_rmsprop_first_step() -> Any:
    """Without a correction the first step is ten times the rate, at the default share and with ε at 0."""
    import torch

    step = _torch(lambda w: torch.optim.RMSprop(w, lr=0.1, alpha=0.99, eps=0))
    return _walk(step, ONES)


@fact(
    "torch",
    table="optimizers",
    formula="eps_beside",
    ours=lambda: ours.over_the_root(GRADIENTS, ours.averages(SQUARED, 0.9, "zero"), 0.1, 0.5),
    shows="torch.optim.RMSprop(w, lr=0.1, alpha=0.9, eps=1000 * 0.5)",
)
def torch_rmsprop_of_a_sum() -> Any:
    """Gradients a thousand times as large, and an ε a thousand times as large: the walk of RMSprop on the mean."""
    import torch

    step = _torch(lambda w: torch.optim.RMSprop(w, lr=0.1, alpha=0.9, eps=1000 * 0.5))
    return _walk(step, tuple(1000 * one for one in GRADIENTS))


@fact(
    "keras",
    table="optimizers",
    formula="eps_under",
    ours=lambda: ours.over_the_root(GRADIENTS, ours.averages(SQUARED, 0.9, "zero"), 0.1, 0.5, under=True),
    precision="float32",
    shows="keras.optimizers.RMSprop(0.1, rho=0.9, epsilon=0.5)",
)
def keras_rmsprop() -> Any:
    """RMSprop: ε under the root."""
    import keras

    step = _keras(keras.optimizers.RMSprop(0.1, rho=0.9, epsilon=0.5))
    return _walk(step, GRADIENTS)


@fact(
    "optax",
    table="optimizers",
    formula="eps_under",
    ours=lambda: ours.over_the_root(GRADIENTS, ours.averages(SQUARED, 0.9, "zero"), 0.1, 0.5, under=True),
    shows="optax.rmsprop(0.1, decay=0.9, eps=0.5)",
)
def optax_rmsprop() -> Any:
    """RMSprop: ε under the root, unless `eps_in_sqrt` is off."""
    import optax

    step = _optax(optax.rmsprop(0.1, decay=0.9, eps=0.5))
    return _walk(step, GRADIENTS)


@fact(
    "torch",
    table="optimizers",
    formula="eps_beside",
    ours=lambda: ours.over_the_root(GRADIENTS, ours.averages(SQUARED, 1.0, "buffer"), 0.1, 0.5),
    shows="torch.optim.Adagrad(w, lr=0.1, eps=0.5)",
)
def torch_adagrad() -> Any:
    """Adagrad: ε beside the root, of a sum."""
    import torch

    step = _torch(lambda w: torch.optim.Adagrad(w, lr=0.1, eps=0.5))
    return _walk(step, GRADIENTS)


@fact(
    "keras",
    table="optimizers",
    formula="eps_under",
    ours=lambda: ours.over_the_root(GRADIENTS, ours.averages(SQUARED, 1.0, "buffer"), 0.1, 0.5, under=True),
    precision="float32",
    shows="keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=0.5)",
)
def keras_adagrad() -> Any:
    """Adagrad: ε under the root, of a sum, which by default does not begin at 0."""
    import keras

    step = _keras(keras.optimizers.Adagrad(0.1, initial_accumulator_value=0.0, epsilon=0.5))
    return _walk(step, GRADIENTS)


# ---- decay


@fact(
    "torch",
    table="optimizers",
    formula="decayed_weight",
    ours=lambda: ours.decayed(1.0, 0.1, 0.5, 2),
    threads=("pytorch/pytorch#3740", "pytorch/pytorch#21250", "NVIDIA/apex#1849"),
    shows="torch.optim.AdamW(w, lr=0.1, weight_decay=0.5)",
)
def torch_adamw() -> Any:
    """AdamW's decay is multiplied by the rate: change the rate, and the decay changes with it."""
    import torch

    step = _torch(lambda w: torch.optim.AdamW(w, lr=0.1, weight_decay=0.5), start=1.0)
    return _walk(step, (0.0, 0.0))


@fact(
    "optax",
    table="optimizers",
    formula="decayed_weight",
    ours=lambda: ours.decayed(1.0, 0.1, 0.5, 2),
    shows="optax.adamw(0.1, weight_decay=0.5)",
)
def optax_adamw() -> Any:
    """AdamW's decay is multiplied by the rate here too."""
    import optax

    step = _optax(optax.adamw(0.1, weight_decay=0.5), start=1.0)
    return _walk(step, (0.0, 0.0))


@fact(
    "keras",
    table="optimizers",
    formula="decayed_weight",
    ours=lambda: ours.decayed(1.0, 0.1, 0.5, 2),
    precision="float32",
    shows="keras.optimizers.SGD(0.1, weight_decay=0.5)",
)
def keras_sgd_decay() -> Any:
    """`weight_decay` of any optimiser, not only of AdamW, is on its own, and multiplied by the rate."""
    import keras

    step = _keras(keras.optimizers.SGD(0.1, weight_decay=0.5), start=1.0)
    return _walk(step, (0.0, 0.0))


@fact(
    "torch",
    table="optimizers",
    formula="penalty_scales",
    ours=lambda: ours.adam(1000 * (np.array(GRADIENTS[:1]) + 0.5), 0.1, 0.9, 0.999, 1000 * EPS),
    shows="torch.optim.Adam(w, lr=0.1, eps=1000 * EPS, weight_decay=500.0)",
)
def torch_adam_penalty() -> Any:
    """`weight_decay` of Adam goes into the gradient: on a sum, a thousand times the mean, it must be larger as well."""
    import torch

    step = _torch(lambda w: torch.optim.Adam(w, lr=0.1, eps=1000 * EPS, weight_decay=500.0), start=1.0)
    return _walk(step, (1000 * GRADIENTS[0],))[0] - 1


@fact(
    "torch",
    table="optimizers",
    formula="penalty_scales",
    ours=lambda: _steps(equivalent_learning_rate.adam_with_penalty, 1000.0, lam=0.5, eps=EPS),
    threads=("huggingface/transformers#5938",),
    shows="torch.optim.Adam(w, lr=0.1, eps=EPS, weight_decay=0.5)",
)
def torch_adam_penalty_as_it_stands() -> Any:
    """Left as it was, the penalty is lost against gradients of a sum: the walk is that of a weaker one."""
    import torch

    step = _torch(lambda w: torch.optim.Adam(w, lr=0.1, eps=EPS, weight_decay=0.5), start=1.0)
    return _walk(step, tuple(1000 * one for one in GRADIENTS))


@fact(
    "torch",
    table="optimizers",
    formula="adamw_step",
    ours=lambda: _steps(equivalent_learning_rate.adamw, 1.0, lam=0.5, eps=EPS),
    shows="torch.optim.AdamW(w, lr=0.1, eps=1000 * EPS, weight_decay=0.5)",
)
def torch_adamw_of_a_sum() -> Any:
    """AdamW on gradients a thousand times as large, its ε too: the same walk, with the decay as it was."""
    import torch

    step = _torch(lambda w: torch.optim.AdamW(w, lr=0.1, eps=1000 * EPS, weight_decay=0.5), start=1.0)
    return _walk(step, tuple(1000 * one for one in GRADIENTS))


# ---- momentum


@fact(
    "torch",
    table="optimizers",
    formula="buffer_of_momentum",
    ours=lambda: -np.cumsum(ours.averages(ONES, 0.9, "buffer")),
    threads=("fastai/fastbook#482",),
    shows="torch.optim.SGD(w, lr=1.0, momentum=0.9)",
)
def torch_momentum() -> Any:
    """Momentum adds the new gradient whole: under equal gradients steps grow to ten times the first."""
    import torch

    step = _torch(lambda w: torch.optim.SGD(w, lr=1.0, momentum=0.9))
    return _walk(step, ONES)


@fact(
    "optax",
    table="optimizers",
    formula="buffer_of_momentum",
    ours=lambda: -np.cumsum(ours.averages(ONES, 0.9, "buffer")),
    shows="optax.sgd(1.0, momentum=0.9)",
)
def optax_momentum() -> Any:
    """Momentum adds the new gradient whole."""
    import optax

    step = _optax(optax.sgd(1.0, momentum=0.9))
    return _walk(step, ONES)


@fact(
    "keras",
    table="optimizers",
    formula="buffer_of_momentum",
    ours=lambda: -np.cumsum(ours.averages(ONES, 0.9, "buffer")),
    shows="keras.optimizers.SGD(1.0, momentum=0.9)",
)
def keras_momentum() -> Any:
    """Momentum adds the new gradient whole."""
    import keras

    step = _keras(keras.optimizers.SGD(1.0, momentum=0.9))
    return _walk(step, ONES)


@fact(
    "torch",
    table="optimizers",
    formula="average_from_first",
    ours=lambda: -np.cumsum(ours.averages(GRADIENTS, 0.9, "first")),
    shows="torch.optim.SGD(w, lr=1.0, momentum=0.9, dampening=0.9)",
)
def torch_dampening() -> Any:
    """With `dampening` equal to `momentum` the buffer is an average, whose first gradient is not damped."""
    import torch

    step = _torch(lambda w: torch.optim.SGD(w, lr=1.0, momentum=0.9, dampening=0.9))
    return _walk(step, GRADIENTS)


def _nesterov() -> Any:
    """The point that looks ahead, after each gradient, from 0."""
    fed = iter(GRADIENTS)
    return momentum.nesterov_ahead(lambda w: [next(fed)], [0.0], [1.0] * len(GRADIENTS), 0.9)[1:, 0]


@fact(
    "torch",
    table="optimizers",
    formula="nesterov_where_it_looks",
    ours=_nesterov,
    shows="torch.optim.SGD(w, lr=1.0, momentum=0.9, nesterov=True)",
)
def torch_nesterov() -> Any:
    """Nesterov's momentum, kept at the point that looks ahead: the new gradient, and β of the buffer."""
    import torch

    step = _torch(lambda w: torch.optim.SGD(w, lr=1.0, momentum=0.9, nesterov=True))
    return _walk(step, GRADIENTS)
