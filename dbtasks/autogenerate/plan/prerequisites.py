"""What new tables and columns need around them: schemas to stand in, sequences to count by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation
from sqlalchemy.sql.functions import next_value

from dbtasks.autogenerate.state.definitions import DefinedSchema
from dbtasks.operations.schemas import CreateSchemaOp
from dbtasks.operations.sequences import CreateSequenceOp
from dbtasks.schema.difference import ColumnAdded, ColumnChanged, Difference, TableAdded


def prerequisites(
    connection: sa.Connection, changes: Sequence[Difference], new: DefinedSchema
) -> list[MigrateOperation]:
    """Return what makes the schemas and sequences that are not there yet."""
    tables = [item.table for item in changes if isinstance(item, TableAdded)]
    columns = [(table.key, column) for table in tables for column in table.columns]
    columns += [(item.table.key, item.column) for item in changes if isinstance(item, ColumnAdded)]
    columns += [(item.table.key, item.new) for item in changes if isinstance(item, ColumnChanged)]
    schemas = {table.schema for table in tables if table.schema}
    declared = (new.original(key, column.name) for key, column in columns)
    sequences = {
        (item.name, item.schema): item for column in declared for item in _sequences(column)
    }
    return [*missing_schemas(connection, schemas), *_missing(connection, sequences.values())]


def missing_schemas(connection: sa.Connection, wanted: set[str]) -> Iterator[MigrateOperation]:
    """Yield what makes the schemas that are not there yet."""
    there = set(sa.inspect(connection).get_schema_names()) if wanted else set()
    yield from (CreateSchemaOp(name) for name in sorted(wanted - there))


def _sequences(column: sa.Column[object]) -> Iterator[sa.Sequence]:
    """Yield what a column counts by, on the application's side or on the server's."""
    if isinstance(column.default, sa.Sequence):
        yield column.default
    if isinstance(column.server_default, sa.DefaultClause):
        argument = column.server_default.arg
        if isinstance(argument, next_value):
            yield argument.sequence


def _missing(
    connection: sa.Connection, wanted: Iterable[sa.Sequence]
) -> Iterator[MigrateOperation]:
    inspector = sa.inspect(connection)
    for item in wanted:
        known = connection.dialect.supports_sequences
        if not known or not inspector.has_sequence(item.name, item.schema):
            yield CreateSequenceOp(item.name, item.schema, item.start, item.increment)
