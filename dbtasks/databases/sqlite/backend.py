"""SQLite: what is asked of it, and where the answers are."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from alembic.operations import BatchOperations, Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy import Connection, Engine, MetaData, Text, UniqueConstraint
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from dbtasks.databases.backend import Backend
from dbtasks.databases.failures import said
from dbtasks.databases.sqlite import (
    addresses,
    batches,
    connections,
    conversions,
    limits,
    literals,
    locks,
    other_objects,
    scratch,
    surroundings,
    triggers,
    views,
)
from dbtasks.databases.sqlite import schema as sqlite
from dbtasks.databases.sqlite.operations import IMPLEMENTATIONS
from dbtasks.databases.terms import TableLock
from dbtasks.databases.trying import undone
from dbtasks.errors import DatabaseError
from dbtasks.operations.batch import BatchArguments
from dbtasks.operations.sql import SQLITE
from dbtasks.schema import facts
from dbtasks.schema.facts import AUTOINCREMENT, Schema, Table
from dbtasks.schema.other_objects import OtherObjects

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

Result = TypeVar("Result")


class SQLite(Backend):
    """SQLite, always through the standard library's driver (see `addresses`)."""

    name = "SQLite"
    dialect = SQLITE
    sqlglot_dialect = "sqlite"
    example_address = "sqlite:///file.db"
    drivers = addresses.DRIVERS
    is_remote = False
    keeps_annotations = False
    fills_in_pieces = False
    has_offline_sql = False
    is_known_to_squawk = False
    implementations = IMPLEMENTATIONS

    def completed(self, url: URL, root: Path, source: str) -> URL:
        """Return the address with the whole path of its file."""
        return addresses.completed(url, root, source)

    def identity(self, url: URL, root: Path) -> tuple[object, ...]:
        """Return the file, wherever links lead to it."""
        return addresses.identity(url, root)

    def shown(self, url: URL, root: Path) -> str:
        """Return the address with the path from `root`."""
        return addresses.shown(url, root)

    def is_in_memory(self, url: URL) -> bool:
        """Whether the address names no file."""
        return addresses.path_of(url) is None

    def url_to_open(self, url: URL, *, reading: bool) -> URL:
        """Return the address; that of an empty database where there is no file to read."""
        return addresses.url_to_open(url, reading=reading)

    def is_async(self, url: URL) -> bool:  # noqa: ARG002
        """Return False: aiosqlite's addresses open synchronously."""
        return False

    def limit(self, url: URL) -> float:  # noqa: ARG002
        """Return how long another program's lock is waited for."""
        return connections.LIMIT

    def engine_options(self, url: URL) -> dict[str, Any]:
        """Return how long to wait for a lock."""
        return {"connect_args": {"timeout": self.limit(url)}}

    def prepare(self, engine: Engine, *, reading: bool) -> None:
        """Take over transactions and foreign keys."""
        connections.prepare(engine, reading=reading)

    def prepared_elsewhere(self, *, reading: bool) -> AbstractContextManager[None]:
        """Take over transactions and foreign keys of the connections that env.py opens."""
        return connections.prepared_elsewhere(reading=reading)

    def cancel(self, driver_connection: sqlite3.Connection) -> None:
        """End the statement that runs."""
        driver_connection.interrupt()

    def exists(self, database: Database) -> bool:
        """Whether the file is there; a database in memory always is."""
        path = addresses.path_of(database.url)
        return path is None or path.exists()

    def create(self, database: Database) -> Callable[[], None]:
        """Create the file, and the folders above it."""
        return connections.create(database)

    def files(self, database: Database) -> tuple[Path, ...]:
        """Return the file and its journals; none for a database in memory."""
        return connections.files(database)

    def erase(self, connection: Connection) -> None:
        """Drop every view and table, in one transaction."""
        connections.erase(connection)

    def explain(self, error: Exception, database: Database) -> DatabaseError:
        """Return the error to show for a file that can't be opened."""
        return connections.explain(error, database)

    def trouble(self, error: DBAPIError, database: Database) -> DatabaseError | None:
        """Return the error to show if the file, not the statement, is at fault."""
        return connections.trouble(error, database)

    def is_made_already(self, error: DBAPIError) -> bool:
        """Whether SQLite's words say so: it has no code for it."""
        return said(error).endswith("already exists")

    def is_relied_on(self, error: DBAPIError) -> bool:
        """Return False: SQLite lets things go, whatever relies on them."""
        del error
        return False

    def read_schema(self, connection: Connection, schemas: Iterable[str] = ()) -> Schema:
        """Return the facts of the one schema that there is."""
        del schemas
        return sqlite.read(connection)

    def default_schema(self, connection: Connection) -> str:
        """Return main, which is the file itself."""
        del connection
        return "main"

    def schema_names(self, connection: Connection) -> set[str]:
        """Return none."""
        del connection
        return set()

    def other_objects(self, connection: Connection, schemas: Iterable[str] = ()) -> OtherObjects:
        """Return views, triggers, virtual tables, and what columns do on a conflict."""
        del schemas
        return other_objects.read(connection)

    def table_arguments(self, table: Table) -> dict[str, Any]:
        """Return whether keys are never given out twice; the rest is in the statement itself."""
        counts = any(column.identity == AUTOINCREMENT for column in table.columns)
        return {"sqlite_autoincrement": True} if counts else {}

    def constraints(self, table: Table) -> Sequence[UniqueConstraint]:
        """Return those that want something unique."""
        return sqlite.uniques(table)

    def counts(self, table: Table, column: facts.Column) -> bool:
        """Whether a column is an alias of the row's own number."""
        return column.type == "INTEGER" and table.primary_key == (column.name,)

    def kept_name(self, name: str) -> str:
        """Return the name, however long it is."""
        return name

    def estimated_rows(self, connection: Connection, table: str, schema: str | None) -> None:
        """Return None: SQLite has to count."""
        del connection, table, schema

    def rolled_back(self, connection: Connection) -> AbstractContextManager[None]:
        """Undo at the end all that happens meanwhile. Who began it has the file's lock already."""
        return undone(connection)

    def declared_schema(
        self, database: Database, connection: Connection, metadata: MetaData
    ) -> Schema:
        """Return the facts of what `metadata` declares, built in memory."""
        del database, connection
        return scratch.declared_schema(metadata)

    def on_scratch_copy(
        self,
        database: Database,
        connection: Connection,
        work: Callable[[Connection], Result],
        tables: int,
    ) -> Result:
        """Return `work(copy)`, done on a copy in memory."""
        del tables
        return scratch.on_scratch_copy(database, connection, work)

    def empty_database(
        self, database: Database, connection: Connection, *, furnished: bool
    ) -> AbstractContextManager[Database]:
        """Provide a database in memory."""
        del connection, furnished
        return scratch.empty_database(database)

    def traced(
        self, connection: Connection, note: Callable[[str], None]
    ) -> AbstractContextManager[None]:
        """Let `note` have each statement that is run meanwhile, with its values."""
        return scratch.traced(connection, note)

    def batch(
        self, operations: Operations, given: BatchArguments
    ) -> AbstractContextManager[BatchOperations] | None:
        """Return a batch that rebuilds the table without losing anything of it.

        `--sql` has no table to look at. Where the revision itself says what the table is,
        Alembic's own batch is what follows it.
        """
        if operations.migration_context.as_sql or not batches.can_be_own(given):
            return None
        return batches.own_batch(operations, given)

    def guarding(
        self, operations: Operations, given: BatchArguments
    ) -> AbstractContextManager[None]:
        """Keep rows, references, triggers, views and what indexes Alembic does not see."""
        if operations.migration_context.as_sql or given.recreate == "never" or given.schema:
            return nullcontext()
        return surroundings.guarded(operations.get_bind(), given.table)

    def locks(
        self, operations: Sequence[MigrateOperation], connection: Connection
    ) -> Iterator[TableLock]:
        """Yield the tables that are rebuilt; the whole file is locked as long."""
        del connection
        return locks.locks(operations)

    def text_of(self, column: str, type_: TypeEngine[Any]) -> str:
        """Return SQL for the value of a column as a text."""
        return conversions.conversion(column, type_, Text()) or column

    def readers(
        self,
        connection: Connection,
        table: str,
        schema: str | None,  # noqa: ARG002
        columns: Collection[str],
        going: Collection[str],
    ) -> list[str]:
        """Return the views, and what can be done to tables that have triggers."""
        return views.readers(connection, table, columns, going)

    update_triggers = staticmethod(triggers.update_triggers)
    literal = staticmethod(literals.literal)
    beyond_limits = staticmethod(limits.beyond_limits)
    holds_one_of = staticmethod(conversions.holds_one_of)
    refused_values = staticmethod(conversions.refused_values)
    changed_values = staticmethod(conversions.changed_values)
