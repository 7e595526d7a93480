"""What running the snippets of the topic `moving_averages` gave."""

from __future__ import annotations

from operator import itemgetter

from press import bench
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

# ---- scan: read from the record of `make bench`, which alone takes times
_RECORDED = "by the record of make bench: "
scan_in_copies = Measured(_RECORDED + "plain copies of the array in the scan's time", bench.copies)
scan_against_lfilter = Measured(_RECORDED + "times the scan's time, SciPy", bench.times_the_scan, ("lfilter",))
scan_against_pandas = Measured(_RECORDED + "times the scan's time, pandas", bench.times_the_scan, ("pandas",))
scan_against_polars = Measured(_RECORDED + "times the scan's time, polars", bench.times_the_scan, ("polars",))
scan_memory = Measured(_RECORDED + "memory of the scan, in sizes of the array", bench.memory, ("scan",))
scan_growth = Measured(_RECORDED + "time for a value in the longest array, to the shortest", bench.time_for_a_value)
scan_apart = Measured(_RECORDED + "largest difference from SciPy's averages", bench.apart, ("lfilter",))
