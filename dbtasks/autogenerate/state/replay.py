"""The schema as the history itself has written it, in SQLAlchemy's words.

A database forgets what it has no words for: SQLite keeps no comments, and calls a UUID a CHAR(32).
The revisions still say it. What they say is only believed where the database says the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from alembic.runtime.migration import MigrationContext
from alembic.script import Script

from dbtasks.autogenerate.state.annotations import TableAnnotations, annotations_of
from dbtasks.autogenerate.state.definitions import bare_column
from dbtasks.autogenerate.state.replayed_enum import default_after, with_enum_operation
from dbtasks.autogenerate.state.replayed_table import ReplayedTable
from dbtasks.operations.enums import EnumOp
from dbtasks.operations.renames import RenameConstraintOp, RenameIndexOp
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.revisions.recording import record
from dbtasks.schema.facts import key_of


def replayed(scripts: Iterable[Script], metadata: sa.MetaData) -> ReplayedSchema:
    """Return what the upgrades of `scripts`, in order, leave behind.

    `metadata` brings the naming convention.
    """
    history = ReplayedSchema(metadata)
    for script in scripts:
        recording = record(script, "upgrade", metadata)
        history.apply(recording.operations)
        history.is_complete &= recording.is_complete
    return history


class ReplayedSchema:
    """Follows operations. One that does not fit is passed over: the database has the last word.

    `is_complete` tells whether everything that changes a schema was read.
    """

    def __init__(self, metadata: sa.MetaData) -> None:
        self.tables: dict[str, ReplayedTable] = {}
        self.is_complete = True
        self._models = metadata
        options = {"as_sql": True, "target_metadata": metadata}
        self._context = MigrationContext.configure(dialect=REVISION_DIALECT, opts=options)

    def apply(self, operations: Iterable[MigrateOperation]) -> None:
        """Follow operations in their order."""
        for operation in operations:
            if isinstance(operation, ops.ModifyTableOps):
                self.apply(operation.ops)
                continue
            try:
                self._apply(operation)
            except (KeyError, StopIteration, sa.exc.SQLAlchemyError):
                continue

    def copy(self) -> ReplayedSchema:
        """Return the same history, to go on from by itself."""
        other = ReplayedSchema(self._models)
        other.is_complete = self.is_complete
        other.tables = {key: table.copy() for key, table in self.tables.items()}
        return other

    def annotations(self) -> dict[str, TableAnnotations]:
        """Return what the operations have said of each table."""
        tables = self.tables.items()
        return {key: annotations_of(table.columns.values(), table.comment) for key, table in tables}

    def metadata(self, keys: Iterable[str]) -> sa.MetaData:
        """Return the tables of these keys as they are now.

        Of other tables it holds what those refer to, and no more: one reference leads to another,
        and in the end to every table that there is.
        """
        metadata = sa.MetaData()
        wanted = {key: self.tables[key] for key in keys if key in self.tables}
        referred: dict[str, set[tuple[str, ...]]] = {}
        for table in wanted.values():
            for key, columns in table.references():
                if key in self.tables and key not in wanted:
                    referred.setdefault(key, set()).add(columns)
        for key, groups in referred.items():
            self.tables[key].with_keys_alone(groups).built(metadata)
        for table in wanted.values():
            try:
                table.built(metadata)
            except (KeyError, sa.exc.SQLAlchemyError):
                continue
        return metadata

    def _apply(self, operation: MigrateOperation) -> None:
        match operation:
            case ops.CreateTableOp():
                self._create_table(operation)
            case ops.DropTableOp():
                del self.tables[key_of(operation.table_name, operation.schema)]
            case ops.RenameTableOp():
                self._rename_table(operation)
            case ops.DropIndexOp():
                for table in self.tables.values():
                    table.drop_index(str(operation.index_name))
            case RenameIndexOp():
                self._rename_index(operation)
            case ops.AddConstraintOp():
                constraint = operation.to_constraint(self._context)
                assert constraint.table is not None
                self.tables[constraint.table.key].add_constraint(constraint)
            case EnumOp():
                self._change_enum(operation)
            case _ if hasattr(operation, "table_name"):
                self._apply_to_table(operation)

    def _change_enum(self, operation: EnumOp) -> None:
        for table in self.tables.values():
            for name, column in table.columns.items():
                changed = with_enum_operation(column.type, operation)
                if changed is not column.type:
                    made = table.columns[name] = bare_column(column)
                    made.type = changed
                    made.server_default = default_after(made.server_default, operation)

    def _apply_to_table(self, operation: Any) -> None:
        table = self.tables[key_of(operation.table_name, operation.schema)]
        match operation:
            case ops.AddColumnOp():
                made = ops.CreateTableOp(table.name, [operation.column], schema=table.schema)
                table.add(made.to_table(self._context))
            case ops.DropColumnOp():
                table.drop_column(operation.column_name)
            case ops.AlterColumnOp():
                self._alter_column(table, operation)
            case ops.CreateIndexOp():
                table.add_index(operation.to_index(self._context))
            case ops.DropConstraintOp():
                table.constraints.remove(table.constraint(str(operation.constraint_name)))
            case RenameConstraintOp():
                table.rename_constraint(operation.old_name, operation.new_name)
            case ops.CreateTableCommentOp():
                table.comment = operation.comment
            case ops.DropTableCommentOp():
                table.comment = None

    def _create_table(self, operation: ops.CreateTableOp) -> None:
        table = operation.to_table(self._context)
        options = {**table.dialect_kwargs, "prefixes": operation.prefixes or []}
        recorded = ReplayedTable(
            str(table.name), table.schema, comment=table.comment, options=options
        )
        recorded.add(table)
        self.tables[table.key] = recorded

    def _alter_column(self, table: ReplayedTable, operation: ops.AlterColumnOp) -> None:
        column = table.columns[operation.column_name] = bare_column(
            table.columns[operation.column_name]
        )
        if operation.modify_type is not None:
            column.type = sa.types.to_instance(operation.modify_type)
        if operation.modify_nullable is not None:
            column.nullable = operation.modify_nullable
        if operation.modify_server_default is not False:
            default: Any = operation.modify_server_default
            made = sa.Column("made", sa.Integer(), server_default=default)
            column.server_default = made.server_default
        if operation.modify_comment is not False:
            column.comment = operation.modify_comment
        if operation.modify_name is not None:
            self._rename_column(table, operation.column_name, operation.modify_name)

    def _rename_column(self, table: ReplayedTable, old: str, new: str) -> None:
        table.rename_column(old, new)
        key = key_of(table.name, table.schema)
        self._retarget(
            lambda name, columns: (
                name,
                [new if name == key and column == old else column for column in columns],
            )
        )

    def _rename_table(self, operation: ops.RenameTableOp) -> None:
        old = key_of(operation.table_name, operation.schema)
        table = self.tables.pop(old)
        table.name = operation.new_table_name
        new = key_of(table.name, table.schema)
        self.tables[new] = table
        self._retarget(lambda name, columns: (new if name == old else name, columns))

    def _retarget(self, change: Any) -> None:
        for table in self.tables.values():
            table.constraints = [item.with_target(change) for item in table.constraints]

    def _rename_index(self, operation: RenameIndexOp) -> None:
        for table in self.tables.values():
            index = table.indexes.pop(operation.old_name, None)
            if index is not None:
                table.indexes[operation.new_name] = replace(index, name=operation.new_name)
