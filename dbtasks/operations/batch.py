"""The operations of an `op.batch_alter_table`, noted down instead of carried out.

Whoever has them all can carry them out at once, as SQLite's rebuild of a table does, or look at
them without doing anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from alembic.operations import BatchOperations, Operations
from alembic.operations.ops import MigrateOperation, ModifyTableOps


class RecordedBatch(BatchOperations):
    """What stands behind the `with op.batch_alter_table(...)`: `recorded` are its operations."""

    def __init__(self, operations: Operations, table: str, schema: str | None) -> None:
        place: Any = SimpleNamespace(
            table_name=table, schema=schema, dialect=operations.impl.dialect
        )
        super().__init__(operations.migration_context, impl=place)
        self.recorded: list[MigrateOperation] = []

    def invoke(self, operation: MigrateOperation) -> Any:
        """Note an operation down."""
        self.recorded.append(operation)


def each_operation(operations: Sequence[MigrateOperation]) -> Iterator[MigrateOperation]:
    """Yield operations in their order, those of a batch one by one."""
    for operation in operations:
        if isinstance(operation, ModifyTableOps):
            yield from each_operation(operation.ops)
        else:
            yield operation
