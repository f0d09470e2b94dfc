"""`op.rename_constraint`, `op.rename_index` and `op.rename_sequence`.

Dropping and making anew would do, and would check or sort every row again.
"""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation


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
