"""The program that runs the cells of labs, apart from the build: `python -P kernel.py MODULE…`.

It imports what most labs import once, and forks for each lab. The builder passes a socket per lab through standard
input; what is said on it is a line of JSON each way: the lab's cells, then, for each cell, what it printed, drew and
raised. A cell runs in IPython, whose shell a Jupyter kernel is made of, without the kernel's messages.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import traceback
import warnings
from typing import Any, cast

NAMES = ((1, "stdout"), (2, "stderr"))  # file descriptors, as Jupyter calls them


def serve(modules: list[str]) -> None:
    """Waits for labs until the builder hangs up. Whatever imports `modules` later finds them imported."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the builder says what was interrupted
    sys.path.insert(0, "")
    gc.disable()  # imports make much and leave little behind
    importlib.import_module("IPython.core.interactiveshell")
    for name in modules:
        # A lab that imports what fails, or warns, says so with its line.
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("error")
            importlib.import_module(name)
    gc.enable()
    builder = socket.socket(fileno=0)
    while True:
        _, given, _, _ = socket.recv_fds(builder, 1, 1)
        if not given:
            with contextlib.suppress(ChildProcessError):
                while True:
                    os.wait()
            os._exit(0)  # what was imported need not be taken down
        if os.fork():
            os.close(given[0])
            continue
        builder.detach()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        with socket.socket(fileno=given[0]) as line:
            run(line)
        os._exit(0)


def run(line: socket.socket) -> None:
    """Runs the cells of a lab up to the first that raises."""
    with line.makefile("r", encoding="utf-8") as asked, line.makefile("w", encoding="utf-8") as said:

        def say(what: Any) -> None:
            said.write(json.dumps(what, default=repr) + "\n")
            said.flush()

        say(os.getpid())
        shell = Shell()
        for source in json.loads(asked.readline()):
            outputs, error = shell.run(source)
            say([outputs, error])
            if error:
                return


class Shell:
    """IPython's, with all that a cell puts out taken down as a notebook has it."""

    def __init__(self) -> None:
        from IPython.core.displayhook import DisplayHook
        from IPython.core.displaypub import DisplayPublisher
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        ours = self
        self.outputs: list[dict[str, Any]] = []
        self.files = {}
        for number, name in NAMES:  # what C prints comes here too
            self.files[name] = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process
            os.dup2(self.files[name].fileno(), number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))

        class Publisher(DisplayPublisher):
            def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
                ours.put("display_data", data, metadata)

        class Hook(DisplayHook):
            def write_output_prompt(self) -> None:
                pass

            def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
                ours.put("execute_result", format_dict, md_dict)

            def finish_displayhook(self) -> None:
                self._is_active = False

        class Quiet(InteractiveShell):
            def _showtraceback(self, *_: Any) -> None:
                """An error is told by its line."""

        sys.argv = [""]
        Quiet.display_pub_class, Quiet.displayhook_class = cast(Any, (Publisher, Hook))
        self.shell: Any = Quiet.instance(config=Config(HistoryManager={"enabled": False}))

    def run(self, source: str) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
        """What a cell put out, and what it raised."""
        self.outputs = []
        result = self.shell.run_cell(source)
        self.take()
        error = result.error_before_exec or result.error_in_exec
        return self.outputs, _told(error) if error else None

    def put(self, kind: str, data: Any, metadata: Any) -> None:
        self.take()
        self.outputs.append({"output_type": kind, "data": data, "metadata": metadata or {}})

    def take(self) -> None:
        """Adds what was printed since; a cell has one output of each name."""
        for _, name in NAMES:
            getattr(sys, name).flush()
            file = self.files[name]
            text = os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode("utf-8", "replace")
            os.ftruncate(file.fileno(), 0)
            os.lseek(file.fileno(), 0, os.SEEK_SET)
            if not text:
                continue
            before = next((one for one in self.outputs if one.get("name") == name), None)
            if before:
                before["text"] += text
            else:
                self.outputs.append({"output_type": "stream", "name": name, "text": text})


def _told(error: BaseException) -> dict[str, Any]:
    """An exception: its name, what it says, its line in the cell, and where outside of cells it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame.lineno for frame in frames if frame.filename.startswith("<ipython-input-")]
    line = error.lineno if isinstance(error, SyntaxError) else inside[0] if inside else None
    deeper = [frame for frame in frames[1:] if not frame.filename.startswith("<")]
    return {
        "ename": type(error).__name__,
        "evalue": str(error),
        "line": line,
        "at": [deeper[-1].filename, deeper[-1].lineno] if inside and deeper else None,
    }


if __name__ == "__main__":
    serve(sys.argv[1:])
