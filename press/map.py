"""The map of results: what rests on what, as small layered drawings with links and as a list with an anchor a value.

The fence ```map holds `pages`, for the pages and what they take from each other, the name of a topic, for its values
page by page, or `rules`, for the rules that any page may use. The edges are those of `derivations.graph`; dagre
lays them out, run inside Python as KaTeX is. In a drawing an edge that follows from others is left out, and what is
neither a derivation nor a definition stands in the list alone.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from press import store
from press.faults import Wrong

DAGRE = store.ROOT / "node_modules" / "@dagrejs" / "dagre" / "dist" / "dagre.min.js"
LAYOUTS = store.ROOT / ".cache" / "layouts"
PART = "map/{topic}.md"
PAGES = "map.md"
DRAWN = ("derivation", "definition")
KINDS = {
    "derivation": "derivation",
    "definition": "definition",
    "given": "hypothesis",
    "rule": "rule",
    "quantity": "number",
    "claim": "claim",
}
FOLDED = ("given", "rule", "quantity")
LISTED = {
    "derivation": "Derivations",
    "definition": "Definitions",
    "given": "Hypotheses",
    "rule": "Rules of its own",
    "quantity": "Numbers",
}
# Shown where there is JavaScript; it stands here so that nothing moves when the script has come.
FILTER = (
    '<p class="om-map-filter"><label>Filter by words '
    '<input type="search" autocomplete="off" spellcheck="false"></label> <output></output></p>'
)
FEW = 8  # links in a row; the others are folded
PHONE = 350  # pixels that a drawing may be wide without being moved sideways
WIDTHS = (168, 138, 110, 104)  # of a box, the widest that fits
LINE, LETTER, ROWS = 14, 11, 4  # of a box's text: pixels from line to line, size, lines at most


# ---- what there is


@dataclass(frozen=True)
class Value:
    """A named value as the map shows it. `mark` is its verdict or ruling, empty where it has none."""

    name: str
    kind: str
    topic: str
    stem: str
    label: str
    mark: str


@cache
def _kept(edition: str) -> tuple[dict[str, Value], dict[str, list[str]]]:
    """All values and what each rests on, in the order of the graph, kept by everything that they are made from."""

    def make() -> list[Any]:
        from derivations import graph, library
        from press import components

        names = components.load().names
        kinds = components.names()
        rows = []
        try:
            found = graph.whole()
        except (library.UnknownName, graph.Circular) as fault:
            raise Wrong("a graph of what rests on what", str(fault)) from None
        for name in found.order:
            one, mark = names[name], ""
            if kinds[name] == "derivation":
                mark = components.kind_of(components.report(name).verdict)
            elif kinds[name] == "claim":
                mark = components.RULINGS[components.ruling(name).ruling.name]
            label = _label(name, one.value, names)
            rows.append([[name, kinds[name], one.topic, one.stem, label, mark], list(found.below[name])])
        return rows

    rows = store.kept("map values", make)
    return {row[0]: Value(*row) for row, _ in rows}, {row[0]: found for row, found in rows}


def values() -> dict[str, Value]:
    return _kept(store.current())[0]


def below() -> dict[str, list[str]]:
    return _kept(store.current())[1]


@cache
def _above(edition: str) -> dict[str, list[str]]:
    made: dict[str, list[str]] = {name: [] for name in values()}
    for name, found in below().items():
        for other in found:
            made[other].append(name)
    return made


def above() -> dict[str, list[str]]:
    return _above(store.current())


def _label(name: str, value: Any, names: Mapping[str, Any]) -> str:
    """What a value is called, in plain words."""
    said = [getattr(value, one, "") for one in ("title", "words", "name", "says")]
    text = name if type(value).__name__ == "Claim" else next((one for one in said if isinstance(one, str) and one), "")

    def called(found: re.Match[str]) -> str:
        return f"“{_label(found[1], names[found[1]].value, names)}”" if found[1] in names else found[1]

    text = re.sub(r"\{\w+\}`([^`:]+)[^`]*`", called, text) or name.replace("_", " ")
    text = re.sub(r"\\([a-z]+)", "", re.sub(r"[`$]", "", text))
    return text[:1].upper() + text[1:] if re.match(r"[a-z][a-z]|a ", text) else text  # but dZ, m, ε


# ---- where it is shown


@store.once
def state() -> str:
    """A hash of what the map takes from the pages; whoever keeps a page that holds a map keeps it by this too."""
    from press import trust

    shown = trust.survey()
    seen = json.dumps([shown.chains, shown.where, _titles(), _shorts()], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()


def _titles() -> dict[str, str]:
    """{page: its first heading}, of the pages and labs."""
    from press import coverage

    found = {}
    for page in coverage.pages():
        text = page.parts[0].text if page.parts else ""
        heading = re.search(r"^# (.+?)(?:\s*\{[:#].*\})?\s*$", text, re.MULTILINE)
        found[page.path] = re.sub(r"[`$*]", "", heading[1]) if heading else page.path
    return found


def _shorts() -> dict[str, str]:
    """{page: its name in the navigation}, where it has one of its own."""
    from press import coverage

    heads = {one: (coverage.DOCS / one).read_text(encoding="utf-8") for one in _titles() if one.endswith(".md")}
    found = {one: re.search(r'^short: *"?(.+?)"?$', text, re.MULTILINE) for one, text in heads.items()}
    return {one: short[1] for one, short in found.items() if short}


def page_of(one: Value) -> str:
    return f"{one.topic.replace('_', '-')}/{one.stem.replace('_', '-')}.md"


def place(one: Value) -> str:
    """The address at which a value is shown; of a hypothesis or a rule, the derivation that first uses it."""
    from press import components, trust

    shown = trust.survey()
    if one.kind == "claim":
        return f"om:{components.ledger(one.name)}#{one.name}"
    users = [one.name] if one.kind == "derivation" else [name for name in above()[one.name] if name in shown.chains]
    users.sort(key=lambda name: (values()[name].stem != one.stem, values()[name].topic != one.topic))
    if users and users[0] in shown.chains:
        return f"om:{shown.chains[users[0]]}#{users[0]}"
    pages = [page for page in shown.where.get(one.name, []) if not page.startswith(("map", "claims/"))]
    return f"om:{pages[0]}" if pages else ""


def entry(one: Value) -> str:
    """The address of a value's entry on the map; a claim's is in the ledger."""
    if one.kind == "claim":
        return place(one)
    return f"om:{PART.format(topic=one.topic.replace('_', '-')) if one.topic else PAGES}#{one.name}"


# ---- layout


@dataclass(frozen=True)
class Box:
    """A node of a drawing. `mark`: its verdict, which gives it a sign and a colour; `dashed`: it stands elsewhere."""

    id: str
    text: str
    link: str
    told: str
    kind: str
    mark: str
    dashed: bool = False


SIGNS = {"proved": "✓", "small": "✓", "agrees": "≈", "refuted": "✗", "unknown": "?"}
_NARROW, _WIDE = frozenset("iljtfr.,:;'’()|![] "), frozenset("mwMW—…≈%@")


def _width(text: str) -> float:
    """About how wide a text is, in pixels, in any of the usual sans faces: on the safe side."""
    letters = (0.36 if c in _NARROW else 0.92 if c in _WIDE else 0.72 if c.isupper() else 0.58 for c in text)
    return LETTER * sum(letters)


def lines(text: str, width: float) -> list[str]:
    """The text in at most ROWS lines of a box so wide; what does not fit is cut, with an ellipsis."""
    made = [""]
    for word in text.split():
        longer = f"{made[-1]} {word}".strip()
        if _width(longer) <= width or not made[-1]:
            made[-1] = longer
        else:
            made.append(word)
    if len(made) > ROWS:
        last = f"{made[ROWS - 1]} …"
        while _width(last) > width and " " in last[:-2]:
            last = f"{last[:-2].rsplit(' ', 1)[0]} …"
        made = [*made[: ROWS - 1], last]
    return made


@cache
def _engine() -> Any:
    """A JavaScript engine with dagre in it, which asks for `structuredClone` and clones numbers and names only."""
    from py_mini_racer import MiniRacer

    if not DAGRE.is_file():
        raise FileNotFoundError(f"{DAGRE}: dagre is not installed, expected `npm ci` to have run")
    engine = MiniRacer()
    atexit.register(engine.close)
    engine.eval("globalThis.structuredClone = value => JSON.parse(JSON.stringify(value))")
    engine.eval(DAGRE.read_text(encoding="utf-8"))
    engine.eval(
        "function om(graph, boxes, edges) {"
        " const g = new dagre.graphlib.Graph();"
        " g.setGraph(graph); g.setDefaultEdgeLabel(() => ({}));"
        " for (const [id, width, height] of boxes) g.setNode(id, {width, height});"
        " for (const [from, to] of edges) g.setEdge(from, to);"
        " dagre.layout(g);"
        " return {width: g.graph().width, height: g.graph().height,"
        "  boxes: boxes.map(([id]) => [id, g.node(id).x, g.node(id).y]),"
        "  edges: edges.map(([from, to]) => [from, to, g.edge(from, to).points.map(({x, y}) => [x, y])])} }"
    )
    return engine


def layout(boxes: list[list[Any]], edges: list[tuple[str, str]], direction: str) -> dict[str, Any]:
    """Centres of the boxes and points of the edges: `direction` is TB, from the top, or LR, from the left."""
    graph = {"rankdir": direction, "nodesep": 8, "ranksep": 26, "edgesep": 6, "marginx": 1, "marginy": 1}
    words = ", ".join(json.dumps(one) for one in (graph, boxes, edges))
    return {**json.loads(_engine().eval(f"JSON.stringify(om({words}))")), "direction": direction}


def parts(names: Iterable[str], edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The names in groups that no edge joins, the largest first."""
    group = {name: [name] for name in names}
    for one, other in edges:
        if group[one] is not group[other]:
            group[one] += group[other]
            for name in group[other]:
                group[name] = group[one]
    found = list({id(some): some for some in group.values()}.values())
    order = {name: number for number, name in enumerate(group)}
    return sorted(
        (sorted(some, key=order.__getitem__) for some in found), key=lambda some: (-len(some), order[some[0]])
    )


def drawing(boxes: Mapping[str, Box], edges: list[tuple[str, str]], label: str) -> str:
    """The boxes and arrows as SVG, one for each group, each laid out downwards or sideways, whichever fits a phone."""
    sizes = [[[name, width, 10 + LINE * len(_rows(box, width))] for name, box in boxes.items()] for width in WIDTHS]
    spec = json.dumps([sizes, edges])
    file = LAYOUTS / f"{hashlib.sha256((spec + _edition()).encode()).hexdigest()}.json"
    if file.is_file():
        laid = json.loads(file.read_text(encoding="utf-8"))
    else:
        laid = _laid(sizes, edges)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=LAYOUTS, suffix=".part", delete=False, encoding="utf-8") as part:
            json.dump(laid, part)
        os.replace(part.name, file)  # another build may be reading
    made = "".join(_svg(boxes, found, {name: (w, h) for name, w, h in sized}) for found, sized in laid)
    return f'<div class="om-map-drawing" role="group" aria-label="{escape(label)}">{made}</div>'


@cache
def _edition() -> str:
    """All that decides where boxes stand, besides the boxes: dagre itself, and how it is asked."""
    return hashlib.sha256(DAGRE.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _laid(sizes: list[list[list[Any]]], edges: list[tuple[str, str]]) -> list[Any]:
    """For each group its layout and its boxes' sizes: of the widest boxes that fit a phone, the lowest drawing."""
    made = []
    for names in parts([name for name, _, _ in sizes[0]], edges):
        within = [edge for edge in edges if edge[0] in names]
        best: tuple[Any, ...] = ()
        for boxes in sizes:
            sized = [one for one in boxes if one[0] in names]
            for direction in ("TB", "LR"):
                found = layout(sized, within, direction)
                cost = (max(found["width"], PHONE), found["height"])
                if not best or cost < best[0]:
                    best = cost, found, sized
            if best[0][0] <= PHONE:
                break
        made.append(best[1:])
    return made


def _rows(box: Box, width: float) -> list[str]:
    return lines(f"{SIGNS[box.mark]} {box.text}" if box.mark else box.text, width - 14)


def _svg(boxes: Mapping[str, Box], found: dict[str, Any], size: Mapping[str, tuple[float, float]]) -> str:
    width, height = (round(found[side] + 1) for side in ("width", "height"))
    centre = {name: (x, y) for name, x, y in found["boxes"]}
    arrows = []
    for one, other, points in found["edges"]:
        begin, end = (
            _side(centre[name], size[name], found["direction"], sign) for name, sign in ((one, 1), (other, -1))
        )
        bends = points[1:-1] if len(points) > 3 else []  # of an edge that passes by a layer
        line = _line([begin, *((x, y) for x, y in bends), end], found["direction"])
        arrows.append(f'<path data-from="{escape(one)}" data-to="{escape(other)}" d="{line}"/>')
    nodes = "".join(_node(boxes[name], x, y, *size[name]) for name, x, y in found["boxes"])
    return (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="presentation">'
        f'<g class="om-map-edges" aria-hidden="true">{"".join(arrows)}</g>{nodes}</svg>'
    )


def _side(centre: tuple[float, float], size: tuple[float, float], direction: str, sign: int) -> tuple[float, float]:
    """The middle of a box's side from which an edge leaves (`sign` 1) or at which it arrives (-1)."""
    (x, y), (width, height) = centre, size
    return (x + sign * width / 2, y) if direction == "LR" else (x, y + sign * height / 2)


def _line(points: list[tuple[float, float]], direction: str) -> str:
    """A smooth line through the points, which leaves and arrives in the drawing's direction."""
    made = "M{:.0f} {:.0f}".format(*points[0])
    for (x, y), (u, v) in pairwise(points):
        half = (x + u) / 2, (y + v) / 2
        first, second = ((half[0], y), (half[0], v)) if direction == "LR" else ((x, half[1]), (u, half[1]))
        made += " C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}".format(*first, *second, u, v)
    return made


def _node(box: Box, x: float, y: float, width: float, height: float) -> str:
    rows = _rows(box, width)
    left, top = round(x - width / 2, 1), round(y - height / 2, 1)
    text = "".join(
        f'<tspan x="{left + 7:g}" y="{round(top + 5 + LINE * (number + 0.78), 1):g}">{escape(row, quote=False)}</tspan>'
        for number, row in enumerate(rows)
    )
    mark = f' data-verdict="{box.mark}"' if box.mark else ""
    far = " om-map-far" if box.dashed else ""
    return (
        f'<a class="om-map-node{far}" href="{box.link}" data-node="{escape(box.id)}" data-kind="{box.kind}"{mark}>'
        f"<title>{escape(box.told, quote=False)}</title>"
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" '
        f'rx="{3 if box.kind == "derivation" else 11}"/><text>{text}</text></a>'
    )


def reaches(edges: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    """{name: everything that it rests on, at any remove}; the graph has no circle."""
    reach: dict[str, frozenset[str]] = {}

    def reached(name: str) -> frozenset[str]:
        if name not in reach:
            found = edges.get(name, [])
            reach[name] = frozenset(found).union(*(reached(other) for other in found))
        return reach[name]

    return {name: reached(name) for name in edges}


def reduced(edges: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The edges that do not follow from others."""
    reach = reaches(edges)
    return {
        name: [one for one in found if not any(one in reach.get(other, ()) for other in found if other != one)]
        for name, found in edges.items()
    }


def contracted(keep: Callable[[str], bool]) -> dict[str, list[str]]:
    """{name: what it rests on} among those that are kept, through those that are not."""
    made: dict[str, list[str]] = {}
    through: dict[str, list[str]] = {}
    for name, found in below().items():  # what it rests on stands before it
        met = [other for one in found for other in ([one] if keep(one) else through[one])]
        (made if keep(name) else through)[name] = list(dict.fromkeys(met))
    return made


# ---- the fence


def draw(argument: str) -> dict[str, Any]:
    """What the fence ```map puts on a page. Raises Wrong for any other word than those above."""
    topics = sorted({one.topic for one in values().values() if one.topic})
    known = {"pages": _pages, "rules": _rules, **dict.fromkeys(topics, _topic)}
    if argument not in known:
        raise Wrong(f"one of {', '.join(known)}", argument)
    return dict(store.kept(f"{argument} {state()}", lambda: known[argument](argument), of=f"map {argument}"))


def _piece(html: str, ids: Iterable[str] = ()) -> dict[str, Any]:
    return {"html": html, "ids": list(ids), "shows": [], "equations": 0}


def stems(topic: str) -> list[str]:
    """The pages of a topic that hold values, each after those that it rests on; the ledger is no page of it."""
    order: dict[str, None] = {}
    known = {one.stem for one in values().values() if one.topic == topic and one.kind != "claim"}
    rests = _between()
    ahead = sorted(known - {"claims"})
    while ahead:
        free = [one for one in ahead if not any((topic, other) in rests[topic, one] for other in ahead if other != one)]
        ready = (free or ahead)[0]
        order[ready] = None
        ahead.remove(ready)
    return list(order)


def _between() -> dict[tuple[str, str], dict[tuple[str, str], None]]:
    """{page: the pages that it rests on}, as (topic, stem); what the ledger rests on does not count."""
    made: dict[tuple[str, str], dict[tuple[str, str], None]] = {}
    shared = contracted(lambda name: bool(values()[name].topic))
    for name, found in shared.items():
        one = values()[name]
        rests = made.setdefault((one.topic, one.stem), {})
        if one.kind == "claim" or one.stem == "claims":
            continue
        for other in (values()[each] for each in found):
            if (other.topic, other.stem) != (one.topic, one.stem) and other.stem != "claims":
                rests[other.topic, other.stem] = None
    return made


_WORST = ("refuted", "unknown", "small", "agrees", "proved")


def _pages(_: str) -> dict[str, Any]:
    """A drawing for each topic, and the list of its pages: what each rests on, and what rests on it."""
    titles, shorts, rests = _titles(), _shorts(), _between()
    upwards: dict[tuple[str, str], list[tuple[str, str]]] = {page: [] for page in rests}
    for page, found in rests.items():
        for other in found:
            upwards[other].append(page)
    made, ids = [FILTER, _counts()], []
    for topic in sorted({topic for topic, _ in rests}, key=_first_use):
        own = [(topic, stem) for stem in stems(topic)]
        edges = reduced({"/".join(one): ["/".join(other) for other in rests[one]] for one in own})
        met = dict.fromkeys([*own, *((*each.split("/"),) for found in edges.values() for each in found)])
        boxes = {"/".join(one): _page_box(one, topic, titles, shorts) for one in met}  # type: ignore[arg-type]
        arrows = [(other, one) for one, found in edges.items() for other in found]
        folder = topic.replace("_", "-")
        name = titles.get(f"{folder}/index.md", topic)
        items = "".join(_page_entry(one, rests, upwards, titles) for one in own)
        ids.append(f"topic-{folder}")
        made.append(
            f'<section class="om-map-topic" id="topic-{folder}">'
            f'<h2><a href="om:map/{folder}.md">{escape(name, quote=False)}</a></h2>'
            f'{drawing(boxes, arrows, f"pages of: {name}")}<ul class="om-results">{items}</ul></section>'
        )
        ids += [f"{folder}-{stem.replace('_', '-')}" for _, stem in own]
    return _piece(f'<div class="om-map">{"".join(made)}</div>', ids)


def _first_use(topic: str) -> tuple[int, str]:
    """Topics in the order of the navigation."""
    text = (store.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    return text.find(f"{topic.replace('_', '-')}/index.md"), topic


def _counts() -> str:
    """How many values and arrows there are, and what the most rests on."""
    everything = values()
    number = sum(map(len, below().values()))
    results = {name for name, one in everything.items() if one.kind == "derivation"}
    reach: dict[str, frozenset[str]] = {}
    for name in reversed(everything):
        reach[name] = frozenset(above()[name]).union(*(reach[other] for other in above()[name]))
    most = sorted(
        (one for one in everything if everything[one].topic), key=lambda one: (-len(reach[one] & results), one)
    )
    items = "".join(
        f"<li>{link}: {len(reach[one] & results)} derivations, "
        f"{sum(everything[other].kind == 'claim' for other in reach[one])} claims</li>"
        for one, link in zip(most[:5], _links([everything[one] for one in most[:5]]), strict=True)
    )
    return (
        f"<p>{len(everything):,} named values, {number:,} arrows between them, and no circle. The most rests on:</p>"
        f'<ul class="om-map-counts">{items}</ul>'
    )


def _worst(page: tuple[str, str]) -> tuple[str, int]:
    """The weakest verdict on a page, and how many derivations it has."""
    marks = [one.mark for one in values().values() if (one.topic, one.stem) == page and one.kind == "derivation"]
    return (min(marks, key=_WORST.index) if marks else "", len(marks))


def _page_box(page: tuple[str, str], topic: str, titles: Mapping[str, str], shorts: Mapping[str, str]) -> Box:
    folder, stem = (one.replace("_", "-") for one in page)
    title = titles.get(f"{folder}/{stem}.md", stem)
    mark, many = _worst(page)
    text = shorts.get(f"{folder}/{stem}.md", stem.replace("-", " ").capitalize())
    where = f"om:map/{folder}.md#{folder}-{stem}"
    told = f"{title}: {many} derivations, the weakest {_words(mark)}" if mark else title
    return Box("/".join(page), text, where, told, "page", mark, dashed=page[0] != topic)


def _words(mark: str) -> str:
    """A verdict as the pages say it."""
    from derivations.check import Verdict

    return str(Verdict[mark.upper()].value)


def _page_entry(
    page: tuple[str, str],
    rests: Mapping[tuple[str, str], Iterable[tuple[str, str]]],
    upwards: Mapping[tuple[str, str], Iterable[tuple[str, str]]],
    titles: Mapping[str, str],
) -> str:
    def link(one: tuple[str, str]) -> str:
        folder, stem = (each.replace("_", "-") for each in one)
        return (
            f'<a href="om:{PAGES}#{folder}-{stem}">{escape(titles.get(f"{folder}/{stem}.md", stem), quote=False)}</a>'
        )

    folder, stem = (each.replace("_", "-") for each in page)
    mark, many = _worst(page)
    return (
        f'<li class="om-result" id="{folder}-{stem}"><p class="om-result-head"><a href="om:{folder}/{stem}.md">'
        f"{escape(titles.get(f'{folder}/{stem}.md', stem), quote=False)}</a> {_badge(mark) if mark else ''} "
        f'<a class="om-result-more" href="om:map/{folder}.md#{folder}-{stem}">{many} derivations</a></p>'
        + _row("rests on", [link(one) for one in rests[page]])
        + _row("rests on it", [link(one) for one in upwards[page]])
        + "</li>"
    )


def _topic(topic: str) -> dict[str, Any]:
    """For each page of a topic: the drawing of its derivations and definitions, and the list of all its values."""
    titles, ids, made = _titles(), [], [FILTER]
    every = contracted(lambda name: values()[name].kind in DRAWN)
    direct, reach = reduced(every), reaches(every)
    folder = topic.replace("_", "-")
    for stem in [*stems(topic), "claims"]:
        own = [one for one in values().values() if (one.topic, one.stem) == (topic, stem) and one.kind != "claim"]
        if not own:
            continue
        drawn = [one.name for one in own if one.kind in DRAWN]
        shown = list(dict.fromkeys([*drawn, *(other for name in drawn for other in direct[name])]))
        rests = reduced({name: [other for other in shown if other in reach[name]] for name in shown})
        arrows = [(other, name) for name in shown for other in rests[name]]
        boxes = {name: _value_box(name, stem, topic) for name in shown}
        anchor = f"{folder}-{stem.replace('_', '-')}"
        page = f"{folder}/{stem.replace('_', '-')}.md"
        title = titles.get(page, "Hypotheses of the ledger alone")
        head = escape(title, quote=False)
        link = f'<a href="om:{page}">{head}</a>' if page in titles else head
        lists = ""
        for kind, heading in LISTED.items():
            items = "".join(_entry(one) for one in own if one.kind == kind)
            found = f'<ul class="om-results">{items}</ul>'
            if items and kind in FOLDED:
                lists += f'<details class="om-map-fold"><summary>{heading}</summary>{found}</details>'
            elif items:
                lists += f"<h3>{heading}</h3>{found}"
        picture = drawing(boxes, arrows, f"what rests on what: {title}") if boxes else ""
        made.append(f'<section class="om-map-topic" id="{anchor}"><h2>{link}</h2>{picture}{lists}</section>')
        ids += [anchor, *(one.name for one in own)]
    return _piece(f'<div class="om-map">{"".join(made)}</div>', ids)


def _rules(_: str) -> dict[str, Any]:
    shared = [one for one in values().values() if not one.topic]
    items = "".join(_entry(one) for one in sorted(shared, key=lambda one: one.label))
    return _piece(f'<div class="om-map"><ul class="om-results">{items}</ul></div>', [one.name for one in shared])


def _value_box(name: str, stem: str, topic: str) -> Box:
    one = values()[name]
    told = f"{one.label}: {_words(one.mark) if one.mark else KINDS[one.kind]}"
    return Box(name, one.label, entry(one), told, one.kind, one.mark, dashed=(one.topic, one.stem) != (topic, stem))


def _badge(mark: str) -> str:
    return f'<span class="om-verdict" data-verdict="{mark}">{escape(_words(mark))}</span>'


def _entry(one: Value) -> str:
    where, name = place(one), escape(one.label, quote=False)
    head = f'<a href="{where}">{name}</a>' if where else name
    verdict = _badge(one.mark) if one.mark else ""
    up = [values()[other] for other in above()[one.name]]
    down = _links([values()[other] for other in below()[one.name]])
    if one.kind == "derivation" and not down:
        down = ["the rules beside its lines alone"]
    return (
        f'<li class="om-result" id="{one.name}" data-kind="{one.kind}"><p class="om-result-head">{head} '
        f"<code>{one.name}</code> {verdict}</p>"
        + _row("rests on", down)
        + _row("rests on it", _links([other for other in up if other.kind != "claim"]))
        + _row("claims", _links([other for other in up if other.kind == "claim"]))
        + "</li>"
    )


def _links(ones: list[Value]) -> list[str]:
    """Links by label. Those of one label in a list name their page too, or themselves where the page is one."""
    pages = {one.name: _shorts().get(f"{one.topic}/{one.stem}.md".replace("_", "-"), "") for one in ones}
    labels = Counter(one.label for one in ones)
    places = Counter((one.label, pages[one.name]) for one in ones)
    made = []
    for one in ones:
        more = ""
        if labels[one.label] > 1:
            page = pages[one.name]
            alone = page and places[one.label, page] == 1
            more = f" (page “{escape(page, quote=False)}”)" if alone else f" <code>{one.name}</code>"
        made.append(f'<a href="{entry(one)}">{escape(one.label, quote=False)}{more}</a>')
    return made


def _row(said: str, links: list[str]) -> str:
    """A line of links; where they are many, the rest is folded."""
    if not links:
        return ""
    shown = ", ".join(links[:FEW])
    rest = links[FEW:]
    more = f"<details><summary>and {len(rest)} more</summary><p>{', '.join(rest)}</p></details>" if rest else ""
    return f'<div class="om-result-row"><span>{said}</span><p>{shown}</p>{more}</div>'
