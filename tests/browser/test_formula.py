"""A formula is drawn where KaTeX draws it, sign by sign: press/formula.py takes away elements, nothing of the look."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Browser

from press import formula
from press.theme import hooks

from .server import Server
from .survey import DESK, Setting, visit
from .tools import ROOT

FORMULAS = (
    r"x_i^2 + y^{2} = z_{k_j}^{(i)} f_{a}",
    r"\frac{1}{m} \sum_{i=1}^{m} \ell^{(i)}, \frac{\sum_{k=1}^{K} a_k^2}{\prod_{j} b_{j}}",
    r"\displaystyle \sum_{i=1}^{m} \frac{\partial J}{\partial w_{i}} - \frac{e^{z_{r}^{(i)}} \sum_{k=1}^{K} y_{k}}{2}",
    r"\left(\frac{a}{\frac{b}{c}}\right)^2 = \sqrt{x_k + \sqrt{2}}",
    r"\bar{x} \neq \hat{y}, \overline{z} \notin \{a\}, J_{w\neq0}",
    r"\begin{cases} a & \text{if } b \\ c & \text{else} \end{cases}",
    r"\left(\begin{matrix}\frac{a}{b}\\ b\\ c\\ d\end{matrix}\right)^{\frac{1}{2}}",
    r"x = \frac{1}{m} (\sum_{i=1}^{m} z_{i} - (\frac{a}{b} + c)^{2}) + d",
)

CUT = r"a = b + (c + d - e)"

# Where each sign stands, and each line and each drawing, from the first of the formula’s boxes.
PLACES = """
of => {
  const from = of.querySelector(".katex-base").getBoundingClientRect(), places = []
  const put = (what, { x, y, width, height }) => places.push([what, x - from.x, y - from.y, width, height])
  const texts = document.createTreeWalker(of, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    for (let i = 0; i < texts.currentNode.data.length; i++) {
      const sign = document.createRange()
      sign.setStart(texts.currentNode, i)
      sign.setEnd(texts.currentNode, i + 1)
      if (sign.toString() !== "\\u200b") put(sign.toString(), sign.getBoundingClientRect())
    }
  }
  of.querySelectorAll(".katex-base, .frac-line, .overline-line, svg").forEach(one => {
    put(one.classList[0] || one.localName, one.getBoundingClientRect())
  })
  return places
}
"""


KATEX = "import json, sys; from press import katex; print(json.dumps([katex._run(one, False) for one in sys.argv[1:]]))"


@pytest.fixture(scope="module")
def raw() -> dict[str, str]:
    """What KaTeX makes of each, in a process of its own: its engine and Playwright's loop do not share a thread."""
    made = subprocess.run(
        [sys.executable, "-c", KATEX, *FORMULAS, CUT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return dict(zip((*FORMULAS, CUT), json.loads(made.stdout), strict=True))


@pytest.mark.parametrize("tex", FORMULAS)
def test_every_sign_stands_where_katex_puts_it(tex: str, raw: dict[str, str], browser: Browser, server: Server) -> None:
    made = raw[tex]
    before, marks, visible = made.partition('<span class="katex-html" aria-hidden="true">')
    slim = f"{before}{marks}{formula.slim(visible.removesuffix('</span></span>'))}</span></span>"
    assert slim.count("<span") < made.count("<span")
    with visit(browser, server, "", Setting(DESK)) as found:
        found.page.evaluate(
            "both => { document.querySelector('article').innerHTML = both.map(one => `<div>${one}</div>`).join('') }",
            [made, slim],
        )
        found.page.evaluate("document.fonts.ready.then(() => 0)")
        old, new = (found.page.evaluate(PLACES, one) for one in found.page.query_selector_all("article .katex-html"))
    assert [each[0] for each in new] == [each[0] for each in old]
    assert len(old) > 5
    for (what, *there), (_, *here) in zip(old, new, strict=True):
        assert here == pytest.approx(there, abs=0.15), what  # pixels


ROWS = """
([html, width]) => {
  document.querySelector("article").innerHTML = `<div style="width:${width}em">${html}</div>`
  return [...document.querySelectorAll("article .katex-base")].map(one => one.getBoundingClientRect().bottom)
}
"""


@pytest.mark.parametrize(("width", "rows"), [(20, [0, 0, 0, 0, 0]), (9, [0, 0, 1, 1, 1]), (2.6, [0, 1, 2, 3, 4])])
def test_a_line_ends_within_brackets_only_where_they_are_wider(
    width: float, rows: list[int], raw: dict[str, str], browser: Browser, server: Server
) -> None:
    before, marks, visible = raw[CUT].partition('<span class="katex-html" aria-hidden="true">')
    slim = f"{before}{marks}{formula.slim(visible.removesuffix('</span></span>'))}</span></span>"
    with visit(browser, server, "", Setting(DESK)) as found:
        ends = found.page.evaluate(ROWS, [slim, width])
    met = sorted({round(one / 8) for one in ends})  # a line is 20 pixels at least
    assert [met.index(round(one / 8)) for one in ends] == rows


# A box that is cut takes the whole line, and the stop stands at its end: widths from where the brackets fit.
STOPS = """
html => {
  const article = document.querySelector("article"), lonely = []
  for (let width = 130; width < 260; width += 3) {
    article.innerHTML = `<p style="width:${width}px">The cost is ${html} for all</p>`
    const last = [...article.querySelectorAll(".katex-base")].at(-1), stop = article.querySelector(".om-stop")
    const [box, sign] = [last, stop].map(one => one.getBoundingClientRect())
    if (sign.top > box.bottom || sign.right < box.right || sign.left < box.right - 2) lonely.push(width)
  }
  return lonely
}
"""


@pytest.mark.parametrize("stop", [",", ".", ")"])
def test_no_line_begins_with_the_stop_of_a_formula(
    stop: str, raw: dict[str, str], browser: Browser, server: Server
) -> None:
    before, _, visible = raw[CUT].partition('<span class="katex-html" aria-hidden="true">')
    slim = formula.slim(visible.removesuffix("</span></span>"))
    eq = f'<span class="om-eq" data-name="x">{before}<om-visible class="katex-html">{slim}</om-visible></span></span>'
    with visit(browser, server, "", Setting(DESK)) as found:
        assert found.page.evaluate(STOPS, hooks.whole(eq + stop)) == []
