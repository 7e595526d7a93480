"""The Python-Markdown extension: fences and roles of a page become components.

Listed in `mkdocs.yml` as `press.markdown`. It reads the page's text before any other preprocessor,
so that it knows the line of each fault; puts a token where a component stands; and puts the HTML in
for the token after everything else is written. It finds its page through the treeprocessor that
MkDocs registers for relative links; elsewhere (labs, tests) `to_html` says which page it is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from press import components, coverage, faults, permanent
from press.faults import Fault, Wrong
from press.scan import Use, scan

# Two characters of the private-use area: no other extension reads or changes them.
_OPEN, _CLOSE = "\ue8f0", "\ue8f1"
_TOKEN = re.compile(rf"<p>\s*{_OPEN}(?P<alone>\d+){_CLOSE}\s*</p>|{_OPEN}(?P<within>\d+){_CLOSE}")
_LINK = re.compile(r'(?P<of>href|src)="om:(?P<path>[^"#]*)(?P<anchor>#[^"]*)?"')


@dataclass
class Place:
    """The page that is being read: its path under `docs/`, and lines of the file above its first one."""

    page: str
    above: int = 0
    directory_urls: bool = True
    docs: Path = coverage.DOCS
    label: str = ""

    @property
    def file(self) -> str:
        """As a fault names it."""
        return self.label or f"{self.docs.name}/{self.page}"


@dataclass
class _Drawn:
    html: list[str] = field(default_factory=list)
    ids: dict[str, int] = field(default_factory=dict)


class _Read(Preprocessor):
    """Replaces each fence and role by a token and draws it; reports what can't be drawn."""

    def __init__(self, md: Markdown, extension: PressExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines)
        place = self.extension.place = self.extension.fixed or _place(self.md, text)
        found = scan(text, place.above + 1)
        drawn = self.extension.drawn = _Drawn()
        wrong = [one.at(place.file, line) for line, one in found.faults]
        wrong += coverage.typed(found, place.file)
        made, at = [], 0
        for use in found.uses:
            html, found_here = draw(use, place, drawn.ids)
            for fault in found_here:
                faults.add(fault)
            drawn.html.append(html)
            token = f"{_OPEN}{len(drawn.html) - 1}{_CLOSE}"
            made.append(text[at : use.start])
            made.append(f"{use.indent.rstrip()}\n{use.indent}{token}\n{use.indent.rstrip()}" if use.block else token)
            at = use.end
        made.append(text[at:])
        for fault in wrong:
            faults.add(fault)
        head = "".join(red(fault, block=True) for fault in sorted(wrong))
        if head:
            drawn.html.append(head)
            made.insert(0, f"{_OPEN}{len(drawn.html) - 1}{_CLOSE}\n\n")
        return "".join(made).split("\n")


class _Write(Postprocessor):
    """Puts the components in, and tells MkDocs which anchors they bring."""

    def __init__(self, md: Markdown, extension: PressExtension) -> None:
        super().__init__(md)
        self.extension = extension

    def run(self, text: str) -> str:
        drawn = self.extension.drawn
        if "mkdocs_extract_anchors" in self.md.treeprocessors:
            extractor: Any = self.md.treeprocessors["mkdocs_extract_anchors"]
            extractor.present_anchor_ids.update(drawn.ids)

        def one(found: re.Match[str]) -> str:
            html = drawn.html[int(found["alone"] or found["within"])]
            if found["alone"] is None or re.match(r"<(?:figure|div|aside|table|section|p)\b", html):
                return html
            return f"<p>{html}</p>"

        return _TOKEN.sub(one, text)


def draw(use: Use, place: Place, ids: dict[str, int]) -> tuple[str, list[Fault]]:
    """HTML of one use with its links made relative; a red block and the fault where it can't be drawn.

    `ids` holds the anchors of the page so far, with their lines, and is added to.
    """
    kind = coverage.kind_of(use)
    try:
        if use.heading and kind == "eq":
            expected = "a heading without an equation (the table of contents can't set one)"
            raise Wrong(expected, f"{{eq}}`{use.argument}`")
        piece = components.draw(kind, use.argument)
        for anchor in piece["ids"]:
            if anchor in ids:
                raise Wrong(f"{anchor} once on a page", f"a second one (the first is in line {ids[anchor]})")
    except Wrong as fault:
        found = fault.at(place.file, use.line)
        return red(found, use.block), [found]
    ids.update(dict.fromkeys(piece["ids"], use.line))
    html, missing = link(piece["html"], place)
    anchor = permanent.anchor(kind, use.argument)
    if anchor and anchor not in ids:  # the first time that the page shows it
        ids[anchor] = use.line
        html = permanent.with_anchor(html, anchor)
    return html, [Fault(place.file, use.line, "a link to a page that is there", path) for path in missing]


def red(fault: Fault, block: bool) -> str:
    """What `mkdocs serve` shows in place of the component."""
    tag, told = ("div", f"<p>{escape(str(fault))}</p>") if block else ("span", escape(str(fault)))
    return f'<{tag} class="om-fault" role="alert">{told}</{tag}>'


def link(html: str, place: Place) -> tuple[str, list[str]]:
    """Writes `om:` links relative to the page; also returns the pages that are not there."""
    missing: list[str] = []

    def one(found: re.Match[str]) -> str:
        path = found["path"]
        if _is_page(path) and path not in missing and not (place.docs / path).is_file():
            missing.append(path)
        return f'{found["of"]}="{relative(path, place)}{found["anchor"] or ""}"'

    return _LINK.sub(one, html), missing


def _is_page(path: str) -> bool:
    """A Markdown page or a lab; snippets, and the tests that a page offers, are files as they are."""
    return path.endswith((".md", ".py")) and not path.startswith("snippets/") and "/test_" not in path


def url_of(path: str, directory_urls: bool = True) -> str:
    """Where MkDocs puts a page or a file of `docs/`."""
    if not _is_page(path):
        return path
    stem = posixpath.splitext(path)[0]
    folder, name = posixpath.split(stem)
    if name in ("index", "README"):
        return (
            f"{folder}/"
            if folder and directory_urls
            else posixpath.join(folder, "index.html" if not directory_urls else "")
        )
    return f"{stem}/" if directory_urls else f"{stem}.html"


def relative(path: str, place: Place) -> str:
    """A link from the page to a path under `docs/` or to a file that the hook copies."""
    here = url_of(place.page, place.directory_urls)
    there = url_of(path, place.directory_urls)
    if here == there:
        return ""
    start = here if here.endswith("/") or here == "" else posixpath.dirname(here)
    made = posixpath.relpath(there or ".", start or ".")
    return made + "/" if there.endswith("/") or there == "" else made


def _place(md: Markdown, text: str) -> Place:
    """The page that MkDocs is rendering; nameless where it is not MkDocs."""
    if "relpath" not in md.treeprocessors:
        return Place("(text)", label="(text)")
    processor: Any = md.treeprocessors["relpath"]
    file, config = processor.file, processor.config
    above = 0
    if file.abs_src_path:
        source = Path(file.abs_src_path).read_text(encoding="utf-8-sig")
        # MkDocs takes the front matter and empty lines off the top, and nothing off the end.
        body = text.rstrip()
        if body and source.rstrip().endswith(body):
            above = source.rstrip()[: -len(body)].count("\n")
    return Place(file.src_uri, above, bool(config.use_directory_urls), Path(config.docs_dir))


class PressExtension(Extension):
    """`fixed` is the place where it is known beforehand."""

    def __init__(self, fixed: Place | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.fixed = fixed
        self.place = fixed or Place("(text)", label="(text)")
        self.drawn = _Drawn()

    def extendMarkdown(self, md: Markdown) -> None:
        # Above `snippet` (32) and `normalize_whitespace` (30): the lines are still the file's.
        md.preprocessors.register(_Read(md, self), "om_read", 100)
        # Below `raw_html` (30): a component may stand inside raw HTML.
        md.postprocessors.register(_Write(md, self), "om_write", 3)


def makeExtension(**settings: Any) -> PressExtension:
    return PressExtension(**settings)


# ---- for labs

_settings: dict[str, Any] = {}


@contextmanager
def settings(
    extensions: list[Any], configs: dict[str, Any], directory_urls: bool = True, docs: Path | None = None
) -> Iterator[None]:
    """While a build runs: what `mkdocs.yml` says, so that a lab's Markdown is read as a page's is."""
    configure(extensions, configs, directory_urls, docs)
    try:
        yield
    finally:
        _settings.clear()


def configure(
    extensions: list[Any], configs: dict[str, Any], directory_urls: bool = True, docs: Path | None = None
) -> None:
    """The same for good; the hook calls it when the configuration is read."""
    _settings.update(
        extensions=list(extensions), configs=dict(configs), directory_urls=directory_urls, docs=docs or coverage.DOCS
    )


def to_html(text: str, page: str, line_offset: int = 0) -> str:
    """A Markdown cell of the lab `page` (a path under `docs/`), whose first line is line `line_offset + 1` of the file.

    Faults go to `press.faults`, as a page's do. An anchor is unique within the cell only.
    """
    place = Place(page, line_offset, _settings.get("directory_urls", True), _settings.get("docs", coverage.DOCS))
    others = _settings.get("extensions") or ["tables", "admonition", "attr_list", "md_in_html", "footnotes"]
    extensions = [one for one in others if one not in ("press.markdown", "toc")] + [PressExtension(fixed=place)]
    md = Markdown(extensions=extensions, extension_configs=_settings.get("configs") or {})
    return md.convert(text)
