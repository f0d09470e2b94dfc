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
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dbtasks.databases.address import driver_fails, for_driver, parse_address, shown
from dbtasks.databases.backend import Backend
from dbtasks.databases.interrupts import interruptible, raised_at_once
from dbtasks.databases.limit import within
from dbtasks.databases.postgresql.backend import PostgreSQL
from dbtasks.databases.sqlite.backend import SQLite

Result = TypeVar("Result")

_BACKENDS: dict[str, type[Backend]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


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

    def beside(self, name: str) -> Database:
        """Return the database called `name` on the same server."""
        return replace(self, url=self.url.set(database=name))

    @cached_property
    def backend(self) -> Backend:
        """All that is particular to this kind of database."""
        return _BACKENDS[self.url.get_backend_name()](self.url, self.name, self.source)

    def exists(self) -> bool:
        """Whether the database is there. Raises `DatabaseError` if that can't be found out."""
        return self.backend.exists(self.run)

    def create(self) -> bool:
        """Create the database if it is missing; return whether it was."""
        if self.exists():
            return False
        self.backend.create(self._run_at)
        return True

    def erase(self) -> None:
        """Drop everything in the database, and keep the database itself."""
        self.run(self.backend.erase)

    def read(self, work: Callable[[Connection], Result], *, limit: float | None = None) -> Result:
        """Return `work(connection)` on a connection that brings no database into being.

        It takes no lock that keeps others from writing. `limit` shortens the wait for the
        server, in seconds. Raises as `run` does.
        """
        return self._run_at(self.backend.url_for_reading(), work, reading=True, limit=limit)

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return `work(connection)`; what `work` doesn't commit is rolled back.

        Raises `DatabaseError` when the database can't be reached, or refuses a statement and
        `work` does not say why.
        """
        return self._run_at(self.backend.url, work)

    def _run_at(
        self,
        url: URL,
        work: Callable[[Connection], Result],
        *,
        reading: bool = False,
        limit: float | None = None,
    ) -> Result:
        backend = self.backend
        seconds = min(limit or backend.limit, backend.limit)
        try:
            if backend.is_async:
                return _complete(lambda: _run_async(backend, for_driver(url), work, seconds))
            with _connected(backend, for_driver(url), reading, seconds) as connection:
                driver_connection = connection.connection.driver_connection
                with interruptible(lambda: backend.cancel(driver_connection)):
                    return work(connection)
        except DBAPIError as error:
            raise backend.trouble(error) or backend.refusal(error) from error


@contextmanager
def _connected(backend: Backend, url: URL, reading: bool, seconds: float) -> Iterator[Connection]:
    with _explained(backend):
        engine = create_engine(url, poolclass=NullPool, **backend.engine_options())
        backend.prepare(engine, reading=reading)
        connection = within(seconds, engine.connect) if backend.is_remote else engine.connect()
    with connection:
        yield connection


async def _run_async(
    backend: Backend, url: URL, work: Callable[[Connection], Result], seconds: float
) -> Result:
    from sqlalchemy.ext.asyncio import create_async_engine

    with _explained(backend):
        engine = create_async_engine(url, poolclass=NullPool, **backend.engine_options())
        async with asyncio.timeout(seconds):
            connection = await engine.connect()
    try:
        return await connection.run_sync(work)
    finally:
        await connection.close()


@contextmanager
def _explained(backend: Backend) -> Iterator[None]:
    """Turn whatever a driver raises while it connects into a `DatabaseError`.

    Drivers raise what they like here: their own errors, the system's, a TypeError for an option.
    """
    try:
        yield
    except ImportError as error:
        raise driver_fails(backend.url, error) from error
    except Exception as error:
        raise backend.explain(error) from error


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
