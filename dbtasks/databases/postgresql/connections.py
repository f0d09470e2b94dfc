"""Reaching a PostgreSQL server, creating one of its databases and emptying one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from dbtasks.databases.failures import said
from dbtasks.databases.transactions import commit, is_lent
from dbtasks.errors import DatabaseError, MissingDatabaseError
from dbtasks.hints import Command, command
from dbtasks.operations.sql import literal_sql

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

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


def exists(database: Database) -> bool:
    """Whether the server has the database."""
    try:
        database.run(lambda connection: connection.scalar(text("SELECT 1")))
    except MissingDatabaseError:
        return False
    return True


def create(database: Database) -> Callable[[], None]:
    """Create the database, from one that every server has; return what drops it again."""
    name, role = str(database.url.database), database.url.username
    for maintenance in _MAINTENANCE_DATABASES:
        try:
            place = database.beside(maintenance)
            is_ours = place.run(lambda connection: _create(connection, name, role))
        except MissingDatabaseError:
            continue
        return partial(place.run, partial(_drop, name, is_ours))
    raise DatabaseError(
        f"The database {name} is missing, and the server has none to create it "
        f"from: neither {' nor '.join(_MAINTENANCE_DATABASES)}.",
        *_ask_administrator(name, role),
    )


def erase(connection: Connection) -> None:
    """Drop every object that is no extension's, statement by statement.

    One transaction can't hold the locks of a few thousand tables ("out of shared memory"),
    so each statement commits by itself. In somebody else's transaction all must be one.
    """
    if not is_lent(connection):
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    for statement in connection.scalars(text(_DROP_STATEMENTS)).all():
        connection.execute(literal_sql(statement))
    commit(connection)


def _create(connection: Connection, name: str, role: str | None) -> bool:
    """Create a database; return False where somebody else was quicker."""
    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    quoted = connection.dialect.identifier_preparer.quote_identifier(name)
    try:
        connection.exec_driver_sql(f"CREATE DATABASE {quoted}")
    except DBAPIError as error:
        if _is_there(connection, name):
            return False
        raise DatabaseError(
            f"The database {name} is missing, and the role {role} "
            f"could not create it: {said(error)}.",
            *_ask_administrator(name, role),
        ) from error
    return True


def _drop(name: str, is_ours: bool, connection: Connection) -> None:
    """Drop the database, unless it is somebody else's or somebody is at work in it."""
    if is_ours:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        quoted = connection.dialect.identifier_preparer.quote_identifier(name)
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {quoted}")


def _is_there(connection: Connection, name: str) -> bool:
    query = text("SELECT 1 FROM pg_database WHERE datname = :name")
    return bool(connection.scalar(query, {"name": name}))


def _ask_administrator(name: str, role: str | None) -> tuple[str | Command, ...]:
    statement = f"createdb -O {role} {name}"
    return f"Ask an administrator for: {statement}; then: ", command("init")
