"""How many rows a change is about; asked of the database once."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from dbtasks.databases import backend_of
from dbtasks.operations.sql import literal_sql

MANY_ROWS = 100_000
"""From here on, counting takes longer than it is worth."""


class Rows:
    """Counts over one connection. Names are quoted here, conditions are SQL."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._backend = backend_of(connection)
        self._count = cache(self._ask)

    def total(self, table: str, schema: str | None = None) -> int:
        """Return the number of rows of a table."""
        return self._count(table, schema, "")

    def roughly(self, table: str, schema: str | None = None) -> int:
        """Return the number of rows; of a large table, what the database takes it to be."""
        estimate = self._backend.estimated_rows(self._connection, table, schema)
        if estimate is not None and estimate > MANY_ROWS:
            return estimate
        return self.total(table, schema)

    def where(self, table: str, schema: str | None, condition: str) -> int:
        """Return the number of rows for which an SQL condition is true."""
        return self._count(table, schema, f" WHERE {condition}")

    def nulls(self, table: str, schema: str | None, column: str) -> int:
        """Return the number of rows without a value in a column."""
        return self.where(table, schema, f"{self.quoted(column)} IS NULL")

    def values(self, table: str, schema: str | None, column: str) -> int:
        """Return the number of rows with a value in a column."""
        return self.where(table, schema, f"{self.quoted(column)} IS NOT NULL")

    def quoted(self, *names: str | None) -> str:
        """Return a name as the database wants it in SQL, behind that of its schema if any."""
        return self._backend.quoted(*names)

    def _ask(self, table: str, schema: str | None, rest: str) -> int:
        name = self.quoted(schema, table)
        query = literal_sql(f"SELECT count(*) FROM {name}{rest}")
        return int(self._connection.scalar(query) or 0)
