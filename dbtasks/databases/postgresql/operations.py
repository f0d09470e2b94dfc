"""How PostgreSQL carries operations out."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

import sqlalchemy as sa
from alembic.operations import AbstractOperations, BatchOperations, Operations, ops
from alembic.operations.ops import MigrateOperation
from sqlalchemy.dialects.postgresql import CreateDomainType

from dbtasks.databases.model_types import with_model_type
from dbtasks.databases.postgresql import catalog, enums, sequences, suspension
from dbtasks.databases.postgresql.conversions import LIST_ITEMS
from dbtasks.databases.postgresql.dependents import columns_of
from dbtasks.databases.postgresql.literals import literal
from dbtasks.databases.postgresql.triggers import quiet_triggers
from dbtasks.databases.row_statements import (
    empty_rows,
    fill_statement,
    insert_statement,
    numbering_statement,
    refuse_rows,
)
from dbtasks.databases.terms import TRIAL, Implementation, carry_out_as_alembic
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
from dbtasks.operations.fill import LARGE_TABLE_ROWS, FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.list_items import DefineListItemsOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.renames import (
    RenameConstraintOp,
    RenameIndexOp,
    RenameOp,
    RenameSequenceOp,
)
from dbtasks.operations.schemas import CreateSchemaOp, DropSchemaOp, MoveTableOp
from dbtasks.operations.sequences import CreateSequenceOp, DropSequenceOp, SetSequenceOp
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted

_DOUBLING = {"format", "pyformat"}
"""The styles of parameters in which a percent sign is written twice."""

_OVERRIDING = " OVERRIDING SYSTEM VALUE"
"""What an identity that is always generated wants to hear; the others don't mind."""


def _alter_column(operations: Operations | BatchOperations, operation: ops.AlterColumnOp) -> Any:
    """Alter a column as Alembic does, with the percent signs of `postgresql_using` as they are."""
    using = operation.kw.get("postgresql_using")
    if using and operations.migration_context.dialect.paramstyle in _DOUBLING:
        operation = copy(operation)
        operation.kw = {**operation.kw, "postgresql_using": using.replace("%", "%%")}
    if operation.modify_type is None:
        return carry_out_as_alembic(operations, operation)
    column = columns_of(operation.table_name, operation.schema, [operation.column_name])
    with suspension.suspended(operations, column):
        return carry_out_as_alembic(operations, operation)


def _create_unique_constraint(
    operations: AbstractOperations, operation: ops.CreateUniqueConstraintOp
) -> None:
    """Add a constraint that may include columns which are no part of it.

    The table that Alembic makes up for a constraint lacks them.
    """
    constraint = operation.to_constraint(operations.migration_context)
    table = constraint.table
    for name in constraint.dialect_kwargs.get("postgresql_include") or ():
        if name not in table.c:
            table.append_column(sa.Column(name))
    operations.impl.add_constraint(constraint)


def _fill(operations: Operations, operation: FillOp) -> None:
    known = with_model_type(operations.migration_context, operation, POSTGRESQL)
    if known is not None:
        with quiet_triggers(operations, known):
            _fill_rows(operations, known)


def _fill_rows(operations: Operations, operation: FillOp) -> None:
    """Fill rows; those of a large table in pieces, each of which is committed."""
    update = fill_statement(operation, POSTGRESQL, literal)
    if operation.where is not None:
        _update(operations, update)
        return
    table = quoted(POSTGRESQL, operation.schema, operation.table_name)
    empty = empty_rows(operation, POSTGRESQL, literal)
    piece = f"SELECT ctid FROM {table} WHERE {empty} LIMIT {LARGE_TABLE_ROWS}"
    count = f"SELECT count(*) FROM ({piece}) AS piece"
    if not operation.triggers or not _is_large(operations, count):  # or they would stay off
        _update(operations, update)
        return
    with operations.migration_context.autocommit_block():
        statement = literal_sql(f"{update} AND ctid = ANY (ARRAY({piece}))")
        while operations.get_bind().execute(statement).rowcount:
            pass


def _is_large(operations: Operations, count: str) -> bool:
    context = operations.migration_context
    if context.as_sql or context.opts.get(TRIAL):
        return False
    if suspension.is_anything_down(operations):
        return False
    return int(operations.get_bind().scalar(literal_sql(count)) or 0) >= LARGE_TABLE_ROWS


def _fill_table(operations: Operations, operation: FillTableOp) -> None:
    sequences.count_on(operations, operation)  # Rows may have been given their keys.
    _update(operations, insert_statement(operation, POSTGRESQL, literal, _OVERRIDING))
    sequences.count_on(operations, operation)


def _number_rows(operations: Operations, operation: NumberRowsOp) -> None:
    _update(operations, numbering_statement(operation, POSTGRESQL))


def _update(operations: Operations, statement: str) -> None:
    """Change rows, and let deferred constraints check them at once.

    PostgreSQL alters no table on which such a check is still to come.
    """
    operations.execute(literal_sql(statement))
    operations.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _refuse_rows(operations: Operations, operation: RefuseRowsOp) -> None:
    refuse_rows(operations, operation, POSTGRESQL)


def _rename_constraint(operations: Operations, operation: RenameConstraintOp) -> None:
    table = quoted(POSTGRESQL, operation.schema, operation.table_name)
    old, new = quoted(POSTGRESQL, operation.old_name), quoted(POSTGRESQL, operation.new_name)
    operations.execute(literal_sql(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"))


def _rename_index(operations: Operations, operation: RenameIndexOp) -> None:
    _rename(operations, "INDEX", operation)


def _rename_sequence(operations: Operations, operation: RenameSequenceOp) -> None:
    _rename(operations, "SEQUENCE IF EXISTS", operation)


def _rename(operations: Operations, kind: str, operation: RenameOp) -> None:
    old = quoted(POSTGRESQL, operation.schema, operation.old_name)
    new = quoted(POSTGRESQL, operation.new_name)
    operations.execute(literal_sql(f"ALTER {kind} {old} RENAME TO {new}"))


def _create_domain(operations: Operations, operation: CreateDomainOp) -> None:
    operations.execute(CreateDomainType(operation.domain))


def _drop_domain(operations: Operations, operation: DropDomainOp) -> None:
    name = quoted(POSTGRESQL, operation.schema, operation.name)
    operations.execute(literal_sql(f"DROP DOMAIN {name}"))


def _create_schema(operations: Operations, operation: CreateSchemaOp) -> None:
    name = quoted(POSTGRESQL, operation.name)
    operations.execute(literal_sql(f"CREATE SCHEMA IF NOT EXISTS {name}"))


def _drop_schema(operations: Operations, operation: DropSchemaOp) -> None:
    operations.execute(literal_sql(f"DROP SCHEMA {quoted(POSTGRESQL, operation.name)}"))


def _move_table(operations: Operations, operation: MoveTableOp) -> None:
    """Move a table; the default schema is called by its name, which `--sql` can't ask for."""
    new = operation.new_schema
    if new is None:
        is_offline = operations.migration_context.as_sql
        new = "public" if is_offline else catalog.default_schema(operations.get_bind())
    table = quoted(POSTGRESQL, operation.schema, operation.table_name)
    operations.execute(literal_sql(f"ALTER TABLE {table} SET SCHEMA {quoted(POSTGRESQL, new)}"))


def _define_list_items(operations: Operations, operation: DefineListItemsOp) -> None:
    del operation
    operations.execute(literal_sql(LIST_ITEMS))


IMPLEMENTATIONS: Mapping[type[MigrateOperation], Implementation] = {
    ops.AlterColumnOp: _alter_column,
    ops.CreateTableOp: enums.create_table,
    ops.CreateUniqueConstraintOp: _create_unique_constraint,
    FillOp: _fill,
    FillTableOp: _fill_table,
    NumberRowsOp: _number_rows,
    RefuseRowsOp: _refuse_rows,
    RenameConstraintOp: _rename_constraint,
    RenameIndexOp: _rename_index,
    RenameSequenceOp: _rename_sequence,
    CreateEnumOp: enums.create_enum,
    DropEnumOp: enums.drop_enum,
    AddEnumValueOp: enums.add_enum_value,
    RenameEnumOp: enums.rename_enum,
    RenameEnumValueOp: enums.rename_enum_value,
    ReplaceEnumOp: enums.replace_enum,
    CreateDomainOp: _create_domain,
    DropDomainOp: _drop_domain,
    CreateSchemaOp: _create_schema,
    DropSchemaOp: _drop_schema,
    MoveTableOp: _move_table,
    SetSequenceOp: sequences.set_sequence,
    CreateSequenceOp: sequences.create_sequence,
    DropSequenceOp: sequences.drop_sequence,
    DefineListItemsOp: _define_list_items,
    SuspendDependentsOp: suspension.suspend_dependents,
    RestoreDependentsOp: suspension.restore_dependents,
}
