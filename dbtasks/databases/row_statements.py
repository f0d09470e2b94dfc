"""SQL about rows that means the same on every database, and what it finds out.

Tables and columns are given quoted, conditions as SQL, `dialect` as a backend has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.types import TypeEngine

from dbtasks.databases.terms import ChangedValues, shortened
from dbtasks.errors import RefusedError
from dbtasks.operations.enums import is_enum
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sql import literal_sql, quoted, sql_of_text

Literal = Callable[[Any, TypeEngine[Any] | None], str]
"""Writes a value as SQL, as its type stores it."""


def count(connection: sa.Connection, place: str, condition: str) -> int:
    """Return the number of rows of a table for which a condition is true."""
    query = literal_sql(f"SELECT count(*) FROM {place} WHERE {condition}")
    return int(connection.scalar(query) or 0)


def example(connection: sa.Connection, place: str, column: str, condition: str) -> str:
    """Return how many rows meet a condition, and the value of one; empty for none."""
    found = count(connection, place, condition)
    if not found:
        return ""
    query = f"SELECT {column} FROM {place} WHERE {condition} LIMIT 1"
    value = connection.scalar(literal_sql(query))
    return holding(found, value)


def holding(found: int, value: object) -> str:
    """Return that rows hold what does not fit, with the value of one."""
    hold = "holds" if found == 1 else "hold"
    return f"{found:,} of its rows {hold} something else, {shortened(value)} for one"


def changed(
    connection: sa.Connection, place: str, condition: str, before: str, after: str
) -> ChangedValues:
    """Return how many rows meet a condition, with the value of one `before` and `after`."""
    found = count(connection, place, condition)
    if not found:
        return ChangedValues(0)
    query = f"SELECT {before}, {after} FROM {place} WHERE {condition} LIMIT 1"
    old, new = connection.execute(literal_sql(query)).one()
    return ChangedValues.of(found, old, new)


def fill_statement(operation: FillOp, dialect: sa.Dialect, literal: Literal) -> str:
    """Return the UPDATE of `op.fill` for all rows at once. `literal` writes a value as SQL."""
    table = quoted(dialect, operation.schema, operation.table_name)
    column, value = quoted(dialect, operation.column_name), fill_value(operation, dialect, literal)
    condition = operation.where
    if condition is None:
        condition = empty_rows(operation, dialect, literal)
    return f"UPDATE {table} SET {column} = {value} WHERE {condition}"


def empty_rows(operation: FillOp, dialect: sa.Dialect, literal: Literal) -> str:
    """Return the condition for rows that `op.fill` fills where it has none.

    A row for which the value itself is NULL can't be filled; looking for it would never end.
    """
    column = quoted(dialect, operation.column_name)
    return f"{column} IS NULL AND ({fill_value(operation, dialect, literal)}) IS NOT NULL"


def insert_statement(
    operation: FillTableOp, dialect: sa.Dialect, literal: Literal, overriding: str = ""
) -> str:
    """Return the INSERT of `op.fill_table`; `overriding` stands before its query."""
    table = quoted(dialect, operation.schema, operation.table_name)
    names = (*operation.columns, *operation.values)
    columns = ", ".join(quoted(dialect, name) for name in names)
    query = operation.query.strip().rstrip("; ")
    more = [value_sql(value, None, dialect, literal) for value in operation.values.values()]
    if any(_is_own_type(type_, dialect) for type_ in operation.types.values()):
        given = [quoted(dialect, name) for name in operation.columns]
        cast = (
            as_type(f"source.{own}", operation.types.get(name), dialect)
            for name, own in zip(operation.columns, given, strict=True)
        )
        query = (
            f"SELECT {', '.join((*cast, *more))} FROM (\n{query}\n) AS source ({', '.join(given)})"
        )
    elif more:
        query = f"SELECT source.*, {', '.join(more)} FROM (\n{query}\n) AS source"
    return f"INSERT INTO {table} ({columns}){overriding}\n{query}"


def numbering_statement(operation: NumberRowsOp, dialect: sa.Dialect) -> str:
    """Return the UPDATE of `op.number_rows`."""
    table = quoted(dialect, operation.schema, operation.table_name)
    column = quoted(dialect, operation.column_name)
    keys = [quoted(dialect, name) for name in operation.order_by]
    listed = ", ".join(keys)
    number = "number" if "number" not in operation.order_by else "number_of_row"
    numbers = f"SELECT {listed}, row_number() OVER (ORDER BY {listed}) AS {number} FROM {table}"
    same = " AND ".join(f"{table}.{key} = numbered.{key}" for key in keys)
    update = f"UPDATE {table} SET {column} = numbered.{number} FROM ({numbers}) AS numbered"
    return f"{update} WHERE {same}"


def refuse_rows(operations: Operations, operation: RefuseRowsOp, dialect: sa.Dialect) -> None:
    """Raise `RefusedError` as `op.refuse_rows` says; `--sql` can't look."""
    if operations.migration_context.as_sql:
        return
    table = quoted(dialect, operation.schema, operation.table_name)
    condition = f" WHERE {operation.where}" if operation.where else ""
    query = literal_sql(f"SELECT 1 FROM {table}{condition} LIMIT 1")
    if operations.get_bind().scalar(query):
        raise RefusedError(f"{operation.table_name} has rows, and {operation.reason}.")


def fill_value(operation: FillOp, dialect: sa.Dialect, literal: Literal) -> str:
    """Return what `op.fill` sets a column to, as SQL."""
    return value_sql(operation.value, operation.type_, dialect, literal)


def value_sql(
    value: Any, type_: TypeEngine[Any] | None, dialect: sa.Dialect, literal: Literal
) -> str:
    """Return a plain value or an expression of a revision as SQL."""
    if isinstance(value, sa.TextClause):
        return as_type(sql_of_text(value, dialect), type_, dialect)
    if isinstance(value, sa.ColumnElement):  # sa.func.now(), for instance
        return str(value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return literal(value, type_)


def as_type(sql: str, type_: TypeEngine[Any] | None, dialect: sa.Dialect) -> str:
    """Return SQL as a value of an enum, where the database takes no other text for one."""
    if type_ is None or not _is_own_type(type_, dialect):
        return sql
    return f"CAST(CAST(({sql}) AS VARCHAR) AS {type_.compile(dialect)})"


def _is_own_type(type_: TypeEngine[Any], dialect: sa.Dialect) -> bool:
    return is_enum(type_) and bool(dialect.supports_native_enum)
