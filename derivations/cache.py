"""Verdicts, kept by content: the same module, and the same modules that it imports, give the same report.

The files lie under `.cache/verdicts` of the project (ONE_OVER_M_CACHE names another folder). They
hold nothing that cannot be computed again.
"""

from __future__ import annotations

import ast
import gc
import hashlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sympy import Derivative, preorder_traversal

import derivations
from derivations import check
from derivations.calculus import Induction, Ruling
from derivations.library import Named
from derivations.prover import Kind, Outcome

ROOT = Path(__file__).resolve().parent.parent


def folder() -> Path:
    """Where reports are kept."""
    return Path(os.environ.get("ONE_OVER_M_CACHE", ROOT / ".cache")) / "verdicts"


@cache
def _source(module: str) -> Path | None:
    found = find_spec(module)
    return Path(found.origin) if found and found.origin else None


def imports(path: Path) -> tuple[str, ...]:
    """The project's own modules that a file names in its import statements."""
    try:
        return _named_in(path.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise ValueError(f"{path}:{fault}") from None


@cache  # by content: a file is reached from many others, and parsed once
def _named_in(source: str) -> tuple[str, ...]:
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name.split(".")[0] == "derivations"]
        elif isinstance(node, ast.ImportFrom) and node.level:
            raise ValueError(f"{node.lineno}: expected an import by the module's whole name, got a relative one")
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "derivations":
            found.append(node.module)
            if (ROOT / node.module.replace(".", "/")).is_dir():
                found += [f"{node.module}.{a.name}" for a in node.names if find_spec(f"{node.module}.{a.name}")]
    return tuple(found)


def closure(module: str) -> tuple[Path, ...]:
    """The files of a module and of everything of the project's that it imports, directly or not."""
    found: dict[str, Path] = {}
    ahead = [module]
    while ahead:
        name = ahead.pop()
        path = _source(name)
        if name in found or path is None:
            continue
        found[name] = path
        ahead += imports(path)
    return tuple(sorted(found.values()))


@cache
def key(module: str) -> str:
    """The content that a verdict on a value of this module rests on."""
    digest = hashlib.sha256()
    files = _rests_on(module)
    for path in files:
        read = _notation_for(files).encode() if path == _source("derivations.notation") else path.read_bytes()
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + read + b"\0")
    digest.update(f"{version('sympy')} {version('mpmath')} {sys.version_info[:2]}".encode())
    return digest.hexdigest()[:24]


def _notation_for(files: Iterable[Path], source: str | None = None) -> str:
    """The notation table's file without the rows that none of these files names, nor any row that they need.

    A verdict does not rest on the rows of other topics: a new letter there computes nothing anew.
    """
    table = _source("derivations.notation")
    assert table is not None, "derivations.notation: expected a file, found none"
    named = set[str]().union(*(_words_in(path.read_text(encoding="utf-8")) for path in files if path != table))
    kept = []
    source = table.read_text(encoding="utf-8") if source is None else source
    for text, head, needs in reversed(_pieces(source)):  # a row needs only rows above it
        if not head or head & named:
            kept.append(text)
            named |= needs
    return "\n".join(reversed(kept))


@cache  # by content
def _pieces(source: str) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    """The statements of the notation table; those that are rows with the names that they go by, and that they use."""
    lines, found = source.splitlines(), []
    for node in ast.parse(source).body:
        text = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        head, needs = set[str](), set[str]()
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args:
            label = node.value.args[0]
            head = {target.id for target in node.targets if isinstance(target, ast.Name)}
            head |= {str(label.value)} if isinstance(label, ast.Constant) else set()
            needs = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
        found.append((text, frozenset(head), frozenset(needs)))
    return tuple(found)


@cache  # by content
def _words_in(source: str) -> frozenset[str]:
    """Every word of a file, in its comments too: a name that is used is one of them."""
    return frozenset(re.findall(r"[^\W\d]\w*", source))


def settled(module: str) -> bool:
    """Are the files that a verdict rests on still what this process read?

    One that was edited since may have been imported before, and its new content given as the key. Such a
    verdict is neither looked up nor kept. Of the notation table, the rows that the verdict rests on count.
    """
    files = _rests_on(module)
    edited = [path for path in files if path.stat().st_mtime >= derivations.READ_FROM]
    if edited == [_source("derivations.notation")]:
        return _notation_for(files) == _notation_for(files, derivations.NOTATION)
    return not edited


@cache
def _rests_on(module: str) -> tuple[Path, ...]:
    return tuple(sorted({*closure(module), *closure("derivations.check")}))


def _file(name: str, module: str, kind: str) -> Path:
    return folder() / f"{kind}-{name}-{key(module)}.json"


def _keep(path: Path, data: Any) -> None:
    """Written whole or not at all; older reports of the same value go."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8", suffix=".part") as out:
        json.dump(data, out, ensure_ascii=False, default=str)
    os.replace(out.name, path)
    stem = path.name.rsplit("-", 1)[0]
    for old in path.parent.glob(f"{stem}-*.json"):
        if old != path and old.name.rsplit("-", 1)[0] == stem:
            old.unlink(missing_ok=True)


def _outcome(d: dict[str, Any]) -> Outcome:
    return Outcome(Kind(d["kind"]), d["detail"], d["seconds"])


def _score(d: dict[str, Any]) -> check.Score:
    return check.Score(d["made"], d["killed"], tuple(map(tuple, d["equivalent"])), tuple(d["survived"]))


def _counterexample(d: dict[str, Any] | None) -> check.Counterexample | None:
    if d is None:
        return None
    return check.Counterexample(
        tuple(map(tuple, d["sizes"])), tuple(map(tuple, d["values"])), d["left"], d["right"], d["relation"]
    )


def _report(d: dict[str, Any]) -> check.Report:
    links = tuple(
        check.LinkReport(
            x["number"],
            check.Verdict(x["verdict"]),
            _outcome(x["proof"]),
            _outcome(x["digits"]),
            x["rewrite"],
            _score(x["mutants"]),
            _counterexample(x["counterexample"]),
        )
        for x in d["links"]
    )
    definitions = tuple((n, _score(s)) for n, s in d["definitions"])
    claim = _score(d["claim"]) if d["claim"] else None
    return check.Report(
        d["name"],
        check.Verdict(d["verdict"]),
        links,
        d["seconds"],
        tuple(d["problems"]),
        d["mutated"],
        definitions,
        claim,
    )


def _kept(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def report(named: Named, mutate: bool) -> check.Report:
    """The kept report, or a new one, which is kept."""
    if not settled(named.module):
        return check.compute(named.name, named.value, mutate)
    for kind in ("slips",) if mutate else ("slips", "plain"):
        data = _kept(_file(named.name, named.module, kind))
        if data is not None:
            return _report(data)
    made = check.compute(named.name, named.value, mutate)
    if settled(named.module):
        _keep(_file(named.name, named.module, "slips" if mutate else "plain"), asdict(made))
    return made


def ruling(named: Named) -> check.ClaimReport:
    """The kept ruling, or a new one, which is kept."""
    if not settled(named.module):
        return check.rule_on(named.value)
    path = _file(named.name, named.module, "claim")
    d = _kept(path)
    if d is not None:
        return check.ClaimReport(
            d["id"],
            Ruling(d["ruling"]),
            d["computed"],
            d["detail"],
            _counterexample(d["counterexample"]),
            d["value"],
            tuple(d["problems"]),
        )
    made = check.rule_on(named.value)
    if settled(named.module):
        _keep(path, asdict(made))
    return made


def _work(name: str, mutate: bool) -> check.Report | check.ClaimReport:
    from derivations import library
    from derivations.calculus import Claim

    found = library.find(name)
    return ruling(found) if isinstance(found.value, Claim) else report(found, mutate)


def is_kept(named: Named, mutate: bool) -> bool:
    from derivations.calculus import Claim

    if not settled(named.module):
        return False
    kinds = ("claim",) if isinstance(named.value, Claim) else ("slips",) if mutate else ("slips", "plain")
    return any(_file(named.name, named.module, k).exists() for k in kinds)


def _effort(named: Named) -> int:
    """A guess at how long a check takes. The order in which the work is begun hangs on it, and nothing else."""
    value = named.value
    chains = [value.base, value.step] if isinstance(value, Induction) else [value]
    lines = [x for chain in chains for x in getattr(chain, "lines", ())]
    if getattr(value, "stated", None) is not None:
        lines.append(value.stated)
    size = 0
    for e in (*lines, *(one.body for one in getattr(value, "where", ()))):
        nodes = list(preorder_traversal(e))
        size += len(nodes) * (1 + sum(isinstance(x, Derivative) for x in nodes))
    return size


def _seldom_collecting() -> None:
    """Look for cycles seldom: what was imported holds none to free, trees of symbols hold few."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def many(names: Iterable[Named], mutate: bool, jobs: int | None = None) -> Iterator[check.Report | check.ClaimReport]:
    """Reports in the order in which they are ready; the kept ones first, the others on all cores."""
    ahead = []
    for one in names:
        if is_kept(one, mutate):
            yield _work(one.name, mutate)
        else:
            ahead.append(one)
    if not ahead:
        return
    ahead.sort(key=_effort, reverse=True)  # one that takes long must not begin last, with the other cores idle
    with ProcessPoolExecutor(max_workers=jobs or os.cpu_count(), initializer=_seldom_collecting) as pool:
        waiting = [pool.submit(_work, one.name, mutate) for one in ahead]
        for ready in as_completed(waiting):
            yield ready.result()
