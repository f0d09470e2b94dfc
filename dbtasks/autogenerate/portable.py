"""What SQLite has no words for, and PostgreSQL will ask for: enums, comments, the types' own names.

A revision written on SQLite serves PostgreSQL too. So on SQLite these facts are taken from the
models for the new side, and for the old side from what the history itself has written, as far as
the database bears it out. Where the history says nothing, both sides are taken to be the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from dbtasks.autogenerate.sides import Source, Tables
from dbtasks.operations.enums import enums_of
from dbtasks.operations.sql import POSTGRESQL
from dbtasks.schema.facts import Column, Enum, Schema, Table, key_of


def tables_of(metadata: sa.MetaData) -> Tables:
    """Return a way to the tables of `metadata` by name and schema."""
    return lambda name, schema: metadata.tables[key_of(name, schema)]


def with_portable_facts(schema: Schema, metadata: sa.MetaData) -> Schema:
    """Return facts with what the SQLAlchemy tables they come from say beyond them."""
    tables = {
        key: _told(table, metadata.tables[key]) if key in metadata.tables else table
        for key, table in schema.tables.items()
    }
    return replace(schema, tables=tables, enums=_enums(metadata, schema))


def with_remembered_facts(live: Schema, words: Source, declared: Schema) -> Schema:
    """Return the facts of a database with what the history says beyond them.

    `words` is the history's own source; `declared` the models' facts, which stand in for what it
    does not say.
    """
    told = {
        key: _told(table, words.tables(table.name, table.schema))
        for key, table in words.schema.tables.items()
    }
    tables = {
        key: _remembered(
            table, words.schema.tables.get(key), told.get(key), declared.tables.get(key)
        )
        for key, table in live.tables.items()
    }
    return replace(live, tables=tables, enums=_remembered_enums(words, live, declared))


def with_referred(metadata: sa.MetaData, keys: Iterable[str]) -> sa.MetaData:
    """Return the tables of these keys, and all that they refer to, by themselves."""
    wanted, rest = sa.MetaData(), list(keys)
    while rest:
        table = metadata.tables.get(rest.pop())
        if table is not None and table.key not in wanted.tables:
            table.to_metadata(wanted)
            rest += [
                element.target_fullname.rpartition(".")[0]
                for constraint in table.foreign_key_constraints
                for element in constraint.elements
            ]
    return wanted


def _told(table: Table, words: sa.Table) -> Table:
    named = {column.name: column for column in words.columns}
    columns = tuple(
        replace(
            column,
            comment=named[column.name].comment,
            elsewhere=_elsewhere(named[column.name]),
        )
        if column.name in named
        else column
        for column in table.columns
    )
    return replace(table, columns=columns, comment=words.comment)


def _elsewhere(column: sa.Column[Any]) -> str | None:
    try:
        return column.type.compile(dialect=POSTGRESQL)
    except sa.exc.CompileError:
        return None


def _remembered(
    live: Table, plain: Table | None, told: Table | None, declared: Table | None
) -> Table:
    """Return a table of the database with the facts of the history, else of the models."""
    columns = []
    for column in live.columns:
        source = _column(told, column) if _column(plain, column) == column else None
        source = source or _column(declared, column)
        extra = (source.comment, source.elsewhere) if source else (None, None)
        columns.append(replace(column, comment=extra[0], elsewhere=extra[1]))
    table = told or declared
    return replace(live, columns=tuple(columns), comment=table.comment if table else None)


def _column(table: Table | None, column: Column) -> Column | None:
    return table.column(column.name) if table else None


def _enums(metadata: sa.MetaData, schema: Schema) -> dict[str, Enum]:
    """Return the enumerated types that tables declare, with their uses."""
    found: dict[str, Enum] = {}
    for key, name, type_ in _enum_columns(metadata):
        if key in schema.tables and schema.tables[key].column(name):
            enum = Enum(str(type_.name), type_.schema, tuple(type_.enums))
            enum = found.get(enum.key, enum)
            found[enum.key] = replace(enum, uses=(*enum.uses, (key, name)))
    return found


def _enum_columns(metadata: sa.MetaData) -> Iterator[tuple[str, str, sa.Enum]]:
    for key, table in metadata.tables.items():
        for column in table.columns:
            for type_ in enums_of([column.type]):
                yield key, column.name, type_


def _remembered_enums(words: Source, live: Schema, declared: Schema) -> dict[str, Enum]:
    """Return the types of the history; a type it does not know is as the models declare it."""
    metadata = sa.MetaData()
    for table in words.schema.tables.values():
        words.tables(table.name, table.schema).to_metadata(metadata)
    remembered = _enums(metadata, live)
    for key, enum in declared.enums.items():
        uses = tuple(
            (table, column)
            for table, column in enum.uses
            if table in live.tables and live.tables[table].column(column)
        )
        if key not in remembered and uses:
            remembered[key] = replace(enum, uses=uses)
    return remembered
