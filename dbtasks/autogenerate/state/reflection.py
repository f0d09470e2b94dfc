"""The database as it is, seen through the filters of env.py."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.state.filters import Filter
from dbtasks.databases import backend_of
from dbtasks.schema import Schema
from dbtasks.schema.facts import key_of
from dbtasks.schema.schema_names import named_schemas

DEFAULT_VERSION_TABLE = "alembic_version"


def reflected_schema(
    connection: sa.Connection, metadata: sa.MetaData, options: Mapping[str, Any]
) -> Schema:
    """Return the facts of the schemas that the models use, filtered."""
    schema = read_schema(connection, metadata, options)
    return filter_of(connection, metadata, options, schema).applied(schema)


def read_schema(
    connection: sa.Connection, metadata: sa.MetaData, options: Mapping[str, Any]
) -> Schema:
    """Return the facts of the schemas that the models use, without Alembic's own table."""
    backend = backend_of(connection)
    named = named_schemas(metadata, connection.dialect)
    if options.get("include_schemas"):
        named |= backend.schema_names(connection)
    schema = backend.read_schema(connection, named)
    return without_version_table(schema, options, connection.dialect)


def without_version_table(
    schema: Schema, options: Mapping[str, Any], dialect: sa.Dialect
) -> Schema:
    """Return the facts without Alembic's own table."""
    place = options.get("version_table_schema")
    place = None if place == dialect.default_schema_name else place
    version = key_of(options.get("version_table", DEFAULT_VERSION_TABLE), place)
    tables = {key: table for key, table in schema.tables.items() if key != version}
    return replace(schema, tables=tables)


def filter_of(
    connection: sa.Connection, metadata: sa.MetaData, options: Mapping[str, Any], actual: Schema
) -> Filter:
    """Return env.py's filters, asked about a database whose facts are `actual`."""
    return Filter(metadata, options, actual, reflected(connection, actual))


def reflected(connection: sa.Connection, live: Schema) -> Callable[[str, str | None], sa.Table]:
    """Return a function that makes SQLAlchemy's table of what the database has."""
    metadata, backend = sa.MetaData(), backend_of(connection)

    @cache
    def table(name: str, schema: str | None) -> sa.Table:
        facts = live.tables[key_of(name, schema)]
        arguments = backend.table_arguments(facts)
        prefix = f"{connection.dialect.name}_"
        # SQLAlchemy hands these on to what it caches reflection by, where a dict is no key.
        options = {key: arguments.pop(key) for key in list(arguments) if key.startswith(prefix)}
        with warnings.catch_warnings():
            # What reflection does not know, the facts know.
            warnings.simplefilter("ignore")
            made = sa.Table(name, metadata, schema=schema, autoload_with=connection, **arguments)
        made.dialect_kwargs.update(options)
        return made

    return table


def reflected_columns(inspector: sa.Inspector, table: str, schema: str | None) -> list[Any]:
    """Return what SQLAlchemy says of a table's columns, without a word on types unknown to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        return list(inspector.get_columns(table, schema=schema))
