"""The triggers of a table that fire when rows of it are filled, and how they are left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic.operations import Operations

from dbtasks.errors import MigrationError
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted

_QUERY = sa.text(
    "SELECT t.tgname FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = to_regclass(:place)"
    " AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 16 = 16"
    " AND (t.tgattr = '' OR EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS a"
    " WHERE a.attrelid = t.tgrelid AND a.attname = :name AND a.attnum = ANY (t.tgattr)))"
    " ORDER BY t.tgname"
)
"""The bit of `tgtype` is that of UPDATE; `tgattr` holds the columns of UPDATE OF."""


def update_triggers(
    connection: sa.Connection, table: str, schema: str | None, column: str
) -> list[str]:
    """Return the names of the triggers that fire when a column of rows is set."""
    place = quoted(POSTGRESQL, schema, table)
    return [*connection.scalars(_QUERY, {"place": place, "name": column})]


@contextmanager
def quiet_triggers(operations: Operations, operation: FillOp) -> Iterator[None]:
    """Switch those triggers off for the time of an operation that is to go without them."""
    if operation.triggers:
        yield
        return
    if operations.migration_context.as_sql:
        raise MigrationError("Which triggers a fill leaves out, only the database can tell.")
    place = quoted(POSTGRESQL, operation.schema, operation.table_name)
    names = update_triggers(
        operations.get_bind(), operation.table_name, operation.schema, operation.column_name
    )
    for name in names:
        _switch(operations, place, "DISABLE", name)
    yield  # What fails takes all of this back.
    for name in names:
        _switch(operations, place, "ENABLE", name)


def _switch(operations: Operations, place: str, verb: str, name: str) -> None:
    trigger = quoted(POSTGRESQL, name)
    operations.execute(literal_sql(f"ALTER TABLE {place} {verb} TRIGGER {trigger}"))
