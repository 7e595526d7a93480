"""What figures need of MkDocs: their files in the site, loaded on the pages that show one.

Figures are imported in each call, because `press/hooks.py` drops stale modules under `mkdocs serve`.
"""

from __future__ import annotations

import re
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.utils import get_relative_url


def on_config(config: Any) -> Any:
    from press import figures

    figures.forget()  # under `mkdocs serve` a drawing may have changed
    return config


def on_files(files: Files, config: Any) -> Files:
    from press import figures, gallery

    for path, content in (figures.assets() | gallery.files()).items():
        files.append(File.generated(config, path, content=content))
    return files


def on_post_page(output: str, page: Any, config: Any) -> str:
    from press import figures

    shown = dict.fromkeys(re.findall(r'<figure class="om-figure"[^>]* data-figure="(\w+)"', output))
    scripts = dict.fromkeys(figures.needs(name)[0] for name in shown)
    styles = dict.fromkeys(figures.needs(name)[1] for name in shown)
    tags = [f'<link rel="stylesheet" href="{get_relative_url(path, page.url)}">' for path in styles]
    tags += [f'<script type="module" src="{get_relative_url(path, page.url)}"></script>' for path in scripts]
    return output.replace("</head>", "".join(tags) + "</head>", 1)
