"""What running the snippets of the topic `moving_averages` gave."""

from __future__ import annotations

from operator import itemgetter

from press import bench
from press.measured import Measured
from snippets.moving_averages.rmsprop_and_adam import bound, peak
from snippets.moving_averages.saddles_and_plateaus import share_definite, steps_on_a_plateau, steps_to_leave

# ---- rmsprop_and_adam: equal gradients, and the longest steps that there are
peak_at = Measured(
    "the longest of 1000 steps of Adam with neither correction", peak, ("neither", 1000), pick=itemgetter(0)
)
peak_size = Measured("its size, in learning rates", peak, ("neither", 1000), pick=itemgetter(1))
bound_of_ten = Measured("the longest that step 10 of Adam can be, in learning rates", bound, (10,), pick=itemgetter(-1))
bound_of_thousand = Measured(
    "the longest that step 1000 of Adam can be, in learning rates", bound, (1000,), pick=itemgetter(-1)
)

# ---- scan: read from the record of `make bench`, which alone takes times
_RECORDED = "by the record of make bench: "
scan_in_copies = Measured(_RECORDED + "plain copies of the array in the scan's time", bench.copies)
scan_against_lfilter = Measured(_RECORDED + "times the scan's time, SciPy", bench.times_the_scan, ("lfilter",))
scan_against_pandas = Measured(_RECORDED + "times the scan's time, pandas", bench.times_the_scan, ("pandas",))
scan_against_polars = Measured(_RECORDED + "times the scan's time, polars", bench.times_the_scan, ("polars",))
scan_memory = Measured(_RECORDED + "memory of the scan, in sizes of the array", bench.memory, ("scan",))
scan_growth = Measured(_RECORDED + "time for a value in the longest array, to the shortest", bench.time_for_a_value)
scan_apart = Measured(_RECORDED + "largest difference from SciPy's averages", bench.apart, ("lfilter",))

# ---- saddles_and_plateaus: random symmetric matrices by dimension, and steps on the sigmoid's plateau
_DEFINITE = "share of random symmetric matrices that are positive definite, rows: "
definite_1 = Measured(_DEFINITE + "1", share_definite, (1, 10_000, 0))
definite_2 = Measured(_DEFINITE + "2", share_definite, (2, 10_000, 0))
definite_3 = Measured(_DEFINITE + "3", share_definite, (3, 1_000_000, 0))
definite_4 = Measured(_DEFINITE + "4", share_definite, (4, 1_000_000, 0))
definite_6 = Measured(_DEFINITE + "6", share_definite, (6, 10_000, 0))
plateau_from_4 = Measured("steps from 4 down a sigmoid to its middle", steps_on_a_plateau, (4.0, 1.0))
plateau_from_8 = Measured("steps from 8 down a sigmoid to its middle", steps_on_a_plateau, (8.0, 1.0))
saddle_from_near = Measured("steps to leave a saddle, begun very near", steps_to_leave, (1e-16, 1.0, 0.1))
saddle_from_far = Measured("steps to leave a saddle, begun a tenth away", steps_to_leave, (0.1, 1.0, 0.1))
