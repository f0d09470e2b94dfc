"""`op.rename_constraint`, `op.rename_index` and `op.rename_sequence`.

Dropping and making anew would do, and would check or sort every row again.
"""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks.databases.sqlite import ddl as sqlite_ddl
from dbtasks.databases.sqlite.alteration import TableAlteration
from dbtasks.errors import MigrationError
from dbtasks.operations.sql import literal_sql, quoted


class RenameOp(MigrateOperation):
    """What the renames share: the names, and that the reverse swaps them."""

    def __init__(
        self,
        old_name: str,
        new_name: str,
        table_name: str = "",
        schema: str | None = None,
        kind: str = "",
    ) -> None:
        self.old_name = old_name
        self.new_name = new_name
        self.table_name = table_name
        self.schema = schema
        self.kind = kind

    def reverse(self) -> RenameOp:
        """Return the operation that takes this one back."""
        return type(self)(self.new_name, self.old_name, self.table_name, self.schema, self.kind)

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return the operation as `alembic check` shows it."""
        return (type(self).__name__, self.old_name, self.new_name)


@Operations.register_operation("rename_constraint")
class RenameConstraintOp(RenameOp):
    """Gives a constraint another name."""

    @classmethod
    def rename_constraint(
        cls,
        operations: Operations,
        table_name: str,
        old_name: str,
        new_name: str,
        type_: str = "",
        schema: str | None = None,
    ) -> None:
        """Give a constraint of `table_name` another name.

        `type_` is needed only where SQLite holds the constraint without a name: unique, check,
        foreign key or primary key.
        """
        operations.invoke(cls(old_name, new_name, table_name, schema, type_))


@Operations.register_operation("rename_index")
class RenameIndexOp(RenameOp):
    """Gives an index another name."""

    @classmethod
    def rename_index(
        cls, operations: Operations, old_name: str, new_name: str, schema: str | None = None
    ) -> None:
        """Give an index another name."""
        operations.invoke(cls(old_name, new_name, schema=schema))


@Operations.register_operation("rename_sequence")
class RenameSequenceOp(RenameOp):
    """Gives a sequence another name, if there is one."""

    @classmethod
    def rename_sequence(
        cls, operations: Operations, old_name: str, new_name: str, schema: str | None = None
    ) -> None:
        """Give a sequence another name; does nothing where there is none, as on SQLite."""
        operations.invoke(cls(old_name, new_name, schema=schema))


@Operations.implementation_for(RenameConstraintOp)
def _rename_constraint(operations: Operations, operation: RenameConstraintOp) -> None:
    if operations.impl.dialect.name == "sqlite":
        alteration = TableAlteration(operations, operation.table_name)
        alteration.rename_constraint(operation.old_name, operation.new_name, operation.kind)
        alteration.finish()
        return
    dialect = operations.impl.dialect
    table = quoted(dialect, operation.schema, operation.table_name)
    old, new = quoted(dialect, operation.old_name), quoted(dialect, operation.new_name)
    operations.execute(literal_sql(f"ALTER TABLE {table} RENAME CONSTRAINT {old} TO {new}"))


@Operations.implementation_for(RenameIndexOp)
def _rename_index(operations: Operations, operation: RenameIndexOp) -> None:
    if operations.impl.dialect.name == "sqlite":
        _remake_index(operations, operation)
        return
    _alter(operations, "INDEX", operation)


@Operations.implementation_for(RenameSequenceOp)
def _rename_sequence(operations: Operations, operation: RenameSequenceOp) -> None:
    if operations.impl.dialect.name != "sqlite":
        _alter(operations, "SEQUENCE IF EXISTS", operation)


def _alter(operations: Operations, kind: str, operation: RenameOp) -> None:
    dialect = operations.impl.dialect
    old = quoted(dialect, operation.schema, operation.old_name)
    new = quoted(dialect, operation.new_name)
    operations.execute(literal_sql(f"ALTER {kind} {old} RENAME TO {new}"))


def _remake_index(operations: Operations, operation: RenameIndexOp) -> None:
    """Make the index anew from SQLite's own statement, which has no way to rename one."""
    connection = operations.get_bind()
    query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?"
    sql = connection.exec_driver_sql(query, (operation.old_name,)).scalar()
    if sql is None:
        raise MigrationError(f"There is no index {operation.old_name}.")
    tokens = list(sqlite_ddl.tokenize(sql))
    place = [token.upper() for token in tokens].index("ON") - 1
    tokens[place] = sqlite_ddl.quoted(operation.new_name)
    connection.exec_driver_sql(f"DROP INDEX {sqlite_ddl.quoted(operation.old_name)}")
    connection.exec_driver_sql(" ".join(tokens))
