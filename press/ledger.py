"""The ledger as a whole: every line of every source, with the claims that judge it or the reason why none does.

The fence ```lines holds a source (`S3`, or `GH` for the threads), `filter` for the controls of assets/lines.js, or
`counts` for a table of what there is. Plain words only: a page with every line of five texts has no room for formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from press import components
from press.faults import Wrong, nearest

LINES = "claims/lines.md"
SILENT = "silent"
VERDICTS = {  # in a reader's words, worst first; the values are those of `data-ruling`
    "false": "false",
    "misleading": "misleading",
    "conditional": "true with conditions",
    "true": "true",
    "open": "cannot be checked",
    "opinion": "opinion",
    "answered": "question, answered",
    SILENT: "nothing to judge",
}
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "lambda": "λ", "varepsilon": "ε", "epsilon": "ε", "theta": "θ"}
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def draw(argument: str) -> dict[str, Any]:
    """What the fence ```lines puts on a page."""
    if argument == "filter":
        return _piece(_filter())
    if argument == "counts":
        return _piece(_counts())
    known = [one.key for one in _texts()] + ["GH"]
    if argument not in known:
        raise Wrong(
            f"filter, counts, or one of the sources {', '.join(known)}", f"{argument}{nearest(argument, known)}"
        )
    rows = _threads() if argument == "GH" else _rows(argument)
    items = "".join(html for _, html in rows)
    html = f'<div><ol class="om-ledger" data-source="{argument}">{items}</ol></div>'
    return _piece(html, [anchor for anchor, _ in rows])


def _piece(html: str, ids: Iterable[str] = ()) -> dict[str, Any]:
    return {"html": html, "ids": list(ids), "shows": [], "equations": 0}


def _texts() -> tuple[Any, ...]:
    from derivations import sources

    return sources.TEXTS


@cache
def _claims() -> dict[str, Any]:
    return {name: one.value for name, one in components.load().claims.items()}


def _account(text: Any) -> Any:
    from derivations import sources

    try:
        found = sources.account(text, _claims())
    except ValueError as fault:
        raise Wrong("silent lines that are lines", str(fault)) from None
    if found.problems:
        raise Wrong(f"every line of {text.key} to be judged or silent", "; ".join(found.problems))
    return found


# ---- the rows


def _rows(key: str) -> list[tuple[str, str]]:
    """(anchor, HTML) of each run of lines on which the same claims stand, or none for one reason."""
    (text,) = (one for one in _texts() if one.key == key)
    made, said = [], set[str]()
    for what, lines in _runs(text):
        place = f"L{lines[0]}" if len(lines) == 1 else f"L{lines[0]}–{lines[-1]}"
        anchor = f"{key}-L{lines[0]}"
        if isinstance(what, str):
            body = f"<p>{escape(what[:1].upper() + what[1:], quote=False)}.</p>"
        else:
            body = "".join(_told(name, again=name in said) for name in what)
            said.update(what)
        made.append((anchor, _row(anchor, place, body, lines, silent=isinstance(what, str))))
    return [*_about_the_whole(text), *made]


def _runs(text: Any) -> list[tuple[Any, list[int]]]:
    """Lines in a row of which the same is told: the names of claims, or the reason why there is none."""
    found = _account(text)
    told = groupby(range(1, text.lines + 1), lambda n: found.judged.get(n) or found.silent[n])
    return [(what, list(run)) for what, run in told]


def addresses() -> dict[tuple[str, int], str]:
    """{(source, line): where the ledger has that line}."""
    return {
        (text.key, line): f"{LINES}#{text.key}-L{lines[0]}"
        for text in _texts()
        for _, lines in _runs(text)
        for line in lines
    }


def _about_the_whole(text: Any) -> list[tuple[str, str]]:
    from derivations.sources import WHOLE

    names = [name for name, one in _claims().items() if one.source.name == text.name and one.source.place == WHOLE]
    if not names:
        return []
    anchor = f"{text.key}-all"
    return [(anchor, _row(anchor, "all of it", "".join(map(_told, sorted(names)))))]


def _threads() -> list[tuple[str, str]]:
    """One row for each claim of a thread: they have no lines, but a repository and a number."""
    made = []
    for name in sorted(name for name in _claims() if name.startswith("GH-")):
        source = escape(str(_claims()[name].source), quote=False)
        made.append((name, _row(name, "", _told(name).replace("</p>", f" <cite>{source}</cite></p>"))))
    return made


def _row(anchor: str, place: str, body: str, lines: list[int] | None = None, silent: bool = False) -> str:
    range_ = f' data-first="{lines[0]}" data-last="{lines[-1]}"' if lines else ""
    quiet = " data-silent" if silent else ""
    link = f'<a class="om-place" href="#{anchor}">{place}</a>' if place else ""
    return f'<li id="{anchor}"{range_}{quiet}>{link}{body}</li>'


def _told(name: str, again: bool = False) -> str:
    """One claim in a row: its link, verdict and kind, and what it says where its first line stands."""
    one = _claims()[name]
    ruling = components.ruling(name).ruling
    kind = components.RULINGS[ruling.name]
    link = f'<a href="om:{components.ledger(name)}#{name}">{name}</a>'
    badge = f'<span class="om-ruling" data-ruling="{kind}">{escape(str(ruling.value))}</span>'
    if again:
        return f'<p data-claim="{name}">{link} {badge} goes on</p>'
    return f'<p data-claim="{name}" data-kind="{one.kind}">{link} {badge} <small>{one.kind}</small> {_plain(one)}</p>'


def _plain(claim: Any) -> str:
    """What a claim says without a formula. Raises Wrong for one that can't be said in plain letters."""

    def letters(found: re.Match[str]) -> str:
        text = re.sub(r"\\([a-z]+)", lambda one: _GREEK.get(one[1], one[0]), found[1])
        text = re.sub(r"_\{?(\d+)\}?", lambda one: one[1].translate(_LOW), text)
        return f"${text}$" if re.search(r"[\\{}_^]", text) else text

    said = re.sub(r"\$([^$]+)\$", letters, claim.says)
    if re.search(r"[\\$]|\{\w+\}`", said):
        raise Wrong(f"{claim.id} to say it in plain letters", claim.says)
    return escape(said, quote=False)


# ---- the controls and the counts


def _filter() -> str:
    sources = {one.key: f"{one.key}: {one.name}" for one in _texts()} | {"GH": "GH: public threads"}
    kinds = {str(kind): str(kind) for kind in dict.fromkeys(one.kind for one in _claims().values())}
    choices = "".join(
        f'<label>{name}<select name="{name}" autocomplete="off"><option value="">all</option>'
        + "".join(f'<option value="{escape(value)}">{escape(told)}</option>' for value, told in options.items())
        + "</select></label>"
        for name, options in (("source", sources), ("verdict", VERDICTS), ("kind", dict(sorted(kinds.items()))))
    )
    return (
        f'<div class="om-filter" role="group" aria-label="Filter the lines">{choices}'
        '<label>words<input name="words" type="search" autocomplete="off" placeholder="a word, or L91"></label>'
        '<button type="button">show all</button><output></output></div>'
    )


def _counts() -> str:
    heads = ("source", "lines", "judged", "nothing to judge", "claims")
    rows = []
    totals = [0, 0, 0, 0]
    for text in _texts():
        found = _account(text)
        many = sum(name.startswith(f"{text.key}-") for name in _claims())
        numbers = [text.lines, len(found.judged), len(found.silent), many]
        totals = [a + b for a, b in zip(totals, numbers, strict=True)]
        rows.append((f'<a href="#{text.key.lower()}">{text.key}</a>', [f"{n:,}" for n in numbers]))
    threads = sum(name.startswith("GH-") for name in _claims())
    totals[3] += threads
    rows.append(('<a href="#gh">GH</a>', ["", "", "", f"{threads:,}"]))
    rows.append(("all", [f"{n:,}" for n in totals]))
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{one}</td>" for one in numbers)}</tr>' for name, numbers in rows
    )
    return (
        '<section class="om-scroll" tabindex="0" aria-label="lines and claims of each source">'
        f'<table class="om-trust om-numbers"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>'
    )
