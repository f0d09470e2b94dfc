"""`op.create_schema` and `op.drop_schema`: the places that PostgreSQL's tables stand in.

SQLite has no such places, and does nothing here.
"""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation


class SchemaOp(MigrateOperation):
    """What the operations on a schema share: its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the operation as `alembic check` shows it."""
        return (type(self).__name__, self.name)


@Operations.register_operation("create_schema")
class CreateSchemaOp(SchemaOp):
    """Makes a schema, unless it is there."""

    @classmethod
    def create_schema(cls, operations: Operations, name: str) -> None:
        """Make the schema `name` on PostgreSQL, unless it is there."""
        operations.invoke(cls(name))

    def reverse(self) -> DropSchemaOp:
        """Return the operation that drops it."""
        return DropSchemaOp(self.name)


@Operations.register_operation("drop_schema")
class DropSchemaOp(SchemaOp):
    """Drops an empty schema."""

    @classmethod
    def drop_schema(cls, operations: Operations, name: str) -> None:
        """Drop the schema `name` on PostgreSQL, which refuses while something stands in it."""
        operations.invoke(cls(name))

    def reverse(self) -> CreateSchemaOp:
        """Return the operation that makes it."""
        return CreateSchemaOp(self.name)
