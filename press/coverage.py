"""Nothing on a page unchecked, nothing checked unseen: both read from the sources of the pages.

One way: a page's typed display maths, typed relations, typed decimals and typed code are faults (`typed`).
The other: a derivation, definition, quantity or claim that no page shows is one (`unseen`).

What may be typed: bare symbols; a setting, that is one free symbol beside a literal number (`$m = 1$`,
`$\\beta = 0.9$`, `$K \\ge 2$`), a list of them, or an index's range (`$i = 1, \\dots, m$`); whole numbers;
versions, and numbers of sections and equations behind their word; link targets and code spans that are code.
A symbol that has a definition is not free: `$Q = 0.825$` is a result. In a claim's reason and in an erratum an
expression without a relation is a fault too, but for the names of the site's factors, $1/m$, $1-\\beta$ and
$1-\\beta^t$. `python -m press.coverage` prints all faults.
"""

from __future__ import annotations

import hashlib
import html
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from press import store
from press.faults import Fault, Wrong
from press.scan import COMMANDS, Scan, Use, scan

DOCS = store.ROOT / "docs"

# ---- what a formula may be

_RELATION = re.compile(
    r"[=≈≤≥<>∝→←≠≪≫≡∼≃≅↦⇒⇔≜]|:="
    r"|\\(?:n?eq|ne|leq?|geq?|leqslant|geqslant|lt|gt|ll|gg|approx|propto|to|gets|rightarrow|leftarrow|Rightarrow"
    r"|Leftrightarrow|iff|implies|mapsto|longrightarrow|equiv|sim|simeq|coloneqq|prec|succ|triangleq|doteq|cong"
    r"|[lg]esssim|[lg]tr?sim|lesssim|asymp|models|char|symbol|unicode)(?![A-Za-z])"
)
_SCRIPT = r"(?:[_^](?:\{[^{}]*\}|\\[A-Za-z]+|[A-Za-z0-9*]))"
_DRESSED = r"\\(?:hat|bar|tilde|mathrm|mathcal|text|operatorname)\s*(?:\{[^{}]*\}|[A-Za-z])"
_SYMBOL = rf"(?:{_DRESSED}|\\[A-Za-z]+|[A-Za-z]){_SCRIPT}*'*"
_POWER = r"10\^(?:\{-?\d+\}|\d)"
_NUMBER = (
    rf"(?:[-+−]?\s*(?:\\[td]?frac\{{\d+\}}\{{\d+\}}|\\infty|∞|{_POWER}"
    rf"|\d[\d\s,]*(?:\.\d+)?(?:\s*\\(?:times|cdot)\s*{_POWER})?)(?:\s*/\s*\d+)?\s*(?:\\?%)?)"
)
_DOTS = r"(?:\\[lc]?dots|…)"
_LIST = rf"\\?\{{?\s*{_NUMBER}(?:\s*,\s*(?:{_NUMBER}|{_DOTS}))*(?:\s*,\s*(?:{_NUMBER}|[A-Za-z]))?\s*\\?\}}?"
_SETTING = re.compile(rf"\s*(?P<symbol>{_SYMBOL})\s*(?:{_RELATION.pattern})\s*(?:{_LIST})\s*")
_BETWEEN = re.compile(
    rf"\s*{_NUMBER}\s*(?:<|\\lt|\\leq?|≤)\s*(?P<symbol>{_SYMBOL})\s*(?:<|\\lt|\\leq?|≤)\s*{_NUMBER}\s*"
)
# What a claim’s reason may hold: a bare symbol, d and a symbol, a number, and the names of the site’s own factors.
_BARE = re.compile(rf"\s*(?:d?{_SYMBOL}|{_NUMBER}|1/m|1-\\beta(?:\^t)?)\s*")
_SUM_IN_SCRIPT = re.compile(r"\{[^{}]+[-+−/][^{}]*\}")
_DISPLAY_LEFT = re.compile(r"\\begin\{|\\\[|\$\$")

# ---- what prose may hold

_DECIMAL = re.compile(
    r"(?<![\w.,/-])[-−+]?(?:\d+(?:,\d{3})*\.\d+(?:[eE][-+−]?\d+)?|\d+[eE][-+−]?\d+|\.\d+|0,\d+"
    r"|\d+(?=\s?%|\sper\s?cent\b))(?:\s?%)?(?![\w]|\.\d)"
    r"|[¼½¾⅓⅔⅕⅛]|\b\d+(?:\^[-−]?\d+|⁻[⁰¹²³⁴-⁹]+)"
)
# Behind one of these a number with a point is a name, not a result.
_NAMED = re.compile(
    r"(?:\b(?:python|numpy|sympy|scipy|pytorch|torch|jax|keras|tensorflow|scikit-learn|katex|mkdocs|material|version|versions|v"
    r"|section|sections|chapter|figure|table|equation|eq\.|example|exercise|lecture|page|pages|arxiv:?|doi:?|cc|by|by-sa|licen[cs]e)"
    r"|§)\s*\(?$",
    re.IGNORECASE,
)
_SIGN = r"(?:[≈≤≥∝≠≃≅≜≡⇒⇔↦]|:=|==|!=|<=|>=)"
_GAP = r"[^\S\n]*\n?[^\S\n]*"  # a relation may run over the end of a line
_PROSE_RELATION = re.compile(
    rf"(?P<left>[^\s|(=≈≤≥∝≠<>:]+)(?:{_GAP}(?P<sign>{_SIGN}|=){_GAP}|[^\S\n]+(?P<less>[<>]){_GAP})(?P<right>[^\s|)=<>]+)"
)
_RELATION_CELL = re.compile(r"\|\s*\$?(?:[=≈≤≥∝≠<>]|\\[a-z]+)\$?\s*\|")
_VERDICT = re.compile(r"\b(?:proved for (?:all )?sizes|agrees to \d+ digits)\b", re.IGNORECASE)
_PLAIN_SYMBOL = re.compile(r"[^\W\d_](?:[₀-₉ᵢⱼₖₘₙᵗ]|_\w)*")
_PLAIN_NUMBER = re.compile(r"[-−]?\d[\d,.]*[\d%]?|∞")
# Targets, tags and attribute lists are not prose.
_NOT_PROSE = re.compile(
    r"\]\([^)\s]*(?:\s+\"[^\"]*\")?\)|\]\[[^\]]*\]|^\s*\[[^\]^][^\]]*\]:\s*\S+.*$|<https?://[^>]*>|https?://\S+|</?[A-Za-z][^>]*>|\{[:.#][^}]*\}",
    re.MULTILINE,
)
# But what a reader is told in them is: titles of links and pictures, and words for those who can't see them.
_TOLD = re.compile(
    r"\s(?:alt|title|aria-label)\s*=\s*(?:\"(?P<one>[^\"]*)\"|'(?P<two>[^']*)')|\s\"(?P<three>[^\"]*)\"\)$"
)
_BARE_NUMBER = re.compile(r"[-−+]?\d+(?:,\d{3})*\.\d+(?:[eE][-+]?\d+)?\s?%?")


def kind_of(use: Use) -> str:
    """The drawer of a use: a fence and a role of one name draw different things."""
    if use.block and use.kind == "claim":
        return "claim card"
    return "trust table" if use.block and use.kind == "trust" else use.kind


def heads() -> frozenset[str]:
    """LaTeX names, without indices, of all symbols that have a definition: their values are results."""

    def make() -> list[str]:
        from derivations import notation
        from derivations.calculus import label
        from press import components

        found: set[str] = set()
        for named in components.load().definitions.values():
            name = label(named.value.head)
            found.add(name)
            if name in notation.TABLE:
                row = notation.TABLE[name]
                found |= {re.sub(r"\{\d\}", "", row.latex), row.capital}
        return sorted(found - {""})

    try:
        return frozenset(store.kept("heads", make))
    except Wrong:
        return frozenset()  # the library does not load; whoever uses a name says so


def is_setting(tex: str, taken: frozenset[str]) -> bool:
    """One free symbol beside literal numbers, or an index's range."""
    found = _SETTING.fullmatch(tex) or _BETWEEN.fullmatch(tex)
    if not found:
        return False
    bare = re.sub(rf"(?:{_SCRIPT})+'*$", "", found["symbol"].strip())
    return bare not in taken and found["symbol"].strip() not in taken


def typed(found: Scan, file: str, taken: frozenset[str] | None = None) -> list[Fault]:
    """Faults of what a page types and should draw. `taken`: symbols with a definition, `heads()` unless given."""
    known = heads() if taken is None else taken
    faults: list[Fault] = []
    for one in found.formulas:
        if one.display:
            faults.append(
                Fault(file, one.line, "displayed maths from ```equation or ```derivation", f"typed {_short(one.tex)}")
            )
        elif _RELATION.search(one.tex):
            if not is_setting(one.tex, known):
                faults.append(
                    Fault(file, one.line, "a relation drawn by {eq}`NAME`, or a setting", f"typed ${_short(one.tex)}$")
                )
        elif _DECIMAL.search(one.tex):
            faults.append(Fault(file, one.line, "a number drawn by {num}`NAME:format`", f"typed ${_short(one.tex)}$"))
    for code in found.codes:
        if code.language is None:
            if _BARE_NUMBER.fullmatch(code.text):
                faults.append(Fault(file, code.line, "a number drawn by {num}`NAME:format`", f"typed `{code.text}`"))
        elif code.language not in COMMANDS:
            what = f"```{code.language}"
            faults.append(Fault(file, code.line, "code and output drawn by ```snippet", f"a typed fence {what}"))
    prose = html.unescape(_NOT_PROSE.sub(_told, found.prose))
    return faults + list(_prose(prose, found.first_line, file, known))


def _told(tag: re.Match[str]) -> str:
    """What a tag or a link tells a reader, with its lines kept."""
    words = [one["one"] or one["two"] or one["three"] or "" for one in _TOLD.finditer(tag[0])]
    return " ".join(["", *words, ""]).replace("\n", " ") + "\n" * tag[0].count("\n")


def _prose(text: str, first: int, file: str, known: frozenset[str]) -> Iterator[Fault]:
    for number, line in enumerate(text.split("\n"), first):
        # `$$` or `\[` that found no partner on the page.
        if _DISPLAY_LEFT.search(line):
            what = f"typed {_short(line.strip())}"
            yield Fault(file, number, "displayed maths from ```equation or ```derivation", what)
        for one in _DECIMAL.finditer(line):
            if not _NAMED.search(line[: one.start()]):
                yield Fault(file, number, "a number drawn by {num}`NAME:format`", f"typed {one[0]}")
        for one in _RELATION_CELL.finditer(line):
            yield Fault(file, number, "a relation drawn by {eq}`NAME`", f"typed {one[0]}")
        for one in _VERDICT.finditer(line):
            yield Fault(file, number, "a verdict drawn by {verdict}`NAME`", f"typed {one[0]}")
        if line.lstrip(" \t>").startswith(">>> ") or re.match(r"\s*>>> ", line):
            yield Fault(file, number, "code and output drawn by ```snippet", f"typed {_short(line.strip())}")
    for one in _PROSE_RELATION.finditer(text):
        left, right = one["left"].lstrip("(*_“!["), one["right"].strip(".,;:)*_”?")
        left, sign = left.rstrip("*_"), one["sign"] or one["less"]
        setting = _PLAIN_SYMBOL.fullmatch(left) and left not in known and _PLAIN_NUMBER.fullmatch(right)
        if not setting and re.search(r"\w", left) and re.search(r"\w", right):
            number = first + text.count("\n", 0, one.start("left"))
            yield Fault(file, number, "a relation drawn by {eq}`NAME`", f"typed {left} {sign} {right}")


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:57]}…"


# ---- the pages


@dataclass(frozen=True)
class Part:
    """A page's text, or one Markdown cell of a lab; `first_line` is its first line in the file."""

    text: str
    first_line: int


@dataclass(frozen=True)
class Page:
    """`path` under docs/, `file` as a fault names it."""

    path: str
    file: str
    parts: tuple[Part, ...]


_FRONT = re.compile(r"\A-{3}[ \t]*\n(?P<meta>.*?\n)(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_CELL = re.compile(r"^# %%(?P<rest>.*)$")


def markdown_cells(text: str) -> list[Part]:
    """The Markdown cells of a percent script, uncommented, each with the line of the script it begins at."""
    made: list[Part] = []
    lines = text.split("\n")
    starts = [n for n, line in enumerate(lines) if _CELL.match(line)] + [len(lines)]
    for start, end in pairwise(starts):
        found = _CELL.match(lines[start])
        if not found or "[markdown]" not in found["rest"]:
            continue
        body = lines[start + 1 : end]
        first = start + 2
        joined = "\n".join(body)
        quoted = re.match(r'\s*(?:r)?("""|\'\'\')(.*?)\1', joined, re.DOTALL)
        if quoted:
            first += joined[: quoted.start(2)].count("\n")
            made.append(Part(quoted[2], first))
        else:
            made.append(Part("\n".join(re.sub(r"^# ?", "", line) for line in body), first))
    return made


def pages(docs: Path | None = None) -> list[Page]:
    """All pages and labs, by path. Those of the site are read once a build."""
    return list(_site(DOCS) if docs is None else _pages(docs))


@store.once
def _site(docs: Path) -> list[Page]:
    return _pages(docs)


def _pages(root: Path) -> list[Page]:
    made = []
    for path in sorted(root.rglob("*.md")) + sorted(root.rglob("*.py")):
        text = path.read_text(encoding="utf-8-sig")
        relative = path.relative_to(root).as_posix()
        if path.suffix == ".py":
            parts = markdown_cells(text)
            if "# %%" not in text:
                continue
        else:
            front = _FRONT.match(text)
            above = front[0].count("\n") if front else 0
            parts = [Part(text[front.end() :] if front else text, above + 1)]
        made.append(Page(relative, f"{root.name}/{relative}", tuple(parts)))
    return made


def front_matter(path: Path, file: str, taken: frozenset[str]) -> list[Fault]:
    """Typed numbers and relations in a page's title and description, where no role can stand."""
    front = _FRONT.match(path.read_text(encoding="utf-8-sig"))
    made: list[Fault] = []
    if front:
        for number, line in enumerate(front["meta"].split("\n"), 2):
            made += _prose(re.sub(r"^\s*[\w-]+:(?=\s|$)", "", line), number, file, taken)
    return made


@dataclass
class Shown:
    """What the pages show: uses by page, and where each name stands."""

    where: dict[str, list[str]] = field(default_factory=dict)
    chains: dict[str, str] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    equations: int = 0
    unchecked: int = 0
    figures: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


def survey(docs: Path | None = None) -> Shown:
    """Reads all pages: typed faults, every use drawn (kept ones cost nothing), and what they show.

    What a page of the site gives is kept; what a page of another folder gives is not.
    """
    root = DOCS if docs is None else docs
    taken = heads()
    made = Shown()
    for page in pages(root):

        def read(page: Page = page) -> dict[str, Any]:
            return _read(page, root, taken)

        text = (root / page.path).read_bytes()
        key = hashlib.sha256(text).hexdigest()
        found = store.kept(key, read, of=f"shown {page.path}") if docs is None else read()
        made.faults += [Fault(*one) for one in found["faults"]]
        made.unchecked += found["unchecked"]
        made.equations += found["equations"]
        made.kinds.update(found["kinds"])
        made.figures.update(found["figures"])
        for name in found["where"]:
            made.where.setdefault(name, []).append(page.path)
        for name in found["chains"]:
            made.chains.setdefault(name, page.path)
    return made


def _read(page: Page, root: Path, taken: frozenset[str]) -> dict[str, Any]:
    """What one page gives to the survey, as lists and numbers."""
    from press import components

    faults = front_matter(root / page.path, page.file, taken) if page.path.endswith(".md") else []
    unchecked = equations = 0
    kinds: Counter[str] = Counter()
    figures: dict[str, None] = {}
    where: dict[str, None] = {}
    chains: dict[str, None] = {}
    for part in page.parts:
        found = scan(part.text, part.first_line)
        faults += [one.at(page.file, line) for line, one in found.faults]
        judged = typed(found, page.file, taken)
        faults += judged
        unchecked += sum("displayed maths" in one.expected or "relation" in one.expected for one in judged)
        for use in found.uses:
            kinds[kind_of(use)] += 1
            if use.kind in ("trust", "map"):
                continue  # drawn from this very survey
            if use.kind == "figure":
                figures[use.argument] = None
            try:
                piece = components.draw(kind_of(use), use.argument)
            except Wrong as fault:
                faults.append(fault.at(page.file, use.line))
                unchecked += kind_of(use) in ("derivation", "equation", "eq")
                continue
            equations += piece["equations"]
            where.update(dict.fromkeys(piece["shows"]))
            if use.kind == "derivation":
                chains[use.argument] = None
    return {
        "faults": [list(astuple(one)) for one in faults],
        "unchecked": unchecked,
        "equations": equations,
        "kinds": kinds,
        "figures": list(figures),
        "where": list(where),
        "chains": list(chains),
    }


def unseen(shown: Shown) -> list[Fault]:
    """Every derivation, definition, quantity, claim and figure that no page shows, at the line where it is made."""
    from press import components

    made = []
    try:
        known, figures = positions(), components.figure_names()
    except Wrong as fault:
        return [fault.at("derivations", 1)]
    for name, (kind, file, line) in known.items():
        if kind in ("rule", "given"):
            continue  # shown with the line that they license
        if kind == "derivation" and name not in shown.chains:
            made.append(Fault(file, line, f"a page with ```derivation {name}", "none"))
        elif kind != "derivation" and name not in shown.where:
            made.append(Fault(file, line, f"a page that shows the {kind} {name}", "none"))
    for name in sorted(figures - shown.figures):
        made.append(Fault("press/figures", 1, f"a page with ```figure {name}", "none"))
    return made


def spoken() -> list[Fault]:
    """Typed relations and decimals in the words of named values and of figures, which the components show.

    What a source says is paraphrased with its own numbers, so a claim's `says` is left alone; its
    `because` is ours. There, and in an erratum, no expression is typed either.
    """

    def make() -> list[tuple[str, int, str, str]]:
        from derivations.errata import ERRATA
        from press import components, figures, libraries, measured

        taken, places = heads(), positions()
        reasons = {*components.load().claims, *(one.name for one in ERRATA)}
        said: list[tuple[str, str]] = []
        for name, named in components.load().names.items():
            said += [(name, one) for one in _words_of(named.value)]
        said += [(name, one.says) for name, one in measured.load().items()]
        places |= {one.name: ("erratum", "derivations/errata.py", 1) for one in ERRATA}
        said += [(one.name, text) for one in ERRATA for text in (one.title, one.why, one.right)]
        topics = [one.name for one in iter_modules(figures.__path__) if one.ispkg]
        drawn = [one for topic in topics for one in import_module(f"press.figures.{topic}").FIGURES]
        places |= {one.name: ("figure", "press/figures", 1) for one in drawn}
        said += [(one.name, text) for one in drawn for text in (one.title, one.caption)]
        facts = libraries.load()
        places |= {name: ("fact", *libraries.position(one)) for name, one in facts.items()}
        said += [(name, one.says) for name, one in facts.items()]
        found: list[Fault] = []
        for name, text in said:
            _, file, line = places[name]
            one = scan(text, line)
            found += [fault.at(file, line) for _, fault in one.faults]
            judged = typed(one, file, taken)
            if name in reasons:
                judged += expressions(one, file)
            found += [Fault(f.page, line, f.expected, f"{f.was} in “{_short(text)}”") for f in judged]
        return [(one.page, one.line, one.expected, one.was) for one in sorted(set(found))]

    try:
        return [Fault(*one) for one in store.kept("spoken", make)]
    except Wrong:
        return []  # the library does not load; `unseen` says so


def expressions(found: Scan, file: str) -> list[Fault]:
    """Typed formulas without a relation, in a claim's reason: those with one are `typed`'s."""
    wanted = "the letter in words, or an expression drawn by {eq}`NAME`"
    return [
        Fault(file, one.line, wanted, f"typed ${_short(one.tex)}$")
        for one in found.formulas
        if not one.display and not _RELATION.search(one.tex)
        if not _BARE.fullmatch(one.tex) or _SUM_IN_SCRIPT.search(one.tex)
    ]


def _words_of(value: Any) -> list[str]:
    """The sentences of a value that are shown to a reader."""
    kind = type(value).__name__
    found = [value.because] if kind == "Claim" else [getattr(value, "says", ""), getattr(value, "title", "")]
    found.append(getattr(value, "words", ""))
    found += list(getattr(value, "equivalents", {}).values())
    for chain in [value.base, value.step] if kind == "Induction" else [value]:
        for step in getattr(chain, "steps", ()):
            found += [step.by.name, step.by.says, *(one.words for one in (*step.by.needs, *step.tight))]
        found += [one.words for one in getattr(chain, "given", ())] + [one.says for one in getattr(chain, "where", ())]
    return [one for one in dict.fromkeys(found) if isinstance(one, str) and one]


def positions() -> dict[str, tuple[str, str, int]]:
    """{name: (kind, file, line)} of every name that a page may use."""

    def make() -> dict[str, tuple[str, str, int]]:
        from press import components

        return components.positions()

    return {name: (kind, file, line) for name, (kind, file, line) in store.kept("positions", make).items()}


def faults(docs: Path | None = None) -> list[Fault]:
    """All faults of all pages, both ways."""
    shown = survey(docs)
    return sorted({*shown.faults, *unseen(shown), *spoken()})


def main() -> int:
    """Prints all faults; the exit status is 1 where there is one."""
    found = faults()
    for one in found:
        print(one)
    print(f"{len(found)} faults" if len(found) != 1 else "1 fault")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
