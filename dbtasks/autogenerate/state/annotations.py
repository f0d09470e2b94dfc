"""What a database has no words for, and a revision has: enums, comments, the types' own names.

A revision that is written on SQLite serves PostgreSQL too. So there these facts are taken from the
models for the new side, and for the old side from what the history itself has written, as far as
the database bears it out. Where the history says nothing, both sides are taken to be the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa

from dbtasks.operations.enums import enums_of
from dbtasks.operations.sql import REVISION_DIALECT
from dbtasks.schema.facts import Column, Enum, Schema, Table


@dataclass(frozen=True)
class ColumnAnnotations:
    """What is said of a column beyond what the database keeps."""

    comment: str | None = None
    elsewhere: str | None = None
    enums: tuple[Enum, ...] = ()


@dataclass(frozen=True)
class TableAnnotations:
    """What is said of a table, column by column."""

    comment: str | None = None
    columns: Mapping[str, ColumnAnnotations] = field(default_factory=dict)


Annotations = Mapping[str, TableAnnotations]
"""The words on tables, by key."""


def annotations_of(columns: Iterable[sa.Column[Any]], comment: str | None) -> TableAnnotations:
    """Return what SQLAlchemy's columns say. An empty comment is none, as PostgreSQL takes it."""
    return TableAnnotations(
        comment or None, {column.name: _column_annotations(column) for column in columns}
    )


def annotated(schema: Schema, words: Annotations) -> Schema:
    """Return facts together with the words on them."""
    tables = {
        key: _annotated(table, words.get(key, TableAnnotations()))
        for key, table in schema.tables.items()
    }
    return replace(schema, tables=tables, enums=_enums(schema, words))


def annotated_from_history(
    live: Schema, history: Annotations, models: Annotations, believed: Callable[[set[str]], Schema]
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
        own, theirs = history.get(key), models.get(key, TableAnnotations())
        if own is not None and key in doubtful:
            own = _borne_out(own, table, built.tables.get(key))
        words[key] = theirs if own is None else _completed(own, theirs)
    return annotated(live, words)


def _column_annotations(column: sa.Column[Any]) -> ColumnAnnotations:
    enums = tuple(
        Enum(str(enum.name), enum.schema, tuple(enum.enums)) for enum in enums_of([column.type])
    )
    try:
        elsewhere = column.type.compile(dialect=REVISION_DIALECT)
    except sa.exc.CompileError:
        elsewhere = None
    return ColumnAnnotations(column.comment or None, elsewhere, enums)


def _annotated(table: Table, words: TableAnnotations) -> Table:
    columns = []
    for column in table.columns:
        said = words.columns.get(column.name, ColumnAnnotations())
        columns.append(replace(column, comment=said.comment, elsewhere=said.elsewhere))
    return replace(table, columns=tuple(columns), comment=words.comment)


def _enums(schema: Schema, words: Annotations) -> dict[str, Enum]:
    """Return the enumerated types that columns of the schema use, with their uses."""
    found: dict[str, Enum] = {}
    for key, table in schema.tables.items():
        for column in table.columns:
            said = words.get(key, TableAnnotations()).columns.get(column.name, ColumnAnnotations())
            for enum in said.enums:
                known = found.get(enum.key, enum)
                found[enum.key] = replace(known, uses=(*known.uses, (key, column.name)))
    return found


def _differ(one: TableAnnotations, other: TableAnnotations) -> bool:
    shared = one.columns.keys() & other.columns.keys()
    return one.comment != other.comment or any(
        one.columns[name] != other.columns[name] for name in shared
    )


def _borne_out(words: TableAnnotations, live: Table, built: Table | None) -> TableAnnotations:
    """Return the words on those columns that are built just as the database has them."""

    def same(column: Column) -> bool:
        return built is not None and built.column(column.name) == column

    kept = {
        c.name: words.columns[c.name] for c in live.columns if c.name in words.columns and same(c)
    }
    return replace(words, columns=kept)


def _completed(words: TableAnnotations, others: TableAnnotations) -> TableAnnotations:
    return replace(words, columns={**others.columns, **words.columns})
