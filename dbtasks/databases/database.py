"""Running synchronous work on a connection, through a driver of either kind.

Alembic is synchronous, so an asynchronous driver is wrapped: the work runs inside of its event
loop, in a thread of its own where a loop is already running.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dbtasks.databases.address import driver_fails, parse_address, shown
from dbtasks.databases.backend import Backend
from dbtasks.databases.failures import said, shortened
from dbtasks.databases.interrupts import interruptible, raised_at_once
from dbtasks.databases.kinds import backend_of
from dbtasks.databases.limit import within
from dbtasks.errors import DatabaseError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Database:
    """A database by its address, which `source` told: the name of a setting.

    `root` is the project's folder. The address may hold a password, so no repr shows it.
    """

    url: URL = field(repr=False)
    root: Path
    source: str = "DATABASE_URL"

    @classmethod
    def at(cls, text: str, root: Path, source: str = "DATABASE_URL") -> Database:
        """Return the database that the address `text` means (see `parse_address`)."""
        return cls(parse_address(text, root, source), root, source)

    @cached_property
    def name(self) -> str:
        """The database as people see it: the address without secrets."""
        return shown(self.url, self.root)

    @property
    def short_name(self) -> str:
        """The name alone: the database's on a server, the file's for SQLite."""
        return Path(self.url.database or "").name

    def at_address(self, url: URL) -> Database:
        """Return a database at another address, which we open ourselves."""
        return Database(url, self.root, self.source)

    def beside(self, name: str) -> Database:
        """Return the database called `name` on the same server."""
        return self.at_address(self.url.set(database=name))

    @property
    def backend(self) -> Backend:
        """All that is particular to this kind of database."""
        return backend_of(self.url)

    @property
    def limit(self) -> float:
        """How long the database may take to answer, in seconds."""
        return self.backend.limit(self.url)

    def exists(self) -> bool:
        """Whether the database is there. Raises `DatabaseError` if that can't be found out."""
        return self.backend.exists(self)

    def create(self) -> Callable[[], None] | None:
        """Create the database if it is missing; return what takes it away again, None if not."""
        return None if self.exists() else self.backend.create(self)

    def erase(self) -> None:
        """Drop everything in the database, and keep the database itself."""
        self.run(self.backend.erase)

    def trouble(self, error: DBAPIError) -> DatabaseError | None:
        """Return the error to show for a statement that the database's state made fail.

        None when the statement itself is at fault.
        """
        return self.backend.trouble(error, self)

    def read(self, work: Callable[[Connection], Result], *, limit: float | None = None) -> Result:
        """Return `work(connection)` on a connection that brings no database into being.

        It takes no lock that keeps others from writing. `limit` shortens the wait for the
        server, in seconds. Raises as `run` does.
        """
        return self._open(work, reading=True, limit=limit)

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return `work(connection)`; what `work` doesn't commit is rolled back.

        Raises `DatabaseError` when the database can't be reached, or refuses a statement and
        `work` does not say why.
        """
        return self._open(work, reading=False)

    def _open(
        self, work: Callable[[Connection], Result], *, reading: bool, limit: float | None = None
    ) -> Result:
        seconds = min(limit or self.limit, self.limit)
        try:
            if self.backend.is_async(self.url):
                return _complete(lambda: _run_async(self, work, seconds))
            with _connected(self, seconds, reading=reading) as connection:
                driver_connection = connection.connection.driver_connection
                with interruptible(lambda: self.backend.cancel(driver_connection)):
                    return work(connection)
        except DBAPIError as error:
            raise self.trouble(error) or self._refusal(error) from error

    def _refusal(self, error: DBAPIError) -> DatabaseError:
        """Return the error to show for a statement that failed, and of which nothing is known."""
        return DatabaseError(
            f"The database {self.name} refused a statement: {said(error)}"
            f"\n  in: {shortened(error.statement or '')}",
            "To see where it came from, add --traceback.",
        )


@contextmanager
def _connected(database: Database, seconds: float, *, reading: bool) -> Iterator[Connection]:
    backend = database.backend
    with _explained(database):
        url = backend.url_to_open(database.url, reading=reading)
        engine = create_engine(url, poolclass=NullPool, **backend.engine_options(database.url))
        backend.prepare(engine, reading=reading)
        connection = within(seconds, engine.connect) if backend.is_remote else engine.connect()
    with connection:
        yield connection


async def _run_async(
    database: Database, work: Callable[[Connection], Result], seconds: float
) -> Result:
    from sqlalchemy.ext.asyncio import create_async_engine

    backend = database.backend
    with _explained(database):
        url = backend.url_to_open(database.url, reading=False)
        options = backend.engine_options(database.url)
        engine = create_async_engine(url, poolclass=NullPool, **options)
        async with asyncio.timeout(seconds):
            connection = await engine.connect()
    try:
        return await connection.run_sync(work)
    finally:
        await connection.close()


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    """Turn whatever a driver raises while it connects into a `DatabaseError`.

    Drivers raise what they like here: their own errors, the system's, a TypeError for an option.
    """
    try:
        yield
    except ImportError as error:
        raise driver_fails(database.url, error) from error
    except Exception as error:
        raise database.backend.explain(error, database) from error


def _complete(start: Callable[[], Awaitable[Result]]) -> Result:
    """Run a coroutine to its end, beside an event loop that may already run in this thread."""

    async def main() -> Result:
        return await start()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        with raised_at_once():
            return asyncio.run(main())
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(copy_context().run, asyncio.run, main()).result()
