"""Reading the facts of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from dbtasks.databases.postgresql import catalog as postgresql
from dbtasks.databases.sqlite import schema as sqlite
from dbtasks.schema.facts import Schema


def read_schema(connection: Connection, schemas: Mapping[str, str | None] | None = None) -> Schema:
    """Return the facts of the schemas named, or of the default one.

    `schemas` maps the names that they have in the database to those that they go by in the
    result, None standing for the default schema. SQLite has but one.
    """
    if connection.dialect.name == "sqlite":
        return sqlite.read(connection)
    default = postgresql.default_schema(connection)
    return postgresql.read(connection, {default: None} if schemas is None else schemas)
