"""All that is SQLite's own about connecting, creating and erasing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError

from dbtasks.databases.backend import Backend, RunAt, Work, said
from dbtasks.errors import DatabaseError
from dbtasks.hints import command

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


class SQLite(Backend):
    """SQLite, always through the standard library's driver.

    Migrations run one after the other, so aiosqlite, which runs that same driver in a thread,
    has nothing to add: its addresses open here synchronously.
    """

    def __init__(self, url: URL, name: str, source: str) -> None:
        super().__init__(url.set(drivername="sqlite+pysqlite"), name, source)

    @property
    def path(self) -> Path | None:
        """The database's file; None for one in memory."""
        name = (self.url.database or "").removeprefix("file:")
        in_memory = (
            not name or name.startswith(":memory:") or self.url.query.get("mode") == "memory"
        )
        return None if in_memory else Path(name)

    def engine_options(self) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL: how long to wait for a lock."""
        return {"connect_args": {"timeout": self.limit}}

    def prepare(self, engine: Engine, *, reading: bool) -> None:
        """Take over transactions and foreign keys (see `_own_transactions`)."""
        event.listen(engine, "connect", _own_transactions)
        event.listen(engine, "begin", _begin_reading if reading else _begin)

    def url_for_reading(self) -> URL:
        """Return the address, or that of an empty database in memory while there is no file."""
        return self.url if self.path and self.path.exists() else make_url("sqlite+pysqlite://")

    def exists(self, run: Callable[[Work], Any]) -> bool:  # noqa: ARG002
        """Whether the file is there; a database in memory always is."""
        return self.path is None or self.path.exists()

    def create(self, run_at: RunAt) -> None:
        """Create the file, and the folders above it."""
        assert self.path is not None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.explain(error) from error
        run_at(self.url, lambda connection: connection.exec_driver_sql("PRAGMA user_version"))

    def erase(self, connection: Connection) -> None:
        """Drop every view and table, in one transaction.

        Virtual tables go first: each takes the tables that it is made of along.
        """
        objects = connection.exec_driver_sql(
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table')"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " ORDER BY type DESC, sql LIKE 'CREATE VIRTUAL%' DESC"
        ).all()
        quote = connection.dialect.identifier_preparer.quote_identifier
        for kind, name in objects:
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {quote(name)}")
        connection.commit()

    def cancel(self, driver_connection: sqlite3.Connection) -> None:
        """End the statement that runs."""
        driver_connection.interrupt()

    def explain(self, error: Exception) -> DatabaseError:
        """Return the error to show for a file that can't be opened."""
        if self.path and not self.path.parent.is_dir():
            return DatabaseError(
                f"The folder of the database {self.name} is missing.",
                "Make both: ",
                command("init"),
            )
        return self._known(error) or DatabaseError(
            f"The database {self.name} can't be opened: {said(error)}.",
            f"Correct {self.source}, then: ",
            command("status"),
        )

    def trouble(self, error: DBAPIError) -> DatabaseError | None:
        """Return the error to show if the file, not the statement, is at fault."""
        return self._known(error)

    def _known(self, error: Exception) -> DatabaseError | None:
        code = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
        found = next((lines for start, lines in _TROUBLES.items() if code.startswith(start)), None)
        if found is None:
            return None
        facts = {
            "limit": self.limit,
            "reason": said(error),
            "source": self.source,
        }
        what, step = (line.format(**facts) for line in found)
        follows = (command("init"),) if step.endswith("then: ") else ()
        return DatabaseError(f"The database {self.name} {what}.", step, *follows)


def _own_transactions(dbapi_connection: sqlite3.Connection, _record: object) -> None:
    """Leave BEGIN to SQLAlchemy, and foreign keys off.

    Python's driver commits before each DDL statement unless it is told to leave transactions
    alone, so that half a migration would stay behind. Foreign keys can only be switched outside
    of a transaction; while they are on, a rebuilt parent table deletes its children's rows.
    """
    dbapi_connection.isolation_level = None
    dbapi_connection.execute("PRAGMA foreign_keys=OFF")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
