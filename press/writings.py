"""Two tables of the notation page: how each text writes a symbol, and letters that mean several things."""

from __future__ import annotations

from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from derivations.written import Letter, Meaning, Written

    Addresses = dict[tuple[str, int], str]


def draw(argument: str) -> dict[str, Any]:
    """`written` or `letters`."""
    html, ids = _written() if argument == "written" else _letters()
    return {"html": html, "ids": ids, "shows": [], "equations": 0}


def _table(label: str, heads: list[str], rows: str) -> str:
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    table = f'<table class="om-trust om-notation"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<section class="om-scroll" tabindex="0" aria-label="{label}">{table}</section>'


def _written() -> tuple[str, list[str]]:
    """A row for each symbol that a text uses, in the table's order; a column for each text."""
    from derivations.notation import TABLE
    from derivations.sources import TEXTS
    from derivations.written import WRITTEN
    from press import components, ledger

    writing = partial(_writing, ledger.addresses())
    keys = [text.key for text in TEXTS if any(one.source == text.key for one in WRITTEN)]
    rows = []
    for name in sorted({one.symbol for one in WRITTEN}, key=[*TABLE].index):
        row = TABLE[name]
        cells = [components.symbol(row), f"<code>{escape(row.code or name)}</code>", components.words(row.meaning)]
        for key in keys:
            cells.append("; ".join(writing(one) for one in WRITTEN if (one.symbol, one.source) == (name, key)))
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    heads = ["here", "in code", "what it is", *keys]
    return _table("how each source writes it", heads, "".join(rows)), []


def _writing(addresses: Addresses, one: Written) -> str:
    from press import components

    shown = f"<code>{escape(one.tex, quote=False)}</code>" if one.code else components.inline(one.tex)
    return f"{shown} <small>{_place(addresses, one.source, one.place)}</small>"


def _place(addresses: Addresses, source: str, place: str) -> str:
    """Each part of a place, such as L5–7, as a link to its first line in the ledger."""
    from derivations.sources import lines_of

    return ", ".join(f'<a href="om:{addresses[source, lines_of(part)[0]]}">{part}</a>' for part in place.split(", "))


def _letters() -> tuple[str, list[str]]:
    """A table with a part for each letter, and an anchor for each part."""
    from derivations.written import LETTERS
    from press import components, ledger

    rows, meaning = [], partial(_meaning, ledger.addresses())
    for letter in LETTERS:
        many = f' rowspan="{len(letter.meanings)}"'
        first = f'<td id="{_anchor(letter)}"{many}>{components.inline(letter.tex)}</td>'
        lines = [f"<tr>{'' if n else first}{meaning(one)}</tr>" for n, one in enumerate(letter.meanings)]
        rows.append("".join(lines))
    heads = ["letter", "where", "what it means there", "here"]
    return _table("letters that mean several things", heads, "".join(rows)), [_anchor(one) for one in LETTERS]


def _anchor(letter: Letter) -> str:
    return f"letter-{letter.name}"


def _meaning(addresses: Addresses, one: Meaning) -> str:
    from derivations.notation import TABLE
    from press import components

    place = _place(addresses, one.source, one.place)
    here = components.symbol(TABLE[one.symbol]) if one.symbol else ""
    return f"<td>{one.source}, {place}</td><td>{components.words(one.means)}</td><td>{here}</td>"
