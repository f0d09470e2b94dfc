"""The line on SQL and Python of a revision's own: the same, whether or not it is a loss."""

from __future__ import annotations

from alembic.operations import ops

from dbtasks.errors import without_password
from dbtasks.revisions.reading import NotUnderstoodOp

LONGEST_SQL = 120
"""Characters of a statement that are shown in a line."""


def sql_of(operation: ops.ExecuteSQLOp) -> str:
    """Return what `op.execute` runs, as text."""
    return str(operation.sqltext)


def told_of_sql(operation: ops.ExecuteSQLOp) -> str:
    """Return the line on SQL."""
    sql = without_password(" ".join(sql_of(operation).split()))
    shown = sql if len(sql) <= LONGEST_SQL else f"{sql[:LONGEST_SQL]} ..."
    return f"runs SQL of its own: {shown}"


def told_of_code(operation: NotUnderstoodOp) -> str:
    """Return the line on Python that was not understood."""
    place = without_password(operation.place)
    return f"runs code of its own, which is not looked into: {place}"
