"""Tests of the tester: a sound page passes every check, and each planted fault is refused by the check for it."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from . import tools
from .budgets import FIRST_VISIT, LAB_HTML, Table
from .conftest import listed
from .server import Server
from .survey import (
    DESK,
    PHONE,
    WORKERS,
    Fault,
    Found,
    Setting,
    Stage,
    bare,
    by_hand,
    chromium,
    drawn,
    look,
    on_the_phone,
    visit,
)
from .test_site import lab_bytes

SOUND = (Path(__file__).parent / "fixtures/sound.html").read_text(encoding="utf-8")
NOISE = random.Random(0).randbytes(220_000)

phone_light, desk_dark = drawn(PHONE, "light"), drawn(DESK, "dark")


@dataclass(frozen=True)
class Plant:
    """A fault: the first `old` in the sound page becomes `new`, and in `stage` the check must say `says`."""

    check: str
    says: str
    old: str
    new: str
    stage: Stage = phone_light


END = "</article>"
BAR = '<text x="10" y="30" font-size="14">rate</text>'
# After the first paint: before it nothing has a place to move from.
LATE = (
    "new PerformanceObserver(() => setTimeout(() => document.querySelector('h1').insertAdjacentHTML('beforebegin',"
    " '<div style=\"height: 90px\">late</div>'), 100)).observe({ type: 'paint', buffered: true });"
)

PLANTS = {
    "a console error": Plant("console", "planted", "<script>", "<script>console.error('planted');"),
    "a console warning": Plant("console", "planted", "<script>", "<script>console.warn('planted');"),
    "an exception": Plant("console", "uncaught", "<script>", "<script>setTimeout(() => nothing.at.all);"),
    "a file that is not there": Plant("console", "answered 404", END, f'<img src="gone.png" alt="">{END}'),
    "a picture from another host": Plant(
        "other host", "asked for", END, f'<img src="//elsewhere.invalid/a" alt="">{END}'
    ),
    "a script's call to another host": Plant(
        "other host", "asked for", "<script>", "<script>fetch('https://elsewhere.invalid/').catch(() => 0);"
    ),
    "another host's picture, far below": Plant(
        "other host",
        "names",
        END,
        f'<p style="height: 9000px">far</p><img loading="lazy" src="https://elsewhere.invalid/a.png" alt="">{END}',
    ),
    "a connection to another host": Plant(
        "other host", "names", "<style>", '<link rel="preconnect" href="https://elsewhere.invalid/"><style>'
    ),
    "no dark theme": Plant("theme", "dark", "prefers-color-scheme: dark", "print", desk_dark),
    "faint words": Plant("axe", "color-contrast", "color: #111111", "color: #999999"),
    "words that are faint in the dark": Plant("axe", "color-contrast", "color: #eeeeee", "color: #444444", desk_dark),
    "faint words in a closed disclosure": Plant("axe", "color-contrast", "<pre>", '<pre style="color: #aaaaaa">'),
    "a picture without words for it": Plant("axe", "image-alt", END, f'<img src="data:," width="9" height="9">{END}'),
    "a control without a name": Plant("axe", "label", '<label for="rate">Rate</label>', ""),
    "a box wider than the phone": Plant("overflow", "wide", END, f'<div style="width: 500px">box</div>{END}'),
    "a box that only the tablet shows": Plant(
        "overflow", "768", END, f'<div style="width: 769px">box</div>{END}', desk_dark
    ),
    "a wide box that the body hides": Plant(
        "overflow",
        "reaches",
        "<article>",
        '<style>body { overflow-x: hidden }</style><article><p style="width: 500px">x',
    ),
    "words cut off": Plant(
        "overflow", "hides", END, f'<p style="width: 40px; overflow: hidden; white-space: nowrap">a long line</p>{END}'
    ),
    "a wide box in a closed disclosure": Plant("overflow", "wide", "<pre>", '<pre style="width: 500px">'),
    "a label outside its picture": Plant("labels", "cut off", BAR, BAR.replace('x="10"', 'x="310"')),
    "a label too small": Plant("labels", "under 9 px", BAR, BAR.replace("14", "6")),
    "labels on each other": Plant("labels", "lies on", BAR, BAR.replace('x="10"', 'x="190"')),
    "raw TeX": Plant("maths", "raw TeX", END, f"<p>the rate $\\beta$</p>{END}"),
    "maths without MathML": Plant("maths", "no MathML", "<math><mi>m</mi></math>", "m"),
    "a formula that KaTeX refused": Plant(
        "maths", "refused", END, f'<span class="katex-error" title="why">x</span>{END}'
    ),
    "a late shift": Plant("layout shift", "by", "<script>", f"<script>{LATE}"),
    "a late shift on the phone": Plant("layout shift", "by", "<script>", f"<script>{LATE}", on_the_phone),
    "an empty section": Plant("without JavaScript", "nothing stands", END, f"<h2>Empty</h2>{END}", bare),
    "a section that a script fills": Plant(
        "without JavaScript",
        "nothing stands",
        END,
        f"<h2>Late</h2><p id=late></p><script>late.textContent = 'filled'</script>{END}",
        bare,
    ),
    "a picture that a script shows": Plant(
        "without JavaScript", "no picture", "<svg ", '<svg style="display: none" ', bare
    ),
    "a dead control": Plant("without JavaScript", "does nothing", "<fieldset disabled>", "<fieldset>", bare),
    "raw TeX without JavaScript": Plant("maths", "raw TeX", END, f"<p>the rate $\\beta$</p>{END}", bare),
    "a slider that moves nothing": Plant(
        "keyboard", "changes nothing", 'bar.setAttribute("width", 10 * rate.value);', "", by_hand
    ),
    "a button that does nothing": Plant("keyboard", "#back", "rate.value = 10; draw();", "", by_hand),
    "controls that no script enables": Plant(
        "keyboard", "stay disabled", ".disabled = false", ".hidden = false", by_hand
    ),
    "a slider that Tab does not reach": Plant("keyboard", "#rate", 'id="rate"', 'id="rate" tabindex="-1"', by_hand),
    "a disclosure that stays shut": Plant(
        "keyboard", "does not open", "<summary>", '<summary onclick="return false">', by_hand
    ),
    "a copy button that copies nothing": Plant("keyboard", "copies nothing", "copy.addEventListener", "void", by_hand),
}


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "index.html").write_text(SOUND, encoding="utf-8")
    with Server(tmp_path) as server:
        yield server


def test_a_sound_page_passes_every_check(playwright: Playwright, sound: Server) -> None:
    seen = look(playwright, sound, "")
    assert not (faults := [fault for each in seen for fault in each.faults]), listed(faults)
    found = {measure.what: measure.value for each in seen for measure in each.measures}
    assert "restarts" not in found
    assert found["controls"] == 2
    assert found["copy buttons"] == 1
    assert found["figures"] == 1
    assert 500 < found["bytes"] < len(SOUND), "compressed"


@pytest.mark.parametrize("hangs", [1, 2])
def test_a_stage_that_breaks_off_is_gone_through_again_once(playwright: Playwright, sound: Server, hangs: int) -> None:
    left = [True] * hangs

    def stage(browser: Browser, server: Server, path: str) -> Found:
        with visit(browser, server, path, Setting(DESK)) as found:
            if left and left.pop():
                found.page.evaluate("new Promise(() => 0)")  # never kept
            return found.faults, []

    seen = look(playwright, sound, "", (stage, stage), seconds=12)
    assert sum(measure.value for each in seen for measure in each.measures) == hangs
    faults = [fault.what for each in seen for fault in each.faults]
    assert len(faults) == hangs - 1, faults
    assert all("the survey broke off" in each for each in faults)
    assert seen[-1].stage is stage, "the next stage has a browser that answers"
    assert not seen[-1].faults


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Fault]]:
    """What the survey says of each spoilt page."""
    waiting = list(PLANTS)
    found: dict[str, list[Fault]] = {}

    def work() -> None:
        with chromium() as browser:
            while waiting:
                name = waiting.pop()
                plant = PLANTS[name]
                folder = tmp_path_factory.mktemp("spoilt")
                (folder / "index.html").write_text(SOUND.replace(plant.old, plant.new, 1), encoding="utf-8")
                with Server(folder) as server:
                    found[name], _ = plant.stage(browser, server, "")

    with ThreadPoolExecutor(WORKERS) as pool:
        for done in [pool.submit(work) for _ in range(WORKERS)]:
            done.result()
    return found


@pytest.mark.parametrize("name", PLANTS)
def test_a_planted_fault_is_refused(told: dict[str, list[Fault]], name: str) -> None:
    plant = PLANTS[name]
    assert plant.old in SOUND
    assert any(each.check == plant.check and plant.says in each.what + each.where for each in told[name]), listed(
        told[name]
    )


def test_a_heavy_first_visit_is_weighed_with_all_that_it_fetches(browser: Browser, tmp_path: Path) -> None:
    """A worker's own fetch included, which the page's network log does not show."""
    (tmp_path / "noise.bin").write_bytes(NOISE)
    (tmp_path / "worker.js").write_text("fetch('noise.bin').then((got) => got.blob())", encoding="utf-8")
    page = SOUND.replace("<script>", "<script>new Worker('worker.js');")
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with Server(tmp_path) as server:
        _, measures = on_the_phone(browser, server, "")
    assert next(each.value for each in measures if each.what == "bytes") > len(NOISE) > FIRST_VISIT


def test_a_lab_is_weighed_without_its_pictures() -> None:
    picture = f'<img alt="" src="data:image/png;base64,{NOISE.hex()}">'
    assert lab_bytes(SOUND.replace(END, picture + END)) < 3_000
    assert lab_bytes(SOUND.replace(END, f"<pre>{NOISE.hex()}</pre>" + END)) > LAB_HTML


@pytest.mark.parametrize(
    ("rule", "old", "new"),
    [
        ("no-dup-id", END, f'<p id="figure">again</p>{END}'),
        ("close-order", "</h1>", "</h2>"),
        ("valid-id", END, f'<p id="__mine">ours</p>{END}'),
        ("element-permitted-content", END, f"<p><span><div>block</div></span></p>{END}"),
        ("attribute-boolean-style", "<details class", '<details open="yes" class'),
        ("no-inline-style", END, f'<p style="color: red">red</p>{END}'),
    ],
)
def test_invalid_markup_is_refused(tmp_path: Path, rule: str, old: str, new: str) -> None:
    page = tmp_path / "index.html"
    page.write_text(SOUND.replace(old, new, 1), encoding="utf-8")
    faults, excused = tools.invalid_html(tmp_path, [page])
    assert not excused
    assert any(each.what.startswith(f"{rule}:") for each in faults), listed(faults)


def test_sound_markup_is_accepted(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text(SOUND, encoding="utf-8")
    faults, _ = tools.invalid_html(tmp_path, [page])
    assert not faults, listed(faults)


LINKS = '<a href="there/">there</a> <a href="there/#part">part</a> <a href="https://elsewhere.invalid/x">out</a>'
BACK = '<h2 id="part">Part</h2> <a href="../#figure">back</a>'


@pytest.mark.parametrize(
    ("says", "old", "new"),
    [
        ("'gone/' is broken", "there/#part", "gone/"),
        ("'there/#gone' is broken", "there/#part", "there/#gone"),
        ("'#gone' is broken", "there/#part", "index.html#gone"),
        ("there/: '#gone' is broken", "../#figure", "../#gone"),
        ("there/: 'gone/' is broken: answered 404", "../#figure", "../gone/"),
        ("404.html: 'gone/' is broken", "/one-over-m/there/", "/one-over-m/gone/"),
        ("'gone.css' is broken", "<a", '<link rel="stylesheet" href="gone.css"><a'),
        ("'gone.png' is broken", "<a", '<p style="background: url(gone.png)">x</p><a'),
        ("there/: no link leads to this page", LINKS, ""),
        ("", "", ""),
    ],
)
def test_broken_links_are_refused(tmp_path: Path, says: str, old: str, new: str) -> None:
    # What cannot be found is named from the root of the host, and 404.html is as quick to be read as the home page.
    lost = '<a href="/one-over-m/there/">there</a>'
    for name, words in (("index.html", LINKS), ("there/index.html", BACK), ("404.html", lost)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        # The first of the three that has the words is the one that is spoilt.
        spoilt = words.replace(old, new, 1) if old else words
        old = "" if spoilt != words else old
        (tmp_path / name).write_text(SOUND.replace(END, spoilt + END), encoding="utf-8")
    with Server(tmp_path, "/one-over-m/") as server:
        faults = tools.broken_links(server, ["", "there/", "404.html"])
    told = listed(faults)
    assert (says in told) if says else not faults, told


def test_what_was_never_answered_says_why() -> None:
    never = {"status": 0, "failureDetails": [{"message": "fetch failed", "cause": "connect ECONNREFUSED"}]}
    assert tools._why(never) == "answered 0 connect ECONNREFUSED"


def test_lighthouse_takes_points_off(tmp_path: Path) -> None:
    spoilt = SOUND.replace('<meta name="description"', '<meta name="nothing"').replace(
        "color: #111111", "color: #999999"
    )
    (tmp_path / "index.html").write_text(
        spoilt.replace("<script>", "<script>console.error('planted');"), encoding="utf-8"
    )
    with Server(tmp_path) as server:
        found = tools.lighthouse(server.url(""), most=1)
    for category in ("accessibility", "best-practices", "seo"):
        assert found.scores[category] < 100, category
        assert found.lost[category]


def test_the_server_answers_as_pages_does(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("index.html", "a/index.html", "404.html"):
        (tmp_path / name).write_text(f"{name} " * 100, encoding="utf-8")
    (tmp_path / "letters.woff2").write_bytes(NOISE)
    with Server(tmp_path, "/one-over-m/") as server:

        def ask(path: str, squeeze: str = "gzip") -> tuple[int, dict[str, str], bytes]:
            link = http.client.HTTPConnection(server.origin.removeprefix("http://"))
            link.request("GET", path, headers={"Accept-Encoding": squeeze})
            answer = link.getresponse()
            got = answer.status, dict(answer.headers), answer.read()
            link.close()
            return got

        status, headers, body = ask("/one-over-m/")
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        assert gzip.decompress(body).startswith(b"index.html ")
        assert server.sent[-1].size > len(body), "headers count"
        assert ask("/one-over-m/a/", squeeze="")[2].startswith(b"a/index.html ")
        status, headers, _ = ask("/one-over-m/a")
        assert (status, headers["Location"]) == (301, "/one-over-m/a/")
        assert ask("/one-over-m/letters.woff2")[2] == NOISE, "a font is not squeezed twice"
        for path in ("/", "/a/", "/one-over-m/gone", "/one-over-m/index.html/", "/one-over-m/../secret"):
            status, headers, body = ask(path)
            assert status == 404, path
            assert gzip.decompress(body).startswith(b"404.html "), path


def test_the_server_lets_many_wait(tmp_path: Path) -> None:
    """A browser and a crawler ask for many files at once; nobody is sent away, even before the first is answered."""
    server = Server(tmp_path)
    port = int(server.origin.rpartition(":")[2])
    with contextlib.ExitStack() as open_:
        open_.callback(server._http.server_close)
        for _ in range(64):
            open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=0.5))


@pytest.mark.parametrize(("base", "says"), [("one-over-m/", "base"), ("/one-over-m", "base"), ("/", "root")])
def test_the_server_refuses_what_it_cannot_serve(tmp_path: Path, base: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}: got .*, expected"):
        Server(tmp_path / "gone" if says == "root" else tmp_path, base)


def test_the_table_says_what_was_measured(tmp_path: Path) -> None:
    table = Table()
    table.add("first visit", "", "210.0 KB", "200.0 KB", "over")
    table.write(tmp_path / "kept/budgets.md")
    assert "| first visit | (home) | 200.0 KB | 210.0 KB | over    |" in (tmp_path / "kept/budgets.md").read_text(
        "utf-8"
    )
