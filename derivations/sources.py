"""The five texts that these topics grew out of, line by line: what a claim judges, and what says nothing to judge.

Lines are counted from 1 in the text as it was read. Every line of every text either stands in the place of a claim,
or is listed here under the reason why it says nothing that could be judged. A test holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from derivations.calculus import Claim

WHOLE = "all of it"  # the place of a claim that is about a text, and about no line of it in particular


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


def place_of(lines: tuple[int, ...]) -> str:
    """The place that names these lines, shortest first: 3, 5, 6, 7 is `L3, L5–7`.

    >>> place_of((3, 5, 6, 7))
    'L3, L5–7'
    """
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(f"L{first}" if first == last else f"L{first}–{last}" for first, last in runs)


@dataclass(frozen=True)
class Text:
    """A text: the letters its claims begin with, its name in `Source`, its length, and its silent lines by reason."""

    key: str
    name: str
    lines: int
    silent: Mapping[str, str]

    @property
    def reasons(self) -> dict[int, str]:
        """{line: why it says nothing}. Raises ValueError for a place that is no line, and for a line listed twice."""
        found: dict[int, str] = {}
        for reason, place in self.silent.items():
            lines = lines_of(place)
            if not lines:
                raise ValueError(f"silent of {self.key}: expected lines such as L3, L5–7, got {place!r} for {reason!r}")
            for line in lines:
                if line in found:
                    raise ValueError(
                        f"silent of {self.key}: expected each line once, got L{line} as {found[line]!r} and {reason!r}"
                    )
                found[line] = reason
        return found


@dataclass(frozen=True)
class Account:
    """A text's lines as they stand: the claims on each, and what is wrong with the account."""

    judged: Mapping[int, tuple[str, ...]]
    silent: Mapping[int, str]
    problems: tuple[str, ...]


def account(text: Text, claims: Mapping[str, Claim]) -> Account:
    """Which claims judge which lines of a text. `claims` may hold those of other sources; ids tell them apart."""
    judged: dict[int, list[str]] = {}
    problems = []
    for name, one in sorted(claims.items()):
        if name.partition("-")[0] != text.key:
            continue
        lines = lines_of(one.source.place)
        if one.source.name != text.name:
            problems.append(f"{name}: expected the source {text.name!r}, got {one.source.name!r}")
        if not lines and one.source.place != WHOLE:
            problems.append(f"{name}: expected lines such as L3, L5–7, got {one.source.place!r}")
        if len(lines) != len(set(lines)) or list(lines) != sorted(lines):
            problems.append(f"{name}: expected lines in order, each once, got {one.source.place!r}")
        for line in dict.fromkeys(lines):
            judged.setdefault(line, []).append(name)
    silent = text.reasons
    every = set(range(1, text.lines + 1))
    for what, found in (
        ("missing", every - set(judged) - set(silent)),
        ("judged and silent", set(judged) & set(silent)),
        ("beyond the text", (set(judged) | set(silent)) - every),
    ):
        if found:
            problems.append(f"{text.key}: {what} lines: {place_of(tuple(found))}")
    return Account({line: tuple(names) for line, names in sorted(judged.items())}, silent, tuple(problems))


TEXTS = (
    Text("S0", "forum thread on course 2, week 3", 41, {}),
    Text("S1", "question on the extra 1/m", 50, {}),
    Text("S2", "question on sum or mean", 78, {}),
    Text("S3", "CS5242 lecture 4", 660, {}),
    Text("S4", "notes of a deep-learning course", 419, {}),
)
