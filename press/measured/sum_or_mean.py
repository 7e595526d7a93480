"""What running the snippets of the topic `sum_or_mean` gave."""

from __future__ import annotations

from operator import itemgetter

from press.measured import Measured
from snippets.sum_or_mean import equivalent_learning_rate as steps
from snippets.sum_or_mean.epoch_cost import during_an_epoch
from snippets.sum_or_mean.equivalent_learning_rate import difference
from snippets.sum_or_mean.mini_batches import rises

cost_before_the_epoch = Measured("cost before an epoch", during_an_epoch, (16, 0.2), pick=itemgetter(0))
cost_of_the_run = Measured("cost that the epoch adds up", during_an_epoch, (16, 0.2), pick=itemgetter(1))
cost_after_the_epoch = Measured("cost after the epoch", during_an_epoch, (16, 0.2), pick=itemgetter(2))

# ---- equivalent_learning_rate: the largest distance between walks on a cost and on 64 times that cost
_AS_IT_IS = "largest difference of a weight that the factor makes: "
_ADJUSTED = "largest difference of a weight that is left when all is adjusted: "
sgd_as_it_is = Measured(_AS_IT_IS + "SGD", difference, (steps.sgd,))
sgd_adjusted = Measured(_ADJUSTED + "SGD", difference, (steps.sgd, ("lr",)))
momentum_buffer_as_it_is = Measured(_AS_IT_IS + "momentum, its buffer form", difference, (steps.momentum_buffer,))
momentum_buffer_adjusted = Measured(
    _ADJUSTED + "momentum, its buffer form", difference, (steps.momentum_buffer, ("lr",))
)
momentum_average_as_it_is = Measured(_AS_IT_IS + "momentum, its average form", difference, (steps.momentum_average,))
momentum_average_adjusted = Measured(
    _ADJUSTED + "momentum, its average form", difference, (steps.momentum_average, ("lr",))
)
rmsprop_as_it_is = Measured(_AS_IT_IS + "RMSprop", difference, (steps.rmsprop,))
rmsprop_adjusted = Measured(_ADJUSTED + "RMSprop", difference, (steps.rmsprop, ("eps",)))
adam_as_it_is = Measured(_AS_IT_IS + "Adam", difference, (steps.adam,))
adam_adjusted = Measured(_ADJUSTED + "Adam", difference, (steps.adam, ("eps",)))
adam_inside_as_it_is = Measured(_AS_IT_IS + "Adam, ε under the root", difference, (steps.adam_inside,))
adam_inside_adjusted = Measured(_ADJUSTED + "Adam, ε under the root", difference, (steps.adam_inside, ("eps",)))
adamw_as_it_is = Measured(_AS_IT_IS + "AdamW", difference, (steps.adamw,))
adamw_adjusted = Measured(_ADJUSTED + "AdamW", difference, (steps.adamw, ("eps",)))
sgd_with_penalty_as_it_is = Measured(
    _AS_IT_IS + "SGD with a penalty in the loss", difference, (steps.sgd_with_penalty,)
)
sgd_with_penalty_adjusted = Measured(
    _ADJUSTED + "SGD with a penalty in the loss", difference, (steps.sgd_with_penalty, ("lr", "lam"))
)
adam_with_penalty_as_it_is = Measured(
    _AS_IT_IS + "Adam with a penalty in the loss", difference, (steps.adam_with_penalty,)
)
adam_with_penalty_adjusted = Measured(
    _ADJUSTED + "Adam with a penalty in the loss", difference, (steps.adam_with_penalty, ("eps", "lam"))
)
clipped_by_norm_as_it_is = Measured(_AS_IT_IS + "SGD clipped by norm", difference, (steps.clipped_by_norm,))
clipped_by_norm_adjusted = Measured(
    _ADJUSTED + "SGD clipped by norm", difference, (steps.clipped_by_norm, ("lr", "threshold"))
)
clipped_by_value_as_it_is = Measured(_AS_IT_IS + "SGD clipped by value", difference, (steps.clipped_by_value,))
clipped_by_value_adjusted = Measured(
    _ADJUSTED + "SGD clipped by value", difference, (steps.clipped_by_value, ("lr", "threshold"))
)

penalty_left_alone = Measured(
    "largest difference of a weight: SGD with a penalty in the loss, the learning rate alone adjusted",
    difference,
    (steps.sgd_with_penalty, ("lr",)),
)
adam_on_ragged_batches = Measured(
    "largest difference of a weight: Adam, ε adjusted, every fourth batch of 16 examples in the place of 64",
    difference,
    (steps.adam, ("eps",), (64.0, 64.0, 64.0, 16.0)),
)

# ---- mini_batches: 20 epochs of full batches, 4 of mini-batches; 19 chances to rise in each
full_rises_below = Measured("rises of the cost, full batches, just below the limit", rises, (0.99, 100, 100, 20))
full_rises_above = Measured("rises of the cost, full batches, just above the limit", rises, (1.01, 100, 100, 20))
mini_rises_below = Measured("rises of the cost, mini-batches of 20, at half the limit", rises, (0.5, 20, 100, 4))
