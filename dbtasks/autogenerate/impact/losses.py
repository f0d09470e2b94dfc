"""What operations destroy: rows and values that are there and will be gone.

Whatever could not be found out is a loss too, and said as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from sqlalchemy.exc import DBAPIError

from dbtasks.autogenerate.backfill.casts import changed_rows
from dbtasks.autogenerate.impact.own_code import sql_of, told_of_code, told_of_sql
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.autogenerate.plan.blocks import CommentOp
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.terms import shortened
from dbtasks.hints import counted
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
from dbtasks.operations.sql import literal_sql
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.revisions.sql_effects import is_harmless
from dbtasks.schema.facts import Table, key_of
from dbtasks.values import NotKnown

LOSES_NOTHING: tuple[type[MigrateOperation], ...] = (
    AddEnumValueOp,
    CommentOp,
    CreateDomainOp,
    CreateEnumOp,
    CreateSchemaOp,
    CreateSequenceOp,
    DefineListItemsOp,
    DropDomainOp,  # which the database refuses while a column uses it; so of enums
    DropEnumOp,
    DropSchemaOp,  # which the database refuses while anything stands in it
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
    ReplaceEnumOp,  # which the database refuses while a row has a value that goes
    SetSequenceOp,
    SuspendDependentsOp,
    ops.AddColumnOp,
    ops.AddConstraintOp,
    ops.BulkInsertOp,
    ops.CreateIndexOp,
    ops.CreateTableCommentOp,
    ops.CreateTableOp,
    ops.DropConstraintOp,
    ops.DropIndexOp,
    ops.DropTableCommentOp,
    ops.RenameTableOp,
)
"""Operations that leave all rows and values as they are, or are refused."""


@singledispatch
def lost(operation: MigrateOperation, placement: Placement) -> Iterator[str]:
    """Yield what an operation destroys; of one that nobody here knows, that it may."""
    del placement
    if not isinstance(operation, LOSES_NOTHING):
        yield f"does {type(operation).__name__}, of which nothing is known"


@lost.register
def _dropped_table(operation: ops.DropTableOp, placement: Placement) -> Iterator[str]:
    table = placement.table(operation.table_name, operation.schema)
    rows = placement.rows.total(table.name, table.schema) if table else 0
    if rows:
        yield f"drops {_named(operation, table)} with {counted(rows, 'row')}"


@lost.register
def _dropped_column(operation: ops.DropColumnOp, placement: Placement) -> Iterator[str]:
    key = key_of(operation.table_name, operation.schema), operation.column_name
    computed = placement.computed.get(key)
    found = _column(operation, placement)
    if found is None:
        return
    table, name, reflected = found
    if reflected.get("computed"):
        return  # nobody has entered what it holds, and it can be computed again
    if computed is not None:
        yield from _replaced(operation, placement, found, computed)
        return
    values = placement.rows.values(table.name, table.schema, name)
    if values:
        yield f"drops {_named(operation, table)}.{name} with {counted(values, 'value')}"


def _replaced(
    operation: ops.DropColumnOp,
    placement: Placement,
    found: tuple[Table, str, dict[str, Any]],
    computed: sa.Column[Any],
) -> Iterator[str]:
    """Yield the values that were entered, and will be computed instead."""
    table, name, reflected = found
    assert computed.computed is not None
    sql = str(computed.computed.sqltext)
    own = placement.rows.quoted(name)
    # As texts: the type may be another one, too.
    before, after = (f"CAST({value} AS VARCHAR)" for value in (own, f"({sql})"))
    same = f"{before} = {after}, {own} IS NULL AND ({sql}) IS NULL"
    if _is_number(reflected) and _is_number({"type": computed.type}):
        same = f"{own} = ({sql}), {own} IS NULL AND ({sql}) IS NULL"
    values, example = _values_where(f"NOT coalesce({same})", table, placement, own)
    if values:
        yield f"replaces {values} of {_named(operation, table)}.{name} by {sql}{example}"


def _is_number(column: dict[str, Any]) -> bool:
    return isinstance(column["type"], (sa.Integer, sa.Numeric))


@lost.register
def _converted(operation: ops.AlterColumnOp, placement: Placement) -> Iterator[str]:
    found = _column(operation, placement)
    if operation.modify_type is None or found is None:
        return
    table, name, reflected = found
    if other := _taken_from(operation, placement):
        values = placement.rows.values(table.name, table.schema, name)
        if values:
            replaced = f"{counted(values, 'value')} of {_named(operation, table)}.{name}"
            yield f"replaces {replaced} by {'that' if values == 1 else 'those'} of {other}"
        return
    old = operation.existing_type or reflected["type"]
    before, after = sa.Column(name, old), sa.Column(name, operation.modify_type)
    changed = changed_rows(placement.connection, table, before, after)
    named = f"{_named(operation, table)}.{name}"
    if isinstance(changed, NotKnown):
        yield f"{named}: whether its values would come back the same is not known: {changed.why}"
    elif changed:
        yield f"{named}: {changed}"


def _taken_from(operation: ops.AlterColumnOp, placement: Placement) -> str:
    """Return the column of the revision's own that a changed one takes its values from."""
    using = str(operation.kw.get(f"{placement.dialect.name}_using") or "")
    key = operation.table_name, operation.schema
    names = (name for name in placement.added if name[:2] == key)
    return next((name[2] for name in names if placement.rows.quoted(name[2]) == using), "")


@lost.register
def _overwritten(operation: FillOp, placement: Placement) -> Iterator[str]:
    found = _column(operation, placement)
    if operation.where is None or found is None:
        return
    table, name, _ = found
    own = placement.rows.quoted(name)
    condition = f"{own} IS NOT NULL AND ({operation.where})"
    values, example = _values_where(condition, table, placement, own)
    if values:
        yield f"overwrites {values} of {_named(operation, table)}.{name}{example}"


def _values_where(
    condition: str, table: Table, placement: Placement, column: str
) -> tuple[str, str]:
    """Return how many values of a column meet a condition, and one of them; empty for none."""
    place = placement.rows.quoted(table.schema, table.name)
    query = f"SELECT {column} FROM {place} WHERE {condition} LIMIT 1"
    try:
        with rolled_back(placement.connection):
            values = placement.rows.where(table.name, table.schema, condition)
            one = placement.connection.scalar(literal_sql(query)) if values else None
    except DBAPIError:  # It names what an earlier step has yet to make.
        return "values, nobody can say yet how many,", ""
    return (counted(values, "value"), f" ({shortened(one)} for one)") if values else ("", "")


@lost.register
def _sql_of_its_own(operation: ops.ExecuteSQLOp, placement: Placement) -> Iterator[str]:
    if not is_harmless(sql_of(operation), placement.backend):
        yield told_of_sql(operation)


@lost.register
def _not_understood(operation: NotUnderstoodOp, placement: Placement) -> Iterator[str]:
    del placement
    yield told_of_code(operation)


def _column(operation: Any, placement: Placement) -> tuple[Table, str, dict[str, Any]] | None:
    """Return where a column is now: its table, its name, and what reflection says of it."""
    table = placement.table(operation.table_name, operation.schema)
    name = placement.column(operation.table_name, operation.schema, operation.column_name)
    if table is None or name is None:
        return None
    return table, name, placement.columns(operation.table_name, operation.schema)[name]


def _named(operation: Any, table: Table | None) -> str:
    """Return the table as the operation calls it, with what it is called now if that differs."""
    name = key_of(operation.table_name, operation.schema)
    return name if table is None or table.key == name else f"{name} (now {table.key})"
