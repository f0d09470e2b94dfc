"""Enumerated types: made, changed and dropped as PostgreSQL's own types.

On SQLite an enum is a VARCHAR, and all of these do nothing. Types are made by `op.create_enum`
alone: a table or column that uses one that is there does not try to make it again, as Alembic's
own `create_table` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations, toimpl
from alembic.operations.ops import CreateTableOp, MigrateOperation
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable, SetColumnComment, SetTableComment
from sqlalchemy.types import TypeEngine

from dbtasks.databases.postgresql.enum_replacement import with_value, with_values
from dbtasks.databases.sqlite.alteration import TableAlteration
from dbtasks.operations.sql import (
    POSTGRESQL,
    SQLITE,
    TRIAL,
    literal_sql,
    quoted,
    resolved,
    text_literal,
)


class EnumOp(MigrateOperation):
    """What the operations on enumerated types share: the type, and its values."""

    def __init__(self, name: str, values: Sequence[str] = (), schema: str | None = None) -> None:
        self.name = name
        self.values = tuple(values)
        self.schema = schema

    def to_diff_tuple(self) -> tuple[str, str, tuple[str, ...]]:
        """Return the operation as `alembic check` shows it."""
        return (type(self).__name__, self.name, self.values)


@Operations.register_operation("create_enum")
class CreateEnumOp(EnumOp):
    """Makes an enumerated type."""

    @classmethod
    def create_enum(
        cls, operations: Operations, name: str, values: Sequence[str], schema: str | None = None
    ) -> None:
        """Make an enumerated type with these values, in their order."""
        operations.invoke(cls(name, values, schema))

    def reverse(self) -> DropEnumOp:
        """Return the operation that takes this one back."""
        return DropEnumOp(self.name, self.values, self.schema)


@Operations.register_operation("drop_enum")
class DropEnumOp(EnumOp):
    """Drops an enumerated type."""

    @classmethod
    def drop_enum(cls, operations: Operations, name: str, schema: str | None = None) -> None:
        """Drop an enumerated type that no column uses any more."""
        operations.invoke(cls(name, (), schema))

    def reverse(self) -> CreateEnumOp:
        """Return the operation that takes this one back."""
        return CreateEnumOp(self.name, self.values, self.schema)


@Operations.register_operation("add_enum_value")
class AddEnumValueOp(EnumOp):
    """Adds a value to an enumerated type, at once usable."""

    def __init__(
        self, name: str, value: str, before: str | None, schema: str | None = None
    ) -> None:
        super().__init__(name, (value,), schema)
        self.before = before

    @classmethod
    def add_enum_value(
        cls,
        operations: Operations,
        name: str,
        value: str,
        before: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Add a value, at the end or before another.

        The value is committed at once, since PostgreSQL lets no transaction use a value that it
        has added itself. So this stands first in a revision.
        """
        operations.invoke(cls(name, value, before, schema))


@Operations.register_operation("rename_enum_value")
class RenameEnumValueOp(EnumOp):
    """Gives a value of an enumerated type another name. `columns` are pairs of table and column."""

    def __init__(
        self,
        name: str,
        old: str,
        new: str,
        columns: Sequence[tuple[str, str]] = (),
        schema: str | None = None,
    ) -> None:
        super().__init__(name, (old, new), schema)
        self.columns = tuple(columns)

    @classmethod
    def rename_enum_value(
        cls,
        operations: Operations,
        name: str,
        old: str,
        new: str,
        columns: Sequence[tuple[str, str]] = (),
        schema: str | None = None,
    ) -> None:
        """Give a value another name; the rows and defaults that have it follow.

        SQLite has no types: there the value is replaced in `columns`, pairs of table and column,
        and in the lists that they hold.
        """
        operations.invoke(cls(name, old, new, columns, schema))

    def reverse(self) -> RenameEnumValueOp:
        """Return the operation that takes this one back."""
        old, new = self.values
        return RenameEnumValueOp(self.name, new, old, self.columns, self.schema)


@Operations.register_operation("rename_enum")
class RenameEnumOp(EnumOp):
    """Gives an enumerated type another name."""

    @classmethod
    def rename_enum(
        cls, operations: Operations, name: str, new_name: str, schema: str | None = None
    ) -> None:
        """Give an enumerated type another name; its columns follow."""
        operations.invoke(cls(name, (new_name,), schema))

    def reverse(self) -> RenameEnumOp:
        """Return the operation that takes this one back."""
        return RenameEnumOp(self.values[0], (self.name,), self.schema)


@Operations.register_operation("replace_enum")
class ReplaceEnumOp(EnumOp):
    """Makes an enumerated type anew with other values, under the columns that use it."""

    @classmethod
    def replace_enum(
        cls, operations: Operations, name: str, values: Sequence[str], schema: str | None = None
    ) -> None:
        """Give a type exactly these values, which fails while a row has another.

        Every column of the type, and of arrays of it, is rewritten.
        """
        operations.invoke(cls(name, values, schema))


def enums_of(types: Iterable[TypeEngine[Any]]) -> Iterator[sa.Enum]:
    """Yield the types among `types` that are PostgreSQL's enumerated types, in arrays too."""
    for declared in types:
        type_ = resolved(declared)
        if isinstance(type_, sa.ARRAY):
            yield from enums_of([type_.item_type])
        elif isinstance(type_, sa.Enum) and type_.native_enum and type_.name:
            yield type_


def _is_postgresql(operations: Operations) -> bool:
    return operations.migration_context.dialect.name == "postgresql"


@Operations.implementation_for(CreateEnumOp)
def _create_enum(operations: Operations, operation: CreateEnumOp) -> None:
    if _is_postgresql(operations):
        enum = postgresql.ENUM(*operation.values, name=operation.name, schema=operation.schema)
        operations.execute(postgresql.CreateEnumType(enum))
        _made(operations).add((operation.schema, operation.name))


@Operations.implementation_for(DropEnumOp)
def _drop_enum(operations: Operations, operation: DropEnumOp) -> None:
    if _is_postgresql(operations):
        operations.execute(f"DROP TYPE {_name(operation)}")


@Operations.implementation_for(AddEnumValueOp)
def _add_enum_value(operations: Operations, operation: AddEnumValueOp) -> None:
    if not _is_postgresql(operations):
        return
    if operations.migration_context.opts.get(TRIAL):
        value = operation.values[0]
        statement = with_value(_name(operation), value, operation.before)
        operations.execute(literal_sql(statement))
        return
    place = f" BEFORE {text_literal(operation.before)}" if operation.before is not None else ""
    statement = (
        f"ALTER TYPE {_name(operation)} ADD VALUE IF NOT EXISTS {text_literal(operation.values[0])}"
    )
    with operations.migration_context.autocommit_block():
        operations.execute(literal_sql(statement + place))


@Operations.implementation_for(RenameEnumValueOp)
def _rename_enum_value(operations: Operations, operation: RenameEnumValueOp) -> None:
    old, new = (text_literal(value) for value in operation.values)
    if _is_postgresql(operations):
        statement = f"ALTER TYPE {_name(operation)} RENAME VALUE {old} TO {new}"
        operations.execute(literal_sql(statement))
        return
    for table, column in operation.columns:
        alteration = TableAlteration(operations, table)
        alteration.replace_default(column, old, new)
        alteration.finish()
        place, name = quoted(SQLITE, table), quoted(SQLITE, column)
        statement = f"UPDATE {place} SET {name} = {new} WHERE {name} = {old}"
        operations.execute(literal_sql(statement))
        items = f"CASE value WHEN {old} THEN {new} ELSE value END"
        statement = (
            f"UPDATE {place} SET {name} = (SELECT json_group_array({items}) FROM json_each({name}))"
            f" WHERE CASE WHEN json_valid({name}) THEN json_type({name}) = 'array' END"
        )
        operations.execute(literal_sql(statement))


@Operations.implementation_for(RenameEnumOp)
def _rename_enum(operations: Operations, operation: RenameEnumOp) -> None:
    if _is_postgresql(operations):
        new = quoted(POSTGRESQL, operation.values[0])
        operations.execute(literal_sql(f"ALTER TYPE {_name(operation)} RENAME TO {new}"))


@Operations.implementation_for(ReplaceEnumOp)
def _replace_enum(operations: Operations, operation: ReplaceEnumOp) -> None:
    if _is_postgresql(operations):
        operations.execute(literal_sql(with_values(_name(operation), operation.values)))


@Operations.implementation_for(CreateTableOp, replace=True)
def _create_table(operations: Operations, operation: CreateTableOp) -> sa.Table:
    """Create a table as Alembic does, but make only those of its types that are missing."""
    if not _is_postgresql(operations):
        return toimpl.create_table(operations, operation)
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
    name = _qualified(str(enum.name), enum.schema)
    return bool(operations.get_bind().scalar(query, {"name": name}))


def _made(operations: Operations) -> set[tuple[str | None, str]]:
    """Return the types that this run has made; `--sql` has no database to ask."""
    made: set[tuple[str | None, str]] = operations.migration_context.opts.setdefault(
        "dbtasks_enums", set()
    )
    return made


def _name(operation: EnumOp) -> str:
    return _qualified(operation.name, operation.schema)


def _qualified(name: str, schema: str | None) -> str:
    return quoted(POSTGRESQL, schema, name)
