"""Carrying operations out as our databases do, in the place of Alembic's own way.

That holds for the migration contexts that we run, as long as they run: whoever imports Alembic
beside us sees it untouched. Only our own operations are known to all of the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from weakref import WeakSet

from alembic import op
from alembic.operations import AbstractOperations, BatchOperations, Operations
from alembic.operations.ops import MigrateOperation
from alembic.runtime.migration import MigrationContext

from dbtasks.databases.kinds import backend_of
from dbtasks.databases.terms import AT_WORK, carry_out_as_alembic
from dbtasks.operations.batch import BatchArguments

_safe: WeakSet[MigrationContext] = WeakSet()
"""The contexts on which `alembic.op` works as we do."""


@contextmanager
def safe_operations(context: MigrationContext) -> Iterator[Operations]:
    """Let `alembic.op` work on a migration context, and carry operations out as we do.

    Meanwhile nothing else in this process can use `alembic.op`, which Alembic has but once.
    """
    with Operations.context(context) as operations, made_safe(operations):
        _safe.add(context)
        try:
            yield operations
        finally:
            _safe.discard(context)


@contextmanager
def made_safe(operations: Operations) -> Iterator[Operations]:
    """Let Alembic's operations carry everything out as we do, as long as this lasts."""
    ours = _ours(operations)
    vars(operations).update(ours)
    try:
        yield operations
    finally:
        for name in ours:
            delattr(operations, name)


def own_operation(name: str) -> Any:
    """Return a function of `alembic.op` as we carry it out, on the context that is at work.

    Whoever runs the revision may be plain Alembic, and then its own `alembic.op` stays as it is.
    Raises AttributeError for a name that is none, and what Alembic does where nothing is at work.
    """
    plain = getattr(op, name)
    context = op.get_context()
    if context in _safe:
        return plain
    operations = Operations(context)
    vars(operations).update(_ours(operations))
    return getattr(operations, name)


def _ours(operations: Operations) -> dict[str, Any]:
    # All of `alembic.op` ends in one of these two, called on this very object.
    return {
        "invoke": partial(_carry_out, operations),
        "batch_alter_table": partial(_batch, operations),
    }


def _carry_out(operations: AbstractOperations, operation: MigrateOperation) -> Any:
    backend = backend_of(operations.migration_context.dialect)
    implementation = backend.implementation(operation) or carry_out_as_alembic
    with _noted_while_at_work(operations, operation):
        return implementation(operations, operation)


@contextmanager
def _batch(operations: Operations, *arguments: Any, **options: Any) -> Iterator[BatchOperations]:
    backend = backend_of(operations.migration_context.dialect)
    given = BatchArguments.of(*arguments, **options)
    own = backend.batch(operations, given)
    with (
        _noted_while_at_work(operations, given.table),
        own or _alembics_batch(operations, given, *arguments, **options) as batch,
    ):
        yield batch


@contextmanager
def _noted_while_at_work(
    operations: AbstractOperations, what: MigrateOperation | str
) -> Iterator[None]:
    """Note what is being carried out for whoever asks; after an error it stays noted."""
    noted = operations.migration_context.opts.get(AT_WORK, [])
    place = len(noted)
    noted.append(what)
    yield
    del noted[place:]


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
