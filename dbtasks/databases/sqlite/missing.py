"""What a batch names and the table has not, raised as Alembic raises it.

Revisions catch those: a `KeyError`, a `ValueError`, SQLAlchemy's `NoSuchTableError`, with the
same words. To whoever does not catch them, they are messages as all of ours.
"""

from __future__ import annotations

from sqlalchemy.exc import NoSuchTableError

from dbtasks.errors import MigrationError


class MissingTableError(MigrationError, NoSuchTableError):
    """There is no such table."""

    def __init__(self, table: str) -> None:
        super().__init__(f"There is no table {table}.")
        self.args = (table,)

    __str__ = NoSuchTableError.__str__


class MissingColumnError(MigrationError, KeyError):
    """The table has no such column."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(f"{table} has no column {column}.")
        self.args = (column,)

    __str__ = KeyError.__str__


class MissingPartError(MigrationError, ValueError):
    """The table has no such constraint, or no such index."""

    def __init__(self, table: str, kind: str, name: str) -> None:
        super().__init__(f"{table} has no {kind} {name}.")
        self.args = (f"No such {kind}: '{name}'",)

    __str__ = ValueError.__str__


class NamelessError(MigrationError, ValueError):
    """A constraint is dropped by no name."""

    def __init__(self, table: str) -> None:
        super().__init__(f"A constraint of {table} has no name to go by.")
        self.args = ("Constraint must have a name",)

    __str__ = ValueError.__str__
