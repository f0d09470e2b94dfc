"""What the names in a revision's file stand for, as far as the file itself says it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.operations import BatchOperations

_IMMUTABLE = (str, bytes, int, float, complex, bool, tuple, frozenset, type(None), BatchOperations)
"""Kinds of values that stay what they are, whoever gets hold of them."""


@dataclass(frozen=True)
class Imported:
    """Something imported, by its dotted name; nothing is imported to read it."""

    path: str

    def attribute(self, name: str) -> Imported:
        """Return what an attribute of it is. Our `op` is Alembic's, with more in it."""
        path = f"{self.path}.{name}"
        return Imported("alembic.op" if path == "dbtasks.op" else path)


@dataclass(frozen=True)
class Known:
    """A value that the reader has made of the file's own words."""

    value: Any


class Names:
    """The names of a module or a function. One that may have any value is not known."""

    def __init__(self, known: dict[str, Imported | Known] | None = None) -> None:
        self._known: dict[str, Imported | Known | None] = dict(known or {})
        self._everything_of: list[str] = []

    def copy(self) -> Names:
        """Return the same names, for a function that binds some of its own."""
        other = Names()
        other._known, other._everything_of = dict(self._known), list(self._everything_of)
        return other

    def find(self, name: str) -> Imported | Known | None:
        """Return what a name stands for; None where that is not known."""
        if name in self._known:
            return self._known[name]
        for module in self._everything_of:
            return Imported(module).attribute(name)
        return Imported(f"builtins.{name}")

    def is_bound(self, name: str) -> bool:
        """Whether the file itself may bind a name."""
        return name in self._known

    def bind(self, name: str, value: Any) -> None:
        """Note what a name stands for from now on."""
        self._known[name] = Known(value)

    def import_(self, statement: ast.Import | ast.ImportFrom) -> None:
        """Note what an import statement binds."""
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                name = alias.asname or alias.name.partition(".")[0]
                self._known[name] = _module(alias.name) if alias.asname else Imported(name)
            return
        module = _module("." * statement.level + (statement.module or "")).path
        for alias in statement.names:
            if alias.name == "*":
                self._forget_literals()
                self._everything_of = [module]
            else:
                self._known[alias.asname or alias.name] = Imported(module).attribute(alias.name)

    def forget(self, node: ast.AST) -> None:
        """Note that Python which is not run may have changed what names stand for."""
        for name in bound_in(node):
            self._known[name] = None
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                known = self._known.get(part.id)
                if isinstance(known, Known) and not isinstance(known.value, _IMMUTABLE):
                    self._known[part.id] = None

    def _forget_literals(self) -> None:
        for name, known in self._known.items():
            self._known[name] = None if isinstance(known, Known) else known


def _module(name: str) -> Imported:
    package, _, last = name.rpartition(".")
    return Imported(package).attribute(last) if package.strip(".") else Imported(name)


def bound_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement may bind, wherever in it."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield part.name
            case ast.Global() | ast.Nonlocal():
                yield from part.names
            case ast.alias():
                yield part.asname or part.name.partition(".")[0]
            case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
                yield name
