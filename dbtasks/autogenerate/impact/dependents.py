"""What an operation takes down for a while because it reads what changes: views and their like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch

from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.impact.changes import Told, told
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.operations.dependents import RestoreDependentsOp, SuspendDependentsOp
from dbtasks.operations.enums import ReplaceEnumOp
from dbtasks.schema.other_objects import OtherObject
from dbtasks.values import Change


def taken_down(operation: MigrateOperation, placement: Placement) -> Iterator[Change]:
    """Yield what an operation takes down and puts up again, as far as none before it has."""
    for item in _dependents(operation, placement):
        if item.key not in placement.taken_down:
            placement.taken_down.add(item.key)
            yield Change("~", f"{item.text}: taken down and put up again")


@singledispatch
def _dependents(operation: MigrateOperation, placement: Placement) -> list[OtherObject]:
    del operation, placement
    return []


@_dependents.register
def _suspended(operation: SuspendDependentsOp, placement: Placement) -> list[OtherObject]:
    return _of_columns(operation.table_name, operation.schema, operation.columns, placement)


@_dependents.register
def _altered(operation: ops.AlterColumnOp, placement: Placement) -> list[OtherObject]:
    if operation.modify_type is None:
        return []
    return _of_columns(operation.table_name, operation.schema, [operation.column_name], placement)


@_dependents.register
def _replaced(operation: ReplaceEnumOp, placement: Placement) -> list[OtherObject]:
    find = placement.backend.dependents_on_type
    return find(placement.connection, operation.name, operation.schema)


def _of_columns(
    table: str, schema: str | None, columns: Iterable[str], placement: Placement
) -> list[OtherObject]:
    place = placement.table(table, schema)
    found = (placement.column(table, schema, column) for column in columns)
    names = [name for name in found if name is not None]
    if place is None or not names:
        return []
    find = placement.backend.dependents
    return find(placement.connection, place.name, place.schema, names)


@told.register(SuspendDependentsOp)
@told.register(RestoreDependentsOp)
def _by_name(operation: MigrateOperation, placement: Placement) -> Iterator[Told]:
    """Yield nothing: each object is told by its name."""
    del operation, placement
    yield from ()
