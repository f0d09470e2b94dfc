"""The operations that add, change and drop the columns of one table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.constant_defaults import constant_default
from dbtasks.autogenerate.backfill.upgrade import Backfill, BackfillOperation
from dbtasks.autogenerate.plan.blocks import BatchOp, Block, ConvertColumnOp
from dbtasks.autogenerate.plan.recreated_columns import is_recreated
from dbtasks.autogenerate.plan.replaced_keys import ReplacedKeys
from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.databases.kinds import BACKENDS
from dbtasks.operations.fill import FillOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sequences import SetSequenceOp
from dbtasks.operations.sql import REVISION_DIALECT, quoted
from dbtasks.schema.difference import ColumnAdded, ColumnChanged, ColumnDropped
from dbtasks.schema.facts import Table


class ColumnOperations:
    """Makes the operations of one table's batch, and the blocks `before` and `after` it.

    `comments` belong above the batch.
    """

    def __init__(
        self,
        old: DefinedSchema,
        new: DefinedSchema,
        table: Table,
        backfill: Backfill,
        keys: ReplacedKeys,
    ) -> None:
        self.old = old
        self.new = new
        self.table = table
        self.backfill = backfill
        self.keys = keys
        self.before: list[Block] = []
        self.after: list[Block] = []
        self.comments: list[str] = []

    def adds(self, added: Iterable[ColumnAdded]) -> Iterator[MigrateOperation]:
        """Yield what adds columns; where rows need a value, in three steps."""
        for item in added:
            column = self.new.column(self.table.key, item.column.name)
            original = self.new.original(self.table.key, item.column.name)
            if self._is_counted(original):
                yield from self._number(column)
                continue
            by_database = item.column.generated or item.column.identity
            fill = None if by_database else self.backfill.new_column(self.table, original)
            restored = None if by_database else self.backfill.restored_column(self.table, original)
            if restored is not None:
                yield from self._restore(column, restored, fill)
                continue
            if not isinstance(fill, FillOp):
                self._say(fill)
                yield self._add(column)
                continue
            if (constant := constant_default(fill)) is not None:
                yield self._fill_by_default(column, constant)
                continue
            not_null, default = not column.nullable, column.server_default
            column.nullable, column.server_default = True, None  # which would fill the rows first
            comment = f"{self.table.key}.{column.name}: the rows that exist get a value."
            add = self._add(column)
            add.if_not_exists = fill.is_large or None  # What fails later is tried again.
            self.before.append(Block([add, fill], [comment]))
            if default is not None:
                yield self._alter(column, server_default=default)
            if not_null:
                yield self._alter(column, nullable=False)

    def _restore(
        self, column: sa.Column[Any], restored: FillOp, gap: BackfillOperation | None
    ) -> Iterator[MigrateOperation]:
        """Add a column that gets back what it held; `gap` is for the rows that had nothing."""
        not_null, default = not column.nullable, column.server_default
        column.nullable, column.server_default = True, None
        if isinstance(gap, RefuseRowsOp):
            gap.where = f"{quoted(REVISION_DIALECT, column.name)} IS NULL"
        elif gap is None and not_null and isinstance(default, sa.DefaultClause):
            gap = FillOp(self.table.name, column.name, default.arg, schema=self.table.schema)
        fills = [restored] if gap is None else [restored, gap]
        comment = f"{self.table.key}.{column.name}: the values that were moved come back."
        self.before.append(Block([self._add(column), *fills], [comment]))
        if default is not None:
            yield self._alter(column, server_default=default)
        if not_null:
            yield self._alter(column, nullable=False)

    def _fill_by_default(self, column: sa.Column[Any], constant: Any) -> MigrateOperation:
        """Add a column whose default fills the rows; return what puts its own in the place."""
        default, column.server_default = column.server_default, sa.DefaultClause(constant)
        comment = f"{self.table.key}.{column.name}: the rows that exist get this default."
        self.before.append(Block([self._add(column)], [comment]))
        return self._alter(column, server_default=default)

    def _is_counted(self, column: sa.Column[Any]) -> bool:
        """Whether a new column counts the rows, and those that exist can be told apart."""
        counts = column.table.autoincrement_column is column or column.identity is not None
        return counts and bool(self.old.schema.tables[self.table.key].primary_key)

    def _number(self, column: sa.Column[Any]) -> Iterator[MigrateOperation]:
        """Yield what adds a column that counts; the rows that exist get the first numbers."""
        plain = sa.Column(column.name, column.type, comment=column.comment)
        key = self.old.schema.tables[self.table.key].primary_key
        numbers = NumberRowsOp(self.table.name, column.name, key, self.table.schema)
        self.backfill.numbered(self.table, column.name)
        comment = f"{self.table.key}.{column.name}: the rows that exist are numbered."
        self.before.append(Block([self._add(plain), numbers], [comment]))
        if not column.nullable:
            yield self._alter(plain, nullable=False)
        self.after.append(Block([SetSequenceOp.to(self.table, column, is_serial=True)]))

    def changes(self, changed: Iterable[ColumnChanged]) -> Iterator[MigrateOperation]:
        """Yield what changes columns in place; computed ones go first and come back last."""
        pairs = [
            (
                item,
                self.old.column(self.table.key, item.new.name),
                self.new.column(self.table.key, item.new.name),
            )
            for item in changed
        ]
        recreated = [(old, new) for item, old, new in pairs if is_recreated(item)]
        yield from (self._drop(old) for old, new in recreated if new.computed is not None)
        for item, old, new in pairs:
            if not is_recreated(item):
                yield from self._change(item, old, new)
        for old, new in recreated:
            if new.computed is None:
                yield from self._keep_computed(old, new)
            else:
                yield self._add(new)

    def drops(self, dropped: Iterable[ColumnDropped]) -> Iterator[MigrateOperation]:
        """Yield what drops columns."""
        for item in dropped:
            self.comments += self.backfill.lost_column(self.table, item.column.name)
            drop = self._drop(self.old.column(self.table.key, item.column.name))
            if self.table.inherits:
                drop.if_exists = True  # It may have gone with the parent's.
                self.after.append(Block([drop]))
            else:
                yield drop

    def _change(
        self, item: ColumnChanged, old: sa.Column[Any], new: sa.Column[Any]
    ) -> Iterator[MigrateOperation]:
        retyped = item.differs("type", "collation", "elsewhere")
        beside = self.keys.column_beside(self.table, new.name)
        beside = self._said_beside(new) if beside is None and retyped else beside
        if beside is not None:
            yield from self._replace(item, old, new, beside)
        elif retyped:
            yield from self._retype(item, old, new)
        elif item.differs("default"):
            yield self._alter(old, server_default=new.server_default)
        if item.differs("identity") and beside is None:
            is_serial = bool(item.new.identity)
            self.after.append(Block([SetSequenceOp.to(self.table, new, is_serial=is_serial)]))
        if item.differs("comment"):
            yield self._alter(old, comment=new.comment, existing_comment=old.comment)
        if item.differs("nullable"):
            yield from self._change_nullability(new, retyped=retyped)

    def _retype(
        self, item: ColumnChanged, old: sa.Column[Any], new: sa.Column[Any]
    ) -> Iterator[MigrateOperation]:
        """Yield the change of a type. The default goes first and comes last: none is cast along."""
        self.comments += self.backfill.cast(self.table, old, new)
        if item.old.default is not None:
            yield self._alter(old, server_default=None)
        yield self._convert(old, new, self._how_to_convert(old, new))
        if item.new.default is not None:
            yield self._alter(new, server_default=new.server_default)

    def _replace(
        self, item: ColumnChanged, old: sa.Column[Any], new: sa.Column[Any], beside: str
    ) -> Iterator[MigrateOperation]:
        """Yield the change of a type whose values stand in the column beside, which then goes."""
        if self.keys.counts(self.old, self.table, new.name):
            self.before.append(Block([SetSequenceOp.to(self.table, new, is_serial=False)]))
        if item.old.default is not None:
            yield self._alter(old, server_default=None)
        value = quoted(REVISION_DIALECT, beside)
        yield self._convert(old, new, {"postgresql_using": value, "sqlite_using": value})
        yield self._drop(sa.Column(beside, new.type))
        if item.new.default is not None:
            yield self._alter(new, server_default=new.server_default)
        if self.keys.counts(self.new, self.table, new.name):
            self.after.append(Block([SetSequenceOp.to(self.table, new, is_serial=True)]))

    def _said_beside(self, new: sa.Column[Any]) -> str | None:
        """Return the column that gets what is said to replace the values; None if nothing is."""
        fill = self.backfill.replacement(self.table, self.new.original(self.table.key, new.name))
        if fill is None:
            return None
        fill.replaces = new.name
        fill.column_name = self.keys.free_name(self.table, new.name)
        comment = f"{self.table.key}.{new.name}: the values are replaced."
        added = self._add(sa.Column(fill.column_name, new.type))
        self.before.append(Block([added, fill], [comment]))
        return fill.column_name

    def _convert(
        self, old: sa.Column[Any], new: sa.Column[Any], how: dict[str, Any]
    ) -> MigrateOperation:
        return ConvertColumnOp(
            self.table.name,
            new.name,
            schema=self.table.schema,
            existing_type=old.type,
            modify_type=new.type,
            existing_nullable=old.nullable,
            **how,
        )

    def _how_to_convert(self, old: sa.Column[Any], new: sa.Column[Any]) -> dict[str, Any]:
        """Return what each kind of database that the revision may run on wants to be told."""
        arguments: dict[str, Any] = {}
        for backend in BACKENDS.values():
            how = backend.conversion(backend.quoted(new.name), old.type, new.type)
            arguments |= how.arguments
            if how.before:
                self.before.append(Block([*how.before]))
        return arguments

    def _change_nullability(
        self, new: sa.Column[Any], *, retyped: bool
    ) -> Iterator[MigrateOperation]:
        change = self._alter(new, nullable=new.nullable)
        original = self.new.original(self.table.key, new.name)
        fill = None if new.nullable else self.backfill.tightened_column(self.table, original)
        if not isinstance(fill, FillOp):
            self._say(fill)
            yield change
        elif retyped:
            # The value is one of the new type.
            batch = BatchOp(self.table.name, [change], schema=self.table.schema)
            self.after.append(Block([fill, batch]))
        else:
            comment = f"{self.table.key}.{new.name}: the rows without a value get one."
            self.before.append(Block([fill], [comment]))
            yield change

    def _say(self, refusal: RefuseRowsOp | None) -> None:
        if refusal is not None:
            self.before.append(Block([refusal]))

    def _keep_computed(
        self, old: sa.Column[Any], new: sa.Column[Any]
    ) -> Iterator[MigrateOperation]:
        """Yield what makes a computed column a plain one that holds what it was computed to."""
        kept = self.new.column(self.table.key, new.name)
        kept.name, kept.nullable = f"{new.name}_kept", True
        value = sa.text(quoted(REVISION_DIALECT, new.name))
        copied = FillOp(self.table.name, kept.name, value, schema=self.table.schema)
        comment = f"{self.table.key}.{new.name} is computed no longer, and keeps its values."
        self.before.append(Block([self._add(kept), copied], [comment]))
        yield self._drop(old)
        yield ops.AlterColumnOp(
            self.table.name, kept.name, schema=self.table.schema, modify_name=new.name
        )
        if not new.nullable:
            yield self._alter(new, nullable=False)

    def _add(self, column: sa.Column[Any]) -> ops.AddColumnOp:
        return ops.AddColumnOp.from_column_and_tablename(self.table.schema, self.table.name, column)

    def _drop(self, column: sa.Column[Any]) -> ops.DropColumnOp:
        return ops.DropColumnOp.from_column_and_tablename(
            self.table.schema, self.table.name, column
        )

    def _alter(self, column: sa.Column[Any], **changes: Any) -> MigrateOperation:
        """Return a change of one thing, with what else PostgreSQL's rivals would want to know."""
        modified = {
            name if name.startswith("existing") else f"modify_{name}": value
            for name, value in changes.items()
        }
        return ops.AlterColumnOp(
            self.table.name,
            column.name,
            schema=self.table.schema,
            existing_type=column.type,
            existing_nullable=None if "nullable" in changes else column.nullable,
            **modified,
        )
