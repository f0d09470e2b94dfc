"""Where the tables and columns that operations name are before any of the operations has run.

A plan is told before it is carried out, and a revision may rename a table and then drop a column
of it. The rows that are there to be lost stand under the old name.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.autogenerate.state.reflection import reflected_columns
from dbtasks.databases import backend_of
from dbtasks.schema.facts import Table, key_of


class Placement:
    """Follows operations in their order, and knows the database as it is."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect
        self.backend = backend_of(connection)
        self.computed: dict[tuple[str, str], sa.Column[Any]] = {}
        """The computed columns that the revision at hand adds, by table and name."""
        self.taken_down: set[tuple[str, str, str]] = set()
        """What the revision at hand takes down for a while, by its key."""
        self._tables: dict[str, Table | None] = {}
        self._columns: dict[tuple[str, str], str | None] = {}

    def begin(self, operations: Iterable[MigrateOperation]) -> None:
        """Notice that a revision of these operations is next."""
        self.taken_down = set()
        self.computed = {
            (key_of(item.table_name, item.schema), item.column.name): item.column
            for item in operations
            if isinstance(item, ops.AddColumnOp) and item.column.computed is not None
        }

    @cached_property
    def rows(self) -> Rows:
        """Counts of rows."""
        return Rows(self.connection)

    @cached_property
    def _inspector(self) -> sa.Inspector:
        return sa.inspect(self.connection)

    def table(self, name: str, schema: str | None) -> Table | None:
        """Return the table as the database calls it now; None where it has none yet."""
        key = key_of(name, schema)
        if key not in self._tables:
            is_there = self._inspector.has_table(name, schema=schema)
            self._tables[key] = Table(name, schema) if is_there else None
        return self._tables[key]

    def column(self, table: str, schema: str | None, name: str) -> str | None:
        """Return the column's name as the database has it now; None where it has none yet."""
        key = key_of(table, schema), name
        if key not in self._columns:
            self._columns[key] = name if name in self.columns(table, schema) else None
        return self._columns[key]

    def columns(self, table: str, schema: str | None) -> dict[str, Any]:
        """Return what reflection says of the table's columns now, by name."""
        place = self.table(table, schema)
        if place is None:
            return {}
        found = reflected_columns(self._inspector, place.name, place.schema)
        return {str(column["name"]): column for column in found}

    def empty_rows(self, table: str, schema: str | None, name: str) -> int:
        """Return how many rows have no value in a column, which may be yet to come."""
        place, column = self.table(table, schema), self.column(table, schema, name)
        if place is None:
            return 0
        if column is None:
            return self.rows.total(place.name, place.schema)
        return self.rows.nulls(place.name, place.schema, column)

    def follow(self, operation: MigrateOperation) -> None:
        """Note what an operation will have done to names when the next one runs."""
        match operation:
            case ops.RenameTableOp():
                self._rename_table(operation)
            case ops.CreateTableOp():
                self._tables[key_of(operation.table_name, operation.schema)] = None
            case ops.AlterColumnOp(modify_name=str() as new):
                old = self.column(operation.table_name, operation.schema, operation.column_name)
                self._columns[key_of(operation.table_name, operation.schema), new] = old
            case ops.AddColumnOp():
                key = key_of(operation.table_name, operation.schema)
                self._columns[key, operation.column.name] = None

    def _rename_table(self, operation: ops.RenameTableOp) -> None:
        old = key_of(operation.table_name, operation.schema)
        new = key_of(operation.new_table_name, operation.schema)
        self._tables[new] = self.table(operation.table_name, operation.schema)
        moved = {name: now for (key, name), now in self._columns.items() if key == old}
        self._columns |= {(new, name): now for name, now in moved.items()}
        self._tables[old] = None
