"""Rows that refer to nothing, counted while foreign keys are off.

A table whose foreign key refers to columns that are no key at the moment can't be looked at:
SQLite calls that a mismatch. A revision may take a key away and give it back in its next batch, so
what was last seen of such a table is remembered until it can be looked at again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from dbtasks.databases.sqlite.ddl import quoted
from dbtasks.databases.terms import shortened
from dbtasks.hints import counted

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


def lost(connection: Connection, after: Violations, before: Violations) -> Iterator[str]:
    """Yield how many more rows than before refer to nothing, as far as that is known."""
    nothing: Counter[str] = Counter()
    for table, found in after.items():
        known = before.get(table, nothing)
        if found is None or known is None:
            continue
        for parent, rows in (found - known).items():
            one = _one_of(connection, table, parent)
            yield f"{counted(rows, 'row')} of {table} in {parent}{one}"


def _one_of(connection: Connection, table: str, parent: str) -> str:
    """Return what one of the rows that lack a parent holds in the foreign key's columns."""
    query = (
        'SELECT f."from", c."rowid" FROM pragma_foreign_key_check(:child) AS c'
        " JOIN pragma_foreign_key_list(:child) AS f ON f.id = c.fkid"
        ' WHERE c.parent = :parent AND c."rowid" IS NOT NULL ORDER BY c."rowid", f.id, f.seq'
    )
    names = {"child": table, "parent": parent}
    found = connection.exec_driver_sql(query, names).all()
    columns = list(dict.fromkeys(name for name, row in found if row == found[0].rowid))
    if not columns:
        return ""
    listed = ", ".join(map(quoted, columns))
    chosen = f"SELECT {listed} FROM {quoted(table)} WHERE rowid = :row"
    values = connection.exec_driver_sql(chosen, {"row": found[0].rowid}).one()
    pairs = zip(columns, values, strict=True)
    return ", one with " + ", ".join(f"{name} {shortened(value)}" for name, value in pairs)


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
