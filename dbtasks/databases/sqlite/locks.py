"""What SQLite keeps from others while it rebuilds a table: the whole file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.databases.sqlite.compilation import is_done_in_place
from dbtasks.databases.terms import TableLock


def locks(operations: Sequence[MigrateOperation]) -> Iterator[TableLock]:
    """Yield the tables that are copied."""
    batches = (item for item in operations if isinstance(item, ops.ModifyTableOps))
    rebuilt = (
        batch.table_name
        for batch in batches
        if not all(is_done_in_place(item) for item in batch.ops)
    )
    for table in dict.fromkeys(rebuilt):
        yield TableLock(table, None, "rebuilds", "nobody can write to the file meanwhile")
