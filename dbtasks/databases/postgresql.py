"""All that is PostgreSQL's own about connecting, creating and erasing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dbtasks import door
from dbtasks.databases.backend import Backend, RunAt, Work
from dbtasks.errors import DatabaseError

CONNECT_TIMEOUT_SECONDS = 4
_MAINTENANCE_DATABASE = "postgres"

_DROP_STATEMENTS = """
WITH kept AS (SELECT objid FROM pg_depend WHERE deptype = 'e'),
own AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
      AND oid NOT IN (SELECT objid FROM kept)
)
SELECT statement FROM (
    SELECT 1 AS rank, format('DROP %s IF EXISTS %I.%I CASCADE',
        CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
            WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, nspname, relname) AS statement
    FROM pg_class JOIN own ON own.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_class.oid NOT IN (SELECT objid FROM kept)
    UNION ALL
    SELECT 2, format('DROP SEQUENCE IF EXISTS %I.%I CASCADE', nspname, relname)
    FROM pg_class JOIN own ON own.oid = relnamespace
    WHERE relkind = 'S' AND pg_class.oid NOT IN (SELECT objid FROM kept)
    UNION ALL
    SELECT 3, format('DROP ROUTINE IF EXISTS %s CASCADE', pg_proc.oid::regprocedure)
    FROM pg_proc JOIN own ON own.oid = pronamespace
    WHERE pg_proc.oid NOT IN (SELECT objid FROM kept)
    UNION ALL
    SELECT 4, format('DROP TYPE IF EXISTS %I.%I CASCADE', nspname, typname)
    FROM pg_type JOIN own ON own.oid = typnamespace
    WHERE (typtype IN ('e', 'd', 'r') OR typtype = 'c' AND typrelid IN
           (SELECT oid FROM pg_class WHERE relkind = 'c'))
      AND pg_type.oid NOT IN (SELECT objid FROM kept)
    UNION ALL
    SELECT 5, format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM own
    WHERE nspname <> current_schema()
) AS drops ORDER BY rank, statement
"""


class MissingDatabaseError(DatabaseError):
    """The server answers, and has no database of that name."""


class NoAnswerError(DatabaseError):
    """No server answers at the address."""


class PostgreSQL(Backend):
    """PostgreSQL through psycopg2, psycopg or asyncpg."""

    def __init__(self, url: URL, name: str) -> None:
        super().__init__(url, name)
        self.is_async = url.get_driver_name() == "asyncpg"

    def engine_options(self) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL: a limit on waiting for the server."""
        option = "timeout" if self.is_async else "connect_timeout"
        if option in self.url.query:
            return {}
        return {"connect_args": {option: CONNECT_TIMEOUT_SECONDS}}

    def prepare(self, engine: Engine) -> None:
        """Do nothing: PostgreSQL's transactions hold DDL as they are."""

    def url_for_reading(self) -> URL:
        """Return the address: opening it never creates anything."""
        return self.url

    def exists(self, run: Callable[[Work], Any]) -> bool:
        """Whether the server has the database."""
        try:
            run(lambda connection: connection.scalar(text("SELECT 1")))
        except MissingDatabaseError:
            return False
        return True

    def create(self, run_at: RunAt) -> None:
        """Create the database, through the server's maintenance database."""
        assert self.url.database is not None

        def create_database(connection: Connection) -> None:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            quoted = connection.dialect.identifier_preparer.quote_identifier(
                self.url.database or ""
            )
            connection.exec_driver_sql(f"CREATE DATABASE {quoted}")

        try:
            run_at(self.url.set(database=_MAINTENANCE_DATABASE), create_database)
        except DBAPIError as error:
            raise DatabaseError(
                f"The database {self.url.database} is missing, and the role {self.url.username} "
                f"could not create it: {_first_line(error)}.",
                f"Ask an administrator for: createdb -O {self.url.username} {self.url.database}",
            ) from error

    def erase(self, connection: Connection) -> None:
        """Drop every object that is no extension's, statement by statement.

        One transaction can't hold the locks of a few thousand tables ("out of shared memory"),
        so each statement commits by itself.
        """
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in connection.scalars(text(_DROP_STATEMENTS)).all():
            connection.exec_driver_sql(statement.replace("%", "%%"))

    def explain(self, error: Exception) -> DatabaseError:
        """Return the error to show for a connection that failed, by what the server said."""
        reason = _first_line(error)
        user, database = self.url.username, self.url.database
        if re.search(r"database .* does not exist", reason):
            return MissingDatabaseError(
                f"The server at {self._server} has no database {database}.",
                f"Create it: {door.command('init')}",
            )
        if "password authentication failed" in reason or "no password supplied" in reason:
            return DatabaseError(
                f"The server at {self._server} refused the password of {user}.",
                "Check the user and password in DATABASE_URL (or in .env).",
            )
        if re.search(r"role .* does not exist", reason):
            return DatabaseError(
                f"The server at {self._server} knows no role {user}.",
                f"Check the user in DATABASE_URL, or ask for: createuser {user}",
            )
        return NoAnswerError(
            f"The server at {self._server} does not answer: {reason}.",
            f"Start it, or check the host and port in DATABASE_URL; then {door.command('wait')}",
        )

    @property
    def _server(self) -> str:
        host = self.url.host or self.url.query.get("host") or "the local socket"
        return f"{host}:{self.url.port}" if self.url.port else str(host)


def _first_line(error: Exception) -> str:
    """Return the server's own words, without the statement, the address and the help link."""
    reason = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    line = reason.splitlines()[0]
    line = re.sub(
        r"^<class '[^']*'>: |^connection to server .*? failed: |^connection failed: ", "", line
    )
    return line.removeprefix("FATAL:").removeprefix("connection to server").strip(" .")
