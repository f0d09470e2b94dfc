"""How SQLite carries operations out.

An enum is a VARCHAR here, a key counts by itself, and there are neither schemas nor domains: so
much of what revisions say for PostgreSQL has no effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

import sqlalchemy as sa
from alembic.operations import AbstractOperations, Operations, ops
from alembic.operations.ops import MigrateOperation

from dbtasks.databases.model_types import with_model_type
from dbtasks.databases.row_statements import (
    fill_statement,
    insert_statement,
    numbering_statement,
    refuse_rows,
)
from dbtasks.databases.sqlite import ddl
from dbtasks.databases.sqlite.alteration import TableAlteration
from dbtasks.databases.sqlite.literals import literal
from dbtasks.databases.sqlite.new_uuids import with_new_uuids
from dbtasks.databases.sqlite.triggers import quiet_triggers
from dbtasks.databases.sqlite.views import views_kept
from dbtasks.databases.terms import Implementation, carry_out_as_alembic
from dbtasks.errors import MigrationError
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
from dbtasks.operations.sql import SQLITE, literal_sql, text_literal


def _nothing(operations: AbstractOperations, operation: MigrateOperation) -> None:
    """Do nothing: there is nothing of the kind here."""
    del operations, operation


def _add_column(operations: AbstractOperations, operation: ops.AddColumnOp) -> Any:
    """Add a column as Alembic does; SQLite has no words for `if_not_exists`."""
    if operation.if_not_exists and not operations.migration_context.as_sql:
        columns = sa.inspect(operations.get_bind()).get_columns(operation.table_name)
        if any(column["name"] == operation.column.name for column in columns):
            return None
        operation = copy(operation)
        operation.if_not_exists = None
    return carry_out_as_alembic(operations, operation)


def _alter_column(operations: AbstractOperations, operation: ops.AlterColumnOp) -> Any:
    """Alter a column as Alembic does, which can do no more than rename it."""
    if operations.migration_context.as_sql or operation.modify_name is None:
        return carry_out_as_alembic(operations, operation)
    with views_kept(operations.get_bind(), operation.column_name):
        return carry_out_as_alembic(operations, operation)


def _rename_table(operations: AbstractOperations, operation: ops.RenameTableOp) -> Any:
    """Rename a table as Alembic does, whatever views there are that do not work."""
    if operations.migration_context.as_sql:
        return carry_out_as_alembic(operations, operation)
    with views_kept(operations.get_bind()):
        return carry_out_as_alembic(operations, operation)


def _fill(operations: Operations, operation: FillOp) -> None:
    known = with_model_type(operations.migration_context, operation, SQLITE)
    if known is None:
        return
    known = with_new_uuids(operations, known)
    with quiet_triggers(operations, known):
        operations.execute(literal_sql(fill_statement(known, SQLITE, literal)))


def _fill_table(operations: Operations, operation: FillTableOp) -> None:
    operations.execute(literal_sql(insert_statement(operation, SQLITE, literal)))


def _number_rows(operations: Operations, operation: NumberRowsOp) -> None:
    operations.execute(literal_sql(numbering_statement(operation, SQLITE)))


def _refuse_rows(operations: Operations, operation: RefuseRowsOp) -> None:
    refuse_rows(operations, operation, SQLITE)


def _rename_enum_value(operations: Operations, operation: RenameEnumValueOp) -> None:
    """Replace the value in the rows that have it, in the lists that hold it, and as a default."""
    old, new = (text_literal(value) for value in operation.values)
    for table, column in operation.columns:
        alteration = TableAlteration(operations, table)
        alteration.replace_default(column, old, new)
        alteration.finish()
        place, name = ddl.quoted(table), ddl.quoted(column)
        statement = f"UPDATE {place} SET {name} = {new} WHERE {name} = {old}"
        operations.execute(literal_sql(statement))
        items = f"CASE value WHEN {old} THEN {new} ELSE value END"
        statement = (
            f"UPDATE {place} SET {name} = (SELECT json_group_array({items}) FROM json_each({name}))"
            f" WHERE CASE WHEN json_valid({name}) THEN json_type({name}) = 'array' END"
        )
        operations.execute(literal_sql(statement))


def _rename_constraint(operations: Operations, operation: RenameConstraintOp) -> None:
    alteration = TableAlteration(operations, operation.table_name)
    alteration.rename_constraint(operation.old_name, operation.new_name, operation.kind)
    alteration.finish()


def _rename_index(operations: Operations, operation: RenameIndexOp) -> None:
    """Make the index anew from SQLite's own statement, which has no way to rename one."""
    connection = operations.get_bind()
    query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?"
    sql = connection.exec_driver_sql(query, (operation.old_name,)).scalar()
    if sql is None:
        raise MigrationError(f"There is no index {operation.old_name}.")
    tokens = list(ddl.tokenize(sql))
    place = [token.upper() for token in tokens].index("ON") - 1
    tokens[place] = ddl.quoted(operation.new_name)
    connection.exec_driver_sql(f"DROP INDEX {ddl.quoted(operation.old_name)}")
    connection.exec_driver_sql(" ".join(tokens))


IMPLEMENTATIONS: Mapping[type[MigrateOperation], Implementation] = {
    ops.AddColumnOp: _add_column,
    ops.AlterColumnOp: _alter_column,
    ops.RenameTableOp: _rename_table,
    ops.CreateTableCommentOp: _nothing,
    ops.DropTableCommentOp: _nothing,
    FillOp: _fill,
    FillTableOp: _fill_table,
    NumberRowsOp: _number_rows,
    RefuseRowsOp: _refuse_rows,
    RenameConstraintOp: _rename_constraint,
    RenameIndexOp: _rename_index,
    RenameSequenceOp: _nothing,
    CreateEnumOp: _nothing,
    DropEnumOp: _nothing,
    AddEnumValueOp: _nothing,
    RenameEnumOp: _nothing,
    RenameEnumValueOp: _rename_enum_value,
    ReplaceEnumOp: _nothing,
    CreateDomainOp: _nothing,
    DropDomainOp: _nothing,
    CreateSchemaOp: _nothing,
    DropSchemaOp: _nothing,
    MoveTableOp: _nothing,
    SetSequenceOp: _nothing,
    CreateSequenceOp: _nothing,
    DropSequenceOp: _nothing,
    DefineListItemsOp: _nothing,
    SuspendDependentsOp: _nothing,
    RestoreDependentsOp: _nothing,
}
