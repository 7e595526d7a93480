"""The topic moving_averages: exponentially weighted averages, and the algorithms that are built on them."""
