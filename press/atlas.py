"""The convention atlas: what the record of `make libraries` says, as tables by formula and as cards to paste.

The fence ```libraries holds the name of a table (`losses`, `optimizers` …), `fact NAME` for one fact,
`card LIBRARY` for one library's card, `cards`, `versions`, or `stumbles`: what people stumbled over, row by row, and
where that stands. Each number was returned by the library itself; beside
it stands what our snippet gives now. A record that does not speak for the facts as they stand is a fault.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from html import escape
from typing import Any

from press import libraries
from press.faults import Wrong, nearest
from press.libraries import TABLES, Fact

NAMES = {
    "torch": "PyTorch",
    "tensorflow-cpu": "TensorFlow",
    "keras": "Keras",
    "jax": "JAX",
    "optax": "Optax",
    "scikit-learn": "scikit-learn",
    "pandas": "pandas",
    "xgboost-cpu": "XGBoost",
    "lightgbm": "LightGBM",
}
DIGITS = 6
FEW = 4  # numbers beside what a fact says; more of them stand below


@cache
def _kept() -> tuple[dict[str, Fact], dict[str, Any]]:
    """All facts and the record that speaks for them. Raises Wrong where it does not."""
    facts, record = libraries.load(), libraries.read()
    wrong = libraries.faults(record, facts)
    if wrong:
        raise Wrong("a record of press/libraries that speaks for its facts", "; ".join(wrong[:2]))
    return facts, record


def counts() -> dict[str, int]:
    """For the trust report: how many facts the record holds, and how many of them held."""
    rows = libraries.read()["facts"].values()
    return {"facts": len(rows), "held": sum(bool(row["held"]) for row in rows)}


def draw(argument: str) -> dict[str, Any]:
    """What the fence ```libraries puts on a page."""
    kind, _, name = argument.partition(" ")
    if kind == "versions" and not name:
        return _piece(_versions())
    if kind == "stumbles" and not name:
        return _stumbles()
    if kind in TABLES and not name:
        return table(kind)
    if kind == "fact":
        facts, _ = _kept()
        if name not in facts:
            raise Wrong("the name of a fact", f"{name}{nearest(name, facts)}")
        return _group(facts[name].formula, [facts[name]])
    if kind == "cards" and not name:
        used = dict.fromkeys(one.library for one in _kept()[0].values())
        cards = "".join(_card(one) for one in NAMES if one in used)
        return _piece(f'<div class="om-cards">{cards}</div>')
    if kind == "card":
        return _piece(f'<div class="om-cards">{_card(name)}</div>')
    raise Wrong(f"one of {', '.join(TABLES)}, versions, cards, fact NAME, card LIBRARY", argument)


def _piece(html: str, ids: Iterable[str] = (), shows: Iterable[str] = (), equations: int = 0) -> dict[str, Any]:
    return {"html": html, "ids": list(ids), "shows": list(shows), "equations": equations}


# ---- tables


def table(name: str) -> dict[str, Any]:
    """All facts of a table, those of one formula together, in the order in which they are written."""
    facts = [one for one in _kept()[0].values() if one.table == name]
    if not facts:
        raise Wrong(f"facts in the table {name}", "none")
    groups = {formula: [one for one in facts if one.formula == formula] for formula in dict.fromkeys(map(_of, facts))}
    pieces = [_group(formula, some) for formula, some in groups.items()]
    return _piece(
        f'<div class="om-atlas" data-table="{name}">{"".join(one["html"] for one in pieces)}</div>',
        [anchor for one in pieces for anchor in one["ids"]],
        [shown for one in pieces for shown in one["shows"]],
        sum(one["equations"] for one in pieces),
    )


def _of(one: Fact) -> str:
    return one.formula


def _group(formula: str, facts: list[Fact]) -> dict[str, Any]:
    from press import components

    drawn = components.draw("eq", formula)
    # Displayed, but as an inline formula is: it wraps on a phone.
    shown = (
        f'<p class="om-atlas-formula" data-name="{formula}">{components.katex(components.equation_tex(formula))}</p>'
    )
    items = "".join(map(_fact, facts))
    ids = [f"fact-{one.name}" for one in facts]
    value = components.find(formula).value
    said = components.words(getattr(value, "title", "") or getattr(value, "says", ""))
    if said[:1].isascii() and not said[1:2].isupper():  # a capital ε is another letter, and dZ another name
        said = said[:1].upper() + said[1:]
    says = f'<p class="om-atlas-says">{said}</p>' if said else ""
    html = f'<div class="om-atlas-group">{says}{shown}<ul class="om-facts">{items}</ul></div>'
    return _piece(html, ids, drawn["shows"], drawn["equations"])


def _fact(one: Fact) -> str:
    from press import components

    record = _kept()[1]
    returned, ours = libraries.returned(record["facts"][one.name]), libraries.numbers(one.ours())
    version = record["versions"][one.library]
    many = " om-many" if len(returned) > FEW else ""
    told = f"<p>Run on {record['date']} with Python {record['python']}. {_precision(one)}</p>"
    threads = ", ".join(_thread(thread) for thread in one.threads)
    stumbled = f"<p>Where people stumbled: {threads}</p>" if threads else ""
    return (
        f'<li class="om-fact" id="fact-{one.name}"><p class="om-fact-head">'
        f"<b>{NAMES[one.library]}</b> {escape(version)} <code>{_breakable(_in_line(one.shown))}</code></p>"
        f"<p>{components.words(one.says)}</p>"
        f'<dl class="om-fact-numbers{many}"><div><dt>it returned</dt><dd>{_numbers(returned)}</dd></div>'
        f"<div><dt>our snippet gives</dt><dd>{_numbers(ours)}</dd></div></dl>"
        f'<details class="om-more"><summary>the run{" and the threads" if threads else ""}</summary>'
        f'<pre tabindex="0" aria-label="code of the run"><code>{escape(one.listing, quote=False)}</code></pre>'
        f"{told}{stumbled}</details></li>"
    )


def _in_line(code: str) -> str:
    """A call of several lines in one."""
    return re.sub(r"(?<=[([{]) | (?=[)\]}])", "", " ".join(code.split()))


def _breakable(code: str) -> str:
    """As HTML: a phone breaks it after an opening bracket, and a name only where it is longer than a line."""
    names = re.sub(
        r"[\w.]{44,}", lambda name: re.sub(r"(?<=[._])(?=[a-z])", "<wbr>", name[0]), escape(code, quote=False)
    )
    return re.sub(r"(?<=[(\[])(?![)\]])", "<wbr>", names)


def _numbers(values: list[float], plain: bool = False) -> str:
    """To DIGITS digits, without zeros at the end; `plain` without markup."""
    return ", ".join(_number(one, plain) for one in values)


def _number(one: float, plain: bool) -> str:
    from press.components import written

    if not math.isfinite(one):
        return "NaN" if math.isnan(one) else str(one)
    rounded = float(f"{one:.{DIGITS}g}")
    digits = next(many for many in range(1, DIGITS + 1) if float(f"{one:.{many}g}") == rounded)
    if 1 <= abs(rounded) < 10**DIGITS:
        digits = max(digits, len(str(int(abs(rounded)))))  # whole digits are written out
    return f"{one:.{digits}g}" if plain else written(Fraction(one), f".{digits}g")


def _precision(one: Fact) -> str:
    from press.components import written

    if one.precision == "exact":
        return "Both are the same whole number."
    bound = written(Fraction(str(libraries.TOLERANCES[one.precision])), ".0e")
    if one.precision == "solver":
        return f"Found by a solver: both are the same within {bound} of their size."
    return f"Computed in {one.precision}: both are the same within {bound} of their size."


def _thread(name: str) -> str:
    repository, _, number = name.partition("#")
    return f'<a href="https://github.com/{repository}/issues/{number}">{escape(name)}</a>'


# ---- what people stumbled over

# The page that shows the facts of a table.
HOMES = {
    "gradients": "one-over-m/deferred-or-absorbed.md",
    "losses": "sum-or-mean/library-conventions.md",
    "distributed": "sum-or-mean/accumulation.md",
    "epochs": "sum-or-mean/library-conventions.md",
    "penalties": "sum-or-mean/optimizer-conventions.md",
    "optimizers": "sum-or-mean/optimizer-conventions.md",
    "normalisation": "sum-or-mean/optimizer-conventions.md",
    "averages": "sum-or-mean/optimizer-conventions.md",
}


def _stumbles() -> dict[str, Any]:
    """Every row, with links to its facts and to its claims."""
    from press import components
    from press.libraries import stumbles

    facts, items = _kept()[0], []
    for row in stumbles.ROWS:
        unknown = [name for name in row.facts if name not in facts]
        if unknown:
            raise Wrong(f"facts in the row “{row.says}”", f"{unknown[0]}{nearest(unknown[0], facts)}")
        links = [f'<a href="om:{HOMES[facts[name].table]}#fact-{name}">{_title(name)}</a>' for name in row.facts]
        links += [str(components.draw("claim link", name)["html"]) for name in row.claims]
        items.append(f"<li>{components.words(row.says)}: {', '.join(links)}</li>")
    return _piece(f'<section class="om-stumbles"><ol>{"".join(items)}</ol></section>')


def _title(name: str) -> str:
    """A fact's name as words: `torch_one_example` is “torch one example”."""
    return name.replace("_", " ")


# ---- a card to paste into an issue


CARD = ("losses", "epochs", "distributed", "gradients", "penalties", "optimizers", "normalisation", "averages")


def _card(library: str) -> str:
    """One library's conventions as Markdown: what was run, what came, by which formula, what the letters mean."""
    from press import components

    facts, record = _kept()
    some = [one for one in facts.values() if one.library == library]
    if not some:
        raise Wrong("a library with facts", f"{library}{nearest(library, libraries.pins())}")
    version = record["versions"][library]
    lines = [f"**{NAMES[library]} {version}: what it divides by** (One over m, run on {record['date']})"]
    for table in sorted({one.table for one in some}, key=CARD.index):
        own = [one for one in some if one.table == table]
        lines += ["", f"**{table.capitalize()}**", ""]
        for one in own:
            returned = _numbers(libraries.returned(record["facts"][one.name]), plain=True)
            call = _in_line(one.shown)
            lines.append(f"- `{call}` returned {returned}. {one.says} ${components.equation_tex(one.formula)}$")
        lines += ["", f"Letters: {'; '.join(_letters(own))}."]
    text = escape("\n".join(lines), quote=False)
    return (
        f'<details class="om-card"><summary>{NAMES[library]} {escape(version)}</summary>'
        f'<div class="highlight"><button type="button" class="om-copy">copy</button>'
        f'<pre tabindex="0" aria-label="card of {NAMES[library]}"><code>{text}</code></pre></div></details>'
    )


def _letters(facts: Iterable[Fact]) -> list[str]:
    """What the letters of these facts' formulas mean, in the order of the notation table."""
    from sympy import MatrixSymbol, Symbol

    from derivations.calculus import Derivation
    from derivations.notation import TABLE
    from press import components

    seen: set[str] = set()
    for one in facts:
        value = components.find(one.formula).value
        sides = (value.start, value.end) if isinstance(value, Derivation) else (value.head, value.body)
        seen |= {str(letter) for side in sides for letter in side.atoms(Symbol, MatrixSymbol)}
    rows = [row for row in TABLE.values() if row.name in seen and row.kind != "index"]
    return [f"${components.symbol_tex(row)}$ {row.meaning}" for row in rows]


def _versions() -> str:
    record = _kept()[1]
    rows = "".join(
        f"<tr><td>{NAMES[library]}</td><td>{escape(version)}</td>"
        f"<td>{sum(one.library == library for one in _kept()[0].values())}</td></tr>"
        for library, version in record["versions"].items()
    )
    return (
        '<section class="om-scroll" tabindex="0" aria-label="libraries"><table class="om-trust"><thead><tr>'
        '<th scope="col">library</th><th scope="col">version</th><th scope="col">facts</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>"
    )
