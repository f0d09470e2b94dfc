"""What a revision changes, an operation a line, much as `migrate` said it when it was written."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatchmethod
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from sqlalchemy.types import TypeEngine

from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.operations import enums
from dbtasks.operations.constraint_kinds import kind_of, kind_of_type
from dbtasks.operations.domains import CreateDomainOp, DropDomainOp
from dbtasks.operations.fill import LARGE_TABLE_ROWS, FillOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp, RenameOp
from dbtasks.operations.schemas import CreateSchemaOp, SchemaOp
from dbtasks.operations.sequences import CreateSequenceOp, SequenceOp, SetSequenceOp
from dbtasks.revisions.recording import Recording, each_operation
from dbtasks.schema.facts import key_of
from dbtasks.schema.wording import type_text
from dbtasks.values import Change


def described(recording: Recording, connection: sa.Connection) -> tuple[Change, ...]:
    """Return what the operations of a revision change, in their order."""
    describer = _Describer(connection)
    operations = each_operation(recording.operations)
    return tuple(change for operation in operations for change in describer.changes(operation))


class _Describer:
    """Tells of operations in the words of one database, and of its rows."""

    def __init__(self, connection: sa.Connection) -> None:
        self.dialect = connection.dialect
        self.inspector = sa.inspect(connection)
        self.rows = Rows(connection)

    @singledispatchmethod
    def changes(self, operation: MigrateOperation) -> Iterator[Change]:
        """Yield a line for each thing that an operation changes."""
        del operation
        yield from ()

    @changes.register
    def _create_table(self, operation: ops.CreateTableOp) -> Iterator[Change]:
        columns = (item.name for item in operation.columns if isinstance(item, sa.Column))
        yield Change("+", f"{_table(operation)} ({', '.join(columns)})")

    @changes.register
    def _drop_table(self, operation: ops.DropTableOp) -> Iterator[Change]:
        yield Change("-", f"{_table(operation)} (table)")

    @changes.register
    def _rename_table(self, operation: ops.RenameTableOp) -> Iterator[Change]:
        yield Change("~", f"{_table(operation)} renamed to {operation.new_table_name}")

    @changes.register(ops.CreateTableCommentOp)
    @changes.register(ops.DropTableCommentOp)
    def _comment(self, operation: MigrateOperation) -> Iterator[Change]:
        yield Change("~", f"{_table(operation)} comment {getattr(operation, 'comment', None)!r}")

    @changes.register
    def _add_column(self, operation: ops.AddColumnOp) -> Iterator[Change]:
        column = operation.column
        parts = [column.name, self._type(column.type), "NULL" if column.nullable else "NOT NULL"]
        if column.computed is not None:
            parts.append("GENERATED")
        yield Change("+", f"{_table(operation)}.{' '.join(parts)}")

    @changes.register
    def _drop_column(self, operation: ops.DropColumnOp) -> Iterator[Change]:
        yield Change("-", f"{_table(operation)}.{operation.column_name}")

    @changes.register
    def _alter_column(self, operation: ops.AlterColumnOp) -> Iterator[Change]:
        for text in self._alterations(operation):
            yield Change("~", f"{_table(operation)}.{operation.column_name} {text}")

    def _alterations(self, operation: ops.AlterColumnOp) -> Iterator[str]:
        if operation.modify_type is not None:
            types = (operation.existing_type, operation.modify_type)
            yield " -> ".join(self._type(item) for item in types if item is not None)
        if operation.modify_nullable is not None:
            yield "NULL" if operation.modify_nullable else "NOT NULL"
        if operation.modify_server_default is not False:
            yield "default none" if operation.modify_server_default is None else "default changed"
        if operation.modify_comment is not False:
            yield f"comment {operation.modify_comment!r}"
        if operation.modify_name is not None:
            yield f"renamed to {operation.modify_name}"

    @changes.register
    def _fill(self, operation: FillOp) -> Iterator[Change]:
        name = f"{_table(operation)}.{operation.column_name}"
        if operation.where is not None:
            yield Change("~", f"{name} filled where {operation.where}")
            return
        rows = self._empty_rows(operation)
        count = f"{rows:,} row{'' if rows == 1 else 's'}"
        in_pieces = rows >= LARGE_TABLE_ROWS and self.dialect.name != "sqlite"
        end = f" ({count}, in pieces of {LARGE_TABLE_ROWS:,})" if in_pieces else f" ({count})"
        yield Change("~", f"{name} filled where NULL{end}")

    def _empty_rows(self, operation: FillOp) -> int:
        table, schema = operation.table_name, operation.schema
        if not self.inspector.has_table(table, schema=schema):
            return 0
        names = {column["name"] for column in self.inspector.get_columns(table, schema=schema)}
        if operation.column_name in names:
            return self.rows.nulls(table, schema, operation.column_name)
        return self.rows.total(table, schema)

    @changes.register
    def _number_rows(self, operation: NumberRowsOp) -> Iterator[Change]:
        yield Change("~", f"{_table(operation)}.{operation.column_name} numbered from 1 on")

    @changes.register
    def _sequence(self, operation: SequenceOp) -> Iterator[Change]:
        sign = "+" if isinstance(operation, CreateSequenceOp) else "-"
        yield Change(sign, f"sequence {key_of(operation.name, operation.schema)}")

    @changes.register
    def _schema(self, operation: SchemaOp) -> Iterator[Change]:
        sign = "+" if isinstance(operation, CreateSchemaOp) else "-"
        yield Change(sign, f"schema {operation.name}")

    @changes.register
    def _refuse_rows(self, operation: RefuseRowsOp) -> Iterator[Change]:
        where = f" where {operation.where}" if operation.where else ""
        yield Change("~", f"stops if {_table(operation)} has rows{where}: {operation.reason}")

    @changes.register
    def _create_index(self, operation: ops.CreateIndexOp) -> Iterator[Change]:
        unique = "unique " if operation.unique else ""
        columns = ", ".join(map(str, operation.columns))
        name = f"{unique}index {operation.index_name}"
        yield Change("+", f"{name} on {_table(operation)} ({columns})")

    @changes.register
    def _drop_index(self, operation: ops.DropIndexOp) -> Iterator[Change]:
        place = f" on {_table(operation)}" if operation.table_name else ""
        yield Change("-", f"index {operation.index_name}{place}")

    @changes.register
    def _add_constraint(self, operation: ops.AddConstraintOp) -> Iterator[Change]:
        constraint = operation.to_constraint()
        assert constraint.table is not None
        name = f" {constraint.name}" if constraint.name else ""
        yield Change("+", f"{kind_of(constraint)}{name} on {constraint.table.key}")

    @changes.register
    def _drop_constraint(self, operation: ops.DropConstraintOp) -> Iterator[Change]:
        kind = kind_of_type(operation.constraint_type) or "constraint"
        name = f"{kind} {operation.constraint_name}"
        yield Change("-", f"{name} on {_table(operation)}")

    @changes.register(RenameConstraintOp)
    @changes.register(RenameIndexOp)
    def _rename(self, operation: RenameOp) -> Iterator[Change]:
        kind = "index" if isinstance(operation, RenameIndexOp) else operation.kind or "constraint"
        yield Change("~", f"{kind} {operation.old_name} renamed to {operation.new_name}")

    @changes.register
    def _set_sequence(self, operation: SetSequenceOp) -> Iterator[Change]:
        kind = operation.kind or "nothing"
        yield Change("~", f"{_table(operation)}.{operation.column_name} counted by {kind}")

    @changes.register
    def _create_domain(self, operation: CreateDomainOp) -> Iterator[Change]:
        yield Change("+", f"domain {key_of(str(operation.domain.name), operation.domain.schema)}")

    @changes.register
    def _drop_domain(self, operation: DropDomainOp) -> Iterator[Change]:
        yield Change("-", f"domain {key_of(operation.name, operation.schema)}")

    @changes.register
    def _enum(self, operation: enums.EnumOp) -> Iterator[Change]:
        name = f"enum {key_of(operation.name, operation.schema)}"
        values = [repr(value) for value in operation.values]
        match operation:
            case enums.CreateEnumOp():
                yield Change("+", f"{name} ({', '.join(operation.values)})")
            case enums.DropEnumOp():
                yield Change("-", name)
            case enums.AddEnumValueOp():
                yield Change("+", f"{name} value {values[0]}")
            case enums.RenameEnumValueOp():
                yield Change("~", f"{name} value {' renamed to '.join(values)}")
            case enums.RenameEnumOp():
                yield Change("~", f"{name} renamed to {operation.values[0]}")
            case _:
                yield Change("~", f"{name} values {', '.join(operation.values)}")

    def _type(self, type_: TypeEngine[Any] | type[TypeEngine[Any]]) -> str:
        return type_text(sa.types.to_instance(type_).compile(dialect=self.dialect))


def _table(operation: Any) -> str:
    return key_of(operation.table_name, operation.schema)
