"""`make libraries`: runs every fact against the real libraries, by the listing that its page shows, and compares with
the record.

Each library has a process of its own, two at a time: they bring thread pools that do not like each other,
and one that crashes takes only its own facts with it. Nothing is skipped: a fact that could not be run has not held.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import runpy
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

from press import libraries
from press.libraries import Fact, epochs

MARK = "facts: "  # before the answer: libraries print what they please
SECONDS = 600
ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "JAX_ENABLE_X64": "0",  # as by default: a listing that computes in float64 says so itself
    "JAX_PLATFORMS": "cpu",
    "KERAS_BACKEND": "tensorflow",  # the same
    "OMP_NUM_THREADS": "1",  # the same order of additions on every machine
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}


def child(library: str) -> None:
    """Runs the listings of one library's facts, as the page shows them, and prints what came, or what was raised."""
    if library == "tensorflow-cpu":
        epochs.two_devices()  # later than this TensorFlow refuses
    came: dict[str, Any] = {}
    for name, one in libraries.load().items():
        if one.library == library:
            try:
                came[name] = {"returned": libraries.written(libraries.numbers(printed(one.listing)))}
            except Exception as fault:
                came[name] = {"raised": f"{type(fault).__name__}: {fault}"}
    print(f"\n{MARK}{json.dumps(came)}", flush=True)


def printed(listing: str) -> Any:
    """What a listing prints at its end, before it becomes text. It is a file, which processes of its own can read."""
    kept: list[Any] = []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "listing.py"
        script.write_text(listing, encoding="utf-8")
        runpy.run_path(str(script), {"print": kept.append}, "__main__")
    (answer,) = kept
    return answer


def run(library: str) -> dict[str, Any]:
    """{fact: what came} of one library; where its process died, what it said last."""
    began = time.monotonic()
    command = [sys.executable, "-m", "press.libraries", "--only", library]
    try:
        done = subprocess.run(
            command,
            cwd=libraries.ROOT,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        out, why = done.stdout, f"the process ended with {done.returncode}: {done.stderr.strip()[-400:]}"
    except subprocess.TimeoutExpired:
        out, why = "", f"no answer in {SECONDS} s"
    answers = [line for line in out.splitlines() if line.startswith(MARK)]
    names = [name for name, one in libraries.load().items() if one.library == library]
    came = json.loads(answers[-1].removeprefix(MARK)) if answers else {}
    print(f"{library}: {len(names)} facts in {time.monotonic() - began:.0f} s", flush=True)
    return {name: came.get(name, {"raised": why}) for name in names}


def judge(one: Fact, came: dict[str, Any], recorded: dict[str, Any] | None) -> list[str]:
    """Why a fact has not held, a line for each reason. `recorded` is None when the record is being written."""
    if "raised" in came:
        return [f"{one.name}: could not be run with {one.library}: {came['raised']}"]
    now, ours = libraries.returned(came), libraries.numbers(one.ours())
    wrong = []
    if recorded is not None and not one.agrees(now, libraries.returned(recorded)):
        wrong.append(f"{one.name}: recorded {libraries.returned(recorded)}, {one.library} now returns {now}")
    if not one.agrees(now, ours):
        wrong.append(f"{one.name}: {one.library} returns {now}, our snippet gives {ours}")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m press.libraries", description="facts about the real libraries")
    parser.add_argument("--record", action="store_true", help="write the record anew")
    parser.add_argument("--only", metavar="LIBRARY", help="run one library's facts here, and print what came")
    asked = parser.parse_args()
    if asked.only:
        child(asked.only)
        return 0
    facts, record, wrong = libraries.load(), libraries.read(), []
    used = list(dict.fromkeys(one.library for one in facts.values()))
    versions = {}
    for library in used:
        try:
            versions[library] = metadata.version(library).partition("+")[0]  # +cpu tells who built it
        except metadata.PackageNotFoundError:
            versions[library] = "none"
        if versions[library] != libraries.pins()[library]:
            wrong.append(f"{library}: pinned is {libraries.pins()[library]}, installed is {versions[library]}")
    came: dict[str, Any] = {}
    with ThreadPoolExecutor(max_workers=2) as pool:
        for answer in pool.map(run, used):
            came.update(answer)
    held = 0
    rows: dict[str, Any] = {}
    for name, one in facts.items():
        recorded = None if asked.record else record["facts"].get(name, {"returned": []})
        reasons = judge(one, came[name], recorded)
        wrong += reasons
        held += not reasons
        rows[name] = {"code": one.digest, "returned": came[name].get("returned", []), "held": not reasons}
    if asked.record:
        made = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "python": platform.python_version(),
            "versions": versions,
            "facts": rows,
        }
        libraries.RECORD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    else:
        wrong += [one for one in libraries.faults(record, facts) if one.partition(":")[0] not in {*used} | _told(wrong)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(facts)} facts, {held} held")
    return 1 if wrong else 0


def _told(wrong: list[str]) -> set[str]:
    return {one.partition(":")[0] for one in wrong}


if __name__ == "__main__":
    sys.exit(main())
