"""The triggers of a table that fire when rows of it are filled, and how they are left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.operations import Operations

from dbtasks.databases.sqlite import ddl
from dbtasks.operations.fill import FillOp

_QUERY = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(?)"
    " ORDER BY name"
)


def update_triggers(
    connection: sa.Connection, table: str, schema: str | None, column: str
) -> list[str]:
    """Return the names of the triggers that fire when a column of rows is set."""
    del schema
    return [name for name, _ in _found(connection, table, column)]


@contextmanager
def quiet_triggers(operations: Operations, operation: FillOp) -> Iterator[None]:
    """Take those triggers away for the time of an operation that is to go without them."""
    connection = operations.get_bind()
    if operation.triggers or connection is None:
        yield
        return
    found = _found(connection, operation.table_name, operation.column_name)
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {ddl.quoted(name)}")
    yield  # What fails takes all of this back.
    for _, sql in found:
        connection.exec_driver_sql(sql)


def _found(connection: sa.Connection, table: str, column: str) -> list[tuple[str, str]]:
    rows = connection.exec_driver_sql(_QUERY, (table,))
    return [(name, sql) for name, sql in rows if _fires(sql, column)]


def _fires(sql: str, column: str) -> bool:
    """Whether a trigger is one of UPDATE, and of this column if it names some."""
    head = [token.upper() for token in ddl.tokenize(sql)]
    head = head[: head.index("ON")]
    if "UPDATE" not in head:
        return False
    rest = head[head.index("UPDATE") + 1 :]
    return not rest or column.upper() in map(ddl.unquoted, rest)
