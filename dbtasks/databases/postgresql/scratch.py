"""Where PostgreSQL tries things out.

Models are built in a schema, inside a transaction that is rolled back; where the role may not
create one, or the tables are so many that one transaction can't hold their locks, in a database
that is dropped afterwards. What a revision does is tried on the database itself, in a transaction
that is rolled back: the only copy that has the same rows, extensions and rights.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, MetaData, inspect, text

from dbtasks.databases.postgresql import catalog
from dbtasks.databases.postgresql.operator_classes import operator_classes_known
from dbtasks.databases.postgresql.table_options import depend_on_parents
from dbtasks.databases.trying import build_models, undone
from dbtasks.errors import DatabaseError
from dbtasks.operations.sql import POSTGRESQL
from dbtasks.schema.facts import Schema
from dbtasks.schema.schema_names import named_schemas

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

MOST_TABLES_IN_A_TRANSACTION = 400
"""Each takes about five locks, and PostgreSQL has room for 6,400 as it is installed."""

LONGEST_WAIT_FOR_A_LOCK = 5
"""Seconds, while something is tried."""

Result = TypeVar("Result")


@contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """Undo at the end all that happens on `connection` meanwhile.

    Nothing that is undone is worth a queue behind somebody's lock, in which all others would have
    to stand too.
    """
    with undone(connection):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_FOR_A_LOCK}s'")
        yield


def declared_schema(database: Database, connection: Connection, metadata: MetaData) -> Schema:
    """Return the facts of what `metadata` declares, as this database would build it."""
    depend_on_parents(metadata)
    with operator_classes_known(connection, metadata):
        if len(metadata.tables) <= MOST_TABLES_IN_A_TRANSACTION and _may_create_schemas(connection):
            return _built_in_transaction(connection, metadata)
        return _built_in_scratch_database(database, connection, metadata)


def on_scratch_copy(
    database: Database,
    connection: Connection,
    work: Callable[[Connection], Result],
    tables: int,
) -> Result:
    """Return `work(connection)`, rolled back; on another database where this one is empty.

    An empty one may get more tables than one transaction has locks for.
    """
    inspector = inspect(connection)
    is_large = tables > MOST_TABLES_IN_A_TRANSACTION
    if is_large and len(inspector.get_table_names()) <= 1:  # Alembic's own may be there.
        schemas = {*inspector.get_schema_names()} - {"information_schema"}
        return _in_scratch_database(database, connection, schemas, work)
    with rolled_back(connection):
        return work(connection)


def _may_create_schemas(connection: Connection) -> bool:
    query = text("SELECT has_database_privilege(current_database(), 'CREATE')")
    return bool(connection.scalar(query))


def _built_in_transaction(connection: Connection, metadata: MetaData) -> Schema:
    """Build in schemas of other names. Unqualified names lead there by the search path."""
    prefix = f"dbtasks_scratch_{secrets.token_hex(4)}"
    named = sorted(named_schemas(metadata, POSTGRESQL))
    places = {schema: f"{prefix}_{number}" for number, schema in enumerate(named)}
    with rolled_back(connection):
        for place in (prefix, *places.values()):
            connection.exec_driver_sql(f"CREATE SCHEMA {place}")
        path = connection.scalar(text("SHOW search_path"))
        connection.exec_driver_sql(f"SET LOCAL search_path TO {prefix}, {path}")
        with _translated(connection, places):
            build_models(connection, metadata, checkfirst=False)
        reverse = {place: schema for schema, place in places.items()}
        return catalog.read(connection, {prefix: None, **reverse})


def _built_in_scratch_database(
    database: Database, connection: Connection, metadata: MetaData
) -> Schema:
    named = named_schemas(metadata, POSTGRESQL)

    def work(scratch: Connection) -> Schema:
        build_models(scratch, metadata)
        default = catalog.default_schema(scratch)
        return catalog.read(scratch, {default: None, **{schema: schema for schema in named}})

    return _in_scratch_database(database, connection, named, work)


def _in_scratch_database(
    database: Database,
    connection: Connection,
    schemas: Iterable[str],
    work: Callable[[Connection], Result],
) -> Result:
    """Return `work(scratch)`, done in an empty database with the same extensions and `schemas`.

    Each statement is committed by itself, so that the locks of thousands of tables are not held
    at once. Raises `DatabaseError` when there is no place for it.
    """
    statements = _furniture(connection, schemas)

    def prepared(scratch: Connection) -> Result:
        scratch = scratch.execution_options(isolation_level="AUTOCOMMIT")
        scratch.exec_driver_sql("SET synchronous_commit = off")  # It is thrown away in any case.
        for statement in statements:
            scratch.exec_driver_sql(statement)
        return work(scratch)

    with _scratch_database(database) as scratch:
        return scratch.run(prepared)


@contextmanager
def empty_database(
    database: Database, connection: Connection, *, furnished: bool
) -> Iterator[Database]:
    """Create an empty database beside this one, and drop it afterwards.

    Names that tell no schema lead to the same one as here. Where `furnished`, schemas and
    extensions are there too.
    """
    default = catalog.default_schema(connection)
    schemas = {*inspect(connection).get_schema_names()} - {"information_schema"}
    statements = _furniture(connection, schemas) if furnished else []
    quote = connection.dialect.identifier_preparer.quote_identifier
    path = connection.scalar(text("SHOW search_path"))
    with _scratch_database(database) as scratch:
        statements += [
            f"CREATE SCHEMA IF NOT EXISTS {quote(default)}",
            f"ALTER DATABASE {quote(scratch.short_name)} SET search_path TO {path}",
            f"ALTER DATABASE {quote(scratch.short_name)} SET synchronous_commit TO off",
        ]
        scratch.run(partial(_execute, statements=statements))
        yield scratch


def _furniture(connection: Connection, schemas: Iterable[str]) -> list[str]:
    """Return the statements that make schemas, and the extensions that there are."""
    quote = connection.dialect.identifier_preparer.quote_identifier
    extensions = connection.scalars(text("SELECT extname FROM pg_extension")).all()
    return [
        *(f"CREATE EXTENSION IF NOT EXISTS {quote(extension)}" for extension in extensions),
        *(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}" for schema in schemas),
    ]


@contextmanager
def _scratch_database(database: Database) -> Iterator[Database]:
    """Create an empty database beside this one; drop it afterwards.

    Raises `DatabaseError` when the role may not.
    """
    name = f"dbtasks_scratch_{secrets.token_hex(4)}"
    scratch = database.beside(name)
    _administrate(database, f"CREATE DATABASE {name}")
    try:
        yield scratch
    finally:
        _administrate(database, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _administrate(database: Database, statement: str) -> None:
    try:
        # On a connection of our own: in a transaction, no database is made.
        database.at_address(database.url).run(partial(_execute, statements=[statement]))
    except DatabaseError as error:
        raise DatabaseError(
            f"There is no place to compare in: the role {database.url.username} may create neither "
            f"a schema nor a database ({error.what.rstrip('.')}).",
            f"Ask for one of them: GRANT CREATE ON DATABASE {database.short_name} TO "
            f"{database.url.username}, or ALTER ROLE {database.url.username} CREATEDB",
        ) from error


def _execute(connection: Connection, statements: Iterable[str]) -> None:
    connection = connection.execution_options(isolation_level="AUTOCOMMIT")
    for statement in statements:
        connection.exec_driver_sql(statement)


@contextmanager
def _translated(connection: Connection, places: Mapping[str, str]) -> Iterator[None]:
    before = connection.get_execution_options().get("schema_translate_map")
    connection.execution_options(schema_translate_map={**(before or {}), **places})
    try:
        yield
    finally:
        connection.execution_options(schema_translate_map=before)
