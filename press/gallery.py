"""Every figure that the five texts lost on their way to text, and what stands here in its place.

`LOST` is the list: a figure of ours, another object of a page, or the reason why there is none. `draw`
makes cards of it for the page, `files` the small pictures on them, one for each theme: an image can't
read the colours of the page that shows it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from xml.etree import ElementTree

from press import store
from press.faults import Wrong

STYLE = store.ROOT / "press" / "figures" / "figures.css"
COLOURS = store.ROOT / "press" / "theme" / "templates" / "assets" / "om.css"
THEMES = {"light": "default", "dark": "slate"}
WIDTH = 280  # of a card's picture, in pixels
SVG = "http://www.w3.org/2000/svg"


@dataclass(frozen=True)
class Lost:
    """A figure that a text lost, at `place`; `what` it showed, in our words.

    Redone by the `figure` of a `page` (`panel`: which of its pictures stands on the card), by another
    object of it (`use`: kind and argument of a fence), or by the `picture` of a lab, by the beginning of
    its description; `now` says how. With a `reason` it is not redone. `claims`: its entries in the ledger.
    """

    id: str
    place: str
    what: str
    page: str = ""
    figure: str = ""
    panel: str = ""
    use: tuple[str, str] = ("", "")
    picture: str = ""
    now: str = ""
    reason: str = ""
    claims: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The letters of its text: F3.15a belongs to S3."""
        return f"S{self.id[1]}"

    @property
    def redone(self) -> bool:
        return not self.reason


LOST: tuple[Lost, ...] = (
    # ---- the forum thread
    Lost(
        "F0.1",
        "L26",
        "A comment on the exercise, quoted as a picture: why the cost is a sum there.",
        page="sum-or-mean/accumulation.md",
        figure="three_accumulators",
        now="Its point, without its words: three ways to add up, of which one is right for parts of any size.",
        claims=("S0-012",),
    ),
    # ---- the extra 1/m
    Lost(
        "F1.1",
        "L4",
        "The asker's derivatives by A, Z, W and b, by hand, with the 1/m in every line.",
        page="one-over-m/deferred-or-absorbed.md",
        use=("derivation", "absorbed_weights"),
        now="The same way derived line by line, for the weights, the bias and the scores.",
        claims=("S1-001", "S1-002"),
    ),
    Lost(
        "F1.2",
        "L8",
        "The slide with six lines for one example on the left, and six for the batch on the right.",
        page="one-over-m/deferred-or-absorbed.md",
        figure="two_columns",
        panel="one",
        now="Both columns, with symbols of their own, beside the asker's way, and a cost that is nudged.",
        claims=("S1-030",),
    ),
    # ---- sum or mean
    Lost(
        "F2.1",
        "L4, L27, L49",
        "Links: to the tutorial, to a line of its code, and to the paper with the linear scaling rule.",
        page="sum-or-mean/batch-size.md",
        reason="Text and code of others, under their licences. What they claim is derived on the page.",
    ),
    # ---- the lecture
    Lost(
        "F3.1",
        "L47–66",
        "Five pictures: a horse, a cat, a dog, a deer, a dog.",
        page="quality/cross-entropy.md",
        reason="Photographs of which nobody knows the licence. Their five labels stand in the table of predictions.",
    ),
    Lost(
        "F3.2",
        "L72–89",
        "The five pictures twice, with the bars of a good network and of a bad one.",
        page="quality/geometric-mean.md",
        figure="good_and_bad_network",
        now="The bars of the right classes on two scales, to be moved.",
        claims=("S3-102",),
    ),
    Lost(
        "F3.3",
        "L99–151",
        "A table of the five pictures, their classes, and what the network says of each.",
        page="quality/cross-entropy.md",
        figure="predictions_table",
        now="The table, with the two columns mended that did not sum to one, and a probability to move.",
        claims=("S3-103",),
    ),
    Lost(
        "F3.4",
        "L189–192",
        "A network of one layer, from the picture to the probabilities.",
        page="quality/cross-entropy.md",
        figure="network_diagram",
        now="Each step with the shape of its array.",
        claims=("S3-105",),
    ),
    Lost(
        "F3.5",
        "L193–200",
        "The rows of W, drawn as four images.",
        page="quality/digits.py",
        picture="Ten templates, one a digit",
        now="Ten templates, trained on real digits in the lab.",
    ),
    Lost(
        "F3.6",
        "L212",
        "The quality over two weights, as a mountain.",
        page="quality/ascent-and-descent.md",
        figure="landscape",
        panel="surface",
        now="A mountain with the lecture's numbers: its top, and the quality at its start.",
        claims=("S3-106",),
    ),
    Lost(
        "F3.7",
        "L222",
        "Gradient ascent in three steps: start, climb, stop.",
        page="quality/learning-rate.md",
        figure="ascent_in_action",
        panel="map",
        now="The walk, step by step, from the start to the top.",
        claims=("S3-106",),
    ),
    Lost(
        "F3.8",
        "L226",
        "The first point on the surface.",
        page="quality/learning-rate.md",
        figure="ascent_in_action",
        panel="map",
        now="The lecture's own starting point, at step 0 of the same walk.",
        claims=("S3-106",),
    ),
    Lost(
        "F3.9",
        "L242",
        "Level lines with gradients at right angles to them, longer where it is steeper.",
        page="quality/ascent-and-descent.md",
        figure="landscape",
        panel="map",
        now="Drag the point: the arrow stays at right angles, and its length is the slope.",
        claims=("S3-106",),
    ),
    Lost(
        "F3.10",
        "L251–263",
        "The top of the mountain, where the gradient is zero.",
        page="quality/ascent-and-descent.md",
        figure="landscape",
        panel="map",
        now="The same map: put the point on the top, and no direction climbs.",
        claims=("S3-033",),
    ),
    Lost(
        "F3.11",
        "L265–267",
        "An animation of gradient ascent.",
        page="quality/learning-rate.md",
        figure="ascent_in_action",
        panel="quality",
        now="To be played, or stepped through.",
        claims=("S3-107",),
    ),
    Lost(
        "F3.12",
        "L324–339",
        "An animation with too large a learning rate, and a panel of its numbers.",
        page="quality/learning-rate.md",
        figure="ascent_in_action",
        panel="quality",
        now="The lecture's rate on our mountain: it ends in a jump between two points.",
        claims=("S3-039",),
    ),
    Lost(
        "F3.13",
        "L344–347",
        "The same with too small a rate.",
        page="quality/learning-rate.md",
        figure="ascent_in_action",
        panel="quality",
        now="An eighth of the rate, on the same mountain.",
        claims=("S3-109",),
    ),
    Lost(
        "F3.14",
        "L349–356",
        "The same with a schedule that halves the rate every ten steps.",
        page="quality/learning-rate.md",
        figure="ascent_in_action",
        panel="rates",
        now="The staircase of rates, and how far it can travel in all.",
        claims=("S3-044",),
    ),
    Lost(
        "F3.15a",
        "L430–438",
        "Two number lines: the range of the quality, and that of the loss.",
        page="quality/geometric-mean.md",
        figure="number_lines",
        now="With their true ends, the uniform guess as a mark on the way, and the slide's networks.",
        claims=("S3-117",),
    ),
    Lost(
        "F3.15b",
        "L440–442",
        "Blocks: the network, and the loss behind it.",
        page="quality/cross-entropy.md",
        figure="network_diagram",
        now="The same diagram as above: scores, log-softmax, one entry.",
        claims=("S3-117",),
    ),
    Lost(
        "F3.15c",
        "L464, L477",
        "The loss as a valley, and steps down.",
        page="quality/ascent-and-descent.md",
        figure="loss_landscape",
        panel="map",
        now="Minus the logarithm of the mountain, with both walks.",
        claims=("S3-118",),
    ),
    Lost(
        "F3.15d",
        "L511, L521, L555–560",
        "Braces below two averages; then template matching as a product of matrices.",
        page="quality/template-matching.md",
        figure="template_matching_matrices",
        panel="factors",
        now="Errors, inputs and their product: choose an entry and see what it is made of.",
        claims=("S3-125",),
    ),
    Lost(
        "F3.15e",
        "L405",
        "A column of four logarithms, of which an arrow or a frame picks the second.",
        page="quality/cross-entropy.md",
        figure="network_diagram",
        panel="example",
        now="The same pick, as the last step of an example on its way.",
        claims=("S3-111",),
    ),
    Lost(
        "F3.16",
        "L622",
        "A cell of the lab: a batch of scores, and the loss that the criterion gives.",
        page="quality/cross-entropy.md",
        use=("snippet", "quality/cross_entropy:cross_entropy_of_scores"),
        now="A batch of scores and its loss, run at build. The lecture's scores are not known.",
        claims=("S3-085",),
    ),
    Lost(
        "F3.17",
        "L654–656",
        "What the criterion does: scores and labels in, a number out.",
        page="quality/cross-entropy.md",
        figure="network_diagram",
        panel="example",
        now="One example on its way from scores to a number.",
        claims=("S3-088",),
    ),
    # ---- the notes
    Lost(
        "F4.1",
        "L42–48",
        "The algorithm of mini-batches, by hand.",
        page="sum-or-mean/mini-batches.md",
        figure="batches_in_turn",
        now="Each step takes the next mini-batch, and the last one of an epoch takes what is left.",
    ),
    Lost(
        "F4.2",
        "L50–61",
        "Cost against iterations: smooth for the full batch, noisy for mini-batches.",
        page="sum-or-mean/mini-batches.md",
        figure="cost_curves",
        now="Both curves, for a size and a learning rate that you choose.",
        claims=("S4-012",),
    ),
    Lost(
        "F4.3",
        "L65–71",
        "London's temperatures over a year, as dots.",
        page="moving-averages/average-that-remembers.md",
        figure="temperatures",
        panel="temperatures",
        now="A year of real days, in Seattle; London's are not printed but for five.",
        claims=("S4-013",),
    ),
    Lost(
        "F4.4",
        "L86–90",
        "Three averages over the dots, with a short memory and with long ones.",
        page="moving-averages/average-that-remembers.md",
        figure="temperatures",
        panel="weights",
        now="One average and a slider for β, with what each day weighs.",
        claims=("S4-019",),
    ),
    Lost(
        "F4.5",
        "L111–113",
        "The average as expected, and the one that starts too low.",
        page="moving-averages/bias-correction.md",
        figure="bias_correction",
        now="Both over real days, and the misprinted one too.",
        claims=("S4-026",),
    ),
    Lost(
        "F4.6",
        "L134–138",
        "Gradient descent zigzags down a long bowl.",
        page="moving-averages/momentum-speed.md",
        figure="momentum_bowl",
        now="A bowl 25 times as steep one way as the other; the squares are descent.",
        claims=("S4-034",),
    ),
    Lost(
        "F4.7",
        "L157–159",
        "Momentum on the same bowl.",
        page="moving-averages/momentum-speed.md",
        figure="momentum_bowl",
        now="The dots of the same figure, with a slider for β.",
        claims=("S4-034",),
    ),
    Lost(
        "F4.8",
        "L228–231",
        "The path with a rate that falls and with one that does not, around the minimum.",
        page="moving-averages/learning-rate-decay.md",
        figure="around_the_minimum",
        now="Both paths under the same noise, with four schedules.",
        claims=("S4-111",),
    ),
    Lost(
        "F4.9",
        "L249–255",
        "A curve with local optima.",
        page="moving-averages/saddles-and-plateaus.md",
        figure="two_valleys",
        now="A curve with two valleys; above it, on the same page, a saddle and a plateau.",
        claims=("S4-140",),
    ),
    Lost(
        "F4.10a",
        "L278",
        "Batch normalisation inside one layer.",
        page="moving-averages/batch-normalisation.md",
        figure="normalised_batches",
        now="The scores of a unit before and after, with their mean and deviation.",
        claims=("S4-130",),
    ),
    Lost(
        "F4.10b",
        "L293–295",
        "Batch normalisation between the layers of a network.",
        page="moving-averages/batch-normalisation.md",
        figure="normalised_layer",
        now="Between the scores of a layer and its activation, step by step.",
        claims=("S4-131",),
    ),
    Lost(
        "F4.11",
        "L304",
        "A network of four hidden layers; the first two are covered, then uncovered.",
        page="moving-averages/batch-normalisation-backward.md",
        figure="covered_layers",
        now="What a later layer is given while the layers below it learn, normalised and not.",
    ),
    Lost(
        "F4.12",
        "L327–346",
        "Eight pictures of cats, dogs, chicks and others, with the numbers of their classes.",
        page="quality/cross-entropy.md",
        reason="Photographs of which nobody knows the licence. Our table of predictions has four classes too.",
        claims=("S4-083",),
    ),
    Lost(
        "F4.13",
        "L367–370",
        "A network whose last layer has four units.",
        page="quality/softmax-gradient.md",
        figure="network_diagram",
        panel="diagram",
        now="A unit for each class, with the shape of each array.",
        claims=("S4-152",),
    ),
    Lost(
        "F4.14",
        "L375–388",
        "Six maps: the regions of three classes, and of four, five and six.",
        page="quality/softmax.md",
        figure="softmax_regions",
        panel="map",
        now="Three to six classes, by choice; those without a region are named.",
        claims=("S4-153",),
    ),
    Lost(
        "F4.15",
        "L392–400",
        "Four scores through softmax, and their hard maximum.",
        page="quality/softmax.md",
        figure="temperature",
        panel="chances",
        now="The same scores, with a temperature that leads to the hard maximum.",
        claims=("S4-091",),
    ),
    Lost(
        "F4.16",
        "L413–415",
        "The loss of one example, by hand: the second class is right, and the fourth one leads.",
        page="quality/softmax-gradient.md",
        figure="network_diagram",
        panel="example",
        now="The figure opens with this example.",
    ),
)


# ---- the page


def counts() -> tuple[int, int]:
    """How many figures were lost, and how many of them are redone."""
    return len(LOST), sum(one.redone for one in LOST)


def draw(argument: str) -> dict[str, Any]:
    """The count, without an argument; with the letters of a text, its cards."""
    if not argument:
        many, redone = counts()
        rest = many - redone
        html = (
            f'<p class="om-gallery-count">Of <strong>{many}</strong> lost figures <strong>{redone}</strong> are '
            f"redone. <strong>{rest}</strong> are not, each for a reason that is given.</p>"
        )
        return {"html": html, "ids": [], "shows": [], "equations": 0}
    chosen = [one for one in LOST if one.source == argument]
    if not chosen:
        raise Wrong(f"a text that lost figures: {', '.join(sorted({one.source for one in LOST}))}", argument)
    cards = "".join(_card(one) for one in chosen)
    ids = [anchor(one) for one in chosen]
    return {"html": f'<div class="om-gallery"><ul>{cards}</ul></div>', "ids": ids, "shows": [], "equations": 0}


def anchor(one: Lost) -> str:
    """F3.15a is at #f3-15a."""
    return one.id.lower().replace(".", "-")


def _card(one: Lost) -> str:
    from press import components

    target = f"om:{one.page}" + (f"#figure-{one.figure.replace('_', '-')}" if one.figure else "")
    if one.use[0] == "derivation":
        target += f"#{one.use[1]}"
    claims = " ".join(str(components.draw("claim link", name)["html"]) for name in one.claims)
    if one.figure:
        picture, words = _pictures(one), "To the figure"
    elif one.reason:
        picture, words = _none("not redone"), "Where its subject is treated"
    elif one.picture:
        picture, words = _none("a picture of a lab"), "To the lab"
    elif one.use[0] == "derivation":
        picture, words = _none("a derivation"), "To the derivation"
    else:
        picture, words = _none("code, and what it printed"), "To the page"
    here = f'<a href="#{anchor(one)}">{one.id}</a>'
    return (
        f'<li id="{anchor(one)}">{picture}'
        f'<p class="om-lost-head">{here} · {one.source}, {one.place} {claims}</p>'
        f'<p class="om-lost-what">{escape(one.what, quote=False)}</p>'
        f"<p>{escape(one.reason or one.now, quote=False)} "
        f'<a href="{target}" aria-label="{words}: {one.id}">{words}</a></p></li>'
    )


def _none(said: str) -> str:
    """What stands on a card in the place of a picture."""
    return f'<span class="om-gallery-none">{said}</span>'


def _pictures(one: Lost) -> str:
    """The same picture twice, one for each theme; the page shows one of them, and only that one is fetched."""
    made = []
    for theme in THEMES:
        path, width, height = thumbnail(one.figure, one.panel, theme)
        made.append(
            f'<img class="om-{theme}" src="om:{path}" width="{WIDTH}" height="{round(WIDTH * height / width)}" '
            f'alt="" loading="lazy" decoding="async">'
        )
    return "".join(made)


# ---- the pictures


@cache
def _panels(figure: str) -> dict[str, str]:
    """The static pictures of a figure, by panel, as they stand on its page."""
    from press import figures

    html = figures.figure_html(figure)
    found = re.findall(r'<div class="om-panel" data-panel="([\w-]+)">(<svg\b.*?</svg>)</div>', html, re.DOTALL)
    return dict(found)


def thumbnail(figure: str, panel: str, theme: str) -> tuple[str, float, float]:
    """The site path of a figure's small picture, and the sizes of its frame. Raises Wrong for a panel it has not."""
    text = picture(figure, panel, theme)
    frame = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    if frame is None:
        raise Wrong(f"a frame in the picture of {figure}", "none")
    mark = hashlib.sha256(text.encode()).hexdigest()[:10]
    return f"assets/gallery/{figure}-{theme}.{mark}.svg", float(frame[1]), float(frame[2])


@cache
def picture(figure: str, panel: str, theme: str) -> str:
    """A panel as a file of its own, with the colours of a theme: the first panel unless one is named."""
    panels = _panels(figure)
    name = panel or next(iter(panels), "")
    if name not in panels:
        raise Wrong(f"a picture of {figure}: {', '.join(panels) or 'it has none'}", panel or "none named")
    body = panels[name].replace("<svg ", f'<svg xmlns="{SVG}" ', 1)
    ElementTree.fromstring(body)  # an image that is not XML is shown as nothing
    style = rules(set(re.findall(r"om-[\w-]+", " ".join(re.findall(r'class="([^"]*)"', body)))))
    size = re.search(r'viewBox="[^"]*"', body)
    assert size is not None
    style = f".om-figure{{font-family:var(--om-sans)}}{style}"
    paint = f".om-figure{{{variables(theme, style)}}}{style}"
    return f'<svg xmlns="{SVG}" class="om-figure" {size[0]}><style>{paint}</style>{body}</svg>'


def rules(classes: set[str]) -> str:
    """Those rules of the figures' style that an SVG with these classes can meet."""
    text = re.sub(r"/\*.*?\*/", "", STYLE.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", text)
    kept = []
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        named = set(re.findall(r"\.(om-[\w-]+)", selector)) - {"om-figure"}
        generic = re.search(r"\[class\^=|svg text\s*$", selector)
        if ".om-figure" in selector and (named & classes or (generic and not named)) and "var" not in selector.split():
            kept.append(f"{' '.join(selector.split())}{{{' '.join(body.split())}}}")
    return "".join(kept)


def variables(theme: str, style: str) -> str:
    """The custom properties that a style uses, with the values that a theme gives them."""
    known: dict[str, str] = {}
    for path in (COLOURS, STYLE):
        text = path.read_text("utf-8")
        for block in re.findall(rf'(?::root|\[data-md-color-scheme="{THEMES[theme]}"\])\s*\{{([^{{}}]*)\}}', text):
            known.update(re.findall(r"(--om-[\w-]+):\s*([^;]+);", block))
    wanted, ahead = {}, re.findall(r"var\((--om-[\w-]+)", style)
    while ahead:
        name = ahead.pop()
        if name in known and name not in wanted:
            wanted[name] = known[name].replace('"', "'")
            ahead += re.findall(r"var\((--om-[\w-]+)", known[name])
    return "".join(f"{name}:{value};" for name, value in sorted(wanted.items()))


def files() -> dict[str, bytes]:
    """What the page's pictures need of the site: path from its root, and content."""

    def make() -> dict[str, str]:
        chosen = {(one.figure, one.panel) for one in LOST if one.figure}
        return {
            thumbnail(figure, panel, theme)[0]: picture(figure, panel, theme)
            for figure, panel in sorted(chosen)
            for theme in THEMES
        }

    return {path: text.encode() for path, text in store.kept("gallery pictures", make).items()}
