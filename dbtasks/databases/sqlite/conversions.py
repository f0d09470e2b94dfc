"""How a value of one type becomes one of another on SQLite.

Its CAST never fails: it makes 2026 of a time and 0 of a word. So each pair of types that is stored
differently has its expression, and whoever plans a migration can ask for the rows that would not
survive it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from dbtasks.databases.row_statements import changed, example, holding
from dbtasks.databases.sqlite.limits import beyond_limits, rounded
from dbtasks.databases.terms import ChangedValues
from dbtasks.databases.type_families import family, has_no_room_for_dashes
from dbtasks.operations.sql import SQLITE, literal_sql, quoted
from dbtasks.values import NotKnown

_HEX = "lower(replace(replace(replace({0}, '-', ''), '{{', ''), '}}', ''))"
"""The digits of a UUID, however it is written."""

_DAY = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]"
_IS_DAY = f"{{0}} GLOB '{_DAY}*' AND date({{0}}) = date({{0}}, '+0 days')"
"""Whether a text begins with a day of the calendar. SQLite takes 12345 for one, and 30 February."""

_JSON_NUMBER = "CASE WHEN json_type({{0}}) IN ({}) THEN json_extract({{0}}, '$') END"

_CONVERSIONS = {
    # Compared with a number, a text counts as one only if it is one from end to end.
    ("text", "integer"): "CASE WHEN {0} = CAST({0} AS INTEGER) THEN CAST({0} AS INTEGER) END",
    ("text", "float"): "CASE WHEN {0} = CAST({0} AS REAL) AND abs(CAST({0} AS REAL)) < 9e999"
    " THEN CAST({0} AS REAL) END",
    ("text", "numeric"): "CASE WHEN {0} = CAST({0} AS NUMERIC) THEN CAST({0} AS NUMERIC) END",
    ("text", "boolean"): "CASE WHEN lower(trim({0})) IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1"
    " WHEN lower(trim({0})) IN ('0', 'f', 'false', 'n', 'no', 'off') THEN 0 END",
    ("text", "datetime"): f"CASE WHEN {_IS_DAY} THEN CASE WHEN {{0}} GLOB '????-??-?? ??:??:??*'"
    " AND datetime({0}) IS NOT NULL AND {0} NOT GLOB '*[+Zz]*' AND {0} NOT GLOB '*:*-*' THEN {0}"
    " ELSE strftime('%Y-%m-%d %H:%M:%f000', {0}) END END",
    ("text", "date"): f"CASE WHEN {_IS_DAY} AND datetime({{0}}) IS NOT NULL"
    " THEN substr({0}, 1, 10) END",
    ("text", "time"): "CASE WHEN time({0}) IS NULL THEN NULL WHEN {0} GLOB '??:??:??*' THEN {0}"
    f" WHEN {{0}} GLOB '??:??' OR {_IS_DAY} THEN time({{0}}) END",
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
    ("time", "datetime"): "'1970-01-01 ' || {0}",
    ("json", "boolean"): "CASE json_type({0}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END",
    ("boolean", "json"): "CASE {0} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END",
    ("json", "integer"): _JSON_NUMBER.format("'integer'"),
    ("json", "float"): _JSON_NUMBER.format("'integer', 'real'"),
    ("json", "numeric"): _JSON_NUMBER.format("'integer', 'real'"),
}
_SAME_STORAGE = {
    ("integer", "float"),
    ("integer", "numeric"),
    ("float", "numeric"),
    ("numeric", "float"),
    ("boolean", "integer"),
    ("integer", "json"),
    ("float", "json"),
    ("numeric", "json"),
    ("json", "text"),
    ("datetime", "text"),
    ("date", "text"),
    ("time", "text"),
}


def conversion(column: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> str | None:
    """Return SQL that converts a column (its name quoted) from one type to another.

    That is the name itself where both types store a value alike, and None where no conversion
    is known.
    """
    pair = (family(old, SQLITE), family(new, SQLITE))
    if pair == ("uuid", "text") and has_no_room_for_dashes(new):
        return column
    if pair in _CONVERSIONS:
        return _CONVERSIONS[pair].format(column)
    return column if pair[0] == pair[1] or pair in _SAME_STORAGE else None


def refused_values(
    connection: sa.Connection, place: str, column: sa.Column[Any], new: TypeEngine[Any]
) -> str:
    """Return what hinders the values of a column from becoming those of a new type."""
    name = quoted(SQLITE, column.name)
    expression = conversion(name, column.type, new)
    if expression is None:
        return f"there is no conversion from {column.type.compile(SQLITE)}"
    if (family(column.type, SQLITE), family(new, SQLITE)) == ("binary", "text"):
        return _no_texts(connection, place, name)
    condition = f"{name} IS NOT NULL AND ({expression}) IS NULL"
    problem = example(connection, place, name, condition)
    if isinstance(column.type, sa.CHAR):
        expression = f"rtrim({expression})"  # PostgreSQL fills it up with spaces, which count not
    if not problem and (condition := beyond_limits(expression, new)):
        problem = example(connection, place, name, condition)
    return problem


def changed_values(
    connection: sa.Connection, place: str, column: sa.Column[Any], new: TypeEngine[Any]
) -> ChangedValues | NotKnown:
    """Return how many values would not come back the same from a new type."""
    name = quoted(SQLITE, column.name)
    there = conversion(name, column.type, new)
    if there is None:
        return NotKnown("there is no conversion to compare by")
    back = conversion(f"({rounded(there, new)})", new, column.type)
    if back is None:
        return NotKnown("there is no conversion to compare by")
    condition = f"({back}) IS NOT {name}"
    return changed(connection, place, condition, name, f"({rounded(there, new)})")


def _no_texts(connection: sa.Connection, place: str, name: str) -> str:
    """Return which binary values are no text in UTF-8; SQLite would take them, and never read."""
    query = literal_sql(f"SELECT {name} FROM {place} WHERE {name} IS NOT NULL")
    wrong = [value for value in connection.scalars(query) if not _is_text(value)]
    return holding(len(wrong), wrong[0]) if wrong else ""


def _is_text(value: Any) -> bool:
    try:
        return isinstance(value, str) or "\0" not in bytes(value).decode()
    except UnicodeDecodeError:
        return False


def holds_one_of(column: str, type_: TypeEngine[Any], values: str) -> str:
    """Return the condition that a column, or the list in it, holds one of some values."""
    if isinstance(type_, sa.JSON):
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value IN ({values}))"
    return f"CAST({column} AS VARCHAR) IN ({values})"
