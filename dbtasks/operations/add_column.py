"""`op.add_column(..., if_not_exists=True)`, for which SQLite has no words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations, toimpl
from alembic.operations.ops import AddColumnOp


@Operations.implementation_for(AddColumnOp, replace=True)
def _add_column(operations: Operations, operation: AddColumnOp) -> None:
    if operation.if_not_exists and operations.migration_context.dialect.name == "sqlite":
        inspector = sa.inspect(operations.get_bind())
        columns = inspector.get_columns(operation.table_name)
        if any(column["name"] == operation.column.name for column in columns):
            return
        operation.if_not_exists = None
    toimpl.add_column(operations, operation)
