"""What `migrate` finds out before it writes: the differences, and both directions across them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from alembic.runtime.migration import MigrationContext

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.blocks import Block
from dbtasks.autogenerate.gaps import DowngradeGaps, UpgradeGaps
from dbtasks.autogenerate.live import filtered, live_schema, reflected
from dbtasks.autogenerate.renames import Renames, decide_renames, rename_operations
from dbtasks.autogenerate.sides import Side
from dbtasks.autogenerate.steps import Steps
from dbtasks.databases import Database
from dbtasks.databases.scratch import declared_schema, rolled_back
from dbtasks.operations.sql import TRIAL
from dbtasks.schema import Schema
from dbtasks.schema.difference import Difference, differences
from dbtasks.schema.facts import key_of


@dataclass(frozen=True)
class Migration:
    """The body of a revision, and what there is to say of it."""

    differences: tuple[Difference, ...]
    upgrade: tuple[Block, ...]
    downgrade: tuple[Block, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """The database as it is, and as the models declare it, by the same database's own word."""

    live: Schema
    declared: Schema

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What has to happen for the one to become the other, renames seen as drop and add."""
        return differences(self.live, self.declared)


def compare_schemas(
    database: Database,
    connection: sa.Connection,
    metadata: sa.MetaData,
    options: Mapping[str, Any],
) -> Comparison:
    """Read both sides. `options` are those of env.py, whose filters and version table count."""
    declared = declared_schema(database, connection, metadata)
    return Comparison(
        live_schema(connection, metadata, options), filtered(declared, metadata, options)
    )


@dataclass(frozen=True)
class Planner:
    """All that a plan needs beside a connection."""

    database: Database
    metadata: sa.MetaData
    options: Mapping[str, Any]
    answers: Answers

    def plan(self, connection: sa.Connection) -> Migration:
        """Return the revision to write; see `plan_migration`."""
        return plan_migration(self.database, connection, self.metadata, self.options, self.answers)


def plan_migration(
    database: Database,
    connection: sa.Connection,
    metadata: sa.MetaData,
    options: Mapping[str, Any],
    answers: Answers,
) -> Migration:
    """Return the revision that takes the database to what the models declare, and back.

    Nothing is changed: renames are tried, and rolled back, so that the database itself says what
    follows from them. Raises `UsageError` where an answer is missing, `RefusedError` for a change
    that can't be made.
    """
    comparison = compare_schemas(database, connection, metadata, options)
    live, declared = comparison.live, comparison.declared
    renames = decide_renames(live, declared, answers)
    with rolled_back(connection):
        moves = list(rename_operations(renames, live))
        carry_out(connection, metadata, moves)
        renamed = live_schema(connection, metadata, options)
        old = Side(renamed, reflected(connection), connection.dialect)
        new = Side(declared, _declared(metadata), connection.dialect)
        return _both_directions(connection, old, new, moves, renames, answers)


def carry_out(
    connection: sa.Connection, metadata: sa.MetaData, operations: Iterable[MigrateOperation]
) -> None:
    """Carry out operations on a connection whose transaction will be rolled back."""
    options = {"target_metadata": metadata, TRIAL: True}
    runner = Operations(MigrationContext.configure(connection, opts=options))
    for operation in operations:
        runner.invoke(operation)


def _both_directions(
    connection: sa.Connection,
    old: Side,
    new: Side,
    moves: Sequence[MigrateOperation],
    renames: Renames,
    answers: Answers,
) -> Migration:
    gaps = UpgradeGaps(connection, answers)
    there = differences(old.schema, new.schema)
    back = differences(new.schema, old.schema)
    upgrade = [*_moved(moves), *Steps(old, new, there, gaps).blocks()]
    gaps.fills.refuse_missing()
    downgrade = list(Steps(new, old, back, DowngradeGaps()).blocks())
    downgrade += _moved([move.reverse() for move in reversed(moves)])
    return Migration(
        differences=(*renames.differences(new.schema), *there),
        upgrade=tuple(upgrade),
        downgrade=tuple(downgrade),
        notes=tuple(gaps.notes),
    )


def _moved(moves: Sequence[MigrateOperation]) -> list[Block]:
    return [Block(list(moves))] if moves else []


def _declared(metadata: sa.MetaData) -> Callable[[str, str | None], sa.Table]:
    return lambda name, schema: metadata.tables[key_of(name, schema)]
