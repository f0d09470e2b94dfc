"""`op.suspend_dependents` and `op.restore_dependents`: what reads a column that changes.

PostgreSQL changes the type of no column that a view shows. SQLite does, and nothing is done there.
"""

from __future__ import annotations

from collections.abc import Sequence

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation


@Operations.register_operation("suspend_dependents")
class SuspendDependentsOp(MigrateOperation):
    """Takes down what reads columns of a table, and remembers it."""

    def __init__(self, table_name: str, columns: Sequence[str], schema: str | None = None) -> None:
        self.table_name = table_name
        self.columns = tuple(columns)
        self.schema = schema

    @classmethod
    def suspend_dependents(
        cls,
        operations: Operations,
        table_name: str,
        columns: Sequence[str],
        schema: str | None = None,
    ) -> None:
        """Take down what reads `columns` on PostgreSQL, until `op.restore_dependents`.

        These are views and materialized views, those over them, rules, policies, triggers with a
        condition, and functions whose body the server has parsed: whatever is there when it runs.
        """
        operations.invoke(cls(table_name, columns, schema))

    def to_diff_tuple(self) -> tuple[str, str, tuple[str, ...]]:
        """Return the operation as `alembic check` shows it."""
        return ("suspend_dependents", self.table_name, self.columns)


@Operations.register_operation("restore_dependents")
class RestoreDependentsOp(MigrateOperation):
    """Puts up again all that has been taken down."""

    @classmethod
    def restore_dependents(cls, operations: Operations) -> None:
        """Put up again what `op.suspend_dependents` has taken down, on PostgreSQL.

        With owners, rights, comments, options, indexes, triggers and rules. A materialized view
        that had rows is filled again.
        """
        operations.invoke(cls())

    def to_diff_tuple(self) -> tuple[str]:
        """Return the operation as `alembic check` shows it."""
        return ("restore_dependents",)
