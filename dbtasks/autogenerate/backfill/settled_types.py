"""Whether what a type makes of a value is settled: the same on each machine and on each day.

An encrypted column's is not: its key comes from outside. That a type takes nothing from there has
to be seen in its code and its attributes; where it can't, it is taken to. Nothing is called.
"""

from __future__ import annotations

import ast
import builtins
import datetime as dt
import enum
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, ModuleType
from typing import Any

from sqlalchemy.types import TypeEngine

_MODULE = re.compile(
    r"(abc|base64|binascii|builtins|collections|dataclasses|datetime|decimal|enum|fractions"
    r"|functools|ipaddress|itertools|json|math|numbers|operator|re|string|struct|textwrap|types"
    r"|typing|unicodedata|uuid|zlib|sqlalchemy|dbtasks)(\.|\Z)"
)
"""Whose code makes the same of the same, apart from what is named below."""
_UNSETTLED = re.compile(
    r"(now|today|utcnow|uuid1|uuid4|getnode|time|fromtimestamp|environ|getenv|open|input"
    r"|exec|eval|compile|__import__|globals|locals|vars|id|hash|random|urandom)\Z"
)
_OF_THE_MACHINE = re.compile(r"(astimezone|timestamp|mktime)\Z")
"""What goes by the machine's time zone where a time has none."""
_NOT_FOR_STORING = frozenset(
    {"__init__", "__repr__", "process_result_value", "result_processor", "column_expression"}
)
_SECRET = re.compile(r"key|secret|salt|pass|token|pepper|crypt|cipher", re.IGNORECASE)
_LONGEST = 16
"""How long a text may be that is no more than a word of a format."""
_PLAIN = (type(None), bool, int, float, Decimal, re.Pattern)


def is_of_sqlalchemy(type_: TypeEngine[Any]) -> bool:
    """Whether a type, and that of its items, is SQLAlchemy's own or ours."""
    return is_ours(type_) and all(is_of_sqlalchemy(item) for item in _inner(type_))


def is_settled(type_: TypeEngine[Any], value: Any) -> bool:
    """Whether a type is known to make the same of a value wherever and whenever it is asked."""
    is_local = isinstance(value, dt.datetime) and value.tzinfo is None
    return is_of_sqlalchemy(type_) or _Inspection(is_local=is_local).is_settled(type_)


class _Inspection:
    """Follows what the code of a type leads to, each object once.

    `is_local` says that the value is a time of no time zone.
    """

    def __init__(self, *, is_local: bool) -> None:
        self._is_local = is_local
        self._seen: dict[int, Any] = {}
        self._ways: tuple[tuple[Any, Callable[[Any], bool]], ...] = (
            (ModuleType, lambda item: bool(_MODULE.match(item.__name__))),
            (type, self._is_class_settled),
            (FunctionType, self._is_function_settled),
            (BuiltinFunctionType, _is_known),
            (TypeEngine, self._is_type_settled),
            ((tuple, list, set, frozenset), self._all),
            (dict, lambda item: self._all([*item, *item.values()])),
        )

    def is_settled(self, item: Any, name: str = "") -> bool:
        """Whether nothing that an object does, or that it is, comes from outside.

        `name` is what code calls it by.
        """
        if id(item) in self._seen:
            return True
        follow = next((how for kind, how in self._ways if isinstance(item, kind)), None)
        if follow is not None:
            self._seen[id(item)] = item
            return follow(item)
        if isinstance(item, str) and (len(item) > _LONGEST or item in os.environ.values()):
            return False
        return isinstance(item, (str, enum.Enum, *_PLAIN)) and not _SECRET.search(name)

    def _all(self, items: Iterable[Any]) -> bool:
        return all(self.is_settled(item) for item in items)

    def _is_type_settled(self, type_: TypeEngine[Any]) -> bool:
        if not self._all(_inner(type_)):
            return False
        own = {name: value for name, value in vars(type_).items() if not _is_sqlalchemys(name)}
        return is_ours(type_) or (
            self._are_settled(own)
            and all(self._are_settled(_own(base, _NOT_FOR_STORING)) for base in type(type_).__mro__)
        )

    def _is_class_settled(self, class_: type) -> bool:
        # What counts of a type is asked of its instance, and an exception stores nothing.
        if _is_known(class_) or issubclass(class_, (BaseException, enum.Enum, TypeEngine)):
            return True
        return all(self._are_settled(_own(base, set())) for base in class_.__mro__)

    def _are_settled(self, named: Mapping[str, Any]) -> bool:
        return all(self.is_settled(value, name) for name, value in named.items())

    def _is_function_settled(self, function: FunctionType) -> bool:
        if _is_known(function):
            return not _UNSETTLED.match(function.__name__)
        names = _names(function.__code__)
        literals = _literals(sys.modules.get(function.__module__))
        used = {
            name: function.__globals__[name]
            for name in names
            if name in function.__globals__ and name not in literals | {"__name__"}
        }
        enclosed = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        return (
            not any(map(_UNSETTLED.match, names))
            and not (self._is_local and any(map(_OF_THE_MACHINE.match, names)))
            and not any(isinstance(value, (str, *_PLAIN)) for value in used.values())
            and self._are_settled(used)
            and all(self._is_cell_settled(cell, name) for name, cell in enclosed.items())
            and self._all(getattr(builtins, name) for name in names if hasattr(builtins, name))
        )

    def _is_cell_settled(self, cell: CellType, name: str) -> bool:
        try:
            return self.is_settled(cell.cell_contents, name)
        except ValueError:  # It is empty yet.
            return False


def _own(class_: type, skipped: AbstractSet[str]) -> dict[str, Any]:
    """Return what a class of the application's holds, functions as they were written."""
    return {} if _is_known(class_) else dict(_unwrapped(class_, skipped))


def _unwrapped(class_: type, skipped: AbstractSet[str]) -> Iterator[tuple[str, Any]]:
    for name, value in vars(class_).items():
        if isinstance(value, property):
            yield name, value.fget
        elif isinstance(value, (staticmethod, classmethod, FunctionType)):
            if name not in skipped:
                yield name, _function(value)
        elif not _is_sqlalchemys(name) and not name.startswith("__"):
            yield name, value


def _function(value: Any) -> Any:
    return inspect.unwrap(getattr(value, "__func__", value))


def _is_sqlalchemys(name: str) -> bool:
    """Whether an attribute of a type is one that SQLAlchemy keeps there."""
    return name in {"impl", "impl_instance", "cache_ok", "dispatch"} or name.startswith("_")


def _inner(type_: TypeEngine[Any]) -> list[TypeEngine[Any]]:
    found = (getattr(type_, name, None) for name in ("item_type", "impl"))
    return [item for item in found if isinstance(item, TypeEngine)]


def is_ours(type_: TypeEngine[Any]) -> bool:
    """Whether the class of a type is SQLAlchemy's own or ours."""
    return type(type_).__module__.partition(".")[0] in {"sqlalchemy", "dbtasks"}


def _is_known(item: Any) -> bool:
    return bool(_MODULE.match(str(getattr(item, "__module__", None))))


def _names(code: CodeType) -> set[str]:
    inner = (item for item in code.co_consts if isinstance(item, CodeType))
    return set(code.co_names).union(*map(_names, inner))


def _literals(module: ModuleType | None) -> set[str]:
    """Return the names that a module binds to literals, and that still are what it says."""
    try:
        statements = ast.parse(inspect.getsource(module)).body if module else []
    except (OSError, TypeError, SyntaxError):
        return set()
    found = set()
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if module is not None:
                if _is_literal(value, getattr(module, name, None)):
                    found.add(name)
    return found


def _is_literal(node: ast.expr, value: object) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=text)]):
            return value == Decimal(str(text))
    try:
        return bool(ast.literal_eval(node) == value)
    except ValueError:
        return False
