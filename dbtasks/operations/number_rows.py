"""`op.number_rows`: numbers for the rows that exist, where a table gets a key that counts."""

from __future__ import annotations

from collections.abc import Sequence

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation


@Operations.register_operation("number_rows")
class NumberRowsOp(MigrateOperation):
    """Sets a column to 1, 2, 3 and so on, in the order of other columns."""

    def __init__(
        self,
        table_name: str,
        column_name: str,
        order_by: Sequence[str],
        schema: str | None = None,
    ) -> None:
        self.table_name = table_name
        self.column_name = column_name
        self.order_by = tuple(order_by)
        self.schema = schema

    @classmethod
    def number_rows(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        order_by: Sequence[str],
        schema: str | None = None,
    ) -> None:
        """Set `column_name` to the number of each row, from 1 on.

        `order_by` names the columns of a key, by which rows are ordered and told apart.
        """
        operations.invoke(cls(table_name, column_name, order_by, schema))

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("number_rows", self.table_name, self.column_name)
