"""`make bench`: the scan beside what libraries offer for the same averages, and the record of the last run.

Only `make bench RECORD=1` writes `record.json`. The page is drawn from it by the fence ```bench, and its sentences by
quantities; a record that is of other code, or that does not meet the bounds, is a fault. Seconds are of one
machine, so the page speaks in ratios: every contender ran in the same rounds as the others.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from press.faults import Wrong

ROOT = Path(__file__).resolve().parents[2]
RECORD = Path(__file__).with_name("record.json")
TIMED = ("snippets/moving_averages/scan.py", "press/bench/contenders.py")

VALUES, BETA = 10_000_000, 0.9
# Several processes: where an array lies in memory is decided once in each, and a core may be taken for a while.
PROCESSES, ROUNDS = 5, 9
SIZES = (VALUES, 2 * VALUES, 4 * VALUES)  # for the growth with n
OURS, COPY = "scan", "copy"
NAMES = {
    OURS: "the scan of this page",
    COPY: "a plain copy, x.copy()",
    "lfilter": "scipy.signal.lfilter",
    "pandas": "pandas, ewm(adjust=False).mean()",
    "polars": "polars, ewm_mean(adjust=False)",
}
CALL = re.compile(r"(?<=[.(])")  # where the name of a call may be cut
LIBRARIES = ("numpy", "scipy", "pandas", "polars")
MOST_COPIES = 3.0  # copies that a scan may take
MOST_GROWTH = 1.25  # of the time for a value, from the smallest to the largest size
MOST_APART = 1e-12  # largest difference of an average from the scan's


def digest(root: Path = ROOT) -> str:
    """A hash of the code that is timed, without its comments, docstrings and examples."""
    kept = []
    for name in TIMED:
        tree = ast.parse((root / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.FunctionDef)) and ast.get_docstring(node) is not None:
                node.body = node.body[1:]
        tree.body = [one for one in tree.body if not getattr(one, "name", "").startswith("example_")]
        kept.append(ast.dump(tree))
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()[:16]


def read(path: Path = RECORD) -> dict[str, Any]:
    """The record as it was written; empty where there is none."""
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def growth(record: Mapping[str, Any]) -> float:
    """The scan's time for a value at the largest size over that at the smallest."""
    each = {int(n): seconds / int(n) for n, seconds in record["by_size"].items()}
    return float(each[max(each)] / each[min(each)])


def faults(record: Mapping[str, Any], code: str | None = None) -> list[str]:
    """Why the record does not speak for the code, or what in it misses a bound."""
    again = "run `make bench RECORD=1` on an idle machine"
    if not record:
        return [f"no record of the bench: {again}"]
    if record["code"] != (code or digest()):
        return [f"the code that is timed has changed since it was recorded: {again}"]
    settings = [record.get(name) for name in ("values", "beta", "processes", "rounds")]
    if settings != [VALUES, BETA, PROCESSES, ROUNDS]:
        return [f"recorded with other settings: {again}"]
    runs = record["runs"]
    if set(runs) != set(NAMES) or sorted(map(int, record["by_size"])) != sorted(SIZES):
        return [f"recorded with {', '.join(runs)}, expected {', '.join(NAMES)}: {again}"]
    wrong = [
        f"{NAMES[name]}: expected to take longer than the scan, took {run['ratio']} of its time"
        for name, run in runs.items()
        if name not in (OURS, COPY) and run["ratio"] <= 1
    ]
    if 1 / runs[COPY]["ratio"] > MOST_COPIES:
        wrong.append(f"expected at most {MOST_COPIES} copies of the array, took {1 / runs[COPY]['ratio']:.2f}")
    if growth(record) > MOST_GROWTH:
        wrong.append(f"expected a time for a value that grows by at most {MOST_GROWTH}, grew by {growth(record):.2f}")
    wrong += [
        f"{NAMES[name]}: expected the same averages, found {run['apart']} between them"
        for name, run in runs.items()
        if name != COPY and not run["apart"] <= MOST_APART
    ]
    return wrong


def _kept() -> dict[str, Any]:
    record = read()
    if wrong := faults(record):
        raise Wrong("a record of press/bench that speaks for the code", "; ".join(wrong[:2]))
    return record


# ---- numbers for a page's sentences


def times_the_scan(name: str) -> float:
    """How many times the scan's time another took."""
    return float(_kept()["runs"][name]["ratio"])


def copies() -> float:
    """How many plain copies of the array would have fitted into the scan's time."""
    return 1 / times_the_scan(COPY)


def memory(name: str) -> float:
    """The memory that was taken beyond the array, in sizes of the array."""
    return float(_kept()["runs"][name]["memory"])


def apart(name: str) -> float:
    """The largest difference between another's averages and the scan's."""
    return float(_kept()["runs"][name]["apart"])


def time_for_a_value() -> float:
    """How much longer a value takes in the longest array than in the shortest."""
    return growth(_kept())


# ---- the fence


def draw(argument: str) -> dict[str, Any]:
    """What the fence ```bench puts on a page: `scan` is the only bench there is."""
    if argument != OURS:
        raise Wrong(f"the bench {OURS}", argument)
    record = _kept()
    rows = "".join(
        f"<tr><td>{CALL.sub('<wbr>', escape(NAMES[name]))}</td><td>{run['ratio']:.2f}</td>"
        f"<td>{run['memory']:.2f}</td><td>{1000 * run['seconds']:.0f} ms</td></tr>"
        for name, run in sorted(record["runs"].items(), key=lambda one: float(one[1]["ratio"]))
    )
    versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
    said = (
        f"{record['values']:,} float64 values, β = {record['beta']}, each begun at the first value: medians of "
        f"{record['rounds']} rounds in each of {record['processes']} processes; in a round all took a turn. Time is "
        f"relative to the scan's of the same round; memory is what a run took beyond the array itself, in sizes of "
        f"the array. Run on {record['date']}, {record['machine']}, one thread of BLAS. Python {record['python']}, "
        f"{versions}."
    )
    head = "".join(f'<th scope="col">{one}</th>' for one in ("who", "time", "memory", "median"))
    html = (
        '<section class="om-scroll" tabindex="0" aria-label="the last recorded run"><table class="om-trust">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
        f'<p class="om-told">{escape(said)}</p>'
    )
    return {"html": html, "ids": [], "shows": [], "equations": 0}
