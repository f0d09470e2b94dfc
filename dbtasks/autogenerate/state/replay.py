"""Following the operations of a history, one by one, without a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import singledispatch
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from alembic.script import Script

from dbtasks.autogenerate.state.definitions import bare_column
from dbtasks.autogenerate.state.replayed_enum import default_after, with_enum_operation
from dbtasks.autogenerate.state.replayed_schema import ReplayedSchema
from dbtasks.autogenerate.state.replayed_table import ReplayedTable
from dbtasks.operations import enums
from dbtasks.operations.batch import each_operation
from dbtasks.operations.dependents import RestoreDependentsOp, SuspendDependentsOp
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp, RenameSequenceOp
from dbtasks.operations.schemas import CreateSchemaOp, DropSchemaOp, MoveTableOp
from dbtasks.operations.sequences import CreateSequenceOp, DropSequenceOp, SetSequenceOp
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.revisions.script import reading_of
from dbtasks.revisions.sql_effects import is_about_rows_alone
from dbtasks.schema.facts import key_of

Targets = Callable[[str, tuple[str, ...]], tuple[str, Iterable[str]]]
"""From what a foreign key refers to, table and columns, to what it refers to afterwards."""

CHANGES_NO_TABLE: tuple[type[MigrateOperation], ...] = (
    CreateDomainOp,
    CreateSchemaOp,
    CreateSequenceOp,
    DefineListItemsOp,
    DropDomainOp,
    DropSchemaOp,
    DropSequenceOp,
    FillOp,
    FillTableOp,
    NumberRowsOp,
    RefuseRowsOp,
    RenameSequenceOp,
    RestoreDependentsOp,
    SetSequenceOp,
    SuspendDependentsOp,
    ops.BulkInsertOp,
)
"""Operations that leave columns, constraints and indexes as they are."""


def replayed(scripts: Iterable[Script], models: sa.MetaData) -> ReplayedSchema:
    """Return what the upgrades of `scripts`, in order, leave behind.

    `models` is the target metadata: it brings the naming convention.
    """
    schema = ReplayedSchema(models)
    for script in scripts:
        known = len(schema.unread)
        replay(reading_of(script, "upgrade").operations, schema)
        for number in range(known, len(schema.unread)):
            schema.unread[number] = f"{Path(script.path).name}, {schema.unread[number]}"
    return schema


def replay(operations: Iterable[MigrateOperation], schema: ReplayedSchema) -> None:
    """Follow operations in their order. One that does not fit is noted: it is not followed."""
    for operation in each_operation(list(operations)):
        try:
            follow(operation, schema)
        except (KeyError, StopIteration, sa.exc.SQLAlchemyError):
            schema.unread.append(f"{type(operation).__name__} of what no revision made")


@singledispatch
def follow(operation: MigrateOperation, schema: ReplayedSchema) -> None:
    """Do in a schema what an operation does; note one that nobody here knows."""
    if not isinstance(operation, CHANGES_NO_TABLE):
        schema.unread.append(f"{type(operation).__name__}, which is not known")


@follow.register
def _not_understood(operation: NotUnderstoodOp, schema: ReplayedSchema) -> None:
    schema.unread.append(f"line {operation.line}")


@follow.register
def _execute(operation: ops.ExecuteSQLOp, schema: ReplayedSchema) -> None:
    if not is_about_rows_alone(str(operation.sqltext)):
        schema.unread.append("by SQL of its own")


@follow.register
def _create_table(operation: ops.CreateTableOp, schema: ReplayedSchema) -> None:
    table = operation.to_table(schema.context)
    options = {**table.dialect_kwargs, "prefixes": operation.prefixes or []}
    made = ReplayedTable(str(table.name), table.schema, comment=table.comment, options=options)
    made.add(table)
    schema.tables[table.key] = made


@follow.register
def _drop_table(operation: ops.DropTableOp, schema: ReplayedSchema) -> None:
    del schema.tables[key_of(operation.table_name, operation.schema)]


@follow.register
def _rename_table(operation: ops.RenameTableOp, schema: ReplayedSchema) -> None:
    table = schema.tables.pop(key_of(operation.table_name, operation.schema))
    _put_elsewhere(schema, table, operation.new_table_name, table.schema)


@follow.register
def _move_table(operation: MoveTableOp, schema: ReplayedSchema) -> None:
    table = schema.tables.pop(key_of(operation.table_name, operation.schema))
    _put_elsewhere(schema, table, table.name, operation.new_schema)


@follow.register
def _add_column(operation: ops.AddColumnOp, schema: ReplayedSchema) -> None:
    table = _table(operation, schema)
    made = ops.CreateTableOp(table.name, [operation.column], schema=table.schema)
    table.add(made.to_table(schema.context))


@follow.register
def _drop_column(operation: ops.DropColumnOp, schema: ReplayedSchema) -> None:
    _table(operation, schema).drop_column(operation.column_name)


@follow.register
def _alter_column(operation: ops.AlterColumnOp, schema: ReplayedSchema) -> None:
    table = _table(operation, schema)
    column = table.columns[operation.column_name] = bare_column(
        table.columns[operation.column_name]
    )
    if operation.modify_type is not None:
        column.type = sa.types.to_instance(operation.modify_type)
    if operation.modify_nullable is not None:
        column.nullable = operation.modify_nullable
    if operation.modify_server_default is not False:
        default: Any = operation.modify_server_default
        made = sa.Column("made", sa.Integer(), server_default=default)
        column.server_default = made.server_default
    if operation.modify_comment is not False:
        column.comment = operation.modify_comment or None
    if operation.modify_name is not None:
        _rename_column(schema, table, operation.column_name, operation.modify_name)


@follow.register
def _create_index(operation: ops.CreateIndexOp, schema: ReplayedSchema) -> None:
    _table(operation, schema).add_index(operation.to_index(schema.context))


@follow.register
def _drop_index(operation: ops.DropIndexOp, schema: ReplayedSchema) -> None:
    for table in schema.tables.values():
        table.drop_index(str(operation.index_name))


@follow.register
def _rename_index(operation: RenameIndexOp, schema: ReplayedSchema) -> None:
    for table in schema.tables.values():
        index = table.indexes.pop(operation.old_name, None)
        if index is not None:
            table.indexes[operation.new_name] = replace(index, name=operation.new_name)


@follow.register
def _add_constraint(operation: ops.AddConstraintOp, schema: ReplayedSchema) -> None:
    constraint = operation.to_constraint(schema.context)
    assert constraint.table is not None
    schema.tables[constraint.table.key].add_constraint(constraint)


@follow.register
def _drop_constraint(operation: ops.DropConstraintOp, schema: ReplayedSchema) -> None:
    table = _table(operation, schema)
    table.constraints.remove(table.constraint(str(operation.constraint_name)))


@follow.register
def _rename_constraint(operation: RenameConstraintOp, schema: ReplayedSchema) -> None:
    _table(operation, schema).rename_constraint(operation.old_name, operation.new_name)


@follow.register(ops.CreateTableCommentOp)
@follow.register(ops.DropTableCommentOp)
def _comment(operation: MigrateOperation, schema: ReplayedSchema) -> None:
    _table(operation, schema).comment = getattr(operation, "comment", None)


@follow.register(enums.AddEnumValueOp)
@follow.register(enums.CreateEnumOp)
@follow.register(enums.DropEnumOp)
@follow.register(enums.RenameEnumOp)
@follow.register(enums.RenameEnumValueOp)
@follow.register(enums.ReplaceEnumOp)
def _change_enum(operation: enums.EnumOp, schema: ReplayedSchema) -> None:
    for table in schema.tables.values():
        for name, column in table.columns.items():
            changed = with_enum_operation(column.type, operation)
            if changed is not column.type:
                made = table.columns[name] = bare_column(column)
                made.type = changed
                made.server_default = default_after(made.server_default, operation)


def _table(operation: Any, schema: ReplayedSchema) -> ReplayedTable:
    return schema.tables[key_of(operation.table_name, operation.schema)]


def _put_elsewhere(
    schema: ReplayedSchema, table: ReplayedTable, name: str, place: str | None
) -> None:
    old = key_of(table.name, table.schema)
    table.name, table.schema = name, place
    new = key_of(name, place)
    schema.tables[new] = table
    _retarget(schema, lambda key, columns: (new if key == old else key, columns))


def _rename_column(schema: ReplayedSchema, table: ReplayedTable, old: str, new: str) -> None:
    table.rename_column(old, new)
    key = key_of(table.name, table.schema)

    def renamed(name: str, columns: tuple[str, ...]) -> tuple[str, list[str]]:
        is_own = name == key
        return name, [new if is_own and column == old else column for column in columns]

    _retarget(schema, renamed)


def _retarget(schema: ReplayedSchema, change: Targets) -> None:
    for table in schema.tables.values():
        table.constraints = [item.with_target(change) for item in table.constraints]
