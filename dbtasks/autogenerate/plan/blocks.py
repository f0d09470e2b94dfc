"""The body of a revision as blocks: one idea each, with its operations and a line of comment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from alembic.operations import ops
from alembic.operations.ops import MigrateOperation


@dataclass
class Block:
    """Operations that belong together. `comments` stand above them in the file.

    `is_move` says that they are part of how values get from one table to another.
    """

    operations: list[MigrateOperation] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    is_move: bool = False


class CommentOp(MigrateOperation):
    """A line of comment in the file; it does nothing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def reverse(self) -> CommentOp:
        """Return the same comment."""
        return self

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the comment as `alembic check` shows it."""
        return ("comment", self.text)


class CreateEmptyTableOp(ops.CreateTableOp):
    """A table without columns, written without the comma that Alembic puts behind them."""


class BatchOp(ops.ModifyTableOps):
    """Operations on one table, written as one `with op.batch_alter_table(...)`."""


class SetTableCommentOp(ops.CreateTableCommentOp):
    """A table's comment, written with whatever quotes its name has; Alembic's own is not."""


class RemoveTableCommentOp(ops.DropTableCommentOp):
    """The end of a table's comment, written with whatever quotes the table's name has."""


class AddPrimaryKeyOp(ops.CreatePrimaryKeyOp):
    """A primary key that a table gets, which Alembic never compares and can't write."""


class AddCheckOp(ops.CreateCheckConstraintOp):
    """A check that a table gets, its condition as text; Alembic can't write it before 1.19."""


class ConvertColumnOp(ops.AlterColumnOp):
    """A change of type that is written with how to convert, which Alembic leaves out."""


class RenameColumnOp(ops.AlterColumnOp):
    """A column's new name. Alembic's own operation keeps the old one when it is reversed."""

    def reverse(self) -> RenameColumnOp:
        """Return the operation that takes this one back."""
        assert self.modify_name is not None
        return RenameColumnOp(
            self.table_name, self.modify_name, schema=self.schema, modify_name=self.column_name
        )


class RenameTableOp(ops.RenameTableOp):
    """A table's new name, which can be reversed."""

    def reverse(self) -> RenameTableOp:
        """Return the operation that takes this one back."""
        return RenameTableOp(self.new_table_name, self.table_name, schema=self.schema)

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("rename_table", self.table_name, self.new_table_name)


def flatten(blocks: Iterable[Block]) -> Iterator[MigrateOperation]:
    """Yield the operations of blocks, with their comments among them."""
    for block in blocks:
        yield from (CommentOp(text) for text in block.comments)
        yield from block.operations
