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
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from press.labs.script import Lab

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
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        name = Lab(path, lab.root)
        raise name.fault(error.lineno or 1, "Python", f"SyntaxError: {error.msg}") from None
    package = path.relative_to(lab.root).parent.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package[: len(package) + 1 - node.level] if node.level else ()
            base = ".".join([*up, *([node.module] if node.module else [])])
            if base:
                yield base
            if not base or _files(base, lab.root) is not None:
                yield from (f"{base}.{alias.name}".lstrip(".") for alias in node.names)


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
        "packages": versions(rests.packages, lab.root / ".cache" / "labs" / "distributions.json"),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def versions(packages: tuple[str, ...], known: Path) -> dict[str, str]:
    """Versions of the distributions behind import names, and of all that those require.

    `known` keeps which distribution an import name comes from: to ask that of the environment
    takes longer than all the rest.
    """
    names: dict[str, list[str]] = json.loads(known.read_text(encoding="utf-8")) if known.is_file() else {}
    if not all(name in names and _holds(name, names[name]) for name in packages):
        whole = metadata.packages_distributions()
        names = {name: sorted(set(whole.get(name, []))) for name in sorted({*names, *packages})}
        write(known, json.dumps(names))
    found: dict[str, str] = {}
    waiting = [*KERNEL, *(one for name in packages for one in names[name])]
    while waiting:
        one = waiting.pop()
        label = re.sub(r"[-_.]+", "-", one).lower()
        version = _version(one)
        if label not in found and version:
            found[label] = version
            wanted = [need for need in metadata.requires(one) or [] if "extra ==" not in need]
            waiting += [re.split(r"[^\w.-]", need, maxsplit=1)[0] for need in wanted]
    return found


def _holds(name: str, distributions: list[str]) -> bool:
    """Whether what was known of an import name still is: installed then and now, or neither."""
    if not distributions:
        return find_spec(name) is None
    return all(_version(one) for one in distributions)


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def write(path: Path, text: str) -> None:
    """Writes a file of the cache whole or not at all: several builds may do so at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
