"""How a value of one type becomes one of another on PostgreSQL, which says what it can't cast."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from dbtasks.databases.failures import said
from dbtasks.databases.postgresql.scratch import rolled_back
from dbtasks.databases.row_statements import count, example, holding
from dbtasks.databases.terms import ChangedValues, Conversion
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

_HAS_ZONE = "{0} ~* ':[0-9][0-9]([.][0-9]+)? ?(z|utc|[+-][0-9][0-9](:?[0-9][0-9])?)$'"
"""Whether a text names the zone of its time."""

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"
"""How a text begins that says its day in the one way that means the same everywhere."""

_USING = {
    ("array", "json"): "to_json({0})",
    ("array", "text"): "to_json({0})::{1}",
    ("datetime", "timestamptz"): "{0} AT TIME ZONE 'UTC'",
    ("timestamptz", "datetime"): "{0} AT TIME ZONE 'UTC'",
    ("timestamptz", "date"): "({0} AT TIME ZONE 'UTC')::date",
    ("timestamptz", "time"): "({0} AT TIME ZONE 'UTC')::time",
    ("timestamptz", "text"): "({0} AT TIME ZONE 'UTC')::text",
    ("date", "timestamptz"): "{0}::timestamp AT TIME ZONE 'UTC'",
    ("time", "timestamptz"): "(date '1970-01-01' + {0}) AT TIME ZONE 'UTC'",
    ("time", "datetime"): "date '1970-01-01' + {0}",
    ("text", "timestamptz"): f"CASE WHEN {_HAS_ZONE} THEN {{0}}::timestamptz"
    " ELSE {0}::timestamp AT TIME ZONE 'UTC' END",
    ("text", "datetime"): f"CASE WHEN {_HAS_ZONE} THEN {{0}}::timestamptz AT TIME ZONE 'UTC'"
    " ELSE {0}::timestamp END",
    ("integer", "boolean"): "{0} <> 0",
    ("numeric", "boolean"): "{0} <> 0",
    ("float", "boolean"): "{0} <> 0",
    ("json", "integer"): "{0}::text::{1}",
    ("json", "numeric"): "{0}::text::{1}",
    ("json", "float"): "{0}::text::{1}",
    ("json", "boolean"): "{0}::text::{1}",
    ("integer", "json"): "to_json({0})",
    ("numeric", "json"): "to_json({0})",
    ("float", "json"): "to_json({0})",
    ("boolean", "json"): "to_json({0})",
    ("boolean", "integer"): "{0}::int",
    ("boolean", "numeric"): "{0}::int",
    ("boolean", "float"): "{0}::int",
    ("text", "binary"): "convert_to({0}, 'UTF8')",
    ("binary", "text"): "convert_from({0}, 'UTF8')",
    ("json", "array"): f"{_FUNCTION}({{0}}::jsonb)::{{1}}",
}
_NUMBERS = {"integer", "numeric", "float"}

_NO_CAST = "42846"
"""The state of an error that says that one type does not become another."""

_TRY_EACH = """
CREATE OR REPLACE FUNCTION pg_temp.dbtasks_refused(OUT refused bigint, OUT example text)
LANGUAGE plpgsql AS $dbtasks$
DECLARE item record;
BEGIN
    refused := 0;
    FOR item IN SELECT {name} AS value FROM {place} WHERE {name} IS NOT NULL LOOP
        BEGIN
            PERFORM {there};
        EXCEPTION WHEN OTHERS THEN
            refused := refused + 1;
            example := coalesce(example, item.value::text);
        END;
    END LOOP;
END $dbtasks$
"""

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
        if isinstance(resolved(new, POSTGRESQL), postgresql.JSONB):
            template = template.replace("to_json(", "to_jsonb(")
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
    there, name = _converted(column, new), quoted(POSTGRESQL, column.name)
    is_day = kind_of(column.type) == "text" and kind_of(new) in {"date", "datetime", "timestamptz"}
    # It would read others too, by the day's place in them that a session has set.
    if is_day and (problem := example(connection, place, name, f"{name} !~ '{_DAY}'")):
        return problem
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            connection.scalar(literal_sql(f"SELECT count({there}) FROM {place}"))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", getattr(error.orig, "pgcode", "")) == _NO_CAST:
            return f"there is no conversion from {column.type.compile(POSTGRESQL)}"
        return _refused_rows(connection, place, column, new) or said(error)
    return ""


def _refused_rows(
    connection: sa.Connection, place: str, column: sa.Column[Any], new: TypeEngine[Any]
) -> str:
    """Return how many rows a conversion refuses, and the value of one, by trying each."""
    name = quoted(POSTGRESQL, column.name)
    function = _TRY_EACH.format(name=name, place=place, there=_cast("item.value", column.type, new))
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            connection.execute(literal_sql(function))
            query = "SELECT refused, example FROM pg_temp.dbtasks_refused()"
            found, value = connection.execute(literal_sql(query)).one()
    except DBAPIError:
        return ""
    return holding(found, _value(value, column.type)) if found else ""


def _value(text: str | None, type_: TypeEngine[Any]) -> object:
    """Return a value that PostgreSQL has written as text, for a message."""
    if text is None:
        return "NULL"
    kind = kind_of(type_)
    if kind == "boolean":
        return int(text == "true")
    return Decimal(text) if kind in _NUMBERS else text


def changed_values(
    connection: sa.Connection, place: str, column: sa.Column[Any], new: TypeEngine[Any]
) -> ChangedValues | NotKnown:
    """Return how many values would not come back the same from a new type."""
    name = quoted(POSTGRESQL, column.name)
    there = _converted(column, new)
    back = _cast(there, new, column.type)
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            condition = f"{back}::text IS DISTINCT FROM {name}::text"
            found = count(connection, place, condition)
            if not found:
                return ChangedValues(0)
            values = f"{name}::text, ({there})::text"
            query = f"SELECT {values} FROM {place} WHERE {condition} LIMIT 1"
            before, after = connection.execute(literal_sql(query)).one()
            return ChangedValues.of(found, _value(before, column.type), _value(after, new))
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
