"""Our own operations, carried out as the database does that is there."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import getmembers, isclass
from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks import operations as vocabulary
from dbtasks.databases.kinds import backend_of


def register_own_operations() -> None:
    """Tell Alembic how our operations are carried out, for whoever runs a revision with them."""
    for kind in own_operations():
        Operations.implementation_for(kind)(_carry_out)


def own_operations() -> Iterator[type[MigrateOperation]]:
    """Yield the operations that a revision can call beside Alembic's own."""
    for name in vocabulary.__all__:
        module = getattr(vocabulary, name)
        for _, kind in getmembers(module, isclass):
            is_own = kind.__module__ == module.__name__
            if issubclass(kind, MigrateOperation) and is_own and _can_be_called(kind):
                yield kind


def _can_be_called(kind: type) -> bool:
    """Whether an operation is one of `op.`, and no mere ancestor of some."""
    methods = (name for name, member in vars(kind).items() if isinstance(member, classmethod))
    return any(hasattr(Operations, name) for name in methods)


def _carry_out(operations: Operations, operation: MigrateOperation) -> Any:
    implementation = backend_of(operations.migration_context.dialect).implementation(operation)
    assert implementation is not None
    return implementation(operations, operation)
