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
    Text(
        "S0",
        "forum thread on course 2, week 3",
        41,
        {
            "blank": "L2, L4, L7, L9, L12, L15, L17, L19, L22, L25, L27, L29, L32, L34, L36, L38, L40",
            "a heading": "L1",
            "a line that leads to the next": "L3, L5, L13, L30",
            "thanks": "L37, L39",
            "the head of a mail": "L41",
        },
    ),
    Text(
        "S1",
        "question on the extra 1/m",
        50,
        {
            "blank": "L3, L5, L7, L9, L11, L13, L15, L17, L19, L22, L24, L26, L28, L30, L32, L34, L36, L38, L47, L49",
            "a heading": "L25, L29, L35",
            "a mark of the page": "L2, L16, L18, L21, L39, L48, L50",
            "a count of votes": "L1, L20, L40",
            "a name, a date": "L42–43, L45–46",
        },
    ),
    Text(
        "S2",
        "question on sum or mean",
        78,
        {
            "blank": (
                "L3, L5, L22, L26, L28, L30, L35, L37, L41, L43, L45–46, L48, L50, L52, L54, L58, L60, L62, L64, "
                "L66, L68–69, L71, L73, L75, L77"
            ),
            "a heading": "L47",
            "a mark of the page": "L2, L31, L34, L55, L57, L72, L74, L76, L78",
            "a count of votes": "L1, L33, L56",
            "a line that leads to the next": "L59",
            "code that only opens or closes": "L6, L9, L13, L15",
        },
    ),
    Text(
        "S3",
        "CS5242 lecture 4",
        660,
        {
            "blank": (
                "L1–2, L4, L6, L8, L10, L12, L15–17, L19, L27, L29, L37, L39, L45–47, L49–51, L53–55, L57–60, "
                "L62–65, L67, L69–71, L73–76, L78, L80, L82, L84, L86–88, L90, L92, L94, L96, L98, L102, "
                "L104–106, L108–110, L112–114, L116–118, L120–122, L124, L128, L130, L132, L134, L136, L138, "
                "L140, L144, L146, L148, L150–152, L154, L156, L158, L160, L162, L164, L166, L168–169, L174, "
                "L176, L184, L186, L190–192, L194, L196–197, L199, L201, L204, L206, L211–214, L216, L221–223, "
                "L225–228, L230, L234, L236, L241–243, L245, L247, L250–251, L253, L255–256, L258, L260, "
                "L262–264, L266–268, L270, L273, L275, L278, L280, L282, L284, L286, L288, L290, L292, L294, "
                "L296, L299, L302, L304, L306–307, L315, L317, L321, L323, L325–327, L329–330, L333, L336, "
                "L340–341, L343, L346–348, L350, L355–357, L359, L367, L369, L371, L373, L375, L377, L379, L381, "
                "L383, L385, L387, L389, L391, L393, L395, L399, L401, L404, L406, L408, L410–412, L415, L417, "
                "L422, L428, L430–433, L435, L437, L439, L441–443, L445–446, L454, L456, L458, L460, L463–466, "
                "L468, L470, L472, L474, L476–478, L480, L482, L484, L486, L488, L490, L498, L500, L502, L504, "
                "L506, L508, L510, L512, L514, L516, L519, L522, L524, L526, L528, L530, L533, L536, L538, L543, "
                "L545–546, L549, L551, L554–556, L558–560, L562, L564, L566, L574, L576, L578, L580, L582, L584, "
                "L586, L588, L590, L592, L594, L596, L598, L600, L602, L607, L609, L614, L616, L621, L623, L625, "
                "L627, L632, L634, L638, L640, L642, L644–645, L647, L649, L651, L653, L655–659"
            ),
            "the title: who, where and when": "L3, L5, L7, L9, L11, L13–14",
            "the outline, once for each part": (
                "L18, L20–26, L28, L30–36, L175, L177–183, L305, L308–314, L358, L360–366, L444, L447–453, L489, "
                "L491–497, L565, L567–573"
            ),
            "a heading": (
                "L38, L68, L77, L89, L97, L153, L185, L193, L205, L215, L229, L244, L269, L283, L289, L316, "
                "L322, L342, L368, L382, L394, L407, L416, L467, L479, L499, L515, L527, L537, L544, L575, L595, "
                "L597, L652"
            ),
            "a mark of the notebook": "L599, L601, L603, L610, L617, L624, L626, L628, L635",
            "the end: any questions?": "L660",
        },
    ),
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
