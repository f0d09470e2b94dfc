"""`op.refuse_rows`: what a downgrade says that can't bring back what rows would need."""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation


@Operations.register_operation("refuse_rows")
class RefuseRowsOp(MigrateOperation):
    """Stops a migration while a table has rows, or rows that meet a condition."""

    def __init__(
        self, table_name: str, reason: str, where: str | None = None, schema: str | None = None
    ) -> None:
        self.table_name = table_name
        self.reason = reason
        self.where = where
        self.schema = schema

    @classmethod
    def refuse_rows(
        cls,
        operations: Operations,
        table_name: str,
        reason: str,
        where: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Raise `RefusedError` with `reason` while `table_name` has rows; `--sql` can't look.

        Rows for which the SQL condition `where` is not true don't count.
        """
        operations.invoke(cls(table_name, reason, where, schema))

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("refuse_rows", self.table_name, self.reason)
