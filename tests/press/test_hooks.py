"""What the press asks of MkDocs at each build and while it serves."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mkdocs.config import load_config
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.toc import TableOfContents

from press import hooks, store, takeaway
from press.takeaway import hooks as taken


def test_the_old_site_goes_while_the_new_one_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, trash = tmp_path / "site", tmp_path / "trash"
    trash.mkdir()
    (site / "page").mkdir(parents=True)
    (site / "page/index.html").write_text("old")
    (site / "one.txt").write_text("old")
    monkeypatch.setattr("tempfile.tempdir", str(trash))
    config: Any = SimpleNamespace(site_dir=str(site))

    monkeypatch.setattr(hooks, "_serving", False)
    hooks.on_pre_build(config)
    assert sorted(path.name for path in site.iterdir()) == ["one.txt", "page"]

    monkeypatch.setattr(hooks, "_serving", True)
    hooks.on_pre_build(config)
    assert not list(site.iterdir())
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    assert not list(trash.iterdir())
    hooks.on_pre_build(SimpleNamespace(site_dir=str(tmp_path / "none")))  # type: ignore[arg-type]


def test_changes_are_looked_for_often(tmp_path: Path) -> None:
    docs, settings = tmp_path / "docs", tmp_path / "mkdocs.yml"
    docs.mkdir()
    settings.write_text("")
    built = threading.Event()
    server = LiveReloadServer(built.set, "127.0.0.1", 0, str(tmp_path))
    for path in (docs, settings):
        server.watch(str(path))
    config: Any = SimpleNamespace(docs_dir=str(docs), config_file_path=str(settings))
    hooks.on_serve(server, config, built.set)

    serving = threading.Thread(target=server.serve)
    serving.start()
    try:
        assert server.observer.timeout == 0.2
        for path in (docs / "page.md", settings):
            for n in range(100):  # the first may come before it has begun to look
                path.write_text(str(n))
                if built.wait(0.1):
                    break
            assert built.is_set(), path
            built.clear()
    finally:
        server.shutdown(wait=True)
        serving.join()


@pytest.mark.parametrize(
    ("content", "theirs"),
    [("<p>words</p>", 0), ("<p data-search-exclude>words</p>", 0), ('<p data-search-boost="2">words</p>', 1)],
)
def test_a_page_is_indexed_once(content: str, theirs: int) -> None:
    indexed: list[str] = []
    asked: list[str] = []

    class Search:
        config = SimpleNamespace(enabled=True)

        def on_page_context(self, context: Any, *, page: Any, config: Any, nav: Any) -> None:
            asked.append(page.content)
            index.add_entry_from_context(page)

    index: Any = SimpleNamespace(add_entry_from_context=lambda page: indexed.append(page.content))
    plugin = Search()
    events: list[Any] = [len, plugin.on_page_context]
    hooks._spared(events, plugin, index)
    assert events[0] is len
    page = SimpleNamespace(content=content, toc=TableOfContents([]))
    events[1]({}, page=page, config=None, nav=None)
    assert indexed == [content]
    assert len(asked) == theirs
    plugin.config.enabled = False
    events[1]({}, page=page, config=None, nav=None)
    assert len(asked) == theirs + 1  # it says itself that it is off


def test_what_is_computed_once_a_build_is_computed_again_in_the_next() -> None:
    asked: list[int] = []

    @store.once
    def state(of: int) -> int:
        asked.append(of)
        return len(asked)

    assert [state(1), state(2), state(1)] == [1, 2, 1]
    store.forget()
    assert state(1) == 3
    assert asked == [1, 2, 1]


def test_the_small_files_are_there_before_the_next_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go = threading.Event(), threading.Event()

    def write(folder: Path, texts: dict[str, str]) -> None:
        begun.set()
        assert go.wait(10)
        (folder / "done").write_text("")

    monkeypatch.setattr(takeaway, "written", lambda *_: {})
    monkeypatch.setattr(takeaway, "write", write)
    monkeypatch.setattr(taken, "_serving", True)
    config: Any = SimpleNamespace(site_dir=str(tmp_path), site_name="", site_url="")
    taken._files(config)
    assert begun.wait(10)
    assert not (tmp_path / "done").exists(), "a writer does not wait"
    go.set()
    taken.on_config(config)
    assert (tmp_path / "done").exists()

    (tmp_path / "done").unlink()
    monkeypatch.setattr(taken, "_serving", False)
    taken._files(config)
    assert (tmp_path / "done").exists(), "a build has them at its end"


def test_the_search_plugin_is_given_the_environment_with_kept_templates() -> None:
    config = load_config(str(store.ROOT / "mkdocs.yml"))
    ours = next(one for one in config.plugins.events["config"] if one.__module__.endswith("theme/hooks.py"))
    search = config.plugins["material/search"].on_config
    given = [one.__qualname__ for one in config.plugins.events["config"] if one in (ours, search)]
    assert given == [ours.__qualname__, search.__qualname__]
