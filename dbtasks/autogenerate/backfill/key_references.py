"""What refers to a key whose rows get new values, and how it follows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from dbtasks.databases import backend_of
from dbtasks.databases.row_statements import count
from dbtasks.errors import RefusedError
from dbtasks.hints import counted
from dbtasks.operations.sql import REVISION_DIALECT, literal_sql, quoted
from dbtasks.schema.facts import Table


@dataclass(frozen=True)
class KeyReference:
    """A column whose values are those of a key of `referred`, or of the same table."""

    table: Table
    column: str
    referred: Table
    key: str

    @property
    def name(self) -> str:
        """The column behind its table."""
        return f"{self.table.key}.{self.column}"

    @property
    def has_value(self) -> str:
        """The condition that a row refers to anything."""
        return f"{_quoted(self.column)} IS NOT NULL"

    @property
    def leads_nowhere(self) -> str:
        """The condition that a row refers to one that is not there."""
        return f"{self.has_value} AND NOT EXISTS (SELECT 1 {self._referred_row})"

    def value_of(self, column: str) -> str:
        """Return SQL for what a column of the referred row holds."""
        return f"(SELECT {self._alias}.{_quoted(column)} {self._referred_row})"

    @property
    def _referred_row(self) -> str:
        place, own = _quoted(self.referred.schema, self.referred.name), _quoted(self.table.name)
        same = f"{self._alias}.{_quoted(self.key)} = {own}.{_quoted(self.column)}"
        return f"FROM {place} AS {self._alias} WHERE {same}"

    @property
    def _alias(self) -> str:
        """A name of its own for the referred row: a table may refer to itself."""
        return "referred" if self.table.name != "referred" else "referred_row"


def refuse_dangling(connection: sa.Connection, references: Iterable[KeyReference]) -> None:
    """Raise `RefusedError` if rows refer to nothing, and so can't follow."""
    for item in references:
        place = backend_of(connection).quoted(item.table.schema, item.table.name)
        rows = count(connection, place, item.leads_nowhere)
        if not rows:
            continue
        query = f"SELECT {_quoted(item.column)} FROM {place} WHERE {item.leads_nowhere} LIMIT 1"
        value = connection.scalar(literal_sql(query))
        refer = "refers" if rows == 1 else "refer"
        raise RefusedError(
            f"{counted(rows, 'row')} of {item.table.key} {refer} by {item.column} to no row of "
            f"{item.referred.key} ({value!r} for one), whose rows get new keys. Nothing was "
            "written.",
            "Mend those rows first.",
        )


def _quoted(*names: str | None) -> str:
    return quoted(REVISION_DIALECT, *names)
