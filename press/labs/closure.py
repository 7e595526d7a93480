"""What a lab rests on, read from its imports without running it.

The key of a lab changes exactly when its code changes (not its words), or a module of the project that it
imports (over any number of modules), or the version of a package that it imports (or that such a
package requires), or Python, or the way in which labs are run. An import by a computed name is not
seen.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from press import store
from press.labs.script import ROOT, Lab

HERE = Path(__file__).resolve().parent
# What decides how a cell's output looks, besides the cell.
RUNNER = (HERE / "run.py", HERE / "script.py", HERE / "lab.mplstyle")
KERNEL = ("ipykernel", "matplotlib", "matplotlib-inline", "nbclient", "jupytext")


@dataclass(frozen=True)
class Closure:
    """Files of the project and names of other packages that a lab imports, each sorted."""

    files: tuple[Path, ...]
    packages: tuple[str, ...]


def closure(lab: Lab) -> Closure:
    """Raises Faulty where a file is not Python."""
    seen: set[Path] = {lab.path}
    packages: set[str] = set()
    waiting = [lab.path]
    while waiting:
        path = waiting.pop()
        for name in _imports(path, lab):
            found = _files(name, lab.root)
            if found is None:
                packages.add(name.partition(".")[0])
                continue
            waiting += [one for one in found if one not in seen]
            seen.update(found)
    return Closure(tuple(sorted(seen)), tuple(sorted(packages - sys.stdlib_module_names)))


def _imports(path: Path, lab: Lab) -> Iterator[str]:
    """Dotted names that `path` may import; of `from a import b`, both a and a.b."""
    try:
        statements = _statements(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        name = Lab(path, lab.root)
        raise name.fault(error.lineno or 1, "Python", f"SyntaxError: {error.msg}") from None
    package = path.relative_to(lab.root).parent.parts
    for module, level, names in statements:
        if level is None:
            yield from names
            continue
        up = package[: len(package) + 1 - level] if level else ()
        base = ".".join([*up, *([module] if module else [])])
        if base:
            yield base
        if not base or _files(base, lab.root) is not None:
            yield from (f"{base}.{name}".lstrip(".") for name in names)


@lru_cache(maxsize=512)  # by content: most modules are imported by many labs
def _statements(source: str) -> tuple[tuple[str, int | None, tuple[str, ...]], ...]:
    """The import statements of a module: (module, level, names), with no level for `import a, b`."""
    found: list[tuple[str, int | None, tuple[str, ...]]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.append(("", None, tuple(alias.name for alias in node.names)))
        elif isinstance(node, ast.ImportFrom):
            found.append((node.module or "", node.level, tuple(alias.name for alias in node.names)))
    return tuple(found)


def _files(name: str, root: Path) -> list[Path] | None:
    """The project's files that an import of `name` runs; None where it is not the project's."""
    parts = name.split(".")
    if not parts[0] or not ((root / parts[0]).is_dir() or (root / f"{parts[0]}.py").is_file()):
        return None
    found = []
    for depth in range(1, len(parts) + 1):
        at = root.joinpath(*parts[:depth])
        found += [one for one in (at / "__init__.py", at.with_name(at.name + ".py")) if one.is_file()]
    return found


def key(lab: Lab) -> str:
    """A hash of all that the lab's output can depend on, and of nothing else."""
    rests = closure(lab)
    modules = [path for path in rests.files if path != lab.path]
    facts = {
        "code": [(cell.source, cell.alt) for cell in lab.cells if cell.kind == "code"],
        "python": [sys.version, platform.machine()],
        "runner": [_digest(path) for path in RUNNER],
        "files": {path.relative_to(lab.root).as_posix(): _digest(path) for path in modules},
        "packages": versions(rests.packages, lab.root / ".cache" / "labs" / "distributions.json", lab.root),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def versions(packages: tuple[str, ...], known: Path, root: Path = ROOT) -> dict[str, str]:
    """Versions of the distributions behind import names, and of all that those require.

    `known` keeps what the environment said of itself as long as no package comes, goes or changes its version:
    to ask it takes longer than all the rest. `root` is the project's folder, where no packages lie.
    """
    environment = store.environment(root)
    kept = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    if kept.get("environment") != environment:
        kept = {}
    names: dict[str, list[str]] = kept.get("names", {})
    told: dict[str, list[Any]] = dict(kept.get("told", {}))  # of a distribution, its version and what it requires
    if not all(name in names for name in packages):
        whole = metadata.packages_distributions()
        names = {name: sorted(set(whole.get(name, []))) for name in sorted({*names, *packages})}
    found: dict[str, str] = {}
    waiting = [*KERNEL, *(one for name in packages for one in names[name])]
    while waiting:
        one = waiting.pop()
        label = re.sub(r"[-_.]+", "-", one).lower()
        if label in found:
            continue
        if label not in told:
            told[label] = [_version(one), _required(one)]
        version, required = told[label]
        if version:
            found[label] = version
            waiting += required
    now = {"environment": environment, "names": names, "told": told}
    if now != kept:
        write(known, json.dumps(now, sort_keys=True))
    return found


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _required(distribution: str) -> list[str]:
    """The names of the distributions that one needs to run."""
    try:
        asked = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return []
    return [re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in asked if "extra ==" not in need]


def write(path: Path, text: str) -> None:
    """Writes a file of the cache whole or not at all: several builds may do so at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
