"""In which order tables are widened, filled and narrowed, where what one gets stands in another.

Everything new is made first, then it is filled, each after what it reads, and only then
does anything go. A revision in which no fill reads what changes goes table by table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from alembic.operations.ops import AddColumnOp, MigrateOperation

from dbtasks.autogenerate.backfill.sql_reads import EVERY, Reads, SqlReader
from dbtasks.autogenerate.plan.blocks import Block
from dbtasks.operations.fill import FillOp
from dbtasks.operations.fill_table import FillTableOp
from dbtasks.operations.number_rows import NumberRowsOp
from dbtasks.operations.refuse_rows import RefuseRowsOp
from dbtasks.operations.sql import REVISION_DIALECT, sql_of_text
from dbtasks.schema.facts import key_of

_FILLS = (FillOp, FillTableOp, NumberRowsOp)


@dataclass
class TableChange:
    """What is done to one table: what comes before anything goes, and the rest."""

    before: list[Block] = field(default_factory=list)
    rest: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class _Step:
    """Operations that fill, what they fill, and what they read; None where nobody knows."""

    block: Block
    fills: frozenset[tuple[str, str]]
    reads: tuple[Reads | None, ...]

    def needs(self, other: _Step) -> bool:
        """Whether this reads what the other fills."""
        return any(
            table in reads.tables and (column == EVERY or _has(reads, table, column))
            for reads in self.reads
            if reads is not None
            for table, column in other.fills
        )


def in_order_of_reading(
    changes: Sequence[TableChange],
    rows: Sequence[FillTableOp],
    changed: Collection[str],
    reader: SqlReader,
) -> Iterator[Block]:
    """Yield the blocks of tables. `changed` are the keys of those that change, come or go."""
    steps = [_step(_filled_by(item), reader) for item in rows]
    blocks = [block for change in changes for block in change.before]
    steps += [_step(block, reader) for block in blocks if _fills(block)]
    if not rows and not _is_across(steps, changed):
        for change in changes:
            yield from (*change.before, *change.rest)
        return
    for block in blocks:
        yield from _widening(block)
    for step in _sorted(steps):
        operations = [item for item in step.block.operations if not isinstance(item, AddColumnOp)]
        comments = step.block.comments if operations else []
        if operations:
            yield Block(operations, comments, is_move=True)
    for change in changes:
        yield from change.rest


def _widening(block: Block) -> Iterator[Block]:
    """Yield what a block does before anything is filled."""
    if not _fills(block):
        yield block
        return
    adds = [item for item in block.operations if isinstance(item, AddColumnOp)]
    is_all = len(adds) == len(block.operations)
    if adds:
        yield Block([*adds], block.comments if is_all else [], is_move=True)


def _fills(block: Block) -> bool:
    return any(isinstance(item, (AddColumnOp, *_FILLS)) for item in block.operations)


def _filled_by(operation: FillTableOp) -> Block:
    key = key_of(operation.table_name, operation.schema)
    return Block([operation], [f"{key} gets its rows."])


def _step(block: Block, reader: SqlReader) -> _Step:
    fills = frozenset(item for operation in block.operations for item in _filled(operation))
    reads = (item for operation in block.operations for item in _read(operation, reader))
    return _Step(block, fills, tuple(reads))


def _filled(operation: MigrateOperation) -> Iterator[tuple[str, str]]:
    match operation:
        case FillTableOp():
            yield key_of(operation.table_name, operation.schema), EVERY
        case FillOp() | NumberRowsOp():
            yield key_of(operation.table_name, operation.schema), operation.column_name
        case AddColumnOp():
            yield key_of(operation.table_name, operation.schema), operation.column.name


def _read(operation: MigrateOperation, reader: SqlReader) -> Iterator[Reads | None]:
    match operation:
        case FillTableOp():
            yield reader.reads(operation.query)
        case FillOp(value=sa.TextClause() as value):
            key = key_of(operation.table_name, operation.schema)
            yield reader.reads(sql_of_text(value, REVISION_DIALECT), key)
        case RefuseRowsOp(where=str() as where):
            yield reader.reads(where, key_of(operation.table_name, operation.schema))


def _is_across(steps: Iterable[_Step], changed: Collection[str]) -> bool:
    """Whether a fill reads another table that changes, or a column that another one fills."""
    listed = list(steps)
    for step in listed:
        own = {table for table, _ in step.fills}
        others = (table for reads in step.reads if reads for table in reads.tables - own)
        if any(table in changed for table in others):
            return True
        if any(step.needs(other) for other in listed if other is not step):
            return True
    return False


def _has(reads: Reads, table: str, column: str) -> bool:
    return (table, column) in reads.columns or (table, EVERY) in reads.columns


def _sorted(steps: Sequence[_Step]) -> Iterator[_Step]:
    """Yield steps, each behind those that it needs; in a circle as they were given."""
    left = list(steps)
    while left:
        ready = (
            step
            for step in left
            if not any(step.needs(other) for other in left if other is not step)
        )
        found = next(ready, left[0])
        left.remove(found)
        yield found
