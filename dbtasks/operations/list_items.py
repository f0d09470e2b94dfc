"""`op.define_list_items`: the function that makes an array of a JSON list on PostgreSQL.

ALTER COLUMN ... USING may hold no subquery, but it may call a function.
"""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks.operations.sql import literal_sql

LIST_ITEMS = (
    "CREATE OR REPLACE FUNCTION pg_temp.dbtasks_items(list jsonb) RETURNS text[]"
    " LANGUAGE sql IMMUTABLE AS 'SELECT ARRAY(SELECT jsonb_array_elements_text(list))'"
)


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


@Operations.implementation_for(DefineListItemsOp)
def _define(operations: Operations, operation: DefineListItemsOp) -> None:
    del operation
    if operations.migration_context.dialect.name == "postgresql":
        operations.execute(literal_sql(LIST_ITEMS))
