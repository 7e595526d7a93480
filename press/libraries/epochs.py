"""The cost of a batch and of an epoch: the two lines of the exercise, as written, and what `fit` reports."""

from __future__ import annotations

from typing import Any

import numpy as np

from press.libraries import fact
from snippets.sum_or_mean import epoch_cost, library_conventions, mini_batches

# As the exercise has them: classes in rows, examples in columns.
LOGITS = ((2.4, -1.2, 0.3, 1.5, -0.7), (0.2, 1.9, -0.4, 0.8, 2.2), (-1.1, 0.6, 1.3, -2.0, 0.1))
LABELS = ((1.0, 0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 1.0, 0.0), (0.0, 0.0, 1.0, 0.0, 1.0))
TARGETS = (1.0, 2.0, 4.0, 5.0, 9.0)  # of five examples, in batches of two, two and one


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="cost_as_a_sum",
    ours=lambda: epoch_cost.reduce_sum_cost(LOGITS, LABELS),
    precision="float32",
)
def tensorflow_line_of_the_exercise() -> Any:
    """The line of the exercise as written: the losses of the batch, added up, divided by nothing."""
    import tensorflow as tf

    logits, labels = tf.constant(LOGITS), tf.constant(LABELS)
    return tf.reduce_sum(
        tf.keras.losses.categorical_crossentropy(tf.transpose(labels), tf.transpose(logits), from_logits=True), axis=0
    )


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="cost_as_a_sum",
    ours=lambda: epoch_cost.reduce_sum_cost(np.transpose(LOGITS), np.transpose(LABELS)),
    precision="float32",
)
def tensorflow_without_transposes() -> Any:
    """Without the two transposes classes are taken for examples: a sum, but of the losses of another task."""
    import tensorflow as tf

    logits, labels = tf.constant(LOGITS), tf.constant(LABELS)
    return tf.reduce_sum(tf.keras.losses.categorical_crossentropy(labels, logits, from_logits=True), axis=0)


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="loss_of_an_example",
    ours=lambda: library_conventions.cross_entropies(LOGITS, LABELS),
    precision="float32",
)
def tensorflow_function_of_a_loss() -> Any:
    """The function, in small letters, gives one loss for each example."""
    import tensorflow as tf

    logits, labels = tf.constant(LOGITS), tf.constant(LABELS)
    return tf.keras.losses.categorical_crossentropy(tf.transpose(labels), tf.transpose(logits), from_logits=True)


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="cost_as_a_mean",
    ours=lambda: float(library_conventions.cross_entropies(LOGITS, LABELS).mean()),
    precision="float32",
    shows="tf.keras.losses.CategoricalCrossentropy(from_logits=True)",
)
def tensorflow_class_of_a_loss() -> Any:
    """The class of the same name, in capitals, gives the mean of the losses."""
    import tensorflow as tf

    logits, labels = tf.constant(LOGITS), tf.constant(LABELS)
    loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    return loss(tf.transpose(labels), tf.transpose(logits))


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="deferred_dz",
    ours=lambda: np.ravel(np.exp(LOGITS) / np.exp(LOGITS).sum(axis=0) - LABELS),
    precision="float32",
    shows="tape.gradient(cost, logits)",
)
def tensorflow_gradient_of_the_exercise() -> Any:
    """The gradient of the exercise's line by the scores: probability minus target, with no batch size in it."""
    import tensorflow as tf

    logits, labels = tf.constant(LOGITS), tf.constant(LABELS)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        y, z = tf.transpose(labels), tf.transpose(logits)
        cost = tf.reduce_sum(tf.keras.losses.categorical_crossentropy(y, z, from_logits=True), axis=0)
    return tape.gradient(cost, logits)


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="absorbed_dz",
    ours=lambda: np.ravel(np.exp(LOGITS) / np.exp(LOGITS).sum(axis=0) - LABELS) / 5,
    precision="float32",
    shows="tf.keras.losses.CategoricalCrossentropy(from_logits=True)",
)
def tensorflow_gradient_of_the_class() -> Any:
    """The gradient of the class's mean: the same, divided by the batch size."""
    import tensorflow as tf

    logits, labels = tf.constant(LOGITS), tf.constant(LABELS)
    loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
    with tf.GradientTape() as tape:
        tape.watch(logits)
        cost = loss(tf.transpose(labels), tf.transpose(logits))
    return tape.gradient(cost, logits)


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="cost_that_runs",
    ours=lambda: epoch_cost.epoch(np.zeros((3, 3)), np.array(LOGITS), np.array(LABELS), 2, 0.5)[1],
    precision="float32",
    shows="epoch_cost /= m",
)
def tensorflow_epoch_of_the_exercise() -> Any:
    """The epoch of the exercise, its last batch smaller: costs added up, divided once by the number of examples."""
    import tensorflow as tf

    x, y = tf.constant(LOGITS), tf.constant(LABELS)  # the scores serve as three features
    w, optimizer = tf.Variable(tf.zeros((3, 3))), tf.keras.optimizers.SGD(0.5)
    epoch_cost, m = 0.0, x.shape[1]
    for start in range(0, m, 2):
        minibatch_x, minibatch_y = x[:, start : start + 2], y[:, start : start + 2]
        with tf.GradientTape() as tape:
            z = tf.matmul(w, minibatch_x)
            minibatch_cost = tf.reduce_sum(
                tf.keras.losses.categorical_crossentropy(tf.transpose(minibatch_y), tf.transpose(z), from_logits=True)
            )
        optimizer.apply_gradients([(tape.gradient(minibatch_cost, w), w)])
        epoch_cost += minibatch_cost
    epoch_cost /= m
    return epoch_cost


@fact(
    "keras",
    table="epochs",
    formula="cost_of_the_epoch",
    ours=lambda: epoch_cost.pooled_mean([2, 2, 1], [2.5, 20.5, 81.0]),
    precision="float32",
    threads=("keras-team/keras#19740",),
    shows="model.fit(x, y, batch_size=2, shuffle=False, verbose=0)",
)
def keras_fit_reports() -> Any:
    """What `fit` reports for an epoch weighs each batch by its examples: no average of averages."""
    import keras

    x, y = np.zeros((5, 1)), np.array(TARGETS)[:, None]  # predicts 0, and learns nothing
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer=keras.optimizers.SGD(0.0), loss="mse")
    told = model.fit(x, y, batch_size=2, shuffle=False, verbose=0)
    return told.history["loss"]


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="weighted_loss_over_count",
    ours=lambda: library_conventions.weighted_over_count([*TARGETS, 0.0], [1.0, 0.0, 1.0, 0.5, 1.0, 0.0]),
    precision="float32",
    threads=("tensorflow/tensorflow#31317",),
)
def tensorflow_average_loss() -> Any:
    """For distributed training: weighted losses over the global batch size, which one hands over, here six."""
    import tensorflow as tf

    losses, w = tf.constant(TARGETS), tf.constant([1.0, 0.0, 1.0, 0.5, 1.0])
    return tf.nn.compute_average_loss(losses, sample_weight=w, global_batch_size=6)


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="cost_as_a_mean",
    ours=lambda: float(np.mean(TARGETS)),
    precision="float32",
    threads=("tensorflow/tensorflow#31317", "tensorflow/tensorflow#35333"),
    shows="tf.reduce_sum(one) / len(TARGETS)",
)
def tensorflow_two_replicas() -> Any:
    """Two replicas, with three examples and two: each divides by the global batch size, and the sum is the mean."""
    import tensorflow as tf

    two_devices()
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    losses = strategy.experimental_distribute_values_from_function(_replica_losses)
    parts = strategy.run(lambda one: tf.reduce_sum(one) / len(TARGETS), args=(losses,))
    return strategy.reduce(tf.distribute.ReduceOp.SUM, parts, axis=None)


@fact(
    "tensorflow-cpu",
    table="epochs",
    formula="average_of_the_averages",
    ours=lambda: float(np.mean([np.mean(TARGETS[:3]), np.mean(TARGETS[3:])])),
    precision="float32",
    threads=("tensorflow/tensorflow#48572", "tensorflow/tensorflow#40339"),
    shows="tf.reduce_mean(one)",
)
def tensorflow_mean_of_replicas() -> Any:
    """Each replica divides by its own count: an average of averages. Added up, it is as many times too large."""
    import tensorflow as tf

    two_devices()
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    losses = strategy.experimental_distribute_values_from_function(_replica_losses)
    parts = strategy.run(lambda one: tf.reduce_mean(one), args=(losses,))
    return strategy.reduce(tf.distribute.ReduceOp.MEAN, parts, axis=None)


def two_devices() -> None:
    """Cuts the CPU in two logical devices, which TensorFlow allows only before it has computed anything."""
    import tensorflow as tf

    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)


def _replica_losses(context: Any) -> Any:
    """Three of the examples on the first replica, two on the second."""
    import tensorflow as tf

    return tf.constant(TARGETS[:3] if context.replica_id_in_sync_group == 0 else TARGETS[3:])


@fact(
    "torch",
    table="epochs",
    formula="size_of_the_last",
    ours=lambda: [len(one) for one in mini_batches.batches(range(10), 4)],
    precision="exact",
    shows="DataLoader(range(10), batch_size=4)",
)
def torch_data_loader() -> Any:
    """The last batch is what is left, and nothing is shuffled unless one asks for it."""
    from torch.utils.data import DataLoader

    found = list(DataLoader(range(10), batch_size=4))
    assert [int(one) for batch in found for one in batch] == list(range(10)), "in order"
    return [len(batch) for batch in found]


@fact(
    "torch",
    table="epochs",
    formula="kept_in_full_batches",
    ours=lambda: [len(one) for one in mini_batches.batches(range(10), 4, drop_last=True)],
    precision="exact",
    shows="DataLoader(range(10), batch_size=4, drop_last=True)",
)
def torch_data_loader_that_drops() -> Any:
    """With `drop_last` only full batches are kept."""
    from torch.utils.data import DataLoader

    return [len(batch) for batch in DataLoader(range(10), batch_size=4, drop_last=True)]
