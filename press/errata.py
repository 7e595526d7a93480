"""The page of errata: what the sources got wrong, worst first, and a text for each source to send upstream.

The fence ```errata holds a group of harm (`code`, `choice`, `belief`, `reading`), `upstream` for the texts, or
`counts`.
Every number comes from the checks: the smallest example is searched for, and a text to send is made of the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from typing import Any

from press import components
from press.faults import Wrong, nearest

FEW = 8  # values of an example that stand in its sentence; more are folded away


def draw(argument: str) -> dict[str, Any]:
    """What the fence ```errata puts on a page."""
    from derivations.errata import ERRATA, UPSTREAM, Harm

    if argument == "upstream":
        anchors = [f"upstream-{key.lower()}" for key in UPSTREAM]
        return _piece("".join(map(_upstream, UPSTREAM)), anchors)
    if argument == "counts":
        return _piece(_counts())
    groups = {one.name.lower(): one for one in Harm}
    if argument not in groups:
        known = ["upstream", "counts", *groups]
        raise Wrong(f"one of {', '.join(known)}", f"{argument}{nearest(argument, known)}")
    harm = groups[argument]
    some = [(number, one) for number, one in enumerate(ERRATA, 1) if one.harm is harm]
    cards = "".join(_card(number, one) for number, one in some)
    # A result is shown here once more; that each has a page of its own is not for this page to say.
    return _piece(f'<p>{escape(harm.who)}</p><div class="om-errata">{cards}</div>', [one.name for _, one in some])


def _piece(html: str, ids: Iterable[str] = ()) -> dict[str, Any]:
    return {"html": f"<section>{html}</section>", "ids": list(ids), "shows": [], "equations": 0}


# ---- an erratum


def _card(number: int, one: Any) -> str:
    claims = "".join(f"<li>{_claim(name)}</li>" for name in one.claims)
    shown = "".join(f"<li>{_example(name)}</li>" for name in one.example)
    return (
        f'<article class="om-erratum" id="{one.name}"><h3>{number}. {escape(one.title, quote=False)}'
        f' <a class="headerlink" href="#{one.name}" title="Link to this erratum">#</a></h3>'
        f"<ul>{claims}</ul><p>{components.words(one.why)}</p>"
        f"<p><strong>Right:</strong> {components.words(one.right)}</p>"
        + (f'<div class="om-erratum-example"><p>What was found</p><ul>{shown}</ul></div>' if shown else "")
        + "</article>"
    )


def _claim(name: str) -> str:
    one = components.find(name).value
    link = f'<a href="om:{components.ledger(name)}#{name}">{name}</a>'
    badge = components._ruling_badge(components.ruling(name))
    return f"{link} {badge} {components.words(one.says)} <cite>{escape(str(one.source), quote=False)}</cite>"


def _example(name: str) -> str:
    """A claim's smallest refutation; a number; or what a derivation comes to."""
    from derivations.calculus import Claim

    one = components.find(name).value if components.names().get(name) != "measured" else None
    if not isinstance(one, Claim):
        return components._rests(name)
    found = _smallest(name)
    values = [_light(*pair) for pair in (*found.sizes, *found.values)]
    where, fold = f" at {', '.join(values)}" if values else "", ""
    if len(values) > FEW:
        sizes = f"{', '.join(values[: len(found.sizes)])}, and " if found.sizes else ""
        where = f" at {sizes}these values"
        many = ", ".join(values[len(found.sizes) :])
        fold = f'<details class="om-more"><summary>The values there</summary><p>{many}</p></details>'
    stated = components.katex(components._stated(one))
    sides = f"the left side is {_minus(found.left)}, the right side {_minus(_right(found, one))}."
    return f'<span class="om-claim-stated" data-ruling="false">{stated}</span> It fails{where}: {sides}{fold}'


def _right(found: Any, claim: Any) -> str:
    """A printed decimal as it was printed."""
    right = str(found.right)
    if claim.places is not None and re.fullmatch(r"-?\d+(/\d+)?", right):
        return components._printed(right, claim.places)
    return right


def _minus(number: str) -> str:
    return escape(re.sub(r"^-", "−", number), quote=False)


@cache
def _smallest(name: str) -> Any:
    """Raises Wrong for a claim that no small point refutes: then it is no example."""
    from derivations import smallest

    try:
        found = smallest.of(components.find(name).value)
    except ValueError as fault:
        raise Wrong(f"{name} to be an example", str(fault)) from None
    if found is None:
        raise Wrong(f"a small point that refutes {name}", "none")
    return found


# ---- what to send upstream


def _upstream(key: str) -> str:
    """One source: where it is kept, how a correction gets there, and the text, with the links of its claims."""
    from derivations.errata import ERRATA, UPSTREAM

    one = UPSTREAM[key]
    parts = []
    for number, (erratum, names) in enumerate(
        ((each, [name for name in each.claims if name.startswith(f"{key}-")]) for each in ERRATA if _of(each, key)), 1
    ):
        parts.append(_point(number, erratum, names))
    text = f"{escape(one.begins, quote=False)}\n\n" + "\n".join(parts)
    text += "\nWorked out and checked, each with its own page: One over m."
    return (
        f'<h3 id="upstream-{key.lower()}">{key}</h3>'
        f"<p>It is {escape(one.where)}. {escape(one.how)}</p>"
        f'<details class="om-card om-upstream"><summary>The text for {key}</summary>'
        f'<div class="highlight"><button type="button" class="om-copy">copy</button>'
        f'<pre tabindex="0" aria-label="text to send about {key}"><code>{text}</code></pre></div></details>'
    )


def _of(erratum: Any, key: str) -> bool:
    return any(name.startswith(f"{key}-") for name in erratum.claims)


def _point(number: int, erratum: Any, names: list[str]) -> str:
    lines = [f"{number}. {erratum.title}."]
    for name in names:
        one = components.find(name).value
        place = str(one.source) if name.startswith("GH-") else one.source.place  # a thread is named by its repository
        lines.append(f"   - {place}: “{_text(one.says)}” ({components.ruling(name).ruling.value})")
    lines.append(f"   Right: {_text(erratum.right)}")
    shown = [name for name in erratum.example if not _elsewhere(name, names)]
    lines += [f"   Found: {_told(name)}" for name in shown[:2]]
    text = escape("\n".join(lines), quote=False)
    # The script of the page writes out where a link leads; without it, it is a link all the same.
    link = f'<a href="om:{components.ledger(names[0])}#{names[0]}">{names[0]}</a>'
    return f"{text}\n   {link}\n"


def _elsewhere(name: str, names: list[str]) -> bool:
    """An example that is a claim of another source would read as if it were said here."""
    return components.names().get(name) == "claim" and name not in names


def _told(name: str) -> str:
    """An example in Markdown."""
    from derivations.calculus import Claim, Quantity

    if components.names().get(name) == "measured":
        from press import measured

        return f"{_text(measured.load()[name].says)}: {_number(name)}"
    one = components.find(name).value
    if isinstance(one, Quantity):
        return f"{_text(one.says)}: {_number(name)}"
    if not isinstance(one, Claim):
        return f"${components.equation_tex(name)}$"
    found = _smallest(name)
    where = ", ".join(_setting(*pair) for pair in (*found.sizes, *found.values))
    at = f"at {where}, " if where else ""
    return f"in ${components._stated(one)}$, {at}the left side is {found.left}, the right side {_right(found, one)}"


def _symbol(name: str) -> str:
    """The LaTeX of a counterexample's name, such as `signal[1]`; the name itself where the table has none."""
    from derivations import tex
    from derivations.notation import TABLE

    base, _, indices = name.removesuffix("]").partition("[")
    if base not in TABLE:
        return name
    symbol = TABLE[base].symbol
    return str(tex.tex(symbol[tuple(int(one) for one in indices.split(","))] if indices else symbol))


def _setting(name: str, number: str) -> str:
    return f"${_symbol(name)} = {number}$"


_LIGHT = re.compile(r"(?P<base>[A-Za-z]|\\(?P<greek>[a-z]+))(?:_\{?(?P<sub>\w+)\}?)?(?:\^\{(?P<sup>\([\d, ]+\))\})?")
_GREEK = {"alpha": "α", "beta": "β", "epsilon": "ε", "eta": "η", "kappa": "κ", "lambda": "λ", "rho": "ρ"}


def _light(name: str, number: str) -> str:
    """One value as HTML. A plain symbol is set without KaTeX, which takes some forty elements for it."""
    tex = _symbol(name)
    found = _LIGHT.fullmatch(tex.replace(" ", ""))
    if found is None or (found["greek"] and found["greek"] not in _GREEK):
        return f"{components.inline(tex)} = {_minus(number)}"
    shown = f"<i>{_GREEK[found['greek']] if found['greek'] else found['base']}</i>"
    shown += f"<sub>{found['sub']}</sub>" if found["sub"] else ""
    shown += f"<sup>{found['sup']}</sup>" if found["sup"] else ""
    return f"{shown} = {_minus(number)}"


def _number(name: str) -> str:
    number = components.value(name)
    whole = getattr(number, "denominator", None) == 1
    return _plain(components.written(number, "" if whole else ".5g"))


def _text(words: str) -> str:
    """Words of a value as Markdown: numbers and equations written out, $tex$ and `code` as they are."""

    def one(found: re.Match[str]) -> str:
        if found[1] == "num":
            return _plain(str(components.draw("num", found[2])["html"]))
        return f"${components.equation_tex(found[2])}$" if found[1] == "eq" else found[2]

    return re.sub(r"\{(eq|num|claim)\}`([^`]+)`", one, words)


def _plain(html: str) -> str:
    return re.sub(r"<[^>]+>", "", re.sub(r"<sup>(.*?)</sup>", r"^\1", html))


def _counts() -> str:
    """How many errata and claims each group of harm has."""
    from derivations.errata import ERRATA, Harm

    rows = []
    for harm in Harm:
        some = [one for one in ERRATA if one.harm is harm]
        many = sum(len(one.claims) for one in some)
        rows.append((f'<a href="#{harm.name.lower()}">{escape(harm.value)}</a>', len(some), many))
    rows.append(("all", len(ERRATA), sum(len(one.claims) for one in ERRATA)))
    body = "".join(f'<tr><th scope="row">{name}</th><td>{a}</td><td>{b}</td></tr>' for name, a, b in rows)
    return (
        '<div class="om-scroll" tabindex="0" role="group" aria-label="errata in groups">'
        '<table class="om-trust om-numbers"><thead><tr>'
        '<th scope="col">harm</th><th scope="col">errata</th><th scope="col">claims</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
