"""`op.batch_alter_table` on SQLite: which way it goes, and what it does at which moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic.operations import BatchOperations, Operations, ops
from alembic.operations.ops import MigrateOperation
from alembic.util import CommandError

from dbtasks.databases.sqlite.alteration import TableAlteration
from dbtasks.databases.sqlite.missing import MissingTableError
from dbtasks.databases.sqlite.resolution import Resolution
from dbtasks.databases.sqlite.table_arguments import are_known
from dbtasks.operations.batch import BatchArguments, RecordedBatch


def can_be_own(given: BatchArguments) -> bool:
    """Whether a rebuild of the table as SQLite keeps it does all that a batch is given.

    It does not where the revision itself says what the table is (`copy_from`, `reflect_args`,
    `reflect_kwargs`), wants no rebuild, or speaks of another database file's table (`schema`).
    """
    asked_for = given.others or given.schema or given.recreate not in {"auto", "always"}
    return not asked_for and are_known(given)


@contextmanager
def own_batch(operations: Operations, given: BatchArguments) -> Iterator[BatchOperations]:
    """Apply the operations of a batch to the table's definition, and rebuild it once at most.

    As in Alembic's, they are carried out one by one if none of them needs a rebuild, and otherwise
    all at once: then one that can't be leaves nothing of the others.
    """
    batch = _Batch(operations, given)
    yield batch
    if batch.rebuilds():
        with operations.get_bind().begin_nested():
            Resolution(operations, given, batch.recorded).carry_out()
        return
    for operation in batch.recorded:
        _carry_out_alone(operations, given.table, operation)


class _Batch(RecordedBatch):
    """Notes down what Alembic's batch notes down; like it, executes statements at once."""

    def __init__(self, operations: Operations, given: BatchArguments) -> None:
        super().__init__(operations, given.table, None)
        self._operations = operations
        self._always = given.recreate == "always"

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down, or execute a statement."""
        if isinstance(operation, ops.ExecuteSQLOp):
            return self._operations.invoke(operation)
        is_placed = isinstance(operation, ops.AddColumnOp) and (
            operation.kw.keys() & {"insert_before", "insert_after"}
        )
        if is_placed and not self.rebuilds():
            raise CommandError(
                "Can't specify insert_before or insert_after when using ALTER; "
                "please specify recreate='always'"
            )
        return super().invoke(operation)

    def rebuilds(self) -> bool:
        """Whether Alembic would make the table anew for what is noted down so far."""
        return self._always or any(_needs_rebuild(operation) for operation in self.recorded)


def _needs_rebuild(operation: MigrateOperation) -> bool:
    match operation:
        case ops.AddColumnOp():
            default = operation.column.server_default
            is_expression = isinstance(default, sa.DefaultClause) and not isinstance(
                default.arg, str
            )
            is_stored = isinstance(default, sa.Computed) and bool(default.persisted)
            return is_expression or is_stored or _has_constraints(operation.column)
        case ops.CreateIndexOp() | ops.DropIndexOp():
            return False
        case _:
            return True


def _has_constraints(column: sa.Column[Any]) -> bool:
    of_type = getattr(column.type, "create_constraint", False)
    return bool(column.unique or column.foreign_keys or column.constraints or of_type)


def _carry_out_alone(operations: Operations, table: str, operation: MigrateOperation) -> None:
    """Add a column, or do what SQLite does by itself, and fails at with its own words."""
    if isinstance(operation, ops.AddColumnOp):
        try:
            alteration = TableAlteration(operations, table)
        except MissingTableError:
            alteration = None
        if alteration:
            if operation.if_not_exists and alteration.has_column(operation.column.name):
                return
            indexes = alteration.add_column(operation.column)
            alteration.finish()
            for index in indexes:
                operations.invoke(ops.CreateIndexOp.from_index(index))
            return
    operations.invoke(operation)
