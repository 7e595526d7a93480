"""A template is asked again for exactly the pages that what it is given has changed for, and the bytes are the same."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from press import pages, store

SETTINGS = "site_name: A site\ntheme: {name: null, custom_dir: theme}\nplugins: []\nuse_directory_urls: true\n"
TEMPLATE = """{{ asked(page) }}{{ config.site_name }} {{ config.extra_css }}
{% for one in nav.pages %}<a href="{{ one.url | url }}">{{ one.meta.short or one.title }}</a>{% endfor %}
{{ page.meta.description }} {% for one in page.toc %}{{ one.title }}{% endfor %} {{ take }}
<main>{{ page.content }}</main>{{ page.next_page.title }}
"""
PAGES = {
    "index.md": "# Home\n\nIt begins.\n",
    "one.md": "---\ndescription: the first\n---\n# One\n\nDivide by m.\n",
    "two.md": "# Two\n\nOnce.\n",
}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")  # a template is given the day
    monkeypatch.setattr(store, "kept", partial(store.kept, path=tmp_path / "press.sqlite"))
    monkeypatch.setattr(store, "fingerprint", lambda: (tmp_path / "theme/main.html").read_text(encoding="utf-8"))
    for name, text in {"mkdocs.yml": SETTINGS, "theme/main.html": TEMPLATE}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "docs").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    return tmp_path


def made(house: Path, kept: bool = True, take: str = "") -> tuple[dict[str, str], list[str]]:
    """The pages of the site, and those that the template was asked for."""
    store.forget()
    asked: list[str] = []
    config = load_config(str(house / "mkdocs.yml"), site_dir=str(house / "site"))

    def on_env(env: Any, config: Any, files: Any) -> None:
        env.globals["asked"] = lambda page: asked.append(page.file.src_uri) or ""
        if kept:
            pages.keep_around(env, config, files)

    def on_page_context(context: Any, page: Any, config: Any, nav: Any) -> Any:
        return context | {"take": take if page.url == "two/" else ""}

    config.plugins._register_event("env", on_env)
    config.plugins._register_event("page_context", on_page_context)
    build(config)
    store.forget()
    site = house / "site"
    return {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in site.rglob("*.html")}, asked


def test_a_site_that_is_as_it_was_asks_for_nothing(house: Path) -> None:
    first, asked = made(house)
    assert sorted(asked) == sorted(PAGES)
    assert len(first) == len(PAGES)
    again, asked = made(house)
    assert asked == []
    assert again == first == made(house, kept=False)[0]


@pytest.mark.parametrize(
    ("file", "old", "new", "asked"),
    [
        ("docs/two.md", "Once.", "Twice.", ["two.md"]),
        ("docs/one.md", "the first", "a page", [*PAGES]),  # a template may read it of any page
        ("docs/two.md", "# Two", "# Two and more", [*PAGES]),
        ("docs/two.md", "# Two", "---\nshort: 2\n---\n# Two", [*PAGES]),
        ("mkdocs.yml", "A site", "Another", [*PAGES]),
        ("mkdocs.yml", "plugins:", "extra_css: [more.css]\nplugins:", [*PAGES]),
        ("theme/main.html", "<main>", "<main class=more>", [*PAGES]),
    ],
)
def test_a_change_is_seen_wherever_it_shows(house: Path, file: str, old: str, new: str, asked: list[str]) -> None:
    before, _ = made(house)
    path = house / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    after, found = made(house)
    assert sorted(found) == sorted(asked)
    assert after == made(house, kept=False)[0] != before


def test_what_a_hook_tells_one_page_is_seen_there(house: Path) -> None:
    made(house)
    after, asked = made(house, take="a test")
    assert asked == ["two.md"]
    assert after == made(house, kept=False, take="a test")[0]


def test_a_page_whose_content_stands_twice_is_put_together_again(house: Path) -> None:
    template = house / "theme/main.html"
    template.write_text(TEMPLATE + "{{ page.content }}", encoding="utf-8")
    first, _ = made(house)
    again, asked = made(house)
    assert asked == []
    assert again == first == made(house, kept=False)[0]
