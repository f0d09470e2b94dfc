"""What reads the columns that change, and the models do not name: views above all.

What reads a column that changes is taken down before and put up again afterwards. What reads one
that goes stops the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.plan.blocks import Block
from dbtasks.databases import backend_of
from dbtasks.errors import RefusedError
from dbtasks.hints import command
from dbtasks.operations.batch import each_operation
from dbtasks.operations.dependents import RestoreDependentsOp, SuspendDependentsOp
from dbtasks.schema.difference import ColumnChanged, Difference
from dbtasks.schema.facts import key_of
from dbtasks.schema.other_objects import listed

Place = tuple[str, str | None]
"""A table: its name and its schema."""


@dataclass
class _Touched:
    """Columns by their tables: those that `change` or are made anew, and those that go.

    `blocks` are the numbers of the blocks in which columns change.
    """

    change: dict[Place, list[str]] = field(default_factory=dict)
    gone: dict[Place, list[str]] = field(default_factory=dict)
    tables: list[Place] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)

    @classmethod
    def by(cls, blocks: Sequence[Block]) -> _Touched:
        """Return what the operations of blocks do."""
        touched = cls()
        made = set(_made(blocks))
        for number, block in enumerate(blocks):
            for operation in each_operation(block.operations):
                touched._note(operation, made, number)
        return touched

    def _note(self, operation: MigrateOperation, made: set[tuple[Place, str]], number: int) -> None:
        match operation:
            case ops.DropTableOp(table_name=name, schema=schema):
                self.tables.append((name, schema))
            case ops.DropColumnOp(table_name=name, schema=schema, column_name=column):
                place = name, schema
                comes_back = (place, column) in made
                (self.change if comes_back else self.gone).setdefault(place, []).append(column)
                self.blocks += [number] * comes_back
            case ops.AlterColumnOp(modify_type=type_) if type_ is not None:
                place = operation.table_name, operation.schema
                self.change.setdefault(place, []).append(operation.column_name)
                self.blocks.append(number)


def _made(blocks: Iterable[Block]) -> Iterator[tuple[Place, str]]:
    """Yield the columns that are added, or get their name."""
    for operation in (item for block in blocks for item in each_operation(block.operations)):
        match operation:
            case ops.AddColumnOp():
                yield (operation.table_name, operation.schema), operation.column.name
            case ops.AlterColumnOp(modify_name=str() as name):
                yield (operation.table_name, operation.schema), name


def with_dependents(connection: sa.Connection, blocks: Iterable[Block]) -> list[Block]:
    """Return blocks with what takes down and puts up again what reads the columns they change."""
    blocks = list(blocks)
    touched = _Touched.by(blocks)
    suspensions = list(_suspensions(connection, touched))
    if not suspensions:
        return blocks
    first, last = min(touched.blocks), max(touched.blocks) + 1
    restored = Block([RestoreDependentsOp()])
    return [*blocks[:first], *suspensions, *blocks[first:last], restored, *blocks[last:]]


def _suspensions(connection: sa.Connection, touched: _Touched) -> Iterator[Block]:
    for (table, schema), columns in touched.change.items():
        dependents = partial(backend_of(connection).dependents, connection, table, schema)
        names = list(dict.fromkeys(columns))
        # All at once first: most tables are read by nothing.
        read = {name: dependents([name]) for name in names} if dependents(names) else {}
        read = {name: found for name, found in read.items() if found}
        if read:
            key = key_of(table, schema)
            said = ", ".join(f"{key}.{column}" for column in read)
            objects = listed({item for found in read.values() for item in found})
            comment = f"What reads {said} is taken down, and put up again below: {objects}."
            yield Block([SuspendDependentsOp(table, [*read], schema)], [comment])


def notes_on_dependents(
    connection: sa.Connection, differences: Iterable[Difference]
) -> Iterator[str]:
    """Yield a line for each column that changes while something reads it."""
    for item in differences:
        if isinstance(item, ColumnChanged) and item.differs("type", "collation", "generated"):
            find = backend_of(connection).dependents
            table, name = item.table, item.new.name
            if found := find(connection, table.name, table.schema, [name]):
                yield (
                    f"{table.key}.{name} is read by {listed(found)}: taken down for the change, "
                    "and put up again"
                )


def refuse_lost_columns(connection: sa.Connection, blocks: Sequence[Block]) -> None:
    """Raise `RefusedError` for a column or a table that goes, and something else reads it."""
    found = list(_readers(connection, _Touched.by(blocks)))
    if found:
        lines = "\n".join(f"{what} is to go, and is read by {by}." for what, by in found)
        raise RefusedError(
            f"{lines} Nothing was written.",
            "Let that go first, or read something else, by a revision of your own: ",
            command("migrate", "let it go", "--empty"),
        )


def _readers(connection: sa.Connection, touched: _Touched) -> Iterator[tuple[str, str]]:
    """Yield what goes, with what reads it. A table takes along what stands on it."""
    readers = partial(backend_of(connection).readers, connection)
    going = [key_of(*place) for place in touched.tables]
    for place in touched.tables:
        if found := readers(*place, [], going):
            yield key_of(*place), ", ".join(found)
    for place, columns in touched.gone.items():
        if readers(*place, columns, going):
            for column in columns:
                if found := readers(*place, [column], going):
                    yield f"{key_of(*place)}.{column}", ", ".join(found)
