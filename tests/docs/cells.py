"""A lab's cells, run one after the other as a kernel does, for the labs' own tests."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from press.labs import run
from press.labs.script import Faulty, Lab

ROOT = Path(__file__).resolve().parents[2]

Namespace = dict[str, Any]


def lab_at(path: str) -> Lab:
    """The lab of a script, named from the root of the repository."""
    return Lab(ROOT / path, ROOT)


def cells(lab: Lab, *, holding: str = "") -> list[str]:
    """The code cells, up to and with the one that holds some text."""
    code = [cell.source for cell in lab.cells if cell.kind == "code"]
    last = next(at for at, source in enumerate(code) if holding in source) if holding else len(code) - 1
    return code[: last + 1]


def execute(lab: Lab, code: list[str], names: Namespace) -> str:
    """Runs cells in one namespace, and gives what they print."""
    import matplotlib.pyplot as plt

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: plt.close("all"))
        patch.setattr(sys, "path", list(sys.path))
        for source in code:
            exec(compile(source, lab.name, "exec"), names)
    return printed.getvalue()


def execute_changed(lab: Lab, changes: dict[str, str]) -> None:
    """Runs the whole lab, but for its pictures, with texts changed that it has: its own assertions are its findings."""
    code = [cell.source for cell in lab.cells if cell.kind == "code" and not cell.alt]
    for before, after in changes.items():
        assert any(before in source for source in code), f"{before}: in no cell"
        code = [source.replace(before, after) for source in code]
    execute(lab, code, {})


def on_the_page(lab: Lab) -> str:
    """What the lab prints on its page."""
    ran = run.execute([lab])[lab]
    assert not isinstance(ran, Faulty), ran
    outputs = [output for cell in run.read(ran, lab).cells for output in cell.get("outputs", [])]
    return "".join(output.text for output in outputs if output.output_type == "stream")


def at_the_readers(lab: Lab) -> str:
    """What the lab prints when a reader runs its script."""
    done = subprocess.run(
        [sys.executable, lab.name],
        cwd=ROOT,
        env=os.environ | {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
