"""What was checked, in numbers: `site/trust.json`, and the page “How it is checked”, which is drawn from it.

No number here is typed, and none depends on the clock: the same sources give the same file.
"""

from __future__ import annotations

import ast
import doctest
import json
from collections import Counter
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

from press import atlas, components, coverage, store
from press.faults import Wrong, nearest

PACKAGES = ("sympy", "mpmath", "numpy", "mkdocs", "mkdocs-material", "mkdocs-jupyter", "pytest", "scikit-learn")


def _reports() -> dict[str, Any]:
    """The part that depends on the derivations alone: links, mutants, rulings, a row for each derivation."""
    from derivations.check import Verdict

    kinds = components.names()
    chains = [name for name, kind in kinds.items() if kind == "derivation"]
    links: Counter[str] = Counter()
    rewrites: Counter[str] = Counter()
    mutants: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    rows = []
    for name in sorted(chains):
        found = components.report(name)
        row: Counter[str] = Counter()
        for link in found.links:
            links[components.kind_of(link.verdict)] += 1
            rewrites[link.rewrite] += 1
        for score in [link.mutants for link in found.links] + ([found.claim] if found.claim else []):
            row["made"] += score.made
            row["killed"] += score.killed
            row["equivalent"] += len(score.equivalent)
        for _, score in found.definitions:
            inside["made"] += score.made
            inside["killed"] += score.killed
            inside["left_to_the_snippets"] += len(score.survived)
        mutants.update(row)
        named = components.find(name)
        rows.append(
            {
                "name": name,
                "topic": named.topic,
                "title": named.value.title,
                "verdict": components.kind_of(found.verdict),
                "links": len(found.links),
                "rules_run": sum(link.rewrite in ("strict", "loose") for link in found.links),
                **{key: row[key] for key in ("made", "killed", "equivalent")},
            }
        )
    claims = Counter(
        components.RULINGS[components.ruling(name).ruling.name] for name, kind in kinds.items() if kind == "claim"
    )
    return {
        "derivations": len(chains),
        "definitions": sum(kind == "definition" for kind in kinds.values()),
        "quantities": {
            "exact": sum(kind == "quantity" for kind in kinds.values()),
            "measured": sum(kind == "measured" for kind in kinds.values()),
        },
        "links": {
            "total": sum(links.values()),
            "proved_all_sizes": links["proved"],
            "proved_small": links["small"],
            "agrees": links["agrees"],
            "refuted": links["refuted"],
            "unknown": links["unknown"],
        },
        "rewrites": {
            "strict": rewrites["strict"],
            "loose": rewrites["loose"],
            "reason_only": rewrites["reason only"],
            "fails": rewrites["fails"],
        },
        "mutants": {key: mutants[key] for key in ("made", "killed", "equivalent")},
        "mutants_of_definitions": {key: inside[key] for key in ("made", "killed", "left_to_the_snippets")},
        "claims": {"total": sum(claims.values()), **{key: claims[key] for key in components.RULINGS.values()}},
        "verdicts": {one.name.lower(): str(one.value) for one in Verdict},
        "rows": rows,
    }


def _snippets(root: Path = store.ROOT / "snippets") -> dict[str, int]:
    """Public functions, and examples in their docstrings."""
    functions = examples = 0
    parser = doctest.DocTestParser()
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                examples += len(parser.get_examples(ast.get_docstring(node, clean=False) or ""))
        functions += sum(
            isinstance(one, ast.FunctionDef) and not one.name.startswith(("_", "example_")) for one in tree.body
        )
    return {"functions": functions, "doctests": examples}


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # the site's own group is enough to build with
    try:
        from press.katex import version

        found["katex"] = version()
    except (ImportError, FileNotFoundError):
        pass
    return found


@store.once
def survey() -> coverage.Shown:
    """The pages as they stand."""
    return coverage.survey()


@store.once
def collect() -> dict[str, Any]:
    """All numbers of this build, by role."""
    shown = survey()
    checked = dict(store.kept("trust", _reports))
    unseen = coverage.unseen(shown)
    made = {
        "equations": {"shown": shown.equations + shown.unchecked, "checked": shown.equations},
        **checked,
        "pages": len(coverage.pages()),
        "unseen": len(unseen),
        "snippets": {"shown": shown.kinds["snippet"], **dict(store.kept("snippets", _snippets))},
        "figures": len(shown.figures),
        "libraries": atlas.counts(),
        "versions": dict(store.kept("versions", _versions)),
    }
    return made


@store.once
def text() -> str:
    """The bytes of `trust.json`."""
    return json.dumps(collect(), indent=2, ensure_ascii=False) + "\n"


# ---- on a page


def number(path: str) -> dict[str, Any]:
    """The role {trust}`links.total`."""
    at: Any = collect()
    for key in path.split("."):
        if not isinstance(at, dict) or key not in at:
            raise Wrong("a key of trust.json", f"{path}{nearest(path, _keys(collect()))}")
        at = at[key]
    if isinstance(at, dict | list):
        raise Wrong("a key of trust.json with one value", path)
    told = f"{at:,}" if isinstance(at, int) else escape(str(at), quote=False)
    return {
        "html": f'<span class="om-num" data-trust="{escape(path)}">{told}</span>',
        "ids": [],
        "shows": [],
        "equations": 0,
    }


def _keys(tree: dict[str, Any], above: str = "") -> list[str]:
    made: list[str] = []
    for key, value in tree.items():
        made += _keys(value, f"{above}{key}.") if isinstance(value, dict) else [above + key]
    return made


def table(name: str) -> dict[str, Any]:
    """The fence ```trust: `derivations`, one row each with its verdict; or `versions`."""
    if name == "derivations":
        body = "".join(_row(one) for one in collect()["rows"])
        html = (
            '<table class="om-trust"><thead><tr><th scope="col">derivation</th><th scope="col">verdict</th>'
            '<th scope="col">lines</th><th scope="col">rules run</th><th scope="col">slips</th>'
            '<th scope="col">refuted</th><th scope="col">no mistakes</th></tr></thead>'
            f"<tbody>{body}</tbody></table>"
        )
    elif name == "versions":
        found = collect()["versions"].items()
        rows = "".join(f"<tr><td>{escape(one)}</td><td>{escape(version)}</td></tr>" for one, version in found)
        html = (
            '<table class="om-trust"><thead><tr><th scope="col">package</th><th scope="col">version</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
    else:
        raise Wrong("one of the tables derivations, versions", name)
    return {
        "html": f'<section class="om-scroll" tabindex="0" aria-label="{escape(name)}">{html}</section>',
        "ids": [],
        "shows": [],
        "equations": 0,
    }


def _row(one: dict[str, Any]) -> str:
    page = survey().chains.get(one["name"])
    told = components.words(one["title"]) if one["title"] else escape(one["name"])
    name = f'<a href="om:{page}#{one["name"]}">{told}</a>' if page else told
    verdict = collect()["verdicts"][one["verdict"]]
    return (
        f'<tr><td>{name}</td><td><span class="om-verdict" data-verdict="{one["verdict"]}">{escape(verdict)}</span></td>'
        f"<td>{one['links']}</td><td>{one['rules_run']}</td><td>{one['made']}</td><td>{one['killed']}</td><td>{one['equivalent']}</td></tr>"
    )


# ---- files that the site brings besides its pages


def write(site: Path) -> None:
    """`trust.json`, and every snippet as a file to download."""
    site.mkdir(parents=True, exist_ok=True)
    (site / "trust.json").write_text(text(), encoding="utf-8")
    for path in sorted((store.ROOT / "snippets").rglob("*.py")):
        if path.name != "__init__.py":
            target = site / path.relative_to(store.ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
