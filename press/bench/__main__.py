"""`make bench`: runs the contenders in turn, round after round, and prints ratios and memory; RECORD=1 keeps them.

A process takes the times of all, so that every contender meets the same machine, and several do so, one after the
other; each peak of memory has a process of its own, because a peak cannot be taken back. BLAS has one thread: a
product of matrices in a scan is too small for two, and a record should not hang on how many cores were idle.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from press import bench
from press.bench.contenders import CONTENDERS, Run, signal

ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
MARK = "bench: "  # before the answer of a child


def seconds(run: Run) -> float:
    """How long one run takes; what it returns is freed after the clock has stopped."""
    began = time.perf_counter()
    kept = run()
    took = time.perf_counter() - began
    del kept
    return took


def times(values: int, rounds: int) -> dict[str, Any]:
    """{name: seconds of each round, and the distance from the scan's averages}; all take a turn in every round."""
    x = signal(values)
    runs = {name: ready(x, bench.BETA) for name, ready in CONTENDERS.items()}
    ours = runs[bench.OURS]()
    apart = {name: float(np.abs(run() - ours).max()) for name, run in runs.items()}  # and all are warm
    del ours
    took: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            took[name].append(seconds(run))
    return {name: {"seconds": took[name], "apart": apart[name]} for name in runs}


def medians(taken: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """{name: median seconds, median ratio to the scan's, largest distance} over the rounds of all processes."""
    rounds = {name: [one for process in taken for one in process[name]["seconds"]] for name in taken[0]}
    return {
        name: {
            "seconds": statistics.median(took),
            "ratio": statistics.median(a / b for a, b in zip(took, rounds[bench.OURS], strict=True)),
            "apart": max(process[name]["apart"] for process in taken),
        }
        for name, took in rounds.items()
    }


def by_size(values: int, rounds: int) -> dict[str, float]:
    """Median seconds of the scan for arrays of several lengths, in turn too."""
    sizes = [values * one // bench.VALUES for one in bench.SIZES]
    x = signal(max(sizes))
    runs = {n: CONTENDERS[bench.OURS](x[:n], bench.BETA) for n in sizes}
    took: dict[int, list[float]] = {n: [] for n in sizes}
    for _ in range(rounds):
        for n, run in runs.items():
            took[n].append(seconds(run))
    return {str(n): statistics.median(took[n]) for n in sizes}


def peak(name: str, values: int) -> dict[str, float]:
    """What one run takes at its peak beyond the array, in sizes of the array."""
    import resource

    x = np.empty(values)
    np.random.default_rng(0).standard_normal(out=x)
    CONTENDERS[name](x[:1000], bench.BETA)()  # libraries loaded and warm
    run = CONTENDERS[name](x, bench.BETA)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kept = run()
    taken = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    del kept
    return {"memory": taken * (1 if sys.platform == "darwin" else 1024) / x.nbytes}


def child(task: str, values: int, rounds: int) -> Any:
    """The answer of a process of its own. Raises RuntimeError where it died."""
    command = [sys.executable, "-m", "press.bench", "--task", task, "--values", str(values), "--rounds", str(rounds)]
    done = subprocess.run(
        command, cwd=bench.ROOT, env={**os.environ, **ENVIRONMENT}, capture_output=True, text=True, check=False
    )
    answers = [line for line in done.stdout.splitlines() if line.startswith(MARK)]
    if done.returncode or not answers:
        raise RuntimeError(f"{task}: the process ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return json.loads(answers[-1].removeprefix(MARK))


def machine() -> str:
    """The processor and the number of its cores, as far as the system tells; no names."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m press.bench", description="the scan beside its peers")
    parser.add_argument("--record", action="store_true", help="write the record anew")
    parser.add_argument("--values", type=int, default=bench.VALUES, help="how many values are averaged")
    parser.add_argument("--processes", type=int, default=bench.PROCESSES, help="how many take times, in turn")
    parser.add_argument("--rounds", type=int, default=bench.ROUNDS, help="how often each takes its turn in a process")
    parser.add_argument("--task", help="do one task here and print the answer")
    asked = parser.parse_args()
    if asked.task:
        kind, _, name = asked.task.partition(" ")
        answer: Any = (
            peak(name, asked.values)
            if kind == "peak"
            else {"times": times, "by_size": by_size}[kind](asked.values, asked.rounds)
        )
        print(f"{MARK}{json.dumps(answer)}")
        return 0
    runs = medians([child("times", asked.values, asked.rounds) for _ in range(asked.processes)])
    for name in CONTENDERS:
        runs[name] |= child(f"peak {name}", asked.values, 1)
    made = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in bench.LIBRARIES},
        "machine": machine(),
        "code": bench.digest(),
        "values": asked.values,
        "beta": bench.BETA,
        "processes": asked.processes,
        "rounds": asked.rounds,
        "runs": {name: {key: float(f"{one:.4g}") for key, one in run.items()} for name, run in runs.items()},
        "by_size": child("by_size", asked.values, asked.rounds),
    }
    for name, run in made["runs"].items():
        print(
            f"{bench.NAMES[name]:34} {run['ratio']:6.2f} times the scan's time  {run['memory']:5.2f} arrays of memory  "
            f"{1000 * run['seconds']:7.1f} ms  {run['apart']:.0e} apart"
        )
    print(f"{'the time for a value':34} {bench.growth(made):6.2f} times that, in an array 4 times as long")
    wrong = bench.faults(made)
    print(*wrong, sep="\n", end="\n" if wrong else "")
    if asked.record and not wrong:
        bench.RECORD.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
