"""Reaching a SQLite file, creating and emptying one, and what is said when that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import get_ident
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry, Pool

from dbtasks.databases.failures import said
from dbtasks.databases.sqlite.addresses import path_of
from dbtasks.databases.sqlite.ddl import quoted
from dbtasks.databases.sqlite.second_connections import is_second, lend_connection
from dbtasks.databases.transactions import commit
from dbtasks.errors import DatabaseError
from dbtasks.hints import command

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

LIMIT = 3.0
"""How long to wait for another program's lock, in seconds: a verb ends within five."""

_AS_IT_WAS = "dbtasks_as_it_was"

_TROUBLES = {
    "SQLITE_BUSY": (
        "is locked: for {limit:g} seconds, another program has kept it to itself",
        "Close that program (a shell, a database browser, a server), or wait; then try again.",
    ),
    "SQLITE_CANTOPEN": (
        "can't be opened, or its folder can't be written",
        "Let your user write there, or correct {source}; then: ",
    ),
    "SQLITE_CORRUPT": ("is damaged: {reason}", "Restore the file from a backup."),
    "SQLITE_FULL": ("can't grow: {reason}", "Make room on the disk, then try again."),
    "SQLITE_IOERR": ("can't be read or written: {reason}", "Look at the disk, then try again."),
    "SQLITE_NOTADB": (
        "is no SQLite database, but some other file",
        "Correct {source}, or move the file away; then: ",
    ),
    "SQLITE_READONLY": (
        "can't be written: the file or its folder is read-only",
        "Let your user write to both, then try again.",
    ),
}
"""By the beginning of SQLite's error code: what is the matter with the database, what to do."""


def prepare(engine: Engine, *, reading: bool) -> None:
    """Take over transactions and foreign keys (see `_own_transactions`)."""
    lend_connection(engine)
    event.listen(engine, "connect", _own_transactions)
    event.listen(engine, "begin", _begin_reading if reading else _begin)


@contextmanager
def prepared_elsewhere(*, reading: bool) -> Iterator[None]:
    """Do the same for each engine that begins a transaction in this thread meanwhile.

    A connection may have been made before; it is given back as it was.
    """
    thread = get_ident()
    begin = _begin_reading if reading else _begin
    lending: dict[Engine, ExitStack] = {}

    def on_begin(connection: Connection) -> None:
        driver = connection.connection.driver_connection
        is_meant = get_ident() == thread and not _is_prepared(connection.engine)
        if is_meant and isinstance(driver, sqlite3.Connection):
            foreign_keys = driver.execute("PRAGMA foreign_keys").fetchone()[0]
            connection.info.setdefault(_AS_IT_WAS, (foreign_keys, driver.isolation_level))
            _own_transactions(driver, None)
            begin(connection)
            if not reading and connection.engine not in lending:
                lending[connection.engine] = lend_connection(connection.engine, driver)

    def on_checkin(driver: object, record: ConnectionPoolEntry) -> None:
        if isinstance(driver, sqlite3.Connection) and _AS_IT_WAS in record.info:
            foreign_keys, driver.isolation_level = record.info.pop(_AS_IT_WAS)
            driver.execute(f"PRAGMA foreign_keys={foreign_keys}")

    event.listen(Engine, "begin", on_begin)
    event.listen(Pool, "checkin", on_checkin)
    try:
        yield
    finally:
        event.remove(Engine, "begin", on_begin)
        event.remove(Pool, "checkin", on_checkin)
        for lent in lending.values():
            lent.close()


def _is_prepared(engine: Engine) -> bool:
    return any(event.contains(engine, "begin", begin) for begin in (_begin, _begin_reading))


def create(database: Database) -> Callable[[], None]:
    """Create the file, and the folders above it; return what takes these away again."""
    path = path_of(database.url)
    assert path is not None
    missing = [folder for folder in path.parents if not folder.exists()]

    def take_away() -> None:
        for file in files(database):
            file.unlink(missing_ok=True)
        for folder in filter(Path.is_dir, missing):
            folder.rmdir()

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database.run(lambda connection: connection.exec_driver_sql("PRAGMA user_version"))
    except OSError as error:
        raise explain(error, database) from error
    except BaseException:
        take_away()
        raise
    return take_away


def files(database: Database) -> tuple[Path, ...]:
    """Return the file and its journals; none for a database in memory."""
    path = path_of(database.url)
    ends = ("", "-journal", "-wal", "-shm")
    return () if path is None else tuple(path.with_name(path.name + end) for end in ends)


def erase(connection: Connection) -> None:
    """Drop every view and table, in one transaction.

    Virtual tables go first: each takes the tables that it is made of along.
    """
    objects = connection.exec_driver_sql(
        "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table')"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY type DESC, sql LIKE 'CREATE VIRTUAL%' DESC"
    ).all()
    for kind, name in objects:
        connection.exec_driver_sql(f"DROP {kind} IF EXISTS {quoted(name)}")
    commit(connection)


def explain(error: Exception, database: Database) -> DatabaseError:
    """Return the error to show for a file that can't be opened."""
    path = path_of(database.url)
    if path and not path.parent.is_dir():
        return DatabaseError(
            f"The folder of the database {database.name} is missing.",
            "Make both: ",
            command("init"),
        )
    return trouble(error, database) or DatabaseError(
        f"The database {database.name} can't be opened: {said(error)}.",
        f"Correct {database.source}, then: ",
        command("status"),
    )


def trouble(error: Exception, database: Database) -> DatabaseError | None:
    """Return the error to show if the file, not the statement, is at fault."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    found = next((lines for start, lines in _TROUBLES.items() if code.startswith(start)), None)
    if found is None:
        return None
    facts = {"limit": LIMIT, "reason": said(error), "source": database.source}
    what, step = (line.format(**facts) for line in found)
    follows = (command("init"),) if step.endswith("then: ") else ()
    return DatabaseError(f"The database {database.name} {what}.", step, *follows)


def _own_transactions(dbapi_connection: sqlite3.Connection, _record: object) -> None:
    """Leave BEGIN to SQLAlchemy, and foreign keys off.

    Python's driver commits before each DDL statement unless it is told to leave transactions
    alone, so that half a migration would stay behind. Foreign keys can only be switched outside
    of a transaction; while they are on, a rebuilt parent table deletes its children's rows.
    """
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA foreign_keys=OFF")


def _begin(connection: Connection) -> None:
    if not is_second(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    if not is_second(connection):
        connection.exec_driver_sql("BEGIN")
