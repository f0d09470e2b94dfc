"""`op.number_rows`: numbers for the rows that exist, where a table gets a key that counts."""

from __future__ import annotations

from collections.abc import Sequence

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks.operations.sql import execute_update, quoted


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


@Operations.implementation_for(NumberRowsOp)
def _number_rows(operations: Operations, operation: NumberRowsOp) -> None:
    dialect = operations.impl.dialect
    table = quoted(dialect, operation.schema, operation.table_name)
    column = quoted(dialect, operation.column_name)
    keys = [quoted(dialect, name) for name in operation.order_by]
    listed = ", ".join(keys)
    numbers = f"SELECT {listed}, row_number() OVER (ORDER BY {listed}) AS number FROM {table}"
    same = " AND ".join(f"{table}.{key} = numbered.{key}" for key in keys)
    update = f"UPDATE {table} SET {column} = numbered.number FROM ({numbers}) AS numbered"
    execute_update(operations, f"{update} WHERE {same}")
