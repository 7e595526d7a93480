"""The slim markup of a formula: what is taken away, what has to stay, and that it is drawn where KaTeX draws it."""

from __future__ import annotations

import re

import pytest

from press import formula, katex


def whole(tex: str) -> str:
    """The visible half as KaTeX writes it, without the span around it."""
    visible = katex._run(tex, False).partition('<span class="katex-html" aria-hidden="true">')[2]
    return visible.removesuffix("</span></span>")


def signs(markup: str) -> str:
    """What is to be read, without the empty sign that holds KaTeX's tables open."""
    return re.sub(r"<[^>]*>|\u200b", "", markup)


FORMULAS = [
    r"x_i^2 + y^{2} = z_{k_j}",
    r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}",
    r"\displaystyle \sum_{i=1}^{m} \frac{\partial J}{\partial w_{i}}",
    r"\left(\frac{a}{\frac{b}{c}}\right)^2 = \sqrt{x_k}",
    r"\bar{x} \neq \hat{y}, \overline{z} \notin \{a\}",
    r"\begin{cases} a & \text{if } b \\ c & \text{else} \end{cases}",
    r"\left(\begin{matrix}\frac{a}{b}\\ b\\ c\\ d\end{matrix}\right)",
]


@pytest.mark.parametrize("tex", FORMULAS)
def test_every_sign_stays_in_its_order(tex: str) -> None:
    assert signs(formula.slim(whole(tex))) == signs(whole(tex))


def test_half_the_elements_are_left() -> None:
    before, after = (sum(one.count("<span") for one in made) for made in zip(*map(_both, FORMULAS), strict=True))
    assert after < 0.55 * before


def _both(tex: str) -> tuple[str, str]:
    return whole(tex), formula.slim(whole(tex))


def test_a_lone_script_is_raised_by_what_katex_raises_it() -> None:
    found = re.search(
        r'style="top:(-[\d.]+)em;margin-right:0.05em;"><span class="pstrut" style="height:([\d.]+)em', whole("x^2")
    )
    assert found
    up = -float(found[1]) - float(found[2])  # in the size of the base; the script's own is 0.7 of it
    assert f"vertical-align:{up / 0.7:.4f}em" in formula.slim(whole("x^2"))


def test_what_overlaps_in_a_script_stays_in_a_box() -> None:
    assert "om-s" in formula.slim(whole(r"J_{w=0}"))
    assert "om-s" not in formula.slim(whole(r"J_{w\neq0}"))


def test_a_part_taller_than_the_strut_keeps_its_own() -> None:
    tall = (
        '<span class="vlist-t"><span class="vlist-r"><span class="vlist" style="height:5em;">'
        '<span style="top:-5em;">{}</span></span></span></span>'
    )
    assert 'class="pstrut" style="height:6em"' in formula.slim(
        tall.format('<span class="pstrut" style="height:6em;"></span><span class="mord">x</span>')
    )
    assert "pstrut" not in formula.slim(
        tall.format('<span class="pstrut" style="height:3em;"></span><span class="mord">x</span>')
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<b>x</b>",
        '<span class="mord">x',
        '<span title="a">x</span>',
        '<span class="vlist-t"><span class="vlist">x</span></span>',
        '<span class="vlist-t"><span class="vlist-r"><span class="vlist" style="height:1px;"></span></span></span>',
    ],
)
def test_other_markup_is_refused(markup: str) -> None:
    with pytest.raises(formula.OtherMarkup, match="expected"):
        formula.slim(markup)


def test_a_row_of_one_is_no_row() -> None:
    lone = "<mrow><msup><mi>x</mi><mrow><mn>2</mn></mrow></msup></mrow>"
    assert formula.slim_mathml(lone) == "<msup><mi>x</mi><mn>2</mn></msup>"
    kept = "<mrow><mi>x</mi><mo>=</mo><mrow></mrow></mrow>"
    assert formula.slim_mathml(kept) == kept


def grouped(tex: str) -> str:
    """The signs, with { } around each base, which no line is cut in, and ⟦ ⟧ around each box of bases."""
    made, open_ = "", []
    for tag, text in re.findall(r"<([^>]*)>|([^<]+)", re.sub(r"<svg.*?</svg>", "", formula.slim(whole(tex)))):
        if tag == "/span":
            made += open_.pop()
        elif tag:
            begin, end = {'span class="katex-base"': "{}", 'span class="om-g"': "⟦⟧"}.get(tag, ("", ""))
            made += begin
            open_.append(end)
        made += text
    return made


@pytest.mark.parametrize(
    ("tex", "boxes"),
    [
        (r"x = (1 - \frac{1}{p})^{2} + y", "{x=}⟦{(1−}{p1)2+}⟧{y}"),
        (r"-(1 - y) \log(1 - a)", "⟦{−(1−}{y)log(1−}{a)}⟧"),
        (r"(a - b) (c - d) = 0", "⟦{(a−}{b)}⟧⟦{(c−}{d)=}⟧{0}"),
        (r"a (b + (c + d) - e)", "⟦{a(b+}⟦{(c+}{d)−}⟧{e)}⟧"),
        (r"n! + (k + 1)! - 2", "{n!+}⟦{(k+}{1)!−}⟧{2}"),
        (r"[0, 1) + \left(a - b\right)", "{[0,1)+}{(a−b)}"),
        (r"\left(a - b\right) \left(c + d\right) \left(e\right) = 0", "{(a−b)}{(c+d)}{(e)=}{0}"),
        (r"\lvert a - b\rvert = 0", "⟦{∣a−}{b∣=}⟧{0}"),
        (r"f(\lvert a - b\rvert, \lvert c - d\rvert) = 0", "⟦⟦{f(∣a−}{b∣,}⟧⟦{∣c−}{d∣)=}⟧⟧{0}"),
        (r"a (b + (c + d) (e - f))", "⟦{a(b+}⟦{(c+}{d)}⟧⟦{(e−}{f))}⟧⟧"),
        (r"(a + b", "{(a+}{b}"),
    ],
)
def test_what_stands_in_brackets_is_one_box(tex: str, boxes: str) -> None:
    assert grouped(tex) == boxes
