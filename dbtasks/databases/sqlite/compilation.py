"""What SQLAlchemy's tables and columns become on SQLite, as definitions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import NullType

from dbtasks.databases.sqlite.ddl import (
    DEFAULT,
    NOT_NULL,
    NULL,
    ColumnDefinition,
    TableDefinition,
    parse_table,
)
from dbtasks.operations.sql import SQLITE


def compiled(table: sa.Table) -> TableDefinition:
    """Return the definition of a table of which only some columns may be known.

    They may be an operation's own, which is not to change.
    """
    metadata = sa.MetaData(naming_convention=table.metadata.naming_convention)
    for known in table.metadata.tables.values():
        known.to_metadata(metadata)
    table = metadata.tables[table.key]
    for column in table.columns:
        if isinstance(column.type, NullType):
            column.type = sa.Integer()
    return parse_table(str(CreateTable(table).compile(dialect=SQLITE)))


def is_done_in_place(operation: ops.MigrateOperation) -> bool:
    """Whether SQLite carries out an operation of a batch without a rebuild of the table."""
    match operation:
        case ops.AddColumnOp():
            made = compiled(ops.CreateTableOp("made", [operation.column]).to_table())
            return can_be_added_in_place(made.column(operation.column.name), made)
        case ops.AlterColumnOp():
            changes = operation.modify_type is not None or operation.modify_nullable is not None
            return not changes and operation.modify_server_default is False
        case ops.AddConstraintOp() | ops.DropConstraintOp() | ops.DropColumnOp():
            return False
        case _:
            return True


def can_be_added_in_place(column: ColumnDefinition, made: TableDefinition) -> bool:
    """Whether ADD COLUMN takes it: no constraint, and a default that is constant."""
    default = column.clause(DEFAULT)
    expression = default is not None and (
        default.tokens[1] == "(" or default.tokens[1].upper().startswith("CURRENT_")
    )
    needs_value = column.clause(NOT_NULL) is not None and default is None
    plain = {clause.kind for clause in column.clauses} <= {DEFAULT, NOT_NULL, NULL}
    return plain and not expression and not needs_value and not made.constraints
