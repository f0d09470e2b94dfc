"""The database as it is, seen through the filters of env.py."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import conv

from dbtasks.autogenerate.state.filters import Filter
from dbtasks.databases import backend_of
from dbtasks.operations.constraint_kinds import columns_of, kind_of
from dbtasks.schema import Schema
from dbtasks.schema.facts import Domain, Enum, key_of
from dbtasks.schema.schema_names import named_schemas

DEFAULT_VERSION_TABLE = "alembic_version"
LEFTOVER = "_alembic_tmp_"
"""What the tables begin with that Alembic's own batches leave behind where they fail."""


def reflected_schema(
    connection: sa.Connection, metadata: sa.MetaData, options: Mapping[str, Any]
) -> Schema:
    """Return the facts of the schemas that the models use, filtered."""
    schema = read_schema(connection, metadata, options)
    return filter_of(connection, metadata, options, schema).applied(schema)


def read_schema(
    connection: sa.Connection,
    metadata: sa.MetaData,
    options: Mapping[str, Any],
    made: Mapping[str, str | None] | None = None,
) -> Schema:
    """Return the facts of the schemas that the models use, without Alembic's own table.

    `made` are the keys of tables that the history has made, with their schemas: those that the
    models have left are read too. What others keep there is none of ours.
    """
    backend = backend_of(connection)
    named = named_schemas(metadata, connection.dialect)
    if options.get("include_schemas"):
        named |= backend.schema_names(connection)
    left = {schema for schema in (made or {}).values() if schema} - named
    schema = backend.read_schema(connection, named | left)
    if left:
        schema = _without_others(schema, left, made or {})
    return without_version_table(schema, options, connection.dialect)


def _without_others(schema: Schema, left: set[str], made: Mapping[str, str | None]) -> Schema:
    """Return facts without what stands in schemas that the models have left, and is not `made`."""
    tables = {
        key: table
        for key, table in schema.tables.items()
        if table.schema not in left or key in made
    }

    def stays(type_: Enum | Domain) -> bool:
        return type_.schema not in left or any(key in tables for key, _ in type_.uses)

    return Schema(
        tables,
        {key: enum for key, enum in schema.enums.items() if stays(enum)},
        {key: domain for key, domain in schema.domains.items() if stays(domain)},
    )


def without_version_table(
    schema: Schema, options: Mapping[str, Any], dialect: sa.Dialect
) -> Schema:
    """Return the facts without Alembic's own table, and without what its batches leave behind."""
    place = options.get("version_table_schema")
    place = None if place == dialect.default_schema_name else place
    version = key_of(options.get("version_table", DEFAULT_VERSION_TABLE), place)
    tables = {
        key: table
        for key, table in schema.tables.items()
        if key != version and not table.name.startswith(LEFTOVER)
    }
    return replace(schema, tables=tables)


def filter_of(
    connection: sa.Connection, metadata: sa.MetaData, options: Mapping[str, Any], actual: Schema
) -> Filter:
    """Return env.py's filters, asked about a database whose facts are `actual`."""
    return Filter(metadata, options, actual, reflected(connection, actual))


def leftovers(connection: sa.Connection) -> tuple[str, ...]:
    """Return what to say of tables that a failed batch of Alembic's own has left, a line each."""
    quote = connection.dialect.identifier_preparer.quote
    names = [n for n in sa.inspect(connection).get_table_names() if n.startswith(LEFTOVER)]
    return tuple(
        f"{name} was left by a batch of plain Alembic that failed, and is in the way of the next. "
        f"Unless it holds the only copy of rows: DROP TABLE {quote(name)}"
        for name in names
    )


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
        known = {(kind_of(item), columns_of(item)) for item in made.constraints}
        for constraint in backend.constraints(facts):
            if (kind_of(constraint), columns_of(constraint)) not in known:
                made.append_constraint(constraint)
        if not backend.keeps_annotations:
            for column in made.columns:
                column.type = _portable(column.type)
        named: list[sa.Constraint | sa.Index] = [*made.constraints, *made.indexes]
        for item in named:
            if isinstance(item.name, str):
                item.name = conv(item.name)  # The database has it; no convention adds to it.
        return made

    return table


def _portable(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    """Return a type under a name that PostgreSQL has too: SQLite's DATETIME and BLOB are none.

    No type at all is to SQLite what BLOB is.
    """
    if isinstance(type_, sa.types.NullType):
        return sa.LargeBinary()
    return type_.as_generic() if isinstance(type_, (sa.DateTime, sa.LargeBinary)) else type_


def reflected_columns(inspector: sa.Inspector, table: str, schema: str | None) -> list[Any]:
    """Return what SQLAlchemy says of a table's columns, without a word on types unknown to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        return list(inspector.get_columns(table, schema=schema))
