"""Runs the labs that changed, side by side, and keeps what they printed and drew.

A lab runs in a Jupyter kernel of its own, from the project's root, with one thread for linear
algebra and warnings as errors. Its executed notebook is kept in .cache/labs under the key of all
that it rests on. Nothing that differs from run to run is kept: no times, no ids, no versions.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from press.labs import closure
from press.labs.script import Cell, Faulty, Lab

TIMEOUT = 300  # seconds for one cell; a machine that is lent to others may be ten times slower than at rest
START, STARTS = 60, 3  # seconds for a kernel to answer, and how many are tried: now and then one never does
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

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def execute(labs: Sequence[Lab]) -> dict[Lab, Path | Faulty]:
    """For each lab where its executed notebook is kept (`read` reads it), or its fault. What changed is run."""
    return begin(labs).result()


_Places = Mapping[Lab, Path | Faulty]
_Runs = Future[dict[Lab, Path | Faulty]]
_ahead: list[tuple[_Places, _Runs]] = []


def ahead(labs: Sequence[Lab]) -> None:
    """Starts what the next `begin` would, now: kernels come up while MkDocs is imported and reads its settings."""
    places = {lab: _place(lab) for lab in labs}
    _ahead[:] = [(places, _started(places))]


def begin(labs: Sequence[Lab]) -> _Runs:
    """Starts what `execute` does, in a thread, or hands over what `ahead` has started."""
    places = {lab: _place(lab) for lab in labs}
    if _ahead:
        same, runs = _ahead.pop()
        if same == places:
            return runs
    return _started(places)


def _started(places: _Places) -> _Runs:
    if any(isinstance(place, Path) and not place.is_file() for place in places.values()):
        import nbclient  # noqa: F401  # beside a build it takes long
    pool = ThreadPoolExecutor(1, thread_name_prefix="labs")
    begun = pool.submit(lambda: asyncio.run(_execute(places)))
    pool.shutdown(wait=False)
    return begun


def _place(lab: Lab) -> Path | Faulty:
    try:
        return kept_at(lab)
    except Faulty as fault:
        return fault


async def _execute(places: _Places) -> dict[Lab, Path | Faulty]:
    turns = asyncio.Semaphore(max(2, os.cpu_count() or 2))

    async def one(lab: Lab, place: Path | Faulty) -> Path | Faulty:
        if isinstance(place, Faulty):
            return place
        try:
            if not place.is_file():
                async with turns:
                    notebook = await _run(lab)
                closure.write(place, json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
                _forget(place)
            os.utime(place)  # used last, forgotten last
            return place
        except Faulty as fault:
            return fault

    ran = await asyncio.gather(*(one(lab, place) for lab, place in places.items()))
    return dict(zip(places, ran, strict=True))


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


async def _run(lab: Lab) -> Any:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
    from nbformat.v4 import new_code_cell

    notebook = lab.notebook()
    figures = "matplotlib" in closure.closure(lab).packages  # a third of a second, where there are any
    setup = new_code_cell((FIGURES if figures else "") + STRICT)
    notebook.cells.insert(0, setup)
    profile = lab.root / ".cache" / "labs" / "ipython"  # not the start-up files of whoever builds
    profile.mkdir(parents=True, exist_ok=True)
    env = os.environ | {
        "IPYTHONDIR": str(profile),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OMP_NUM_THREADS": "1",  # sums in one order, and a core for the lab beside it
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": "0",
    }
    at = Cell("code", setup.source, 1)
    async with contextlib.AsyncExitStack() as stack:
        client = await _come_up(stack, lab, notebook, env)
        try:
            await client.async_execute_cell(setup, 0, store_history=False)
            for index, (at, cell) in enumerate(zip(lab.cells, notebook.cells[1:], strict=True), 1):
                await client.async_execute_cell(cell, index)
                cell.metadata.pop("execution", None)
                _judge(lab, at, cell)
        except CellExecutionError as error:
            raise _fault(lab, at, cell, error) from None
        except CellTimeoutError:
            raise lab.fault(at.line, f"a cell that ends within {TIMEOUT} seconds", "one still running") from None
        except DeadKernelError:
            raise lab.fault(at.line, "the cell to run", "a kernel that died in it") from None
    notebook.cells.remove(setup)
    for number, cell in enumerate((one for one in notebook.cells if one.cell_type == "code"), 1):
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return notebook


async def _come_up(stack: contextlib.AsyncExitStack, lab: Lab, notebook: Any, env: Mapping[str, str]) -> Any:
    """A client whose kernel answers; it ends with the stack. nbclient has ended one that did not. Raises Faulty."""
    from nbclient import NotebookClient

    tries = 0
    while True:
        tries += 1
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=TIMEOUT,
            startup_timeout=START,
            coalesce_streams=True,
            record_timing=False,
            store_widget_state=False,
            shutdown_kernel="immediate",
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(lab.root)}},
        )
        try:
            await stack.enter_async_context(client.async_setup_kernel(env=env))
            return client
        except RuntimeError as error:  # of jupyter_client, and of nothing in the lab, which has not begun
            atexit.unregister(client._cleanup_kernel)  # there is none any more
            if tries == STARTS:
                raise lab.fault(1, f"a kernel that answers, at one of {STARTS} starts", str(error)) from None


def _judge(lab: Lab, at: Cell, cell: Any) -> None:
    """Raises Faulty for output that the page has no good form for."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if output.name != "stdout":
                raise lab.fault(at.line, "nothing on stderr", repr(output.text.strip().splitlines()[-1]))
            continue
        data = output.get("data", {})
        if "image/svg+xml" in data:
            if not at.alt:
                raise lab.fault(at.line, 'alt="…" on the marker of a cell that draws', "none")
            data.pop("text/plain", None)
        elif set(data) != {"text/plain"}:
            raise lab.fault(at.line, "text or a figure of matplotlib", ", ".join(sorted(data)) or "nothing")


def _fault(lab: Lab, at: Cell, cell: Any, error: Any) -> Faulty:
    """The line of the script that raised, and what it raised."""
    trace = _ANSI.sub("", "\n".join(error_output.traceback) if (error_output := _error(cell)) else str(error))
    # IPython counts lines from the first one of the cell; the marker stands above that.
    inside = re.search(r"Cell In\[\d+\], line (\d+)", trace)
    line = at.line + (int(inside[1]) if inside else 1)
    what = f"{error.ename}: {error.evalue}".strip().rstrip(":")
    deeper = re.findall(r"^File (.+?):(\d+)", trace, re.MULTILINE)
    with contextlib.suppress(ValueError):
        if deeper:
            path = Path(deeper[-1][0]).expanduser().resolve().relative_to(lab.root.resolve())
            what += f" (raised at {path.as_posix()}:{deeper[-1][1]})"
    return lab.fault(line, "the cell to run", what.splitlines()[0] if "\n" in what else what)


def _error(cell: Any) -> Any:
    return next((output for output in cell.outputs if output.output_type == "error"), None)
