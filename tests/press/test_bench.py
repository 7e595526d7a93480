"""The record of the bench speaks for the code and meets the bounds, and each way of not doing so is refused."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from press import bench, components, scan
from press.bench import __main__ as command
from press.bench.contenders import CONTENDERS, signal
from press.faults import Wrong

RECORD = bench.read()


def test_the_record_speaks_for_the_code_and_meets_the_bounds() -> None:
    assert bench.faults(RECORD) == []


def record(**changes: Any) -> dict[str, Any]:
    """A record that is well, with some of it changed; `copy__ratio` stands for the ratio of the copy's run."""
    runs = {name: {"seconds": 0.02, "ratio": 2.0, "apart": 0.0, "memory": 1.0} for name in bench.NAMES}
    runs[bench.OURS]["ratio"], runs[bench.COPY]["ratio"], runs[bench.COPY]["apart"] = 1.0, 0.5, 3.0
    made: dict[str, Any] = {
        "date": "2026-11-21",
        "python": "3.11.7",
        "machine": "a processor",
        "versions": dict.fromkeys(bench.LIBRARIES, "1.0"),
        "code": bench.digest(),
        "values": bench.VALUES,
        "beta": bench.BETA,
        "processes": bench.PROCESSES,
        "rounds": bench.ROUNDS,
        "runs": runs,
        "by_size": {str(n): n * 1e-9 for n in bench.SIZES},
    }
    for name, value in changes.items():
        run, _, key = name.partition("__")
        if key:
            made["runs"][run][key] = value
        else:
            made[name] = value
    return made


def test_a_record_that_is_well_has_no_fault() -> None:
    assert bench.faults(record()) == []
    assert bench.faults(record(copy__ratio=1 / 2.99, lfilter__ratio=1.01, polars__apart=9e-13)) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"code": "0"}, "the code that is timed has changed since it was recorded"),
        ({"values": 1000}, "recorded with other settings"),
        ({"beta": 0.5}, "recorded with other settings"),
        ({"rounds": 1}, "recorded with other settings"),
        ({"processes": 1}, "recorded with other settings"),
        ({"runs": {bench.OURS: {}}}, "recorded with scan, expected scan, copy, lfilter, pandas, polars"),
        ({"by_size": {"1000": 1.0}}, "recorded with"),
        ({"lfilter__ratio": 0.99}, "scipy.signal.lfilter: expected to take longer than the scan, took 0.99"),
        ({"pandas__ratio": 1.0}, "pandas, ewm(adjust=False).mean(): expected to take longer"),
        ({"polars__ratio": 0.5}, "polars, ewm_mean(adjust=False): expected to take longer"),
        ({"copy__ratio": 0.33}, "expected at most 3.0 copies of the array, took 3.03"),
        ({"by_size": {str(n): n**1.2 for n in bench.SIZES}}, "that grows by at most 1.25, grew by 1.32"),
        ({"polars__apart": 1e-9}, "polars, ewm_mean(adjust=False): expected the same averages, found 1e-09"),
        ({"lfilter__apart": float("nan")}, "scipy.signal.lfilter: expected the same averages, found nan"),
    ],
)
def test_a_spoilt_record_is_refused(changes: dict[str, Any], says: str) -> None:
    (wrong,) = bench.faults(record(**changes))
    assert says in wrong


def test_no_record_is_told(tmp_path: Path) -> None:
    (wrong,) = bench.faults(bench.read(tmp_path / "none.json"))
    assert wrong.startswith("no record of the bench")


def test_the_digest_is_of_the_code_alone(tmp_path: Path) -> None:
    for name in bench.TIMED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(bench.ROOT / name, tmp_path / name)
    assert bench.digest(tmp_path) == bench.digest()
    snippet = tmp_path / bench.TIMED[0]
    text = snippet.read_text(encoding="utf-8")
    snippet.write_text(text.replace("# --8<-- [start", "# a remark\n# --8<-- [start").replace("0.999999,", "0.9999,"))
    assert bench.digest(tmp_path) == bench.digest()
    for old, new in (("BLOCK = 16", "BLOCK = 32"), ("carry = _scan(", "carry = 0 * _scan(")):
        assert old in text
        snippet.write_text(text.replace(old, new), encoding="utf-8")
        assert bench.digest(tmp_path) != bench.digest()


def test_all_contenders_give_the_same_averages() -> None:
    x = signal(5000)
    v, expected = x[0], []
    for one in x:
        v = bench.BETA * v + (1 - bench.BETA) * one
        expected.append(v)
    for name, ready in CONTENDERS.items():
        got = np.asarray(ready(x, bench.BETA)())
        assert got.shape == x.shape
        assert (got == x).all() if name == bench.COPY else np.abs(got - expected).max() < 1e-14


def test_a_run_takes_times_sizes_and_peaks() -> None:
    runs = command.times(20_000, 2)
    assert set(runs) == set(bench.NAMES)
    assert all(len(run["seconds"]) == 2 and min(run["seconds"]) > 0 for run in runs.values())
    assert [name for name, run in runs.items() if run["apart"] > bench.MOST_APART] == [bench.COPY]
    assert list(map(int, command.by_size(1000, 2))) == [1000, 2000, 4000]
    assert command.peak(bench.COPY, 1000)["memory"] >= 0
    assert "/" not in command.machine()


def test_the_medians_are_those_of_all_rounds() -> None:
    one = {bench.OURS: {"seconds": [1.0, 2.0], "apart": 0.0}, "polars": {"seconds": [3.0, 4.0], "apart": 1e-15}}
    two = {bench.OURS: {"seconds": [1.0], "apart": 0.0}, "polars": {"seconds": [9.0], "apart": 1e-13}}
    assert command.medians([one, two]) == {
        bench.OURS: {"seconds": 1.0, "ratio": 1.0, "apart": 0.0},
        "polars": {"seconds": 4.0, "ratio": 3.0, "apart": 1e-13},
    }


def test_the_command_writes_a_record_that_is_well_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    well, written = record(), tmp_path / "record.json"

    def child(task: str, values: int, rounds: int) -> Any:
        kind, _, name = task.partition(" ")
        if kind == "peak":
            return {"memory": well["runs"][name]["memory"]}
        if kind == "times":  # each round as long as the median
            return {name: {**run, "seconds": [run["ratio"]] * rounds} for name, run in well["runs"].items()}
        return copy.deepcopy(well["by_size"])

    monkeypatch.setattr(command, "child", child)
    monkeypatch.setattr(bench, "RECORD", written)
    monkeypatch.setattr(sys, "argv", ["press.bench"])
    assert command.main() == 0
    assert not written.exists()
    assert "2.00 times the scan's time" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["press.bench", "--record"])
    assert command.main() == 0
    assert bench.faults(json.loads(written.read_text(encoding="utf-8"))) == []
    written.unlink()
    well["runs"]["polars"]["ratio"] = 0.9
    assert command.main() == 1
    assert not written.exists()
    assert "polars, ewm_mean(adjust=False): expected to take longer" in capsys.readouterr().out


def test_a_child_answers_or_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "false")
    with pytest.raises(RuntimeError, match="times: the process ended with 1"):
        command.child("times", 1000, 1)


# ---- the page


def test_the_fence_shows_every_contender(monkeypatch: pytest.MonkeyPatch) -> None:
    (use,) = scan.scan("```bench\nscan\n```\n").uses
    assert (use.kind, use.argument) == ("bench", "scan")
    monkeypatch.setattr(bench, "read", record)
    html = bench.draw("scan")["html"].replace("<wbr>", "")
    assert html.count("<tr>") == 1 + len(bench.NAMES)
    assert all(name.partition("(")[0] in html for name in bench.NAMES.values())
    assert html.index("x.copy()") < html.index("the scan of this page") < html.index("polars, ewm_mean")
    assert (bench.copies(), bench.times_the_scan("polars"), bench.memory("scan")) == (2.0, 2.0, 1.0)
    assert (bench.time_for_a_value(), bench.apart("polars")) == (pytest.approx(1), 0)
    with pytest.raises(Wrong):
        bench.draw("copy")


def test_a_record_that_does_not_speak_stops_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "read", lambda: record(code="0"))
    for call in (lambda: bench.draw("scan"), bench.copies, bench.time_for_a_value):
        with pytest.raises(Wrong, match="has changed since it was recorded"):
            call()
    assert "bench" in components._DRAWERS
