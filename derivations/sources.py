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
    Text(
        "S4",
        "notes of a deep-learning course",
        419,
        {
            "blank": (
                "L1–2, L4, L6, L8, L10, L12, L14, L16, L18, L20, L22, L24, L26, L34, L36, L38, L40–41, L43, "
                "L48–49, L62, L64, L72, L74, L76, L78–79, L81, L83, L85, L87, L93, L95, L97–98, L100, L106, "
                "L108, L110, L114, L116, L118, L120, L124, L126–127, L129, L131, L133, L135, L141, L160, "
                "L162, L164, L166, L168, L170, L182, L184, L186, L188, L190, L192, L218–221, L223, L225, "
                "L227, L233, L237, L239, L241, L246, L248, L256, L258, L260, L262, L264, L266, L268, L275, "
                "L277, L279, L281, L283–284, L286, L288, L290, L292, L296, L298, L300–301, L303, L305, L307, "
                "L309, L311–312, L314, L318, L320–322, L324, L326, L347, L351–353, L355, L357–358, L362, "
                "L364, L366, L371, L374, L376–377, L389, L391, L393, L397, L401–402, L404, L406, L408, L410, "
                "L416, L418"
            ),
            "a heading": (
                "L3, L5, L15, L21, L23, L63, L92, L99, L109, L125, L130, L140, L165, L169, L183, L189, L222, "
                "L224, L257, L259, L265, L267, L282, L297, L323, L392, L407, L417"
            ),
            "a line that leads to the next": "L238",
            "a closing brace": "L42",
        },
    ),
)
