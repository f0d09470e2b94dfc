"""All that is SQLite's own about connecting, creating and erasing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL, make_url

from dbtasks.databases.backend import Backend, RunAt, Work
from dbtasks.errors import DatabaseError

BUSY_TIMEOUT_SECONDS = 5.0


class SQLite(Backend):
    """SQLite, always through the standard library's driver.

    Migrations run one after the other, so aiosqlite, which runs that same driver in a thread,
    has nothing to add: its addresses open here synchronously.
    """

    def __init__(self, url: URL, name: str) -> None:
        super().__init__(url.set(drivername="sqlite+pysqlite"), name)

    @property
    def path(self) -> Path | None:
        """The database's file; None for one in memory."""
        name = self.url.database
        return None if not name or name == ":memory:" else Path(name.removeprefix("file:"))

    def engine_options(self) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL."""
        return {"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}}

    def prepare(self, engine: Engine) -> None:
        """Take over transactions and foreign keys (see `_own_transactions`)."""
        event.listen(engine, "connect", _own_transactions)
        event.listen(engine, "begin", _begin)

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
        """Drop every view and table, in one transaction."""
        objects = connection.exec_driver_sql(
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table')"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC"
        ).all()
        quote = connection.dialect.identifier_preparer.quote_identifier
        for kind, name in objects:
            connection.exec_driver_sql(f"DROP {kind} {quote(name)}")
        connection.commit()

    def explain(self, error: Exception) -> DatabaseError:
        """Return the error to show for a file that can't be opened."""
        reason = getattr(error, "orig", None) or error
        return DatabaseError(
            f"The database {self.name} can't be opened: {reason}.",
            "Check that the folder exists and may be written, and that the file is a database.",
        )


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
