"""What running the snippets of the topic `moving_averages` gave."""

from __future__ import annotations
