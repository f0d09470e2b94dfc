"""Where SQLite tries things out: in memory, on a copy with all its rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, MetaData, create_engine
from sqlalchemy.engine import make_url

from dbtasks.databases.sqlite import schema as sqlite
from dbtasks.databases.sqlite.addresses import path_of
from dbtasks.databases.trying import build_models
from dbtasks.schema.facts import Schema

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

Result = TypeVar("Result")

MOST_BYTES_COPIED = 500_000_000
"""A larger database is copied without its rows."""


def declared_schema(metadata: MetaData) -> Schema:
    """Return the facts of what `metadata` declares, built in memory."""
    with create_engine("sqlite://").connect() as connection:
        build_models(connection, metadata)
        return sqlite.read(connection)


def on_scratch_copy(
    database: Database, connection: Connection, work: Callable[[Connection], Result]
) -> Result:
    """Return `work(copy)`, done on a copy in memory."""

    def work_on_copy(copy: Connection) -> Result:
        with _source(connection) as source:
            _copy(source, _driver_connection(copy))
        return work(copy)

    return database.at_address(make_url("sqlite+pysqlite://")).run(work_on_copy)


@contextmanager
def empty_database(database: Database) -> Iterator[Database]:
    """Provide a database in memory, which is empty each time that it is opened."""
    yield database.at_address(make_url("sqlite+pysqlite://"))


@contextmanager
def traced(connection: Connection, note: Callable[[str], None]) -> Iterator[None]:
    """Let `note` have each statement that is run meanwhile, with its values."""
    driver = _driver_connection(connection)
    driver.set_trace_callback(note)
    try:
        yield
    finally:
        driver.set_trace_callback(None)


@contextmanager
def _source(connection: Connection) -> Iterator[sqlite3.Connection]:
    """Give Python's own connection to a database, a new one where another driver hides it."""
    driver = connection.connection.driver_connection
    path = path_of(connection.engine.url)
    if isinstance(driver, sqlite3.Connection) or path is None:
        yield _driver_connection(connection)
        return
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as own:
        yield own


def _driver_connection(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


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
