"""Changing a column's type so that its values stay what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.databases.backend import said
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.sqlite.conversions import family, sqlite_conversion
from dbtasks.errors import RefusedError
from dbtasks.operations.list_items import LIST_ITEMS
from dbtasks.operations.sql import POSTGRESQL, literal_sql, resolved, text_literal
from dbtasks.schema.facts import Table
from dbtasks.values import NotKnown

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
    ("json", "array"): "pg_temp.dbtasks_items({0}::jsonb)::{1}",
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


@dataclass(frozen=True)
class Cast:
    """How a column changes its type: PostgreSQL's USING, and whether that calls our function."""

    using: str | None
    needs_function: bool = False


def cast(column: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> Cast:
    """Return how the values of a column (its name quoted) become those of another type."""
    pair = (_family(old), _family(new))
    target = new.compile(dialect=POSTGRESQL)
    if pair in _USING:
        template = _USING[pair]
        if pair == ("array", "json") and isinstance(resolved(new), postgresql.JSONB):
            template = "to_jsonb({0})"
        return Cast(template.format(column, target), needs_function="dbtasks_items" in template)
    if pair in _ASSIGNED or (pair[0] == pair[1] and pair[0] not in {"enum", "other", "array"}):
        return Cast(None)
    if "enum" in pair:
        return Cast(f"{column}::text::{target}")
    return Cast(f"{column}::{target}")


def refuse_impossible(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> None:
    """Raise `RefusedError` if the values of a column can't become those of its new type."""
    if _family(new.type) == "enum":
        problem = _no_value_of_enum(connection, table, column, new.type)
    elif connection.dialect.name == "sqlite":
        problem = _impossible_on_sqlite(connection, table, column, new)
    else:
        problem = _impossible_on_postgresql(connection, table, column, new)
    problem = problem or _too_long(connection, table, column, new)
    if problem:
        raise RefusedError(
            f"{table.key}.{column.name} can't become {new.type.compile(connection.dialect)}: "
            f"{problem}. Nothing was written.",
            "Mend those rows first, or write the conversion by hand in an empty revision.",
        )


def changed_rows(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> int | NotKnown:
    """Return how many values would not come back the same from the new type."""
    rows = Rows(connection)
    name = rows.quoted(column.name)
    if _family(new.type) == "enum":
        return 0
    if connection.dialect.name == "sqlite":
        there = sqlite_conversion(name, column.type, new.type)
        back = sqlite_conversion(f"({there})", new.type, column.type)
        if there is None or back is None:
            return NotKnown("there is no conversion to compare by")
        return rows.where(table.name, table.schema, f"({back}) IS NOT {name}")
    old_sql = column.type.compile(dialect=connection.dialect)
    new_sql = new.type.compile(dialect=connection.dialect)
    there = cast(name, column.type, new.type).using or f"{name}::{new_sql}"
    there = f"({there})::{new_sql}"
    back = cast(f"({there})", new.type, column.type).using or f"({there})::{old_sql}"
    condition = f"({back})::{old_sql}::text IS DISTINCT FROM {name}::text"
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            return rows.where(table.name, table.schema, condition)
    except DBAPIError as error:
        return NotKnown(said(error))


def _no_value_of_enum(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: TypeEngine[Any]
) -> str:
    """Return what hinders values from becoming those of an enum, which may not exist yet."""
    enum = resolved(new)
    assert isinstance(enum, sa.Enum)
    rows = Rows(connection)
    values = ", ".join(text_literal(value) for value in enum.enums)
    text = f"CAST({rows.quoted(column.name)} AS VARCHAR)"
    return _example(connection, rows, table, column, f"{text} NOT IN ({values})")


def _too_long(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> str:
    """Return what hinders values from becoming a text of limited length.

    PostgreSQL cuts them where it is told to cast, and SQLite knows no limit.
    """
    type_ = resolved(new.type)
    length = getattr(type_, "length", None)
    if length is None or not isinstance(type_, sa.String) or isinstance(type_, sa.Enum):
        return ""
    rows = Rows(connection)
    name = rows.quoted(column.name)
    if connection.dialect.name == "sqlite":
        text = sqlite_conversion(name, column.type, sa.Text()) or name
    else:
        text = f"({cast(name, column.type, sa.Text()).using or name})::text"
    return _example(connection, rows, table, column, f"length({text}) > {length}")


def _impossible_on_sqlite(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> str:
    rows = Rows(connection)
    name = rows.quoted(column.name)
    expression = sqlite_conversion(name, column.type, new.type)
    if expression is None:
        return f"there is no conversion from {column.type!r}"
    condition = f"{name} IS NOT NULL AND ({expression}) IS NULL"
    return _example(connection, rows, table, column, condition)


def _example(
    connection: sa.Connection, rows: Rows, table: Table, column: sa.Column[Any], condition: str
) -> str:
    """Return how many rows meet a condition, and the value of one; empty for none."""
    count = rows.where(table.name, table.schema, condition)
    if not count:
        return ""
    place = rows.quoted(table.schema, table.name)
    query = f"SELECT {rows.quoted(column.name)} FROM {place} WHERE {condition} LIMIT 1"
    value = connection.scalar(literal_sql(query))
    return (
        f"{count} of its rows {'holds' if count == 1 else 'hold'} something else, {value!r} for one"
    )


def _impossible_on_postgresql(
    connection: sa.Connection, table: Table, column: sa.Column[Any], new: sa.Column[Any]
) -> str:
    rows = Rows(connection)
    name = rows.quoted(column.name)
    target = new.type.compile(dialect=connection.dialect)
    expression = cast(name, column.type, new.type).using or f"{name}::{target}"
    place = rows.quoted(table.schema, table.name)
    query = f"SELECT count(({expression})::{target}) FROM {place}"
    try:
        with rolled_back(connection):
            connection.execute(literal_sql(LIST_ITEMS))
            connection.scalar(literal_sql(query))
    except DBAPIError as error:
        return str(error.orig).strip().splitlines()[0]
    return ""


def _family(type_: TypeEngine[Any]) -> str:
    implementation = resolved(type_)
    if isinstance(implementation, sa.Enum) and implementation.native_enum:
        return "enum"
    if isinstance(implementation, sa.DateTime) and implementation.timezone:
        return "timestamptz"
    return family(type_, POSTGRESQL)
