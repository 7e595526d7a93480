"""What running the snippets of the topic `moving_averages` gave."""

from __future__ import annotations

from operator import itemgetter

from press.measured import Measured
from snippets.moving_averages.rmsprop_and_adam import bound, peak

# ---- rmsprop_and_adam: equal gradients, and the longest steps that there are
peak_at = Measured(
    "the longest of 1000 steps of Adam with neither correction", peak, ("neither", 1000), pick=itemgetter(0)
)
peak_size = Measured("its size, in learning rates", peak, ("neither", 1000), pick=itemgetter(1))
bound_of_ten = Measured("the longest that step 10 of Adam can be, in learning rates", bound, (10,), pick=itemgetter(-1))
bound_of_thousand = Measured(
    "the longest that step 1000 of Adam can be, in learning rates", bound, (1000,), pick=itemgetter(-1)
)
