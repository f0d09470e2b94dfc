"""What `migrate` finds out before it writes: the differences, and both directions across them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.blocks import Block
from dbtasks.autogenerate.downgrade_gaps import DowngradeGaps
from dbtasks.autogenerate.gaps import UpgradeGaps
from dbtasks.autogenerate.live import filtered, live_schema, reflected
from dbtasks.autogenerate.portable import (
    tables_of,
    with_portable_facts,
    with_referred,
    with_remembered_facts,
)
from dbtasks.autogenerate.recorded import RecordedHistory, recorded_history
from dbtasks.autogenerate.renames import Renames, decide_renames, rename_operations
from dbtasks.autogenerate.sides import Side, Source
from dbtasks.autogenerate.steps import Steps
from dbtasks.databases import Database
from dbtasks.databases.scratch import declared_schema, rolled_back
from dbtasks.operations.sql import TRIAL
from dbtasks.schema import Schema
from dbtasks.schema.difference import Difference, differences


@dataclass(frozen=True)
class Comparison:
    """The database as it is, and as the models declare it, by the same database's own word."""

    live: Schema
    declared: Schema

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What has to happen for the one to become the other, renames seen as drop and add."""
        return differences(self.live, self.declared)


@dataclass(frozen=True)
class Migration:
    """The body of a revision, and what there is to say of it.

    `comparison` holds both sides, what is renamed under its new names already.
    """

    comparison: Comparison
    differences: tuple[Difference, ...]
    upgrade: tuple[Block, ...]
    downgrade: tuple[Block, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Planner:
    """All that a comparison needs beside a connection.

    `options` are those of env.py, whose filters and version table count. `script` is the history
    behind the database.
    """

    database: Database
    metadata: sa.MetaData
    options: Mapping[str, Any]
    script: ScriptDirectory
    answers: Answers = field(default_factory=Answers)

    def compare(self, connection: sa.Connection, *more: Script) -> Comparison:
        """Return the database and the models, each as the database sees them.

        `more` are revisions that have been carried out on it beside those that it names.
        """
        history = self._history(connection, *more)
        return self._compare(connection, self._declared(connection), history)

    def missing(self, connection: sa.Connection) -> tuple[Difference, ...] | None:
        """Return what the models hold and no revision does, whatever the database is at.

        None where the revisions do more than can be read from their files.
        """
        scripts = reversed(list(self.script.walk_revisions()))
        history = recorded_history(scripts, self.metadata)
        if not history.is_complete:
            return None
        recorded = history.metadata()
        written = declared_schema(self.database, connection, recorded)
        return differences(
            with_portable_facts(filtered(written, recorded, self.options), recorded),
            with_portable_facts(self._declared(connection), self.metadata),
        )

    def plan(self, connection: sa.Connection) -> Migration:
        """Return the revision that takes the database to what the models declare, and back.

        Nothing is changed: renames are tried, and rolled back, so that the database itself says
        what follows from them. Raises `UsageError` where an answer is missing, `RefusedError` for
        a change that can't be made.
        """
        history, declared = self._history(connection), self._declared(connection)
        before = self._compare(connection, declared, history)
        renames = decide_renames(before.live, before.declared, self.answers)
        with rolled_back(connection):
            moves = list(rename_operations(renames, before.live))
            carry_out(connection, self.metadata, moves)
            history.apply(moves)
            after = self._compare(connection, declared, history)
            old, new = self._sides(connection, after, history.metadata())
            return _both_directions(connection, after, old, new, moves, renames, self.answers)

    def _declared(self, connection: sa.Connection) -> Schema:
        schema = declared_schema(self.database, connection, self.metadata)
        return filtered(schema, self.metadata, self.options)

    def _compare(
        self, connection: sa.Connection, declared: Schema, history: RecordedHistory
    ) -> Comparison:
        live = live_schema(connection, self.metadata, self.options)
        if connection.dialect.name != "sqlite":
            return Comparison(live, declared)
        recorded = history.metadata()
        words = Source(declared_schema(self.database, connection, recorded), tables_of(recorded))
        declared = with_portable_facts(declared, self.metadata)
        return Comparison(with_remembered_facts(live, words, declared), declared)

    def _sides(
        self, connection: sa.Connection, comparison: Comparison, recorded: sa.MetaData
    ) -> tuple[Side, Side]:
        """Return both sides. What the history says is tried for the tables that change alone."""
        live, declared = comparison.live, comparison.declared
        changed = {item.table.key for item in comparison.differences if hasattr(item, "table")}
        known = with_referred(recorded, changed)
        believed = declared_schema(self.database, connection, known)
        if connection.dialect.name == "sqlite":
            believed = with_portable_facts(believed, known)
        words = Source(believed, tables_of(known))
        old = [words, Source(live, reflected(connection))]
        new = [Source(declared, tables_of(self.metadata))]
        dialect = connection.dialect
        return Side(live, old, dialect), Side(declared, new, dialect)

    def _history(self, connection: sa.Connection, *more: Script) -> RecordedHistory:
        scripts = applied_scripts(self.script, connection, self.options)
        return recorded_history([*scripts, *more], self.metadata)


def applied_scripts(
    script: ScriptDirectory, connection: sa.Connection, options: Mapping[str, Any]
) -> list[Script]:
    """Return the revisions that the database holds, in the order in which they were applied."""
    context = MigrationContext.configure(connection, opts=dict(options))
    current = context.get_current_heads()
    if not current:
        return []
    try:
        return list(reversed(list(script.iterate_revisions(current, "base", implicit_base=True))))
    except CommandError:
        return []  # The database is at a revision that no file has.


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
    comparison: Comparison,
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
    downgrade = list(Steps(new, old, back, DowngradeGaps(connection, new, old)).blocks())
    downgrade += _moved([move.reverse() for move in reversed(moves)])
    return Migration(
        comparison=comparison,
        differences=(*renames.differences(new.schema), *there),
        upgrade=tuple(upgrade),
        downgrade=tuple(downgrade),
        notes=tuple(gaps.notes),
    )


def _moved(moves: Sequence[MigrateOperation]) -> list[Block]:
    return [Block(list(moves))] if moves else []
