"""Measured quantities: numbers that a run of a snippet gave, by name, for `{num}`.

One module a topic, as in `derivations/`; a name is the name of a module-level value. A run must give
the same number every time: counts, steps, sizes of floats; never seconds.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Measured:
    """`run(*args, **options)` gives the number; `says` is what it is, in words; `pick` takes it out of a longer answer.

    `run` is a function of a snippet, or of the record that only `make bench` writes; the page names what ran.
    """

    says: str
    run: Callable[..., Any]
    args: tuple[Any, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    pick: Callable[[Any], Any] | None = None
    unit: str = ""

    @property
    def ran(self) -> str:
        """What was run, as a reader would type it."""
        given = [_written(one) for one in self.args]
        given += [f"{name}={_written(one)}" for name, one in self.options.items()]
        return f"{self.run.__module__}.{self.run.__name__}({', '.join(given)})"

    def value(self) -> Fraction:
        """Runs it. Raises ValueError where the answer is no finite number."""
        answer = self.run(*self.args, **self.options)
        if self.pick is not None:
            answer = self.pick(answer)
        number = float(answer)
        if number != number or number in (float("inf"), float("-inf")):
            raise ValueError(f"{self.ran}: expected a finite number, got {answer!r}")
        return Fraction(answer) if isinstance(answer, int) else Fraction(number)


def _written(argument: Any) -> str:
    """A function by its name: its `repr` holds an address."""
    return str(getattr(argument, "__name__", repr(argument)))


def _modules() -> Iterator[ModuleType]:
    for module in sorted(one.name for one in pkgutil.iter_modules(__path__)):
        yield importlib.import_module(f"{__name__}.{module}")


def load() -> dict[str, Measured]:
    """All measured quantities by name. Raises ValueError for a name that two modules give."""
    found: dict[str, Measured] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if isinstance(value, Measured):
                if name in found and found[name] is not value:
                    raise ValueError(
                        f"{name}: expected one measured quantity of this name, got another in {module.__name__}"
                    )
                found[name] = value
    return found


def position(name: str) -> tuple[str, int]:
    """The file and the line where a measured quantity is written."""
    for module in _modules():
        if isinstance(vars(module).get(name), Measured):
            for number, line in enumerate(inspect.getsource(module).splitlines(), 1):
                if line.startswith((f"{name} =", f"{name}:")):
                    return f"{module.__name__.replace('.', '/')}.py", number
    raise ValueError(f"name: expected a measured quantity, got {name!r}")
