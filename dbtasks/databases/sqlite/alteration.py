"""Applying Alembic's operations to a SQLite table's definition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations, ops
from sqlalchemy.types import TypeEngine

from dbtasks.databases.row_statements import count
from dbtasks.databases.sqlite import schema as sqlite
from dbtasks.databases.sqlite.compilation import can_be_added_in_place, compiled
from dbtasks.databases.sqlite.conversions import conversion
from dbtasks.databases.sqlite.ddl import (
    COLLATE,
    DEFAULT,
    GENERATED,
    NOT_NULL,
    NULL,
    Clause,
    ColumnDefinition,
    quoted,
)
from dbtasks.databases.sqlite.definitions import (
    Place,
    found_constraint,
    with_clause_changed,
    with_column_changed,
    without_column,
)
from dbtasks.databases.sqlite.missing import MissingColumnError, MissingPartError
from dbtasks.databases.sqlite.rebuild import definition_of, rebuild
from dbtasks.databases.sqlite.views import views_kept
from dbtasks.errors import MigrationError
from dbtasks.operations.names import conventional_name, default_name, is_default_like


class TableAlteration:
    """What is changed of one table. Changes gather until something needs them done."""

    def __init__(self, operations: Operations, table: str, *, always: bool = False) -> None:
        self.operations = operations
        self.connection: sa.Connection = operations.get_bind()
        self.name = table
        self.must_rebuild = always
        self.read()

    def read(self) -> None:
        """Take the table as it is now. Raises `MissingTableError`."""
        self.definition = self.before = definition_of(self.connection, self.name)
        stored = (c for c in self.definition.columns if c.clause(GENERATED) is None)
        self.expressions = {column.name: quoted(column.name) for column in stored}
        self.dropped_indexes: set[str] = set()

    def finish(self) -> None:
        """Carry out what has gathered."""
        if self.must_rebuild or self.definition != self.before:
            rebuild(self.connection, self.definition, self.expressions, self.dropped_indexes)
            self.must_rebuild = False
        else:
            for name in sorted(self.dropped_indexes):
                self.connection.exec_driver_sql(f"DROP INDEX IF EXISTS {quoted(name)}")
        self.read()

    def invoke(self, operation: ops.MigrateOperation) -> None:
        """Run what SQLite can do by itself, such as an index, after all that stands before it."""
        self.finish()
        self.operations.invoke(operation)
        self.read()

    def add_column(self, column: sa.Column[Any]) -> list[sa.Index]:
        """Add a column with its constraints; return the indexes that it has still to get."""
        table = self._table_of(column)
        made = compiled(table)
        new = made.column(column.name)
        if self.definition == self.before and can_be_added_in_place(new, made):
            sql = f"ALTER TABLE {quoted(self.name)} ADD COLUMN {new.sql}"
            self.connection.exec_driver_sql(sql)
            dropped = self.dropped_indexes
            self.read()
            self.dropped_indexes = dropped
        else:
            self.replace(
                columns=(*self.definition.columns, new),
                constraints=(*self.definition.constraints, *made.constraints),
            )
        return sorted(table.indexes, key=lambda index: str(index.name))

    def drop_column(self, name: str) -> None:
        """Drop a column with all that it is part of. Raises `MissingColumnError`."""
        column = self.column(name)
        self.definition = without_column(self.definition, column)
        self.expressions.pop(column.name, None)
        self.dropped_indexes |= sqlite.indexes_with(self.connection, self.name, column.name)

    def alter_column(self, name: str, operation: ops.AlterColumnOp) -> None:
        """Change a column in all but its name. Raises `MissingColumnError`."""
        column = changed = self.column(name)
        if operation.modify_type is not None:
            changed = self._with_type(changed, operation)
        if operation.modify_nullable is not None:
            clause = None if operation.modify_nullable else Clause(NOT_NULL, ("NOT", "NULL"))
            changed = changed.with_clause(NULL, None).with_clause(NOT_NULL, clause)
        if operation.modify_server_default is not False:
            changed = self._with_default(changed, operation.modify_server_default)
        self.definition = with_column_changed(self.definition, column, changed)

    def rename_column(self, name: str, new: str) -> None:
        """Give a column another name, which views, triggers and other tables follow."""
        column = self.column(name)
        self.finish()
        sql = f"ALTER TABLE {quoted(self.name)} RENAME COLUMN {quoted(column.name)} TO"
        with views_kept(self.connection, column.name):
            self.connection.exec_driver_sql(f"{sql} {quoted(new)}")
        self.read()

    def rename_constraint(self, old: str, new: str, kind: str) -> None:
        """Give a constraint another name.

        A name that PostgreSQL would have given is none here; a nameless constraint may go by the
        new name already, when its column or table was renamed before.
        """
        found = self.find_constraint(old, kind)
        if found is None and self.find_constraint(new, kind):
            return
        if found is None:
            raise MissingPartError(self.name, "constraint", old)
        own, clause = found
        facts = sqlite.constraint_facts(clause, self.definition, own)
        is_default = default_name(self.name, facts) == new
        stays_nameless = clause.name is None and is_default_like(new, clause.kind)
        name = None if is_default or stays_nameless else new
        self.change_clause(clause, replace(clause, name=name))

    def replace_default(self, name: str, old: str, new: str) -> None:
        """Let the default of a column be `new` if it is `old`, both as SQL."""
        column = self.column(name)
        default = column.clause(DEFAULT)
        if default is not None and default.tokens[1:] == (old,):
            changed = column.with_clause(DEFAULT, replace(default, tokens=("DEFAULT", new)))
            self.definition = with_column_changed(self.definition, column, changed)

    def column(self, name: str) -> ColumnDefinition:
        """Return the column of that name. Raises `MissingColumnError`."""
        try:
            return self.definition.column(name)
        except KeyError:
            raise MissingColumnError(self.name, name) from None

    def has_column(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return any(column.name.lower() == name.lower() for column in self.definition.columns)

    def find_constraint(self, name: str, kind: str | None) -> Place | None:
        """Return a constraint by its name, by the convention's, or by that of PostgreSQL."""
        return self.find_among(list(self.definition.clauses()), name, kind)

    def find_among(self, places: list[Place], name: str, kind: str | None) -> Place | None:
        """Return one of some constraints of the table, as `find_constraint` does."""
        made = conventional_name(self.operations.migration_context, self.name, name)
        found = (found_constraint(item, kind, self.definition, places) for item in (name, made))
        return next((place for place in found if place), None)

    def change_clause(self, old: Clause, new: Clause | None) -> None:
        """Put another clause in the place of one, or none for None."""
        self.definition = with_clause_changed(self.definition, old, new)

    def replace(self, **changes: Any) -> None:
        """Put other columns or constraints in the place of those of the definition."""
        self.definition = replace(self.definition, **changes)

    def _with_type(
        self, column: ColumnDefinition, operation: ops.AlterColumnOp
    ) -> ColumnDefinition:
        new = sa.types.to_instance(operation.modify_type)
        old = sa.types.to_instance(operation.existing_type or self._reflected_type(column.name))
        for gone in compiled(self._table_of(sa.Column(column.name, old))).constraints:
            kept = (item for item in self.definition.constraints if not _is_same(item, gone))
            self.replace(constraints=tuple(kept))
        made = compiled(self._table_of(sa.Column(column.name, new)))
        self.replace(constraints=(*self.definition.constraints, *made.constraints))
        if column.clause(GENERATED) is None:
            given = operation.kw.get("sqlite_using")
            self.expressions[column.name] = given or self._conversion(column, old, new)
        same = made.column(column.name)
        return replace(column, type=same.type).with_clause(COLLATE, same.clause(COLLATE))

    def _conversion(
        self, column: ColumnDefinition, old: TypeEngine[Any], new: TypeEngine[Any]
    ) -> str:
        name = quoted(column.name)
        expression = conversion(name, old, new)
        if expression is None and not count(
            self.connection, quoted(self.name), f"{name} IS NOT NULL"
        ):
            return name  # There is nothing to convert.
        if expression is None:
            raise MigrationError(
                f"{self.name}.{column.name} can't be converted from {column.type} to {new!r}.",
                'Say how: batch_op.alter_column(..., sqlite_using="SQL over the old row")',
            )
        return expression

    def _reflected_type(self, name: str) -> TypeEngine[Any]:
        columns = sa.inspect(self.connection).get_columns(self.name)
        return next(item["type"] for item in columns if item["name"].lower() == name.lower())

    def _with_default(self, column: ColumnDefinition, default: Any) -> ColumnDefinition:
        if default is None:
            return column.with_clause(DEFAULT, None)
        made = self._table_of(sa.Column(column.name, sa.Integer(), server_default=default))
        clause = compiled(made).column(column.name).clause(DEFAULT)
        return column.with_clause(DEFAULT, clause)

    def _table_of(self, column: sa.Column[Any]) -> sa.Table:
        operation = ops.CreateTableOp(self.name, [column])
        return operation.to_table(self.operations.migration_context)


def _is_same(item: Clause, other: Clause) -> bool:
    """Whether two constraints are the same: by their words, or by their name."""
    return item.tokens == other.tokens or (item.name is not None and item.name == other.name)
