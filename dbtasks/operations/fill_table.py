"""`op.fill_table`: rows for a table, taken from what other tables hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.types import TypeEngine


@Operations.register_operation("fill_table")
class FillTableOp(MigrateOperation):
    """Inserts what a query yields into a table."""

    def __init__(
        self,
        table_name: str,
        columns: Sequence[str],
        query: str,
        values: Mapping[str, Any] | None = None,
        schema: str | None = None,
        types: Mapping[str, TypeEngine[Any]] | None = None,
    ) -> None:
        self.table_name = table_name
        self.columns = tuple(columns)
        self.query = query
        self.values = dict(values or {})
        self.schema = schema
        self.types = dict(types or {})

    @classmethod
    def fill_table(
        cls,
        operations: Operations,
        table_name: str,
        columns: Sequence[str],
        query: str,
        values: Mapping[str, Any] | None = None,
        schema: str | None = None,
        types: Mapping[str, TypeEngine[Any]] | None = None,
    ) -> None:
        """Insert a row into `table_name` for each that `query` yields.

        `columns` names what the query yields, in its order; `values` holds what other columns get,
        the same in each row; `types` the enums that columns are of, whatever the query yields for
        them. The columns that are in neither get their default, and a key counts
        on behind those that are there.
        """
        operations.invoke(cls(table_name, columns, query, values, schema, types))

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("fill_table", self.table_name)
