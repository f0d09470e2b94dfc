"""What an operation changes, a line each, in the words in which differences are told.

An operation that carries out a difference is told as that difference. The others have a line of
their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import singledispatch

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.impact.facts import (
    altered_columns,
    column_facts,
    column_name,
    constraint_facts,
    enum_of,
    index_facts,
    table_of,
)
from dbtasks.autogenerate.impact.filled_rows import firing, yielded
from dbtasks.autogenerate.impact.own_code import told_of_code, told_of_sql
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.autogenerate.plan.blocks import CommentOp
from dbtasks.hints import counted
from dbtasks.operations import enums
from dbtasks.operations.constraint_kinds import kind_of_type
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import LARGE_TABLE_ROWS, FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.names import default_name
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp, RenameSequenceOp
from dbtasks.operations.schemas import CreateSchemaOp, DropSchemaOp, MoveTableOp, SchemaOp
from dbtasks.operations.sequences import (
    CreateSequenceOp,
    DropSequenceOp,
    SequenceOp,
    SetSequenceOp,
)
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.schema import difference as d
from dbtasks.schema.facts import Column, Constraint, Domain, Index, Table, key_of
from dbtasks.values import Change

Told = d.Difference | Change
"""A difference that an operation carries out, or else a line of its own."""


@singledispatch
def told(operation: MigrateOperation, placement: Placement) -> Iterator[Told]:
    """Yield what an operation changes."""
    del placement
    yield Change("?", type(operation).__name__)


@told.register
def _create_table(operation: ops.CreateTableOp, placement: Placement) -> Iterator[Told]:
    columns = (item for item in operation.columns if isinstance(item, sa.Column))
    table = Table(
        operation.table_name,
        operation.schema,
        tuple(column_facts(column, placement.dialect) for column in columns),
    )
    yield d.TableAdded(table)


@told.register
def _drop_table(operation: ops.DropTableOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.TableDropped(table_of(operation))


@told.register(ops.RenameTableOp)
@told.register(MoveTableOp)
def _rename_table(operation: MigrateOperation, placement: Placement) -> Iterator[Told]:
    del placement
    old = table_of(operation)
    name = getattr(operation, "new_table_name", old.name)
    yield d.TableRenamed(old.key, Table(name, getattr(operation, "new_schema", old.schema)))


@told.register(ops.CreateTableCommentOp)
@told.register(ops.DropTableCommentOp)
def _comment(operation: MigrateOperation, placement: Placement) -> Iterator[Told]:
    del placement
    comment = getattr(operation, "comment", None)
    yield d.TableCommentChanged(table_of(operation), None, comment)


@told.register
def _add_column(operation: ops.AddColumnOp, placement: Placement) -> Iterator[Told]:
    column = column_facts(operation.column, placement.dialect)
    yield d.ColumnAdded(table_of(operation), column)


@told.register
def _drop_column(operation: ops.DropColumnOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.ColumnDropped(table_of(operation), Column(operation.column_name, "", nullable=True))


@told.register
def _alter_column(operation: ops.AlterColumnOp, placement: Placement) -> Iterator[Told]:
    old, new = altered_columns(operation, placement.dialect)
    yield d.ColumnChanged(table_of(operation), old, new)
    if operation.modify_name is not None:
        table, name = table_of(operation), operation.column_name
        yield d.ColumnRenamed(table, name, operation.modify_name)


@told.register
def _create_index(operation: ops.CreateIndexOp, placement: Placement) -> Iterator[Told]:
    yield d.IndexAdded(table_of(operation), index_facts(operation, placement.dialect))


@told.register
def _drop_index(operation: ops.DropIndexOp, placement: Placement) -> Iterator[Told]:
    del placement
    index = Index(str(operation.index_name), unique=False, definition="", columns=())
    yield d.IndexDropped(table_of(operation), index)


@told.register
def _add_constraint(operation: ops.AddConstraintOp, placement: Placement) -> Iterator[Told]:
    constraint = operation.to_constraint()
    assert constraint.table is not None
    table = Table(constraint.table.name, constraint.table.schema)
    facts = constraint_facts(constraint, placement.dialect)
    name = facts.name or default_name(table.name, facts)
    yield d.ConstraintAdded(table, replace(facts, name=name))


@told.register
def _drop_constraint(operation: ops.DropConstraintOp, placement: Placement) -> Iterator[Told]:
    del placement
    kind = kind_of_type(operation.constraint_type) or "constraint"
    constraint = Constraint(kind, str(operation.constraint_name), "", ())
    yield d.ConstraintDropped(table_of(operation), constraint)


@told.register
def _rename_constraint(operation: RenameConstraintOp, placement: Placement) -> Iterator[Told]:
    del placement
    kind = operation.kind or "constraint"
    old, new = (Constraint(kind, str(n), "", ()) for n in (operation.old_name, operation.new_name))
    yield d.ConstraintRenamed(table_of(operation), old, new)


@told.register
def _rename_index(operation: RenameIndexOp, placement: Placement) -> Iterator[Told]:
    del placement
    names = operation.old_name, operation.new_name
    old, new = (Index(str(n), unique=False, definition="", columns=()) for n in names)
    yield d.IndexRenamed(table_of(operation), old, new)


@told.register
def _create_domain(operation: CreateDomainOp, placement: Placement) -> Iterator[Told]:
    domain = operation.domain
    base = domain.data_type.compile(dialect=placement.dialect)
    yield d.DomainChanged(None, Domain(str(domain.name), domain.schema, base))


@told.register
def _drop_domain(operation: DropDomainOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.DomainChanged(Domain(operation.name, operation.schema, ""), None)


@told.register
def _create_enum(operation: enums.CreateEnumOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.EnumAdded(enum_of(operation, operation.values))


@told.register
def _drop_enum(operation: enums.DropEnumOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.EnumDropped(enum_of(operation))


@told.register
def _add_enum_value(operation: enums.AddEnumValueOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.EnumChanged(enum_of(operation), enum_of(operation, operation.values))


@told.register
def _rename_enum_value(operation: enums.RenameEnumValueOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield d.EnumValueRenamed(enum_of(operation), *operation.values)


@told.register
def _rename_enum(operation: enums.RenameEnumOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield Change("~", f"enum {enum_of(operation).key} renamed to {operation.values[0]}")


@told.register
def _replace_enum(operation: enums.ReplaceEnumOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield Change("~", f"enum {enum_of(operation).key} values {', '.join(operation.values)}")


@told.register
def _fill(operation: FillOp, placement: Placement) -> Iterator[Told]:
    if operation.where is not None:
        where = f"filled where {operation.where}{firing(operation, placement)}"
        yield Change("~", f"{column_name(operation)} {where}")
        return
    rows = placement.empty_rows(operation.table_name, operation.schema, operation.column_name)
    in_pieces = rows >= LARGE_TABLE_ROWS and placement.backend.fills_in_pieces
    pieces = f", in pieces of {LARGE_TABLE_ROWS:,}" if in_pieces else ""
    filled = f"{counted(rows, 'row')}{pieces}{firing(operation, placement) if rows else ''}"
    yield Change("~", f"{column_name(operation)} filled where NULL ({filled})")


@told.register
def _fill_table(operation: FillTableOp, placement: Placement) -> Iterator[Told]:
    query = " ".join(operation.query.split())
    yield Change("+", f"{table_of(operation).key} {yielded(operation, placement)} from {query}")


@told.register
def _number_rows(operation: NumberRowsOp, placement: Placement) -> Iterator[Told]:
    fired = firing(operation, placement)
    yield Change("~", f"{column_name(operation)} numbered from 1 on{fired}")


@told.register
def _refuse_rows(operation: RefuseRowsOp, placement: Placement) -> Iterator[Told]:
    del placement
    where = f" where {operation.where}" if operation.where else ""
    table = table_of(operation).key
    yield Change("~", f"stops if {table} has rows{where}: {operation.reason}")


@told.register(CreateSequenceOp)
@told.register(DropSequenceOp)
def _sequence(operation: SequenceOp, placement: Placement) -> Iterator[Told]:
    del placement
    sign = "+" if isinstance(operation, CreateSequenceOp) else "-"
    yield Change(sign, f"sequence {key_of(operation.name, operation.schema)}")


@told.register
def _rename_sequence(operation: RenameSequenceOp, placement: Placement) -> Iterator[Told]:
    del placement
    names = f"{key_of(operation.old_name, operation.schema)} renamed to {operation.new_name}"
    yield Change("~", f"sequence {names}")


@told.register
def _set_sequence(operation: SetSequenceOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield Change("~", f"{column_name(operation)} counted by {operation.kind or 'nothing'}")


@told.register(CreateSchemaOp)
@told.register(DropSchemaOp)
def _schema(operation: SchemaOp, placement: Placement) -> Iterator[Told]:
    del placement
    sign = "+" if isinstance(operation, CreateSchemaOp) else "-"
    yield Change(sign, f"schema {operation.name}")


@told.register
def _bulk_insert(operation: ops.BulkInsertOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield Change("+", f"{operation.table} {counted(len(operation.rows), 'row')}")


@told.register
def _execute(operation: ops.ExecuteSQLOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield Change("~", told_of_sql(operation))


@told.register
def _not_understood(operation: NotUnderstoodOp, placement: Placement) -> Iterator[Told]:
    del placement
    yield Change("?", told_of_code(operation))


@told.register(CommentOp)
@told.register(DefineListItemsOp)
def _nothing(operation: MigrateOperation, placement: Placement) -> Iterator[Told]:
    del operation, placement
    yield from ()
