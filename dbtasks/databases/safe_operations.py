"""Carrying operations out as our databases do, in the place of Alembic's own way.

That holds for the migration contexts that we run, as long as they run: whoever imports Alembic
beside us sees it untouched. Only our own operations are known to all of the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any

from alembic.operations import AbstractOperations, BatchOperations, Operations
from alembic.operations.ops import MigrateOperation
from alembic.runtime.migration import MigrationContext

from dbtasks.databases.kinds import backend_of
from dbtasks.databases.terms import carry_out_as_alembic
from dbtasks.operations.batch import BatchArguments


@contextmanager
def safe_operations(context: MigrationContext) -> Iterator[Operations]:
    """Let `alembic.op` work on a migration context, and carry operations out as we do.

    Meanwhile nothing else in this process can use `alembic.op`, which Alembic has but once.
    """
    with Operations.context(context) as operations, made_safe(operations):
        yield operations


@contextmanager
def made_safe(operations: Operations) -> Iterator[Operations]:
    """Let Alembic's operations carry everything out as we do, as long as this lasts."""
    # All of `alembic.op` ends in one of these two, called on this very object.
    ours = {
        "invoke": partial(_carry_out, operations),
        "batch_alter_table": partial(_batch, operations),
    }
    vars(operations).update(ours)
    try:
        yield operations
    finally:
        for name in ours:
            delattr(operations, name)


def _carry_out(operations: AbstractOperations, operation: MigrateOperation) -> Any:
    backend = backend_of(operations.migration_context.dialect)
    implementation = backend.implementation(operation) or carry_out_as_alembic
    return implementation(operations, operation)


def _batch(
    operations: Operations, *arguments: Any, **options: Any
) -> AbstractContextManager[BatchOperations]:
    backend = backend_of(operations.migration_context.dialect)
    given = BatchArguments.of(*arguments, **options)
    own = backend.batch(operations, given)
    return own or _alembics_batch(operations, given, *arguments, **options)


@contextmanager
def _alembics_batch(
    operations: Operations, given: BatchArguments, *arguments: Any, **options: Any
) -> Iterator[BatchOperations]:
    """Let Alembic gather the operations of a batch, each carried out as we do."""
    with (
        backend_of(operations.migration_context.dialect).guarding(operations, given),
        Operations.batch_alter_table(operations, *arguments, **options) as batch,
    ):
        vars(batch)["invoke"] = partial(_carry_out, batch)
        yield batch
