"""What PostgreSQL keeps from others while it carries operations out.

("Explicit Locking" and ALTER TABLE in its documentation)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import singledispatch

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.databases.postgresql.conversions import using
from dbtasks.databases.terms import TableLock
from dbtasks.operations.batch import each_operation
from dbtasks.operations.dependents import RestoreDependentsOp, SuspendDependentsOp
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.enums import (
    AddEnumValueOp,
    CreateEnumOp,
    DropEnumOp,
    RenameEnumOp,
    RenameEnumValueOp,
    ReplaceEnumOp,
)
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp, RenameSequenceOp
from dbtasks.operations.schemas import CreateSchemaOp, DropSchemaOp, MoveTableOp
from dbtasks.operations.sequences import CreateSequenceOp, DropSequenceOp, SetSequenceOp
from dbtasks.operations.sql import POSTGRESQL, quoted


class Lock(IntEnum):
    """How much an operation keeps from others, from little to much."""

    MOMENT = 1
    WRITES = 2
    CHECK = 3
    REWRITE = 4


_SAYS = {
    Lock.WRITES: "nobody can write to it while its rows are read",
    Lock.CHECK: "nobody can use it while its rows are checked",
    Lock.REWRITE: "nobody can use it while its rows are written anew",
}


def locks(operations: Sequence[MigrateOperation], connection: sa.Connection) -> Iterator[TableLock]:
    """Yield the tables that are locked for longer than a moment, each by its worst lock."""
    worst: dict[tuple[str, str | None], Lock] = {}
    for operation in each_operation(operations):
        for table in _tables(operation, connection):
            worst[table] = max(worst.get(table, Lock.MOMENT), lock_of(operation))
    for table, lock in worst.items():
        if lock in _SAYS:
            yield TableLock(*table, "locks", _SAYS[lock])


MOMENTARY: tuple[type[MigrateOperation], ...] = (
    AddEnumValueOp,
    CreateDomainOp,
    CreateEnumOp,
    CreateSchemaOp,
    CreateSequenceOp,
    DefineListItemsOp,
    DropDomainOp,
    DropEnumOp,
    DropSchemaOp,
    DropSequenceOp,
    FillTableOp,
    MoveTableOp,
    NumberRowsOp,
    RefuseRowsOp,
    RenameConstraintOp,
    RenameEnumOp,
    RenameEnumValueOp,
    RenameIndexOp,
    RenameSequenceOp,
    RestoreDependentsOp,
    SetSequenceOp,
    SuspendDependentsOp,
    ops.BulkInsertOp,
    ops.CreateTableCommentOp,
    ops.CreateTableOp,
    ops.DropColumnOp,
    ops.DropConstraintOp,
    ops.DropIndexOp,
    ops.DropTableCommentOp,
    ops.DropTableOp,
    ops.RenameTableOp,
)
"""Operations that keep a table from others for a moment, whatever it holds, or not at all."""


@singledispatch
def lock_of(operation: MigrateOperation) -> Lock:
    """Return what an operation keeps from others; of one that is not known, the worst."""
    return Lock.MOMENT if isinstance(operation, MOMENTARY) else Lock.REWRITE


@lock_of.register
def _alter_column(operation: ops.AlterColumnOp) -> Lock:
    if operation.modify_type is not None:
        return Lock.REWRITE if _rewrites(operation) else Lock.MOMENT
    return Lock.CHECK if operation.modify_nullable is False else Lock.MOMENT


@lock_of.register
def _add_column(operation: ops.AddColumnOp) -> Lock:
    return Lock.REWRITE if operation.column.computed is not None else Lock.MOMENT


@lock_of.register
def _fill(operation: FillOp) -> Lock:
    """Return what it takes to switch triggers off; else rows are locked, a piece at a time."""
    return Lock.MOMENT if operation.triggers else Lock.WRITES


@lock_of.register
def _replace_enum(_: ReplaceEnumOp) -> Lock:
    return Lock.REWRITE


@lock_of.register
def _create_index(operation: ops.CreateIndexOp) -> Lock:
    return Lock.MOMENT if operation.kw.get("postgresql_concurrently") else Lock.WRITES


@lock_of.register
def _create_foreign_key(_: ops.CreateForeignKeyOp) -> Lock:
    return Lock.WRITES


@lock_of.register
def _add_constraint(_: ops.AddConstraintOp) -> Lock:
    return Lock.CHECK


def _rewrites(operation: ops.AlterColumnOp) -> bool:
    """Whether a change of type writes every row anew; a longer VARCHAR does not."""
    old, new = operation.existing_type, operation.modify_type
    if old is None or new is None:
        return True
    old, new = sa.types.to_instance(old), sa.types.to_instance(new)
    if old.compile(dialect=POSTGRESQL) == new.compile(dialect=POSTGRESQL):
        return False
    if using("x", old, new) or not isinstance(new, sa.String):
        return True
    before, after = getattr(old, "length", None), new.length
    return not isinstance(old, sa.String) or not (
        after is None or (before is not None and before <= after)
    )


def _tables(
    operation: MigrateOperation, connection: sa.Connection
) -> Iterator[tuple[str, str | None]]:
    if isinstance(operation, ReplaceEnumOp):
        yield from _tables_with_enum(operation, connection)
    elif isinstance(operation, ops.CreateForeignKeyOp):
        yield (operation.source_table, operation.kw.get("source_schema"))
        yield (operation.referent_table, operation.kw.get("referent_schema"))
    elif name := getattr(operation, "table_name", None):
        yield (name, getattr(operation, "schema", None))


def _tables_with_enum(
    operation: ReplaceEnumOp, connection: sa.Connection
) -> Iterator[tuple[str, str | None]]:
    """Yield the tables that have a column of a type, or of arrays of it."""
    name = quoted(POSTGRESQL, operation.schema, operation.name)
    query = sa.text("""
        SELECT DISTINCT c.relname, nullif(n.nspname, current_schema()) FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_type t ON t.oid = to_regtype(:name) AND a.atttypid IN (t.oid, t.typarray)
        WHERE NOT a.attisdropped ORDER BY 1, 2""")
    rows = connection.execute(query, {"name": name})
    yield from ((str(table), schema) for table, schema in rows)
