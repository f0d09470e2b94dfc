"""PostgreSQL: what is asked of it, and where the answers are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy import Column, Connection, Engine, MetaData, inspect, text
from sqlalchemy import Constraint as SqlConstraint
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from dbtasks.databases.backend import Backend
from dbtasks.databases.postgresql import (
    addresses,
    catalog,
    connections,
    conversions,
    errors,
    literals,
    locks,
    other_objects,
    scratch,
    suspension,
    table_options,
    triggers,
)
from dbtasks.databases.postgresql.dependents import dependents, dependents_on_type, readers
from dbtasks.databases.postgresql.exclusions import exclusions
from dbtasks.databases.postgresql.operations import IMPLEMENTATIONS
from dbtasks.databases.terms import Conversion, TableLock
from dbtasks.errors import DatabaseError
from dbtasks.operations.batch import BatchArguments
from dbtasks.operations.names import postgresql_name
from dbtasks.operations.sql import POSTGRESQL
from dbtasks.schema import facts
from dbtasks.schema.facts import Schema, Table
from dbtasks.schema.other_objects import OtherObjects
from dbtasks.values import NotKnown

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

Result = TypeVar("Result")


class PostgreSQL(Backend):
    """PostgreSQL through psycopg2, psycopg or asyncpg."""

    name = "PostgreSQL"
    dialect = POSTGRESQL
    sqlglot_dialect = "postgres"
    spellings = ("postgres",)
    example_address = "postgresql://user:password@host:5432/name"
    drivers = addresses.DRIVERS
    is_remote = True
    only_read = "SET TRANSACTION READ ONLY"
    keeps_annotations = True
    fills_in_pieces = True
    has_offline_sql = True
    is_known_to_squawk = True
    implementations = IMPLEMENTATIONS

    def completed(self, url: URL, root: Path, source: str) -> URL:
        """Return the address if it says which database of the server is meant."""
        del root
        return addresses.completed(url, source)

    def identity(self, url: URL, root: Path) -> tuple[object, ...]:
        """Return the server and the database's name."""
        del root
        return addresses.identity(url)

    def shown(self, url: URL, root: Path) -> str:
        """Return the address without its secrets."""
        del root
        return addresses.shown(url)

    def for_driver(self, url: URL) -> URL:
        """Return the address with libpq's options as asyncpg calls them."""
        return addresses.for_driver(url)

    def url_to_open(self, url: URL, *, reading: bool) -> URL:
        """Return the address: opening it never creates anything."""
        del reading
        return addresses.for_driver(url)

    def is_async(self, url: URL) -> bool:
        """Whether the driver is asyncpg."""
        return addresses.is_async(url)

    def limit(self, url: URL) -> float:
        """Return the address's connect_timeout, or ours."""
        return addresses.limit(url)

    def engine_options(self, url: URL) -> dict[str, Any]:
        """Return a limit on waiting for the server.

        Our own limit holds as well (see `within`); this one ends what that leaves behind.
        """
        option = "timeout" if self.is_async(url) else "connect_timeout"
        return {"connect_args": {option: int(self.limit(url))}}

    def prepare(self, engine: Engine, *, reading: bool) -> None:
        """Do nothing: PostgreSQL's transactions hold DDL as they are."""

    def prepared_elsewhere(self, *, reading: bool) -> AbstractContextManager[None]:
        """Do nothing, as for an engine of our own."""
        del reading
        return nullcontext()

    def cancel(self, driver_connection: Any) -> None:
        """End the statement that runs; asyncpg's ends with its task."""
        driver_connection.cancel()

    def exists(self, database: Database) -> bool:
        """Whether the server has the database."""
        return connections.exists(database)

    def create(self, database: Database) -> Callable[[], None]:
        """Create the database, from one that every server has."""
        return connections.create(database)

    def files(self, database: Database) -> tuple[Path, ...]:
        """Return none: a server has them."""
        del database
        return ()

    def erase(self, connection: Connection) -> None:
        """Drop every object that is no extension's, statement by statement."""
        connections.erase(connection)

    def explain(self, error: Exception, database: Database) -> DatabaseError:
        """Return the error to show for a connection that failed, by what the server said."""
        return errors.explain(error, database.url, database.source)

    def trouble(self, error: DBAPIError, database: Database) -> DatabaseError | None:
        """Return the error to show if the server's state, not the statement, is at fault."""
        return errors.trouble(error, database.url, database.source)

    def is_made_already(self, error: DBAPIError) -> bool:
        """Whether the server says so."""
        return errors.is_made_already(error)

    def is_relied_on(self, error: DBAPIError) -> bool:
        """Whether a view, or a table that the models do not name, needs what was to go."""
        return errors.is_relied_on(error)

    def read_schema(self, connection: Connection, schemas: Iterable[str] = ()) -> Schema:
        """Return the facts of the default schema and of those named, from the catalogs."""
        default = catalog.default_schema(connection)
        named = {schema: schema for schema in schemas if schema != default}
        return catalog.read(connection, {default: None, **named})

    def default_schema(self, connection: Connection) -> str:
        """Return the first schema of the search path that is there."""
        return catalog.default_schema(connection)

    def schema_names(self, connection: Connection) -> set[str]:
        """Return all but the default one and the server's own."""
        default = catalog.default_schema(connection)
        return set(inspect(connection).get_schema_names()) - {default, "information_schema"}

    def other_objects(self, connection: Connection, schemas: Iterable[str] = ()) -> OtherObjects:
        """Return views, triggers, functions and their like, from the catalogs."""
        return other_objects.read(connection, {catalog.default_schema(connection), *schemas})

    def table_arguments(self, table: Table) -> dict[str, Any]:
        """Return what is stored in another way than others."""
        return table_options.table_arguments(table)

    def constraints(self, table: Table) -> Sequence[SqlConstraint]:
        """Return those that exclude rows."""
        return exclusions(table)

    def counts(self, table: Table, column: facts.Column) -> bool:
        """Whether a column has a sequence."""
        del table
        return bool(column.identity)

    def kept_name(self, name: str) -> str:
        """Return a name cut to 63 bytes."""
        return postgresql_name(name)

    def estimated_rows(self, connection: Connection, table: str, schema: str | None) -> int:
        """Return what the last ANALYZE found."""
        query = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:name)")
        return int(connection.scalar(query, {"name": self.quoted(schema, table)}) or 0)

    def rolled_back(self, connection: Connection) -> AbstractContextManager[None]:
        """Undo at the end all that happens meanwhile, and wait for no lock long."""
        return scratch.rolled_back(connection)

    def declared_schema(
        self, database: Database, connection: Connection, metadata: MetaData
    ) -> Schema:
        """Return the facts of what `metadata` declares, built where it leaves no trace."""
        return scratch.declared_schema(database, connection, metadata)

    def on_scratch_copy(
        self,
        database: Database,
        connection: Connection,
        work: Callable[[Connection], Result],
        tables: int,
    ) -> Result:
        """Return `work(copy)`; the copy is the database itself, which is rolled back."""
        return scratch.on_scratch_copy(database, connection, work, tables)

    def empty_database(
        self, database: Database, connection: Connection, *, furnished: bool
    ) -> AbstractContextManager[Database]:
        """Provide a database beside this one, with the same search path."""
        return scratch.empty_database(database, connection, furnished=furnished)

    def locks(
        self, operations: Sequence[MigrateOperation], connection: Connection
    ) -> Iterator[TableLock]:
        """Yield the tables that are locked for longer than a moment."""
        return locks.locks(operations, connection)

    def conversion(self, column: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> Conversion:
        """Return the USING of a change of type, and our function where that calls it."""
        return conversions.conversion(column, old, new)

    def text_of(self, column: str, type_: TypeEngine[Any]) -> str:
        """Return SQL for the value of a column as a text."""
        return conversions.text_of(column, type_)

    def guarding(
        self, operations: Operations, given: BatchArguments
    ) -> AbstractContextManager[None]:
        """Put up again what the batch has taken down."""
        del given
        return suspension.restored_afterwards(operations)

    readers = staticmethod(readers)
    dependents = staticmethod(dependents)
    dependents_on_type = staticmethod(dependents_on_type)

    def update_triggers(
        self, connection: Connection, table: str, schema: str | None, column: str
    ) -> list[str]:
        """Return the names of the triggers that fire when a column of rows is set."""
        return triggers.update_triggers(connection, table, schema, column)

    def literal(self, value: Any, type_: TypeEngine[Any] | None = None) -> str:
        """Return a Python value as SQL, as its type stores it."""
        return literals.literal(value, type_)

    def beyond_limits(self, value: str, type_: TypeEngine[Any]) -> str:  # noqa: ARG002
        """Return nothing: it says itself what is too long or too large."""
        return ""

    def holds_one_of(self, column: str, type_: TypeEngine[Any], values: str) -> str:
        """Return the condition that a column, or the array in it, holds one of `values`."""
        return conversions.holds_one_of(column, type_, values)

    def refused_values(
        self, connection: Connection, place: str, column: Column[Any], new: TypeEngine[Any]
    ) -> str:
        """Return what hinders values from becoming those of a new type, in the server's words."""
        return conversions.refused_values(connection, place, column, new)

    def changed_values(
        self, connection: Connection, place: str, column: Column[Any], new: TypeEngine[Any]
    ) -> int | NotKnown:
        """Return how many values would not come back the same from a new type."""
        return conversions.changed_values(connection, place, column, new)
