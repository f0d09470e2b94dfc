"""What stands around a SQLite table, kept while another is put in its place.

Indexes, triggers and views are there afterwards, no row is missing, and no reference points
nowhere that did not before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dbtasks.databases.sqlite.ddl import quoted, tokenize, unquoted
from dbtasks.databases.sqlite.references import lost, violations
from dbtasks.errors import MigrationError, RefusedError


@contextmanager
def kept(connection: Connection, table: str, dependents: Mapping[str, str]) -> Iterator[None]:
    """Keep what stands around a table that is replaced meanwhile.

    `dependents` are the statements that make its indexes and triggers, by their names; those that
    are gone at the end are made again. Raises `MigrationError` when a row or a reference would be
    lost, `RefusedError` while foreign keys are enforced, since then the old table's end deletes
    its children's rows.
    """
    _refuse_enforced_foreign_keys(connection, table)
    rows = count(connection, table)
    broken = violations(connection, table)
    works = working(connection)
    sequence = _sequence(connection, table)
    yield
    there = _names(connection)
    for name, sql in dependents.items():
        if name not in there:
            connection.exec_driver_sql(sql)
    if sequence is not None:
        update = "UPDATE sqlite_sequence SET seq = ? WHERE name = ?"
        connection.exec_driver_sql(update, (sequence, table))
    if count(connection, table) != rows:
        raise MigrationError(f"Rebuilding {table} would lose rows; it had {rows}.")
    if orphans := [*lost(connection, violations(connection, table), broken)]:
        raise MigrationError(
            f"Rebuilding {table} would leave rows that refer to nothing: {'; '.join(orphans)}."
        )
    broken_now = works - working(connection)
    if broken_now:
        raise MigrationError(
            f"The change of {table} breaks {', '.join(sorted(broken_now))}.",
            "Drop or change it first, in the same revision.",
        )


@contextmanager
def guarded(connection: Connection, table: str) -> Iterator[None]:
    """Keep what Alembic's own way to replace a table does not see. Raises as `kept` does."""
    if table not in _names(connection):
        yield
        return
    dependents = made_from(connection, table)
    before = _columns(connection, table)
    unseen = {name: sql for name, sql in dependents.items() if _is_unseen(connection, name)}
    with kept(connection, table, unseen), legacy_renames(connection):
        yield
        gone = {name.lower() for name in before - _columns(connection, table)}
        for name, sql in list(unseen.items()):
            if gone & {unquoted(token).lower() for token in tokenize(sql)}:
                del unseen[name]


@contextmanager
def legacy_renames(connection: Connection) -> Iterator[None]:
    """Let a table be renamed while a view or a trigger elsewhere names the one that is gone."""
    connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA legacy_alter_table = OFF")


def made_from(
    connection: Connection, table: str, without_indexes: Collection[str] = ()
) -> dict[str, str]:
    """Return the statements that make a table's indexes and triggers, by their names."""
    query = (
        "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger')"
        " AND lower(tbl_name) = lower(?) AND sql IS NOT NULL ORDER BY rowid"
    )
    rows = connection.exec_driver_sql(query, (table,)).all()
    return {name: sql for name, sql in rows if name not in without_indexes}


def count(connection: Connection, table: str) -> int:
    """Return how many rows a table has."""
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {quoted(table)}").scalar_one())


def _is_unseen(connection: Connection, name: str) -> bool:
    """Whether Alembic passes over a trigger or an index: one over more than columns."""
    columns = connection.exec_driver_sql("SELECT cid FROM pragma_index_info(?)", (name,)).scalars()
    found = columns.all()
    return not found or -2 in found  # That is SQLite's number for an expression.


def _names(connection: Connection) -> set[str]:
    return set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())


def _columns(connection: Connection, table: str) -> set[str]:
    query = "SELECT name FROM pragma_table_xinfo(?)"
    return set(connection.exec_driver_sql(query, (table,)).scalars())


def _refuse_enforced_foreign_keys(connection: Connection, table: str) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RefusedError(
            f"{table} can't be rebuilt while foreign keys are enforced: rows that refer to it "
            "would be deleted.",
            "Let dbtasks make the connection, or begin it with PRAGMA foreign_keys=OFF.",
        )


def working(connection: Connection) -> set[str]:
    """Return the views that can be read, and what can be done to tables that have triggers."""
    query = "SELECT DISTINCT type, tbl_name FROM sqlite_master WHERE type IN ('view', 'trigger')"
    found = connection.exec_driver_sql(query).all()
    tried = [
        pair
        for kind, name in found
        for pair in (_reading(name) if kind == "view" else _writing(connection, name))
    ]
    return {what for what, statement in tried if _works(connection, statement)}


def _reading(view: str) -> Iterator[tuple[str, str]]:
    yield f"the view {view}", f"SELECT * FROM {quoted(view)} LIMIT 0"


def _writing(connection: Connection, table: str) -> Iterator[tuple[str, str]]:
    """Yield statements that make SQLite compile the triggers of a table, and run none of them."""
    query = "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0"
    columns = connection.exec_driver_sql(query, (table,)).scalars().all()
    same = ", ".join(f"{quoted(name)} = {quoted(name)}" for name in columns)
    name, what = quoted(table), f"a trigger on {table}"
    yield f"{what} (INSERT)", f"EXPLAIN INSERT INTO {name} DEFAULT VALUES"
    yield f"{what} (UPDATE)", f"EXPLAIN UPDATE {name} SET {same}"
    yield f"{what} (DELETE)", f"EXPLAIN DELETE FROM {name}"


def _works(connection: Connection, statement: str) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(statement).close()
    except DBAPIError:
        return False
    return True


def _sequence(connection: Connection, table: str) -> int | None:
    """Return the highest key that an AUTOINCREMENT table has ever given out."""
    query = "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'"
    if not connection.exec_driver_sql(query).scalar():
        return None
    query = "SELECT seq FROM sqlite_sequence WHERE name = ?"
    value = connection.exec_driver_sql(query, (table,)).scalar()
    return None if value is None else int(value)
