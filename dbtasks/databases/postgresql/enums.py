"""Enumerated types on PostgreSQL, and the tables that use them.

Types are made by `op.create_enum` alone: a table that uses one which is there does not try to make
it again, as Alembic's own `create_table` does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import CreateTableOp
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, SetColumnComment, SetTableComment

from dbtasks.databases.postgresql.dependents import columns_with_type
from dbtasks.databases.postgresql.enum_replacement import with_value, with_values
from dbtasks.databases.postgresql.suspension import suspended
from dbtasks.databases.terms import TRIAL
from dbtasks.operations.enums import (
    AddEnumValueOp,
    CreateEnumOp,
    DropEnumOp,
    EnumOp,
    RenameEnumOp,
    RenameEnumValueOp,
    ReplaceEnumOp,
    enums_of,
)
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted, text_literal

_MADE = "dbtasks_enums"
"""The option of a migration context that holds the types which were made on it."""


def create_enum(operations: Operations, operation: CreateEnumOp) -> None:
    """Make an enumerated type."""
    enum = postgresql.ENUM(*operation.values, name=operation.name, schema=operation.schema)
    operations.execute(postgresql.CreateEnumType(enum))
    _made(operations).add((operation.schema, operation.name))


def drop_enum(operations: Operations, operation: DropEnumOp) -> None:
    """Drop an enumerated type."""
    operations.execute(literal_sql(f"DROP TYPE {_name(operation)}"))


def add_enum_value(operations: Operations, operation: AddEnumValueOp) -> None:
    """Add a value, outside of the transaction; in a trial, where nothing may be committed, anew."""
    (value,) = operation.values
    if operations.migration_context.opts.get(TRIAL):
        statement = with_value(_name(operation), value, operation.before)
        _replace(operations, operation, statement)
        return
    place = f" BEFORE {text_literal(operation.before)}" if operation.before is not None else ""
    statement = f"ALTER TYPE {_name(operation)} ADD VALUE IF NOT EXISTS {text_literal(value)}"
    with operations.migration_context.autocommit_block():
        operations.execute(literal_sql(statement + place))


def rename_enum_value(operations: Operations, operation: RenameEnumValueOp) -> None:
    """Give a value another name."""
    old, new = (text_literal(value) for value in operation.values)
    statement = f"ALTER TYPE {_name(operation)} RENAME VALUE {old} TO {new}"
    operations.execute(literal_sql(statement))


def rename_enum(operations: Operations, operation: RenameEnumOp) -> None:
    """Give an enumerated type another name."""
    new = quoted(POSTGRESQL, operation.values[0])
    operations.execute(literal_sql(f"ALTER TYPE {_name(operation)} RENAME TO {new}"))


def replace_enum(operations: Operations, operation: ReplaceEnumOp) -> None:
    """Give a type exactly these values."""
    _replace(operations, operation, with_values(_name(operation), operation.values))


def _replace(operations: Operations, operation: EnumOp, statement: str) -> None:
    with suspended(operations, columns_with_type(_name(operation))):
        operations.execute(literal_sql(statement))


def create_table(operations: Operations, operation: CreateTableOp) -> sa.Table:
    """Create a table as Alembic does, but make only those of its types that are missing."""
    table = operation.to_table(operations.migration_context)
    for enum in enums_of(column.type for column in table.columns):
        if not _exists(operations, enum):
            operations.invoke(CreateEnumOp(str(enum.name), enum.enums, enum.schema))
    operations.execute(CreateTable(table, if_not_exists=bool(operation.if_not_exists)))
    for index in table.indexes:
        operations.execute(CreateIndex(index, if_not_exists=bool(operation.if_not_exists)))
    if table.comment:
        operations.execute(SetTableComment(table))
    for column in table.columns:
        if column.comment:
            operations.execute(SetColumnComment(column))
    return table


def _exists(operations: Operations, enum: sa.Enum) -> bool:
    if (enum.schema, enum.name) in _made(operations):
        return True
    if operations.migration_context.as_sql:
        return False
    query = sa.text("SELECT to_regtype(:name) IS NOT NULL")
    name = quoted(POSTGRESQL, enum.schema, str(enum.name))
    return bool(operations.get_bind().scalar(query, {"name": name}))


def _made(operations: Operations) -> set[tuple[str | None, str]]:
    """Return the types that this run has made; `--sql` has no database to ask."""
    made: set[tuple[str | None, str]] = operations.migration_context.opts.setdefault(_MADE, set())
    return made


def _name(operation: EnumOp) -> str:
    return quoted(POSTGRESQL, operation.schema, operation.name)
