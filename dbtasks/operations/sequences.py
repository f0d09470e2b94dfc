"""`op.set_sequence`, `op.create_sequence` and `op.drop_sequence`: how PostgreSQL counts.

SQLite counts an integer key by itself, and does nothing here.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.schema import CreateColumn

from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.schema.facts import Table


@Operations.register_operation("set_sequence")
class SetSequenceOp(MigrateOperation):
    """Makes a column serial, an identity, or neither."""

    def __init__(
        self, table_name: str, column_name: str, kind: str | None, schema: str | None = None
    ) -> None:
        self.table_name = table_name
        self.column_name = column_name
        self.kind = kind
        self.schema = schema

    @classmethod
    def set_sequence(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        kind: str | None,
        schema: str | None = None,
    ) -> None:
        """Let a column count by "serial", by an identity clause, or by nothing (None).

        An identity clause is SQL: "GENERATED ALWAYS AS IDENTITY (START WITH 100)". Counting goes
        on above the highest value that the column has, unless it starts higher anyway.
        """
        operations.invoke(cls(table_name, column_name, kind, schema))

    @classmethod
    def to(cls, table: Table, column: sa.Column[Any], *, is_serial: bool) -> SetSequenceOp:
        """Return the operation that makes a column count as `column` declares.

        `is_serial` tells whether it counts where it has no identity clause.
        """
        kind = "serial" if is_serial else None
        if isinstance(column.server_default, sa.Identity):
            sql = str(CreateColumn(column).compile(dialect=REVISION_DIALECT))
            kind = sql[sql.index("GENERATED ") :].removesuffix(" NOT NULL")
        return cls(table.name, column.name, kind, table.schema)

    def to_diff_tuple(self) -> tuple[str, str, str, str | None]:
        """Return the operation as `alembic check` shows it."""
        return ("set_sequence", self.table_name, self.column_name, self.kind)


class SequenceOp(MigrateOperation):
    """What the operations on a sequence by itself share: its name."""

    def __init__(self, name: str, schema: str | None = None) -> None:
        self.name = name
        self.schema = schema

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the operation as `alembic check` shows it."""
        return (type(self).__name__, self.name)


@Operations.register_operation("create_sequence")
class CreateSequenceOp(SequenceOp):
    """Makes a sequence, unless it is there."""

    def __init__(
        self,
        name: str,
        schema: str | None = None,
        start: int | None = None,
        increment: int | None = None,
    ) -> None:
        super().__init__(name, schema)
        self.start = start
        self.increment = increment

    @classmethod
    def create_sequence(
        cls,
        operations: Operations,
        name: str,
        schema: str | None = None,
        start: int | None = None,
        increment: int | None = None,
    ) -> None:
        """Make the sequence `name` on PostgreSQL, unless it is there."""
        operations.invoke(cls(name, schema, start, increment))

    def reverse(self) -> DropSequenceOp:
        """Return the operation that drops it."""
        return DropSequenceOp(self.name, self.schema)


@Operations.register_operation("drop_sequence")
class DropSequenceOp(SequenceOp):
    """Drops a sequence."""

    @classmethod
    def drop_sequence(cls, operations: Operations, name: str, schema: str | None = None) -> None:
        """Drop the sequence `name` on PostgreSQL, which refuses while a default needs it."""
        operations.invoke(cls(name, schema))

    def reverse(self) -> CreateSequenceOp:
        """Return the operation that makes it."""
        return CreateSequenceOp(self.name, self.schema)
