"""Runs the labs that changed, beside the build, and keeps what they printed and drew.

A lab runs in a process of its own (`kernel`), from the project's root, with one thread for linear
algebra and warnings as errors. Its executed notebook is kept in .cache/labs under the key of all
that it rests on. Nothing that differs from run to run is kept: no times, no ids, no versions.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

from press.labs import closure
from press.labs.script import Cell, Faulty, Lab

KERNEL = Path(__file__).resolve().with_name("kernel.py")
# What is imported once for all labs, where one imports the package.
SHARED = {
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline", "matplotlib.backends.backend_svg"),
    "numpy": ("numpy",),
    "sklearn": ("sklearn.datasets",),
}
TIMEOUT = 60  # seconds for one cell
KEPT = 5  # runs of each lab: an edit and its undoing cost nothing
STYLE = Path(__file__).resolve().with_name("lab.mplstyle")

# Not part of the lab: what a reader runs by hand is the script alone.
STRICT = """
import warnings
warnings.simplefilter("error")
del warnings
"""
FIGURES = f"""
import matplotlib
from matplotlib_inline.backend_inline import set_matplotlib_formats
matplotlib.style.use({str(STYLE)!r})
set_matplotlib_formats("svg", bbox_inches=None, metadata={{"Date": None, "Creator": None}})
del matplotlib, set_matplotlib_formats
"""


def execute(labs: Sequence[Lab]) -> dict[Lab, Path | Faulty]:
    """For each lab where its executed notebook is kept (`read` reads it), or its fault. What changed is run."""
    return begin(labs).result()


def begin(labs: Sequence[Lab]) -> Future[dict[Lab, Path | Faulty]]:
    """Starts what `execute` does. What labs share is being imported when this returns, if one has changed."""
    kernel = Kernel(labs)
    known = {}
    for lab in labs:
        with suppress(Faulty):
            if lab.is_read():
                known[lab] = kept_at(lab)
    if not all(lab in known and known[lab].is_file() for lab in labs):
        kernel.start()
    # One at a time for each processor that the build itself leaves free.
    turns = ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1), thread_name_prefix="labs")

    def one(lab: Lab) -> Path | Faulty:
        try:
            kept = known.get(lab) or kept_at(lab)
            if not kept.is_file():
                notebook = _run(lab, kernel)
                closure.write(kept, json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
                _forget(kept)
            os.utime(kept)  # used last, forgotten last
            return kept
        except Faulty as fault:
            return fault

    def every() -> dict[Lab, Path | Faulty]:
        with closing(kernel), turns:
            return dict(zip(labs, turns.map(one, labs), strict=True))

    pool = ThreadPoolExecutor(1, thread_name_prefix="labs")
    begun = pool.submit(every)
    pool.shutdown(wait=False)
    return begun


class Kernel:
    """The program `kernel.py`, started when it is first needed, for labs of one project."""

    def __init__(self, labs: Sequence[Lab]) -> None:
        self.labs = labs
        self.program: subprocess.Popen[bytes] | None = None
        self.socket: socket.socket | None = None
        self.starting = Lock()

    def start(self) -> socket.socket:
        with self.starting:
            if not self.socket:
                root = self.labs[0].root
                packages: set[str] = set()
                for lab in self.labs:
                    with suppress(Faulty):
                        packages.update(closure.closure(lab).packages)
                shared = [module for name, modules in SHARED.items() if name in packages for module in modules]
                self.socket, theirs = socket.socketpair()
                with theirs:
                    self.program = subprocess.Popen(
                        [sys.executable, "-P", str(KERNEL), *shared],
                        cwd=root,
                        env=_environment(root),
                        stdin=theirs.fileno(),
                    )
            return self.socket

    @contextmanager
    def process(self, sources: list[str]) -> Iterator[Iterator[Any]]:
        """What each of a lab's cells puts out, `[outputs, error]`. Raises TimeoutError, and EOFError if it died."""
        ours, theirs = socket.socketpair()
        with ours, theirs, ours.makefile("r", encoding="utf-8") as said:
            socket.send_fds(self.start(), [b"\0"], [theirs.fileno()])
            theirs.close()
            ours.sendall((json.dumps(sources) + "\n").encode())
            pid = int(said.readline() or 0)

            def told() -> Iterator[Any]:
                ours.settimeout(TIMEOUT)
                for _ in sources:
                    line = said.readline()
                    if not line:
                        raise EOFError
                    yield json.loads(line)

            try:
                yield told()
            finally:
                if pid:  # the kernel has not waited for it, so it is nobody else's yet
                    os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        if self.socket and self.program:
            self.socket.close()
            self.program.wait()  # which has waited for what it ran


def _environment(root: Path) -> dict[str, str]:
    profile = root / ".cache" / "labs" / "ipython"  # not the start-up files of whoever builds
    profile.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "IPYTHONDIR": str(profile),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",  # sums in one order, and a core for the lab beside it
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
    }


def kept_at(lab: Lab) -> Path:
    """Where the executed notebook of the lab, as it is now, is or will be. Raises Faulty."""
    _ = lab.cells  # a script that cannot be read has no key
    name = lab.path.relative_to(lab.root).with_suffix("").as_posix().replace("/", ".")
    return lab.root / ".cache" / "labs" / name / f"{closure.key(lab)}.ipynb"


def read(path: Path, lab: Lab) -> Any:
    """The lab as it is now, with the output that was kept: its words may have changed since."""
    import nbformat

    kept = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
    notebook = lab.notebook()
    code, ran = ([one for one in each.cells if one.cell_type == "code"] for each in (notebook, kept))
    for now, then in zip(code, ran, strict=True):
        now.outputs, now.execution_count = then.outputs, then.execution_count
    return notebook


def _forget(latest: Path) -> None:
    runs = sorted(latest.parent.glob("*.ipynb"), key=lambda path: path.stat().st_mtime)
    for path in runs[:-KEPT]:
        path.unlink(missing_ok=True)


def _run(lab: Lab, kernel: Kernel) -> Any:
    from nbformat import from_dict

    figures = "matplotlib" in closure.closure(lab).packages  # a third of a second, where there are any
    cells = [cell for cell in lab.cells if cell.kind == "code"]
    ran: list[Any] = []
    at = setup = Cell("code", (FIGURES if figures else "") + STRICT, 1)
    with kernel.process([setup.source, *(cell.source for cell in cells)]) as told:
        try:
            for at in (setup, *cells):
                outputs, error = next(told)
                if error:
                    raise _fault(lab, at, error)
                _judge(lab, at, outputs)
                ran.append(outputs)
        except TimeoutError:
            raise lab.fault(at.line, f"a cell that ends within {TIMEOUT} seconds", "one still running") from None
        except EOFError:
            raise lab.fault(at.line, "the cell to run", "a kernel that died in it") from None
    notebook = lab.notebook()
    code = (one for one in notebook.cells if one.cell_type == "code")
    for number, (cell, outputs) in enumerate(zip(code, ran[1:], strict=True), 1):
        cell.execution_count = number
        cell.outputs = [from_dict(one) for one in outputs]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return notebook


def _judge(lab: Lab, at: Cell, outputs: list[dict[str, Any]]) -> None:
    """Raises Faulty for output that the page has no good form for."""
    for output in outputs:
        if output["output_type"] == "stream":
            if output["name"] != "stdout":
                raise lab.fault(at.line, "nothing on stderr", repr(output["text"].strip().splitlines()[-1]))
            continue
        data = output["data"]
        if "image/svg+xml" in data:
            if not at.alt:
                raise lab.fault(at.line, 'alt="…" on the marker of a cell that draws', "none")
            data.pop("text/plain", None)
        elif set(data) != {"text/plain"}:
            raise lab.fault(at.line, "text or a figure of matplotlib", ", ".join(sorted(data)) or "nothing")


def _fault(lab: Lab, at: Cell, error: dict[str, Any]) -> Faulty:
    """The line of the script that raised, and what it raised."""
    what = f"{error['ename']}: {error['evalue']}".strip().rstrip(":")
    if error["at"]:
        path, line = error["at"]
        with suppress(ValueError):
            path = Path(path).resolve().relative_to(lab.root.resolve())
            what += f" (raised at {path.as_posix()}:{line})"
    # Lines count from the first one of the cell; the marker stands above that.
    return lab.fault(at.line + (error["line"] or 1), "the cell to run", what.splitlines()[0] if "\n" in what else what)
