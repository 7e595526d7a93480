"""What running the snippets of the topic `sum_or_mean` gave."""

from __future__ import annotations

from operator import itemgetter

from press.measured import Measured
from snippets.sum_or_mean.epoch_cost import during_an_epoch

cost_before_the_epoch = Measured("cost before an epoch", during_an_epoch, (16, 0.2), pick=itemgetter(0))
cost_of_the_run = Measured("cost that the epoch adds up", during_an_epoch, (16, 0.2), pick=itemgetter(1))
cost_after_the_epoch = Measured("cost after the epoch", during_an_epoch, (16, 0.2), pick=itemgetter(2))
