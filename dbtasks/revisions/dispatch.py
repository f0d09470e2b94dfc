"""A revision for several databases, whose functions are told by an argument which of them it is.

Alembic's multidb template leads from `upgrade(engine_name)` to `upgrade_engine1()`; others ask by
`if engine_name == "engine1":`. What the argument is, whoever reads the revision knows.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from dbtasks.revisions.evaluation import Evaluator, NotUnderstoodError

Functions = Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]


class Dispatch:
    """Leads to what a revision does for its `arguments`; nowhere, where it has none."""

    def __init__(self, functions: Functions, arguments: Mapping[str, Any]) -> None:
        self._functions = functions
        self.arguments = arguments

    def body(self, statement: ast.stmt, evaluator: Evaluator) -> list[ast.stmt] | None:
        """Return the branch of an `if` that is taken, where the arguments decide it."""
        match statement:
            case ast.If(
                test=ast.Compare(left=ast.Name(id=name) as left, ops=[sign], comparators=[right])
            ) if name in self.arguments:
                value, other = evaluator.value(left), evaluator.value(right)
                return statement.body if _holds(sign, value, other) else statement.orelse
        return None

    def function(self, statement: ast.stmt, evaluator: Evaluator) -> ast.FunctionDef | None:
        """Return the function that is called, where it is one of the file's without arguments."""
        match statement:
            case ast.Expr(value=ast.Call(func=callee, args=[], keywords=[])) if self.arguments:
                function = self._functions.get(_name(callee, evaluator))
            case _:
                return None
        if not isinstance(function, ast.FunctionDef) or function.decorator_list:
            return None
        return None if evaluator.names.find(function.name) else function


def _name(callee: ast.expr, evaluator: Evaluator) -> str:
    """Return the name of the function that is called; empty where the text does not say it."""
    match callee:
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=ast.Call(func=ast.Name(id="globals"), args=[]), slice=key):
            return _text(key, evaluator)
        case ast.Call(func=ast.Name(id="eval"), args=[key], keywords=[]):
            return _text(key, evaluator)
    return ""


def _text(key: ast.expr, evaluator: Evaluator) -> str:
    match key:
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            pattern, value = evaluator.value(left), evaluator.value(right)
            if isinstance(pattern, str) and isinstance(value, str) and pattern.count("%") == 1:
                return pattern.replace("%s", value)
            raise NotUnderstoodError(ast.unparse(key))
    return str(evaluator.value(key))


def _holds(sign: ast.cmpop, value: object, other: Any) -> bool:
    match sign:
        case ast.Eq():
            return bool(value == other)
        case ast.NotEq():
            return bool(value != other)
        case ast.In():
            return value in other
        case ast.NotIn():
            return value not in other
    raise NotUnderstoodError(type(sign).__name__)
