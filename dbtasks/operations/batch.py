"""`op.batch_alter_table` for SQLite, which can alter little of a table in place.

On other databases Alembic's own does the work, and on SQLite too where `--sql` has no database
to look at. Here the operations of a batch are applied to the table's definition, clause by
clause, and the table is rebuilt once, if the last of them needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from types import SimpleNamespace
from typing import Any

from alembic.operations import BatchOperations, Operations, toimpl
from alembic.operations.ops import CreateTableCommentOp, DropTableCommentOp, MigrateOperation

from dbtasks.databases.sqlite.alteration import TableAlteration

_alembics_own = Operations.batch_alter_table


class RecordedBatch(BatchOperations):
    """The operations of a `with op.batch_alter_table(...)`, noted down instead of run."""

    def __init__(self, operations: Operations, table: str, schema: str | None) -> None:
        place: Any = SimpleNamespace(
            table_name=table, schema=schema, dialect=operations.impl.dialect
        )
        super().__init__(operations.migration_context, impl=place)
        self.recorded: list[MigrateOperation] = []

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down."""
        self.recorded.append(operation)


@Operations.register_operation("batch_alter_table")
class BatchAlterTable(MigrateOperation):
    """Takes the place of Alembic's own `batch_alter_table` (see the module)."""

    @classmethod
    def batch_alter_table(
        cls,
        operations: Operations,
        table_name: str,
        schema: str | None = None,
        recreate: str = "auto",
        partial_reordering: list[tuple[str, ...]] | None = None,
        copy_from: Any = None,
        table_args: tuple[Any, ...] = (),
        table_kwargs: dict[str, Any] | None = None,
        reflect_args: tuple[Any, ...] = (),
        reflect_kwargs: dict[str, Any] | None = None,
        naming_convention: dict[str, str] | None = None,
    ) -> AbstractContextManager[BatchOperations]:
        """Return a context whose operations change one table, as Alembic's own does.

        On SQLite, `copy_from`, `reflect_args`, `reflect_kwargs`, `naming_convention` and
        `partial_reordering` have no effect: the table is taken as SQLite keeps it.
        """
        context = operations.migration_context
        if context.dialect.name == "sqlite" and not context.as_sql:
            return _on_sqlite(operations, table_name, schema, always=recreate == "always")
        return _alembics_own(
            operations,
            table_name,
            schema=schema,
            recreate=recreate,  # type: ignore[arg-type]
            partial_reordering=partial_reordering,
            copy_from=copy_from,
            table_args=table_args,
            table_kwargs=table_kwargs or {},
            reflect_args=reflect_args,
            reflect_kwargs=reflect_kwargs or {},
            naming_convention=naming_convention,
        )


@Operations.implementation_for(CreateTableCommentOp, replace=True)
def _create_table_comment(operations: Operations, operation: CreateTableCommentOp) -> None:
    if operations.impl.dialect.name != "sqlite":  # which keeps no comments
        toimpl.create_table_comment(operations, operation)


@Operations.implementation_for(DropTableCommentOp, replace=True)
def _drop_table_comment(operations: Operations, operation: DropTableCommentOp) -> None:
    if operations.impl.dialect.name != "sqlite":
        toimpl.drop_table_comment(operations, operation)


@contextmanager
def _on_sqlite(
    operations: Operations, table: str, schema: str | None, *, always: bool
) -> Iterator[BatchOperations]:
    batch = RecordedBatch(operations, table, schema)
    yield batch
    alteration = TableAlteration(operations, table, always=always)
    for operation in batch.recorded:
        alteration.apply(operation)
    alteration.finish()
