"""Rows that refer to nothing, counted while foreign keys are off.

A table whose foreign key refers to columns that are no key at the moment can't be looked at:
SQLite calls that a mismatch. A revision may take a key away and give it back in its next batch, so
what was last seen of such a table is remembered until it can be looked at again.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from dbtasks.databases.sqlite.ddl import quoted

_REMEMBERED = "dbtasks_references"
"""Where a connection keeps what was last seen."""

Violations = dict[str, Counter[str] | None]
"""By table, how many of its rows lack a row of which parent; None where that is not known."""


def violations(connection: Connection, table: str) -> Violations:
    """Return which rows of a table, and of those that refer to it, refer to nothing.

    As it was last seen, where that can't be seen now.
    """
    seen: Violations = connection.info.setdefault(_REMEMBERED, {})
    query = (
        "SELECT t.name FROM sqlite_master AS t WHERE t.type = 'table' AND EXISTS ("
        "SELECT 1 FROM pragma_foreign_key_list(t.name) AS f"
        ' WHERE lower(:name) IN (lower(t.name), lower(f."table")))'
    )
    found = {
        child: _seen(connection, child, seen.get(child))
        for child in connection.exec_driver_sql(query, {"name": table}).scalars().all()
    }
    seen.update(found)
    return found


def are_more(after: Violations, before: Violations) -> bool:
    """Whether more rows refer to nothing than did before, as far as that is known."""
    nothing: Counter[str] = Counter()
    pairs = ((found, before.get(table, nothing)) for table, found in after.items())
    return any(found - known for found, known in pairs if found is not None and known is not None)


def _seen(connection: Connection, table: str, last: Counter[str] | None) -> Counter[str] | None:
    found = _of_table(connection, table)
    return last if found is None else found


def _of_table(connection: Connection, table: str) -> Counter[str] | None:
    """Return the violations of one table; None while it refers to what is no key."""
    try:
        rows = connection.exec_driver_sql(f"PRAGMA foreign_key_check({quoted(table)})").all()
    except OperationalError as error:
        if "foreign key mismatch" not in str(error.orig):
            raise
        return None
    return Counter(parent for _, _, parent, _ in rows)
