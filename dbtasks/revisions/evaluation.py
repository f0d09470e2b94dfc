"""What an expression of a revision's file is worth, found out without running it.

Evaluated are literals, names that the file binds to literals, strings and lists put together of
such, and calls of what `vocabulary` names.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import singledispatchmethod
from typing import Any

from alembic.operations import BatchOperations, Operations
from sqlalchemy.types import TypeEngine

from dbtasks.revisions.names import Imported, Known, Names
from dbtasks.revisions.reading import UnreadType
from dbtasks.revisions.vocabulary import LOOKS, OPERATIONS, TYPE_METHODS, meaning

OP = "alembic.op."
_TYPE_KEYWORDS = {"type_", "existing_type", "item_type"}
_TAKES_TYPE_AT = {
    "ARRAY": (0,),
    "Column": (0, 1),
    "ListOf": (0,),
    "column": (1,),
    "fill": (3,),
    "with_variant": (0,),
}
"""Where a type may stand among the arguments of what is called so."""
_LEFT_TO_THE_APPLICATION = {"default", "onupdate"}
"""What a column is given when the application inserts a row; no migration asks for it."""


class NotUnderstoodError(Exception):
    """An expression that only running it could tell."""


class Evaluator:
    """Evaluates expressions. `operations` is what `op` stands for."""

    def __init__(self, names: Names, operations: Operations) -> None:
        self.names = names
        self.operations = operations

    @singledispatchmethod
    def value(self, node: ast.expr) -> Any:
        """Return what an expression is worth. Raises `NotUnderstoodError`."""
        raise NotUnderstoodError(ast.unparse(node))

    def path(self, node: ast.expr) -> str:
        """Return the dotted name of what an expression names; empty where it is no import."""
        match node:
            case ast.Name():
                found = self.names.find(node.id)
                return found.path if isinstance(found, Imported) else ""
            case ast.Attribute():
                base = self.path(node.value)
                return Imported(base).attribute(node.attr).path if base else ""
        return ""

    def arguments(self, call: ast.Call, callee: str) -> tuple[list[Any], dict[str, Any]]:
        """Return what a call hands over. Raises `NotUnderstoodError`."""
        places = _TAKES_TYPE_AT.get(callee, ())
        given: list[Any] = []
        for place, node in enumerate(call.args):
            if isinstance(node, ast.Starred):
                given += self._of(node.value, list, tuple)
            else:
                given.append(self._type(node) if place in places else self.value(node))
        keywords: dict[str, Any] = {}
        for keyword in call.keywords:
            if keyword.arg is None:
                keywords |= self._of(keyword.value, dict)
            elif not (keyword.arg in _LEFT_TO_THE_APPLICATION and _is_only_named(keyword.value)):
                read = self._type if keyword.arg in _TYPE_KEYWORDS else self.value
                keywords[keyword.arg] = read(keyword.value)
        return given, keywords

    @value.register
    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    @value.register(ast.Name)
    @value.register(ast.Attribute)
    def _named(self, node: ast.Name | ast.Attribute) -> Any:
        found = self.names.find(node.id) if isinstance(node, ast.Name) else None
        if isinstance(found, Known):
            return found.value
        try:
            return meaning(self.path(node))
        except KeyError:
            raise NotUnderstoodError(ast.unparse(node)) from None

    @value.register
    def _tuple(self, node: ast.Tuple) -> Any:
        return tuple(self._items(node.elts))

    @value.register
    def _list(self, node: ast.List) -> Any:
        return self._items(node.elts)

    @value.register
    def _set(self, node: ast.Set) -> Any:
        return _made(node, set, self._items(node.elts))

    @value.register
    def _dict(self, node: ast.Dict) -> Any:
        pairs: list[tuple[Any, Any]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                pairs += self._of(value, dict).items()
            else:
                pairs.append((self.value(key), self.value(value)))
        return _made(node, dict, pairs)

    @value.register
    def _unary(self, node: ast.UnaryOp) -> Any:
        if not isinstance(node.op, ast.USub):
            raise NotUnderstoodError(ast.unparse(node))
        return -self._of(node.operand, int, float)

    @value.register
    def _binary(self, node: ast.BinOp) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        is_sequence = type(left) is type(right) and isinstance(left, (str, bytes, list, tuple))
        if not isinstance(node.op, ast.Add) or not is_sequence:
            raise NotUnderstoodError(ast.unparse(node))
        return left + right

    @value.register
    def _joined(self, node: ast.JoinedStr) -> Any:
        return "".join(str(self._of(part, str, int)) for part in node.values)

    @value.register
    def _formatted(self, node: ast.FormattedValue) -> Any:
        if node.conversion != -1 or node.format_spec is not None:
            raise NotUnderstoodError(ast.unparse(node.value))
        return self.value(node.value)

    @value.register
    def _called(self, call: ast.Call) -> Any:
        function, name = self._function(call.func)
        given, keywords = self.arguments(call, name)
        if name in TYPE_METHODS and isinstance(call.func, ast.Attribute):
            given.insert(0, self._type(call.func.value))
        made = _made(call, function, *given, **keywords)
        parts = (*given, *keywords.values())
        is_unread = any(isinstance(part, UnreadType) for part in parts)
        return UnreadType(ast.unparse(call)) if isinstance(made, TypeEngine) and is_unread else made

    def _items(self, nodes: Sequence[ast.expr]) -> list[Any]:
        items: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                items += self._of(node.value, list, tuple)
            else:
                items.append(self.value(node))
        return items

    def _of(self, node: ast.expr, *kinds: type) -> Any:
        """Return a value of exactly one of these kinds, which do as they are known to do."""
        value = self.value(node)
        if type(value) not in kinds:
            raise NotUnderstoodError(ast.unparse(node))
        return value

    def _function(self, node: ast.expr) -> tuple[Callable[..., Any], str]:
        """Return what is called, and its name."""
        path = self.path(node)
        name = path.rpartition(".")[2]
        if path in LOOKS:
            return lambda: Known(name), name
        if path.startswith(OP) and name in OPERATIONS:
            return getattr(self.operations, name), name
        if not path and isinstance(node, ast.Attribute) and node.attr in OPERATIONS:
            return getattr(self._batch(node.value), node.attr), node.attr
        if not path and isinstance(node, ast.Attribute) and node.attr in TYPE_METHODS:
            return TYPE_METHODS[node.attr], node.attr
        try:
            return meaning(path), name
        except KeyError:
            raise NotUnderstoodError(ast.unparse(node)) from None

    def _batch(self, node: ast.expr) -> BatchOperations:
        """Return the batch that a name stands for."""
        value = self.value(node)
        if not isinstance(value, BatchOperations):
            raise NotUnderstoodError(ast.unparse(node))
        return value

    def _type(self, node: ast.expr) -> Any:
        """Return what stands where a type may; a class of the project's own by its source.

        What is called in a type's place is a class, by its name's first letter. Any other code of
        the project is not known to do nothing.
        """
        try:
            return self.value(node)
        except NotUnderstoodError:
            named = node.func if isinstance(node, ast.Call) else node
            name = ast.unparse(named).rpartition(".")[2]
            if not isinstance(named, (ast.Name, ast.Attribute)) or not name[:1].isupper():
                raise
            if isinstance(node, ast.Call):
                self.arguments(node, name)
            return UnreadType(ast.unparse(node))


def _made(node: ast.expr, function: Callable[..., Any], *given: Any, **more: Any) -> Any:
    try:
        return function(*given, **more)
    except Exception as error:  # whatever SQLAlchemy or Alembic say of such arguments
        raise NotUnderstoodError(f"{ast.unparse(node)}: {error}") from error


def _is_only_named(node: ast.expr) -> bool:
    """Whether an expression names a function, or defines one, and does not call it."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Lambda))
