"""A copy of a database on which everything may be tried and nothing stays.

SQLite is copied into memory, rows and all. PostgreSQL has transactions that hold everything, so
there the copy is the database itself, in a transaction that is rolled back; or another one, where
it is empty and there would be more locks than a transaction can hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url

from dbtasks.databases.database import Database
from dbtasks.databases.scratch import (
    MOST_TABLES_IN_A_TRANSACTION,
    in_scratch_database,
    rolled_back,
)

Result = TypeVar("Result")

MOST_BYTES_COPIED = 500_000_000
"""A larger SQLite database is copied without its rows."""


def on_scratch_copy(
    database: Database,
    connection: Connection,
    work: Callable[[Connection], Result],
    tables: int = 0,
) -> Result:
    """Return `work(copy)`, done where everything may be tried and nothing stays.

    `tables` is how many of them the work makes or drops.
    """
    if connection.dialect.name != "sqlite":
        inspector = inspect(connection)
        is_large = tables > MOST_TABLES_IN_A_TRANSACTION
        if is_large and len(inspector.get_table_names()) <= 1:  # Alembic's own may be there.
            schemas = {*inspector.get_schema_names()} - {"information_schema"}
            return in_scratch_database(database, connection, schemas, work)
        with rolled_back(connection):
            return work(connection)
    source = connection.connection.driver_connection
    assert isinstance(source, sqlite3.Connection)

    def work_on_copy(copy: Connection) -> Result:
        target = copy.connection.driver_connection
        assert isinstance(target, sqlite3.Connection)
        _copy(source, target)
        return work(copy)

    return Database(make_url("sqlite+pysqlite://"), database.root).run(work_on_copy)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    pages, size = (
        source.execute(f"PRAGMA page_{part}").fetchone()[0] for part in ("count", "size")
    )
    if pages * size <= MOST_BYTES_COPIED:
        source.backup(target)
        return
    query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'"
    for (statement,) in source.execute(f"{query} ORDER BY type = 'table' DESC, rowid"):
        target.execute(statement)
