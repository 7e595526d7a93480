"""html-validate, linkinator and Lighthouse, run on the built site; what they say becomes faults."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urldefrag, urljoin

from bs4 import BeautifulSoup

from .server import Server
from .survey import AXE, CHROMIUM, FLAGS, Fault

ROOT = Path(__file__).parents[2]
BIN = ROOT / "node_modules/.bin"
SHOWN = 4  # of one rule on one page


@dataclass(frozen=True)
class Excuse:
    """A rule that Material's own markup breaks, and where; anywhere else the rule holds."""

    rule: str
    where: str  # a regular expression that the whole selector must match
    reason: str


EXCUSES = (
    Excuse(
        "valid-id",
        r"#__(config|drawer|search|toc|palette_\d|nav_[\d_]+|tabbed_[\d_]+)(_label)?",
        "Material's scripts look for it",
    ),
    Excuse("valid-autocomplete", r"#__(drawer|search)", "Material's toggle; the attribute does nothing"),
    Excuse("wcag/h32", r"html > body > header > nav.*form.*", "palette and search act at once: nothing to submit"),
    Excuse(
        "prefer-native-element", r"html > body > header > nav .*div", "the search output is a labelled div with a role"
    ),
)


def missing() -> list[str]:
    """The tools that are not there, by the path where they should be."""
    places = (Path(CHROMIUM), AXE, *(BIN / name for name in ("html-validate", "linkinator", "lighthouse")))
    return [f"{each.relative_to(ROOT) if each.is_relative_to(ROOT) else each}" for each in places if not each.exists()]


def _run(*command: str | Path, timeout: int = 900, **environment: str) -> Any:
    """What the command printed, read as JSON. Through a file: Node leaves a pipe half written when it exits."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as printed:
        done = subprocess.run(
            [str(each) for each in command],
            stdout=printed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=timeout,
            cwd=ROOT,
            env={**os.environ, **environment},
        )
        printed.seek(0)
        said = printed.read()
    try:
        return json.loads(said)
    except json.JSONDecodeError:
        name = Path(command[0]).name
        raise RuntimeError(f"{name}: expected JSON, got {said[:200]!r} {done.stderr[:2000]}") from None


def invalid_html(root: Path, files: Sequence[Path]) -> tuple[list[Fault], set[Excuse]]:
    """Faults of the files' markup, and the excuses that were needed."""
    names = [str(each) for each in files]
    checked = _run(BIN / "html-validate", "--config", ROOT / ".htmlvalidate.mjs", "--formatter", "json", *names)
    faults: list[Fault] = []
    needed: set[Excuse] = set()
    for file in checked:
        page = Path(file["filePath"]).relative_to(root.resolve()).as_posix().removesuffix("index.html")
        told: Counter[str] = Counter()
        for message in file["messages"]:
            rule, where = message["ruleId"], message.get("selector") or ""
            excuse = next((e for e in EXCUSES if e.rule == rule and re.fullmatch(e.where, where)), None)
            if excuse:
                needed.add(excuse)
                continue
            told[rule] += 1
            if told[rule] <= SHOWN:
                at = f"line {message['line']}"
                faults.append(Fault("html", page, at, f"{rule}: {message['message']} ({where or 'no element'})"))
        more = {rule: count - SHOWN for rule, count in told.items() if count > SHOWN}
        faults += [Fault("html", page, "whole page", f"{rule}: and {count} more") for rule, count in more.items()]
    for each in files:
        page = each.relative_to(root).as_posix().removesuffix("index.html")
        styled = inline_styles(each.read_text(encoding="utf-8"))
        faults += [Fault("html", page, "whole page", f"no-inline-style: {one}") for one in styled[:SHOWN]]
    return faults, needed


def inline_styles(html: str) -> list[str]:
    """The elements with a style attribute, outside the visible half of a formula: KaTeX sets each glyph's place."""
    page = BeautifulSoup(html, "html.parser")
    for formula in page.find_all("om-visible"):
        formula.decompose()
    return [f"{one.name}, style={one['style']!r}" for one in page.select("[style]")]


def broken_links(server: Server, pages: Sequence[str]) -> list[Fault]:
    """Links, anchors and files named in CSS that lead nowhere, and pages that no link leads to.

    Sends a request for each file that is linked, and empties `server.sent` first.
    """
    server.sent.clear()
    links = _crawled(server, "", "--recurse")
    read = {each.path.removeprefix(server.base) for each in server.sent if each.method == "GET" and each.status == 200}
    # On its own: of two starts, linkinator reads only the links below the one that was first to name them.
    links += _crawled(server, "404.html")
    faults = {
        Fault("links", _page(server, link["parent"]), "link", f"{_page(server, link['url'])!r} is broken: {_why(link)}")
        for link in links
        if link["state"] == "BROKEN"
    }
    # linkinator asks for an anchor only where it has not yet read the page that should have it.
    faults |= {Fault("links", *each) for each in _missing_anchors(server, pages)}
    faults |= {Fault("links", page, "link", "no link leads to this page") for page in {*pages} - read - {"404.html"}}
    return sorted(faults)


def _crawled(server: Server, start: str, *options: str) -> list[dict[str, Any]]:
    # Other hosts are not asked: the check must not depend on them. Nor are the addresses of equations: the crawler
    # would read a page anew for each, and test_takeaway.py reads them all from disk.
    others = f"^https?://(?!{re.escape(server.origin.removeprefix('http://'))})|/eq/"
    options = (*options, "--check-css", "--skip", others, "--format", "json", "--concurrency", "8")
    links: list[dict[str, Any]] = _run(BIN / "linkinator", server.url(start), *options)["links"]
    return links


def _missing_anchors(server: Server, pages: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Page, place and fault for each link of the pages to an anchor that no element of its page bears."""
    read = {page: _Anchors(_file(server.root, page).read_text(encoding="utf-8")) for page in pages}
    for page, found in read.items():
        for href in sorted(found.links):
            url, anchor = urldefrag(urljoin(server.url(page), href))
            target = _page(server, url).removesuffix("index.html")
            if target in read and anchor and unquote(anchor) not in read[target].anchors:
                yield page, "link", f"{f'{target}#{anchor}'!r} is broken: no such anchor"


class _Anchors(HTMLParser):
    """The ids of a page, and where its links lead: a whole tree of each page would take a minute."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name == "href" and tag == "a" and value:
                self.links.add(value)


def _file(root: Path, page: str) -> Path:
    return root / page / "index.html" if page == "" or page.endswith("/") else root / page


def _page(server: Server, url: str) -> str:
    return url.removeprefix(server.url(""))


def _why(link: Mapping[str, Any]) -> str:
    """The status; for a request that was never answered, 0, what Node said of it."""
    said = [str(each.get("cause") or each.get("message") or "") for each in link.get("failureDetails") or []]
    return " ".join([f"answered {link['status']}", *filter(None, said)])


CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


@dataclass(frozen=True)
class Scores:
    """Lighthouse's four scores out of 100, the audits that cost points, and the best performance of its runs.

    `pace` is Lighthouse's own index of the machine, of the fastest of its runs: below 1000 it calls a machine slow.
    """

    scores: dict[str, int]
    lost: dict[str, list[str]]
    runs: int
    best: int
    pace: float


def lighthouse(url: str, most: int = 3, enough: int = 95) -> Scores:
    """Lighthouse's phone profile.

    A performance score under `enough` is measured again, up to `most` times, and the median counts: it varies with the
    load of the machine. The other three do not; they are those of the worst run.
    """
    reports = [_lighthouse(url)]
    while len(reports) < most and reports[0]["categories"]["performance"]["score"] * 100 < enough:
        reports.append(_lighthouse(url))
    scores: dict[str, int] = {}
    lost: dict[str, list[str]] = {}
    for name in CATEGORIES:
        all_scores = [round(100 * (each["categories"][name]["score"] or 0)) for each in reports]
        scores[name] = round(median(all_scores)) if name == "performance" else min(all_scores)
        lost[name] = sorted({each for report in reports for each in _costly(report, name)})
    best = max(round(100 * each["categories"]["performance"]["score"]) for each in reports)
    pace = max(float(each["environment"]["benchmarkIndex"]) for each in reports)
    return Scores(scores, lost, len(reports), best, pace)


def _lighthouse(url: str) -> Any:
    report = _run(
        *(BIN / "lighthouse", url, "--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}"),
        f"--chrome-flags=--headless {' '.join(FLAGS[:-1])}",
        timeout=600,
        CHROME_PATH=CHROMIUM,
    )
    if error := report.get("runtimeError"):
        raise RuntimeError(f"lighthouse: {url}: {error['message']}")
    return report


def _costly(report: Any, category: str) -> Iterable[str]:
    for ref in report["categories"][category]["auditRefs"]:
        audit = report["audits"][ref["id"]]
        if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
            nodes = [
                item["node"]["selector"] for item in (audit.get("details") or {}).get("items", []) if "node" in item
            ]
            shown = f": {', '.join(nodes[:3])}" if nodes else ""
            yield f"{audit['id']} ({audit.get('displayValue') or audit['title']}){shown}"
