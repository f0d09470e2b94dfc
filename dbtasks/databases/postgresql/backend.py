"""All that is PostgreSQL's own about connecting, creating and erasing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, TextClause, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from dbtasks.databases.backend import Backend, RunAt, Work, said
from dbtasks.databases.postgresql import errors as postgresql_errors
from dbtasks.databases.postgresql.errors import MissingDatabaseError
from dbtasks.errors import DatabaseError
from dbtasks.hints import Command, command

_MAINTENANCE_DATABASES = ("postgres", "template1")
"""Where a database is created from: the first may have been dropped, the second is always there."""

# What is an extension's ('e') stays; what is a part of something else ('i') goes with that.
_DROP_STATEMENTS = """
WITH kept AS (
    SELECT classid, objid FROM pg_depend
    WHERE deptype IN ('e', 'i') AND (classid, objid) <> (refclassid, refobjid)
),
own AS (
    SELECT oid, nspname FROM pg_namespace
    WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
      AND ('pg_namespace'::regclass, oid) NOT IN (SELECT * FROM kept)
),
relations AS (
    SELECT relkind, nspname, relname FROM pg_class JOIN own ON own.oid = relnamespace
    WHERE ('pg_class'::regclass, pg_class.oid) NOT IN (SELECT * FROM kept)
)
SELECT statement FROM (
    SELECT 1 AS rank, format('DROP %s IF EXISTS %I.%I CASCADE',
        CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
            WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, nspname, relname) AS statement
    FROM relations WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL
    SELECT 2, format('DROP SEQUENCE IF EXISTS %I.%I CASCADE', nspname, relname)
    FROM relations WHERE relkind = 'S'
    UNION ALL
    SELECT 3, format('DROP ROUTINE IF EXISTS %s CASCADE', pg_proc.oid::regprocedure)
    FROM pg_proc JOIN own ON own.oid = pronamespace
    WHERE ('pg_proc'::regclass, pg_proc.oid) NOT IN (SELECT * FROM kept)
    UNION ALL
    SELECT 4, format('DROP TYPE IF EXISTS %I.%I CASCADE', nspname, typname)
    FROM pg_type JOIN own ON own.oid = typnamespace
    WHERE (typtype IN ('e', 'd', 'r')
           OR typtype = 'c' AND typrelid IN (SELECT oid FROM pg_class WHERE relkind = 'c'))
      AND ('pg_type'::regclass, pg_type.oid) NOT IN (SELECT * FROM kept)
    UNION ALL
    SELECT 5, format('DROP COLLATION IF EXISTS %I.%I CASCADE', nspname, collname)
    FROM pg_collation JOIN own ON own.oid = collnamespace
    WHERE ('pg_collation'::regclass, pg_collation.oid) NOT IN (SELECT * FROM kept)
    UNION ALL
    SELECT 6, format('DROP SCHEMA IF EXISTS %I CASCADE', nspname) FROM own
    WHERE nspname NOT IN ('public', current_schema())
      AND oid NOT IN (SELECT extnamespace FROM pg_extension)
) AS drops ORDER BY rank, statement
"""


class PostgreSQL(Backend):
    """PostgreSQL through psycopg2, psycopg or asyncpg."""

    is_remote = True

    def __init__(self, url: URL, name: str, source: str) -> None:
        super().__init__(url, name, source)
        self.is_async = url.get_driver_name() == "asyncpg"
        asked = url.query.get("connect_timeout")
        if isinstance(asked, str) and asked.isdecimal() and int(asked):
            self.limit = float(asked)

    def engine_options(self) -> dict[str, Any]:
        """Return what `create_engine` needs beside the URL: a limit on waiting for the server.

        Our own limit holds as well (see `within`); this one ends what that leaves behind.
        """
        option = "timeout" if self.is_async else "connect_timeout"
        return {"connect_args": {option: int(self.limit)}}

    def prepare(self, engine: Engine, *, reading: bool) -> None:
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
        """Create the database, from one that every server has."""
        for name in _MAINTENANCE_DATABASES:
            try:
                run_at(self.url.set(database=name), self._create_database)
            except MissingDatabaseError:
                continue
            return
        raise DatabaseError(
            f"The database {self.url.database} is missing, and the server has none to create it "
            f"from: neither {' nor '.join(_MAINTENANCE_DATABASES)}.",
            *self._ask_administrator(),
        )

    def erase(self, connection: Connection) -> None:
        """Drop every object that is no extension's, statement by statement.

        One transaction can't hold the locks of a few thousand tables ("out of shared memory"),
        so each statement commits by itself.
        """
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in connection.scalars(text(_DROP_STATEMENTS)).all():
            connection.execute(_literal(statement))

    def cancel(self, driver_connection: Any) -> None:
        """End the statement that runs; asyncpg's ends with its task."""
        if not self.is_async:
            driver_connection.cancel()

    def explain(self, error: Exception) -> DatabaseError:
        """Return the error to show for a connection that failed, by what the server said."""
        return postgresql_errors.explain(error, self.url, self.source)

    def trouble(self, error: DBAPIError) -> DatabaseError | None:
        """Return the error to show if the server's state, not the statement, is at fault."""
        return postgresql_errors.trouble(error, self.url, self.source)

    def _create_database(self, connection: Connection) -> None:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        quoted = connection.dialect.identifier_preparer.quote_identifier(self.url.database or "")
        try:
            connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
        except DBAPIError as error:
            if self._is_there(connection):
                return  # somebody else was quicker
            raise DatabaseError(
                f"The database {self.url.database} is missing, and the role {self.url.username} "
                f"could not create it: {said(error)}.",
                *self._ask_administrator(),
            ) from error

    def _is_there(self, connection: Connection) -> bool:
        query = text("SELECT 1 FROM pg_database WHERE datname = :name")
        return bool(connection.scalar(query, {"name": self.url.database}))

    def _ask_administrator(self) -> tuple[str | Command, ...]:
        statement = f"createdb -O {self.url.username} {self.url.database}"
        return f"Ask an administrator for: {statement}; then: ", command("init")


def _literal(statement: str) -> TextClause:
    """Return a statement in which no colon begins a parameter, for any driver's percent signs."""
    return text(statement.replace(":", r"\:"))
