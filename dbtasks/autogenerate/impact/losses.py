"""What a revision destroys: the rows and values that are there and will be gone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.casts import changed_rows
from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.revisions.recording import Recording, each_operation
from dbtasks.schema.facts import Table

_MAY_LOSE = re.compile(r"\b(drop|delete|truncate|update)\b", re.IGNORECASE)


def losses(recording: Recording, connection: sa.Connection) -> tuple[str, ...]:
    """Return what would be lost, a line each, as the database is now.

    What a revision does beyond operations can't be seen through, and is named as such.
    """
    found = [*_dropped(recording.operations, connection)]
    found += _converted(recording.operations, connection)
    found += [
        f"runs SQL of its own: {' '.join(sql.split())}"
        for sql in recording.data_statements
        if _MAY_LOSE.search(sql)
    ]
    if recording.passed_over:
        found.append("runs code of its own, which is not looked into")
    return tuple(found)


def _converted(operations: Sequence[MigrateOperation], connection: sa.Connection) -> Iterator[str]:
    """Yield the columns with values that would not come back the same from their new type."""
    inspector = sa.inspect(connection)
    for operation in each_operation(operations):
        match operation:
            case ops.AlterColumnOp(existing_type=old, modify_type=new) if old and new:
                table = Table(operation.table_name, operation.schema)
                if operation.column_name in _columns(inspector, table):
                    name = operation.column_name
                    before, after = sa.Column(name, old), sa.Column(name, new)
                    count = changed_rows(connection, table, before, after)
                    if count:
                        values = _count(count, "value")
                        yield f"{table.key}.{name}: {values} would not come back the same"


def _dropped(operations: Sequence[MigrateOperation], connection: sa.Connection) -> Iterator[str]:
    rows, inspector = Rows(connection), sa.inspect(connection)
    recreated = {
        (operation.table_name, operation.column.name)
        for operation in each_operation(operations)
        if isinstance(operation, ops.AddColumnOp) and operation.column.computed is not None
    }
    for operation in each_operation(operations):
        match operation:
            case ops.DropTableOp() if inspector.has_table(
                operation.table_name, schema=operation.schema
            ):
                count = rows.total(operation.table_name, operation.schema)
                if count:
                    yield f"drops {operation.table_name} with {_count(count, 'row')}"
            case ops.DropColumnOp() if (
                operation.table_name,
                operation.column_name,
            ) not in recreated:
                yield from _dropped_column(operation, rows, inspector)


def _dropped_column(
    operation: ops.DropColumnOp, rows: Rows, inspector: sa.Inspector
) -> Iterator[str]:
    table, name = Table(operation.table_name, operation.schema), operation.column_name
    if name in _columns(inspector, table):
        count = rows.values(table.name, table.schema, name)
        if count:
            yield f"drops {table.key}.{name} with {_count(count, 'value')}"


def _columns(inspector: sa.Inspector, table: Table) -> set[str]:
    """Return the names of a table's columns; none where it is not there yet."""
    if not inspector.has_table(table.name, schema=table.schema):
        return set()
    return {column["name"] for column in inspector.get_columns(table.name, schema=table.schema)}


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
