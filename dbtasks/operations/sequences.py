"""`op.set_sequence`, `op.create_sequence` and `op.drop_sequence`: how PostgreSQL counts.

SQLite counts an integer key by itself, and does nothing here.
"""

from __future__ import annotations

from string import Template
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.schema import CreateColumn, CreateSequence, DropSequence
from sqlalchemy.sql.base import Executable

from dbtasks.operations.names import sequence_name
from dbtasks.operations.sql import POSTGRESQL, literal_sql, quoted, text_literal
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
            sql = str(CreateColumn(column).compile(dialect=POSTGRESQL))
            kind = sql[sql.index("GENERATED ") :].removesuffix(" NOT NULL")
        return cls(table.name, column.name, kind, table.schema)

    def to_diff_tuple(self) -> tuple[str, str, str, str | None]:
        """Return the operation as `alembic check` shows it."""
        return ("set_sequence", self.table_name, self.column_name, self.kind)


@Operations.implementation_for(SetSequenceOp)
def _set_sequence(operations: Operations, operation: SetSequenceOp) -> None:
    if operations.migration_context.dialect.name != "postgresql":
        return
    table = quoted(POSTGRESQL, operation.schema, operation.table_name)
    sequence = sequence_name(operation.table_name, operation.column_name)
    sequence = text_literal(quoted(POSTGRESQL, operation.schema, sequence))
    column = quoted(POSTGRESQL, operation.column_name)
    block = _FORGET
    if operation.kind is not None:
        block += (_SERIAL if operation.kind == "serial" else _IDENTITY) + _GO_ON
    body = Template(block).substitute(
        table=table,
        text=text_literal(table),
        column=column,
        name=text_literal(operation.column_name),
        sequence=sequence,
        owner=text_literal(f"{table}.{column}"),
        alter=f"ALTER TABLE {table} ALTER COLUMN {column}",
        clause=operation.kind,
    )
    operations.execute(literal_sql(f"DO $do$\nDECLARE\n    place text;\nBEGIN{body}END\n$do$"))


_FORGET = """
    place := pg_get_serial_sequence($text, $name);
    $alter DROP IDENTITY IF EXISTS;
    IF to_regclass(place) IS NOT NULL THEN
        $alter DROP DEFAULT;
        EXECUTE 'DROP SEQUENCE ' || place;
    END IF;
"""
_SERIAL = """
    EXECUTE 'CREATE SEQUENCE ' || $sequence || ' AS ' || (SELECT format_type(atttypid, NULL)
        FROM pg_attribute WHERE attrelid = $text::regclass AND attname = $name)
        || ' OWNED BY ' || $owner;
    $alter SET DEFAULT nextval($sequence);
"""
_IDENTITY = """
    $alter ADD $clause;
"""
_GO_ON = """
    place := pg_get_serial_sequence($text, $name);
    PERFORM setval(place, max($column)) FROM $table
        HAVING max($column) >= (SELECT seqstart FROM pg_sequence WHERE seqrelid = place::regclass);
"""


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


@Operations.implementation_for(CreateSequenceOp)
def _create_sequence(operations: Operations, operation: CreateSequenceOp) -> None:
    sequence = sa.Sequence(
        operation.name, operation.start, operation.increment, schema=operation.schema
    )
    _execute(operations, CreateSequence(sequence, if_not_exists=True))


@Operations.implementation_for(DropSequenceOp)
def _drop_sequence(operations: Operations, operation: DropSequenceOp) -> None:
    _execute(operations, DropSequence(sa.Sequence(operation.name, schema=operation.schema)))


def _execute(operations: Operations, statement: Executable) -> None:
    if operations.migration_context.dialect.name == "postgresql":
        operations.execute(statement)
