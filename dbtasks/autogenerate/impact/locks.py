"""What a revision keeps others from doing meanwhile, and for how many rows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.databases import backend_of
from dbtasks.hints import counted
from dbtasks.schema.facts import key_of


def locks(operations: Sequence[MigrateOperation], connection: sa.Connection) -> tuple[str, ...]:
    """Return what is locked for longer than a moment, a line a table."""
    inspector, rows = sa.inspect(connection), Rows(connection)
    found = []
    for lock in backend_of(connection).locks(operations, connection):
        if inspector.has_table(lock.table, schema=lock.schema):
            count = rows.roughly(lock.table, lock.schema)
            held = counted(count, "row")
            name = key_of(lock.table, lock.schema)
            found.append(f"{lock.verb} {name} ({held}): {lock.effect}")
    return tuple(found)


def possible_locks(
    operations: Sequence[MigrateOperation], connection: sa.Connection
) -> tuple[str, ...]:
    """Return the same of tables that may not be there, and count nothing."""
    found = backend_of(connection).locks(operations, connection)
    return tuple(f"{lock.verb} {key_of(lock.table, lock.schema)}: {lock.effect}" for lock in found)
