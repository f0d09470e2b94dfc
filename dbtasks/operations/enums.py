"""Enumerated types: made, changed and dropped as PostgreSQL's own types.

On SQLite an enum is a VARCHAR, and all of these do nothing but `op.rename_enum_value`, which
changes the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.types import TypeEngine

from dbtasks.operations.sql import resolved


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


def is_enum(type_: TypeEngine[Any]) -> bool:
    """Whether a type is an enumerated type of PostgreSQL's, or one that it will be there."""
    found = resolved(type_)
    return isinstance(found, sa.Enum) and found.native_enum


def enums_of(types: Iterable[TypeEngine[Any]]) -> Iterator[sa.Enum]:
    """Yield the types among `types` that are PostgreSQL's enumerated types, in arrays too."""
    for declared in types:
        type_ = resolved(declared)
        if isinstance(type_, sa.ARRAY):
            yield from enums_of([type_.item_type])
        elif isinstance(type_, sa.Enum) and type_.native_enum and type_.name:
            yield type_
