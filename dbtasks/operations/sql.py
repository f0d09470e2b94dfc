"""What the operations share when they speak SQL."""

from __future__ import annotations

from typing import Any

from alembic.operations import Operations
from sqlalchemy import Dialect, TextClause, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import Interval, TypeDecorator, TypeEngine

# "named" keeps a percent sign from being doubled, as it is for a driver.
POSTGRESQL: Dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call]
SQLITE: Dialect = sqlite.dialect(paramstyle="named")

TRIAL = "dbtasks_trial"
"""The option of a migration context in which everything is rolled back in the end, so that
nothing may be committed meanwhile."""


def literal_sql(sql: str) -> TextClause:
    """Return SQL to be executed as it stands: no colon in it is a parameter."""
    return text(sql.replace("\\", "\\\\").replace(":", "\\:"))


def quoted(dialect: Dialect, *names: str | None) -> str:
    """Return a name for `literal_sql`, behind that of its schema where it has one.

    A driver's own dialect doubles percent signs, which `literal_sql` does too.
    """
    plain = SQLITE if dialect.name == "sqlite" else POSTGRESQL
    return ".".join(plain.identifier_preparer.quote(name) for name in names if name)


def text_literal(value: str) -> str:
    """Return a string as SQL."""
    return "'" + value.replace("'", "''") + "'"


def execute_update(operations: Operations, statement: str) -> None:
    """Change rows, and let deferred constraints check them at once.

    PostgreSQL alters no table on which such a check is still to come.
    """
    operations.execute(literal_sql(statement))
    if operations.migration_context.dialect.name == "postgresql":
        operations.execute("SET CONSTRAINTS ALL IMMEDIATE")


def resolved(type_: TypeEngine[Any], dialect: Dialect = POSTGRESQL) -> TypeEngine[Any]:
    """Return the type that stands behind decorators, such as `ListOf`, in a dialect.

    An Interval is one only where the database knows none.
    """
    while isinstance(type_, TypeDecorator):
        if isinstance(type_, Interval) and type_.native and dialect.name == "postgresql":
            return type_
        type_ = type_.load_dialect_impl(dialect)
    return type_
