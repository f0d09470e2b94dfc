"""How a value of one type becomes one of another, as SQL.

PostgreSQL casts what it can, and says what it can't. SQLite's CAST never fails: it makes 2026 of
a time and 0 of a word. So here each pair of types that is stored differently has its expression,
and whoever plans a migration can ask for the rows that would not survive it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from dbtasks.operations.sql import SQLITE, resolved

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

_HEX = "lower(replace(replace(replace({0}, '-', ''), '{{', ''), '}}', ''))"
"""The digits of a UUID, however it is written."""

_SQLITE_SQL = {
    # Compared with a number, a text counts as one only if it is one from end to end.
    ("text", "integer"): "CASE WHEN {0} = CAST({0} AS INTEGER) THEN CAST({0} AS INTEGER) END",
    ("text", "float"): "CASE WHEN {0} = CAST({0} AS REAL) THEN CAST({0} AS REAL) END",
    ("text", "numeric"): "CASE WHEN {0} = CAST({0} AS NUMERIC) THEN CAST({0} AS NUMERIC) END",
    ("text", "boolean"): "CASE WHEN lower(trim({0})) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1"
    " WHEN lower(trim({0})) IN ('0', 'f', 'false', 'n', 'no', 'off') THEN 0 END",
    ("text", "datetime"): "CASE WHEN {0} GLOB '????-??-?? ??:??:??*' AND datetime({0}) IS NOT NULL"
    " AND {0} NOT GLOB '*[+Zz]*' THEN {0} ELSE strftime('%Y-%m-%d %H:%M:%f000', {0}) END",
    ("text", "date"): "date({0})",
    ("text", "time"): "CASE WHEN {0} GLOB '??:??:??*' THEN {0} ELSE time({0}) END",
    ("text", "uuid"): f"CASE WHEN {_HEX} GLOB '{'[0-9a-f]' * 32}' THEN {_HEX} END",
    ("text", "json"): "CASE WHEN json_valid({0}) THEN {0} END",
    ("text", "binary"): "CAST({0} AS BLOB)",
    ("uuid", "text"): "substr({0}, 1, 8) || '-' || substr({0}, 9, 4) || '-' || substr({0}, 13, 4)"
    " || '-' || substr({0}, 17, 4) || '-' || substr({0}, 21)",
    ("binary", "text"): "CAST({0} AS TEXT)",
    ("integer", "text"): "CAST({0} AS TEXT)",
    ("float", "text"): "CAST({0} AS TEXT)",
    ("numeric", "text"): "CAST({0} AS TEXT)",
    ("boolean", "text"): "CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    ("integer", "boolean"): "CASE WHEN {0} IS NOT NULL THEN {0} <> 0 END",
    ("float", "integer"): "CAST(round({0}) AS INTEGER)",
    ("numeric", "integer"): "CAST(round({0}) AS INTEGER)",
    ("datetime", "date"): "date({0})",
    ("datetime", "time"): "substr({0}, 12)",
    ("date", "datetime"): "{0} || ' 00:00:00.000000'",
}
_SAME_STORAGE = {
    ("integer", "float"),
    ("integer", "numeric"),
    ("float", "numeric"),
    ("numeric", "float"),
    ("boolean", "integer"),
    ("json", "text"),
    ("datetime", "text"),
    ("date", "text"),
    ("time", "text"),
}


def family(type_: TypeEngine[Any], dialect: sa.Dialect = SQLITE) -> str:
    """Return the kind of values that a type stores in a dialect: text, integer, array ..."""
    type_ = resolved(type_, dialect)
    if isinstance(type_, sa.ARRAY):
        return "array"
    return next((name for class_, name in _FAMILIES if isinstance(type_, class_)), "other")


def sqlite_conversion(name: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> str | None:
    """Return SQL that converts the column `name` (quoted) on SQLite.

    That is the name itself where both types store a value alike, and None where no conversion
    is known.
    """
    pair = (family(old), family(new))
    if pair in _SQLITE_SQL:
        return _SQLITE_SQL[pair].format(name)
    return name if pair[0] == pair[1] or pair in _SAME_STORAGE else None
