"""Applying Alembic's operations to a SQLite table's definition."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations, ops
from sqlalchemy.types import TypeEngine

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
from dbtasks.databases.sqlite.rebuild import definition_of, rebuild
from dbtasks.errors import MigrationError
from dbtasks.operations.constraint_kinds import kind_of_type
from dbtasks.operations.names import conventional_name, default_name, is_default_like
from dbtasks.schema.facts import PRIMARY_KEY


class TableAlteration:
    """What a batch does to one table. Changes gather until something needs them done."""

    def __init__(self, operations: Operations, table: str, *, always: bool = False) -> None:
        self.operations = operations
        self.connection: sa.Connection = operations.get_bind()
        self.name = table
        self.must_rebuild = always
        self._read()

    def apply(self, operation: ops.MigrateOperation) -> None:
        """Apply one operation of a batch. Raises `MigrationError` for one that can't be."""
        match operation:
            case ops.AddColumnOp():
                self._add_column(operation.column)
            case ops.DropColumnOp():
                self._drop_column(operation.column_name)
            case ops.AlterColumnOp():
                self._alter_column(operation)
            case ops.AddConstraintOp():
                self._add_constraint(operation.to_constraint(self.operations.migration_context))
            case ops.DropConstraintOp():
                clause = self._constraint(str(operation.constraint_name), operation.constraint_type)
                self._change_clause(clause, None)
            case ops.CreateTableCommentOp() | ops.DropTableCommentOp():
                pass  # SQLite keeps no comments.
            case _:
                self._invoke(operation)

    def finish(self) -> None:
        """Carry out what has gathered."""
        if self.must_rebuild or self.definition != self.before:
            rebuild(self.connection, self.definition, self.expressions, self.dropped_indexes)
            self.must_rebuild = False
        self._read()

    def rename_constraint(self, old: str, new: str, kind: str) -> None:
        """Give a constraint another name.

        A name that PostgreSQL would have given is none here; a nameless constraint may go by the
        new name already, when its column or table was renamed before.
        """
        found = self._find_constraint(old, kind)
        if found is None and self._find_constraint(new, kind):
            return
        own, clause = found or (None, self._constraint(old, kind))
        facts = sqlite.constraint_facts(clause, self.definition, own or ())
        is_default = default_name(self.name, facts) == new
        stays_nameless = clause.name is None and is_default_like(new, clause.kind)
        name = None if is_default or stays_nameless else new
        self._change_clause(clause, replace(clause, name=name))

    def replace_default(self, name: str, old: str, new: str) -> None:
        """Let the default of a column be `new` if it is `old`, both as SQL."""
        column = self._column(name)
        default = column.clause(DEFAULT)
        if default is not None and default.tokens[1:] == (old,):
            changed = replace(default, tokens=("DEFAULT", new))
            self._change_column(column, column.with_clause(DEFAULT, changed))

    def _read(self) -> None:
        self.definition = self.before = definition_of(self.connection, self.name)
        stored = (c for c in self.definition.columns if c.clause(GENERATED) is None)
        self.expressions = {column.name: quoted(column.name) for column in stored}
        self.dropped_indexes: set[str] = set()

    def _invoke(self, operation: ops.MigrateOperation) -> None:
        """Run what SQLite can do by itself, such as an index, after all that stands before it."""
        self.finish()
        self.operations.invoke(operation)
        self._read()

    def _add_column(self, column: sa.Column[Any]) -> None:
        table = self._table_of(column)
        made = compiled(table)
        new = made.column(column.name)
        if self.definition == self.before and can_be_added_in_place(new, made):
            sql = f"ALTER TABLE {quoted(self.name)} ADD COLUMN {new.sql}"
            self.connection.exec_driver_sql(sql)
            self._read()
        else:
            self._replace(columns=(*self.definition.columns, new))
            self._replace(constraints=(*self.definition.constraints, *made.constraints))
        for index in table.indexes:
            self._invoke(ops.CreateIndexOp.from_index(index))

    def _drop_column(self, name: str) -> None:
        column = self._column(name)
        kept = (
            clause
            for clause in self.definition.constraints
            if column.name not in sqlite.constraint_facts(clause, self.definition).columns
        )
        self._replace(constraints=tuple(kept))
        self._replace(columns=tuple(c for c in self.definition.columns if c is not column))
        self.expressions.pop(column.name, None)
        self.dropped_indexes |= sqlite.indexes_with(self.connection, self.name, column.name)

    def _alter_column(self, operation: ops.AlterColumnOp) -> None:
        column = changed = self._column(operation.column_name)
        if operation.modify_type is not None:
            changed = self._with_type(changed, operation)
        if operation.modify_nullable is not None:
            clause = None if operation.modify_nullable else Clause(NOT_NULL, ("NOT", "NULL"))
            changed = changed.with_clause(NULL, None).with_clause(NOT_NULL, clause)
        if operation.modify_server_default is not False:
            changed = self._with_default(changed, operation.modify_server_default)
        self._change_column(column, changed)
        if operation.modify_name is not None:
            self.finish()
            old, new = quoted(column.name), quoted(operation.modify_name)
            sql = f"ALTER TABLE {quoted(self.name)} RENAME COLUMN {old} TO {new}"
            self.connection.exec_driver_sql(sql)
            self._read()

    def _with_type(
        self, column: ColumnDefinition, operation: ops.AlterColumnOp
    ) -> ColumnDefinition:
        new = sa.types.to_instance(operation.modify_type)
        old = sa.types.to_instance(
            operation.existing_type or self._reflected_type(operation.column_name)
        )
        for clause in compiled(self._table_of(sa.Column(column.name, old))).constraints:
            kept = (item for item in self.definition.constraints if item.tokens != clause.tokens)
            self._replace(constraints=tuple(kept))
        made = compiled(self._table_of(sa.Column(column.name, new)))
        self._replace(constraints=(*self.definition.constraints, *made.constraints))
        if column.clause(GENERATED) is None:
            given = operation.kw.get("sqlite_using")
            self.expressions[column.name] = given or self._conversion(column, old, new)
        same = made.column(column.name)
        return replace(column, type=same.type).with_clause(COLLATE, same.clause(COLLATE))

    def _conversion(
        self, column: ColumnDefinition, old: TypeEngine[Any], new: TypeEngine[Any]
    ) -> str:
        expression = conversion(quoted(column.name), old, new)
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

    def _add_constraint(self, constraint: sa.Constraint) -> None:
        assert constraint.table is not None
        if isinstance(constraint, sa.PrimaryKeyConstraint):
            self._drop_primary_key()
        made = compiled(constraint.table)
        self._replace(constraints=(*self.definition.constraints, *made.constraints))

    def _drop_primary_key(self) -> None:
        for _, clause in list(self.definition.clauses()):
            if clause.kind == PRIMARY_KEY:
                self._change_clause(clause, None)

    def _column(self, name: str) -> ColumnDefinition:
        try:
            return self.definition.column(name)
        except KeyError:
            raise MigrationError(f"{self.name} has no column {name}.") from None

    def _constraint(self, name: str, kind: str | None) -> Clause:
        made = conventional_name(self.operations.migration_context, self.name, name)
        found = self._find_constraint(name, kind) or self._find_constraint(made, kind)
        if found is None:
            raise MigrationError(f"{self.name} has no constraint {name}.")
        return found[1]

    def _find_constraint(
        self, name: str, kind: str | None
    ) -> tuple[tuple[str, ...], Clause] | None:
        """Return a constraint by its name, or by the one that PostgreSQL would have given it.

        With it comes the column that it stands with, if it does.
        """
        kind = kind_of_type(kind)
        clauses = list(self.definition.clauses())
        for own, clause in clauses:
            if clause.name is not None and clause.name == name:
                return own, clause
        for own, clause in clauses:
            if clause.name is None and clause.kind in sqlite.KINDS and kind in {"", clause.kind}:
                facts = sqlite.constraint_facts(clause, self.definition, own)
                if default_name(self.name, facts) == name:
                    return own, clause
        return None

    def _change_clause(self, old: Clause, new: Clause | None) -> None:
        def changed(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
            swapped = (new if clause is old else clause for clause in clauses)
            return tuple(clause for clause in swapped if clause is not None)

        columns = (replace(c, clauses=changed(c.clauses)) for c in self.definition.columns)
        self._replace(columns=tuple(columns))
        self._replace(constraints=changed(self.definition.constraints))

    def _change_column(self, old: ColumnDefinition, new: ColumnDefinition) -> None:
        columns = (new if column.name == old.name else column for column in self.definition.columns)
        self._replace(columns=tuple(columns))

    def _replace(self, **changes: Any) -> None:
        self.definition = replace(self.definition, **changes)

    def _table_of(self, column: sa.Column[Any]) -> sa.Table:
        operation = ops.CreateTableOp(self.name, [column])
        return operation.to_table(self.operations.migration_context)
