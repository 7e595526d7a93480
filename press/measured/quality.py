"""What running the snippets of the topic `quality` gave: counts of operations and of factors."""

from __future__ import annotations

from press.measured import Measured
from snippets.quality.why_the_log import factors_until_zero, log_derivative, operations, prefix_suffix, product_rule

FACTORS = 200

operations_of_the_product_rule = Measured(
    "multiplications that the plain product rule makes for 200 factors", operations, (product_rule, FACTORS)
)
operations_of_prefix_and_suffix = Measured(
    "multiplications with prefix and suffix products for 200 factors", operations, (prefix_suffix, FACTORS)
)
operations_of_the_log_derivative = Measured(
    "multiplications and divisions by the log-derivative for 200 factors", operations, (log_derivative, FACTORS)
)
quarters_until_zero = Measured("factors of 1/4 after which their float64 product is 0", factors_until_zero, (1 / 4,))
