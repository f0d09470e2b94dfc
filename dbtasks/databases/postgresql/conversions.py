"""How a value of one type becomes one of another on PostgreSQL, which says what it can't cast."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from dbtasks.databases.failures import said
from dbtasks.databases.postgresql.scratch import rolled_back
from dbtasks.databases.row_statements import count
from dbtasks.databases.terms import Conversion
from dbtasks.databases.type_families import family, has_no_room_for_dashes
from dbtasks.operations.enums import is_enum
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted, resolved
from dbtasks.values import NotKnown

_FUNCTION = "pg_temp.dbtasks_items"
LIST_ITEMS = (
    f"CREATE OR REPLACE FUNCTION {_FUNCTION}(list jsonb) RETURNS text[]"
    " LANGUAGE sql IMMUTABLE STRICT AS 'SELECT CASE jsonb_typeof(list) WHEN ''null'' THEN NULL"
    " ELSE ARRAY(SELECT jsonb_array_elements_text(list)) END'"
)
"""Makes an array of a JSON list, and NULL of none, or of JSON's own.

ALTER COLUMN ... USING takes a function, and no subquery.
"""

_USING = {
    ("array", "json"): "to_json({0})",
    ("array", "text"): "to_json({0})::{1}",
    ("datetime", "timestamptz"): "{0} AT TIME ZONE 'UTC'",
    ("timestamptz", "datetime"): "{0} AT TIME ZONE 'UTC'",
    ("integer", "boolean"): "{0} <> 0",
    ("numeric", "boolean"): "{0} <> 0",
    ("float", "boolean"): "{0} <> 0",
    ("boolean", "integer"): "{0}::int",
    ("boolean", "numeric"): "{0}::int",
    ("boolean", "float"): "{0}::int",
    ("text", "binary"): "convert_to({0}, 'UTF8')",
    ("binary", "text"): "convert_from({0}, 'UTF8')",
    ("json", "array"): f"{_FUNCTION}({{0}}::jsonb)::{{1}}",
}
_ASSIGNED = {
    ("integer", "numeric"),
    ("integer", "float"),
    ("numeric", "float"),
    ("integer", "text"),
    ("numeric", "text"),
    ("float", "text"),
}
"""Pairs for which PostgreSQL converts a column without being told how."""


def using(column: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> str | None:
    """Return how the values of a column (its name quoted) become those of another type.

    None where PostgreSQL needs not be told.
    """
    pair = (kind_of(old), kind_of(new))
    target = new.compile(dialect=POSTGRESQL)
    if pair == ("uuid", "text") and has_no_room_for_dashes(new):
        return f"replace({column}::text, '-', '')"
    if pair in _USING:
        template = _USING[pair]
        if pair == ("array", "json") and isinstance(resolved(new, POSTGRESQL), postgresql.JSONB):
            template = "to_jsonb({0})"
        return template.format(column, target)
    if pair in _ASSIGNED or (pair[0] == pair[1] and pair[0] not in {"enum", "other", "array"}):
        return None
    if "enum" in pair:
        return f"{column}::text::{target}"
    return f"{column}::{target}"


def conversion(column: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> Conversion:
    """Return what a revision says of a change of type."""
    sql = using(column, old, new)
    if sql is None:
        return Conversion()
    needed = (DefineListItemsOp(),) if _FUNCTION in sql else ()
    return Conversion({"postgresql_using": sql}, needed)


def kind_of(type_: TypeEngine[Any]) -> str:
    """Return the kind of values of a type, as `family` does; enums and time zones count."""
    if is_enum(type_):
        return "enum"
    implementation = resolved(type_, POSTGRESQL)
    if isinstance(implementation, sa.DateTime) and implementation.timezone:
        return "timestamptz"
    return family(type_, POSTGRESQL)


def text_of(column: str, type_: TypeEngine[Any]) -> str:
    """Return SQL for the value of a column as a text."""
    return f"({using(column, type_, sa.Text()) or column})::text"


def refused_values(
    connection: sa.Connection, place: str, column: sa.Column[Any], new: TypeEngine[Any]
) -> str:
    """Return what hinders the values of a column from becoming those of a new type, by trying."""
    there = _converted(column, new)
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            connection.scalar(literal_sql(f"SELECT count({there}) FROM {place}"))
    except DBAPIError as error:
        return str(error.orig).strip().splitlines()[0]
    return ""


def changed_values(
    connection: sa.Connection, place: str, column: sa.Column[Any], new: TypeEngine[Any]
) -> int | NotKnown:
    """Return how many values would not come back the same from a new type."""
    name = quoted(POSTGRESQL, column.name)
    back = _cast(_converted(column, new), new, column.type)
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            return count(connection, place, f"{back}::text IS DISTINCT FROM {name}::text")
    except DBAPIError as error:
        return NotKnown(said(error))


def holds_one_of(column: str, type_: TypeEngine[Any], values: str) -> str:
    """Return the condition that a column, or the array in it, holds one of some values."""
    if isinstance(type_, sa.ARRAY):
        return f"to_jsonb({column}) ?| ARRAY[{values}]"
    return f"CAST({column} AS VARCHAR) IN ({values})"


def _converted(column: sa.Column[Any], new: TypeEngine[Any]) -> str:
    """Return SQL for a value of a column after a change of type."""
    return _cast(quoted(POSTGRESQL, column.name), column.type, new)


def _cast(value: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> str:
    target = new.compile(dialect=POSTGRESQL)
    return f"({using(value, old, new) or value})::{target}"
