"""Throwaway places in which the database itself builds what models declare.

SQLite builds in memory. PostgreSQL builds in a schema inside a transaction that is rolled back;
where the role may not create one, or the tables are so many that one transaction can't hold
their locks, in a database that is dropped afterwards.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from dbtasks.databases.database import Database
from dbtasks.errors import DatabaseError, ModelsError
from dbtasks.schema import Schema, read_schema
from dbtasks.schema.schema_names import named_schemas

MOST_TABLES_IN_A_TRANSACTION = 400
"""Each takes about five locks, and PostgreSQL has room for 6,400 as it is installed."""

LONGEST_WAIT_FOR_A_LOCK = 5
"""Seconds, while something is tried."""

Result = TypeVar("Result")


def declared_schema(database: Database, connection: Connection, metadata: MetaData) -> Schema:
    """Return the facts of what `metadata` declares, as this database would build it.

    `connection` may be inside a transaction; it is left as it was. Raises `ModelsError` when the
    database refuses to build the models, `DatabaseError` when there is no place to build them.
    """
    _refuse_nameless_indexes(metadata)
    if connection.dialect.name == "sqlite":
        return _in_memory(metadata)
    if len(metadata.tables) <= MOST_TABLES_IN_A_TRANSACTION and _may_create_schemas(connection):
        return _in_transaction(connection, metadata)
    return _in_scratch_database(database, connection, metadata)


def _refuse_nameless_indexes(metadata: MetaData) -> None:
    """Raise where a naming convention leaves an index without a name, which no database does."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if index.name is None:
                columns = ", ".join(column.name for column in index.columns)
                raise ModelsError(
                    f"The index on {table.key} ({columns}) has no name: "
                    "the naming_convention of the models names no indexes.",
                    'Add to it: "ix": "ix_%(column_0_label)s"',
                )


def _in_memory(metadata: MetaData) -> Schema:
    with create_engine("sqlite://").connect() as connection:
        with _explained():
            metadata.create_all(connection)
        return read_schema(connection)


def _may_create_schemas(connection: Connection) -> bool:
    query = text("SELECT has_database_privilege(current_database(), 'CREATE')")
    return bool(connection.scalar(query))


def _in_transaction(connection: Connection, metadata: MetaData) -> Schema:
    """Build in schemas of other names. Unqualified names lead there by the search path."""
    prefix = f"dbtasks_scratch_{secrets.token_hex(4)}"
    named = sorted(named_schemas(metadata, connection.dialect))
    places = {schema: f"{prefix}_{number}" for number, schema in enumerate(named)}
    with rolled_back(connection):
        for place in (prefix, *places.values()):
            connection.exec_driver_sql(f"CREATE SCHEMA {place}")
        path = connection.scalar(text("SHOW search_path"))
        connection.exec_driver_sql(f"SET LOCAL search_path TO {prefix}, {path}")
        with _explained(), _translated(connection, places):
            metadata.create_all(connection, checkfirst=False)
        reverse = {place: schema for schema, place in places.items()}
        return read_schema(connection, {prefix: None, **reverse})


def _in_scratch_database(database: Database, connection: Connection, metadata: MetaData) -> Schema:
    named = named_schemas(metadata, connection.dialect)

    def work(scratch: Connection) -> Schema:
        with _explained():
            metadata.create_all(scratch)
        default = str(scratch.scalar(text("SELECT current_schema()")))
        return read_schema(scratch, {default: None, **{schema: schema for schema in named}})

    return in_scratch_database(database, connection, named, work)


def in_scratch_database(
    database: Database,
    connection: Connection,
    schemas: Iterable[str],
    work: Callable[[Connection], Result],
) -> Result:
    """Return `work(scratch)`, done in an empty database with the same extensions and `schemas`.

    Each statement is committed by itself, so that the locks of thousands of tables are not held
    at once. Raises `DatabaseError` when there is no place for it.
    """
    extensions = connection.scalars(text("SELECT extname FROM pg_extension")).all()
    quote = connection.dialect.identifier_preparer.quote_identifier

    def prepared(scratch: Connection) -> Result:
        scratch = scratch.execution_options(isolation_level="AUTOCOMMIT")
        scratch.exec_driver_sql("SET synchronous_commit = off")  # It is thrown away in any case.
        for extension in extensions:
            scratch.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {quote(extension)}")
        for schema in schemas:
            scratch.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {quote(schema)}")
        return work(scratch)

    with scratch_database(database) as scratch:
        return scratch.run(prepared)


@contextmanager
def scratch_database(database: Database) -> Iterator[Database]:
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
    def work(connection: Connection) -> None:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(statement)

    try:
        database.run(work)
    except DatabaseError as error:
        raise DatabaseError(
            f"The models can't be compared: the role {database.url.username} may create neither "
            f"a schema nor a database ({error.what.rstrip('.')}).",
            f"Ask for one of them: GRANT CREATE ON DATABASE {database.short_name} TO "
            f"{database.url.username}, or ALTER ROLE {database.url.username} CREATEDB",
        ) from error


@contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """Undo at the end all that happens on `connection` meanwhile.

    Nothing that is undone is worth a queue behind somebody's lock, in which all others would have
    to stand too.
    """
    transaction = connection.begin_nested() if connection.in_transaction() else connection.begin()
    try:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LONGEST_WAIT_FOR_A_LOCK}s'")
        yield
    finally:
        if transaction.is_active:
            transaction.rollback()


@contextmanager
def _translated(connection: Connection, places: Mapping[str, str]) -> Iterator[None]:
    before = connection.get_execution_options().get("schema_translate_map")
    connection.execution_options(schema_translate_map={**(before or {}), **places})
    try:
        yield
    finally:
        connection.execution_options(schema_translate_map=before)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise ModelsError(
            f"The database refuses to build what the models declare: {str(reason).strip()}.",
            "Mend the models and try again.",
        ) from error
