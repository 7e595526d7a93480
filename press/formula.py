"""The markup of a formula as KaTeX writes it, with the same look and half the elements.

KaTeX builds each script and each fraction as a table of two rows, with a span around every sign. A long page had
10,000 such elements: to style and to lay them out was most of what a phone did before it could answer. `slim` sets

- a lone script as text raised by `vertical-align`;
- what stands above one another as one box (`om-v`), whose parts keep KaTeX's own distances;
- signs that differ in no style as one text;

and leaves every other element as it is. KaTeX lets a line end after every + and −, within brackets too: what stands in
brackets is one box (`om-g`), which goes onto the next line as a whole, and is cut only where it is wider than a line.
The rules of `om-v`, `om-s` and `om-g` stand beside KaTeX's, in `STYLE`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# The box's height above and depth below the baseline are its padding, and contained it has no baseline but its lower
# edge. Each part is a block without height; a strut of its own, taller than any sign, says where its baseline is.
STYLE = """
.katex .om-v{contain:layout;display:inline-block;height:0;text-align:left}
.katex .om-v>span{display:block;height:0;position:relative}
.katex .om-v>span:not(.om-tall)::before{content:"";display:inline-block;height:4em}
.katex .om-tall>.pstrut{display:inline-block}
.katex .om-b,.katex .om-g{display:inline-block}
.katex .om-s{line-height:0}
.katex .om-v.om-frac,.katex .katex-accent>.om-v,.katex .op-limits>.om-v,.katex .col-align-c>.om-v{text-align:center}
.katex .om-frac>span>.frac-line{border-bottom-style:solid;min-height:1px;width:100%}
.katex .om-f{margin:0 .12em}
.katex .col-align-l>.om-v{text-align:left}
.katex .col-align-r>.om-v{text-align:right}
.katex .mspace{display:inline}
.katex-mathml{white-space:nowrap}
.katex-mathml :not(annotation){display:inline}
"""

STRUT = 4.0  # em, of STYLE
SIZES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.44, 1.728, 2.074, 2.488)  # KaTeX's size1 to size11

# Classes that say what a sign is, and nothing of how it looks.
KINDS = {"mord", "mtight", "mopen", "mclose", "mrel", "mbin", "mpunct", "minner", "mop"}
# Classes of what may stand in a line; within a part, KaTeX sets anything else as a box, and so do we (om-b).
FLOWING = re.compile(
    r"mathnormal|math(?:rm|bf|cal|it|sf|bb)|amsrm|boldsymbol|text|katex-sizing|om-\w+|mspace|mfrac|op-.*"
)

_TOKEN = re.compile(r"<svg\b.*?</svg>|<(/?)(\w+)((?: [\w-]+=\"[^\"]*\")*)>|[^<]+", re.DOTALL)
_MATHML = re.compile(r"<[^>]*>|[^<]+")
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')


class OtherMarkup(ValueError):
    """KaTeX wrote what this module does not know."""


@dataclass
class Span:
    classes: list[str] = field(default_factory=list)
    style: dict[str, str] = field(default_factory=dict)
    inner: list[Span | str] = field(default_factory=list)

    def html(self) -> str:
        style = ";".join(f"{name}:{value}" for name, value in self.style.items())
        marks = (f' class="{" ".join(self.classes)}"' if self.classes else "") + (f' style="{style}"' if style else "")
        return f"<span{marks}>{_html(self.inner)}</span>"

    def is_a(self, mark: str) -> bool:
        return mark in self.classes


def slim(visible: str) -> str:
    """The visible half of a formula, without the span around it. Raises OtherMarkup where KaTeX has changed."""
    return _html(_slim(_in_groups(_read(visible))))


def slim_mathml(math: str) -> str:
    """MathML without the rows that hold one element."""
    made: list[list[str]] = [[]]  # of each element that is open: what it holds, and how many elements that are
    many = [0]
    for token in _MATHML.findall(math):
        if token.startswith("</"):
            inner, count = made.pop(), many.pop()
            lone = token == "</mrow>" and count == 1 and inner[0] == "<mrow>"
            made[-1] += inner[1:] if lone else [*inner, token]
            many[-1] += 1
        elif token.startswith("<") and not token.endswith("/>"):
            made.append([token])
            many.append(0)
        else:
            made[-1].append(token)
            many[-1] += token.startswith("<")
    if len(made) != 1:
        raise OtherMarkup(f"expected as many ends as beginnings, got …{math[-60:]!r}")
    return "".join(made[0])


def _html(nodes: list[Span | str]) -> str:
    return "".join(one if isinstance(one, str) else one.html() for one in nodes)


def _read(markup: str) -> list[Span | str]:
    top = Span()
    open_ = [top]
    end = 0
    for found in _TOKEN.finditer(markup):
        if found.start() != end:
            raise OtherMarkup(f"expected spans, text and drawings, got {markup[end : end + 60]!r}")
        end = found.end()
        if not found[2]:
            open_[-1].inner.append(found[0])
        elif found[2] != "span":
            raise OtherMarkup(f"expected spans, text and drawings, got {found[0]!r}")
        elif found[1]:
            open_.pop()
        else:
            said = dict(_ATTRIBUTE.findall(found[3]))
            made = Span(said.pop("class", "").split(), _style(said.pop("style", "")))
            if said:
                raise OtherMarkup(f"expected a class and a style, got {found[0]!r}")
            open_[-1].inner.append(made)
            open_.append(made)
    if end != len(markup) or len(open_) != 1:
        raise OtherMarkup(f"expected as many ends as beginnings, got …{markup[-60:]!r}")
    return top.inner


def _style(text: str) -> dict[str, str]:
    return dict(one.split(":", 1) for one in text.split(";") if one)


def _em(length: str) -> float:
    if not length.endswith("em"):
        raise OtherMarkup(f"expected a length in em, got {length!r}")
    return float(length.removesuffix("em"))


def _length(number: float) -> str:
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0") else text + "em"


def _in_groups(nodes: list[Span | str]) -> list[Span | str]:
    """The bases between which a bracket stands open in a box, and those of a bracket within it in a box in that."""
    bases: list[Span | str] = []
    depths: list[int] = []  # how many brackets are open behind each
    open_ = 0
    for one in nodes:
        for part in _factors(one, open_):
            bases.append(part)
            for each in part.inner if isinstance(part, Span) else ():
                open_ = max(0, open_ + _bracket(each))
            depths.append(open_)
    return nodes if open_ else _nested(bases, depths, 0)  # a bracket that is never closed: as KaTeX has it


def _bracket(sign: Span | str) -> int:
    """How many brackets it opens, less those that it closes. To KaTeX a factorial closes, too, and `((` is one sign."""
    if not isinstance(sign, Span) or not (sign.is_a("mopen") or sign.is_a("mclose")):
        return 0
    text = "".join(each for each in sign.inner if isinstance(each, str))
    count = len(text) - text.count("!") - text.count("?") if text else 1  # a tall one is a drawing
    return count if sign.is_a("mopen") else -count


def _factors(base: Span | str, open_: int) -> list[Span | str]:
    """A base in which a bracket closes and the next begins, as in (a + b)(c + d), as two; a comma may stand between.

    A tall bracket is one sign with all that stands in it: two of these in a row are two bases.
    """
    if not isinstance(base, Span):
        return [base]
    begun = open_ > 0
    closed = tall = False  # by the sign before
    for at, one in enumerate(base.inner):
        change = _bracket(one)
        if (begun and closed and change > 0) or (tall and _is_tall(one)):
            strut, *rest = base.inner
            first = Span(base.classes, base.style, [strut, *rest[: at - 1]])
            return [first, *_factors(Span(base.classes, base.style, [strut, *rest[at - 1 :]]), open_)]
        open_ += change
        if not (isinstance(one, Span) and (one.is_a("mspace") or one.is_a("mpunct"))):
            closed, tall = change < 0, _is_tall(one)
    return [base]


def _is_tall(sign: Span | str) -> bool:
    """What stands between \\left and \\right."""
    return isinstance(sign, Span) and sign.is_a("minner") and bool(sign.inner) and _bracket(sign.inner[0]) > 0


def _nested(bases: list[Span | str], depths: list[int], level: int) -> list[Span | str]:
    made: list[Span | str] = []
    start = 0
    while start < len(bases):
        end = start
        while depths[end] > level and end < len(bases) - 1:
            end += 1
        some = bases[start : end + 1]
        if len(some) == 1:
            made += some
        else:
            inner = _nested(some, depths[start : end + 1], level + 1)
            made += inner if len(inner) == 1 else [Span(["om-g"], {}, inner)]
        start = end + 1
    return made


def _slim(nodes: list[Span | str]) -> list[Span | str]:
    made: list[Span | str] = []
    for one in nodes:
        if isinstance(one, str):
            _add(made, one)
            continue
        if one.is_a("vlist-t"):
            one = _stack(one)
        elif not (one.is_a("delimsizing") and one.is_a("mult")):
            one.inner = _slim(one.inner)
        for each in _looks(one):
            _add(made, each)
    return _fractions(made)


def _add(made: list[Span | str], one: Span | str) -> None:
    """Append, to the same text where nothing in the style differs."""
    last = made[-1] if made else None
    if isinstance(one, str) and isinstance(last, str) and not one.startswith("<") and not last.startswith("<"):
        made[-1] = last + one
    else:
        made.append(one)


def _looks(one: Span) -> list[Span | str]:
    """The element, or what is in it where it changes nothing of how that looks."""
    if one.classes and not one.style and KINDS.issuperset(one.classes):
        return one.inner
    if one.classes == ["msupsub"] and len(one.inner) == 1 and isinstance(one.inner[0], Span):
        return [_script(one.inner[0])]
    if not KINDS.issuperset(one.classes):
        one.classes = [mark for mark in one.classes if mark not in KINDS]
    return [one]


def _stack(table: Span) -> Span:
    """KaTeX's table as one box."""
    rows = [row.inner for row in table.inner if isinstance(row, Span) and row.classes == ["vlist-r"]]
    cells = [[each for each in row if isinstance(each, Span) and each.classes == ["vlist"]] for row in rows]
    if not 1 <= len(rows) == len(table.inner) <= 2 or any(len(one) != 1 for one in cells):
        raise OtherMarkup(f"expected a table of one or two rows, got {table.html()[:200]!r}")
    height, depth = (max(0.0, _em(cell[0].style["height"])) for cell in (cells[0], cells[-1]))
    depth = depth if len(rows) == 2 else 0.0
    made = Span(["om-v"], {"padding": f"{_length(height)} 0 {_length(depth)}"})
    if depth:
        made.style["vertical-align"] = _length(-depth)
    for part in cells[0][0].inner:
        if not isinstance(part, Span):
            raise OtherMarkup(f"expected parts of a stack, got {part!r}")
        made.inner.append(_part(part))
    return made


def _part(part: Span) -> Span:
    strut, *rest = part.inner
    if not isinstance(strut, Span) or strut.classes != ["pstrut"]:
        raise OtherMarkup(f"expected a strut first, got {part.html()[:200]!r}")
    tall = _em(strut.style["height"])
    if tall > STRUT:
        part.classes.append("om-tall")
    else:
        part.style["top"] = _length(_em(part.style["top"]) + tall - STRUT)
    part.style = {name: value for name, value in part.style.items() if _em(value) or name == "top"}
    # KaTeX gives each part one more span around its signs, or none of a class
    inner: list[Span | str] = []
    for one in rest:
        inner += one.inner if isinstance(one, Span) and not one.classes and not one.style else [one]
    inner = _slim(inner)
    for one in inner:
        if isinstance(one, Span) and not any(FLOWING.fullmatch(mark) for mark in one.classes):
            one.classes.append("om-b")
    part.inner = [strut, *inner] if tall > STRUT else inner
    return part


def _script(box: Span) -> Span:
    """A lone script as raised text; two stay a box."""
    if len(box.inner) != 1 or not isinstance(part := box.inner[0], Span) or part.classes:
        return box
    if len(part.inner) != 1 or not isinstance(text := part.inner[0], Span) or not text.is_a("katex-sizing"):
        return box
    if re.search(r'class="[rlc]lap"', text.html()):  # what overlaps is set from the top of its line, which has to stay
        return box
    sizes = [int(mark.rpartition("size")[2]) for mark in text.classes if re.fullmatch(r"(?:reset-)?size\d+", mark)]
    if len(sizes) != 2 or text.style or not part.style.keys() <= {"top", "margin-left", "margin-right"}:
        return box
    ratio = SIZES[sizes[1] - 1] / SIZES[sizes[0] - 1]
    style = {"vertical-align": _length(-(_em(part.style["top"]) + STRUT) / ratio)}
    for side in ("margin-left", "margin-right"):
        if side in part.style and (width := _length(_em(part.style[side]) / ratio)) != "0":
            style[side] = width
    return Span([*text.classes, "om-s"], style, text.inner)


def _fractions(nodes: list[Span | str]) -> list[Span | str]:
    """A fraction is its stack; the delimiters that are not there are its margins."""
    made: list[Span | str] = []
    for one in nodes:
        if isinstance(one, Span) and one.classes == ["mfrac"] and len(one.inner) == 1:
            box = one.inner[0]
            if isinstance(box, Span) and box.classes == ["om-v"]:
                one = Span(["om-v", "om-frac"], box.style, box.inner)
        made.append(one)
    at = 1
    while at < len(made) - 1:
        before, one, after = made[at - 1 : at + 2]
        none = [isinstance(each, Span) and each.classes == ["nulldelimiter"] for each in (before, after)]
        if all(none) and isinstance(one, Span) and one.is_a("om-frac"):
            one.classes.append("om-f")
            made[at - 1 : at + 2] = [one]
        at += 1
    return made
