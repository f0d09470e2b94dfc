"""Carrying out what moves values from one table to another, to see what would come of it.

A trial would fail too, later, and could not say of which fill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import sqlalchemy as sa
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.backfill.fills import Fills
from dbtasks.autogenerate.backfill.row_counts import Rows
from dbtasks.autogenerate.backfill.unfilled import unfilled
from dbtasks.autogenerate.plan.blocks import BatchOp, Block
from dbtasks.databases.failures import said
from dbtasks.databases.scratch import rolled_back
from dbtasks.errors import RefusedError
from dbtasks.hints import counted
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.schema.facts import Schema, Table, key_of

CarryOut = Callable[[Sequence[MigrateOperation]], None]


def rehearse(
    connection: sa.Connection,
    blocks: Sequence[Block],
    schemas: tuple[Schema, Schema],
    fills: Fills,
    carry_out: CarryOut,
) -> list[str]:
    """Return how many rows tables get; note in `fills` the rows that get no value.

    `schemas` are those before and after. Raises `RefusedError` for SQL that the database refuses.
    """
    last = max((place for place, block in enumerate(blocks) if block.is_move), default=-1)
    if last < 0:
        return []
    notes: list[str] = []
    with rolled_back(connection):
        for operation in _operations(blocks[: last + 1]):
            try:
                carry_out([operation])
            except sa.exc.DBAPIError as error:
                if not isinstance(operation, (FillOp, FillTableOp)):
                    raise
                raise _refusal(operation, error) from error
            if isinstance(operation, FillTableOp):
                rows = Rows(connection).total(operation.table_name, operation.schema)
                key = key_of(operation.table_name, operation.schema)
                notes.append(f"{key}: {counted(rows, 'row')} from {_one_line(operation.query)}")
        for table, name in _required(blocks[: last + 1], schemas):
            problem = unfilled(connection, table, f"{Rows(connection).quoted(name)} IS NULL", name)
            if problem:
                fills.short(f"{table.key}.{name}", problem)
    return notes


def _operations(blocks: Sequence[Block]) -> Iterator[MigrateOperation]:
    """Yield what can be carried out by itself; nothing that goes has to go before."""
    for block in blocks:
        for operation in block.operations:
            if not isinstance(operation, (BatchOp, RefuseRowsOp)):
                yield operation


def _required(
    blocks: Sequence[Block], schemas: tuple[Schema, Schema]
) -> Iterator[tuple[Table, str]]:
    """Yield the columns that are filled and must not be NULL afterwards."""
    before, after = schemas
    fills = (item for block in blocks for item in block.operations if isinstance(item, FillOp))
    for fill in fills:
        key = key_of(fill.table_name, fill.schema)
        column = after.tables[key].column(fill.replaces or fill.column_name)
        if column is not None and not column.nullable and key in before.tables:
            yield before.tables[key], fill.column_name


def _refusal(operation: FillOp | FillTableOp, error: sa.exc.DBAPIError) -> RefusedError:
    key = key_of(operation.table_name, operation.schema)
    is_column = isinstance(operation, FillOp)
    name = f"{key}.{operation.column_name}" if isinstance(operation, FillOp) else key
    flag = "--fill" if is_column else "--fill-table"
    return RefusedError(
        f"{name} can't be filled: {said(error)}. Nothing was written.",
        f"Mend what {flag} {name}= says. It may read all that is there before the revision, and "
        "what the revision adds.",
    )


def _one_line(sql: str) -> str:
    return " ".join(sql.split())
