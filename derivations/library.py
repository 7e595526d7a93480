"""Every named value of the project, found by walking the topic packages; nothing is listed by hand."""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import derivations
from derivations.calculus import Claim, Definition, Derivation, Given, Induction, Quantity, Rule

VALUES = (Derivation, Induction, Definition, Quantity, Claim, Rule, Given)


class UnknownName(ValueError):
    """No value has this name."""


class DoubledName(ValueError):
    """Two values have one name."""


@dataclass(frozen=True)
class Named:
    """A value with its name and where it stands. Claims go by their `id`."""

    name: str
    value: Any
    module: str
    topic: str
    stem: str
    line: int


@dataclass(frozen=True)
class Library:
    """All named values, by name."""

    names: Mapping[str, Named]

    def _of(self, *kinds: type) -> dict[str, Named]:
        return {n: one for n, one in self.names.items() if isinstance(one.value, kinds)}

    @property
    def derivations(self) -> dict[str, Named]:
        return self._of(Derivation, Induction)

    @property
    def definitions(self) -> dict[str, Named]:
        return self._of(Definition)

    @property
    def quantities(self) -> dict[str, Named]:
        return self._of(Quantity)

    @property
    def claims(self) -> dict[str, Named]:
        return self._of(Claim)

    @property
    def rules(self) -> dict[str, Named]:
        return self._of(Rule)

    def find(self, name: str) -> Named:
        """The value of that name. Raises UnknownName with the nearest names."""
        if name in self.names:
            return self.names[name]
        near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.5)
        hint = f"; nearest: {', '.join(near)}" if near else ""
        raise UnknownName(f"name: expected one of the {len(self.names)} named values, got {name!r}{hint}")

    def name_of(self, value: Any) -> str | None:
        """The name of a value, if it has one."""
        return next((n for n, one in self.names.items() if one.value is value), None)

    def rests_on(self, name: str) -> tuple[str, ...]:
        """The named values that this one uses: its definitions, rules and hypotheses, and those of what it uses."""
        value = self.find(name).value
        parts: list[Any] = [*getattr(value, "where", ()), *getattr(value, "given", ())]
        chains = (
            [value.base, value.step]
            if isinstance(value, Induction)
            else [value]
            if isinstance(value, Derivation)
            else []
        )
        for chain in chains:
            parts += [step.by for step in chain.steps] + [g for step in chain.steps for g in step.by.needs]
        found = [self.name_of(x) for x in parts] + list(getattr(value, "rests_on", ()))
        return tuple(dict.fromkeys(n for n in found if n is not None))


def topics() -> tuple[str, ...]:
    """The topic packages below `derivations`."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(derivations.__path__) if m.ispkg))


def modules() -> Iterator[ModuleType]:
    """`derivations.rules` and every module of every topic, in name order."""
    yield importlib.import_module("derivations.rules")
    for topic in topics():
        package = importlib.import_module(f"derivations.{topic}")
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            yield importlib.import_module(f"derivations.{topic}.{found.name}")


def collect(found: Iterator[ModuleType]) -> Library:
    """The values of some modules. Raises DoubledName where one name stands for two values."""
    names: dict[str, Named] = {}
    owner: dict[int, str] = {}
    for module in found:
        lines = inspect.getsource(module).splitlines()
        topic, _, stem = module.__name__.removeprefix("derivations.").rpartition(".")
        for attribute, value in vars(module).items():
            members = (
                value
                if isinstance(value, (tuple, list)) and value and all(isinstance(x, Claim) for x in value)
                else [value]
            )
            for one in members:
                if not isinstance(one, VALUES) or attribute.startswith("_") or id(one) in owner:
                    continue
                name = one.id if isinstance(one, Claim) else attribute
                mark = f'"{name}"' if isinstance(one, Claim) else name
                # an imported value belongs to the module that made it, which defines the name
                at = next((n for n, text in enumerate(lines, 1) if _defines(text, mark, isinstance(one, Claim))), 0)
                if at == 0:
                    continue
                if name in names:
                    raise DoubledName(
                        f"{name}: stands in {names[name].module}:{names[name].line} and in {module.__name__}:{at}"
                    )
                names[name] = Named(name, one, module.__name__, topic, stem, at)
                owner[id(one)] = name
    return Library(names)


def _defines(text: str, mark: str, claim: bool) -> bool:
    return mark in text if claim else text.startswith((f"{mark} =", f"{mark}: "))


@cache
def load() -> Library:
    """Every named value of the project."""
    return collect(modules())


def find(name: str) -> Named:
    return load().find(name)


def rests_on(name: str) -> tuple[str, ...]:
    return load().rests_on(name)
