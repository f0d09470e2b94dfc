"""Writing revisions: from the models (`migrate`), by hand (`--empty`), to join heads (`merge`)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import dataclass, replace
from functools import partial

from alembic import command
from alembic.script import Script
from sqlalchemy import Connection

from dbtasks import door
from dbtasks.autogenerate.answers import Answers
from dbtasks.autogenerate.foresight import foresee
from dbtasks.autogenerate.guards import refuse_mass_drop
from dbtasks.autogenerate.migration import Migration
from dbtasks.autogenerate.trial import UPGRADE, try_revision
from dbtasks.current import current_of
from dbtasks.environment import ATTRIBUTE, Visit
from dbtasks.errors import BehindError, HistoryError, UsageError
from dbtasks.history import version_folders
from dbtasks.project import Project
from dbtasks.revision_id import new_revision_id
from dbtasks.values import Change, Written


@dataclass(frozen=True)
class _Planned:
    """A planner that has planned already."""

    migration: Migration

    def plan(self, connection: Connection) -> Migration:
        """Return the plan."""
        del connection
        return self.migration


def migrate(project: Project, message: str, answers: Answers | None = None) -> Written:
    """Write a revision from what the models say and the database does not.

    Writes nothing when they agree. Raises `UsageError` for an empty message or a missing answer,
    `BehindError` while revisions are pending, `HistoryError` when there are several heads,
    `RefusedError` for what would do harm or can't be done.
    """
    message = checked_message(message)
    answers = replace(answers or Answers(), message=message)
    project.history.refuse_several_heads()
    return project.database.read(partial(_migrate, project, message, answers))


def _migrate(project: Project, message: str, answers: Answers, connection: Connection) -> Written:
    """Gather, plan, refuse, write, try."""
    _refuse_behind(project, current_of(project, connection))
    connection.rollback()
    planner = project.planner(answers)
    migration = planner.plan(connection)
    if not answers.allow_drops:
        refuse_mass_drop(migration, answers, project.root)
    connection.rollback()
    changes = tuple(change for item in migration.differences for change in item.changes())
    if not migration.upgrade:
        return Written("", message, "", changes)
    with _taken_away_on_failure(project):
        script = _write(project, message, connection, migration)
        connection.rollback()
        try_revision(planner.comparer, connection, script)
    seen = foresee(script, UPGRADE, connection, planner.comparer.metadata, project.root)
    notes = tuple(dict.fromkeys((*migration.notes, *seen.losses, *seen.notes)))
    return _written(project, script, message, changes, notes)


def _write(project: Project, message: str, connection: Connection, migration: Migration) -> Script:
    config = project.config(**{ATTRIBUTE: Visit(connection, planner=_Planned(migration))})
    with _silent():
        written = command.revision(config, message, autogenerate=True, rev_id=new_revision_id())
    script = _single(written)
    assert script is not None
    return script


@contextmanager
def _taken_away_on_failure(project: Project) -> Iterator[None]:
    """Leave no new file behind if what happens inside fails."""
    folders = version_folders(project.history.script)
    before = {path for folder in folders for path in folder.glob("*.py")}
    try:
        yield
    except BaseException:
        for path in {path for folder in folders for path in folder.glob("*.py")} - before:
            path.unlink()
        raise


def write_empty(project: Project, message: str) -> Written:
    """Write a revision with nothing in it, for a migration of data."""
    message = checked_message(message)
    project.history.refuse_several_heads()
    config = project.config(**{ATTRIBUTE: Visit()})
    with _silent():
        script = command.revision(config, message, rev_id=new_revision_id())
    return _written(project, _single(script), message)


def merge(project: Project, message: str) -> Written:
    """Write a revision that joins all heads. Raises `HistoryError` when there is but one."""
    message = checked_message(message, "merge")
    heads = project.history.heads
    if len(heads) < 2:
        raise HistoryError(
            f"There is nothing to join: the history has {len(heads)} head"
            f"{'' if len(heads) == 1 else 's'}.",
            f"See the graph: {door.command('history')}",
        )
    config = project.config(**{ATTRIBUTE: Visit()})
    with _silent():
        script = command.merge(config, heads, message=message, rev_id=new_revision_id())
    return _written(project, script, message)


def _silent() -> AbstractContextManager[object]:
    """Keep to ourselves what Alembic prints of each hook that formats the file."""
    return redirect_stdout(io.StringIO())


def checked_message(message: str, verb: str = "migrate") -> str:
    """Return the message in one line. Raises `UsageError` when there is nothing in it.

    Nor may it look like an option: plain Invoke takes any word that follows for the message.
    """
    words = " ".join(message.split())
    if words.startswith("--"):
        raise UsageError(
            f"{words!r} is an option and no message. Nothing was written.",
            f"See the options: {door.command('help', verb)}",
        )
    if not words:
        raise UsageError(
            "A revision needs a message that says what it does.",
            f"For example: {door.command('migrate', 'add venue to gigs')}",
        )
    return words


def _refuse_behind(project: Project, current: tuple[str, ...]) -> None:
    pending = project.history.upgrades(current, "heads")
    if pending:
        raise BehindError(
            f"The database is behind: {len(pending)} revisions are not applied yet, and what "
            "they do would be written a second time. Nothing was written.",
            f"First: {door.command('upgrade')}",
        )


def _single(written: Script | Sequence[Script | None] | None) -> Script | None:
    return written if isinstance(written, Script) or written is None else next(iter(written), None)


def _written(
    project: Project,
    script: Script | None,
    message: str,
    changes: tuple[Change, ...] = (),
    notes: tuple[str, ...] = (),
) -> Written:
    assert script is not None
    return Written(script.revision, message, project.history.shown(script.path), changes, notes)
