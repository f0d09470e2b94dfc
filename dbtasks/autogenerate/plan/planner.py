"""What `migrate` finds out before it writes: the differences, and both directions across them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

import sqlalchemy as sa
from alembic.operations import Operations
from alembic.operations.ops import MigrateOperation

from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.backfill.downgrade import DowngradeBackfill
from dbtasks.autogenerate.backfill.fills import MissingFillError, WrongFillError
from dbtasks.autogenerate.backfill.inverses import Inverses
from dbtasks.autogenerate.backfill.sql_reads import Names, SqlReader
from dbtasks.autogenerate.backfill.typed_fills import refuse_wrong
from dbtasks.autogenerate.backfill.upgrade import UpgradeBackfill
from dbtasks.autogenerate.backfill.violations import violations
from dbtasks.autogenerate.plan.blocks import Block, flatten
from dbtasks.autogenerate.plan.dependents import (
    notes_on_dependents,
    refuse_lost_columns,
    with_dependents,
)
from dbtasks.autogenerate.plan.direction import DirectionPlanner
from dbtasks.autogenerate.plan.inherited import without_inherited
from dbtasks.autogenerate.plan.prerequisites import missing_schemas, prerequisites
from dbtasks.autogenerate.plan.rehearsal import CarryOut, rehearse
from dbtasks.autogenerate.plan.rename_operations import (
    early_renames,
    rename_operations,
    taken_over,
)
from dbtasks.autogenerate.plan.renames import Renames, decide_renames
from dbtasks.autogenerate.state.comparison import Comparer, Comparison, with_annotations
from dbtasks.autogenerate.state.definitions import DefinedSchema, Definitions, tables_of
from dbtasks.autogenerate.state.reflection import reflected
from dbtasks.autogenerate.state.replay import replay
from dbtasks.autogenerate.state.replayed_schema import ReplayedSchema
from dbtasks.autogenerate.state.table_options import refuse_changed_options
from dbtasks.databases import backend_of
from dbtasks.databases.quiet import quiet_context
from dbtasks.databases.safe_operations import made_safe
from dbtasks.databases.scratch import rolled_back
from dbtasks.databases.terms import TRIAL
from dbtasks.databases.transactions import release
from dbtasks.errors import DbtasksError
from dbtasks.schema.difference import Difference
from dbtasks.schema.differences import differences
from dbtasks.schema.numbering import numbered_like
from dbtasks.values import Change


@dataclass(frozen=True)
class Migration:
    """The body of a revision, and what there is to say of it.

    `comparison` holds both sides, what is renamed under its new names already; `answers` are those
    given, and those that a person has typed.
    """

    comparison: Comparison
    differences: tuple[Difference, ...]
    upgrade: tuple[Block, ...]
    downgrade: tuple[Block, ...]
    notes: tuple[str, ...]
    answers: Answers
    violations: tuple[str, ...] = ()
    """Rules that rows break, a line each."""
    others: tuple[Change, ...] = ()
    """What comparators of others have found, and write themselves."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self.upgrade and not self.others


@dataclass(frozen=True)
class Planner:
    """Plans revisions, with the answers that only a person has."""

    comparer: Comparer
    answers: Answers = field(default_factory=Answers)

    def plan(self, connection: sa.Connection) -> Migration:
        """Return the revision that takes the database to what the models declare, and back.

        Nothing is changed: renames are tried, and rolled back, so that the database itself says
        what follows from them. Raises `UsageError` where an answer is missing, `RefusedError` for
        a change that can't be made.
        """
        comparison = self.comparer.compare(connection)
        renames = decide_renames(comparison.actual, comparison.declared, self.answers)
        answers = renames.answers
        asked: dict[str, str] = {}
        while True:
            try:
                return self._plan(connection, comparison, renames, answers, asked)
            except MissingFillError as missing:
                if answers.ask is None:
                    raise
                questions = missing.questions
                asked |= questions
            except WrongFillError as wrong:
                if wrong.name not in asked:
                    raise
                questions = {wrong.name: f"{wrong.what}\n{asked[wrong.name]}"}
            except DbtasksError as error:
                self.answers.remind(error, answers)
                raise
            release(connection)  # Nothing is held while a person thinks.
            answers = answers.with_fills(questions)

    def _plan(
        self,
        connection: sa.Connection,
        comparison: Comparison,
        renames: Renames,
        answers: Answers,
        asked: Collection[str],
    ) -> Migration:
        history = self.comparer.history(connection)
        schemas = {table.schema for table in renames.tables.values() if table.schema}
        moves = [
            *missing_schemas(connection, schemas),
            *rename_operations(renames, comparison.actual, backend_of(connection)),
        ]
        with rolled_back(connection):
            if moves:
                comparison = self._after(connection, moves, history)
            if taken_over(renames, comparison.declared):
                early = list(early_renames(comparison.differences, comparison.actual))
                comparison = self._after(connection, early, history) if early else comparison
                moves += early
            typed = [(name, sql) for name, sql in answers.fills.items() if name in asked]
            refuse_wrong(connection, comparison.actual, comparison.declared, typed)
            refuse_changed_options(comparison.differences)
            sides = self._sides(connection, comparison, history)
            perform = partial(carry_out, connection, self.comparer.metadata)
            decided = _Decided(moves, renames, answers, perform)
            return _both_directions(connection, comparison, sides, decided)

    def _after(
        self,
        connection: sa.Connection,
        moves: Sequence[MigrateOperation],
        history: ReplayedSchema,
    ) -> Comparison:
        """Carry out operations, and let the database say what follows from them."""
        carry_out(connection, self.comparer.metadata, moves)
        replay(moves, history)
        return self.comparer.compare(connection, history)

    def _sides(
        self, connection: sa.Connection, comparison: Comparison, history: ReplayedSchema
    ) -> tuple[DefinedSchema, DefinedSchema]:
        """Return both sides. What the history says is tried for the tables that change alone."""
        live, declared = comparison.actual, comparison.declared
        changed = {item.table.key for item in comparison.differences if hasattr(item, "table")}
        believed = self.comparer.as_written(connection, history, changed)
        believed = with_annotations(connection, believed, history.annotations())
        believed = numbered_like(live, believed)
        words = Definitions(believed, tables_of(history.metadata(changed)))
        old = [words, Definitions(live, reflected(connection, live))]
        new = [Definitions(declared, tables_of(self.comparer.metadata))]
        dialect = connection.dialect
        return DefinedSchema(live, old, dialect), DefinedSchema(declared, new, dialect)


def carry_out(
    connection: sa.Connection, metadata: sa.MetaData, operations: Iterable[MigrateOperation]
) -> None:
    """Carry out operations on a connection whose transaction will be rolled back."""
    options = {"target_metadata": metadata, TRIAL: True}
    context = quiet_context(connection, options)
    with made_safe(Operations(context)) as runner:
        for operation in operations:
            runner.invoke(operation)


@dataclass(frozen=True)
class _Decided:
    """What a person has decided, and how operations are carried out meanwhile."""

    moves: Sequence[MigrateOperation]
    renames: Renames
    answers: Answers
    carry_out: CarryOut


def _both_directions(
    connection: sa.Connection,
    comparison: Comparison,
    sides: tuple[DefinedSchema, DefinedSchema],
    decided: _Decided,
) -> Migration:
    old, new = sides
    moves = decided.moves
    reader = SqlReader(_names(sides, decided.renames), backend_of(connection))
    backfill = UpgradeBackfill(connection, decided.answers, new, reader)
    there = differences(old.schema, new.schema)
    back = differences(new.schema, old.schema)
    own = without_inherited(new.schema, there)
    around = prerequisites(connection, there, new)
    changing = list(DirectionPlanner(old, new, there, backfill).blocks())
    refuse_lost_columns(connection, changing)
    schemas = old.schema, new.schema
    rehearsed = [*_moved(around), *changing]
    backfill.notes += rehearse(connection, rehearsed, schemas, backfill.fills, decided.carry_out)
    backfill.fills.refuse_missing()
    upgrade = [*_moved(moves), *_moved(around), *with_dependents(connection, changing)]
    inverses, done = Inverses(*schemas, reader), list(flatten(changing))
    restored, lookups = dict(inverses.of(done)), list(inverses.lookups(done))
    returning = DowngradeBackfill(connection, new, old, reader, restored, lookups)
    restoring = DirectionPlanner(new, old, back, returning)
    downgrade = with_dependents(connection, restoring.blocks())
    downgrade += _moved([item.reverse() for item in (*reversed(around), *reversed(moves))])
    return Migration(
        comparison=comparison,
        differences=(*decided.renames.differences(new.schema), *there),
        upgrade=tuple(upgrade),
        downgrade=tuple(downgrade),
        notes=(*backfill.notes, *notes_on_dependents(connection, there)),
        answers=decided.answers,
        violations=tuple(violations(connection, own, new, backfill.filled_tables())),
    )


def _names(sides: tuple[DefinedSchema, DefinedSchema], renames: Renames) -> Names:
    """Return what SQL may name: all that is there, before and afterwards."""
    known: dict[str, frozenset[str]] = {}
    for side in sides:
        for key, table in side.schema.tables.items():
            columns = frozenset(column.name for column in table.columns)
            known[key] = known.get(key, frozenset()) | columns
    tables = {old: table.key for old, table in renames.tables.items()}
    renamed = {(key, old): new for key, old, new in renames.columns}
    return Names(known, tables, renamed)


def _moved(moves: Sequence[MigrateOperation]) -> list[Block]:
    return [Block(list(moves))] if moves else []
