"""One database, and the one way to work on it.

`Database.run` hands a synchronous connection to a function, whatever the driver: an asynchronous
one gets an event loop, in a thread of its own where a loop is already running.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from dbtasks.databases.address import parse_address, shown
from dbtasks.databases.backend import Backend
from dbtasks.databases.postgresql import PostgreSQL
from dbtasks.databases.sqlite import SQLite

Result = TypeVar("Result")

_BACKENDS: dict[str, type[Backend]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


@dataclass(frozen=True)
class Database:
    """A database by its address. `name` is how people see it: the address without secrets."""

    url: URL
    name: str
    backend: Backend

    @property
    def short_name(self) -> str:
        """The name alone: the database's on a server, the file's for SQLite."""
        return Path(self.url.database or "").name

    @classmethod
    def at(cls, text: str, root: Path, source: str = "DATABASE_URL") -> Database:
        """Return the database that the address `text` means (see `parse_address`)."""
        url = parse_address(text, root, source)
        name = shown(url, root)
        return cls(url, name, _BACKENDS[url.get_backend_name()](url, name))

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

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Return `work(connection)` on a connection that brings no database into being."""
        return self._run_at(self.backend.url_for_reading(), work)

    def run(self, work: Callable[[Connection], Result]) -> Result:
        """Return `work(connection)`; what `work` doesn't commit is rolled back.

        Raises `DatabaseError` when the database can't be reached.
        """
        return self._run_at(self.url, work)

    def _run_at(self, url: URL, work: Callable[[Connection], Result]) -> Result:
        if self.backend.is_async:
            return _complete(lambda: self._run_async(url, work))
        engine = create_engine(url, poolclass=NullPool, **self.backend.engine_options())
        self.backend.prepare(engine)
        with self._connected(engine) as connection:
            return work(connection)

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        try:
            connection = engine.connect()
        except DBAPIError as error:
            raise self.backend.explain(error) from error
        with connection:
            yield connection

    async def _run_async(self, url: URL, work: Callable[[Connection], Result]) -> Result:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(url, poolclass=NullPool, **self.backend.engine_options())
        self.backend.prepare(engine.sync_engine)
        try:
            connection = await engine.connect()
        except (DBAPIError, OSError) as error:
            raise self.backend.explain(error) from error
        async with connection:
            return await connection.run_sync(work)


def _complete(start: Callable[[], Awaitable[Result]]) -> Result:
    """Run a coroutine to its end, beside an event loop that may already run in this thread."""

    async def main() -> Result:
        return await start()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(main())
    with ThreadPoolExecutor(max_workers=1) as executor:
        return executor.submit(copy_context().run, asyncio.run, main()).result()
