"""Throwaway places: where models are built to be compared, where revisions are tried.

Each kind of database has its own. `connection` may be inside a transaction; it is left as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, MetaData

from dbtasks.databases.database import Database
from dbtasks.databases.kinds import backend_of
from dbtasks.databases.null_characters import refuse_null_in_models
from dbtasks.errors import ModelsError
from dbtasks.schema.facts import Schema

Result = TypeVar("Result")


def declared_schema(database: Database, connection: Connection, metadata: MetaData) -> Schema:
    """Return the facts of what `metadata` declares, as this database would build it.

    Raises `ModelsError` when the database refuses to build the models, `DatabaseError` when there
    is no place to build them.
    """
    _refuse_nameless_indexes(metadata)
    refuse_null_in_models(metadata, connection.dialect)
    return backend_of(connection).declared_schema(database, connection, metadata)


def on_scratch_copy(
    database: Database,
    connection: Connection,
    work: Callable[[Connection], Result],
    tables: int = 0,
) -> Result:
    """Return `work(copy)`, done where everything may be tried and nothing stays.

    `tables` is how many of them the work makes or drops.
    """
    return backend_of(connection).on_scratch_copy(database, connection, work, tables)


def empty_database(
    database: Database, connection: Connection, *, furnished: bool = False
) -> AbstractContextManager[Database]:
    """Provide an empty database of the same kind, which is gone afterwards.

    `connection` is one to `database`; where `furnished`, its schemas and extensions are there.
    Raises `DatabaseError` where there is no place for one.
    """
    return backend_of(connection).empty_database(database, connection, furnished=furnished)


@dataclass(frozen=True, kw_only=True)
class EmptyDatabase(Database):
    """An empty database of the same kind as another one: for each piece of work, a new one."""

    other: Database

    @classmethod
    def of_kind(cls, other: Database) -> EmptyDatabase:
        """Return an empty database of the same kind as `other`."""
        return cls(other.url, other.root, other.source, other=other)

    def _open(
        self, work: Callable[[Connection], Result], *, reading: bool, limit: float | None = None
    ) -> Result:
        del reading, limit

        def on_empty(connection: Connection) -> Result:
            with empty_database(self.other, connection) as scratch:
                return scratch.run(work)

        return self.other.read(on_empty)


def rolled_back(connection: Connection) -> AbstractContextManager[None]:
    """Undo at the end all that happens on `connection` meanwhile, which waits for nobody long."""
    return backend_of(connection).rolled_back(connection)


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
