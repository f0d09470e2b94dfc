"""`op.create_schema`, `op.drop_schema`, `op.move_table`: the places that tables stand in.

They are PostgreSQL's. SQLite has no such places, and does nothing here.
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


@Operations.register_operation("move_table")
class MoveTableOp(MigrateOperation):
    """Takes a table to another schema, with its rows and all that belongs to it."""

    def __init__(self, table_name: str, new_schema: str | None, schema: str | None = None) -> None:
        self.table_name = table_name
        self.new_schema = new_schema
        self.schema = schema

    @classmethod
    def move_table(
        cls,
        operations: Operations,
        table_name: str,
        new_schema: str | None,
        schema: str | None = None,
    ) -> None:
        """Take a table from `schema` to `new_schema`; None is the default one.

        Its indexes, constraints and sequences go along, and what refers to it follows.
        """
        operations.invoke(cls(table_name, new_schema, schema))

    def reverse(self) -> MoveTableOp:
        """Return the operation that takes it back."""
        return MoveTableOp(self.table_name, self.schema, self.new_schema)

    def to_diff_tuple(self) -> tuple[str, str, str | None, str | None]:
        """Return the operation as `alembic check` shows it."""
        return (type(self).__name__, self.table_name, self.schema, self.new_schema)
