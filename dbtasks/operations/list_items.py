"""`op.define_list_items`: the function that makes an array of a JSON list on PostgreSQL.

ALTER COLUMN ... USING may hold no subquery, but it may call a function.
"""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation


@Operations.register_operation("define_list_items")
class DefineListItemsOp(MigrateOperation):
    """Defines `pg_temp.dbtasks_items(jsonb)`, which lives as long as the connection."""

    @classmethod
    def define_list_items(cls, operations: Operations) -> None:
        """Define `pg_temp.dbtasks_items`, for use in `postgresql_using`; nothing on SQLite."""
        operations.invoke(cls())

    def to_diff_tuple(self) -> tuple[str]:
        """Return the operation as `alembic check` shows it."""
        return ("define_list_items",)
