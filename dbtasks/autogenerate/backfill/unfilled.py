"""Rows that a fill would leave without a value, and one of them for an example."""

from __future__ import annotations

import sqlalchemy as sa

from dbtasks.databases import backend_of
from dbtasks.databases.row_statements import count
from dbtasks.hints import counted
from dbtasks.operations.sql import literal_sql
from dbtasks.schema.facts import Table


def unfilled(connection: sa.Connection, table: Table, condition: str, name: str) -> str:
    """Return that a column would be NULL in the rows that meet a condition; empty for none."""
    backend = backend_of(connection)
    place = backend.quoted(table.schema, table.name)
    rows = count(connection, place, condition)
    if not rows:
        return ""
    return (
        f"{table.key}.{name} must not be NULL, and what it is filled with is NULL for "
        f"{counted(rows, 'row')}{_example(connection, table, place, condition)}"
    )


def _example(connection: sa.Connection, table: Table, place: str, condition: str) -> str:
    """Return which row is one of those, by its key."""
    key = table.primary_key
    if not key:
        return ""
    quoted = ", ".join(backend_of(connection).quoted(name) for name in key)
    query = f"SELECT {quoted} FROM {place} WHERE {condition} ORDER BY {quoted} LIMIT 1"
    values = connection.execute(literal_sql(query)).one()
    said = ", ".join(f"{name} = {value!r}" for name, value in zip(key, values, strict=True))
    return f", that with {said} for one"
