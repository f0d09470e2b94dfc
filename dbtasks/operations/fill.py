"""`op.fill`: a value for the rows that have none, or that have a wrong one.

A table of any size is filled in pieces. Where it is large, each piece is a transaction of its
own on PostgreSQL, so that nobody waits for more than one piece.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from sqlalchemy.types import TypeEngine

from dbtasks.operations.sql import (
    POSTGRESQL,
    SQLITE,
    TRIAL,
    execute_update,
    literal_sql,
    quoted,
    resolved,
    text_literal,
)

LARGE_TABLE_ROWS = 50_000
"""From here on a table is filled in pieces of so many rows."""


@Operations.register_operation("fill")
class FillOp(MigrateOperation):
    """Sets a column where it is NULL, or `where` an SQL condition says so.

    `value` is a plain value, or SQL as `sa.text`. `is_large` tells those who write a revision that
    there are so many rows now that what comes before is committed by it.
    """

    is_large = False

    def __init__(
        self,
        table_name: str,
        column_name: str,
        value: Any,
        type_: TypeEngine[Any] | None = None,
        where: str | None = None,
        schema: str | None = None,
    ) -> None:
        self.table_name = table_name
        self.column_name = column_name
        self.value = value
        self.type_ = type_
        self.where = where
        self.schema = schema

    @classmethod
    def fill(
        cls,
        operations: Operations,
        table_name: str,
        column_name: str,
        value: Any,
        type_: TypeEngine[Any] | None = None,
        where: str | None = None,
        schema: str | None = None,
    ) -> None:
        """Set `column_name` to `value` in the rows where it is NULL.

        `value` is a plain Python value, of the column's type `type_` where its own says too
        little (a list, an enum), or an SQL expression over the row: `sa.text("price * 2")`.
        With `where`, an SQL condition, the rows that meet it are set, whatever they hold.
        """
        operations.invoke(cls(table_name, column_name, value, type_, where, schema))

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return the operation as `alembic check` shows it."""
        return ("fill", self.table_name, self.column_name)


@Operations.implementation_for(FillOp)
def _fill(operations: Operations, operation: FillOp) -> None:
    dialect = operations.impl.dialect
    table = quoted(dialect, operation.schema, operation.table_name)
    column, value = quoted(dialect, operation.column_name), _sql(operation, dialect)
    # A row for which the value itself is NULL can't be filled; looking for it would never end.
    if operation.where is not None:
        operations.execute(
            literal_sql(f"UPDATE {table} SET {column} = {value} WHERE {operation.where}")
        )
        return
    empty = f"{column} IS NULL AND ({value}) IS NOT NULL"
    update = f"UPDATE {table} SET {column} = {value} WHERE {empty}"
    piece = f"SELECT ctid FROM {table} WHERE {empty} LIMIT {LARGE_TABLE_ROWS}"
    if not _is_large(operations, f"SELECT count(*) FROM ({piece}) AS piece"):
        execute_update(operations, update)
        return
    with operations.migration_context.autocommit_block():
        statement = literal_sql(f"{update} AND ctid = ANY (ARRAY({piece}))")
        while operations.get_bind().execute(statement).rowcount:
            pass


def _is_large(operations: Operations, count: str) -> bool:
    context = operations.migration_context
    if context.as_sql or context.dialect.name == "sqlite" or context.opts.get(TRIAL):
        return False
    return int(operations.get_bind().scalar(literal_sql(count)) or 0) >= LARGE_TABLE_ROWS


def _sql(operation: FillOp, dialect: sa.Dialect) -> str:
    if isinstance(operation.value, sa.TextClause):
        return operation.value.text
    plain = POSTGRESQL if dialect.name == "postgresql" else SQLITE
    if isinstance(operation.value, (list, dict)):
        return _container(operation.value, operation.type_ or sa.JSON(), plain)
    is_sql = isinstance(operation.value, sa.ColumnElement)  # sa.func.now(), for instance
    literal = operation.value if is_sql else sa.literal(operation.value, operation.type_)
    return str(literal.compile(dialect=plain, compile_kwargs={"literal_binds": True}))


def _container(value: Any, type_: TypeEngine[Any], dialect: sa.Dialect) -> str:
    """Return a list or dict as SQL: an array where the type is one, else JSON."""
    implementation = resolved(type_, dialect)
    if not isinstance(implementation, sa.ARRAY):
        return text_literal(json.dumps(value))
    items = [sa.literal(item, implementation.item_type) for item in value]
    options = {"literal_binds": True}
    listed = ", ".join(str(item.compile(dialect=dialect, compile_kwargs=options)) for item in items)
    return f"ARRAY[{listed}]::{implementation.compile(dialect=dialect)}"
