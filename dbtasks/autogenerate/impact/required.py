"""Columns that must not be NULL, and the rows that have no value for them.

Where a table is empty, as on many a development machine, such a revision works; where it has rows,
it fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.hints import counted
from dbtasks.operations.fill import FillOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.schema.facts import key_of


class Required:
    """Follows the operations of one revision, and says what becomes of rows without a value."""

    def __init__(self, operations: Iterable[MigrateOperation], *, elsewhere: bool) -> None:
        """`elsewhere` says it of other databases too, whose tables have rows where these do not."""
        self._elsewhere = elsewhere
        self._filled = {_name(item) for item in operations if isinstance(item, FillOp)}
        self._refused = {_key(item) for item in operations if isinstance(item, RefuseRowsOp)}
        self._has_own_code = False

    def notes(self, operation: MigrateOperation, placement: Placement) -> Iterator[str]:
        """Yield a line for a column that an operation makes necessary; `placement` is at it."""
        if isinstance(operation, (ops.ExecuteSQLOp, NotUnderstoodOp)):
            self._has_own_code = True
        column = _required(operation)
        if column is None:
            return
        target: Any = operation
        name = f"{_key(target)}.{column}"
        if name in self._filled or _key(target) in self._refused:
            return
        if placement.table(target.table_name, target.schema) is None:
            return  # it is made on the way, without rows
        rows = placement.empty_rows(target.table_name, target.schema, column)
        unless = ", unless its own code fills them" if self._has_own_code else ""
        if rows:
            have = "has" if rows == 1 else "have"
            fill = f'op.fill("{target.table_name}", "{column}", VALUE)'
            is_new = isinstance(operation, ops.AddColumnOp)
            way = f"Add it with NULL, {fill}, then NOT NULL" if is_new else f"Before it: {fill}"
            yield (
                f"{name} must not be NULL, and {counted(rows, 'row')} {have} no value: this fails"
                f"{unless}. {way}"
            )
        elif self._elsewhere:
            yield (
                f"{name} must not be NULL: on a database with rows without a value this fails"
                f"{unless}. Written anew with --fill {name}=VALUE, it fills them"
            )


def _required(operation: MigrateOperation) -> str | None:
    """Return the column that has to have a value from now on, and gets none by itself."""
    if isinstance(operation, ops.AlterColumnOp):
        is_news = operation.modify_nullable is False and operation.existing_nullable is not False
        return operation.column_name if is_news else None
    if not isinstance(operation, ops.AddColumnOp):
        return None
    column = operation.column
    made = column.server_default, column.computed, column.identity
    is_given = any(item is not None for item in made) or column.primary_key
    return None if column.nullable or is_given else column.name


def _key(operation: Any) -> str:
    return key_of(operation.table_name, operation.schema)


def _name(operation: FillOp) -> str:
    return f"{_key(operation)}.{operation.column_name}"
