"""Two things that Alembic's own operations leave out on PostgreSQL.

A unique constraint may include columns that are no part of it, which the table that Alembic makes
up for it lacks. And a percent sign in `postgresql_using` has to be doubled for most drivers.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations, ops, toimpl

_DOUBLING = {"format", "pyformat"}


@Operations.implementation_for(ops.CreateUniqueConstraintOp, replace=True)
def _create_unique_constraint(
    operations: Operations, operation: ops.CreateUniqueConstraintOp
) -> None:
    constraint = operation.to_constraint(operations.migration_context)
    table = constraint.table
    for name in constraint.dialect_kwargs.get("postgresql_include") or ():
        if name not in table.c:
            table.append_column(sa.Column(name))
    operations.impl.add_constraint(constraint)


@Operations.implementation_for(ops.AlterColumnOp, replace=True)
def _alter_column(operations: Operations, operation: ops.AlterColumnOp) -> None:
    using = operation.kw.get("postgresql_using")
    if using and operations.migration_context.dialect.paramstyle in _DOUBLING:
        operation.kw = {**operation.kw, "postgresql_using": using.replace("%", "%%")}
    toimpl.alter_column(operations, operation)
