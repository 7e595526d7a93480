"""Values to HTML: a derivation, an equation, a number, a verdict, a claim, a snippet's section, and three tables.

`draw(kind, argument)` is the only entrance. Its HTML is the same on every page: links to pages are
written `om:page.md#anchor` and made relative by who knows the page. What cannot be drawn raises
`faults.Wrong`. SymPy is imported only when something has to be drawn anew.
"""

from __future__ import annotations

import ast
import contextlib
import io
import re
import textwrap
import types
import warnings
from collections.abc import Iterable, Mapping
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press import permanent, store
from press.faults import Wrong, nearest

if TYPE_CHECKING:
    from derivations.calculus import Claim, Definition, Derivation, Given, Induction, Rule
    from derivations.check import LinkReport, Report
    from derivations.library import Library, Named

ROOT = store.ROOT
HOW = "how-it-is-checked.md"
QUESTIONS = "questions.md"
LEDGER = "claims/{page}.md"  # a page for each source, by the letters and digits that its claims begin with
# A source with more claims than a page may weigh has a page for each part, named beside the part's first line.
PARTS = {
    "S3": ((1, "s3-quality"), (305, "s3-loss"), (444, "s3-descent")),
    "S4": ((1, "s4-averages"), (125, "s4-optimizers"), (257, "s4-batch-normalisation"), (323, "s4-softmax")),
}
GOOD = ("proved", "small", "agrees")
SHORT = {"proved": "proved", "small": "small sizes", "agrees": "50 digits", "refuted": "refuted", "unknown": "unknown"}
RULINGS = {
    "TRUE": "true",
    "CONDITIONAL": "conditional",
    "FALSE": "false",
    "MISLEADING": "misleading",
    "OPEN": "open",
    "OPINION": "opinion",
    "ANSWERED": "answered",
}
REWRITES = {
    "strict": "The rule was run on this line and gave the next one as written.",
    "loose": "The rule was run on this line and gave the next one once both were put in normal form.",
    "reason only": "This rule can't be run: the line is checked, the reason is reviewed.",
    "fails": "The rule was run and gave another line.",
}


# ---- the doors to the other trees (tests put planted values behind them)


def load() -> Library:
    """All named values. Raises Wrong for a doubled name, and for a module that does not import."""
    try:
        from derivations import library

        return library.load()
    except Exception as fault:
        if type(fault).__name__ == "DoubledName":
            raise Wrong("one value of a name", str(fault)) from None
        raise Wrong("derivations/ to import", f"{type(fault).__name__}: {fault}") from fault


def warm() -> None:
    """All verdicts and rulings at once, on all cores, where they are not kept: a page asks for them one by one."""

    def make() -> bool:
        from derivations import cache

        kinds = ("Derivation", "Induction", "Claim")
        for _ in cache.many((one for one in load().names.values() if type(one.value).__name__ in kinds), mutate=True):
            pass
        return True

    with contextlib.suppress(Exception):  # whatever fails, fails again where a page asks for it, with its line
        store.kept("warm", make)


def positions() -> dict[str, tuple[str, str, int]]:
    """{name: (kind, file, line)} of all named values, exact and measured. Raises Wrong for a doubled name."""
    from press import measured

    named = load().names
    try:
        runs = measured.load()
    except ValueError as fault:
        raise Wrong("one value of a name", str(fault)) from None
    found: dict[str, tuple[str, str, int]] = {}
    for name, one in named.items():
        kind = {"Induction": "derivation"}.get(type(one.value).__name__, type(one.value).__name__.lower())
        found[name] = (kind, f"{one.module.replace('.', '/')}.py", one.line)
    for name in runs:
        if name in found:
            raise Wrong("one value of a name", f"{name}, a measured quantity and a {found[name][0]} ({found[name][1]})")
        file, line = measured.position(name)
        found[name] = ("measured", file, line)
    return found


def names() -> dict[str, str]:
    """Every name that a page may use, with its kind: derivation, definition, quantity, measured, claim, rule, given."""

    def make() -> dict[str, str]:
        return {name: kind for name, (kind, _, _) in positions().items()}

    return dict(store.kept("names", make))


def figure_names() -> set[str]:
    """The names of all figures. Raises Wrong where they do not load."""

    def make() -> list[str]:
        try:
            from press import figures

            return sorted(figures.names())
        except Exception as fault:
            raise Wrong("press/figures to load", f"{type(fault).__name__}: {fault}") from fault

    return set(store.kept("figures", make))


def find(name: str) -> Named:
    known = load().names
    if name not in known:
        raise Wrong("a name of the library", f"{name}{nearest(name, names())}")
    return known[name]


def report(name: str) -> Report:
    from derivations import check

    return check.report(name, mutate=True)


def ruling(name: str) -> Any:
    from derivations import check

    return check.ruling(name)


def value(name: str) -> Any:
    """The exact or measured value of a quantity: a Fraction or a 70-digit mpf."""
    if names().get(name) == "measured":
        from press import measured

        return measured.load()[name].value()
    from derivations import check

    return check.value(name)


def katex(tex: str, display: bool = False) -> str:
    """Display style either way: a sum's limits stand above and below, as in a displayed equation."""
    from press.katex import render

    return render(tex if display else rf"\displaystyle {tex}", display)


def inline(tex: str) -> str:
    from press.katex import render

    return render(tex)


# ---- the entrance


def draw(kind: str, argument: str) -> dict[str, Any]:
    """{"html": …, "ids": anchors, "shows": names, "equations": how many} of one use. Raises Wrong, and nothing else."""
    try:
        if kind in ("trust", "trust table"):
            from press import trust  # drawn from the pages as well, so it is never kept

            return trust.number(argument) if kind == "trust" else trust.table(argument)
        if kind == "architecture":
            from press import architecture  # it shows the tests as well

            return architecture.draw(argument)
        if kind == "map":
            from press import map as results  # it shows which page shows what

            return results.draw(argument)
        if kind == "takeaway":
            from press import takeaway  # it lists the pages

            return takeaway.table()
        return dict(store.kept(f"{kind} {argument}", lambda: _DRAWERS[kind](argument)))
    except Wrong:
        raise
    except Exception as fault:  # whatever it is, the build goes on to the next fault and then fails
        raise Wrong(f"{kind} {argument} to be drawn", f"{type(fault).__name__}: {fault}") from fault


def _piece(html: str, ids: Iterable[str] = (), shows: Iterable[str] = (), equations: int = 0) -> dict[str, Any]:
    return {"html": html, "ids": list(ids), "shows": list(shows), "equations": equations}


def _figure(name: str) -> dict[str, Any]:
    known = figure_names()
    if name not in known:
        raise Wrong("the name of a figure", f"{name}{nearest(name, known)}")
    from press import figures

    html = figures.figure_html(name)
    return _piece(html, re.findall(r'\sid="([^"]+)"', html), (name,))


# ---- words


_INLINE = re.compile(r"\{(?P<role>eq|num|claim)\}`(?P<name>[^`]+)`|`(?P<code>[^`]+)`|\$(?P<tex>[^$]+)\$")


def words(text: str) -> str:
    """A sentence from a value (`says`, `because`, a rule's name) as HTML: $tex$, `code` and the inline roles."""
    made, at = [], 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[at : found.start()], quote=False))
        if found["role"]:
            made.append(str(draw(found["role"], found["name"])["html"]))
        elif found["code"]:
            made.append(f"<code>{escape(found['code'], quote=False)}</code>")
        else:
            made.append(inline(found["tex"]))
        at = found.end()
    made.append(escape(text[at:], quote=False))
    return "".join(made)


def plain(text: str) -> str:
    """The same for an attribute: no markup."""
    return escape(re.sub(r"[`$]|\{(?:eq|num|claim)\}", "", text))


def highlight(code: str, language: str = "python") -> str:
    """Code as Material shows it, by the same class that its fences use."""
    from markdown import Markdown
    from pymdownx.highlight import Highlight

    shown = Highlight(Markdown(), pygments_lang_class=True)
    return str(shown.highlight(code.strip("\n") + "\n", language, css_class="highlight")).strip()


# ---- verdicts


def kind_of(verdict: Any) -> str:
    """The word of the HTML contract: proved, small, agrees, refuted or unknown."""
    return str(verdict.name).lower()


def badge(verdict: Any, short: bool = True) -> str:
    kind = kind_of(verdict)
    text = SHORT[kind] if short else str(verdict.value)
    return f'<span class="om-verdict" data-verdict="{kind}" title="{escape(str(verdict.value))}">{escape(text)}</span>'


def _split(argument: str) -> tuple[str, int | None]:
    name, colon, number = argument.partition(":")
    if colon and not number.isdigit():
        raise Wrong("a name, or a name and the number of a line (NAME:2)", argument)
    return name, int(number) if colon else None


def _verdict(argument: str) -> dict[str, Any]:
    """A verdict; with `NAME:title` for a derivation, what it is about too, as a link to where it stands."""
    if argument.endswith(":title"):
        name = argument.removesuffix(":title")
        verdict = _verdict(name)["html"]
        if names().get(name) != "derivation":
            raise Wrong("the name of a derivation before :title", name)
        address = permanent.path(name).removesuffix("index.html")
        title = words(find(name).value.title)
        return _piece(f'<a href="om:{address}">{title}</a> {verdict}')
    name, number = _split(argument)
    named = find(name)
    kind = names().get(name, "")
    if kind == "claim":
        return _piece(_ruling_badge(ruling(name)))
    if kind != "derivation":
        raise Wrong("the name of a derivation or a claim", f"{name}, a {type(named.value).__name__}")
    found = _good(name)
    if number is None:
        return _piece(badge(found.verdict, short=False))
    return _piece(badge(_link(found, name, number).verdict, short=False))


def _ruling_badge(found: Any) -> str:
    return (
        f'<span class="om-ruling" data-ruling="{RULINGS[found.ruling.name]}">{escape(str(found.ruling.value))}</span>'
    )


def _good(name: str) -> Report:
    """The report of a derivation that holds. Raises Wrong with the first link that does not."""
    found = report(name)
    kind = kind_of(found.verdict)
    if kind in GOOD and not found.problems:
        return found
    told = [one.removeprefix(f"{name}: ") for one in found.problems]
    for link in found.links:
        if kind_of(link.verdict) not in GOOD and not found.problems:
            told.append(f"line {link.number} is {link.verdict.value}: {_why(link)}")
    more = f"; and {len(told) - 2} more (python -m derivations check {name} --mutate)" if len(told) > 2 else ""
    raise Wrong(f"the derivation {name} to hold", ("; ".join(told[:2]) or str(found.verdict.value)) + more)


def _why(link: LinkReport) -> str:
    if link.counterexample:
        found = link.counterexample
        return f"{found.left} against {found.right} at {_at(found)}"
    return link.digits.detail or link.proof.detail or "no reason given"


def _at(found: Any) -> str:
    told = [f"{name} = {number}" for name, number in _pairs(found.sizes)] + [
        f"{name} = {number}" for name, number in _pairs(found.values)
    ]
    return ", ".join(told)


def _pairs(mapping: Any) -> list[tuple[str, str]]:
    items = mapping.items() if isinstance(mapping, Mapping) else mapping
    return [(str(name), str(number)) for name, number in items]


def _link(found: Report, name: str, number: int) -> LinkReport:
    for link in found.links:
        if link.number == number:
            return link
    raise Wrong(f"a line of {name}, 1 to {len(found.links)}", str(number))


# ---- equations


def _relation_of(chain: Derivation, name: str) -> Any:
    """What the ends of a chain stand to each other in. Raises Wrong where the chain turns round."""
    from derivations.calculus import Relation

    seen = {step.relation for step in chain.steps}
    down, up = {Relation.LE, Relation.LT}, {Relation.GE, Relation.GT}
    rest = seen - {Relation.EQ}
    if not rest:
        return Relation.EQ
    if rest == {Relation.APPROX}:
        return Relation.APPROX
    if rest <= down:
        return Relation.LT if Relation.LT in rest else Relation.LE
    if rest <= up:
        return Relation.GT if Relation.GT in rest else Relation.GE
    raise Wrong("a chain whose ends can be compared", f"{name}, with {', '.join(sorted(seen))}")


def equation_tex(argument: str) -> str:
    """LaTeX of what a name states: the ends of a chain, one of its links, a definition, a hypothesis."""
    from derivations import tex
    from derivations.calculus import Claim, Definition, Derivation, Given, Induction, Rule

    name, number = _split(argument)
    one = find(name).value
    if number is not None and not isinstance(one, Derivation | Induction):
        raise Wrong("a derivation, where a line's number is given", f"{name}, a {type(one).__name__}")
    if isinstance(one, Derivation):
        found = _good(name)
        if number is None:
            return f"{tex.tex(one.start)} {tex.relation(_relation_of(one, name))} {tex.tex(one.end)}"
        _link(found, name, number)
        link = one.links[number - 1]
        return f"{tex.tex(link.above)} {tex.relation(link.step.relation)} {tex.tex(link.below)}"
    if isinstance(one, Induction):
        found = _good(name)
        if number is None:
            return tex.tex(one.claim)
        _link(found, name, number)
        link = (one.base.links + one.step.links)[number - 1]
        return f"{tex.tex(link.above)} {tex.relation(link.step.relation)} {tex.tex(link.below)}"
    if isinstance(one, Definition):
        if not _is_used(one):
            raise Wrong(
                "a definition that a derivation, a quantity, a claim or a fact uses", f"{name}, which none does"
            )
        return tex.tex(one)
    if isinstance(one, Given):
        return tex.tex(one)
    if isinstance(one, Rule) and not isinstance(one.says, str):
        return tex.tex(one.says)
    if isinstance(one, Claim):
        found_ruling = ruling(name)
        if one.stated is None or RULINGS[found_ruling.ruling.name] != "true":
            raise Wrong("an equation that holds (a claim is shown by its card)", f"{name}, {found_ruling.ruling.value}")
        return tex.tex(one.stated)
    raise Wrong("the name of an equation", f"{name}, a {type(one).__name__}")


def _is_used(one: Definition) -> bool:
    """A definition is checked through what opens it, or against a library that turned out to compute it."""
    from press import libraries

    known = load().names
    if any(one in getattr(named.value, "where", ()) for named in known.values()):
        return True
    return any(fact.formula in known and known[fact.formula].value is one for fact in libraries.load().values())


def _equation(argument: str) -> dict[str, Any]:
    html = katex(equation_tex(argument), display=True)
    name = argument.partition(":")[0]
    return _piece(f'<div class="om-eq-display" data-name="{escape(argument)}">{html}</div>', (), (name,), 1)


def _eq(argument: str) -> dict[str, Any]:
    html = inline(equation_tex(argument))
    name = argument.partition(":")[0]
    return _piece(f'<span class="om-eq" data-name="{escape(argument)}">{html}</span>', (), (name,), 1)


# ---- numbers


def decimal(number: Any) -> Decimal:
    """To 50 digits, rounded once."""
    with localcontext(Context(prec=50)):
        if isinstance(number, Fraction | int):
            exact = Fraction(number)
            return Decimal(exact.numerator) / Decimal(exact.denominator)
        import mpmath

        return Decimal(mpmath.nstr(number, 50, strip_zeros=False))


def written(number: Any, spec: str) -> str:
    """A number in a Python format (`.3f`, `.1%`, `,d`, `.2e`), or `/` for a fraction, as HTML text.

    A minus is a minus and not a hyphen; 1.5e-08 is written 1.5 × 10⁻⁸. Raises Wrong for a format
    that Python does not know, and for a number that is not whole where none is given.
    """
    whole = isinstance(number, int) or (isinstance(number, Fraction) and number.denominator == 1)
    if spec == "/":
        if not isinstance(number, Fraction | int):
            raise Wrong("a number that is a fraction, for the format /", "a number that is none")
        text = str(Fraction(number))
    elif spec == "" or spec.endswith("d"):
        if not whole:
            raise Wrong("a format such as .3f for a number that is not whole", spec or "none")
        text = _formatted(int(number), spec)
    else:
        shown = re.search(r"\.(\d+)", spec)
        if shown and int(shown[1]) > 40:
            raise Wrong("a format of at most 40 digits", spec)
        text = _formatted(decimal(number), spec)
    text = text.replace("-", "−")
    power = re.fullmatch(r"(.*?)[eE]([+−]?)0*(\d+)", text)
    if power:
        sign = "−" if power[2] == "−" else ""
        return f"{power[1]} × 10<sup>{sign}{power[3]}</sup>"
    return text.removesuffix("%") + "\u202f%" if text.endswith("%") else text


def _formatted(number: Any, spec: str) -> str:
    try:
        return format(number, spec)
    except ValueError:
        raise Wrong("a Python format such as .3f or .1%", spec) from None


def _num(argument: str) -> dict[str, Any]:
    name, _, spec = argument.partition(":")
    kind = names().get(name)
    if kind == "measured":
        from press import measured

        one = measured.load()[name]
        said = f"{one.says}; measured by running {one.ran}"
    else:
        named = find(name)
        if kind != "quantity":
            raise Wrong("the name of a quantity", f"{name}, a {type(named.value).__name__}")
        said = named.value.says
    text = written(value(name), spec)
    return _piece(f'<span class="om-num" data-name="{escape(name)}" title="{plain(said)}">{text}</span>', (), (name,))


# ---- derivations


def _given(one: Given) -> str:
    from derivations import tex

    meaning = f" ({words(one.words)})" if one.words else ""
    return f"{inline(tex.tex(one))}{meaning}"


def _rule(rule: Rule, link: LinkReport) -> str:
    from derivations import tex

    says = words(rule.says) if isinstance(rule.says, str) else inline(tex.tex(rule.says))
    needs = "".join(f"<li>{_given(one)}</li>" for one in rule.needs)
    return (
        f"<details><summary>{words(rule.name)}</summary>"
        f'<div class="om-rule-says"><p>{says}</p>'
        + (f"<p>It needs</p><ul>{needs}</ul>" if needs else "")
        + f"<p>{REWRITES[link.rewrite]}</p></div></details>"
    )


def _lines(name: str, chain: Derivation, links: Iterable[LinkReport], first_number: int = 1) -> str:
    from derivations import tex

    made = []
    for position, (link, found) in enumerate(zip(chain.links, links, strict=True)):
        left = katex(tex.tex(link.above)) if position == 0 else ""
        step = link.step
        made.append(
            f'<li class="om-line" id="{name}-{first_number + position}">'
            f'<span class="om-left">{left}</span>'
            f'<span class="om-rel">{inline(tex.relation(step.relation))}</span>'
            f'<span class="om-right">{katex(tex.tex(step.expr))}</span>'
            f'<div class="om-rule">{_rule(step.by, found)}</div>'
            f"{badge(found.verdict)}</li>"
        )
    return f'<ol class="om-lines">{"".join(made)}</ol>'


def _derivation(name: str) -> dict[str, Any]:
    from derivations.calculus import Derivation, Induction

    named = find(name)
    one = named.value
    if not isinstance(one, Derivation | Induction):
        raise Wrong("the name of a derivation", f"{name}, a {type(one).__name__}")
    found = _good(name)
    kind = kind_of(found.verdict)
    if isinstance(one, Derivation):
        body = _lines(name, one, found.links)
        chains: tuple[Derivation, ...] = (one,)
    else:
        body, chains = _induction(name, one, found), (one.base, one.step)
    html = (
        f'<figure class="om-derivation" id="{name}" data-verdict="{kind}">{body}'
        f"{_more(name, one, chains, found)}<figcaption>{_caption(one, found)}{_permanent(name)}</figcaption></figure>"
    )
    defined = _named_definitions(chains)
    shows = [name, *defined]
    ids = [name, *(f"{name}-{link.number}" for link in found.links)]
    ids += [anchor for anchor in (permanent.in_where(name, other) for other in defined) if f'id="{anchor}"' in html]
    return _piece(html, ids, shows, len(found.links))


def _induction(name: str, one: Induction, found: Report) -> str:
    from derivations import tex

    base, step = len(one.base.links), len(one.step.links)
    if len(found.links) != base + step:
        raise Wrong(f"a report of {base + step} lines for {name}", f"{len(found.links)}")
    claim = katex(tex.tex(one.claim), display=True)
    first = inline(f"{tex.tex(one.on)} = {one.first}")
    again = inline(rf"{tex.tex(one.on)} - 1")
    return (
        f'<p class="om-part">To show, by induction on {inline(tex.tex(one.on))}:</p>'
        f'<div class="om-eq-display" data-name="{name}">{claim}</div>'
        f'<p class="om-part">It holds at {first}:</p>{_lines(name, one.base, found.links[:base])}'
        f'<p class="om-part">If it holds at {again}, then it holds at the next:</p>'
        f"{_lines(name, one.step, found.links[base:], base + 1)}"
    )


def _named_definitions(chains: Iterable[Derivation]) -> list[str]:
    """Names under which the library knows the definitions that a chain's `where` shows."""
    shown = [one for chain in chains for one in chain.where]
    return [name for name, named in load().definitions.items() if any(named.value is one for one in shown)]


def _definition(one: Definition, chain: str) -> str:
    """One abbreviation in the small print of a derivation; with an anchor, where the library knows it by a name."""
    from derivations import tex

    name = next((name for name, named in load().definitions.items() if named.value is one), "")
    mark = f' id="{permanent.in_where(chain, name)}"' if name else ""
    said = f", {words(one.says)}" if one.says else ""
    return f"<li{mark}>{inline(tex.tex(one))}{said}</li>"


def _permanent(name: str) -> str:
    """The quiet link to the address that a derivation keeps when its page moves."""
    title = "Permanent link to this derivation"
    address = permanent.path(name).removesuffix("index.html")
    return f'\N{NO-BREAK SPACE}<a class="om-permanent" href="om:{address}" title="{title}">#</a>'


def _section(title: str, body: str) -> str:
    return f'<section class="om-part"><p class="om-part-title">{title}</p>{body}</section>' if body else ""


def _more(name: str, one: Derivation | Induction, chains: tuple[Derivation, ...], found: Report) -> str:
    meanings = {item.label: item for chain in chains for item in chain.where}
    given = {str(item.says): item for chain in chains for item in chain.given}
    needed = {str(item.says): item for chain in chains for step in chain.steps for item in step.by.needs}
    tight = [
        words(item.words) if item.words else _given(item)
        for chain in chains
        for step in chain.steps
        for item in step.tight
    ]
    parts = [
        _section("Where", _list(_definition(item, name) for item in meanings.values())),
        _section("Given", _list(f"<li>{_given(item)}</li>" for item in given.values())),
        _section(
            "Needed by a rule on the way", _list(f"<li>{_given(n)}</li>" for s, n in needed.items() if s not in given)
        ),
        _section(
            "Both sides are equal, for example, where", _list(f"<li>{item}</li>" for item in dict.fromkeys(tight))
        ),
        _section("Range", _list(_domains(chains))),
        _section("How each line was checked", _list(_checked(link, chains) for link in found.links)),
        _section("Slips", _slips(found, chains)),
    ]
    from press.sympy_source import source

    code = highlight(source(name, one), "text")  # folded, and in colours a seventh of all elements of a page
    copy = f'<button type="button" class="om-copy">copy as SymPy</button>{code}'
    parts.append(f'<section class="om-part om-sympy"><p class="om-part-title">As SymPy</p>{copy}</section>')
    return f'<details class="om-more"><summary>What it rests on</summary>{"".join(parts)}</details>'


def _list(items: Iterable[str]) -> str:
    made = "".join(items)
    return f"<ul>{made}</ul>" if made else ""


def _domains(chains: Iterable[Derivation]) -> list[str]:
    from derivations import tex

    made: dict[str, str] = {}
    for chain in chains:
        for symbol, (low, high) in chain.domain.items():
            name = tex.tex(symbol)
            if getattr(symbol, "is_integer", False):
                made[name] = rf"{name} = {tex.tex(low)}, \dots, {tex.tex(high)}"
            else:
                lower = "" if low is None else f"{tex.tex(low)} < "
                made[name] = f"{lower}{name}" + ("" if high is None else f" < {tex.tex(high)}")
    return [f"<li>{inline(one)}</li>" for one in made.values()]


def _checked(link: LinkReport, chains: tuple[Derivation, ...]) -> str:
    """One line's verdict, how the symbols closed it and at how many points the digits agree, in a student's words."""
    told = str(link.verdict.value)
    opened, _, how = link.proof.detail.partition("; ")
    if how:
        said = {one.label: one.says or one.label for chain in chains for one in chain.where}
        labels = opened.removeprefix("opened ").split(", ") if opened.startswith("opened ") else []
        means = [said.get(name, name) for name in labels]
        written_out = f"With {_and(means)} written out, " if means else ""
        told += f". {written_out}{how}" if means else f". {how[0].upper()}{how[1:]}"
    elif link.proof.detail:
        told += f" ({link.proof.detail})"
    points = re.fullmatch(r"(\d+) points(?:, (\d+) tight)?", link.digits.detail)
    if points:
        told += f". Worked out in digits it holds at {points[1]} random points"
        told += f", and both sides are equal at {points[2]} where they should be" if points[2] else ""
    elif link.digits.detail:
        told += f". Digits: {link.digits.detail}"
    return f"<li>Line {link.number}: {words(told)}.</li>"


def _and(items: list[str]) -> str:
    """“a, b and c”."""
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _slips(found: Report, chains: tuple[Derivation, ...]) -> str:
    """How many slips were planted and refuted, those that the chain can't see, and the harmless ones as an exercise."""
    scores = [link.mutants for link in found.links] + ([found.claim] if found.claim else [])
    made, killed = sum(one.made for one in scores), sum(one.killed for one in scores)
    if not made:
        return ""
    told = f"<p>{made:,} slips were planted in its lines; {killed:,} were refuted.</p>"
    planted = sum(score.made for _, score in found.definitions)
    left = sum(len(score.survived) for _, score in found.definitions)
    if planted:
        told += f"<p>{planted:,} more were planted in the definitions; the chain refutes {planted - left:,}."
        if left:
            told += " It can't see the others, because both ends share the definition: the snippet's tests have to."
        told += "</p>"
    same = [one for score in scores for one in score.equivalent]
    if same:
        told += f"<p>{_count(len(same), 'slip changes', 'slips change')} nothing. Why? Think first, then open.</p>"
        told += _list(
            f"<li><details><summary>{_slip(what, chains)}</summary><p>{words(reason)}</p></details></li>"
            for what, reason in same
        )
    return told


def _slip(description: str, chains: tuple[Derivation, ...]) -> str:
    """A slip by its description: what was done, and the line that it makes, set as maths."""
    from derivations import check, tex

    for chain in chains:
        for number, slip in check.line_slips(chain):
            if description == f"line {number}: {slip.description}":
                where = "First line" if number == 0 else f"Line {number}"
                return f"{where}, {words(slip.what)}: {katex(tex.tex(slip.line))}"
    return words(description)


def _count(number: int, one: str, many: str) -> str:
    return f"One {one}" if number == 1 else f"{number} {many}"


def _of_all(lines: int, verdict: str) -> str:
    """One verdict for every line, as a sentence: the verdict is a participle ("proved …") or a verb ("agrees …")."""
    who = {1: "It", 2: "Both lines"}.get(lines, f"All {lines} lines")
    first, _, rest = verdict.partition(" ")
    if first == "agrees":
        return f"{who} {'agrees' if lines == 1 else 'agree'} {rest}."
    return f"{who} {'is' if lines == 1 else 'are'} {verdict}."


def _caption(one: Derivation | Induction, found: Report) -> str:
    from collections import Counter

    title = f"<strong>{words(one.title).removesuffix('.')}.</strong> " if one.title else ""
    counts = Counter(link.verdict for link in found.links)
    if len(counts) == 1:
        told = _of_all(len(found.links), found.links[0].verdict.value)
    else:
        told = "Lines: " + ", ".join(f"{many} {verdict.value}" for verdict, many in sorted(counts.items())) + "."
    source = f" Source: {escape(str(one.source), quote=False)}." if one.source else ""
    return f'{title}{escape(told, quote=False)}{source} <a href="om:{HOW}">How it is checked</a>'


# ---- claims


def ledger(claim: str) -> str:
    """The page that judges the claims of this one's source, or of the part of it where this one's line is."""
    source = claim.split("-", 1)[0]
    parts = PARTS.get(source, ((1, source.lower()),))
    return LEDGER.format(page=[page for first, page in parts if first <= max(1, line(claim))][-1])


def line(claim: str) -> int:
    """The first line of its source that a claim stands on; 0 where it is not a line."""
    found = re.match(r"L(\d+)", find(claim).value.source.place)
    return int(found[1]) if found else 0


def _claim_link(argument: str) -> dict[str, Any]:
    named = find(argument)
    if names().get(argument) != "claim":
        raise Wrong("the id of a claim", f"{argument}, a {type(named.value).__name__}")
    found = ruling(argument)
    kind = RULINGS[found.ruling.name]
    html = (
        f'<a class="om-claim-link" data-ruling="{kind}" href="om:{ledger(argument)}#{argument}">{escape(argument)}</a>'
    )
    return _piece(html)


def _claim(argument: str) -> dict[str, Any]:
    return _piece(*_card(argument, anchor=False))


def _card(name: str, anchor: bool) -> tuple[str, list[str], list[str], int]:
    """One claim: what the source says, the verdict, where it fails, what is true instead, where it is shown."""
    from derivations import smallest
    from derivations.calculus import Claim

    one = find(name).value
    if not isinstance(one, Claim):
        raise Wrong("the id of a claim", f"{name}, a {type(one).__name__}")
    found = ruling(name)
    if found.problems:
        raise Wrong(f"the claim {name} to be judged", "; ".join(found.problems))
    kind = RULINGS[found.ruling.name]
    parts = [
        f'<p class="om-claim-head"><a class="om-claim-id" href="om:{ledger(name)}#{name}">{escape(name)}</a> '
        f"<cite>{escape(str(one.source), quote=False)}</cite> {_ruling_badge(found)}</p>",
        f'<p class="om-claim-says">{words(one.says)}</p>',
    ]
    if one.stated is not None:
        stated = katex(_stated(one), display=True)
        parts.append(f'<div class="om-claim-stated" data-ruling="{kind}">{stated}</div>')
    if one.given:
        parts.append(f"<p>Given</p>{_list(f'<li>{_given(given)}</li>' for given in one.given)}")
    if one.conditions:
        parts.append(f"<p>It holds where</p>{_list(f'<li>{_given(given)}</li>' for given in one.conditions)}")
    if one.at and found.counterexample is None:
        parts.append(_tried(one))
    if found.counterexample is not None:  # a point without any pattern; a reader is shown one to work out by hand
        by_hand = smallest.of(one) or found.counterexample
        parts.append(_counterexample(by_hand, one.places, elsewhere=bool(one.conditions)))
    if one.because:
        parts.append(f'<p class="om-claim-because">{words(one.because)}</p>')
    rests, shows, equations = [], [], 0
    for other in one.rests_on:
        rests.append(f"<li>{_rests(other)}</li>")
        shows.append(other)
        equations += 1
    if rests:
        parts.append(f'<div class="om-claim-instead"><p>What was found</p><ul>{"".join(rests)}</ul></div>')
    how = (
        "Computed: a check of the stated formula."
        if found.computed
        else "A reasoned verdict: there is no formula to check."
    )
    link = f' <a href="om:{one.page}">Where it is shown</a>' if one.page else ""
    if one.kind.name == "QUESTION":  # each has its heading there, under its own id: a test holds it
        link += (
            f'{" ·" * bool(link)} <a href="om:{QUESTIONS}#q-{name.lower()}">The question, in the words of a learner</a>'
        )
    parts.append(f'<p class="om-claim-foot">{how}{link}</p>')
    mark = f' id="{escape(name)}"' if anchor else ""
    html = (
        f'<aside class="om-claim" data-ruling="{kind}"{mark} aria-label="Claim {escape(name)}">{"".join(parts)}</aside>'
    )
    return html, [name] if anchor else [], [name, *(shows if not anchor else [])], 0 if anchor else equations


def _rests(name: str) -> str:
    """A result that a claim's verdict rests on: a number as a number, everything else as an equation."""
    kind = names().get(name)
    if kind in ("quantity", "measured"):
        if kind == "measured":
            from press import measured

            said = measured.load()[name].says
        else:
            said = find(name).value.says
        number = value(name)
        whole = isinstance(number, int) or (isinstance(number, Fraction) and number.denominator == 1)
        return f"{words(said)}: {draw('num', name if whole else f'{name}:.5g')['html']}"
    if kind == "claim":
        return str(draw("claim link", name)["html"])
    title = getattr(find(name).value, "title", "")  # it says under what the equation holds
    return f"{words(title)}: {draw('eq', name)['html']}" if title else str(draw("eq", name)["html"])


def _stated(one: Claim) -> str:
    """What the source states; a printed decimal as it was printed."""
    from derivations import tex

    assert one.stated is not None
    if one.places is None or not one.stated.rhs.is_Rational:
        return str(tex.tex(one.stated))
    return f"{tex.tex(one.stated.lhs)} {tex.relation(one.stated)} {_printed(one.stated.rhs, one.places)}"


def _printed(number: Any, places: int) -> str:
    return written(Fraction(str(number)), f".{places}f").replace("−", "-")


_FEW = 6


def _counterexample(found: Any, places: int | None = None, elsewhere: bool = False) -> str:
    """Where it fails (`elsewhere`: outside its conditions), and both sides there; many values are folded away."""
    where, folded = _where(found)
    fails = "Elsewhere it can fail, as" if elsewhere and where else "It fails"
    told = f"{fails}{where and ' at '}{where}: {escape(_sides(found, places), quote=False)}"
    return f'<p class="om-counterexample">{told}</p>{folded}'


def _tried(one: Claim) -> str:
    """The numbers at which a claim about numbers holds: without them its formula says something else."""
    from derivations import check

    found = check.where_it_was_tried(one)
    where, folded = _where(found)
    return f"<p>At {where or 'the values below'}: {escape(_sides(found, one.places), quote=False)}</p>{folded}"


def _where(found: Any) -> tuple[str, str]:
    """Sizes and numbers, and many numbers in a fold of their own."""
    sizes, values = _pairs(found.sizes), _pairs(found.values)
    if len(values) <= _FEW:
        return _named_values(sizes + values), ""
    fold = f'<details class="om-more"><summary>The values there</summary><p>{_named_values(values)}</p></details>'
    return _named_values(sizes), fold


def _sides(found: Any, places: int | None) -> str:
    left, right = found.left, found.right
    if places is not None:  # the source rounds, so decimals can be compared by eye
        left = written(Fraction(left), ".12g") if "/" in left else left
        right = _printed(right, places) if re.fullmatch(r"-?\d+(/\d+)?", right) else right
    if _same(left, right):
        return f"both sides are {_minus(min(left, right, key=lambda one: '/' in one))}."
    return f"the left side is {_minus(left)}, the right side is {_minus(right)}."


def _same(left: str, right: str) -> bool:
    try:
        return Fraction(left) == Fraction(right)
    except ValueError:
        return left == right


def _named_values(values: Iterable[tuple[str, str]]) -> str:
    """“p⁽¹⁾ = 0.7, K = 3”: names as the notation table sets them."""
    from derivations import tex
    from derivations.notation import TABLE

    told = []
    for name, number in values:
        base, _, indices = name.removesuffix("]").partition("[")
        row = TABLE.get(base)
        if row is None:
            told.append(f"{escape(name)} = {_minus(number)}")
            continue
        entry = row.symbol[tuple(int(one) for one in indices.split(","))] if indices else row.symbol
        told.append(f"{inline(tex.tex(entry))} = {_minus(number)}")
    return ", ".join(f'<span class="om-typed">{one}</span>' for one in told)


def _minus(number: str) -> str:
    return re.sub(r"^-", "−", number)


def _claims(argument: str) -> dict[str, Any]:
    """`S3 false`: all claims of one page of the ledger with one ruling; `S3` for all of them, `S3 links` for links."""
    source, _, wanted = argument.partition(" ")
    wanted = wanted.strip()
    if wanted and wanted not in (*RULINGS.values(), "links"):
        raise Wrong(f"one of the rulings {', '.join(RULINGS.values())}, or links", wanted)
    page = LEDGER.format(page=source.lower())
    known = [name for name, kind in names().items() if kind == "claim" and ledger(name) == page]
    known.sort(key=lambda name: (line(name), name))
    if source in PARTS:
        raise Wrong(f"a part of {source}: {', '.join(part for _, part in PARTS[source])}", source)
    if not known and not any(source.lower() == part for parts in PARTS.values() for _, part in parts):
        raise Wrong("a source with claims", source)
    if wanted == "links":  # with the anchors that the cards had before the source was cut into parts
        links = "".join(f'<li id="{escape(name)}">{_claim_link(name)["html"]}</li>' for name in known)
        return _piece(f'<div class="om-claim-links"><ul>{links}</ul></div>', known)
    ids, shows, cards = [], [], []
    for name in known:
        if wanted and RULINGS[ruling(name).ruling.name] != wanted:
            continue
        html, anchors, shown, _ = _card(name, anchor=True)
        cards.append(html)
        ids += anchors
        shows += shown
    if not cards:
        return _piece('<p class="om-none">None.</p>')
    return _piece(f'<div class="om-claims">{"".join(cards)}</div>', ids, shows)


# ---- snippets


def section(text: str, name: str) -> str | None:
    """What stands between the markers of a named section, without the markers of sections inside it."""
    found = re.search(
        rf"^[ \t]*# --8<-- \[start:{re.escape(name)}\][ \t]*\n(.*?)^[ \t]*# --8<-- \[end:{re.escape(name)}\]",
        text,
        re.DOTALL | re.MULTILINE,
    )
    if not found:
        return None
    return re.sub(r"^[ \t]*# --8<-- \[.*\][ \t]*\n", "", found[1], flags=re.MULTILINE)


def sections(text: str) -> list[str]:
    return [name for name in re.findall(r"# --8<-- \[start:([\w-]+)\]", text) if not name.endswith("-example")]


def run_example(path: Path, function: str) -> str:
    """What a function of the file prints. Anything that it warns of or raises is raised as Wrong."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    module = types.ModuleType(f"snippet_{path.stem}")
    module.__file__ = str(path)
    out = io.StringIO()
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(out):
            warnings.simplefilter("error")
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
            getattr(module, function)()
    except Exception as fault:
        raise Wrong(f"{shown} to run {function}()", f"{type(fault).__name__}: {fault}") from fault
    return out.getvalue()


def _snippet(argument: str) -> dict[str, Any]:
    stem, colon, name = argument.partition(":")
    path = ROOT / "snippets" / f"{stem}.py"
    if not colon or not name:
        raise Wrong("a file and a section, such as quality/geometric_mean:q_mean", argument)
    if not path.is_file() or ".." in stem:
        known = [str(one.relative_to(ROOT / "snippets").with_suffix("")) for one in (ROOT / "snippets").rglob("*.py")]
        raise Wrong("a file of snippets/", f"{stem}{nearest(stem, known)}")
    text = path.read_text(encoding="utf-8")
    code = section(text, name)
    if code is None:
        raise Wrong(
            f"a section of snippets/{stem}.py", f"{name}{nearest(name, sections(text)) or _all(sections(text))}"
        )
    example = section(text, f"{name}-example")
    function = f"example_{name}"
    if example is None:
        raise Wrong(f"a section {name}-example in snippets/{stem}.py", "none")
    if function not in {one.name for one in ast.parse(text).body if isinstance(one, ast.FunctionDef)}:
        raise Wrong(f"a function {function} in snippets/{stem}.py", "none")
    shown = _body(example, function)
    printed = run_example(path, function)
    if not printed.strip():
        raise Wrong(f"{function}() of snippets/{stem}.py to print something", "nothing")
    html = (
        f'<div class="om-snippet" data-snippet="{escape(argument)}">{highlight(textwrap.dedent(code))}'
        f'<div class="om-example">{highlight(shown)}</div>'
        f'<pre class="om-output" tabindex="0" aria-label="what it printed">'
        f"<samp>{escape(printed.rstrip(), quote=False)}</samp></pre>"
        f'<p class="om-download"><a href="om:snippets/{stem}.py" download>{path.name}</a></p></div>'
    )
    return _piece(html, (), (argument,))


def _all(known: list[str]) -> str:
    return f" (it has {', '.join(known)})" if known else " (it has none)"


def _body(example: str, function: str) -> str:
    """The example's lines as a reader would type them: the `def` and its docstring left out."""
    lines = textwrap.dedent(example).splitlines(keepends=True)
    tree = ast.parse("".join(lines))
    found = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == function), None)
    if found is None:  # the markers stand inside the function
        return "".join(lines)
    body = found.body
    if (
        isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
        and isinstance(body[0].value.value, str)
    ):
        body = body[1:]
    return textwrap.dedent("".join(lines[body[0].lineno - 1 : found.end_lineno]))


# ---- the notation page


INFINITE = (r"-\infty", r"\infty")
_KINDS = ("size", "index", "number", "array", "abbreviation")


def _notation(argument: str) -> dict[str, Any]:
    """The rows of the notation table, or those of one kind; a column that says nothing is left out."""
    from derivations import notation

    load()  # topics enter their own symbols when they are imported
    if argument in ("written", "letters"):
        from press import writings

        return writings.draw(argument)
    if argument and argument not in _KINDS:
        raise Wrong(f"one of {', '.join(_KINDS)}, written or letters", argument)
    rows = [row for row in notation.TABLE.values() if argument in ("", row.kind)]
    if not rows:
        return _piece('<p class="om-none">None.</p>')
    cells = [_cells(row) for row in rows]
    heads = [head for head in cells[0] if any(one[head] for one in cells)]
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{one[head]}</td>" for head in heads) + "</tr>" for one in cells)
    table = f'<table class="om-trust om-notation"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    label = f"notation: {argument}" if argument else "notation"
    return _piece(f'<section class="om-scroll" tabindex="0" aria-label="{label}">{table}</section>')


def _cells(row: Any) -> dict[str, str]:
    """One symbol: how it is set, its name in the code, what it is, its shape, the range it is drawn from."""
    from derivations import tex

    shape = r" \times ".join(tex.tex(one) for one in row.shape)
    low, high = ("" if one is None else tex.tex(one) for one in (row.low, row.high))
    domain = ""
    if row.kind in ("number", "array"):
        ends = f"({low or INFINITE[0]}, {high or INFINITE[1]})"
        domain = inline(ends) if low or high else "any"
    return {
        "symbol": symbol(row),
        "in code": f"<code>{escape(row.code or row.name)}</code>",
        "what it is": words(row.meaning),
        "shape": inline(shape) if shape else "",
        "range": domain,
    }


def symbol(row: Any) -> str:
    """A symbol of the notation table as its page sets it, as HTML."""
    return inline(symbol_tex(row))


def symbol_tex(row: Any) -> str:
    """An array with its indices where the printer can set one, else its bare LaTeX."""
    from derivations import notation, tex

    if row.kind == "array":
        by_role = {"class": notation.k, "example": notation.i, "feature": notation.d}
        roles = row.roles or ("class",) * len(row.shape)
        indices = tuple(by_role.get(role, notation.j) for role in roles)
        return str(tex.tex(row.symbol[indices]))
    return str(row.latex)


def _libraries(argument: str) -> dict[str, Any]:
    from press import atlas

    return atlas.draw(argument)


def _bench(argument: str) -> dict[str, Any]:
    from press import bench

    return bench.draw(argument)


def _ledger_lines(argument: str) -> dict[str, Any]:
    from press import ledger

    return ledger.draw(argument)


def _errata(argument: str) -> dict[str, Any]:
    from press import errata

    return errata.draw(argument)


def _gallery(argument: str) -> dict[str, Any]:
    from press import gallery

    return gallery.draw(argument)


_DRAWERS = {
    "figure": _figure,
    "derivation": _derivation,
    "equation": _equation,
    "eq": _eq,
    "num": _num,
    "verdict": _verdict,
    "claim": _claim_link,
    "claim card": _claim,
    "claim link": _claim_link,
    "claims": _claims,
    "snippet": _snippet,
    "notation": _notation,
    "libraries": _libraries,
    "bench": _bench,
    "lines": _ledger_lines,
    "errata": _errata,
    "gallery": _gallery,
}
