"""Whether the database understands what a person has just typed for rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dbtasks.autogenerate.backfill.fills import WrongFillError
from dbtasks.databases import backend_of
from dbtasks.databases.scratch import rolled_back
from dbtasks.operations.sql import literal_sql
from dbtasks.schema.facts import Schema


def refuse_wrong(
    connection: sa.Connection, old: Schema, new: Schema, typed: Iterable[tuple[str, str]]
) -> None:
    """Raise `WrongFillError` for SQL, by `table.column`, that the rows there are can't be given.

    What names a table or column that is yet to come can't be tried.
    """
    backend = backend_of(connection)
    to_come = _names(new) - _names(old)
    for name, sql in typed:
        table = old.tables.get(name.rpartition(".")[0])
        if table is None or to_come & set(re.findall(r"\w+", sql)):
            continue
        place = backend.quoted(table.schema, table.name)
        try:
            with rolled_back(connection):
                connection.execute(literal_sql(f"SELECT count(({sql})) FROM {place}")).all()
        except DBAPIError as error:
            what = str(error.orig).splitlines()[0].rstrip(".")
            raise WrongFillError(
                name,
                f"{sql} is nothing that {name} can get: {what}. Nothing was written.",
                "Say it in SQL, a text in single quotes.",
            ) from error


def _names(schema: Schema) -> set[str]:
    tables = schema.tables.values()
    return {table.name for table in tables} | {c.name for t in tables for c in t.columns}
