"""Opens every page in Chromium in every setting and writes down each fault and each measure; judges nothing.

A check is a method of `Visit` that returns sentences. `survey` runs them all over all pages, in parallel, and
never stops at the first fault.
"""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, ElementHandle, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from .server import Server

HERE = Path(__file__).parent
PROBES = (HERE / "probes.js").read_text(encoding="utf-8")
AXE = HERE.parents[1] / "node_modules/axe-core/axe.min.js"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No name but the server's is ever looked up: a request to another host fails at once, on every machine alike.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PHONE, TABLET, DESK = 390, 768, 1440
HEIGHT = {PHONE: 844, TABLET: 1024, DESK: 900}

# What the checks look for: a site where one of these is nowhere was not checked for it.
KINDS = {
    "figures": "figure.om-figure",
    "derivations": "figure.om-derivation",
    "formulas": ".katex",
    "disclosures": "article details",
}

# Much of a visit is waiting, so one more than there are processors.
WORKERS = (os.cpu_count() or 1) + 1

# How often a page is asked whether what was awaited is there, with a pause each time. The page answers when it has
# time, so a slow machine waits longer.
LOOKS = 40

Theme = Literal["light", "dark"]

# Kept from the first paint on. `hadRecentInput` is not asked: nobody has touched the page while it loads, and Chromium
# sets it for half a second after the window of an emulated phone has got its size.
SHIFTS = """
window.omShifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const name = ({ node }) => node && (node.id || (node.getAttribute && node.getAttribute("class")) || node.nodeName);
    const what = [...new Set(entry.sources.map(name))].join(", ");
    window.omShifts.push([entry.value, what]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@dataclass(frozen=True, order=True)
class Fault:
    check: str
    page: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.page or '(home)'} [{self.where}] {self.what}"


@dataclass(frozen=True)
class Measure:
    """One number of one page: bytes of a first visit, bytes of a lab's HTML, or the sum of its layout shifts."""

    what: str
    page: str
    value: float


@dataclass(frozen=True)
class Setting:
    width: int
    theme: Theme = "light"
    javascript: bool = True
    phone: bool = False  # a slow processor and a slow network, as on a phone

    def __str__(self) -> str:
        parts = [f"{self.width} px", self.theme]
        if self.phone:
            parts.append("phone profile")
        if not self.javascript:
            parts.append("no JavaScript")
        return ", ".join(parts)


@dataclass
class Visit:
    """One page, in one setting, with nothing in the cache."""

    page: Page
    server: Server
    path: str
    setting: Setting
    faults: list[Fault] = field(default_factory=list)

    def note(self, check: str, sentences: Sequence[str]) -> None:
        self.faults += [Fault(check, self.path, str(self.setting), self._plain(each)) for each in sentences]

    def _plain(self, sentence: str) -> str:
        """On one line, and without the port, which differs from worker to worker."""
        return re.sub(r"\s+", " ", sentence.replace(self.server.url(""), "/"))

    def probe(self, name: str, *arguments: object) -> Any:
        given = ", ".join(json.dumps(each) for each in arguments)
        return self.page.evaluate(f"{PROBES.strip()}.{name}({given})")

    def ask(self, check: str, name: str, *arguments: object) -> None:
        self.note(check, self.probe(name, *arguments))

    def listen(self) -> None:
        """Writes down what the console, the network and the scripts complain of from now on."""
        self.page.on("console", lambda said: self._heard(said.type, said.text))
        self.page.on("pageerror", lambda error: self.note("console", [f"uncaught: {error.message}"]))
        context = self.page.context
        context.on("request", lambda asked: self._asked(asked.url))
        context.on(
            "requestfailed", lambda asked: self.note("console", [f"{asked.url} failed: {asked.failure or 'no reason'}"])
        )
        context.on(
            "response",
            lambda got: self.note("console", [f"{got.url} answered {got.status}"] if got.status >= 400 else []),
        )

    def _heard(self, kind: str, text: str) -> None:
        # A request that failed is told by the request itself, with its address.
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            self.note("console", [f"{kind}: {text}"])

    def _asked(self, url: str) -> None:
        if not url.startswith((self.server.origin + "/", "data:", "blob:", "about:")):
            self.note("other host", [f"asked for {url}"])

    def load(self) -> None:
        self.page.goto(self.server.url(self.path), wait_until="load")
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_load_state("networkidle")
        if self.setting.javascript:  # with scripts off a promise is never kept
            # A font that never comes must not hold up the whole survey: `evaluate` has no time limit of its own.
            late = self.page.evaluate(
                """Promise.race([
                    document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => ""),
                    new Promise((done) => setTimeout(done, 20000, "after 20 s the fonts are still not there")),
                ])"""
            )
            self.note("console", [late] if late else [])

    def read(self) -> None:
        """Scrolls to the end as a reader does, and back: what lies far below is laid out when one comes near."""
        self.page.evaluate(
            """async () => {
                const after = (time) => new Promise((done) => setTimeout(done, time))
                // A browser without a window may draw no frame at all.
                const frame = () => Promise.race([new Promise(requestAnimationFrame), after(1000)])
                for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
                    scrollTo(0, y)
                    await frame()
                    await after(50)
                }
                scrollTo(0, 0)
                await frame()
            }"""
        )

    def axe(self) -> None:
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        self.ask("axe", "axe")

    def open_by_keyboard(self) -> None:
        """Every disclosure opens with Enter on its summary."""
        for summary in self.page.query_selector_all("article details > summary, main details > summary"):
            if not summary.is_visible():
                continue
            before = summary.evaluate("each => each.parentElement.open")
            summary.focus()
            self.page.keyboard.press("Enter")
            if summary.evaluate("each => each.parentElement.open") == before:
                label = self.page.evaluate(f"each => {PROBES.strip()}.name(each)", summary)
                self.note("keyboard", [f"Enter does not open {label}"])
            elif before:
                self.page.keyboard.press("Enter")

    def figures(self) -> int:
        """Moves each control of each figure from the keyboard; what is shown must change. Returns how many."""
        moved = 0
        for figure in self.page.query_selector_all("figure.om-figure"):
            figure.scroll_into_view_if_needed()
            dead = "figure => figure.querySelectorAll('input:disabled, select:disabled, button:disabled').length"
            for _ in range(LOOKS):
                if not (count := figure.evaluate(dead)):
                    break
                self.page.wait_for_timeout(50)
            if count:
                self.note("keyboard", [f"figure {figure.get_attribute('data-figure')}: {count} controls stay disabled"])
            listed = self.page.evaluate_handle(f"figure => {PROBES.strip()}.controls(figure)", figure)
            controls = [each.as_element() for each in listed.get_properties().values()]
            idle: list[ElementHandle] = []
            for control in controls:
                if control is None:
                    continue
                moved += 1
                if not self._moves(figure, control):
                    idle.append(control)
            # A “reset” or a “back” has nothing to do before the others have been moved.
            for control in idle:
                if not self._moves(figure, control):
                    which = figure.get_attribute("data-figure")
                    label = self.page.evaluate(f"each => {PROBES.strip()}.name(each)", control)
                    self.note("keyboard", [f"figure {which}: {label} changes nothing"])
        return moved

    def _still(self, figure: ElementHandle) -> str:
        """What the figure shows once it has stopped moving; a figure that plays on is taken as it is after 4 s."""
        shown = f"figure => {PROBES.strip()}.shown(figure)"
        now = str(self.page.evaluate(shown, figure))
        for _ in range(16):
            self.page.wait_for_timeout(250)
            before, now = now, str(self.page.evaluate(shown, figure))
            if before == now:
                break
        return now

    def _moves(self, figure: ElementHandle, control: ElementHandle) -> bool:
        shown = f"figure => {PROBES.strip()}.shown(figure)"
        before = self._still(figure)
        control.focus()
        if not control.evaluate("each => each === document.activeElement && each.tabIndex >= 0"):
            return False
        kind = control.evaluate("each => each.type || each.getAttribute('role') || each.localName")
        keys = {
            "range": ["ArrowRight", "ArrowLeft"],
            "slider": ["ArrowRight", "ArrowLeft"],
            "number": ["ArrowUp", "ArrowDown"],
            "radio": ["ArrowRight", "ArrowLeft"],
            "select-one": ["ArrowDown", "ArrowUp"],
            "checkbox": ["Space"],
            "text": ["1", "Backspace"],
        }.get(kind, ["Enter", "ArrowRight"])
        for key in keys:
            self.page.keyboard.press(key)
            for _ in range(LOOKS):
                if self.page.evaluate(shown, figure) != before:
                    if kind in {"button", "submit"} and self._still(figure) != self._still(figure):
                        self.page.keyboard.press(key)  # it plays: the same key stops it
                    return True
                self.page.wait_for_timeout(30)
        return False

    def copies(self) -> int:
        """Each copy button, pressed from the keyboard, puts text on the clipboard. Returns how many were pressed."""
        pressed = 0
        for button in self.page.query_selector_all("button.om-copy, .md-clipboard, [data-md-type='copy']"):
            if not button.is_visible():
                continue
            pressed += 1
            self.page.evaluate("navigator.clipboard.writeText('')")
            button.focus()
            self.page.keyboard.press("Enter")
            for _ in range(LOOKS):
                if text := self.page.evaluate("navigator.clipboard.readText()"):
                    break
                self.page.wait_for_timeout(30)
            if not text.strip():
                label = self.page.evaluate(f"each => {PROBES.strip()}.name(each)", button)
                self.note("keyboard", [f"{label} copies nothing"])
        return pressed


def launched(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def ended_after(seconds: float, browser: Browser) -> Iterator[None]:
    """Ends the browser's process when the block takes longer: whoever waits for it gets a PlaywrightError at once.

    Nothing else ends such a wait: `evaluate` has no time limit, nor has closing a page that no longer answers.
    """
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    number = next(int(each["id"]) for each in processes if each["type"] == "browser")
    timer = threading.Timer(seconds, os.kill, (number, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def visit(browser: Browser, server: Server, path: str, setting: Setting) -> Iterator[Visit]:
    """The page, loaded and settled; its faults so far are those of loading it."""
    context = browser.new_context(
        viewport={"width": setting.width, "height": HEIGHT.get(setting.width, 900)},
        color_scheme=setting.theme,
        java_script_enabled=setting.javascript,
        is_mobile=setting.phone,
        has_touch=setting.phone,
        device_scale_factor=2 if setting.phone else 1,
        permissions=["clipboard-read", "clipboard-write"],
    )
    try:
        context.set_default_timeout(20_000)
        page = context.new_page()
        if setting.phone:
            session = context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            session.send("Network.enable")
            # Lighthouse's “slow 4G”: 150 ms, 1.6 Mb/s down, 750 kb/s up.
            slow = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
            session.send("Network.emulateNetworkConditions", slow)
        if setting.javascript:
            page.add_init_script(SHIFTS)
        found = Visit(page, server, path, setting)
        found.listen()
        found.load()
        yield found
    finally:
        context.close()


# axe builds a tree of the whole page before it asks anything, seconds of it on a long one. So it is asked once in each
# theme and once at each width; on every fifth page, by a hash of its path, in all four.
ASKED = {(PHONE, "light"), (DESK, "dark")}


def asks_axe(path: str, width: int, theme: Theme) -> bool:
    return (width, theme) in ASKED or zlib.crc32(path.encode()) % 5 == 0


Found = tuple[list[Fault], list[Measure]]
Stage = Callable[[Browser, Server, str], Found]


def on_the_phone(browser: Browser, server: Server, path: str) -> Found:
    """A first visit on a slow phone, read to the end of the page: its bytes, figures, and what moved."""
    server.sent.clear()
    with visit(browser, server, path, Setting(PHONE, phone=True)) as found:
        measures = [_shifted(found)]
        found.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        found.settle()
        measures.append(Measure("bytes", path, sum(each.size for each in server.sent)))
        count = "all => all.length"
        measures += [Measure(kind, path, found.page.eval_on_selector_all(KINDS[kind], count)) for kind in KINDS]
        return found.faults, measures


def drawn(width: int, theme: Theme) -> Stage:
    """The page as drawn in one theme, at one width, with its disclosures closed and open."""

    def stage(browser: Browser, server: Server, path: str) -> Found:
        with visit(browser, server, path, Setting(width, theme)) as found:
            found.read()
            measures = [_shifted(found)]
            found.ask("theme", "theme", theme)
            found.ask("other host", "foreign")
            found.ask("maths", "maths")
            found.ask("overflow", "overflow", width)
            found.probe("openAll")
            found.ask("overflow", "overflow", width)
            found.ask("labels", "labels")
            if asks_axe(path, width, theme):
                found.axe()
            if width == DESK:
                found.page.set_viewport_size({"width": TABLET, "height": HEIGHT[TABLET]})
                found.setting = Setting(TABLET, theme)
                found.ask("overflow", "overflow", TABLET)
                found.ask("labels", "labels")
            return found.faults, measures

    return stage


def by_hand(browser: Browser, server: Server, path: str) -> Found:
    """Every disclosure, figure control and copy button, worked from the keyboard."""
    with visit(browser, server, path, Setting(DESK)) as found:
        found.open_by_keyboard()
        found.probe("openAll")
        controls, copied = found.figures(), found.copies()
        return found.faults, [Measure("controls", path, controls), Measure("copy buttons", path, copied)]


def bare(browser: Browser, server: Server, path: str) -> Found:
    """The page as it reads with JavaScript off."""
    with visit(browser, server, path, Setting(PHONE, javascript=False)) as found:
        found.ask("maths", "maths")
        found.ask("without JavaScript", "bare")
        found.open_by_keyboard()
        found.probe("openAll")
        found.ask("overflow", "overflow", PHONE)
        return found.faults, []


def _shifted(found: Visit) -> Measure:
    shifts = found.probe("shifts")
    total = sum(value for value, _ in shifts)
    # as Lighthouse prints it: what rounds to 0.000 is a glyph that settles by a fraction of a pixel
    if round(total, 3):
        found.note("layout shift", [f"{value:.4f} by {what}" for value, what in shifts])
    return Measure(f"layout shift, {found.setting}", found.path, total)


STAGES: tuple[Stage, ...] = (
    on_the_phone,
    drawn(PHONE, "light"),
    drawn(PHONE, "dark"),
    drawn(DESK, "light"),
    drawn(DESK, "dark"),
    by_hand,
    bare,
)


# The longest stage takes 20 s beside four other jobs: one that takes this long waits for a browser that stopped.
STAGE_SECONDS = 180


@dataclass(frozen=True)
class Seen:
    """What one stage saw of one page, or that it broke off."""

    page: str
    stage: Stage
    faults: list[Fault]
    measures: list[Measure]


def look(
    playwright: Playwright,
    server: Server,
    path: str,
    stages: Sequence[Stage] = STAGES,
    seconds: float = STAGE_SECONDS,
) -> list[Seen]:
    """All that is checked of one page, in a browser of its own. A stage that breaks off is a fault, and the next runs.

    It is gone through once more first, in a new browser: what a page does, it does again.
    """
    seen = []
    browser = launched(playwright)
    try:
        for stage in stages:
            for last in (False, True):
                try:
                    with ended_after(seconds, browser):
                        seen.append(Seen(path, stage, *stage(browser, server, path)))
                    break
                except PlaywrightError as error:
                    browser.close()
                    browser = launched(playwright)
                    fault = Fault("console", path, "survey", f"the survey broke off: {error.message}")
                    seen.append(Seen(path, stage, [fault] if last else [], [Measure("restarts", path, 1)]))
    finally:
        browser.close()
    return seen


# What a page does late shows here, and so does a processor that three browsers share. A stage with such a fault is
# gone through again by one browser alone, twice, and what it does not say each time was the processor's.
OF_TIME = ("layout shift", "keyboard")
AGAIN = 2


def survey(
    root: Path, base: str, pages: Sequence[str], workers: int = WORKERS, tell: Callable[[str], None] = lambda line: None
) -> Found:
    """Every page in every setting; each worker has a server of its own: bytes are counted apart."""
    first = _seen(root, base, dict.fromkeys(pages, STAGES), workers, tell)
    hasty: dict[str, tuple[Stage, ...]] = {}
    for each in first:
        if any(fault.check in OF_TIME for fault in each.faults):
            hasty[each.page] = (*hasty.get(each.page, ()), each.stage)
    sure = {(fault.check, fault.page) for each in first for fault in each.faults}
    for _ in range(AGAIN if workers > 1 else 0):
        again = _seen(root, base, hasty, 1, tell)
        sure &= {(fault.check, fault.page) for each in again for fault in each.faults}
    faults = {fault for each in first for fault in each.faults}
    return (
        sorted(each for each in faults if each.check not in OF_TIME or (each.check, each.page) in sure),
        [measure for each in first for measure in each.measures],
    )


def _seen(
    root: Path, base: str, stages: Mapping[str, Sequence[Stage]], workers: int, tell: Callable[[str], None]
) -> list[Seen]:
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for each in stages:
        waiting.put(each)
    seen: list[Seen] = []

    def work() -> None:
        with sync_playwright() as playwright, Server(root, base) as server:
            while True:
                try:
                    path = waiting.get_nowait()
                except queue.Empty:
                    return
                start = time.monotonic()
                found = look(playwright, server, path, stages[path])
                seen.extend(found)
                faults = sum(len(each.faults) for each in found)
                tell(f"{path or '(home)'}: {faults} faults, {time.monotonic() - start:.1f} s")

    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(work) for _ in range(workers)]:
            done.result()
    return seen
