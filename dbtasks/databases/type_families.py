"""Which kind of values a column type holds."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from dbtasks.operations.sql import resolved

_FAMILIES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.Enum, "text"),
    (sa.Uuid, "uuid"),
    (sa.Boolean, "boolean"),
    (sa.DateTime, "datetime"),
    (sa.Date, "date"),
    (sa.Time, "time"),
    (sa.Interval, "interval"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "binary"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.Numeric, "numeric"),
    (sa.String, "text"),
)

_UUID_DIGITS = 32
_UUID_WITH_DASHES = 36


def family(type_: TypeEngine[Any], dialect: sa.Dialect) -> str:
    """Return the kind of values that a type stores in a dialect: text, integer, array ..."""
    type_ = resolved(type_, dialect)
    if isinstance(type_, sa.ARRAY):
        return "array"
    return next((name for class_, name in _FAMILIES if isinstance(type_, class_)), "other")


def has_no_room_for_dashes(type_: TypeEngine[Any]) -> bool:
    """Whether a text is as long as a UUID's digits, and so holds one without dashes."""
    length = getattr(resolved(type_), "length", None)
    return length is not None and _UUID_DIGITS <= length < _UUID_WITH_DASHES
