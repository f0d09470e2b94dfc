"""The types that models give to columns, for values that only the application can store.

A revision names the class of such a type, and imports nothing: a class may move, and what a key
of the environment makes of a value nobody can write down beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.types import TypeEngine

from dbtasks.errors import MigrationError
from dbtasks.operations.fill import FillOp
from dbtasks.operations.sql import class_name, literal_sql, quoted


def with_model_type(
    context: MigrationContext, operation: FillOp, dialect: sa.Dialect
) -> FillOp | None:
    """Return the operation with the type that the models give to its column.

    Where they have no such column any longer, or give it another type, there is None if there are
    no rows, and else a `MigrationError`.
    """
    if operation.model_type is None:
        return operation
    found = next(_types(context, operation), None)
    if found is None or class_name(found) != operation.model_type:
        if not context.as_sql and not _has_rows(context, operation, dialect):
            return None
        column = f"{operation.table_name}.{operation.column_name}"
        raise MigrationError(
            f"{column} was to get {operation.value!r} as {operation.model_type} stores it, and the "
            "models give that type to no such column any longer.",
            "In the revision, say what the rows get: op.fill(..., type_=...) with the type, or "
            "sa.text(...) with SQL.",
        )
    filled = copy(operation)
    filled.type_ = found
    return filled


def _has_rows(context: MigrationContext, operation: FillOp, dialect: sa.Dialect) -> bool:
    table = quoted(dialect, operation.schema, operation.table_name)
    assert context.connection is not None
    return bool(context.connection.scalar(literal_sql(f"SELECT 1 FROM {table} LIMIT 1")))


def _types(context: MigrationContext, operation: FillOp) -> Iterator[TypeEngine[object]]:
    given = context.opts.get("target_metadata")
    every: Sequence[sa.MetaData | None] = given if isinstance(given, (list, tuple)) else [given]
    for metadata in every:
        for table in metadata.tables.values() if metadata is not None else ():
            if (table.name, table.schema) == (operation.table_name, operation.schema):
                yield from (item.type for item in table.columns if _is(item, operation))


def _is(column: sa.Column[object], operation: FillOp) -> bool:
    return str(column.name) == operation.column_name
