"""`op.create_domain` and `op.drop_domain`: PostgreSQL's types with rules of their own.

Like enumerated types they are made before the tables that use them. SQLite has none.
"""

from __future__ import annotations

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.dialects.postgresql import DOMAIN


@Operations.register_operation("create_domain")
class CreateDomainOp(MigrateOperation):
    """Makes a domain."""

    def __init__(self, domain: DOMAIN) -> None:
        self.domain = domain

    @classmethod
    def create_domain(cls, operations: Operations, domain: DOMAIN) -> None:
        """Make a domain, given as SQLAlchemy's `postgresql.DOMAIN`; nothing on SQLite."""
        operations.invoke(cls(domain))

    def reverse(self) -> MigrateOperation:
        """Return the operation that takes this one back."""
        return DropDomainOp(str(self.domain.name), self.domain.schema)

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("create_domain", str(self.domain.name))


@Operations.register_operation("drop_domain")
class DropDomainOp(MigrateOperation):
    """Drops a domain."""

    def __init__(self, name: str, schema: str | None = None) -> None:
        self.name = name
        self.schema = schema

    @classmethod
    def drop_domain(cls, operations: Operations, name: str, schema: str | None = None) -> None:
        """Drop a domain that no column uses any more; nothing on SQLite."""
        operations.invoke(cls(name, schema))

    def to_diff_tuple(self) -> tuple[str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("drop_domain", self.name)
