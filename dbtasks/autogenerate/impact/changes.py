"""What an operation changes, a line each, in the words in which differences are told.

An operation that carries out a difference is told as that difference. The others have a line of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.impact.facts import (
    altered_columns,
    column_facts,
    constraint_facts,
    index_facts,
)
from dbtasks.autogenerate.impact.own_code import told_of_code, told_of_sql
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.autogenerate.plan.blocks import CommentOp
from dbtasks.hints import counted
from dbtasks.operations import enums
from dbtasks.operations.constraint_kinds import kind_of_type
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import LARGE_TABLE_ROWS, FillOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp, RenameSequenceOp
from dbtasks.operations.schemas import CreateSchemaOp, DropSchemaOp, SchemaOp
from dbtasks.operations.sequences import (
    CreateSequenceOp,
    DropSequenceOp,
    SequenceOp,
    SetSequenceOp,
)
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.schema import difference as d
from dbtasks.schema.facts import Column, Constraint, Domain, Enum, Index, Table, key_of
from dbtasks.values import Change


@singledispatch
def changes(operation: MigrateOperation, placement: Placement) -> Iterator[Change]:
    """Yield a line for each thing that an operation changes, rows counted."""
    del placement
    yield Change("?", type(operation).__name__)


@changes.register
def _create_table(operation: ops.CreateTableOp, placement: Placement) -> Iterator[Change]:
    columns = (item for item in operation.columns if isinstance(item, sa.Column))
    table = Table(
        operation.table_name,
        operation.schema,
        tuple(column_facts(column, placement.dialect) for column in columns),
    )
    yield from d.TableAdded(table).changes()


@changes.register
def _drop_table(operation: ops.DropTableOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield from d.TableDropped(_table(operation)).changes()


@changes.register
def _rename_table(operation: ops.RenameTableOp, placement: Placement) -> Iterator[Change]:
    del placement
    new = Table(operation.new_table_name, operation.schema)
    yield from d.TableRenamed(_table(operation).key, new).changes()


@changes.register(ops.CreateTableCommentOp)
@changes.register(ops.DropTableCommentOp)
def _comment(operation: MigrateOperation, placement: Placement) -> Iterator[Change]:
    del placement
    new = getattr(operation, "comment", None)
    yield from d.TableCommentChanged(_table(operation), None, new).changes()


@changes.register
def _add_column(operation: ops.AddColumnOp, placement: Placement) -> Iterator[Change]:
    column = column_facts(operation.column, placement.dialect)
    yield from d.ColumnAdded(_table(operation), column).changes()


@changes.register
def _drop_column(operation: ops.DropColumnOp, placement: Placement) -> Iterator[Change]:
    del placement
    column = Column(operation.column_name, "", nullable=True)
    yield from d.ColumnDropped(_table(operation), column).changes()


@changes.register
def _alter_column(operation: ops.AlterColumnOp, placement: Placement) -> Iterator[Change]:
    old, new = altered_columns(operation, placement.dialect)
    yield from d.ColumnChanged(_table(operation), old, new).changes()
    if operation.modify_name is not None:
        table, name = _table(operation), operation.column_name
        yield from d.ColumnRenamed(table, name, operation.modify_name).changes()


@changes.register
def _create_index(operation: ops.CreateIndexOp, placement: Placement) -> Iterator[Change]:
    yield from d.IndexAdded(_table(operation), index_facts(operation, placement.dialect)).changes()


@changes.register
def _drop_index(operation: ops.DropIndexOp, placement: Placement) -> Iterator[Change]:
    del placement
    index = Index(str(operation.index_name), unique=False, definition="", columns=())
    yield from d.IndexDropped(_table(operation), index).changes()


@changes.register
def _add_constraint(operation: ops.AddConstraintOp, placement: Placement) -> Iterator[Change]:
    constraint = operation.to_constraint()
    assert constraint.table is not None
    table = Table(constraint.table.name, constraint.table.schema)
    yield from d.ConstraintAdded(table, constraint_facts(constraint, placement.dialect)).changes()


@changes.register
def _drop_constraint(operation: ops.DropConstraintOp, placement: Placement) -> Iterator[Change]:
    del placement
    kind = kind_of_type(operation.constraint_type) or "constraint"
    constraint = Constraint(kind, str(operation.constraint_name), "", ())
    yield from d.ConstraintDropped(_table(operation), constraint).changes()


@changes.register
def _rename_constraint(operation: RenameConstraintOp, placement: Placement) -> Iterator[Change]:
    del placement
    kind = operation.kind or "constraint"
    old, new = (Constraint(kind, str(n), "", ()) for n in (operation.old_name, operation.new_name))
    yield from d.ConstraintRenamed(_table(operation), old, new).changes()


@changes.register
def _rename_index(operation: RenameIndexOp, placement: Placement) -> Iterator[Change]:
    del placement
    names = (str(name) for name in (operation.old_name, operation.new_name))
    old, new = (Index(name, unique=False, definition="", columns=()) for name in names)
    yield from d.IndexRenamed(_table(operation), old, new).changes()


@changes.register
def _create_domain(operation: CreateDomainOp, placement: Placement) -> Iterator[Change]:
    domain = operation.domain
    base = domain.data_type.compile(dialect=placement.dialect)
    new = Domain(str(domain.name), domain.schema, base)
    yield from d.DomainChanged(None, new).changes()


@changes.register
def _drop_domain(operation: DropDomainOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield from d.DomainChanged(Domain(operation.name, operation.schema, ""), None).changes()


@changes.register
def _create_enum(operation: enums.CreateEnumOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield from d.EnumAdded(_enum(operation, operation.values)).changes()


@changes.register
def _drop_enum(operation: enums.DropEnumOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield from d.EnumDropped(_enum(operation)).changes()


@changes.register
def _add_enum_value(operation: enums.AddEnumValueOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield from d.EnumChanged(_enum(operation), _enum(operation, operation.values)).changes()


@changes.register
def _rename_enum_value(
    operation: enums.RenameEnumValueOp, placement: Placement
) -> Iterator[Change]:
    del placement
    yield from d.EnumValueRenamed(_enum(operation), *operation.values).changes()


@changes.register
def _rename_enum(operation: enums.RenameEnumOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("~", f"enum {_enum(operation).key} renamed to {operation.values[0]}")


@changes.register
def _replace_enum(operation: enums.ReplaceEnumOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("~", f"enum {_enum(operation).key} values {', '.join(operation.values)}")


@changes.register
def _fill(operation: FillOp, placement: Placement) -> Iterator[Change]:
    if operation.where is not None:
        yield Change("~", f"{_column(operation)} filled where {operation.where}")
        return
    rows = placement.empty_rows(operation.table_name, operation.schema, operation.column_name)
    in_pieces = rows >= LARGE_TABLE_ROWS and placement.backend.fills_in_pieces
    pieces = f", in pieces of {LARGE_TABLE_ROWS:,}" if in_pieces else ""
    filled = f"{counted(rows, 'row')}{pieces}{_firing(operation, placement) if rows else ''}"
    yield Change("~", f"{_column(operation)} filled where NULL ({filled})")


def _firing(operation: FillOp, placement: Placement) -> str:
    """Return which triggers fire for the rows that are filled."""
    place = placement.table(operation.table_name, operation.schema)
    if place is None or not operation.triggers:
        return ""
    found = placement.backend.update_triggers(
        placement.connection, place.name, place.schema, operation.column_name
    )
    return f", firing {', '.join(found)}" if found else ""


@changes.register
def _number_rows(operation: NumberRowsOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("~", f"{_column(operation)} numbered from 1 on")


@changes.register
def _refuse_rows(operation: RefuseRowsOp, placement: Placement) -> Iterator[Change]:
    del placement
    where = f" where {operation.where}" if operation.where else ""
    table = _table(operation).key
    yield Change("~", f"stops if {table} has rows{where}: {operation.reason}")


@changes.register(CreateSequenceOp)
@changes.register(DropSequenceOp)
def _sequence(operation: SequenceOp, placement: Placement) -> Iterator[Change]:
    del placement
    sign = "+" if isinstance(operation, CreateSequenceOp) else "-"
    yield Change(sign, f"sequence {key_of(operation.name, operation.schema)}")


@changes.register
def _rename_sequence(operation: RenameSequenceOp, placement: Placement) -> Iterator[Change]:
    del placement
    old = key_of(operation.old_name, operation.schema)
    yield Change("~", f"sequence {old} renamed to {operation.new_name}")


@changes.register
def _set_sequence(operation: SetSequenceOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("~", f"{_column(operation)} counted by {operation.kind or 'nothing'}")


@changes.register(CreateSchemaOp)
@changes.register(DropSchemaOp)
def _schema(operation: SchemaOp, placement: Placement) -> Iterator[Change]:
    del placement
    sign = "+" if isinstance(operation, CreateSchemaOp) else "-"
    yield Change(sign, f"schema {operation.name}")


@changes.register
def _bulk_insert(operation: ops.BulkInsertOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("+", f"{operation.table} {counted(len(operation.rows), 'row')}")


@changes.register
def _execute(operation: ops.ExecuteSQLOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("~", told_of_sql(operation))


@changes.register
def _not_understood(operation: NotUnderstoodOp, placement: Placement) -> Iterator[Change]:
    del placement
    yield Change("?", told_of_code(operation))


@changes.register(CommentOp)
@changes.register(DefineListItemsOp)
def _nothing(operation: MigrateOperation, placement: Placement) -> Iterator[Change]:
    del operation, placement
    yield from ()


def _table(operation: Any) -> Table:
    return Table(operation.table_name or "", operation.schema)


def _column(operation: Any) -> str:
    return f"{_table(operation).key}.{operation.column_name}"


def _enum(operation: enums.EnumOp, values: tuple[str, ...] = ()) -> Enum:
    return Enum(operation.name, operation.schema, values)
