"""What stands where in a page's source: fences and roles of the press, formulas, prose, each with its line.

The Markdown extension draws what this finds and coverage judges what is left, so that the two cannot
disagree about what is code, what is maths and what is prose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from press.faults import Wrong

FENCES = (
    "derivation",
    "equation",
    "claim",
    "claims",
    "snippet",
    "figure",
    "trust",
    "notation",
    "libraries",
    "bench",
    "lines",
    "errata",
    "gallery",
    "takeaway",
    "map",
    "architecture",
)
ROLES = ("eq", "num", "verdict", "claim", "trust")
# These may stand without an argument.
BARE = ("notation", "gallery", "takeaway")
# The only fences that may be typed: in all others stands code, output or maths that nobody ran.
COMMANDS = ("bash", "sh", "console")

_FENCE = re.compile(
    r"^(?P<indent>[ \t>]*)(?P<marker>(?:[-*+]|\d+[.)])[ \t]+)?(?P<ticks>`{3,}|~{3,})[ \t]*(?P<info>[^`\n]*)$"
)
_ROLE = re.compile(r"\{(?P<kind>[a-z][a-z_-]*)\}`(?P<argument>[^`\n]*)`")
_TICKS = re.compile(r"`+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# The same dollars as arithmatex's `smart_dollar`: no space inside, no escape before.
_DOLLAR = re.compile(r"\$\$(?P<display>.+?)\$\$|\$(?!\s)(?P<inline>(?:\\.|[^\\$\n])+?)(?<!\s)\$", re.DOTALL)
_PARENS = re.compile(r"\\\((?P<inline>.+?)\\\)|\\\[(?P<display>.+?)\\\]", re.DOTALL)
_ENVIRONMENT = re.compile(r"\\begin\{(?P<name>[a-z]+\*?)\}.*?\\end\{(?P=name)\}", re.DOTALL)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True)
class Use:
    """A fence or a role: `start` and `end` are offsets in the text; `indent` stands before a fence."""

    kind: str
    argument: str
    line: int
    block: bool
    start: int
    end: int
    indent: str = ""
    heading: bool = False


@dataclass(frozen=True)
class Formula:
    """Typed maths, without its delimiters."""

    tex: str
    line: int
    display: bool
    start: int


@dataclass(frozen=True)
class Code:
    """A code span, or a fence that is not ours (`language` is None for a span)."""

    text: str
    line: int
    language: str | None


@dataclass(frozen=True)
class Scan:
    """`prose` is the text with uses, code, maths and comments blanked out: same offsets, same lines."""

    uses: tuple[Use, ...]
    formulas: tuple[Formula, ...]
    codes: tuple[Code, ...]
    prose: str
    faults: tuple[tuple[int, Wrong], ...]
    first_line: int = 1


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def scan(text: str, first_line: int = 1) -> Scan:
    """Reads Markdown `text` whose first line is line `first_line` of its file."""
    uses: list[Use] = []
    codes: list[Code] = []
    formulas: list[Formula] = []
    faults: list[tuple[int, Wrong]] = []
    kept = list(text)

    def line_at(offset: int) -> int:
        return first_line + text.count("\n", 0, offset)

    def drop(start: int, end: int) -> None:
        kept[start:end] = _blank(text[start:end])

    # Fences first: nothing inside another fence is ours.
    offset, opened = 0, None
    for raw in text.splitlines(keepends=True):
        line, end = raw.rstrip("\r\n"), offset + len(raw)
        found = _FENCE.match(line)
        if opened is None:
            if found:
                opened = (found, offset, end)
        else:
            first, start, body = opened
            ticks = first["ticks"]
            bare = line.lstrip(" \t>").rstrip()
            if bare and set(bare) == {ticks[0]} and len(bare) >= len(ticks):
                _fence(first, text[body:offset], line_at(start), start, offset + len(line), uses, codes, faults)
                drop(start, offset + len(line))
                opened = None
        offset = end
    if opened is not None:
        first, start, body = opened
        faults.append((line_at(start), Wrong(f"a closing {first['ticks']}", "the end of the page")))
        drop(start, len(text))

    for comment in _COMMENT.finditer("".join(kept)):
        drop(*comment.span())

    # Then code spans and roles, which end with the paragraph at the latest.
    rest, at = "".join(kept), 0
    while at < len(rest):
        if rest[at] == "\\" and rest[at + 1 : at + 2] in ("`", "\\"):
            at += 2
            continue
        role = _ROLE.match(rest, at) if rest[at] == "{" else None
        if role:
            line_start = rest.rfind("\n", 0, at) + 1
            heading = bool(re.match(r" {0,3}#{1,6}\s", rest[line_start:]))
            kind, argument = role["kind"], role["argument"].strip()
            if kind not in ROLES:
                faults.append((line_at(at), Wrong(f"one of the roles {', '.join(ROLES)}", f"{{{kind}}}")))
            elif not argument:
                faults.append((line_at(at), Wrong(f"a name in {{{kind}}}", "nothing")))
            else:
                uses.append(Use(kind, argument, line_at(at), False, role.start(), role.end(), heading=heading))
            drop(*role.span())
            at = role.end()
            continue
        if rest[at] != "`":
            at += 1
            continue
        ticks = _TICKS.match(rest, at)
        assert ticks
        gap = _BLANK_LINE.search(rest, ticks.end())
        limit = gap.start() if gap else len(rest)
        close = next((t for t in _TICKS.finditer(rest, ticks.end(), limit) if len(t[0]) == len(ticks[0])), None)
        if close:
            codes.append(Code(rest[ticks.end() : close.start()].strip(), line_at(at), None))
            drop(ticks.start(), close.end())
            at = close.end()
        else:
            at = ticks.end()

    rest = "".join(kept)
    for pattern in (_ENVIRONMENT, _PARENS, _DOLLAR):
        for found in pattern.finditer(rest):
            before = rest[: found.start()]
            if (len(before) - len(before.rstrip("\\"))) % 2:
                continue
            groups = found.groupdict()
            inline = groups.get("inline")
            tex = inline if inline is not None else groups.get("display") or found[0]
            formulas.append(Formula(tex.strip(), line_at(found.start()), inline is None, found.start()))
            drop(*found.span())
        rest = "".join(kept)

    uses.sort(key=lambda one: one.start)
    formulas.sort(key=lambda one: one.start)
    return Scan(tuple(uses), tuple(formulas), tuple(codes), rest, tuple(faults), first_line)


def _fence(
    first: re.Match[str],
    body: str,
    line: int,
    start: int,
    end: int,
    uses: list[Use],
    codes: list[Code],
    faults: list[tuple[int, Wrong]],
) -> None:
    words = first["info"].strip().split(None, 1)
    kind = words[0] if words else ""
    lines = [one.lstrip(" \t>").rstrip() for one in body.splitlines()]
    if kind not in FENCES:
        codes.append(Code(body, line, kind.strip("{}.").lower()))
        return
    arguments = [one for one in lines if one]
    if first["marker"]:
        faults.append((line, Wrong(f"the fence {kind} on a line of its own", f"one behind {first['marker'].strip()}")))
    elif len(words) > 1:
        faults.append((line, Wrong(f"the name on the line below ```{kind}", f"```{first['info'].strip()}")))
    elif not arguments and kind in BARE:
        uses.append(Use(kind, "", line, True, start, end, first["indent"]))
    elif len(arguments) != 1:
        what = f"{len(arguments)} lines" if arguments else "none"
        faults.append((line, Wrong(f"one line with a name in the fence {kind}", what)))
    else:
        uses.append(Use(kind, arguments[0], line, True, start, end, first["indent"]))
