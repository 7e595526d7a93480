"""What the mean of a loss is divided by: cross-entropy, binary cross-entropy, squares, divergence."""

from __future__ import annotations

from typing import Any

import numpy as np

from press.libraries import fact
from snippets.sum_or_mean import library_conventions as ours

SCORES = ((2.0, 1.0, 0.1), (0.5, 2.5, -1.0), (1.0, -0.5, 3.0), (0.2, 0.3, -0.7))  # 4 examples, 3 classes
LABELS = (0, 2, 1, 0)
WEIGHTS = (1.0, 2.0, 5.0)  # of the classes
HOT = ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))  # the labels, one-hot
SOFT = ((0.7, 0.2, 0.1), (0.1, 0.3, 0.6), (0.2, 0.5, 0.3), (0.4, 0.4, 0.2))  # labels that are probabilities
GUESS = ((0.5, 0.25, 0.25), (0.25, 0.25, 0.5), (0.125, 0.375, 0.5), (0.5, 0.3, 0.2))  # other probabilities

# The same in columns, as the snippets have it.
Z, Y = np.transpose(SCORES), np.transpose(HOT)
W = np.array(WEIGHTS)[list(LABELS)]  # of each example: that of its label
KEPT = np.array([1.0, 0.0, 1.0, 1.0])  # the label 2 is ignored
ENTRIES = np.abs(Z) + 1  # a weight for each entry
SQUARES = (Z - Y) ** 2
TERMS = ours.divergences(np.transpose(GUESS), np.transpose(SOFT))

# ---- divided by the sum of the weights


@fact(
    "torch",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), W),
    threads=("pytorch/pytorch#8062", "pytorch/pytorch#40560", "pytorch/pytorch#65329"),
)
def torch_cross_entropy_weights() -> Any:
    """With class weights, the mean divides by the sum of the weights of the labels, not by the count."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS)
    w = torch.tensor(WEIGHTS, dtype=torch.float64)
    return cross_entropy(z, y, weight=w)


@fact(
    "torch",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean(SQUARES.ravel(), ENTRIES.ravel()),
)
def torch_squares_weights() -> Any:
    """Weighted squares divide by the sum of the weights too. Every entry is an example here, with its own weight."""
    import torch
    from torch.nn.functional import mse_loss

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(HOT, dtype=torch.float64)
    return mse_loss(z, y, weight=z.abs() + 1)


@fact(
    "keras",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean([1.0, 2.0], [0.0, 1.0]),
    threads=("keras-team/keras#19740", "keras-team/keras#18818"),
    shows='keras.metrics.MeanSquaredError(dtype="float64")',
)
def keras_metric_weights() -> Any:
    """A metric divides by the sum of the weights: of the same data the loss of this name reports another number."""
    import keras

    metric = keras.metrics.MeanSquaredError(dtype="float64")
    y, p, w = np.zeros((2, 1)), np.array([[1.0], [np.sqrt(2)]]), np.array([0.0, 1.0])
    return metric(y, p, sample_weight=w)


@fact(
    "keras",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean([1.0, 2.0], [0.0, 1.0]),
    threads=("keras-team/keras#20410",),
    shows='keras.losses.MeanSquaredError(reduction="mean_with_sample_weight", dtype="float64")',
)
def keras_mean_with_sample_weight() -> Any:
    """The reduction that was added later divides the loss by the sum of the weights."""
    import keras

    loss = keras.losses.MeanSquaredError(reduction="mean_with_sample_weight", dtype="float64")
    y, p, w = np.zeros((2, 1)), np.array([[1.0], [np.sqrt(2)]]), np.array([0.0, 1.0])
    return loss(y, p, sample_weight=w)


@fact(
    "scikit-learn",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(np.log(np.transpose(SOFT)), Y), W),
)
def sklearn_log_loss_weights() -> Any:
    """The weights of the examples are divided by."""
    from sklearn.metrics import log_loss

    w = np.array(WEIGHTS)[list(LABELS)]
    return log_loss(LABELS, SOFT, sample_weight=w)


@fact(
    "xgboost-cpu",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), W),
    precision="float32",
    shows='xgboost.train(settings, data, 1, evals=[(data, "train")], evals_result=told, verbose_eval=False)',
)
def xgboost_metric_weights() -> Any:
    """The metric that is reported divides by the weights. The trees grow on sums, which do not."""
    import xgboost

    data = xgboost.DMatrix(np.zeros((4, 1)), LABELS, weight=np.array(WEIGHTS)[list(LABELS)], base_margin=SCORES)
    told: dict[str, Any] = {}
    settings = {"objective": "multi:softprob", "num_class": 3, "eval_metric": "mlogloss", "eta": 1e-12}
    xgboost.train(settings, data, 1, evals=[(data, "train")], evals_result=told, verbose_eval=False)
    return told["train"]["mlogloss"]


@fact(
    "lightgbm",
    table="losses",
    formula="weighted_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), W),
    precision="float32",
    shows="lightgbm.train(settings, data, 1, valid_sets=[data], callbacks=[lightgbm.record_evaluation(told)])",
)
def lightgbm_metric_weights() -> Any:
    """The metric that is reported divides by the weights."""
    import lightgbm

    settings = {
        "objective": "multiclass", "num_class": 3, "metric": "multi_logloss", "learning_rate": 1e-12,
        "boost_from_average": False, "min_data_in_leaf": 1, "min_data_in_bin": 1, "verbose": -1,
    }  # fmt: skip
    x, w = np.arange(4.0)[:, None], np.array(WEIGHTS)[list(LABELS)]
    data = lightgbm.Dataset(x, np.array(LABELS), weight=w, init_score=np.ravel(SCORES, order="F"), params=settings)
    told: dict[str, Any] = {}
    lightgbm.train(settings, data, 1, valid_sets=[data], callbacks=[lightgbm.record_evaluation(told)])
    return told["training"]["multi_logloss"]


# ---- weighted, and divided by the count


@fact(
    "torch",
    table="losses",
    formula="weighted_loss_over_count",
    ours=lambda: ours.weighted_over_count(ours.binary_cross_entropies(Z, Y).ravel(), ENTRIES.ravel()),
)
def torch_binary_weights() -> Any:
    """Every entry is an example here, $m$ of them: weights or not, binary cross-entropy divides by their count."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(HOT, dtype=torch.float64)
    return binary_cross_entropy_with_logits(z, y, weight=z.abs() + 1)


@fact(
    "keras",
    table="losses",
    formula="weighted_loss_over_count",
    ours=lambda: ours.weighted_over_count([1.0, 2.0], [0.0, 1.0]),
    threads=("keras-team/keras#13329", "keras-team/keras#19740"),
    shows='keras.losses.MeanSquaredError(dtype="float64")',
)
def keras_loss_weights() -> Any:
    """The default reduction divides by the batch size: an example that weighs nothing is still counted."""
    import keras

    loss = keras.losses.MeanSquaredError(dtype="float64")
    y, p, w = np.zeros((2, 1)), np.array([[1.0], [np.sqrt(2)]]), np.array([0.0, 1.0])
    return loss(y, p, sample_weight=w)


@fact(
    "torch",
    table="losses",
    formula="weighted_soft_loss",
    ours=lambda: float(ours.cross_entropies(Z, Y, WEIGHTS).mean()),
    threads=("pytorch/pytorch#107680",),
)
def torch_one_hot_weights() -> Any:
    """With labels written as one-hot rows, the weighted losses are divided by the count."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(HOT, dtype=torch.float64)
    w = torch.tensor(WEIGHTS, dtype=torch.float64)
    return cross_entropy(z, y, weight=w)


@fact(
    "torch",
    table="losses",
    formula="equal_weights_cancel",
    ours=lambda: float(ours.cross_entropies(Z[:, :1], Y[:, :1])[0]),
    threads=("pytorch/pytorch#50528",),
)
def torch_one_example() -> Any:
    """With one example in the batch its class weight has no effect."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES[:1], dtype=torch.float64), torch.tensor(LABELS[:1])
    return cross_entropy(z, y, weight=torch.tensor([7.0, 1.0, 1.0], dtype=torch.float64))


# ---- labels that are ignored


@fact(
    "torch",
    table="losses",
    formula="kept_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), KEPT),
    threads=("pytorch/pytorch#73205", "pytorch/pytorch#69339"),
)
def torch_ignored() -> Any:
    """Ignored labels are not counted."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS)
    return cross_entropy(z, y, ignore_index=2)


@fact(
    "torch",
    table="losses",
    formula="kept_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), np.zeros(4)),
    threads=("pytorch/pytorch#73205",),
)
def torch_all_ignored() -> Any:
    """Where all labels are ignored the mean is nothing over nothing, NaN, and it spoils the step."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.full((4,), -100)
    return cross_entropy(z, y)


@fact(
    "keras",
    table="losses",
    formula="kept_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), KEPT),
    shows='keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=2, dtype="float64")',
)
def keras_ignored() -> Any:
    """Ignored labels are not counted: the divisor that weights do not have."""
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=2, dtype="float64")
    return loss(np.array(LABELS), np.array(SCORES))


@fact(
    "jax",
    table="losses",
    formula="kept_mean_loss",
    ours=lambda: ours.weighted_mean(ours.cross_entropies(Z, Y), KEPT),
)
def jax_mean_where() -> Any:
    """A mean with `where` divides by the count of what is kept."""
    import jax.numpy as jnp
    from jax.nn import log_softmax

    z, y = jnp.array(SCORES), jnp.array(LABELS)
    losses = -log_softmax(z)[jnp.arange(4), y]
    return jnp.mean(losses, where=y != 2)


@fact(
    "tensorflow-cpu",
    table="losses",
    formula="loss_over_nonzero",
    ours=lambda: ours.weighted_mean(SQUARES.ravel() * np.tile([0.0, 1.0, 2.0, 4.0], 3), np.tile(KEPT[[1, 0, 2, 3]], 3)),
    precision="float32",
    threads=("tensorflow/tensorflow#25178", "keras-team/keras#7394"),
)
def tensorflow_nonzero_weights() -> Any:
    """The losses of version one divide by how many weights are not zero: neither their sum nor the count."""
    import tensorflow as tf

    w = np.array([[0.0], [1.0], [2.0], [4.0]])
    return tf.compat.v1.losses.mean_squared_error(HOT, np.array(SCORES), weights=w)


# ---- label smoothing


@fact(
    "torch",
    table="losses",
    formula="label_smoothing",
    ours=lambda: float(ours.cross_entropies(Z, ours.smoothed(Y, 0.1)).mean()),
    threads=("pytorch/pytorch#63122",),
)
def torch_smoothing() -> Any:
    """The smoothed share is spread over all classes, the right one included."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS)
    return cross_entropy(z, y, label_smoothing=0.1)


@fact(
    "keras",
    table="losses",
    formula="label_smoothing",
    ours=lambda: float(ours.cross_entropies(Z, ours.smoothed(Y, 0.1)).mean()),
    shows='keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, dtype="float64")',
)
def keras_smoothing() -> Any:
    """The smoothed share is spread over all classes, the right one included."""
    import keras

    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, dtype="float64")
    return loss(np.array(HOT), np.array(SCORES))


@fact(
    "optax",
    table="losses",
    formula="smoothed_target",
    ours=lambda: ours.smoothed(Y, 0.1)[:, 0],
    shows="optax.smooth_labels(y, alpha=0.1)",
)
def optax_smoothing() -> Any:
    """Smoothed targets come from a function of their own, and are spread over all classes."""
    import jax.numpy as jnp
    import optax

    y = jnp.array(HOT)
    return optax.smooth_labels(y, alpha=0.1)[0]


@fact(
    "torch",
    table="losses",
    formula="weighted_smoothed_loss",
    ours=lambda: float(ours.cross_entropies(Z, ours.smoothed(Y, 0.1), WEIGHTS).sum() / W.sum()),
    threads=("pytorch/pytorch#104776",),
)
def torch_smoothing_weights() -> Any:
    """Weights and smoothing at once: each class's term has its own weight, the divisor is that of the labels."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS)
    w = torch.tensor(WEIGHTS, dtype=torch.float64)
    return cross_entropy(z, y, weight=w, label_smoothing=0.1)


# ---- by the entries


@fact(
    "torch",
    table="losses",
    formula="mean_over_entries",
    ours=lambda: ours.over_entries(TERMS),
    threads=("pytorch/pytorch#2259", "pytorch/pytorch#7006", "facebookresearch/deit#61"),
)
def torch_divergence_mean() -> Any:
    """`mean` divides a divergence by all entries, and no divergence comes out."""
    import torch
    from torch.nn.functional import kl_div

    p, q = torch.tensor(GUESS, dtype=torch.float64), torch.tensor(SOFT, dtype=torch.float64)
    return kl_div(p.log(), q, reduction="mean")


@fact(
    "torch",
    table="losses",
    formula="mean_over_entries",
    ours=lambda: ours.over_entries(SQUARES),
    threads=("pytorch/pytorch#3924", "pytorch/pytorch#6988"),
)
def torch_squares() -> Any:
    """Squares are divided by all entries: the more outputs, the smaller each one's gradient."""
    import torch
    from torch.nn.functional import mse_loss

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(HOT, dtype=torch.float64)
    return mse_loss(z, y)


@fact(
    "torch",
    table="losses",
    formula="mean_over_entries",
    ours=lambda: ours.over_entries(ours.binary_cross_entropies(Z, Y)),
    threads=("pytorch/pytorch#4621", "pytorch/pytorch#88327"),
)
def torch_binary() -> Any:
    """Binary cross-entropy is divided by all entries too, of logits or of probabilities."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(HOT, dtype=torch.float64)
    return binary_cross_entropy_with_logits(z, y)


@fact(
    "keras",
    table="losses",
    formula="mean_over_entries",
    ours=lambda: ours.over_entries(ours.binary_cross_entropies(Z, Y)),
    precision="float32",
    shows="keras.losses.BinaryCrossentropy(from_logits=True)",
)
def keras_binary() -> Any:
    """Over the last axis it is already a mean, and over the batch again."""
    import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return loss(np.array(HOT), np.array(SCORES))


@fact(
    "keras",
    table="losses",
    formula="mean_over_entries",
    ours=lambda: ours.over_entries(SQUARES),
    precision="float32",
    shows='keras.losses.MeanSquaredError(dtype="float64")',
)
def keras_squares() -> Any:
    """Over the last axis it is already a mean, and over the batch again."""
    import keras

    loss = keras.losses.MeanSquaredError(dtype="float64")
    return loss(np.array(HOT), np.array(SCORES))


@fact("scikit-learn", table="losses", formula="mean_over_entries", ours=lambda: ours.over_entries(SQUARES))
def sklearn_squares() -> Any:
    """Several outputs are averaged like examples."""
    from sklearn.metrics import mean_squared_error

    return mean_squared_error(HOT, SCORES)


@fact("jax", table="losses", formula="mean_over_entries", ours=lambda: ours.over_entries(SQUARES))
def jax_squares() -> Any:
    """`jnp.mean` without an axis is a mean over entries, whatever they are."""
    import jax.numpy as jnp

    z, y = jnp.array(SCORES), jnp.array(HOT)
    return jnp.mean((z - y) ** 2)


@fact(
    "optax",
    table="losses",
    formula="squared_error",
    ours=lambda: SQUARES[:, 0] / 2,
    shows="optax.l2_loss(z, y)",
)
def optax_half() -> Any:
    """`l2_loss` has a half that `squared_error` has not, and neither is reduced."""
    import jax.numpy as jnp
    import optax

    z, y = jnp.array(SCORES), jnp.array(HOT)
    return optax.l2_loss(z, y)[0]


# ---- by the examples


@fact(
    "torch",
    table="losses",
    formula="mean_over_examples",
    ours=lambda: ours.over_examples(TERMS),
    threads=("pytorch/pytorch#14457", "pytorch/pytorch#7006"),
)
def torch_divergence_batchmean() -> Any:
    """`batchmean` is the divergence of an example, on average."""
    import torch
    from torch.nn.functional import kl_div

    p, q = torch.tensor(GUESS, dtype=torch.float64), torch.tensor(SOFT, dtype=torch.float64)
    return kl_div(p.log(), q, reduction="batchmean")


@fact(
    "keras",
    table="losses",
    formula="mean_over_examples",
    ours=lambda: ours.over_examples(TERMS),
    shows='keras.losses.KLDivergence(dtype="float64")',
)
def keras_divergence() -> Any:
    """Added up over the classes, averaged over the examples: what PyTorch calls `batchmean`."""
    import keras

    loss = keras.losses.KLDivergence(dtype="float64")
    return loss(np.array(SOFT), np.array(GUESS))


@fact(
    "torch",
    table="losses",
    formula="cost_as_a_mean",
    ours=lambda: float(ours.cross_entropies(Z, Y).mean()),
)
def torch_cross_entropy_positions() -> Any:
    """Targets with more axes: every position counts as an example, here two sequences of two."""
    import torch
    from torch.nn.functional import cross_entropy

    z, y = torch.tensor(SCORES, dtype=torch.float64), torch.tensor(LABELS)
    return cross_entropy(z.reshape(2, 2, 3).movedim(2, 1), y.reshape(2, 2))


@fact(
    "scikit-learn",
    table="losses",
    formula="cost_as_a_mean",
    ours=lambda: float(ours.cross_entropies(np.log(np.transpose(SOFT)), Y).mean()),
)
def sklearn_log_loss() -> Any:
    """The log loss is a mean over the examples."""
    from sklearn.metrics import log_loss

    return log_loss(LABELS, SOFT)


@fact(
    "scikit-learn",
    table="losses",
    formula="cost_as_a_sum",
    ours=lambda: float(ours.cross_entropies(np.log(np.transpose(SOFT)), Y).sum()),
)
def sklearn_log_loss_sum() -> Any:
    """`normalize=False` gives the sum."""
    from sklearn.metrics import log_loss

    return log_loss(LABELS, SOFT, normalize=False)


@fact(
    "optax",
    table="losses",
    formula="loss_of_an_example",
    ours=lambda: ours.cross_entropies(Z, Y),
    threads=("google-deepmind/optax#902", "google-deepmind/optax#1040"),
)
def optax_cross_entropies() -> Any:
    """One loss for each example and no reduction: what they are divided by is your own line."""
    import jax.numpy as jnp
    import optax

    z, y = jnp.array(SCORES), jnp.array(LABELS)
    return optax.softmax_cross_entropy_with_integer_labels(z, y)


@fact(
    "tensorflow-cpu",
    table="losses",
    formula="loss_of_an_example",
    ours=lambda: ours.cross_entropies(Z, Y),
)
def tensorflow_cross_entropies() -> Any:
    """One loss for each example and no reduction."""
    import tensorflow as tf

    z, y = tf.constant(SCORES, tf.float64), tf.constant(HOT, tf.float64)
    return tf.nn.softmax_cross_entropy_with_logits(y, z)


# ---- scores or probabilities


@fact(
    "keras",
    table="losses",
    formula="scores_as_probabilities",
    ours=lambda: -np.log(ours.normalised([[2.0], [1.0], [0.1]])[0, 0]),
    threads=("keras-team/keras#6636", "keras-team/keras-hub#1008"),
    shows='keras.losses.CategoricalCrossentropy(dtype="float64")',
)
def keras_scores_for_probabilities() -> Any:
    """Unless told that they are logits, scores are only divided by their sum: a plausible wrong loss."""
    import keras

    loss = keras.losses.CategoricalCrossentropy(dtype="float64")
    return loss(np.array([[1.0, 0.0, 0.0]]), np.array([[2.0, 1.0, 0.1]]))


@fact(
    "torch",
    table="losses",
    formula="weighted_binary_loss",
    ours=lambda: ours.binary_cross_entropies(Z, Y, positive=3.0)[:, 0],
)
def torch_positive_weight() -> Any:
    """`pos_weight` is a factor of the positive term, and no part of a divisor."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    z, y = torch.tensor(SCORES[0], dtype=torch.float64), torch.tensor(HOT[0], dtype=torch.float64)
    c = torch.tensor(3.0, dtype=torch.float64)
    return binary_cross_entropy_with_logits(z, y, pos_weight=c, reduction="none")


@fact(
    "tensorflow-cpu",
    table="losses",
    formula="weighted_binary_loss",
    ours=lambda: ours.binary_cross_entropies(Z, Y, positive=3.0)[:, 0],
)
def tensorflow_positive_weight() -> Any:
    """`pos_weight` is the factor that PyTorch has under this name."""
    import tensorflow as tf

    z, y = tf.constant(SCORES[0], tf.float64), tf.constant(HOT[0], tf.float64)
    return tf.nn.weighted_cross_entropy_with_logits(y, z, pos_weight=3.0)
