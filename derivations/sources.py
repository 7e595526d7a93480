"""The five texts that these topics grew out of, line by line: what a claim judges, and what says nothing to judge.

Lines are counted from 1 in the text as it was read. Every line of every text either stands in the place of a claim,
or is listed here under the reason why it says nothing that could be judged. A test holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


def lines_of(place: str) -> tuple[int, ...]:
    """The lines that a place names: `L3, L5–7` is 3, 5, 6, 7; nothing for a place that is no line.

    >>> lines_of("L3, L5–7")
    (3, 5, 6, 7)
    """
    found: list[int] = []
    for part in place.split(","):
        match = re.fullmatch(r"\s*L?(\d+)(?:–(\d+))?\s*", part)
        if match is None:
            return ()
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return tuple(found)


@dataclass(frozen=True)
class Text:
    """A text: the letters its claims begin with, its name in `Source`, its length, and its silent lines by reason."""

    key: str
    name: str
    lines: int
    silent: Mapping[str, str]


TEXTS = (
    Text("S0", "forum thread on course 2, week 3", 40, {}),
    Text("S1", "question on the extra 1/m", 49, {}),
    Text("S2", "question on sum or mean", 77, {}),
    Text("S3", "CS5242 lecture 4", 659, {}),
    Text("S4", "notes of a deep-learning course", 418, {}),
)
