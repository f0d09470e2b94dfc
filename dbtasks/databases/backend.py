"""What may be asked of a kind of database: all that differs from one to another.

One subclass a kind, in a folder of its own, which leaves the work to modules beside it, a module a
topic. `dbtasks.databases.kinds` tells which kind a dialect is.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from alembic.operations import BatchOperations, Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy import Column, Connection, Dialect, MetaData
from sqlalchemy import Constraint as SqlConstraint
from sqlalchemy.types import TypeEngine

from dbtasks.databases.reachable import Reachable
from dbtasks.databases.terms import Conversion, Driver, Implementation, TableLock
from dbtasks.operations.batch import BatchArguments
from dbtasks.operations.sql import quoted
from dbtasks.schema import facts
from dbtasks.schema.facts import Schema, Table
from dbtasks.schema.other_objects import OtherObject, OtherObjects
from dbtasks.values import NotKnown

if TYPE_CHECKING:
    from dbtasks.databases.database import Database

Result = TypeVar("Result")


class Backend(Reachable):
    """A kind of database. One object serves all databases of its kind: it holds no state."""

    name: str
    """As people call it."""

    dialect: Dialect
    """SQLAlchemy's, for SQL as text: no driver's, which would double percent signs."""

    sqlglot_dialect: str
    """What sqlglot calls its SQL."""

    spellings: tuple[str, ...] = ()
    """What addresses begin with, beside the name of the dialect."""

    example_address: str
    """An address as people are to write it."""

    drivers: Mapping[str, Driver]
    """Its drivers by SQLAlchemy's names, in order of preference."""

    is_remote: bool
    """Whether a server is reached, which may not answer."""

    keeps_annotations: bool
    """Whether the schema tells enumerated types, comments, and types by their own names."""

    fills_in_pieces: bool
    """Whether `op.fill` fills a large table in pieces, each a transaction of its own."""

    has_offline_sql: bool
    """Whether the SQL of a revision can be told without a database to look at."""

    only_read: str = ""
    """The statement that lets a transaction refuse what writes; empty where there is none."""

    is_known_to_squawk: bool
    """Whether squawk can judge its SQL."""

    implementations: Mapping[type[MigrateOperation], Implementation]
    """How it carries out each of our operations, and those of Alembic's that it does better."""

    # What a database says of itself.

    @abstractmethod
    def read_schema(self, connection: Connection, schemas: Iterable[str] = ()) -> Schema:
        """Return the facts of the default schema, and of others by name."""

    @abstractmethod
    def default_schema(self, connection: Connection) -> str:
        """Return the schema in which a table stands that names none."""

    @abstractmethod
    def schema_names(self, connection: Connection) -> set[str]:
        """Return the schemas beside the default one that tables may stand in."""

    @abstractmethod
    def other_objects(self, connection: Connection, schemas: Iterable[str] = ()) -> OtherObjects:
        """Return what the default schema, and others by name, hold that models can't declare."""

    @abstractmethod
    def table_arguments(self, table: Table) -> dict[str, Any]:
        """Return the arguments of SQLAlchemy's Table that reflection leaves out."""

    def constraints(self, table: Table) -> Sequence[SqlConstraint]:
        """Return the constraints of a table that reflection leaves out."""
        del table
        return ()

    @abstractmethod
    def counts(self, table: Table, column: facts.Column) -> bool:
        """Whether a column of a table counts: PostgreSQL has a sequence for it, or would have."""

    @abstractmethod
    def kept_name(self, name: str) -> str:
        """Return the name of a constraint or index as the database keeps it, which may cut it."""

    @abstractmethod
    def estimated_rows(self, connection: Connection, table: str, schema: str | None) -> int | None:
        """Return how many rows the database takes a table to have; None where it can't tell."""

    def quoted(self, *names: str | None) -> str:
        """Return a name as it stands in SQL, behind that of its schema where it has one."""
        return quoted(self.dialect, *names)

    # Trying things out.

    @abstractmethod
    def rolled_back(self, connection: Connection) -> AbstractContextManager[None]:
        """Undo at the end all that happens on `connection` meanwhile.

        Nothing that is undone is worth a queue behind somebody's lock.
        """

    @abstractmethod
    def declared_schema(
        self, database: Database, connection: Connection, metadata: MetaData
    ) -> Schema:
        """Return the facts of what `metadata` declares, as the database itself builds it.

        Raises `ModelsError` when it refuses to, `DatabaseError` when there is no place for it.
        """

    @abstractmethod
    def on_scratch_copy(
        self,
        database: Database,
        connection: Connection,
        work: Callable[[Connection], Result],
        tables: int,
    ) -> Result:
        """Return `work(copy)`, done where everything may be tried and nothing stays.

        `tables` is how many of them the work makes or drops.
        """

    @abstractmethod
    def empty_database(
        self, database: Database, connection: Connection, *, furnished: bool
    ) -> AbstractContextManager[Database]:
        """Provide an empty database of the same kind, which is gone afterwards.

        `connection` is one to `database`; where `furnished`, its schemas and extensions are there.
        Raises `DatabaseError` where there is no place for one.
        """

    def traced(
        self, connection: Connection, note: Callable[[str], None]
    ) -> AbstractContextManager[None]:
        """Let `note` have each statement that is run meanwhile, with its values.

        It is only asked for where `has_offline_sql` is false.
        """
        del connection, note
        return nullcontext()

    # Carrying out operations.

    def batch(
        self, operations: Operations, given: BatchArguments
    ) -> AbstractContextManager[BatchOperations] | None:
        """Return what stands behind `op.batch_alter_table`; None where Alembic's own will do."""
        del operations, given
        return None

    def guarding(
        self, operations: Operations, given: BatchArguments
    ) -> AbstractContextManager[None]:
        """Keep what Alembic's own batch would lose of the table and around it."""
        del operations, given
        return nullcontext()

    def implementation(self, operation: MigrateOperation) -> Implementation | None:
        """Return what carries out an operation; None where Alembic's own will do."""
        found = (self.implementations.get(kind) for kind in type(operation).__mro__)
        return next((item for item in found if item is not None), None)

    @abstractmethod
    def locks(
        self, operations: Sequence[MigrateOperation], connection: Connection
    ) -> Iterator[TableLock]:
        """Yield what operations keep from others for longer than a moment."""

    # Values.

    def conversion(self, column: str, old: TypeEngine[Any], new: TypeEngine[Any]) -> Conversion:
        """Return what a revision has to say, so that this database converts a column's values.

        `column` is its name, quoted. Nothing, where the database knows by itself.
        """
        del column, old, new
        return Conversion()

    @abstractmethod
    def text_of(self, column: str, type_: TypeEngine[Any]) -> str:
        """Return SQL for the value of a column (its name quoted) as a text."""

    @abstractmethod
    def update_triggers(
        self, connection: Connection, table: str, schema: str | None, column: str
    ) -> list[str]:
        """Return the names of the triggers that fire when a column of rows is set."""

    def dependents(
        self, connection: Connection, table: str, schema: str | None, columns: Collection[str]
    ) -> list[OtherObject]:
        """Return what is taken down for columns of a table to get another type."""
        del connection, table, schema, columns
        return []

    @abstractmethod
    def readers(
        self,
        connection: Connection,
        table: str,
        schema: str | None,
        columns: Collection[str],
        going: Collection[str],
    ) -> list[str]:
        """Return what would not work without some columns of a table; without any, without it.

        What stands on tables that are `going` goes with them.
        """

    def dependents_on_type(
        self, connection: Connection, name: str, schema: str | None
    ) -> list[OtherObject]:
        """Return what is taken down for an enumerated type to be replaced."""
        del connection, name, schema
        return []

    @abstractmethod
    def literal(self, value: Any, type_: TypeEngine[Any] | None = None) -> str:
        """Return a Python value as SQL, as its type stores it. What the type raises, it raises."""

    @abstractmethod
    def beyond_limits(self, value: str, type_: TypeEngine[Any]) -> str:
        """Return the condition that a value (SQL) fits here, and into no database with limits.

        Empty where the database itself refuses it, or there is no limit.
        """

    @abstractmethod
    def holds_one_of(self, column: str, type_: TypeEngine[Any], values: str) -> str:
        """Return the condition that a column (quoted), or the list in it, holds one of `values`.

        `type_` is the column's as it was reflected, `values` are SQL, between commas.
        """

    @abstractmethod
    def refused_values(
        self,
        connection: Connection,
        place: str,
        column: Column[Any],
        new: TypeEngine[Any],
    ) -> str:
        """Return what hinders the values of a column from becoming those of a new type.

        `place` is the table, quoted. Empty where nothing does.
        """

    @abstractmethod
    def changed_values(
        self,
        connection: Connection,
        place: str,
        column: Column[Any],
        new: TypeEngine[Any],
    ) -> int | NotKnown:
        """Return how many values would not come back the same from a new type."""
