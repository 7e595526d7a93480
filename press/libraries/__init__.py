"""What the libraries do, fact by fact: a call that a real library runs, and the formula that it turns out to be.

A fact is a function whose body calls the library, with what our own snippet gives for the same input
beside it. `make libraries` runs every fact in `.venv-libraries` and compares with `record.json`, which
only that run writes; the atlas is drawn from the record. A fact's library is imported inside its
function, so that the list can be read where no library is installed.

One module a table; a fact's name is the name of its function, the same in all of them once only.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import inspect
import json
import math
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PINS = ROOT / "requirements-libraries.txt"
RECORD = Path(__file__).with_name("record.json")

# Our snippets compute in float64. How far the library's number may lie from ours, relative to the larger size,
# is what its own precision leaves of it after a few dozen operations.
TOLERANCES = {"float64": 1e-12, "float32": 2e-6, "solver": 1e-8, "exact": 0.0}
LEAST = 1e-30  # beneath it numbers count as 0: a difference that is meant to vanish has no relative error

# What a listing sets before its library is imported. Without them JAX computes in float32, and Keras by TensorFlow.
SETTINGS = {
    "jax": {"JAX_ENABLE_X64": "1"},
    "keras": {"KERAS_BACKEND": "jax", "JAX_ENABLE_X64": "1"},
    "optax": {"JAX_ENABLE_X64": "1"},
}

TABLES = ("gradients", "losses", "distributed", "epochs", "penalties", "optimizers", "normalisation", "averages")


@dataclass(frozen=True)
class Fact:
    """`call()` runs the library and `ours()` the snippet; both give a number, or a few in a list.

    `library` as requirements-libraries.txt names it; `table`, one of TABLES; `formula`, the name of a
    derivation or definition that the page shows; `says`, one sentence; `threads`, where people
    stumbled, each as owner/repository#number; `shows`, the part of the code that is the call, where the
    last line is not.
    """

    name: str
    library: str
    table: str
    formula: str
    says: str
    call: Callable[[], Any]
    ours: Callable[[], Any]
    precision: str
    threads: tuple[str, ...]
    shows: str = ""

    def __post_init__(self) -> None:
        if self.library not in pins():
            raise ValueError(f"library: expected one of {', '.join(pins())}, got {self.library!r}")
        if self.table not in TABLES:
            raise ValueError(f"table: expected one of {', '.join(TABLES)}, got {self.table!r}")
        if self.precision not in TOLERANCES:
            raise ValueError(f"precision: expected one of {', '.join(TOLERANCES)}, got {self.precision!r}")
        for thread in self.threads:
            if not re.fullmatch(r"[\w.-]+/[\w.-]+#\d+", thread):
                raise ValueError(f"threads: expected owner/repository#number, got {thread!r}")

    @property
    def code(self) -> str:
        """The body of the call, as a reader would run it: no decorator, no docstring, no `def`."""
        return _body(self.call)

    @property
    def shown(self) -> str:
        """The call: what the last line returns, unless the fact says which part of its code it is."""
        if self.shows:
            return self.shows
        return re.split(r"^return ", self.code, flags=re.MULTILINE)[-1].strip()

    @property
    def listing(self) -> str:
        """The whole run as a script: its settings and imports, the constants and functions that it names, its body."""
        body, *above = _sources(self.call, set())
        body = re.sub(r"^return (.*)\Z", r"print(\1)", body, flags=re.MULTILINE | re.DOTALL)
        imports = _imports("\n".join([*above, body]), Path(inspect.getfile(self.call)).read_text(encoding="utf-8"))
        if "import multiprocessing" in imports:
            body = f'if __name__ == "__main__":  # each process reads this file anew\n{textwrap.indent(body, "    ")}'
        settings = [f'os.environ["{name}"] = "{value}"' for name, value in SETTINGS.get(self.library, {}).items()]
        if settings:
            settings = ["import os", "", "# before the library is imported", *settings]
        constants = [one for one in above if not one.startswith("def ")]
        functions = [one for one in above if one.startswith("def ")]
        top = "\n\n".join("\n".join(lines) for lines in (settings, imports, constants) if lines)
        return ("\n\n\n" if functions else "\n\n").join(filter(None, [top, *functions, body]))

    @property
    def digest(self) -> str:
        """A hash of the call's code and of all of this package's that it uses."""
        return hashlib.sha256("\n".join(_sources(self.call, set())).encode()).hexdigest()[:16]

    def agrees(self, one: list[float], other: list[float]) -> bool:
        """Both lists are the same numbers, to the fact's precision; NaN agrees with NaN."""
        return len(one) == len(other) and all(
            (math.isnan(a) and math.isnan(b))
            or a == b
            or abs(a - b) <= TOLERANCES[self.precision] * max(abs(a), abs(b)) + LEAST
            for a, b in zip(one, other, strict=True)
        )


def fact(
    library: str,
    *,
    table: str,
    formula: str,
    ours: Callable[[], Any],
    precision: str = "float64",
    threads: tuple[str, ...] = (),
    shows: str = "",
) -> Callable[[Callable[[], Any]], Fact]:
    """Makes a fact of a function: its name is the fact's, the first paragraph of its docstring what it says."""

    def made(call: Callable[[], Any]) -> Fact:
        says = " ".join((call.__doc__ or "").split("\n\n")[0].split())
        if not says:
            raise ValueError(f"{call.__name__}: expected a docstring that says what the library does")
        return Fact(call.__name__, library, table, formula, says, call, ours, precision, threads, shows)

    return made


def numbers(answer: Any) -> list[float]:
    """A number, or what NumPy can read as an array, as a flat list of floats. Raises ValueError for none at all."""
    import numpy as np

    if hasattr(answer, "detach"):  # a tensor of PyTorch that still remembers how it was made
        answer = answer.detach()
    flat = [float(one) for one in np.asarray(answer, dtype=np.float64).ravel()]
    if not flat:
        raise ValueError("answer: expected at least one number, got none")
    return flat


def pins() -> dict[str, str]:
    """{library: version}, all of requirements-libraries.txt."""
    lines = PINS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==", 1) for line in lines if line and not line.startswith("#"))


def modules() -> list[str]:
    """The modules that hold facts."""
    return sorted(f"{__name__}.{one.name}" for one in pkgutil.iter_modules(__path__) if one.name[0] != "_")


def load() -> dict[str, Fact]:
    """All facts by name, table by table, as they are written. Raises ValueError for a doubled name."""
    found: dict[str, Fact] = {}
    for module in modules():
        for name, value in vars(importlib.import_module(module)).items():
            if isinstance(value, Fact):
                if name != value.name or name in found:
                    raise ValueError(f"{value.name}: expected one fact of this name, got another in {module}")
                found[name] = value
    for one in found.values():  # the functions that a call names may stand below it
        if one.shows and one.shows not in one.listing:
            raise ValueError(f"shows: expected a part of the run of {one.name}, got {one.shows!r}")
    return dict(sorted(found.items(), key=lambda one: TABLES.index(one[1].table)))


def position(one: Fact) -> tuple[str, int]:
    """The file and the line where a fact is written."""
    code = one.call.__code__
    return Path(code.co_filename).relative_to(ROOT).as_posix(), code.co_firstlineno


# ---- the record


def read(path: Path = RECORD) -> dict[str, Any]:
    """The record as it was written: date, python, versions, facts; empty where there is none."""
    if not path.is_file():
        return {"date": "", "python": "", "versions": {}, "facts": {}}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def returned(row: Mapping[str, Any]) -> list[float]:
    """What the library returned, by the record."""
    return [float(one) for one in row["returned"]]


def written(values: list[float]) -> list[float | str]:
    """As JSON can hold it."""
    return [one if math.isfinite(one) else str(one) for one in values]


def faults(record: Mapping[str, Any], facts: Mapping[str, Fact]) -> list[str]:
    """Why the record does not speak for these facts, each in a line that says what to do."""
    again = "run `make libraries RECORD=1`"
    rows = record["facts"]
    wrong = [f"{name}: not in the record, {again}" for name in facts if name not in rows]
    wrong += [f"{name}: in the record, but no fact of this name" for name in rows if name not in facts]
    for library, version in record["versions"].items():
        if pins().get(library) != version:
            wrong.append(f"{library}: recorded with {version}, pinned is {pins().get(library)}; {again}")
    for name in (one for one in facts if one in rows):
        one, row = facts[name], rows[name]
        if one.library not in record["versions"]:
            wrong.append(f"{name}: no version of {one.library} in the record")
        if row["code"] != one.digest:
            wrong.append(f"{name}: its call has changed since it was recorded, {again}")
        if not row["held"]:
            wrong.append(f"{name}: the record says that it did not hold")
        ours = numbers(one.ours())
        if not one.agrees(returned(row), ours):
            wrong.append(f"{name}: {one.library} returned {returned(row)}, our snippet gives {ours}")
    return wrong


# ---- sources


def _body(call: Callable[[], Any]) -> str:
    text = textwrap.dedent(inspect.getsource(call))
    after = text[re.search(r"^def .*?:\n", text, re.MULTILINE | re.DOTALL).end() :]  # type: ignore[union-attr]
    return textwrap.dedent(re.sub(r'\A\s*""".*?"""\n', "", after, flags=re.DOTALL)).strip()


def _sources(call: Callable[..., Any], seen: set[str]) -> Iterator[str]:
    """The source of a function, and of every function and constant of this package that it names, in turn."""
    seen.add(call.__name__)
    yield _body(call) if len(seen) == 1 else inspect.getsource(call).rstrip()
    assert isinstance(call, FunctionType)
    for name in sorted(_names(call.__code__)):
        value = call.__globals__.get(name)
        if name in seen or value is None:
            continue
        if isinstance(value, FunctionType):
            if value.__module__.startswith(__name__):
                yield from _sources(value, seen)
        elif isinstance(value, (int, float, str, tuple, list, dict)):
            seen.add(name)
            yield f"{name} = {value!r}"
        elif type(value).__name__ == "ndarray":
            seen.add(name)
            yield f"{name} = np.array({value.tolist()!r})"


def _imports(text: str, module: str) -> list[str]:
    """The imports at the top of a module, for the names that a text reads and does not give."""
    in_a_function = f"def run():\n{textwrap.indent(text, '    ')}"  # it may still return
    names = [node for node in ast.walk(ast.parse(in_a_function)) if isinstance(node, ast.Name)]
    read = {one.id for one in names} - {one.id for one in names if isinstance(one.ctx, ast.Store)}
    found = []
    for line in ast.parse(module).body:
        if isinstance(line, (ast.Import, ast.ImportFrom)):
            line.names = [one for one in line.names if (one.asname or one.name) in read]
            if line.names:
                found.append(ast.unparse(line))
    return found


def _names(code: CodeType) -> set[str]:
    """Every name that the code reads, in functions inside it too."""
    inner = [_names(one) for one in code.co_consts if isinstance(one, CodeType)]
    return set(code.co_names).union(*inner)
