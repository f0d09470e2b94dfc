"""What revisions will mean when they are applied: what they change, destroy and lock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from alembic.operations import ops
from alembic.operations.ops import MigrateOperation
from alembic.script import Script

from dbtasks.autogenerate.impact.at_stake import at_stake
from dbtasks.autogenerate.impact.changes import Told, told
from dbtasks.autogenerate.impact.dependents import taken_down
from dbtasks.autogenerate.impact.locks import locks, possible_locks
from dbtasks.autogenerate.impact.losses import lost
from dbtasks.autogenerate.impact.placement import Placement
from dbtasks.autogenerate.impact.required import Required
from dbtasks.autogenerate.impact.review import review
from dbtasks.databases import backend_of
from dbtasks.operations.batch import each_operation
from dbtasks.revisions.reading import NotUnderstoodOp
from dbtasks.revisions.script import reading_of
from dbtasks.schema.lines import lines
from dbtasks.values import Change

_OF_ITS_OWN = (NotUnderstoodOp, ops.ExecuteSQLOp)


@dataclass(frozen=True)
class Impact:
    """Lines for the plan: `losses` have to be confirmed, `notes` are to be known."""

    changes: tuple[Change, ...]
    losses: tuple[str, ...]
    notes: tuple[str, ...]


class ImpactReader:
    """Says of revisions, one after the other, what they will mean for a database.

    They are read from their files, and none is run. The next is told as it will find things.
    """

    def __init__(self, connection: sa.Connection, metadata: sa.MetaData | None, root: Path) -> None:
        self._connection = connection
        self._metadata = metadata
        self._root = root
        self._placement = Placement(connection)

    def impact(self, script: Script, direction: str, *, elsewhere: bool = False) -> Impact:
        """Return what a revision will mean as `upgrade` or `downgrade`.

        `elsewhere` says also what it may mean for other databases, whose tables have other rows.
        """
        operations = reading_of(script, direction).operations
        single = list(each_operation(operations))
        notes = [*locks(operations, self._connection), *_not_known(single)]
        if backend_of(self._connection).is_known_to_squawk:
            notes += review(operations, self._metadata, self._root)
        found: list[Told] = []
        losses: list[str] = []
        required = Required(single, elsewhere=elsewhere)
        self._placement.begin(single)
        for operation in single:
            found += taken_down(operation, self._placement)
            found += told(operation, self._placement)
            losses += lost(operation, self._placement)
            notes += required.notes(operation, self._placement)
            self._placement.follow(operation)
        return Impact(tuple(lines(found, one_by_one=True)), tuple(losses), tuple(notes))


def impact_of(script: Script, direction: str, connection: sa.Connection) -> Impact:
    """Return what a revision means as `upgrade` or `downgrade`, wherever it will be applied.

    That is what its file says, an operation a line. Rows and values at stake are not counted, and
    the notes are locks.
    """
    operations = reading_of(script, direction).operations
    single = list(each_operation(operations))
    backend = backend_of(connection)
    return Impact(
        changes=tuple(changes(single, Placement(connection))),
        losses=tuple(loss for item in single for loss in at_stake(item, backend)),
        notes=(*possible_locks(operations, connection), *_not_known(single)),
    )


def changes(operations: Iterable[MigrateOperation], placement: Placement) -> Iterator[Change]:
    """Yield a line for each thing that operations change, rows counted.

    `placement` is at the first of the operations, and is left there.
    """
    found = (
        item
        for operation in operations
        for item in (*taken_down(operation, placement), *told(operation, placement))
    )
    yield from lines(found, one_by_one=True)


def _not_known(operations: list[MigrateOperation]) -> Iterator[str]:
    own = sum(isinstance(item, _OF_ITS_OWN) for item in operations)
    if own:
        yield "what its own SQL and code lock is not known"
