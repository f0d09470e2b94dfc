"""What SQLite has no words for, and PostgreSQL will ask for: enums, comments, the types' own names.

A revision written on SQLite serves PostgreSQL too. So on SQLite these facts are taken from the
models for the new side, and for the old side from what the history itself has written, as far as
the database bears it out. Where the history says nothing, both sides are taken to be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from dbtasks.operations.enums import enums_of
from dbtasks.operations.sql import POSTGRESQL
from dbtasks.schema.facts import Column, Enum, Schema, Table


@dataclass(frozen=True)
class ColumnWords:
    """What is said of a column beyond what SQLite keeps."""

    comment: str | None = None
    elsewhere: str | None = None
    enums: tuple[Enum, ...] = ()


@dataclass(frozen=True)
class TableWords:
    """What is said of a table, column by column."""

    comment: str | None = None
    columns: Mapping[str, ColumnWords] = field(default_factory=dict)


AllWords = Mapping[str, TableWords]
"""The words on tables, by key."""


def words_of(columns: Iterable[sa.Column[Any]], comment: str | None) -> TableWords:
    """Return what SQLAlchemy's columns say."""
    return TableWords(comment, {column.name: _column_words(column) for column in columns})


def told(schema: Schema, words: AllWords) -> Schema:
    """Return facts together with the words on them."""
    tables = {
        key: _told(table, words.get(key, TableWords())) for key, table in schema.tables.items()
    }
    return replace(schema, tables=tables, enums=_enums(schema, words))


def remembered(
    live: Schema, history: AllWords, models: AllWords, believed: Callable[[set[str]], Schema]
) -> Schema:
    """Return the facts of a database together with what the history says of them.

    `believed` returns the facts of tables (by key) as the history would build them: where history
    and models differ, the history counts only for columns that the database has just so.
    """
    doubtful = {
        key
        for key in live.tables.keys() & history.keys() & models.keys()
        if _differ(history[key], models[key])
    }
    built = believed(doubtful) if doubtful else Schema()
    words = {}
    for key, table in live.tables.items():
        own, theirs = history.get(key), models.get(key, TableWords())
        if own is not None and key in doubtful:
            own = _borne_out(own, table, built.tables.get(key))
        words[key] = theirs if own is None else _completed(own, theirs)
    return told(live, words)


def _column_words(column: sa.Column[Any]) -> ColumnWords:
    enums = tuple(
        Enum(str(enum.name), enum.schema, tuple(enum.enums)) for enum in enums_of([column.type])
    )
    try:
        elsewhere = column.type.compile(dialect=POSTGRESQL)
    except sa.exc.CompileError:
        elsewhere = None
    return ColumnWords(column.comment, elsewhere, enums)


def _told(table: Table, words: TableWords) -> Table:
    columns = []
    for column in table.columns:
        said = words.columns.get(column.name, ColumnWords())
        columns.append(replace(column, comment=said.comment, elsewhere=said.elsewhere))
    return replace(table, columns=tuple(columns), comment=words.comment)


def _enums(schema: Schema, words: AllWords) -> dict[str, Enum]:
    """Return the enumerated types that columns of the schema use, with their uses."""
    found: dict[str, Enum] = {}
    for key, table in schema.tables.items():
        for column in table.columns:
            said = words.get(key, TableWords()).columns.get(column.name, ColumnWords())
            for enum in said.enums:
                known = found.get(enum.key, enum)
                found[enum.key] = replace(known, uses=(*known.uses, (key, column.name)))
    return found


def _differ(one: TableWords, other: TableWords) -> bool:
    shared = one.columns.keys() & other.columns.keys()
    return one.comment != other.comment or any(
        one.columns[name] != other.columns[name] for name in shared
    )


def _borne_out(words: TableWords, live: Table, built: Table | None) -> TableWords:
    """Return the words on those columns that are built just as the database has them."""

    def same(column: Column) -> bool:
        return built is not None and built.column(column.name) == column

    kept = {
        c.name: words.columns[c.name] for c in live.columns if c.name in words.columns and same(c)
    }
    return replace(words, columns=kept)


def _completed(words: TableWords, others: TableWords) -> TableWords:
    return replace(words, columns={**others.columns, **words.columns})
