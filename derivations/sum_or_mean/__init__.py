"""The topic sum_or_mean: what changes, and what does not, when a cost is added up instead of averaged."""
