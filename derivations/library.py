"""Every named value of the project, found by walking the topic packages; nothing is listed by hand."""

from __future__ import annotations

import ast
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


class UnnamedValue(ValueError):
    """A value that nobody could find, and so nobody would check."""


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
    """The values of some modules. Raises DoubledName where one name stands for two values, UnnamedValue for none."""
    names: dict[str, Named] = {}
    owner: dict[int, str] = {}
    held: list[tuple[str, Any]] = []
    for module in found:
        source = inspect.getsource(module)
        lines, made = source.splitlines(), _assigned(source, module)
        topic, _, stem = module.__name__.removeprefix("derivations.").rpartition(".")
        for attribute, value in vars(module).items():
            for one in _members(value):
                held.append((f"{module.__name__}.{attribute}", one))
                if attribute.startswith("_") or id(one) in owner:
                    continue
                name = one.id if isinstance(one, Claim) else attribute
                if isinstance(one, Claim):
                    at = next((n for n, text in enumerate(lines, 1) if f'"{name}"' in text), 0)
                else:
                    # an imported value belongs to the module that made it; one in a tuple has no name
                    at = made.get(name, 0) if one is value else 0
                if at == 0:
                    continue
                if name in names:
                    raise DoubledName(
                        f"{name}: stands in {names[name].module}:{names[name].line} and in {module.__name__}:{at}"
                    )
                names[name] = Named(name, one, module.__name__, topic, stem, at)
                owner[id(one)] = name
    for where, one in held:  # what has no name is not checked; a rule and a hypothesis are, where they are used
        if id(one) not in owner and not isinstance(one, (Rule, Given)):
            raise UnnamedValue(f"{where}: expected a {type(one).__name__} with a public name of its own, got none")
    return Library(names)


def _members(value: Any) -> list[Any]:
    """The values of the calculus in a module's attribute: itself, or what it holds."""
    if isinstance(value, (tuple, list, set, frozenset)):
        return [x for one in value for x in _members(one)]
    if isinstance(value, Mapping):
        return [x for one in value.values() for x in _members(one)]
    return [value] if isinstance(value, VALUES) else []


def _assigned(source: str, module: ModuleType) -> dict[str, int]:
    """The names that a module assigns, each with its line. Raises DoubledName where a value's is assigned twice."""
    made: dict[str, int] = {}
    ahead: list[ast.AST] = list(ast.parse(source).body)
    while ahead:
        node = ahead.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension)):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            if node.id in made and isinstance(getattr(module, node.id, None), VALUES):
                first, last = sorted((made[node.id], node.lineno))
                raise DoubledName(f"{node.id}: stands in {module.__name__}:{first} and in {module.__name__}:{last}")
            made[node.id] = node.lineno
        ahead += ast.iter_child_nodes(node)
    return made


@cache
def load() -> Library:
    """Every named value of the project."""
    return collect(modules())


def find(name: str) -> Named:
    return load().find(name)


def rests_on(name: str) -> tuple[str, ...]:
    return load().rests_on(name)
