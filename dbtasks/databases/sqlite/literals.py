"""Values as SQLite writes them: numbers, texts and blobs, and nothing else."""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy.types import TypeEngine

from dbtasks.databases import stored_values
from dbtasks.databases.stored_values import NotStorableError
from dbtasks.operations.sql import SQLITE, text_literal

_WIDEST = 2**63


def literal(value: Any, type_: TypeEngine[Any] | None = None) -> str:
    """Return a value as SQL, as its type stores it."""
    return stored_values.literal(value, type_, SQLITE, _written)


def _written(value: Any, type_: TypeEngine[Any]) -> str:
    del type_
    match value:
        case None:
            return "NULL"
        case int() if -_WIDEST <= value < _WIDEST:
            return str(int(value))
        case float():
            return _number(value)
        case str():
            return _text(value)
        case bytes() | bytearray() | memoryview():
            return f"X'{bytes(value).hex()}'"
        case _:
            raise NotStorableError(value)


def _number(value: float) -> str:
    """Return a number; SQLite knows no word for the infinite, and none for what is no number."""
    if math.isnan(value):
        return "NULL"
    return repr(float(value)) if math.isfinite(value) else f"{'-' * (value < 0)}9e999"


def _text(value: str) -> str:
    """Return a text, which SQLite reads up to the first NUL alone."""
    if "\0" in value:
        return f"CAST(X'{value.encode().hex()}' AS TEXT)"
    return text_literal(value)
